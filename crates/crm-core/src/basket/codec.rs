//! Baskets and itemsets as summaries: merged, and in their binary and text forms.
//!
//! Binary, a basket: its items in the order of their bytes, a count and then each after its length. An itemset: the names of its items in
//! the same way; then its distinct baskets, a count and then for each of them how many are equal, the number of its items, and of each
//! item the distance of its place among the names from the one before. Baskets are in the order of these places. Every number is in as
//! few bytes as it takes (seven bits a byte).

use super::itemset::too_many_baskets;
use super::{Basket, Itemset, MAX_ITEMS, names, too_many_items};
use crate::codec::{Json, Reader, Summary, Text, Writer, parse_json, print_json};
use crate::document::{self, Object};
use crate::error::{Result, SqlState};
use crate::pause;
use serde_json::{Value, json};

fn encode_names(names: &[&str], out: &mut Writer) -> Result<()> {
    out.varint(names.len() as u64)?;
    for name in names {
        out.varint(name.len() as u64)?;
        out.raw(name.as_bytes())?;
    }
    Ok(())
}

/// Hands on the names, which must be in their order, one after the other; at least one.
fn decode_names<'a>(input: &mut Reader<'a>, mut take: impl FnMut(&'a str) -> Result<()>) -> Result<()> {
    let count = input.varint()?;
    if count == 0 {
        return Err(input.wrong("it is empty"));
    }
    input.holds(count)?;
    let mut last = "";
    for _ in 0..count {
        let length = input.varint()?;
        input.holds(length)?;
        let name = std::str::from_utf8(input.raw(length as usize)?).map_err(|_| input.wrong("text is not UTF-8"))?;
        if name <= last {
            return Err(input.wrong("the items are not in their order"));
        }
        take(name).map_err(|e| e.under(SqlState::InvalidBinary))?;
        last = name;
    }
    Ok(())
}

impl Summary for Basket {
    const TYPE: &'static str = "basket";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        other.numbers().iter().try_for_each(|number| self.insert(*number))
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        self.items(|items| encode_names(items, out))
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let mut basket = Basket::default();
        decode_names(input, |item| basket.push(item))?;
        Ok(basket)
    }

    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

/// The items: `{"items": ["bread", "milk"]}`.
impl Json for Basket {
    fn to_json(&self) -> Result<Value> {
        Ok(self.items(|items| json!({ "items": items })))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let mut basket = Basket::default();
        for item in read_names(object) {
            basket.push(&item)?;
        }
        Ok(basket)
    }
}

/// Distinct names, at least one.
fn read_names(object: &Object<'_>) -> Vec<String> {
    let items = object.list("items", |item| item.text());
    if object.is_clean() && items.is_empty() {
        object.problem("items", "must not be empty");
    }
    if !object.is_clean() {
        return Vec::new();
    }
    let mut sorted: Vec<&String> = items.iter().collect();
    pause::sort(&mut sorted);
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        object.problem("items", "must not have an item twice");
        return Vec::new();
    }
    items
}

/// An itemset in its canonical order.
struct Settled {
    /// By place.
    names: Vec<String>,
    /// How many are equal, and the places of the items, ascending.
    baskets: Vec<(Vec<u32>, u64)>,
}

impl Settled {
    fn new(itemset: &Itemset) -> Result<Settled> {
        let (names, places) = names::with(|names| {
            let counts = itemset.counts(names)?;
            let mut numbers: Vec<u32> = (0u32..).zip(&counts).filter(|(_, count)| **count > 0).map(|(number, _)| number).collect();
            pause::sort_by(&mut numbers, |l, r| names.name(*l).cmp(names.name(*r)));
            let mut places = vec![0u32; counts.len()];
            (0u32..).zip(&numbers).for_each(|(place, number)| places[*number as usize] = place);
            Ok((numbers.iter().map(|number| names.name(*number).to_owned()).collect(), places))
        })?;
        let settled = |(items, count): (&[u32], u64)| {
            pause::step();
            let mut items: Vec<u32> = items.iter().map(|number| places[*number as usize]).collect();
            items.sort_unstable();
            (items, count)
        };
        let mut baskets: Vec<_> = itemset.distinct().map(settled).collect();
        pause::sort(&mut baskets);
        Ok(Settled { names, baskets })
    }
}

impl Summary for Itemset {
    const TYPE: &'static str = "itemset";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        if self.baskets().checked_add(other.baskets()).is_none_or(|baskets| baskets > super::itemset::MAX_BASKETS) {
            return Err(too_many_baskets());
        }
        other.distinct().try_for_each(|(items, count)| {
            pause::step();
            self.add(items, count)
        })
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        let Settled { names, baskets } = Settled::new(self)?;
        encode_names(&names.iter().map(String::as_str).collect::<Vec<_>>(), out)?;
        out.varint(baskets.len() as u64)?;
        for (items, count) in baskets {
            out.varint(count)?;
            out.varint(items.len() as u64)?;
            let mut next = 0;
            for place in items {
                out.varint((place - next).into())?;
                next = place + 1;
            }
        }
        Ok(())
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let mut itemset = Itemset::default();
        let hold = names::Hold::new();
        let mut numbers = Vec::new();
        decode_names(input, |item| {
            numbers.push(names::number(item)?);
            Ok(())
        })?;
        let (mut last, mut places, mut items, mut used) = (Vec::new(), Vec::new(), Vec::new(), vec![false; numbers.len()]);
        for _ in 0..input.varint()? {
            let (count, length) = (input.varint()?, input.varint()?);
            if count == 0 || length == 0 {
                return Err(input.wrong("a basket is empty, or there is none of it"));
            }
            if length > MAX_ITEMS as u64 {
                return Err(too_many_items().under(SqlState::InvalidBinary));
            }
            places.clear();
            let mut next = 0u64;
            for _ in 0..length {
                let place = next.checked_add(input.varint()?).filter(|place| *place < numbers.len() as u64);
                let place = place.ok_or_else(|| input.wrong("it has an item without a name"))?;
                used[place as usize] = true;
                places.push(place as u32);
                next = place + 1;
            }
            if places <= last {
                return Err(input.wrong("the baskets are not in their order"));
            }
            items.clear();
            items.extend(places.iter().map(|place| numbers[*place as usize]));
            items.sort_unstable();
            itemset.append(&items, count)?;
            std::mem::swap(&mut places, &mut last);
        }
        drop(hold);
        if used.contains(&false) {
            return Err(input.wrong("it names an item that no basket has"));
        }
        itemset.counted().ok_or_else(|| too_many_baskets().under(SqlState::InvalidBinary))
    }

    fn print(&self) -> Result<String> {
        let Settled { names, baskets } = Settled::new(self)?;
        let mut out = Text::new(Self::TYPE);
        out.put(format_args!("{{"))?;
        out.list("baskets", &baskets, |out, (items, count)| {
            out.put(format_args!("[{count}"))?;
            items.iter().try_for_each(|place| out.put(format_args!(",{place}")))?;
            out.put(format_args!("]"))
        })?;
        out.put(format_args!(","))?;
        out.list("items", &names, |out, name| out.put(format_args!("{}", json!(name))))?;
        out.put(format_args!("}}"))?;
        Ok(out.into_string())
    }

    fn parse(text: &str) -> Result<Self> {
        document::read(&document::parse(text)?, Itemset::from_json)?
    }
}

/// The items in their order, and of each distinct basket how many are equal and the places of its items among them, from 0:
/// `{"items": ["bread", "milk"], "baskets": [[3, 0, 1], [1, 1]]}` are three baskets with both and one with milk alone.
impl Itemset {
    fn from_json(object: &Object<'_>) -> Result<Self> {
        let names = read_names(object);
        let most = names.len() as i64 - 1;
        let baskets = object.list("baskets", |basket| {
            let mut first = true;
            let read = basket.list(|number| number.integer(if std::mem::take(&mut first) { 1..=i64::MAX } else { 0..=most.max(0) }));
            if read.len() < 2 {
                basket.problem("must be how many there are, and at least one item");
            } else if !read[1..].is_sorted_by(|l, r| l < r) {
                basket.problem("must have its items in ascending order");
            }
            read
        });
        let mut itemset = Itemset::default();
        if !object.is_clean() {
            return Ok(itemset);
        }
        let _hold = names::Hold::new();
        let numbers = pause::collect(names.iter().map(|name| names::number(name)))?;
        let mut used = vec![false; numbers.len()];
        for basket in &baskets {
            pause::step();
            let mut items: Vec<u32> = Vec::with_capacity(basket.len());
            for place in &basket[1..] {
                used[*place as usize] = true;
                items.push(numbers[*place as usize]);
            }
            if items.len() > MAX_ITEMS {
                return Err(too_many_items());
            }
            items.sort_unstable();
            itemset.add(&items, basket[0] as u64)?;
        }
        if used.contains(&false) {
            object.problem("items", "must not name an item that no basket has");
        }
        Ok(itemset)
    }
}
