//! The two published rules, and sequences computed by hand.

use super::{all, day, events, five, monthly, overrides, policy, steps, tiers};
use crate::tier::level_on;
use serde_json::json;

/// The rule of a bank that upgrades from the next month on, and after three months below falls to the tier of the last of them.
#[test]
fn upgrades_from_the_next_month_on_and_three_months_below() {
    let policy = policy(&five(json!({
        "new_customer": "lowest", "upgrade": {"takes_effect": "next_period"}, "downgrade": {"watch": 3, "landing": "last"}
    })));
    let found = steps(&policy, &monthly("3 25 120 90 80 18 110 60 15 14 16 17 4 4 4"));
    assert_eq!(tiers(&found), "0 0 2 3 3 3 1 3 3 3 1 1 1 1 1 0");
    assert_eq!(events(&found), "new up up watch1 watch2 down1 up watch1 watch2 down1 keep keep watch1 watch2 down0");
}

/// The rule of a bank that upgrades at once, and after three months below and three on watch falls to the tier of the best of them.
#[test]
fn upgrades_at_once_and_three_months_on_watch() {
    let policy = policy(&five(json!({"downgrade": {"grace": 3, "watch": 3, "landing": "max"}})));
    let found = steps(&policy, &monthly("120 90 80 18 30 15 14 13 12"));
    assert_eq!(tiers(&found), "3 3 3 3 3 3 3 2 2 2");
    assert_eq!(events(&found), "new grace1 grace2 grace3 watch4 watch5 down2 grace1 grace2");
}

/// Without rules the tier is the one that each measure reaches.
#[test]
fn without_rules_the_tier_follows_the_measure() {
    let found = steps(&policy(&five(json!({}))), &monthly("3 25 120 19.99 20 600 -5"));
    assert_eq!(tiers(&found), "0 2 3 1 2 4 0 0");
    assert_eq!(events(&found), "new up up down1 up up down0");
}

#[test]
fn an_upgrade_can_ask_for_several_periods_in_a_row() {
    let rules = five(json!({"new_customer": "lowest", "upgrade": {"periods": 2}}));
    // 25 twice: t2. 700 once, then 120: both reach t3. 90 breaks that run of t3; nothing keeps t3 then.
    let found = steps(&policy(&rules), &monthly("25 25 700 120 90 700 700"));
    assert_eq!(tiers(&found), "0 2 2 3 2 2 4 4");
    assert_eq!(events(&found), "new up keep up down2 keep up");
    assert_eq!(found[0].why, "new customer, starts with \"t0\"");
    assert_eq!(found[2].why, "reaches \"t3\" 1 of 2 periods in a row");
}

#[test]
fn the_mean_is_compared_exactly_and_steps_are_capped() {
    // Mean of 19.99, 20, 20 is below 20 by a third of a cent: t1. Of 20, 20, 20.01 it is above: t2.
    let mean = |measures: &str| tiers(&steps(&policy(&five(json!({"downgrade": {"watch": 3, "landing": "mean"}}))), &monthly(measures)));
    assert_eq!(mean("120 19.99 20 20"), "3 3 3 3 1");
    assert_eq!(mean("120 20 20 20.01"), "3 3 3 3 2");
    let capped = five(json!({"upgrade": {"max_steps": 1}, "downgrade": {"watch": 1, "max_steps": 1}, "new_customer": "lowest"}));
    let found = steps(&policy(&capped), &monthly("700 700 700 1 1 1"));
    assert_eq!(tiers(&found), "1 2 3 3 2 1 0");
    assert_eq!(events(&found), "up up up down2 down1 down0");
}

#[test]
fn a_tier_is_held_for_its_minimum_stay() {
    let held = five(json!({"minimum_stay": 3}));
    // t2 from month 1 on: months 1 to 3 are its stay, so it can be lost in month 4.
    let found = steps(&policy(&held), &monthly("25 3 3 3 3"));
    assert_eq!(tiers(&found), "2 2 2 0 0 0");
    assert_eq!(events(&found), "new watch1 watch2 down0 keep");
    let next = five(json!({"minimum_stay": 3, "downgrade": {"watch": 1}}));
    // Here the loss is decided in month 3, the last of the stay.
    assert_eq!(tiers(&steps(&policy(&next), &monthly("25 3 3 3 3"))), "2 2 2 0 0 0");
}

#[test]
fn new_customers_start_where_the_policy_says() {
    let start = |rule: serde_json::Value, measures: &str| {
        let found = steps(&policy(&five(json!({"new_customer": rule, "downgrade": {"watch": 1}}))), &monthly(measures));
        format!("{} | {}", tiers(&found), events(&found))
    };
    assert_eq!(start(json!("reached"), "30 30"), "2 2 2 | new keep");
    assert_eq!(start(json!("lowest"), "30 30"), "2 2 2 | up keep");
    // A welcome of three months: below from the first month on, lost from the fourth on.
    assert_eq!(start(json!({"tier": "t3", "periods": 3}), "30 30 30 30"), "3 3 3 2 2 | watch1 watch2 down2 keep");
    // Who rises meanwhile has no welcome to lose.
    assert_eq!(start(json!({"tier": "t1", "periods": 3}), "30 3 3"), "2 2 0 0 | up down0 keep");
}

#[test]
fn dormant_customers_fall_at_once_and_rise_when_they_wake() {
    let rules = five(json!({"dormant": {"periods": 2, "at_most": 0, "tier": "t1"}, "downgrade": {"grace": 9, "watch": 9}}));
    let found = steps(&policy(&rules), &monthly("120 0 0 0 25"));
    assert_eq!(tiers(&found), "3 3 3 1 2 2");
    assert_eq!(events(&found), "new grace1 down1 keep up");
}

#[test]
fn gaps_are_what_the_policy_says() {
    let with = |gaps: &str| {
        let rules = five(json!({"gaps": gaps, "downgrade": {"watch": 2}}));
        let found = steps(&policy(&rules), &monthly("120 4 - 4 120"));
        format!("{} | {}", tiers(&found), events(&found))
    };
    assert_eq!(with("skip"), "3 3 3 3 3 3 | new watch1 gap1 down0 up");
    assert_eq!(with("carry_forward"), "3 3 3 0 3 3 | new watch1 down0 keep up");
    assert_eq!(with("zero"), "3 3 3 0 3 3 | new watch1 down0 keep up");
    let refused = all(&policy(&five(json!({}))), &monthly("120 - 4"), None).unwrap_err();
    assert_eq!(refused.message, "the month from 2024-02-01 on has no measure");
}

#[test]
fn overrides_mask_what_the_rules_go_on_saying() {
    let list = overrides(&json!([
        {"tier": "t4", "from": "2024-02-10", "to": "2024-03-31", "reason": "merger", "by": "board"},
        {"tier": "t1", "rule": "at_least", "from": "2024-04-01", "reason": "staff", "by": "HR"}
    ]));
    let policy = policy(&five(json!({})));
    let history = monthly("30 30 3 3 120");
    let found = all(&policy, &history, Some(&list)).unwrap();
    assert_eq!(tiers(&found), "2 4 4 1 3 3");
    assert_eq!(events(&found), "new override override1 override override");
    assert_eq!(found[1].next, 5, "still in force on the first of March");
    assert_eq!(found[2].next, 2, "the next one begins on the first of April");
    assert_eq!(found[3].why, "override: staff (HR); by the rules keep: reaches \"t0\"");
    let on = |measures: &str, as_of: &str| level_on(&policy, &monthly(measures), day(as_of), Some(&list)).unwrap() as i64 - 1;
    assert_eq!([on("30", "2024-01-31"), on("30", "2024-02-09"), on("30", "2024-02-10")], [2, 2, 4]);
    assert_eq!([on("30 30 3", "2024-03-31"), on("30 30 3", "2024-04-01")], [4, 1]);
}

#[test]
fn a_day_has_the_tier_of_its_period() {
    let policy = policy(&five(
        json!({"upgrade": {"takes_effect": "next_period"}, "new_customer": "lowest", "gaps": "zero", "downgrade": {"watch": 1}}),
    ));
    let on = |as_of: &str| level_on(&policy, &monthly("30"), day(as_of), None).map(|level| level as i64 - 1);
    assert_eq!(on("2024-01-15"), Ok(0));
    assert_eq!(on("2024-01-31"), Ok(0));
    assert_eq!(on("2024-02-01"), Ok(2));
    assert_eq!(on("2024-02-29"), Ok(2), "what February's measure does is not known yet");
    assert_eq!(on("2024-03-01"), Ok(0), "February was a gap, and counts as zero");
    assert_eq!(on("2024-01-14").unwrap_err().message, "as_of 2024-01-14 is before 2024-01-15, the last date of the history");
}
