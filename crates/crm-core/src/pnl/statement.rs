//! A customer's amounts by line, the names of the lines kept elsewhere.

use super::Lines;
use crate::amount::{Amount, Stored};
use crate::book::{Estimate, Memory, Page};
use crate::codec::{Reader, Writer, decode_amount, encode_amount, print_amount, read_amount};
use crate::document::{Node, Object};
use crate::error::{Error, Result};
use crate::exact;
use crate::pause;
use serde_json::{Map, Value, json};

/// The exact total of one line.
#[derive(Clone, Copy, Debug)]
struct Cell {
    line: u32,
    scale: u8,
    total: Stored,
}

impl Cell {
    fn amount(&self) -> Amount {
        Amount::new(self.total.get(), self.scale)
    }
}

/// The lines one customer has, with their totals: his page of a `pnl_book`.
///
/// A line whose amounts cancel out stays: that there was something on it is worth knowing.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// In the order of the lines' numbers.
    cells: Vec<Cell>,
}

/// Lines up to which looking at each is faster than halving.
const FEW: usize = 16;
/// Lines that fit before the first growth.
const LEAST: usize = 4;

impl Statement {
    /// Adds an amount to a line. Gives the bytes grown. An overflow is 22003, and leaves everything as it was.
    #[inline(always)]
    pub(super) fn add(&mut self, line: u32, amount: Amount) -> Result<usize> {
        match self.place(line) {
            Ok(at) => {
                let cell = &mut self.cells[at];
                cell.total.add(amount.units)?;
                cell.scale = cell.scale.max(amount.scale);
                Ok(0)
            }
            Err(at) => self.open(at, line, amount),
        }
    }

    /// Where a line is, or would be. A few lines are looked at one after the other: of a customer who has not been seen for
    /// long they all come from memory, and then they come together.
    #[inline(always)]
    fn place(&self, line: u32) -> std::result::Result<usize, usize> {
        if self.cells.len() > FEW {
            return self.cells.binary_search_by_key(&line, |cell| cell.line);
        }
        let at = self.cells.iter().position(|cell| cell.line >= line).unwrap_or(self.cells.len());
        if self.cells.get(at).is_some_and(|cell| cell.line == line) { Ok(at) } else { Err(at) }
    }

    #[inline(never)]
    fn open(&mut self, at: usize, line: u32, amount: Amount) -> Result<usize> {
        let mut cell = Cell { line, scale: amount.scale, total: Stored::default() };
        cell.total.add(amount.units)?;
        let before = self.cells.capacity();
        if self.cells.len() == before {
            self.cells.try_reserve_exact(before.max(LEAST)).map_err(|_| Error::out_of_memory("a profit and loss statement"))?;
        }
        self.cells.insert(at, cell);
        Ok((self.cells.capacity() - before) * size_of::<Cell>())
    }

    /// Number of lines.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The total of a line, if the customer has it.
    pub fn amount(&self, line: u32) -> Option<Amount> {
        self.place(line).ok().map(|at| self.cells[at].amount())
    }

    /// The lines and their totals; settled, in the order of the names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, Amount)> {
        self.cells.iter().map(|cell| (cell.line, cell.amount()))
    }

    /// The sum of all lines. An overflow is 22003.
    pub fn total(&self) -> Result<Amount> {
        let total = exact::total(self.cells.iter().map(|cell| cell.total.get()))?;
        Ok(Amount::new(total, self.cells.iter().map(|cell| cell.scale).max().unwrap_or(0)))
    }

    /// The same lines under other numbers.
    pub(super) fn renumbered(&self, number: impl Fn(u32) -> Result<u32>) -> Result<Self> {
        let cells: Result<Vec<_>> = self.cells.iter().map(|cell| Ok(Cell { line: number(cell.line)?, ..*cell })).collect();
        let mut cells = cells?;
        cells.sort_unstable_by_key(|cell| cell.line);
        Ok(Statement { cells })
    }

    /// Reads the fields of the JSON form.
    pub(super) fn read(lines: &mut Lines, object: &Object<'_>) -> Result<Self> {
        let amounts = object.node("lines").map(|node| node.entries(|_, amount| read_amount(amount))).unwrap_or_default();
        if object.is_clean() && amounts.is_empty() {
            object.problem("lines", "must not be empty");
        }
        let mut statement = Statement::default();
        if object.is_clean() {
            for (name, amount) in amounts {
                statement.add(lines.id(&name)?, amount)?;
            }
        }
        Ok(statement)
    }
}

/// The fields of the JSON form.
pub(super) fn print<N: AsRef<str>>(lines: impl Iterator<Item = (N, Amount)>) -> Value {
    json!({ "lines": lines.inspect(|_| pause::step()).map(|(name, amount)| (name.as_ref().to_owned(), print_amount(amount))).collect::<Map<_, _>>() })
}

/// Writes lines, given in the order of their numbers, with their amounts.
pub(super) fn encode(lines: impl IntoIterator<Item = (u32, Amount), IntoIter: ExactSizeIterator>, out: &mut Writer) -> Result<()> {
    let lines = lines.into_iter();
    out.varint(lines.len() as u64)?;
    // Each line as its distance from the lowest that it can be.
    let mut next = 0;
    for (line, amount) in lines {
        out.varint((line - next).into())?;
        encode_amount(amount, out)?;
        next = line + 1;
    }
    Ok(())
}

impl Page for Statement {
    const BOOKS: [&'static str; 3] = ["pnl_book", "pnl_book_uuid", "pnl_book_text"];
    const NAME: &'static str = "pnl";
    const VERSION: u16 = 1;
    const LEAST_BYTES: usize = 4;
    type Event = (u32, Amount);
    type Shared = Lines;

    #[inline(always)]
    fn push(&mut self, (line, amount): &(u32, Amount)) -> Result<usize> {
        self.add(*line, *amount)
    }

    fn merge(&mut self, other: &Self, adopted: &Vec<u32>) -> Result<usize> {
        other.cells.iter().try_fold(0, |grown, cell| Ok(grown + self.add(adopted[cell.line as usize], cell.amount())?))
    }

    fn settle(&mut self, moved: Option<&Vec<u32>>) {
        let Some(moved) = moved else { return };
        self.cells.iter_mut().for_each(|cell| cell.line = moved[cell.line as usize]);
        self.cells.sort_unstable_by_key(|cell| cell.line);
    }

    fn heap(&self) -> usize {
        self.cells.capacity() * size_of::<Cell>()
    }

    #[inline(always)]
    fn near<M: Memory>(&self) {
        if let Some(first) = self.cells.first() {
            M::near(first);
        }
    }

    fn estimate(items: f64) -> Estimate {
        // The room is a power of two; the allocator adds 16 bytes. Totals of up to 36,000 take seven bytes; in the text
        // form a line has its name in full, taken as 12 bytes.
        let room = items.max(LEAST as f64).log2().ceil().exp2() * size_of::<Cell>() as f64 + 16.0;
        Estimate { heap: room, stored: 1.0 + 9.0 * items, text: 12.0 + 25.0 * items }
    }

    fn encode(&self, _shared: &Lines, out: &mut Writer) -> Result<()> {
        encode(self.iter(), out)
    }

    fn decode(_version: u16, shared: &Lines, input: &mut Reader<'_>) -> Result<Self> {
        let count = input.varint()?;
        if count == 0 || count > shared.len() as u64 {
            return Err(input.wrong("a customer has no lines, or more than there are"));
        }
        input.holds(count.saturating_mul(3))?;
        let mut cells = Vec::new();
        cells.try_reserve_exact(count as usize).map_err(|_| Error::out_of_memory("a profit and loss statement"))?;
        let mut next = 0u64;
        for _ in 0..count {
            let line = next.saturating_add(input.varint()?);
            if line >= shared.len() as u64 {
                return Err(input.wrong("a line has no name"));
            }
            let Amount { units, scale } = decode_amount(input)?;
            cells.push(Cell { line: line as u32, scale, total: units.into() });
            next = line + 1;
        }
        Ok(Statement { cells })
    }

    fn covers<'p>(shared: &Lines, pages: impl Iterator<Item = &'p Self>) -> bool {
        let mut used = vec![false; shared.len()];
        let mut missing = used.len();
        for page in pages {
            for cell in &page.cells {
                missing -= usize::from(!std::mem::replace(&mut used[cell.line as usize], true));
            }
            // The first customers have every line, as a rule.
            if missing == 0 {
                return true;
            }
        }
        missing == 0
    }

    fn to_json(&self, shared: &Lines) -> Result<Value> {
        Ok(print(self.iter().map(|(line, amount)| (shared.name(line).unwrap_or_default(), amount))))
    }

    fn from_json(shared: &mut Lines, node: &Node<'_>) -> Result<Self> {
        node.object(|object| Statement::read(shared, object))
    }
}
