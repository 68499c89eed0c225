//! Strict reading of JSON documents: policies, models and the text form of summaries.
//!
//! Unknown keys, missing keys and wrong values are problems, and every problem is collected with its JSON path, so that
//! a checker can show them all and a function can fail with the first. Reading goes on after a problem with a stand-in
//! value; nothing that was read counts before the document is finished without problems.

mod node;
mod object;
mod parse;
mod path;

pub use node::Node;
pub use object::Object;
pub use parse::{parse, read_list, read_nodes};
use path::Path;

use crate::error::{Error, Result};
use crate::pause;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::fmt::{self, Write};
use std::ops::RangeInclusive;

/// One thing wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `tiers[2].from`; empty for the document itself.
    pub path: String,
    /// What.
    pub problem: String,
}

/// Reads an object with `reader` and returns what it made, or every problem.
pub fn check<T>(value: &Value, reader: impl FnOnce(&Object<'_>) -> T) -> std::result::Result<T, Vec<Problem>> {
    let problems = RefCell::new(Vec::new());
    let root = Node::new(value, Path::ROOT, &problems);
    let made = root.object(reader);
    let problems = problems.into_inner();
    if problems.is_empty() { Ok(made) } else { Err(problems) }
}

/// Reads an object with `reader`; the first problem is an error 22023 that names its path.
pub fn read<T>(value: &Value, reader: impl FnOnce(&Object<'_>) -> T) -> Result<T> {
    check(value, reader).map_err(|problems| first(&problems))
}

/// Problems that are kept: nobody reads more, and a document of millions of wrong keys would fill the memory with them.
const MOST_PROBLEMS: usize = 100_000;

fn report(problems: &RefCell<Vec<Problem>>, path: impl FnOnce() -> String, problem: impl Into<String>) {
    let mut problems = problems.borrow_mut();
    if problems.len() < MOST_PROBLEMS {
        problems.push(Problem { path: path(), problem: problem.into() });
    }
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
    let mut hasher = Hasher(Sha256::new());
    // A hash takes whatever is written.
    let _ = write!(hasher, "{value}");
    hasher.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Hasher(Sha256);

impl Write for Hasher {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        pause::step();
        self.0.update(text);
        Ok(())
    }
}

/// At most forty characters of user text, for messages.
pub fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_string() } else { text.chars().take(39).chain(['…']).collect() }
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
