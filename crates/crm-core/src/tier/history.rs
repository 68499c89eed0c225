//! The measured history of a customer: amounts by date, and by name where there are several. No policy is in it.
//!
//! Equal entries count once, so a summary is a set of entries, and a merge their union. Of different amounts of one date the
//! least and the greatest are kept: that they contradict each other is for the policy to say.

use crate::amount::{Amount, Stored};
use crate::book::Shared;
use crate::calendar::Day;
use crate::codec::{MAX_FLAT, Reader, Summary, Writer, decode_amount, encode_amount, print_amount, print_list, read_amount, too_long};
use crate::document::read_nodes;
use crate::error::{Error, Result, SqlState};
use crate::pause;
use crate::pnl::{Lines, refused_name};
use serde_json::json;
use std::cmp::Ordering;

/// Names of measures that a history can have.
pub const MAX_MEASURES: usize = 1_000;
/// Entries that a history has room for from the start.
const FEW: usize = 6;
/// Entries from which on a history looks for equal ones before it takes more memory.
const MANY: usize = 64;
/// Entries that fit into 1 GB: fewer in tests, so that they can be reached there.
const MOST: usize = if cfg!(test) { 100_000 } else { MAX_FLAT / size_of::<Entry>() };

/// One amount: 24 bytes, of which a million customers have many.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    units: Stored,
    day: i32,
    /// 0 without a name, else one more than the number of the name.
    name: u16,
    scale: u8,
}

impl Entry {
    /// Its date.
    pub fn day(&self) -> Day {
        Day(self.day)
    }

    /// Its amount.
    #[inline]
    pub fn amount(&self) -> Amount {
        Amount::new(self.units.get(), self.scale)
    }

    fn key(&self) -> (u16, i32) {
        (self.name, self.day)
    }

    #[inline]
    fn compare(&self, other: &Entry) -> Ordering {
        self.key().cmp(&other.key()).then_with(|| self.units.get().cmp(&other.units.get())).then(self.scale.cmp(&other.scale))
    }
}

/// The history of one customer.
#[derive(Clone, Debug, Default)]
pub struct TierHistory {
    /// By name, date and amount once settled.
    entries: Vec<Entry>,
    /// The names; none while no entry has one.
    names: Option<Box<Lines>>,
    /// Name and date of the entry added last: to look at the entry itself would be to wait for memory, a row of a million
    /// customers.
    last: (u16, i32),
    /// Whether something was added since it was settled that may not stand in its place.
    loose: bool,
}

impl TierHistory {
    /// Adds the measure of a date. Errors: an empty or reserved name (22023); a name of more than 1,000 bytes, a name after the
    /// 1,000th, or more than 1 GB (54000).
    #[inline]
    pub fn push(&mut self, day: Day, name: Option<&str>, amount: Amount) -> Result<()> {
        self.add(name, day.0, amount)
    }

    #[inline]
    fn add(&mut self, name: Option<&str>, day: i32, amount: Amount) -> Result<()> {
        // First: making room may put the names in order, which gives them other numbers.
        if self.entries.len() == self.entries.capacity() {
            self.make_room()?;
        }
        let name = name.map_or(Ok(0), |name| self.number(name))?;
        let entry = Entry { units: amount.units.into(), day, name, scale: amount.scale };
        self.loose = self.loose || (self.last >= entry.key() && !self.entries.is_empty());
        self.last = entry.key();
        self.entries.push(entry);
        Ok(())
    }

    #[cold]
    fn make_room(&mut self) -> Result<()> {
        let length = self.entries.len();
        if length >= MANY && self.loose {
            self.order()?;
            if self.entries.len() <= length / 2 {
                return Ok(());
            }
        }
        if self.entries.len() >= MOST {
            return Err(too_long());
        }
        // 6, 12, 24, and so on: two years of months fill what they take.
        self.entries.try_reserve_exact(self.entries.len().max(FEW)).map_err(|_| Error::out_of_memory("a history"))
    }

    /// The number of a name, a new one if need be.
    fn number(&mut self, name: &str) -> Result<u16> {
        let names = self.names.get_or_insert_default();
        if names.len() >= MAX_MEASURES && names.find(name).is_none() {
            return Err(Error::new(SqlState::LimitExceeded, "there are more than 1000 measures")
                .hint("A measure is a column such as assets; check that the name does not tell single customers apart."));
        }
        names.id(name).map(|number| number as u16 + 1).map_err(|e| refused_name("measure", name, e))
    }

    /// Sorts the entries, the names first, and leaves of equal dates the least and the greatest amount.
    fn order(&mut self) -> Result<()> {
        if let Some(moved) = self.names.as_mut().map_or(Ok(None), |names| names.settle())? {
            self.entries
                .iter_mut()
                .filter(|entry| entry.name > 0)
                .for_each(|entry| entry.name = moved[usize::from(entry.name) - 1] as u16 + 1);
            self.loose = true;
        }
        if !self.loose {
            return Ok(());
        }
        pause::sort_by(&mut self.entries, Entry::compare);
        // Of equal amounts the one with more decimals stays; of more than two different ones the outer two.
        self.entries.dedup_by(|later, kept| {
            let same = later.key() == kept.key() && later.units == kept.units;
            kept.scale = if same { later.scale } else { kept.scale };
            same
        });
        let mut kept = 0;
        for i in 0..self.entries.len() {
            let entry = self.entries[i];
            if kept >= 2 && self.entries[kept - 2].key() == entry.key() {
                kept -= 1;
            }
            self.entries[kept] = entry;
            kept += 1;
        }
        self.entries.truncate(kept);
        self.last = self.entries.last().map_or((0, 0), Entry::key);
        self.loose = false;
        Ok(())
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries, settled: by name, none first, and date.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, &Entry)> {
        self.entries.iter().map(|entry| (self.name(entry), entry))
    }

    fn name(&self, entry: &Entry) -> Option<&str> {
        self.names.as_ref()?.name(u32::from(entry.name).checked_sub(1)?)
    }

    /// The entries of a measure, settled: by date.
    pub fn of(&self, name: Option<&str>) -> &[Entry] {
        let number = match name {
            None => Some(0),
            Some(name) => self.names.as_ref().and_then(|names| names.find(name)).map(|number| number as u16 + 1),
        };
        let Some(number) = number else { return &[] };
        let first = self.entries.partition_point(|entry| entry.name < number);
        let end = self.entries.partition_point(|entry| entry.name <= number);
        self.entries.get(first..end).unwrap_or_default()
    }
}

impl Summary for TierHistory {
    const TYPE: &'static str = "tier_history";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        for (name, entry) in other.iter() {
            pause::step();
            self.add(name, entry.day, entry.amount())?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<()> {
        self.order()
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        match &self.names {
            Some(names) => names.encode(out)?,
            None => out.varint(0)?,
        }
        out.varint(self.entries.len() as u64)?;
        // Of each entry how far its name and its date are from those before it.
        let (mut name, mut day) = (0, 0);
        for entry in &self.entries {
            out.varint(u64::from(entry.name - name))?;
            if entry.name != name {
                (name, day) = (entry.name, 0);
            }
            out.signed_varint(i128::from(entry.day) - i128::from(day))?;
            day = entry.day;
            encode_amount(entry.amount(), out)?;
        }
        Ok(())
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let names = Lines::decode(input)?;
        if names.len() > MAX_MEASURES {
            return Err(input.wrong("it has more than 1000 measures"));
        }
        let count = input.varint()?;
        // A step of the name, the date, and two bytes of the amount.
        input.holds(count.saturating_mul(4))?;
        if count > MOST as u64 {
            return Err(too_long());
        }
        let mut entries: Vec<Entry> = Vec::new();
        entries.try_reserve_exact(count as usize).map_err(|_| Error::out_of_memory("a history"))?;
        let (mut name, mut day) = (0u64, 0i128);
        for _ in 0..count {
            let step = input.varint()?;
            name += step.min(2);
            if step > 1 || name > names.len() as u64 {
                return Err(input.wrong("an entry has a name that is not there, or a name has no entry"));
            }
            if step == 1 {
                day = 0;
            }
            day = day.checked_add(input.signed_varint()?).ok_or_else(|| input.wrong("a date is out of range"))?;
            let date = i32::try_from(day).ok().and_then(|day| Day::new(day).ok()).ok_or_else(|| input.wrong("a date is out of range"))?;
            let amount = decode_amount(input)?;
            let entry = Entry { units: amount.units.into(), day: date.0, name: name as u16, scale: amount.scale };
            if entries
                .last()
                .is_some_and(|last| last.compare(&entry) != Ordering::Less || last.units == entry.units && last.key() == entry.key())
            {
                return Err(input.wrong("the entries are not in their order"));
            }
            if let [.., before, _] = entries.as_slice()
                && before.key() == entry.key()
            {
                return Err(input.wrong("a date has more than two amounts"));
            }
            entries.push(entry);
        }
        if name != names.len() as u64 {
            return Err(input.wrong("a name has no entry"));
        }
        if entries.is_empty() {
            return Err(input.wrong("it has no entries"));
        }
        let last = entries.last().map_or((0, 0), Entry::key);
        Ok(TierHistory { entries, names: (!names.is_empty()).then(|| Box::new(names)), last, loose: false })
    }

    fn print(&self) -> Result<String> {
        print_list::<Self, _>("history", self.iter(), |out, (name, entry)| {
            let mut fields = json!({ "measure": print_amount(entry.amount()), "period": entry.day().to_string() });
            if let Some(name) = name {
                fields["name"] = name.into();
            }
            out.put(format_args!("{fields}"))
        })
    }

    fn parse(text: &str) -> Result<Self> {
        let mut history = TierHistory::default();
        read_nodes(text, "history", |node| {
            let (day, name, amount) = node
                .object(|o| (o.day("period"), o.optional_text("name"), o.node("measure").map_or(Amount::ZERO, |node| read_amount(&node))));
            if node.is_clean() { history.push(day, name.as_deref(), amount) } else { Ok(()) }
        })?;
        if history.is_empty() {
            return Err(Error::parameter("history: must not be empty"));
        }
        history.settle()?;
        Ok(history)
    }
}
