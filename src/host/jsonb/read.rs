//! jsonb to a JSON value.

use super::{ARRAY, CONTAINER, COUNT, DEEPEST, FALSE, HAS_END, LENGTH, NULL, NUMERIC, OBJECT, SCALAR, STRING, TRUE, TYPE, WORD, number};
use crm_core::pause;
use serde_json::{Map, Value};

/// The contents of a jsonb, whose texts are UTF-8. None for what is out of the ordinary.
pub(in crate::host) fn read(jsonb: &[u8]) -> Option<Value> {
    let header = word(jsonb, 0)?;
    if header & SCALAR == 0 {
        return container(jsonb, 1);
    }
    let mut children = Children::of(jsonb, 1)?;
    let (kind, bytes) = children.next(jsonb)?;
    value(kind, bytes, 0)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The children of a container, one after the other.
struct Children {
    /// Of the next one: its place among the words, and in the data.
    index: usize,
    start: usize,
    data: usize,
}

impl Children {
    fn of(container: &[u8], count: usize) -> Option<Self> {
        let data = count.checked_mul(WORD)?.checked_add(WORD)?;
        (data <= container.len()).then_some(Children { index: 0, start: 0, data })
    }

    /// The type and the bytes of the next one, padding left out.
    #[inline]
    fn next<'a>(&mut self, container: &'a [u8]) -> Option<(u32, &'a [u8])> {
        let entry = word(container, WORD + self.index * WORD)?;
        let size = (entry & LENGTH) as usize;
        let end = if entry & HAS_END != 0 { size } else { self.start + size };
        let kind = entry & TYPE;
        let padded = match kind {
            NUMERIC | CONTAINER if end > self.start => self.start.next_multiple_of(WORD),
            _ => self.start,
        };
        let bytes = container.get(self.data + padded..self.data + end)?;
        self.start = end;
        self.index += 1;
        Some((kind, bytes))
    }
}

fn container(bytes: &[u8], depth: usize) -> Option<Value> {
    let header = word(bytes, 0)?;
    let count = (header & COUNT) as usize;
    if depth > DEEPEST {
        return None;
    }
    if header & ARRAY != 0 {
        let mut children = Children::of(bytes, count)?;
        let mut items = pause::room(count);
        for _ in 0..count {
            pause::step();
            let (kind, bytes) = children.next(bytes)?;
            items.push(value(kind, bytes, depth)?);
        }
        return Some(Value::Array(items));
    }
    if header & OBJECT == 0 {
        return None;
    }
    let mut keys = Children::of(bytes, count.checked_mul(2)?)?;
    let mut names = pause::room(count);
    for _ in 0..count {
        names.push(name(keys.next(bytes)?.1)?);
    }
    // Where the keys end the values begin.
    let mut values = keys;
    let mut fields = pause::room(count);
    for name in names {
        pause::step();
        let (kind, bytes) = values.next(bytes)?;
        fields.push((name, value(kind, bytes, depth)?));
    }
    Some(Value::Object(fields.into_iter().collect::<Map<_, _>>()))
}

/// A key. Those by which `serde_json` marks numbers are left to its parser, which reports them.
fn name(bytes: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(bytes).ok()?;
    (!name.starts_with("$serde_json::")).then(|| name.to_owned())
}

#[inline]
fn value(kind: u32, bytes: &[u8], depth: usize) -> Option<Value> {
    Some(match kind {
        STRING => Value::String(std::str::from_utf8(bytes).ok()?.to_owned()),
        // Four bytes of length are before a number as in any other place.
        NUMERIC => Value::Number(number::read(bytes.get(WORD..)?)?),
        FALSE => Value::Bool(false),
        TRUE => Value::Bool(true),
        NULL => Value::Null,
        CONTAINER => container(bytes, depth + 1)?,
        _ => return None,
    })
}
