//! Items that go together: of each item those that the same customers hold, the nearest first.
//!
//! The products of all columns are summed row by row into a dense accumulator (F. Gustavson, "Two fast algorithms for sparse
//! matrices: multiplication and permuted transposition", ACM Transactions on Mathematical Software 4(3), 1978), always in the order
//! of the customers, so that the same rows give the same bits.

mod score;
mod sums;
#[cfg(test)]
pub(super) mod ways;

use super::Affinity;
use super::matrix::{Matrix, Weighting};
use crate::error::{Error, Result};
use std::cmp::Ordering;
use sums::{Weighed, each};

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
            return Err(Error::parameter(format!("neighbours must be from 1 to {MAX_NEIGHBOURS}, not {neighbours}"))
                .hint("It is how many items to keep for each item."));
        }
        if min_customers < 1 {
            return Err(Error::parameter(format!("min_customers must be at least 1, not {min_customers}"))
                .hint("It is how many customers two items must have in common."));
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
    pub fn neighbours(&self, method: Method, visit: impl FnMut(&Matrix, usize, &[Near]) -> Result<()>) -> Result<()> {
        let (mut matrix, columns) = self.pattern(method.min_customers)?;
        if method.weighting == Weighting::Binary {
            return each::<u32>(&matrix, method, visit);
        }
        self.weigh(&mut matrix, &columns, method.weighting)?;
        each::<Weighed>(&matrix, method, visit)
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
