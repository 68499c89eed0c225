//! From sums to scores, and the nearest of all.

use super::super::matrix::Matrix;
use super::sums::Sum;
use super::{Measure, Near, filled, no_room};
use crate::error::Result;

/// What makes a score of a sum.
pub(super) struct Scale<'a> {
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
    pub(super) fn of<S: Sum>(matrix: &'a Matrix, measure: Measure) -> Result<Self> {
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
    pub(super) fn near<S: Sum>(&self, item: usize, other: usize, sum: S) -> f64 {
        match self.measure {
            Measure::Jaccard => self.score(item, other, sum),
            Measure::Cosine | Measure::Lift | Measure::Dot => sum.dot() * (self.near[item] * self.near[other]),
        }
    }

    #[inline(always)]
    pub(super) fn score<S: Sum>(&self, item: usize, other: usize, sum: S) -> f64 {
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
pub(super) struct Nearest {
    most: usize,
    /// At most twice as many as are wanted, and a few: cutting them down costs little an item then.
    list: Vec<Near>,
    bound: f64,
}

impl Nearest {
    pub(super) fn new(most: usize) -> Self {
        Nearest { most, list: Vec::new(), bound: f64::NEG_INFINITY }
    }

    /// Takes one more; gives the bound below which a near score is of none of the nearest.
    #[inline]
    pub(super) fn push(&mut self, near: Near) -> Result<f64> {
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

    /// The nearest of all.
    pub(super) fn sorted(&mut self) -> &[Near] {
        self.cut();
        self.list.sort_unstable_by(Near::order);
        &self.list
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.bound = f64::NEG_INFINITY;
    }
}
