//! Exact products and quotients of decimals, rounded once at the end.
//!
//! A balance has up to 127 bits, a rate some 40 more, and a trail fee multiplies four decimals: 128 bits do not hold that, 256 do.

use crate::amount::{Amount, UNIT, not_finite};
use crate::error::{Error, Result};
use crate::exact;
use ethnum::I256;

/// A rational number of units (10⁻¹²): what an [`Amount`] becomes while it is multiplied and divided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exact {
    pub(super) numerator: I256,
    /// Positive.
    pub(super) divisor: I256,
}

#[cold]
fn overflow() -> Error {
    Error::range("the result is out of range: the magnitude is above 1.7e26")
        .hint("Check the units of the arguments: rates and shares are fractions, 0.0525 for 5.25 %.")
}

/// The product of two whole numbers; an overflow is 22003.
pub(super) fn product(a: I256, b: I256) -> Result<I256> {
    a.checked_mul(b).ok_or_else(overflow)
}

impl Exact {
    /// An amount as it is.
    pub(super) fn of(amount: Amount) -> Self {
        Exact { numerator: I256::from(amount.units), divisor: I256::ONE }
    }

    /// Times a decimal that is given in units.
    pub(super) fn times(self, units: i128) -> Result<Self> {
        self.scaled(units, UNIT)
    }

    /// Times a fraction of whole numbers, the second of them positive.
    pub(super) fn scaled(self, by: i128, over: i128) -> Result<Self> {
        Ok(Exact { numerator: product(self.numerator, by.into())?, divisor: product(self.divisor, over.into())? })
    }

    /// The amount, rounded half to even at the twelfth decimal. It prints `scale` decimals, or as many as it needs.
    pub(super) fn rounded(self, scale: u8) -> Result<Amount> {
        match exact::rounded(self.numerator, self.divisor) {
            Ok(units) => Ok(Amount::new(units, scale)),
            Err(_) => Err(overflow()),
        }
    }
}

/// A rate, in units: the shortest decimal that stands for the float8, as PostgreSQL prints it, to 12 decimals.
///
/// NaN, infinities and magnitudes above 1.7·10²⁶ are errors (22003).
pub(super) fn rate(name: &'static str, value: f64) -> Result<i128> {
    if value.abs() < 1000.0 {
        // Below 1000 a float8 is closer than 10^-12 to its neighbours, so at most one decimal of twelve places is nearest to
        // it. If this is that one, then the shortest is no other.
        let units = (value * UNIT as f64).round() as i64;
        if units as f64 / UNIT as f64 == value {
            return Ok(units.into());
        }
    }
    named(name, value)
}

#[cold]
fn named(name: &'static str, value: f64) -> Result<i128> {
    match Amount::from_f64_as_printed(value) {
        Ok(amount) => Ok(amount.units),
        Err(_) if value.is_nan() => Err(Error { message: format!("{name} is NaN").into(), ..not_finite("NaN") }),
        Err(e) => Err(Error { message: format!("{name} is infinite or out of range").into(), ..e }),
    }
}

/// A part of a whole, in units: a rate from 0 to 1 (22023).
pub(super) fn share(name: &'static str, value: f64) -> Result<i128> {
    // What is far off is not looked at as a decimal: it need not be in the range of amounts.
    if value.is_nan() || value.abs() <= 2.0 {
        let units = rate(name, value)?;
        if (0..=UNIT).contains(&units) {
            return Ok(units);
        }
    }
    Err(Error::parameter(format!("{name} must be from 0 to 1, not {value}")).hint("It is a fraction of the whole: 0.45 for 45 %."))
}
