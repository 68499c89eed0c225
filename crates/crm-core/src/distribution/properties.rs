//! What holds for all distributions, on random ones.

use super::tests::{of, of_bits};
use super::*;
use crate::codec::{from_text, from_wire, to_text, to_wire};
use proptest::prelude::*;
use proptest::sample::Index;

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// `percentile_cont` as PostgreSQL's orderedsetaggs.c has it.
fn percentile_cont(sorted: &[f64], percentile: f64) -> f64 {
    let row_count = sorted.len() as i64;
    let first_row = (percentile * (row_count - 1) as f64).floor() as i64;
    let second_row = (percentile * (row_count - 1) as f64).ceil() as i64;
    let first_val = sorted[first_row as usize];
    if first_row == second_row {
        return first_val;
    }
    let proportion = (percentile * (row_count - 1) as f64) - first_row as f64;
    first_val + (proportion * (sorted[second_row as usize] - first_val))
}

fn bits_of(values: &[f64]) -> Vec<u64> {
    values.iter().map(|x| x.to_bits()).collect()
}

/// Numbers from 0 to 1 that follow from a seed: a list of random numbers that proptest need not make one by one.
fn units(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Up to 1,400 finite numbers of one law that a column may follow.
fn law() -> impl Strategy<Value = Vec<f64>> {
    (0..11, any::<u64>(), 1usize..1400).prop_map(|(law, seed, n)| {
        let mut unit = units(seed);
        let constant = unit() * 1e3;
        // Where every value has an octave of its own, few of them do.
        let n = if matches!(law, 1 | 9) { n.min(50) } else { n };
        let mut one = || match law {
            0 => constant,
            1 => f64::from_bits((unit() * u64::MAX as f64) as u64),
            2 => unit() * 2e3 - 1e3,
            3 => (unit() * 120.0 - 60.0).exp(),
            4 => (unit() + 1e-12).powf(-1.5),
            5 => -1e300 * unit(),
            6 => 1e-300 * unit() * unit(),
            7 => (unit() * 10.0).floor() - 5.0,
            8 => 5e-324 * (unit() * 2f64.powi(53)).floor(),
            9 => (unit() - 0.5) * 10f64.powi((unit() * 600.0) as i32 - 300),
            _ => (unit() * 1e5).round() / 100.0,
        };
        (0..n).map(|_| one()).filter(|x| x.is_finite()).chain([constant]).collect()
    })
}

/// Numbers of one to three laws together.
fn laws() -> impl Strategy<Value = Vec<f64>> {
    proptest::collection::vec(law(), 1..4).prop_map(|parts| parts.concat())
}

/// Numbers whose distinct values are about as many as are kept exactly, some of them repeated.
fn around_the_limit() -> impl Strategy<Value = Vec<f64>> {
    let distinct = EXACT_LIMIT - 2..EXACT_LIMIT + 3;
    (distinct, any::<u32>(), 0usize..500).prop_map(|(distinct, seed, repeats)| {
        let value = |i: usize| ((i + seed as usize) as f64 * 0.37).sin() * 1e4;
        (0..distinct + repeats).map(|i| value(i % distinct)).collect()
    })
}

/// Merges parts two at a time, in the order that `choices` says.
fn merged(mut parts: Vec<Distribution>, choices: &[Index]) -> Distribution {
    for choice in choices.iter().cycle() {
        let Some(other) = (parts.len() > 1).then(|| parts.swap_remove(choice.index(parts.len()))) else {
            break;
        };
        let into = choice.index(parts.len());
        parts[into].merge(&other).unwrap();
    }
    parts.pop().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_order_partition_and_merge_tree_gives_the_same_bytes(
        values in prop_oneof![laws(), around_the_limit()],
        bits in BITS,
        owners in proptest::collection::vec(any::<Index>(), 1..40),
        choices in proptest::collection::vec(any::<Index>(), 1..20),
        parts in 1usize..9,
        seed in any::<u64>(),
    ) {
        let whole = to_wire(&of_bits(bits, &values)).unwrap();
        let mut shuffled = values.clone();
        shuffled.sort_by_key(|x| (x.to_bits() ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        prop_assert_eq!(&to_wire(&of_bits(bits, &shuffled)).unwrap(), &whole);
        let mut split = vec![Vec::new(); parts];
        values.iter().enumerate().for_each(|(i, x)| split[owners[i % owners.len()].index(parts)].push(*x));
        let summaries = split.iter().map(|part| of_bits(bits, part)).collect();
        prop_assert_eq!(&to_wire(&merged(summaries, &choices)).unwrap(), &whole);
        let distinct = { let mut s = sorted(&values); s.dedup(); s.len() };
        prop_assert_eq!(of_bits(bits, &values).is_exact(), distinct <= EXACT_LIMIT);
    }

    #[test]
    fn a_sketch_keeps_its_accuracy(values in laws(), bits in BITS, q in 0.0f64..=1.0) {
        let (d, sorted) = (of_bits(bits, &values), sorted(&values));
        let n = sorted.len();
        for q in [q, 0.0, 0.25, 0.5, 0.999, 1.0] {
            let rank = q * (n - 1) as f64;
            let (low, high, share) = (sorted[rank.floor() as usize], sorted[rank.ceil() as usize], rank - rank.floor());
            let exact = low * (1.0 - share) + high * share;
            let size = low.abs() * (1.0 - share) + high.abs() * share;
            let rounding = low.abs().max(high.abs()) * 4.0 * f64::EPSILON + 5e-324;
            let bound = d.accuracy() * (size + f64::MIN_POSITIVE) + rounding;
            let found = d.quantile(q).unwrap();
            prop_assert!((found - exact).abs() <= bound, "{found} for {exact} at {q} with {bits} bits");
            prop_assert!(sorted[0] <= found && found <= sorted[n - 1]);
        }
    }

    #[test]
    fn ranks_are_never_too_low_and_belong_to_a_value_close_above(values in laws(), bits in BITS, probe in any::<Index>()) {
        let (d, sorted) = (of_bits(bits, &values), sorted(&values));
        let share = |x: f64| sorted.partition_point(|y| *y <= x) as f64 / sorted.len() as f64;
        let chosen = sorted[probe.index(sorted.len())];
        for x in [chosen, chosen * 1.01, -chosen, 0.0].into_iter().filter(|x| x.is_finite()) {
            let above = x + 2.0 * d.accuracy() * (x.abs() + f64::MIN_POSITIVE);
            let found = d.rank(x).unwrap();
            prop_assert!(share(x) <= found && found <= share(above), "{found} for {x}");
        }
    }

    #[test]
    fn breaks_hold_the_share_they_promise(values in laws(), bins in 2i64..=20) {
        let (d, sorted) = (of(&values), sorted(&values));
        let breaks = d.breaks(bins).unwrap();
        prop_assert_eq!(breaks.len() as i64, bins - 1);
        prop_assert!(breaks.windows(2).all(|pair| pair[0] <= pair[1]));
        for (j, found) in (1..).zip(&breaks) {
            let first = (j * sorted.len()).div_ceil(bins as usize) - 1;
            let exact = sorted[first];
            prop_assert!(exact <= *found && *found - exact <= 2.0 * d.accuracy() * (exact.abs() + f64::MIN_POSITIVE), "{found} for {exact}");
            prop_assert_eq!(d.rank(*found).unwrap(), sorted.partition_point(|x| x <= found) as f64 / sorted.len() as f64);
        }
    }

    #[test]
    fn exact_quantiles_are_percentile_cont_to_the_bit(
        values in proptest::collection::vec(-1e9f64..1e9, 1..300),
        qs in proptest::collection::vec(0.0f64..=1.0, 0..20),
    ) {
        let (d, sorted) = (of(&values), sorted(&values));
        let expected: Vec<f64> = qs.iter().map(|q| percentile_cont(&sorted, *q)).collect();
        prop_assert_eq!(bits_of(&d.quantiles(&qs).unwrap()), bits_of(&expected));
        let single: Vec<f64> = qs.iter().map(|q| d.quantile(*q).unwrap()).collect();
        prop_assert_eq!(bits_of(&single), bits_of(&expected));
    }

    #[test]
    fn many_quantiles_are_each_of_them(values in laws(), qs in proptest::collection::vec(0.0f64..=1.0, 0..20)) {
        let d = of(&values);
        let single: Vec<f64> = qs.iter().map(|q| d.quantile(*q).unwrap()).collect();
        prop_assert_eq!(bits_of(&d.quantiles(&qs).unwrap()), bits_of(&single));
    }

}

proptest! {
    // Text is slow without optimization.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn both_forms_are_lossless(values in prop_oneof![laws(), around_the_limit()], bits in BITS, more in laws()) {
        let mut d = of_bits(bits, &values);
        let (wire, text) = (to_wire(&d).unwrap(), to_text(&d).unwrap());
        let mut from_wire = from_wire::<Distribution>(&wire).unwrap();
        let mut from_text = from_text::<Distribution>(&text).unwrap();
        for read in [&from_wire, &from_text, &d.try_clone().unwrap()] {
            prop_assert_eq!(&to_wire(read).unwrap(), &wire);
            prop_assert_eq!(&to_text(read).unwrap(), &text);
        }
        for d in [&mut d, &mut from_wire, &mut from_text] {
            more.iter().for_each(|x| d.push(*x).unwrap());
        }
        prop_assert_eq!(to_wire(&from_wire).unwrap(), to_wire(&d).unwrap());
        prop_assert_eq!(to_wire(&from_text).unwrap(), to_wire(&d).unwrap());
    }
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), form in 0u8..3, bits in 0u8..16) {
        let _ = from_wire::<Distribution>(&bytes);
        let _ = from_wire::<Distribution>(&[&[0, 1, bits, form][..], &bytes].concat());
    }

    #[test]
    fn what_is_read_is_what_would_be_written(
        values in laws(),
        bits in 4u8..10,
        at in any::<Index>(),
        to in any::<u8>(),
        cut in any::<Index>(),
    ) {
        let good = to_wire(&of_bits(bits, &values)).unwrap();
        let mut bytes = good.clone();
        // Half of the changes hit the head, where the rules are.
        let at = if to % 2 == 0 { at.index(bytes.len()) } else { at.index(bytes.len().min(40)) };
        bytes[at] = to;
        if let Ok(read) = from_wire::<Distribution>(&bytes) {
            prop_assert_eq!(&to_wire(&read).unwrap(), &bytes);
            prop_assert!(read.quantile(0.5).is_ok() || read.count() == 0);
        }
        prop_assert!(from_wire::<Distribution>(&good[..cut.index(good.len())]).is_err());
        bytes = good;
        bytes.push(to);
        prop_assert!(from_wire::<Distribution>(&bytes).is_err());
    }
}
