use super::*;
use crate::amount::Amount;
use crate::calendar::Instant;
use crate::codec::Summary;
use crate::codec::{from_text, from_wire, to_text, to_wire};
use crate::rfm::Rfm;
use proptest::prelude::*;
use std::collections::BTreeMap;

type Rows<T> = Vec<(T, i64, i64)>;

fn filled<K: Keys, T>(rows: &[(T, i64, i64)], key: impl for<'a> Fn(&'a T) -> K::Key<'a>) -> Book<K, Rfm> {
    let mut book = Book::default();
    for (customer, at, amount) in rows {
        book.push(key(customer), (Instant(*at), Amount::from_i64(*amount))).unwrap();
    }
    book.settle().unwrap();
    book
}

/// Everything a book must be, for keys of one kind.
fn holds<K: Keys, T: Clone + Ord>(rows: &[(T, i64, i64)], cut: usize, key: impl for<'a> Fn(&'a T) -> K::Key<'a> + Copy) {
    let mut expected: BTreeMap<T, Rfm> = BTreeMap::new();
    for (customer, at, amount) in rows {
        expected.entry(customer.clone()).or_default().push(Instant(*at), Amount::from_i64(*amount)).unwrap();
    }
    let whole = filled::<K, T>(rows, key);
    assert_eq!(whole.len(), expected.len());
    for ((found, page), (customer, rfm)) in whole.iter().zip(&expected) {
        assert!(K::compare(found, key(customer)).is_eq() && page == rfm);
    }
    for (customer, rfm) in &expected {
        assert_eq!(whole.get(key(customer)), Some(rfm));
    }
    let bytes = to_wire(&whole).unwrap();
    let mut reversed = rows.to_vec();
    reversed.reverse();
    assert_eq!(to_wire(&filled::<K, T>(&reversed, key)).unwrap(), bytes);

    let (left, right) = reversed.split_at(cut);
    let parts = [filled::<K, T>(left, key), filled::<K, T>(right, key)];
    for [mut one, other] in [parts.clone(), {
        let [l, r] = parts;
        [r, l]
    }] {
        // As PostgreSQL sends it to the leader, and as it is there.
        let sent: Option<Book<K, Rfm>> = (!other.is_empty()).then(|| from_wire(&to_wire(&other).unwrap()).unwrap());
        let mut merged = one.clone();
        one.merge(&other).unwrap();
        one.settle().unwrap();
        assert_eq!(to_wire(&one).unwrap(), bytes);
        if let Some(sent) = sent {
            merged.merge(&sent).unwrap();
            merged.settle().unwrap();
            assert_eq!(to_wire(&merged).unwrap(), bytes);
        }
    }
    assert_eq!(to_wire(&from_wire::<Book<K, Rfm>>(&bytes).unwrap()).unwrap(), bytes);
    let text = to_text(&whole).unwrap();
    let again = from_text::<Book<K, Rfm>>(&text).unwrap();
    assert_eq!((to_wire(&again).unwrap(), to_text(&again).unwrap()), (bytes, text));
}

fn rows<T: Clone + std::fmt::Debug + 'static>(key: impl Strategy<Value = T> + 'static) -> impl Strategy<Value = Rows<T>> {
    prop::collection::vec((key, -1000i64..1000, -9i64..9), 1..400)
}

proptest! {
    #[test]
    fn integers(rows in rows(prop_oneof![-40i64..40, any::<i64>(), Just(i64::MIN), Just(i64::MAX)]), cut in any::<prop::sample::Index>()) {
        holds::<IntegerKeys, _>(&rows, cut.index(rows.len()), |key| *key);
    }

    #[test]
    fn uuids(rows in rows((0u8..3, 0u8..9, 0u8..3)), cut in any::<prop::sample::Index>()) {
        let rows: Rows<Uuid> = rows.into_iter().map(|((a, b, c), at, amount)| {
            let mut uuid = [0xab; 16];
            (uuid[0], uuid[8], uuid[15]) = (a, b, c);
            (Uuid(uuid), at, amount)
        }).collect();
        holds::<UuidKeys, _>(&rows, cut.index(rows.len()), |key| *key);
    }

    #[test]
    fn text(rows in rows("(客户-|C0000)?[a-c0-2\"\\\\]{0,3}(x{0,40})"), cut in any::<prop::sample::Index>()) {
        holds::<TextKeys, String>(&rows, cut.index(rows.len()), String::as_str);
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), count in 0u8..4) {
        let framed = [&[0, 1, 0, 0, 0, 0, 0, 0, 0, count], bytes.as_slice()].concat();
        let _ = (from_wire::<Book<IntegerKeys, Rfm>>(&framed), from_wire::<Book<TextKeys, Rfm>>(&framed), from_wire::<Book<UuidKeys, Rfm>>(&bytes));
    }

    #[test]
    fn hostile_text_never_panics(text in "\\{\"customers\": ?\\[(\\{\"customer\": ?(1|\"a\"|null)(, \"rfm\": (\\{\\}|1))?\\},?){0,2}\\]\\}") {
        prop_assert!(from_text::<Book<IntegerKeys, Rfm>>(&text).is_err());
        prop_assert!(from_text::<Book<TextKeys, Rfm>>(&text).is_err());
    }
}

/// `n` customers under keys made from 0 … n − 1.
fn many(n: u64, key: impl Fn(u64) -> i64) -> Book<IntegerKeys, Rfm> {
    let rows: Rows<i64> = (0..n).map(|i| (key(i), i as i64, 1)).collect();
    filled(&rows, |key| *key)
}

fn mean_search<K: Keys>(book: &Book<K, Rfm>) -> f64 {
    book.index.mean_search(|position| K::hash(&book.hasher, book.keys.key(book.lines[position].slot)))
}

#[test]
fn keys_made_to_collide_do_not() {
    // The longest search a key needs says whether places are crowded; a quarter of a million adversarial keys keep it as
    // short as random ones do.
    let n = 250_000;
    let mixed = |i: u64| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (i << 31)) as i64;
    let cases: [(&str, &dyn Fn(u64) -> i64); 5] = [
        ("random", &mixed),
        ("sequential", &|i| i as i64),
        ("multiples of 2^32", &|i| (i << 32) as i64),
        ("multiples of 2^46", &|i| (i << 46) as i64),
        ("bits reversed", &|i| i.reverse_bits() as i64),
    ];
    for (name, key) in cases {
        let book = many(n, key);
        assert_eq!(book.len() as u64, n, "{name}");
        let mean = mean_search(&book);
        assert!(mean < 2.0, "{name}: {mean}");
    }
    let mut text = Book::<TextKeys, Rfm>::default();
    for i in 0..n {
        text.push(&format!("{}{i:09}", "CUSTOMER-".repeat(6)), (Instant(0), Amount::from_i64(1))).unwrap();
    }
    text.settle().unwrap();
    assert!(mean_search(&text) < 2.0);
}

#[test]
fn what_is_wrong_is_named() {
    let line = r#"{"customer": 1, "rfm": {"first_at": "2026-01-01T00:00:00Z", "first_total": "1", "frequency": 1, "last_at": "2026-01-01T00:00:00Z", "scale": 0, "total": "1"}}"#;
    let text = |lines: &str| from_text::<Book<IntegerKeys, Rfm>>(&format!("{{\"customers\": [{lines}]}}")).unwrap_err().message.to_string();
    for (lines, expected) in [
        ("", "customers: must not be empty"),
        (&format!("{line}, {line}"), "customers[1].customer: is there twice"),
        (r#"{"customer": "a", "rfm": {}}"#, "customers[0].customer: must be an integer"),
        (r#"{"customer": 1}"#, "customers[0].rfm: is missing"),
        (&line.replace("\"scale\": 0", "\"scale\": 13"), "customers[0].rfm.scale: must be"),
        (&line.replace("\"frequency\": 1", "\"frequency\": 2, \"more\": 1"), "customers[0].rfm.more: "),
        (&line.replace("\"total\": \"1\"", "\"total\": \"2\""), "customers[0]: all events are at the first instant"),
    ] {
        assert!(text(lines).contains(expected), "{lines}: {}", text(lines));
    }
    let whole = |text: &str| from_text::<Book<IntegerKeys, Rfm>>(text).unwrap_err().message.to_string();
    for (given, expected) in [
        ("[]", "must be an object"),
        ("{}", "customers: is missing"),
        ("{\"customers\": {}}", "customers: must be a list"),
        ("{\"customers\": [1]}", "customers[0]: must be an object"),
        ("{\"customers\": [], \"more\": 1}", "more: is not known here"),
        (&format!("[[{line}]]"), "must be an object"),
    ] {
        assert!(whole(given).contains(expected), "{given}: {}", whole(given));
    }
    let book = many(2, |i| i as i64);
    let wire = to_wire(&book).unwrap();
    let (head, lines) = wire.split_at(10);
    let swapped = [head, &lines[66..], &lines[..66]].concat();
    assert!(from_wire::<Book<IntegerKeys, Rfm>>(&swapped).unwrap_err().message.contains("order of their keys"));
    let twice = [head, &lines[..66], &lines[..66]].concat();
    assert!(from_wire::<Book<IntegerKeys, Rfm>>(&twice).is_err());
}

#[test]
fn a_book_refuses_to_pass_its_limit_before_memory_is_gone() {
    // Keys of a megabyte come to the limit soon.
    let mut book = Book::<TextKeys, Rfm>::default();
    let mut refused = None;
    for i in 0..1_100 {
        let key = format!("{}{i}", "k".repeat(1 << 20));
        if let Err(error) = book.push(&key, (Instant(0), Amount::from_i64(1))) {
            refused = Some((i, error));
            break;
        }
    }
    let (at, error) = refused.unwrap();
    assert!((960..=1_100).contains(&at), "{at}");
    assert_eq!(error.state, SqlState::LimitExceeded);
    assert!(error.hint.unwrap().contains("% 16"));
}

#[test]
fn long_keys_do_not_wait_in_number() {
    let mut book = Book::<TextKeys, Rfm>::default();
    let key = "k".repeat(1 << 22);
    for i in 0..40 {
        book.push(&format!("{key}{}", i % 2), (Instant(0), Amount::from_i64(1))).unwrap();
        assert!(book.waiting.keys.bytes() < 3 << 22);
    }
    book.settle().unwrap();
    assert_eq!(book.len(), 2);
}

#[test]
fn the_size_is_as_estimated() {
    let n = 20_000;
    let rows: Rows<i64> = (0..n * 3).map(|i| (i as i64 % n as i64, i as i64 * 86_400_000_000, 1234)).collect();
    let book = filled::<IntegerKeys, _>(&rows, |key| *key);
    let size = book_size("rfm", n as i64, 8.0, 0.0).unwrap();
    let near = |real: usize, estimate: i64| (estimate as f64 / real as f64 - 1.0).abs() < 0.15;
    assert!(near(to_wire(&book).unwrap().len(), size.stored));
    assert!(near(to_text(&book).unwrap().len(), size.dumped));
    assert_eq!(size.books, 1);
    assert_eq!(book_size("rfm", 20_000_000, 8.0, 0.0).unwrap().books, 4);
    for wrong in [book_size("rfm", -1, 8.0, 0.0), book_size("tier", 1, 8.0, 0.0), book_size("rfm", 1, f64::NAN, 0.0)] {
        assert_eq!(wrong.unwrap_err().state, SqlState::InvalidParameter);
    }
}
