//! Implicit-feedback matrix factorisation by alternating least squares.
//!
//! Yifan Hu, Yehuda Koren, Chris Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008: a customer holds
//! an item (preference 1) or does not (0), with a confidence `c = 1 + α r` where `r` is the weight of the holding. Factors `x` of
//! customers and `y` of items make `Σ c (p - x·y)² + λ (Σ |x|² + Σ |y|²)` small, over all pairs. Each side in turn is solved
//! exactly, so that the loss falls in every iteration.
//!
//! A model keeps the items' factors only. A customer's are computed from what he holds, when they are needed.

mod fit;
mod linear;
mod model;
mod system;
#[cfg(test)]
mod tests;

pub use fit::{Factors, Sparse, factorize};
pub use model::{AlsModel, fit};

pub(crate) use linear::{Meter, Table, dot, padded};
pub(crate) use system::System;

use crate::affinity::matrix::Weighting;
use crate::error::{Error, Result};
use fit::{too_sure, whiten};
use std::ops::RangeInclusive;

/// The largest confidence above 1 that a holding may have.
const MAX_CONFIDENCE: f64 = 1e12;
/// How many factors there can be.
const FACTORS: RangeInclusive<i64> = 1..=256;
/// How many iterations.
const ITERATIONS: RangeInclusive<i64> = 1..=1000;
/// What regularization and alpha can be.
const SCALES: RangeInclusive<f64> = 1e-9..=1e9;
/// What a holding can count for.
const WEIGHTINGS: [(&str, Weighting); 3] = [("binary", Weighting::Binary), ("weight", Weighting::Weight), ("log", Weighting::Log)];

/// How to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Factors of a customer and of an item.
    pub factors: usize,
    /// Times that each side is solved.
    pub iterations: usize,
    /// λ.
    pub regularization: f64,
    /// α.
    pub alpha: f64,
    /// What a holding counts for.
    pub weighting: Weighting,
    /// Of the first factors.
    pub seed: i64,
}

impl Options {
    /// Checks the options (22023): factors 1 to 256, iterations 1 to 1000, regularization and alpha 1e-9 to 1e9, weighting
    /// `binary`, `weight` or `log`.
    pub fn new(factors: i64, iterations: i64, regularization: f64, alpha: f64, weighting: &str, seed: i64) -> Result<Self> {
        for (name, value, range) in [("factors", factors, FACTORS), ("iterations", iterations, ITERATIONS)] {
            if !range.contains(&value) {
                return Err(Error::parameter(format!("{name} must be from {} to {}, not {value}", range.start(), range.end()))
                    .hint("factors: how many numbers describe an item; iterations: how often the fit goes over the data."));
            }
        }
        for (name, value) in [("regularization", regularization), ("alpha", alpha)] {
            if !SCALES.contains(&value) {
                return Err(Error::parameter(format!("{name} must be from 1e-9 to 1e9, not {value}"))
                    .hint("regularization holds the factors small; alpha is what a weight counts beside none."));
            }
        }
        let found = WEIGHTINGS.iter().find(|(name, _)| *name == weighting);
        let Some((_, weighting)) = found else {
            return Err(Error::parameter(format!("weighting \"{}\" cannot be used here", crate::document::shorten(weighting)))
                .hint("weighting is one of \"binary\", \"weight\", \"log\"."));
        };
        Ok(Options { factors: factors as usize, iterations: iterations as usize, regularization, alpha, weighting: *weighting, seed })
    }
}

/// The confidence above 1 of a holding of a weight above 0 (22003 if it is too large).
fn confidence(weighting: Weighting, alpha: f64, weight: f64) -> Result<f64> {
    let counts = match weighting {
        Weighting::Weight => weight,
        Weighting::Log => libm::log1p(weight),
        Weighting::Binary | Weighting::Bm25 => 1.0,
    };
    let above = alpha * counts;
    if above > 0.0 && above <= MAX_CONFIDENCE { Ok(above) } else { Err(too_sure()) }
}
