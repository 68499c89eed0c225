//! Lists of texts (text[]): read where they lie, and put together from elements that were made once.

use super::argument::{Head, contents, damaged};
use super::returned::varlena;
use super::{Argument, Call, Returned, Value, text};
use crm_core::codec::too_long;
use crm_core::{Error, Result, pause};
use pgrx::pg_sys;

/// Bytes that a text in an array is aligned to.
const ALIGNMENT: usize = 4;
/// Bytes of a length word.
const LENGTH_WORD: usize = 4;

/// The texts of a text array without its NULLs, in the order of the array, read where they lie. An array without a text counts as NULL.
#[derive(Clone)]
pub struct Items<'c> {
    /// A bit for every element, 0 for NULL; none if there is no NULL.
    present: Option<&'c [u8]>,
    /// The elements that are not NULL, and where in them the next one is looked for.
    values: &'c [u8],
    at: usize,
    next: usize,
    length: usize,
}

impl<'c> Items<'c> {
    fn read(array: &'c [u8]) -> Result<Self> {
        let head = Head::read(array).ok_or_else(damaged)?;
        let present = match head.present {
            Some(bits) => Some(array.get(bits..).filter(|bits| bits.len() >= head.length.div_ceil(8)).ok_or_else(damaged)?),
            None => None,
        };
        // Without elements it may end before them.
        Ok(Items { present, values: array.get(head.values..).unwrap_or_default(), at: 0, next: 0, length: head.length })
    }

    /// The next element, which is not NULL.
    #[inline]
    fn element(&mut self) -> Result<&'c str> {
        let first = *self.values.get(self.at).ok_or_else(damaged)?;
        // As att_align_pointer has it: a short one is not aligned, and begins with a byte that is no padding.
        let (start, end) = if first & 1 == 1 && cfg!(target_endian = "little") {
            (self.at + 1, self.at + usize::from(first >> 1))
        } else {
            let word = self.at.next_multiple_of(ALIGNMENT);
            let bytes = self.values.get(word..).and_then(|rest| rest.first_chunk()).ok_or_else(damaged)?;
            let length = u32::from_ne_bytes(*bytes);
            let length = if cfg!(target_endian = "little") { length >> 2 } else { length & 0x3fff_ffff };
            (word + LENGTH_WORD, word + length as usize)
        };
        self.at = end;
        text::utf8(self.values.get(start..end).ok_or_else(damaged)?)
    }
}

impl<'c> Items<'c> {
    /// The next element, NULL or not.
    #[inline]
    fn step(&mut self) -> Option<Result<Option<&'c str>>> {
        if self.next >= self.length {
            return None;
        }
        let at = self.next;
        self.next += 1;
        let present = self.present.is_none_or(|bits| bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1));
        Some(if present { self.element().map(Some) } else { Ok(None) })
    }
}

impl<'c> Iterator for Items<'c> {
    type Item = Result<&'c str>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(element) = self.step()?.transpose() {
                return Some(element);
            }
        }
    }
}

/// A text array as it is, which may be empty and may have NULLs. Dimensions are taken row after row.
#[derive(Clone)]
pub struct TextArray<'c>(Items<'c>);

impl<'c> TextArray<'c> {
    pub(super) fn read(datum: pg_sys::Datum) -> Result<Self> {
        Items::read(contents(datum)).map(TextArray)
    }

    /// The texts that are not NULL.
    pub fn texts(self) -> impl Iterator<Item = Result<&'c str>> {
        self.0
    }

    /// All elements.
    pub fn elements(mut self) -> Result<Vec<Option<&'c str>>> {
        let mut elements = Vec::new();
        // An element is a length word at least, or a bit.
        elements.try_reserve(self.0.length).map_err(|_| Error::out_of_memory("an array"))?;
        while let Some(element) = self.0.step() {
            pause::step();
            elements.push(element?);
        }
        Ok(elements)
    }
}

impl<'c> Value<'c> for TextArray<'c> {
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        TextArray::read(datum)
    }
}

impl<'c> Argument<'c> for Items<'c> {
    fn take(call: &'c Call, position: usize) -> Result<Option<Self>> {
        let Some(datum) = call.argument(position) else { return Ok(None) };
        let items = Items::read(contents(datum))?;
        Ok(items.clone().next().is_some().then_some(items))
    }
}

/// Texts that arrays are made of, each as it lies in an array: a length word, the bytes, and what fills up the last word.
pub struct Elements {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Elements {
    /// Of these texts.
    pub fn new(texts: &[impl AsRef<str>]) -> Result<Self> {
        let mut elements = Elements { bytes: Vec::new(), ends: Vec::new() };
        elements.ends.try_reserve_exact(texts.len()).map_err(|_| Error::out_of_memory("a list of texts"))?;
        for element in texts {
            let bytes = text::server(element.as_ref())?;
            let length = LENGTH_WORD + bytes.len();
            let padded = length.next_multiple_of(ALIGNMENT);
            elements.bytes.try_reserve(padded).map_err(|_| Error::out_of_memory("a list of texts"))?;
            let word = u32::try_from(length).ok().filter(|length| *length < 1 << 30).ok_or_else(too_long)?;
            let word = if cfg!(target_endian = "little") { word << 2 } else { word };
            elements.bytes.extend_from_slice(&word.to_ne_bytes());
            elements.bytes.extend_from_slice(&bytes);
            elements.bytes.resize(elements.bytes.len() + padded - length, 0);
            elements.ends.push(elements.bytes.len());
        }
        Ok(elements)
    }

    fn element(&self, at: u32) -> &[u8] {
        let at = at as usize;
        let start = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or_default() };
        self.ends.get(at).and_then(|end| self.bytes.get(start..*end)).unwrap_or_default()
    }

    /// An array of the texts at these places.
    pub fn array(&self, places: &[u32]) -> Result<pg_sys::Datum> {
        // As ArrayType of PostgreSQL's array.h has it: dimensions, no NULLs, the type; then the number of elements and the first index.
        let dimensions = u32::from(!places.is_empty());
        let mut array = Vec::with_capacity(64 + 32 * places.len());
        for word in [dimensions, 0, u32::from(pg_sys::TEXTOID)] {
            array.extend_from_slice(&word.to_ne_bytes());
        }
        if !places.is_empty() {
            array.extend_from_slice(&u32::try_from(places.len()).map_err(|_| too_long())?.to_ne_bytes());
            array.extend_from_slice(&1u32.to_ne_bytes());
        }
        places.iter().for_each(|place| array.extend_from_slice(self.element(*place)));
        varlena(&array)
    }
}

/// A text array to give.
pub struct Listing(pg_sys::Datum);

impl Listing {
    /// Of these texts, in their order.
    pub fn new(texts: &[&str]) -> Result<Self> {
        let all: Vec<u32> = (0u32..).zip(texts).map(|(place, _)| place).collect();
        Elements::new(texts)?.array(&all).map(Listing)
    }
}

impl Returned for Listing {
    fn give(self, _call: &Call) -> Result<pg_sys::Datum> {
        Ok(self.0)
    }
}
