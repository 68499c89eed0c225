//! One measure and its thresholds.

use crate::amount::Amount;
use crate::tier::{TierPolicy, example as named};
use proptest::prelude::*;
use serde_json::{Value, json};

fn example() -> TierPolicy {
    TierPolicy::read(&named("thresholds").unwrap()).unwrap()
}

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

#[test]
fn a_threshold_belongs_to_the_tier_above_it() {
    let policy = example();
    let name = |measure: &str| policy.tier(amount(measure)).map(|t| t.name().to_string()).unwrap();
    assert_eq!(name("-5"), "mass");
    assert_eq!(name("49999.999999999999"), "mass");
    assert_eq!(name("50000"), "silver");
    assert_eq!(name("5999999.99"), "platinum");
    assert_eq!(name("100000000000000000000000000"), "private");
    assert_eq!(policy.tier(amount("1e6")).unwrap().label(Some("zh")), Ok("白金"));
}

#[test]
fn below_a_lowest_threshold_there_is_no_tier() {
    let policy = json!({"kind": "tier_policy", "version": 1, "tiers": [{"name": "gold", "from": 10}]});
    assert_eq!(TierPolicy::read(&policy).unwrap().tier(amount("9.99")), None);
}

#[test]
fn an_explanation_says_what_is_missing_and_what_is_to_spare() {
    let policy = example();
    let rows = policy.explain(amount("180000.50")).unwrap();
    let shown: Vec<_> = rows
        .iter()
        .map(|s| {
            format!("{} {} {} {} {}", s.tier.name(), s.reached, s.in_effect, s.missing, s.margin.map_or("-".into(), |m| m.to_string()))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "mass true false 0.00 -",
            "silver true true 0.00 130000.50",
            "gold false false 19999.50 -",
            "platinum false false 819999.50 -",
            "private false false 5819999.50 -"
        ]
    );
}

#[test]
fn wrong_policies_name_the_path() {
    let path = |tiers: Value| {
        let policy = json!({"kind": "tier_policy", "version": 1, "tiers": tiers});
        TierPolicy::problems(&policy).into_iter().map(|p| p.path).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(path(json!([])), "tiers");
    assert_eq!(path(json!([{"name": "a", "from": 5}, {"name": "b", "from": 5}])), "tiers[1].from");
    assert_eq!(path(json!([{"name": "a"}, {"name": "b"}])), "tiers[1].from");
    assert_eq!(path(json!([{"name": "a"}, {"name": "a", "from": 1}])), "tiers[1].name");
    assert_eq!(path(json!([{"name": "a"}, {"name": "", "from": "x", "form": 2}])), "tiers[1].name tiers[1].from tiers[1].form");
    assert_eq!(path(json!("x")), "tiers");
    assert_eq!(TierPolicy::problems(&named("thresholds").unwrap()), []);
}

proptest! {
    #[test]
    fn a_float_has_the_tier_of_the_decimal_it_prints_as(measure in any::<f64>(), near in 0usize..4, ulps in -2i64..=2) {
        let thresholds = [0.1, 75_092.48, 12_345_678.9, 1e20];
        let policy = json!({"kind": "tier_policy", "version": 1, "tiers": [{"name": "a", "from": "0.1"}, {"name": "b", "from": "75092.48"},
            {"name": "c", "from": "12345678.900000000373"}, {"name": "d", "from": "1e20"}]});
        let policy = TierPolicy::read(&policy).unwrap();
        let close = f64::from_bits((f64::to_bits(thresholds[near]) as i64 + ulps) as u64);
        for x in [measure, close, thresholds[near]] {
            let exact = Amount::from_f64_as_printed(x).map(|amount| policy.tier(amount));
            prop_assert_eq!(policy.tier_of_float(x), exact, "{}", x);
        }
    }

    #[test]
    fn the_tier_is_the_highest_one_reached(units in -1_000_000_000i64..9_000_000_000) {
        let policy = example();
        let measure = Amount::new(i128::from(units) * 1_000_000_000, 2);
        let naive = policy.tiers().iter().rev().find(|t| t.from().is_none_or(|f| measure.units >= f.units));
        prop_assert_eq!(policy.tier(measure), naive);
        let rows = policy.explain(measure).unwrap();
        prop_assert_eq!(rows.iter().filter(|s| s.in_effect).map(|s| s.tier).collect::<Vec<_>>(), naive.into_iter().collect::<Vec<_>>());
        for s in rows {
            prop_assert_eq!(s.reached, s.missing.units == 0 && s.tier.from().is_none_or(|f| measure >= f));
        }
    }
}
