//! A worked example.

use super::model::CostModel;
use super::read::KIND;
use serde_json::{Value, json};

impl CostModel {
    /// A worked example: a broker's month, in English and Chinese.
    pub fn example() -> Value {
        json!({
            "kind": KIND,
            "version": 1,
            "name": "2026-09",
            "note": "Ledger in CNY, capacity in minutes, both of the month.",
            "unit_cost_decimals": 6,
            "pools": [
                {"name": "service desk", "label": {"en": "Service desk", "zh": "客服中心"}, "ledger": 560_000, "practical_capacity": 700_000},
                {"name": "branches", "label": {"en": "Branches", "zh": "营业网点"}, "ledger": 2_880_000,
                 "theoretical_capacity": 1_200_000, "practical_share": 0.8},
                {"name": "systems", "label": {"en": "Trading systems", "zh": "交易系统"}, "ledger": 300_000, "practical_capacity": 6_000_000},
                {"name": "market data", "label": {"en": "Market data", "zh": "行情资讯"}, "ledger": 90_000},
            ],
            "activities": [
                {"name": "call", "label": {"en": "Call", "zh": "来电咨询"}, "driver": "calls", "uses": [
                    {"pool": "service desk", "minutes": 8}, {"pool": "systems", "minutes": 0.5}]},
                {"name": "order", "label": {"en": "Order", "zh": "委托"}, "driver": "orders", "uses": [
                    {"pool": "systems", "minutes": 1.5}]},
                {"name": "account review", "label": {"en": "Account review", "zh": "账户检视"}, "driver": "reviews", "uses": [
                    {"pool": "branches", "minutes": 45}, {"pool": "systems", "minutes": 5}]},
                {"name": "level-2 quotes", "label": {"en": "Level-2 quotes", "zh": "Level-2行情"}, "driver": "clients and months", "uses": [
                    {"pool": "market data", "price": 12.50}]},
            ],
            "channels": [
                {"name": "phone", "label": {"en": "Phone", "zh": "电话"}, "factor": 1},
                {"name": "app", "label": {"en": "App", "zh": "手机"}, "factor": 0.2},
                {"name": "branch", "label": {"en": "Branch", "zh": "网点"}, "factor": 1.5},
            ],
        })
    }
}
