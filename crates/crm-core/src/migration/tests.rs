use super::chain::stationary;
use super::*;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use crate::normal;
use crate::normal::wilson;
use crate::tier::TierPolicy;
use serde_json::json;

pub(super) fn made<S: AsRef<str>>(rows: &[(S, S, i64)]) -> Migration {
    let mut migration = Migration::default();
    rows.iter().for_each(|(from, to, customers)| migration.push(from.as_ref(), to.as_ref(), *customers).unwrap());
    migration.settle().unwrap();
    migration
}

pub(super) fn close(found: f64, expected: f64, within: f64) -> bool {
    (found - expected).abs() <= within * expected.abs()
}

fn example() -> Migration {
    made(&[
        ("mass", "mass", 900),
        ("mass", "silver", 100),
        ("silver", "mass", 60),
        ("silver", "silver", 200),
        ("silver", "gold", 40),
        ("gold", "silver", 10),
        ("gold", "gold", 90),
    ])
}

fn steady(migration: &Migration) -> Vec<f64> {
    migration.steady_state().unwrap().into_iter().map(|(_, share)| share).collect()
}

/// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I, method 3; and the
/// ends, by hand: 0 of n has z² / (n + z²) as its upper end.
#[test]
fn intervals_as_published() {
    let z = normal::quantile(0.975);
    for (x, n, lower, upper) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)] {
        let (l, u) = wilson(x, n, z);
        assert!((l - lower).abs() < 5e-5 && (u - upper).abs() < 5e-5, "{x} of {n}: {l} {u}");
    }
    for n in [1, 7, 1_000_000, i64::MAX] {
        assert_eq!(wilson(0, n, z).0, 0.0);
        assert_eq!(wilson(n, n, z).1, 1.0);
        assert!(close(wilson(0, n, z).1, z * z / (n as f64 + z * z), 1e-15));
        assert!(close(wilson(n, n, z).0, n as f64 / (n as f64 + z * z), 1e-15));
    }
    // The lower end of a rate that is small keeps its digits: by exact rational arithmetic, z = 2.
    assert!(close(wilson(1, 1_000_000_000_000, 2.0).0, 1.715_728_752_538_307e-13, 1e-14));
}

#[test]
fn a_matrix_has_every_pair_from_a_tier_that_somebody_was_in() {
    let migration = made(&[("gold", "gold", 3), ("gold", "left", 1), ("silver", "gold", 2)]);
    let cells: Vec<_> = migration.matrix(0.95).unwrap().map(|c| (c.from, c.to, c.customers, c.probability)).collect();
    assert_eq!(
        cells,
        [
            ("gold", "gold", 3, 0.75),
            ("gold", "left", 1, 0.25),
            ("gold", "silver", 0, 0.0),
            ("silver", "gold", 2, 1.0),
            ("silver", "left", 0, 0.0),
            ("silver", "silver", 0, 0.0)
        ]
    );
    for confidence in [0.0, 1.0, -0.5, 2.0, f64::NAN] {
        let e = migration.matrix(confidence).err().unwrap();
        assert_eq!(e.state, SqlState::InvalidParameter);
    }
    // The confidence next to 1 is still one, and wider than any other.
    let wide = migration.matrix(1.0 - f64::EPSILON / 2.0).unwrap().next().unwrap();
    assert!(wide.lower > 0.0 && wide.lower < 0.06 && wide.upper < 1.0 && wide.upper > 0.98, "{wide:?}");
}

#[test]
fn rates_by_the_order_of_a_policy() {
    let mut migration = example();
    for (from, to, customers) in
        [("none", "mass", 50), ("none", "none", 5), ("mass", "none", 25), ("mass", "gold", 15), ("private", "mass", 1)]
    {
        migration.push(from, to, customers).unwrap();
    }
    migration.settle().unwrap();
    let policy = TierPolicy::read(&json!({"kind": "tier_policy", "version": 1, "tiers": [{"name": "mass"}, {"name": "silver", "from": 1}, {"name": "gold", "from": 2}, {"name": "diamond", "from": 3}]})).unwrap();
    let rates = migration.rates(&policy);
    let shown: Vec<_> =
        rates.iter().map(|r| (r.tier.unwrap_or("all"), r.customers, [r.up, r.stayed, r.down, r.outside, r.joined])).collect();
    assert_eq!(
        shown,
        [
            ("mass", 1040, [115, 900, 0, 25, 51]),
            ("silver", 300, [40, 200, 60, 0, 0]),
            ("gold", 100, [0, 90, 10, 0, 0]),
            ("diamond", 0, [0, 0, 0, 0, 0]),
            ("all", 1440, [155, 1190, 70, 25, 51]),
        ]
    );
    assert_eq!((rates[1].rate(60), rates[3].rate(0)), (Some(0.2), None));
}

#[test]
fn the_time_in_a_tier() {
    let times: Vec<_> = made(&[("a", "a", 3), ("a", "b", 1), ("b", "b", 5), ("c", "a", 2)])
        .expected_time()
        .map(|t| (t.tier.to_owned(), t.stay_rate, t.expected_periods))
        .collect();
    assert_eq!(times, [("a".to_owned(), 0.75, Some(4.0)), ("b".to_owned(), 1.0, None), ("c".to_owned(), 0.0, Some(1.0))]);
    // Counts that float8 does not hold.
    let large = made(&[("a", "a", i64::MAX - 1), ("a", "b", 1)]);
    assert_eq!(large.expected_time().next().map(|t| (t.stay_rate, t.expected_periods)), Some((1.0, Some(i64::MAX as f64))));
}

/// Grinstead & Snell, "Introduction to Probability", 2nd ed., 1997, examples 11.1 and 11.19: the weather in the Land of Oz, fixed vector
/// (0.4, 0.2, 0.4); rain tomorrow, the day after, … from a day of rain.
#[test]
fn the_land_of_oz() {
    let oz = made(&[
        ("rain", "rain", 2),
        ("rain", "nice", 1),
        ("rain", "snow", 1),
        ("nice", "rain", 1),
        ("nice", "snow", 1),
        ("snow", "rain", 1),
        ("snow", "nice", 1),
        ("snow", "snow", 2),
    ]);
    assert_eq!(oz.tiers().collect::<Vec<_>>(), ["nice", "rain", "snow"]);
    steady(&oz).iter().zip([0.2, 0.4, 0.4]).for_each(|(found, expected)| assert!(close(*found, expected, 1e-15), "{found}"));
    let mut forecast = oz.forecast(6, Some(&json!({"rain": 1}))).unwrap().unwrap();
    for expected in [[0.0, 1.0, 0.0], [0.25, 0.5, 0.25], [0.1875, 0.4375, 0.375]] {
        assert_eq!(forecast.tiers().map(|(_, customers, _)| customers).collect::<Vec<_>>(), expected);
        forecast.step();
    }
}

#[test]
fn two_tiers_in_closed_form() {
    for (up, stay_low, down, stay_high) in [(1, 9, 3, 7), (1, 0, 1, 0), (5, 1_000_000_000_000, 1, 3), (1, i64::MAX / 4, i64::MAX / 4, 1)] {
        let found = steady(&made(&[("low", "high", up), ("low", "low", stay_low), ("high", "low", down), ("high", "high", stay_high)]));
        let (p, q) = (up as f64 / (up + stay_low) as f64, down as f64 / (down + stay_high) as f64);
        assert!(close(found[0], p / (p + q), 4e-16) && close(found[1], q / (p + q), 4e-16), "{found:?}");
    }
}

/// The bank of the documentation, against the same in exact rational arithmetic, rounded at the end.
#[test]
fn five_tiers_in_exact_arithmetic() {
    let bank = made(&[
        ("mass", "mass", 41230),
        ("mass", "silver", 1170),
        ("mass", "gold", 64),
        ("silver", "mass", 905),
        ("silver", "silver", 10312),
        ("silver", "gold", 341),
        ("silver", "platinum", 6),
        ("gold", "mass", 31),
        ("gold", "silver", 262),
        ("gold", "gold", 4105),
        ("gold", "platinum", 77),
        ("platinum", "gold", 58),
        ("platinum", "platinum", 902),
        ("platinum", "private", 5),
        ("private", "platinum", 3),
        ("private", "private", 71),
    ]);
    let close = |found: f64, expected: f64| assert!(close(found, expected, 4e-15), "{found} {expected}");
    let shares = [0.11575381136525961, 0.62345884137095, 0.035048506511487026, 0.004479429156908532, 0.22125941159539483];
    steady(&bank).into_iter().zip(shares).for_each(|(found, expected)| close(found, expected));
    let mut forecast = bank.forecast(12, None).unwrap().unwrap();
    (0..12).for_each(|_| forecast.step());
    let customers = [5495.794136362718, 39889.84236060764, 1269.786403065244, 102.74849851929312, 12783.828601445106];
    forecast.tiers().zip(customers).for_each(|((_, found, _), expected)| close(found, expected));
}

#[test]
fn tiers_that_are_left_and_tiers_that_are_not() {
    // Everybody ends in the tier that nobody leaves, whether that was seen or nobody was in it before.
    for rows in [vec![("a", "a", 9), ("a", "left", 1)], vec![("a", "a", 9), ("a", "left", 1), ("left", "left", 4)]] {
        assert_eq!(steady(&made(&rows)), [0.0, 1.0]);
    }
    // a is left for ever; b and c change places.
    assert_eq!(steady(&made(&[("a", "a", 1), ("a", "b", 1), ("b", "c", 2), ("c", "b", 3)])), [0.0, 0.5, 0.5]);
    let e = made(&[("a", "a", 1), ("a", "b", 1), ("b", "c", 2), ("c", "b", 3), ("a", "left", 1)]).steady_state().unwrap_err();
    assert_eq!(
        (e.state, e.message.as_ref()),
        (SqlState::InvalidParameter, "the steady state is not unique: 2 groups of tiers are never left: (b, c) (left)")
    );
    let names: Vec<_> = (0..8).map(|i| format!("t{i}")).collect();
    let e = made(&names.iter().map(|n| (n.clone(), n.clone(), 1)).collect::<Vec<_>>()).steady_state().unwrap_err();
    assert_eq!(e.message, "the steady state is not unique: 8 groups of tiers are never left: (t0) (t1) (t2) (t3) (t4) … (3 more)");
    assert_eq!(Migration::default().steady_state().unwrap(), []);
}

#[test]
fn a_ring_of_a_thousand_tiers_and_shares_that_are_far_apart() {
    let name = |i: usize| format!("{:04}", i % 1000);
    let ring = made(&(0..1000).map(|i| (name(i), name(i + 1), 1 + i as i64)).collect::<Vec<_>>());
    assert!(steady(&ring).iter().all(|share| close(*share, 1e-3, 1e-12)));
    // A ladder on which each step up is a million times as rare as one down: shares down to 1e-54, each with its digits.
    let mut rows = Vec::new();
    for i in 0..10 {
        if i < 9 {
            rows.push((name(i), name(i + 1), 1));
        }
        rows.push((name(i), name(i.max(1) - 1), 1_000_000));
    }
    let found = steady(&made(&rows));
    for (i, pair) in found.windows(2).enumerate() {
        // What goes up one step comes down it; on the highest everyone goes down.
        let ratio = if i == 8 { 1.0 / 1_000_001.0 } else { 1e-6 };
        assert!(close(pair[1] / pair[0], ratio, 1e-14), "{i}: {pair:?}");
    }
    assert_eq!(stationary(vec![vec![0.5, 0.5], vec![0.0, 1.0]]), None);
}

#[test]
fn a_forecast_of_customers_by_tier() {
    let migration = example();
    let mut forecast = migration.forecast(2, None).unwrap().unwrap();
    let shown = |forecast: &Forecast<'_>| {
        forecast.tiers().map(|(tier, customers, share)| format!("{tier} {customers:.3} {share:.5}")).collect::<Vec<_>>()
    };
    assert_eq!(shown(&forecast), ["gold 130.000 0.09286", "mass 960.000 0.68571", "silver 310.000 0.22143"]);
    forecast.step();
    // 130 · 0.9 + 310 · 40/300; 960 · 0.9 + 310 · 0.2; 960 · 0.1 + 310 · 2/3 + 130 · 0.1.
    assert_eq!(shown(&forecast), ["gold 158.333 0.11310", "mass 926.000 0.66143", "silver 315.667 0.22548"]);
    // Nobody leaves the tier that nobody was in before.
    let left = made(&[("a", "a", 1), ("a", "left", 1)]);
    let mut forecast = left.forecast(3, Some(&json!({"a": 8, "left": 0.5}))).unwrap().unwrap();
    (0..3).for_each(|_| forecast.step());
    assert_eq!(forecast.tiers().map(|(_, customers, _)| customers).collect::<Vec<_>>(), [1.0, 7.5]);
    for periods in [0, -1, 1201] {
        assert_eq!(migration.forecast(periods, None).unwrap_err().state, SqlState::InvalidParameter);
    }
    for (mix, problem) in [
        (json!({"gold": 1, "none": 2}), "mix.none: is not a tier of the migration"),
        (json!({"gold": -1}), "mix.gold: must be a number from 0"),
        (json!({"gold": "1"}), "mix.gold: must be a number"),
        (json!([1]), "mix: must be an object"),
        (json!({}), "mix: must have at least one customer"),
        (json!({"gold": 0}), "mix: must have at least one customer"),
    ] {
        let e = migration.forecast(1, Some(&mix)).unwrap_err();
        assert!(e.state == SqlState::InvalidParameter && e.message.starts_with(problem), "{e}");
    }
    assert!(Migration::default().forecast(1, None).unwrap().is_none());
}

#[test]
fn names_and_numbers_have_limits() {
    let refused = |name: &str| Migration::default().push("a", name, 1).unwrap_err();
    for (name, state, says) in [
        ("", SqlState::InvalidParameter, "the name of a tier is empty"),
        ("a\0", SqlState::InvalidParameter, "the name of a tier is reserved"),
        ("$serde_json::private::Number", SqlState::InvalidParameter, "the name of a tier is reserved"),
        (&"x".repeat(1001), SqlState::LimitExceeded, "the name of a tier has 1001 bytes"),
    ] {
        let e = refused(name);
        assert!(e.state == state && e.message.starts_with(says), "{e}");
    }
    let mut many = Migration::default();
    (0..1000).for_each(|i| many.push(&i.to_string(), "0", 1).unwrap());
    let e = many.push("1", "one more", 1).unwrap_err();
    assert_eq!((e.state, e.message.as_ref()), (SqlState::LimitExceeded, "there are more than 1000 tiers"));
    let mut both = made(&[("other", "other", 1)]);
    assert_eq!(both.merge(&many).unwrap_err().state, SqlState::LimitExceeded);

    let mut full = made(&[("a", "b", i64::MAX - 1)]);
    assert_eq!(full.push("a", "c", 2).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(full.clone().merge(&full).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(full.push("a", "c", -1).unwrap_err().state, SqlState::InvalidParameter);
    full.push("not", "seen", 0).unwrap();
    full.push("a", "a", 1).unwrap();
    full.settle().unwrap();
    assert_eq!((full.customers(), full.tiers().collect::<Vec<_>>()), (i64::MAX, vec!["a", "b"]));
    assert_eq!(to_text(&full).unwrap(), r#"{"flows":{"a":{"a":1,"b":9223372036854775806}}}"#);
    let none = made(&[("not", "seen", 0)]);
    assert_eq!((to_text(&none).unwrap(), to_wire(&none).unwrap()), (r#"{"flows":{}}"#.to_owned(), vec![0, 1, 0]));
    assert_eq!(from_text::<Migration>(r#"{"flows": {}}"#).unwrap().customers(), 0);
}

#[test]
fn what_is_wrong_is_named() {
    for (text, problem) in [
        ("{}", "flows: is missing"),
        (r#"{"flows": {}, "more": 1}"#, "more: is not known"),
        (r#"{"flows": {"a": {}}}"#, "flows.a: must not be empty"),
        (r#"{"flows": {"a": {"b": 0}}}"#, "flows.a.b: must be a whole number of at least 1"),
        (r#"{"flows": {"a": {"b": 1.5}}}"#, "flows.a.b: must be a whole number"),
        (r#"{"flows": {"a": 1}}"#, "flows.a: must be an object"),
        (r#"{"flows": {"": {"a": 1}}}"#, "the name of a tier is empty"),
        (r#"{"flows": {"a": {"b": 9223372036854775807, "c": 1}}}"#, "the number of customers is out of range"),
        (r#"{"flows": {"a": {"b": 1, "b": 2}}}"#, "the key \"b\" stands twice"),
    ] {
        let e = from_text::<Migration>(text).unwrap_err();
        assert!(e.state == SqlState::InvalidText && e.message.contains(problem), "{text}: {e}");
    }
}

#[test]
fn bytes_that_are_not_canonical_are_refused() {
    let of = |rest: &[u8]| [&[0, 1], rest].concat();
    assert!(from_wire::<Migration>(&of(&[2, 1, b'a', 1, b'b', 1, 1, 5, 0])).is_ok());
    for (rest, problem) in [
        (&[1, 1, b'a'][..], "too early"),
        (&[1, 1, b'a', 0], "nobody was in"),
        (&[2, 1, b'a', 1, b'b', 1, 0, 5, 0], "nobody was in"),
        (&[2, 1, b'b', 1, b'a', 1, 0, 5, 0], "not in their order"),
        (&[1, 1, b'a', 1, 1, 5], "without a name"),
        (&[1, 1, b'a', 2, 0, 5, 0, 5], "without a name"),
        (&[1, 1, b'a', 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 5], "without a name"),
        (&[1, 1, b'a', 1, 0, 0], "out of range"),
        (&[1, 1, b'a', 1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1], "out of range"),
        (&[1, 1, b'a', 1, 0, 5, 0], "too long"),
        (&[0, 0], "too long"),
    ] {
        let e = from_wire::<Migration>(&of(rest)).unwrap_err();
        assert!(e.state == SqlState::InvalidBinary && e.message.contains(problem), "{rest:?}: {e}");
    }
    // 1,001 names, each of two bytes.
    let mut many = vec![0, 1, 0xe9, 7];
    (0..1001u16)
        .for_each(|i| many.extend_from_slice(&[2, b'A' + (i / 26 / 26) as u8 * 13 + (i / 26 % 26) as u8 / 2, b'a' + (i % 26) as u8]));
    assert_eq!(from_wire::<Migration>(&many).unwrap_err().state, SqlState::InvalidBinary);
}
