//! Tiers, first form: which tier a measure reaches under a stored policy. (Hysteresis, grace and history extend the
//! policy with optional keys; what is valid today stays valid.)

use crate::amount::Amount;
use crate::document::{Object, Problem, check_kind, read_kind};
use crate::error::Result;
use crate::label::{Label, labelled};
use serde_json::{Value, json};

const KIND: &str = "tier_policy";

/// One tier: reached at `from` and above; the lowest may have no threshold and take everyone else.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    name: String,
    label: Option<Label>,
    from: Option<Amount>,
    /// The float8 nearest to `from`.
    from_float: f64,
}

impl Tier {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its label in a language; its name when no language is asked for or it has no labels.
    pub fn label(&self, language: Option<&str>) -> Result<&str> {
        labelled(&self.name, self.label.as_ref(), language)
    }

    /// Its threshold.
    pub fn from(&self) -> Option<Amount> {
        self.from
    }

    fn reached(&self, measure: Amount) -> bool {
        self.from.is_none_or(|from| measure >= from)
    }
}

/// How a measure stands to one tier.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing<'a> {
    /// The tier.
    pub tier: &'a Tier,
    /// Whether the measure reaches its threshold.
    pub reached: bool,
    /// Whether it is the tier in effect: the highest one reached.
    pub in_effect: bool,
    /// What the measure lacks to the threshold; zero when it is reached.
    pub missing: Amount,
    /// By how much the measure exceeds the threshold; none when it is not reached or there is none.
    pub margin: Option<Amount>,
}

/// Tiers from the lowest to the highest.
#[derive(Clone, Debug, PartialEq)]
pub struct TierPolicy {
    tiers: Vec<Tier>,
}

impl TierPolicy {
    /// Reads a policy (22023 with the path of what is wrong).
    pub fn read(policy: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, policy, Self::from_object)
            .map_err(|e| e.hint("select * from crm.tier_policy_check(policy) lists every problem."))
    }

    /// Every problem of a policy.
    pub fn problems(policy: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, policy, Self::from_object).err().unwrap_or_default()
    }

    /// The tiers, from the lowest to the highest.
    pub fn tiers(&self) -> &[Tier] {
        &self.tiers
    }

    /// The highest tier whose threshold the measure reaches; none when it reaches none.
    pub fn tier(&self, measure: Amount) -> Option<&Tier> {
        let above = self.tiers.partition_point(|tier| tier.reached(measure));
        above.checked_sub(1).and_then(|i| self.tiers.get(i))
    }

    /// [`TierPolicy::tier`] of a `float8`, taken as the decimal it prints as (NaN, infinities and magnitudes above 1.7·10²⁶
    /// are 22003).
    pub fn tier_of_float(&self, measure: f64) -> Result<Option<&Tier>> {
        // Rounding to the nearest float8 keeps order, and a decimal is rounded by less than 1e-12: only a measure as close to
        // a threshold as that needs its decimal.
        if !measure.is_finite() || measure.abs() > 1e26 || self.tiers.iter().any(|tier| (measure - tier.from_float).abs() <= 1e-11) {
            return Ok(self.tier(Amount::from_f64_as_printed(measure)?));
        }
        let above = self.tiers.partition_point(|tier| measure > tier.from_float);
        Ok(above.checked_sub(1).and_then(|i| self.tiers.get(i)))
    }

    /// How the measure stands to every tier, from the lowest to the highest.
    pub fn explain(&self, measure: Amount) -> Result<Vec<Standing<'_>>> {
        let in_effect = self.tiers.partition_point(|tier| tier.reached(measure)).checked_sub(1);
        let standing = |(i, tier): (usize, &'_ Tier)| {
            let reached = tier.reached(measure);
            let (missing, margin) = match tier.from {
                Some(from) if reached => (Amount::new(0, measure.scale), Some(measure.checked_sub(from)?)),
                Some(from) => (from.checked_sub(measure)?, None),
                None => (Amount::new(0, measure.scale), None),
            };
            Ok((i, reached, missing, margin))
        };
        let standings: Result<Vec<_>> = self.tiers.iter().enumerate().map(standing).collect();
        let whole = |(i, reached, missing, margin): (usize, bool, Amount, Option<Amount>)| {
            self.tiers.get(i).map(|tier| Standing { tier, reached, in_effect: in_effect == Some(i), missing, margin })
        };
        Ok(standings?.into_iter().filter_map(whole).collect())
    }

    fn from_object(object: &Object<'_>) -> Self {
        object.optional_text("measure");
        let tiers = object.list("tiers", |node| {
            node.object(|t| {
                let (name, label, from) = (t.text("name"), t.label("label"), t.optional_amount("from"));
                let from_float = from.map_or(f64::NEG_INFINITY, |from| from.to_string().parse().unwrap_or(f64::NAN));
                Tier { name, label, from, from_float }
            })
        });
        let policy = TierPolicy { tiers };
        if object.is_clean() {
            policy.check_order(object);
        }
        policy
    }

    fn check_order(&self, object: &Object<'_>) {
        let tiers = &self.tiers;
        if tiers.is_empty() {
            object.problem("tiers", "must not be empty");
        }
        for (i, tier) in tiers.iter().enumerate() {
            let lower = i.checked_sub(1).and_then(|below| tiers.get(below));
            match (tier.from, lower) {
                (None, Some(_)) => object.problem_at(&format!("tiers[{i}].from"), "is missing: only the first tier may have no threshold"),
                (Some(from), Some(Tier { from: Some(below), .. })) if from <= *below => {
                    object.problem_at(&format!("tiers[{i}].from"), format!("must be above {below}, the threshold of the tier before it"));
                }
                _ => {}
            }
        }
        object.unique("tiers", "name", tiers.iter().map(|tier| tier.name.as_str()));
    }

    /// A worked example: five tiers by average assets, in English and Chinese.
    pub fn example() -> Value {
        let tier = |name: &str, en: &str, zh: &str, from: Option<i64>| {
            let mut tier = json!({"name": name, "label": {"en": en, "zh": zh}});
            if let Some(from) = from {
                tier["from"] = from.into();
            }
            tier
        };
        json!({
            "kind": KIND,
            "version": 1,
            "name": "retail by average assets",
            "measure": "average daily assets of the month, CNY",
            "tiers": [
                tier("mass", "Mass", "大众", None),
                tier("silver", "Silver", "白银", Some(50_000)),
                tier("gold", "Gold", "黄金", Some(200_000)),
                tier("platinum", "Platinum", "白金", Some(1_000_000)),
                tier("private", "Private banking", "私人银行", Some(6_000_000)),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn example() -> TierPolicy {
        TierPolicy::read(&TierPolicy::example()).unwrap()
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
        let policy = json!({"kind": KIND, "version": 1, "tiers": [{"name": "gold", "from": 10}]});
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
            let policy = json!({"kind": KIND, "version": 1, "tiers": tiers});
            TierPolicy::problems(&policy).into_iter().map(|p| p.path).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(path(json!([])), "tiers");
        assert_eq!(path(json!([{"name": "a", "from": 5}, {"name": "b", "from": 5}])), "tiers[1].from");
        assert_eq!(path(json!([{"name": "a"}, {"name": "b"}])), "tiers[1].from");
        assert_eq!(path(json!([{"name": "a"}, {"name": "a", "from": 1}])), "tiers[1].name");
        assert_eq!(path(json!([{"name": "a"}, {"name": "", "from": "x", "form": 2}])), "tiers[1].name tiers[1].from tiers[1].form");
        assert_eq!(path(json!("x")), "tiers");
        assert_eq!(TierPolicy::problems(&TierPolicy::example()), []);
    }

    proptest! {
        #[test]
        fn a_float_has_the_tier_of_the_decimal_it_prints_as(measure in any::<f64>(), near in 0usize..4, ulps in -2i64..=2) {
            let thresholds = [0.1, 75_092.48, 12_345_678.9, 1e20];
            let policy = json!({"kind": KIND, "version": 1, "tiers": [{"name": "a", "from": "0.1"}, {"name": "b", "from": "75092.48"},
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
            let naive = policy.tiers.iter().rev().find(|t| t.from.is_none_or(|f| measure.units >= f.units));
            prop_assert_eq!(policy.tier(measure), naive);
            let rows = policy.explain(measure).unwrap();
            prop_assert_eq!(rows.iter().filter(|s| s.in_effect).map(|s| s.tier).collect::<Vec<_>>(), naive.into_iter().collect::<Vec<_>>());
            for s in rows {
                prop_assert_eq!(s.reached, s.missing.units == 0 && s.tier.from.is_none_or(|f| measure >= f));
            }
        }
    }
}
