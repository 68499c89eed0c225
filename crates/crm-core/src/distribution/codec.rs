//! The external forms of a distribution.
//!
//! Binary, version 1: `bits` and the form, a byte each. Form 0, exact: the number of values, then of each the value and
//! its count. Form 1, a sketch: minimum, maximum, the number of buckets, then of each the distance of its number from
//! the one before (the first from −2047·2^bits − 1) and its count. Counts and distances are LEB128, seven bits a byte.
//! What follows from the rest is not written, so it cannot contradict it.
//!
//! JSON: `{"bits", "count", "exact", "max", "min"}` and `"values": [[value, count], …]` if exact, otherwise
//! `"buckets": [[number, count], …]`. Bucket 0 is the value zero; bucket n > 0 is that of the numbers x whose IEEE
//! representation, as an integer without its last 52 − bits bits, is n − 1; bucket −n is that of −x.

use super::{BITS, Buckets, Contents, Distribution, EXACT_LIMIT, buckets, total};
use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_json};
use crate::document::{Node, Object};
use crate::error::{Error, Result, SqlState};
use serde_json::{Map, Value};

const EXACT: u8 = 0;
const SKETCH: u8 = 1;

impl Summary for Distribution {
    const TYPE: &'static str = "distribution";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        Distribution::merge(self, other)
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        out.u8(self.bits)?;
        match &self.contents {
            Contents::Exact(exact) => {
                out.u8(EXACT)?;
                out.u64(exact.entries().len() as u64)?;
                for (value, count) in exact.entries() {
                    out.f64(*value)?;
                    put_varint(out, *count)?;
                }
            }
            Contents::Buckets(buckets) => {
                out.u8(SKETCH)?;
                out.f64(self.min)?;
                out.f64(self.max)?;
                out.u64(buckets.iter().count() as u64)?;
                let mut last = before_first(self.bits);
                for (index, count) in buckets.iter() {
                    put_varint(out, u64::from(index.abs_diff(last)))?;
                    put_varint(out, count)?;
                    last = index;
                }
            }
        }
        Ok(())
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let bits = input.u8()?;
        let form = input.u8()?;
        if !BITS.contains(&bits) {
            return Err(input.wrong("the number of bits is out of range"));
        }
        match form {
            EXACT => {
                let length = input.count(size_of::<f64>() + 1)?;
                let mut made = Filling::exact(bits);
                for _ in 0..length {
                    let value = input.f64()?;
                    let count = take_varint(input)?;
                    made.value(value, count).map_err(|e| binary(input, e))?;
                }
                Ok(made.made)
            }
            SKETCH => {
                let (min, max) = (input.f64()?, input.f64()?);
                let length = input.count(2)?;
                let mut made = Filling::sketch(bits)?;
                for _ in 0..length {
                    let step = i64::try_from(take_varint(input)?).unwrap_or(i64::MAX);
                    let count = take_varint(input)?;
                    made.bucket(i64::from(made.last).saturating_add(step), count).map_err(|e| binary(input, e))?;
                }
                made.between(min, max).map_err(|e| binary(input, e))
            }
            _ => Err(input.wrong("the form is not known")),
        }
    }

    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

impl Json for Distribution {
    fn to_json(&self) -> Result<Value> {
        let (key, pairs) = match &self.contents {
            Contents::Exact(exact) => ("values", pairs(exact.entries().iter().map(|(v, n)| (Value::from(*v), *n)))?),
            Contents::Buckets(buckets) => ("buckets", pairs(buckets.iter().map(|(i, n)| (Value::from(i), n)))?),
        };
        let mut object = Map::new();
        object.insert("bits".into(), self.bits.into());
        object.insert("count".into(), self.count.into());
        object.insert("exact".into(), self.is_exact().into());
        object.insert("max".into(), self.max().into());
        object.insert("min".into(), self.min().into());
        object.insert(key.into(), pairs);
        Ok(Value::Object(object))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let bits = object.integer("bits", i64::from(*BITS.start())..=i64::from(*BITS.end()));
        let bits = u8::try_from(bits).unwrap_or(*BITS.start());
        let count = object.integer("count", 0..=i64::MAX).unsigned_abs();
        let exact = object.boolean("exact");
        let finite = f64::MIN..=f64::MAX;
        let (min, max) = (object.optional_number("min", finite.clone()), object.optional_number("max", finite));
        let made = if exact {
            let mut made = Filling::exact(bits);
            read_pairs(object, "values", Value::as_f64, |value, count| made.value(value, count))?;
            made.made
        } else {
            let mut made = Filling::sketch(bits)?;
            read_pairs(object, "buckets", Value::as_i64, |index, count| made.bucket(index, count))?;
            made.between(min.unwrap_or(f64::NAN), max.unwrap_or(f64::NAN))?
        };
        if made.count != count {
            return Err(Error::parameter(format!("\"count\" is {count}, but the counts add up to {}", made.count)));
        }
        if made.min() != min || made.max() != max {
            return Err(Error::parameter("\"min\" and \"max\" are not the first and the last of \"values\""));
        }
        Ok(made)
    }
}

/// A distribution being read, entry by entry in ascending order. Errors are 22023 and become those of the input.
struct Filling {
    made: Distribution,
    first: Option<i32>,
    last: i32,
}

impl Filling {
    fn exact(bits: u8) -> Self {
        Filling { made: Distribution::empty(bits), first: None, last: before_first(bits) }
    }

    fn sketch(bits: u8) -> Result<Self> {
        let mut filling = Filling::exact(bits);
        filling.made.contents = Contents::Buckets(Buckets::new(bits)?);
        Ok(filling)
    }

    /// Counts one more entry.
    fn count(&mut self, count: u64) -> Result<()> {
        if count == 0 {
            return Err(Error::parameter("a count is zero"));
        }
        self.made.count = total(self.made.count, count).map_err(|e| e.under(SqlState::InvalidParameter))?;
        Ok(())
    }

    fn value(&mut self, value: f64, count: u64) -> Result<()> {
        check_value(value)?;
        // The maximum so far is the value before; at first it is below all.
        if value <= self.made.max {
            return Err(Error::parameter("values are not strictly ascending"));
        }
        self.count(count)?;
        if let Contents::Exact(exact) = &mut self.made.contents {
            if exact.entries().len() >= EXACT_LIMIT {
                return Err(Error::parameter(format!("more than {EXACT_LIMIT} values cannot be exact")));
            }
            exact.append(value, count)?;
        }
        self.made.widen(value, value);
        Ok(())
    }

    fn bucket(&mut self, index: i64, count: u64) -> Result<()> {
        if index <= i64::from(self.last) {
            return Err(Error::parameter("buckets are not strictly ascending"));
        }
        let index = i32::try_from(index).ok().filter(|i| *i <= buckets::last_index(self.made.bits));
        let index = index.ok_or_else(|| Error::parameter("a bucket number is out of range"))?;
        self.count(count)?;
        if let Contents::Buckets(buckets) = &mut self.made.contents {
            buckets.add_index(index, count)?;
        }
        self.first.get_or_insert(index);
        self.last = index;
        Ok(())
    }

    /// Closes a sketch.
    fn between(mut self, min: f64, max: f64) -> Result<Distribution> {
        check_value(min)?;
        check_value(max)?;
        let index = |x| buckets::index_of(x, self.made.bits);
        if self.made.count <= EXACT_LIMIT as u64 {
            return Err(Error::parameter(format!("a sketch has more than {EXACT_LIMIT} observations")));
        }
        if min >= max || self.first != Some(index(min)) || self.last != index(max) {
            return Err(Error::parameter("minimum and maximum do not lie in the first and the last bucket"));
        }
        self.made.widen(min, max);
        Ok(self.made)
    }
}

/// One less than the first bucket number.
fn before_first(bits: u8) -> i32 {
    -buckets::last_index(bits) - 1
}

fn check_value(value: f64) -> Result<()> {
    if value.is_finite() && (value != 0.0 || value.is_sign_positive()) {
        Ok(())
    } else {
        Err(Error::parameter("a value is not finite, or is -0"))
    }
}

/// An error of [`Filling`] as one of the binary input.
fn binary(input: &Reader<'_>, e: Error) -> Error {
    match e.state {
        SqlState::InvalidParameter => input.wrong(&e.message),
        _ => e,
    }
}

fn put_varint(out: &mut Writer, mut value: u64) -> Result<()> {
    while value >= 0x80 {
        out.u8(value as u8 | 0x80)?;
        value >>= 7;
    }
    out.u8(value as u8)
}

fn take_varint(input: &mut Reader<'_>) -> Result<u64> {
    let mut value = 0u64;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = input.u8()?;
        let part = u64::from(byte & 0x7f);
        value |= part << shift;
        if byte < 0x80 {
            // One number has one form: no zeros to the left, nothing shifted out.
            let canonical = (byte > 0 || shift == 0) && part << shift >> shift == part;
            return if canonical { Ok(value) } else { Err(input.wrong("a number is not in its shortest form")) };
        }
    }
    Err(input.wrong("a number is too long"))
}

fn pairs(entries: impl Iterator<Item = (Value, u64)>) -> Result<Value> {
    let mut list = Vec::new();
    for (value, count) in entries {
        list.try_reserve(1).map_err(|_| Error::out_of_memory("the text of a distribution"))?;
        list.push(Value::Array(vec![value, count.into()]));
    }
    Ok(Value::Array(list))
}

/// Reads a list of pairs; the first that `add` refuses is a problem of the document, and the rest is not looked at.
fn read_pairs<T>(
    object: &Object<'_>,
    key: &'static str,
    read: fn(&Value) -> Option<T>,
    mut add: impl FnMut(T, u64) -> Result<()>,
) -> Result<()> {
    let mut failed = Ok(());
    let mut open = true;
    object.list(key, |node: &Node<'_>| {
        if !open {
            return;
        }
        let pair = match node.value().as_array().map(Vec::as_slice) {
            Some([value, count]) if value.is_number() => read(value).zip(count.as_u64()),
            _ => None,
        };
        let added = match pair {
            Some((value, count)) => add(value, count),
            None => Err(Error::parameter("must be a list of a number and a count")),
        };
        match added {
            Ok(()) => return,
            Err(e) if e.state == SqlState::InvalidParameter => node.problem(e.message),
            Err(e) => failed = Err(e),
        }
        open = false;
    });
    failed
}
