//! Books: many customers' summaries under their keys, filled in one pass without GROUP BY.
//!
//! A summary gets its books by a line of [`books!`] here, an [`Entry`](crm_core::book::Entry) in its kernel, and a line in
//! `build.rs`, which writes their SQL from `sql/book.sql`.

use crate::host::{Answer, Column, Machine, Read, Request, Returned, Rows, Sink, State, cells, function, growing_type, transition};
use crm_core::book::{IntegerKeys, Page, TextKeys, Uuid, UuidKeys, book_size};
use crm_core::pnl::{Pnl, Statement};
use crm_core::rfm::{Days, Rfm};
use crm_core::{Amount, Day, Instant, Result};
use pgrx::pg_sys::{INT8OID, TEXTOID, UUIDOID};

/// A book whose memory is PostgreSQL's machine's.
type Book<K, P> = crm_core::book::Book<K, P, Machine>;

/// The books of one kind of page: with integer, UUID and text keys. `rows` makes of a page what SQL is given.
macro_rules! books {
    ($page:ty, $row:ty, $rows:expr, $events:ident: $integer:ident, $uuid:ident, $text:ident) => {
        books!(one $integer, Book<IntegerKeys, $page>, $page, i64, INT8OID, $row, $rows);
        books!(one $uuid, Book<UuidKeys, $page>, $page, Uuid, UUIDOID, $row, $rows);
        books!(one $text, Book<TextKeys, $page>, $page, &str, TEXTOID, $row, $rows);
        $events!($integer, Book<IntegerKeys, $page>, i64);
        $events!($uuid, Book<UuidKeys, $page>, Uuid);
        $events!($text, Book<TextKeys, $page>, &str);
    };
    (one $name:ident, $book:ty, $page:ty, $key:ty, $oid:ident, $row:ty, $rows:expr) => {
        growing_type!($book, $name);

        function! { $name _final(state: State<$book>) -> State<$book> { Ok(state) } }

        function! { $name _customers(book: Read<'_, $book>) -> i64 { Ok(book.len() as i64) } }

        function! {
            $name _get(book: Read<'_, $book>, customer: $key) -> Option<$row> {
                let rows: fn(&<$page as Page>::Shared, &$page) -> Result<$row> = $rows;
                book.get(customer).map(|page| rows(book.shared(), page)).transpose()
            }
        }

        function! {
            $name _rows(call; book: &$book) -> Sink {
                let rows: fn(&<$page as Page>::Shared, &$page) -> Result<$row> = $rows;
                let mut sink = Sink::open(call, &[Column::Type($oid), Column::Summary(<$row as crm_core::codec::Summary>::TYPE)])?;
                for (customer, page) in book.iter() {
                    sink.row([customer.give(call)?, rows(book.shared(), page)?.give(call)?])?;
                }
                Ok(sink)
            }
        }
    };
}

/// Rows of an instant or a day and an amount, as `rfm_agg` takes them.
macro_rules! rfm_events {
    ($name:ident, $book:ty, $key:ty) => {
        transition! { $name _push_at_numeric(book: $book; customer: $key, at: Instant, amount: Amount) via push_growing {
            book.push(customer, (at, amount))
        } }
        transition! { $name _push_at_float8(book: $book; customer: $key, at: Instant, amount: f64) via push_growing {
            book.push(customer, (at, Amount::from_f64(amount)?))
        } }
        transition! { $name _push_at_bigint(book: $book; customer: $key, at: Instant, amount: i64) via push_growing {
            book.push(customer, (at, Amount::from_i64(amount)))
        } }
        transition! { $name _push_on_numeric(book: $book; customer: $key, day: Day, amount: Amount) via push_growing {
            book.push(customer, (day.start()?, amount))
        } }
        transition! { $name _push_on_float8(book: $book; customer: $key, day: Day, amount: f64) via push_growing {
            book.push(customer, (day.start()?, Amount::from_f64(amount)?))
        } }
        transition! { $name _push_on_bigint(book: $book; customer: $key, day: Day, amount: i64) via push_growing {
            book.push(customer, (day.start()?, Amount::from_i64(amount)))
        } }
    };
}

books!(Rfm, Rfm, |_, page| Ok(*page), rfm_events: rfm_book, rfm_book_uuid, rfm_book_text);
books!(Days, Rfm, |_, page| page.rfm(), rfm_events: rfm_daily_book, rfm_daily_book_uuid, rfm_daily_book_text);

/// Rows of a line and an amount, as `pnl_agg` takes them.
macro_rules! pnl_events {
    ($name:ident, $book:ty, $key:ty) => {
        transition! { $name _push_numeric(book: $book; customer: $key, line: &str, amount: Amount) via push_growing {
            let line = book.shared_mut().id(line)?;
            book.push(customer, (line, amount))
        } }
        transition! { $name _push_float8(book: $book; customer: $key, line: &str, amount: f64) via push_growing {
            let line = book.shared_mut().id(line)?;
            book.push(customer, (line, Amount::from_f64(amount)?))
        } }
        transition! { $name _push_bigint(book: $book; customer: $key, line: &str, amount: i64) via push_growing {
            let line = book.shared_mut().id(line)?;
            book.push(customer, (line, Amount::from_i64(amount)))
        } }
    };
}

books!(Statement, Pnl, |lines, page| Pnl::of(page, lines), pnl_events: pnl_book, pnl_book_uuid, pnl_book_text);

function! { book_rows_support(request: Request) -> Answer { Ok(request.rows_as_keys_of_aggregate()) } }

function! {
    book_size(summary: &str, customers: i64, key_bytes: f64, items: f64) -> Rows {
        let size = book_size(summary, customers, key_bytes, items)?;
        let mut rows = Rows::default();
        rows.push(cells![size.memory, size.stored, size.dumped, size.books]);
        Ok(rows)
    }
}
