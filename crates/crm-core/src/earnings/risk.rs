//! What the risk costs, and what is earned on the capital it takes.

use super::decimals::{Exact, product, share};
use crate::amount::{Amount, UNIT};
use crate::error::{Error, Result};
use crate::exact::ratio;
use ethnum::I256;

#[cold]
fn negative(name: &'static str, hint: &'static str) -> Error {
    Error::parameter(format!("{name} must not be negative")).hint(hint)
}

/// Expected loss: probability of default × loss given default × exposure at default.
///
/// It prints the exposure's decimals at least. Errors: a probability or a loss outside 0 … 1, a negative exposure (22023), NaN (22003).
pub fn expected_loss(pd: f64, lgd: f64, ead: Amount) -> Result<Amount> {
    let (pd, lgd) = (share("pd", pd)?, share("lgd", lgd)?);
    if ead.units < 0 {
        return Err(negative("ead", "Exposure is given as a positive amount; a customer who owes nothing has 0."));
    }
    Exact::of(ead).times(pd)?.times(lgd)?.rounded(ead.scale)
}

/// What a customer, a product or a unit earned in a period, and the capital it took.
#[derive(Clone, Copy, Debug)]
pub struct RiskAdjusted {
    /// Net interest after transfer prices.
    pub margin: Amount,
    /// Fees and commissions.
    pub fees: Amount,
    /// Operating cost, positive.
    pub operating_cost: Amount,
    /// Expected loss of the period, positive.
    pub expected_loss: Amount,
    /// Economic capital.
    pub economic_capital: Amount,
    /// Tax on the profit, 0 … 1; a loss is taken to save as much.
    pub tax_rate: f64,
    /// What the capital itself earns, being invested.
    pub capital_benefit: Amount,
}

impl RiskAdjusted {
    /// The profit before tax, and what the tax leaves of it, both in units.
    fn parts(&self) -> Result<(I256, I256)> {
        let signs = "Costs and losses are given as positive amounts: they are taken off here.";
        for (name, amount, hint) in [
            ("operating_cost", self.operating_cost, signs),
            ("expected_loss", self.expected_loss, signs),
            ("economic_capital", self.economic_capital, "Capital is given as a positive amount; 0 where none is needed."),
        ] {
            if amount.units < 0 {
                return Err(negative(name, hint));
            }
        }
        let wide = |amount: Amount| I256::from(amount.units);
        // Five numbers of 127 bits: far from an overflow.
        let profit =
            wide(self.margin) + wide(self.fees) - wide(self.operating_cost) - wide(self.expected_loss) + wide(self.capital_benefit);
        Ok((profit, I256::from(UNIT - share("tax_rate", self.tax_rate)?)))
    }

    /// (margin + fees − operating cost − expected loss + capital benefit) × (1 − tax) / economic capital, the nearest float8 to
    /// the exact quotient; none without capital.
    ///
    /// Errors: a negative cost, loss or capital, a tax rate outside 0 … 1 (22023).
    pub fn raroc(&self) -> Result<Option<f64>> {
        let (profit, kept) = self.parts()?;
        if self.economic_capital.units == 0 {
            return Ok(None);
        }
        let capital = product(self.economic_capital.units.into(), UNIT.into())?;
        Ok(Some(ratio(product(profit, kept)?, capital)))
    }

    /// Economic value added: profit after tax − hurdle rate × economic capital. It prints the margin's decimals at least.
    ///
    /// Errors as of [`RiskAdjusted::raroc`]; a hurdle rate outside 0 … 1 (22023), a result above 1.7·10²⁶ (22003).
    pub fn eva(&self, hurdle_rate: f64) -> Result<Amount> {
        let (profit, kept) = self.parts()?;
        let cost_of_capital = product(self.economic_capital.units.into(), share("hurdle_rate", hurdle_rate)?.into())?;
        // Below 2^130 · 2^40 and 2^127 · 2^127: the difference stays below 2^255.
        let numerator = product(profit, kept)? - cost_of_capital;
        Exact { numerator, divisor: UNIT.into() }.rounded(self.margin.scale)
    }
}
