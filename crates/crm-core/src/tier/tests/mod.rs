//! Tests of tiers: thresholds, rules, histories.

mod history;
mod oracles;
mod properties;
mod rules;
mod standing;

use super::{Overrides, Step, TierHistory, TierPolicy, path};
use crate::amount::Amount;
use crate::calendar::Day;
use serde_json::{Value, json};

pub(super) fn policy(document: &Value) -> TierPolicy {
    TierPolicy::read(document).unwrap()
}

pub(super) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Measures of consecutive months from 2024-01 on; "-" for a month without one.
pub(super) fn monthly(measures: &str) -> TierHistory {
    let mut history = TierHistory::default();
    for (month, measure) in measures.split(' ').enumerate().filter(|(_, measure)| *measure != "-") {
        let date = Day::from_civil(2024 + month as i64 / 12, month as u32 % 12 + 1, 15).unwrap();
        history.push(date, None, Amount::parse(measure).unwrap()).unwrap();
    }
    crate::codec::Summary::settle(&mut history).unwrap();
    history
}

/// Five tiers, named t0 … t4, from 0, 5, 20, 100 and 600, the lowest for everyone, with what is given beside.
pub(super) fn five(rules: Value) -> Value {
    let mut policy = json!({"kind": "tier_policy", "version": 1, "tiers": [
        {"name": "t0"}, {"name": "t1", "from": 5}, {"name": "t2", "from": 20}, {"name": "t3", "from": 100}, {"name": "t4", "from": 600}
    ]});
    for (key, value) in rules.as_object().unwrap() {
        policy[key] = value.clone();
    }
    policy
}

pub(super) fn all(policy: &TierPolicy, history: &TierHistory, overrides: Option<&Overrides>) -> crate::Result<Vec<Step>> {
    let mut steps = Vec::new();
    path(policy, history, overrides, |step| {
        steps.push(step);
        Ok(())
    })?;
    Ok(steps)
}

pub(super) fn steps(policy: &TierPolicy, history: &TierHistory) -> Vec<Step> {
    all(policy, history, None).unwrap()
}

/// The levels less one of the periods, then that of the period after the last.
pub(super) fn tiers(steps: &[Step]) -> String {
    let shown = |level: usize| (level as i64 - 1).to_string();
    let next = steps.last().map(|step| shown(step.next));
    steps.iter().map(|step| shown(step.level)).chain(next).collect::<Vec<_>>().join(" ")
}

/// The events, with the periods below where there are some, and where a downgrade leads to.
pub(super) fn events(steps: &[Step]) -> String {
    let shown = |step: &Step| match step.event.name() {
        "down" => format!("down{}", step.next as i64 - 1),
        name if step.misses > 0 => format!("{name}{}", step.misses),
        name => name.to_owned(),
    };
    steps.iter().map(shown).collect::<Vec<_>>().join(" ")
}

pub(super) fn overrides(list: &Value) -> Overrides {
    Overrides::read(list).unwrap()
}
