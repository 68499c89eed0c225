//! The numbers of JSON from and to those of jsonb, which are numerics.

use super::WORD;
use crate::host::numeric::Parts;
use serde_json::Number;

/// Decimal digits in one of a numeric's.
const GROUP: i32 = 4;
/// Digits that are written here, zeros of the exponent included: as many as the short form always holds.
const MOST: i32 = 60;

/// A numeric's contents as a JSON number, digit by digit as PostgreSQL prints it.
pub(super) fn read(numeric: &[u8]) -> Option<Number> {
    let parts = Parts::of(numeric).ok()?;
    let group = |place: i32| {
        let at = usize::try_from(parts.weight - place).ok()? * 2;
        parts.digits.get(at..at + 2).map(|bytes| u16::from_ne_bytes([bytes[0], bytes[1]]))
    };
    if parts.scale == 0 && parts.weight <= 3 {
        let whole = (0..=parts.weight).rev().fold(0i64, |whole, place| whole * 10_000 + i64::from(group(place).unwrap_or(0)));
        return Some(Number::from(if parts.negative { -whole } else { whole }));
    }
    let mut text = String::with_capacity(24);
    if parts.negative {
        text.push('-');
    }
    let whole_from = text.len();
    for place in (0..=parts.weight).rev() {
        push_group(&mut text, group(place).unwrap_or(0), 4);
    }
    let zeros = text.get(whole_from..)?.bytes().take_while(|byte| *byte == b'0').count();
    text.replace_range(whole_from..whole_from + zeros, if whole_from + zeros == text.len() { "0" } else { "" });
    if parts.scale > 0 {
        text.push('.');
        let mut left = usize::from(parts.scale);
        let mut place = -1;
        while left > 0 {
            push_group(&mut text, group(place).unwrap_or(0), left.min(4));
            left -= left.min(4);
            place -= 1;
        }
    }
    text.parse().ok()
}

/// The first of a group's four digits.
fn push_group(text: &mut String, group: u16, digits: usize) {
    for power in [1000, 100, 10, 1].into_iter().take(digits) {
        text.push(char::from(b'0' + (group / power % 10) as u8));
    }
}

/// Appends the numeric of a JSON number, its length before it; gives how many bytes. None where it is not a number as JSON has them, or one
/// of very many digits.
pub(super) fn write(json: &[u8], data: &mut Vec<u8>) -> Option<usize> {
    let (negative, rest) = match json {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, json),
    };
    let (whole, rest) = digits(rest);
    let (decimals, rest) = match rest {
        [b'.', rest @ ..] => digits(rest),
        _ => (&[][..], rest),
    };
    let has_point = json.contains(&b'.');
    if whole.is_empty() || (whole.len() > 1 && whole.first() == Some(&b'0')) || (has_point && decimals.is_empty()) {
        return None;
    }
    let exponent = exponent(rest)?;
    let (many, scale) = (i32::try_from(whole.len() + decimals.len()).ok()?, i32::try_from(decimals.len()).ok()? - exponent);
    if many + exponent.abs() > MOST {
        return None;
    }
    // Digits before the point, and groups.
    let before = i32::try_from(whole.len()).ok()? + exponent;
    let groups = (before + GROUP - 1).div_euclid(GROUP);
    let mut weight = groups - 1;
    let leading = usize::try_from(groups * GROUP - before).ok()?;

    let start = data.len();
    data.extend_from_slice(&[0; WORD + 2]);
    let mut all = std::iter::repeat_n(0u8, leading).chain(whole.iter().chain(decimals).map(|digit| digit - b'0'));
    let (mut group, mut in_group, mut zeros, mut any) = (0u16, 0, 0, false);
    let mut push = |group: u16, data: &mut Vec<u8>| {
        match (group, any) {
            (0, false) => weight -= 1,
            // Kept back: zeros at the end are not written.
            (0, true) => zeros += 1,
            _ => {
                data.resize(data.len() + 2 * zeros, 0);
                data.extend_from_slice(&group.to_ne_bytes());
                (any, zeros) = (true, 0);
            }
        }
    };
    for digit in &mut all {
        group = group * 10 + u16::from(digit);
        in_group += 1;
        if in_group == GROUP {
            push(group, data);
            (group, in_group) = (0, 0);
        }
    }
    if in_group > 0 {
        push(group * 10u16.pow((GROUP - in_group).unsigned_abs()), data);
    }
    let sign = if negative && any { 0x2000 } else { 0 };
    if !any {
        weight = 0;
    }
    // The short form: its mark, the sign, the display scale, and seven bits of weight.
    let header = 0x8000 | sign | (u16::try_from(scale.max(0)).ok()? << 7) | (weight as u16 & 0x007F);
    let length = data.len() - start;
    data.get_mut(start + WORD..)?.first_chunk_mut::<2>()?.copy_from_slice(&header.to_ne_bytes());
    data.get_mut(start..)?.first_chunk_mut::<WORD>()?.copy_from_slice(&length_word(length)?);
    Some(length)
}

/// The word before a value of four-byte length, which counts itself.
fn length_word(length: usize) -> Option<[u8; WORD]> {
    let length = u32::try_from(length).ok()?;
    Some(if cfg!(target_endian = "little") { length << 2 } else { length }.to_ne_bytes())
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// What follows the digits.
fn exponent(text: &[u8]) -> Option<i32> {
    let signed = match text {
        [] => return Some(0),
        [b'e' | b'E', signed @ ..] => signed,
        _ => return None,
    };
    let (negative, unsigned) = match signed {
        [b'-', unsigned @ ..] => (true, unsigned),
        [b'+', unsigned @ ..] => (false, unsigned),
        _ => (false, signed),
    };
    let (all, rest) = digits(unsigned);
    if all.is_empty() || all.len() > 3 || !rest.is_empty() {
        return None;
    }
    let value = all.iter().fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
    Some(if negative { -value } else { value })
}
