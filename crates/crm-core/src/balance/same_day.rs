//! Which of several entries of one day counts.

use super::Entry;
use crate::amount::Amount;
use crate::calendar::Day;
use crate::document::shorten;
use crate::error::{Error, Result};

/// Which of several entries of one day counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameDay {
    /// The one with the highest sequence; where those of the highest sequence differ, that is an error.
    Last,
    /// The lowest balance.
    Lowest,
    /// The highest balance.
    Highest,
    /// None: two different balances of one day are an error.
    Error,
}

impl SameDay {
    /// The rules by name.
    pub const ALL: [(&'static str, SameDay); 4] =
        [("last", SameDay::Last), ("lowest", SameDay::Lowest), ("highest", SameDay::Highest), ("error", SameDay::Error)];

    /// The rule of a name (22023).
    #[inline]
    pub fn named(name: &str) -> Result<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, rule)| *rule).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|(name, _)| format!("'{name}'")).collect();
            Error::parameter(format!("same_day \"{}\" is not known", shorten(name))).hint(format!("It is one of {}.", names.join(", ")))
        })
    }

    /// The balance of a day that counts. `day`: its entries in the order of their keys, at least one.
    #[inline]
    pub(super) fn closing(self, day: &[Entry]) -> Result<Amount> {
        let [first, .., last] = day else {
            return day.first().map(Entry::balance).ok_or_else(|| Error::parameter("a day has no entries"));
        };
        let extreme = |prefers: fn(i128, i128) -> bool| {
            day.iter().fold(first, |best, entry| if prefers(entry.units.get(), best.units.get()) { entry } else { best }).balance()
        };
        match self {
            SameDay::Lowest => Ok(extreme(|new, best| new < best)),
            SameDay::Highest => Ok(extreme(|new, best| new > best)),
            SameDay::Last => match day.iter().rev().nth(1) {
                Some(before) if before.sequence == last.sequence => Err(undecided(last.day)),
                _ => Ok(last.balance()),
            },
            SameDay::Error if day.iter().any(|entry| entry.units != first.units) => Err(several(last.day)),
            SameDay::Error => Ok(last.balance()),
        }
    }
}

#[cold]
fn undecided(day: i32) -> Error {
    Error::parameter(format!("{} has several balances, and nothing says which of them is the last", Day(day)))
        .hint("Give daily_balance_agg a sequence or a timestamp, or choose same_day => 'lowest' or 'highest'.")
}

#[cold]
fn several(day: i32) -> Error {
    Error::parameter(format!("{} has several balances", Day(day)))
        .hint("Correct the rows, or choose same_day => 'last', 'lowest' or 'highest'.")
}

/// Leaves of the entries of one day, which are in the order of their keys, those that a rule can choose, and gives their
/// number: the lowest and the highest of the highest sequence, and the lowest and the highest of all, each with its smallest
/// sequence. Reduced in parts and put together it is the same, because what a part drops the whole would drop.
pub(super) fn reduce(day: &mut [Entry]) -> usize {
    if day.len() < 2 {
        return day.len();
    }
    let mut distinct = 0;
    for at in 1..day.len() {
        if day[at].key() == day[distinct].key() {
            day[distinct].scale = day[distinct].scale.max(day[at].scale);
        } else {
            distinct += 1;
            day[distinct] = day[at];
        }
    }
    let top = day[..distinct].iter().rposition(|entry| entry.sequence != day[distinct].sequence).map_or(0, |below| below + 1);
    let (mut lowest, mut highest) = (0, 0);
    for at in 1..=distinct {
        let units = day[at].units.get();
        if units < day[lowest].units.get() {
            lowest = at;
        }
        if units > day[highest].units.get() {
            highest = at;
        }
    }
    let mut kept = 0;
    for at in 0..=distinct {
        if [top, distinct, lowest, highest].contains(&at) {
            day[kept] = day[at];
            kept += 1;
        }
    }
    kept
}
