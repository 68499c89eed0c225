//! The names of profit and loss lines, each kept once under a number.

use crate::book::{Index, Shared};
use crate::codec::{Reader, Writer};
use crate::error::{Error, Result, SqlState};
use crate::pause;
use foldhash::quality::RandomState;
use std::cmp::Ordering;
use std::hash::BuildHasher;

/// Lines that a summary or a book can have.
pub const MAX_LINES: usize = 65_536;
/// Bytes that the name of a line can have, in UTF-8.
pub const MAX_NAME_BYTES: usize = 1_000;
/// Names up to which comparing with each is as fast as hashing. A customer's own summary has no more as a rule, and needs
/// no index then.
const FEW: usize = 16;
/// What a name cannot begin with: serde_json reads an object with such a key as something else.
pub const RESERVED: &str = "$serde_json::";

/// The names of the lines of a summary, or of all pages of a book. A line is known by its number, counted from 0.
///
/// There are only names that a page refers to. Settled, they are numbered in the order of their bytes.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// The names, one after the other.
    text: String,
    /// Where in the text each name ends.
    ends: Vec<u32>,
    /// The numbers by name; empty while the names are few, or as they were read or settled: in order.
    index: Index,
    hasher: RandomState,
    /// The line asked for last: rows of one line often follow each other.
    last: u32,
}

impl Lines {
    /// Number of lines.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The name of a line.
    #[inline]
    pub fn name(&self, line: u32) -> Option<&str> {
        let line = line as usize;
        let end = *self.ends.get(line)? as usize;
        let start = if line == 0 { 0 } else { self.ends[line - 1] as usize };
        self.text.get(start..end)
    }

    /// The names, by number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|line| self.name(line as u32).unwrap_or_default())
    }

    /// The number of the line of a name, if there is one.
    #[inline]
    pub fn find(&self, name: &str) -> Option<u32> {
        let is = |line: usize| self.name(line as u32) == Some(name);
        let found = match (self.len() <= FEW, self.index.len()) {
            (true, _) => (0..self.len()).find(|line| is(*line)),
            (false, 0) => self.find_in_order(name),
            (false, _) => self.index.find(self.hash(name), is).ok(),
        };
        found.map(|line| line as u32)
    }

    /// Finds a name where the names lie in order.
    fn find_in_order(&self, name: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.name(middle as u32)?.cmp(name) {
                Ordering::Equal => return Some(middle),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The number of the line of a name, a new one if need be. A row of that line must follow.
    ///
    /// Errors: an empty or reserved name (22023), a name of more than [`MAX_NAME_BYTES`] or a line after the
    /// [`MAX_LINES`]th (54000).
    #[inline]
    pub fn id(&mut self, name: &str) -> Result<u32> {
        if self.name(self.last) != Some(name) {
            self.last = match self.find(name) {
                Some(line) => line,
                None => self.add(name)?,
            };
        }
        Ok(self.last)
    }

    /// Adds a name that is not there.
    fn add(&mut self, name: &str) -> Result<u32> {
        check(name)?;
        let line = self.len();
        if line == MAX_LINES {
            return Err(too_many());
        }
        let unindexed = if line < FEW { 0 } else { line + 1 - self.index.len() };
        if unindexed > 0 {
            let mut index = std::mem::take(&mut self.index);
            let room = index.reserve::<()>(unindexed, |line| self.hash(self.name(line as u32).unwrap_or_default()));
            self.index = index;
            room?;
        }
        self.append(name)?;
        for line in line + 1 - unindexed..line + 1 {
            let hash = self.hash(self.name(line as u32).unwrap_or_default());
            self.index.put_new(hash, line)?;
        }
        Ok(line as u32)
    }

    /// The lines of names that come in their order, each checked before.
    pub(super) fn in_order<'n>(names: impl Iterator<Item = &'n str>) -> Result<Lines> {
        let mut lines = Lines::default();
        for name in names {
            lines.append(name)?;
        }
        Ok(lines)
    }

    /// Puts a name behind the others, without indexing it.
    #[inline]
    fn append(&mut self, name: &str) -> Result<()> {
        let (text, ends) = (self.text.try_reserve(name.len()), self.ends.try_reserve(1));
        text.and(ends).map_err(|_| Error::out_of_memory("the names of lines"))?;
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
        Ok(())
    }

    #[inline]
    fn hash(&self, name: &str) -> u32 {
        (self.hasher.hash_one(name.as_bytes()) >> 32) as u32
    }
}

/// That there is a line after the [`MAX_LINES`]th.
#[cold]
pub(super) fn too_many() -> Error {
    Error::new(SqlState::LimitExceeded, "there are more than 65536 lines")
        .hint("A line is a kind of revenue or cost; check that the column does not tell single postings apart.")
}

/// What a name must be. Errors: an empty or reserved one (22023), one of more than [`MAX_NAME_BYTES`] (54000).
pub(crate) fn check(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::parameter("the name of a line is empty").hint("Name the line, or set it to NULL to have the row skipped."));
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(Error::new(SqlState::LimitExceeded, format!("the name of a line has {} bytes", name.len()))
            .hint("A name can have 1000 bytes; aggregate by a short name and join what describes it."));
    }
    if name.contains('\0') || name.starts_with(RESERVED) {
        return Err(Error::parameter("the name of a line is reserved or has a NUL character")
            .hint(format!("A name must not begin with \"{RESERVED}\".")));
    }
    Ok(())
}

/// What [`Lines::id`] refuses a name for, said of what the names are of: `what` is "segment" or "tier". That there are too many is left
/// as it is: it is for the caller to say how many there can be.
#[cold]
pub(crate) fn refused(what: &str, name: &str, e: Error) -> Error {
    let a = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    match e.state {
        SqlState::InvalidParameter if name.is_empty() => Error::parameter(format!("the name of {a} {what} is empty"))
            .hint(format!("Name the {what}, or set it to NULL to have the row skipped.")),
        SqlState::InvalidParameter => Error::parameter(format!("the name of {a} {what} is reserved or has a NUL character"))
            .hint(format!("A name must not begin with \"{RESERVED}\".")),
        SqlState::LimitExceeded if name.len() > MAX_NAME_BYTES => {
            Error::new(e.state, format!("the name of {a} {what} has {} bytes", name.len())).hint("A name can have 1000 bytes.")
        }
        _ => e,
    }
}

/// Writes names, which are in the order of their bytes.
pub(super) fn encode<'n>(names: impl ExactSizeIterator<Item = &'n str>, out: &mut Writer) -> Result<()> {
    out.varint(names.len() as u64)?;
    for name in names {
        out.varint(name.len() as u64)?;
        out.raw(name.as_bytes())?;
    }
    Ok(())
}

impl Shared for Lines {
    /// The number here by the number there.
    type Adopted = Vec<u32>;

    fn adopt(&mut self, other: &Self) -> Result<Vec<u32>> {
        other.iter().map(|name| self.id(name)).collect()
    }

    fn settle(&mut self) -> Result<Option<Vec<u32>>> {
        if self.iter().is_sorted() {
            return Ok(None);
        }
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        pause::sort_by(&mut order, |l, r| self.name(*l).cmp(&self.name(*r)));
        let mut moved = vec![0; self.len()];
        order.iter().zip(0..).for_each(|(line, place)| moved[*line as usize] = place);
        *self = Lines::in_order(order.iter().filter_map(|line| self.name(*line)))?;
        Ok(Some(moved))
    }

    fn heap(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<u32>()
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        encode(self.iter(), out)
    }

    fn decode(input: &mut Reader<'_>) -> Result<Self> {
        let mut lines = Lines::default();
        let mut last = "";
        for _ in 0..input.varint()? {
            let length = input.varint()?;
            input.holds(length)?;
            let name = std::str::from_utf8(input.raw(length as usize)?).map_err(|_| input.wrong("text is not UTF-8"))?;
            if name <= last {
                return Err(input.wrong("the names are not in their order"));
            }
            check(name).map_err(|e| e.under(SqlState::InvalidBinary))?;
            if lines.len() == MAX_LINES {
                return Err(too_many().under(SqlState::InvalidBinary));
            }
            lines.append(name)?;
            last = name;
        }
        Ok(lines)
    }
}
