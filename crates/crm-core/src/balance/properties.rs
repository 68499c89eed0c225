//! Random accounts against a reference that looks at each day, and at each row of it, by itself.

use super::*;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use crate::exact;
use ethnum::I256;
use proptest::prelude::*;
use std::collections::BTreeMap;

type Row = (i32, i64, i64, u8);

/// Few days, sequences and balances, so that they meet; and some that are far off.
fn row() -> impl Strategy<Value = Row> {
    (
        prop_oneof![6 => -40i32..80, 1 => -4000i32..4000],
        prop_oneof![3 => Just(0i64), 2 => -2i64..3, 1 => any::<i64>()],
        prop_oneof![4 => -5i64..5, 1 => -900_000i64..900_000, 1 => any::<i64>()],
        prop_oneof![3 => Just(2u8), 1 => 0u8..=12],
    )
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop_oneof![1 => prop::collection::vec(row(), 1..4), 4 => prop::collection::vec(row(), 1..60)]
}

fn balance((_, _, number, scale): Row) -> Amount {
    Amount::new(i128::from(number) * 10i128.pow(12 - u32::from(scale)), scale)
}

fn pushed(rows: &[Row]) -> DailyBalance {
    let mut made = DailyBalance::default();
    rows.iter().for_each(|row| made.push(Day(row.0), row.1, balance(*row)).unwrap());
    made
}

fn settled(rows: &[Row]) -> DailyBalance {
    let mut made = pushed(rows);
    made.settle().unwrap();
    made
}

/// The closing balance of a day as the rule has it; none: not known, or not decided.
fn closing(rows: &[Row], day: i32, opening: Option<Amount>, rule: SameDay) -> Option<Amount> {
    let Some(latest) = rows.iter().map(|row| row.0).filter(|entry| *entry <= day).max() else { return opening };
    let of_day: Vec<Row> = rows.iter().filter(|row| row.0 == latest).copied().collect();
    let last = of_day.iter().map(|row| row.1).max()?;
    let of_last: Vec<Row> = of_day.iter().filter(|row| row.1 == last).copied().collect();
    let (lowest, highest) =
        (|rows: &[Row]| rows.iter().map(|row| balance(*row)).min(), |rows: &[Row]| rows.iter().map(|row| balance(*row)).max());
    match rule {
        SameDay::Lowest => lowest(&of_day),
        SameDay::Highest => highest(&of_day),
        SameDay::Last => lowest(&of_last).filter(|balance| Some(*balance) == highest(&of_last)),
        SameDay::Error => lowest(&of_day).filter(|balance| Some(*balance) == highest(&of_day)),
    }
}

proptest! {
    #[test]
    fn as_day_by_day(rows in rows(), first in -60i32..100, length in 0i32..90, opening in prop::option::of(-9i64..9), rule in 0usize..4,
        divisor in prop::option::of(1i32..400), level in -6i64..6) {
        let made = settled(&rows);
        let opening = opening.map(|n| Amount::from_i64(n).divided_by(100));
        let (last, same_day) = (first + length, SameDay::ALL[rule].1);
        let reading = Reading { period: Days::new(Day(first), Day(last)).unwrap(), opening, same_day };
        let days: Option<Vec<Amount>> = (first..=last).map(|day| closing(&rows, day, opening, same_day)).collect();
        // A day with an entry is undecided or not by itself, so the whole is known where each day is.
        let Some(days) = days else {
            prop_assert!(made.average(&reading, divisor).is_err());
            prop_assert!(made.lowest(&reading).is_err() && made.highest(&reading).is_err());
            prop_assert!(made.days_below(Amount::ZERO, &reading).is_err() && made.months(&reading, None).is_err());
            return Ok(());
        };
        let mean = |days: &[Amount]| {
            let sum: I256 = days.iter().map(|balance| I256::from(balance.units)).sum();
            exact::rounded(sum, I256::from(divisor.unwrap_or(days.len() as i32))).unwrap()
        };
        prop_assert_eq!(made.average(&reading, divisor).unwrap().units, mean(&days));
        prop_assert_eq!(Some(&made.lowest(&reading).unwrap()), days.iter().min());
        prop_assert_eq!(Some(&made.highest(&reading).unwrap()), days.iter().max());
        let level = Amount::from_i64(level).divided_by(100);
        prop_assert_eq!(made.days_below(level, &reading).unwrap(), days.iter().filter(|balance| **balance < level).count() as i32);
        prop_assert_eq!(Some(&made.on(&reading).unwrap()), days.last());
        let mut months: BTreeMap<(i64, u32), Vec<(i32, Amount)>> = BTreeMap::new();
        for (day, balance) in (first..=last).zip(&days) {
            let (year, month, _) = Day(day).civil();
            months.entry((year, month)).or_default().push((day, *balance));
        }
        let found = made.months(&reading, divisor).unwrap();
        prop_assert_eq!(found.len(), months.len());
        for (found, ((year, month), days)) in found.iter().zip(months) {
            let balances: Vec<Amount> = days.iter().map(|day| day.1).collect();
            prop_assert_eq!(Some(found.month), Day::from_civil(year, month, 1));
            prop_assert_eq!((Some(found.first.0), Some(found.last.0)), (days.first().map(|d| d.0), days.last().map(|d| d.0)));
            prop_assert_eq!(found.days as usize, days.len());
            prop_assert_eq!(found.average.units, mean(&balances));
            prop_assert_eq!((Some(&found.lowest), Some(&found.highest)), (balances.iter().min(), balances.iter().max()));
            prop_assert_eq!(Some(&found.closing), balances.last());
        }
    }

    #[test]
    fn entries_are_the_days_that_have_some(rows in rows(), rule in 0usize..4) {
        let rule = SameDay::ALL[rule].1;
        let mut days: Vec<i32> = rows.iter().map(|row| row.0).collect();
        days.sort_unstable();
        days.dedup();
        let expected: Vec<_> = days.iter().map(|day| closing(&rows, *day, None, rule).map(|balance| (Day(*day), balance))).collect();
        prop_assert_eq!(settled(&rows).entries(rule).map(Result::ok).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn merging_is_a_union(rows in rows(), cut in any::<prop::sample::Index>(), again in any::<prop::sample::Index>()) {
        let whole = to_wire(&settled(&rows)).unwrap();
        let reversed: Vec<_> = rows.iter().rev().copied().collect();
        prop_assert_eq!(&to_wire(&settled(&reversed)).unwrap(), &whole);
        // Settled or not, in parts, in either order, and some rows twice: reduced first, or put together first.
        let (left, right) = reversed.split_at(cut.index(rows.len()));
        for (mut one, other) in [(settled(right), settled(left)), (pushed(left), settled(right)), (pushed(&rows), settled(&rows[again.index(rows.len())..]))] {
            one.merge(&other).unwrap();
            one.settle().unwrap();
            prop_assert_eq!(&to_wire(&one).unwrap(), &whole);
        }
        prop_assert!(settled(&rows).entries.chunk_by(|l, r| l.day == r.day).all(|day| day.len() <= 4));
    }

    #[test]
    fn both_forms_are_lossless(rows in rows()) {
        let whole = settled(&rows);
        let (wire, text) = (to_wire(&whole).unwrap(), to_text(&whole).unwrap());
        for again in [from_wire::<DailyBalance>(&wire).unwrap(), from_text::<DailyBalance>(&text).unwrap()] {
            prop_assert_eq!(&to_wire(&again).unwrap(), &wire);
            prop_assert_eq!(&to_text(&again).unwrap(), &text);
        }
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..120), small in prop::collection::vec(0u8..9, 0..40), count in 1u8..8) {
        for tail in [bytes, small] {
            let framed = [&[0, 1, count, 0, 0, 0, 1], tail.as_slice()].concat();
            for bytes in [[&[0, 1], tail.as_slice()].concat(), tail.clone(), framed] {
                if let Ok(made) = from_wire::<DailyBalance>(&bytes) {
                    prop_assert_eq!(&to_wire(&made).unwrap(), &bytes);
                }
                if let Ok(made) = from_wire::<DailyMovement>(&bytes) {
                    prop_assert_eq!(&to_wire(&made).unwrap(), &bytes);
                }
            }
        }
    }

    #[test]
    fn movements_add_up(rows in rows(), cut in any::<prop::sample::Index>(), opening in -900i64..900) {
        let moved = |rows: &[Row]| {
            let mut made = DailyMovement::default();
            rows.iter().for_each(|row| made.push(Day(row.0), balance(*row)).unwrap());
            made.settle().unwrap();
            made
        };
        let whole = moved(&rows);
        let mut net: BTreeMap<i32, i128> = BTreeMap::new();
        rows.iter().for_each(|row| *net.entry(row.0).or_default() += balance(*row).units);
        prop_assert_eq!(whole.iter().map(|(day, amount)| (day.0, amount.units)).collect::<BTreeMap<_, _>>(), net.clone());
        let (left, right) = rows.split_at(cut.index(rows.len()));
        let mut merged = moved(right);
        merged.merge(&moved(left)).unwrap();
        merged.settle().unwrap();
        let wire = to_wire(&whole).unwrap();
        prop_assert_eq!(&to_wire(&merged).unwrap(), &wire);
        prop_assert_eq!(&to_wire(&from_wire::<DailyMovement>(&wire).unwrap()).unwrap(), &wire);
        prop_assert_eq!(&to_wire(&from_text::<DailyMovement>(&to_text(&whole).unwrap()).unwrap()).unwrap(), &wire);
        // Each day's balance is the opening balance and all that moved up to then.
        let opening = Amount::from_i64(opening);
        let balances = from_movements(Some(&whole), Some(opening), Day(-5000)).unwrap();
        for (day, _) in net.iter() {
            let reading = Reading { period: Days::of(Day(*day)), opening: None, same_day: SameDay::Error };
            let moved: i128 = net.range(..=day).map(|(_, units)| units).sum();
            prop_assert_eq!(balances.on(&reading).unwrap().units, opening.units + moved);
        }
        prop_assert_eq!(balances.entries(SameDay::Last).count(), net.len() + 1);
        prop_assert_eq!(&to_wire(&from_wire::<DailyBalance>(&to_wire(&balances).unwrap()).unwrap()).unwrap(), &to_wire(&balances).unwrap());
    }
}
