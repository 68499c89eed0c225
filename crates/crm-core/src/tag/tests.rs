//! Overlaps against their formulas, frequencies against plain counts.

use super::*;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use crate::error::SqlState;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const MEASURES: [&str; 4] = ["jaccard", "cosine", "share_of_first", "share_of_second"];

const TAGS: [&str; 10] = ["债券", "bond", "bond ", "bo", "Ärger", "gold", "tax", "esg", "\"\\", "7"];

fn tags<'a>(list: &[&'a str]) -> Tags<'a> {
    Tags::of_texts(list.iter().map(|tag| Ok(*tag))).unwrap()
}

fn lists() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec((0..TAGS.len()).prop_map(|i| TAGS[i]), 0..12)
}

fn weights() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), 0.0..10.0f64, 1e-300..1e-290f64, 1e5..1e6f64], TAGS.len())
}

fn weight_of(weights: &[f64]) -> impl Fn(&str) -> f64 + Copy {
    move |tag| TAGS.iter().position(|known| *known == tag).map_or(1.0, |at| weights[at])
}

#[test]
fn overlaps_are_what_their_formulas_say() {
    let weights = Weights::read(&json!({"债券": 2, "none": 0})).unwrap();
    let (first, second) = (tags(&["债券", "income", "tax"]), tags(&["债券", "income", "growth", "income"]));
    let of = |measure, first: &Tags<'_>, second: &Tags<'_>| overlap(Measure::named(measure).unwrap(), |tag| weights.of(tag), first, second);
    assert_eq!(of("jaccard", &first, &second), 3.0 / 5.0);
    assert_eq!(of("cosine", &first, &second), 5.0 / 6.0);
    assert_eq!(of("share_of_first", &first, &second), 3.0 / 4.0);
    assert_eq!(of("share_of_second", &tags(&["债券", "none"]), &second), 2.0 / 4.0);
    for measure in MEASURES {
        assert_eq!(of(measure, &first, &first), 1.0);
        assert_eq!(of(measure, &first, &tags(&["x"])), 0.0);
        assert_eq!(of(measure, &first, &tags(&[])), 0.0);
        assert_eq!(of(measure, &tags(&[]), &tags(&[])), 0.0);
        assert_eq!(of(measure, &tags(&["none"]), &tags(&["none"])), 0.0);
    }
}

#[test]
fn idf_is_that_of_scikit_learn() {
    // TfidfTransformer(smooth_idf=True): documents with 6, 1, 3 and 0 of 6.
    let idfs: Vec<_> = [6, 1, 3, 0].map(|having| idf(having, 6)).into();
    assert_eq!(idfs, [1.0, 2.252762968495368, 1.5596157879354227, 2.9459101490553135]);
    assert!(idf(0, u64::MAX).is_finite());
}

#[test]
fn lists_of_json_and_of_texts_are_the_same_tags() {
    let json = Tags::of_json(&json!(["b", "a", "b", null, {}, true, ["x"], 7.0, "7", 0.10])).map(|tags| format!("{tags:?}")).unwrap();
    assert_eq!(json, format!("{:?}", tags(&["0.1", "7", "a", "b"])));
    assert_eq!(format!("{:?}", Tags::of_json(&json!("a")).unwrap()), format!("{:?}", tags(&["a"])));
    assert_eq!(format!("{:?}", Tags::of_json(&json!({"a": 1})).unwrap()), format!("{:?}", tags(&[])));
    let many = |n: usize| Tags::of_json(&Value::from((0..n).collect::<Vec<_>>())).map(|_| ()).map_err(|e| e.state);
    assert_eq!(many(MAX_TAGS), Ok(()));
    assert_eq!(many(MAX_TAGS + 1), Err(SqlState::LimitExceeded));
}

#[test]
fn wrong_options_are_refused() {
    let e = Measure::named("dice").unwrap_err();
    assert_eq!(
        (e.state, e.hint.unwrap().as_ref()),
        (SqlState::InvalidParameter, "It knows \"jaccard\", \"cosine\", \"share_of_first\", \"share_of_second\".")
    );
    let problem = |weights: Value| Weights::read(&weights).unwrap_err().message.into_owned();
    assert_eq!(problem(json!({"a": 1, "b": -1})), "weights.b: must be a number from 0 to 1000000");
    assert_eq!(problem(json!([1])), "weights: must be an object");
    assert!(Weights::check_default(0.0).is_ok() && Weights::check_default(1e6).is_ok());
    for wrong in [-1.0, 1.1e6, f64::NAN, f64::INFINITY] {
        assert_eq!(Weights::check_default(wrong).unwrap_err().state, SqlState::InvalidParameter);
    }
}

#[test]
fn parts_of_many_tags_add_up() {
    // One tag of nearly everything and 65,535 that each count a little more than half of the last bit.
    let names: Vec<String> = (0..MAX_TAGS).map(|i| i.to_string()).collect();
    let texts: Vec<&str> = names.iter().map(String::as_str).collect();
    let all = tags(&texts);
    let weight = |tag: &str| if tag == "500" { 1.0 } else { 0.6 * f64::EPSILON };
    let parts = overlap_parts(Measure::Jaccard, weight, &all, &all).unwrap();
    assert_eq!(parts.iter().fold(0.0, |sum, part| sum + part.contribution), 1.0);
    assert!(parts.iter().all(|part| part.contribution > 0.0));
}

proptest! {
    #[test]
    fn parts_add_up_to_the_overlap_in_any_order(first in lists(), second in lists(), weights in weights(), seed in any::<u64>()) {
        let weight = weight_of(&weights);
        let (first, second) = (tags(&first), tags(&second));
        for name in MEASURES {
            let measure = Measure::named(name).unwrap();
            let overlap = overlap(measure, weight, &first, &second);
            prop_assert!((0.0..=1.0).contains(&overlap));
            let mut parts = overlap_parts(measure, weight, &first, &second).unwrap();
            prop_assert!(parts.iter().map(|part| part.tag).is_sorted_by(|l, r| l < r));
            let mut state = seed;
            for _ in 0..5 {
                prop_assert_eq!(parts.iter().fold(0.0, |sum, part| sum + part.contribution), overlap);
                parts.sort_by_key(|_| { state = state.wrapping_mul(6364136223846793005).wrapping_add(1); state >> 33 });
            }
            for part in &parts {
                prop_assert_eq!(part.weight, weight(part.tag));
                prop_assert!(part.contribution >= 0.0);
                prop_assert!(part.contribution == 0.0 || part.in_first && part.in_second);
                prop_assert!(part.in_first || part.in_second);
            }
            // Each is its mass by the whole, to the last bits of the overlap.
            let both: f64 = parts.iter().filter(|p| p.in_first && p.in_second).map(|p| measure.mass(p.weight)).sum();
            for part in parts.iter().filter(|p| p.in_first && p.in_second && overlap > 1e-290) {
                let expected = measure.mass(part.weight) / both * overlap;
                prop_assert!((part.contribution - expected).abs() <= 1e-14 * overlap, "{} {}", part.contribution, expected);
            }
        }
    }

    #[test]
    fn overlaps_are_those_of_plain_sets(first in lists(), second in lists(), weights in weights()) {
        let sets = [&first, &second].map(|list| list.iter().copied().collect::<BTreeSet<_>>());
        let weight = weight_of(&weights);
        let sum = |tags: &mut dyn Iterator<Item = &&str>, power: i32| tags.map(|tag| weight(tag).powi(power)).sum::<f64>();
        let both = |power| sum(&mut sets[0].intersection(&sets[1]), power);
        let each = |at: usize, power| sum(&mut sets[at].iter(), power);
        for (name, over, under) in [
            ("jaccard", both(1), sum(&mut sets[0].union(&sets[1]), 1)),
            ("cosine", both(2), each(0, 2).sqrt() * each(1, 2).sqrt()),
            ("share_of_first", both(1), each(0, 1)),
            ("share_of_second", both(1), each(1, 1)),
        ] {
            let found = overlap(Measure::named(name).unwrap(), weight, &tags(&first), &tags(&second));
            let expected = if under > 0.0 { over / under } else { 0.0 };
            prop_assert!((found - expected).abs() <= 1e-14 || under < 1e-150, "{} {} {}", name, found, expected);
        }
    }

    #[test]
    fn frequencies_are_plain_counts_however_they_were_added_up(documents in prop::collection::vec((lists(), any::<bool>()), 1..40), cut in 0usize..40) {
        let make = |documents: &[(Vec<&'static str>, bool)]| {
            let mut frequency = TagFrequency::default();
            for (tags, as_json) in documents {
                match as_json {
                    true => frequency.push_json(&json!(tags)).unwrap(),
                    false => frequency.push_texts(tags.iter().map(|tag| Ok(*tag))).unwrap(),
                }
            }
            frequency.settle().unwrap();
            frequency
        };
        let whole = make(&documents);
        let mut counts = BTreeMap::new();
        for (tags, _) in &documents {
            for tag in tags.iter().collect::<BTreeSet<_>>() {
                *counts.entry(*tag).or_insert(0) += 1;
            }
        }
        let found = whole.frequencies();
        prop_assert_eq!(found.iter().map(|f| (f.tag, f.documents)).collect::<BTreeMap<_, _>>(), counts.clone());
        prop_assert!(found.is_sorted_by(|l, r| (-l.documents, l.tag) < (-r.documents, r.tag)));
        for f in &found {
            prop_assert_eq!((f.share, f.idf), (f.documents as f64 / documents.len() as f64, idf(f.documents as u64, documents.len() as u64)));
        }
        // The weights that a policy reads are these, bit for bit.
        let weights = Weights::read(&crate::document::parse(&whole.weights().to_string()).unwrap()).unwrap();
        for f in &found {
            prop_assert_eq!(weights.given(f.tag).map(f64::to_bits), Some(f.idf.to_bits()));
        }
        let (one, other) = documents.split_at(cut.min(documents.len()));
        let mut merged = make(other);
        merged.merge(&make(one)).unwrap();
        merged.settle().unwrap();
        let mut reversed = documents.clone();
        reversed.reverse();
        let wire = to_wire(&whole).unwrap();
        prop_assert_eq!(&to_wire(&merged).unwrap(), &wire);
        prop_assert_eq!(&to_wire(&make(&reversed)).unwrap(), &wire);
        prop_assert_eq!(&to_wire(&from_wire::<TagFrequency>(&wire).unwrap()).unwrap(), &wire);
        prop_assert_eq!(&to_wire(&from_text::<TagFrequency>(&to_text(&whole).unwrap()).unwrap()).unwrap(), &wire);
        // Going on after it was stored: what came before is not mistaken for the next document.
        let (mut gone_on, mut at_once) = (from_wire::<TagFrequency>(&wire).unwrap(), whole.clone());
        for frequency in [&mut gone_on, &mut at_once] {
            frequency.push_json(&json!(["bond", "new", "bond"])).unwrap();
            frequency.settle().unwrap();
        }
        prop_assert_eq!(to_wire(&gone_on).unwrap(), to_wire(&at_once).unwrap());
        prop_assert_eq!(gone_on.frequencies().iter().find(|f| f.tag == "bond").unwrap().documents, counts.get("bond").unwrap_or(&0) + 1);
    }

    #[test]
    fn hostile_bytes_are_refused_or_canonical(documents in prop::collection::vec(lists(), 1..6), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut frequency = TagFrequency::default();
        documents.iter().for_each(|tags| frequency.push_json(&json!(tags)).unwrap());
        frequency.settle().unwrap();
        let mut wire = to_wire(&frequency).unwrap();
        let at = at.index(wire.len());
        if cut { wire.truncate(at) } else { wire[at] = byte }
        match from_wire::<TagFrequency>(&wire) {
            Ok(read) => {
                prop_assert_eq!(to_wire(&read).unwrap(), wire);
                prop_assert!(read.frequencies().iter().all(|f| (1..=read.documents()).contains(&f.documents)));
            }
            Err(e) => prop_assert_eq!(e.state, SqlState::InvalidBinary),
        }
    }
}

#[test]
fn what_is_no_frequency_is_refused() {
    let refused = |text: &str| from_text::<TagFrequency>(text).unwrap_err().message.into_owned();
    for (text, problem) in [
        (r#"{"documents":0,"tags":{}}"#, "documents: must be a whole number of at least 1"),
        (r#"{"documents":2,"tags":{"a":3}}"#, "tags.a: must be a whole number from 1 to 2"),
        (r#"{"documents":2,"tags":{"a":0}}"#, "tags.a: must be a whole number from 1 to 2"),
        (r#"{"documents":2,"tags":{"":1}}"#, "a tag is empty"),
        (r#"{"documents":2,"tags":{"a":1,"a":1}}"#, "the key \"a\" stands twice in one object"),
        (r#"{"documents":2}"#, "tags: is missing"),
        (r#"{"documents":2,"tags":{},"more":1}"#, "more: is not known here; known are \"documents\", \"tags\""),
    ] {
        assert_eq!(refused(text), format!("invalid input for type tag_frequency: {problem}"));
    }
    assert!(from_text::<TagFrequency>(r#"{"documents":2,"tags":{}}"#).is_ok());
    let mut most = from_text::<TagFrequency>(&format!(r#"{{"documents":{},"tags":{{"a":{}}}}}"#, i64::MAX, i64::MAX)).unwrap();
    assert_eq!(most.push_json(&json!([])).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(most.clone().merge(&most).unwrap_err().state, SqlState::OutOfRange);
}

#[test]
fn tags_that_cannot_be_kept_are_refused() {
    let push = |tags: Value| TagFrequency::default().push_json(&tags).unwrap_err();
    assert_eq!((push(json!(["a", ""])).state, push(json!("")).message.as_ref()), (SqlState::InvalidParameter, "a tag is empty"));
    assert_eq!(push(json!("a\0b")).state, SqlState::InvalidParameter);
    assert_eq!(push(json!("x".repeat(1001))).state, SqlState::LimitExceeded);
    let mut frequency = TagFrequency::default();
    assert!(frequency.push_json(&Value::from((0..MAX_TAGS).collect::<Vec<_>>())).is_ok());
    let e = frequency.push_json(&json!(["one more"])).unwrap_err();
    assert_eq!((e.state, e.message.as_ref()), (SqlState::LimitExceeded, "there are more than 65536 different tags"));
}
