//! Curves: what the worst, or the best, customers hold together.

use super::Concentration;
use crate::amount::Amount;
use crate::error::{Error, Result};
use ethnum::I256;

/// A place on a curve.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Customers up to here.
    pub customers: u64,
    /// Their part of all customers, 0 … 1.
    pub customer_share: f64,
    /// The sum of their values.
    pub value: Amount,
    /// That sum over the total; none where the total is not positive.
    pub value_share: Option<f64>,
    /// The value of the last of them; none at the beginning, where there is nobody.
    pub customer_value: Option<Amount>,
}

impl Concentration {
    /// The customers from the least value up: `points` + 1 places, the first with nobody and the last with everybody. Place j
    /// is after ⌈j n / points⌉ customers; fewer customers than points have a place each.
    ///
    /// Customers with the same value can be taken in any order: what they hold together is the same.
    pub fn lorenz(&self, points: i32) -> Result<impl Iterator<Item = Result<Place>>> {
        let ascending = |from, to| (self.sum(from..to), self.best_at(self.customers() - to));
        self.curve(points, ascending)
    }

    /// As [`Concentration::lorenz`], from the best customer down.
    pub fn whale_curve(&self, points: i32) -> Result<impl Iterator<Item = Result<Place>>> {
        let all = self.customers();
        let descending = move |from: usize, to: usize| (self.sum(all - to..all - from), self.best_at(to - 1));
        self.curve(points, descending)
    }

    /// `step` gives the sum of the values from one place to a later one, and the value at the latter.
    fn curve<'a>(
        &'a self,
        points: i32,
        step: impl Fn(usize, usize) -> (I256, i128) + 'a,
    ) -> Result<impl Iterator<Item = Result<Place>> + 'a> {
        let Some(points) = usize::try_from(points).ok().filter(|points| *points > 0) else {
            return Err(Error::parameter(format!("the number of points must be at least 1, not {points}"))
                .hint("It is into how many steps the curve is divided: 100 for percents."));
        };
        let all = self.customers();
        let points = points.min(all);
        let (mut before, mut held) = (0, I256::ZERO);
        Ok((0..=points).map(move |point| {
            let customers = (point * all).div_ceil(points);
            let mut last = None;
            if customers > before {
                let (more, at) = step(before, customers);
                held += more;
                last = Some(Amount::new(at, self.scale));
                before = customers;
            }
            Ok(Place {
                customers: customers as u64,
                customer_share: self.part(customers),
                value: self.amount(held)?,
                value_share: self.share_of_total(held),
                customer_value: last,
            })
        }))
    }
}
