//! The distribution of a number: quantiles, ranks and score thresholds of any number of observations in a summary of
//! bounded size, which does not depend on the order of the rows.
//!
//! While there are at most [`EXACT_LIMIT`] distinct values, all are kept with their counts and every answer is exact.
//! After that the observations are counted in buckets of a fixed relative width, and a value that is read from the
//! sketch differs from the observed one by at most [`Distribution::accuracy`]. Which of the two it is depends on the
//! number of distinct values, hence on the multiset of the observations alone: every order, partition and merge tree
//! leads to the same state and the same bytes.
//!
//! The promise is relative and holds for every finite value but the subnormals (magnitudes below 2.2e-308), whose
//! buckets all have the width of those just above; for them the error is at most `accuracy() · 2.2e-308`. Zero is
//! counted apart and is exact; −0 is taken as zero. Minimum and maximum are always exact.
//!
//! Memory: while exact, 16 bytes a distinct value, rounded up to a power of two, and from 33 values on 4 kB of hints
//! (64 bytes for up to four values, 20 kB at most). A sketch takes 8 kB and a page of 8·2^bits bytes for every power of
//! two, of either sign, that occurs: 4 kB at the default of nine bits, so 130 kB for amounts from 0.01 to ten million,
//! and for doubles of every exponent there is (4,094 pages) 17 MB at nine bits and 537 MB at fourteen.

mod buckets;
mod codec;
mod exact;
#[cfg(test)]
mod properties;
mod steps;
#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use crate::pause;
use buckets::Buckets;
use exact::Exact;
use std::ops::RangeInclusive;
pub use steps::Step;

/// Distinct values that are kept exactly.
///
/// Enough for what is counted, rated or dated rather than measured: ages, tenures in months, the days of two years, scores
/// and percentages to one decimal (1,001 values). And little enough that the exact state (at most 20 kB) is never larger
/// than the sketch that would follow it for ordinary data, and that a value is found in eleven steps.
pub const EXACT_LIMIT: usize = 1024;
/// Bits of the mantissa that a sketch may keep.
pub const BITS: RangeInclusive<u8> = 4..=14;
/// Bits of the mantissa that a sketch keeps unless told otherwise: values to 0.1 %.
pub const DEFAULT_BITS: u8 = 9;
/// Observations at most: what `bigint` can count.
pub const MAX_COUNT: u64 = i64::MAX as u64;
/// Relative errors that can be asked for.
const ACCURACIES: RangeInclusive<f64> = 0.00005..=0.05;
/// Classes that values can be cut into.
const BINS: RangeInclusive<i64> = 2..=1000;

/// A mergeable summary of finite numbers; see the [module](self).
#[derive(Debug)]
pub struct Distribution {
    bits: u8,
    count: u64,
    /// +∞ while there is no observation.
    min: f64,
    /// −∞ while there is no observation.
    max: f64,
    contents: Contents,
}

#[derive(Debug)]
enum Contents {
    Exact(Exact),
    Buckets(Buckets),
}

impl Default for Distribution {
    /// An empty distribution with [`DEFAULT_BITS`].
    fn default() -> Self {
        Distribution::empty(DEFAULT_BITS)
    }
}

impl Distribution {
    /// An empty distribution whose sketch keeps `bits` bits of the mantissa, 4 … 14 (22023): the relative error is at
    /// most 2^−(bits+1).
    pub fn new(bits: u8) -> Result<Self> {
        if BITS.contains(&bits) {
            Ok(Distribution::empty(bits))
        } else {
            Err(Error::parameter(format!("a distribution keeps {} to {} bits, not {bits}", BITS.start(), BITS.end())))
        }
    }

    /// The fewest bits with which the relative error is at most `accuracy`, 0.00005 … 0.05; 22023 for others.
    pub fn bits_for(accuracy: f64) -> Result<u8> {
        let wrong = || {
            let message = format!("accuracy must be from {} to {}, not {accuracy}", ACCURACIES.start(), ACCURACIES.end());
            Error::parameter(message).hint("It is the relative error of a value: 0.001 stands for 0.1 percent.")
        };
        let mut enough = BITS.filter(|bits| ACCURACIES.contains(&accuracy) && relative_error(*bits) <= accuracy);
        enough.next().ok_or_else(wrong)
    }

    fn empty(bits: u8) -> Self {
        Distribution { bits, count: 0, min: f64::INFINITY, max: f64::NEG_INFINITY, contents: Contents::Exact(Exact::default()) }
    }

    /// Adds an observation. NaN and infinities are errors (22003); an error leaves the summary as it was.
    #[inline]
    pub fn push(&mut self, x: f64) -> Result<()> {
        if !x.is_finite() {
            return Err(not_finite(x));
        }
        let x = x + 0.0; // −0 becomes 0
        let count = total(self.count, 1)?;
        match &mut self.contents {
            Contents::Buckets(buckets) => buckets.add(x, 1)?,
            Contents::Exact(exact) => {
                if !exact.add(x, 1)? {
                    self.spill(&[(x, 1)])?;
                }
            }
        }
        self.count = count;
        self.widen(x, x);
        Ok(())
    }

    /// Sets the bits of a summary that has seen nothing; with observations it must have them already (22023).
    pub fn set_bits(&mut self, bits: u8) -> Result<()> {
        if self.bits == bits {
            return Ok(());
        }
        if self.count > 0 {
            let (mine, other) = (relative_error(self.bits), relative_error(bits));
            let message = format!("distributions of accuracy {mine} and {other} cannot be merged");
            return Err(Error::parameter(message).hint("Build both with the same accuracy, and give it as a constant."));
        }
        *self = Distribution::new(bits)?;
        Ok(())
    }

    /// Adds the observations of `other`, which must have as many bits (22023) unless one of the two has none; an error
    /// leaves the summary as it was.
    pub fn merge(&mut self, other: &Distribution) -> Result<()> {
        if other.count == 0 {
            return Ok(());
        }
        self.set_bits(other.bits)?;
        let count = total(self.count, other.count)?;
        match (&mut self.contents, &other.contents) {
            (Contents::Buckets(mine), Contents::Buckets(theirs)) => mine.merge(theirs)?,
            (Contents::Buckets(mine), Contents::Exact(theirs)) => mine.add_all(theirs.entries())?,
            (Contents::Exact(mine), Contents::Buckets(theirs)) => {
                let mut merged = theirs.try_clone()?;
                merged.add_all(mine.entries())?;
                self.contents = Contents::Buckets(merged);
            }
            (Contents::Exact(mine), Contents::Exact(theirs)) => {
                if !mine.merge(theirs)? {
                    self.spill(theirs.entries())?;
                }
            }
        }
        self.count = count;
        self.widen(other.min, other.max);
        Ok(())
    }

    /// Turns the exact values and `more` into a sketch.
    #[cold]
    fn spill(&mut self, more: &[exact::Entry]) -> Result<()> {
        if let Contents::Exact(exact) = &self.contents {
            let mut buckets = Buckets::new(self.bits)?;
            buckets.add_all(exact.entries())?;
            buckets.add_all(more)?;
            self.contents = Contents::Buckets(buckets);
        }
        Ok(())
    }

    #[inline]
    fn widen(&mut self, min: f64, max: f64) {
        if min < self.min {
            self.min = min;
        }
        if max > self.max {
            self.max = max;
        }
    }

    /// The number of observations.
    #[inline]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest observation, exactly; none without observations.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// The largest observation, exactly; none without observations.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }

    /// Whether every distinct value is kept and every answer exact.
    pub fn is_exact(&self) -> bool {
        matches!(self.contents, Contents::Exact(_))
    }

    /// The bits of the mantissa that the sketch keeps, or would keep.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// The relative error of a value at most: 0 while exact, then 2^−(bits+1).
    pub fn accuracy(&self) -> f64 {
        if self.is_exact() { 0.0 } else { relative_error(self.bits) }
    }

    /// Bytes on the heap, beside the structure itself.
    pub fn heap_bytes(&self) -> usize {
        match &self.contents {
            Contents::Exact(exact) => exact.heap_bytes(),
            Contents::Buckets(buckets) => buckets.heap_bytes(),
        }
    }

    /// A copy; memory that cannot be had is an error (53200).
    pub fn try_clone(&self) -> Result<Self> {
        let contents = match &self.contents {
            Contents::Exact(exact) => Contents::Exact(exact.try_clone()?),
            Contents::Buckets(buckets) => Contents::Buckets(buckets.try_clone()?),
        };
        Ok(Distribution { contents, ..*self })
    }

    /// The `q`-quantile as `percentile_cont` defines it, for `q` from 0 to 1 (22023); see [`Distribution::quantiles`].
    pub fn quantile(&self, q: f64) -> Result<f64> {
        let place = self.place(q)?;
        let mut wanted = [(place.low, 0.0), (place.high, 0.0)];
        self.statistics(&mut wanted);
        let [(_, low), (_, high)] = wanted;
        Ok(self.between(low, high, place.share))
    }

    /// Several quantiles in one pass, in the order in which they are asked for.
    ///
    /// The quantile stands at rank q·(n−1) of the sorted observations, between the two nearest of which it is linearly
    /// interpolated (type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician
    /// 50(4), 1996). While exact, the result is that of `percentile_cont` to the last bit, except that the difference of
    /// two values does not overflow. In a sketch each of the two values is within [`Distribution::accuracy`] of the one
    /// observed, the first and the last are exact; so is the quantile within it where the two have the same sign.
    pub fn quantiles(&self, qs: &[f64]) -> Result<Vec<f64>> {
        let mut wanted = Vec::new();
        let mut found = Vec::new();
        wanted.try_reserve_exact(qs.len().saturating_mul(2)).map_err(|_| Error::out_of_memory("a list of quantiles"))?;
        found.try_reserve_exact(qs.len()).map_err(|_| Error::out_of_memory("a list of quantiles"))?;
        for q in qs {
            pause::step();
            let place = self.place(*q)?;
            wanted.extend([(place.low, 0.0), (place.high, 0.0)]);
        }
        pause::sort_by_key(&mut wanted, |(position, _)| *position);
        self.statistics(&mut wanted);
        let value = |position: u64| wanted.get(wanted.partition_point(|w| w.0 < position)).map_or(self.max, |w| w.1);
        for q in qs {
            pause::step();
            let place = self.place(*q)?;
            found.push(self.between(value(place.low), value(place.high), place.share));
        }
        Ok(found)
    }

    /// The share of observations that are at most `x`, as `cume_dist` defines it. NaN is an error (22023).
    ///
    /// In a sketch the whole bucket of `x` counts as at most `x`, except the maximum when `x` is below it. So the answer
    /// is never below the exact one, and never above the exact one of a value larger than `x` by `2 · accuracy() · |x|`:
    /// it is too high by at most the share of the observations that lie so close above `x`.
    pub fn rank(&self, x: f64) -> Result<f64> {
        if x.is_nan() {
            return Err(Error::parameter("the rank of NaN is not defined"));
        }
        self.not_empty()?;
        let x = x + 0.0;
        let up_to = match &self.contents {
            _ if x < self.min => 0,
            _ if x >= self.max => self.count,
            Contents::Exact(exact) => exact.count_to(x),
            Contents::Buckets(buckets) => buckets.count_to(x).min(self.count - 1),
        };
        Ok(up_to as f64 / self.count as f64)
    }

    /// The thresholds that cut the observations into `bins` classes (2 … 1000, 22023) of about the same size: `bins` − 1
    /// values, ascending. A value's class is 1 + the number of thresholds below it.
    ///
    /// Threshold j is the smallest observed value up to which there are at least j/`bins` of the observations, found in
    /// whole numbers. Equal values are never torn apart: a value that occurs often enough to fill several classes makes
    /// several equal thresholds, and the classes after the first of them stay empty. In a sketch the threshold is the
    /// upper edge of the bucket in which that value lies (at most the maximum): it exceeds the value by at most
    /// `2 · accuracy()` of its magnitude, and the number of observations up to it is counted exactly.
    pub fn breaks(&self, bins: i64) -> Result<Vec<f64>> {
        if !BINS.contains(&bins) {
            return Err(Error::parameter(format!("the number of bins must be from {} to {}, not {bins}", BINS.start(), BINS.end()))
                .hint("Break points divide the values into so many groups of the same size."));
        }
        self.not_empty()?;
        let mut thresholds = Vec::new();
        thresholds.try_reserve_exact(bins as usize - 1).map_err(|_| Error::out_of_memory("a list of thresholds"))?;
        let (bins, all) = (bins as u128, u128::from(self.count));
        let mut up_to = 0u128;
        let mut next = 1;
        self.ascending(buckets::upper_edge, |value, count| {
            up_to += u128::from(count);
            while next < bins && up_to * bins >= next * all {
                thresholds.push(value);
                next += 1;
            }
            next < bins
        });
        Ok(thresholds)
    }

    /// Visits the distinct values, ascending, with their counts, until `visit` says that it has enough; in a sketch what
    /// `stand_in` makes of each bucket.
    fn ascending(&self, stand_in: fn(i32, u8) -> f64, mut visit: impl FnMut(f64, u64) -> bool) {
        let _all = match &self.contents {
            Contents::Exact(exact) => exact.entries().iter().all(|(value, count)| visit(*value, *count)),
            Contents::Buckets(buckets) => buckets.iter().all(|(index, count)| {
                let value = stand_in(index, self.bits);
                visit(value.max(self.min).min(self.max), count)
            }),
        };
    }

    /// Fills in the observations at ascending positions (from 0) of the sorted observations.
    fn statistics(&self, wanted: &mut [(u64, f64)]) {
        let mut wanted = wanted.iter_mut().peekable();
        let mut up_to = 0;
        self.ascending(buckets::midpoint, |value, count| {
            up_to += count;
            while let Some((position, found)) = wanted.next_if(|w| w.0 < up_to) {
                *found = match *position {
                    0 => self.min,
                    last if last == self.count - 1 => self.max,
                    _ => value,
                };
            }
            wanted.peek().is_some()
        });
    }

    /// Where a quantile stands.
    fn place(&self, q: f64) -> Result<Place> {
        if !(0.0..=1.0).contains(&q) {
            return Err(
                Error::parameter(format!("a quantile must be from 0 to 1, not {q}")).hint("The median is 0.5, the 95th percentile 0.95.")
            );
        }
        self.not_empty()?;
        let last = self.count - 1;
        let rank = q * last as f64;
        let low = rank.floor();
        Ok(Place { low: (low as u64).min(last), high: (rank.ceil() as u64).min(last), share: rank - low })
    }

    /// Between two observations, as `percentile_cont` computes it.
    fn between(&self, low: f64, high: f64, share: f64) -> f64 {
        let span = high - low;
        let value = match share {
            0.0 => low,
            _ if span.is_finite() => low + share * span,
            _ => low * (1.0 - share) + high * share,
        };
        if self.is_exact() { value } else { value.max(self.min).min(self.max) }
    }

    fn not_empty(&self) -> Result<()> {
        if self.count > 0 { Ok(()) } else { Err(Error::parameter("the distribution has no observations")) }
    }
}

/// Two positions (from 0) of the sorted observations, and how far from the first to the second.
struct Place {
    low: u64,
    high: u64,
    share: f64,
}

/// 2^−(bits+1).
fn relative_error(bits: u8) -> f64 {
    1.0 / f64::from(2u32 << bits)
}

/// The sum of two counts; above [`MAX_COUNT`] it is an error (22003).
#[inline]
fn total(a: u64, b: u64) -> Result<u64> {
    a.checked_add(b).filter(|sum| *sum <= MAX_COUNT).ok_or_else(too_many)
}

#[cold]
fn too_many() -> Error {
    Error::range("a distribution cannot count more than 9223372036854775807 observations")
}

#[cold]
fn not_finite(x: f64) -> Error {
    let what = if x.is_nan() { "NaN" } else { "infinite" };
    Error::range(format!("value is {what}")).hint("Filter the rows, or set the value to NULL to have the row skipped.")
}
