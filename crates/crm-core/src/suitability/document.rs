//! The rule set: a jsonb document, read strictly.

use super::conditions::{Extent, read_condition, read_conditions};
use super::derive::Derivation;
use super::effect::InEffect;
use crate::amount::Amount;
use crate::calendar::Day;
use crate::condition::{Comparison, Condition, Truth, Vocabulary, check_scales, read_scales};
use crate::document::{Node, Object, Problem, check_kind, digest, read_kind, shorten};
use crate::error::{Error, Result};
use crate::label::Label;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The document's kind.
pub const KIND: &str = "suitability_rules";
const MAX_RULES: usize = 256;
const MAX_VERDICTS: usize = 32;
const MAX_NAME: usize = 1000;

/// The rules of a law or of a firm, as they stand in a document.
#[derive(Clone, Debug)]
pub struct SuitabilityRules {
    pub(super) name: String,
    pub(super) version: i64,
    pub(super) from: Day,
    pub(super) until: Option<Day>,
    pub(super) values: Vec<Stated>,
    pub(super) client: Vec<Derivation>,
    pub(super) product: Vec<Derivation>,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) rules: Vec<Rule>,
    pub(super) digest: String,
}

/// What the rules can come to. The list runs from the most permissive to the strictest; the first is the one when no rule applies.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Its name.
    pub name: String,
    /// Whether the product may be offered with it.
    pub offer: bool,
    /// What to show.
    pub label: Option<Label>,
}

/// A value that conditions use by its name, and where it is from.
#[derive(Clone, Debug)]
pub struct Stated {
    /// Its name.
    pub name: String,
    /// The value.
    pub value: Arc<Value>,
    /// Where it is from.
    pub source: String,
    /// Whether somebody has compared it with the source.
    pub confirmed: bool,
    /// What to show.
    pub label: Option<Label>,
}

/// What a rule does when it applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// A verdict, by its place in the list, and the one when the condition is unknown.
    Verdict { holds: usize, unknown: Option<usize> },
    /// A flag, and whether it is set when the condition is unknown.
    Flag { name: String, unknown: bool },
}

/// A condition and what it leads to.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// Where it is from.
    pub reference: String,
    /// Its first day, when it is not that of the rule set.
    pub from: Option<Day>,
    /// Its last day, when it is not that of the rule set.
    pub until: Option<Day>,
    /// What to tell whoever asks why.
    pub reason: Option<Label>,
    /// What would have to change; none when nothing cures it.
    pub cure: Option<Label>,
    pub(super) when: Condition,
    pub(super) effect: Effect,
}

impl Rule {
    /// When it applies.
    pub fn condition(&self) -> &Condition {
        &self.when
    }

    /// The place of the verdict it asks for, of what its condition is worth; none when it does not apply or sets a flag.
    pub fn verdict(&self, truth: Truth) -> Option<usize> {
        match (&self.effect, truth) {
            (Effect::Verdict { holds, .. }, Truth::True) => Some(*holds),
            (Effect::Verdict { unknown, .. }, Truth::Unknown) => *unknown,
            _ => None,
        }
    }

    /// The flag it sets, of what its condition is worth.
    pub fn flag(&self, truth: Truth) -> Option<&str> {
        match (&self.effect, truth) {
            (Effect::Flag { name, .. }, Truth::True) | (Effect::Flag { name, unknown: true }, Truth::Unknown) => Some(name),
            _ => None,
        }
    }

    /// Whether it is in effect on a day on which its rule set is.
    pub fn is_in_effect(&self, on: Day) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }
}

impl SuitabilityRules {
    /// Reads a rule set (22023 with the path of what is wrong).
    pub fn read(rules: &Value) -> Result<Self> {
        let mut read = read_kind(KIND, 1..=1, rules, Self::from_object)
            .map_err(|e| e.hint("select * from crm.suitability_rules_check(rules) lists every problem."))?;
        read.digest = digest(rules);
        Ok(read)
    }

    /// Every problem of a rule set.
    pub fn problems(rules: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, rules, Self::from_object).err().unwrap_or_default()
    }

    /// The rules on a day; a day on which the rule set is not in effect is 22023.
    pub fn on(&self, as_of: Day) -> Result<InEffect<'_>> {
        if self.from <= as_of && self.until.is_none_or(|until| as_of <= until) {
            return Ok(InEffect { rules: self, as_of });
        }
        let named = format!("the rule set \"{}\" (version {}) is not in effect on {as_of}", shorten(&self.name), self.version);
        let hint = match self.until {
            Some(until) => format!("It is in effect from {} until {until}: choose the rule set by the day.", self.from),
            None => format!("It is in effect from {} on: choose the rule set by the day.", self.from),
        };
        Err(Error::parameter(named).hint(hint))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The firm's own number of it.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The SHA-256 of the document.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The values that conditions use by name.
    pub fn values(&self) -> &[Stated] {
        &self.values
    }

    /// From the most permissive to the strictest.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// Every rule, in effect or not, in the order of the document.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    fn from_object(object: &Object<'_>) -> Self {
        let scales = read_scales(object);
        let values = read_values(object);
        let constants: Vec<_> = values.iter().map(|stated| (stated.name.clone(), Arc::clone(&stated.value))).collect();
        let (client, product) = object
            .optional("derive")
            .map(|node| {
                node.object(|sides| {
                    let read = |side: &'static str| {
                        let node = sides.optional(side);
                        let read = node.map(|node| node.entries(|name, node| Derivation::read(name, node, &scales)));
                        read.unwrap_or_default().into_iter().filter_map(|(_, derivation)| derivation).collect::<Vec<_>>()
                    };
                    (read("client"), read("product"))
                })
            })
            .unwrap_or_default();
        let mut vocabulary = Vocabulary { scales: &scales, constants: &constants, ..Vocabulary::default() };
        let (named, extents) = read_conditions(object, vocabulary);
        vocabulary.conditions = &named;
        let verdicts = read_verdicts(object);
        let rules = read_rules(object, &vocabulary, &extents, &verdicts);
        let (from, until) = (object.day("effective_from"), object.optional_day("effective_until"));
        if until.is_some_and(|until| until < from) {
            object.problem("effective_until", "is before \"effective_from\"");
        }
        object.label("law");
        let rules = SuitabilityRules {
            name: object.text("name"),
            version: object.integer("ruleset_version", 1..=i64::from(i32::MAX)),
            digest: String::new(),
            from,
            until,
            values,
            client,
            product,
            verdicts,
            rules,
        };
        if object.is_clean() {
            rules.check_whole(object, &named);
        }
        rules
    }

    /// What only the rule set as a whole can get wrong.
    fn check_whole(&self, object: &Object<'_>, named: &[(String, Arc<Condition>)]) {
        let conditions = || named.iter().map(|(_, condition)| &**condition).chain(self.rules.iter().map(|rule| &rule.when));
        let leaves: Vec<_> = conditions().flat_map(Condition::leaves).map(|leaf| &leaf.comparison).collect();
        let of_client: BTreeSet<_> = leaves.iter().filter_map(|comparison| comparison.client.as_deref()).collect();
        let of_product: BTreeSet<_> = leaves.iter().filter_map(|comparison| comparison.product.as_deref()).collect();
        for (side, derivations, used) in [("client", &self.client, &of_client), ("product", &self.product, &of_product)] {
            for Derivation { name, .. } in derivations {
                if !used.contains(name.as_str()) {
                    object.problem_at(
                        &format!("derive.{side}.{name}"),
                        format!("is derived, but no condition compares this attribute of the {side}"),
                    );
                }
            }
            for derivation in derivations {
                if let Some(input) = derivation.inputs().find(|input| derivations.iter().any(|other| other.name == *input)) {
                    let problem = format!("\"{}\" is derived itself: derive from what the {side} is given with", shorten(input));
                    object.problem_at(&format!("derive.{side}.{}", derivation.name), problem);
                }
            }
        }
        self.check_counts(object, &leaves);
        let scaled =
            self.client.iter().chain(&self.product).filter(|derivation| derivation.uses_scale()).map(|derivation| &*derivation.name);
        check_scales(object, of_client.into_iter().chain(of_product).chain(scaled), "condition");
    }
}

impl SuitabilityRules {
    /// A term that is negative would have passed before it began: months and days since a day are at least 0.
    fn check_counts(&self, object: &Object<'_>, leaves: &[&Comparison]) {
        let mut found = BTreeSet::new();
        for comparison in leaves {
            let of_side = |side: &[Derivation], name: &Option<String>| {
                side.iter().find(|derivation| Some(&derivation.name) == name.as_ref()).and_then(Derivation::counts)
            };
            let counted = of_side(&self.client, &comparison.client).or(of_side(&self.product, &comparison.product));
            let (Some(unit), Some(name), Some(value)) = (counted, &comparison.value_of, &comparison.value) else { continue };
            let numbers = value.as_array().map_or(std::slice::from_ref(&**value), Vec::as_slice);
            let negative =
                |value: &Value| value.as_number().is_some_and(|number| Amount::parse(number.as_str()).is_ok_and(|a| a.units < 0));
            if numbers.iter().any(negative) && found.insert(name) {
                object.problem_at(&format!("values.{name}.value"), format!("must not be negative: it is compared with {unit} since a day"));
            }
        }
    }
}

fn read_values(object: &Object<'_>) -> Vec<Stated> {
    let read = |name: &str, node: &Node<'_>| {
        node.object(|stated| Stated {
            name: name.to_string(),
            value: stated.node("value").map(|node| Arc::new(node.value().clone())).unwrap_or_default(),
            source: stated.text("source"),
            confirmed: stated.optional_boolean("confirmed").unwrap_or(false),
            label: stated.label("label"),
        })
    };
    object.optional("values").map(|node| node.entries(read)).unwrap_or_default().into_iter().map(|(_, stated)| stated).collect()
}

pub(super) fn too_many(node: &Node<'_>, at_most: usize) -> bool {
    let too_many = node.value().as_array().is_some_and(|items| items.len() > at_most);
    if too_many {
        node.problem(format!("must not have more than {at_most} entries"));
    }
    too_many
}

pub(super) fn name_of(object: &Object<'_>, key: &'static str) -> String {
    let name = object.text(key);
    if name.len() > MAX_NAME {
        object.problem(key, format!("is longer than {MAX_NAME} bytes"));
    }
    name
}

fn read_verdicts(object: &Object<'_>) -> Vec<Verdict> {
    let Some(node) = object.node("verdicts").filter(|node| !too_many(node, MAX_VERDICTS)) else {
        return Vec::new();
    };
    let verdicts = node.list(|node| {
        node.object(|verdict| {
            let name = name_of(verdict, "name");
            if name == "skip" {
                verdict.problem("name", "must not be \"skip\": in a rule's \"unknown\" that says that the rule does not apply");
            }
            Verdict { name, offer: verdict.boolean("offer"), label: verdict.label("label") }
        })
    });
    if node.value().is_array() && verdicts.len() < 2 {
        node.problem("must have at least two verdicts, from the most permissive to the strictest");
    }
    object.unique("verdicts", "name", verdicts.iter().map(|verdict| verdict.name.as_str()).filter(|name| !name.is_empty()));
    verdicts
}

fn read_rules(object: &Object<'_>, vocabulary: &Vocabulary<'_>, extents: &BTreeMap<String, Extent>, verdicts: &[Verdict]) -> Vec<Rule> {
    let Some(node) = object.node("rules").filter(|node| !too_many(node, MAX_RULES)) else {
        return Vec::new();
    };
    let rules = node.list(|node| {
        node.object(|object| {
            let id = name_of(object, "id");
            let effect = read_effect(object, verdicts);
            let when = read_condition(object, vocabulary, extents);
            let (from, until) = (object.optional_day("effective_from"), object.optional_day("effective_until"));
            if let (Some(from), Some(until)) = (from, until)
                && until < from
            {
                object.problem("effective_until", "is before \"effective_from\"");
            }
            let (reference, reason, cure) = (object.text("reference"), object.label("reason"), object.label("cure"));
            let (effect, (when, _)) = (effect?, when?);
            Some(Rule { id, reference, from, until, reason, cure, when, effect })
        })
    });
    if node.value().as_array().is_some_and(Vec::is_empty) {
        node.problem("must not be empty");
    }
    let ids = node.value().as_array().into_iter().flatten().map(|rule| rule.get("id").and_then(Value::as_str).unwrap_or_default());
    let mut seen = BTreeSet::new();
    for (i, id) in ids.enumerate() {
        if !id.is_empty() && !seen.insert(id) {
            object.problem_at(&format!("rules[{i}].id"), "stands twice");
        }
    }
    rules.into_iter().flatten().collect()
}

fn read_effect(object: &Object<'_>, verdicts: &[Verdict]) -> Option<Effect> {
    let place = |key: &'static str, name: &str| {
        let found = verdicts.iter().position(|verdict| verdict.name == name);
        if found.is_none() && !name.is_empty() {
            object.problem(key, "is not the name of a verdict of this rule set");
        }
        found
    };
    let (verdict, flag, unknown) = (object.optional_text("verdict"), object.optional_text("flag"), object.optional_text("unknown"));
    let skips = unknown.as_deref() == Some("skip");
    match (verdict, flag) {
        (Some(verdict), None) => {
            let holds = place("verdict", &verdict);
            let of_unknown = match unknown {
                _ if skips => None,
                Some(name) => place("unknown", &name),
                None => holds,
            };
            Some(Effect::Verdict { holds: holds?, unknown: of_unknown })
        }
        (None, Some(name)) => {
            if name.len() > MAX_NAME {
                object.problem("flag", format!("is longer than {MAX_NAME} bytes"));
            }
            if unknown.is_some() && !skips {
                object.problem("unknown", "must be \"skip\" in a rule that sets a flag; without it the flag is set");
            }
            Some(Effect::Flag { name, unknown: !skips })
        }
        (None, None) => {
            object.problem("verdict", "is missing: a rule has a verdict or a flag");
            None
        }
        (Some(_), Some(_)) => {
            object.problem("flag", "stands beside \"verdict\": give one of the two");
            None
        }
    }
}
