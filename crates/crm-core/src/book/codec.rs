//! A book as a summary: merged, and in its binary and text form.

use super::{BATCH, Book, Keys, Memory, Order, Page, Shared, Wanted, allocated, line_near};
use crate::codec::{Reader, Summary, Writer, print_list};
use crate::document::{self, Object};
use crate::error::{Error, Result};
use crate::pause;
use serde_json::json;

/// The key of the text form.
const CUSTOMERS: &str = "customers";

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
            *self = other.copy()?;
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
            self.for_pages(&other.keys, &wanted, |page| {
                pause::step();
                theirs.next().map_or(Ok(0), |line| page.merge(&line.page, &adopted))
            })?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<()> {
        self.flush()?;
        if !self.settled {
            let moved = self.shared.settle()?;
            for line in &mut self.lines {
                pause::step();
                line.page.settle(moved.as_ref());
            }
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

    fn print(&self) -> Result<String> {
        print_list::<Self, _>(CUSTOMERS, self.iter(), |out, (key, page)| {
            out.put(format_args!("{}", json!({ "customer": K::to_json(key), P::NAME: page.to_json(&self.shared)? })))
        })
    }

    fn parse(text: &str) -> Result<Self> {
        let mut book = Book::default();
        document::read_nodes(text, CUSTOMERS, |line| line.object(|object| book.read_line(object)))?;
        if book.is_empty() {
            return Err(Error::parameter("customers: must not be empty"));
        }
        book.settle()?;
        Ok(book)
    }
}

impl<K: Keys, P: Page, M: Memory> Book<K, P, M> {
    /// The same customers in the order of their keys if it is known, without the index, which is made when it is needed.
    fn copy(&self) -> Result<Self> {
        let mut copy: Self = Book { shared: self.shared.clone(), settled: self.settled, ..Book::default() };
        copy.lines = allocated::<_, M>(self.len())?;
        for (key, page) in self.iter() {
            pause::step();
            let slot = copy.keys.keep(key)?;
            copy.add_line(slot, page.clone())?;
        }
        copy.heap = self.heap;
        if !matches!(self.order, Order::Stale) {
            copy.order = Order::Kept;
        }
        Ok(copy)
    }

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
