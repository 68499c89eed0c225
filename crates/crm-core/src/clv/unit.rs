//! The units of time of a model.

use crate::calendar::Day;
use crate::document::shorten;
use crate::error::{Error, Result};

/// What a model's rates and horizons are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A day.
    Day,
    /// Seven days.
    Week,
    /// A twelfth of a year.
    Month,
    /// A quarter of a year.
    Quarter,
    /// 365.25 days.
    Year,
}

/// The days of a year: of discounting, and of the units that calendars leave unequal.
pub const DAYS_OF_YEAR: f64 = 365.25;

pub(super) const UNITS: [(&str, Unit); 5] =
    [("day", Unit::Day), ("week", Unit::Week), ("month", Unit::Month), ("quarter", Unit::Quarter), ("year", Unit::Year)];

impl Unit {
    /// A unit by its name; another name is 22023.
    pub fn named(name: &str) -> Result<Self> {
        let found = UNITS.iter().find(|(known, _)| *known == name).map(|(_, unit)| *unit);
        found.ok_or_else(|| {
            Error::parameter(format!("unit \"{}\" is not known", shorten(name))).hint("Use 'day', 'week', 'month', 'quarter' or 'year'.")
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        UNITS.iter().find(|(_, unit)| *unit == self).map_or("", |(name, _)| name)
    }

    /// Its days, on average.
    pub fn days(self) -> f64 {
        match self {
            Unit::Day => 1.0,
            Unit::Week => 7.0,
            Unit::Month => DAYS_OF_YEAR / 12.0,
            Unit::Quarter => DAYS_OF_YEAR / 4.0,
            Unit::Year => DAYS_OF_YEAR,
        }
    }

    /// Whole units of the calendar from one day to a later one: the most that can be added to the first as an interval without
    /// passing the second. As PostgreSQL adds them, a month after 31 January ends on the last of February.
    #[inline]
    pub fn elapsed(self, from: Day, to: Day) -> i64 {
        let days = i64::from(to.0) - i64::from(from.0);
        let months = || {
            let ((y0, m0, d0), (y1, m1, d1)) = (from.civil(), to.civil());
            (y1 - y0) * 12 + i64::from(m1) - i64::from(m0) - i64::from(d1 < d0 && Day(to.0 + 1).civil().2 != 1)
        };
        match self {
            Unit::Day => days,
            Unit::Week => days.div_euclid(7),
            Unit::Month => months(),
            Unit::Quarter => months().div_euclid(3),
            Unit::Year => months().div_euclid(12),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elapsed_units_are_whole() {
        let elapsed = |unit: &str, from: &str, to: &str| {
            let day = |text| Day::parse(text).unwrap();
            Unit::named(unit).unwrap().elapsed(day(from), day(to))
        };
        assert_eq!(elapsed("year", "1995-01-01", "2001-12-31"), 6);
        assert_eq!(elapsed("year", "2020-02-29", "2021-02-27"), 0);
        assert_eq!(elapsed("year", "2020-02-29", "2021-02-28"), 1);
        assert_eq!(elapsed("month", "2020-01-31", "2020-02-29"), 1);
        assert_eq!(elapsed("month", "2020-01-30", "2021-02-27"), 12);
        assert_eq!(elapsed("year", "2020-02-29", "2021-03-01"), 1);
        assert_eq!(elapsed("month", "2020-01-31", "2020-03-01"), 1);
        assert_eq!(elapsed("month", "2020-01-15", "2020-02-14"), 0);
        assert_eq!(elapsed("quarter", "2020-01-15", "2020-12-31"), 3);
        assert_eq!(elapsed("week", "2020-01-01", "2020-01-14"), 1);
        assert_eq!(elapsed("day", "2020-01-01", "2020-01-01"), 0);
        assert!(Unit::named("fortnight").is_err());
    }
}
