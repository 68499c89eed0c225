//! A model of purchases applied to customers: whether they still buy, how often they will, and that discounted.

use super::histories::{Pattern, triple};
use super::model::{Buying, Kind, Model};
use super::quadrature::rule;
use super::sbg::{MOST_PERIODS, too_many_periods};
use super::unit::{DAYS_OF_YEAR, Unit};
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::rfm::Rfm;
use serde_json::Value;

/// A model of purchases, ready for one customer after the other.
#[derive(Clone, Debug)]
pub struct Buyers {
    model: Model,
    parameters: Vec<f64>,
    buying: Buying,
    /// Of a unit.
    days: f64,
    discrete: Option<Unit>,
}

/// The kinds of models of purchases.
const KINDS: [Kind; 4] = [Kind::Bgnbd, Kind::Mbgnbd, Kind::ParetoNbd, Kind::Bgbb];
/// The longest horizon, in units.
const LONGEST: f64 = 1e9;

impl Buyers {
    /// Reads a model (22023), which must be fit for use (55000).
    pub fn read(document: &Value) -> Result<Self> {
        let model = Model::read(document, &KINDS)?;
        let parameters = model.parameters()?.to_vec();
        let buying = model.buying(&parameters).ok_or_else(|| Error::parameter("the model is not one of purchases"))?;
        let (days, discrete) = (model.unit.days(), (model.kind == Kind::Bgbb).then_some(model.unit));
        Ok(Buyers { model, parameters, buying, days, discrete })
    }

    /// The customer's figures in units of the model, and in those of a calendar where opportunities are discrete.
    #[inline]
    fn pattern(&self, rfm: &Rfm, as_of: Day) -> Result<Pattern> {
        let (x, t_x, t) = triple(rfm, as_of, self.discrete)?;
        let unit = if self.discrete.is_some() { 1.0 } else { self.days };
        if self.discrete.is_some() && t as f64 > MOST_PERIODS {
            return Err(too_many_periods(t as f64));
        }
        Ok(Pattern { x: x as f64, t_x: t_x as f64 / unit, t: t as f64 / unit, count: 1.0 })
    }

    /// The model of purchases, and its unit in days.
    pub fn buying(&self) -> (&Buying, f64) {
        (&self.buying, self.days)
    }

    /// Where opportunities are discrete, their unit.
    pub fn discrete(&self) -> Option<Unit> {
        self.discrete
    }

    /// P(alive) at the end of a day.
    #[inline]
    pub fn alive(&self, rfm: &Rfm, as_of: Day) -> Result<f64> {
        let p = self.pattern(rfm, as_of)?;
        finite(match &self.buying {
            Buying::Bg(model) => model.alive(p),
            Buying::Pareto(model) => model.alive(p),
            Buying::Bgbb(model) => model.alive(p),
        })
    }

    /// Expected purchases within a horizon, in units, after a day.
    #[inline]
    pub fn purchases(&self, rfm: &Rfm, as_of: Day, horizon: f64) -> Result<f64> {
        let p = self.pattern(rfm, as_of)?;
        check_horizon(horizon)?;
        finite(match &self.buying {
            Buying::Bg(model) => model.purchases(p, horizon),
            Buying::Pareto(model) => model.purchases(p, horizon),
            Buying::Bgbb(model) => model.purchases(p, whole(horizon)?),
        })
    }

    /// Expected repeat purchases of a new customer.
    pub fn purchases_new(&self, horizon: f64) -> Result<f64> {
        check_horizon(horizon)?;
        finite(match &self.buying {
            Buying::Bg(model) => model.purchases_new(horizon),
            Buying::Pareto(model) => model.purchases_new(horizon),
            Buying::Bgbb(model) => model.purchases_new(whole(horizon)?),
        })
    }

    /// Expected purchases within a horizon, which may be infinite, each discounted from when it is expected, at an annual rate.
    pub fn discounted(&self, rfm: &Rfm, as_of: Day, horizon: f64, discount: f64) -> Result<f64> {
        let p = self.pattern(rfm, as_of)?;
        let rate = self.rate(horizon, discount)?;
        finite(discounted(&self.buying, p, horizon, rate)?)
    }

    /// How its logarithm changes with the logarithm of each parameter.
    pub fn discounted_slopes(&self, rfm: &Rfm, as_of: Day, horizon: f64, discount: f64) -> Result<Vec<f64>> {
        /// Half the change of a logarithm, for central differences: errors of its square, 1e-8.
        const STEP: f64 = 1e-4;
        let p = self.pattern(rfm, as_of)?;
        let rate = self.rate(horizon, discount)?;
        let at = |i: usize, by: f64| {
            let mut moved = self.parameters.clone();
            moved[i] *= libm::exp(by);
            self.model.buying(&moved).map_or(Ok(f64::NAN), |buying| discounted(&buying, p, horizon, rate))
        };
        (0..self.parameters.len()).map(|i| Ok(libm::log(at(i, STEP)? / at(i, -STEP)?) / (2.0 * STEP))).collect()
    }

    /// The covariance of the logarithms of the parameters, 0 for those at a limit; none for a model without one.
    pub fn covariance(&self) -> Option<Vec<Vec<f64>>> {
        self.model.relative_covariance()
    }

    /// The continuous rate of discount for one unit (22023 where the horizon or the rate will not do).
    fn rate(&self, horizon: f64, discount: f64) -> Result<f64> {
        if !(discount >= 0.0 && discount.is_finite()) {
            return Err(Error::parameter(format!("discount must be at least 0 and finite, not {discount}"))
                .hint("It is the effective annual rate: 0.1 is ten percent a year."));
        }
        if horizon == f64::INFINITY {
            if discount == 0.0 {
                return Err(Error::parameter("an infinite horizon needs a discount above 0").hint("Give a discount, or a finite horizon."));
            }
        } else {
            check_horizon(horizon)?;
        }
        Ok(libm::log1p(discount) * self.days / DAYS_OF_YEAR)
    }
}

fn check_horizon(horizon: f64) -> Result<()> {
    if (0.0..=LONGEST).contains(&horizon) {
        return Ok(());
    }
    Err(Error::parameter(format!("horizon must be from 0 to {LONGEST:e} units of the model, not {horizon}"))
        .hint("It is counted in the unit that the model was fitted in: 52 for a year of weeks."))
}

/// A horizon in opportunities.
fn whole(horizon: f64) -> Result<u64> {
    if horizon.fract() == 0.0 {
        return Ok(horizon as u64);
    }
    Err(Error::parameter(format!("horizon must be a whole number of opportunities, not {horizon}"))
        .hint("A bgbb model knows one opportunity in each of its units, and nothing between them."))
}

#[inline]
fn finite(x: f64) -> Result<f64> {
    if x.is_finite() {
        Ok(x)
    } else {
        Err(Error::range("the prediction is out of range").hint("Look at the parameters of the model: they are extreme."))
    }
}

/// ∫ e^(-δt) dE(t) over the horizon, E(t) the expected purchases until t: by parts e^(-δH) E(H) + δ ∫ e^(-δt) E(t) dt, all
/// positive; Gauss-Legendre quadrature in ln(1 + t/scale), where E is smooth however long the horizon.
fn discounted(buying: &Buying, p: Pattern, horizon: f64, rate: f64) -> Result<f64> {
    /// e^-45 is below what 16 digits show.
    const LONG: f64 = 45.0;
    let (alive, scale) = match buying {
        Buying::Bg(model) => (model.alive(p), model.alpha + p.t),
        Buying::Pareto(model) => (model.alive(p), model.beta.min(model.alpha) + p.t),
        Buying::Bgbb(model) => {
            return Ok(model.discounted(p, if horizon.is_finite() { whole(horizon)? } else { u64::MAX }, libm::exp(-rate)));
        }
    };
    if alive == 0.0 {
        return Ok(0.0);
    }
    let expected = |t: f64| match buying {
        Buying::Bg(model) => model.purchases_if_alive(p, t),
        Buying::Pareto(model) => model.purchases_if_alive(p, t),
        Buying::Bgbb(_) => 0.0,
    };
    let end = if rate * horizon > LONG { LONG / rate } else { horizon };
    let at_end = libm::exp(-rate * end) * expected(end);
    if rate == 0.0 {
        return Ok(alive * at_end);
    }
    let width = libm::log1p(end / scale);
    let points = &rule((10.0 + 6.0 * width + 1.2 * rate * end) as usize).points;
    let inner = |(node, weight, _): &(f64, f64, f64)| {
        let t = scale * libm::expm1(node * width);
        weight * (t + scale) * libm::exp(-rate * t) * expected(t)
    };
    Ok(alive * (at_end + rate * width * points.iter().map(inner).sum::<f64>()))
}
