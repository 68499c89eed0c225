//! Thresholds proposed from data: quantiles, shares of customers or of value, natural breaks.

use crate::host::{Cell, Read, Rows, cells, function, pause};
use crm_core::Result;
use crm_core::concentration::Concentration;
use crm_core::cuts::{self, Classes, Ranks};
use crm_core::distribution::Distribution;

/// The classes of customers' values, lowest first; `more` is added to each.
fn of_values(classes: Classes<Concentration>, more: Option<Cell>) -> Rows {
    
}
