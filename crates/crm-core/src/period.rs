//! Periods of the calendar: days, weeks, months, quarters or years, counted in whole numbers.

use crate::calendar::Day;

/// How long a period is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// A calendar day.
    Day,
    /// Monday to Sunday, as ISO 8601 has it.
    Week,
    /// A calendar month.
    #[default]
    Month,
    /// Three calendar months, from January on.
    Quarter,
    /// A calendar year.
    Year,
}

/// 2000-01-03, a Monday.
const MONDAY: i32 = 2;

impl Period {
    /// Names in a policy.
    pub(crate) const NAMES: [(&'static str, Period); 5] =
        [("day", Period::Day), ("week", Period::Week), ("month", Period::Month), ("quarter", Period::Quarter), ("year", Period::Year)];

    /// Its name in a policy.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    fn months(self) -> i64 {
        match self {
            Period::Day | Period::Week => 0,
            Period::Month => 1,
            Period::Quarter => 3,
            Period::Year => 12,
        }
    }

    /// The number of the period in which a day lies; the next period has the next number.
    pub fn of(self, day: Day) -> i64 {
        match self {
            Period::Day => day.0.into(),
            Period::Week => (i64::from(day.0) - i64::from(MONDAY)).div_euclid(7),
            Period::Month => {
                let (year, month, _) = day.civil();
                year * 12 + i64::from(month) - 1
            }
            Period::Quarter => {
                let (year, month, _) = day.civil();
                year * 4 + i64::from(month - 1) / 3
            }
            Period::Year => day.civil().0,
        }
    }

    /// The first day of a period; none where it is out of range.
    fn begins(self, number: i64) -> Option<Day> {
        let day = |number: i64| i32::try_from(number).ok().and_then(|day| Day::new(day).ok());
        match self {
            Period::Day => day(number),
            Period::Week => day(number * 7 + i64::from(MONDAY)),
            _ => {
                let month = number * self.months();
                Day::from_civil(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1)
            }
        }
    }

    /// The first day of a period that has a day in range, or follows one.
    pub fn first_day(self, number: i64) -> Day {
        self.begins(number).unwrap_or(if number < 0 { Day::FIRST } else { Day::LAST })
    }

    /// The last day of a period that has a day in range, or follows one.
    pub fn last_day(self, number: i64) -> Day {
        self.begins(number + 1).map_or(Day::LAST, |next| Day((next.0 - 1).max(Day::FIRST.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn periods_begin_and_end_where_the_calendar_says() {
        let shown = |period: Period, day: &str| {
            let number = period.of(Day::parse(day).unwrap());
            format!("{} {}", period.first_day(number), period.last_day(number))
        };
        assert_eq!(shown(Period::Day, "2024-02-29"), "2024-02-29 2024-02-29");
        assert_eq!(shown(Period::Week, "2026-11-22"), "2026-11-16 2026-11-22");
        assert_eq!(shown(Period::Week, "2026-11-23"), "2026-11-23 2026-11-29");
        assert_eq!(shown(Period::Week, "1999-12-31"), "1999-12-27 2000-01-02");
        assert_eq!(shown(Period::Month, "2024-02-10"), "2024-02-01 2024-02-29");
        assert_eq!(shown(Period::Month, "1999-12-31"), "1999-12-01 1999-12-31");
        assert_eq!(shown(Period::Quarter, "2026-11-22"), "2026-10-01 2026-12-31");
        assert_eq!(shown(Period::Year, "-0044-03-15"), "-0044-01-01 -0044-12-31");
    }

    proptest! {
        #[test]
        fn a_day_lies_in_its_period_and_periods_leave_no_gap(day in Day::FIRST.0..=Day::LAST.0, near in -3i32..3, kind in 0usize..5) {
            let period = Period::NAMES[kind].1;
            for day in [day, Day::FIRST.0 + near.abs(), Day::LAST.0 - near.abs()] {
                let number = period.of(Day(day));
                prop_assert!(period.first_day(number).0 <= day && day <= period.last_day(number).0);
                let next = period.first_day(number + 1);
                if period.of(Day::LAST) == number {
                    prop_assert_eq!((period.last_day(number), next), (Day::LAST, Day::LAST));
                } else {
                    prop_assert_eq!((next.0, period.of(next)), (period.last_day(number).0 + 1, number + 1));
                }
            }
        }
    }
}
