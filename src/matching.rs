//! The best products for a client, and why not the others.

use crate::host::{Call, Cell, Compiled, Present, Rows, cells, function, growing_type, transition};
use crate::policy::problems;
use crm_core::matching::{Catalogue, CompiledMatch, MatchingPolicy, Scratch};
use crm_core::{Day, Result};
use serde_json::Value;
use std::cell::RefCell;

growing_type!(Catalogue, catalogue, identity 32);

transition! {
    catalogue_push(catalogue: Catalogue; product: &str, attributes: Value) via push_growing { catalogue.push(product, &attributes) }
}

function! {
    catalogue_products(catalogue: &Catalogue) -> Rows {
        let mut rows = Rows::default();
        catalogue.products()?.into_iter().for_each(|(product, attributes)| rows.push(cells![product, Cell::JsonText(attributes.to_owned())]));
        Ok(rows)
    }
}

/// A catalogue and a policy compiled together at a call site, with the room their matching needs.
struct Matcher {
    compiled: CompiledMatch,
    scratch: RefCell<Scratch>,
}

/// The matcher of a call whose first argument is the catalogue and whose third is the policy.
fn matcher(call: &Call, as_of: Option<Day>) -> Result<Option<Compiled<Matcher>>> {
    let day = as_of.map_or([0; 5], |day| {
        let [a, b, c, d] = day.0.to_be_bytes();
        [1, a, b, c, d]
    });
    call.compiled(0, 2, &day, |catalogue: &Catalogue, policy| {
        let compiled = CompiledMatch::compile(catalogue, &MatchingPolicy::read(policy)?, as_of)?;
        Ok(Matcher { compiled, scratch: RefCell::default() })
    })
}

function! {
    /// Without a catalogue, a client, a policy or k there are no rows.
    match_products(call; _catalogue: Option<Present>, client: Option<Value>, _policy: Option<Present>, k: Option<i32>, as_of: Option<Day>) -> Rows {
        let mut rows = Rows::default();
        let (Some(client), Some(k)) = (client, k) else { return Ok(rows) };
        let Some(matcher) = matcher(call, as_of)? else { return Ok(rows) };
        for m in matcher.compiled.matches(&client, k.into(), &mut matcher.scratch.borrow_mut())? {
            rows.push(cells![m.rank as i32, m.product, m.score, m.priority, m.neutral_rank.map(|rank| rank as i32), Cell::JsonText(m.reasons)]);
        }
        Ok(rows)
    }
}

function! {
    match_explain(call; _catalogue: Option<Present>, client: Option<Value>, _policy: Option<Present>, as_of: Option<Day>) -> Rows {
        let mut rows = Rows::default();
        let Some(client) = client else { return Ok(rows) };
        let Some(matcher) = matcher(call, as_of)? else { return Ok(rows) };
        for e in matcher.compiled.explain(&client, &mut matcher.scratch.borrow_mut())? {
            let (rank, neutral_rank) = (e.rank.map(|rank| rank as i32), e.neutral_rank.map(|rank| rank as i32));
            rows.push(cells![rank, e.product, e.verdict.as_str(), e.score, e.priority, neutral_rank, Cell::JsonText(e.reasons)]);
        }
        Ok(rows)
    }
}

function! {
    matching_policy_check(policy: Value) -> Rows { Ok(problems(MatchingPolicy::problems(&policy))) }
}

function! {
    matching_policy_example() -> Value { Ok(MatchingPolicy::example()) }
}
