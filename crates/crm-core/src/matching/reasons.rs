//! Why, and why not: the JSON that stands beside every score.

use super::compiled::{CompiledMatch, Judged};
use super::diversity::Choice;
use super::gate::{Case, Column, Compiled, Operands, Ruling};
use super::json::{Json, SHOWN};
use crate::condition::{Comparison, Datum};
use crate::error::Result;
use serde_json::Value;

/// The reasons of a product that is offered, in short: the gates that apply to it, all of which it passes, by their ids.
pub(super) fn of_offer(compiled: &CompiledMatch, judged: &Judged<'_>, choice: &Choice, score: f64) -> String {
    let mut json = Json(String::with_capacity(512));
    let product = choice.product;
    json.raw("{\"passed\":[");
    for ruled in rulings(compiled, judged, product).filter(|ruled| ruled.applies()) {
        json.next();
        json.text(ruled.id());
    }
    json.raw("]");
    if compiled.gates.iter().any(|gate| matches!(gate, Compiled::Judged(gate) if gate.has_remarks())) {
        json.key("verdicts").raw("[");
        for ((gate, codes), room) in compiled.gates.iter().zip(judged.codes).zip(judged.rooms) {
            if let (Compiled::Judged(gate), Some(code)) = (gate, codes.get(product as usize)) {
                gate.remark(&mut json, room, product, *code);
            }
        }
        json.raw("]");
    }
    why(&mut json, compiled, judged, product, score);
    if let Some(diversifier) = &compiled.diversifier {
        diversifier.explain(choice, |product| compiled.product(product), &mut json);
    }
    json.raw("}");
    json.0
}

/// The reasons of a product that matches, with what every gate compared.
pub(super) fn of_match(compiled: &CompiledMatch, judged: &Judged<'_>, choice: &Choice, score: f64) -> Result<String> {
    let mut json = Json(String::with_capacity(1024));
    let product = choice.product;
    json.raw("{\"gates\":[");
    for ruled in rulings(compiled, judged, product) {
        ruled.entry(&mut json, judged.asked.client, product)?;
    }
    json.raw("]");
    why(&mut json, compiled, judged, product, score);
    if let Some(diversifier) = &compiled.diversifier {
        diversifier.explain(choice, |product| compiled.product(product), &mut json);
    }
    json.raw("}");
    Ok(json.0)
}

/// The reasons of a product that is excluded, whose score and priority would have been these.
pub(super) fn of_exclusion(
    compiled: &CompiledMatch,
    judged: &Judged<'_>,
    product: u32,
    total: f64,
    priority: Option<f64>,
) -> Result<String> {
    let mut json = Json(String::with_capacity(512));
    json.raw("{\"excluded_by\":[");
    for ruled in rulings(compiled, judged, product).filter(Ruled::excludes) {
        ruled.entry(&mut json, judged.asked.client, product)?;
    }
    if let Some(minimum) = compiled.minimum_score.filter(|minimum| total < *minimum) {
        json.open();
        json.key("ground").text("minimum_score");
        json.key("minimum_score").number(minimum);
        json.key("score").number(total);
        json.close();
    }
    let minimum = compiled.arbiter.as_ref().and_then(|arbiter| arbiter.minimum());
    match (&compiled.arbiter, priority) {
        (Some(_), None) => {
            json.open();
            json.key("ground").text("priority_unknown");
            json.close();
        }
        (Some(_), Some(priority)) if minimum.is_some_and(|minimum| priority < minimum) => {
            json.open();
            json.key("ground").text("minimum_priority");
            json.key("minimum_priority").number(minimum.unwrap_or_default());
            json.key("priority").number(priority);
            json.close();
        }
        _ => {}
    }
    json.raw("]");
    why(&mut json, compiled, judged, product, total);
    json.raw("}");
    Ok(json.0)
}

/// A gate, what it sees, and what it says.
enum Ruled<'a> {
    Comparison(ByComparison<'a>),
    Judged(&'a super::gate::Judged, u8),
}

struct ByComparison<'a> {
    column: &'a Column,
    case: &'a Case,
    client: &'a Operands<'a>,
    ruling: Ruling,
}

fn rulings<'a>(compiled: &'a CompiledMatch, judged: &'a Judged<'_>, product: u32) -> impl Iterator<Item = Ruled<'a>> {
    let gates = compiled.gates.iter().zip(&judged.asked.operands).zip(judged.codes);
    gates.filter_map(move |((gate, client), codes)| match gate {
        Compiled::Comparison(column) => {
            let case = column.case(product)?;
            Some(Ruled::Comparison(ByComparison { column, case, client, ruling: column.gate.ruling(&case.operands, client) }))
        }
        Compiled::Judged(gate) => Some(Ruled::Judged(gate, *codes.get(product as usize)?)),
    })
}

impl Ruled<'_> {
    fn id(&self) -> &str {
        match self {
            Ruled::Comparison(ruled) => &ruled.column.gate.id,
            Ruled::Judged(gate, _) => &gate.id,
        }
    }

    fn applies(&self) -> bool {
        match self {
            Ruled::Comparison(ruled) => ruled.ruling != Ruling::DoesNotApply,
            Ruled::Judged(gate, code) => gate.applies(*code),
        }
    }

    fn excludes(&self) -> bool {
        match self {
            Ruled::Comparison(ruled) => matches!(ruled.ruling, Ruling::Excluded(_)),
            Ruled::Judged(gate, code) => !gate.passes(*code),
        }
    }

    fn entry(&self, json: &mut Json, client: &Value, product: u32) -> Result<()> {
        match self {
            Ruled::Comparison(ruled) => {
                entry(json, ruled, client);
                Ok(())
            }
            Ruled::Judged(gate, code) => gate.entry(json, client, product, *code),
        }
    }
}

/// The contributions to the score, and the terms of the priority.
fn why(json: &mut Json, compiled: &CompiledMatch, judged: &Judged<'_>, product: u32, total: f64) {
    json.key("score");
    score(json, compiled, judged, product);
    if let Some(arbiter) = &compiled.arbiter {
        arbiter.explain(&judged.asked.given, total, product, json);
    }
}

/// A gate with the values it compares and the names of those that are missing.
fn entry(json: &mut Json, ruled: &ByComparison<'_>, client: &Value) {
    let ByComparison { column, case, client: of_client, ruling } = ruled;
    let gate = &column.gate;
    let test = Sides { comparison: &gate.test, product: case.test.as_ref(), of_product: &case.operands.test, of_client: &of_client.test };
    let when = gate.when.as_ref().map(|comparison| Sides {
        comparison,
        product: case.when.as_ref(),
        of_product: &case.operands.when,
        of_client: &of_client.when,
    });
    json.open();
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
fn score(json: &mut Json, compiled: &CompiledMatch, judged: &Judged<'_>, product: u32) {
    json.raw("[");
    let asked = judged.asked;
    for (component, wanted) in compiled.components.iter().zip(&asked.wanted) {
        let meeting = component.meeting(wanted, product);
        json.next();
        json.raw("{");
        json.fields(&component.same);
        json.key("contribution").number(meeting.contribution);
        json.key("matched").texts(meeting.both);
        json.key("overlap").number(meeting.overlap);
        json.raw("}");
    }
    for (component, fits) in compiled.scores.iter().zip(&asked.fits) {
        component.explain(fits, product, json);
    }
    json.raw("]");
}
