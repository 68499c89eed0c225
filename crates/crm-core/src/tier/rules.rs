//! When a tier rises and falls: timing, grace, watch, landing, stay; new and dormant customers; periods without a measure.

use crate::amount::Amount;
use crate::document::{Node, Object};

/// Periods that a rule can name at most.
const MOST_PERIODS: i64 = 10_000;

/// How a customer rises to a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// In the period whose measure reaches it, or from the next one on.
    pub immediately: bool,
    /// Periods in a row in which it has to be reached.
    pub periods: u32,
    /// Tiers that can be climbed at once.
    pub max_steps: usize,
}

/// Which tier a customer falls to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landing {
    /// The one that the last measure reaches.
    Last,
    /// The highest that a measure of the window reached.
    Max,
    /// The one that the mean of the window reaches.
    Mean,
}

/// How a customer falls from a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Downgrade {
    /// Periods below before he is on watch.
    pub grace: u32,
    /// Periods on watch before he falls.
    pub watch: u32,
    /// Where he lands.
    pub landing: Landing,
    /// Tiers that can be lost at once.
    pub max_steps: usize,
}

impl Downgrade {
    /// Periods below for which the tier is kept.
    pub fn waits(&self) -> u32 {
        self.grace + self.watch
    }

    /// Periods below that lead to a downgrade; their measures are the window of the landing.
    pub fn misses(&self) -> u32 {
        self.waits().max(1)
    }
}

/// What holds for one tier: how it is reached, how it is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// To this tier.
    pub upgrade: Upgrade,
    /// From this tier.
    pub downgrade: Downgrade,
    /// Periods that the tier is in effect at least.
    pub minimum_stay: u32,
}

impl Default for Rules {
    /// The tier follows the measure at once.
    fn default() -> Self {
        Rules {
            upgrade: Upgrade { immediately: true, periods: 1, max_steps: usize::MAX },
            downgrade: Downgrade { grace: 0, watch: 0, landing: Landing::Last, max_steps: usize::MAX },
            minimum_stay: 0,
        }
    }
}

impl Rules {
    /// Reads the rules of a policy, or those of a tier, which say what differs from `base`.
    pub(super) fn read(object: &Object<'_>, base: &Rules) -> Self {
        let upgrade = object.optional("upgrade").map_or(base.upgrade, |node| {
            node.object(|o| Upgrade {
                immediately: choice(o, "takes_effect", &[("immediately", true), ("next_period", false)], base.upgrade.immediately),
                periods: periods(o, "periods", 1).unwrap_or(base.upgrade.periods),
                max_steps: steps(o).unwrap_or(base.upgrade.max_steps),
            })
        });
        let downgrade = object.optional("downgrade").map_or(base.downgrade, |node| {
            node.object(|o| Downgrade {
                grace: periods(o, "grace", 0).unwrap_or(base.downgrade.grace),
                watch: periods(o, "watch", 0).unwrap_or(base.downgrade.watch),
                landing: choice(
                    o,
                    "landing",
                    &[("last", Landing::Last), ("max", Landing::Max), ("mean", Landing::Mean)],
                    base.downgrade.landing,
                ),
                max_steps: steps(o).unwrap_or(base.downgrade.max_steps),
            })
        });
        Rules { upgrade, downgrade, minimum_stay: periods(object, "minimum_stay", 0).unwrap_or(base.minimum_stay) }
    }
}

fn choice<T: Copy>(object: &Object<'_>, key: &'static str, choices: &[(&'static str, T)], otherwise: T) -> T {
    object.optional(key).and_then(|node| node.choice(choices)).unwrap_or(otherwise)
}

fn periods(object: &Object<'_>, key: &'static str, least: i64) -> Option<u32> {
    object.optional_integer(key, least..=MOST_PERIODS).map(|periods| periods as u32)
}

fn steps(object: &Object<'_>) -> Option<usize> {
    object.optional_integer("max_steps", 1..=MOST_PERIODS).map(|steps| steps as usize)
}

/// The tier with which a customer starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewCustomer {
    /// The one that his first measure reaches.
    Reached,
    /// The lowest.
    Lowest,
    /// A given one, which he keeps for some periods at least.
    Given {
        /// Its level.
        level: usize,
        /// The periods.
        periods: u32,
    },
}

impl NewCustomer {
    /// Reads the rule; `level` finds a tier by its name and reports one that is not there.
    pub(super) fn read(object: &Object<'_>, level: impl Fn(&Node<'_>) -> usize) -> Self {
        let Some(node) = object.optional("new_customer") else { return NewCustomer::Reached };
        if node.value().is_object() {
            return node.object(|o| NewCustomer::Given {
                level: o.node("tier").map_or(0, |tier| level(&tier)),
                periods: periods(o, "periods", 0).unwrap_or(0),
            });
        }
        let choices = [("reached", NewCustomer::Reached), ("lowest", NewCustomer::Lowest)];
        match node.value().as_str().and_then(|text| choices.into_iter().find(|(name, _)| *name == text)) {
            Some((_, rule)) => rule,
            None => {
                node.problem("must be \"reached\", \"lowest\" or an object such as {\"tier\": \"silver\", \"periods\": 3}");
                NewCustomer::Reached
            }
        }
    }
}

/// When a customer counts as dormant, and what then becomes of him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dormant {
    /// The number of the measure that is looked at.
    pub measure: usize,
    /// A period counts when the measure is not above this.
    pub at_most: Amount,
    /// Such periods in a row.
    pub periods: u32,
    /// The level he falls to.
    pub level: usize,
}

impl Dormant {
    pub(super) fn read(object: &Object<'_>, measures: &[String], lowest: usize, level: impl Fn(&Node<'_>) -> usize) -> Option<Self> {
        let node = object.optional("dormant")?;
        Some(node.object(|o| {
            let named = if measures.len() > 1 { o.node("measure") } else { o.optional("measure") };
            let measure = named.and_then(|node| {
                let found = node.value().as_str().and_then(|name| measures.iter().position(|known| known == name));
                if found.is_none() {
                    node.problem("is not one of the measures of the policy");
                }
                found
            });
            Dormant {
                measure: measure.unwrap_or(0),
                at_most: o.optional_amount("at_most").unwrap_or(Amount::ZERO),
                periods: o.integer("periods", 1..=MOST_PERIODS) as u32,
                level: o.optional("tier").map_or(lowest, |tier| level(&tier)),
            }
        }))
    }
}

/// What a period without a measure counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gaps {
    /// An error.
    #[default]
    Error,
    /// The last measure holds on.
    CarryForward,
    /// A measure of zero.
    Zero,
    /// Nothing: neither for the customer nor against him.
    Skip,
}

impl Gaps {
    const CHOICES: [(&'static str, Gaps); 4] =
        [("error", Gaps::Error), ("carry_forward", Gaps::CarryForward), ("zero", Gaps::Zero), ("skip", Gaps::Skip)];

    pub(super) fn read(object: &Object<'_>) -> Self {
        choice(object, "gaps", &Self::CHOICES, Gaps::Error)
    }
}

/// Which of several measures of one period counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Several {
    /// More than one is an error.
    #[default]
    Error,
    /// The one of the last date.
    Last,
}

impl Several {
    pub(super) fn read(object: &Object<'_>) -> Self {
        choice(object, "several_in_period", &[("error", Several::Error), ("last", Several::Last)], Several::Error)
    }
}
