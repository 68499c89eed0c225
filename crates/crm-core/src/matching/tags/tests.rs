use super::*;
use crate::document::read;
use proptest::prelude::*;
use serde_json::json;

fn rule(value: &Value) -> TagRule {
    read(value, TagRule::from_object).unwrap()
}

/// The overlap of two lists of tags, in a catalogue of this product and one more.
fn overlap(measure: &str, idf: bool, product: Value, client: Value) -> f64 {
    let rule = rule(&json!({"id": "t", "product": "p", "client": "c", "measure": measure, "weight": 3,
        "weights": {"债券": 2, "none": 0}, "default_weight": 1, "idf": idf}));
    let mut builder = Builder::new(&rule, 1.0);
    builder.push(0, &json!({ "p": product })).unwrap();
    builder.push(1, &json!({ "p": ["gold", "gold"] })).unwrap();
    let component = builder.finish(2).unwrap();
    let wanted = component.wanted(&json!({ "c": client })).unwrap();
    let (mut room, mut scores, mut overlaps) = (Room::default(), [0.0; 2], [0.0; 2]);
    component.contribute(&wanted, &[0, 1], &mut room, &mut scores).unwrap();
    component.overlaps(&wanted, &mut room, &mut overlaps).unwrap();
    assert_eq!(component.meeting(&wanted, 0).overlap.to_bits(), scores[0].to_bits());
    assert_eq!(scores.map(f64::to_bits), overlaps.map(f64::to_bits));
    scores[0]
}

#[test]
fn overlaps_are_what_their_formulas_say() {
    let (product, client) = (json!(["债券", "income", "tax"]), json!(["债券", "income", "growth", "income"]));
    assert_eq!(overlap("jaccard", false, product.clone(), client.clone()), 3.0 / 5.0);
    assert_eq!(overlap("share_of_product", false, product.clone(), client.clone()), 3.0 / 4.0);
    assert_eq!(overlap("share_of_client", false, product.clone(), client.clone()), 3.0 / 4.0);
    assert_eq!(overlap("cosine", false, product.clone(), client.clone()), 5.0 / 6.0);
    // Two of two products have none of these but gold: df 1, 1, 1, 0 for growth.
    let (one, none) = ((3.0f64 / 2.0).ln() + 1.0, 3.0f64.ln() + 1.0);
    let expected = (one + 2.0 * one) / ((one + one + 2.0 * one) + (one + none + 2.0 * one) - (one + 2.0 * one));
    assert!((overlap("jaccard", true, product, client) - expected).abs() < 1e-15);
}

#[test]
fn overlaps_of_the_same_are_one_and_of_nothing_zero() {
    for measure in ["jaccard", "share_of_product", "share_of_client", "cosine"] {
        for idf in [false, true] {
            let tags = json!(["债券", "a", "b", "gold", 7]);
            assert_eq!(overlap(measure, idf, tags.clone(), tags.clone()), 1.0);
            assert_eq!(overlap(measure, idf, tags.clone(), json!(["x"])), 0.0);
            assert_eq!(overlap(measure, idf, tags, json!([])), 0.0);
            assert_eq!(overlap(measure, idf, json!([]), json!(null)), 0.0);
            assert_eq!(overlap(measure, idf, json!("none"), json!("none")), 0.0);
            assert_eq!(overlap(measure, idf, json!("a"), json!(["a", null, {}, true, [1]])), 1.0);
            assert_eq!(overlap(measure, idf, json!([7.0]), json!("7")), 1.0);
        }
    }
}

#[test]
fn shares_add_up_to_exactly_one() {
    let mut state = 1u64;
    for n in 1..=64 {
        let weights = (0..n).map(|_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 40) as f64 / (1u64 << 24) as f64 * 999.0 + 1e-3
        });
        let weights: Vec<f64> = weights.collect();
        let shares = shares(&weights);
        assert_eq!(shares.iter().fold(0.0, |sum, share| sum + share), 1.0, "{n}");
        let total: f64 = weights.iter().sum();
        assert!(shares.iter().zip(&weights).all(|(share, weight)| (share - weight / total).abs() < 1e-13));
    }
}

proptest! {
    /// Of few products and of many, of few tags and of more than there are bits.
    #[test]
    fn all_at_once_is_bit_for_bit_what_each_is_alone(
        products in prop::collection::vec(prop::collection::vec(0..150u32, 0..12), 1..40),
        client in prop::collection::vec(0..170u32, 0..30),
        (few, every, idf) in (any::<bool>(), 1..9u32, any::<bool>()),
        measure in prop::sample::select(vec!["jaccard", "share_of_product", "share_of_client", "cosine"]),
    ) {
        let of = |tags: &[u32]| Value::from(tags.iter().map(|tag| format!("t{}", if few { tag % 20 } else { *tag })).collect::<Vec<_>>());
        let rule = rule(&json!({"id": "t", "product": "p", "client": "p", "measure": measure, "weight": 1, "idf": idf,
            "weights": {"t1": 0.1, "t2": 0.7, "t3": 1e-9, "t160": 3.3}}));
        let mut builder = Builder::new(&rule, 0.3);
        let documents: Vec<_> = products.iter().map(|tags| json!({ "p": of(tags) })).collect();
        documents.iter().zip(0..).for_each(|(document, i)| builder.push(i, document).unwrap());
        let component = builder.finish(products.len()).unwrap();
        let wanted = component.wanted(&json!({ "p": of(&client) })).unwrap();
        let listed: Vec<_> = (0u32..).take(products.len()).filter(|product| product % every == 0).collect();
        let (mut room, mut scores, mut overlaps) = (Room::default(), vec![0.5; products.len()], vec![0.0; products.len()]);
        component.contribute(&wanted, &listed, &mut room, &mut scores).unwrap();
        component.overlaps(&wanted, &mut room, &mut overlaps).unwrap();
        for product in 0..products.len() as u32 {
            let (meeting, at) = (component.meeting(&wanted, product), product as usize);
            prop_assert_eq!(overlaps[at].to_bits(), meeting.overlap.to_bits());
            let expected = if listed.contains(&product) { 0.5 + meeting.contribution } else { 0.5 };
            prop_assert_eq!(scores[at].to_bits(), expected.to_bits());
            // As if the first product were the client.
            let first = component.wanted(&documents[0]).unwrap();
            if let (Some(one), Some(other)) = (component.bits(0), component.bits(at)) {
                let overlap = component.meeting(&first, product).overlap;
                prop_assert_eq!(component.overlap_of(one & other, 0, product).to_bits(), overlap.to_bits());
            }
        }
    }
}
