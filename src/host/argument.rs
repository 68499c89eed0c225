//! What a function can take.

use super::{Call, TextArray, jsonb, numeric, text};
use crm_core::book::Uuid;
use crm_core::value::Names;
use crm_core::{Amount, Day, Error, Instant, Result, SqlState};
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
/// Bytes of a length word, and of every other word of the head.
const LENGTH_WORD: usize = 4;
/// What the elements of an array are aligned to.
const ALIGNMENT: usize = 8;

/// The head of an array, as `ArrayType` of PostgreSQL's array.h lays it out.
pub(super) struct Head {
    dimensions: usize,
    /// Elements in the first dimension.
    rows: usize,
    /// Elements in all of them.
    pub(super) length: usize,
    /// Where a bit for every element begins, 0 for NULL; none if there is no NULL.
    pub(super) present: Option<usize>,
    /// Where the elements begin.
    pub(super) values: usize,
}

impl Head {
    /// None where the array is damaged.
    pub(super) fn read(array: &[u8]) -> Option<Self> {
        let word = |at: usize| usize::try_from(i32::from_ne_bytes(*array.get(at..)?.first_chunk()?)).ok();
        let dimensions = word(0)?;
        let bits = dimensions.checked_mul(2 * LENGTH_WORD)?.checked_add(ARRAY_HEADER)?;
        let mut length = usize::from(dimensions > 0);
        for i in 0..dimensions {
            length = length.checked_mul(word(ARRAY_HEADER + LENGTH_WORD * i)?)?;
        }
        let rows = if dimensions > 0 { word(ARRAY_HEADER)? } else { 0 };
        let (present, values) = match word(LENGTH_WORD)? {
            0 => (None, bits.checked_add(LENGTH_WORD)?.checked_next_multiple_of(ALIGNMENT)?),
            offset => (Some(bits), offset),
        };
        Some(Head { dimensions, rows, length, present, values: values.checked_sub(LENGTH_WORD)? })
    }
}

impl<'c> Floats<'c> {
    /// None where the array is damaged.
    fn read(array: &'c [u8]) -> Option<Self> {
        let head = Head::read(array)?;
        let present = match head.present {
            Some(bits) => Some(array.get(bits..)?),
            None => None,
        };
        // Without elements it may end before them.
        let values = array.get(head.values..).unwrap_or_default();
        let room = present.map_or(values.len() / size_of::<f64>(), |bits| bits.len().saturating_mul(8));
        let rows = (head.dimensions == 2).then_some(head.rows);
        (head.length <= room).then_some(Floats { present, values, next: 0, length: head.length, rows })
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

#[cold]
pub(super) fn damaged() -> Error {
    Error::new(SqlState::DataCorrupted, "an array is damaged")
}

impl<'c> Value<'c> for Floats<'c> {
    #[inline]
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        Floats::read(contents(datum)).ok_or_else(damaged)
    }
}

/// An array of float8 without NULLs.
impl<'c> Value<'c> for Vec<f64> {
    fn from_datum(call: &'c Call, datum: pg_sys::Datum, position: usize) -> Result<Self> {
        let floats = Floats::from_datum(call, datum, position)?;
        let mut list = Vec::new();
        list.try_reserve_exact(floats.len()).map_err(|_| Error::out_of_memory("an array"))?;
        for x in floats {
            list.push(x.ok_or_else(|| Error::parameter("the array must not contain NULL").hint("Take it out: array_remove(list, null)."))?);
        }
        Ok(list)
    }
}

/// The texts of a text array of names; a NULL among them is 22023, more than can be names of measures is 54000.
pub(super) fn texts(datum: pg_sys::Datum) -> Result<Vec<String>> {
    // SAFETY: the datum is declared text[]; a detoasted copy lives in the call's context.
    let array = unsafe { pg_sys::pg_detoast_datum(datum.cast_mut_ptr()) };
    Names::check_count(Head::read(contents(array.into())).ok_or_else(damaged)?.length)?;
    let named = |name: Option<&str>| {
        let null = || Error::parameter("the array of names must not contain NULL").hint("Give every measure a name.");
        name.map(str::to_owned).ok_or_else(null)
    };
    TextArray::read(array.into())?.elements()?.into_iter().map(named).collect()
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

/// A jsonb datum as a JSON value, its numbers lossless.
pub(super) fn json(datum: pg_sys::Datum) -> Result<serde_json::Value> {
    if let Some(value) = text::is_utf8().then(|| jsonb::read(contents(datum))).flatten() {
        return Ok(value);
    }
    // SAFETY: the datum is of type jsonb; jsonb_out gives a palloc'd C string.
    unsafe {
        let printed = pgrx::direct_function_call_as_datum(pg_sys::jsonb_out, &[Some(datum)]);
        let Some(printed) = printed.map(|datum| datum.cast_mut_ptr()) else { return Ok(serde_json::Value::Null) };
        let value = text::utf8(std::ffi::CStr::from_ptr(printed).to_bytes()).and_then(crm_core::document::parse);
        pg_sys::pfree(printed.cast());
        value
    }
}
