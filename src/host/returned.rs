//! What a function can give.

use super::{Call, jsonb, numeric, text};
use crm_core::book::Uuid;
use crm_core::codec::{MAX_FLAT, too_long};
use crm_core::{Amount, Day, Error, Instant, Result, pause};
use pgrx::pg_sys;
use std::borrow::Cow;

/// A type of result.
pub trait Returned: Sized {
    /// Hands the result to PostgreSQL.
    fn give(self, call: &Call) -> Result<pg_sys::Datum>;

    /// What is given when a required argument is NULL: NULL, or no rows.
    fn null(call: &Call) -> pg_sys::Datum {
        call.null()
    }
}

impl<T: Returned> Returned for Option<T> {
    fn give(self, call: &Call) -> Result<pg_sys::Datum> {
        match self {
            Some(value) => value.give(call),
            None => Ok(T::null(call)),
        }
    }
}

/// A palloc'd varlena with these contents.
pub(super) fn varlena(contents: &[u8]) -> Result<pg_sys::Datum> {
    if contents.len() > MAX_FLAT {
        return Err(too_long());
    }
    // SAFETY: allocates the header and the contents, and copies the contents.
    unsafe {
        let size = 4 + contents.len();
        let pointer = pg_sys::palloc(size).cast::<u8>();
        pgrx::set_varsize_4b(pointer.cast(), size as i32);
        pointer.add(4).copy_from_nonoverlapping(contents.as_ptr(), contents.len());
        Ok(pointer.into())
    }
}

/// JSON text, given as jsonb: for documents that would be several times as large as a tree.
pub struct JsonText(pub String);

/// JSON text as jsonb.
pub(super) fn jsonb(printed: &str) -> Result<pg_sys::Datum> {
    if let Some(contents) = text::is_utf8().then(|| jsonb::write(printed)).flatten() {
        return varlena(&contents);
    }
    if printed.contains("\\u0000") {
        return Err(Error::parameter("text with a NUL character cannot be stored"));
    }
    let bytes = text::server(printed)?;
    let printed = std::ffi::CString::new(bytes.into_owned()).map_err(|_| Error::parameter("text with a NUL character cannot be stored"))?;
    // SAFETY: jsonb_in reads the C string and returns a jsonb of its own.
    let made = unsafe { pgrx::direct_function_call_as_datum(pg_sys::jsonb_in, &[Some(printed.as_ptr().into())]) };
    made.ok_or_else(|| Error::out_of_memory("a JSON value"))
}

macro_rules! returned {
    ($($type:ty: |$value:ident| $give:expr;)*) => {$(
        impl Returned for $type {
            #[inline]
            fn give(self, _call: &Call) -> Result<pg_sys::Datum> {
                let $value = self;
                $give
            }
        }
    )*};
}

returned! {
    bool: |value| Ok(value.into());
    i32: |value| Ok(value.into());
    i64: |value| Ok(value.into());
    f64: |value| Ok(value.to_bits().into());
    Day: |value| Ok(value.0.into());
    Instant: |value| Ok(value.0.into());
    Amount: |value| varlena(&numeric::encode(value));
    String: |value| varlena(&text::server(&value)?);
    Cow<'_, str>: |value| varlena(&text::server(&value)?);
    &str: |value| varlena(&text::server(value)?);
    serde_json::Value: |value| jsonb(&value.to_string());
    JsonText: |value| jsonb(&value.0);
    Vec<f64>: |value| array(value);
}

impl Returned for Uuid {
    #[inline]
    fn give(self, _call: &Call) -> Result<pg_sys::Datum> {
        // SAFETY: allocates the 16 bytes that are written.
        unsafe {
            let place = pg_sys::palloc(16).cast::<[u8; 16]>();
            place.write(self.0);
            Ok(place.into())
        }
    }
}

/// A float8 array.
fn array(list: Vec<f64>) -> Result<pg_sys::Datum> {
    pgrx::IntoDatum::into_datum(list).ok_or_else(|| Error::out_of_memory("an array"))
}

/// A text array of one dimension.
pub(super) fn texts(list: &[Option<String>]) -> Result<pg_sys::Datum> {
    let elements: Result<Vec<_>> = pause::collect(list.iter().flatten().map(|text| varlena(&text::server(text)?)));
    let mut elements = elements?.into_iter();
    let mut values: Vec<_> = list.iter().map(|text| text.as_ref().and_then(|_| elements.next()).unwrap_or(pg_sys::Datum::null())).collect();
    let mut nulls: Vec<_> = list.iter().map(Option::is_none).collect();
    let length = i32::try_from(list.len()).map_err(|_| too_long())?;
    // SAFETY: as many values and nulls as the one dimension has; the values are texts. What has no elements has no dimension.
    unsafe {
        let (text, align) = (pg_sys::TEXTOID, b'i' as std::ffi::c_char);
        let (values, nulls) = (values.as_mut_ptr(), nulls.as_mut_ptr());
        let array = pg_sys::construct_md_array(values, nulls, i32::from(length > 0), &mut { length }, &mut 1, text, -1, false, align);
        Ok(array.into())
    }
}
