//! What buy-till-you-die models know of customers: (x, t_x, T), each distinct triple once with the number of its customers.
//!
//! x counts purchases after the first, t_x is the time of the last and T the end of the observation, both from the first
//! purchase (Fader, Hardie and Lee 2005). Days are whole, so a million customers hold far fewer distinct triples, and the
//! cost of a fit grows with those.

use super::maximize::Sum;
use super::rising::Counts;
use super::unit::Unit;
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::pause;
use crate::rfm::{Rfm, RfmSample};
use std::collections::BTreeMap;

/// One customer, or all with the same figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pattern {
    /// Purchases after the first.
    pub x: f64,
    /// Time of the last purchase.
    pub t_x: f64,
    /// End of the observation.
    pub t: f64,
    /// Customers.
    pub count: f64,
}

/// How many patterns may be worked on between two pauses.
pub const PAUSE_EVERY: usize = 1024;

/// The customers of a sample as of a day.
#[derive(Clone)]
pub struct Histories {
    /// Distinct triples, in an order that only they decide.
    pub patterns: Vec<Pattern>,
    /// Customers by x, ascending.
    pub by_x: Vec<(u64, f64)>,
    /// By T: (T, customers, sum of x).
    pub by_t: Vec<(f64, f64, f64)>,
}

/// A summary's x, t_x and T in whole days or in whole units of the calendar.
///
/// Errors (22023): an event after `as_of`; more events than units, so that several stand on one.
#[inline]
pub fn triple(rfm: &Rfm, as_of: Day, discrete: Option<Unit>) -> Result<(i64, i64, i64)> {
    let (first, last) = (rfm.first_at().day(), rfm.last_at().day());
    if last > as_of {
        rfm.recency(as_of)?;
    }
    let unit = discrete.unwrap_or(Unit::Day);
    let x = rfm.frequency() - 1;
    let (t_x, t) = (unit.elapsed(first, last), unit.elapsed(first, as_of));
    if x > t_x {
        return Err(too_frequent(unit));
    }
    Ok((x, t_x, t))
}

/// T, t_x and x side by side in one number, which orders as they do: each is below 2^32. Errors of [`triple`].
#[inline]
pub fn key(rfm: &Rfm, as_of: Day, discrete: Option<Unit>) -> Result<u128> {
    let (x, t_x, t) = triple(rfm, as_of, discrete)?;
    Ok((t as u128) << 64 | (t_x as u128) << 32 | x as u128)
}

/// What a [`key`] was made of, of one customer.
#[inline]
pub fn unpacked(key: u128) -> Pattern {
    let low = |key: u128| f64::from(key as u32);
    Pattern { x: low(key), t_x: low(key >> 32), t: low(key >> 64), count: 1.0 }
}

#[cold]
fn too_frequent(unit: Unit) -> Error {
    let name = unit.name();
    Error::parameter(format!("a summary counts more events than there are {name}s from its first to its last"))
        .detail(format!("The model counts {name}s with a purchase: several purchases on one {name} are one."))
        .hint(match unit {
            Unit::Day => "Sum up by customer and day before crm.rfm_agg(day, amount), or use crm.rfm_daily_book_agg.".to_string(),
            _ => format!("Sum up by customer and {name}, with the first day of the {name}, before crm.rfm_agg(day, amount)."),
        })
}

impl Histories {
    /// Of a sample, in days (`discrete` none) or in whole units of the calendar. Errors as of [`triple`].
    pub fn new(sample: &RfmSample, as_of: Day, discrete: Option<Unit>) -> Result<Self> {
        let mut keys: Vec<u128> = Vec::new();
        keys.try_reserve_exact(sample.len()).map_err(|_| Error::out_of_memory("the histories of customers"))?;
        for rfm in sample.iter() {
            pause::step();
            keys.push(key(rfm, as_of, discrete)?);
        }
        pause::sort(&mut keys);
        let pattern = |same: &[u128]| Pattern { count: same.len() as f64, ..unpacked(same[0]) };
        let mut patterns = Vec::new();
        patterns.try_reserve_exact(keys.chunk_by(|a, b| a == b).count()).map_err(|_| Error::out_of_memory("the histories of customers"))?;
        patterns.extend(keys.chunk_by(|a, b| a == b).map(pattern));
        drop(keys);
        Self::of(patterns)
    }

    /// From patterns in order of T.
    pub fn of(patterns: Vec<Pattern>) -> Result<Self> {
        let mut by_t: Vec<(f64, f64, f64)> = Vec::new();
        for p in &patterns {
            pause::step();
            match by_t.last_mut() {
                Some(last) if last.0 == p.t => *last = (p.t, last.1 + p.count, last.2 + p.count * p.x),
                _ => by_t.push((p.t, p.count, p.count * p.x)),
            }
        }
        let mut by_x: Vec<(u64, f64)> = Vec::new();
        by_x.try_reserve_exact(patterns.len()).map_err(|_| Error::out_of_memory("the histories of customers"))?;
        by_x.extend(patterns.iter().map(|p| (p.x as u64, p.count)));
        pause::sort_by_key(&mut by_x, |(x, _)| *x);
        by_x.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        Ok(Histories { patterns, by_x, by_t })
    }

    /// Number of customers.
    pub fn customers(&self) -> f64 {
        self.by_x.iter().map(|(_, count)| count).sum()
    }

    /// Customers who bought again.
    pub fn repeaters(&self) -> f64 {
        self.by_x.iter().filter(|(x, _)| *x > 0).map(|(_, count)| count).sum()
    }

    /// Repeat purchases of all.
    pub fn purchases(&self) -> f64 {
        self.by_x.iter().map(|(x, count)| *x as f64 * count).sum()
    }

    /// The mean of T.
    pub fn mean_t(&self) -> f64 {
        let mut sum = Sum::default();
        self.by_t.iter().for_each(|(t, count, _)| sum.add(t * count));
        sum.total() / self.customers()
    }

    /// The histogram of x + `more`, as the sums over rising factorials need it.
    pub fn counts(&self, more: u64) -> Counts {
        Counts::new(&self.by_x.iter().map(|(x, count)| (x + more, *count)).collect::<Vec<_>>())
    }

    /// A few hundred mean patterns in place of all: enough to see from which starts a fit gets where.
    pub fn thinned(&self) -> Self {
        self.thinned_to(8.0)
    }

    /// A few thousand of them, or all where there are no more: enough to see whether an edge is where all would lead.
    pub fn sparse(&self) -> Self {
        const FEW: usize = 8192;
        if self.patterns.len() <= FEW { self.clone() } else { self.thinned_to(24.0) }
    }

    /// Mean patterns of so many classes of T, of t_x within T, and of the sizes of x.
    fn thinned_to(&self, classes: f64) -> Self {
        let longest = self.by_t.last().map_or(1.0, |(t, ..)| t.max(1.0));
        let class = |part: f64, whole: f64| (part / whole.max(1.0) * classes).min(classes - 1.0) as u32;
        let mut groups: BTreeMap<(u32, u32, u32), Pattern> = BTreeMap::new();
        for p in &self.patterns {
            pause::step();
            let size = if p.x < 4.0 {
                p.x as u32
            } else {
                2 * (libm::log2(p.x) as u32) + u32::from(p.x * p.x >= 2.0 * libm::exp2(2.0 * libm::floor(libm::log2(p.x))))
            };
            let group =
                groups.entry((class(p.t, longest), class(p.t_x, p.t), size)).or_insert(Pattern { x: 0.0, t_x: 0.0, t: 0.0, count: 0.0 });
            group.x += p.count * p.x;
            group.t_x += p.count * p.t_x;
            group.t += p.count * p.t;
            group.count += p.count;
        }
        let mean = |g: Pattern| Pattern { x: g.x / g.count, t_x: g.t_x / g.count, t: g.t / g.count, count: g.count };
        Histories { patterns: groups.into_values().map(mean).collect(), ..self.clone_counts() }
    }

    fn clone_counts(&self) -> Self {
        Histories { patterns: Vec::new(), by_x: self.by_x.clone(), by_t: self.by_t.clone() }
    }
}
