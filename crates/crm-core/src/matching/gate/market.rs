//! A gate that asks whether the client belongs to the product's target market.

use super::Product;
use crate::condition::{Answers, Attributes, Board, BoardBuilder, Formula, Truth};
use crate::document::Object;
use crate::error::Result;
use crate::matching::catalogue::{about, no_room};
use crate::matching::json::Json;
use crate::tag::{MarketVerdict, TargetMarket};
use serde_json::Value;
use std::collections::HashMap;

/// Which verdicts of a target market pass.
#[derive(Clone, Debug, Default)]
pub(super) struct Rule {
    /// The attribute of the product that is its target market.
    product: String,
    missing_passes: bool,
    unknown_passes: bool,
    outside_passes: bool,
}

impl Rule {
    pub(super) fn read(object: &Object<'_>) -> Self {
        let passes = |key| object.optional(key).and_then(|node| node.choice(&[("exclude", false), ("pass", true)])).unwrap_or(false);
        Rule {
            product: object.text("target_market"),
            missing_passes: passes("missing"),
            unknown_passes: passes("unknown"),
            outside_passes: passes("outside"),
        }
    }
}

const FALSE: u8 = Truth::False as u8;
const TRUE: u8 = Truth::True as u8;

const INSIDE: u8 = 0;
const OUTSIDE: u8 = 1;
const EXCLUDED: u8 = 2;
const UNKNOWN: u8 = 3;
/// The product has no target market.
const MISSING: u8 = 4;
/// Outside, and whether the client is excluded is not known.
const OUTSIDE_AT_LEAST: u8 = 5;

/// The gate over a catalogue: products of one target market share a case.
#[derive(Clone, Debug)]
pub(super) struct MarketGate {
    rule: Rule,
    cases: Vec<Option<Market>>,
    case_of: Vec<u32>,
    known: HashMap<String, u32>,
    /// The comparisons of all target markets, each once.
    board: Board,
    builder: Option<Box<BoardBuilder>>,
}

#[derive(Clone, Debug)]
struct Market {
    market: TargetMarket,
    include: Option<Formula>,
    exclude: Option<Formula>,
}

impl MarketGate {
    pub(super) fn new(rule: &Rule) -> Self {
        MarketGate {
            rule: rule.clone(),
            cases: Vec::new(),
            case_of: Vec::new(),
            known: HashMap::new(),
            board: Board::default(),
            builder: Some(Box::default()),
        }
    }

    pub(super) fn push(&mut self, product: Product<'_>) -> Result<()> {
        let document = product.attribute(&self.rule.product).unwrap_or(&Value::Null);
        let next = u32::try_from(self.cases.len()).map_err(no_room)?;
        self.known.try_reserve(1).map_err(no_room)?;
        let case = *self.known.entry(document.to_string()).or_insert(next);
        if case == next {
            let market = match document {
                Value::Null => None,
                document => Some(TargetMarket::read(document).map_err(|e| {
                    let (hint, detail) = (e.hint.clone(), e.detail.clone());
                    let key = product.key.as_str().unwrap_or_default();
                    crate::Error { hint, detail, ..about(key, &format!("{}: {}", self.rule.product, e.message)) }
                })?),
            };
            let market = market.zip(self.builder.as_mut()).map(|(market, builder)| {
                let (include, exclude) = (market.include().map(|c| builder.add(c)), market.exclude().map(|c| builder.add(c)));
                Market { market, include, exclude }
            });
            self.cases.try_reserve(1).map_err(no_room)?;
            self.cases.push(market);
        }
        self.case_of.try_reserve(1).map_err(no_room)?;
        self.case_of.push(case);
        Ok(())
    }

    pub(super) fn finish(&mut self) {
        self.known = HashMap::new();
        if let Some(builder) = self.builder.take() {
            self.board = builder.finish();
        }
    }

    pub(super) fn judge(
        &self,
        client: &Value,
        answers: &mut Answers,
        few: &mut Vec<u8>,
        listed: &[u32],
        codes: &mut Vec<u8>,
    ) -> Result<()> {
        few.clear();
        few.try_reserve(self.cases.len()).map_err(no_room)?;
        self.board.ask(client, answers)?;
        few.extend(self.cases.iter().map(|case| case.as_ref().map_or(MISSING, |market| self.code(market, answers))));
        let case_of = |product: u32| self.case_of.get(product as usize).and_then(|case| few.get(*case as usize));
        codes.extend(listed.iter().map(|product| case_of(*product).copied().unwrap_or(UNKNOWN)));
        Ok(())
    }

    /// The code of the verdict.
    fn code(&self, market: &Market, answers: &Answers) -> u8 {
        let truth = |formula: &Option<Formula>, absent: Truth| match formula {
            None => absent,
            // Without products in it, a target market is worth the same for all.
            Some(formula) => match self.board.worth_of(formula, 0, answers) {
                FALSE => Truth::False,
                TRUE => Truth::True,
                _ => Truth::Unknown,
            },
        };
        let (include, exclude) = (truth(&market.include, Truth::True), truth(&market.exclude, Truth::False));
        match MarketVerdict::of(include, exclude) {
            MarketVerdict::Inside => INSIDE,
            MarketVerdict::Outside if exclude == Truth::Unknown => OUTSIDE_AT_LEAST,
            MarketVerdict::Outside => OUTSIDE,
            MarketVerdict::Excluded => EXCLUDED,
            MarketVerdict::Unknown => UNKNOWN,
        }
    }

    pub(super) fn passes(&self, code: u8) -> bool {
        match code {
            INSIDE => true,
            OUTSIDE => self.rule.outside_passes,
            UNKNOWN => self.rule.unknown_passes,
            // He may be one of those to whom it must never be offered.
            OUTSIDE_AT_LEAST => self.rule.outside_passes && self.rule.unknown_passes,
            MISSING => self.rule.missing_passes,
            _ => false,
        }
    }

    pub(super) fn entry(&self, json: &mut Json, client: &Value, product: u32, code: u8) -> Result<()> {
        let market = self.case_of.get(product as usize).and_then(|case| self.cases.get(*case as usize)?.as_ref()).map(|case| &case.market);
        if let Some(market) = market {
            for (key, part) in [("include", market.include()), ("exclude", market.exclude())] {
                if let Some(condition) = part {
                    super::condition::steps(json, key, condition, &Value::Null, client)?;
                }
            }
        }
        let verdict = match code {
            INSIDE => "inside",
            OUTSIDE | OUTSIDE_AT_LEAST => "outside",
            EXCLUDED => "excluded",
            UNKNOWN => "unknown",
            _ => "missing",
        };
        if !self.passes(code) {
            json.key("ground").text(if code == MISSING { "missing" } else { "target_market" });
        }
        json.key("target_market").text(verdict);
        Ok(())
    }
}
