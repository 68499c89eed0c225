//! The second implementation: plain loops over the documents, written from what the documentation promises.

use crate::{AS_OF, number};
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
    let same =
        |one: &Value, other: &Value| kind(one) == kind(other) && (figure(one) == figure(other) && (figure(one).is_some() || one == other));
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
        let alike = given.iter().all(|grade| rank(grade).is_some()) && given.windows(2).all(|two| two[0].is_number() == two[1].is_number());
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
            let strength = |need: &String| served.iter().find(|(serves, _)| serves == need).map_or(0.0, |(_, strength)| strength.min(1.0));
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
