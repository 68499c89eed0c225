use super::matrix::Weighting;
use super::neighbours::Method;
use super::{Affinity, AffinityModel, Customer, fit};
use crate::amount::Amount;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use crate::error::SqlState;
use serde_json::{Value, json};

fn made(rows: &[(i64, &str, &str)]) -> Affinity {
    let mut made = Affinity::default();
    for (customer, item, weight) in rows {
        made.push(Customer::Integer(*customer), item, Amount::parse(weight).unwrap()).unwrap();
    }
    made.settle().unwrap();
    made
}

/// Four customers: bread and butter go together, milk goes alone, tea was given back.
fn shop() -> Affinity {
    made(&[
        (1, "bread", "1"),
        (1, "butter", "2"),
        (2, "bread", "1"),
        (2, "butter", "1.50"),
        (3, "bread", "1"),
        (3, "milk", "1"),
        (4, "milk", "4"),
        (4, "tea", "1"),
        (4, "tea", "-1"),
        (5, "tea", "-2"),
    ])
}

fn document(affinity: &Affinity) -> Value {
    crate::document::parse(&fit(affinity, Method::new("cosine", 20, "binary", 1).unwrap()).unwrap()).unwrap()
}

#[test]
fn what_is_given_back_is_kept_but_not_held() {
    let shop = shop();
    assert_eq!(shop.customers(), 4);
    let items: Vec<_> = shop.items().unwrap().into_iter().map(|i| (i.item, i.customers, i.weight.to_string())).collect();
    let text = |item, customers, weight: &str| (item, customers, weight.to_string());
    assert_eq!(items, [text("bread", 3, "3.00"), text("butter", 2, "3.50"), text("milk", 2, "5.00"), text("tea", 0, "-2.00")]);
    let tea: Vec<_> = shop.entries().filter(|entry| entry.1 == "tea").map(|entry| (entry.0, entry.2.to_string())).collect();
    assert_eq!(tea, [(Customer::Integer(4), "0.00".into()), (Customer::Integer(5), "-2.00".into())]);
    let matrix = shop.matrix(Weighting::Weight, 1).unwrap();
    assert_eq!(matrix.items.iter().map(|item| &**item).collect::<Vec<_>>(), ["bread", "butter", "milk"]);
    assert_eq!((matrix.row(0), matrix.row(3)), ((&[0, 1][..], &[1.0, 2.0][..]), (&[2][..], &[4.0][..])));
}

#[test]
fn neighbours_by_hand() {
    let shop = shop();
    let list = |measure, weighting| {
        let mut list = Vec::new();
        let method = Method::new(measure, 20, weighting, 1).unwrap();
        let visit = |matrix: &super::matrix::Matrix, item: usize, nearest: &[super::neighbours::Near]| {
            list.extend(nearest.iter().map(|n| (matrix.items[item].to_string(), matrix.items[n.item as usize].to_string(), n.score)));
            Ok(())
        };
        shop.neighbours(method, visit).unwrap();
        list.iter().find(|(l, r, _)| (l.as_str(), r.as_str()) == ("bread", "butter")).map(|(.., score)| *score).unwrap()
    };
    assert_eq!(list("cosine", "binary"), 2.0 / 6f64.sqrt());
    assert_eq!(list("jaccard", "binary"), 2.0 / 3.0);
    assert_eq!(list("lift", "binary"), 2.0 * 4.0 / 6.0);
    assert_eq!(list("dot", "binary"), 2.0);
    assert_eq!(list("dot", "weight"), 3.5);
    assert_eq!(list("cosine", "weight"), 3.5 / (3.0f64 * 6.25).sqrt());
}

#[test]
fn equal_columns_have_a_cosine_of_one_and_no_pair_has_more() {
    let rows: Vec<_> = (1..400i64)
        .flat_map(|customer| {
            [(customer, "A", 7 * customer + 1), (customer, "B", 7 * customer + 1), (customer, "C", 3 * (7 * customer + 1))]
        })
        .collect();
    let mut affinity = Affinity::default();
    for (customer, item, cents) in rows {
        affinity.push(Customer::Integer(customer), item, Amount::new(i128::from(cents) * 10_000_000_000, 2)).unwrap();
    }
    affinity.settle().unwrap();
    for weighting in ["weight", "log", "binary"] {
        let method = Method::new("cosine", 5, weighting, 1).unwrap();
        affinity
            .neighbours(method, |_, item, nearest| {
                assert!(nearest.iter().all(|near| near.score <= 1.0));
                assert!(item > 1 || nearest.iter().any(|near| near.score == 1.0));
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn both_ways_of_summing_up_agree_to_the_last_bit() {
    // Of 300 items, few and many held by one customer; more than one block of them, and items met by few.
    for (customers, held) in [(400u64, 40u64), (3000, 2), (60, 290)] {
        let mut affinity = Affinity::default();
        let mut state = customers;
        for i in 0..customers * held {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let item = (state >> 40) % 300 * ((state >> 20) % 300) / 300;
            let weight = Amount::new(i128::from(state >> 50) * 10_000_000_000, 2);
            affinity.push(Customer::Integer((i / held) as i64), &format!("I{item}"), weight).unwrap();
        }
        affinity.settle().unwrap();
        for (measure, weighting) in
            [("cosine", "binary"), ("lift", "binary"), ("jaccard", "binary"), ("dot", "binary"), ("cosine", "log"), ("dot", "bm25")]
        {
            for most in [1, 7, 1000] {
                let [blocks, items] = super::neighbours::ways::both(&affinity, Method::new(measure, most, weighting, 2).unwrap());
                assert!(blocks == items && blocks.len() > 200, "{customers} {measure} {weighting} {most}");
            }
        }
    }
}

#[test]
fn very_many_rows_are_sorted_by_distribution() {
    // Keys of all magnitudes, in no order, each cell three times; and the same keys in order.
    let key = |i: u64| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (i % 40)) as i64 - 17;
    let rows: Vec<(i64, String)> = (0..30_000u64).map(|i| (key(i % 10_000), format!("I{}", (i % 10_000) % 37))).collect();
    let filled = |rows: &[(i64, String)]| {
        let mut made = Affinity::default();
        rows.iter().for_each(|(customer, item)| made.push(Customer::Integer(*customer), item, Amount::from_i64(1)).unwrap());
        made.settle().unwrap();
        made
    };
    let whole = filled(&rows);
    let mut counts = std::collections::BTreeMap::new();
    rows.iter().for_each(|row| *counts.entry(row.clone()).or_insert(0) += 1);
    let counts = counts.iter().map(|((customer, item), n)| (Customer::Integer(*customer), item.as_str(), Amount::from_i64(*n)));
    assert!(whole.entries().eq(counts));
    let mut sorted = rows;
    sorted.sort();
    assert_eq!(to_wire(&filled(&sorted)).unwrap(), to_wire(&whole).unwrap());
}

#[test]
fn sums_beyond_the_range_are_refused() {
    let mut affinity = Affinity::default();
    for _ in 0..2 {
        affinity.push(Customer::Integer(1), "A", Amount::parse("1.7e26").unwrap()).unwrap();
    }
    assert_eq!(affinity.settle().unwrap_err().state, SqlState::OutOfRange);
    // One unit below the least weight lies the number that has no opposite.
    let mut affinity = Affinity::default();
    for units in [-i128::MAX, -1] {
        affinity.push(Customer::Integer(1), "A", Amount::new(units, 12)).unwrap();
    }
    assert_eq!(affinity.settle().unwrap_err().state, SqlState::OutOfRange);
    let big = made(&[(1, "A", "1.7e26"), (2, "A", "1.7e26")]);
    assert_eq!(big.items().unwrap_err().state, SqlState::OutOfRange);
    // Beyond the sum of weights the summary is sound.
    let again: Affinity = from_wire(&to_wire(&big).unwrap()).unwrap();
    assert_eq!(again.entries().len(), 2);
    let exact = made(&[(1, "A", "1.7e26"), (1, "A", "0.000000000001"), (1, "A", "-1.7e26")]);
    assert_eq!(exact.entries().next().unwrap().2.to_string(), "0.000000000001");
}

#[test]
fn names_and_keys_are_checked() {
    let mut affinity = Affinity::default();
    let one = Amount::from_i64(1);
    let long = "x".repeat(1001);
    for (customer, item, state) in [
        (Customer::Integer(1), "", SqlState::InvalidParameter),
        (Customer::Integer(1), "a\0b", SqlState::InvalidParameter),
        (Customer::Integer(1), long.as_str(), SqlState::LimitExceeded),
    ] {
        assert_eq!(affinity.push(customer, item, one).unwrap_err().state, state);
    }
    let mut affinity = Affinity::default();
    for (customer, state) in [("", SqlState::InvalidParameter), (long.as_str(), SqlState::LimitExceeded)] {
        assert_eq!(affinity.push(Customer::Text(customer), "A", one).unwrap_err().state, state);
    }
    affinity.push(Customer::Text(&long[1..]), &long[1..], one).unwrap();
    assert_eq!(affinity.push(Customer::Integer(1), "A", one).unwrap_err().message, super::mixed().message);
    affinity.settle().unwrap();
    let mut numbers = made(&[(1, "A", "1")]);
    assert_eq!(numbers.merge(&affinity).unwrap_err().message, super::mixed().message);
    assert_eq!(affinity.merge(&numbers).unwrap_err().message, super::mixed().message);
    assert!(numbers.merge(&Affinity::default()).is_ok());
}

#[test]
fn the_text_form_is_checked() {
    let text = to_text(&made(&[(2, "A", "1.50"), (-1, "B", "1")])).unwrap();
    assert_eq!(text, r#"{"customers":[{"customer":-1,"items":[["B","1.00"]]},{"customer":2,"items":[["A","1.50"]]}]}"#);
    for (given, expected) in [
        ("[]", "must be an object"),
        ("{}", "customers: is missing"),
        (r#"{"customers":[]}"#, "customers: must not be empty"),
        (r#"{"customers":[],"more":1}"#, "more: is not known here"),
        (r#"{"customers":[{"customer":1,"items":[]}]}"#, "customers[0].items: must not be empty"),
        (r#"{"customers":[{"customer":1.5,"items":[["A","1"]]}]}"#, "customers[0].customer: must be a text or an integer"),
        (r#"{"customers":[{"customer":1,"items":[["A"]]}]}"#, "customers[0].items[0]: must be a list of an item and a weight"),
        (r#"{"customers":[{"customer":1,"items":[["A",1,2]]}]}"#, "customers[0].items[0]: must be a list of an item and a weight"),
        (r#"{"customers":[{"customer":1,"items":[["A","x"]]}]}"#, "customers[0].items[0][1]: must be a decimal number"),
        (r#"{"customers":[{"customer":1,"items":[["","1"]]}]}"#, "customers[0].items[0][0]: must not be empty"),
        (r#"{"customers":[{"customer":1,"items":[["A",1],["A",2]]}]}"#, "stands twice"),
        (r#"{"customers":[{"customer":1,"items":[["A",1]]},{"customer":1,"items":[["B",1]]}]}"#, "stands twice"),
        (
            r#"{"customers":[{"customer":1,"items":[["A",1]]},{"customer":"1","items":[["B",1]]}]}"#,
            "customers[1]: customers with bigint keys",
        ),
    ] {
        let e = from_text::<Affinity>(given).unwrap_err();
        assert!(e.state == SqlState::InvalidText && e.message.contains(expected), "{given}: {e}");
    }
}

#[test]
fn the_binary_form_is_checked() {
    // Version, bigint keys, no decimals, the items A and B, two customers: 1 with both, 2 with B.
    let key = [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
    let bytes = [&[0, 1, 0, 0, 2, 1, b'A', 1, b'B', 2], &key[..], &[2, 0, 2, 0, 2, 1, 1, 1, 2]].concat();
    assert_eq!(to_wire(&made(&[(1, "A", "1"), (1, "B", "1"), (2, "B", "1")])).unwrap(), bytes);
    let changed = |at: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        from_wire::<Affinity>(&bytes).unwrap_err().message.to_string()
    };
    for (at, byte, expected) in [
        (2, 2, "kind of keys"),
        (3, 13, "number of decimals"),
        (6, b'C', "not in their order"),
        (6, 0xff, "UTF-8"),
        (6, 0, "NUL"),
        (5, 0, "empty"),
        (9, 0, "no customers"),
        (20, 0, "no item"),
        (23, 9, "out of range"),
        (25, 0, "order of their keys"),
        (27, 2, "out of range"),
    ] {
        assert!(changed(at, byte).contains(expected), "{at}: {}", changed(at, byte));
    }
    let unused = [&[0, 1, 0, 0, 2, 1, b'A', 1, b'B', 1, 0, 1, 0, 2][..]].concat();
    assert!(from_wire::<Affinity>(&unused).unwrap_err().message.contains("no customer has"));
    assert!(from_wire::<Affinity>(&bytes[..bytes.len() - 1]).unwrap_err().message.contains("too early"));
}

#[test]
fn arguments_are_checked() {
    for (measure, neighbours, weighting, least) in [
        ("Cosine", 20, "binary", 1),
        ("cosine", 0, "binary", 1),
        ("cosine", 1001, "binary", 1),
        ("cosine", 20, "tfidf", 1),
        ("cosine", 20, "binary", 0),
        ("lift", 20, "weight", 1),
        ("jaccard", 20, "bm25", 1),
    ] {
        assert_eq!(Method::new(measure, neighbours, weighting, least).unwrap_err().state, SqlState::InvalidParameter);
    }
}

#[test]
fn a_model_is_a_document() {
    let model = document(&shop());
    let root = 2.0 / 6f64.sqrt();
    let expected = json!({
        "kind": "affinity_model", "version": 1, "customers": 4,
        "method": {"measure": "cosine", "weighting": "binary", "neighbours": 20, "min_customers": 1},
        "items": ["bread", "butter", "milk"], "popularity": [3, 2, 2],
        "neighbours": [[[1, root], [2, 1.0 / 6f64.sqrt()]], [[0, root]], [[0, 1.0 / 6f64.sqrt()]]],
    });
    assert_eq!(model.to_string(), crate::document::parse(&expected.to_string()).unwrap().to_string());
    let read = AffinityModel::read(&model).unwrap();
    assert_eq!((read.find("butter"), read.find("tea")), (Some(1), None));

    let nothing = document(&made(&[(1, "A", "-1")]));
    assert_eq!((&nothing["items"], &nothing["customers"]), (&json!([]), &json!(0)));
    assert_eq!(AffinityModel::problems(&nothing), []);
}

#[test]
fn what_is_wrong_with_a_model_is_named() {
    let model = document(&shop());
    assert_eq!(AffinityModel::problems(&model), []);
    for (pointer, value, expected) in [
        ("/kind", json!("als_model"), "kind"),
        ("/version", json!(2), "version"),
        ("/customers", json!(-1), "customers"),
        ("/customers", json!(2), "popularity[0]"),
        ("/items/1", json!("bread"), "items[1]"),
        ("/items/2", json!(""), "items[2]"),
        ("/popularity", json!([1]), "popularity"),
        ("/neighbours", json!([[], []]), "neighbours"),
        ("/neighbours/0", json!(1), "neighbours[0]"),
        ("/neighbours/0/0", json!([1]), "neighbours[0]"),
        ("/neighbours/0/0/0", json!(0), "neighbours[0]"),
        ("/neighbours/0/0/0", json!(3), "neighbours[0]"),
        ("/neighbours/0/0/0", json!(2), "neighbours[0]"),
        ("/neighbours/0/0/1", json!(0), "neighbours[0]"),
        ("/neighbours/0/0/1", json!("1"), "neighbours[0]"),
        ("/neighbours/0/0/1", json!(0.1), "neighbours[0]"),
        ("/method/neighbours", json!(1), "neighbours[0]"),
        ("/method/measure", json!("near"), "method.measure"),
        ("/method/weighting", json!("x"), "method.weighting"),
        ("/method/min_customers", json!(0), "method.min_customers"),
    ] {
        let mut changed = model.clone();
        *changed.pointer_mut(pointer).unwrap() = value.clone();
        let problems = AffinityModel::problems(&crate::document::parse(&changed.to_string()).unwrap());
        assert_eq!(problems.first().map(|problem| problem.path.as_str()), Some(expected), "{pointer} {value}");
    }
    let mut weighted = model.clone();
    weighted["method"]["measure"] = json!("lift");
    weighted["method"]["weighting"] = json!("bm25");
    assert_eq!(AffinityModel::problems(&weighted)[0].path, "method.weighting");
    assert_eq!(AffinityModel::read(&json!({})).unwrap_err().state, SqlState::InvalidParameter);
}
