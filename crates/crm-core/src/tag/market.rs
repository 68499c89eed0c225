//! Target markets: whom a product is meant for, and whom it is not meant for.

use crate::condition::{Attributes, Comparison, Condition, Step, Truth, Vocabulary, check_scales, read_scales};
use crate::document::{Object, Problem, check_kind, read_kind};
use crate::error::{Error, Result};
use serde_json::Value;

/// The document's kind.
pub(super) const KIND: &str = "target_market";

/// The clients that a product is meant for.
///
/// | key | what it holds |
/// |---|---|
/// | `include` | a condition over the client: the target market; without it everyone is in it who is not excluded |
/// | `exclude` | a condition over the client: the negative target market |
/// | `scales` | by attribute, its texts from the lowest to the highest |
/// | `name`, `note` | for people |
///
/// At least one of `include` and `exclude` is there. What conditions are and what they are worth when something is missing is
/// said at [`Condition`]; here they compare attributes of the client with constants.
#[derive(Clone, Debug)]
pub struct TargetMarket {
    include: Option<Condition>,
    exclude: Option<Condition>,
}

/// Where a client stands to a target market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarketVerdict {
    /// In the target market.
    Inside,
    /// In the negative target market.
    Excluded,
    /// In neither.
    Outside,
    /// It cannot be said: an attribute that matters is missing or does not compare.
    Unknown,
}

impl MarketVerdict {
    /// The verdict, from what `include` and `exclude` are worth; an absent `include` is true, an absent `exclude` false.
    ///
    /// Excluded when `exclude` is true; else outside when `include` is false; else unknown when either is unknown; else inside.
    pub fn of(include: Truth, exclude: Truth) -> Self {
        match (include, exclude) {
            (_, Truth::True) => MarketVerdict::Excluded,
            (Truth::False, _) => MarketVerdict::Outside,
            (Truth::Unknown, _) | (_, Truth::Unknown) => MarketVerdict::Unknown,
            (Truth::True, Truth::False) => MarketVerdict::Inside,
        }
    }

    /// Its name in results.
    pub fn as_str(self) -> &'static str {
        match self {
            MarketVerdict::Inside => "inside",
            MarketVerdict::Excluded => "excluded",
            MarketVerdict::Outside => "outside",
            MarketVerdict::Unknown => "unknown",
        }
    }
}

/// A condition of a target market, or a part of one, and what it is worth for a client.
#[derive(Clone, Debug)]
pub struct MarketStep<'a> {
    /// `include` or `exclude`.
    pub part: &'static str,
    /// Where in the document it stands: `include.all[1]`.
    pub path: String,
    /// As people read it.
    pub condition: String,
    /// What it is worth.
    pub truth: Truth,
    /// Of a comparison: the attribute, its value as it is written, and how it compares.
    pub compared: Option<(&'a str, Option<&'a Value>, &'static str)>,
}

impl TargetMarket {
    /// Reads a target market (22023 with the path of what is wrong).
    pub fn read(market: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, market, Self::from_object)
            .map_err(|e| e.hint("select * from crm.target_market_check(market) lists every problem."))
    }

    /// Every problem of a target market.
    pub fn problems(market: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, market, Self::from_object).err().unwrap_or_default()
    }

    fn from_object(object: &Object<'_>) -> Self {
        let scales = read_scales(object);
        let vocabulary = Vocabulary { scales: &scales, client_only: true, ..Vocabulary::default() };
        let condition = |key| object.optional(key).and_then(|node| Condition::read(&node, &vocabulary));
        let market = TargetMarket { include: condition("include"), exclude: condition("exclude") };
        if object.is_clean() {
            if market.include.is_none() && market.exclude.is_none() {
                object.problem("include", "is missing, and so is \"exclude\": the target market says nothing");
            }
            let leaves: Vec<_> = market.include.iter().chain(&market.exclude).flat_map(Condition::leaves).collect();
            check_scales(object, leaves.iter().map(|leaf| &leaf.comparison).flat_map(Comparison::attributes), "condition");
        }
        market
    }

    /// The condition of the target market, if there is one.
    pub fn include(&self) -> Option<&Condition> {
        self.include.as_ref()
    }

    /// The condition of the negative target market, if there is one.
    pub fn exclude(&self) -> Option<&Condition> {
        self.exclude.as_ref()
    }

    /// Where a client stands.
    pub fn verdict(&self, client: &dyn Attributes) -> Result<MarketVerdict> {
        let truth = |condition: &Option<Condition>, absent| condition.as_ref().map_or(Ok(absent), |c| c.truth(&Value::Null, client));
        Ok(MarketVerdict::of(truth(&self.include, Truth::True)?, truth(&self.exclude, Truth::False)?))
    }

    /// The conditions and their parts and what each is worth for a client: `include`, then `exclude`, the whole before its parts.
    pub fn explain<'a>(&'a self, client: &'a dyn Attributes) -> Result<Vec<MarketStep<'a>>> {
        let mut explained = Vec::new();
        for (part, condition) in [("include", &self.include), ("exclude", &self.exclude)] {
            if let Some(condition) = condition {
                explained.extend(condition.steps(&Value::Null, client)?.into_iter().map(|step| explained_step(part, step)));
            }
        }
        Ok(explained)
    }
}

fn explained_step<'a>(part: &'static str, step: Step<'a>) -> MarketStep<'a> {
    let compared = match (step.condition, step.compared) {
        (Condition::Leaf(leaf), Some(compared)) => {
            Some((leaf.comparison.client.as_deref().unwrap_or_default(), compared.client, compared.outcome.as_str()))
        }
        _ => None,
    };
    let path = if step.path.is_empty() { part.to_string() } else { format!("{part}.{}", step.path) };
    MarketStep { part, path, condition: step.condition.to_string(), truth: step.truth, compared }
}

/// Refuses a client that is no object (22023): a list or a text has no attributes, and every condition would be unknown.
pub fn client(client: &Value) -> Result<&Value> {
    if client.is_object() {
        return Ok(client);
    }
    Err(Error::parameter("client must be a JSON object").hint("Pass to_jsonb(row) or jsonb_build_object(…)."))
}
