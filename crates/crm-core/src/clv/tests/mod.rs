//! Against published and independently computed numbers, where those lie beside the checkout.

mod bgbb;
mod buyers;
mod formula;
mod gamma_gamma;
mod predictions;
mod sbg;
mod stress;

use serde_json::Value;

/// A file of golden numbers; none, and a word, where there are none.
pub fn golden_text(name: &str) -> Option<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/golden/").to_string() + name;
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        println!("skipped: no ../shared");
    }
    text
}

/// A document of golden numbers, as [`golden_text`].
pub fn golden(name: &str) -> Option<Value> {
    golden_text(name).map(|text| serde_json::from_str(&text).unwrap())
}

/// A number, written as such or as text.
pub fn number(value: &Value) -> f64 {
    value.as_str().map_or_else(|| value.as_f64().unwrap(), |text| text.parse().unwrap())
}

/// Asserts that two numbers agree to a relative tolerance, or to an absolute one where that is smaller than 1e-290.
pub fn near(what: &str, got: f64, want: f64, tolerance: f64) {
    assert!(
        (got - want).abs() <= tolerance * want.abs().max(1e-290),
        "{what}: {got} instead of {want}, off by {:e}",
        (got / want - 1.0).abs()
    );
}
