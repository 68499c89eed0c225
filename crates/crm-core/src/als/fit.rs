//! Alternating least squares over a sparse table.

use super::linear::{Meter, Square, Table, dot, no_room, padded, zeros};
use super::system::System;
use super::{MAX_CONFIDENCE, Options};
use crate::error::{Error, Result};

/// A sparse table by rows: where each row begins (and the last ends), and the columns, ascending in a row, with their values.
#[derive(Clone, Copy, Debug)]
pub struct Sparse<'a> {
    /// One more than there are rows.
    pub starts: &'a [usize],
    /// By cell.
    pub columns: &'a [u32],
    /// By cell: positive.
    pub values: &'a [f64],
}

impl Sparse<'_> {
    fn rows(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn row(&self, i: usize) -> impl Iterator<Item = (u32, f64)> + '_ {
        let cells = match (self.starts.get(i), self.starts.get(i + 1)) {
            (Some(from), Some(to)) => *from..*to,
            _ => 0..0,
        };
        let columns = self.columns.get(cells.clone()).unwrap_or_default();
        columns.iter().copied().zip(self.values.get(cells).unwrap_or_default().iter().copied())
    }
}

/// What a fit found.
#[derive(Clone, Debug)]
pub struct Factors {
    /// By item, one after the other, as many as there are factors.
    pub items: Vec<Vec<f64>>,
    /// After each iteration.
    pub loss: Vec<f64>,
}

/// The cells of a table by columns, each a confidence above 1.
struct Transposed {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
}

impl Transposed {
    fn new(cells: Sparse<'_>, columns: usize, alpha: f64, meter: &mut Meter) -> Result<Self> {
        let count = cells.columns.len();
        let mut starts = Vec::new();
        starts.try_reserve_exact(columns + 2).map_err(no_room)?;
        starts.resize(columns + 2, 0);
        // Counted two places on, so that after filling the starts are where they belong.
        for column in cells.columns {
            if let Some(number) = starts.get_mut(*column as usize + 2) {
                *number += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut made = Transposed { starts, columns: Vec::new(), values: zeros(count)? };
        made.columns.try_reserve_exact(count).map_err(no_room)?;
        made.columns.resize(count, 0);
        for (row, number) in (0..cells.rows()).zip(0u32..) {
            for (column, value) in cells.row(row) {
                let confidence = alpha * value;
                if !(confidence > 0.0 && confidence <= MAX_CONFIDENCE) {
                    return Err(too_sure());
                }
                let Some(place) = made.starts.get_mut(column as usize + 1) else { continue };
                if let (Some(c), Some(v)) = (made.columns.get_mut(*place), made.values.get_mut(*place)) {
                    (*c, *v) = (number, confidence);
                }
                *place += 1;
                meter.spend(8);
            }
            meter.spend(64);
        }
        made.starts.pop();
        Ok(made)
    }

    fn view(&self) -> Sparse<'_> {
        Sparse { starts: &self.starts, columns: &self.columns, values: &self.values }
    }
}

/// 22003.
#[cold]
pub(super) fn too_sure() -> Error {
    Error::range(format!("alpha times a weight is above {MAX_CONFIDENCE:e}"))
        .hint("Amounts of money are no confidences: use weighting => 'log' or 'binary', or a smaller alpha.")
}

/// 22023.
#[cold]
pub(super) fn not_regular() -> Error {
    Error::parameter("the regularization is too small for these data: the factors are not determined").hint("Use a larger regularization.")
}

/// One pseudo-random number after the other (Steele, Lea, Flood 2014).
pub(super) struct SplitMix64(pub(super) u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// From -0.5 to below 0.5.
    pub(super) fn centred(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (0.5f64).powi(53) - 0.5
    }
}

/// Makes `z = U⁻ᵗ y` of every row `y`, where `UᵗU` is the sum of `y yᵗ` plus `λI`. Gives back the sum and `U`.
pub(super) fn whiten(table: &mut Table, regularization: f64, meter: &mut Meter) -> Result<(Square, Square)> {
    let gram = gram(table, meter)?;
    let mut root = gram.clone();
    root.add_diagonal(regularization);
    if !root.factorize(meter) {
        return Err(not_regular());
    }
    for row in table.rows_mut() {
        root.forward(row);
        meter.spend(row.len() * row.len() / 2);
    }
    Ok((gram, root))
}

fn gram(table: &Table, meter: &mut Meter) -> Result<Square> {
    let mut gram = Square::default();
    gram.reset(table.width(), 0.0)?;
    gram.add_products(table.rows().map(|row| (1.0, row)), meter);
    Ok(gram)
}

/// One side, ready for the other to be solved against.
struct Side<'a> {
    /// Its whitened factors.
    z: &'a Table,
    /// What whitened them.
    root: &'a Square,
}

/// Solves every row of `made`, whose cells are confidences above 1 when multiplied by `scale`, against the other side. `watch` sees
/// each solution while it is whitened.
fn solve(
    (cells, scale): (Sparse<'_>, f64),
    side: &Side<'_>,
    made: &mut Table,
    system: &mut System,
    meter: &mut Meter,
    mut watch: impl FnMut(usize, &[f64]),
) -> Result<()> {
    for (i, x) in made.rows_mut().enumerate() {
        if !system.take(side.z, cells.row(i).map(|(column, value)| (column, scale * value)), meter)? {
            return Err(too_sure());
        }
        system.solve(side.z, x);
        watch(i, x);
        side.root.backward(x);
        meter.spend(x.len() * x.len());
    }
    Ok(())
}

/// Fits factors to a table of customers by items; all values are positive.
pub fn factorize(cells: Sparse<'_>, items: usize, options: &Options) -> Result<Factors> {
    let (mut meter, mut system) = (Meter::default(), System::default());
    let meter = &mut meter;
    let width = padded(options.factors);
    let lambda = options.regularization;
    let by_item = Transposed::new(cells, items, options.alpha, meter)?;
    let by_item = by_item.view();
    let (mut x, mut y) = (Table::new(cells.rows(), width)?, Table::new(items, width)?);
    let mut random = SplitMix64(options.seed as u64);
    let scale = 1.0 / (options.factors as f64).sqrt();
    y.rows_mut().flat_map(|row| row.iter_mut().take(options.factors)).for_each(|y| *y = scale * random.centred());
    let mut loss = Vec::new();
    for _ in 0..options.iterations {
        let (_, root) = whiten(&mut y, lambda, meter)?;
        solve((cells, options.alpha), &Side { z: &y, root: &root }, &mut x, &mut system, meter, |_, _| ())?;
        let (of_x, root) = whiten(&mut x, lambda, meter)?;
        // The customers are whitened now, and so is an item when it is seen: their product is the score.
        let mut held = 0.0;
        solve((by_item, 1.0), &Side { z: &x, root: &root }, &mut y, &mut system, meter, |i, y| {
            let one = |(customer, d): (u32, f64)| {
                let score = dot(x.row(customer), y);
                (1.0 + d) * (1.0 - score) * (1.0 - score) - score * score
            };
            held += by_item.row(i).map(one).sum::<f64>();
        })?;
        let of_y = gram(&y, meter)?;
        loss.push(of_x.trace_of_product(&of_y) + held + lambda * (of_x.trace() + of_y.trace()));
    }
    let items = y.rows().map(|row| row.iter().take(options.factors).copied().collect()).collect();
    Ok(Factors { items, loss })
}
