//! How one measure stands to the tiers of a policy that looks at one measure.

use super::policy::{Tier, TierPolicy};
use crate::amount::Amount;
use crate::error::Result;

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

impl TierPolicy {
    /// The highest tier whose threshold the measure reaches; none when it reaches none.
    pub fn tier(&self, measure: Amount) -> Option<&Tier> {
        let above = self.tiers().partition_point(|tier| tier.reached(measure));
        above.checked_sub(1).and_then(|i| self.tiers().get(i))
    }

    /// [`TierPolicy::tier`] of a `float8`, taken as the decimal it prints as (NaN, infinities and magnitudes above 1.7·10²⁶
    /// are 22003).
    pub fn tier_of_float(&self, measure: f64) -> Result<Option<&Tier>> {
        // Rounding to the nearest float8 keeps order, and a decimal is rounded by less than 1e-12: only a measure as close to
        // a threshold as that needs its decimal.
        if !measure.is_finite() || measure.abs() > 1e26 || self.tiers().iter().any(|tier| (measure - tier.float()).abs() <= 1e-11) {
            return Ok(self.tier(Amount::from_f64_as_printed(measure)?));
        }
        let above = self.tiers().partition_point(|tier| measure > tier.float());
        Ok(above.checked_sub(1).and_then(|i| self.tiers().get(i)))
    }

    /// How the measure stands to every tier, from the lowest to the highest.
    pub fn explain(&self, measure: Amount) -> Result<Vec<Standing<'_>>> {
        let in_effect = self.tiers().partition_point(|tier| tier.reached(measure)).checked_sub(1);
        let standing = |(i, tier): (usize, &'_ Tier)| {
            let reached = tier.reached(measure);
            let (missing, margin) = match tier.from() {
                Some(from) if reached => (Amount::new(0, measure.scale), Some(measure.checked_sub(from)?)),
                Some(from) => (from.checked_sub(measure)?, None),
                None => (Amount::new(0, measure.scale), None),
            };
            Ok((i, reached, missing, margin))
        };
        let standings: Result<Vec<_>> = self.tiers().iter().enumerate().map(standing).collect();
        let whole = |(i, reached, missing, margin): (usize, bool, Amount, Option<Amount>)| {
            self.tiers().get(i).map(|tier| Standing { tier, reached, in_effect: in_effect == Some(i), missing, margin })
        };
        Ok(standings?.into_iter().filter_map(whole).collect())
    }
}
