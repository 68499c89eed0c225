//! Values drawn from bytes: ordinary ones and the ends of their ranges.

use crm_core::{Amount, Day};

/// Bytes that are used up.
pub struct Input<'a>(pub &'a [u8]);

const FLOATS: [f64; 24] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    0.1,
    1e-9,
    1e9,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    5e-324,
    1e-300,
    1e300,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    9_007_199_254_740_993.0,
    1.0 - f64::EPSILON,
    1.0 + f64::EPSILON,
    1e-16,
    0.95,
    100.0,
];
const INTEGERS: [i64; 16] =
    [0, 1, -1, 2, 3, 10, 100, 1000, 10_000, 10_001, i32::MAX as i64, i32::MIN as i64, i64::MAX, i64::MIN, 1 << 53, -(1 << 40)];

impl Input<'_> {
    /// A byte, 0 when there are no more.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// One of the first `n` numbers.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = usize::from(self.byte()) | usize::from(if n > 256 { self.byte() } else { 0 }) << 8;
        wide % n.max(1)
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// Eight bytes.
    pub fn word(&mut self) -> u64 {
        (0..8).fold(0, |word, _| word << 8 | u64::from(self.byte()))
    }

    /// A number: mostly small, sometimes an end of the range, sometimes anything.
    pub fn integer(&mut self) -> i64 {
        match self.byte() % 8 {
            0 => self.one_of(&INTEGERS),
            1 => self.word() as i64,
            2 => self.byte().into(),
            _ => i64::from(self.byte() % 16),
        }
    }

    /// Within i32.
    pub fn int(&mut self) -> i32 {
        self.integer().clamp(i32::MIN.into(), i32::MAX.into()) as i32
    }

    /// Any float8.
    pub fn float(&mut self) -> f64 {
        match self.byte() % 8 {
            0 | 1 => self.one_of(&FLOATS),
            2 => f64::from_bits(self.word()),
            3 => f64::from(self.byte()) / 256.0,
            _ => f64::from(self.byte()) / 16.0,
        }
    }

    /// An amount as the host gives it: at most 26 digits before the point.
    pub fn amount(&mut self) -> Amount {
        let units = match self.byte() % 8 {
            0 => i128::from(self.word()) << 60 | i128::from(self.word()),
            1 => i128::MAX,
            2 => -i128::MAX,
            3 => 0,
            _ => i128::from(self.byte()) * 1_000_000_000_000,
        };
        Amount::new(units.clamp(-i128::MAX, i128::MAX), self.byte() % 13)
    }

    /// A day as PostgreSQL has them, without infinities.
    pub fn day(&mut self) -> Day {
        let days = match self.byte() % 8 {
            0 => self.one_of(&[-2_451_545, 2_145_031_948, 0, 9_500, 107_000_000, -730_000]),
            1 => (self.word() as i32).clamp(-2_451_545, 2_145_031_948),
            _ => 9_497 + i32::from(self.byte()) * 2,
        };
        Day::new(days).unwrap_or_else(|e| panic!("{days} is a day: {e}"))
    }

    /// A short name, sometimes an odd one.
    pub fn name(&mut self) -> &'static str {
        self.one_of(&["a", "b", "c", "deposit", "fund", "债券", "", "\0", "x\"\\\n", "gold", "mass", "silver"])
    }
}
