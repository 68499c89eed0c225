//! Recency, frequency, monetary value: what one customer did, in 64 bytes.
//!
//! An [`Rfm`] keeps the number of events, the first and the last instant, the exact total and the exact total of the
//! first instant (buy-till-you-die models leave the first purchase out of the mean). Everything else is an accessor.

mod breaks;
mod daily;
mod sample;
mod segment;

pub use breaks::{Breaks, MonetaryBy, Score};
pub use daily::Days;
pub use sample::RfmSample;
pub use segment::{Cell, Segment, SegmentPolicy};

use crate::amount::{Amount, Stored};
use crate::book::Entry;
use crate::calendar::{Day, Instant};
use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_json};
use crate::document::Object;
use crate::error::{Error, Result};
use bytemuck::{Pod, Zeroable};
use serde_json::{Value, json};

/// Set in `flags` when the total of the first instant is not known.
const FIRST_TOTAL_UNKNOWN: u8 = 1;

/// One customer's events. It lies in PostgreSQL's memory as it stands here, and is updated there in place.
///
/// An all-zero value has seen no event; it exists only while the first one is being added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Rfm {
    /// PostgreSQL's length word: not ours.
    host: [u8; 4],
    version: u16,
    scale: u8,
    flags: u8,
    frequency: i64,
    first: i64,
    last: i64,
    total: Stored,
    first_total: Stored,
}

impl Rfm {
    /// Adds one event. An overflow of the total or of the count is 22003.
    #[inline(always)]
    pub fn push(&mut self, at: Instant, amount: Amount) -> Result<()> {
        let at = at.0;
        if self.frequency == 0 {
            *self = Rfm { first: at, last: at, scale: amount.scale, ..*self };
            self.version = Self::VERSION;
        } else {
            self.scale = self.scale.max(amount.scale);
        }
        self.total.add(amount.units)?;
        if at <= self.first {
            if at < self.first {
                self.first = at;
                self.first_total = Stored::default();
                self.flags &= !FIRST_TOTAL_UNKNOWN;
            }
            if self.flags & FIRST_TOTAL_UNKNOWN == 0 {
                self.first_total.add(amount.units)?;
            }
        }
        self.last = self.last.max(at);
        self.frequency = self.frequency.checked_add(1).ok_or_else(too_many)?;
        Ok(())
    }

    /// A summary from figures already aggregated.
    ///
    /// `first_total` is the total of the first instant, none when it is not known. Errors (22023): a frequency below 1,
    /// `last_at` before `first_at`, one event at two instants, a first total that contradicts the total.
    pub fn of(frequency: i64, total: Amount, first_at: Instant, last_at: Instant, first_total: Option<Amount>) -> Result<Self> {
        let whole = first_at == last_at;
        let first_total = if whole && first_total.is_none() { Some(total) } else { first_total };
        let rfm = Rfm {
            host: [0; 4],
            version: Self::VERSION,
            scale: total.scale.max(first_total.map_or(0, |t| t.scale)),
            flags: if first_total.is_none() { FIRST_TOTAL_UNKNOWN } else { 0 },
            frequency,
            first: first_at.0,
            last: last_at.0,
            total: total.units.into(),
            first_total: first_total.map_or(0, |t| t.units).into(),
        };
        rfm.checked()
    }

    /// Number of events.
    #[inline]
    pub fn frequency(&self) -> i64 {
        self.frequency
    }

    /// Sum of the amounts, exact.
    pub fn total(&self) -> Amount {
        Amount::new(self.total.get(), self.scale)
    }

    /// Sum of the amounts of the first instant, if it is known.
    pub fn first_total(&self) -> Option<Amount> {
        (self.flags & FIRST_TOTAL_UNKNOWN == 0).then(|| Amount::new(self.first_total.get(), self.scale))
    }

    /// Mean amount, rounded half to even at twelve decimals.
    pub fn monetary(&self) -> Amount {
        self.total().divided_by(self.frequency)
    }

    /// First event.
    pub fn first_at(&self) -> Instant {
        Instant(self.first)
    }

    /// Last event.
    pub fn last_at(&self) -> Instant {
        Instant(self.last)
    }

    /// Whole days from the day of the last event to `as_of`. An `as_of` before that day is 22023.
    pub fn recency(&self, as_of: Day) -> Result<i32> {
        let last = self.last_at().day();
        if last > as_of {
            return Err(Error::parameter(format!("as_of {as_of} is earlier than the last event of the summary ({last})"))
                .hint("Aggregate only rows up to as_of: a summary that has seen later events cannot be judged as of then."));
        }
        Ok(as_of.0 - last.0)
    }

    /// Whole days from the day of the first event to `as_of`. An `as_of` before the last event is 22023.
    pub fn tenure(&self, as_of: Day) -> Result<i32> {
        self.recency(as_of)?;
        Ok(as_of.0 - self.first_at().day().0)
    }

    fn checked(self) -> Result<Self> {
        let unknown = self.flags & FIRST_TOTAL_UNKNOWN != 0;
        let problem = if self.frequency < 1 {
            "the frequency must be at least 1"
        } else if self.last < self.first {
            "the last event is before the first"
        } else if self.frequency == 1 && self.first != self.last {
            "one event cannot have two instants"
        } else if self.first == self.last && (unknown || self.first_total != self.total) {
            "all events are at the first instant, so first_total must equal total"
        } else if self.total.get() == i128::MIN || self.first_total.get() == i128::MIN {
            "a total is out of range"
        } else if self.scale > crate::amount::DECIMALS {
            "the scale must be at most 12"
        } else {
            Instant::new(self.first)?;
            Instant::new(self.last)?;
            return Ok(self);
        };
        Err(Error::parameter(problem).hint("Check the figures against the rows they were aggregated from."))
    }

    /// What orders values canonically: all that is in them.
    fn key(&self) -> (i64, i64, i64, i128, i128, u8, u8) {
        (self.first, self.last, self.frequency, self.total.get(), self.first_total.get(), self.scale, self.flags)
    }
}

#[cold]
fn too_many() -> Error {
    Error::range("the number of events is out of range")
}

impl Summary for Rfm {
    const TYPE: &'static str = "rfm";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        if other.frequency == 0 {
            return Ok(());
        }
        if self.frequency == 0 {
            *self = Rfm { host: self.host, ..*other };
            return Ok(());
        }
        let frequency = self.frequency.checked_add(other.frequency).ok_or_else(too_many)?;
        self.total.add(other.total.get())?;
        if other.first < self.first {
            (self.first_total, self.flags) = (other.first_total, other.flags);
        } else if other.first == self.first {
            self.flags |= other.flags;
            match self.flags & FIRST_TOTAL_UNKNOWN {
                0 => self.first_total.add(other.first_total.get())?,
                _ => self.first_total = Stored::default(),
            }
        }
        self.frequency = frequency;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.scale = self.scale.max(other.scale);
        Ok(())
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        out.u8(self.scale)?;
        out.u8(self.flags)?;
        out.i64(self.frequency)?;
        out.i64(self.first)?;
        out.i64(self.last)?;
        out.i128(self.total.get())?;
        out.i128(self.first_total.get())
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let (scale, flags) = (input.u8()?, input.u8()?);
        let (frequency, first, last) = (input.i64()?, input.i64()?, input.i64()?);
        let (total, first_total) = (input.i128()?, input.i128()?);
        let unknown = flags & FIRST_TOTAL_UNKNOWN != 0;
        if flags & !FIRST_TOTAL_UNKNOWN != 0 || (unknown && first_total != 0) {
            return Err(input.wrong("flags are not known"));
        }
        let (host, version) = ([0; 4], Self::VERSION);
        let rfm = Rfm { host, version, scale, flags, frequency, first, last, total: total.into(), first_total: first_total.into() };
        rfm.checked().map_err(|e| e.under(crate::SqlState::InvalidBinary))
    }

    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

impl Json for Rfm {
    fn to_json(&self) -> Result<Value> {
        Ok(json!({
            "first_at": self.first_at().to_string(),
            "first_total": self.first_total().map(|t| t.to_string()),
            "frequency": self.frequency,
            "last_at": self.last_at().to_string(),
            "scale": self.scale,
            "total": self.total().to_string(),
        }))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let (frequency, scale) = (object.integer("frequency", 1..=i64::MAX), object.integer("scale", 0..=12));
        let (first, last) = (object.instant("first_at"), object.instant("last_at"));
        let total = object.amount("total");
        let first_total = object.optional_amount("first_total");
        let exact = |amount: Amount| Amount::new(amount.units, scale as u8);
        Rfm::of(frequency, exact(total), first, last, first_total.map(exact))
    }
}

impl Entry for Rfm {
    const BOOKS: [&'static str; 3] = ["rfm_book", "rfm_book_uuid", "rfm_book_text"];
    const BYTES: usize = 58;
    const TEXT_BYTES: usize = 130;
    type Event = (Instant, Amount);

    #[inline(always)]
    fn add(&mut self, (at, amount): &(Instant, Amount)) -> Result<()> {
        self.push(*at, *amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{from_text, from_wire, to_text, to_wire};
    use proptest::prelude::*;

    pub(super) fn at(text: &str) -> Instant {
        Day::parse(text).and_then(|d| d.start().ok()).or_else(|| Instant::parse(text)).unwrap()
    }

    pub(super) fn seen(events: &[(&str, &str)]) -> Rfm {
        let mut rfm = Rfm::zeroed();
        for (when, amount) in events {
            rfm.push(at(when), Amount::parse(amount).unwrap()).unwrap();
        }
        rfm
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn figures_of_three_events() {
        let rfm = seen(&[("2026-02-01", "20.00"), ("2026-01-01", "10.50"), ("2026-01-01", "-0.5")]);
        assert_eq!(rfm.frequency(), 3);
        assert_eq!(rfm.total().to_string(), "30.00");
        assert_eq!(rfm.first_total().unwrap().to_string(), "10.00");
        assert_eq!(rfm.monetary().to_string(), "10.00");
        assert_eq!(rfm.recency(day("2026-02-01")), Ok(0));
        assert_eq!(rfm.recency(day("2026-03-01")), Ok(28));
        assert_eq!(rfm.tenure(day("2026-03-01")), Ok(59));
        assert_eq!(rfm.recency(day("2026-01-31")).unwrap_err().state, crate::SqlState::InvalidParameter);
    }

    #[test]
    fn as_of_covers_the_whole_day() {
        let rfm = seen(&[("2026-09-30T23:59:59.999999Z", "1")]);
        assert_eq!(rfm.recency(day("2026-09-30")), Ok(0));
        assert!(rfm.recency(day("2026-09-29")).is_err());
        assert_eq!(seen(&[("1999-12-31T23:00:00Z", "1")]).recency(day("2000-01-01")), Ok(1));
    }

    #[test]
    fn overflow_is_an_error_and_loses_nothing() {
        let mut rfm = seen(&[("2026-01-01", "170000000000000000000000000")]);
        let before = rfm;
        assert!(rfm.push(at("2026-01-02"), Amount::parse("170000000000000000000000000").unwrap()).is_err());
        assert_eq!(rfm, before);
        let mut many = Rfm::of(i64::MAX, Amount::ZERO, at("2026-01-01"), at("2026-01-02"), None).unwrap();
        assert!(many.merge(&before).is_err());
    }

    #[test]
    fn aggregated_figures_are_checked() {
        let (a, b, one) = (at("2026-01-01"), at("2026-01-02"), Amount::from_i64(1));
        assert_eq!(Rfm::of(1, one, a, a, None), Ok(seen(&[("2026-01-01", "1")])));
        assert_eq!(Rfm::of(2, one, a, b, None).unwrap().first_total(), None);
        for wrong in [
            Rfm::of(0, one, a, a, None),
            Rfm::of(2, one, b, a, None),
            Rfm::of(1, one, a, b, None),
            Rfm::of(2, one, a, a, Some(Amount::ZERO)),
        ] {
            assert_eq!(wrong.unwrap_err().state, crate::SqlState::InvalidParameter);
        }
    }

    #[test]
    fn a_first_total_that_is_not_known_stays_unknown_until_something_earlier_is() {
        let unknown = Rfm::of(2, Amount::from_i64(5), at("2026-01-02"), at("2026-01-09"), None).unwrap();
        let (earlier, equal, later) = (seen(&[("2026-01-01", "1")]), seen(&[("2026-01-02", "1")]), seen(&[("2026-01-03", "1")]));
        let first_total = |other: &Rfm| {
            let (mut a, mut b) = (unknown, *other);
            a.merge(other).unwrap();
            b.merge(&unknown).unwrap();
            assert_eq!(a, b);
            a.first_total().map(|t| t.to_string())
        };
        assert_eq!(first_total(&earlier), Some("1".into()));
        assert_eq!(first_total(&equal), None);
        assert_eq!(first_total(&later), None);
    }

    #[test]
    fn text_is_json_with_sorted_keys() {
        let rfm = seen(&[("2026-01-01", "10.50"), ("2026-02-01T09:30:00.5Z", "20")]);
        let text = r#"{"first_at":"2026-01-01T00:00:00Z","first_total":"10.50","frequency":2,"last_at":"2026-02-01T09:30:00.5Z","scale":2,"total":"30.50"}"#;
        assert_eq!(to_text(&rfm).unwrap(), text);
        assert_eq!(from_text::<Rfm>(text), Ok(rfm));
    }

    #[test]
    fn wrong_text_names_what_is_wrong() {
        for (text, problem) in [
            ("", "not a JSON document"),
            ("[]", "must be an object"),
            ("{}", "first"),
            (
                r#"{"first_at":"2026-01-01T00:00:00Z","first_total":"1","frequency":1,"last_at":"2026-01-01T00:00:00Z","scale":2,"total":"2"}"#,
                "must equal total",
            ),
            (
                r#"{"first_at":"2026-01-01","first_total":"1","frequency":1,"last_at":"2026-01-01T00:00:00Z","scale":2,"total":"1"}"#,
                "first_at: must be an instant",
            ),
        ] {
            let e = from_text::<Rfm>(text).unwrap_err();
            assert_eq!(e.state, crate::SqlState::InvalidText);
            assert!(e.message.contains(problem) || problem == "first", "{e}");
        }
    }

    #[test]
    fn wrong_bytes_are_refused() {
        let wire = to_wire(&seen(&[("2026-01-01", "1")])).unwrap();
        assert!(from_wire::<Rfm>(&wire[..wire.len() - 1]).is_err());
        assert!(from_wire::<Rfm>(&[&wire[..], &[0]].concat()).is_err());
        let version = from_wire::<Rfm>(&[&[0, 9], &wire[2..]].concat()).unwrap_err();
        assert!(version.message.contains("version 9") && version.hint.is_some());
        for flip in 0..wire.len() {
            let mut bytes = wire.clone();
            bytes[flip] ^= 0xff;
            assert!(from_wire::<Rfm>(&bytes).is_err() || (34..).contains(&flip) || bytes != wire);
        }
    }

    prop_compose! {
        pub(super) fn events()(list in prop::collection::vec((0i64..40, -1_000_000i64..1_000_000, 0u8..4), 1..30)) -> Vec<(Instant, Amount)> {
            list.into_iter().map(|(day, cents, scale)| (Instant(day * 43_200_000_000), Amount::new(i128::from(cents) * 1_000_000_000, scale))).collect()
        }
    }

    pub(super) fn fold(events: &[(Instant, Amount)]) -> Rfm {
        events.iter().fold(Rfm::zeroed(), |mut rfm, (at, amount)| {
            rfm.push(*at, *amount).unwrap();
            rfm
        })
    }

    proptest! {
        #[test]
        fn merge_is_the_whole_in_any_order(list in events(), cut in any::<prop::sample::Index>(), seed in any::<u64>()) {
            let whole = fold(&list);
            let at = cut.index(list.len());
            let (mut left, right) = (fold(&list[..at]), fold(&list[at..]));
            let mut swapped = right;
            left.merge(&right).unwrap();
            swapped.merge(&fold(&list[..at])).unwrap();
            prop_assert_eq!(left, whole);
            prop_assert_eq!(swapped, whole);
            let mut shuffled = list.clone();
            shuffled.sort_by_key(|(at, amount)| (at.0 as u64 ^ amount.units as u64).wrapping_mul(seed | 1));
            prop_assert_eq!(fold(&shuffled), whole);
        }

        #[test]
        fn both_forms_are_lossless(list in events()) {
            let rfm = fold(&list);
            prop_assert_eq!(from_wire::<Rfm>(&to_wire(&rfm).unwrap()), Ok(rfm));
            prop_assert_eq!(from_text::<Rfm>(&to_text(&rfm).unwrap()), Ok(rfm));
        }

        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = from_wire::<Rfm>(&bytes);
        }
    }
}
