//! Customer lifetime value: expected purchases, discounted, times the expected amount of each; and how sure that is.

use super::buyers::Buyers;
use super::gamma_gamma::{GammaGamma, nearest, repeat};
use super::model::{Kind, Model, interval_width};
use super::sbg::Sbg;
use crate::amount::Amount;
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::rfm::Rfm;
use serde_json::Value;

/// A gamma-gamma model, ready for one customer after the other.
#[derive(Clone, Debug)]
pub struct Spending {
    gamma_gamma: GammaGamma,
    model: Model,
}

impl Spending {
    /// Reads a model (22023), which must be fit for use and have a finite mean (55000).
    pub fn read(document: &Value) -> Result<Self> {
        let model = Model::read(document, &[Kind::GammaGamma])?;
        let gamma_gamma = model.gamma_gamma()?;
        gamma_gamma.mean()?;
        Ok(Spending { gamma_gamma, model })
    }

    /// Expected amount of a purchase; none for a customer whose repeat spend is not positive: the model knows none such.
    /// 22023 where the first total is not known.
    #[inline]
    pub fn expected(&self, rfm: &Rfm) -> Result<Option<f64>> {
        let (x, spend) = repeat(rfm)?;
        let known = x == 0 || spend.units > 0;
        known.then(|| self.gamma_gamma.expected_value(x as f64, nearest(spend))).transpose()
    }

    /// How the logarithm of the expected amount changes with those of p, q and v.
    fn slopes(&self, rfm: &Rfm) -> Result<[f64; 3]> {
        let GammaGamma { p, q, v } = self.gamma_gamma;
        let (x, spend) = repeat(rfm)?;
        let (x, spend) = (x as f64, nearest(spend));
        // ln p + ln(v + x m) - ln(p x + q - 1)
        let below = p * x + q - 1.0;
        Ok([1.0 - p * x / below, -q / below, v / (v + spend)])
    }
}

/// Lifetime value of a customer; none where the expected amount is none.
pub fn clv(buyers: &Buyers, spending: &Spending, rfm: &Rfm, as_of: Day, horizon: f64, discount: f64) -> Result<Option<Amount>> {
    let purchases = buyers.discounted(rfm, as_of, horizon, discount)?;
    spending.expected(rfm)?.map(|amount| Amount::from_f64(purchases * amount)).transpose()
}

/// A lifetime value, and its bounds if there are any.
pub type Interval = (Amount, Option<(Amount, Amount)>);

/// Lifetime value with an interval that covers the uncertainty of the parameters, by the delta method on the logarithm: the
/// two models are fitted apart, so their covariances add up. No bounds where a model has no covariance.
pub fn clv_interval(
    buyers: &Buyers,
    spending: &Spending,
    rfm: &Rfm,
    as_of: Day,
    horizon: f64,
    discount: f64,
    level: f64,
) -> Result<Option<Interval>> {
    let z = interval_width(level)?;
    let Some(amount) = spending.expected(rfm)? else { return Ok(None) };
    let value = buyers.discounted(rfm, as_of, horizon, discount)? * amount;
    let estimate = Amount::from_f64(value)?;
    let (Some(of_buyers), Some(of_spending)) = (buyers.covariance(), spending.model.relative_covariance()) else {
        return Ok(Some((estimate, None)));
    };
    if value == 0.0 {
        return Ok(Some((estimate, Some((estimate, estimate)))));
    }
    let variance =
        quadratic(&of_buyers, &buyers.discounted_slopes(rfm, as_of, horizon, discount)?) + quadratic(&of_spending, &spending.slopes(rfm)?);
    let factor = libm::exp(z * variance.max(0.0).sqrt());
    let upper = value * factor;
    if !upper.is_finite() || upper > MOST_AMOUNT {
        // So unsure that there is no upper bound to speak of.
        return Ok(Some((estimate, None)));
    }
    Ok(Some((estimate, Some((Amount::from_f64(value / factor)?, Amount::from_f64(upper)?)))))
}

/// What still is an amount.
const MOST_AMOUNT: f64 = 1e26;

fn quadratic(matrix: &[Vec<f64>], vector: &[f64]) -> f64 {
    let entry = |(i, row): (usize, &Vec<f64>)| row.iter().zip(vector).map(|(m, v)| m * v).sum::<f64>() * vector[i];
    matrix.iter().enumerate().map(entry).sum()
}

/// Periods of a retention curve (22023 outside 1 to 10,000).
pub fn check_periods(periods: i64) -> Result<u64> {
    if (1..=10_000).contains(&periods) {
        return Ok(periods as u64);
    }
    Err(Error::parameter(format!("periods must be from 1 to 10000, not {periods}")))
}

/// Discounted expected residual lifetime of a contract renewed so often, at a rate for one period: see [`Sbg::residual`].
///
/// Errors (22023): negative renewals, a discount that is not above 0 or not finite.
pub fn residual_lifetime(model: &Sbg, renewals: i64, discount: f64) -> Result<f64> {
    let Ok(renewals) = u64::try_from(renewals) else {
        return Err(Error::parameter(format!("renewals must be at least 0, not {renewals}"))
            .hint("It is how often the contract was renewed so far."));
    };
    if !(discount > 0.0 && discount.is_finite()) {
        return Err(Error::parameter(format!("discount must be above 0 and finite, not {discount}"))
            .hint("It is the rate for one period: 0.1 is ten percent."));
    }
    Ok(model.residual(renewals, discount))
}
