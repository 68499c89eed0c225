//! What a model recommends to a customer, why, and how good recommendations were.
//!
//! A [`Recommender`] is a fitted model made ready: neighbours of items ([`AffinityModel`]) or factors ([`AlsModel`]). It is asked
//! with what a customer holds, and gives the best items that he does not hold. Where the model has nothing more to say, the most
//! popular items follow.

mod metrics;
#[cfg(test)]
mod tests;

pub use metrics::Metric;

use crate::affinity::{AffinityModel, Neighbour};
use crate::als::{AlsModel, Meter, System, Table, dot};
use crate::amount::Amount;
use crate::document::shorten;
use crate::error::{Error, Result};
use serde_json::Value;
use std::cmp::Ordering;

/// The most items that can be asked for.
const MAX_K: i64 = 10_000;

/// A model ready to be asked. Make it once, ask it for many customers.
#[derive(Clone, Debug)]
pub struct Recommender {
    /// By bytes.
    items: Vec<String>,
    /// Customers who hold an item.
    popularity: Vec<u64>,
    customers: u64,
    /// The items that somebody holds, the most popular first, equals by bytes.
    popular: Vec<u32>,
    by: By,
}

#[derive(Clone, Debug)]
enum By {
    /// The neighbours of each item.
    Neighbours(Vec<Vec<Neighbour>>),
    /// Factors, and them whitened.
    Factors(Box<AlsModel>, Table),
}

/// Whence a recommendation comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The model scores it for what the customer holds.
    Model,
    /// It is popular.
    Popularity,
}

impl Source {
    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Source::Model => "model",
            Source::Popularity => "popularity",
        }
    }
}

/// A recommendation.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendation<'a> {
    /// The item.
    pub item: &'a str,
    /// By the model, above 0; of a popular item the share of the customers who hold it.
    pub score: f64,
    /// Whence it comes.
    pub source: Source,
}

/// What a held item has to do with the score of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Part<'a> {
    /// The item held.
    pub held: &'a str,
    /// The weight it is held with.
    pub weight: f64,
    /// Added up in the order of the held items, the contributions are the score.
    pub contribution: f64,
}

/// What a customer holds of the items of a model, by place, ascending, with weights above 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held(Vec<(u32, f64)>);

/// How to recommend.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    k: usize,
    include_held: bool,
    fallback: bool,
}

impl Wish {
    /// `k` items (1 to 10000, or 22023); with those that are held already; filled up with popular ones.
    pub fn new(k: i64, include_held: bool, fallback: bool) -> Result<Self> {
        let wrong = || Error::parameter(format!("k must be from 1 to {MAX_K}, not {k}")).hint("It is how many items to give.");
        let k = usize::try_from(k).ok().filter(|_| (1..=MAX_K).contains(&k)).ok_or_else(wrong)?;
        Ok(Wish { k, include_held, fallback })
    }
}

/// Room to work in. Keep it from one customer to the next.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    scores: Vec<f64>,
    /// By item: whether it must not be recommended (any more).
    out: Vec<bool>,
    /// The items with a score.
    touched: Vec<u32>,
    best: Vec<(f64, u32)>,
    factors: Vec<f64>,
    system: System,
}

/// Higher scores come first; equal scores by item.
fn better(one: &(f64, u32), other: &(f64, u32)) -> Ordering {
    other.0.total_cmp(&one.0).then(one.1.cmp(&other.1))
}

/// Leaves the `k` best, the best first.
fn keep_best(k: usize, best: &mut Vec<(f64, u32)>) {
    if best.len() > k {
        best.select_nth_unstable_by(k, better);
        best.truncate(k);
    }
    best.sort_unstable_by(better);
}

fn no_room<E>(_: E) -> Error {
    Error::out_of_memory("recommendations")
}

/// So many values, in the memory that is there.
fn filled<T: Clone>(room: &mut Vec<T>, count: usize, value: T) -> Result<()> {
    room.clear();
    room.try_reserve_exact(count).map_err(no_room)?;
    room.resize(count, value);
    Ok(())
}

impl Recommender {
    /// Makes a model ready, of the kind `affinity_model` or `als_model`. What is wrong with it is 22023 and names the path.
    pub fn compile(document: &Value) -> Result<Self> {
        match document.get("kind").and_then(Value::as_str) {
            Some("affinity_model") => {
                let model = AffinityModel::read(document).map_err(|e| e.hint(hint("affinity_model")))?;
                Ok(Self::new(model.items, model.popularity, model.customers, By::Neighbours(model.neighbours)))
            }
            Some("als_model") => {
                let mut model = AlsModel::read(document).map_err(|e| e.hint(hint("als_model")))?;
                let (items, popularity) = (std::mem::take(&mut model.items), std::mem::take(&mut model.popularity));
                let (customers, table) = (model.customers, model.whitened()?);
                Ok(Self::new(items, popularity, customers, By::Factors(Box::new(model), table)))
            }
            kind => Err(Error::parameter(format!(
                "model must be a model of kind affinity_model or als_model, not {}",
                shorten(kind.unwrap_or("none"))
            ))
            .hint("Fit one: affinity_fit(…) or als_fit(…). Look at the order of the arguments, too.")),
        }
    }

    fn new(items: Vec<String>, popularity: Vec<u64>, customers: u64, by: By) -> Self {
        let mut popular: Vec<u32> = (0..).zip(&popularity).filter(|(_, customers)| **customers > 0).map(|(item, _)| item).collect();
        popular.sort_by_key(|item| std::cmp::Reverse(popularity.get(*item as usize))); // stable: equals stay by bytes
        Recommender { items, popularity, customers, popular, by }
    }

    fn find(&self, item: &str) -> Option<u32> {
        self.items.binary_search_by(|known| known.as_str().cmp(item)).ok().map(|place| place as u32)
    }

    fn name(&self, item: u32) -> &str {
        self.items.get(item as usize).map_or("", AsRef::as_ref)
    }

    /// What is held of a list: each item of the model once, with the weight 1. Others are left out.
    pub fn listed<'t>(&self, items: impl IntoIterator<Item = &'t str>) -> Held {
        let mut held: Vec<_> = items.into_iter().filter_map(|item| Some((self.find(item)?, 1.0))).collect();
        held.sort_unstable_by_key(|(item, _)| *item);
        held.dedup_by_key(|(item, _)| *item);
        Held(held)
    }

    /// What is held by an object of weights: `{"item": weight, …}`. Items that the model does not know are left out, and so are those
    /// with a weight that is not above 0. Anything else than such an object is 22023.
    pub fn weighted(&self, holdings: &Value) -> Result<Held> {
        if !holdings.is_object() {
            return Err(Error::parameter("holdings must be a JSON object of weights by item").hint(
                "For example {\"P1\": 2, \"P7\": 1}, from jsonb_object_agg(item, weight); for items without weights pass a text[], from array_agg(item).",
            ));
        }
        let mut found = Vec::new();
        for (item, weight) in holdings.as_object().into_iter().flatten() {
            let Some(weight) = weight_of(weight) else {
                return Err(Error::parameter(format!("holdings[\"{}\"]: must be a decimal number", shorten(item)))
                    .hint("A weight is a number, or a text of one; items that are not held are left out."));
            };
            found.extend(self.find(item).filter(|_| weight > 0.0).map(|item| (item, weight)));
        }
        found.sort_unstable_by_key(|(item, _)| *item);
        Ok(Held(found))
    }

    /// The best items for what is held, the best first: those that the model scores above 0, then popular ones.
    ///
    /// Errors: a score that is not finite, or a weight too large for the model (22003).
    pub fn recommend(&self, held: &Held, wish: Wish, scratch: &mut Scratch) -> Result<Vec<Recommendation<'_>>> {
        filled(&mut scratch.out, self.items.len(), false)?;
        if !wish.include_held {
            held.0.iter().for_each(|(item, _)| mark(&mut scratch.out, *item));
        }
        match (&self.by, held.0.is_empty()) {
            (_, true) => scratch.best.clear(),
            (By::Neighbours(neighbours), _) => best_neighbours(neighbours, held, wish.k, scratch)?,
            (By::Factors(model, table), _) => best_products(model, table, held, wish.k, scratch)?,
        }
        let mut given = Vec::new();
        given.try_reserve_exact(wish.k.min(self.items.len())).map_err(no_room)?;
        for (score, item) in &scratch.best {
            if !score.is_finite() {
                return Err(Error::range("a score is out of range").hint("The weights of the holdings or of the model are too large."));
            }
            mark(&mut scratch.out, *item);
            given.push(Recommendation { item: self.name(*item), score: *score, source: Source::Model });
        }
        if wish.fallback {
            let free = self.popular.iter().filter(|item| scratch.out.get(**item as usize) == Some(&false));
            for item in free.take(wish.k - given.len()) {
                let share = self.popularity.get(*item as usize).map_or(0.0, |customers| *customers as f64 / self.customers as f64);
                given.push(Recommendation { item: self.name(*item), score: share, source: Source::Popularity });
            }
        }
        Ok(given)
    }

    /// What each held item contributes to the score of an item, in the order of the held items; nothing for an item that the model
    /// does not know.
    pub fn explain(&self, held: &Held, item: &str, scratch: &mut Scratch) -> Result<Vec<Part<'_>>> {
        let Some(of) = self.find(item) else { return Ok(Vec::new()) };
        let part = |(held, weight): &(u32, f64), contribution| Part { held: self.name(*held), weight: *weight, contribution };
        match &self.by {
            By::Neighbours(neighbours) => {
                let from = |held: u32| neighbours.get(held as usize).and_then(|near| near.iter().find(|near| near.item == of));
                Ok(held.0.iter().map(|one| part(one, from(one.0).map_or(0.0, |near| one.1 * near.score))).collect())
            }
            By::Factors(model, table) => {
                model.fold_in(table, &held.0, &mut scratch.system)?;
                let contributions = scratch.system.contributions(table, table.row(of))?;
                Ok(held.0.iter().zip(contributions).map(|(one, contribution)| part(one, *contribution)).collect())
            }
        }
    }
}

fn hint(kind: &str) -> String {
    format!("select * from crm.{kind}_check(model) lists every problem.")
}

/// A decimal number, or a text that holds one.
fn weight_of(weight: &Value) -> Option<f64> {
    let text = match weight {
        Value::Number(number) => number.as_str(),
        Value::String(text) => text.as_str(),
        _ => return None,
    };
    let exact = Amount::parse(text).ok()?;
    // What rounds to 0 at 12 decimals is not held.
    if exact > Amount::ZERO { text.trim().parse().ok() } else { Some(0.0) }
}

fn mark(out: &mut [bool], item: u32) {
    if let Some(out) = out.get_mut(item as usize) {
        *out = true;
    }
}

/// Scores by neighbours: of each held item, in order, its weight times how near it says the other is.
fn best_neighbours(neighbours: &[Vec<Neighbour>], held: &Held, k: usize, scratch: &mut Scratch) -> Result<()> {
    let Scratch { scores, out, touched, best, .. } = scratch;
    if scores.len() != neighbours.len() {
        filled(scores, neighbours.len(), 0.0)?;
    }
    // All room is made beforehand: the scores are left as zeros for the next customer.
    let total = held.0.iter().filter_map(|(item, _)| neighbours.get(*item as usize)).map(Vec::len).sum();
    touched.clear();
    touched.try_reserve(total).map_err(no_room)?;
    best.clear();
    best.try_reserve(total).map_err(no_room)?;
    for (item, weight) in &held.0 {
        for near in neighbours.get(*item as usize).into_iter().flatten() {
            if let Some(score) = scores.get_mut(near.item as usize) {
                if *score == 0.0 {
                    touched.push(near.item);
                }
                *score += weight * near.score;
            }
        }
    }
    for item in touched.iter() {
        let score = scores.get_mut(*item as usize).map(std::mem::take).unwrap_or_default();
        if score > 0.0 && out.get(*item as usize) == Some(&false) {
            best.push((score, *item));
        }
    }
    keep_best(k, best);
    Ok(())
}

/// Scores by factors. The best are found by the products of factors; the score of each of these is then the sum of the
/// contributions of what is held, which differs from the product by rounding only.
fn best_products(model: &AlsModel, table: &Table, held: &Held, k: usize, scratch: &mut Scratch) -> Result<()> {
    let Scratch { out, best, factors, system, .. } = scratch;
    model.fold_in(table, &held.0, system)?;
    filled(factors, table.width(), 0.0)?;
    system.solve(table, factors);
    best.clear();
    best.try_reserve(out.len()).map_err(no_room)?;
    let scored = (0..).zip(table.rows()).zip(out.iter()).filter(|(_, out)| !**out).map(|((item, row), _)| (dot(row, factors), item));
    best.extend(scored.filter(|(score, _)| *score > 0.0));
    keep_best(k, best);
    let mut meter = Meter::default();
    for (score, item) in best.iter_mut() {
        meter.spend((table.width() + held.0.len()) * table.width());
        *score = system.contributions(table, table.row(*item))?.iter().fold(0.0, |sum, contribution| sum + contribution);
    }
    best.retain(|(score, _)| *score > 0.0);
    best.sort_unstable_by(better);
    Ok(())
}
