//! Why a verdict is what it is: the rules that applied, what was missing, and every comparison.

use super::derive::{Derived, lacks};
use super::document::{Effect, Rule, Verdict};
use super::effect::InEffect;
use crate::condition::{Attributes, Condition, Outcome, Step, Truth};
use crate::error::Result;
use crate::label::labelled;
use serde_json::{Map, Value, json};

/// A verdict and all that led to it.
#[derive(Clone, Debug)]
pub struct Explanation<'r> {
    /// The verdict.
    pub verdict: &'r Verdict,
    /// Every rule with a verdict that applies, the strictest first, then in the order of the document.
    pub reasons: Vec<Reason<'r>>,
    /// The flags that are set, each once, in the order of the document.
    pub flags: Vec<&'r str>,
    /// What was missing or did not compare and had a part in a rule that applies, as `client.risk_class`, each once.
    pub missing: Vec<String>,
    /// Every rule in the order of the document, with all it compared.
    pub details: Value,
}

/// A rule that applies.
#[derive(Clone, Debug)]
pub struct Reason<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Whether its condition holds, or cannot be said to fail.
    pub truth: Truth,
    /// The place of the verdict it asks for.
    pub place: usize,
    /// Why, in the language asked for; its id without one.
    pub reason: &'r str,
    /// What would cure it; none when nothing does.
    pub cure: Option<&'r str>,
}

impl<'r> InEffect<'r> {
    /// Explains the verdict on a client and a product, as they are given. A language that a label lacks is 22023.
    pub fn explain(&self, client: &dyn Attributes, product: &dyn Attributes, language: Option<&str>) -> Result<Option<Explanation<'r>>> {
        self.explained(client, product, language, true)
    }

    /// As [`InEffect::explain`], without a language and without the details, which are most of the work.
    pub fn explain_shortly(&self, client: &dyn Attributes, product: &dyn Attributes) -> Result<Option<Explanation<'r>>> {
        self.explained(client, product, None, false)
    }

    fn explained(
        &self,
        client: &dyn Attributes,
        product: &dyn Attributes,
        language: Option<&str>,
        detailed: bool,
    ) -> Result<Option<Explanation<'r>>> {
        let (client, product) = (self.derive_client(client), self.derive_product(product));
        let (mut reasons, mut flags, mut missing, mut details) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for rule in &self.rules.rules {
            if !rule.is_in_effect(self.as_of) {
                if detailed {
                    details.push(detail(rule, self.verdicts(), "not_in_effect", false, Vec::new()));
                }
                continue;
            }
            let truth = rule.when.truth(&product, &client)?;
            let (verdict, flag) = (rule.verdict(truth), rule.flag(truth));
            let applies = verdict.is_some() || flag.is_some();
            if detailed {
                let steps = rule.when.steps(&product, &client)?;
                details.push(detail(rule, self.verdicts(), truth.as_str(), applies, steps.iter().map(shown).collect()));
            }
            if applies {
                lacking(&rule.when, true, &product, &client, &mut missing)?;
            }
            if let Some(place) = verdict {
                reasons.push(Reason {
                    rule,
                    truth,
                    place,
                    reason: labelled(&rule.id, rule.reason.as_ref(), language)?,
                    cure: rule.cure_in(language)?,
                });
            }
            flags.extend(flag.filter(|flag| !flags.contains(flag)));
        }
        let strictest = reasons.iter().map(|reason| reason.place).max().unwrap_or(0);
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.place)); // stable: the order of the document stays
        let verdict = self.rules.verdicts.get(strictest);
        Ok(verdict.map(|verdict| Explanation { verdict, reasons, flags, missing, details: Value::Array(details) }))
    }
}

impl Rule {
    /// What would cure it, in a language; in the first of its languages when none is asked for.
    pub fn cure_in(&self, language: Option<&str>) -> Result<Option<&str>> {
        let Some(cure) = &self.cure else { return Ok(None) };
        match language.or_else(|| cure.languages().next()) {
            Some(language) => labelled(&self.id, Some(cure), Some(language)).map(Some),
            None => Ok(None),
        }
    }

    /// The name of its verdict, if it has one.
    pub fn verdict_name<'v>(&self, verdicts: &'v [Verdict]) -> Option<&'v str> {
        match &self.effect {
            Effect::Verdict { holds, .. } => verdicts.get(*holds).map(|verdict| verdict.name.as_str()),
            Effect::Flag { .. } => None,
        }
    }

    /// The name of its flag, if it has one.
    pub fn flag_name(&self) -> Option<&str> {
        match &self.effect {
            Effect::Flag { name, .. } => Some(name),
            Effect::Verdict { .. } => None,
        }
    }

    /// What it does when its condition is unknown: the name of a verdict or of its flag, or `skip`.
    pub fn unknown_name<'v>(&'v self, verdicts: &'v [Verdict]) -> &'v str {
        match &self.effect {
            Effect::Verdict { unknown, .. } => unknown.and_then(|place| verdicts.get(place)).map_or("skip", |verdict| &verdict.name),
            Effect::Flag { name, unknown } => {
                if *unknown {
                    name
                } else {
                    "skip"
                }
            }
        }
    }
}

fn detail(rule: &Rule, verdicts: &[Verdict], outcome: &str, applies: bool, steps: Vec<Value>) -> Value {
    let mut detail = json!({"id": rule.id, "outcome": outcome, "applies": applies, "reference": rule.reference});
    if let Some(fields) = detail.as_object_mut() {
        fields.extend(rule.verdict_name(verdicts).map(|verdict| ("verdict".to_string(), Value::from(verdict))));
        fields.extend(rule.flag_name().map(|flag| ("flag".to_string(), Value::from(flag))));
        if !steps.is_empty() {
            fields.insert("steps".into(), Value::Array(steps));
        }
    }
    detail
}

fn shown(step: &Step<'_>) -> Value {
    let mut fields = Map::new();
    fields.insert("path".into(), Value::from(step.path.as_str()));
    fields.insert("condition".into(), Value::from(step.condition.to_string()));
    fields.insert("outcome".into(), Value::from(step.truth.as_str()));
    if let Some(compared) = &step.compared {
        fields.insert("compared".into(), Value::from(compared.outcome.as_str()));
        fields.extend(compared.product.map(|value| ("product".to_string(), value.clone())));
        fields.extend(compared.client.map(|value| ("client".to_string(), value.clone())));
    }
    Value::Object(fields)
}

/// Collects what is missing or does not compare in a condition, where it speaks for the condition (`speaks`: not under an odd number of
/// `not`) or makes it unknown.
fn lacking(condition: &Condition, speaks: bool, product: &Derived<'_>, client: &Derived<'_>, into: &mut Vec<String>) -> Result<()> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().try_for_each(|part| lacking(part, speaks, product, client, into)),
        Condition::Not(part) => lacking(part, !speaks, product, client, into),
        Condition::Named(_, condition) => lacking(condition, speaks, product, client, into),
        Condition::Leaf(leaf) => {
            let comparison = &leaf.comparison;
            let ((_, of_product), of_client) = (comparison.of_product(product)?, comparison.of_client(client)?);
            let outcome = comparison.outcome(&of_product, &of_client);
            let against = if speaks { Truth::False } else { Truth::True };
            if !matches!(outcome, Outcome::Missing | Outcome::Incomparable) || leaf.truth(outcome) == against {
                return Ok(());
            }
            // Values of two types: each for itself would do.
            let both = !(comparison.product.is_some() && lacks(&of_product) || comparison.client.is_some() && lacks(&of_client));
            let sides = [("product", &comparison.product, &of_product), ("client", &comparison.client, &of_client)];
            for (side, name, datum) in sides {
                if let Some(name) = name.as_ref().filter(|_| both || lacks(datum)) {
                    let name = format!("{side}.{name}");
                    if !into.contains(&name) {
                        into.push(name);
                    }
                }
            }
            Ok(())
        }
    }
}
