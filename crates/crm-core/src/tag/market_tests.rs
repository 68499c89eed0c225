//! Target markets against their own truth tables.

use super::*;
use crate::condition::Truth;
use proptest::prelude::*;
use serde_json::{Value, json};

fn market(include: Option<Value>, exclude: Option<Value>) -> Value {
    let mut market = json!({"kind": "target_market", "version": 1});
    include.into_iter().for_each(|condition| market["include"] = condition);
    exclude.into_iter().for_each(|condition| market["exclude"] = condition);
    market
}

fn verdict(market: &Value, client: &Value) -> &'static str {
    TargetMarket::read(market).unwrap().verdict(client).unwrap().as_str()
}

fn problems(market: &Value) -> String {
    TargetMarket::problems(market).into_iter().map(|p| format!("{}: {}", p.path, p.problem)).collect::<Vec<_>>().join("\n")
}

#[test]
fn verdicts_in_every_case() {
    let is = |name: &str| json!({"client": name, "is": "=", "value": true});
    let (both, only_include, only_exclude) =
        (market(Some(is("a")), Some(is("b"))), market(Some(is("a")), None), market(None, Some(is("b"))));
    for (a, b, of_both, of_include, of_exclude) in [
        (json!(true), json!(true), "excluded", "inside", "excluded"),
        (json!(true), json!(null), "unknown", "inside", "unknown"),
        (json!(true), json!(false), "inside", "inside", "inside"),
        (json!(null), json!(true), "excluded", "unknown", "excluded"),
        (json!(null), json!(null), "unknown", "unknown", "unknown"),
        (json!(null), json!(false), "unknown", "unknown", "inside"),
        (json!(false), json!(true), "excluded", "outside", "excluded"),
        (json!(false), json!(null), "outside", "outside", "unknown"),
        (json!(false), json!(false), "outside", "outside", "inside"),
    ] {
        let client = json!({"a": a, "b": b});
        assert_eq!(verdict(&both, &client), of_both, "{client}");
        assert_eq!(verdict(&only_include, &client), of_include, "{client}");
        assert_eq!(verdict(&only_exclude, &client), of_exclude, "{client}");
        // What does not compare is unknown as what is missing is.
        let odd = json!({"a": if client["a"].is_null() { json!({}) } else { client["a"].clone() }, "b": client["b"]});
        assert_eq!(verdict(&both, &odd), of_both, "{odd}");
    }
}

#[test]
fn the_example_is_right_and_knows_its_clients() {
    let example = TargetMarket::example();
    assert_eq!(problems(&example), "");
    let fits = json!({"client_type": "retail", "knowledge": "informed", "loss_capacity": "limited", "risk_class": "C3",
        "objectives": ["growth"], "horizon_months": 60});
    assert_eq!(verdict(&example, &fits), "inside");
    for (attribute, value, expected) in [
        ("client_type", json!("eligible_counterparty"), "outside"),
        ("knowledge", json!("basic"), "unknown"), // three years of experience would do
        ("loss_capacity", json!("none"), "excluded"),
        ("loss_capacity", json!("some"), "unknown"),
        ("risk_class", json!("C2"), "outside"),
        ("objectives", json!(["growth", "capital_guarantee"]), "excluded"),
        ("horizon_months", json!(59), "outside"),
        ("horizon_months", json!("60"), "unknown"),
        ("age", json!(75), "excluded"),
        ("age", json!(74), "inside"),
    ] {
        let mut client = fits.clone();
        client[attribute] = value;
        assert_eq!(verdict(&example, &client), expected, "{client}");
    }
}

#[test]
fn problems_have_their_paths() {
    let read = |market: &Value| TargetMarket::read(market).unwrap_err();
    let empty = market(None, None);
    assert_eq!(problems(&empty), "include: is missing, and so is \"exclude\": the target market says nothing");
    assert!(read(&empty).message.starts_with("target_market: include: is missing") && read(&empty).hint.is_some());
    let wrong = market(
        Some(json!({"all": [{"product": "p", "is": "=", "value": 1}, {"client": "a", "is": "<", "value": true}, 7]})),
        Some(json!({"not": {"client": "a", "is": "=", "value_of": "x"}})),
    );
    let paths: Vec<_> = TargetMarket::problems(&wrong).into_iter().map(|p| p.path).collect();
    assert_eq!(
        paths,
        [
            "include.all[0].client",
            "include.all[0].product",
            "include.all[1].value",
            "include.all[2]",
            "exclude.not.value",
            "exclude.not.value_of"
        ]
    );
    let mut slip = TargetMarket::example();
    slip["scales"]["risk_clas"] = json!(["C1", "C2"]);
    assert_eq!(problems(&slip), "scales.risk_clas: is not the name of an attribute of any condition");
    assert_eq!(client(&json!([1])).unwrap_err().message, "client must be a JSON object");
}

#[test]
fn an_explanation_has_every_condition_and_part() {
    let market = TargetMarket::read(&market(
        Some(json!({"all": [{"client": "age", "is": "between", "value": [18, 65]}, {"any": [
            {"client": "risk", "is": ">", "value": 2}, {"client": "horizon", "is": ">", "value": 5, "missing": "holds"}]}]})),
        Some(json!({"not": {"client": "name", "is": "<>", "value": "x"}})),
    ))
    .unwrap();
    let client = json!({"age": 70, "risk": "high", "name": "y"});
    let lines: Vec<_> = market
        .explain(&client)
        .unwrap()
        .into_iter()
        .map(|s| {
            let compared = s.compared.map_or(String::new(), |(attribute, value, outcome)| {
                format!(" | {attribute} {} {outcome}", value.map_or("absent".into(), ToString::to_string))
            });
            format!("{}: {} {}{compared}", s.path, s.condition, s.truth.as_str())
        })
        .collect();
    assert_eq!(
        lines,
        [
            "include: client.age between [18,65] and (client.risk > 2 or client.horizon > 5) fails",
            "include.all[0]: client.age between [18,65] fails | age 70 fails",
            "include.all[1]: client.risk > 2 or client.horizon > 5 holds",
            "include.all[1].any[0]: client.risk > 2 unknown | risk \"high\" incomparable",
            "include.all[1].any[1]: client.horizon > 5 holds | horizon absent missing",
            "exclude: not (client.name <> \"x\") fails",
            "exclude.not: client.name <> \"x\" holds | name \"y\" holds",
        ]
    );
    assert!(market.include().is_some() && market.exclude().is_some());
}

fn conditions() -> impl Strategy<Value = Value> {
    let leaf = ("[a-d]", 0..3, prop::sample::select(vec!["=", "<=", "<>"]), prop::sample::select(vec!["unknown", "holds", "fails"]))
        .prop_map(|(name, value, is, missing)| json!({"client": name, "is": is, "value": value, "missing": missing}));
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({ "all": parts })),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({ "any": parts })),
            inner.prop_map(|part| json!({ "not": part })),
        ]
    })
}

fn clients() -> impl Strategy<Value = Value> {
    let value = prop_oneof![Just(json!(null)), (0..3).prop_map(Value::from), Just(json!("x"))];
    prop::collection::btree_map("[a-d]", value, 0..5).prop_map(|fields| fields.into_iter().collect())
}

proptest! {
    #[test]
    fn explanations_agree_with_verdicts(include in prop::option::of(conditions()), exclude in prop::option::of(conditions()), client in clients()) {
        prop_assume!(include.is_some() || exclude.is_some());
        let market = TargetMarket::read(&market(include, exclude)).unwrap();
        let steps = market.explain(&client).unwrap();
        let truth = |part: &str, absent| steps.iter().find(|step| step.path == part).map_or(absent, |step| step.truth);
        let explained = MarketVerdict::of(truth("include", Truth::True), truth("exclude", Truth::False));
        prop_assert_eq!(market.verdict(&client).unwrap(), explained);
    }

    #[test]
    fn who_is_not_inside_does_not_come_in_by_an_exclusion(include in conditions(), exclude in conditions(), more in conditions(), client in clients()) {
        let wide = verdict(&market(Some(include.clone()), Some(exclude.clone())), &client);
        let strict = verdict(&market(Some(include.clone()), Some(json!({"any": [exclude, more]}))), &client);
        prop_assert!(strict != "inside" || wide == "inside");
        prop_assert!(wide != "excluded" || strict == "excluded");
        let narrow = verdict(&market(Some(json!({"all": [include.clone(), more]})), None), &client);
        prop_assert!(narrow != "inside" || verdict(&market(Some(include), None), &client) == "inside");
    }

    #[test]
    fn any_document_is_refused_or_read(include in "[\\[\\]{}\":,a-z0-9]{0,40}", client in clients()) {
        if let Ok(include) = crate::document::parse(&include) {
            let market = market(Some(include), None);
            prop_assert_eq!(problems(&market).is_empty(), TargetMarket::read(&market).is_ok());
            let _ = TargetMarket::read(&market).map(|market| market.verdict(&client).unwrap());
        }
    }
}
