//! What is kept at a call site from row to row: policies, models and catalogues, compiled once and found again by their
//! content.

use super::{
    Call, Growing, Value,
    argument::{contents, json, texts},
    expanded,
};
use crm_core::codec::Reader;
use crm_core::{Error, Result, SqlState};
use pgrx::{PgMemoryContexts, pg_sys};
use std::any::Any;
use std::ops::Deref;
use std::rc::Rc;

/// A jsonb document that is compiled before use.
pub trait Policy: Sized + 'static {
    /// Compiles the document; errors name the path of what is wrong.
    fn compile(document: &serde_json::Value) -> Result<Self>;
}

/// An argument that was compiled at this call site: again only when its content changes.
pub struct Compiled<T>(Rc<T>);

impl<T> Deref for Compiled<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'c, T: Policy> Value<'c> for Compiled<T> {
    fn from_datum(call: &'c Call, datum: pg_sys::Datum, position: usize) -> Result<Self> {
        call.kept(position, &[stored(datum)], REMEMBERED, || T::compile(&json(datum)?))
    }
}

/// A growing summary that is read again and again at a call site, for other rows: what is stored is decoded once.
pub enum Read<'c, S> {
    /// In memory as it is.
    Here(&'c S),
    /// Decoded at this call site.
    Decoded(Compiled<S>),
}

impl<S> Deref for Read<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        match self {
            Read::Here(value) => value,
            Read::Decoded(value) => value,
        }
    }
}

impl<'c, S: Growing> Value<'c> for Read<'c, S> {
    fn from_datum(call: &'c Call, datum: pg_sys::Datum, position: usize) -> Result<Self> {
        if let Some(value) = expanded::in_memory(datum)? {
            return Ok(Read::Here(value));
        }
        let (head, rest) = expanded::identity::<S>(datum);
        // SAFETY: the datum is a varlena.
        let size = unsafe { pg_sys::toast_raw_datum_size(datum) };
        let remembered = if size <= SMALL { REMEMBERED } else { 1 };
        call.kept(position, &[&head, rest], remembered, || expanded::unflatten(contents(datum))).map(Read::Decoded)
    }
}

/// What a list of texts stands for.
pub trait Texts: Sized + 'static {
    /// Reads the list.
    fn read(texts: Vec<String>) -> Result<Self>;
}

/// A text[] that was read at this call site: again only when its content changes.
pub struct Listed<T>(Compiled<T>);

impl<T> Deref for Listed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'c, T: Texts> Value<'c> for Listed<T> {
    fn from_datum(call: &'c Call, datum: pg_sys::Datum, position: usize) -> Result<Self> {
        call.kept(position, &[stored(datum)], REMEMBERED, || T::read(texts(datum)?)).map(Listed)
    }
}

/// A growing summary that is read once: as it lies in memory, or in its stored form, which is not decoded first.
pub enum Form<'c, S> {
    /// In memory.
    Memory(&'c S),
    /// Stored: the version, and what follows it.
    Stored(u16, Reader<'c>),
}

impl<'c, S> Form<'c, S> {
    /// Reads it in the one way or in the other.
    #[inline]
    pub fn read<T>(self, memory: impl FnOnce(&'c S) -> Result<T>, stored: impl FnOnce(u16, Reader<'c>) -> Result<T>) -> Result<T> {
        match self {
            Form::Memory(value) => memory(value),
            Form::Stored(version, body) => stored(version, body).map_err(|e| match e.state {
                SqlState::InvalidBinary => e.stored(),
                _ => e,
            }),
        }
    }
}

impl<'c, S: Growing> Value<'c> for Form<'c, S> {
    #[inline]
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        if let Some(value) = expanded::in_memory(datum)? {
            return Ok(Form::Memory(value));
        }
        let (version, body) = expanded::stored_form::<S>(contents(datum))?;
        Ok(Form::Stored(version, body))
    }
}

/// How many contents a slot remembers: a query that judges every row under a few policies compiles each once.
const REMEMBERED: usize = 16;
/// Bytes of a stored summary up to which as many are remembered; of larger ones one, since decoded they may be several times
/// as large.
const SMALL: usize = 1 << 20;

/// What was compiled, after the content it was compiled from.
type Kept = (Vec<u8>, Rc<dyn Any>);

/// Whether these bytes are the parts one after the other: a key is compared without being put together.
#[inline]
fn is(known: &[u8], parts: &[&[u8]]) -> bool {
    let mut rest = known;
    for part in parts {
        match rest.split_at_checked(part.len()) {
            Some((head, tail)) if head == *part => rest = tail,
            _ => return false,
        }
    }
    rest.is_empty()
}

/// The compiled values of one call site, by slot; the last used first.
#[derive(Default)]
struct Site {
    slots: Vec<Vec<Kept>>,
}

impl Call {
    /// What `make` made at this call site for a slot and a key, given in parts; the slot remembers so many.
    fn kept<T: 'static>(&self, slot: usize, key: &[&[u8]], remembered: usize, make: impl FnOnce() -> Result<T>) -> Result<Compiled<T>> {
        // SAFETY: fn_extra is null or the Site put there before: it lives in fn_mcxt, as long as the call site itself, and
        // is dropped with it. Set-returning functions leave fn_extra free because ours materialize. The backend has one
        // thread, and `make` calls no SQL function of ours, so this is the only reference.
        let site = unsafe {
            let flinfo = (*self.fcinfo()).flinfo;
            if (*flinfo).fn_extra.is_null() {
                (*flinfo).fn_extra = PgMemoryContexts::For((*flinfo).fn_mcxt).leak_and_drop_on_delete(Site::default()).cast();
            }
            &mut *(*flinfo).fn_extra.cast::<Site>()
        };
        if site.slots.len() <= slot {
            site.slots.resize_with(slot + 1, Vec::new);
        }
        let Some(known) = site.slots.get_mut(slot) else { return Err(Error::out_of_memory("a call site")) };
        if let Some(place) = known.iter().position(|(known, _)| is(known, key)) {
            if let Some(found) = known.get_mut(..=place) {
                found.rotate_right(1);
            }
        } else {
            known.truncate(remembered.saturating_sub(1)); // the oldest goes before the new one needs room
            known.insert(0, (key.concat(), Rc::new(make()?)));
        }
        let found = known.first().and_then(|(_, value)| Rc::clone(value).downcast().ok());
        found.map(Compiled).ok_or_else(|| Error::new(SqlState::DataCorrupted, "a call site changed its type"))
    }

    /// A value compiled from a summary, a policy and something else, whose bytes these are, together; none when the summary or the policy is NULL.
    pub fn compiled<S: Growing, T: 'static>(
        &self,
        summary: usize,
        policy: usize,
        beside: &[u8],
        make: impl FnOnce(&S, &serde_json::Value) -> Result<T>,
    ) -> Result<Option<Compiled<T>>> {
        let Some(datum) = self.argument(summary) else { return Ok(None) };
        self.compiled_beside(summary, policy, beside, |_: Option<&S>, policy| make(expanded::borrow(self, datum)?, policy))
    }

    /// As [`Call::compiled`], of a summary, which may be NULL, and a policy.
    #[inline]
    pub fn compiled_with<S: Growing, T: 'static>(
        &self,
        summary: usize,
        policy: usize,
        make: impl FnOnce(Option<&S>, &serde_json::Value) -> Result<T>,
    ) -> Result<Option<Compiled<T>>> {
        self.compiled_beside(summary, policy, &[], make)
    }

    #[inline]
    fn compiled_beside<S: Growing, T: 'static>(
        &self,
        summary: usize,
        policy: usize,
        beside: &[u8],
        make: impl FnOnce(Option<&S>, &serde_json::Value) -> Result<T>,
    ) -> Result<Option<Compiled<T>>> {
        let Some(document) = self.argument(policy) else { return Ok(None) };
        let datum = self.argument(summary);
        let (head, rest) = datum.map_or(([2; 9], &[][..]), expanded::identity::<S>);
        let make = || make(datum.map(|datum| expanded::borrow(self, datum)).transpose()?, &json(document)?);
        self.kept(summary, &[beside, &head, rest, stored(document)], REMEMBERED, make).map(Some)
    }
}

/// The stored bytes of a varlena, length word and all: for a toasted value its pointer, which within a query stands for one
/// value; for an expanded array, whose address does not, its contents.
pub(super) fn stored<'c>(datum: pg_sys::Datum) -> &'c [u8] {
    if expanded::is_expanded(datum) {
        return contents(datum);
    }
    // SAFETY: the datum is a varlena of this size and lives as long as the call.
    unsafe {
        let pointer = datum.cast_mut_ptr::<u8>();
        std::slice::from_raw_parts(pointer, pgrx::varsize_any(pointer.cast()))
    }
}
