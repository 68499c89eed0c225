//! What is missing for the next tier, and what keeps the present one, by when.

use super::machine::Memory;
use super::path::Position;
use super::policy::TierPolicy;
use crate::amount::Amount;
use crate::calendar::Day;
use crate::error::Result;

/// What a row of [`distances`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// The tier that the customer has by the rules.
    Keep,
    /// The tier above it.
    Next,
    /// One further up.
    Higher,
}

impl Aim {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Aim::Keep => "keep",
            Aim::Next => "next",
            Aim::Higher => "higher",
        }
    }
}

/// One condition of one alternative of a tier's threshold.
#[derive(Clone, Copy, Debug)]
pub struct Distance {
    /// What it is about.
    pub aim: Aim,
    /// The level.
    pub level: usize,
    /// The alternative, from 1: all conditions of one alternative have to hold.
    pub alternative: usize,
    /// The number of the measure.
    pub measure: usize,
    /// What it has to reach.
    pub threshold: Amount,
    /// The last measure known.
    pub value: Option<Amount>,
    /// What is missing; zero when it is reached.
    pub missing: Amount,
    /// What is to spare; none when it is not reached.
    pub margin: Option<Amount>,
    /// Keep: further periods below that lead to the downgrade. Next and higher: periods in a row that have to reach it.
    pub periods: u32,
    /// Keep: the last day of the period that would lead to the downgrade. Next and higher: the first day on which the tier can be
    /// in effect.
    pub by: Day,
}

/// The conditions, first those that keep the tier that is in effect by the rules from the next period on, then those of the
/// tiers above, from the lowest. A difference out of range is 22003.
pub fn distances(policy: &TierPolicy, position: &Position<'_>) -> Result<Vec<Distance>> {
    let Some(memory) = position.machine.memory() else { return Ok(Vec::new()) };
    let (held, last, period) = (memory.level, position.told.number, policy.period());
    let mut found = Vec::new();
    for (tier, level) in policy.tiers().iter().zip(1..).skip(held.saturating_sub(1)) {
        let (aim, periods, by) = if level == held {
            let periods = further_misses(policy, position);
            (Aim::Keep, periods, period.last_day(last + i64::from(periods)))
        } else {
            let rule = tier.rules().upgrade;
            let periods = periods_to_climb(policy, memory, level);
            let reached = last + i64::from(periods);
            let by = if rule.immediately { period.last_day(reached) } else { period.first_day(reached + 1) };
            (if level == held + 1 { Aim::Next } else { Aim::Higher }, periods, by)
        };
        for (conditions, alternative) in tier.alternatives(aim == Aim::Keep).zip(1..) {
            for condition in conditions {
                let (measure, threshold) = (condition.measure, condition.at_least);
                let value = position.known.get(measure).copied().flatten();
                let lacks = threshold.checked_sub(value.unwrap_or(Amount::ZERO))?;
                let missing = if lacks.units > 0 { lacks } else { Amount::new(0, lacks.scale) };
                let margin = value.map(|value| value.checked_sub(threshold)).transpose()?.filter(|margin| margin.units >= 0);
                found.push(Distance { aim, level, alternative, measure, threshold, value, missing, margin, periods, by });
            }
        }
    }
    Ok(found)
}

/// In how many further periods a level is reached if each of them reaches it: the levels between may have to be climbed first.
fn periods_to_climb(policy: &TierPolicy, memory: &Memory, goal: usize) -> u32 {
    let rule = |level: usize| policy.tier_at(level).map(|tier| tier.rules().upgrade);
    let (mut level, mut passed) = (memory.level, 0u32);
    while level < goal {
        // Of the levels within reach the one that is due first; of those due at the same time the highest.
        let due = (level + 1..=goal).filter_map(|up| {
            let rule = rule(up).filter(|rule| up - level <= rule.max_steps)?;
            Some((rule.periods.saturating_sub(memory.run(up)).max(passed + 1), up))
        });
        let Some((when, up)) = due.min_by_key(|(when, up)| (*when, std::cmp::Reverse(*up))) else { break };
        (passed, level) = (when, up);
    }
    passed
}

/// How many further periods below lead to a downgrade.
fn further_misses(policy: &TierPolicy, position: &Position<'_>) -> u32 {
    let Some(memory) = position.machine.memory() else { return 0 };
    let Some(tier) = policy.tier_at(memory.level) else { return 0 };
    let downgrade = tier.rules().downgrade;
    let unserved = position.machine.minimum_stay().saturating_sub(memory.stay).saturating_add(u32::from(downgrade.waits() == 0));
    let held = if position.machine.minimum_stay() == 0 { 1 } else { unserved };
    let below = downgrade.misses().saturating_sub(memory.misses).max(held).max(1);
    match policy.dormant().filter(|dormant| memory.level > dormant.level) {
        // Who is on the way to be dormant falls when he is, if that comes first.
        Some(dormant)
            if position.known.get(dormant.measure).is_some_and(|known| known.is_some_and(|measure| measure <= dormant.at_most)) =>
        {
            below.min(dormant.periods.saturating_sub(memory.idle).max(1))
        }
        _ => below,
    }
}
