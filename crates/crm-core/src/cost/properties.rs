use super::tests::{amount, summary};
use super::*;
use crate::amount::{Amount, UNIT};
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use crate::error::SqlState;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What was done for whom.
type Work = Vec<(i64, &'static str, Option<&'static str>, Amount)>;

fn of<'a>(done: impl IntoIterator<Item = &'a (i64, &'static str, Option<&'static str>, Amount)>) -> CostToServe {
    let mut summary = CostToServe::default();
    done.into_iter().for_each(|(_, activity, channel, quantity)| summary.push(activity, *channel, *quantity).unwrap());
    summary.settle().unwrap();
    summary
}

fn by_customer(done: &Work) -> BTreeMap<i64, CostToServe> {
    let mut customers = BTreeMap::<i64, CostToServe>::new();
    for (customer, activity, channel, quantity) in done {
        customers.entry(*customer).or_default().push(activity, *channel, *quantity).unwrap();
    }
    customers.values_mut().for_each(|summary| summary.settle().unwrap());
    customers
}

const ACTIVITIES: [&str; 4] = ["call", "visit", "来电", "a b"];
const CHANNELS: [&str; 3] = ["app", "手机", "b"];

/// Quantities of up to six decimals, some of them negative.
fn done() -> impl Strategy<Value = Work> {
    let quantity = (-2_000_000_000i64..9_000_000_000, 0u8..=6).prop_map(|(n, scale)| {
        let decimals = 10i128.pow(12 - u32::from(scale));
        Amount::new(i128::from(n) / 10i128.pow(6 - u32::from(scale)) * decimals, scale)
    });
    let channel = prop::option::of(prop::sample::select(&CHANNELS[..]));
    prop::collection::vec((0i64..6, prop::sample::select(&ACTIVITIES[..]), channel, quantity), 1..120)
}

/// Models that have every activity and channel of [`done`].
fn models() -> impl Strategy<Value = Value> {
    let pool = (0u64..10_000_000_000, prop::option::weighted(0.75, 1u64..100_000_000_000));
    let taken = prop::collection::vec((any::<bool>(), 0u64..100_000_000), 4);
    let factors = prop::collection::vec(0u64..3_000, 3);
    (0u8..=6, prop::collection::vec(pool, 4), prop::collection::vec(taken, 4), factors).prop_map(|(decimals, pools, taken, factors)| {
        let shifted = |n: u64, decimals: u32| format!("{}e-{decimals}", n);
        let uses = |taken: &Vec<(bool, u64)>| -> Vec<Value> {
            let all = taken.iter().zip(&pools).enumerate();
            let some = all.filter(|(i, ((taken, _), _))| *taken || *i == 0);
            some.map(|(i, ((_, each), (_, capacity)))| match capacity {
                Some(_) => json!({"pool": i.to_string(), "minutes": shifted(*each, 4)}),
                None => json!({"pool": i.to_string(), "price": shifted(*each, decimals.into())}),
            })
            .collect()
        };
        let pool = |(i, (ledger, capacity)): (usize, &(u64, Option<u64>))| match capacity {
            Some(capacity) => json!({"name": i.to_string(), "ledger": shifted(*ledger, 2), "practical_capacity": shifted(*capacity, 3)}),
            None => json!({"name": i.to_string(), "ledger": shifted(*ledger, 2)}),
        };
        json!({
            "kind": "cost_model", "version": 1, "unit_cost_decimals": decimals,
            "pools": pools.iter().enumerate().map(pool).collect::<Vec<_>>(),
            "activities": ACTIVITIES.iter().zip(&taken).map(|(name, taken)| json!({"name": name, "uses": uses(taken)})).collect::<Vec<_>>(),
            "channels": CHANNELS.iter().zip(&factors).map(|(name, factor)| json!({"name": name, "factor": shifted(*factor, 3)})).collect::<Vec<_>>(),
        })
    })
}

proptest! {
    /// The promise: what customers are charged is what the pools account for, and that and the rest is the ledger, to the last
    /// digit.
    #[test]
    fn customers_pools_and_ledger_agree(done in done(), model in models()) {
        let model = CostModel::read(&model).unwrap();
        let everything = of(&done);
        let customers: i128 = by_customer(&done).values().map(|one| model.cost_to_serve(one).unwrap().units).sum();
        let rows = model.reconcile(&everything).unwrap();
        prop_assert_eq!(rows.iter().map(|row| row.money.used.units).sum::<i128>(), customers);
        prop_assert_eq!(model.cost_to_serve(&everything).unwrap().units, customers);
        let charges = model.explain(&everything).unwrap();
        prop_assert_eq!(charges.iter().map(|charge| charge.cost.units).sum::<i128>(), customers);
        let single: i128 = done.iter().map(|(_, activity, channel, quantity)| model.activity_cost(activity, *channel, *quantity).unwrap().units).sum();
        prop_assert_eq!(single, customers);
        for row in &rows {
            for balance in [Some(row.money), row.minutes].into_iter().flatten() {
                prop_assert_eq!(balance.used.units + balance.unused.units - balance.overused.units, balance.supplied.units);
                prop_assert!(balance.unused.units >= 0 && balance.overused.units >= 0 && (balance.unused.units == 0 || balance.overused.units == 0));
            }
            let here = || charges.iter().filter(|charge| charge.pool == row.pool);
            prop_assert_eq!(here().map(|charge| charge.cost.units).sum::<i128>(), row.money.used.units);
            prop_assert_eq!(row.money.supplied, row.pool.ledger());
            match (row.minutes, row.pool.capacity()) {
                (Some(minutes), Some(capacity)) => {
                    prop_assert_eq!(minutes.supplied, capacity);
                    // Quantities of six decimals and minutes of seven: one digit may be beyond the twelfth.
                    let sum = here().filter_map(|charge| charge.minutes).map(|minutes| minutes.units).sum::<i128>();
                    prop_assert!((sum - minutes.used.units).abs() <= here().count() as i128);
                    // The rounding of a unit cost is at most half of its last decimal for each unit.
                    let step = UNIT / 10i128.pow(model.unit_costs().next().unwrap().3.cost.scale.into());
                    let most: i128 = here().map(|charge| charge.quantity.units.abs()).sum();
                    prop_assert!(row.rounding.units.abs() <= (most / UNIT + 1) * step / 2 + 1);
                    let worth = minutes.used.units as f64 * (row.pool.ledger().units as f64 / capacity.units as f64);
                    let off = (row.money.used.units - row.rounding.units) as f64 - worth;
                    prop_assert!(off.abs() <= 1e-9 * worth.abs() + 1e5, "{} {}", off, worth);
                }
                _ => prop_assert!(row.minutes.is_none() && row.rounding.units == 0),
            }
        }
    }

    #[test]
    fn a_summary_is_the_same_in_any_order_merged_and_round(done in done(), cut in any::<prop::sample::Index>()) {
        let whole = of(&done);
        let (bytes, text) = (to_wire(&whole).unwrap(), to_text(&whole).unwrap());
        prop_assert_eq!(to_wire(&of(done.iter().rev())).unwrap(), bytes.clone());
        let (left, right) = done.split_at(cut.index(done.len()));
        for (one, other) in [(left, right), (right, left)] {
            let mut merged = of(one);
            merged.merge(&of(other)).unwrap();
            merged.settle().unwrap();
            prop_assert_eq!(to_wire(&merged).unwrap(), bytes.clone());
        }
        let mut resumed = of(left);
        right.iter().for_each(|(_, activity, channel, quantity)| resumed.push(activity, *channel, *quantity).unwrap());
        resumed.settle().unwrap();
        prop_assert_eq!(to_wire(&resumed).unwrap(), bytes.clone());
        for read in [from_wire::<CostToServe>(&bytes).unwrap(), from_text(&text).unwrap()] {
            prop_assert_eq!((to_wire(&read).unwrap(), to_text(&read).unwrap()), (bytes.clone(), text.clone()));
        }
        let mut oracle = BTreeMap::<(&str, Option<&str>), (i128, u8)>::new();
        for (_, activity, channel, quantity) in &done {
            let (units, scale) = oracle.entry((activity, *channel)).or_default();
            (*units, *scale) = (*units + quantity.units, quantity.scale.max(*scale));
        }
        let rows: Vec<_> = whole.iter().collect();
        let listed: Vec<_> = rows.iter().map(|row| ((row.activity(), row.channel()), (row.quantity.units, row.quantity.scale))).collect();
        prop_assert_eq!(listed, oracle.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn what_is_read_is_what_would_be_written(bytes in prop::collection::vec(prop_oneof![0u8..4, Just(b'a'), Just(0x1f), any::<u8>()], 0..60)) {
        let framed = [&[0, 1], bytes.as_slice()].concat();
        if let Ok(read) = from_wire::<CostToServe>(&framed) {
            prop_assert_eq!(to_wire(&read).unwrap(), framed);
            prop_assert!(from_text::<CostToServe>(&to_text(&read).unwrap()).is_ok());
        }
    }

    #[test]
    fn flipped_bytes_are_refused_or_canonical(done in done(), at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = to_wire(&of(&done)).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(read) = from_wire::<CostToServe>(&bytes) {
            prop_assert_eq!(to_wire(&read).unwrap(), bytes);
        }
    }

    #[test]
    fn a_hostile_model_never_panics(model in models(), at in any::<prop::sample::Index>(), odd in prop_oneof![
        Just(json!(null)), Just(json!("1e26")), Just(json!("1e-12")), Just(json!(-1)), Just(json!([])), Just(json!({})), Just(json!("")), Just(json!("0"))
    ]) {
        // One of the values of the model is another.
        let mut paths = Vec::new();
        fn collect(value: &Value, path: String, paths: &mut Vec<String>) {
            match value {
                Value::Object(fields) => fields.iter().for_each(|(key, value)| collect(value, format!("{path}/{key}"), paths)),
                Value::Array(items) => items.iter().enumerate().for_each(|(i, value)| collect(value, format!("{path}/{i}"), paths)),
                _ => {}
            }
            paths.push(path);
        }
        collect(&model, String::new(), &mut paths);
        let mut model = model;
        *model.pointer_mut(&paths[at.index(paths.len())]).unwrap() = odd;
        let problems = CostModel::problems(&model);
        match CostModel::read(&model) {
            Err(e) => prop_assert!(e.state == SqlState::InvalidParameter && !problems.is_empty()),
            Ok(read) => {
                prop_assert!(problems.is_empty());
                for quantity in ["1e26", "-1e26", "1e-12", "0"] {
                    for (activity, channel, _, _) in read.unit_costs() {
                        let _ = read.activity_cost(activity.name(), channel.map(Channel::name), amount(quantity));
                        let _ = read.reconcile(&summary(&[(activity.name(), channel.map(Channel::name), quantity)]));
                    }
                }
            }
        }
    }
}
