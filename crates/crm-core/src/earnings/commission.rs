//! What the broker keeps of an order: the commission, not below the minimum, less the charges that he bears.

use super::decimals::share;
use super::schedule::{Bearer, Charge, FeeSchedule, Period, Rate};
use crate::amount::Amount;
use crate::calendar::Day;
use crate::document::shorten;
use crate::error::{Error, Result};
use crate::label::labelled;

/// On which side of the trade the client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// He buys.
    Buy,
    /// He sells.
    Sell,
}

/// The sides by name.
pub(super) const SIDES: [(&str, Side); 2] = [("buy", Side::Buy), ("sell", Side::Sell)];

impl Side {
    /// The side of a name (22023).
    #[inline]
    pub fn parse(name: &str) -> Result<Self> {
        SIDES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, side)| *side)
            .ok_or_else(|| Error::parameter(format!("the side \"{}\" is not known", shorten(name))).hint("Sides are 'buy' and 'sell'."))
    }
}

/// An order as it was executed.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// What was bought or sold, in money; 0 for an order that was not executed.
    pub turnover: Amount,
    /// The client's side.
    pub side: Side,
    /// The day, which says what charges are in force.
    pub day: Day,
    /// The rate agreed with the client; none for that of the schedule.
    pub rate: Option<f64>,
    /// What the client was charged; none to reckon it from the rate and the minimum.
    pub commission: Option<Amount>,
}

/// A line of the explanation.
#[derive(Clone, Debug, PartialEq)]
pub struct Part<'a> {
    /// `commission`, `minimum`, or the name of a charge.
    pub item: &'a str,
    /// Its label in the language asked for, or its name.
    pub label: &'a str,
    /// The rate; none for what is not reckoned by one.
    pub rate: Option<Amount>,
    /// What is charged.
    pub amount: Amount,
    /// What it adds to the net commission: 0 for what is collected for others.
    pub effect: Amount,
}

/// The commission: by the rate, and what the minimum adds to it.
struct Charged {
    /// None if the commission was given.
    rate: Option<Amount>,
    by_rate: Amount,
    minimum: Option<Amount>,
}

/// A sum of money given in the place of the rate is the likely mistake.
#[cold]
fn not_a_rate(e: Error) -> Error {
    e.hint("It is a fraction of the turnover: 0.00025 for 0.025 %. What the client was charged is given as commission => 5.00.")
}

impl Period {
    fn charged(&self, order: &Order, decimals: u8) -> Result<Charged> {
        let agreed = order.rate.map(|rate| share("rate", rate).map(Rate::new).map_err(not_a_rate)).transpose()?;
        if let Some(commission) = order.commission {
            if commission.units < 0 {
                return Err(negative("commission"));
            }
            return Ok(Charged { rate: None, by_rate: commission, minimum: None });
        }
        let rate = agreed.as_ref().unwrap_or(&self.commission.rate);
        let by_rate = rate.fee(order.turnover, decimals)?;
        let missing = self.commission.minimum.map(|minimum| minimum.checked_sub(by_rate)).transpose()?;
        let minimum = missing.filter(|missing| missing.units > 0 && order.turnover.units > 0);
        Ok(Charged { rate: Some(rate.decimal()), by_rate, minimum })
    }

    /// The charges that this side pays.
    fn charges(&self, side: Side) -> impl Iterator<Item = &Charge> {
        self.charges.iter().filter(move |charge| charge.falls_on(side))
    }
}

#[cold]
fn negative(name: &str) -> Error {
    Error::parameter(format!("{name} must not be negative"))
        .hint("An order that is reversed has the net commission of the order, taken off: put the minus in front of the function.")
}

impl FeeSchedule {
    /// The period in force, after a look at the order.
    fn in_force(&self, order: &Order) -> Result<&Period> {
        if order.turnover.units < 0 {
            return Err(negative("turnover"));
        }
        self.period(order.day)
    }

    /// The commission less the charges that the broker bears.
    ///
    /// Each fee is rounded half up to the schedule's decimals. The minimum is applied before anything is taken off, and not to an
    /// order that was not executed or whose commission is given. What the client bears is collected for others and does not
    /// count. Errors: a negative turnover or commission, a rate outside 0 … 1, a day before the first period (22023).
    pub fn net_commission(&self, order: &Order) -> Result<Amount> {
        let period = self.in_force(order)?;
        let charged = period.charged(order, self.decimals)?;
        let commission = charged.minimum.map_or(Ok(charged.by_rate), |minimum| charged.by_rate.checked_add(minimum))?;
        let borne = period.charges(order.side).filter(|charge| charge.borne_by == Bearer::Broker);
        borne.into_iter().try_fold(commission, |rest, charge| rest.checked_sub(charge.rate.fee(order.turnover, self.decimals)?))
    }

    /// The parts of [`FeeSchedule::net_commission`], whose effects add up to it, and what is collected for others.
    ///
    /// Errors: those of the net commission, and a language that a label lacks (22023).
    pub fn explain(&self, order: &Order, language: Option<&str>) -> Result<Vec<Part<'_>>> {
        let period = self.in_force(order)?;
        let charged = period.charged(order, self.decimals)?;
        let of_commission =
            |item, label, rate, amount| Ok(Part { item, label: labelled(item, label, language)?, rate, amount, effect: amount });
        let commission = &period.commission;
        let mut parts = vec![of_commission(COMMISSION, commission.label.as_ref(), charged.rate, charged.by_rate)?];
        if let Some(missing) = charged.minimum {
            parts.push(of_commission(MINIMUM, commission.minimum_label.as_ref(), None, missing)?);
        }
        for charge in period.charges(order.side) {
            let amount = charge.rate.fee(order.turnover, self.decimals)?;
            let taken = if charge.borne_by == Bearer::Broker { -amount.units } else { 0 };
            parts.push(Part {
                item: &charge.name,
                label: labelled(&charge.name, charge.label.as_ref(), language)?,
                rate: Some(charge.rate.decimal()),
                amount,
                effect: Amount::new(taken, amount.scale),
            });
        }
        Ok(parts)
    }
}

/// The items that are no charges.
pub(super) const COMMISSION: &str = "commission";
pub(super) const MINIMUM: &str = "minimum";
