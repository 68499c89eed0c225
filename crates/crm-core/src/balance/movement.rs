//! What went in and out on each day, and the balances that follow from it.

use super::{DailyBalance, make_room};
use crate::amount::{Amount, Stored};
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::pause;

/// The net of a day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Movement {
    pub(super) units: Stored,
    pub(super) day: i32,
    pub(super) scale: u8,
}

impl Movement {
    pub(super) fn amount(&self) -> Amount {
        Amount::new(self.units.get(), self.scale)
    }
}

/// The exact net of the movements of an account on each day that has any. It adds up: a row that comes twice counts twice.
/// 24 bytes a day, in one list.
#[derive(Clone, Debug, Default)]
pub struct DailyMovement {
    /// Settled: one for each day, in their order.
    pub(super) days: Vec<Movement>,
    pub(super) settled: bool,
}

impl DailyMovement {
    /// Adds a movement. A sum above 1.7e26 in magnitude is 22003, more than 1 GB of days is 54000.
    #[inline]
    pub fn push(&mut self, day: Day, amount: Amount) -> Result<()> {
        self.keep(Movement { units: amount.units.into(), day: day.0, scale: amount.scale })
    }

    #[inline]
    pub(super) fn keep(&mut self, movement: Movement) -> Result<()> {
        if let Some(last) = self.days.last_mut().filter(|last| last.day == movement.day) {
            last.scale = last.scale.max(movement.scale);
            return last.units.add(movement.units.get());
        }
        if self.days.len() == self.days.capacity() {
            self.compact()?;
            make_room(&mut self.days)?;
        }
        self.settled = match self.days.last() {
            None => true,
            Some(last) => self.settled && last.day < movement.day,
        };
        self.days.push(movement);
        Ok(())
    }

    pub(super) fn compact(&mut self) -> Result<()> {
        if !self.settled {
            compact(&mut self.days)?;
            self.settled = true;
        }
        Ok(())
    }

    /// The days, in their order, and what each moved.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Day, Amount)> {
        self.days.iter().map(|movement| (Day(movement.day), movement.amount()))
    }
}

/// Adds up the movements of each day, and brings the days into their order.
fn compact(days: &mut Vec<Movement>) -> Result<()> {
    pause::sort_by_key(days, |movement| movement.day);
    let mut kept = 0;
    for at in 1..days.len() {
        let next = days[at];
        if days[kept].day == next.day {
            days[kept].units.add(next.units.get())?;
            days[kept].scale = days[kept].scale.max(next.scale);
        } else {
            kept += 1;
            days[kept] = next;
        }
    }
    days.truncate(kept + 1);
    Ok(())
}

/// The balances that follow from an opening balance, which is the closing balance of the opening day, and the movements after
/// it: an entry on the opening day, and one on each day with movements.
///
/// Errors: an opening balance that is not known, an opening day that is not before the first movement (22023), a balance above
/// 1.7e26 in magnitude (22003).
pub fn from_movements(movements: Option<&DailyMovement>, opening: Option<Amount>, opening_day: Day) -> Result<DailyBalance> {
    let Some(mut balance) = opening else {
        return Err(Error::parameter("the opening balance is NULL, and an unknown balance is not zero")
            .hint("Give the closing balance of opening_day: 0 for an account that was opened after it."));
    };
    let mut balances = DailyBalance::default();
    balances.push(opening_day, 0, balance)?;
    for (day, amount) in movements.iter().flat_map(|movements| movements.iter()) {
        if day <= opening_day {
            return Err(Error::parameter(format!("opening_day {opening_day} is not before {day}, the day of the first movement"))
                .hint("opening is the closing balance of opening_day: the movements up to that day are in it already."));
        }
        balance = balance.checked_add(amount)?;
        balances.push(day, 0, balance)?;
    }
    Ok(balances)
}
