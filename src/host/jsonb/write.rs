//! JSON text to jsonb.

use super::{ARRAY, CONTAINER, DEEPEST, FALSE, HAS_END, LENGTH, NULL, NUMERIC, OBJECT, SCALAR, STRIDE, STRING, TRUE, WORD, number};

/// The contents of a jsonb of a JSON text, whose texts are to be UTF-8. None for what is out of the ordinary, or wrong.
pub(in crate::host) fn write(json: &str) -> Option<Vec<u8>> {
    let mut writer = Writer { json, at: 0, data: Vec::with_capacity(json.len() + json.len() / 2), items: Vec::new() };
    let top = writer.value(0)?;
    writer.space();
    if writer.at != json.len() {
        return None;
    }
    if top.kind != CONTAINER {
        writer.items.push(top);
        let start = writer.data.len().next_multiple_of(WORD);
        writer.container(ARRAY | SCALAR, 1, 0, start)?;
        return Some(writer.data.split_off(start));
    }
    Some(writer.data)
}

/// A child: its type and where its bytes are, in the text or among the data.
#[derive(Clone, Copy)]
struct Item {
    kind: u32,
    in_text: bool,
    start: usize,
    length: usize,
}

struct Writer<'a> {
    json: &'a str,
    at: usize,
    /// What was written; containers and numbers begin at multiples of four.
    data: Vec<u8>,
    /// The children read so far of the containers that are open.
    items: Vec<Item>,
}

impl Writer<'_> {
    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// The next byte, which is to be this one, after spaces.
    fn take(&mut self, byte: u8) -> Option<()> {
        self.space();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn value(&mut self, depth: usize) -> Option<Item> {
        self.space();
        match self.peek()? {
            b'"' => self.string(),
            b'{' => self.open(depth + 1, b'}'),
            b'[' => self.open(depth + 1, b']'),
            b't' => self.word("true", TRUE),
            b'f' => self.word("false", FALSE),
            b'n' => self.word("null", NULL),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, kind: u32) -> Option<Item> {
        self.json.as_bytes().get(self.at..)?.starts_with(word.as_bytes()).then(|| self.at += word.len())?;
        Some(Item { kind, in_text: true, start: 0, length: 0 })
    }

    fn number(&mut self) -> Option<Item> {
        let rest = self.json.as_bytes().get(self.at..)?;
        let length = rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')).count();
        let start = self.pad();
        let written = number::write(rest.get(..length)?, &mut self.data)?;
        self.at += length;
        Some(Item { kind: NUMERIC, in_text: false, start, length: written })
    }

    /// Zeros up to a multiple of four; where that is.
    fn pad(&mut self) -> usize {
        let start = self.data.len().next_multiple_of(WORD);
        self.data.resize(start, 0);
        start
    }

    fn string(&mut self) -> Option<Item> {
        let start = self.at + 1;
        let plain = |rest: &[u8]| rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '));
        let end = start + plain(self.json.as_bytes().get(start..)?)?;
        if self.json.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return Some(Item { kind: STRING, in_text: true, start, length: end - start });
        }
        // Escapes: the whole literal ends at the first quotation mark that is not escaped.
        let mut end = end;
        while *self.json.as_bytes().get(end)? != b'"' {
            end += if self.json.as_bytes().get(end) == Some(&b'\\') { 2 } else { 1 };
        }
        let text: String = serde_json::from_str(self.json.get(self.at..=end)?).ok()?;
        if text.contains('\0') {
            return None;
        }
        self.at = end + 1;
        let start = self.data.len();
        self.data.extend_from_slice(text.as_bytes());
        Some(Item { kind: STRING, in_text: false, start, length: text.len() })
    }

    /// An array or an object, whose opening bracket is next.
    fn open(&mut self, depth: usize, closing: u8) -> Option<Item> {
        if depth > DEEPEST {
            return None;
        }
        self.at += 1;
        let (first, start, step) = (self.items.len(), self.pad(), if closing == b'}' { 2 } else { 1 });
        self.space();
        if self.peek()? == closing {
            self.at += 1;
        } else {
            loop {
                if step == 2 {
                    self.space();
                    if self.peek()? != b'"' {
                        return None;
                    }
                    let key = self.string()?;
                    self.items.push(key);
                    self.take(b':')?;
                }
                let item = self.value(depth)?;
                self.items.push(item);
                self.space();
                let next = self.peek()?;
                self.at += 1;
                match next {
                    b',' => {}
                    _ if next == closing => break,
                    _ => return None,
                }
            }
        }
        if step == 2 {
            self.sort(first);
        }
        let count = (self.items.len() - first) / step;
        // Behind its children, and then in their place.
        let made = self.pad();
        self.container(if step == 2 { OBJECT } else { ARRAY }, count, first, made)?;
        let length = self.data.len() - made;
        self.data.copy_within(made.., start);
        self.data.truncate(start + length);
        Some(Item { kind: CONTAINER, in_text: false, start, length })
    }

    fn bytes(&self, item: &Item) -> &[u8] {
        let source = if item.in_text { self.json.as_bytes() } else { &self.data };
        source.get(item.start..item.start + item.length).unwrap_or_default()
    }

    /// Orders the fields of an object, of which key and value alternate from `first` on: the keys by length and bytes, of equal ones the
    /// last; then the values.
    fn sort(&mut self, first: usize) {
        let fields = self.items.get(first..).unwrap_or_default();
        let mut fields: Vec<(Item, Item)> = fields.chunks_exact(2).map(|field| (field[0], field[1])).collect();
        let order = |a: &Item, b: &Item| (a.length, self.bytes(a)).cmp(&(b.length, self.bytes(b)));
        fields.sort_by(|(a, _), (b, _)| order(a, b));
        // Of equal keys the one that is kept is the first of the reversed.
        fields.reverse();
        fields.dedup_by(|(a, _), (b, _)| order(a, b).is_eq());
        fields.reverse();
        self.items.truncate(first);
        self.items.extend(fields.iter().map(|(key, _)| *key));
        self.items.extend(fields.iter().map(|(_, value)| *value));
    }

    /// Writes a container of the items from `first` on at `start`, the end of the data, and takes them off.
    fn container(&mut self, kind: u32, count: usize, first: usize, start: usize) -> Option<()> {
        self.data.resize(start, 0);
        self.data.extend_from_slice(&(kind | u32::try_from(count).ok().filter(|count| *count <= LENGTH)?).to_ne_bytes());
        let words = self.data.len();
        let children = self.items.len() - first;
        let data = words + children * WORD;
        self.data.resize(data, 0);
        for child in 0..children {
            let item = *self.items.get(first + child)?;
            let before = self.data.len();
            if matches!(item.kind, NUMERIC | CONTAINER) {
                self.pad();
            }
            if item.in_text {
                self.data.extend_from_slice(self.json.as_bytes().get(item.start..item.start + item.length)?);
            } else {
                self.data.extend_from_within(item.start..item.start + item.length);
            }
            let (end, length) = (self.data.len() - data, self.data.len() - before);
            if end > LENGTH as usize {
                return None;
            }
            let entry = if child.is_multiple_of(STRIDE) { HAS_END | end as u32 } else { length as u32 };
            self.data.get_mut(words + child * WORD..)?.first_chunk_mut::<WORD>()?.copy_from_slice(&(item.kind | entry).to_ne_bytes());
        }
        self.items.truncate(first);
        Some(())
    }
}
