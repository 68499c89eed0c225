//! Many baskets, equal ones counted.

use super::names::{self, Hold, Names};
use super::{Basket, MAX_ITEMS, too_many_items};
use crate::book::Index;
use crate::error::{Error, Result, SqlState};
use foldhash::fast::RandomState;
use std::hash::{BuildHasher, Hasher};

/// Baskets that there can be: whole numbers up to this one are float8.
pub const MAX_BASKETS: u64 = 1 << f64::MANTISSA_DIGITS;
/// Distinct baskets that there can be.
const MAX_DISTINCT: usize = 16_000_000;

/// A multiset of baskets.
#[derive(Debug, Default)]
pub struct Itemset {
    /// The numbers of the items of the distinct baskets, one basket after the other, ascending in each.
    items: Vec<u32>,
    distinct: Vec<Counted>,
    /// The distinct baskets by their items; empty while nothing was added to what was read.
    index: Index,
    hasher: RandomState,
    baskets: u64,
    /// From the first basket on.
    hold: Option<Hold>,
    /// Room for the items of a basket that comes as a list.
    list: Vec<u32>,
}

/// A distinct basket.
#[derive(Clone, Copy, Debug)]
struct Counted {
    /// Where its items end.
    end: usize,
    /// How many baskets are equal to it.
    count: u64,
}

/// An item and the baskets that hold it.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The item.
    pub item: String,
    /// How many hold it.
    pub baskets: u64,
    /// Their share in all baskets.
    pub support: f64,
}

impl Itemset {
    /// Adds a basket; an empty one is none. Errors: more than 16 million distinct baskets (54000), more than 2^53 baskets (22003).
    #[inline]
    pub fn push(&mut self, basket: &Basket) -> Result<()> {
        if basket.is_empty() {
            return Ok(());
        }
        self.add(basket.numbers(), 1)
    }

    /// Adds a basket of a list of items, in any order and more than once; an empty one is none. Errors: as [`Itemset::push`] and
    /// [`Basket::push`].
    pub fn push_list<'i>(&mut self, items: impl Iterator<Item = Result<&'i str>>) -> Result<()> {
        if self.hold.is_none() {
            self.hold = Some(Hold::new()); // before there are numbers
        }
        let mut list = std::mem::take(&mut self.list);
        list.clear();
        for item in items {
            list.try_reserve(1).map_err(|_| out_of_memory())?;
            list.push(names::number(item?)?);
        }
        list.sort_unstable();
        list.dedup();
        if list.len() > MAX_ITEMS {
            return Err(too_many_items());
        }
        if !list.is_empty() {
            self.add(&list, 1)?;
        }
        self.list = list;
        Ok(())
    }

    /// Adds so many baskets with these items, ascending and distinct, at least one.
    pub(super) fn add(&mut self, items: &[u32], count: u64) -> Result<()> {
        let baskets = self.baskets.checked_add(count).filter(|baskets| *baskets <= MAX_BASKETS).ok_or_else(too_many_baskets)?;
        self.indexed()?;
        let hash = self.hash(items);
        let place = match self.index.find(hash, |at| self.numbers(at) == items) {
            Ok(at) => {
                self.distinct[at].count += count;
                self.baskets = baskets;
                return Ok(());
            }
            Err(place) => place,
        };
        self.append(items, count)?;
        self.index.put(place, hash, self.distinct.len() - 1)?;
        self.baskets = baskets;
        Ok(())
    }

    /// Adds a basket that is known to be new, without the index.
    pub(super) fn append(&mut self, items: &[u32], count: u64) -> Result<()> {
        if self.distinct.len() >= MAX_DISTINCT {
            return Err(Error::new(SqlState::LimitExceeded, "there are more than 16 million distinct baskets")
                .hint("Split the baskets by a key, take a sample, or leave out rare items."));
        }
        let room = self.items.try_reserve(items.len()).and(self.distinct.try_reserve(1));
        room.map_err(|_| out_of_memory())?;
        if self.hold.is_none() {
            self.hold = Some(Hold::new());
        }
        self.items.extend_from_slice(items);
        self.distinct.push(Counted { end: self.items.len(), count });
        Ok(())
    }

    /// What was appended without being added is counted here.
    pub(super) fn counted(mut self) -> Option<Itemset> {
        let mut baskets = 0u64;
        for counted in &self.distinct {
            baskets = baskets.checked_add(counted.count).filter(|baskets| *baskets <= MAX_BASKETS)?;
        }
        self.baskets = baskets;
        Some(self)
    }

    /// Makes room in the index for one more basket, and puts those into it that are not there yet.
    #[inline]
    fn indexed(&mut self) -> Result<()> {
        let missing = self.index.len()..self.distinct.len();
        let mut index = std::mem::take(&mut self.index);
        let room = index.reserve::<()>(missing.len() + 1, |at| self.hash(self.numbers(at)));
        self.index = index;
        room?;
        for at in missing {
            self.index.put_new(self.hash(self.numbers(at)), at)?;
        }
        Ok(())
    }

    #[inline]
    fn hash(&self, items: &[u32]) -> u32 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(bytemuck::cast_slice(items));
        (hasher.finish() >> 32) as u32
    }

    /// The items of a distinct basket.
    #[inline]
    fn numbers(&self, at: usize) -> &[u32] {
        let start = if at == 0 { 0 } else { self.distinct[at - 1].end };
        &self.items[start..self.distinct[at].end]
    }

    /// The distinct baskets: the numbers of their items, and how many are equal.
    pub(super) fn distinct(&self) -> impl ExactSizeIterator<Item = (&[u32], u64)> {
        (0..self.distinct.len()).map(|at| (self.numbers(at), self.distinct[at].count))
    }

    /// How many items all distinct baskets have.
    pub(super) fn occurrences(&self) -> usize {
        self.items.len()
    }

    /// How many baskets there are.
    pub fn baskets(&self) -> u64 {
        self.baskets
    }

    /// How many baskets hold each item, by number, 0 for names that are not of this itemset.
    pub(super) fn counts(&self, names: &Names) -> Result<Vec<u64>> {
        let mut counts = Vec::new();
        counts.try_reserve_exact(names.len()).map_err(|_| out_of_memory())?;
        counts.resize(names.len(), 0);
        for (items, count) in self.distinct() {
            items.iter().for_each(|item| counts[*item as usize] += count);
        }
        Ok(counts)
    }

    /// The items and how many baskets hold them, those that most hold first, then in the order of their bytes.
    pub fn shares(&self) -> Result<Vec<Share>> {
        let mut shares: Vec<Share> = names::with(|names| {
            let counts = self.counts(names)?;
            let held = counts.iter().enumerate().filter(|(_, baskets)| **baskets > 0);
            let share = |(number, baskets): (usize, &u64)| Share {
                item: names.name(number as u32).to_owned(),
                baskets: *baskets,
                support: *baskets as f64 / self.baskets as f64,
            };
            Ok(held.map(share).collect())
        })?;
        shares.sort_unstable_by(|l, r| r.baskets.cmp(&l.baskets).then_with(|| l.item.cmp(&r.item)));
        Ok(shares)
    }
}

#[cold]
pub(super) fn too_many_baskets() -> Error {
    Error::range("the number of baskets is out of range").hint("An itemset counts up to 9007199254740992 baskets.")
}

#[cold]
pub(super) fn out_of_memory() -> Error {
    Error::out_of_memory("an itemset")
}
