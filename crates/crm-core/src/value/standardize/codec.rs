//! The external forms of a [`Standardize`].
//!
//! Binary, version 1: the SHA-256 of what follows; the number of rows; the number of measures; of each, by the bytes of
//! the names, its name, its distribution, and if that is a sketch the three sums. Of an exact distribution they follow.
//!
//! JSON: `{"measures": {name: {"distribution": {…}, "logs", "squares", "sum"}}, "rows"}`; the sums are texts such as
//! `"0x3p2"` (12), which hold them exactly, and stand there beside a sketch only.

use super::measure::Measure;
use super::{MAX_MEASURES, Standardize, too_many};
use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_json};
use crate::distribution::{DEFAULT_BITS, Distribution, MAX_COUNT, Step};
use crate::document::{Node, Object};
use crate::error::{Error, Result, SqlState};
use crate::exact_sum::ExactSum;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The version of the distributions that are written. A distribution that changes needs another version here too, or what
/// was stored before cannot be read.
const DISTRIBUTION: u16 = 1;
const _: () = assert!(Distribution::VERSION == DISTRIBUTION);

impl Standardize {
    fn body(&self) -> Result<Vec<u8>> {
        let mut out = Writer::default();
        out.u64(self.rows)?;
        out.varint(self.measures.len() as u64)?;
        for measure in &self.measures {
            out.varint(measure.name.len() as u64)?;
            out.raw(measure.name.as_bytes())?;
            measure.distribution.encode(&mut out)?;
            if !measure.distribution.is_exact() {
                measure.sum.encode(&mut out)?;
                measure.squares.encode(&mut out)?;
                measure.logs.encode(&mut out)?;
            }
        }
        Ok(out.into_bytes())
    }

    /// Takes the next measure of what is being read; errors are 22023.
    fn append(&mut self, measure: Measure) -> Result<()> {
        if self.measures.last().is_some_and(|last| last.name >= measure.name) {
            return Err(Error::parameter("the measures are not in the order of their names"));
        }
        if measure.distribution.bits() != DEFAULT_BITS {
            return Err(Error::parameter("the distribution of a measure has another accuracy than it is made with"));
        }
        if measure.count() > self.rows {
            return Err(Error::parameter("a measure has more values than there are rows"));
        }
        if self.measures.len() == MAX_MEASURES {
            return Err(too_many());
        }
        self.measures.push(measure);
        Ok(())
    }
}

/// A measure whose distribution is a sketch, with the sums that were read beside it; sums that its values cannot have are
/// 22023.
fn sketched(name: &str, distribution: Distribution, sum: ExactSum, squares: ExactSum, logs: ExactSum) -> Result<Measure> {
    let (Some(min), Some(max)) = (distribution.min(), distribution.max()) else {
        return Err(Error::parameter("a sketch has no values"));
    };
    if min.abs().max(max.abs()) > super::MAX_MAGNITUDE {
        return Err(Error::parameter("a value is above 1e130 in magnitude"));
    }
    let steps = distribution.steps()?;
    // By how much a sum is above what it would be if every value were at a bound of its bucket.
    let above = |sum: &ExactSum, bound: fn(&Step) -> f64| {
        let mut rest = sum.clone();
        steps.iter().for_each(|step| rest.add_times(-bound(step), step.count));
        rest.value()
    };
    let within = |sum, low, high| above(sum, low) >= 0.0 && above(sum, high) <= 0.0;
    let fits = within(&sum, |step| step.low, |step| step.high)
        && within(&squares, |step| smallest(step).powi(2).next_down(), |step| largest(step).powi(2).next_up())
        && within(&logs, |_| -0.5, |step| bound_of_logs(step.high));
    if !fits {
        return Err(Error::parameter("the sums do not fit the distribution"));
    }
    let mut measure = Measure::new(name)?;
    (measure.distribution, measure.sum, measure.squares, measure.logs) = (distribution, sum, squares, logs);
    Ok(measure)
}

/// The smallest magnitude in a bucket.
fn smallest(step: &Step) -> f64 {
    step.low.abs().min(step.high.abs())
}

/// The largest.
fn largest(step: &Step) -> f64 {
    step.low.abs().max(step.high.abs())
}

/// What x ln x is at most, of values up to `max`.
fn bound_of_logs(max: f64) -> f64 {
    if max > 1.0 { max * libm::log(max) * (1.0 + 4.0 * f64::EPSILON) } else { 0.0 }
}

impl Summary for Standardize {
    const TYPE: &'static str = "standardize";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.count_rows(other.rows)?;
        for (i, theirs) in other.measures.iter().enumerate() {
            let at = self.place(i, &theirs.name)?;
            if let Some(mine) = self.measures.get_mut(at) {
                mine.merge(theirs)?;
            }
        }
        Ok(())
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        let body = self.body()?;
        out.raw(&Sha256::digest(&body))?;
        out.raw(&body)
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let digest = input.raw(32)?;
        let mut made = Standardize { rows: input.u64()?, ..Standardize::default() };
        if made.rows == 0 || made.rows > MAX_COUNT {
            return Err(input.wrong("the number of rows is out of range"));
        }
        let refused = |input: &Reader<'_>, e: Error| match e.state {
            SqlState::OutOfMemory => e,
            _ => input.wrong(&e.message),
        };
        for _ in 0..input.varint()? {
            let length = input.varint()?;
            input.holds(length)?;
            let name = std::str::from_utf8(input.raw(length as usize)?).map_err(|_| input.wrong("text is not UTF-8"))?;
            let distribution = Distribution::decode(DISTRIBUTION, input)?;
            let measure = if distribution.is_exact() {
                Measure::of_exact(name, distribution)
            } else {
                sketched(name, distribution, ExactSum::decode(input)?, ExactSum::decode(input)?, ExactSum::decode(input)?)
            };
            measure.and_then(|measure| made.append(measure)).map_err(|e| refused(input, e))?;
        }
        if digest != Sha256::digest(made.body()?).as_slice() {
            return Err(input.wrong("the digest does not fit the measures"));
        }
        Ok(made)
    }

    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

impl Json for Standardize {
    fn to_json(&self) -> Result<Value> {
        let mut measures = Map::new();
        for measure in &self.measures {
            let mut fields = Map::from_iter([("distribution".to_string(), measure.distribution.to_json()?)]);
            if !measure.distribution.is_exact() {
                let sums = [("logs", &measure.logs), ("squares", &measure.squares), ("sum", &measure.sum)];
                fields.extend(sums.map(|(key, sum)| (key.to_string(), Value::from(sum.to_string()))));
            }
            measures.insert(measure.name.to_string(), Value::Object(fields));
        }
        Ok(json!({"measures": measures, "rows": self.rows}))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let mut made = Standardize { rows: object.integer("rows", 1..=i64::MAX).unsigned_abs(), ..Standardize::default() };
        let Some(node) = object.node("measures") else { return Ok(made) };
        let mut measures = node.entries(|name, node| measure_from_json(name, node));
        measures.sort_by(|(one, _), (other, _)| one.cmp(other));
        measures.into_iter().try_for_each(|(_, measure)| made.append(measure?))?;
        Ok(made)
    }
}

fn measure_from_json(name: &str, node: &Node<'_>) -> Result<Measure> {
    node.object(|fields| {
        let distribution = fields.node("distribution").map(|node| node.object(|d| Distribution::from_json(d)));
        let distribution = distribution.unwrap_or_else(|| Ok(Distribution::default()))?;
        if distribution.is_exact() {
            return Measure::of_exact(name, distribution).map_err(|e| e.under(SqlState::InvalidParameter));
        }
        let sum = |key| {
            ExactSum::parse(&fields.text(key)).unwrap_or_else(|e| {
                fields.problem(key, e.message);
                ExactSum::default()
            })
        };
        let (sum, squares, logs) = (sum("sum"), sum("squares"), sum("logs"));
        if fields.is_clean() { sketched(name, distribution, sum, squares, logs) } else { Measure::new(name) }
    })
}
