use super::*;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use proptest::prelude::*;

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

fn settled(values: &[Amount]) -> Concentration {
    let mut made = Concentration::default();
    values.iter().for_each(|value| made.push(*value).unwrap());
    made.settle().unwrap();
    made
}

fn of(values: &[&str]) -> Concentration {
    settled(&values.iter().map(|text| amount(text)).collect::<Vec<_>>())
}

fn bytes(made: &Concentration) -> Vec<u8> {
    to_wire(made).unwrap()
}

/// Customers, shares and values of a curve, as text.
fn shown(places: impl Iterator<Item = Result<Place>>) -> Vec<String> {
    let text = |value: Option<Amount>| value.map_or("-".into(), |value| value.to_string());
    places
        .map(|place| {
            let Place { customers, customer_share, value, value_share, customer_value } = place.unwrap();
            let share = value_share.map_or("-".into(), |share| share.to_string());
            format!("{customers} {customer_share} {value} {share} {}", text(customer_value))
        })
        .collect()
}

#[test]
fn published_gini_coefficients() {
    // R: ineq::ineq(x, type = "Gini") of its own example, incomes of the USA in 1968 in ten classes, to fifteen digits.
    let usa = of(&["541", "1463", "2445", "3438", "4437", "5401", "6392", "8304", "11904", "22261"]);
    assert_eq!(format!("{:.15}", usa.gini(false).unwrap()), "0.462091130267624");
    // R: the example of phylotools::gini.
    assert_eq!(format!("{:.7}", of(&["1", "3", "2", "1", "1", "1", "4"]).gini(false).unwrap()), "0.3076923");
    // Without negative values the normalized one is the same.
    assert_eq!(usa.gini(true), usa.gini(false));
}

#[test]
fn a_customer_base_with_losses() {
    // Kaplan's whale: the best 3 of 10 make 150 % of the profit, two lose half of it.
    let whale = of(&["-40.00", "90.00", "0.00", "20.00", "-10", "40", "0", "0", "0", "0"]);
    assert_eq!((whale.customers(), whale.total().unwrap().to_string()), (10, "100.00".into()));
    assert_eq!(whale.top_share(0.1).unwrap(), Some(0.9));
    assert_eq!(whale.top_share(0.3).unwrap(), Some(1.5));
    assert_eq!(whale.top_share(0.15).unwrap(), Some(1.1)); // half of the second
    assert_eq!([0.0, 0.9, 0.91, 1.0].map(|share| whale.customers_for_share(share).unwrap()), [Some(0), Some(1), Some(2), Some(2)]);
    assert_eq!(whale.value_for_share(0.9).unwrap().unwrap().to_string(), "90.00");
    assert_eq!(whale.value_for_share(1.0).unwrap().unwrap().to_string(), "40.00");
    assert!(whale.value_for_share(0.0).unwrap().is_none());
    let peak = whale.peak().unwrap();
    assert_eq!((peak.customers, peak.losing_customers, peak.value_share), (3, 2, Some(1.5)));
    assert_eq!((peak.value.to_string(), peak.losses.to_string()), ("150.00".into(), "-50.00".into()));
    // 9·90 + 7·40 + 5·20 + 7·10 + 9·40 over 10·100, and over 10·200.
    assert_eq!((whale.gini(false), whale.gini(true)), (Some(1.62), Some(0.81)));
    let curve = shown(whale.whale_curve(5).unwrap());
    let expected = [
        "0 0 0.00 0 -",
        "2 0.2 130.00 1.3 40.00",
        "4 0.4 150.00 1.5 0.00",
        "6 0.6 150.00 1.5 0.00",
        "8 0.8 150.00 1.5 0.00",
        "10 1 100.00 1 -40.00",
    ];
    assert_eq!(curve, expected);
    let lorenz = shown(whale.lorenz(4).unwrap());
    let expected = ["0 0 0.00 0 -", "3 0.3 -50.00 -0.5 0.00", "5 0.5 -50.00 -0.5 0.00", "8 0.8 -30.00 -0.3 20.00", "10 1 100.00 1 90.00"];
    assert_eq!(lorenz, expected);
}

#[test]
fn one_equal_zero_and_negative() {
    let one = of(&["5.0"]);
    assert_eq!((one.gini(false), one.top_share(0.5).unwrap(), one.customers_for_share(0.01).unwrap()), (Some(0.0), Some(0.5), Some(1)));
    assert_eq!(shown(one.whale_curve(100).unwrap()), ["0 0 0.0 0 -", "1 1 5.0 1 5.0"]);
    let equal = of(&["7"; 4]);
    assert_eq!(
        (equal.gini(false), equal.top_share(0.3).unwrap(), equal.customers_for_share(0.5).unwrap()),
        (Some(0.0), Some(0.3), Some(2))
    );
    // Nothing to have a share of.
    for (values, total, normalized) in
        [(["0", "0", "0"], "0", None), (["-3", "-3", "-6"], "-12", Some(1.0 / 6.0)), (["-5", "2", "3"], "0", Some(8.0 / 15.0))]
    {
        let made = of(&values);
        assert_eq!((made.total().unwrap().to_string(), made.gini(false), made.gini(true)), (total.to_string(), None, normalized));
        assert_eq!((made.top_share(0.5).unwrap(), made.customers_for_share(0.5).unwrap()), (None, None));
        assert!(made.value_for_share(0.5).unwrap().is_none() && made.peak().unwrap().value_share.is_none());
        assert!(made.whale_curve(10).unwrap().all(|place| place.unwrap().value_share.is_none()));
    }
}

#[test]
fn a_share_is_the_decimal_it_prints_as() {
    // As a float8, 0.8 is more than four fifths; and a tenth of the customers is exactly one.
    let ten = of(&["10"; 10]);
    assert_eq!((ten.customers_for_share(0.8).unwrap(), ten.customers_for_share(0.7).unwrap()), (Some(8), Some(7)));
    assert_eq!(ten.top_share(0.1).unwrap(), Some(0.1));
    assert_eq!(of(&["1"; 3]).customers_for_share(1.0 / 3.0).unwrap(), Some(1));
    for share in [-0.01, 1.01, f64::NAN, f64::INFINITY] {
        assert_eq!(ten.top_share(share).unwrap_err().state, SqlState::InvalidParameter);
        assert_eq!(ten.value_for_share(share).unwrap_err().state, SqlState::InvalidParameter);
    }
    assert_eq!(ten.lorenz(0).err().unwrap().message, "the number of points must be at least 1, not 0");
}

#[test]
fn sums_beyond_an_amount_are_errors_only_where_they_are_shown() {
    let most = Amount::new(i128::MAX, 0);
    let (two, none) = (settled(&[most, most]), settled(&[most, most, Amount::new(-i128::MAX, 0), Amount::new(-i128::MAX, 0)]));
    assert_eq!(two.total().unwrap_err().state, SqlState::OutOfRange);
    assert_eq!((two.gini(false), two.top_share(0.5).unwrap(), two.customers_for_share(0.5).unwrap()), (Some(0.0), Some(0.5), Some(1)));
    assert_eq!((none.total().unwrap(), none.gini(true)), (Amount::ZERO, Some(0.5)));
    assert_eq!(none.peak().unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(from_wire::<Concentration>(&bytes(&none)).unwrap().values().collect::<Vec<_>>(), none.values().collect::<Vec<_>>());
}

#[test]
fn the_binary_form_is_small() {
    // 100,000 customers with cents: a byte or two each, however many decimals the type could have.
    let values: Vec<_> = (0..100_000).map(|i| Amount::new((i * 7919 % 100_003 * 37 - 500_000) * UNIT / 100, 2)).collect();
    let made = settled(&values);
    assert!(bytes(&made).len() < 120_000, "{}", bytes(&made).len());
    assert_eq!(bytes(&from_wire::<Concentration>(&bytes(&made)).unwrap()), bytes(&made));
}

#[test]
fn forms_that_no_value_has_are_refused() {
    let header = |scale: u8, decimals: u8, customers: u64| [&[0, 1, scale, decimals], &customers.to_be_bytes()[..]].concat();
    let refused = |bytes: Vec<u8>| from_wire::<Concentration>(&bytes).unwrap_err().message;
    assert_eq!(bytes(&of(&["1.5", "-2", "1.5"])), [header(1, 1, 3), vec![39, 35, 0]].concat());
    assert!(refused(header(2, 2, 0)).contains("no customers"));
    assert!(refused([header(13, 2, 1), vec![1]].concat()).contains("12 decimals"));
    assert!(refused([header(2, 13, 1), vec![1]].concat()).contains("12 decimals"));
    assert!(refused([header(2, 1, 1), vec![20]].concat()).contains("more decimals than they need"));
    assert!(refused([header(0, 0, 1), vec![0x80, 0]].concat()).contains("too long"));
    assert!(refused([header(0, 0, 2), vec![0]].concat()).contains("too early"));
    assert!(refused(header(0, 0, u64::MAX)).contains("too early"));
    assert!(refused([header(0, 0, 1), vec![0xff; 18], vec![3]].concat()).contains("out of range"));
    let text = |text: &str| from_text::<Concentration>(text).unwrap_err().message.into_owned();
    assert!(text(r#"{"scale":2,"values":[]}"#).contains("values: must not be empty"));
    assert!(text(r#"{"scale":2,"values":[["1",1],["1.0",1]]}"#).contains("values[1]: values must ascend"));
    assert!(text(r#"{"scale":2,"values":[["1",0]]}"#).contains("values[0]: values must ascend"));
    assert!(text(r#"{"scale":2,"values":[["x",1]]}"#).contains("values[0]: \"x\" is not an amount"));
    assert!(text(r#"{"scale":2,"values":[[1,1]]}"#).contains("values[0]: must be a list of a value, as text"));
    assert!(text(r#"{"scale":13,"values":[["1",1]]}"#).contains("scale: must be"));
    assert!(text(r#"{"scale":1,"values":[["1",1]],"count":1}"#).contains("count: is not known"));
    assert!(text(r#"{"scale":1}"#).contains("values: is missing"));
    let many = from_text::<Concentration>(r#"{"scale":0,"values":[["1",134217721]]}"#).unwrap_err();
    assert_eq!(many.state, SqlState::LimitExceeded);
}

/// Values of every kind: cents, whole thousands, beyond 64 bits, with all decimals.
#[test]
fn no_way_in_passes_the_limit() {
    let header = |customers: usize| [&[0, 1, 0, 0], &(customers as u64).to_be_bytes()[..]].concat();
    // The first value, and the others the same: a byte each in the binary form, 8 or 16 when they are kept.
    let usual = |customers: usize| [header(customers), vec![2], vec![0; customers - 1]].concat();
    let large = |customers: usize| [header(customers), vec![0x80, 0x80, 0x80, 0x80, 0x10], vec![0; customers - 1]].concat();
    let text = |value: &str, customers: usize| format!(r#"{{"scale":0,"values":[["{value}",{customers}]]}}"#);
    let ways = [(Amount::new(UNIT, 0), MOST_BYTES / 8, usual(MOST_BYTES / 8), usual(MOST_BYTES / 8 + 1)), {
        (Amount::new(UNIT << 31, 0), MOST_BYTES / 16, large(MOST_BYTES / 16), large(MOST_BYTES / 16 + 1))
    }];
    for (value, most, full, more) in ways {
        let mut made = settled(&vec![value; most]);
        assert_eq!(bytes(&made), full);
        assert_eq!(bytes(&from_wire::<Concentration>(&full).unwrap()), full);
        assert_eq!(bytes(&from_text::<Concentration>(&text(&value.to_string(), most)).unwrap()), full);
        assert_eq!(made.push(value).unwrap_err(), too_many());
        assert_eq!(made.merge(&settled(&[value])).unwrap_err(), too_many());
        assert_eq!(from_wire::<Concentration>(&more).unwrap_err(), too_many());
        assert_eq!(from_text::<Concentration>(&text(&value.to_string(), most + 1)).unwrap_err(), too_many());
    }
}

fn value() -> impl Strategy<Value = Amount> {
    prop_oneof![
        6 => (-2_000_000i64..2_000_000).prop_map(|cents| Amount::new(i128::from(cents) * UNIT / 100, 2)),
        1 => (-3i64..3).prop_map(|n| Amount::from_i64(n * 1000)),
        1 => (-1_000_000i64..1_000_000).prop_map(|n| Amount::from_i64(n * 1_000_000_000)),
        1 => any::<f32>().prop_filter_map("too large", |x| Amount::from_f64(f64::from(x) * 1e-15).ok()),
        1 => any::<i64>().prop_map(|units| Amount::new(i128::from(units), 12)),
    ]
}

fn values() -> impl Strategy<Value = Vec<Amount>> {
    prop::collection::vec(value(), 1..200)
}

/// With more customers than a sum is kept for.
fn many() -> impl Strategy<Value = Vec<Amount>> {
    prop_oneof![4 => values(), 1 => prop::collection::vec(value(), 1500..4000)]
}

proptest! {
    #[test]
    fn any_order_and_any_merge_gives_the_same_bytes(list in values(), cut in any::<prop::sample::Index>()) {
        let whole = settled(&list);
        let reversed: Vec<_> = list.iter().rev().copied().collect();
        prop_assert_eq!(bytes(&settled(&reversed)), bytes(&whole));
        let (left, right) = reversed.split_at(cut.index(reversed.len()));
        let mut merged = settled(right);
        merged.merge(&settled(left)).unwrap();
        merged.settle().unwrap();
        prop_assert_eq!(bytes(&merged), bytes(&whole));
        prop_assert_eq!(merged.gini(true), whole.gini(true));
    }

    #[test]
    fn both_forms_are_lossless(list in many()) {
        let whole = settled(&list);
        let (wire, text) = (bytes(&whole), to_text(&whole).unwrap());
        let (from_wire, from_text) = (from_wire::<Concentration>(&wire).unwrap(), from_text::<Concentration>(&text).unwrap());
        for again in [from_wire, from_text] {
            prop_assert_eq!(&bytes(&again), &wire);
            prop_assert_eq!(&to_text(&again).unwrap(), &text);
            prop_assert_eq!(again.total().unwrap().to_string(), whole.total().unwrap().to_string());
        }
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), decimals in 0u8..14, customers in 0u64..190) {
        let _ = from_wire::<Concentration>(&bytes);
        let shaped = [&[0, 1, 2, decimals], &customers.to_be_bytes()[..], &bytes].concat();
        if let Ok(made) = from_wire::<Concentration>(&shaped) {
            prop_assert_eq!(super::tests::bytes(&made), shaped);
        }
    }

    #[test]
    fn gini_is_the_mean_difference_over_twice_the_mean(list in values()) {
        let units: Vec<I256> = list.iter().map(|value| I256::from(value.units)).collect();
        let differences: I256 = units.iter().flat_map(|x| units.iter().map(|y| (*x - *y).abs())).sum();
        let n = wide(list.len());
        let (total, magnitudes): (I256, I256) = (units.iter().sum(), units.iter().map(|x| x.abs()).sum());
        let made = settled(&list);
        let over = |whole: I256| (whole > 0).then(|| ratio(differences, whole * n * 2));
        prop_assert_eq!(made.gini(false), over(total));
        prop_assert_eq!(made.gini(true), over(magnitudes));
        prop_assert!(made.gini(true).is_none_or(|gini| (0.0..=made.part(list.len() - 1)).contains(&gini)));
    }

    #[test]
    fn curves_are_running_sums(list in many(), points in 1i32..300) {
        let made = settled(&list);
        let mut ascending: Vec<i128> = list.iter().map(|value| value.units).collect();
        ascending.sort_unstable();
        let total: i128 = ascending.iter().sum();
        let lorenz: Vec<_> = made.lorenz(points).unwrap().map(Result::unwrap).collect();
        let whale: Vec<_> = made.whale_curve(points).unwrap().map(Result::unwrap).collect();
        let places = list.len().min(points as usize) + 1;
        prop_assert_eq!((lorenz.len(), whale.len()), (places, places));
        for (j, (low, high)) in lorenz.iter().zip(&whale).enumerate() {
            let k = (j * list.len()).div_ceil(places - 1);
            prop_assert_eq!((low.customers, high.customers), (k as u64, k as u64));
            prop_assert_eq!(low.value.units, ascending[..k].iter().sum::<i128>());
            prop_assert_eq!(high.value.units, ascending[list.len() - k..].iter().sum::<i128>());
            prop_assert_eq!(low.customer_value.map(|x| x.units), (k > 0).then(|| ascending[k - 1]));
            prop_assert_eq!(high.customer_value.map(|x| x.units), (k > 0).then(|| ascending[list.len() - k]));
            prop_assert_eq!(high.value_share.is_some(), total > 0);
        }
        prop_assert_eq!(whale.last().map(|place| place.value.units), Some(total));
    }

    #[test]
    fn shares_of_the_best(list in many(), thousandths in 0u32..=1000) {
        let made = settled(&list);
        let mut best: Vec<i128> = list.iter().map(|value| value.units).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        let total: i128 = best.iter().sum();
        let share = f64::from(thousandths) / 1000.0;
        if total <= 0 {
            prop_assert_eq!((made.top_share(share).unwrap(), made.customers_for_share(share).unwrap()), (None, None));
            return Ok(());
        }
        // Found one customer after the other.
        let (mut held, mut customers) = (I256::ZERO, 0);
        while held * 1000 < I256::from(total) * I256::from(thousandths) {
            held += I256::from(best[customers]);
            customers += 1;
        }
        prop_assert_eq!(made.customers_for_share(share).unwrap(), Some(customers as u64));
        let last = customers.checked_sub(1).map(|last| best[last]);
        prop_assert_eq!(made.value_for_share(share).unwrap().map(|value| value.units), last);
        // A thousand shares of each customer, the best first.
        let (whole, part) = (list.len() * thousandths as usize / 1000, list.len() * thousandths as usize % 1000);
        let held: i128 = best[..whole].iter().sum();
        let held = I256::from(held) * 1000 + best.get(whole).map_or(I256::ZERO, |next| I256::from(*next) * I256::from(part as u32));
        prop_assert_eq!(made.top_share(share).unwrap(), Some(ratio(held, I256::from(total) * 1000)));
        if best.last().is_some_and(|least| *least >= 0) {
            prop_assert!(made.top_share(share).unwrap() >= made.top_share(share * 0.9).unwrap());
            prop_assert!(made.top_share(share).unwrap().is_some_and(|held| held >= share * (1.0 - 1e-15)));
        }
    }

    #[test]
    fn the_peak_is_the_highest_place_of_the_whale_curve(list in values()) {
        let made = settled(&list);
        let peak = made.peak().unwrap();
        let highest = made.whale_curve(i32::MAX).unwrap().map(|place| place.unwrap().value.units).max();
        prop_assert_eq!(highest, Some(peak.value.units));
        prop_assert_eq!(peak.value.units + peak.losses.units, made.total().unwrap().units);
        prop_assert_eq!(peak.customers as usize, list.iter().filter(|value| value.units > 0).count());
        prop_assert_eq!(peak.losing_customers as usize, list.iter().filter(|value| value.units < 0).count());
    }
}
