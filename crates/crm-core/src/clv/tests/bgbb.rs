//! BG/BB: the donations of Fader, Hardie and Shang (2010), derivatives, limits, identities.

use super::{golden, near, number};
use crate::clv::bgbb::{Bgbb, BgbbLikelihood};
use crate::clv::histories::{Histories, Pattern};
use crate::clv::maximize::{Derivatives, Likelihood, Maximum, Region, maximize};
use proptest::prelude::*;

const BOX: Region<4> = Region { low: [-40.0; 4], high: [25.0; 4], centre: [0.0; 4], precision: 0.0 };

fn histories(cells: &[(u32, u32, u32, f64)]) -> Histories {
    let mut patterns: Vec<Pattern> = cells
        .iter()
        .map(|(x, t_x, t, count)| Pattern { x: f64::from(*x), t_x: f64::from(*t_x), t: f64::from(*t), count: *count })
        .collect();
    patterns.sort_by(|one, other| one.t.total_cmp(&other.t));
    Histories::of(patterns).unwrap()
}

fn at(x: u32, t_x: u32, t: u32) -> Pattern {
    Pattern { x: f64::from(x), t_x: f64::from(t_x), t: f64::from(t), count: 1.0 }
}

fn fit(histories: &Histories, start: [f64; 4]) -> Maximum<4> {
    maximize(&BgbbLikelihood::new(histories).unwrap(), &BOX, &start)
}

/// Standard errors of the parameters themselves.
fn errors<const N: usize>(found: &Maximum<N>) -> [f64; N] {
    std::array::from_fn(|i| found.covariance[i][i].unwrap().sqrt() * found.theta[i])
}

fn evaluate(histories: &Histories, theta: [f64; 4]) -> Derivatives<4> {
    BgbbLikelihood::new(histories).unwrap().evaluate(&theta)
}

#[test]
fn donations() {
    let Some(all) = golden("gg_bgbb_sbg.json") else { return };
    let want = &all["bg_bb_donations"];
    let rows = want["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 22);
    let figure = |row: &serde_json::Value, name: &str| number(&row[name]) as u32;
    let cells: Vec<_> = rows.iter().map(|row| (figure(row, "x"), figure(row, "t_x"), figure(row, "n"), number(&row["custs"]))).collect();
    let histories = histories(&cells);
    assert_eq!(histories.customers(), number(&want["n"]));
    for start in [[1.0; 4], [0.1, 0.1, 0.1, 10.0], [5.0, 20.0, 5.0, 1.0], [0.5, 0.5, 2.0, 2.0]] {
        let found = fit(&histories, start);
        assert!(found.converged && found.bounds == [0; 4] && found.gradient_norm < 1e-6, "{start:?} {found:?}");
        for (i, name) in ["alpha", "beta", "gamma", "delta"].iter().enumerate() {
            near(name, found.theta[i], number(&want["params"][name]), 1e-6);
            near(&format!("se {name}"), errors(&found)[i], number(&want["std_err"][i]), 1e-4);
        }
        assert!((found.log_likelihood - number(&want["log_likelihood"])).abs() < 1e-8, "{}", found.log_likelihood);
    }
    let [alpha, beta, gamma, delta] = ["alpha", "beta", "gamma", "delta"].map(|name| number(&want["params"][name]));
    let model = Bgbb { alpha, beta, gamma, delta };
    let (mut sum, mut log_likelihood) = (0.0, 0.0);
    for (row, (x, t_x, n, count)) in rows.iter().zip(&cells) {
        let customer = at(*x, *t_x, *n);
        near("p_alive", model.alive(customer), number(&row["p_alive"]), 1e-9);
        near("cet5", model.purchases(customer, 5), number(&row["cet5"]), 1e-9);
        near("cet10", model.purchases(customer, 10), number(&row["cet10"]), 1e-9);
        sum += count * model.purchases(customer, 5);
        log_likelihood += count * model.log_likelihood(customer);
    }
    near("sum_cet5", sum, number(&want["sum_cet5"]), 1e-9);
    near("log-likelihood", log_likelihood, number(&want["log_likelihood"]), 1e-13);
    for (n, expected) in want["expected_new_customer"].as_object().unwrap() {
        near("new", model.purchases_new(n.parse().unwrap()), number(expected), 1e-12);
    }
}

/// The likelihood of one customer as the paper writes it, by products.
fn plainly(model: &Bgbb, p: Pattern) -> (f64, f64) {
    let Bgbb { alpha, beta, gamma, delta } = *model;
    let rising = |c: f64, n: f64| (0..n as u32).map(|j| c + f64::from(j)).product::<f64>();
    let buys = |m: f64| rising(alpha, p.x) * rising(beta, m - p.x) / rising(alpha + beta, m);
    let alive = buys(p.t) * rising(delta, p.t) / rising(gamma + delta, p.t);
    let left = |m: f64| buys(m) * gamma * rising(delta, m) / rising(gamma + delta, m + 1.0);
    (alive, alive + (p.t_x as u32..p.t as u32).map(|m| left(f64::from(m))).sum::<f64>())
}

const SOME: [(u32, u32, u32, f64); 12] = [
    (0, 0, 0, 3.0),
    (0, 0, 1, 5.0),
    (1, 1, 1, 2.0),
    (0, 0, 9, 40.0),
    (1, 1, 9, 12.0),
    (1, 7, 9, 3.0),
    (3, 4, 9, 4.0),
    (5, 9, 9, 8.0),
    (9, 9, 9, 2.0),
    (3, 3, 30, 6.0),
    (3, 21, 30, 2.0),
    (20, 30, 30, 1.0),
];

#[test]
fn derivatives_are_those_of_the_value() {
    let histories = histories(&SOME);
    for theta in [[1.2, 0.75, 0.66, 2.8], [0.05, 3.0, 4.0, 0.3], [30.0, 50.0, 1e-3, 7.0], [2.0, 2.0, 80.0, 200.0]] {
        let here = evaluate(&histories, theta);
        let whole: f64 = histories.patterns.iter().map(|p| p.count * plainly(&bgbb(theta), *p).1.ln()).sum();
        near("value", here.value, whole, 1e-12);
        for i in 0..4 {
            let step = 1e-4 * theta[i];
            let moved = |by: f64| {
                let mut there = theta;
                there[i] += by;
                evaluate(&histories, there)
            };
            let (up, down) = (moved(step), moved(-step));
            let (up2, down2) = (moved(2.0 * step), moved(-2.0 * step));
            let slope = |f: &dyn Fn(&Derivatives<4>) -> f64| (8.0 * (f(&up) - f(&down)) - (f(&up2) - f(&down2))) / (12.0 * step);
            let scale = here.value.abs() / theta[i];
            assert!((slope(&|d| d.value) - here.gradient[i]).abs() < 1e-10 * scale, "{theta:?} {i}");
            for j in 0..4 {
                let scale = here.value.abs() / theta[i] / theta[j];
                let by = slope(&|d| d.gradient[j]);
                assert!((by - here.hessian[i][j]).abs() < 1e-10 * scale, "{theta:?} {i} {j} {by} {}", here.hessian[i][j]);
            }
        }
    }
}

fn bgbb([alpha, beta, gamma, delta]: [f64; 4]) -> Bgbb {
    Bgbb { alpha, beta, gamma, delta }
}

#[test]
fn corners_of_the_box_are_finite() {
    let mut cells = SOME.to_vec();
    cells.extend([(0, 0, 5000, 7.0), (2500, 4000, 5000, 1.0), (5000, 5000, 5000, 1.0), (1, 1, 5000, 2.0)]);
    let histories = histories(&cells);
    let likelihood = BgbbLikelihood::new(&histories).unwrap();
    for corner in 0..81 {
        let theta: [f64; 4] = std::array::from_fn(|i| [-40f64, 0.0, 25.0][corner / 3usize.pow(i as u32) % 3].exp());
        let d = likelihood.evaluate(&theta);
        let all = d.gradient.iter().chain(d.hessian.iter().flatten());
        assert!(d.value <= 0.0 && d.value.is_finite() && all.into_iter().all(|x| x.is_finite()), "{theta:?} {d:?}");
        // By logarithms they are no larger than opportunities by customers.
        for i in 0..4 {
            assert!((d.gradient[i] * theta[i]).abs() < 2e5, "{theta:?} {d:?}");
            for j in 0..4 {
                let second = d.hessian[i][j] * theta[i] * theta[j] + if i == j { d.gradient[i] * theta[i] } else { 0.0 };
                assert!(second.abs() < 2e8, "{theta:?} {i} {j} {second}");
            }
        }
        let model = bgbb(theta);
        for p in &histories.patterns {
            let (alive, purchases) = (model.alive(*p), model.purchases(*p, 1_000_000));
            assert!((0.0..=1.0).contains(&alive), "{model:?} {p:?} {alive}");
            assert!((0.0..=1_000_000.0 * (1.0 + 1e-9)).contains(&purchases), "{model:?} {p:?} {purchases}");
            assert!(model.log_likelihood(*p) <= 1e-9, "{model:?} {p:?}");
        }
        let sum: f64 = histories.patterns.iter().map(|p| p.count * model.log_likelihood(*p)).sum();
        near("sum", sum, d.value, 1e-7);
    }
}

#[test]
fn limits_of_fits() {
    // Nobody stays away: p is 1, nobody leaves.
    let always = histories(&[(6, 6, 6, 100.0), (3, 3, 3, 20.0)]);
    // Nobody ever buys again.
    let never = histories(&[(0, 0, 6, 100.0), (0, 0, 3, 20.0)]);
    for data in [always, never] {
        let found = fit(&data, [1.0; 4]);
        assert!(found.converged && found.log_likelihood > -1e-6, "{found:?}");
    }
    // Coins tossed for three opportunities by customers who never leave: binomial, neither dropout nor heterogeneity.
    let coins = histories(&[
        (0, 0, 3, 100.0),
        (1, 1, 3, 100.0),
        (1, 2, 3, 100.0),
        (1, 3, 3, 100.0),
        (2, 2, 3, 100.0),
        (2, 3, 3, 200.0),
        (3, 3, 3, 100.0),
    ]);
    let found = fit(&coins, [1.0; 4]);
    near("binomial", found.log_likelihood, 2400.0 * 0.5f64.ln(), 1e-9);
    near("mean", found.theta[0] / (found.theta[0] + found.theta[1]), 0.5, 1e-4);
}

#[test]
fn without_dropout() {
    let model = Bgbb { alpha: 2.0, beta: 3.0, gamma: 0.0, delta: 1.5 };
    let p = at(4, 6, 20);
    assert_eq!(model.alive(p), 1.0);
    near("purchases", model.purchases(p, 7), 7.0 * 6.0 / 25.0, 1e-15);
    near("new", model.purchases_new(1_000_000), 400_000.0, 1e-15);
    let nearly = Bgbb { gamma: 1e-17, ..model };
    near("limit", nearly.purchases(p, 700), model.purchases(p, 700), 1e-12);
    near("limit", nearly.log_likelihood(p), model.log_likelihood(p), 1e-12);
    near("histogram", (0..=20).map(|x| model.probability(x, 20)).sum(), 1.0, 1e-13);
}

#[test]
fn too_many_opportunities() {
    let data = histories(&[(0, 0, 100_001, 1.0)]);
    let error = BgbbLikelihood::new(&data).err().unwrap();
    assert_eq!(error.state, crate::error::SqlState::LimitExceeded);
}

proptest! {
    #[test]
    fn one_customer(logs in prop::array::uniform4(-7f64..6.0), n in 0u32..40, cut in 0f64..=1.0, used in 0f64..=1.0) {
        let model = bgbb(logs.map(f64::exp));
        let t_x = (cut * f64::from(n)) as u32;
        let x = if t_x == 0 { 0 } else { 1 + (used * f64::from(t_x - 1)) as u32 };
        let p = at(x, t_x, n);
        let (alive, all) = plainly(&model, p);
        near("likelihood", model.log_likelihood(p).exp(), all, 1e-11);
        let there = alive / all;
        near("alive", model.alive(p), there * (model.delta + p.t) / (model.gamma + model.delta + p.t), 1e-12);
        let theta = [model.alpha, model.beta, model.gamma, model.delta];
        prop_assert!((evaluate(&histories(&[(x, t_x, n, 1.0)]), theta).value - all.ln()).abs() <= 1e-12 * all.ln().abs().max(1.0));
        // Purchases: the sum over opportunities, one more each.
        let (mut stay, mut sum, mut before) = (1.0, 0.0, 0.0);
        let rate = (model.alpha + p.x) / (model.alpha + model.beta + p.t);
        for j in 0..200u64 {
            let late = model.delta + p.t + j as f64;
            stay *= late / (model.gamma + late);
            sum += there * rate * stay;
            let purchases = model.purchases(p, j + 1);
            prop_assert!(purchases >= before * (1.0 - 4.0 * f64::EPSILON) && (purchases - sum).abs() <= 1e-11 * sum, "{j} {purchases} {sum}");
            before = purchases;
        }
    }

    #[test]
    fn probabilities(logs in prop::array::uniform4(-7f64..6.0), n in 0u64..300) {
        let model = bgbb(logs.map(f64::exp));
        let (mut sum, mut mean) = (0.0, 0.0);
        for x in 0..=n {
            let probability = model.probability(x, n);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&probability));
            sum += probability;
            mean += x as f64 * probability;
        }
        prop_assert!((sum - 1.0).abs() < 1e-11, "{sum}");
        prop_assert!((mean - model.purchases_new(n)).abs() <= 1e-10 * mean, "{mean}");
        prop_assert_eq!(model.probability(n + 1, n), 0.0);
    }
}

/// Ten years of days; computed with 60 digits.
#[test]
fn long_histories() {
    for (theta, customer, log_likelihood, alive, purchases) in [
        ([1.2, 0.75, 0.66, 2.8], (900, 3600), -2040.7465141573484, 0.0008460598365913009, 0.07383052892531321),
        ([0.3, 30.0, 0.02, 90.0], (12, 2000), -81.64681051930583, 0.29002925356642884, 0.3534655503767079),
        ([5e4, 7e4, 0.4, 4e3], (1500, 3650), -2472.312664174876, 0.9999477151521489, 150.59867343935528),
        ([2.0, 4e-17, 0.5, 8.0], (3000, 3000), -11.68271196566876, 0.0, 0.0),
        ([80.0, 1e3, 1e-17, 6e10], (200, 2900), -778.5322416002145, 0.9999879356880026, 21.606504656937393),
        ([0.5, 2.0, 1e5, 3e8], (0, 0), -3.136380315917202, 0.14998687068448283, 0.007057504198881112),
    ] {
        let (model, p) = (bgbb(theta), at(customer.0, customer.1, 3650));
        near(&format!("log-likelihood {model:?}"), model.log_likelihood(p), log_likelihood, 1e-13);
        near(
            &format!("evaluated {model:?}"),
            evaluate(&histories(&[(customer.0, customer.1, 3650, 1.0)]), theta).value,
            log_likelihood,
            1e-12,
        );
        near(&format!("alive {model:?}"), model.alive(p), alive, 1e-11);
        near(&format!("purchases {model:?}"), model.purchases(p, 365), purchases, 1e-11);
    }
}
