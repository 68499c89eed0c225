//! Diversity: maximal marginal relevance, so that the best products are not five of a kind.

use super::catalogue::no_room;
use super::json::Json;
use super::tags::{self, TagRule, Wanted};
use super::top::some_k;
use crate::document::Object;
use crate::error::Result;
use crate::pause;
use serde_json::Value;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

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
    /// By product: its tags as bits. Empty where there are too many.
    bits: Vec<u128>,
    /// By product: its tags, if not as bits.
    own: Vec<Wanted>,
    known: RefCell<Known>,
}

/// What products have in common, as far as it was asked for: the same for all clients.
#[derive(Clone, Debug, Default)]
struct Known {
    /// By product: how similar every product is to it.
    rows: Vec<Option<Box<[f64]>>>,
    kept: usize,
    room: tags::Room,
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
        let bits: Vec<_> = (0..products).map_while(|product| tags.bits(product)).collect();
        let own = if bits.is_empty() { self.attributes.iter().map(|of| tags.wanted(of)).collect::<Result<_>>()? } else { Vec::new() };
        Ok(Diversifier { lambda: self.rule.lambda, tags, own, bits, known: RefCell::default() })
    }
}

/// Room to work in.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    /// Those of highest priority.
    best: Vec<(f64, u32)>,
    /// Those that may be chosen next.
    candidates: Vec<Candidate>,
}

/// So many candidates for each product to be chosen are looked at first, and at least so many.
const EACH: usize = 4;
const AT_LEAST: usize = 32;

/// Numbers that are kept of what products have in common: 64 MB.
const KEPT: usize = 8 << 20;

#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// At most this, and exactly this when all that are chosen were compared with it.
    value: f64,
    priority: f64,
    product: u32,
    relevance: f64,
    /// How many of those chosen were compared with it; how similar the most similar of them is, and which that is.
    compared: usize,
    similarity: f64,
    nearest: u32,
}

/// The greatest is the one of greatest value; of equal value the one of higher priority, then the one whose product stands first.
impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.total_cmp(&other.value).then(self.priority.total_cmp(&other.priority)).then(other.product.cmp(&self.product))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}

impl Diversifier {
    /// The `k` products that come first, from `matching` ones, each with its priority.
    ///
    /// Of many products only those of highest priority have a chance, mostly. So these are looked at alone, as long as what is chosen
    /// is worth more than any of the others could be; else more are.
    pub(super) fn choose(
        &self,
        k: usize,
        matching: impl Iterator<Item = (f64, u32)> + Clone,
        room: &mut Room,
        chosen: &mut Vec<Choice>,
    ) -> Result<()> {
        let (best, matches) =
            matching.clone().fold((0.0, 0), |(best, matches): (f64, usize), (priority, _)| (best.max(priority), matches + 1));
        let mut many = if best > 0.0 { k.saturating_mul(EACH).max(AT_LEAST) } else { matches };
        loop {
            some_k(many.max(1), matching.clone(), &mut room.best)?;
            let others = if many < matches { room.best.iter().map(|(priority, _)| *priority).min_by(f64::total_cmp) } else { None };
            let others = others.map(|priority| self.value(relevance(priority, best), 0.0));
            if self.choose_among(k, best, others, room, chosen)? {
                return Ok(());
            }
            many = many.saturating_mul(4);
        }
    }

    /// Chooses among the best; `others` is the most that others are worth, if there are any. False where one of them may come next.
    ///
    /// What is chosen only lowers the values of others, so that the greatest of the values known so far, once it is up to date, is the
    /// greatest of all (Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978).
    fn choose_among(&self, k: usize, best: f64, others: Option<f64>, room: &mut Room, chosen: &mut Vec<Choice>) -> Result<bool> {
        let mut known = self.known.borrow_mut();
        let mut candidates = std::mem::take(&mut room.candidates);
        chosen.clear();
        candidates.clear();
        candidates.try_reserve(room.best.len()).map_err(no_room)?;
        candidates.extend(room.best.iter().map(|(priority, product)| {
            let relevance = relevance(*priority, best);
            let (value, priority, product) = (self.value(relevance, 0.0), *priority, *product);
            Candidate { value, priority, product, relevance, compared: 0, similarity: 0.0, nearest: u32::MAX }
        }));
        let mut candidates = BinaryHeap::from(candidates);
        let mut complete = true;
        while chosen.len() < k {
            pause::now();
            let Some(mut next) = candidates.peek_mut() else {
                complete = others.is_none();
                break;
            };
            for choice in chosen.get(next.compared..).unwrap_or_default() {
                let similarity = self.similarity(choice.product, next.product, &mut known)?;
                if similarity > next.similarity {
                    (next.similarity, next.nearest) = (similarity, choice.product);
                }
            }
            let up_to_date = next.compared == chosen.len();
            next.compared = chosen.len();
            next.value = self.value(next.relevance, next.similarity);
            if up_to_date {
                if others.is_some_and(|others| next.value <= others) {
                    complete = false;
                    break;
                }
                let next = PeekMut::pop(next);
                chosen.try_reserve(1).map_err(no_room)?;
                let nearest = (next.nearest != u32::MAX).then_some((next.nearest, next.similarity));
                chosen.push(Choice { product: next.product, relevance: next.relevance, nearest });
            }
        }
        room.candidates = candidates.into_vec();
        Ok(complete)
    }

    fn value(&self, relevance: f64, similarity: f64) -> f64 {
        self.lambda * relevance - (1.0 - self.lambda) * similarity
    }

    /// How similar two products are.
    fn similarity(&self, chosen: u32, other: u32, known: &mut Known) -> Result<f64> {
        if let (Some(one), Some(another)) = (self.bits.get(chosen as usize), self.bits.get(other as usize)) {
            return Ok(self.tags.overlap_of(one & another, chosen, other));
        }
        let Known { rows, kept, room } = known;
        let (at, products) = (chosen as usize, self.own.len());
        if rows.len() < products {
            rows.try_reserve_exact(products).map_err(no_room)?;
            rows.resize_with(products, || None);
        }
        let (Some(row), Some(own)) = (rows.get_mut(at), self.own.get(at)) else { return Ok(0.0) };
        if row.is_none() {
            if (*kept + 1) * products > KEPT {
                return Ok(self.tags.meeting(own, other).overlap);
            }
            let mut similar = Vec::new();
            similar.try_reserve_exact(products).map_err(no_room)?;
            similar.resize(products, 0.0);
            self.tags.overlaps(own, room, &mut similar)?;
            *row = Some(similar.into_boxed_slice());
            *kept += 1;
        }
        Ok(row.as_deref().and_then(|row| row.get(other as usize)).copied().unwrap_or(0.0))
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
        json.key("value").number(self.value(choice.relevance, similarity));
        json.close();
    }
}

/// The priority over the highest one, not below 0.
fn relevance(priority: f64, best: f64) -> f64 {
    if best > 0.0 { (priority / best).max(0.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::read;
    use proptest::prelude::*;
    use serde_json::json;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        /// The greatest value each time, of all: whether tags are few or many, priorities close or far apart, equal or negative.
        #[test]
        fn looking_at_the_best_first_chooses_as_looking_at_all(
            products in prop::collection::vec((prop::collection::vec(0..140u32, 0..6), -3..40i32, any::<bool>()), 1..220),
            (k, few) in (1..12usize, any::<bool>()),
            lambda in prop::sample::select(vec![0.0, 0.3, 0.7, 0.9, 1.0]),
            unit in prop::sample::select(vec![0.001, 1.0, -1.0]),
        ) {
            let rule = read(&json!({"lambda": lambda, "product": "tags", "measure": "jaccard"}), Diversity::from_object).unwrap();
            let mut builder = Builder::new(&rule);
            for ((tags, ..), position) in products.iter().zip(0..) {
                let tags: Vec<_> = tags.iter().map(|tag| format!("t{}", if few { tag % 9 } else { *tag })).collect();
                builder.push(position, &json!({ "tags": tags })).unwrap();
            }
            let diversifier = builder.finish(products.len()).unwrap();
            let matching = products.iter().zip(0u32..).filter(|((.., alive), _)| *alive);
            let matching: Vec<_> = matching.map(|((_, priority, _), product)| (10.0 + f64::from(*priority) * unit, product)).collect();
            let (mut room, mut chosen) = (Room::default(), Vec::new());
            diversifier.choose(k, matching.iter().copied(), &mut room, &mut chosen).unwrap();

            let best = matching.iter().fold(0.0f64, |best, (priority, _)| best.max(*priority));
            let (mut left, mut expected) = (matching, Vec::<(u32, f64)>::new());
            let mut known = Known::default();
            while expected.len() < k && !left.is_empty() {
                let mut value = |(priority, product): &(f64, u32)| {
                    let similar = expected.iter().map(|(other, _)| diversifier.similarity(*other, *product, &mut known).unwrap());
                    diversifier.value(relevance(*priority, best), similar.fold(0.0, f64::max))
                };
                let values: Vec<_> = left.iter().map(|one| (value(one), *one)).collect();
                let first = values.into_iter().max_by(|(value, (priority, product)), (other, (others, another))| {
                    value.total_cmp(other).then(priority.total_cmp(others)).then(another.cmp(product))
                });
                let (value, (_, product)) = first.unwrap();
                left.retain(|(_, other)| *other != product);
                expected.push((product, value));
            }
            let of = |choice: &Choice| (choice.product, diversifier.value(choice.relevance, choice.nearest.map_or(0.0, |(_, similarity)| similarity)));
            prop_assert_eq!(chosen.iter().map(of).collect::<Vec<_>>(), expected);
        }
    }
}
