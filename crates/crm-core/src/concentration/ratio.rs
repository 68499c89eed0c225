//! The quotient of two large whole numbers, rounded once.

use ethnum::{I256, U256};

/// The float8 nearest to `numerator / denominator`, half to even. The denominator is positive and below 2^200.
pub(super) fn ratio(numerator: I256, denominator: I256) -> f64 {
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn as_the_processor_divides_what_it_can_hold(n in -(1i64 << 53)..(1 << 53), d in 1i64..(1 << 53), shift in 0u32..146) {
            let (n, d) = (n as i128, d as i128);
            prop_assert_eq!(ratio(I256::from(n) << shift, I256::from(d) << shift), n as f64 / d as f64);
        }
    }
}
