//! The names of items that baskets refer to, each kept once for all of them.
//!
//! A query with a basket for each of a million orders has the same names of items in all of them. A basket that held them itself would
//! be many times as large, and a million baskets would have to be told apart by their text. What number a name has depends on who came
//! first, so numbers never leave the thread: what is written or printed goes by the names.

use crate::book::Index;
use crate::error::{Error, Result, SqlState};
use foldhash::fast::RandomState;
use std::cell::RefCell;
use std::hash::BuildHasher;

/// Bytes that the name of an item can have, in UTF-8.
pub const MAX_NAME_BYTES: usize = 1_000;
/// Distinct names that there can be at a time.
const MAX_NAMES: usize = 16_000_000;
/// Names up to which nothing is forgotten: the next query is likely to have the same ones.
const FEW: usize = 1024;

/// Names by number.
#[derive(Default)]
pub(super) struct Names {
    /// One after the other.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
    index: Index,
    hasher: RandomState,
    /// Baskets and itemsets that hold numbers.
    holders: usize,
}

thread_local! {
    static NAMES: RefCell<Names> = RefCell::default();
}

impl Names {
    /// How many there are; numbers are below it.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The name with a number.
    #[inline]
    pub(super) fn name(&self, number: u32) -> &str {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends.get(number - 1).copied().unwrap_or_default() };
        self.ends.get(number).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    #[inline]
    fn hash(&self, name: &str) -> u32 {
        (self.hasher.hash_one(name.as_bytes()) >> 32) as u32
    }

    /// The number of a name, a new one if need be.
    #[inline]
    fn number(&mut self, name: &str) -> Result<u32> {
        if self.ends.is_empty() {
            return self.add(name);
        }
        match self.index.find(self.hash(name), |number| self.name(number as u32) == name) {
            Ok(number) => Ok(number as u32),
            Err(_) => self.add(name),
        }
    }

    #[cold]
    fn add(&mut self, name: &str) -> Result<u32> {
        check(name)?;
        let number = self.len();
        if number == MAX_NAMES {
            return Err(Error::new(SqlState::LimitExceeded, "there are more than 16 million distinct items")
                .hint("An item is what is sold again and again; check that the column does not tell single sales apart."));
        }
        let mut index = std::mem::take(&mut self.index);
        let room = index.reserve::<()>(1, |number| self.hash(self.name(number as u32)));
        self.index = index;
        room?;
        let (text, ends) = (self.text.try_reserve(name.len()), self.ends.try_reserve(1));
        text.and(ends).map_err(|_| Error::out_of_memory("the names of items"))?;
        self.text.push_str(name);
        self.ends.push(self.text.len());
        self.index.put_new(self.hash(name), number)?;
        Ok(number as u32)
    }
}

/// What a name must be. Errors: an empty one or one with a NUL (22023), one of more than [`MAX_NAME_BYTES`] (54000).
fn check(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::parameter("the name of an item is empty").hint("Name the item, or set it to NULL to have it skipped."));
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(Error::new(SqlState::LimitExceeded, format!("the name of an item has {} bytes", name.len()))
            .hint("A name can have 1000 bytes; aggregate by a short name and join what describes it."));
    }
    if name.contains('\0') {
        return Err(
            Error::parameter("the name of an item has a NUL character").hint("PostgreSQL has no such text: take the character out.")
        );
    }
    Ok(())
}

/// The number of a name, a new one if need be. It is good while somebody holds numbers, from before or right after. Errors: see
/// [`check`]; more than 16 million names at a time (54000).
#[inline]
pub(super) fn number(name: &str) -> Result<u32> {
    NAMES.with_borrow_mut(|names| names.number(name))
}

/// Reads names.
pub(super) fn with<T>(read: impl FnOnce(&Names) -> T) -> T {
    NAMES.with_borrow(read)
}

/// Somebody who holds numbers. When the last has gone, many names are forgotten, and all numbers with them.
#[derive(Debug)]
pub(super) struct Hold(());

impl Hold {
    pub(super) fn new() -> Self {
        NAMES.with_borrow_mut(|names| names.holders += 1);
        Hold(())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // At the end of the thread the names may go first.
        let _ = NAMES.try_with(|names| {
            let names = &mut *names.borrow_mut();
            names.holders -= 1;
            if names.holders == 0 && names.len() > FEW {
                *names = Names::default();
            }
        });
    }
}
