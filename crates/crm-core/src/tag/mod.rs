//! Tags: whom a product is meant for, and how much two lists of tags have in common.
//!
//! A [`TargetMarket`] says whom a product is meant for and whom it is not meant for, by the client's attributes. [`overlap`] says
//! how much of one list of tags is in another, every tag by what it weighs; a [`TagFrequency`] counts in how many documents a tag
//! is, so that what is rare can weigh more.

mod example;
mod frequency;
mod market;
#[cfg(test)]
mod market_tests;
mod measure;
mod overlap;
#[cfg(test)]
mod tests;

pub use frequency::{Frequency, TagFrequency};
pub use market::{MarketStep, MarketVerdict, TargetMarket, client};
pub use measure::{Measure, Weights, idf, tags_of};
pub use overlap::{MAX_TAGS, Part, Tags, overlap, overlap_parts};
