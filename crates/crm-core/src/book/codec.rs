//! A book as a summary: merged, and in its binary and text form.

use super::{BATCH, Book, Index, Keys, Memory, Order, Page, Shared, Wanted, allocated, line_near};
use crate::codec::{MAX_FLAT, Reader, Summary, Writer};
use crate::document::{self, Object, Problem};
use crate::error::{Error, Result, SqlState};
use serde_json::json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The key of the text form.
const CUSTOMERS: &str = "customers";

/// The first problem of a customer, with its path from the beginning.
fn located(at: usize, problems: &[Problem]) -> Error {
    let (path, problem) = problems.first().map_or(("", "is wrong"), |first| (&first.path, &first.problem));
    let dot = if path.is_empty() { "" } else { "." };
    Error::parameter(format!("customers[{at}]{dot}{path}: {problem}"))
}

impl<K: Keys, P: Page, M: Memory> Summary for Book<K, P, M> {
    const TYPE: &'static str = P::BOOKS[K::KIND];
    const VERSION: u16 = P::VERSION;

    fn merge(&mut self, other: &Self) -> Result<()> {
        if !other.waiting.wanted.is_empty() {
            let mut settled = other.clone();
            settled.settle()?;
            return self.merge(&settled);
        }
        self.flush()?;
        if self.lines.is_empty() {
            *self = Book { index: Index::default(), ..other.clone() };
            return Ok(());
        }
        self.settled = false;
        let adopted = self.shared.adopt(&other.shared)?;
        let mut wanted = Vec::with_capacity(BATCH);
        for first in (0..other.len()).step_by(BATCH) {
            let theirs = || (first..other.len().min(first + BATCH)).filter_map(|place| other.line(place));
            wanted.clear();
            wanted.extend(theirs().map(|line| Wanted::new(line.slot, K::hash(&self.hasher, other.keys.key(line.slot)))));
            wanted.iter().for_each(|wanted| self.index.near::<M>(wanted.hash));
            wanted.iter_mut().for_each(|wanted| line_near::<K, P, M>(&self.index, &self.lines, wanted));
            let mut theirs = theirs();
            self.for_pages(&other.keys, &wanted, |page| theirs.next().map_or(Ok(0), |line| page.merge(&line.page, &adopted)))?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<()> {
        self.flush()?;
        if !self.settled {
            let moved = self.shared.settle()?;
            self.lines.iter_mut().for_each(|line| line.page.settle(moved.as_ref()));
            self.settled = true;
        }
        if matches!(self.order, Order::Stale) { self.sort() } else { Ok(()) }
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        out.u64(self.len() as u64)?;
        self.shared.encode(out)?;
        for (key, page) in self.iter() {
            K::encode(key, out)?;
            page.encode(&self.shared, out)?;
        }
        Ok(())
    }

    fn decode(version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let count = input.count(K::LEAST_BYTES + P::LEAST_BYTES)?;
        let mut book: Self = Book { shared: P::Shared::decode(input)?, ..Book::default() };
        book.lines = allocated::<_, M>(count)?;
        let mut last = None;
        for _ in 0..count {
            let key = K::decode(input)?;
            if last.is_some_and(|last| K::compare(last, key).is_ge()) {
                return Err(input.wrong("customers are not in the order of their keys"));
            }
            last = Some(key);
            let page = P::decode(version, &book.shared, input)?;
            book.heap += page.heap();
            let slot = book.keys.keep(key)?;
            book.add_line(slot, page)?;
        }
        if count == 0 {
            return Err(input.wrong("it has no customers"));
        }
        if !P::covers(&book.shared, book.lines.iter().map(|line| &line.page)) {
            return Err(input.wrong("it names what no customer has"));
        }
        (book.order, book.settled) = (Order::Kept, true);
        Ok(book)
    }

    /// Customer by customer: a tree of the whole would be many times the size of the text.
    fn print(&self) -> Result<String> {
        let mut out = String::from("{\"customers\":[");
        for (place, (key, page)) in self.iter().enumerate() {
            let separator = if place == 0 { "" } else { "," };
            let line = json!({ "customer": K::to_json(key), P::NAME: page.to_json(&self.shared)? }).to_string();
            if out.len() + line.len() + 8 > MAX_FLAT {
                return Err(Error::new(SqlState::LimitExceeded, "the text form of the book would be larger than 1 GB")
                    .hint("Copy it in binary form, or make several books of fewer customers each (group by customer % 16)."));
            }
            out.try_reserve(line.len() + 2).map_err(|_| Error::out_of_memory("the text form of a book"))?;
            out.push_str(separator);
            out.push_str(&line);
        }
        out.push_str("]}");
        Ok(out)
    }

    fn parse(text: &str) -> Result<Self> {
        let text: BTreeMap<&str, &RawValue> =
            serde_json::from_str(text).map_err(|e| Error::parameter(format!("not a JSON object: {e}")))?;
        if let Some(unknown) = text.keys().find(|key| **key != CUSTOMERS) {
            return Err(Error::parameter(format!("{}: is not a known key", document::shorten(unknown))));
        }
        let customers = text.get(CUSTOMERS).ok_or_else(|| Error::parameter("customers: is missing"))?;
        let customers: Vec<&RawValue> = serde_json::from_str(customers.get()).map_err(|_| Error::parameter("customers: must be a list"))?;
        let mut book = Book::default();
        for (at, line) in customers.into_iter().enumerate() {
            let value = document::parse(line.get())?;
            let read = document::check(&value, |object| book.read_line(object)).map_err(|problems| located(at, &problems))?;
            // What is not a problem of the document is wrong with the customer as a whole.
            read.map_err(|e| Error { message: format!("customers[{at}]: {}", e.message).into(), ..e })?;
        }
        if book.is_empty() {
            return Err(Error::parameter("customers: must not be empty"));
        }
        book.settle()?;
        Ok(book)
    }
}

impl<K: Keys, P: Page, M: Memory> Book<K, P, M> {
    /// Reads one customer of the text form.
    fn read_line(&mut self, object: &Object<'_>) -> Result<()> {
        let key = object.node("customer").and_then(|node| K::from_json(&node));
        let page = object.node(P::NAME).map(|node| P::from_json(&mut self.shared, &node)).transpose();
        let (Some(key), true) = (key, object.is_clean()) else { return Ok(()) };
        let Some(page) = page? else { return Ok(()) };
        self.index_all(1)?;
        let hash = K::hash(&self.hasher, key);
        match self.index.find(hash, |at| self.is_at(at, key)) {
            Ok(_) => object.problem("customer", "is there twice"),
            Err(place) => {
                let position = self.open(key, hash, place)?;
                let heap = page.heap();
                if let Some(line) = self.lines.get_mut(position) {
                    line.page = page;
                }
                self.grow_by(heap)?;
            }
        }
        Ok(())
    }
}
