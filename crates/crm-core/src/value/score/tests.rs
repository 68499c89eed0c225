use super::*;
use crate::SqlState;
use crate::value::Names;
use proptest::prelude::*;
use serde_json::json;

/// A card of these measures.
fn card(missing: Value, measures: Value) -> ScoreCard {
    ScoreCard::read(&json!({"kind": "score_card", "version": 1, "missing": missing, "measures": measures})).unwrap()
}

fn statistics(name: &str, values: &[f64]) -> Standardize {
    let mut made = Standardize::default();
    let names = Names::new(vec![name.into()]).unwrap();
    values.iter().for_each(|x| made.push(&names, [Some(*x)].into_iter()).unwrap());
    made
}

/// The share of a raw value under one transform, with the statistics of these values.
fn share(transform: Value, direction: Option<&str>, cap: Option<Value>, values: &[f64], x: f64) -> f64 {
    let mut measure = json!({"name": "a", "weight": 2, "transform": transform});
    if let Some(direction) = direction {
        measure["direction"] = direction.into();
    }
    if let Some(cap) = cap {
        measure["cap"] = cap;
    }
    let scorer = Scorer::compile(card("skip".into(), json!([measure])), Some(&statistics("a", values))).unwrap();
    scorer.score([Some(x)].into_iter()).unwrap().unwrap() / 100.0
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-10, "{found} for {expected}");
}

#[test]
fn every_transform_follows_its_formula() {
    let values = [0.0, 1.0, 2.0, 2.0, 5.0];
    let up = Some("higher");
    for (x, expected) in [(-1.0, 0.0), (0.0, 0.0), (1.0, 0.2), (5.0, 1.0), (9.0, 1.0)] {
        close(share(json!({"type": "min_max"}), up, None, &values, x), expected);
        close(share(json!({"type": "min_max"}), Some("lower"), None, &values, x), 1.0 - expected);
    }
    close(share(json!({"type": "min_max", "from": -5, "to": 15}), up, None, &values, 5.0), 0.5);
    close(share(json!({"type": "min_max", "to": 10}), up, None, &values, 5.0), 0.5);
    // Mean 2, deviation √3.5: computed with the statistics module of Python.
    close(share(json!({"type": "z"}), up, None, &values, 5.0), (1.603_567_451_474_546_4 + 3.0) / 6.0);
    close(share(json!({"type": "z", "limit": 1}), up, None, &values, 5.0), 1.0);
    close(share(json!({"type": "z"}), up, None, &values, 2.0), 0.5);
    for (x, expected) in [(-1.0, 0.0), (0.0, 0.1), (0.5, 0.2), (1.0, 0.3), (2.0, 0.6), (4.0, 0.8), (5.0, 0.9), (6.0, 1.0)] {
        close(share(json!({"type": "percentile"}), up, None, &values, x), expected);
    }
    close(share(json!({"type": "log"}), up, None, &values, 2.0), 3f64.ln() / 6f64.ln());
    close(share(json!({"type": "log"}), up, None, &[-9.0, 99.0], 0.0), 10f64.ln() / 1000f64.ln());
    for (x, expected) in [(0.0, 0.0), (1.0, 0.0), (1.5, 0.5), (3.0, 0.5), (3.1, 1.0)] {
        close(share(json!({"type": "breaks", "breaks": [1, 3], "points": [0, 2, 4]}), None, None, &values, x), expected);
    }
}

#[test]
fn caps_hold_the_raw_value_and_the_range() {
    let values: Vec<f64> = (0..=100).map(f64::from).collect();
    let up = Some("higher");
    close(share(json!({"type": "min_max"}), up, Some(json!({"from": 20, "to": 60})), &values, 30.0), 0.25);
    close(share(json!({"type": "min_max"}), up, Some(json!({"to": {"quantile": 0.5}})), &values, 99.0), 1.0);
    close(share(json!({"type": "min_max"}), up, Some(json!({"to": {"quantile": 0.5}})), &values, 25.0), 0.5);
    close(share(json!({"type": "z", "limit": 1}), up, Some(json!({"from": 50, "to": 50})), &values, 99.0), 0.5);
    let crossed = card(
        "skip".into(),
        json!([{"name": "a", "weight": 1, "direction": "higher", "transform": {"type": "percentile"}, "cap": {"from": 90, "to": {"quantile": 0.5}}}]),
    );
    assert!(Scorer::compile(crossed, Some(&statistics("a", &values))).unwrap_err().message.contains("cap"));
}

#[test]
fn without_spread_everyone_is_in_the_middle() {
    for transform in ["min_max", "z", "percentile", "log"] {
        for direction in ["higher", "lower"] {
            assert_eq!(share(json!({"type": transform}), Some(direction), None, &[7.0, 7.0], 7.0), 0.5, "{transform}");
        }
        let mut none = Standardize::default();
        none.push(&Names::new(vec!["a".into()]).unwrap(), [None].into_iter()).unwrap();
        let card = card("skip".into(), json!([{"name": "a", "weight": 1, "direction": "higher", "transform": {"type": transform}}]));
        assert_eq!(Scorer::compile(card, Some(&none)).unwrap().score([Some(3.0)].into_iter()), Ok(Some(50.0)), "{transform}");
    }
    assert_eq!(share(json!({"type": "z"}), Some("higher"), None, &[7.0], 9.0), 0.5);
}

#[test]
fn a_sketch_ranks_within_its_accuracy_and_keeps_order() {
    let values: Vec<f64> = (0..20_000).map(|i| f64::from(i) * 0.37 - 1000.0).collect();
    let mut last = 0.0;
    for i in (0..20_000).step_by(37) {
        let found = share(json!({"type": "percentile"}), Some("higher"), None, &values, values[i]);
        assert!((found - (i as f64 + 0.5) / 20_000.0).abs() < 0.002 && found >= last, "{i}: {found}");
        last = found;
    }
}

#[test]
fn statistics_that_lack_are_named() {
    let one = |transform: Value| card("skip".into(), json!([{"name": "a", "weight": 1, "direction": "higher", "transform": transform}]));
    let e = Scorer::compile(one(json!({"type": "z"})), None).unwrap_err();
    assert_eq!(
        (e.state, e.message.as_ref()),
        (SqlState::InvalidParameter, "measure \"a\": its transform needs statistics, but stats is NULL")
    );
    let e = Scorer::compile(one(json!({"type": "log", "from": 0})), Some(&statistics("b", &[1.0]))).unwrap_err();
    assert_eq!((e.message.as_ref(), e.hint.as_deref()), ("measure \"a\": the statistics do not have it", Some("They have: \"b\".")));
    let e = Scorer::compile(one(json!({"type": "min_max", "from": 9})), Some(&statistics("a", &[1.0]))).unwrap_err();
    assert_eq!(e.message, "measure \"a\": its range from 9 to 1 is empty");
    assert!(Scorer::compile(one(json!({"type": "min_max", "from": 0, "to": 1})), None).is_ok());
}

#[test]
fn missing_measures_follow_the_rule() {
    let measures = json!([
        {"name": "a", "weight": 3, "direction": "higher", "transform": {"type": "min_max", "from": 0, "to": 10}},
        {"name": "b", "weight": 1, "direction": "lower", "transform": {"type": "min_max", "from": 0, "to": 10}},
    ]);
    let score = |rule: Value, a: Option<f64>, b: Option<f64>| {
        Scorer::compile(card(rule, measures.clone()), None).unwrap().score([a, b].into_iter())
    };
    assert_eq!(score("skip".into(), Some(10.0), Some(10.0)), Ok(Some(75.0)));
    assert_eq!(score("skip".into(), Some(5.0), None), Ok(Some(50.0)));
    assert_eq!(score("skip".into(), None, Some(2.0)), Ok(Some(80.0)));
    assert_eq!(score("skip".into(), None, None), Ok(None));
    assert_eq!(score("worst".into(), Some(10.0), None), Ok(Some(75.0)));
    assert_eq!(score("worst".into(), None, None), Ok(Some(0.0)));
    assert_eq!(score("neutral".into(), Some(10.0), None), Ok(Some(87.5)));
    assert_eq!(score(json!(2), Some(10.0), None), Ok(Some(95.0)));
    let e = score("error".into(), Some(10.0), None).unwrap_err();
    assert_eq!((e.state, e.message.as_ref()), (SqlState::InvalidParameter, "measure \"b\" is missing"));
    let wrong = score("skip".into(), Some(f64::NAN), None).unwrap_err();
    assert_eq!((wrong.state, wrong.message.as_ref()), (SqlState::OutOfRange, "measure \"a\" is NaN"));
    let scorer = Scorer::compile(card("skip".into(), measures), None).unwrap();
    let few = scorer.score([None].into_iter()).unwrap_err();
    assert_eq!(few.message, "the card has 2 measures, but the array has 1 elements");
    assert_eq!(scorer.measures(&json!({"b": 3, "x": "y"})), Ok(vec![None, Some(3.0)]));
    assert!(scorer.measures(&json!({"b": "3"})).is_err());
    assert!(scorer.measures(&json!([1])).is_err());
}

#[test]
fn an_explanation_says_what_moved_the_score() {
    let measures = json!([
        {"name": "a", "label": {"en": "A", "zh": "甲"}, "weight": 3, "direction": "higher", "transform": {"type": "percentile"}},
        {"name": "b", "label": {"en": "B", "zh": "乙"}, "weight": 1, "direction": "lower", "transform": {"type": "min_max", "from": 0, "to": 10}},
        {"name": "c", "weight": 4, "direction": "higher", "transform": {"type": "min_max", "from": 0, "to": 10}},
    ]);
    let scorer = Scorer::compile(card("skip".into(), measures), Some(&statistics("a", &[1.0, 2.0, 3.0]))).unwrap();
    let parts = scorer.explain([Some(2.0), Some(10.0), None].into_iter(), Some("zh")).unwrap();
    let shown: Vec<_> = parts.iter().map(|p| (p.label, p.weight, p.transformed, p.contribution, p.against_median, p.influence)).collect();
    assert_eq!(
        shown,
        [
            ("甲", 0.75, Some(0.5), Some(37.5), Some(0.0), Some(2)),
            ("乙", 0.25, Some(0.0), Some(0.0), Some(-12.5), Some(1)),
            ("c", 0.0, None, None, None, None),
        ]
    );
    assert!(scorer.explain([Some(2.0), Some(10.0), None].into_iter(), Some("de")).is_err());
}

/// Cards of one to eight measures with their statistics, and customers.
fn cases() -> impl Strategy<Value = (Value, Vec<Vec<Option<f64>>>)> {
    let transform = prop_oneof![
        Just(json!({"type": "min_max"})),
        Just(json!({"type": "min_max", "from": -10, "to": 1e3})),
        Just(json!({"type": "log"})),
        (1u8..50).prop_map(|limit| json!({"type": "z", "limit": f64::from(limit) / 10.0})),
        Just(json!({"type": "percentile"})),
        Just(json!({"type": "breaks", "breaks": [-5, 0.5, 100], "points": [1, 0, 7, 3]})),
    ];
    let missing = prop_oneof![Just(json!("skip")), Just(json!("worst")), Just(json!("neutral")), Just(json!(12.5))];
    let measure = (transform, 1u32..1_000_000, any::<bool>(), missing, any::<bool>());
    let card = (proptest::collection::vec(measure, 1..=8), -1_000_000i64..1_000_000, 1i64..1_000_000).prop_map(|(measures, from, width)| {
        let measures: Vec<Value> = measures
            .into_iter()
            .enumerate()
            .map(|(i, (transform, weight, lower, missing, cap))| {
                let mut measure = json!({"name": format!("m{i}"), "weight": f64::from(weight) / 1e4, "transform": transform, "missing": missing});
                if measure["transform"]["type"] != "breaks" {
                    measure["direction"] = if lower { "lower" } else { "higher" }.into();
                }
                if cap {
                    measure["cap"] = json!({"from": {"quantile": 0.05}, "to": {"quantile": 0.95}});
                }
                measure
            })
            .collect();
        json!({"kind": "score_card", "version": 1, "missing": "skip", "scale": {"from": from, "to": (from + width).min(1_000_000)}, "measures": measures})
    });
    let value = prop_oneof![Just(None), (-1e3..1e6f64).prop_map(Some), (0i32..5).prop_map(|n| Some(f64::from(n)))];
    (card, proptest::collection::vec(proptest::collection::vec(value, 8), 1..30)).prop_map(|(card, mut rows)| {
        let measures = card["measures"].as_array().map_or(0, Vec::len);
        rows.iter_mut().for_each(|row| row.truncate(measures));
        (card, rows)
    })
}

proptest! {
    #[test]
    fn contributions_add_up_to_the_last_bit((document, rows) in cases(), seed in any::<u64>()) {
        let card = ScoreCard::read(&document).unwrap();
        let names = Names::new(card.measures.iter().map(|m| m.name.clone()).collect()).unwrap();
        let mut statistics = Standardize::default();
        rows.iter().for_each(|row| statistics.push(&names, row.iter().copied()).unwrap());
        let scorer = Scorer::compile(card.clone(), Some(&statistics)).unwrap();
        for row in &rows {
            let score = scorer.score(row.iter().copied()).unwrap();
            let parts = scorer.explain(row.iter().copied(), None).unwrap();
            let mut contributions: Vec<f64> = parts.iter().filter_map(|part| part.contribution).collect();
            contributions.sort_by_key(|c| (c.to_bits() ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            match score {
                None => prop_assert!(contributions.is_empty()),
                Some(score) => {
                    // In any order, begun with the scale or ended with it.
                    prop_assert_eq!(card.from + contributions.iter().sum::<f64>(), score);
                    prop_assert_eq!(contributions.iter().rev().fold(card.from, |sum, c| sum + c), score);
                    prop_assert!(card.from <= score && score <= card.to);
                    let weights: f64 = parts.iter().map(|part| part.weight).sum();
                    prop_assert!((weights - 1.0).abs() < 1e-12);
                    let mut ranks: Vec<u32> = parts.iter().filter_map(|part| part.influence).collect();
                    ranks.sort_unstable();
                    prop_assert_eq!(ranks, (1..=contributions.len() as u32).collect::<Vec<_>>());
                }
            }
            let object: Value = card.measures.iter().zip(row).filter_map(|(m, x)| Some((m.name.clone(), Value::from((*x)?)))).collect::<serde_json::Map<_, _>>().into();
            prop_assert_eq!(scorer.score(scorer.measures(&object).unwrap().into_iter()).unwrap().map(f64::to_bits), score.map(f64::to_bits));
        }
    }

    #[test]
    fn more_is_never_worse((document, rows) in cases(), by in 0.0..1e5f64, at in 0usize..8) {
        let card = ScoreCard::read(&document).unwrap();
        let names = Names::new(card.measures.iter().map(|m| m.name.clone()).collect()).unwrap();
        let mut statistics = Standardize::default();
        rows.iter().for_each(|row| statistics.push(&names, row.iter().copied()).unwrap());
        let scorer = Scorer::compile(card.clone(), Some(&statistics)).unwrap();
        let at = at % card.measures.len();
        let measure = &document["measures"][at];
        for row in &rows {
            let mut more = row.clone();
            let Some(x) = more[at].as_mut().filter(|_| measure["direction"].is_string()) else { continue };
            *x += by;
            let (before, after) = (scorer.score(row.iter().copied()).unwrap(), scorer.score(more.iter().copied()).unwrap());
            let (worse, better) = if measure["direction"] == "lower" { (after, before) } else { (before, after) };
            prop_assert!(worse <= better);
        }
    }

    #[test]
    fn hostile_cards_never_panic(text in "\\{\"kind\":\"score_card\",\"version\":1,\"missing\":(\"skip\"|1e500|null|\\{\\}),\"measures\":\\[\\{\"name\":\"a\",\"weight\":(1|1e-400|1e300),\"transform\":\\{\"type\":\"(z|log|breaks|min_max)\",\"breaks\":\\[[0-9,e]{0,6}\\],\"points\":\\[[0-9,]{0,6}\\]\\}\\}\\]\\}") {
        if let Ok(document) = crate::document::parse(&text) {
            let _ = ScoreCard::problems(&document);
        }
    }
}
