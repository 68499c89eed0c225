//! Every kind of policy and model: what the checker says and what the reader does agree, and what is read can be asked.

use crate::Target;
use crate::accessors::{FLOATS, days};
use crate::ignore;
use crate::seeds;
use crm_core::affinity::{self, Affinity, AffinityModel, neighbours::Method};
use crm_core::als::{self, AlsModel, Options};
use crm_core::clv::{self, Buyers, Continuous, Dropout, Kind, Model, Spending, Unit};
use crm_core::codec::Summary;
use crm_core::cost::CostModel;
use crm_core::document::{Problem, digest, parse};
use crm_core::earnings::{FeeSchedule, Order, Side};
use crm_core::matching::MatchingPolicy;
use crm_core::pnl::PnlChart;
use crm_core::recommend::{Recommender, Scratch, Wish};
use crm_core::rfm::{Breaks, Cell, MonetaryBy, SegmentPolicy};
use crm_core::suitability::{self, SuitabilityRules};
use crm_core::tag::TargetMarket;
use crm_core::tier::{self, Overrides, TierPolicy};
use crm_core::value::{ScoreCard, Scorer};
use crm_core::{Amount, Result};
use serde_json::{Value, json};

/// Reads a document, compares with the checker, and asks what was read.
fn document<T>(data: &[u8], problems: fn(&Value) -> Vec<Problem>, read: fn(&Value) -> Result<T>, ask: fn(&T, &Value)) {
    let Some(value) = json(data) else { return };
    let _ = digest(&value);
    let found = problems(&value);
    match read(&value) {
        Ok(made) => {
            assert!(found.is_empty(), "read, although the checker says {found:?}");
            ask(&made, &value);
        }
        Err(e) => {
            assert!(!found.is_empty(), "the checker finds nothing, the reader {e}");
            assert!(e.hint.is_some(), "no hint: {e}");
        }
    }
}

/// The JSON of an input, if it is some.
pub fn json(data: &[u8]) -> Option<Value> {
    std::str::from_utf8(data).ok().and_then(|text| parse(text).ok())
}

pub fn written(values: Vec<Result<Value>>) -> Vec<Vec<u8>> {
    values.into_iter().map(|value| value.unwrap_or_else(|e| panic!("a seed: {e}")).to_string().into_bytes()).collect()
}

fn parsed(text: Result<String>) -> Result<Value> {
    text.and_then(|text| parse(&text))
}

fn affinity_model() -> Result<Value> {
    parsed(affinity::fit(&seeds::settled_affinity(), Method::new("cosine", 3, "log", 1)?))
}

fn als_model() -> Result<Value> {
    parsed(als::fit(&seeds::settled_affinity(), &Options::new(2, 3, 0.1, 1.0, "log", 1)?))
}

fn amounts() -> [Amount; 5] {
    [Amount::from_i64(0), Amount::from_i64(50_000), Amount::from_i64(-3), Amount::new(i128::MAX, 12), Amount::new(-i128::MAX, 0)]
}

fn tiers(policy: &TierPolicy, _: &Value) {
    let languages = [None, Some("en"), Some("zz")];
    policy.tiers().iter().for_each(|tier| languages.iter().for_each(|language| ignore(tier.label(*language).map(str::len))));
    if let Ok(one) = policy.of_one_measure() {
        for amount in amounts() {
            let _ = (one.tier(amount).is_some(), one.explain(amount).map(|rows| rows.len()));
        }
        FLOATS.iter().for_each(|x| ignore(one.tier_of_float(*x).map(|tier| tier.is_some())));
    }
    for history in seeds::histories() {
        let _ = tier::path(policy, &history, None, |_| Ok(()));
        for day in days() {
            if let Ok(Some(position)) = tier::position(policy, &history, day, None) {
                let _ = (
                    tier::distances(policy, &position).map(|rows| rows.len()),
                    tier::explain(policy, &position, day).map(|rows| rows.len()),
                );
            }
        }
        if let Ok(Some(state)) = tier::state(policy, &history, None) {
            let measures = vec![Some(Amount::from_i64(70_000)); policy.measure_count()];
            for day in days() {
                let _ = tier::next(policy, Some(&state), &measures, day, None);
            }
        }
    }
    let _ = seeds::migrations()[1].rates(policy).len();
}

/// A policy with a state and overrides, all of them changed.
fn tier_states(data: &[u8]) {
    let Some(value) = json(data) else { return };
    let Ok(policy) = TierPolicy::read(&value["policy"]) else { return };
    let found = Overrides::problems(&value["overrides"], &policy);
    let overrides = Overrides::read(&value["overrides"]);
    assert!(overrides.is_ok() || !found.is_empty(), "the checker finds nothing in overrides that are refused");
    let overrides = overrides.ok();
    let measures = policy.measures_of(Some(&value["measures"])).unwrap_or_else(|_| vec![Some(Amount::from_i64(9)); policy.measure_count()]);
    for day in days() {
        let next = tier::next(&policy, Some(&value["state"]), &measures, day, overrides.as_ref());
        // What one month gives, the next one takes.
        if let Ok(Some(state)) = next {
            let again = tier::next(&policy, Some(&state), &measures, day, overrides.as_ref());
            let _ = again.map(|state| state.is_some());
        }
    }
    for history in seeds::histories() {
        let _ = tier::path(&policy, &history, overrides.as_ref(), |_| Ok(()));
    }
}

fn tier_state_seeds() -> Vec<Vec<u8>> {
    let of = |name: &str| {
        let policy = tier::example(name)?;
        let state = tier::state(&TierPolicy::read(&policy)?, &seeds::histories()[0], None)?;
        let overrides = json!([{"tier": "gold", "from": "2026-01-01", "until": "2026-12-31", "reason": "board"}]);
        Ok(json!({"policy": policy, "state": state, "overrides": overrides, "measures": {"assets": 5}}))
    };
    written(tier::EXAMPLES.map(of).into())
}

fn buyers(model: &Buyers, _: &Value) {
    let spending = fitted("gamma_gamma").and_then(|model| Spending::read(&model)).ok();
    for rfm in seeds::rfms().iter().chain(seeds::rfm_samples()[0].iter()) {
        for day in days() {
            let _ = model.alive(rfm, day);
            for x in FLOATS {
                let _ = model.purchases(rfm, day, x);
                let _ = spending.as_ref().map(|spending| clv::clv(model, spending, rfm, day, 12.0, x));
            }
            if let Some(spending) = &spending {
                let _ = clv::clv_explain(model, spending, rfm, day, 12.0, 0.1).map(|parts| parts.alive);
                let _ = clv::clv_interval(model, spending, rfm, day, 12.0, 0.1, 0.95).map(|found| found.is_some());
            }
        }
    }
    FLOATS.iter().for_each(|x| ignore(model.purchases_new(*x)));
    let _ = clv::histogram(model, &seeds::rfm_samples()[0], days()[2], 7).map(|bins| bins.len());
}

/// A model of any kind of clv.
fn clv_model(data: &[u8]) {
    let Some(value) = json(data) else { return };
    let found = Model::problems(&value);
    let read = Model::read(&value, "model", &Kind::ALL);
    assert_eq!(read.is_ok(), found.is_empty(), "the checker says {found:?}");
    if let Ok(model) = read {
        FLOATS.iter().for_each(|level| ignore(model.estimates(*level).map(|estimates| estimates.len())));
    }
    if let Ok(model) = Buyers::read(&value) {
        buyers(&model, &value);
    }
    if let Ok(spending) = Spending::read(&value) {
        seeds::rfms().iter().for_each(|rfm| ignore(spending.expected(rfm)));
    }
    if let Ok(model) = Model::read_sbg(&value) {
        for renewals in [0, 1, 100, i64::MAX, -1] {
            FLOATS.iter().for_each(|discount| ignore(clv::residual_lifetime(&model, renewals, *discount)));
        }
        [0, 1, 9_999].iter().for_each(|t| ignore((model.survival(*t), model.retention(*t), model.renewals(*t))));
    }
}

fn fitted(kind: &str) -> Result<Value> {
    let (sample, day, unit) = (&seeds::rfm_samples()[1], days()[2], Unit::named("month")?);
    match kind {
        "gamma_gamma" => clv::fit_gamma_gamma(sample, day, 0.1),
        "sbg" => clv::fit_surviving(&[1000.0, 869.0, 743.0, 653.0, 593.0], 0.0),
        "pareto_nbd" => clv::fit_continuous(Continuous::Pareto, sample, day, unit, 0.1),
        "mbgnbd" => clv::fit_continuous(Continuous::Bg(Dropout::AfterAny), sample, day, unit, 0.1),
        "bgbb" => clv::fit_bgbb(&seeds::monthly(), day, unit, 0.1),
        _ => clv::fit_continuous(Continuous::Bg(Dropout::AfterRepeat), sample, day, unit, 0.1),
    }
}

fn orders(schedule: &FeeSchedule, _: &Value) {
    for turnover in amounts() {
        for side in ["buy", "sell"] {
            for day in days() {
                let Ok(side) = Side::parse(side) else { continue };
                for (rate, commission) in
                    [(None, None), (Some(0.0003), None), (None, Some(Amount::from_i64(5))), (Some(f64::NAN), None), (Some(1e300), None)]
                {
                    let order = Order { turnover, side, day, rate, commission };
                    let _ = (schedule.net_commission(&order), schedule.explain(&order, Some("zh")).map(|parts| parts.len()));
                }
            }
        }
    }
}

fn segments(policy: &SegmentPolicy, _: &Value) {
    for text in ["111", "555", "345", "10-10-10", "", "9999999999", "1-1-99999999999999999999"] {
        if let Ok(cell) = Cell::parse(text) {
            let _ =
                (policy.segment(cell).map(|segment| segment.label(Some("zh")).map(str::len)), policy.explain(cell).map(|rows| rows.len()));
        }
    }
}

fn recommended(model: &Value) {
    let Ok(recommender) = Recommender::compile(model) else { return };
    let mut scratch = Scratch::default();
    let weighted = [json!({"a": 1, "b": 2.5}), json!({"a": 1e300}), json!({"a": -1}), json!([])];
    let held = weighted
        .iter()
        .filter_map(|held| recommender.weighted(held).ok())
        .chain([recommender.listed(["a", "b", "c"]), recommender.listed([])]);
    for held in held {
        for k in [1, 3, 10_000] {
            for (include_held, fallback) in [(false, true), (true, false)] {
                let Ok(wish) = Wish::new(k, include_held, fallback) else { continue };
                let _ = recommender.recommend(&held, wish, &mut scratch).map(|rows| rows.len());
            }
        }
        let _ = recommender.explain(&held, "a", &mut scratch).map(|rows| rows.len());
    }
}

fn card(card: &ScoreCard, value: &Value) {
    let _ = card.measures(Some("zh")).map(|measures| measures.len());
    for statistics in seeds::standards().iter().map(Some).chain([None]) {
        let Ok(scorer) = ScoreCard::read(value).and_then(|card| Scorer::compile(card, statistics)) else { continue };
        for count in [1, 2, 6] {
            for x in FLOATS {
                let _ = (
                    scorer.score(vec![Some(x); count].into_iter()),
                    scorer.explain(vec![Some(x); count].into_iter(), None).map(|p| p.len()),
                );
            }
            let _ = scorer.score(vec![None; count].into_iter());
        }
        let _ = scorer.measures(&json!({"a": 1, "b": null}));
    }
}

fn costs(model: &CostModel, _: &Value) {
    for done in seeds::costs() {
        let _ = (model.cost_to_serve(&done), model.explain(&done).map(|parts| parts.len()), model.reconcile(&done).map(|rows| rows.len()));
    }
    let _ = (model.unit_costs().count(), model.activity_cost("call", Some("app"), Amount::new(i128::MAX, 3)));
}

fn charts(chart: &PnlChart, _: &Value) {
    for pnl in seeds::pnls() {
        let _ = (chart.figures(&pnl).map(|f| (f.contribution(), f.margin())), chart.explain(&pnl, Some("zh")).map(|parts| parts.len()));
    }
}

fn breaks(breaks: &Breaks, _: &Value) {
    for rfm in seeds::rfms() {
        days().iter().for_each(|day| ignore(breaks.score(&rfm, *day).map(|score| (score.cell(), score.total()))));
    }
}

fn rules(rules: &SuitabilityRules, _: &Value) {
    let _ = (rules.values().len(), rules.rules().len(), rules.digest());
    let client = json!({"investor": "retail", "risk_class": "C3", "age": 44, "minimum_class": false});
    for day in days() {
        let Ok(in_effect) = rules.on(day) else { continue };
        for client in [&client, &json!({})] {
            let _ = in_effect.verdict(client, &json!({"risk_grade": "R4"})).map(|verdict| verdict.is_some());
            let _ = in_effect.explain(client, &json!({"risk_grade": "R4"}), Some("zh")).map(|found| found.is_some());
        }
    }
}

macro_rules! documents {
    ($($name:literal $type:ty: $seeds:expr, $ask:expr;)*) => {
        /// One for each kind, and one for the states of tiers.
        pub const TARGETS: &[Target] = &[$(
            Target { name: $name, seeds: || written($seeds), run: |data| document::<$type>(data, <$type>::problems, <$type>::read, $ask) },
        )*
            Target { name: "tier_state", seeds: tier_state_seeds, run: tier_states },
            Target {
                name: "clv_model",
                seeds: || written(["bgnbd", "mbgnbd", "pareto_nbd", "bgbb", "gamma_gamma", "sbg"].map(fitted).into()),
                run: clv_model,
            },
        ];
    };
}

documents! {
    "tier_policy" TierPolicy: tier::EXAMPLES.map(tier::example).into(), tiers;
    "rfm_segment_policy" SegmentPolicy: vec![Ok(SegmentPolicy::example())], segments;
    "matching_policy" MatchingPolicy: vec![Ok(MatchingPolicy::example())], |_, value| crate::evaluate::matched(value);
    "suitability_rules" SuitabilityRules: suitability::EXAMPLES.map(suitability::example).into(), rules;
    "target_market" TargetMarket: vec![Ok(TargetMarket::example())], |market, _| crate::evaluate::judged(market, &json!({"age": 80, "knowledge": "advanced"}));
    "pnl_chart" PnlChart: vec![Ok(PnlChart::example())], charts;
    "fee_schedule" FeeSchedule: vec![Ok(FeeSchedule::example())], orders;
    "cost_model" CostModel: vec![Ok(CostModel::example())], costs;
    "score_card" ScoreCard: vec![Ok(ScoreCard::example())], card;
    "rfm_breaks" Breaks: vec![MonetaryBy::named("total").and_then(|by| Breaks::fit(&seeds::rfm_samples()[1], days()[2], 5, by))], breaks;
    "affinity_model" AffinityModel: vec![affinity_model()], |_, value| recommended(value);
    "als_model" AlsModel: vec![als_model()], |_, value| recommended(value);
}

/// For the fits.
pub fn affinity_of(input: &mut crate::input::Input<'_>) -> Affinity {
    let mut affinity = Affinity::default();
    for _ in 0..input.below(60) {
        let _ = affinity.push(crm_core::affinity::Customer::Integer(input.integer() % 13), input.name(), input.amount());
    }
    // Of what cannot be added up SQL has an error and no summary.
    if affinity.settle().is_err() { Affinity::default() } else { affinity }
}
