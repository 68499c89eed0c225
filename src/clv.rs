//! Customer lifetime value: models fitted to samples of customers, and what they expect of each.

use crate::host::{Compiled, Floats, Policy, Rows, Unordered, cells, function};
use crate::policy::problems;
use crm_core::clv as models;
use crm_core::clv::{
    Buyers, Continuous, Correlation, Dropout, Kind, Model, Sbg, Spending, Timing, Unit, fit_bgbb, fit_continuous, fit_gamma_gamma, fit_sbg,
    fit_surviving, histogram,
};
use crm_core::rfm::{Rfm, RfmSample};
use crm_core::{Amount, Day, Error, Result};
use serde_json::Value;

function! {
    bgnbd_fit(sample: Unordered<'_, RfmSample>, as_of: Day, unit: &str, regularisation: f64) -> Value {
        fit_continuous(Continuous::Bg(Dropout::AfterRepeat), &sample, as_of, Unit::named(unit)?, regularisation)
    }
}

function! {
    mbgnbd_fit(sample: Unordered<'_, RfmSample>, as_of: Day, unit: &str, regularisation: f64) -> Value {
        fit_continuous(Continuous::Bg(Dropout::AfterAny), &sample, as_of, Unit::named(unit)?, regularisation)
    }
}

function! {
    pareto_nbd_fit(sample: Unordered<'_, RfmSample>, as_of: Day, unit: &str, regularisation: f64) -> Value {
        fit_continuous(Continuous::Pareto, &sample, as_of, Unit::named(unit)?, regularisation)
    }
}

function! {
    bgbb_fit(sample: Unordered<'_, RfmSample>, as_of: Day, unit: &str, regularisation: f64) -> Value {
        fit_bgbb(&sample, as_of, Unit::named(unit)?, regularisation)
    }
}

function! {
    gamma_gamma_fit(sample: Unordered<'_, RfmSample>, as_of: Day, regularisation: f64) -> Value {
        fit_gamma_gamma(&sample, as_of, regularisation)
    }
}

function! {
    sbg_fit_sample(sample: Unordered<'_, RfmSample>, as_of: Day, unit: &str, regularisation: f64) -> Value {
        fit_sbg(&sample, as_of, Unit::named(unit)?, regularisation)
    }
}

function! {
    sbg_fit_surviving(surviving: Floats<'_>, regularisation: f64) -> Value {
        let hint = "One number of customers for each renewal date, from the start on: array[1000, 631, 468].";
        if surviving.rows().is_some() {
            return Err(Error::parameter("surviving must be a list, not a table of numbers").hint(hint));
        }
        let cohort: Option<Vec<f64>> = surviving.collect();
        fit_surviving(&cohort.ok_or_else(|| Error::parameter("surviving must not contain NULL").hint(hint))?, regularisation)
    }
}

impl Policy for Buyers {
    fn compile(model: &Value) -> Result<Self> {
        Buyers::read(model)
    }
}

impl Policy for Spending {
    fn compile(model: &Value) -> Result<Self> {
        Spending::read(model)
    }
}

impl Policy for Sbg {
    fn compile(model: &Value) -> Result<Self> {
        Model::read_sbg(model)
    }
}

function! { p_alive(model: Compiled<Buyers>, rfm: &Rfm, as_of: Day) -> f64 { model.alive(rfm, as_of) } }
function! { expected_purchases(model: Compiled<Buyers>, rfm: &Rfm, as_of: Day, horizon: f64) -> f64 { model.purchases(rfm, as_of, horizon) } }
function! { expected_purchases_new(model: Compiled<Buyers>, horizon: f64) -> f64 { model.purchases_new(horizon) } }
function! { expected_value(gamma_gamma: Compiled<Spending>, rfm: &Rfm) -> Option<Amount> { gamma_gamma.expected(rfm)?.map(Amount::from_f64).transpose() } }

function! {
    clv(model: Compiled<Buyers>, gamma_gamma: Compiled<Spending>, rfm: &Rfm, as_of: Day, horizon: f64, discount: f64) -> Option<Amount> {
        models::clv(&model, &gamma_gamma, rfm, as_of, horizon, discount)
    }
}

function! {
    clv_explain(model: Compiled<Buyers>, gamma_gamma: Compiled<Spending>, rfm: &Rfm, as_of: Day, horizon: f64, discount: f64) -> Rows {
        let parts = models::clv_explain(&model, &gamma_gamma, rfm, as_of, horizon, discount)?;
        let (amount, value) = parts.amounts.unzip();
        let mut rows = Rows::default();
        rows.push(cells![parts.alive, parts.purchases, parts.discounted, amount, value]);
        Ok(rows)
    }
}

function! {
    clv_interval(model: Compiled<Buyers>, gamma_gamma: Compiled<Spending>, rfm: &Rfm, as_of: Day, horizon: f64, discount: f64, level: f64) -> Rows {
        let mut rows = Rows::default();
        if let Some((estimate, bounds)) = models::clv_interval(&model, &gamma_gamma, rfm, as_of, horizon, discount, level)? {
            let (lower, upper) = bounds.unzip();
            rows.push(cells![estimate, lower, upper]);
        }
        Ok(rows)
    }
}

function! {
    clv_formula(margin: Amount, retention: f64, discount: f64, horizon: Option<i32>, timing: &str) -> Amount {
        models::clv_formula(margin, retention, discount, horizon.map(i64::from), Timing::named(timing)?)
    }
}

function! {
    retention_curve(model: Compiled<Sbg>, periods: i32) -> Rows {
        let mut rows = Rows::default();
        for period in 1..=models::check_periods(periods.into())? {
            rows.push(cells![period as i32, model.survival(period), model.retention(period)]);
        }
        Ok(rows)
    }
}

function! {
    residual_lifetime(model: Compiled<Sbg>, renewals: i32, discount: f64) -> f64 { models::residual_lifetime(&model, renewals.into(), discount) }
}

function! {
    purchase_histogram(model: Compiled<Buyers>, sample: Unordered<'_, RfmSample>, as_of: Day, up_to: i32) -> Rows {
        let mut rows = Rows::default();
        for bin in histogram(&model, &sample, as_of, up_to.into())? {
            rows.push(cells![bin.purchases as i32, bin.or_more, bin.observed as i64, bin.expected]);
        }
        Ok(rows)
    }
}

function! {
    frequency_value_correlation(sample: Unordered<'_, RfmSample>) -> Rows {
        let found = Correlation::new(&sample)?;
        let (lower, upper) = found.interval.unzip();
        let mut rows = Rows::default();
        rows.push(cells![found.customers as i64, found.pearson, lower, upper, found.spearman]);
        Ok(rows)
    }
}

function! {
    clv_model_parameters(model: Value, level: f64) -> Rows {
        let mut rows = Rows::default();
        for e in Model::read(&model, "model", &Kind::ALL)?.estimates(level)? {
            let (lower, upper) = e.interval.unzip();
            rows.push(cells![e.name, e.estimate, e.standard_error, lower, upper]);
        }
        Ok(rows)
    }
}

function! { clv_model_check(model: Value) -> Rows { Ok(problems(Model::problems(&model))) } }
