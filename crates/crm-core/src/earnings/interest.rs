//! What accrues by the day: interest margins, transfer-price margins, trail fees.

use super::day_count::Fraction;
use super::decimals::{Exact, rate, share};
use crate::amount::{Amount, overflow};
use crate::document::shorten;
use crate::error::{Error, Result};

/// balance × (earned − paid) × part of a year, rates in units; it prints the balance's decimals at least.
fn accrued(balance: Amount, earned: i128, paid: i128, year: Fraction) -> Result<Amount> {
    let spread = earned.checked_sub(paid).ok_or_else(overflow)?;
    Exact::of(balance).times(spread)?.scaled(year.days.into(), year.basis.into())?.rounded(balance.scale)
}

/// Margin interest: what a client pays for a debit balance above what the balance is funded at.
///
/// balance × (client rate − funding rate) × part of a year. Errors: a rate that is NaN or infinite, a result above 1.7·10²⁶ (22003).
pub fn margin_spread(balance: Amount, client_rate: f64, funding_rate: f64, year: Fraction) -> Result<Amount> {
    accrued(balance, rate("client_rate", client_rate)?, rate("funding_rate", funding_rate)?, year)
}

/// What a client's cash earns above what is paid on it: balance × (earned rate − paid rate) × part of a year.
///
/// Errors as of [`margin_spread`].
pub fn cash_spread(balance: Amount, earned_rate: f64, paid_rate: f64, year: Fraction) -> Result<Amount> {
    accrued(balance, rate("earned_rate", earned_rate)?, rate("paid_rate", paid_rate)?, year)
}

/// The margin against the funds transfer price of a balance: of a loan balance × (client rate − price), of a deposit
/// balance × (price − client rate), × part of a year.
///
/// Errors as of [`margin_spread`], and a side that is neither (22023).
pub fn ftp_margin(side: &str, balance: Amount, client_rate: f64, ftp_rate: f64, year: Fraction) -> Result<Amount> {
    let (client, price) = (rate("client_rate", client_rate)?, rate("ftp_rate", ftp_rate)?);
    match side {
        "loan" => accrued(balance, client, price, year),
        "deposit" => accrued(balance, price, client, year),
        _ => Err(Error::parameter(format!("the side \"{}\" is not known", shorten(side))).hint("Sides are 'loan' and 'deposit'.")),
    }
}

/// A distributor's share of the trail fee of a fund holding: units × net asset value × trail rate × share × part of a year.
///
/// It prints the decimals of the net asset value at least. Errors as of [`margin_spread`], and a share outside 0 … 1 (22023).
pub fn trail_fee(units: Amount, nav: Amount, trail_rate: f64, distributor_share: f64, year: Fraction) -> Result<Amount> {
    let (trail_rate, distributor_share) = (rate("rate", trail_rate)?, share("share", distributor_share)?);
    let holding = Exact::of(units).times(nav.units)?;
    holding.times(trail_rate)?.times(distributor_share)?.scaled(year.days.into(), year.basis.into())?.rounded(nav.scale)
}
