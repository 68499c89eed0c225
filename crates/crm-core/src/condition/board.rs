//! Conditions over all products of a catalogue at once.
//!
//! Every comparison is a column: products alike to it share a case, so that a client is compared once with each case. What
//! a condition is worth is then put together byte by byte for all products, and not at all where it is the same for all.

use super::compare::Datum;
use super::comparison::Comparison;
use super::tree::{Condition, Leaf, Truth};
use super::{Attributes, no_room};
use crate::error::Result;
use serde_json::Value;
use std::collections::HashMap;

/// The comparisons of some conditions, in columns over products.
#[derive(Clone, Debug, Default)]
pub struct Board {
    columns: Vec<Column>,
    /// What they ask of the client, each once: a comparison that asks for it.
    sources: Vec<Comparison>,
}

#[derive(Clone, Debug)]
struct Column {
    leaf: Leaf,
    /// What it asks of the client, if anything.
    source: Option<usize>,
    cases: Vec<Datum<'static>>,
    /// By product: its case. Empty where the product gives nothing to the comparison.
    case_of: Vec<u32>,
    /// By case: what it is worth to every client. Empty where that depends on the client.
    fixed: Vec<u8>,
    /// Whether a product has what compares with nothing.
    odd: bool,
}

/// A condition over the columns of a board.
#[derive(Clone, Debug)]
pub enum Formula {
    /// The least of all.
    All(Vec<Formula>),
    /// The greatest of all.
    Any(Vec<Formula>),
    /// The opposite.
    Not(Box<Formula>),
    /// A column.
    Leaf(usize),
}

/// A board while products are added.
#[derive(Clone, Debug, Default)]
pub struct BoardBuilder {
    board: Board,
    /// The columns by what they compare.
    columns: HashMap<String, usize>,
    /// By column: the cases by the text of their value.
    cases: Vec<HashMap<String, u32>>,
}

impl BoardBuilder {
    /// Adds a condition; its comparisons share columns with those that are there. To be called before products are added.
    pub fn add(&mut self, condition: &Condition) -> Formula {
        let all = |builder: &mut Self, parts: &[Condition]| {
            let mut formulas: Vec<_> = parts.iter().map(|part| builder.add(part)).collect();
            // What is the same for all products may settle the matter before anything is done for each.
            formulas.sort_by_key(|formula| builder.board.asks_product(formula));
            formulas
        };
        match condition {
            Condition::All(parts) => Formula::All(all(self, parts)),
            Condition::Any(parts) => Formula::Any(all(self, parts)),
            Condition::Not(part) => Formula::Not(Box::new(self.add(part))),
            Condition::Named(_, condition) => self.add(condition),
            Condition::Leaf(leaf) => {
                // All that it says, scales and constants too.
                let next = self.board.columns.len();
                let column = *self.columns.entry(format!("{leaf:?}")).or_insert(next);
                if column == next {
                    let leaf = Leaf::clone(leaf);
                    let source = leaf.comparison.client.is_some().then(|| self.source(&leaf.comparison));
                    self.board.columns.push(Column { leaf, source, cases: Vec::new(), case_of: Vec::new(), fixed: Vec::new(), odd: false });
                    self.cases.push(HashMap::new());
                }
                Formula::Leaf(column)
            }
        }
    }

    /// The place of what a comparison asks of the client.
    fn source(&mut self, comparison: &Comparison) -> usize {
        let known = self.board.sources.iter().position(|source| source.reads_client_like(comparison));
        known.unwrap_or_else(|| {
            self.board.sources.push(comparison.clone());
            self.board.sources.len() - 1
        })
    }

    /// Adds the next product.
    pub fn push(&mut self, product: &dyn Attributes) -> Result<()> {
        for (Column { leaf, cases, case_of, .. }, known) in self.board.columns.iter_mut().zip(&mut self.cases) {
            if leaf.comparison.product.is_none() {
                continue;
            }
            let (value, datum) = leaf.comparison.of_product(product)?;
            let next = u32::try_from(cases.len()).map_err(no_room)?;
            known.try_reserve(1).map_err(no_room)?;
            let case = *known.entry(value.unwrap_or(&Value::Null).to_string()).or_insert(next);
            if case == next {
                cases.try_reserve(1).map_err(no_room)?;
                cases.push(datum.owned()?);
            }
            case_of.try_reserve(1).map_err(no_room)?;
            case_of.push(case);
        }
        Ok(())
    }

    /// The board.
    pub fn finish(mut self) -> Board {
        for column in &mut self.board.columns {
            let Column { leaf, cases, fixed, odd, .. } = column;
            *odd = cases.contains(&Datum::Odd);
            if leaf.comparison.client.is_none() {
                fixed.extend(cases.iter().map(|case| leaf.truth(leaf.comparison.outcome(case, &Datum::Missing)) as u8));
            }
        }
        self.board
    }
}

/// What the columns of a board are worth to a client. Keep it from one client to the next.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// By column, by case; one where the product gives nothing.
    columns: Vec<Vec<u8>>,
    free: Vec<Vec<u8>>,
}

/// What a condition is worth to a client, as the bytes of [`Truth`].
#[derive(Debug)]
pub enum Worth {
    /// For every listed product the same.
    Same(u8),
    /// Of every listed product. Give it back to the answers.
    Each(Vec<u8>),
}

impl Board {
    /// Compares a client with every case.
    pub fn ask(&self, client: &dyn Attributes, answers: &mut Answers) -> Result<()> {
        answers.columns.resize_with(self.columns.len(), Vec::new);
        let mut given = Vec::new();
        given.try_reserve_exact(self.sources.len()).map_err(no_room)?;
        for source in &self.sources {
            given.push(source.of_client(client)?);
        }
        for (Column { leaf, source, cases, fixed, odd, .. }, answer) in self.columns.iter().zip(&mut answers.columns) {
            answer.clear();
            if !fixed.is_empty() {
                continue;
            }
            let comparison = &leaf.comparison;
            let of_client = source.and_then(|source| given.get(source)).unwrap_or(&Datum::Missing);
            let truth = |case: &Datum<'_>| leaf.truth(comparison.outcome(case, of_client)) as u8;
            answer.try_reserve(cases.len().max(1)).map_err(no_room)?;
            match comparison.product {
                None => answer.push(truth(&Datum::Missing)),
                // What the client does not have is missing to all alike.
                Some(_) if *of_client == Datum::Missing && !odd => answer.push(truth(&Datum::Missing)),
                Some(_) => answer.extend(cases.iter().map(truth)),
            }
        }
        Ok(())
    }

    /// What a condition is worth for the listed products, to the client whose answers these are.
    pub fn worth(&self, formula: &Formula, listed: &[u32], answers: &mut Answers) -> Result<Worth> {
        match formula {
            Formula::All(parts) => self.fold(parts, listed, Truth::True, Truth::False, u8::min, answers),
            Formula::Any(parts) => self.fold(parts, listed, Truth::False, Truth::True, u8::max, answers),
            Formula::Not(part) => Ok(match self.worth(part, listed, answers)? {
                Worth::Same(truth) => Worth::Same(opposite(truth)),
                Worth::Each(mut truths) => {
                    truths.iter_mut().for_each(|truth| *truth = opposite(*truth));
                    Worth::Each(truths)
                }
            }),
            Formula::Leaf(column) => self.leaf(*column, listed, answers),
        }
    }

    /// What a condition is worth for one product, to the client whose answers these are.
    pub fn worth_of(&self, formula: &Formula, product: usize, answers: &Answers) -> u8 {
        let (no, yes) = (Truth::False as u8, Truth::True as u8);
        // The first that settles the matter ends it.
        let each = |parts: &[Formula], neutral: u8, settled: u8, pick: fn(u8, u8) -> u8| {
            let mut whole = neutral;
            for part in parts {
                whole = pick(whole, self.worth_of(part, product, answers));
                if whole == settled {
                    break;
                }
            }
            whole
        };
        match formula {
            Formula::All(parts) => each(parts, yes, no, u8::min),
            Formula::Any(parts) => each(parts, no, yes, u8::max),
            Formula::Not(part) => opposite(self.worth_of(part, product, answers)),
            Formula::Leaf(column) => {
                let cases = self.cases(*column, answers);
                let case = match self.columns.get(*column) {
                    // One case is the case of all.
                    Some(column) if cases.len() > 1 => column.case_of.get(product).map_or(0, |case| *case as usize),
                    _ => 0,
                };
                cases.get(case).copied().unwrap_or(Truth::Unknown as u8)
            }
        }
    }

    /// What the cases of a column are worth to a client.
    fn cases<'a>(&'a self, column: usize, answers: &'a Answers) -> &'a [u8] {
        match (self.columns.get(column), answers.columns.get(column)) {
            (Some(column), Some(answer)) => {
                if column.fixed.is_empty() {
                    answer
                } else {
                    &column.fixed
                }
            }
            _ => &[],
        }
    }

    /// Whether a condition may differ from product to product.
    fn asks_product(&self, formula: &Formula) -> bool {
        match formula {
            Formula::All(parts) | Formula::Any(parts) => parts.iter().any(|part| self.asks_product(part)),
            Formula::Not(part) => self.asks_product(part),
            Formula::Leaf(column) => self.columns.get(*column).is_some_and(|column| column.leaf.comparison.product.is_some()),
        }
    }

    fn leaf(&self, column: usize, listed: &[u32], answers: &mut Answers) -> Result<Worth> {
        let Some(found) = self.columns.get(column) else { return Ok(Worth::Same(Truth::Unknown as u8)) };
        let mut truths = answers.free.pop().unwrap_or_default();
        truths.clear();
        let cases = self.cases(column, answers);
        let first = cases.first().copied().unwrap_or(Truth::Unknown as u8);
        if cases.iter().all(|truth| *truth == first) {
            answers.free.push(truths);
            return Ok(Worth::Same(first));
        }
        truths.try_reserve(listed.len()).map_err(no_room)?;
        let case_of = |product: &u32| found.case_of.get(*product as usize).and_then(|case| cases.get(*case as usize));
        truths.extend(listed.iter().map(|product| case_of(product).copied().unwrap_or(Truth::Unknown as u8)));
        Ok(Worth::Each(truths))
    }

    /// All or any of the parts: `settled` decides, whatever the others are.
    fn fold(
        &self,
        parts: &[Formula],
        listed: &[u32],
        neutral: Truth,
        settled: Truth,
        pick: impl Fn(u8, u8) -> u8 + Copy,
        answers: &mut Answers,
    ) -> Result<Worth> {
        let mut whole = Worth::Same(neutral as u8);
        for part in parts {
            if matches!(whole, Worth::Same(truth) if truth == settled as u8) {
                break;
            }
            whole = match (whole, self.worth(part, listed, answers)?) {
                (Worth::Same(one), Worth::Same(other)) => Worth::Same(pick(one, other)),
                (Worth::Same(one), Worth::Each(mut many)) | (Worth::Each(mut many), Worth::Same(one)) => {
                    if one == settled as u8 {
                        answers.free.push(many);
                        Worth::Same(one)
                    } else {
                        many.iter_mut().for_each(|truth| *truth = pick(*truth, one));
                        Worth::Each(many)
                    }
                }
                (Worth::Each(mut many), Worth::Each(others)) => {
                    many.iter_mut().zip(&others).for_each(|(truth, other)| *truth = pick(*truth, *other));
                    answers.free.push(others);
                    Worth::Each(many)
                }
            };
        }
        Ok(whole)
    }
}

impl Answers {
    /// Takes back the room of what a condition was worth.
    pub fn take_back(&mut self, worth: Worth) {
        if let Worth::Each(truths) = worth {
            self.free.push(truths);
        }
    }
}

fn opposite(truth: u8) -> u8 {
    Truth::True as u8 - truth
}

#[cfg(test)]
mod tests {
    use super::super::Vocabulary;
    use super::*;
    use crate::document::check;
    use proptest::prelude::*;
    use serde_json::json;

    fn condition() -> impl Strategy<Value = Value> {
        let leaf = (0..3usize, 0..4usize, 0..3usize).prop_map(|(kind, name, missing)| {
            let (p, c) = (["a", "b", "grade", "key"][name], ["a", "b", "grade", "keys"][name]);
            let missing = ["unknown", "holds", "fails"][missing];
            let is = if name == 3 { "in" } else { "<=" };
            match kind {
                0 => json!({"product": p, "is": is, "client": c, "missing": missing}),
                1 if name == 3 => json!({"client": c, "is": "contains", "value": "k1", "missing": missing}),
                1 => json!({"client": c, "is": "between", "value": if name == 2 { json!(["R1", "R2"]) } else { json!([1, 3]) }, "missing": missing}),
                _ => json!({"product": p, "is": "=", "value": if name == 2 { json!("R2") } else { json!(2) }, "missing": missing}),
            }
        });
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({ "all": parts })),
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({ "any": parts })),
                inner.prop_map(|part| json!({ "not": part })),
            ]
        })
    }

    fn document() -> impl Strategy<Value = Value> {
        let number = || prop_oneof![Just(json!(null)), (0..5).prop_map(|n| json!(n)), Just(json!("x"))];
        let grade = prop_oneof![Just(json!(null)), (0..5).prop_map(|n| json!(format!("R{n}")))];
        (number(), number(), grade, prop::collection::vec(0..4, 0..3), 0..6).prop_map(|(a, b, grade, keys, key)| {
            let keys: Vec<_> = keys.into_iter().map(|k| format!("k{k}")).collect();
            json!({"a": a, "b": b, "grade": grade, "keys": if key == 5 { json!(null) } else { json!(keys) }, "key": format!("k{key}")})
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn all_products_at_once_are_worth_what_each_is_worth_alone(
            conditions in prop::collection::vec(condition(), 1..4),
            products in prop::collection::vec(document(), 1..9),
            clients in prop::collection::vec(document(), 1..4),
            unlisted in 0u32..9,
        ) {
            let scales = [("grade".to_string(), ["R1", "R2", "R3"].map(String::from).to_vec().into())];
            let vocabulary = Vocabulary { scales: &scales, ..Vocabulary::default() };
            let read = |value: &Value| check(&json!({ "when": value }), |o| o.node("when").and_then(|n| Condition::read(&n, &vocabulary))).unwrap().unwrap();
            let conditions: Vec<_> = conditions.iter().map(read).collect();
            let mut builder = BoardBuilder::default();
            let formulas: Vec<_> = conditions.iter().map(|condition| builder.add(condition)).collect();
            products.iter().for_each(|product| builder.push(product).unwrap());
            let (board, mut answers) = (builder.finish(), Answers::default());
            for client in &clients {
                board.ask(client, &mut answers).unwrap();
                for (condition, formula) in conditions.iter().zip(&formulas) {
                    let listed: Vec<_> = (0u32..).take(products.len()).filter(|product| unlisted != *product).collect();
                    let of = |product: &u32| condition.truth(&products[*product as usize], client).unwrap() as u8;
                    let alone: Vec<_> = listed.iter().map(of).collect();
                    let worth = board.worth(formula, &listed, &mut answers).unwrap();
                    match &worth {
                        Worth::Same(truth) => prop_assert!(alone.iter().all(|one| one == truth)),
                        Worth::Each(truths) => prop_assert_eq!(truths, &alone),
                    }
                    answers.take_back(worth);
                    let each: Vec<_> = listed.iter().map(|product| board.worth_of(formula, *product as usize, &answers)).collect();
                    prop_assert_eq!(each, alone);
                }
            }
        }
    }
}
