//! Models as documents: what a fit returns, what a table keeps, what the functions that use a model read.

use super::bgbb::Bgbb;
use super::bgnbd::{Bg, Dropout};
use super::fit::{Finding, Fit};
use super::gamma_gamma::GammaGamma;
use super::pareto::Pareto;
use super::sbg::Sbg;
use super::unit::{UNITS, Unit};
use crate::calendar::Day;
use crate::document::{Node, Object, Problem, check_kind, read_kind, shorten};
use crate::error::{Error, Result, SqlState};
use crate::normal::quantile;
use serde_json::{Map, Value, json};

/// The kinds of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// BG/NBD.
    Bgnbd,
    /// MBG/NBD.
    Mbgnbd,
    /// Pareto/NBD.
    ParetoNbd,
    /// BG/BB.
    Bgbb,
    /// Gamma-gamma.
    GammaGamma,
    /// Shifted beta-geometric.
    Sbg,
}

/// Kind, its name, its parameters, and which of them may be 0.
const KINDS: [(Kind, &str, &[&str], &str); 6] = [
    (Kind::Bgnbd, "bgnbd", &["r", "alpha", "a", "b"], "a"),
    (Kind::Mbgnbd, "mbgnbd", &["r", "alpha", "a", "b"], "a"),
    (Kind::ParetoNbd, "pareto_nbd", &["r", "alpha", "s", "beta"], "s"),
    (Kind::Bgbb, "bgbb", &["alpha", "beta", "gamma", "delta"], "gamma"),
    (Kind::GammaGamma, "gamma_gamma", &["p", "q", "v"], ""),
    (Kind::Sbg, "sbg", &["alpha", "beta"], ""),
];

/// What parameters may be: anything a fit can give, with room.
const LEAST: f64 = 1e-140;
const MOST: f64 = 1e40;

impl Kind {
    /// The kind in a document, if it is one of these.
    pub fn of(document: &Value) -> Option<Self> {
        let name = document.get("kind").and_then(Value::as_str)?;
        KINDS.iter().find(|kind| kind.1 == name).map(|kind| kind.0)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|kind| kind.0 == self).map_or("", |kind| kind.1)
    }

    fn parameters(self) -> &'static [&'static str] {
        KINDS.iter().find(|kind| kind.0 == self).map_or(&[], |kind| kind.2)
    }

    /// Whether something is counted in units that a user has to know.
    fn has_unit(self) -> bool {
        !matches!(self, Kind::GammaGamma | Kind::Sbg)
    }

    /// All kinds.
    pub const ALL: [Kind; 6] = [Kind::Bgnbd, Kind::Mbgnbd, Kind::ParetoNbd, Kind::Bgbb, Kind::GammaGamma, Kind::Sbg];
}

/// A model as it is read.
#[derive(Clone, Debug)]
pub struct Model {
    /// Which.
    pub kind: Kind,
    /// What its times are counted in.
    pub unit: Unit,
    /// None where nothing could be fitted.
    pub parameters: Option<Vec<f64>>,
    /// Of the parameters; entries are none where the data do not determine them.
    pub covariance: Option<Vec<Vec<Option<f64>>>>,
    /// Whether it may be used: converged, written by hand, or allowed by the user.
    usable: bool,
    /// What a fit said of it.
    findings: Vec<String>,
}

/// A parameter with what is known of it.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub estimate: f64,
    /// None where the data do not determine it.
    pub standard_error: Option<f64>,
    /// On the logarithmic scale.
    pub interval: Option<(f64, f64)>,
}

impl Model {
    /// Reads a model of one of some kinds, given as an argument of this name (22023 with the path of what is wrong, or with the
    /// kinds that would do).
    pub fn read(document: &Value, argument: &str, kinds: &[Kind]) -> Result<Self> {
        let hint = "select * from crm.clv_model_check(model) lists every problem.";
        let found = Kind::of(document);
        let Some(kind) = found.filter(|kind| kinds.contains(kind)) else {
            let name = document.get("kind").and_then(Value::as_str).unwrap_or("none");
            let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
            let hint = if found.is_some() { "Look at the order of the arguments, and at which model each of them is." } else { hint };
            return Err(
                Error::parameter(format!("{argument} must be a model of kind {}, not {}", names.join(" or "), shorten(name))).hint(hint)
            );
        };
        read_kind(kind.name(), 1..=1, document, |object| Self::from_object(kind, object)).map_err(|e| e.hint(hint))
    }

    /// Every problem of a model of any of these kinds.
    pub fn problems(document: &Value) -> Vec<Problem> {
        match Kind::of(document) {
            Some(kind) => check_kind(kind.name(), 1..=1, document, |object| Self::from_object(kind, object)).err().unwrap_or_default(),
            None => {
                let names: Vec<&str> = KINDS.iter().map(|kind| kind.1).collect();
                vec![Problem { path: "kind".into(), problem: format!("must be one of {}", names.join(", ")) }]
            }
        }
    }

    fn from_object(kind: Kind, object: &Object<'_>) -> Self {
        let names = kind.parameters();
        let unit = match kind.has_unit() {
            true => object.choice("unit", &UNITS),
            false => object.optional("unit").and_then(|node| node.choice(&UNITS)),
        };
        object.optional_day("as_of");
        let converged = object.optional_boolean("converged").unwrap_or(true);
        let usable = converged || object.optional_boolean("use_anyway").unwrap_or(false);
        if converged {
            object.optional_boolean("use_anyway");
        }
        let may_be_zero = |name: &str| KINDS.iter().any(|k| k.0 == kind && k.3 == name);
        let parameter = |o: &Object<'_>, name: &'static str| {
            let Some(node) = o.node(name) else { return 0.0 };
            let value = node.number(0.0..=f64::INFINITY);
            if node.value().as_f64() != Some(value) {
                return value;
            }
            if value < LEAST && !(value == 0.0 && may_be_zero(name)) {
                o.problem(name, "must be above 0");
            } else if value > MOST {
                o.problem(name, "must be at most 1e40");
            }
            value
        };
        let read = |found: Node<'_>| found.object(|o| names.iter().map(|name| parameter(o, name)).collect::<Vec<f64>>());
        // A fit of nothing has no parameters, and says that it did not converge.
        let parameters = match object.optional("parameters") {
            Some(node) => Some(read(node)),
            None if !converged => None,
            None => object.node("parameters").map(read),
        };
        let number = |n: &Node<'_>| (!n.value().is_null()).then(|| n.number(f64::MIN..=f64::MAX));
        if let Some(errors) = object.optional("standard_errors") {
            errors.object(|o| {
                for name in names {
                    o.optional_number(name, 0.0..=f64::MAX);
                }
            });
        }
        let covariance = object.optional("covariance").map(|rows| rows.list(|row| row.list(number)));
        if covariance.as_ref().is_some_and(|c| c.len() != names.len() || c.iter().any(|row| row.len() != names.len())) {
            object.problem("covariance", format!("must have {0} rows of {0}, in the order {1}", names.len(), names.join(", ")));
        } else if covariance.as_ref().is_some_and(|c| !is_covariance(c)) {
            object.problem("covariance", "must be symmetric, with variances that are not negative and correlations from -1 to 1");
        }
        for key in ["log_likelihood", "aic", "bic"] {
            object.optional_number(key, f64::MIN..=f64::MAX);
        }
        for key in ["gradient_norm", "regularisation"] {
            object.optional_number(key, 0.0..=f64::MAX);
        }
        for key in ["customers", "repeat_customers", "patterns", "iterations", "starts", "starts_agreeing", "left_out"] {
            object.optional_integer(key, 0..=i64::MAX);
        }
        let finding = |n: &Node<'_>| {
            n.object(|o| {
                o.text("code");
                o.optional_text("parameter");
                o.text("message")
            })
        };
        let findings = object.optional("diagnosis").map(|list| list.list(finding)).unwrap_or_default();
        Model { kind, unit: unit.unwrap_or(Unit::Day), parameters, covariance, usable, findings }
    }

    /// The parameters, if the model may be used (55000).
    pub fn parameters(&self) -> Result<&[f64]> {
        let refused = |problem: &str| {
            let e = Error::new(SqlState::NotReady, format!("the {} model {problem}", self.kind.name()));
            if self.findings.is_empty() { e } else { e.detail(format!("{}.", self.findings.join("; "))) }
        };
        let Some(parameters) = &self.parameters else {
            let hint = match self.kind {
                Kind::Sbg => "Fit it to customers of whom some renewed and some left.",
                _ => "Fit it to customers of whom some bought again.",
            };
            return Err(refused("has no parameters: nothing could be fitted").hint(hint));
        };
        if !self.usable {
            return Err(
                refused("did not converge").hint("Look at its diagnosis. To use it all the same: model || '{\"use_anyway\": true}'.")
            );
        }
        Ok(parameters)
    }

    /// The parameters with standard errors and intervals at a level.
    pub fn estimates(&self, level: f64) -> Result<Vec<Estimate>> {
        let z = interval_width(level)?;
        let Some(parameters) = &self.parameters else { return Ok(Vec::new()) };
        let estimate = |(i, name): (usize, &&'static str)| {
            let estimate = parameters[i];
            let variance = self.covariance.as_ref().and_then(|c| *c.get(i)?.get(i)?);
            let standard_error = variance.filter(|v| *v >= 0.0).map(f64::sqrt);
            let interval = standard_error.filter(|_| estimate > 0.0).map(|e| {
                let factor = libm::exp(z * e / estimate);
                (estimate / factor, estimate * factor)
            });
            let interval = interval.filter(|(lower, upper)| *lower > 0.0 && upper.is_finite());
            Estimate { name, estimate, standard_error, interval }
        };
        Ok(self.kind.parameters().iter().enumerate().map(estimate).collect())
    }

    /// The covariance of the logarithms of the parameters; none for a model without a covariance, or in which some parameter is
    /// not determined. In the limit without dropout that is 0 for its parameters: nothing depends on them.
    pub fn relative_covariance(&self) -> Option<Vec<Vec<f64>>> {
        let (covariance, p) = (self.covariance.as_ref()?, self.parameters.as_ref()?);
        // In that limit its parameters are the last two.
        let known = if p.contains(&0.0) { 2 } else { p.len() };
        if covariance.iter().take(known).flat_map(|row| row.iter().take(known)).any(Option::is_none) {
            return None;
        }
        let entry = |i: usize, j: usize, c: &Option<f64>| c.filter(|_| p[i] > 0.0 && p[j] > 0.0).map_or(0.0, |c| c / (p[i] * p[j]));
        Some(covariance.iter().enumerate().map(|(i, row)| row.iter().enumerate().map(|(j, c)| entry(i, j, c)).collect()).collect())
    }

    /// As a model of purchases.
    pub fn buying(&self, p: &[f64]) -> Option<Buying> {
        let bg = |dropout| Buying::Bg(Bg { dropout, r: p[0], alpha: p[1], a: p[2], b: p[3] });
        match self.kind {
            Kind::Bgnbd => Some(bg(Dropout::AfterRepeat)),
            Kind::Mbgnbd => Some(bg(Dropout::AfterAny)),
            Kind::ParetoNbd => Some(Buying::Pareto(Pareto { r: p[0], alpha: p[1], s: p[2], beta: p[3] })),
            Kind::Bgbb => Some(Buying::Bgbb(Bgbb { alpha: p[0], beta: p[1], gamma: p[2], delta: p[3] })),
            Kind::GammaGamma | Kind::Sbg => None,
        }
    }

    /// A shifted beta-geometric model.
    pub fn read_sbg(document: &Value) -> Result<Sbg> {
        let model = Model::read(document, "model", &[Kind::Sbg])?;
        let p = model.parameters()?;
        Ok(Sbg { alpha: p[0], beta: p[1] })
    }

    /// A gamma-gamma model.
    pub fn gamma_gamma(&self) -> Result<GammaGamma> {
        let p = self.parameters()?;
        Ok(GammaGamma { p: p[0], q: p[1], v: p[2] })
    }
}

/// Whether a matrix can be one of covariances, entries that are not known aside.
fn is_covariance(c: &[Vec<Option<f64>>]) -> bool {
    let entry = |i: usize, j: usize| match (c[i][j], c[j][i], c[i][i], c[j][j]) {
        (Some(x), Some(y), Some(v), Some(w)) => {
            v >= 0.0 && (x - y).abs() <= 1e-9 * x.abs() && x.abs() <= v.sqrt() * w.sqrt() * (1.0 + 1e-9)
        }
        (None, None, ..) => true,
        _ => false,
    };
    (0..c.len()).all(|i| (0..c.len()).all(|j| entry(i, j)))
}

/// How many standard errors an interval at a level reaches to each side (22023 for a level outside 0 to 1).
pub fn interval_width(level: f64) -> Result<f64> {
    if level > 0.0 && level < 1.0 {
        return Ok(-quantile(0.5 * (1.0 - level)));
    }
    Err(Error::parameter(format!("level must be between 0 and 1, not {level}")).hint("0.95 gives an interval that covers 95 %."))
}

/// A model of purchases and dropout.
#[derive(Clone, Copy, Debug)]
pub enum Buying {
    Bg(Bg),
    Pareto(Pareto),
    Bgbb(Bgbb),
}

fn finding(finding: &Finding) -> Value {
    let mut said = json!({ "code": finding.code, "message": finding.message });
    if let Some(parameter) = finding.parameter {
        said["parameter"] = json!(parameter);
    }
    said
}

/// The document of a fit.
pub fn document(kind: Kind, unit: Option<Unit>, as_of: Option<Day>, fit: &Fit) -> Value {
    let number = |x: f64| if x.is_finite() { json!(x) } else { Value::Null };
    let named = |of: &dyn Fn(usize) -> Value| {
        let pairs = fit.names.iter().enumerate().map(|(i, name)| (name.to_string(), of(i)));
        Value::Object(pairs.collect::<Map<String, Value>>())
    };
    let known = !fit.parameters.is_empty();
    let free = fit.free as f64;
    let mut model = json!({
        "kind": kind.name(),
        "version": 1,
        "parameters": if known { named(&|i| number(fit.parameters[i])) } else { Value::Null },
        "standard_errors": if known { named(&|i| fit.covariance[i][i].map_or(Value::Null, |c| number(c.sqrt()))) } else { Value::Null },
        "covariance": if known { json!(fit.covariance) } else { Value::Null },
        "log_likelihood": number(fit.log_likelihood),
        "aic": number(2.0 * free - 2.0 * fit.log_likelihood),
        "bic": number(free * libm::log(fit.customers) - 2.0 * fit.log_likelihood),
        "customers": fit.customers as u64,
        "repeat_customers": fit.repeaters as u64,
        "patterns": fit.patterns,
        "converged": fit.converged,
        "iterations": fit.iterations,
        "gradient_norm": number(fit.gradient_norm),
        "starts": fit.starts,
        "starts_agreeing": fit.agreeing,
        "regularisation": fit.regularisation,
        "diagnosis": fit.findings.iter().map(finding).collect::<Vec<_>>(),
    });
    if let Some(unit) = unit {
        model["unit"] = json!(unit.name());
    }
    if let Some(as_of) = as_of {
        model["as_of"] = json!(as_of.to_string());
    }
    model
}

#[cfg(test)]
mod tests {
    use super::is_covariance;

    /// The product of two variances may be below the smallest float8, or above the largest.
    #[test]
    fn covariances_may_be_at_the_ends_of_float8() {
        let matrix = |v: f64, c: f64, w: f64| vec![vec![Some(v), Some(c)], vec![Some(c), Some(w)]];
        for (v, c, w) in [(5e-310, 0.0, 8.5e-307), (5e-324, 0.0, 5e-324), (1e300, 9e299, 1e300), (4.0, 6.0, 9.0)] {
            assert!(is_covariance(&matrix(v, c, w)), "{v} {c} {w}");
        }
        for (v, c, w) in [(5e-310, 1e-308, 8.5e-310), (4.0, 6.1, 9.0), (-1.0, 0.0, 1.0), (f64::NAN, 0.0, 1.0)] {
            assert!(!is_covariance(&matrix(v, c, w)), "{v} {c} {w}");
        }
    }
}
