//! What serving customers costs: time-driven activity-based costing, tied to the ledger.
//!
//! A [`CostToServe`] is what was done for a customer: exact quantities by activity and channel. A [`CostModel`] says what that
//! costs: pools of resources with what the ledger has for them and the minutes they can work, and the minutes of each pool that
//! one unit of an activity takes.
//!
//! Source: Kaplan, R. S. and Anderson, S. R., "Time-Driven Activity-Based Costing", Harvard Business Review, November 2004.

mod charge;
mod example;
mod model;
#[cfg(test)]
mod properties;
mod quantities;
mod read;
#[cfg(test)]
mod tests;

pub use charge::{Balance, Charge, PoolBalance};
pub use model::{Activity, Channel, CostModel, Pool, UnitCost};
pub use quantities::{CostToServe, Done, MAX_NAME_BYTES};
