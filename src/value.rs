//! A value score that explains itself: standardised measures under a stored score card, and where weights come from.

use crate::host::{Call, Compiled, Floats, Listed, Policy, Present, Rows, Texts, cells, function, growing_type, transition};
use crate::policy::problems;
use crm_core::Result;
use crm_core::value::{Comparisons, Names, ScoreCard, Scorer, Standardize, entropy_weights, perceived_value};
use serde_json::Value;

growing_type!(Standardize, standardize, identity 32);

impl Texts for Names {
    fn read(texts: Vec<String>) -> Result<Self> {
        Names::new(texts)
    }
}

transition! {
    standardize_push_array(standardize: Standardize; names: Listed<Names>, measures: Floats<'_>) via push_growing { standardize.push(&names, measures) }
}
transition! { standardize_push_jsonb(standardize: Standardize; measures: Value) via push_growing { standardize.push_json(&measures) } }

function! {
    standardize_measures(standardize: &Standardize) -> Rows {
        let mut rows = Rows::default();
        for measure in standardize.measures() {
            let values = measure.distribution();
            let quantile = |q| (values.count() > 0).then(|| values.quantile(q)).transpose();
            let missing = standardize.rows() - measure.count();
            rows.push(cells![
                measure.name(), measure.count() as i64, missing as i64, measure.mean(), measure.deviation(), values.min(),
                quantile(0.25)?, quantile(0.5)?, quantile(0.75)?, values.max(), values.accuracy(),
            ]);
        }
        Ok(rows)
    }
}

/// The scorer of a call whose first argument is the card and whose second are the statistics, which may be NULL.
#[inline]
fn scorer(call: &Call) -> Result<Option<Compiled<Scorer>>> {
    call.compiled_with(1, 0, |statistics: Option<&Standardize>, card| Scorer::compile(ScoreCard::read(card)?, statistics))
}

function! {
    value_score_array(call; _card: Present, _stats: Option<Present>, measures: Floats<'_>) -> Option<f64> {
        let Some(scorer) = scorer(call)? else { return Ok(None) };
        scorer.score(measures)
    }
}

function! {
    value_score_jsonb(call; _card: Present, _stats: Option<Present>, measures: Value) -> Option<f64> {
        let Some(scorer) = scorer(call)? else { return Ok(None) };
        scorer.score(scorer.measures(&measures)?.into_iter())
    }
}

fn explain(scorer: &Scorer, measures: impl ExactSizeIterator<Item = Option<f64>> + Clone, language: Option<&str>) -> Result<Rows> {
    let mut rows = Rows::default();
    for part in scorer.explain(measures, language)? {
        let influence = part.influence.map(|rank| rank as i32);
        rows.push(cells![
            part.measure,
            part.label,
            part.raw,
            part.transformed,
            part.weight,
            part.contribution,
            part.against_median,
            influence,
        ]);
    }
    Ok(rows)
}

function! {
    value_score_explain_array(call; _card: Present, _stats: Option<Present>, measures: Floats<'_>, language: Option<&str>) -> Rows {
        let Some(scorer) = scorer(call)? else { return Ok(Rows::default()) };
        explain(&scorer, measures, language)
    }
}

function! {
    value_score_explain_jsonb(call; _card: Present, _stats: Option<Present>, measures: Value, language: Option<&str>) -> Rows {
        let Some(scorer) = scorer(call)? else { return Ok(Rows::default()) };
        explain(&scorer, scorer.measures(&measures)?.into_iter(), language)
    }
}

impl Policy for ScoreCard {
    fn compile(document: &Value) -> Result<Self> {
        ScoreCard::read(document)
    }
}

function! {
    score_card_measures(card: Compiled<ScoreCard>, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for (i, (measure, label, weight)) in card.measures(language)?.into_iter().enumerate() {
            rows.push(cells![i as i32 + 1, measure, label, weight]);
        }
        Ok(rows)
    }
}

function! {
    score_card_check(card: Value) -> Rows { Ok(problems(ScoreCard::problems(&card))) }
}

function! {
    score_card_example() -> Value { Ok(ScoreCard::example()) }
}

fn comparisons(matrix: Floats<'_>) -> Result<Comparisons> {
    Comparisons::new(matrix.rows().unwrap_or(0), matrix)
}

function! {
    ahp_weights(matrix: Floats<'_>, tolerate_inconsistency: bool) -> Vec<f64> { comparisons(matrix)?.weights(tolerate_inconsistency) }
}

function! {
    ahp_consistency(matrix: Floats<'_>) -> Rows {
        let found = comparisons(matrix)?.consistency();
        let (row, column) = (found.worst.map(|worst| worst.0 as i32), found.worst.map(|worst| worst.1 as i32));
        let mut rows = Rows::default();
        rows.push(cells![found.lambda_max, found.index, found.random_index, found.ratio, row, column, found.given, found.implied]);
        Ok(rows)
    }
}

function! {
    entropy_weights(standardize: &Standardize) -> Rows {
        let mut rows = Rows::default();
        entropy_weights(standardize)?.iter().for_each(|row| rows.push(cells![row.measure, row.entropy, row.divergence, row.weight]));
        Ok(rows)
    }
}

function! {
    perceived_value(utilities: Floats<'_>, costs: Floats<'_>) -> Option<f64> { perceived_value(utilities, costs) }
}
