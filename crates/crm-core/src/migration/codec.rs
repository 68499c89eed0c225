//! A migration as a summary: merged, and in its binary and text form.
//!
//! Binary: the names of the tiers in their order; then for each tier the number of tiers that its customers went to, and of each of these the
//! distance from the one before and the customers, in as few bytes as that takes (seven bits a byte).

use super::{MAX_TIERS, Migration, too_many, too_many_tiers};
use crate::book::Shared;
use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_json};
use crate::document::Object;
use crate::error::{Result, SqlState};
use crate::pause;
use crate::pnl::Lines;
use serde_json::{Map, Value, json};

impl Summary for Migration {
    const TYPE: &'static str = "migration";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        let all = self.customers.checked_add(other.customers).ok_or_else(too_many)?;
        let mut numbers = Vec::with_capacity(other.names.len());
        for tier in other.tiers() {
            numbers.push(self.number(tier)?);
        }
        for (from, here) in numbers.iter().enumerate() {
            for (to, customers) in other.flows(from) {
                *self.flow(*here, numbers[to])? += customers;
            }
        }
        self.customers = all;
        Ok(())
    }

    fn settle(&mut self) -> Result<()> {
        let Some(moved) = self.names.settle()? else { return Ok(()) };
        let mut settled = Migration { names: std::mem::take(&mut self.names), flows: Vec::new(), customers: self.customers };
        for (from, place) in moved.iter().enumerate() {
            for (to, customers) in self.flows(from) {
                *settled.flow(*place as usize, moved[to] as usize)? = customers;
            }
        }
        *self = settled;
        Ok(())
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        self.names.encode(out)?;
        for from in 0..self.names.len() {
            out.varint(self.flows(from).count() as u64)?;
            let mut next = 0;
            for (to, customers) in self.flows(from) {
                out.varint((to - next) as u64)?;
                out.varint(customers as u64)?;
                next = to + 1;
            }
        }
        Ok(())
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let names = Lines::decode(input)?;
        let tiers = names.len();
        if tiers > MAX_TIERS {
            return Err(too_many_tiers().under(SqlState::InvalidBinary));
        }
        let mut read = Migration { names, ..Migration::default() };
        let mut used = vec![false; tiers];
        for from in 0..tiers {
            let mut next = 0;
            for _ in 0..input.varint()? {
                let (skipped, customers) = (input.varint()?, input.varint()?);
                let to = usize::try_from(skipped).ok().and_then(|skipped| skipped.checked_add(next)).filter(|to| *to < tiers);
                let to = to.ok_or_else(|| input.wrong("it has a tier without a name"))?;
                let customers = i64::try_from(customers).ok().filter(|customers| *customers > 0);
                let customers = customers.ok_or_else(|| input.wrong("a number of customers is out of range"))?;
                read.customers =
                    read.customers.checked_add(customers).ok_or_else(|| input.wrong("the number of customers is out of range"))?;
                *read.flow(from, to)? = customers;
                (used[from], used[to], next) = (true, true, to + 1);
            }
        }
        if used.contains(&false) {
            return Err(input.wrong("it names a tier that nobody was in"));
        }
        Ok(read)
    }

    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

/// The customers by the tier before, and by the tier after: `{"flows": {"gold": {"gold": 90, "silver": 10}}}`.
impl Json for Migration {
    fn to_json(&self) -> Result<Value> {
        let name = |tier: usize| self.names.name(tier as u32).unwrap_or_default().to_owned();
        let row = |from: usize| {
            self.flows(from).inspect(|_| pause::step()).map(|(to, customers)| (name(to), customers.into())).collect::<Map<_, _>>()
        };
        let flows = (0..self.names.len()).map(|from| (name(from), row(from))).filter(|(_, row)| !row.is_empty());
        Ok(json!({ "flows": flows.map(|(from, row)| (from, row.into())).collect::<Map<_, Value>>() }))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let flows = object.node("flows").map(|node| node.entries(|_, row| row.entries(|_, customers| customers.integer(1..=i64::MAX))));
        let mut read = Migration::default();
        for (from, row) in flows.unwrap_or_default() {
            if object.is_clean() && row.is_empty() {
                object.problem_at(&format!("flows.{from}"), "must not be empty");
            }
            for (to, customers) in row.iter().filter(|_| object.is_clean()) {
                pause::step();
                read.push(&from, to, *customers)?;
            }
        }
        read.settle()?;
        Ok(read)
    }
}
