//! Thresholds proposed from data: quantiles, shares of customers or of value, natural breaks.

use crate::host::{Cell, Read, Rows, cells, function};
use crm_core::concentration::Concentration;
use crm_core::cuts::{Classes, Ranks, by_customers, by_quantile, by_value, natural};
use crm_core::distribution::Distribution;

/// The classes of a concentration, each with what is the same for all.
fn amounts(classes: Classes<Concentration>, more: &[Option<f64>]) -> Rows {
    let mut rows = Rows::default();
    for (class, position) in classes.into_iter().zip(1i32..) {
        let customers = class.customers as i64;
        let row = cells![position, class.from, customers, class.customer_share, class.held.value, class.held.share];
        rows.push(row.into_iter().chain(more.iter().map(|x| Cell::from(*x))));
    }
    rows
}

/// The classes of a distribution, each with what is the same for all.
fn measures(classes: Classes<Ranks<'_>>, more: &[Option<f64>]) -> Rows {
    let mut rows = Rows::default();
    for (class, position) in classes.into_iter().zip(1i32..) {
        let row = cells![position, class.from, class.customers as i64, class.customer_share];
        rows.push(row.into_iter().chain(more.iter().map(|x| Cell::from(*x))));
    }
    rows
}

function! {
    cuts_by_quantile_distribution(summary: Read<'_, Distribution>, quantiles: Vec<f64>) -> Rows {
        Ok(measures(by_quantile(&Ranks::new(&summary)?, &quantiles)?, &[]))
    }
}

function! {
    cuts_by_quantile_concentration(summary: Read<'_, Concentration>, quantiles: Vec<f64>) -> Rows {
        Ok(amounts(by_quantile(&*summary, &quantiles)?, &[]))
    }
}

function! {
    cuts_by_customers_distribution(summary: Read<'_, Distribution>, shares: Vec<f64>) -> Rows {
        Ok(measures(by_customers(&Ranks::new(&summary)?, &shares)?, &[]))
    }
}

function! {
    cuts_by_customers_concentration(summary: Read<'_, Concentration>, shares: Vec<f64>) -> Rows {
        Ok(amounts(by_customers(&*summary, &shares)?, &[]))
    }
}

function! { cuts_by_value(summary: Read<'_, Concentration>, shares: Vec<f64>) -> Rows { Ok(amounts(by_value(&summary, &shares)?, &[])) } }

function! {
    cuts_natural_distribution(summary: Read<'_, Distribution>, classes: i32) -> Rows {
        let (classes, fit) = natural(&Ranks::new(&summary)?, classes)?;
        Ok(measures(classes, &[fit]))
    }
}

function! {
    cuts_natural_concentration(summary: Read<'_, Concentration>, classes: i32) -> Rows {
        let (classes, fit) = natural(&*summary, classes)?;
        Ok(amounts(classes, &[fit]))
    }
}
