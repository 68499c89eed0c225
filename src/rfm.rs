//! Recency, frequency, monetary value.

use crate::host::{Compiled, Policy, Rows, State, cells, fixed_type, function, growing_type, transition};
use crate::policy::problems;
use crm_core::rfm::{Breaks, Cell, MonetaryBy, Rfm, RfmSample, SegmentPolicy};
use crm_core::{Amount, Day, Instant, Result};
use serde_json::Value;
use std::sync::LazyLock;

fixed_type!(Rfm, rfm);
growing_type!(RfmSample, rfm_sample);

function! { rfm_sample_final(state: State<RfmSample>) -> State<RfmSample> { Ok(state) } }

// Events: an instant, or a day, which counts from its first instant in UTC.

transition! { rfm_push_at_numeric(rfm: Rfm; at: Instant, amount: Amount) via push_fixed { rfm.push(at, amount) } }
transition! { rfm_push_at_float8(rfm: Rfm; at: Instant, amount: f64) via push_fixed { rfm.push(at, Amount::from_f64(amount)?) } }
transition! { rfm_push_at_bigint(rfm: Rfm; at: Instant, amount: i64) via push_fixed { rfm.push(at, Amount::from_i64(amount)) } }
transition! { rfm_push_on_numeric(rfm: Rfm; day: Day, amount: Amount) via push_fixed { rfm.push(day.start()?, amount) } }
transition! { rfm_push_on_float8(rfm: Rfm; day: Day, amount: f64) via push_fixed { rfm.push(day.start()?, Amount::from_f64(amount)?) } }
transition! { rfm_push_on_bigint(rfm: Rfm; day: Day, amount: i64) via push_fixed { rfm.push(day.start()?, Amount::from_i64(amount)) } }
transition! { rfm_sample_push(sample: RfmSample; rfm: &Rfm) via push_growing { sample.push(rfm) } }

function! {
    rfm_of_at(frequency: i64, total: Amount, first_at: Instant, last_at: Instant, first_total: Option<Amount>) -> Rfm {
        Rfm::of(frequency, total, first_at, last_at, first_total)
    }
}

function! {
    rfm_of_on(frequency: i64, total: Amount, first: Day, last: Day, first_total: Option<Amount>) -> Rfm {
        Rfm::of(frequency, total, first.start()?, last.start()?, first_total)
    }
}

function! { recency(rfm: &Rfm, as_of: Day) -> i32 { rfm.recency(as_of) } }
function! { tenure(rfm: &Rfm, as_of: Day) -> i32 { rfm.tenure(as_of) } }
function! { frequency(rfm: &Rfm) -> i64 { Ok(rfm.frequency()) } }
function! { monetary(rfm: &Rfm) -> Amount { Ok(rfm.monetary()) } }
function! { total(rfm: &Rfm) -> Amount { Ok(rfm.total()) } }
function! { first_total(rfm: &Rfm) -> Option<Amount> { Ok(rfm.first_total()) } }
function! { first_at(rfm: &Rfm) -> Instant { Ok(rfm.first_at()) } }
function! { last_at(rfm: &Rfm) -> Instant { Ok(rfm.last_at()) } }
function! { rfm_sample_customers(sample: &RfmSample) -> i64 { Ok(sample.len() as i64) } }

impl Policy for Breaks {
    fn compile(model: &Value) -> Result<Self> {
        Breaks::read(model)
    }
}

function! {
    rfm_breaks_fit(sample: &RfmSample, as_of: Day, bins: i32, monetary_by: &str) -> Value {
        Breaks::fit(sample, as_of, bins.into(), MonetaryBy::named(monetary_by)?)
    }
}

function! {
    rfm_breaks_check(breaks: Value) -> Rows { Ok(problems(Breaks::problems(&breaks))) }
}

function! {
    rfm_score(breaks: Compiled<Breaks>, rfm: &Rfm, as_of: Day) -> Rows {
        let score = breaks.score(rfm, as_of)?;
        let mut rows = Rows::default();
        rows.push(cells![score.recency, score.frequency, score.monetary, score.cell(), score.total()]);
        Ok(rows)
    }
}

function! { rfm_cell(breaks: Compiled<Breaks>, rfm: &Rfm, as_of: Day) -> String { Ok(breaks.score(rfm, as_of)?.cell()) } }

impl Policy for SegmentPolicy {
    fn compile(document: &Value) -> Result<Self> {
        SegmentPolicy::read(document)
    }
}

/// The policy given, or the default one.
fn segments(given: &Option<Compiled<SegmentPolicy>>) -> Result<&SegmentPolicy> {
    static DEFAULT: LazyLock<Result<SegmentPolicy>> = LazyLock::new(|| SegmentPolicy::read(&SegmentPolicy::example()));
    given.as_deref().map_or_else(|| DEFAULT.as_ref().map_err(Clone::clone), Ok)
}

function! {
    rfm_segment(cell: &str, policy: Option<Compiled<SegmentPolicy>>, language: Option<&str>) -> String {
        segments(&policy)?.segment(Cell::parse(cell)?)?.label(language).map(str::to_owned)
    }
}

function! {
    rfm_segment_explain(cell: &str, policy: Option<Compiled<SegmentPolicy>>, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for (i, (segment, [r, f, m], chosen)) in segments(&policy)?.explain(Cell::parse(cell)?)?.into_iter().enumerate() {
            rows.push(cells![i as i32 + 1, segment.name(), segment.label(language)?, r, f, m, chosen]);
        }
        Ok(rows)
    }
}

function! {
    rfm_segment_policy_check(policy: Value) -> Rows { Ok(problems(SegmentPolicy::problems(&policy))) }
}

function! {
    rfm_segment_policy_example() -> Value { Ok(SegmentPolicy::example()) }
}
