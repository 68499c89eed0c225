//! The search for frequent sets of items.
//!
//! Depth first over the sets, each with the baskets that hold it: occurrence deliver on reduced and relabelled databases (Takeaki Uno,
//! Masashi Kiyomi, Hiroki Arimura, "LCM ver. 2: Efficient mining algorithms for frequent/closed/maximal itemsets", FIMI 2004), and below
//! a few hundred baskets on sets of bits (Mohammed J. Zaki, "Scalable algorithms for association mining", IEEE Transactions on Knowledge
//! and Data Engineering 12, 2000, pp. 372-390). A set grows by items that are more frequent than all it has, so what may still come of a
//! basket is what stands before its last item.

use super::database::{Database, Span};
use super::itemset::out_of_memory;
use crate::error::{Error, Result, SqlState};
use crate::pause;

/// Sets that may be found.
pub(super) const MAX_SETS: usize = 10_000_000;
/// Steps between two pauses: a few milliseconds.
const STEPS: usize = 1 << 20;
/// That a set has no larger ones.
pub(super) const NONE: u32 = u32::MAX;

/// A frequent set: another one and one more item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// The other one; none of one item.
    pub(super) parent: u32,
    /// The rank of the item, below those of the items of the other one.
    pub(super) item: u32,
    /// Where the sets begin that have one more item; they stand in the order of their items.
    pub(super) first: u32,
    /// How many these are.
    pub(super) children: u32,
    /// The baskets that hold the set.
    pub(super) baskets: u64,
}

pub(super) struct Search {
    /// What is frequent.
    least: u64,
    /// Items that a set may have.
    most: usize,
    steps: usize,
    pub(super) nodes: Vec<Node>,
    /// Room that was used before.
    rooms: Vec<Room>,
}

/// What one set of the search needs.
#[derive(Default)]
struct Room {
    counts: Vec<u64>,
    /// The ranks of the items that go on.
    ranks: Vec<u32>,
    /// By item, its new label.
    labels: Vec<u32>,
    arena: Vec<u32>,
    spans: Vec<Span>,
    /// By item, where its spans begin.
    starts: Vec<u32>,
    delivered: Vec<Span>,
}

/// The baskets of a set as bits.
type Bits<const W: usize> = [u64; W];

/// An item and the baskets that hold it.
#[derive(Clone, Copy)]
struct Held<const W: usize> {
    rank: u32,
    bits: Bits<W>,
}

#[inline(always)]
fn ones<const W: usize>(bits: &Bits<W>) -> u64 {
    bits.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// Takes room for more, or says that there is none.
fn reserve<T>(list: &mut Vec<T>, more: usize) -> Result<()> {
    list.try_reserve(more).map_err(|_| out_of_memory())
}

/// A list of so many equal values.
fn filled<T: Clone>(list: &mut Vec<T>, length: usize, value: T) -> Result<()> {
    list.clear();
    reserve(list, length)?;
    list.resize(length, value);
    Ok(())
}

/// All sets of up to `most` items that at least so many baskets hold.
pub(super) fn search(database: &Database, least: u64, most: usize) -> Result<Vec<Node>> {
    let mut search = Search { least, most, steps: 0, nodes: Vec::new(), rooms: Vec::new() };
    let ranks: Vec<u32> = (0..database.items.len() as u32).collect();
    search.grow(NONE, 1, &database.arena, &database.spans, &ranks)?;
    Ok(search.nodes)
}

impl Search {
    #[inline]
    fn step(&mut self, steps: usize) {
        self.steps += steps;
        if self.steps >= STEPS {
            self.steps = 0;
            pause::now();
        }
    }

    /// Adds a set of one item more; the sets of the same one are added one after the other.
    #[inline]
    fn found(&mut self, parent: u32, item: u32, baskets: u64) -> Result<()> {
        if self.nodes.len() == MAX_SETS {
            return Err(Error::new(SqlState::LimitExceeded, "there are more than 10000000 frequent itemsets")
                .hint("Raise min_support, or give max_size."));
        }
        if self.nodes.len() == self.nodes.capacity() {
            reserve(&mut self.nodes, 1)?;
        }
        self.nodes.push(Node { parent, item, first: NONE, children: 0, baskets });
        Ok(())
    }

    /// Says where the sets of one item more begin and how many they are: those that were found last.
    fn bear(&mut self, parent: u32, first: usize) {
        let children = (self.nodes.len() - first) as u32;
        if let Some(node) = self.nodes.get_mut(parent as usize) {
            (node.first, node.children) = (first as u32, children);
        }
    }

    /// Finds the sets of one item more than `parent` has, of `size` items, and what grows from them. The spans are the parts of the
    /// baskets of the parent that may still come; their items are labelled in the order of their ranks.
    fn grow(&mut self, parent: u32, size: usize, arena: &[u32], spans: &[Span], ranks: &[u32]) -> Result<()> {
        // A bit for each basket where these are few, if equal ones are counted one by one.
        let mut weight = 0u64;
        for span in spans {
            weight = weight.saturating_add(span.weight);
        }
        match weight {
            0..=64 => return self.grow_bits::<1>(parent, size, arena, spans, ranks),
            65..=256 => return self.grow_bits::<4>(parent, size, arena, spans, ranks),
            _ => {}
        }
        let mut room = self.rooms.pop().unwrap_or_default();
        let grown = self.grow_spans(parent, size, arena, spans, ranks, &mut room);
        self.rooms.push(room);
        grown
    }

    fn grow_spans(&mut self, parent: u32, size: usize, arena: &[u32], spans: &[Span], ranks: &[u32], room: &mut Room) -> Result<()> {
        filled(&mut room.counts, ranks.len(), 0)?;
        self.step(ranks.len());
        for span in spans {
            let items = &arena[span.start as usize..span.end as usize];
            items.iter().for_each(|item| room.counts[*item as usize] += span.weight);
            self.step(items.len());
        }
        let first = self.nodes.len();
        filled(&mut room.labels, ranks.len(), NONE)?;
        room.ranks.clear();
        for (item, count) in room.counts.iter().enumerate() {
            if *count >= self.least {
                self.found(parent, ranks[item], *count)?;
                room.labels[item] = room.ranks.len() as u32;
                room.ranks.push(ranks[item]);
            }
        }
        self.bear(parent, first);
        if size == self.most || room.ranks.len() < 2 {
            return Ok(());
        }
        self.reduce(arena, spans, room)?;
        self.deliver(room)?;
        for label in 1..room.ranks.len() {
            let (from, to) = (room.starts[label] as usize, room.starts[label + 1] as usize);
            // Even without a basket it would look at every item before this one.
            if from == to {
                continue;
            }
            self.grow((first + label) as u32, size + 1, &room.arena, &room.delivered[from..to], &room.ranks[..label])?;
        }
        Ok(())
    }

    /// The spans with the items that go on, under their new labels; only those with two of them matter.
    fn reduce(&mut self, arena: &[u32], spans: &[Span], room: &mut Room) -> Result<()> {
        room.arena.clear();
        room.spans.clear();
        reserve(&mut room.arena, spans.iter().map(|span| (span.end - span.start) as usize).sum())?;
        reserve(&mut room.spans, spans.len())?;
        for span in spans {
            let start = room.arena.len();
            let items = &arena[span.start as usize..span.end as usize];
            let labels = items.iter().map(|item| room.labels[*item as usize]).filter(|label| *label != NONE);
            room.arena.extend(labels);
            if room.arena.len() < start + 2 {
                room.arena.truncate(start);
            } else {
                room.spans.push(Span { start: start as u32, end: room.arena.len() as u32, weight: span.weight });
            }
            self.step(items.len());
        }
        Ok(())
    }

    /// For each item the spans that hold it, as far as it: occurrence deliver.
    fn deliver(&mut self, room: &mut Room) -> Result<()> {
        filled(&mut room.starts, room.ranks.len() + 1, 0)?;
        for span in &room.spans {
            // The first of a span has nothing before it.
            for item in &room.arena[span.start as usize + 1..span.end as usize] {
                room.starts[*item as usize + 1] += 1;
            }
        }
        for label in 0..room.ranks.len() {
            room.starts[label + 1] += room.starts[label];
        }
        let all = room.starts[room.ranks.len()] as usize;
        filled(&mut room.delivered, all, Span { start: 0, end: 0, weight: 0 })?;
        // Each start moves on to where the next one was.
        for span in &room.spans {
            for end in span.start + 1..span.end {
                let place = &mut room.starts[room.arena[end as usize] as usize];
                room.delivered[*place as usize] = Span { end, ..*span };
                *place += 1;
            }
        }
        room.starts.rotate_right(1);
        room.starts[0] = 0;
        self.step(2 * all);
        Ok(())
    }

    /// [`Search::grow`] where all baskets are a few words of bits.
    fn grow_bits<const W: usize>(&mut self, parent: u32, size: usize, arena: &[u32], spans: &[Span], ranks: &[u32]) -> Result<()> {
        let mut held: Vec<Bits<W>> = Vec::new();
        filled(&mut held, ranks.len(), [0; W])?;
        let mut bit = 0;
        for span in spans {
            let items = &arena[span.start as usize..span.end as usize];
            for _ in 0..span.weight {
                items.iter().for_each(|item| held[*item as usize][bit / 64] |= 1 << (bit % 64));
                bit += 1;
            }
        }
        self.step(ranks.len() * W + 8 * bit);
        let mut going = Vec::new();
        for (rank, bits) in ranks.iter().zip(held) {
            if ones(&bits) >= self.least {
                going.push(Held { rank: *rank, bits });
            }
        }
        self.grow_held(parent, size, &going)
    }

    /// The sets of the parent and each of these items, all frequent, and what grows from them.
    fn grow_held<const W: usize>(&mut self, parent: u32, size: usize, held: &[Held<W>]) -> Result<()> {
        let first = self.nodes.len();
        for item in held {
            self.found(parent, item.rank, ones(&item.bits))?;
        }
        self.bear(parent, first);
        if size == self.most {
            return Ok(());
        }
        let mut going = Vec::with_capacity(held.len());
        for (at, last) in held.iter().enumerate().skip(1) {
            going.clear();
            for item in &held[..at] {
                let bits: Bits<W> = std::array::from_fn(|word| item.bits[word] & last.bits[word]);
                if ones(&bits) >= self.least {
                    going.push(Held { rank: item.rank, bits });
                }
            }
            self.step(at * W);
            if !going.is_empty() {
                self.grow_held((first + at) as u32, size + 1, &going)?;
            }
        }
        Ok(())
    }
}
