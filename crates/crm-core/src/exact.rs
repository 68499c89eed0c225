//! Products and quotients of amounts without an intermediate rounding: in 256 bits, where the product of any two amounts
//! has room. Money is rounded once, half to even; a float8 is the one nearest to the exact quotient.

use crate::amount::{self, UNIT, overflow};
use crate::error::Result;
use ethnum::{I256, U256};
use std::cmp::Ordering;

const UNIT_256: I256 = I256::new(UNIT);

/// The exact product of two amounts in units: a number of 10⁻²⁴. Each is below 2¹²⁷, so it is below 2²⁵⁴.
pub fn product(left: i128, right: i128) -> I256 {
    I256::from(left) * I256::from(right)
}

/// The sum of two products; an overflow is 22003.
pub fn sum(left: I256, right: I256) -> Result<I256> {
    left.checked_add(right).ok_or_else(overflow)
}

/// The sum of units, whatever their order: only what comes out has to be in range. An overflow is 22003.
pub fn total(all: impl IntoIterator<Item = i128>) -> Result<i128> {
    units(all.into_iter().map(I256::from).sum())
}

/// The product of two amounts, in units, rounded half to even at twelve decimals. An overflow is 22003.
#[inline]
pub fn times(left: i128, right: i128) -> Result<i128> {
    match left.checked_mul(right) {
        Some(product) => Ok(amount::div_half_even(product, UNIT)),
        None => to_amount(product(left, right)),
    }
}

/// A number of 10⁻²⁴ as one of 10⁻¹², half to even. An overflow is 22003.
pub fn to_amount(product: I256) -> Result<i128> {
    units(div_half_even(product, UNIT_256, false))
}

/// `value · numerator / denominator` in steps of `step` units, half to even: rounded once. The denominator and the step are above
/// 0, the step is a power of ten up to one. An overflow is 22003.
pub fn quotient(value: i128, numerator: i128, denominator: i128, step: i128) -> Result<i128> {
    let steps = div_half_even(product(value, numerator), product(denominator, step), false);
    units(steps.checked_mul(I256::from(step)).ok_or_else(overflow)?)
}

/// `value · numerator / denominator` of a number of 10⁻²⁴, as one of 10⁻¹², half to even: rounded once. The numerator is not
/// negative, the denominator is above 0.
/// An overflow is 22003.
pub fn share(value: I256, numerator: i128, denominator: i128) -> Result<i128> {
    // Divided before it is multiplied, so that nothing larger than the result is in between.
    let divisor = I256::from(denominator);
    let rest = value.rem_euclid(divisor) * I256::from(numerator);
    let whole = value.div_euclid(divisor).checked_mul(I256::from(numerator)).ok_or_else(overflow)?;
    let cut = sum(whole, rest.div_euclid(divisor))?;
    units(div_half_even(cut, UNIT_256, rest.rem_euclid(divisor) != 0))
}

/// `value / divisor`, half to even, as units of an amount; `divisor > 0`. An overflow is 22003.
pub fn rounded(value: I256, divisor: I256) -> Result<i128> {
    units(div_half_even(value, divisor, false))
}

/// `value / divisor`, half to even; `divisor > 0`. The value is known to be a little more than it says, or is exact.
fn div_half_even(value: I256, divisor: I256, more: bool) -> I256 {
    let (quotient, remainder) = (value.div_euclid(divisor), value.rem_euclid(divisor));
    let up = match remainder.cmp(&(divisor - remainder)) {
        Ordering::Greater => true,
        Ordering::Equal => more || quotient & I256::ONE != 0,
        Ordering::Less => false,
    };
    if up { quotient + I256::ONE } else { quotient }
}

/// Units in the range of amounts, which is symmetric. An overflow is 22003.
pub fn units(value: I256) -> Result<i128> {
    i128::try_from(value).ok().filter(|units| *units != i128::MIN).ok_or_else(overflow)
}

/// The float8 nearest to `numerator / denominator`, half to even. The denominator is positive and below 2^200.
pub fn ratio(numerator: I256, denominator: I256) -> f64 {
    let magnitude = numerator.unsigned_abs();
    if magnitude == U256::ZERO {
        return 0.0;
    }
    // Shifted up as far as it goes, the quotient has at least 56 bits: three more than a float8.
    let up = magnitude.leading_zeros();
    let (shifted, divisor) = (magnitude << up, denominator.unsigned_abs());
    let (quotient, rest) = (shifted / divisor, shifted % divisor);
    // Its upper 64 bits, the last of them set if anything follows, round as the whole would.
    let down = (U256::BITS - quotient.leading_zeros()).saturating_sub(u64::BITS);
    let upper = (quotient >> down).as_u64();
    let follows = rest != U256::ZERO || U256::from(upper) << down != quotient;
    let rounded = (upper | u64::from(follows)) as f64 * power_of_two(i64::from(down) - i64::from(up));
    if numerator < 0 { -rounded } else { rounded }
}

/// 2 to a power from -1022 to 1023.
fn power_of_two(power: i64) -> f64 {
    f64::from_bits(((power + 1023) as u64) << (f64::MANTISSA_DIGITS - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqlState;
    use proptest::prelude::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        for (left, expected) in [(1, 0), (3, 2), (5, 2), (7, 4), (-1, 0), (-3, -2), (-5, -2), (-7, -4), (0, 0), (4, 2), (-4, -2)] {
            assert_eq!(times(left, UNIT / 2).unwrap(), expected, "{left}");
            assert_eq!(to_amount(product(left, UNIT / 2)).unwrap(), expected, "{left}");
            assert_eq!(quotient(left, 1, 2, 1).unwrap(), expected, "{left}");
            assert_eq!(quotient(left * 10, 1, 2, 10).unwrap(), expected * 10, "{left}");
            assert_eq!(share(product(left, UNIT), 1, 2).unwrap(), expected, "{left}");
        }
        // A little more than a half.
        assert_eq!(share(I256::from(UNIT / 2) * 3 + 1, 1, 3).unwrap(), 1);
        assert_eq!(share(I256::from(UNIT / 2) * 3, 1, 3).unwrap(), 0);
    }

    #[test]
    fn known_quotients() {
        let of = |n: i128, d: i128| ratio(I256::from(n), I256::from(d));
        assert_eq!([of(0, 7), of(1, 3), of(-1, 3), of(10, 5), of(7, 7)], [0.0, 1.0 / 3.0, -1.0 / 3.0, 2.0, 1.0]);
        // A half of the last bit rounds to even, a trace more does not.
        assert_eq!([of((1 << 53) + 1, 1), of((1 << 53) + 3, 1)], [(1u64 << 53) as f64, ((1u64 << 53) + 4) as f64]);
        assert_eq!(
            ratio((I256::from(1i128 << 53) + 1) * I256::from(1i128 << 100) + 1, I256::from(1i128 << 100)),
            ((1u64 << 53) + 2) as f64
        );
        assert_eq!(ratio(I256::ONE, I256::ONE << 199), 2f64.powi(-199));
        assert_eq!(ratio(I256::ONE << 254, I256::ONE), 2f64.powi(254));
    }

    #[test]
    fn a_sum_may_leave_the_range_on_its_way() {
        let large = i128::MAX;
        assert_eq!(total([large, large, -large, 5 - large]).unwrap(), 5);
        assert_eq!(total([large, 1]).unwrap_err().state, SqlState::OutOfRange);
        assert_eq!(total([-large, -1]).unwrap_err().state, SqlState::OutOfRange);
        assert_eq!(total([]).unwrap(), 0);
    }

    #[test]
    fn what_is_too_large_is_an_error() {
        let large = i128::MAX;
        for wrong in [
            times(large, UNIT + 1),
            times(-large, large),
            to_amount(product(large, large)),
            quotient(large, large, 1, UNIT),
            quotient(large, 3, 2, 1),
            share(product(large, large), large, 1),
            share(product(large, UNIT), 3, 2),
            sum(product(large, large), product(large, large)).and_then(|twice| sum(twice, twice)).and_then(to_amount),
        ] {
            assert_eq!(wrong.unwrap_err().state, SqlState::OutOfRange);
        }
        assert_eq!(times(large, UNIT).unwrap(), large);
        assert_eq!(times(-large, UNIT).unwrap(), -large);
        assert_eq!(times(i128::MIN + 1, -UNIT).unwrap(), large);
        assert_eq!(quotient(large, large, large, 1).unwrap(), large);
        assert_eq!(share(product(large, UNIT), large, large).unwrap(), large);
        assert!(times(i128::MIN, UNIT).is_err() && times(i128::MIN, -UNIT).is_err());
    }

    /// Twice the quotient of `a · b / (c · d)` lies as far from the exact one as a half, or nearer, and halves are even: checked
    /// by long multiplication in pieces of 32 bits, which shares nothing with the crate.
    fn is_nearest(quotient: i128, [a, b]: [i128; 2], [c, d]: [i128; 2]) -> bool {
        fn long(left: &[u32], right: u128) -> Vec<u32> {
            let mut sum = vec![0u32; left.len() + 4];
            for (i, l) in left.iter().enumerate() {
                let mut carry = 0u64;
                for j in 0..4 {
                    let digit = (right >> (32 * j)) as u32;
                    let all = u64::from(*l) * u64::from(digit) + u64::from(sum[i + j]) + carry;
                    (sum[i + j], carry) = (all as u32, all >> 32);
                }
                let mut at = i + 4;
                while carry > 0 {
                    let all = u64::from(sum[at]) + carry;
                    (sum[at], carry) = (all as u32, all >> 32);
                    at += 1;
                }
            }
            sum
        }
        let less_or_same = |left: &[u32], right: &[u32]| {
            let digit = |digits: &[u32], i: usize| digits.get(i).copied().unwrap_or(0);
            let order = (0..left.len().max(right.len())).rev().map(|i| digit(left, i).cmp(&digit(right, i))).find(|o| o.is_ne());
            order.unwrap_or(Ordering::Equal)
        };
        // |2ab - 2q·cd| <= cd, as (2q - 1)·cd <= 2ab <= (2q + 1)·cd, for numbers that are not negative.
        let twice = long(&long(&[2], a.unsigned_abs()), b.unsigned_abs());
        let bound = |q: u128| long(&long(&long(&[1], q), c.unsigned_abs()), d.unsigned_abs());
        let q = quotient.unsigned_abs() * 2;
        let (low, high) = (bound(q.saturating_sub(1)), bound(q + 1));
        let (low, high) = (less_or_same(&low, &twice), less_or_same(&twice, &high));
        let even = quotient % 2 == 0;
        (q == 0 || low.is_lt() || (low.is_eq() && even)) && (high.is_lt() || (high.is_eq() && even))
    }

    fn units_of_any_size() -> impl Strategy<Value = i128> {
        (any::<i128>(), 1u32..127).prop_map(|(n, bits)| n >> bits)
    }

    proptest! {
        #[test]
        fn as_the_processor_divides_what_it_can_hold(n in -(1i64 << 53)..(1 << 53), d in 1i64..(1 << 53), shift in 0u32..146) {
            let (n, d) = (n as i128, d as i128);
            prop_assert_eq!(ratio(I256::from(n) << shift, I256::from(d) << shift), n as f64 / d as f64);
        }

        #[test]
        fn every_quotient_is_the_nearest(
            a in units_of_any_size(), b in units_of_any_size(), c in units_of_any_size(), decimals in 0u32..=12
        ) {
            let (step, c) = (10i128.pow(decimals), c.abs().max(1));
            let sign = a.signum() * b.signum();
            if let Ok(found) = quotient(a, b.abs(), c, step) {
                prop_assert!(found % step == 0 && (found == 0 || found.signum() == a.signum()));
                prop_assume!(found.unsigned_abs() < 1 << 125);
                prop_assert!(is_nearest(found / step, [a, b], [c, step]));
            }
            if let Ok(found) = times(a, b) {
                prop_assert!(found == 0 || found.signum() == sign);
                prop_assert!(is_nearest(found, [a, b], [UNIT, 1]));
                prop_assert_eq!(to_amount(product(a, b)).unwrap(), found);
            }
            if let Ok(found) = share(product(a, UNIT), b.abs(), c) {
                prop_assume!(found.unsigned_abs() < 1 << 125);
                prop_assert!(is_nearest(found, [a, b], [c, 1]));
            }
        }
    }
}
