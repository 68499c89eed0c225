use super::*;
use crate::affinity::{Affinity, Customer};
use crate::als::{Options, fit};
use crate::codec::Summary;
use crate::document::parse;
use crate::error::SqlState;
use proptest::prelude::*;
use serde_json::json;

/// Neighbours of four items, by hand.
fn neighbours() -> Recommender {
    let model = json!({
        "kind": "affinity_model", "version": 1,
        "method": {"measure": "cosine", "weighting": "binary", "neighbours": 3, "min_customers": 1},
        "customers": 8, "items": ["a", "b", "c", "d", "e"], "popularity": [4, 5, 3, 5, 0],
        "neighbours": [[[1, 0.75], [2, 0.5]], [[0, 0.75]], [[0, 0.5], [1, 0.125]], [], []],
    });
    Recommender::compile(&model).unwrap()
}

fn asked(by: &Recommender, held: &Held, k: i64, include_held: bool, fallback: bool) -> Vec<(String, f64, &'static str)> {
    let found = by.recommend(held, Wish::new(k, include_held, fallback).unwrap(), &mut Scratch::default()).unwrap();
    found.into_iter().map(|r| (r.item.to_string(), r.score, r.source.name())).collect()
}

#[test]
fn neighbours_by_hand() {
    let by = neighbours();
    let held = by.listed(["c", "unknown", "c"]);
    let row = |item: &str, score, source| (item.to_string(), score, source);
    assert_eq!(asked(&by, &held, 2, false, false), [row("a", 0.5, "model"), row("b", 0.125, "model")]);
    // Popular ones follow, the most popular first and equals by bytes; what nobody holds never does.
    let filled = [row("a", 0.5, "model"), row("b", 0.125, "model"), row("d", 0.625, "popularity")];
    assert_eq!(asked(&by, &held, 9, false, true), filled);
    let nothing = [row("b", 0.625, "popularity"), row("d", 0.625, "popularity"), row("a", 0.5, "popularity")];
    assert_eq!(asked(&by, &by.listed([]), 3, false, true), nothing);
    assert_eq!(asked(&by, &by.listed([]), 3, false, false), []);
    // With what is held: a for c, c and b for a.
    let two = by.weighted(&json!({"a": 2, "c": "0.5", "b": 0, "d": -3, "x": 9})).unwrap();
    assert_eq!(two, Held(vec![(0, 2.0), (2, 0.5)]));
    assert_eq!(asked(&by, &two, 9, true, false), [row("b", 1.5625, "model"), row("c", 1.0, "model"), row("a", 0.25, "model")]);
    assert_eq!(asked(&by, &two, 1, false, true), [row("b", 1.5625, "model")]);
    let parts = by.explain(&two, "b", &mut Scratch::default()).unwrap();
    let parts: Vec<_> = parts.into_iter().map(|p| (p.held, p.weight, p.contribution)).collect();
    assert_eq!(parts, [("a", 2.0, 1.5), ("c", 0.5, 0.0625)]);
    assert_eq!(by.explain(&two, "x", &mut Scratch::default()).unwrap(), []);
}

#[test]
fn wrong_questions_are_refused() {
    let by = neighbours();
    for k in [0, -1, 10_001] {
        assert_eq!(Wish::new(k, false, true).unwrap_err().message, format!("k must be from 1 to 10000, not {k}"));
    }
    let message = |holdings: Value| by.weighted(&holdings).unwrap_err().message.into_owned();
    assert_eq!(message(json!(["a"])), "holdings must be a JSON object of weights by item");
    assert_eq!(message(json!({"a": null})), "holdings[\"a\"]: must be a decimal number");
    assert_eq!(message(json!({"unknown": "x"})), "holdings[\"unknown\"]: must be a decimal number");
    assert_eq!(message(parse(r#"{"a": 1e40}"#).unwrap()), "holdings[\"a\"]: must be a decimal number");
    let kind = Recommender::compile(&json!({"kind": "tier_policy"})).unwrap_err();
    assert_eq!(kind.message, "model must be a model of kind affinity_model or als_model, not tier_policy");
    assert!(Recommender::compile(&json!([])).is_err());
    let broken = Recommender::compile(&json!({"kind": "als_model", "version": 1})).unwrap_err();
    assert_eq!((broken.state, broken.message.as_ref()), (SqlState::InvalidParameter, "als_model: factors: is missing"));
    // A score that leaves the range is an error, and the next customer does not see it.
    let mut huge = by.clone();
    let By::Neighbours(lists) = &mut huge.by else { panic!("neighbours") };
    lists[0][0].score = 1e308;
    let mut scratch = Scratch::default();
    let wish = Wish::new(1, false, true).unwrap();
    let e = huge.recommend(&Held(vec![(0, 1e9)]), wish, &mut scratch).unwrap_err();
    assert_eq!(e.state, SqlState::OutOfRange);
    assert_eq!(huge.recommend(&by.listed(["b"]), wish, &mut scratch).unwrap()[0].score, 0.75);
}

/// Random neighbours of ten items.
fn random_model() -> impl Strategy<Value = Recommender> {
    let list = prop::collection::btree_map(0u32..10, 0.001f64..1.0, 0..10);
    prop::collection::vec((list, 0u64..30), 10).prop_map(|lists| {
        let (near, popularity): (Vec<_>, Vec<u64>) = lists.into_iter().unzip();
        let lists = (0..)
            .zip(near)
            .map(|(own, near)| near.into_iter().filter(|(i, _)| *i != own).map(|(item, score)| Neighbour { item, score }).collect());
        Recommender::new((0..10).map(|i| i.to_string()).collect(), popularity, 30, By::Neighbours(lists.collect()))
    })
}

fn held() -> impl Strategy<Value = Held> {
    prop::collection::btree_map(0u32..10, 0.1f64..5.0, 0..6).prop_map(|held| Held(held.into_iter().collect()))
}

/// What must hold of every answer: ranks, sources, nothing held, nothing twice, and parts that add up to the last bit.
fn holds(by: &Recommender, held: &Held, k: i64, include_held: bool) -> std::result::Result<(), TestCaseError> {
    let mut scratch = Scratch::default();
    let found = by.recommend(held, Wish::new(k, include_held, true).unwrap(), &mut scratch).unwrap();
    let names: std::collections::BTreeSet<&str> = found.iter().map(|r| r.item).collect();
    prop_assert_eq!(names.len(), found.len());
    let is_held = |item: &str| held.0.iter().any(|(i, _)| by.name(*i) == item);
    prop_assert!(include_held || !found.iter().any(|r| is_held(r.item)));
    let modelled = found.iter().take_while(|r| r.source == Source::Model).count();
    prop_assert!(found[modelled..].iter().all(|r| r.source == Source::Popularity));
    prop_assert!(
        found[..modelled].windows(2).all(|two| two[0].score > two[1].score || (two[0].score == two[1].score && two[0].item < two[1].item))
    );
    for r in &found[..modelled] {
        let parts = by.explain(held, r.item, &mut scratch).unwrap();
        prop_assert_eq!(parts.iter().fold(0.0, |sum, part| sum + part.contribution).to_bits(), r.score.to_bits());
        prop_assert_eq!(parts.len(), held.0.len());
    }
    // No item that was left out has more.
    let least = if modelled as i64 == k { found[modelled - 1].score } else { 0.0 };
    for item in by.items.iter().filter(|item| !names.contains(item.as_str()) || found[modelled..].iter().any(|r| r.item == item.as_str())) {
        let score: f64 = by.explain(held, item, &mut scratch).unwrap().iter().map(|part| part.contribution).sum();
        prop_assert!((is_held(item) && !include_held) || score <= least + 1e-9, "{} {} {}", item, score, least);
    }
    Ok(())
}

/// Who holds what among twelve customers and ten items.
fn factors() -> impl Strategy<Value = Recommender> {
    let row = prop::collection::btree_map(0usize..10, 1i64..6, 1..7);
    (prop::collection::vec(row, 2..12), 1i64..9, -5i64..5).prop_map(|(rows, factors, seed)| {
        let mut affinity = Affinity::default();
        for (customer, row) in (0..).zip(rows) {
            for (item, weight) in row {
                affinity.push(Customer::Integer(customer), &item.to_string(), Amount::from_i64(weight)).unwrap();
            }
        }
        affinity.settle().unwrap();
        let model = fit(&affinity, &Options::new(factors, 3, 0.3, 1.5, "log", seed).unwrap()).unwrap();
        Recommender::compile(&parse(&model).unwrap()).unwrap()
    })
}

proptest! {
    #[test]
    fn neighbours_are_added_up(by in random_model(), held in held(), k in 1i64..12, include_held: bool) {
        holds(&by, &held, k, include_held)?;
    }

    #[test]
    fn factors_are_folded_in(by in factors(), held in held(), k in 1i64..12, include_held: bool) {
        let held = Held(held.0.into_iter().filter(|(item, _)| (*item as usize) < by.items.len()).collect());
        holds(&by, &held, k, include_held)?;
    }
}
