//! The shifted beta-geometric: the two tables of Fader and Hardie (2007), derivatives, limits, sums.

use super::{golden, near, number};
use crate::clv::histories::{Histories, Pattern};
use crate::clv::maximize::{Derivatives, Likelihood, Maximum, Region, maximize};
use crate::clv::sbg::{Renewals, Sbg, SbgLikelihood};
use crate::error::SqlState;
use proptest::prelude::*;

const BOX: Region<2> = Region { low: [-40.0; 2], high: [25.0; 2], centre: [0.0; 2], precision: 0.0 };

fn fit(renewals: &Renewals, start: [f64; 2]) -> Maximum<2> {
    maximize(&SbgLikelihood::new(renewals), &BOX, &start)
}

fn evaluate(renewals: &Renewals, theta: [f64; 2]) -> Derivatives<2> {
    SbgLikelihood::new(renewals).evaluate(&theta)
}

#[test]
fn published_tables() {
    let Some(all) = golden("gg_bgbb_sbg.json") else { return };
    let all = &all["sbg"];
    let years = number(&all["calibration_years"]) as usize;
    for name in ["regular", "highend"] {
        let want = &all[name];
        let table = all["table_percent_surviving_year0_to_12"][name].as_array().unwrap();
        let surviving: Vec<f64> = table[..=years].iter().map(|percent| number(percent) * number(&all["n"]) / 100.0).collect();
        let renewals = Renewals::of_cohort(&surviving).unwrap();
        assert_eq!(renewals.customers().round(), 1000.0);
        for start in [[1.0, 1.0], [0.01, 10.0], [30.0, 30.0], [1e-6, 1e4]] {
            let found = fit(&renewals, start);
            assert!(found.converged && found.bounds == [0; 2] && found.gradient_norm < 1e-6, "{found:?}");
            for (i, parameter) in ["alpha", "beta"].iter().enumerate() {
                near(parameter, found.theta[i], number(&want["params"][parameter]), 1e-6);
                near("se", found.covariance[i][i].unwrap().sqrt() * found.theta[i], number(&want["std_err"][i]), 1e-4);
            }
            assert!((found.log_likelihood - number(&want["log_likelihood"])).abs() < 1e-8, "{}", found.log_likelihood);
        }
        let model = Sbg { alpha: number(&want["params"]["alpha"]), beta: number(&want["params"]["beta"]) };
        for t in 1..=12 {
            near("survival", model.survival(t), number(&want["survival_1_12"][t as usize - 1]), 1e-12);
            near("retention", model.retention(t), number(&want["retention_1_12"][t as usize - 1]), 1e-12);
        }
        // The customer of the paper's period n has renewed n-1 times.
        for n in 1..=5 {
            near("residual", model.residual(n - 1, 0.1), number(&want["derl_d0_1_n1_5"][n as usize - 1]), 1e-12);
        }
    }
    for (case, alpha, beta) in [("case1_3.80_15.20", 3.8, 15.2), ("case2_0.067_0.267", 0.067, 0.267)] {
        for n in 1..=5 {
            let want = number(&all["derl_published_check"][case][n as usize - 1]);
            near(case, Sbg { alpha, beta }.residual(n - 1, 0.1), want, 1e-12);
        }
    }
}

#[test]
fn cohorts_and_customers_are_the_same() {
    // A cohort of 1000 over 3 dates, and one of 500 over 1.
    let cell = |x: f64, t: f64, count: f64| Pattern { x, t_x: x, t, count };
    let cells = vec![
        cell(0.0, 1.0, 200.0),
        cell(1.0, 1.0, 300.0),
        cell(0.0, 3.0, 400.0),
        cell(1.0, 3.0, 150.0),
        cell(2.0, 3.0, 50.0),
        cell(3.0, 3.0, 400.0),
    ];
    let both = Renewals::of_histories(&Histories::of(cells).unwrap()).unwrap();
    let (one, other) = (Renewals::of_cohort(&[1000.0, 600.0, 450.0, 400.0]).unwrap(), Renewals::of_cohort(&[500.0, 300.0]).unwrap());
    let theta = [0.7, 1.9];
    let (whole, a, b) = (evaluate(&both, theta), evaluate(&one, theta), evaluate(&other, theta));
    near("value", whole.value, a.value + b.value, 1e-14);
    near("gradient", whole.gradient[0], a.gradient[0] + b.gradient[0], 1e-12);
    assert_eq!((both.customers(), both.lost(), both.lost_at_once(), both.distinct()), (1500.0, 800.0, 600.0, 5));
    assert_eq!(both.renewals(), 300.0 + 150.0 + 100.0 + 1200.0);
    // Just started: nothing is known of them yet.
    let fresh = Renewals::of_histories(&Histories::of(vec![cell(0.0, 0.0, 9.0)]).unwrap()).unwrap();
    assert_eq!(evaluate(&fresh, theta), Derivatives::default());
}

#[test]
fn hostile_cohorts() {
    for (surviving, said) in [
        (vec![], "surviving must have at least two values"),
        (vec![10.0], "surviving must have at least two values"),
        (vec![10.0, f64::NAN], "surviving[2] is NaN"),
        (vec![f64::INFINITY, 10.0], "surviving[1] is inf"),
        (vec![10.0, -1.0], "surviving[2] is -1"),
        (vec![0.0, 0.0], "surviving[1] is 0"),
        (vec![10.0, 9.5], "surviving[2] is 9.5"),
        (vec![10.0, 8.0, 9.0], "surviving[3] is 9, more than 8 before it"),
    ] {
        let error = Renewals::of_cohort(&surviving).unwrap_err();
        assert!(error.state == SqlState::InvalidParameter && error.message == said && error.hint.is_some(), "{error:?}");
    }
    assert_eq!(Renewals::of_cohort(&vec![1.0; 100_002]).unwrap_err().state, SqlState::LimitExceeded);
    let long = Histories::of(vec![Pattern { x: 0.0, t_x: 0.0, t: 100_001.0, count: 1.0 }]).unwrap();
    assert_eq!(Renewals::of_histories(&long).unwrap_err().state, SqlState::LimitExceeded);
}

#[test]
fn derivatives_are_those_of_the_value() {
    let renewals = Renewals::of_cohort(&[1000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0]).unwrap();
    for theta in [[0.7, 1.2], [0.01, 40.0], [50.0, 0.02], [300.0, 500.0]] {
        let here = evaluate(&renewals, theta);
        for i in 0..2 {
            let step = 1e-4 * theta[i];
            let moved = |by: f64| {
                let mut there = theta;
                there[i] += by;
                evaluate(&renewals, there)
            };
            let (up, down) = (moved(step), moved(-step));
            let (up2, down2) = (moved(2.0 * step), moved(-2.0 * step));
            let slope = |f: &dyn Fn(&Derivatives<2>) -> f64| (8.0 * (f(&up) - f(&down)) - (f(&up2) - f(&down2))) / (12.0 * step);
            let scale = here.value.abs() / theta[i];
            assert!((slope(&|d| d.value) - here.gradient[i]).abs() < 1e-10 * scale, "{theta:?} {i}");
            for j in 0..2 {
                let by = slope(&|d| d.gradient[j]);
                assert!((by - here.hessian[i][j]).abs() < 1e-10 * scale / theta[j], "{theta:?} {i} {j} {by} {}", here.hessian[i][j]);
            }
        }
    }
}

#[test]
fn corners_of_the_box_are_finite() {
    let mut long: Vec<f64> = (0..5000).map(|t| f64::from(10_000 - 2 * t)).collect();
    long.push(0.0);
    for surviving in [vec![100.0, 100.0, 100.0], vec![100.0, 0.0], vec![64.0, 32.0, 16.0, 8.0], long] {
        let renewals = Renewals::of_cohort(&surviving).unwrap();
        for corner in 0..9 {
            let theta: [f64; 2] = std::array::from_fn(|i| [-40f64, 0.0, 25.0][corner / 3usize.pow(i as u32) % 3].exp());
            let d = evaluate(&renewals, theta);
            let all = d.gradient.iter().chain(d.hessian.iter().flatten());
            assert!(d.value <= 0.0 && d.value.is_finite() && all.into_iter().all(|x| x.is_finite()), "{theta:?} {d:?}");
            let model = Sbg { alpha: theta[0], beta: theta[1] };
            for t in [0, 1, 2, 100, 1_000_000_000_000] {
                assert!((0.0..=1.0).contains(&model.survival(t)) && (0.0..=1.0).contains(&model.retention(t)), "{model:?} {t}");
                for discount in [1e-12, 1e-4, 0.1, 10.0] {
                    let residual = model.residual(t, discount);
                    let most = (1.0 + discount) / discount;
                    assert!((0.0..=most * (1.0 + 1e-9)).contains(&residual), "{model:?} {t} {discount} {residual}");
                }
            }
        }
    }
}

#[test]
fn limits_of_fits() {
    let fit = |surviving: &[f64]| fit(&Renewals::of_cohort(surviving).unwrap(), [1.0, 1.0]);
    let stay = fit(&[100.0, 100.0, 100.0]);
    assert!(stay.converged && stay.log_likelihood > -1e-6 && stay.theta[0] / (stay.theta[0] + stay.theta[1]) < 1e-8, "{stay:?}");
    let leave = fit(&[100.0, 0.0]);
    assert!(leave.converged && leave.log_likelihood > -1e-6 && leave.theta[1] / (leave.theta[0] + leave.theta[1]) < 1e-8, "{leave:?}");
    // Everyone leaves with the same probability: a geometric distribution.
    let coin = fit(&[64.0, 32.0, 16.0, 8.0]);
    assert!(coin.converged, "{coin:?}");
    near("geometric", coin.log_likelihood, 112.0 * 0.5f64.ln(), 1e-6);
    near("rate", coin.theta[0] / (coin.theta[0] + coin.theta[1]), 0.5, 1e-4);
    // Half leave at once, the others never.
    let halves = fit(&[100.0, 50.0, 50.0, 50.0]);
    assert!(halves.converged, "{halves:?}");
    near("halves", halves.log_likelihood, 100.0 * 0.5f64.ln(), 1e-6);
}

/// Σ S(t) (1+d)^-(t-1) up to `last`.
fn summed(model: Sbg, discount: f64, last: u64) -> f64 {
    let (mut term, mut sum) = (1.0, 0.0);
    for t in 0..last {
        term *= (model.beta + t as f64) / (model.alpha + model.beta + t as f64);
        sum += term;
        term /= 1.0 + discount;
    }
    sum
}

#[test]
fn residual_lifetimes_are_sums() {
    for (alpha, beta) in
        [(0.7, 1.18), (0.067, 0.267), (1e-6, 2.0), (3.0, 1e-5), (1.0, 1.0), (400.0, 3000.0), (1e7, 2e7), (1e-3, 1e-3), (2e10, 3e5)]
    {
        let model = Sbg { alpha, beta };
        for (discount, last) in [(1e-4, 500_000), (1e-3, 60_000), (0.1, 1000), (1.0, 100), (50.0, 40)] {
            for renewals in [0u64, 1, 7, 400] {
                near(
                    &format!("{model:?} {discount} {renewals}"),
                    model.residual(renewals, discount),
                    summed(model.after(renewals as f64), discount, last),
                    1e-11,
                );
            }
        }
    }
    assert_eq!(Sbg { alpha: 0.0, beta: 1.0 }.residual(3, 0.25), 5.0);
    assert_eq!(Sbg { alpha: 1.0, beta: 0.0 }.residual(0, 0.25), 0.0);
    // Without discounting it is beta / (alpha - 1).
    near("undiscounted", Sbg { alpha: 3.5, beta: 2.0 }.residual(0, 1e-12), 0.8, 1e-9);
}

#[test]
fn long_horizons() {
    for (alpha, beta) in
        [(0.7, 1.2), (1.0, 3.0), (1.0 + 1e-12, 3.0), (1e-9, 1e-9), (1e-17, 4e10), (5e10, 7e10), (300.0, 1e-17), (2.5, 900.0), (1e-3, 1e10)]
    {
        let model = Sbg { alpha, beta };
        let (mut ln, mut sum) = (0.0, 0.0);
        for t in 1..=1_000_000u64 {
            let before = beta + (t - 1) as f64;
            ln -= libm::log1p(alpha / before);
            sum += f64::exp(ln);
            if [49, 50, 100, 5000, 1_000_000].contains(&t) {
                // The sum of the logarithms here is rounded a million times.
                assert!((model.ln_survival(t) - ln).abs() <= 1e-10 * ln.abs().max(1e-300), "{model:?} {t}: {} {ln}", model.ln_survival(t));
                near(&format!("{model:?} {t}"), model.renewals(t), sum, 1e-10);
            }
        }
    }
    near("far", Sbg { alpha: 1.0, beta: 1.0 }.survival(1_000_000_000_000), 1.0 / 1_000_000_000_001.0, 1e-13);
}

proptest! {
    #[test]
    fn curves(a in -20f64..15.0, b in -20f64..15.0, from in 0u64..1000) {
        let model = Sbg { alpha: a.exp(), beta: b.exp() };
        for t in from..from + 100 {
            let (before, after) = (model.survival(t), model.survival(t + 1));
            prop_assert!(after <= before * (1.0 + 1e-13) && model.retention(t + 2) >= model.retention(t + 1));
            let ln = -model.ln_survival(t + 1);
            // The logarithm is right to a few units in its last place, which is the more of S the smaller that is.
            prop_assert!(ln > 600.0 || (after - before * model.retention(t + 1)).abs() <= (1e-13 + 1e-14 * ln) * before);
            let step = model.renewals(t + 1) - model.renewals(t);
            prop_assert!((step - after).abs() <= 1e-12 * model.renewals(t + 1).max(1.0), "{} {}", step, after);
        }
    }
}

/// Computed with 60 digits from Gauss's function and from differences of ln Γ, which lose most of them.
#[test]
fn hard_points() {
    for (alpha, beta, renewals, discount, want) in [
        (1e-3, 0.5, 0, 1e-8, 98039112.70145996),
        (0.3, 2.5, 12, 1e-6, 45535.90833084847),
        (0.999, 40.0, 3, 1e-7, 509.05607714238624),
        (4e-18, 3.0, 1, 1e-4, 10001.0),
        (5e4, 7e4, 0, 0.05, 1.3125219729554332),
        (0.05, 1e-6, 0, 1e-10, 63505.12570728651),
        (2.0, 1e6, 5, 1e-4, 9806.733794657212),
        (12.0, 1e-9, 0, 0.5, 8.807944999805949e-11),
    ] {
        near(&format!("residual {alpha} {beta}"), Sbg { alpha, beta }.residual(renewals, discount), want, 1e-12);
    }
    for (alpha, beta, t, renewals, ln_survival) in [
        (0.7, 1.2, 1_000_000_000_000, 13896.345197809482, -19.295324967070485),
        (1.0, 0.01, 1_000_000_000, 0.21284151295325085, -25.3284360229445),
        (1e-12, 1e-12, 1_000_000, 499999.9999933036, -0.693147180574338),
        (6e10, 7e10, 1_000_000, 1.1666666666861112, -619035.9117303749),
        (2.5, 4e9, 10_000_000, 9968840.887083175, -0.006242200495299045),
        (1.000001, 3e-17, 100_000, 3.627021666566867e-16, -49.558271847346205),
        (3e-16, 5e10, 1_000_000, 1000000.0, -5.999940000859987e-21),
    ] {
        let model = Sbg { alpha, beta };
        near(&format!("survival {model:?} {t}"), model.ln_survival(t), ln_survival, 2e-14);
        near(&format!("renewals {model:?} {t}"), model.renewals(t), renewals, 1e-12);
    }
}

/// The sum that a residual lifetime is ended nowhere when 1 / discount, or what is multiplied with it, was beyond float8.
#[test]
fn residual_lifetimes_end_at_the_ends_of_float8() {
    let ends = [5e-324, 1e-308, 1e-300, 1e-9, 0.1, 1e9, 1e300, f64::MAX];
    for alpha in [0.0, 1e-300, 1e-9, 0.5, 3.0, 1e9, 1e300] {
        for beta in [0.0, 1e-300, 1e-9, 0.5, 3.0, 1e9, 1e300] {
            for renewals in [0, 1, 1000, u64::MAX] {
                for discount in ends {
                    let lifetime = Sbg { alpha, beta }.residual(renewals, discount);
                    // Renewals for ever: at most 1 + 1 / discount of them.
                    assert!(
                        !(lifetime < 0.0 || lifetime > (1.0 + 1.0 / discount) * (1.0 + 1e-9)),
                        "{alpha} {beta} {renewals} {discount}: {lifetime}"
                    );
                }
            }
        }
    }
}
