//! The fit of gamma-gamma: how much a purchase brings.

use super::{Fit, Stages, check_regularisation, search};
use crate::calendar::Day;
use crate::clv::gamma_gamma::{GammaGammaLikelihood, Spends};
use crate::clv::maximize::Region;
use crate::clv::model::{Kind, document};
use crate::error::Result;
use crate::rfm::RfmSample;
use serde_json::{Value, json};

const NAMES: &[&str; 3] = &["p", "q", "v"];
/// From where on a correlation of frequency and value is called one.
const CORRELATED: f64 = 0.3;

/// Fits gamma-gamma to the customers of a sample who bought again and whose mean repeat spend is positive, and returns the
/// model.
///
/// `precision` is that of log-normal priors around 1, for v around the mean repeat spend; 0 for none. Errors (22023): of
/// [`Spends::new`]; a precision that is negative or not finite.
pub fn fit_gamma_gamma(sample: &RfmSample, as_of: Day, precision: f64) -> Result<Value> {
    check_regularisation(precision)?;
    let spends = Spends::new(sample, as_of)?;
    let customers = spends.customers();
    let mut fit = if customers == 0.0 {
        Fit::nothing(NAMES, ("no_repeat_buyers", "nobody bought again for a positive amount: there is nothing to learn how much customers spend"))
    } else {
        let mean = spends.mean();
        let ln_mean = libm::log(mean);
        let region = Region { low: [-10.0, -10.0, ln_mean - 28.0], high: [16.0, 16.0, ln_mean + 28.0], centre: [0.0, 0.0, ln_mean], precision };
        // Shapes, and the v with which they have the mean of the customers.
        let starts = [(2.0, 3.0), (8.0, 8.0), (1.0, 20.0), (20.0, 1.5)].map(|(p, q)| [p, q, mean * (q - 1.0) / p]);
        let thin = spends.thinned();
        let (thin, all) = (GammaGammaLikelihood::new(&thin), GammaGammaLikelihood::new(&spends));
        let found = search(&Stages { thin: &thin, sparse: &all, all: &all }, &region, &starts);
        let mut fit = Fit::of(NAMES, &found, [1.0; 3]);
        if fit.parameters[1] <= 1.0 {
            fit.find("infinite_mean", "q is at most 1: a few very large spenders make the mean of all infinite, and expected_value refuses the model; look for extreme amounts");
        }
        fit
    }
    .counted(customers, customers, spends.patterns(), precision);
    let left_out = spends.left_out();
    if left_out > 0 {
        fit.find("left_out", format!("{left_out} customers who bought again were left out: their repeat spend is not positive"));
    }
    if let Some(r) = spends.pearson().filter(|r| customers >= 30.0 && r.abs() > CORRELATED) {
        fit.find("correlated", format!("frequency and value are correlated (Pearson {r:.3}), which the model assumes they are not: frequent customers are valued wrongly"));
    }
    let mut model = document(Kind::GammaGamma, None, Some(as_of), &fit);
    model["left_out"] = json!(left_out);
    Ok(model)
}
