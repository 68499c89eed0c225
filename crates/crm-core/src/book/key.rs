//! The customer keys of a book: 64-bit integers, UUIDs, text of any length.

use super::Memory;
use crate::codec::{Reader, Writer};
use crate::document::Node;
use crate::error::{Error, Result};
use foldhash::quality::RandomState;
use serde_json::Value;
use std::cmp::Ordering;
use std::fmt;
use std::hash::BuildHasher;

/// A kind of key, and what keeps the keys of a book.
///
/// Hashes are keyed at random in every process, so that nobody can choose keys that collide. Nothing that is shown or stored
/// depends on them: a book is put into the order of its keys first.
pub trait Keys: Clone + Default + fmt::Debug + 'static {
    /// Which of [`Page::BOOKS`](super::Page::BOOKS) has keys of this kind.
    const KIND: usize;
    /// Bytes of a key in the binary form, at least.
    const LEAST_BYTES: usize;
    /// A key as it is given.
    type Key<'k>: Copy;
    /// What an entry holds of its key.
    type Slot: Copy + fmt::Debug;

    /// The hash of a key.
    fn hash(state: &RandomState, key: Self::Key<'_>) -> u32;
    /// Keeps a key.
    fn keep(&mut self, key: Self::Key<'_>) -> Result<Self::Slot>;
    /// The key kept in a slot.
    fn key(&self, slot: Self::Slot) -> Self::Key<'_>;
    /// Brings near what is kept of a key outside its slot.
    #[inline(always)]
    fn near<M: Memory>(&self, _slot: Self::Slot) {}
    /// Forgets all keys.
    fn clear(&mut self) {}
    /// Bytes kept outside the slots.
    fn bytes(&self) -> usize {
        0
    }

    /// The order of the keys.
    fn compare(left: Self::Key<'_>, right: Self::Key<'_>) -> Ordering;
    /// Bytes that both keys begin with, as far as [`Keys::prefix`] may leave them out.
    fn common(_left: Self::Key<'_>, _right: Self::Key<'_>) -> usize {
        usize::MAX
    }
    /// A number that sorts as the key does, after its first `skip` bytes, as far as 64 bits can tell.
    fn prefix(key: Self::Key<'_>, skip: usize) -> u64;

    /// Writes a key.
    fn encode(key: Self::Key<'_>, out: &mut Writer) -> Result<()>;
    /// Reads a key.
    fn decode<'a>(input: &mut Reader<'a>) -> Result<Self::Key<'a>>;
    /// The key in JSON.
    fn to_json(key: Self::Key<'_>) -> Value;
    /// Reads a key, or reports a problem.
    fn from_json<'a>(node: &Node<'a>) -> Option<Self::Key<'a>>;
}

#[inline(always)]
fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// Keys that are integers.
#[derive(Clone, Debug, Default)]
pub struct IntegerKeys;

impl Keys for IntegerKeys {
    const KIND: usize = 0;
    const LEAST_BYTES: usize = 8;
    type Key<'k> = i64;
    type Slot = i64;

    #[inline(always)]
    fn hash(state: &RandomState, key: i64) -> u32 {
        upper(state.hash_one(key))
    }

    #[inline(always)]
    fn keep(&mut self, key: i64) -> Result<i64> {
        Ok(key)
    }

    #[inline(always)]
    fn key(&self, slot: i64) -> i64 {
        slot
    }

    #[inline(always)]
    fn compare(left: i64, right: i64) -> Ordering {
        left.cmp(&right)
    }

    fn prefix(key: i64, _skip: usize) -> u64 {
        key as u64 ^ (1 << 63)
    }

    fn encode(key: i64, out: &mut Writer) -> Result<()> {
        out.i64(key)
    }

    fn decode<'a>(input: &mut Reader<'a>) -> Result<i64> {
        input.i64()
    }

    fn to_json(key: i64) -> Value {
        key.into()
    }

    fn from_json<'a>(node: &Node<'a>) -> Option<i64> {
        if node.value().as_i64().is_none() {
            node.problem("must be an integer of 64 bits");
        }
        node.value().as_i64()
    }
}

/// A UUID. Its bytes sort as PostgreSQL sorts it; it prints and is read in the hyphenated form of RFC 9562.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uuid(pub [u8; 16]);

impl Uuid {
    fn parse(text: &str) -> Option<Self> {
        let hyphens = [8, 13, 18, 23];
        let bytes = text.as_bytes();
        if bytes.len() != 36 || hyphens.iter().any(|at| bytes[*at] != b'-') {
            return None;
        }
        let mut digits = (0..36).filter(|at| !hyphens.contains(at)).map(|at| char::from(bytes[at]).to_digit(16));
        let mut uuid = [0; 16];
        for byte in &mut uuid {
            *byte = (digits.next()?? * 16 + digits.next()??) as u8;
        }
        Some(Uuid(uuid))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let hyphen = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{hyphen}{byte:02x}")?;
        }
        Ok(())
    }
}

/// Keys that are UUIDs.
#[derive(Clone, Debug, Default)]
pub struct UuidKeys;

impl Keys for UuidKeys {
    const KIND: usize = 1;
    const LEAST_BYTES: usize = 16;
    type Key<'k> = Uuid;
    type Slot = Uuid;

    #[inline(always)]
    fn hash(state: &RandomState, key: Uuid) -> u32 {
        upper(state.hash_one(u128::from_ne_bytes(key.0)))
    }

    #[inline(always)]
    fn keep(&mut self, key: Uuid) -> Result<Uuid> {
        Ok(key)
    }

    #[inline(always)]
    fn key(&self, slot: Uuid) -> Uuid {
        slot
    }

    #[inline(always)]
    fn compare(left: Uuid, right: Uuid) -> Ordering {
        left.cmp(&right)
    }

    fn prefix(key: Uuid, _skip: usize) -> u64 {
        (u128::from_be_bytes(key.0) >> 64) as u64
    }

    fn encode(key: Uuid, out: &mut Writer) -> Result<()> {
        out.raw(&key.0)
    }

    fn decode<'a>(input: &mut Reader<'a>) -> Result<Uuid> {
        let taken = input.raw(16)?;
        taken.try_into().map(Uuid).map_err(|_| input.wrong("it ends too early"))
    }

    fn to_json(key: Uuid) -> Value {
        key.to_string().into()
    }

    fn from_json<'a>(node: &Node<'a>) -> Option<Uuid> {
        let uuid = node.value().as_str().and_then(Uuid::parse);
        if uuid.is_none() {
            node.problem("must be a UUID such as a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
        }
        uuid
    }
}

/// Keys that are text, compared byte by byte (the collation "C"). Each is kept once, one after the other.
#[derive(Clone, Debug, Default)]
pub struct TextKeys {
    text: String,
}

/// Where a text lies.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    at: u32,
    bytes: u32,
}

impl Keys for TextKeys {
    const KIND: usize = 2;
    const LEAST_BYTES: usize = 4;
    type Key<'k> = &'k str;
    type Slot = Span;

    #[inline(always)]
    fn hash(state: &RandomState, key: &str) -> u32 {
        upper(state.hash_one(key.as_bytes()))
    }

    #[inline]
    fn keep(&mut self, key: &str) -> Result<Span> {
        let (Ok(at), Ok(bytes)) = (u32::try_from(self.text.len()), u32::try_from(key.len())) else { return Err(super::too_large()) };
        self.text.try_reserve(key.len()).map_err(|_| Error::out_of_memory("the keys of a book"))?;
        self.text.push_str(key);
        Ok(Span { at, bytes })
    }

    #[inline(always)]
    fn key(&self, slot: Span) -> &str {
        &self.text[slot.at as usize..slot.at as usize + slot.bytes as usize]
    }

    #[inline(always)]
    fn near<M: Memory>(&self, slot: Span) {
        if let Some(first) = self.text.as_bytes().get(slot.at as usize) {
            M::near(first);
        }
    }

    fn clear(&mut self) {
        self.text.clear();
    }

    fn bytes(&self) -> usize {
        self.text.len()
    }

    #[inline(always)]
    fn compare(left: &str, right: &str) -> Ordering {
        left.cmp(right)
    }

    fn common(left: &str, right: &str) -> usize {
        left.bytes().zip(right.bytes()).take_while(|(l, r)| l == r).count()
    }

    fn prefix(key: &str, skip: usize) -> u64 {
        let rest = key.as_bytes().get(skip..).unwrap_or_default();
        let mut first = [0; 8];
        first.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        u64::from_be_bytes(first)
    }

    fn encode(key: &str, out: &mut Writer) -> Result<()> {
        out.text(key)
    }

    fn decode<'a>(input: &mut Reader<'a>) -> Result<&'a str> {
        let key = input.text()?;
        if key.contains('\0') { Err(input.wrong("a key has a NUL character")) } else { Ok(key) }
    }

    fn to_json(key: &str) -> Value {
        key.into()
    }

    fn from_json<'a>(node: &Node<'a>) -> Option<&'a str> {
        let key = node.value().as_str().filter(|key| !key.contains('\0'));
        if key.is_none() {
            node.problem("must be text without NUL characters");
        }
        key
    }
}
