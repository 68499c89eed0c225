//! Profit and loss by line: what a customer brings and costs, under each kind of revenue and cost, exactly.
//!
//! A [`Pnl`] is one customer's. A book keeps a [`Statement`] for each customer and the names of the lines once, in [`Lines`].

mod lines;
mod statement;
#[cfg(test)]
mod tests;

pub use lines::{Lines, MAX_LINES, MAX_NAME_BYTES};
pub use statement::Statement;
pub(crate) use statement::{print_amount, read_amount};

use crate::amount::Amount;
use crate::book::{Page, Shared};
use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_json};
use crate::document::Object;
use crate::error::Result;
use serde_json::Value;

/// One customer's exact totals by line.
#[derive(Clone, Debug, Default)]
pub struct Pnl {
    lines: Lines,
    statement: Statement,
}

impl Pnl {
    /// A customer's page of a book, with the names of the lines that he has.
    pub fn of(statement: &Statement, lines: &Lines) -> Result<Pnl> {
        let mut pnl = Pnl::default();
        for (line, amount) in statement.iter() {
            if let Some(name) = lines.name(line) {
                pnl.push(name, amount)?;
            }
        }
        pnl.settle()?;
        Ok(pnl)
    }

    /// Adds an amount to a line. Errors: a name that [`Lines::id`] refuses (22023, 54000), an overflow (22003), which leaves
    /// everything as it was.
    #[inline]
    pub fn push(&mut self, line: &str, amount: Amount) -> Result<()> {
        let line = self.lines.id(line)?;
        self.statement.push(&(line, amount)).map(|_| ())
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.statement.iter().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The total of a line, if there is one of that name.
    pub fn line_amount(&self, line: &str) -> Option<Amount> {
        self.statement.amount(self.lines.find(line)?)
    }

    /// The lines and their totals, in the order of the names' bytes. The summary is settled.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Amount)> {
        self.statement.iter().filter_map(|(line, amount)| Some((self.lines.name(line)?, amount)))
    }

    /// The sum of all lines. An overflow is 22003.
    pub fn total(&self) -> Result<Amount> {
        self.statement.total()
    }
}

impl Summary for Pnl {
    const TYPE: &'static str = "pnl";
    const VERSION: u16 = Statement::VERSION;

    fn merge(&mut self, other: &Self) -> Result<()> {
        let adopted = self.lines.adopt(&other.lines)?;
        Page::merge(&mut self.statement, &other.statement, &adopted).map(|_| ())
    }

    fn settle(&mut self) -> Result<()> {
        let moved = self.lines.settle()?;
        self.statement.settle(moved.as_ref());
        Ok(())
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        self.lines.encode(out)?;
        Page::encode(&self.statement, &self.lines, out)
    }

    fn decode(version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let lines = Lines::decode(input)?;
        let statement = <Statement as Page>::decode(version, &lines, input)?;
        if statement.iter().len() < lines.len() {
            return Err(input.wrong("it names what the customer does not have"));
        }
        Ok(Pnl { lines, statement })
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
        Ok(self.statement.print(&self.lines))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let mut lines = Lines::default();
        let statement = Statement::read(&mut lines, object)?;
        let mut pnl = Pnl { lines, statement };
        pnl.settle()?;
        Ok(pnl)
    }
}
