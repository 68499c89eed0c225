//! What a tag counts, and how an overlap is measured: of two lists here, of a client and products in [`crate::matching`].

use crate::amount::Amount;
use crate::document::{Object, read};
use crate::error::{Error, Result};
use serde_json::{Value, json};
use std::borrow::Cow;

/// The most that a tag can weigh.
pub(super) const MAX_WEIGHT: f64 = 1e6;

/// How an overlap is measured, w being what a tag weighs:
///
/// - Jaccard: Σw(both) / Σw(either) (P. Jaccard 1901, weighted)
/// - share of the first or of the second: Σw(both) / Σw(first), Σw(both) / Σw(second)
/// - cosine: Σw²(both) / √(Σw²(first) · Σw²(second)) (G. Salton, M. McGill 1983)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// In both, of what is in either.
    Jaccard,
    /// In both, of the first.
    ShareOfFirst,
    /// In both, of the second.
    ShareOfSecond,
    /// The cosine of the angle between the two, as vectors of weights.
    Cosine,
}

impl Measure {
    /// What a tag of this weight adds to the sums: the weight, squared for the cosine.
    #[inline]
    pub fn mass(self, weight: f64) -> f64 {
        match self {
            Measure::Cosine => weight * weight,
            _ => weight,
        }
    }

    /// What the masses of the tags of both are measured by, from the sums of both, of the first and of the second.
    #[inline]
    pub(super) fn whole(self, both: f64, first: f64, second: f64) -> f64 {
        match self {
            Measure::Jaccard => first + second - both,
            Measure::ShareOfFirst => first,
            Measure::ShareOfSecond => second,
            Measure::Cosine => (first * second).sqrt(),
        }
    }

    /// The overlap, from the masses of the tags of both, of the first and of the second: 0 to 1; of nothing 0.
    #[inline]
    pub fn overlap(self, both: f64, first: f64, second: f64) -> f64 {
        let whole = self.whole(both, first, second);
        // Sums of the same masses in different company may differ in the last bit.
        if whole > 0.0 { (both / whole).min(1.0) } else { 0.0 }
    }
}

/// What tags weigh.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Sorted by tag.
    given: Vec<(String, f64)>,
    default: f64,
}

impl Weights {
    /// Reads the fields `weights` (an object of numbers from 0 to a million by tag) and `default_weight` (1) of a document.
    pub fn from_object(object: &Object<'_>) -> Self {
        Weights {
            given: object.optional("weights").map(|node| node.entries(|_, weight| weight.number(0.0..=MAX_WEIGHT))).unwrap_or_default(),
            default: object.optional_number("default_weight", 0.0..=MAX_WEIGHT).unwrap_or(1.0),
        }
    }

    /// Reads an object of weights by tag; what is wrong is 22023 and has its path in `weights`.
    pub fn read(weights: &Value) -> Result<Self> {
        let hint = "Weights are an object of numbers from 0 to 1000000 by tag: {\"income\": 2, \"growth\": 0.5}.";
        read(&json!({ "weights": weights }), Weights::from_object).map_err(|e| e.hint(hint))
    }

    /// What tags are to weigh that are not given, from 0 to a million (22023).
    pub fn check_default(weight: f64) -> Result<f64> {
        if (0.0..=MAX_WEIGHT).contains(&weight) {
            return Ok(weight);
        }
        Err(Error::parameter("default_weight must be a number from 0 to 1000000")
            .hint("It is what a tag weighs that has no weight of its own."))
    }

    /// What a tag weighs.
    pub fn of(&self, tag: &str) -> f64 {
        self.given(tag).unwrap_or(self.default)
    }

    /// What a tag weighs, if that is given.
    pub fn given(&self, tag: &str) -> Option<f64> {
        let found = self.given.binary_search_by(|(name, _)| name.as_str().cmp(tag)).ok();
        found.and_then(|at| self.given.get(at)).map(|(_, weight)| *weight)
    }
}

/// The inverse document frequency of a tag that `having` of `documents` have, ln((1 + n) / (1 + d)) + 1: 1 for what all have,
/// and more the rarer it is (K. Spärck Jones 1972; smoothed as scikit-learn does, as if one more document had every tag).
pub fn idf(having: u64, documents: u64) -> f64 {
    libm::log(documents.saturating_add(1) as f64 / having.saturating_add(1) as f64) + 1.0
}

/// The tags of an attribute: a list of texts or numbers, or one of them. What is neither is no tag.
pub fn tags_of(value: Option<&Value>) -> impl Iterator<Item = Cow<'_, str>> {
    let values = match value {
        Some(Value::Array(items)) => items.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    values.iter().filter_map(|value| match value {
        Value::String(text) => Some(Cow::Borrowed(text.as_str())),
        Value::Number(number) => Amount::parse(number.as_str()).ok().map(|a| Cow::Owned(Amount::new(a.units, 0).to_string())),
        _ => None,
    })
}
