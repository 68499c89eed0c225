//! Revenue line by line: commissions net of what others get, interest margins, trail fees, risk-adjusted return.

use crate::host::{Compiled, Policy, Rows, cells, function};
use crate::policy::problems;
use crm_core::earnings::{
    FeeSchedule, Fraction, Order, RiskAdjusted, Side, cash_spread, expected_loss, ftp_margin, margin_spread, trail_fee,
};
use crm_core::{Amount, Day, Result};
use serde_json::Value;

function! {
    day_count_fraction(from: Day, to: Day, convention: &str) -> f64 { Ok(Fraction::of(from, to, convention)?.to_f64()) }
}

function! {
    margin_spread(balance: Amount, client_rate: f64, funding_rate: f64, from: Day, to: Day, convention: &str) -> Amount {
        margin_spread(balance, client_rate, funding_rate, Fraction::of(from, to, convention)?)
    }
}

function! {
    cash_spread(balance: Amount, earned_rate: f64, paid_rate: f64, from: Day, to: Day, convention: &str) -> Amount {
        cash_spread(balance, earned_rate, paid_rate, Fraction::of(from, to, convention)?)
    }
}

function! {
    trail_fee(units: Amount, nav: Amount, rate: f64, share: f64, from: Day, to: Day, convention: &str) -> Amount {
        trail_fee(units, nav, rate, share, Fraction::of(from, to, convention)?)
    }
}

function! {
    ftp_margin(side: &str, balance: Amount, client_rate: f64, ftp_rate: f64, from: Day, to: Day, convention: &str) -> Amount {
        ftp_margin(side, balance, client_rate, ftp_rate, Fraction::of(from, to, convention)?)
    }
}

function! {
    expected_loss(pd: f64, lgd: f64, ead: Amount) -> Amount { expected_loss(pd, lgd, ead) }
}

function! {
    raroc(margin: Amount, fees: Amount, operating_cost: Amount, expected_loss: Amount, economic_capital: Amount, tax_rate: f64, capital_benefit: Amount)
        -> Option<f64> {
        RiskAdjusted { margin, fees, operating_cost, expected_loss, economic_capital, tax_rate, capital_benefit }.raroc()
    }
}

function! {
    eva(margin: Amount, fees: Amount, operating_cost: Amount, expected_loss: Amount, economic_capital: Amount, hurdle_rate: f64,
        tax_rate: f64, capital_benefit: Amount) -> Amount {
        RiskAdjusted { margin, fees, operating_cost, expected_loss, economic_capital, tax_rate, capital_benefit }.eva(hurdle_rate)
    }
}

impl Policy for FeeSchedule {
    fn compile(document: &Value) -> Result<Self> {
        FeeSchedule::read(document)
    }
}

function! {
    net_commission(turnover: Amount, side: &str, day: Day, schedule: Compiled<FeeSchedule>, rate: Option<f64>, commission: Option<Amount>) -> Amount {
        schedule.net_commission(&Order { turnover, side: Side::parse(side)?, day, rate, commission })
    }
}

function! {
    net_commission_explain(turnover: Amount, side: &str, day: Day, schedule: Compiled<FeeSchedule>, rate: Option<f64>, commission: Option<Amount>,
        language: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for part in schedule.explain(&Order { turnover, side: Side::parse(side)?, day, rate, commission }, language)? {
            rows.push(cells![part.item, part.label, part.rate, part.amount, part.effect]);
        }
        Ok(rows)
    }
}

function! {
    fee_schedule_check(schedule: Value) -> Rows { Ok(problems(FeeSchedule::problems(&schedule))) }
}

function! {
    fee_schedule_example() -> Value { Ok(FeeSchedule::example()) }
}
