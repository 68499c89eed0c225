//! What each segment brings, its share in the whole, and what moved it from one period to the next.
//!
//! A [`Contribution`] keeps the customers, the exact volume and the exact amount of each segment of one period.
//! [`Contribution::shares`] reads one period, [`shift`] compares two, and a [`RevenueBridge`] takes the change of a broker's
//! profit apart into his levers.

mod bridge;
mod proportion;
mod shift;
#[cfg(test)]
mod tests;

pub use bridge::{LEVERS, Levers, RevenueBridge, Step, bridge};
pub use shift::{Share, Shift, shift};

use crate::amount::{Amount, DECIMALS};
use crate::book::Shared;
use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_json};
use crate::document::{Node, Object};
use crate::error::{Error, Result, SqlState};
use crate::pause;
use crate::pnl::{Lines, MAX_NAME_BYTES, refused_name};
use serde_json::{Map, Value, json};

/// The customers of a segment, and what they brought.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Rows: one a customer.
    pub customers: i64,
    /// What the amount was earned on: turnover, balances, or the customers themselves.
    pub volume: Amount,
    /// What was earned.
    pub amount: Amount,
}

impl Figures {
    const NONE: Figures = Figures { customers: 0, volume: Amount::ZERO, amount: Amount::ZERO };

    /// The sum of both. An overflow is 22003.
    fn plus(&self, other: &Figures) -> Result<Figures> {
        let customers = self.customers.checked_add(other.customers).ok_or_else(too_many)?;
        Ok(Figures { customers, volume: self.volume.checked_add(other.volume)?, amount: self.amount.checked_add(other.amount)? })
    }

    /// Amount for each unit of volume, rounded half to even at twelve decimals; none without volume. Above 1.7e26 it is 22003.
    pub fn rate(&self) -> Result<Option<Amount>> {
        proportion::rate(self.amount, self.volume)
    }
}

#[cold]
fn too_many() -> Error {
    Error::range("the number of customers is out of range")
}

/// What the volume of a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Volume {
    /// The customers, each 1.
    Customers,
    /// What came with each row.
    Given,
}

impl Volume {
    const ALL: [(&'static str, Volume); 2] = [("customers", Volume::Customers), ("given", Volume::Given)];
}

/// The segments of one period.
#[derive(Clone, Debug, Default)]
pub struct Contribution {
    /// None while there are no rows.
    volume: Option<Volume>,
    names: Lines,
    /// By the number of the name; every name has its figures.
    segments: Vec<Figures>,
}

impl Contribution {
    /// Adds a customer to a segment; without a volume he counts as 1. Errors: an empty or reserved name (22023), a name of more
    /// than 1,000 bytes or a segment after the 65,536th (54000), an overflow (22003), which leaves everything as it was.
    #[inline]
    pub fn push(&mut self, segment: &str, volume: Option<Amount>, amount: Amount) -> Result<()> {
        self.measure(if volume.is_some() { Volume::Given } else { Volume::Customers })?;
        self.add(segment, &Figures { customers: 1, volume: volume.unwrap_or(Amount::from_i64(1)), amount })
    }

    /// All volumes of a summary, and of two that are compared, are of one kind (22023).
    fn measure(&mut self, volume: Volume) -> Result<()> {
        same_volume(*self.volume.get_or_insert(volume), volume)
    }

    fn add(&mut self, segment: &str, more: &Figures) -> Result<()> {
        let more = Figures::NONE.plus(more)?;
        let at = self.names.id(segment).map_err(|e| refused(segment, e))? as usize;
        match self.segments.get_mut(at) {
            Some(figures) => *figures = figures.plus(&more)?,
            None => {
                self.segments.try_reserve(1).map_err(|_| Error::out_of_memory("the segments of a contribution"))?;
                self.segments.push(more);
            }
        }
        Ok(())
    }

    /// The figures of a segment; of one that is not there, none of everything.
    pub fn figures(&self, segment: &str) -> Figures {
        self.names.find(segment).map_or(Figures::NONE, |at| self.segments[at as usize])
    }

    /// The segments; settled, in the order of the names' bytes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Figures)> {
        self.names.iter().zip(&self.segments)
    }

    /// All segments together. An overflow is 22003.
    pub fn total(&self) -> Result<Figures> {
        self.segments.iter().try_fold(Figures::NONE, |total, figures| total.plus(figures))
    }
}

/// Customers are not compared with turnover, nor added to it.
fn same_volume(one: Volume, other: Volume) -> Result<()> {
    if one == other {
        return Ok(());
    }
    Err(Error::parameter("the volume of one contribution is its customers, that of the other was given with each row")
        .hint("Make both with contribution_agg(segment, amount), or both with contribution_agg(segment, volume, amount)."))
}

/// What is wrong with a name, said of a segment.
#[cold]
fn refused(segment: &str, e: Error) -> Error {
    match e.state {
        SqlState::LimitExceeded if segment.len() <= MAX_NAME_BYTES => Error::new(e.state, "there are more than 65536 segments")
            .hint("A segment holds many customers; check that the column does not tell single customers apart."),
        _ => refused_name("segment", segment, e),
    }
}

/// What a stored segment must be, whoever wrote it.
fn problem(volume: Volume, figures: &Figures) -> Option<&'static str> {
    let wrong = |amount: &Amount| amount.units == i128::MIN || amount.scale > DECIMALS || amount.digits() != amount.scale;
    if figures.customers < 1 {
        Some("a segment has no customers")
    } else if wrong(&figures.volume) || wrong(&figures.amount) {
        Some("an amount is out of range or has more decimals than it shows")
    } else if volume == Volume::Customers && (figures.volume != Amount::from_i64(figures.customers) || figures.volume.scale > 0) {
        Some("the volume of a segment is not its customers")
    } else {
        None
    }
}

impl Summary for Contribution {
    const TYPE: &'static str = "contribution";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        if let Some(volume) = other.volume {
            self.measure(volume)?;
        }
        other.iter().try_for_each(|(segment, figures)| self.add(segment, figures))
    }

    fn settle(&mut self) -> Result<()> {
        let Some(moved) = self.names.settle()? else { return Ok(()) };
        let mut sorted = self.segments.clone();
        for (figures, to) in self.segments.iter().zip(moved) {
            sorted[to as usize] = *figures;
        }
        self.segments = sorted;
        Ok(())
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        out.u8(self.volume.map_or(0, |volume| volume as u8))?;
        self.names.encode(out)?;
        self.segments.iter().try_for_each(|figures| {
            out.i64(figures.customers)?;
            [figures.volume, figures.amount].iter().try_for_each(|amount| {
                out.u8(amount.scale)?;
                out.i128(amount.units)
            })
        })
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let volume = Volume::ALL.get(usize::from(input.u8()?)).map(|(_, volume)| *volume);
        let volume = volume.ok_or_else(|| input.wrong("its volume is of a kind that is not known"))?;
        let names = Lines::decode(input)?;
        if names.is_empty() {
            return Err(input.wrong("it has no segments"));
        }
        let mut segments = Vec::new();
        segments.try_reserve_exact(names.len()).map_err(|_| Error::out_of_memory("the segments of a contribution"))?;
        for _ in 0..names.len() {
            let customers = input.i64()?;
            let mut amount = || Ok::<_, Error>(Amount { scale: input.u8()?, units: input.i128()? });
            // As it was written: an amount beyond twelve decimals is refused below, not cut.
            let figures = Figures { customers, volume: amount()?, amount: amount()? };
            if let Some(problem) = problem(volume, &figures) {
                return Err(input.wrong(problem));
            }
            segments.push(figures);
        }
        Ok(Contribution { volume: Some(volume), names, segments })
    }

    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

impl Json for Contribution {
    fn to_json(&self) -> Result<Value> {
        let printed = |(name, figures): (&str, &Figures)| {
            pause::step();
            let Figures { customers, volume, amount } = figures;
            (name.to_owned(), json!({ "customers": customers, "volume": volume.to_string(), "amount": amount.to_string() }))
        };
        let volume = self.volume.map_or("", |volume| Volume::ALL[volume as usize].0);
        Ok(json!({ "segments": self.iter().map(printed).collect::<Map<_, _>>(), "volume": volume }))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let read = |_: &str, node: &Node<'_>| {
            node.object(|segment| Figures {
                customers: segment.integer("customers", 1..=i64::MAX),
                volume: segment.amount("volume"),
                amount: segment.amount("amount"),
            })
        };
        let segments = object.node("segments").map(|node| node.entries(read)).unwrap_or_default();
        if object.is_clean() && segments.is_empty() {
            object.problem("segments", "must not be empty");
        }
        let volume = object.optional("volume").map_or(Some(Volume::Given), |node| node.choice(&Volume::ALL)).unwrap_or(Volume::Given);
        let mut contribution = Contribution { volume: Some(volume), ..Contribution::default() };
        for (name, figures) in segments.iter().filter(|_| object.is_clean()) {
            if volume == Volume::Customers && figures.volume != Amount::from_i64(figures.customers) {
                object.problem_at(&format!("segments.{name}.volume"), "must be the number of customers");
            }
            contribution.add(name, figures)?;
        }
        contribution.settle()?;
        Ok(contribution)
    }
}
