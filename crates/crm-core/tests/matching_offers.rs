//! What decides the order of offers, and the gates that are more than a comparison, against a second implementation: plain loops
//! over the documents, one pair of a product and a client at a time, written from what the documentation promises.

use crm_core::matching::{Catalogue, CompiledMatch, Explained, MatchingPolicy, Scratch, Verdict};
use crm_core::{Day, document};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const AS_OF: &str = "2026-06-30";

fn number(value: Option<&Value>) -> Option<f64> {
    value.filter(|value| value.is_number()).and_then(Value::as_f64)
}

/// The second implementation.
mod naive {
    use super::{AS_OF, number};
    use serde_json::{Map, Value, json};

    /// How a comparison comes out: holds, fails, missing, incomparable.
    fn outcome(leaf: &Value, scales: &Value, product: &Value, client: &Value) -> &'static str {
        let name = |side: &str| leaf.get(side).and_then(Value::as_str);
        let (p, c) = (name("product"), name("client"));
        let scale = |attribute: Option<&str>| scales.get(attribute?).and_then(Value::as_array);
        // A text on a scale is its place, marked so that it compares with no number.
        let read = |value: &Value, scale: Option<&Vec<Value>>| match (value, scale) {
            (Value::String(_), Some(scale)) => scale.iter().position(|at| at == value).map(|at| json!({ "place": at })),
            (Value::Array(_) | Value::Object(_) | Value::Null, _) => None,
            (one, _) => Some(one.clone()),
        };
        let side = |value: Option<&Value>, scale: Option<&Vec<Value>>| match value {
            None | Some(Value::Null) => Err("missing"),
            Some(Value::Array(items)) => {
                let items: Option<Vec<_>> = items.iter().map(|item| read(item, scale)).collect();
                items.map(Value::from).ok_or("incomparable")
            }
            Some(one) => read(one, scale).ok_or("incomparable"),
        };
        let product = p.map(|p| side(product.get(p), scale(Some(p)).or(scale(c))));
        let client = c.map(|c| side(client.get(c), scale(Some(c)).or(scale(p))));
        let constant = || side(leaf.get("value"), scale(p).or(scale(c)));
        let (left, right) = match (product, client) {
            (Some(p), Some(c)) => (p, c),
            (Some(one), None) | (None, Some(one)) => (one, constant()),
            (None, None) => unreachable!(),
        };
        let (left, right) = match (left, right) {
            (Ok(left), Ok(right)) => (left, right),
            (one, other) if one == Err("incomparable") || other == Err("incomparable") => return "incomparable",
            // A text that is no date has no order, with anything.
            (Ok(Value::String(_)), _) | (_, Ok(Value::String(_)))
                if leaf["is"].as_str().unwrap().starts_with(['<', '>']) && leaf["is"] != "<>" =>
            {
                return "incomparable";
            }
            _ => return "missing",
        };
        let kind = |value: &Value| match value {
            Value::Number(_) => 1,
            Value::String(_) => 2,
            Value::Object(_) => 3,
            _ => 4,
        };
        let figure = |value: &Value| number(Some(value.get("place").unwrap_or(value)));
        let answer = |holds: bool| if holds { "holds" } else { "fails" };
        let same = |one: &Value, other: &Value| {
            kind(one) == kind(other) && (figure(one) == figure(other) && (figure(one).is_some() || one == other))
        };
        match (leaf["is"].as_str().unwrap(), &left, &right) {
            (is @ ("in" | "not_in"), one, Value::Array(list)) if !one.is_array() && list.iter().all(|item| kind(item) == kind(one)) => {
                answer(list.iter().any(|item| same(item, one)) == (is == "in"))
            }
            (is @ ("=" | "<>"), one, other) if !one.is_array() && !other.is_array() && kind(one) == kind(other) => {
                answer(same(one, other) == (is == "="))
            }
            (is @ ("<=" | ">"), one, other) if kind(one) == kind(other) && figure(one).is_some() => {
                answer((figure(one) <= figure(other)) == (is == "<="))
            }
            _ => "incomparable",
        }
    }

    /// 0 false, 1 unknown, 2 true.
    pub fn truth(condition: &Value, scales: &Value, product: &Value, client: &Value) -> u8 {
        let part = |condition: &Value| truth(condition, scales, product, client);
        if let Some(all) = condition.get("all") {
            return all.as_array().unwrap().iter().map(part).min().unwrap();
        }
        if let Some(any) = condition.get("any") {
            return any.as_array().unwrap().iter().map(part).max().unwrap();
        }
        if let Some(not) = condition.get("not") {
            return 2 - part(not);
        }
        match (outcome(condition, scales, product, client), condition.get("missing").and_then(Value::as_str)) {
            ("holds", _) | ("missing", Some("holds")) => 2,
            ("fails", _) | ("missing", Some("fails")) => 0,
            _ => 1,
        }
    }

    /// The place of the verdict of a rule set.
    pub fn verdict(rules: &Value, product: &Value, client: &Value) -> usize {
        // The one derivation of these rule sets: the higher of two grades, in place of a given one when either is there.
        let mut product = product.clone();
        if rules.get("derive").is_some() {
            let scale = rules["scales"]["grade"].as_array().unwrap();
            let grades: Vec<_> =
                ["grade_a", "grade_b"].iter().map(|name| product.get(*name).filter(|value| !value.is_null()).cloned()).collect();
            // Numbers are in the order of numbers, texts in that of the scale.
            let rank = |grade: &&Value| scale.iter().position(|at| at == *grade).map(|at| at as f64).or(number(Some(*grade)));
            let given: Vec<_> = grades.iter().flatten().collect();
            let alike =
                given.iter().all(|grade| rank(grade).is_some()) && given.windows(2).all(|two| two[0].is_number() == two[1].is_number());
            match (given.len(), alike) {
                (0, _) => {}
                (1, _) => _ = product.as_object_mut().unwrap().remove("grade"),
                (_, false) => product["grade"] = json!({"odd": true}),
                _ => product["grade"] = (*given.iter().max_by(|one, other| rank(one).partial_cmp(&rank(other)).unwrap()).unwrap()).clone(),
            }
        }
        let place = |name: &Value| rules["verdicts"].as_array().unwrap().iter().position(|verdict| verdict["name"] == *name).unwrap();
        let mut strictest = 0;
        for rule in rules["rules"].as_array().unwrap() {
            let in_effect = rule.get("effective_from").is_none_or(|from| from.as_str().unwrap() <= AS_OF)
                && rule.get("effective_until").is_none_or(|until| until.as_str().unwrap() >= AS_OF);
            let Some(own) = rule.get("verdict").filter(|_| in_effect) else { continue };
            let asked = match truth(&rule["when"], &rules["scales"], &product, client) {
                0 => None,
                1 => Some(rule.get("unknown").unwrap_or(own)).filter(|unknown| **unknown != "skip"),
                _ => Some(own),
            };
            strictest = asked.map_or(0, place).max(strictest);
        }
        strictest
    }

    fn market(market: &Value, client: &Value) -> &'static str {
        let none = json!({});
        let part = |key: &str, absent| {
            market.get(key).map_or(absent, |condition| truth(condition, market.get("scales").unwrap_or(&none), &none, client))
        };
        match (part("include", 2), part("exclude", 0)) {
            (_, 2) => "excluded",
            (0, 1) => "outside, perhaps excluded",
            (0, _) => "outside",
            (1, _) | (_, 1) => "unknown",
            _ => "inside",
        }
    }

    /// Hundredths: the figures of these tests have at most two decimals.
    fn cents(value: Option<&Value>) -> Result<i64, &'static str> {
        match value {
            None | Some(Value::Null) => Err("missing"),
            Some(value) => number(Some(value)).map(|x| (x * 100.0).round() as i64).ok_or("incomparable"),
        }
    }

    fn limit(limit: &Value, product: &Value, client: &Value) -> &'static str {
        let name = |key: &str| limit[key].as_str().unwrap();
        let of = |side: &Value, key: &str| side.get(key).cloned();
        let exposure = match (product.get(name("group")), client.get(name("exposures"))) {
            (Some(Value::Bool(_)), _) | (_, Some(Value::String(_))) => Err("incomparable"),
            (None | Some(Value::Null), _) | (_, None | Some(Value::Null)) => Err("missing"),
            (Some(group), Some(Value::Object(exposures))) => {
                let group = group.as_str().map_or_else(|| group.to_string(), String::from);
                exposures.get(&group).map_or(Ok(0), |of_group| cents(Some(of_group)))
            }
            _ => Err("incomparable"),
        };
        let bought = &limit["bought"];
        let bought = match (bought.get("client"), bought.get("product")) {
            (Some(name), _) => cents(of(client, name.as_str().unwrap()).as_ref()),
            (_, Some(name)) => cents(of(product, name.as_str().unwrap()).as_ref()),
            _ => cents(bought.get("value")),
        };
        let whole = cents(of(client, name("whole")).as_ref());
        match (exposure, bought, whole) {
            (Ok(exposure), Ok(bought), Ok(whole)) => {
                let whole = whole + if limit.get("new_money") == Some(&json!(true)) { bought } else { 0 };
                let at_most = cents(limit.get("at_most")).unwrap();
                if whole > 0 && (exposure + bought) * 100 <= at_most * whole { "within" } else { "limit" }
            }
            // What does not compare comes before what is missing.
            (e, b, w) if [e, b, w].contains(&Err("incomparable")) => "incomparable",
            _ => "missing",
        }
    }

    /// The ground on which a gate excludes, if it does.
    pub fn ground(gate: &Value, scales: &Value, product: &Value, client: &Value) -> Option<&'static str> {
        let passes = |key: &str| gate.get(key).is_some_and(|value| value == "pass");
        if let Some(condition) = gate.get("condition") {
            if gate.get("when").is_some_and(|when| truth(when, scales, product, client) == 0) {
                return None;
            }
            return match truth(condition, scales, product, client) {
                0 => Some("condition"),
                1 if !passes("unknown") => Some("unknown"),
                _ => None,
            };
        }
        if let Some(rules) = gate.get("suitability") {
            let offer = rules["verdicts"][verdict(rules, product, client)]["offer"] == true;
            return (!offer).then_some("suitability");
        }
        if let Some(name) = gate.get("target_market") {
            return match product.get(name.as_str().unwrap()) {
                None | Some(Value::Null) => (!passes("missing")).then_some("missing"),
                Some(document) => match market(document, client) {
                    "inside" => None,
                    "outside" if passes("outside") => None,
                    "outside, perhaps excluded" if passes("outside") && passes("unknown") => None,
                    "unknown" if passes("unknown") => None,
                    _ => Some("target_market"),
                },
            };
        }
        if let Some(of) = gate.get("limit") {
            return match limit(of, product, client) {
                "within" => None,
                "missing" if passes("missing") => None,
                other => Some(other),
            };
        }
        match outcome(gate, scales, product, client) {
            "holds" => None,
            "missing" if passes("missing") => None,
            "fails" => Some("comparison"),
            other => Some(other),
        }
    }

    fn tags(value: Option<&Value>) -> Vec<String> {
        let items = value.and_then(Value::as_array).cloned().unwrap_or_default();
        let mut tags: Vec<_> = items.iter().filter_map(Value::as_str).map(String::from).collect();
        tags.sort();
        tags.dedup();
        tags
    }

    fn jaccard(one: &[String], other: &[String]) -> f64 {
        let both = one.iter().filter(|tag| other.contains(tag)).count();
        let either = one.len() + other.len() - both;
        if either > 0 { both as f64 / either as f64 } else { 0.0 }
    }

    fn needs(value: Option<&Value>) -> Vec<(String, f64)> {
        match value {
            Some(Value::String(need)) => vec![(need.clone(), 1.0)],
            Some(list @ Value::Array(_)) => tags(Some(list)).into_iter().map(|need| (need, 1.0)).collect(),
            Some(Value::Object(counts)) => {
                let counts = counts.iter().filter_map(|(need, count)| Some((need.clone(), number(Some(count))?)));
                counts.filter(|(_, count)| *count > 0.0).collect()
            }
            _ => Vec::new(),
        }
    }

    pub fn score(policy: &Value, key: &str, product: &Value, client: &Value) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        let empty = Vec::new();
        let list = |key: &str| policy.get(key).and_then(Value::as_array).unwrap_or(&empty).iter();
        for part in list("tags").chain(list("scores")) {
            let name = |of: &Value, key: &str| of[key].as_str().unwrap().to_string();
            let scaled = |of: &Value, x: Option<f64>| match x {
                None => number(of.get("default")).unwrap_or(0.0),
                Some(x) => {
                    let (from, to) = (number(of.get("from")).unwrap_or(0.0), number(of.get("to")).unwrap_or(1.0));
                    ((x - from) / (to - from)).clamp(0.0, 1.0)
                }
            };
            let fit = if let Some(of) = part.get("need") {
                let (wanted, served) = (needs(client.get(name(of, "client"))), needs(product.get(name(of, "product"))));
                let strength =
                    |need: &String| served.iter().find(|(serves, _)| serves == need).map_or(0.0, |(_, strength)| strength.min(1.0));
                let all: f64 = wanted.iter().map(|(_, intensity)| intensity).sum();
                if all > 0.0 { wanted.iter().map(|(need, intensity)| intensity * strength(need)).sum::<f64>() / all } else { 0.0 }
            } else if let Some(of) = part.get("by_product") {
                scaled(of, number(client.get(name(of, "client")).and_then(|figures| figures.as_object()?.get(key))))
            } else if let Some(of) = part.get("attribute") {
                scaled(of, number(product.get(name(of, "product"))))
            } else {
                jaccard(&tags(product.get(name(part, "product"))), &tags(client.get(name(part, "client"))))
            };
            sum += part["weight"].as_f64().unwrap() * fit;
            weights += part["weight"].as_f64().unwrap();
        }
        if weights > 0.0 { sum / weights } else { 0.0 }
    }

    /// The priority and the neutral one; none where a figure is missing.
    pub fn priority(policy: &Value, score: f64, key: &str, product: &Value, client: &Value) -> Option<(f64, f64)> {
        let Some(arbitration) = policy.get("arbitration") else { return Some((score, score)) };
        let (mut priority, mut neutral) = (1.0, 1.0);
        for term in arbitration["terms"].as_array().unwrap() {
            let name = |key: &str| term.get(key).and_then(Value::as_str);
            let figure = match (name("product"), name("client"), name("by_product")) {
                (Some(name), _, _) => number(product.get(name)),
                (_, Some(name), _) => number(client.get(name)),
                (_, _, Some(name)) => number(client.get(name).and_then(|figures| figures.as_object()?.get(key))),
                _ => Some(score),
            };
            let figure = figure.or(number(term.get("default")))?;
            let weight = number(term.get("weight")).unwrap_or(1.0);
            if figure < 0.0 && weight != 1.0 {
                return None;
            }
            let factor = if weight == 1.0 { figure } else { figure.powf(weight) };
            priority *= factor;
            if term.get("firm") != Some(&json!(true)) {
                neutral *= factor;
            }
        }
        if let Some(attention) = arbitration.get("attention") {
            let minutes = number(product.get(attention["product"].as_str().unwrap())).or(number(attention.get("default")))?;
            let cost = minutes * attention["price"].as_f64().unwrap();
            priority -= cost;
            if attention.get("firm") == Some(&json!(false)) {
                neutral -= cost;
            }
        }
        Some((priority, neutral))
    }

    /// The order in which products come, of those that match; each with its key, its priority and its tags.
    pub fn order(policy: &Value, matching: &[(String, f64, Value)]) -> Vec<String> {
        let mut left: Vec<_> = matching.iter().collect();
        left.sort_by(|one, other| other.1.partial_cmp(&one.1).unwrap().then(one.0.cmp(&other.0)));
        let Some(diversity) = policy.get("diversity") else { return left.into_iter().map(|(key, ..)| key.clone()).collect() };
        let (lambda, name) = (diversity["lambda"].as_f64().unwrap(), diversity["product"].as_str().unwrap());
        let best = left.first().map_or(0.0, |(_, priority, _)| priority.max(0.0));
        let mut chosen: Vec<&(String, f64, Value)> = Vec::new();
        while !left.is_empty() {
            let value = |one: &(String, f64, Value)| {
                let relevance = if best > 0.0 { (one.1 / best).max(0.0) } else { 0.0 };
                let similar = chosen.iter().map(|other| jaccard(&tags(one.2.get(name)), &tags(other.2.get(name)))).fold(0.0, f64::max);
                lambda * relevance - (1.0 - lambda) * similar
            };
            // The list is sorted by priority and key: the first of the best values comes next.
            let mut next = 0;
            for i in 1..left.len() {
                if value(left[i]) > value(left[next]) {
                    next = i;
                }
            }
            chosen.push(left.remove(next));
        }
        chosen.into_iter().map(|(key, ..)| key.clone()).collect()
    }

    /// The product with its key, as policies see it.
    pub fn keyed(key: &str, product: &Value) -> Value {
        let mut fields: Map<_, _> = product.as_object().unwrap().clone();
        fields.insert("product".into(), key.into());
        Value::Object(fields)
    }
}

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

fn products() -> impl Strategy<Value = Vec<(String, Value)>> {
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

fn clients() -> impl Strategy<Value = Value> {
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

fn scales_of(value: &Value) -> Value {
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

fn rule() -> impl Strategy<Value = Value> {
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
fn rule_set(mut rules: Vec<Value>, derived: bool) -> Value {
    rules.iter_mut().zip(0..).for_each(|(rule, i)| rule["id"] = format!("r{i}").into());
    let scales = scales_of(&json!(rules));
    let mut set = json!({"kind": "suitability_rules", "version": 1, "name": "firm", "ruleset_version": 1, "law": "none", "effective_from": "2026-01-01", "scales": scales,
        "verdicts": [{"name": "fine", "offer": true}, {"name": "warned", "offer": true}, {"name": "refused", "offer": false}], "rules": rules});
    if derived && scales.get("grade").is_some() {
        set["derive"] = json!({"product": {"grade": {"highest": ["grade_a", "grade_b"]}}});
    }
    set
}

fn gates() -> impl Strategy<Value = Value> {
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

fn policies() -> impl Strategy<Value = Value> {
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

fn numbered(mut all: Vec<Value>, name: &str) -> Vec<Value> {
    all.iter_mut().zip(0..).for_each(|(one, i)| one["id"] = format!("{name}{i}").into());
    all
}

fn compiled(products: &[(String, Value)], policy: &Value) -> CompiledMatch {
    let mut catalogue = Catalogue::default();
    products.iter().rev().for_each(|(key, attributes)| catalogue.push(key, attributes).unwrap());
    CompiledMatch::compile(&catalogue, &MatchingPolicy::read(policy).unwrap(), Day::parse(AS_OF)).unwrap()
}

/// What the second implementation says of a product: its key, grounds, score, and the two priorities.
type Judged = (String, Vec<String>, f64, Option<(f64, f64)>);

fn judged(products: &[(String, Value)], policy: &Value, client: &Value) -> Vec<Judged> {
    let judge = |(key, product): &(String, Value)| {
        let keyed = naive::keyed(key, product);
        let score = naive::score(policy, key, &keyed, client);
        let priority = naive::priority(policy, score, key, &keyed, client);
        let ground =
            |gate: &Value| Some(format!("{}/{}", gate["id"].as_str().unwrap(), naive::ground(gate, &policy["scales"], &keyed, client)?));
        let mut grounds: Vec<_> = policy["gates"].as_array().unwrap().iter().filter_map(ground).collect();
        if policy.get("minimum_score").is_some_and(|minimum| score < minimum.as_f64().unwrap()) {
            grounds.push("-/minimum_score".into());
        }
        match (priority, number(policy.pointer("/arbitration/minimum"))) {
            (None, _) => grounds.push("-/priority_unknown".into()),
            (Some((priority, _)), Some(minimum)) if priority < minimum => grounds.push("-/minimum_priority".into()),
            _ => {}
        }
        (key.clone(), grounds, score, priority)
    };
    products.iter().map(judge).collect()
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(1.0)
}

/// Whether a product is so close to a minimum that rounding may decide, in this or that implementation.
fn close(policy: &Value, judged: &[Judged]) -> bool {
    let (of_score, of_priority) = (number(policy.get("minimum_score")), number(policy.pointer("/arbitration/minimum")));
    let near = |x: f64, minimum: Option<f64>| minimum.is_some_and(|minimum| x != minimum && (x - minimum).abs() < 1e-9);
    judged.iter().any(|(_, _, score, priority)| near(*score, of_score) || priority.is_some_and(|(priority, _)| near(priority, of_priority)))
}

fn agrees(products: &[(String, Value)], client: &Value, policy: &Value, k: i64) -> Result<(), TestCaseError> {
    let compiled = compiled(products, policy);
    let expected = judged(products, policy, client);
    prop_assume!(!close(policy, &expected));
    let rows = compiled.explain(client, &mut Scratch::default(), &|| ()).unwrap();
    prop_assert_eq!(rows.len(), products.len());
    for row in &rows {
        let (_, grounds, score, priority) = expected.iter().find(|(key, ..)| key == row.product).unwrap();
        let reasons = document::parse(&row.reasons).unwrap();
        let all = reasons.get("excluded_by").and_then(Value::as_array).cloned().unwrap_or_default();
        let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or("-").to_string();
        prop_assert_eq!(&all.iter().map(|entry| format!("{}/{}", text(entry, "gate"), text(entry, "ground"))).collect::<Vec<_>>(), grounds);
        prop_assert_eq!(row.verdict == Verdict::Match, grounds.is_empty());
        prop_assert!(near(row.score, *score), "{} {score}", row.score);
        prop_assert_eq!(row.priority.is_some(), priority.is_some());
        let (has, expects) = (row.priority.unwrap_or(0.0), priority.map_or(0.0, |(priority, _)| priority));
        prop_assert!(near(has, expects), "{has} {expects}");
        prop_assert!(has.to_bits() != (-0.0f64).to_bits(), "no negative zero");
        // The contributions add up to the score and the factors multiply to the priority, bit for bit.
        let figure = |part: &Value, key: &str| part[key].as_f64();
        let sum = reasons["score"].as_array().unwrap().iter().fold(0.0, |sum, part| sum + figure(part, "contribution").unwrap());
        prop_assert_eq!(sum.to_bits(), row.score.to_bits());
        match (policy.get("arbitration"), row.priority) {
            (None, _) => prop_assert_eq!(row.priority.map(f64::to_bits), Some(row.score.to_bits())),
            (Some(_), None) => {}
            (Some(arbitration), Some(priority)) => {
                let factors = reasons["priority"].as_array().unwrap().iter().map(|term| figure(term, "factor").unwrap());
                let product = factors.fold(1.0, |product, factor| product * factor);
                let attention = arbitration.get("attention").map_or(0.0, |_| reasons["attention"].as_f64().unwrap());
                prop_assert_eq!(product - attention, priority);
            }
        }
        if let (Some(diversity), Verdict::Match) = (policy.get("diversity"), row.verdict) {
            let (lambda, why) = (diversity["lambda"].as_f64().unwrap(), &reasons["diversity"]);
            let value = lambda * figure(why, "relevance").unwrap() - (1.0 - lambda) * figure(why, "similarity").unwrap();
            prop_assert_eq!(Some(value), figure(why, "value"));
        }
        // A rule set that judged has the verdict of the columns, and rules that lead to it.
        for gate in all
            .iter()
            .chain(reasons.get("gates").and_then(Value::as_array).into_iter().flatten())
            .filter(|gate| gate.get("rule_set").is_some())
        {
            let rules = policy["gates"].as_array().unwrap().iter().find(|known| known["id"] == gate["gate"]).unwrap();
            let product = naive::keyed(row.product, &products.iter().find(|(key, _)| key == row.product).unwrap().1);
            prop_assert_eq!(
                &gate["verdict"],
                &rules["suitability"]["verdicts"][naive::verdict(&rules["suitability"], &product, client)]["name"]
            );
            prop_assert_eq!(
                gate["rules"].as_array().unwrap().first().map_or("fine", |rule| rule["verdict"].as_str().unwrap()),
                gate["verdict"].as_str().unwrap()
            );
        }
    }
    // The order, and the one that leaves the firm's interest out.
    let offered: Vec<_> = rows.iter().filter(|row| row.verdict == Verdict::Match).collect();
    // Of the priorities that were just found to be right: rounding may part what is equal.
    let neutral_priority = |reasons: &Value| {
        let Some(arbitration) = policy.get("arbitration") else {
            return reasons["score"].as_array().unwrap().iter().fold(0.0, |sum, part| sum + part["contribution"].as_f64().unwrap());
        };
        let terms = reasons["priority"].as_array().unwrap().iter().filter(|term| term.get("firm").is_none());
        let counts = arbitration.pointer("/attention/firm") == Some(&json!(false));
        terms.fold(1.0, |product, term| product * term["factor"].as_f64().unwrap())
            - if counts { reasons["attention"].as_f64().unwrap() } else { 0.0 }
    };
    for row in &offered {
        let expected = expected.iter().find(|(key, ..)| key == row.product).unwrap().3.unwrap();
        prop_assert!(near(neutral_priority(&document::parse(&row.reasons).unwrap()), expected.1));
    }
    let matching = |neutral: bool| -> Vec<_> {
        let priority =
            |row: &Explained<'_>| if neutral { neutral_priority(&document::parse(&row.reasons).unwrap()) } else { row.priority.unwrap() };
        offered
            .iter()
            .map(|row| (row.product.to_string(), priority(row), products.iter().find(|(key, _)| key == row.product).unwrap().1.clone()))
            .collect()
    };
    let ranked: Vec<_> = offered.iter().map(|row| row.product.to_string()).collect();
    let mut neutral: Vec<_> = offered.iter().map(|row| (row.neutral_rank.unwrap(), row.product.to_string())).collect();
    neutral.sort();
    prop_assert!(offered.iter().zip(1..).all(|(row, rank)| row.rank == Some(rank)));
    prop_assert!(neutral.iter().zip(1..).all(|((has, _), rank)| *has == rank));
    prop_assert_eq!(ranked, naive::order(policy, &matching(false)));
    prop_assert_eq!(neutral.into_iter().map(|(_, key)| key).collect::<Vec<_>>(), naive::order(policy, &matching(true)));
    prop_assert!(rows.iter().filter(|row| row.verdict == Verdict::Excluded).all(|row| row.rank.is_none() && row.neutral_rank.is_none()));

    // The k best are the first of all, whatever was matched in the same room before.
    let mut scratch = Scratch::default();
    compiled.matches(&json!({}), 3, &mut scratch, &|| ()).unwrap();
    let matches = compiled.matches(client, k, &mut scratch, &|| ()).unwrap();
    prop_assert_eq!(matches.len(), offered.len().min(k as usize));
    for (found, row) in matches.iter().zip(offered) {
        let (short, long) = (document::parse(&found.reasons).unwrap(), document::parse(&row.reasons).unwrap());
        prop_assert_eq!((Some(found.rank), found.product, found.score.to_bits()), (row.rank, row.product, row.score.to_bits()));
        prop_assert_eq!(Some(found.priority.to_bits()), row.priority.map(f64::to_bits));
        prop_assert_eq!(found.neutral_rank, row.neutral_rank.filter(|rank| i64::from(*rank) <= k));
        for key in ["score", "priority", "attention", "diversity"] {
            prop_assert_eq!(short.get(key), long.get(key), "{}", key);
        }
        let gates = long["gates"].as_array().unwrap();
        let applying: Vec<_> = gates.iter().filter(|gate| gate.get("applies").is_none()).map(|gate| gate["gate"].clone()).collect();
        prop_assert_eq!(&short["passed"], &Value::from(applying));
        let verdicts: Vec<_> = gates
            .iter()
            .filter(|gate| gate.get("rule_set").is_some())
            .map(|gate| json!({"flags": gate["flags"], "gate": gate["gate"], "verdict": gate["verdict"]}))
            .collect();
        prop_assert_eq!(short.get("verdicts").cloned().unwrap_or_else(|| json!([])), Value::from(verdicts));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn offers_agree_with_a_second_implementation(products in products(), client in clients(), policy in policies(), k in 1i64..10) {
        agrees(&products, &client, &policy, k)?;
    }

    /// One more rule in a rule set, or one more gate, never lets a product through that was not.
    #[test]
    fn a_further_rule_or_gate_adds_no_product(
        products in products(), client in clients(), policy in policies(), gate in gates(), rules in prop::collection::vec(rule(), 1..4), more in rule(), at in any::<prop::sample::Index>(),
    ) {
        let matching = |policy: &Value| -> Vec<String> {
            let compiled = compiled(&products, policy);
            let rows = compiled.explain(&client, &mut Scratch::default(), &|| ()).unwrap();
            rows.into_iter().filter(|row| row.verdict == Verdict::Match).map(|row| row.product.to_string()).collect()
        };
        let with = |gate: Value| {
            let mut policy = policy.clone();
            policy["gates"].as_array_mut().unwrap().push(gate);
            policy["gates"] = numbered(policy["gates"].as_array().unwrap().clone(), "g").into();
            let of_policy: Vec<_> = policy["gates"].as_array().unwrap().iter().filter(|gate| gate.get("condition").is_some()).cloned().collect();
            policy["scales"] = scales_of(&json!(of_policy));
            policy
        };
        let (before, after) = (matching(&policy), matching(&with(gate)));
        prop_assert!(after.iter().all(|product| before.contains(product)));
        let few = with(json!({"suitability": rule_set(rules.clone(), true)}));
        let mut rules = rules;
        rules.insert(at.index(rules.len() + 1), more);
        let many = with(json!({"suitability": rule_set(rules, true)}));
        // A derivation comes with the first rule that needs it, and may change what the others see.
        let derives = |policy: &Value| policy["gates"].as_array().unwrap().last().unwrap()["suitability"].get("derive").is_some();
        prop_assume!(derives(&few) == derives(&many));
        let (before, after) = (matching(&few), matching(&many));
        prop_assert!(after.iter().all(|product| before.contains(product)));
    }
}
