//! User-facing labels: data of a policy, in any language.

use crate::document::shorten;
use crate::error::{Error, Result};
use serde_json::Value;

/// A user-facing text in one or several languages. Labels are data: any language works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label(Vec<(String, String)>);

impl Label {
    /// A label of (language, text) pairs; an empty language stands for all.
    pub fn new(texts: Vec<(String, String)>) -> Self {
        Label(texts)
    }

    /// The text in `language`, if the label has it, or its one text for all languages.
    pub fn get(&self, language: &str) -> Option<&str> {
        self.0.iter().find(|(l, _)| l.is_empty() || l == language).map(|(_, text)| text.as_str())
    }

    /// The languages it has.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(language, _)| language.as_str())
    }

    /// As JSON: the form it was read from.
    pub fn to_json(&self) -> Value {
        match self.0.as_slice() {
            [(language, text)] if language.is_empty() => Value::from(text.as_str()),
            all => Value::Object(all.iter().map(|(l, t)| (l.clone(), Value::from(t.as_str()))).collect()),
        }
    }
}

/// The label of `name` in `language`: a language the label lacks is an error that lists those it has.
pub fn labelled<'a>(name: &'a str, label: Option<&'a Label>, language: Option<&str>) -> Result<&'a str> {
    let (Some(language), Some(label)) = (language, label) else {
        return Ok(name);
    };
    label.get(language).ok_or_else(|| {
        let has: Vec<_> = label.languages().collect();
        Error::parameter(format!("\"{}\" has no label in language \"{}\"", shorten(name), shorten(language)))
            .hint(format!("It has labels in: {}.", has.join(", ")))
    })
}
