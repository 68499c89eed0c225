//! Attributes as they compare: what a JSON value is worth in a comparison, and how two of them come out.
//!
//! | JSON | compares as |
//! |---|---|
//! | number | an exact decimal of 12 decimals (more are rounded half to even) |
//! | text on a scale | its position on the scale |
//! | text, ordered | a date `YYYY-MM-DD` |
//! | text, otherwise | its bytes |
//! | true, false | itself; booleans have no order |
//! | list | its values, all of one of these types, in any order; twice is once |
//! | absent, null | missing |
//!
//! Everything else is incomparable, and what is incomparable is never allowed to pass: numbers beyond ±1.7·10²⁶, texts that are
//! not on the scale, objects, lists within lists or of several types, values of two different types, and a list where
//! the operator wants one value or the other way round.

use super::no_room;
use crate::amount::Amount;
use crate::calendar::Day;
use crate::error::Result;
use serde_json::Value;
use std::borrow::Cow;
use std::mem::discriminant;

/// How a comparison came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// An operand is missing.
    Missing,
    /// The operands do not compare.
    Incomparable,
}

impl Outcome {
    /// Its name in explanations.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Holds => "holds",
            Outcome::Fails => "fails",
            Outcome::Missing => "missing",
            Outcome::Incomparable => "incomparable",
        }
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar<'a> {
    /// True or false.
    Boolean(bool),
    /// In units of 10^-12.
    Number(i128),
    /// On a scale.
    Position(usize),
    /// A date.
    Date(Day),
    /// A text.
    Text(Cow<'a, str>),
}

/// What an attribute is worth in a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Datum<'a> {
    /// Absent or null.
    #[default]
    Missing,
    /// Nothing that compares.
    Odd,
    /// One value.
    One(Scalar<'a>),
    /// Values of one type, sorted, each once.
    Many(Vec<Scalar<'a>>),
}

/// The operators. The left operand is the product's attribute, or the client's where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// One value in a list of two, the lowest and the highest, both included.
    Between,
    /// One value in a list.
    In,
    /// One value not in a list.
    NotIn,
    /// A list with one value.
    Contains,
    /// A list without one value.
    Lacks,
    /// Two lists with something in common.
    Overlaps,
    /// Two lists with nothing in common.
    Disjoint,
    /// All of the left in the right.
    Within,
    /// All of the right in the left.
    Covers,
}

/// The operators by their names in a policy.
pub const OPERATORS: [(&str, Operator); 15] = [
    ("=", Operator::Equal),
    ("<>", Operator::NotEqual),
    ("<", Operator::Less),
    ("<=", Operator::AtMost),
    (">", Operator::Greater),
    (">=", Operator::AtLeast),
    ("between", Operator::Between),
    ("in", Operator::In),
    ("not_in", Operator::NotIn),
    ("contains", Operator::Contains),
    ("lacks", Operator::Lacks),
    ("overlaps", Operator::Overlaps),
    ("disjoint", Operator::Disjoint),
    ("within", Operator::Within),
    ("covers", Operator::Covers),
];

impl Operator {
    /// Its name in a policy.
    pub fn name(self) -> &'static str {
        OPERATORS.iter().find(|(_, operator)| *operator == self).map_or("", |(name, _)| name)
    }

    /// Whether it asks for an order.
    pub fn orders(self) -> bool {
        matches!(self, Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast | Operator::Between)
    }

    /// Whether its right operand is a list.
    pub fn takes_list(self) -> bool {
        use Operator::*;
        matches!(self, Between | In | NotIn | Overlaps | Disjoint | Within | Covers)
    }

    /// Compares; what does not compare comes before what is missing.
    pub fn compare(self, left: &Datum<'_>, right: &Datum<'_>) -> Outcome {
        let holds = match (left, right) {
            (Datum::Odd, _) | (_, Datum::Odd) => None,
            (Datum::Missing, _) | (_, Datum::Missing) => return Outcome::Missing,
            (Datum::One(left), Datum::One(right)) => self.values(left, right),
            (Datum::One(item), Datum::Many(list)) => match self {
                Operator::Between => between(item, list),
                Operator::In => has(list, item),
                Operator::NotIn => has(list, item).map(|has| !has),
                _ => None,
            },
            (Datum::Many(list), Datum::One(item)) => match self {
                Operator::Contains => has(list, item),
                Operator::Lacks => has(list, item).map(|has| !has),
                _ => None,
            },
            (Datum::Many(left), Datum::Many(right)) => self.lists(left, right),
        };
        match holds {
            Some(true) => Outcome::Holds,
            Some(false) => Outcome::Fails,
            None => Outcome::Incomparable,
        }
    }

    fn values(self, left: &Scalar<'_>, right: &Scalar<'_>) -> Option<bool> {
        let ordered = !matches!(left, Scalar::Boolean(_) | Scalar::Text(_));
        if discriminant(left) != discriminant(right) || (self.orders() && !ordered) {
            return None;
        }
        match self {
            Operator::Equal => Some(left == right),
            Operator::NotEqual => Some(left != right),
            Operator::Less => Some(left < right),
            Operator::AtMost => Some(left <= right),
            Operator::Greater => Some(left > right),
            Operator::AtLeast => Some(left >= right),
            _ => None,
        }
    }

    fn lists(self, left: &[Scalar<'_>], right: &[Scalar<'_>]) -> Option<bool> {
        if let (Some(one), Some(other)) = (left.first(), right.first())
            && discriminant(one) != discriminant(other)
        {
            return None;
        }
        let all = |items: &[Scalar<'_>], of: &[Scalar<'_>]| items.iter().all(|item| of.binary_search(item).is_ok());
        let any = || left.iter().any(|item| right.binary_search(item).is_ok());
        match self {
            Operator::Overlaps => Some(any()),
            Operator::Disjoint => Some(!any()),
            Operator::Within => Some(all(left, right)),
            Operator::Covers => Some(all(right, left)),
            _ => None,
        }
    }
}

/// Whether a value is at least the first and at most the last of a list of two; none when they have no order, or there are not two.
fn between(item: &Scalar<'_>, list: &[Scalar<'_>]) -> Option<bool> {
    let (Some(first), Some(last)) = (list.first(), list.last()) else {
        return None;
    };
    let ordered = !matches!(item, Scalar::Boolean(_) | Scalar::Text(_));
    // The same bound twice was read as one.
    (list.len() <= 2 && ordered && discriminant(first) == discriminant(item)).then(|| first <= item && item <= last)
}

/// Whether a list has an item; none when it holds another type.
fn has(list: &[Scalar<'_>], item: &Scalar<'_>) -> Option<bool> {
    match list.first() {
        Some(first) if discriminant(first) != discriminant(item) => None,
        _ => Some(list.binary_search(item).is_ok()),
    }
}

/// How texts are read for one operand.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'p> {
    /// The scale they stand on.
    pub scale: Option<&'p [String]>,
    /// Whether they are to be ordered.
    pub ordered: bool,
}

impl<'a> Datum<'a> {
    /// Reads an attribute.
    pub fn read(value: Option<&'a Value>, reading: Reading<'_>) -> Result<Self> {
        Ok(match value {
            None | Some(Value::Null) => Datum::Missing,
            Some(Value::Array(items)) => {
                let mut list = Vec::new();
                list.try_reserve_exact(items.len()).map_err(no_room)?;
                for item in items {
                    match Scalar::read(item, reading) {
                        Some(value) => list.push(value),
                        None => return Ok(Datum::Odd),
                    }
                }
                list.sort_unstable();
                list.dedup();
                match (list.first(), list.last()) {
                    (Some(first), Some(last)) if discriminant(first) != discriminant(last) => Datum::Odd,
                    _ => Datum::Many(list),
                }
            }
            Some(value) => Scalar::read(value, reading).map_or(Datum::Odd, Datum::One),
        })
    }

    /// The same, with its own texts.
    pub fn owned(self) -> Result<Datum<'static>> {
        Ok(match self {
            Datum::Missing => Datum::Missing,
            Datum::Odd => Datum::Odd,
            Datum::One(value) => Datum::One(value.owned()?),
            Datum::Many(list) => {
                let mut owned = Vec::new();
                owned.try_reserve_exact(list.len()).map_err(no_room)?;
                for value in list {
                    owned.push(value.owned()?);
                }
                Datum::Many(owned)
            }
        })
    }

    /// Whether a value is this value or one of these.
    pub fn holds(&self, value: &Scalar<'_>) -> bool {
        match self {
            Datum::One(one) => one == value,
            Datum::Many(list) => list.binary_search(value).is_ok(),
            Datum::Missing | Datum::Odd => false,
        }
    }
}

impl<'a> Scalar<'a> {
    /// Reads one value; none when it is nothing that compares.
    pub fn read(value: &'a Value, reading: Reading<'_>) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(Scalar::Boolean(*value)),
            Value::Number(number) => Amount::parse(number.as_str()).ok().map(|amount| Scalar::Number(amount.units)),
            Value::String(text) => match reading {
                Reading { scale: Some(scale), .. } => scale.iter().position(|at| at == text).map(Scalar::Position),
                Reading { ordered: true, .. } => Day::parse(text).map(Scalar::Date),
                _ => Some(Scalar::Text(Cow::Borrowed(text))),
            },
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn owned(self) -> Result<Scalar<'static>> {
        Ok(match self {
            Scalar::Boolean(value) => Scalar::Boolean(value),
            Scalar::Number(units) => Scalar::Number(units),
            Scalar::Position(position) => Scalar::Position(position),
            Scalar::Date(day) => Scalar::Date(day),
            Scalar::Text(text) => Scalar::Text(Cow::Owned(copied(&text)?)),
        })
    }
}

/// A copy of a text; memory that cannot be had is an error.
fn copied(text: &str) -> Result<String> {
    let mut copy = String::new();
    copy.try_reserve_exact(text.len()).map_err(no_room)?;
    copy.push_str(text);
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;
    use serde_json::json;

    /// The outcome of `left is right`, as one letter.
    fn outcome(left: &Value, is: &str, right: &Value, scale: Option<&[String]>) -> char {
        let operator = OPERATORS.iter().find(|(name, _)| *name == is).unwrap().1;
        let reading = Reading { scale, ordered: operator.orders() };
        let read = |value| Datum::read(Some(value), reading).unwrap().owned().unwrap();
        match operator.compare(&read(left), &read(right)) {
            Outcome::Holds => '+',
            Outcome::Fails => '-',
            Outcome::Missing => 'm',
            Outcome::Incomparable => '?',
        }
    }

    fn row(left: Value, right: Value, scale: Option<&[String]>) -> String {
        OPERATORS.iter().map(|(name, _)| outcome(&left, name, &right, scale)).collect()
    }

    #[test]
    fn truth_table_of_every_operator_and_type() {
        // In the order of OPERATORS:  = <> < <= > >= between in not_in contains lacks overlaps disjoint within covers
        for (left, right, expected) in [
            // one value with one value
            (json!(1), json!(2), "-+++--?????????"),
            (json!(2), json!(2), "+--+-+?????????"),
            (json!(3), json!(2), "-+--++?????????"),
            (json!("a"), json!("b"), "-+?????????????"),
            (json!("a"), json!("a"), "+-?????????????"),
            (json!("债券"), json!("债券"), "+-?????????????"),
            (json!("2026-01-02"), json!("2026-02-01"), "-+++--?????????"),
            (json!("2026-02-01"), json!("2026-02-01"), "+--+-+?????????"),
            (json!("2026-02-01"), json!("2026-02-30"), "-+?????????????"),
            (json!(true), json!(false), "-+?????????????"),
            (json!(true), json!(true), "+-?????????????"),
            // values of two types
            (json!(1), json!("1"), "???????????????"),
            (json!(1), json!(true), "???????????????"),
            (json!("true"), json!(true), "???????????????"),
            // one value with a list
            (json!("a"), json!(["b", "a"]), "???????+-??????"),
            (json!("a"), json!(["b"]), "???????-+??????"),
            (json!(2), json!([3, 2, 2]), "??????++-??????"),
            (json!(2), json!([]), "???????-+??????"),
            (json!(2), json!(["2"]), "???????????????"),
            (json!(true), json!([true]), "???????+-??????"),
            (json!(5), json!([1, 4]), "??????--+??????"),
            (json!(4), json!([4, 1]), "??????++-??????"),
            (json!(4), json!([4, 4]), "??????++-??????"),
            (json!(4), json!([1, 4, 9]), "???????+-??????"),
            (json!("2026-03-01"), json!(["2026-01-01", "2026-12-31"]), "??????+-+??????"),
            // a list with one value
            (json!(["b", "a"]), json!("a"), "?????????+-????"),
            (json!(["b"]), json!("a"), "?????????-+????"),
            (json!([]), json!("a"), "?????????-+????"),
            (json!([1]), json!("a"), "???????????????"),
            // two lists
            (json!(["a", "b"]), json!(["b", "c"]), "???????????+---"),
            (json!(["a"]), json!(["b"]), "???????????-+--"),
            (json!(["a"]), json!(["b", "a"]), "???????????+-+-"),
            (json!(["b", "a", "a"]), json!(["a"]), "???????????+--+"),
            (json!(["b", "a"]), json!(["a", "b"]), "???????????+-++"),
            (json!([]), json!(["a"]), "???????????-++-"),
            (json!(["a"]), json!([]), "???????????-+-+"),
            (json!([]), json!([]), "???????????-+++"),
            (json!([1.50]), json!([1.5]), "???????????+-++"),
            (json!([1]), json!(["1"]), "???????????????"),
            // what is missing, and what is odd, which comes first
            (json!(null), json!(1), "mmmmmmmmmmmmmmm"),
            (json!(1), json!(null), "mmmmmmmmmmmmmmm"),
            (json!(null), json!(null), "mmmmmmmmmmmmmmm"),
            (json!([2]), json!(null), "mmmmmmmmmmmmmmm"),
            (json!("b"), json!(null), "mm?????mmmmmmmm"), // a text that is no date has no order
            (json!({}), json!(null), "???????????????"),
            (json!(null), json!([[1]]), "???????????????"),
            (json!([1, "a"]), json!(1), "???????????????"),
            (json!([1, null]), json!(1), "???????????????"),
            (json!([null]), json!(1), "???????????????"),
            (json!([[1]]), json!([1]), "???????????????"),
        ] {
            assert_eq!(row(left.clone(), right.clone(), None), expected, "{left} {right}");
        }
    }

    #[test]
    fn texts_on_a_scale_compare_by_position() {
        let scale: Vec<String> = ["low", "middle", "high"].map(String::from).to_vec();
        for (left, right, expected) in [
            (json!("low"), json!("high"), "-+++--?????????"),
            (json!("high"), json!("high"), "+--+-+?????????"),
            (json!("high"), json!("low"), "-+--++?????????"),
            (json!("high"), json!("2026-01-01"), "???????????????"),
            (json!("high"), json!(2), "???????????????"),
            (json!("high"), json!(["low", "high"]), "??????++-??????"),
            (json!("high"), json!(["low", "higher"]), "???????????????"),
            (json!(["high"]), json!(["low", "high"]), "???????????+-+-"),
        ] {
            assert_eq!(row(left.clone(), right.clone(), Some(&scale)), expected, "{left} {right}");
        }
    }

    #[test]
    fn numbers_compare_as_exact_decimals() {
        let number = |text: &str| parse(text).unwrap();
        for (left, is, right, expected) in [
            ("0.1", "=", "1e-1", '+'),
            ("100", "=", "100.000", '+'),
            ("-0", "=", "0", '+'),
            ("9007199254740993", ">", "9007199254740992", '+'),
            ("123456789012345678901234.000000000001", "<>", "123456789012345678901234.000000000002", '+'),
            ("0.0000000000001", "=", "0", '+'),
            ("1e26", "<", "1.1e26", '+'),
            ("1e27", ">", "1", '?'),
            ("1e400", ">", "1", '?'),
            ("1", "<", "1e999999999999", '?'),
        ] {
            assert_eq!(outcome(&number(left), is, &number(right), None), expected, "{left} {is} {right}");
        }
    }
}
