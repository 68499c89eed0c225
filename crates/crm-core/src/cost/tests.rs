use super::*;
use crate::amount::Amount;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use crate::error::SqlState;
use serde_json::{Value, json};

pub(super) fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

pub(super) fn summary(done: &[(&str, Option<&str>, &str)]) -> CostToServe {
    let mut summary = CostToServe::default();
    done.iter().for_each(|(activity, channel, quantity)| summary.push(activity, *channel, amount(quantity)).unwrap());
    summary.settle().unwrap();
    summary
}

fn example() -> CostModel {
    CostModel::read(&CostModel::example()).unwrap()
}

/// Kaplan and Anderson's customer service department: a quarter, USD.
fn department() -> (CostModel, CostToServe) {
    let model = json!({
        "kind": "cost_model", "version": 1, "unit_cost_decimals": 2,
        "pools": [{"name": "customer service", "ledger": 560_000, "practical_capacity": 700_000}],
        "activities": [
            {"name": "order", "uses": [{"pool": "customer service", "minutes": 8}]},
            {"name": "inquiry", "uses": [{"pool": "customer service", "minutes": 44}]},
            {"name": "credit check", "uses": [{"pool": "customer service", "minutes": 50}]},
        ],
    });
    let done = summary(&[("order", None, "49000"), ("inquiry", None, "1400"), ("credit check", None, "2500")]);
    (CostModel::read(&model).unwrap(), done)
}

#[test]
fn kaplan_and_anderson() {
    let (model, done) = department();
    assert_eq!(model.pool("customer service").unwrap().rate(), Some(amount("0.80")));
    let each = |activity| model.activity_cost(activity, None, amount("1")).unwrap().to_string();
    assert_eq!([each("order"), each("inquiry"), each("credit check")], ["6.40", "35.20", "40.00"]);
    assert_eq!(model.cost_to_serve(&done).unwrap().to_string(), "462880.00");
    let costs: Vec<_> = model.explain(&done).unwrap().iter().map(|c| format!("{} {}", c.activity.name(), c.cost)).collect();
    assert_eq!(costs, ["credit check 100000.00", "inquiry 49280.00", "order 313600.00"]);
    let balance = &model.reconcile(&done).unwrap()[0];
    let minutes = balance.minutes.unwrap();
    assert_eq!(
        [minutes.supplied, minutes.used, minutes.unused, minutes.overused].map(|m| m.to_string()),
        ["700000", "578600", "121400", "0"]
    );
    let money = balance.money;
    assert_eq!(
        [money.supplied, money.used, money.unused, money.overused, balance.rounding].map(|m| m.to_string()),
        ["560000.00", "462880.00", "97120.00", "0.00", "0.00"]
    );
}

#[test]
fn a_channel_multiplies_minutes_but_no_price() {
    let model = example();
    let cost = |activity, channel, quantity| model.activity_cost(activity, channel, amount(quantity)).unwrap().to_string();
    assert_eq!(cost("call", None, "1"), "6.425000"); // 8 x 0.80 + 0.5 x 0.05
    assert_eq!(cost("call", Some("app"), "1"), "1.285000"); // a fifth of it
    assert_eq!(cost("call", Some("branch"), "-2"), "-19.275000");
    assert_eq!(cost("level-2 quotes", None, "3.5"), "43.750000");
    assert_eq!(cost("level-2 quotes", Some("app"), "3.5"), "43.750000");
    let rows: Vec<_> = model
        .explain(&summary(&[("call", Some("app"), "10.5"), ("level-2 quotes", None, "2"), ("call", None, "1")]))
        .unwrap()
        .iter()
        .map(|c| {
            let minutes = |minutes: Option<Amount>| minutes.map_or("-".to_string(), |minutes| minutes.to_string());
            let through = c.channel.map_or("-", Channel::name);
            [
                c.activity.name().into(),
                through.into(),
                c.pool.name().into(),
                c.quantity.to_string(),
                minutes(c.unit.minutes),
                minutes(c.minutes),
                c.cost.to_string(),
            ]
            .join(" ")
        })
        .collect();
    assert_eq!(
        rows,
        [
            "call - service desk 1 8 8 6.400000",
            "call - systems 1 0.5 0.5 0.025000",
            "call app service desk 10.5 1.6 16.8 13.440000",
            "call app systems 10.5 0.1 1.05 0.052500",
            "level-2 quotes - market data 2 - - 25.000000",
        ]
    );
}

#[test]
fn unit_costs_are_rounded_once() {
    // 100 / 3 a minute, a third of a minute: 11.1111...
    let model = |decimals: u8, minutes: &str| {
        CostModel::read(&json!({
            "kind": "cost_model", "version": 1, "unit_cost_decimals": decimals,
            "pools": [{"name": "p", "ledger": 100, "practical_capacity": 3}],
            "activities": [{"name": "a", "uses": [{"pool": "p", "minutes": minutes}]}],
            "channels": [{"name": "c", "factor": 3}],
        }))
        .unwrap()
    };
    let unit = |decimals, minutes| model(decimals, minutes).activity_cost("a", None, amount("1")).unwrap().to_string();
    assert_eq!(unit(0, "1"), "33");
    assert_eq!(unit(2, "1"), "33.33");
    assert_eq!(unit(12, "2"), "66.666666666667");
    // Half to even: 0.015 minutes cost 0.5 exactly, 0.045 minutes 1.5, 0.075 minutes 2.5.
    assert_eq!([unit(0, "0.015"), unit(0, "0.045"), unit(0, "0.075")], ["0", "2", "2"]);
    // Through a channel the exact unit cost is rounded, not the rounded one multiplied: 100, not 99.99.
    let thirds = model(2, "1");
    assert_eq!(thirds.activity_cost("a", Some("c"), amount("1")).unwrap().to_string(), "100.00");
    assert_eq!(thirds.pool("p").unwrap().rate().unwrap().to_string(), "33.333333333333");
    // 300 units cost 9,999 and not 10,000: the rounding is shown, and what is left over is exact.
    let balance = &thirds.reconcile(&summary(&[("a", None, "300")])).unwrap()[0];
    assert_eq!([balance.money.used, balance.rounding, balance.money.overused].map(|a| a.to_string()), ["9999.00", "-1.00", "9899.00"]);
    assert_eq!(balance.minutes.unwrap().overused.to_string(), "297");
    // Beyond twelve decimals the cost of a quantity is rounded as well.
    assert_eq!(model(12, "1").activity_cost("a", None, amount("0.1")).unwrap().to_string(), "3.333333333333");
}

#[test]
fn an_unused_pool_keeps_its_ledger() {
    let model = example();
    let rows = model.reconcile(&summary(&[("order", None, "5000000.25")])).unwrap();
    let shown: Vec<_> = rows
        .iter()
        .map(|row| {
            let minutes = row.minutes.map_or("-".into(), |m| format!("{} {} {}", m.used, m.unused, m.overused));
            let money = row.money;
            [row.pool.name().into(), minutes, money.used.to_string(), money.unused.to_string(), money.overused.to_string()].join(" | ")
        })
        .collect();
    assert_eq!(
        shown,
        [
            "service desk | 0 700000 0 | 0.000000 | 560000.000000 | 0.000000",
            "branches | 0 960000 0 | 0.000000 | 2880000.000000 | 0.000000",
            "systems | 7500000.375 0.00 1500000.375 | 375000.018750 | 0.000000 | 75000.018750",
            "market data | - | 0.000000 | 90000.000000 | 0.000000",
        ]
    );
}

#[test]
fn what_the_model_does_not_have_is_named() {
    let model = example();
    let wrong = model.activity_cost("Call", None, amount("1")).unwrap_err();
    assert_eq!((wrong.state, wrong.message.as_ref()), (SqlState::InvalidParameter, "cost_model: the model has no activity \"Call\""));
    assert!(wrong.hint.unwrap().starts_with("It has call, order, account review, level-2 quotes. Add the activity"));
    assert!(model.activity_cost("call", Some("fax"), amount("1")).unwrap_err().message.contains("no channel \"fax\""));
    assert!(model.pool("desk").unwrap_err().message.contains("no pool \"desk\""));
    let (department, _) = department();
    assert!(department.activity_cost("order", Some("fax"), amount("1")).unwrap_err().hint.unwrap().starts_with("It has none."));
    for asked in [summary(&[("fax", None, "0")]), summary(&[("call", Some("fax"), "0")])] {
        assert!(model.cost_to_serve(&asked).is_err() && model.explain(&asked).is_err() && model.reconcile(&asked).is_err());
    }
}

#[test]
fn problems_have_their_paths() {
    let paths = |change: &dyn Fn(&mut Value)| {
        let mut model = CostModel::example();
        change(&mut model);
        let found = CostModel::problems(&model);
        assert_eq!(CostModel::read(&model).is_err(), !found.is_empty());
        found.into_iter().map(|p| format!("{} {}", p.path, p.problem)).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(paths(&|_| ()), "");
    for (change, expected) in [
        (json!({"pools": []}), "pools must not be empty"),
        (json!({"activities": []}), "activities must not be empty"),
        (json!({"unit_cost_decimals": 13}), "unit_cost_decimals must be"),
        (json!({"chanels": []}), "chanels is not known here"),
        (json!({"kind": "tier_policy"}), "kind is \"tier_policy\""),
    ] {
        let merge = |model: &mut Value| model.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert!(paths(&merge).starts_with(expected), "{}", paths(&merge));
    }
    let pool = |fields: Value| paths(&move |model: &mut Value| model["pools"][1] = fields.clone());
    let named = |more: Value| {
        let mut fields = json!({"name": "branches", "ledger": 1});
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        pool(fields)
    };
    assert_eq!(pool(json!({"name": "branches"})), "pools[1].ledger is missing");
    assert_eq!(named(json!({"ledger": -1, "practical_capacity": 1})), "pools[1].ledger must not be negative");
    assert_eq!(named(json!({"practical_capacity": 0})), "pools[1].practical_capacity must be above 0");
    assert_eq!(named(json!({"theoretical_capacity": -5, "practical_share": 1})), "pools[1].theoretical_capacity must be above 0");
    for share in ["0", "1.01", "-0.5"] {
        assert_eq!(
            named(json!({"theoretical_capacity": 5, "practical_share": share})),
            "pools[1].practical_share must be above 0 and at most 1"
        );
    }
    assert!(named(json!({"theoretical_capacity": 5})).starts_with("pools[1].practical_share is missing"));
    assert!(named(json!({"practical_share": 1})).starts_with("pools[1].theoretical_capacity is missing"));
    assert!(named(json!({"practical_capacity": 5, "practical_share": 1})).starts_with("pools[1].practical_capacity excludes"));
    assert!(named(json!({"ledger": "1e26", "practical_capacity": "1e-12"})).starts_with("pools[1].practical_capacity is too small"));
    assert_eq!(named(json!({})), "activities[2].uses[0].minutes the pool has no capacity: give a price, or the pool a capacity");
    let renamed = paths(&|model| model["pools"][1]["name"] = "systems".into());
    assert_eq!(renamed, "pools[2].name stands twice; activities[2].uses[0].pool is not one of the pools");

    let taken = |taken: Value| paths(&move |model: &mut Value| model["activities"][0]["uses"] = taken.clone());
    assert_eq!(taken(json!([])), "activities[0].uses must not be empty");
    assert_eq!(taken(json!([{"pool": "desk", "minutes": 1}])), "activities[0].uses[0].pool is not one of the pools");
    assert_eq!(taken(json!([{"pool": "systems", "minutes": -1}])), "activities[0].uses[0].minutes must not be negative");
    assert_eq!(taken(json!([{"pool": "systems"}])), "activities[0].uses[0].minutes is missing, or a price");
    assert_eq!(taken(json!([{"pool": "systems", "minutes": 1, "price": 1}])), "activities[0].uses[0].price excludes minutes");
    assert_eq!(taken(json!([{"pool": "market data", "price": -1}])), "activities[0].uses[0].price must not be negative");
    assert!(taken(json!([{"pool": "systems", "price": 1}])).starts_with("activities[0].uses[0].price the pool has a capacity"));
    assert!(taken(json!([{"pool": "market data", "price": "0.0000001"}])).contains("more than 6 decimals"));
    let twice = json!([{"pool": "systems", "minutes": 1}, {"pool": "systems", "minutes": 2}]);
    assert_eq!(taken(twice), "activities[0].uses[1].pool stands twice");
    assert_eq!(
        taken(json!([{"pool": "service desk", "minutes": "1.6e26"}])),
        "activities[0].uses[0] costs more than an amount can hold (1.7e26)"
    );

    let channel = |key: &'static str, value: Value| paths(&move |model: &mut Value| model["channels"][1][key] = value.clone());
    assert_eq!(channel("factor", json!(-0.1)), "channels[1].factor must not be negative");
    assert_eq!(channel("name", json!("phone")), "channels[1].name stands twice");
    assert_eq!(
        channel("name", json!("a\u{1f}b")),
        "channels[1].name the name of a channel is reserved or has a character that separates names"
    );
    assert_eq!(paths(&|model| model["activities"][1]["name"] = "call".into()), "activities[1].name stands twice");
    let long = paths(&|model| model["activities"][0]["name"] = "x".repeat(MAX_NAME_BYTES + 1).into());
    assert_eq!(long, "activities[0].name the name of an activity has 401 bytes");
    let many: Vec<_> = (0..17_000).map(|i| json!({"name": i.to_string(), "factor": 1})).collect();
    assert!(paths(&|model| model["channels"] = many.clone().into()).starts_with("channels make more than 100000 unit costs"));
}

#[test]
fn every_problem_is_told_at_once() {
    let found = CostModel::problems(&json!({
        "kind": "cost_model", "version": 1,
        "pools": [{"name": "a", "ledger": -1, "practical_capacity": 1}, {"name": "b", "ledger": 1, "practical_capacity": 0}],
        "activities": [{"name": "x", "uses": [{"pool": "b", "minutes": 1}, {"pool": "c", "minutes": 1}, {"pool": "a", "price": 1}]}],
        "channels": [{"name": "x", "factor": -1}],
    }));
    let paths: Vec<_> = found.iter().map(|p| p.path.as_str()).collect();
    let expected = [
        "channels[0].factor",
        "pools[0].ledger",
        "pools[1].practical_capacity",
        "activities[0].uses[1].pool",
        "activities[0].uses[2].price",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn labels_and_drivers_are_data() {
    let model = example();
    let rows: Vec<_> = model
        .unit_costs()
        .filter(|(activity, ..)| activity.name() == "order")
        .map(|(activity, channel, pool, unit)| {
            let labels =
                [activity.label(Some("zh")), channel.map_or(Ok("-"), |c| c.label(Some("zh"))), pool.label(None)].map(Result::unwrap);
            format!("{} {} {}", labels.join(" "), activity.driver().unwrap(), unit.cost)
        })
        .collect();
    assert_eq!(
        rows,
        [
            "委托 - systems orders 0.075000",
            "委托 电话 systems orders 0.075000",
            "委托 手机 systems orders 0.015000",
            "委托 网点 systems orders 0.112500"
        ]
    );
    assert!(model.pool("systems").unwrap().label(Some("fr")).is_err());
}

#[test]
fn text_is_a_list_of_quantities() {
    let mut some = summary(&[("call", Some("app"), "12"), ("call", None, "1.50"), ("来电", Some("手机"), "3"), ("call", None, "0.5")]);
    let text = r#"{"quantities":[{"activity":"call","quantity":"2.00"},{"activity":"call","channel":"app","quantity":"12"},{"activity":"来电","channel":"手机","quantity":"3"}]}"#;
    assert_eq!(to_text(&some).unwrap(), text);
    some.push("x", None, Amount::from_f64(0.25).unwrap()).unwrap();
    some.settle().unwrap();
    assert!(to_text(&some).unwrap().contains(r#"{"activity":"x","quantity":{"amount":"0.25","scale":0}}"#));
    assert_eq!(to_wire(&from_text::<CostToServe>(&to_text(&some).unwrap()).unwrap()).unwrap(), to_wire(&some).unwrap());
    for (text, problem) in [
        ("", "not a JSON document"),
        ("{}", "quantities: is missing"),
        (r#"{"quantities": []}"#, "quantities: must not be empty"),
        (r#"{"quantities": {}}"#, "quantities: must be a list"),
        (r#"{"quantities": [{"activity": "a"}]}"#, "quantities[0].quantity: is missing"),
        (r#"{"quantities": [{"activity": "", "quantity": 1}]}"#, "quantities[0].activity: must not be empty"),
        (r#"{"quantities": [{"activity": "a", "channel": "", "quantity": 1}]}"#, "quantities[0].channel: must not be empty"),
        (r#"{"quantities": [{"activity": "a", "quantity": "x"}]}"#, "quantities[0].quantity: must be a decimal number"),
        (r#"{"quantities": [{"activity": "a", "quantity": 1, "chanel": "b"}]}"#, "quantities[0].chanel: is not known"),
        (
            r#"{"quantities": [{"activity": "a", "quantity": 1}, {"activity": "a", "channel": null, "quantity": 2}]}"#,
            "quantities[1]: \"a\" stands twice",
        ),
        (r#"{"quantities": [{"activity": "a\u001fb", "quantity": 1}]}"#, "separates names"),
    ] {
        let e = from_text::<CostToServe>(text).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidText, "{text}");
        assert!(e.message.contains(problem), "{text}: {e}");
    }
}

#[test]
fn names_are_checked() {
    let refused = |activity: &str, channel: Option<&str>| {
        let e = CostToServe::default().push(activity, channel, Amount::ZERO).unwrap_err();
        (e.state, e.message.to_string(), e.hint.is_some())
    };
    let wrong = SqlState::InvalidParameter;
    assert_eq!(refused("", None), (wrong, "the name of an activity is empty".into(), true));
    assert_eq!(refused("a", Some("")), (wrong, "the name of a channel is empty".into(), true));
    for odd in ["a\u{1f}b", "\u{1f}", "a\0", "$serde_json::private::Number"] {
        assert!(refused(odd, None).1.starts_with("the name of an activity is reserved"), "{odd:?}");
        assert!(refused("a", Some(odd)).1.starts_with("the name of a channel is reserved"), "{odd:?}");
    }
    let long = "x".repeat(MAX_NAME_BYTES);
    assert_eq!(summary(&[(&long, Some(&long), "1"), ("$", Some("$5"), "1")]).iter().count(), 2);
    assert_eq!(refused(&(long.clone() + "x"), None), (SqlState::LimitExceeded, "the name of an activity has 401 bytes".into(), true));
    assert_eq!(refused("a", Some(&(long + "x"))).0, SqlState::LimitExceeded);

    let mut many = CostToServe::default();
    (0..65_536).for_each(|i| many.push(&i.to_string(), None, Amount::ZERO).unwrap());
    let e = many.push("one more", None, Amount::ZERO).unwrap_err();
    assert_eq!((e.state, e.message.as_ref()), (SqlState::LimitExceeded, "there are more than 65536 activities and channels"));
    assert_eq!(many.merge(&summary(&[("one more", None, "1")])).unwrap_err().state, SqlState::LimitExceeded);
}

#[test]
fn what_is_too_large_is_an_error_and_loses_nothing() {
    let mut large = summary(&[("call", None, "1.6e26")]);
    let before = to_wire(&large).unwrap();
    assert_eq!(large.push("call", None, amount("1e26")).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(to_wire(&large).unwrap(), before);
    let model = example();
    for state in [
        model.cost_to_serve(&large).unwrap_err().state,
        model.explain(&large).unwrap_err().state,
        model.reconcile(&large).unwrap_err().state,
        // Each line has room, their sum has not.
        model.cost_to_serve(&summary(&[("call", None, "2e25"), ("call", Some("phone"), "2e25")])).unwrap_err().state,
    ] {
        assert_eq!(state, SqlState::OutOfRange);
    }
}

#[test]
fn bytes_that_name_what_cannot_be_are_refused() {
    let whole = [0, 1, 2, 1, b'a', 3, b'a', 0x1f, b'b', 2, 0, 0x00, 5, 0, 0x20, 6];
    assert_eq!(to_wire(&from_wire::<CostToServe>(&whole).unwrap()).unwrap(), whole);
    for (bytes, problem) in [
        (&[0, 1, 1, 2, b'a', 0x1f, 1, 0, 0, 5][..], "channel is empty"),
        (&[0, 1, 1, 2, 0x1f, b'a', 1, 0, 0, 5], "activity is empty"),
        (&[0, 1, 1, 4, b'a', 0x1f, b'b', 0x1f, 1, 0, 0, 5], "separates names"),
        (&[0, 1, 0, 0], "has no lines"),
        (&[0, 2, 1, 1, b'a', 1, 0, 0, 5], "version 2 is not known"),
    ] {
        let e = from_wire::<CostToServe>(bytes).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidBinary);
        assert!(e.message.contains(problem), "{bytes:?}: {e}");
    }
}
