use super::*;
use crate::calendar::Day;
use crate::condition::Attributes;
use crate::document::{self, parse};
use crate::{Result, SqlState};
use serde_json::{Value, json};

pub(super) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A rule set with these fields in place of the plain ones.
pub(super) fn with(fields: Value) -> Value {
    let mut rules = json!({
        "kind": KIND, "version": 1, "name": "test", "ruleset_version": 3, "effective_from": "2020-01-01", "effective_until": "2029-12-31",
        "verdicts": [{"name": "yes", "offer": true}, {"name": "ask", "offer": false}, {"name": "no", "offer": false}],
        "rules": [{"id": "r", "verdict": "no", "reference": "Art. 1", "when": {"client": "a", "is": "=", "value": true}}],
    });
    rules.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    rules
}

fn read(rules: &Value) -> SuitabilityRules {
    SuitabilityRules::read(rules).unwrap_or_else(|e| panic!("{e} {rules}"))
}

fn problems(rules: &Value) -> Vec<String> {
    SuitabilityRules::problems(rules).into_iter().map(|p| format!("{}: {}", p.path, p.problem)).collect()
}

pub(super) fn verdict(rules: &SuitabilityRules, client: &Value, product: &Value, on: &str) -> Result<String> {
    Ok(rules.on(day(on))?.verdict(client, product)?.unwrap().name.clone())
}

fn derived(derive: Value, scales: Value, document: Value) -> Value {
    let compared: Vec<_> = derive.as_object().unwrap().keys().map(|name| json!({"client": name, "is": "<>", "value": 0})).collect();
    let compared: Vec<_> = compared
        .into_iter()
        .map(|mut leaf| {
            if let Some(scale) = scales.get(leaf["client"].as_str().unwrap()) {
                leaf["value"] = scale[0].clone();
            }
            leaf
        })
        .collect();
    let rules = read(&with(json!({
        "scales": scales, "derive": {"client": derive},
        "rules": [{"id": "r", "verdict": "no", "reference": "x", "when": {"any": compared}}],
    })));
    let on = rules.on(day("2026-03-15")).unwrap();
    let derived = on.derive_client(&document);
    let names: Vec<_> = derive.as_object().unwrap().keys().cloned().collect();
    Value::Object(names.into_iter().filter_map(|name| derived.attribute(&name).cloned().map(|value| (name, value))).collect())
}

#[test]
fn ages_are_complete_months_and_days_up_to_the_day() {
    let of = |from: &str| {
        derived(json!({"m": {"months_since": "d"}, "s": {"days_since": "d"}, "u": {"days_until": "d"}}), json!({}), json!({"d": from}))
    };
    assert_eq!(of("2026-03-15"), json!({"m": 0, "s": 0, "u": 0}));
    assert_eq!(of("2026-02-15"), json!({"m": 1, "s": 28, "u": -28}));
    assert_eq!(of("2026-02-16"), json!({"m": 0, "s": 27, "u": -27}));
    assert_eq!(of("2025-03-16"), json!({"m": 11, "s": 364, "u": -364}));
    assert_eq!(of("2025-03-15"), json!({"m": 12, "s": 365, "u": -365}));
    assert_eq!(of("2025-01-31"), json!({"m": 13, "s": 408, "u": -408}));
    assert_eq!(of("1999-12-31"), json!({"m": 314, "s": 9571, "u": -9571}));
    // What has not happened is absent; what will happen is not.
    assert_eq!(of("2026-03-16"), json!({"u": 1}));
    let unfit = json!({"not_derived_from": {"d": "2026-02-30"}});
    assert_eq!(of("2026-02-30"), json!({"m": unfit, "s": unfit, "u": unfit}));
}

#[test]
fn the_higher_of_two_grades_is_absent_when_one_is_missing() {
    let scales = json!({"g": ["R1", "R2", "R3"], "l": ["R1", "R2", "R3"]});
    let of = |document: Value| derived(json!({"g": {"highest": ["a", "b"]}, "l": {"lowest": ["a", "b"]}}), scales.clone(), document);
    assert_eq!(of(json!({"a": "R1", "b": "R3"})), json!({"g": "R3", "l": "R1"}));
    assert_eq!(of(json!({"a": "R2", "b": "R2"})), json!({"g": "R2", "l": "R2"}));
    assert_eq!(of(json!({"a": "R1"})), json!({}));
    assert_eq!(of(json!({"a": "R1", "b": null, "g": "R1"})), json!({}));
    assert_eq!(of(json!({"g": "R2"})), json!({"g": "R2"}));
    let unfit = json!({"not_derived_from": {"a": "R1", "b": "R9"}});
    assert_eq!(of(json!({"a": "R1", "b": "R9"})), json!({"g": unfit, "l": unfit}));
    let free = |document: Value| derived(json!({"g": {"highest": ["a", "b"]}}), json!({}), document);
    assert_eq!(free(json!({"a": 2.50, "b": 10})), json!({"g": 10}));
    assert_eq!(free(json!({"a": "2026-01-02", "b": "2025-12-31"})), json!({"g": "2026-01-02"}));
    for (a, b) in [(json!(2), json!("2026-01-02")), (json!(true), json!(false)), (json!([1]), json!(2)), (json!("x"), json!("y"))] {
        assert_eq!(free(json!({"a": a, "b": b})), json!({"g": {"not_derived_from": {"a": a, "b": b}}}));
    }
}

#[test]
fn bands_begin_with_their_number() {
    let bands = json!({"c": {"bands": "score", "from": {"C1": 0, "C3": 40.5, "C2": "20"}, "to": 100}});
    let of = |score: Value| derived(bands.clone(), json!({"c": ["C1", "C2", "C3"]}), json!({"score": score, "c": "C3"}))["c"].clone();
    for (score, class) in
        [("0", "C1"), ("19.999", "C1"), ("20", "C2"), ("40.49999999999", "C2"), ("40.5", "C3"), ("100.000", "C3"), ("null", "C3")]
    {
        assert_eq!(of(parse(score).unwrap()), class, "{score}");
    }
    for score in ["-0.1", "100.1", "1e99", "\"20\"", "[20]", "true"] {
        assert!(of(parse(score).unwrap()).is_object(), "{score}");
    }
}

#[test]
fn a_rule_set_and_its_rules_have_days() {
    let rule = |id: &str, more: Value| {
        let mut rule =
            json!({"id": id, "verdict": "no", "reference": "x", "when": {"client": id, "is": "=", "value": 1, "missing": "fails"}});
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let rules = read(&with(json!({"rules": [
        rule("a", json!({"effective_from": "2024-02-01"})), rule("b", json!({"effective_until": "2024-01-31"})),
        rule("c", json!({"effective_from": "2024-01-31", "effective_until": "2024-02-01"})),
    ]})));
    let on = |client: Value, day: &str| verdict(&rules, &client, &json!({}), day).unwrap();
    let days = ["2020-01-01", "2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02", "2029-12-31"];
    let row = |id: &str| days.map(|day| on(json!({ id: 1 }), day)).join(" ");
    assert_eq!(row("a"), "yes yes yes no no no");
    assert_eq!(row("b"), "no no no yes yes yes");
    assert_eq!(row("c"), "yes yes no no yes yes");
    for outside in ["2019-12-31", "2030-01-01"] {
        let e = verdict(&rules, &json!({}), &json!({}), outside).unwrap_err();
        assert_eq!(
            (e.state, e.message.as_ref()),
            (SqlState::InvalidParameter, format!("the rule set \"test\" (version 3) is not in effect on {outside}").as_str())
        );
        assert_eq!(e.hint.unwrap(), "It is in effect from 2020-01-01 until 2029-12-31: choose the rule set by the day.");
    }
    let e = rules.on(day("2024-01-30")).unwrap().explain(&json!({"a": 1, "b": 1}), &json!({}), None).unwrap().unwrap();
    assert_eq!(e.details[0], json!({"id": "a", "verdict": "no", "reference": "x", "outcome": "not_in_effect", "applies": false}));
    assert_eq!(e.reasons.iter().map(|reason| reason.rule.id.as_str()).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn what_is_unknown_applies_as_the_rule_says() {
    let of = |unknown: Value, client: Value| {
        let mut rule = json!({"id": "r", "verdict": "ask", "reference": "x", "when": {"client": "a", "is": "=", "value": true}});
        rule.as_object_mut().unwrap().extend(unknown.as_object().unwrap().clone());
        verdict(&read(&with(json!({"rules": [rule]}))), &client, &json!({}), "2026-01-01").unwrap()
    };
    for (client, row) in [
        (json!({"a": true}), "ask ask ask ask"),
        (json!({"a": false}), "yes yes yes yes"),
        (json!({}), "ask no yes yes"),
        (json!({"a": 3}), "ask no yes yes"),
    ] {
        let all = [json!({}), json!({"unknown": "no"}), json!({"unknown": "skip"}), json!({"unknown": "yes"})];
        assert_eq!(all.map(|unknown| of(unknown, client.clone())).join(" "), row);
    }
}

#[test]
fn the_strictest_comes_first_and_missing_says_what_speaks_for_a_rule() {
    let rules = read(&with(json!({"rules": [
        {"id": "risk", "verdict": "ask", "reference": "A", "when": {"product": "grade", "is": ">", "client": "class"}, "reason": {"en": "Risk", "zh": "风险"}, "cure": {"zh": "换", "en": "Change"}},
        {"id": "unused", "verdict": "no", "reference": "B", "when": {"client": "x", "is": "=", "value": 1, "missing": "fails"}},
        {"id": "known", "verdict": "no", "reference": "C", "when": {"not": {"client": "y", "is": "=", "value": 1, "missing": "fails"}}, "reason": "Y"},
        {"id": "care", "flag": "care", "reference": "D", "when": {"client": "z", "is": "=", "value": 1}},
        {"id": "again", "flag": "care", "reference": "D", "when": {"client": "class", "is": ">=", "value": 0}},
        {"id": "quiet", "flag": "quiet", "unknown": "skip", "reference": "D", "when": {"client": "z", "is": "=", "value": 1}},
    ]})));
    let on = rules.on(day("2026-01-01")).unwrap();
    let explained = on.explain(&json!({"class": "?"}), &json!({"grade": 3}), Some("zh")).unwrap().unwrap();
    let reasons: Vec<_> = explained.reasons.iter().map(|r| (r.rule.id.as_str(), r.place, r.reason, r.cure)).collect();
    assert_eq!(reasons, [("known", 2, "Y", None), ("risk", 1, "风险", Some("换"))]);
    assert_eq!(
        (explained.verdict.name.as_str(), explained.flags, explained.missing),
        ("no", vec!["care"], vec!["client.class".to_string(), "client.y".into(), "client.z".into()])
    );
    assert_eq!(
        explained.details[0]["steps"],
        json!([{"path": "", "condition": "product.grade > client.class", "outcome": "unknown", "compared": "incomparable", "product": 3, "client": "?"}])
    );
    let plain = on.explain(&json!({"class": 2, "y": 1, "z": 2}), &json!({"grade": 3}), None).unwrap().unwrap();
    assert_eq!((plain.verdict.name.as_str(), plain.missing.len()), ("ask", 0));
    assert_eq!((plain.reasons[0].reason, plain.reasons[0].cure), ("risk", Some("Change")));
    let e = on.explain(&json!({"class": 2, "y": 1}), &json!({"grade": 3}), Some("fr")).unwrap_err();
    assert_eq!((e.state, e.message.as_ref()), (SqlState::InvalidParameter, "\"risk\" has no label in language \"fr\""));
    // Values of two types: both are named.
    let two = on.explain(&json!({"class": 2, "y": 1}), &json!({"grade": "R3"}), None).unwrap().unwrap();
    assert_eq!(two.missing[..1], ["product.grade"]);
}

#[test]
fn every_problem_has_its_path() {
    assert_eq!(problems(&with(json!({}))), [""; 0]);
    let rule = |fields: Value| {
        let mut rule = json!({"id": "r", "verdict": "no", "reference": "x", "when": {"client": "a", "is": "=", "value": 1}});
        for (key, value) in fields.as_object().unwrap() {
            if value.is_null() {
                rule.as_object_mut().unwrap().remove(key);
            } else {
                rule[key] = value.clone();
            }
        }
        with(json!({"rules": [rule]}))
    };
    for (rules, expected) in [
        (with(json!({"effective_until": "2019-12-31"})), "effective_until: is before \"effective_from\""),
        (with(json!({"ruleset_version": 0})), "ruleset_version: must be a whole number from 1 to 2147483647"),
        (with(json!({"name": null})), "name: must be a text, not null"),
        (
            with(json!({"verdicts": [{"name": "no", "offer": true}]})),
            "verdicts: must have at least two verdicts, from the most permissive to the strictest",
        ),
        (with(json!({"verdicts": [{"name": "no", "offer": true}, {"name": "no", "offer": true}]})), "verdicts[1].name: stands twice"),
        (
            with(json!({"verdicts": [{"name": "skip", "offer": true}, {"name": "no", "offer": 1}]})),
            "verdicts[0].name: must not be \"skip\": in a rule's \"unknown\" that says that the rule does not apply\nverdicts[1].offer: must be true or false",
        ),
        (with(json!({"rules": []})), "rules: must not be empty"),
        (
            rule(json!({"verdict": "maybe", "unknown": "perhaps"})),
            "rules[0].verdict: is not the name of a verdict of this rule set\nrules[0].unknown: is not the name of a verdict of this rule set",
        ),
        (rule(json!({"verdict": null})), "rules[0].verdict: is missing: a rule has a verdict or a flag"),
        (rule(json!({"flag": "f"})), "rules[0].flag: stands beside \"verdict\": give one of the two"),
        (
            rule(json!({"verdict": null, "flag": "f", "unknown": "no"})),
            "rules[0].unknown: must be \"skip\" in a rule that sets a flag; without it the flag is set",
        ),
        (rule(json!({"reference": null, "when": 5})), "rules[0].when: must be an object, not a number\nrules[0].reference: is missing"),
        (
            rule(json!({"effective_from": "2024-01-02", "effective_until": "2024-01-01"})),
            "rules[0].effective_until: is before \"effective_from\"",
        ),
        (
            rule(json!({"when": {"condition": "c"}})),
            "rules[0].when.condition: is not the name of a condition of this document that stands before it",
        ),
        (rule(json!({"id": "i".repeat(1001)})), "rules[0].id: is longer than 1000 bytes"),
        (
            with(json!({"derive": {"client": {"age": {"years_since": "born"}}}})),
            "derive.client.age: must have one of \"months_since\", \"days_since\", \"days_until\", \"highest\", \"lowest\", \"bands\"",
        ),
        (
            with(json!({"derive": {"client": {"age": {"days_since": "born"}}}})),
            "derive.client.age: is derived, but no condition compares this attribute of the client",
        ),
        (
            with(json!({"derive": {"client": {"a": {"days_since": "a"}}}})),
            "derive.client.a: \"a\" is derived itself: derive from what the client is given with",
        ),
        (
            with(json!({"derive": {"client": {"a": {"highest": []}}, "firm": {}}})),
            "derive.client.a.highest: must have from 1 to 64 attributes\nderive.firm: is not known here; known are \"client\", \"product\"",
        ),
        (
            with(
                json!({"scales": {"a": ["x", "y"]}, "derive": {"client": {"a": {"bands": "s", "from": {"x": 1, "z": 1}, "to": 0}}}, "rules": [
            {"id": "r", "verdict": "no", "reference": "x", "when": {"client": "a", "is": "=", "value": "x"}}]}),
            ),
            "derive.client.a.from.z: is not on the scale of the attribute\nderive.client.a.from: must not have the same number twice",
        ),
        (with(json!({"scales": {"b": ["x", "y"]}})), "scales.b: is not the name of an attribute of any condition"),
        (with(json!({"values": {"v": {"value": 5}}})), "values.v.source: is missing"),
        (
            with(
                json!({"conditions": [{"name": "c", "when": {"client": "a", "is": "=", "value": 1}}, {"name": "c", "when": {"condition": "c"}}]}),
            ),
            "conditions[1].name: stands twice",
        ),
        (with(json!({"rulez": []})), "rulez: is not known here"),
    ] {
        let found = problems(&rules).join("\n");
        assert!(found == expected || expected.ends_with("known here") && found.starts_with(expected), "{found}\nexpected {expected}");
    }
    let twice = with(json!({"rules": [with(json!({}))["rules"][0], with(json!({}))["rules"][0]]}));
    assert_eq!(problems(&twice), ["rules[1].id: stands twice"]);
    let e = SuitabilityRules::read(&twice).unwrap_err();
    assert_eq!((e.state, e.message.as_ref()), (SqlState::InvalidParameter, "suitability_rules: rules[1].id: stands twice"));
}

#[test]
fn a_term_in_months_or_days_since_a_day_is_not_negative() {
    let with = |value: Value| {
        let mut rules = example("csrc").unwrap();
        rules["values"]["assessment_valid_months"]["value"] = value;
        rules
    };
    assert_eq!(problems(&with(json!(0))), Vec::<String>::new());
    let refused = "values.assessment_valid_months.value: must not be negative: it is compared with months since a day";
    for value in [json!(-1), json!(-0.5)] {
        assert_eq!(problems(&with(value.clone())), [refused]);
        let e = SuitabilityRules::read(&with(value)).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidParameter);
        assert!(e.message.ends_with(refused), "{}", e.message);
    }
}

#[test]
fn conditions_that_name_each_other_stay_small() {
    // Each names the one before ten times: 10^n comparisons.
    let mut conditions = vec![json!({"name": "c0", "when": {"client": "a", "is": "=", "value": 1}})];
    for i in 1..=100 {
        conditions.push(json!({"name": format!("c{i}"), "when": {"all": vec![json!({"condition": format!("c{}", i - 1)}); 10]}}));
    }
    let found = problems(&with(json!({"conditions": conditions})));
    assert_eq!(found[0], "conditions[5].when: has, with the conditions it names, more than 10000 comparisons or 64 levels");
    assert_eq!(found.len(), 1 + 95 * 10);
    conditions.truncate(5);
    assert_eq!(problems(&with(json!({"conditions": conditions}))), [""; 0]);
    let chain = |n: usize| {
        let mut conditions = vec![json!({"name": "c0", "when": {"client": "a", "is": "=", "value": 1}})];
        conditions.extend((1..n).map(|i| json!({"name": format!("c{i}"), "when": {"condition": format!("c{}", i - 1)}})));
        problems(&with(json!({"conditions": conditions}))).len()
    };
    assert_eq!((chain(64), chain(65)), (0, 1));
}

#[test]
fn the_examples_are_valid_and_every_label_is_in_both_languages() {
    for name in EXAMPLES {
        let document = example(name).unwrap();
        assert_eq!(problems(&document), [""; 0], "{name}");
        let rules = read(&document);
        assert_eq!((rules.name(), rules.version(), rules.digest()), (name, 1, document::digest(&document).as_str()));
        assert!(rules.values().iter().all(|stated| !stated.confirmed));
        for rule in rules.rules() {
            for language in ["en", "zh"] {
                assert!(rule.reason.as_ref().unwrap().get(language).is_some());
                assert!(rule.cure.as_ref().is_none_or(|cure| cure.get(language).is_some()));
            }
        }
        // Jsonb sorts keys, and nothing depends on their order.
        assert_eq!(parse(&document.to_string()).unwrap(), document);
    }
    let e = example("finra").unwrap_err();
    assert_eq!(
        (e.state, e.hint.unwrap().as_ref()),
        (SqlState::InvalidParameter, "The examples are csrc, nfra, mifid_suitability, mifid_appropriateness, csrc_investor.")
    );
}
