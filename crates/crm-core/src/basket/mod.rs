//! What is bought together: baskets, frequent itemsets, association rules.
//!
//! A [`Basket`] is the set of distinct items of one transaction, an [`Itemset`] the multiset of many baskets. [`Frequent`] are the sets
//! of items that many baskets hold, and [`Rules`] what follows from which of them (Rakesh Agrawal and Ramakrishnan Srikant, "Fast
//! algorithms for mining association rules", VLDB 1994, pp. 487-499).

mod codec;
mod database;
mod frequent;
mod itemset;
mod mine;
mod names;
#[cfg(test)]
mod properties;
mod rules;
#[cfg(test)]
mod tests;

pub use frequent::{Frequent, FrequentItemset};
pub use itemset::{Itemset, Share};
pub use names::MAX_NAME_BYTES;
pub use rules::{Bounds, Rule, Rules};

use crate::error::{Error, Result, SqlState};
use names::Hold;

/// Distinct items that a basket can have.
pub const MAX_ITEMS: usize = 65_536;
/// Items up to which a basket needs no memory of its own.
const FEW: usize = 8;

/// The distinct items of one transaction.
#[derive(Debug, Default)]
pub struct Basket {
    few: [u32; FEW],
    len: u32,
    /// All of them, where they are more than a few.
    many: Vec<u32>,
    /// From the first item on.
    hold: Option<Hold>,
}

impl Basket {
    /// Puts an item in; one that is there already changes nothing. Errors: an empty name (22023), a name of more than
    /// [`MAX_NAME_BYTES`], an item after the [`MAX_ITEMS`]th (54000).
    #[inline]
    pub fn push(&mut self, item: &str) -> Result<()> {
        self.insert(names::number(item)?)
    }

    /// The basket of a list of items, in any order; none of no items. Errors: see [`Basket::push`].
    pub fn of<'i>(items: impl Iterator<Item = Result<&'i str>>) -> Result<Option<Basket>> {
        let mut basket = Basket::default();
        for item in items {
            basket.push(item?)?;
        }
        Ok((!basket.is_empty()).then_some(basket))
    }

    #[inline]
    fn insert(&mut self, number: u32) -> Result<()> {
        let len = self.len as usize;
        if len > FEW {
            return self.insert_many(number);
        }
        // Before the first that is not smaller.
        let place = self.few[..len].iter().filter(|known| **known < number).count();
        if self.few[..len].get(place) == Some(&number) {
            return Ok(());
        }
        if len == FEW {
            return self.insert_many(number);
        }
        self.few.copy_within(place..len, place + 1);
        self.few[place] = number;
        self.len += 1;
        if self.hold.is_none() {
            self.hold = Some(Hold::new());
        }
        Ok(())
    }

    #[cold]
    fn insert_many(&mut self, number: u32) -> Result<()> {
        if self.len as usize == FEW {
            self.many = self.few.to_vec();
        }
        let Err(place) = self.many.binary_search(&number) else { return Ok(()) };
        if self.many.len() == MAX_ITEMS {
            return Err(too_many_items());
        }
        self.many.try_reserve(1).map_err(|_| Error::out_of_memory("a basket"))?;
        self.many.insert(place, number);
        self.len += 1;
        Ok(())
    }

    /// How many distinct items there are.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The numbers of the items, ascending.
    #[inline]
    fn numbers(&self) -> &[u32] {
        if self.len as usize > FEW { &self.many } else { &self.few[..self.len as usize] }
    }

    /// Reads the items, in the order of their bytes.
    pub fn items<T>(&self, read: impl FnOnce(&[&str]) -> T) -> T {
        names::with(|names| {
            let mut items: Vec<&str> = self.numbers().iter().map(|number| names.name(*number)).collect();
            items.sort_unstable();
            read(&items)
        })
    }
}

#[cold]
fn too_many_items() -> Error {
    Error::new(SqlState::LimitExceeded, "there are more than 65536 items in a basket")
        .hint("A basket is one transaction or what one customer holds; check the GROUP BY.")
}
