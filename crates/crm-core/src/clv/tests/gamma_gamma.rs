//! Gamma-gamma and the correlation it assumes away, against golden numbers and at the edges.

use super::{golden, golden_text, near, number};
use crate::amount::Amount;
use crate::calendar::Day;
use crate::clv::correlation::Correlation;
use crate::clv::gamma_gamma::{GammaGamma, GammaGammaLikelihood, Spends};
use crate::clv::maximize::{Likelihood, Maximum, Region, maximize};
use crate::codec::Summary;
use crate::error::{Error, SqlState};
use crate::rfm::{Rfm, RfmSample};
use proptest::prelude::*;
use serde_json::Value;

/// Bounds of the logarithms, v relative to the mean spend.
fn region(spends: &Spends) -> Region<3> {
    let centre = [0.0, 0.0, libm::log(spends.mean())];
    let width = [(-10.0, 16.0), (-10.0, 16.0), (-28.0, 28.0)];
    Region {
        low: std::array::from_fn(|i| centre[i] + width[i].0),
        high: std::array::from_fn(|i| centre[i] + width[i].1),
        centre,
        precision: 0.0,
    }
}

/// Shapes, and the v with which they have the mean of the customers.
fn starts(spends: &Spends) -> [[f64; 3]; 4] {
    [(2.0, 3.0), (8.0, 8.0), (1.0, 20.0), (20.0, 1.5)].map(|(p, q)| [p, q, spends.mean() * (q - 1.0) / p])
}

/// From all starts, best first.
fn fits(spends: &Spends) -> Vec<Maximum<3>> {
    let likelihood = GammaGammaLikelihood::new(spends);
    let mut found: Vec<_> = starts(spends).iter().map(|start| maximize(&likelihood, &region(spends), start)).collect();
    found.sort_by(|a, b| b.objective.total_cmp(&a.objective));
    found
}

fn of(seen: &[(i64, f64)]) -> Spends {
    Spends::of(seen.to_vec(), 0).unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A customer with x repeat purchases of a total in units of 10⁻¹².
fn customer(x: i64, repeat: i128) -> Rfm {
    let (first, first_total) = (day("2000-01-01"), Amount::from_i64(7));
    let last = Day(first.0 + x as i32);
    let total = Amount::new(first_total.units + repeat, 2);
    Rfm::of(x + 1, total, first.start().unwrap(), last.start().unwrap(), Some(if x == 0 { total } else { first_total })).unwrap()
}

fn sample(rfms: impl IntoIterator<Item = Rfm>) -> RfmSample {
    let mut sample = RfmSample::default();
    rfms.into_iter().for_each(|rfm| sample.push(&rfm).unwrap());
    sample.settle().unwrap();
    sample
}

/// The customers of a golden file: columns of x and of the repeat spend, and how many of its units make one.
fn file(name: &str, columns: [&str; 2], per_unit: i128) -> Option<RfmSample> {
    let text = golden_text(name)?;
    let mut lines = text.lines();
    let head: Vec<_> = lines.next().unwrap().split(',').collect();
    let at = columns.map(|column| head.iter().position(|name| *name == column).unwrap());
    let row = |line: &str| {
        let cells: Vec<_> = line.split(',').collect();
        let [x, spend] = at.map(|i| cells[i].parse::<i64>().unwrap());
        customer(x, i128::from(spend) * crate::amount::UNIT / per_unit)
    };
    Some(sample(lines.map(row)))
}

fn spends(sample: &RfmSample) -> Spends {
    Spends::new(sample, day("2010-01-01")).unwrap()
}

fn check(name: &str, sample: &RfmSample, want: &Value) {
    let spends = spends(sample);
    assert_eq!(spends.customers(), number(&want["n"]), "{name}");
    let found = fits(&spends);
    for (i, fit) in found.iter().enumerate() {
        assert!(fit.converged && fit.bounds == [0; 3] && fit.iterations < 40, "{name}, start {i}: {fit:?}");
        for (k, parameter) in ["p", "q", "v"].into_iter().enumerate() {
            near(&format!("{name} {parameter}"), fit.theta[k], number(&want["params"][parameter]), 1e-9);
            if let Some(error) = want["std_err"].get(k) {
                near(&format!("{name} error of {parameter}"), fit.covariance[k][k].unwrap().sqrt() * fit.theta[k], number(error), 1e-6);
            }
        }
        let ll = number(&want["log_likelihood"]);
        assert!((fit.log_likelihood - ll).abs() < 1e-8, "{name}: {} instead of {ll}", fit.log_likelihood);
    }
}

#[test]
fn golden_fits() {
    let Some(exact) = golden("gg_bgbb_sbg.json") else { return };
    let others = golden("btyd_other_datasets.json").unwrap();
    let cdnow = file("cdnow_cbs_exact.csv", ["x", "repeat_cents"], 100).unwrap();
    check("CDNOW", &cdnow, &exact["gamma_gamma_exact"]);
    // Files with a point in them are in whole units of account; the other shop's amounts are in thousandths.
    let master = file("cdnow_master_cbs.csv", ["x", "rep"], 100).unwrap();
    let retail = file("online_retail_cbs_cal20110909.csv", ["x", "rep"], 1000).unwrap();
    for (name, sample, left_out) in [("cdnow_master_23570_weeks", &master, 1), ("online_retail_cal_2011-09-09_weeks", &retail, 0)] {
        let want = &others[name]["gamma_gamma"];
        check(name, sample, want);
        assert_eq!(spends(sample).left_out(), left_out);
        let all = Correlation::new(sample).unwrap();
        assert_eq!((all.customers as f64, all.customers + left_out), (number(&want["n"]), number(&others[name]["repeaters"]) as u64));
        near("correlation", all.pearson.unwrap(), number(&want["corr_freq_monetary"]), 1e-12);
        let (low, high) = all.interval.unwrap();
        assert!(low < all.pearson.unwrap() && all.pearson.unwrap() < high);
    }
}

#[test]
fn golden_conditional_means() {
    let Some(all) = golden("gg_bgbb_sbg.json") else { return };
    let exact = &all["gamma_gamma_exact"]["params"];
    let at_maximum = GammaGamma { p: number(&exact["p"]), q: number(&exact["q"]), v: number(&exact["v"]) };
    for (model, key) in [(at_maximum, "at_mle"), (GammaGamma { p: 6.25, q: 3.74, v: 15.44 }, "at_published_6_25_3_74_15_44")] {
        for point in all["gamma_gamma_cond_mean"][key].as_array().unwrap() {
            let x = number(&point["x"]);
            near(key, model.expected_value(x, x * number(&point["m"])).unwrap(), number(&point["e"]), 1e-14);
        }
    }
    near("domain anchor", GammaGamma { p: 6.25, q: 3.74, v: 15.44 }.expected_value(2.0, 70.0).unwrap(), 35.039_370_078_740_16, 1e-14);
}

#[test]
fn expected_values_at_the_edges() {
    let model = GammaGamma { p: 6.25, q: 3.74, v: 15.44 };
    assert_eq!(model.mean(), model.expected_value(0.0, 0.0));
    // Many purchases: their own mean. Refunds above purchases: as if nothing was spent, never negative.
    near("many", model.expected_value(1e9, 5e9).unwrap(), 5.0, 1e-8);
    assert_eq!(model.expected_value(3.0, -50.0), model.expected_value(3.0, 0.0));
    assert!(model.expected_value(3.0, -50.0).unwrap() > 0.0);
    for q in [1.0, 0.3, f64::NAN] {
        let Error { state, hint, message, .. } = GammaGamma { q, ..model }.expected_value(2.0, 30.0).unwrap_err();
        assert!(state == SqlState::NotReady && hint.is_some() && message.contains("q is"), "{message}");
    }
}

#[test]
fn derivatives_against_differences() {
    let seen = [(1, 3.5), (1, 900.0), (2, 40.0), (2, 40.0), (5, 61.25), (40, 8000.0), (40, 35.0), (300, 4000.0)];
    let spends = of(&seen);
    assert_eq!((spends.patterns(), spends.customers()), (7, 8.0));
    let likelihood = GammaGammaLikelihood::new(&spends);
    for theta in [[6.25, 3.74, 15.44], [0.1, 0.05, 300.0], [30.0, 2.0, 0.5], [2.0, 900.0, 2e4], [100.0, 50.0, 10.0], [0.01, 20.0, 7.0]] {
        let here = likelihood.evaluate(&theta);
        let alone = GammaGamma { p: theta[0], q: theta[1], v: theta[2] };
        let sum: f64 = seen.iter().map(|(x, spend)| alone.log_likelihood(*x as f64, *spend)).sum();
        near("sum over customers", here.value, sum, 1e-13);
        for i in 0..3 {
            let step = theta[i] * 1e-5;
            let [low, high] =
                [-step, step].map(|by| likelihood.evaluate(&std::array::from_fn(|k| theta[k] + if k == i { by } else { 0.0 })));
            let scale = here.value.abs() / theta[i];
            let slope = (high.value - low.value) / (2.0 * step);
            assert!((slope - here.gradient[i]).abs() < 1e-8 * scale, "{theta:?} {i}: {slope} {:?}", here.gradient);
            for j in 0..3 {
                let bend = (high.gradient[j] - low.gradient[j]) / (2.0 * step);
                assert!((bend - here.hessian[i][j]).abs() < 1e-8 * scale / theta[j], "{theta:?} {i} {j}: {bend} {:?}", here.hessian);
            }
        }
    }
}

/// In the whole box everything is a number, and large shapes lose no digits: against the limits they tend to.
#[test]
fn extreme_points() {
    let spends = of(&[(1, 1e-12), (1, 50.0), (3, 1e26), (1_000_000, 4e7), (2, 90.0)]);
    let likelihood = GammaGammaLikelihood::new(&spends);
    let Region { low, high, .. } = region(&spends);
    for corner in 0..27 {
        let pick = |i: usize| match corner / 3usize.pow(i as u32) % 3 {
            0 => low[i],
            1 => 0.5 * (low[i] + high[i]),
            _ => high[i],
        };
        let theta: [f64; 3] = std::array::from_fn(|i| pick(i).exp());
        let here = likelihood.evaluate(&theta);
        let all = here.gradient.iter().chain(here.hessian.iter().flatten());
        assert!(here.value.is_finite() && all.clone().all(|x| x.is_finite()), "{theta:?}: {here:?}");
    }
    // q and v without end: amounts gamma distributed at the rate q/v = 0.2, the density of a mean 30 of 3 with p = 2.
    let (p, rate, x, m) = (2.0, 0.2f64, 3.0, 30f64);
    let limit = (p * x) * (rate * x).ln() + (p * x - 1.0) * m.ln() - rate * x * m - 120f64.ln();
    let got = GammaGamma { p, q: 1e13, v: 5e13 }.log_likelihood(x, x * m);
    assert!((got - limit).abs() < 1e-11, "{got} {limit}");
    // p without end, p v = 45: each always spends the same, 45 times the inverse of a gamma variable of shape q = 4.
    let (q, pv, m) = (4.0, 45.0f64, 30.0f64);
    let limit = q * pv.ln() - (q + 1.0) * m.ln() - pv / m - 6f64.ln();
    let got = GammaGamma { p: 1e13, q, v: pv / 1e13 }.log_likelihood(x, x * m);
    assert!((got - limit).abs() < 1e-11, "{got} {limit}");
}

#[test]
fn all_spend_the_same() {
    // The density grows for ever around the one mean: both shapes end at their bounds, and the mean is right.
    let spends = of(&vec![(2, 50.0); 100]);
    assert_eq!((spends.patterns(), spends.customers(), spends.mean()), (1, 100.0, 25.0));
    for fit in fits(&spends) {
        assert!(fit.converged && fit.bounds[..2] == [1, 1], "{fit:?}");
        let [p, q, v] = fit.theta;
        near("mean", GammaGamma { p, q, v }.mean().unwrap(), 25.0, 1e-5);
        assert!(fit.covariance[0][0].is_none() && fit.covariance[1][1].is_none());
    }
}

#[test]
fn one_repeater() {
    for fit in fits(&of(&[(3, 60.0)])) {
        assert!(fit.log_likelihood.is_finite() && fit.gradient_norm.is_finite(), "{fit:?}");
        let [p, q, v] = fit.theta;
        near("mean", GammaGamma { p, q, v }.mean().unwrap(), 20.0, 1e-3);
    }
}

#[test]
fn nobody_differs_but_by_chance() {
    // One amount distribution for all: quantiles of the exponential, in pairs. q and v grow together, q/v is determined.
    let quantile = |i: i32| -20.0 * (1.0 - (f64::from(i) + 0.5) / 200.0).ln();
    let seen: Vec<_> = (0..200).map(|i| (2, quantile(i) + quantile((i * 77) % 200))).collect();
    for fit in fits(&of(&seen)) {
        assert!(fit.converged && fit.bounds[1] == 1, "{fit:?}");
        let [p, q, v] = fit.theta;
        near("mean", GammaGamma { p, q, v }.mean().unwrap(), of(&seen).mean(), 1e-5);
    }
}

#[test]
fn a_few_very_large_spenders() {
    // Means with a Pareto tail of exponent 1/2 have no mean: the fit finds a q below 1, and the prediction refuses.
    let seen: Vec<_> =
        (0..500).map(|i| (1 + i % 3, f64::from(1 + i as i32 % 3) * ((f64::from(i as i32) + 0.5) / 500.0).powi(-2))).collect();
    for fit in fits(&of(&seen)) {
        assert!(fit.converged && fit.bounds[1] == 0 && (0.4..0.9).contains(&fit.theta[1]), "{fit:?}");
        let [p, q, v] = fit.theta;
        assert_eq!(GammaGamma { p, q, v }.expected_value(2.0, 40.0).unwrap_err().state, SqlState::NotReady);
    }
}

#[test]
fn the_unit_of_the_amounts_does_not_matter() {
    let Some(cdnow) = file("cdnow_cbs_exact.csv", ["x", "repeat_cents"], 100) else { return };
    let cents = file("cdnow_cbs_exact.csv", ["x", "repeat_cents"], 1).unwrap();
    let (one, other) = (fits(&spends(&cdnow))[0], fits(&spends(&cents))[0]);
    let shift = 946.0 * 100f64.ln();
    assert!((one.log_likelihood - other.log_likelihood - shift).abs() < 1e-9);
    for (k, times) in [1.0, 1.0, 100.0].into_iter().enumerate() {
        near("parameter", other.theta[k], one.theta[k] * times, 1e-9);
    }
}

#[test]
fn who_is_read() {
    let unit = crate::amount::UNIT;
    let mixed = [customer(0, 0), customer(1, -unit), customer(2, 0), customer(2, 30 * unit), customer(2, 30 * unit), customer(4, 1)];
    let read = spends(&sample(mixed));
    assert_eq!((read.customers(), read.left_out(), read.patterns()), (3.0, 2, 2));
    assert_eq!(read.mean(), (15.0 + 15.0 + 1e-12 / 4.0) / 3.0);
    let nobody = spends(&sample([customer(0, 0)]));
    assert_eq!((nobody.customers(), nobody.left_out(), nobody.mean()), (0.0, 0, 0.0));

    let refused = |rfm: Rfm, as_of: &str| Spends::new(&sample([rfm]), day(as_of)).err().unwrap();
    let at = |text: &str| day(text).start().unwrap();
    let unknown = Rfm::of(3, Amount::from_i64(9), at("2000-01-01"), at("2000-01-05"), None).unwrap();
    let frequent = Rfm::of(9, Amount::from_i64(9), at("2000-01-01"), at("2000-01-05"), Some(Amount::ZERO)).unwrap();
    for (rfm, as_of, what) in
        [(unknown, "2000-02-01", "first day"), (frequent, "2000-02-01", "more events"), (customer(2, 5), "2000-01-02", "as_of")]
    {
        let e = refused(rfm, as_of);
        assert!(e.state == SqlState::InvalidParameter && e.message.contains(what) && e.hint.is_some(), "{e:?}");
    }
    for (rfm, what) in [(unknown, "first day"), (frequent, "more events")] {
        assert!(Correlation::new(&sample([rfm])).unwrap_err().message.contains(what));
    }
}

#[test]
fn correlations_where_little_is_known() {
    let unit = crate::amount::UNIT;
    let of = |seen: &[(i64, i128)]| Correlation::new(&sample(seen.iter().map(|(x, repeat)| customer(*x, *repeat)))).unwrap();
    assert_eq!(of(&[(0, 0)]), Correlation::default());
    assert_eq!(of(&[(3, unit)]), Correlation { customers: 1, ..Correlation::default() });
    // One mean for all, though a tenth three times is no float8.
    assert_eq!(of(&[(1, unit / 10), (3, 3 * unit / 10), (7, 7 * unit / 10)]), Correlation { customers: 3, ..Correlation::default() });
    assert_eq!(of(&[(2, unit), (2, 3 * unit)]).pearson, None);
    let two = of(&[(1, 5 * unit), (2, 8 * unit), (3, 0), (4, -unit)]);
    assert_eq!((two.customers, two.pearson, two.interval, two.spearman), (2, Some(-1.0), None, Some(-1.0)));
    // Rises always, not in a line.
    let four = of(&[(1, unit), (2, 3 * unit), (3, 6 * unit), (4, 1000 * unit)]);
    assert_eq!((four.customers, four.spearman), (4, Some(1.0)));
    assert!(four.pearson.unwrap() < 0.9 && four.interval.unwrap().0 < 0.0);
}

proptest! {
    /// Neither the order of the customers nor how they come together changes a bit.
    #[test]
    fn order_does_not_matter(seen in prop::collection::vec((1i64..9, 1i64..400), 1..60), turn in any::<prop::sample::Index>()) {
        let rows: Vec<_> = seen.iter().map(|(x, cents)| customer(*x, i128::from(*cents) * 10_000_000_000)).collect();
        let mut turned = rows.clone();
        turned.rotate_left(turn.index(rows.len()));
        turned.reverse();
        let (a, b) = (sample(rows), sample(turned));
        let theta = [2.5, 3.5, 0.7];
        prop_assert_eq!(GammaGammaLikelihood::new(&spends(&a)).evaluate(&theta), GammaGammaLikelihood::new(&spends(&b)).evaluate(&theta));
        prop_assert_eq!(Correlation::new(&a).unwrap(), Correlation::new(&b).unwrap());
    }
}
