//! Diversity: maximal marginal relevance, so that the best products are not five of a kind.

use super::catalogue::no_room;
use super::json::Json;
use super::tags::{self, TagRule, Wanted};
use crate::Pause;
use crate::document::Object;
use crate::error::Result;
use serde_json::Value;

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
        Ok(Diversifier { lambda: self.rule.lambda, tags, own })
    }
}

/// Room to work in.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    /// Those that match and are not chosen yet, in the order of the products.
    candidates: Vec<Candidate>,
    products: Vec<u32>,
    overlaps: Vec<f64>,
    both: Vec<f64>,
}

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
        let Room { candidates, products, overlaps, both } = room;
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
        both.clear();
        both.try_reserve_exact(priorities.len()).map_err(no_room)?;
        both.resize(priorities.len(), 0.0);
        products.clear();
        products.try_reserve(candidates.len()).map_err(no_room)?;
        overlaps.clear();
        overlaps.try_reserve(candidates.len()).map_err(no_room)?;
        while chosen.len() < k {
            let Some((at, next)) = self.next(candidates) else { break };
            chosen.try_reserve(1).map_err(no_room)?;
            let nearest = (next.nearest != u32::MAX).then_some((next.nearest, next.similarity));
            chosen.push(Choice { product: next.product, relevance: next.relevance, nearest });
            candidates.remove(at);
            if chosen.len() < k
                && let Some(own) = self.own.get(next.product as usize)
            {
                products.clear();
                products.extend(candidates.iter().map(|candidate| candidate.product));
                overlaps.clear();
                overlaps.resize(products.len(), 0.0);
                self.tags.overlaps(own, products, both, overlaps);
                for (candidate, overlap) in candidates.iter_mut().zip(overlaps.iter()) {
                    if *overlap > candidate.similarity {
                        (candidate.similarity, candidate.nearest) = (*overlap, next.product);
                    }
                }
                pause();
            }
        }
        Ok(())
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
