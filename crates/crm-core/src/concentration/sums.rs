//! What is found once of the sorted values, so that every question after it is answered in microseconds.

use super::Concentration;
use crate::pause;
use ethnum::I256;
use std::ops::Range;

/// Customers whose sum is kept: the sum of any number of customers then takes one such sum and fewer values than this.
const BLOCK: usize = 1024;

/// Sums and places. Customers have places from 0, the one with the least value first.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    /// The sum of the customers before each [`BLOCK`].
    before: Vec<I256>,
    pub(super) total: I256,
    /// The sum of the magnitudes.
    pub(super) absolute: I256,
    /// Σ (2i − n − 1) xᵢ, i from 1: the sum of the differences between any two customers.
    pub(super) spread: I256,
    /// Customers with a large negative value: the first ones.
    low: usize,
    /// Customers with a value below zero.
    pub(super) losing: usize,
    /// Customers with a value of at most zero.
    pub(super) idle: usize,
}

impl Concentration {
    /// Sorts the values and finds what is asked of them.
    pub(super) fn sort(&mut self) {
        if self.settled {
            return;
        }
        pause::sort(&mut self.usual);
        pause::sort(&mut self.large);
        let low = self.large.partition_point(|units| *units < 0);
        let losing = low + self.usual.partition_point(|units| *units < 0);
        let idle = low + self.usual.partition_point(|units| *units <= 0);
        *self.sums = Sums { low, losing, idle, ..Sums::default() };
        let customers = self.customers();
        for first in (0..customers).step_by(BLOCK) {
            self.sums.before.push(self.sums.total);
            self.sums.total += self.sum(first..customers.min(first + BLOCK));
        }
        self.sums.absolute = self.sums.total - self.lowest(losing) - self.lowest(losing);
        self.sums.spread = self.spread();
        self.settled = true;
    }

    /// The values at some places, ascending: large ones below zero, usual ones, large ones above zero.
    fn parts(&self, places: Range<usize>) -> (&[i128], &[i64], &[i128]) {
        let (low, high) = (self.sums.low, self.sums.low + self.usual.len());
        let large = |from: usize, to: usize| self.large.get(from..to).unwrap_or_default();
        let usual = places.start.clamp(low, high) - low..places.end.clamp(low, high) - low;
        let above = |place: usize| place.max(high) - self.usual.len();
        (
            large(places.start.min(low), places.end.min(low)),
            self.usual.get(usual).unwrap_or_default(),
            large(above(places.start), above(places.end)),
        )
    }

    /// The sum of the values at some places.
    pub(super) fn sum(&self, places: Range<usize>) -> I256 {
        let (below, usual, above) = self.parts(places);
        // 64 bits each, and fewer than 2^28 of them.
        let usual: i128 = usual.iter().map(|units| i128::from(*units)).sum();
        below.iter().chain(above).fold(I256::from(usual), |sum, units| sum + I256::from(*units))
    }

    fn spread(&self) -> I256 {
        let customers = self.customers();
        let (below, usual, above) = self.parts(0..customers);
        let weight = |place: usize| 2 * place as i64 + 1 - customers as i64;
        let large = |first: usize, part: &[i128]| -> I256 {
            part.iter().enumerate().map(|(i, units)| I256::from(*units) * I256::from(weight(first + i))).sum()
        };
        let first = below.len();
        // 64 and 29 bits, fewer than 2^28 times.
        let middle: i128 = usual.iter().enumerate().map(|(i, units)| i128::from(*units) * i128::from(weight(first + i))).sum();
        large(0, below) + I256::from(middle) + large(first + usual.len(), above)
    }

    /// The sum of the values of the first customers.
    pub(super) fn lowest(&self, customers: usize) -> I256 {
        let block = customers / BLOCK;
        match self.sums.before.get(block) {
            Some(before) => *before + self.sum(block * BLOCK..customers),
            None => self.sums.total,
        }
    }

    /// The sum of the values of the best customers.
    pub(super) fn best(&self, customers: usize) -> I256 {
        self.sums.total - self.lowest(self.customers() - customers)
    }

    /// The value of a customer, counted from the best on, who is at 0.
    pub(super) fn best_at(&self, place: usize) -> i128 {
        let Some(place) = self.customers().checked_sub(place + 1) else { return 0 };
        let (below, usual, above) = self.parts(place..place + 1);
        usual.first().map(|units| i128::from(*units)).or_else(|| below.first().or(above.first()).copied()).unwrap_or(0)
    }

    /// All values, ascending.
    pub(super) fn values(&self) -> impl Iterator<Item = i128> + Clone {
        let (below, usual, above) = self.parts(0..self.customers());
        below.iter().copied().chain(usual.iter().map(|units| i128::from(*units))).chain(above.iter().copied())
    }

    /// The part of all customers that so many are.
    pub(super) fn part(&self, customers: usize) -> f64 {
        customers as f64 / self.customers() as f64
    }
}
