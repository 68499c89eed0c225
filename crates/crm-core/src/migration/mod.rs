//! Who went from which tier to which: matrix, rates, time in a tier, steady state, forecast.
