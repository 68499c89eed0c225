//! Where in a book a key's entry lies: an open-addressing table of positions.

use super::Memory;
use crate::error::Result;

/// Slots hold the hash in the upper half and the position plus one in the lower; zero is empty.
///
/// The table is as long as a power of two, at most half full, and probed linearly. A slot's home is given by the upper
/// bits of the hash, so that growing needs no key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    slots: Vec<u64>,
    filled: usize,
}

/// Table lengths, as powers of two.
const LEAST_BITS: u32 = 6;
const MOST_BITS: u32 = 31;

impl Index {
    /// Number of positions in it.
    pub(crate) fn len(&self) -> usize {
        self.filled
    }

    /// Makes room for `more` positions.
    #[inline]
    pub(crate) fn reserve<M: Memory>(&mut self, more: usize) -> Result<()> {
        if (self.filled + more) * 2 > self.slots.len() { self.grow::<M>(self.filled + more) } else { Ok(()) }
    }

    #[cold]
    fn grow<M: Memory>(&mut self, positions: usize) -> Result<()> {
        let bits = (positions * 2).next_power_of_two().trailing_zeros().clamp(LEAST_BITS, MOST_BITS);
        let mut slots = super::allocated::<_, M>(1 << bits)?;
        slots.resize(1 << bits, 0);
        let old = std::mem::replace(&mut self.slots, slots);
        for slot in old.into_iter().filter(|slot| *slot != 0) {
            let place = self.vacant(hash_of(slot));
            self.slots[place] = slot;
        }
        Ok(())
    }

    /// The slot where the search for a hash begins.
    #[inline(always)]
    fn home(&self, hash: u32) -> usize {
        ((u64::from(hash) * self.slots.len() as u64) >> 32) as usize
    }

    fn vacant(&self, hash: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut place = self.home(hash);
        while self.slots[place] != 0 {
            place = (place + 1) & mask;
        }
        place
    }

    /// Brings near the slot where the search for a hash begins.
    #[inline(always)]
    pub(super) fn near<M: Memory>(&self, hash: u32) {
        if let Some(slot) = self.slots.get(self.home(hash)) {
            M::near(slot);
        }
    }

    /// The first position under a hash, if any: almost always the one that [`Index::find`] will find.
    #[inline(always)]
    pub(crate) fn likely(&self, hash: u32) -> Option<usize> {
        if self.slots.is_empty() { None } else { self.find(hash, |_| true).ok() }
    }

    /// The position under `hash` that `is` the key's, or none and the place to [`Index::put`] it.
    #[inline(always)]
    pub(crate) fn find(&self, hash: u32, is: impl Fn(usize) -> bool) -> std::result::Result<usize, usize> {
        let mask = self.slots.len() - 1;
        let mut place = self.home(hash);
        loop {
            let slot = self.slots[place];
            if slot == 0 {
                return Err(place);
            }
            let position = slot as u32 as usize - 1;
            if hash_of(slot) == hash && is(position) {
                return Ok(position);
            }
            place = (place + 1) & mask;
        }
    }

    /// Puts a position at a place that [`Index::find`] gave, after [`Index::reserve`].
    #[inline(always)]
    pub(crate) fn put(&mut self, place: usize, hash: u32, position: usize) {
        self.slots[place] = (u64::from(hash) << 32) | (position as u64 + 1);
        self.filled += 1;
    }

    /// Puts a position whose key is known to be new, after [`Index::reserve`].
    pub(crate) fn put_new(&mut self, hash: u32, position: usize) {
        let place = self.vacant(hash);
        self.put(place, hash, position);
    }
}

#[inline(always)]
fn hash_of(slot: u64) -> u32 {
    (slot >> 32) as u32
}

#[cfg(test)]
impl Index {
    /// Slots looked at to find a position, on average.
    pub(super) fn mean_search(&self) -> f64 {
        let mask = self.slots.len() - 1;
        let full = self.slots.iter().enumerate().filter(|(_, slot)| **slot != 0);
        let looked: usize = full.map(|(at, slot)| (at.wrapping_sub(self.home(hash_of(*slot))) & mask) + 1).sum();
        looked as f64 / self.filled as f64
    }
}
