//! Fits of BG/NBD, MBG/NBD and Pareto/NBD.

use super::{golden, near, number};
use crate::clv::bgnbd::{BgLikelihood, Dropout};
use crate::clv::fit::{Continuous, Fit, fit_histories};
use crate::clv::histories::{Histories, Pattern};
use crate::clv::maximize::Likelihood;
use crate::clv::pareto::ParetoLikelihood;
use crate::clv::unit::Unit;
use serde_json::Value;

pub const MODELS: [(&str, Continuous); 3] =
    [("bg_nbd", Continuous::Bg(Dropout::AfterRepeat)), ("mbg_nbd", Continuous::Bg(Dropout::AfterAny)), ("pareto_nbd", Continuous::Pareto)];

/// Distinct patterns of rows (x, t_x, T).
pub fn histories(rows: impl IntoIterator<Item = (u64, i64, i64)>) -> Histories {
    let mut counts = std::collections::BTreeMap::new();
    for (x, t_x, t) in rows {
        *counts.entry((t, t_x, x)).or_insert(0.0) += 1.0;
    }
    let pattern = |((t, t_x, x), count): ((i64, i64, u64), f64)| Pattern { x: x as f64, t_x: t_x as f64, t: t as f64, count };
    Histories::of(counts.into_iter().map(pattern).collect()).unwrap()
}

/// The patterns of a golden file, by the columns that hold x, t_x and T.
pub fn golden_histories(name: &str, columns: [usize; 3]) -> Option<Histories> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/golden/").to_string() + name;
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: no ../shared");
        return None;
    };
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        (fields[columns[0]].parse().unwrap(), fields[columns[1]].parse().unwrap(), fields[columns[2]].parse().unwrap())
    };
    Some(histories(text.lines().skip(1).map(row)))
}

fn holds(what: &str, fit: &Fit, want: &Value) {
    assert!(fit.converged, "{what}: {fit:?}");
    let ll = number(&want["log_likelihood"]);
    assert!((fit.log_likelihood - ll).abs() < 1e-8, "{what}: {} instead of {ll}", fit.log_likelihood);
    for (i, name) in fit.names.iter().enumerate() {
        near(&format!("{what} {name}"), fit.parameters[i], number(&want["params"][name]), 1e-6);
        let error = match &want["std_err"] {
            Value::Array(list) => number(&list[i]),
            named => number(&named[name]),
        };
        near(&format!("{what} standard error of {name}"), fit.covariance[i][i].unwrap().sqrt(), error, 1e-4);
        if let Some(row) = want["vcov"].get(i) {
            for j in 0..4 {
                near(&format!("{what} covariance {i} {j}"), fit.covariance[i][j].unwrap(), number(&row[j]), 1e-4);
            }
        }
    }
    assert_eq!((fit.starts, fit.agreeing), (5, 5), "{what}");
}

#[test]
fn cdnow() {
    let (Some(all), Some(want)) = (golden_histories("cdnow_cbs_exact.csv", [1, 2, 3]), golden("btyd_cdnow_params.json")) else { return };
    assert_eq!((all.customers(), all.patterns.len()), (2357.0, 1016));
    for (name, which) in MODELS {
        let weeks = fit_histories(which, &all, Unit::Week, 0.0);
        holds(name, &weeks, &want["exact_weeks"][name]);
        // The same optimum in days.
        let days = fit_histories(which, &all, Unit::Day, 0.0);
        assert_eq!(
            (days.parameters[0], days.parameters[2], days.gradient_norm),
            (weeks.parameters[0], weeks.parameters[2], weeks.gradient_norm)
        );
        near("alpha in days", days.parameters[1], 7.0 * weeks.parameters[1], 1e-15);
        let codes: Vec<&str> = weeks.findings.iter().map(|f| f.code).collect();
        assert_eq!(codes, if name == "bg_nbd" { vec!["one_time_buyers"] } else { vec![] }, "{name}");
    }
}

#[test]
fn cdnow_whole_cohort() {
    let (Some(all), Some(want)) = (golden_histories("cdnow_master_cbs.csv", [5, 6, 7]), golden("btyd_other_datasets.json")) else { return };
    assert_eq!((all.customers(), all.repeaters(), all.patterns.len()), (23570.0, 9451.0, 8685));
    for (name, which) in MODELS {
        holds(name, &fit_histories(which, &all, Unit::Week, 0.0), &want["cdnow_master_23570_weeks"][name]);
    }
}

#[test]
fn online_retail_has_no_dropout() {
    let (Some(all), Some(want)) = (golden_histories("online_retail_cbs_cal20110909.csv", [5, 6, 7]), golden("btyd_other_datasets.json"))
    else {
        return;
    };
    for (name, which) in MODELS {
        let fit = fit_histories(which, &all, Unit::Week, 0.0);
        let want = &want["online_retail_cal_2011-09-09_weeks"][name];
        assert!((fit.log_likelihood - number(&want["log_likelihood"])).abs() < 1e-8, "{name}: {fit:?}");
        assert!(fit.converged && fit.findings.iter().any(|f| f.code == "no_dropout"), "{name}: {fit:?}");
        assert_eq!(fit.parameters[2], 0.0);
        near("r", fit.parameters[0], number(&want["params"]["r"]), 1e-6);
        near("alpha", fit.parameters[1], number(&want["params"]["alpha"]), 1e-6);
        assert!(fit.covariance[0][0].is_some() && fit.covariance[2][2].is_none() && fit.covariance[3][3].is_none());
    }
}

/// Gradient and Hessian against central differences of value and gradient.
fn derivatives(what: &str, likelihood: &impl Likelihood<4>, theta: [f64; 4]) {
    let exact = likelihood.evaluate(&theta);
    for i in 0..4 {
        let step = 1e-5 * theta[i];
        let at = |sign: f64| {
            let mut moved = theta;
            moved[i] += sign * step;
            likelihood.evaluate(&moved)
        };
        let (up, down) = (at(1.0), at(-1.0));
        let scale = |j: usize| exact.value.abs() / theta[j];
        let slope = (up.value - down.value) / (2.0 * step);
        assert!((slope - exact.gradient[i]).abs() < 1e-7 * scale(i), "{what} {theta:?} {i}: {slope} {}", exact.gradient[i]);
        for j in 0..4 {
            let curve = (up.gradient[j] - down.gradient[j]) / (2.0 * step);
            assert!(
                (curve - exact.hessian[i][j]).abs() < 1e-7 * scale(j) / theta[i],
                "{what} {theta:?} {i} {j}: {curve} {}",
                exact.hessian[i][j]
            );
            assert_eq!(exact.hessian[i][j], exact.hessian[j][i]);
        }
    }
}

#[test]
fn derivatives_are_those_of_the_value() {
    let all = histories([(0, 0, 0), (0, 0, 40), (1, 3, 40), (2, 40, 40), (5, 20, 300), (70, 250, 300), (200, 300, 301), (3, 3, 4000)]);
    for theta in [[0.3, 5.0, 0.8, 2.5], [2.0, 100.0, 3.0, 0.4], [0.05, 0.5, 0.1, 30.0], [30.0, 900.0, 40.0, 900.0], [0.7, 10.0, 1e-6, 0.5]]
    {
        derivatives("BG", &BgLikelihood::new(&all, Dropout::AfterRepeat), theta);
        derivatives("MBG", &BgLikelihood::new(&all, Dropout::AfterAny), theta);
        derivatives("Pareto", &ParetoLikelihood::new(&all), theta);
    }
}

#[test]
fn some_gone_at_once_under_pareto() {
    // Zero-inflated: the maximum is where s and beta are small, far from the limit without dropout that other starts find.
    let xs = [
        0, 0, 0, 0, 0, 0, 0, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 9, 9, 9, 10, 10, 11, 12, 12, 13, 14, 15, 15, 16, 18,
        19, 21, 23, 26, 30, 40,
    ];
    let all = histories(xs.map(|x: i64| (x as u64, if x == 0 { 0 } else { 1000 * x / (x + 1) }, 1000)));
    let fit = fit_histories(Continuous::Pareto, &all, Unit::Day, 0.0);
    // At (2.4, 222, .0045, 1e-10) it is -2326.49 with 30 digits.
    assert!(fit.converged && fit.log_likelihood > -2326.49, "{fit:?}");
}
