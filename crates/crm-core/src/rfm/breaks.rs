//! Break points: a scale of recency, frequency and monetary value that is fitted once and then stays put.
//!
//! Break point `j` of `n` bins is the smallest observed value at or below which at least `j/n` of the customers lie (the
//! inverse of the empirical distribution, type 1 of Hyndman & Fan, "Sample Quantiles in Statistical Packages", 1996). A
//! score is 1 plus the number of break points below the value, so equal customers always score alike, which `ntile`
//! does not guarantee. Where many customers tie, classes may stay empty.

use super::{Rfm, RfmSample};
use crate::amount::Amount;
use crate::calendar::Day;
use crate::document::{Object, Problem, check_kind, read_kind};
use crate::error::{Error, Result};
use crate::pause;
use serde_json::{Number, Value, json};

/// The model's kind.
const KIND: &str = "rfm_breaks";
/// Most bins.
const MAX_BINS: i64 = 100;

/// What the monetary score is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonetaryBy {
    /// The mean amount of an event: how much he spends at a time, apart from how often.
    Mean,
    /// The sum of the amounts.
    Total,
}

const MONETARY_BY: [(&str, MonetaryBy); 2] = [("mean", MonetaryBy::Mean), ("total", MonetaryBy::Total)];

impl MonetaryBy {
    /// `mean` or `total`; anything else is 22023.
    pub fn named(name: &str) -> Result<Self> {
        let found = MONETARY_BY.iter().find(|(known, _)| *known == name).map(|(_, by)| *by);
        found.ok_or_else(|| {
            Error::parameter(format!("monetary_by \"{}\" is not known", crate::document::shorten(name))).hint("Use 'mean' or 'total'.")
        })
    }

    fn name(self) -> &'static str {
        MONETARY_BY.iter().find(|(_, by)| *by == self).map_or("", |(name, _)| name)
    }

    fn of(self, rfm: &Rfm) -> Amount {
        match self {
            MonetaryBy::Mean => rfm.monetary(),
            MonetaryBy::Total => rfm.total(),
        }
    }
}

/// Three ascending lists of break points.
#[derive(Clone, Debug, PartialEq)]
pub struct Breaks {
    bins: i64,
    monetary_by: MonetaryBy,
    recency: Vec<i64>,
    frequency: Vec<i64>,
    monetary: Vec<Amount>,
}

/// A customer's scores, each from 1 (worst) to the number of bins (best).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// Recent customers score high.
    pub recency: i32,
    /// Frequent customers score high.
    pub frequency: i32,
    /// Customers with high amounts score high.
    pub monetary: i32,
    bins: i64,
}

impl Score {
    /// The three scores as a cell: `543`, or `10-4-3` on a scale of more than nine bins.
    pub fn cell(&self) -> String {
        let Score { recency, frequency, monetary, bins } = self;
        if *bins > 9 { format!("{recency}-{frequency}-{monetary}") } else { format!("{recency}{frequency}{monetary}") }
    }

    /// The sum of the three scores.
    pub fn total(&self) -> i32 {
        self.recency + self.frequency + self.monetary
    }
}

impl Breaks {
    /// Fits the scale to a sample as of a day, and returns the model.
    ///
    /// Errors (22023): bins outside 2 … 100, a customer with an event after `as_of`.
    pub fn fit(sample: &RfmSample, as_of: Day, bins: i64, monetary_by: MonetaryBy) -> Result<Value> {
        if !(2..=MAX_BINS).contains(&bins) {
            return Err(Error::parameter(format!("bins must be from 2 to {MAX_BINS}, not {bins}"))
                .hint("It is how many scores there are: 5 for the cells 111 to 555."));
        }
        let (mut recency, mut frequency, mut monetary) = (Vec::new(), Vec::new(), Vec::new());
        let no_room = |_| Error::out_of_memory("break points");
        recency.try_reserve_exact(sample.len()).map_err(no_room)?;
        frequency.try_reserve_exact(sample.len()).map_err(no_room)?;
        monetary.try_reserve_exact(sample.len()).map_err(no_room)?;
        for rfm in sample.iter() {
            recency.push(i64::from(rfm.recency(as_of)?));
            frequency.push(rfm.frequency());
            monetary.push(monetary_by.of(rfm));
        }
        let breaks = Breaks {
            bins,
            monetary_by,
            recency: break_points(&mut recency, bins),
            frequency: break_points(&mut frequency, bins),
            monetary: break_points(&mut monetary, bins),
        };
        Ok(json!({
            "kind": KIND,
            "version": 1,
            "as_of": as_of.to_string(),
            "bins": bins,
            "customers": sample.len(),
            "monetary_by": monetary_by.name(),
            "recency": breaks.recency,
            "frequency": breaks.frequency,
            "monetary": breaks.monetary.iter().map(|a| number(*a)).collect::<Vec<_>>(),
        }))
    }

    /// Reads a model, fitted or written by hand (22023 with the path of what is wrong).
    pub fn read(model: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, model, Self::from_object)
            .map_err(|e| e.hint("select * from crm.rfm_breaks_check(breaks) lists every problem."))
    }

    /// Every problem of a model.
    pub fn problems(model: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, model, Self::from_object).err().unwrap_or_default()
    }

    fn from_object(object: &Object<'_>) -> Self {
        let bins = object.integer("bins", 2..=MAX_BINS);
        object.optional_day("as_of");
        object.optional_integer("customers", 1..=i64::MAX);
        let list = |key, low| object.list(key, |n| n.integer(low..=i64::MAX));
        let breaks = Breaks {
            bins,
            monetary_by: object.choice("monetary_by", &MONETARY_BY).unwrap_or(MonetaryBy::Mean),
            recency: list("recency", 0),
            frequency: list("frequency", 1),
            monetary: object.list("monetary", |n| n.amount()),
        };
        if object.is_clean() {
            check_list(object, "recency", &breaks.recency, bins);
            check_list(object, "frequency", &breaks.frequency, bins);
            check_list(object, "monetary", &breaks.monetary, bins);
        }
        breaks
    }

    /// Scores a customer as of a day, on this scale. An `as_of` before his last event is 22023.
    pub fn score(&self, rfm: &Rfm, as_of: Day) -> Result<Score> {
        let recency = class(&self.recency, i64::from(rfm.recency(as_of)?));
        Ok(Score {
            recency: self.bins as i32 + 1 - recency,
            frequency: class(&self.frequency, rfm.frequency()),
            monetary: class(&self.monetary, self.monetary_by.of(rfm)),
            bins: self.bins,
        })
    }
}

fn number(amount: Amount) -> Value {
    // An amount prints as a JSON number; `arbitrary_precision` keeps its digits.
    amount.to_string().parse::<Number>().map_or(Value::Null, Value::Number)
}

fn check_list<T: PartialOrd>(object: &Object<'_>, key: &'static str, list: &[T], bins: i64) {
    if list.len() as i64 != bins - 1 {
        object.problem(key, format!("must have {} break points for {bins} bins, not {}", bins - 1, list.len()));
    } else if !list.is_sorted() {
        object.problem(key, "must be in ascending order");
    }
}

fn break_points<T: Ord + Copy>(values: &mut [T], bins: i64) -> Vec<T> {
    pause::sort(values);
    let n = values.len() as i128;
    let position = |j: i64| ((i128::from(j) * n + i128::from(bins) - 1) / i128::from(bins) - 1).max(0) as usize;
    (1..bins).filter_map(|j| values.get(position(j)).copied()).collect()
}

fn class<T: PartialOrd + Copy>(breaks: &[T], value: T) -> i32 {
    1 + breaks.partition_point(|b| *b < value) as i32
}

#[cfg(test)]
mod tests {
    use super::super::tests::{events, fold, seen};
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn sample(rfms: &[Rfm]) -> RfmSample {
        let mut sample = RfmSample::default();
        rfms.iter().for_each(|rfm| sample.push(rfm).unwrap());
        sample
    }

    #[test]
    fn ten_customers_in_five_bins() {
        let rfms: Vec<_> = (1..=10).map(|d| seen(&[(&format!("2026-01-{d:02}"), &format!("{d}.5"))])).collect();
        let model = Breaks::fit(&sample(&rfms), day("2026-01-10"), 5, MonetaryBy::Mean).unwrap();
        assert_eq!(
            model.to_string(),
            r#"{"as_of":"2026-01-10","bins":5,"customers":10,"frequency":[1,1,1,1],"kind":"rfm_breaks","monetary":[2.5,4.5,6.5,8.5],"monetary_by":"mean","recency":[1,3,5,7],"version":1}"#
        );
        let breaks = Breaks::read(&model).unwrap();
        let cells: Vec<_> = rfms.iter().map(|r| breaks.score(r, day("2026-01-10")).unwrap().cell()).collect();
        assert_eq!(cells, ["111", "111", "212", "212", "313", "313", "414", "414", "515", "515"]);
        let next_month = breaks.score(&rfms[9], day("2026-02-10")).unwrap();
        assert_eq!((next_month.cell().as_str(), next_month.total()), ("115", 7));
    }

    #[test]
    fn a_customer_of_the_future_is_an_error() {
        let fit = Breaks::fit(&sample(&[seen(&[("2026-02-01", "1")])]), day("2026-01-31"), 5, MonetaryBy::Total);
        assert!(fit.unwrap_err().message.contains("as_of 2026-01-31 is earlier"));
    }

    #[test]
    fn a_model_with_a_wrong_scale_is_refused_by_path() {
        let mut model = Breaks::fit(&sample(&[seen(&[("2026-01-01", "1")])]), day("2026-01-31"), 3, MonetaryBy::Total).unwrap();
        model["recency"] = json!([5, 4]);
        assert_eq!(Breaks::read(&model).unwrap_err().message, "rfm_breaks: recency: must be in ascending order");
        model["recency"] = json!([5]);
        assert!(Breaks::read(&model).unwrap_err().message.contains("must have 2 break points"));
    }

    proptest! {
        #[test]
        fn equal_customers_score_alike_and_better_ones_no_worse(lists in prop::collection::vec(events(), 1..40), bins in 2i64..12) {
            let rfms: Vec<_> = lists.iter().map(|list| fold(list)).collect();
            let as_of = Day(40);
            let breaks = Breaks::read(&Breaks::fit(&sample(&rfms), as_of, bins, MonetaryBy::Total).unwrap()).unwrap();
            for a in &rfms {
                let own = breaks.score(a, as_of).unwrap();
                prop_assert!((1..=bins as i32).contains(&own.recency) && (1..=bins as i32).contains(&own.monetary));
                // The score is the class of the empirical distribution: at least (f-1)/bins of all lie strictly below.
                let below = rfms.iter().filter(|b| b.frequency() < a.frequency()).count() as i64;
                prop_assert!(below * bins >= i64::from(own.frequency - 1) * rfms.len() as i64);
                for b in &rfms {
                    let other = breaks.score(b, as_of).unwrap();
                    prop_assert!(a.frequency() < b.frequency() || own.frequency >= other.frequency);
                    prop_assert!(a.total() != b.total() || own.monetary == other.monetary);
                }
            }
        }
    }
}
