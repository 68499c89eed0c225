//! Why, and why not: the JSON that stands beside every score, with sorted keys and no blanks.
//!
//! It is written as text at once: most of it is copied from what the policy and the catalogue say, and there may be a
//! row for every pair of a client and a product.

use super::column::{Case, Column};
use super::compiled::{Asked, CompiledMatch};
use super::gate::{Operands, Ruling};
use crate::condition::{Comparison, Datum};
use serde_json::Value;
use std::fmt::Write;

/// Lists longer than this are abbreviated to their number and what the other operand has of them.
const SHOWN: usize = 20;

/// JSON text that grows.
struct Json(String);

impl Json {
    /// Begins the next item of a list or an object; what is being written never ends in a bracket otherwise.
    fn next(&mut self) {
        if !self.0.ends_with(['{', '[']) {
            self.0.push(',');
        }
    }

    /// Begins a field; its value is to follow.
    fn key(&mut self, key: &'static str) -> &mut Self {
        self.next();
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
        self
    }

    fn raw(&mut self, json: &str) {
        self.0.push_str(json);
    }

    fn text(&mut self, text: &str) {
        if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
            self.written(&Value::from(text));
        } else {
            self.0.push('"');
            self.0.push_str(text);
            self.0.push('"');
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.raw("null"),
            Value::Bool(value) => self.raw(if *value { "true" } else { "false" }),
            Value::Number(number) => self.raw(number.as_str()),
            Value::String(text) => self.text(text),
            Value::Array(_) | Value::Object(_) => self.written(value),
        }
    }

    fn written(&mut self, value: &Value) {
        // Writing to a string cannot fail.
        write!(self.0, "{value}").unwrap_or_default();
    }

    fn number(&mut self, number: f64) {
        self.value(&Value::from(number));
    }
}

/// The reasons of a product that is offered, in short: the gates that apply to it, all of which it passes, by their ids.
pub(super) fn of_offer(compiled: &CompiledMatch, asked: &Asked<'_>, product: u32) -> String {
    let mut json = Json(String::with_capacity(512));
    json.raw("{\"passed\":[");
    for ruled in rulings(compiled, asked, product).filter(|ruled| ruled.ruling != Ruling::DoesNotApply) {
        json.next();
        json.text(&ruled.column.gate.id);
    }
    json.raw("],\"score\":");
    score(&mut json, compiled, asked, product);
    json.raw("}");
    json.0
}

/// The reasons of a product that matches, with what every gate compared.
pub(super) fn of_match(compiled: &CompiledMatch, asked: &Asked<'_>, product: u32) -> String {
    let mut json = Json(String::with_capacity(1024));
    json.raw("{\"gates\":[");
    for ruled in rulings(compiled, asked, product) {
        json.next();
        entry(&mut json, &ruled, asked.client);
    }
    json.raw("],\"score\":");
    score(&mut json, compiled, asked, product);
    json.raw("}");
    json.0
}

/// The reasons of a product that is excluded, whose score would have been `total`.
pub(super) fn of_exclusion(compiled: &CompiledMatch, asked: &Asked<'_>, product: u32, total: f64) -> String {
    let mut json = Json(String::with_capacity(512));
    json.raw("{\"excluded_by\":[");
    for ruled in rulings(compiled, asked, product).filter(|ruled| matches!(ruled.ruling, Ruling::Excluded(_))) {
        json.next();
        entry(&mut json, &ruled, asked.client);
    }
    if let Some(minimum) = compiled.minimum_score.filter(|minimum| total < *minimum) {
        json.next();
        json.raw("{");
        json.key("ground").text("minimum_score");
        json.key("minimum_score").number(minimum);
        json.key("score").number(total);
        json.raw("}");
    }
    json.raw("],\"score\":");
    score(&mut json, compiled, asked, product);
    json.raw("}");
    json.0
}

/// A gate, what it sees, and what it says.
struct Ruled<'a> {
    column: &'a Column,
    case: &'a Case,
    client: &'a Operands<'a>,
    ruling: Ruling,
}

fn rulings<'a>(compiled: &'a CompiledMatch, asked: &'a Asked<'_>, product: u32) -> impl Iterator<Item = Ruled<'a>> {
    compiled.gates.iter().zip(&asked.operands).filter_map(move |(column, client)| {
        let case = column.case(product)?;
        Some(Ruled { column, case, client, ruling: column.gate.ruling(&case.operands, client) })
    })
}

/// A gate with the values it compares and the names of those that are missing.
fn entry(json: &mut Json, ruled: &Ruled<'_>, client: &Value) {
    let Ruled { column, case, client: of_client, ruling } = ruled;
    let gate = &column.gate;
    let test = Sides { comparison: &gate.test, product: case.test.as_ref(), of_product: &case.operands.test, of_client: &of_client.test };
    let when = gate.when.as_ref().map(|comparison| Sides {
        comparison,
        product: case.when.as_ref(),
        of_product: &case.operands.when,
        of_client: &of_client.when,
    });
    json.raw("{");
    if *ruling == Ruling::DoesNotApply {
        json.key("applies").raw("false");
    }
    test.client(json, client);
    json.key("gate").text(&gate.id);
    if let Ruling::Excluded(ground) = ruling {
        json.key("ground").text(ground.name());
    }
    test.is(json);
    let mut missing = test.missing(client).chain(when.iter().flat_map(|when| when.missing(client))).peekable();
    if missing.peek().is_some() {
        json.key("missing").raw("[");
        for (side, name) in missing {
            json.next();
            json.text(&format!("{side}.{name}"));
        }
        json.raw("]");
    }
    test.product(json);
    if let (Ruling::Excluded(_), Some(reason)) = (ruling, &column.reason) {
        json.key("reason").raw(reason);
    }
    test.value(json);
    if let Some(when) = when {
        json.key("when").raw("{");
        when.client(json, client);
        when.is(json);
        when.product(json);
        when.value(json);
        json.raw("}");
    }
    json.raw("}");
}

/// A comparison with what the two sides give to it.
struct Sides<'a> {
    comparison: &'a Comparison,
    product: Option<&'a Value>,
    of_product: &'a Datum<'a>,
    of_client: &'a Datum<'a>,
}

impl<'a> Sides<'a> {
    fn client(&self, json: &mut Json, client: &Value) {
        if let Some(name) = &self.comparison.client {
            json.key("client");
            self.side(json, client.get(name), false);
        }
    }

    fn product(&self, json: &mut Json) {
        if self.comparison.product.is_some() {
            json.key("product");
            self.side(json, self.product, true);
        }
    }

    fn is(&self, json: &mut Json) {
        json.key("is").text(self.comparison.is.name());
    }

    fn value(&self, json: &mut Json) {
        if let Some(value) = &self.comparison.value {
            json.key("value").value(value);
        }
    }

    /// A value as it was written; a long list by its number of items and those it has in common with the other side.
    fn side(&self, json: &mut Json, value: Option<&Value>, of_product: bool) {
        match value.and_then(Value::as_array).filter(|items| items.len() > SHOWN) {
            Some(items) => {
                json.raw("{\"common\":[");
                for item in self.comparison.common(items, of_product, self.of_product, self.of_client).take(SHOWN) {
                    json.next();
                    json.value(item);
                }
                json.raw("],\"items\":");
                json.value(&items.len().into());
                json.raw("}");
            }
            None => json.value(value.unwrap_or(&Value::Null)),
        }
    }

    /// The attributes that are missing, each with its side.
    fn missing(&self, client: &'a Value) -> impl Iterator<Item = (&'static str, &'a str)> + use<'a> {
        let absent = |value: Option<&Value>| value.is_none_or(Value::is_null);
        let product = self.comparison.product.as_deref().filter(|_| absent(self.product)).map(|name| ("product", name));
        let client = self.comparison.client.as_deref().filter(|name| absent(client.get(name))).map(|name| ("client", name));
        product.into_iter().chain(client)
    }
}

/// The contributions, in the order in which they add up to the score.
fn score(json: &mut Json, compiled: &CompiledMatch, asked: &Asked<'_>, product: u32) {
    json.raw("[");
    for (component, wanted) in compiled.components.iter().zip(&asked.wanted) {
        let meeting = component.meeting(wanted, product);
        json.next();
        json.raw("{");
        json.key("component").text(&component.rule.id);
        json.key("contribution").number(meeting.contribution);
        if let Some(label) = &component.label {
            json.key("label").raw(label);
        }
        json.key("matched").raw("[");
        for tag in meeting.both {
            json.next();
            json.text(tag);
        }
        json.raw("]");
        json.key("overlap").number(meeting.overlap);
        json.key("weight").number(component.rule.weight);
        json.raw("}");
    }
    json.raw("]");
}
