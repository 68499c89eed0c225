//! The conditions of a rule set, which may name each other: how large they are with all they name is known before they are used.

use super::document::{name_of, too_many};
use crate::condition::{Condition, Vocabulary};
use crate::document::Object;
use std::collections::BTreeMap;
use std::sync::Arc;

const MAX_CONDITIONS: usize = 256;
/// Comparisons in a condition, those of the conditions it names counted in, and levels of nesting.
const MAX_COMPARISONS: u64 = 10_000;
const MAX_LEVELS: u64 = 64;

/// Conditions by their names.
type Named = Vec<(String, Arc<Condition>)>;

/// How large a condition is with all it names.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    comparisons: u64,
    levels: u64,
}

/// Without following names, which would take as long as what is to be prevented.
fn extent(condition: &Condition, named: &BTreeMap<String, Extent>) -> Extent {
    let parts = |parts: &[Condition]| {
        parts.iter().fold(Extent { comparisons: 0, levels: 0 }, |sum, part| {
            let part = extent(part, named);
            Extent { comparisons: sum.comparisons.saturating_add(part.comparisons), levels: sum.levels.max(part.levels) }
        })
    };
    let inner = match condition {
        Condition::All(list) | Condition::Any(list) => parts(list),
        Condition::Not(part) => extent(part, named),
        Condition::Named(name, _) => named.get(name).copied().unwrap_or(Extent { comparisons: 1, levels: 1 }),
        Condition::Leaf(_) => Extent { comparisons: 1, levels: 0 },
    };
    Extent { levels: inner.levels.saturating_add(1), ..inner }
}

/// Reads a condition that is not too large.
pub(super) fn read_condition(
    object: &Object<'_>,
    vocabulary: &Vocabulary<'_>,
    extents: &BTreeMap<String, Extent>,
) -> Option<(Condition, Extent)> {
    let node = object.node("when")?;
    let condition = Condition::read(&node, vocabulary)?;
    let extent = extent(&condition, extents);
    if extent.comparisons > MAX_COMPARISONS || extent.levels > MAX_LEVELS {
        node.problem(format!("has, with the conditions it names, more than {MAX_COMPARISONS} comparisons or {MAX_LEVELS} levels"));
        return None;
    }
    Some((condition, extent))
}

/// Reads the conditions that others name, and how large each is; one that is wrong is known to no other.
pub(super) fn read_conditions(object: &Object<'_>, vocabulary: Vocabulary<'_>) -> (Named, BTreeMap<String, Extent>) {
    let (mut named, mut extents) = (Vec::new(), BTreeMap::new());
    if let Some(node) = object.optional("conditions").filter(|node| !too_many(node, MAX_CONDITIONS)) {
        node.list(|node| {
            node.object(|object| {
                let name = name_of(object, "name");
                let vocabulary = Vocabulary { conditions: &named, ..vocabulary };
                let read = read_condition(object, &vocabulary, &extents);
                if extents.contains_key(&name) {
                    object.problem("name", "stands twice");
                } else if let Some((condition, extent)) = read {
                    extents.insert(name.clone(), extent);
                    named.push((name, Arc::new(condition)));
                }
            });
        });
    }
    (named, extents)
}
