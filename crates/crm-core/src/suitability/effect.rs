//! A rule set on a day, and its verdict on a client and a product.

use super::derive::Derived;
use super::document::{Effect, Rule, SuitabilityRules, Verdict};
use crate::calendar::Day;
use crate::condition::Attributes;
use crate::error::Result;

/// A rule set on a day on which it is in effect.
#[derive(Clone, Copy, Debug)]
pub struct InEffect<'r> {
    pub(super) rules: &'r SuitabilityRules,
    pub(super) as_of: Day,
}

impl<'r> InEffect<'r> {
    /// The rules in effect on the day, in the order of the document.
    pub fn rules(&self) -> impl Iterator<Item = &'r Rule> + use<'r> {
        let as_of = self.as_of;
        self.rules.rules.iter().filter(move |rule| rule.is_in_effect(as_of))
    }

    /// From the most permissive to the strictest; the first is the one when no rule applies.
    pub fn verdicts(&self) -> &'r [Verdict] {
        &self.rules.verdicts
    }

    /// The attributes of a client, derived ones included.
    pub fn derive_client<'a>(&'a self, client: &'a dyn Attributes) -> Derived<'a> {
        Derived::new(client, &self.rules.client, self.as_of)
    }

    /// The attributes of a product, derived ones included.
    pub fn derive_product<'a>(&'a self, product: &'a dyn Attributes) -> Derived<'a> {
        Derived::new(product, &self.rules.product, self.as_of)
    }

    /// The place of the verdict on a client and a product, as they are given.
    pub fn place(&self, client: &dyn Attributes, product: &dyn Attributes) -> Result<usize> {
        self.place_of(&self.derive_client(client), &self.derive_product(product))
    }

    /// The place of the verdict on a client and a product whose attributes are derived: the strictest of all rules that apply.
    pub fn place_of(&self, client: &Derived<'_>, product: &Derived<'_>) -> Result<usize> {
        let mut strictest = 0;
        for rule in self.rules() {
            let most = match &rule.effect {
                Effect::Verdict { holds, unknown } => unknown.unwrap_or(0).max(*holds),
                Effect::Flag { .. } => 0,
            };
            // What could not make it stricter need not be asked.
            if most > strictest {
                strictest = rule.verdict(rule.when.truth(product, client)?).unwrap_or(0).max(strictest);
            }
        }
        Ok(strictest)
    }

    /// The verdict on a client and a product, as they are given.
    pub fn verdict(&self, client: &dyn Attributes, product: &dyn Attributes) -> Result<Option<&'r Verdict>> {
        Ok(self.rules.verdicts.get(self.place(client, product)?)) // always one: places are those of the list
    }
}

impl SuitabilityRules {
    /// The attributes of products that its rules and derivations ask for.
    pub fn product_attributes(&self) -> std::collections::BTreeSet<&str> {
        let of_rules = self.rules.iter().flat_map(|rule| rule.when.leaves()).filter_map(|leaf| leaf.comparison.product.as_deref());
        let of_derivations = self.product.iter().flat_map(|derivation| derivation.inputs().chain([derivation.name.as_str()]));
        of_rules.chain(of_derivations).collect()
    }
}
