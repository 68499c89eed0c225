//! A gate that asks what a client would have of a kind after the trade.

use super::Product;
use crate::amount::Amount;
use crate::condition::Attributes;
use crate::document::{Node, Object};
use crate::error::Result;
use crate::exact;
use crate::matching::catalogue::{boxed, no_room};
use crate::matching::json::Json;
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
            if at_most.units < 0 || at_most.units > 1_000_000_000_000 {
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

const WITHIN: u8 = 0;
const OVER: u8 = 1;
const MISSING: u8 = 2;
const INCOMPARABLE: u8 = 3;

/// The gate over a catalogue: products of one group of which as much is bought share a case.
#[derive(Clone, Debug)]
pub(super) struct LimitGate {
    rule: Rule,
    cases: Vec<Case>,
    case_of: Vec<u32>,
    known: HashMap<Case, u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Case {
    group: Group,
    bought: Given,
}

/// What a product counts to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Group {
    Missing,
    Odd,
    Name(Box<str>),
}

impl Group {
    fn read(value: Option<&Value>) -> Result<Self> {
        Ok(match value {
            None | Some(Value::Null) => Group::Missing,
            Some(Value::String(text)) => Group::Name(boxed(text)?),
            Some(Value::Number(number)) => Group::Name(boxed(number.as_str())?),
            Some(_) => Group::Odd,
        })
    }

    fn name(&self) -> Option<&str> {
        match self {
            Group::Name(name) => Some(name),
            _ => None,
        }
    }
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

/// What a client would have, and what is measured by.
struct After {
    exposure: i128,
    bought: i128,
    whole: i128,
}

impl LimitGate {
    pub(super) fn new(rule: &Rule) -> Self {
        LimitGate { rule: rule.clone(), cases: Vec::new(), case_of: Vec::new(), known: HashMap::new() }
    }

    pub(super) fn push(&mut self, product: Product<'_>) -> Result<()> {
        let group = Group::read(product.attribute(&self.rule.group))?;
        let bought = match &self.rule.bought {
            Bought::Product(name) => Given::read(product.attribute(name)),
            _ => Given::Missing,
        };
        let next = u32::try_from(self.cases.len()).map_err(no_room)?;
        self.known.try_reserve(1).map_err(no_room)?;
        let case = Case { group, bought };
        let at = match self.known.get(&case) {
            Some(at) => *at,
            None => {
                self.cases.try_reserve(1).map_err(no_room)?;
                self.cases.push(case.clone());
                self.known.insert(case, next);
                next
            }
        };
        self.case_of.try_reserve(1).map_err(no_room)?;
        self.case_of.push(at);
        Ok(())
    }

    pub(super) fn finish(&mut self) {
        self.known = HashMap::new();
    }

    pub(super) fn judge(&self, client: &Value, few: &mut Vec<u8>, codes: &mut Vec<u8>) -> Result<()> {
        few.clear();
        few.try_reserve(self.cases.len()).map_err(no_room)?;
        few.extend(self.cases.iter().map(|case| match self.after(client, case) {
            Ok(after) if after.within(&self.rule) => WITHIN,
            Ok(_) => OVER,
            Err(code) => code,
        }));
        codes.extend(self.case_of.iter().map(|case| few.get(*case as usize).copied().unwrap_or(INCOMPARABLE)));
        Ok(())
    }

    /// What the client would have; or the code that says why it cannot be said.
    fn after(&self, client: &Value, case: &Case) -> std::result::Result<After, u8> {
        let amount = |given| match given {
            Given::Amount(units) => Ok(units),
            Given::Missing => Err(MISSING),
            Given::Odd => Err(INCOMPARABLE),
        };
        let exposure = match (&case.group, client.get(&self.rule.exposures)) {
            (Group::Odd, _) => Err(INCOMPARABLE),
            (_, None | Some(Value::Null)) => Err(MISSING),
            (Group::Missing, Some(Value::Object(_))) => Err(MISSING),
            // Who has nothing of the group has no entry.
            (Group::Name(group), Some(Value::Object(exposures))) => {
                exposures.get(group.as_ref()).map_or(Ok(0), |value| amount(Given::read(Some(value))))
            }
            (_, Some(_)) => Err(INCOMPARABLE),
        };
        let bought = match &self.rule.bought {
            Bought::Client(name) => amount(Given::read(client.get(name))),
            Bought::Product(_) => amount(case.bought),
            Bought::Value(value) => Ok(value.units),
        };
        match (exposure, bought, amount(Given::read(client.get(&self.rule.whole)))) {
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

    pub(super) fn entry(&self, json: &mut Json, client: &Value, product: u32, code: u8) {
        let case = self.case_of.get(product as usize).and_then(|case| self.cases.get(*case as usize));
        let number = |units: i128| Amount::new(units, 0).to_string();
        json.key("at_most").raw(&number(self.rule.at_most.units));
        if let Some(Ok(After { exposure, bought, whole })) = case.map(|case| self.after(client, case)) {
            json.key("bought").raw(&number(bought));
            json.key("exposure").raw(&number(exposure));
            json.key("whole").raw(&number(whole));
        }
        json.key("group").value(&case.and_then(|case| case.group.name()).map_or(Value::Null, Value::from));
        if !self.passes(code) {
            json.key("ground").text(match code {
                OVER => "limit",
                MISSING => "missing",
                _ => "incomparable",
            });
        }
    }
}

impl After {
    /// `exposure + bought <= at_most · whole`, exactly. Of a whole that is not positive nothing is within.
    fn within(&self, rule: &Rule) -> bool {
        let sum = |one: i128, other: i128| ethnum::I256::from(one) + ethnum::I256::from(other);
        let whole = if rule.new_money { sum(self.whole, self.bought) } else { ethnum::I256::from(self.whole) };
        let Ok(whole) = exact::units(whole) else { return false };
        whole > 0
            && sum(self.exposure, self.bought) * ethnum::I256::from(1_000_000_000_000i128) <= exact::product(rule.at_most.units, whole)
    }
}
