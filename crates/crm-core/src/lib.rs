//! The mathematics of pg_crm: pure Rust, no PostgreSQL, no unsafe, no I/O.
//!
//! Every feature is one module. The binding of the same name in the extension crate unpacks SQL arguments, calls the
//! module, and packs the answer. What all features share stands first.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod affinity;
pub mod als;
pub mod amount;
pub mod balance;
pub mod basket;
pub mod book;
pub mod calendar;
pub mod clv;
pub mod codec;
pub mod concentration;
pub mod condition;
pub mod contribution;
pub mod cost;
pub mod cuts;
pub mod distribution;
pub mod document;
pub mod earnings;
pub mod error;
pub mod exact;
pub mod exact_sum;
pub mod label;
pub mod matching;
pub mod migration;
mod normal;
pub mod pause;
pub mod period;
pub mod pnl;
pub mod recommend;
pub mod rfm;
pub mod suitability;
pub mod tag;
pub mod tier;
pub mod top_k;
pub mod value;

pub use amount::Amount;
pub use calendar::{Day, Instant};
pub use error::{Error, Result, SqlState};

/// What is called now and then in long computations, so that they can be cancelled.
pub type Pause<'a> = &'a dyn Fn();
