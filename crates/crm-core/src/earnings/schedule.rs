//! Fee schedules: what an order costs, from which day on.

use super::commission::{COMMISSION, MINIMUM, SIDES, Side};
use crate::amount::{Amount, DECIMALS, UNIT, overflow};
use crate::calendar::Day;
use crate::document::{Object, Problem, check_kind, read_kind};
use crate::error::{Error, Result};
use crate::label::Label;
use ethnum::U256;
use serde_json::{Value, json};
use std::collections::HashSet;

const KIND: &str = "fee_schedule";

/// A rate, as a whole number over a power of ten that is as small as it can be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rate {
    digits: u64,
    decimals: u8,
}

impl Rate {
    /// A rate from 0 to 1, given in units.
    pub(super) fn new(units: i128) -> Self {
        let mut rate = Rate { digits: units.clamp(0, UNIT) as u64, decimals: DECIMALS };
        while rate.decimals > 0 && rate.digits.is_multiple_of(10) {
            rate = Rate { digits: rate.digits / 10, decimals: rate.decimals - 1 };
        }
        rate
    }

    /// The rate as a decimal.
    pub(super) fn decimal(self) -> Amount {
        Amount::new(i128::from(self.digits) * (UNIT / 10i128.pow(self.decimals.into())), self.decimals)
    }

    /// The fee on a turnover, which is not negative: rounded half up to so many decimals.
    pub(super) fn fee(self, turnover: Amount, decimals: u8) -> Result<Amount> {
        let unit = 10u128.pow((DECIMALS - decimals).into());
        let divisor = 10u128.pow(self.decimals.into()) * unit;
        let turnover = turnover.units.unsigned_abs();
        let rounded = match turnover.checked_mul(self.digits.into()).and_then(|product| product.checked_add(divisor / 2)) {
            Some(sum) => sum / divisor,
            // At most 2^127 · 2^40 and as much again.
            None => ((U256::from(turnover) * U256::from(self.digits) + U256::from(divisor / 2)) / U256::from(divisor)).as_u128(),
        };
        let units = rounded.checked_mul(unit).and_then(|units| i128::try_from(units).ok()).ok_or_else(overflow)?;
        Ok(Amount::new(units, decimals))
    }
}

/// Who pays a charge in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bearer {
    /// The broker, out of his commission.
    Broker,
    /// The client, on top of it.
    Client,
}

/// What somebody else gets of an order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Charge {
    pub(super) name: String,
    pub(super) label: Option<Label>,
    pub(super) rate: Rate,
    /// None for both.
    side: Option<Side>,
    pub(super) borne_by: Bearer,
}

impl Charge {
    pub(super) fn falls_on(&self, side: Side) -> bool {
        self.side.is_none_or(|only| only == side)
    }
}

/// The broker's commission.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Commission {
    pub(super) rate: Rate,
    /// Of an order.
    pub(super) minimum: Option<Amount>,
    pub(super) label: Option<Label>,
    pub(super) minimum_label: Option<Label>,
}

/// What holds from a day on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Period {
    from: Day,
    pub(super) commission: Commission,
    pub(super) charges: Vec<Charge>,
}

/// A fee schedule: periods, each from its day until the next.
#[derive(Clone, Debug, PartialEq)]
pub struct FeeSchedule {
    /// Decimals that each fee is rounded to.
    pub(super) decimals: u8,
    periods: Vec<Period>,
}

impl FeeSchedule {
    /// Reads a schedule (22023 with the path of what is wrong).
    pub fn read(schedule: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, schedule, Self::from_object)
            .map_err(|e| e.hint("select * from crm.fee_schedule_check(schedule) lists every problem."))
    }

    /// Every problem of a schedule.
    pub fn problems(schedule: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, schedule, Self::from_object).err().unwrap_or_default()
    }

    /// The period in force on a day; a day before the first is an error (22023).
    pub(super) fn period(&self, day: Day) -> Result<&Period> {
        let begun = self.periods.partition_point(|period| period.from <= day);
        begun.checked_sub(1).and_then(|last| self.periods.get(last)).ok_or_else(|| {
            let first = self.periods.first().map(|period| period.from.to_string()).unwrap_or_default();
            Error::parameter(format!("the day is before {first}, when the first period of the fee schedule begins"))
                .hint("Add the rates of the time before as a period, or filter the rows.")
        })
    }

    fn from_object(object: &Object<'_>) -> Self {
        let decimals = object.optional_integer("decimals", 0..=DECIMALS.into()).unwrap_or(2) as u8;
        let periods = object.list("periods", |node| node.object(read_period));
        let schedule = FeeSchedule { decimals, periods };
        if object.is_clean() {
            schedule.check(object);
        }
        schedule
    }

    fn check(&self, object: &Object<'_>) {
        if self.periods.is_empty() {
            object.problem("periods", "must not be empty");
        }
        for (i, period) in self.periods.iter().enumerate() {
            if !(Day::from_civil(1, 1, 1)..=Day::from_civil(9999, 12, 31)).contains(&Some(period.from)) {
                object.problem_at(&format!("periods[{i}].from"), "must be a date from 0001-01-01 to 9999-12-31");
            }
        }
        for (i, pair) in self.periods.windows(2).enumerate() {
            if let [before, period] = pair
                && period.from <= before.from
            {
                let problem = format!("must be after {}, when the period before it begins", before.from);
                object.problem_at(&format!("periods[{}].from", i + 1), problem);
            }
        }
        for (i, period) in self.periods.iter().enumerate() {
            let mut seen = HashSet::new();
            for (j, charge) in period.charges.iter().enumerate() {
                let path = format!("periods[{i}].charges[{j}].name");
                let twice =
                    SIDES.iter().filter(|(_, side)| charge.falls_on(*side) && !seen.insert((side, charge.name.as_str()))).count() > 0;
                if charge.name == COMMISSION || charge.name == MINIMUM {
                    object.problem_at(&path, format!("must not be \"{}\", which the commission itself has", charge.name));
                } else if twice {
                    object.problem_at(&path, "stands twice for the same side");
                }
            }
        }
    }

    /// A worked example, to be edited: what is charged on an order of Chinese A-shares, in two periods.
    pub fn example() -> Value {
        let commission = json!({
            "rate": 0.00025, "minimum": 5,
            "label": {"en": "Commission", "zh": "佣金"}, "minimum_label": {"en": "Raised to the minimum", "zh": "补足最低佣金"},
        });
        let charge = |name: &str, zh: &str, rate: f64, borne_by: &str| {
            let en = name[..1].to_uppercase() + &name[1..];
            json!({"name": name, "label": {"en": en, "zh": zh}, "rate": rate, "borne_by": borne_by})
        };
        let period = |from: &str, handling: f64, stamp_duty: f64| {
            let mut duty = charge("stamp duty", "印花税", stamp_duty, "client");
            duty["side"] = "sell".into();
            let charges = [
                charge("handling fee", "经手费", handling, "broker"),
                charge("regulatory fee", "证管费", 0.00002, "broker"),
                charge("transfer fee", "过户费", 0.00001, "client"),
                duty,
            ];
            json!({"from": from, "commission": commission, "charges": charges})
        };
        json!({
            "kind": KIND,
            "version": 1,
            "name": "A-shares, example",
            "note": "Example data, to be edited: compare every rate with the notices of the exchange, the depository and the tax office, \
                and set the commission and who bears a charge as your contracts say.",
            "decimals": 2,
            "periods": [period("2022-04-29", 0.0000487, 0.001), period("2023-08-28", 0.0000341, 0.0005)],
        })
    }
}

fn read_period(object: &Object<'_>) -> Period {
    object.optional_text("note");
    Period {
        from: object.day("from"),
        commission: object.node("commission").map(|node| node.object(read_commission)).unwrap_or_default(),
        charges: object.list("charges", |node| node.object(read_charge)),
    }
}

fn read_commission(object: &Object<'_>) -> Commission {
    let minimum = object.optional("minimum").map(|node| {
        let minimum = node.amount();
        if minimum.units < 0 {
            node.problem("must not be negative");
        }
        minimum
    });
    Commission { rate: read_rate(object), minimum, label: object.label("label"), minimum_label: object.label("minimum_label") }
}

fn read_charge(object: &Object<'_>) -> Charge {
    object.optional_text("note");
    let bearers = [("broker", Bearer::Broker), ("client", Bearer::Client)];
    Charge {
        name: object.text("name"),
        label: object.label("label"),
        rate: read_rate(object),
        side: object.optional("side").and_then(|node| node.choice(&SIDES)),
        borne_by: object.choice("borne_by", &bearers).unwrap_or(Bearer::Broker),
    }
}

fn read_rate(object: &Object<'_>) -> Rate {
    let Some(node) = object.node("rate") else { return Rate::default() };
    let rate = node.amount();
    if !(0..=UNIT).contains(&rate.units) {
        node.problem("must be from 0 to 1: a fraction of the turnover, 0.00025 for 0.025 %");
    }
    Rate::new(rate.units)
}
