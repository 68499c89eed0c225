//! From JSON text: a whole document as a tree, or a list item by item, which takes no more memory than one item.
//!
//! What PostgreSQL's jsonb would refuse or lose is refused here: a key that stands twice in one object, of which JSON readers
//! keep the last and drop the others without a word. Room that cannot be had is an error, and there are pauses.

use super::{Node, Path, first, shorten};
use crate::error::{Error, Result};
use crate::pause;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

/// Under this key, and as the only one, serde_json hands over a number that is no integer of 64 bits, as it is written.
const NUMBER: &str = "$serde_json::private::Number";

/// What went wrong, where serde's own error type cannot say it.
type Trouble = Cell<Option<Error>>;

/// Parses JSON text, numbers losslessly (22023).
pub fn parse(text: &str) -> Result<Value> {
    let trouble = Trouble::default();
    let mut input = serde_json::Deserializer::from_str(text);
    let value = Tree(&trouble).deserialize(&mut input).and_then(|value| input.end().map(|()| value));
    value.map_err(|e| trouble.take().unwrap_or_else(|| unreadable(&e)))
}

fn unreadable(e: &serde_json::Error) -> Error {
    match e.to_string() {
        // jsonb knows no such limit, so the document is not to blame.
        e if e.starts_with("recursion limit") => Error::parameter("the JSON document is nested deeper than 127 levels")
            .hint("No policy, model or summary is: take apart what is nested."),
        e => Error::parameter(format!("not a JSON document: {e}")),
    }
}

fn is_of_another_type(e: &impl fmt::Display) -> bool {
    e.to_string().starts_with("invalid type")
}

fn twice(key: &str) -> Error {
    Error::parameter(format!("the key \"{}\" stands twice in one object", shorten(key)))
        .hint("Only one of them would count. Give each key once.")
}

fn no_room<E>(_: E) -> Error {
    Error::out_of_memory("a JSON document")
}

/// Leaves an error where [`parse`] finds it.
fn fail<T, E: serde::de::Error>(trouble: &Trouble, error: Error) -> std::result::Result<T, E> {
    trouble.set(Some(error));
    Err(E::custom(""))
}

/// Reads a value as a tree.
#[derive(Clone, Copy)]
struct Tree<'t>(&'t Trouble);

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> std::result::Result<Value, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> std::result::Result<Value, E> {
        let mut text = String::new();
        if let Err(e) = text.try_reserve_exact(value.len()) {
            return fail(self.0, no_room(e));
        }
        text.push_str(value);
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut input: A) -> std::result::Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = input.next_element_seed(self)? {
            pause::step();
            if let Err(e) = list.try_reserve(1) {
                return fail(self.0, no_room(e));
            }
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> std::result::Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = input.next_key::<String>()? {
            pause::step();
            if fields.is_empty() && key == NUMBER {
                return match input.next_value::<String>().ok().and_then(|text| text.parse::<Number>().ok()) {
                    Some(number) => Ok(Value::Number(number)),
                    None => fail(
                        self.0,
                        Error::parameter("the JSON document uses \"$serde_json::…\", which is reserved").hint("Give the key another name."),
                    ),
                };
            }
            let value = input.next_value_seed(self)?;
            if fields.contains_key(&key) {
                return fail(self.0, twice(&key));
            }
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }
}

/// Reads `{"<key>": [item, …]}` item by item; `other` takes other fields and says whether it knows their keys.
pub fn read_list<'t>(
    text: &'t str,
    key: &'static str,
    mut other: impl FnMut(&str, &'t RawValue) -> Result<bool>,
    mut item: impl FnMut(usize, &'t RawValue) -> Result<()>,
) -> Result<()> {
    let trouble = Trouble::default();
    let mut input = serde_json::Deserializer::from_str(text);
    let fields = Fields { key, other: &mut other, item: &mut item, trouble: &trouble };
    let read = (&mut input).deserialize_map(fields).and_then(|()| input.end());
    read.map_err(|e| {
        trouble.take().unwrap_or_else(|| if is_of_another_type(&e) { Error::parameter("must be an object") } else { unreadable(&e) })
    })
}

/// [`read_list`] of documents: `item` reports what is wrong to the node, which knows its place. An error that it returns
/// is of the item as a whole.
pub fn read_nodes(text: &str, key: &'static str, mut item: impl FnMut(&Node<'_>) -> Result<()>) -> Result<()> {
    let above = Rc::new(Path::key(&Rc::new(Path::ROOT), key));
    read_list(
        text,
        key,
        |_, _| Ok(false),
        |place, raw| {
            let (value, problems) = (parse(raw.get())?, RefCell::new(Vec::new()));
            let node = Node::new(&value, Path::place(&above, place), &problems);
            let read = item(&node);
            match problems.borrow().as_slice() {
                [] => read.map_err(|e| Error { message: format!("{key}[{place}]: {}", e.message).into(), ..e }),
                problems => Err(first(problems)),
            }
        },
    )
}

type Other<'f, 't> = &'f mut dyn FnMut(&str, &'t RawValue) -> Result<bool>;
type Item<'f, 't> = &'f mut dyn FnMut(usize, &'t RawValue) -> Result<()>;

/// The object around a list.
struct Fields<'f, 't> {
    key: &'static str,
    other: Other<'f, 't>,
    item: Item<'f, 't>,
    trouble: &'f Trouble,
}

impl<'t> Visitor<'t> for Fields<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut input: A) -> std::result::Result<(), A::Error> {
        let Fields { key: list, other, item, trouble } = self;
        let mut seen: Vec<Cow<'t, str>> = Vec::new();
        while let Some(key) = input.next_key::<Cow<'t, str>>()? {
            if seen.contains(&key) {
                return fail(trouble, twice(&key));
            }
            if key == list {
                let read = input.next_value_seed(Items { item: &mut *item, trouble });
                let read = read.map_err(|e| (trouble.take(), e));
                if let Err((found, e)) = read {
                    return match found {
                        Some(error) => fail(trouble, error),
                        None if is_of_another_type(&e) => fail(trouble, Error::parameter(format!("{list}: must be a list"))),
                        None => Err(e),
                    };
                }
            } else {
                match other(&key, input.next_value::<&'t RawValue>()?) {
                    Ok(true) => {}
                    Ok(false) => return fail(trouble, Error::parameter(format!("{}: is not known here", shorten(&key)))),
                    Err(error) => return fail(trouble, error),
                }
            }
            seen.push(key);
        }
        if seen.iter().any(|key| key == list) { Ok(()) } else { fail(trouble, Error::parameter(format!("{list}: is missing"))) }
    }
}

/// The list.
struct Items<'f, 't> {
    item: Item<'f, 't>,
    trouble: &'f Trouble,
}

impl<'t> DeserializeSeed<'t> for Items<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, input: D) -> std::result::Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Items<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut input: A) -> std::result::Result<(), A::Error> {
        let mut place = 0;
        while let Some(raw) = input.next_element::<&'t RawValue>()? {
            pause::step();
            if let Err(error) = (self.item)(place, raw) {
                return fail(self.trouble, error);
            }
            place += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tree_is_what_serde_json_reads() {
        for text in [
            "null",
            "true",
            "-0",
            "1e400",
            "12345678901234567890.1234567890",
            "\"a\\u00e9\\n\"",
            "[]",
            "{}",
            " [1, {\"a\": [null, \"\"]}] ",
            r#"{"b": 1, "a": {"b": 2}}"#,
        ] {
            assert_eq!(parse(text).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
        for text in ["", "{", "[1,]", "1 2", "{\"a\" 1}", "nul", "\"\u{1}\"", "01", "{1: 2}"] {
            assert!(parse(text).unwrap_err().message.starts_with("not a JSON document: "), "{text}");
        }
    }

    #[test]
    fn a_key_that_stands_twice_in_one_object_is_refused() {
        for (text, found) in [
            (r#"{"a":1,"b":2}"#, None),
            (r#"{"a":1,"a":2}"#, Some("a")),
            (r#"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#, None),
            (r#"{"x":[{"b":1,"c":"}","b":2}]}"#, Some("b")),
            (r#"{"a":"a","b":"a"}"#, None),
            (r#"{"a\"":1,"a":2,"a\\":3}"#, None),
            (r#"{"\u0061":1, "a" : 2}"#, Some("a")),
            (r#"["a","a",{"利":1},"b"]"#, None),
            (r#"{"":1,"":2}"#, Some("")),
            ("1", None),
        ] {
            let expected = found.map(|key| format!("the key \"{key}\" stands twice in one object"));
            assert_eq!(parse(text).err().map(|e| e.message.into_owned()), expected, "{text}");
        }
    }

    #[test]
    fn a_list_is_read_item_by_item() {
        let read = |text: &str| {
            let mut read = Vec::new();
            let other = |key: &str, value: &RawValue| Ok(key == "scale" && value.get() == "2");
            read_list(text, "values", other, |place, raw| {
                read.push(format!("{place}{}", raw.get()));
                if raw.get() == "null" { Err(Error::parameter("null")) } else { Ok(()) }
            })
            .map(|()| read)
            .map_err(|e| e.message.into_owned())
        };
        assert_eq!(read(r#"{"values": [1, "a", [2]], "scale": 2}"#).unwrap(), ["01", "1\"a\"", "2[2]"]);
        assert_eq!(read(r#"{"scale": 2, "values": []}"#).unwrap(), [""; 0]);
        for (text, message) in [
            (r#"{"scale": 2}"#, "values: is missing"),
            (r#"{"values": {}}"#, "values: must be a list"),
            (r#"{"values": 7}"#, "values: must be a list"),
            (r#"{"values": [null]}"#, "null"),
            (r#"{"values": [], "scale": 3}"#, "scale: is not known here"),
            (r#"{"values": [], "values": []}"#, "the key \"values\" stands twice in one object"),
            (r#"{"scale": 2, "values": [], "scale": 2}"#, "the key \"scale\" stands twice in one object"),
        ] {
            assert_eq!(read(text).unwrap_err(), message, "{text}");
        }
        for text in ["[]", "7"] {
            assert_eq!(read(text).unwrap_err(), "must be an object");
        }
        for text in ["", r#"{"values": [1,]}"#, r#"{"values": [1]"#, r#"{"values": []} x"#] {
            assert!(read(text).unwrap_err().starts_with("not a JSON document: "), "{text}");
        }
    }

    #[test]
    fn problems_of_an_item_have_its_place() {
        let read = |text: &str| {
            read_nodes(text, "rows", |node| match node.object(|row| row.integer("n", 0..=9)) {
                7 => Err(Error::parameter("seven")),
                _ => Ok(()),
            })
            .map_err(|e| e.message.into_owned())
        };
        assert_eq!(read(&json!({"rows": [{"n": 1}, {"n": 2}]}).to_string()), Ok(()));
        assert_eq!(read(r#"{"rows": [{"n": 1}, {"n": 7}]}"#).unwrap_err(), "rows[1]: seven");
        assert_eq!(read(r#"{"rows": [{"n": 1}, {"n": 10}]}"#).unwrap_err(), "rows[1].n: must be a whole number from 0 to 9");
        assert_eq!(read(r#"{"rows": [{"n": 1}, 5]}"#).unwrap_err(), "rows[1]: must be an object, not a number");
    }
}
