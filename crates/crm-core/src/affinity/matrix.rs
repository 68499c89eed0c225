//! What models are fitted on: the items that customers hold, as a sparse matrix of float8 weights.

use super::Affinity;
use crate::error::{Error, Result};
use crate::pause;

/// What a cell that is held counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighting {
    /// 1.
    Binary,
    /// Its weight.
    Weight,
    /// ln(1 + weight).
    Log,
    /// Okapi BM25 of an item as the document and a customer as the term, with K1 = 100 and B = 0.8: for a weight w
    ///
    /// ```text
    /// w (K1 + 1) / (K1 (1 - B + B s/S) + w) · (ln M - ln(1 + m))
    /// ```
    ///
    /// where s is the sum of the item's weights, S the mean of these sums, M the number of items and m that of the items the customer
    /// holds: an item that everybody has, and a customer who has everything, tell little (Robertson, Walker, Jones,
    /// Hancock-Beaulieu, Gatford, "Okapi at TREC-3", 1994; with this idf and these constants in B. Frederickson's work on implicit
    /// feedback, 2016). Of the weights of one customer none is below 0 while another is above.
    Bm25,
}

/// Saturation and length normalisation of [`Weighting::Bm25`].
const K1: f64 = 100.0;
const B: f64 = 0.8;

/// The names of the weightings.
pub const WEIGHTINGS: [(&str, Weighting); 4] =
    [("binary", Weighting::Binary), ("weight", Weighting::Weight), ("log", Weighting::Log), ("bm25", Weighting::Bm25)];

impl Weighting {
    /// The weighting of a name (22023).
    pub fn named(name: &str) -> Result<Self> {
        let found = WEIGHTINGS.iter().find(|(known, _)| *known == name).map(|(_, weighting)| *weighting);
        found.ok_or_else(|| {
            Error::parameter(format!("weighting \"{}\" is not known", crate::document::shorten(name)))
                .hint("weighting is one of \"binary\", \"weight\", \"log\", \"bm25\".")
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        WEIGHTINGS.iter().find(|(_, weighting)| *weighting == self).map_or("", |(name, _)| name)
    }
}

/// Customers by items, row by row (CSR). Only what is held is in it: weights above 0 in the summary.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// The items, in the order of their bytes: those of the columns.
    pub items: Vec<Box<str>>,
    /// Customers who hold an item, by item.
    pub holders: Vec<u64>,
    /// Where each row begins in `columns` and `values`, and where the last one ends.
    pub starts: Vec<usize>,
    /// The items of each row, ascending.
    pub columns: Vec<u32>,
    /// What each of them counts for.
    pub values: Vec<f64>,
    /// Number of rows: of customers who hold an item, in the order of their keys. A row is empty if all its items were left out.
    pub customers: usize,
}

impl Matrix {
    /// The columns and the values of a row.
    #[inline]
    pub fn row(&self, row: usize) -> (&[u32], &[f64]) {
        let range = self.range(row);
        (self.columns.get(range.clone()).unwrap_or_default(), self.values.get(range).unwrap_or_default())
    }

    #[inline(always)]
    pub(super) fn range(&self, row: usize) -> std::ops::Range<usize> {
        match self.starts.get(row..row + 2) {
            Some([start, end]) => *start..*end,
            _ => 0..0,
        }
    }
}

struct Okapi {
    /// Items that a customer holds.
    items: f64,
    /// What the sum of each item's weights is worth, about 1.
    lengths: Vec<f64>,
}

/// Cells between two pauses.
const CHUNK: usize = 1 << 17;

fn no_room(_: std::collections::TryReserveError) -> Error {
    Error::out_of_memory("a matrix")
}

impl Affinity {
    /// The matrix of what is held, items of fewer than `least` holders left out, which changes nothing for the others. The summary is
    /// settled.
    pub fn matrix(&self, weighting: Weighting, least: u64) -> Result<Matrix> {
        let (mut matrix, columns) = self.pattern(least)?;
        self.weigh(&mut matrix, &columns, weighting)?;
        Ok(matrix)
    }

    /// The matrix without values, and the column of each item that has one.
    pub(super) fn pattern(&self, least: u64) -> Result<(Matrix, Vec<u32>)> {
        let mut holders = vec![0u64; self.items.len()];
        let (mut held, mut customers) = (0, 0);
        self.in_rows(|row| {
            let before = held;
            for cell in row.iter().filter(|cell| self.cells.is_held(cell)) {
                holders[cell.item as usize] += 1;
                held += 1;
            }
            customers += usize::from(held > before);
        });
        let mut made = Matrix { customers, ..Matrix::default() };
        let mut columns = vec![u32::MAX; self.items.len()];
        for ((name, count), column) in self.items.iter().zip(&holders).zip(&mut columns) {
            if *count >= least.max(1) {
                *column = made.items.len() as u32;
                made.items.push(name.into());
                made.holders.push(*count);
            }
        }
        made.starts.try_reserve_exact(customers + 1).map_err(no_room)?;
        made.columns.try_reserve_exact(held).map_err(no_room)?;
        made.starts.push(0);
        self.in_rows(|row| {
            let mut holds = false;
            for cell in row.iter().filter(|cell| self.cells.is_held(cell)) {
                holds = true;
                let column = columns[cell.item as usize];
                if column != u32::MAX {
                    made.columns.push(column);
                }
            }
            if holds {
                made.starts.push(made.columns.len());
            }
        });
        Ok((made, columns))
    }

    /// Fills in the values.
    pub(super) fn weigh(&self, matrix: &mut Matrix, columns: &[u32], weighting: Weighting) -> Result<()> {
        matrix.values.try_reserve_exact(matrix.columns.len()).map_err(no_room)?;
        if weighting == Weighting::Binary {
            matrix.values.resize(matrix.columns.len(), 1.0);
            return Ok(());
        }
        let okapi = if weighting == Weighting::Bm25 { Some(self.okapi()) } else { None };
        self.in_rows(|row| {
            let idf = okapi.as_ref().map_or(0.0, |okapi| libm::log(okapi.items / (1.0 + self.held(row).count() as f64)));
            for (item, weight) in self.held(row).filter(|(item, _)| columns[*item as usize] != u32::MAX) {
                matrix.values.push(match &okapi {
                    Some(okapi) => weight * (K1 + 1.0) / (K1 * okapi.lengths[item as usize] + weight) * idf,
                    None if weighting == Weighting::Log => libm::log1p(weight),
                    None => weight,
                });
            }
        });
        Ok(())
    }

    /// What [`Weighting::Bm25`] needs to know of all items.
    fn okapi(&self) -> Okapi {
        let mut lengths = vec![0.0; self.items.len()];
        self.in_rows(|row| self.held(row).for_each(|(item, weight)| lengths[item as usize] += weight));
        let items = lengths.iter().filter(|sum| **sum > 0.0).count() as f64;
        let mean = lengths.iter().sum::<f64>() / items;
        lengths.iter_mut().for_each(|sum| *sum = 1.0 - B + B * *sum / mean);
        Okapi { items, lengths }
    }

    /// What a customer holds: items and weights.
    fn held(&self, row: &[super::cells::Cell]) -> impl Iterator<Item = (u32, f64)> {
        row.iter().filter(|cell| self.cells.is_held(cell)).map(|cell| (cell.item, self.cells.float(cell)))
    }

    /// Visits the customers in their order.
    fn in_rows(&self, mut visit: impl FnMut(&[super::cells::Cell])) {
        let mut since = 0;
        for row in self.cells.rows() {
            visit(row);
            since += row.len();
            if since >= CHUNK {
                since = 0;
                pause::now();
            }
        }
    }
}
