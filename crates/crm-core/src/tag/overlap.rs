//! How much two lists of tags have in common, and what each tag adds to it.

use super::{Measure, tags_of};
use crate::error::{Error, Result, SqlState};
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The most tags that a list can have.
pub const MAX_TAGS: usize = 65_536;

/// A list of tags: each once, in the order of their bytes.
#[derive(Clone, Debug, Default)]
pub struct Tags<'a>(Vec<Cow<'a, str>>);

impl<'a> Tags<'a> {
    /// Reads a list of texts. More than [`MAX_TAGS`] are 54000.
    pub fn of_texts(texts: impl Iterator<Item = Result<&'a str>>) -> Result<Self> {
        Self::collect(texts.map(|text| text.map(Cow::Borrowed)))
    }

    /// Reads what [`tags_of`] gives. More than [`MAX_TAGS`] are 54000.
    pub fn of_json(value: &'a Value) -> Result<Self> {
        Self::collect(tags_of(Some(value)).map(Ok))
    }

    fn collect(texts: impl Iterator<Item = Result<Cow<'a, str>>>) -> Result<Self> {
        let mut tags = Vec::new();
        for text in texts {
            if tags.len() == MAX_TAGS {
                return Err(Error::new(SqlState::LimitExceeded, "there are more than 65536 tags in one list")
                    .hint("Tags are words of a vocabulary; check that the column does not hold identifiers or free text."));
            }
            tags.try_reserve(1).map_err(|_| Error::out_of_memory("a list of tags"))?;
            tags.push(text?);
        }
        tags.sort_unstable();
        tags.dedup();
        Ok(Tags(tags))
    }

    /// The sum of what `mass` says of its tags, in their order.
    fn mass(&self, mass: impl Fn(&str) -> f64) -> f64 {
        self.0.iter().fold(0.0, |sum, tag| sum + mass(tag))
    }
}

impl Measure {
    const NAMES: [(&'static str, Measure); 4] = [
        ("jaccard", Measure::Jaccard),
        ("cosine", Measure::Cosine),
        ("share_of_first", Measure::ShareOfFirst),
        ("share_of_second", Measure::ShareOfSecond),
    ];

    /// The measure of a name (22023).
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, measure)| *measure).ok_or_else(|| {
            let names: Vec<_> = Self::NAMES.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            Error::parameter("measure is not one that this function knows").hint(format!("It knows {}.", names.join(", ")))
        })
    }
}

/// The sums that a measure is made of.
struct Sums {
    both: f64,
    first: f64,
    second: f64,
}

fn sums(measure: Measure, weight: &impl Fn(&str) -> f64, first: &Tags<'_>, second: &Tags<'_>) -> Sums {
    let mass = |tag: &str| measure.mass(weight(tag));
    let both = joined(first, second).filter(|(_, of_first, of_second)| *of_first && *of_second);
    Sums { both: both.fold(0.0, |sum, (tag, ..)| sum + mass(tag)), first: first.mass(mass), second: second.mass(mass) }
}

/// The overlap of two lists, every tag by its weight: 0 to 1, and 0 where there is nothing to measure by.
pub fn overlap(measure: Measure, weight: impl Fn(&str) -> f64, first: &Tags<'_>, second: &Tags<'_>) -> f64 {
    let Sums { both, first, second } = sums(measure, &weight, first, second);
    measure.overlap(both, first, second)
}

/// A tag of either list.
#[derive(Clone, Copy, Debug)]
pub struct Part<'t> {
    /// The tag.
    pub tag: &'t str,
    /// Whether the first list has it.
    pub in_first: bool,
    /// Whether the second list has it.
    pub in_second: bool,
    /// What it weighs.
    pub weight: f64,
    /// What it adds to the overlap.
    pub contribution: f64,
}

/// Every tag of two lists, in the order of their bytes, with what it adds to the overlap.
///
/// A contribution is the tag's mass by the sum that the overlap is measured by, in units of the overlap's last bit; what is left of
/// rounding goes to the largest. So they add up to the overlap exactly, in any order.
pub fn overlap_parts<'t>(
    measure: Measure,
    weight: impl Fn(&str) -> f64,
    first: &'t Tags<'_>,
    second: &'t Tags<'_>,
) -> Result<Vec<Part<'t>>> {
    let sums = sums(measure, &weight, first, second);
    let overlap = measure.overlap(sums.both, sums.first, sums.second);
    let whole = measure.whole(sums.both, sums.first, sums.second);
    let unit = overlap.next_up() - overlap;
    let mut parts = Vec::new();
    parts.try_reserve_exact(first.0.len().saturating_add(second.0.len())).map_err(|_| Error::out_of_memory("an overlap"))?;
    let (mut largest, mut left) = (None, (overlap / unit) as i64);
    for (tag, in_first, in_second) in joined(first, second) {
        let weight = weight(tag);
        let counts = in_first && in_second && overlap > 0.0;
        let units = if counts { (measure.mass(weight) / whole / unit).round() as i64 } else { 0 };
        if units > largest.map_or(0, |(_, units)| units) {
            largest = Some((parts.len(), units));
        }
        left -= units;
        parts.push(Part { tag, in_first, in_second, weight, contribution: units as f64 * unit });
    }
    // With at most 65,536 tags the largest has many more units than all of them together can be off by.
    if let Some((at, units)) = largest
        && let Some(part) = parts.get_mut(at)
    {
        part.contribution = (units + left) as f64 * unit;
    }
    Ok(parts)
}

/// The tags of either list, in order, with which of the lists has them.
fn joined<'t>(first: &'t Tags<'_>, second: &'t Tags<'_>) -> impl Iterator<Item = (&'t str, bool, bool)> {
    let (mut first, mut second) = (first.0.iter().peekable(), second.0.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (first.peek(), second.peek()) {
            (Some(one), Some(other)) => one.cmp(other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return None,
        };
        let one = if order.is_le() { first.next() } else { None };
        let other = if order.is_ge() { second.next() } else { None };
        one.or(other).map(|tag| (tag.as_ref(), order.is_le(), order.is_ge()))
    })
}
