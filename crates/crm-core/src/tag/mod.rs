//! Tags: whom a product is meant for, and how much two lists of tags have in common.
//!
//! A [`TargetMarket`] says whom a product is meant for and whom it is not meant for, by the client's attributes.

mod example;
mod market;
mod measure;

pub use market::{MarketStep, MarketVerdict, TargetMarket, client};
pub use measure::{Measure, Weights, idf, tags_of};
