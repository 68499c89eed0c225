//! The best few of many, by scores that the caller gives.

use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_json};
use crate::document::Object;
use crate::error::{Error, Result};
use crate::pnl::{check_name, refused_name};
use serde_json::{Value, json};
use std::cmp::Ordering;

/// The most items that can be kept.
pub const MAX_K: i32 = 10_000;
/// Entries that are kept at least before they are thinned out.
const ROOM: usize = 64;

/// The k items of the highest scores; equal scores by the bytes of the item. An item that comes more than once counts with its
/// highest score.
///
/// At most twice k entries are in memory (64 for a small k).
#[derive(Clone, Debug, Default)]
pub struct TopK {
    /// 0 before the first item.
    k: usize,
    entries: Vec<(Box<str>, f64)>,
    /// With k better ones there, less than this cannot be among the best.
    floor: Option<f64>,
}

impl TopK {
    /// Adds an item with its score.
    ///
    /// Errors: k outside 1 to [`MAX_K`] or not the same in all rows, an empty or reserved item (22023), one of more than 1,000 bytes
    /// (54000), a score that is not finite (22023).
    pub fn push(&mut self, item: &str, score: f64, k: i32) -> Result<()> {
        let asked = usize::try_from(k).ok().filter(|_| (1..=MAX_K).contains(&k));
        let asked =
            asked.ok_or_else(|| Error::parameter(format!("k must be from 1 to {MAX_K}, not {k}")).hint("It is how many items to keep."))?;
        self.agree(asked)?;
        if !score.is_finite() {
            return Err(Error::parameter("score must be a finite number").hint("Leave such rows out, or give them a score."));
        }
        if self.floor.is_some_and(|floor| score < floor) {
            return Ok(());
        }
        check_name(item).map_err(|e| refused_name("item", item, e))?;
        // Of the two zeros the positive one, so that equal scores are equal bytes.
        self.add(item, score + 0.0)
    }

    fn agree(&mut self, k: usize) -> Result<()> {
        if self.k == 0 {
            self.k = k;
        }
        if self.k == k {
            return Ok(());
        }
        Err(Error::parameter(format!("k must be the same in all rows, not {} and {}", self.k.min(k), self.k.max(k)))
            .hint("Give k as a constant, and merge only summaries of the same k."))
    }

    fn add(&mut self, item: &str, score: f64) -> Result<()> {
        let mut copy = String::new();
        copy.try_reserve_exact(item.len()).map_err(no_room)?;
        copy.push_str(item);
        self.entries.try_reserve(1).map_err(no_room)?;
        self.entries.push((copy.into_boxed_str(), score));
        if self.entries.len() >= ROOM.max(2 * self.k) {
            self.thin();
            self.floor = self.entries.get(self.k - 1).map(|(_, score)| *score);
        }
        Ok(())
    }

    /// Leaves the k best, each once, in their order.
    fn thin(&mut self) {
        self.entries.sort_unstable_by(|(one, score), (other, its_score)| one.cmp(other).then(its_score.total_cmp(score)));
        self.entries.dedup_by(|(next, _), (kept, _)| next == kept);
        self.entries.sort_unstable_by(better);
        self.entries.truncate(self.k);
    }

    /// The items and their scores, best first.
    pub fn items(&self) -> Vec<(String, f64)> {
        let mut sorted = self.clone();
        sorted.thin();
        sorted.entries.into_iter().map(|(item, score)| (item.into_string(), score)).collect()
    }

    /// Bytes of memory held, nearly.
    pub fn heap_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<(Box<str>, f64)>() + self.entries.iter().map(|(item, _)| item.len() + 16).sum::<usize>()
    }
}

fn better((one, score): &(Box<str>, f64), (other, its_score): &(Box<str>, f64)) -> Ordering {
    its_score.total_cmp(score).then_with(|| one.cmp(other))
}

fn no_room<E>(_: E) -> Error {
    Error::out_of_memory("the best items")
}

impl Summary for TopK {
    const TYPE: &'static str = "top_k";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        if other.k > 0 {
            self.agree(other.k)?;
        }
        other.entries.iter().try_for_each(|(item, score)| self.add(item, *score))
    }

    fn settle(&mut self) -> Result<()> {
        self.thin();
        Ok(())
    }

    /// k, the number of items, and each with its score, best first.
    fn encode(&self, out: &mut Writer) -> Result<()> {
        out.varint(self.k as u64)?;
        out.varint(self.entries.len() as u64)?;
        for (item, score) in &self.entries {
            out.text(item)?;
            out.f64(*score)?;
        }
        Ok(())
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let k = usize::try_from(input.varint()?)
            .ok()
            .filter(|k| (1..=MAX_K as usize).contains(k))
            .ok_or_else(|| input.wrong("k is out of range"))?;
        let count = usize::try_from(input.varint()?)
            .ok()
            .filter(|count| (1..=k).contains(count))
            .ok_or_else(|| input.wrong("there are no items, or more than k"))?;
        let mut top = TopK { k, ..TopK::default() };
        top.entries.try_reserve_exact(count).map_err(no_room)?;
        for _ in 0..count {
            let (item, score) = (input.text()?, input.f64()?);
            if !score.is_finite() || score.to_bits() == (-0.0f64).to_bits() || check_name(item).is_err() {
                return Err(input.wrong("an item or its score breaks the rules"));
            }
            top.entries.push((item.into(), score));
        }
        let mut items: Vec<_> = top.entries.iter().map(|(item, _)| item).collect();
        items.sort_unstable();
        if !top.entries.is_sorted_by(|one, next| better(one, next) == Ordering::Less)
            || items.windows(2).any(|two| two.first() == two.last())
        {
            return Err(input.wrong("items are not in canonical order"));
        }
        Ok(top)
    }

    /// `{"k": 3, "items": [["P1", 0.9], …]}`
    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

impl Json for TopK {
    fn to_json(&self) -> Result<Value> {
        let items: Vec<_> = self.items().into_iter().map(|(item, score)| json!([item, score])).collect();
        Ok(json!({"k": self.k, "items": items}))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let k = object.integer("k", 1..=i64::from(MAX_K));
        let mut top = TopK::default();
        let mut pushed = Ok(());
        let items = object.list("items", |node| {
            let Some([item, score]) = node.value().as_array().map(Vec::as_slice) else {
                node.problem("must be a list of an item and its score");
                return;
            };
            match (item.as_str(), score.as_f64().filter(|_| score.is_number())) {
                (Some(item), Some(score)) if pushed.is_ok() => pushed = i32::try_from(k).map_or(Ok(()), |k| top.push(item, score, k)),
                (Some(_), Some(_)) => {}
                _ => node.problem("must be a list of an item and its score"),
            }
        });
        if items.is_empty() || items.len() > usize::try_from(k).unwrap_or(0) {
            object.problem("items", "must have from 1 to k items");
        }
        pushed?;
        Ok(top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqlState;
    use crate::codec::{from_text, from_wire, to_text, to_wire};
    use crate::pnl::MAX_NAME_BYTES;
    use proptest::prelude::*;

    fn top(entries: &[(String, f64)], k: i32) -> TopK {
        let mut top = TopK::default();
        entries.iter().for_each(|(item, score)| top.push(item, *score, k).unwrap());
        top
    }

    fn settled(mut top: TopK) -> Vec<u8> {
        top.settle().unwrap();
        to_wire(&top).unwrap()
    }

    proptest! {
        #[test]
        fn it_is_the_head_of_the_sorted_list_in_any_order_and_in_parts(
            entries in prop::collection::vec((0..60u32, -6..6i32), 1..400), k in 1..50i32, cut in 0..400usize,
        ) {
            let entries: Vec<_> = entries.into_iter().map(|(item, score)| (format!("P{item}"), f64::from(score) / 4.0)).collect();
            let whole = top(&entries, k);
            let mut best = std::collections::BTreeMap::new();
            for (item, score) in &entries {
                let known = best.entry(item.clone()).or_insert(*score);
                *known = known.max(*score);
            }
            let mut sorted: Vec<_> = best.into_iter().collect();
            sorted.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
            sorted.truncate(k as usize);
            prop_assert_eq!(whole.items(), sorted);
            let backwards: Vec<_> = entries.iter().rev().cloned().collect();
            let (left, right) = entries.split_at(cut.min(entries.len()));
            let mut merged = top(right, k);
            merged.merge(&top(left, k)).unwrap();
            prop_assert_eq!(settled(top(&backwards, k)), settled(whole.clone()));
            prop_assert_eq!(settled(merged), settled(whole.clone()));
            let mut whole = whole;
            whole.settle().unwrap();
            prop_assert_eq!(settled(from_wire(&to_wire(&whole).unwrap()).unwrap()), to_wire(&whole).unwrap());
            prop_assert_eq!(settled(from_text(&to_text(&whole).unwrap()).unwrap()), to_wire(&whole).unwrap());
            prop_assert!(whole.heap_bytes() > 0);
        }

        #[test]
        fn hostile_bytes_are_refused_or_read(at in 0..60usize, byte in any::<u8>()) {
            let mut whole = top(&[("a".into(), 1.0), ("b".into(), 0.5), ("c".into(), 0.5)], 3);
            whole.settle().unwrap();
            let mut wire = to_wire(&whole).unwrap();
            if let Some(bent) = wire.get_mut(at) {
                *bent = byte;
            }
            match from_wire::<TopK>(&wire) {
                Ok(read) => prop_assert_eq!(settled(read), wire),
                Err(e) => prop_assert_eq!(e.state, SqlState::InvalidBinary),
            }
        }
    }

    #[test]
    fn wrong_arguments_are_refused() {
        let mut t = TopK::default();
        let mut message = |item: &str, score: f64, k: i32| t.push(item, score, k).unwrap_err().message.into_owned();
        assert_eq!(message("a", 1.0, 0), "k must be from 1 to 10000, not 0");
        assert_eq!(message("a", 1.0, 10_001), "k must be from 1 to 10000, not 10001");
        assert_eq!(message("a", f64::NAN, 5), "score must be a finite number");
        assert_eq!(message("", 1.0, 5), "the name of an item is empty");
        assert_eq!(message("a", 1.0, 4), "k must be the same in all rows, not 4 and 5");
        let long = "x".repeat(MAX_NAME_BYTES + 1);
        assert_eq!(TopK::default().push(&long, 1.0, 5).unwrap_err().state, SqlState::LimitExceeded);
        assert_eq!(settled(top(&[("a".into(), -0.0)], 1)), settled(top(&[("a".into(), 0.0)], 1)));
    }

    #[test]
    fn the_text_form_is_strict() {
        let message = |text: &str| from_text::<TopK>(text).unwrap_err().message.into_owned();
        assert!(message(r#"{"k":1,"items":[]}"#).contains("must have from 1 to k items"));
        assert!(message(r#"{"k":1,"items":[["a",1],["b",2]]}"#).contains("must have from 1 to k items"));
        assert!(message(r#"{"k":1,"items":[["a"]]}"#).contains("must be a list of an item and its score"));
        assert!(message(r#"{"k":1,"items":[["",1]]}"#).contains("is empty"));
    }
}
