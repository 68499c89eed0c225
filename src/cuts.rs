//! Thresholds proposed from data: quantiles, shares of customers or of value, natural breaks.
