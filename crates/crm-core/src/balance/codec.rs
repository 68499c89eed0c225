//! The two summaries in their binary and text form.
//!
//! Binary: the number of rows, the first day; then each row as the days since the row before with a bit that a sequence follows
//! and one that the decimals change (they begin at 2), the decimals, the sequence, and the balance in units of its last
//! decimal, all in as few bytes as they take (seven bits a byte, the sign in the lowest). Five or six bytes a balance with cents.

use super::movement::Movement;
use super::{DailyBalance, DailyMovement, Entry, MOST_BYTES};
use crate::amount::{Amount, DECIMALS, UNIT};
use crate::calendar::Day;
use crate::codec::{Reader, Summary, Writer, print_list, too_long};
use crate::document::read_list;
use crate::error::{Error, Result};
use crate::pause;

/// What both forms consist of.
#[derive(Clone, Copy)]
struct Row {
    day: i32,
    sequence: i64,
    amount: Amount,
}

const OUT_OF_ORDER: &str = "the days are missing, not in their order, or have more entries than are kept";
const HAS_SEQUENCE: u64 = 1;
const NEW_SCALE: u64 = 2;
/// Bits of the two flags.
const FLAGS: u32 = 2;
const FIRST_SCALE: u8 = 2;

/// Units of the last of so many decimals.
fn step(scale: u8) -> i128 {
    UNIT / 10i128.pow(scale.min(DECIMALS).into())
}

fn encode(rows: impl ExactSizeIterator<Item = Row>, out: &mut Writer) -> Result<()> {
    out.varint(rows.len() as u64)?;
    let (mut last, mut scale) = (None, FIRST_SCALE);
    for Row { day, sequence, amount } in rows {
        let since = match last {
            Some(last) => u64::from(day.abs_diff(last)),
            None => {
                out.i32(day)?;
                0
            }
        };
        let needed = amount.digits();
        let flag = |set: bool, flag: u64| if set { flag } else { 0 };
        out.varint((since << FLAGS) | flag(sequence != 0, HAS_SEQUENCE) | flag(needed != scale, NEW_SCALE))?;
        if needed != scale {
            out.u8(needed)?;
        }
        if sequence != 0 {
            out.signed_varint(sequence.into())?;
        }
        out.signed_varint(amount.units / step(needed))?;
        (last, scale) = (Some(day), needed);
    }
    Ok(())
}

/// Reads rows that [`encode`] wrote; `take` checks their order. `bytes`: of a row in memory.
fn decode(input: &mut Reader<'_>, bytes: usize, mut take: impl FnMut(usize, Row) -> Result<bool>) -> Result<()> {
    let count = input.varint()?;
    input.holds(count.saturating_mul(2))?;
    if count as usize > MOST_BYTES / bytes {
        return Err(too_long());
    }
    let mut day = if count > 0 { i64::from(input.i32()?) } else { 0 };
    let mut scale = FIRST_SCALE;
    for at in 0..count {
        let head = input.varint()?;
        day = day.saturating_add_unsigned(head >> FLAGS);
        if head & NEW_SCALE != 0 {
            let new = input.u8()?;
            if new > DECIMALS || new == scale {
                return Err(input.wrong("decimals are out of range, or as they were"));
            }
            scale = new;
        }
        let sequence = if head & HAS_SEQUENCE != 0 { input.signed_varint()? } else { 0 };
        let units = input.signed_varint()?.checked_mul(step(scale)).filter(|units| *units != i128::MIN);
        let known = i32::try_from(day).ok().and_then(|day| Day::new(day).ok());
        let (Some(Day(day)), Ok(sequence), Some(units)) = (known, i64::try_from(sequence), units) else {
            return Err(input.wrong("a day, a sequence or an amount is out of range"));
        };
        let flagged = head & HAS_SEQUENCE != 0;
        if (at == 0 && head >> FLAGS != 0)
            || flagged != (sequence != 0)
            || !take(count as usize, Row { day, sequence, amount: Amount::new(units, scale) })?
        {
            return Err(input.wrong(OUT_OF_ORDER));
        }
    }
    Ok(())
}

/// A list of rows under a key.
fn print<S: Summary>(key: &str, rows: impl Iterator<Item = Row>) -> Result<String> {
    print_list::<S, _>(key, rows, |out, Row { day, sequence, amount }| match sequence {
        0 => out.put(format_args!("[\"{}\",\"{amount}\"]", Day(day))),
        _ => out.put(format_args!("[\"{}\",\"{amount}\",{sequence}]", Day(day))),
    })
}

/// Reads what [`print`] gives; `take` checks the order of the rows.
fn parse(key: &'static str, sequences: bool, text: &str, mut take: impl FnMut(Row) -> Result<bool>) -> Result<()> {
    let mut empty = true;
    read_list(
        text,
        key,
        |_, _| Ok(false),
        |at, item| {
            empty = false;
            let problem = |what: &str| Error::parameter(format!("{key}[{at}]: {what}"));
            let plain = serde_json::from_str::<(String, String)>(item.get()).map(|(day, amount)| (day, amount, 0));
            let read = plain.or_else(|e| if sequences { serde_json::from_str(item.get()) } else { Err(e) });
            let (day, amount, sequence): (String, String, i64) = read.map_err(|_| {
                problem(if sequences {
                    "must be a list of a day and an amount, as texts, and a sequence if it is not 0"
                } else {
                    "must be a list of a day and an amount, as texts"
                })
            })?;
            let day = Day::parse(&day).ok_or_else(|| problem("the day must be YYYY-MM-DD"))?.0;
            let amount = Amount::parse(&amount).ok().filter(|amount| amount.units != i128::MIN);
            let amount = amount.ok_or_else(|| problem("the amount must be a decimal number in range"))?;
            if !take(Row { day, sequence, amount })? {
                return Err(problem(OUT_OF_ORDER));
            }
            Ok(())
        },
    )?;
    if empty { Err(Error::parameter(format!("{key}: must not be empty"))) } else { Ok(()) }
}

impl DailyBalance {
    fn rows(&self) -> impl ExactSizeIterator<Item = Row> {
        self.entries.iter().map(|entry| Row { day: entry.day, sequence: entry.sequence, amount: entry.balance() })
    }

    /// Appends a row of an external form, unless it is not after the one before.
    fn append(&mut self, rows: usize, Row { day, sequence, amount }: Row) -> Result<bool> {
        let entry = Entry { units: amount.units.into(), sequence, day, scale: amount.scale };
        if self.entries.last().is_some_and(|last| last.key() >= entry.key()) {
            return Ok(false);
        }
        append(&mut self.entries, rows, entry)?;
        Ok(true)
    }

    /// Whether there are entries, and none that would be dropped.
    fn checked(mut self) -> Option<Self> {
        let read = self.entries.len();
        self.compact();
        (read > 0 && self.entries.len() == read).then_some(self)
    }
}

/// Appends to a list that will have so many.
fn append<T>(list: &mut Vec<T>, rows: usize, item: T) -> Result<()> {
    if list.len() >= MOST_BYTES / size_of::<T>() {
        return Err(too_long());
    }
    if list.len() == list.capacity() {
        let more = rows.saturating_sub(list.len()).max(1);
        list.try_reserve(more).map_err(|_| Error::out_of_memory("the balances of an account"))?;
    }
    list.push(item);
    Ok(())
}

impl Summary for DailyBalance {
    const TYPE: &'static str = "daily_balance";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        other.entries.iter().try_for_each(|entry| {
            pause::step();
            self.keep(*entry)
        })
    }

    fn settle(&mut self) -> Result<()> {
        self.compact();
        Ok(())
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        encode(self.rows(), out)
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let mut made = DailyBalance::default();
        decode(input, size_of::<Entry>(), |rows, row| made.append(rows, row))?;
        made.checked().ok_or_else(|| input.wrong(OUT_OF_ORDER))
    }

    fn print(&self) -> Result<String> {
        print::<Self>("entries", self.rows())
    }

    fn parse(text: &str) -> Result<Self> {
        let mut made = DailyBalance::default();
        parse("entries", true, text, |row| made.append(0, row))?;
        made.checked().ok_or_else(|| Error::parameter(format!("entries: {OUT_OF_ORDER}")))
    }
}

impl DailyMovement {
    fn rows(&self) -> impl ExactSizeIterator<Item = Row> {
        self.days.iter().map(|movement| Row { day: movement.day, sequence: 0, amount: movement.amount() })
    }

    /// Appends a row of an external form, unless its day is not after the one before.
    fn append(&mut self, rows: usize, Row { day, sequence, amount }: Row) -> Result<bool> {
        self.settled = true;
        if sequence != 0 || self.days.last().is_some_and(|last| last.day >= day) {
            return Ok(false);
        }
        append(&mut self.days, rows, Movement { units: amount.units.into(), day, scale: amount.scale })?;
        Ok(true)
    }
}

impl Summary for DailyMovement {
    const TYPE: &'static str = "daily_movement";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        other.days.iter().try_for_each(|movement| {
            pause::step();
            self.keep(*movement)
        })
    }

    fn settle(&mut self) -> Result<()> {
        self.compact()
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        encode(self.rows(), out)
    }

    fn decode(_version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let mut made = DailyMovement::default();
        decode(input, size_of::<Movement>(), |rows, row| made.append(rows, row))?;
        if made.days.is_empty() { Err(input.wrong(OUT_OF_ORDER)) } else { Ok(made) }
    }

    fn print(&self) -> Result<String> {
        print::<Self>("days", self.rows())
    }

    fn parse(text: &str) -> Result<Self> {
        let mut made = DailyMovement::default();
        parse("days", false, text, |row| made.append(0, row))?;
        Ok(made)
    }
}
