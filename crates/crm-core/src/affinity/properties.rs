//! What must hold for any rows.

use super::matrix::{WEIGHTINGS, Weighting};
use super::neighbours::{MEASURES, Measure, Method};
use super::{Affinity, AffinityModel, Customer, fit};
use crate::amount::Amount;
use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
use crate::document;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A customer, an item, and a weight in units of a decimal.
type Row = (i64, u8, (i64, u8));

fn amount((units, decimals): (i64, u8)) -> Amount {
    Amount::parse(&format!("{units}e-{decimals}")).unwrap()
}

fn item(number: u8) -> String {
    ["利率", "A ", "B", "\"q\"", "a-longer-name-of-an-item"][usize::from(number) % 5].to_string() + &"x".repeat(usize::from(number) / 5)
}

fn name(customer: i64) -> String {
    format!("C{customer}")
}

fn filled(rows: &[Row], texts: bool) -> Affinity {
    let mut made = Affinity::default();
    for (customer, number, weight) in rows {
        let key = name(*customer);
        let customer = if texts { Customer::Text(&key) } else { Customer::Integer(*customer) };
        made.push(customer, &item(*number), amount(*weight)).unwrap();
    }
    made.settle().unwrap();
    made
}

/// The cells as they must be: by customer in the order of his key.
fn expected(rows: &[Row], texts: bool) -> Vec<(String, String, Amount)> {
    let mut cells: BTreeMap<(i64, String, String), Amount> = BTreeMap::new();
    for (customer, number, weight) in rows {
        let (place, key) = if texts { (0, name(*customer)) } else { (*customer, customer.to_string()) };
        let cell = cells.entry((place, key, item(*number))).or_insert(Amount::ZERO);
        *cell = cell.checked_add(amount(*weight)).unwrap();
    }
    cells.into_iter().map(|((_, customer, item), weight)| (customer, item, weight)).collect()
}

fn shown(affinity: &Affinity) -> Vec<(String, String, Amount)> {
    let key = |customer: Customer<'_>| match customer {
        Customer::Integer(key) => key.to_string(),
        Customer::Text(key) => key.to_string(),
    };
    affinity.entries().map(|(customer, item, weight)| (key(customer), item.to_string(), weight)).collect()
}

fn weight() -> impl Strategy<Value = (i64, u8)> {
    prop_oneof![5 => Just((1, 0)), 3 => (-5i64..6, 0u8..3), 1 => (any::<i64>(), 0u8..13), 1 => (-9_000_000_000i64..9_000_000_000, Just(2))]
}

fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let customer = prop_oneof![4 => -9i64..9, 1 => any::<i64>(), 1 => Just(i64::MIN), 1 => Just(i64::MAX)];
    prop::collection::vec((customer, 0u8..12, weight()), 1..most)
}

/// Rows of a small matrix, as dense as it takes for items to meet.
fn holdings() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0i64..12, 0u8..9, prop_oneof![3 => (1i64..400, 0u8..3), 1 => (-40i64..1, Just(0u8))]), 1..80)
}

/// The weights of what is held, by customer and item, computed the long way.
fn dense(rows: &[Row], weighting: Weighting) -> BTreeMap<(i64, String), f64> {
    let mut cells: BTreeMap<(i64, String), Amount> = BTreeMap::new();
    for (customer, number, weight) in rows {
        let cell = cells.entry((*customer, item(*number))).or_insert(Amount::ZERO);
        *cell = cell.checked_add(amount(*weight)).unwrap();
    }
    cells.retain(|_, weight| weight.units > 0);
    let plain: BTreeMap<_, f64> = cells.into_iter().map(|(key, weight)| (key, weight.to_string().parse().unwrap())).collect();
    let items: BTreeSet<&str> = plain.keys().map(|(_, item)| item.as_str()).collect();
    let m = items.len() as f64;
    let of = |name: &str| plain.iter().filter(|((_, item), _)| item == name).map(|(_, w)| *w).sum::<f64>();
    let mean = items.iter().map(|item| of(item)).sum::<f64>() / m;
    let held = |customer: i64| plain.keys().filter(|(c, _)| *c == customer).count() as f64;
    plain
        .iter()
        .map(|((customer, item), weight)| {
            let value = match weighting {
                Weighting::Binary => 1.0,
                Weighting::Weight => *weight,
                Weighting::Log => (1.0 + weight).ln(),
                Weighting::Bm25 => weight * 101.0 / (100.0 * (0.2 + 0.8 * of(item) / mean) + weight) * (m / (1.0 + held(*customer))).ln(),
            };
            ((*customer, item.clone()), value)
        })
        .collect()
}

/// The score of a pair, computed the long way, and who holds both.
fn score(cells: &BTreeMap<(i64, String), f64>, left: &str, right: &str, measure: Measure) -> (f64, usize) {
    let column = |name: &str| cells.iter().filter(|((_, i), _)| i == name).map(|((c, _), w)| (*c, *w)).collect::<BTreeMap<_, _>>();
    let (x, y) = (column(left), column(right));
    let both = x.keys().filter(|customer| y.contains_key(customer)).count();
    let dot: f64 = x.iter().filter_map(|(customer, w)| Some(w * y.get(customer)?)).sum();
    let square = |column: &BTreeMap<i64, f64>| column.values().map(|w| w * w).sum::<f64>();
    let customers = cells.keys().map(|(customer, _)| *customer).collect::<BTreeSet<_>>().len() as f64;
    let (n, m, b) = (x.len() as f64, y.len() as f64, both as f64);
    let found = match measure {
        Measure::Cosine => dot / (square(&x).sqrt() * square(&y).sqrt()),
        Measure::Jaccard => b / (n + m - b),
        Measure::Lift => (b / customers) / ((n / customers) * (m / customers)),
        Measure::Dot => dot,
    };
    (found, both)
}

type Found = Vec<(String, String, f64, usize)>;

fn found(affinity: &Affinity, method: Method) -> Found {
    let mut list = Vec::new();
    let visit = |matrix: &super::matrix::Matrix, item: usize, nearest: &[super::neighbours::Near]| {
        let name = |at: usize| matrix.items[at].to_string();
        list.extend(nearest.iter().map(|near| (name(item), name(near.item as usize), near.score, near.customers as usize)));
        Ok(())
    };
    affinity.neighbours(method, visit).unwrap();
    list
}

proptest! {
    #[test]
    fn cells_are_exact_and_independent_of_order_and_partition(rows in rows(200), cut in any::<prop::sample::Index>(), texts in any::<bool>()) {
        let whole = filled(&rows, texts);
        prop_assert_eq!(shown(&whole), expected(&rows, texts));
        let bytes = to_wire(&whole).unwrap();
        let mut reversed = rows.clone();
        reversed.reverse();
        prop_assert_eq!(&to_wire(&filled(&reversed, texts)).unwrap(), &bytes);

        let (left, right) = reversed.split_at(cut.index(rows.len()));
        let (left, right) = (filled(left, texts), filled(right, texts));
        for (mut one, other) in [(left.clone(), &right), (right.clone(), &left)] {
            one.merge(other).unwrap();
            one.settle().unwrap();
            prop_assert_eq!(&to_wire(&one).unwrap(), &bytes);
        }
        let again: Affinity = from_wire(&bytes).unwrap();
        prop_assert_eq!(&to_wire(&again).unwrap(), &bytes);
        let text = to_text(&whole).unwrap();
        let again: Affinity = from_text(&text).unwrap();
        prop_assert_eq!((&to_wire(&again).unwrap(), to_text(&again).unwrap()), (&bytes, text));
    }

    #[test]
    fn what_is_settled_grows_on(rows in rows(200), cut in any::<prop::sample::Index>(), texts in any::<bool>()) {
        let (first, then) = rows.split_at(cut.index(rows.len()));
        let mut made = filled(first, texts);
        for (customer, number, weight) in then {
            let key = name(*customer);
            let customer = if texts { Customer::Text(&key) } else { Customer::Integer(*customer) };
            made.push(customer, &item(*number), amount(*weight)).unwrap();
        }
        made.settle().unwrap();
        prop_assert_eq!(to_wire(&made).unwrap(), to_wire(&filled(&rows, texts)).unwrap());
    }

    #[test]
    fn counts_and_sums_are_those_of_the_cells(rows in rows(200)) {
        let made = filled(&rows, false);
        let cells = expected(&rows, false);
        let held: BTreeSet<&str> = cells.iter().filter(|(.., weight)| weight.units > 0).map(|(customer, ..)| customer.as_str()).collect();
        prop_assert_eq!(made.customers(), held.len() as u64);
        let items = made.items().unwrap();
        prop_assert_eq!(items.iter().map(|found| found.item).collect::<BTreeSet<_>>().len(), items.len());
        for found in items {
            let of = || cells.iter().filter(|(_, item, _)| item == found.item);
            prop_assert_eq!(found.customers, of().filter(|(.., weight)| weight.units > 0).count() as u64);
            prop_assert_eq!(found.weight, of().try_fold(Amount::ZERO, |sum, (.., weight)| sum.checked_add(*weight)).unwrap());
        }
    }

    #[test]
    fn the_matrix_is_what_is_held(rows in holdings(), weighting in 0usize..4, least in 1u64..4) {
        let (_, weighting) = WEIGHTINGS[weighting];
        let matrix = filled(&rows, false).matrix(weighting, least).unwrap();
        let mut cells = dense(&rows, weighting);
        let customers: BTreeSet<i64> = cells.keys().map(|(customer, _)| *customer).collect();
        prop_assert_eq!((matrix.customers, matrix.starts.len()), (customers.len(), customers.len() + 1));
        let all = cells.clone();
        let holders = |name: &str| all.keys().filter(|(_, item)| item == name).count() as u64;
        cells.retain(|(_, item), _| holders(item) >= least);
        prop_assert!(matrix.items.is_sorted() && matrix.items.len() == matrix.holders.len());
        for (name, count) in matrix.items.iter().zip(&matrix.holders) {
            prop_assert_eq!(holders(name), *count);
        }
        for (row, customer) in customers.iter().enumerate() {
            let (columns, values) = matrix.row(row);
            let of = cells.iter().filter(|((c, _), _)| c == customer);
            prop_assert_eq!(columns.len(), of.clone().count());
            for ((column, value), ((_, item), expected)) in columns.iter().zip(values).zip(of) {
                prop_assert_eq!(&*matrix.items[*column as usize], item.as_str());
                prop_assert!((value - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{} {}", value, expected);
            }
        }
    }

    #[test]
    fn neighbours_are_those_of_the_formula(rows in holdings(), measure in 0usize..4, weighting in 0usize..4, texts in any::<bool>()) {
        let (measure, weighting) = (MEASURES[measure], WEIGHTINGS[weighting]);
        prop_assume!(!measure.1.is_binary() || weighting.1 == Weighting::Binary);
        let affinity = filled(&rows, texts);
        let all = found(&affinity, Method::new(measure.0, 1000, weighting.0, 1).unwrap());
        let cells = dense(&rows, weighting.1);
        let items: BTreeSet<&str> = cells.keys().map(|(_, item)| item.as_str()).collect();
        let mut pairs = 0;
        for left in &items {
            for right in items.iter().filter(|right| *right != left) {
                let (expected, both) = score(&cells, left, right, measure.1);
                let near = all.iter().find(|(l, r, ..)| l == left && r == right);
                match near {
                    Some((.., score, customers)) => {
                        prop_assert!((score - expected).abs() <= 1e-9 * expected.abs().max(1e-3), "{} {}", score, expected);
                        prop_assert_eq!(*customers, both);
                        pairs += 1;
                    }
                    // 0 / 0 of items whose holders all have no rarity: they are near to nothing.
                    None => prop_assert!(both == 0 || expected.is_nan() || expected < 1e-12),
                }
            }
        }
        prop_assert_eq!(pairs, all.len());
        prop_assert!(all.iter().all(|(l, r, score, _)| all.iter().any(|(a, b, s, _)| (a, b) == (r, l) && s.to_bits() == score.to_bits())));
        // Fewer of them are the first of them, and they come in their order.
        for most in 1..4 {
            let few = found(&affinity, Method::new(measure.0, most, weighting.0, 1).unwrap());
            let mut first: Found = Vec::new();
            for item in &items {
                let mut of: Found = all.iter().filter(|(l, ..)| l == item).cloned().collect();
                of.sort_by(|l, r| r.2.total_cmp(&l.2).then_with(|| l.1.cmp(&r.1)));
                first.extend(of.into_iter().take(most as usize));
            }
            prop_assert_eq!(few, first);
        }
    }

    #[test]
    fn items_left_out_change_nothing_for_the_others(rows in holdings(), least in 1i64..5, weighting in 0usize..4) {
        let affinity = filled(&rows, false);
        let method = |least| Method::new("cosine", 1000, WEIGHTINGS[weighting].0, least).unwrap();
        let items = affinity.items().unwrap();
        let kept = |name: &str| items.iter().any(|found| found.item == name && found.customers >= least as u64);
        let mut all = found(&affinity, method(1));
        all.retain(|(left, right, ..)| kept(left) && kept(right));
        prop_assert_eq!(found(&affinity, method(least)), all);
    }

    #[test]
    fn a_model_is_read_as_it_was_fitted(rows in holdings(), most in 1i64..5, weighting in 0usize..4) {
        let affinity = filled(&rows, true);
        let method = Method::new("cosine", most, WEIGHTINGS[weighting].0, 2).unwrap();
        let document = document::parse(&fit(&affinity, method).unwrap()).unwrap();
        prop_assert_eq!(AffinityModel::problems(&document), vec![]);
        let model = AffinityModel::read(&document).unwrap();
        prop_assert_eq!((model.method, model.customers), (method, affinity.customers()));
        let list = found(&affinity, method);
        let pairs = model.items.iter().zip(&model.neighbours).flat_map(|(left, near)| near.iter().map(move |near| (left, near)));
        let pairs: Vec<_> = pairs.map(|(left, near)| (left.clone(), model.items[near.item as usize].clone(), near.score.to_bits())).collect();
        prop_assert_eq!(pairs, list.into_iter().map(|(l, r, score, _)| (l, r, score.to_bits())).collect::<Vec<_>>());
        for (item, popularity) in model.items.iter().zip(&model.popularity) {
            prop_assert!(affinity.items().unwrap().iter().any(|found| found.item == item && found.customers == *popularity));
        }
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0u8..3, decimals in 0u8..14) {
        let _ = from_wire::<Affinity>(&bytes);
        let framed = [&[0, 1, kind, decimals, 1, 1, b'A'], bytes.as_slice()].concat();
        let _ = from_wire::<Affinity>(&framed);
    }

    #[test]
    fn changed_bytes_are_refused_or_canonical(rows in rows(30), texts in any::<bool>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = to_wire(&filled(&rows, texts)).unwrap();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = from_wire::<Affinity>(&bytes) {
            prop_assert_eq!(to_wire(&read).unwrap(), bytes);
            prop_assert!(to_text(&read).is_ok() && read.items().is_ok());
        }
    }

    #[test]
    fn hostile_text_never_panics(text in "\\{\"customers\": ?\\[(\\{\"customer\": ?(1|\"a\"|null|1.5)(, \"items\": (\\[\\]|\\[\\[\"A\",\"?[0-9e.]{0,4}\"?\\]\\]|1))?\\},?){0,2}\\]\\}") {
        let _ = from_text::<Affinity>(&text);
    }
}
