use super::*;
use crate::SqlState;
use crate::codec::Summary;

fn concentration(values: &[&str]) -> Concentration {
    let mut made = Concentration::default();
    values.iter().for_each(|value| made.push(Amount::parse(value).unwrap()).unwrap());
    made.settle().unwrap();
    made
}

fn whole(values: impl IntoIterator<Item = i64>) -> Concentration {
    let mut made = Concentration::default();
    values.into_iter().for_each(|value| made.push(Amount::from_i64(value)).unwrap());
    made.settle().unwrap();
    made
}

fn distribution(values: impl IntoIterator<Item = f64>) -> Distribution {
    let mut made = Distribution::default();
    values.into_iter().for_each(|value| made.push(value).unwrap());
    made
}

/// From, customers and what they have, as text.
fn shown(classes: Result<Classes<Concentration>>) -> Vec<String> {
    let text = |class: Class<Amount, Held>| {
        let from = class.from.map_or("-".into(), |from| from.to_string());
        let share = class.held.share.map_or("-".into(), |share| share.to_string());
        format!("{from} {} {} {} {share}", class.customers, class.customer_share, class.held.value)
    };
    classes.unwrap().into_iter().map(text).collect()
}

/// The thresholds and the customers of a distribution's classes.
fn steps(classes: Result<Vec<Class<f64, ()>>>) -> Vec<(Option<f64>, u64)> {
    classes.unwrap().into_iter().map(|class| (class.from, class.customers)).collect()
}

fn natural_of(concentration: &Concentration, classes: i32) -> (Vec<String>, Option<f64>) {
    let (classes, fit) = natural(concentration, classes).unwrap();
    (classes.iter().filter_map(|class| class.from).map(|from| from.to_string()).collect(), fit)
}

#[test]
fn the_best_and_the_rest() {
    let ten = whole(1..=10);
    let expected = ["- 5 0.5 15 0.2727272727272727", "6 4 0.4 30 0.5454545454545454", "10 1 0.1 10 0.18181818181818182"];
    assert_eq!(shown(by_quantile(&ten, &[0.5, 0.9])), expected);
    assert_eq!(shown(by_customers(&ten, &[0.1, 0.5])), expected);
    // A part of a customer is a customer more above.
    assert_eq!(shown(by_customers(&ten, &[0.11])), ["- 8 0.8 36 0.6545454545454545", "9 2 0.2 19 0.34545454545454546"]);
    assert_eq!(shown(by_quantile(&ten, &[0.89])), shown(by_customers(&ten, &[0.11])));
    // 10 + 9 is less than half of 55, with 8 it is not.
    assert_eq!(shown(by_value(&ten, &[0.5])), ["- 6 0.6 21 0.38181818181818183", "7 4 0.4 34 0.6181818181818182"]);
    // The observations of a distribution are cut in the same places.
    let same = distribution((1..=10).map(f64::from));
    assert_eq!(steps(by_quantile(&Ranks::new(&same).unwrap(), &[0.5, 0.9])), [(None, 5), (Some(6.0), 4), (Some(10.0), 1)]);
    assert_eq!(steps(by_customers(&Ranks::new(&same).unwrap(), &[0.11])), [(None, 8), (Some(9.0), 2)]);
}

#[test]
fn a_third_is_a_third() {
    for customers in 2..60u64 {
        let all = whole(1..=customers as i64);
        for best in 1..customers {
            let share = best as f64 / customers as f64;
            let classes = by_customers(&all, &[share]).unwrap();
            assert_eq!(classes[1].customers, best, "{share} of {customers}");
            let classes = by_quantile(&all, &[share]).unwrap();
            assert_eq!(classes[0].customers, best, "{share} of {customers}");
        }
    }
}

#[test]
fn equal_values_go_up_together() {
    let ties = concentration(&["0", "0", "0.00", "5", "5", "5", "5", "8", "9", "100"]);
    assert_eq!(
        shown(by_customers(&ties, &[0.1, 0.4, 0.5, 0.7])),
        ["- 3 0.3 0.00 0", "5.00 6 0.6 37.00 0.27007299270072993", "100.00 1 0.1 100.00 0.7299270072992701"]
    );
    // Nobody is below what the lowest have, so that is no threshold.
    assert_eq!(shown(by_customers(&ties, &[0.8])).len(), 1);
    assert_eq!(shown(by_quantile(&ties, &[0.0, 0.25, 0.3])), ["- 3 0.3 0.00 0", "5.00 7 0.7 137.00 1"]);
    for same in [concentration(&["7.5"; 4]), concentration(&["7.5"])] {
        let n = same.customers() as u64;
        let all = [format!("- {n} 1 {} 1", Amount::new(75 * UNIT / 10 * i128::from(n), 1))];
        assert_eq!(shown(by_quantile(&same, &[0.2, 0.5, 0.9])), all);
        assert_eq!(shown(by_customers(&same, &[0.2, 1.0])), all);
        assert_eq!(shown(by_value(&same, &[0.2, 1.0])), all);
        let (classes, fit) = natural(&same, 5).unwrap();
        assert_eq!((shown(Ok(classes)), fit), (all.to_vec(), None));
    }
}

#[test]
fn losses() {
    let whale = concentration(&["-40.00", "90.00", "0", "20", "-10", "40", "0", "0", "0", "0"]);
    let expected = ["- 8 0.8 -30.00 -0.3", "40.00 1 0.1 40.00 0.4", "90.00 1 0.1 90.00 0.9"];
    assert_eq!(shown(by_value(&whale, &[0.5, 1.0])), expected);
    assert_eq!(shown(by_quantile(&whale, &[0.1])), ["- 1 0.1 -40.00 -0.4", "-10.00 9 0.9 140.00 1.4"]);
    for nothing in [&["-5", "5"][..], &["-1", "-2"], &["0"]] {
        let e = by_value(&concentration(nothing), &[0.5]).unwrap_err();
        assert_eq!(
            (e.state, &*e.message),
            (SqlState::InvalidParameter, "the total of the values is not above 0, so nobody has a share of it")
        );
        assert!(by_customers(&concentration(nothing), &[0.5]).unwrap().iter().all(|class| class.held.share.is_none()));
    }
}

/// jenkspy 0.4.1, jenks_breaks: it gives the highest value of each class. (Near 1e9 it loses digits and gives worse divisions.)
#[test]
fn natural_breaks_of_another_program() {
    let first = concentration(&["1.3", "7.1", "7.3", "2.3", "3.9", "4.1", "7.8", "1.2", "4.3", "7.3", "5.0", "4.3"]);
    // [1.2, 2.3, 5.0, 7.8]
    assert_eq!(natural_of(&first, 3), (vec!["3.9".into(), "7.1".into()], Some(0.971670449323995)));
    // [0, 61, 240, 1100, 9000]
    let second = whole([0, 0, 0, 5, 12, 18, 60, 61, 240, 1000, 1100, 9000]);
    assert_eq!(natural_of(&second, 4), (["240", "1000", "9000"].map(String::from).to_vec(), Some(0.9998647703255722)));
    // [-5, 2, 11, 30]
    assert_eq!(natural_of(&whole([-5, -4, 0, 1, 2, 10, 11, 30]), 3).0, ["10", "30"]);
}

#[test]
fn of_divisions_as_good_the_lowest_cuts_win() {
    assert_eq!(natural_of(&whole([1, 2, 3]), 2).0, ["2"]);
    assert_eq!(natural_of(&whole([1, 2, 3, 4, 5]), 3).0, ["2", "4"]);
    assert_eq!(natural_of(&whole(1..=7), 3).0, ["3", "5"]);
    // A million apart, the first and the last class as good as each other, in either order.
    assert_eq!(natural_of(&whole([0, 1, 2, 1_000_000, 1_000_001, 1_000_002]), 3).0, ["1", "1000000"]);
    // Near each other and far from zero they are cut as they are near it.
    for offset in [0, 1_000_000_000, -1_000_000_000_000] {
        assert_eq!(natural_of(&whole([0, 2, 3, 7, 8, 9].map(|x| x + offset)), 2).0, [(7 + offset).to_string()]);
        let (offset, values) = (offset as f64, [0.0, 0.25, 0.5, 7.0, 7.5, 8.0, 11.0]);
        let same = distribution(values.map(|x| x + offset));
        let (classes, fit) = natural(&Ranks::new(&same).unwrap(), 3).unwrap();
        assert_eq!(steps(Ok(classes)), [(None, 3), (Some(7.0 + offset), 3), (Some(11.0 + offset), 1)]);
        assert!((fit.unwrap() - (1.0 - 0.625 / (290.5625 - 1173.0625 / 7.0))).abs() < 1e-15, "{fit:?}");
    }
}

#[test]
fn as_many_classes_as_values_at_most() {
    let four = whole([3, 1, 1, 9, 9, 9, 27]);
    for classes in [4, 5, 100] {
        assert_eq!(natural_of(&four, classes), (["3", "9", "27"].map(String::from).to_vec(), Some(1.0)));
    }
    let hundred = whole((0..130).map(|i| i * i));
    assert_eq!(natural(&hundred, 100).unwrap().0.len(), 100);
}

#[test]
fn of_any_magnitude() {
    for scale in [5e-324, 1e-300, 1.0, 1e300] {
        let values = [0.0, 1.0, 2.0, 40.0, 41.0, 160.0].map(|x| x * scale);
        let (classes, fit) = natural(&Ranks::new(&distribution(values)).unwrap(), 3).unwrap();
        assert_eq!(steps(Ok(classes)), [(None, 3), (Some(40.0 * scale), 2), (Some(160.0 * scale), 1)], "{scale}");
        assert!(fit.is_some_and(|fit| fit > 0.999 && fit < 1.0));
    }
    let ends = distribution([-f64::MAX, 0.0, f64::MAX, f64::MAX]);
    let (classes, fit) = natural(&Ranks::new(&ends).unwrap(), 2).unwrap();
    assert_eq!((steps(Ok(classes)), fit.is_some()), (vec![(None, 2), (Some(f64::MAX), 2)], true));
    let mut made = Concentration::default();
    [i128::MAX, -i128::MAX, 0, 1].iter().for_each(|units| made.push(Amount::new(*units, 0)).unwrap());
    made.settle().unwrap();
    let (classes, fit) = natural(&made, 3).unwrap();
    assert_eq!((classes.iter().map(|class| class.customers).collect::<Vec<_>>(), fit), (vec![1, 2, 1], Some(1.0)));
}

#[test]
fn a_sketch_is_cut_at_the_edges_of_its_buckets() {
    let values: Vec<f64> = (0..40_000).map(|i| f64::from(i * 7919 % 40_009) - 9000.5).collect();
    let sketch = distribution(values.iter().copied());
    assert!(!sketch.is_exact());
    let ranks = Ranks::new(&sketch).unwrap();
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    let counted = |classes: &[Class<f64, ()>]| {
        for (i, class) in classes.iter().enumerate() {
            let until = classes.get(i + 1).and_then(|next| next.from).unwrap_or(f64::INFINITY);
            let from = class.from.unwrap_or(f64::NEG_INFINITY);
            assert_eq!(values.iter().filter(|x| **x >= from && **x < until).count() as u64, class.customers);
        }
    };
    let classes = by_quantile(&ranks, &[0.01, 0.2, 0.5, 0.9, 0.99]).unwrap();
    counted(&classes);
    for (class, q) in classes[1..].iter().zip([0.01, 0.2, 0.5, 0.9, 0.99]) {
        let (from, exact) = (class.from.unwrap(), sorted[(q * 40_000.0) as usize]);
        assert!(from <= exact && exact - from <= 2.0 * sketch.accuracy() * exact.abs(), "{q}: {from} for {exact}");
    }
    // Evenly spread values are cut into even classes.
    let (classes, fit) = natural(&ranks, 4).unwrap();
    counted(&classes);
    assert!(classes.iter().all(|class| (class.customer_share - 0.25).abs() < 0.002), "{classes:?}");
    assert!((fit.unwrap() - 15.0 / 16.0).abs() < 1e-4, "{fit:?}");
}

#[test]
fn what_cannot_be_asked_for() {
    let ten = whole(1..=10);
    let refused = |result: Result<Classes<Concentration>>| {
        let e = result.unwrap_err();
        assert_eq!(e.state, SqlState::InvalidParameter);
        e.message.into_owned()
    };
    for share in [0.0, -0.0, -0.1, 1.000001, 5.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let expected = format!("a share must be above 0 and at most 1, not {share}");
        assert_eq!(refused(by_customers(&ten, &[0.5, share])), expected);
        assert_eq!(refused(by_value(&ten, &[share])), expected);
    }
    for q in [-1e-9, 1.0, 90.0, f64::NAN, f64::INFINITY] {
        assert_eq!(refused(by_quantile(&ten, &[q])), format!("a quantile must be from 0 to below 1, not {q}"));
    }
    assert_eq!(refused(by_customers(&ten, &[])), "there must be 1 to 1000 shares, not 0");
    assert_eq!(refused(by_value(&ten, &[0.5; 1001])), "there must be 1 to 1000 shares, not 1001");
    assert_eq!(refused(by_quantile(&ten, &[0.5, 0.9, 0.5])), "quantiles must ascend, but 0.5 follows 0.9");
    assert_eq!(refused(by_customers(&ten, &[0.1, 0.1])), "shares must ascend, but 0.1 follows 0.1");
    for classes in [1, 0, -5, 101, i32::MAX, i32::MIN] {
        let e = natural(&ten, classes).unwrap_err();
        assert_eq!(
            (e.state, &*e.message),
            (SqlState::InvalidParameter, &*format!("the number of classes must be from 2 to 100, not {classes}"))
        );
    }
    let none = Distribution::default();
    let ranks = Ranks::new(&none).unwrap();
    for result in [by_quantile(&ranks, &[0.5]), by_customers(&ranks, &[0.5]), natural(&ranks, 2).map(|found| found.0)] {
        assert_eq!(result.unwrap_err().message, "the distribution has no observations");
    }
}

#[test]
fn shares_of_any_size() {
    let ten = whole(1..=10);
    for tiny in [5e-324, 1e-300, 1e-13, 1e-12, 0.1] {
        assert_eq!(by_customers(&ten, &[tiny]).unwrap()[1].customers, 1);
        assert_eq!(by_value(&ten, &[tiny]).unwrap()[1].customers, 1);
    }
    assert_eq!(by_quantile(&ten, &[1.0 - f64::EPSILON / 2.0]).unwrap()[1].customers, 1);
    assert_eq!(by_quantile(&ten, &[5e-324]).unwrap().len(), 1);
    let many = "{\"bits\":9,\"count\":9223372036854775807,\"exact\":true,\"max\":2,\"min\":1,\"values\":[[1,1],[2,9223372036854775806]]}";
    let many: Distribution = crate::codec::from_text(many).unwrap();
    let ranks = Ranks::new(&many).unwrap();
    assert_eq!(steps(by_quantile(&ranks, &[0.5])), [(None, 1), (Some(2.0), (1 << 63) - 2)]);
    assert_eq!(steps(natural(&ranks, 2).map(|found| found.0)), [(None, 1), (Some(2.0), (1 << 63) - 2)]);
}

#[test]
fn sums_beyond_an_amount_are_an_error() {
    let most = Amount::new(i128::MAX, 0);
    let mut made = Concentration::default();
    [most, most, Amount::ZERO].iter().for_each(|value| made.push(*value).unwrap());
    made.settle().unwrap();
    assert_eq!(by_quantile(&made, &[0.5]).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(by_quantile(&made, &[0.1]).unwrap_err().state, SqlState::OutOfRange);
}

#[test]
fn long_searches_pause_and_too_long_ones_are_refused() {
    crate::pause::ASKED.set(0);
    let many = whole((0..20_000).map(|i| i * i % 1_000_003 + i));
    let (classes, fit) = natural(&many, 7).unwrap();
    assert_eq!(classes.iter().map(|class| class.customers).sum::<u64>(), 20_000);
    let paused = crate::pause::ASKED.get();
    assert!(paused > 20_000 && fit.unwrap() > 0.97, "{paused} {fit:?}");
    let e = natural(&whole(0..20_001), 2).unwrap_err();
    assert_eq!((e.state, &*e.message), (SqlState::LimitExceeded, "natural breaks of more than 20000 distinct values are not computed"));
    // Values that occur often are no more work.
    assert_eq!(natural(&whole((0..100_000).map(|i| i % 5)), 5).unwrap().0.len(), 5);
}
