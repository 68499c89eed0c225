//! Why a customer has the tier he has, as the parts of what an adviser says to him.

use super::distance::{Aim, Distance, distances};
use super::machine::{Event, Machine};
use super::path::{Position, why};
use super::policy::TierPolicy;
use crate::amount::Amount;
use crate::calendar::Day;
use crate::error::Result;

/// One part.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// What it says.
    pub part: &'static str,
    /// The level it is about.
    pub level: Option<usize>,
    /// A measure, a threshold, or what is missing to it.
    pub amount: Option<Amount>,
    /// The alternative of a threshold, from 1, where there are several.
    pub alternative: Option<usize>,
    /// A number of periods.
    pub periods: Option<u32>,
    /// A day.
    pub day: Option<Day>,
    /// The name of a measure, a reason.
    pub note: Option<String>,
}

/// The parts, in the order in which one would say them:
///
/// - `tier`: the level in effect, since which day, for how many periods begun; noted where that is all that the history knows.
/// - `override`: who decided that and why, and its last day.
/// - `because`: the level before, the last day of the period that led to the present one, and why.
/// - `measure`: the last value of each measure, the level that they reach together, the last day of their period.
/// - `grace` or `watch`: for how many periods below, the last day of the period that would lead to the downgrade, and the level to
///   which it would lead if the measures stayed as they are.
/// - `coming`: another level from a day on, and why.
/// - `keep`, `missing_to_keep`: what the measure must not fall below, and what it lacks; the further periods below that would lead
///   to the downgrade, and the last day of the last of them.
/// - `next`, `missing_to_next`: what the next level asks for, and what is missing; in how many periods in a row, and the first day
///   on which it can be in effect.
pub fn explain(policy: &TierPolicy, position: &Position<'_>, as_of: Day) -> Result<Vec<Part>> {
    let period = policy.period();
    let now = period.of(as_of);
    let mut parts = Vec::new();

    // An override that changes nothing decides nothing.
    let decided = position.forced.last(as_of).filter(|_| position.level != position.by_rules);
    let since = position.in_effect_since;
    let periods = (now - period.of(since) + 1).clamp(1, i64::from(u32::MAX)) as u32;
    let note = position.level_before.is_none().then(|| "since the history begins".to_owned());
    parts.push(Part { part: "tier", level: Some(position.level), periods: Some(periods), day: Some(since), note, ..Part::default() });
    if let Some(one) = decided {
        let note = Some(format!("{} ({})", one.reason, one.by));
        parts.push(Part { part: "override", level: policy.level(&one.tier), day: one.to, note, ..Part::default() });
    } else if since > position.since.0
        && let Some(ended) = position.forced.ended(Day(since.0 - 1))
    {
        let note = Some(format!("the override ended: {} ({})", ended.reason, ended.by));
        parts.push(Part { part: "because", level: position.level_before, day: Some(Day(since.0 - 1)), note, ..Part::default() });
    } else {
        let led = &position.since.1;
        let before = matches!(led.outcome.event, Event::Up | Event::Down).then_some(led.before);
        let day = Some(period.last_day(led.number));
        parts.push(Part { part: "because", level: before, day, note: Some(why(policy, led)), ..Part::default() });
    }

    let together: Option<Vec<Amount>> = position.known.iter().copied().collect();
    let natural = together.map(|measures| policy.natural(&measures));
    for (measure, (amount, number)) in position.known.iter().zip(&position.measured).enumerate() {
        let (note, day) = (policy.measures().get(measure).cloned(), amount.map(|_| period.last_day(*number)));
        parts.push(Part { part: "measure", level: natural, amount: *amount, day, note, ..Part::default() });
    }

    let all = distances(policy, position)?;
    if let Some(memory) = position.machine.memory()
        && memory.misses > 0
    {
        let by = all.iter().find(|distance| distance.aim == Aim::Keep).map(|distance| distance.by);
        let part = if memory.watching { "watch" } else { "grace" };
        parts.push(Part { part, level: landing(position), periods: Some(memory.misses), day: by, ..Part::default() });
    }
    parts.extend(coming(policy, position, as_of));
    for distance in all.iter().filter(|distance| distance.aim != Aim::Higher) {
        let (part, missing) = if distance.aim == Aim::Keep { ("keep", "missing_to_keep") } else { ("next", "missing_to_next") };
        parts.push(condition(policy, part, distance, distance.threshold));
        if distance.missing.units > 0 {
            parts.push(condition(policy, missing, distance, distance.missing));
        }
    }
    Ok(parts)
}

/// The first day until the next period on which another level is in effect.
fn coming(policy: &TierPolicy, position: &Position<'_>, as_of: Day) -> Option<Part> {
    let (now, told, forced) = (policy.period().of(as_of), &position.told, &position.forced);
    let next_day = policy.period().first_day(now + 1);
    // What the running period will lead to is known once it has been measured.
    let judged = told.number == now;
    let by_rules = |day: Day| if judged && day >= next_day { told.outcome.next } else { position.by_rules };
    let mut days: Vec<Day> = forced.changes(as_of, next_day).chain([next_day]).collect();
    days.sort_unstable();
    let day = days.into_iter().find(|day| forced.level(by_rules(*day), *day) != position.level)?;
    let level = forced.level(by_rules(day), day);
    let rules = || if judged && day >= next_day { format!("; by the rules: {}", why(policy, told)) } else { String::new() };
    let note = match forced.last(day) {
        Some(one) if level != by_rules(day) => format!("override: {} ({})", one.reason, one.by),
        _ if position.level != position.by_rules => format!("the override ends{}", rules()),
        _ => why(policy, told),
    };
    Some(Part { part: "coming", level: Some(level), day: Some(day), note: Some(note), ..Part::default() })
}

fn condition(policy: &TierPolicy, part: &'static str, distance: &Distance, amount: Amount) -> Part {
    let alternatives = policy.tier_at(distance.level).map_or(0, |tier| tier.alternatives(distance.aim == Aim::Keep).count());
    let alternative = (alternatives > 1).then_some(distance.alternative);
    Part {
        part,
        level: Some(distance.level),
        amount: Some(amount),
        alternative,
        periods: Some(distance.periods),
        day: Some(distance.by),
        note: policy.measures().get(distance.measure).cloned(),
    }
}

/// Where he falls to if the measures stay as they are; none if he does not.
fn landing(position: &Position<'_>) -> Option<usize> {
    let measures: Vec<Amount> = position.known.iter().map(|amount| amount.unwrap_or(Amount::ZERO)).collect();
    let mut machine: Machine<'_> = position.machine.clone();
    // A rule waits for 20,000 periods and a stay of 10,000 at most.
    (0..30_000)
        .map(|_| machine.step(&measures))
        .find(|outcome| outcome.event != Event::Grace && outcome.event != Event::Watch)
        .map(|outcome| outcome.next)
}
