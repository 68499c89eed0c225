//! Tiers under a stored policy.

use crate::host::{Compiled, Policy, Rows, cells, function};
use crate::policy::problems;
use crm_core::tier::{Tier, TierPolicy};
use crm_core::{Amount, Result};
use serde_json::Value;

impl Policy for TierPolicy {
    fn compile(document: &Value) -> Result<Self> {
        TierPolicy::read(document)
    }
}

fn named(tier: Option<&Tier>, language: Option<&str>) -> Result<Option<String>> {
    tier.map(|tier| tier.label(language).map(str::to_owned)).transpose()
}

function! {
    tier_of_numeric(measure: Amount, policy: Compiled<TierPolicy>, language: Option<&str>) -> Option<String> {
        named(policy.tier(measure), language)
    }
}

function! {
    tier_of_bigint(measure: i64, policy: Compiled<TierPolicy>, language: Option<&str>) -> Option<String> {
        named(policy.tier(Amount::from_i64(measure)), language)
    }
}

function! {
    tier_of_float8(measure: f64, policy: Compiled<TierPolicy>, language: Option<&str>) -> Option<String> {
        named(policy.tier_of_float(measure)?, language)
    }
}

fn explain(measure: Amount, policy: &TierPolicy, language: Option<&str>) -> Result<Rows> {
    let mut rows = Rows::default();
    for (i, s) in policy.explain(measure)?.into_iter().enumerate() {
        let label = s.tier.label(language)?;
        rows.push(cells![i as i32 + 1, s.tier.name(), label, s.tier.from(), s.reached, s.in_effect, s.missing, s.margin]);
    }
    Ok(rows)
}

function! {
    tier_explain_numeric(measure: Amount, policy: Compiled<TierPolicy>, language: Option<&str>) -> Rows {
        explain(measure, &policy, language)
    }
}

function! {
    tier_explain_bigint(measure: i64, policy: Compiled<TierPolicy>, language: Option<&str>) -> Rows {
        explain(Amount::from_i64(measure), &policy, language)
    }
}

function! {
    tier_explain_float8(measure: f64, policy: Compiled<TierPolicy>, language: Option<&str>) -> Rows {
        explain(Amount::from_f64_as_printed(measure)?, &policy, language)
    }
}

function! {
    tier_policy_check(policy: Value) -> Rows { Ok(problems(TierPolicy::problems(&policy))) }
}

function! {
    tier_policy_example() -> Value { Ok(TierPolicy::example()) }
}
