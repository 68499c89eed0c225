//! The way of a customer through the tiers, period by period.

use super::history::TierHistory;
use super::machine::{Cause, Event, Machine, Outcome};
use super::measured::{Periods, Source};
use super::overrides::{Forced, Overrides};
use super::policy::{Tier, TierPolicy};
use super::rules::{Landing, NewCustomer};
use crate::amount::Amount;
use crate::calendar::Day;
use crate::error::{Error, Result};

/// One period of the way. Levels are those in effect, overrides included.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its first day.
    pub period: Day,
    /// Its last day.
    pub period_end: Day,
    /// The policy's first measure; none where the period is skipped.
    pub measure: Option<Amount>,
    /// The level that the measures reach.
    pub natural: Option<usize>,
    /// The level in effect at the end of the period.
    pub level: usize,
    /// The level in effect on the first day of the next one.
    pub next: usize,
    /// What happened.
    pub event: Event,
    /// Periods below in a row.
    pub misses: u32,
    /// Why.
    pub why: String,
}

/// What a period came to by the rules.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// The number of the period.
    pub number: i64,
    /// Where the measures came from.
    pub source: Source,
    /// What the rules made of them.
    pub outcome: Outcome,
    /// The level before; in the first period the one the customer starts with.
    pub before: usize,
}

impl Told {
    /// A customer's first period, as if it had left him the level he started with.
    fn start(&self) -> Told {
        let level = self.before;
        Told { outcome: Outcome { level, next: level, event: Event::New, cause: Cause::Start, misses: 0, ..self.outcome }, ..*self }
    }
}

/// Lets the machine have a period.
pub fn tell(machine: &mut Machine<'_>, periods: &Periods<'_>, (number, source): (i64, Source)) -> Option<Told> {
    let known = machine.memory().map(|memory| memory.level);
    let outcome = match source {
        Source::Skipped => machine.skip()?,
        _ => machine.step(periods.values()),
    };
    let before = known.unwrap_or_else(|| machine.start_level(outcome.natural.unwrap_or(0)));
    Some(Told { number, source, outcome, before })
}

/// Visits every period of a history under a policy. Errors (22023): see [`Periods`] and [`Forced`].
pub fn path(
    policy: &TierPolicy,
    history: &TierHistory,
    overrides: Option<&Overrides>,
    mut visit: impl FnMut(Step) -> Result<()>,
) -> Result<()> {
    let forced = Forced::new(policy, overrides)?;
    let mut periods = Periods::new(policy, history)?;
    let mut machine = Machine::new(policy, None);
    while let Some(period) = periods.read()? {
        if let Some(told) = tell(&mut machine, &periods, period) {
            visit(step(policy, &forced, &told, periods.values()))?;
        }
    }
    Ok(())
}

/// A period as it is shown.
pub fn step(policy: &TierPolicy, forced: &Forced<'_>, told: &Told, values: &[Amount]) -> Step {
    let (period, period_end) = (policy.period().first_day(told.number), policy.period().last_day(told.number));
    let outcome = &told.outcome;
    let by_rules = || why(policy, told);
    let (event, why) = match forced.last(period_end) {
        Some(one) => {
            let why = format!("override: {} ({}); by the rules {}: {}", one.reason, one.by, outcome.event.name(), by_rules());
            (Event::Override, why)
        }
        None => (outcome.event, by_rules()),
    };
    Step {
        period,
        period_end,
        measure: values.first().copied().filter(|_| told.source != Source::Skipped),
        natural: outcome.natural,
        level: forced.level(outcome.level, period_end),
        next: forced.level(outcome.next, policy.period().first_day(told.number + 1)),
        event,
        misses: outcome.misses,
        why,
    }
}

/// A policy, a history and where it stands on a day.
pub struct Position<'a> {
    /// The exceptions.
    pub forced: Forced<'a>,
    /// The rules, after the last period that is over or has its measure.
    pub machine: Machine<'a>,
    /// That period.
    pub told: Told,
    /// The measures known by then.
    pub known: Vec<Option<Amount>>,
    /// The period in which each was measured.
    pub measured: Vec<i64>,
    /// When the level by the rules took effect, with the period that led to it.
    pub since: (Day, Told),
    /// The level in effect.
    pub level: usize,
    /// The level that the rules give.
    pub by_rules: usize,
    /// Since when the level in effect is that, overrides included.
    pub in_effect_since: Day,
    /// The level in effect before that day; none at the beginning.
    pub level_before: Option<usize>,
}

/// Reads the history up to a day. A day before the last entry is 22023: the history knows the future.
fn read_to<'a>(
    policy: &'a TierPolicy,
    history: &'a TierHistory,
    as_of: Day,
    mut visit: impl FnMut(Told),
) -> Result<(Machine<'a>, Periods<'a>)> {
    let mut periods = Periods::new(policy, history)?;
    if as_of < periods.last_day() {
        return Err(Error::parameter(format!("as_of {as_of} is before {}, the last date of the history", periods.last_day()))
            .hint("Filter the rows from which the history is made: what came after as_of must not be known."));
    }
    let now = policy.period().of(as_of);
    periods.reaches(as_of)?;
    let mut machine = Machine::new(policy, None);
    while let Some(period) = periods.read()? {
        tell(&mut machine, &periods, period).map(&mut visit);
    }
    for _ in periods.last() + 1..now {
        let period = periods.advance()?;
        tell(&mut machine, &periods, period).map(&mut visit);
    }
    Ok((machine, periods))
}

/// The level in effect on a day; see [`read_to`] for the errors.
pub fn level_on(policy: &TierPolicy, history: &TierHistory, as_of: Day, overrides: Option<&Overrides>) -> Result<usize> {
    let forced = Forced::new(policy, overrides)?;
    let mut last = None;
    read_to(policy, history, as_of, |told| last = Some((told.number, told.outcome)))?;
    let now = policy.period().of(as_of);
    let level = last.map_or(0, |(number, outcome)| if number == now { outcome.level } else { outcome.next });
    Ok(forced.level(level, as_of))
}

/// Where a customer stands on a day, with what led there; none where no period had all measures yet.
pub fn position<'a>(
    policy: &'a TierPolicy,
    history: &'a TierHistory,
    as_of: Day,
    overrides: Option<&'a Overrides>,
) -> Result<Option<Position<'a>>> {
    let forced = Forced::new(policy, overrides)?;
    let now = policy.period().of(as_of);
    let mut last = None;
    // The days on which the level by the rules changed, the level from then on, and the period that led to it.
    let mut levels: Vec<(Day, usize, Told)> = Vec::new();
    let (machine, periods) = read_to(policy, history, as_of, |told| {
        let Outcome { level, next, .. } = told.outcome;
        let (first_day, next_day) = (policy.period().first_day(told.number), policy.period().first_day(told.number + 1));
        if levels.is_empty() {
            levels.push((first_day, level, if level == next { told } else { told.start() }));
        }
        for (day, level) in [(first_day, level), (next_day, next)] {
            if levels.last().is_none_or(|(_, before, _)| *before != level) {
                levels.push((day, level, told));
            }
        }
        last = Some(told);
    })?;
    let Some(told) = last else { return Ok(None) };
    let by_rules = if told.number == now { told.outcome.level } else { told.outcome.next };
    let level = forced.level(by_rules, as_of);
    let (in_effect_since, level_before) = forced.since(&levels, as_of);
    let led = levels.partition_point(|(from, ..)| *from <= in_effect_since);
    let since = levels.get(led.saturating_sub(1)).map_or((in_effect_since, told), |(from, _, told)| (*from, *told));
    let measured = periods.measured().to_vec();
    Ok(Some(Position {
        forced,
        machine,
        known: periods.known().collect(),
        measured,
        told,
        since,
        level,
        by_rules,
        in_effect_since,
        level_before,
    }))
}

/// "3 periods", "1 period".
pub(super) fn counted(periods: u32) -> String {
    format!("{periods} period{}", if periods == 1 { "" } else { "s" })
}

/// Why a period led to what it led to: one sentence without its full stop.
pub(super) fn why(policy: &TierPolicy, told: &Told) -> String {
    let outcome = &told.outcome;
    let name = |level: usize| policy.name_at(level).map_or_else(|| "no tier".to_owned(), |name| format!("\"{name}\""));
    let held = policy.tier_at(told.before);
    let rules = held.map(Tier::rules).copied().unwrap_or_default();
    let said = match outcome.cause {
        Cause::Start => match policy.new_customer() {
            NewCustomer::Reached => format!("new customer, reaches {}", name(outcome.level)),
            NewCustomer::Lowest => format!("new customer, starts with {}", name(outcome.level)),
            NewCustomer::Given { periods: 0, .. } => format!("new customer, starts with {}", name(outcome.level)),
            NewCustomer::Given { periods, .. } => format!("new customer, starts with {} for {}", name(outcome.level), counted(*periods)),
        },
        Cause::Reached => {
            let rule = policy.tier_at(outcome.next).map(|tier| tier.rules().upgrade);
            let times =
                rule.filter(|rule| rule.periods > 1).map_or_else(String::new, |rule| format!(" {} in a row", counted(rule.periods)));
            let when = if outcome.level == outcome.next { "" } else { ", in effect from the next period on" };
            let capped = match (outcome.natural, rule) {
                (Some(natural), Some(_)) if natural > outcome.next => format!(", {} is not due yet", name(natural)),
                _ => String::new(),
            };
            format!("reaches {}{times}{when}{capped}", name(outcome.next))
        }
        Cause::Climbing { level, periods: (run, needed) } => {
            format!("reaches {} {run} of {} in a row", name(level), counted(needed))
        }
        Cause::Kept if outcome.natural.is_some_and(|natural| natural < outcome.level) => {
            format!("not below what keeps {}", name(outcome.level))
        }
        Cause::Kept => format!("reaches {}", name(outcome.level)),
        Cause::Held { periods: (served, minimum) } => {
            format!("below {}, which is held for {} at least, {served} so far", name(told.before), counted(minimum))
        }
        Cause::Dormant(idle) if outcome.event == Event::Down => format!("dormant for {}, falls to {}", counted(idle), name(outcome.next)),
        Cause::Dormant(idle) => format!("dormant for {}", counted(idle)),
        Cause::Gap => "no measure, the period is skipped".to_owned(),
        Cause::Below if outcome.event == Event::Down => {
            let times = if rules.downgrade.waits() == 0 { String::new() } else { format!(" {} in a row", counted(outcome.misses)) };
            let lands = match rules.downgrade.landing {
                _ if rules.downgrade.waits() == 0 => "",
                Landing::Last => ", the tier of the last measure",
                Landing::Max => ", the highest that they reached",
                Landing::Mean => ", the tier of their mean",
            };
            let capped = if rules.downgrade.max_steps < usize::MAX && told.before - outcome.next == rules.downgrade.max_steps {
                format!(
                    ", at most {} down",
                    if rules.downgrade.max_steps == 1 { "1 step".into() } else { format!("{} steps", rules.downgrade.max_steps) }
                )
            } else {
                String::new()
            };
            format!("below {}{times}, falls to {}{lands}{capped}", name(told.before), name(outcome.next))
        }
        Cause::Below => {
            let (done, of, what) = match outcome.event {
                Event::Grace => (outcome.misses, rules.downgrade.grace, "of grace"),
                _ => (outcome.misses - rules.downgrade.grace, rules.downgrade.watch, "on watch"),
            };
            format!("below {}, {done} of {} {what}", name(told.before), counted(of))
        }
    };
    match told.source {
        Source::Measured | Source::Skipped => said,
        Source::Carried => format!("no measure, the last one holds on: {said}"),
        Source::Zero => format!("no measure, taken as zero: {said}"),
    }
}
