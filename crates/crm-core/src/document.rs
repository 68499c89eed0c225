//! Strict reading of JSON documents: policies, models and the text form of summaries.
//!
//! Unknown keys, missing keys and wrong values are problems, and every problem is collected with its JSON path, so that
//! a checker can show them all and a function can fail with the first. Reading goes on after a problem with a stand-in
//! value; nothing that was read counts before the document is finished without problems.

use crate::amount::Amount;
use crate::calendar::{Day, Instant};
use crate::error::{Error, Result};
use crate::label::Label;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::ops::RangeInclusive;

/// One thing wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `tiers[2].from`; empty for the document itself.
    pub path: String,
    /// What.
    pub problem: String,
}

/// Parses JSON text, numbers losslessly (22023).
pub fn parse(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|e| match e.to_string() {
        // jsonb knows neither of these limits, so the document is not to blame.
        e if e.starts_with("recursion limit") => Error::parameter("the JSON document is nested deeper than 127 levels"),
        _ if text.contains("\"$serde_json::") => Error::parameter("the JSON document uses \"$serde_json::…\", which is reserved"),
        e => Error::parameter(format!("not a JSON document: {e}")),
    })
}

/// Reads an object with `reader` and returns what it made, or every problem.
pub fn check<T>(value: &Value, reader: impl FnOnce(&Object<'_>) -> T) -> std::result::Result<T, Vec<Problem>> {
    let problems = RefCell::new(Vec::new());
    let root = Node { value, path: String::new(), problems: &problems };
    let made = root.object(reader);
    let problems = problems.into_inner();
    if problems.is_empty() { Ok(made) } else { Err(problems) }
}

/// Reads an object with `reader`; the first problem is an error 22023 that names its path.
pub fn read<T>(value: &Value, reader: impl FnOnce(&Object<'_>) -> T) -> Result<T> {
    check(value, reader).map_err(|problems| first(&problems))
}

fn first(problems: &[Problem]) -> Error {
    let Some(Problem { path, problem }) = problems.first() else {
        return Error::parameter("invalid document");
    };
    let message = if path.is_empty() { problem.clone() } else { format!("{path}: {problem}") };
    match problems.len() {
        1 => Error::parameter(message),
        n => Error::parameter(message).detail(format!("{} more problem(s) in the same document.", n - 1)),
    }
}

/// Reads a policy or model of `kind` (`"kind"` and `"version"` are checked here); errors name the kind and the path and
/// point to the checker.
pub fn read_kind<T>(kind: &'static str, versions: RangeInclusive<i64>, value: &Value, reader: impl FnOnce(&Object<'_>) -> T) -> Result<T> {
    check_kind(kind, versions, value, reader).map_err(|problems| {
        let e = first(&problems);
        Error { message: format!("{kind}: {}", e.message).into(), ..e }
    })
}

/// As [`read_kind`], with every problem.
pub fn check_kind<T>(
    kind: &'static str,
    versions: RangeInclusive<i64>,
    value: &Value,
    reader: impl FnOnce(&Object<'_>) -> T,
) -> std::result::Result<T, Vec<Problem>> {
    let made = check(value, |object| {
        let found = object.text("kind");
        if !found.is_empty() && found != kind {
            object.problem("kind", format!("is \"{}\", not \"{kind}\"", shorten(&found)));
        }
        let version = object.integer("version", 1..=i64::MAX);
        if object.is_clean() && !versions.contains(&version) {
            let known = match (versions.start(), versions.end()) {
                (first, last) if first == last => first.to_string(),
                (first, last) => format!("{first} to {last}"),
            };
            object.problem("version", format!("{version} is not known; this release reads {known}"));
        }
        if !object.is_clean() {
            // Of another kind or version: nothing else that could be said would help.
            return object.give_up();
        }
        object.optional_text("name");
        object.optional_text("note");
        Some(reader(object))
    })?;
    made.ok_or_else(Vec::new) // without problems there is always a value
}

/// The SHA-256 of a document's canonical form (sorted keys, no blanks, numbers as written), in hexadecimal.
pub fn digest(value: &Value) -> String {
    Sha256::digest(value.to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// At most forty characters of user text, for messages.
pub fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_string() } else { text.chars().take(39).chain(['…']).collect() }
}

/// A value and where it stands.
pub struct Node<'a> {
    value: &'a Value,
    path: String,
    problems: &'a RefCell<Vec<Problem>>,
}

/// An object being read: every key that is asked for is known, the others are problems.
pub struct Object<'a> {
    fields: &'a Map<String, Value>,
    path: String,
    problems: &'a RefCell<Vec<Problem>>,
    asked: RefCell<Vec<&'static str>>,
    free: Cell<bool>,
}

static NO_FIELDS: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);

impl<'a> Node<'a> {
    /// The JSON value.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// Reports a problem here.
    pub fn problem(&self, problem: impl Into<String>) {
        self.problems.borrow_mut().push(Problem { path: self.path.clone(), problem: problem.into() });
    }

    /// Reads an object; keys that `reader` did not ask for are problems.
    pub fn object<T>(&self, reader: impl FnOnce(&Object<'a>) -> T) -> T {
        let fields = self.value.as_object();
        if fields.is_none() {
            self.problem(format!("must be an object, not {}", kind_of(self.value)));
        }
        let object = Object {
            fields: fields.unwrap_or(&NO_FIELDS),
            path: self.path.clone(),
            problems: self.problems,
            asked: RefCell::new(Vec::new()),
            // After "must be an object" every missing key would be noise.
            free: Cell::new(fields.is_none()),
        };
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
        let node = |(i, value)| Node { value, path: format!("{}[{i}]", self.path), problems: self.problems };
        items.iter().enumerate().map(node).map(|n| item(&n)).collect()
    }

    /// Reads an object whose keys are data.
    pub fn entries<T>(&self, mut item: impl FnMut(&str, &Node<'a>) -> T) -> Vec<(String, T)> {
        let Some(fields) = self.value.as_object() else {
            return self.wrong_or("must be an object", Vec::new());
        };
        fields
            .iter()
            .map(|(key, value)| (key.clone(), item(key, &Node { value, path: join(&self.path, key), problems: self.problems })))
            .collect()
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
        self.field(key).filter(|node| !node.value.is_null())
    }

    /// A required field with one of a few values.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        self.node(key).and_then(|node| node.choice(choices))
    }

    /// A label: one text for every language (`{"en": "Gold", "zh": "金卡"}`), or one text for all.
    pub fn label(&self, key: &'static str) -> Option<Label> {
        self.optional(key).map(|node| match node.value {
            Value::String(_) => Label::new(vec![(String::new(), node.text())]),
            _ => {
                let texts = node.entries(|language, text| {
                    if language.is_empty() {
                        text.problem("is a label without a language");
                    }
                    text.text()
                });
                if node.value.as_object().is_some_and(Map::is_empty) {
                    node.problem("must have a label in at least one language");
                }
                Label::new(texts)
            }
        })
    }

    /// Reports a problem with a field.
    pub fn problem(&self, key: &str, problem: impl Into<String>) {
        self.problems.borrow_mut().push(Problem { path: join(&self.path, key), problem: problem.into() });
    }

    /// Reports a problem deeper in the object, at a path such as `tiers[2].from`.
    pub fn problem_at(&self, path: &str, problem: impl Into<String>) {
        let path = if self.path.is_empty() { path.to_string() } else { format!("{}.{path}", self.path) };
        self.problems.borrow_mut().push(Problem { path, problem: problem.into() });
    }

    fn field(&self, key: &'static str) -> Option<Node<'a>> {
        self.asked.borrow_mut().push(key);
        self.fields.get(key).map(|value| Node { value, path: join(&self.path, key), problems: self.problems })
    }

    fn missing<T: Missing>(&self, key: &'static str) -> T {
        if !self.free.get() {
            self.problem(key, "is missing");
        }
        T::stand_in()
    }

    /// Whether nothing is wrong so far: what is checked across fields is not worth saying of stand-in values.
    pub fn is_clean(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// Leaves the other fields unread and unreported.
    fn give_up<T>(&self) -> Option<T> {
        self.free.set(true);
        None
    }

    fn close(&self) {
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

fn join(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
    match (path.is_empty(), plain) {
        (true, true) => key.to_string(),
        (false, true) => format!("{path}.{key}"),
        (_, false) => format!("{path}[\"{}\"]", shorten(key)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problems_of(value: &Value) -> Vec<(String, String)> {
        let read = |o: &Object<'_>| {
            let tiers = o.list("tiers", |n| n.object(|t| (t.text("name"), t.optional_amount("from"))));
            (tiers, o.optional_boolean("on"))
        };
        match check(value, read) {
            Ok(_) => Vec::new(),
            Err(all) => all.into_iter().map(|p| (p.path, p.problem)).collect(),
        }
    }

    #[test]
    fn every_problem_is_reported_with_its_path() {
        assert_eq!(problems_of(&json!({"tiers": [{"name": "a", "from": 1.5}, {"name": "b", "from": null}]})), []);
        let wrong = problems_of(&json!({"tiers": [{"from": "x"}, 3, {"name": "", "extra key": 1}], "on": 1, "off": 2}));
        let paths: Vec<_> = wrong.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["tiers[0].name", "tiers[0].from", "tiers[1]", "tiers[2].name", "tiers[2][\"extra key\"]", "on", "off"]);
        assert_eq!(problems_of(&json!([])), [(String::new(), "must be an object, not a list".into())]);
    }

    #[test]
    fn a_kind_is_checked_before_its_contents() {
        let value = json!({"kind": "tier_policy", "version": 9});
        let e = read_kind("tier_policy", 1..=1, &value, |_| ()).unwrap_err();
        assert_eq!(e.message, "tier_policy: version: 9 is not known; this release reads 1");
        let e = read_kind("tier_policy", 1..=3, &value, |_| ()).unwrap_err();
        assert_eq!(e.message, "tier_policy: version: 9 is not known; this release reads 1 to 3");
        let e = read_kind("matching_policy", 1..=9, &value, |_| ()).unwrap_err();
        assert!(e.message.contains("is \"tier_policy\", not \"matching_policy\""), "{e}");
    }

    #[test]
    fn numbers_are_read_without_loss() {
        let value = parse(r#"{"x": 12345678901234567890.123456789012, "y": "0.10"}"#).unwrap();
        let (x, y) = read(&value, |o| (o.amount("x"), o.amount("y"))).unwrap();
        assert_eq!((x.to_string(), y.to_string()), ("12345678901234567890.123456789012".into(), "0.10".into()));
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_stack_overflow() {
        let nested = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&nested(127)).is_ok());
        for levels in [128, 100_000] {
            assert_eq!(parse(&nested(levels)).unwrap_err().message, "the JSON document is nested deeper than 127 levels");
        }
    }

    #[test]
    fn the_reserved_key_is_said_to_be_reserved() {
        for text in [r#"{"$serde_json::private::Number": "x"}"#, r#"{"a": [{"$serde_json::private::Number": {}}]}"#] {
            assert_eq!(parse(text).unwrap_err().message, "the JSON document uses \"$serde_json::…\", which is reserved", "{text}");
        }
        assert!(parse("{").unwrap_err().message.starts_with("not a JSON document: "));
    }

    #[test]
    fn digests_do_not_depend_on_key_order() {
        let (a, b) = (parse(r#"{"a":1,"b":[1,2]}"#).unwrap(), parse(r#"{"b":[1,2], "a":1}"#).unwrap());
        assert_eq!(digest(&a), digest(&b));
        assert_ne!(digest(&a), digest(&json!({"a": 1, "b": [2, 1]})));
        assert_eq!(digest(&json!({})), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }
}
