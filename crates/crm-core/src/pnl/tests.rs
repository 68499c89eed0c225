use super::*;
use crate::amount::UNIT;
use crate::book::{Book, IntegerKeys, book_size};
use crate::codec::{from_text, from_wire, to_text, to_wire};
use crate::error::SqlState;
use proptest::prelude::*;
use std::collections::BTreeMap;

type PnlBook = Book<IntegerKeys, Statement>;
type Postings = Vec<(i64, String, Amount)>;
/// What is to come out, kept the plain way: by customer and line the units and the scale.
type Oracle = BTreeMap<i64, BTreeMap<String, (i128, u8)>>;

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

fn pnl(postings: &[(&str, &str)]) -> Pnl {
    let mut pnl = Pnl::default();
    postings.iter().for_each(|(line, posted)| pnl.push(line, amount(posted)).unwrap());
    pnl.settle().unwrap();
    pnl
}

fn single(postings: &[(i64, String, Amount)]) -> Pnl {
    let mut pnl = Pnl::default();
    postings.iter().for_each(|(_, line, amount)| pnl.push(line, *amount).unwrap());
    pnl.settle().unwrap();
    pnl
}

fn book(postings: &[(i64, String, Amount)]) -> PnlBook {
    let mut book = PnlBook::default();
    for (customer, line, amount) in postings {
        let line = book.shared_mut().id(line).unwrap();
        book.push(*customer, (line, *amount)).unwrap();
    }
    book.settle().unwrap();
    book
}

fn oracle(postings: &[(i64, String, Amount)]) -> Oracle {
    let mut oracle = Oracle::new();
    for (customer, line, amount) in postings {
        let (units, scale) = oracle.entry(*customer).or_default().entry(line.clone()).or_default();
        (*units, *scale) = (*units + amount.units, amount.scale.max(*scale));
    }
    oracle
}

fn same(found: &Pnl, expected: &BTreeMap<String, (i128, u8)>) {
    let listed: Vec<_> = found.iter().map(|(line, amount)| (line.to_string(), amount.units, amount.scale)).collect();
    let wanted: Vec<_> = expected.iter().map(|(line, (units, scale))| (line.clone(), *units, *scale)).collect();
    assert_eq!(listed, wanted);
    for (line, (units, _)) in expected {
        assert_eq!(found.line_amount(line).map(|amount| amount.units), Some(*units));
    }
    assert_eq!(found.total().unwrap().units, expected.values().map(|(units, _)| units).sum::<i128>());
}

fn postings() -> impl Strategy<Value = Postings> {
    let line = prop_oneof![3 => "(fee|cost|利息)[ab]?", 1 => "[a-z\"\\\\é ]{1,3}"];
    let amount = (prop_oneof![-1000i128..1000, -(1i128 << 60)..1i128 << 60], 0u8..=12, 0u8..=12)
        .prop_map(|(n, decimals, scale)| Amount::new(n * 10i128.pow(12 - u32::from(decimals)), scale));
    prop::collection::vec((0i64..5, line, amount), 1..200)
}

proptest! {
    #[test]
    fn one_customer_in_any_order_merged_and_round(postings in postings(), cut in any::<prop::sample::Index>()) {
        let everyone: Postings = postings.iter().map(|(_, line, amount)| (0, line.clone(), *amount)).collect();
        let whole = single(&everyone);
        same(&whole, &oracle(&everyone)[&0]);
        prop_assert_eq!(whole.line_amount("no such line").map(|amount| amount.units), None);
        let bytes = to_wire(&whole).unwrap();
        let mut reversed = postings.clone();
        reversed.reverse();
        prop_assert_eq!(&to_wire(&single(&reversed)).unwrap(), &bytes);
        let (left, right) = postings.split_at(cut.index(postings.len()));
        for (one, other) in [(left, right), (right, left)] {
            let mut merged = single(one);
            merged.merge(&single(other)).unwrap();
            merged.settle().unwrap();
            prop_assert_eq!(&to_wire(&merged).unwrap(), &bytes);
        }
        let read = from_wire::<Pnl>(&bytes).unwrap();
        same(&read, &oracle(&everyone)[&0]);
        prop_assert_eq!(&to_wire(&read).unwrap(), &bytes);
        let text = to_text(&whole).unwrap();
        let read = from_text::<Pnl>(&text).unwrap();
        prop_assert_eq!((to_wire(&read).unwrap(), to_text(&read).unwrap()), (bytes, text));
    }

    #[test]
    fn a_book_in_any_order_merged_and_round(postings in postings(), cut in any::<prop::sample::Index>()) {
        let (whole, expected) = (book(&postings), oracle(&postings));
        prop_assert_eq!(whole.len(), expected.len());
        for (customer, lines) in &expected {
            let statement = whole.get(*customer).unwrap();
            let of = Pnl::of(statement, whole.shared()).unwrap();
            same(&of, lines);
            let own: Postings = postings.iter().filter(|p| p.0 == *customer).cloned().collect();
            prop_assert_eq!(to_wire(&of).unwrap(), to_wire(&single(&own)).unwrap());
            prop_assert!(statement.iter().is_sorted_by(|l, r| l.0 < r.0));
        }
        prop_assert!(whole.shared().iter().is_sorted_by(|l, r| l < r));
        let bytes = to_wire(&whole).unwrap();
        let mut reversed = postings.clone();
        reversed.reverse();
        prop_assert_eq!(&to_wire(&book(&reversed)).unwrap(), &bytes);
        let (left, right) = postings.split_at(cut.index(postings.len()));
        for (one, other) in [(left, right), (right, left)] {
            let mut merged = book(one);
            merged.merge(&book(other)).unwrap();
            // Settled halfway, as in a window, and gone on with.
            merged.settle().unwrap();
            prop_assert_eq!(&to_wire(&merged).unwrap(), &bytes);
            merged.merge(&book(one)).unwrap();
            merged.settle().unwrap();
            let twice = [one, other, one].concat();
            prop_assert_eq!(to_wire(&merged).unwrap(), to_wire(&book(&twice)).unwrap());
        }
        let read = from_wire::<PnlBook>(&bytes).unwrap();
        prop_assert_eq!(&to_wire(&read).unwrap(), &bytes);
        let text = to_text(&whole).unwrap();
        let read = from_text::<PnlBook>(&text).unwrap();
        prop_assert_eq!((to_wire(&read).unwrap(), to_text(&read).unwrap()), (bytes, text));
    }

    #[test]
    fn rows_after_a_settled_summary_are_as_before_it(postings in postings(), cut in any::<prop::sample::Index>()) {
        let (left, right) = postings.split_at(cut.index(postings.len()));
        let mut resumed = book(left);
        for (customer, line, amount) in right {
            let line = resumed.shared_mut().id(line).unwrap();
            resumed.push(*customer, (line, *amount)).unwrap();
        }
        resumed.settle().unwrap();
        prop_assert_eq!(to_wire(&resumed).unwrap(), to_wire(&book(&postings)).unwrap());
    }

    #[test]
    fn what_is_read_is_what_would_be_written(bytes in prop::collection::vec(prop_oneof![0u8..4, Just(b'a'), any::<u8>()], 0..60)) {
        let framed = [&[0, 1], bytes.as_slice()].concat();
        if let Ok(pnl) = from_wire::<Pnl>(&framed) {
            prop_assert_eq!(to_wire(&pnl).unwrap(), framed);
        }
        let framed = [&[0, 1, 0, 0, 0, 0, 0, 0, 0, 1], bytes.as_slice()].concat();
        if let Ok(book) = from_wire::<PnlBook>(&framed) {
            prop_assert_eq!(to_wire(&book).unwrap(), framed);
        }
    }

    #[test]
    fn flipped_bytes_are_refused_or_canonical(postings in postings(), at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = to_wire(&book(&postings)).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(book) = from_wire::<PnlBook>(&bytes) {
            prop_assert_eq!(to_wire(&book).unwrap(), bytes);
        }
    }

    #[test]
    fn hostile_text_never_panics(text in "\\{\"lines\": ?(\\{(\"a\": ?(1|\"1.5\"|null|\\{\"amount\": 1, \"scale\": (1|13)\\}),?){0,2}\\}|1|\\[\\])\\}") {
        if let Ok(pnl) = from_text::<Pnl>(&text) {
            prop_assert!(from_wire::<Pnl>(&to_wire(&pnl).unwrap()).is_ok());
        }
    }
}

#[test]
fn text_is_json_in_the_order_of_names() {
    let mut some = pnl(&[("trading fee", "12.50"), ("cost of funds", "-3"), ("trading fee", "0.25"), ("利息", "1.5")]);
    let text = r#"{"lines":{"cost of funds":"-3","trading fee":"12.75","利息":"1.5"}}"#;
    assert_eq!(to_text(&some).unwrap(), text);
    assert_eq!(some.total().unwrap().to_string(), "11.25");
    // A float8 is taken without decimals of its own.
    some.push("利息", Amount::from_f64(0.25).unwrap()).unwrap();
    some.push("float8", Amount::from_f64(0.25).unwrap()).unwrap();
    some.settle().unwrap();
    let text =
        r#"{"lines":{"cost of funds":"-3","float8":{"amount":"0.25","scale":0},"trading fee":"12.75","利息":{"amount":"1.75","scale":1}}}"#;
    assert_eq!(to_text(&some).unwrap(), text);
    assert_eq!(to_wire(&from_text::<Pnl>(text).unwrap()).unwrap(), to_wire(&some).unwrap());
}

#[test]
fn a_line_that_cancels_out_stays() {
    let cancelled = pnl(&[("fee", "12.50"), ("fee", "-12.50")]);
    assert_eq!(to_text(&cancelled).unwrap(), r#"{"lines":{"fee":"0.00"}}"#);
    assert_eq!(cancelled.line_amount("fee").unwrap().to_string(), "0.00");
}

#[test]
fn overflow_is_an_error_and_loses_nothing() {
    let mut large = pnl(&[("fee", "170000000000000000000000000"), ("cost", "1.5")]);
    let before = to_wire(&large).unwrap();
    assert_eq!(large.push("fee", amount("1e25")).unwrap_err().state, SqlState::OutOfRange);
    assert_eq!(to_wire(&large).unwrap(), before);
    large.push("more", amount("1e25")).unwrap();
    assert_eq!(large.total().unwrap_err().state, SqlState::OutOfRange);
    let other = large.clone();
    assert_eq!(large.merge(&other).unwrap_err().state, SqlState::OutOfRange);
    let mut statement = Statement::default();
    assert!(statement.add(0, Amount::new(i128::MIN, 0)).is_err() && statement.heap() == 0);
}

#[test]
fn names_are_checked() {
    let refused = |name: &str| Pnl::default().push(name, Amount::ZERO).unwrap_err();
    assert_eq!(refused("").state, SqlState::InvalidParameter);
    assert_eq!(refused("a\0").state, SqlState::InvalidParameter);
    assert_eq!(refused("$serde_json::private::Number").state, SqlState::InvalidParameter);
    let longest = "x".repeat(MAX_NAME_BYTES);
    assert!(pnl(&[(&longest, "1")]).line_amount(&longest).is_some());
    let longer = refused(&(longest + "x"));
    assert_eq!((longer.state, longer.message.as_ref()), (SqlState::LimitExceeded, "the name of a line has 1001 bytes"));
    assert!(longer.hint.is_some());

    let mut many = Pnl::default();
    for i in 0..MAX_LINES {
        many.push(&i.to_string(), amount("1.00")).unwrap();
    }
    assert_eq!(many.push("one more", Amount::ZERO).unwrap_err().state, SqlState::LimitExceeded);
    many.push("77", amount("0.5")).unwrap();
    many.settle().unwrap();
    assert_eq!(many.line_amount("77").unwrap().to_string(), "1.50");
    let read = from_wire::<Pnl>(&to_wire(&many).unwrap()).unwrap();
    assert_eq!((read.iter().count(), read.total().unwrap()), (MAX_LINES, amount("65536.5")));
    assert_eq!(&*read.iter().nth(2).unwrap().0, "10");
}

#[test]
fn the_growth_that_is_told_is_the_growth_there_is() {
    let (mut statement, mut other) = (Statement::default(), Statement::default());
    let mut grown = 0;
    for line in (0..100).rev() {
        grown += statement.push(&(line % 37, Amount::ZERO)).unwrap();
        other.push(&(line, Amount::ZERO)).unwrap();
        assert_eq!(grown, statement.heap());
    }
    grown += Page::merge(&mut statement, &other, &(0..100).collect()).unwrap();
    assert_eq!(grown, statement.heap());
    assert!(statement.heap() <= 2 * 100 * 24);
}

#[test]
fn what_is_wrong_is_named() {
    for (text, problem) in [
        ("", "not a JSON document"),
        ("{}", "lines: is missing"),
        (r#"{"lines": {}}"#, "lines: must not be empty"),
        (r#"{"lines": []}"#, "lines: must be an object"),
        (r#"{"lines": {"fee": "x"}}"#, "lines.fee: must be a decimal number"),
        (r#"{"lines": {"fee": {"amount": "1", "scale": 13}}}"#, "lines.fee.scale: must be"),
        (r#"{"lines": {"fee": "1"}, "more": 1}"#, "more: is not known"),
        (r#"{"lines": {"": "1"}}"#, "the name of a line is empty"),
        (r#"{"lines": {"a\u0000": "1"}}"#, "NUL"),
        (r#"{"lines": {"fee": "1e27"}}"#, "lines.fee: must be"),
    ] {
        let e = from_text::<Pnl>(text).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidText, "{text}");
        assert!(e.message.contains(problem), "{text}: {e}");
    }
}

#[test]
fn bytes_that_are_not_canonical_are_refused() {
    let whole = [0, 1, 2, 1, b'a', 1, b'b', 2, 0, 0x00, 5, 0, 0x20, 6];
    assert_eq!(to_wire(&from_wire::<Pnl>(&whole).unwrap()).unwrap(), whole);
    for (bytes, problem) in [
        (&[0, 1, 2, 1, b'b', 1, b'a', 2, 0, 0, 5, 0, 0, 6][..], "not in their order"),
        (&[0, 1, 2, 1, b'a', 1, b'a', 2, 0, 0, 5, 0, 0, 6], "not in their order"),
        (&[0, 1, 1, 0, 1, 0, 0, 5], "not in their order"),
        (&[0, 1, 2, 1, b'a', 1, b'b', 1, 0, 0, 5], "does not have"),
        (&[0, 1, 0, 0], "has no lines"),
        (&[0, 1, 1, 1, b'a', 0], "has no lines"),
        (&[0, 1, 1, 1, b'a', 2, 0, 0, 5, 0, 0, 5], "or more than there are"),
        (&[0, 1, 1, 1, b'a', 1, 1, 0, 5], "has no name"),
        (&[0, 1, 1, 1, b'a', 1, 0, 0xd0, 5], "out of range"),
        (&[0, 1, 1, 1, b'a', 1, 0, 1, 0, 5], "longer than it need be"),
        (&[0, 1, 1, 1, b'a', 1, 0, 1, 0xff, 0x85], "longer than it need be"),
        (&[0, 1, 1, 1, 0xff, 1, 0, 0, 5], "UTF-8"),
        (&[0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], "too early"),
    ] {
        let e = from_wire::<Pnl>(bytes).unwrap_err();
        assert_eq!(e.state, SqlState::InvalidBinary);
        assert!(e.message.contains(problem), "{bytes:?}: {e}");
    }
    // A book with a name that none of its customers has.
    let unused = [&[0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1, b'a', 1, b'b'][..], &7i64.to_be_bytes(), &[1, 0, 0, 5]].concat();
    assert!(from_wire::<PnlBook>(&unused).unwrap_err().message.contains("no customer has"));
}

#[test]
fn the_size_is_as_estimated() {
    let n = 20_000;
    let postings: Postings =
        (0..n * 12).map(|i| (i % n, format!("revenue no {:02}", i / n), Amount::new(i128::from(i % 9973 * 31) * UNIT / 100, 2))).collect();
    let book = book(&postings);
    let size = book_size("pnl", n, 8.0, 12.0).unwrap();
    let near = |real: usize, estimate: i64| (estimate as f64 / real as f64 - 1.0).abs() < 0.15;
    assert!(near(to_wire(&book).unwrap().len(), size.stored), "{} {}", to_wire(&book).unwrap().len(), size.stored);
    assert!(near(to_text(&book).unwrap().len(), size.dumped), "{} {}", to_text(&book).unwrap().len(), size.dumped);
}

#[test]
fn names_are_kept_once_and_forgotten_with_the_last_summary() {
    let posted: Vec<_> = (0..3_000).map(|i| (0, format!("line {i}"), Amount::from_i64(i))).collect();
    let kept = single(&posted[..2]);
    for chunk in posted.chunks(500) {
        let some = single(chunk);
        assert_eq!(some.clone().iter().len(), 500);
    }
    assert!(names::known() < 3_000, "{} names are known", names::known());
    for (_, line, amount) in &posted[..2] {
        assert_eq!(kept.line_amount(line), Some(*amount));
    }
    // A number that was forgotten answers to no name, and is used again beside what is still there.
    assert_eq!(Pnl::default().push("", amount("1")).unwrap_err().state, SqlState::InvalidParameter);
    let mut other = Pnl::default();
    for (_, line, amount) in &posted[500..2_500] {
        other.push(line, *amount).unwrap();
        assert_eq!(other.push("", *amount).unwrap_err().state, SqlState::InvalidParameter);
    }
    assert_eq!((kept.iter().len(), other.iter().len()), (2, 2_000));
    assert!(other.iter().all(|(name, amount)| *name == *format!("line {amount}")));
    drop(other);
    let again = single(&posted);
    assert_eq!(again.iter().map(|(name, amount)| (name.to_string(), amount)).collect::<BTreeMap<_, _>>().len(), 3_000);
    assert_eq!(again.total().unwrap(), Amount::from_i64(2_999 * 1_500));
}
