//! Exceptions that somebody signed: a tier for a time, whatever the rules say.

use super::path::Told;
use super::policy::{TierPolicy, at_most, short_text};
use crate::calendar::Day;
use crate::document::{Node, Object, Problem, check, read, shorten};
use crate::error::{Error, Result};
use serde_json::{Value, json};

/// Overrides of a list at most: a day looks at each of them.
const MOST_OVERRIDES: usize = 200;

/// What an override does to the tier that the rules give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// It replaces it.
    Exactly,
    /// It lifts a lower one.
    AtLeast,
    /// It lowers a higher one.
    AtMost,
}

/// One exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The name of its tier.
    pub tier: String,
    /// Its first day.
    pub from: Day,
    /// Its last day; none without an end.
    pub to: Option<Day>,
    /// What it does.
    pub force: Force,
    /// Why it was granted.
    pub reason: String,
    /// Who signed it.
    pub by: String,
}

impl Override {
    /// Whether it is in force on a day.
    pub fn covers(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    fn read(node: &Node<'_>) -> Self {
        node.object(|o| {
            let text = |key| o.node(key).map(|node| short_text(&node)).unwrap_or_default();
            let read = Override {
                tier: o.text("tier"),
                from: o.day("from"),
                to: o.optional_day("to"),
                force: o
                    .optional("rule")
                    .and_then(|rule| rule.choice(&[("exactly", Force::Exactly), ("at_least", Force::AtLeast), ("at_most", Force::AtMost)]))
                    .unwrap_or(Force::Exactly),
                reason: text("reason"),
                by: text("by"),
            };
            if read.to.is_some_and(|to| to < read.from) {
                o.problem("to", "is before the first day");
            }
            read
        })
    }
}

/// The exceptions of one customer, in the order in which they count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides(Vec<Override>);

impl Overrides {
    /// Reads the list of a policy, under `overrides`.
    pub(super) fn from_object(object: &Object<'_>) -> Self {
        Overrides(object.optional("overrides").map_or_else(Vec::new, |node| {
            let mut list = node.list(Override::read);
            at_most(&node, &mut list, MOST_OVERRIDES);
            list
        }))
    }

    /// Reads a list of its own (22023 with the path of what is wrong).
    pub fn read(list: &Value) -> Result<Self> {
        read(&json!({ "overrides": list }), Self::from_object).map_err(|e| {
            e.hint("Give a list such as [{\"tier\": \"gold\", \"from\": \"2026-01-01\", \"to\": \"2026-12-31\", \"reason\": \"…\", \"by\": \"…\"}].")
        })
    }

    /// Every problem of a list, under a policy that has to have its tiers.
    pub fn problems(list: &Value, policy: &TierPolicy) -> Vec<Problem> {
        let read = |object: &Object<'_>| {
            for (i, one) in Self::from_object(object).iter().enumerate() {
                if policy.level(&one.tier).is_none() && !one.tier.is_empty() {
                    object.problem_at(&format!("overrides[{i}].tier"), not_a_tier(&one.tier));
                }
            }
        };
        check(&json!({ "overrides": list }), read).err().unwrap_or_default()
    }

    /// The overrides.
    pub fn iter(&self) -> impl Iterator<Item = &Override> {
        self.0.iter()
    }
}

fn not_a_tier(name: &str) -> String {
    format!("\"{}\" is not a tier of the policy", shorten(name))
}

/// The exceptions of a policy and those of a customer, with the levels of their tiers.
pub struct Forced<'a>(Vec<(usize, &'a Override)>);

impl<'a> Forced<'a> {
    /// Finds the tiers; one that the policy does not have is 22023.
    pub fn new(policy: &'a TierPolicy, of_customer: Option<&'a Overrides>) -> Result<Self> {
        let of_customer = of_customer.into_iter().flat_map(Overrides::iter).enumerate();
        let leveled = of_customer.map(|(i, one)| match policy.level(&one.tier) {
            Some(level) => Ok((level, one)),
            None => Err(Error::parameter(format!("overrides[{i}].tier: {}", not_a_tier(&one.tier))).hint(policy.names())),
        });
        policy.overrides().map(Ok).chain(leveled).collect::<Result<_>>().map(Forced)
    }

    /// The level in effect on a day on which the rules give `level`.
    #[inline]
    pub fn level(&self, level: usize, day: Day) -> usize {
        self.0.iter().filter(|(_, one)| one.covers(day)).fold(level, |level, (forced, one)| match one.force {
            Force::Exactly => *forced,
            Force::AtLeast => level.max(*forced),
            Force::AtMost => level.min(*forced),
        })
    }

    /// Since when the level in effect on a day is that, and the level before; `levels` are the days on which the level by the rules
    /// changed, the first one being the beginning.
    pub fn since(&self, levels: &[(Day, usize, Told)], day: Day) -> (Day, Option<usize>) {
        let in_effect = |day: Day| {
            let begun = levels.partition_point(|(from, ..)| *from <= day);
            let by_rules = levels.get(begun.saturating_sub(1)).map_or(0, |(_, level, _)| *level);
            self.level(by_rules, day)
        };
        let begin = levels.first().map_or(day, |(from, ..)| *from);
        let ends = self.0.iter().filter_map(|(_, one)| one.to).filter(|to| *to < day).map(|to| Day(to.0 + 1));
        let mut changes: Vec<Day> =
            levels.iter().map(|(from, ..)| *from).chain(self.0.iter().map(|(_, one)| one.from)).chain(ends).collect();
        changes.retain(|change| begin < *change && *change <= day);
        changes.sort_unstable();
        let now = in_effect(day);
        for change in changes.into_iter().rev() {
            let before = in_effect(Day(change.0 - 1));
            if before != now {
                return (change, Some(before));
            }
        }
        (begin, None)
    }

    /// The override that counts last of those whose last day a day is, or else of those in force on it.
    pub fn ended(&self, day: Day) -> Option<&'a Override> {
        let ended = self.0.iter().rev().find(|(_, one)| one.to == Some(day) && one.covers(day));
        ended.map(|(_, one)| *one).or_else(|| self.last(day))
    }

    /// The days after one and up to another on which an override begins or has ended.
    pub fn changes(&self, after: Day, to: Day) -> impl Iterator<Item = Day> {
        let ends = self.0.iter().filter_map(|(_, one)| one.to).map(|last| Day(last.0.saturating_add(1)));
        self.0.iter().map(|(_, one)| one.from).chain(ends).filter(move |day| after < *day && *day <= to)
    }

    /// The override that counts last on a day.
    pub fn last(&self, day: Day) -> Option<&'a Override> {
        self.0.iter().rev().find(|(_, one)| one.covers(day)).map(|(_, one)| *one)
    }
}
