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
    /// By need: the products that serve it, each with how much.
    serving: BTreeMap<Box<str>, Vec<(u32, f64)>>,
}

/// What a client gives to a component: products with what they get, and what others get.
#[derive(Clone, Debug, Default)]
pub(super) struct Fits {
    /// Of each need of the client that some product serves, in order: its share of his needs.
    needs: Vec<(Box<str>, f64)>,
    /// By product: its fit. Ascending.
    given: Vec<(u32, f64)>,
}

impl ScoreComponent {
    /// A component without products.
    pub(super) fn new(rule: &ScoreRule, share: f64) -> Self {
        let same = same_for_all("component", &rule.id, rule.label.as_ref(), rule.weight);
        ScoreComponent { rule: rule.clone(), same, share, fits: Vec::new(), serving: BTreeMap::new() }
    }

    /// Adds the next product.
    pub(super) fn push(&mut self, position: u32, product: &dyn Attributes) -> Result<()> {
        match &self.rule.source {
            Source::ByProduct { .. } => {}
            Source::Attribute { product: name, scale, default } => {
                self.fits.try_reserve(1).map_err(no_room)?;
                self.fits.push(number(product.attribute(name)).map_or(*default, |x| scale.fit(x)));
            }
            Source::Need { product: name, .. } => {
                for (need, strength) in needs(product.attribute(name)) {
                    let serving = match self.serving.get_mut(need) {
                        Some(serving) => serving,
                        None => self.serving.entry(boxed(need)?).or_default(),
                    };
                    serving.try_reserve(1).map_err(no_room)?;
                    serving.push((position, strength.min(1.0)));
                }
            }
        }
        Ok(())
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
                    if self.serving.contains_key(need) {
                        fits.needs.try_reserve(1).map_err(no_room)?;
                        fits.needs.push((boxed(need)?, intensity / total));
                    }
                }
            }
        }
        Ok(fits)
    }

    /// Adds its contribution to the score of every product. `room` is room for one number a product.
    pub(super) fn contribute(&self, fits: &Fits, room: &mut [f64], scores: &mut [f64]) {
        let own = match &self.rule.source {
            Source::Attribute { .. } => &self.fits,
            Source::ByProduct { default, .. } => {
                room.fill(*default);
                for (product, fit) in &fits.given {
                    if let Some(of_product) = room.get_mut(*product as usize) {
                        *of_product = *fit;
                    }
                }
                &*room
            }
            Source::Need { .. } => {
                room.fill(0.0);
                for (need, share) in &fits.needs {
                    for (product, strength) in self.serving.get(need).into_iter().flatten() {
                        if let Some(of_product) = room.get_mut(*product as usize) {
                            *of_product += share * strength;
                        }
                    }
                }
                &*room
            }
        };
        // Shares of the needs may add up to a bit more than 1.
        scores.iter_mut().zip(own).for_each(|(score, fit)| *score += self.share * fit.min(1.0));
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
                for (need, share) in &fits.needs {
                    let serving = self.serving.get(need).map_or(&[][..], Vec::as_slice);
                    let found = serving.binary_search_by_key(&product, |(product, _)| *product).ok().and_then(|at| serving.get(at));
                    if let Some((_, strength)) = found {
                        sum += share * strength;
                        served.push(need.as_ref());
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
