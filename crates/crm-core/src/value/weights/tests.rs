use super::*;
use crate::SqlState;
use proptest::prelude::*;

/// A matrix of its entries above the diagonal, row by row.
fn upper(items: usize, above: &[f64]) -> Comparisons {
    let mut entries = vec![None; items * items];
    let pairs = (0..items).flat_map(|i| (i + 1..items).map(move |j| i * items + j));
    pairs.zip(above).for_each(|(at, x)| entries[at] = Some(*x));
    Comparisons::new(items, entries.into_iter()).unwrap()
}

fn rounded(weights: &[f64], digits: i32) -> Vec<f64> {
    let unit = 10f64.powi(digits);
    weights.iter().map(|w| (w * unit).round() / unit).collect()
}

/// T. L. Saaty, "Decision making with the analytic hierarchy process", International Journal of Services Sciences 1(1), 2008,
/// "Relative consumption of drinks": coffee, wine, tea, beer, sodas, milk, water.
fn drinks() -> Comparisons {
    let t = 1.0 / 3.0;
    let n = 1.0 / 9.0;
    upper(7, &[9.0, 5.0, 2.0, 1.0, 1.0, 0.5, t, n, n, n, n, t, 0.25, t, n, 0.5, 1.0, t, 2.0, 0.5, t])
}

#[test]
fn published_weights_come_out() {
    let found = drinks().consistency();
    assert_eq!(rounded(&[found.ratio], 3), [0.022]);
    assert_eq!(rounded(&drinks().weights(false).unwrap(), 3), [0.177, 0.019, 0.042, 0.116, 0.19, 0.129, 0.327]);
    // Saaty's choice of a school: learning, friends, school life, vocational training, college preparation, music classes.
    // ("How to make a decision: the analytic hierarchy process", European Journal of Operational Research 48, 1990.)
    let school = upper(6, &[4.0, 3.0, 1.0, 3.0, 4.0, 7.0, 3.0, 0.2, 1.0, 0.2, 0.2, 1.0 / 6.0, 1.0, 1.0 / 3.0, 3.0]);
    assert_eq!(rounded(&school.clone().weights(true).unwrap(), 2), [0.32, 0.14, 0.03, 0.13, 0.24, 0.14]);
    let e = school.weights(false).unwrap_err();
    assert_eq!(e.state, SqlState::InvalidParameter);
    assert_eq!(e.message, "the comparisons contradict each other: consistency ratio 0.229, above 0.1");
    assert!(e.detail.unwrap().starts_with("Farthest off is row 1, column 3: it says 3.000, the weights of all comparisons say 9.2"));
}

#[test]
fn few_items_always_agree() {
    assert_eq!(upper(1, &[]).weights(false), Ok(vec![1.0]));
    assert_eq!(upper(1, &[]).consistency().worst, None);
    assert_eq!(rounded(&upper(2, &[4.0]).weights(false).unwrap(), 15), [0.8, 0.2]);
    assert_eq!(upper(2, &[9.0]).consistency().ratio, 0.0);
}

#[test]
fn wrong_matrices_are_refused() {
    let message =
        |items: usize, entries: &[Option<f64>]| Comparisons::new(items, entries.iter().copied()).unwrap_err().message.into_owned();
    let square = "a matrix of comparisons must be square, of 1 to 15 rows";
    assert_eq!(message(0, &[]), square);
    assert_eq!(message(2, &[Some(1.0); 6]), square);
    assert_eq!(message(16, &[Some(1.0); 256]), square);
    assert!(Comparisons::new(15, [Some(1.0); 225].into_iter()).is_ok());
    let two = |a: f64, b: Option<f64>, c: Option<f64>, d: f64| message(2, &[Some(a), b, c, Some(d)]);
    assert_eq!(two(1.0, Some(3.0), Some(0.333), 1.0), "row 1, column 2 of the comparisons must be the reciprocal of its mirror image");
    assert_eq!(two(1.0, None, None, 1.0), "row 1, column 2 of the comparisons is missing, and so is its mirror image");
    assert_eq!(two(1.0, Some(3.0), None, 2.0), "row 2, column 2 of the comparisons must be 1: an item is as important as itself");
    for x in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e7, 1e-7] {
        assert_eq!(two(1.0, Some(x), None, 1.0), "row 1, column 2 of the comparisons must be from 0.000001 to 1000000", "{x}");
    }
    assert!(Comparisons::new(2, [Some(1.0), None, Some(1.0 / 3.0), None].into_iter()).is_ok());
}

#[test]
fn a_large_array_is_refused_unread() {
    let mut read = 0;
    let entries = (0..100_000_000).map(|_| {
        read += 1;
        Some(1.0)
    });
    assert!(Comparisons::new(10_000, entries).is_err());
    assert_eq!(read, 0);
}

#[test]
fn weights_of_the_wildest_contradiction_are_right() {
    // A nearly perfect circle: three comparisons that agree on nothing. For three items the weights are the geometric means.
    let entries = [Some(1.0), Some(1e6), None, None, Some(1.0), Some(3e5), Some(9e5), None, Some(1.0)];
    let found = Comparisons::new(3, entries.into_iter()).unwrap();
    assert_eq!(rounded(&found.weights, 12), rounded(&geometric(&found.matrix), 12));
    assert_eq!(rounded(&found.weights, 3), [0.329, 0.213, 0.458]);
    assert_eq!(found.lambda_max.round(), 646_331.0);
}

/// The geometric means of the rows, adding up to 1.
fn geometric(matrix: &[Vec<f64>]) -> Vec<f64> {
    let means: Vec<f64> = matrix.iter().map(|row| row.iter().map(|x| x.powf(1.0 / row.len() as f64)).product()).collect();
    means.iter().map(|mean| mean / means.iter().sum::<f64>()).collect()
}

fn ratio() -> impl Strategy<Value = f64> {
    prop_oneof![(-6.0..=6.0f64).prop_map(|power| 10f64.powf(power).clamp(1e-6, 1e6)), Just(1e-6), Just(1e6), Just(1.0)]
}

proptest! {
    #[test]
    fn three_items_have_geometric_means(above in proptest::collection::vec(ratio(), 3)) {
        let found = upper(3, &above);
        for (w, expected) in found.weights.iter().zip(geometric(&found.matrix)) {
            prop_assert!((w / expected - 1.0).abs() < 1e-13, "{w} {expected}");
        }
    }

    #[test]
    fn whatever_is_compared_each_weight_is_that_of_an_eigenvector(items in 4usize..=15, seed in proptest::collection::vec(ratio(), 105)) {
        let found = upper(items, &seed);
        for (row, w) in found.matrix.iter().zip(&found.weights) {
            let image: f64 = row.iter().zip(&found.weights).map(|(a, w)| a * w).sum();
            prop_assert!((image / (found.lambda_max * w) - 1.0).abs() < 1e-13, "{image} {w}");
        }
    }

    #[test]
    fn comparisons_that_agree_give_their_weights_back(weights in proptest::collection::vec(0.01f64..1.0, 1..=15)) {
        let n = weights.len();
        let above: Vec<f64> = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))).map(|(i, j)| weights[i] / weights[j]).collect();
        let found = upper(n, &above);
        prop_assert!(found.consistency().ratio < 1e-12);
        let total: f64 = weights.iter().sum();
        for (w, expected) in found.weights(false).unwrap().iter().zip(&weights) {
            prop_assert!((w - expected / total).abs() < 1e-13);
        }
    }

    #[test]
    fn the_weights_are_an_eigenvector(items in 3usize..=15, seed in proptest::collection::vec(-8i32..=8, 105)) {
        let above: Vec<f64> = seed.iter().map(|s| if *s >= 0 { f64::from(s + 1) } else { 1.0 / f64::from(1 - s) }).collect();
        let found = upper(items, &above);
        let weights = found.clone().weights(true).unwrap();
        prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-14);
        for (row, w) in found.matrix.iter().zip(&weights) {
            let image: f64 = row.iter().zip(&weights).map(|(a, w)| a * w).sum();
            prop_assert!((image - found.lambda_max * w).abs() < 1e-12 * found.lambda_max);
        }
        prop_assert!(found.lambda_max >= items as f64 - 1e-9);
        prop_assert!(found.consistency().worst.is_some());
    }
}
