//! The two external forms every summary has: binary in network order, and JSON text with sorted keys.

use crate::amount::{Amount, DECIMALS};
use crate::document::{Node, Object};
use crate::error::{Error, Result, SqlState};
use crate::pause;
use serde_json::{Value, json};
use std::fmt::{self, Write};

/// A value of one of this extension's types: it can be merged, written and read back, losslessly.
///
/// `merge` is associative and commutative, so that any plan, any order and any partition give the same value, and
/// equal values have equal encodings.
pub trait Summary: Sized {
    /// The SQL name of the type.
    const TYPE: &'static str;
    /// The version written; every version from 1 to this one is read.
    const VERSION: u16;

    /// Adds what `other` has seen.
    fn merge(&mut self, other: &Self) -> Result<()>;

    /// Brings the value into its canonical order; done before it is written.
    fn settle(&mut self) -> Result<()> {
        Ok(())
    }

    /// Writes the canonical binary form of version [`Summary::VERSION`], without the version itself.
    fn encode(&self, out: &mut Writer) -> Result<()>;

    /// Reads the form of `version` and checks every rule of the type: bytes come from clients.
    fn decode(version: u16, input: &mut Reader<'_>) -> Result<Self>;

    /// The text form: JSON.
    fn print(&self) -> Result<String>;

    /// Reads the text form; errors are 22023 and name the path.
    fn parse(text: &str) -> Result<Self>;
}

/// A value whose text form is one JSON object: for [`Summary::print`] and [`Summary::parse`].
pub trait Json: Sized {
    /// The JSON form. Keys sort themselves.
    fn to_json(&self) -> Result<Value>;

    /// Reads the JSON form, reporting what is wrong to the object's document.
    fn from_json(object: &Object<'_>) -> Result<Self>;
}

/// Prints one JSON object.
pub fn print_json<J: Json + Summary>(value: &J) -> Result<String> {
    let mut out = Text::new(J::TYPE);
    out.put(format_args!("{}", value.to_json()?))?;
    Ok(out.written)
}

/// Prints `{"<key>":[item,…]}`.
pub(crate) fn print_list<S: Summary, T>(
    key: &str,
    items: impl IntoIterator<Item = T>,
    print: impl FnMut(&mut Text, T) -> Result<()>,
) -> Result<String> {
    let mut out = Text::new(S::TYPE);
    out.put(format_args!("{{"))?;
    out.list(key, items, print)?;
    out.put(format_args!("}}"))?;
    Ok(out.written)
}

/// A text form as it grows: room that cannot be had, or that PostgreSQL has no value for, is an error, and there are pauses.
pub(crate) struct Text {
    type_name: &'static str,
    written: String,
    trouble: Option<Error>,
}

impl Text {
    pub(crate) fn new(type_name: &'static str) -> Self {
        Text { type_name, written: String::new(), trouble: None }
    }

    /// Appends `"<key>":[item,…]` item by item: a tree of the whole would be many times the size of the text.
    pub(crate) fn list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut print: impl FnMut(&mut Text, T) -> Result<()>,
    ) -> Result<()> {
        self.put(format_args!("\"{key}\":["))?;
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                self.put(format_args!(","))?;
            }
            print(self, item)?;
        }
        self.put(format_args!("]"))
    }

    /// What was appended.
    pub(crate) fn into_string(self) -> String {
        self.written
    }

    /// Appends.
    pub(crate) fn put(&mut self, text: fmt::Arguments<'_>) -> Result<()> {
        self.write_fmt(text).map_err(|_| self.trouble.take().unwrap_or_else(|| Error::out_of_memory("a text form")))
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        pause::step();
        if self.written.len() + text.len() > MAX_FLAT {
            let message = format!("the text form of the {} would be larger than 1 GB", self.type_name);
            self.trouble = Some(Error::new(SqlState::LimitExceeded, message).hint("Copy it in binary form, or split the input by a key."));
            return Err(fmt::Error);
        }
        self.written.try_reserve(text.len()).map_err(|_| fmt::Error)?;
        self.written.push_str(text);
        Ok(())
    }
}

/// Reads one JSON object.
pub fn parse_json<J: Json>(text: &str) -> Result<J> {
    let value = crate::document::parse(text)?;
    crate::document::read(&value, |object| J::from_json(object))?
}

/// The text form of a summary.
pub fn to_text<S: Summary>(summary: &S) -> Result<String> {
    summary.print()
}

/// Reads the text form of a summary; what is wrong is 22P02 and names the path.
pub fn from_text<S: Summary>(text: &str) -> Result<S> {
    let wrong = |e: Error| match e.state {
        SqlState::OutOfMemory | SqlState::LimitExceeded => e,
        _ => Error::text(S::TYPE, &e.message).hint(e.hint.unwrap_or_else(|| expected::<S>().into())),
    };
    S::parse(text).map_err(wrong)
}

fn expected<S: Summary>() -> String {
    format!("Expected the text form that {} values print.", S::TYPE)
}

/// The wire form of a summary: the version, then the value.
pub fn to_wire<S: Summary>(summary: &S) -> Result<Vec<u8>> {
    let mut out = Writer::default();
    out.u16(S::VERSION)?;
    summary.encode(&mut out)?;
    Ok(out.into_bytes())
}

/// Reads the wire form; what is wrong is 22P03.
pub fn from_wire<S: Summary>(bytes: &[u8]) -> Result<S> {
    let mut input = Reader::new(S::TYPE, bytes);
    let version = input.u16()?;
    from_body(version, input)
}

/// Reads the value of `version` to the end of the input.
pub fn from_body<S: Summary>(version: u16, mut input: Reader<'_>) -> Result<S> {
    known::<S>(version)?;
    let summary = S::decode(version, &mut input)?;
    input.end()?;
    Ok(summary)
}

/// Refuses a version that this release does not read.
pub fn known<S: Summary>(version: u16) -> Result<()> {
    if version == 0 || version > S::VERSION {
        return Err(Error::binary(S::TYPE, format!("version {version} is not known"))
            .hint(format!("This release reads versions 1 to {}; update the extension.", S::VERSION)));
    }
    Ok(())
}

/// Appends numbers in network order. Growth that the allocator refuses is an error, not an abort.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

macro_rules! put {
    ($($name:ident: $type:ty),*) => {$(
        #[doc = concat!("Appends a ", stringify!($type), ".")]
        #[inline]
        pub fn $name(&mut self, value: $type) -> Result<()> {
            self.raw(&value.to_be_bytes())
        }
    )*};
}

impl Writer {
    put! { u8: u8, u16: u16, u32: u32, u64: u64, i32: i32, i64: i64, i128: i128 }

    /// Appends an f64, bit for bit.
    pub fn f64(&mut self, value: f64) -> Result<()> {
        self.u64(value.to_bits())
    }

    /// Appends a number in as few bytes as it needs: seven bits a byte, the lowest first (LEB128).
    pub fn varint(&mut self, mut value: u64) -> Result<()> {
        while value >= 0x80 {
            self.u8(value as u8 | 0x80)?;
            value >>= 7;
        }
        self.u8(value as u8)
    }

    /// [`Writer::varint`] of a number of up to 128 bits.
    pub fn wide_varint(&mut self, mut value: u128) -> Result<()> {
        while u64::try_from(value).is_err() {
            self.u8(value as u8 | 0x80)?;
            value >>= 7;
        }
        self.varint(value as u64)
    }

    /// Appends a signed number in as few bytes as it needs: the sign is the lowest bit.
    pub fn signed_varint(&mut self, value: i128) -> Result<()> {
        self.wide_varint(((value << 1) ^ (value >> 127)) as u128)
    }

    /// Appends a string: its length, then its UTF-8.
    pub fn text(&mut self, value: &str) -> Result<()> {
        let length = u32::try_from(value.len()).map_err(|_| too_long())?;
        self.u32(length)?;
        self.raw(value.as_bytes())
    }

    /// Appends bytes as they are.
    pub fn raw(&mut self, value: &[u8]) -> Result<()> {
        pause::step();
        if self.bytes.len() + value.len() > MAX_FLAT {
            return Err(too_long());
        }
        self.bytes.try_reserve(value.len()).map_err(|_| Error::out_of_memory("a summary"))?;
        self.bytes.extend_from_slice(value);
        Ok(())
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// What PostgreSQL can hold in one value (1 GB), less room for headers.
pub const MAX_FLAT: usize = (1 << 30) - 64;

/// The error of a summary that would pass 1 GB (54000).
#[cold]
pub fn too_long() -> Error {
    Error::new(SqlState::LimitExceeded, "the summary would be larger than 1 GB")
        .hint("Split the input by a key (group by customer % 16), or take a sample of it.")
}

/// Reads what [`Writer`] wrote; running short is 22P03.
#[derive(Clone)]
pub struct Reader<'a> {
    type_name: &'static str,
    rest: &'a [u8],
}

macro_rules! take {
    ($($name:ident: $type:ty),*) => {$(
        #[doc = concat!("Takes a ", stringify!($type), ".")]
        #[inline]
        pub fn $name(&mut self) -> Result<$type> {
            Ok(<$type>::from_be_bytes(self.array()?))
        }
    )*};
}

macro_rules! take_varint {
    ($($name:ident: $type:ty),*) => {$(
        #[doc = concat!("Takes what [`Writer::", stringify!($name), "`] wrote; a longer form than needed is refused.")]
        #[inline]
        pub fn $name(&mut self) -> Result<$type> {
            let mut value = 0;
            for shift in (0..<$type>::BITS).step_by(7) {
                let byte = self.u8()?;
                let bits = <$type>::from(byte & 0x7f);
                if (bits << shift) >> shift != bits || (byte == 0 && shift > 0) {
                    break;
                }
                value |= bits << shift;
                if byte & 0x80 == 0 {
                    return Ok(value);
                }
            }
            Err(self.wrong("a number is too long"))
        }
    )*};
}

impl<'a> Reader<'a> {
    /// A reader of `bytes`, whose errors name the type.
    pub fn new(type_name: &'static str, bytes: &'a [u8]) -> Self {
        Reader { type_name, rest: bytes }
    }

    take! { u8: u8, u16: u16, u32: u32, u64: u64, i32: i32, i64: i64, i128: i128 }

    /// Takes an f64, bit for bit.
    pub fn f64(&mut self) -> Result<f64> {
        Ok(f64::from_bits(self.u64()?))
    }

    take_varint! { varint: u64, wide_varint: u128 }

    /// Takes what [`Writer::signed_varint`] wrote.
    pub fn signed_varint(&mut self) -> Result<i128> {
        let value = self.wide_varint()?;
        Ok((value >> 1) as i128 ^ -((value & 1) as i128))
    }

    /// Takes a string.
    pub fn text(&mut self) -> Result<&'a str> {
        let length = self.u32()? as usize;
        let bytes = self.raw(length)?;
        std::str::from_utf8(bytes).map_err(|_| self.wrong("text is not UTF-8"))
    }

    /// Takes `length` bytes.
    pub fn raw(&mut self, length: usize) -> Result<&'a [u8]> {
        pause::step();
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return Err(self.wrong("it ends too early"));
        };
        self.rest = rest;
        Ok(taken)
    }

    /// Takes a count of items that need at least `bytes_each` bytes: a count the input cannot hold is refused before
    /// anything is allocated for it.
    pub fn count(&mut self, bytes_each: usize) -> Result<usize> {
        let count = self.u64()?;
        match usize::try_from(count).ok().filter(|n| n.saturating_mul(bytes_each.max(1)) <= self.rest.len()) {
            Some(n) => Ok(n),
            None => Err(self.wrong("it ends too early")),
        }
    }

    /// Refuses a count of items, a byte each or more, that the input cannot hold.
    pub fn holds(&self, count: u64) -> Result<()> {
        if count <= self.rest.len() as u64 { Ok(()) } else { Err(self.wrong("it ends too early")) }
    }

    /// Refuses what is left over.
    pub fn end(&self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.wrong("it is too long")) }
    }

    /// 22P03, naming the type.
    #[cold]
    pub fn wrong(&self, problem: &str) -> Error {
        Error::binary(self.type_name, problem)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let taken = self.raw(N)?;
        taken.try_into().map_err(|_| self.wrong("it ends too early"))
    }
}

/// An amount as text where that keeps its scale. The binary value of a float8 has more decimals than were asked for, so it
/// needs its scale beside it.
pub(crate) fn print_amount(amount: Amount) -> Value {
    match amount.digits() == amount.scale {
        true => amount.to_string().into(),
        false => json!({ "amount": amount.to_string(), "scale": amount.scale }),
    }
}

/// Reads what [`print_amount`] gives.
pub(crate) fn read_amount(node: &Node<'_>) -> Amount {
    if !node.value().is_object() {
        return node.amount();
    }
    node.object(|object| Amount::new(object.amount("amount").units, object.integer("scale", 0..=DECIMALS.into()) as u8))
}

/// Bytes of the shortest two's complement that holds a number.
fn bytes_of(units: i128) -> usize {
    let sign_bits = (units ^ (units >> 127)).leading_zeros() as usize;
    (128 - sign_bits) / 8 + 1
}

/// Writes an amount: a byte with the scale and the number of bytes that follow, less one, then the units in so many.
pub(crate) fn encode_amount(amount: Amount, out: &mut Writer) -> Result<()> {
    let bytes = bytes_of(amount.units);
    out.u8((amount.scale << 4) | (bytes - 1) as u8)?;
    out.raw(&amount.units.to_be_bytes()[size_of::<i128>() - bytes..])
}

/// Takes what [`encode_amount`] wrote; a longer form than needed is refused.
#[inline]
pub(crate) fn decode_amount(input: &mut Reader<'_>) -> Result<Amount> {
    let head = input.u8()?;
    let (scale, bytes) = (head >> 4, usize::from(head & 15) + 1);
    let taken = input.raw(bytes)?;
    let negative = taken.first().is_some_and(|byte| *byte >= 0x80);
    let mut units = [if negative { 0xff } else { 0 }; size_of::<i128>()];
    units[size_of::<i128>() - bytes..].copy_from_slice(taken);
    let units = i128::from_be_bytes(units);
    if scale > DECIMALS || units == i128::MIN || bytes_of(units) != bytes {
        return Err(input.wrong("an amount is out of range or longer than it need be"));
    }
    Ok(Amount::new(units, scale))
}
