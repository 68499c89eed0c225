//! Names, each kept once under a number: the items, and customers whose keys are text.

use crate::book::{Index, Keys, TextKeys};
use crate::codec::{MAX_FLAT, Reader, Writer, too_long};
use crate::error::{Error, Result, SqlState};
use crate::pause;
use foldhash::quality::RandomState;
use std::hash::BuildHasher;

/// Bytes that a name can have, in UTF-8.
pub const MAX_NAME_BYTES: usize = 1_000;

/// Names by number, counted from 0. Settled, they are numbered in the order of their bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// The names, one after the other.
    text: String,
    /// Where in the text each name ends.
    ends: Vec<u32>,
    /// The numbers by name; what was read or settled is indexed when it is asked for.
    index: Index,
    hasher: RandomState,
    /// The name asked for last: rows of one name often follow each other.
    last: u32,
}

impl Names {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The name under a number.
    #[inline(always)]
    pub(super) fn name(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)? as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        self.text.get(start..end)
    }

    /// The names, by number.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|number| self.name(number).unwrap_or_default())
    }

    /// The number of a name, a new one if need be. A new name must be one ([`check`]); the `limit + 1`st is 54000.
    #[inline]
    pub(super) fn number(&mut self, kind: Kind, name: &str) -> Result<u32> {
        if self.name(self.last as usize) != Some(name) {
            self.last = self.find_or_add(kind, name)?;
        }
        Ok(self.last)
    }

    #[inline]
    fn find_or_add(&mut self, kind: Kind, name: &str) -> Result<u32> {
        self.index_all()?;
        let hash = self.hash(name);
        match self.index.find(hash, |at| self.name(at) == Some(name)) {
            Ok(at) => Ok(at as u32),
            Err(place) => {
                check(kind, name)?;
                if self.len() >= kind.most() {
                    return Err(kind.too_many());
                }
                let at = self.len();
                self.append(name)?;
                self.index.put(place, hash, at)?;
                Ok(at as u32)
            }
        }
    }

    /// Indexes the names that are not yet, and makes room for one more.
    #[inline]
    fn index_all(&mut self) -> Result<()> {
        let known = self.index.len();
        let unknown = self.len() - known;
        let mut index = std::mem::take(&mut self.index);
        let made = index.reserve::<()>(unknown + 1, |at| self.hash(self.name(at).unwrap_or_default()));
        let made =
            made.and_then(|()| (known..self.len()).try_for_each(|at| index.put_new(self.hash(self.name(at).unwrap_or_default()), at)));
        self.index = index;
        made
    }

    #[inline(always)]
    fn hash(&self, name: &str) -> u32 {
        (self.hasher.hash_one(name.as_bytes()) >> 32) as u32
    }

    /// Puts a name behind the others, without indexing it.
    #[inline]
    fn append(&mut self, name: &str) -> Result<()> {
        if self.text.len() + name.len() > MAX_FLAT {
            return Err(too_long());
        }
        let room = self.text.try_reserve(name.len()).and(self.ends.try_reserve(1));
        room.map_err(|_| Error::out_of_memory("the names of an affinity"))?;
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
        Ok(())
    }

    /// Numbers the names in the order of their bytes: the new number by the old one, none if they lie in order already.
    pub(super) fn sort(&mut self) -> Result<Option<Vec<u32>>> {
        if self.iter().is_sorted() {
            return Ok(None);
        }
        let mut names = self.iter();
        let first = names.next().unwrap_or_default();
        let skip = names.map(|name| TextKeys::common(first, name)).min().unwrap_or(0);
        let room = || Error::out_of_memory("the order of names");
        let mut order: Vec<(u64, u32)> = Vec::new();
        order.try_reserve_exact(self.len()).map_err(|_| room())?;
        order.extend(self.iter().zip(0..).map(|(name, at)| (TextKeys::prefix(name, skip), at)));
        pause::sort_by(&mut order, |l, r| l.0.cmp(&r.0).then_with(|| self.name(l.1 as usize).cmp(&self.name(r.1 as usize))));
        let mut moved = Vec::new();
        moved.try_reserve_exact(self.len()).map_err(|_| room())?;
        moved.resize(self.len(), 0);
        let mut sorted = Names::default();
        sorted.text.try_reserve_exact(self.text.len()).and(sorted.ends.try_reserve_exact(self.len())).map_err(|_| room())?;
        for ((_, old), new) in order.iter().zip(0..) {
            pause::step();
            moved[*old as usize] = new;
            sorted.append(self.name(*old as usize).unwrap_or_default())?;
        }
        *self = sorted;
        Ok(Some(moved))
    }

    /// Writes the names, which are in order.
    pub(super) fn encode(&self, out: &mut Writer) -> Result<()> {
        out.varint(self.len() as u64)?;
        self.iter().try_for_each(|name| {
            out.varint(name.len() as u64)?;
            out.raw(name.as_bytes())
        })
    }

    /// Reads what [`Names::encode`] wrote.
    pub(super) fn decode(kind: Kind, input: &mut Reader<'_>) -> Result<Self> {
        let mut names = Names::default();
        let count = input.varint()?;
        input.holds(count)?;
        if count > kind.most() as u64 {
            return Err(kind.too_many().under(SqlState::InvalidBinary));
        }
        let mut last = "";
        for _ in 0..count {
            let length = input.varint()?;
            input.holds(length)?;
            let name = std::str::from_utf8(input.raw(length as usize)?).map_err(|_| input.wrong("text is not UTF-8"))?;
            check(kind, name).map_err(|e| e.under(SqlState::InvalidBinary))?;
            if name <= last {
                return Err(input.wrong("the names are not in their order"));
            }
            names.append(name)?;
            last = name;
        }
        Ok(names)
    }
}

/// What names are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Item,
    Customer,
}

/// Items that there can be.
pub const MAX_ITEMS: usize = 1 << 20;
/// Customers with text keys that there can be.
pub const MAX_TEXT_CUSTOMERS: usize = (1 << 24) - 1;

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Item => "an item",
            Kind::Customer => "a customer",
        }
    }

    fn most(self) -> usize {
        match self {
            Kind::Item => MAX_ITEMS,
            Kind::Customer => MAX_TEXT_CUSTOMERS,
        }
    }

    #[cold]
    fn too_many(self) -> Error {
        let (what, hint) = match self {
            Kind::Item => {
                ("items", "An item is a product or a class of products; check that the column does not tell single trades apart.")
            }
            Kind::Customer => ("customers with text keys", "Number the customers and give bigint, or make an affinity for each branch."),
        };
        Error::new(SqlState::LimitExceeded, format!("there are more than {} {what}", self.most())).hint(hint)
    }
}

/// What a name must be. Errors: an empty one or one with a NUL character (22023), one of more than [`MAX_NAME_BYTES`] (54000).
#[inline]
pub(super) fn check(kind: Kind, name: &str) -> Result<()> {
    let what = kind.word();
    if name.is_empty() {
        return Err(
            Error::parameter(format!("the name of {what} is empty")).hint("Give it a name, or set it to NULL to have the row skipped.")
        );
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(Error::new(SqlState::LimitExceeded, format!("the name of {what} has {} bytes", name.len()))
            .hint("A name can have 1000 bytes; aggregate by a short name and join what describes it."));
    }
    if name.contains('\0') {
        return Err(Error::parameter(format!("the name of {what} has a NUL character"))
            .hint("PostgreSQL has no such text: take the character out."));
    }
    Ok(())
}
