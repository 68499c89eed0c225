//! The matching policy: a jsonb document, read strictly.

use super::arbitration::Arbitration;
use super::diversity::Diversity;
use super::gate::Rule;
use super::scores::ScoreRule;
use super::tags::TagRule;
use crate::condition::{Vocabulary, check_scales, read_scales};
use crate::document::{Node, Object, Problem, check_kind, read_kind, shorten};
use crate::error::Result;
use serde_json::Value;
use std::collections::BTreeSet;

/// The document's kind.
pub(super) const KIND: &str = "matching_policy";
const MAX_GATES: usize = 256;
const MAX_TAGS: usize = 64;

/// Which products a client may be offered, and which fit him best.
///
/// | key | what it holds |
/// |---|---|
/// | `scales` | by attribute, its texts from the lowest to the highest: `{"risk_grade": ["R1", "R2"]}` |
/// | `gates` | what a product must stand to be offered: `{"id", "product", "is", "client" or "value", "when", "missing", "reason"}` |
/// | `tags` | what the score is made of: `{"id", "product", "client", "measure", "weight", "weights", "default_weight", "idf", "label"}` |
/// | `scores` | more parts of the score: `{"id", "weight", "label"}` and `"need"`, `"by_product"` or `"attribute"` |
/// | `arbitration` | what the ranking is by instead of the score: `{"terms": [{"id", "weight", "firm", …}], "attention", "minimum"}` |
/// | `diversity` | `{"lambda", "product", "measure"}`: maximal marginal relevance |
/// | `minimum_score` | what a product must score to be offered |
/// | `name`, `note` | for people |
///
/// **Gates.** `product` names an attribute of the product (`product` itself is the product's key), `client` one of the
/// client, `value` is a constant; two of them are compared, in this order: `{"product": "risk_grade", "is": "<=",
/// "client": "risk_class"}`. Operators between two values: `=` `<>` `<` `<=` `>` `>=`; of a value with a list: `in`
/// `not_in`; of a list with a value: `contains` `lacks`; between two lists: `overlaps` `disjoint` `within` `covers`. Texts of an
/// attribute that has a scale compare by position, with the texts of another scale or, where the other operand has
/// none, of the same. What does not compare is excluded. What is missing is excluded, unless the gate says
/// `"missing": "pass"`. A gate with `when`, itself a comparison, applies only when that holds; an attribute missing from
/// `when` excludes, unless `when` says `"missing": "apply"` (the gate applies) or `"pass"` (it does not).
///
/// **Score.** Every entry of `tags` measures the overlap of two lists of tags, from 0 to 1:
///
/// - `jaccard`: Σw(both) / Σw(either)
/// - `share_of_product`: Σw(both) / Σw(product)
/// - `share_of_client`: Σw(both) / Σw(client)
/// - `cosine`: Σw²(both) / √(Σw²(product) · Σw²(client))
///
/// where w of a tag is its entry in `weights` or `default_weight` (1), and with `"idf": true` that times
/// ln((1 + n) / (1 + d)) + 1, for d of the n products of the catalogue having the tag (the smoothed idf of scikit-learn).
/// A tag is a text, or a number by its text; one of them is a list of one, the same twice counts once, and what is neither
/// is no tag. Overlaps of nothing are 0. The score is Σ weight · overlap / Σ weight over the entries; 0 without entries.
#[derive(Clone, Debug)]
pub struct MatchingPolicy {
    pub(super) gates: Vec<Rule>,
    pub(super) tags: Vec<TagRule>,
    pub(super) scores: Vec<ScoreRule>,
    pub(super) arbitration: Option<Arbitration>,
    pub(super) diversity: Option<Diversity>,
    pub(super) minimum_score: Option<f64>,
}

impl MatchingPolicy {
    /// Reads a policy (22023 with the path of what is wrong).
    pub fn read(policy: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, policy, Self::from_object)
            .map_err(|e| e.hint("select * from crm.matching_policy_check(policy) lists every problem."))
    }

    /// Every problem of a policy.
    pub fn problems(policy: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, policy, Self::from_object).err().unwrap_or_default()
    }

    fn from_object(object: &Object<'_>) -> Self {
        let scales = read_scales(object);
        let vocabulary = Vocabulary { scales: &scales, ..Vocabulary::default() };
        let gates = members(object, "gates", MAX_GATES, |gate| Rule::from_object(gate, &vocabulary));
        let tags = members(object, "tags", MAX_TAGS, TagRule::from_object);
        let scores = members(object, "scores", MAX_TAGS, ScoreRule::from_object);
        let minimum_score = object.optional_number("minimum_score", 0.0..=1.0);
        let arbitration = object.optional("arbitration").map(|node| node.object(Arbitration::from_object));
        let diversity = object.optional("diversity").map(|node| node.object(Diversity::from_object));

        let policy = MatchingPolicy { gates, tags, scores, arbitration, diversity, minimum_score };
        if object.is_clean() {
            policy.check_whole(object);
        }
        policy
    }

    /// What only the policy as a whole can get wrong.
    fn check_whole(&self, object: &Object<'_>) {
        let MatchingPolicy { gates, tags, scores, minimum_score, .. } = self;
        let scored = !tags.is_empty() || !scores.is_empty();
        if gates.is_empty() && !scored && self.arbitration.is_none() {
            object.problem("gates", "must not be empty where there are no tags: the policy says nothing");
        }
        let ids = tags.iter().map(|rule| &rule.id).collect::<BTreeSet<_>>();
        for (i, rule) in scores.iter().enumerate().filter(|(_, rule)| ids.contains(&rule.id)) {
            object.problem_at(&format!("scores[{i}].id"), format!("is the id of an entry of tags: \"{}\"", shorten(&rule.id)));
        }
        if !scored && minimum_score.is_some_and(|score| score > 0.0) {
            object.problem("minimum_score", "excludes everything: without tags every score is 0");
        }
        check_scales(object, gates.iter().flat_map(Rule::attributes), "gate");
    }
}

/// What has an id that no other of its list has.
pub(super) trait Named {
    fn id(&self) -> &str;
}

impl Named for Rule {
    fn id(&self) -> &str {
        Rule::id(self)
    }
}

impl Named for TagRule {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Reads a list of objects with ids.
pub(super) fn members<T: Named>(object: &Object<'_>, key: &'static str, at_most: usize, read: impl Fn(&Object<'_>) -> T) -> Vec<T> {
    let Some(node) = object.optional(key) else {
        return Vec::new();
    };
    if node.value().as_array().is_some_and(|items| items.len() > at_most) {
        node.problem(format!("must not have more than {at_most} entries"));
        return Vec::new();
    }
    let mut ids = BTreeSet::new();
    let entry = |node: &Node<'_>| {
        if !node.value().is_object() {
            node.object(|_| ());
            return None;
        }
        node.object(|entry| {
            let made = read(entry);
            if !ids.insert(made.id().to_string()) && !made.id().is_empty() {
                entry.problem("id", "stands twice");
            }
            Some(made)
        })
    };
    node.list(entry).into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn with(key: &str, value: Value) -> Value {
        let mut policy = MatchingPolicy::example();
        policy[key] = value;
        policy
    }

    fn problems(policy: &Value) -> String {
        let shown: Vec<_> = MatchingPolicy::problems(policy).into_iter().map(|p| format!("{}: {}", p.path, p.problem)).collect();
        shown.join("\n")
    }

    fn gate(gate: Value) -> String {
        problems(&json!({"kind": KIND, "version": 1, "gates": [gate]}))
    }

    #[test]
    fn the_example_is_right() {
        assert_eq!(problems(&MatchingPolicy::example()), "");
        let policy = MatchingPolicy::read(&MatchingPolicy::example()).unwrap();
        assert!(policy.gates.len() > 5);
        let reasons = MatchingPolicy::example()["gates"].as_array().unwrap().iter().map(|gate| gate["reason"].clone()).collect::<Vec<_>>();
        assert!(reasons.iter().all(|reason| reason["zh"].is_string() && reason["en"].is_string()));
    }

    #[test]
    fn every_problem_is_found_with_its_path() {
        assert_eq!(
            problems(&json!({"kind": KIND, "version": 1})),
            "gates: must not be empty where there are no tags: the policy says nothing"
        );
        let e = MatchingPolicy::read(&json!({"kind": KIND, "version": 1, "gates": []})).unwrap_err();
        assert!(e.message.starts_with("matching_policy: gates: must not be empty") && e.hint.is_some(), "{e}");
        let mut slip = MatchingPolicy::example();
        slip["scales"]["risk_grad"] = json!(["R1", "R2"]);
        assert_eq!(problems(&slip), "scales.risk_grad: is not the name of an attribute of any gate");
        let wrong = json!({
            "kind": KIND, "version": 1, "nmae": "x", "minimum_score": 2,
            "scales": {"risk_grade": ["R1"], "risk_class": ["C1", "C1", 2], "other": "C1"},
            "gates": [
                {"id": "a", "product": "risk_grade", "is": "<=", "client": "risk_class", "unless": true},
                {"id": "a", "product": "open", "is": "==", "value": true, "missing": "maybe", "reason": {"en": 1}},
                7,
                {"product": 5, "is": "=", "value": 1, "when": {"is": "=", "value": 1}},
            ],
            "tags": [
                {"id": "t", "product": "tags", "client": "interests", "measure": "dice", "weight": 0, "weights": {"a": -1}, "idf": 1},
                {"id": "t", "client": "", "weight": 1e9, "measure": "jaccard", "default_weight": "x"},
            ],
        });
        assert_eq!(
            problems(&wrong).lines().map(|line| line.split(": ").next().unwrap()).collect::<Vec<_>>(),
            [
                "scales.other",
                "scales.risk_class[2]",
                "scales.risk_class",
                "scales.risk_grade",
                "gates[0].unless",
                "gates[1].is",
                "gates[1].missing",
                "gates[1].reason.en",
                "gates[1].id",
                "gates[2]",
                "gates[3].id",
                "gates[3].product",
                "gates[3].when.product",
                "tags[0].measure",
                "tags[0].weight",
                "tags[0].weights.a",
                "tags[0].idf",
                "tags[1].product",
                "tags[1].client",
                "tags[1].weight",
                "tags[1].default_weight",
                "tags[1].id",
                "minimum_score",
                "nmae",
            ],
            "{}",
            problems(&wrong)
        );
    }

    #[test]
    fn a_comparison_has_two_operands_that_can_compare() {
        let problem =
            |gate_: Value| gate(gate_).lines().next().map(|line| line.split(": ").next().unwrap().to_string()).unwrap_or_default();
        assert_eq!(problem(json!({"id": "x", "is": "=", "value": 1})), "gates[0].product");
        assert_eq!(problem(json!({"id": "x", "is": "="})), "gates[0].product");
        assert_eq!(problem(json!({"id": "x", "product": "a", "is": "="})), "gates[0].client");
        assert_eq!(problem(json!({"id": "x", "product": "a", "is": "=", "value": null})), "gates[0].client");
        assert_eq!(problem(json!({"id": "x", "client": "a", "is": "="})), "gates[0].value");
        assert_eq!(problem(json!({"id": "x", "product": "a", "client": "b", "value": 1, "is": "="})), "gates[0].value");
        for (is, value, right) in [
            ("=", json!(1), true),
            ("=", json!("x"), true),
            ("=", json!([1]), false),
            ("=", json!({}), false),
            ("=", json!(1e30), false),
            ("<", json!(true), false),
            ("<", json!("R1"), false),
            ("<", json!("2026-02-28"), true),
            ("<", json!("2026-02-30"), false),
            ("in", json!("x"), false),
            ("in", json!(["x"]), true),
            ("in", json!([]), true),
            ("in", json!(["x", 1]), false),
            ("in", json!([["x"]]), false),
            ("contains", json!(["x"]), false),
            ("lacks", json!("x"), true),
            ("overlaps", json!(["x"]), true),
            ("within", json!("x"), false),
        ] {
            let found = problem(json!({"id": "x", "product": "a", "is": is, "value": value}));
            assert_eq!(found, if right { "" } else { "gates[0].value" }, "{is} {value}");
            let found =
                problem(json!({"id": "x", "product": "a", "is": "=", "value": 1, "when": {"client": "c", "is": is, "value": value}}));
            assert_eq!(found, if right { "" } else { "gates[0].when.value" }, "{is} {value}");
        }
        let graded = |value: Value| {
            problems(&json!({"kind": KIND, "version": 1, "scales": {"a": ["R1", "R2"]},
                "gates": [{"id": "x", "product": "a", "is": "<", "value": value}]}))
        };
        assert_eq!(graded(json!("R2")), "");
        assert_eq!(graded(json!("R3")), "gates[0].value: is not on the scale of the attribute");
    }

    #[test]
    fn what_says_nothing_is_a_problem() {
        assert!(problems(&with("tags", json!([]))).is_empty());
        assert!(
            problems(
                &json!({"kind": KIND, "version": 1, "minimum_score": 0.1, "gates": [{"id": "x", "product": "a", "is": "=", "value": 1}]})
            )
            .starts_with("minimum_score: excludes everything")
        );
        assert!(problems(&with("scales", json!({"risk_garde": ["R1", "R2"]}))).contains("risk_garde"));
        let many =
            |n: usize| Value::from((0..n).map(|i| json!({"id": i.to_string(), "product": "a", "is": "=", "value": 1})).collect::<Vec<_>>());
        assert!(!problems(&with("gates", many(256))).contains("entries"));
        assert!(problems(&with("gates", many(257))).contains("gates: must not have more than 256 entries"));
    }

    /// The paths of all values of a document, as steps.
    fn steps(value: &Value, at: &mut Vec<String>, all: &mut Vec<String>) {
        all.push(at.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect());
        let children: Vec<_> = match value {
            Value::Array(items) => items.iter().enumerate().map(|(i, item)| (i.to_string(), item)).collect(),
            Value::Object(fields) => fields.iter().map(|(key, field)| (key.clone(), field)).collect(),
            _ => Vec::new(),
        };
        for (step, child) in children {
            at.push(step);
            steps(child, at, all);
            at.pop();
        }
    }

    #[test]
    fn wrong_types_anywhere_are_problems_and_nothing_else() {
        let (mut all, example) = (Vec::new(), MatchingPolicy::example());
        steps(&example, &mut Vec::new(), &mut all);
        let deep = (0..90).fold(json!({}), |value, i| if i % 2 == 0 { json!([value]) } else { json!({ "when": value }) });
        for path in all {
            for wrong in [
                json!(null),
                json!(true),
                json!(-1),
                json!(""),
                json!("x"),
                json!([]),
                json!([[]]),
                json!({}),
                json!({"": {}}),
                deep.clone(),
            ] {
                let mut policy = example.clone();
                *policy.pointer_mut(&path).unwrap() = wrong;
                // Right or wrong, it is an answer; and reading agrees with checking.
                assert_eq!(MatchingPolicy::problems(&policy).is_empty(), MatchingPolicy::read(&policy).is_ok());
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_read(text in "\\PC{0,60}") {
            if let Ok(value) = crate::document::parse(&text) {
                prop_assert!(!MatchingPolicy::problems(&value).is_empty());
            }
        }
    }
}
