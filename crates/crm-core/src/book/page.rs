//! What a book keeps for a customer.

use super::Memory;
use super::size::Estimate;
use crate::codec::{Json, Reader, Summary, Writer};
use crate::document::Node;
use crate::error::Result;
use serde_json::Value;
use std::fmt;

/// One customer's page of a book.
///
/// Most summaries are pages as they are: see [`Entry`]. A page that needs something all pages of a book have in common (the
/// names of profit and loss lines) says so with [`Page::Shared`].
pub trait Page: Clone + Default + fmt::Debug + 'static {
    /// The SQL types of its books: with integer, UUID and text keys.
    const BOOKS: [&'static str; 3];
    /// Its name in the JSON form.
    const NAME: &'static str;
    /// The version written; every version from 1 to this one is read.
    const VERSION: u16;
    /// Bytes of a page in the binary form, at least.
    const LEAST_BYTES: usize;
    /// What a row adds.
    type Event: Copy + fmt::Debug;
    /// What the pages of one book share.
    type Shared: Shared;

    /// Adds a row. Gives the bytes by which the page has grown on the heap.
    fn push(&mut self, event: &Self::Event) -> Result<usize>;
    /// Adds another book's page of the same customer. Gives the bytes by which the page has grown on the heap.
    fn merge(&mut self, other: &Self, adopted: &<Self::Shared as Shared>::Adopted) -> Result<usize>;
    /// Brings the page into its canonical form. `moved`: how what it refers to reads now, if that changed.
    fn settle(&mut self, _moved: Option<&<Self::Shared as Shared>::Adopted>) {}
    /// Bytes on the heap.
    fn heap(&self) -> usize {
        0
    }
    /// Brings near what the page has on the heap.
    #[inline(always)]
    fn near<M: Memory>(&self) {}

    /// How large a page of `items` items (days, lines) is, on average.
    fn estimate(items: f64) -> Estimate;

    /// Writes the page, which is settled.
    fn encode(&self, shared: &Self::Shared, out: &mut Writer) -> Result<()>;
    /// Reads a page.
    fn decode(version: u16, shared: &Self::Shared, input: &mut Reader<'_>) -> Result<Self>;
    /// Whether the pages of a book refer to all that they share: a book with anything else in it is not canonical.
    fn covers<'p>(_shared: &Self::Shared, _pages: impl Iterator<Item = &'p Self>) -> bool {
        true
    }
    /// The JSON form.
    fn to_json(&self, shared: &Self::Shared) -> Result<Value>;
    /// Reads the JSON form, reporting what is wrong to the node's document.
    fn from_json(shared: &mut Self::Shared, node: &Node<'_>) -> Result<Self>;
}

/// What the pages of one book share.
pub trait Shared: Clone + Default + fmt::Debug + 'static {
    /// How another book's shared part reads in terms of this one.
    type Adopted;

    /// Takes over what another book's pages refer to.
    fn adopt(&mut self, other: &Self) -> Result<Self::Adopted>;
    /// Brings it into its canonical form. Gives how what pages refer to reads now, if that changed.
    fn settle(&mut self) -> Result<Option<Self::Adopted>> {
        Ok(None)
    }
    /// Bytes on the heap.
    fn heap(&self) -> usize;
    /// Writes it, which is settled.
    fn encode(&self, out: &mut Writer) -> Result<()>;
    /// Reads it.
    fn decode(input: &mut Reader<'_>) -> Result<Self>;
}

/// Nothing shared.
impl Shared for () {
    type Adopted = ();

    fn adopt(&mut self, _other: &Self) -> Result<()> {
        Ok(())
    }

    fn heap(&self) -> usize {
        0
    }

    fn encode(&self, _out: &mut Writer) -> Result<()> {
        Ok(())
    }

    fn decode(_input: &mut Reader<'_>) -> Result<Self> {
        Ok(())
    }
}

/// A summary of fixed size that is a page as it is.
pub trait Entry: Summary + Json + Clone + Default + fmt::Debug + 'static {
    /// [`Page::BOOKS`].
    const BOOKS: [&'static str; 3];
    /// Bytes in the binary form.
    const BYTES: usize;
    /// Bytes in the text form, typically.
    const TEXT_BYTES: usize;
    /// [`Page::Event`].
    type Event: Copy + fmt::Debug;

    /// Adds a row.
    fn add(&mut self, event: &Self::Event) -> Result<()>;
}

impl<S: Entry> Page for S {
    const BOOKS: [&'static str; 3] = <S as Entry>::BOOKS;
    const NAME: &'static str = S::TYPE;
    const VERSION: u16 = <S as Summary>::VERSION;
    const LEAST_BYTES: usize = S::BYTES;
    type Event = <S as Entry>::Event;
    type Shared = ();

    #[inline(always)]
    fn push(&mut self, event: &Self::Event) -> Result<usize> {
        self.add(event).map(|()| 0)
    }

    fn merge(&mut self, other: &Self, _adopted: &()) -> Result<usize> {
        Summary::merge(self, other).map(|()| 0)
    }

    fn estimate(_items: f64) -> Estimate {
        Estimate { heap: 0.0, stored: S::BYTES as f64, text: S::TEXT_BYTES as f64 }
    }

    fn encode(&self, _shared: &(), out: &mut Writer) -> Result<()> {
        Summary::encode(self, out)
    }

    fn decode(version: u16, _shared: &(), input: &mut Reader<'_>) -> Result<Self> {
        <S as Summary>::decode(version, input)
    }

    fn to_json(&self, _shared: &()) -> Result<Value> {
        Json::to_json(self)
    }

    fn from_json(_shared: &mut (), node: &Node<'_>) -> Result<Self> {
        node.object(<S as Json>::from_json)
    }
}
