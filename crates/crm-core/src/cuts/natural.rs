//! Natural breaks: the division of ordered values into classes with the least sum of squares within them.
//!
//! W. D. Fisher, "On grouping for maximum homogeneity", Journal of the American Statistical Association 53, 1958; known in
//! cartography after G. F. Jenks, "The data model concept in statistical mapping", International Yearbook of Cartography 7,
//! 1967. The least sum within is the largest sum between, Σ S²/N over the classes, S the sum of a class and N its customers:
//! neither takes squares of single values. The best q classes of the first values are the best q − 1 of fewer of them and one class
//! more; where that one begins never goes back as its end goes on, so each layer divides and conquers its range (X. Wu,
//! "Optimal quantization by matrix searching", Journal of Algorithms 12, 1991; H. Wang and M. Song, "Ckmeans.1d.dp", The R
//! Journal 3(2), 2011): O(k n log n) for n distinct values, and two bits of memory each for a layer.
//!
//! Sums are kept to twice the digits of a float, as distances from the mean, so that a class is as exact where values are large
//! and near each other. Divisions whose sums agree to thirteen digits count as equally good: of those the last class begins as low
//! as it can, then the one before it, and so on.

use crate::error::{Error, Result, SqlState};
use crate::pause;
use std::ops::RangeInclusive;

/// Classes that can be asked for.
const CLASSES: RangeInclusive<i32> = 2..=100;
/// Distinct values at most, which take half a gigabyte: fewer in tests, so that they can be reached there.
const MOST_VALUES: usize = if cfg!(test) { 20_000 } else { 10_000_000 };
/// What of the whole sum of squares a division must be better by to be taken for better.
const BETTER: f64 = 1e-13;
/// Values that are looked at between two pauses.
const PAUSE_EVERY: usize = 1 << 16;

/// The best division.
#[derive(Clone, Debug, PartialEq)]
pub struct Natural {
    /// Customers below each threshold, ascending.
    pub below: Vec<u64>,
    /// Goodness of variance fit, 1 − (sum of squares within the classes) / (sum of squares): 1 where each class has one value;
    /// none where there is one value only.
    pub fit: Option<f64>,
}

/// What is before a value, or after the last.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    /// The largest Σ S²/N over the classes before it, as many as the layer has.
    between: f64,
    /// The sum of the distances before it, and what that lacks.
    sum: f64,
    lacks: f64,
    customers: f64,
}

impl Mark {
    /// The mark after a value that so many customers have.
    fn after(self, distance: f64, customers: u64) -> Mark {
        let customers = customers as f64;
        let product = customers * distance;
        let sum = self.sum + product;
        // What the sum lacks, after Knuth and Møller, and the product.
        let of_product = sum - self.sum;
        let lost = (self.sum - (sum - of_product)) + (product - of_product);
        let lacks = self.lacks + lost + customers.mul_add(distance, -product);
        let whole = sum + lacks;
        Mark { between: 0.0, sum: whole, lacks: lacks - (whole - sum), customers: self.customers + customers }
    }

    /// The sum and the number of the customers from here to a later mark.
    #[inline(always)]
    fn to(&self, end: &Mark) -> (f64, f64) {
        ((end.sum - self.sum) + (end.lacks - self.lacks), end.customers - self.customers)
    }
}

#[cold]
fn too_many() -> Error {
    Error::new(SqlState::LimitExceeded, format!("natural breaks of more than {MOST_VALUES} distinct values are not computed"))
        .hint("Round the values before they are aggregated, or take the breaks of a distribution.")
}

#[cold]
fn no_memory() -> Error {
    Error::out_of_memory("natural breaks")
}

impl Natural {
    /// The best division of ascending values, given as distances from their mean or so, into classes: 2 … 100 (22023). More than
    /// ten million values are 54000. With fewer values than classes each is a class of its own.
    pub fn new(values: impl Iterator<Item = (f64, u64)> + Clone, classes: i32) -> Result<Self> {
        if !CLASSES.contains(&classes) {
            let message = format!("the number of classes must be from {} to {}, not {classes}", CLASSES.start(), CLASSES.end());
            return Err(Error::parameter(message).hint("3 to 7 classes are usual."));
        }
        let values = values.inspect(|_| pause::step());
        let distinct = values.clone().take(MOST_VALUES + 1).count();
        if distinct > MOST_VALUES {
            return Err(too_many());
        }
        let mut search = Search { marks: Vec::new(), better: 0.0 };
        search.marks.try_reserve_exact(distinct + 1).map_err(|_| no_memory())?;
        let mut mark = Mark::default();
        search.marks.push(mark);
        let mut squares = 0.0;
        for (distance, customers) in values.clone() {
            mark = mark.after(distance, customers);
            search.marks.push(mark);
            squares += customers as f64 * distance * distance;
        }
        search.better = squares * BETTER;
        let starts = search.starts((classes as usize).min(distinct))?;
        Ok(search.divided(values, &starts))
    }
}

/// The search for the best division.
struct Search {
    /// Before each value, and after the last.
    marks: Vec<Mark>,
    better: f64,
}

impl Search {
    /// The places at which the classes after the first begin, ascending.
    fn starts(&mut self, classes: usize) -> Result<Vec<usize>> {
        let end = self.marks.len() - 1;
        if classes < 2 {
            return Ok(Vec::new());
        }
        for mark in &mut self.marks {
            mark.between = mark.sum * (mark.sum / mark.customers);
        }
        // Of every layer only the ends that leave a value for each class after it.
        let room = end - classes + 1;
        let mut layers = Vec::new();
        let mut between = Vec::new();
        between.try_reserve_exact(if classes > 2 { room } else { 0 }).map_err(|_| no_memory())?;
        for before in 1..classes - 1 {
            let mut stairs = Stairs::new(room)?;
            between.clear();
            between.resize(room, 0.0);
            self.layer(before, 0..=room - 1, 0..=room - 1, &mut between, &mut stairs);
            for (mark, between) in self.marks.iter_mut().skip(before + 1).zip(&between) {
                mark.between = *between;
            }
            layers.push(stairs);
        }
        let (mut at, _) = self.last_class(end, classes - 1..=end - 1);
        let mut starts = vec![at];
        for (before, stairs) in layers.iter().enumerate().rev() {
            // Layer `before` has that many classes and two: it counts ends from there on, and starts from one less.
            at = stairs.get(at - before - 2) + before + 1;
            starts.push(at);
        }
        starts.reverse();
        Ok(starts)
    }

    /// The best last class for each end of a range: what it and the classes before it have between them, and where it begins. Both
    /// places are counted from the first that is possible with so many classes before.
    fn layer(&self, before: usize, ends: RangeInclusive<usize>, starts: RangeInclusive<usize>, between: &mut [f64], found: &mut Stairs) {
        if ends.is_empty() {
            return;
        }
        let middle = ends.start().midpoint(*ends.end());
        let (start, most) = self.last_class(middle + before + 1, *starts.start() + before..=(*starts.end()).min(middle) + before);
        let start = start - before;
        if let Some(between) = between.get_mut(middle) {
            *between = most;
        }
        if middle > *ends.start() {
            self.layer(before, *ends.start()..=middle - 1, *starts.start()..=start, between, found);
        }
        found.push(start);
        self.layer(before, middle + 1..=*ends.end(), start..=*starts.end(), between, found);
    }

    /// Where the last class begins best, of some places, when it ends at one: the first of those that are as good.
    #[inline]
    fn last_class(&self, end: usize, starts: RangeInclusive<usize>) -> (usize, f64) {
        let mut best = (*starts.start(), f64::NEG_INFINITY);
        let mut at = *starts.start();
        let end = self.marks.get(end).copied().unwrap_or_default();
        for part in self.marks.get(starts).unwrap_or_default().chunks(PAUSE_EVERY) {
            pause::now();
            let mut to_beat = best.1 + self.better;
            for mark in part {
                let (sum, customers) = mark.to(&end);
                let between = mark.between + sum * (sum / customers);
                if between > to_beat {
                    best = (at, between);
                    to_beat = between + self.better;
                }
                at += 1;
            }
        }
        best
    }

    /// The customers below each start, and the fit.
    fn divided(&self, values: impl Iterator<Item = (f64, u64)>, starts: &[usize]) -> Natural {
        let last = self.marks.len() - 1;
        let mean = |from: usize, to: usize| match (self.marks.get(from), self.marks.get(to)) {
            (Some(from), Some(to)) => {
                let (sum, customers) = from.to(to);
                sum / customers
            }
            _ => 0.0,
        };
        let of_all = mean(0, last);
        let mut ends = starts.iter().copied().chain([last]);
        let mut end = ends.next().unwrap_or(last);
        let mut of_class = mean(0, end);
        let (mut within, mut whole) = (0.0, 0.0);
        let mut below = Vec::new();
        let mut customers = 0;
        for (at, (distance, more)) in values.enumerate() {
            if at == end {
                end = ends.next().unwrap_or(last);
                of_class = mean(at, end);
                below.push(customers);
            }
            customers += more;
            let (from_class, from_all) = (distance - of_class, distance - of_all);
            within += more as f64 * from_class * from_class;
            whole += more as f64 * from_all * from_all;
        }
        Natural { below, fit: (last > 1).then(|| 1.0 - within / whole) }
    }
}

/// Whole numbers that do not descend, from 0 on, in about two bits each: as many zeros as one is above the one before it, then a
/// one.
struct Stairs {
    words: Vec<u64>,
    bits: usize,
    last: usize,
}

impl Stairs {
    /// Room for so many numbers below as much.
    fn new(numbers: usize) -> Result<Self> {
        let mut words = Vec::new();
        let length = numbers / 32 + 1;
        words.try_reserve_exact(length).map_err(|_| no_memory())?;
        words.resize(length, 0);
        Ok(Stairs { words, bits: 0, last: 0 })
    }

    fn push(&mut self, number: usize) {
        self.bits += number.saturating_sub(self.last);
        self.last = number;
        if let Some(word) = self.words.get_mut(self.bits / 64) {
            *word |= 1 << (self.bits % 64);
        }
        self.bits += 1;
    }

    /// The number at a place.
    fn get(&self, place: usize) -> usize {
        let mut left = place;
        for (i, word) in self.words.iter().enumerate() {
            let ones = word.count_ones() as usize;
            if left < ones {
                let rest = (0..left).fold(*word, |word, _| word & (word - 1));
                return i * 64 + rest.trailing_zeros() as usize - place;
            }
            left -= ones;
        }
        self.last
    }
}
