//! A policy and a catalogue, joined: one client against all products.

use super::catalogue::{Catalogue, boxed, no_room};
use super::column::{Column, ColumnBuilder};
use super::gate::{Operands, Product};
use super::policy::MatchingPolicy;
use super::reasons;
use super::tags::{Builder, Component, Wanted, shares};
use super::top::{better, limit, top_k};
use crate::document::parse;
use crate::error::{Error, Result};
use serde_json::Value;

/// A matching policy compiled for a catalogue. Compile once, match many clients.
#[derive(Clone, Debug)]
pub struct CompiledMatch {
    /// By bytes.
    products: Vec<Box<str>>,
    /// By product: whether it stands the gates that do not ask the client.
    open: Vec<bool>,
    pub(super) gates: Vec<Column>,
    pub(super) components: Vec<Component>,
    pub(super) minimum_score: Option<f64>,
}

/// A product offered to a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<'a> {
    /// 1 for the best.
    pub rank: u32,
    /// The product's key.
    pub product: &'a str,
    /// 0 to 1.
    pub score: f64,
    /// JSON, `{"passed": […], "score": […]}`: the ids of the gates that apply, and the contributions, which add up to the
    /// score. [`CompiledMatch::explain`] has what the gates compared.
    pub reasons: String,
}

/// What becomes of a product for a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained<'a> {
    /// Offered or not.
    pub verdict: Verdict,
    /// 1 for the best of those that match.
    pub rank: Option<u32>,
    /// The product's key.
    pub product: &'a str,
    /// 0 to 1; of an excluded product, what it would have scored.
    pub score: f64,
    /// JSON, `{"gates": […], "score": […]}` with every gate and what it compared; of an excluded product `{"excluded_by": […], "score": […]}` with every gate that says no.
    pub reasons: String,
}

/// Offered or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passes all gates and scores enough.
    Match,
    /// It does not.
    Excluded,
}

impl Verdict {
    /// Its name in SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Match => "match",
            Verdict::Excluded => "excluded",
        }
    }
}

/// Room to work in. Keep it from one client to the next.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    alive: Vec<bool>,
    rulings: Vec<bool>,
    both: Vec<f64>,
    scores: Vec<f64>,
    best: Vec<(f64, u32)>,
}

/// A client, as the policy sees him.
pub(super) struct Asked<'a> {
    pub client: &'a Value,
    pub operands: Vec<Operands<'a>>,
    pub wanted: Vec<Wanted>,
}

impl CompiledMatch {
    /// Joins a catalogue and a policy.
    pub fn compile(catalogue: &Catalogue, policy: &MatchingPolicy) -> Result<Self> {
        let listed = catalogue.products()?;
        let count = u32::try_from(listed.len()).map_err(no_room)?;
        let mut products = Vec::new();
        products.try_reserve_exact(listed.len()).map_err(no_room)?;
        let mut columns: Vec<_> = policy.gates.iter().map(ColumnBuilder::new).collect();
        let mut components: Vec<_> = policy.tags.iter().zip(shares(&policy.tags)).map(|(rule, share)| Builder::new(rule, share)).collect();
        for ((product, attributes), position) in listed.into_iter().zip(0..count) {
            products.push(boxed(product)?);
            let (key, attributes) = (Value::from(product), parse(attributes)?);
            columns.iter_mut().try_for_each(|column| column.push(Product { key: &key, attributes: &attributes }))?;
            components.iter_mut().try_for_each(|component| component.push(position, &attributes))?;
        }
        let components: Result<Vec<_>> = components.into_iter().map(|component| component.finish(products.len())).collect();
        let mut compiled = CompiledMatch {
            open: all(true, products.len())?,
            products,
            gates: columns.into_iter().map(ColumnBuilder::finish).collect::<Result<_>>()?,
            components: components?,
            minimum_score: policy.minimum_score,
        };
        compiled.close()?;
        Ok(compiled)
    }

    /// Asks the gates that depend on no client, once.
    fn close(&mut self) -> Result<()> {
        let (nobody, mut rulings) = (Value::Null, Vec::new());
        for column in self.gates.iter().filter(|column| !column.asks_client()) {
            column.rule(&column.gate.operands(&nobody)?, &mut rulings, &mut self.open)?;
        }
        Ok(())
    }

    /// The number of products.
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether there are no products.
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// The `k` best products for a client, best first; equal scores by the bytes of the product's key.
    ///
    /// `client` is an object of attributes and `k` is 1 to [`MAX_K`](super::MAX_K) (22023).
    pub fn matches(&self, client: &Value, k: i64, scratch: &mut Scratch) -> Result<Vec<Match<'_>>> {
        let k = limit(k)?;
        let asked = self.ask(client)?;
        self.judge(&asked, scratch)?;
        let Scratch { alive, scores, best, .. } = scratch;
        let stream = alive.iter().zip(scores.iter()).zip(0..).filter(|((alive, _), _)| **alive).map(|((_, score), i)| (*score, i));
        top_k(k, stream, best)?;
        let mut matches = Vec::new();
        matches.try_reserve_exact(best.len()).map_err(no_room)?;
        for ((score, i), rank) in best.iter().zip(1..) {
            let reasons = reasons::of_offer(self, &asked, *i);
            matches.push(Match { rank, product: self.product(*i), score: *score, reasons });
        }
        Ok(matches)
    }

    /// What becomes of every product for a client: the matches by rank, then the excluded, the highest score first.
    pub fn explain(&self, client: &Value, scratch: &mut Scratch) -> Result<Vec<Explained<'_>>> {
        let asked = self.ask(client)?;
        self.judge(&asked, scratch)?;
        let Scratch { alive, scores, best, .. } = scratch;
        let mut explained = Vec::new();
        explained.try_reserve_exact(self.products.len()).map_err(no_room)?;
        for verdict in [Verdict::Match, Verdict::Excluded] {
            best.clear();
            best.try_reserve(self.products.len()).map_err(no_room)?;
            let wanted = |((alive, score), i): ((&bool, &f64), u32)| (*alive == (verdict == Verdict::Match)).then_some((*score, i));
            best.extend(alive.iter().zip(scores.iter()).zip(0..).filter_map(wanted));
            best.sort_unstable_by(better);
            for ((score, i), rank) in best.iter().zip(1..) {
                let (rank, reasons) = match verdict {
                    Verdict::Match => (Some(rank), reasons::of_match(self, &asked, *i)),
                    Verdict::Excluded => (None, reasons::of_exclusion(self, &asked, *i, *score)),
                };
                explained.push(Explained { verdict, rank, product: self.product(*i), score: *score, reasons });
            }
        }
        Ok(explained)
    }

    fn product(&self, i: u32) -> &str {
        self.products.get(i as usize).map_or("", AsRef::as_ref)
    }

    /// Reads what the policy asks of the client.
    fn ask<'a>(&self, client: &'a Value) -> Result<Asked<'a>> {
        if !client.is_object() {
            return Err(Error::parameter("client must be a JSON object").hint("Pass to_jsonb(row) or jsonb_build_object(…)."));
        }
        let operands: Result<Vec<_>> = self.gates.iter().map(|column| column.gate.operands(client)).collect();
        let wanted: Result<Vec<_>> = self.components.iter().map(|component| component.wanted(client)).collect();
        Ok(Asked { client, operands: operands?, wanted: wanted? })
    }

    /// Leaves in `scratch` the score of every product and whether it matches.
    fn judge(&self, asked: &Asked<'_>, scratch: &mut Scratch) -> Result<()> {
        let Scratch { alive, rulings, both, scores, .. } = scratch;
        alive.clear();
        alive.try_reserve_exact(self.open.len()).map_err(no_room)?;
        alive.extend_from_slice(&self.open);
        for (column, operands) in self.gates.iter().zip(&asked.operands).filter(|(column, _)| column.asks_client()) {
            column.rule(operands, rulings, alive)?;
        }
        for room in [&mut *both, &mut *scores] {
            room.clear();
            room.try_reserve_exact(self.products.len()).map_err(no_room)?;
            room.resize(self.products.len(), 0.0);
        }
        for (component, wanted) in self.components.iter().zip(&asked.wanted) {
            component.contribute(wanted, both, scores);
        }
        if let Some(minimum) = self.minimum_score {
            alive.iter_mut().zip(scores.iter()).for_each(|(alive, score)| *alive &= *score >= minimum);
        }
        Ok(())
    }
}

fn all(value: bool, count: usize) -> Result<Vec<bool>> {
    let mut all = Vec::new();
    all.try_reserve_exact(count).map_err(no_room)?;
    all.resize(count, value);
    Ok(all)
}
