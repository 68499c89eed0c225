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
