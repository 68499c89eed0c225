//! Where something stands in a document, spelled only if somebody asks.

use std::fmt;
use std::rc::Rc;

/// A place: `tiers[2].from`; nothing for the document itself.
#[derive(Clone, Debug)]
pub(super) struct Path<'a> {
    above: Option<Rc<Path<'a>>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Place(usize),
}

impl<'a> Path<'a> {
    pub(super) const ROOT: Path<'static> = Path { above: None, step: Step::Root };

    pub(super) fn key(above: &Rc<Path<'a>>, key: &'a str) -> Path<'a> {
        Path { above: Some(above.clone()), step: Step::Key(key) }
    }

    pub(super) fn place(above: &Rc<Path<'a>>, place: usize) -> Path<'a> {
        Path { above: Some(above.clone()), step: Step::Place(place) }
    }

    /// The path of what stands below, at a path of its own such as `rules[2].when`.
    pub(super) fn below(&self, path: &str) -> String {
        match (self.to_string(), path) {
            (own, "") => own,
            (own, _) if own.is_empty() => path.to_string(),
            (own, _) => format!("{own}.{path}"),
        }
    }

    /// The path of a key.
    pub(super) fn with(&self, key: &str) -> String {
        let mut spelled = self.to_string();
        let plain = is_plain(key);
        match (spelled.is_empty(), plain) {
            (true, true) => return key.to_string(),
            (false, true) => spelled.push('.'),
            _ => return format!("{spelled}[\"{}\"]", super::shorten(key)),
        }
        spelled.push_str(key);
        spelled
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_')
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As deep as a document may be nested.
        let above = self.above.as_ref().map(Rc::to_string).unwrap_or_default();
        match self.step {
            Step::Root => Ok(()),
            Step::Place(place) => write!(f, "{above}[{place}]"),
            Step::Key(key) if !is_plain(key) => write!(f, "{above}[\"{}\"]", super::shorten(key)),
            Step::Key(key) if above.is_empty() => f.write_str(key),
            Step::Key(key) => write!(f, "{above}.{key}"),
        }
    }
}
