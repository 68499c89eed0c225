//! The attributes of products that a gate asks for, as they are written: what its explanations show.

use super::Product;
use crate::condition::{Attributes, Condition};
use crate::error::Result;
use crate::matching::catalogue::no_room;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// Some attributes of every product. Products alike share a case.
#[derive(Clone, Debug, Default)]
pub(super) struct Extract {
    names: BTreeSet<String>,
    cases: Vec<Value>,
    case_of: Vec<u32>,
    known: HashMap<String, u32>,
}

impl Extract {
    /// Asks for the attributes of products that a condition compares.
    pub(super) fn ask(&mut self, condition: &Condition) {
        self.names.extend(condition.leaves().into_iter().filter_map(|leaf| leaf.comparison.product.clone()));
    }

    /// Asks for an attribute.
    pub(super) fn ask_name(&mut self, name: &str) {
        self.names.insert(name.to_string());
    }

    /// Adds the next product.
    pub(super) fn push(&mut self, product: Product<'_>) -> Result<()> {
        let given = self.names.iter().filter_map(|name| Some((name.clone(), product.attribute(name)?.clone())));
        let attributes = Value::Object(given.collect::<Map<_, _>>());
        let next = u32::try_from(self.cases.len()).map_err(no_room)?;
        self.known.try_reserve(1).map_err(no_room)?;
        let case = *self.known.entry(attributes.to_string()).or_insert(next);
        if case == next {
            self.cases.try_reserve(1).map_err(no_room)?;
            self.cases.push(attributes);
        }
        self.case_of.try_reserve(1).map_err(no_room)?;
        self.case_of.push(case);
        Ok(())
    }

    /// Forgets what only adding needs.
    pub(super) fn finish(&mut self) {
        self.known = HashMap::new();
    }

    /// The attributes of a product.
    pub(super) fn of(&self, product: u32) -> &Value {
        let case = self.case_of.get(product as usize);
        case.and_then(|case| self.cases.get(*case as usize)).unwrap_or(&Value::Null)
    }
}
