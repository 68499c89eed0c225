//! The value that a customer sees in what he gets: not what he is worth to the firm.

use crate::error::{Error, Result};
use crate::exact_sum::ExactSum;

/// V = U / C: the sum of what a customer says he gets by the sum of what he says it costs him, both as scores of a survey.
/// None if an answer is missing or the costs are not positive. NaN, infinities and a V beyond the range of float8 are errors
/// (22003); the sums may be beyond it, they are divided exactly.
pub fn perceived_value(utilities: impl Iterator<Item = Option<f64>>, costs: impl Iterator<Item = Option<f64>>) -> Result<Option<f64>> {
    let (Some(utility), Some(cost)) = (total(utilities, "utilities")?, total(costs, "costs")?) else { return Ok(None) };
    if cost.value() <= 0.0 {
        return Ok(None);
    }
    let Some(value) = utility.ratio(&cost) else { return Ok(None) };
    if value.is_finite() {
        Ok(Some(value))
    } else {
        Err(Error::range("the perceived value is beyond the range of float8").hint("Give utilities and costs in larger units."))
    }
}

fn total(values: impl Iterator<Item = Option<f64>>, what: &str) -> Result<Option<ExactSum>> {
    let mut sum = ExactSum::default();
    let mut complete = true;
    for value in values {
        match value {
            None => complete = false,
            Some(x) if x.is_finite() => sum.add(x),
            Some(x) => {
                return Err(Error::range(format!("{what} must not be {}", if x.is_nan() { "NaN" } else { "infinite" }))
                    .hint("Filter the rows; NULL says that a value is not known."));
            }
        }
    }
    Ok(complete.then_some(sum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqlState;

    fn of(utilities: &[Option<f64>], costs: &[Option<f64>]) -> Result<Option<f64>> {
        perceived_value(utilities.iter().copied(), costs.iter().copied())
    }

    #[test]
    fn it_is_the_ratio_of_the_sums() {
        assert_eq!(of(&[Some(4.0), Some(5.0), Some(3.0)], &[Some(2.0), Some(6.0)]), Ok(Some(1.5)));
        assert_eq!(of(&[Some(0.1), Some(0.2), Some(-0.3)], &[Some(1.0)]), Ok(Some(2.7755575615628914e-17)));
        assert_eq!(of(&[Some(4.0), None], &[Some(2.0)]), Ok(None));
        assert_eq!(of(&[Some(4.0)], &[]), Ok(None));
        assert_eq!(of(&[], &[Some(2.0)]), Ok(Some(0.0)));
        assert_eq!(of(&[Some(4.0)], &[Some(2.0), Some(-2.0)]), Ok(None));
        assert_eq!(of(&[Some(4.0)], &[Some(-2.0)]), Ok(None));
        assert_eq!(of(&[Some(f64::NAN)], &[Some(2.0)]).unwrap_err().state, SqlState::OutOfRange);
        assert_eq!(of(&[Some(1.0)], &[Some(f64::INFINITY), None]).unwrap_err().state, SqlState::OutOfRange);
        let (one, huge) = ([Some(1.0)], [Some(f64::MAX), Some(f64::MAX)]);
        assert_eq!(of(&huge, &huge), Ok(Some(1.0)));
        assert_eq!(of(&one, &huge), Ok(Some(0.5 / f64::MAX)));
        assert_eq!(of(&huge, &[Some(4.0)]), Ok(Some(f64::MAX / 2.0)));
        assert_eq!(of(&huge, &one).unwrap_err().state, SqlState::OutOfRange);
        assert_eq!(of(&[Some(f64::MAX)], &[Some(0.5)]).unwrap_err().state, SqlState::OutOfRange);
    }
}
