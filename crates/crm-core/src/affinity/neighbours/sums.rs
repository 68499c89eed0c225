//! The sums of products of all pairs of items, in one of two ways, and what is near by them.

use super::super::matrix::Matrix;
use super::score::{Nearest, Scale};
use super::{Method, Near, filled, no_room};
use crate::error::Result;
use crate::pause;

/// What is summed up for a pair of items.
pub(super) trait Sum: Copy + Default {
    /// The product of two weights.
    fn add(&mut self, product: f64);
    /// Whether weights are needed.
    const WEIGHED: bool;
    fn dot(self) -> f64;
    fn customers(self) -> u32;
}

impl Sum for u32 {
    const WEIGHED: bool = false;
    #[inline(always)]
    fn add(&mut self, _product: f64) {
        *self += 1;
    }
    #[inline(always)]
    fn dot(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn customers(self) -> u32 {
        self
    }
}

/// The product of two columns of weights, and who holds both.
#[derive(Clone, Copy, Default)]
pub(super) struct Weighed {
    dot: f64,
    customers: u32,
}

impl Sum for Weighed {
    const WEIGHED: bool = true;
    #[inline(always)]
    fn add(&mut self, product: f64) {
        self.dot += product;
        self.customers += 1;
    }
    #[inline(always)]
    fn dot(self) -> f64 {
        self.dot
    }
    #[inline(always)]
    fn customers(self) -> u32 {
        self.customers
    }
}

/// Bytes of sums that are added to at a time: what a processor keeps near.
const NEAR: usize = 1 << 19;
/// Items up to which there may be a list of the nearest for each at a time.
const FEW: usize = 1 << 13;
/// Products between two pauses.
const CHUNK: usize = 1 << 20;

/// Visits the items, by the way that is faster. Both add the same products in the same order.
pub(super) fn each<S: Sum>(matrix: &Matrix, method: Method, visit: impl FnMut(&Matrix, usize, &[Near]) -> Result<()>) -> Result<()> {
    let items = matrix.items.len();
    let passes = items.saturating_mul(items).saturating_mul(size_of::<S>()) / NEAR + 1;
    if items <= FEW && passes.saturating_mul(matrix.customers) <= matrix.columns.len().saturating_mul(8) {
        by_blocks::<S>(matrix, method, visit)
    } else {
        item_by_item::<S>(matrix, method, visit)
    }
}

/// For few items: of a block of them after the other all sums with the items behind, each pair once. The customers' rows are read one
/// after the other, and the sums of a block stay near.
pub(super) fn by_blocks<S: Sum>(
    matrix: &Matrix,
    method: Method,
    mut visit: impl FnMut(&Matrix, usize, &[Near]) -> Result<()>,
) -> Result<()> {
    let items = matrix.items.len();
    let height = (NEAR / size_of::<S>() / items.max(1)).clamp(1, items.max(1));
    let scale = Scale::of::<S>(matrix, method.measure)?;
    let mut nearest = Vec::new();
    nearest.try_reserve_exact(items).map_err(no_room)?;
    nearest.extend((0..items).map(|_| Nearest::new(method.neighbours)));
    let mut bounds = filled(f64::NEG_INFINITY, items)?;
    let mut sums = filled(S::default(), height * items)?;
    // Of each row where the cells begin that are not of a block before.
    let mut next = Vec::new();
    next.try_reserve_exact(matrix.customers).map_err(no_room)?;
    next.extend(matrix.starts.iter().take(matrix.customers));
    let mut since = 0;
    for first in (0..items).step_by(height) {
        let last = items.min(first + height);
        for (row, next) in next.iter_mut().enumerate() {
            let end = matrix.range(row).end;
            let before = *next;
            while let Some(item) = matrix.columns[*next..end].first().map(|item| *item as usize).filter(|item| *item < last) {
                let line = &mut sums[(item - first) * items..][..items];
                let others = &matrix.columns[*next + 1..end];
                if S::WEIGHED {
                    let own = matrix.values[*next];
                    for (other, value) in others.iter().zip(&matrix.values[*next + 1..end]) {
                        line[*other as usize].add(own * value);
                    }
                } else {
                    others.iter().for_each(|other| line[*other as usize].add(1.0));
                }
                *next += 1;
            }
            since += (*next - before) * (end - before) + 1;
            if since >= CHUNK {
                since = 0;
                pause::now();
            }
        }
        for item in first..last {
            let line = &mut sums[(item - first) * items..][..items];
            for (other, sum) in line.iter_mut().enumerate().skip(item + 1) {
                let sum = std::mem::take(sum);
                if sum.customers() == 0 {
                    continue;
                }
                let near = scale.near(item, other, sum);
                if near >= bounds[item].min(bounds[other]) {
                    let (score, customers) = (scale.score(item, other, sum), sum.customers());
                    for (own, other) in [(item, other), (other, item)] {
                        if near >= bounds[own] && score > 0.0 {
                            bounds[own] = nearest[own].push(Near { item: other as u32, score, customers })?;
                        }
                    }
                }
            }
        }
        pause::now();
    }
    nearest.iter_mut().enumerate().try_for_each(|(item, nearest)| visit(matrix, item, nearest.sorted()))
}

/// The rows that each column has, and the values of the column in them.
struct Transposed {
    starts: Vec<usize>,
    rows: Vec<u32>,
    values: Vec<f64>,
}

impl Transposed {
    fn of(matrix: &Matrix, weighed: bool) -> Result<Self> {
        let mut starts = filled(0usize, matrix.items.len() + 1)?;
        matrix.columns.iter().for_each(|column| starts[*column as usize + 1] += 1);
        (1..starts.len()).for_each(|i| starts[i] += starts[i - 1]);
        let mut next = starts.clone();
        let mut rows = filled(0u32, matrix.columns.len())?;
        let mut values = filled(0.0, if weighed { matrix.columns.len() } else { 0 })?;
        for row in 0..matrix.customers {
            for at in matrix.range(row) {
                let place = &mut next[matrix.columns[at] as usize];
                rows[*place] = row as u32;
                if weighed {
                    values[*place] = matrix.values[at];
                }
                *place += 1;
            }
        }
        Ok(Transposed { starts, rows, values })
    }
}

/// For many items: of one after the other the rows of its holders, added up.
pub(super) fn item_by_item<S: Sum>(
    matrix: &Matrix,
    method: Method,
    mut visit: impl FnMut(&Matrix, usize, &[Near]) -> Result<()>,
) -> Result<()> {
    let transposed = Transposed::of(matrix, S::WEIGHED)?;
    pause::now();
    let scale = Scale::of::<S>(matrix, method.measure)?;
    let mut sums = filled(S::default(), matrix.items.len())?;
    let mut nearest = Nearest::new(method.neighbours);
    // The items that a customer holds together with this one, while they are far fewer than all.
    let mut met: Vec<u32> = Vec::new();
    met.try_reserve_exact(matrix.items.len() / 8).map_err(no_room)?;
    let mut since = 0;
    for item in 0..matrix.items.len() {
        let holders = transposed.starts[item]..transposed.starts[item + 1];
        let rows = || transposed.rows[holders.clone()].iter().map(|row| matrix.range(*row as usize));
        let few = rows().map(|range| range.len()).sum::<usize>() < matrix.items.len() / 8;
        for (at, range) in holders.clone().zip(rows()) {
            since += range.len();
            let others = &matrix.columns[range.clone()];
            if few {
                met.extend(others.iter().filter(|other| sums[**other as usize].customers() == 0));
            }
            if S::WEIGHED {
                let own = transposed.values[at];
                for (other, value) in others.iter().zip(&matrix.values[range]) {
                    sums[*other as usize].add(own * value);
                }
            } else {
                others.iter().for_each(|other| sums[*other as usize].add(1.0));
            }
            if since >= CHUNK {
                since = 0;
                pause::now();
            }
        }
        sums[item] = S::default();
        let mut bound = f64::NEG_INFINITY;
        let mut offer = |other: usize| {
            let sum = std::mem::take(&mut sums[other]);
            if sum.customers() > 0 && scale.near(item, other, sum) >= bound {
                let score = scale.score(item, other, sum);
                if score > 0.0 {
                    bound = nearest.push(Near { item: other as u32, score, customers: sum.customers() })?;
                }
            }
            Ok(())
        };
        if few {
            met.drain(..).try_for_each(|other| offer(other as usize))?;
        } else {
            (0..matrix.items.len()).try_for_each(offer)?;
            since += matrix.items.len();
        }
        visit(matrix, item, nearest.sorted())?;
        nearest.clear();
    }
    Ok(())
}
