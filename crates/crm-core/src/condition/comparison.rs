//! One comparison of a condition: two operands and an operator.

use super::compare::{Datum, OPERATORS, Operator, Outcome, Reading, Scalar};
use super::{Attributes, Vocabulary};
use crate::document::Object;
use crate::error::Result;
use serde_json::Value;
use std::sync::Arc;

/// The texts of an attribute from the lowest to the highest.
pub type Scale = Arc<[String]>;

/// Two operands and how they are to compare: product with client, product with constant, or client with constant.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The attribute of the product.
    pub product: Option<String>,
    /// The operator.
    pub is: Operator,
    /// The attribute of the client.
    pub client: Option<String>,
    /// The constant; one that has a name is the document's own.
    pub value: Option<Arc<Value>>,
    /// The name under which the document has the constant.
    pub value_of: Option<String>,
    constant: Arc<Datum<'static>>,
    product_scale: Option<Scale>,
    client_scale: Option<Scale>,
}

impl Comparison {
    /// Reads a comparison from the object it is the whole or a part of.
    pub fn from_object(object: &Object<'_>, vocabulary: &Vocabulary<'_>) -> Self {
        let product = if vocabulary.client_only { None } else { object.optional_text("product") };
        let is = object.choice("is", &OPERATORS);
        let client = object.optional_text("client");
        let own = object.optional("value").map(|node| Arc::new(node.value().clone()));
        let value_of = if vocabulary.constants.is_empty() { None } else { object.optional_text("value_of") };
        let named = value_of.as_ref().and_then(|name| {
            let found = vocabulary.constants.iter().find(|(known, _)| known == name);
            if found.is_none() && !name.is_empty() {
                object.problem("value_of", "is not the name of a value of this document");
            }
            found.map(|(_, value)| Arc::clone(value))
        });
        let place = if value_of.is_some() { "value_of" } else { "value" };
        if own.is_some() && value_of.is_some() {
            object.problem("value_of", "stands beside \"value\": give one of the two");
        }
        let value = own.or(named);
        match (&product, &client, value.is_some() || value_of.is_some()) {
            (None, None, _) if vocabulary.client_only => object.problem("client", "is missing: the attribute of the client"),
            (None, None, _) => object.problem("product", "is missing: a comparison needs an attribute of the product or of the client"),
            (Some(_), None, false) => object.problem("client", "is missing: compare with an attribute of the client or with a value"),
            (None, Some(_), false) if vocabulary.client_only => object.problem("value", "is missing: compare with a value"),
            (None, Some(_), false) => object.problem("value", "is missing: compare with an attribute of the product or with a value"),
            (Some(_), Some(_), true) => object.problem(place, "is a third operand: compare with the client or with a value"),
            _ => {}
        }
        let (of_product, of_client) = (vocabulary.scale(product.as_deref()), vocabulary.scale(client.as_deref()));
        let mut comparison = Comparison {
            product_scale: of_product.clone().or_else(|| of_client.clone()),
            client_scale: of_client.or(of_product),
            is: is.unwrap_or(Operator::Equal),
            constant: Arc::default(),
            product,
            client,
            value,
            value_of,
        };
        if let (Some(value), Some(is)) = (comparison.value.as_ref(), is) {
            let scale = comparison.product.as_ref().map_or(&comparison.client_scale, |_| &comparison.product_scale);
            match constant(value, is, scale.as_deref()) {
                Ok(constant) => comparison.constant = Arc::new(constant),
                Err(problem) => object.problem(place, problem),
            }
        }
        comparison
    }

    /// The attributes it compares.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.product.iter().chain(&self.client).map(String::as_str)
    }

    /// The product's value, and as it compares.
    pub fn of_product<'a>(&self, product: &'a dyn Attributes) -> Result<(Option<&'a Value>, Datum<'a>)> {
        let value = self.product.as_ref().and_then(|name| product.attribute(name));
        Ok((value, Datum::read(value, self.reading(&self.product_scale))?))
    }

    /// The client's value, as it compares.
    pub fn of_client<'a>(&self, client: &'a dyn Attributes) -> Result<Datum<'a>> {
        Datum::read(self.client.as_ref().and_then(|name| client.attribute(name)), self.reading(&self.client_scale))
    }

    /// Whether another comparison asks the same of the client and reads it in the same way.
    pub(super) fn reads_client_like(&self, other: &Comparison) -> bool {
        self.client == other.client && self.is.orders() == other.is.orders() && self.client_scale == other.client_scale
    }

    /// How the operands of the product and of the client compare with each other or with the constant.
    pub fn outcome(&self, product: &Datum<'_>, client: &Datum<'_>) -> Outcome {
        match (self.product.is_some(), self.client.is_some()) {
            (true, true) => self.is.compare(product, client),
            (true, false) => self.is.compare(product, &self.constant),
            (false, _) => self.is.compare(client, &self.constant),
        }
    }

    /// Of the items of the product's list, or else of the client's, those that the other operand has.
    pub fn common<'v>(
        &'v self,
        items: &'v [Value],
        of_product: bool,
        product: &'v Datum<'_>,
        client: &'v Datum<'_>,
    ) -> impl Iterator<Item = &'v Value> {
        let (scale, other) = match (of_product, self.value.is_some()) {
            (true, true) => (&self.product_scale, &*self.constant),
            (true, false) => (&self.product_scale, client),
            (false, true) => (&self.client_scale, &*self.constant),
            (false, false) => (&self.client_scale, product),
        };
        let reading = self.reading(scale);
        items.iter().filter(move |item| Scalar::read(item, reading).is_some_and(|item| other.holds(&item)))
    }

    fn reading<'s>(&self, scale: &'s Option<Scale>) -> Reading<'s> {
        Reading { scale: scale.as_deref(), ordered: self.is.orders() }
    }
}

/// The comparison as people read it: `product.risk_grade <= client.risk_class`.
impl std::fmt::Display for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.product, &self.client) {
            (Some(product), Some(client)) => return write!(f, "product.{product} {} client.{client}", self.is.name()),
            (Some(product), None) => write!(f, "product.{product} {} ", self.is.name())?,
            (None, client) => write!(f, "client.{} {} ", client.as_deref().unwrap_or_default(), self.is.name())?,
        }
        match (&self.value_of, &self.value) {
            (Some(name), Some(value)) => write!(f, "{name} ({value})"),
            (_, value) => write!(f, "{}", value.as_deref().unwrap_or(&Value::Null)),
        }
    }
}

/// A constant as it compares, or what is wrong with it.
fn constant(value: &Value, is: Operator, scale: Option<&[String]>) -> std::result::Result<Datum<'static>, String> {
    let read = Datum::read(Some(value), Reading { scale, ordered: is.orders() }).and_then(Datum::owned);
    let datum = read.map_err(|e| e.message.into_owned())?;
    if let (Operator::Between, Datum::Many(bounds), Some(items)) = (is, &datum, value.as_array()) {
        let first = items.first().and_then(|first| Scalar::read(first, Reading { scale, ordered: true }));
        if items.len() != 2 || first.as_ref() != bounds.first() {
            return Err("must be a list of two, the lowest and the highest".into());
        }
    }
    match &datum {
        _ if value.is_array() != is.takes_list() => {
            let wanted = if is.takes_list() { "a list" } else { "one value" };
            Err(format!("must be {wanted}: \"{}\" compares with {wanted}", is.name()))
        }
        Datum::Odd if value.is_object() => Err("must be a number, a text, a boolean or a list of one of these".into()),
        Datum::Odd if value.is_array() && is.orders() && scale.is_none() => {
            Err("must hold two numbers or two dates, YYYY-MM-DD, or texts of an attribute that has a scale".into())
        }
        Datum::Odd if value.is_string() && scale.is_some() => Err("is not on the scale of the attribute".into()),
        Datum::Odd if value.is_string() => {
            Err(format!("must be a number or a date, YYYY-MM-DD: \"{}\" orders texts only by a scale", is.name()))
        }
        Datum::Odd if value.is_number() => Err("is out of range: numbers go to 1.7e26".into()),
        Datum::Odd => Err("must hold values of one type, numbers, booleans or texts (on the scale, if there is one)".into()),
        Datum::Many(list) if is.orders() && matches!(list.first(), Some(Scalar::Boolean(_))) => {
            Err("must not hold booleans: they have no order".into())
        }
        _ if is.orders() && value.is_boolean() => Err("must be a number, a date or a text on a scale: booleans have no order".into()),
        _ => Ok(datum),
    }
}
