//! The worked example of a matching policy.

use super::policy::{KIND, MatchingPolicy};
use serde_json::{Value, json};

impl MatchingPolicy {
    /// A worked example in English and Chinese: the C1–C5 × R1–R5 suitability rule with the minimum class, access
    /// conditions, means, term, what the client already holds, and a score of interests and channels.
    ///
    /// What a firm may not know of every client (assets, experience, horizon, holdings) passes when it is missing; his risk class
    /// may not be missing. Only who is known to be a professional investor is not measured by the risk class.
    pub fn example() -> Value {
        json!({
            "kind": KIND,
            "version": 1,
            "name": "retail offers",
            "note": "Suitability after the CSRC Measures, articles 18 and 19; classes and grades as in the industry associations' guidelines.",
            "scales": {
                "risk_grade": ["R1", "R2", "R3", "R4", "R5"],
                "risk_class": ["C1", "C2", "C3", "C4", "C5"],
            },
            "gates": [
                {"id": "open", "product": "open", "is": "=", "value": true,
                 "reason": {"en": "Closed for new business", "zh": "产品未开放"}},
                {"id": "risk", "product": "risk_grade", "is": "<=", "client": "risk_class",
                 "when": {"client": "professional", "is": "<>", "value": true, "missing": "apply"},
                 "reason": {"en": "Riskier than the client's class allows", "zh": "产品风险等级高于客户风险承受能力"}},
                {"id": "minimum_class", "product": "risk_grade", "is": "=", "value": "R1",
                 "when": {"client": "minimum_class", "is": "=", "value": true},
                 "reason": {"en": "Nothing above R1 for the lowest tolerance", "zh": "风险承受能力最低类别客户仅限R1产品"}},
                {"id": "professional", "client": "professional", "is": "=", "value": true,
                 "when": {"product": "professional_only", "is": "=", "value": true},
                 "reason": {"en": "For professional investors only", "zh": "仅面向专业投资者"}},
                {"id": "experience", "product": "min_experience_years", "is": "<=", "client": "experience_years", "missing": "pass",
                 "reason": {"en": "More years of experience are required", "zh": "投资经验年限不足"}},
                {"id": "amount", "product": "min_amount", "is": "<=", "client": "assets", "missing": "pass",
                 "reason": {"en": "The minimum amount is above the client's assets", "zh": "起购金额高于客户资产"}},
                {"id": "term", "product": "term_months", "is": "<=", "client": "horizon_months", "missing": "pass",
                 "reason": {"en": "Longer than the client's horizon", "zh": "产品期限超过客户投资期限"}},
                {"id": "held", "product": "product", "is": "not_in", "client": "holdings", "missing": "pass",
                 "reason": {"en": "The client holds it already", "zh": "客户已持有"}},
            ],
            "tags": [
                {"id": "interests", "label": {"en": "Interests", "zh": "兴趣标签"}, "product": "tags", "client": "interests",
                 "measure": "jaccard", "weight": 0.8, "idf": true},
                {"id": "channels", "label": {"en": "Channels", "zh": "服务渠道"}, "product": "channels", "client": "preferred_channels",
                 "measure": "share_of_client", "weight": 0.2},
            ],
        })
    }
}
