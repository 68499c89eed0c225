//! European law: MiFID II, suitability of advice and appropriateness of execution, with target markets.

use super::{all, any, declared, is, label, named, not, verdict};
use crate::suitability::KIND;
use serde_json::{Value, json};

const GOVERNANCE: &str = "MiFID II Art. 16(3), 24(2); Delegated Directive (EU) 2017/593 Art. 9, 10";

fn knowledge() -> Value {
    json!(["basic", "informed", "advanced"])
}

/// Client type, knowledge, ability to bear losses, risk tolerance, objectives: each against the client, and against the negative target
/// market of the product.
pub(super) fn suitability() -> Value {
    let short = json!({"product": "knowledge", "is": ">", "client": "knowledge"});
    let switching = all([declared("switching"), not(declared("switching_benefits_outweigh_costs"))]);
    json!({
        "kind": KIND,
        "version": 1,
        "name": "mifid_suitability",
        "note": "Advice and portfolio management. A start, not legal advice.",
        "ruleset_version": 1,
        "law": label("MiFID II, suitability", "欧盟《金融工具市场指令》（MiFID II）适合性"),
        "effective_from": "2018-01-03",
        "scales": {"knowledge": knowledge(), "possible_loss": ["none", "limited", "capital", "beyond"],
            "loss_capacity": ["none", "limited", "capital", "beyond"]},
        "conditions": [
            named("professional", json!({"client": "client_type", "is": "in", "value": ["professional", "eligible_counterparty"]})),
        ],
        "verdicts": [
            verdict("suitable", true, "Suitable", "适合"),
            verdict("insufficient_information", false, "Too little is known to recommend it", "信息不足，不得推荐"),
            verdict("unsuitable", false, "Not suitable", "不适合"),
        ],
        "rules": [
            against("knowledge", all([not(is("professional")), short]), "Delegated Regulation (EU) 2017/565 Art. 54(2)(c), 54(3), 55",
                "The client lacks the knowledge and experience to understand the risks", "客户缺乏理解该产品风险所需的知识和经验"),
            against("loss_capacity", json!({"product": "possible_loss", "is": ">", "client": "loss_capacity"}),
                "Delegated Regulation (EU) 2017/565 Art. 54(2)(b)",
                "The client cannot bear the losses that are possible", "客户在财务上无法承受可能的损失"),
            against("risk_tolerance", json!({"product": "risk_indicator", "is": ">", "client": "risk_tolerance"}),
                "Delegated Regulation (EU) 2017/565 Art. 54(2)(a)",
                "The product is riskier than the client's risk tolerance", "产品风险高于客户的风险承受意愿"),
            against("objectives", json!({"product": "objectives", "is": "disjoint", "client": "objectives"}),
                "Delegated Regulation (EU) 2017/565 Art. 54(2)(a)", "The product serves none of the client's objectives", "产品不符合客户的投资目标"),
            against("horizon", json!({"product": "holding_months", "is": ">", "client": "horizon_months"}),
                "Delegated Regulation (EU) 2017/565 Art. 54(2)(a), 54(5)",
                "The product is to be held for longer than the client's horizon", "产品建议持有期限长于客户的投资期限"),
            against("switching", switching, "Delegated Regulation (EU) 2017/565 Art. 54(11)",
                "The benefits of switching are not shown to outweigh its costs", "未证明转换投资的收益大于成本"),
            negative("client_type", "contains"), negative("knowledge", "contains"), negative("loss_capacity", "contains"),
            negative("risk_tolerance", "contains"), negative("objectives", "overlaps"),
            json!({
                "id": "information_inconsistent", "verdict": "insufficient_information", "when": declared("information_inconsistent"),
                "reference": "Delegated Regulation (EU) 2017/565 Art. 54(7)",
                "reason": label("What the client has told is not consistent", "客户提供的信息前后不一致"),
                "cure": label("Clear up the inconsistency with the client", "与客户核实并更正信息"),
            }),
            outside(),
        ],
    })
}

/// A rule of the suitability test: what is missing for it is missing for the recommendation.
fn against(id: &str, when: Value, reference: &str, en: &str, zh: &str) -> Value {
    json!({
        "id": id, "verdict": "unsuitable", "unknown": "insufficient_information", "when": when, "reference": reference,
        "reason": label(en, zh), "cure": label("Choose another product, or bring the client's profile up to date", "选择其他产品，或更新客户资料"),
    })
}

/// A dimension of the negative target market: whom the product must not reach. A product without one has nobody in it.
fn negative(dimension: &str, operator: &str) -> Value {
    let when = json!({"product": format!("negative_{dimension}"), "is": operator, "client": dimension, "missing": "fails"});
    json!({
        "id": format!("negative_{dimension}"), "verdict": "unsuitable", "when": when, "reference": GOVERNANCE,
        "reason": label("The client is in the negative target market of the product", "客户属于产品的负面目标市场"),
    })
}

fn outside() -> Value {
    json!({
        "id": "outside_target_market", "flag": "outside_target_market", "reference": GOVERNANCE,
        "when": not(json!({"product": "client_types", "is": "contains", "client": "client_type"})),
        "reason": label("The client's type is not in the positive target market of the product", "客户类型不在产品的正面目标市场内"),
    })
}

/// Only knowledge and experience count; whoever is warned may proceed.
pub(super) fn appropriateness() -> Value {
    let professional = json!({"client": "client_type", "is": "in", "value": ["professional", "eligible_counterparty"], "missing": "fails"});
    let simple = json!({"product": "complex", "is": "=", "value": false, "missing": "fails"});
    let asked = json!({"client": "initiative", "is": "=", "value": "client", "missing": "fails"});
    let experienced = json!({"product": "type", "is": "in", "client": "experience"});
    let short = json!({"product": "knowledge", "is": ">", "client": "knowledge"});
    json!({
        "kind": KIND,
        "version": 1,
        "name": "mifid_appropriateness",
        "note": "Execution without advice. A start, not legal advice.",
        "ruleset_version": 1,
        "law": label("MiFID II, appropriateness", "欧盟《金融工具市场指令》（MiFID II）适当性"),
        "effective_from": "2018-01-03",
        "scales": {"knowledge": knowledge()},
        "conditions": [
            named("exempt", any([professional, all([simple, asked])])),
            named("experienced", experienced),
        ],
        "verdicts": [
            verdict("appropriate", true, "Appropriate, or no test required", "适当，或无须测试"),
            verdict("warn_insufficient_information", true, "Warn: too little is known; the client may proceed", "警示：信息不足；客户可自行决定继续"),
            verdict("warn_not_appropriate", true, "Warn: not appropriate; the client may proceed", "警示：不适当；客户可自行决定继续"),
        ],
        "rules": [
            json!({
                "id": "knowledge_and_experience", "verdict": "warn_not_appropriate", "unknown": "warn_insufficient_information",
                "when": all([not(is("exempt")), short, not(is("experienced"))]),
                "reference": "MiFID II Art. 25(3), 25(4); Delegated Regulation (EU) 2017/565 Art. 55, 56",
                "reason": label("The client lacks the knowledge and experience for the product", "客户缺乏该产品所需的知识和经验"),
                "cure": label("Warn the client and keep a record", "向客户发出警示并留存记录"),
            }),
            json!({
                "id": "negative_target_market", "flag": "negative_target_market", "reference": GOVERNANCE,
                "when": json!({"product": "negative_client_type", "is": "contains", "client": "client_type", "missing": "fails"}),
                "reason": label("The client is in the negative target market of the product", "客户属于产品的负面目标市场"),
            }),
            outside(),
        ],
    })
}
