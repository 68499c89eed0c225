//! What the balances were on the days of a period.

use super::{DailyBalance, SameDay};
use crate::amount::Amount;
use crate::calendar::Day;
use crate::error::{Error, Result, SqlState};
use crate::exact;
use crate::pause;
use crate::period::Period;
use ethnum::I256;

const MONTH: Period = Period::Month;
/// Rows of months that are given at once.
const MOST_MONTHS: i64 = 120_000;

/// The days from one to another, both of them counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    first: i32,
    last: i32,
}

impl Days {
    /// From a day to a day, which may be the same; the second before the first is 22023.
    pub fn new(first: Day, last: Day) -> Result<Self> {
        if last < first {
            return Err(Error::parameter(format!("last_day {last} is before first_day {first}"))
                .hint("Both days count: of January they are the 1st and the 31st."));
        }
        Ok(Days { first: first.0, last: last.0 })
    }

    /// One day.
    pub fn of(day: Day) -> Self {
        Days { first: day.0, last: day.0 }
    }

    fn days(self) -> i64 {
        i64::from(self.last) - i64::from(self.first) + 1
    }
}

/// What is asked of the balances.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The days.
    pub period: Days,
    /// The balance before the first entry; none where it is not known.
    pub opening: Option<Amount>,
    /// Which of several entries of one day counts.
    pub same_day: SameDay,
}

/// Days in a row on which nothing was entered after the first of them: they have its closing balance.
struct Stretch {
    days: Days,
    balance: Amount,
}

/// The part of a calendar month that lies in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// The first day of the calendar month.
    pub month: Day,
    /// The first day of the part.
    pub first: Day,
    /// The last day of the part.
    pub last: Day,
    /// Number of days in the part.
    pub days: i32,
    /// Sum of the closing balances over the divisor.
    pub average: Amount,
    /// The lowest closing balance.
    pub lowest: Amount,
    /// The highest closing balance.
    pub highest: Amount,
    /// The closing balance of the last day of the part.
    pub closing: Amount,
}

impl DailyBalance {
    /// The stretches of a period, without a gap. Errors (22023): the first day is before the first entry and the opening
    /// balance is not known; the rule cannot decide a day.
    fn stretches(&self, reading: &Reading) -> Result<impl Iterator<Item = Result<Stretch>>> {
        let Reading { period: Days { first, last }, opening, same_day } = *reading;
        let (before, after) = self.entries.split_at(self.entries.partition_point(|entry| entry.day <= first));
        let within = after.split_at(after.partition_point(|entry| entry.day <= last)).0;
        let carried = match before.last() {
            Some(latest) => same_day.closing(before.split_at(before.partition_point(|entry| entry.day < latest.day)).1)?,
            None => opening.ok_or_else(|| self.unknown_opening())?,
        };
        let mut days = Self::by_day(within);
        let mut next = Some((first, carried));
        Ok(std::iter::from_fn(move || {
            let (from, balance) = next.take()?;
            let Some((day, entries)) = days.next().and_then(|entries| Some((entries.first()?.day, entries))) else {
                return Some(Ok(Stretch { days: Days { first: from, last }, balance }));
            };
            Some(same_day.closing(entries).map(|closing| {
                next = Some((day, closing));
                Stretch { days: Days { first: from, last: day - 1 }, balance }
            }))
        }))
    }

    #[cold]
    fn unknown_opening(&self) -> Error {
        let first = self.entries.first().map_or(Day(0), |entry| Day(entry.day));
        Error::parameter(format!("the balance before {first}, the first entry, is not known"))
            .hint("Give opening: the balance before that day, 0 for an account that was opened then; or ask from that day on.")
    }

    /// The sum of the closing balances of the days over `divisor`, or over the number of the days: exact, and rounded once, half
    /// to even at twelve decimals. A divisor below 1 is 22023.
    pub fn average(&self, reading: &Reading, divisor: Option<i32>) -> Result<Amount> {
        let divisor = checked(divisor)?;
        let mut sum = Sum::default();
        for stretch in self.stretches(reading)? {
            sum.add(&stretch?);
        }
        sum.over(divisor.unwrap_or(reading.period.days()))
    }

    /// The closing balance of the last day of the period; of the others nothing is looked at.
    pub fn on(&self, reading: &Reading) -> Result<Amount> {
        let day = Days { first: reading.period.last, ..reading.period };
        match self.stretches(&Reading { period: day, ..*reading })?.next() {
            Some(stretch) => Ok(stretch?.balance),
            None => Err(self.unknown_opening()),
        }
    }

    /// The lowest closing balance of the days.
    pub fn lowest(&self, reading: &Reading) -> Result<Amount> {
        self.extreme(reading, |new, best| new < best)
    }

    /// The highest closing balance of the days.
    pub fn highest(&self, reading: &Reading) -> Result<Amount> {
        self.extreme(reading, |new, best| new > best)
    }

    fn extreme(&self, reading: &Reading, prefers: fn(Amount, Amount) -> bool) -> Result<Amount> {
        let mut best = None;
        for stretch in self.stretches(reading)? {
            let balance = stretch?.balance;
            best = Some(best.filter(|best| !prefers(balance, *best)).unwrap_or(balance));
        }
        best.ok_or_else(|| self.unknown_opening())
    }

    /// Number of days whose closing balance is below a level: an integer holds the number of all days there are.
    pub fn days_below(&self, level: Amount, reading: &Reading) -> Result<i32> {
        let mut days = 0;
        for stretch in self.stretches(reading)? {
            let stretch = stretch?;
            days += if stretch.balance < level { stretch.days.days() } else { 0 };
        }
        i32::try_from(days).map_err(|_| Error::range(format!("the number of days, {days}, is out of range for integer")))
    }

    /// A row for each calendar month that the period touches, of its days in the period. `divisor` as in
    /// [`DailyBalance::average`]. More than 120,000 months are 54000.
    pub fn months(&self, reading: &Reading, divisor: Option<i32>) -> Result<Vec<Month>> {
        let divisor = checked(divisor)?;
        let period = reading.period;
        let months = MONTH.of(Day(period.last)) - MONTH.of(Day(period.first)) + 1;
        if months > MOST_MONTHS {
            return Err(Error::new(SqlState::LimitExceeded, format!("the period has {months} months, more than {MOST_MONTHS}"))
                .hint("Ask for a shorter period."));
        }
        let mut rows = pause::room(months as usize);
        let mut part: Option<Part> = None;
        for stretch in self.stretches(reading)? {
            let Stretch { days: Days { first, last }, balance } = stretch?;
            let mut from = first;
            while from <= last {
                let open = match part.take() {
                    Some(open) => open,
                    None => Part::new(from, period.last, balance),
                };
                let until = last.min(open.days.last);
                let open = open.with(&Stretch { days: Days { first: from, last: until }, balance });
                // The part is complete: what follows is in another month, or nothing does.
                if until == open.days.last {
                    rows.push(open.row(divisor)?);
                } else {
                    part = Some(open);
                }
                from = until + 1;
            }
        }
        Ok(rows)
    }
}

fn checked(divisor: Option<i32>) -> Result<Option<i64>> {
    match divisor {
        Some(days) if days < 1 => Err(Error::parameter(format!("the divisor must be at least 1, not {days}"))
            .hint("Leave it out for the number of calendar days, or give a fixed number such as 30.")),
        _ => Ok(divisor.map(i64::from)),
    }
}

/// The sum of closing balances.
#[derive(Clone, Copy, Default)]
struct Sum {
    units: I256,
    scale: u8,
}

impl Sum {
    fn add(&mut self, stretch: &Stretch) {
        // Below 2^127 · 2^33.
        self.units += I256::from(stretch.balance.units) * I256::from(stretch.days.days());
        self.scale = self.scale.max(stretch.balance.scale);
    }

    fn over(&self, divisor: i64) -> Result<Amount> {
        Ok(Amount::new(exact::rounded(self.units, I256::from(divisor))?, self.scale))
    }
}

/// The days of a month, as far as they are in a period, and what their balances were so far.
#[derive(Clone, Copy)]
struct Part {
    month: Day,
    days: Days,
    sum: Sum,
    lowest: Amount,
    highest: Amount,
    closing: Amount,
}

impl Part {
    /// The part of a month from a day on, up to the last day of the month or of the period.
    fn new(first: i32, last: i32, balance: Amount) -> Self {
        let month = MONTH.of(Day(first));
        let days = Days { first, last: last.min(MONTH.last_day(month).0) };
        Part { month: MONTH.first_day(month), days, sum: Sum::default(), lowest: balance, highest: balance, closing: balance }
    }

    fn with(mut self, stretch: &Stretch) -> Self {
        self.sum.add(stretch);
        self.lowest = self.lowest.min(stretch.balance);
        self.highest = self.highest.max(stretch.balance);
        self.closing = stretch.balance;
        self
    }

    fn row(&self, divisor: Option<i64>) -> Result<Month> {
        Ok(Month {
            month: self.month,
            first: Day(self.days.first),
            last: Day(self.days.last),
            days: self.days.days() as i32,
            average: self.sum.over(divisor.unwrap_or(self.days.days()))?,
            lowest: self.lowest,
            highest: self.highest,
            closing: self.closing,
        })
    }
}
