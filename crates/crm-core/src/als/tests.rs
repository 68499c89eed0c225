use super::fit::SplitMix64;
use super::*;
use crate::affinity::{Affinity, Customer};
use crate::amount::Amount;
use crate::codec::Summary;
use crate::document::parse;
use crate::error::SqlState;
use proptest::prelude::*;
use serde_json::{Value, json};

fn options(factors: usize, iterations: usize) -> Options {
    Options { factors, iterations, regularization: 0.1, alpha: 2.0, weighting: Weighting::Weight, seed: 7 }
}

/// Solves `a x = b` by elimination.
pub(super) fn solved(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for k in 0..n {
        let (done, below) = a.split_at_mut(k + 1);
        let (pivots, right) = b.split_at_mut(k + 1);
        for (row, right) in below.iter_mut().zip(right) {
            let by = row[k] / done[k][k];
            row.iter_mut().zip(&done[k]).for_each(|(x, pivot)| *x -= by * pivot);
            *right -= by * pivots[k];
        }
    }
    for k in (0..n).rev() {
        b[k] = (b[k] - (k + 1..n).map(|j| a[k][j] * b[j]).sum::<f64>()) / a[k][k];
    }
    b
}

/// The normal equations of one row against all rows of the other side, as they stand in the paper.
fn plain_row(weights: &[f64], other: &[Vec<f64>], o: &Options) -> Vec<f64> {
    let cell = |a: usize, b: usize| {
        let sum: f64 = weights.iter().zip(other).map(|(r, y)| (1.0 + o.alpha * r) * y[a] * y[b]).sum();
        sum + if a == b { o.regularization } else { 0.0 }
    };
    let matrix = (0..o.factors).map(|a| (0..o.factors).map(|b| cell(a, b)).collect()).collect();
    let held = |a: usize| weights.iter().zip(other).filter(|(r, _)| **r > 0.0).map(|(r, y)| (1.0 + o.alpha * r) * y[a]).sum();
    solved(matrix, (0..o.factors).map(held).collect())
}

/// Alternating least squares over a full table, pair by pair: the factors of the items and the losses.
fn plain(table: &[Vec<f64>], o: &Options) -> (Vec<Vec<f64>>, Vec<f64>) {
    let mut random = SplitMix64(o.seed as u64);
    let scale = 1.0 / (o.factors as f64).sqrt();
    let items = table[0].len();
    let mut y: Vec<Vec<f64>> = (0..items).map(|_| (0..o.factors).map(|_| scale * random.centred()).collect()).collect();
    let mut losses = Vec::new();
    for _ in 0..o.iterations {
        let x: Vec<Vec<f64>> = table.iter().map(|row| plain_row(row, &y, o)).collect();
        let column = |i: usize| table.iter().map(|row| row[i]).collect::<Vec<f64>>();
        y = (0..items).map(|i| plain_row(&column(i), &x, o)).collect();
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let pair = |(u, i): (usize, usize)| {
            let r = table[u][i];
            let miss = f64::from(u8::from(r > 0.0)) - product(&x[u], &y[i]);
            (1.0 + o.alpha * r) * miss * miss
        };
        let pairs: f64 = (0..table.len()).flat_map(|u| (0..items).map(move |i| (u, i))).map(pair).sum();
        losses.push(pairs + o.regularization * x.iter().chain(&y).map(|row| product(row, row)).sum::<f64>());
    }
    (y, losses)
}

fn sparse(table: &[Vec<f64>]) -> (Vec<usize>, Vec<u32>, Vec<f64>) {
    let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in table {
        for (i, value) in (0..).zip(row).filter(|(_, value)| **value > 0.0) {
            columns.push(i);
            values.push(*value);
        }
        starts.push(columns.len());
    }
    (starts, columns, values)
}

fn table() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let weight = prop_oneof![2 => Just(0.0), 1 => 0.25f64..6.0];
    (1usize..14).prop_flat_map(move |items| prop::collection::vec(prop::collection::vec(weight.clone(), items), 1..14))
}

proptest! {
    /// What is solved row by row in a whitened space is what the formulas of the paper give over all pairs, and the loss falls.
    #[test]
    fn it_is_the_plain_algorithm(table in table(), factors in 1usize..6) {
        let o = options(factors, 4);
        let (starts, columns, values) = sparse(&table);
        let found = factorize(Sparse { starts: &starts, columns: &columns, values: &values }, table[0].len(), &o).unwrap();
        let (y, losses) = plain(&table, &o);
        for (found, wanted) in found.loss.iter().zip(&losses) {
            prop_assert!((found - wanted).abs() <= 1e-9 * (1.0 + wanted), "{found} {wanted}");
        }
        for (found, wanted) in found.items.iter().flatten().zip(y.iter().flatten()) {
            prop_assert!((found - wanted).abs() <= 1e-6 * (1.0 + wanted.abs()), "{found} {wanted}");
        }
        for two in found.loss.windows(2) {
            prop_assert!(two[1] <= two[0] * (1.0 + 1e-12), "{:?}", found.loss);
        }
    }
}

fn affinity(rows: &[(i64, &str, i64)]) -> Affinity {
    let mut affinity = Affinity::default();
    rows.iter().for_each(|(customer, item, weight)| {
        affinity.push(Customer::Integer(*customer), item, Amount::from_i64(*weight)).unwrap();
    });
    affinity.settle().unwrap();
    affinity
}

const ROWS: [(i64, &str, i64); 9] =
    [(1, "b", 2), (1, "a", 1), (2, "a", 1), (2, "c", 5), (3, "b", 1), (3, "c", 2), (3, "d", -1), (4, "d", 3), (4, "基金", 1)];

#[test]
fn the_order_of_rows_changes_no_byte_and_the_seed_does() {
    let text = fit(&affinity(&ROWS), &options(3, 5)).unwrap();
    let mut turned = ROWS;
    turned.reverse();
    assert_eq!(fit(&affinity(&turned), &options(3, 5)).unwrap(), text);
    assert_ne!(fit(&affinity(&ROWS), &Options { seed: 8, ..options(3, 5) }).unwrap(), text);
    let model = AlsModel::read(&parse(&text).unwrap()).unwrap();
    assert_eq!((model.customers, model.items.join(" ").as_str()), (4, "a b c d 基金"));
    assert_eq!((model.popularity.as_slice(), model.options), ([2, 2, 2, 1, 1].as_slice(), options(3, 5)));
}

#[test]
fn nothing_held_gives_a_model_without_items() {
    let text = fit(&affinity(&[(1, "a", 0), (1, "b", -2)]), &options(3, 2)).unwrap();
    let model = AlsModel::read(&parse(&text).unwrap()).unwrap();
    assert!(model.items.is_empty() && model.customers == 0 && model.whitened().is_ok(), "{text}");
}

#[test]
fn wrong_options_and_weights_are_refused() {
    let message = |options: Result<Options>| options.unwrap_err().message.into_owned();
    assert_eq!(message(Options::new(0, 1, 0.1, 1.0, "log", 0)), "factors must be from 1 to 256, not 0");
    assert_eq!(message(Options::new(257, 1, 0.1, 1.0, "log", 0)), "factors must be from 1 to 256, not 257");
    assert_eq!(message(Options::new(1, 1001, 0.1, 1.0, "log", 0)), "iterations must be from 1 to 1000, not 1001");
    assert_eq!(message(Options::new(1, 1, 0.0, 1.0, "log", 0)), "regularization must be from 1e-9 to 1e9, not 0");
    assert_eq!(message(Options::new(1, 1, 0.1, f64::NAN, "log", 0)), "alpha must be from 1e-9 to 1e9, not NaN");
    assert_eq!(message(Options::new(1, 1, 0.1, 1.0, "bm25", 0)), "weighting \"bm25\" cannot be used here");
    assert_eq!(Options::new(3, 5, 0.1, 2.0, "weight", 7), Ok(options(3, 5)));
    let sure = fit(&affinity(&[(1, "a", 1_000_000_000_000)]), &options(2, 1)).unwrap_err();
    assert_eq!(sure.state, SqlState::OutOfRange);
    // Two factors that are the same, and powers of two so that nothing is rounded: next to them a tiny regularization is lost.
    let mut model = parse(&fit(&affinity(&ROWS), &Options { regularization: 1e-9, ..options(2, 1) }).unwrap()).unwrap();
    let (same, none) = (json!([134_217_728, 134_217_728]), json!([0, 0]));
    model["item_factors"] = json!([same, same, same, same, none]);
    let e = AlsModel::read(&model).unwrap().whitened().unwrap_err();
    assert_eq!(e.state, SqlState::InvalidParameter);
    assert!(e.message.starts_with("the regularization is too small"), "{e}");
}

#[test]
fn hostile_models_are_refused_with_the_path() {
    let good = parse(&fit(&affinity(&ROWS), &options(2, 2)).unwrap()).unwrap();
    let first = |change: &dyn Fn(&mut Value)| {
        let mut model = good.clone();
        change(&mut model);
        let problems = AlsModel::problems(&model);
        assert_eq!(AlsModel::read(&model).is_err(), !problems.is_empty());
        problems.first().map_or(String::new(), |p| format!("{}: {}", p.path, p.problem))
    };
    assert_eq!(first(&|_| ()), "");
    for key in [
        "factors",
        "iterations",
        "regularization",
        "alpha",
        "weighting",
        "seed",
        "customers",
        "items",
        "popularity",
        "loss",
        "item_factors",
    ] {
        let missing = first(&|m| {
            m.as_object_mut().unwrap().remove(key);
        });
        assert_eq!(missing, format!("{key}: is missing"));
    }
    assert_eq!(first(&|m| m["factors"] = json!(257)), "factors: must be a whole number from 1 to 256");
    assert_eq!(first(&|m| m["items"][1] = json!("a")), "items[1]: is not after the item before it in the order of bytes");
    assert_eq!(first(&|m| m["items"][0] = json!("")), "items[0]: must not be empty");
    assert!(first(&|m| m["items"][0] = json!("x".repeat(1001))).contains("at most 1000 bytes"));
    assert_eq!(first(&|m| m["popularity"][0] = json!(5)), "popularity[0]: must be a whole number from 0 to 4");
    assert_eq!(first(&|m| m["popularity"] = json!([1])), "popularity: must have 5 elements, as many as items, not 1");
    assert_eq!(first(&|m| m["loss"] = json!([1])), "loss: must have 2 elements, as many as iterations, not 1");
    for wrong in [json!([1]), json!([1, "2"]), json!([1, 1e16]), json!([1, null]), json!({}), parse("[1, 1e999]").unwrap()] {
        assert_eq!(first(&|m| m["item_factors"][2] = wrong.clone()), "item_factors[2]: must be a list of 2 numbers, as many as factors");
    }
    assert!(first(&|m| m["extra"] = json!(1)).starts_with("extra: is not known here"));
}
