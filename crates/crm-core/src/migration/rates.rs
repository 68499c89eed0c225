//! Up, stayed, down: what is up is said by the order of the tiers in a policy.

use super::{Migration, share};
use crate::tier::TierPolicy;

/// What became of the customers of a tier, or of all tiers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates<'p> {
    /// The tier of the policy; none for all of them.
    pub tier: Option<&'p str>,
    /// How many were in it before.
    pub customers: i64,
    /// Into a higher tier.
    pub up: i64,
    /// In the same tier.
    pub stayed: i64,
    /// Into a lower tier.
    pub down: i64,
    /// To where the policy has no tier.
    pub outside: i64,
    /// How many came into the tier from where the policy has none; they are not among the customers.
    pub joined: i64,
}

impl Rates<'_> {
    /// A share in the customers; none of none.
    pub fn rate(&self, part: i64) -> Option<f64> {
        (self.customers > 0).then(|| share(part, self.customers))
    }
}

impl Migration {
    /// What became of the customers of each tier of a policy, from the lowest to the highest, and then of all of them.
    pub fn rates<'p>(&self, policy: &'p TierPolicy) -> Vec<Rates<'p>> {
        let mut all: Vec<_> = policy.tiers().iter().map(|tier| Rates { tier: Some(tier.name()), ..Rates::default() }).collect();
        // The place of each tier here in the policy.
        let places: Vec<Option<usize>> = self.tiers().map(|name| all.iter().position(|rates| rates.tier == Some(name))).collect();
        for (from, place) in places.iter().enumerate() {
            for (to, customers) in self.flows(from) {
                let Some(before) = *place else {
                    if let Some(after) = places[to] {
                        all[after].joined += customers;
                    }
                    continue;
                };
                let rates = &mut all[before];
                rates.customers += customers;
                *match places[to] {
                    None => &mut rates.outside,
                    Some(after) if after > before => &mut rates.up,
                    Some(after) if after < before => &mut rates.down,
                    Some(_) => &mut rates.stayed,
                } += customers;
            }
        }
        let sum = |part: fn(&Rates<'p>) -> i64| all.iter().map(part).sum();
        let total = Rates {
            tier: None,
            customers: sum(|r| r.customers),
            up: sum(|r| r.up),
            stayed: sum(|r| r.stayed),
            down: sum(|r| r.down),
            outside: sum(|r| r.outside),
            joined: sum(|r| r.joined),
        };
        all.push(total);
        all
    }
}
