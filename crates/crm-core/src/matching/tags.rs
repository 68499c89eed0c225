//! The score: how much of what a product is for is what the client wants.

use super::catalogue::{boxed, no_room};
use super::json::same_for_all;
use super::places::Places;
use crate::document::Object;
use crate::error::Result;
use crate::label::Label;
use crate::tag::{Measure, Weights, idf, tags_of};
use serde_json::Value;
use std::collections::HashMap;

/// An entry of `tags` in a policy.
#[derive(Clone, Debug)]
pub(super) struct TagRule {
    /// Its name, in reasons.
    pub id: String,
    /// Its part of the score, to be divided by the sum of all.
    pub weight: f64,
    label: Option<Label>,
    product: String,
    client: String,
    /// The product is the first, the client the second.
    measure: Measure,
    weights: Weights,
    idf: bool,
}

impl TagRule {
    /// Reads an entry.
    pub(super) fn from_object(object: &Object<'_>) -> Self {
        let measures = [
            ("jaccard", Measure::Jaccard),
            ("share_of_product", Measure::ShareOfFirst),
            ("share_of_client", Measure::ShareOfSecond),
            ("cosine", Measure::Cosine),
        ];
        TagRule {
            id: object.text("id"),
            label: object.label("label"),
            product: object.text("product"),
            client: object.text("client"),
            measure: object.choice("measure", &measures).unwrap_or(Measure::Jaccard),
            weight: object.number("weight", 1e-3..=1e3),
            weights: Weights::from_object(object),
            idf: object.optional_boolean("idf").unwrap_or(false),
        }
    }

    /// Reads what makes two products of a catalogue alike.
    pub(super) fn among_products(object: &Object<'_>) -> Self {
        let product = object.text("product");
        TagRule {
            id: String::new(),
            label: None,
            client: product.clone(),
            product,
            measure: object.choice("measure", &[("jaccard", Measure::Jaccard), ("cosine", Measure::Cosine)]).unwrap_or(Measure::Jaccard),
            weight: 1.0,
            weights: Weights::from_object(object),
            idf: object.optional_boolean("idf").unwrap_or(false),
        }
    }

    /// What a product would be as a client: the attribute of its tags alone.
    pub(super) fn extract(&self, attributes: &Value) -> Value {
        let tags = attributes.get(&self.product).map(|tags| (self.product.clone(), tags.clone()));
        Value::Object(tags.into_iter().collect())
    }

    /// What a tag counts: its weight, times the idf of a tag that `having` of `products` have; squared for the cosine.
    fn mass(&self, tag: &str, having: usize, products: usize) -> f64 {
        let idf = if self.idf { idf(having as u64, products as u64) } else { 1.0 };
        self.measure.mass(self.weights.of(tag) * idf)
    }
}

/// The part of every weight in the sum of all. Added up in order, they make exactly 1: what fits perfectly scores 1, and
/// nothing scores more.
pub(super) fn shares(weights: &[f64]) -> Vec<f64> {
    let sum = |shares: &[f64]| shares.iter().fold(0.0, |sum, share| sum + share);
    let total: f64 = weights.iter().sum();
    let mut shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
    if sum(&shares) != 1.0
        && let Some((last, others)) = shares.split_last_mut()
    {
        // x + (1 − x) rounds to 1 for every x from 0 to 1.
        *last = 1.0 - sum(others);
    }
    shares
}

/// An entry of `tags`, ready: for every tag the products that have it.
#[derive(Clone, Debug)]
pub(super) struct Component {
    pub rule: TagRule,
    /// Its name, label and weight, for reasons.
    pub same: String,
    /// The weight's part of the sum of all weights.
    share: f64,
    products: usize,
    /// Sorted by tag.
    tags: Vec<Tag>,
    places: Places,
    /// By product: the mass of its tags.
    masses: Vec<f64>,
    /// By product: where its tags end in the list of the tags of all products, which are in the order of the products and ascend in each.
    ends: Vec<u32>,
    tags_of: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Tag {
    text: Box<str>,
    mass: f64,
    /// The products that have it, ascending.
    products: Vec<u32>,
}

/// A component while products are added.
pub(super) struct Builder {
    rule: TagRule,
    share: f64,
    positions: HashMap<Box<str>, usize>,
    tags: Vec<Tag>,
}

impl Builder {
    /// A component without products.
    pub(super) fn new(rule: &TagRule, share: f64) -> Self {
        Builder { rule: rule.clone(), share, positions: HashMap::new(), tags: Vec::new() }
    }

    /// Adds the next product.
    pub(super) fn push(&mut self, product: u32, attributes: &Value) -> Result<()> {
        for text in tags_of(attributes.get(&self.rule.product)) {
            let position = match self.positions.get(text.as_ref()) {
                Some(position) => *position,
                None => {
                    self.positions.try_reserve(1).map_err(no_room)?;
                    self.positions.insert(boxed(&text)?, self.tags.len());
                    self.tags.try_reserve(1).map_err(no_room)?;
                    self.tags.push(Tag { text: boxed(&text)?, mass: 0.0, products: Vec::new() });
                    self.tags.len() - 1
                }
            };
            if let Some(tag) = self.tags.get_mut(position).filter(|tag| tag.products.last() != Some(&product)) {
                tag.products.try_reserve(1).map_err(no_room)?;
                tag.products.push(product);
            }
        }
        Ok(())
    }

    /// The component of `products` products.
    pub(super) fn finish(mut self, products: usize) -> Result<Component> {
        let mut masses = Vec::new();
        masses.try_reserve_exact(products).map_err(no_room)?;
        masses.resize(products, 0.0);
        self.tags.sort_unstable_by(|a, b| a.text.cmp(&b.text));
        for tag in &mut self.tags {
            tag.mass = self.rule.mass(&tag.text, tag.products.len(), products);
            tag.products.shrink_to_fit();
            add(&mut masses, tag);
        }
        let same = same_for_all("component", &self.rule.id, self.rule.label.as_ref(), self.rule.weight);
        let places = Places::new(self.tags.len(), text_of(&self.tags))?;
        let (ends, tags_of) = by_product(&self.tags, products)?;
        Ok(Component { rule: self.rule, same, share: self.share, products, tags: self.tags, places, masses, ends, tags_of })
    }
}

fn text_of<'a>(tags: &'a [Tag]) -> impl Fn(u32) -> Option<&'a str> {
    |place| tags.get(place as usize).map(|tag| tag.text.as_ref())
}

/// The tags of every product: where they end, and they.
fn by_product(tags: &[Tag], products: usize) -> Result<(Vec<u32>, Vec<u32>)> {
    let (mut ends, mut tags_of) = (Vec::new(), Vec::new());
    ends.try_reserve_exact(products).map_err(no_room)?;
    ends.resize(products, 0u32);
    let all: usize = tags.iter().map(|tag| tag.products.len()).sum();
    let all = u32::try_from(all).map_err(no_room)?;
    tags_of.try_reserve_exact(all as usize).map_err(no_room)?;
    tags_of.resize(all as usize, 0u32);
    for product in tags.iter().flat_map(|tag| &tag.products) {
        if let Some(count) = ends.get_mut(*product as usize) {
            *count += 1;
        }
    }
    // Where those of a product begin; with each that is put there this moves on, to where they end.
    let mut sum = 0;
    for count in &mut ends {
        (*count, sum) = (sum, sum + *count);
    }
    for (tag, place) in tags.iter().zip(0u32..) {
        for product in &tag.products {
            if let Some(next) = ends.get_mut(*product as usize)
                && let Some(slot) = tags_of.get_mut(*next as usize)
            {
                *slot = place;
                *next += 1;
            }
        }
    }
    Ok((ends, tags_of))
}

/// Adds a tag's mass to the products that have it.
#[inline]
fn add(masses: &mut [f64], tag: &Tag) {
    for product in &tag.products {
        if let Some(mass) = masses.get_mut(*product as usize) {
            *mass += tag.mass;
        }
    }
}

/// A client's tags, as one component sees them.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// The mass of all of them.
    mass: f64,
    /// Positions of those that some product has, ascending.
    known: Vec<u32>,
}

/// Room to measure in.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    /// By product.
    both: Vec<f64>,
    /// By tag.
    table: Vec<f64>,
}

/// So many zeros, in room that is used again.
fn zeros(room: &mut Vec<f64>, count: usize) -> Result<&mut [f64]> {
    room.clear();
    room.try_reserve(count).map_err(no_room)?;
    room.resize(count, 0.0);
    Ok(room)
}

/// How one product meets a client's tags.
pub(super) struct Meeting<'a> {
    pub overlap: f64,
    /// The part of the score: share · overlap.
    pub contribution: f64,
    /// The tags of both, sorted.
    pub both: Vec<&'a str>,
}

impl Component {
    /// Reads the client's tags.
    pub(super) fn wanted(&self, client: &Value) -> Result<Wanted> {
        let value = client.get(&self.rule.client);
        let mut wanted = Wanted::default();
        wanted.known.try_reserve_exact(tags_of(value).count()).map_err(no_room)?;
        let found = |text: &str| self.places.find(text, text_of(&self.tags));
        wanted.known.extend(tags_of(value).map_while(|text| found(&text)));
        if wanted.known.len() == tags_of(value).count() {
            // All are known: their places are in the order of their texts, in which masses add up.
            wanted.known.sort_unstable();
            wanted.known.dedup();
            wanted.mass = self.met(&wanted).fold(0.0, |sum, tag| sum + tag.mass);
            return Ok(wanted);
        }
        wanted.known.clear();
        let mut texts = Vec::new();
        texts.try_reserve_exact(tags_of(value).count()).map_err(no_room)?;
        texts.extend(tags_of(value));
        texts.sort_unstable();
        texts.dedup();
        for text in &texts {
            match found(text).and_then(|at| Some((at, self.tags.get(at as usize)?))) {
                Some((at, tag)) => {
                    wanted.mass += tag.mass;
                    wanted.known.push(at);
                }
                None => wanted.mass += self.rule.mass(text, 0, self.products),
            }
        }
        Ok(wanted)
    }

    /// Adds its contribution to the scores of the listed products.
    pub(super) fn contribute(&self, wanted: &Wanted, listed: &[u32], room: &mut Room, scores: &mut [f64]) -> Result<()> {
        // Either tag by tag all products that have it, or product by product all tags that it has: what is less. The order in which
        // masses add up is the same.
        let by_tag = self.met(wanted).map(|tag| tag.products.len()).sum::<usize>() + self.products / 8;
        let by_product = (self.tags_of.len() / self.products.max(1) + 1) * listed.len() + self.tags.len() / 8;
        if by_tag <= by_product {
            let both = zeros(&mut room.both, self.products)?;
            self.met(wanted).for_each(|tag| add(both, tag));
            let both = &*both;
            self.add_overlaps(wanted, listed, |product| both.get(product).copied().unwrap_or(0.0), scores);
        } else {
            let table = zeros(&mut room.table, self.tags.len())?;
            for (at, tag) in wanted.known.iter().zip(self.met(wanted)) {
                if let Some(mass) = table.get_mut(*at as usize) {
                    *mass = tag.mass;
                }
            }
            let table = &*table;
            let mass = |tag: &u32| table.get(*tag as usize).copied().unwrap_or(0.0);
            self.add_overlaps(wanted, listed, |product| self.tags_of(product).iter().fold(0.0, |sum, tag| sum + mass(tag)), scores);
        }
        Ok(())
    }

    /// The overlap of every product.
    pub(super) fn overlaps(&self, wanted: &Wanted, room: &mut Room, overlaps: &mut [f64]) -> Result<()> {
        let both = zeros(&mut room.both, self.products)?;
        self.met(wanted).for_each(|tag| add(both, tag));
        for ((overlap, both), product) in overlaps.iter_mut().zip(both).zip(&self.masses) {
            *overlap = self.rule.measure.overlap(*both, *product, wanted.mass);
        }
        Ok(())
    }

    #[inline(always)]
    fn add_overlaps(&self, wanted: &Wanted, listed: &[u32], both: impl Fn(usize) -> f64, scores: &mut [f64]) {
        let add = |measure: Measure, scores: &mut [f64]| {
            for product in listed.iter().map(|product| *product as usize) {
                if let (Some(score), Some(mass)) = (scores.get_mut(product), self.masses.get(product)) {
                    *score += self.share * measure.overlap(both(product), *mass, wanted.mass);
                }
            }
        };
        // One loop for each measure, so that each is free of branches.
        match self.rule.measure {
            Measure::Jaccard => add(Measure::Jaccard, scores),
            Measure::ShareOfFirst => add(Measure::ShareOfFirst, scores),
            Measure::ShareOfSecond => add(Measure::ShareOfSecond, scores),
            Measure::Cosine => add(Measure::Cosine, scores),
        }
    }

    /// The tags of a product as bits; none where there are more tags than bits.
    pub(super) fn bits(&self, product: usize) -> Option<u128> {
        (self.tags.len() <= u128::BITS as usize).then(|| self.tags_of(product).iter().fold(0, |bits, tag| bits | 1 << tag))
    }

    /// The overlap of two products, of which both have the tags that these are the bits of: bit for bit what [`Component::meeting`] gives.
    pub(super) fn overlap_of(&self, both: u128, product: u32, other: u32) -> f64 {
        let mass_of = |product: u32| self.masses.get(product as usize).copied().unwrap_or(0.0);
        let (mut bits, mut mass) = (both, 0.0);
        while bits != 0 {
            mass += self.tags.get(bits.trailing_zeros() as usize).map_or(0.0, |tag| tag.mass);
            bits &= bits - 1;
        }
        self.rule.measure.overlap(mass, mass_of(other), mass_of(product))
    }

    /// The tags of a product, ascending.
    #[inline]
    fn tags_of(&self, product: usize) -> &[u32] {
        let end = |product: usize| self.ends.get(product).map_or(0, |end| *end as usize);
        let start = product.checked_sub(1).map_or(0, end);
        self.tags_of.get(start..end(product)).unwrap_or_default()
    }

    /// How a product meets the client's tags: bit for bit what [`Component::contribute`] adds.
    pub(super) fn meeting<'a>(&'a self, wanted: &Wanted, product: u32) -> Meeting<'a> {
        let (mut mass, mut both) = (0.0, Vec::new());
        for at in self.tags_of(product as usize) {
            if let (Some(tag), Ok(_)) = (self.tags.get(*at as usize), wanted.known.binary_search(at)) {
                mass += tag.mass;
                both.push(tag.text.as_ref());
            }
        }
        let of_product = self.masses.get(product as usize).copied().unwrap_or(0.0);
        let overlap = self.rule.measure.overlap(mass, of_product, wanted.mass);
        Meeting { overlap, contribution: self.share * overlap, both }
    }

    fn met<'a>(&'a self, wanted: &'a Wanted) -> impl Iterator<Item = &'a Tag> {
        wanted.known.iter().filter_map(|at| self.tags.get(*at as usize))
    }
}

#[cfg(test)]
mod tests;
