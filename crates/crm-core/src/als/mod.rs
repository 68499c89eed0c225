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
mod system;
#[cfg(test)]
mod tests;

/// The largest confidence above 1 that a holding may have.
const MAX_CONFIDENCE: f64 = 1e12;

/// How to fit.
#[derive(Clone, Debug)]
pub struct Options {
    /// 1 to 256.
    pub factors: usize,
    /// 1 to 1000.
    pub iterations: usize,
    /// λ.
    pub regularization: f64,
    /// α.
    pub alpha: f64,
    /// Of the first factors.
    pub seed: i64,
}

pub use fit::{Sparse, fit};
