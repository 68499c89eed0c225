//! Who went from which tier to which: matrix, rates, time in a tier, steady state, forecast.

use crate::host::{Compiled, Rows, Sink, cells, function, growing_type, transition};
use crm_core::migration::Migration;
use crm_core::tier::TierPolicy;
use serde_json::Value;

growing_type!(Migration, migration);

transition! { migration_push(migration: Migration; from: &str, to: &str) via push_growing { migration.push(from, to, 1) } }
transition! {
    migration_push_customers(migration: Migration; from: &str, to: &str, customers: i64) via push_growing { migration.push(from, to, customers) }
}

function! { migration_customers(migration: &Migration) -> i64 { Ok(migration.customers()) } }

function! {
    /// As many rows as tiers times tiers: given one by one.
    migration_matrix(call; migration: &Migration, confidence: f64) -> Sink {
        let mut sink = Sink::open(call, &[])?;
        for cell in migration.matrix(confidence)? {
            sink.cells(call, cells![cell.from, cell.to, cell.customers, cell.probability, cell.lower, cell.upper])?;
        }
        Ok(sink)
    }
}

function! {
    migration_rates(migration: &Migration, policy: Compiled<TierPolicy>) -> Rows {
        let mut rows = Rows::default();
        for r in migration.rates(&policy) {
            let (up, stayed, down) = (r.rate(r.up), r.rate(r.stayed), r.rate(r.down));
            rows.push(cells![r.tier, r.customers, r.up, r.stayed, r.down, r.outside, r.joined, up, stayed, down]);
        }
        Ok(rows)
    }
}

function! {
    migration_expected_time(migration: &Migration) -> Rows {
        let mut rows = Rows::default();
        migration.expected_time().for_each(|time| rows.push(cells![time.tier, time.stay_rate, time.expected_periods]));
        Ok(rows)
    }
}

function! {
    migration_steady_state(migration: &Migration) -> Rows {
        let mut rows = Rows::default();
        migration.steady_state()?.into_iter().for_each(|(tier, share)| rows.push(cells![tier, share]));
        Ok(rows)
    }
}

function! {
    /// As many rows as periods times tiers: given period by period.
    migration_forecast(call; migration: &Migration, periods: i32, mix: Option<Value>) -> Sink {
        let forecast = migration.forecast(periods, mix.as_ref())?;
        let mut sink = Sink::open(call, &[])?;
        if let Some(mut forecast) = forecast {
            for period in 0..=periods {
                if period > 0 {
                    forecast.step();
                }
                for (tier, customers, share) in forecast.tiers() {
                    sink.cells(call, cells![period, tier, customers, share])?;
                }
            }
        }
        Ok(sink)
    }
}
