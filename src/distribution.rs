//! The distribution of a measure: quantiles, ranks and cuts.

use crate::host::{Measure, function, growing_type, transition};
use crm_core::Result;
use crm_core::distribution::Distribution;

growing_type!(Distribution, distribution);

transition! { distribution_push_float8(distribution: Distribution; x: f64) via push_growing { distribution.push(x) } }
transition! { distribution_push_numeric(distribution: Distribution; x: Measure) via push_growing { distribution.push(x.0) } }

/// Adds an observation to a distribution of this accuracy.
fn push(distribution: &mut Distribution, x: f64, accuracy: f64) -> Result<()> {
    distribution.set_bits(Distribution::bits_for(accuracy)?)?;
    distribution.push(x)
}

transition! {
    distribution_push_float8_accuracy(distribution: Distribution; x: f64, accuracy: f64) via push_growing { push(distribution, x, accuracy) }
}
transition! {
    distribution_push_numeric_accuracy(distribution: Distribution; x: Measure, accuracy: f64) via push_growing { push(distribution, x.0, accuracy) }
}

function! { quantile(distribution: &Distribution, q: f64) -> f64 { distribution.quantile(q) } }
function! { quantiles(distribution: &Distribution, q: Vec<f64>) -> Vec<f64> { distribution.quantiles(&q) } }
function! { rank(distribution: &Distribution, x: f64) -> f64 { distribution.rank(x) } }
function! { breaks(distribution: &Distribution, bins: i32) -> Vec<f64> { distribution.breaks(bins.into()) } }
function! { observations(distribution: &Distribution) -> i64 { Ok(distribution.count() as i64) } }
function! { minimum(distribution: &Distribution) -> Option<f64> { Ok(distribution.min()) } }
function! { maximum(distribution: &Distribution) -> Option<f64> { Ok(distribution.max()) } }
function! { accuracy(distribution: &Distribution) -> f64 { Ok(distribution.accuracy()) } }
