//! Who holds this also holds that: items that go together.

use crate::host::{Column, JsonText, Read, Returned, Rows, Sink, State, cells, function, growing_type, transition};
use crate::policy::problems;
use crm_core::Amount;
use crm_core::affinity::neighbours::Method;
use crm_core::affinity::{Affinity, AffinityModel, Customer, fit};
use pgrx::pg_sys::{FLOAT8OID, INT4OID, INT8OID, NUMERICOID, TEXTOID};
use serde_json::Value;

growing_type!(Affinity, affinity);

function! { affinity_final(state: State<Affinity>) -> State<Affinity> { Ok(state) } }

/// The transition functions for one type of key.
macro_rules! pushes {
    ($prefix:ident, $key:ty, $customer:ident) => {
        transition! { $prefix _one(affinity: Affinity; customer: $key, item: &str) via push_growing {
            affinity.push(Customer::$customer(customer), item, Amount::from_i64(1))
        } }
        transition! { $prefix _numeric(affinity: Affinity; customer: $key, item: &str, weight: Amount) via push_growing {
            affinity.push(Customer::$customer(customer), item, weight)
        } }
        transition! { $prefix _float8(affinity: Affinity; customer: $key, item: &str, weight: f64) via push_growing {
            affinity.push(Customer::$customer(customer), item, Amount::from_f64_as_printed(weight)?)
        } }
        transition! { $prefix _bigint(affinity: Affinity; customer: $key, item: &str, weight: i64) via push_growing {
            affinity.push(Customer::$customer(customer), item, Amount::from_i64(weight))
        } }
    };
}

pushes!(affinity_push_text, &str, Text);
pushes!(affinity_push_integer, i64, Integer);

function! { affinity_customers(affinity: Read<'_, Affinity>) -> i64 { Ok(affinity.customers() as i64) } }

function! {
    affinity_items(call; affinity: Read<'_, Affinity>) -> Sink {
        let mut sink = Sink::open(call, &[Column::Type(TEXTOID), Column::Type(INT8OID), Column::Type(NUMERICOID), Column::Type(FLOAT8OID)])?;
        let all = affinity.customers();
        for found in affinity.items()? {
            let share = (all > 0).then(|| found.customers as f64 / all as f64);
            sink.cells(call, cells![found.item, found.customers as i64, found.weight, share])?;
        }
        Ok(sink)
    }
}

function! {
    affinity_entries(call; affinity: Read<'_, Affinity>) -> Sink {
        let mut sink = Sink::open(call, &[Column::Type(TEXTOID), Column::Type(TEXTOID), Column::Type(NUMERICOID)])?;
        for (customer, item, weight) in affinity.entries() {
            let customer = match customer {
                Customer::Text(key) => key.give(call)?,
                Customer::Integer(key) => key.to_string().give(call)?,
            };
            sink.row([customer, item.give(call)?, weight.give(call)?])?;
        }
        Ok(sink)
    }
}

function! {
    affinity_neighbours(call; affinity: Read<'_, Affinity>, measure: &str, neighbours: i32, weighting: &str, min_customers: i32) -> Sink {
        let method = Method::new(measure, neighbours.into(), weighting, min_customers.into())?;
        let columns = [TEXTOID, INT4OID, TEXTOID, FLOAT8OID, INT8OID].map(Column::Type);
        let mut sink = Sink::open(call, &columns)?;
        affinity.neighbours(method, |matrix, item, nearest| {
            for (near, rank) in nearest.iter().zip(1i32..) {
                let name = |item: usize| matrix.items.get(item).map_or("", |name| name).give(call);
                let customers = i64::from(near.customers);
                sink.row([name(item)?, rank.give(call)?, name(near.item as usize)?, near.score.give(call)?, customers.give(call)?])?;
            }
            Ok(())
        })?;
        Ok(sink)
    }
}

function! {
    affinity_fit(affinity: Read<'_, Affinity>, measure: &str, neighbours: i32, weighting: &str, min_customers: i32) -> JsonText {
        let method = Method::new(measure, neighbours.into(), weighting, min_customers.into())?;
        fit(&affinity, method).map(JsonText)
    }
}

function! {
    affinity_model_check(model: Value) -> Rows { Ok(problems(AffinityModel::problems(&model))) }
}
