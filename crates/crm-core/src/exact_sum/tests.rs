use super::*;
use crate::SqlState;
use proptest::prelude::*;

fn of(values: &[f64]) -> ExactSum {
    let mut sum = ExactSum::default();
    values.iter().for_each(|x| sum.add(*x));
    sum
}

fn wire(sum: &ExactSum) -> Vec<u8> {
    let mut out = Writer::default();
    sum.encode(&mut out).unwrap();
    out.into_bytes()
}

fn read(bytes: &[u8]) -> Result<ExactSum> {
    let mut input = Reader::new("test", bytes);
    let sum = ExactSum::decode(&mut input)?;
    input.end()?;
    Ok(sum)
}

#[test]
fn what_cancels_out_leaves_no_trace() {
    assert_eq!(of(&[1e308, 1.0, -1e308]).value(), 1.0);
    assert_eq!(of(&[1e308, 1e308, -1e308, 5e-324, -1e308]).value(), 5e-324);
    assert_eq!(of(&[0.1, 0.2, -0.3]).value(), 2.7755575615628914e-17);
    assert_eq!(of(&[0.5, -0.25, -0.25]), of(&[]));
    assert_eq!(of(&[]).value().to_bits(), 0);
    assert_eq!(of(&[-0.0]).value().to_bits(), 0);
    assert_eq!(of(&[f64::MAX, f64::MAX]).value(), f64::INFINITY);
    assert_eq!(of(&[f64::MAX, f64::MAX, -f64::MAX]).value(), f64::MAX);
    assert_eq!(of(&[f64::NAN, f64::INFINITY, 2.0]).value(), 2.0);
}

#[test]
fn ties_round_to_even() {
    let tie = 2f64.powi(-53);
    assert_eq!(of(&[1.0, tie]).value(), 1.0);
    assert_eq!(of(&[1.0, tie, 5e-324]).value(), 1.0 + f64::EPSILON);
    assert_eq!(of(&[1.0 + f64::EPSILON, tie]).value(), 1.0 + 2.0 * f64::EPSILON);
    assert_eq!(of(&[-1.0, -tie, -5e-324]).value(), -1.0 - f64::EPSILON);
    assert_eq!(of(&[2.0 - f64::EPSILON, tie]).value(), 2.0);
    // The largest finite value is reached from half a unit above it downwards.
    assert_eq!(of(&[f64::MAX, 2f64.powi(969)]).value(), f64::MAX);
    assert_eq!(of(&[f64::MAX, 2f64.powi(970)]).value(), f64::INFINITY);
    // Subnormals, and the step from them to the normal numbers.
    assert_eq!(of(&[5e-324, 5e-324]).value(), 1e-323);
    assert_eq!(of(&[f64::MIN_POSITIVE, -5e-324]).value(), f64::MIN_POSITIVE - 5e-324);
    assert_eq!(of(&[f64::MIN_POSITIVE - 5e-324, 5e-324]).value(), f64::MIN_POSITIVE);
}

#[test]
fn the_text_form_is_a_hexadecimal_number() {
    assert_eq!(of(&[12.0]).to_string(), "0x3p2");
    assert_eq!(of(&[0.1]).to_string(), "0xccccccccccccdp-55");
    assert_eq!(of(&[-1.5]).to_string(), "-0x3p-1");
    assert_eq!(of(&[4_294_967_296.0, 1.0]).to_string(), "0x100000001p0");
    assert_eq!(of(&[]).to_string(), "0");
    for text in [
        "0x6p1",
        "0x03p2",
        "0x3p+2",
        "3p2",
        "0x3",
        "-0",
        "0x0p0",
        "",
        "0xgp0",
        "0x3p-1089",
        "0x3p1200",
        "0x1p1120",
        "-0x1p1151",
        "0x1p99999999999",
        "0x3P2",
        "0xAp0",
    ] {
        assert_eq!(ExactSum::parse(text).unwrap_err().state, SqlState::InvalidParameter, "{text}");
    }
    assert_eq!(ExactSum::parse("0x3p2"), Ok(of(&[12.0])));
}

#[test]
fn the_largest_and_smallest_that_are_read_are_written_back() {
    let wide = format!("0x{}p-1088", "f".repeat(552));
    for text in ["0x1p1119", "-0x1p1119", "0xfp1116", "0x1p-1088", "-0x1p-1088", &wide, &format!("-{wide}")] {
        let sum = ExactSum::parse(text).unwrap();
        assert_eq!(sum.to_string(), text);
        assert_eq!(read(&wire(&sum)).unwrap().to_string(), text);
    }
}

#[test]
fn other_bytes_are_refused() {
    assert_eq!(wire(&of(&[])), [0]);
    assert_eq!(wire(&of(&[1.0])), [1, 34, 0, 0, 0, 1]);
    assert_eq!(wire(&of(&[-1.0])), [0x81, 34, 0, 0, 0, 1]);
    for bytes in [
        &[][..],
        &[1],
        &[0x80, 3],
        &[1, 34, 0, 0, 0, 0],
        &[2, 34, 0, 0, 0, 0, 0, 0, 0, 1],
        &[1, 69, 0, 0, 0, 1],
        &[70, 0],
        &[1, 34, 0, 0, 0, 1, 0],
    ] {
        assert_eq!(read(bytes).unwrap_err().state, SqlState::InvalidBinary, "{bytes:?}");
    }
}

#[test]
fn carries_can_wait_and_then_come() {
    let mut sum = ExactSum { waiting: PATIENCE - 3, ..ExactSum::default() };
    (0..10).for_each(|_| sum.add(-f64::MAX));
    (0..10).for_each(|_| sum.add(f64::MAX));
    sum.add(3.0);
    assert_eq!(sum.value(), 3.0);
    assert!(sum.waiting < 20);
    let mut times = ExactSum::default();
    times.add_times(3.0, u64::MAX);
    assert_eq!(times.to_string(), "0x2fffffffffffffffdp0");
    times.add_times(-3.0, u64::MAX - 1);
    assert_eq!(times.value(), 3.0);
}

fn finite() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), -1e6..1e6f64, (-1000i64..1000).prop_map(|n| n as f64 / 100.0), (0u64..1 << 53).prop_map(f64::from_bits)]
        .prop_filter("finite", |x| x.is_finite())
}

/// What a sum is in units of 2^-40, for numbers that are whole in them.
fn fixed(values: &[f64]) -> i128 {
    values.iter().map(|x| (x * 2f64.powi(40)) as i128).sum()
}

proptest! {
    #[test]
    fn order_and_partition_do_not_matter(values in proptest::collection::vec(finite(), 0..60), cut in 0usize..60, seed in any::<u64>()) {
        let whole = of(&values);
        let mut shuffled = values.clone();
        shuffled.sort_by_key(|x| (x.to_bits() ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (left, right) = shuffled.split_at(cut.min(values.len()));
        let mut merged = of(left);
        merged.merge(&of(right));
        prop_assert_eq!(wire(&merged), wire(&whole));
        prop_assert_eq!(&read(&wire(&whole)).unwrap(), &whole);
        prop_assert_eq!(&ExactSum::parse(&whole.to_string()).unwrap(), &whole);
        let mut rest = whole.clone();
        if whole.value().is_finite() {
            whole.parts().iter().for_each(|part| rest.add(-part));
            prop_assert_eq!(rest, of(&[]));
        }
    }

    #[test]
    fn a_sum_is_that_of_whole_numbers(values in proptest::collection::vec(-1e12..1e12f64, 0..40)) {
        let values: Vec<f64> = values.iter().map(|x| (x * 1024.0).round() / 1024.0 + 2f64.powi(-40) * (x % 7.0).round()).map(|x| (x * 2f64.powi(12)).round() / 2f64.powi(12)).collect();
        // Rust rounds a whole number to the nearest f64, ties to even.
        prop_assert_eq!(of(&values).value(), fixed(&values) as f64 / 2f64.powi(40));
    }

    #[test]
    fn products_are_exact(a in -1e6..1e6f64, b in -1e6..1e6f64, times in any::<u64>()) {
        let mut sum = ExactSum::default();
        sum.add_product(a, b);
        sum.add(-(a * b));
        prop_assert_eq!(sum.value(), a.mul_add(b, -(a * b)));
        let mut many = ExactSum::default();
        many.add_times(a, times);
        many.add_times(a, 3);
        let mut other = ExactSum::default();
        (0..3).for_each(|_| other.add(a));
        other.add_times(a, times);
        prop_assert_eq!(many, other);
    }

    #[test]
    fn quotients_are_close(values in proptest::collection::vec(-1e6..1e6f64, 1..20), n in 1u32..1000) {
        let sum = of(&values);
        let quotient = sum.divided_by(f64::from(n));
        let mut residue = sum.clone();
        residue.add_product(quotient, -f64::from(n));
        prop_assert!(residue.value().abs() <= (quotient.next_up() - quotient).abs() * f64::from(n) * 0.500_001 + 5e-324);
    }

    #[test]
    fn a_ratio_is_that_of_the_numbers(a in finite(), b in finite(), many in 1u32..1000) {
        let (mut one, mut other) = (ExactSum::default(), ExactSum::default());
        // So often that the sums can be beyond the range, and differ from the numbers by a power of two.
        (0..1 << (many % 11)).for_each(|_| { one.add(a); other.add(b); });
        prop_assert_eq!(one.ratio(&other), (b != 0.0).then_some(a / b + 0.0));
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40), text in "-?0x[0-9a-f]{0,30}p-?[0-9]{0,5}") {
        if let Ok(sum) = read(&bytes) {
            prop_assert_eq!(wire(&sum), bytes);
        }
        if let Ok(sum) = ExactSum::parse(&text) {
            prop_assert_eq!(&read(&wire(&sum)).unwrap(), &sum);
            prop_assert_eq!(sum.to_string(), text);
        }
    }
}
