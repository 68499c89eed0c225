//! Shares of one period, and the change between two taken apart into volume, mix and rate.
//!
//! The sales quantity, the sales mix and the price variance of cost accounting (Horngren, Datar, Foster, Rajan & Ittner, "Cost
//! Accounting: A Managerial Emphasis", 13th ed., 2009, pp. 517-519), with the period before in the place of the budget.

use super::proportion::{proportion, share};
use super::{Contribution, Figures, same_volume};
use crate::amount::Amount;
use crate::error::Result;
use std::collections::BTreeSet;

/// A segment in the whole of its period. A share is none where the total is not positive.
#[derive(Clone, Copy, Debug)]
pub struct Share<'a> {
    /// Its name.
    pub segment: &'a str,
    /// What it has.
    pub figures: Figures,
    /// Of the customers.
    pub customers: Option<f64>,
    /// Of the volume.
    pub volume: Option<f64>,
    /// Of the amount; below 0 or above 1 where another segment loses money.
    pub amount: Option<f64>,
}

impl Contribution {
    /// The segments with their shares. A total that overflows is 22003.
    pub fn shares(&self) -> Result<impl Iterator<Item = Share<'_>>> {
        let total = self.total()?;
        Ok(self.iter().map(move |(segment, figures)| Share {
            segment,
            figures: *figures,
            customers: share(figures.customers.into(), total.customers.into()),
            volume: share(figures.volume.units, total.volume.units),
            amount: share(figures.amount.units, total.amount.units),
        }))
    }
}

/// A segment in two periods. The three effects add up to the change, to the last digit.
#[derive(Clone, Copy, Debug)]
pub struct Shift<'a> {
    /// Its name.
    pub segment: &'a str,
    /// The period before; zeros if it was not there.
    pub before: Figures,
    /// The period after; zeros if it is not there.
    pub after: Figures,
    /// Its share of the amount before.
    pub share_before: Option<f64>,
    /// Its share of the amount after.
    pub share_after: Option<f64>,
    /// Amount after less amount before.
    pub change: Amount,
    /// As if it had grown with the total volume.
    pub volume: Amount,
    /// Because its share of the volume changed, at the rate before.
    pub mix: Amount,
    /// Because its rate changed, at the volume after.
    pub rate: Amount,
}

/// The segments of either period, in the order of the names' bytes. What leaves the range is 22003.
pub fn shift<'a>(before: &'a Contribution, after: &'a Contribution) -> Result<Vec<Shift<'a>>> {
    if let (Some(before), Some(after)) = (before.volume, after.volume) {
        same_volume(before, after)?;
    }
    let (whole_before, whole_after) = (before.total()?, after.total()?);
    let names: BTreeSet<&str> = before.iter().chain(after.iter()).map(|(name, _)| name).collect();
    let one = |segment| {
        let (mut was, mut is) = (before.figures(segment), after.figures(segment));
        let [grown, mixed] = priced(&was, &is, &whole_before, &whole_after)?;
        let scale = was.amount.scale.max(is.amount.scale);
        (was.amount.scale, is.amount.scale) = (scale, scale);
        let amount = |units| Amount::new(units, scale);
        let less = |one: i128, other: i128| amount(one).checked_sub(amount(other));
        Ok(Shift {
            segment,
            before: was,
            after: is,
            share_before: share(was.amount.units, whole_before.amount.units),
            share_after: share(is.amount.units, whole_after.amount.units),
            change: less(is.amount.units, was.amount.units)?,
            volume: less(grown, was.amount.units)?,
            mix: less(mixed, grown)?,
            rate: less(is.amount.units, mixed)?,
        })
    };
    names.into_iter().map(one).collect()
}

/// What the segment would have brought had it kept its rate and grown as the whole, and had it kept its rate at the volume that
/// it has: the two stops between its amount before and its amount after.
fn priced(was: &Figures, is: &Figures, whole_before: &Figures, whole_after: &Figures) -> Result<[i128; 2]> {
    let (v0, a0, v1, a1) = (was.volume.units, was.amount.units, is.volume.units, is.amount.units);
    let (before, after) = (whole_before.volume.units, whole_after.volume.units);
    if before == 0 {
        // There is neither a rate nor a mix to start from: what has volume now is new volume, anything else another rate.
        let stop = if v1 == 0 { a0 } else { a1 };
        return Ok([stop, stop]);
    }
    if v0 == 0 {
        // New: priced at the rate of the whole. What it brought without volume before does not grow with the volume.
        let priced = proportion(v1, whole_before.amount.units, before)?;
        return Ok([a0, Amount::new(a0, 0).checked_add(Amount::new(priced, 0))?.units]);
    }
    Ok([proportion(a0, after, before)?, proportion(v1, a0, v0)?])
}
