//! Attributes that are computed from others: ages of dates, the higher of two grades, classes from scores.

use crate::amount::Amount;
use crate::calendar::Day;
use crate::condition::{Attributes, Datum, Reading, Scalar, Scale};
use crate::document::{Node, Object};
use serde_json::{Value, json};
use std::mem::discriminant;

const FORMS: [&str; 6] = ["months_since", "days_since", "days_until", "highest", "lowest", "bands"];
const MAX_INPUTS: usize = 64;

/// An attribute and how it is computed.
#[derive(Clone, Debug)]
pub(super) struct Derivation {
    pub name: String,
    inputs: Vec<String>,
    formula: Formula,
}

#[derive(Clone, Debug)]
enum Formula {
    MonthsSince,
    DaysSince,
    DaysUntil,
    /// The one of the inputs: on the scale of the attribute, or numbers, or dates.
    Extreme {
        highest: bool,
        scale: Option<Scale>,
    },
    /// The texts and the number each begins with, ascending; and the highest number there can be.
    Bands {
        from: Vec<(Amount, Value)>,
        to: Option<Amount>,
    },
}

/// What comes of a derivation.
enum Made {
    /// No input is there: the attribute is what the document says.
    Untouched,
    /// An input is missing.
    Absent,
    /// An input is nothing the formula can use.
    Unfit,
    Is(Value),
}

impl Derivation {
    /// Reads one; none where it cannot be read, and then the problems are reported.
    pub(super) fn read(name: &str, node: &Node<'_>, scales: &[(String, Scale)]) -> Option<Self> {
        let scale = scales.iter().find(|(of, _)| of == name).map(|(_, scale)| Scale::clone(scale));
        let Some(fields) = node.value().as_object() else {
            node.object(|_| ());
            return None;
        };
        let Some(form) = FORMS.into_iter().find(|form| fields.contains_key(*form)) else {
            node.problem(format!("must have one of {}", FORMS.map(|form| format!("\"{form}\"")).join(", ")));
            return None;
        };
        node.object(|object| {
            let (inputs, formula) = match form {
                "months_since" => (vec![object.text(form)], Formula::MonthsSince),
                "days_since" => (vec![object.text(form)], Formula::DaysSince),
                "days_until" => (vec![object.text(form)], Formula::DaysUntil),
                "bands" => (vec![object.text(form)], bands(object, scale.as_deref())?),
                _ => {
                    let inputs = object.list(form, Node::text);
                    if inputs.is_empty() || inputs.len() > MAX_INPUTS {
                        object.problem(form, format!("must have from 1 to {MAX_INPUTS} attributes"));
                    }
                    (inputs, Formula::Extreme { highest: form == "highest", scale })
                }
            };
            Some(Derivation { name: name.to_string(), inputs, formula })
        })
    }

    /// The attributes it is computed from.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().map(String::as_str)
    }

    /// What it counts, if it counts from a day that has been: that is never negative.
    pub(super) fn counts(&self) -> Option<&'static str> {
        match self.formula {
            Formula::MonthsSince => Some("months"),
            Formula::DaysSince => Some("days"),
            _ => None,
        }
    }

    /// Whether it reads its inputs by the scale of the attribute.
    pub(super) fn uses_scale(&self) -> bool {
        matches!(self.formula, Formula::Extreme { .. } | Formula::Bands { .. })
    }

    fn make(&self, given: &dyn Attributes, as_of: Day) -> Made {
        let values = || self.inputs.iter().map(|input| given.attribute(input).filter(|value| !value.is_null()));
        let Some(first) = values().flatten().next() else {
            return Made::Untouched;
        };
        if values().any(|value| value.is_none()) {
            return Made::Absent;
        }
        let date = || first.as_str().and_then(Day::parse);
        match &self.formula {
            Formula::MonthsSince => date().map_or(Made::Unfit, |from| since(from, as_of, months)),
            Formula::DaysSince => date().map_or(Made::Unfit, |from| since(from, as_of, |from, to| i64::from(to.0) - i64::from(from.0))),
            Formula::DaysUntil => date().map_or(Made::Unfit, |to| Made::Is(Value::from(i64::from(to.0) - i64::from(as_of.0)))),
            Formula::Extreme { highest, scale } => {
                let reading = Reading { scale: scale.as_deref(), ordered: true };
                let mut best: Option<(Scalar<'_>, &Value)> = None;
                for value in values().flatten() {
                    let Some(scalar) = Scalar::read(value, reading).filter(|scalar| !matches!(scalar, Scalar::Boolean(_))) else {
                        return Made::Unfit;
                    };
                    best = match best {
                        Some((known, _)) if discriminant(&known) != discriminant(&scalar) => return Made::Unfit,
                        Some((known, of)) if (scalar > known) != *highest || scalar == known => Some((known, of)),
                        _ => Some((scalar, value)),
                    };
                }
                best.map_or(Made::Absent, |(_, value)| Made::Is(value.clone()))
            }
            Formula::Bands { from, to } => {
                let Some(number) = first.as_number().and_then(|number| Amount::parse(number.as_str()).ok()) else {
                    return Made::Unfit;
                };
                let reached = from.iter().rev().find(|(from, _)| *from <= number).filter(|_| to.is_none_or(|to| number <= to));
                reached.map_or(Made::Unfit, |(_, name)| Made::Is(name.clone()))
            }
        }
    }
}

/// What has not happened yet on the day is absent.
fn since(from: Day, as_of: Day, count: impl Fn(Day, Day) -> i64) -> Made {
    if from > as_of { Made::Absent } else { Made::Is(Value::from(count(from, as_of))) }
}

/// Complete months from one day to a later one, as PostgreSQL's age() counts them: the same day of the month completes one.
fn months(from: Day, to: Day) -> i64 {
    let ((from_year, from_month, from_day), (year, month, day)) = (from.civil(), to.civil());
    (year - from_year) * 12 + i64::from(month) - i64::from(from_month) - i64::from(day < from_day)
}

fn bands(object: &Object<'_>, scale: Option<&[String]>) -> Option<Formula> {
    let to = object.optional_amount("to");
    let entries = object.node("from")?.entries(|name, from| {
        if scale.is_some_and(|scale| !scale.iter().any(|text| text == name)) {
            from.problem("is not on the scale of the attribute");
        }
        from.amount()
    });
    let mut from: Vec<_> = entries.into_iter().map(|(name, from)| (from, Value::from(name))).collect();
    from.sort_by_key(|(from, _)| *from);
    if from.is_empty() {
        object.problem("from", "must have at least one text and the number it begins with");
    } else if from.windows(2).any(|two| matches!(two, [(one, _), (next, _)] if one == next)) {
        object.problem("from", "must not have the same number twice");
    } else if to.is_some_and(|to| from.last().is_some_and(|(last, _)| to < *last)) {
        object.problem("to", "is below the last band");
    }
    Some(Formula::Bands { from, to })
}

/// The attributes of a document with those that are derived from them.
///
/// A derived attribute stands in place of one of the same name as soon as one of its inputs is there. When an input is missing it is
/// absent; when one is nothing the formula can use, it is an object that says so, and compares with nothing.
pub struct Derived<'a> {
    given: &'a dyn Attributes,
    derived: Vec<(&'a str, Option<Value>)>,
}

impl<'a> Derived<'a> {
    pub(super) fn new(given: &'a dyn Attributes, derivations: &'a [Derivation], as_of: Day) -> Self {
        let mut derived = Vec::new();
        for derivation in derivations {
            let value = match derivation.make(given, as_of) {
                Made::Untouched => continue,
                Made::Absent => None,
                Made::Unfit => Some(unfit(derivation, given)),
                Made::Is(value) => Some(value),
            };
            derived.push((derivation.name.as_str(), value));
        }
        Derived { given, derived }
    }
}

fn unfit(derivation: &Derivation, given: &dyn Attributes) -> Value {
    let inputs = derivation.inputs.iter().map(|input| (input.clone(), given.attribute(input).cloned().unwrap_or_default()));
    json!({"not_derived_from": Value::Object(inputs.collect())})
}

impl Attributes for Derived<'_> {
    fn attribute(&self, name: &str) -> Option<&Value> {
        match self.derived.iter().find(|(derived, _)| *derived == name) {
            Some((_, value)) => value.as_ref(),
            None => self.given.attribute(name),
        }
    }
}

/// Whether an operand is missing or nothing that compares.
pub(super) fn lacks(datum: &Datum<'_>) -> bool {
    matches!(datum, Datum::Missing | Datum::Odd)
}
