//! The k best of a stream, in room for a few of them.

use super::catalogue::no_room;
use crate::error::{Error, Result};
use std::cmp::Ordering;

/// The most products that can be asked for.
pub const MAX_K: i64 = 10_000;

/// What k is.
const ROWS: &str = "It is how many products to give.";

/// Checks a number of products to return (22023).
pub(super) fn limit(k: i64) -> Result<usize> {
    let wrong = || Error::parameter(format!("k must be from 1 to {MAX_K}, not {k}")).hint(ROWS);
    usize::try_from(k).ok().filter(|_| (1..=MAX_K).contains(&k)).ok_or_else(wrong)
}

/// Higher scores come first; equal scores in the order of their products.
pub(super) fn better(one: &(f64, u32), other: &(f64, u32)) -> Ordering {
    other.0.total_cmp(&one.0).then(one.1.cmp(&other.1))
}

/// Leaves in `best` the `k` best of `stream`, whose products ascend, the best first.
pub(super) fn top_k(k: usize, stream: impl Iterator<Item = (f64, u32)>, best: &mut Vec<(f64, u32)>) -> Result<()> {
    some_k(k, stream, best)?;
    best.sort_unstable_by(better);
    Ok(())
}

/// As [`top_k`], in any order.
pub(super) fn some_k(k: usize, stream: impl Iterator<Item = (f64, u32)>, best: &mut Vec<(f64, u32)>) -> Result<()> {
    let room = k.saturating_mul(2).max(64);
    let mut floor = f64::NEG_INFINITY;
    best.clear();
    for entry in stream {
        // With k as good or better, and earlier, it cannot be among them.
        if entry.0 <= floor {
            continue;
        }
        best.try_reserve(1).map_err(no_room)?;
        best.push(entry);
        if best.len() == room {
            let (_, last, _) = best.select_nth_unstable_by(k - 1, better);
            floor = last.0;
            best.truncate(k);
        }
    }
    if best.len() > k {
        best.select_nth_unstable_by(k - 1, better);
        best.truncate(k);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn k_has_limits() {
        assert_eq!((limit(1), limit(10_000)), (Ok(1), Ok(10_000)));
        for k in [0, -1, 10_001, i64::MIN, i64::MAX] {
            assert_eq!(limit(k).unwrap_err().message, format!("k must be from 1 to 10000, not {k}"));
        }
    }

    proptest! {
        #[test]
        fn it_is_the_head_of_the_sorted_list(scores in prop::collection::vec(0u8..12, 0..600), k in 1usize..80) {
            let all: Vec<_> = scores.iter().zip(0u32..).map(|(score, i)| (f64::from(*score) / 8.0, i)).collect();
            let mut best = vec![(9.0, 9)];
            top_k(k, all.iter().copied(), &mut best).unwrap();
            let mut sorted = all;
            sorted.sort_by(better);
            sorted.truncate(k);
            prop_assert_eq!(best, sorted);
        }
    }
}
