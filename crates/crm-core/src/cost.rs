//! What serving a customer costs: time-driven activity-based costing, tied to the ledger.
