//! What a function can take.

use super::{Call, numeric, text};
use crm_core::book::Uuid;
use crm_core::{Amount, Day, Instant, Result};
use pgrx::pg_sys;

/// A type of SQL value.
pub trait Value<'c>: Sized {
    /// Reads the argument at a position, which is not NULL.
    fn from_datum(call: &'c Call, datum: pg_sys::Datum, position: usize) -> Result<Self>;
}

/// A declared argument: a [`Value`] (NULL makes the function give NULL), or an `Option` of one.
pub trait Argument<'c>: Sized {
    /// Reads the argument; none makes the function give NULL.
    fn take(call: &'c Call, position: usize) -> Result<Option<Self>>;
}

impl<'c, T: Value<'c>> Argument<'c> for T {
    #[inline(always)]
    fn take(call: &'c Call, position: usize) -> Result<Option<Self>> {
        call.argument(position).map(|datum| T::from_datum(call, datum, position)).transpose()
    }
}

impl<'c, T: Value<'c>> Argument<'c> for Option<T> {
    #[inline(always)]
    fn take(call: &'c Call, position: usize) -> Result<Option<Self>> {
        T::take(call, position).map(Some)
    }
}

/// A numeric taken as the nearest float8, as PostgreSQL casts it but without printing and parsing it.
pub struct Measure(pub f64);

impl<'c> Value<'c> for Measure {
    #[inline]
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        if let Some(float8) = numeric::decode_float8(contents(datum)) {
            return Ok(Measure(float8));
        }
        // SAFETY: the datum is of type numeric; numeric_float8 gives a float8 or raises an error.
        let float8 = unsafe { pgrx::direct_function_call_as_datum(pg_sys::numeric_float8, &[Some(datum)]) };
        Ok(Measure(float8.map_or(f64::NAN, |datum| f64::from_bits(datum.value() as u64))))
    }
}

/// A float8 array, read where it lies: element by element, none for NULL. Dimensions are taken row after row.
#[derive(Clone)]
pub struct Floats<'c> {
    /// A bit for every element, 0 for NULL; none if there is no NULL.
    present: Option<&'c [u8]>,
    /// The elements that are not NULL, from the next one on.
    values: &'c [u8],
    next: usize,
    length: usize,
    rows: Option<usize>,
}

/// Bytes of an array before its dimensions, without the length word: their number, the offset of the values, the type.
const ARRAY_HEADER: usize = 12;
/// Bytes of a length word.
const LENGTH_WORD: usize = 4;

impl<'c> Floats<'c> {
    /// As `ArrayType` of PostgreSQL's array.h lays it out.
    fn read(array: &'c [u8]) -> Option<Self> {
        let word = |at: usize| Some(i32::from_ne_bytes(*array.get(at..)?.first_chunk()?));
        let dimension = |i: usize| usize::try_from(word(ARRAY_HEADER + 4 * i)?).ok();
        let dimensions = usize::try_from(word(0)?).ok()?;
        let mut length = usize::from(dimensions > 0);
        for i in 0..dimensions {
            length *= dimension(i)?;
        }
        let header = ARRAY_HEADER + 8 * dimensions;
        let (present, values) = match usize::try_from(word(4)?).ok()? {
            0 => (None, (header + LENGTH_WORD).next_multiple_of(8) - LENGTH_WORD),
            offset => (Some(array.get(header..)?), offset - LENGTH_WORD),
        };
        let rows = if dimensions == 2 { dimension(0) } else { None };
        Some(Floats { present, values: array.get(values..).unwrap_or_default(), next: 0, length, rows })
    }

    /// The number of rows of an array of two dimensions.
    pub fn rows(&self) -> Option<usize> {
        self.rows
    }
}

impl Iterator for Floats<'_> {
    type Item = Option<f64>;

    #[inline]
    fn next(&mut self) -> Option<Option<f64>> {
        if self.next >= self.length {
            return None;
        }
        let at = self.next;
        self.next += 1;
        if self.present.is_some_and(|bits| bits.get(at / 8).is_none_or(|byte| byte >> (at % 8) & 1 == 0)) {
            return Some(None);
        }
        let (value, rest) = self.values.split_first_chunk()?;
        self.values = rest;
        Some(Some(f64::from_ne_bytes(*value)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.length - self.next, Some(self.length - self.next))
    }
}

impl ExactSizeIterator for Floats<'_> {}

impl<'c> Value<'c> for Floats<'c> {
    #[inline]
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        Floats::read(contents(datum)).ok_or_else(|| crm_core::Error::new(crm_core::SqlState::DataCorrupted, "an array is damaged"))
    }
}

/// The texts of a text array; a NULL among them is an error (22023).
pub(super) fn texts(datum: pg_sys::Datum) -> Result<Vec<String>> {
    let (mut elements, mut nulls, mut count) = (std::ptr::null_mut(), std::ptr::null_mut(), 0);
    // SAFETY: the datum is declared text[]; what is deconstructed lives in the call's context.
    let (elements, nulls) = unsafe {
        let array = pg_sys::pg_detoast_datum(datum.cast_mut_ptr()).cast();
        pg_sys::deconstruct_array(array, pg_sys::TEXTOID, -1, false, b'i' as std::ffi::c_char, &mut elements, &mut nulls, &mut count);
        let count = count.max(0) as usize;
        if count == 0 {
            return Ok(Vec::new());
        }
        (std::slice::from_raw_parts(elements, count), std::slice::from_raw_parts(nulls, count))
    };
    if nulls.contains(&true) {
        return Err(crm_core::Error::parameter("the array of names must not contain NULL"));
    }
    elements.iter().map(|element| text::utf8(contents(*element)).map(str::to_owned)).collect()
}

/// An argument that is only asked whether it is NULL; the body reads it through the [`Call`].
pub struct Present;

impl<'c> Value<'c> for Present {
    fn from_datum(_call: &'c Call, _datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        Ok(Present)
    }
}

/// The contents of a varlena argument: detoasted if need be.
#[inline]
pub(super) fn contents<'c>(datum: pg_sys::Datum) -> &'c [u8] {
    // SAFETY: the datum is of a declared varlena type; a detoasted copy lives in the call's context.
    unsafe {
        let pointer = datum.cast_mut_ptr::<u8>();
        let first = *pointer;
        if cfg!(target_endian = "little") && first & 1 == 1 && first != 1 {
            // One-byte header: the length, shifted by one, includes it.
            return std::slice::from_raw_parts(pointer.add(1), usize::from(first >> 1) - 1);
        }
        if cfg!(target_endian = "little") && first & 3 == 0 {
            return std::slice::from_raw_parts(pointer.add(4), (pointer.cast::<u32>().read_unaligned() >> 2) as usize - 4);
        }
        let whole = pg_sys::pg_detoast_datum_packed(pointer.cast());
        std::slice::from_raw_parts(pgrx::vardata_any(whole).cast(), pgrx::varsize_any_exhdr(whole))
    }
}

macro_rules! values {
    ($($type:ty: |$datum:ident| $read:expr;)*) => {$(
        impl<'c> Value<'c> for $type {
            #[inline(always)]
            fn from_datum(_call: &'c Call, $datum: pg_sys::Datum, _position: usize) -> Result<Self> {
                $read
            }
        }
    )*};
}

values! {
    bool: |datum| Ok(datum.value() & 0xff != 0);
    i32: |datum| Ok(datum.value() as i32);
    i64: |datum| Ok(datum.value() as i64);
    f64: |datum| Ok(f64::from_bits(datum.value() as u64));
    Day: |datum| Day::new(datum.value() as i32);
    Instant: |datum| Instant::new(datum.value() as i64);
    Amount: |datum| numeric::decode(contents(datum));
    serde_json::Value: |datum| json(datum);
}

/// Text that lives as long as the call.
impl<'c> Value<'c> for &'c str {
    #[inline(always)]
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        text::utf8(contents(datum))
    }
}

impl<'c> Value<'c> for Uuid {
    #[inline(always)]
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        // SAFETY: a datum of type uuid points to 16 bytes.
        Ok(Uuid(unsafe { datum.cast_mut_ptr::<[u8; 16]>().read() }))
    }
}

/// An array of float8 without NULLs.
impl<'c> Value<'c> for Vec<f64> {
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        // SAFETY: the argument is declared float8[]; it is never NULL here.
        let array = unsafe { <pgrx::Array<'_, f64> as pgrx::FromDatum>::from_datum(datum, false) };
        let list: Option<Vec<f64>> = array.map(|a| a.iter().collect::<Option<_>>()).unwrap_or_default();
        list.ok_or_else(|| crm_core::Error::parameter("the array must not contain NULL"))
    }
}

/// A jsonb datum as a JSON value, its numbers lossless.
pub(super) fn json(datum: pg_sys::Datum) -> Result<serde_json::Value> {
    // SAFETY: the datum is of type jsonb; jsonb_out gives a palloc'd C string.
    unsafe {
        let printed = pgrx::direct_function_call_as_datum(pg_sys::jsonb_out, &[Some(datum)]);
        let Some(printed) = printed.map(|datum| datum.cast_mut_ptr()) else { return Ok(serde_json::Value::Null) };
        let value = text::utf8(std::ffi::CStr::from_ptr(printed).to_bytes()).and_then(crm_core::document::parse);
        pg_sys::pfree(printed.cast());
        value
    }
}
