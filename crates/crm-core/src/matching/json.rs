//! JSON text that is written at once: there may be a row of it for every pair of a client and a product.

use crate::label::Label;
use serde_json::Value;
use std::fmt::Write;
use std::io;

/// Lists longer than this are abbreviated to their number and what the other operand has of them.
pub(super) const SHOWN: usize = 20;

/// JSON text that grows.
pub(super) struct Json(pub String);

/// What reasons say of a part of a policy whatever the client and the product: its name under a key, its label, its weight.
pub(super) fn same_for_all(key: &'static str, id: &str, label: Option<&Label>, weight: f64) -> String {
    let mut json = Json(String::new());
    json.key(key).text(id);
    if let Some(label) = label {
        json.key("label").value(&label.to_json());
    }
    json.key("weight").number(weight);
    json.0
}

/// A string, to be written to.
struct Text<'a>(&'a mut String);

impl io::Write for Text<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push_str(std::str::from_utf8(bytes).map_err(io::Error::other)?);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Json {
    /// Begins the next item of a list or an object; what is being written never ends in a bracket otherwise.
    pub(super) fn next(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with(['{', '[', ':']) {
            self.0.push(',');
        }
    }

    /// Fields that were written before, the commas between them included.
    pub(super) fn fields(&mut self, fields: &str) {
        self.next();
        self.0.push_str(fields);
    }

    /// Begins a field; its value is to follow.
    pub(super) fn key(&mut self, key: &'static str) -> &mut Self {
        self.next();
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
        self
    }

    pub(super) fn raw(&mut self, json: &str) {
        self.0.push_str(json);
    }

    pub(super) fn text(&mut self, text: &str) {
        if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
            self.written(&Value::from(text));
        } else {
            self.0.push('"');
            self.0.push_str(text);
            self.0.push('"');
        }
    }

    /// A text, null where there is none.
    pub(super) fn optional_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.raw("null"),
        }
    }

    pub(super) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.raw("null"),
            Value::Bool(value) => self.raw(if *value { "true" } else { "false" }),
            Value::Number(number) => self.raw(number.as_str()),
            Value::String(text) => self.text(text),
            Value::Array(_) | Value::Object(_) => self.written(value),
        }
    }

    pub(super) fn written(&mut self, value: &Value) {
        // Writing to a string cannot fail.
        write!(self.0, "{value}").unwrap_or_default();
    }

    /// A number as `serde_json` writes it; null where it is none.
    pub(super) fn number(&mut self, number: f64) {
        // Writing to a string cannot fail.
        serde_json::to_writer(Text(&mut self.0), &number).unwrap_or_default();
    }

    /// A number, null where there is none.
    pub(super) fn optional_number(&mut self, number: Option<f64>) {
        self.number(number.unwrap_or(f64::NAN));
    }

    /// Begins an object.
    pub(super) fn open(&mut self) {
        self.next();
        self.0.push('{');
    }

    /// Ends an object.
    pub(super) fn close(&mut self) {
        self.0.push('}');
    }

    /// Texts, in a list.
    pub(super) fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        self.0.push('[');
        for text in texts {
            self.next();
            self.text(text);
        }
        self.0.push(']');
    }

    /// A value as it was written; of a long list how many items it has.
    pub(super) fn short(&mut self, value: Option<&Value>) {
        match value.and_then(Value::as_array).filter(|items| items.len() > SHOWN) {
            Some(items) => self.raw(&format!("{{\"items\":{}}}", items.len())),
            None => self.value(value.unwrap_or(&Value::Null)),
        }
    }
}
