//! What serving customers costs.

use crate::host::{Cell, Compiled, Policy, Rows, cells, function, growing_type, transition};
use crate::policy::problems;
use crm_core::cost::{Activity, Balance, Channel, CostModel, CostToServe};
use crm_core::{Amount, Result};
use serde_json::Value;

growing_type!(CostToServe, cost_to_serve);

transition! {
    cost_to_serve_push_numeric(done: CostToServe; activity: &str, quantity: Amount) via push_growing { done.push(activity, None, quantity) }
}
transition! {
    cost_to_serve_push_float8(done: CostToServe; activity: &str, quantity: f64) via push_growing {
        done.push(activity, None, Amount::from_f64(quantity)?)
    }
}
transition! {
    cost_to_serve_push_bigint(done: CostToServe; activity: &str, quantity: i64) via push_growing {
        done.push(activity, None, Amount::from_i64(quantity))
    }
}

// With a channel, of which NULL says that there was none.

transition! {
    cost_to_serve_push_channel_numeric(done: CostToServe; activity: &str, channel: Option<&str>, quantity: Amount) via push_growing {
        done.push(activity, channel, quantity)
    }
}
transition! {
    cost_to_serve_push_channel_float8(done: CostToServe; activity: &str, channel: Option<&str>, quantity: f64) via push_growing {
        done.push(activity, channel, Amount::from_f64(quantity)?)
    }
}
transition! {
    cost_to_serve_push_channel_bigint(done: CostToServe; activity: &str, channel: Option<&str>, quantity: i64) via push_growing {
        done.push(activity, channel, Amount::from_i64(quantity))
    }
}

function! {
    activity_quantities(done: &CostToServe) -> Rows {
        let mut rows = Rows::default();
        done.iter().for_each(|row| rows.push(cells![row.activity(), row.channel(), row.quantity]));
        Ok(rows)
    }
}

impl Policy for CostModel {
    fn compile(document: &Value) -> Result<Self> {
        CostModel::read(document)
    }
}

function! { cost_to_serve(done: &CostToServe, model: Compiled<CostModel>) -> Amount { model.cost_to_serve(done) } }

function! {
    activity_cost(model: Compiled<CostModel>, activity: &str, quantity: Amount, channel: Option<&str>) -> Amount {
        model.activity_cost(activity, channel, quantity)
    }
}

function! { capacity_cost_rate(model: Compiled<CostModel>, pool: &str) -> Option<Amount> { Ok(model.pool(pool)?.rate()) } }

/// Activity and channel, each with its label, and what one unit is.
fn work(activity: &Activity, channel: Option<&Channel>, language: Option<&str>) -> Result<[Cell; 5]> {
    let channel_label = channel.map(|channel| channel.label(language)).transpose()?;
    Ok(cells![activity.name(), activity.label(language)?, channel.map(Channel::name), channel_label, activity.driver()])
}

function! {
    cost_to_serve_explain(done: &CostToServe, model: Compiled<CostModel>, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for charge in model.explain(done)? {
            let (pool, unit) = (charge.pool, charge.unit);
            let taken = cells![
                pool.name(), pool.label(language)?, charge.quantity, unit.minutes, charge.minutes, unit.cost, charge.cost
            ];
            rows.push(work(charge.activity, charge.channel, language)?.into_iter().chain(taken));
        }
        Ok(rows)
    }
}

function! {
    unit_costs(model: Compiled<CostModel>, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for (activity, channel, pool, unit) in model.unit_costs() {
            let taken = cells![pool.name(), pool.label(language)?, unit.minutes, unit.cost];
            rows.push(work(activity, channel, language)?.into_iter().chain(taken));
        }
        Ok(rows)
    }
}

function! {
    cost_reconciliation(everything: &CostToServe, model: Compiled<CostModel>, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for row in model.reconcile(everything)? {
            let minutes = |part: fn(Balance) -> Amount| row.minutes.map(part);
            rows.push(cells![
                row.pool.name(), row.pool.label(language)?, row.pool.rate(),
                minutes(|m| m.supplied), minutes(|m| m.used), minutes(|m| m.unused), minutes(|m| m.overused),
                row.money.supplied, row.money.used, row.money.unused, row.money.overused, row.rounding
            ]);
        }
        Ok(rows)
    }
}

function! {
    cost_model_check(model: Value) -> Rows { Ok(problems(CostModel::problems(&model))) }
}

function! {
    cost_model_example() -> Value { Ok(CostModel::example()) }
}
