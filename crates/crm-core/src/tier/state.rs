//! Where a customer stands after a period, as a document: what the month's end needs to go on from there.

use super::history::TierHistory;
use super::machine::{Machine, Memory};
use super::measured::Periods;
use super::overrides::{Forced, Overrides};
use super::path::{Step, Told, step, tell};
use super::policy::TierPolicy;
use crate::amount::Amount;
use crate::calendar::Day;
use crate::document::{Node, Object, read_kind, shorten};
use crate::error::{Error, Result};
use serde_json::{Map, Value, json};

const KIND: &str = "tier_state";

/// The state after the last period of a history; none where no period has all measures. Errors: see [`super::path::path`].
pub fn state(policy: &TierPolicy, history: &TierHistory, overrides: Option<&Overrides>) -> Result<Option<Value>> {
    let forced = Forced::new(policy, overrides)?;
    let mut periods = Periods::new(policy, history)?;
    let mut machine = Machine::new(policy, None);
    let mut last = None;
    while let Some(period) = periods.read()? {
        last = tell(&mut machine, &periods, period).or(last);
    }
    written(policy, &forced, &machine, &periods, last)
}

/// The state after one more period, with its measures in the order of the policy's (none: not measured). Periods between the
/// state's and this one are gaps. Without a state it is the customer's first period.
///
/// Errors (22023): a period that is not after the state's, a state with a tier that the policy does not have, or of another
/// number of measures; a gap, where the policy says so.
pub fn next(
    policy: &TierPolicy,
    state: Option<&Value>,
    measures: &[Option<Amount>],
    period: Day,
    overrides: Option<&Overrides>,
) -> Result<Option<Value>> {
    let forced = Forced::new(policy, overrides)?;
    let number = policy.period().of(period);
    let (mut machine, mut periods, before) = match state {
        None => {
            let nothing = vec![None; policy.measure_count()];
            (Machine::new(policy, None), Periods::after(policy, number - 1, period, &nothing), number - 1)
        }
        Some(state) => {
            let Read { period: before, memory, known } = read(policy, state)?;
            let before_number = policy.period().of(before);
            if number <= before_number {
                let name = policy.period().name();
                return Err(Error::parameter(format!("{period} is not after the {name} from {before} on, which the state has come to"))
                    .hint("A state goes on with later periods only: start again from the history to change what is past."));
            }
            let periods = Periods::after(policy, before_number, before, &known);
            periods.reaches(period)?;
            (Machine::new(policy, Some(memory)), periods, before_number)
        }
    };
    let mut told = None;
    for _ in before + 1..number {
        let gap = periods.advance()?;
        told = tell(&mut machine, &periods, gap).or(told);
    }
    let given = periods.give(measures)?;
    told = tell(&mut machine, &periods, given).or(told);
    written(policy, &forced, &machine, &periods, told)
}

fn written(
    policy: &TierPolicy,
    forced: &Forced<'_>,
    machine: &Machine<'_>,
    periods: &Periods<'_>,
    told: Option<Told>,
) -> Result<Option<Value>> {
    let (Some(told), Some(memory)) = (told, machine.memory()) else { return Ok(None) };
    let Step { period, period_end, measure, natural, level, next, event, misses, why, .. } = step(policy, forced, &told, periods.values());
    let name = |level: usize| policy.name_at(level);
    let runs = policy.tiers().iter().zip(&memory.reached).filter(|(_, run)| **run > 0);
    let below: Vec<Value> = memory.below.iter().map(|amount| number(*amount)).collect();
    Ok(Some(json!({
        "kind": KIND,
        "version": 1,
        "policy": policy.digest(),
        "period": period.to_string(),
        "period_end": period_end.to_string(),
        "measure": measure.map(number),
        "natural_tier": natural.and_then(name),
        "tier": name(level),
        "next_tier": name(next),
        "event": event.name(),
        "misses": misses,
        "why": why,
        "memory": {
            "tier": name(memory.level),
            "stay": memory.stay,
            "misses": memory.misses,
            "watching": memory.watching,
            "first": memory.first,
            "idle": memory.idle,
            "reached": runs.map(|(tier, run)| (tier.name().to_owned(), (*run).into())).collect::<Map<_, _>>(),
            "below": below,
            "known": periods.known().map(|amount| amount.map(number)).collect::<Vec<_>>(),
        },
    })))
}

/// An amount as a number with its decimals.
fn number(amount: Amount) -> Value {
    serde_json::from_str(&amount.to_string()).unwrap_or_default()
}

/// A state as it is read.
struct Read {
    period: Day,
    memory: Memory,
    known: Vec<Option<Amount>>,
}

fn read(policy: &TierPolicy, state: &Value) -> Result<Read> {
    let read = read_kind(KIND, 1..=1, state, |o| {
        // What is only shown has to be there, and is not used.
        for shown in ["policy", "period_end", "measure", "natural_tier", "tier", "next_tier", "event", "misses", "why"] {
            o.optional(shown);
        }
        let period = o.day("period");
        let found = o.node("memory").map(|node| node.object(|memory| remembered(policy, memory)));
        found.map(|(memory, known)| Read { period, memory, known })
    });
    let missing = || Error::parameter("tier_state: memory: is missing");
    read.and_then(|read| read.ok_or_else(missing)).map_err(|e| e.hint("Give the state as tier_state or tier_next returned it."))
}

fn remembered(policy: &TierPolicy, memory: &Object<'_>) -> (Memory, Vec<Option<Amount>>) {
    let count = |key| memory.integer(key, 0..=u32::MAX.into()) as u32;
    let level = |key: &str, name: &str| {
        let found = policy.level(name);
        if found.is_none() {
            memory.problem(key, format!("\"{}\" is not a tier of the policy", shorten(name)));
        }
        found.unwrap_or(0)
    };
    let measures = policy.measure_count();
    let mut reached = vec![0; policy.tiers().len()];
    let runs = memory.node("reached").map(|node| node.entries(|_, run| run.integer(0..=u32::MAX.into()) as u32)).unwrap_or_default();
    for (name, run) in runs {
        // A tier that the policy no longer has is nothing that can be climbed.
        if let Some(place) = policy.level(&name) {
            reached[place - 1] = run;
        }
    }
    let below = memory.list("below", Node::amount);
    let known = memory.list("known", |node| (!node.value().is_null()).then(|| node.amount()));
    if known.len() != measures || !below.len().is_multiple_of(measures) {
        memory.problem("known", format!("is of {} measures, and the policy has {measures}", known.len()));
    }
    // Under another policy than before the lowest tier may be for everyone.
    let level = memory.optional_text("tier").map_or(0, |name| level("tier", &name)).max(policy.lowest());
    let memory = Memory {
        level,
        stay: count("stay"),
        misses: count("misses"),
        watching: memory.boolean("watching"),
        first: memory.boolean("first"),
        idle: count("idle"),
        reached,
        below: below.into(),
    };
    (memory, known)
}
