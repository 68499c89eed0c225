use super::*;
use crate::codec::{from_text, from_wire, to_text, to_wire};
use bytemuck::Zeroable;
use proptest::prelude::*;
use std::collections::BTreeMap;

type Rows = Vec<(String, Amount, Amount)>;

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

fn made(rows: &[(String, Amount, Amount)]) -> Contribution {
    let mut contribution = Contribution::default();
    rows.iter().for_each(|(segment, volume, amount)| contribution.push(segment, Some(*volume), *amount).unwrap());
    contribution.settle().unwrap();
    contribution
}

fn period(rows: &[(&str, &str, &str)]) -> Contribution {
    made(&rows.iter().map(|(segment, volume, money)| (segment.to_string(), amount(volume), amount(money))).collect::<Vec<_>>())
}

/// Effects of each segment as text: volume, mix, rate, change.
fn effects(before: &Contribution, after: &Contribution) -> Vec<[String; 4]> {
    shift(before, after).unwrap().iter().map(|s| [s.volume, s.mix, s.rate, s.change].map(|a| a.to_string())).collect()
}

fn numbers() -> impl Strategy<Value = Amount> {
    let units = prop_oneof![4 => -1000i128..1000, 2 => Just(0), 2 => -(1i128 << 60)..1i128 << 60, 1 => -(1i128 << 100)..1i128 << 100];
    (units, 0u8..=12, 0u8..=12).prop_map(|(n, decimals, scale)| {
        let amount = Amount::new(n.saturating_mul(10i128.pow(12 - u32::from(decimals))) / 1000, scale);
        Amount::new(amount.units, amount.digits())
    })
}

fn rows(least: usize) -> impl Strategy<Value = Rows> {
    prop::collection::vec(("(key|other|重点|[a-d])", numbers(), numbers()), least..60)
}

fn people() -> impl Strategy<Value = Vec<[Amount; 4]>> {
    prop::collection::vec([numbers(), numbers(), numbers(), numbers()], 0..40)
}

fn summed(people: &[[Amount; 4]]) -> RevenueBridge {
    let mut summary = RevenueBridge::zeroed();
    people.iter().for_each(|[t, c, o, k]| summary.push(*t, *c, *o, *k).unwrap());
    summary
}

proptest! {
    #[test]
    fn it_keeps_customers_volume_and_amount_exactly(rows in rows(1)) {
        let contribution = made(&rows);
        let mut plain: BTreeMap<&str, (i64, i128, i128)> = BTreeMap::new();
        for (segment, volume, amount) in &rows {
            let (n, v, a) = plain.entry(segment).or_default();
            (*n, *v, *a) = (*n + 1, *v + volume.units, *a + amount.units);
        }
        let kept: Vec<_> = contribution.iter().map(|(name, f)| (name, (f.customers, f.volume.units, f.amount.units))).collect();
        prop_assert_eq!(kept, plain.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn any_order_and_any_halves_give_the_same_bytes_and_they_are_read_back(rows in rows(1), cut in any::<prop::sample::Index>()) {
        let bytes = to_wire(&made(&rows)).unwrap();
        let reversed: Rows = rows.iter().rev().cloned().collect();
        prop_assert_eq!(&to_wire(&made(&reversed)).unwrap(), &bytes);
        let (left, right) = rows.split_at(cut.index(rows.len()));
        for (one, other) in [(left, right), (right, left)] {
            let mut merged = made(one);
            merged.merge(&made(other)).unwrap();
            merged.settle().unwrap();
            prop_assert_eq!(&to_wire(&merged).unwrap(), &bytes);
        }
        let text = to_text(&made(&rows)).unwrap();
        prop_assert_eq!(&to_wire(&from_wire::<Contribution>(&bytes).unwrap()).unwrap(), &bytes);
        let read = from_text::<Contribution>(&text).unwrap();
        prop_assert_eq!((to_wire(&read).unwrap(), to_text(&read).unwrap()), (bytes, text));
    }

    // New, gone, without volume, at a loss, nothing at all before or after: it adds up, in each segment and in total.
    #[test]
    fn the_effects_add_up(before in rows(0), after in rows(0)) {
        let (before, after) = (made(&before), made(&after));
        let Ok(shifts) = shift(&before, &after) else { return Ok(()) };
        let mut change = 0;
        for s in &shifts {
            prop_assert_eq!(s.volume.units + s.mix.units + s.rate.units, s.change.units);
            prop_assert_eq!(s.change.units, after.figures(s.segment).amount.units - before.figures(s.segment).amount.units);
            change += s.change.units;
        }
        prop_assert_eq!(change, after.total().unwrap().amount.units - before.total().unwrap().amount.units);
        prop_assert!(shifts.is_sorted_by(|l, r| l.segment < r.segment));
    }

    // What the words promise. Amounts as large as these have rates in range, so nothing is refused.
    #[test]
    fn each_effect_is_what_it_is_called(
        segments in prop::collection::vec((1i64..1000, 1i64..1000, -1000i64..1000, -1000i64..1000), 1..6), grown in 1i64..5,
    ) {
        let whole = |n: i64| Amount::from_i64(n);
        let (mut before, mut same_rates, mut same_mix, mut after) = (Contribution::default(), Contribution::default(), Contribution::default(), Contribution::default());
        for (i, (v0, v1, r0, r1)) in segments.iter().enumerate() {
            let name = format!("s{i}");
            before.push(&name, Some(whole(*v0)), whole(v0 * r0)).unwrap();
            same_rates.push(&name, Some(whole(*v1)), whole(v1 * r0)).unwrap();
            same_mix.push(&name, Some(whole(v0 * grown)), whole(v0 * grown * r1)).unwrap();
            after.push(&name, Some(whole(*v1)), whole(v1 * r1)).unwrap();
        }
        // Rates that stay have no effect, to the last digit.
        for s in shift(&before, &same_rates).unwrap() {
            prop_assert_eq!(s.rate.units, 0);
        }
        // Nor has a mix that stays.
        for (s, (v0, _, r0, r1)) in shift(&before, &same_mix).unwrap().iter().zip(&segments) {
            prop_assert_eq!(s.mix.units, 0);
            prop_assert_eq!(s.volume, whole(v0 * (grown - 1) * r0));
            prop_assert_eq!(s.rate, whole(v0 * grown * (r1 - r0)));
        }
        // All volume effects together are the amount before times the growth, but for a rounding each.
        let (v0, v1): (i64, i64) = (segments.iter().map(|s| s.0).sum(), segments.iter().map(|s| s.1).sum());
        let shifts = shift(&before, &after).unwrap();
        let a0 = before.total().unwrap().amount.units;
        let expected = proportion::proportion(a0, v1.into(), v0.into()).unwrap() - a0;
        let found: i128 = shifts.iter().map(|s| s.volume.units).sum();
        prop_assert!((found - expected).abs() <= shifts.len() as i128);
        for (s, (_, v1, r0, r1)) in shifts.iter().zip(&segments) {
            prop_assert_eq!(s.rate, whole(v1 * (r1 - r0)));
        }
    }

    #[test]
    fn shares_add_up_to_one_or_are_none(rows in rows(1)) {
        let contribution = made(&rows);
        let shares: Vec<Share<'_>> = contribution.shares().unwrap().collect();
        let customers: f64 = shares.iter().filter_map(|s| s.customers).sum();
        prop_assert!((customers - 1.0).abs() < 1e-12);
        let total = contribution.total().unwrap();
        for (total, share) in [(total.volume, shares.iter().map(|s| s.volume).collect::<Vec<_>>()), (total.amount, shares.iter().map(|s| s.amount).collect())] {
            if total.units <= 0 {
                prop_assert!(share.iter().all(Option::is_none));
                continue;
            }
            let (sum, size) = share.iter().flatten().fold((0.0, 0.0), |(sum, size), share| (sum + share, size + share.abs()));
            prop_assert!((sum - 1.0).abs() <= 1e-14 * f64::max(size, 1.0));
        }
    }

    #[test]
    fn a_bridge_of_any_customers_stands(before in people(), after in people(), cut in any::<prop::sample::Index>()) {
        let (was, is) = (summed(&before), summed(&after));
        if let Ok((start, steps)) = bridge(&was, &is) {
            let mut running = start.units;
            for (step, lever) in steps.iter().zip(LEVERS) {
                running += step.effect.units;
                prop_assert_eq!((step.lever, step.running.units), (lever, running));
            }
            let profit = |people: &[[Amount; 4]]| people.iter().map(|[_, c, o, k]| c.units + o.units - k.units).sum::<i128>();
            prop_assert_eq!((start.units, running), (profit(&before), profit(&after)));
        }
        if !before.is_empty() {
            let reversed: Vec<_> = before.iter().rev().copied().collect();
            prop_assert_eq!(summed(&reversed), was);
            let (left, right) = before.split_at(cut.index(before.len()));
            for (one, other) in [(left, right), (right, left)] {
                let mut merged = summed(one);
                merged.merge(&summed(other)).unwrap();
                prop_assert_eq!(merged, was);
            }
            let (bytes, text) = (to_wire(&was).unwrap(), to_text(&was).unwrap());
            prop_assert_eq!(from_wire::<RevenueBridge>(&bytes).unwrap(), was);
            prop_assert_eq!(from_text::<RevenueBridge>(&text).unwrap(), was);
        }
    }

    #[test]
    fn bytes_that_are_read_are_those_that_would_be_written(rows in rows(1), at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = to_wire(&made(&rows)).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(read) = from_wire::<Contribution>(&bytes) {
            prop_assert_eq!(to_wire(&read).unwrap(), bytes);
            let text = to_text(&read).unwrap();
            prop_assert_eq!(to_text(&from_text::<Contribution>(&text).unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_a_bridge(bytes in prop::collection::vec(prop_oneof![3 => Just(0u8), 1 => any::<u8>()], 74..77)) {
        let framed = [&[0, 1], bytes.as_slice()].concat();
        if let Ok(read) = from_wire::<RevenueBridge>(&framed) {
            prop_assert_eq!(to_wire(&read).unwrap(), framed);
            prop_assert_eq!(from_text::<RevenueBridge>(&to_text(&read).unwrap()).unwrap(), read);
        }
    }
}

/// Horngren et al., "Cost Accounting", 13th ed., problem on p. 517 ff.: quantity and mix variances of three drinks.
#[test]
fn a_textbook_example() {
    let before = period(&[("kola", "400000", "800000.00"), ("limor", "600000", "720000.00"), ("orlem", "1500000", "3750000.00")]);
    let after = period(&[("kola", "480000", "960000.00"), ("limor", "900000", "1080000.00"), ("orlem", "1620000", "4050000.00")]);
    assert_eq!(
        effects(&before, &after),
        [
            ["160000.00", "0.00", "0.00", "160000.00"],
            ["144000.00", "216000.00", "0.00", "360000.00"],
            ["750000.00", "-450000.00", "0.00", "300000.00"],
        ]
    );
}

#[test]
fn new_and_departed_segments_and_amounts_without_volume() {
    let before = period(&[("gone", "10", "50"), ("stays", "30", "70"), ("without", "0", "8")]);
    let after = period(&[("new", "20", "90"), ("stays", "60", "150"), ("without", "0", "5")]);
    // The volume doubles; the rate of the whole was 128 / 40 = 3.2.
    assert_eq!(
        effects(&before, &after),
        [["50", "-100", "0", "-50"], ["0", "64", "26", "90"], ["70", "0", "10", "80"], ["0", "0", "-3", "-3"]]
    );
    let nothing = Contribution::default();
    assert_eq!(effects(&nothing, &after), [["90", "0", "0", "90"], ["150", "0", "0", "150"], ["0", "0", "5", "5"]]);
    assert_eq!(effects(&before, &nothing), [["-50", "0", "0", "-50"], ["-70", "0", "0", "-70"], ["0", "0", "-8", "-8"]]);
    assert!(effects(&nothing, &nothing).is_empty());
    let shares: Vec<_> = shift(&nothing, &after).unwrap().iter().map(|s| (s.before.customers, s.share_before, s.share_after)).collect();
    assert_eq!(shares, [(0, None, Some(90.0 / 245.0)), (0, None, Some(150.0 / 245.0)), (0, None, Some(5.0 / 245.0))]);
}

#[test]
fn rates_and_shares() {
    let period = period(&[("a", "3", "1.00"), ("b", "0", "-2"), ("c", "1", "5.50")]);
    let read: Vec<_> = period
        .shares()
        .unwrap()
        .map(|s| (s.segment, s.figures.rate().unwrap().map(|r| r.to_string()), s.customers, s.volume, s.amount))
        .collect();
    assert_eq!(
        read,
        [
            ("a", Some("0.333333333333".into()), Some(1.0 / 3.0), Some(0.75), Some(1.0 / 4.5)),
            ("b", None, Some(1.0 / 3.0), Some(0.0), Some(-2.0 / 4.5)),
            ("c", Some("5.50".into()), Some(1.0 / 3.0), Some(0.25), Some(5.5 / 4.5)),
        ]
    );
}

fn broker(customers: i64, figures: [&str; 4]) -> RevenueBridge {
    let [turnover, commission, other, cost] = figures;
    let text =
        format!(r#"{{"customers":{customers},"turnover":"{turnover}","commission":"{commission}","other":"{other}","cost":"{cost}"}}"#);
    from_text(&text).unwrap()
}

fn crossed(before: &RevenueBridge, after: &RevenueBridge) -> (String, Vec<(String, String)>) {
    let (start, steps) = bridge(before, after).unwrap();
    (start.to_string(), steps.iter().map(|s| (s.effect.to_string(), s.running.to_string())).collect())
}

#[test]
fn a_bridge_by_hand() {
    // 100 customers trade 1,000 each at 2 in 1,000 and bring 1 besides; then 120 trade 1,500 each at 1 in 1,000 and bring 2.
    let before = broker(100, ["100000", "200", "100", "150"]);
    let after = broker(120, ["180000", "180", "240", "140"]);
    let (start, steps) = crossed(&before, &after);
    assert_eq!(start, "150");
    let effects: Vec<_> = steps.iter().map(|(effect, _)| effect.as_str()).collect();
    assert_eq!(effects, ["60", "120", "-180", "120", "10"]);
    assert_eq!(steps[4].1, "280");
    let (_, steps) = bridge(&before, &after).unwrap();
    let stands: Vec<_> = steps.iter().map(|s| [s.before, s.after].map(|a| a.unwrap().to_string())).collect();
    assert_eq!(stands, [["100", "120"], ["1000", "1500"], ["0.002", "0.001"], ["1", "2"], ["150", "140"]]);
}

#[test]
fn a_bridge_from_nothing_and_to_nothing() {
    let (nothing, some) = (RevenueBridge::zeroed(), broker(2, ["100", "5", "3", "4"]));
    let effects = |before, after| crossed(before, after).1.into_iter().map(|(effect, _)| effect).collect::<Vec<_>>();
    assert_eq!(effects(&nothing, &some), ["8", "0", "0", "0", "-4"]);
    assert_eq!(effects(&some, &nothing), ["-8", "0", "0", "0", "4"]);
    // No turnover before, or none after.
    let idle = broker(4, ["0", "0", "2", "4"]);
    assert_eq!(effects(&idle, &some), ["-1", "5", "0", "2", "0"]);
    assert_eq!(effects(&some, &idle), ["8", "-10", "0", "-4", "0"]);
    // Commission without turnover in both.
    let (was, is) = (broker(1, ["0", "6", "0", "0"]), broker(2, ["0", "7", "0", "0"]));
    assert_eq!(effects(&was, &is), ["6", "0", "-5", "0", "0"]);
    let (_, steps) = bridge(&nothing, &some).unwrap();
    assert!(steps.iter().all(|step| step.before.is_none() && step.after.is_some()));
}

#[test]
fn overflow_is_an_error_and_loses_nothing() {
    let mut large = period(&[("a", "1.7e26", "1")]);
    let before = to_wire(&large).unwrap();
    assert_eq!(large.push("a", Some(amount("1e25")), Amount::ZERO).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(large.push("b", Some(Amount::new(i128::MIN, 0)), Amount::ZERO).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(to_wire(&large).unwrap(), before);
    large.push("b", Some(amount("1e25")), Amount::ZERO).unwrap();
    assert_eq!(large.shares().err().map(|e| e.state), Some(SqlState::OutOfRange));
    // A product of 1e25 and 1e25 is fine; a result above the range is not.
    let (wide, wider) = (period(&[("a", "1e25", "1e25")]), period(&[("a", "1.1e25", "1e25")]));
    assert_eq!(effects(&wide, &wider)[0][0], "1000000000000000000000000");
    let small = period(&[("a", "0.000000000001", "1e25")]);
    assert_eq!(shift(&small, &wide).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(small.figures("a").rate().unwrap_err().state, SqlState::OutOfRange);

    let mut full = broker(1, ["1", "1.7e26", "0", "0"]);
    let kept = full;
    assert_eq!(full.push(amount("1"), amount("1e25"), amount("5"), amount("5")).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(full, kept);
    let many = broker(i64::MAX, ["1", "1", "1", "1"]);
    assert_eq!(full.merge(&many).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(full, kept);
}

#[test]
fn names_are_those_of_segments() {
    let refused = |name: &str| Contribution::default().push(name, Some(Amount::ZERO), Amount::ZERO).unwrap_err();
    for (name, state, says) in [
        ("", SqlState::InvalidParameter, "the name of a segment is empty"),
        ("a\0", SqlState::InvalidParameter, "the name of a segment is reserved"),
        ("$serde_json::private::Number", SqlState::InvalidParameter, "the name of a segment is reserved"),
        (&"x".repeat(1001), SqlState::LimitExceeded, "the name of a segment has 1001 bytes"),
    ] {
        let e = refused(name);
        assert_eq!(e.state, state);
        assert!(e.message.contains(says), "{e}");
    }
    let mut many = Contribution::default();
    for i in 0..65_536 {
        many.push(&i.to_string(), Some(Amount::ZERO), Amount::ZERO).unwrap();
    }
    let e = many.push("one more", Some(Amount::ZERO), Amount::ZERO).unwrap_err();
    assert_eq!((e.state, e.message.as_ref()), (SqlState::LimitExceeded, "there are more than 65536 segments"));
}

#[test]
fn what_is_wrong_is_named() {
    let segment = |fields: &str| format!(r#"{{"segments": {{"a": {{{fields}}}}}}}"#);
    for (text, problem) in [
        ("{}".to_owned(), "segments: is missing"),
        (r#"{"segments": {}}"#.to_owned(), "segments: must not be empty"),
        (segment(r#""customers": 0, "volume": 1, "amount": 1"#), "segments.a.customers: must be"),
        (segment(r#""customers": 1, "volume": 1"#), "segments.a.amount: is missing"),
        (segment(r#""customers": 1, "volume": "x", "amount": 1"#), "segments.a.volume: must be a decimal number"),
        (segment(r#""customers": 1, "volume": 1, "amount": 1, "more": 1"#), "segments.a.more: is not known"),
    ] {
        let e = from_text::<Contribution>(&text).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidText);
        assert!(e.message.contains(problem), "{text}: {e}");
    }
    for (text, problem) in [
        (r#"{"customers": 0, "turnover": 1, "commission": 1, "other": 1, "cost": 1}"#, "customers: must be"),
        (r#"{"customers": 1, "turnover": 1, "commission": 1, "other": 1}"#, "cost: is missing"),
    ] {
        let e = from_text::<RevenueBridge>(text).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidText);
        assert!(e.message.contains(problem), "{text}: {e}");
    }
}

#[test]
fn bytes_that_are_not_canonical_are_refused() {
    let cell = |customers: i64, scale: u8, units: i128| {
        [&customers.to_be_bytes()[..], &[scale], &units.to_be_bytes(), &[scale], &units.to_be_bytes()].concat()
    };
    let of = |names: &[u8], cells: &[Vec<u8>]| [&[0, 1, 1], names, &cells.concat()].concat();
    assert!(from_wire::<Contribution>(&of(&[1, 1, b'a'], &[cell(1, 12, 5)])).is_ok());
    for (bytes, problem) in [
        (vec![0, 1, 2, 0], "a kind that is not known"),
        ([&[0, 1, 0, 1, 1, b'a'][..], &cell(1, 0, 0)].concat(), "not its customers"),
        (of(&[0], &[]), "no segments"),
        (of(&[1, 1, b'a'], &[]), "too early"),
        (of(&[1, 1, b'a'], &[cell(0, 0, 0)]), "no customers"),
        (of(&[1, 1, b'a'], &[cell(1, 13, 0)]), "out of range"),
        (of(&[1, 1, b'a'], &[cell(1, 0, 5)]), "more decimals"),
        (of(&[1, 1, b'a'], &[cell(1, 12, i128::MIN)]), "out of range"),
        (of(&[2, 1, b'b', 1, b'a'], &[cell(1, 0, 0), cell(1, 0, 0)]), "not in their order"),
        (of(&[1, 1, b'a'], &[cell(1, 0, 0), cell(1, 0, 0)]), "too long"),
    ] {
        let e = from_wire::<Contribution>(&bytes).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidBinary);
        assert!(e.message.contains(problem), "{bytes:?}: {e}");
    }
    let bridge =
        |customers: i64, scale: u8, units: i128| [&[0, 1, scale, 0], &customers.to_be_bytes()[..], &units.to_be_bytes(), &[0; 48]].concat();
    assert!(from_wire::<RevenueBridge>(&bridge(1, 12, 5)).is_ok());
    for (bytes, problem) in [
        (bridge(0, 0, 0), "at least one customer"),
        (bridge(1, 13, 0), "out of range"),
        (bridge(1, 11, 5), "more decimals"),
        (bridge(1, 12, i128::MIN), "out of range"),
    ] {
        let e = from_wire::<RevenueBridge>(&bytes).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidBinary);
        assert!(e.message.contains(problem), "{bytes:?}: {e}");
    }
}

#[test]
fn customers_are_not_compared_with_turnover() {
    let mut counted = Contribution::default();
    counted.push("a", None, amount("2.50")).unwrap();
    counted.push("a", None, amount("1")).unwrap();
    let mut given = Contribution::default();
    given.push("a", Some(amount("2")), amount("3.50")).unwrap();
    let refused = |e: crate::Error| assert!(e.state == SqlState::InvalidParameter && e.message.contains("its customers"), "{e:?}");
    refused(shift(&counted, &given).unwrap_err());
    refused(counted.clone().merge(&given).unwrap_err());
    refused(counted.push("a", Some(amount("1")), amount("1")).unwrap_err());
    assert_eq!(shift(&counted, &Contribution::default()).unwrap().len(), 1);
    let text = to_text(&counted).unwrap();
    assert_eq!(text, r#"{"segments":{"a":{"amount":"3.50","customers":2,"volume":"2"}},"volume":"customers"}"#);
    assert_eq!(to_wire(&from_text::<Contribution>(&text).unwrap()).unwrap(), to_wire(&counted).unwrap());
    let wrong = from_text::<Contribution>(&text.replace(r#""volume":"2""#, r#""volume":"2.5""#)).unwrap_err();
    assert!(wrong.message.contains("segments.a.volume: must be the number of customers"), "{wrong:?}");
}
