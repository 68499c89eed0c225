//! How many documents have a tag: what the weights of an overlap are made of.

use super::{idf, tags_of};
use crate::book::Shared;
use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_json};
use crate::document::{Node, Object};
use crate::error::{Error, Result, SqlState};
use crate::pause;
use crate::pnl::{Lines, MAX_NAME_BYTES, refused_name};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// How many of some documents (products, clients: whatever has a list of tags) have each tag.
#[derive(Clone, Debug, Default)]
pub struct TagFrequency {
    documents: i64,
    tags: Lines,
    /// By the number of the tag; every tag is in a document.
    counts: Vec<Count>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    documents: i64,
    /// The number of documents when the last one with the tag had come: a tag twice in a document counts once.
    last: i64,
}

/// A tag and how frequent it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frequency<'t> {
    /// The tag.
    pub tag: &'t str,
    /// The documents that have it.
    pub documents: i64,
    /// Their share in all documents: above 0, at most 1.
    pub share: f64,
    /// The inverse document frequency; see [`idf`].
    pub idf: f64,
}

impl TagFrequency {
    /// Adds a document with the tags that [`tags_of`] gives; it may have none. Errors: an empty or reserved tag (22023), one of more than
    /// 1,000 bytes or a tag after the 65,536th (54000). Of a document with an error a part may have been counted.
    pub fn push_json(&mut self, tags: &Value) -> Result<()> {
        self.push_all(tags_of(Some(tags)).map(Ok))
    }

    /// As [`TagFrequency::push_json`], with a list of texts.
    pub fn push_texts<'t>(&mut self, tags: impl Iterator<Item = Result<&'t str>>) -> Result<()> {
        self.push_all(tags.map(|tag| tag.map(Cow::Borrowed)))
    }

    fn push_all<'t>(&mut self, tags: impl Iterator<Item = Result<Cow<'t, str>>>) -> Result<()> {
        let document = self.documents.checked_add(1).ok_or_else(out_of_range)?;
        for tag in tags {
            let count = self.count(&tag?)?;
            if count.last < document {
                (count.documents, count.last) = (count.documents + 1, document);
            }
        }
        self.documents = document;
        Ok(())
    }

    /// The count of a tag, a new one if need be.
    #[inline]
    fn count(&mut self, tag: &str) -> Result<&mut Count> {
        let at = self.tags.id(tag).map_err(|e| refused(tag, e))? as usize;
        if at >= self.counts.len() {
            self.counts.try_reserve(1).map_err(|_| Error::out_of_memory("the frequencies of tags"))?;
            self.counts.push(Count { documents: 0, last: 0 });
        }
        self.counts.get_mut(at).ok_or_else(|| Error::out_of_memory("the frequencies of tags"))
    }

    /// Number of documents, with those that have no tag.
    pub fn documents(&self) -> i64 {
        self.documents
    }

    /// The tags, the most frequent first, equally frequent ones by their bytes.
    pub fn frequencies(&self) -> Vec<Frequency<'_>> {
        let frequency = |(tag, count): (_, &Count)| Frequency {
            tag,
            documents: count.documents,
            share: count.documents as f64 / self.documents as f64,
            idf: self.idf(count.documents),
        };
        let mut frequencies: Vec<_> = self.tags.iter().zip(&self.counts).map(frequency).collect();
        frequencies.sort_unstable_by(|l, r| r.documents.cmp(&l.documents).then_with(|| l.tag.cmp(r.tag)));
        frequencies
    }

    /// The inverse document frequencies by tag: the `weights` of overlaps.
    pub fn weights(&self) -> Value {
        self.tags.iter().zip(&self.counts).map(|(tag, count)| (tag.to_owned(), Value::from(self.idf(count.documents)))).collect()
    }

    /// What a tag weighs that no document has, ln(1 + n) + 1: the `default_weight` beside [`TagFrequency::weights`].
    pub fn default_weight(&self) -> f64 {
        self.idf(0)
    }

    fn idf(&self, having: i64) -> f64 {
        idf(having.unsigned_abs(), self.documents.unsigned_abs())
    }
}

#[cold]
fn out_of_range() -> Error {
    Error::range("the number of documents is out of range")
}

/// What is wrong with a name, said of a tag.
#[cold]
fn refused(tag: &str, e: Error) -> Error {
    match e.state {
        SqlState::LimitExceeded if tag.len() <= MAX_NAME_BYTES => Error::new(e.state, "there are more than 65536 different tags")
            .hint("Tags are words of a vocabulary; check that the column does not hold identifiers or free text."),
        SqlState::InvalidParameter if tag.is_empty() => {
            Error::parameter("a tag is empty").hint("Take empty texts out with array_remove(tags, ''), or set them to NULL.")
        }
        _ => refused_name("tag", tag, e),
    }
}

impl Summary for TagFrequency {
    const TYPE: &'static str = "tag_frequency";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        // No count is greater than the documents, so that these tell whether anything is out of range.
        let documents = self.documents.checked_add(other.documents).ok_or_else(out_of_range)?;
        for (tag, more) in other.tags.iter().zip(&other.counts) {
            self.count(tag)?.documents += more.documents;
        }
        self.documents = documents;
        Ok(())
    }

    fn settle(&mut self) -> Result<()> {
        let Some(moved) = self.tags.settle()? else { return Ok(()) };
        let mut sorted = self.counts.clone();
        for (count, to) in self.counts.iter().zip(moved) {
            if let Some(place) = sorted.get_mut(to as usize) {
                *place = *count;
            }
        }
        self.counts = sorted;
        Ok(())
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        out.varint(self.documents.unsigned_abs())?;
        self.tags.encode(out)?;
        self.counts.iter().try_for_each(|count| out.varint(count.documents.unsigned_abs()))
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let documents = i64::try_from(input.varint()?).unwrap_or(0);
        if documents < 1 {
            return Err(input.wrong("the number of documents is out of range"));
        }
        let tags = Lines::decode(input)?;
        input.holds(tags.len() as u64)?;
        let mut counts = Vec::new();
        counts.try_reserve_exact(tags.len()).map_err(|_| Error::out_of_memory("the frequencies of tags"))?;
        for _ in 0..tags.len() {
            let count = i64::try_from(input.varint()?).unwrap_or(0);
            if !(1..=documents).contains(&count) {
                return Err(input.wrong("a tag is in no document, or in more than there are"));
            }
            counts.push(Count { documents: count, last: 0 });
        }
        Ok(TagFrequency { documents, tags, counts })
    }

    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

impl Json for TagFrequency {
    fn to_json(&self) -> Result<Value> {
        let counts = self
            .tags
            .iter()
            .zip(&self.counts)
            .inspect(|_| pause::step())
            .map(|(tag, count)| (tag.to_owned(), Value::from(count.documents)));
        Ok(json!({ "documents": self.documents, "tags": counts.collect::<Map<_, _>>() }))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let documents = object.integer("documents", 1..=i64::MAX);
        let count = |_: &str, node: &Node<'_>| node.integer(1..=documents);
        let counts = object.node("tags").map(|node| node.entries(count)).unwrap_or_default();
        let mut frequency = TagFrequency { documents, ..TagFrequency::default() };
        for (tag, documents) in counts.iter().filter(|_| object.is_clean()) {
            frequency.count(tag)?.documents = *documents;
        }
        frequency.settle()?;
        Ok(frequency)
    }
}
