//! How many (client, product) pairs a second one core judges, reasons of the five best included.

use crm_core::Day;
use crm_core::matching::{Catalogue, CompiledMatch, MatchingPolicy, Scratch};
use serde_json::{Value, json};
use std::time::Instant;

const CLIENTS: u64 = 20_000;
const PRODUCTS: u64 = 1_000;
const TAGS: u64 = 40;

/// A whole number below `sides`, the same on every run.
fn dice(key: u64, purpose: u64, sides: u64) -> u64 {
    let mut x = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ purpose.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) % sides
}

fn tags(key: u64, purpose: u64, of: u64) -> Vec<String> {
    (0..8).map(|i| format!("tag-{:02}", dice(key, purpose + i, of))).collect()
}

fn key(p: u64) -> String {
    format!("P{p:05}")
}

fn product(p: u64) -> (String, Value) {
    let attributes = json!({
        "risk_grade": format!("R{}", 1 + dice(p, 1, 5)),
        "min_amount": (1 + dice(p, 2, 50)) * 1000,
        "term_months": dice(p, 3, 61),
        "min_experience_years": dice(p, 4, 4),
        "open": dice(p, 5, 10) > 0,
        "professional_only": dice(p, 6, 10) == 0,
        "tags": tags(p, 10, TAGS),
        "channels": tags(p, 20, 12),
        "type": format!("type-{}", dice(p, 30, 6)),
        "issuer": format!("issuer-{:02}", dice(p, 31, 40)),
        "serves": {"retirement": dice(p, 32, 3), "education": dice(p, 33, 3), "liquidity": dice(p, 34, 3)},
        "margin": 1 + dice(p, 35, 50),
        "minutes": 5 + dice(p, 36, 30),
        "target_market": market(dice(p, 37, 60)),
    });
    (key(p), attributes)
}

/// One of sixty target markets.
fn market(m: u64) -> Value {
    json!({"kind": "target_market", "version": 1, "scales": {"knowledge": ["basic", "informed", "advanced"]},
        "include": {"all": [
            {"client": "age", "is": "between", "value": [18 + m % 10, 90]},
            {"any": [{"client": "knowledge", "is": ">=", "value": "informed"}, {"client": "experience_years", "is": ">=", "value": m % 4}]}]},
        "exclude": {"client": "objectives", "is": "contains", "value": format!("objective-{}", m % 6), "missing": "fails"}})
}

/// The example with every kind of gate and score, arbitration and diversity.
fn everything() -> Value {
    let mut policy = MatchingPolicy::example();
    if let Some(gates) = policy["gates"].as_array_mut() {
        gates.push(json!({"id": "law", "suitability": crm_core::suitability::example("csrc").unwrap_or_default()}));
        gates.push(json!({"id": "market", "target_market": "target_market"}));
        gates.push(
            json!({"id": "concentration", "limit": {"group": "issuer", "exposures": "exposures", "bought": {"product": "min_amount"},
            "whole": "assets", "at_most": 0.4}}),
        );
        gates.push(json!({"id": "types", "condition": {"any": [{"client": "assets", "is": ">=", "value": 10000},
            {"product": "type", "is": "=", "value": "type-1"}]}}));
    }
    policy["scores"] = json!([{"id": "needs", "weight": 0.5, "need": {"client": "needs", "product": "serves"}},
        {"id": "propensity", "weight": 0.5, "by_product": {"client": "propensity", "default": 0.1}}]);
    policy["arbitration"] = json!({"terms": [{"id": "fit", "score": true}, {"id": "margin", "product": "margin", "firm": true}],
        "attention": {"product": "minutes", "price": 0.01}});
    policy["diversity"] = json!({"lambda": 0.7, "product": "tags", "measure": "jaccard"});
    policy
}

fn client(c: u64) -> Value {
    json!({
        "risk_class": format!("C{}", 1 + dice(c, 101, 5)),
        "minimum_class": dice(c, 102, 50) == 0,
        "professional": dice(c, 103, 20) == 0,
        "horizon_months": dice(c, 104, 120),
        "experience_years": dice(c, 105, 20),
        "assets": dice(c, 106, 2_000_000),
        "holdings": (0..5).map(|i| key(dice(c, 107 + i, PRODUCTS))).collect::<Vec<_>>(),
        "interests": tags(c, 120, TAGS),
        "preferred_channels": tags(c, 130, 12),
        "preferred_types": (0..4).map(|i| format!("type-{}", dice(c, 140 + i, 6))).collect::<Vec<_>>(),
        "assessed_on": "2026-03-01",
        "age": 18 + dice(c, 150, 70),
        "knowledge": if dice(c, 151, 2) == 0 { "basic" } else { "informed" },
        "objectives": [format!("objective-{}", dice(c, 152, 12))],
        "exposures": {format!("issuer-{:02}", dice(c, 153, 40)): dice(c, 154, 500_000), format!("issuer-{:02}", dice(c, 155, 40)): dice(c, 156, 500_000)},
        "needs": {"retirement": dice(c, 157, 3), "education": 1, "liquidity": dice(c, 158, 3)},
        "propensity": (0..20).map(|i| (key(dice(c, 160 + i, PRODUCTS)), Value::from(dice(c, 180 + i, 100) as f64 / 100.0))).collect::<serde_json::Map<_, _>>(),
    })
}

fn main() -> crm_core::Result<()> {
    let mut catalogue = Catalogue::default();
    (0..PRODUCTS).map(product).try_for_each(|(product, attributes)| catalogue.push(&product, &attributes))?;
    let clients: Vec<_> = (0..CLIENTS).map(client).collect();
    // Of a profile: `cargo bench --bench match -- everything 5` runs nothing else.
    let mut asked = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (only, k) = (asked.next(), asked.next().and_then(|k| k.parse().ok()));
    let policies = [("example", MatchingPolicy::example()), ("everything", everything())];
    for (name, policy) in policies.into_iter().filter(|(name, _)| only.as_ref().is_none_or(|only| only == name)) {
        run(name, &catalogue, &MatchingPolicy::read(&policy)?, &clients, k)?;
    }
    Ok(())
}

fn run(name: &str, catalogue: &Catalogue, policy: &MatchingPolicy, clients: &[Value], k: Option<i64>) -> crm_core::Result<()> {
    let start = Instant::now();
    let compiled = CompiledMatch::compile(catalogue, policy, Day::parse("2026-11-01"))?;
    println!("{name}: compile {PRODUCTS} products: {:?}", start.elapsed());

    let mut scratch = Scratch::default();
    for k in k.map_or(vec![1, 5, 50], |k| vec![k]) {
        let (start, mut found) = (Instant::now(), 0);
        for client in clients {
            found += compiled.matches(client, k, &mut scratch)?.len();
        }
        let seconds = start.elapsed().as_secs_f64();
        let pairs = (CLIENTS * PRODUCTS) as f64 / seconds / 1e6;
        println!("top {k}: {pairs:.1} M pairs/s, {:.1} µs a client ({found} matches)", seconds * 1e6 / CLIENTS as f64);
    }
    if k.is_some() {
        return Ok(());
    }
    let (start, mut rows) = (Instant::now(), 0);
    for client in clients.iter().take(200) {
        rows += compiled.explain(client, &mut scratch)?.len();
    }
    println!("explain: {:.2} M rows/s", rows as f64 / start.elapsed().as_secs_f64() / 1e6);
    Ok(())
}
