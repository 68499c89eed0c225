//! Days and instants as PostgreSQL counts them (from 2000-01-01, proleptic Gregorian, UTC), and their ISO 8601 text.
//!
//! Nothing here knows a time zone: a day is a UTC day. Who needs local days converts before he aggregates.

use crate::error::{Error, Result, SqlState};
use std::fmt;

/// Microseconds in a day.
pub const DAY_MICROS: i64 = 86_400_000_000;
/// Days from 1970-01-01 to 2000-01-01.
const EPOCH_SHIFT: i64 = 10_957;
/// PostgreSQL's bounds of a timestamp: 4714-11-24 BC up to, not including, 294277-01-01.
const MIN_INSTANT: i64 = -211_813_488_000_000_000;
const END_INSTANT: i64 = 9_223_371_331_200_000_000;
/// PostgreSQL's bounds of a date: 4714-11-24 BC up to, not including, 5874898-01-01.
const MIN_DAY: i32 = -2_451_545;
const END_DAY: i32 = 2_145_031_949;

/// A calendar day: days since 2000-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// An instant: microseconds since 2000-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

#[cold]
fn out_of_range(what: &str) -> Error {
    Error::new(SqlState::DatetimeOutOfRange, format!("{what} is infinite or out of range"))
        .hint("Give a finite value; in an aggregate, filter the rows or set it to NULL to have the row skipped.")
}

impl Day {
    /// The first day that PostgreSQL has: 4714-11-24 BC.
    pub const FIRST: Day = Day(MIN_DAY);
    /// The last one: 5874897-12-31.
    pub const LAST: Day = Day(END_DAY - 1);

    /// The day, if it is finite (22008).
    #[inline]
    pub fn new(days: i32) -> Result<Self> {
        if (MIN_DAY..END_DAY).contains(&days) { Ok(Day(days)) } else { Err(out_of_range("date")) }
    }

    /// The first instant of the day (22008 beyond the year 294276).
    #[inline]
    pub fn start(self) -> Result<Instant> {
        i64::from(self.0).checked_mul(DAY_MICROS).map_or_else(|| Err(out_of_range("date")), Instant::new)
    }

    /// Year, month, day.
    pub fn civil(self) -> (i64, u32, u32) {
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_to_civil.
        let z = i64::from(self.0) + EPOCH_SHIFT + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        (yoe + era * 400 + i64::from(month <= 2), month as u32, (doy - (153 * mp + 2) / 5 + 1) as u32)
    }

    /// The day of a year, month and day, if there is one.
    pub fn from_civil(year: i64, month: u32, day: u32) -> Option<Self> {
        // Hinnant's days_from_civil; converting back rejects the 31st of April and its like.
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || year.abs() > 6_000_000 {
            return None;
        }
        let y = year - i64::from(month <= 2);
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let mp = i64::from((month + 9) % 12);
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + (153 * mp + 2) / 5 + i64::from(day) - 1;
        let found = Day(i32::try_from(era * 146_097 + doe - 719_468 - EPOCH_SHIFT).ok()?);
        (found.civil() == (year, month, day) && Day::new(found.0).is_ok()).then_some(found)
    }

    /// Reads `YYYY-MM-DD` (years beyond 9999 or before 1 with a sign, as ISO 8601 expands them).
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, body) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let mut parts = body.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() < 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        let year = i64::from(digits(year)?);
        Day::from_civil(if negative { -year } else { year }, digits(month)?, digits(day)?)
    }
}

impl Instant {
    /// The instant, if it is finite (22008).
    #[inline]
    pub fn new(micros: i64) -> Result<Self> {
        if (MIN_INSTANT..END_INSTANT).contains(&micros) { Ok(Instant(micros)) } else { Err(out_of_range("timestamp")) }
    }

    /// The UTC day it lies in.
    #[inline]
    pub fn day(self) -> Day {
        Day(self.0.div_euclid(DAY_MICROS) as i32) // in range by the bounds of an instant
    }

    /// Reads `YYYY-MM-DDThh:mm:ss[.ffffff]Z`, the form [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
        let [h, m, s] = clock.split(':').collect::<Vec<_>>().try_into().ok()?;
        if [h, m, s].iter().any(|part| part.len() != 2) || fraction.len() > 6 {
            return None;
        }
        let (h, m, s) = (digits(h)?, digits(m)?, digits(s)?);
        if h > 23 || m > 59 || s > 59 {
            return None;
        }
        let micros = if fraction.is_empty() { 0 } else { digits(&format!("{fraction:0<6}"))? };
        let start = Day::parse(date)?.start().ok()?.0;
        Instant::new(start + i64::from(h * 3600 + m * 60 + s) * 1_000_000 + i64::from(micros)).ok()
    }
}

fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        match year {
            0..=9999 => write!(f, "{year:04}-{month:02}-{day:02}"),
            _ => write!(f, "{year:+05}-{month:02}-{day:02}"),
        }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.rem_euclid(DAY_MICROS);
        let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
        write!(f, "{}T{:02}:{:02}:{:02}", self.day(), seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if fraction != 0 {
            write!(f, ".{}", format!("{fraction:06}").trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_days() {
        for (text, days) in [
            ("2000-01-01", 0),
            ("1970-01-01", -10_957),
            ("2024-02-29", 8825),
            ("0000-03-01", -730_425),
            ("-4713-11-24", MIN_DAY),
            ("+5874897-12-31", END_DAY - 1),
        ] {
            assert_eq!(Day::parse(text), Some(Day(days)), "{text}");
            assert_eq!(Day(days).to_string(), text);
        }
        for wrong in ["2023-02-29", "2023-13-01", "23-01-01", "2023-1-1", "2023-01-01T00:00:00Z", "", "-", "+5874898-01-01"] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn bounds_of_instants() {
        assert_eq!(Instant(MIN_INSTANT).to_string(), "-4713-11-24T00:00:00Z");
        assert_eq!(Instant(END_INSTANT - 1).to_string(), "+294276-12-31T23:59:59.999999Z");
        for infinite in [i64::MIN, i64::MAX, END_INSTANT, MIN_INSTANT - 1] {
            assert!(Instant::new(infinite).is_err());
        }
        assert_eq!(Instant(-1).day(), Day(-1));
        assert_eq!(
            Instant::parse("2026-09-30T15:00:00.5Z"),
            Some(Instant(Day::parse("2026-09-30").unwrap().0 as i64 * DAY_MICROS + 54_000_500_000))
        );
        for wrong in ["2026-09-30", "2026-09-30T24:00:00Z", "2026-09-30T15:00:00", "2026-09-30T15:00:00.1234567Z", "2026-09-30T+1:00:00Z"] {
            assert_eq!(Instant::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn days_round_trip(days in MIN_DAY..END_DAY) {
            prop_assert_eq!(Day::parse(&Day(days).to_string()), Some(Day(days)));
        }

        #[test]
        fn instants_round_trip(micros in MIN_INSTANT..END_INSTANT) {
            prop_assert_eq!(Instant::parse(&Instant(micros).to_string()), Some(Instant(micros)));
        }
    }
}
