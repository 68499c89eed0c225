//! A gate over a catalogue: what the products give to it, in a column.

use super::Product;
use super::comparison::{Gate, Operands, Ruling};
use crate::condition::{Datum, Operator, Scalar};
use crate::error::Result;
use crate::matching::catalogue::no_room;
use crate::matching::places::Places;
use crate::matching::standing::Standing;
use serde_json::Value;
use std::collections::HashMap;

/// A gate, and what the products give to its comparisons. Products alike to the gate share a case.
#[derive(Clone, Debug)]
pub(in crate::matching) struct Column {
    pub gate: Gate,
    /// Its reason, as JSON.
    pub reason: Option<String>,
    cases: Vec<Case>,
    /// By product: its case.
    case_of: Vec<u32>,
    /// The cases by their text, where the gate asks whether the text is in a list of the client's.
    by_text: Option<Places>,
}

/// A product, as one gate sees it: its values as they compare, and as they are shown.
#[derive(Clone, Debug)]
pub(in crate::matching) struct Case {
    pub operands: Operands<'static>,
    pub test: Option<Value>,
    pub when: Option<Value>,
}

impl Column {
    /// Whether its rulings depend on the client.
    pub(in crate::matching) fn asks_client(&self) -> bool {
        self.gate.comparisons().any(|comparison| comparison.client.is_some())
    }

    /// Strikes off the products the gate excludes. `rulings` is room to work in.
    pub(in crate::matching) fn rule(&self, client: &Operands<'_>, rulings: &mut Vec<bool>, standing: &mut Standing) -> Result<()> {
        rulings.clear();
        rulings.try_reserve(self.cases.len()).map_err(no_room)?;
        let passes = |case: &Case| !matches!(self.gate.ruling(&case.operands, client), Ruling::Excluded(_));
        match (&self.by_text, &client.test) {
            (Some(by_text), Datum::Many(list)) if matches!(list.first(), Some(Scalar::Text(_))) => {
                // All texts that are not in the list fare alike: one of them tells, and those in the list speak for themselves.
                let listed = || list.iter().filter_map(|item| by_text.find(text(item)?, |case| self.text_of(case)));
                rulings.resize(self.cases.len(), false);
                for found in listed() {
                    if let Some(is_listed) = rulings.get_mut(found as usize) {
                        *is_listed = true;
                    }
                }
                let other = self.cases.iter().zip(&*rulings).find(|(_, is_listed)| !**is_listed);
                let others_pass = other.is_some_and(|(case, _)| passes(case));
                rulings.fill(others_pass);
                for found in listed() {
                    if let (Some(ruling), Some(case)) = (rulings.get_mut(found as usize), self.cases.get(found as usize)) {
                        *ruling = passes(case);
                    }
                }
            }
            _ => rulings.extend(self.cases.iter().map(passes)),
        }
        // Who passes all strikes off nothing.
        if rulings.contains(&false) {
            let ruling = |product: usize| self.case_of.get(product).and_then(|case| rulings.get(*case as usize)).copied();
            standing.keep(|product| ruling(product).unwrap_or(false));
        }
        Ok(())
    }

    /// How the gate sees a product.
    pub(in crate::matching) fn case(&self, product: u32) -> Option<&Case> {
        let case = self.case_of.get(product as usize)?;
        self.cases.get(*case as usize)
    }

    fn text_of(&self, case: u32) -> Option<&str> {
        match &self.cases.get(case as usize)?.operands.test {
            Datum::One(item) => text(item),
            _ => None,
        }
    }
}

fn text<'s>(item: &'s Scalar<'_>) -> Option<&'s str> {
    match item {
        Scalar::Text(text) => Some(text),
        _ => None,
    }
}

/// A column while products are added.
pub(in crate::matching) struct ColumnBuilder {
    column: Column,
    /// The cases by the text of their values.
    known: HashMap<String, u32>,
}

impl ColumnBuilder {
    /// A column without products.
    pub(in crate::matching) fn new(gate: &Gate) -> Self {
        let reason = gate.reason.as_ref().map(|reason| reason.to_json().to_string());
        let column = Column { gate: gate.clone(), reason, cases: Vec::new(), case_of: Vec::new(), by_text: None };
        ColumnBuilder { column, known: HashMap::new() }
    }

    /// Adds the next product.
    pub(in crate::matching) fn push(&mut self, product: Product<'_>) -> Result<()> {
        let Column { gate, cases, case_of, .. } = &mut self.column;
        let (test, of_test) = gate.test.of_product(&product)?;
        let (when, of_when) = match &gate.when {
            Some(condition) => condition.of_product(&product)?,
            None => (None, Datum::Missing),
        };
        let text = format!("{}\n{}", test.unwrap_or(&Value::Null), when.unwrap_or(&Value::Null));
        let next = u32::try_from(cases.len()).map_err(no_room)?;
        self.known.try_reserve(1).map_err(no_room)?;
        let case = *self.known.entry(text).or_insert(next);
        if case == next {
            cases.try_reserve(1).map_err(no_room)?;
            let operands = Operands { test: of_test.owned()?, when: of_when.owned()? };
            cases.push(Case { operands, test: test.cloned(), when: when.cloned() });
        }
        case_of.try_reserve(1).map_err(no_room)?;
        case_of.push(case);
        Ok(())
    }

    /// The column.
    pub(in crate::matching) fn finish(self) -> Result<Column> {
        let mut column = self.column;
        let (test, when) = (&column.gate.test, &column.gate.when);
        let asks_membership = matches!(test.is, Operator::In | Operator::NotIn) && test.client.is_some();
        let same_condition = when.as_ref().is_none_or(|when| when.product.is_none());
        let all_texts = (0u32..).take(column.cases.len()).all(|case| column.text_of(case).is_some());
        if asks_membership && test.product.is_some() && same_condition && all_texts {
            // No text stands twice: cases differ in the text of the test, since they cannot in the condition.
            column.by_text = Some(Places::new(column.cases.len(), |case| column.text_of(case))?);
        }
        Ok(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::Vocabulary;
    use crate::document::read;
    use serde_json::json;

    const PRODUCTS: u32 = 3000;

    /// The products P0, P1, … in the column of a gate.
    fn column(gate: &Value) -> Column {
        let gate = read(gate, |object| Gate::from_object(object, &Vocabulary::default())).unwrap();
        let mut builder = ColumnBuilder::new(&gate);
        for i in 0..PRODUCTS {
            let (key, attributes) = (json!(format!("P{i}")), json!({"maker": format!("M{}", i % 700), "open": i % 2}));
            builder.push(Product { key: &key, attributes: &attributes }).unwrap();
        }
        let column = builder.finish().unwrap();
        assert!(column.by_text.is_some());
        column
    }

    /// Which products stay; each must fare as the gate rules on it alone.
    fn ruled(column: &Column, client: &Value) -> Vec<bool> {
        let operands = column.gate.operands(client).unwrap();
        let alone = |i| !matches!(column.gate.ruling(&column.case(i).unwrap().operands, &operands), Ruling::Excluded(_));
        let (mut rulings, mut standing) = (vec![true; 7], Standing::default());
        let [together, left] = [true, false].map(|whole| {
            standing.begin(&[true; PRODUCTS as usize], whole).unwrap();
            column.rule(&operands, &mut rulings, &mut standing).unwrap();
            let standing: std::collections::BTreeSet<_> = standing.standing().collect();
            (0..PRODUCTS).map(|product| standing.contains(&product)).collect::<Vec<_>>()
        });
        assert_eq!(together, (0..PRODUCTS).map(alone).collect::<Vec<_>>());
        assert_eq!(together, left);
        together
    }

    #[test]
    fn long_lists_of_texts_rule_as_each_product_alone() {
        let held = |wanted: &dyn Fn(u32) -> bool| -> Vec<_> { (0..PRODUCTS).filter(|i| wanted(*i)).map(|i| format!("P{i}")).collect() };
        let strangers: Vec<_> = (0..PRODUCTS).map(|i| format!("X{i}")).collect();
        let makers: Vec<_> = (0..PRODUCTS).map(|i| format!("M{}", i * 3)).collect();
        let lists = [
            (json!(held(&|_| true)), PRODUCTS),
            (json!(held(&|i| i != 0)), PRODUCTS - 1),
            (json!(held(&|i| i != PRODUCTS - 1)), PRODUCTS - 1),
            (json!(held(&|i| i % 2 == 0)), PRODUCTS / 2),
            (json!([held(&|i| i % 3 == 0), strangers.clone(), held(&|i| i % 3 == 0)].concat()), PRODUCTS / 3),
            (json!(strangers), 0),
            (json!(["P7"]), 1),
            (json!([]), 0),
        ];
        for (is, when) in ["in", "not_in"].into_iter().flat_map(|is| [None, Some(true), Some(false)].map(|when| (is, when))) {
            let condition = when.map(|adult| json!({"client": "adult", "is": "=", "value": adult}));
            let column = column(&json!({"id": "g", "product": "product", "is": is, "client": "holdings", "when": condition}));
            for (list, known) in &lists {
                let stay = ruled(&column, &json!({"holdings": list, "adult": true})).into_iter().filter(|stays| *stays).count();
                let expected = match (is, when) {
                    (_, Some(false)) => PRODUCTS, // the gate does not apply
                    ("in", _) => *known,
                    _ => PRODUCTS - known,
                };
                assert_eq!(stay, expected as usize, "{is} {when:?}");
            }
        }
        // Many products share a text.
        let column_of_makers = column(&json!({"id": "g", "product": "maker", "is": "in", "client": "makers"}));
        let stay = ruled(&column_of_makers, &json!({ "makers": makers }));
        assert_eq!(stay, (0..PRODUCTS).map(|i| i % 700 % 3 == 0).collect::<Vec<_>>());
        // What compares with none of them.
        let column_of_keys = column(&json!({"id": "g", "product": "product", "is": "not_in", "client": "holdings"}));
        for list in [json!([1, 2]), json!([1, "P1"]), json!("P1"), json!(null)] {
            assert_eq!(ruled(&column_of_keys, &json!({ "holdings": list })), [false; PRODUCTS as usize], "{list}");
        }
    }
}
