//! The share of each segment in the profit, and what moved it.
