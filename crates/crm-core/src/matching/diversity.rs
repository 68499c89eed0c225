//! Diversity: maximal marginal relevance, so that the best products are not five of a kind.

use super::catalogue::no_room;
use super::json::Json;
use super::tags::{self, TagRule, Wanted};
use crate::Pause;
use crate::document::Object;
use crate::error::Result;
use serde_json::Value;
use std::cell::RefCell;

/// Of each next product λ · relevance − (1 − λ) · similarity to the most similar one chosen before is greatest (Carbonell & Goldstein,
/// "The use of MMR, diversity-based reranking", SIGIR 1998). Relevance is the priority over the highest one, not below 0.
#[derive(Clone, Debug)]
pub(super) struct Diversity {
    lambda: f64,
    tags: TagRule,
}

impl Diversity {
    pub(super) fn from_object(object: &Object<'_>) -> Self {
        Diversity { lambda: object.number("lambda", 0.0..=1.0), tags: TagRule::among_products(object) }
    }
}

/// While products are added.
pub(super) struct Builder {
    rule: Diversity,
    tags: tags::Builder,
    attributes: Vec<Value>,
}

/// The diversity of a catalogue.
#[derive(Clone, Debug)]
pub(super) struct Diversifier {
    lambda: f64,
    tags: tags::Component,
    /// By product: its tags.
    own: Vec<Wanted>,
    known: RefCell<Known>,
}

/// What products have in common, as far as it was asked for: the same for all clients.
#[derive(Clone, Debug, Default)]
struct Known {
    /// By product: how similar every product is to it.
    rows: Vec<Option<Box<[f64]>>>,
    kept: usize,
    /// Of a product that there was no room to keep.
    passing: Vec<f64>,
    both: Vec<f64>,
}

/// A product chosen, and why it came next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub product: u32,
    pub relevance: f64,
    /// The most similar of those chosen before, and how similar it is.
    pub nearest: Option<(u32, f64)>,
}

impl Builder {
    pub(super) fn new(rule: &Diversity) -> Self {
        Builder { rule: rule.clone(), tags: tags::Builder::new(&rule.tags, 1.0), attributes: Vec::new() }
    }

    pub(super) fn push(&mut self, position: u32, attributes: &Value) -> Result<()> {
        self.tags.push(position, attributes)?;
        self.attributes.try_reserve(1).map_err(no_room)?;
        self.attributes.push(self.rule.tags.extract(attributes));
        Ok(())
    }

    pub(super) fn finish(self, products: usize) -> Result<Diversifier> {
        let tags = self.tags.finish(products)?;
        let own = self.attributes.iter().map(|attributes| tags.wanted(attributes)).collect::<Result<_>>()?;
        Ok(Diversifier { lambda: self.rule.lambda, tags, own, known: RefCell::default() })
    }
}

/// Room to work in.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    /// Those that match and are not chosen yet, in the order of the products.
    candidates: Vec<Candidate>,
}

/// Numbers that are kept of what products have in common: 64 MB.
const KEPT: usize = 8 << 20;

#[derive(Clone, Copy, Debug)]
struct Candidate {
    product: u32,
    priority: f64,
    relevance: f64,
    /// How similar the most similar of those chosen is, and which that is.
    similarity: f64,
    nearest: u32,
}

impl Diversifier {
    /// The `k` products that come first, from those that are alive.
    pub(super) fn choose(
        &self,
        k: usize,
        alive: &[bool],
        priorities: &[f64],
        room: &mut Room,
        chosen: &mut Vec<Choice>,
        pause: Pause<'_>,
    ) -> Result<()> {
        let candidates = &mut room.candidates;
        let mut known = self.known.borrow_mut();
        chosen.clear();
        candidates.clear();
        candidates.try_reserve(alive.len()).map_err(no_room)?;
        let alive = alive.iter().zip(priorities).zip(0u32..).filter(|((alive, _), _)| **alive);
        candidates.extend(alive.map(|((_, priority), product)| Candidate {
            product,
            priority: *priority,
            relevance: 0.0,
            similarity: 0.0,
            nearest: u32::MAX,
        }));
        let best = candidates.iter().fold(0.0, |best: f64, candidate| best.max(candidate.priority));
        if best > 0.0 {
            candidates.iter_mut().for_each(|candidate| candidate.relevance = (candidate.priority / best).max(0.0));
        }
        while chosen.len() < k {
            let Some((at, next)) = self.next(candidates) else { break };
            chosen.try_reserve(1).map_err(no_room)?;
            let nearest = (next.nearest != u32::MAX).then_some((next.nearest, next.similarity));
            chosen.push(Choice { product: next.product, relevance: next.relevance, nearest });
            candidates.remove(at);
            if chosen.len() < k {
                let similar = self.similar(next.product, &mut known)?;
                for candidate in candidates.iter_mut() {
                    let similarity = similar.get(candidate.product as usize).copied().unwrap_or(0.0);
                    if similarity > candidate.similarity {
                        (candidate.similarity, candidate.nearest) = (similarity, next.product);
                    }
                }
                pause();
            }
        }
        Ok(())
    }

    /// How similar every product is to one.
    fn similar<'k>(&self, product: u32, known: &'k mut Known) -> Result<&'k [f64]> {
        let Known { rows, kept, passing, both } = known;
        let (at, products) = (product as usize, self.own.len());
        if rows.len() < products {
            rows.try_reserve_exact(products).map_err(no_room)?;
            rows.resize_with(products, || None);
        }
        let (Some(row), Some(own)) = (rows.get_mut(at), self.own.get(at)) else { return Ok(&[]) };
        if row.is_none() {
            for numbers in [&mut *both, &mut *passing] {
                numbers.clear();
                numbers.try_reserve_exact(products).map_err(no_room)?;
                numbers.resize(products, 0.0);
            }
            self.tags.contribute(own, both, passing);
            if (*kept + 1) * products <= KEPT {
                *row = Some(std::mem::take(passing).into_boxed_slice());
                *kept += 1;
            }
        }
        Ok(row.as_deref().unwrap_or(passing))
    }

    /// The one of greatest value; of equal value the one of higher priority, then the one that stands first.
    fn next(&self, candidates: &[Candidate]) -> Option<(usize, Candidate)> {
        let mut best: Option<(f64, usize, Candidate)> = None;
        for (at, candidate) in candidates.iter().enumerate() {
            let value = self.lambda * candidate.relevance - (1.0 - self.lambda) * candidate.similarity;
            if best.is_none_or(|(most, _, its)| value > most || (value == most && candidate.priority > its.priority)) {
                best = Some((value, at, *candidate));
            }
        }
        best.map(|(_, at, candidate)| (at, candidate))
    }

    /// Why a product came next; `name` finds the key of a product.
    pub(super) fn explain<'n>(&self, choice: &Choice, name: impl Fn(u32) -> &'n str, json: &mut Json) {
        json.key("diversity");
        json.open();
        if let Some((nearest, _)) = choice.nearest {
            json.key("nearest").text(name(nearest));
        }
        let similarity = choice.nearest.map_or(0.0, |(_, similarity)| similarity);
        json.key("relevance").number(choice.relevance);
        json.key("similarity").number(similarity);
        json.key("value").number(self.lambda * choice.relevance - (1.0 - self.lambda) * similarity);
        json.close();
    }
}
