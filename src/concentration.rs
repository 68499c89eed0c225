//! Who makes the profit: shares, Lorenz and whale curves of a value over customers.

use crate::host::{Call, Read, Rows, Sink, State, cells, function, growing_type, transition};
use crm_core::concentration::{Concentration, Place};
use crm_core::{Amount, Result};

growing_type!(Concentration, concentration);

function! { concentration_final(state: State<Concentration>) -> State<Concentration> { Ok(state) } }

transition! { concentration_push_numeric(summary: Concentration; value: Amount) via push_growing { summary.push(value) } }
transition! { concentration_push_float8(summary: Concentration; value: f64) via push_growing { summary.push(Amount::from_f64(value)?) } }
transition! { concentration_push_bigint(summary: Concentration; value: i64) via push_growing { summary.push(Amount::from_i64(value)) } }

function! { concentration_customers(summary: Read<'_, Concentration>) -> i64 { Ok(summary.customers() as i64) } }
function! { concentration_total(summary: Read<'_, Concentration>) -> Amount { summary.total() } }
function! { concentration_gini(summary: Read<'_, Concentration>, normalized: bool) -> Option<f64> { Ok(summary.gini(normalized)) } }
function! { top_share(summary: Read<'_, Concentration>, share: f64) -> Option<f64> { summary.top_share(share) } }
function! {
    customers_for_share(summary: Read<'_, Concentration>, share: f64) -> Option<i64> {
        Ok(summary.customers_for_share(share)?.map(|customers| customers as i64))
    }
}
function! { value_for_share(summary: Read<'_, Concentration>, share: f64) -> Option<Amount> { summary.value_for_share(share) } }

function! {
    whale_peak(summary: Read<'_, Concentration>) -> Rows {
        let peak = summary.peak()?;
        let mut rows = Rows::default();
        let (customers, losing) = (peak.customers as i64, peak.losing_customers as i64);
        rows.push(cells![customers, peak.customer_share, peak.value, peak.value_share, losing, peak.losses]);
        Ok(rows)
    }
}

/// Gives the places of a curve, one after the other: there may be as many as customers.
fn curve(call: &Call, places: impl Iterator<Item = Result<Place>>) -> Result<Sink> {
    let mut sink = Sink::open(call, &[])?;
    for place in places {
        let Place { customers, customer_share, value, value_share, customer_value } = place?;
        sink.cells(call, cells![customers as i64, customer_share, value, value_share, customer_value])?;
    }
    Ok(sink)
}

function! { lorenz(call; summary: &Concentration, points: i32) -> Sink { curve(call, summary.lorenz(points)?) } }
function! { whale_curve(call; summary: &Concentration, points: i32) -> Sink { curve(call, summary.whale_curve(points)?) } }
