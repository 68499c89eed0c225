//! Symmetric systems of a few hundred unknowns: tables of rows, sums of outer products, Cholesky.
//!
//! Every number is made by the same operations in the same order on every machine: additions, multiplications, divisions and
//! square roots, which IEEE 754 rounds alike everywhere. Rows are as wide as a multiple of four, so that four neighbours can be
//! computed at once; what was added for that is zero throughout, and the identity in a matrix.

use crate::error::{Error, Result};
use crate::pause;

/// Numbers computed at once.
const LANES: usize = 4;
/// Multiplications between two pauses: about a millisecond.
const PATIENCE: usize = 1 << 21;

/// The width of rows of so many numbers: there is room for one at least.
pub fn padded(numbers: usize) -> usize {
    numbers.max(1).next_multiple_of(LANES)
}

/// Counts the work, and pauses now and then.
#[derive(Default)]
pub struct Meter {
    done: usize,
}

impl Meter {
    /// So many multiplications are done, or about to be.
    #[inline]
    pub fn spend(&mut self, work: usize) {
        self.done = self.done.saturating_add(work);
        if self.done >= PATIENCE {
            self.done = 0;
            pause::now();
        }
    }
}

/// 53200.
pub(super) fn no_room<E>(_: E) -> Error {
    Error::out_of_memory("a factorisation")
}

/// So many zeros.
pub fn zeros(count: usize) -> Result<Vec<f64>> {
    let mut cells = Vec::new();
    cells.try_reserve_exact(count).map_err(no_room)?;
    cells.resize(count, 0.0);
    Ok(cells)
}

/// Rows of one width.
#[derive(Clone, Debug, Default)]
pub struct Table {
    width: usize,
    cells: Vec<f64>,
}

impl Table {
    /// Rows of zeros; the width is a multiple of four.
    pub fn new(rows: usize, width: usize) -> Result<Self> {
        Ok(Table { width, cells: zeros(rows.checked_mul(width).ok_or(()).map_err(no_room)?)? })
    }

    /// The width.
    pub fn width(&self) -> usize {
        self.width
    }

    /// A row; the row of no number is empty.
    #[inline]
    pub fn row(&self, i: u32) -> &[f64] {
        let from = i as usize * self.width;
        self.cells.get(from..from + self.width).unwrap_or_default()
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.cells.chunks_exact(self.width)
    }

    /// All rows, to change.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f64]> {
        self.cells.chunks_exact_mut(self.width)
    }
}

/// The sum of the products.
#[inline]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, _) = a.as_chunks::<LANES>();
    let (b, _) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// Adds a multiple.
#[inline]
pub fn add_multiple(to: &mut [f64], by: f64, row: &[f64]) {
    to.iter_mut().zip(row).for_each(|(to, x)| *to += by * x);
}

/// A symmetric matrix, of which the upper triangle counts, or its Cholesky factor.
#[derive(Clone, Debug, Default)]
pub struct Square {
    width: usize,
    cells: Vec<f64>,
}

/// `to += by[0] rows[0] + … + by[3] rows[3]`, from a place on.
#[inline(always)]
fn add_four(to: &mut [f64], by: [f64; LANES], [a, b, c, d]: [&[f64]; LANES]) {
    for ((((to, a), b), c), d) in to.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        *to += (by[0] * a + by[1] * b) + (by[2] * c + by[3] * d);
    }
}

impl Square {
    /// A multiple of the identity, in the memory that is there.
    pub fn reset(&mut self, width: usize, diagonal: f64) -> Result<()> {
        self.width = width;
        self.cells.clear();
        self.cells.try_reserve_exact(width * width).map_err(no_room)?;
        self.cells.resize(width * width, 0.0);
        self.cells.iter_mut().step_by(width + 1).for_each(|cell| *cell = diagonal);
        Ok(())
    }

    /// Adds the sum of `weight · row rowᵗ`. An iterator that ends between fours is filled up with weights of zero.
    pub fn add_products<'r>(&mut self, rows: impl Iterator<Item = (f64, &'r [f64])>, meter: &mut Meter) {
        let (mut weights, mut four, mut count) = ([0.0; LANES], [&[][..]; LANES], 0);
        for (weight, row) in rows {
            weights[count] = weight;
            four[count] = row;
            count += 1;
            if count == LANES {
                self.add_four_products(weights, four);
                meter.spend(2 * self.cells.len());
                (weights, count) = ([0.0; LANES], 0);
            }
        }
        if count > 0 {
            for missing in count..LANES {
                four[missing] = four[0];
            }
            self.add_four_products(weights, four);
        }
    }

    #[inline]
    fn add_four_products(&mut self, weights: [f64; LANES], rows: [&[f64]; LANES]) {
        let width = self.width;
        let rows = rows.map(|row| &row[..width]);
        for (a, to) in self.cells.chunks_exact_mut(width).enumerate() {
            let from = a / LANES * LANES;
            let by = [weights[0] * rows[0][a], weights[1] * rows[1][a], weights[2] * rows[2][a], weights[3] * rows[3][a]];
            add_four(&mut to[from..], by, rows.map(|row| &row[from..]));
        }
    }

    /// Sets an entry and its mirror image; only the upper triangle is kept.
    #[inline]
    pub fn set(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row.min(column) * self.width + row.max(column)] = value;
    }

    /// Adds to every entry of the diagonal.
    pub fn add_diagonal(&mut self, x: f64) {
        let step = self.width + 1;
        self.cells.iter_mut().step_by(step).for_each(|cell| *cell += x);
    }

    /// The sum of the diagonal.
    pub fn trace(&self) -> f64 {
        self.cells.iter().step_by(self.width + 1).sum()
    }

    /// The trace of the product with another, which is the sum of the products entry by entry.
    pub fn trace_of_product(&self, other: &Square) -> f64 {
        let rows = self.cells.chunks_exact(self.width).zip(other.cells.chunks_exact(self.width)).enumerate();
        rows.map(|(a, (one, other))| {
            let beside: f64 = one[a + 1..].iter().zip(&other[a + 1..]).map(|(x, y)| x * y).sum();
            one[a] * other[a] + 2.0 * beside
        })
        .sum()
    }

    /// Turns a positive definite matrix into `U` with `UᵗU` equal to it; false where it is not positive definite.
    ///
    /// Four rows at a time: they are eliminated from each other, and then from all rows below.
    pub fn factorize(&mut self, meter: &mut Meter) -> bool {
        let width = self.width;
        for from in (0..width).step_by(LANES) {
            let (above, below) = self.cells.split_at_mut((from + LANES) * width);
            let panel = &mut above[from * width..];
            for i in 0..LANES {
                let (done, rest) = panel.split_at_mut((i + 1) * width);
                let row = &mut done[i * width + from..];
                let pivot = row[i];
                if !(pivot > 0.0 && pivot.is_finite()) {
                    return false;
                }
                let scale = 1.0 / pivot.sqrt();
                row.iter_mut().for_each(|x| *x *= scale);
                for (j, other) in rest.chunks_exact_mut(width).enumerate() {
                    let by = -row[i + 1 + j];
                    add_multiple(&mut other[from..], by, row);
                }
            }
            let (one, rest) = panel.split_at(width);
            let (two, rest) = rest.split_at(width);
            let (three, four) = rest.split_at(width);
            let rows = [one, two, three, four];
            for (a, to) in (from + LANES..).zip(below.chunks_exact_mut(width)) {
                let start = a / LANES * LANES;
                add_four(&mut to[start..], rows.map(|row| -row[a]), rows.map(|row| &row[start..]));
            }
            meter.spend(2 * (width - from) * (width - from));
        }
        true
    }

    /// Replaces `x` by `U⁻ᵗ x`.
    #[inline]
    pub fn forward(&self, x: &mut [f64]) {
        let width = self.width;
        for (panel, from) in self.cells.chunks_exact(LANES * width).zip((0..).step_by(LANES)) {
            let (one, rest) = panel.split_at(width);
            let (two, rest) = rest.split_at(width);
            let (three, four) = rest.split_at(width);
            let (head, tail) = x[from..].split_at_mut(LANES);
            for (i, row) in [one, two, three, four].into_iter().enumerate() {
                let row = &row[from..];
                head[i] /= row[i];
                let by = -head[i];
                add_multiple(&mut head[i + 1..], by, &row[i + 1..LANES]);
            }
            let after = from + LANES;
            let by = [-head[0], -head[1], -head[2], -head[3]];
            add_four(tail, by, [&one[after..], &two[after..], &three[after..], &four[after..]]);
        }
    }

    /// Replaces `x` by `U⁻¹ x`.
    #[inline]
    pub fn backward(&self, x: &mut [f64]) {
        let width = self.width;
        for (i, row) in self.cells.chunks_exact(width).enumerate().rev() {
            let from = i / LANES * LANES;
            let after = from + LANES;
            let mut value = x[i] - dot(&row[after..], &x[after..]);
            for j in i + 1..after {
                value -= row[j] * x[j];
            }
            x[i] = value / row[i];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn meter() -> Meter {
        Meter::default()
    }

    /// A weight and a row.
    type Weighted = (f64, Vec<f64>);

    /// `diagonal I + Σ weight row rowᵗ`, entry by entry.
    fn plain(width: usize, diagonal: f64, rows: &[Weighted]) -> Vec<Vec<f64>> {
        let entry = |a: usize, b: usize| rows.iter().map(|(w, row)| w * row[a] * row[b]).sum::<f64>() + if a == b { diagonal } else { 0.0 };
        (0..width).map(|a| (0..width).map(|b| entry(a, b)).collect()).collect()
    }

    fn rows() -> impl Strategy<Value = (usize, Vec<Weighted>, Vec<f64>)> {
        (1usize..6).prop_flat_map(|fours| {
            let width = 4 * fours;
            let row = (0.0f64..9.0, prop::collection::vec(-2.0f64..2.0, width));
            (Just(width), prop::collection::vec(row, 0..30), prop::collection::vec(-2.0f64..2.0, width))
        })
    }

    proptest! {
        #[test]
        fn a_system_is_solved((width, rows, right) in rows()) {
            let full = plain(width, 0.5, &rows);
            let mut square = Square::default();
            square.reset(width, 0.5).unwrap();
            square.add_products(rows.iter().map(|(w, row)| (*w, row.as_slice())), &mut meter());
            let trace: f64 = (0..width).map(|i| full[i][i]).sum();
            prop_assert!((square.trace() - trace).abs() <= 1e-12 * trace);
            let squares: f64 = full.iter().flatten().map(|x| x * x).sum();
            prop_assert!((square.trace_of_product(&square) - squares).abs() <= 1e-12 * squares);
            prop_assert!(square.factorize(&mut meter()));
            let mut x = right.clone();
            square.forward(&mut x);
            square.backward(&mut x);
            for (row, wanted) in full.iter().zip(&right) {
                let found: f64 = row.iter().zip(&x).map(|(a, x)| a * x).sum();
                prop_assert!((found - wanted).abs() <= 1e-9, "{found} {wanted}");
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        for diagonal in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let mut square = Square::default();
            square.reset(4, 1.0).unwrap();
            square.set(2, 2, diagonal);
            assert!(!square.factorize(&mut meter()), "{diagonal}");
        }
        let mut square = Square::default();
        square.reset(4, 1.0).unwrap();
        square.set(1, 0, 2.0);
        assert!(!square.factorize(&mut meter()));
    }

    #[test]
    fn work_is_paused() {
        pause::ASKED.set(0);
        let mut meter = Meter::default();
        (0..4).for_each(|_| meter.spend(PATIENCE / 2));
        assert_eq!(pause::ASKED.get(), 2);
    }
}
