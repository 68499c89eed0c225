//! The summary: a set of entries, whatever their order.

use super::day;
use crate::SqlState;
use crate::amount::Amount;
use crate::calendar::Day;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use crate::tier::TierHistory;
use proptest::prelude::*;

fn entry() -> impl Strategy<Value = (i32, Option<&'static str>, i128, u8)> {
    let name = prop_oneof![3 => Just(None), 1 => Just(Some("assets")), 1 => Just(Some("产品")), 1 => Just(Some("a"))];
    let units = prop_oneof![4 => -5i128..5, 1 => any::<i128>().prop_map(|units| units.max(-i128::MAX))];
    (-9i32..9, name, units, 0u8..=12)
}

fn made(entries: &[(i32, Option<&str>, i128, u8)]) -> TierHistory {
    let mut history = TierHistory::default();
    for (day, name, units, scale) in entries {
        history.push(Day(*day), *name, Amount::new(*units, *scale)).unwrap();
    }
    history.settle().unwrap();
    history
}

fn wire(history: &TierHistory) -> Vec<u8> {
    to_wire(history).unwrap()
}

#[test]
fn of_contradicting_amounts_the_outer_two_are_kept() {
    let history = made(&[(0, None, 3, 0), (0, None, 1, 0), (0, None, 2, 0), (0, None, 3, 2), (1, None, 2, 0)]);
    let shown: Vec<_> = history.iter().map(|(_, entry)| (entry.day().0, entry.amount().units, entry.amount().scale)).collect();
    assert_eq!(shown, [(0, 1, 0), (0, 3, 2), (1, 2, 0)]);
}

#[test]
fn the_text_form_is_plain() {
    let mut history = TierHistory::default();
    history.push(day("2026-09-30"), None, Amount::parse("1250.50").unwrap()).unwrap();
    history.push(day("2026-08-31"), Some("资产"), Amount::parse("7").unwrap()).unwrap();
    history.settle().unwrap();
    let text = to_text(&history).unwrap();
    assert_eq!(text, r#"{"history":[{"measure":"1250.50","period":"2026-09-30"},{"measure":"7","name":"资产","period":"2026-08-31"}]}"#);
    assert_eq!(wire(&from_text::<TierHistory>(&text).unwrap()), wire(&history));
    for wrong in ["{}", r#"{"history":[]}"#, r#"{"history":[{"period":"2026-09-30"}]}"#, r#"{"history":[{"period":"x","measure":1}]}"#] {
        assert_eq!(from_text::<TierHistory>(wrong).unwrap_err().state, SqlState::InvalidText, "{wrong}");
    }
}

#[test]
fn names_have_limits() {
    let mut history = TierHistory::default();
    let refused = |history: &mut TierHistory, name: &str| history.push(Day(0), Some(name), Amount::ZERO).unwrap_err();
    assert_eq!(refused(&mut history, "").message, "the name of a measure is empty");
    assert_eq!(refused(&mut history, &"x".repeat(1001)).state, SqlState::LimitExceeded);
    for name in 0..1000 {
        history.push(Day(0), Some(&name.to_string()), Amount::ZERO).unwrap();
    }
    assert_eq!(refused(&mut history, "one more").state, SqlState::LimitExceeded);
    history.push(Day(1), Some("7"), Amount::ZERO).unwrap();
    history.settle().unwrap();
    let mut bytes = wire(&history);
    assert!(from_wire::<TierHistory>(&bytes).is_ok());
    // One more name, in front of the others, without an entry: 1,001 in two bytes of a varint after the version.
    assert_eq!(bytes[2..4], [0xe8, 0x07]);
    bytes.splice(2..4, [0xe9, 0x07, 1, b' ']);
    assert!(from_wire::<TierHistory>(&bytes).unwrap_err().message.ends_with("it has more than 1000 measures"));
}

#[test]
fn what_is_repeated_takes_no_memory_and_what_is_too_much_is_refused() {
    let mut history = TierHistory::default();
    for i in 0..1_000_000 {
        history.push(Day(i % 50), None, Amount::from_i64(7)).unwrap();
    }
    history.settle().unwrap();
    assert_eq!(history.iter().count(), 50);
    let mut history = TierHistory::default();
    let refused = (0..1_000_000).map(|i| history.push(Day(i), None, Amount::ZERO)).find_map(Result::err).unwrap();
    assert_eq!(refused.state, SqlState::LimitExceeded);
}

#[test]
fn putting_the_names_in_order_does_not_mix_them_up() {
    let mut history = TierHistory::default();
    for i in 0..200 {
        history.push(Day(-i), Some(if i % 2 == 0 { "b" } else { "a" }), Amount::from_i64((i % 2).into())).unwrap();
    }
    history.settle().unwrap();
    let of = |name| history.of(Some(name)).iter().map(|entry| entry.amount()).collect::<Vec<_>>();
    assert_eq!((of("a"), of("b")), (vec![Amount::from_i64(1); 100], vec![Amount::ZERO; 100]));
}

proptest! {
    #[test]
    fn any_order_and_any_parts_give_the_same_bytes(
        entries in prop::collection::vec(entry(), 0..200), cut in 0usize..200, seed in any::<u64>(),
    ) {
        let whole = made(&entries);
        let (left, right) = entries.split_at(cut.min(entries.len()));
        let (mut merged, mut back, right) = (made(left), made(right), made(right));
        merged.merge(&right).unwrap();
        merged.settle().unwrap();
        back.merge(&made(left)).unwrap();
        back.merge(&right).unwrap();
        back.settle().unwrap();
        let mut shuffled = entries.clone();
        shuffled.sort_by_key(|(day, _, units, _)| (*day as u64 ^ *units as u64).wrapping_mul(seed | 1));
        prop_assert_eq!(wire(&merged), wire(&whole));
        prop_assert_eq!(wire(&back), wire(&whole));
        prop_assert_eq!(wire(&made(&shuffled)), wire(&whole));
    }

    #[test]
    fn both_forms_lose_nothing(entries in prop::collection::vec(entry(), 1..40)) {
        let history = made(&entries);
        prop_assert_eq!(wire(&from_wire::<TierHistory>(&wire(&history)).unwrap()), wire(&history));
        prop_assert_eq!(wire(&from_text::<TierHistory>(&to_text(&history).unwrap()).unwrap()), wire(&history));
    }

    #[test]
    fn damaged_bytes_are_refused_or_are_the_form_of_something(entries in prop::collection::vec(entry(), 1..20), at in any::<usize>(), byte in any::<u8>()) {
        let mut bytes = wire(&made(&entries));
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(mut read) = from_wire::<TierHistory>(&bytes) {
            read.settle().unwrap();
            prop_assert_eq!(&wire(&read), &bytes);
        }
        prop_assert!(from_wire::<TierHistory>(&bytes[..at]).is_err());
    }
}
