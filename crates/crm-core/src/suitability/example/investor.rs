//! The same engine on the client alone: professional, convertible or ordinary investor.

use super::{all, any, declared, is, label, named, not, verdict};
use crate::suitability::KIND;
use serde_json::{Map, Value, json};

/// The thresholds of Articles 8 and 11, all to be confirmed: name, value, paragraph.
const VALUES: [(&str, i64, &str); 12] = [
    ("professional_entity_net_assets", 20_000_000, "Art. 8(4): net assets at the last year-end, CNY"),
    ("professional_entity_financial_assets", 10_000_000, "Art. 8(4): financial assets at the last year-end, CNY"),
    ("professional_entity_years", 2, "Art. 8(4): years of experience"),
    ("professional_person_financial_assets", 5_000_000, "Art. 8(5): financial assets, CNY"),
    ("professional_person_income", 500_000, "Art. 8(5): average annual income of the last three years, CNY"),
    ("professional_person_years", 2, "Art. 8(5): years of experience, or of professional work"),
    ("convertible_entity_net_assets", 10_000_000, "Art. 11: net assets at the last year-end, CNY"),
    ("convertible_entity_financial_assets", 5_000_000, "Art. 11: financial assets at the last year-end, CNY"),
    ("convertible_entity_years", 1, "Art. 11: years of experience"),
    ("convertible_person_financial_assets", 3_000_000, "Art. 11: financial assets, CNY"),
    ("convertible_person_income", 300_000, "Art. 11: average annual income of the last three years, CNY"),
    ("convertible_person_years", 1, "Art. 11: years of experience"),
];

fn at_least(client: &str, value_of: String) -> Value {
    json!({"client": client, "is": ">=", "value_of": value_of})
}

fn kind(kind: &str) -> Value {
    json!({"client": "kind", "is": "=", "value": kind})
}

fn entity(class: &str) -> Value {
    let of = |attribute: &str, value: &str| at_least(attribute, format!("{class}_entity_{value}"));
    all([kind("legal_person"), of("net_assets", "net_assets"), of("financial_assets", "financial_assets"), of("experience_years", "years")])
}

fn wealthy(class: &str) -> Value {
    let of = |attribute: &str, value: &str| at_least(attribute, format!("{class}_person_{value}"));
    any([of("financial_assets", "financial_assets"), of("average_income", "income")])
}

/// Articles 8 and 11 of the CSRC's Measures: the strictest class that cannot be ruled out.
pub(super) fn csrc_investor() -> Value {
    let values: Map<_, _> = VALUES
        .iter()
        .map(|(name, value, source)| {
            (name.to_string(), json!({"value": value, "source": format!("CSRC Measures {source}"), "confirmed": false}))
        })
        .collect();
    let institution = json!({"client": "kind", "is": "in", "value": ["financial_institution", "product_of_institution", "pension_fund",
        "social_fund", "qfii", "rqfii"]});
    let years = |class: &str, attribute: &str| at_least(attribute, format!("{class}_person_years"));
    let position = json!({"client": "position", "is": "in", "value": ["senior_officer", "cpa", "lawyer"]});
    let known = any([years("professional", "experience_years"), years("professional", "work_years"), position]);
    json!({
        "kind": KIND,
        "version": 1,
        "name": "csrc_investor",
        "note": "The class of an investor, of the client alone: the product is {}. A start, not legal advice.",
        "ruleset_version": 1,
        "law": label("CSRC Measures on investor suitability", "证券期货投资者适当性管理办法"),
        "effective_from": "2017-07-01",
        "values": Value::Object(values),
        "conditions": [
            named("institution", institution),
            named("professional", any([is("institution"), entity("professional"), all([kind("natural_person"), wealthy("professional"), known])])),
            named("convertible", any([entity("convertible"),
                all([kind("natural_person"), wealthy("convertible"), years("convertible", "experience_years")])])),
        ],
        "verdicts": [
            verdict("professional", true, "Professional investor", "专业投资者"),
            verdict("convertible", true, "Ordinary; may ask to be professional", "普通投资者（可申请转化为专业投资者）"),
            verdict("ordinary", true, "Ordinary investor", "普通投资者"),
        ],
        "rules": [
            json!({
                "id": "not_professional", "verdict": "convertible", "when": not(is("professional")), "reference": "CSRC Measures Art. 8",
                "reason": label("The conditions of a professional investor are not met, or not known to be", "不符合（或未能证明符合）专业投资者条件"),
                "cure": label("Prove assets, income and experience", "提供资产、收入和投资经历证明"),
            }),
            json!({
                "id": "not_convertible", "verdict": "ordinary", "when": not(any([is("professional"), is("convertible")])),
                "reference": "CSRC Measures Art. 11",
                "reason": label("The conditions for conversion are not met, or not known to be", "不符合（或未能证明符合）转化条件"),
                "cure": label("Prove assets, income and experience", "提供资产、收入和投资经历证明"),
            }),
            json!({
                "id": "chose_ordinary", "verdict": "ordinary", "when": all([not(is("institution")), declared("chooses_ordinary")]),
                "reference": "CSRC Measures Art. 11",
                "reason": label("The client has chosen to be an ordinary investor", "投资者选择成为普通投资者"),
                "cure": label("The client withdraws his choice", "投资者撤回该选择"),
            }),
        ],
    })
}
