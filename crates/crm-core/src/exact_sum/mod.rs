//! The sum of any number of `f64`, exactly: no order, plan or partition of the rows changes a bit of it.
//!
//! A fixed-point number with a digit of 32 bits for every 32 binary places from the smallest subnormal to far above the
//! largest finite value, after Radford M. Neal, "Fast exact summation using small and large superaccumulators", 2015
//! (<https://arxiv.org/abs/1505.05571>). A digit is kept in 64 bits, so that carries can wait.

#[cfg(test)]
mod tests;

use crate::codec::{Reader, Writer};
use crate::error::{Error, Result};
use ethnum::U256;
use std::fmt;

/// Digits: from 2^-1088 to 2^1152, room for 2^63 of the largest finite values and a sign.
const DIGITS: usize = 70;
/// The binary place of the lowest digit.
const LOWEST: i32 = -1088;
/// Bits of a digit.
const BITS: u32 = 32;
/// Additions after which the carries are due: each adds less than 2^32 to a digit of 63 bits.
const PATIENCE: u32 = 1 << 30;
/// Bits of a quotient of two sums: enough to round it by.
const MORE: u32 = 120;

/// An exact sum of finite numbers.
#[derive(Clone)]
pub struct ExactSum {
    digits: Box<[i64; DIGITS]>,
    /// Additions since the carries were settled.
    waiting: u32,
}

impl Default for ExactSum {
    fn default() -> Self {
        ExactSum { digits: Box::new([0; DIGITS]), waiting: 0 }
    }
}

/// The product of two numbers as the nearest `f64` and what that lacks: exact while neither of them leaves the range.
#[inline]
fn product(a: f64, b: f64) -> (f64, f64) {
    let high = a * b;
    (high, a.mul_add(b, -high))
}

impl ExactSum {
    /// Adds a finite number; others are ignored, the caller has refused them.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let bits = x.to_bits();
        let exponent = (bits >> 52) as u32 & 0x7ff;
        if exponent == 0x7ff {
            return;
        }
        let fraction = bits & ((1 << 52) - 1);
        // A subnormal has the exponent of the smallest normal number, without the implied bit.
        let (mantissa, place) = if exponent == 0 { (fraction, 1) } else { (fraction | 1 << 52, exponent) };
        let place = place as i32 - 1075 - LOWEST;
        let wide = u128::from(mantissa) << (place as u32 % BITS);
        let negative = bits >> 63 == 1;
        let at = (place as u32 / BITS) as usize;
        if let Some(digits) = self.digits.get_mut(at..at + 3) {
            for (i, digit) in digits.iter_mut().enumerate() {
                let part = (wide >> (BITS * i as u32)) as u32;
                *digit += if negative { -i64::from(part) } else { i64::from(part) };
            }
        }
        self.waiting += 1;
        if self.waiting == PATIENCE {
            self.settle();
        }
    }

    /// Adds a product, exactly while it is between 2^-968 and 2^1023 in magnitude, or zero.
    #[inline]
    pub fn add_product(&mut self, a: f64, b: f64) {
        let (high, low) = product(a, b);
        self.add(high);
        self.add(low);
    }

    /// Adds a number so many times.
    pub fn add_times(&mut self, x: f64, times: u64) {
        // Both halves of the count are exact as numbers.
        self.add_product(x, (times >> 32) as f64 * 4_294_967_296.0);
        self.add_product(x, (times & 0xffff_ffff) as f64);
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &ExactSum) {
        let mut other = other.clone();
        other.settle();
        self.settle();
        self.digits.iter_mut().zip(other.digits.iter()).for_each(|(mine, theirs)| *mine += theirs);
        self.settle();
    }

    /// The sum with the other sign.
    pub fn negated(&self) -> ExactSum {
        let mut sum = self.clone();
        sum.digits.iter_mut().for_each(|digit| *digit = -*digit);
        sum.settle();
        sum
    }

    /// Carries: every digit but the highest is from 0 to 2^32 - 1 then, and the highest has the sign.
    fn settle(&mut self) {
        let mut carry = 0;
        if let Some((last, others)) = self.digits.split_last_mut() {
            for digit in others {
                let value = *digit + carry;
                *digit = value & 0xffff_ffff;
                carry = value >> BITS;
            }
            *last += carry;
        }
        self.waiting = 0;
    }

    /// The sign, and the digits of the magnitude, the lowest first.
    fn magnitude(&self) -> (bool, Vec<u32>) {
        let mut sum = self.clone();
        sum.settle();
        let negative = sum.digits.last().is_some_and(|digit| *digit < 0);
        if negative {
            sum.digits.iter_mut().for_each(|digit| *digit = -*digit);
            sum.settle();
        }
        (negative, sum.digits.iter().map(|digit| *digit as u32).collect())
    }

    /// The nearest `f64`, ties to even; an infinity where that is beyond the largest.
    pub fn value(&self) -> f64 {
        let Some((negative, high, place)) = self.leading() else { return 0.0 };
        let magnitude = rounded(high, place);
        if negative { -magnitude } else { magnitude }
    }

    /// The quotient by another sum as the nearest `f64`, although one of them be beyond its range: an infinity where the
    /// quotient is. None if the other sum is zero.
    pub fn ratio(&self, other: &ExactSum) -> Option<f64> {
        let (below_zero, divisor, divisor_place) = other.leading()?;
        let Some((negative, dividend, place)) = self.leading() else { return Some(0.0) };
        let (up, divisor_up) = (dividend.leading_zeros(), divisor.leading_zeros());
        let (shifted, divisor) = (U256::from(dividend << up) << MORE, U256::from(divisor << divisor_up));
        // Of as many bits as it was shifted by, or one more; whether anything follows is one bit, as above.
        let (quotient, rest) = ((shifted / divisor).as_u128(), shifted % divisor);
        let place = place - divisor_place + divisor_up as i32 - up as i32 - MORE as i32;
        let magnitude = rounded(quotient | u128::from(rest != U256::ZERO), place);
        Some(if negative == below_zero { magnitude } else { -magnitude })
    }

    /// The sign, and the highest 97 bits or more with their place: what is below them is one bit, the last, which only
    /// breaks ties. None for zero.
    fn leading(&self) -> Option<(bool, u128, i32)> {
        let (negative, digits) = self.magnitude();
        let top = digits.iter().rposition(|digit| *digit != 0)?;
        let digit = |i: usize| digits.get(i).copied().unwrap_or(0);
        let from = top.saturating_sub(3);
        let high = (from..=top).rev().fold(0u128, |high, i| high << BITS | u128::from(digit(i)));
        let sticky = u128::from(digits.iter().take(from).any(|digit| *digit != 0));
        let place = LOWEST + (from as u32 * BITS) as i32;
        Some((negative, high | sticky, place))
    }

    /// The sum as numbers that add up to it exactly, the largest first: as many as are needed.
    pub fn parts(&self) -> Vec<f64> {
        let mut rest = self.clone();
        let mut parts = Vec::new();
        loop {
            let part = rest.value();
            if part == 0.0 || !part.is_finite() {
                return parts;
            }
            parts.push(part);
            rest.add(-part);
        }
    }

    /// The quotient by a positive number, nearly rounded correctly; 0 for a sum of zero.
    pub fn divided_by(&self, divisor: f64) -> f64 {
        let parts = self.parts();
        let (first, rest) = (parts.first().copied().unwrap_or(0.0), parts.get(1).copied().unwrap_or(0.0));
        let quotient = first / divisor;
        quotient + ((-quotient).mul_add(divisor, first) + rest) / divisor
    }

    /// Writes the canonical form: the sign with the number of digits, the place of the lowest, the digits.
    pub fn encode(&self, out: &mut Writer) -> Result<()> {
        let (negative, digits) = self.magnitude();
        let Some((from, to)) = ends(&digits) else { return out.u8(0) };
        out.u8((to - from) as u8 | if negative { 0x80 } else { 0 })?;
        out.u8(from as u8)?;
        digits.get(from..to).unwrap_or_default().iter().try_for_each(|digit| out.u32(*digit))
    }

    /// Reads what [`ExactSum::encode`] wrote; another form of the same sum is refused (22P03).
    pub fn decode(input: &mut Reader<'_>) -> Result<Self> {
        let head = input.u8()?;
        if head == 0 {
            return Ok(ExactSum::default());
        }
        let (length, from) = (usize::from(head & 0x7f), usize::from(input.u8()?));
        let mut sum = ExactSum::default();
        let room = sum.digits.get_mut(from..from + length).filter(|_| length > 0 && from + length < DIGITS);
        let Some(room) = room else { return Err(input.wrong("a sum is out of range")) };
        for digit in room.iter_mut() {
            *digit = i64::from(input.u32()?);
        }
        if room.first() == Some(&0) || room.last() == Some(&0) {
            return Err(input.wrong("a sum is not in its shortest form"));
        }
        if head & 0x80 != 0 {
            sum.digits.iter_mut().for_each(|digit| *digit = -*digit);
            sum.settle();
        }
        Ok(sum)
    }

    /// Reads what it prints as: 22023 for anything else, another form of the same sum too.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || Error::parameter("must be a sum in its exact form, such as \"0x3p2\" for 12");
        if text == "0" {
            return Ok(ExactSum::default());
        }
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (hex, place) = rest.strip_prefix("0x").and_then(|rest| rest.split_once('p')).ok_or_else(wrong)?;
        let place: i32 = place.parse().map_err(|_| wrong())?;
        let low = place.checked_sub(LOWEST).and_then(|bits| usize::try_from(bits).ok()).ok_or_else(wrong)?;
        let mut sum = ExactSum::default();
        for (i, four) in hex.bytes().rev().enumerate() {
            let four = char::from(four).to_digit(16).ok_or_else(wrong)?;
            let at = low + 4 * i;
            let shifted = u64::from(four) << (at % BITS as usize);
            let halves = [shifted as u32, (shifted >> BITS) as u32];
            for (digit, half) in halves.iter().enumerate().filter(|(_, half)| **half != 0) {
                // The highest digit is left for the sign.
                let digit = sum.digits.get_mut(at / BITS as usize + digit..DIGITS - 1).and_then(|digits| digits.first_mut());
                *digit.ok_or_else(wrong)? += i64::from(*half);
            }
        }
        if negative {
            sum.digits.iter_mut().for_each(|digit| *digit = -*digit);
        }
        sum.settle();
        if sum.to_string() == text { Ok(sum) } else { Err(wrong()) }
    }
}

/// Where the digits that are not zero begin and end.
fn ends(digits: &[u32]) -> Option<(usize, usize)> {
    let not_zero = |digit: &u32| *digit != 0;
    Some((digits.iter().position(not_zero)?, digits.iter().rposition(not_zero)? + 1))
}

/// `mantissa` · 2^`place`, rounded to the nearest `f64`, ties to even.
fn rounded(mantissa: u128, place: i32) -> f64 {
    let length = (u128::BITS - mantissa.leading_zeros()) as i32;
    // Bits that must go: all beyond 53, and all below the smallest subnormal.
    let surplus = (length - 53).max(-1074 - place).max(0) as u32;
    let (kept, gone) = if surplus >= u128::BITS { (0, mantissa) } else { (mantissa >> surplus, mantissa & ((1 << surplus) - 1)) };
    let half = 1u128.checked_shl(surplus.wrapping_sub(1)).unwrap_or(0);
    let up = surplus > 0 && surplus <= u128::BITS && (gone > half || (gone == half && kept & 1 == 1));
    let mut kept = (kept + u128::from(up)) as u64;
    let mut place = place + surplus as i32;
    if kept == 0 {
        return 0.0;
    }
    // As a normal number: shift up to 53 bits as far as the exponent allows.
    let shift = (kept.leading_zeros() as i32 - 11).min(place + 1074);
    if shift >= 0 {
        kept <<= shift;
    } else {
        kept >>= -shift; // 2^53 after rounding up
    }
    place -= shift;
    if place > 971 {
        return f64::INFINITY;
    }
    let exponent = if kept >> 52 == 0 { 0 } else { (place + 1075) as u64 };
    f64::from_bits(exponent << 52 | kept & ((1 << 52) - 1))
}

/// The exact value: a hexadecimal whole number times a power of two, `-0x1fp-40`, without zeros in front and with the
/// largest power.
impl fmt::Display for ExactSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (negative, digits) = self.magnitude();
        let Some((from, to)) = ends(&digits) else { return f.write_str("0") };
        let low = digits.get(from).map_or(0, |digit| digit.trailing_zeros());
        let digit = |i: usize| digits.get(i).map_or(0, |digit| u64::from(*digit));
        let shifted: Vec<u32> = (from..to).map(|i| ((digit(i) | digit(i + 1) << BITS) >> low) as u32).collect();
        let hex = shifted.iter().rev().map(|digit| format!("{digit:08x}")).collect::<String>();
        let place = LOWEST + (from as u32 * BITS + low) as i32;
        write!(f, "{}0x{}p{place}", if negative { "-" } else { "" }, hex.trim_start_matches('0'))
    }
}

impl fmt::Debug for ExactSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        self.magnitude() == other.magnitude()
    }
}

impl Eq for ExactSum {}
