//! Worked rule sets. They are a start for a compliance department, not legal advice: what stands in `values` with `"confirmed": false`,
//! and every article, is to be compared with the text of the law.

mod csrc;
mod investor;
mod mifid;

use crate::document::shorten;
use crate::error::{Error, Result};
use serde_json::{Value, json};

/// The examples, by name.
pub const EXAMPLES: [&str; 5] = ["csrc", "nfra", "mifid_suitability", "mifid_appropriateness", "csrc_investor"];

/// A worked rule set, in English and Chinese; another name is 22023.
///
/// - `csrc`: a broker's products and clients under the CSRC's measures for the suitability of securities and futures investors.
/// - `nfra`: the same under the NFRA's measures for the suitability of products of financial institutions, with two grades a product.
/// - `mifid_suitability`: advice under MiFID II, Art. 25(2), with target markets.
/// - `mifid_appropriateness`: execution without advice under MiFID II, Art. 25(3).
/// - `csrc_investor`: whether an investor is professional, convertible or ordinary under the CSRC's measures; of the client alone.
pub fn example(name: &str) -> Result<Value> {
    match name {
        "csrc" => Ok(csrc::csrc()),
        "nfra" => Ok(csrc::nfra()),
        "mifid_suitability" => Ok(mifid::suitability()),
        "mifid_appropriateness" => Ok(mifid::appropriateness()),
        "csrc_investor" => Ok(investor::csrc_investor()),
        other => Err(Error::parameter(format!("\"{}\" is not an example", shorten(other)))
            .hint(format!("The examples are {}.", EXAMPLES.join(", ")))),
    }
}

fn label(en: &str, zh: &str) -> Value {
    json!({"en": en, "zh": zh})
}

fn verdict(name: &str, offer: bool, en: &str, zh: &str) -> Value {
    json!({"name": name, "offer": offer, "label": label(en, zh)})
}

fn named(name: &str, when: Value) -> Value {
    json!({"name": name, "when": when})
}

/// The condition of this name.
fn is(name: &str) -> Value {
    json!({"condition": name})
}

fn not(condition: Value) -> Value {
    json!({"not": condition})
}

fn all<const N: usize>(conditions: [Value; N]) -> Value {
    json!({"all": conditions.to_vec()})
}

fn any<const N: usize>(conditions: [Value; N]) -> Value {
    json!({"any": conditions.to_vec()})
}

/// An attribute of the client that is true; absent it is not.
fn declared(client: &str) -> Value {
    json!({"client": client, "is": "=", "value": true, "missing": "fails"})
}
