//! Which part of a year a period is: day-count conventions.

use crate::calendar::Day;
use crate::document::shorten;
use crate::error::{Error, Result};

/// A day-count convention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    /// `act/360`: calendar days over 360.
    Act360,
    /// `act/365`: calendar days over 365, in leap years too (ISDA 2006, 4.16(d): Actual/365 (Fixed)).
    Act365,
    /// `act/act`: days in leap years over 366, the others over 365 (ISDA 2006, 4.16(b)).
    ActAct,
    /// `30/360`: months of 30 days, years of 360 (ISDA 2006, 4.16(f): Bond Basis).
    Thirty360,
}

/// The conventions by name.
const NAMES: [(&str, Convention); 4] =
    [("act/360", Convention::Act360), ("act/365", Convention::Act365), ("act/act", Convention::ActAct), ("30/360", Convention::Thirty360)];

/// A part of a year, exact: the number of days over the number of days in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// Not negative.
    pub days: i64,
    /// Positive.
    pub basis: i64,
}

impl Convention {
    /// The convention of a name, exactly as it is written (22023).
    #[inline]
    pub fn parse(name: &str) -> Result<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, convention)| *convention).ok_or_else(|| {
            let names: Vec<_> = NAMES.iter().map(|(name, _)| format!("'{name}'")).collect();
            Error::parameter(format!("the day-count convention \"{}\" is not known", shorten(name)))
                .hint(format!("Conventions are {}.", names.join(", ")))
        })
    }

    /// The part of a year from a day (inclusive) to a day (exclusive). The second before the first is an error (22023).
    pub fn fraction(self, from: Day, to: Day) -> Result<Fraction> {
        if to < from {
            return Err(Error::parameter("to_day is before from_day")
                .hint("from_day is the first day that counts, to_day the first that does not count any more."));
        }
        let days = i64::from(to.0) - i64::from(from.0);
        Ok(match self {
            Convention::Act360 => Fraction { days, basis: 360 },
            Convention::Act365 => Fraction { days, basis: 365 },
            Convention::ActAct => {
                let leap = leap_days(to) - leap_days(from);
                Fraction { days: 365 * leap + 366 * (days - leap), basis: 365 * 366 }
            }
            Convention::Thirty360 => Fraction { days: thirty(from, to), basis: 360 },
        })
    }
}

impl Fraction {
    /// [`Convention::fraction`] of the convention of a name.
    pub fn of(from: Day, to: Day, convention: &str) -> Result<Self> {
        Convention::parse(convention)?.fraction(from, to)
    }

    /// The nearest float8: both numbers are exact ones, so the division is the only rounding.
    pub fn to_f64(self) -> f64 {
        self.days as f64 / self.basis as f64
    }
}

/// Days in leap years before a day, counted from the first of the year 0.
fn leap_days(day: Day) -> i64 {
    let (year, ..) = day.civil();
    let before = year - 1;
    let leap_years = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    let is_leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    let within = match Day::from_civil(year, 1, 1) {
        Some(first) if is_leap => i64::from(day.0) - i64::from(first.0),
        _ => 0,
    };
    366 * leap_years + within
}

/// Days between two days if every month had 30: the 31st counts as the 30th, at the end only if the period begins on the 30th
/// or the 31st. The last of February is taken as it is.
fn thirty(from: Day, to: Day) -> i64 {
    let ((y1, m1, d1), (y2, m2, d2)) = (from.civil(), to.civil());
    let d1 = d1.min(30);
    let d2 = if d1 == 30 { d2.min(30) } else { d2 };
    360 * (y2 - y1) + 30 * (i64::from(m2) - i64::from(m1)) + i64::from(d2) - i64::from(d1)
}
