//! Revenue line by line: commissions net of what others get, interest margins, trail fees, risk-adjusted return.
