//! Customer lifetime value: models of how often customers buy, how long they stay and how much they spend.

pub mod bgbb;
pub mod bgnbd;
pub mod histories;
pub mod maximize;
pub mod pareto;
pub mod quadrature;
pub mod rising;
pub mod sbg;
pub mod unit;

#[cfg(test)]
mod tests;
