//! What work costs: pools of resources, activities that take from them, channels.

use crate::amount::{Amount, DECIMALS, UNIT};
use crate::document::shorten;
use crate::error::{Error, Result};
use crate::exact;
use crate::label::{Label, labelled};
use std::collections::HashMap;

/// A pool of resources: what the ledger has for it in the period, and how much work it can do in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    pub(super) name: String,
    pub(super) label: Option<Label>,
    pub(super) ledger: Amount,
    /// None for a pool from which services are bought at a price.
    pub(super) capacity: Option<Capacity>,
}

/// What a pool can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Capacity {
    /// Practical capacity in minutes, above 0.
    pub minutes: Amount,
    /// Ledger / practical capacity, half to even at twelve decimals: to be shown, not to be calculated with.
    pub rate: Amount,
}

/// A kind of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    pub(super) name: String,
    pub(super) label: Option<Label>,
    pub(super) driver: Option<String>,
    pub(super) uses: Vec<Use>,
}

/// What one unit of an activity takes from a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// The pool, by its place.
    pub pool: usize,
    pub takes: Takes,
}

/// Minutes, of a pool with a capacity, or a price, of one without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Minutes(Amount),
    Price(Amount),
}

/// A way to do an activity: it takes `factor` times the minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub(super) name: String,
    pub(super) label: Option<Label>,
    pub(super) factor: Amount,
}

macro_rules! named {
    ($($type:ty),*) => {$(
        impl $type {
            /// Its name.
            pub fn name(&self) -> &str {
                &self.name
            }

            /// Its label in a language; its name when no language is asked for or it has no labels.
            pub fn label(&self, language: Option<&str>) -> Result<&str> {
                labelled(&self.name, self.label.as_ref(), language)
            }
        }
    )*};
}
named!(Pool, Activity, Channel);

impl Pool {
    /// What the ledger has for it.
    pub fn ledger(&self) -> Amount {
        self.ledger
    }

    /// Practical capacity in minutes; none where services are bought at a price.
    pub fn capacity(&self) -> Option<Amount> {
        self.capacity.map(|capacity| capacity.minutes)
    }

    /// The capacity cost rate: ledger / practical capacity, half to even at twelve decimals.
    pub fn rate(&self) -> Option<Amount> {
        self.capacity.map(|capacity| capacity.rate)
    }
}

impl Activity {
    /// What one unit of it is, for people.
    pub fn driver(&self) -> Option<&str> {
        self.driver.as_deref()
    }
}

/// What one unit of an activity, done through a channel or through none, takes from a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitCost {
    /// The pool, by its place in the model.
    pub(super) pool: usize,
    /// Minutes, times the channel's factor; none for a price.
    pub minutes: Option<Amount>,
    /// What it costs, rounded to the decimals of unit costs.
    pub cost: Amount,
}

/// Pools, activities and channels, with the cost of every unit.
#[derive(Clone, Debug, Default)]
pub struct CostModel {
    pub(super) decimals: u8,
    pub(super) pools: Vec<Pool>,
    pub(super) activities: Vec<Activity>,
    pub(super) channels: Vec<Channel>,
    /// By activity: what its uses cost without a channel, then through each channel.
    units: Vec<Vec<UnitCost>>,
    activity_places: HashMap<String, usize>,
    channel_places: HashMap<String, usize>,
}

/// What an activity done through a channel takes, and both of them.
pub(super) type Work<'a> = (&'a Activity, Option<&'a Channel>, &'a [UnitCost]);

impl CostModel {
    /// A model of parts that were checked. The error is the place of a use whose cost is out of range.
    pub(super) fn new(
        decimals: u8,
        pools: Vec<Pool>,
        activities: Vec<Activity>,
        channels: Vec<Channel>,
    ) -> std::result::Result<Self, (usize, usize)> {
        let factors: Vec<_> = std::iter::once(None).chain(channels.iter().map(|channel| Some(channel.factor))).collect();
        let mut units = Vec::new();
        for (a, activity) in activities.iter().enumerate() {
            let mut costs = Vec::new();
            for factor in &factors {
                for (u, taken) in activity.uses.iter().enumerate() {
                    costs.push(unit_cost(decimals, &pools, taken, *factor).map_err(|_| (a, u))?);
                }
            }
            units.push(costs);
        }
        let activity_places = activities.iter().enumerate().map(|(place, activity)| (activity.name.clone(), place)).collect();
        let channel_places = channels.iter().enumerate().map(|(place, channel)| (channel.name.clone(), place)).collect();
        Ok(CostModel { decimals, pools, activities, channels, units, activity_places, channel_places })
    }

    /// The pool of a name (22023 if there is none).
    pub fn pool(&self, name: &str) -> Result<&Pool> {
        self.pools.iter().find(|pool| pool.name == name).ok_or_else(|| unknown("pool", name, self.pools.iter().map(Pool::name)))
    }

    /// What is known of an activity done through a channel, or through none. One that the model does not have is 22023.
    pub(super) fn work(&self, activity: &str, channel: Option<&str>) -> Result<Work<'_>> {
        let place = self.activity_places.get(activity);
        let place = *place.ok_or_else(|| unknown("activity", activity, self.activities.iter().map(Activity::name)))?;
        let through = match channel {
            None => None,
            Some(name) => match self.channel_places.get(name) {
                Some(place) => Some(*place),
                None => return Err(unknown("channel", name, self.channels.iter().map(Channel::name))),
            },
        };
        Ok(self.at(place, through))
    }

    /// The same by places, which are those of the model.
    fn at(&self, activity: usize, channel: Option<usize>) -> Work<'_> {
        let found = &self.activities[activity];
        let count = found.uses.len();
        let first = channel.map_or(0, |channel| channel + 1) * count;
        (found, channel.map(|channel| &self.channels[channel]), &self.units[activity][first..first + count])
    }

    /// Every activity without a channel and through each channel, in the order of the model.
    pub(super) fn works(&self) -> impl Iterator<Item = Work<'_>> {
        let through = || std::iter::once(None).chain((0..self.channels.len()).map(Some));
        (0..self.activities.len()).flat_map(move |activity| through().map(move |channel| self.at(activity, channel)))
    }
}

/// Minutes x factor half to even at twelve decimals; times ledger / capacity half to even at `decimals`. A factor is of minutes,
/// not of a price.
fn unit_cost(decimals: u8, pools: &[Pool], taken: &Use, factor: Option<Amount>) -> Result<UnitCost> {
    let pool = &pools[taken.pool];
    let (minutes, cost) = match (taken.takes, pool.capacity) {
        (Takes::Minutes(minutes), Some(capacity)) => {
            let minutes = match factor {
                Some(factor) => Amount::new(exact::times(minutes.units, factor.units)?, minutes.scale),
                None => minutes,
            };
            let step = UNIT / 10i128.pow(decimals.into());
            (Some(minutes), exact::quotient(minutes.units, pool.ledger.units, capacity.minutes.units, step)?)
        }
        (Takes::Minutes(_), None) => (None, 0), // refused when the model is read
        (Takes::Price(price), _) => (None, price.units),
    };
    Ok(UnitCost { pool: taken.pool, minutes, cost: Amount::new(cost, decimals) })
}

/// Ledger / capacity, half to even at twelve decimals.
pub(super) fn rate(ledger: Amount, capacity: Amount, decimals: u8) -> Result<Amount> {
    Ok(Amount::new(exact::quotient(UNIT, ledger.units, capacity.units, 1)?, decimals.min(DECIMALS)))
}

/// Names told in a hint.
const TOLD: usize = 8;

#[cold]
fn unknown<'a>(what: &str, name: &str, known: impl ExactSizeIterator<Item = &'a str>) -> Error {
    let more = known.len() > TOLD;
    let names: Vec<_> = known.take(TOLD).map(shorten).collect();
    let has = match names.is_empty() {
        true => "It has none.".into(),
        false => format!("It has {}{}.", names.join(", "), if more { ", ..." } else { "" }),
    };
    Error::parameter(format!("cost_model: the model has no {what} \"{}\"", shorten(name)))
        .hint(format!("{has} Add the {what} to the model, or correct or filter the rows."))
}
