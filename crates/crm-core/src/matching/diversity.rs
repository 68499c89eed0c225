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
    relevance: Vec<f64>,
    similarity: Vec<f64>,
    nearest: Vec<f64>,
    by: Vec<u32>,
    both: Vec<f64>,
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
        let Room { relevance, similarity, nearest, by, both } = room;
        let products = alive.len();
        chosen.clear();
        for numbers in [&mut *relevance, &mut *similarity, &mut *nearest, &mut *both] {
            numbers.clear();
            numbers.try_reserve_exact(products).map_err(no_room)?;
            numbers.resize(products, 0.0);
        }
        by.clear();
        by.try_reserve_exact(products).map_err(no_room)?;
        by.resize(products, u32::MAX);
        let best = alive.iter().zip(priorities).filter(|(alive, _)| **alive).fold(0.0, |best: f64, (_, priority)| best.max(*priority));
        // What is out, or chosen, is of no relevance whatever.
        for ((relevance, priority), alive) in relevance.iter_mut().zip(priorities).zip(alive) {
            *relevance = match (alive, best > 0.0) {
                (false, _) => f64::NEG_INFINITY,
                (true, true) => (priority / best).max(0.0),
                (true, false) => 0.0,
            };
        }
        while chosen.len() < k {
            let mut next: Option<(f64, f64, u32)> = None;
            for (((relevance, similarity), priority), product) in relevance.iter().zip(nearest.iter()).zip(priorities).zip(0u32..) {
                if *relevance == f64::NEG_INFINITY {
                    continue;
                }
                let value = self.lambda * relevance - (1.0 - self.lambda) * similarity;
                // Of equal value the one of higher priority, then the one that stands first.
                if next.is_none_or(|(best, its_priority, _)| value > best || (value == best && *priority > its_priority)) {
                    next = Some((value, *priority, product));
                }
            }
            let Some((_, _, product)) = next else { break };
            let at = product as usize;
            let most = by.get(at).zip(nearest.get(at)).filter(|(by, _)| **by != u32::MAX).map(|(by, similarity)| (*by, *similarity));
            chosen.try_reserve(1).map_err(no_room)?;
            chosen.push(Choice { product, relevance: relevance.get(at).copied().unwrap_or(0.0), nearest: most });
            if let Some(relevance) = relevance.get_mut(at) {
                *relevance = f64::NEG_INFINITY;
            }
            if chosen.len() < k
                && let Some(own) = self.own.get(at)
            {
                similarity.fill(0.0);
                self.tags.contribute(own, both, similarity);
                for ((nearest, by), similarity) in nearest.iter_mut().zip(by.iter_mut()).zip(similarity.iter()) {
                    if *similarity > *nearest {
                        (*nearest, *by) = (*similarity, product);
                    }
                }
                pause();
            }
        }
        Ok(())
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
