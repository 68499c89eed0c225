//! Reading a cost model, with every problem and its path.

use super::model::{Activity, Capacity, Channel, CostModel, Pool, Takes, Use, rate};
use super::quantities::{Name, check};
use crate::amount::{Amount, DECIMALS, UNIT};
use crate::document::{Node, Object, Problem, check_kind, read_kind};
use crate::error::{Error, Result};
use crate::exact;
use crate::label::Label;
use serde_json::Value;
use std::collections::HashMap;

pub(super) const KIND: &str = "cost_model";
/// Unit costs that a model can have: uses of pools, without a channel and through each.
const MAX_UNIT_COSTS: usize = 100_000;

/// A pool as it is written.
struct WrittenPool {
    name: String,
    label: Option<Label>,
    ledger: Amount,
    practical: Option<Amount>,
    theoretical: Option<Amount>,
    share: Option<Amount>,
}

/// A use as it is written.
struct WrittenUse {
    pool: String,
    minutes: Option<Amount>,
    price: Option<Amount>,
}

/// An activity as it is written.
struct WrittenActivity {
    name: String,
    label: Option<Label>,
    driver: Option<String>,
    uses: Vec<WrittenUse>,
}

/// Where each pool stands, and whether it has a capacity.
type Places = HashMap<String, (usize, bool)>;

/// What is wrong in one thing: the key, and what.
type Wrong<T> = std::result::Result<T, (&'static str, String)>;

impl CostModel {
    /// Reads a model (22023 with the path of what is wrong).
    pub fn read(model: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, model, Self::from_object)
            .map_err(|e: Error| e.hint("select * from crm.cost_model_check(model) lists every problem."))
    }

    /// Every problem of a model.
    pub fn problems(model: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, model, Self::from_object).err().unwrap_or_default()
    }

    /// The model; an empty one where there are problems.
    fn from_object(object: &Object<'_>) -> Self {
        let decimals = object.optional_integer("unit_cost_decimals", 0..=DECIMALS.into()).unwrap_or(6) as u8;
        let pools = object.list("pools", |node| node.object(WrittenPool::read));
        let activities = object.list("activities", |node| node.object(WrittenActivity::read));
        let channels = object.optional("channels").map(|node| node.list(read_channel)).unwrap_or_default();
        if !object.is_clean() {
            return CostModel::default();
        }
        let report = Report { object };
        if pools.is_empty() {
            object.problem("pools", "must not be empty");
        }
        if activities.is_empty() {
            object.problem("activities", "must not be empty");
        }
        report.names("pools", pools.iter().map(|pool| pool.name.as_str()), None);
        report.names("activities", activities.iter().map(|activity| activity.name.as_str()), Some(Name::Activity));
        report.names("channels", channels.iter().map(|channel: &Channel| channel.name.as_str()), Some(Name::Channel));
        for (i, channel) in channels.iter().enumerate() {
            if channel.factor.units < 0 {
                object.problem_at(&format!("channels[{i}].factor"), "must not be negative");
            }
        }
        let places: Places = pools.iter().enumerate().map(|(place, pool)| (pool.name.clone(), (place, pool.has_capacity()))).collect();
        let pools = report.each("pools", pools, |pool| pool.checked(decimals));
        let mut checked = Vec::new();
        for (i, written) in activities.into_iter().enumerate() {
            let path = format!("activities[{i}].uses");
            if written.uses.is_empty() {
                object.problem_at(&path, "must not be empty");
            }
            report.object.unique(&path, "pool", written.uses.iter().map(|taken| taken.pool.as_str()));
            let uses = report.each(&path, written.uses, |taken| taken.checked(&places, decimals));
            checked.push(Activity { name: written.name, label: written.label, driver: written.driver, uses });
        }
        let uses: usize = checked.iter().map(|activity| activity.uses.len()).sum();
        if uses.saturating_mul(channels.len() + 1) > MAX_UNIT_COSTS {
            object.problem("channels", format!("make more than {MAX_UNIT_COSTS} unit costs with {uses} uses of pools"));
        }
        if !object.is_clean() {
            return CostModel::default();
        }
        CostModel::new(decimals, pools, checked, channels).unwrap_or_else(|(activity, taken)| {
            object.problem_at(&format!("activities[{activity}].uses[{taken}]"), "costs more than an amount can hold (1.7e26)");
            CostModel::default()
        })
    }
}

impl WrittenPool {
    fn read(object: &Object<'_>) -> Self {
        WrittenPool {
            name: object.text("name"),
            label: object.label("label"),
            ledger: object.amount("ledger"),
            practical: object.optional_amount("practical_capacity"),
            theoretical: object.optional_amount("theoretical_capacity"),
            share: object.optional_amount("practical_share"),
        }
    }

    fn has_capacity(&self) -> bool {
        self.practical.or(self.theoretical).or(self.share).is_some()
    }

    fn checked(self, decimals: u8) -> Wrong<Pool> {
        if self.ledger.units < 0 {
            return Err(("ledger", "must not be negative".into()));
        }
        let minutes = match (self.practical, self.theoretical, self.share) {
            (None, None, None) => None,
            (Some(practical), None, None) => Some(("practical_capacity", practical)),
            (None, Some(theoretical), Some(share)) => {
                if share.units <= 0 || share.units > UNIT {
                    return Err(("practical_share", "must be above 0 and at most 1".into()));
                }
                let practical = exact::times(theoretical.units, share.units).map_err(|e| ("theoretical_capacity", e.message.into()))?;
                Some(("theoretical_capacity", Amount::new(practical, theoretical.scale)))
            }
            (Some(_), _, _) => return Err(("practical_capacity", "excludes theoretical_capacity and practical_share".into())),
            (None, Some(_), None) => {
                return Err(("practical_share", "is missing: the part of theoretical_capacity that is practical".into()));
            }
            (None, None, Some(_)) => return Err(("theoretical_capacity", "is missing: practical_share is a part of it".into())),
        };
        let capacity = match minutes {
            Some((key, minutes)) if minutes.units <= 0 => return Err((key, "must be above 0".into())),
            Some((key, minutes)) => {
                let rate =
                    rate(self.ledger, minutes, decimals).map_err(|_| (key, "is too small: a minute costs more than 1.7e26".into()))?;
                Some(Capacity { minutes, rate })
            }
            None => None,
        };
        Ok(Pool { name: self.name, label: self.label, ledger: self.ledger, capacity })
    }
}

impl WrittenActivity {
    fn read(object: &Object<'_>) -> Self {
        WrittenActivity {
            name: object.text("name"),
            label: object.label("label"),
            driver: object.optional_text("driver"),
            uses: object.list("uses", |node| {
                node.object(|taken| WrittenUse {
                    pool: taken.text("pool"),
                    minutes: taken.optional_amount("minutes"),
                    price: taken.optional_amount("price"),
                })
            }),
        }
    }
}

impl WrittenUse {
    fn checked(self, places: &Places, decimals: u8) -> Wrong<Use> {
        let Some((place, has_capacity)) = places.get(&self.pool).copied() else {
            return Err(("pool", "is not one of the pools".into()));
        };
        let takes = match (self.minutes, self.price) {
            (Some(minutes), None) if minutes.units < 0 => return Err(("minutes", "must not be negative".into())),
            (None, Some(price)) if price.units < 0 => return Err(("price", "must not be negative".into())),
            (Some(_), None) if !has_capacity => {
                return Err(("minutes", "the pool has no capacity: give a price, or the pool a capacity".into()));
            }
            (None, Some(_)) if has_capacity => {
                return Err(("price", "the pool has a capacity: give minutes, or take the price from another pool".into()));
            }
            (None, Some(price)) if price.units % (UNIT / 10i128.pow(decimals.into())) != 0 => {
                return Err(("price", format!("has more than {decimals} decimals, the unit_cost_decimals of the model")));
            }
            (Some(minutes), None) => Takes::Minutes(minutes),
            (None, Some(price)) => Takes::Price(price),
            (Some(_), Some(_)) => return Err(("price", "excludes minutes".into())),
            (None, None) => return Err(("minutes", "is missing, or a price".into())),
        };
        Ok(Use { pool: place, takes })
    }
}

fn read_channel(node: &Node<'_>) -> Channel {
    node.object(|object| Channel { name: object.text("name"), label: object.label("label"), factor: object.amount("factor") })
}

/// Reports what is wrong across fields.
struct Report<'o, 'a> {
    object: &'o Object<'a>,
}

impl Report<'_, '_> {
    /// Names that no summary can have, and names that stand twice.
    fn names<'n>(&self, list: &str, names: impl Iterator<Item = &'n str> + Clone, of: Option<Name>) {
        self.object.unique(list, "name", names.clone());
        for (i, name) in names.enumerate() {
            if let Some(Err(e)) = of.map(|of| check(of, name)) {
                self.object.problem_at(&format!("{list}[{i}].name"), e.message);
            }
        }
    }

    /// Checks every item of a list; those without a problem.
    fn each<W, T>(&self, list: &str, written: Vec<W>, check: impl Fn(W) -> Wrong<T>) -> Vec<T> {
        let mut made = Vec::new();
        for (i, written) in written.into_iter().enumerate() {
            match check(written) {
                Ok(item) => made.push(item),
                Err((key, problem)) => self.object.problem_at(&format!("{list}[{i}].{key}"), problem),
            }
        }
        made
    }
}
