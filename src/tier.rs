//! Tiers under a stored policy: of a measure, and of a history of measures.

use crate::host::{Compiled, Policy, Rows, Sink, State, cells, function, growing_type, pause, transition};
use crate::policy::problems;
use crm_core::tier::{Overrides, Tier, TierHistory, TierPolicy};
use crm_core::{Amount, Day, Result, tier};
use serde_json::Value;

impl Policy for TierPolicy {
    fn compile(document: &Value) -> Result<Self> {
        TierPolicy::read(document)
    }
}

impl Policy for Overrides {
    fn compile(list: &Value) -> Result<Self> {
        Overrides::read(list)
    }
}

fn named(tier: Option<&Tier>, language: Option<&str>) -> Result<Option<String>> {
    tier.map(|tier| tier.label(language).map(str::to_owned)).transpose()
}

// One measure.

function! {
    tier_of_numeric(measure: Amount, policy: Compiled<TierPolicy>, language: Option<&str>) -> Option<String> {
        named(policy.of_one_measure()?.tier(measure), language)
    }
}

function! {
    tier_of_bigint(measure: i64, policy: Compiled<TierPolicy>, language: Option<&str>) -> Option<String> {
        named(policy.of_one_measure()?.tier(Amount::from_i64(measure)), language)
    }
}

function! {
    tier_of_float8(measure: f64, policy: Compiled<TierPolicy>, language: Option<&str>) -> Option<String> {
        named(policy.of_one_measure()?.tier_of_float(measure)?, language)
    }
}

fn explain(measure: Amount, policy: &TierPolicy, language: Option<&str>) -> Result<Rows> {
    let mut rows = Rows::default();
    for (i, s) in policy.of_one_measure()?.explain(measure)?.into_iter().enumerate() {
        let label = s.tier.label(language)?;
        rows.push(cells![i as i32 + 1, s.tier.name(), label, s.tier.from(), s.reached, s.in_effect, s.missing, s.margin]);
    }
    Ok(rows)
}

function! {
    tier_explain_numeric(measure: Amount, policy: Compiled<TierPolicy>, language: Option<&str>) -> Rows {
        explain(measure, &policy, language)
    }
}

function! {
    tier_explain_bigint(measure: i64, policy: Compiled<TierPolicy>, language: Option<&str>) -> Rows {
        explain(Amount::from_i64(measure), &policy, language)
    }
}

function! {
    tier_explain_float8(measure: f64, policy: Compiled<TierPolicy>, language: Option<&str>) -> Rows {
        explain(Amount::from_f64_as_printed(measure)?, &policy, language)
    }
}

// A history of measures.

growing_type!(TierHistory, tier_history);

function! { tier_history_final(state: State<TierHistory>) -> State<TierHistory> { Ok(state) } }

transition! {
    tier_history_push_numeric(history: TierHistory; period: Day, measure: Amount) via push_growing { history.push(period, None, measure) }
}
transition! {
    tier_history_push_bigint(history: TierHistory; period: Day, measure: i64) via push_growing {
        history.push(period, None, Amount::from_i64(measure))
    }
}
transition! {
    tier_history_push_float8(history: TierHistory; period: Day, measure: f64) via push_growing {
        history.push(period, None, Amount::from_f64_as_printed(measure)?)
    }
}
transition! {
    tier_history_push_named_numeric(history: TierHistory; period: Day, name: &str, measure: Amount) via push_growing {
        history.push(period, Some(name), measure)
    }
}
transition! {
    tier_history_push_named_bigint(history: TierHistory; period: Day, name: &str, measure: i64) via push_growing {
        history.push(period, Some(name), Amount::from_i64(measure))
    }
}
transition! {
    tier_history_push_named_float8(history: TierHistory; period: Day, name: &str, measure: f64) via push_growing {
        history.push(period, Some(name), Amount::from_f64_as_printed(measure)?)
    }
}

function! {
    tier_history_periods(history: &TierHistory) -> Rows {
        let mut rows = Rows::default();
        history.iter().for_each(|(name, entry)| rows.push(cells![entry.day(), name, entry.amount()]));
        Ok(rows)
    }
}

function! {
    tier_of_history(
        history: &TierHistory, policy: Compiled<TierPolicy>, as_of: Day, overrides: Option<Compiled<Overrides>>, language: Option<&str>
    ) -> Option<String> {
        let level = tier::level_on(&policy, history, as_of, overrides.as_deref(), &pause)?;
        named(policy.tier_at(level), language)
    }
}

function! {
    tier_path(
        call; history: &TierHistory, policy: Compiled<TierPolicy>, overrides: Option<Compiled<Overrides>>, language: Option<&str>
    ) -> Sink {
        let mut sink = Sink::open(call, &[])?;
        let shown = |level: usize| named(policy.tier_at(level), language);
        tier::path(&policy, history, overrides.as_deref(), &pause, |step| {
            let natural = step.natural.map_or(Ok(None), shown)?;
            let (tier, next) = (shown(step.level)?, shown(step.next)?);
            let (event, misses) = (step.event.name(), step.misses as i32);
            sink.cells(call, cells![step.period, step.period_end, step.measure, natural, tier, next, event, misses, step.why])
        })?;
        Ok(sink)
    }
}

function! {
    tier_distance(history: &TierHistory, policy: Compiled<TierPolicy>, as_of: Day, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        let Some(position) = tier::position(&policy, history, as_of, None, &pause)? else { return Ok(rows) };
        for d in tier::distances(&policy, &position)? {
            let measure = policy.measures().get(d.measure).map(String::as_str);
            let (name, label) = (policy.name_at(d.level), named(policy.tier_at(d.level), language)?);
            let (alternative, periods) = (d.alternative as i32, d.periods as i32);
            rows.push(cells![d.aim.name(), name, label, alternative, measure, d.threshold, d.value, d.missing, d.margin, periods, d.by]);
        }
        Ok(rows)
    }
}

function! {
    tier_explain_history(
        history: &TierHistory, policy: Compiled<TierPolicy>, as_of: Day, overrides: Option<Compiled<Overrides>>, language: Option<&str>
    ) -> Rows {
        let mut rows = Rows::default();
        let Some(position) = tier::position(&policy, history, as_of, overrides.as_deref(), &pause)? else { return Ok(rows) };
        for part in tier::explain(&policy, &position, as_of)? {
            let tier = part.level.and_then(|level| policy.tier_at(level));
            let (name, label) = (tier.map(Tier::name), named(tier, language)?);
            let (alternative, periods) = (part.alternative.map(|number| number as i32), part.periods.map(|periods| periods as i32));
            rows.push(cells![part.part, name, label, alternative, part.amount, periods, part.day, part.note]);
        }
        Ok(rows)
    }
}

// Month by month.

function! {
    tier_state(history: &TierHistory, policy: Compiled<TierPolicy>, overrides: Option<Compiled<Overrides>>) -> Option<Value> {
        tier::state(&policy, history, overrides.as_deref(), &pause)
    }
}

fn next(
    state: Option<&Value>,
    measure: Option<Amount>,
    policy: &TierPolicy,
    period: Day,
    overrides: Option<&Overrides>,
) -> Result<Option<Value>> {
    tier::next(policy.of_one_measure()?, state, &[measure], period, overrides, &pause)
}

function! {
    tier_next_numeric(
        state: Option<Value>, measure: Option<Amount>, policy: Compiled<TierPolicy>, period: Day, overrides: Option<Compiled<Overrides>>
    ) -> Option<Value> {
        next(state.as_ref(), measure, &policy, period, overrides.as_deref())
    }
}

function! {
    tier_next_bigint(
        state: Option<Value>, measure: Option<i64>, policy: Compiled<TierPolicy>, period: Day, overrides: Option<Compiled<Overrides>>
    ) -> Option<Value> {
        next(state.as_ref(), measure.map(Amount::from_i64), &policy, period, overrides.as_deref())
    }
}

function! {
    tier_next_float8(
        state: Option<Value>, measure: Option<f64>, policy: Compiled<TierPolicy>, period: Day, overrides: Option<Compiled<Overrides>>
    ) -> Option<Value> {
        next(state.as_ref(), measure.map(Amount::from_f64_as_printed).transpose()?, &policy, period, overrides.as_deref())
    }
}

function! {
    /// The measures by name; one that is null or not there was not measured.
    tier_next_measures(
        state: Option<Value>, measures: Option<Value>, policy: Compiled<TierPolicy>, period: Day, overrides: Option<Compiled<Overrides>>
    ) -> Option<Value> {
        let given = policy.measures_of(measures.as_ref())?;
        tier::next(&policy, state.as_ref(), &given, period, overrides.as_deref(), &pause)
    }
}

// Policies.

function! {
    tier_policy_check(policy: Value) -> Rows { Ok(problems(TierPolicy::problems(&policy))) }
}

function! {
    tier_policy_example(rule: &str) -> Value { tier::example(rule) }
}
