//! How large a book will be, before it is made.

use super::Page;
use crate::codec::MAX_FLAT;
use crate::error::{Error, Result};
use crate::pnl::Statement;
use crate::rfm::{Days, Rfm};

/// Bytes of a customer's page, on average.
pub struct Estimate {
    /// On the heap, beyond the page itself.
    pub heap: f64,
    /// In the binary form.
    pub stored: f64,
    /// In the text form.
    pub text: f64,
}

/// What a book will take, in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BookSize {
    /// In the process that makes it, once it is made.
    pub memory: i64,
    /// Stored in a table, before compression, or sent between processes.
    pub stored: i64,
    /// As text: in a dump made by pg_dump, which cannot be larger than 1 GB.
    pub dumped: i64,
    /// Books of equal size to make of it, so that each keeps below the limit in every form.
    pub books: i32,
}

/// Bytes a customer takes: the line in memory, all memory, stored, as text; by the bytes of his key and the items of his page.
type Customer = fn(f64, f64) -> [f64; 4];

/// The kinds of books, by the name of their pages.
const KINDS: [(&str, Customer); 3] =
    [(<Rfm as Page>::NAME, customer::<Rfm>), (Days::NAME, customer::<Days>), (Statement::NAME, customer::<Statement>)];

fn customer<P: Page>(key_bytes: f64, items: f64) -> [f64; 4] {
    let Estimate { heap, stored, text } = P::estimate(items);
    let line = key_bytes + size_of::<P>() as f64 + heap;
    // The index is a quarter to half full; the order is found by sorting numbers of 16 bytes and kept in 4.
    const INDEX: f64 = 12.0;
    const ORDER: f64 = 20.0;
    // {"customer": , "…": }, and the key in quotes
    let text = text + 22.0 + P::NAME.len() as f64 + 2.5 * key_bytes;
    [line, line + INDEX + ORDER, key_bytes + stored, text]
}

/// What a book of `customers` will take.
///
/// `summary` names the pages (`rfm`, `rfm_daily`, …) or the book; `key_bytes` is 8 for integers, 16 for UUIDs, 8 more than
/// the mean length for text; `items` is the mean number of what grows in a page: distinct days, or lines. Errors (22023): a
/// summary that has no book, numbers that are negative or not finite.
pub fn book_size(summary: &str, customers: i64, key_bytes: f64, items: f64) -> Result<BookSize> {
    let Some((_, customer)) = KINDS.iter().find(|(name, _)| *name == summary.strip_suffix("_book").unwrap_or(summary)) else {
        let known: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
        return Err(Error::parameter(format!("there is no book of \"{}\"", crate::document::shorten(summary)))
            .hint(format!("The books are of: {}.", known.join(", "))));
    };
    let in_range = |x: f64| (0.0..=1e9).contains(&x);
    if customers < 0 || !in_range(key_bytes) || !in_range(items) {
        return Err(Error::parameter("customers, key_bytes and items must not be negative, nor the latter above 1e9")
            .hint("They are the number of customers, the bytes of a key, and the mean number of days or lines of a customer."));
    }
    let [line, memory, stored, text] = customer(key_bytes, items).map(|bytes| bytes * customers as f64);
    let books = (line.max(stored).max(text) / MAX_FLAT as f64).ceil();
    Ok(BookSize { memory: memory as i64, stored: stored as i64, dumped: text as i64, books: books.max(1.0) as i32 })
}
