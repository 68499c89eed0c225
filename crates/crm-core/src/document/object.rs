//! An object of a document being read.

use super::{Node, Path, Problem, report};
use crate::amount::Amount;
use crate::calendar::{Day, Instant};
use crate::label::Label;
use serde_json::{Map, Value};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::rc::Rc;

/// An object being read: every key that is asked for is known, the others are problems.
pub struct Object<'a> {
    fields: &'a Map<String, Value>,
    path: Rc<Path<'a>>,
    problems: &'a RefCell<Vec<Problem>>,
    asked: RefCell<Vec<&'static str>>,
    free: Cell<bool>,
}

static NO_FIELDS: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);

macro_rules! required_fields {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty, $optional:ident;)*) => {$(
        #[doc = concat!("A required field; see [`Node::", stringify!($name), "`].")]
        pub fn $name(&self, key: &'static str $(, $arg: $type)*) -> $out {
            match self.field(key) {
                Some(node) => node.$name($($arg),*),
                None => self.missing(key),
            }
        }

        #[doc = concat!("An optional field (absent or null is none); see [`Node::", stringify!($name), "`].")]
        pub fn $optional(&self, key: &'static str $(, $arg: $type)*) -> Option<$out> {
            self.optional(key).map(|node| node.$name($($arg),*))
        }
    )*};
}

impl<'a> Object<'a> {
    /// Without fields it is not an object after all: every missing key would be noise.
    pub(super) fn new(fields: Option<&'a Map<String, Value>>, path: Path<'a>, problems: &'a RefCell<Vec<Problem>>) -> Self {
        let (asked, free) = (RefCell::new(Vec::new()), Cell::new(fields.is_none()));
        Object { fields: fields.unwrap_or(&NO_FIELDS), path: Rc::new(path), problems, asked, free }
    }

    required_fields! {
        text() -> String, optional_text;
        integer(range: RangeInclusive<i64>) -> i64, optional_integer;
        number(range: RangeInclusive<f64>) -> f64, optional_number;
        amount() -> Amount, optional_amount;
        boolean() -> bool, optional_boolean;
        day() -> Day, optional_day;
        instant() -> Instant, optional_instant;
    }

    /// A required list.
    pub fn list<T>(&self, key: &'static str, item: impl FnMut(&Node<'a>) -> T) -> Vec<T> {
        self.field(key).map_or_else(|| self.missing(key), |node| node.list(item))
    }

    /// A required field that the caller reads himself.
    pub fn node(&self, key: &'static str) -> Option<Node<'a>> {
        let node = self.field(key);
        if node.is_none() {
            self.missing::<bool>(key);
        }
        node
    }

    /// An optional field that the caller reads himself; absent or null is none.
    pub fn optional(&self, key: &'static str) -> Option<Node<'a>> {
        self.field(key).filter(|node| !node.value().is_null())
    }

    /// A required field with one of a few values.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        self.node(key).and_then(|node| node.choice(choices))
    }

    /// A label: one text for every language (`{"en": "Gold", "zh": "金卡"}`), or one text for all.
    pub fn label(&self, key: &'static str) -> Option<Label> {
        self.optional(key).map(|node| match node.value() {
            Value::String(_) => Label::new(vec![(String::new(), node.text())]),
            _ => {
                let texts = node.entries(|language, text| {
                    if language.is_empty() {
                        text.problem("is a label without a language");
                    }
                    text.text()
                });
                if node.value().as_object().is_some_and(Map::is_empty) {
                    node.problem("must have a label in at least one language");
                }
                Label::new(texts)
            }
        })
    }

    /// Reports a problem with a field.
    pub fn problem(&self, key: &str, problem: impl Into<String>) {
        report(self.problems, || self.path.with(key), problem);
    }

    /// Reports a problem deeper in the object, at a path such as `tiers[2].from`.
    pub fn problem_at(&self, path: &str, problem: impl Into<String>) {
        report(self.problems, || self.path.below(path), problem);
    }

    fn field(&self, key: &'static str) -> Option<Node<'a>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.fields.get(key).map(|value| Node::new(value, Path::key(&self.path, key), self.problems))
    }

    fn missing<T: Missing>(&self, key: &'static str) -> T {
        if !self.free.get() {
            self.problem(key, "is missing");
        }
        T::stand_in()
    }

    /// Reports the names in a list that stand before it in the list, each at `list[i].key`.
    pub fn unique<'n>(&self, list: &str, key: &str, names: impl IntoIterator<Item = &'n str>) {
        let mut seen = HashSet::new();
        for (i, name) in names.into_iter().enumerate() {
            if !seen.insert(name) {
                self.problem_at(&format!("{list}[{i}].{key}"), "stands twice");
            }
        }
    }

    /// Whether nothing is wrong so far: what is checked across fields is not worth saying of stand-in values.
    pub fn is_clean(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// Leaves the other fields unread and unreported.
    pub(super) fn give_up<T>(&self) -> Option<T> {
        self.free.set(true);
        None
    }

    pub(super) fn close(&self) {
        if self.free.get() {
            return;
        }
        let asked = self.asked.borrow();
        for key in self.fields.keys().filter(|key| !asked.contains(&key.as_str())) {
            let known = asked.iter().map(|k| format!("\"{k}\"")).collect::<Vec<_>>().join(", ");
            self.problem(key, format!("is not known here; known are {known}"));
        }
    }
}

/// What stands in for a value that is missing until the problems are reported.
trait Missing {
    fn stand_in() -> Self;
}

macro_rules! stand_in {
    ($($type:ty: $value:expr),*) => {$( impl Missing for $type { fn stand_in() -> Self { $value } } )*};
}

stand_in! { String: String::new(), i64: 0, f64: 0.0, bool: false, Amount: Amount::ZERO, Day: Day(0), Instant: Instant(0) }

impl<T> Missing for Vec<T> {
    fn stand_in() -> Self {
        Vec::new()
    }
}
