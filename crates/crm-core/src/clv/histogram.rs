//! How many customers made how many purchases, and how many the model expects: the first look at whether it fits.

use super::bgnbd::Bg;
use super::buyers::Buyers;
use super::histories::Histories;
use super::model::Buying;
use super::pareto::Pareto;
use super::quadrature::rule;
use super::sbg::{MOST_PERIODS, too_many_periods};
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::pause;
use crate::rfm::RfmSample;

/// Customers with so many repeat purchases, or in the last row at least as many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Repeat purchases.
    pub purchases: u64,
    /// Whether customers with more of them are here too: the last row.
    pub or_more: bool,
    /// Customers.
    pub observed: f64,
    /// Customers, under the model.
    pub expected: f64,
}

/// Most rows.
const MOST_ROWS: i64 = 1000;

/// The histogram of a sample as of a day, and that of the model given how long each customer has been one.
pub fn histogram(buyers: &Buyers, sample: &RfmSample, as_of: Day, up_to: i64) -> Result<Vec<Bin>> {
    if !(1..=MOST_ROWS).contains(&up_to) {
        return Err(Error::parameter(format!("up_to must be from 1 to {MOST_ROWS}, not {up_to}"))
            .hint("The last row holds all who bought as often or more."));
    }
    let all = Histories::new(sample, as_of, buyers.discrete())?;
    let (buying, days) = buyers.buying();
    let last = up_to as usize;
    let mut expected = vec![0.0; last];
    for (t, customers, _) in &all.by_t {
        pause::now();
        let probabilities = match buying {
            Buying::Bg(model) => bg(model, t / days, last),
            Buying::Pareto(model) => pareto(model, t / days, last),
            Buying::Bgbb(_) if *t > MOST_PERIODS => return Err(too_many_periods(*t)),
            Buying::Bgbb(model) => (0..last)
                .map(|x| {
                    pause::now();
                    model.probability(x as u64, *t as u64)
                })
                .collect(),
        };
        expected.iter_mut().zip(probabilities).for_each(|(sum, p)| *sum += customers * p);
    }
    let below: f64 = expected.iter().sum();
    let mut bins: Vec<Bin> = expected
        .into_iter()
        .enumerate()
        .map(|(x, expected)| Bin { purchases: x as u64, or_more: false, observed: 0.0, expected })
        .collect();
    bins.push(Bin { purchases: up_to as u64, or_more: true, observed: 0.0, expected: (all.customers() - below).max(0.0) });
    for (x, customers) in &all.by_x {
        bins[(*x as usize).min(last)].observed += customers;
    }
    Ok(bins)
}

/// The negative binomial probabilities of 0, 1, … purchases at a gamma distributed rate of shape k within τ of its scale.
fn negative_binomial(k: f64, tau: f64) -> impl Iterator<Item = f64> {
    let w = tau / (1.0 + tau);
    /// What is multiplied with when it has grown too large.
    const LESS: f64 = 1e-200;
    // Over the first, whose logarithm may be beyond what a number can be.
    let start = (1.0, -k * libm::log1p(tau));
    (0u32..).scan(start, move |(p, ln_scale), j| {
        let now = *p * libm::exp(*ln_scale);
        *p *= w * (k + f64::from(j)) / (f64::from(j) + 1.0);
        if *p > 1.0 / LESS {
            (*p, *ln_scale) = (*p * LESS, *ln_scale - libm::log(LESS));
        }
        Some(now)
    })
}

/// P(X(t) = x): of the purchases that would be made without leaving, x are, if there were x and he survived, or more and he
/// left after the xth.
pub fn bg(model: &Bg, t: f64, rows: usize) -> Vec<f64> {
    let Bg { a, b, .. } = *model;
    let more = model.chances_before_the_first_repeat();
    // Survived all chances to leave before the xth repeat purchase, and those after it too.
    let (mut before, mut rest, mut out) = (1.0, 1.0, Vec::with_capacity(rows));
    for (x, p) in negative_binomial(model.r, t / model.alpha).take(rows).enumerate() {
        let x = x as f64;
        // With no chance to leave before repeat purchases (BG/NBD) nobody leaves at 0.
        let after = if x + more > 0.0 { before * (b + (x + more - 1.0)) / (a + b + (x + more - 1.0)) } else { before };
        out.push(after * p + (before - after) * rest);
        rest = (rest - p).max(0.0);
        before = after;
    }
    out
}

/// P(X(t) = x): purchases until he leaves at u, or until t.
pub fn pareto(model: &Pareto, t: f64, rows: usize) -> Vec<f64> {
    let Pareto { r, alpha, s, beta } = *model;
    let stays = libm::exp(-s * libm::log1p(t / beta));
    let mut out: Vec<f64> = negative_binomial(r, t / alpha).take(rows).map(|p| p * stays).collect();
    if s == 0.0 || t == 0.0 {
        return out;
    }
    // In ln(1 + u/m): the density of leaving and the probabilities change with both scales.
    let m = alpha.min(beta);
    let width = libm::log1p(t / m);
    for (node, weight, _) in &rule(96).points {
        let z = node * width;
        let u = m * libm::expm1(z);
        let leaves = weight * width * (m + u) * s / (beta + u) * libm::exp(-s * libm::log1p(u / beta));
        out.iter_mut().zip(negative_binomial(r, u / alpha)).for_each(|(sum, p)| *sum += leaves * p);
    }
    out
}
