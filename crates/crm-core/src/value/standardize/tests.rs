use super::*;
use crate::SqlState;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use proptest::prelude::*;

type Row = Vec<(&'static str, Option<f64>)>;

pub(crate) fn of(rows: &[Row]) -> Standardize {
    let mut made = Standardize::default();
    for row in rows {
        let names = Names::new(row.iter().map(|(name, _)| name.to_string()).collect()).unwrap();
        made.push(&names, row.iter().map(|(_, x)| *x).collect::<Vec<_>>().into_iter()).unwrap();
    }
    made
}

/// One measure "x" with these values.
fn single(values: &[f64]) -> Standardize {
    of(&values.iter().map(|x| vec![("x", Some(*x))]).collect::<Vec<_>>())
}

fn x(made: &Standardize) -> &Measure {
    made.measure("x").unwrap()
}

#[test]
fn mean_and_deviation_are_those_of_a_textbook() {
    // NIST/SEMATECH e-Handbook, 1.3.5.6: the sample 2, 4, 4, 4, 5, 5, 7, 9 has mean 5 and sum of squares 32.
    let made = single(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
    assert_eq!((x(&made).mean(), x(&made).deviation()), (Some(5.0), Some((32.0f64 / 7.0).sqrt())));
    assert_eq!((x(&single(&[3.5])).mean(), x(&single(&[3.5])).deviation()), (Some(3.5), None));
    assert_eq!(x(&single(&[0.1; 10])).mean(), Some(0.1));
    assert_eq!(x(&single(&[0.1; 10])).deviation(), Some(0.0));
}

#[test]
fn a_large_mean_does_not_eat_a_small_deviation() {
    // The data set NumAcc4 of the NIST Statistical Reference Datasets: 1001 values about 10000000.2, deviation 0.1 exactly.
    let numacc4: Vec<f64> =
        (0..1001).map(|i| [10_000_000.2, 10_000_000.1, 10_000_000.3][if i == 0 { 0 } else { 1 + (i + 1) % 2 }]).collect();
    let made = single(&numacc4);
    assert_eq!(x(&made).mean(), Some(10_000_000.2));
    assert!((x(&made).deviation().unwrap() - 0.1).abs() < 1e-9);
    // Whole numbers: nothing is lost in the values themselves.
    let made = single(&(0..1000).map(|i| 1e15 + f64::from(i % 2)).collect::<Vec<_>>());
    assert_eq!(x(&made).mean(), Some(1e15 + 0.5));
    assert_eq!(x(&made).deviation(), Some((250.0f64 / 999.0).sqrt()));
    let made = single(&[1e130, -1e130, 1e130, 1e-130]);
    assert!(x(&made).deviation().unwrap().is_finite());
    assert_eq!(x(&single(&[1e-130, 3e-130])).deviation().map(|d| (d * 1e130 - 2f64.sqrt()).abs() < 1e-15), Some(true));
}

#[test]
fn what_a_row_does_not_have_is_missing() {
    let made = of(&[vec![("b", Some(1.0)), ("a", None)], vec![("a", Some(2.0)), ("b", None)], vec![("c", None)], vec![]]);
    let counts: Vec<_> = made.measures().iter().map(|m| (m.name(), m.count())).collect();
    assert_eq!((counts, made.rows()), (vec![("a", 1), ("b", 1), ("c", 0)], 4));
    assert_eq!((made.measure("c").unwrap().mean(), made.measure("c").unwrap().deviation()), (None, None));
    assert!(made.measure("d").is_none());
}

#[test]
fn json_rows_are_those_of_arrays() {
    let mut made = Standardize::default();
    for row in [r#"{"b": 1, "a": null}"#, r#"{"a": 2.0}"#, r#"{"c": null}"#, "{}"] {
        made.push_json(&crate::document::parse(row).unwrap()).unwrap();
    }
    let arrays = of(&[vec![("b", Some(1.0)), ("a", None)], vec![("a", Some(2.0))], vec![("c", None)], vec![]]);
    assert_eq!(to_wire(&made).unwrap(), to_wire(&arrays).unwrap());
    let mut state = |row: &str| made.push_json(&crate::document::parse(row).unwrap()).unwrap_err();
    assert_eq!(state(r#"{"a": "1"}"#).message, "measure \"a\" must be a number or null");
    assert_eq!(state(r#"{"a": 1e400}"#).state, SqlState::OutOfRange);
    assert_eq!(state(r#"{"a": 1e131}"#).state, SqlState::OutOfRange);
    assert_eq!(state("[1]").state, SqlState::InvalidParameter);
    assert_eq!(state(r#"{"": 1}"#).message, "the name of a measure is empty");
}

#[test]
fn wrong_rows_are_refused() {
    let names = |names: &[&str]| Names::new(names.iter().map(ToString::to_string).collect());
    assert_eq!(names(&["a", "b", "a"]).unwrap_err().message, "the measure \"a\" is named twice");
    assert_eq!(names(&["a", ""]).unwrap_err().state, SqlState::InvalidParameter);
    assert_eq!(names(&["$serde_json::private::Number"]).unwrap_err().state, SqlState::InvalidParameter);
    assert_eq!(names(&["a\0"]).unwrap_err().state, SqlState::InvalidParameter);
    assert_eq!(names(&[&"x".repeat(MAX_NAME_BYTES + 1)]).unwrap_err().state, SqlState::LimitExceeded);
    assert!(names(&[&"x".repeat(MAX_NAME_BYTES)]).is_ok());
    let many: Vec<String> = (0..=MAX_MEASURES).map(|i| i.to_string()).collect();
    assert_eq!(Names::new(many.clone()).unwrap_err().state, SqlState::LimitExceeded);
    let mut made = Standardize::default();
    let (first, last) = many.split_at(MAX_MEASURES);
    made.push(&Names::new(first.to_vec()).unwrap(), vec![None; MAX_MEASURES].into_iter()).unwrap();
    assert_eq!(made.push(&Names::new(last.to_vec()).unwrap(), vec![None].into_iter()).unwrap_err().state, SqlState::LimitExceeded);
    let mut push = |x: Option<f64>, n: usize| made.push(&names(&["7"]).unwrap(), vec![x; n].into_iter()).unwrap_err();
    assert_eq!(push(None, 2).message, "there are 1 names, but 2 measures");
    for (x, says) in [(f64::NAN, "NaN"), (f64::INFINITY, "infinite"), (-1.1e130, "above 1e130 in magnitude")] {
        let e = push(Some(x), 1);
        assert_eq!((e.state, e.message.into_owned()), (SqlState::OutOfRange, format!("measure \"7\" is {says}")));
    }
}

#[test]
fn the_text_form_is_readable_and_strict() {
    let text = to_text(&of(&[vec![("b", Some(1.5)), ("利息", None)]])).unwrap();
    assert_eq!(
        text,
        "{\"measures\":{\"b\":{\"distribution\":{\"bits\":9,\"count\":1,\"exact\":true,\"max\":1.5,\"min\":1.5,\"values\":[[1.5,1]]}},\
         \"利息\":{\"distribution\":{\"bits\":9,\"count\":0,\"exact\":true,\"max\":null,\"min\":null,\"values\":[]}}},\"rows\":1}"
    );
    let message = |text: &str| from_text::<Standardize>(text).unwrap_err().message.into_owned();
    assert!(message("{}").ends_with("rows: is missing"));
    assert!(message(r#"{"rows": 0, "measures": {}}"#).contains("rows: must be"));
    assert!(message(&text.replace("\"rows\":1", "\"rows\":1,\"more\":1")).contains("more: is not known"));
    assert!(message(&text.replace("\"count\":1", "\"count\":2").replace("[1.5,1]", "[1.5,2]")).contains("more values than there are rows"));
    assert!(message(&text.replace("\"bits\":9", "\"bits\":8")).contains("another accuracy"));
    assert!(message(&text.replace("1.5", "1e200")).contains("above 1e130"));
    assert!(message(&text.replace("\"b\":{", "\"\":{")).contains("the name of a measure is empty"));
    let sketch = to_text(&single(&(0..2000).map(f64::from).collect::<Vec<_>>())).unwrap();
    assert!(sketch.contains("\"sum\":\"0x3d013p3\""));
    let state = |text: &str| from_text::<Standardize>(text).unwrap_err();
    for wrong in ["\"0x3d013p4\"", "\"-0x3d013p3\"", "\"1\"", "null", "3", "\"0x7a026p2\""] {
        assert_eq!(state(&sketch.replace("\"0x3d013p3\"", wrong)).state, SqlState::InvalidText, "{wrong}");
    }
    assert!(message(&sketch.replace("\"0x3d013p3\"", "\"0x3d013p4\"")).contains("the sums do not fit the distribution"));
    assert!(message(&sketch.replace("\"sum\":\"0x3d013p3\"", "\"total\":\"0x3d013p3\"")).contains("sum: is missing"));
}

/// Rows of up to three measures, some of them missing, with enough distinct values for a sketch now and then.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let value = prop_oneof![
        Just(None),
        (-100i32..100).prop_map(|n| Some(f64::from(n) / 4.0)),
        (-1e9..1e9f64).prop_map(Some),
        (0.0..1e-3f64).prop_map(Some),
        any::<f64>().prop_map(|x| Some(x).filter(|x| x.abs() <= MAX_MAGNITUDE)),
    ];
    let row = (proptest::collection::vec(value, 3), 0usize..6).prop_map(|(values, names)| {
        let orders = [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "d"], ["a", "b", "c"], ["a", "b", "c"], ["a", "b", "c"]];
        orders[names].into_iter().zip(values).collect()
    });
    prop_oneof![
        proptest::collection::vec(row, 1..40),
        (0u64..1000, 1000usize..1300).prop_map(|(seed, n)| {
            (0..n).map(|i| vec![("a", Some(((i as u64 * 7919 + seed) as f64).sin() * 1e5)), ("b", Some((i % 7) as f64))]).collect()
        })
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn order_and_partition_do_not_matter(rows in rows(), parts in 1usize..5, seed in any::<u64>()) {
        let whole = to_wire(&of(&rows)).unwrap();
        let key = |i: &usize| (*i as u64 ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(key);
        let mut split = vec![Vec::new(); parts];
        order.iter().for_each(|i| split[key(i) as usize % parts].push(rows[*i].clone()));
        let mut merged = Standardize::default();
        split.iter().for_each(|part| merged.merge(&of(part)).unwrap());
        prop_assert_eq!(&to_wire(&merged).unwrap(), &whole);
        // And both forms are lossless.
        let read = from_wire::<Standardize>(&whole).unwrap();
        prop_assert_eq!(&to_wire(&read).unwrap(), &whole);
        let mut read = from_text::<Standardize>(&to_text(&read).unwrap()).unwrap();
        prop_assert_eq!(&to_wire(&read).unwrap(), &whole);
        // What was read goes on as what was not.
        let mut twice = of(&rows);
        twice.merge(&of(&rows)).unwrap();
        read.merge(&of(&rows)).unwrap();
        prop_assert_eq!(to_wire(&read).unwrap(), to_wire(&twice).unwrap());
    }

    #[test]
    fn mean_and_deviation_are_those_of_whole_numbers(values in proptest::collection::vec(-1_000_000i64..1_000_000, 2..200), shift in 0i64..1 << 40) {
        let made = single(&values.iter().map(|v| (v + shift) as f64).collect::<Vec<_>>());
        let n = values.len() as i128;
        let (sum, squares) = values.iter().fold((0i128, 0i128), |(s, q), v| (s + i128::from(*v), q + i128::from(*v).pow(2)));
        let variance = (n * squares - sum * sum) as f64 / (n * (n - 1)) as f64;
        let mean = (sum + n * i128::from(shift)) as f64 / n as f64;
        prop_assert!((x(&made).deviation().unwrap() - variance.sqrt()).abs() <= 4.0 * f64::EPSILON * variance.sqrt());
        prop_assert!((x(&made).mean().unwrap() - mean).abs() <= f64::EPSILON * mean.abs());
    }

    #[test]
    fn what_is_read_is_what_would_be_written(rows in rows(), at in any::<proptest::sample::Index>(), to in any::<u8>(), cut in any::<proptest::sample::Index>()) {
        let good = to_wire(&of(&rows)).unwrap();
        let mut bent = good.clone();
        let at = at.index(bent.len());
        if bent[at] != to {
            bent[at] = to;
            prop_assert_eq!(from_wire::<Standardize>(&bent).unwrap_err().state, SqlState::InvalidBinary);
        }
        prop_assert!(from_wire::<Standardize>(&good[..cut.index(good.len())]).is_err());
        // Behind a digest that fits, the rules still hold.
        use sha2::{Digest, Sha256};
        let mut body = good[34..].to_vec();
        let at = at % body.len();
        body[at] = to;
        let forged = [&[0, 1][..], &Sha256::digest(&body), &body].concat();
        if let Ok(read) = from_wire::<Standardize>(&forged) {
            prop_assert_eq!(to_wire(&read).unwrap(), forged);
            read.measures().iter().for_each(|m| { let _ = (m.mean(), m.deviation(), m.logs()); });
        }
    }
}
