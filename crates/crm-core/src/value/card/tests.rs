use super::*;
use serde_json::json;

fn paths(card: &Value) -> String {
    ScoreCard::problems(card).into_iter().map(|p| p.path).collect::<Vec<_>>().join(" ")
}

/// The paths of what is wrong with a card of one measure that differs in some fields (null: without it).
fn measure(change: Value) -> String {
    let mut measure = json!({"name": "a", "weight": 1, "direction": "higher", "transform": {"type": "percentile"}});
    for (key, value) in change.as_object().unwrap() {
        match value {
            Value::Null => measure.as_object_mut().unwrap().remove(key),
            value => measure.as_object_mut().unwrap().insert(key.clone(), value.clone()),
        };
    }
    paths(&json!({"kind": KIND, "version": 1, "missing": "skip", "measures": [measure]})).replace("measures[0].", "")
}

#[test]
fn the_example_is_valid_and_shows_everything() {
    assert_eq!(ScoreCard::problems(&ScoreCard::example()), []);
    let card = ScoreCard::read(&ScoreCard::example()).unwrap();
    assert_eq!((card.from, card.to, card.measures.len()), (0.0, 100.0, 6));
    assert!((card.measures.iter().map(|m| m.weight).sum::<f64>() - 1.0).abs() < 1e-12);
    let text = ScoreCard::example().to_string();
    for word in
        ["percentile", "log", "min_max", "\"z\"", "breaks", "neutral", "error", "worst", "skip", "\"missing\":0", "lower", "quantile"]
    {
        assert!(text.contains(word), "{word}");
    }
    assert!(card.measures.iter().all(|m| m.label.as_ref().is_some_and(|l| l.get("zh").is_some() && l.get("en").is_some())));
}

#[test]
fn a_card_needs_its_rules() {
    assert_eq!(paths(&json!({"kind": KIND, "version": 1})), "missing measures");
    assert_eq!(paths(&json!({"kind": KIND, "version": 1, "missing": "skip", "measures": []})), "measures");
    assert_eq!(paths(&json!({"kind": KIND, "version": 2, "missing": 1})), "version");
    assert_eq!(paths(&json!({"kind": "tier_policy", "version": 1})), "kind");
    let scale = |scale: Value| {
        paths(&json!({"kind": KIND, "version": 1, "missing": "skip", "scale": scale, "measures": [
        {"name": "a", "weight": 1, "direction": "higher", "transform": {"type": "percentile"}}]}))
    };
    assert_eq!(scale(json!({"from": -5, "to": 5})), "");
    assert_eq!(scale(json!({"from": 5, "to": 5})), "scale.to");
    assert_eq!(scale(json!({"from": 0.5, "to": 5})), "scale.from");
    assert_eq!(scale(json!({"from": 0, "to": 1_000_001})), "scale.to");
    assert_eq!(scale(json!({"from": 0})), "scale.to");
    assert_eq!(scale(json!([0, 1])), "scale");
}

#[test]
fn too_many_measures_are_one_problem() {
    let measure = json!({"name": "a", "weight": 1, "direction": "higher", "transform": {"type": "percentile"}});
    let card =
        |measures: usize| paths(&json!({"kind": KIND, "version": 1, "missing": "skip", "measures": vec![measure.clone(); measures]}));
    assert_eq!(card(2), "measures[1].name");
    assert_eq!(card(MAX_MEASURES + 1), "measures");
}

#[test]
fn what_is_wrong_with_a_measure_is_named() {
    assert_eq!(measure(json!({})), "");
    assert_eq!(measure(json!({"name": null, "weight": null, "direction": null, "transform": null})), "name weight transform direction");
    assert_eq!(measure(json!({"weight": 0})), "weight");
    assert_eq!(measure(json!({"weight": -1, "wieght": 1})), "weight wieght");
    assert_eq!(measure(json!({"weight": "1"})), "weight");
    assert_eq!(measure(json!({"direction": "up"})), "direction");
    assert_eq!(measure(json!({"missing": "zero"})), "missing");
    assert_eq!(measure(json!({"missing": 1e131})), "missing");
    assert_eq!(measure(json!({"missing": -3.5})), "");
    assert_eq!(measure(json!({"cap": {"from": 1, "to": 0}})), "cap.to");
    assert_eq!(measure(json!({"cap": {"from": {"quantile": 0.9}, "to": {"quantile": 0.1}}})), "cap.to");
    assert_eq!(
        measure(json!({"cap": {"from": {"quantile": 1.1}, "to": {"median": 1}}})),
        "cap.from.quantile cap.to.quantile cap.to.median"
    );
    assert_eq!(measure(json!({"cap": {"from": {"quantile": 0.01}, "to": 5}})), "");
    assert_eq!(measure(json!({"cap": 5})), "cap");
}

#[test]
fn what_is_wrong_with_a_transform_is_named() {
    let transform = |t: Value| measure(json!({"transform": t})).replace("transform.", "");
    assert_eq!(transform(json!({"type": "min_max", "from": 1, "to": 2})), "");
    assert_eq!(transform(json!({"type": "min_max", "from": 2, "to": 2})), "to");
    assert_eq!(transform(json!({"type": "log", "from": "2", "limit": 2})), "from limit");
    assert_eq!(transform(json!({"type": "z", "limit": 0})), "limit");
    assert_eq!(transform(json!({"type": "z"})), "");
    assert_eq!(transform(json!({"type": "percentile", "from": 0})), "from");
    assert_eq!(transform(json!({"type": "rank"})), "type");
    assert_eq!(transform(json!("z")), "transform");
    let breaks = |breaks: Value, points: Value| {
        measure(json!({"direction": null, "transform": {"type": "breaks", "breaks": breaks, "points": points}})).replace("transform.", "")
    };
    assert_eq!(breaks(json!([1, 2]), json!([0, 5, 3])), "");
    assert_eq!(breaks(json!([]), json!([1])), "breaks");
    assert_eq!(breaks(json!([1, 2]), json!([0, 5])), "points");
    assert_eq!(breaks(json!([2, 2, 3, 1]), json!([0, 5, 3, 4, 5])), "breaks[1]");
    assert_eq!(breaks(json!([1]), json!([0, 0])), "points");
    assert_eq!(breaks(json!([1, "2"]), json!([0, -1, null])), "breaks[1] points[1] points[2]");
    let direction = json!({"transform": {"type": "breaks", "breaks": [1], "points": [0, 1]}});
    assert_eq!(measure(direction), "direction");
    let twice = json!({"kind": KIND, "version": 1, "missing": "skip", "measures": [
        {"name": "a", "weight": 1, "direction": "higher", "transform": {"type": "percentile"}},
        {"name": "a", "weight": 1, "direction": "higher", "transform": {"type": "percentile"}}]});
    assert_eq!(paths(&twice), "measures[1].name");
}
