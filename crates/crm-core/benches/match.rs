//! How many (client, product) pairs a second one core judges, reasons of the five best included.

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
    });
    (format!("P{p:05}"), attributes)
}

fn client(c: u64) -> Value {
    json!({
        "risk_class": format!("C{}", 1 + dice(c, 101, 5)),
        "minimum_class": dice(c, 102, 50) == 0,
        "professional": dice(c, 103, 20) == 0,
        "horizon_months": dice(c, 104, 120),
        "experience_years": dice(c, 105, 20),
        "assets": dice(c, 106, 2_000_000),
        "holdings": (0..5).map(|i| product(dice(c, 107 + i, PRODUCTS)).0).collect::<Vec<_>>(),
        "interests": tags(c, 120, TAGS),
        "preferred_channels": tags(c, 130, 12),
    })
}

fn main() -> crm_core::Result<()> {
    let mut catalogue = Catalogue::default();
    (0..PRODUCTS).map(product).try_for_each(|(product, attributes)| catalogue.push(&product, &attributes))?;
    let policy = MatchingPolicy::read(&MatchingPolicy::example())?;
    let clients: Vec<_> = (0..CLIENTS).map(client).collect();

    let start = Instant::now();
    let compiled = CompiledMatch::compile(&catalogue, &policy, None)?;
    println!("compile {PRODUCTS} products: {:?}", start.elapsed());

    let mut scratch = Scratch::default();
    for k in [1, 5, 50] {
        let (start, mut found) = (Instant::now(), 0);
        for client in &clients {
            found += compiled.matches(client, k, &mut scratch, &|| ())?.len();
        }
        let seconds = start.elapsed().as_secs_f64();
        let pairs = (CLIENTS * PRODUCTS) as f64 / seconds / 1e6;
        println!("top {k}: {pairs:.1} M pairs/s, {:.1} µs a client ({found} matches)", seconds * 1e6 / CLIENTS as f64);
    }
    let (start, mut rows) = (Instant::now(), 0);
    for client in clients.iter().take(200) {
        rows += compiled.explain(client, &mut scratch, &|| ())?.len();
    }
    println!("explain: {:.2} M rows/s", rows as f64 / start.elapsed().as_secs_f64() / 1e6);
    Ok(())
}
