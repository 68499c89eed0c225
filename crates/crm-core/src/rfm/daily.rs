//! A customer's days: on which days he did something, the exact total, and the total of the first day.
//!
//! Lifetime-value models count a day once, however many events it has. Counting distinct days needs the days: they are
//! kept, so that books of different rows can be merged and still count each day once.

use super::Rfm;
use crate::amount::{Amount, Stored};
use crate::book::{Estimate, Memory, Page};
use crate::calendar::{Day, Instant};
use crate::codec::{Reader, Writer};
use crate::document::Node;
use crate::error::{Error, Result};
use serde_json::{Value, json};

/// What a `rfm_daily_book` keeps of a customer.
#[derive(Clone, Debug, Default)]
pub struct Days {
    first: i32,
    last: i32,
    scale: u8,
    total: Stored,
    first_total: Stored,
    /// The days; a day may be there more than once until they are settled.
    days: Vec<i32>,
}

/// Days that fit before the first growth: with the allocator's own eight bytes they fill a cache line.
const LEAST: usize = 14;

impl Days {
    /// The customer as an [`Rfm`] whose frequency is the number of his days, and whose instants are days' starts in UTC.
    /// The page is settled.
    pub fn rfm(&self) -> Result<Rfm> {
        let amount = |units: Stored| Amount::new(units.get(), self.scale);
        let (first, last) = (Day(self.first).start()?, Day(self.last).start()?);
        Rfm::of(self.days.len() as i64, amount(self.total), first, last, Some(amount(self.first_total)))
    }

    /// Adds to the totals what happened on a day or, from another book, what is known of the days from it on.
    #[inline(always)]
    fn add(&mut self, first: i32, last: i32, scale: u8, total: i128, first_total: i128) -> Result<()> {
        if self.days.is_empty() {
            (self.first, self.last) = (first, last);
        }
        self.total.add(total)?;
        if first < self.first {
            (self.first, self.first_total) = (first, Stored::default());
        }
        if first == self.first {
            self.first_total.add(first_total)?;
        }
        self.last = self.last.max(last);
        self.scale = self.scale.max(scale);
        Ok(())
    }

    /// Keeps a day, there or not: that is sorted out when room is made. Gives the bytes grown.
    #[inline(always)]
    fn keep(&mut self, day: i32) -> Result<usize> {
        let mut grown = 0;
        if self.days.len() == self.days.capacity() {
            grown = self.make_room()?;
        }
        self.days.push(day);
        Ok(grown)
    }

    /// Drops what is there twice, and doubles the room if that is not half of it: so a day costs a constant number of
    /// sorts, and the room is less than four times the distinct days.
    #[cold]
    fn make_room(&mut self) -> Result<usize> {
        let before = self.days.capacity();
        self.compact();
        if self.days.len() * 2 >= before {
            let more = before.max(LEAST) * if before == 0 { 1 } else { 2 } - self.days.len();
            self.days.try_reserve_exact(more).map_err(|_| Error::out_of_memory("a book"))?;
        }
        Ok((self.days.capacity() - before) * size_of::<i32>())
    }

    fn compact(&mut self) {
        if !self.days.is_sorted_by(|l, r| l < r) {
            self.days.sort_unstable();
            self.days.dedup();
        }
    }

    /// The rules that text and binary input must keep.
    fn checked(mut self) -> Result<Self> {
        let problem = if self.days.is_empty() || !self.days.is_sorted_by(|l, r| l < r) {
            "days are missing or not in their order"
        } else if self.days.len() == 1 && self.first_total != self.total {
            "all events are on the first day, so first_total must equal total"
        } else if self.scale > crate::amount::DECIMALS {
            "the scale must be at most 12"
        } else if self.total.get() == i128::MIN || self.first_total.get() == i128::MIN {
            "a total is out of range"
        } else {
            if let (Some(first), Some(last)) = (self.days.first(), self.days.last()) {
                Day::new(*first)?.start()?;
                Day::new(*last)?.start()?;
                (self.first, self.last) = (*first, *last);
            }
            return Ok(self);
        };
        Err(Error::parameter(problem).hint("Check the figures against the rows they were aggregated from."))
    }
}

impl Page for Days {
    const BOOKS: [&'static str; 3] = ["rfm_daily_book", "rfm_daily_book_uuid", "rfm_daily_book_text"];
    const NAME: &'static str = "rfm_daily";
    const VERSION: u16 = 1;
    const LEAST_BYTES: usize = 38;
    type Event = (Instant, Amount);
    type Shared = ();

    #[inline(always)]
    fn push(&mut self, (at, amount): &(Instant, Amount)) -> Result<usize> {
        let day = at.day().0;
        let known = !self.days.is_empty() && (day == self.first || day == self.last);
        self.add(day, day, amount.scale, amount.units, amount.units)?;
        if known { Ok(0) } else { self.keep(day) }
    }

    fn merge(&mut self, other: &Self, _adopted: &()) -> Result<usize> {
        if other.days.is_empty() {
            return Ok(0);
        }
        self.add(other.first, other.last, other.scale, other.total.get(), other.first_total.get())?;
        other.days.iter().try_fold(0, |grown, day| Ok(grown + self.keep(*day)?))
    }

    fn settle(&mut self, _moved: Option<&()>) {
        self.compact();
    }

    fn heap(&self) -> usize {
        self.days.capacity() * size_of::<i32>()
    }

    #[inline(always)]
    fn near<M: Memory>(&self) {
        if let Some(last) = self.days.last() {
            M::near(last);
        }
    }

    fn estimate(items: f64) -> Estimate {
        // The room doubles; the allocator adds 16 bytes. A gap of up to 127 days takes a byte.
        let least = LEAST as f64;
        let room = least * (items / least).max(1.0).log2().ceil().exp2() * size_of::<i32>() as f64 + 16.0;
        Estimate { heap: room, stored: 37.0 + items, text: 110.0 + 14.0 * items }
    }

    fn encode(&self, _shared: &(), out: &mut Writer) -> Result<()> {
        out.u8(self.scale)?;
        out.i128(self.total.get())?;
        out.i128(self.first_total.get())?;
        out.varint(self.days.len() as u64)?;
        out.i32(self.first)?;
        // Each further day as its distance from the one before.
        self.days.windows(2).try_for_each(|pair| out.varint(pair[0].abs_diff(pair[1]).into()))
    }

    fn decode(_version: u16, _shared: &(), input: &mut Reader<'_>) -> Result<Self> {
        let (scale, total, first_total) = (input.u8()?, input.i128()?, input.i128()?);
        let count = input.varint()?;
        let mut days = Vec::new();
        let mut day = i64::from(input.i32()?);
        input.holds(count.saturating_sub(1))?;
        days.try_reserve_exact(count as usize).map_err(|_| Error::out_of_memory("a book"))?;
        for at in 0..count {
            if at > 0 {
                day = day.saturating_add_unsigned(input.varint()?);
            }
            days.push(i32::try_from(day).map_err(|_| input.wrong("a day is out of range"))?);
        }
        let days = Days { scale, total: total.into(), first_total: first_total.into(), days, ..Days::default() };
        days.checked().map_err(|e| e.under(crate::SqlState::InvalidBinary))
    }

    fn to_json(&self, _shared: &()) -> Result<Value> {
        let amount = |units: Stored| Amount::new(units.get(), self.scale).to_string();
        let days: Vec<_> = self.days.iter().map(|day| Day(*day).to_string()).collect();
        Ok(json!({ "days": days, "first_total": amount(self.first_total), "scale": self.scale, "total": amount(self.total) }))
    }

    fn from_json(_shared: &mut (), node: &Node<'_>) -> Result<Self> {
        node.object(|object| {
            let scale = object.integer("scale", 0..=12) as u8;
            let (total, first_total) = (object.amount("total"), object.amount("first_total"));
            let days = object.list("days", |node| node.day().0);
            let days = Days { scale, total: total.units.into(), first_total: first_total.units.into(), days, ..Days::default() };
            if object.is_clean() { days.checked() } else { Ok(days) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Book, IntegerKeys};
    use crate::codec::{Summary, from_text, from_wire, to_text, to_wire};
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    type DailyBook = Book<IntegerKeys, Days>;

    fn filled(rows: &[(i64, i32, i64)]) -> DailyBook {
        let mut book = DailyBook::default();
        for (key, day, amount) in rows {
            book.push(*key, (Day(*day).start().unwrap(), Amount::from_i64(*amount))).unwrap();
        }
        book.settle().unwrap();
        book
    }

    #[test]
    fn a_day_counts_once_and_the_first_day_has_all_its_events() {
        let book = filled(&[(1, 10, 5), (1, 8, 1), (1, 10, 5), (1, 8, 2), (1, 30, 1), (1, 10, 1)]);
        let rfm = book.get(1).unwrap().rfm().unwrap();
        assert_eq!((rfm.frequency(), rfm.total().to_string(), rfm.first_total().unwrap().to_string()), (3, "15".into(), "3".into()));
        assert_eq!((rfm.first_at().day(), rfm.last_at().day()), (Day(8), Day(30)));
    }

    #[test]
    fn room_for_days_stays_within_four_times_the_distinct_ones() {
        let mut days = Days::default();
        let mut grown = 0;
        for i in 0..100_000i32 {
            grown += days.push(&(Day(i * 7919 % 100).start().unwrap(), Amount::from_i64(1))).unwrap();
        }
        assert!(days.heap() <= 4 * 100 * 4, "{}", days.heap());
        assert_eq!(grown, days.heap());
    }

    proptest! {
        #[test]
        fn as_sets_of_days_say_in_any_order_and_merged(rows in prop::collection::vec((0i64..6, -40i32..40, -9i64..9), 1..400), cut in any::<prop::sample::Index>()) {
            let mut expected: BTreeMap<i64, (BTreeSet<i32>, i64)> = BTreeMap::new();
            for (key, day, amount) in &rows {
                let customer = expected.entry(*key).or_default();
                customer.0.insert(*day);
                customer.1 += amount;
            }
            let whole = filled(&rows);
            prop_assert_eq!(whole.len(), expected.len());
            for (key, (days, total)) in &expected {
                let rfm = whole.get(*key).unwrap().rfm().unwrap();
                let first = days.first().unwrap();
                let first_total: i64 = rows.iter().filter(|r| r.0 == *key && r.1 == *first).map(|r| r.2).sum();
                prop_assert_eq!(rfm.frequency(), days.len() as i64);
                prop_assert_eq!(rfm.total(), Amount::from_i64(*total));
                prop_assert_eq!(rfm.first_total(), Some(Amount::from_i64(first_total)));
                prop_assert_eq!((rfm.first_at().day().0, rfm.last_at().day().0), (*first, *days.last().unwrap()));
            }
            let bytes = to_wire(&whole).unwrap();
            let mut reversed = rows.clone();
            reversed.reverse();
            prop_assert_eq!(&to_wire(&filled(&reversed)).unwrap(), &bytes);
            let (left, right) = rows.split_at(cut.index(rows.len()));
            let mut merged = filled(left);
            merged.merge(&filled(right)).unwrap();
            merged.settle().unwrap();
            prop_assert_eq!(&to_wire(&merged).unwrap(), &bytes);
            prop_assert_eq!(&to_wire(&from_wire::<DailyBook>(&bytes).unwrap()).unwrap(), &bytes);
            prop_assert_eq!(&to_wire(&from_text::<DailyBook>(&to_text(&whole).unwrap()).unwrap()).unwrap(), &bytes);
        }

        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = from_wire::<DailyBook>(&bytes);
            let framed = [&[0, 1, 0, 0, 0, 0, 0, 0, 0, 1], bytes.as_slice()].concat();
            let _ = from_wire::<DailyBook>(&framed);
        }
    }
}
