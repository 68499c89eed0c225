//! What other features read of the sorted values.

use super::{Concentration, wide};
use crate::amount::Amount;
use crate::error::Result;
use std::ops::Range;

impl Concentration {
    /// The value of a customer, counted from the best on, who is at 0.
    pub(crate) fn best_value(&self, place: usize) -> Amount {
        Amount::new(self.best_at(place), self.scale)
    }

    /// How many customers have at least this value.
    pub(crate) fn reaching(&self, value: Amount) -> usize {
        let (mut low, mut high) = (0, self.customers());
        while low < high {
            let middle = low.midpoint(high);
            if self.best_at(middle) >= value.units { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// What some customers, counted from the best on, have together, and that over the total (none where the total is not
    /// positive). A sum above 1.7e26 in magnitude is 22003.
    pub(crate) fn held(&self, places: Range<usize>) -> Result<(Amount, Option<f64>)> {
        let held = self.best(places.end) - self.best(places.start);
        Ok((self.amount(held)?, self.share_of_total(held)))
    }

    /// The mean of the values in units, rounded down; 0 without customers.
    pub(crate) fn mean(&self) -> i128 {
        // Between two values, so that it has room.
        self.sums.total.checked_div_euclid(wide(self.customers())).map_or(0, |mean| mean.as_i128())
    }

    /// The distinct values in units, ascending, with the customers who have each.
    pub(crate) fn distinct(&self) -> impl Iterator<Item = (i128, u64)> + Clone {
        let mut values = self.values().peekable();
        std::iter::from_fn(move || {
            let units = values.next()?;
            let mut customers = 1;
            while values.next_if_eq(&units).is_some() {
                customers += 1;
            }
            Some((units, customers))
        })
    }
}
