//! A gate that asks what a client would have of a kind after the trade.

use super::Product;
use super::extract::Extract;
use crate::amount::Amount;
use crate::condition::Attributes;
use crate::document::{Node, Object};
use crate::error::Result;
use crate::exact;
use crate::matching::catalogue::no_room;
use crate::matching::json::Json;
use crate::matching::places::Places;
use ethnum::I256;
use serde_json::Value;
use std::collections::HashMap;

/// `(exposure + bought) / whole <= at_most`, the exposure being what the client has of the product's group already.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// The attribute of the product that says what it counts to, such as its issuer.
    group: String,
    /// The attribute of the client with what he has of each group, an object.
    exposures: String,
    bought: Bought,
    /// The attribute of the client with what all of it is measured by, such as his assets.
    whole: String,
    /// Whether what is bought is paid with new money, and adds to the whole.
    new_money: bool,
    at_most: Amount,
    missing_passes: bool,
}

/// What is bought.
#[derive(Clone, Debug)]
enum Bought {
    Client(String),
    Product(String),
    Value(Amount),
}

impl Rule {
    pub(super) fn read(gate: &Object<'_>, node: &Node<'_>) -> Self {
        let missing = gate.optional("missing").and_then(|node| node.choice(&[("exclude", false), ("pass", true)]));
        let rule = node.object(|object| {
            let bought = object.node("bought").map(|node| {
                let key = ["client", "product"].into_iter().find(|key| node.value().get(key).is_some());
                node.object(|bought| match key {
                    Some("client") => Bought::Client(bought.text("client")),
                    Some(_) => Bought::Product(bought.text("product")),
                    None => Bought::Value(bought.amount("value")),
                })
            });
            let at_most = object.amount("at_most");
            if at_most.units < 0 || at_most.units > crate::amount::UNIT {
                object.problem("at_most", "must be from 0 to 1: a share of the whole");
            }
            Rule {
                group: object.text("group"),
                exposures: object.text("exposures"),
                bought: bought.unwrap_or(Bought::Value(Amount::ZERO)),
                whole: object.text("whole"),
                new_money: object.optional_boolean("new_money").unwrap_or(false),
                at_most,
                missing_passes: false,
            }
        });
        Rule { missing_passes: missing.unwrap_or(false), ..rule }
    }
}

/// One, in units of an amount.
const UNIT: I256 = I256::new(crate::amount::UNIT);

const WITHIN: u8 = 0;
const OVER: u8 = 1;
const MISSING: u8 = 2;
const INCOMPARABLE: u8 = 3;

/// The gate over a catalogue: products of one group of which as much is bought share a case.
#[derive(Clone, Debug)]
pub(super) struct LimitGate {
    rule: Rule,
    groups: Vec<String>,
    places: Places,
    cases: Vec<Case>,
    case_of: Vec<u32>,
    known_groups: HashMap<String, u32>,
    shown: Extract,
    known: HashMap<Case, u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Case {
    group: Group,
    bought: Given,
}

/// What a product counts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Group {
    Missing,
    Odd,
    /// The place in the list of groups.
    At(u32),
}

/// An amount that somebody is to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Given {
    Missing,
    Odd,
    Amount(i128),
}

impl Given {
    fn read(value: Option<&Value>) -> Self {
        match value {
            None | Some(Value::Null) => Given::Missing,
            Some(Value::Number(number)) => Amount::parse(number.as_str()).map_or(Given::Odd, |amount| Given::Amount(amount.units)),
            Some(_) => Given::Odd,
        }
    }
}

/// A client, as the gate sees him.
struct Seen {
    /// Nothing (missing), an object of exposures (an amount), or something else.
    exposures: Given,
    /// What he has of each group: by its place.
    of_groups: Vec<Given>,
    bought: Given,
    whole: Given,
}

/// What a client would have, and what it is measured by.
struct After {
    exposure: i128,
    bought: i128,
    whole: i128,
}

impl LimitGate {
    pub(super) fn new(rule: &Rule) -> Self {
        let (groups, cases, case_of, mut shown) = (Vec::new(), Vec::new(), Vec::new(), Extract::default());
        shown.ask_name(&rule.group);
        if let Bought::Product(name) = &rule.bought {
            shown.ask_name(name);
        }
        LimitGate {
            rule: rule.clone(),
            groups,
            places: Places::default(),
            cases,
            case_of,
            known_groups: HashMap::new(),
            shown,
            known: HashMap::new(),
        }
    }

    pub(super) fn push(&mut self, product: Product<'_>) -> Result<()> {
        self.shown.push(product)?;
        let group = match product.attribute(&self.rule.group) {
            None | Some(Value::Null) => Group::Missing,
            Some(Value::String(text)) => Group::At(self.place(text)?),
            Some(Value::Number(number)) => Group::At(self.place(number.as_str())?),
            Some(_) => Group::Odd,
        };
        let bought = match &self.rule.bought {
            Bought::Product(name) => Given::read(product.attribute(name)),
            Bought::Client(_) => Given::Missing,
            Bought::Value(value) => Given::Amount(value.units),
        };
        let next = u32::try_from(self.cases.len()).map_err(no_room)?;
        self.known.try_reserve(1).map_err(no_room)?;
        let of_case = Case { group, bought };
        let case = *self.known.entry(of_case).or_insert(next);
        if case == next {
            self.cases.try_reserve(1).map_err(no_room)?;
            self.cases.push(of_case);
        }
        self.case_of.try_reserve(1).map_err(no_room)?;
        self.case_of.push(case);
        Ok(())
    }

    /// The place of a group in the list, a new one if need be.
    fn place(&mut self, group: &str) -> Result<u32> {
        if let Some(place) = self.known_groups.get(group) {
            return Ok(*place);
        }
        let next = u32::try_from(self.groups.len()).map_err(no_room)?;
        self.known_groups.try_reserve(1).map_err(no_room)?;
        self.known_groups.insert(group.to_string(), next);
        self.groups.try_reserve(1).map_err(no_room)?;
        self.groups.push(group.to_string());
        Ok(next)
    }

    pub(super) fn finish(&mut self) -> Result<()> {
        self.shown.finish();
        self.places = Places::new(self.groups.len(), |place| self.groups.get(place as usize).map(String::as_str))?;
        (self.known_groups, self.known) = (HashMap::new(), HashMap::new());
        Ok(())
    }

    pub(super) fn judge(&self, client: &Value, few: &mut Vec<u8>, listed: &[u32], codes: &mut Vec<u8>) -> Result<()> {
        let seen = self.see(client)?;
        // Of a whole that does not depend on what is bought, the most that he may have, cut off at the last unit, is the same for all.
        let most = match (seen.whole, self.rule.new_money) {
            (Given::Amount(whole), false) if whole > 0 => exact::product(self.rule.at_most.units, whole).div_euclid(UNIT).try_into().ok(),
            _ => None::<i128>,
        };
        let code = |case: &Case| match (self.after(&seen, case), most) {
            (Ok(After { exposure, bought, .. }), Some(most)) => match exposure.checked_add(bought) {
                Some(sum) if sum <= most => WITHIN,
                _ => OVER,
            },
            (Ok(after), None) => {
                if after.within(&self.rule) {
                    WITHIN
                } else {
                    OVER
                }
            }
            (Err(code), _) => code,
        };
        let case_of = |product: &u32| self.case_of.get(*product as usize).map_or(usize::MAX, |case| *case as usize);
        if listed.len() < self.cases.len() {
            codes.extend(listed.iter().map(|product| self.cases.get(case_of(product)).map_or(INCOMPARABLE, code)));
        } else {
            few.clear();
            few.try_reserve(self.cases.len()).map_err(no_room)?;
            few.extend(self.cases.iter().map(code));
            codes.extend(listed.iter().map(|product| few.get(case_of(product)).copied().unwrap_or(INCOMPARABLE)));
        }
        Ok(())
    }

    /// Reads what the client gives.
    fn see(&self, client: &Value) -> Result<Seen> {
        let held = client.get(&self.rule.exposures);
        let exposures = match held {
            None | Some(Value::Null) => Given::Missing,
            Some(Value::Object(_)) => Given::Amount(0),
            Some(_) => Given::Odd,
        };
        let mut of_groups = Vec::new();
        of_groups.try_reserve_exact(self.groups.len()).map_err(no_room)?;
        if let Some(Value::Object(held)) = held {
            // Who has nothing of the group has no entry.
            of_groups.resize(self.groups.len(), Given::Amount(0));
            for (group, value) in held {
                let place = self.places.find(group, |place| self.groups.get(place as usize).map(String::as_str));
                if let Some(of_group) = place.and_then(|place| of_groups.get_mut(place as usize)) {
                    *of_group = Given::read(Some(value));
                }
            }
        }
        let bought = match &self.rule.bought {
            Bought::Client(name) => Given::read(client.get(name)),
            _ => Given::Missing,
        };
        Ok(Seen { exposures, of_groups, bought, whole: Given::read(client.get(&self.rule.whole)) })
    }

    /// What the client would have; or the code that says why it cannot be said.
    fn after(&self, seen: &Seen, case: &Case) -> std::result::Result<After, u8> {
        let amount = |given| match given {
            Given::Amount(units) => Ok(units),
            Given::Missing => Err(MISSING),
            Given::Odd => Err(INCOMPARABLE),
        };
        let exposure = match (case.group, amount(seen.exposures)) {
            (Group::Odd, _) => Err(INCOMPARABLE),
            (_, Err(code)) => Err(code),
            (Group::Missing, Ok(_)) => Err(MISSING),
            (Group::At(place), Ok(_)) => amount(seen.of_groups.get(place as usize).copied().unwrap_or(Given::Missing)),
        };
        let bought = amount(if matches!(self.rule.bought, Bought::Client(_)) { seen.bought } else { case.bought });
        match (exposure, bought, amount(seen.whole)) {
            (Ok(exposure), Ok(bought), Ok(whole)) => Ok(After { exposure, bought, whole }),
            // What does not compare comes before what is missing, which may pass.
            (exposure, bought, whole) => {
                Err([exposure, bought, whole].into_iter().filter_map(|given| given.err()).max().unwrap_or(MISSING))
            }
        }
    }

    pub(super) fn passes(&self, code: u8) -> bool {
        code == WITHIN || (code == MISSING && self.rule.missing_passes)
    }

    pub(super) fn entry(&self, json: &mut Json, client: &Value, product: u32, code: u8) -> Result<()> {
        let seen = self.see(client)?;
        let case = self.case_of.get(product as usize).and_then(|case| self.cases.get(*case as usize));
        let number = |units: i128| Amount::new(units, 0).to_string();
        json.key("at_most").raw(&number(self.rule.at_most.units));
        let group = case.and_then(|case| match case.group {
            Group::At(place) => self.groups.get(place as usize),
            Group::Missing | Group::Odd => None,
        });
        match case.map(|case| self.after(&seen, case)) {
            Some(Ok(After { exposure, bought, whole })) => {
                json.key("bought").raw(&number(bought));
                json.key("exposure").raw(&number(exposure));
                json.key("group").optional_text(group.map(String::as_str));
                json.key("whole").raw(&number(whole));
            }
            // As they are written: one of them is what does not compare.
            Some(Err(INCOMPARABLE)) => {
                let of_product = self.shown.of(product);
                match &self.rule.bought {
                    Bought::Client(name) => json.key("bought").short(client.get(name)),
                    Bought::Product(name) => json.key("bought").short(of_product.get(name)),
                    Bought::Value(amount) => json.key("bought").raw(&number(amount.units)),
                }
                // What is held of other groups is not shown.
                let exposure = match client.get(&self.rule.exposures) {
                    Some(Value::Object(held)) => group.and_then(|group| held.get(group)),
                    held => held,
                };
                json.key("exposure").short(exposure);
                json.key("group").short(of_product.get(&self.rule.group));
                json.key("whole").short(client.get(&self.rule.whole));
            }
            _ => json.key("group").optional_text(group.map(String::as_str)),
        }
        if !self.passes(code) {
            json.key("ground").text(match code {
                OVER => "limit",
                MISSING => "missing",
                _ => "incomparable",
            });
        }
        Ok(())
    }
}

impl After {
    /// `exposure + bought <= at_most · whole`, exactly. Of a whole that is not positive nothing is within.
    fn within(&self, rule: &Rule) -> bool {
        let sum = |one: i128, other: i128| I256::from(one) + I256::from(other);
        let whole = if rule.new_money { sum(self.whole, self.bought) } else { I256::from(self.whole) };
        let Ok(whole) = exact::units(whole) else { return false };
        whole > 0 && sum(self.exposure, self.bought) * UNIT <= exact::product(rule.at_most.units, whole)
    }
}
