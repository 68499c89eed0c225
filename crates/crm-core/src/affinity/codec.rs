//! An affinity in its binary and its text form.

use super::names::{Kind, Names};
use super::{Affinity, Customer, Customers};
use crate::amount::{Amount, DECIMALS};
use crate::codec::{Reader, Summary, Writer, print_list};
use crate::document::{self, Node, Object};
use crate::error::{Error, Result};
use crate::pause;
use serde_json::json;

/// What the binary form begins with: the kind of the customers' keys.
const INTEGERS: u8 = 0;
const TEXTS: u8 = 1;
/// The key of the text form.
const CUSTOMERS: &str = "customers";

impl Summary for Affinity {
    const TYPE: &'static str = "affinity";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.add(other)
    }

    fn settle(&mut self) -> Result<()> {
        self.sort()
    }

    /// The kind of the keys, the decimals of the weights, the items, the keys if they are text, and the number of customers. Then of
    /// each customer the distance of his key from the one before if it is an integer, and his cells: their number, and of each the
    /// distance of the item from the one before and the weight in units of the last decimal.
    fn encode(&self, out: &mut Writer) -> Result<()> {
        let texts = match &self.customers {
            Customers::Texts(names) => Some(names),
            Customers::Integers | Customers::None => None,
        };
        out.u8(if texts.is_some() { TEXTS } else { INTEGERS })?;
        out.u8(self.cells.decimals())?;
        self.items.encode(out)?;
        match texts {
            Some(names) => names.encode(out)?,
            None => out.varint(self.cells.rows().count() as u64)?,
        }
        let mut last = 0;
        for row in self.cells.rows() {
            let customer = row.first().map_or(0, |cell| cell.customer);
            if texts.is_none() {
                out.varint(customer - last)?;
            }
            last = customer;
            out.varint(row.len() as u64)?;
            let mut next = 0;
            for cell in row {
                out.varint(u64::from(cell.item - next))?;
                out.signed_varint(self.cells.units(cell))?;
                next = cell.item + 1;
            }
        }
        Ok(())
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let kind = input.u8()?;
        let decimals = input.u8()?;
        if kind > TEXTS || decimals > DECIMALS {
            return Err(input.wrong("the kind of keys or the number of decimals is not known"));
        }
        let mut made = Affinity { items: Names::decode(Kind::Item, input)?, ..Affinity::default() };
        let customers = if kind == TEXTS {
            let names = Names::decode(Kind::Customer, input)?;
            let customers = names.len() as u64;
            made.customers = Customers::Texts(names);
            customers
        } else {
            made.customers = Customers::Integers;
            input.varint()?
        };
        input.holds(customers)?;
        if customers == 0 {
            return Err(input.wrong("it has no customers"));
        }
        made.cells.set_decimals(decimals)?;
        let largest = made.cells.largest();
        let mut held = vec![false; made.items.len()];
        let mut last = None;
        for number in 0..customers {
            let customer = if kind == TEXTS {
                number
            } else {
                let distance = input.varint()?;
                match last {
                    None => distance,
                    Some(last) if distance > 0 => u64::checked_add(last, distance).ok_or_else(|| input.wrong("a key is out of range"))?,
                    Some(_) => return Err(input.wrong("customers are not in the order of their keys")),
                }
            };
            last = Some(customer);
            let cells = input.varint()?;
            input.holds(cells)?;
            if cells == 0 {
                return Err(input.wrong("a customer has no item"));
            }
            let mut next = 0u64;
            for _ in 0..cells {
                let item = next.checked_add(input.varint()?).and_then(|item| usize::try_from(item).ok());
                let units = input.signed_varint()?;
                let (Some(item), true) = (item.filter(|item| *item < held.len()), units.unsigned_abs() <= largest.unsigned_abs()) else {
                    return Err(input.wrong("an item or a weight is out of range"));
                };
                held[item] = true;
                made.cells.append(customer, item as u32, units)?;
                next = item as u64 + 1;
            }
        }
        if held.contains(&false) {
            return Err(input.wrong("it names an item that no customer has"));
        }
        made.sort()?;
        Ok(made)
    }

    fn print(&self) -> Result<String> {
        let rows = self.cells.rows().filter_map(|row| Some((row.first()?, row)));
        print_list::<Self, _>(CUSTOMERS, rows, |out, (first, row)| {
            let customer = match self.key(first.customer) {
                Customer::Text(key) => json!(key),
                Customer::Integer(key) => json!(key),
            };
            let items: Vec<_> = row
                .iter()
                .inspect(|_| pause::step())
                .map(|cell| json!([self.items.name(cell.item as usize), self.cells.weight(cell).to_string()]))
                .collect();
            out.put(format_args!("{}", json!({ "customer": customer, "items": items })))
        })
    }

    fn parse(text: &str) -> Result<Self> {
        let (mut made, mut cells, mut count) = (Affinity::default(), 0, 0);
        document::read_nodes(text, CUSTOMERS, |line| {
            count += 1;
            cells += line.object(|object| made.read_line(object))?;
            Ok(())
        })?;
        if made.is_empty() {
            return Err(Error::parameter("customers: must not be empty"));
        }
        made.sort()?;
        if made.cells.rows().count() != count || made.cells.len() != cells {
            return Err(Error::parameter("customers: a customer, or an item of a customer, stands twice"));
        }
        Ok(made)
    }
}

impl Affinity {
    /// Reads one customer of the text form; gives the number of his items.
    fn read_line(&mut self, object: &Object<'_>) -> Result<usize> {
        let customer = object.node("customer").and_then(|node| {
            let value = node.value();
            let key = value.as_i64().map(Customer::Integer).or_else(|| value.as_str().map(Customer::Text));
            if key.is_none() {
                node.problem("must be a text or an integer of 64 bits");
            }
            key
        });
        let items = object.list("items", pair);
        if object.is_clean() && items.is_empty() {
            object.problem("items", "must not be empty");
        }
        let (Some(customer), true) = (customer, object.is_clean()) else { return Ok(0) };
        for (item, weight) in items.iter().flatten() {
            self.push(customer, item, *weight)?;
        }
        Ok(items.len())
    }
}

/// Reads an item and its weight: a list of two.
fn pair(node: &Node<'_>) -> Option<(String, Amount)> {
    let (mut item, mut weight, mut parts) = (None, None, 0);
    node.list(|part| {
        match parts {
            0 => item = Some(part.text()),
            1 => weight = Some(part.amount()),
            _ => {}
        }
        parts += 1;
    });
    if parts != 2 && node.value().is_array() {
        node.problem("must be a list of an item and a weight");
    }
    item.zip(weight)
}
