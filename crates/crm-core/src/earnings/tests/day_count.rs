use super::day;
use crate::calendar::Day;
use crate::earnings::{Convention, Fraction};
use crate::error::SqlState;
use proptest::prelude::*;

fn days(from: &str, to: &str, convention: &str) -> (i64, i64) {
    let Fraction { days, basis } = Fraction::of(day(from), day(to), convention).unwrap();
    (days, basis)
}

/// ISDA, "30/360 Day Count Conventions", examples in 30-360-2006ISDADefs.xls, sheets of the Bond Basis and of Actual/360.
#[test]
fn bond_basis_and_act_360_are_those_of_isda() {
    for (from, to, thirty) in [
        ("2006-08-20", "2007-02-20", 180),
        ("2007-02-20", "2007-08-20", 180),
        ("2007-08-20", "2008-02-20", 180),
        ("2008-02-20", "2008-08-20", 180),
        ("2006-08-31", "2007-02-28", 178),
        ("2007-02-28", "2007-08-31", 183),
        ("2007-08-31", "2008-02-29", 179),
        ("2008-02-29", "2008-08-31", 182),
        ("2008-08-31", "2009-02-28", 178),
        ("2009-02-28", "2009-08-31", 183),
        ("2006-01-31", "2006-02-28", 28),
        ("2006-01-30", "2006-02-28", 28),
        ("2006-02-28", "2006-03-03", 5),
        ("2006-02-14", "2006-02-28", 14),
        ("2006-09-30", "2006-10-31", 30),
        ("2006-10-31", "2006-11-28", 28),
        ("2007-08-31", "2008-02-28", 178),
        ("2008-02-28", "2008-08-28", 180),
        ("2008-02-28", "2008-08-30", 182),
        ("2008-02-28", "2008-08-31", 183),
        ("2007-02-26", "2008-02-28", 362),
        ("2007-02-26", "2008-02-29", 363),
        ("2008-02-29", "2009-02-28", 359),
        ("2008-02-28", "2008-03-30", 32),
        ("2008-02-28", "2008-03-31", 33),
        ("2011-12-28", "2012-02-28", 60),
    ] {
        assert_eq!(days(from, to, "30/360"), (thirty, 360), "{from} {to}");
    }
    for (from, to, actual) in [
        ("2007-01-15", "2007-01-30", 15),
        ("2007-01-15", "2007-07-15", 181),
        ("2007-09-30", "2008-03-31", 183),
        ("2007-09-30", "2008-09-30", 366),
        ("2007-02-26", "2008-02-29", 368),
        ("2008-02-29", "2009-02-28", 365),
        ("2009-02-28", "2009-08-31", 184),
    ] {
        assert_eq!(days(from, to, "act/360"), (actual, 360), "{from} {to}");
        assert_eq!(days(from, to, "act/365"), (actual, 365), "{from} {to}");
    }
}

/// ISDA, "EMU and Market Conventions: Recent Developments" (1998), the example of 2003-11-01 and those of its appendix.
#[test]
fn act_act_is_that_of_isda() {
    for (from, to, printed) in [
        ("2003-11-01", "2004-05-01", "0.497724380567"),
        ("1999-02-01", "1999-07-01", "0.410958904110"),
        ("1999-07-01", "2000-07-01", "1.0013773486"),
        ("2002-08-15", "2003-07-15", "0.915068493151"),
        ("2003-07-15", "2004-01-15", "0.504004790778"),
        ("1999-07-30", "2000-01-30", "0.503892506924"),
        ("2000-01-30", "2000-06-30", "0.415300546448"),
        ("1999-11-30", "2000-04-30", "0.415540085336"),
    ] {
        let fraction = Fraction::of(day(from), day(to), "act/act").unwrap();
        let (_, decimals) = printed.split_once('.').unwrap();
        assert_eq!(format!("{:.*}", decimals.len(), fraction.to_f64()), printed, "{from} {to}");
    }
    assert_eq!(days("2003-11-01", "2004-05-01", "act/act"), (61 * 366 + 121 * 365, 365 * 366));
    assert_eq!(Fraction::of(day("2003-11-01"), day("2004-05-01"), "act/act").unwrap().to_f64(), 0.49772438056740775);
}

#[test]
fn what_is_wrong_is_an_error() {
    for wrong in ["", "ACT/360", "act/364", "30E/360", "actual/360", " act/360"] {
        let e = Convention::parse(wrong).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidParameter, "{wrong}");
        assert_eq!(e.hint.unwrap(), "Conventions are 'act/360', 'act/365', 'act/act', '30/360'.");
    }
    let e = Fraction::of(day("2026-01-02"), day("2026-01-01"), "30/360").unwrap_err();
    assert_eq!((e.state, e.message.as_ref()), (SqlState::InvalidParameter, "to_day is before from_day"));
    for convention in ["act/360", "act/365", "act/act", "30/360"] {
        assert_eq!(days("2026-01-31", "2026-01-31", convention).0, 0);
        // All the days that PostgreSQL has.
        let all = Fraction::of(day("-4713-11-24"), day("+5874897-12-31"), convention).unwrap();
        assert!((5_879_600.0..5_966_000.0).contains(&all.to_f64()), "{convention} {all:?}");
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

proptest! {
    #[test]
    fn act_act_counts_each_day_in_its_year(from in -800_000i32..800_000, length in 0i32..2_000) {
        let mut naive = 0;
        for d in from..from + length {
            naive += if is_leap(Day(d).civil().0) { 365 } else { 366 };
        }
        let fraction = Convention::ActAct.fraction(Day(from), Day(from + length)).unwrap();
        prop_assert_eq!(fraction, Fraction { days: naive, basis: 365 * 366 });
    }

    #[test]
    fn parts_of_a_period_add_up_and_years_are_whole(from in -700_000i32..700_000, first in 0i32..30_000, second in 0i32..30_000, years in 0i64..100) {
        let (a, b, c) = (Day(from), Day(from + first), Day(from + first + second));
        for convention in [Convention::Act360, Convention::Act365, Convention::ActAct] {
            let of = |from, to| convention.fraction(from, to).unwrap().days;
            prop_assert_eq!(of(a, b) + of(b, c), of(a, c));
        }
        let (year, month, date) = a.civil();
        if let Some(later) = Day::from_civil(year + years, month, date) {
            let thirty = Convention::Thirty360.fraction(a, later).unwrap();
            prop_assert_eq!(thirty, Fraction { days: 360 * years, basis: 360 });
        }
        let new_year = |year| Day::from_civil(year, 1, 1).unwrap();
        let whole = Convention::ActAct.fraction(new_year(year), new_year(year + years)).unwrap();
        prop_assert_eq!(whole.days, years * whole.basis);
    }

    #[test]
    fn months_of_30_days_never_run_backwards(from in -700_000i32..700_000, length in 0i32..1_000) {
        let of = |to| Convention::Thirty360.fraction(Day(from), Day(to)).unwrap().days;
        let (days, actual) = (of(from + length), i64::from(length));
        // A month is at most two days shorter and one longer than 30.
        prop_assert!(days >= 0 && (days - actual).abs() <= 2 + actual / 28 * 2, "{days} {actual}");
    }
}
