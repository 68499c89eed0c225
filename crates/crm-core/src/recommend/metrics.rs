//! How good a list of recommendations was, against the items that turned out to be relevant: one figure a customer, for avg().
//!
//! Relevance is yes or no. The first `k` recommendations count. An item that is recommended twice counts where it stands first.

use crate::error::{Error, Result};
use crate::pause;
use std::collections::HashSet;

/// The figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// 1 if any is relevant, else 0.
    HitRate,
    /// The relevant among them by `k`.
    Precision,
    /// The relevant among them by all that are relevant.
    Recall,
    /// The mean, over the first `min(k, relevant)` that could be found, of the precision at each that is.
    AveragePrecision,
    /// 1 by the rank of the first that is relevant, 0 without one.
    ReciprocalRank,
    /// The sum of `1 / log2(1 + rank)` of those that are relevant, by the same sum for a perfect list (Järvelin, Kekäläinen 2002).
    Ndcg,
}

impl Metric {
    /// The figure of a list; none where nothing is relevant. No element of a list is an item that is missing (a NULL): in
    /// `recommended` it keeps its rank. `k` is at least 1 (22023).
    pub fn at(self, recommended: &[Option<&str>], relevant: &[Option<&str>], k: i64) -> Result<Option<f64>> {
        let Some(k) = usize::try_from(k).ok().filter(|k| *k > 0) else {
            return Err(
                Error::parameter(format!("k must be at least 1, not {k}")).hint("It is how many of the recommended items are looked at.")
            );
        };
        let mut wanted: HashSet<&str> = HashSet::new();
        wanted.try_reserve(relevant.len()).map_err(|_| Error::out_of_memory("the items that are relevant"))?;
        for item in relevant.iter().copied().flatten() {
            pause::step();
            wanted.insert(item);
        }
        let all = wanted.len();
        if all == 0 {
            return Ok(None);
        }
        let (mut hits, mut first, mut precisions, mut gain) = (0usize, None, 0.0, 0.0);
        for (item, rank) in recommended.iter().take(k).zip(1usize..) {
            pause::step();
            if item.is_some_and(|item| wanted.remove(item)) {
                hits += 1;
                first = first.or(Some(rank));
                precisions += hits as f64 / rank as f64;
                gain += discount(rank);
            }
        }
        let found = hits as f64;
        Ok(Some(match self {
            Metric::HitRate => f64::from(u8::from(hits > 0)),
            Metric::Precision => found / k as f64,
            Metric::Recall => found / all as f64,
            Metric::AveragePrecision => precisions / k.min(all) as f64,
            Metric::ReciprocalRank => first.map_or(0.0, |rank| 1.0 / rank as f64),
            Metric::Ndcg => gain / (1..=k.min(all)).map(discount).sum::<f64>(),
        }))
    }
}

fn discount(rank: usize) -> f64 {
    1.0 / libm::log2(1.0 + rank as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqlState;
    use proptest::prelude::*;

    const ALL: [Metric; 6] =
        [Metric::HitRate, Metric::Precision, Metric::Recall, Metric::AveragePrecision, Metric::ReciprocalRank, Metric::Ndcg];

    fn figures(recommended: &[Option<&str>], relevant: &[Option<&str>], k: i64) -> Vec<f64> {
        ALL.iter().map(|metric| metric.at(recommended, relevant, k).unwrap().unwrap()).collect()
    }

    #[test]
    fn a_list_by_hand() {
        let list = ["a", "b", "c", "d", "e"].map(Some);
        // Relevant at ranks 2 and 4, and one that is not there.
        let relevant = ["b", "d", "x"].map(Some);
        let two = libm::log2(3.0);
        assert_eq!(
            figures(&list, &relevant, 5),
            [1.0, 0.4, 2.0 / 3.0, (0.5 + 0.5) / 3.0, 0.5, (1.0 / two + 1.0 / libm::log2(5.0)) / (1.0 + 1.0 / two + 0.5)]
        );
        assert_eq!(figures(&list, &relevant, 2), [1.0, 0.5, 1.0 / 3.0, 0.25, 0.5, (1.0 / two) / (1.0 + 1.0 / two)]);
        assert_eq!(figures(&list, &relevant, 1), [0.0; 6]);
        assert_eq!(figures(&list, &list, 5), [1.0; 6]);
        assert_eq!(figures(&list, &list, 3), [1.0, 1.0, 0.6, 1.0, 1.0, 1.0]);
        assert_eq!(figures(&[], &relevant, 10), [0.0; 6]);
    }

    #[test]
    fn nothing_relevant_is_no_figure_and_doubles_count_once() {
        for metric in ALL {
            assert_eq!(metric.at(&[Some("a")], &[], 3), Ok(None));
            assert_eq!(metric.at(&[Some("a")], &[None], 3), Ok(None));
            for k in [0, -1, i64::MIN] {
                let e = metric.at(&[], &[Some("a")], k).unwrap_err();
                assert_eq!((e.state, e.message.into_owned()), (SqlState::InvalidParameter, format!("k must be at least 1, not {k}")));
            }
        }
        let twice = [None, Some("a"), Some("a"), Some("b")];
        assert_eq!(figures(&twice, &[Some("a"), Some("a"), None], 4)[..3], [1.0, 0.25, 1.0]);
        assert_eq!(figures(&twice, &[Some("b")], i64::MAX)[4], 0.25);
    }

    proptest! {
        /// Each is between 0 and 1, a better list is never worse, and one relevant item makes them functions of its rank.
        #[test]
        fn figures_are_shares(length in 1usize..12, relevant in prop::collection::btree_set(0usize..12, 1..12), k in 1i64..14) {
            let names: Vec<String> = (0..12).map(|i| i.to_string()).collect();
            let list: Vec<Option<&str>> = names.iter().take(length).map(|name| Some(name.as_str())).collect();
            let relevant: Vec<Option<&str>> = relevant.iter().map(|i| Some(names[*i].as_str())).collect();
            let mut better = list.clone();
            better.sort_by_key(|item| !relevant.contains(item));
            for (found, best) in figures(&list, &relevant, k).into_iter().zip(figures(&better, &relevant, k)) {
                prop_assert!((0.0..=1.0 + 1e-15).contains(&found) && found <= best + 1e-15, "{found} {best}");
            }
            let one = &relevant[..1];
            let rank = list.iter().take(k as usize).position(|item| *item == one[0]).map(|at| at as f64 + 1.0);
            let expected = rank.map_or([0.0; 6], |rank| [1.0, 1.0 / k as f64, 1.0, 1.0 / rank, 1.0 / rank, 1.0 / libm::log2(1.0 + rank)]);
            prop_assert_eq!(figures(&list, one, k), expected);
        }
    }
}
