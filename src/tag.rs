//! Target markets, and how much two lists of tags have in common.

use crate::host::{Compiled, Policy, Rows, TextArray, cells, function, growing_type, transition};
use crate::policy::problems;
use crm_core::Result;
use crm_core::tag::{Measure, TagFrequency, Tags, TargetMarket, Weights, client, overlap, overlap_parts};
use serde_json::Value;

impl Policy for TargetMarket {
    fn compile(document: &Value) -> Result<Self> {
        TargetMarket::read(document)
    }
}

function! {
    target_market_verdict(of: Value, market: Compiled<TargetMarket>) -> &'static str { Ok(market.verdict(client(&of)?)?.as_str()) }
}

function! {
    target_market_explain(of: Value, market: Compiled<TargetMarket>) -> Rows {
        let mut rows = Rows::default();
        for (i, step) in market.explain(client(&of)?)?.into_iter().enumerate() {
            let (attribute, actual, outcome) = step.compared.map_or((None, None, None), |(a, actual, o)| (Some(a), actual, Some(o)));
            let actual = actual.filter(|value| !value.is_null()).cloned();
            rows.push(cells![i as i32 + 1, step.part, step.path, step.condition, attribute, actual, outcome, step.truth.as_str()]);
        }
        Ok(rows)
    }
}

function! {
    target_market_check(market: Value) -> Rows { Ok(problems(TargetMarket::problems(&market))) }
}

function! {
    target_market_example() -> Value { Ok(TargetMarket::example()) }
}

/// Weights by tag, without a default.
struct Given(Weights);

impl Policy for Given {
    fn compile(document: &Value) -> Result<Self> {
        Weights::read(document).map(Given)
    }
}

/// What a tag weighs: as it is given, or as all do that are not.
fn weight(given: Option<&Given>, default: f64) -> Result<impl Fn(&str) -> f64> {
    let default = Weights::check_default(default)?;
    Ok(move |tag: &str| given.and_then(|Given(weights)| weights.given(tag)).unwrap_or(default))
}

fn measured(first: &Tags<'_>, second: &Tags<'_>, measure: &str, given: Option<&Given>, default: f64) -> Result<f64> {
    Ok(overlap(Measure::named(measure)?, weight(given, default)?, first, second))
}

fn explained(first: &Tags<'_>, second: &Tags<'_>, measure: &str, given: Option<&Given>, default: f64) -> Result<Rows> {
    let mut rows = Rows::default();
    for part in overlap_parts(Measure::named(measure)?, weight(given, default)?, first, second)? {
        rows.push(cells![part.tag, part.in_first, part.in_second, part.weight, part.contribution]);
    }
    Ok(rows)
}

function! {
    tag_overlap_text(a: TextArray<'_>, b: TextArray<'_>, measure: &str, weights: Option<Compiled<Given>>, default_weight: f64) -> f64 {
        measured(&Tags::of_texts(a.texts())?, &Tags::of_texts(b.texts())?, measure, weights.as_deref(), default_weight)
    }
}

function! {
    tag_overlap_jsonb(a: Value, b: Value, measure: &str, weights: Option<Compiled<Given>>, default_weight: f64) -> f64 {
        measured(&Tags::of_json(&a)?, &Tags::of_json(&b)?, measure, weights.as_deref(), default_weight)
    }
}

function! {
    tag_overlap_explain_text(a: TextArray<'_>, b: TextArray<'_>, measure: &str, weights: Option<Compiled<Given>>, default_weight: f64) -> Rows {
        explained(&Tags::of_texts(a.texts())?, &Tags::of_texts(b.texts())?, measure, weights.as_deref(), default_weight)
    }
}

function! {
    tag_overlap_explain_jsonb(a: Value, b: Value, measure: &str, weights: Option<Compiled<Given>>, default_weight: f64) -> Rows {
        explained(&Tags::of_json(&a)?, &Tags::of_json(&b)?, measure, weights.as_deref(), default_weight)
    }
}

growing_type!(TagFrequency, tag_frequency);

transition! { tag_frequency_push_text(frequency: TagFrequency; tags: TextArray<'_>) via push_growing { frequency.push_texts(tags.texts()) } }
transition! { tag_frequency_push_jsonb(frequency: TagFrequency; tags: Value) via push_growing { frequency.push_json(&tags) } }

function! { tag_frequency_documents(frequency: &TagFrequency) -> i64 { Ok(frequency.documents()) } }
function! { tag_weights(frequency: &TagFrequency) -> Value { Ok(frequency.weights()) } }
function! { tag_default_weight(frequency: &TagFrequency) -> f64 { Ok(frequency.default_weight()) } }

function! {
    tag_frequencies(frequency: &TagFrequency) -> Rows {
        let mut rows = Rows::default();
        frequency.frequencies().into_iter().for_each(|f| rows.push(cells![f.tag, f.documents, f.share, f.idf]));
        Ok(rows)
    }
}
