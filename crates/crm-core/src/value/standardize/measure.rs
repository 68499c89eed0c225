//! What is kept of one measure.

use super::MAX_MAGNITUDE;
use crate::distribution::Distribution;
use crate::document::shorten;
use crate::error::{Error, Result, SqlState};
use crate::exact_sum::ExactSum;

/// Bytes that the name of a measure can have, in UTF-8.
pub const MAX_NAME_BYTES: usize = 1_000;
/// What a name cannot begin with: serde_json reads an object with such a key as something else.
const RESERVED: &str = "$serde_json::";

/// One measure over all rows: its distribution and its exact sums.
#[derive(Debug)]
pub struct Measure {
    pub(super) name: Box<str>,
    pub(super) distribution: Distribution,
    /// Σ x.
    pub(super) sum: ExactSum,
    /// Σ x².
    pub(super) squares: ExactSum,
    /// Σ x ln x over the positive values, each term rounded to a float8.
    pub(super) logs: ExactSum,
}

impl Measure {
    /// A measure without values; errors are those of [`check_name`].
    pub(super) fn new(name: &str) -> Result<Self> {
        check_name(name)?;
        let (sum, squares, logs) = Default::default();
        Ok(Measure { name: name.into(), distribution: Distribution::default(), sum, squares, logs })
    }

    /// A measure of which only the distribution is written, because it has every value: the sums follow.
    pub(super) fn of_exact(name: &str, distribution: Distribution) -> Result<Self> {
        let mut measure = Measure::new(name)?;
        for step in distribution.steps()? {
            let x = step.high;
            check_value(name, x)?;
            measure.sum.add_times(x, step.count);
            let square = x * x;
            measure.squares.add_times(square, step.count);
            measure.squares.add_times(x.mul_add(x, -square), step.count);
            measure.logs.add_times(x_ln_x(x), step.count);
        }
        measure.distribution = distribution;
        Ok(measure)
    }

    /// Adds a value. NaN, infinities and magnitudes above 1e130 are errors (22003).
    #[inline]
    pub(super) fn push(&mut self, x: f64) -> Result<()> {
        check_value(&self.name, x)?;
        self.distribution.push(x)?;
        self.sum.add(x);
        self.squares.add_product(x, x);
        self.logs.add(x_ln_x(x));
        Ok(())
    }

    pub(super) fn merge(&mut self, other: &Measure) -> Result<()> {
        self.distribution.merge(&other.distribution)?;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
        self.logs.merge(&other.logs);
        Ok(())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many rows have a value.
    pub fn count(&self) -> u64 {
        self.distribution.count()
    }

    /// Minimum, maximum, quantiles.
    pub fn distribution(&self) -> &Distribution {
        &self.distribution
    }

    /// The mean, of the exact sum; none without values.
    pub fn mean(&self) -> Option<f64> {
        (self.count() > 0).then(|| self.sum.divided_by(self.count() as f64))
    }

    /// The standard deviation of a sample, √((n Σx² − (Σx)²) / (n (n − 1))); none of fewer than two values.
    ///
    /// The difference is computed exactly, so that nothing cancels, whatever the mean is. (Exact for magnitudes from 1e-130
    /// on; the squares of smaller ones leave the range.)
    pub fn deviation(&self) -> Option<f64> {
        let count = self.count();
        if count < 2 {
            return None;
        }
        let mut difference = ExactSum::default();
        self.squares.parts().iter().for_each(|part| difference.add_times(*part, count));
        let parts = self.sum.parts();
        for a in &parts {
            parts.iter().for_each(|b| difference.add_product(-a, *b));
        }
        Some((difference.value().max(0.0) / (count as f64 * (count - 1) as f64)).sqrt())
    }

    /// The sum.
    pub fn sum(&self) -> f64 {
        self.sum.value()
    }

    /// The sum, exactly.
    pub(in crate::value) fn exact_sum(&self) -> &ExactSum {
        &self.sum
    }

    /// Σ x ln x over the positive values.
    pub fn logs(&self) -> f64 {
        self.logs.value()
    }
}

/// x ln x, 0 where x is not positive. The logarithm is computed alike on every machine.
#[inline]
fn x_ln_x(x: f64) -> f64 {
    if x > 0.0 { x * libm::log(x) } else { 0.0 }
}

#[inline]
fn check_value(name: &str, x: f64) -> Result<()> {
    if x.abs() <= MAX_MAGNITUDE { Ok(()) } else { Err(out_of_range(name, x)) }
}

#[cold]
fn out_of_range(name: &str, x: f64) -> Error {
    let what = if x.is_nan() {
        "NaN"
    } else if x.is_infinite() {
        "infinite"
    } else {
        "above 1e130 in magnitude"
    };
    Error::range(format!("measure \"{}\" is {what}", shorten(name))).hint("Filter the rows, or set the measure to NULL to have it missing.")
}

/// An empty or reserved name is 22023, a long one 54000.
pub(super) fn check_name(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::parameter("the name of a measure is empty").hint("Give every measure a name."));
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(Error::new(SqlState::LimitExceeded, format!("the name of a measure has {} bytes", name.len()))
            .hint("A name can have 1000 bytes."));
    }
    if name.contains('\0') || name.starts_with(RESERVED) {
        return Err(Error::parameter("the name of a measure is reserved or has a NUL character")
            .hint(format!("A name must not begin with \"{RESERVED}\".")));
    }
    Ok(())
}
