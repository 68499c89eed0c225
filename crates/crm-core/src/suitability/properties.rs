use super::tests::{day, with};
use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

const CLIENT: [&str; 4] = ["a", "b", "c", "d"];

fn attribute() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        (0..3i64).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(json!("x")),
        Just(json!([1, 2])),
        Just(json!({}))
    ]
}

fn attributes() -> impl Strategy<Value = Value> {
    prop::collection::btree_map(prop::sample::select(&CLIENT[..]), attribute(), 0..4)
        .prop_map(|fields| Value::Object(fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect()))
}

fn condition() -> impl Strategy<Value = Value> {
    let name = || prop::sample::select(&CLIENT[..]);
    let is = prop::sample::select(vec!["=", "<>", "<", ">="]);
    let missing = prop::sample::select(vec!["holds", "fails", "unknown"]);
    let leaf = prop_oneof![
        (name(), is.clone(), 0..3i64, missing.clone())
            .prop_map(|(name, is, value, missing)| json!({"client": name, "is": is, "value": value, "missing": missing})),
        (name(), is, name(), missing)
            .prop_map(|(product, is, client, missing)| json!({"product": product, "is": is, "client": client, "missing": missing})),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({ "all": parts })),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({ "any": parts })),
            inner.prop_map(|part| json!({ "not": part })),
        ]
    })
}

fn rule() -> impl Strategy<Value = Value> {
    let verdict = || prop::sample::select(vec!["yes", "ask", "no"]);
    let unknown = prop::option::of(prop_oneof![verdict(), Just("skip")]);
    (condition(), verdict(), unknown, prop::bool::weighted(0.2)).prop_map(|(when, verdict, unknown, flag)| {
        let mut rule = json!({"reference": "x", "when": when, "reason": {"en": "because"}});
        if flag {
            rule["flag"] = "f".into()
        } else {
            rule["verdict"] = verdict.into()
        }
        if let Some(unknown) = unknown.filter(|unknown| !flag || *unknown == "skip") {
            rule["unknown"] = unknown.into();
        }
        rule
    })
}

fn numbered(rules: &[Value]) -> SuitabilityRules {
    let rules: Vec<_> = rules
        .iter()
        .enumerate()
        .map(|(i, rule)| {
            let mut rule = rule.clone();
            rule["id"] = format!("r{i}").into();
            rule
        })
        .collect();
    SuitabilityRules::read(&with(json!({ "rules": rules }))).unwrap()
}

fn place(rules: &SuitabilityRules, client: &Value, product: &Value) -> usize {
    rules.on(day("2026-01-01")).unwrap().place(client, product).unwrap()
}

proptest! {
    #[test]
    fn a_further_rule_never_makes_a_verdict_more_permissive(
        mut rules in prop::collection::vec(rule(), 2..6), more in rule(), at in any::<prop::sample::Index>(), client in attributes(), product in attributes(),
    ) {
        let before = place(&numbered(&rules), &client, &product);
        rules.insert(at.index(rules.len()), more);
        prop_assert!(place(&numbered(&rules), &client, &product) >= before);
        // The order of rules decides nothing.
        rules.reverse();
        let after = place(&numbered(&rules), &client, &product);
        rules.rotate_left(1);
        prop_assert_eq!(place(&numbered(&rules), &client, &product), after);
    }

    #[test]
    fn a_rule_that_holds_for_more_never_makes_a_verdict_more_permissive(
        mut rules in prop::collection::vec(rule(), 1..5), also in condition(), client in attributes(), product in attributes(),
    ) {
        // Where "unknown" asks for more than the rule itself, to know that it holds is to know that the rest is not needed.
        rules[0].as_object_mut().unwrap().remove("unknown");
        let before = place(&numbered(&rules), &client, &product);
        rules[0]["when"] = json!({"any": [rules[0]["when"].clone(), also]});
        prop_assert!(place(&numbered(&rules), &client, &product) >= before);
    }

    #[test]
    fn the_explanation_has_the_verdict_and_its_reasons(rules in prop::collection::vec(rule(), 1..6), client in attributes(), product in attributes()) {
        let rules = numbered(&rules);
        let on = rules.on(day("2026-01-01")).unwrap();
        let explained = on.explain(&client, &product, Some("en")).unwrap().unwrap();
        prop_assert_eq!(&explained.verdict.name, &on.verdicts()[place(&rules, &client, &product)].name);
        prop_assert!(explained.reasons.is_sorted_by(|one, next| one.place >= next.place));
        let strictest = explained.reasons.first().map_or(0, |reason| reason.place);
        prop_assert_eq!(&on.verdicts()[strictest].name, &explained.verdict.name);
        let applied = explained.details.as_array().unwrap().iter().filter(|rule| rule["applies"] == json!(true)).count();
        let flags = explained.details.as_array().unwrap().iter().filter(|rule| rule["applies"] == json!(true) && rule.get("flag").is_some()).count();
        prop_assert_eq!(applied, explained.reasons.len() + flags);
        prop_assert_eq!(flags > 0, !explained.flags.is_empty());
        // Only what is missing can make a rule unknown.
        let unknown = explained.details.as_array().unwrap().iter().any(|rule| rule["outcome"] == json!("unknown") && rule["applies"] == json!(true));
        prop_assert!(!unknown || !explained.missing.is_empty());
    }

    #[test]
    fn hostile_documents_never_panic(fields in prop::collection::btree_map(
        prop::sample::select(vec!["rules", "verdicts", "conditions", "derive", "values", "scales", "effective_from", "name"]),
        prop_oneof![attribute(), condition(), rule(), prop::collection::vec(rule(), 0..3).prop_map(Value::from)], 1..4)) {
        let rules = with(Value::Object(fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect()));
        let problems = SuitabilityRules::problems(&rules);
        prop_assert_eq!(SuitabilityRules::read(&rules).is_ok(), problems.is_empty());
    }
}
