//! What SQL can ask of a summary, with arguments as odd as they come.

use crate::ignore;
use crm_core::affinity::neighbours::Method;
use crm_core::affinity::{self, Affinity};
use crm_core::balance::{DailyBalance, DailyMovement, Days, Reading, SameDay, from_movements};
use crm_core::basket::{Basket, Bounds, Frequent, Itemset, Rules};
use crm_core::codec::{Reader, Summary, to_wire};
use crm_core::concentration::Concentration;
use crm_core::contribution::{Contribution, RevenueBridge, bridge as between, shift};
use crm_core::cost::{CostModel, CostToServe};
use crm_core::cuts::{Ranks, by_customers, by_quantile, by_value, natural};
use crm_core::distribution::Distribution;
use crm_core::matching::{Catalogue, CompiledMatch, MatchingPolicy, Scratch};
use crm_core::migration::Migration;
use crm_core::pnl::{Pnl, PnlChart, StoredPnl};
use crm_core::rfm::{Breaks, MonetaryBy, Rfm, RfmSample};
use crm_core::tag::TagFrequency;
use crm_core::tier::{TierHistory, TierPolicy};
use crm_core::value::{ScoreCard, Scorer, Standardize, entropy_weights};
use crm_core::{Amount, Day, clv, tier};
use serde_json::json;
use std::sync::LazyLock;

pub const FLOATS: [f64; 9] = [0.0, 0.1, 0.5, 1.0, -1.0, 1e300, f64::NAN, f64::INFINITY, 5e-324];
const INTS: [i32; 7] = [0, 1, 2, 5, 100, -1, i32::MAX];

/// Days from one end to the other, what a summary has in the middle.
pub fn days() -> [Day; 4] {
    [-2_451_545, 9_497, 9_800, 2_145_031_948].map(|days| Day::new(days).unwrap_or_else(|e| panic!("{e}")))
}

/// A document that must be valid.
fn valid<T>(read: crm_core::Result<T>) -> T {
    read.unwrap_or_else(|e| panic!("an example: {e}"))
}

pub static TIERS: LazyLock<TierPolicy> =
    LazyLock::new(|| valid(tier::example("watch_list").and_then(|example| TierPolicy::read(&example))));

pub fn rfm(rfm: &Rfm) {
    for day in days() {
        let _ = (rfm.recency(day), rfm.tenure(day));
    }
    let _ = (rfm.monetary(), rfm.total(), rfm.first_total(), rfm.frequency(), rfm.first_at().day(), rfm.last_at().day());
}

pub fn rfm_sample(sample: &RfmSample) {
    for day in &days()[2..] {
        for bins in [2, 5, 10_000] {
            for by in ["total", "mean"] {
                let fitted = MonetaryBy::named(by).and_then(|by| Breaks::fit(sample, *day, bins, by));
                if let Ok(breaks) = fitted.map(|model| valid(Breaks::read(&model))) {
                    sample.iter().for_each(|rfm| ignore(breaks.score(rfm, *day)));
                }
            }
        }
    }
    let _ = clv::Correlation::new(sample);
}

pub fn distribution(d: &Distribution) {
    for x in FLOATS {
        let _ = (d.quantile(x), d.rank(x));
    }
    let _ = (
        d.quantiles(&FLOATS),
        d.quantiles(&[0.0, 0.5, 1.0]),
        d.breaks(5),
        d.breaks(-1),
        d.breaks(i64::MAX),
        d.min(),
        d.max(),
        d.accuracy(),
    );
    if let Ok(ranks) = Ranks::new(d) {
        let _ = (by_quantile(&ranks, &[0.5, 0.9]), by_quantile(&ranks, &FLOATS), by_customers(&ranks, &[0.1, 0.2]));
        let _ = (natural(&ranks, 3), natural(&ranks, 1000));
    }
}

pub fn concentration(c: &Concentration) {
    let _ = (c.customers(), c.total(), c.gini(true), c.gini(false), c.peak().map(|peak| peak.customers));
    for x in FLOATS {
        let _ = (c.top_share(x), c.customers_for_share(x), c.value_for_share(x));
    }
    for points in INTS {
        let _ = (c.lorenz(points).map(Iterator::count), c.whale_curve(points).map(Iterator::count));
    }
    let _ = (by_quantile(c, &[0.5]), by_customers(c, &[0.1, 0.2]), by_value(c, &[0.5, 0.9]), by_value(c, &FLOATS), natural(c, 3));
}

pub fn pnl(pnl: &Pnl) {
    static CHART: LazyLock<PnlChart> = LazyLock::new(|| valid(PnlChart::read(&PnlChart::example())));
    let (in_memory, total) = (CHART.figures(pnl), pnl.total());
    let wire = to_wire(pnl).unwrap_or_else(|e| panic!("{e}"));
    let (head, body) = wire.split_at(2);
    let stored = StoredPnl::new(u16::from_be_bytes([head[0], head[1]]), Reader::new(Pnl::TYPE, body))
        .unwrap_or_else(|e| panic!("what is stored is not read: {e}"));
    assert_eq!(stored.total(), total, "the stored form has another total");
    assert_eq!(CHART.figures_of_stored(&stored).map(|f| f.revenue), in_memory.as_ref().map(|f| f.revenue).map_err(Clone::clone));
    for (name, amount) in pnl.iter() {
        assert_eq!(stored.line_amount(&name), Ok(Some(amount)));
    }
    let _ = (CHART.explain(pnl, Some("zh")).map(|parts| parts.len()), in_memory.map(|f| (f.contribution(), f.margin())));
}

pub fn contribution(c: &Contribution) {
    let _ = c.shares().map(|shares| shares.map(|share| share.figures.rate()).filter(Result::is_ok).count());
    let nothing = Contribution::default();
    for (before, after) in [(c, c), (&nothing, c), (c, &nothing)] {
        let _ = shift(before, after).map(|rows| rows.len());
    }
}

pub fn bridge(b: &RevenueBridge) {
    let nothing = RevenueBridge::default();
    let _ = (b.levers().is_ok(), between(b, b).is_ok(), between(&nothing, b).is_ok(), between(b, &nothing).is_ok());
}

pub fn cost(done: &CostToServe) {
    static MODEL: LazyLock<CostModel> = LazyLock::new(|| valid(CostModel::read(&CostModel::example())));
    let _ = (MODEL.cost_to_serve(done), MODEL.explain(done).map(|parts| parts.len()), MODEL.reconcile(done).map(|rows| rows.len()));
    done.iter().for_each(|row| ignore(MODEL.activity_cost(row.activity(), row.channel(), row.quantity)));
}

pub fn standardize(s: &Standardize) {
    for measure in s.measures() {
        distribution(measure.distribution());
        let _ = (measure.mean(), measure.deviation());
    }
    let _ = entropy_weights(s).map(|rows| rows.len());
    let transforms = [json!({"type": "percentile"}), json!({"type": "z", "limit": 3}), json!({"type": "log"}), json!({"type": "min_max"})];
    for transform in transforms {
        let names = s.measures().iter().take(20).map(|m| json!({"name": m.name(), "weight": 1, "transform": transform}));
        let card = json!({"kind": "score_card", "version": 1, "measures": names.collect::<Vec<_>>()});
        let compiled = ScoreCard::read(&card).and_then(|card| Scorer::compile(card, Some(s)));
        if let Ok(scorer) = compiled {
            let count = s.measures().len().min(20);
            for x in FLOATS {
                let _ = (
                    scorer.score(vec![Some(x); count].into_iter()),
                    scorer.explain(vec![Some(x); count].into_iter(), None).map(|p| p.len()),
                );
            }
            let _ = scorer.score(vec![None; count].into_iter());
        }
    }
}

fn ask_balance(b: &DailyBalance) {
    for same_day in ["last", "highest", "lowest", "error"] {
        let Ok(same_day) = SameDay::named(same_day) else { continue };
        let _ = b.entries(same_day).count();
        for (first, last) in [(0, 0), (1, 2), (0, 3), (2, 1), (1, 3)] {
            let all = days();
            let Ok(period) = Days::new(all[first], all[last]) else { continue };
            for opening in [None, Some(Amount::from_i64(5)), Some(Amount::new(i128::MAX, 12))] {
                let reading = Reading { period, opening, same_day };
                let _ = (b.average(&reading, None), b.average(&reading, Some(360)), b.average(&reading, Some(i32::MAX)), b.on(&reading));
                let _ = (b.lowest(&reading), b.highest(&reading), b.days_below(Amount::from_i64(1), &reading));
                if (first, last) == (1, 2) {
                    let _ = b.months(&reading, None).map(|months| months.len());
                }
            }
        }
    }
}

pub fn balance(b: &DailyBalance) {
    ask_balance(b);
}

pub fn movement(m: &DailyMovement) {
    let _ = m.iter().count();
    for day in days() {
        for opening in [None, Some(Amount::from_i64(-7)), Some(Amount::new(-i128::MAX, 3))] {
            if let Ok(balances) = from_movements(Some(m), opening, day) {
                let _ = balances.entries(SameDay::named("last").unwrap_or_else(|e| panic!("{e}"))).count();
            }
        }
    }
}

pub fn migration(m: &Migration) {
    for confidence in FLOATS {
        let _ = m.matrix(confidence).map(Iterator::count);
    }
    let _ = (m.rates(&TIERS).len(), m.expected_time().count(), m.steady_state().map(|rows| rows.len()), m.customers());
    for mix in [None, Some(json!({"gold": 1})), Some(json!({"gold": 1e308, "mass": "1e25"}))] {
        if let Ok(Some(mut forecast)) = m.forecast(3, mix.as_ref()) {
            forecast.step();
            let _ = forecast.tiers().count();
        }
    }
}

pub fn frequency(f: &TagFrequency) {
    let _ = (f.frequencies().len(), f.weights(), f.default_weight(), f.documents());
}

pub fn basket(b: &Basket) {
    let _ = (b.len(), b.items(|items| items.len()));
    let mut itemset = Itemset::default();
    if itemset.push(b).is_ok() {
        assert_eq!(itemset.baskets(), 1);
    }
}

pub fn itemset(s: &Itemset) {
    let _ = (s.baskets(), s.shares().map(|shares| shares.len()));
    for min_support in [0.5, 0.9, f64::NAN, -1.0] {
        if let Ok(found) = Frequent::find(s, min_support, Some(3)) {
            let _ = found.for_each(|_| Ok(()));
        }
        let bounds = Bounds { min_support, min_confidence: 0.5, max_size: Some(3), max_consequent: Some(1), level: 0.95 };
        if let Ok(rules) = Rules::find(s, bounds) {
            let _ = rules.for_each(|_| Ok(()));
        }
    }
}

pub fn affinity(a: &Affinity) {
    let _ = (a.customers(), a.items().map(|items| items.len()), a.entries().count());
    for (measure, weighting) in [("cosine", "log"), ("jaccard", "binary"), ("cosine", "bm25"), ("lift", "weight")] {
        let Ok(method) = Method::new(measure, 5, weighting, 1) else { continue };
        let _ = a.neighbours(method, |_, _, _| Ok(()));
        if let Ok(model) = affinity::fit(a, Method::new(measure, 5, weighting, 1).unwrap_or_else(|e| panic!("{e}"))) {
            let model = crm_core::document::parse(&model).unwrap_or_else(|e| panic!("a fitted model is no JSON: {e}"));
            let wrong = affinity::AffinityModel::problems(&model);
            assert!(wrong.is_empty(), "a fitted model is not valid: {wrong:?}");
        }
    }
}

pub fn history(h: &TierHistory) {
    let _ = h.iter().count();
    for name in tier::EXAMPLES {
        let policy = valid(tier::example(name).and_then(|example| TierPolicy::read(&example)));
        let _ = tier::state(&policy, h, None);
        let _ = tier::path(&policy, h, None, |_| Ok(()));
        for day in days() {
            let _ = tier::level_on(&policy, h, day, None);
            if let Ok(Some(position)) = tier::position(&policy, h, day, None) {
                let _ = (
                    tier::distances(&policy, &position).map(|rows| rows.len()),
                    tier::explain(&policy, &position, day).map(|rows| rows.len()),
                );
            }
        }
    }
}

pub fn catalogue(c: &Catalogue) {
    static POLICY: LazyLock<MatchingPolicy> = LazyLock::new(|| valid(MatchingPolicy::read(&MatchingPolicy::example())));
    let _ = (c.products().map(|products| products.len()), c.digest());
    if let Ok(compiled) = CompiledMatch::compile(c, &POLICY, Some(days()[1]), &|| ()) {
        let mut scratch = Scratch::default();
        for client in [json!({}), json!({"risk_class": "C4", "interests": ["growth"], "assets": 392173.18, "professional": true})] {
            let _ = compiled.matches(&client, 5, &mut scratch).map(|found| found.len());
            let _ = compiled.explain(&client, &mut scratch).map(|found| found.len());
        }
    }
}
