//! JSON text to jsonb.

use super::{ARRAY, CONTAINER, DEEPEST, FALSE, HAS_END, LENGTH, NULL, NUMERIC, OBJECT, SCALAR, STRIDE, STRING, TRUE, WORD, number};
use crm_core::pause;

/// The contents of a jsonb of a JSON text, whose texts are to be UTF-8. None for what is out of the ordinary, or wrong.
pub(in crate::host) fn write(json: &str) -> Option<Vec<u8>> {
    let mut writer = Writer { json, at: 0, data: pause::room(json.len() + json.len() / 2), items: Vec::with_capacity(64) };
    writer.value(0)?;
    writer.space();
    if writer.at != json.len() {
        return None;
    }
    if writer.items.first()?.kind != CONTAINER {
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
    start: u32,
    length: u32,
}

impl Item {
    fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.length as usize
    }
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
    /// Adds a child to those read. It is made where it stays: to hand it on takes longer than the rest.
    #[inline(always)]
    fn push(&mut self, kind: u32, in_text: bool, start: usize, length: usize) -> Option<()> {
        let (start, length) = (u32::try_from(start).ok()?, u32::try_from(length).ok()?);
        pause::step();
        pause::push(&mut self.items, Item { kind, in_text, start, length });
        Some(())
    }

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

    /// Reads a value and adds it to the children.
    fn value(&mut self, depth: usize) -> Option<()> {
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

    fn word(&mut self, word: &str, kind: u32) -> Option<()> {
        self.json.as_bytes().get(self.at..)?.starts_with(word.as_bytes()).then(|| self.at += word.len())?;
        self.push(kind, true, 0, 0)
    }

    fn number(&mut self) -> Option<()> {
        let rest = self.json.as_bytes().get(self.at..)?;
        let length = rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')).count();
        let start = self.pad();
        let written = number::write(rest.get(..length)?, &mut self.data)?;
        self.at += length;
        self.push(NUMERIC, false, start, written)
    }

    /// Zeros up to a multiple of four; where that is.
    fn pad(&mut self) -> usize {
        // And for any number that is not unusually long.
        pause::reserve(&mut self.data, 64);
        let start = self.data.len().next_multiple_of(WORD);
        self.data.resize(start, 0);
        start
    }

    fn string(&mut self) -> Option<()> {
        let start = self.at + 1;
        let end = start + plain(self.json.as_bytes().get(start..)?)?;
        if self.json.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return self.push(STRING, true, start, end - start);
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
        pause::reserve(&mut self.data, text.len());
        self.data.extend_from_slice(text.as_bytes());
        self.push(STRING, false, start, text.len())
    }

    /// An array or an object, whose opening bracket is next.
    fn open(&mut self, depth: usize, closing: u8) -> Option<()> {
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
                    self.string()?;
                    self.take(b':')?;
                }
                self.value(depth)?;
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
        self.push(CONTAINER, false, start, length)
    }

    /// Orders the fields of an object, of which key and value alternate from `first` on: by the keys' length and bytes, of equal ones the
    /// last.
    fn sort(&mut self, first: usize) {
        let Writer { json, data, items, .. } = self;
        let bytes = |item: &Item| {
            let source = if item.in_text { json.as_bytes() } else { data.as_slice() };
            source.get(item.range()).unwrap_or_default()
        };
        let order = |a: &Item, b: &Item| a.length.cmp(&b.length).then_with(|| bytes(a).cmp(bytes(b)));
        let (fields, _) = items.get_mut(first..).unwrap_or_default().as_chunks_mut::<2>();
        if fields.is_sorted_by(|[a, _], [b, _]| order(a, b).is_lt()) {
            return;
        }
        fields.sort_by(|[a, _], [b, _]| order(a, b));
        if fields.is_sorted_by(|[a, _], [b, _]| order(a, b).is_lt()) {
            return;
        }
        // Of equal keys the one that is kept is the first of the reversed.
        let mut fields = fields.to_vec();
        fields.reverse();
        fields.dedup_by(|[a, _], [b, _]| order(a, b).is_eq());
        fields.reverse();
        items.truncate(first);
        items.extend(fields.into_iter().flatten());
    }

    /// Writes a container of the items from `first` on at `start`, the end of the data, and takes them off. Of an object key and value
    /// alternate in them; the keys are written before the values.
    fn container(&mut self, kind: u32, count: usize, first: usize, start: usize) -> Option<()> {
        let Writer { json, data: written, items, .. } = self;
        let step = if kind == OBJECT { 2 } else { 1 };
        let children = items.get(first..)?;
        pause::reserve(written, 2 * WORD + children.iter().map(|item| 2 * WORD + item.length as usize).sum::<usize>());
        written.resize(start, 0);
        written.extend_from_slice(&(kind | u32::try_from(count).ok().filter(|count| *count <= LENGTH)?).to_ne_bytes());
        let mut word = written.len();
        let data = word + children.len() * WORD;
        written.resize(data, 0);
        let ordered = (0..step).flat_map(|from| children.iter().skip(from).step_by(step));
        for (child, item) in ordered.enumerate() {
            let before = written.len();
            if matches!(item.kind, NUMERIC | CONTAINER) {
                written.resize(before.next_multiple_of(WORD), 0);
            }
            if item.in_text {
                written.extend_from_slice(json.as_bytes().get(item.range())?);
            } else {
                written.extend_from_within(item.range());
            }
            let (end, length) = (written.len() - data, written.len() - before);
            if end > LENGTH as usize {
                return None;
            }
            let entry = if child.is_multiple_of(STRIDE) { HAS_END | end as u32 } else { length as u32 };
            written.get_mut(word..)?.first_chunk_mut::<WORD>()?.copy_from_slice(&(item.kind | entry).to_ne_bytes());
            word += WORD;
        }
        items.truncate(first);
        Some(())
    }
}

/// How many bytes come before a quotation mark, an escape or a control character.
fn plain(text: &[u8]) -> Option<usize> {
    /// A bit that is set in each byte that is below a limit (up to 128), if it is the lowest of those that are.
    const fn below(word: u64, limit: u8) -> u64 {
        word.wrapping_sub(u64::from_ne_bytes([limit; 8])) & !word & HIGH
    }
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let (words, rest) = text.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quote = below(word ^ u64::from_ne_bytes([b'"'; 8]), 1);
        let escape = below(word ^ u64::from_ne_bytes([b'\\'; 8]), 1);
        let found = quote | escape | below(word, b' ');
        if found != 0 {
            return Some(at * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '))?;
    Some(words.len() * 8 + end)
}
