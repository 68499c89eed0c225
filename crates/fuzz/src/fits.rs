//! Every fit and every formula, with data drawn from bytes.

use crate::documents::affinity_of;
use crate::ignore;
use crate::input::Input;
use crate::mutate::Random;
use crate::{Target, accessors};
use crm_core::Amount;
use crm_core::als::{self, AlsModel, Options};
use crm_core::clv::{self, Buyers, Continuous, Dropout, Kind, Model, Timing, Unit};
use crm_core::concentration::Concentration;
use crm_core::cuts::{Ranks, by_customers, by_quantile, by_value, natural};
use crm_core::distribution::Distribution;
use crm_core::earnings::{Fraction, RiskAdjusted, cash_spread, expected_loss, ftp_margin, margin_spread, trail_fee};
use crm_core::recommend::Metric;
use crm_core::rfm::{Breaks, MonetaryBy, Rfm, RfmSample};
use crm_core::value::{Comparisons, perceived_value};
use serde_json::Value;

/// Inputs that are any bytes at all.
fn noise() -> Vec<Vec<u8>> {
    (0..24)
        .map(|seed| {
            (0..40 + seed * 20)
                .map({
                    let mut random = Random::new(seed);
                    move |_| random.word() as u8
                })
                .collect()
        })
        .collect()
}

fn sample(input: &mut Input<'_>) -> RfmSample {
    let mut sample = RfmSample::default();
    for _ in 0..input.below(40) {
        let (mut first, mut last) = (input.day(), input.day());
        if last < first {
            std::mem::swap(&mut first, &mut last);
        }
        let (Ok(first), Ok(last)) = (first.start(), last.start()) else { continue };
        let total = input.amount();
        let first_total = [None, Some(input.amount()), Some(total)][input.below(3)];
        if let Ok(rfm) = Rfm::of(input.integer(), total, first, last, first_total) {
            let _ = sample.push(&rfm);
        }
    }
    sample
}

/// A fitted model is valid, and when it converged it can be used.
fn usable(model: crm_core::Result<Value>) -> Option<Value> {
    match model {
        Ok(model) => {
            let wrong = Model::problems(&model);
            assert!(wrong.is_empty(), "a fitted model is not valid: {wrong:?}: {model}");
            let read = Model::read(&model, "model", &Kind::ALL).unwrap_or_else(|e| panic!("{e}"));
            let _ = read.estimates(0.95).map(|estimates| estimates.len());
            Some(model)
        }
        Err(e) => {
            assert!(e.hint.is_some(), "no hint: {e}");
            None
        }
    }
}

fn clv_fits(data: &[u8]) {
    let mut input = Input(data);
    let (which, day, regularisation) = (input.below(6), input.day(), input.float());
    let Ok(unit) = Unit::named(input.one_of(&["day", "week", "month", "quarter", "year"])) else { return };
    let sample = sample(&mut input);
    let model = usable(match which {
        0 => clv::fit_continuous(Continuous::Bg(Dropout::AfterRepeat), &sample, day, unit, regularisation),
        1 => clv::fit_continuous(Continuous::Bg(Dropout::AfterAny), &sample, day, unit, regularisation),
        2 => clv::fit_continuous(Continuous::Pareto, &sample, day, unit, regularisation),
        3 => clv::fit_bgbb(&sample, day, unit, regularisation),
        4 => clv::fit_gamma_gamma(&sample, day, regularisation),
        _ => clv::fit_sbg(&sample, day, unit, regularisation),
    });
    if let Some(buyers) = model.and_then(|model| Buyers::read(&model).ok()) {
        for rfm in sample.iter() {
            let _ = (buyers.alive(rfm, day), buyers.purchases(rfm, day, input.float()));
        }
        let _ = clv::histogram(&buyers, &sample, day, input.integer() % 50).map(|bins| bins.len());
    }
}

fn survivors(data: &[u8]) {
    let mut input = Input(data);
    let regularisation = input.float();
    let mut left = f64::from(input.byte()) * 10.0;
    let cohort: Vec<f64> = (0..input.below(20))
        .map(|_| {
            left = if input.byte() % 8 == 0 { input.float() } else { (left - f64::from(input.byte() % 32)).max(0.0) };
            left
        })
        .collect();
    if let Some(model) = usable(clv::fit_surviving(&cohort, regularisation)).and_then(|model| Model::read_sbg(&model).ok()) {
        for _ in 0..4 {
            let (renewals, discount) = (input.integer(), input.float());
            let _ = (clv::residual_lifetime(&model, renewals, discount), model.survival(renewals.unsigned_abs()));
        }
    }
}

fn als_fit(data: &[u8]) {
    let mut input = Input(data);
    let (factors, iterations) = (input.integer(), input.integer().min(5));
    let (regularization, alpha, seed) = (input.float(), input.float(), input.integer());
    let weighting = input.one_of(&["binary", "weight", "log", "bm25"]);
    let Ok(options) = Options::new(factors.min(20), iterations, regularization, alpha, weighting, seed) else { return };
    if let Ok(model) = als::fit(&affinity_of(&mut input), &options) {
        let model = crm_core::document::parse(&model).unwrap_or_else(|e| panic!("a fitted model is no JSON: {e}"));
        let wrong = AlsModel::problems(&model);
        assert!(wrong.is_empty(), "a fitted model is not valid: {wrong:?}: {model}");
    }
}

fn affinity_fit(data: &[u8]) {
    accessors::affinity(&affinity_of(&mut Input(data)));
}

fn break_fit(data: &[u8]) {
    let mut input = Input(data);
    let (day, bins) = (input.day(), input.integer());
    let Ok(by) = MonetaryBy::named(input.one_of(&["mean", "total"])) else { return };
    let sample = sample(&mut input);
    if sample.is_empty() {
        return; // SQL has no such summary
    }
    if let Ok(model) = Breaks::fit(&sample, day, bins, by) {
        let wrong = Breaks::problems(&model);
        assert!(wrong.is_empty(), "fitted breaks are not valid: {wrong:?}: {model}");
        let breaks = Breaks::read(&model).unwrap_or_else(|e| panic!("{e}"));
        sample.iter().for_each(|rfm| ignore(breaks.score(rfm, day).map(|score| score.cell())));
    }
}

fn cuts(data: &[u8]) {
    let mut input = Input(data);
    let wanted: Vec<f64> = (0..input.below(6)).map(|_| input.float()).collect();
    let classes = input.int();
    let (mut amounts, mut floats) = (Concentration::default(), Distribution::default());
    for _ in 0..input.below(600) {
        let (amount, float) = (input.amount(), input.float());
        let _ = (amounts.push(amount), floats.push(float));
    }
    for wanted in [&wanted[..], &[0.5, 0.9]] {
        let _ = (
            by_quantile(&amounts, wanted).map(|c| c.len()),
            by_customers(&amounts, wanted).map(|c| c.len()),
            by_value(&amounts, wanted).map(|c| c.len()),
        );
        if let Ok(ranks) = Ranks::new(&floats) {
            let _ = (by_quantile(&ranks, wanted).map(|c| c.len()), by_customers(&ranks, wanted).map(|c| c.len()));
        }
    }
    for classes in [classes, 4] {
        let _ = natural(&amounts, classes).map(|(classes, _)| classes.len());
        if let Ok(ranks) = Ranks::new(&floats) {
            let _ = natural(&ranks, classes).map(|(classes, _)| classes.len());
        }
    }
}

fn formulas(data: &[u8]) {
    let mut input = Input(data);
    let (from, to) = (input.day(), input.day());
    for convention in ["act/360", "act/365", "act/act", "30/360", "30e/360", "actual"] {
        let Ok(fraction) = Fraction::of(from, to, convention) else { continue };
        let (a, b, x, y) = (input.amount(), input.amount(), input.float(), input.float());
        let _ = (fraction.to_f64(), margin_spread(a, x, y, fraction), cash_spread(a, x, y, fraction), trail_fee(a, b, x, y, fraction));
        let _ = (ftp_margin("loan", a, x, y, fraction), ftp_margin("deposit", b, y, x, fraction));
    }
    let _ = expected_loss(input.float(), input.float(), input.amount());
    let adjusted = RiskAdjusted {
        margin: input.amount(),
        fees: input.amount(),
        operating_cost: input.amount(),
        expected_loss: input.amount(),
        economic_capital: input.amount(),
        tax_rate: input.float(),
        capital_benefit: input.amount(),
    };
    let _ = (adjusted.raroc(), adjusted.eva(input.float()));
    for timing in ["begin", "end", "start"] {
        let Ok(timing) = Timing::named(timing) else { continue };
        let horizon = (input.byte() % 2 == 0).then(|| input.integer());
        let _ = clv::clv_formula(input.amount(), input.float(), input.float(), horizon, timing);
    }
    let rows = input.below(12);
    let matrix: Vec<_> = (0..rows * rows).map(|_| Some(input.float())).collect();
    for tolerate in [true, false] {
        if let Ok(comparisons) = Comparisons::new(rows, matrix.iter().copied()) {
            let _ = (comparisons.consistency().ratio, comparisons.weights(tolerate));
        }
    }
    let list: Vec<_> = (0..input.below(8)).map(|_| (input.byte() % 8 > 0).then(|| input.float())).collect();
    let _ = perceived_value(list.clone().into_iter(), list.into_iter().rev());
    let names: Vec<_> = (0..input.below(8)).map(|_| (input.byte() % 8 > 0).then(|| input.name())).collect();
    for metric in [Metric::HitRate, Metric::Precision, Metric::Recall, Metric::AveragePrecision, Metric::ReciprocalRank, Metric::Ndcg] {
        let found = metric.at(&names, &names[..names.len() / 2], input.integer());
        if let Ok(Some(share)) = found {
            assert!((0.0..=1.0 + 1e-9).contains(&share), "a metric of {share}");
        }
    }
    let _ =
        (Amount::from_f64(input.float()), Amount::from_f64_as_printed(input.float()), input.amount().divided_by(input.integer().max(1)));
}

/// One for each fit.
pub const TARGETS: &[Target] = &[
    Target { name: "clv_fit", seeds: noise, run: clv_fits },
    Target { name: "sbg_fit", seeds: noise, run: survivors },
    Target { name: "als_fit", seeds: noise, run: als_fit },
    Target { name: "affinity_fit", seeds: noise, run: affinity_fit },
    Target { name: "breaks_fit", seeds: noise, run: break_fit },
    Target { name: "cuts", seeds: noise, run: cuts },
    Target { name: "formulas", seeds: noise, run: formulas },
];
