//! The best products for a client, and why not the others.

use crate::host::{Call, Cell, Compiled, Present, Rows, cells, function, growing_type, transition};
use crate::policy::problems;
use crm_core::Result;
use crm_core::matching::{Catalogue, CompiledMatch, MatchingPolicy, Scratch};
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
fn matcher(call: &Call) -> Result<Option<Compiled<Matcher>>> {
    call.compiled(0, 2, |catalogue: &Catalogue, policy| {
        let compiled = CompiledMatch::compile(catalogue, &MatchingPolicy::read(policy)?)?;
        Ok(Matcher { compiled, scratch: RefCell::default() })
    })
}

function! {
    match_products(call; _catalogue: Present, client: Value, _policy: Present, k: i32) -> Rows {
        let mut rows = Rows::default();
        let Some(matcher) = matcher(call)? else { return Ok(rows) };
        for m in matcher.compiled.matches(&client, k.into(), &mut matcher.scratch.borrow_mut())? {
            rows.push(cells![m.rank as i32, m.product, m.score, Cell::JsonText(m.reasons)]);
        }
        Ok(rows)
    }
}

function! {
    match_explain(call; _catalogue: Present, client: Value, _policy: Present) -> Rows {
        let mut rows = Rows::default();
        let Some(matcher) = matcher(call)? else { return Ok(rows) };
        for e in matcher.compiled.explain(&client, &mut matcher.scratch.borrow_mut())? {
            rows.push(cells![e.rank.map(|rank| rank as i32), e.product, e.verdict.as_str(), e.score, Cell::JsonText(e.reasons)]);
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
