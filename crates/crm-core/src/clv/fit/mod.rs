//! From a sample to a fitted model: several starts on thinned data, the best on all, limits recognised, doubts written down.

mod buying;
mod contract;
mod spending;

#[cfg(test)]
pub use buying::fit_histories;
pub use buying::{Continuous, fit_bgbb, fit_continuous};
pub use contract::{fit_sbg, fit_surviving};
pub use spending::fit_gamma_gamma;

use super::maximize::{Likelihood, Maximum, Region, maximize};
use crate::error::{Error, Result};

/// Something to know about a fit: a code for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Stable.
    pub code: &'static str,
    /// Of which parameter, if of one.
    pub parameter: Option<&'static str>,
    /// What it means and what to do.
    pub message: String,
}

impl Finding {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Finding { code, parameter: None, message: message.into() }
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

/// The same likelihood of the same customers: of a few hundred mean rows, of a few thousand, of all.
pub struct Stages<'l, L> {
    pub thin: &'l L,
    pub sparse: &'l L,
    pub all: &'l L,
}

/// Maximises from all starts on thinned data, and from where the best of those ended, and others nearly as good, on all.
pub fn search<const N: usize, L: Likelihood<N>>(stages: &Stages<'_, L>, region: &Region<N>, starts: &[[f64; N]]) -> Search<N> {
    let Stages { thin, sparse, all } = *stages;
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
    // Where rounding hides which is higher, the one that is surer of it.
    let better = |a: Maximum<N>, b: Maximum<N>| {
        let close = (b.objective - a.objective).abs() <= 1e-8;
        let b_wins =
            if close { (b.converged, a.gradient_norm) > (a.converged, b.gradient_norm) } else { finite(b.objective) > finite(a.objective) };
        if b_wins { b } else { a }
    };
    let first = distinct.first().map_or(starts[0], |end| end.theta);
    let mut best = distinct.iter().skip(1).take(2).map(|end| from(&end.theta)).fold(from(&first), better);
    if !best.converged || (0..N).any(|i| best.covariance[i][i].is_none()) {
        // The thinned data led astray, or perhaps did, to an edge where all is flat: all starts again, on more.
        let more: Vec<Maximum<N>> = starts.iter().map(|start| maximize(sparse, region, start)).collect();
        best = if std::ptr::eq(sparse, all) {
            more.into_iter().fold(best, better)
        } else {
            let end = more.into_iter().reduce(better).map_or(starts[0], |end| end.theta);
            better(best, from(&end))
        };
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
        let covariance = (0..N).map(|i| (0..N).map(|j| best.covariance[i][j].map(|c| c * (natural[i] * natural[j]))).collect()).collect();
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
        for (i, name) in names.iter().enumerate() {
            let (code, message) = match (best.bounds[i], best.covariance[i][i]) {
                (-1, _) => {
                    ("at_bound", format!("{name} has no maximum above zero: the likelihood rises for ever as it falls; no standard error"))
                }
                (1, _) => ("at_bound", format!("{name} has no finite maximum: the likelihood rises for ever with it; no standard error")),
                (_, None) => {
                    ("flat", format!("the likelihood does not change with {name}: the data do not determine it; no standard error"))
                }
                (_, Some(c)) if c > 1.0 => (
                    "weak",
                    format!(
                        "{name} is hardly determined: its standard error is larger than itself; more customers or a longer time are needed"
                    ),
                ),
                _ => continue,
            };
            fit.findings.push(Finding { parameter: Some(name), ..Finding::new(code, message) });
        }
        if search.agreeing * 2 < search.starts {
            fit.find("several_maxima", format!("only {} of {} starts led to this maximum", search.agreeing, search.starts));
        }
        fit
    }

    /// From this parameter on there is nothing to determine, as the limit that is reported says.
    fn undetermined(&mut self, from: usize) {
        self.free = from;
        self.findings.retain(|finding| finding.code != "flat");
        for (i, row) in self.covariance.iter_mut().enumerate() {
            row.iter_mut().enumerate().filter(|(j, _)| i >= from || *j >= from).for_each(|(_, c)| *c = None);
        }
    }

    /// Whether two parameters run away together, to infinity or to zero, so that only their ratio is determined.
    fn run_away(&self, first: usize, second: usize) -> Option<Away> {
        let lost = self.covariance[first][first].is_none() || self.covariance[second][second].is_none();
        let both = |far: &dyn Fn(f64) -> bool| lost && far(self.parameters[first]) && far(self.parameters[second]);
        match () {
            () if both(&|p| p > 1e5) => Some(Away::Infinite),
            () if both(&|p| p < 1e-5) => Some(Away::Zero),
            () => None,
        }
    }

    /// Names what it means that two parameters run away together, instead of what happens to each.
    fn limit(&mut self, first: usize, second: usize, code: &'static str, message: &str) {
        let names = [self.names[first], self.names[second]];
        self.findings.retain(|finding| finding.parameter.is_none_or(|name| !names.contains(&name)));
        self.free = self.free.saturating_sub(1);
        for (i, row) in self.covariance.iter_mut().enumerate() {
            let away = |i: usize| i == first || i == second;
            row.iter_mut().enumerate().filter(|(j, _)| away(i) || away(*j)).for_each(|(_, c)| *c = None);
        }
        self.find(code, format!("{message}: only the ratio of {} and {} is determined; no standard errors", names[0], names[1]));
    }

    /// Adds a finding.
    pub fn find(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding::new(code, message));
    }

    /// Takes over what the customers are: all, those who bought again, and distinct rows.
    pub fn counted(mut self, customers: f64, repeaters: f64, patterns: usize, regularisation: f64) -> Self {
        (self.customers, self.repeaters, self.patterns, self.regularisation) = (customers, repeaters, patterns, regularisation);
        if repeaters > 0.0 && repeaters < 30.0 {
            self.find("few_repeat_customers", format!("only {repeaters} customers bought again: standard errors and intervals are rough"));
        }
        self
    }

    /// What is said where nothing can be fitted: no parameters.
    fn nothing(names: &'static [&'static str], (code, message): (&'static str, &str)) -> Self {
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

/// Where two parameters run to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Away {
    Infinite,
    Zero,
}

/// Checks the precision of the priors (22023).
pub fn check_regularisation(precision: f64) -> Result<()> {
    if precision.is_finite() && precision >= 0.0 {
        return Ok(());
    }
    Err(Error::parameter(format!("regularisation must be a finite number of at least 0, not {precision}"))
        .hint("It is the precision (1 / variance) of log-normal priors on the parameters; 0 for none."))
}
