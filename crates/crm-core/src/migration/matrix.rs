//! The matrix of migration: how likely a customer of one tier is to be in another one a period later.

use super::{Migration, share};
use crate::error::{Error, Result};
use crate::normal;

/// From one tier to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell<'m> {
    /// The tier before.
    pub from: &'m str,
    /// The tier after.
    pub to: &'m str,
    /// How many went there.
    pub customers: i64,
    /// Their share in those who were in the tier before.
    pub probability: f64,
    /// The lower end of its interval.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

impl Migration {
    /// Every tier that somebody was in before with every tier, in the order of the names. The confidence of the intervals must be above 0
    /// and below 1 (22023).
    pub fn matrix(&self, confidence: f64) -> Result<impl Iterator<Item = Cell<'_>>> {
        if !(confidence > 0.0 && confidence < 1.0) {
            return Err(Error::parameter(format!("the confidence must be above 0 and below 1, not {confidence}"))
                .hint("0.95 gives intervals that hold the true rate in about 95 of 100 cases."));
        }
        // The difference is exact, so that a confidence close to 1 keeps its tail.
        let z = -normal::quantile((1.0 - confidence) / 2.0);
        let rows = self.tiers().enumerate().map(|(from, name)| (from, name, self.before(from))).filter(|(.., before)| *before > 0);
        Ok(rows.flat_map(move |(from, name, before)| {
            self.row(from).zip(self.tiers()).map(move |(customers, to)| {
                let (lower, upper) = wilson(customers, before, z);
                Cell { from: name, to, customers, probability: share(customers, before), lower, upper }
            })
        }))
    }
}

/// The score interval of a proportion `x / n` for the normal quantile `z` (Edwin B. Wilson, "Probable inference, the law of succession, and
/// statistical inference", Journal of the American Statistical Association 22, 1927, pp. 209-212): the rates p with
/// |x - n p| at most z √(n p (1 - p)).
pub(super) fn wilson(x: i64, n: i64, z: f64) -> (f64, f64) {
    let (part, rest, whole, zz) = (x as f64, (n - x) as f64, n as f64, z * z);
    let middle = part + zz / 2.0;
    let spread = z * (part * (rest / whole) + zz / 4.0).sqrt();
    // The lower end by the product of both, x² / (n (n + z²)), and not as the difference, which loses digits: 0 for none. The
    // upper end is 1 for all.
    let lower = if x == 0 { 0.0 } else { (part / whole) * (part / (middle + spread)) };
    let upper = if rest == 0.0 { 1.0 } else { ((middle + spread) / (whole + zz)).min(1.0) };
    (lower, upper)
}
