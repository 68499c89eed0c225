use super::tests::{BOUNDS, listed, ruled};
use super::*;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

type Rows = Vec<BTreeSet<u8>>;

fn name(item: u8) -> String {
    // Not in the order of the numbers, and not ASCII alone.
    match item % 3 {
        0 => format!("面包 {}", 255 - item),
        1 => format!("item {item} "),
        _ => format!("{item}"),
    }
}

/// Baskets of few items or of many, with items that are frequent and others that are not.
fn rows() -> impl Strategy<Value = Rows> {
    let item = prop_oneof![6 => 0u8..6, 3 => 0u8..15, 1 => 0u8..60];
    prop_oneof![
        3 => prop::collection::vec(prop::collection::btree_set(item.clone(), 0..9), 1..60),
        2 => prop::collection::vec(prop::collection::btree_set(item.clone(), 0..7), 100..400),
        1 => prop::collection::vec(prop::collection::btree_set(0u8..30, 3..10), 1..20),
    ]
}

fn itemset(rows: &[BTreeSet<u8>]) -> Itemset {
    let mut itemset = Itemset::default();
    for row in rows {
        let names: Vec<String> = row.iter().map(|item| name(*item)).collect();
        if let Some(basket) = Basket::of(names.iter().map(|item| Ok(item.as_str()))).unwrap() {
            itemset.push(&basket).unwrap();
        }
    }
    itemset
}

/// How many rows hold all of these items.
fn holding(rows: &[BTreeSet<u8>], items: &BTreeSet<u8>) -> u64 {
    rows.iter().filter(|row| items.is_subset(row)).count() as u64
}

/// Level by level, counting each candidate (Agrawal and Srikant).
fn apriori(rows: &[BTreeSet<u8>], least: u64, most: usize) -> BTreeMap<BTreeSet<u8>, u64> {
    let singles: Vec<BTreeSet<u8>> = (0..60).map(|item| BTreeSet::from([item])).filter(|items| holding(rows, items) >= least).collect();
    let mut all = BTreeMap::new();
    let mut level = singles.clone();
    for size in 1..=most {
        let counted = level.iter().map(|items| (items.clone(), holding(rows, items)));
        let found: Vec<_> = counted.filter(|(_, baskets)| *baskets >= least && *baskets > 0).collect();
        if found.is_empty() {
            break;
        }
        let more: BTreeSet<BTreeSet<u8>> = found
            .iter()
            .flat_map(|(items, _)| singles.iter().map(move |single| items | single))
            .filter(|items| items.len() == size + 1)
            .collect();
        all.extend(found);
        level = more.into_iter().collect();
    }
    all
}

fn names(items: &BTreeSet<u8>) -> Vec<String> {
    let mut names: Vec<String> = items.iter().map(|item| name(*item)).collect();
    names.sort();
    names
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn it_finds_the_frequent_sets(rows in rows(), share in 0.02f64..0.6, max_size in 1i32..5) {
        let whole = itemset(&rows);
        let n = whole.baskets();
        prop_assume!(n > 0);
        let least = (1..=n).find(|c| *c as f64 / n as f64 >= share).unwrap();
        let expected = apriori(&rows, least, max_size as usize);
        let mut expected: Vec<(Vec<String>, u64)> = expected.iter().map(|(items, baskets)| (names(items), *baskets)).collect();
        expected.sort_by(|l, r| (l.0.len(), r.1, &l.0).cmp(&(r.0.len(), l.1, &r.0)));
        prop_assert_eq!(listed(&whole, share, Some(max_size)).unwrap(), expected);
    }

    #[test]
    fn its_rules_are_those_of_the_definition(rows in rows(), share in 0.05f64..0.5, confidence in 0.0f64..1.0, max_consequent in 1i32..4) {
        let whole = itemset(&rows);
        let n = whole.baskets();
        prop_assume!(n > 0);
        let least = (1..=n).find(|c| *c as f64 / n as f64 >= share).unwrap();
        let mut expected = Vec::new();
        for (items, both) in apriori(&rows, least, 4) {
            let list: Vec<u8> = items.iter().copied().collect();
            for part in 1..(1u32 << list.len()) - 1 {
                let (left, right): (BTreeSet<u8>, BTreeSet<u8>) =
                    ((0..list.len()).filter(|i| part >> i & 1 == 0).map(|i| list[i]).collect(), (0..list.len()).filter(|i| part >> i & 1 == 1).map(|i| list[i]).collect());
                let (a, b) = (holding(&rows, &left), holding(&rows, &right));
                if right.len() <= max_consequent as usize && both as f64 / a as f64 >= confidence {
                    let lift = (both * n) as f64 / (a * b) as f64;
                    let text = format!("{} => {} ({both}/{a}/{b})", names(&left).join(","), names(&right).join(","));
                    expected.push((lift, both, names(&left), names(&right), text));
                }
            }
        }
        expected.sort_by(|l, r| r.0.total_cmp(&l.0).then(r.1.cmp(&l.1)).then_with(|| (&l.2, &l.3).cmp(&(&r.2, &r.3))));
        let bounds = Bounds { min_support: share, min_confidence: confidence, max_size: Some(4), max_consequent: Some(max_consequent), ..BOUNDS };
        let found = ruled(&whole, bounds).unwrap();
        prop_assert_eq!(found.iter().map(|rule| &rule.0).collect::<Vec<_>>(), expected.iter().map(|rule| &rule.4).collect::<Vec<_>>());
        for (_, [support, confidence, lower, upper, lift, leverage, antecedent], conviction) in found {
            let consequent = confidence / lift;
            prop_assert!(0.0 <= lower && lower <= confidence && confidence <= upper && upper <= 1.0);
            prop_assert!((leverage - (support - antecedent / n as f64 * consequent)).abs() < 1e-14);
            match conviction {
                None => prop_assert_eq!(confidence, 1.0),
                Some(conviction) => prop_assert!((conviction - (1.0 - consequent) / (1.0 - confidence)).abs() < 1e-9 * conviction.max(1.0)),
            }
        }
    }

    #[test]
    fn any_order_and_any_halves_give_the_same_bytes_and_they_are_read_back(rows in rows(), cut in any::<prop::sample::Index>(), first in 0u8..60) {
        // Other names first: numbers differ, bytes do not.
        let _other = Basket::of([name(first)].iter().map(|item| Ok(item.as_str()))).unwrap();
        let whole = itemset(&rows);
        prop_assume!(whole.baskets() > 0);
        let bytes = to_wire(&whole).unwrap();
        let reversed: Rows = rows.iter().rev().cloned().collect();
        prop_assert_eq!(&to_wire(&itemset(&reversed)).unwrap(), &bytes);
        let (left, right) = rows.split_at(cut.index(rows.len()));
        for (one, other) in [(left, right), (right, left)] {
            let mut merged = itemset(one);
            merged.merge(&itemset(other)).unwrap();
            prop_assert_eq!(&to_wire(&merged).unwrap(), &bytes);
        }
        let read: Itemset = from_wire(&bytes).unwrap();
        prop_assert_eq!(&to_wire(&read).unwrap(), &bytes);
        let mut read: Itemset = from_text(&to_text(&whole).unwrap()).unwrap();
        prop_assert_eq!(&to_wire(&read).unwrap(), &bytes);
        // What was read goes on as if it had never been written.
        read.merge(&whole).unwrap();
        let twice: Rows = rows.iter().chain(&rows).cloned().collect();
        prop_assert_eq!(to_wire(&read).unwrap(), to_wire(&itemset(&twice)).unwrap());
    }

    #[test]
    fn a_basket_is_read_back_and_merged(one in prop::collection::btree_set(0u8..60, 1..30), other in prop::collection::btree_set(0u8..60, 1..30)) {
        let basket = |items: &BTreeSet<u8>| {
            let names: Vec<String> = items.iter().rev().map(|item| name(*item)).collect();
            Basket::of(names.iter().map(|item| Ok(item.as_str()))).unwrap().unwrap()
        };
        let union: BTreeSet<u8> = &one | &other;
        let bytes = to_wire(&basket(&union)).unwrap();
        for (first, second) in [(&one, &other), (&other, &one)] {
            let mut merged = basket(first);
            merged.merge(&basket(second)).unwrap();
            prop_assert_eq!(&to_wire(&merged).unwrap(), &bytes);
        }
        prop_assert_eq!(&to_wire(&from_wire::<Basket>(&bytes).unwrap()).unwrap(), &bytes);
        prop_assert_eq!(&to_wire(&from_text::<Basket>(&to_text(&basket(&union)).unwrap()).unwrap()).unwrap(), &bytes);
        basket(&union).items(|items| assert_eq!(items, names(&union)));
    }

    #[test]
    fn hostile_bytes_are_an_error_or_a_value(bytes in prop::collection::vec(any::<u8>(), 0..60), rows in rows(), at in any::<prop::sample::Index>(), byte: u8) {
        let read = |bytes: &[u8]| {
            // What is read can be written, and then it is the same: nothing has two forms.
            if let Ok(itemset) = from_wire::<Itemset>(bytes) {
                assert_eq!(to_wire(&itemset).unwrap(), bytes);
            }
            if let Ok(basket) = from_wire::<Basket>(bytes) {
                assert_eq!(to_wire(&basket).unwrap(), bytes);
            }
        };
        read(&bytes);
        let mut changed = to_wire(&itemset(&rows)).unwrap_or_default();
        if !changed.is_empty() {
            let at = at.index(changed.len());
            changed[at] = byte;
            read(&changed);
        }
    }
}
