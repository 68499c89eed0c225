use super::tests::{close, made};
use super::*;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use crate::tier::TierPolicy;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

type Rows = Vec<(String, String, i64)>;

fn rows() -> impl Strategy<Value = Rows> {
    let tier = || "(gold|silver|大众|[a-f]|t[0-9]{2})";
    let customers = prop_oneof![4 => Just(1i64), 2 => 0i64..50, 1 => 0i64..1 << 50];
    prop::collection::vec((tier(), tier(), customers), 1..80)
}

/// Chains of two to six tiers, most of them with tiers that are not left.
fn chains() -> impl Strategy<Value = Rows> {
    let customers = prop_oneof![3 => Just(0i64), 3 => 1i64..100, 1 => 1i64..1 << 40];
    (2usize..=6).prop_flat_map(move |tiers| prop::collection::vec(customers.clone(), tiers * tiers).prop_map(move |flows| square(&flows)))
}

/// Chains in which each tier can be reached from each, and customers stay in some tier.
fn ergodic() -> impl Strategy<Value = Rows> {
    (2usize..=6).prop_flat_map(|tiers| prop::collection::vec(1i64..1000, tiers * tiers).prop_map(|flows| square(&flows)))
}

fn square(flows: &[i64]) -> Rows {
    let tiers = flows.len().isqrt();
    flows.iter().enumerate().map(|(i, n)| (format!("t{}", i / tiers), format!("t{}", i % tiers), *n)).collect()
}

/// The matrix of probabilities, with a row that stays for a tier that nobody was in before.
fn dense(migration: &Migration) -> Vec<Vec<f64>> {
    let tiers = migration.tiers().len();
    let mut p: Vec<Vec<f64>> = (0..tiers).map(|i| (0..tiers).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    let place = |name: &str| migration.tiers().position(|tier| tier == name).unwrap();
    migration.matrix(0.5).unwrap().for_each(|cell| p[place(cell.from)][place(cell.to)] = cell.probability);
    p
}

fn times(left: &[Vec<f64>], right: &[Vec<f64>]) -> Vec<Vec<f64>> {
    left.iter().map(|row| (0..right.len()).map(|j| row.iter().zip(right).map(|(x, other)| x * other[j]).sum()).collect()).collect()
}

proptest! {
    #[test]
    fn it_counts_customers_by_pair(rows in rows()) {
        let migration = made(&rows);
        let mut plain: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        rows.iter().filter(|row| row.2 > 0).for_each(|(from, to, n)| *plain.entry((from, to)).or_default() += n);
        let counted: BTreeMap<_, _> = migration.matrix(0.9).unwrap().filter(|c| c.customers > 0).map(|c| ((c.from, c.to), c.customers)).collect();
        prop_assert_eq!(counted, plain);
        prop_assert_eq!(migration.customers(), rows.iter().map(|row| row.2).sum::<i64>());
        prop_assert!(migration.matrix(0.9).unwrap().is_sorted_by(|l, r| (l.from, l.to) < (r.from, r.to)));
        prop_assert!(migration.matrix(0.9).unwrap().all(|c| 0.0 <= c.lower && c.lower <= c.probability && c.probability <= c.upper && c.upper <= 1.0));
    }

    #[test]
    fn any_order_and_any_halves_give_the_same_bytes_and_they_are_read_back(rows in rows(), cut in any::<prop::sample::Index>()) {
        let bytes = to_wire(&made(&rows)).unwrap();
        let reversed: Rows = rows.iter().rev().cloned().collect();
        prop_assert_eq!(&to_wire(&made(&reversed)).unwrap(), &bytes);
        let (left, right) = rows.split_at(cut.index(rows.len()));
        for (one, other) in [(left, right), (right, left)] {
            let mut merged = made(one);
            merged.merge(&made(other)).unwrap();
            merged.settle().unwrap();
            prop_assert_eq!(&to_wire(&merged).unwrap(), &bytes);
        }
        // A row of many is as many rows.
        let mut counted = Migration::default();
        for (from, to, n) in rows.iter().filter(|row| row.2 < 50) {
            (0..*n).for_each(|_| counted.push(from, to, 1).unwrap());
        }
        counted.settle().unwrap();
        let few: Rows = rows.iter().filter(|row| row.2 < 50).cloned().collect();
        prop_assert_eq!(to_wire(&counted).unwrap(), to_wire(&made(&few)).unwrap());
        let text = to_text(&made(&rows)).unwrap();
        prop_assert_eq!(&to_wire(&from_wire::<Migration>(&bytes).unwrap()).unwrap(), &bytes);
        let read = from_text::<Migration>(&text).unwrap();
        prop_assert_eq!((to_wire(&read).unwrap(), to_text(&read).unwrap()), (bytes, text));
    }

    #[test]
    fn bytes_that_are_read_are_those_that_would_be_written(rows in rows(), at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = to_wire(&made(&rows)).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(read) = from_wire::<Migration>(&bytes) {
            prop_assert_eq!(to_wire(&read).unwrap(), bytes);
            let text = to_text(&read).unwrap();
            prop_assert_eq!(to_text(&from_text::<Migration>(&text).unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_a_migration(bytes in prop::collection::vec(prop_oneof![4 => 0u8..4, 1 => b'a'..b'd', 1 => any::<u8>()], 0..24)) {
        let framed = [&[0, 1], bytes.as_slice()].concat();
        if let Ok(read) = from_wire::<Migration>(&framed) {
            prop_assert_eq!(to_wire(&read).unwrap(), framed);
        }
    }

    #[test]
    fn the_rows_of_a_matrix_add_up_to_one(rows in rows()) {
        let migration = made(&rows);
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        migration.matrix(0.95).unwrap().for_each(|c| *sums.entry(c.from).or_default() += c.probability);
        prop_assert!(sums.values().all(|sum| (sum - 1.0).abs() < 1e-14));
    }

    // The ends of an interval are where the rate observed is z deviations away.
    #[test]
    fn an_interval_ends_where_its_equation_holds(n in 1i64..1_000_000, part in 0.0..=1.0f64, z in 0.1..6.0f64) {
        let x = (part * n as f64) as i64;
        let (lower, upper) = crate::normal::wilson(x, n, z);
        for p in [lower, upper] {
            let (off, spread) = (x as f64 - n as f64 * p, z * (n as f64 * p * (1.0 - p)).sqrt());
            prop_assert!((off.abs() - spread).abs() <= 1e-6 * (1.0 + spread), "{} of {}: {} {} {}", x, n, p, off, spread);
        }
    }

    #[test]
    fn everyone_goes_up_or_stays_or_goes_down_or_outside(rows in rows()) {
        let migration = made(&rows);
        let policy = json!({"kind": "tier_policy", "version": 1, "tiers": [{"name": "a"}, {"name": "大众", "from": 1}, {"name": "silver", "from": 2}, {"name": "not here", "from": 3}, {"name": "gold", "from": 4}]});
        let policy = TierPolicy::read(&policy).unwrap();
        let place = |name: &str| policy.tiers().iter().position(|tier| tier.name() == name);
        let rates = migration.rates(&policy);
        let (total, tiers) = rates.split_last().unwrap();
        let count = |keep: &dyn Fn(Option<usize>, Option<usize>) -> bool| rows.iter().filter(|r| keep(place(&r.0), place(&r.1))).map(|r| r.2).sum::<i64>();
        for (i, r) in tiers.iter().enumerate() {
            prop_assert_eq!(r.customers, r.up + r.stayed + r.down + r.outside);
            prop_assert_eq!(r.up, count(&|from, to| from == Some(i) && to > from));
            prop_assert_eq!(r.down, count(&|from, to| from == Some(i) && to.is_some() && to < from));
            prop_assert_eq!(r.outside, count(&|from, to| from == Some(i) && to.is_none()));
            prop_assert_eq!(r.joined, count(&|from, to| from.is_none() && to == Some(i)));
        }
        prop_assert_eq!(total.customers + total.joined + count(&|from, to| from.is_none() && to.is_none()), migration.customers());
    }

    // pi P = pi, and it is a distribution; where there are several, it says so.
    #[test]
    fn a_steady_state_is_steady(rows in chains()) {
        let migration = made(&rows);
        let p = dense(&migration);
        match migration.steady_state() {
            Ok(found) => {
                let shares: Vec<f64> = found.iter().map(|(_, share)| *share).collect();
                prop_assert!(shares.is_empty() || (shares.iter().sum::<f64>() - 1.0).abs() < 1e-14);
                for (j, share) in shares.iter().enumerate() {
                    let next: f64 = shares.iter().zip(&p).map(|(share, row)| share * row[j]).sum();
                    prop_assert!(close(next, *share, 1e-13), "{}: {} {}", j, next, share);
                }
            }
            // Two tiers from which there is no way to each other, by the powers of the matrix, one of which no way leads out of.
            Err(e) => {
                prop_assert_eq!(e.state, SqlState::InvalidParameter);
                let mut reach: Vec<Vec<bool>> = p.iter().enumerate().map(|(i, row)| row.iter().enumerate().map(|(j, x)| i == j || *x > 0.0).collect()).collect();
                for _ in 0..p.len() {
                    reach = (0..p.len()).map(|i| (0..p.len()).map(|j| (0..p.len()).any(|k| reach[i][k] && reach[k][j])).collect()).collect();
                }
                // No tier is reached from all: so none of the shares could be the only ones.
                prop_assert!((0..p.len()).all(|j| (0..p.len()).any(|i| !reach[i][j])));
            }
        }
    }

    #[test]
    fn it_is_the_limit_of_powers(rows in ergodic()) {
        let migration = made(&rows);
        let mut power = dense(&migration);
        // The largest is 2^16; each halves the distance again and again.
        (0..16).for_each(|_| power = times(&power, &power));
        let found = migration.steady_state().unwrap();
        for row in &power {
            for (x, (_, share)) in row.iter().zip(&found) {
                prop_assert!(close(*x, *share, 1e-8), "{} {}", x, share);
            }
        }
    }

    // The Markov chain tree theorem for three states: the share of a state is the sum over the trees that lead to it.
    #[test]
    fn three_tiers_in_closed_form(flows in prop::collection::vec(1i64..1 << 20, 9)) {
        let migration = made(&square(&flows));
        let found = migration.steady_state().unwrap();
        let rows: Vec<f64> = flows.chunks(3).map(|row| row.iter().sum::<i64>() as f64).collect();
        let p = |i: usize, j: usize| flows[3 * i + j] as f64 / rows[i];
        let trees = |to: usize, a: usize, b: usize| p(a, to) * p(b, to) + p(a, b) * p(b, to) + p(b, a) * p(a, to);
        let shares = [trees(0, 1, 2), trees(1, 0, 2), trees(2, 0, 1)];
        let total: f64 = shares.iter().sum();
        for ((_, found), share) in found.iter().zip(shares) {
            prop_assert!(close(*found, share / total, 1e-14));
        }
    }

    #[test]
    fn a_forecast_is_the_mix_times_powers(rows in chains(), periods in 1i32..12) {
        let migration = made(&rows);
        let Some(mut forecast) = migration.forecast(periods, None).unwrap() else { return Ok(()) };
        let start: Vec<f64> = forecast.tiers().map(|(_, customers, _)| customers).collect();
        let p = dense(&migration);
        let mut power = p.clone();
        (1..periods).for_each(|_| power = times(&power, &p));
        (0..periods).for_each(|_| forecast.step());
        let total: f64 = start.iter().sum();
        for (j, (_, customers, share)) in forecast.tiers().enumerate() {
            let expected: f64 = start.iter().zip(&power).map(|(x, row)| x * row[j]).sum();
            prop_assert!((customers - expected).abs() <= 1e-12 * total && (share - expected / total).abs() <= 1e-12);
        }
    }
}
