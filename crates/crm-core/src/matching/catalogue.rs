//! The product library as a value: every product with its attributes.

use crate::codec::{Json, MAX_FLAT, Reader, Summary, Writer, parse_json, print_json, too_long};
use crate::document::{Object, parse, shorten};
use crate::error::{Error, Result};
use crate::pause;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The attribute that stands for the product's key in a policy.
pub(super) const KEY: &str = "product";
/// Bytes of a product in the binary form, besides its texts.
const FRAME: usize = 8;
/// Levels of nesting an attribute may have: with these, the text form can be parsed again.
const MAX_DEPTH: usize = 100;

/// Products with their attributes: a JSON object each, kept in its canonical text (sorted keys, no blanks, numbers as
/// they were written).
///
/// A product that comes twice with the same attributes is one product; with different attributes it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    // Read in sorted order only: nothing depends on the order of a hash map.
    products: HashMap<Box<str>, Box<str>>,
    texts: usize,
}

impl Catalogue {
    /// Adds a product.
    ///
    /// Its key must not be empty and its attributes must be an object of at most 100 levels (22023). An attribute
    /// `product` must equal the key, whose name it has in policies.
    pub fn push(&mut self, product: &str, attributes: &Value) -> Result<()> {
        if product.is_empty() {
            return Err(Error::parameter("product must not be empty"));
        }
        let Value::Object(fields) = attributes else {
            return Err(about(product, "attributes must be a JSON object").hint("Pass to_jsonb(row) or jsonb_build_object(…)."));
        };
        check(product, fields)?;
        self.insert(product, &attributes.to_string())
    }

    /// Number of products.
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether no product was added.
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// The canonical attributes of a product.
    pub fn get(&self, product: &str) -> Option<&str> {
        self.products.get(product).map(AsRef::as_ref)
    }

    /// Every product and its canonical attributes, by the bytes of the product's key.
    pub fn products(&self) -> Result<Vec<(&str, &str)>> {
        let mut products = Vec::new();
        products.try_reserve_exact(self.products.len()).map_err(no_room)?;
        products.extend(self.products.iter().map(|(product, attributes)| (product.as_ref(), attributes.as_ref())));
        pause::sort(&mut products);
        Ok(products)
    }

    /// The SHA-256 the binary form begins with: equal for equal catalogues.
    pub fn digest(&self) -> Result<[u8; 32]> {
        Ok(digest_of(&self.products()?))
    }

    /// Bytes of memory held, nearly.
    pub fn heap_bytes(&self) -> usize {
        self.texts + self.products.capacity() * (2 * size_of::<Box<str>>() + 1)
    }

    fn insert(&mut self, product: &str, attributes: &str) -> Result<()> {
        if let Some(found) = self.get(product) {
            return if found == attributes { Ok(()) } else { Err(conflict(product, found, attributes)) };
        }
        let texts = self.texts + product.len() + attributes.len();
        if texts + (self.len() + 1) * FRAME > MAX_FLAT - 64 {
            return Err(too_long());
        }
        self.products.try_reserve(1).map_err(no_room)?;
        self.products.insert(boxed(product)?, boxed(attributes)?);
        self.texts = texts;
        Ok(())
    }
}

/// A copy of a text; memory that cannot be had is an error.
pub(super) fn boxed(text: &str) -> Result<Box<str>> {
    let mut copy = String::new();
    copy.try_reserve_exact(text.len()).map_err(no_room)?;
    copy.push_str(text);
    Ok(copy.into_boxed_str())
}

/// 53200.
pub(super) fn no_room<E>(_: E) -> Error {
    Error::out_of_memory("a product catalogue")
}

pub(super) fn about(product: &str, problem: &str) -> Error {
    Error::parameter(format!("product \"{}\": {problem}", shorten(product)))
}

fn check(product: &str, fields: &Map<String, Value>) -> Result<()> {
    if fields.get(KEY).is_some_and(|key| key.as_str() != Some(product)) {
        return Err(about(product, "the attribute \"product\" differs from the product's key")
            .hint("In a policy \"product\" is the key; give the attribute another name."));
    }
    match fields.values().map(|value| unfit(value, MAX_DEPTH)).chain([reserved(fields)]).flatten().next() {
        Some(problem) => Err(about(product, problem).hint(format!("Keep plain attributes of at most {MAX_DEPTH} levels."))),
        None => Ok(()),
    }
}

/// Why a value could not be read again from its canonical text, if so.
fn unfit(value: &Value, levels: usize) -> Option<&'static str> {
    let Some(below) = levels.checked_sub(1) else {
        return Some("attributes are nested too deeply");
    };
    match value {
        Value::Array(items) => items.iter().find_map(|item| unfit(item, below)),
        Value::Object(fields) => reserved(fields).or_else(|| fields.values().find_map(|field| unfit(field, below))),
        _ => None,
    }
}

/// The JSON library reads an object that begins with such a key as a number, and sorting brings it to the front.
fn reserved(fields: &Map<String, Value>) -> Option<&'static str> {
    fields.keys().any(|key| key.starts_with("$serde_json::")).then_some("the attribute names \"$serde_json::…\" are reserved")
}

#[cold]
fn conflict(product: &str, one: &str, other: &str) -> Error {
    let e = about(product, "comes twice with different attributes").hint("Give the catalogue one row a product.");
    let (Ok(Value::Object(one)), Ok(Value::Object(other))) = (parse(one), parse(other)) else {
        return e;
    };
    match one.keys().chain(other.keys()).filter(|key| one.get(*key) != other.get(*key)).min() {
        Some(key) => e.detail(format!("The rows differ in \"{}\".", shorten(key))),
        None => e,
    }
}

fn digest_of(products: &[(&str, &str)]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((products.len() as u64).to_be_bytes());
    for text in products.iter().flat_map(|(product, attributes)| [product, attributes]) {
        pause::step();
        hash.update((text.len() as u32).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

impl Summary for Catalogue {
    const TYPE: &'static str = "catalogue";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        other.products()?.into_iter().try_for_each(|(product, attributes)| self.insert(product, attributes))
    }

    /// The SHA-256 of all that follows it; then the products by key, each with its attributes.
    fn encode(&self, out: &mut Writer) -> Result<()> {
        let products = self.products()?;
        out.raw(&digest_of(&products))?;
        out.u64(products.len() as u64)?;
        for (product, attributes) in products {
            out.text(product)?;
            out.text(attributes)?;
        }
        Ok(())
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let digest = input.raw(32)?;
        let count = input.count(FRAME + 3)?;
        let mut products = Vec::new();
        products.try_reserve_exact(count).map_err(no_room)?;
        for _ in 0..count {
            products.push((input.text()?, input.text()?));
        }
        if digest != digest_of(&products) {
            return Err(input.wrong("the digest does not fit the products"));
        }
        if products.is_empty() || !products.is_sorted_by(|(one, _), (next, _)| one < next) {
            return Err(input.wrong("products are missing or not in canonical order"));
        }
        let mut catalogue = Catalogue::default();
        catalogue.products.try_reserve(count).map_err(no_room)?;
        for (product, attributes) in products {
            let canonical = |value: &Value| value.to_string().as_str() == attributes;
            let Some(Value::Object(fields)) = parse(attributes).ok().filter(canonical) else {
                return Err(input.wrong("attributes are not canonical JSON objects"));
            };
            if product.is_empty() || check(product, &fields).is_err() {
                return Err(input.wrong("a product breaks the rules of a catalogue"));
            }
            catalogue.insert(product, attributes)?;
        }
        Ok(catalogue)
    }

    /// `{"products": {"P1": {…}, …}}`
    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

impl Json for Catalogue {
    fn to_json(&self) -> Result<Value> {
        let products: Result<Map<_, _>> =
            self.products.iter().map(|(product, attributes)| Ok((product.to_string(), parse(attributes)?))).collect();
        Ok(Value::Object(Map::from_iter([("products".to_string(), Value::Object(products?))])))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let mut catalogue = Catalogue::default();
        let Some(node) = object.node("products") else {
            return Ok(catalogue);
        };
        let pushed = node.entries(|product, node| catalogue.push(product, node.value()));
        pushed.into_iter().try_for_each(|(_, pushed)| pushed)?;
        if catalogue.is_empty() && node.value().is_object() {
            node.problem("must not be empty");
        }
        Ok(catalogue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqlState;
    use crate::codec::{from_text, from_wire, to_text, to_wire};
    use proptest::prelude::*;
    use serde_json::json;

    fn catalogue(products: &[(&str, Value)]) -> Catalogue {
        let mut catalogue = Catalogue::default();
        products.iter().for_each(|(product, attributes)| catalogue.push(product, attributes).unwrap());
        catalogue
    }

    #[test]
    fn a_product_is_kept_once_and_may_not_contradict_itself() {
        let mut c = catalogue(&[("P1", json!({"b": 1, "a": "债券"})), ("P1", json!({"a": "债券", "b": 1}))]);
        assert_eq!((c.len(), c.get("P1")), (1, Some(r#"{"a":"债券","b":1}"#)));
        let e = c.push("P1", &json!({"b": 2, "a": "债券"})).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidParameter);
        assert_eq!(e.message, "product \"P1\": comes twice with different attributes");
        assert_eq!(e.detail.as_deref(), Some("The rows differ in \"b\"."));
        assert_eq!(e.hint.as_deref(), Some("Give the catalogue one row a product."));
        assert!(c.merge(&catalogue(&[("P1", json!({}))])).is_err());
        c.merge(&catalogue(&[("P2", json!({})), ("P1", json!({"b": 1, "a": "债券"}))])).unwrap();
        assert_eq!(c.products().unwrap().iter().map(|(p, _)| *p).collect::<Vec<_>>(), ["P1", "P2"]);
        assert!(c.heap_bytes() > 30);
    }

    #[test]
    fn wrong_products_are_refused() {
        let mut c = Catalogue::default();
        let mut message = |product: &str, attributes: Value| c.push(product, &attributes).unwrap_err().message.into_owned();
        assert_eq!(message("", json!({})), "product must not be empty");
        assert_eq!(message("P", json!([1])), "product \"P\": attributes must be a JSON object");
        assert_eq!(message("P", json!(null)), "product \"P\": attributes must be a JSON object");
        assert_eq!(message("P", json!({"product": "Q"})), "product \"P\": the attribute \"product\" differs from the product's key");
        let deep = (0..100).fold(json!(1), |value, _| json!([value]));
        assert_eq!(message("P", json!({ "a": deep })), "product \"P\": attributes are nested too deeply");
        // Sorting would bring this key to the front, where it reads as a number.
        let sly = parse(r#"{"b": 1, "$serde_json::private::Number": "12"}"#).unwrap();
        assert_eq!(message("P", sly.clone()), "product \"P\": the attribute names \"$serde_json::…\" are reserved");
        assert!(message("P", json!({ "a": [sly] })).contains("reserved"));
        let fits = (0..99).fold(json!(1), |value, _| json!([value]));
        let c = catalogue(&[("P", json!({"product": "P", "a": fits}))]);
        assert_eq!(from_text::<Catalogue>(&to_text(&c).unwrap()).unwrap(), c);
    }

    #[test]
    fn the_text_form_is_readable_and_strict() {
        let c = catalogue(&[("P2", json!({"名称": "天天利"})), ("P1", parse(r#"{"min": 1000.00}"#).unwrap())]);
        assert_eq!(to_text(&c).unwrap(), r#"{"products":{"P1":{"min":1000.00},"P2":{"名称":"天天利"}}}"#);
        let message = |text: &str| from_text::<Catalogue>(text).unwrap_err().message.into_owned();
        assert_eq!(message("{}"), "invalid input for type catalogue: products: is missing");
        assert_eq!(message(r#"{"products":{}}"#), "invalid input for type catalogue: products: must not be empty");
        assert_eq!(message(r#"{"products":[]}"#), "invalid input for type catalogue: products: must be an object");
        assert!(message(r#"{"products":{"P1":3}}"#).contains("attributes must be a JSON object"));
        assert_eq!(from_text::<Catalogue>(r#"{"products":{"P1":3}}"#).unwrap_err().state, SqlState::InvalidText);
    }

    #[test]
    fn the_binary_form_begins_with_the_digest_and_is_checked() {
        let c = catalogue(&[("P1", json!({"a": 1})), ("P2", json!({}))]);
        let wire = to_wire(&c).unwrap();
        assert_eq!(wire[2..34], c.digest().unwrap());
        assert_eq!(c.digest().unwrap(), catalogue(&[("P2", json!({})), ("P1", json!({"a": 1}))]).digest().unwrap());
        for at in 0..wire.len() {
            let mut bent = wire.clone();
            bent[at] ^= 1;
            assert_eq!(from_wire::<Catalogue>(&bent).unwrap_err().state, SqlState::InvalidBinary, "byte {at}");
            assert!(from_wire::<Catalogue>(&wire[..at]).is_err());
        }
        // With a digest that fits, the rules still hold.
        let refused = |products: &[(&str, &str)], says: &str| {
            let mut out = Writer::default();
            out.u16(1).unwrap();
            out.raw(&digest_of(products)).unwrap();
            out.u64(products.len() as u64).unwrap();
            products.iter().for_each(|(p, a)| out.text(p).and_then(|()| out.text(a)).unwrap());
            let e = from_wire::<Catalogue>(&out.into_bytes()).unwrap_err();
            assert!(e.message.contains(says), "{e}");
            assert_eq!(e.state, SqlState::InvalidBinary);
        };
        refused(&[], "canonical order");
        refused(&[("B", "{}"), ("A", "{}")], "canonical order");
        refused(&[("A", "{}"), ("A", "{}")], "canonical order");
        refused(&[("A", "{  }")], "canonical JSON");
        refused(&[("A", r#"{"b":1,"a":1}"#)], "canonical JSON");
        refused(&[("A", "[]")], "canonical JSON");
        refused(&[("A", "{]")], "canonical JSON");
        refused(&[("", r#"{"a":1}"#)], "rules");
        refused(&[("A", r#"{"product":"B"}"#)], "rules");
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[-]?[1-9][0-9]{0,30}([.][0-9]{1,20})?([eE][+-]?[0-9]{1,3})?".prop_map(|text| parse(&text).unwrap()),
            "\\PC{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-d品]{1,2}", inner, 0..4).prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_order_and_any_merge_gives_the_same_bytes(
            products in prop::collection::btree_map("\\PC{1,4}", prop::collection::btree_map("[a-d品]{1,2}", value(), 0..4), 1..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let products: Vec<_> = products.into_iter().map(|(p, a)| (p, Value::Object(a.into_iter().collect()))).collect();
            let made = |products: &[(String, Value)]| {
                let mut c = Catalogue::default();
                products.iter().rev().for_each(|(p, a)| c.push(p, a).unwrap());
                c
            };
            let whole = made(&products);
            let (left, right) = products.split_at(cut.index(products.len()));
            let mut merged = made(right);
            merged.merge(&made(left)).unwrap();
            merged.merge(&whole).unwrap();
            let wire = to_wire(&whole).unwrap();
            prop_assert_eq!(to_wire(&merged).unwrap(), wire.clone());
            prop_assert_eq!(to_wire(&from_wire::<Catalogue>(&wire).unwrap()).unwrap(), wire.clone());
            prop_assert_eq!(to_wire(&from_text::<Catalogue>(&to_text(&whole).unwrap()).unwrap()).unwrap(), wire);
        }

        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = from_wire::<Catalogue>(&bytes);
        }
    }
}
