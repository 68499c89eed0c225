//! Tiers under a stored policy: of a measure, and of a history of measures.

use crate::host::{Compiled, Policy, Rows, Sink, State, cells, function, growing_type, transition};
use crate::policy::problems;
use crm_core::tier::{Aim, Overrides, Threshold, Tier, TierHistory, TierPolicy};
use crm_core::{Amount, Day, Error, Result, tier};
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
        let level = tier::level_on(&policy, history, as_of, overrides.as_deref())?;
        named(policy.tier_at(level), language)
    }
}

function! {
    tier_path(
        call; history: &TierHistory, policy: Compiled<TierPolicy>, overrides: Option<Compiled<Overrides>>, language: Option<&str>
    ) -> Sink {
        let mut sink = Sink::open(call, &[])?;
        let shown = |level: usize| named(policy.tier_at(level), language);
        tier::path(&policy, history, overrides.as_deref(), |step| {
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
        let Some(position) = tier::position(&policy, history, as_of, None)? else { return Ok(rows) };
        let below = position.machine.memory().filter(|memory| memory.misses > 0);
        let status = below.map(|memory| if memory.watching { "watch" } else { "grace" });
        for d in tier::distances(&policy, &position)? {
            let keeps = d.aim == Aim::Keep;
            let misses = keeps.then(|| below.map_or(0, |memory| memory.misses as i32));
            let status = status.filter(|_| keeps);
            let measure = policy.measures().get(d.measure).map(String::as_str);
            let (name, label) = (policy.name_at(d.level), named(policy.tier_at(d.level), language)?);
            let (alternative, periods) = (d.alternative as i32, d.periods as i32);
            let margin = d.margin;
            let row = cells![d.aim.name(), name, label, alternative, measure, d.threshold, d.value, d.missing, margin, misses, status, periods, d.by];
            rows.push(row);
        }
        Ok(rows)
    }
}

function! {
    tier_explain_history(
        history: &TierHistory, policy: Compiled<TierPolicy>, as_of: Day, overrides: Option<Compiled<Overrides>>, language: Option<&str>
    ) -> Rows {
        let mut rows = Rows::default();
        let Some(position) = tier::position(&policy, history, as_of, overrides.as_deref())? else { return Ok(rows) };
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
        tier::state(&policy, history, overrides.as_deref())
    }
}

/// A policy and a period. Without one of them there is no next state, and NULL in place of the one before would lose it.
fn given<'p>(
    state: &Option<Value>,
    policy: &'p Option<Compiled<TierPolicy>>,
    period: Option<Day>,
) -> Result<Option<(&'p TierPolicy, Day)>> {
    match (policy, period) {
        (Some(policy), Some(period)) => Ok(Some((policy, period))),
        _ if state.is_none() => Ok(None),
        (policy, _) => {
            let missing = if policy.is_none() { "policy" } else { "period" };
            Err(Error::parameter(format!("the {missing} is NULL, and a state is to go on"))
                .hint("Check where it comes from: a name that no policy has gives NULL. The state is left as it was."))
        }
    }
}

fn next(
    state: Option<Value>,
    measure: Option<Amount>,
    policy: Option<Compiled<TierPolicy>>,
    period: Option<Day>,
    overrides: Option<Compiled<Overrides>>,
) -> Result<Option<Value>> {
    let Some((policy, period)) = given(&state, &policy, period)? else { return Ok(None) };
    tier::next(policy.of_one_measure()?, state.as_ref(), &[measure], period, overrides.as_deref())
}

function! {
    tier_next_numeric(
        state: Option<Value>, measure: Option<Amount>, policy: Option<Compiled<TierPolicy>>, period: Option<Day>,
        overrides: Option<Compiled<Overrides>>
    ) -> Option<Value> {
        next(state, measure, policy, period, overrides)
    }
}

function! {
    tier_next_bigint(
        state: Option<Value>, measure: Option<i64>, policy: Option<Compiled<TierPolicy>>, period: Option<Day>,
        overrides: Option<Compiled<Overrides>>
    ) -> Option<Value> {
        next(state, measure.map(Amount::from_i64), policy, period, overrides)
    }
}

function! {
    tier_next_float8(
        state: Option<Value>, measure: Option<f64>, policy: Option<Compiled<TierPolicy>>, period: Option<Day>,
        overrides: Option<Compiled<Overrides>>
    ) -> Option<Value> {
        next(state, measure.map(Amount::from_f64_as_printed).transpose()?, policy, period, overrides)
    }
}

function! {
    /// The measures by name; one that is null or not there was not measured.
    tier_next_measures(
        state: Option<Value>, measures: Option<Value>, policy: Option<Compiled<TierPolicy>>, period: Option<Day>,
        overrides: Option<Compiled<Overrides>>
    ) -> Option<Value> {
        let Some((policy, period)) = given(&state, &policy, period)? else { return Ok(None) };
        let measures = policy.measures_of(measures.as_ref())?;
        tier::next(policy, state.as_ref(), &measures, period, overrides.as_deref())
    }
}

// Policies.

function! {
    tier_policy_check(policy: Value) -> Rows { Ok(problems(TierPolicy::problems(&policy))) }
}

function! {
    tier_policy_tiers(policy: Compiled<TierPolicy>, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for (tier, position) in policy.tiers().iter().zip(1i32..) {
            let single = policy.of_one_measure().is_ok();
            let keep = tier.keep().filter(|_| single).and_then(Threshold::amount);
            rows.push(cells![position, tier.name(), tier.label(language)?, tier.from(), keep]);
        }
        Ok(rows)
    }
}

function! {
    tier_overrides_check(overrides: Value, policy: Compiled<TierPolicy>) -> Rows { Ok(problems(Overrides::problems(&overrides, &policy))) }
}

function! {
    tier_policy_example(rule: &str) -> Value { tier::example(rule) }
}
