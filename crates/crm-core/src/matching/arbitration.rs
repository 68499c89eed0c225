//! Arbitration: which of the products that fit is offered first, and whether the firm's own interest changes that.

use super::catalogue::{about, no_room};
use super::json::{Json, same_for_all};
use super::policy::{Named, members};
use super::scores::number;
use crate::condition::Attributes;
use crate::document::Object;
use crate::error::Result;
use crate::label::Label;
use serde_json::Value;

const MAX_TERMS: usize = 16;
/// No priority is beyond this.
const MOST: f64 = 1e300;
/// No figure is beyond this, so that its power is finite.
const MOST_FIGURE: f64 = 1e15;

/// priority = Π termᵂᵉⁱᵍʰᵗ − price of attention.
#[derive(Clone, Debug)]
pub(super) struct Arbitration {
    terms: Vec<Term>,
    cost: Option<Cost>,
    pub minimum: Option<f64>,
}

#[derive(Clone, Debug)]
struct Term {
    id: String,
    label: Option<Label>,
    weight: f64,
    /// Whether it is in the firm's own interest, and is left out of the neutral ranking.
    firm: bool,
    source: Source,
    /// What stands for a figure that is missing; without it the product is excluded.
    default: Option<f64>,
}

#[derive(Clone, Debug)]
enum Source {
    Score,
    Product(String),
    Client(String),
    ByProduct(String),
}

/// What it costs to make the offer: so many units of attention (minutes of an adviser) at so much each.
#[derive(Clone, Debug)]
struct Cost {
    product: String,
    price: f64,
    default: Option<f64>,
    firm: bool,
}

impl Named for Term {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Arbitration {
    pub(super) fn from_object(object: &Object<'_>) -> Self {
        let terms = members(object, "terms", MAX_TERMS, Term::from_object);
        if terms.is_empty() && object.is_clean() {
            object.problem("terms", "must have at least one term");
        }
        let cost = object.optional("attention").map(|node| {
            node.object(|cost| Cost {
                product: cost.text("product"),
                price: cost.number("price", 0.0..=1e12),
                default: cost.optional_number("default", 0.0..=1e12),
                firm: cost.optional_boolean("firm").unwrap_or(true),
            })
        });
        Arbitration { terms, cost, minimum: object.optional_number("minimum", -1e15..=1e15) }
    }
}

impl Term {
    fn from_object(object: &Object<'_>) -> Self {
        let id = object.text("id");
        let (score, product) = (object.optional_boolean("score"), object.optional_text("product"));
        let (client, by_product) = (object.optional_text("client"), object.optional_text("by_product"));
        let sources = [score.is_some(), product.is_some(), client.is_some(), by_product.is_some()];
        if sources.into_iter().filter(|given| *given).count() != 1 || score == Some(false) {
            object.problem(
                "score",
                "must be true, or else \"product\", \"client\" or \"by_product\" must name an attribute: exactly one of the four",
            );
        }
        let source = product.map(Source::Product).or(client.map(Source::Client)).or(by_product.map(Source::ByProduct));
        Term {
            id,
            label: object.label("label"),
            weight: object.optional_number("weight", 0.01..=4.0).unwrap_or(1.0),
            firm: object.optional_boolean("firm").unwrap_or(false),
            source: source.unwrap_or(Source::Score),
            default: object.optional_number("default", -MOST_FIGURE..=MOST_FIGURE),
        }
    }

    /// The figure to the power of the weight. Not a number where the figure is missing, or a root of what is negative is asked.
    fn factor(&self, figure: Option<f64>) -> f64 {
        match figure.or(self.default) {
            None => f64::NAN,
            Some(x) if self.weight == 1.0 => x,
            Some(x) if x < 0.0 => f64::NAN,
            Some(x) => libm::pow(x, self.weight),
        }
    }
}

/// The arbitration over a catalogue.
#[derive(Clone, Debug)]
pub(super) struct Arbiter {
    rule: Arbitration,
    /// By term: its name, label and weight, for reasons.
    same: Vec<String>,
    /// By term, by product: the factor, where it is the product's.
    factors: Vec<Vec<f64>>,
    /// By term, by product: the figure it was made of.
    figures: Vec<Vec<Option<f64>>>,
    /// By product: the price of the attention it takes.
    costs: Vec<f64>,
}

/// What a client gives to the terms.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// By term.
    terms: Vec<Figures>,
}

/// A client's figure for all products, and his figures for some.
type Figures = (Option<f64>, Vec<(u32, f64)>);

impl Arbiter {
    pub(super) fn new(rule: &Arbitration) -> Self {
        let same = rule.terms.iter().map(|term| same_for_all("term", &term.id, term.label.as_ref(), term.weight)).collect();
        let many = rule.terms.len();
        Arbiter { rule: rule.clone(), same, factors: vec![Vec::new(); many], figures: vec![Vec::new(); many], costs: Vec::new() }
    }

    /// What a product must bring to be offered.
    pub(super) fn minimum(&self) -> Option<f64> {
        self.rule.minimum
    }

    /// Whether the firm's own interest is in it.
    pub(super) fn asks_firm(&self) -> bool {
        self.rule.terms.iter().any(|term| term.firm) || self.rule.cost.as_ref().is_some_and(|cost| cost.firm)
    }

    /// Adds the next product. Figures that are no numbers are errors (22023).
    pub(super) fn push(&mut self, key: &str, product: &dyn Attributes) -> Result<()> {
        let figure = |name: &str| match product.attribute(name) {
            None | Some(Value::Null) => Ok(None),
            value => number(value)
                .filter(|x| x.abs() <= MOST_FIGURE)
                .map(Some)
                .ok_or_else(|| about(key, &format!("the attribute \"{name}\" must be a number up to 1e15: the arbitration uses it"))),
        };
        for ((term, factors), figures) in self.rule.terms.iter().zip(&mut self.factors).zip(&mut self.figures) {
            if let Source::Product(name) = &term.source {
                let figure = figure(name)?;
                factors.try_reserve(1).map_err(no_room)?;
                factors.push(term.factor(figure));
                figures.try_reserve(1).map_err(no_room)?;
                figures.push(figure);
            }
        }
        if let Some(cost) = &self.rule.cost {
            self.costs.try_reserve(1).map_err(no_room)?;
            let attention = figure(&cost.product)?.or(cost.default);
            self.costs.push(attention.map_or(f64::NAN, |attention| attention * cost.price));
        }
        Ok(())
    }

    /// Reads what the client gives; `position` finds a product by its key.
    pub(super) fn read(&self, client: &Value, position: impl Fn(&str) -> Option<u32>) -> Result<Given> {
        let mut given = Given::default();
        // What is no figure is missing: a client's slip must not stop a query over all clients.
        let figure = |value: Option<&Value>| number(value).filter(|x| x.abs() <= MOST_FIGURE);
        for term in &self.rule.terms {
            given.terms.push(match &term.source {
                Source::Score | Source::Product(_) => (None, Vec::new()),
                Source::Client(name) => (figure(client.get(name)), Vec::new()),
                Source::ByProduct(name) => {
                    let mut figures = Vec::new();
                    for (key, value) in client.get(name).and_then(Value::as_object).into_iter().flatten() {
                        if let (Some(product), Some(x)) = (position(key), figure(Some(value))) {
                            figures.try_reserve(1).map_err(no_room)?;
                            figures.push((product, x));
                        }
                    }
                    figures.sort_unstable_by_key(|(product, _)| *product);
                    (None, figures)
                }
            });
        }
        Ok(given)
    }

    /// The priority of every listed product, and the one that leaves the firm's interest out. Not a number where a figure is missing.
    pub(super) fn prioritise(&self, given: &Given, scores: &[f64], listed: &[u32], priorities: &mut [f64], neutral: &mut [f64]) {
        for product in listed.iter().map(|product| *product as usize) {
            if let (Some(priority), Some(neutral)) = (priorities.get_mut(product), neutral.get_mut(product)) {
                (*priority, *neutral) = (1.0, 1.0);
            }
        }
        let number = |numbers: &[f64], product: usize| numbers.get(product).copied().unwrap_or(f64::NAN);
        for ((term, factors), (all, some)) in self.rule.terms.iter().zip(&self.factors).zip(&given.terms) {
            let neutral = if term.firm { None } else { Some(&mut *neutral) };
            match &term.source {
                Source::Product(_) => multiply(listed, priorities, neutral, |product| number(factors, product)),
                Source::Score if term.weight == 1.0 => multiply(listed, priorities, neutral, |product| number(scores, product)),
                Source::Score => multiply(listed, priorities, neutral, |product| term.factor(Some(number(scores, product)))),
                Source::Client(_) | Source::ByProduct(_) => {
                    let (others, mut some) = (term.factor(*all), some.iter().peekable());
                    multiply(listed, priorities, neutral, |product| {
                        while some.next_if(|(of, _)| (*of as usize) < product).is_some() {}
                        some.peek().filter(|(of, _)| *of as usize == product).map_or(others, |(_, x)| term.factor(Some(*x)))
                    });
                }
            }
        }
        let cost = self.rule.cost.as_ref();
        for product in listed.iter().map(|product| *product as usize) {
            let (Some(priority), Some(neutral)) = (priorities.get_mut(product), neutral.get_mut(product)) else { continue };
            if let Some(cost) = cost {
                let price = number(&self.costs, product);
                *priority -= price;
                *neutral -= if cost.firm { 0.0 } else { price };
            }
            // What the firm's part lacks excludes; so it does in the neutral ranking, which is one of the same products.
            *priority = bounded(*priority);
            *neutral = if priority.is_nan() { f64::NAN } else { bounded(*neutral) };
        }
    }

    /// The terms of a product's priority, whose product, less the price of attention, it is.
    pub(super) fn explain(&self, given: &Given, score: f64, product: u32, json: &mut Json) {
        json.key("priority").raw("[");
        let at = product as usize;
        let parts = self.rule.terms.iter().zip(&self.same).zip(self.figures.iter().zip(&given.terms));
        for ((term, same), (figures, (all, some))) in parts {
            let figure = match &term.source {
                Source::Score => Some(score),
                Source::Product(_) => figures.get(at).copied().flatten(),
                Source::Client(_) => *all,
                Source::ByProduct(_) => {
                    some.binary_search_by_key(&product, |(product, _)| *product).ok().and_then(|i| some.get(i)).map(|(_, x)| *x)
                }
            };
            json.open();
            json.fields(same);
            json.key("factor").number(term.factor(figure));
            if term.firm {
                json.key("firm").raw("true");
            }
            json.key("value").optional_number(figure.or(term.default));
            json.close();
        }
        json.raw("]");
        if self.rule.cost.is_some() {
            json.key("attention").optional_number(self.costs.get(at).copied());
        }
    }
}

/// Multiplies the priorities of the listed products, which ascend, and the neutral ones if need be, by their factors.
#[inline(always)]
fn multiply(listed: &[u32], priorities: &mut [f64], mut neutral: Option<&mut [f64]>, mut factor: impl FnMut(usize) -> f64) {
    for product in listed.iter().map(|product| *product as usize) {
        let factor = factor(product);
        // Bounded each time: nothing is infinite, and nothing times 0 is 0.
        let times = |priority: &mut f64| *priority = (*priority * factor).clamp(-MOST, MOST);
        priorities.get_mut(product).map(times);
        neutral.as_mut().and_then(|neutral| neutral.get_mut(product)).map(times);
    }
}

/// Within the bounds; and 0 has no sign, which would part equal priorities.
fn bounded(priority: f64) -> f64 {
    priority.clamp(-MOST, MOST) + 0.0
}
