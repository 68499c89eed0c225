//! Balances that hold from their day until the next entry: daily averages, extremes, months; movements.
