//! Tags: who a product is meant for, and how much two lists of tags have in common.
//!
//! [`overlap`](Measure::overlap) says how much of one list is in another, every tag by its [`Weights`].

mod measure;

pub use measure::{Measure, Weights, idf, tags_of};
