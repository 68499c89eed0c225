//! Who makes the profit: how a value is shared out among customers, which may be negative for some of them.
//!
//! All customers' values are kept, exactly, and sorted when somebody reads them. Sums over many of them are 256 bits wide, so
//! that no order of the rows can overflow and another not, and a ratio is rounded once, at the end.

mod codec;
mod curve;
mod reading;
mod sums;
#[cfg(test)]
mod tests;

pub use curve::Place;

use crate::amount::{Amount, UNIT, overflow};
use crate::codec::MAX_FLAT;
use crate::error::{Error, Result, SqlState};
use crate::exact::ratio;
use ethnum::I256;
use sums::Sums;

/// All customers' values.
///
/// A value below 9.2 million in magnitude takes 64 bits in units of 10⁻¹², which is the usual case; the others take 128. Those
/// are all below or all above the usual ones: sorted, the two lists are one.
#[derive(Clone, Debug, Default)]
pub struct Concentration {
    usual: Vec<i64>,
    large: Vec<i128>,
    /// Decimals to print: the most that any value has.
    scale: u8,
    /// Whether the lists are sorted and the sums are theirs.
    settled: bool,
    /// Apart, because 256 bits want another alignment than PostgreSQL gives the values it holds.
    sums: Box<Sums>,
}

/// Bytes of values that are kept: fewer in tests, so that they can be reached there.
const MOST_BYTES: usize = if cfg!(test) { 1 << 20 } else { MAX_FLAT };

/// The customers with a profit and those with a loss, see [`Concentration::peak`].
#[derive(Clone, Copy, Debug)]
pub struct Peak {
    /// Customers with a value above zero.
    pub customers: u64,
    /// Their part of all customers, 0 … 1.
    pub customer_share: f64,
    /// The sum of their values.
    pub value: Amount,
    /// That sum over the total; none where the total is not positive.
    pub value_share: Option<f64>,
    /// Customers with a value below zero.
    pub losing_customers: u64,
    /// The sum of their values.
    pub losses: Amount,
}

/// The error of more customers than are kept (54000).
#[cold]
fn too_many() -> Error {
    Error::new(SqlState::LimitExceeded, "the values of all customers would take more than 1 GB")
        .hint("134 million customers fit, 67 million where values are above 9.2 million; take a random sample of the customers.")
}

impl Concentration {
    /// Adds a customer. More than 1 GB of values is 54000.
    #[inline(always)]
    pub fn push(&mut self, value: Amount) -> Result<()> {
        self.settled = false;
        self.scale = self.scale.max(value.scale);
        self.add(value.units)
    }

    #[inline(always)]
    fn add(&mut self, units: i128) -> Result<()> {
        if self.bytes() >= MOST_BYTES {
            return Err(too_many());
        }
        match i64::try_from(units) {
            Ok(units) => append(&mut self.usual, units),
            Err(_) => append(&mut self.large, units),
        }
    }

    /// Bytes of the values.
    #[inline(always)]
    fn bytes(&self) -> usize {
        self.usual.len() * size_of::<i64>() + self.large.len() * size_of::<i128>()
    }

    /// Number of customers.
    pub fn customers(&self) -> usize {
        self.usual.len() + self.large.len()
    }

    /// Sum of the values. A sum above 1.7e26 in magnitude is 22003.
    pub fn total(&self) -> Result<Amount> {
        self.amount(self.sums.total)
    }

    /// The Gini coefficient of the population, Σ (2i − n − 1) xᵢ / (n Σ xᵢ) over the ascending values: 0 where all customers
    /// have the same, (n − 1)/n where one has all. With negative values it may pass 1; it is none where the total is not
    /// positive.
    ///
    /// `normalized`: over n Σ |xᵢ| instead, which never passes (n − 1)/n and is the same without negative values (Raffinetti,
    /// Siletti and Vernizzi, "On the Gini coefficient normalization when attributes with negative values are considered",
    /// Statistical Methods & Applications 24, 2015); none where all values are zero.
    pub fn gini(&self, normalized: bool) -> Option<f64> {
        let whole = if normalized { self.sums.absolute } else { self.sums.total };
        (whole > 0).then(|| ratio(self.sums.spread, whole * wide(self.customers())))
    }

    /// The part of the total that the best `share` of the customers hold, the last of them in part if the share does not come
    /// out even. More than 1 where others lose money; none where the total is not positive.
    pub fn top_share(&self, share: f64) -> Result<Option<f64>> {
        let share = share_units(share)?;
        let Some(total) = self.positive_total() else { return Ok(None) };
        let wanted = share * self.customers() as i128;
        let (whole, part) = ((wanted / UNIT) as usize, wanted % UNIT);
        let mut held = self.best(whole) * I256::from(UNIT);
        if part > 0 {
            held += I256::from(self.best_at(whole)) * I256::from(part);
        }
        Ok(Some(ratio(held, total * I256::from(UNIT))))
    }

    /// The smallest number of best customers whose values reach a share of the total, compared exactly; none where the total
    /// is not positive.
    pub fn customers_for_share(&self, share: f64) -> Result<Option<u64>> {
        let share = share_units(share)?;
        let Some(total) = self.positive_total() else { return Ok(None) };
        let wanted = total * I256::from(share);
        // The total is not more than all profits together, so it is reached while values are positive and their sum grows.
        let (mut low, mut high) = (0, self.customers() - self.sums.idle);
        while low < high {
            let middle = low.midpoint(high);
            if self.best(middle) * I256::from(UNIT) >= wanted { high = middle } else { low = middle + 1 }
        }
        Ok(Some(low as u64))
    }

    /// The value of the last customer of [`Concentration::customers_for_share`]; none where there is no such customer.
    pub fn value_for_share(&self, share: f64) -> Result<Option<Amount>> {
        let customers = self.customers_for_share(share)?;
        let last = customers.and_then(|customers| (customers as usize).checked_sub(1));
        Ok(last.map(|last| Amount::new(self.best_at(last), self.scale)))
    }

    /// The customers with a profit and those with a loss. A sum above 1.7e26 in magnitude is 22003.
    pub fn peak(&self) -> Result<Peak> {
        let customers = self.customers() - self.sums.idle;
        let value = self.best(customers);
        Ok(Peak {
            customers: customers as u64,
            customer_share: customers as f64 / self.customers() as f64,
            value: self.amount(value)?,
            value_share: self.share_of_total(value),
            losing_customers: self.sums.losing as u64,
            losses: self.amount(self.lowest(self.sums.losing))?,
        })
    }

    fn positive_total(&self) -> Option<I256> {
        Some(self.sums.total).filter(|total| *total > 0)
    }

    fn share_of_total(&self, value: I256) -> Option<f64> {
        self.positive_total().map(|total| ratio(value, total))
    }

    fn amount(&self, units: I256) -> Result<Amount> {
        let units = i128::try_from(units).ok().filter(|units| *units != i128::MIN).ok_or_else(overflow)?;
        Ok(Amount::new(units, self.scale))
    }
}

#[inline(always)]
fn append<T>(list: &mut Vec<T>, value: T) -> Result<()> {
    if list.len() == list.capacity() {
        more_room(list, 1)?;
    }
    list.push(value);
    Ok(())
}

#[cold]
fn more_room<T>(list: &mut Vec<T>, values: usize) -> Result<()> {
    list.try_reserve(values).map_err(|_| Error::out_of_memory("the values of customers"))
}

fn wide(customers: usize) -> I256 {
    I256::from(customers as u64)
}

/// A share, in units of 10⁻¹²: what the number prints as, so that 0.8 is four fifths to the last digit.
fn share_units(share: f64) -> Result<i128> {
    if !(0.0..=1.0).contains(&share) {
        return Err(Error::parameter(format!("a share must be from 0 to 1, not {share}")).hint("5 percent is 0.05."));
    }
    Ok(Amount::from_f64_as_printed(share)?.units)
}
