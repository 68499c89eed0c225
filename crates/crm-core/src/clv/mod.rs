//! Customer lifetime value: models of how often customers buy, how long they stay and how much they spend.
//!
//! Each model has its likelihood with exact first and second derivatives, and its predictions, in a file of its name.
//! [`maximize`](mod@maximize) finds parameters, `fit` makes models (documents) of samples, `model` reads them, `buyers` and `value` apply them.

mod beta;
mod bgbb;
mod bgnbd;
mod buyers;
mod correlation;
mod fit;
mod formula;
mod gamma_gamma;
mod histogram;
mod histories;
mod maximize;
mod model;
mod pareto;
mod quadrature;
mod rising;
mod sbg;
mod unit;
mod value;

#[cfg(test)]
mod tests;

pub use bgnbd::Dropout;
pub use buyers::Buyers;
pub use correlation::Correlation;
pub use fit::{Continuous, fit_bgbb, fit_continuous, fit_gamma_gamma, fit_sbg, fit_surviving};
pub use formula::{Timing, clv_formula};
pub use histogram::{Bin, histogram};

pub use model::{Estimate, Kind, Model};
pub use sbg::Sbg;
pub use unit::Unit;
pub use value::{Explained, Interval, Spending, check_periods, clv, clv_explain, clv_interval, residual_lifetime};
