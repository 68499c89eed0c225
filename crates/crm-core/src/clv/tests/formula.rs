//! The textbook formula against its own sum.

use crate::amount::Amount;
use crate::clv::formula::{Timing, clv_formula};
use crate::error::SqlState;
use proptest::prelude::*;

fn value(margin: &str, retention: f64, discount: f64, horizon: Option<i64>, timing: Timing) -> f64 {
    clv_formula(Amount::parse(margin).unwrap(), retention, discount, horizon, timing).unwrap().to_string().parse().unwrap()
}

fn near(got: f64, want: f64) -> bool {
    (got - want).abs() <= 1e-12 * want.abs()
}

#[test]
fn anchors() {
    assert!(near(value("1000", 0.8, 0.1, None, Timing::End), 8000.0 / 3.0));
    assert!(near(value("1000", 0.8, 0.1, None, Timing::Start), 11000.0 / 3.0));
    // Two margins: 1000 + 1000 · 8/11, and the same once more discounted and retained.
    assert!(near(value("1000", 0.8, 0.1, Some(2), Timing::Start), 1000.0 * 19.0 / 11.0));
    assert!(near(value("1000", 0.8, 0.1, Some(2), Timing::End), 1000.0 * 8.0 / 11.0 * 19.0 / 11.0));
    assert!(near(value("-1000", 0.8, 0.1, None, Timing::End), -8000.0 / 3.0));
}

#[test]
fn edges() {
    for (retention, discount, horizon, timing, want) in [
        (1.0, 0.0, Some(7), Timing::Start, 7.0),
        (1.0, 0.0, Some(7), Timing::End, 7.0),
        (0.9, -0.1, Some(7), Timing::End, 7.0),
        (0.8, 0.1, Some(0), Timing::Start, 0.0),
        (0.0, 0.1, Some(9), Timing::Start, 1.0),
        (0.0, 0.1, None, Timing::Start, 1.0),
        (0.0, 0.1, Some(9), Timing::End, 0.0),
        (0.0, 0.1, None, Timing::End, 0.0),
        // Growing: 1 + 2 + 4 + 8.
        (1.0, -0.5, Some(4), Timing::Start, 15.0),
        (1.0, -0.5, Some(4), Timing::End, 30.0),
        // 1 + 1/2 + 1/4 + 1/8.
        (1.0, 1.0, Some(4), Timing::Start, 1.875),
        (1.0, 1e-9, None, Timing::End, 1e9),
        // Nearly 1: 1e6 terms of about 1 - t/2^50; rounding of 1 - retention/(1 + discount) would show.
        (1.0, 1.0 / 1_125_899_906_842_624.0, Some(1_000_000), Timing::End, 1_000_000.0 - 500_000.5e6 / 1_125_899_906_842_624.0),
        (1.0, 0.01, Some(i64::MAX), Timing::End, 100.0),
    ] {
        let got = value("1", retention, discount, horizon, timing);
        assert!(near(got, want), "{retention} {discount} {horizon:?} {timing:?}: {got} instead of {want}");
    }
    let shown =
        |margin: &str, horizon| clv_formula(Amount::parse(margin).unwrap(), 1.0, 0.0, Some(horizon), Timing::Start).unwrap().to_string();
    assert_eq!(shown("0.00", i64::MAX), "0.00");
    assert_eq!(shown("1.50", 2), "3.00");
    assert_eq!(shown("12345678.90", 1), "12345678.90");
}

/// From 50 digits, of what the float8s stand for: retention, discount, periods, the sums for a margin of 1.
const KNOWN: [(f64, f64, i64, f64, f64); 11] = [
    (0.95, -0.0499999999, 100000, 99999.47369109426, 99999.47368056799),
    (0.8, -0.2, 1000, 1000.0000000000347, 1000.0000000000347),
    (0.3, -0.7, 50, 49.99999999999977, 49.999999999999766),
    (1.0, 1e-15, 10000000, 9999999.950000005, 9999999.949999996),
    (0.999, 0.0005, 5000, 666.6317844690234, 665.6323365162962),
    (1.0, -0.001, 20000, 489554410636.309, 490044455091.4004),
    (0.5, 1e-05, 60, 1.999980000399992, 0.999980000399992),
    (1e-09, 0.1, 4, 1.0000000009090908, 9.090909099173554e-10),
    (0.99, 99.0, 3, 1.00999801, 0.009998980299),
    (1.0, 5e-324, 7, 7.0, 7.0),
    (0.7, -0.30000000000000004, 400, 400.0, 400.0),
];

#[test]
fn known_values() {
    for (retention, discount, periods, start, end) in KNOWN {
        for (timing, want) in [(Timing::Start, start), (Timing::End, end)] {
            let got = value("1000000000000", retention, discount, Some(periods), timing) / 1e12;
            assert!(near(got, want), "{retention} {discount} {periods} {timing:?}: {got} instead of {want}");
        }
    }
}

#[test]
fn what_is_refused() {
    let of = |retention, discount, horizon| clv_formula(Amount::from_i64(1), retention, discount, horizon, Timing::Start);
    for (retention, discount, horizon, what) in [
        (1.1, 0.1, None, "retention"),
        (-0.1, 0.1, None, "retention"),
        (f64::NAN, 0.1, None, "retention"),
        (0.5, -1.0, Some(1), "discount"),
        (0.5, f64::INFINITY, Some(1), "discount"),
        (0.5, f64::NAN, Some(1), "discount"),
        (0.5, 0.1, Some(-1), "horizon"),
        (1.0, 0.0, None, "infinite"),
        (0.9, -0.2, None, "infinite"),
    ] {
        let e = of(retention, discount, horizon).unwrap_err();
        assert!(e.state == SqlState::InvalidParameter && e.message.contains(what) && e.hint.is_some(), "{e:?}");
    }
    assert_eq!(of(1.0, -0.9, Some(1000)).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(of(1.0, -0.5, Some(100)).unwrap_err().state, SqlState::OutOfRange);
    assert!(Timing::named("START").unwrap_err().hint.is_some());
    assert_eq!((Timing::named("start"), Timing::named("end")), (Ok(Timing::Start), Ok(Timing::End)));
}

proptest! {
    #[test]
    fn equals_its_sum(retention in 0.0..=1f64, discount in -0.4..2f64, periods in 0i64..60) {
        let ratio = retention / (1.0 + discount);
        let (mut term, mut start, mut end) = (1.0, 0.0, 0.0);
        for _ in 0..periods {
            start += term;
            term *= ratio;
            end += term;
        }
        for (timing, want) in [(Timing::Start, start), (Timing::End, end)] {
            let got = value("1000000", retention, discount, Some(periods), timing);
            prop_assert!((got - want * 1e6).abs() <= 2e-12 * want * 1e6 + 1e-11, "{timing:?} {got} {want}");
        }
        if ratio < 0.99 {
            let difference = value("1000", retention, discount, None, Timing::Start) - value("1000", retention, discount, None, Timing::End);
            prop_assert!((difference - 1000.0).abs() < 1e-8);
        }
    }
}
