//! The sets of items that many baskets hold.

use super::Itemset;
use super::database::Database;
use super::itemset::{MAX_BASKETS, out_of_memory};
use super::mine::{self, NONE, Node};
use crate::error::{Error, Result};
use crate::pause;
use std::cmp::Ordering;

/// Items that a set can have: it has 2^n - 1 parts, all of them frequent too, and there are at most ten million.
pub(super) const MOST_ITEMS: usize = 24;

/// All frequent itemsets, each known by its number.
#[derive(Debug)]
pub struct Frequent {
    baskets: u64,
    nodes: Vec<Node>,
    /// The frequent items, in the order of their bytes.
    items: Vec<String>,
    /// By rank, the place among them.
    places: Vec<u32>,
}

/// A set of items.
#[derive(Debug, PartialEq)]
pub struct FrequentItemset<'f> {
    /// Their places in [`Frequent::items`], ascending.
    pub items: &'f [u32],
    /// How many baskets hold all of them.
    pub baskets: u64,
    /// Their share in all baskets.
    pub support: f64,
}

/// A few items, by place, ascending.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    list: [u32; MOST_ITEMS],
    length: usize,
}

impl Places {
    pub(super) fn of(places: impl Iterator<Item = u32>) -> Self {
        let mut made = Places { list: [0; MOST_ITEMS], length: 0 };
        for place in places.take(MOST_ITEMS) {
            // Few as they are, each goes where it belongs.
            let mut at = made.length;
            while at > 0 && made.list[at - 1] > place {
                made.list[at] = made.list[at - 1];
                at -= 1;
            }
            made.list[at] = place;
            made.length += 1;
        }
        made
    }

    /// The first two, which decide most comparisons: in the order of the lists as far as they go.
    pub(super) fn head(&self) -> u64 {
        let place = |at: usize| self.get(at).map_or(0, |place| u64::from(*place) + 1);
        place(0) << 32 | place(1)
    }
}

impl std::ops::Deref for Places {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.list[..self.length]
    }
}

/// The smallest number of baskets whose share in all of them is at least the support.
fn least(min_support: f64, baskets: u64) -> u64 {
    let all = baskets as f64; // exact: see MAX_BASKETS
    let mut least = ((min_support * all).ceil() as u64).clamp(1, baskets.max(1));
    while least > 1 && (least - 1) as f64 / all >= min_support {
        least -= 1;
    }
    while (least as f64 / all) < min_support && least < MAX_BASKETS {
        least += 1;
    }
    least
}

impl Frequent {
    /// Finds them. `min_support` is above 0 and at most 1; `max_size` at least 1, none is no limit (22023). More than ten million
    /// are 54000.
    pub fn find(itemset: &Itemset, min_support: f64, max_size: Option<i32>) -> Result<Frequent> {
        if !(min_support > 0.0 && min_support <= 1.0) {
            return Err(Error::parameter(format!("min_support must be above 0 and at most 1, not {min_support}"))
                .hint("It is a share of the baskets: 0.01 is one in a hundred."));
        }
        let most = size("max_size", max_size)?;
        let database = Database::new(itemset, least(min_support, itemset.baskets()))?;
        let nodes = mine::search(&database, least(min_support, itemset.baskets()), most)?;
        let mut order: Vec<u32> = (0..database.items.len() as u32).collect();
        let name = |rank: u32| &database.items[rank as usize];
        pause::sort_by(&mut order, |l, r| name(*l).cmp(name(*r)));
        let mut places = vec![0; order.len()];
        (0u32..).zip(&order).for_each(|(place, rank)| places[*rank as usize] = place);
        let items = order.iter().map(|rank| name(*rank).clone()).collect();
        Ok(Frequent { baskets: itemset.baskets(), nodes, items, places })
    }

    /// The frequent items, in the order of their bytes.
    pub fn items(&self) -> &[String] {
        &self.items
    }

    /// How many baskets there are in all.
    pub(super) fn baskets(&self) -> u64 {
        self.baskets
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The place of an item of a rank.
    pub(super) fn place(&self, rank: u32) -> u32 {
        self.places[rank as usize]
    }

    /// The share of so many baskets.
    pub(super) fn support(&self, baskets: u64) -> f64 {
        baskets as f64 / self.baskets as f64
    }

    /// The ranks of the items of a set, from the last one added to the first: ascending.
    pub(super) fn ranks(&self, set: u32) -> impl Iterator<Item = u32> {
        let mut at = set;
        std::iter::from_fn(move || {
            let node = self.nodes.get(at as usize)?;
            at = node.parent;
            Some(node.item)
        })
    }

    /// The places of the items of a set.
    pub(super) fn places(&self, set: u32) -> Places {
        Places::of(self.ranks(set).map(|rank| self.place(rank)))
    }

    /// The set of one more item, which is frequent.
    #[inline]
    pub(super) fn with(&self, set: u32, rank: u32) -> u32 {
        if set == NONE {
            return rank; // the sets of one item come first, in the order of their ranks
        }
        let node = &self.nodes[set as usize];
        let (mut low, mut high) = (node.first, node.first + node.children);
        while low + 1 < high {
            let middle = low.midpoint(high);
            if self.nodes[middle as usize].item <= rank { low = middle } else { high = middle }
        }
        low
    }

    /// Hands on the sets: by the number of their items, then those that most baskets hold, then in the order of their items.
    pub fn for_each(&self, mut take: impl FnMut(FrequentItemset<'_>) -> Result<()>) -> Result<()> {
        for order in self.ordered()? {
            let places = self.places(order.set);
            let baskets = self.nodes[order.set as usize].baskets;
            take(FrequentItemset { items: &places, baskets, support: self.support(baskets) })?;
        }
        Ok(())
    }

    fn ordered(&self) -> Result<Vec<Ordered>> {
        let mut ordered: Vec<Ordered> = Vec::new();
        ordered.try_reserve_exact(self.nodes.len()).map_err(|_| out_of_memory())?;
        for (at, node) in self.nodes.iter().enumerate() {
            if at % (1 << 18) == 0 {
                pause::now();
            }
            let size = ordered.get(node.parent as usize).map_or(1, |parent| parent.size + 1);
            ordered.push(Ordered { size, baskets: node.baskets, head: self.places(at as u32).head(), set: at as u32 });
        }
        pause::sort_by(&mut ordered, |l, r| {
            let known = l.size.cmp(&r.size).then(r.baskets.cmp(&l.baskets)).then(l.head.cmp(&r.head));
            if known == Ordering::Equal && l.size > 2 { self.places(l.set).cmp(&self.places(r.set)) } else { known }
        });
        Ok(ordered)
    }
}

/// A set in the order of the result.
struct Ordered {
    size: u32,
    set: u32,
    baskets: u64,
    /// See [`Places::head`].
    head: u64,
}

/// A largest number of items.
pub(super) fn size(name: &str, given: Option<i32>) -> Result<usize> {
    match given {
        None => Ok(usize::MAX),
        Some(size) if size > 0 => Ok(size as usize),
        Some(size) => Err(Error::parameter(format!("{name} must be at least 1, not {size}")).hint("NULL is no limit.")),
    }
}
