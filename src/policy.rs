//! What all policies share.

use crate::host::{Answer, Request, Rows, cells, function};
use crm_core::affinity::AffinityModel;
use crm_core::als::AlsModel;
use crm_core::clv::{Kind, Model};
use crm_core::cost::CostModel;
use crm_core::document::{Problem, digest};
use crm_core::earnings::FeeSchedule;
use crm_core::matching::MatchingPolicy;
use crm_core::pnl::PnlChart;
use crm_core::rfm::{Breaks, SegmentPolicy};
use crm_core::suitability::SuitabilityRules;
use crm_core::tag::TargetMarket;
use crm_core::tier::TierPolicy;
use crm_core::value::ScoreCard;
use serde_json::Value;

function! {
    policy_digest(policy: Value) -> String { Ok(digest(&policy)) }
}

/// Every problem of a policy or model of any kind.
fn check(policy: &Value) -> Vec<Problem> {
    match policy.get("kind").and_then(Value::as_str) {
        Some("tier_policy") => TierPolicy::problems(policy),
        Some("cost_model") => CostModel::problems(policy),
        Some("matching_policy") => MatchingPolicy::problems(policy),
        Some("pnl_chart") => PnlChart::problems(policy),
        Some("rfm_segment_policy") => SegmentPolicy::problems(policy),
        Some("fee_schedule") => FeeSchedule::problems(policy),
        Some("rfm_breaks") => Breaks::problems(policy),
        Some("target_market") => TargetMarket::problems(policy),
        Some("affinity_model") => AffinityModel::problems(policy),
        Some("als_model") => AlsModel::problems(policy),
        Some("score_card") => ScoreCard::problems(policy),
        Some("suitability_rules") => SuitabilityRules::problems(policy),
        _ if Kind::of(policy).is_some() => Model::problems(policy),
        _ => vec![Problem { path: "kind".into(), problem: "is missing or not a kind that this release knows".into() }],
    }
}

function! {
    policy_check(policy: Value) -> Rows { Ok(problems(check(&policy))) }
}

function! {
    policy_valid(policy: Value) -> bool { Ok(check(&policy).is_empty()) }
}

function! { number_rows_support(request: Request) -> Answer { Ok(request.rows_as_number()) } }

/// The rows of a policy checker.
pub fn problems(found: Vec<Problem>) -> Rows {
    let mut rows = Rows::default();
    found.into_iter().for_each(|p| rows.push(cells![p.path, p.problem]));
    rows
}
