//! A broker's profit from one period to the next, over the levers he has.
//!
//! Profit is `N · (t · c + o) − K`: customers, turnover a customer, commission for a unit of turnover, other revenue a customer,
//! and the cost of all. The levers are put from their value before to that after one by one, in this order: a chain
//! substitution (the flexible-budget variances of Horngren et al., "Cost Accounting", 13th ed., 2009, chapters 7 and 14).

use super::proportion::{proportion, rate};
use super::too_many;
use crate::amount::{Amount, DECIMALS, Stored};
use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_json};
use crate::document::Object;
use crate::error::{Error, Result, SqlState};
use bytemuck::{Pod, Zeroable};
use serde_json::{Value, json};

/// The exact sums of a period's customers. It lies in PostgreSQL's memory as it stands here, and is updated there in place.
///
/// An all-zero value has no customers: it stands for a period in which there was nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct RevenueBridge {
    /// PostgreSQL's length word: not ours.
    host: [u8; 4],
    version: u16,
    turnover_scale: u8,
    /// Of commission, other revenue and cost.
    money_scale: u8,
    customers: i64,
    turnover: Stored,
    commission: Stored,
    other: Stored,
    cost: Stored,
}

/// What the levers stand at. A figure a customer, or for a unit of turnover, is none where there is none of these.
#[derive(Clone, Copy, Debug)]
pub struct Levers {
    /// Number of customers.
    pub customers: i64,
    /// What they traded.
    pub turnover: Amount,
    /// What they paid for it.
    pub commission: Amount,
    /// What else they brought.
    pub other: Amount,
    /// What they cost.
    pub cost: Amount,
    /// Commission and other revenue less cost.
    pub profit: Amount,
    /// Turnover a customer.
    pub turnover_per_customer: Option<Amount>,
    /// Commission for a unit of turnover.
    pub commission_rate: Option<Amount>,
    /// Other revenue a customer.
    pub other_per_customer: Option<Amount>,
    /// Cost a customer.
    pub cost_per_customer: Option<Amount>,
}

/// The levers, in the order in which they are moved.
pub const LEVERS: [&str; 5] = ["customers", "turnover", "commission rate", "other business", "cost"];

/// One lever moved.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Which.
    pub lever: &'static str,
    /// Where it stood.
    pub before: Option<Amount>,
    /// Where it stands.
    pub after: Option<Amount>,
    /// By how much the profit moved with it.
    pub effect: Amount,
    /// The profit then.
    pub running: Amount,
}

impl RevenueBridge {
    /// Adds a customer. An overflow of a sum is 22003.
    #[inline]
    pub fn push(&mut self, turnover: Amount, commission: Amount, other: Amount, cost: Amount) -> Result<()> {
        let one = RevenueBridge {
            host: [0; 4],
            version: Self::VERSION,
            turnover_scale: turnover.scale,
            money_scale: commission.scale.max(other.scale).max(cost.scale),
            customers: 1,
            turnover: turnover.units.into(),
            commission: commission.units.into(),
            other: other.units.into(),
            cost: cost.units.into(),
        };
        self.merge(&one)
    }

    /// The sums and what follows from them. A cost that is negative on the whole is 22023: somebody posts costs as negative. A
    /// profit or a figure a customer that leaves the range is 22003.
    pub fn levers(&self) -> Result<Levers> {
        if self.cost.get() < 0 {
            return Err(Error::parameter("the cost of all customers together is negative")
                .hint("revenue_bridge_agg takes costs as positive amounts: give -cost where costs are posted as negative ones."));
        }
        let money = |units: Stored| Amount::new(units.get(), self.money_scale);
        let turnover = Amount::new(self.turnover.get(), self.turnover_scale);
        let [commission, other, cost] = [self.commission, self.other, self.cost].map(money);
        let customers = Amount::from_i64(self.customers);
        Ok(Levers {
            customers: self.customers,
            turnover,
            commission,
            other,
            cost,
            profit: commission.checked_add(other)?.checked_sub(cost)?,
            turnover_per_customer: rate(turnover, customers)?,
            commission_rate: rate(commission, turnover)?,
            other_per_customer: rate(other, customers)?,
            cost_per_customer: rate(cost, customers)?,
        })
    }

    fn checked(self) -> Result<Self> {
        let wrong =
            |units: Stored, scale: u8| scale > DECIMALS || units.get() == i128::MIN || Amount::new(units.get(), scale).digits() != scale;
        let money = [self.commission, self.other, self.cost];
        if self.customers < 1 {
            return Err(Error::parameter("there must be at least one customer")
                .hint("Check the figures against the rows they were aggregated from."));
        }
        if wrong(self.turnover, self.turnover_scale) || money.into_iter().any(|units| wrong(units, self.money_scale)) {
            return Err(Error::parameter("a sum is out of range or has more decimals than it shows"));
        }
        Ok(self)
    }
}

/// The profit before, and the five levers moved one after the other; the last profit is that after. The effects add up to the
/// change, to the last digit. What leaves the range is 22003.
pub fn bridge(before: &RevenueBridge, after: &RevenueBridge) -> Result<(Amount, [Step; 5])> {
    let (was, is) = (before.levers()?, after.levers()?);
    let scale = before.money_scale.max(after.money_scale);
    let (n0, n1) = (i128::from(was.customers), i128::from(is.customers));
    let (t0, t1) = (was.turnover.units, is.turnover.units);
    let (c0, c1) = (was.commission.units, is.commission.units);
    let (o0, o1) = (was.other.units, is.other.units);

    // Customers, who bring what a customer brought. Where there were none, they bring what they bring.
    let (commission, other) = if n0 == 0 { (c1, o1) } else { (proportion(c0, n1, n0)?, proportion(o0, n1, n0)?) };
    // Turnover, at the rate before. Without turnover there was no rate: new turnover has its own, no turnover changes nothing.
    let traded = match (n0, t0, t1) {
        (0, ..) => c1,
        (_, 0, 0) => commission,
        (_, 0, _) => c1,
        _ => proportion(c0, t1, t0)?,
    };
    let less = |one, other: i128| Amount::new(one, scale).checked_sub(Amount::new(other, scale));
    let effects = [
        less(commission, c0)?.checked_add(less(other, o0)?)?,
        less(traded, commission)?,
        less(c1, traded)?,
        less(o1, other)?,
        less(was.cost.units, is.cost.units)?,
    ];
    let stands = |levers: &Levers| {
        let there = (levers.customers > 0).then(|| Amount::from_i64(levers.customers));
        [there, levers.turnover_per_customer, levers.commission_rate, levers.other_per_customer, there.map(|_| levers.cost)]
    };
    let (from, to) = (stands(&was), stands(&is));
    let start = Amount::new(was.profit.units, scale);
    let mut steps = [Step { lever: "", before: None, after: None, effect: Amount::ZERO, running: start }; 5];
    let mut running = start;
    for (at, step) in steps.iter_mut().enumerate() {
        running = running.checked_add(effects[at])?;
        *step = Step { lever: LEVERS[at], before: from[at], after: to[at], effect: effects[at], running };
    }
    Ok((start, steps))
}

impl Summary for RevenueBridge {
    const TYPE: &'static str = "revenue_bridge";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        if other.customers == 0 {
            return Ok(());
        }
        let mut both = *self;
        both.version = Self::VERSION;
        both.customers = both.customers.checked_add(other.customers).ok_or_else(too_many)?;
        both.turnover.add(other.turnover.get())?;
        both.commission.add(other.commission.get())?;
        both.other.add(other.other.get())?;
        both.cost.add(other.cost.get())?;
        both.turnover_scale = both.turnover_scale.max(other.turnover_scale);
        both.money_scale = both.money_scale.max(other.money_scale);
        *self = both;
        Ok(())
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        out.u8(self.turnover_scale)?;
        out.u8(self.money_scale)?;
        out.i64(self.customers)?;
        [self.turnover, self.commission, self.other, self.cost].iter().try_for_each(|sum| out.i128(sum.get()))
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let (turnover_scale, money_scale, customers) = (input.u8()?, input.u8()?, input.i64()?);
        let mut sum = || input.i128().map(Stored::from);
        let (turnover, commission, other, cost) = (sum()?, sum()?, sum()?, sum()?);
        let (host, version) = ([0; 4], Self::VERSION);
        let read = RevenueBridge { host, version, turnover_scale, money_scale, customers, turnover, commission, other, cost };
        read.checked().map_err(|e| input.wrong(&e.message).under(SqlState::InvalidBinary))
    }

    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

impl Json for RevenueBridge {
    fn to_json(&self) -> Result<Value> {
        let money = |units: Stored| Amount::new(units.get(), self.money_scale).to_string();
        Ok(json!({
            "commission": money(self.commission),
            "cost": money(self.cost),
            "customers": self.customers,
            "other": money(self.other),
            "turnover": Amount::new(self.turnover.get(), self.turnover_scale).to_string(),
        }))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let customers = object.integer("customers", 1..=i64::MAX);
        let [turnover, commission, other, cost] = ["turnover", "commission", "other", "cost"].map(|key| object.amount(key));
        let mut read = RevenueBridge::zeroed();
        if object.is_clean() {
            read.push(turnover, commission, other, cost)?;
            read.customers = customers;
        }
        Ok(read)
    }
}
