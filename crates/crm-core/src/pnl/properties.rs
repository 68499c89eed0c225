//! The chart of lines and the stored form, against what the same postings give the plain way.

use super::*;
use crate::amount::UNIT;
use crate::codec::{from_wire, to_text, to_wire};
use crate::error::SqlState;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

type Postings = Vec<(String, Amount)>;

const ROLES: [&str; 4] = ["revenue", "cost", "credit_cost", "memo"];

/// More lines than are looked through one by one, in no order, one name the beginning of another.
const NAMES: [&str; 20] = [
    "利息",
    "commission",
    "commission ",
    "cost_to_serve",
    "cash_spread",
    "Ärger",
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "h",
    "i",
    "j",
    "k",
    "l",
    "m",
    "\"\\",
];

fn pnl(postings: &[(String, Amount)]) -> Pnl {
    let mut pnl = Pnl::default();
    postings.iter().for_each(|(line, amount)| pnl.push(line, *amount).unwrap());
    pnl.settle().unwrap();
    pnl
}

fn wire(pnl: &Pnl) -> Vec<u8> {
    to_wire(pnl).unwrap()
}

/// The stored form of what [`wire`] wrote.
fn stored(bytes: &[u8]) -> Result<StoredPnl<'_>> {
    let mut input = Reader::new("pnl", bytes);
    StoredPnl::new(input.u16()?, input)
}

fn postings() -> impl Strategy<Value = Postings> {
    let amount = (-1_000_000i64..1_000_000, 0u8..=4).prop_map(|(cents, scale)| Amount::new(i128::from(cents) * UNIT / 10_000, scale));
    prop::collection::vec(((0..NAMES.len()).prop_map(|i| NAMES[i].to_string()), amount), 1..60)
}

/// A chart of some of the names, in any order, and the roles of all names: what it does not have is of the role of the rest.
fn charts() -> impl Strategy<Value = (PnlChart, BTreeMap<String, usize>, bool)> {
    let shuffled = Just(NAMES.to_vec()).prop_shuffle();
    (shuffled, 1..=NAMES.len(), prop::collection::vec(0usize..4, NAMES.len()), 0usize..4, any::<bool>()).prop_map(
        |(names, kept, roles, rest, negative)| {
            let all = names.iter().enumerate().map(|(i, name)| (name.to_string(), if i < kept { roles[i] } else { rest })).collect();
            let lines: Vec<_> = names[..kept].iter().zip(&roles).map(|(name, role)| json!({"name": name, "role": ROLES[*role]})).collect();
            let chart = json!({"kind": "pnl_chart", "version": 1, "costs": if negative { "negative" } else { "positive" }, "lines": lines,
                "unknown_lines": {"name": "the rest", "role": ROLES[rest], "label": {"zh": "其他"}}});
            (PnlChart::read(&chart).unwrap(), all, negative)
        },
    )
}

proptest! {
    #[test]
    fn what_is_left_is_revenue_less_costs_and_the_sum_of_all_effects(postings in postings(), (chart, roles, negative) in charts()) {
        let mut posted = [0i128; 4];
        postings.iter().for_each(|(line, amount)| posted[roles[line]] += amount.units);
        let sign = if negative { -1 } else { 1 };

        let pnl = pnl(&postings);
        let figures = chart.figures(&pnl).unwrap();
        prop_assert_eq!(figures.revenue.units, posted[0]);
        prop_assert_eq!(figures.cost.units, sign * posted[1]);
        prop_assert_eq!(figures.credit_cost.units, sign * posted[2]);
        let contribution = figures.contribution().unwrap();
        prop_assert_eq!(contribution.units, figures.revenue.units - figures.cost.units - figures.credit_cost.units);
        prop_assert_eq!(figures.margin().unwrap().is_some(), figures.revenue.units > 0);

        let parts = chart.explain(&pnl, None).unwrap();
        prop_assert_eq!(parts.iter().map(|part| part.effect.units).sum::<i128>(), contribution.units);
        let amounts: i128 = parts.iter().filter_map(|part| part.amount).map(|amount| amount.units).sum();
        prop_assert_eq!(amounts, pnl.total().unwrap().units);
        // Every line of the chart in its order, then the others; each with its role.
        let (known, unknown) = parts.split_at(chart.lines());
        prop_assert!(known.iter().all(|part| part.amount.map(|a| a.units) == pnl.line_amount(&part.line).map(|a| a.units)));
        prop_assert!(unknown.iter().all(|part| part.label == "the rest" && part.amount.is_some()) && unknown.is_sorted_by(|l, r| l.line <= r.line));
        prop_assert!(parts.iter().all(|part| ROLES[roles[part.line.as_str()]] == part.role.name()));
        // In another language everything is the same but the labels.
        for (translated, part) in chart.explain(&pnl, Some("zh")).unwrap().iter().zip(&parts) {
            prop_assert_eq!(translated.label, if part.label == "the rest" { "其他" } else { part.line.as_str() });
            prop_assert_eq!(&Part { label: part.label, ..translated.clone() }, part);
        }
    }

    #[test]
    fn merged_is_added_up(postings in postings(), cut in any::<prop::sample::Index>(), (chart, _, _) in charts()) {
        let (left, right) = postings.split_at(cut.index(postings.len()));
        let mut merged = pnl(left);
        merged.merge(&pnl(right)).unwrap();
        merged.settle().unwrap();
        let whole = chart.figures(&pnl(&postings)).unwrap();
        prop_assert_eq!(chart.figures(&merged).unwrap(), whole);
        let parts = [left, right].map(|half| chart.figures(&pnl(half)).unwrap());
        let sum = |f: fn(&Figures) -> Amount| parts[0..2].iter().map(|figures| f(figures).units).sum::<i128>();
        prop_assert_eq!(sum(|f| f.revenue), whole.revenue.units);
        prop_assert_eq!(sum(|f| f.cost), whole.cost.units);
        prop_assert_eq!(sum(|f| f.contribution().unwrap()), whole.contribution().unwrap().units);
    }

    #[test]
    fn as_stored_it_reads_the_same(postings in postings(), (chart, _, _) in charts()) {
        let pnl = pnl(&postings);
        let bytes = wire(&pnl);
        let stored = stored(&bytes).unwrap();
        let listed: Vec<_> = stored.iter().map(|line| line.map(|(name, amount)| (name, amount.units, amount.scale)).unwrap()).collect();
        let lines: Vec<_> = pnl.iter().collect();
        prop_assert_eq!(listed, lines.iter().map(|(name, amount)| (name.as_bytes(), amount.units, amount.scale)).collect::<Vec<_>>());
        for name in NAMES.iter().chain(&["", "0", "zzz", "利"]) {
            prop_assert_eq!(stored.line_amount(name).unwrap(), pnl.line_amount(name), "{}", name);
        }
        let (total, of_stored) = (pnl.total().unwrap(), stored.total().unwrap());
        prop_assert_eq!((total.units, total.scale), (of_stored.units, of_stored.scale));
        prop_assert_eq!(chart.figures_of_stored(&stored).unwrap(), chart.figures(&pnl).unwrap());
        let scales = |figures: Figures| [figures.revenue.scale, figures.cost.scale, figures.credit_cost.scale];
        prop_assert_eq!(scales(chart.figures_of_stored(&stored).unwrap()), scales(chart.figures(&pnl).unwrap()));
    }

    #[test]
    fn what_was_read_finds_and_takes_lines_as_what_was_made(postings in postings(), more in postings()) {
        let made = pnl(&postings);
        let mut read = from_wire::<Pnl>(&wire(&made)).unwrap();
        for name in NAMES {
            prop_assert_eq!(read.line_amount(name), made.line_amount(name));
        }
        more.iter().for_each(|(line, amount)| read.push(line, *amount).unwrap());
        read.settle().unwrap();
        prop_assert_eq!(wire(&read), wire(&pnl(&[postings, more].concat())));
    }

    #[test]
    fn a_page_of_a_book_is_what_its_postings_give(postings in postings(), of in 1usize..7) {
        let mut lines = Lines::default();
        let mut pages = vec![Statement::default(); of];
        for (i, (line, amount)) in postings.iter().enumerate() {
            pages[i % of].push(&(lines.id(line).unwrap(), *amount)).unwrap();
        }
        let moved = lines.settle().unwrap();
        for (i, page) in pages.iter_mut().enumerate().take(postings.len()) {
            page.settle(moved.as_ref());
            let own: Postings = postings.iter().skip(i).step_by(of).cloned().collect();
            let page = Pnl::of(page, &lines).unwrap();
            prop_assert_eq!(wire(&page), wire(&pnl(&own)));
            prop_assert!(NAMES.iter().all(|name| page.line_amount(name) == pnl(&own).line_amount(name)));
        }
    }

    #[test]
    fn hostile_bytes_are_an_error_or_a_statement(postings in postings(), at in any::<prop::sample::Index>(), to in any::<u8>(), short in any::<bool>()) {
        let mut bytes = wire(&pnl(&postings));
        let at = at.index(bytes.len());
        if short { bytes.truncate(at) } else { bytes[at] = to }
        if let Ok(stored) = stored(&bytes) {
            let whole = stored.iter().collect::<Result<Vec<_>>>();
            let canonical = from_wire::<Pnl>(&bytes);
            prop_assert!(canonical.is_err() || whole.is_ok_and(|lines| lines.len() == canonical.unwrap().iter().count()));
            let _ = (stored.total(), stored.line_amount("commission"));
        }
    }
}

fn chart(changes: Value) -> Value {
    let mut chart = json!({"kind": "pnl_chart", "version": 1, "costs": "negative",
        "lines": [{"name": "fee", "role": "revenue"}, {"name": "funds", "role": "cost"}, {"name": "loss", "role": "credit_cost"}, {"name": "tax", "role": "memo"}]});
    for (key, value) in changes.as_object().unwrap() {
        chart[key] = value.clone();
    }
    chart
}

fn of(postings: &[(&str, &str)]) -> Pnl {
    pnl(&postings.iter().map(|(line, amount)| (line.to_string(), Amount::parse(amount).unwrap())).collect::<Vec<_>>())
}

#[test]
fn costs_are_what_they_cost_whichever_way_they_are_posted() {
    let shown = |costs: &str, postings: &[(&str, &str)]| {
        let chart = PnlChart::read(&chart(json!({"costs": costs}))).unwrap();
        let figures = chart.figures(&of(postings)).unwrap();
        let amounts =
            [figures.revenue, figures.cost, figures.credit_cost, figures.contribution().unwrap()].map(|a| a.to_string()).join(" ");
        format!("{amounts} {:?}", figures.margin().unwrap())
    };
    assert_eq!(shown("negative", &[("fee", "10"), ("funds", "-3.5"), ("loss", "-0.25"), ("tax", "7.125")]), "10 3.5 0.25 6.25 Some(0.625)");
    assert_eq!(shown("positive", &[("fee", "10"), ("funds", "3.5"), ("loss", "0.25"), ("tax", "7.125")]), "10 3.5 0.25 6.25 Some(0.625)");
    // Costs that were given back, and revenue that was.
    assert_eq!(shown("negative", &[("fee", "-10"), ("funds", "3")]), "-10 -3 0 -7 None");
    assert_eq!(shown("positive", &[("funds", "3")]), "0 3 0 -3 None");
    assert_eq!(shown("positive", &[("fee", "0.00"), ("tax", "3")]), "0.00 0 0 0.00 None");
    assert_eq!(shown("positive", &[("tax", "3.00")]), "0 0 0 0 None");
}

#[test]
fn an_explanation_has_every_line_of_the_chart() {
    let shown = |chart: Value, language: Option<&str>, postings: &[(&str, &str)]| {
        let (chart, pnl) = (PnlChart::read(&chart).unwrap(), of(postings));
        let part = |p: &Part<'_>| {
            format!("{}|{}|{}|{}|{}", p.line, p.role.name(), p.label, p.amount.map_or("-".into(), |a| a.to_string()), p.effect)
        };
        chart.explain(&pnl, language).map(|parts| parts.iter().map(part).collect::<Vec<_>>().join(" ")).map_err(|e| e.message.into_owned())
    };
    assert_eq!(
        shown(chart(json!({"costs": "positive"})), None, &[("tax", "9.125"), ("fee", "10"), ("funds", "3.50")]),
        Ok("fee|revenue|fee|10|10 funds|cost|funds|3.50|-3.50 loss|credit_cost|loss|-|0.00 tax|memo|tax|9.125|0.000".into())
    );
    let rest = json!({"lines": [{"name": "fee", "role": "revenue", "label": {"en": "Fees"}}], "unknown_lines": {"name": "other", "role": "cost", "label": {"en": "Other"}}});
    assert_eq!(
        shown(chart(rest.clone()), Some("en"), &[("z", "-1"), ("fee", "3"), ("a", "0.5"), ("other", "1")]),
        Ok("fee|revenue|Fees|3|3 a|cost|Other|0.5|0.5 other|cost|Other|1|1 z|cost|Other|-1|-1".into())
    );
    assert_eq!(shown(chart(rest), Some("fr"), &[("fee", "3")]), Err("\"fee\" has no label in language \"fr\"".into()));
}

#[test]
fn unknown_lines_are_an_error_that_names_them() {
    for text in [json!({}), json!({"unknown_lines": "error"}), json!({"unknown_lines": null})] {
        let chart = PnlChart::read(&chart(text)).unwrap();
        let (unknown, bytes) = (of(&[("fee", "1"), ("new fee", "2")]), wire(&of(&[("fee", "1"), ("new fee", "2")])));
        let errors = [
            chart.figures(&unknown),
            chart.figures_of_stored(&stored(&bytes).unwrap()),
            chart.explain(&unknown, None).map(|_| unreachable!()),
        ];
        for e in errors.map(|result| result.unwrap_err()) {
            assert_eq!((e.state, e.message.as_ref()), (SqlState::InvalidParameter, "pnl_chart: the line \"new fee\" is not in the chart"));
            assert!(e.hint.is_some_and(|hint| hint.contains("unknown_lines")));
        }
    }
}

#[test]
fn wrong_charts_name_the_path() {
    let problems = |changes: Value| {
        PnlChart::problems(&chart(changes)).into_iter().map(|p| format!("{}: {}", p.path, p.problem)).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(PnlChart::problems(&PnlChart::example()), []);
    assert_eq!(problems(json!({})), "");
    for (changes, wrong) in [
        (json!({"costs": null}), "costs: must be one of \"negative\", \"positive\""),
        (json!({"costs": "debit"}), "costs: must be one of \"negative\", \"positive\""),
        (json!({"lines": []}), "lines: must not be empty"),
        (json!({"lines": {}}), "lines: must be a list"),
        (
            json!({"lines": [{"name": "a", "role": "income"}]}),
            "lines[0].role: must be one of \"revenue\", \"cost\", \"credit_cost\", \"memo\"",
        ),
        (
            json!({"lines": [{"role": "memo"}, {"name": ""}]}),
            "lines[0].name: is missing; lines[1].name: must not be empty; lines[1].role: is missing",
        ),
        (
            json!({"lines": [{"name": "$serde_json::x", "role": "memo"}]}),
            "lines[0].name: the name of a line is reserved or has a NUL character",
        ),
        (json!({"lines": [{"name": "é".repeat(501), "role": "memo"}]}), "lines[0].name: the name of a line has 1002 bytes"),
        (
            json!({"lines": [{"name": "a", "role": "memo", "sign": -1}]}),
            "lines[0].sign: is not known here; known are \"name\", \"role\", \"label\"",
        ),
        (json!({"lines": [{"name": "a", "role": "memo", "label": 1}]}), "lines[0].label: must be an object"),
        (
            json!({"lines": [{"name": "b", "role": "memo"}, {"name": "a", "role": "cost"}, {"name": "b", "role": "cost"}, {"name": "a", "role": "cost"}, {"name": "b", "role": "memo"}]}),
            "lines[2].name: stands twice; lines[3].name: stands twice; lines[4].name: stands twice",
        ),
        (json!({"unknown_lines": "ignore"}), "unknown_lines: must be \"error\", or an object with a name and a role"),
        (json!({"unknown_lines": {"role": "memo"}}), "unknown_lines.name: is missing"),
        (json!({"unknown_lines": {"name": "funds", "role": "memo"}}), "unknown_lines.name: is the name of a line of the chart"),
        (
            json!({"unknown": "error"}),
            "unknown: is not known here; known are \"kind\", \"version\", \"name\", \"note\", \"costs\", \"lines\", \"unknown_lines\"",
        ),
    ] {
        assert_eq!(problems(changes.clone()), wrong, "{changes}");
    }
    let missing = PnlChart::read(&json!({"kind": "pnl_chart", "version": 1, "lines": [{"name": "a", "role": "cost"}]})).unwrap_err();
    assert_eq!((missing.state, missing.message.as_ref()), (SqlState::InvalidParameter, "pnl_chart: costs: is missing"));
    assert!(missing.hint.is_some_and(|hint| hint.contains("pnl_chart_check")));
}

#[test]
fn a_large_chart_is_read_and_searched() {
    let lines: Vec<_> = (0..60_000).map(|i| json!({"name": format!("line {}", i * 7919 % 60_000), "role": ROLES[i % 3]})).collect();
    let chart = PnlChart::read(&chart(json!({"lines": lines}))).unwrap();
    let postings: Vec<_> = (0..60_000).map(|i| (format!("line {}", i * 7919 % 60_000), Amount::from_i64([3, -2, -1][i % 3]))).collect();
    let figures = chart.figures(&pnl(&postings)).unwrap();
    assert_eq!([figures.revenue, figures.cost, figures.credit_cost].map(|a| a.to_string()), ["60000", "40000", "20000"]);
    assert_eq!(figures.contribution().unwrap(), Amount::ZERO);
}

#[test]
fn overflow_is_an_error() {
    let chart = PnlChart::read(&chart(json!({"unknown_lines": {"name": "rest", "role": "revenue"}}))).unwrap();
    let large = "170000000000000000000000000";
    for postings in [&[("fee", large), ("new", "1e25")][..], &[("fee", large), ("funds", "1e25")]] {
        let pnl = of(postings);
        let result = chart.figures(&pnl).and_then(|figures| figures.contribution());
        assert_eq!(result.unwrap_err().state, SqlState::OutOfRange);
    }
    // Beyond the range only if memo lines were counted.
    assert!(chart.figures(&of(&[("fee", large), ("tax", large)])).is_ok());
}

#[test]
fn a_version_that_is_not_known_is_refused() {
    let mut bytes = wire(&of(&[("fee", "1")]));
    bytes[1] = 2;
    assert!(stored(&bytes).is_err_and(|e| e.message.contains("version 2 is not known")));
    assert_eq!(to_text(&from_wire::<Pnl>(&wire(&of(&[("fee", "1")]))).unwrap()).unwrap(), r#"{"lines":{"fee":"1"}}"#);
}
