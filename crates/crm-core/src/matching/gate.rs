//! Gates: the comparisons a product must stand to be offered.

use super::catalogue::KEY;
use super::compare::{Datum, OPERATORS, Operator, Outcome, Reading, Scalar};
use crate::document::Object;
use crate::error::Result;
use crate::label::Label;
use serde_json::Value;
use std::sync::Arc;

/// The texts of an attribute from the lowest to the highest.
pub(super) type Scale = Arc<[String]>;

/// Two operands and how they are to compare: product with client, product with constant, or client with constant.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    /// The attribute of the product.
    pub product: Option<String>,
    /// The operator.
    pub is: Operator,
    /// The attribute of the client.
    pub client: Option<String>,
    /// The constant.
    pub value: Option<Value>,
    constant: Datum<'static>,
    product_scale: Option<Scale>,
    client_scale: Option<Scale>,
    missing: Absent,
}

/// What a missing attribute does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absent {
    /// The product is excluded.
    Exclude,
    /// The product passes the gate.
    Pass,
    /// In a condition: the gate applies.
    Apply,
}

const OF_TEST: [(&str, Absent); 2] = [("exclude", Absent::Exclude), ("pass", Absent::Pass)];
const OF_CONDITION: [(&str, Absent); 3] = [("exclude", Absent::Exclude), ("pass", Absent::Pass), ("apply", Absent::Apply)];

/// A comparison every product must stand, at least when a condition holds.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    /// Its name, in reasons.
    pub id: String,
    /// What must hold.
    pub test: Comparison,
    /// When.
    pub when: Option<Comparison>,
    /// What to tell whoever asks why not.
    pub reason: Option<Label>,
}

/// The two operands of a gate's comparisons that one side, the product or the client, has to give.
#[derive(Clone, Debug)]
pub(super) struct Operands<'a> {
    pub test: Datum<'a>,
    pub when: Datum<'a>,
}

/// What a gate says of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ruling {
    /// The comparison holds, or an attribute is missing and may be.
    Passes,
    /// The condition does not hold.
    DoesNotApply,
    /// No.
    Excluded(Ground),
}

/// Why a gate says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// The comparison fails.
    Comparison,
    /// An attribute is missing, of the comparison or of the condition.
    Missing,
    /// The two do not compare.
    Incomparable,
}

impl Ground {
    /// Its name in reasons.
    pub(super) fn name(self) -> &'static str {
        match self {
            Ground::Comparison => "comparison",
            Ground::Missing => "missing",
            Ground::Incomparable => "incomparable",
        }
    }
}

impl Comparison {
    /// Reads a comparison from the object it is the whole or a part of.
    fn from_object(object: &Object<'_>, scales: &[(String, Scale)], absent: &[(&'static str, Absent)]) -> Self {
        let product = object.optional_text("product");
        let is = object.choice("is", &OPERATORS);
        let client = object.optional_text("client");
        let value = object.optional("value").map(|node| node.value().clone());
        let missing = object.optional("missing").and_then(|node| node.choice(absent));
        match (&product, &client, &value) {
            (None, None, _) => object.problem("product", "is missing: a comparison needs an attribute of the product or of the client"),
            (Some(_), None, None) => object.problem("client", "is missing: compare with an attribute of the client or with a value"),
            (None, Some(_), None) => object.problem("value", "is missing: compare with an attribute of the product or with a value"),
            (Some(_), Some(_), Some(_)) => object.problem("value", "is a third operand: compare with the client or with a value"),
            _ => {}
        }
        let scale_of = |attribute: &Option<String>| {
            let found = scales.iter().find(|(name, _)| Some(name) == attribute.as_ref());
            found.map(|(_, scale)| Arc::clone(scale))
        };
        let (of_product, of_client) = (scale_of(&product), scale_of(&client));
        let mut comparison = Comparison {
            product_scale: of_product.clone().or_else(|| of_client.clone()),
            client_scale: of_client.or(of_product),
            is: is.unwrap_or(Operator::Equal),
            constant: Datum::Missing,
            missing: missing.unwrap_or(Absent::Exclude),
            product,
            client,
            value,
        };
        if let (Some(value), Some(is)) = (comparison.value.as_ref(), is) {
            match constant(value, is, comparison.product_scale.as_deref()) {
                Ok(constant) => comparison.constant = constant,
                Err(problem) => object.problem("value", problem),
            }
        }
        comparison
    }

    /// The attributes it compares.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &str> {
        self.product.iter().chain(&self.client).map(String::as_str)
    }

    /// The product's value, as it compares; `key` is the product's name.
    pub(super) fn of_product<'a>(&self, key: &'a Value, attributes: &'a Value) -> Result<(Option<&'a Value>, Datum<'a>)> {
        let value = self.product.as_ref().and_then(|name| if name == KEY { Some(key) } else { attributes.get(name) });
        Ok((value, Datum::read(value, self.reading(&self.product_scale))?))
    }

    /// The client's value, as it compares.
    pub(super) fn of_client<'a>(&self, client: &'a Value) -> Result<Datum<'a>> {
        Datum::read(self.client.as_ref().and_then(|name| client.get(name)), self.reading(&self.client_scale))
    }

    /// How the operands of the product and of the client compare with each other or with the constant.
    pub(super) fn outcome(&self, product: &Datum<'_>, client: &Datum<'_>) -> Outcome {
        match (self.product.is_some(), self.client.is_some()) {
            (true, true) => self.is.compare(product, client),
            (true, false) => self.is.compare(product, &self.constant),
            (false, _) => self.is.compare(client, &self.constant),
        }
    }

    /// Of the items of the product's list, or else of the client's, those that the other operand has.
    pub(super) fn common<'v>(
        &'v self,
        items: &'v [Value],
        of_product: bool,
        product: &'v Datum<'_>,
        client: &'v Datum<'_>,
    ) -> impl Iterator<Item = &'v Value> {
        let (scale, other) = match (of_product, self.value.is_some()) {
            (true, true) => (&self.product_scale, &self.constant),
            (true, false) => (&self.product_scale, client),
            (false, true) => (&self.client_scale, &self.constant),
            (false, false) => (&self.client_scale, product),
        };
        let reading = self.reading(scale);
        items.iter().filter(move |item| Scalar::read(item, reading).is_some_and(|item| other.holds(&item)))
    }

    fn reading<'s>(&self, scale: &'s Option<Scale>) -> Reading<'s> {
        Reading { scale: scale.as_deref(), ordered: self.is.orders() }
    }
}

/// A constant as it compares, or what is wrong with it.
fn constant(value: &Value, is: Operator, scale: Option<&[String]>) -> std::result::Result<Datum<'static>, String> {
    let read = Datum::read(Some(value), Reading { scale, ordered: is.orders() }).and_then(Datum::owned);
    let datum = read.map_err(|e| e.message.into_owned())?;
    match &datum {
        _ if value.is_array() != is.takes_list() => {
            let wanted = if is.takes_list() { "a list" } else { "one value" };
            Err(format!("must be {wanted}: \"{}\" compares with {wanted}", is.name()))
        }
        Datum::Odd if value.is_object() => Err("must be a number, a text, a boolean or a list of one of these".into()),
        Datum::Odd if value.is_string() && scale.is_some() => Err("is not on the scale of the attribute".into()),
        Datum::Odd if value.is_string() => {
            Err(format!("must be a number or a date, YYYY-MM-DD: \"{}\" orders texts only by a scale", is.name()))
        }
        Datum::Odd if value.is_number() => Err("is out of range: numbers go to 1.7e26".into()),
        Datum::Odd => Err("must hold values of one type, numbers, booleans or texts (on the scale, if there is one)".into()),
        _ if is.orders() && value.is_boolean() => Err("must be a number, a date or a text on a scale: booleans have no order".into()),
        _ => Ok(datum),
    }
}

impl Gate {
    /// Reads a gate.
    pub(super) fn from_object(object: &Object<'_>, scales: &[(String, Scale)]) -> Self {
        Gate {
            id: object.text("id"),
            test: Comparison::from_object(object, scales, &OF_TEST),
            when: object.optional("when").map(|node| node.object(|when| Comparison::from_object(when, scales, &OF_CONDITION))),
            reason: object.label("reason"),
        }
    }

    /// Its comparisons.
    pub(super) fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        std::iter::once(&self.test).chain(&self.when)
    }

    /// What the client gives to its comparisons.
    pub(super) fn operands<'a>(&self, client: &'a Value) -> Result<Operands<'a>> {
        let when = self.when.as_ref().map_or(Ok(Datum::Missing), |when| when.of_client(client))?;
        Ok(Operands { test: self.test.of_client(client)?, when })
    }

    /// What it says of a product to a client.
    pub(super) fn ruling(&self, product: &Operands<'_>, client: &Operands<'_>) -> Ruling {
        if let Some(when) = &self.when {
            match (when.outcome(&product.when, &client.when), when.missing) {
                (Outcome::Holds, _) | (Outcome::Missing, Absent::Apply) => {}
                (Outcome::Fails, _) | (Outcome::Missing, Absent::Pass) => return Ruling::DoesNotApply,
                (Outcome::Missing, Absent::Exclude) => return Ruling::Excluded(Ground::Missing),
                (Outcome::Incomparable, _) => return Ruling::Excluded(Ground::Incomparable),
            }
        }
        match (self.test.outcome(&product.test, &client.test), self.test.missing) {
            (Outcome::Holds, _) | (Outcome::Missing, Absent::Pass) => Ruling::Passes,
            (Outcome::Fails, _) => Ruling::Excluded(Ground::Comparison),
            (Outcome::Missing, _) => Ruling::Excluded(Ground::Missing),
            (Outcome::Incomparable, _) => Ruling::Excluded(Ground::Incomparable),
        }
    }
}
