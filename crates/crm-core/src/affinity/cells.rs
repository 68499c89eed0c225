//! The cells of the matrix, customer by item: rows are appended, and now and then sorted and added up.

use crate::amount::{Amount, DECIMALS, overflow};
use crate::error::{Error, Result, SqlState};
use crate::pause;

/// Cells that there can be: a gigabyte of memory.
pub const MAX_CELLS: usize = 1 << 26;
/// Rows that are appended before they are first added up.
const FIRST: usize = 1 << 22;
/// Rows up to which they are sorted by comparing.
const FEW: usize = 1 << 11;
/// Bits of a digit of the sorting by distribution.
const DIGIT: u32 = 11;

/// A row, or the sum of all rows of its cell: small, for millions of them are sorted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) customer: u64,
    pub(super) item: u32,
    /// The weight, in units of the last decimal; from [`WIDE`] on the place of a wide one.
    weight: i32,
}

/// Weights from here on lie elsewhere.
const WIDE: i32 = 1 << 30;

/// 10^0 … 10^12.
const POWERS: [i64; DECIMALS as usize + 1] = {
    let mut powers = [1; DECIMALS as usize + 1];
    let mut i = 1;
    while i < powers.len() {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// The cells, in the order of customer and item once they are [settled](Cells::settle).
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    /// Weights that do not fit into their cells.
    wide: Vec<i128>,
    /// Decimals of all weights: as many as the one with most has.
    decimals: u8,
    /// Cells from the first on that are sorted, each there once.
    sorted: usize,
}

impl Cells {
    /// How many there are. They are settled.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Decimals of all weights.
    pub(super) fn decimals(&self) -> u8 {
        self.decimals
    }

    /// The cells. They are settled.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Cell> {
        self.cells.iter()
    }

    /// The cells of each customer.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunk_by(|l, r| l.customer == r.customer)
    }

    /// The weight of a cell, in units of the last decimal.
    #[inline(always)]
    pub(super) fn units(&self, cell: &Cell) -> i128 {
        units(&self.wide, cell)
    }

    /// Whether the weight of a cell is above 0.
    #[inline(always)]
    pub(super) fn is_held(&self, cell: &Cell) -> bool {
        if cell.weight < WIDE { cell.weight > 0 } else { self.units(cell) > 0 }
    }

    /// The weight of a cell.
    pub(super) fn weight(&self, cell: &Cell) -> Amount {
        self.amount(self.units(cell))
    }

    /// The weight of a cell as the nearest float8.
    #[inline]
    pub(super) fn float(&self, cell: &Cell) -> f64 {
        // Both are exact below 2^53, and then the quotient is the decimal's own float8.
        self.units(cell) as f64 / POWERS[usize::from(self.decimals)] as f64
    }

    /// So many units of the last decimal, which are in range.
    pub(super) fn amount(&self, units: i128) -> Amount {
        Amount::new(units * self.unit(), self.decimals)
    }

    /// The largest magnitude of a weight, in units of the last decimal.
    pub(super) fn largest(&self) -> i128 {
        i128::MAX / self.unit()
    }

    /// The last decimal, in units of 10^-12.
    fn unit(&self) -> i128 {
        i128::from(POWERS[usize::from(DECIMALS - self.decimals)])
    }

    /// Adds a row.
    #[inline]
    pub(super) fn push(&mut self, customer: u64, item: u32, weight: Amount) -> Result<()> {
        let units = self.scaled(weight)?;
        self.append(customer, item, units)
    }

    /// Adds a row whose weight is in units of the last decimal.
    #[inline]
    pub(super) fn append(&mut self, customer: u64, item: u32, units: i128) -> Result<()> {
        if self.cells.len() >= self.cells.capacity() {
            self.make_room()?;
        }
        let weight = narrow(&mut self.wide, units)?;
        self.cells.push(Cell { customer, item, weight });
        Ok(())
    }

    /// Makes room for more, by adding up what is there if it has grown much.
    #[cold]
    fn make_room(&mut self) -> Result<()> {
        if self.cells.len() >= FIRST.max(2 * self.sorted) {
            self.compact()?;
        }
        // Where most rows were of the same cells, there is room now.
        if self.cells.len() > self.cells.capacity() / 2 {
            self.cells.try_reserve(self.cells.len().max(8)).map_err(|_| no_room())?;
        }
        Ok(())
    }

    /// The weight in units of the last decimal, after giving all more decimals if it has more.
    #[inline]
    fn scaled(&mut self, weight: Amount) -> Result<i128> {
        if weight.scale > self.decimals {
            self.set_decimals(weight.scale)?;
        }
        let unit = POWERS[usize::from(DECIMALS - self.decimals)];
        if let Ok(small) = i64::try_from(weight.units)
            && small % unit == 0
        {
            return Ok(i128::from(small / unit));
        }
        // Above 9.2 million, or with more decimals than it shows.
        let digits = weight.digits();
        if digits > self.decimals {
            self.set_decimals(digits)?;
        }
        Ok(weight.units / self.unit())
    }

    /// Gives all weights more decimals.
    #[cold]
    pub(super) fn set_decimals(&mut self, decimals: u8) -> Result<()> {
        let more = i128::from(POWERS[usize::from(decimals - self.decimals)]);
        let old = std::mem::take(&mut self.wide);
        for cell in &mut self.cells {
            cell.weight = narrow(&mut self.wide, units(&old, cell) * more)?;
        }
        self.decimals = decimals;
        Ok(())
    }

    /// Numbers customers and items anew, if need be: the new number by the old one.
    pub(super) fn renumber(&mut self, customers: Option<&[u32]>, items: Option<&[u32]>) {
        if let Some(moved) = customers {
            self.cells.iter_mut().for_each(|cell| cell.customer = u64::from(moved[cell.customer as usize]));
        }
        if let Some(moved) = items {
            self.cells.iter_mut().for_each(|cell| cell.item = moved[cell.item as usize]);
        }
        if customers.is_some() || items.is_some() {
            self.sorted = 0;
        }
    }

    /// Sorts the cells and adds up the rows of each. Errors: a sum out of range (22003), more than [`MAX_CELLS`] (54000).
    pub(super) fn compact(&mut self) -> Result<()> {
        if self.sorted == self.cells.len() {
            return Ok(());
        }
        let ordered = |cells: &[Cell]| cells.is_sorted_by(|l, r| (l.customer, l.item) < (r.customer, r.item));
        if !ordered(&self.cells[self.sorted.saturating_sub(1)..]) {
            sort(&mut self.cells[self.sorted..])?;
            if self.sorted > 0 {
                self.interleave()?;
            }
            self.add_up()?;
        }
        if self.cells.len() > MAX_CELLS {
            return Err(Error::new(SqlState::LimitExceeded, format!("there are more than {MAX_CELLS} pairs of a customer and an item"))
                .hint("Make an affinity for each branch or region, or take a sample of the customers."));
        }
        self.sorted = self.cells.len();
        Ok(())
    }

    /// Puts what is sorted and what was sorted after it into one order.
    fn interleave(&mut self) -> Result<()> {
        let mut whole = Vec::new();
        whole.try_reserve_exact(self.cells.len()).map_err(|_| no_room())?;
        let (mut left, mut right) = self.cells.split_at(self.sorted);
        while let ([l, ..], [r, ..]) = (left, right) {
            if (l.customer, l.item) <= (r.customer, r.item) {
                whole.push(*l);
                left = &left[1..];
            } else {
                whole.push(*r);
                right = &right[1..];
            }
        }
        whole.extend_from_slice(left);
        whole.extend_from_slice(right);
        self.cells = whole;
        Ok(())
    }

    /// Adds up neighbours of the same cell.
    fn add_up(&mut self) -> Result<()> {
        let largest = self.largest();
        let old = std::mem::take(&mut self.wide);
        let (mut made, mut next) = (0, 0);
        while let Some(first) = self.cells.get(next).copied() {
            pause::step();
            let mut sum = units(&old, &first);
            next += 1;
            while let Some(same) = self.cells.get(next).filter(|cell| (cell.customer, cell.item) == (first.customer, first.item)) {
                sum = sum.checked_add(units(&old, same)).filter(|sum| sum.unsigned_abs() <= largest.unsigned_abs()).ok_or_else(overflow)?;
                next += 1;
            }
            self.cells[made] = Cell { weight: narrow(&mut self.wide, sum)?, ..first };
            made += 1;
        }
        self.cells.truncate(made);
        Ok(())
    }
}

#[inline(always)]
fn units(wide: &[i128], cell: &Cell) -> i128 {
    if cell.weight < WIDE { i128::from(cell.weight) } else { wide[(cell.weight - WIDE) as usize] }
}

/// A weight as it is kept in a cell.
#[inline(always)]
fn narrow(wide: &mut Vec<i128>, units: i128) -> Result<i32> {
    match i32::try_from(units) {
        Ok(weight) if weight < WIDE => Ok(weight),
        _ => widen(wide, units),
    }
}

#[inline(never)]
fn widen(wide: &mut Vec<i128>, units: i128) -> Result<i32> {
    let place = i32::try_from(wide.len()).ok().and_then(|place| place.checked_add(WIDE)).ok_or_else(no_room)?;
    wide.try_reserve(1).map_err(|_| no_room())?;
    wide.push(units);
    Ok(place)
}

#[cold]
fn no_room() -> Error {
    Error::out_of_memory("an affinity")
}

/// Sorts cells by customer and item.
fn sort(cells: &mut [Cell]) -> Result<()> {
    if cells.len() <= FEW {
        cells.sort_unstable_by_key(|cell| (cell.customer, cell.item));
        return Ok(());
    }
    if !cells.is_sorted_by_key(|cell| cell.customer) {
        sort_by_customer(cells)?;
    }
    for row in cells.chunk_by_mut(|l, r| l.customer == r.customer) {
        pause::step();
        pause::sort_by_key(row, |cell| cell.item);
    }
    Ok(())
}

/// Distributes cells by the digits of their customers, the lowest first (LSD radix sort). Bits in which no two differ do not
/// count.
fn sort_by_customer(cells: &mut [Cell]) -> Result<()> {
    let (all, any) = cells.iter().fold((u64::MAX, 0), |(all, any), cell| (all & cell.customer, any | cell.customer));
    let differing = all ^ any;
    let (first, last) = (differing.trailing_zeros(), u64::BITS - differing.leading_zeros());
    let digits = last.saturating_sub(first).div_ceil(DIGIT).max(1);
    let width = last.saturating_sub(first).div_ceil(digits);
    let mut other = Vec::new();
    other.try_reserve_exact(cells.len()).map_err(|_| no_room())?;
    other.resize(cells.len(), Cell { customer: 0, item: 0, weight: 0 });
    let (mut from, mut to) = (&mut cells[..], &mut other[..]);
    for digit in 0..digits {
        let shift = first + digit * width;
        let place = |cell: &Cell| ((cell.customer >> shift) & ((1 << width) - 1)) as usize;
        let mut starts = [0usize; 1 << DIGIT];
        from.iter().for_each(|cell| starts[place(cell)] += 1);
        let mut start = 0;
        for count in &mut starts {
            start += std::mem::replace(count, start);
        }
        for cell in &*from {
            pause::step();
            let next = &mut starts[place(cell)];
            to[*next] = *cell;
            *next += 1;
        }
        std::mem::swap(&mut from, &mut to);
    }
    if digits % 2 == 1 {
        to.copy_from_slice(from);
    }
    Ok(())
}
