//! What all policies share.

use crate::host::{Rows, cells, function};
use crm_core::document::{Problem, digest};
use serde_json::Value;

function! {
    policy_digest(policy: Value) -> String { Ok(digest(&policy)) }
}

function! {
    version() -> &'static str { Ok(env!("CARGO_PKG_VERSION")) }
}

/// The rows of a policy checker.
pub fn problems(found: Vec<Problem>) -> Rows {
    let mut rows = Rows::default();
    found.into_iter().for_each(|p| rows.push(cells![p.path, p.problem]));
    rows
}
