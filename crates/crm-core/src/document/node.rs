//! A value of a document being read.

use super::{Object, Path, Problem, report};
use crate::amount::Amount;
use crate::calendar::{Day, Instant};
use crate::error::Error;
use crate::pause;
use serde_json::Value;
use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::rc::Rc;

/// A value and where it stands.
pub struct Node<'a> {
    value: &'a Value,
    path: Path<'a>,
    problems: &'a RefCell<Vec<Problem>>,
}

impl<'a> Node<'a> {
    pub(super) fn new(value: &'a Value, path: Path<'a>, problems: &'a RefCell<Vec<Problem>>) -> Self {
        Node { value, path, problems }
    }

    /// The JSON value.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// Reports a problem here.
    pub fn problem(&self, problem: impl Into<String>) {
        report(self.problems, || self.path.to_string(), problem);
    }

    /// Reports a problem deeper in the value, at a path of its own such as `rules[2].when`.
    pub fn problem_below(&self, path: &str, problem: impl Into<String>) {
        report(self.problems, || self.path.below(path), problem);
    }

    /// Whether nothing is wrong so far.
    pub fn is_clean(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// Reads an object; keys that `reader` did not ask for are problems.
    pub fn object<T>(&self, reader: impl FnOnce(&Object<'a>) -> T) -> T {
        let fields = self.value.as_object();
        if fields.is_none() {
            self.problem(format!("must be an object, not {}", kind_of(self.value)));
        }
        let object = Object::new(fields, self.path.clone(), self.problems);
        let made = reader(&object);
        object.close();
        made
    }

    /// Reads a text that is not empty.
    pub fn text(&self) -> String {
        match self.value.as_str() {
            Some("") => self.wrong("must not be empty"),
            Some(text) => text.to_string(),
            None => self.wrong(&format!("must be a text, not {}", kind_of(self.value))),
        }
    }

    /// Reads a whole number in a range.
    pub fn integer(&self, range: RangeInclusive<i64>) -> i64 {
        match self.value.as_i64() {
            Some(n) if range.contains(&n) => n,
            _ if *range.end() == i64::MAX => {
                self.wrong_or(&format!("must be a whole number of at least {}", range.start()), *range.start())
            }
            _ => self.wrong_or(&format!("must be a whole number from {} to {}", range.start(), range.end()), *range.start()),
        }
    }

    /// Reads a finite number in a range.
    pub fn number(&self, range: RangeInclusive<f64>) -> f64 {
        match self.value.as_f64().filter(|_| self.value.is_number()) {
            Some(x) if range.contains(&x) => x,
            _ if *range.end() == f64::INFINITY => self.wrong_or(&format!("must be a number of at least {}", range.start()), *range.start()),
            _ => self.wrong_or(&format!("must be a number from {} to {}", range.start(), range.end()), *range.start()),
        }
    }

    /// Reads an exact decimal: a JSON number, or a text that holds one.
    pub fn amount(&self) -> Amount {
        let parsed = match self.value {
            Value::Number(n) => Amount::parse(n.as_str()),
            Value::String(text) => Amount::parse(text),
            _ => Err(Error::range("")),
        };
        parsed.unwrap_or_else(|_| self.wrong_or("must be a decimal number", Amount::ZERO))
    }

    /// Reads true or false.
    pub fn boolean(&self) -> bool {
        self.value.as_bool().unwrap_or_else(|| self.wrong_or("must be true or false", false))
    }

    /// Reads a date.
    pub fn day(&self) -> Day {
        self.value.as_str().and_then(Day::parse).unwrap_or_else(|| self.wrong_or("must be a date, YYYY-MM-DD", Day(0)))
    }

    /// Reads an instant.
    pub fn instant(&self) -> Instant {
        let found = self.value.as_str().and_then(Instant::parse);
        found.unwrap_or_else(|| self.wrong_or("must be an instant, YYYY-MM-DDThh:mm:ssZ", Instant(0)))
    }

    /// Reads a list.
    pub fn list<T>(&self, mut item: impl FnMut(&Node<'a>) -> T) -> Vec<T> {
        let Some(items) = self.value.as_array() else {
            return self.wrong_or("must be a list", Vec::new());
        };
        let above = Rc::new(self.path.clone());
        let mut list = pause::room(items.len());
        for (place, value) in items.iter().enumerate() {
            pause::step();
            list.push(item(&Node::new(value, Path::place(&above, place), self.problems)));
        }
        list
    }

    /// Reads an object whose keys are data.
    pub fn entries<T>(&self, mut item: impl FnMut(&str, &Node<'a>) -> T) -> Vec<(String, T)> {
        let Some(fields) = self.value.as_object() else {
            return self.wrong_or("must be an object", Vec::new());
        };
        let above = Rc::new(self.path.clone());
        let mut list = pause::room(fields.len());
        for (key, value) in fields {
            pause::step();
            list.push((key.clone(), item(key, &Node::new(value, Path::key(&above, key), self.problems))));
        }
        list
    }

    /// Reads one of a few texts.
    pub fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let found = self.value.as_str().and_then(|text| choices.iter().find(|(name, _)| *name == text));
        if found.is_none() {
            let names: Vec<_> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            self.problem(format!("must be one of {}", names.join(", ")));
        }
        found.map(|(_, value)| *value)
    }

    fn wrong<T: Default>(&self, problem: &str) -> T {
        self.wrong_or(problem, T::default())
    }

    fn wrong_or<T>(&self, problem: &str, stand_in: T) -> T {
        self.problem(problem);
        stand_in
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
