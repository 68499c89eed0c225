//! Matching: the best products for a client, and why not the others.
//!
//! A [`Catalogue`] is the product library as a value. A [`MatchingPolicy`] says which products a client may be offered
//! (gates: each compares an attribute of the product, of the client, or a constant) and which fit him best (tags: how
//! much of what the product is for is what the client wants). [`CompiledMatch`] joins the two once, so that one client
//! is then matched against all products in a scan of a few columns.
//!
//! Every product a client is not offered has its reasons, and the contributions of a score add up to it.

mod arbitration;
mod catalogue;
mod compiled;
mod diversity;
mod example;
mod gate;
mod json;
mod places;
mod policy;
mod reasons;
mod scores;
mod standing;
mod tags;
mod top;

pub use catalogue::Catalogue;
pub use compiled::{CompiledMatch, Explained, Match, Scratch, Verdict};
pub use policy::MatchingPolicy;
pub use top::MAX_K;
