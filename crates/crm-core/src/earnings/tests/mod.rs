//! Anchors, edge cases and properties.

mod commission;
mod day_count;
mod money;

use crate::amount::Amount;
use crate::calendar::Day;

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}
