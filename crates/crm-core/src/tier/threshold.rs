//! What a tier asks for: a threshold of one measure, of several at once, or one of several alternatives.

use super::policy::at_most;
use crate::amount::Amount;
use crate::document::Node;
use serde_json::Value;

/// Alternatives that a threshold can have: each period looks at them.
const MOST_ALTERNATIVES: usize = 200;

/// The measure of a policy, by its number, is at least an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The number of the measure in the policy's list.
    pub measure: usize,
    /// What it has to reach.
    pub at_least: Amount,
}

/// Alternatives, of which one has to hold; all conditions of an alternative have to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold(Vec<Vec<Condition>>);

impl Threshold {
    /// One threshold for the only measure.
    pub fn single(at_least: Amount) -> Self {
        Threshold(vec![vec![Condition { measure: 0, at_least }]])
    }

    /// Whether the measures satisfy it.
    #[inline]
    pub fn holds(&self, measures: &[Amount]) -> bool {
        let holds = |c: &Condition| measures.get(c.measure).is_some_and(|measure| *measure >= c.at_least);
        self.0.iter().any(|all| all.iter().all(holds))
    }

    /// The alternatives.
    pub fn alternatives(&self) -> &[Vec<Condition>] {
        &self.0
    }

    /// The amount, where it is the only condition.
    pub fn amount(&self) -> Option<Amount> {
        match self.0.as_slice() {
            [all] => match all.as_slice() {
                [one] => Some(one.at_least),
                _ => None,
            },
            _ => None,
        }
    }

    /// With one measure, alternatives come to the least of them.
    pub(super) fn least(self, measures: usize) -> Self {
        match self.0.iter().flatten().map(|condition| condition.at_least).min() {
            Some(least) if measures <= 1 => Threshold::single(least),
            _ => self,
        }
    }

    /// Whether both ask for the same measures, without alternatives, and this one asks for less of one, or for no more of any.
    pub(super) fn is_below(&self, other: &Threshold) -> bool {
        let ([mine], [others]) = (self.0.as_slice(), other.0.as_slice()) else { return false };
        let matched: Vec<_> = mine.iter().filter_map(|m| others.iter().find(|o| o.measure == m.measure).map(|o| (m, o))).collect();
        let same = matched.len() == mine.len() && mine.len() == others.len();
        same && (matched.iter().any(|(m, o)| m.at_least < o.at_least) || matched.iter().all(|(m, o)| m.at_least == o.at_least))
    }

    /// Whether it holds wherever some conditions do.
    pub(super) fn follows_from(&self, conditions: &[Condition]) -> bool {
        let given = |c: &Condition| conditions.iter().any(|given| given.measure == c.measure && given.at_least >= c.at_least);
        self.0.iter().any(|all| all.iter().all(given))
    }

    /// Whether both ask for the same measures, without alternatives, and this one asks for more of one.
    pub(super) fn is_above(&self, other: &Threshold) -> bool {
        let ([mine], [others]) = (self.0.as_slice(), other.0.as_slice()) else { return false };
        let other = |m: &Condition| others.iter().find(|o| o.measure == m.measure);
        mine.len() == others.len()
            && mine.iter().all(|m| other(m).is_some())
            && mine.iter().any(|m| other(m).is_some_and(|o| m.at_least > o.at_least))
    }

    /// Reads a number, an object of numbers by measure, or a list of such objects.
    pub(super) fn read(node: &Node<'_>, measures: &[String]) -> Self {
        match node.value() {
            Value::Object(_) => Threshold(vec![conditions(node, measures)]),
            Value::Array(list) => {
                if list.is_empty() {
                    node.problem("must not be empty");
                }
                let mut alternatives = node.list(|alternative| conditions(alternative, measures));
                at_most(node, &mut alternatives, MOST_ALTERNATIVES);
                Threshold(alternatives)
            }
            _ => {
                if measures.len() > 1 {
                    node.problem("must name the measures, as in {\"assets\": 50000}: the policy has several");
                }
                Threshold::single(node.amount())
            }
        }
    }
}

/// The conditions of one alternative.
fn conditions(node: &Node<'_>, measures: &[String]) -> Vec<Condition> {
    let read = |name: &str, amount: &Node<'_>| {
        let measure = measures.iter().position(|known| known == name);
        if measure.is_none() {
            amount.problem("is not one of the measures of the policy");
        }
        Condition { measure: measure.unwrap_or(0), at_least: amount.amount() }
    };
    let found = node.entries(read);
    if node.value().as_object().is_some_and(|fields| fields.is_empty()) {
        node.problem("must name a measure");
    }
    found.into_iter().map(|(_, condition)| condition).collect()
}
