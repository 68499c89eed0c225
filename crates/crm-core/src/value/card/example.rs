//! A worked score card.

use super::{KIND, ScoreCard};
use serde_json::{Value, json};

impl ScoreCard {
    /// A worked example: a broker's clients by what they bring, hold and do, in English and Chinese. Every transform and
    /// every rule for missing values occurs.
    pub fn example() -> Value {
        json!({
            "kind": KIND,
            "version": 1,
            "name": "client value of a broker",
            "scale": {"from": 0, "to": 100},
            "missing": "neutral",
            "measures": [
                {
                    "name": "contribution", "label": {"en": "Contribution of 12 months", "zh": "近十二个月贡献"}, "weight": 0.35,
                    "direction": "higher", "transform": {"type": "percentile"}, "missing": "error",
                },
                {
                    "name": "average_assets", "label": {"en": "Average assets", "zh": "日均资产"}, "weight": 0.25,
                    "direction": "higher", "transform": {"type": "log"}, "cap": {"from": 0, "to": {"quantile": 0.99}}, "missing": "worst",
                },
                {
                    "name": "frequency", "label": {"en": "Orders of 12 months", "zh": "近十二个月交易次数"}, "weight": 0.15,
                    "direction": "higher", "transform": {"type": "log"}, "missing": 0,
                },
                {
                    "name": "recency", "label": {"en": "Days since the last order", "zh": "距上次交易天数"}, "weight": 0.1,
                    "direction": "lower", "transform": {"type": "min_max", "from": 0, "to": 365}, "missing": "worst",
                },
                {
                    "name": "tenure", "label": {"en": "Years as a client", "zh": "客户年限"}, "weight": 0.05,
                    "direction": "higher", "transform": {"type": "z", "limit": 3},
                },
                {
                    "name": "products", "label": {"en": "Products held", "zh": "持有产品数"}, "weight": 0.1,
                    "transform": {"type": "breaks", "breaks": [0, 1, 3], "points": [0, 4, 8, 10]}, "missing": "skip",
                },
            ],
        })
    }
}
