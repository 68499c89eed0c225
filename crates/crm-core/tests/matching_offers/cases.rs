//! Products, clients and policies at random.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn fields<const N: usize>(all: [(&str, BoxedStrategy<Option<Value>>); N]) -> impl Strategy<Value = Value> + use<N> {
    let all: Vec<_> = all
        .into_iter()
        .map(|(name, value)| {
            value.prop_map({
                let name = name.to_string();
                move |value| (name.clone(), value)
            })
        })
        .collect();
    all.prop_map(|fields| Value::Object(fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect::<Map<_, _>>()))
}

/// One of these, null, or nothing at all.
fn one_of(values: &[Value]) -> BoxedStrategy<Option<Value>> {
    prop_oneof![8 => prop::sample::select(values.to_vec()).prop_map(Some), 1 => Just(Some(Value::Null)), 1 => Just(None)].boxed()
}

fn some_of(texts: &[&'static str]) -> BoxedStrategy<Option<Value>> {
    let list = prop::collection::vec(prop::sample::select(texts.to_vec()), 0..5).prop_map(|list| Some(json!(list)));
    prop_oneof![9 => list, 1 => Just(None)].boxed()
}

/// An object of figures by these names.
fn figures(names: &'static [&'static str], values: &[Value]) -> BoxedStrategy<Option<Value>> {
    let object = prop::collection::btree_map(prop::sample::select(names), prop::sample::select(values.to_vec()), 0..6);
    prop_oneof![9 => object.prop_map(|fields| Some(json!(fields))), 1 => Just(None), 1 => Just(Some(json!("odd")))].boxed()
}

const NEEDS: &[&str] = &["pension", "saving", "债券", "cover"];
const KEYS: &[&str] = &["P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "other"];
const TAGS: &[&str] = &["a", "b", "c", "债", "d"];

fn amounts() -> Vec<Value> {
    vec![json!(0), json!(10), json!(12.5), json!(33.33), json!(100), json!(250), json!(-5)]
}

fn with(mut values: Vec<Value>, more: Value) -> Vec<Value> {
    values.push(more);
    values
}

pub fn products() -> impl Strategy<Value = Vec<(String, Value)>> {
    let grade = [json!("R1"), json!("R2"), json!("R3"), json!("R9"), json!(2)];
    let markets = markets().prop_map(Some).boxed();
    let product = fields([
        ("n", one_of(&[json!(0), json!(1), json!(2), json!(3), json!("x"), json!([1])])),
        ("grade", one_of(&grade)),
        ("grade_a", one_of(&grade)),
        ("grade_b", one_of(&grade)),
        ("issuer", one_of(&[json!("A"), json!("B"), json!(""), json!(5), json!("5"), json!(true)])),
        ("price", one_of(&with(amounts(), json!("x")))),
        ("market", prop_oneof![3 => markets, 1 => Just(None)].boxed()),
        (
            "serves",
            prop_oneof![
                figures(NEEDS, &[json!(0.25), json!(0.5), json!(1), json!(3), json!(-1), json!("x")]),
                some_of(NEEDS),
                one_of(&[json!("saving")])
            ]
            .boxed(),
        ),
        ("margin", one_of(&[json!(0), json!(0.5), json!(1), json!(2), json!(3.25), json!(-1)])),
        ("minutes", one_of(&[json!(0), json!(5), json!(30)])),
        ("quality", one_of(&[json!(0), json!(0.5), json!(0.75), json!(2), json!("x"), json!(-3)])),
        ("tags", some_of(TAGS)),
    ]);
    prop::collection::vec(product, 1..9).prop_map(|all| all.into_iter().zip(0..).map(|(product, i)| (format!("P{i}"), product)).collect())
}

pub fn clients() -> impl Strategy<Value = Value> {
    fields([
        ("n", one_of(&[json!(0), json!(1), json!(2), json!(3), json!("x")])),
        ("class", one_of(&[json!("C1"), json!("C2"), json!("C3"), json!("C9"), json!(1)])),
        ("held", some_of(KEYS)),
        ("exposures", figures(&["A", "B", "", "5", "true"], &with(amounts(), json!("x")))),
        ("cash", one_of(&with(amounts(), json!("x")))),
        ("wealth", one_of(&with(amounts(), json!([1])))),
        ("wants", prop_oneof![figures(NEEDS, &[json!(1), json!(2), json!(0.3), json!(0), json!(-2), json!("x")]), some_of(NEEDS)].boxed()),
        ("propensity", figures(KEYS, &[json!(0), json!(0.1), json!(0.25), json!(0.9), json!(2), json!("x"), json!(null)])),
        ("value", one_of(&[json!(0), json!(1), json!(4), json!(-2), json!("x")])),
        ("interests", some_of(TAGS)),
    ])
}

fn condition(client_only: bool) -> BoxedStrategy<Value> {
    let missing = prop_oneof![2 => Just(None), 1 => Just(Some("holds")), 1 => Just(Some("fails"))];
    let is = prop::sample::select(vec!["=", "<>", "<=", ">"]);
    let leaf = (0..6, is, 0..3usize, missing).prop_map(move |(kind, is, at, missing)| {
        let mut leaf = match kind {
            0 if !client_only => json!({"product": "n", "is": is, "client": "n"}),
            1 if !client_only => json!({"product": "grade", "is": is, "client": "class"}),
            2 if !client_only => json!({"product": "product", "is": if at > 0 { "in" } else { "not_in" }, "client": "held"}),
            3 if !client_only => json!({"product": "grade", "is": "in", "value": ["R1", "R3"]}),
            0 | 1 | 4 => json!({"client": "class", "is": is, "value": format!("C{}", at + 1)}),
            _ => json!({"client": "n", "is": is, "value": at}),
        };
        if let Some(missing) = missing {
            leaf["missing"] = missing.into();
        }
        leaf
    });
    let grown = leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({ "all": parts })),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({ "any": parts })),
            inner.prop_map(|part| json!({ "not": part })),
        ]
    });
    grown.boxed()
}

/// Whether anything in a document names this attribute.
fn names(value: &Value, attribute: &str) -> bool {
    value.to_string().contains(&format!("\"{attribute}\""))
}

pub fn scales_of(value: &Value) -> Value {
    let all = [("grade", json!(["R1", "R2", "R3"])), ("class", json!(["C1", "C2", "C3"]))];
    Value::Object(all.into_iter().filter(|(name, _)| names(value, name)).map(|(name, scale)| (name.to_string(), scale)).collect())
}

fn markets() -> impl Strategy<Value = Value> {
    (prop::option::of(condition(true)), condition(true), any::<bool>()).prop_map(|(include, exclude, both)| {
        let mut market = json!({"kind": "target_market", "version": 1});
        if both || include.is_none() {
            market["exclude"] = exclude;
        }
        if let Some(include) = include {
            market["include"] = include;
        }
        let scales = scales_of(&market);
        if scales.get("class").is_some() {
            market["scales"] = scales;
        }
        market
    })
}

pub fn rule() -> impl Strategy<Value = Value> {
    let verdict = prop::sample::select(vec!["fine", "warned", "refused"]);
    let unknown = prop::option::of(prop::sample::select(vec!["fine", "warned", "refused", "skip"]));
    let dates = prop::sample::select(vec![
        (None, None),
        (None, None),
        (Some("2026-06-30"), None),
        (Some("2026-07-01"), None),
        (None, Some("2026-06-29")),
    ]);
    (verdict, condition(false), unknown, dates, 0..8).prop_map(|(verdict, when, unknown, (from, until), kind)| {
        let mut rule = json!({"verdict": verdict, "when": when, "reference": "Art. 1", "reason": "because"});
        if kind == 0 {
            rule.as_object_mut().unwrap().remove("verdict");
            rule["flag"] = "care".into();
            return rule;
        }
        for (key, value) in [("unknown", unknown), ("effective_from", from), ("effective_until", until)] {
            if let Some(value) = value {
                rule[key] = value.into();
            }
        }
        rule
    })
}

/// A rule set of these rules.
pub fn rule_set(mut rules: Vec<Value>, derived: bool) -> Value {
    rules.iter_mut().zip(0..).for_each(|(rule, i)| rule["id"] = format!("r{i}").into());
    let scales = scales_of(&json!(rules));
    let mut set = json!({"kind": "suitability_rules", "version": 1, "name": "firm", "ruleset_version": 1, "law": "none", "effective_from": "2026-01-01", "scales": scales,
        "verdicts": [{"name": "fine", "offer": true}, {"name": "warned", "offer": true}, {"name": "refused", "offer": false}], "rules": rules});
    if derived && scales.get("grade").is_some() {
        set["derive"] = json!({"product": {"grade": {"highest": ["grade_a", "grade_b"]}}});
    }
    set
}

pub fn gates() -> impl Strategy<Value = Value> {
    let pass = || prop::option::of(prop::sample::select(vec!["exclude", "pass"]));
    let with = |mut gate: Value, keys: Vec<(&str, Option<&str>)>| {
        keys.into_iter().filter_map(|(key, value)| Some((key, value?))).for_each(|(key, value)| gate[key] = value.into());
        gate
    };
    let bought =
        prop::sample::select(vec![json!({"client": "cash"}), json!({"product": "price"}), json!({"value": 10}), json!({"value": 0})]);
    let at_most = prop::sample::select(vec![json!(0), json!(0.1), json!(0.25), json!(0.5), json!(1)]);
    prop_oneof![
        (condition(false), prop::option::of(condition(false)), pass()).prop_map(move |(condition, when, unknown)| {
            let mut gate = with(json!({ "condition": condition }), vec![("unknown", unknown)]);
            if let Some(when) = when {
                gate["when"] = when;
            }
            gate
        }),
        (prop::collection::vec(rule(), 1..4), any::<bool>()).prop_map(|(rules, derived)| json!({"suitability": rule_set(rules, derived)})),
        (pass(), pass(), pass()).prop_map(move |(missing, unknown, outside)| {
            with(json!({"target_market": "market"}), vec![("missing", missing), ("unknown", unknown), ("outside", outside)])
        }),
        (bought, at_most, any::<bool>(), pass()).prop_map(move |(bought, at_most, new_money, missing)| {
            let limit = json!({"group": "issuer", "exposures": "exposures", "bought": bought, "whole": "wealth", "at_most": at_most, "new_money": new_money});
            with(json!({ "limit": limit }), vec![("missing", missing)])
        }),
        pass().prop_map(move |missing| with(json!({"product": "product", "is": "not_in", "client": "held"}), vec![("missing", missing)])),
    ]
}

fn scores() -> impl Strategy<Value = Value> {
    let scale = prop::sample::select(vec![
        json!({}),
        json!({"default": 0.5}),
        json!({"from": 1, "to": 0}),
        json!({"from": -1, "to": 3, "default": 1}),
    ]);
    (0..3, scale, 1u32..40).prop_map(|(kind, mut of, weight)| {
        let weight = f64::from(weight) / 10.0;
        match kind {
            0 => json!({"need": {"client": "wants", "product": "serves"}, "weight": weight}),
            1 => {
                of["client"] = "propensity".into();
                json!({"by_product": of, "weight": weight})
            }
            _ => {
                of["product"] = "quality".into();
                json!({"attribute": of, "weight": weight})
            }
        }
    })
}

fn terms() -> impl Strategy<Value = Value> {
    let source = prop::sample::select(vec![
        json!({"score": true}),
        json!({"product": "margin"}),
        json!({"client": "value"}),
        json!({"by_product": "propensity"}),
    ]);
    let weight = prop::sample::select(vec![None, Some(json!(1)), Some(json!(0.5)), Some(json!(2))]);
    let default = prop::sample::select(vec![None, Some(json!(0.2)), Some(json!(0)), Some(json!(-1))]);
    (source, weight, default, any::<bool>()).prop_map(|(mut term, weight, default, firm)| {
        for (key, value) in [("weight", weight), ("default", default), ("firm", Some(json!(firm)))] {
            if let Some(value) = value {
                term[key] = value;
            }
        }
        term
    })
}

pub fn policies() -> impl Strategy<Value = Value> {
    let tags = prop::collection::vec(
        (1u32..40)
            .prop_map(|weight| json!({"product": "tags", "client": "interests", "measure": "jaccard", "weight": f64::from(weight) / 10.0})),
        0..2,
    );
    let attention =
        prop::sample::select(vec![None, Some(json!({})), Some(json!({"default": 7})), Some(json!({"default": 0, "firm": false}))]);
    let minimum = prop::sample::select(vec![None, None, Some(0.0), Some(0.05)]);
    let arbitration = (prop::collection::vec(terms(), 1..4), attention, minimum).prop_map(|(terms, attention, minimum)| {
        let mut made = json!({ "terms": numbered(terms, "t") });
        if let Some(mut attention) = attention {
            attention["product"] = "minutes".into();
            attention["price"] = json!(0.01);
            made["attention"] = attention;
        }
        if let Some(minimum) = minimum {
            made["minimum"] = minimum.into();
        }
        made
    });
    let diversity = prop::sample::select(vec![0.0, 0.3, 0.5, 0.7, 1.0])
        .prop_map(|lambda| json!({"lambda": lambda, "product": "tags", "measure": "jaccard"}));
    let parts = (prop::collection::vec(gates(), 0..4), tags, prop::collection::vec(scores(), 0..3));
    (
        parts,
        prop::option::of(arbitration),
        prop::option::of(diversity),
        prop::sample::select(vec![None, None, None, Some(0.0), Some(0.213)]),
    )
        .prop_map(|((gates, tags, scores), arbitration, diversity, minimum)| {
            let scored = !tags.is_empty() || !scores.is_empty();
            let gates = if gates.is_empty() && !scored { vec![json!({"product": "product", "is": "<>", "value": "P1"})] } else { gates };
            let of_policy: Vec<_> = gates.iter().filter(|gate| gate.get("condition").is_some()).collect();
            let mut policy = json!({"kind": "matching_policy", "version": 1, "scales": scales_of(&json!(of_policy)),
                "gates": numbered(gates, "门"), "tags": numbered(tags, "tag"), "scores": numbered(scores, "score")});
            for (key, value) in
                [("arbitration", arbitration), ("diversity", diversity), ("minimum_score", minimum.filter(|_| scored).map(Value::from))]
            {
                if let Some(value) = value {
                    policy[key] = value;
                }
            }
            policy
        })
}

pub fn numbered(mut all: Vec<Value>, name: &str) -> Vec<Value> {
    all.iter_mut().zip(0..).for_each(|(one, i)| one["id"] = format!("{name}{i}").into());
    all
}
