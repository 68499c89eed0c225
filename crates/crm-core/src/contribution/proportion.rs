//! Products and quotients of amounts, rounded once.

use crate::amount::{Amount, UNIT, overflow};
use crate::error::Result;
use crate::exact;

/// `value · numerator / denominator`, exact and then rounded half to even; the product may pass 128 bits. A result that does
/// is 22003, and so is a denominator of 0.
pub fn proportion(value: i128, numerator: i128, denominator: i128) -> Result<i128> {
    match denominator.signum() {
        0 => Err(overflow()),
        1 => exact::quotient(value, numerator, denominator, 1),
        _ => exact::quotient(value, -numerator, -denominator, 1),
    }
}

/// `amount / volume`, rounded half to even at twelve decimals; none for a volume of 0. Above 1.7e26 it is 22003.
pub fn rate(amount: Amount, volume: Amount) -> Result<Option<Amount>> {
    if volume.units == 0 {
        return Ok(None);
    }
    proportion(amount.units, UNIT, volume.units).map(|units| Some(Amount::new(units, amount.scale)))
}

/// The part in a whole above 0, as the nearest float8.
pub fn share(part: i128, whole: i128) -> Option<f64> {
    (whole > 0).then(|| exact::ratio(part.into(), whole.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqlState;
    use ethnum::U256;
    use proptest::prelude::*;

    #[test]
    fn halves_go_to_the_even_neighbour_and_the_product_may_be_wide() {
        for (value, numerator, denominator, expected) in [
            (5, 1, 2, 2),
            (7, 1, 2, 4),
            (-5, 1, 2, -2),
            (-7, 1, 2, -4),
            (7, -1, -2, 4),
            (7, -1, 2, -4),
            (10, 1, 3, 3),
            (11, 1, 3, 4),
            (0, 5, 7, 0),
            (i128::MAX, i128::MAX, i128::MAX, i128::MAX),
            (-i128::MAX, i128::MAX, i128::MAX, -i128::MAX),
            (i128::MAX, 10, 20, i128::MAX / 2 + 1),
        ] {
            assert_eq!(proportion(value, numerator, denominator).unwrap(), expected, "{value} * {numerator} / {denominator}");
        }
        for (value, numerator, denominator) in [(i128::MAX, 2, 1), (1, 1, 0), (0, 0, 0), (i128::MAX, i128::MAX, 1)] {
            assert_eq!(proportion(value, numerator, denominator).unwrap_err().state, SqlState::OutOfRange);
        }
    }

    proptest! {
        #[test]
        fn it_is_the_nearest_whole_number(value in any::<i64>(), numerator in any::<i32>(), denominator in any::<i64>()) {
            prop_assume!(denominator != 0);
            let (n, d) = (i128::from(value) * i128::from(numerator), i128::from(denominator));
            let quotient = proportion(value.into(), numerator.into(), d).unwrap();
            let off = (n - quotient * d).abs() * 2;
            prop_assert!(off < d.abs() || (off == d.abs() && quotient % 2 == 0));
        }

        // In 256 bits, by a way of its own: what was divided is the quotient times the divisor, give or take half of it.
        #[test]
        fn it_is_the_nearest_where_the_product_is_wide(value in any::<u128>(), numerator in any::<u128>(), denominator in 1u128..) {
            let [value, numerator, denominator] = [value, numerator, denominator].map(|x| (x >> 1) as i128);
            if let Ok(quotient) = proportion(value, numerator, denominator) {
                let wide = |x: i128, y: i128| U256::from(x as u128) * U256::from(y as u128);
                let (n, near) = (wide(value, numerator), wide(quotient, denominator));
                let off = if n > near { n - near } else { near - n };
                prop_assert!(off << 1u32 <= U256::from(denominator as u128));
            }
        }
    }
}
