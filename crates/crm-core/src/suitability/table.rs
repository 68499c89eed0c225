//! The example of the Chinese rules against the table of the law.

use super::tests::verdict;
use super::*;
use crate::condition::Truth;
use serde_json::{Value, json};

/// The table of the law, written down a second time.
struct Cell {
    access: bool,
    professional: bool,
    assessed: bool,
    class: usize,
    minimum: bool,
    grade: usize,
    fits: bool,
    asked: bool,
    acknowledged: bool,
}

fn by_the_table(cell: &Cell) -> &'static str {
    match cell {
        Cell { access: false, .. } => "prohibited",
        Cell { professional: true, .. } => "match_professional",
        Cell { assessed: false, .. } => "reassess",
        Cell { minimum: true, .. } if cell.grade > cell.class => "prohibited",
        Cell { asked: false, .. } if cell.grade > cell.class => "prohibited_to_solicit",
        Cell { acknowledged: true, .. } if cell.grade > cell.class => "allowed_with_ack",
        Cell { .. } if cell.grade > cell.class => "ack_required",
        Cell { fits: false, asked: false, .. } => "prohibited_to_solicit",
        Cell { .. } => "match",
    }
}

#[test]
fn every_cell_of_the_table() {
    let rules = SuitabilityRules::read(&example("csrc").unwrap()).unwrap();
    let both = [false, true];
    let mut cells = 0;
    for class in 1..=5usize {
        for grade in 1..=5usize {
            for bits in 0..256u32 {
                let bit = |i: u32| both[(bits >> i & 1) as usize];
                let (access, professional, minimum, term, kind, asked, acknowledged, valid) =
                    (bit(0), bit(1), bit(2), bit(3), bit(4), bit(5), bit(6), bit(7));
                if minimum && class > 1 {
                    continue;
                }
                for (assessed_on, current) in
                    [(json!("2025-03-16"), true), (json!("2025-03-15"), false), (json!(null), false), (json!("2026-03-16"), false)]
                {
                    let client = json!({
                        "risk_class": format!("C{class}"), "minimum_class": minimum, "assessed_on": assessed_on, "circumstances_changed": !valid,
                        "professional": professional, "professional_until": "2026-03-15", "permissions": if access { json!(["STAR", "x"]) } else { json!(["x"]) },
                        "initiative": if asked { "client" } else { "solicited" }, "acknowledged": if acknowledged { json!(["P"]) } else { json!(["Q"]) },
                        "horizon_months": 12, "preferred_types": ["bond"],
                    });
                    let product = json!({"product": "P", "risk_grade": format!("R{grade}"), "requires": ["STAR"], "term_months": if term { 12 } else { 13 }, "type": if kind { "bond" } else { "fund" }});
                    let expected = by_the_table(&Cell {
                        access,
                        professional,
                        assessed: current && valid,
                        class,
                        minimum,
                        grade,
                        fits: term && kind,
                        asked,
                        acknowledged,
                    });
                    assert_eq!(verdict(&rules, &client, &product, "2026-03-15").unwrap(), expected, "{client} {product}");
                    cells += 1;
                }
            }
        }
    }
    assert_eq!(cells, 5 * 4 * (256 + 4 * 128));
}

#[test]
fn what_is_missing_is_never_to_the_clients_harm() {
    let rules = SuitabilityRules::read(&example("csrc").unwrap()).unwrap();
    let client = json!({"risk_class": "C1", "minimum_class": false, "assessed_on": "2026-01-01", "horizon_months": 12, "preferred_types": ["bond"], "initiative": "client"});
    let product = json!({"product": "P", "risk_grade": "R2", "term_months": 6, "type": "bond"});
    let of = |client_fields: Value, product_fields: Value| {
        let (mut client, mut product) = (client.clone(), product.clone());
        client.as_object_mut().unwrap().extend(client_fields.as_object().unwrap().clone());
        product.as_object_mut().unwrap().extend(product_fields.as_object().unwrap().clone());
        verdict(&rules, &client, &product, "2026-03-15").unwrap()
    };
    for (client, product, expected) in [
        (json!({}), json!({}), "ack_required"),
        (json!({"acknowledged": ["P"]}), json!({}), "allowed_with_ack"),
        (json!({"acknowledged": ["P"]}), json!({"product": null}), "ack_required"),
        (json!({"acknowledged": "P"}), json!({}), "reassess"),
        (json!({"initiative": null}), json!({}), "prohibited_to_solicit"),
        (json!({"initiative": "Client"}), json!({}), "prohibited_to_solicit"),
        (json!({"minimum_class": null}), json!({}), "reassess"),
        (json!({"minimum_class": null}), json!({"risk_grade": "R1"}), "match"),
        (json!({"minimum_class": "yes", "initiative": "solicited"}), json!({}), "reassess"),
        (json!({"risk_class": null}), json!({"risk_grade": "R1"}), "reassess"),
        (json!({"risk_class": "C9"}), json!({"risk_grade": "R1"}), "reassess"),
        (json!({"risk_class": null, "questionnaire_score": 20}), json!({}), "match"),
        (json!({"risk_class": "C5", "questionnaire_score": 19}), json!({}), "ack_required"),
        (json!({"questionnaire_score": 101}), json!({}), "reassess"),
        (json!({"assessed_on": "soon"}), json!({"risk_grade": "R1"}), "reassess"),
        (json!({}), json!({"risk_grade": null}), "prohibited"),
        (json!({}), json!({"risk_grade": "R6"}), "prohibited"),
        (json!({}), json!({"requires": ["STAR"]}), "prohibited"),
        (json!({}), json!({"requires": "STAR"}), "prohibited"),
        (json!({"permissions": ["STAR"]}), json!({"requires": ["STAR", "OPT"]}), "prohibited"),
        (json!({}), json!({"requires": [], "risk_grade": "R1"}), "match"),
        (json!({"professional": true}), json!({"risk_grade": null}), "match_professional"),
        (json!({"professional": true, "professional_until": "2026-03-14"}), json!({}), "ack_required"),
        (json!({"professional": true, "professional_until": "2026-02-30"}), json!({}), "reassess"),
        (json!({"professional": "yes"}), json!({"risk_grade": "R1"}), "match"),
        (json!({"horizon_months": null, "initiative": "solicited"}), json!({"risk_grade": "R1"}), "match"),
        (json!({"horizon_months": "long", "initiative": "solicited"}), json!({"risk_grade": "R1"}), "prohibited_to_solicit"),
    ] {
        assert_eq!(of(client.clone(), product.clone()), expected, "{client} {product}");
    }
    assert_eq!(
        rules.rules().iter().filter(|rule| rule.verdict(Truth::Unknown).is_none() && rule.flag(Truth::Unknown).is_none()).count(),
        1
    );
}
