//! Weights from the data alone: what sets customers apart weighs more.

use super::standardize::{Measure, Standardize};
use crate::document::shorten;
use crate::error::{Error, Result};

/// What entropy says of a measure.
#[derive(Clone, Debug, PartialEq)]
pub struct EntropyWeight<'a> {
    /// Its name.
    pub measure: &'a str,
    /// Its entropy, 0 (one customer has everything) to 1 (all have the same).
    pub entropy: f64,
    /// 1 - entropy.
    pub divergence: f64,
    /// Its weight; the weights add up to 1.
    pub weight: f64,
}

/// The entropy weights of all measures, in the order of the statistics.
///
/// With shares p = x / Σx over the n customers who have the measure, the entropy is −Σ p ln p / ln n = (ln S − Σ x ln x / S)
/// / ln n, S = Σx (C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27, 1948; as
/// weights, M. Zeleny, "Multiple criteria decision making", 1982). A measure of which all values are equal, or that has
/// fewer than two, does not tell customers apart: its entropy is 1. Errors (22023): a measure with negative values, or
/// statistics in which no measure tells customers apart.
pub fn entropy_weights(statistics: &Standardize) -> Result<Vec<EntropyWeight<'_>>> {
    let mut rows = Vec::new();
    for measure in statistics.measures() {
        let entropy = entropy(measure)?;
        rows.push(EntropyWeight { measure: measure.name(), entropy, divergence: 1.0 - entropy, weight: 0.0 });
    }
    let total: f64 = rows.iter().map(|row| row.divergence).sum();
    if total == 0.0 {
        return Err(Error::parameter("no measure tells customers apart: there is nothing to weigh by"));
    }
    rows.iter_mut().for_each(|row| row.weight = row.divergence / total);
    Ok(rows)
}

fn entropy(measure: &Measure) -> Result<f64> {
    let values = measure.distribution();
    let (Some(min), Some(max)) = (values.min(), values.max()) else { return Ok(1.0) };
    if min < 0.0 {
        return Err(Error::parameter(format!("measure \"{}\" has negative values: it has no entropy", shorten(measure.name())))
            .hint("Use what cannot be negative, or shift the measure before it is aggregated."));
    }
    if min == max {
        return Ok(1.0);
    }
    let sum = measure.sum();
    let entropy = (libm::log(sum) - measure.logs() / sum) / libm::log(values.count() as f64);
    Ok(entropy.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqlState;
    use crate::value::Names;

    fn single(name: &str, values: &[f64]) -> Standardize {
        let mut made = Standardize::default();
        let names = Names::new(vec![name.into()]).unwrap();
        values.iter().for_each(|x| made.push(&names, [Some(*x)].into_iter()).unwrap());
        made
    }

    #[test]
    fn entropy_weights_are_those_of_the_formula() {
        // Computed with Python: e = -sum(p ln p) / ln n.
        let mut made = Standardize::default();
        let names = Names::new(["price", "speed", "same", "none"].map(String::from).to_vec()).unwrap();
        for (price, speed) in [(250.0, 16.0), (200.0, 16.0), (300.0, 32.0), (275.0, 32.0), (225.0, 0.0)] {
            made.push(&names, [Some(price), Some(speed), Some(3.0), None].into_iter()).unwrap();
        }
        let rows = entropy_weights(&made).unwrap();
        let found: Vec<_> = rows.iter().map(|row| (row.measure, row.entropy, row.weight)).collect();
        let expected = [
            ("none", 1.0, 0.0),
            ("price", 0.9937508914875708, 0.03470106385924696),
            ("same", 1.0, 0.0),
            ("speed", 0.8261650471771164, 0.965298936140753),
        ];
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found.0, expected.0);
            assert!((found.1 - expected.1).abs() < 1e-14 && (found.2 - expected.2).abs() < 1e-12, "{found:?}");
        }
        let negative = entropy_weights(&single("profit", &[1.0, -2.0])).map(|_| ()).unwrap_err();
        assert_eq!(negative.message, "measure \"profit\" has negative values: it has no entropy");
        let same = entropy_weights(&single("x", &[1.0, 1.0])).map(|_| ()).unwrap_err();
        assert_eq!(same.state, SqlState::InvalidParameter);
    }
}
