use super::*;
use crate::codec::{Reader, Summary, Writer, from_text, from_wire, to_text, to_wire};
use crate::pause;

/// The baskets of rows of items.
pub(super) fn made(rows: &[&[&str]]) -> Itemset {
    let mut itemset = Itemset::default();
    for row in rows {
        if let Some(basket) = Basket::of(row.iter().map(|item| Ok(*item))).unwrap() {
            itemset.push(&basket).unwrap();
        }
    }
    itemset
}

/// Every frequent set: its items and its baskets, in the order given.
pub(super) fn listed(itemset: &Itemset, min_support: f64, max_size: Option<i32>) -> Result<Vec<(Vec<String>, u64)>> {
    let frequent = Frequent::find(itemset, min_support, max_size)?;
    let mut sets = Vec::new();
    frequent.for_each(|set| {
        assert_eq!(set.support, set.baskets as f64 / itemset.baskets() as f64);
        sets.push((set.items.iter().map(|place| frequent.items()[*place as usize].clone()).collect(), set.baskets));
        Ok(())
    })?;
    Ok(sets)
}

pub(super) const BOUNDS: Bounds = Bounds { min_support: 0.01, min_confidence: 0.0, max_size: None, max_consequent: Some(1), level: 0.95 };

/// A rule as text, its measures, and its conviction.
type Ruled = (String, [f64; 7], Option<f64>);

/// Every rule.
pub(super) fn ruled(itemset: &Itemset, bounds: Bounds) -> Result<Vec<Ruled>> {
    let rules = Rules::find(itemset, bounds)?;
    let mut all = Vec::new();
    rules.for_each(|rule| {
        let side = |places: &[u32]| places.iter().map(|place| rules.items()[*place as usize].as_str()).collect::<Vec<_>>().join(",");
        let name = format!(
            "{} => {} ({}/{}/{})",
            side(rule.antecedent),
            side(rule.consequent),
            rule.baskets,
            rule.antecedent_baskets,
            rule.consequent_baskets
        );
        let measures = [
            rule.support,
            rule.confidence,
            rule.confidence_lower,
            rule.confidence_upper,
            rule.lift,
            rule.leverage,
            rule.antecedent_baskets as f64,
        ];
        all.push((name, measures, rule.conviction));
        Ok(())
    })?;
    Ok(all)
}

/// The six baskets of the examples.
pub(super) const ROWS: [&[&str]; 6] =
    [&["milk", "bread"], &["bread", "milk", "butter"], &["milk"], &["bread", "butter"], &["bread", "milk", "beer"], &["beer"]];

#[test]
fn a_basket_is_a_set() {
    let mut basket = Basket::default();
    for item in ["milk", "bread", "milk", "bread "] {
        basket.push(item).unwrap();
    }
    assert_eq!(basket.len(), 3);
    basket.items(|items| assert_eq!(items, ["bread", "bread ", "milk"]));
    assert_eq!(to_text(&basket).unwrap(), r#"{"items":["bread","bread ","milk"]}"#);
    assert!(Basket::of(std::iter::empty()).unwrap().is_none());
    // More than a few, in an order that is not theirs, each twice.
    let names: Vec<String> = (0..300).map(|i| format!("item {:03}", i * 7919 % 300)).collect();
    let many = Basket::of(names.iter().chain(names.iter().rev()).map(|item| Ok(item.as_str()))).unwrap().unwrap();
    assert_eq!(many.len(), 300);
    many.items(|items| assert!(items.len() == 300 && items.is_sorted_by(|l, r| l < r)));
}

#[test]
fn names_are_checked() {
    let mut basket = Basket::default();
    for (name, state) in
        [("", SqlState::InvalidParameter), ("a\0", SqlState::InvalidParameter), (&*"x".repeat(1001), SqlState::LimitExceeded)]
    {
        assert_eq!(basket.push(name).unwrap_err().state, state, "{name:?}");
        let mut itemset = Itemset::default();
        assert_eq!(itemset.push_list([Ok("milk"), Ok(name)].into_iter()).unwrap_err().state, state);
        assert_eq!(itemset.baskets(), 0);
    }
    basket.push(&"x".repeat(1000)).unwrap();
    assert_eq!(basket.len(), 1);
}

#[test]
fn a_basket_has_so_many_items_and_no_more() {
    let names: Vec<String> = (0..=MAX_ITEMS).map(|i| format!("{i}")).collect();
    let mut basket = Basket::default();
    names[1..].iter().for_each(|name| basket.push(name).unwrap());
    assert_eq!((basket.len(), basket.push(&names[0]).unwrap_err().state), (MAX_ITEMS, SqlState::LimitExceeded));
    basket.push(&names[7]).unwrap();
    let mut itemset = Itemset::default();
    assert_eq!(itemset.push_list(names.iter().map(|name| Ok(name.as_str()))).unwrap_err().state, SqlState::LimitExceeded);
    itemset.push(&basket).unwrap();
    assert_eq!((itemset.baskets(), itemset.shares().unwrap().len()), (1, MAX_ITEMS));
}

#[test]
fn many_names_are_forgotten_when_nobody_has_them() {
    std::thread::spawn(|| {
        let known = || names::with(names::Names::len);
        let basket = Basket::of(["milk"].into_iter().map(Ok)).unwrap();
        let mut itemset = Itemset::default();
        for i in 0..5_000 {
            itemset.push_list(std::iter::once(Ok(&*format!("item {i}")))).unwrap();
        }
        drop(basket);
        assert_eq!(known(), 5_001);
        assert_eq!(itemset.shares().unwrap().len(), 5_000);
        drop(itemset);
        assert_eq!(known(), 0);
        let basket = Basket::of(["bread", "milk"].into_iter().map(Ok)).unwrap().unwrap();
        basket.items(|items| assert_eq!(items, ["bread", "milk"]));
    })
    .join()
    .unwrap();
}

#[test]
fn equal_baskets_are_counted() {
    let itemset = made(&[&["b", "a"], &["a", "b", "a"], &["c"], &[]]);
    assert_eq!(itemset.baskets(), 3);
    assert_eq!(to_text(&itemset).unwrap(), r#"{"baskets":[[2,0,1],[1,2]],"items":["a","b","c"]}"#);
    let share = |item: &str, baskets: u64| Share { item: item.into(), baskets, support: baskets as f64 / 3.0 };
    assert_eq!(itemset.shares().unwrap(), [share("a", 2), share("b", 2), share("c", 1)]);
    let mut lists = Itemset::default();
    for row in [&["b", "a"][..], &["a", "b", "a"], &["c"], &[]] {
        lists.push_list(row.iter().map(|item| Ok(*item))).unwrap();
    }
    assert_eq!(to_wire(&lists).unwrap(), to_wire(&itemset).unwrap());
}

#[test]
fn frequent_sets_in_their_order() {
    let itemset = made(&ROWS);
    let sets = listed(&itemset, 1.0 / 3.0, None).unwrap();
    let shown: Vec<String> = sets.iter().map(|(items, baskets)| format!("{} {baskets}", items.join("+"))).collect();
    assert_eq!(shown, ["bread 4", "milk 4", "beer 2", "butter 2", "bread+milk 3", "bread+butter 2"]);
    assert_eq!(listed(&itemset, 1.0 / 3.0, Some(1)).unwrap().len(), 4);
    assert_eq!(listed(&itemset, 0.34, None).unwrap().len(), 3);
    assert_eq!(listed(&itemset, 1.0, None).unwrap().len(), 0);
    assert_eq!(listed(&itemset, 1e-300, None).unwrap().len(), 4 + 5 + 2);
    for wrong in [0.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert_eq!(listed(&itemset, wrong, None).unwrap_err().state, SqlState::InvalidParameter);
    }
    assert_eq!(listed(&itemset, 0.5, Some(0)).unwrap_err().state, SqlState::InvalidParameter);
}

#[test]
fn the_support_is_compared_as_a_share() {
    // 0.3 of ten is three, though 0.3 * 10 is not quite 3 in binary for every such pair.
    for n in 1..200usize {
        for c in 1..=n {
            let rows: Vec<&[&str]> = (0..n).map(|i| if i < c { &["a", "b"][..] } else { &["b"][..] }).collect();
            if n % 17 == 0 || n < 30 {
                assert_eq!(listed(&made(&rows), c as f64 / n as f64, None).unwrap().len(), 3, "{c}/{n}");
                let above = f64::from_bits((c as f64 / n as f64).to_bits() + 1);
                if c < n {
                    assert_eq!(listed(&made(&rows), above, None).unwrap().len(), 1, "{c}/{n}");
                }
            }
        }
    }
}

#[test]
fn rules_and_their_measures() {
    let rules = ruled(&made(&ROWS), Bounds { min_support: 1.0 / 3.0, min_confidence: 0.7, ..BOUNDS }).unwrap();
    let names: Vec<&str> = rules.iter().map(|rule| rule.0.as_str()).collect();
    assert_eq!(names, ["butter => bread (2/2/4)", "bread => milk (3/4/4)", "milk => bread (3/4/4)"]);
    let (_, [support, confidence, lower, upper, lift, leverage, _], conviction) = rules[1].clone();
    assert_eq!((support, confidence, lift), (0.5, 0.75, 1.125));
    assert!((leverage - (0.5 - 4.0 / 9.0)).abs() < 1e-16);
    assert!((conviction.unwrap() - (1.0 / 3.0) / 0.25).abs() < 1e-15);
    // Wilson, 3 of 4 at 95 %.
    assert!((lower - 0.300_641_842_582_402).abs() < 1e-12 && (upper - 0.954_412_739_190_299).abs() < 1e-12, "{lower} {upper}");
    // Never wrong: the conviction is infinite.
    assert_eq!((rules[0].1[1], rules[0].1[4], rules[0].2), (1.0, 1.5, None));
}

#[test]
fn consequents_of_several_items() {
    let rows: [&[&str]; 5] = [&["a", "b", "c", "d"], &["a", "b", "c", "d"], &["a", "b"], &["c"], &["a", "c", "d"]];
    let all = |max_consequent| ruled(&made(&rows), Bounds { min_support: 0.4, max_consequent, ..BOUNDS }).unwrap();
    // Every frequent set of k items has 2^k - 2 rules, k of them with one consequent.
    let sets = listed(&made(&rows), 0.4, None).unwrap();
    let pow = |size: usize| (1usize << size) - 2;
    assert_eq!(all(None).len(), sets.iter().map(|(items, _)| if items.len() > 1 { pow(items.len()) } else { 0 }).sum::<usize>());
    assert_eq!(all(Some(1)).len(), sets.iter().filter(|(items, _)| items.len() > 1).map(|(items, _)| items.len()).sum::<usize>());
    assert!(all(Some(2)).iter().any(|rule| rule.0 == "b => c,d (2/3/3)"));
    assert!(all(Some(2)).iter().all(|rule| !rule.0.starts_with("b => a,c,d")));
    assert_eq!(all(None).iter().filter(|rule| rule.0 == "b => a,c,d (2/3/3)").count(), 1);
}

#[test]
fn bounds_are_checked() {
    let itemset = made(&ROWS);
    for wrong in [
        Bounds { min_support: 0.0, ..BOUNDS },
        Bounds { min_confidence: -0.1, ..BOUNDS },
        Bounds { min_confidence: f64::NAN, ..BOUNDS },
        Bounds { min_confidence: 1.1, ..BOUNDS },
        Bounds { max_size: Some(0), ..BOUNDS },
        Bounds { max_consequent: Some(-1), ..BOUNDS },
        Bounds { level: 1.0, ..BOUNDS },
        Bounds { level: 0.0, ..BOUNDS },
    ] {
        assert_eq!(ruled(&itemset, wrong).unwrap_err().state, SqlState::InvalidParameter, "{wrong:?}");
    }
    assert!(ruled(&itemset, Bounds { max_size: Some(1), ..BOUNDS }).unwrap().is_empty());
}

#[test]
fn what_would_never_end_is_refused() {
    // 40 items that are always together: 2^40 itemsets.
    let names: Vec<String> = (0..40).map(|i| format!("item {i}")).collect();
    for copies in [1, 300] {
        let mut itemset = Itemset::default();
        for i in 0..copies {
            let other = format!("other {i}");
            itemset.push_list(names.iter().map(|name| Ok(name.as_str())).chain([Ok(&*other)])).unwrap();
        }
        assert_eq!(listed(&itemset, 1.0, None).unwrap_err().state, SqlState::LimitExceeded);
        let n = 40 + usize::from(copies == 1);
        assert_eq!(listed(&itemset, 1.0, Some(3)).unwrap().len(), n + n * (n - 1) / 2 + n * (n - 1) * (n - 2) / 6);
    }
    // 16 items always together have 65,535 itemsets and 3^16 - 2^17 + 1 rules.
    let mut itemset = Itemset::default();
    itemset.push_list(names[..16].iter().map(|name| Ok(name.as_str()))).unwrap();
    let error = ruled(&itemset, Bounds { max_consequent: None, ..BOUNDS }).unwrap_err();
    assert!(error.state == SqlState::LimitExceeded && error.message.contains("rules"));
}

#[test]
fn a_long_search_can_be_stopped() {
    let names: Vec<String> = (0..18).map(|i| format!("item {i}")).collect();
    for copies in [1, 300] {
        let mut itemset = Itemset::default();
        (0..copies).for_each(|_| itemset.push_list(names.iter().map(|name| Ok(name.as_str()))).unwrap());
        pause::ASKED.set(0);
        Frequent::find(&itemset, 1.0, None).unwrap().for_each(|_| Ok(())).unwrap();
        assert!(pause::ASKED.get() > 5, "{}", pause::ASKED.get());
    }
}

#[test]
fn counts_go_up_to_2_to_the_53() {
    let text = |count: u64| format!(r#"{{"items":["a","b"],"baskets":[[{count},0,1],[1,1]]}}"#);
    let most = itemset::MAX_BASKETS;
    let mut itemset: Itemset = from_text(&text(most - 1)).unwrap();
    assert_eq!(itemset.baskets(), most);
    assert_eq!(from_text::<Itemset>(&text(most)).unwrap_err().state, SqlState::InvalidText);
    assert_eq!(itemset.merge(&made(&[&["c"]])).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(itemset.push(&Basket::of(["c"].into_iter().map(Ok)).unwrap().unwrap()).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(itemset.baskets(), most);
    let rules = ruled(&itemset, Bounds { min_support: 0.5, ..BOUNDS }).unwrap();
    assert_eq!(rules.len(), 2);
    assert!(rules.iter().all(|rule| rule.1.iter().all(|x| x.is_finite())));
}

#[test]
fn wrong_bytes_are_refused() {
    let written = |write: &dyn Fn(&mut Writer)| {
        let mut out = Writer::default();
        out.u16(1).unwrap();
        write(&mut out);
        out.into_bytes()
    };
    let name = |out: &mut Writer, name: &str| {
        out.varint(name.len() as u64).unwrap();
        out.raw(name.as_bytes()).unwrap();
    };
    let numbers = |out: &mut Writer, list: &[u64]| list.iter().for_each(|n| out.varint(*n).unwrap());
    let baskets = |list: &'static [u64]| {
        written(&move |out| {
            numbers(out, &[2]);
            name(out, "a");
            name(out, "b");
            numbers(out, list);
        })
    };
    from_wire::<Itemset>(&baskets(&[2, 1, 1, 0, 5, 2, 0, 0])).unwrap();
    for wrong in [
        baskets(&[0]),                             // names that nobody has
        baskets(&[1, 1, 1, 0]),                    // one of them
        baskets(&[1, 0, 2, 0, 0]),                 // none of a basket
        baskets(&[2, 1, 0, 1, 2, 0, 0]),           // an empty one
        baskets(&[2, 1, 2, 0, 0, 1, 1, 0]),        // not in their order
        baskets(&[2, 1, 2, 0, 0, 1, 2, 0, 0]),     // twice
        baskets(&[1, 1, 2, 0, 1]),                 // no such item
        baskets(&[1, 1, 2, 0, u64::MAX]),          // no such item
        baskets(&[1, u64::MAX, 2, 0, 0]),          // too many
        baskets(&[u64::MAX, 1, 2, 0, 0]),          // too short
        baskets(&[1, 1, 70_000, 0, 0]),            // a basket too large
        baskets(&[1, 1, 2, 0, 0, 7]),              // too long
        written(&|out| numbers(out, &[0, 0])),     // nothing
        written(&|out| numbers(out, &[u64::MAX])), // names that are not there
    ] {
        assert_eq!(from_wire::<Itemset>(&wrong).unwrap_err().state, SqlState::InvalidBinary, "{wrong:?}");
    }
    let basket = |names: &'static [&'static str]| {
        written(&move |out| {
            numbers(out, &[names.len() as u64]);
            names.iter().for_each(|item| name(out, item));
        })
    };
    from_wire::<Basket>(&basket(&["a", "b"])).unwrap();
    for wrong in
        [basket(&[]), basket(&["b", "a"]), basket(&["a", "a"]), basket(&[""]), basket(&["a\0"]), written(&|out| numbers(out, &[1 << 40]))]
    {
        assert_eq!(from_wire::<Basket>(&wrong).unwrap_err().state, SqlState::InvalidBinary, "{wrong:?}");
    }
    assert!(Basket::decode(1, &mut Reader::new("basket", &[1, 2, 0xff, 0xfe])).is_err());
}

#[test]
fn wrong_text_is_refused() {
    for wrong in [
        r#"{}"#,
        r#"{"items":[]}"#,
        r#"{"items":["a","a"]}"#,
        r#"{"items":[""]}"#,
        r#"{"items":[1]}"#,
        r#"{"items":["a"],"more":1}"#,
        r#"["a"]"#,
    ] {
        assert_eq!(from_text::<Basket>(wrong).unwrap_err().state, SqlState::InvalidText, "{wrong}");
    }
    let basket: Basket = from_text(r#"{"items":["b","a"]}"#).unwrap();
    assert_eq!(to_text(&basket).unwrap(), r#"{"items":["a","b"]}"#);
    for wrong in [
        r#"{"items":["a"],"baskets":[]}"#,
        r#"{"items":["a","b"],"baskets":[[1,0]]}"#,
        r#"{"items":["a"],"baskets":[[0,0]]}"#,
        r#"{"items":["a"],"baskets":[[1]]}"#,
        r#"{"items":["a"],"baskets":[[]]}"#,
        r#"{"items":["a"],"baskets":[[1,1]]}"#,
        r#"{"items":["a","b"],"baskets":[[1,1,0]]}"#,
        r#"{"items":["a","b"],"baskets":[[1,0,0],[1,1]]}"#,
        r#"{"items":["a"],"baskets":[[-1,0]]}"#,
        r#"{"items":["a"],"baskets":[1]}"#,
        r#"{"items":[],"baskets":[]}"#,
    ] {
        assert_eq!(from_text::<Itemset>(wrong).unwrap_err().state, SqlState::InvalidText, "{wrong}");
    }
    // Baskets in any order, and one of them twice.
    let itemset: Itemset = from_text(r#"{"items":["b","a"],"baskets":[[1,1],[2,0,1],[3,0,1]]}"#).unwrap();
    assert_eq!(to_text(&itemset).unwrap(), r#"{"baskets":[[1,0],[5,0,1]],"items":["a","b"]}"#);
}
