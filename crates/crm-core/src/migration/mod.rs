//! Who went from which tier to which: matrix, rates, time in a tier, steady state, forecast.
//!
//! A [`Migration`] counts customers by the tier they were in before and the one they are in after. What is read from it takes the
//! shares of the customers of a tier for probabilities, and the tiers for the states of a Markov chain: where a customer goes depends
//! on the tier that he is in and on nothing else.

mod chain;
mod codec;
mod matrix;
#[cfg(test)]
mod properties;
mod rates;
#[cfg(test)]
mod tests;

pub use chain::{Forecast, MAX_PERIODS, Sojourn};
pub use matrix::Cell;
pub use rates::Rates;

use crate::error::{Error, Result, SqlState};
use crate::exact;
use crate::pnl::{Lines, MAX_NAME_BYTES, refused_name};
use ethnum::I256;

/// Tiers that a migration can have.
pub const MAX_TIERS: usize = 1_000;
/// Whole numbers up to this one are float8.
const WHOLE: i64 = 1 << f64::MANTISSA_DIGITS;

/// Customers by the tier they were in before and the tier they are in after.
///
/// Its tiers are those that somebody was in, before or after. Settled, they are in the order of their names' bytes.
#[derive(Clone, Debug, Default)]
pub struct Migration {
    names: Lines,
    /// Customers by the number of the tier before, and by that of the tier after; a row ends where there are no more.
    flows: Vec<Vec<i64>>,
    /// All of them.
    customers: i64,
}

impl Migration {
    /// Adds customers who were in one tier and are in another, or in the same; none add nothing. Errors: fewer than none, an empty or
    /// reserved name (22023), a name of more than 1,000 bytes or a tier after the 1,000th (54000), more customers than a bigint
    /// holds (22003).
    #[inline]
    pub fn push(&mut self, from: &str, to: &str, customers: i64) -> Result<()> {
        if customers < 1 {
            return if customers == 0 { Ok(()) } else { Err(negative()) };
        }
        let all = self.customers.checked_add(customers).ok_or_else(too_many)?;
        let (from, to) = (self.number(from)?, self.number(to)?);
        *self.flow(from, to)? += customers; // no more than all
        self.customers = all;
        Ok(())
    }

    /// The number of a tier, a new one if need be.
    #[inline]
    fn number(&mut self, tier: &str) -> Result<usize> {
        let number = self.names.id(tier).map_err(|e| refused(tier, e))? as usize;
        if number < MAX_TIERS { Ok(number) } else { Err(too_many_tiers()) }
    }

    /// Where the customers from one tier to another are counted.
    #[inline]
    fn flow(&mut self, from: usize, to: usize) -> Result<&mut i64> {
        if from >= self.flows.len() {
            self.flows.try_reserve(from + 1 - self.flows.len()).map_err(|_| out_of_memory())?;
            self.flows.resize_with(from + 1, Vec::new);
        }
        let row = &mut self.flows[from];
        if to >= row.len() {
            row.try_reserve(to + 1 - row.len()).map_err(|_| out_of_memory())?;
            row.resize(to + 1, 0);
        }
        Ok(&mut row[to])
    }

    /// All customers.
    pub fn customers(&self) -> i64 {
        self.customers
    }

    /// The names of the tiers; settled, in the order of their bytes.
    pub fn tiers(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter()
    }

    /// The customers who were in a tier, by the tier they are in now.
    fn row(&self, from: usize) -> impl Iterator<Item = i64> {
        let row = self.flows.get(from).map(Vec::as_slice).unwrap_or_default();
        row.iter().copied().chain(std::iter::repeat_n(0, self.names.len().saturating_sub(row.len())))
    }

    /// The customers who were in a tier and are in some tier, each of them counted.
    fn flows(&self, from: usize) -> impl Iterator<Item = (usize, i64)> {
        let row = self.flows.get(from).map(Vec::as_slice).unwrap_or_default();
        row.iter().copied().enumerate().filter(|(_, customers)| *customers > 0)
    }

    /// How many were in a tier.
    fn before(&self, from: usize) -> i64 {
        self.row(from).sum()
    }
}

/// The float8 nearest to a share.
fn share(part: i64, whole: i64) -> f64 {
    // Of whole numbers that are float8 a division is the nearest one.
    if whole <= WHOLE { part as f64 / whole as f64 } else { exact::ratio(I256::from(part), I256::from(whole)) }
}

#[cold]
fn negative() -> Error {
    Error::parameter("the number of customers is negative").hint("Give how many customers went from one tier to the other, 0 or more.")
}

#[cold]
fn too_many() -> Error {
    Error::range("the number of customers is out of range").hint("More than 9.2e18 cannot be counted: give customers, not amounts.")
}

#[cold]
fn too_many_tiers() -> Error {
    Error::new(SqlState::LimitExceeded, "there are more than 1000 tiers")
        .hint("A tier holds many customers; check that the columns do not tell single customers apart.")
}

#[cold]
fn out_of_memory() -> Error {
    Error::out_of_memory("a migration")
}

/// What is wrong with a name, said of a tier.
#[cold]
fn refused(tier: &str, e: Error) -> Error {
    match e.state {
        SqlState::LimitExceeded if tier.len() <= MAX_NAME_BYTES => too_many_tiers(),
        _ => refused_name("tier", tier, e),
    }
}
