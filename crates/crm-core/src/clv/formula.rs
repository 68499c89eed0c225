//! The textbook formula of customer lifetime value: a geometric sum.

use super::gamma_gamma::nearest;
use super::maximize::Sum;
use crate::amount::{Amount, overflow};
use crate::document::shorten;
use crate::error::{Error, Result};

/// When in a period its margin is received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// At the start: the first margin now, certain and undiscounted.
    Start,
    /// At the end: the first margin after one period, if the customer is still there.
    End,
}

impl Timing {
    /// By its name; another name is 22023.
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "start" => Ok(Timing::Start),
            "end" => Ok(Timing::End),
            _ => Err(Error::parameter(format!("timing \"{}\" is not known", shorten(name))).hint(
                "Use 'start' when the first margin is received now (t = 0, 1, ...) or 'end' when it comes after one period (t = 1, 2, ...).",
            )),
        }
    }
}

/// The sum of margin · retentionᵗ / (1 + discount)ᵗ over `horizon` periods, or for ever: t from 0 for [`Timing::Start`],
/// from 1 for [`Timing::End`].
///
/// Errors (22023): a retention that is not from 0 to 1; a discount that is not above -1, or infinite; a negative horizon; none
/// where the terms do not fade. 22003: the result is out of range.
pub fn clv_formula(margin: Amount, retention: f64, discount: f64, horizon: Option<i64>, timing: Timing) -> Result<Amount> {
    if !(0.0..=1.0).contains(&retention) {
        return Err(Error::parameter(format!("retention must be from 0 to 1, not {retention}"))
            .hint("It is the share of the customers who stay for another period: 0.8 for 80 %."));
    }
    if !(discount > -1.0 && discount.is_finite()) {
        return Err(Error::parameter(format!("discount must be above -1 and finite, not {discount}"))
            .hint("It is the rate for one period: 0.1 for ten percent."));
    }
    if let Some(periods @ ..0) = horizon {
        return Err(Error::parameter(format!("horizon must not be negative, but is {periods}"))
            .hint("It is the number of margins to add up; NULL adds up for ever."));
    }
    let times = annuity(retention, discount, horizon, timing)?;
    let value = if margin.units == 0 { 0.0 } else { nearest(margin) * times };
    if !value.is_finite() {
        return Err(overflow());
    }
    let exact = Amount::from_f64_as_printed(value)?;
    Ok(Amount::new(exact.units, margin.scale))
}

/// The sum for a margin of 1.
fn annuity(retention: f64, discount: f64, horizon: Option<i64>, timing: Timing) -> Result<f64> {
    // 1 + discount - retention without rounding on the way: what each period takes away, before it is discounted.
    let mut fading = Sum::default();
    [1.0, -retention, discount].into_iter().for_each(|term| fading.add(term));
    let (fading, growth) = (fading.total(), 1.0 + discount);
    let ratio = retention / growth;
    let first = match timing {
        Timing::Start => 1.0,
        Timing::End => ratio,
    };
    let share = fading / growth;
    let Some(periods) = horizon else {
        if fading > 0.0 {
            return Ok(first / share);
        }
        return Err(Error::parameter(format!("with retention {retention} and discount {discount} the sum for ever is infinite"))
            .hint("Give a horizon, or a discount and a retention with retention < 1 + discount."));
    };
    let periods = periods as f64;
    if fading == 0.0 || periods == 0.0 {
        return Ok(periods);
    }
    // The ratio of two terms is 1 - share; its logarithm is taken from whichever of the two is small.
    let ln_ratio = if share < 0.5 { libm::log1p(-share) } else { libm::log(ratio) };
    Ok(first * (-libm::expm1(periods * ln_ratio) / share))
}
