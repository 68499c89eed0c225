//! Exact money from and to PostgreSQL's `numeric`, without calling a numeric function.
//!
//! The layout is that of `src/include/utils/numeric.h` and `src/backend/utils/adt/numeric.c`, unchanged on disk since
//! 9.1: a 16-bit header (short form: sign, display scale and weight in it; long form: sign and scale, then a 16-bit
//! weight), then base-10000 digits, most significant first.

use crm_core::amount::{DECIMALS, UNIT, not_finite, overflow};
use crm_core::{Amount, Error, Result, SqlState};

/// Decimal digits in one base-10000 digit.
const STEP: i128 = 10_000;
/// Base-10000 digits after the point that an amount keeps.
const KEPT: i32 = 3;

#[cold]
fn cut_short() -> Error {
    Error::new(SqlState::DataCorrupted, "a numeric value is cut short")
}

/// A numeric's sign, display scale, weight and digits.
pub(super) struct Parts<'a> {
    pub(super) negative: bool,
    pub(super) scale: u16,
    pub(super) weight: i32,
    pub(super) digits: &'a [u8],
}

impl Parts<'_> {
    #[inline(always)]
    pub(super) fn of(data: &[u8]) -> Result<Parts<'_>> {
        let word = |at: usize| data.get(at..at + 2).map(|b| u16::from_ne_bytes([b[0], b[1]]));
        let header = word(0).ok_or_else(cut_short)?;
        Ok(match header & 0xC000 {
            0xC000 => return Err(not_finite(if header & 0x3000 == 0 { "NaN" } else { "infinite" })),
            0x8000 => {
                // Seven bits of weight, the highest of them its sign.
                let weight = i32::from((header & 0x007F) as i8) << 25 >> 25;
                Parts { negative: header & 0x2000 != 0, scale: (header & 0x1F80) >> 7, weight, digits: &data[2..] }
            }
            sign => {
                let weight = word(2).ok_or_else(cut_short)? as i16;
                Parts { negative: sign == 0x4000, scale: header & 0x3FFF, weight: i32::from(weight), digits: &data[4..] }
            }
        })
    }

    /// Whether there are at most 16 digits before the point and 12 after it.
    #[inline(always)]
    fn is_short(&self) -> bool {
        (-1..=3).contains(&self.weight) && (self.digits.len() / 2) as i32 <= self.weight + 1 + KEPT
    }
}

/// Decodes the contents of a numeric (what follows its length word). More than twelve decimals round half to even.
#[inline]
pub(super) fn decode(data: &[u8]) -> Result<Amount> {
    let parts = Parts::of(data)?;
    let units = if parts.is_short() {
        let (whole, decimals) = short(&parts);
        i128::from(whole) * UNIT + i128::from(decimals)
    } else {
        long(parts.digits, parts.weight)?
    };
    Ok(Amount { units: if parts.negative { -units } else { units }, scale: parts.scale.min(u16::from(DECIMALS)) as u8 })
}

/// Decodes a numeric as the nearest float8, if that takes no more than one division of two exact numbers (Clinger, "How to
/// Read Floating Point Numbers Accurately", 1990).
#[inline]
pub(super) fn decode_float8(data: &[u8]) -> Option<f64> {
    let parts = Parts::of(data).ok()?;
    let cut = 10u64.pow(u32::from(DECIMALS).checked_sub(parts.scale.into())?);
    if !parts.is_short() {
        return None;
    }
    let (whole, decimals) = short(&parts);
    let significand = whole.checked_mul(10u64.pow(parts.scale.into()))?.checked_add(decimals / cut)?;
    if significand >= 1 << 53 || decimals % cut != 0 {
        return None;
    }
    let magnitude = significand as f64 / 10u64.pow(parts.scale.into()) as f64;
    Some(if parts.negative { -magnitude } else { magnitude })
}

/// What stands before the point and after it, of a short numeric: no step can overflow.
#[inline(always)]
fn short(parts: &Parts<'_>) -> (u64, u64) {
    let (mut whole, mut decimals) = (0u64, 0u64);
    let mut each = parts.digits.chunks_exact(2).map(|b| u64::from(u16::from_ne_bytes([b[0], b[1]])));
    for _ in 0..=parts.weight {
        whole = whole * 10_000 + each.next().unwrap_or(0);
    }
    for _ in 0..KEPT {
        decimals = decimals * 10_000 + each.next().unwrap_or(0);
    }
    (whole, decimals)
}

#[cold]
fn long(digits: &[u8], weight: i32) -> Result<i128> {
    let digit = |power: i32| {
        let at = usize::try_from(weight - power).ok()? * 2;
        digits.get(at..at + 2).map(|b| i128::from(u16::from_ne_bytes([b[0], b[1]])))
    };
    if weight > 8 && !digits.is_empty() {
        return Err(overflow()); // at least 10^36, the range ends below 2 * 10^26
    }
    let mut units = 0i128;
    for power in (-KEPT..=weight).rev() {
        units = units.checked_mul(STEP).and_then(|u| u.checked_add(digit(power).unwrap_or(0))).ok_or_else(overflow)?;
    }
    let next = digit(-KEPT - 1).unwrap_or(0);
    let beyond = (weight + 1 + KEPT + 1).max(0) as usize * 2;
    let sticky = digits.get(beyond..).is_some_and(|rest| rest.iter().any(|b| *b != 0));
    let half = STEP / 2;
    if next > half || (next == half && (sticky || units % 2 == 1)) {
        units = units.checked_add(1).ok_or_else(overflow)?;
    }
    Ok(units)
}

/// Encodes an amount as the contents of a numeric (what follows its length word).
pub(super) fn encode(amount: Amount) -> Vec<u8> {
    let mut rest = amount.units.unsigned_abs();
    let mut digits = Vec::with_capacity(12); // least significant first
    while rest != 0 {
        digits.push((rest % STEP.unsigned_abs()) as u16);
        rest /= STEP.unsigned_abs();
    }
    let weight = if digits.is_empty() { 0 } else { digits.len() as i32 - 1 - KEPT };
    let trailing = digits.iter().take_while(|d| **d == 0).count();
    let sign = if amount.units < 0 { 0x2000 } else { 0 };
    // At most ten digits and twelve decimals: the short form always holds it.
    let header = 0x8000 | sign | (u16::from(amount.digits()) << 7) | (weight as u16 & 0x007F);
    let mut data = header.to_ne_bytes().to_vec();
    digits[trailing..].iter().rev().for_each(|d| data.extend_from_slice(&d.to_ne_bytes()));
    data
}
