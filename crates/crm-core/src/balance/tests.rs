use super::*;
use crate::SqlState;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};

pub(super) fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

pub(super) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn of(entries: &[(&str, i64, &str)]) -> DailyBalance {
    let mut made = DailyBalance::default();
    for (at, sequence, balance) in entries {
        made.push(day(at), *sequence, amount(balance)).unwrap();
    }
    made.settle().unwrap();
    made
}

fn reading(first: &str, last: &str, opening: Option<&str>) -> Reading {
    Reading { period: Days::new(day(first), day(last)).unwrap(), opening: opening.map(amount), same_day: SameDay::Last }
}

fn under(reading: Reading, same_day: SameDay) -> Reading {
    Reading { same_day, ..reading }
}

#[test]
fn a_month_of_balances() {
    // 10 days of 1000, 15 of 2500.50, 6 of 0: (10000 + 37507.50) / 31.
    let account = of(&[("2026-01-01", 0, "1000.00"), ("2026-01-11", 0, "2500.50"), ("2026-01-26", 0, "0.00")]);
    let january = reading("2026-01-01", "2026-01-31", None);
    assert_eq!(account.average(&january, None).unwrap().to_string(), "1532.50");
    assert_eq!(account.average(&january, Some(30)).unwrap().to_string(), "1583.583333333333");
    assert_eq!(account.lowest(&january).unwrap().to_string(), "0.00");
    assert_eq!(account.highest(&january).unwrap().to_string(), "2500.50");
    assert_eq!(account.days_below(amount("1000"), &january).unwrap(), 6);
    assert_eq!(account.days_below(amount("1000.000000000001"), &january).unwrap(), 16);
    // The last balance is carried on, and entries after the last day are not looked at.
    assert_eq!(account.on(&reading("2030-05-05", "2030-05-05", None)).unwrap().to_string(), "0.00");
    assert_eq!(account.average(&reading("2026-01-05", "2026-01-12", None), None).unwrap(), amount("1375.125"));
    assert_eq!(account.average(&reading("2026-02-05", "2026-02-28", Some("7")), None).unwrap(), amount("0"));
}

#[test]
fn what_was_before_the_first_entry_is_never_guessed() {
    let account = of(&[("2026-01-05", 0, "100")]);
    let january = reading("2026-01-01", "2026-01-10", None);
    let unknown = account.average(&january, None).unwrap_err();
    assert_eq!(
        (unknown.state, &*unknown.message),
        (SqlState::InvalidParameter, "the balance before 2026-01-05, the first entry, is not known")
    );
    for error in
        [account.lowest(&january).map(drop), account.days_below(amount("1"), &january).map(drop), account.months(&january, None).map(drop)]
    {
        assert_eq!(error.unwrap_err(), unknown);
    }
    assert_eq!(account.on(&reading("2026-01-04", "2026-01-04", None)).unwrap_err(), unknown);
    assert_eq!(account.on(&january).unwrap(), amount("100"));
    let opened = reading("2026-01-01", "2026-01-10", Some("50.00"));
    assert_eq!(account.average(&opened, None).unwrap().to_string(), "80.00");
    assert_eq!(account.lowest(&opened).unwrap().to_string(), "50.00");
    assert_eq!(account.on(&reading("2026-01-05", "2026-01-05", Some("50"))).unwrap(), amount("100"));
}

#[test]
fn several_entries_of_a_day() {
    let account =
        of(&[("2026-01-05", 1, "10"), ("2026-01-05", 3, "30"), ("2026-01-05", 2, "99.5"), ("2026-01-06", 0, "1"), ("2026-01-06", 0, "2")]);
    let fifth = reading("2026-01-05", "2026-01-05", None);
    let shown = |rule| account.on(&under(fifth, rule)).map(|balance| balance.to_string()).map_err(|e| e.message);
    assert_eq!(shown(SameDay::Last).unwrap(), "30");
    assert_eq!(shown(SameDay::Lowest).unwrap(), "10");
    assert_eq!(shown(SameDay::Highest).unwrap(), "99.5");
    assert_eq!(shown(SameDay::Error).unwrap_err(), "2026-01-05 has several balances");
    let sixth = reading("2026-01-06", "2026-01-08", None);
    assert_eq!(account.lowest(&sixth).unwrap_err().message, "2026-01-06 has several balances, and nothing says which of them is the last");
    assert_eq!(account.average(&under(sixth, SameDay::Highest), None).unwrap(), amount("2"));
    // A day that is not looked at does not matter; one whose balance is carried into the period does.
    assert!(account.average(&fifth, None).is_ok());
    assert!(account.average(&reading("2026-01-07", "2026-01-07", None), None).is_err());
    // Equal balances are no conflict.
    let same = of(&[("2026-01-05", 0, "10.00"), ("2026-01-05", 0, "10"), ("2026-01-05", 8, "10.0")]);
    for (_, rule) in SameDay::ALL {
        assert_eq!(same.on(&under(fifth, rule)).unwrap(), amount("10"));
    }
    assert_eq!(SameDay::named("first").unwrap_err().state, SqlState::InvalidParameter);
    assert!(SameDay::ALL.iter().all(|(name, rule)| SameDay::named(name) == Ok(*rule)));
}

#[test]
fn months_are_parts_of_the_period() {
    let account = of(&[("2025-12-20", 0, "100"), ("2026-01-16", 0, "300"), ("2026-03-01", 0, "50")]);
    let months = account.months(&reading("2025-12-25", "2026-03-10", None), None).unwrap();
    let shown: Vec<_> = months
        .iter()
        .map(|m| format!("{} {} {} {} {} {} {} {}", m.month, m.first, m.last, m.days, m.average, m.lowest, m.highest, m.closing))
        .collect();
    assert_eq!(
        shown,
        [
            "2025-12-01 2025-12-25 2025-12-31 7 100 100 100 100",
            "2026-01-01 2026-01-01 2026-01-31 31 203.225806451613 100 300 300",
            "2026-02-01 2026-02-01 2026-02-28 28 300 300 300 300",
            "2026-03-01 2026-03-01 2026-03-10 10 50 50 50 50",
        ]
    );
    let fixed = account.months(&reading("2026-02-01", "2026-02-28", None), Some(30)).unwrap();
    assert_eq!((fixed.len(), fixed[0].average, fixed[0].days), (1, amount("280"), 28));
}

#[test]
fn limits_of_periods() {
    let account = of(&[("0001-01-01", 0, "1")]);
    assert_eq!(Days::new(day("2026-01-02"), day("2026-01-01")).unwrap_err().state, SqlState::InvalidParameter);
    for divisor in [0, -30] {
        let january = reading("2026-01-01", "2026-01-31", None);
        assert_eq!(account.average(&january, Some(divisor)).unwrap_err().state, SqlState::InvalidParameter);
        assert_eq!(account.months(&january, Some(divisor)).unwrap_err().state, SqlState::InvalidParameter);
    }
    assert_eq!(account.months(&reading("0001-01-01", "+10000-12-31", None), None).unwrap().len(), 120_000);
    assert_eq!(account.months(&reading("0001-01-01", "+10001-01-01", None), None).unwrap_err().state, SqlState::LimitExceeded);
    // Every day that PostgreSQL has.
    let all = reading("-4713-11-24", "+5874897-12-31", Some("0"));
    assert_eq!(account.average(&all, None).unwrap().to_string(), "0.999198398495");
    assert_eq!(account.days_below(amount("1"), &all).unwrap(), 1_721_426);
    assert_eq!(account.days_below(amount("2"), &all).unwrap(), 2_147_483_494);
    // The first month begins with the first of them.
    let first = account.months(&reading("-4713-11-24", "-4713-12-31", Some("0")), None).unwrap();
    assert_eq!((first.len(), first[0].month, first[0].days), (2, day("-4713-11-24"), 7));
    assert_eq!(account.months(&reading("+5874897-12-01", "+5874897-12-31", None), None).unwrap()[0].days, 31);
}

#[test]
fn sums_are_wide() {
    let most = Amount::new(i128::MAX, 0);
    let mut account = DailyBalance::default();
    account.push(day("2026-01-01"), 0, most).unwrap();
    let year = reading("2026-01-01", "2026-12-31", None);
    assert_eq!(account.average(&year, None).unwrap(), most);
    assert_eq!(account.average(&year, Some(364)).unwrap_err().state, SqlState::OutOfRange);
    account.push(day("2026-12-31"), 0, Amount::new(-i128::MAX, 0)).unwrap();
    assert_eq!(account.average(&reading("2026-12-30", "2026-12-31", None), None).unwrap(), Amount::ZERO);
    let again: DailyBalance = from_wire(&to_wire(&account).unwrap()).unwrap();
    assert_eq!(to_wire(&again).unwrap(), to_wire(&account).unwrap());
}

#[test]
fn instants_are_utc_days_and_microseconds_order_them() {
    let mut account = DailyBalance::default();
    for (at, balance) in [("1999-12-31T23:59:59.999999Z", "3"), ("2000-01-01T00:00:00Z", "4"), ("1999-12-31T00:00:00Z", "5")] {
        account.push_at(Instant::parse(at).unwrap(), amount(balance)).unwrap();
    }
    account.settle().unwrap();
    let text = r#"{"entries":[["1999-12-31","5"],["1999-12-31","3",86399999999],["2000-01-01","4"]]}"#;
    assert_eq!(to_text(&account).unwrap(), text);
    assert_eq!(account.on(&reading("1999-12-31", "1999-12-31", None)).unwrap(), amount("3"));
}

#[test]
fn room_stays_within_a_small_multiple_of_what_is_distinct() {
    let mut account = DailyBalance::default();
    for i in 0..100_000 {
        account.push(Day(i * 7919 % 100), i.into(), Amount::from_i64(i64::from(i * 31 % 97))).unwrap();
    }
    assert!(account.entries.capacity() <= 1200, "{}", account.entries.capacity());
    // In order, as rows usually come, the room for two years of months is this.
    let mut monthly = DailyBalance::default();
    (0..24).for_each(|i| monthly.push(Day(i * 30), 0, Amount::from_i64(1)).unwrap());
    assert_eq!(monthly.entries.capacity() * size_of::<Entry>(), 27 * 32);
    assert_eq!((size_of::<DailyBalance>(), size_of::<DailyMovement>()), (32, 32));
}

#[test]
fn no_way_in_passes_the_limit() {
    let most = MOST_BYTES / size_of::<Entry>();
    let mut account = DailyBalance::default();
    (0..most as i32).for_each(|day| account.push(Day(day), 0, Amount::ZERO).unwrap());
    let full = to_wire(&account).unwrap();
    assert_eq!(to_wire(&from_wire::<DailyBalance>(&full).unwrap()).unwrap(), full);
    let text = to_text(&account).unwrap();
    let mut other = of(&[("2026-01-01", 0, "1")]);
    other.push(Day(-1), 0, Amount::ZERO).unwrap();
    assert_eq!(account.clone().push(Day(-1), 0, Amount::ZERO).unwrap_err().state, SqlState::LimitExceeded);
    assert_eq!(account.merge(&of(&[("1990-01-01", 0, "1"), ("1991-01-01", 0, "1")])).unwrap_err().state, SqlState::LimitExceeded);
    let more = text.replace("{\"entries\":[", "{\"entries\":[[\"1990-01-01\",\"1\"],");
    assert_eq!(from_text::<DailyBalance>(&more).unwrap_err().state, SqlState::LimitExceeded);
    let many = [&[0, 1][..], &[0x80, 0x90, 0x04], &vec![4; 1 << 20]].concat();
    assert_eq!(from_wire::<DailyBalance>(&many).unwrap_err().state, SqlState::LimitExceeded);
}

#[test]
fn the_binary_form_is_small() {
    let mut account = DailyBalance::default();
    (0..365).for_each(|i| account.push(Day(i), 0, Amount::new(i128::from(5_000_000 + i * 7919) * 10_000_000_000, 2)).unwrap());
    assert!(to_wire(&account).unwrap().len() <= 8 + 365 * 5, "{}", to_wire(&account).unwrap().len());
}

#[test]
fn forms_that_no_value_has_are_refused() {
    let bytes = to_wire(&of(&[("2000-01-02", 0, "1.50"), ("2000-01-02", 7, "-2"), ("2000-01-04", 0, "0")])).unwrap();
    // Version, number of rows, first day; 150 cents; the decimals change to 0, sequence 7, -2; two days later 0.
    assert_eq!(bytes, [0, 1, 3, 0, 0, 0, 1, 0, 0xac, 2, 3, 0, 14, 3, 8, 0]);
    let refused = |rest: &[u8]| from_wire::<DailyBalance>(&[&[0, 1], rest].concat()).unwrap_err().message.into_owned();
    assert!(refused(&[0]).contains("the days are missing"));
    assert!(refused(&[1, 0, 0, 0, 1, 4, 2]).contains("not in their order"));
    assert!(refused(&[1, 0, 0, 0, 1, 1, 0, 2]).contains("not in their order"));
    assert!(refused(&[2, 0, 0, 0, 1, 0, 2, 0, 2]).contains("not in their order"));
    assert!(refused(&[1, 0, 0, 0, 1, 2, 2, 2]).contains("decimals"));
    assert!(refused(&[1, 0, 0, 0, 1, 2, 13, 2]).contains("decimals"));
    assert!(refused(&[1, 0x7f, 0xff, 0xff, 0xff, 0, 2]).contains("out of range"));
    assert!(refused(&[9, 0, 0, 0, 1, 0, 2]).contains("too early"));
    // Three entries of one sequence: the middle one is never kept.
    assert!(refused(&[3, 0, 0, 0, 1, 0, 2, 0, 4, 0, 6]).contains("more entries than are kept"));
    let text = |text: &str| from_text::<DailyBalance>(text).unwrap_err().message.into_owned();
    assert!(text(r#"{"entries":[]}"#).contains("entries: must not be empty"));
    assert!(text(r#"{"entries":[["2026-01-01","1"],["2026-01-01","2"],["2026-01-01","3"]]}"#).contains("more entries than are kept"));
    assert!(text(r#"{"entries":[["2026-01-02","1"],["2026-01-01","2"]]}"#).contains("entries[1]: the days are"));
    assert!(text(r#"{"entries":[["2026-01-32","1"]]}"#).contains("entries[0]: the day must be"));
    assert!(text(r#"{"entries":[["2026-01-01","x"]]}"#).contains("entries[0]: the amount must be"));
    assert!(text(r#"{"entries":[["2026-01-01",1]]}"#).contains("entries[0]: must be a list of a day"));
    assert!(text(r#"{"entries":[["2026-01-01","1",1.5]]}"#).contains("entries[0]: must be a list of a day"));
    assert!(text(r#"{"entries":[["2026-01-01","1"]],"scale":2}"#).contains("scale: is not known"));
    assert!(text(r#"{}"#).contains("entries: is missing"));
    let moved = |text: &str| from_text::<DailyMovement>(text).unwrap_err().message.into_owned();
    assert!(moved(r#"{"days":[["2026-01-01","1",1]]}"#).contains("days[0]: must be a list of a day"));
    assert!(moved(r#"{"days":[["2026-01-01","1"],["2026-01-01","1"]]}"#).contains("days[1]: the days are"));
    assert!(from_wire::<DailyMovement>(&[0, 1, 0]).is_err());
    assert!(from_wire::<DailyMovement>(&[0, 1, 1, 0, 0, 0, 1, 1, 2, 2]).is_err());
}

#[test]
fn balances_from_movements() {
    let mut movements = DailyMovement::default();
    for (at, moved) in
        [("2026-01-05", "100.00"), ("2026-01-09", "-30"), ("2026-01-05", "-20.50"), ("2026-01-20", "5"), ("2026-01-20", "-5")]
    {
        movements.push(day(at), amount(moved)).unwrap();
    }
    movements.settle().unwrap();
    assert_eq!(to_text(&movements).unwrap(), r#"{"days":[["2026-01-05","79.50"],["2026-01-09","-30"],["2026-01-20","0"]]}"#);
    let made = |movements, opening: Option<&str>, on: &str| from_movements(movements, opening.map(amount), day(on));
    let balances = made(Some(&movements), Some("10.0"), "2025-12-31").unwrap();
    assert_eq!(
        to_text(&balances).unwrap(),
        r#"{"entries":[["2025-12-31","10.0"],["2026-01-05","89.50"],["2026-01-09","59.50"],["2026-01-20","59.50"]]}"#
    );
    assert_eq!(to_text(&made(None, Some("0"), "2025-12-31").unwrap()).unwrap(), r#"{"entries":[["2025-12-31","0"]]}"#);
    assert_eq!(made(Some(&movements), None, "2025-12-31").unwrap_err().state, SqlState::InvalidParameter);
    assert_eq!(
        made(Some(&movements), Some("0"), "2026-01-05").unwrap_err().message,
        "opening_day 2026-01-05 is not before 2026-01-05, the day of the first movement"
    );
    let mut large = DailyMovement::default();
    large.push(day("2026-01-01"), Amount::new(i128::MAX, 0)).unwrap();
    assert_eq!(made(Some(&large), Some("1"), "2025-12-31").unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(large.push(day("2026-01-01"), Amount::from_i64(1)).unwrap_err().state, SqlState::OutOfRange);
}
