//! The baskets as the search reads them: frequent items only, numbered from the most frequent one on.

use super::itemset::out_of_memory;
use super::{Itemset, names};
use crate::error::{Error, Result, SqlState};
use crate::pause;

/// A run of items in an arena: what baskets have in common with a prefix of the search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
    /// How many baskets it stands for.
    pub(super) weight: u64,
}

/// The baskets with their frequent items.
#[derive(Debug, Default)]
pub(super) struct Database {
    /// The items, by rank: that of the most baskets first, and among equals in the order of their bytes.
    pub(super) items: Vec<String>,
    /// The ranks of the items of the baskets, ascending in each.
    pub(super) arena: Vec<u32>,
    /// The baskets that have a frequent item.
    pub(super) spans: Vec<Span>,
}

/// Items without a rank.
const RARE: u32 = u32::MAX;

impl Database {
    /// With the items that at least so many baskets hold.
    pub(super) fn new(itemset: &Itemset, least: u64) -> Result<Database> {
        let (items, ranks) = names::with(|names| {
            let counts = itemset.counts(names)?;
            let mut numbers: Vec<u32> = (0u32..).zip(&counts).filter(|(_, count)| **count >= least).map(|(number, _)| number).collect();
            let order = |number: u32| (std::cmp::Reverse(counts[number as usize]), names.name(number));
            pause::sort_by(&mut numbers, |l, r| order(*l).cmp(&order(*r)));
            let mut ranks = vec![RARE; counts.len()];
            (0u32..).zip(&numbers).for_each(|(rank, number)| ranks[*number as usize] = rank);
            Ok((numbers.iter().map(|number| names.name(*number).to_owned()).collect(), ranks))
        })?;
        pause::now();
        if u32::try_from(itemset.occurrences()).is_err() {
            return Err(Error::new(SqlState::LimitExceeded, "the itemset has more than 4294967295 items in its baskets")
                .hint("Split the baskets by a key, take a sample, or leave out rare items."));
        }
        let mut database = Database { items, ..Database::default() };
        let (arena, spans) = (database.arena.try_reserve(itemset.occurrences()), database.spans.try_reserve(itemset.distinct().len()));
        arena.and(spans).map_err(|_| out_of_memory())?;
        for (at, (numbers, weight)) in itemset.distinct().enumerate() {
            if at % (1 << 16) == 0 {
                pause::now();
            }
            let start = database.arena.len();
            database.arena.extend(numbers.iter().map(|number| ranks[*number as usize]).filter(|rank| *rank != RARE));
            let end = database.arena.len();
            if start < end {
                order(&mut database.arena[start..end]);
                database.spans.push(Span { start: start as u32, end: end as u32, weight });
            }
        }
        Ok(database)
    }
}

/// Sorts a few numbers.
#[inline]
fn order(list: &mut [u32]) {
    if list.len() > 20 {
        list.sort_unstable();
        return;
    }
    for i in 1..list.len() {
        let (mut place, moved) = (i, list[i]);
        while place > 0 && list[place - 1] > moved {
            list[place] = list[place - 1];
            place -= 1;
        }
        list[place] = moved;
    }
}
