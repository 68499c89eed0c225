//! What several measures are like over all customers: their means, deviations, ranges and distributions, in one pass.

mod codec;
mod measure;
#[cfg(test)]
mod tests;

pub use measure::Measure;

use crate::distribution::MAX_COUNT;
use crate::document::shorten;
use crate::error::{Error, Result, SqlState};
#[cfg(test)]
use measure::MAX_NAME_BYTES;
use measure::check_name;
use serde_json::Value;

/// Measures that a summary can have.
pub const MAX_MEASURES: usize = 1_000;
/// The largest magnitude of a value: with it, no sum of squares leaves the range, however many rows there are.
pub const MAX_MAGNITUDE: f64 = 1e130;

/// The names of the measures of a row, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    /// Errors: an empty or reserved name, or one that stands twice (22023); a name that is too long, too many (54000).
    pub fn new(names: Vec<String>) -> Result<Self> {
        Names::check_count(names.len())?;
        for (i, name) in names.iter().enumerate() {
            check_name(name)?;
            if names.iter().take(i).any(|other| other == name) {
                return Err(Error::parameter(format!("the measure \"{}\" is named twice", shorten(name)))
                    .hint("Give each measure a name of its own."));
            }
        }
        Ok(Names(names))
    }

    /// Refuses too many names (54000): asked before they are read.
    pub fn check_count(names: usize) -> Result<()> {
        if names > MAX_MEASURES { Err(too_many()) } else { Ok(()) }
    }
}

/// Measures by name, over so many rows.
///
/// A row that lacks a measure, or has NULL for it, counts as missing there, whether or not the measure was known before:
/// missing is what is left of the rows.
#[derive(Debug, Default)]
pub struct Standardize {
    rows: u64,
    /// By the bytes of their names.
    measures: Vec<Measure>,
    /// Where the measures of the last row were: those of the next row are looked for there first.
    last: Vec<usize>,
}

impl Standardize {
    /// Adds a row of measures, of which none is missing. Errors: another number of measures than of names (22023), a value
    /// that is NaN, infinite or above 1e130 in magnitude (22003), too many measures (54000).
    #[inline]
    pub fn push(&mut self, names: &Names, measures: impl ExactSizeIterator<Item = Option<f64>>) -> Result<()> {
        if names.0.len() != measures.len() {
            return Err(Error::parameter(format!("there are {} names, but {} measures", names.0.len(), measures.len()))
                .hint("Give as many measures as names, in the same order; NULL for one that is not known."));
        }
        self.count_rows(1)?;
        for ((i, name), x) in names.0.iter().enumerate().zip(measures) {
            let at = match self.last.get(i) {
                Some(at) if self.measures.get(*at).is_some_and(|measure| *measure.name == **name) => *at,
                _ => self.place(i, name)?,
            };
            if let (Some(x), Some(measure)) = (x, self.measures.get_mut(at)) {
                measure.push(x)?;
            }
        }
        Ok(())
    }

    /// Adds a row of measures as a JSON object: numbers or nulls by name. Errors: as [`Standardize::push`] has them, and
    /// anything else than a number (22023).
    pub fn push_json(&mut self, measures: &Value) -> Result<()> {
        let Value::Object(fields) = measures else {
            return Err(Error::parameter("measures must be a JSON object of numbers by name")
                .hint("For example {\"assets\": 50000, \"orders\": 3}, or to_jsonb(row)."));
        };
        self.count_rows(1)?;
        for (i, (name, value)) in fields.iter().enumerate() {
            check_name(name)?;
            let x = number(name, value)?;
            let at = self.place(i, name)?;
            if let (Some(x), Some(measure)) = (x, self.measures.get_mut(at)) {
                measure.push(x)?;
            }
        }
        Ok(())
    }

    /// The number of rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The measures, by the bytes of their names.
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// The measure of a name.
    pub fn measure(&self, name: &str) -> Option<&Measure> {
        self.find(name).ok().and_then(|at| self.measures.get(at))
    }

    fn find(&self, name: &str) -> std::result::Result<usize, usize> {
        self.measures.binary_search_by(|measure| (*measure.name).cmp(name))
    }

    /// Where the `i`-th measure of a row is, a new one if need be; it is remembered.
    #[inline(never)]
    fn place(&mut self, i: usize, name: &str) -> Result<usize> {
        let at = match self.find(name) {
            Ok(at) => at,
            Err(at) => {
                self.insert(at, Measure::new(name)?)?;
                at
            }
        };
        if self.last.len() <= i {
            self.last.resize(i + 1, usize::MAX);
        }
        if let Some(last) = self.last.get_mut(i) {
            *last = at;
        }
        Ok(at)
    }

    fn insert(&mut self, at: usize, measure: Measure) -> Result<()> {
        if self.measures.len() == MAX_MEASURES {
            return Err(too_many());
        }
        self.measures.try_reserve(1).map_err(|_| Error::out_of_memory("a list of measures"))?;
        self.measures.insert(at, measure);
        Ok(())
    }

    fn count_rows(&mut self, rows: u64) -> Result<()> {
        let total = self.rows.checked_add(rows).filter(|total| *total <= MAX_COUNT);
        self.rows = total.ok_or_else(|| Error::range("there are more than 9223372036854775807 rows"))?;
        Ok(())
    }
}

/// A measure of a JSON object: a number that a float8 can hold, or null.
pub fn number(name: &str, value: &Value) -> Result<Option<f64>> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => match number.as_f64() {
            Some(x) if x.is_finite() => Ok(Some(x)),
            _ => Err(Error::range(format!("measure \"{}\" is beyond the range of float8", shorten(name)))),
        },
        _ => Err(Error::parameter(format!("measure \"{}\" must be a number or null", shorten(name)))
            .hint("Take what is no measure out of the object: to_jsonb(row) - 'name'.")),
    }
}

#[cold]
fn too_many() -> Error {
    Error::new(SqlState::LimitExceeded, format!("there are more than {MAX_MEASURES} measures"))
        .hint("A measure is a column of numbers; check that names do not tell single rows apart.")
}
