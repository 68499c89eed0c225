//! A transform with the statistics it needs, ready for one customer after the other.

use super::card::{Bound, CardMeasure, Transform};
use super::standardize::{Measure, Standardize};
use crate::distribution::Distribution;
use crate::document::shorten;
use crate::error::{Error, Result};

/// From a raw value to a share from 0 (worst) to 1 (best).
#[derive(Debug)]
pub(super) struct Curve {
    /// What the raw value is held between.
    cap: (f64, f64),
    shape: Shape,
    lower_is_better: bool,
}

#[derive(Debug)]
enum Shape {
    /// The same for everyone: the measure has no spread.
    Flat,
    Linear {
        from: f64,
        width: f64,
    },
    Log {
        from: f64,
        width: f64,
    },
    Percentile(Ranks),
    Classes {
        breaks: Vec<f64>,
        shares: Vec<f64>,
    },
}

impl Curve {
    /// The transform of a measure, with the statistics where it needs them (22023 where they lack).
    pub(super) fn new(measure: &CardMeasure, statistics: Option<&Standardize>) -> Result<Self> {
        let known = || known(measure, statistics);
        let bound = |bound: Option<Bound>, none: f64| match bound {
            None => Ok(none),
            Some(Bound::Value(x)) => Ok(x),
            Some(Bound::Quantile(q)) => match known()?.distribution() {
                values if values.count() == 0 => Ok(none),
                values => values.quantile(q),
            },
        };
        let cap = (bound(measure.cap.0, f64::MIN)?, bound(measure.cap.1, f64::MAX)?);
        if cap.0 > cap.1 {
            return Err(about(measure, &format!("its cap from {} is above its cap to {}", cap.0, cap.1)));
        }
        // Without values there is no range, and so no spread.
        let range = |from: Option<f64>, to: Option<f64>| -> Result<Option<(f64, f64)>> {
            let (from, to) = match (from, to) {
                (Some(from), Some(to)) => (from, to),
                _ => {
                    let values = known()?.distribution();
                    let (Some(min), Some(max)) = (values.min(), values.max()) else { return Ok(None) };
                    (from.unwrap_or(min.clamp(cap.0, cap.1)), to.unwrap_or(max.clamp(cap.0, cap.1)))
                }
            };
            if from > to {
                return Err(about(measure, &format!("its range from {from} to {to} is empty"))
                    .hint("One end is of the card, the other of the statistics: give the card both, or none."));
            }
            Ok((from < to).then_some((from, to)))
        };
        let shape = match &measure.transform {
            Transform::MinMax { from, to } => range(*from, *to)?.map_or(Shape::Flat, |(from, to)| Shape::Linear { from, width: to - from }),
            Transform::Log { from, to } => match range(*from, *to)?.map(|(from, to)| (log(from), log(to))) {
                Some((from, to)) if from < to => Shape::Log { from, width: to - from },
                _ => Shape::Flat,
            },
            Transform::Z { limit } => match (known()?.mean(), known()?.deviation()) {
                (Some(mean), Some(deviation)) if deviation > 0.0 => {
                    Shape::Linear { from: mean - limit * deviation, width: 2.0 * limit * deviation }
                }
                _ => Shape::Flat,
            },
            Transform::Percentile => Ranks::new(known()?.distribution())?.map_or(Shape::Flat, Shape::Percentile),
            Transform::Breaks { breaks, points } => {
                let most = points.iter().copied().fold(0.0, f64::max);
                Shape::Classes { breaks: breaks.clone(), shares: points.iter().map(|points| points / most).collect() }
            }
        };
        Ok(Curve { cap, shape, lower_is_better: measure.lower_is_better })
    }

    /// The share of a finite raw value.
    #[inline]
    pub(super) fn share(&self, raw: f64) -> f64 {
        let x = raw.max(self.cap.0).min(self.cap.1);
        let share = match &self.shape {
            Shape::Flat => return 0.5,
            Shape::Linear { from, width } => ((x - from) / width).clamp(0.0, 1.0),
            Shape::Log { from, width } => ((log(x) - from) / width).clamp(0.0, 1.0),
            Shape::Percentile(ranks) => ranks.share(x),
            Shape::Classes { breaks, shares } => return shares.get(breaks.partition_point(|at| *at < x)).copied().unwrap_or(0.0),
        };
        if self.lower_is_better { 1.0 - share } else { share }
    }

    /// The share of the median customer; in the middle where the statistics do not know the measure.
    pub(super) fn median_share(&self, measure: &CardMeasure, statistics: Option<&Standardize>) -> Result<f64> {
        match statistics.and_then(|statistics| statistics.measure(&measure.name)).map(Measure::distribution) {
            Some(values) if values.count() > 0 => Ok(self.share(values.quantile(0.5)?)),
            _ => Ok(0.5),
        }
    }
}

/// ln(1 + x), and below zero the mirror image of it; computed alike on every machine.
#[inline]
fn log(x: f64) -> f64 {
    libm::log1p(x.abs()).copysign(x)
}

/// The measure in the statistics.
fn known<'a>(measure: &CardMeasure, statistics: Option<&'a Standardize>) -> Result<&'a Measure> {
    let Some(statistics) = statistics else {
        return Err(about(measure, "its transform needs statistics, but stats is NULL")
            .hint("Pass what standardize_agg makes of the measures of all customers."));
    };
    statistics.measure(&measure.name).ok_or_else(|| {
        let names: Vec<_> = statistics.measures().iter().take(20).map(|known| format!("\"{}\"", shorten(known.name()))).collect();
        about(measure, "the statistics do not have it").hint(format!("They have: {}.", names.join(", ")))
    })
}

fn about(measure: &CardMeasure, problem: &str) -> Error {
    Error::parameter(format!("measure \"{}\": {problem}", shorten(&measure.name)))
}

/// The middle rank of every value that was seen, ready to be looked up.
#[derive(Debug)]
struct Ranks {
    /// The highest value of each step, ascending.
    highs: Vec<f64>,
    steps: Vec<Rank>,
}

#[derive(Clone, Copy, Debug)]
struct Rank {
    /// The lowest value of the step.
    low: f64,
    /// The share of the observations below it.
    below: f64,
    /// The same, with half of those in it.
    middle: f64,
}

impl Ranks {
    /// None without observations.
    fn new(values: &Distribution) -> Result<Option<Self>> {
        let (Some(min), Some(max)) = (values.min(), values.max()) else { return Ok(None) };
        let found = values.steps()?;
        let (mut highs, mut steps) = (Vec::new(), Vec::new());
        let room = highs.try_reserve_exact(found.len()).and(steps.try_reserve_exact(found.len()));
        room.map_err(|_| Error::out_of_memory("the ranks of a measure"))?;
        let (mut below, all) = (0u64, values.count() as f64);
        for step in found {
            let middle = below as f64 + step.count as f64 / 2.0;
            highs.push(step.high.min(max));
            steps.push(Rank { low: step.low.max(min), below: below as f64 / all, middle: middle / all });
            below += step.count;
        }
        Ok(Some(Ranks { highs, steps }))
    }

    /// The share of the observations below `x`, and half of those that are equal (in a sketch, that are in its bucket).
    #[inline]
    fn share(&self, x: f64) -> f64 {
        match self.steps.get(self.highs.partition_point(|high| *high < x)) {
            Some(rank) if x >= rank.low => rank.middle,
            Some(rank) => rank.below,
            None => 1.0,
        }
    }
}
