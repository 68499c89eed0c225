//! What holds for every policy and every history.

use super::{all, policy};
use crate::amount::Amount;
use crate::calendar::Day;
use crate::codec::Summary;
use crate::tier::{TierHistory, TierPolicy, level_on, next, position, state};
use proptest::prelude::*;
use serde_json::{Value, json};

fn rules() -> impl Strategy<Value = Value> {
    let upgrade = (prop::bool::ANY, 1i64..4, 1i64..5);
    let downgrade = (0i64..4, 0i64..4, 0usize..3, 1i64..5);
    let rest = (0i64..4, 0usize..3, 0usize..3, prop::bool::ANY, prop::bool::ANY);
    (upgrade, downgrade, rest).prop_map(|((at_once, periods, up), (grace, watch, landing, down), (stay, new, gaps, dormant, lowest))| {
        let timing = if at_once { "immediately" } else { "next_period" };
        let mut policy = json!({
            "kind": "tier_policy", "version": 1,
            "tiers": [{"name": "a"}, {"name": "b", "from": 10, "keep": 8}, {"name": "c", "from": 20}, {"name": "d", "from": 30, "keep": 15}],
            "upgrade": {"takes_effect": timing, "periods": periods, "max_steps": up},
            "downgrade": {"grace": grace, "watch": watch, "landing": (["last", "max", "mean"][landing]), "max_steps": down},
            "minimum_stay": stay,
            "new_customer": ([json!("reached"), json!("lowest"), json!({"tier": "c", "periods": 2})][new]),
            "gaps": (["carry_forward", "zero", "skip"][gaps]),
        });
        if dormant {
            policy["dormant"] = json!({"periods": 3, "at_most": 2});
        }
        if lowest {
            policy["tiers"][0]["from"] = 5.into();
        }
        policy
    })
}

/// A measure a month; some months have none.
fn measures() -> impl Strategy<Value = Vec<Option<i64>>> {
    prop::collection::vec(prop_oneof![5 => (0i64..40).prop_map(Some), 1 => Just(None)], 1..30)
}

fn month(number: usize) -> Day {
    Day::from_civil(2020 + number as i64 / 12, number as u32 % 12 + 1, 28).unwrap()
}

fn history(measures: &[Option<i64>]) -> TierHistory {
    let mut history = TierHistory::default();
    for (i, measure) in measures.iter().enumerate() {
        if let Some(measure) = measure {
            history.push(month(i), None, Amount::from_i64(*measure)).unwrap();
        }
    }
    history.settle().unwrap();
    history
}

fn read(rules: &Value) -> TierPolicy {
    policy(rules)
}

proptest! {
    #[test]
    fn step_by_step_is_the_path(rules in rules(), mut given in measures()) {
        given[0] = Some(17);
        let policy = read(&rules);
        let mut stepped = None;
        for (i, measure) in given.iter().enumerate() {
            stepped = next(&policy, stepped.as_ref(), &[measure.map(Amount::from_i64)], month(i), None).unwrap();
            if measure.is_some() {
                prop_assert_eq!(&stepped, &state(&policy, &history(&given[..=i]), None).unwrap());
            }
        }
    }

    #[test]
    fn the_past_does_not_change(rules in rules(), mut given in measures(), more in 0i64..40) {
        given[0] = Some(17);
        given.push(Some(3));
        let policy = read(&rules);
        let before = all(&policy, &history(&given), None).unwrap();
        given.push(Some(more));
        let after = all(&policy, &history(&given), None).unwrap();
        prop_assert_eq!(&after[..before.len()], &before[..]);
    }

    #[test]
    fn a_day_has_the_tier_of_the_path(rules in rules(), mut given in measures()) {
        given[0] = Some(17);
        given.push(Some(12));
        let (policy, history) = (read(&rules), history(&given));
        let path = all(&policy, &history, None).unwrap();
        let last = path.last().unwrap();
        let on = |day: Day| level_on(&policy, &history, day, None).unwrap();
        prop_assert_eq!(on(last.period_end), last.level);
        prop_assert_eq!(on(Day(last.period_end.0 + 1)), last.next);
        for as_of in [last.period_end, Day(last.period_end.0 + 40), Day(last.period_end.0 + 200)] {
            prop_assert_eq!(position(&policy, &history, as_of, None).unwrap().unwrap().level, on(as_of));
        }
    }

    /// What an analyst sees between two rows of a path.
    #[test]
    fn events_say_what_the_tiers_do(rules in rules(), mut given in measures()) {
        given[0] = Some(17);
        let policy = read(&rules);
        let steps = all(&policy, &history(&given), None).unwrap();
        for pair in steps.windows(2) {
            let [before, now] = pair else { continue };
            let at_once = now.level != before.next;
            prop_assert!(!at_once || matches!(now.event.name(), "up" | "down"));
            match now.event.name() {
                "up" => prop_assert!(now.next > before.next && now.natural >= Some(now.next)),
                "down" => prop_assert!(now.next < before.next),
                "grace" | "watch" => prop_assert!(now.next == before.next && now.misses > 0 && now.natural < Some(now.next)),
                _ => prop_assert!(now.next == before.next && now.level == now.next),
            }
        }
    }

    /// With the same rules, a customer who always has as much or more is never in a lower tier, where tiers are neither kept for
    /// less nor for their past.
    #[test]
    fn more_is_never_worse_without_memory(given in measures(), more in 0i64..20) {
        let policy = read(&json!({"kind": "tier_policy", "version": 1, "gaps": "zero", "tiers": [{"name": "a"}, {"name": "b", "from": 10}, {"name": "c", "from": 20}]}));
        prop_assume!(given.iter().any(Option::is_some));
        let richer: Vec<_> = given.iter().map(|measure| measure.map(|measure| measure + more)).collect();
        let (poor, rich) = (all(&policy, &history(&given), None).unwrap(), all(&policy, &history(&richer), None).unwrap());
        prop_assert!(poor.iter().zip(&rich).all(|(poor, rich)| rich.level >= poor.level));
    }

    #[test]
    fn a_longer_grace_never_lowers_a_tier(rules in rules(), mut given in measures()) {
        given[0] = Some(17);
        let mut kinder = rules.clone();
        kinder["downgrade"]["grace"] = 10_000.into();
        kinder.as_object_mut().unwrap().remove("dormant");
        let mut strict = rules.clone();
        strict.as_object_mut().unwrap().remove("dormant");
        for policy in [&mut kinder, &mut strict] {
            policy["upgrade"] = json!({"takes_effect": "immediately"});
            policy["new_customer"] = "reached".into();
        }
        let (strict, kind) = (all(&read(&strict), &history(&given), None).unwrap(), all(&read(&kinder), &history(&given), None).unwrap());
        prop_assert!(strict.iter().zip(&kind).all(|(strict, kind)| kind.level >= strict.level));
    }
}
