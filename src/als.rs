//! Matrix factorisation of holdings by alternating least squares.

use crate::host::{JsonText, Read, Rows, function};
use crate::policy::problems;
use crm_core::affinity::Affinity;
use crm_core::als::{AlsModel, Options, fit};
use serde_json::Value;

function! {
    als_fit(
        affinity: Read<'_, Affinity>, factors: i32, iterations: i32, regularization: f64, alpha: f64, weighting: &str, seed: i64
    ) -> JsonText {
        let options = Options::new(factors.into(), iterations.into(), regularization, alpha, weighting, seed)?;
        fit(&affinity, &options).map(JsonText)
    }
}

function! { als_model_check(model: Value) -> Rows { Ok(problems(AlsModel::problems(&model))) } }
