//! The score card: which measures count, how much, and how each is put on a scale from 0 to 1.

mod example;
#[cfg(test)]
mod tests;

use super::standardize::{MAX_MAGNITUDE, MAX_MEASURES};
use crate::document::{Node, Object, Problem, check_kind, read_kind};
use crate::error::Result;
use crate::label::{Label, labelled};
use serde_json::Value;

const KIND: &str = "score_card";
/// The ends of a scale: with whole numbers up to here, sums of contributions are exact.
const SCALE: i64 = 1_000_000;

/// A score card: a scale, and measures in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreCard {
    /// The score of a customer who is worst in everything; a whole number.
    pub(super) from: f64,
    /// The score of one who is best in everything.
    pub(super) to: f64,
    pub(super) measures: Vec<CardMeasure>,
}

/// A measure of a card.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CardMeasure {
    pub(super) name: String,
    pub(super) label: Option<Label>,
    pub(super) weight: f64,
    pub(super) lower_is_better: bool,
    pub(super) transform: Transform,
    /// What the raw value is held between.
    pub(super) cap: (Option<Bound>, Option<Bound>),
    pub(super) missing: Missing,
}

/// How a raw value becomes a share from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Transform {
    /// Linear between two values; those of the statistics unless given.
    MinMax { from: Option<f64>, to: Option<f64> },
    /// The same of ln(1 + x), of -ln(1 - x) below zero.
    Log { from: Option<f64>, to: Option<f64> },
    /// Linear between so many standard deviations below and above the mean.
    Z { limit: f64 },
    /// The share of customers below, and half of those who are equal.
    Percentile,
    /// Points by class; a break belongs to the class below it.
    Breaks { breaks: Vec<f64>, points: Vec<f64> },
}

/// An end of a cap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bound {
    Value(f64),
    Quantile(f64),
}

/// What becomes of a measure that is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Missing {
    Error,
    Skip,
    Worst,
    Neutral,
    /// A raw value stands in.
    Raw(f64),
}

impl ScoreCard {
    /// Reads a card (22023 with the path of what is wrong).
    pub fn read(card: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, card, Self::from_object).map_err(|e| e.hint("select * from crm.score_card_check(card) lists every problem."))
    }

    /// Every problem of a card.
    pub fn problems(card: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, card, Self::from_object).err().unwrap_or_default()
    }

    /// Its measures in their order, each with its label in a language (22023 where it lacks it) and its part of all weights.
    pub fn measures(&self, language: Option<&str>) -> Result<Vec<(&str, &str, f64)>> {
        let total: f64 = self.measures.iter().map(|measure| measure.weight).sum();
        self.measures
            .iter()
            .map(|measure| Ok((measure.name.as_str(), labelled(&measure.name, measure.label.as_ref(), language)?, measure.weight / total)))
            .collect()
    }

    fn from_object(object: &Object<'_>) -> Self {
        let (from, to) = object
            .optional("scale")
            .map_or((0, 100), |node| node.object(|scale| (scale.integer("from", -SCALE..=SCALE), scale.integer("to", -SCALE..=SCALE))));
        let missing = object.node("missing").map_or(Missing::Error, |node| read_missing(&node));
        let measures = object.list("measures", |node| node.object(|measure| read_measure(measure, missing)));
        let card = ScoreCard { from: from as f64, to: to as f64, measures };
        if object.is_clean() {
            if from >= to {
                object.problem_at("scale.to", format!("must be above {from}, where the scale begins"));
            }
            if card.measures.is_empty() || card.measures.len() > MAX_MEASURES {
                object.problem("measures", format!("must be from 1 to {MAX_MEASURES} measures"));
                return card;
            }
            object.unique("measures", "name", card.measures.iter().map(|measure| measure.name.as_str()));
        }
        card
    }
}

fn read_measure(measure: &Object<'_>, missing_of_card: Missing) -> CardMeasure {
    let (name, label) = (measure.text("name"), measure.label("label"));
    let weight = measure.number("weight", 1e-9..=1e9);
    let transform = measure.node("transform").map_or(Transform::Percentile, |node| node.object(read_transform));
    let lower_is_better = if matches!(transform, Transform::Breaks { .. }) {
        if measure.optional("direction").is_some() {
            measure.problem("direction", "does not go with break points: their points say which class is better");
        }
        false
    } else {
        measure.choice("direction", &[("higher", false), ("lower", true)]).unwrap_or(false)
    };
    let cap = measure.optional("cap").map_or((None, None), |node| node.object(read_cap));
    let missing = measure.optional("missing").map_or(missing_of_card, |node| read_missing(&node));
    CardMeasure { name, label, weight, lower_is_better, transform, cap, missing }
}

fn read_transform(transform: &Object<'_>) -> Transform {
    #[derive(Clone, Copy)]
    enum Type {
        MinMax,
        Log,
        Z,
        Percentile,
        Breaks,
    }
    let types = [("min_max", Type::MinMax), ("log", Type::Log), ("z", Type::Z), ("percentile", Type::Percentile), ("breaks", Type::Breaks)];
    match transform.choice("type", &types) {
        Some(Type::MinMax) => {
            let (from, to) = read_range(transform);
            Transform::MinMax { from, to }
        }
        Some(Type::Log) => {
            let (from, to) = read_range(transform);
            Transform::Log { from, to }
        }
        Some(Type::Z) => Transform::Z { limit: transform.optional_number("limit", 0.1..=100.0).unwrap_or(3.0) },
        Some(Type::Breaks) => read_breaks(transform),
        Some(Type::Percentile) => Transform::Percentile,
        None => {
            // Which fields there should be depends on the type.
            for key in ["from", "to", "limit", "breaks", "points"] {
                transform.optional(key);
            }
            Transform::Percentile
        }
    }
}

fn read_range(transform: &Object<'_>) -> (Option<f64>, Option<f64>) {
    let end = |key| transform.optional(key).map(|node| raw(&node));
    let (from, to) = (end("from"), end("to"));
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
        && transform.is_clean()
    {
        transform.problem("to", format!("must be above {from}"));
    }
    (from, to)
}

fn read_breaks(transform: &Object<'_>) -> Transform {
    let breaks = transform.list("breaks", raw);
    let points = transform.list("points", |node| node.number(0.0..=1e9));
    if transform.is_clean() {
        if breaks.is_empty() || breaks.len() > MAX_MEASURES {
            transform.problem("breaks", format!("must be from 1 to {MAX_MEASURES} numbers"));
        } else if points.len() != breaks.len() + 1 {
            transform.problem("points", format!("must be {} numbers: one more than there are breaks", breaks.len() + 1));
        } else if points.iter().all(|points| *points == 0.0) {
            transform.problem("points", "must not all be 0");
        }
        if let Some(i) = breaks.iter().zip(breaks.iter().skip(1)).position(|(one, next)| next <= one) {
            transform.problem_at(&format!("breaks[{}]", i + 1), "must be above the break before it");
        }
    }
    Transform::Breaks { breaks, points }
}

fn read_cap(cap: &Object<'_>) -> (Option<Bound>, Option<Bound>) {
    let end = |key| {
        cap.optional(key).map(|node| match node.value() {
            Value::Object(_) => Bound::Quantile(node.object(|bound| bound.number("quantile", 0.0..=1.0))),
            _ => Bound::Value(raw(&node)),
        })
    };
    let (from, to) = (end("from"), end("to"));
    let crossed = match (from, to) {
        (Some(Bound::Value(from)), Some(Bound::Value(to))) | (Some(Bound::Quantile(from)), Some(Bound::Quantile(to))) => from > to,
        _ => false,
    };
    if crossed {
        cap.problem("to", "must not be below \"from\"");
    }
    (from, to)
}

fn read_missing(node: &Node<'_>) -> Missing {
    if node.value().is_number() {
        return Missing::Raw(raw(node));
    }
    let rules = [("error", Missing::Error), ("skip", Missing::Skip), ("worst", Missing::Worst), ("neutral", Missing::Neutral)];
    match rules.iter().find(|(name, _)| node.value().as_str() == Some(*name)) {
        Some((_, rule)) => *rule,
        None => {
            node.problem("must be one of \"error\", \"skip\", \"worst\", \"neutral\", or a number that stands in");
            Missing::Error
        }
    }
}

/// A raw value.
fn raw(node: &Node<'_>) -> f64 {
    match node.value().as_f64().filter(|x| node.value().is_number() && x.abs() <= MAX_MAGNITUDE) {
        Some(x) => x + 0.0,
        None => {
            node.problem("must be a number of at most 1e130 in magnitude");
            0.0
        }
    }
}
