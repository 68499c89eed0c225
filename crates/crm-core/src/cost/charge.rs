//! What a customer is charged for what was done for him, and what that leaves of the ledger.

use super::model::{Activity, Channel, CostModel, Pool, UnitCost};
use super::quantities::CostToServe;
use crate::amount::{Amount, overflow};
use crate::error::Result;
use crate::exact;
use ethnum::I256;

/// What a quantity of an activity costs in one pool.
#[derive(Clone, Debug)]
pub struct Charge<'a> {
    /// What was done.
    pub activity: &'a Activity,
    /// Through which channel.
    pub channel: Option<&'a Channel>,
    /// Who did it, or of whom it was bought.
    pub pool: &'a Pool,
    /// What one unit takes and costs.
    pub unit: UnitCost,
    /// How much was done.
    pub quantity: Amount,
    /// Quantity x minutes of one unit; none for a price.
    pub minutes: Option<Amount>,
    /// Quantity x cost of one unit.
    pub cost: Amount,
}

/// How a pool's part of the ledger and of its capacity went to customers.
///
/// `used + unused - overused = supplied`, in money and in minutes.
#[derive(Clone, Debug)]
pub struct PoolBalance<'a> {
    /// The pool.
    pub pool: &'a Pool,
    /// Minutes; none where services are bought at a price.
    pub minutes: Option<Balance>,
    /// Money: supplied is what the ledger has, used is what customers are charged.
    pub money: Balance,
    /// By how much the rounding of unit costs moved what is used: used - used minutes x ledger / capacity, that half to even at
    /// twelve decimals.
    pub rounding: Amount,
}

/// What was there, what was taken of it, and the rest or the excess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// What there was.
    pub supplied: Amount,
    /// What was taken.
    pub used: Amount,
    /// What was left; 0 where more was taken than there was.
    pub unused: Amount,
    /// What was taken beyond what there was; 0 where it did.
    pub overused: Amount,
}

impl Balance {
    fn of(supplied: Amount, used: Amount) -> Result<Balance> {
        let rest = supplied.checked_sub(used)?;
        // The range of amounts is symmetric.
        if rest.units == i128::MIN {
            return Err(overflow());
        }
        let part = |units: i128| Amount::new(units.max(0), rest.scale);
        Ok(Balance { supplied, used, unused: part(rest.units), overused: part(-rest.units) })
    }
}

impl CostModel {
    /// The charges for a quantity of an activity, a pool each, in the order of the model.
    fn charges<'a>(
        &'a self,
        activity: &str,
        channel: Option<&str>,
        quantity: Amount,
    ) -> Result<impl Iterator<Item = Result<Charge<'a>>> + use<'a>> {
        let (activity, channel, units) = self.work(activity, channel)?;
        Ok(units.iter().map(move |unit| {
            let times = |each: Amount, scale| Ok(Amount::new(exact::times(quantity.units, each.units)?, scale));
            Ok(Charge {
                activity,
                channel,
                pool: &self.pools[unit.pool],
                unit: *unit,
                quantity,
                minutes: unit.minutes.map(|each| times(each, quantity.scale.max(each.scale))).transpose()?,
                cost: times(unit.cost, self.decimals)?,
            })
        }))
    }

    /// The cost of a quantity of an activity: quantity x unit cost, pool by pool. An activity or a channel that the model does
    /// not have is 22023, an overflow 22003.
    pub fn activity_cost(&self, activity: &str, channel: Option<&str>, quantity: Amount) -> Result<Amount> {
        let (_, _, units) = self.work(activity, channel)?;
        let cost = |sum: i128, unit: &UnitCost| add(sum, exact::times(quantity.units, unit.cost.units)?);
        Ok(Amount::new(units.iter().try_fold(0, cost)?, self.decimals))
    }

    /// The cost of all that a summary has; errors as [`CostModel::activity_cost`].
    pub fn cost_to_serve(&self, summary: &CostToServe) -> Result<Amount> {
        let mut sum = 0;
        for done in summary.iter() {
            sum = add(sum, self.activity_cost(done.activity(), done.channel(), done.quantity)?.units)?;
        }
        Ok(Amount::new(sum, self.decimals))
    }

    /// What [`CostModel::cost_to_serve`] is the sum of: the charges of each activity and channel, a pool each.
    pub fn explain(&self, summary: &CostToServe) -> Result<Vec<Charge<'_>>> {
        let mut rows = Vec::new();
        for done in summary.iter() {
            for charge in self.charges(done.activity(), done.channel(), done.quantity)? {
                rows.push(charge?);
            }
        }
        Ok(rows)
    }

    /// What one unit of every activity takes and costs, without a channel and through each, a pool each.
    pub fn unit_costs(&self) -> impl Iterator<Item = (&Activity, Option<&Channel>, &Pool, UnitCost)> {
        self.works()
            .flat_map(move |(activity, channel, units)| units.iter().map(move |unit| (activity, channel, &self.pools[unit.pool], *unit)))
    }

    /// What customers are charged of each pool, against what the ledger has for it, in the order of the model. The summary is
    /// that of everybody. Errors as [`CostModel::activity_cost`].
    pub fn reconcile(&self, summary: &CostToServe) -> Result<Vec<PoolBalance<'_>>> {
        // By pool: units charged, minutes in 10^-24, decimals of the minutes.
        let mut used = vec![(0i128, I256::ZERO, 0u8); self.pools.len()];
        for done in summary.iter() {
            let (_, _, units) = self.work(done.activity(), done.channel())?;
            let quantity = done.quantity;
            for unit in units {
                let (money, minutes, scale) = &mut used[unit.pool];
                *money = add(*money, exact::times(quantity.units, unit.cost.units)?)?;
                if let Some(each) = unit.minutes {
                    *minutes = exact::sum(*minutes, exact::product(quantity.units, each.units))?;
                    *scale = (*scale).max(quantity.scale).max(each.scale);
                }
            }
        }
        let balance = |(pool, (money, minutes, scale)): (_, (i128, I256, u8))| self.balance(pool, money, minutes, scale);
        self.pools.iter().zip(used).map(balance).collect()
    }

    fn balance<'a>(&self, pool: &'a Pool, money: i128, minutes: I256, scale: u8) -> Result<PoolBalance<'a>> {
        let supplied = Amount::new(pool.ledger.units, pool.ledger.scale.max(self.decimals));
        let (minutes, exactly) = match pool.capacity {
            Some(capacity) => {
                let used = Amount::new(exact::to_amount(minutes)?, scale);
                let worth = exact::share(minutes, pool.ledger.units, capacity.minutes.units)?;
                (Some(Balance::of(capacity.minutes, used)?), worth)
            }
            None => (None, money),
        };
        Ok(PoolBalance {
            pool,
            minutes,
            money: Balance::of(supplied, Amount::new(money, self.decimals))?,
            rounding: Amount::new(add(money, -exactly)?, self.decimals),
        })
    }
}

/// The sum in the range of amounts, which is symmetric; an overflow is 22003.
fn add(sum: i128, more: i128) -> Result<i128> {
    exact::total([sum, more])
}
