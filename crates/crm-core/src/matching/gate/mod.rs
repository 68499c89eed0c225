//! Gates: what a product must stand to be offered.
//!
//! | gate | key | says no |
//! |---|---|---|
//! | comparison | `is` | where two attributes do not compare as they must |
//! | condition | `condition` | where a condition of all, any and not does not hold |
//! | suitability | `suitability` | where the verdict of a rule set is none with which it may be offered |
//! | target market | `target_market` | to clients outside the product's target market |
//! | limit | `limit` | where the client would have too much of a kind after the trade |

mod column;
mod comparison;
mod condition;
mod extract;
mod limit;
mod market;
mod suitability;

pub(in crate::matching) use column::{Case, Column};
pub(in crate::matching) use comparison::{Operands, Ruling};

use super::catalogue::{KEY, no_room};
use super::json::Json;
use super::standing::Standing;
use crate::calendar::Day;
use crate::condition::{Answers, Attributes, Vocabulary};
use crate::document::Object;
use crate::error::Result;
use crate::label::Label;
use column::ColumnBuilder;
use comparison::Gate;
use condition::ConditionGate;
use limit::LimitGate;
use market::MarketGate;
use serde_json::Value;
use suitability::SuitabilityGate;

/// A product of a catalogue: its attributes, and its key as the attribute `product`.
#[derive(Clone, Copy, Debug)]
pub(in crate::matching) struct Product<'a> {
    pub key: &'a Value,
    pub attributes: &'a Value,
}

impl Attributes for Product<'_> {
    fn attribute(&self, name: &str) -> Option<&Value> {
        if name == KEY { Some(self.key) } else { self.attributes.get(name) }
    }
}

/// A gate, as the policy says it.
#[derive(Clone, Debug)]
pub(in crate::matching) enum Rule {
    Comparison(Gate),
    Judged(JudgedRule),
}

/// A gate that gives every product a code, some of which pass.
#[derive(Clone, Debug)]
pub(in crate::matching) struct JudgedRule {
    id: String,
    reason: Option<Label>,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Condition(condition::Rule),
    Suitability(suitability::Rule),
    Market(market::Rule),
    Limit(limit::Rule),
}

impl Rule {
    /// Reads a gate.
    pub fn from_object(object: &Object<'_>, vocabulary: &Vocabulary<'_>) -> Self {
        let kind = if let Some(node) = object.optional("condition") {
            condition::Rule::read(object, &node, vocabulary).map(Kind::Condition)
        } else if let Some(node) = object.optional("suitability") {
            suitability::Rule::read(&node).map(Kind::Suitability)
        } else if object.optional("target_market").is_some() {
            Some(Kind::Market(market::Rule::read(object)))
        } else if let Some(node) = object.optional("limit") {
            Some(Kind::Limit(limit::Rule::read(object, &node)))
        } else {
            return Rule::Comparison(Gate::from_object(object, vocabulary));
        };
        let (id, reason) = (object.text("id"), object.label("reason"));
        // Where it could not be read, the problems are reported and the gate is dropped with the policy.
        Rule::Judged(JudgedRule { id, reason, kind: kind.unwrap_or(Kind::Market(market::Rule::default())) })
    }

    /// Its name, in reasons.
    pub fn id(&self) -> &str {
        match self {
            Rule::Comparison(gate) => &gate.id,
            Rule::Judged(rule) => &rule.id,
        }
    }

    /// The attributes whose texts it may order.
    pub fn attributes(&self) -> Vec<&str> {
        match self {
            Rule::Comparison(gate) => gate.comparisons().flat_map(|comparison| comparison.attributes()).collect(),
            Rule::Judged(JudgedRule { kind: Kind::Condition(rule), .. }) => rule.attributes(),
            Rule::Judged(_) => Vec::new(),
        }
    }
}

/// A gate while products are added.
pub(in crate::matching) enum Builder {
    Comparison(Box<ColumnBuilder>),
    Judged(Box<Judged>),
}

/// A gate over a catalogue.
#[derive(Clone, Debug)]
pub(in crate::matching) enum Compiled {
    Comparison(Box<Column>),
    Judged(Box<Judged>),
}

/// A gate that gives every product a code, over a catalogue.
#[derive(Clone, Debug)]
pub(in crate::matching) struct Judged {
    pub id: String,
    /// Its reason, as JSON.
    pub reason: Option<String>,
    judge: Judge,
    /// By code: whether a product of it is let through.
    passing: Vec<bool>,
}

#[derive(Clone, Debug)]
enum Judge {
    Condition(ConditionGate),
    Suitability(Box<SuitabilityGate>),
    Market(MarketGate),
    Limit(LimitGate),
}

impl Builder {
    /// A gate without products, as of a day.
    pub fn new(rule: &Rule, as_of: Option<Day>) -> Result<Self> {
        Ok(match rule {
            Rule::Comparison(gate) => Builder::Comparison(Box::new(ColumnBuilder::new(gate))),
            Rule::Judged(JudgedRule { id, reason, kind }) => {
                let judge = match kind {
                    Kind::Condition(rule) => Judge::Condition(ConditionGate::new(rule)),
                    Kind::Suitability(rule) => Judge::Suitability(Box::new(SuitabilityGate::new(rule, as_of)?)),
                    Kind::Market(rule) => Judge::Market(MarketGate::new(rule)),
                    Kind::Limit(rule) => Judge::Limit(LimitGate::new(rule)),
                };
                let reason = reason.as_ref().map(|reason| reason.to_json().to_string());
                Builder::Judged(Box::new(Judged { id: id.clone(), reason, judge, passing: Vec::new() }))
            }
        })
    }

    /// Adds the next product.
    pub fn push(&mut self, product: Product<'_>) -> Result<()> {
        match self {
            Builder::Comparison(column) => column.push(product),
            Builder::Judged(judged) => match &mut judged.judge {
                Judge::Condition(gate) => gate.push(product),
                Judge::Suitability(gate) => gate.push(product),
                Judge::Market(gate) => gate.push(product),
                Judge::Limit(gate) => gate.push(product),
            },
        }
    }

    /// The gate.
    pub fn finish(self) -> Result<Compiled> {
        Ok(match self {
            Builder::Comparison(column) => Compiled::Comparison(Box::new(column.finish()?)),
            Builder::Judged(mut judged) => {
                match &mut judged.judge {
                    Judge::Condition(gate) => gate.finish(),
                    Judge::Suitability(gate) => gate.finish(),
                    Judge::Market(gate) => gate.finish(),
                    Judge::Limit(gate) => gate.finish()?,
                }
                judged.passing = (0..=u8::MAX).map(|code| judged.judge.passes(code)).collect();
                Compiled::Judged(judged)
            }
        })
    }
}

/// Room in which a gate judges a client; what it found stays there for reasons.
#[derive(Clone, Debug, Default)]
pub(in crate::matching) struct Room {
    answers: Answers,
    few: Vec<u8>,
    /// The codes of the listed products.
    found: Vec<u8>,
}

impl Judged {
    /// Gives the products that stand a code for a client and strikes off those whose code does not pass. `codes` are by product: what is
    /// in it of others means nothing.
    pub fn judge(&self, client: &Value, room: &mut Room, codes: &mut Vec<u8>, products: usize, standing: &mut Standing) -> Result<()> {
        let Room { answers, few, found } = room;
        let listed = standing.listed();
        found.clear();
        found.try_reserve(listed.len()).map_err(no_room)?;
        match &self.judge {
            Judge::Condition(gate) => gate.judge(client, answers, listed, found)?,
            Judge::Suitability(gate) => gate.judge(client, answers, listed, found)?,
            Judge::Market(gate) => gate.judge(client, answers, few, listed, found)?,
            Judge::Limit(gate) => gate.judge(client, few, listed, found)?,
        }
        codes.try_reserve(products.saturating_sub(codes.len())).map_err(no_room)?;
        codes.resize(products, 0);
        for (product, code) in listed.iter().zip(found) {
            if let Some(of_product) = codes.get_mut(*product as usize) {
                *of_product = *code;
            }
        }
        let code = |product: usize| codes.get(product).and_then(|code| self.passing.get(usize::from(*code))).copied();
        standing.keep(|product| code(product).unwrap_or(false));
        Ok(())
    }

    /// Whether a product of this code is let through.
    pub fn passes(&self, code: u8) -> bool {
        self.passing.get(usize::from(code)).copied().unwrap_or(false)
    }

    /// Whether the gate is about a product of this code at all.
    pub fn applies(&self, code: u8) -> bool {
        !matches!(&self.judge, Judge::Condition(gate) if !gate.applies(code))
    }

    /// Whether an offer has a remark of the gate's.
    pub fn has_remarks(&self) -> bool {
        matches!(&self.judge, Judge::Suitability(_))
    }

    /// In the short reasons of an offer: what they should know who make it.
    pub fn remark(&self, json: &mut Json, room: &Room, product: u32, code: u8) {
        if let Judge::Suitability(gate) = &self.judge {
            gate.remark(json, &self.id, &room.answers, product, code);
        }
    }

    /// The gate, what it saw of a product and a client, and what it says.
    pub fn entry(&self, json: &mut Json, client: &Value, product: u32, code: u8) -> Result<()> {
        json.open();
        if !self.applies(code) {
            json.key("applies").raw("false");
        }
        json.key("gate").text(&self.id);
        let passes = self.passes(code);
        match &self.judge {
            Judge::Condition(gate) => gate.entry(json, client, product, code)?,
            Judge::Suitability(gate) => gate.entry(json, client, product, code)?,
            Judge::Market(gate) => gate.entry(json, client, product, code)?,
            Judge::Limit(gate) => gate.entry(json, client, product, code)?,
        }
        if let (false, Some(reason)) = (passes, &self.reason) {
            json.key("reason").raw(reason);
        }
        json.close();
        Ok(())
    }
}

impl Judge {
    /// Whether a product of this code is let through.
    fn passes(&self, code: u8) -> bool {
        match self {
            Judge::Condition(gate) => gate.passes(code),
            Judge::Suitability(gate) => gate.passes(code),
            Judge::Market(gate) => gate.passes(code),
            Judge::Limit(gate) => gate.passes(code),
        }
    }
}
