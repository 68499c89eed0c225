//! Changes inputs: as JSON where they are, byte by byte where not.

use serde_json::{Map, Value, json};

/// SplitMix64: small, and the same everywhere.
pub struct Random(u64);

impl Random {
    /// A sequence.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// The next number.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of the first `n` numbers.
    pub fn below(&mut self, n: usize) -> usize {
        (self.word() % n.max(1) as u64) as usize
    }
}

/// An input with a few things changed.
pub fn changed(data: &[u8], random: &mut Random) -> Vec<u8> {
    let parsed = (random.below(8) > 0).then(|| std::str::from_utf8(data).ok()).flatten();
    if let Some(mut document) = parsed.and_then(|text| crm_core::document::parse(text).ok()) {
        for _ in 0..1 + random.below(3) {
            change(&mut document, random);
        }
        return document.to_string().into_bytes();
    }
    let mut bytes = data.to_vec();
    for _ in 0..1 + random.below(4) {
        change_bytes(&mut bytes, random);
    }
    bytes
}

const WORDS: [[u8; 8]; 6] = [
    [0xff; 8],
    [0; 8],
    [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0x7f, 0xf8, 0, 0, 0, 0, 0, 0],
    [0x80, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 1],
];

fn change_bytes(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    match random.below(8) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, random.word() as u8),
        2 => {
            let end = (at + 8).min(bytes.len());
            bytes.splice(at..end, WORDS[random.below(WORDS.len())]);
        }
        3 if at < bytes.len() => {
            bytes.remove(at);
        }
        4 => {
            let (from, length) = (random.below(bytes.len() + 1), random.below(24));
            let copied = bytes[from..(from + length).min(bytes.len())].to_vec();
            bytes.splice(at..at, copied);
        }
        5 if at < bytes.len() => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'"', b'{', b'9'][random.below(8)],
        _ if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        _ => bytes.push(0),
    }
}

/// Nodes of a document.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(size).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// Changes one node, every one with the same chance.
fn change(value: &mut Value, random: &mut Random) {
    let mut place = random.below(size(value));
    let mut node = value;
    loop {
        if place == 0 {
            return change_node(node, random);
        }
        place -= 1;
        let children: Vec<&mut Value> = match node {
            Value::Array(list) => list.iter_mut().collect(),
            Value::Object(map) => map.values_mut().collect(),
            _ => return,
        };
        let mut next = None;
        for child in children {
            let inside = size(child);
            if place < inside {
                next = Some(child);
                break;
            }
            place -= inside;
        }
        match next {
            Some(child) => node = child,
            None => return,
        }
    }
}

fn change_node(node: &mut Value, random: &mut Random) {
    match (random.below(6), &mut *node) {
        (0, Value::Object(map)) => remove(map, random),
        (1, Value::Object(map)) => {
            let name = ["", "kind", "from", "a key", "名", "value", "any", "all", "not"][random.below(9)];
            let with = map.values().nth(random.below(map.len())).cloned().unwrap_or_else(|| leaf(random));
            map.insert(name.to_owned(), with);
        }
        (0, Value::Array(list)) if !list.is_empty() => {
            list.remove(random.below(list.len()));
        }
        (1, Value::Array(list)) if !list.is_empty() => {
            let copies = [1, 1, 2, 40][random.below(4)];
            let of = list[random.below(list.len())].clone();
            list.extend(std::iter::repeat_n(of, copies));
        }
        (2, Value::Array(list)) if !list.is_empty() => {
            let (a, b) = (random.below(list.len()), random.below(list.len()));
            list.swap(a, b);
        }
        (0..=3, Value::Number(number)) => {
            let text = number.to_string();
            let made = match random.below(5) {
                0 => format!("-{}", text.trim_start_matches('-')),
                1 => format!("{}0000", text.split(['.', 'e']).next().unwrap_or("0")),
                2 => (number.as_f64().unwrap_or(0.0) + 1.0).to_string(),
                3 => (number.as_f64().unwrap_or(0.0) / 3.0).to_string(),
                _ => number.as_f64().unwrap_or(0.0).trunc().to_string(),
            };
            *node = crm_core::document::parse(&made).unwrap_or_default();
        }
        (3, _) => *node = json!([node.take()]),
        _ => *node = leaf(random),
    }
}

fn remove(map: &mut Map<String, Value>, random: &mut Random) {
    if let Some(key) = map.keys().nth(random.below(map.len())).cloned() {
        map.remove(&key);
    }
}

/// What may stand for anything.
fn leaf(random: &mut Random) -> Value {
    const LEAVES: [&str; 44] = [
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "2",
        "3",
        "10",
        "0.5",
        "-0.0",
        "1e400",
        "1e-400",
        "1e308",
        "-1e308",
        "5e-324",
        "9223372036854775807",
        "9223372036854775808",
        "2147483648",
        "170141183460469231731687303715884105727",
        "1e25",
        "0.0000000000001",
        "1.000000000000",
        "99999999999999999999999999",
        "\"\"",
        "\" \"",
        "\"x\"",
        "\"NaN\"",
        "\"1e5\"",
        "\"-1\"",
        "\"12.5\"",
        "\"2026-02-28\"",
        "\"2026-02-30\"",
        "\"5874897-12-31\"",
        "\"-4713-01-01\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "\"=\"",
        "\"<=\"",
        "\"in\"",
        "\"gold\"",
    ];
    crm_core::document::parse(LEAVES[random.below(LEAVES.len())]).unwrap_or_default()
}
