//! May this client be offered this product, and why not.

use crate::host::{Cell, Compiled, Policy, Rows, cells, function};
use crate::policy::problems;
use crm_core::label::labelled;
use crm_core::suitability::{SuitabilityRules, Verdict, example};
use crm_core::{Day, Error, Result, SqlState};
use serde_json::Value;

impl Policy for SuitabilityRules {
    fn compile(document: &Value) -> Result<Self> {
        SuitabilityRules::read(document)
    }
}

/// The attributes of a client or of a product: read once where the same come again.
struct Attributes(Value);

impl Policy for Attributes {
    fn compile(document: &Value) -> Result<Self> {
        if !document.is_object() {
            return Err(Error::parameter("the attributes of a client and of a product must be JSON objects")
                .hint("Pass to_jsonb(row) or jsonb_build_object(…)."));
        }
        Ok(Attributes(document.clone()))
    }
}

fn verdict<'r>(client: &Attributes, product: &Attributes, rules: &'r SuitabilityRules, as_of: Day) -> Result<&'r Verdict> {
    rules.on(as_of)?.verdict(&client.0, &product.0)?.ok_or_else(without_verdicts)
}

#[cold]
fn without_verdicts() -> Error {
    Error::new(SqlState::DataCorrupted, "the rule set has no verdicts")
}

function! {
    suitability_verdict(
        client: Compiled<Attributes>, product: Compiled<Attributes>, rules: Compiled<SuitabilityRules>, as_of: Day
    ) -> String {
        verdict(&client, &product, &rules, as_of).map(|verdict| verdict.name.clone())
    }
}

function! {
    suitability_offer(
        client: Compiled<Attributes>, product: Compiled<Attributes>, rules: Compiled<SuitabilityRules>, as_of: Day
    ) -> bool {
        verdict(&client, &product, &rules, as_of).map(|verdict| verdict.offer)
    }
}

function! {
    suitability_explain(
        client: Compiled<Attributes>, product: Compiled<Attributes>, rules: Compiled<SuitabilityRules>, as_of: Day, language: Option<&str>
    ) -> Rows {
        let explained = rules.on(as_of)?.explain(&client.0, &product.0, language)?.ok_or_else(without_verdicts)?;
        let texts = |list: Vec<Option<&str>>| Cell::Texts(list.into_iter().map(|text| text.map(str::to_owned)).collect());
        let reasons = || explained.reasons.iter();
        let mut rows = Rows::default();
        rows.push([
            Cell::from(explained.verdict.name.as_str()),
            Cell::from(explained.verdict.offer),
            texts(reasons().map(|reason| Some(reason.reason)).collect()),
            texts(reasons().map(|reason| Some(reason.rule.id.as_str())).collect()),
            texts(reasons().map(|reason| Some(reason.rule.reference.as_str())).collect()),
            texts(reasons().map(|reason| reason.cure).collect()),
            texts(explained.flags.iter().copied().map(Some).collect()),
            texts(explained.missing.iter().map(|name| Some(name.as_str())).collect()),
            Cell::from(rules.name()),
            Cell::from(rules.version() as i32),
            Cell::from(rules.digest()),
            Cell::from(as_of),
            Cell::from(explained.details.clone()),
            texts(reasons().map(|reason| Some(reason.truth.as_str())).collect()),
        ]);
        Ok(rows)
    }
}

function! {
    suitability_values(rules: Compiled<SuitabilityRules>, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for stated in rules.values() {
            let label = labelled(&stated.name, stated.label.as_ref(), language)?;
            rows.push(cells![stated.name.as_str(), Value::clone(&stated.value), stated.source.as_str(), stated.confirmed, label]);
        }
        Ok(rows)
    }
}

function! {
    suitability_verdict_list(rules: Compiled<SuitabilityRules>, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for (position, verdict) in (1i32..).zip(rules.verdicts()) {
            rows.push(cells![position, verdict.name.as_str(), labelled(&verdict.name, verdict.label.as_ref(), language)?, verdict.offer]);
        }
        Ok(rows)
    }
}

function! {
    suitability_rule_list(rules: Compiled<SuitabilityRules>, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for (position, rule) in (1i32..).zip(rules.rules()) {
            let (verdict, unknown) = (rule.verdict_name(rules.verdicts()), rule.unknown_name(rules.verdicts()));
            let (condition, reason) = (rule.condition().to_string(), labelled(&rule.id, rule.reason.as_ref(), language)?);
            let (id, reference) = (rule.id.as_str(), rule.reference.as_str());
            let cure = rule.cure_in(language)?;
            rows.push(cells![position, id, verdict, rule.flag_name(), unknown, reference, rule.from, rule.until, condition, reason, cure]);
        }
        Ok(rows)
    }
}

function! {
    suitability_rules_check(rules: Value) -> Rows { Ok(problems(SuitabilityRules::problems(&rules))) }
}

function! {
    suitability_rules_example(name: &str) -> Value { example(name) }
}
