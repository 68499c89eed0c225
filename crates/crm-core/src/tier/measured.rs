//! A history as a policy sees it: period by period, with every measure of the policy, or without.

use super::history::{Entry, TierHistory};
use super::policy::TierPolicy;
use super::rules::{Gaps, Several};
use crate::amount::Amount;
use crate::calendar::Day;
use crate::error::{Error, Result, SqlState};
use crate::pause;

/// Periods that a history can span: 273 years of days.
const MOST_PERIODS: i64 = 100_000;

/// Where the measures of a period come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// They were measured.
    Measured,
    /// One or more were not, and the last one holds on.
    Carried,
    /// One or more were not, and are taken as zero.
    Zero,
    /// One or more were not, and the period is skipped.
    Skipped,
}

/// The periods of a history, one after the other.
pub struct Periods<'a> {
    policy: &'a TierPolicy,
    /// What is left of the entries of each measure, with the period of the first of them.
    rest: Vec<(i64, &'a [Entry])>,
    /// The last measure known of each, carried forward.
    values: Vec<Amount>,
    /// Whether there is one already.
    known: Vec<bool>,
    /// The period in which each was measured.
    measured: Vec<i64>,
    next: i64,
    last: i64,
    last_day: Day,
}

#[cold]
fn too_many_periods(policy: &TierPolicy) -> Error {
    Error::new(SqlState::LimitExceeded, format!("the history spans more than {MOST_PERIODS} periods of a {}", policy.period().name()))
        .hint("Check the dates, or give the policy longer periods.")
}

/// The period of the first entry; without one, one that never comes.
#[inline]
fn number(policy: &TierPolicy, entries: &[Entry]) -> i64 {
    entries.first().map_or(i64::MAX, |entry| policy.period().of(entry.day()))
}

impl<'a> Periods<'a> {
    /// The periods from the first entry of a measure of the policy to the last. A history without any is 22023.
    pub fn new(policy: &'a TierPolicy, history: &'a TierHistory) -> Result<Self> {
        let rest: Vec<&[Entry]> = match policy.measures() {
            [] => vec![history.of(None)],
            names => names.iter().map(|name| history.of(Some(name))).collect(),
        };
        let days = |end: fn(&[Entry]) -> Option<&Entry>| rest.iter().filter_map(move |entries| end(entries)).map(Entry::day);
        let (Some(first), Some(last_day)) = (days(|entries| entries.first()).min(), days(|entries| entries.last()).max()) else {
            return Err(not_measured(policy, history));
        };
        let (next, last) = (policy.period().of(first), policy.period().of(last_day));
        if last - next >= MOST_PERIODS {
            return Err(too_many_periods(policy));
        }
        let count = policy.measure_count();
        let rest = rest.into_iter().map(|entries| (number(policy, entries), entries)).collect();
        Ok(Periods {
            policy,
            rest,
            values: vec![Amount::ZERO; count],
            known: vec![false; count],
            measured: vec![next; count],
            next,
            last,
            last_day,
        })
    }

    /// After a period whose measures were `values` (none: not known).
    pub fn after(policy: &'a TierPolicy, last: i64, last_day: Day, values: &[Option<Amount>]) -> Self {
        Periods {
            policy,
            rest: vec![(i64::MAX, &[]); values.len()],
            values: values.iter().map(|value| value.unwrap_or(Amount::ZERO)).collect(),
            known: values.iter().map(Option::is_some).collect(),
            measured: vec![last; values.len()],
            next: last + 1,
            last,
            last_day,
        }
    }

    /// The last period with an entry.
    pub fn last(&self) -> i64 {
        self.last
    }

    /// The date of the last entry.
    pub fn last_day(&self) -> Day {
        self.last_day
    }

    /// The measures of the period that was read last, in the order of the policy's; where it was skipped, the last known ones.
    pub fn values(&self) -> &[Amount] {
        &self.values
    }

    /// The last measure known of each.
    pub fn known(&self) -> impl Iterator<Item = Option<Amount>> {
        self.values.iter().zip(&self.known).map(|(value, known)| known.then_some(*value))
    }

    /// The period in which each was measured last.
    pub fn measured(&self) -> &[i64] {
        &self.measured
    }

    /// The next period, up to the last with an entry.
    #[inline]
    pub fn read(&mut self) -> Result<Option<(i64, Source)>> {
        if self.next > self.last { Ok(None) } else { self.advance().map(Some) }
    }

    /// Refuses to read on to the period of a day that is too far away.
    pub fn reaches(&self, day: Day) -> Result<()> {
        let period = self.policy.period();
        if period.of(day) - self.last <= MOST_PERIODS {
            return Ok(());
        }
        let message = format!("{day} is more than {MOST_PERIODS} periods of a {} after {}", period.name(), self.last_day);
        Err(Error::new(SqlState::LimitExceeded, message).hint("Check the date, or give the policy longer periods."))
    }

    /// The next period, be it one after the last with an entry.
    #[inline]
    pub fn advance(&mut self) -> Result<(i64, Source)> {
        pause::now();
        let number = self.next;
        self.next += 1;
        let mut source = Source::Measured;
        for measure in 0..self.values.len() {
            match self.take(measure, number)? {
                Some(amount) => (self.values[measure], self.known[measure], self.measured[measure]) = (amount, true, number),
                None => source = self.missing(measure, number)?,
            }
        }
        Ok((number, source))
    }

    /// A period whose measures are given, those that are none being missing.
    pub fn give(&mut self, given: &[Option<Amount>]) -> Result<(i64, Source)> {
        let number = self.next;
        self.next += 1;
        let mut source = Source::Measured;
        for (measure, amount) in given.iter().enumerate().take(self.values.len()) {
            match amount {
                Some(amount) => (self.values[measure], self.known[measure]) = (*amount, true),
                None => source = self.missing(measure, number)?,
            }
        }
        Ok((number, source))
    }

    /// The amount of a measure in a period.
    #[inline]
    fn take(&mut self, measure: usize, number: i64) -> Result<Option<Amount>> {
        let (of_first, entries) = self.rest[measure];
        if of_first != number {
            return Ok(None);
        }
        let [first, rest @ ..] = entries else { return Ok(None) };
        let of_second = self::number(self.policy, rest);
        self.rest[measure] = (of_second, rest);
        // As a rule that is all.
        let Some(second) = rest.first().filter(|_| of_second == number) else { return Ok(Some(first.amount())) };
        if self.policy.several() == Several::Error {
            return Err(self.several(first, second));
        }
        let count = entries.partition_point(|entry| self.policy.period().of(entry.day()) <= number);
        let (of_period, rest) = entries.split_at(count);
        self.rest[measure] = (self::number(self.policy, rest), rest);
        match of_period.array_windows().find(|[one, other]| one.day() == other.day()) {
            Some([one, _]) => Err(contradiction(one.day())),
            None => Ok(of_period.last().map(Entry::amount)),
        }
    }

    #[cold]
    fn several(&self, first: &Entry, second: &Entry) -> Error {
        if first.day() == second.day() {
            return contradiction(first.day());
        }
        let period = self.policy.period().name();
        Error::parameter(format!("the history has measures of {} and of {}, which lie in one {period}", first.day(), second.day()))
            .hint("Give one measure a period, or let the policy say which counts: \"several_in_period\": \"last\".")
    }

    /// What a period without a measure counts as.
    #[cold]
    fn missing(&mut self, measure: usize, number: i64) -> Result<Source> {
        let named =
            || self.policy.measures().get(measure).map_or_else(String::new, |name| format!(" \"{}\"", crate::document::shorten(name)));
        let first = self.policy.period().first_day(number);
        let period = self.policy.period().name();
        match self.policy.gaps() {
            Gaps::Error => Err(Error::parameter(format!("the {period} from {first} on has no measure{}", named()))
                .hint("Let the policy say what such a period counts as: \"gaps\": \"carry_forward\", \"zero\" or \"skip\".")),
            Gaps::CarryForward if !self.known[measure] => {
                Err(Error::parameter(format!("the {period} from {first} on has no measure{}, and none before it", named()))
                    .hint("There is nothing to carry forward: begin the history with all measures."))
            }
            Gaps::CarryForward => Ok(Source::Carried),
            Gaps::Zero => {
                (self.values[measure], self.known[measure]) = (Amount::ZERO, true);
                Ok(Source::Zero)
            }
            Gaps::Skip => Ok(Source::Skipped),
        }
    }
}

#[cold]
fn contradiction(day: Day) -> Error {
    Error::parameter(format!("the history has two different measures of {day}"))
        .hint("A date has one measure: sum the accounts of a customer before they are collected.")
}

#[cold]
fn not_measured(policy: &TierPolicy, history: &TierHistory) -> Error {
    let names: Vec<_> = history.iter().filter_map(|(name, _)| name).collect();
    let first = names.first().map(|name| crate::document::shorten(name));
    let message = match (policy.measures(), first) {
        ([], Some(name)) => format!("the history has the measure \"{name}\", and the policy names none"),
        ([], None) => "the history has no measures".to_owned(),
        ([name, ..], Some(found)) => format!("the policy looks at \"{}\", and the history has \"{found}\"", crate::document::shorten(name)),
        ([name, ..], None) => {
            format!("the policy looks at \"{}\", and the measures of the history have no name", crate::document::shorten(name))
        }
    };
    Error::parameter(message)
        .hint("Name the measures alike: tier_history_agg(period, name, measure), and \"measures\": [name] in the policy.")
}
