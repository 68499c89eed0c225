//! What decides the order of offers, and the gates that are more than a comparison, against a second implementation: plain loops
//! over the documents, one pair of a product and a client at a time, written from what the documentation promises.

mod cases;
mod naive;

use cases::{clients, gates, numbered, policies, products, rule, rule_set, scales_of};
use crm_core::matching::{Catalogue, CompiledMatch, Explained, MatchingPolicy, Scratch, Verdict};
use crm_core::{Day, document};
use proptest::prelude::*;
use serde_json::{Value, json};

const AS_OF: &str = "2026-06-30";

fn number(value: Option<&Value>) -> Option<f64> {
    value.filter(|value| value.is_number()).and_then(Value::as_f64)
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
    let rows = compiled.explain(client, &mut Scratch::default()).unwrap();
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
    compiled.matches(&json!({}), 3, &mut scratch).unwrap();
    let matches = compiled.matches(client, k, &mut scratch).unwrap();
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
            let rows = compiled.explain(&client, &mut Scratch::default()).unwrap();
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
