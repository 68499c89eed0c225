//! Where in a book a key's entry lies: an open-addressing table of positions.

use super::Memory;
use crate::error::Result;
use crate::pause;

/// A slot holds the position plus one in its upper 24 bits and the lowest bits of the hash in the others; zero is empty.
///
/// The table is as long as a power of two, at most half full, and probed linearly from a home given by the upper bits of
/// the hash. Slots are small so that the pages of a large table are few: finding a page is what a row waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    slots: Vec<u32>,
    filled: usize,
}

/// Bits of a slot that are of the hash.
const TAG_BITS: u32 = 8;
/// Positions there can be.
const MOST: usize = (1 << (32 - TAG_BITS)) - 1;
/// Length of the smallest table.
const LEAST: usize = 64;

impl Index {
    /// Number of positions in it.
    pub(crate) fn len(&self) -> usize {
        self.filled
    }

    /// Makes room for `more` positions; `hash_of` gives the hash of a position that is there.
    #[inline]
    pub(crate) fn reserve<M: Memory>(&mut self, more: usize, hash_of: impl Fn(usize) -> u32) -> Result<()> {
        if (self.filled + more) * 2 > self.slots.len() { self.grow::<M>(self.filled + more, hash_of) } else { Ok(()) }
    }

    #[cold]
    fn grow<M: Memory>(&mut self, positions: usize, hash_of: impl Fn(usize) -> u32) -> Result<()> {
        if self.filled >= MOST {
            return Err(super::too_large());
        }
        let length = (positions.min(MOST) * 2).next_power_of_two().max(LEAST);
        let mut slots = super::allocated::<_, M>(length)?;
        slots.resize(length, 0);
        self.slots = slots;
        for position in 0..std::mem::take(&mut self.filled) {
            pause::step();
            self.put_new(hash_of(position), position)?;
        }
        Ok(())
    }

    /// The slot where the search for a hash begins.
    #[inline(always)]
    fn home(&self, hash: u32) -> usize {
        ((u64::from(hash) * self.slots.len() as u64) >> 32) as usize
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
            let position = (slot >> TAG_BITS) as usize - 1;
            if tag(slot) == tag(hash) && is(position) {
                return Ok(position);
            }
            place = (place + 1) & mask;
        }
    }

    /// Puts a position at a place that [`Index::find`] gave, after [`Index::reserve`]. Positions come in their order.
    #[inline(always)]
    pub(crate) fn put(&mut self, place: usize, hash: u32, position: usize) -> Result<()> {
        if position >= MOST {
            return Err(super::too_large());
        }
        self.slots[place] = ((position as u32 + 1) << TAG_BITS) | tag(hash);
        self.filled += 1;
        Ok(())
    }

    /// Puts a position whose key is known to be new, after [`Index::reserve`].
    pub(crate) fn put_new(&mut self, hash: u32, position: usize) -> Result<()> {
        let (Ok(place) | Err(place)) = self.find(hash, |_| false);
        self.put(place, hash, position)
    }
}

#[inline(always)]
fn tag(slot_or_hash: u32) -> u32 {
    slot_or_hash & ((1 << TAG_BITS) - 1)
}

#[cfg(test)]
impl Index {
    /// Slots looked at to find a position, on average; `hash_of` gives the hash of a position.
    pub(super) fn mean_search(&self, hash_of: impl Fn(usize) -> u32) -> f64 {
        let mask = self.slots.len() - 1;
        let full = self.slots.iter().enumerate().filter(|(_, slot)| **slot != 0);
        let home = |slot: u32| self.home(hash_of((slot >> TAG_BITS) as usize - 1));
        let looked: usize = full.map(|(at, slot)| (at.wrapping_sub(home(*slot)) & mask) + 1).sum();
        looked as f64 / self.filled as f64
    }
}
