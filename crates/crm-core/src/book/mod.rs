//! A book: the summaries of many customers, each under his key, in one value.
//!
//! One pass over the rows fills it, without a grouping by anyone else. A row waits until a batch of rows has come; then the
//! places of all are announced to memory ([`Memory`]), and the processor waits for them together and not one by one.

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
use crate::pause;
use foldhash::quality::RandomState;
use std::cmp::Ordering;
use std::marker::PhantomData;

/// Rows that are looked up together.
const BATCH: usize = 64;
/// Bytes of keys that may wait.
const WAITING_BYTES: usize = 1 << 20;
/// Lines between announcing a line and reading it, where lines are read one after the other.
const AHEAD: usize = 16;

/// What the machine's memory is told. None of it has an effect but on time.
pub trait Memory: Clone + Default + std::fmt::Debug + 'static {
    /// A value will be read or changed soon: it is to be brought near, without waiting for it.
    #[inline(always)]
    fn near<T>(_place: &T) {}

    /// A large stretch was allocated that will be read here and there: it is to be kept in large pages, so that finding a
    /// place in it takes one step and not several.
    fn large(_start: *const u8, _bytes: usize) {}
}

/// Tells nothing.
impl Memory for () {}

/// The error of a book that would pass 1 GB (54000).
#[cold]
pub fn too_large() -> Error {
    Error::new(SqlState::LimitExceeded, "the book would be larger than 1 GB")
        .hint("Make several books of fewer customers each, such as group by customer % 16; book_size tells how many.")
}

/// An empty vector with room.
fn allocated<T, M: Memory>(items: usize) -> Result<Vec<T>> {
    let mut room = Vec::<T>::new();
    room.try_reserve_exact(items).map_err(|_| Error::out_of_memory("a book"))?;
    M::large(room.as_ptr().cast(), items.saturating_mul(size_of::<T>()));
    Ok(room)
}

/// Asks for the line that a key's search will most likely come to. Its slot of the index is near.
#[inline(always)]
fn line_near<K: Keys, P: Page, M: Memory>(index: &Index, lines: &[Line<K, P>], wanted: &mut Wanted<K>) {
    if let Some((position, line)) = index.likely(wanted.hash).and_then(|position| Some((position, lines.get(position)?))) {
        wanted.likely = position as u32;
        M::near(line);
    }
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
pub struct Book<K: Keys, P: Page, M = ()> {
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
    memory: PhantomData<M>,
}

/// Rows that wait to be looked up together.
#[derive(Clone, Debug)]
struct Batch<K: Keys, P: Page> {
    keys: K,
    wanted: Vec<Wanted<K>>,
    events: Vec<P::Event>,
}

/// A key that is looked up.
#[derive(Clone, Debug)]
struct Wanted<K: Keys> {
    slot: K::Slot,
    hash: u32,
    /// The position of the line that will most likely be his; any other number will do.
    likely: u32,
}

impl<K: Keys> Wanted<K> {
    fn new(slot: K::Slot, hash: u32) -> Self {
        Wanted { slot, hash, likely: u32::MAX }
    }
}

impl<K: Keys, P: Page> Default for Batch<K, P> {
    fn default() -> Self {
        Batch { keys: K::default(), wanted: Vec::new(), events: Vec::new() }
    }
}

impl<K: Keys, P: Page, M: Memory> Default for Book<K, P, M> {
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

impl<K: Keys, P: Page, M: Memory> Book<K, P, M> {
    /// Adds a row of a customer. A book of more than 1 GB is 54000; what else can fail is the page's, and may be reported
    /// some rows later.
    #[inline(always)]
    pub fn push(&mut self, key: K::Key<'_>, event: P::Event) -> Result<()> {
        if self.waiting.wanted.len() == BATCH || self.waiting.keys.bytes() > WAITING_BYTES {
            self.flush()?;
        }
        let hash = K::hash(&self.hasher, key);
        let slot = self.waiting.keys.keep(key)?;
        self.waiting.wanted.push(Wanted::new(slot, hash));
        self.waiting.events.push(event);
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

    /// The line at a place in the order of keys. The book is settled.
    #[inline(always)]
    fn line(&self, place: usize) -> Option<&Line<K, P>> {
        self.lines.get(match &self.order {
            Order::Sorted(order) => *order.get(place)? as usize,
            Order::Kept | Order::Stale => place,
        })
    }

    /// The customer at a place in the order of keys, 0 … [`Book::len`] − 1. The book is settled.
    #[inline]
    pub fn at(&self, place: usize) -> Option<(K::Key<'_>, &P)> {
        self.line(place).map(|line| (self.keys.key(line.slot), &line.page))
    }

    /// The customers in the order of their keys. The book is settled.
    pub fn iter(&self) -> impl Iterator<Item = (K::Key<'_>, &P)> {
        (0..self.len()).filter_map(|place| {
            // In the order of keys the lines lie anywhere.
            if let Some(soon) = self.line(place + AHEAD) {
                M::near(soon);
            }
            if let Some(sooner) = self.line(place + AHEAD / 2) {
                self.keys.near::<M>(sooner.slot);
                sooner.page.near::<M>();
            }
            self.at(place)
        })
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

    /// Looks the waiting rows up and adds them.
    #[inline(never)]
    fn flush(&mut self) -> Result<()> {
        let mut batch = std::mem::take(&mut self.waiting);
        if !batch.wanted.is_empty() {
            batch.wanted.iter().for_each(|wanted| self.index.near::<M>(wanted.hash));
            batch.wanted.iter_mut().for_each(|wanted| line_near::<K, P, M>(&self.index, &self.lines, wanted));
            self.settled = false;
            let mut events = batch.events.iter();
            self.for_pages(&batch.keys, &batch.wanted, |page| events.next().map_or(Ok(0), |event| page.push(event)))?;
        }
        batch.keys.clear();
        batch.wanted.clear();
        batch.events.clear();
        self.waiting = batch;
        Ok(())
    }

    /// Changes the pages of keys whose lines are near; who is new gets a line. `change` gives the bytes by which a page has
    /// grown on the heap.
    #[inline(always)]
    fn for_pages(&mut self, keys: &K, wanted: &[Wanted<K>], mut change: impl FnMut(&mut P) -> Result<usize>) -> Result<()> {
        self.index_all(wanted.len())?;
        for wanted in wanted {
            if let Some(line) = self.lines.get(wanted.likely as usize) {
                self.keys.near::<M>(line.slot);
                line.page.near::<M>();
            }
        }
        let mut grown = 0;
        for wanted in wanted {
            let key = keys.key(wanted.slot);
            let mut position = wanted.likely as usize;
            if !self.is_at(position, key) {
                position = match self.index.find(wanted.hash, |at| self.is_at(at, key)) {
                    Ok(at) => at,
                    Err(place) => self.open(key, wanted.hash, place)?,
                };
            }
            if let Some(line) = self.lines.get_mut(position) {
                grown += change(&mut line.page)?;
            }
        }
        self.grow_by(grown)
    }

    /// Whether a line is this customer's.
    #[inline(always)]
    fn is_at(&self, position: usize, key: K::Key<'_>) -> bool {
        self.lines.get(position).is_some_and(|line| K::compare(self.keys.key(line.slot), key).is_eq())
    }

    /// Opens a page for a new customer.
    #[inline]
    fn open(&mut self, key: K::Key<'_>, hash: u32, place: usize) -> Result<usize> {
        let slot = self.keys.keep(key)?;
        let position = self.lines.len();
        self.add_line(slot, P::default())?;
        self.index.put(place, hash, position)?;
        Ok(position)
    }

    #[inline]
    fn add_line(&mut self, slot: K::Slot, page: P) -> Result<()> {
        if self.lines.len() == self.lines.capacity() {
            self.make_room()?;
        }
        self.lines.push(Line { slot, page });
        self.order = Order::Stale;
        self.grow_by(0)
    }

    /// Doubles the room for lines. They are copied: what is moved in place does not come to lie in large pages.
    #[cold]
    fn make_room(&mut self) -> Result<()> {
        let mut lines = allocated::<_, M>((self.lines.capacity() * 2).max(16))?;
        lines.extend(self.lines.drain(..).inspect(|_| pause::step()));
        self.lines = lines;
        Ok(())
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

    /// Indexes what was read from a stored book and not asked for yet, and makes room for more.
    #[inline]
    fn index_all(&mut self, more: usize) -> Result<()> {
        let known = self.index.len();
        let unknown = self.lines.get(known..).unwrap_or_default();
        let hash_of = |line: &Line<K, P>| K::hash(&self.hasher, self.keys.key(line.slot));
        self.index.reserve::<M>(unknown.len() + more, |position| self.lines.get(position).map_or(0, hash_of))?;
        unknown.iter().zip(known..).try_for_each(|(line, position)| {
            pause::step();
            self.index.put_new(hash_of(line), position)
        })
    }

    /// Finds the order of the keys.
    fn sort(&mut self) -> Result<()> {
        let key = |line: &Line<K, P>| self.keys.key(line.slot);
        let skip = match self.lines.split_first() {
            Some((first, rest)) => rest.iter().inspect(|_| pause::step()).map(|line| K::common(key(first), key(line))).min().unwrap_or(0),
            None => 0,
        };
        let mut order: Vec<(u64, u32)> = Vec::new();
        order.try_reserve_exact(self.lines.len()).map_err(|_| Error::out_of_memory("the order of a book"))?;
        order.extend(self.lines.iter().enumerate().inspect(|_| pause::step()).map(|(at, line)| (K::prefix(key(line), skip), at as u32)));
        let before = |l: &(u64, u32), r: &(u64, u32)| {
            l.0.cmp(&r.0).then_with(|| K::compare(key(&self.lines[l.1 as usize]), key(&self.lines[r.1 as usize])))
        };
        self.order = if order.is_sorted_by(|l, r| before(l, r).is_lt()) {
            Order::Kept
        } else {
            pause::sort_by(&mut order, before);
            let mut sorted = Vec::new();
            sorted.try_reserve_exact(order.len()).map_err(|_| Error::out_of_memory("the order of a book"))?;
            sorted.extend(order.into_iter().map(|(_, position)| position));
            Order::Sorted(sorted)
        };
        Ok(())
    }
}
