//! A statement read as it is stored, line by line: nothing is allocated for it.

use super::{Pnl, UNUSED_NAME};
use crate::amount::Amount;
use crate::codec::{Reader, decode_amount, known};
use crate::error::Result;
use crate::exact;

/// The binary form of a [`Pnl`], for who reads it once from the first line to the last.
///
/// What it finds wrong is 22P03. It checks what it needs to go on: that a value is canonical was seen to when it was taken in.
#[derive(Clone)]
pub struct StoredPnl<'a> {
    /// The names of the lines, each after its length.
    names: Reader<'a>,
    /// The amounts, one for each name, each after a zero: its line is the next.
    amounts: Reader<'a>,
    lines: u64,
}

impl<'a> StoredPnl<'a> {
    /// Of the form of a version.
    pub fn new(version: u16, mut input: Reader<'a>) -> Result<Self> {
        known::<Pnl>(version)?;
        let lines = input.varint()?;
        let names = input.clone();
        for _ in 0..lines {
            name(&mut input)?;
        }
        if input.varint()? != lines {
            return Err(input.wrong(UNUSED_NAME));
        }
        Ok(StoredPnl { names, amounts: input, lines })
    }

    /// The names of the lines, in UTF-8, and their totals, in the order of the names' bytes.
    pub fn iter(&self) -> impl Iterator<Item = Result<(&'a [u8], Amount)>> + use<'a> {
        let mut rest = self.clone();
        (0..self.lines).map(move |_| Ok((name(&mut rest.names)?, rest.amount()?)))
    }

    /// The total of a line, if there is one of that name.
    pub fn line_amount(&self, line: &str) -> Result<Option<Amount>> {
        let mut rest = self.clone();
        for _ in 0..self.lines {
            let (found, amount) = (name(&mut rest.names)?, rest.amount()?);
            if found >= line.as_bytes() {
                return Ok((found == line.as_bytes()).then_some(amount));
            }
        }
        Ok(None)
    }

    /// The sum of all lines. An overflow is 22003.
    pub fn total(&self) -> Result<Amount> {
        let mut rest = self.clone();
        let amounts = (0..self.lines).map(|_| rest.amount()).collect::<Result<Vec<_>>>()?;
        let total = exact::total(amounts.iter().map(|amount| amount.units))?;
        Ok(Amount::new(total, amounts.iter().map(|amount| amount.scale).max().unwrap_or(0)))
    }

    fn amount(&mut self) -> Result<Amount> {
        if self.amounts.varint()? != 0 {
            return Err(self.amounts.wrong(UNUSED_NAME));
        }
        decode_amount(&mut self.amounts)
    }
}

#[inline]
fn name<'a>(input: &mut Reader<'a>) -> Result<&'a [u8]> {
    let length = input.varint()?;
    input.holds(length)?;
    input.raw(length as usize)
}
