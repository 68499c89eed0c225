//! Against all divisions there are, against definitions written out, and against itself.

use super::*;
use crate::codec::Summary;
use proptest::prelude::*;
use std::cmp::Ordering;

fn concentration(values: &[i64]) -> Concentration {
    let mut made = Concentration::default();
    values.iter().for_each(|value| made.push(Amount::from_i64(*value)).unwrap());
    made.settle().unwrap();
    made
}

fn distribution(values: &[i64]) -> Distribution {
    let mut made = Distribution::default();
    values.iter().for_each(|value| made.push(*value as f64).unwrap());
    made
}

/// Σ S²/N over the classes of sorted distinct values, as a fraction.
fn between(values: &[(i128, i128)], starts: &[usize]) -> (i128, i128) {
    let ends = starts.iter().copied().chain([values.len()]);
    let mut from = 0;
    ends.fold((0, 1), |(numerator, denominator), to| {
        let class = &values[from..to];
        from = to;
        let (sum, customers) = class.iter().fold((0, 0), |(sum, all), (value, customers)| (sum + value * customers, all + customers));
        (numerator * customers + sum * sum * denominator, denominator * customers)
    })
}

/// The best of all divisions into classes; of those as good the one whose last class begins lowest, then the one before it.
fn of_all_divisions(values: &[(i128, i128)], classes: usize) -> Vec<usize> {
    fn extend(values: &[(i128, i128)], starts: &mut Vec<usize>, more: usize, best: &mut Option<((i128, i128), Vec<usize>)>) {
        if more == 0 {
            let found = between(values, starts);
            let better =
                best.as_ref().is_none_or(|((numerator, denominator), known)| match (found.0 * denominator).cmp(&(numerator * found.1)) {
                    Ordering::Equal => starts.iter().rev().lt(known.iter().rev()),
                    order => order.is_gt(),
                });
            if better {
                *best = Some((found, starts.clone()));
            }
            return;
        }
        for start in starts.last().map_or(1, |last| last + 1)..values.len() {
            starts.push(start);
            extend(values, starts, more - 1, best);
            starts.pop();
        }
    }
    let mut best = None;
    extend(values, &mut Vec::new(), classes.min(values.len()) - 1, &mut best);
    best.unwrap().1
}

/// The distinct values, sorted, with their numbers.
fn counted(values: &[i64]) -> Vec<(i128, i128)> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).map(|same| (i128::from(same[0]), same.len() as i128)).collect()
}

fn thresholds<H>(classes: &[Class<Amount, H>]) -> Vec<i64> {
    classes.iter().filter_map(|class| class.from).map(|from| (from.units / UNIT) as i64).collect()
}

/// Few values, so that many divisions are as good as each other, or wider ones; also far from zero.
fn values() -> impl Strategy<Value = Vec<i64>> {
    (prop_oneof![Just(3i64), Just(8), Just(50), Just(1000)], prop_oneof![Just(0i64), Just(1_000_000_000), Just(-1_000_000_000_000)])
        .prop_flat_map(|(range, offset)| prop::collection::vec((-range..=range).prop_map(move |x| x + offset), 1..13))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn natural_breaks_are_the_best_of_all_divisions(values in values(), classes in 2i32..7) {
        // The best division does not change when all values move; near zero the fractions have room.
        let middle = values.iter().min().unwrap();
        let counts: Vec<_> = counted(&values).iter().map(|(value, n)| (value - i128::from(*middle), *n)).collect();
        let expected: Vec<i64> = of_all_divisions(&counts, classes as usize).iter().map(|start| counts[*start].0 as i64 + middle).collect();
        let of_amounts = concentration(&values);
        let (found, fit) = natural(&of_amounts, classes).unwrap();
        prop_assert_eq!(thresholds(&found), expected.clone());
        let of_floats = distribution(&values);
        let (other, other_fit) = natural(&Ranks::new(&of_floats).unwrap(), classes).unwrap();
        prop_assert_eq!(other.iter().filter_map(|class| class.from.map(|from| from as i64)).collect::<Vec<_>>(), expected);
        // 1 - within/whole, from the fraction.
        let (numerator, denominator) = between(&counts, &found.iter().skip(1).map(|class| {
            counts.iter().position(|(value, _)| value + i128::from(*middle) == class.from.unwrap().units / UNIT).unwrap()
        }).collect::<Vec<_>>());
        let (sum, n) = counts.iter().fold((0, 0), |(sum, all), (value, n)| (sum + value * n, all + n));
        let squares: i128 = counts.iter().map(|(value, n)| value * value * n).sum();
        let whole = squares * n - sum * sum;
        let within = (squares * denominator - numerator) as f64 / denominator as f64;
        let expected = (whole > 0).then(|| 1.0 - within / (whole as f64 / n as f64));
        for fit in [fit, other_fit] {
            prop_assert_eq!(fit.is_some(), expected.is_some());
            prop_assert!(fit.zip(expected).is_none_or(|(fit, expected)| (fit - expected).abs() < 1e-12), "{:?} {:?}", fit, expected);
        }
    }

    #[test]
    fn classes_are_everybody_once(
        values in prop::collection::vec(-20i64..40, 1..60),
        shares in prop::collection::btree_set(1u32..1000, 1..6),
        classes in 2i32..9,
    ) {
        let shares: Vec<f64> = shares.into_iter().map(|share| f64::from(share) / 1000.0).collect();
        let (amounts, floats) = (concentration(&values), distribution(&values));
        let ranks = Ranks::new(&floats).unwrap();
        let total: i64 = values.iter().sum();
        let mut all = vec![
            by_quantile(&amounts, &shares).unwrap(),
            by_customers(&amounts, &shares).unwrap(),
            natural(&amounts, classes).unwrap().0,
        ];
        // Both summaries are cut alike.
        let others = [by_quantile(&ranks, &shares).unwrap(), by_customers(&ranks, &shares).unwrap(), natural(&ranks, classes).unwrap().0];
        for (mine, other) in all.iter().zip(&others) {
            prop_assert_eq!(thresholds(mine), other.iter().filter_map(|class| class.from.map(|from| from as i64)).collect::<Vec<_>>());
            prop_assert!(mine.iter().zip(other).all(|(a, b)| (a.customers, a.customer_share) == (b.customers, b.customer_share)));
        }
        if total > 0 {
            all.push(by_value(&amounts, &shares).unwrap());
        }
        for classes in &all {
            prop_assert_eq!(classes[0].from, None);
            let thresholds = thresholds(classes);
            prop_assert!(thresholds.len() == classes.len() - 1 && thresholds.is_sorted_by(|a, b| a < b));
            prop_assert!(thresholds.iter().all(|threshold| values.contains(threshold)));
            for (i, class) in classes.iter().enumerate() {
                let from = i.checked_sub(1).map_or(i64::MIN, |i| thresholds[i]);
                let until = thresholds.get(i).copied().unwrap_or(i64::MAX);
                let members: Vec<i64> = values.iter().copied().filter(|value| (from..until).contains(value)).collect();
                prop_assert_eq!(class.customers, members.len() as u64);
                prop_assert!(class.customers > 0);
                prop_assert_eq!(class.customer_share, members.len() as f64 / values.len() as f64);
                let sum: i64 = members.iter().sum();
                prop_assert_eq!(class.held.value, Amount::from_i64(sum));
                prop_assert_eq!(class.held.share, (total > 0).then(|| sum as f64 / total as f64));
            }
        }
    }

    #[test]
    fn cuts_stand_where_they_were_asked_for(values in prop::collection::vec(-20i64..40, 1..60), share in 1u64..=1000) {
        let (amounts, n) = (concentration(&values), values.len() as u64);
        let mut down = values.clone();
        down.sort_unstable_by(|a, b| b.cmp(a));
        let lowest = *down.last().unwrap();
        let expected = |place: u64| Some(down[place as usize - 1]).filter(|value| *value > lowest).into_iter().collect::<Vec<_>>();
        let part = share as f64 / 1000.0;
        prop_assert_eq!(thresholds(&by_customers(&amounts, &[part]).unwrap()), expected((share * n).div_ceil(1000)));
        if share < 1000 {
            let found = thresholds(&by_quantile(&amounts, &[part]).unwrap());
            prop_assert_eq!(&found, &expected(((1000 - share) * n).div_ceil(1000)));
            prop_assert_eq!(found, thresholds(&by_customers(&amounts, &[(1000 - share) as f64 / 1000.0]).unwrap()));
        }
        let total: i64 = values.iter().sum();
        if total > 0 {
            let mut sum = 0;
            let needed = down.iter().position(|value| { sum += value; sum * 1000 >= share as i64 * total }).unwrap();
            prop_assert_eq!(thresholds(&by_value(&amounts, &[part]).unwrap()), expected(needed as u64 + 1));
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Many values, where not all divisions can be tried: every layer against the plain search of all last classes.
    #[test]
    fn dividing_the_search_finds_what_the_whole_search_does(
        values in prop::collection::vec(prop_oneof![3 => 0i64..100_000, 1 => 0i64..1_000_000_000], 50..400), classes in 2usize..12,
    ) {
        let counts = counted(&values);
        let n = counts.len();
        let mut sums = vec![(0i128, 0i128)];
        counts.iter().for_each(|(value, more)| sums.push((sums[sums.len() - 1].0 + value * more, sums[sums.len() - 1].1 + more)));
        let squares: i128 = counts.iter().map(|(value, more)| value * value * more).sum();
        let of = |from: usize, to: usize| {
            let (sum, customers) = (sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
            sum as f64 * (sum as f64 / customers as f64)
        };
        let k = classes.min(n);
        let mut best = (0..=n).map(|to| if to > 0 { of(0, to) } else { 0.0 }).collect::<Vec<_>>();
        for layer in 2..=k {
            best = (0..=n).map(|to| (layer - 1..to).map(|from| best[from] + of(from, to)).fold(f64::NEG_INFINITY, f64::max)).collect();
        }
        let whole = squares as f64 - of(0, n);
        let expected = 1.0 - (squares as f64 - best[n]) / whole;
        let (found, fit) = natural(&concentration(&values), classes as i32).unwrap();
        prop_assert_eq!(found.len(), k);
        prop_assert!(fit.is_none_or(|fit| (fit - expected).abs() < 1e-11), "{:?} {}", fit, expected);
    }
}
