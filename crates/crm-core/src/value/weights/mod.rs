//! Weights from comparisons in pairs: the analytic hierarchy process.
//!
//! T. L. Saaty, "The Analytic Hierarchy Process", McGraw-Hill, 1980: the weights are the principal eigenvector of the matrix
//! of comparisons, and the consistency ratio says how far the comparisons contradict each other.

#[cfg(test)]
mod tests;

use crate::error::{Error, Result};

/// Items that can be compared: as far as the random indices go.
const MAX_ITEMS: usize = 15;
/// Saaty's random indices by number of items: the mean consistency index of matrices filled at random.
const RANDOM_INDEX: [f64; MAX_ITEMS] = [0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59];
/// The ratio up to which Saaty takes comparisons for consistent enough.
const TOLERABLE: f64 = 0.1;
/// How far two entries may be from being each other's reciprocal, relatively.
const RECIPROCAL: f64 = 1e-9;
/// Ratios from here to its reciprocal can be compared; Saaty's scale ends at 9.
const LARGEST: f64 = 1e6;
/// How often the matrix is squared: for its 2^60-th power. Entries within [`LARGEST`] cannot bring two eigenvalues so close to
/// each other that this would not part them.
const SQUARINGS: usize = 60;

/// A matrix of comparisons with its weights: entry (i, j) says how many times as important i is as j.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparisons {
    matrix: Vec<Vec<f64>>,
    weights: Vec<f64>,
    lambda_max: f64,
}

/// How far comparisons agree with each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Consistency {
    /// The principal eigenvalue; the number of items if all agree.
    pub lambda_max: f64,
    /// (λ − n) / (n − 1).
    pub index: f64,
    /// Saaty's random index of as many items.
    pub random_index: f64,
    /// index / random index; 0 for one or two items, which always agree.
    pub ratio: f64,
    /// The items, counted from 1, whose comparison is farthest from what the weights say; none if there is only one.
    pub worst: Option<(usize, usize)>,
    /// What that comparison says.
    pub given: Option<f64>,
    /// What the weights say.
    pub implied: Option<f64>,
}

impl Comparisons {
    /// Takes a matrix of `items` rows, row after row; of a pair one entry may be missing, and is the reciprocal of the other
    /// then. Errors (22023): not square, none or more than 15 items, an entry that is not from 1e-6 to 1e6, a diagonal that
    /// is not 1, a pair that is not reciprocal within 1e-9.
    pub fn new(items: usize, entries: impl ExactSizeIterator<Item = Option<f64>>) -> Result<Self> {
        // Before anything is kept of what may be a large array.
        if !(1..=MAX_ITEMS).contains(&items) || entries.len() != items * items {
            return Err(Error::parameter(format!("a matrix of comparisons must be square, of 1 to {MAX_ITEMS} rows"))
                .hint("A row and a column for each thing compared: array[[1, 3], [1/3.0, 1]]."));
        }
        let entries: Vec<_> = entries.collect();
        let entry = |i: usize, j: usize| entries.get(i * items + j).copied().flatten();
        let mut matrix = vec![vec![1.0; items]; items];
        for (i, row) in matrix.iter_mut().enumerate() {
            for (j, cell) in row.iter_mut().enumerate() {
                *cell = pair(i, j, entry(i, j), entry(j, i))?;
            }
        }
        let (weights, lambda_max) = principal(&matrix);
        Ok(Comparisons { matrix, weights, lambda_max })
    }

    /// The weights; they add up to 1. A consistency ratio above 0.1 is an error (22023) unless it is tolerated.
    pub fn weights(self, tolerate_inconsistency: bool) -> Result<Vec<f64>> {
        let found = self.consistency();
        if found.ratio > TOLERABLE && !tolerate_inconsistency {
            let mut e =
                Error::parameter(format!("the comparisons contradict each other: consistency ratio {:.3}, above {TOLERABLE}", found.ratio));
            if let (Some((i, j)), Some(given), Some(implied)) = (found.worst, found.given, found.implied) {
                e = e.detail(format!(
                    "Farthest off is row {i}, column {j}: it says {given:.3}, the weights of all comparisons say {implied:.3}."
                ));
            }
            return Err(e.hint("Reconsider that comparison, or pass tolerate_inconsistency => true."));
        }
        Ok(self.weights)
    }

    /// How far the comparisons agree.
    pub fn consistency(&self) -> Consistency {
        let items = self.matrix.len();
        let random_index = RANDOM_INDEX.get(items - 1).copied().unwrap_or(0.0);
        let index = if items < 2 { 0.0 } else { ((self.lambda_max - items as f64) / (items - 1) as f64).max(0.0) };
        let mut worst: Option<((usize, usize), f64, f64, f64)> = None;
        for (i, (row, mine)) in self.matrix.iter().zip(&self.weights).enumerate() {
            for (j, (given, other)) in row.iter().zip(&self.weights).enumerate().skip(i + 1) {
                let implied = mine / other;
                let off = (given / implied).max(implied / given);
                if worst.is_none_or(|(_, most, _, _)| off > most) {
                    worst = Some(((i + 1, j + 1), off, *given, implied));
                }
            }
        }
        Consistency {
            lambda_max: self.lambda_max,
            index,
            random_index,
            ratio: if random_index > 0.0 { index / random_index } else { 0.0 },
            worst: worst.map(|worst| worst.0),
            given: worst.map(|worst| worst.2),
            implied: worst.map(|worst| worst.3),
        }
    }
}

/// The entry (i, j), from what is given there and at (j, i).
fn pair(i: usize, j: usize, given: Option<f64>, mirror: Option<f64>) -> Result<f64> {
    let wrong = |problem: &str| Err(Error::parameter(format!("row {}, column {} of the comparisons {problem}", i + 1, j + 1)));
    if given.is_some_and(|x| !(1.0 / LARGEST..=LARGEST).contains(&x)) {
        return wrong("must be from 0.000001 to 1000000");
    }
    match (given, mirror) {
        _ if i == j => match given {
            Some(x) if x != 1.0 => wrong("must be 1: an item is as important as itself"),
            _ => Ok(1.0),
        },
        (Some(x), Some(y)) if (x * y - 1.0).abs() > RECIPROCAL => wrong("must be the reciprocal of its mirror image")
            .map_err(|e: Error| e.hint("Write 1.0/3 rather than 0.333, or leave one of the two NULL.")),
        (Some(x), _) => Ok(x),
        (None, Some(y)) => Ok(1.0 / y),
        (None, None) => wrong("is missing, and so is its mirror image"),
    }
}

/// The principal eigenvector, adding up to 1, and its eigenvalue.
fn principal(matrix: &[Vec<f64>]) -> (Vec<f64>, f64) {
    let items = matrix.len() as f64;
    let means = matrix.iter().map(|row| libm::exp(row.iter().map(|x| libm::log(*x)).sum::<f64>() / items)).collect::<Vec<_>>();
    // From the geometric means of the rows, which are near it, and once more for the last digits.
    let weights = nearer(matrix, &nearer(matrix, &means));
    let lambda = matrix.iter().map(|row| row.iter().zip(&weights).map(|(a, w)| a * w).sum::<f64>()).sum();
    (weights, lambda)
}

/// The principal eigenvector, adding up to 1, sought as a multiple of what is near it: by a power of the matrix so high that
/// all its columns are that vector.
///
/// Comparisons in a circle have eigenvalues almost as large as the first, in other directions of the complex plane: adding a
/// multiple of the identity leaves them behind. All numbers are positive, so nothing cancels.
fn nearer(matrix: &[Vec<f64>], near: &[f64]) -> Vec<f64> {
    let mut power: Vec<Vec<f64>> =
        matrix.iter().zip(near).map(|(row, mine)| row.iter().zip(near).map(|(x, other)| x * other / mine).collect()).collect();
    // The first eigenvalue, or not much more.
    let shift = power.iter().map(|row| row.iter().sum()).fold(0.0, f64::max);
    for (i, row) in power.iter_mut().enumerate() {
        if let Some(x) = row.get_mut(i) {
            *x += shift;
        }
    }
    for _ in 0..SQUARINGS {
        power = square(&power);
    }
    let weights: Vec<f64> = power.iter().zip(near).map(|(row, mine)| row.iter().sum::<f64>() * mine).collect();
    let total: f64 = weights.iter().sum();
    weights.iter().map(|w| w / total).collect()
}

/// The square of a positive matrix, divided by its largest entry.
fn square(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut product = Vec::with_capacity(matrix.len());
    for row in matrix {
        let mut sums = vec![0.0; matrix.len()];
        for (x, other) in row.iter().zip(matrix) {
            sums.iter_mut().zip(other).for_each(|(sum, y)| *sum += x * y);
        }
        product.push(sums);
    }
    let largest = product.iter().flatten().copied().fold(0.0, f64::max);
    product.iter_mut().flatten().for_each(|x| *x /= largest);
    product
}
