//! Keys that stand twice in an object: JSON readers keep the last and drop the others without a word.

use std::borrow::Cow;
use std::collections::HashSet;

/// The first key that an object has twice, in a text that is valid JSON.
pub fn key_twice(text: &str) -> Option<Cow<'_, str>> {
    // The keys so far of each object around the place, none for a list.
    let mut around: Vec<Option<HashSet<Cow<'_, str>>>> = Vec::new();
    let mut key_follows = false;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                key_follows = byte == b'{';
                around.push(key_follows.then(HashSet::new));
            }
            b'}' | b']' => {
                around.pop();
            }
            b',' => key_follows = matches!(around.last(), Some(Some(_))),
            b'"' => {
                let mut escaped = false;
                let (end, _) = bytes.find(|(_, byte)| {
                    let ends = !escaped && *byte == b'"';
                    escaped = !escaped && *byte == b'\\';
                    ends
                })?;
                if let (true, Some(Some(keys))) = (std::mem::take(&mut key_follows), around.last_mut()) {
                    let key = spelled(text.get(at..=end)?);
                    if keys.contains(&key) {
                        return Some(key);
                    }
                    keys.insert(key);
                }
            }
            _ => {}
        }
    }
    None
}

/// What a JSON string says.
fn spelled(string: &str) -> Cow<'_, str> {
    match string.get(1..string.len().saturating_sub(1)) {
        Some(plain) if !plain.contains('\\') => Cow::Borrowed(plain),
        _ => Cow::Owned(serde_json::from_str(string).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_in_one_object_is_found() {
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
            assert_eq!(key_twice(text).as_deref(), found, "{text}");
        }
    }
}
