//! A gate that asks for the verdict of a rule set.

use super::Product;
use super::extract::Extract;
use crate::calendar::Day;
use crate::condition::{Answers, Board, BoardBuilder, Formula, Truth, Worth};
use crate::document::Node;
use crate::error::{Error, Result};
use crate::matching::json::Json;
use crate::suitability::SuitabilityRules;
use serde_json::Value;

/// A rule set; a product passes with a verdict with which it may be offered.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    rules: SuitabilityRules,
}

impl Rule {
    /// Reads the rule set that stands in the policy.
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        let problems = SuitabilityRules::problems(node.value());
        problems.iter().for_each(|problem| node.problem_below(&problem.path, problem.problem.clone()));
        SuitabilityRules::read(node.value()).ok().map(|rules| Rule { rules })
    }
}

/// The gate over a catalogue, on a day. The codes are the places of the verdicts.
#[derive(Clone, Debug)]
pub(super) struct SuitabilityGate {
    rules: SuitabilityRules,
    as_of: Day,
    board: Board,
    builder: Option<Box<BoardBuilder>>,
    /// Of every rule in effect that has a verdict: its condition, and the place of the verdict when that fails, is unknown, holds.
    formulas: Vec<(Formula, [u8; 3])>,
    /// Of every rule in effect that sets a flag: its condition, and the flag when that fails, is unknown, holds.
    flags: Vec<(Formula, [Option<String>; 3])>,
    shown: Extract,
}

impl SuitabilityGate {
    pub(super) fn new(rule: &Rule, as_of: Option<Day>) -> Result<Self> {
        let as_of = as_of.ok_or_else(|| {
            Error::parameter("as_of must be given: the policy has suitability rules")
                .hint("as_of => the day as of which the client is to be judged.")
        })?;
        let (mut builder, mut shown) = (BoardBuilder::default(), Extract::default());
        let rules = rule.rules.clone();
        let (mut formulas, mut flags) = (Vec::new(), Vec::new());
        for rule in rules.on(as_of)?.rules() {
            let place = |truth| rule.verdict(truth).map_or(0, |place| u8::try_from(place).unwrap_or(u8::MAX));
            let places = [Truth::False, Truth::Unknown, Truth::True].map(place);
            if rule.flag_name().is_some() {
                flags.push((
                    builder.add(rule.condition()),
                    [Truth::False, Truth::Unknown, Truth::True].map(|truth| rule.flag(truth).map(str::to_string)),
                ));
            }
            // A flag, or a rule for the most permissive verdict, changes no verdict.
            if places != [0; 3] {
                formulas.push((builder.add(rule.condition()), places));
            }
        }
        rules.product_attributes().into_iter().for_each(|name| shown.ask_name(name));
        Ok(SuitabilityGate { rules, as_of, board: Board::default(), builder: Some(Box::new(builder)), formulas, flags, shown })
    }

    pub(super) fn push(&mut self, product: Product<'_>) -> Result<()> {
        self.shown.push(product)?;
        let Some(builder) = self.builder.as_mut() else { return Ok(()) };
        let in_effect = self.rules.on(self.as_of)?;
        builder.push(&in_effect.derive_product(&product))
    }

    pub(super) fn finish(&mut self) {
        self.shown.finish();
        if let Some(builder) = self.builder.take() {
            self.board = builder.finish();
        }
    }

    /// The strictest verdict of all rules that apply, for the listed products.
    pub(super) fn judge(&self, client: &Value, answers: &mut Answers, listed: &[u32], codes: &mut Vec<u8>) -> Result<()> {
        let in_effect = self.rules.on(self.as_of)?;
        self.board.ask(&in_effect.derive_client(client), answers)?;
        codes.resize(listed.len(), 0);
        let mut least = 0;
        for (formula, places) in &self.formulas {
            let place = |truth: u8| places.get(usize::from(truth)).copied().unwrap_or(u8::MAX);
            let worth = self.board.worth(formula, listed, answers)?;
            match &worth {
                Worth::Same(truth) => least = least.max(place(*truth)),
                Worth::Each(truths) => codes.iter_mut().zip(truths).for_each(|(code, truth)| *code = place(*truth).max(*code)),
            }
            answers.take_back(worth);
        }
        if least > 0 {
            codes.iter_mut().for_each(|code| *code = least.max(*code));
        }
        Ok(())
    }

    pub(super) fn passes(&self, code: u8) -> bool {
        self.rules.verdicts().get(usize::from(code)).is_some_and(|verdict| verdict.offer)
    }

    fn verdict(&self, code: u8) -> &str {
        self.rules.verdicts().get(usize::from(code)).map_or("", |verdict| &verdict.name)
    }

    /// The verdict with which a product is offered to the client whose answers these are, and its flags.
    pub(super) fn remark(&self, json: &mut Json, id: &str, answers: &Answers, product: u32, code: u8) {
        let mut flags = Vec::new();
        for (formula, names) in &self.flags {
            let truth = self.board.worth_of(formula, product as usize, answers);
            let flag = names.get(usize::from(truth)).and_then(|name| name.as_deref());
            flags.extend(flag.filter(|flag| !flags.contains(flag)));
        }
        json.open();
        json.key("flags").texts(flags);
        json.key("gate").text(id);
        json.key("verdict").text(self.verdict(code));
        json.close();
    }

    pub(super) fn entry(&self, json: &mut Json, client: &Value, product: u32, code: u8) -> Result<()> {
        let in_effect = self.rules.on(self.as_of)?;
        let explained = in_effect.explain_shortly(client, self.shown.of(product))?;
        json.key("as_of").text(&self.as_of.to_string());
        json.key("digest").text(self.rules.digest());
        if let Some(explained) = explained {
            json.key("flags").texts(explained.flags);
            json.key("missing").texts(explained.missing.iter().map(String::as_str));
            json.key("rules").raw("[");
            for reason in explained.reasons {
                json.open();
                if let Some(cure) = &reason.rule.cure {
                    json.key("cure").value(&cure.to_json());
                }
                json.key("id").text(&reason.rule.id);
                json.key("outcome").text(reason.truth.as_str());
                if let Some(label) = &reason.rule.reason {
                    json.key("reason").value(&label.to_json());
                }
                json.key("reference").text(&reason.rule.reference);
                // The one it asks for here: of an unknown condition it may be another than the rule's own.
                json.key("verdict").text(self.rules.verdicts().get(reason.place).map_or("", |verdict| &verdict.name));
                json.close();
            }
            json.raw("]");
        }
        if !self.passes(code) {
            json.key("ground").text("suitability");
        }
        json.key("rule_set").text(self.rules.name());
        json.key("verdict").text(self.verdict(code));
        json.key("version").value(&Value::from(self.rules.version()));
        Ok(())
    }
}
