//! The worked example of a target market.

use super::market::{KIND, TargetMarket};
use serde_json::{Value, json};

impl TargetMarket {
    /// A structured note: the five dimensions of the MiFID II guidelines (client type, knowledge and experience, ability to bear
    /// losses, risk tolerance, objectives and needs) as the target market, and the clients it must not be sold to.
    pub fn example() -> Value {
        json!({
            "kind": KIND,
            "version": 1,
            "name": "barrier note, five years",
            "note": "Client type, knowledge and experience, ability to bear losses, risk tolerance, objectives and needs.",
            "scales": {
                "knowledge": ["basic", "informed", "advanced"],
                "loss_capacity": ["none", "limited", "full"],
                "risk_class": ["C1", "C2", "C3", "C4", "C5"],
            },
            "include": {"all": [
                {"client": "client_type", "is": "in", "value": ["retail", "professional"]},
                {"any": [
                    {"client": "knowledge", "is": ">=", "value": "informed"},
                    {"client": "experience_years", "is": ">=", "value": 3},
                ]},
                {"client": "loss_capacity", "is": ">=", "value": "limited"},
                {"client": "risk_class", "is": ">=", "value": "C3"},
                {"client": "objectives", "is": "overlaps", "value": ["income", "growth"]},
                {"client": "horizon_months", "is": ">=", "value": 60},
            ]},
            "exclude": {"any": [
                {"client": "loss_capacity", "is": "=", "value": "none"},
                {"client": "objectives", "is": "contains", "value": "capital_guarantee", "missing": "fails"},
                {"all": [
                    {"client": "age", "is": ">=", "value": 75, "missing": "fails"},
                    {"not": {"client": "knowledge", "is": "=", "value": "advanced"}},
                ]},
            ]},
        })
    }
}
