//! A concentration as a summary: merged, and in its binary and text form.
//!
//! Binary: the decimals to print, the decimals the values need, their number; then the first value and the distance of each
//! from the one before, in units of the last decimal needed, in as few bytes as that takes (seven bits a byte).

use super::{Concentration, MOST_BYTES, more_room, too_many};
use crate::amount::{Amount, DECIMALS, UNIT};
use crate::codec::{Reader, Summary, Text, Writer};
use crate::document::read_list;
use crate::error::{Error, Result};
use crate::pause;
use serde_json::value::RawValue;

impl Summary for Concentration {
    const TYPE: &'static str = "concentration";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.settled = false;
        self.scale = self.scale.max(other.scale);
        if self.bytes() + other.bytes() > MOST_BYTES {
            return Err(too_many());
        }
        more_room(&mut self.usual, other.usual.len())?;
        more_room(&mut self.large, other.large.len())?;
        self.usual.extend_from_slice(&other.usual);
        self.large.extend_from_slice(&other.large);
        Ok(())
    }

    fn settle(&mut self) -> Result<()> {
        self.sort();
        Ok(())
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        let (decimals, unit) = self.decimals();
        out.u8(self.scale)?;
        out.u8(decimals)?;
        out.u64(self.customers() as u64)?;
        let mut last = None;
        for units in self.values() {
            match last {
                None => out.signed_varint(units / i128::from(unit))?,
                Some(last) => out.wide_varint(divided(units.wrapping_sub(last) as u128, unit))?,
            }
            last = Some(units);
        }
        Ok(())
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let (scale, decimals) = (input.u8()?, input.u8()?);
        if scale > DECIMALS || decimals > DECIMALS {
            return Err(input.wrong("it has more than 12 decimals"));
        }
        let customers = input.count(1)?;
        // A byte here can be eight in memory.
        if customers > MOST_BYTES / size_of::<i64>() {
            return Err(too_many());
        }
        let unit = UNIT / 10i128.pow(decimals.into());
        let mut made = Concentration { scale, ..Concentration::default() };
        more_room(&mut made.usual, customers)?;
        let (mut last, mut needed) = (None::<i128>, decimals == 0);
        for _ in 0..customers {
            let units = match last {
                None => input.signed_varint()?.checked_mul(unit),
                Some(last) => {
                    let steps = input.wide_varint()?;
                    steps.checked_mul(unit.unsigned_abs()).and_then(|distance| last.checked_add_unsigned(distance))
                }
            };
            let units = units.filter(|units| *units != i128::MIN).ok_or_else(|| input.wrong("a value is out of range"))?;
            needed |= units % (unit * 10) != 0;
            made.add(units)?;
            last = Some(units);
        }
        if customers == 0 || !needed {
            return Err(input.wrong("it has no customers, or more decimals than they need"));
        }
        made.sort();
        Ok(made)
    }

    fn print(&self) -> Result<String> {
        let mut values = self.values().peekable();
        let counted = std::iter::from_fn(|| {
            let units = values.next()?;
            let mut customers = 1u64;
            while values.next_if_eq(&units).is_some() {
                pause::step();
                customers += 1;
            }
            Some((units, customers))
        });
        let mut out = Text::new(Self::TYPE);
        out.put(format_args!("{{\"scale\":{},", self.scale))?;
        out.list("values", counted, |out, (units, customers)| {
            out.put(format_args!("[\"{}\",{customers}]", Amount::new(units, self.scale)))
        })?;
        out.put(format_args!("}}"))?;
        Ok(out.into_string())
    }

    fn parse(text: &str) -> Result<Self> {
        let (mut made, mut last, mut scale) = (Concentration::default(), None, None);
        let field = |key: &str, value: &RawValue| {
            if key != "scale" {
                return Ok(false);
            }
            scale = serde_json::from_str::<u8>(value.get()).ok().filter(|scale| *scale <= DECIMALS);
            match scale {
                Some(_) => Ok(true),
                None => Err(Error::parameter(format!("scale: must be a whole number from 0 to {DECIMALS}"))),
            }
        };
        read_list(text, "values", field, |at, pair| {
            let problem = |what: &str| Error::parameter(format!("values[{at}]: {what}"));
            let pair: Option<(String, u64)> = serde_json::from_str(pair.get()).ok();
            let (value, customers) = pair.ok_or_else(|| problem("must be a list of a value, as text, and a number of customers"))?;
            let units = Amount::parse(&value).map_err(|e| problem(&e.message))?.units;
            if last.is_some_and(|last| last >= units) || units == i128::MIN || customers == 0 {
                return Err(problem("values must ascend, and have at least one customer each"));
            }
            last = Some(units);
            made.add_times(units, customers)
        })?;
        made.scale = scale.ok_or_else(|| Error::parameter("scale: is missing"))?;
        if made.customers() == 0 {
            return Err(Error::parameter("values: must not be empty"));
        }
        made.sort();
        Ok(made)
    }
}

impl Concentration {
    fn add_times(&mut self, units: i128, customers: u64) -> Result<()> {
        let bytes = if i64::try_from(units).is_ok() { size_of::<i64>() } else { size_of::<i128>() };
        let room = (MOST_BYTES - self.bytes()) / bytes;
        let customers = usize::try_from(customers).ok().filter(|customers| *customers <= room).ok_or_else(too_many)?;
        (0..customers).try_for_each(|_| self.add(units))
    }

    /// The fewest decimals that all values have, and the units of the last of them.
    fn decimals(&self) -> (u8, u64) {
        let (mut decimals, mut unit) = (0, UNIT as u64);
        for units in &self.usual {
            while !units.unsigned_abs().is_multiple_of(unit) {
                (decimals, unit) = (decimals + 1, unit / 10);
            }
        }
        for units in &self.large {
            while !units.unsigned_abs().is_multiple_of(u128::from(unit)) {
                (decimals, unit) = (decimals + 1, unit / 10);
            }
        }
        (decimals, unit)
    }
}

/// The quotient, by 64 bits where that is enough.
fn divided(distance: u128, unit: u64) -> u128 {
    match u64::try_from(distance) {
        Ok(distance) => u128::from(distance / unit),
        Err(_) => distance / u128::from(unit),
    }
}
