//! The rules, one by one.

use super::*;
use crate::SqlState;
use crate::codec::{from_text, from_wire, to_text, to_wire};

pub(super) fn of(values: &[f64]) -> Distribution {
    of_bits(DEFAULT_BITS, values)
}

pub(super) fn of_bits(bits: u8, values: &[f64]) -> Distribution {
    let mut made = Distribution::new(bits).unwrap();
    values.iter().for_each(|x| made.push(*x).unwrap());
    made
}

/// The state after `count` observations of `x`, without pushing them one by one.
fn repeated(x: f64, count: u64) -> Distribution {
    from_text(&format!(r#"{{"bits":9,"count":{count},"exact":true,"max":{x},"min":{x},"values":[[{x},{count}]]}}"#)).unwrap()
}

#[test]
fn values_that_are_not_finite_are_refused_and_change_nothing() {
    let mut d = of(&[1.0]);
    for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let e = d.push(x).unwrap_err();
        assert_eq!(e.state, SqlState::OutOfRange);
        assert!(e.hint.unwrap().contains("NULL"));
    }
    assert_eq!(to_wire(&d).unwrap(), to_wire(&of(&[1.0])).unwrap());
}

#[test]
fn negative_zero_is_zero() {
    let d = of(&[-0.0, 0.0]);
    assert_eq!(to_text(&d).unwrap(), r#"{"bits":9,"count":2,"exact":true,"max":0.0,"min":0.0,"values":[[0.0,2]]}"#);
    assert_eq!(d.rank(-0.0).unwrap(), 1.0);
    assert_eq!(d.rank(-f64::MIN_POSITIVE).unwrap(), 0.0);
}

#[test]
fn nothing_has_no_quantiles_and_is_read_back() {
    let d = Distribution::default();
    assert_eq!((d.count(), d.min(), d.max(), d.is_exact(), d.accuracy(), d.heap_bytes()), (0, None, None, true, 0.0, 0));
    for e in [d.quantile(0.5).err(), d.rank(0.0).err(), d.breaks(4).err(), d.quantiles(&[0.5]).err()] {
        assert_eq!(e.unwrap().state, SqlState::InvalidParameter);
    }
    assert!(d.quantiles(&[]).unwrap().is_empty());
    let text = r#"{"bits":9,"count":0,"exact":true,"max":null,"min":null,"values":[]}"#;
    assert_eq!(to_text(&d).unwrap(), text);
    assert_eq!(to_wire(&from_text::<Distribution>(text).unwrap()).unwrap(), to_wire(&d).unwrap());
    assert_eq!(from_wire::<Distribution>(&to_wire(&d).unwrap()).unwrap().count(), 0);
}

#[test]
fn accuracy_is_chosen_by_bits_or_by_error() {
    for (asked, bits) in [(0.05, 4), (0.03125, 4), (0.03, 5), (0.01, 6), (0.001, 9), (0.0009765625, 9), (0.0001, 13), (0.00005, 14)] {
        assert_eq!(Distribution::bits_for(asked).unwrap(), bits, "{asked}");
    }
    for wrong in [0.0, 0.00004, 0.06, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Distribution::bits_for(wrong).unwrap_err().state, SqlState::InvalidParameter);
    }
    assert!(Distribution::new(3).is_err() && Distribution::new(15).is_err());
    let many: Vec<f64> = (0..2000).map(f64::from).collect();
    assert_eq!(of(&many).accuracy(), 1.0 / 1024.0);
}

#[test]
fn different_accuracies_do_not_merge() {
    let mut d = of_bits(8, &[1.0]);
    let e = d.merge(&of(&[1.0])).unwrap_err();
    assert_eq!((e.state, e.hint.is_some()), (SqlState::InvalidParameter, true));
    assert_eq!(e.message, "distributions of accuracy 0.001953125 and 0.0009765625 cannot be merged");
    assert_eq!(d.count(), 1);
}

#[test]
fn counts_do_not_overflow() {
    let mut d = repeated(1.5, MAX_COUNT);
    assert_eq!(d.push(1.5).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(d.merge(&of(&[2.0])).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!((d.count(), d.max()), (MAX_COUNT, Some(1.5)));
    assert_eq!(d.quantiles(&[0.0, 0.7, 1.0]).unwrap(), [1.5; 3]);
    assert_eq!(d.breaks(1000).unwrap(), [1.5; 999]);
}

#[test]
fn the_limit_of_exact_values_is_on_distinct_values() {
    let values: Vec<f64> = (0..EXACT_LIMIT).map(|i| i as f64 / 8.0).collect();
    let mut d = of(&values.repeat(3));
    assert!(d.is_exact());
    d.push(-1.0).unwrap();
    assert!(!d.is_exact());
    assert_eq!((d.count(), d.min(), d.max()), (3 * 1024 + 1, Some(-1.0), Some(127.875)));
}

#[test]
fn extreme_quantiles_are_exact_in_a_sketch() {
    let values: Vec<f64> = (0..5000).map(|i| 1.0 + f64::from(i) / 7.0).collect();
    let d = of(&values);
    assert_eq!(d.quantiles(&[1.0, 0.0]).unwrap(), [values[4999], values[0]]);
    assert_eq!((d.quantile(0.0).unwrap(), d.quantile(1.0).unwrap()), (values[0], values[4999]));
}

#[test]
fn quantiles_outside_0_to_1_are_errors() {
    for q in [-1e-9, 1.0 + 1e-9, f64::NAN, f64::INFINITY] {
        assert_eq!(of(&[1.0]).quantile(q).unwrap_err().state, SqlState::InvalidParameter);
        assert_eq!(of(&[1.0]).quantiles(&[0.5, q]).unwrap_err().state, SqlState::InvalidParameter);
    }
}

#[test]
fn differences_that_overflow_do_not_make_infinite_quantiles() {
    assert_eq!(of(&[-f64::MAX, f64::MAX]).quantile(0.5).unwrap(), 0.0);
    let power = 2f64.powi(1023);
    assert_eq!(of(&[-power, power]).quantile(0.25).unwrap(), -power / 2.0);
}

#[test]
fn ranks_are_cume_dist() {
    let d = of(&[1.0, 2.0, 2.0, 4.0]);
    let ranks: Vec<f64> = [0.5, 1.0, 1.5, 2.0, 4.0, f64::INFINITY, f64::NEG_INFINITY].iter().map(|x| d.rank(*x).unwrap()).collect();
    assert_eq!(ranks, [0.0, 0.25, 0.25, 0.75, 1.0, 1.0, 0.0]);
    assert_eq!(d.rank(f64::NAN).unwrap_err().state, SqlState::InvalidParameter);
}

#[test]
fn breaks_make_equal_classes_and_never_tear_ties_apart() {
    let ten: Vec<f64> = (1..=10).map(f64::from).collect();
    assert_eq!(of(&ten).breaks(5).unwrap(), [2.0, 4.0, 6.0, 8.0]);
    assert_eq!(of(&ten).breaks(3).unwrap(), [4.0, 7.0]);
    assert_eq!(of(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0]).breaks(5).unwrap(), [0.0, 0.0, 0.0, 1.0]);
    assert_eq!(of(&[7.0]).breaks(4).unwrap(), [7.0; 3]);
    for bins in [i64::MIN, 0, 1, 1001, i64::MAX] {
        assert_eq!(of(&ten).breaks(bins).unwrap_err().state, SqlState::InvalidParameter);
    }
}

#[test]
fn bucket_numbers_and_edges_follow_the_order_of_the_values() {
    for bits in BITS {
        for x in [5e-324, 1e-310, f64::MIN_POSITIVE, 0.1, 1.0, 1.999, 2.0, 1e300, f64::MAX] {
            let index = buckets::index_of(x, bits);
            let (middle, edge) = (buckets::midpoint(index, bits), buckets::upper_edge(index, bits));
            assert!(x <= edge && buckets::index_of(edge, bits) == index && buckets::index_of(middle, bits) == index);
            assert!(edge == f64::MAX || buckets::index_of(edge.next_up(), bits) == index + 1);
            assert_eq!(buckets::index_of(-x, bits), -index);
            assert_eq!(buckets::midpoint(-index, bits), -middle);
            let edge = buckets::upper_edge(-index, bits);
            assert!(-x <= edge && buckets::index_of(edge, bits) == -index);
            assert_eq!(buckets::index_of(edge.next_up(), bits), 1 - index);
        }
        assert_eq!(buckets::index_of(f64::MAX, bits), buckets::last_index(bits));
        assert_eq!((buckets::index_of(0.0, bits), buckets::index_of(5e-324, bits), buckets::midpoint(0, bits)), (0, 1, 0.0));
    }
}

#[test]
fn memory_is_what_the_documentation_says() {
    assert_eq!(of(&[1.0, 2.0, 3.0, 4.0]).heap_bytes(), 64);
    let many: Vec<f64> = (0..1024).map(f64::from).collect();
    assert!(of(&many).heap_bytes() <= 20 * 1024);
    // Every octave of both signs.
    let all: Vec<f64> = (0..2047u64).flat_map(|e| [1.0, -1.0].map(|sign| sign * f64::from_bits(e << 52 | 1))).collect();
    let d = of(&all);
    assert!(!d.is_exact() && (16_769_024..17_000_000).contains(&d.heap_bytes()), "{}", d.heap_bytes());
    assert_eq!(d.try_clone().unwrap().heap_bytes(), d.heap_bytes());
}

#[test]
fn text_that_breaks_a_rule_is_refused() {
    let sketch = |min: &str, max: &str, buckets: &str| {
        format!(r#"{{"bits":9,"count":2000,"exact":false,"max":{max},"min":{min},"buckets":[{buckets}]}}"#)
    };
    let one = buckets::index_of(1.0, 9);
    let good = sketch("1.0", "1.001", &format!("[{one},2000]"));
    assert_eq!(from_text::<Distribution>(&good).unwrap().count(), 2000);
    let exact = r#"{"bits":9,"count":3,"exact":true,"max":2.0,"min":1.0,"values":[[1.0,1],[2.0,2]]}"#;
    assert!(from_text::<Distribution>(exact).is_ok());
    let mut wrong: Vec<String> = [
        ("\"bits\":9", "\"bits\":3"),
        ("\"bits\":9", "\"bits\":15"),
        ("\"count\":3", "\"count\":4"),
        ("\"count\":3", "\"count\":-3"),
        ("\"count\":3,", ""),
        ("\"max\":2.0", "\"max\":3.0"),
        ("\"min\":1.0", "\"min\":null"),
        ("\"exact\":true", "\"exact\":false"),
        ("\"exact\":true", "\"exact\":true,\"more\":1"),
        ("[2.0,2]", "[1.0,2]"),
        ("[2.0,2]", "[0.5,2]"),
        ("[2.0,2]", "[2.0,0],[3.0,2]"),
        ("[2.0,2]", "[2.0,2.5]"),
        ("[2.0,2]", "[2.0,2,2]"),
        ("[2.0,2]", "[\"2.0\",2]"),
        ("[2.0,2]", "[1e400,2]"),
        ("[2.0,2]", "[2.0,9223372036854775807]"),
        ("[2.0,2]", "[2.0,18446744073709551615]"),
        ("[1.0,1]", "[-0.0,1]"),
        ("[[1.0,1],[2.0,2]]", "{}"),
    ]
    .map(|(from, to)| exact.replace(from, to))
    .into();
    let all: Vec<String> = (0..=EXACT_LIMIT).map(|i| format!("[{i}.0,1]")).collect();
    wrong.push(format!(r#"{{"bits":9,"count":1025,"exact":true,"max":1024.0,"min":0.0,"values":[{}]}}"#, all.join(",")));
    wrong.push(good.replace("2000", "1024"));
    wrong.push(sketch("1.0", "1.0", &format!("[{one},2000]")));
    wrong.push(sketch("1.0", "1.002", &format!("[{one},2000]")));
    wrong.push(sketch("0.999", "1.001", &format!("[{one},2000]")));
    wrong.push(sketch("-0.0", "1.0", &format!("[0,1],[{one},1999]")));
    wrong.push(sketch("1.0", "1.001", &format!("[{one},1000],[{one},1000]")));
    wrong.push(sketch("1.0", "1.001", &format!("[{one}.5,2000]")));
    wrong.push(sketch("1.0", "1e308", &format!("[{one},1999],[{},1]", buckets::last_index(9) + 1)));
    wrong.push(sketch("-1e308", "1.0", &format!("[-9223372036854775808,1],[{one},1999]")));
    for text in wrong {
        let e = from_text::<Distribution>(&text).expect_err(&text);
        assert_eq!(e.state, SqlState::InvalidText, "{text}: {e}");
    }
}

#[test]
fn bytes_that_claim_too_much_are_refused_before_anything_is_allocated() {
    for form in [0u8, 1] {
        let mut bytes = vec![0, 1, 9, form];
        bytes.extend([1.0f64, 2.0].iter().filter(|_| form == 1).flat_map(|x| x.to_be_bytes()));
        bytes.extend([0xff; 8]);
        assert_eq!(from_wire::<Distribution>(&bytes).unwrap_err().state, SqlState::InvalidBinary);
    }
}
