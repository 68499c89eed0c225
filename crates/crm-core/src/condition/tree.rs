//! Comparisons put together: all, any, not.

use super::compare::Outcome;
use super::{Attributes, Comparison, Vocabulary};
use crate::document::Node;
use crate::error::Result;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// The most conditions that one list may hold, and the deepest that they may be nested.
const MAX_PARTS: usize = 200;
const MAX_DEPTH: usize = 16;

/// What a condition is worth (S. C. Kleene, *Introduction to Metamathematics*, 1952, § 64: the strong tables). The order is the
/// one in which `all` is the least and `any` the greatest of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It cannot be said: something that matters is missing or does not compare.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// Its name in explanations.
    pub fn as_str(self) -> &'static str {
        match self {
            Truth::False => "fails",
            Truth::Unknown => "unknown",
            Truth::True => "holds",
        }
    }

    fn opposite(self) -> Self {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

/// A condition over the attributes of a product and of a client.
///
/// In JSON a comparison, `{"product": "risk_grade", "is": "<=", "client": "risk_class"}`, with `"missing": "holds"` or `"fails"` where an
/// absent attribute is not to make it unknown; or `{"all": […]}`, `{"any": […]}`, `{"not": …}`; or `{"condition": name}` of one that the document names.
#[derive(Clone, Debug)]
pub enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A comparison.
    Leaf(Box<Leaf>),
    /// One that the document names.
    Named(String, Arc<Condition>),
}

/// A comparison, and what it is worth when something is missing.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// The comparison.
    pub comparison: Comparison,
    /// Unknown, unless the document says otherwise.
    pub missing: Truth,
}

impl Leaf {
    /// What it is worth, of what its comparison came out as.
    pub fn truth(&self, outcome: Outcome) -> Truth {
        match outcome {
            Outcome::Holds => Truth::True,
            Outcome::Fails => Truth::False,
            Outcome::Missing => self.missing,
            Outcome::Incomparable => Truth::Unknown,
        }
    }
}

/// A condition or a part of it in an explanation; parts follow what they are part of.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// Where it stands, as `all[1].not`; empty for the whole.
    pub path: String,
    /// What it is worth.
    pub truth: Truth,
    /// The condition.
    pub condition: &'a Condition,
    /// Of a comparison: how it came out, and the two sides' values as they are written.
    pub compared: Option<Compared<'a>>,
}

/// What a comparison compared.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// How it came out.
    pub outcome: Outcome,
    /// The product's value, if it asks for one and there is one.
    pub product: Option<&'a Value>,
    /// The client's value, if it asks for one and there is one.
    pub client: Option<&'a Value>,
}

impl Condition {
    /// Reads a condition; none where it cannot be read, and then the problems are reported.
    pub fn read(node: &Node<'_>, vocabulary: &Vocabulary<'_>) -> Option<Self> {
        Self::read_at(node, vocabulary, MAX_DEPTH)
    }

    fn read_at(node: &Node<'_>, vocabulary: &Vocabulary<'_>, levels: usize) -> Option<Self> {
        let Some(below) = levels.checked_sub(1) else {
            node.problem(format!("is nested more than {MAX_DEPTH} levels deep"));
            return None;
        };
        let Some(fields) = node.value().as_object() else {
            node.object(|_| ());
            return None;
        };
        let group = ["all", "any", "not", "condition"].into_iter().find(|key| fields.contains_key(*key));
        node.object(|object| match group {
            Some(key @ ("all" | "any")) => {
                let list = object.node(key)?;
                if list.value().as_array().is_some_and(|items| items.is_empty() || items.len() > MAX_PARTS) {
                    list.problem(format!("must have from 1 to {MAX_PARTS} conditions"));
                    return None;
                }
                let parts: Option<Vec<_>> = list.list(|part| Self::read_at(part, vocabulary, below)).into_iter().collect();
                parts
                    .filter(|parts| !parts.is_empty())
                    .map(|parts| if key == "all" { Condition::All(parts) } else { Condition::Any(parts) })
            }
            Some("not") => {
                object.node("not").and_then(|part| Self::read_at(&part, vocabulary, below)).map(|part| Condition::Not(Box::new(part)))
            }
            Some(_) => {
                let name = object.text("condition");
                let found = vocabulary.conditions.iter().find(|(known, _)| *known == name);
                if found.is_none() && !name.is_empty() {
                    object.problem("condition", "is not the name of a condition of this document that stands before it");
                }
                found.map(|(_, condition)| Condition::Named(name, Arc::clone(condition)))
            }
            None => {
                let choices = [("holds", Truth::True), ("fails", Truth::False), ("unknown", Truth::Unknown)];
                let comparison = Comparison::from_object(object, vocabulary);
                let missing = object.optional("missing").and_then(|node| node.choice(&choices)).unwrap_or(Truth::Unknown);
                Some(Condition::Leaf(Box::new(Leaf { comparison, missing })))
            }
        })
    }

    /// Its comparisons, from the left to the right.
    pub fn leaves(&self) -> Vec<&Leaf> {
        let mut leaves = Vec::new();
        self.collect(&mut leaves);
        leaves
    }

    fn collect<'c>(&'c self, leaves: &mut Vec<&'c Leaf>) {
        match self {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| part.collect(leaves)),
            Condition::Not(part) => part.collect(leaves),
            Condition::Named(_, condition) => condition.collect(leaves),
            Condition::Leaf(leaf) => leaves.push(leaf),
        }
    }

    /// What it is worth for a product and a client.
    pub fn truth(&self, product: &dyn Attributes, client: &dyn Attributes) -> Result<Truth> {
        Ok(match self {
            Condition::All(parts) => {
                let mut least = Truth::True;
                for part in parts {
                    least = least.min(part.truth(product, client)?);
                    if least == Truth::False {
                        break;
                    }
                }
                least
            }
            Condition::Any(parts) => {
                let mut greatest = Truth::False;
                for part in parts {
                    greatest = greatest.max(part.truth(product, client)?);
                    if greatest == Truth::True {
                        break;
                    }
                }
                greatest
            }
            Condition::Not(part) => part.truth(product, client)?.opposite(),
            Condition::Named(_, condition) => condition.truth(product, client)?,
            Condition::Leaf(leaf) => leaf.truth(leaf.outcome(product, client)?),
        })
    }

    /// What it and each of its parts are worth, the whole first.
    pub fn steps<'a>(&'a self, product: &'a dyn Attributes, client: &'a dyn Attributes) -> Result<Vec<Step<'a>>> {
        let mut steps = Vec::new();
        self.step(String::new(), product, client, &mut steps)?;
        Ok(steps)
    }

    fn step<'a>(
        &'a self,
        path: String,
        product: &'a dyn Attributes,
        client: &'a dyn Attributes,
        steps: &mut Vec<Step<'a>>,
    ) -> Result<Truth> {
        let at = steps.len();
        let below = |part: &str| if path.is_empty() { part.to_string() } else { format!("{path}.{part}") };
        steps.push(Step { path: path.clone(), truth: Truth::Unknown, condition: self, compared: None });
        let mut compared = None;
        let truth = match self {
            Condition::All(parts) | Condition::Any(parts) => {
                let (key, all) = if matches!(self, Condition::All(_)) { ("all", true) } else { ("any", false) };
                let mut truth = if all { Truth::True } else { Truth::False };
                for (i, part) in parts.iter().enumerate() {
                    let of_part = part.step(below(&format!("{key}[{i}]")), product, client, steps)?;
                    truth = if all { truth.min(of_part) } else { truth.max(of_part) };
                }
                truth
            }
            Condition::Not(part) => part.step(below("not"), product, client, steps)?.opposite(),
            Condition::Named(name, condition) => condition.step(below(name), product, client, steps)?,
            Condition::Leaf(leaf) => {
                let outcome = leaf.outcome(product, client)?;
                compared = Some(Compared {
                    outcome,
                    product: leaf.comparison.product.as_ref().and_then(|name| product.attribute(name)),
                    client: leaf.comparison.client.as_ref().and_then(|name| client.attribute(name)),
                });
                leaf.truth(outcome)
            }
        };
        if let Some(step) = steps.get_mut(at) {
            (step.truth, step.compared) = (truth, compared);
        }
        Ok(truth)
    }
}

impl Leaf {
    fn outcome(&self, product: &dyn Attributes, client: &dyn Attributes) -> Result<Outcome> {
        let (_, of_product) = self.comparison.of_product(product)?;
        Ok(self.comparison.outcome(&of_product, &self.comparison.of_client(client)?))
    }
}

/// The condition as people read it.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, parts: &[Condition], between: &str| {
            parts.iter().enumerate().try_for_each(|(i, part)| {
                f.write_str(if i == 0 { "" } else { between })?;
                match part {
                    Condition::All(_) | Condition::Any(_) => write!(f, "({part})"),
                    _ => write!(f, "{part}"),
                }
            })
        };
        match self {
            Condition::All(parts) => list(f, parts, " and "),
            Condition::Any(parts) => list(f, parts, " or "),
            Condition::Not(part) => write!(f, "not ({part})"),
            Condition::Named(name, _) => f.write_str(name),
            Condition::Leaf(leaf) => write!(f, "{}", leaf.comparison),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{check, parse};
    use serde_json::json;

    fn read(condition: &Value) -> std::result::Result<Condition, String> {
        let read =
            |object: &crate::document::Object<'_>| object.node("when").and_then(|node| Condition::read(&node, &Vocabulary::default()));
        match check(&json!({ "when": condition }), read) {
            Ok(Some(condition)) => Ok(condition),
            Ok(None) => Err("nothing".into()),
            Err(problems) => Err(problems.into_iter().map(|p| format!("{}: {}", p.path, p.problem)).collect::<Vec<_>>().join("\n")),
        }
    }

    fn truth(condition: &Value, client: &Value) -> char {
        let condition = read(condition).unwrap();
        let truth = condition.truth(&Value::Null, client).unwrap();
        assert_eq!(condition.steps(&Value::Null, client).unwrap()[0].truth, truth);
        match truth {
            Truth::False => '-',
            Truth::Unknown => '?',
            Truth::True => '+',
        }
    }

    #[test]
    fn kleenes_tables() {
        let is = |name: &str| json!({"client": name, "is": "=", "value": true});
        let mut tables = String::new();
        for left in [json!(true), json!(null), json!(false)] {
            for right in [json!(true), json!(null), json!(false)] {
                let client = json!({"a": left, "b": right});
                tables.push(truth(&json!({"all": [is("a"), is("b")]}), &client));
                tables.push(truth(&json!({"any": [is("a"), is("b")]}), &client));
                tables.push(truth(&json!({"not": is("b")}), &client));
                tables.push(' ');
            }
        }
        assert_eq!(tables.trim_end(), "++- ?+? -++ ?+- ??? -?+ -+- -?? --+");
    }

    #[test]
    fn what_is_missing_may_hold_or_fail_and_what_does_not_compare_may_not() {
        for (missing, of_missing) in [("holds", '+'), ("fails", '-'), ("unknown", '?')] {
            let leaf = json!({"client": "age", "is": "between", "value": [18, 65], "missing": missing});
            assert_eq!(truth(&leaf, &json!({})), of_missing);
            assert_eq!(truth(&leaf, &json!({"age": "old"})), '?');
            assert_eq!(truth(&leaf, &json!({"age": 18})), '+');
            assert_eq!(truth(&leaf, &json!({"age": 65.000000000001})), '-');
        }
    }

    #[test]
    fn problems_have_their_paths() {
        assert_eq!(read(&json!({"all": []})).unwrap_err(), "when.all: must have from 1 to 200 conditions");
        assert_eq!(read(&json!({"all": 7})).unwrap_err(), "when.all: must be a list");
        assert_eq!(read(&json!(7)).unwrap_err(), "when: must be an object, not a number");
        assert_eq!(
            read(&json!({"any": [{"not": {"client": "a", "is": "between", "value": [2, 1]}}, {"all": [3]}], "when": 1})).unwrap_err(),
            "when.any[0].not.value: must be a list of two, the lowest and the highest\nwhen.any[1].all[0]: must be an object, not a number\nwhen.when: is not known here; known are \"any\""
        );
        assert!(read(&json!({"condition": "grown"})).unwrap_err().starts_with("when.condition: is not the name of a condition"));
        let deep = |levels| {
            parse(&format!("{}{}{}", "{\"not\":".repeat(levels), json!({"client": "a", "is": "=", "value": 1}), "}".repeat(levels)))
                .unwrap()
        };
        assert!(read(&deep(15)).is_ok());
        assert!(read(&deep(16)).unwrap_err().ends_with("is nested more than 16 levels deep"));
    }

    #[test]
    fn a_condition_reads_as_people_write_it() {
        let condition =
            read(&json!({"all": [{"any": [{"client": "a", "is": "=", "value": "x"}, {"product": "p", "is": "in", "client": "c"}]},
            {"not": {"client": "n", "is": "between", "value": [1, 2]}}]}))
            .unwrap();
        assert_eq!(condition.to_string(), "(client.a = \"x\" or product.p in client.c) and not (client.n between [1,2])");
        assert_eq!(condition.leaves().len(), 3);
    }
}
