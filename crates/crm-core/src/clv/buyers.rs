//! A model of purchases applied to customers: whether they still buy, how often they will, and that discounted.

use super::histories::{Pattern, key, unpacked};
use super::model::{Buying, Kind, Model};
use super::quadrature::rule;
use super::sbg::{MOST_PERIODS, too_many_periods};
use super::unit::{DAYS_OF_YEAR, Unit};
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::rfm::Rfm;
use serde_json::Value;
use std::cell::{Cell, RefCell};

/// A model of purchases, ready for one customer after the other.
#[derive(Clone, Debug)]
pub struct Buyers {
    model: Model,
    parameters: Vec<f64>,
    buying: Buying,
    /// Of a unit.
    days: f64,
    discrete: Option<Unit>,
    memo: Memo,
}

/// What was asked of a customer: the chance that he is alive, his purchases, his discounted purchases.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Question {
    #[default]
    Alive,
    Purchases {
        horizon: f64,
    },
    Discounted {
        horizon: f64,
        rate: f64,
    },
}

impl Question {
    /// Tells questions about the same customer apart.
    fn mark(self) -> u64 {
        match self {
            Question::Alive => 0,
            Question::Purchases { .. } => 0x5555_5555,
            Question::Discounted { .. } => 0xaaaa_aaaa,
        }
    }
}

/// Answers given lately. Most customers share their figures with many others: a million hold a few hundred thousand patterns,
/// and the six in ten who never bought again differ by their tenure only.
#[derive(Clone, Debug, Default)]
struct Memo {
    slots: RefCell<Vec<Slot>>,
    /// Questions before there were slots: whoever asks only a few needs none.
    asked: Cell<usize>,
}

/// Figures (T, t_x and x side by side, plus one: 0 is an empty slot), question and answer.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u128,
    question: Question,
    answer: f64,
}

/// Slots, each for whatever falls on it: half a megabyte.
const SLOTS: usize = 8192;
/// Questions that are answered before slots are made.
const FEW_QUESTIONS: usize = 100;

impl Memo {
    #[inline]
    fn answer(&self, key: u128, question: Question, ask: impl FnOnce() -> Result<f64>) -> Result<f64> {
        let key = key + 1;
        let mixed = ((key >> 64) as u64 ^ (key as u64).rotate_left(29) ^ question.mark()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let at = (mixed >> 51) as usize;
        let known = |slot: &Slot| (slot.key == key && slot.question == question).then_some(slot.answer);
        if let Some(answer) = self.slots.borrow().get(at).and_then(known) {
            return Ok(answer);
        }
        let answer = ask()?;
        let mut slots = self.slots.borrow_mut();
        self.asked.set(self.asked.get().saturating_add(1));
        if slots.is_empty() && self.asked.get() > FEW_QUESTIONS && slots.try_reserve_exact(SLOTS).is_ok() {
            slots.resize(SLOTS, Slot::default());
        }
        if let Some(slot) = slots.get_mut(at) {
            *slot = Slot { key, question, answer };
        }
        Ok(answer)
    }
}

/// The kinds of models of purchases.
const KINDS: [Kind; 4] = [Kind::Bgnbd, Kind::Mbgnbd, Kind::ParetoNbd, Kind::Bgbb];
/// The least discount of an infinite horizon: with less there is hardly an end.
const LEAST_DISCOUNT: f64 = 1e-6;
/// The longest horizon, in units.
const LONGEST: f64 = 1e9;

impl Buyers {
    /// Reads a model (22023), which must be fit for use (55000).
    pub fn read(document: &Value) -> Result<Self> {
        let model = Model::read(document, "model", &KINDS)?;
        let parameters = model.parameters()?.to_vec();
        let buying = model.buying(&parameters).ok_or_else(|| Error::parameter("the model is not one of purchases"))?;
        let (days, discrete) = (model.unit.days(), (model.kind == Kind::Bgbb).then_some(model.unit));
        Ok(Buyers { model, parameters, buying, days, discrete, memo: Memo::default() })
    }

    /// The answer to a question about a customer.
    #[inline]
    fn answer(&self, rfm: &Rfm, as_of: Day, question: Question) -> Result<f64> {
        let key = key(rfm, as_of, self.discrete)?;
        self.memo.answer(key, question, || {
            let p = self.pattern(key)?;
            finite(match (question, &self.buying) {
                (Question::Alive, Buying::Bg(model)) => model.alive(p),
                (Question::Alive, Buying::Pareto(model)) => model.alive(p),
                (Question::Alive, Buying::Bgbb(model)) => model.alive(p),
                (Question::Purchases { horizon }, Buying::Bg(model)) => model.purchases(p, horizon),
                (Question::Purchases { horizon }, Buying::Pareto(model)) => model.purchases(p, horizon),
                (Question::Purchases { horizon }, Buying::Bgbb(model)) => model.purchases(p, whole(horizon)?),
                (Question::Discounted { horizon, rate }, buying) => discounted(buying, p, horizon, rate)?,
            })
        })
    }

    /// The customer's figures in units of the model, and in those of a calendar where opportunities are discrete.
    fn pattern(&self, key: u128) -> Result<Pattern> {
        let Pattern { x, t_x, t, count } = unpacked(key);
        if self.discrete.is_none() {
            return Ok(Pattern { x, t_x: t_x / self.days, t: t / self.days, count });
        }
        if t > MOST_PERIODS { Err(too_many_periods(t)) } else { Ok(Pattern { x, t_x, t, count }) }
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
        self.answer(rfm, as_of, Question::Alive)
    }

    /// Expected purchases within a horizon, in units, after a day.
    #[inline]
    pub fn purchases(&self, rfm: &Rfm, as_of: Day, horizon: f64) -> Result<f64> {
        check_horizon(horizon)?;
        // No negative zero.
        self.answer(rfm, as_of, Question::Purchases { horizon: horizon + 0.0 })
    }

    /// Expected repeat purchases of a new customer.
    pub fn purchases_new(&self, horizon: f64) -> Result<f64> {
        check_horizon(horizon)?;
        let horizon = horizon + 0.0;
        finite(match &self.buying {
            Buying::Bg(model) => model.purchases_new(horizon),
            Buying::Pareto(model) => model.purchases_new(horizon),
            Buying::Bgbb(model) => model.purchases_new(whole(horizon)?),
        })
    }

    /// Expected purchases within a horizon, which may be infinite, each discounted from when it is expected, at an annual rate.
    pub fn discounted(&self, rfm: &Rfm, as_of: Day, horizon: f64, discount: f64) -> Result<f64> {
        let rate = self.rate(horizon, discount)?;
        self.answer(rfm, as_of, Question::Discounted { horizon, rate })
    }

    /// How its logarithm changes with the logarithm of each parameter.
    pub fn discounted_slopes(&self, rfm: &Rfm, as_of: Day, horizon: f64, discount: f64) -> Result<Vec<f64>> {
        /// Half the change of a logarithm, for central differences: errors of its square, 1e-8.
        const STEP: f64 = 1e-4;
        let p = self.pattern(key(rfm, as_of, self.discrete)?)?;
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
            if discount < LEAST_DISCOUNT {
                return Err(Error::parameter(format!(
                    "an infinite horizon needs a discount of at least {LEAST_DISCOUNT:e}, not {discount}"
                ))
                .hint("Give a discount, or a finite horizon."));
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
pub fn finite(x: f64) -> Result<f64> {
    if x.is_finite() {
        Ok(x)
    } else {
        Err(Error::range("the prediction is out of range").hint("Look at the parameters of the model: they are extreme."))
    }
}

/// ∫ e^(-δt) dE(t) over the horizon, E(t) the expected purchases until t: by parts e^(-δH) E(H) + δ ∫ e^(-δt) E(t) dt, all
/// positive; Gauss-Legendre quadrature in ln(1 + t/scale), where E is smooth however long the horizon.
fn discounted(buying: &Buying, p: Pattern, horizon: f64, rate: f64) -> Result<f64> {
    discounted_by(buying, p, horizon, rate, |width, fall| (7.0 + 5.0 * width + 3.0 * fall.sqrt()) as usize)
}

/// The same with so many nodes as `nodes` says, of the width of the integral and of how much the discount factor's logarithm falls.
fn discounted_by(buying: &Buying, p: Pattern, horizon: f64, rate: f64, nodes: impl Fn(f64, f64) -> usize) -> Result<f64> {
    /// e^-45 is below what 16 digits show.
    const LONG: f64 = 45.0;
    let (alive, scale) = match buying {
        // The times in which a fast customer is through with leaving.
        Buying::Bg(model) => (model.alive(p), (model.alpha + p.t) / (model.r + p.x).max(1.0)),
        Buying::Pareto(model) => (model.alive(p), (model.beta + p.t) / model.s.max(1.0)),
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
    let points = &rule(nodes(width, rate * end)).points;
    let inner = |(node, weight, _): &(f64, f64, f64)| {
        let t = scale * libm::expm1(node * width);
        weight * (t + scale) * libm::exp(-rate * t) * expected(t)
    };
    Ok(alive * (at_end + rate * width * points.iter().map(inner).sum::<f64>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clv::bgnbd::{Bg, Dropout};
    use crate::clv::pareto::Pareto;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn few_nodes_are_enough(logs in prop::array::uniform4(-3.0..4f64), x in 0u32..60, t_x in 0.0..200f64, more in 0.0..200f64, horizon in 1.0..600f64, rate in 1e-5..0.02f64, ever in any::<bool>()) {
            let [r, alpha, s, beta] = logs.map(f64::exp);
            let x = f64::from(x);
            let p = Pattern { x, t_x: if x == 0.0 { 0.0 } else { t_x }, t: t_x + more, count: 1.0 };
            let horizon = if ever { f64::INFINITY } else { horizon };
            for buying in [
                Buying::Bg(Bg { dropout: Dropout::AfterRepeat, r, alpha, a: s, b: beta }),
                Buying::Pareto(Pareto { r, alpha: 10.0 * alpha, s, beta: 10.0 * beta }),
            ] {
                let few = discounted(&buying, p, horizon, rate).unwrap();
                let many = discounted_by(&buying, p, horizon, rate, |_, _| 96).unwrap();
                prop_assert!((few - many).abs() <= 1e-10 * many, "{} {}: {:?} {:?}", few, many, buying, p);
            }
        }
    }
}
