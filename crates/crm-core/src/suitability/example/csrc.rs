//! Chinese law: the CSRC's measures for securities and futures, and the NFRA's for the products of banks, insurers and trusts.

use super::{all, any, declared, is, label, named, not, verdict};
use crate::suitability::KIND;
use serde_json::{Value, json};

/// The CSRC's Measures (in force 2017-07-01), Articles 18 to 22; the classes and grades are those of the associations' guidelines.
pub(super) fn csrc() -> Value {
    json!({
        "kind": KIND,
        "version": 1,
        "name": "csrc",
        "note": "Measures for the Suitability Management of Securities and Futures Investors. A start, not legal advice.",
        "ruleset_version": 1,
        "law": label("CSRC Measures on investor suitability", "证券期货投资者适当性管理办法"),
        "effective_from": "2017-07-01",
        "scales": {"risk_grade": ["R1", "R2", "R3", "R4", "R5"], "risk_class": ["C1", "C2", "C3", "C4", "C5"]},
        "values": {
            "assessment_valid_months": {
                "value": 12, "source": "the firm's policy; the Measures name no term", "confirmed": false,
                "label": label("Months for which an assessment is valid", "风险测评有效期（月）"),
            },
            "high_risk_grade": {
                "value": "R5", "source": "the firm's policy on Art. 20; R5 is 'high risk' in the associations' guidelines", "confirmed": false,
                "label": label("Lowest grade that asks for special care", "适用特别注意义务的最低风险等级"),
            },
        },
        "derive": {"client": {
            "assessment_age_months": {"months_since": "assessed_on"},
            "professional_days_left": {"days_until": "professional_until"},
            "risk_class": {"bands": "questionnaire_score", "from": {"C1": 0, "C2": 20, "C3": 40, "C4": 60, "C5": 80}, "to": 100},
        }},
        "conditions": conditions(),
        "verdicts": verdicts(),
        "rules": [no_access(), ungraded(), reassess(), contradiction(), minimum_class(), solicited(), unacknowledged(), acknowledged(), misfit(), professional(),
            special_care(), client_misfit(), objectives_unknown()],
    })
}

fn conditions() -> Vec<Value> {
    let days_left = json!({"client": "professional_days_left", "is": ">=", "value": 0, "missing": "holds"});
    let age = json!({"client": "assessment_age_months", "is": "<", "value_of": "assessment_valid_months", "missing": "fails"});
    let class = json!({"client": "risk_class", "is": ">=", "value": "C1", "missing": "fails"});
    let term = json!({"product": "term_months", "is": ">", "client": "horizon_months", "missing": "fails"});
    let kind = json!({"product": "type", "is": "not_in", "client": "preferred_types", "missing": "fails"});
    let lowest = json!({"client": "risk_class", "is": "=", "value": "C1"});
    vec![
        named("professional", all([declared("professional"), days_left])),
        named("assessed", all([class, age, not(declared("circumstances_changed"))])),
        named("ordinary", all([not(is("professional")), is("assessed")])),
        named("minimum_class", all([lowest, json!({"client": "minimum_class", "is": "=", "value": true})])),
        named("client_initiated", json!({"client": "initiative", "is": "=", "value": "client", "missing": "fails"})),
        named("acknowledged", json!({"product": "product", "is": "in", "client": "acknowledged", "missing": "fails"})),
        named("too_risky", json!({"product": "risk_grade", "is": ">", "client": "risk_class"})),
        named("misfit", any([term, kind])),
    ]
}

fn verdicts() -> Vec<Value> {
    vec![
        verdict("match", true, "Matches", "匹配"),
        verdict("match_professional", true, "Matches: professional investor", "匹配：专业投资者"),
        verdict("allowed_with_ack", true, "Allowed: special written risk warning signed", "可销售：已签署特别的书面风险警示"),
        verdict("ack_required", false, "Special written risk warning required", "须签署特别的书面风险警示"),
        verdict("prohibited_to_solicit", false, "Must not be solicited", "不得主动推介"),
        verdict("reassess", false, "Assess the client first", "须先（重新）测评"),
        verdict("prohibited", false, "Prohibited", "禁止销售"),
    ]
}

fn no_access() -> Value {
    // What the product requires is not nothing, and not all of it is there.
    let requires = not(json!({"product": "requires", "is": "within", "value": [], "missing": "holds"}));
    let lacks = not(json!({"product": "requires", "is": "within", "client": "permissions", "missing": "fails"}));
    json!({
        "id": "no_access", "verdict": "prohibited", "when": all([requires, lacks]), "reference": "CSRC Measures Art. 22(1)",
        "reason": label("The client does not meet the access conditions of the product", "投资者不符合产品的准入要求"),
        "cure": label("Obtain the permissions that the product requires", "取得产品要求的准入资格或权限"),
    })
}

fn ungraded() -> Value {
    let graded = json!({"product": "risk_grade", "is": ">=", "value": "R1", "missing": "fails"});
    json!({
        "id": "ungraded", "verdict": "prohibited", "when": all([not(is("professional")), not(graded)]), "reference": "CSRC Measures Art. 15",
        "reason": label("The product has no risk grade", "产品未划分风险等级"),
        "cure": label("Grade the product", "划分产品风险等级"),
    })
}

fn reassess() -> Value {
    json!({
        "id": "reassess", "verdict": "reassess", "when": all([not(is("professional")), not(is("assessed"))]),
        "reference": "CSRC Measures Art. 21; the firm's policy",
        "reason": label("The assessment is missing or expired, or the client's circumstances have changed", "风险测评缺失、已过期，或投资者情况已变化"),
        "cure": label("Have the client assessed", "对投资者进行（重新）测评"),
    })
}

fn contradiction() -> Value {
    let above = json!({"client": "risk_class", "is": ">", "value": "C1"});
    json!({
        "id": "minimum_class_above_c1", "verdict": "reassess", "when": all([is("ordinary"), declared("minimum_class"), above]),
        "reference": "CSRC Measures Art. 21; the firm's policy",
        "reason": label("The lowest class of all and a class above C1 contradict one another", "风险承受能力最低类别与C1以上的类别相互矛盾"),
        "cure": label("Have the client assessed", "对投资者进行（重新）测评"),
    })
}

fn minimum_class() -> Value {
    json!({
        "id": "minimum_class", "verdict": "prohibited", "unknown": "reassess",
        "when": all([is("ordinary"), is("minimum_class"), is("too_risky")]), "reference": "CSRC Measures Art. 19; 22(5)",
        "reason": label("The product is riskier than an investor of the lowest class may buy", "产品风险等级高于风险承受能力最低类别投资者的承受能力"),
    })
}

fn solicited() -> Value {
    json!({
        "id": "too_risky_solicited", "verdict": "prohibited_to_solicit", "unknown": "reassess",
        "when": all([is("ordinary"), not(is("client_initiated")), is("too_risky")]), "reference": "CSRC Measures Art. 22(3)",
        "reason": label("The product is riskier than the client's class", "产品风险等级高于投资者风险承受能力"),
        "cure": label("Solicit products up to the client's class only", "仅主动推介不高于其风险承受能力等级的产品"),
    })
}

fn unacknowledged() -> Value {
    json!({
        "id": "too_risky_unacknowledged", "verdict": "ack_required", "unknown": "reassess",
        "when": all([is("ordinary"), not(is("minimum_class")), is("client_initiated"), is("too_risky"), not(is("acknowledged"))]),
        "reference": "CSRC Measures Art. 19",
        "reason": label("The client asks for a product riskier than his class", "投资者主动要求购买高于其风险承受能力的产品"),
        "cure": label("Give the special written risk warning and have it signed", "给予特别的书面风险警示并由投资者签署确认"),
    })
}

fn acknowledged() -> Value {
    json!({
        "id": "too_risky_acknowledged", "verdict": "allowed_with_ack", "unknown": "reassess",
        "when": all([is("ordinary"), not(is("minimum_class")), is("client_initiated"), is("too_risky"), is("acknowledged")]),
        "reference": "CSRC Measures Art. 19",
        "reason": label("The client insists after the special written risk warning", "投资者在特别的书面风险警示后仍坚持购买"),
    })
}

fn misfit() -> Value {
    json!({
        "id": "misfit_solicited", "verdict": "prohibited_to_solicit", "when": all([is("ordinary"), not(is("client_initiated")), is("misfit")]),
        "reference": "CSRC Measures Art. 22(4)",
        "reason": label("The product's term or type does not fit the client's objectives", "产品的期限或品种不符合投资者的投资目标"),
        "cure": label("Solicit products of the client's horizon and preferred types only", "仅主动推介符合其投资期限和品种的产品"),
    })
}

fn professional() -> Value {
    json!({
        "id": "professional", "verdict": "match_professional", "unknown": "skip", "when": is("professional"),
        "reference": "CSRC Measures Art. 7; 8",
        "reason": label("The client is a professional investor", "投资者为专业投资者"),
    })
}

fn special_care() -> Value {
    let high = json!({"product": "risk_grade", "is": ">=", "value_of": "high_risk_grade"});
    json!({
        "id": "special_care", "flag": "special_care", "when": all([not(is("professional")), high]), "reference": "CSRC Measures Art. 20",
        "reason": label("A high-risk product: special care is due", "高风险产品：应履行特别的注意义务"),
    })
}

fn client_misfit() -> Value {
    json!({
        "id": "misfit_client_initiated", "flag": "objective_misfit", "when": all([is("ordinary"), is("client_initiated"), is("misfit")]),
        "reference": "CSRC Measures Art. 18",
        "reason": label("The client asks for a product whose term or type does not fit his objectives", "投资者主动要求购买期限或品种不符合其投资目标的产品"),
    })
}

fn objectives_unknown() -> Value {
    let horizon = json!({"client": "horizon_months", "is": ">=", "value": 0, "missing": "fails"});
    let types = json!({"client": "preferred_types", "is": "covers", "value": [], "missing": "fails"});
    json!({
        "id": "objectives_unknown", "flag": "objectives_unknown", "when": all([is("ordinary"), not(all([horizon, types]))]),
        "reference": "CSRC Measures Art. 6",
        "reason": label("The client's horizon or preferred types are not known", "投资者的投资期限或投资品种偏好未知"),
    })
}

/// The NFRA's Order 2025 No. 7 (in force 2026-02-01): the rules of [`csrc`] with the higher of two grades, and flags for what the sale
/// itself asks for. Its articles are not cited: they were not at hand.
pub(super) fn nfra() -> Value {
    let unconfirmed = "NFRA Order 2025 No. 7 (article to be confirmed)";
    let flag = |id: &str, when: Value, en: &str, zh: &str| json!({"id": id, "flag": id, "when": when, "reference": unconfirmed, "reason": label(en, zh)});
    let mut rules = csrc();
    rules["name"] = "nfra".into();
    rules["note"] = "Measures for the Suitability Management of Products of Financial Institutions. A start, not legal advice.".into();
    rules["law"] = label("NFRA Measures on product suitability", "金融机构产品适当性管理办法");
    rules["effective_from"] = "2026-02-01".into();
    rules["values"]["high_risk_grade"]["source"] = "the firm's policy".into();
    rules["values"]["elderly_age"] = json!({
        "value": 65, "source": unconfirmed, "confirmed": false, "label": label("Age from which a client is elderly", "老年投资者年龄"),
    });
    rules["derive"]["product"] = json!({"risk_grade": {"highest": ["issuer_grade", "distributor_grade"]}});
    if let Some(list) = rules["rules"].as_array_mut() {
        list.iter_mut().for_each(|rule| rule["reference"] = unconfirmed.into());
        let elderly = json!({"client": "age", "is": ">=", "value_of": "elderly_age"});
        let asks = |product: &str| json!({"product": product, "is": "=", "value": true, "missing": "fails"});
        list.push(flag("elderly", elderly, "An elderly client: the sale asks for more", "老年投资者：适用更审慎的销售程序"));
        list.push(flag(
            "cooling_off",
            asks("cooling_off"),
            "The client may withdraw within the cooling-off period",
            "适用冷静期（犹豫期）",
        ));
        list.push(flag("recording", asks("recording"), "The sale is to be recorded", "销售过程须录音录像"));
    }
    rules
}
