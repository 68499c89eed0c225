//! Items that go together: of each item those that the same customers hold, the nearest first.
//!
//! The products of all columns are summed row by row into a dense accumulator (F. Gustavson, "Two fast algorithms for sparse
//! matrices: multiplication and permuted transposition", ACM Transactions on Mathematical Software 4(3), 1978), always in the order
//! of the customers, so that the same rows give the same bits.

use super::Affinity;
use super::matrix::{Matrix, Weighting};
use crate::Pause;
use crate::error::{Error, Result};
use std::cmp::Ordering;

/// How near two items are. x and y are their columns of weights, n, m the numbers of their holders, b of the holders of both, N of
/// all customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// x·y / (|x| |y|); of binary weights b / √(n m).
    Cosine,
    /// b / (n + m − b).
    Jaccard,
    /// b N / (n m): how much oftener both are held than if they had nothing to do with each other.
    Lift,
    /// x·y; of binary weights b.
    Dot,
}

/// The names of the measures.
pub const MEASURES: [(&str, Measure); 4] =
    [("cosine", Measure::Cosine), ("jaccard", Measure::Jaccard), ("lift", Measure::Lift), ("dot", Measure::Dot)];

impl Measure {
    /// The measure of a name (22023).
    pub fn named(name: &str) -> Result<Self> {
        let found = MEASURES.iter().find(|(known, _)| *known == name).map(|(_, measure)| *measure);
        found.ok_or_else(|| {
            Error::parameter(format!("measure \"{}\" is not known", crate::document::shorten(name)))
                .hint("measure is one of \"cosine\", \"jaccard\", \"lift\", \"dot\".")
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        MEASURES.iter().find(|(_, measure)| *measure == self).map_or("", |(name, _)| name)
    }

    /// Whether it only asks who holds what.
    pub fn is_binary(self) -> bool {
        matches!(self, Measure::Jaccard | Measure::Lift)
    }
}

/// Neighbours of an item that can be asked for.
pub const MAX_NEIGHBOURS: i64 = 1000;

/// What neighbours are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// How near two items are.
    pub measure: Measure,
    /// What a customer counts for.
    pub weighting: Weighting,
    /// Neighbours of an item at most, 1 … [`MAX_NEIGHBOURS`].
    pub neighbours: usize,
    /// Items of fewer holders are left out.
    pub min_customers: u64,
}

impl Method {
    /// What the arguments say. Errors: a name that is not known, a measure that does not go with the weighting, a number out of range
    /// (22023).
    pub fn new(measure: &str, neighbours: i64, weighting: &str, min_customers: i64) -> Result<Self> {
        let (measure, weighting) = (Measure::named(measure)?, Weighting::named(weighting)?);
        if measure.is_binary() && weighting != Weighting::Binary {
            return Err(Error::parameter(format!("measure \"{}\" goes with the weighting \"binary\" only", measure.name()))
                .hint("It asks who holds what, not how much of it; cosine and dot take weights."));
        }
        if !(1..=MAX_NEIGHBOURS).contains(&neighbours) {
            return Err(Error::parameter(format!("neighbours must be from 1 to {MAX_NEIGHBOURS}, not {neighbours}")));
        }
        if min_customers < 1 {
            return Err(Error::parameter(format!("min_customers must be at least 1, not {min_customers}")));
        }
        Ok(Method { measure, weighting, neighbours: neighbours as usize, min_customers: min_customers as u64 })
    }
}

/// A neighbour of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Its column.
    pub item: u32,
    /// How near it is, above 0.
    pub score: f64,
    /// Customers who hold both.
    pub customers: u32,
}

impl Near {
    /// The nearest first; of equally near ones the one whose name comes first.
    fn order(&self, other: &Near) -> Ordering {
        other.score.total_cmp(&self.score).then(self.item.cmp(&other.item))
    }
}

impl Affinity {
    /// Visits each item with its neighbours, the nearest first. A pair that no customer holds, or whose score is not above 0, is not
    /// near. The summary is settled.
    pub fn neighbours(&self, method: Method, pause: Pause<'_>, visit: impl FnMut(&Matrix, usize, &[Near]) -> Result<()>) -> Result<()> {
        let (mut matrix, columns) = self.pattern(method.min_customers, pause)?;
        if method.weighting == Weighting::Binary {
            return each::<u32>(&matrix, method, pause, visit);
        }
        self.weigh(&mut matrix, &columns, method.weighting, pause)?;
        each::<Weighed>(&matrix, method, pause, visit)
    }
}

/// What is summed up for a pair of items.
trait Sum: Copy + Default {
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

#[derive(Clone, Copy, Default)]
struct Weighed {
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

fn no_room(_: std::collections::TryReserveError) -> Error {
    Error::out_of_memory("the neighbours of items")
}

fn filled<T: Clone>(value: T, length: usize) -> Result<Vec<T>> {
    let mut list = Vec::new();
    list.try_reserve_exact(length).map_err(no_room)?;
    list.resize(length, value);
    Ok(list)
}

/// Bytes of sums that are added to at a time: what a processor keeps near.
const NEAR: usize = 1 << 19;
/// Items up to which there may be a list of the nearest for each at a time.
const FEW: usize = 1 << 13;
/// Products between two pauses.
const CHUNK: usize = 1 << 20;

/// Visits the items, by the way that is faster. Both add the same products in the same order.
fn each<S: Sum>(matrix: &Matrix, method: Method, pause: Pause<'_>, visit: impl FnMut(&Matrix, usize, &[Near]) -> Result<()>) -> Result<()> {
    let items = matrix.items.len();
    let passes = items.saturating_mul(items).saturating_mul(size_of::<S>()) / NEAR + 1;
    if items <= FEW && passes.saturating_mul(matrix.customers) <= matrix.columns.len().saturating_mul(8) {
        by_blocks::<S>(matrix, method, pause, visit)
    } else {
        item_by_item::<S>(matrix, method, pause, visit)
    }
}

/// For few items: of a block of them after the other all sums with the items behind, each pair once. The customers' rows are read one
/// after the other, and the sums of a block stay near.
fn by_blocks<S: Sum>(
    matrix: &Matrix,
    method: Method,
    pause: Pause<'_>,
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
                pause();
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
        pause();
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
fn item_by_item<S: Sum>(
    matrix: &Matrix,
    method: Method,
    pause: Pause<'_>,
    mut visit: impl FnMut(&Matrix, usize, &[Near]) -> Result<()>,
) -> Result<()> {
    let transposed = Transposed::of(matrix, S::WEIGHED)?;
    pause();
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
                pause();
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
        nearest.list.clear();
    }
    Ok(())
}

/// What makes a score of a sum.
struct Scale<'a> {
    measure: Measure,
    holders: &'a [u64],
    customers: f64,
    /// |x|², by item.
    squares: Vec<f64>,
    /// What a sum is multiplied by to come near the score: a multiplication for each of the items, and a root only for those that
    /// will be among the nearest.
    near: Vec<f64>,
}

/// The near score is not farther from the score than this, relatively.
const CLOSE: f64 = 1e-12;

impl<'a> Scale<'a> {
    fn of<S: Sum>(matrix: &'a Matrix, measure: Measure) -> Result<Self> {
        let items = matrix.items.len();
        let mut squares = filled(0.0, items)?;
        if S::WEIGHED {
            matrix.columns.iter().zip(&matrix.values).for_each(|(item, value)| squares[*item as usize] += value * value);
        } else {
            squares.iter_mut().zip(&matrix.holders).for_each(|(square, holders)| *square = *holders as f64);
        }
        let customers = matrix.customers as f64;
        let mut near = filled(1.0, items)?;
        for (item, near) in near.iter_mut().enumerate() {
            *near = match measure {
                Measure::Cosine => 1.0 / f64::sqrt(squares[item]),
                Measure::Lift => customers.sqrt() / matrix.holders[item] as f64,
                Measure::Jaccard | Measure::Dot => 1.0,
            };
        }
        Ok(Scale { measure, holders: &matrix.holders, customers, squares, near })
    }

    /// The score, not farther from it than [`CLOSE`].
    #[inline(always)]
    fn near<S: Sum>(&self, item: usize, other: usize, sum: S) -> f64 {
        match self.measure {
            Measure::Jaccard => self.score(item, other, sum),
            Measure::Cosine | Measure::Lift | Measure::Dot => sum.dot() * (self.near[item] * self.near[other]),
        }
    }

    #[inline(always)]
    fn score<S: Sum>(&self, item: usize, other: usize, sum: S) -> f64 {
        let (n, m) = (self.holders[item] as f64, self.holders[other] as f64);
        match self.measure {
            // Equal columns have exactly 1; rounding must not give more.
            Measure::Cosine => (sum.dot() / (self.squares[item] * self.squares[other]).sqrt()).min(1.0),
            Measure::Jaccard => sum.dot() / (n + m - sum.dot()),
            Measure::Lift => sum.dot() * self.customers / (n * m),
            Measure::Dot => sum.dot(),
        }
    }
}

/// The nearest of those that were offered.
struct Nearest {
    most: usize,
    /// At most twice as many as are wanted, and a few: cutting them down costs little an item then.
    list: Vec<Near>,
    bound: f64,
}

impl Nearest {
    fn new(most: usize) -> Self {
        Nearest { most, list: Vec::new(), bound: f64::NEG_INFINITY }
    }

    /// Takes one more; gives the bound below which a near score is of none of the nearest.
    #[inline]
    fn push(&mut self, near: Near) -> Result<f64> {
        if self.list.len() >= 2 * self.most + 64 {
            self.cut();
        }
        self.list.try_reserve(1).map_err(no_room)?;
        self.list.push(near);
        Ok(self.bound)
    }

    #[inline(never)]
    fn cut(&mut self) {
        if self.list.len() > self.most {
            let (_, last, _) = self.list.select_nth_unstable_by(self.most - 1, Near::order);
            self.bound = last.score * (1.0 - CLOSE);
            self.list.truncate(self.most);
        }
    }

    /// The nearest of all, and an end: it begins anew.
    fn sorted(&mut self) -> &[Near] {
        self.cut();
        self.bound = f64::NEG_INFINITY;
        self.list.sort_unstable_by(Near::order);
        &self.list
    }
}

#[cfg(test)]
pub(super) mod ways {
    use super::*;

    /// The neighbours by either way, whichever is the faster: for the tests.
    pub(in super::super) fn both(affinity: &Affinity, method: Method) -> [Vec<(usize, Vec<Near>)>; 2] {
        let matrix = affinity.matrix(method.weighting, method.min_customers, &|| ()).unwrap();
        let (mut blocks, mut items) = (Vec::new(), Vec::new());
        let in_blocks = |_: &Matrix, item: usize, nearest: &[Near]| Ok(blocks.push((item, nearest.to_vec())));
        let by_item = |_: &Matrix, item: usize, nearest: &[Near]| Ok(items.push((item, nearest.to_vec())));
        if method.weighting == Weighting::Binary {
            by_blocks::<u32>(&matrix, method, &|| (), in_blocks).unwrap();
            item_by_item::<u32>(&matrix, method, &|| (), by_item).unwrap();
        } else {
            by_blocks::<Weighed>(&matrix, method, &|| (), in_blocks).unwrap();
            item_by_item::<Weighed>(&matrix, method, &|| (), by_item).unwrap();
        }
        [blocks, items]
    }
}
