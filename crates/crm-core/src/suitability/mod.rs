//! May this client be offered this product, and why not: the rules of a law, or of a firm, as a document with dates.
//!
//! A [`SuitabilityRules`] is read once. [`SuitabilityRules::on`] a day it is [`InEffect`], which judges pairs of a client and a
//! product: every rule in effect whose condition holds applies, and so does, in its own way, every rule of which that cannot be
//! said. The strictest verdict of all that apply is the verdict, so that a further rule never makes one more permissive.

mod conditions;
mod derive;
mod document;
mod effect;
mod example;
mod explain;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;

pub use derive::Derived;
pub use document::{KIND, Rule, Stated, SuitabilityRules, Verdict};
pub use effect::InEffect;
pub use example::{EXAMPLES, example};
pub use explain::{Explanation, Reason};
