//! Balances that hold from their day until the next entry: daily averages, extremes, months; movements.
//!
//! A [`DailyBalance`] keeps what an account's balance was set to on which day. Of several entries of one day it keeps those
//! that some [`SameDay`] rule can choose, at most four, so that which rule it is may be said when it is read, and so that
//! merging is associative, commutative and idempotent.

mod codec;
mod days;
mod movement;
#[cfg(test)]
mod properties;
mod same_day;
#[cfg(test)]
mod tests;

pub use days::{Days, Month, Reading};
pub use movement::{DailyMovement, from_movements};
pub use same_day::SameDay;

use crate::amount::{Amount, Stored};
use crate::calendar::{DAY_MICROS, Day, Instant};
use crate::codec::{MAX_FLAT, too_long};
use crate::error::{Error, Result};
use crate::pause;

/// A balance that was set on a day.
#[derive(Clone, Copy, Debug)]
struct Entry {
    units: Stored,
    /// Orders the entries of a day: the highest is the last one.
    sequence: i64,
    day: i32,
    scale: u8,
}

impl Entry {
    fn balance(&self) -> Amount {
        Amount::new(self.units.get(), self.scale)
    }

    /// What orders entries. Two with the same key say the same.
    fn key(&self) -> (i32, i64, i128) {
        (self.day, self.sequence, self.units.get())
    }
}

/// What an account's balance was set to, and when. 32 bytes an entry, in one list.
#[derive(Clone, Debug, Default)]
pub struct DailyBalance {
    /// Settled: in the order of their keys, and reduced to what a rule can choose.
    entries: Vec<Entry>,
    settled: bool,
}

/// Entries that fit before the first growth.
const LEAST: usize = 4;
/// Bytes of entries that are kept: fewer in tests, so that they can be reached there.
const MOST_BYTES: usize = if cfg!(test) { 1 << 16 } else { MAX_FLAT };

impl DailyBalance {
    /// Adds a balance that was set on a day. The entry with the highest sequence is the last of its day; an entry that is there
    /// already changes nothing. More than 1 GB of entries is 54000.
    #[inline]
    pub fn push(&mut self, day: Day, sequence: i64, balance: Amount) -> Result<()> {
        self.keep(Entry { units: balance.units.into(), sequence, day: day.0, scale: balance.scale })
    }

    /// [`DailyBalance::push`] of the UTC day of an instant, with the microsecond of the day as the sequence.
    #[inline]
    pub fn push_at(&mut self, at: Instant, balance: Amount) -> Result<()> {
        self.push(at.day(), at.0.rem_euclid(DAY_MICROS), balance)
    }

    #[inline]
    fn keep(&mut self, entry: Entry) -> Result<()> {
        if self.entries.len() == self.entries.capacity() {
            self.compact();
            make_room(&mut self.entries)?;
        }
        self.settled = match self.entries.last() {
            None => true,
            Some(last) => self.settled && last.day < entry.day,
        };
        self.entries.push(entry);
        Ok(())
    }

    fn compact(&mut self) {
        if !self.settled {
            compact(&mut self.entries);
            self.settled = true;
        }
    }

    /// The entries, a day at a time; settled.
    fn by_day(entries: &[Entry]) -> impl Iterator<Item = &[Entry]> {
        entries.chunk_by(|left, right| left.day == right.day)
    }

    /// Each day with an entry, and the balance that counts. What the rule cannot decide is 22023.
    pub fn entries(&self, same_day: SameDay) -> impl Iterator<Item = Result<(Day, Amount)>> {
        Self::by_day(&self.entries).filter_map(move |day| {
            let first = day.first()?;
            Some(same_day.closing(day).map(|balance| (Day(first.day), balance)))
        })
    }
}

/// Brings entries into the order of their keys, and drops what no rule can choose.
fn compact(entries: &mut Vec<Entry>) {
    if !entries.is_sorted_by_key(Entry::key) {
        pause::sort_by_key(entries, Entry::key);
    }
    let (mut kept, mut from) = (0, 0);
    while let Some(first) = entries.get(from) {
        let length = entries[from..].iter().take_while(|entry| entry.day == first.day).count();
        entries.copy_within(from..from + length, kept);
        kept += same_day::reduce(&mut entries[kept..kept + length]);
        from += length;
    }
    entries.truncate(kept);
}

/// Room in a list for half as many more as it has after it was compacted: so an entry costs a constant number of compactions, and
/// the room stays within a small multiple of what is distinct. More than 1 GB is 54000.
#[cold]
fn make_room<T>(list: &mut Vec<T>) -> Result<()> {
    let most = MOST_BYTES / size_of::<T>();
    let wanted = (list.len() / 2).max(LEAST).min(most.saturating_sub(list.len()));
    if wanted == 0 {
        return Err(too_long());
    }
    if list.capacity() - list.len() < wanted {
        list.try_reserve_exact(wanted).map_err(|_| Error::out_of_memory("the balances of an account"))?;
    }
    Ok(())
}
