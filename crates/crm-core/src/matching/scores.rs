//! The parts of a score that are not overlaps of tags: needs, figures that the client brings for each product, figures of the product.

use super::catalogue::{boxed, no_room};
use super::json::{Json, same_for_all};
use super::policy::Named;
use crate::condition::Attributes;
use crate::document::Object;
use crate::error::Result;
use crate::label::Label;
use serde_json::Value;
use std::collections::BTreeMap;

/// An entry of `scores` in a policy.
#[derive(Clone, Debug)]
pub(super) struct ScoreRule {
    /// Its name, in reasons.
    pub id: String,
    /// Its part of the score, to be divided by the sum of all.
    pub weight: f64,
    label: Option<Label>,
    source: Source,
}

/// Where the fit, from 0 to 1, comes from.
#[derive(Clone, Debug)]
enum Source {
    /// How much of what the client needs, each need with its intensity, the product serves.
    Need { client: String, product: String },
    /// A figure of the client's for each product: `{"MMF-01": 0.3}`.
    ByProduct { client: String, scale: Scale, default: f64 },
    /// A figure of the product's.
    Attribute { product: String, scale: Scale, default: f64 },
}

/// From where, which is worth 0, to where, which is worth 1. Beyond them it stays 0 and 1.
#[derive(Clone, Copy, Debug)]
struct Scale {
    from: f64,
    to: f64,
}

impl Scale {
    fn read(object: &Object<'_>) -> Self {
        let range = || -1e15..=1e15;
        let scale = Scale {
            from: object.optional_number("from", range()).unwrap_or(0.0),
            to: object.optional_number("to", range()).unwrap_or(1.0),
        };
        if scale.from == scale.to {
            object.problem("to", "must differ from \"from\"");
        }
        scale
    }

    fn fit(self, x: f64) -> f64 {
        ((x - self.from) / (self.to - self.from)).clamp(0.0, 1.0)
    }
}

impl Named for ScoreRule {
    fn id(&self) -> &str {
        &self.id
    }
}

impl ScoreRule {
    /// Reads an entry.
    pub(super) fn from_object(object: &Object<'_>) -> Self {
        let id = object.text("id");
        let (need, by_product, attribute) = (object.optional("need"), object.optional("by_product"), object.optional("attribute"));
        if [&need, &by_product, &attribute].into_iter().flatten().count() != 1 {
            object.problem("need", "must stand here, or else \"by_product\" or \"attribute\": exactly one of the three");
        }
        let default = |object: &Object<'_>| object.optional_number("default", 0.0..=1.0).unwrap_or(0.0);
        let need = need.map(|node| node.object(|o| Source::Need { client: o.text("client"), product: o.text("product") }));
        let by_product = by_product
            .map(|node| node.object(|o| Source::ByProduct { client: o.text("client"), scale: Scale::read(o), default: default(o) }));
        let attribute = attribute
            .map(|node| node.object(|o| Source::Attribute { product: o.text("product"), scale: Scale::read(o), default: default(o) }));
        let nothing = || Source::Need { client: String::new(), product: String::new() };
        ScoreRule {
            id,
            label: object.label("label"),
            weight: object.number("weight", 1e-3..=1e3),
            source: need.or(by_product).or(attribute).unwrap_or_else(nothing),
        }
    }
}

/// A number of a document.
pub(super) fn number(value: Option<&Value>) -> Option<f64> {
    value.filter(|value| value.is_number()).and_then(Value::as_f64).filter(|x| x.is_finite())
}

/// Needs with what each counts: an object, or a list of which each counts 1.
fn needs(value: Option<&Value>) -> BTreeMap<&str, f64> {
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(|need| (need, 1.0)).collect(),
        Some(Value::String(need)) => BTreeMap::from([(need.as_str(), 1.0)]),
        Some(Value::Object(fields)) => {
            let counts = fields.iter().filter_map(|(need, count)| Some((need.as_str(), number(Some(count))?)));
            counts.filter(|(_, count)| *count > 0.0).collect()
        }
        _ => BTreeMap::new(),
    }
}

/// An entry of `scores`, over a catalogue.
#[derive(Clone, Debug)]
pub(super) struct ScoreComponent {
    pub rule: ScoreRule,
    /// Its name, label and weight, for reasons.
    same: String,
    /// The weight's part of the sum of all weights.
    share: f64,
    /// By product: the fit that does not depend on the client.
    fits: Vec<f64>,
    /// The needs that products serve, while products are added: each with its number, in the order in which they came.
    known: BTreeMap<Box<str>, u32>,
    /// Those needs, sorted. The number of each is its place.
    needs: Vec<Box<str>>,
    /// By product: where what it serves ends in the list of what all products serve: a need and how much.
    ends: Vec<usize>,
    serves: Vec<(u32, f64)>,
}

/// What a client gives to a component: products with what they get, and what others get.
#[derive(Clone, Debug, Default)]
pub(super) struct Fits {
    /// Of each need of the client that some product serves, in order: its number and its share of his needs.
    needs: Vec<(u32, f64)>,
    /// By product: its fit. Ascending.
    given: Vec<(u32, f64)>,
}

impl ScoreComponent {
    /// A component without products.
    pub(super) fn new(rule: &ScoreRule, share: f64) -> Self {
        let same = same_for_all("component", &rule.id, rule.label.as_ref(), rule.weight);
        ScoreComponent {
            rule: rule.clone(),
            same,
            share,
            fits: Vec::new(),
            known: BTreeMap::new(),
            needs: Vec::new(),
            ends: Vec::new(),
            serves: Vec::new(),
        }
    }

    /// Adds the next product.
    pub(super) fn push(&mut self, product: &dyn Attributes) -> Result<()> {
        match &self.rule.source {
            Source::ByProduct { .. } => {}
            Source::Attribute { product: name, scale, default } => {
                self.fits.try_reserve(1).map_err(no_room)?;
                self.fits.push(number(product.attribute(name)).map_or(*default, |x| scale.fit(x)));
            }
            Source::Need { product: name, .. } => {
                for (need, strength) in needs(product.attribute(name)) {
                    let number = match self.known.get(need) {
                        Some(number) => *number,
                        None => {
                            let next = u32::try_from(self.known.len()).map_err(no_room)?;
                            self.known.insert(boxed(need)?, next);
                            next
                        }
                    };
                    self.serves.try_reserve(1).map_err(no_room)?;
                    self.serves.push((number, strength.min(1.0)));
                }
                self.ends.try_reserve(1).map_err(no_room)?;
                self.ends.push(self.serves.len());
            }
        }
        Ok(())
    }

    /// Numbers the needs in the order of their texts, in which what is served adds up.
    pub(super) fn finish(&mut self) -> Result<()> {
        let mut numbers = Vec::new();
        numbers.try_reserve_exact(self.known.len()).map_err(no_room)?;
        numbers.resize(self.known.len(), 0);
        self.needs.try_reserve_exact(self.known.len()).map_err(no_room)?;
        for ((need, number), next) in std::mem::take(&mut self.known).into_iter().zip(0u32..) {
            if let Some(new) = numbers.get_mut(number as usize) {
                *new = next;
            }
            self.needs.push(need);
        }
        for (number, _) in &mut self.serves {
            *number = numbers.get(*number as usize).copied().unwrap_or(*number);
        }
        Ok(())
    }

    /// What a product serves, the needs ascending.
    #[inline]
    fn serves(&self, product: usize) -> &[(u32, f64)] {
        let start = product.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(product).and_then(|end| self.serves.get(start..*end)).unwrap_or_default()
    }

    /// Reads what the client gives; `position` finds a product by its key.
    pub(super) fn read(&self, client: &Value, position: impl Fn(&str) -> Option<u32>) -> Result<Fits> {
        let mut fits = Fits::default();
        match &self.rule.source {
            Source::Attribute { .. } => {}
            Source::ByProduct { client: name, scale, .. } => {
                let figures = client.get(name).and_then(Value::as_object);
                for (key, figure) in figures.into_iter().flatten() {
                    if let (Some(product), Some(x)) = (position(key), number(Some(figure))) {
                        fits.given.try_reserve(1).map_err(no_room)?;
                        fits.given.push((product, scale.fit(x)));
                    }
                }
                // The keys of an object ascend as those of the products do.
                fits.given.sort_unstable_by_key(|(product, _)| *product);
            }
            Source::Need { client: name, .. } => {
                let needs = needs(client.get(name));
                let total: f64 = needs.values().sum();
                for (need, intensity) in needs {
                    if let Ok(number) = self.needs.binary_search_by(|known| known.as_ref().cmp(need)) {
                        fits.needs.try_reserve(1).map_err(no_room)?;
                        fits.needs.push((number as u32, intensity / total));
                    }
                }
            }
        }
        Ok(fits)
    }

    /// Adds its contribution to the scores of the listed products.
    pub(super) fn contribute(&self, fits: &Fits, listed: &[u32], room: &mut Vec<f64>, scores: &mut [f64]) -> Result<()> {
        match &self.rule.source {
            Source::Attribute { .. } => self.add(listed, scores, |product| self.fits.get(product).copied().unwrap_or(0.0)),
            Source::ByProduct { default, .. } => {
                let mut given = fits.given.iter().peekable();
                self.add(listed, scores, |product| {
                    while given.next_if(|(of, _)| (*of as usize) < product).is_some() {}
                    given.peek().filter(|(of, _)| *of as usize == product).map_or(*default, |(_, fit)| *fit)
                });
            }
            Source::Need { .. } => {
                // A need that the client does not have adds 0, which changes nothing.
                room.clear();
                room.try_reserve(self.needs.len()).map_err(no_room)?;
                room.resize(self.needs.len(), 0.0);
                for (need, share) in &fits.needs {
                    if let Some(of_need) = room.get_mut(*need as usize) {
                        *of_need = *share;
                    }
                }
                let share = |need: u32| room.get(need as usize).copied().unwrap_or(0.0);
                self.add(listed, scores, |product| {
                    self.serves(product).iter().fold(0.0, |sum, (need, strength)| sum + share(*need) * strength)
                });
            }
        }
        Ok(())
    }

    /// Adds what the fits of the listed products, which ascend, contribute.
    #[inline(always)]
    fn add(&self, listed: &[u32], scores: &mut [f64], mut fit: impl FnMut(usize) -> f64) {
        for product in listed.iter().map(|product| *product as usize) {
            if let Some(score) = scores.get_mut(product) {
                // Shares of the needs may add up to a bit more than 1.
                *score += self.share * fit(product).min(1.0);
            }
        }
    }

    /// How one product fits: bit for bit what [`ScoreComponent::contribute`] adds.
    pub(super) fn explain(&self, fits: &Fits, product: u32, json: &mut Json) {
        let mut served = Vec::new();
        let fit = match &self.rule.source {
            Source::Attribute { .. } => self.fits.get(product as usize).copied().unwrap_or(0.0),
            Source::ByProduct { default, .. } => {
                let found = fits.given.binary_search_by_key(&product, |(product, _)| *product).ok();
                found.and_then(|at| fits.given.get(at)).map_or(*default, |(_, fit)| *fit)
            }
            Source::Need { .. } => {
                let mut sum = 0.0;
                for (number, strength) in self.serves(product as usize) {
                    let found = fits.needs.binary_search_by_key(number, |(need, _)| *need).ok().and_then(|at| fits.needs.get(at));
                    if let Some((_, share)) = found {
                        sum += share * strength;
                        served.extend(self.needs.get(*number as usize).map(AsRef::as_ref));
                    }
                }
                sum
            }
        };
        let fit = fit.min(1.0);
        json.open();
        json.fields(&self.same);
        json.key("contribution").number(self.share * fit);
        json.key("fit").number(fit);
        if matches!(self.rule.source, Source::Need { .. }) {
            json.key("matched").texts(served);
        }
        json.close();
    }
}
