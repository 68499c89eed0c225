//! Worked policies.

use super::policy::KIND;
use crate::error::{Error, Result};
use serde_json::{Value, json};

/// The examples, by name.
pub const EXAMPLES: [&str; 3] = ["thresholds", "next_month", "watch_list"];

fn tier(name: &str, en: &str, zh: &str, from: Option<i64>) -> Value {
    let mut tier = json!({"name": name, "label": {"en": en, "zh": zh}});
    if let Some(from) = from {
        tier["from"] = from.into();
    }
    tier
}

/// Five tiers by average assets, in English and Chinese, under three kinds of rules; another name is 22023.
///
/// - `thresholds`: the tier follows the measure.
/// - `next_month`: upgrades from the next month on; three months below lead to the tier of the last of them, six for private
///   banking. The published rule of a Chinese joint-stock bank (China Bohai Bank, customer tiers by monthly average assets).
/// - `watch_list`: upgrades at once; after three months below a watch of three, then the tier of the best of the six months. The
///   published rule of a large Chinese state bank (China Construction Bank).
pub fn example(name: &str) -> Result<Value> {
    let mut policy = json!({
        "kind": KIND,
        "version": 1,
        "name": "retail by average assets",
        "measure": "average daily assets of the month, CNY",
        "tiers": [
            tier("mass", "Mass", "大众", None),
            tier("silver", "Silver", "白银", Some(50_000)),
            tier("gold", "Gold", "黄金", Some(200_000)),
            tier("platinum", "Platinum", "白金", Some(1_000_000)),
            tier("private", "Private banking", "私人银行", Some(6_000_000)),
        ],
    });
    match name {
        "thresholds" => {}
        "next_month" => {
            policy["name"] = "retail, upgrades from the next month on".into();
            policy["period"] = "month".into();
            policy["new_customer"] = "lowest".into();
            policy["upgrade"] = json!({"takes_effect": "next_period"});
            policy["downgrade"] = json!({"watch": 3, "landing": "last"});
            policy["tiers"][4]["downgrade"] = json!({"watch": 6});
        }
        "watch_list" => {
            policy["name"] = "retail, three months of grace and three on watch".into();
            policy["period"] = "month".into();
            policy["new_customer"] = "reached".into();
            policy["upgrade"] = json!({"takes_effect": "immediately"});
            policy["downgrade"] = json!({"grace": 3, "watch": 3, "landing": "max"});
        }
        other => {
            return Err(Error::parameter(format!("\"{}\" is not an example", crate::document::shorten(other)))
                .hint(format!("The examples are {}.", EXAMPLES.join(", "))));
        }
    }
    Ok(policy)
}
