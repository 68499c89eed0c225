//! Conditions over the attributes of a product and of a client, as gates, suitability rules and target markets have them.
//!
//! A [`Comparison`] compares an attribute with another or with a constant. A [`Condition`] puts comparisons together with
//! `all`, `any` and `not`; what it is worth is true, false or *unknown* (Kleene's strong logic): unknown when something is missing or does
//! not compare and it would matter.

mod board;
mod compare;
mod comparison;
mod tree;

pub use board::{Answers, Board, BoardBuilder, Formula, Worth};
pub use compare::{Datum, Operator, Outcome, Reading, Scalar};
pub use comparison::{Comparison, Scale};
pub use tree::{Compared, Condition, Leaf, Step, Truth};

use crate::document::{Node, Object};
use crate::error::Error;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What has attributes: a JSON object, or one with more.
pub trait Attributes {
    /// The attribute of this name; none when it is absent.
    fn attribute(&self, name: &str) -> Option<&Value>;
}

impl Attributes for Value {
    fn attribute(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

/// What the conditions of a document may use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vocabulary<'v> {
    /// By attribute, its texts from the lowest to the highest.
    pub scales: &'v [(String, Scale)],
    /// Constants that a comparison names with `value_of`.
    pub constants: &'v [(String, Arc<Value>)],
    /// Conditions that others name with `condition`.
    pub conditions: &'v [(String, Arc<Condition>)],
    /// Whether there is no product to compare.
    pub client_only: bool,
}

impl Vocabulary<'_> {
    fn scale(&self, attribute: Option<&str>) -> Option<Scale> {
        let found = self.scales.iter().find(|(name, _)| Some(name.as_str()) == attribute);
        found.map(|(_, scale)| Scale::clone(scale))
    }
}

/// Reads the `scales` of a document; absent are none.
pub fn read_scales(object: &Object<'_>) -> Vec<(String, Scale)> {
    object.optional("scales").map(|node| node.entries(|_, scale| read_scale(scale))).unwrap_or_default()
}

fn read_scale(node: &Node<'_>) -> Scale {
    let texts = node.list(Node::text);
    let different: BTreeSet<_> = texts.iter().collect();
    if node.value().is_array() {
        if texts.len() < 2 {
            node.problem("must have at least two texts, from the lowest to the highest");
        } else if different.len() < texts.len() {
            node.problem("must not have the same text twice");
        }
    }
    texts.into()
}

/// Reports scales of attributes that nothing compares: a slip of the pen in the name would leave the real attribute
/// without its scale.
pub fn check_scales<'n>(object: &Object<'_>, used: impl Iterator<Item = &'n str>, by: &str) {
    let used: BTreeSet<_> = used.collect();
    if let Some(node) = object.optional("scales").filter(|node| node.value().is_object()) {
        node.entries(|attribute, scale| {
            if !used.contains(attribute) {
                scale.problem(format!("is not the name of an attribute of any {by}"));
            }
        });
    }
}

/// 53200.
fn no_room<E>(_: E) -> Error {
    Error::out_of_memory("the values of a comparison")
}
