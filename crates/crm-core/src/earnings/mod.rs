//! What the lines of a profit and loss statement are made of: interest margins, trail fees, commissions net of what others get,
//! and the return on the capital that the risk takes.
//!
//! Money comes and goes as [`Amount`]. Rates and shares come as `f64` and count as the shortest decimal that stands for them, so
//! 0.0525 is exactly 5.25 %. Every product is exact and is rounded once, half to even at the twelfth decimal.

mod commission;
mod day_count;
mod decimals;
mod interest;
mod risk;
mod schedule;
#[cfg(test)]
mod tests;

pub use commission::{Order, Part, Side};
pub use day_count::{Convention, Fraction};
pub use interest::{cash_spread, ftp_margin, margin_spread, trail_fee};
pub use risk::{RiskAdjusted, expected_loss};
pub use schedule::FeeSchedule;
