//! Exact money: an `i128` of 10⁻¹² units, which sums without rounding and therefore in any order.
//!
//! The range is ±1.7·10²⁶, more than the world's money in its smallest currency. An [`Amount`] also carries the number
//! of decimals its source displayed (`scale`), so that a total prints as PostgreSQL's `sum` would print it.

use crate::error::{Error, Result};
use bytemuck::{Pod, Zeroable};
use std::cmp::Ordering;
use std::fmt;

/// Decimals kept.
pub const DECIMALS: u8 = 12;
/// One, in units.
pub const UNIT: i128 = 1_000_000_000_000;
/// 10^0 … 10^12.
const POWERS: [i128; DECIMALS as usize + 1] = {
    let mut powers = [1i128; DECIMALS as usize + 1];
    let mut i = 1;
    while i < powers.len() {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// A decimal number with at most twelve decimals.
///
/// Equality and order compare the number; `1.0` equals `1.00`.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// The number, in units of 10⁻¹².
    pub units: i128,
    /// Decimals to print at least, 0 … 12.
    pub scale: u8,
}

/// An `i128` with the alignment PostgreSQL gives (8), for summaries that are stored as they lie in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Stored {
    low: u64,
    high: i64,
}

impl Stored {
    /// The number.
    #[inline]
    pub fn get(self) -> i128 {
        (i128::from(self.high) << 64) | i128::from(self.low)
    }

    /// Adds `units`; an overflow is an error (22003) and leaves the number as it was.
    #[inline(always)]
    pub fn add(&mut self, units: i128) -> Result<()> {
        // The range is symmetric: what can be printed can be read back with either sign.
        match self.get().checked_add(units) {
            Some(sum) if sum != i128::MIN => *self = Stored::from(sum),
            _ => return Err(overflow()),
        }
        Ok(())
    }
}

impl From<i128> for Stored {
    #[inline]
    fn from(units: i128) -> Self {
        Stored { low: units as u64, high: (units >> 64) as i64 }
    }
}

/// Units in the range of amounts, which is symmetric.
fn symmetric(units: i128) -> Option<i128> {
    (units != i128::MIN).then_some(units)
}

/// The error of an amount or a sum beyond ±1.7·10²⁶.
#[cold]
pub fn overflow() -> Error {
    Error::range("amount out of range: the magnitude is above 1.7e26")
        .hint("Amounts and their sums are kept exactly to 12 decimals; check the unit of the column.")
}

/// The error of a number that is NaN or infinite (22003).
#[cold]
pub fn not_finite(what: &str) -> Error {
    Error::range(format!("a number is {what}"))
        .hint("Give a finite value; in an aggregate, filter the rows or set it to NULL to have the row skipped.")
}

impl Amount {
    /// Zero, printed without decimals.
    pub const ZERO: Amount = Amount { units: 0, scale: 0 };

    /// An amount of `units` · 10⁻¹² that prints at least `scale` decimals.
    #[inline]
    pub fn new(units: i128, scale: u8) -> Self {
        Amount { units, scale: scale.min(DECIMALS) }
    }

    /// A whole number. Never fails: 9.2·10¹⁸ is far inside the range.
    #[inline]
    pub fn from_i64(value: i64) -> Self {
        Amount { units: i128::from(value) * UNIT, scale: 0 }
    }

    /// The binary value of a `float8`, rounded half to even at twelve decimals: exact, not through decimal text.
    ///
    /// NaN, infinities and magnitudes above 1.7·10²⁶ are errors (22003).
    #[inline(always)]
    pub fn from_f64(value: f64) -> Result<Self> {
        let magnitude = value.abs();
        let units = match usual_units_of_f64(magnitude) {
            Some(units) => units,
            None if magnitude == 0.0 => 0,
            None => units_of_f64(magnitude)?,
        };
        Ok(Amount { units: if value < 0.0 { -units } else { units }, scale: 0 })
    }

    /// The shortest decimal that stands for a `float8`, as PostgreSQL prints it: what a threshold typed as a decimal is to be
    /// compared with. NaN, infinities and magnitudes above 1.7·10²⁶ are errors (22003).
    #[inline]
    pub fn from_f64_as_printed(value: f64) -> Result<Self> {
        cents_as_printed(value).map_or_else(|| as_printed(value), Ok)
    }

    /// The sum; an overflow is an error (22003).
    pub fn checked_add(self, other: Amount) -> Result<Amount> {
        let units = self.units.checked_add(other.units).and_then(symmetric).ok_or_else(overflow)?;
        Ok(Amount { units, scale: self.scale.max(other.scale) })
    }

    /// The difference; an overflow is an error (22003).
    pub fn checked_sub(self, other: Amount) -> Result<Amount> {
        let units = self.units.checked_sub(other.units).and_then(symmetric).ok_or_else(overflow)?;
        Ok(Amount { units, scale: self.scale.max(other.scale) })
    }

    /// The amount divided by a positive count, rounded half to even at twelve decimals.
    pub fn divided_by(self, count: i64) -> Amount {
        Amount { units: div_half_even(self.units, i128::from(count.max(1))), scale: self.scale }
    }

    /// Reads decimal text (`-12.50`, `1e3`); digits after the twelfth decimal round half to even.
    pub fn parse(text: &str) -> Result<Self> {
        parse(text).ok_or_else(|| Error::range(format!("\"{}\" is not an amount in range", crate::document::shorten(text))))
    }
}

/// Bits of an f64 after the leading one.
const MANTISSA: u32 = 52;

/// [`Amount::from_f64`] of a magnitude of at least 2^-10 and below 2^52, which most amounts have: no shift is by more than
/// 63 bits, and nothing can overflow.
#[inline(always)]
fn usual_units_of_f64(magnitude: f64) -> Option<i128> {
    let bits = magnitude.to_bits();
    // magnitude = significand / 2^shift
    let shift = (1075 - (bits >> MANTISSA) as i64) as u64;
    if !(1..=62).contains(&shift) {
        return None;
    }
    let significand = (bits & ((1 << MANTISSA) - 1)) | (1 << MANTISSA);
    let product = u128::from(significand) * UNIT as u128;
    // Half to even: add half, or a little less if the quotient is even, and cut off.
    let odd = ((product as u64) >> shift) & 1;
    let sum = product + u128::from((1u64 << (shift - 1)) - 1 + odd);
    let (low, high) = (sum as u64, (sum >> 64) as u64);
    let (low, high) = ((low >> shift) | (high << (64 - shift)), high >> shift);
    Some(((u128::from(high) << 64) | u128::from(low)) as i128)
}

/// [`Amount::from_f64_as_printed`] of what has no more than two decimals and fifteen digits, which most money has.
///
/// Both `cents` and 100 are exact as floats and a division rounds correctly, so if the quotient is `value`, `cents`/100 is a
/// decimal of at most fifteen digits that stands for it. Decimals of at most fifteen digits each have a float8 of their own
/// (`DBL_DIG`), so no other of them stands for it, and the shortest decimal, which has no more digits, is this one.
#[inline]
fn cents_as_printed(value: f64) -> Option<Amount> {
    // Towards the nearest; should the rounding be off by one, the check below fails, and nothing is wrong.
    let cents = (value * 100.0 + 0.5f64.copysign(value)) as i64;
    if cents.unsigned_abs() >= 1_000_000_000_000_000 || cents as f64 / 100.0 != value {
        return None;
    }
    let scale = if cents % 10 != 0 { 2 } else { u8::from(cents % 100 != 0) };
    Some(Amount { units: i128::from(cents) * POWERS[DECIMALS as usize - 2], scale })
}

/// [`Amount::from_f64_as_printed`] of any number, through its text.
#[inline(never)]
fn as_printed(value: f64) -> Result<Amount> {
    Amount::from_f64(value)?;
    Amount::parse(&value.to_string())
}

/// [`Amount::from_f64`] of any magnitude.
#[cold]
fn units_of_f64(magnitude: f64) -> Result<i128> {
    let bits = magnitude.to_bits();
    let exponent = ((bits >> MANTISSA) & 0x7ff) as i32;
    let fraction = bits & ((1 << MANTISSA) - 1);
    let (significand, power) = match exponent {
        0x7ff if fraction == 0 => return Err(not_finite("infinite")),
        0x7ff => return Err(not_finite("NaN")),
        0 => (fraction, -1074),
        e => (fraction | (1 << MANTISSA), e - 1075),
    };
    // magnitude = significand · 2^power, and significand · 10^12 < 2^93 is exact in an i128.
    let scaled = i128::from(significand) * UNIT;
    match power {
        0.. if scaled == 0 => Ok(0),
        0.. if power as u32 >= scaled.leading_zeros() => Err(overflow()),
        0.. => Ok(scaled << power),
        -119.. => Ok(shift_half_even(scaled, power.unsigned_abs())),
        _ => Ok(0), // below 2^-26 units
    }
}

/// `value / 2^bits`, half to even; `value ≥ 0`, `0 < bits < 120`.
fn shift_half_even(value: i128, bits: u32) -> i128 {
    let quotient = value >> bits;
    let (shifted_out, half) = (value & ((1i128 << bits) - 1), 1i128 << (bits - 1));
    quotient + i128::from(shifted_out > half || (shifted_out == half && quotient & 1 == 1))
}

/// `value / divisor`, half to even; `divisor > 0`.
pub fn div_half_even(value: i128, divisor: i128) -> i128 {
    let (quotient, remainder) = (value / divisor, value % divisor);
    let doubled = remainder.unsigned_abs().saturating_mul(2);
    let up = match doubled.cmp(&divisor.unsigned_abs()) {
        Ordering::Greater => true,
        Ordering::Equal => quotient % 2 != 0,
        Ordering::Less => false,
    };
    if up { quotient + value.signum() } else { quotient }
}

fn parse(text: &str) -> Option<Amount> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], rest[at + 1..].parse::<i32>().ok().filter(|e| e.abs() <= 400)?),
        None => (rest, 0),
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() + decimals.len() == 0 || !whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Position of each digit relative to the last unit (10^-12); beyond it, round half to even.
    let mut units: i128 = 0;
    let (mut half, mut sticky) = (0u8, false);
    let mut power = whole.len() as i32 + exponent + i32::from(DECIMALS) - 1;
    for byte in whole.bytes().chain(decimals.bytes()) {
        let digit = byte - b'0';
        match power {
            0.. => units = units.checked_mul(10)?.checked_add(i128::from(digit))?,
            -1 => half = digit,
            _ => sticky |= digit != 0,
        }
        power -= 1;
    }
    for _ in 0..=power {
        units = units.checked_mul(10)?;
    }
    if half > 5 || (half == 5 && (sticky || units % 2 == 1)) {
        units = units.checked_add(1)?;
    }
    let scale = (decimals.len() as i32 - exponent).clamp(0, i32::from(DECIMALS)) as u8;
    Some(Amount { units: if negative { -units } else { units }, scale })
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (magnitude, unit) = (self.units.unsigned_abs(), UNIT.unsigned_abs());
        let sign = if self.units < 0 { "-" } else { "" };
        let (whole, decimals) = (magnitude / unit, magnitude % unit);
        let digits = self.digits();
        if digits == 0 {
            return write!(f, "{sign}{whole}");
        }
        let kept = decimals / POWERS[usize::from(DECIMALS - digits)].unsigned_abs();
        write!(f, "{sign}{whole}.{kept:0width$}", width = usize::from(digits))
    }
}

impl Amount {
    /// Decimals printed: `scale`, or as many as the number needs.
    pub fn digits(self) -> u8 {
        let mut decimals = (self.units.unsigned_abs() % UNIT.unsigned_abs()) as u64;
        let mut digits = DECIMALS;
        while digits > self.scale && decimals.is_multiple_of(10) {
            decimals /= 10;
            digits -= 1;
        }
        digits
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.units == other.units
    }
}

impl Eq for Amount {}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> Ordering {
        self.units.cmp(&other.units)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        Amount::parse(text).map(|a| a.to_string()).unwrap_or_else(|e| e.to_string())
    }

    #[test]
    fn text_keeps_its_decimals_and_rounds_half_to_even_at_the_twelfth() {
        for (given, expected) in [
            ("0", "0"),
            ("1.50", "1.50"),
            ("-0.01", "-0.01"),
            ("1e3", "1000"),
            ("12.5e-1", "1.25"),
            ("0.0000000000005", "0.000000000000"),
            ("0.0000000000015", "0.000000000002"),
            ("0.00000000000050000001", "0.000000000001"),
            (".5", "0.5"),
            ("00012.", "12"),
        ] {
            assert_eq!(shown(given), expected, "{given}");
        }
        for wrong in ["", "-", ".", "1.2.3", "NaN", "1e", "170141183460469231731687304", "1e400", "1e99999999999"] {
            assert!(Amount::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn float8_is_taken_at_its_binary_value() {
        assert_eq!(Amount::from_f64(0.1).unwrap().to_string(), "0.1");
        assert_eq!(Amount::from_f64(-2.5).unwrap().to_string(), "-2.5");
        assert_eq!(Amount::from_f64(12_345_678.9).unwrap().to_string(), "12345678.900000000373");
        assert_eq!(Amount::from_f64(5e-324).unwrap().units, 0);
        assert_eq!(Amount::from_f64(-0.0).unwrap().units, 0);
        assert_eq!(Amount::from_f64(1.7e26).unwrap().to_string(), "170000000000000013254000640");
        for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.8e26, -1.8e26, f64::MAX] {
            assert_eq!(Amount::from_f64(wrong).unwrap_err().state, crate::SqlState::OutOfRange);
        }
    }

    #[test]
    fn a_float8_as_printed_meets_the_decimal_that_was_typed() {
        for typed in ["75092.48", "61075.2", "0.1", "-1234567.89", "1e-7", "170000000000000000000000000", "-0", "9999999999999.99"] {
            let value: f64 = typed.parse().unwrap();
            assert_eq!(Amount::from_f64_as_printed(value), Amount::parse(typed), "{typed}");
        }
        assert_eq!([100.0, 0.5, -0.25, -0.0].map(|value| Amount::from_f64_as_printed(value).unwrap().scale), [0, 1, 2, 0]);
        assert_ne!(Amount::from_f64(75092.48), Amount::parse("75092.48"));
        assert!(Amount::from_f64_as_printed(f64::NAN).is_err() && Amount::from_f64_as_printed(1e300).is_err());
    }

    #[test]
    fn means_round_half_to_even() {
        assert_eq!(Amount::from_i64(100).divided_by(3).to_string(), "33.333333333333");
        assert_eq!(Amount::new(5, 0).divided_by(2).units, 2);
        assert_eq!(Amount::new(-15, 0).divided_by(10).units, -2);
        assert_eq!(Amount::new(-7, 0).divided_by(2).units, -4);
    }

    proptest! {
        #[test]
        fn display_and_parse_are_inverse(units in any::<i128>().prop_map(|u| u / 3), scale in 0u8..=12) {
            let amount = Amount::new(units, scale);
            let again = Amount::parse(&amount.to_string()).unwrap();
            prop_assert_eq!(again.units, amount.units);
            prop_assert_eq!(again.scale, amount.digits());
        }

        #[test]
        fn float8_agrees_with_exact_decimal_expansion(mantissa in any::<i64>(), power in -160i32..30) {
            let value = mantissa as f64 * 2f64.powi(power);
            prop_assume!(value.abs() < 1.6e26);
            // {:.250} prints the exact binary value; the text path then rounds it by a different route.
            let exact = Amount::parse(&format!("{value:.250}")).unwrap();
            prop_assert_eq!(Amount::from_f64(value).unwrap().units, exact.units);
        }

        #[test]
        fn halves_of_the_last_decimal_round_to_even(units in -1_000_000_000_000i64..1_000_000_000_000, power in 13u32..40) {
            // An odd multiple of 2^-power has a tie only at power 13 (10^12 = 2^12 · 5^12); both sides must agree on it.
            let value = units as f64 / 2f64.powi(power as i32);
            prop_assert_eq!(Amount::from_f64(value).unwrap().units, Amount::parse(&format!("{value:.250}")).unwrap().units);
        }

        #[test]
        fn cents_are_printed_as_the_text_has_them(cents in any::<i64>(), down in 0u32..64, ulps in -2i64..=2, any in any::<u64>()) {
            // Whole cents of every magnitude, their neighbours, and any bits at all.
            let exact = (cents >> down) as f64 / 100.0;
            for value in [exact, f64::from_bits((exact.to_bits() as i64).saturating_add(ulps) as u64), exact / 100.0, f64::from_bits(any)] {
                let (fast, slow) = (Amount::from_f64_as_printed(value), as_printed(value));
                prop_assert_eq!(&fast, &slow, "{}", value);
                prop_assert_eq!(fast.map(|amount| amount.scale), slow.map(|amount| amount.scale), "{}", value);
            }
            if (cents >> down).unsigned_abs() < 1_000_000_000_000_000 {
                prop_assert_eq!(cents_as_printed(exact).map(|amount| amount.units), Some(i128::from(cents >> down) * (UNIT / 100)));
            }
        }

        #[test]
        fn stored_is_lossless(units in any::<i128>()) {
            prop_assert_eq!(Stored::from(units).get(), units);
        }
    }
}
