//! Weights from the data alone: what sets customers apart weighs more.

use super::standardize::{Measure, Standardize};
use crate::document::shorten;
use crate::error::{Error, Result};
use crate::exact_sum::ExactSum;

/// A divergence below this is taken for none where it is a difference of rounded numbers.
const NOISE: f64 = 1e-13;
/// Where the series of [`term`] ends to be used, and the power of its last term, which is below 1e-17 of the first there.
const SMALL: f64 = 0.1;
const TERMS: u32 = 18;

/// What entropy says of a measure.
#[derive(Clone, Debug, PartialEq)]
pub struct EntropyWeight<'a> {
    /// Its name.
    pub measure: &'a str,
    /// Its entropy, 0 (one customer has everything) to 1 (all have the same).
    pub entropy: f64,
    /// 1 - entropy, computed directly: small differences between large values keep their digits.
    pub divergence: f64,
    /// Its weight; the weights add up to 1.
    pub weight: f64,
}

/// The entropy weights of all measures, in the order of the statistics.
///
/// With shares p = x / Σx over the n customers who have the measure, the entropy is −Σ p ln p / ln n (C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27, 1948; as
/// weights, M. Zeleny, "Multiple criteria decision making", 1982). A measure of which all values are equal, or that has
/// fewer than two, does not tell customers apart: its entropy is 1. Errors (22023): a measure with negative values, or
/// statistics in which no measure tells customers apart.
pub fn entropy_weights(statistics: &Standardize) -> Result<Vec<EntropyWeight<'_>>> {
    let mut rows = Vec::new();
    for measure in statistics.measures() {
        let divergence = divergence(measure)?;
        rows.push(EntropyWeight { measure: measure.name(), entropy: 1.0 - divergence, divergence, weight: 0.0 });
    }
    let total: f64 = rows.iter().map(|row| row.divergence).sum();
    if total == 0.0 {
        return Err(Error::parameter("no measure tells customers apart: there is nothing to weigh by"));
    }
    rows.iter_mut().for_each(|row| row.weight = row.divergence / total);
    Ok(rows)
}

fn divergence(measure: &Measure) -> Result<f64> {
    let values = measure.distribution();
    let (Some(min), Some(max)) = (values.min(), values.max()) else { return Ok(0.0) };
    if min < 0.0 {
        return Err(Error::parameter(format!("measure \"{}\" has negative values: it has no entropy", shorten(measure.name())))
            .hint("Use what cannot be negative, or shift the measure before it is aggregated."));
    }
    if min == max {
        return Ok(0.0);
    }
    let (count, sum) = (values.count(), measure.sum());
    let logarithm = libm::log(count as f64);
    if !values.is_exact() {
        // 1 - (ln S - Σ x ln x / S) / ln n cancels: what is left of nothing is noise.
        let divergence = 1.0 - (libm::log(sum) - measure.logs() / sum) / logarithm;
        return Ok(if divergence < NOISE { 0.0 } else { divergence.min(1.0) });
    }
    // Σ p ln(p n) / ln n, with p n = 1 + d. As Σ d = 0, it may be taken away from the terms, none of which is negative then.
    let mut terms = ExactSum::default();
    for step in values.steps()? {
        // d = (n x - S) / S, the difference exactly.
        let mut difference = measure.exact_sum().negated();
        difference.add_times(step.high, count);
        terms.add_times(term(difference.value() / sum), step.count);
    }
    Ok((terms.value() / (count as f64 * logarithm)).min(1.0))
}

/// (1 + d) ln(1 + d) - d, d from -1 on: never below zero.
fn term(d: f64) -> f64 {
    if d <= -1.0 {
        return 1.0;
    }
    if d.abs() > SMALL {
        return (1.0 + d) * libm::log1p(d) - d;
    }
    // Around 0 the two cancel: Σ (-d)^k / (k (k - 1)) from k = 2 on, the smallest terms first.
    let series = (2..=TERMS).rev().fold(0.0, |sum, k| sum * -d + 1.0 / f64::from(k * (k - 1)));
    d * d * series
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

    #[test]
    fn small_differences_between_large_values_weigh_as_they_should() {
        let pair = |base: f64, one: f64, other: f64| {
            let mut made = Standardize::default();
            let names = Names::new(["one", "other"].map(String::from).to_vec()).unwrap();
            for (x, y) in [(base, base), (base + one, base + other)] {
                made.push(&names, [Some(x), Some(y)].into_iter()).unwrap();
            }
            entropy_weights(&made).unwrap().iter().map(|row| (row.divergence, row.weight)).collect::<Vec<_>>()
        };
        // Of two values m - d and m + d the divergence is (d/m)^2 / (2 ln 2), and terms of (d/m)^4.
        let rows = pair(1e9, 100.0, 300.0);
        for ((divergence, weight), (d, expected)) in rows.iter().zip([(50.0, 0.1), (150.0, 0.9)]) {
            let small: f64 = d / (1e9 + d);
            assert!((divergence / (small * small / (2.0 * std::f64::consts::LN_2)) - 1.0).abs() < 1e-13, "{divergence}");
            assert!((weight - expected).abs() < 1e-6, "{weight}");
        }
        let weights: Vec<_> = pair(1e15, 1.0, 3.0).iter().map(|row| row.1).collect();
        assert!((weights[0] - 0.1).abs() < 1e-12 && (weights[1] - 0.9).abs() < 1e-12, "{weights:?}");
        // Computed with 40 digits: the terms and their series, on both sides of where one takes over from the other.
        for (x, expected) in [(3.0, 0.188_721_875_540_867_1), (1.2, 0.005_969_788_523_043_544), (1.25, 0.008_923_940_161_777_83)] {
            let divergence = pair(1.0, x - 1.0, 0.5)[0].0;
            assert!((divergence / expected - 1.0).abs() < 1e-13, "{x}: {divergence}");
        }
    }

    #[test]
    fn a_sketch_without_a_visible_difference_weighs_nothing() {
        let mut made = Standardize::default();
        let names = Names::new(["flat", "steep"].map(String::from).to_vec()).unwrap();
        for i in 0..5000 {
            made.push(&names, [Some(1e12 + f64::from(i)), Some(f64::from(i))].into_iter()).unwrap();
        }
        assert!(made.measures().iter().all(|measure| !measure.distribution().is_exact()));
        let rows = entropy_weights(&made).unwrap();
        assert_eq!(rows.iter().map(|row| row.weight).collect::<Vec<_>>(), [0.0, 1.0]);
        assert_eq!((rows[0].entropy, rows[0].divergence), (1.0, 0.0));
    }
}
