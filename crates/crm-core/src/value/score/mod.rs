//! Scores under a card, and what they are made of.

#[cfg(test)]
mod tests;

use super::card::{CardMeasure, Missing, ScoreCard};
use super::curve::Curve;
use super::standardize::{Standardize, number};
use crate::document::shorten;
use crate::error::{Error, Result};
use crate::label::labelled;
use serde_json::Value;

/// Contributions are whole multiples of 2^-30 of a point, kept as whole numbers until the end: whatever the order in which
/// they are added up, the sum is exact.
const UNITS: f64 = 1_073_741_824.0;
/// Added to a number from 0 to 2^52 and taken away again, it rounds to whole, ties to even.
const TO_WHOLE: f64 = 4_503_599_627_370_496.0;

/// A card with the statistics it needs, ready for one customer after the other.
#[derive(Debug)]
pub struct Scorer {
    card: ScoreCard,
    /// From the worst score to the best, in units.
    width: f64,
    items: Vec<Item>,
}

#[derive(Debug)]
struct Item {
    curve: Curve,
    weight: f64,
    /// What the measure can contribute at most, in units, when none is skipped.
    most: f64,
    missing: Absent,
    median: f64,
}

/// What becomes of a measure that is missing, with its share.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Absent {
    Error,
    Skip,
    Share(f64),
}

/// A measure's part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Part<'a> {
    /// Its name.
    pub measure: &'a str,
    /// Its label, in the language asked for.
    pub label: &'a str,
    /// The raw value; none if missing.
    pub raw: Option<f64>,
    /// The share it gives, 0 to 1; none if skipped.
    pub transformed: Option<f64>,
    /// The weight after skipping: 0 to 1.
    pub weight: f64,
    /// The points it adds to the score, a multiple of 2^-30; none if skipped.
    pub contribution: Option<f64>,
    /// The points it adds against a customer who has the median of the measure; none if skipped.
    pub against_median: Option<f64>,
    /// 1 for the measure that moves the score most against the median customer, up or down; none if skipped.
    pub influence: Option<u32>,
}

/// What a measure gives.
#[derive(Clone, Copy)]
struct Given {
    /// 0 to 1.
    share: f64,
    /// What it can contribute at most, in units.
    most: f64,
    /// What it does.
    units: f64,
}

impl Scorer {
    /// Puts a card and statistics together. Statistics that the card needs and that are not there are 22023.
    pub fn compile(card: ScoreCard, statistics: Option<&Standardize>) -> Result<Self> {
        let width = (card.to - card.from) * UNITS;
        let total: f64 = card.measures.iter().map(|measure| measure.weight).sum();
        let (mut items, mut share) = (Vec::new(), Shares::new(width, total));
        for measure in &card.measures {
            let curve = Curve::new(measure, statistics)?;
            let missing = match measure.missing {
                Missing::Error => Absent::Error,
                Missing::Skip => Absent::Skip,
                Missing::Worst => Absent::Share(0.0),
                Missing::Neutral => Absent::Share(0.5),
                Missing::Raw(raw) => Absent::Share(curve.share(raw)),
            };
            let (weight, most, median) = (measure.weight, share.next(measure.weight), curve.median_share(measure, statistics)?);
            items.push(Item { curve, weight, most, missing, median });
        }
        Ok(Scorer { card, width, items })
    }

    /// The score of measures in the order of the card; none if all of them are skipped. Errors: another number of measures
    /// than the card has, a missing one that must not be (22023), one that is NaN or infinite (22003).
    #[inline]
    pub fn score(&self, measures: impl ExactSizeIterator<Item = Option<f64>> + Clone) -> Result<Option<f64>> {
        let (mut sum, mut any) = (0.0, false);
        self.walk(measures, |_, _, found| {
            if let Some(given) = found {
                sum += given.units;
                any = true;
            }
        })?;
        Ok(any.then_some(self.card.from + sum / UNITS))
    }

    /// The measures of an object by name, in the order of the card: one that the object does not have is missing, and what
    /// the card does not name is not looked at. Errors: what is not a number (22023).
    pub fn measures(&self, object: &Value) -> Result<Vec<Option<f64>>> {
        let Value::Object(fields) = object else {
            return Err(Error::parameter("measures must be a JSON object of numbers by name")
                .hint("For example {\"assets\": 50000, \"orders\": 3}, or to_jsonb(row)."));
        };
        let value = |measure: &CardMeasure| fields.get(&measure.name).map_or(Ok(None), |value| number(&measure.name, value));
        self.card.measures.iter().map(value).collect()
    }

    /// What a score is made of, in the order of the card: `scale.from` and the contributions add up to it exactly. A label
    /// that lacks the language is an error (22023), and those of [`Scorer::score`] are.
    pub fn explain(&self, measures: impl ExactSizeIterator<Item = Option<f64>> + Clone, language: Option<&str>) -> Result<Vec<Part<'_>>> {
        let mut parts = Vec::new();
        self.walk(measures, |(item, measure), raw, found| {
            parts.push(Part {
                measure: &measure.name,
                label: &measure.name,
                raw,
                transformed: found.map(|given| given.share),
                weight: found.map_or(0.0, |_| item.weight),
                contribution: found.map(|given| given.units / UNITS),
                against_median: found.map(|given| (given.units - whole(given.most * item.median)) / UNITS),
                influence: None,
            });
        })?;
        for (part, measure) in parts.iter_mut().zip(&self.card.measures) {
            part.label = labelled(&measure.name, measure.label.as_ref(), language)?;
        }
        let total: f64 = parts.iter().map(|part| part.weight).sum();
        parts.iter_mut().filter(|part| part.weight > 0.0).for_each(|part| part.weight /= total);
        let moved = |part: &Part<'_>| part.against_median.map_or(-1.0, f64::abs);
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by(|one, other| {
            let of = |i: &usize| parts.get(*i).map_or(-1.0, moved);
            of(other).total_cmp(&of(one)).then(one.cmp(other))
        });
        for (rank, at) in order.into_iter().enumerate() {
            if let Some(part) = parts.get_mut(at).filter(|part| part.contribution.is_some()) {
                part.influence = Some(rank as u32 + 1);
            }
        }
        Ok(parts)
    }

    /// Visits the measures with what they give, none if skipped.
    #[inline(always)]
    fn walk<'a>(
        &'a self,
        measures: impl ExactSizeIterator<Item = Option<f64>> + Clone,
        mut visit: impl FnMut((&'a Item, &'a CardMeasure), Option<f64>, Option<Given>),
    ) -> Result<()> {
        if measures.len() != self.items.len() {
            return Err(wrong_number(measures.len(), self.items.len()));
        }
        let skipped = |(item, raw): (&Item, Option<f64>)| raw.is_none() && item.missing == Absent::Skip;
        let all = !self.items.iter().zip(measures.clone()).any(skipped);
        let total = if all {
            1.0
        } else {
            self.items.iter().zip(measures.clone()).filter(|pair| !skipped((pair.0, pair.1))).map(|(item, _)| item.weight).sum()
        };
        let mut share = Shares::new(self.width, total);
        for ((item, measure), raw) in self.items.iter().zip(&self.card.measures).zip(measures) {
            let transformed = match (raw, item.missing) {
                (Some(x), _) if x.is_finite() => item.curve.share(x),
                (Some(x), _) => return Err(not_finite(measure, x)),
                (None, Absent::Share(share)) => share,
                (None, Absent::Error) => return Err(is_missing(measure)),
                (None, Absent::Skip) => {
                    visit((item, measure), raw, None);
                    continue;
                }
            };
            let most = if all { item.most } else { share.next(item.weight) };
            visit((item, measure), raw, Some(Given { share: transformed, most, units: whole(most * transformed) }));
        }
        Ok(())
    }
}

#[inline(always)]
fn whole(x: f64) -> f64 {
    (x + TO_WHOLE) - TO_WHOLE
}

/// Divides a width into whole parts by weights: what is rounded at one is made good at the next, so that they add up.
struct Shares {
    width: f64,
    total: f64,
    weights: f64,
    given: f64,
}

impl Shares {
    fn new(width: f64, total: f64) -> Self {
        Shares { width, total, weights: 0.0, given: 0.0 }
    }

    fn next(&mut self, weight: f64) -> f64 {
        self.weights += weight;
        let up_to = whole(self.width * (self.weights / self.total));
        let part = up_to - self.given;
        self.given = up_to;
        part
    }
}

#[cold]
fn wrong_number(given: usize, wanted: usize) -> Error {
    Error::parameter(format!("the card has {wanted} measures, but the array has {given} elements"))
        .hint("An array holds the measures in the order of the card, NULL for one that is missing.")
}

#[cold]
fn is_missing(measure: &CardMeasure) -> Error {
    Error::parameter(format!("measure \"{}\" is missing", shorten(&measure.name)))
        .hint("The card does not allow it: its \"missing\" is \"error\". Others are \"skip\", \"worst\", \"neutral\" or a number.")
}

#[cold]
fn not_finite(measure: &CardMeasure, x: f64) -> Error {
    let what = if x.is_nan() { "NaN" } else { "infinite" };
    Error::range(format!("measure \"{}\" is {what}", shorten(&measure.name)))
}
