//! Fits of purchases and dropout: BG/NBD, MBG/NBD, Pareto/NBD and BG/BB.

use super::{Away, Fit, Search, Stages, check_regularisation, search};
use crate::calendar::Day;
use crate::clv::bgbb::BgbbLikelihood;
use crate::clv::bgnbd::{BgLikelihood, Dropout, nbd};
use crate::clv::histories::Histories;
use crate::clv::maximize::{Derivatives, Likelihood, Maximum, Region};
use crate::clv::model::{Kind, document};
use crate::clv::pareto::ParetoLikelihood;
use crate::clv::rising::Counts;
use crate::clv::unit::Unit;
use crate::error::Result;
use crate::rfm::RfmSample;
use serde_json::Value;

/// The NBD: what the others are where nobody leaves.
struct Nbd<'h> {
    rate: Counts,
    histories: &'h Histories,
}

impl Likelihood<2> for Nbd<'_> {
    fn evaluate(&self, &[r, alpha]: &[f64; 2]) -> Derivatives<2> {
        nbd(&self.rate, &self.histories.by_t, r, alpha).mirrored()
    }
}

/// Which model of purchases and dropout in continuous time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuous {
    /// BG/NBD or MBG/NBD.
    Bg(Dropout),
    /// Pareto/NBD.
    Pareto,
}

/// How little a likelihood may gain by dropout for there to be none: below what a fit promises.
const NO_GAIN: f64 = 1e-7;

/// Fits BG/NBD, MBG/NBD or Pareto/NBD to a sample as of a day, and returns the model.
///
/// `precision` is that of log-normal priors around 1, for times around the mean tenure; 0 for none. Errors (22023): of
/// [`Histories::new`]; a precision that is negative or not finite.
pub fn fit_continuous(which: Continuous, sample: &RfmSample, as_of: Day, unit: Unit, precision: f64) -> Result<Value> {
    check_regularisation(precision)?;
    let all = Histories::new(sample, as_of, None)?;
    let mut fit = counted(fit_histories(which, &all, unit, precision), &all, precision);
    if sample.iter().any(|rfm| rfm.first_at().day().start().is_ok_and(|start| start != rfm.first_at())) {
        fit.find(
            "times_of_day",
            "summaries begin at a time of day: purchases were perhaps not summed up by day, and several on one day count as several",
        );
    }
    let kind = match which {
        Continuous::Bg(Dropout::AfterRepeat) => Kind::Bgnbd,
        Continuous::Bg(Dropout::AfterAny) => Kind::Mbgnbd,
        Continuous::Pareto => Kind::ParetoNbd,
    };
    Ok(document(kind, Some(unit), Some(as_of), &fit))
}

fn counted(fit: Fit, all: &Histories, precision: f64) -> Fit {
    fit.counted(all.customers(), all.repeaters(), all.patterns.len(), precision)
}

const NOBODY_BOUGHT_AGAIN: (&str, &str) = ("no_repeat_buyers", "nobody bought again: there is nothing to learn how often customers buy");

/// As [`fit_continuous`], of histories in days.
pub fn fit_histories(which: Continuous, all: &Histories, unit: Unit, precision: f64) -> Fit {
    let names = names(which);
    if all.repeaters() == 0.0 {
        return Fit::nothing(names, NOBODY_BOUGHT_AGAIN);
    }
    // Times relative to the mean tenure: bounds and starts then know no unit.
    let mean_t = all.mean_t();
    let log_t = libm::log(mean_t);
    let days = unit.days();
    let of_rate = |r: f64, l: f64| Region { low: [-25.0, log_t - 30.0], high: [23.0, log_t + 40.0], centre: [r, l], precision };
    let alone = search_nbd(all, &of_rate(0.0, log_t));
    let [r0, alpha0] = alone.best.theta;
    // Purchases a day while a customer is there: he is not for all of T.
    let rate = 2.0 * all.purchases() / (all.customers() * mean_t);
    let (thin, sparse) = (all.thinned(), all.sparse());
    let bg = Region {
        low: [-25.0, log_t - 30.0, -40.0, -40.0],
        high: [23.0, log_t + 40.0, 23.0, 40.0],
        centre: [0.0, log_t, 0.0, 0.0],
        precision,
    };
    let bg_starts = [
        [r0, alpha0, 0.5, 2.0],
        [r0, alpha0, 1e-3, 1e-2],
        [1.0, 1.0 / rate, 1.0, 1.0],
        [0.3, 0.3 / rate, 1.0, 5.0],
        [3.0, 3.0 / rate, 0.2, 0.2],
    ];
    let search = match which {
        Continuous::Bg(dropout) => {
            let [thin, sparse, all] = [&thin, &sparse, all].map(|histories| BgLikelihood::new(histories, dropout));
            search(&Stages { thin: &thin, sparse: &sparse, all: &all }, &bg, &bg_starts)
        }
        Continuous::Pareto => {
            // Down to where a part of the customers is gone at once and the rest for ever there: s near 0, beta nearer.
            let region = Region {
                low: [bg.low[0], bg.low[1], bg.low[2], log_t - 300.0],
                high: [bg.high[0], bg.high[1], bg.high[2], log_t + 40.0],
                centre: [0.0, log_t, 0.0, log_t],
                precision,
            };
            // Who leaves after the first purchase under MBG/NBD has left early under this model.
            let mbg = BgLikelihood::new(&thin, Dropout::AfterAny);
            let [r1, alpha1, a, b] = super::search(&Stages { thin: &mbg, sparse: &mbg, all: &mbg }, &bg, &bg_starts[..2]).best.theta;
            let gone = (a / (a + b)).clamp(0.01, 0.9);
            let early = |beta: f64| [r1, alpha1, -libm::log1p(-gone) / libm::log1p(1.0 / beta), beta * mean_t];
            let starts = [
                [r0, alpha0, 0.5, mean_t],
                [1.0, 1.0 / rate, 2.0, 10.0 * mean_t],
                [3.0, 3.0 / rate, 1.0, mean_t],
                early(1e-3),
                early(1e-9),
            ];
            let [thin, sparse, all] = [&thin, &sparse, all].map(ParetoLikelihood::new);
            search(&Stages { thin: &thin, sparse: &sparse, all: &all }, &region, &starts)
        }
    };
    let in_days = all.purchases() * libm::log(days);
    let beta = if which == Continuous::Pareto { 1.0 / days } else { 1.0 };
    let mut fit = if precision == 0.0 && alone.best.converged && alone.best.log_likelihood >= search.best.log_likelihood - NO_GAIN {
        without_dropout(names, which, &alone, days)
    } else {
        let mut fit = Fit::of(names, &search, [1.0, 1.0 / days, 1.0, beta]);
        if fit.run_away(0, 1) == Some(Away::Infinite) {
            fit.limit(0, 1, "same_rate", "all customers seem to buy at the same rate");
        }
        let gone_at_once = which == Continuous::Pareto && search.best.bounds[3] == -1;
        match fit.run_away(2, 3) {
            None if gone_at_once => fit.limit(2, 3, "all_or_none", "some customers seem to be gone at once and the others never to leave"),
            Some(Away::Infinite) => fit.limit(2, 3, "same_dropout", "all customers seem to be equally likely to leave"),
            Some(Away::Zero) => fit.limit(2, 3, "all_or_none", "some customers seem to leave at the first chance and the others never"),
            None => {}
        }
        fit
    };
    fit.log_likelihood += in_days;
    if which == Continuous::Bg(Dropout::AfterRepeat) && all.repeaters() < all.customers() {
        fit.find(
            "one_time_buyers",
            format!(
                "BG/NBD gives the {} customers who never bought again P(alive) = 1, by construction; compare mbgnbd_fit and pareto_nbd_fit",
                all.customers() - all.repeaters()
            ),
        );
    }
    fit
}

fn search_nbd(all: &Histories, region: &Region<2>) -> Search<2> {
    let nbd = Nbd { rate: all.counts(0), histories: all };
    let alpha = |r: f64| r * all.customers() * all.mean_t() / all.purchases();
    search(&Stages { thin: &nbd, sparse: &nbd, all: &nbd }, region, &[0.5, 2.0, 0.1].map(|r| [r, alpha(r)]))
}

/// The limit where nobody leaves.
fn without_dropout(names: &'static [&'static str; 4], which: Continuous, alone: &Search<2>, days: f64) -> Fit {
    let [r, alpha] = alone.best.theta;
    // The last parameter is arbitrary: nothing depends on it.
    let search = Search {
        best: Maximum {
            theta: [r, alpha, 0.0, 1.0],
            log_likelihood: alone.best.log_likelihood,
            objective: alone.best.objective,
            converged: alone.best.converged,
            iterations: alone.best.iterations,
            gradient_norm: alone.best.gradient_norm,
            bounds: [alone.best.bounds[0], alone.best.bounds[1], 0, 0],
            covariance: std::array::from_fn(|i| std::array::from_fn(|j| if i < 2 && j < 2 { alone.best.covariance[i][j] } else { None })),
        },
        starts: alone.starts,
        agreeing: alone.agreeing,
    };
    let mut fit = Fit::of(names, &search, [1.0, 1.0 / days, 1.0, 1.0]);
    fit.undetermined(2);
    let zero = if which == Continuous::Pareto { "s = 0" } else { "a = 0" };
    if fit.run_away(0, 1) == Some(Away::Infinite) {
        fit.limit(0, 1, "same_rate", "all customers seem to buy at the same rate");
    }
    fit.find("no_dropout", format!("no dropout is visible: the likelihood is highest in the limit where nobody leaves, {zero}, which is the NBD model; P(alive) is 1 for all, and {} means nothing", names[3]));
    fit
}

fn names(which: Continuous) -> &'static [&'static str; 4] {
    match which {
        Continuous::Bg(_) => &["r", "alpha", "a", "b"],
        Continuous::Pareto => &["r", "alpha", "s", "beta"],
    }
}

const BGBB: &[&str; 4] = &["alpha", "beta", "gamma", "delta"];

/// Fits BG/BB to a sample as of a day, with an opportunity in every unit, and returns the model.
///
/// `precision` is that of log-normal priors around 1; 0 for none. Errors: as of [`fit_continuous`], and 54000 for customers of
/// more than 100,000 units.
pub fn fit_bgbb(sample: &RfmSample, as_of: Day, unit: Unit, precision: f64) -> Result<Value> {
    check_regularisation(precision)?;
    let all = Histories::new(sample, as_of, Some(unit))?;
    let (likelihood, thinned, sparse) = (BgbbLikelihood::new(&all)?, all.thinned(), all.sparse());
    let fit = if all.repeaters() == 0.0 {
        Fit::nothing(BGBB, NOBODY_BOUGHT_AGAIN)
    } else {
        let region = Region { low: [-40.0; 4], high: [25.0; 4], centre: [0.0; 4], precision };
        let starts = [[1.0, 1.0, 0.5, 3.0], [0.5, 2.0, 0.2, 1.0], [2.0, 1.0, 1.0, 10.0], [1.0, 5.0, 0.05, 0.5], [5.0, 5.0, 1.0, 1.0]];
        let (thin, sparse) = (BgbbLikelihood::new(&thinned)?, BgbbLikelihood::new(&sparse)?);
        let stages = Stages { thin: &thin, sparse: &sparse, all: &likelihood };
        let free = search(&stages, &region, &starts);
        // Nobody leaves: gamma as good as 0.
        let staying = Region { high: [25.0, 25.0, -40.0, 25.0], ..region };
        let alone =
            search(&stages, &staying, &[[1.0, 1.0, 0.0, 1.0], [0.5, 2.0, 0.0, 1.0]].map(|s: [f64; 4]| s.map(|p| p.max(f64::MIN_POSITIVE))));
        if precision == 0.0 && alone.best.log_likelihood >= free.best.log_likelihood - NO_GAIN {
            let mut best = alone.best;
            (best.theta[2], best.theta[3]) = (0.0, 1.0);
            (best.bounds[2], best.bounds[3]) = (0, 0);
            let mut fit = Fit::of(BGBB, &Search { best, ..alone }, [1.0; 4]);
            fit.undetermined(2);
            fit.find("no_dropout", "no dropout is visible: the likelihood is highest in the limit where nobody leaves, gamma = 0, which is the beta-binomial model; delta means nothing");
            same_chance(&mut fit);
            fit
        } else {
            let mut fit = Fit::of(BGBB, &free, [1.0; 4]);
            same_chance(&mut fit);
            match fit.run_away(2, 3) {
                Some(Away::Infinite) => fit.limit(2, 3, "same_dropout", "all customers seem to be equally likely to leave"),
                Some(Away::Zero) => fit.limit(2, 3, "all_or_none", "some customers seem to leave at the first chance and the others never"),
                None => {}
            }
            fit
        }
    };
    Ok(document(Kind::Bgbb, Some(unit), Some(as_of), &counted(fit, &all, precision)))
}

/// Whether customers differ in how likely they buy at an opportunity.
fn same_chance(fit: &mut Fit) {
    match fit.run_away(0, 1) {
        Some(Away::Infinite) => fit.limit(0, 1, "same_rate", "all customers seem to buy with the same probability"),
        Some(Away::Zero) => fit.limit(0, 1, "all_or_none_buy", "some customers seem to buy at every opportunity and the others never"),
        None => {}
    }
}
