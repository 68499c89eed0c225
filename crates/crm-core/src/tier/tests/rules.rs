//! Policies: what is read, what is refused, several measures, states, distances, explanations.

use super::{all, day, events, five, monthly, overrides, policy, steps, tiers};
use crate::amount::Amount;
use crate::codec::Summary;
use crate::tier::{EXAMPLES, Overrides, TierHistory, TierPolicy, distances, example, explain, next, path, position, state};
use serde_json::{Value, json};

#[test]
fn the_examples_are_valid_and_another_is_refused() {
    for name in EXAMPLES {
        assert_eq!(TierPolicy::problems(&example(name).unwrap()), [], "{name}");
    }
    assert_eq!(example("other").unwrap_err().hint.unwrap(), "The examples are thresholds, next_month, watch_list.");
}

#[test]
fn problems_name_their_paths() {
    let problems = |rules: Value| {
        let found = TierPolicy::problems(&five(rules));
        found.into_iter().map(|problem| format!("{}: {}", problem.path, problem.problem)).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(problems(json!({"period": "fortnight"})), "period: must be one of \"day\", \"week\", \"month\", \"quarter\", \"year\"");
    assert_eq!(problems(json!({"upgrade": {"periods": 0}})), "upgrade.periods: must be a whole number from 1 to 10000");
    assert_eq!(
        problems(json!({"downgrade": {"landing": "first", "grase": 3}})),
        "downgrade.landing: must be one of \"last\", \"max\", \"mean\"; downgrade.grase: is not known here; known are \"grace\", \"watch\", \
         \"landing\", \"max_steps\""
    );
    assert_eq!(problems(json!({"new_customer": {"tier": "t9"}})), "new_customer.tier: is not one of the tiers of the policy");
    assert_eq!(
        problems(json!({"new_customer": "highest"})),
        "new_customer: must be \"reached\", \"lowest\" or an object such as {\"tier\": \"silver\", \"periods\": 3}"
    );
    assert_eq!(problems(json!({"dormant": {"tier": "t0"}})), "dormant.periods: is missing");
    assert_eq!(
        problems(json!({"overrides": [{"tier": "t9", "from": "2026-01-01", "reason": "r", "by": "b"}]})),
        "overrides[0].tier: is not one of the tiers of the policy"
    );
    assert_eq!(
        problems(json!({"overrides": [{"tier": "t1", "from": "2026-01-02", "to": "2026-01-01", "by": ""}]})),
        "overrides[0].reason: is missing; overrides[0].by: must not be empty; overrides[0].to: is before the first day"
    );
    let tiers = |tiers: Value| problems(json!({"tiers": tiers}));
    assert_eq!(tiers(json!([{"name": "a", "from": 5, "keep": 6}])), "tiers[0].keep: must not be above 5, the threshold of the tier itself");
    assert_eq!(tiers(json!([{"name": "a", "keep": 6}])), "tiers[0].keep: has no meaning without \"from\": everyone keeps this tier");
    assert_eq!(tiers(json!([{"name": "a", "from": []}])), "tiers[0].from: must not be empty");
    let several = |from: Value, above: Value| {
        problems(json!({"measures": ["x", "y"], "tiers": [{"name": "a", "from": from}, {"name": "b", "from": above}]}))
    };
    assert_eq!(several(json!({"x": 1}), json!({"x": 2, "y": 0})), "");
    assert_eq!(several(json!({"x": 1, "y": 3}), json!({"x": 2, "y": 2})), "tiers[1].from: must not ask for less than the tier before it");
    assert_eq!(
        several(json!({"z": 1}), json!({})),
        "tiers[0].from.z: is not one of the measures of the policy; tiers[1].from: must name a measure"
    );
    assert_eq!(
        several(json!(1), json!({"x": 2})),
        "tiers[0].from: must name the measures, as in {\"assets\": 50000}: the policy has several"
    );
    assert_eq!(problems(json!({"measures": ["x", "x"]})).split(';').next(), Some("measures[1]: stands twice"));
    assert_eq!(problems(json!({"measures": "assets"})), "measures: must be a list");
    assert_eq!(tiers(json!([{"name": "$serde_json::private::Number"}])), "tiers[0].name: must not begin with \"$serde_json::\"");
}

/// Gold for assets or for salary and products together; kept with less.
fn several() -> TierPolicy {
    policy(&json!({
        "kind": "tier_policy", "version": 1, "measures": ["assets", "salary", "products"], "gaps": "carry_forward",
        "downgrade": {"watch": 1},
        "tiers": [
            {"name": "base"},
            {"name": "gold", "from": [{"assets": 100}, {"salary": 20, "products": 3}], "keep": [{"assets": 80}, {"salary": 20}]}
        ]
    }))
}

fn of_three(rows: &[[&str; 3]]) -> TierHistory {
    let mut history = TierHistory::default();
    for (row, month) in rows.iter().zip(1..) {
        for (measure, name) in row.iter().zip(["assets", "salary", "products"]).filter(|(measure, _)| **measure != "-") {
            let date = crate::Day::from_civil(2024, month, 28).unwrap();
            history.push(date, Some(name), Amount::parse(measure).unwrap()).unwrap();
        }
    }
    history.settle().unwrap();
    history
}

#[test]
fn alternatives_are_any_and_their_conditions_all() {
    let history =
        of_three(&[["90", "20", "2"], ["90", "20", "3"], ["0", "20", "-"], ["80", "19", "3"], ["79", "19", "3"], ["100", "-", "0"]]);
    let found = steps(&several(), &history);
    assert_eq!(events(&found), "new up keep keep down0 up");
    assert_eq!(tiers(&found), "0 1 1 1 1 1 1");
    assert_eq!(found[2].why, "no measure, the last one holds on: reaches \"gold\"");
    assert_eq!(found[3].why, "not below what keeps \"gold\"");
    let rows = distances(&several(), &position(&several(), &history, day("2024-06-30"), None).unwrap().unwrap()).unwrap();
    let shown: Vec<_> =
        rows.iter().map(|d| format!("{} {} {} {} {}", d.aim.name(), d.alternative, d.measure, d.threshold, d.missing)).collect();
    assert_eq!(shown, ["keep 1 0 80 0", "keep 2 1 20 1"]);
}

#[test]
fn a_history_of_other_measures_is_refused() {
    let message = |policy: &TierPolicy, history: &TierHistory| all(policy, history, None).unwrap_err().message;
    assert_eq!(message(&several(), &monthly("1")), "the policy looks at \"assets\", and the measures of the history have no name");
    let plain = policy(&five(json!({})));
    assert_eq!(message(&plain, &of_three(&[["1", "1", "1"]])), "the history has the measure \"assets\", and the policy names none");
    let refused = several().of_one_measure().unwrap_err();
    assert_eq!(refused.message, "the policy has 3 measures, and one was given");
}

#[test]
fn several_dates_in_a_period_need_a_rule() {
    let mut history = monthly("120 3");
    history.push(day("2024-02-20"), None, Amount::from_i64(30)).unwrap();
    history.settle().unwrap();
    let with = |rules: Value| all(&policy(&five(rules)), &history, None).map(|steps| tiers(&steps));
    assert_eq!(with(json!({"several_in_period": "last"})), Ok("3 2 2".to_owned()));
    assert_eq!(with(json!({})).unwrap_err().message, "the history has measures of 2024-02-15 and of 2024-02-20, which lie in one month");
    let mut history = monthly("120 3");
    history.push(day("2024-02-15"), None, Amount::from_i64(4)).unwrap();
    history.settle().unwrap();
    for rules in [json!({}), json!({"several_in_period": "last"})] {
        let refused = all(&policy(&five(rules)), &history, None).unwrap_err();
        assert_eq!(refused.message, "the history has two different measures of 2024-02-15");
    }
}

#[test]
fn a_state_goes_on_where_the_history_ends() {
    let policy =
        policy(&five(json!({"downgrade": {"grace": 1, "watch": 2, "landing": "mean"}, "upgrade": {"periods": 2}, "gaps": "skip"})));
    let whole = state(&policy, &monthly("120 90 80 - 18 25 25"), None).unwrap();
    let mut stepped = None;
    for (measure, month) in [Some("120"), Some("90"), Some("80"), None, Some("18"), Some("25"), Some("25")].into_iter().zip(1..) {
        let measure = measure.map(|text| Amount::parse(text).unwrap());
        stepped = next(&policy, stepped.as_ref(), &[measure], crate::Day::from_civil(2024, month, 3).unwrap(), None).unwrap();
    }
    assert_eq!(stepped, whole);
    // A period that is left out is a gap too.
    let before = state(&policy, &monthly("120 90 80"), None).unwrap().unwrap();
    let after = next(&policy, Some(&before), &[Some(Amount::from_i64(18))], day("2024-05-01"), None).unwrap();
    assert_eq!(after, state(&policy, &monthly("120 90 80 - 18"), None).unwrap());
    let e = next(&policy, Some(&before), &[None], day("2024-03-31"), None).unwrap_err();
    assert_eq!(e.message, "2024-03-31 is not after the month from 2024-03-01 on, which the state has come to");
    let mut wrong = before.clone();
    wrong["memory"]["tier"] = "t9".into();
    let e = next(&policy, Some(&wrong), &[None], day("2024-04-01"), None).unwrap_err();
    assert_eq!(e.message, "tier_state: memory.tier: \"t9\" is not a tier of the policy");
    assert!(next(&policy, Some(&json!({})), &[None], day("2024-04-01"), None).is_err());
}

#[test]
fn the_distance_says_how_much_and_by_when() {
    let rules = five(json!({"upgrade": {"periods": 2, "takes_effect": "next_period"}, "downgrade": {"grace": 1, "watch": 2}}));
    let policy = policy(&rules);
    let history = monthly("30 30 19.50");
    let shown = |as_of: &str| {
        let position = position(&policy, &history, day(as_of), None).unwrap().unwrap();
        let rows = distances(&policy, &position).unwrap();
        let row =
            |d: &crate::tier::Distance| format!("{} {} {} {} {} {}", d.aim.name(), d.level - 1, d.threshold, d.missing, d.periods, d.by);
        rows.iter().map(row).collect::<Vec<_>>()
    };
    // One of three misses is counted: two more, March's being the first, lead to May's end.
    assert_eq!(shown("2024-03-31"), ["keep 2 20 0.50 2 2024-05-31", "next 3 100 80.50 2 2024-06-01", "higher 4 600 580.50 2 2024-06-01"]);
    assert_eq!(shown("2024-04-20"), shown("2024-03-31"));
}

#[test]
fn the_way_up_goes_through_the_tiers_between() {
    let periods = |rules: Value, own: Value| {
        let mut rules = five(rules);
        rules["tiers"][2]["upgrade"] = own;
        let (policy, history) = (policy(&rules), monthly("7"));
        let position = position(&policy, &history, day("2024-01-31"), None).unwrap().unwrap();
        distances(&policy, &position).unwrap().iter().map(|d| d.periods).collect::<Vec<_>>()
    };
    // From t1: t2 takes three periods and t3 one more, one step at a time.
    assert_eq!(periods(json!({"upgrade": {"max_steps": 1}}), json!({"periods": 3})), [1, 3, 4, 5]);
    // Two steps at a time: t2 is taken in the first period while the runs of t3 and t4 count.
    assert_eq!(periods(json!({"upgrade": {"periods": 3, "max_steps": 2}}), json!({"periods": 1})), [1, 1, 3, 3]);
}

/// Aim, level less one, measure, threshold, missing, periods, by.
fn rows(policy: &TierPolicy, history: &TierHistory, as_of: &str) -> Vec<String> {
    let position = position(policy, history, day(as_of), None).unwrap().unwrap();
    let row = |d: &crate::tier::Distance| {
        format!("{} {} {} {} {} {} {}", d.aim.name(), d.level - 1, d.measure, d.threshold, d.missing, d.periods, d.by)
    };
    distances(policy, &position).unwrap().iter().map(row).collect()
}

#[test]
fn who_is_on_the_way_to_be_dormant_falls_when_he_is() {
    let policy = policy(&five(json!({"dormant": {"periods": 3}, "downgrade": {"watch": 6}})));
    assert_eq!(rows(&policy, &monthly("110 0 0"), "2024-03-31")[0], "keep 3 0 100 100 1 2024-04-30");
    assert_eq!(rows(&policy, &monthly("110 0 1"), "2024-03-31")[0], "keep 3 0 100 99 4 2024-07-31");
}

#[test]
fn what_reaches_a_tier_keeps_it_too() {
    let tiers = json!([{"name": "base"}, {"name": "gold", "from": {"assets": 100}, "keep": {"products": 5}}]);
    let gold = policy(&json!({"kind": "tier_policy", "version": 1, "measures": ["assets", "products"], "tiers": tiers}));
    let mut history = TierHistory::default();
    for (name, measure) in [("assets", 150), ("products", 1)] {
        history.push(day("2024-01-31"), Some(name), Amount::from_i64(measure)).unwrap();
    }
    history.settle().unwrap();
    assert_eq!(rows(&gold, &history, "2024-01-31"), ["keep 1 1 5 4 1 2024-02-29", "keep 1 0 100 0 1 2024-02-29"]);
    let above = json!([{"name": "gold", "from": {"assets": 100}, "keep": {"assets": 200}}]);
    let found = TierPolicy::problems(&json!({"kind": "tier_policy", "version": 1, "measures": ["assets", "products"], "tiers": above}));
    assert_eq!(found[0].problem, "must not ask for more than the threshold of the tier itself");
}

#[test]
fn what_is_coming_may_be_the_end_of_an_exception() {
    let exactly = |to: &str| json!([{"tier": "t1", "from": "2024-03-01", "to": to, "reason": "risk", "by": "board"}]);
    let coming = |measures: &str, as_of: &str, list: Value| {
        let all = first_parts(json!({"gaps": "carry_forward"}), measures, as_of, list, 20);
        all.into_iter().find(|part| part.starts_with("coming"))
    };
    assert_eq!(coming("30 30 30", "2024-03-15", exactly("2024-03-20")).unwrap(), "coming 2 0 2024-03-21 the override ends");
    assert_eq!(coming("30 30", "2024-03-15", exactly("2024-03-31")).unwrap(), "coming 2 0 2024-04-01 the override ends");
    assert_eq!(coming("30 30", "2024-02-16", exactly("2024-03-31")).unwrap(), "coming 1 0 2024-03-01 override: risk (board)");
    assert_eq!(coming("30 30", "2024-02-16", json!([])), None);
}

#[test]
fn the_reason_is_that_of_the_day_from_which_the_tier_counts() {
    // March begins with the tier that February led to, and its measure brings the old one back at once.
    let found = first_parts(json!({"downgrade": {"watch": 1}}), "110 10 110", "2024-03-31", json!([]), 2);
    assert_eq!(found, ["tier 3 3 2024-01-01 since the history begins", "because - 0 2024-01-31 new customer, reaches \"t3\""]);
    let list = json!([
        {"tier": "t0", "from": "2024-02-01", "to": "2024-02-29", "reason": "risk", "by": "board"},
        {"tier": "t1", "rule": "at_least", "from": "2024-01-01", "reason": "staff", "by": "HR"}
    ]);
    let found = first_parts(json!({}), "30 30 30", "2024-03-31", list, 2);
    assert_eq!(found, ["tier 2 1 2024-03-01 ", "because 1 0 2024-02-29 the override ended: risk (board)"]);
}

#[test]
fn measures_are_dated_by_their_own_period() {
    let found = first_parts(json!({"gaps": "skip"}), "120", "2024-06-15", json!([]), 3);
    assert_eq!(found[2], "measure 3 0 2024-01-31 ");
}

#[test]
fn no_tier_ends_where_the_lowest_is_for_everyone() {
    let strict = policy(&json!({"kind": "tier_policy", "version": 1, "tiers": [{"name": "gold", "from": 100}]}));
    let open = policy(
        &json!({"kind": "tier_policy", "version": 1, "upgrade": {"periods": 3}, "tiers": [{"name": "base"}, {"name": "gold", "from": 100}]}),
    );
    let before = state(&strict, &monthly("1"), None).unwrap().unwrap();
    assert_eq!(before["tier"], Value::Null);
    let after = next(&open, Some(&before), &[Some(Amount::from_i64(1))], day("2024-02-29"), None).unwrap().unwrap();
    assert_eq!((&after["tier"], &after["event"]), (&json!("base"), &json!("keep")));
}

#[test]
fn exceptions_are_checked_against_the_tiers() {
    let policy = policy(&five(json!({})));
    let list = json!([{"tier": "T1", "from": "2026-01-01", "reason": "r", "by": "b"}, {"tier": "t1", "form": "2026-01-01", "reason": "r"}]);
    let found: Vec<_> = Overrides::problems(&list, &policy).into_iter().map(|p| format!("{}: {}", p.path, p.problem)).collect();
    assert_eq!(
        found,
        [
            "overrides[1].from: is missing",
            "overrides[1].by: is missing",
            "overrides[1].form: is not known here; known are \"tier\", \"from\", \"to\", \"rule\", \"reason\", \"by\"",
            "overrides[0].tier: \"T1\" is not a tier of the policy",
        ]
    );
    assert_eq!(Overrides::problems(&json!([]), &policy), []);
    let list = overrides(&json!([{"tier": "T1", "from": "2026-01-01", "reason": "r", "by": "b"}]));
    let e = path(&policy, &monthly("1"), Some(&list), |_| Ok(())).unwrap_err();
    assert_eq!(e.message, "overrides[0].tier: \"T1\" is not a tier of the policy");
    assert_eq!(e.hint.unwrap(), "The tiers of the policy are t0, t1, t2, t3, t4.");
}

#[test]
fn a_state_says_which_policy_made_it() {
    let document = five(json!({}));
    let state = state(&policy(&document), &monthly("120"), None).unwrap().unwrap();
    assert_eq!(state["policy"], crate::document::digest(&document));
    assert_eq!((&state["period"], &state["period_end"]), (&json!("2024-01-01"), &json!("2024-01-31")));
}

#[test]
fn what_would_take_for_ever_is_refused() {
    let tiers: Vec<_> = (0..201).map(|i| json!({"name": format!("t{i}"), "from": i})).collect();
    let long = "x".repeat(1001);
    let one = |reason: &str| json!({"tier": "t1", "from": "2026-01-01", "reason": reason, "by": "b"});
    for (rules, problem) in [
        (json!({"tiers": tiers}), "tiers: must not have more than 200 entries"),
        (json!({"measures": (0..201).map(|i| i.to_string()).collect::<Vec<_>>()}), "measures: must not have more than 200 entries"),
        (json!({"overrides": vec![one("r"); 201]}), "overrides: must not have more than 200 entries"),
        (json!({"overrides": [one(&long)]}), "overrides[0].reason: must not have more than 1000 bytes"),
    ] {
        let found = TierPolicy::problems(&five(rules)).remove(0);
        assert_eq!(format!("{}: {}", found.path, found.problem), problem);
    }
    let (policy, history) = (policy(&five(json!({"gaps": "zero"}))), monthly("7"));
    let far = position(&policy, &history, day("+11000-01-01"), None).map(|_| ()).unwrap_err();
    assert_eq!(
        (far.state, &*far.message),
        (crate::SqlState::LimitExceeded, "+11000-01-01 is more than 100000 periods of a month after 2024-01-15")
    );
}

#[test]
fn an_explanation_has_the_parts_of_a_sentence() {
    let policy = policy(&five(json!({"downgrade": {"grace": 1, "watch": 2}})));
    let shown = |measures: &str, as_of: &str, list: Option<Value>| {
        let (history, list) = (monthly(measures), list.map(|list| overrides(&list)));
        let position = position(&policy, &history, day(as_of), list.as_ref()).unwrap().unwrap();
        let parts = explain(&policy, &position, day(as_of)).unwrap();
        let shown = |value: Option<String>| value.unwrap_or_else(|| "-".into());
        let row = |p: &crate::tier::Part| {
            let level = shown(p.level.map(|level| (level - 1).to_string()));
            let amount = shown(p.amount.map(|amount| amount.to_string()));
            let (periods, day) = (shown(p.periods.map(|n| n.to_string())), shown(p.day.map(|day| day.to_string())));
            format!("{} {level} {amount} {periods} {day} {}", p.part, shown(p.note.clone()))
        };
        parts.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(
        shown("3 120 30 19", "2024-04-30", None),
        [
            "tier 3 - 3 2024-02-01 -",
            "because 0 - - 2024-02-29 reaches \"t3\"",
            "measure 1 19 - 2024-04-30 -",
            "watch 1 - 2 2024-05-31 -",
            "keep 3 100 1 2024-05-31 -",
            "missing_to_keep 3 81 1 2024-05-31 -",
            "next 4 600 1 2024-05-31 -",
            "missing_to_next 4 581 1 2024-05-31 -",
        ]
    );
    assert_eq!(
        shown("3 120 30 19 19", "2024-05-31", None)[..4],
        [
            "tier 3 - 4 2024-02-01 -",
            "because 0 - - 2024-02-29 reaches \"t3\"",
            "measure 1 19 - 2024-05-31 -",
            "coming 1 - - 2024-06-01 below \"t3\" 3 periods in a row, falls to \"t1\", the tier of the last measure",
        ]
    );
    assert_eq!(
        shown("3 120 30 19 19", "2024-06-10", None)[..2],
        [
            "tier 1 - 1 2024-06-01 -",
            "because 3 - - 2024-05-31 below \"t3\" 3 periods in a row, falls to \"t1\", the tier of the last measure"
        ]
    );
    let list = json!([{"tier": "t4", "from": "2024-03-20", "to": "2024-12-31", "reason": "merger", "by": "board"}]);
    assert_eq!(shown("3 120 30", "2024-03-31", Some(list))[..2], ["tier 4 - 1 2024-03-20 -", "override 4 - - 2024-12-31 merger (board)"]);
}

#[test]
fn the_first_period_names_the_tier_he_started_with() {
    let welcome = |rules: Value, measures: &str| steps(&policy(&five(rules)), &monthly(measures))[0].why.clone();
    let t3 = || json!({"tier": "t3", "periods": 3});
    assert_eq!(welcome(json!({"new_customer": t3(), "downgrade": {"grace": 2}}), "3"), "below \"t3\", 1 of 2 periods of grace");
    assert_eq!(welcome(json!({"new_customer": t3()}), "3"), "below \"t3\", which is held for 3 periods at least, 0 so far");
    assert_eq!(welcome(json!({"new_customer": {"tier": "t3"}}), "3"), "below \"t3\", falls to \"t0\"");
}

/// The first parts: the tier, since when and why.
fn first_parts(rules: Value, measures: &str, as_of: &str, list: Value, count: usize) -> Vec<String> {
    let (policy, list) = (policy(&five(rules)), overrides(&list));
    let history = monthly(measures);
    let position = position(&policy, &history, day(as_of), Some(&list)).unwrap().unwrap();
    let shown = |p: &crate::tier::Part| {
        let level = p.level.map_or("-".to_owned(), |level| (level - 1).to_string());
        let day = p.day.map_or("-".to_owned(), |day| day.to_string());
        format!("{} {level} {} {day} {}", p.part, p.periods.unwrap_or(0), p.note.clone().unwrap_or_default())
    };
    explain(&policy, &position, day(as_of)).unwrap().iter().map(shown).take(count).collect()
}

#[test]
fn a_tier_counts_from_the_day_on_which_it_took_effect() {
    let next_month = || json!({"new_customer": "lowest", "upgrade": {"takes_effect": "next_period"}});
    let reached = "reaches \"t2\", in effect from the next period on";
    assert_eq!(
        first_parts(next_month(), "25", "2024-01-31", json!([]), 2),
        ["tier 0 1 2024-01-01 since the history begins", "because - 0 2024-01-31 new customer, starts with \"t0\""]
    );
    assert_eq!(
        first_parts(next_month(), "25", "2024-02-10", json!([]), 2),
        ["tier 2 1 2024-02-01 ".to_owned(), format!("because 0 0 2024-01-31 {reached}")]
    );
    // Gold at least, of somebody who is above it by the rules until April: the exception counts from May on.
    let at_least = || json!([{"tier": "t2", "rule": "at_least", "from": "2024-02-10", "reason": "r", "by": "b"}]);
    assert_eq!(
        first_parts(json!({}), "120 120 120 120", "2024-04-30", at_least(), 2),
        ["tier 3 4 2024-01-01 since the history begins", "because - 0 2024-01-31 new customer, reaches \"t3\""]
    );
    assert_eq!(
        first_parts(json!({}), "120 120 120 120 3 3", "2024-06-30", at_least(), 2),
        ["tier 2 2 2024-05-01 ", "override 2 0 - r (b)"]
    );
    // An exception that is over, one that ends tomorrow, one that begins tomorrow.
    let until = |to: &str| json!([{"tier": "t2", "from": "2024-02-10", "to": to, "reason": "r", "by": "b"}]);
    assert_eq!(
        first_parts(json!({}), "3 3 3 3", "2024-04-30", until("2024-03-31"), 2),
        ["tier 0 1 2024-04-01 ", "because 2 0 2024-03-31 the override ended: r (b)"]
    );
    let coming = |list: Value| first_parts(json!({}), "3 3 3 3", "2024-04-30", list, 4).into_iter().find(|part| part.starts_with("coming"));
    assert_eq!(coming(until("2024-04-30")).as_deref(), Some("coming 0 0 2024-05-01 the override ends; by the rules: reaches \"t0\""));
    assert_eq!(
        coming(json!([{"tier": "t2", "from": "2024-05-01", "reason": "r", "by": "b"}])).as_deref(),
        Some("coming 2 0 2024-05-01 override: r (b)")
    );
}
