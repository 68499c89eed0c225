//! Predictions at given parameters.

use super::buyers::histories;
use super::{golden, near, number};
use crate::clv::bgnbd::{Bg, Dropout, staying};
use crate::clv::histogram;
use crate::clv::histories::Pattern;
use crate::clv::pareto::Pareto;
use proptest::prelude::*;
use serde_json::Value;

/// One of the models.
enum Any {
    Bg(Bg),
    Pareto(Pareto),
}

impl Any {
    fn new(name: &str, p: &[Value]) -> Self {
        let p: Vec<f64> = p.iter().map(number).collect();
        let bg = |dropout| Any::Bg(Bg { dropout, r: p[0], alpha: p[1], a: p[2], b: p[3] });
        match name {
            "bg_nbd" => bg(Dropout::AfterRepeat),
            "mbg_nbd" => bg(Dropout::AfterAny),
            _ => Any::Pareto(Pareto { r: p[0], alpha: p[1], s: p[2], beta: p[3] }),
        }
    }

    fn alive(&self, p: Pattern) -> f64 {
        match self {
            Any::Bg(model) => model.alive(p),
            Any::Pareto(model) => model.alive(p),
        }
    }

    fn purchases(&self, p: Pattern, horizon: f64) -> f64 {
        match self {
            Any::Bg(model) => model.purchases(p, horizon),
            Any::Pareto(model) => model.purchases(p, horizon),
        }
    }

    fn purchases_new(&self, horizon: f64) -> f64 {
        match self {
            Any::Bg(model) => model.purchases_new(horizon),
            Any::Pareto(model) => model.purchases_new(horizon),
        }
    }

    fn probabilities(&self, t: f64, rows: usize) -> Vec<f64> {
        match self {
            Any::Bg(model) => histogram::bg(model, t, rows),
            Any::Pareto(model) => histogram::pareto(model, t, rows),
        }
    }
}

fn pattern(point: &Value) -> Pattern {
    Pattern { x: number(&point["x"]), t_x: number(&point["t_x"]), t: number(&point["T"]), count: 1.0 }
}

#[test]
fn published_and_exact_predictions() {
    let Some(all) = golden("btyd_cdnow_predictions.json") else { return };
    let mut compared = 0;
    for at in ["at_mle", "at_published"] {
        for (name, given) in all[at].as_object().unwrap() {
            let model = Any::new(name, given["params"].as_array().unwrap());
            for (t, want) in given["expected_new_customer"].as_object().into_iter().flatten() {
                near(&format!("{at} {name} new {t}"), model.purchases_new(t.parse().unwrap()), number(want), 1e-9);
                compared += 1;
            }
            for point in given["points"].as_array().into_iter().flatten() {
                let (p, what) = (pattern(point), format!("{at} {name} {point}"));
                near(&what, model.alive(p), number(&point["p_alive"]), 1e-9);
                near(&what, model.purchases(p, number(&point["t"])), number(&point["cet"]), 1e-9);
                compared += 2;
            }
        }
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn probabilities_of_counts() {
    let Some(all) = golden("btyd_cdnow_predictions.json") else { return };
    let mut compared = 0;
    for (name, at) in [("bg_nbd", "at_mle"), ("bg_nbd", "at_published"), ("pareto_nbd", "at_mle")] {
        let model = Any::new(name, all[at][name]["params"].as_array().unwrap());
        for (key, want) in all["pmf"][format!("{name}_{at}")].as_object().unwrap() {
            // t=30, t=30,n=11..20, t=2,n=10
            let (t, n) = key.strip_prefix("t=").unwrap().split_once(",n=").unwrap_or((key.strip_prefix("t=").unwrap(), "0"));
            let first: usize = n.split("..").next().unwrap().parse().unwrap();
            let wants: Vec<f64> = want.as_array().map_or_else(|| vec![number(want)], |list| list.iter().map(number).collect());
            let got = model.probabilities(t.parse().unwrap(), first + wants.len());
            for (i, want) in wants.iter().enumerate() {
                near(&format!("{name} {at} {key} {i}"), got[first + i], *want, 1e-9);
                compared += 1;
            }
        }
    }
    assert!(compared > 60, "{compared}");
}

/// Expected purchases of one who leaves after each purchase with probability p, averaged over p by a plain fine sum.
fn staying_slowly(k: f64, tau: f64, a: f64, c: f64) -> f64 {
    // In the logit of p, far out on both sides.
    let (mut weights, mut sum) = (0.0, 0.0);
    let n = 400_000;
    for i in 0..n {
        let v = -200.0 + 400.0 * (f64::from(i) + 0.5) / f64::from(n);
        let (p, ln_p, ln_q) = (1.0 / (1.0 + (-v).exp()), -(-v).exp().ln_1p(), -v.exp().ln_1p());
        let w = (a * ln_p + c * ln_q).exp();
        let made = if p * tau * k < 1e-12 { k * tau } else { -(-k * (p * tau).ln_1p()).exp_m1() / p };
        weights += w;
        sum += w * made;
    }
    sum / weights
}

#[test]
fn series_and_integral_agree_with_a_plain_sum() {
    for k in [0.2, 1.0, 7.0, 300.0] {
        for tau in [1e-6, 0.3, 5.0, 90.0, 300.0, 1e4] {
            for (a, c) in [(0.5, 0.5), (0.2, 3.0), (3.0, 0.7), (40.0, 60.0)] {
                let (got, want) = (staying(k, tau, a, c), staying_slowly(k, tau, a, c));
                near(&format!("{k} {tau} {a} {c}"), got, want, 1e-9);
            }
        }
    }
}

proptest! {
    // The probabilities of all counts add up to 1, and their mean is the expectation.
    #[test]
    fn probabilities_add_up(r in 0.1..5f64, alpha in 1.0..20f64, a in 0.05..5f64, b in 0.05..5f64, t in 0.1..40f64) {
        let models = [
            Any::Bg(Bg { dropout: Dropout::AfterRepeat, r, alpha, a, b }),
            Any::Bg(Bg { dropout: Dropout::AfterAny, r, alpha, a, b }),
            Any::Pareto(Pareto { r, alpha, s: a, beta: 10.0 * b }),
        ];
        for (i, model) in models.iter().enumerate() {
            let probabilities = model.probabilities(t, 5000);
            let total: f64 = probabilities.iter().sum();
            let mean: f64 = probabilities.iter().enumerate().map(|(x, p)| x as f64 * p).sum();
            prop_assert!((total - 1.0).abs() < 1e-9, "{}: {}", i, total);
            prop_assert!((mean / model.purchases_new(t) - 1.0).abs() < 1e-7, "{}: {} {}", i, mean, model.purchases_new(t));
        }
    }

    #[test]
    fn expectations_grow_with_the_horizon(r in 0.01..20f64, alpha in 0.01..100f64, a in 1e-6..20f64, b in 0.01..20f64, x in 0u32..200, t_x in 0.0..500f64, more in 0.0..500f64, horizon in 0.0..1e4f64) {
        let p = Pattern { x: x.into(), t_x: if x == 0 { 0.0 } else { t_x }, t: t_x + more, count: 1.0 };
        for model in [
            Any::Bg(Bg { dropout: Dropout::AfterRepeat, r, alpha, a, b }),
            Any::Bg(Bg { dropout: Dropout::AfterAny, r, alpha, a, b }),
            Any::Pareto(Pareto { r, alpha, s: a, beta: b }),
        ] {
            let (alive, near, far) = (model.alive(p), model.purchases(p, horizon), model.purchases(p, 1.5 * horizon));
            prop_assert!((0.0..=1.0).contains(&alive), "{}", alive);
            prop_assert!(near >= 0.0 && far >= near * (1.0 - 1e-12) && far.is_finite(), "{} {}", near, far);
            // Nobody buys more than he would if he stayed.
            prop_assert!(near <= alive * (r + f64::from(x)) / (alpha + p.t) * horizon * (1.0 + 1e-9), "{}", near);
        }
    }
}

/// Histories of all kinds: whatever is fitted to them is finite, and at least as likely as anything tried at random.
mod fits {
    use super::*;
    use crate::clv::fit::fit_histories;
    use crate::clv::tests::buyers::MODELS;
    use crate::clv::unit::Unit;

    fn history() -> impl Strategy<Value = (u64, i64, i64)> {
        prop_oneof![
            4 => (0u64..8, 0i64..300, 0i64..300),
            1 => (0u64..400, 0i64..4000, 0i64..2000),
            1 => (0u64..3, 0i64..10, 0i64..3),
        ]
        .prop_map(|(x, t_x, more)| {
            let t_x = if x == 0 { 0 } else { t_x.max(x as i64) };
            (x, t_x, t_x + more)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn nothing_tried_is_better(rows in prop::collection::vec(history(), 1..120), tries in prop::collection::vec(prop::array::uniform4(-4.0..4f64), 20)) {
            let all = histories(rows);
            for (name, which) in MODELS {
                let fit = fit_histories(which, &all, Unit::Day, 0.0);
                if all.repeaters() == 0.0 {
                    prop_assert!(!fit.converged && fit.parameters.is_empty());
                    continue;
                }
                prop_assert!(fit.log_likelihood.is_finite(), "{} {:?}", name, fit);
                prop_assert!(fit.converged, "{} {:?}", name, fit);
                for theta in &tries {
                    let t = all.mean_t().max(1.0);
                    let p: [f64; 4] = std::array::from_fn(|i| theta[i].exp());
                    let model = match which {
                        crate::clv::fit::Continuous::Bg(dropout) => Any::Bg(Bg { dropout, r: p[0], alpha: p[1] * t, a: p[2], b: p[3] }),
                        crate::clv::fit::Continuous::Pareto => Any::Pareto(Pareto { r: p[0], alpha: p[1] * t, s: p[2], beta: p[3] * t }),
                    };
                    let ll: f64 = all.patterns.iter().map(|p| p.count * match &model { Any::Bg(m) => m.log_likelihood(*p), Any::Pareto(m) => m.log_likelihood(*p) }).sum();
                    prop_assert!(fit.log_likelihood >= ll - 1e-7 * (1.0 + ll.abs()), "{} {} at {:?}: {:?}", name, ll, p, fit);
                }
            }
        }
    }
}
