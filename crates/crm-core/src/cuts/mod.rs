//! Thresholds proposed from data: quantiles, shares of customers or of value, natural breaks.
//!
//! A threshold is a value that somebody has, and a class is everybody from a threshold on and below the next one. So customers
//! with the same value are never torn apart: where a wanted cut falls among them, all of them go up. Cuts that coincide, and
//! those that would leave nobody below, give fewer classes.
//!
//! Shares are taken as the decimals they print as and compared with whole customers exactly; digits after the twelfth are cut
//! off, so that the best third of three customers is one of them, and the best five sixths of six are five.

mod natural;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use natural::Natural;

use crate::amount::{Amount, DECIMALS, UNIT};
use crate::concentration::Concentration;
use crate::distribution::{Distribution, Step};
use crate::error::{Error, Result};
use std::ops::Range;

/// Cuts that can be asked for.
const MOST_CUTS: usize = 1000;

/// Everybody from a threshold on and below the next one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class<T, H> {
    /// The threshold; none for the lowest class, which takes everybody below the next.
    pub from: Option<T>,
    /// How many they are, at least one.
    pub customers: u64,
    /// Their part of all, 0 … 1.
    pub customer_share: f64,
    /// What they have together, where that is known.
    pub held: H,
}

/// What the customers of a class have together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Held {
    /// The sum of their values.
    pub value: Amount,
    /// That sum over the total; none where the total is not positive.
    pub share: Option<f64>,
}

/// A threshold, and how many customers reach it.
#[derive(Clone, Copy, Debug)]
pub struct Cut<T> {
    from: T,
    reaching: u64,
}

/// Customers in the order of their values.
pub trait Ranked {
    /// A value.
    type Value: Copy;
    /// What is known of the values of several customers together.
    type Held;

    /// How many there are.
    fn customers(&self) -> u64;

    /// The threshold that so many of the best reach, and all who have as much as the last of them. From 1 to all of them.
    fn cut(&self, best: u64) -> Cut<Self::Value>;

    /// What some customers have together, counted from the best on. A sum beyond an amount is 22003.
    fn held(&self, places: Range<u64>) -> Result<Self::Held>;

    /// The distinct values, ascending, as distances from one of them or from their middle, with the customers who have each.
    fn distances(&self) -> impl Iterator<Item = (f64, u64)> + Clone;
}

/// The classes of a [`Ranked`].
pub type Classes<R> = Vec<Class<<R as Ranked>::Value, <R as Ranked>::Held>>;

/// Classes between quantiles, ascending from 0 on and below 1 (22023): as [`by_customers`] with the shares that are above them.
pub fn by_quantile<R: Ranked>(ranked: &R, quantiles: &[f64]) -> Result<Classes<R>> {
    let (what, range) = ("quantile", "from 0 to below 1");
    check(what, quantiles, range, |q| (0.0..1.0).contains(&q))?;
    let above = |q: &f64| {
        let (units, more) = cut_off(*q)?;
        fewest(UNIT - units - i128::from(more), ranked)
    };
    classes(ranked, quantiles.iter().map(above))
}

/// Classes by the shares of the best customers, each counted from the best on, ascending, above 0 and at most 1 (22023): the
/// fewest customers who are the share, at least one, and those who have as much as the last of them.
pub fn by_customers<R: Ranked>(ranked: &R, shares: &[f64]) -> Result<Classes<R>> {
    check_shares(shares)?;
    classes(ranked, shares.iter().map(|share| fewest(cut_off(*share)?.0, ranked)))
}

/// Classes by what the best customers have together: the fewest of them who reach each share of the total, as
/// [`Concentration::customers_for_share`], and those who have as much as the last of them. Shares as in [`by_customers`]; a total
/// that is not positive is 22023.
pub fn by_value(concentration: &Concentration, shares: &[f64]) -> Result<Classes<Concentration>> {
    check_shares(shares)?;
    let nothing = || {
        Error::parameter("the total of the values is not above 0, so nobody has a share of it")
            .hint("Cut by customers or by quantiles, or take a measure that is not negative.")
    };
    let best = |share: &f64| Ok(concentration.customers_for_share(*share)?.ok_or_else(nothing)?.max(1));
    classes(concentration, shares.iter().map(best))
}

/// Natural breaks: the division into `classes` (2 … 100, 22023) with the least sum of squares within them, and how good it is. With
/// fewer distinct values there are as many classes as values.
pub fn natural<R: Ranked>(ranked: &R, wanted: i32) -> Result<(Classes<R>, Option<f64>)> {
    let all = ranked.customers();
    let Natural { below, fit } = Natural::new(ranked.distances(), wanted)?;
    Ok((classes(ranked, below.iter().map(|below| Ok(all - below)))?, fit))
}

/// Checks what is asked for: some numbers, not too many, of a range, ascending.
fn check(what: &str, numbers: &[f64], range: &str, inside: fn(f64) -> bool) -> Result<()> {
    if let Some(wrong) = numbers.iter().find(|number| !inside(**number)) {
        return Err(Error::parameter(format!("a {what} must be {range}, not {wrong}")).hint("5 percent is 0.05."));
    }
    if numbers.is_empty() || numbers.len() > MOST_CUTS {
        return Err(Error::parameter(format!("there must be 1 to {MOST_CUTS} {what}s, not {}", numbers.len()))
            .hint("Each makes a class more: array[0.02, 0.1] are three classes."));
    }
    if let Some([before, after]) = numbers.array_windows().find(|[before, after]| before >= after) {
        let message = format!("{what}s must ascend, but {after} follows {before}");
        return Err(
            Error::parameter(message).hint("Each counts from the same end on: array[0.02, 0.1] is the best 2 percent and the best 10.")
        );
    }
    Ok(())
}

fn check_shares(shares: &[f64]) -> Result<()> {
    check("share", shares, "above 0 and at most 1", |share| share > 0.0 && share <= 1.0)
}

/// A number from 0 to 1 in units of 10⁻¹², as it prints, and whether there were digits after the twelfth.
fn cut_off(share: f64) -> Result<(i128, bool)> {
    let text = share.to_string();
    let kept = text.find('.').and_then(|point| text.get(..point + 1 + usize::from(DECIMALS))).unwrap_or(&text);
    Ok((Amount::parse(kept)?.units, kept.len() < text.len()))
}

/// The fewest customers who are this share, at least one.
fn fewest<R: Ranked>(share: i128, ranked: &R) -> Result<u64> {
    let customers = i128::from(ranked.customers()) * share;
    Ok(((customers + UNIT - 1) / UNIT).max(1) as u64)
}

/// The classes, lowest first, between the thresholds that so many of the best reach.
fn classes<R: Ranked>(ranked: &R, best: impl Iterator<Item = Result<u64>>) -> Result<Classes<R>> {
    let all = ranked.customers();
    if all == 0 {
        return Err(Error::parameter("the distribution has no observations").hint("Make it of rows that are not NULL."));
    }
    let cuts: Result<Vec<_>> = best.map(|best| Ok(ranked.cut(best?))).collect();
    let mut cuts = cuts?;
    cuts.retain(|cut| cut.reaching < all);
    cuts.sort_by_key(|cut| std::cmp::Reverse(cut.reaching));
    cuts.dedup_by_key(|cut| cut.reaching);
    let starts = std::iter::once((None, all)).chain(cuts.iter().map(|cut| (Some(cut.from), cut.reaching)));
    let ends = cuts.iter().map(|cut| cut.reaching).chain([0]);
    let class = |((from, reaching), above): ((_, u64), u64)| {
        let customers = reaching - above;
        Ok(Class { from, customers, customer_share: customers as f64 / all as f64, held: ranked.held(above..reaching)? })
    };
    starts.zip(ends).map(class).collect()
}

impl Ranked for Concentration {
    type Value = Amount;
    type Held = Held;

    fn customers(&self) -> u64 {
        Concentration::customers(self) as u64
    }

    fn cut(&self, best: u64) -> Cut<Amount> {
        let from = self.best_value(best.saturating_sub(1) as usize);
        Cut { from, reaching: self.reaching(from) as u64 }
    }

    fn held(&self, places: Range<u64>) -> Result<Held> {
        let (value, share) = self.held(places.start as usize..places.end as usize)?;
        Ok(Held { value, share })
    }

    fn distances(&self) -> impl Iterator<Item = (f64, u64)> + Clone {
        let mean = self.mean();
        self.distinct().map(move |(units, customers)| {
            // Beyond 128 bits only where one of the two is nearly that long, and then rounding it first does no harm.
            let distance = units.checked_sub(mean).map_or_else(|| units as f64 - mean as f64, |distance| distance as f64);
            (distance, customers)
        })
    }
}

/// A distribution, for ranks: its values or buckets and how many observations are in each and above.
pub struct Ranks<'d> {
    distribution: &'d Distribution,
    steps: Vec<Step>,
    reaching: Vec<u64>,
}

impl<'d> Ranks<'d> {
    /// Reads a distribution.
    pub fn new(distribution: &'d Distribution) -> Result<Self> {
        let steps = distribution.steps()?;
        let mut reaching = Vec::new();
        reaching.try_reserve_exact(steps.len()).map_err(|_| Error::out_of_memory("the ranks of a distribution"))?;
        let mut left = distribution.count();
        for step in &steps {
            reaching.push(left);
            left -= step.count;
        }
        Ok(Ranks { distribution, steps, reaching })
    }
}

impl Ranked for Ranks<'_> {
    type Value = f64;
    type Held = ();

    fn customers(&self) -> u64 {
        self.distribution.count()
    }

    fn cut(&self, best: u64) -> Cut<f64> {
        let place = self.reaching.partition_point(|reaching| *reaching >= best).saturating_sub(1);
        let (step, reaching) = (self.steps.get(place), self.reaching.get(place));
        Cut { from: step.map_or(0.0, |step| step.low), reaching: reaching.copied().unwrap_or(0) }
    }

    fn held(&self, _places: Range<u64>) -> Result<()> {
        Ok(())
    }

    /// In steps of a power of two, so that squares stay in range.
    fn distances(&self) -> impl Iterator<Item = (f64, u64)> + Clone {
        let (min, max) = (self.distribution.min().unwrap_or(0.0), self.distribution.max().unwrap_or(0.0));
        let scale = 1.0 / power_of_two_below(min.abs().max(max.abs()));
        let middle = move |step: &Step| (step.low + (step.high - step.low) / 2.0).clamp(min, max) * scale;
        let weighted: f64 = self.steps.iter().map(|step| middle(step) * (step.count as f64 / self.customers() as f64)).sum();
        self.steps.iter().map(move |step| (middle(step) - weighted, step.count))
    }
}

/// The largest power of two that is not above a number, but from 2^−1000 to 2^1000.
fn power_of_two_below(x: f64) -> f64 {
    f64::from_bits(x.clamp(2f64.powi(-1000), 2f64.powi(1000)).to_bits() >> 52 << 52)
}
