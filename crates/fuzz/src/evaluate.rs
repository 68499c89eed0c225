//! Policies together with what they judge: clients, products and catalogues, all in one document.

use crate::Target;
use crate::accessors::{FLOATS, days};
use crate::documents::{json as read_json, written};
use crm_core::matching::{Catalogue, CompiledMatch, MatchingPolicy, Scratch};
use crm_core::suitability::{self, SuitabilityRules};
use crm_core::tag::{Measure, Tags, TargetMarket, Weights, overlap, overlap_parts};
use serde_json::{Value, json};

fn client() -> Value {
    json!({"risk_class": "C4", "professional": false, "minimum_class": false, "interests": ["growth", "technology"], "assets": 392173.18, "age": 44,
        "loss_capacity": "full", "objectives": ["growth"], "client_type": "retail", "knowledge": "advanced", "horizon_months": 96, "holdings": ["A"]})
}

fn products() -> Value {
    json!({"A": {"risk_grade": "R1", "open": true, "min_amount": 1000, "tags": ["income"]}, "B": {"risk_grade": "R4", "open": true, "tags": ["growth"]}, "C": {"open": false}})
}

/// Matches a policy that is valid against a catalogue.
pub fn matched(policy: &Value) {
    matching(&json!({"policy": policy, "client": client(), "products": products()}));
}

fn matching(value: &Value) {
    let Ok(policy) = MatchingPolicy::read(&value["policy"]) else { return };
    let mut catalogue = Catalogue::default();
    for (product, attributes) in value["products"].as_object().into_iter().flatten() {
        let _ = catalogue.push(product, attributes);
    }
    for as_of in [None, Some(days()[1])] {
        let Ok(compiled) = CompiledMatch::compile(&catalogue, &policy, as_of, &|| ()) else { continue };
        let mut scratch = Scratch::default();
        for k in [1, 3, 10_000, -1, i64::MAX] {
            let Ok(found) = compiled.matches(&value["client"], k, &mut scratch) else { continue };
            for one in &found {
                crm_core::document::parse(&one.reasons).unwrap_or_else(|e| panic!("reasons are no JSON: {e}: {}", one.reasons));
            }
            // What is offered is what is explained as offered, in the same order.
            if let Ok(explained) = compiled.explain(&value["client"], &mut scratch) {
                assert_eq!(explained.len(), compiled.len(), "not every product is explained");
                if k == 10_000 {
                    let ranked: Vec<_> = explained.iter().filter(|e| e.rank.is_some()).map(|e| e.product).collect();
                    assert_eq!(
                        ranked,
                        found.iter().map(|m| m.product).collect::<Vec<_>>(),
                        "what is offered differs from what is explained"
                    );
                }
            }
        }
    }
}

/// Asks a target market about a client.
pub fn judged(market: &TargetMarket, client: &Value) {
    let Ok(client) = crm_core::tag::client(client) else { return };
    let verdict = market.verdict(client).map(|verdict| verdict.as_str());
    let explained = market.explain(client).map(|steps| steps.len());
    assert_eq!(verdict.is_ok(), explained.is_ok(), "a verdict without an explanation, or the other way round");
}

fn suitable(value: &Value) {
    let Ok(rules) = SuitabilityRules::read(&value["rules"]) else { return };
    for day in days() {
        let Ok(in_effect) = rules.on(day) else { continue };
        let verdict = in_effect.verdict(&value["client"], &value["product"]).map(|verdict| verdict.map(|verdict| verdict.name.clone()));
        let explained =
            in_effect.explain(&value["client"], &value["product"], None).map(|found| found.map(|found| found.verdict.name.clone()));
        assert_eq!(verdict, explained, "the verdict is not the explained one");
    }
}

fn tags(value: &Value) {
    let weights = Weights::read(&value["weights"]).ok();
    let (Ok(a), Ok(b)) = (Tags::of_json(&value["a"]), Tags::of_json(&value["b"])) else { return };
    for measure in ["jaccard", "cosine", "share_of_first", "share_of_second"] {
        for default in FLOATS {
            let (Ok(measure), Ok(default)) = (Measure::named(measure), Weights::check_default(default)) else { continue };
            let weight = |tag: &str| weights.as_ref().and_then(|weights| weights.given(tag)).unwrap_or(default);
            let whole = overlap(measure, weight, &a, &b);
            assert!((0.0..=1.0 + 1e-9).contains(&whole), "an overlap of {whole}");
            let parts = overlap_parts(measure, weight, &a, &b).map(|parts| parts.len());
            assert!(parts.is_ok(), "an overlap that is not explained: {parts:?}");
        }
    }
}

/// A target whose input is one document.
macro_rules! of_documents {
    ($($name:literal: $seeds:expr, $run:expr;)*) => {
        /// One for each kind of judgement.
        pub const TARGETS: &[Target] = &[$(Target {
            name: $name,
            seeds: || written($seeds.into()),
            run: |data| if let Some(value) = read_json(data) { $run(&value) },
        },)*];
    };
}

of_documents! {
    "matching": [Ok(json!({"policy": MatchingPolicy::example(), "client": client(), "products": products()})),
        Ok(json!({"policy": {"kind": "matching_policy", "version": 1, "tags": [{"id": "t", "client": "interests", "product": "tags", "weight": 1}]}, "client": client(), "products": products()}))],
        matching;
    "target_market_of": [Ok(json!({"market": TargetMarket::example(), "client": client()}))],
        |value: &Value| if let Ok(market) = TargetMarket::read(&value["market"]) { judged(&market, &value["client"]) };
    "suitability": suitability::EXAMPLES.map(|name| Ok(json!({"rules": suitability::example(name)?, "client": client(), "product": {"risk_grade": "R2"}}))), suitable;
    "tag_overlap": [Ok(json!({"a": ["x", "y"], "b": ["y", "z"], "weights": {"x": 2, "y": 0.5}})), Ok(json!({"a": {"x": 1, "y": 2.5}, "b": {"y": 1}, "weights": {}}))], tags;
}
