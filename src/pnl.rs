//! Profit and loss by line.

use crate::host::{Compiled, Form, Policy, Rows, cells, function, growing_type, transition};
use crate::policy::problems;
use crm_core::pnl::{Figures, Pnl, PnlChart, StoredPnl};
use crm_core::{Amount, Result};
use serde_json::Value;

growing_type!(Pnl, pnl);

transition! { pnl_push_numeric(pnl: Pnl; line: &str, amount: Amount) via push_growing { pnl.push(line, amount) } }
transition! { pnl_push_float8(pnl: Pnl; line: &str, amount: f64) via push_growing { pnl.push(line, Amount::from_f64(amount)?) } }
transition! { pnl_push_bigint(pnl: Pnl; line: &str, amount: i64) via push_growing { pnl.push(line, Amount::from_i64(amount)) } }

function! {
    line_amount(pnl: Form<'_, Pnl>, line: &str) -> Option<Amount> {
        pnl.read(|pnl| Ok(pnl.line_amount(line)), |version, body| StoredPnl::new(version, body)?.line_amount(line))
    }
}

function! {
    pnl_total(pnl: Form<'_, Pnl>) -> Amount { pnl.read(Pnl::total, |version, body| StoredPnl::new(version, body)?.total()) }
}

function! {
    pnl_lines(pnl: &Pnl) -> Rows {
        let mut rows = Rows::default();
        pnl.iter().for_each(|(line, amount)| rows.push(cells![&*line, amount]));
        Ok(rows)
    }
}

impl Policy for PnlChart {
    fn compile(document: &Value) -> Result<Self> {
        PnlChart::read(document)
    }
}

fn figures(pnl: Form<'_, Pnl>, chart: &PnlChart) -> Result<Figures> {
    pnl.read(|pnl| chart.figures(pnl), |version, body| chart.figures_of_stored(&StoredPnl::new(version, body)?))
}

function! { pnl_revenue(pnl: Form<'_, Pnl>, chart: Compiled<PnlChart>) -> Amount { Ok(figures(pnl, &chart)?.revenue) } }
function! { pnl_cost(pnl: Form<'_, Pnl>, chart: Compiled<PnlChart>) -> Amount { Ok(figures(pnl, &chart)?.cost) } }
function! { pnl_credit_cost(pnl: Form<'_, Pnl>, chart: Compiled<PnlChart>) -> Amount { Ok(figures(pnl, &chart)?.credit_cost) } }
function! { pnl_contribution(pnl: Form<'_, Pnl>, chart: Compiled<PnlChart>) -> Amount { figures(pnl, &chart)?.contribution() } }
function! { pnl_margin(pnl: Form<'_, Pnl>, chart: Compiled<PnlChart>) -> Option<f64> { figures(pnl, &chart)?.margin() } }

function! {
    pnl_result(pnl: Form<'_, Pnl>, chart: Compiled<PnlChart>) -> Rows {
        let figures = figures(pnl, &chart)?;
        let mut rows = Rows::default();
        rows.push(cells![figures.revenue, figures.cost, figures.credit_cost, figures.contribution()?, figures.margin()?]);
        Ok(rows)
    }
}

function! {
    contribution_explain(pnl: &Pnl, chart: Compiled<PnlChart>, language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for (i, part) in chart.explain(pnl, language)?.into_iter().enumerate() {
            rows.push(cells![i as i32 + 1, part.line, part.role.name(), part.label, part.amount, part.effect]);
        }
        Ok(rows)
    }
}

function! {
    pnl_chart_check(chart: Value) -> Rows { Ok(problems(PnlChart::problems(&chart))) }
}

function! {
    pnl_chart_example() -> Value { Ok(PnlChart::example()) }
}
