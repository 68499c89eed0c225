//! Profit and loss by line: what a customer brings and costs, under each kind of revenue and cost, exactly.
//!
//! A [`Pnl`] is one customer's; in memory the names of its lines are shared with other customers'. A book keeps a [`Statement`]
//! for each customer and the names of the lines once, in [`Lines`].

mod chart;
mod lines;
mod names;
#[cfg(test)]
mod properties;
mod statement;
mod stored;
#[cfg(test)]
mod tests;

pub use chart::{Figures, Part, PnlChart, Role};
pub use lines::{Lines, MAX_LINES, MAX_NAME_BYTES, RESERVED};
pub(crate) use lines::{check as check_name, refused as refused_name};
pub use statement::Statement;

pub use stored::StoredPnl;

use crate::amount::Amount;
use crate::book::{Page, Shared};
use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_json};
use crate::document::Object;
use crate::error::Result;
use serde_json::Value;
use std::rc::Rc;

const UNUSED_NAME: &str = "it names what the customer does not have";

/// One customer's exact totals by line.
#[derive(Debug, Default)]
pub struct Pnl {
    /// The lines are numbered as in [`names`].
    statement: Statement,
}

impl Pnl {
    /// A customer's page of a book, with the names of the lines that he has.
    pub fn of(statement: &Statement, lines: &Lines) -> Result<Pnl> {
        let statement = statement.renumbered(|line| names::number(lines.name(line).unwrap_or_default()))?;
        names::hold(statement.iter().map(|(line, _)| line));
        Ok(Pnl { statement })
    }

    /// Adds an amount to a line. Errors: a name that [`Lines::id`] refuses (22023, 54000), an overflow (22003), which leaves
    /// everything as it was.
    #[inline]
    pub fn push(&mut self, line: &str, amount: Amount) -> Result<()> {
        self.add(names::number(line)?, amount)
    }

    #[inline]
    fn add(&mut self, line: u32, amount: Amount) -> Result<()> {
        let before = self.statement.len();
        if before == MAX_LINES && self.statement.amount(line).is_none() {
            return Err(lines::too_many());
        }
        self.statement.push(&(line, amount))?;
        if self.statement.len() > before {
            names::hold(std::iter::once(line));
        }
        Ok(())
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.statement.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The total of a line, if there is one of that name.
    pub fn line_amount(&self, line: &str) -> Option<Amount> {
        self.statement.amount(names::find(line)?)
    }

    /// The lines and their totals, in the order of the names' bytes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Rc<str>, Amount)> {
        let mut lines: Vec<_> = self.statement.iter().map(|(line, amount)| (names::text(line), amount)).collect();
        lines.sort_unstable_by(|l, r| l.0.cmp(&r.0));
        lines.into_iter()
    }

    /// The sum of all lines. An overflow is 22003.
    pub fn total(&self) -> Result<Amount> {
        self.statement.total()
    }
}

impl Clone for Pnl {
    fn clone(&self) -> Self {
        names::hold(self.statement.iter().map(|(line, _)| line));
        Pnl { statement: self.statement.clone() }
    }
}

impl Drop for Pnl {
    fn drop(&mut self) {
        names::leave(self.statement.iter().map(|(line, _)| line));
    }
}

impl Summary for Pnl {
    const TYPE: &'static str = "pnl";
    const VERSION: u16 = Statement::VERSION;

    fn merge(&mut self, other: &Self) -> Result<()> {
        other.statement.iter().try_for_each(|(line, amount)| self.add(line, amount))
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        let lines: Vec<_> = self.iter().collect();
        lines::encode(lines.iter().map(|(name, _)| &**name), out)?;
        statement::encode(lines.iter().enumerate().map(|(line, (_, amount))| (line as u32, *amount)), out)
    }

    fn decode(version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let lines = Lines::decode(input)?;
        let statement = <Statement as Page>::decode(version, &lines, input)?;
        if statement.iter().len() < lines.len() {
            return Err(input.wrong(UNUSED_NAME));
        }
        Pnl::of(&statement, &lines)
    }

    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

impl Json for Pnl {
    fn to_json(&self) -> Result<Value> {
        Ok(statement::print(self.iter()))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let mut lines = Lines::default();
        let statement = Statement::read(&mut lines, object)?;
        Pnl::of(&statement, &lines)
    }
}
