//! What was done: exact quantities by activity and channel.

use crate::amount::Amount;
use crate::codec::{Json, Reader, Summary, Writer, parse_json, print_amount, print_json, read_amount};
use crate::document::{Object, shorten};
use crate::error::{Error, Result, SqlState};
use crate::pause;
use crate::pnl::Pnl;
use serde_json::{Value, json};
use std::cell::Cell;
use std::rc::Rc;

/// Bytes that the name of an activity or of a channel can have, in UTF-8.
pub const MAX_NAME_BYTES: usize = 400;
/// What stands between an activity and its channel where both are one name: a control character that neither can have.
const SEPARATOR: char = '\u{1f}';
/// What a name cannot begin with: the names of lines cannot.
const RESERVED: &str = "$serde_json::";

/// What was done for a customer: how much of which activity, through which channel.
///
/// Kept as a statement with a line for each activity and channel.
#[derive(Clone, Debug, Default)]
pub struct CostToServe {
    quantities: Pnl,
}

/// How much was done of an activity, through a channel or through none.
#[derive(Clone, Debug)]
pub struct Done {
    line: Rc<str>,
    /// Units of the activity.
    pub quantity: Amount,
}

impl Done {
    /// What was done.
    pub fn activity(&self) -> &str {
        split(&self.line).0
    }

    /// Through which channel.
    pub fn channel(&self) -> Option<&str> {
        split(&self.line).1
    }
}

thread_local! {
    /// The room in which the name of a line is put together.
    static LINE: Cell<String> = const { Cell::new(String::new()) };
}

impl CostToServe {
    /// Adds a quantity of an activity, done through a channel or through none. Errors: a name that is empty, reserved or has a
    /// character that separates names (22023), a name that is too long or too many of them (54000), an overflow (22003), which
    /// leaves everything as it was.
    #[inline]
    pub fn push(&mut self, activity: &str, channel: Option<&str>, quantity: Amount) -> Result<()> {
        check(Name::Activity, activity)?;
        let Some(channel) = channel else {
            return self.quantities.push(activity, quantity).map_err(too_many);
        };
        check(Name::Channel, channel)?;
        let mut line = LINE.take();
        line.clear();
        line.push_str(activity);
        line.push(SEPARATOR);
        line.push_str(channel);
        let pushed = self.quantities.push(&line, quantity).map_err(too_many);
        LINE.set(line);
        pushed
    }

    /// The quantities by activity and channel, in the order of the bytes of both names together, so that of an activity what has no channel is first.
    pub fn iter(&self) -> impl Iterator<Item = Done> {
        self.quantities.iter().map(|(line, quantity)| Done { line, quantity })
    }
}

fn split(line: &str) -> (&str, Option<&str>) {
    match line.split_once(SEPARATOR) {
        Some((activity, channel)) => (activity, Some(channel)),
        None => (line, None),
    }
}

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Activity,
    Channel,
}

/// Refuses what cannot be the name of an activity or of a channel.
#[inline]
pub(super) fn check(what: Name, name: &str) -> Result<()> {
    let bytes = name.as_bytes();
    let odd = name.is_empty() || bytes.len() > MAX_NAME_BYTES || bytes[0] == b'$' || bytes.iter().any(|b| *b == 0 || *b == SEPARATOR as u8);
    if odd { check_odd(what, name) } else { Ok(()) }
}

#[cold]
fn check_odd(what: Name, name: &str) -> Result<()> {
    let (of, empty) = match what {
        Name::Activity => ("an activity", "Name the activity, or set it to NULL to have the row skipped."),
        Name::Channel => ("a channel", "Name the channel, or set it to NULL where there is none."),
    };
    if name.is_empty() {
        return Err(Error::parameter(format!("the name of {of} is empty")).hint(empty));
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(Error::new(SqlState::LimitExceeded, format!("the name of {of} has {} bytes", name.len()))
            .hint(format!("A name can have {MAX_NAME_BYTES} bytes; aggregate by a short name and join what describes it.")));
    }
    if name.starts_with(RESERVED) || name.contains(['\0', SEPARATOR]) {
        return Err(Error::parameter(format!("the name of {of} is reserved or has a character that separates names"))
            .hint(format!("A name must not begin with \"{RESERVED}\" and not contain U+0000 or U+001F.")));
    }
    Ok(())
}

/// The limit on lines, in the words of this summary. An overflow stays what it is.
#[cold]
fn too_many(e: Error) -> Error {
    match e.state {
        SqlState::LimitExceeded => Error::new(SqlState::LimitExceeded, "there are more than 65536 activities and channels")
            .hint("An activity is a kind of work; check that the column does not tell single events apart."),
        _ => e,
    }
}

impl Summary for CostToServe {
    const TYPE: &'static str = "cost_to_serve";
    const VERSION: u16 = Pnl::VERSION;

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.quantities.merge(&other.quantities).map_err(too_many)
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        self.quantities.encode(out)
    }

    fn decode(version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let quantities = Pnl::decode(version, input)?;
        let summary = CostToServe { quantities };
        for done in summary.iter() {
            let named = check(Name::Activity, done.activity());
            let named = named.and_then(|()| done.channel().map_or(Ok(()), |channel| check(Name::Channel, channel)));
            named.map_err(|e| input.wrong(&e.message))?;
        }
        Ok(summary)
    }

    fn print(&self) -> Result<String> {
        print_json(self)
    }

    fn parse(text: &str) -> Result<Self> {
        parse_json(text)
    }
}

impl Json for CostToServe {
    fn to_json(&self) -> Result<Value> {
        let rows = self.iter().map(|done| {
            pause::step();
            let mut row = json!({ "activity": done.activity(), "quantity": print_amount(done.quantity) });
            if let Some(channel) = done.channel() {
                row["channel"] = channel.into();
            }
            row
        });
        Ok(json!({ "quantities": rows.collect::<Vec<_>>() }))
    }

    fn from_json(object: &Object<'_>) -> Result<Self> {
        let rows = object.list("quantities", |row| {
            row.object(|row| {
                let (activity, channel) = (row.text("activity"), row.optional_text("channel"));
                (activity, channel, row.node("quantity").map_or(Amount::ZERO, |quantity| read_amount(&quantity)))
            })
        });
        if object.is_clean() && rows.is_empty() {
            object.problem("quantities", "must not be empty");
        }
        let mut summary = CostToServe::default();
        if object.is_clean() {
            for (i, (activity, channel, quantity)) in rows.iter().enumerate() {
                let before = summary.quantities.len();
                summary.push(activity, channel.as_deref(), *quantity)?;
                if summary.quantities.len() == before {
                    object.problem_at(&format!("quantities[{i}]"), format!("\"{}\" stands twice with this channel", shorten(activity)));
                }
            }
        }
        Ok(summary)
    }
}
