//! From a sample to a fitted model: several starts on thinned data, the best on all, limits recognised, doubts written down.

use super::bgnbd::{BgLikelihood, Dropout, nbd};
use super::histories::{Histories, Pause};
use super::maximize::{Derivatives, Likelihood, Maximum, Region, maximize};
use super::pareto::ParetoLikelihood;
use super::rising::Counts;
use super::unit::Unit;
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::rfm::RfmSample;

/// Something to know about a fit: a code for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Stable.
    pub code: &'static str,
    /// What it means and what to do.
    pub message: String,
}

impl Finding {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Finding { code, message: message.into() }
    }
}

/// How a search went.
#[derive(Clone, Copy, Debug)]
pub struct Search<const N: usize> {
    /// Where it ended.
    pub best: Maximum<N>,
    /// From how many starts, and how many of them led there.
    pub starts: usize,
    pub agreeing: usize,
}

/// Maximises from all starts on `thin`, and from where the best of those ended, and others nearly as good, on `all`.
pub fn search<const N: usize>(thin: &impl Likelihood<N>, all: &impl Likelihood<N>, region: &Region<N>, starts: &[[f64; N]]) -> Search<N> {
    let mut ends: Vec<Maximum<N>> = starts.iter().map(|start| maximize(thin, region, start)).collect();
    ends.sort_by(|a, b| finite(b.objective).total_cmp(&finite(a.objective)));
    let same = |a: f64, b: f64| (a - b).abs() <= 1e-7 * (1.0 + b.abs());
    let top = ends.first().map_or(f64::NAN, |end| end.objective);
    let agreeing = ends.iter().filter(|end| same(end.objective, top)).count();
    let mut distinct: Vec<&Maximum<N>> = Vec::new();
    for end in &ends {
        if distinct.iter().all(|known| !same(end.objective, known.objective)) && end.objective > top - 0.01 * top.abs() {
            distinct.push(end);
        }
    }
    let from = |theta: &[f64; N]| maximize(all, region, theta);
    let better = |a: Maximum<N>, b: Maximum<N>| if finite(b.objective) > finite(a.objective) { b } else { a };
    let first = distinct.first().map_or(starts[0], |end| end.theta);
    let mut best = distinct.iter().skip(1).take(2).map(|end| from(&end.theta)).fold(from(&first), better);
    if !best.converged {
        // The thinned data led astray: all starts on all data.
        best = starts.iter().map(from).fold(best, better);
    }
    Search { best, starts: starts.len(), agreeing }
}

fn finite(x: f64) -> f64 {
    if x.is_nan() { f64::NEG_INFINITY } else { x }
}

/// What every model of purchases and dropout reports.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Names, in the order of the parameters.
    pub names: &'static [&'static str],
    /// In the unit of the model.
    pub parameters: Vec<f64>,
    /// Of the parameters themselves; none where the data do not determine them.
    pub covariance: Vec<Vec<Option<f64>>>,
    pub log_likelihood: f64,
    pub converged: bool,
    pub iterations: usize,
    pub gradient_norm: f64,
    pub starts: usize,
    pub agreeing: usize,
    pub customers: f64,
    pub repeaters: f64,
    pub patterns: usize,
    pub regularisation: f64,
    /// Parameters that count in AIC and BIC: those of the limit, at a limit.
    pub free: usize,
    pub findings: Vec<Finding>,
}

impl Fit {
    /// Of a search; `scale` is what each parameter is multiplied with to be in the unit of the model.
    pub fn of<const N: usize>(names: &'static [&'static str; N], search: &Search<N>, scale: [f64; N]) -> Self {
        let best = &search.best;
        let natural: [f64; N] = std::array::from_fn(|i| best.theta[i] * scale[i]);
        let covariance = (0..N).map(|i| (0..N).map(|j| best.covariance[i][j].map(|c| c * natural[i] * natural[j])).collect()).collect();
        let mut fit = Fit {
            names,
            parameters: natural.to_vec(),
            covariance,
            log_likelihood: best.log_likelihood,
            converged: best.converged,
            iterations: best.iterations,
            gradient_norm: best.gradient_norm,
            starts: search.starts,
            agreeing: search.agreeing,
            customers: 0.0,
            repeaters: 0.0,
            patterns: 0,
            regularisation: 0.0,
            free: N,
            findings: Vec::new(),
        };
        if !best.converged {
            fit.find(
                "not_converged",
                format!(
                    "no maximum was found: after {} evaluations from {} starts the gradient is still {:.3e}, at a log-likelihood of {:.6}; the parameters are where the search stopped",
                    best.iterations, search.starts, best.gradient_norm, best.log_likelihood
                ),
            );
        }
        for i in 0..N {
            let name = names[i];
            match best.bounds[i] {
                -1 => fit.find("at_bound", format!("{name} has no maximum above zero: the likelihood rises for ever as it falls; no standard error")),
                1 => fit.find("at_bound", format!("{name} has no finite maximum: the likelihood rises for ever with it; no standard error")),
                _ => match best.covariance[i][i] {
                    None => fit.find("flat", format!("the likelihood does not change with {name}: the data do not determine it; no standard error")),
                    Some(c) if c > 1.0 => fit.find("weak", format!("{name} is hardly determined: its standard error is larger than itself; more customers or a longer time are needed")),
                    Some(_) => {}
                },
            }
        }
        if search.agreeing * 2 < search.starts {
            fit.find("several_maxima", format!("only {} of {} starts led to this maximum", search.agreeing, search.starts));
        }
        fit
    }

    pub fn find(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding::new(code, message));
    }

    /// Takes over what the customers are.
    pub fn counted(mut self, histories: &Histories<'_>, regularisation: f64) -> Self {
        self.customers = histories.customers();
        self.repeaters = histories.repeaters();
        self.patterns = histories.patterns.len();
        self.regularisation = regularisation;
        if self.repeaters < 30.0 {
            self.find("few_repeat_customers", format!("only {} customers bought again: standard errors and intervals are rough", self.repeaters));
        }
        self
    }

    /// What is said where nothing can be fitted: no parameters.
    fn nothing(names: &'static [&'static str], code: &'static str, message: &str) -> Self {
        Fit {
            names,
            parameters: Vec::new(),
            covariance: Vec::new(),
            log_likelihood: f64::NAN,
            converged: false,
            iterations: 0,
            gradient_norm: f64::NAN,
            starts: 0,
            agreeing: 0,
            customers: 0.0,
            repeaters: 0.0,
            patterns: 0,
            regularisation: 0.0,
            free: 0,
            findings: vec![Finding::new(code, message)],
        }
    }
}

/// Checks the precision of the priors (22023).
pub fn check_regularisation(precision: f64) -> Result<()> {
    if precision.is_finite() && precision >= 0.0 {
        return Ok(());
    }
    Err(Error::parameter(format!("regularisation must be a finite number of at least 0, not {precision}"))
        .hint("It is the precision (1 / variance) of log-normal priors on the parameters; 0 for none."))
}

/// The NBD: what the others are where nobody leaves.
struct Nbd<'h, 'a> {
    rate: Counts,
    histories: &'h Histories<'a>,
}

impl Likelihood<2> for Nbd<'_, '_> {
    fn evaluate(&self, &[r, alpha]: &[f64; 2]) -> Derivatives<2> {
        nbd(&self.rate, &self.histories.by_t, r, alpha).mirrored()
    }
}

/// Which model of purchases and dropout in continuous time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuous {
    Bg(Dropout),
    Pareto,
}

/// How little a likelihood may gain by dropout for there to be none: below what a fit promises.
const NO_GAIN: f64 = 1e-7;

/// Fits BG/NBD, MBG/NBD or Pareto/NBD.
pub fn fit_continuous(which: Continuous, sample: &RfmSample, as_of: Day, unit: Unit, precision: f64, pause: Pause<'_>) -> Result<Fit> {
    check_regularisation(precision)?;
    let all = Histories::new(sample, as_of, None, pause)?;
    let mut fit = fit_histories(which, &all, unit, precision).counted(&all, precision);
    if sample.iter().any(|rfm| rfm.first_at().day().start().is_ok_and(|start| start != rfm.first_at())) {
        fit.find("times_of_day", "summaries begin at a time of day: purchases were perhaps not summed up by day, and several on one day count as several");
    }
    Ok(fit)
}

/// As [`fit_continuous`], of histories in days.
pub fn fit_histories(which: Continuous, all: &Histories<'_>, unit: Unit, precision: f64) -> Fit {
    let names = names(which);
    if all.repeaters() == 0.0 {
        return Fit::nothing(names, "no_repeat_buyers", "nobody bought again: there is nothing to learn how often customers buy");
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
    let thin = all.thinned();
    let (low, high) = ([-25.0, log_t - 30.0, -40.0], [23.0, log_t + 40.0, 23.0]);
    let search = match which {
        Continuous::Bg(dropout) => {
            let region = Region { low: [low[0], low[1], low[2], -40.0], high: [high[0], high[1], high[2], 40.0], centre: [0.0, log_t, 0.0, 0.0], precision };
            let starts = [[r0, alpha0, 0.5, 2.0], [r0, alpha0, 0.05, 1.0], [1.0, 1.0 / rate, 1.0, 1.0], [0.3, 0.3 / rate, 1.0, 5.0], [3.0, 3.0 / rate, 0.2, 0.2]];
            search(&BgLikelihood::new(&thin, dropout), &BgLikelihood::new(all, dropout), &region, &starts)
        }
        Continuous::Pareto => {
            let region =
                Region { low: [low[0], low[1], low[2], log_t - 30.0], high: [high[0], high[1], high[2], log_t + 40.0], centre: [0.0, log_t, 0.0, log_t], precision };
            let starts = [
                [r0, alpha0, 0.5, mean_t],
                [r0, alpha0, 1.0, 5.0 * mean_t],
                [1.0, 1.0 / rate, 2.0, 10.0 * mean_t],
                [0.3, 0.3 / rate, 0.3, 0.2 * mean_t],
                [3.0, 3.0 / rate, 1.0, mean_t],
            ];
            search(&ParetoLikelihood::new(&thin), &ParetoLikelihood::new(all), &region, &starts)
        }
    };
    let in_days = all.purchases() * libm::log(days);
    let beta = if which == Continuous::Pareto { 1.0 / days } else { 1.0 };
    let mut fit = if precision == 0.0 && alone.best.converged && alone.best.log_likelihood >= search.best.log_likelihood - NO_GAIN {
        without_dropout(names, which, &alone, days)
    } else {
        let mut fit = Fit::of(names, &search, [1.0, 1.0 / days, 1.0, beta]);
        if search.best.bounds[0] == 1 || search.best.bounds[1] == 1 {
            fit.find("same_rate", "all customers seem to buy at the same rate: r and alpha have no finite maximum, only their ratio has");
        }
        if matches!(which, Continuous::Bg(_)) && (search.best.bounds[2] == 1 || search.best.bounds[3] == 1) {
            fit.find("same_dropout", "all customers seem to leave with the same probability: a and b have no finite maximum, only their ratio has");
        }
        fit
    };
    fit.log_likelihood += in_days;
    if which == Continuous::Bg(Dropout::AfterRepeat) && all.repeaters() < all.customers() {
        fit.find(
            "one_time_buyers",
            format!("BG/NBD gives the {} customers who never bought again P(alive) = 1, by construction; compare mbgnbd_fit and pareto_nbd_fit", all.customers() - all.repeaters()),
        );
    }
    fit
}

fn search_nbd(all: &Histories<'_>, region: &Region<2>) -> Search<2> {
    let nbd = Nbd { rate: all.counts(0), histories: all };
    let alpha = |r: f64| r * all.customers() * all.mean_t() / all.purchases();
    search(&nbd, &nbd, region, &[0.5, 2.0, 0.1].map(|r| [r, alpha(r)]))
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
    fit.findings.retain(|finding| finding.code != "flat");
    fit.free = 2;
    let zero = if which == Continuous::Pareto { "s = 0" } else { "a = 0" };
    fit.find("no_dropout", format!("no dropout is visible: the likelihood is highest in the limit where nobody leaves, {zero}, which is the NBD model; P(alive) is 1 for all, and {} means nothing", names[3]));
    fit
}

fn names(which: Continuous) -> &'static [&'static str; 4] {
    match which {
        Continuous::Bg(_) => &["r", "alpha", "a", "b"],
        Continuous::Pareto => &["r", "alpha", "s", "beta"],
    }
}
