//! Who holds this also holds that: customers and items with exact weights, and the items that go together.
//!
//! An [`Affinity`] is a sparse matrix, customers by items, that is filled row by row in any order. [`matrix::Matrix`] is what models
//! are fitted on; [`neighbours`] are the items held by the same customers, and an [`AffinityModel`] is a document of them.

mod cells;
mod codec;
pub mod matrix;
mod model;
mod names;
pub mod neighbours;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use cells::MAX_CELLS;
pub use model::{AffinityModel, Neighbour, fit};
pub use names::{MAX_ITEMS, MAX_NAME_BYTES, MAX_TEXT_CUSTOMERS};

use crate::amount::{Amount, overflow};
use crate::error::{Error, Result};
use crate::pause;
use cells::Cells;
use names::{Kind, Names};

/// Customers, items, and the exact weight of each pair of them that occurs.
///
/// Weights may be negative or add up to 0; an item is held by the customers whose weight of it is above 0. Who holds nothing is no
/// customer to the models.
#[derive(Clone, Debug, Default)]
pub struct Affinity {
    customers: Customers,
    items: Names,
    cells: Cells,
    settled: bool,
}

/// The keys of the customers.
#[derive(Clone, Debug, Default)]
enum Customers {
    #[default]
    None,
    /// A cell has the key itself, in unsigned order.
    Integers,
    /// A cell has the number of the key.
    Texts(Names),
}

/// The key of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Customer<'a> {
    /// bigint.
    Integer(i64),
    /// text.
    Text(&'a str),
}

/// One item, over all customers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Popularity<'a> {
    /// Its name.
    pub item: &'a str,
    /// Customers who hold it.
    pub customers: u64,
    /// The sum of all its weights, exact.
    pub weight: Amount,
}

/// An integer as an unsigned one in the same order; the other way round it is the same.
#[inline(always)]
fn flipped(key: u64) -> u64 {
    key ^ (1 << 63)
}

/// The numbers that other names have here, by the numbers they have there.
fn numbers(own: &mut Names, kind: Kind, other: &Names) -> Result<Vec<u32>> {
    let mut numbers = Vec::new();
    numbers.try_reserve_exact(other.len()).map_err(|_| Error::out_of_memory("an affinity"))?;
    for name in other.iter() {
        pause::step();
        numbers.push(own.number(kind, name)?);
    }
    Ok(numbers)
}

#[cold]
fn mixed() -> Error {
    Error::parameter("customers with bigint keys and customers with text keys cannot be in one affinity")
        .hint("Cast the keys to one type: customer::text.")
}

impl Affinity {
    /// Adds a weight to what a customer has of an item.
    ///
    /// Errors: an empty name (22023), a name of more than [`MAX_NAME_BYTES`], more than [`MAX_ITEMS`] items or too many customers or
    /// cells (54000), keys of two kinds (22023), a sum out of range (22003; it may be found some rows later).
    #[inline]
    pub fn push(&mut self, customer: Customer<'_>, item: &str, weight: Amount) -> Result<()> {
        let customer = self.customer(customer)?;
        let item = self.items.number(Kind::Item, item)?;
        self.settled = false;
        self.cells.push(customer, item, weight)
    }

    /// What stands for a customer in the cells.
    #[inline]
    fn customer(&mut self, customer: Customer<'_>) -> Result<u64> {
        match (customer, &mut self.customers) {
            (Customer::Integer(key), Customers::Integers) => Ok(flipped(key as u64)),
            (Customer::Text(key), Customers::Texts(names)) => names.number(Kind::Customer, key).map(u64::from),
            (Customer::Integer(_), Customers::None) => {
                self.customers = Customers::Integers;
                self.customer(customer)
            }
            (Customer::Text(_), Customers::None) => {
                self.customers = Customers::Texts(Names::default());
                self.customer(customer)
            }
            _ => Err(mixed()),
        }
    }

    /// The key of a customer in the cells.
    fn key(&self, customer: u64) -> Customer<'_> {
        match &self.customers {
            Customers::Texts(names) => Customer::Text(names.name(customer as usize).unwrap_or_default()),
            Customers::Integers | Customers::None => Customer::Integer(flipped(customer) as i64),
        }
    }

    /// Adds what another has seen; it need not be settled.
    fn add(&mut self, other: &Affinity) -> Result<()> {
        if other.items.len() == 0 {
            return Ok(());
        }
        self.settled = false;
        let items = numbers(&mut self.items, Kind::Item, &other.items)?;
        let customers: Option<Vec<u32>> = match (&mut self.customers, &other.customers) {
            (Customers::Integers, Customers::Integers) => None,
            (own @ Customers::None, Customers::Integers) => {
                *own = Customers::Integers;
                None
            }
            (Customers::Integers, _) | (_, Customers::Integers) => return Err(mixed()),
            (own, Customers::Texts(theirs)) => {
                if matches!(own, Customers::None) {
                    *own = Customers::Texts(Names::default());
                }
                let Customers::Texts(own) = own else { return Err(mixed()) };
                Some(numbers(own, Kind::Customer, theirs)?)
            }
            (_, Customers::None) => return Ok(()),
        };
        let decimals = other.cells.decimals();
        if decimals > self.cells.decimals() {
            self.cells.set_decimals(decimals)?;
        }
        for cell in other.cells.iter() {
            pause::step();
            let customer = customers.as_ref().map_or(cell.customer, |numbers| u64::from(numbers[cell.customer as usize]));
            self.cells.push(customer, items[cell.item as usize], other.cells.weight(cell))?;
        }
        Ok(())
    }

    /// Sorts everything: after it customers, items and cells are in the order of their keys, and each cell is there once.
    fn sort(&mut self) -> Result<()> {
        if self.settled {
            return Ok(());
        }
        let customers = match &mut self.customers {
            Customers::Texts(names) => names.sort()?,
            Customers::Integers | Customers::None => None,
        };
        self.cells.renumber(customers.as_deref(), self.items.sort()?.as_deref());
        self.cells.compact()?;
        self.settled = true;
        Ok(())
    }

    /// Customers who hold an item. The summary is settled, here and below.
    pub fn customers(&self) -> u64 {
        self.cells.rows().filter(|row| row.iter().any(|cell| self.cells.is_held(cell))).count() as u64
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.items.len() == 0
    }

    /// The items in the order of their bytes. A sum out of range is 22003.
    pub fn items(&self) -> Result<Vec<Popularity<'_>>> {
        let mut found = vec![(0, 0i128); self.items.len()];
        let largest = self.cells.largest();
        for cell in self.cells.iter() {
            let (customers, weight) = &mut found[cell.item as usize];
            *customers += u64::from(self.cells.is_held(cell));
            let sum = weight.checked_add(self.cells.units(cell));
            *weight = sum.filter(|sum| sum.unsigned_abs() <= largest.unsigned_abs()).ok_or_else(overflow)?;
        }
        let items = self.items.iter().zip(found);
        Ok(items.map(|(item, (customers, weight))| Popularity { item, customers, weight: self.cells.amount(weight) }).collect())
    }

    /// Every pair of a customer and an item with its weight, in the order of the customers and of the items.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (Customer<'_>, &str, Amount)> {
        let item = |item: u32| self.items.name(item as usize).unwrap_or_default();
        self.cells.iter().map(move |cell| (self.key(cell.customer), item(cell.item), self.cells.weight(cell)))
    }
}
