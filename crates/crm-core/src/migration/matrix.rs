//! The matrix of migration: how likely a customer of one tier is to be in another one a period later.

use super::{Migration, share};
use crate::error::{Error, Result};
use crate::normal::{self, wilson};

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
