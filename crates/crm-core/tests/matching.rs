//! Matching through its public surface: the suitability rule, reasons, scores, order, wrong arguments.

use crm_core::matching::{Catalogue, CompiledMatch, Explained, MatchingPolicy, Scratch, Verdict};
use crm_core::pause::{self, Host};
use crm_core::{SqlState, document};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

fn catalogue(products: &[(&str, Value)]) -> Catalogue {
    let mut catalogue = Catalogue::default();
    products.iter().for_each(|(product, attributes)| catalogue.push(product, attributes).unwrap());
    catalogue
}

fn compile(products: &[(&str, Value)], policy: &Value) -> CompiledMatch {
    CompiledMatch::compile(&catalogue(products), &MatchingPolicy::read(policy).unwrap(), None).unwrap()
}

fn policy(fields: Value) -> Value {
    let mut policy = json!({"kind": "matching_policy", "version": 1});
    policy.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    policy
}

fn explain<'a>(compiled: &'a CompiledMatch, client: &Value) -> Vec<Explained<'a>> {
    compiled.explain(client, &mut Scratch::default()).unwrap()
}

/// The reasons of one product.
fn reasons(compiled: &CompiledMatch, client: &Value, product: &str) -> Value {
    let row = explain(compiled, client).into_iter().find(|row| row.product == product).unwrap();
    document::parse(&row.reasons).unwrap()
}

/// The gates that exclude a product: `gate/ground`, apart by blanks; empty when it matches.
fn grounds(row: &Explained<'_>) -> String {
    let reasons = document::parse(&row.reasons).unwrap();
    let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or("-").to_string();
    let all = reasons.get("excluded_by").and_then(Value::as_array).cloned().unwrap_or_default();
    all.iter().map(|entry| format!("{}/{}", text(entry, "gate"), text(entry, "ground"))).collect::<Vec<_>>().join(" ")
}

fn shelf() -> Vec<(&'static str, Value)> {
    let product = |risk: &str, min: i64, term: i64, years: i64, professional: bool, open: bool, tags: Value| {
        json!({"name_zh": "产品", "category": "fund", "risk_grade": risk, "min_amount": min, "term_months": term, "min_experience_years": years,
            "professional_only": professional, "open": open, "channels": ["app", "branch"], "tags": tags})
    };
    vec![
        ("CASH01", product("R1", 100, 0, 0, false, true, json!(["capital-safety", "short-term"]))),
        ("CASH05", product("R1", 100, 0, 0, false, false, json!(["capital-safety"]))),
        ("BOND03", product("R2", 1000, 12, 0, false, true, json!(["fixed-income", "income"]))),
        ("EQTY02", product("R3", 1000, 36, 0, false, true, json!(["dividend", "income"]))),
        ("EQTY03", product("R4", 1000, 36, 0, false, true, json!(["technology", "growth"]))),
        ("STRU03", product("R5", 1_000_000, 24, 3, true, true, json!(["income", "options"]))),
    ]
}

fn client(class: &str, minimum: bool, professional: bool) -> Value {
    json!({"risk_class": class, "minimum_class": minimum, "professional": professional, "horizon_months": 120, "experience_years": 10,
        "interests": ["income", "dividend"], "age": 61, "holdings": [], "assets": 42_000_000.5})
}

#[test]
fn the_example_is_the_suitability_rule() {
    let compiled = compile(&shelf(), &MatchingPolicy::example());
    let offered = |client: &Value| {
        let rows = explain(&compiled, client);
        let mut offered: Vec<_> = rows.iter().filter(|row| row.verdict == Verdict::Match).map(|row| row.product).collect();
        offered.sort_unstable();
        offered.join(" ")
    };
    assert_eq!(offered(&client("C1", false, false)), "CASH01");
    assert_eq!(offered(&client("C2", false, false)), "BOND03 CASH01");
    assert_eq!(offered(&client("C3", false, false)), "BOND03 CASH01 EQTY02");
    assert_eq!(offered(&client("C4", false, false)), "BOND03 CASH01 EQTY02 EQTY03");
    assert_eq!(offered(&client("C5", false, false)), "BOND03 CASH01 EQTY02 EQTY03");
    assert_eq!(offered(&client("C1", false, true)), "BOND03 CASH01 EQTY02 EQTY03 STRU03");
    // The minimum class is a flag inside C1: even a slip in the class does not open more than R1.
    assert_eq!(offered(&client("C5", true, false)), "CASH01");
    let with = |key: &str, value: Value| {
        let mut client = client("C5", false, false);
        client[key] = value;
        client
    };
    assert_eq!(offered(&with("horizon_months", json!(12))), "BOND03 CASH01");
    assert_eq!(offered(&with("horizon_months", json!(null))), "BOND03 CASH01 EQTY02 EQTY03");
    assert_eq!(offered(&with("assets", json!(999.99))), "CASH01");
    assert_eq!(offered(&with("assets", json!("a lot"))), "");
    assert_eq!(offered(&with("holdings", json!(["CASH01", "EQTY03", "sold long ago"]))), "BOND03 EQTY02");
    assert_eq!(offered(&with("risk_class", json!(null))), "");
    assert_eq!(offered(&with("risk_class", json!("C6"))), "");
    // Who is not known to be a professional is measured by his class.
    assert_eq!(offered(&with("professional", json!(null))), "BOND03 CASH01 EQTY02 EQTY03");
    assert_eq!(offered(&json!({})), "");
}

#[test]
fn every_exclusion_says_why() {
    let compiled = compile(&shelf(), &MatchingPolicy::example());
    let rows = explain(&compiled, &client("C2", false, false));
    let shown: Vec<_> = rows.iter().map(|row| format!("{:?} {} {}", row.rank, row.product, grounds(row))).collect();
    assert_eq!(
        shown,
        [
            "Some(1) BOND03 ",
            "Some(2) CASH01 ",
            "None EQTY02 risk/comparison",
            "None STRU03 risk/comparison professional/comparison",
            "None CASH05 open/comparison",
            "None EQTY03 risk/comparison",
        ]
    );
    assert_eq!(rows[0].verdict.as_str(), "match");
    assert_eq!(rows[2].verdict.as_str(), "excluded");
    let why = reasons(&compiled, &client("C2", false, false), "STRU03");
    assert_eq!(
        why["excluded_by"],
        json!([
            {"gate": "risk", "ground": "comparison", "product": "R5", "is": "<=", "client": "C2",
             "when": {"client": false, "is": "<>", "value": true},
             "reason": {"en": "Riskier than the client's class allows", "zh": "产品风险等级高于客户风险承受能力"}},
            {"gate": "professional", "ground": "comparison", "client": false, "is": "=", "value": true,
             "when": {"product": true, "is": "=", "value": true},
             "reason": {"en": "For professional investors only", "zh": "仅面向专业投资者"}},
        ])
    );
    let why = reasons(&compiled, &json!({"risk_class": "C9", "professional": null}), "BOND03");
    assert_eq!(
        why["excluded_by"],
        json!([
            {"gate": "risk", "ground": "incomparable", "missing": ["client.professional"], "product": "R2", "is": "<=", "client": "C9",
             "when": {"client": null, "is": "<>", "value": true},
             "reason": {"en": "Riskier than the client's class allows", "zh": "产品风险等级高于客户风险承受能力"}},
            {"gate": "minimum_class", "ground": "missing", "missing": ["client.minimum_class"], "product": "R2", "is": "=", "value": "R1",
             "when": {"client": null, "is": "=", "value": true},
             "reason": {"en": "Nothing above R1 for the lowest tolerance", "zh": "风险承受能力最低类别客户仅限R1产品"}},
        ])
    );
    let offers = compiled.matches(&client("C2", false, false), 100, &mut Scratch::default()).unwrap();
    let offer = offers.iter().find(|offer| offer.product == "BOND03").unwrap();
    // Neither the minimum class nor the professionals' gate applies.
    assert_eq!(document::parse(&offer.reasons).unwrap()["passed"], json!(["open", "risk", "experience", "amount", "term", "held"]));
    let why = reasons(&compiled, &client("C2", false, false), "BOND03");
    assert_eq!(why["gates"][2]["applies"], json!(false));
    assert_eq!(why["gates"][7], json!({"gate": "held", "product": "BOND03", "is": "not_in", "client": []}));
    assert_eq!(why["score"][0]["matched"], json!(["income"]));
    assert_eq!(why["score"][0]["label"]["zh"], json!("兴趣标签"));
    assert_eq!(
        why["score"][1],
        json!({"component": "channels", "label": {"en": "Channels", "zh": "服务渠道"}, "matched": [],
        "overlap": 0.0, "weight": 0.2, "contribution": 0.0})
    );
}

#[test]
fn scores_and_their_parts_are_shown_as_the_formula_has_them() {
    let products = [
        ("P1", json!({"tags": ["债券", "income", "tax"], "channels": "app"})),
        ("P2", json!({"tags": ["gold"], "channels": ["app", "branch"]})),
        ("P0", json!({"tags": ["债券", "income", "growth"]})),
    ];
    let compiled = compile(
        &products,
        &policy(json!({"tags": [
            {"id": "interest", "product": "tags", "client": "interests", "measure": "jaccard", "weight": 0.7, "weights": {"债券": 2}},
            {"id": "channel", "product": "channels", "client": "preferred", "measure": "share_of_product", "weight": 0.3}]})),
    );
    let client = json!({"interests": ["growth", "债券", "income"], "preferred": ["app", "phone"]});
    let rows = compiled.matches(&client, 10, &mut Scratch::default()).unwrap();
    let shown: Vec<_> = rows.iter().map(|m| format!("{} {} {}", m.rank, m.product, m.score)).collect();
    assert_eq!(shown, ["1 P1 0.72", "2 P0 0.7", "3 P2 0.15"]);
    assert_eq!(
        document::parse(&rows[0].reasons).unwrap(),
        json!({"passed": [], "score": [
            {"component": "interest", "contribution": 0.42, "matched": ["income", "债券"], "overlap": 0.6, "weight": 0.7},
            {"component": "channel", "contribution": 0.3, "matched": ["app"], "overlap": 1.0, "weight": 0.3}]})
    );
}

#[test]
fn equal_scores_come_in_the_order_of_their_products() {
    let products: Vec<_> = ["b", "a", "Z", "é", "债", "aa", "10", "9"].into_iter().map(|product| (product, json!({"t": "x"}))).collect();
    let gates_only = policy(json!({"gates": [{"id": "g", "product": "t", "is": "=", "value": "x"}]}));
    let tags = policy(json!({"tags": [{"id": "t", "product": "t", "client": "t", "measure": "cosine", "weight": 1}]}));
    for policy in [gates_only, tags] {
        let compiled = compile(&products, &policy);
        for k in [1, 3, 8, 10_000] {
            let mut scratch = Scratch::default();
            let rows = compiled.matches(&json!({"t": "x"}), k, &mut scratch).unwrap();
            let order = ["10", "9", "Z", "a", "aa", "b", "é", "债"];
            assert_eq!(rows.iter().map(|m| m.product).collect::<Vec<_>>(), order[..order.len().min(k as usize)]);
            assert!(rows.iter().zip(1..).all(|(m, rank)| m.rank == rank));
        }
    }
}

#[test]
fn a_minimum_score_excludes_and_says_so() {
    let products = [("P1", json!({"t": ["a", "b"]})), ("P2", json!({"t": ["a", "b", "c", "d"]})), ("P3", json!({"t": []}))];
    let policy = policy(
        json!({"minimum_score": 0.5, "tags": [{"id": "t", "product": "t", "client": "t", "measure": "share_of_product", "weight": 3}]}),
    );
    let compiled = compile(&products, &policy);
    let rows = explain(&compiled, &json!({"t": ["a", "c", "x"]}));
    assert_eq!(
        rows.iter().map(|r| (r.product, r.rank, r.score)).collect::<Vec<_>>(),
        [("P1", Some(1), 0.5), ("P2", Some(2), 0.5), ("P3", None, 0.0)]
    );
    assert_eq!(
        reasons(&compiled, &json!({"t": "a"}), "P2"),
        json!({"excluded_by": [{"ground": "minimum_score", "minimum_score": 0.5, "score": 0.25}],
               "score": [{"component": "t", "contribution": 0.25, "matched": ["a"], "overlap": 0.25, "weight": 3.0}]})
    );
    assert_eq!(compiled.matches(&json!({}), 5, &mut Scratch::default()).unwrap(), []);
}

#[test]
fn long_lists_are_abbreviated_to_what_decides() {
    let many: Vec<_> = (0..500).map(|i| format!("P{i}")).collect();
    let compiled = compile(
        &[("P7", json!({})), ("Q", json!({}))],
        &policy(json!({"gates": [{"id": "held", "product": "product", "is": "not_in", "client": "holdings"}]})),
    );
    let client = json!({ "holdings": many });
    assert_eq!(
        reasons(&compiled, &client, "P7")["excluded_by"],
        json!([{"gate": "held", "ground": "comparison", "product": "P7", "is": "not_in", "client": {"common": ["P7"], "items": 500}}])
    );
    assert_eq!(reasons(&compiled, &client, "Q")["gates"][0]["client"], json!({"common": [], "items": 500}));
}

#[test]
fn wrong_arguments_are_named() {
    let compiled = compile(&shelf(), &MatchingPolicy::example());
    let mut scratch = Scratch::default();
    for client in [json!(null), json!([]), json!("x"), json!(1)] {
        let e = compiled.matches(&client, 5, &mut scratch).unwrap_err();
        assert_eq!((e.state, e.message.as_ref()), (SqlState::InvalidParameter, "client must be a JSON object"));
        assert_eq!(compiled.explain(&client, &mut scratch).unwrap_err().message, "client must be a JSON object");
    }
    for k in [0, -5, 10_001] {
        assert_eq!(compiled.matches(&json!({}), k, &mut scratch).unwrap_err().message, format!("k must be from 1 to 10000, not {k}"));
    }
    let empty = compile(&[], &MatchingPolicy::example());
    assert_eq!((empty.len(), empty.matches(&json!({}), 5, &mut scratch).unwrap().len()), (0, 0));
}

#[test]
fn compiling_can_be_interrupted_after_every_product() {
    let products: Vec<_> = (0..50).map(|i| (format!("P{i}"), json!({}))).collect();
    let products: Vec<_> = products.iter().map(|(key, attributes)| (key.as_str(), attributes.clone())).collect();
    static PAUSES: AtomicU32 = AtomicU32::new(0);
    pause::set_host(Host { ask: || PAUSES.store(PAUSES.load(Relaxed) + 1, Relaxed), lack: || () });
    let policy = MatchingPolicy::read(&MatchingPolicy::example()).unwrap();
    CompiledMatch::compile(&catalogue(&products), &policy, None).unwrap();
    assert!(PAUSES.load(Relaxed) >= 50);
}

#[test]
fn a_limit_that_cannot_be_compared_shows_the_values() {
    let limit = json!({"group": "issuer", "exposures": "exposures", "bought": {"product": "lot"}, "whole": "assets", "at_most": 0.4});
    let policy = policy(json!({"gates": [{"id": "limit", "limit": limit}]}));
    let compiled = compile(&[("P1", json!({"issuer": "A", "lot": 100})), ("P2", json!({"issuer": ["A"], "lot": "few"}))], &policy);
    let client = json!({"exposures": {"A": 7, "B": 9}, "assets": "much"});
    let mut shown: Vec<_> = compiled.explain(&client, &mut Scratch::default()).unwrap();
    shown.sort_by_key(|row| row.product);
    let shown: Vec<_> = shown.iter().map(|row| document::parse(&row.reasons).unwrap()["excluded_by"][0].clone()).collect();
    let entry = |bought: Value, exposure: Value, group: Value| json!({"gate": "limit", "ground": "incomparable", "at_most": document::parse("0.4").unwrap(), "bought": bought, "exposure": exposure, "group": group, "whole": "much"});
    assert_eq!(shown, [entry(json!(100), json!(7), json!("A")), entry(json!("few"), json!(null), json!(["A"]))]);
}
