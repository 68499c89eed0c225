//! The exact phase: every distinct value with its number of occurrences, ascending.
//!
//! One sorted vector serves every size. Up to [`EXACT_LIMIT`] values a binary search takes at most eleven steps in a few
//! kilobytes that stay in the first-level cache, whatever the values are: there is no hash to attack, a customer with
//! three payments costs one small allocation, and reading needs no sort. A column with few distinct values repeats them
//! for millions of rows; for it a table of hints remembers where a value was last found. A hint is checked before it is
//! used, so it can be wrong and never needs to be corrected.

use super::EXACT_LIMIT;
use crate::error::{Error, Result};

/// A value and how often it occurred.
pub(super) type Entry = (f64, u64);

/// Distinct values from which hints are worth their four kilobytes.
const HINTED: usize = 32;
/// Hints, as a power of two.
const HINT_BITS: u32 = 11;

/// The multiset of all observations.
#[derive(Debug, Default)]
pub(super) struct Exact {
    /// Strictly ascending by value; every count is at least one.
    entries: Vec<Entry>,
    /// Where a value with this hash was last found; empty while there are few values.
    hints: Vec<u16>,
}

impl Exact {
    /// All values, ascending, and their counts.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Adds `times` occurrences of `x`. False: `x` would be one distinct value too many, and nothing was changed.
    #[inline]
    pub(super) fn add(&mut self, x: f64, times: u64) -> Result<bool> {
        if let Some(entry) = self.hints.get(hash(x)).and_then(|at| self.entries.get_mut(usize::from(*at)))
            && entry.0 == x
        {
            entry.1 += times;
            return Ok(true);
        }
        self.search(x, times)
    }

    #[inline(never)]
    fn search(&mut self, x: f64, times: u64) -> Result<bool> {
        let at = self.entries.partition_point(|entry| entry.0 < x);
        let full = self.entries.len() >= EXACT_LIMIT;
        match self.entries.get_mut(at) {
            Some(entry) if entry.0 == x => entry.1 += times,
            _ if full => return Ok(false),
            _ => {
                self.entries.try_reserve(1).map_err(|_| out_of_memory())?;
                self.entries.insert(at, (x, times));
            }
        }
        if self.hints.is_empty() && self.entries.len() > HINTED {
            // Hints only save time: without memory for them the search goes on alone.
            if self.hints.try_reserve_exact(1 << HINT_BITS).is_ok() {
                self.hints.resize(1 << HINT_BITS, 0);
            }
        }
        if let (Some(hint), Ok(at)) = (self.hints.get_mut(hash(x)), u16::try_from(at)) {
            *hint = at;
        }
        Ok(true)
    }

    /// Appends a value above all others. The caller has checked the order and the limit.
    pub(super) fn append(&mut self, x: f64, times: u64) -> Result<()> {
        self.entries.try_reserve(1).map_err(|_| out_of_memory())?;
        self.entries.push((x, times));
        Ok(())
    }

    /// Adds another multiset. False: together they have too many distinct values, and nothing was changed.
    pub(super) fn merge(&mut self, other: &Exact) -> Result<bool> {
        let distinct = union(&self.entries, &other.entries).count();
        if distinct > EXACT_LIMIT {
            return Ok(false);
        }
        let mut merged = Vec::new();
        merged.try_reserve_exact(distinct).map_err(|_| out_of_memory())?;
        merged.extend(union(&self.entries, &other.entries));
        self.entries = merged;
        Ok(true)
    }

    /// The number of observations that are at most `x`.
    pub(super) fn count_to(&self, x: f64) -> u64 {
        self.entries.iter().take_while(|entry| entry.0 <= x).map(|entry| entry.1).sum()
    }

    /// A copy.
    pub(super) fn try_clone(&self) -> Result<Self> {
        let mut copy = Exact::default();
        copy.entries.try_reserve_exact(self.entries.len()).map_err(|_| out_of_memory())?;
        copy.entries.extend_from_slice(&self.entries);
        Ok(copy)
    }

    /// Bytes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>() + self.hints.capacity() * size_of::<u16>()
    }
}

/// The values of both lists, ascending, with the counts of equal values added up.
fn union<'a>(mut a: &'a [Entry], mut b: &'a [Entry]) -> impl Iterator<Item = Entry> + 'a {
    std::iter::from_fn(move || {
        let (entry, from_a, from_b) = match (a.first(), b.first()) {
            (Some(x), Some(y)) if x.0 == y.0 => ((x.0, x.1 + y.1), true, true),
            (Some(x), Some(y)) if x.0 > y.0 => (*y, false, true),
            (Some(x), _) => (*x, true, false),
            (None, Some(y)) => (*y, false, true),
            (None, None) => return None,
        };
        a = a.get(usize::from(from_a)..).unwrap_or_default();
        b = b.get(usize::from(from_b)..).unwrap_or_default();
        Some(entry)
    })
}

/// Fibonacci hashing of the folded bits: round values differ only in the upper half of theirs.
#[inline]
fn hash(x: f64) -> usize {
    let bits = x.to_bits();
    ((bits ^ (bits >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - HINT_BITS)) as usize
}

#[cold]
fn out_of_memory() -> Error {
    Error::out_of_memory("a distribution")
}
