//! jsonb from and to JSON without the text in between, which costs several times as much.
//!
//! The layout is that of `src/include/utils/jsonb.h` and `src/backend/utils/adt/jsonb_util.c`, unchanged on disk since 9.4: a container is
//! a word with its kind and count, a word for each child with its type and its length (every 32nd has the end of the child instead), and
//! the children; of an object first all keys, by length and then by bytes, then their values. Numbers and containers begin at a multiple of
//! four bytes, and the padding counts as theirs. A scalar alone is an array of one, marked as such.
//!
//! What is out of the ordinary (numbers of very many digits, deep nesting, a database that is not in UTF-8) gives none here: PostgreSQL's
//! own functions do it then, and report what is wrong.

mod number;
mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

/// The kinds and the count of a container.
const SCALAR: u32 = 0x1000_0000;
const OBJECT: u32 = 0x2000_0000;
const ARRAY: u32 = 0x4000_0000;
const COUNT: u32 = 0x0FFF_FFFF;

/// A child's type; whether its word has the end instead of the length; that.
const STRING: u32 = 0x0000_0000;
const NUMERIC: u32 = 0x1000_0000;
const FALSE: u32 = 0x2000_0000;
const TRUE: u32 = 0x3000_0000;
const NULL: u32 = 0x4000_0000;
const CONTAINER: u32 = 0x5000_0000;
const TYPE: u32 = 0x7000_0000;
const HAS_END: u32 = 0x8000_0000;
const LENGTH: u32 = 0x0FFF_FFFF;

/// Of so many children one has its end.
const STRIDE: usize = 32;
/// Bytes of a word, and what numbers and containers are aligned to.
const WORD: usize = 4;
/// Containers in containers, at most: what `serde_json` reads.
const DEEPEST: usize = 127;
