//! Matching against a second implementation, written one pair at a time, on random catalogues, clients and policies.

use crm_core::document;
use crm_core::matching::{Catalogue, CompiledMatch, Explained, MatchingPolicy, Scratch, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};

fn policy(fields: Value) -> Value {
    let mut policy = json!({"kind": "matching_policy", "version": 1});
    policy.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    policy
}

/// The gates that exclude a product: `gate/ground`, apart by blanks; empty when it matches.
fn grounds(row: &Explained<'_>) -> String {
    let reasons = document::parse(&row.reasons).unwrap();
    let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or("-").to_string();
    let all = reasons.get("excluded_by").and_then(Value::as_array).cloned().unwrap_or_default();
    all.iter().map(|entry| format!("{}/{}", text(entry, "gate"), text(entry, "ground"))).collect::<Vec<_>>().join(" ")
}

/// A second implementation, one pair at a time, straight from the documents.
mod naive {
    use serde_json::Value;

    /// Type, number, text: what compares is of one type.
    type Atom = (char, f64, String);

    pub enum Side {
        Missing,
        Odd,
        One(Atom),
        Many(Vec<Atom>),
    }

    fn atom(value: &Value, scale: Option<&Vec<Value>>, ordered: bool) -> Option<Atom> {
        match (value, scale) {
            (Value::Bool(b), _) => Some(('b', f64::from(*b), String::new())),
            (Value::Number(n), _) => n.as_f64().filter(|x| x.abs() < 1.7e26).map(|x| ('n', x, String::new())),
            (Value::String(_), Some(scale)) => scale.iter().position(|at| at == value).map(|at| ('s', at as f64, String::new())),
            (Value::String(t), None) if ordered => (t.len() == 10 && t.starts_with("20")).then(|| ('d', 0.0, t.clone())),
            (Value::String(t), None) => Some(('t', 0.0, t.clone())),
            _ => None,
        }
    }

    pub fn side(value: Option<&Value>, scale: Option<&Vec<Value>>, ordered: bool) -> Side {
        match value.unwrap_or(&Value::Null) {
            Value::Null => Side::Missing,
            Value::Array(items) => {
                let atoms: Vec<_> = items.iter().map(|item| atom(item, scale, ordered)).collect();
                if atoms.iter().all(|a| a.as_ref().is_some_and(|a| Some(a.0) == atoms[0].as_ref().map(|first| first.0))) {
                    Side::Many(atoms.into_iter().flatten().collect())
                } else {
                    Side::Odd
                }
            }
            one => atom(one, scale, ordered).map_or(Side::Odd, Side::One),
        }
    }

    /// holds, fails, missing, incomparable
    pub fn compare(left: &Side, is: &str, right: &Side) -> &'static str {
        let answer = |holds: bool| if holds { "holds" } else { "fails" };
        let alike = |a: &[Atom], b: &[Atom]| a.first().is_none_or(|a| b.first().is_none_or(|b| a.0 == b.0));
        match (left, right, is) {
            (Side::Odd, _, _) | (_, Side::Odd, _) => "incomparable",
            (Side::Missing, _, _) | (_, Side::Missing, _) => "missing",
            (Side::One(a), Side::One(b), _) if a.0 == b.0 => match is {
                "=" => answer(a == b),
                "<>" => answer(a != b),
                "<" | "<=" | ">" | ">=" if a.0 != 'b' => {
                    let order = a.1.partial_cmp(&b.1).unwrap().then(a.2.cmp(&b.2));
                    answer(match is {
                        "<" => order.is_lt(),
                        "<=" => order.is_le(),
                        ">" => order.is_gt(),
                        _ => order.is_ge(),
                    })
                }
                _ => "incomparable",
            },
            (Side::One(a), Side::Many(b), "in" | "not_in") if b.iter().all(|b| b.0 == a.0) => answer(b.contains(a) == (is == "in")),
            (Side::Many(a), Side::One(b), "contains" | "lacks") if a.iter().all(|a| a.0 == b.0) => {
                answer(a.contains(b) == (is == "contains"))
            }
            (Side::Many(a), Side::Many(b), _) if alike(a, b) => match is {
                "overlaps" => answer(a.iter().any(|x| b.contains(x))),
                "disjoint" => answer(!a.iter().any(|x| b.contains(x))),
                "within" => answer(a.iter().all(|x| b.contains(x))),
                "covers" => answer(b.iter().all(|x| a.contains(x))),
                _ => "incomparable",
            },
            _ => "incomparable",
        }
    }

    fn outcome(policy: &Value, comparison: &Value, key: &str, product: &Value, client: &Value) -> &'static str {
        let name = |side: &str| comparison.get(side).and_then(Value::as_str);
        let is = name("is").unwrap();
        let ordered = is.starts_with(['<', '>']) && is != "<>";
        let scale = |attribute: Option<&str>| policy.get("scales").and_then(|scales| scales.get(attribute?)).and_then(Value::as_array);
        let (p, c) = (name("product"), name("client"));
        let key = Value::from(key);
        let of_product = p.map(|p| side(if p == "product" { Some(&key) } else { product.get(p) }, scale(Some(p)).or(scale(c)), ordered));
        let of_client = c.map(|c| side(client.get(c), scale(Some(c)).or(scale(p)), ordered));
        let constant = side(comparison.get("value"), scale(p).or(scale(c)), ordered);
        match (&of_product, &of_client) {
            (Some(p), Some(c)) => compare(p, is, c),
            (Some(one), None) | (None, Some(one)) => compare(one, is, &constant),
            (None, None) => unreachable!(),
        }
    }

    /// The ground on which a gate excludes, if it does.
    pub fn ground(policy: &Value, gate: &Value, key: &str, product: &Value, client: &Value) -> Option<&'static str> {
        let missing = |comparison: &Value| comparison.get("missing").and_then(Value::as_str).unwrap_or("exclude").to_string();
        if let Some(when) = gate.get("when").filter(|when| !when.is_null()) {
            match (outcome(policy, when, key, product, client), missing(when).as_str()) {
                ("fails", _) | ("missing", "pass") => return None,
                ("missing", "exclude") => return Some("missing"),
                ("incomparable", _) => return Some("incomparable"),
                _ => {}
            }
        }
        match (outcome(policy, gate, key, product, client), missing(gate).as_str()) {
            ("holds", _) | ("missing", "pass") => None,
            ("fails", _) => Some("comparison"),
            (other, _) => Some(other),
        }
    }

    fn tags(value: Option<&Value>) -> Vec<String> {
        let items = match value {
            Some(Value::Array(items)) => items.clone(),
            Some(other) => vec![other.clone()],
            None => vec![],
        };
        let mut tags: Vec<_> = items
            .iter()
            .filter_map(|item| match item {
                Value::String(text) => Some(text.clone()),
                Value::Number(n) => n.as_f64().filter(|x| x.abs() < 1.7e26).map(|x| x.to_string()),
                _ => None,
            })
            .collect();
        tags.sort();
        tags.dedup();
        tags
    }

    pub fn score(policy: &Value, all: &[(String, Value)], product: &Value, client: &Value) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for rule in policy.get("tags").and_then(Value::as_array).unwrap() {
            let (of_product, of_client) = (rule["product"].as_str().unwrap(), rule["client"].as_str().unwrap());
            let having = |tag: &String| all.iter().filter(|(_, other)| tags(other.get(of_product)).contains(tag)).count();
            let weight = |tag: &String| {
                let given = rule.get("weights").and_then(|weights| weights.get(tag)).or(rule.get("default_weight"));
                let idf = ((1.0 + all.len() as f64) / (1.0 + having(tag) as f64)).ln() + 1.0;
                given.map_or(1.0, |w| w.as_f64().unwrap()) * if rule.get("idf") == Some(&Value::Bool(true)) { idf } else { 1.0 }
            };
            let (p, c) = (tags(product.get(of_product)), tags(client.get(of_client)));
            let power = if rule["measure"] == "cosine" { 2 } else { 1 };
            let mass = |of: &mut dyn Iterator<Item = &String>| of.map(|tag| weight(tag).powi(power)).sum::<f64>();
            let both = mass(&mut p.iter().filter(|tag| c.contains(tag)));
            let whole = match rule["measure"].as_str().unwrap() {
                "jaccard" => mass(&mut p.iter().chain(c.iter().filter(|tag| !p.contains(tag)))),
                "share_of_product" => mass(&mut p.iter()),
                "share_of_client" => mass(&mut c.iter()),
                _ => mass(&mut p.iter()).sqrt() * mass(&mut c.iter()).sqrt(),
            };
            sum += rule["weight"].as_f64().unwrap() * if whole > 0.0 { both / whole } else { 0.0 };
            weights += rule["weight"].as_f64().unwrap();
        }
        if weights > 0.0 { sum / weights } else { 0.0 }
    }
}

const ATTRIBUTES: [&str; 5] = ["g", "n", "t", "债券", "product"];

fn atoms() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!("low"),
        json!("middle"),
        json!("high"),
        json!("low"),
        json!("high"),
        json!("x"),
        json!("P1"),
        json!("2026-01-31"),
        json!("2026-02-01"),
        json!(1),
        json!(2),
        json!(2.5),
        json!(-3),
        json!(1e30),
        json!(true),
        json!(false),
    ])
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => atoms(),
        3 => prop::collection::vec(prop::sample::select(vec![json!("low"), json!("high"), json!("x"), json!("P1"), json!("P2")]), 0..4).prop_map(Value::from),
        1 => prop::collection::vec(atoms(), 0..3).prop_map(Value::from),
        1 => Just(json!(null)),
        1 => Just(json!({"a": 1})),
    ]
}

fn attributes() -> impl Strategy<Value = Value> {
    prop::collection::btree_map(prop::sample::select(ATTRIBUTES[..4].to_vec()), values(), 0..5)
        .prop_map(|fields| Value::Object(fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect()))
}

fn comparisons(missing: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let operators = ["=", "<>", "<", "<=", ">", ">=", "in", "not_in", "contains", "lacks", "overlaps", "disjoint", "within", "covers"];
    let attribute = || prop::sample::select(ATTRIBUTES.to_vec());
    (0..4, attribute(), attribute(), prop::sample::select(operators.to_vec()), values(), prop::option::of(prop::sample::select(missing)))
        .prop_map(|(sides, product, client, is, value, missing)| {
            let mut comparison = match sides {
                0 | 1 => json!({"product": product, "is": is, "client": client}),
                2 => json!({"product": product, "is": is, "value": value}),
                _ => json!({"client": client, "is": is, "value": value}),
            };
            if let Some(missing) = missing {
                comparison["missing"] = missing.into();
            }
            comparison
        })
}

fn rules() -> impl Strategy<Value = Value> {
    let attribute = || prop::sample::select(ATTRIBUTES[..4].to_vec());
    let measure = prop::sample::select(vec!["jaccard", "share_of_product", "share_of_client", "cosine"]);
    let weights =
        prop::collection::btree_map(prop::sample::select(vec!["low", "high", "x"]), prop::sample::select(vec![0.0, 0.25, 3.0]), 0..3);
    (attribute(), attribute(), measure, 1u32..40, weights, prop::option::of(0u32..3), any::<bool>()).prop_map(
        |(product, client, measure, weight, weights, default, idf)| {
            let mut rule = json!({"product": product, "client": client, "measure": measure, "weight": f64::from(weight) / 10.0, "idf": idf,
                "weights": Value::Object(weights.into_iter().map(|(tag, weight)| (tag.to_string(), weight.into())).collect())});
            if let Some(default) = default {
                rule["default_weight"] = default.into();
            }
            rule
        },
    )
}

/// Policies that are right: gates that are not are left out.
fn policies() -> impl Strategy<Value = Value> {
    let gate =
        (comparisons(&["exclude", "pass"]), prop::option::of(comparisons(&["exclude", "pass", "apply"]))).prop_map(|(mut gate, when)| {
            if let Some(when) = when {
                gate["when"] = when;
            }
            gate
        });
    (prop::collection::vec(gate, 0..5), prop::collection::vec(rules(), 1..4), any::<[bool; 2]>(), prop::option::of(0u8..6)).prop_map(
        |(gates, mut tags, scaled, minimum)| {
            let scale = json!(["low", "middle", "high"]);
            let scales = |gates: &[Value]| {
                let used = |name: &str| {
                    gates
                        .iter()
                        .flat_map(|g| [Some(g), g.get("when")])
                        .flatten()
                        .any(|c| c.get("product") == Some(&name.into()) || c.get("client") == Some(&name.into()))
                };
                let fields = [("g", scaled[0]), ("债券", scaled[1])].into_iter().filter(|(name, scaled)| *scaled && used(name));
                Value::Object(fields.map(|(name, _)| (name.to_string(), scale.clone())).collect())
            };
            let mut kept: Vec<Value> = Vec::new();
            for mut gate in gates {
                gate["id"] = format!("门{}", kept.len()).into();
                if MatchingPolicy::problems(&policy(json!({"scales": scales(std::slice::from_ref(&gate)), "gates": [gate]}))).is_empty() {
                    kept.push(gate);
                }
            }
            for (rule, i) in tags.iter_mut().zip(0..) {
                rule["id"] = format!("t{i}").into();
            }
            let mut made = policy(json!({"scales": scales(&kept), "gates": kept, "tags": tags}));
            if let Some(minimum) = minimum {
                made["minimum_score"] = (f64::from(minimum) / 10.0 + 0.013).into();
            }
            made
        },
    )
}

/// Everything that is promised of a policy, for some clients.
fn agrees(products: Vec<Value>, clients: &[Value], policy: &Value, k: i64) -> Result<(), TestCaseError> {
    let products: Vec<_> = products.into_iter().zip(0..).map(|(attributes, i)| (format!("P{i}"), attributes)).collect();
    let compiled = |reverse: bool| {
        let mut c = Catalogue::default();
        let mut order: Vec<_> = products.iter().collect();
        if reverse {
            order.reverse();
        }
        order.into_iter().for_each(|(product, attributes)| c.push(product, attributes).unwrap());
        CompiledMatch::compile(&c, &MatchingPolicy::read(policy).unwrap(), None).unwrap()
    };
    let (one, other) = (compiled(false), compiled(true));
    let mut scratch = Scratch::default();
    for client in clients {
        let rows = one.explain(client, &mut scratch).unwrap();
        prop_assert_eq!(&rows, &other.explain(client, &mut Scratch::default()).unwrap());
        prop_assert_eq!(rows.len(), products.len());
        for row in &rows {
            let attributes = &products.iter().find(|(product, _)| product == row.product).unwrap().1;
            let score = naive::score(policy, &products, attributes, client);
            prop_assert!((row.score - score).abs() < 1e-12 && (0.0..=1.0).contains(&row.score), "{} {}", row.score, score);
            let gates = policy["gates"].as_array().unwrap();
            let mut expected: Vec<_> = gates
                .iter()
                .filter_map(|gate| {
                    naive::ground(policy, gate, row.product, attributes, client)
                        .map(|ground| format!("{}/{ground}", gate["id"].as_str().unwrap()))
                })
                .collect();
            if policy.get("minimum_score").is_some_and(|minimum| row.score < minimum.as_f64().unwrap()) {
                expected.push("-/minimum_score".into());
            }
            prop_assert_eq!(grounds(row), expected.join(" "));
            prop_assert_eq!(row.verdict == Verdict::Match, expected.is_empty());
            prop_assert_eq!(row.rank.is_some(), expected.is_empty());
            // No key of the reasons stands twice, no number is written in another way, and the contributions add up bit for bit.
            let reasons = document::parse(&row.reasons).unwrap();
            prop_assert_eq!(reasons.to_string().len(), row.reasons.len());
            let parts = reasons["score"].as_array().unwrap().iter().map(|part| part["contribution"].as_f64().unwrap());
            prop_assert_eq!(parts.fold(0.0, |sum, part| sum + part).to_bits(), row.score.to_bits());
        }
        let keys: Vec<_> = rows.iter().map(|row| (row.verdict == Verdict::Excluded, -row.score, row.product)).collect();
        prop_assert!(keys.is_sorted());
        let matches = one.matches(client, k, &mut scratch).unwrap();
        let head: Vec<_> = rows.iter().filter(|row| row.verdict == Verdict::Match).take(k as usize).collect();
        prop_assert_eq!(matches.len(), head.len());
        for (found, row) in matches.iter().zip(head) {
            // An offer names the gates that apply; the explanation shows them all.
            let why = document::parse(&row.reasons).unwrap();
            let applying = why["gates"].as_array().unwrap().iter().filter(|gate| gate["applies"] != json!(false));
            let passed: Vec<_> = applying.map(|gate| gate["gate"].clone()).collect();
            prop_assert_eq!(
                (Some(found.rank), found.product, found.score.to_bits(), document::parse(&found.reasons).unwrap()),
                (row.rank, row.product, row.score.to_bits(), json!({"passed": passed, "score": why["score"]}))
            );
        }
    }
    Ok(())
}

/// Gates that ask whether a text is in a list of the client's, which are ruled in a way of their own.
fn memberships() -> impl Strategy<Value = (Vec<Value>, Vec<Value>, Value)> {
    let text = || prop::sample::select(vec!["P7", "a", "P1", "债", "b", "P3", "c"]);
    let product = (text(), 1u8..3).prop_map(|(t, n)| json!({"t": t, "n": n}));
    let client = (prop::collection::vec(text(), 0..5), 1u8..3).prop_map(|(list, n)| json!({"list": list, "n": n}));
    let when = prop::sample::select(vec![
        json!(null),
        json!({"product": "n", "is": "=", "value": 1}),
        json!({"client": "n", "is": "=", "value": 1}),
    ]);
    let gate =
        (prop::sample::select(vec!["t", "product"]), prop::sample::select(vec!["in", "not_in"]), when).prop_map(|(product, is, when)| {
            policy(json!({"tags": [], "gates": [{"id": "g", "product": product, "is": is, "client": "list", "when": when}]}))
        });
    (prop::collection::vec(product, 1..14), prop::collection::vec(client, 1..4), gate)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_agrees_with_a_second_implementation(
        products in prop::collection::vec(attributes(), 1..12),
        clients in prop::collection::vec(attributes(), 1..4),
        policy in policies(),
        k in 1i64..14,
    ) {
        agrees(products, &clients, &policy, k)?;
    }

    #[test]
    fn lists_of_texts_agree_with_a_second_implementation((products, clients, policy) in memberships(), k in 1i64..14) {
        agrees(products, &clients, &policy, k)?;
    }
}
