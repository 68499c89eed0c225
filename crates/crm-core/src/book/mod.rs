//! A book: the summaries of many customers, each under his key, in one value.
//!
//! One pass over the rows fills it, without a grouping by anyone else. A row's places in memory are known as soon as it
//! comes, but it waits until a batch of rows has come: meanwhile memory brings near what it will need ([`Near`]), and the
//! processor does not wait.

mod codec;
mod index;
mod key;
mod page;
mod size;
#[cfg(test)]
mod tests;

pub(crate) use index::Index;
pub use key::{IntegerKeys, Keys, TextKeys, Uuid, UuidKeys};
pub use page::{Entry, Page, Shared};
pub use size::{BookSize, Estimate, book_size};

use crate::codec::MAX_FLAT;
use crate::error::{Error, Result, SqlState};
use foldhash::quality::RandomState;
use std::cmp::Ordering;
use std::marker::PhantomData;

/// Rows that are looked up together.
const BATCH: usize = 64;
/// Rows between asking for a row's slot of the index and, with what stands there, for its line.
const LAG: usize = 16;

/// How memory is told what will be needed soon: without waiting, and without effect but on time.
pub trait Near: Clone + Default + std::fmt::Debug + 'static {
    /// Asks for a value that will be read or changed soon.
    fn near<T>(place: &T);
}

/// Asks for nothing.
impl Near for () {
    fn near<T>(_place: &T) {}
}

/// The error of a book that would pass 1 GB (54000).
#[cold]
pub fn too_large() -> Error {
    Error::new(SqlState::LimitExceeded, "the book would be larger than 1 GB")
        .hint("Make several books of fewer customers each (group by customer % 16); book_size tells how many.")
}

/// One customer: his key and his page.
#[derive(Clone, Debug)]
#[repr(C)]
struct Line<K: Keys, P> {
    slot: K::Slot,
    page: P,
}

/// In which order the lines are the keys' order.
#[derive(Clone, Debug, Default)]
enum Order {
    /// Not known: lines were added.
    #[default]
    Stale,
    /// As they lie.
    Kept,
    /// By position.
    Sorted(Vec<u32>),
}

/// The customers' pages.
#[derive(Clone, Debug)]
pub struct Book<K: Keys, P: Page, N = ()> {
    hasher: RandomState,
    index: Index,
    keys: K,
    lines: Vec<Line<K, P>>,
    shared: P::Shared,
    /// Bytes the pages hold on the heap.
    heap: usize,
    order: Order,
    /// Whether the pages are in their canonical form.
    settled: bool,
    waiting: Batch<K, P>,
    memory: PhantomData<N>,
}

/// Rows that wait to be looked up together.
#[derive(Clone, Debug)]
struct Batch<K: Keys, P: Page> {
    keys: K,
    wanted: Vec<(K::Slot, u32)>,
    events: Vec<P::Event>,
}

impl<K: Keys, P: Page> Default for Batch<K, P> {
    fn default() -> Self {
        Batch { keys: K::default(), wanted: Vec::new(), events: Vec::new() }
    }
}

impl<K: Keys, P: Page, N: Near> Default for Book<K, P, N> {
    fn default() -> Self {
        Book {
            hasher: RandomState::default(),
            index: Index::default(),
            keys: K::default(),
            lines: Vec::new(),
            shared: P::Shared::default(),
            heap: 0,
            order: Order::Stale,
            settled: false,
            waiting: Batch::default(),
            memory: PhantomData,
        }
    }
}

impl<K: Keys, P: Page, N: Near> Book<K, P, N> {
    /// Adds a row of a customer. A book of more than 1 GB is 54000; what else can fail is the page's, and may be reported
    /// some rows later.
    #[inline(always)]
    pub fn push(&mut self, key: K::Key<'_>, event: P::Event) -> Result<()> {
        if self.waiting.wanted.len() == BATCH {
            self.flush()?;
        }
        let hash = K::hash(&self.hasher, key);
        self.index.near::<N>(hash);
        let slot = self.waiting.keys.keep(key)?;
        self.waiting.wanted.push((slot, hash));
        self.waiting.events.push(event);
        if let Some((_, hash)) = self.waiting.wanted.len().checked_sub(LAG).and_then(|at| self.waiting.wanted.get(at)) {
            self.line_near(*hash);
        }
        Ok(())
    }

    /// What the pages share, to make events that refer to it.
    pub fn shared_mut(&mut self) -> &mut P::Shared {
        &mut self.shared
    }

    /// What the pages share.
    pub fn shared(&self) -> &P::Shared {
        &self.shared
    }

    /// Number of customers. The book is settled.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it has no customers. The book is settled.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The customer at a place in the order of keys, 0 … [`Book::len`] − 1. The book is settled.
    #[inline]
    pub fn at(&self, place: usize) -> Option<(K::Key<'_>, &P)> {
        let position = match &self.order {
            Order::Sorted(order) => *order.get(place)? as usize,
            Order::Kept | Order::Stale => place,
        };
        self.lines.get(position).map(|line| (self.keys.key(line.slot), &line.page))
    }

    /// The customers in the order of their keys. The book is settled.
    pub fn iter(&self) -> impl Iterator<Item = (K::Key<'_>, &P)> {
        (0..self.len()).filter_map(|place| self.at(place))
    }

    /// A customer's page. The book is settled.
    pub fn get(&self, key: K::Key<'_>) -> Option<&P> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            let (found, page) = self.at(middle)?;
            match K::compare(found, key) {
                Ordering::Equal => return Some(page),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The line that a key's search will most likely come to.
    #[inline(always)]
    fn likely(&self, hash: u32) -> Option<&Line<K, P>> {
        self.index.likely(hash).and_then(|position| self.lines.get(position))
    }

    #[inline(always)]
    fn line_near(&self, hash: u32) {
        if let Some(line) = self.likely(hash) {
            N::near(line);
        }
    }

    /// Looks the waiting rows up and adds them.
    #[inline(never)]
    fn flush(&mut self) -> Result<()> {
        let mut batch = std::mem::take(&mut self.waiting);
        if !batch.wanted.is_empty() {
            let mut positions = [0; BATCH];
            // The lines of the last rows were not asked for yet.
            batch.wanted.iter().rev().take(LAG - 1).for_each(|(_, hash)| self.line_near(*hash));
            self.locate(&batch.keys, &batch.wanted, &mut positions)?;
            self.settled = false;
            let mut grown = 0;
            for (position, event) in positions.iter().zip(&batch.events) {
                if let Some(line) = self.lines.get_mut(*position as usize) {
                    grown += line.page.push(event)?;
                }
            }
            self.grow_by(grown)?;
        }
        batch.keys.clear();
        batch.wanted.clear();
        batch.events.clear();
        self.waiting = batch;
        Ok(())
    }

    /// The positions of at most [`BATCH`] keys, whose lines are near; who is new gets a line.
    #[inline(always)]
    fn locate(&mut self, keys: &K, wanted: &[(K::Slot, u32)], positions: &mut [u32; BATCH]) -> Result<()> {
        self.index_all()?;
        self.index.reserve(wanted.len())?;
        for (_, hash) in wanted {
            if let Some(line) = self.likely(*hash) {
                self.keys.near::<N>(line.slot);
                line.page.near::<N>();
            }
        }
        for ((slot, hash), position) in wanted.iter().zip(positions) {
            let key = keys.key(*slot);
            let found =
                self.index.find(*hash, |at| self.lines.get(at).is_some_and(|line| K::compare(self.keys.key(line.slot), key).is_eq()));
            *position = match found {
                Ok(at) => at,
                Err(place) => self.open(key, *hash, place)?,
            } as u32;
        }
        Ok(())
    }

    /// Opens a page for a new customer.
    #[inline]
    fn open(&mut self, key: K::Key<'_>, hash: u32, place: usize) -> Result<usize> {
        let slot = self.keys.keep(key)?;
        let position = self.lines.len();
        self.add_line(slot, P::default())?;
        self.index.put(place, hash, position);
        Ok(position)
    }

    #[inline]
    fn add_line(&mut self, slot: K::Slot, page: P) -> Result<()> {
        if self.lines.len() == self.lines.capacity() {
            self.lines.try_reserve(1).map_err(|_| Error::out_of_memory("a book"))?;
        }
        self.lines.push(Line { slot, page });
        self.order = Order::Stale;
        self.grow_by(0)
    }

    /// Counts what the pages have grown by, and refuses to grow above the limit.
    #[inline]
    fn grow_by(&mut self, bytes: usize) -> Result<()> {
        self.heap += bytes;
        if self.bytes() > MAX_FLAT { Err(too_large()) } else { Ok(()) }
    }

    /// Bytes of the lines, their keys and pages.
    fn bytes(&self) -> usize {
        self.lines.len() * size_of::<Line<K, P>>() + self.keys.bytes() + self.heap + self.shared.heap()
    }

    /// Indexes what was read from a stored book and not asked for yet.
    fn index_all(&mut self) -> Result<()> {
        let known = self.index.len();
        if known == self.lines.len() {
            return Ok(());
        }
        self.index.reserve(self.lines.len() - known)?;
        for (position, line) in self.lines.iter().enumerate().skip(known) {
            self.index.put_new(K::hash(&self.hasher, self.keys.key(line.slot)), position);
        }
        Ok(())
    }

    /// Finds the order of the keys.
    fn sort(&mut self) -> Result<()> {
        let key = |line: &Line<K, P>| self.keys.key(line.slot);
        let skip = match self.lines.split_first() {
            Some((first, rest)) => rest.iter().map(|line| K::common(key(first), key(line))).min().unwrap_or(0),
            None => 0,
        };
        let mut order: Vec<(u64, u32)> = Vec::new();
        order.try_reserve_exact(self.lines.len()).map_err(|_| Error::out_of_memory("the order of a book"))?;
        order.extend(self.lines.iter().enumerate().map(|(at, line)| (K::prefix(key(line), skip), at as u32)));
        let before = |l: &(u64, u32), r: &(u64, u32)| {
            l.0.cmp(&r.0).then_with(|| K::compare(key(&self.lines[l.1 as usize]), key(&self.lines[r.1 as usize])))
        };
        self.order = if order.is_sorted_by(|l, r| before(l, r).is_lt()) {
            Order::Kept
        } else {
            order.sort_unstable_by(before);
            Order::Sorted(order.into_iter().map(|(_, position)| position).collect())
        };
        Ok(())
    }
}
