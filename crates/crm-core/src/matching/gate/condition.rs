//! A gate that asks for a condition.

use super::extract::Extract;
use super::{Product, Vocabulary};
use crate::condition::{Answers, Attributes, Board, BoardBuilder, Condition, Formula, Truth, Worth};
use crate::document::{Node, Object};
use crate::error::Result;
use crate::matching::json::Json;
use serde_json::Value;

/// A condition that must hold, at least where another holds.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    test: Condition,
    when: Option<Condition>,
    /// Whether what is unknown passes; of `when`: the gate applies.
    unknown_passes: bool,
}

/// The codes: those of [`Truth`], and one where `when` does not hold.
const FAILS: u8 = Truth::False as u8;
const UNKNOWN: u8 = Truth::Unknown as u8;
const DOES_NOT_APPLY: u8 = 3;

impl Rule {
    pub(super) fn read(object: &Object<'_>, node: &Node<'_>, vocabulary: &Vocabulary<'_>) -> Option<Self> {
        let test = Condition::read(node, vocabulary);
        let when = object.optional("when").map(|when| Condition::read(&when, vocabulary));
        let unknown_passes =
            object.optional("unknown").and_then(|node| node.choice(&[("exclude", false), ("pass", true)])).unwrap_or(false);
        let when = match when {
            Some(when) => Some(when?),
            None => None,
        };
        Some(Rule { test: test?, when, unknown_passes })
    }

    pub(super) fn attributes(&self) -> Vec<&str> {
        let all = std::iter::once(&self.test).chain(&self.when);
        all.flat_map(|condition| condition.leaves()).flat_map(|leaf| leaf.comparison.attributes()).collect()
    }
}

/// The gate over a catalogue.
#[derive(Clone, Debug)]
pub(super) struct ConditionGate {
    rule: Rule,
    board: Board,
    builder: Option<Box<BoardBuilder>>,
    test: Formula,
    when: Option<Formula>,
    shown: Extract,
}

impl ConditionGate {
    pub(super) fn new(rule: &Rule) -> Self {
        let (mut builder, mut shown) = (BoardBuilder::default(), Extract::default());
        let test = builder.add(&rule.test);
        let when = rule.when.as_ref().map(|when| builder.add(when));
        std::iter::once(&rule.test).chain(&rule.when).for_each(|condition| shown.ask(condition));
        ConditionGate { rule: rule.clone(), board: Board::default(), builder: Some(Box::new(builder)), test, when, shown }
    }

    pub(super) fn push(&mut self, product: Product<'_>) -> Result<()> {
        self.shown.push(product)?;
        self.builder.as_mut().map_or(Ok(()), |builder| builder.push(&product))
    }

    pub(super) fn finish(&mut self) {
        self.shown.finish();
        if let Some(builder) = self.builder.take() {
            self.board = builder.finish();
        }
    }

    pub(super) fn judge(&self, client: &Value, answers: &mut Answers, listed: &[u32], codes: &mut Vec<u8>) -> Result<()> {
        self.board.ask(client, answers)?;
        let put = |codes: &mut Vec<u8>, worth: &Worth| match worth {
            Worth::Same(truth) => codes.resize(listed.len(), *truth),
            Worth::Each(truths) => codes.extend_from_slice(truths),
        };
        let worth = self.board.worth(&self.test, listed, answers)?;
        put(codes, &worth);
        answers.take_back(worth);
        if let Some(when) = &self.when {
            let worth = self.board.worth(when, listed, answers)?;
            match &worth {
                Worth::Same(FAILS) => codes.fill(DOES_NOT_APPLY),
                Worth::Same(_) => {}
                Worth::Each(truths) => {
                    for (code, truth) in codes.iter_mut().zip(truths) {
                        if *truth == FAILS {
                            *code = DOES_NOT_APPLY;
                        }
                    }
                }
            }
            answers.take_back(worth);
        }
        Ok(())
    }

    pub(super) fn passes(&self, code: u8) -> bool {
        match code {
            FAILS => false,
            UNKNOWN => self.rule.unknown_passes,
            _ => true,
        }
    }

    pub(super) fn applies(&self, code: u8) -> bool {
        code != DOES_NOT_APPLY
    }

    pub(super) fn entry(&self, json: &mut Json, client: &Value, product: u32, code: u8) -> Result<()> {
        json.key("condition").text(&self.rule.test.to_string());
        if !self.passes(code) {
            json.key("ground").text(if code == UNKNOWN { "unknown" } else { "condition" });
        }
        steps(json, "compared", &self.rule.test, self.shown.of(product), client)?;
        if let Some(when) = &self.rule.when {
            json.key("when").text(&when.to_string());
            steps(json, "when_compared", when, self.shown.of(product), client)?;
        }
        Ok(())
    }
}

/// What the comparisons of a condition compared.
pub(super) fn steps(
    json: &mut Json,
    key: &'static str,
    condition: &Condition,
    product: &dyn Attributes,
    client: &dyn Attributes,
) -> Result<()> {
    json.key(key).raw("[");
    for step in condition.steps(product, client)? {
        let (Condition::Leaf(leaf), Some(compared)) = (step.condition, step.compared) else { continue };
        json.open();
        if leaf.comparison.client.is_some() {
            json.key("client").short(compared.client);
        }
        json.key("comparison").text(&leaf.comparison.to_string());
        json.key("outcome").text(compared.outcome.as_str());
        if leaf.comparison.product.is_some() {
            json.key("product").short(compared.product);
        }
        json.close();
    }
    json.raw("]");
    Ok(())
}
