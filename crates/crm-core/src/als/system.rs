//! What one customer's holdings say of his factors, or one item's customers of its factors.
//!
//! The least squares problem of one row is `(YᵗY + λI + Σ d y yᵗ) x = Σ (1 + d) y` over what it holds, with `d` the confidence
//! above 1. With `YᵗY + λI = UᵗU` and `z = U⁻ᵗ y` for all `y` once, it is `(I + Σ d z zᵗ) x′ = Σ (1 + d) z`, and
//! `y · x = z · x′`. A row that holds fewer than there are factors is solved in the space of what it holds (Woodbury), where the
//! matrix is `I + S Z Zᵗ S` with `S = √d`: as exact, and much less work. No eigenvalue of either is below 1.

use super::linear::{Meter, Square, Table, add_multiple, dot, no_room, padded, zeros};
use crate::error::Result;

/// Room for one row after the other.
#[derive(Clone, Debug, Default)]
pub struct System {
    /// The factor of the row's matrix.
    square: Square,
    /// Whether that is in the space of what the row holds.
    small: bool,
    /// What it holds, and with which confidence above 1.
    held: Vec<(u32, f64)>,
    room: Vec<f64>,
}

impl System {
    /// Takes a row: the positions in `z` of what it holds, ascending, each with its confidence above 1, which is positive. False where
    /// that cannot be solved.
    pub fn take(&mut self, z: &Table, held: impl Iterator<Item = (u32, f64)>, meter: &mut Meter) -> Result<bool> {
        self.held.clear();
        self.held.try_reserve(held.size_hint().1.unwrap_or(0)).map_err(no_room)?;
        self.held.extend(held);
        self.small = self.held.len() < z.width();
        if !self.small {
            self.square.reset(z.width(), 1.0)?;
            self.square.add_products(self.held.iter().map(|(i, d)| (*d, z.row(*i))), meter);
            return Ok(self.square.factorize(meter));
        }
        self.square.reset(padded(self.held.len()), 1.0)?;
        for (a, (i, d)) in self.held.iter().enumerate() {
            let (row, s) = (z.row(*i), d.sqrt());
            for (b, (j, e)) in self.held.iter().enumerate().skip(a) {
                let product = s * e.sqrt() * dot(row, z.row(*j));
                self.square.set(a, b, if a == b { 1.0 + product } else { product });
            }
        }
        meter.spend(self.held.len() * self.held.len() / 2 * z.width());
        Ok(self.square.factorize(meter))
    }

    /// Writes `x′`.
    pub fn solve(&mut self, z: &Table, x: &mut [f64]) {
        x.fill(0.0);
        if !self.small {
            self.held.iter().for_each(|(i, d)| add_multiple(x, 1.0 + d, z.row(*i)));
            self.square.forward(x);
            self.square.backward(x);
            return;
        }
        self.room.clear();
        self.room.extend(self.held.iter().map(|(_, d)| (1.0 + d) / d.sqrt()));
        self.room.resize(padded(self.held.len()), 0.0);
        self.square.forward(&mut self.room);
        self.square.backward(&mut self.room);
        self.held.iter().zip(&self.room).for_each(|((i, d), t)| add_multiple(x, d.sqrt() * t, z.row(*i)));
    }

    /// What each held item contributes to the score of the item whose whitened factors these are, `(1 + d) zᵗ (I + Σ d z zᵗ)⁻¹ z₀`:
    /// they add up to `z₀ · x′`, but for rounding.
    pub fn contributions(&mut self, z: &Table, of: &[f64]) -> Result<&[f64]> {
        let count = self.held.len();
        if !self.small {
            let mut solved = zeros(of.len())?;
            solved.copy_from_slice(of);
            self.square.forward(&mut solved);
            self.square.backward(&mut solved);
            self.room.clear();
            self.room.try_reserve(count).map_err(no_room)?;
            self.room.extend(self.held.iter().map(|(i, d)| (1.0 + d) * dot(&solved, z.row(*i))));
        } else {
            self.room.clear();
            self.room.extend(self.held.iter().map(|(i, d)| d.sqrt() * dot(of, z.row(*i))));
            self.room.resize(padded(count), 0.0);
            self.square.forward(&mut self.room);
            self.square.backward(&mut self.room);
            self.room.iter_mut().zip(&self.held).for_each(|(q, (_, d))| *q *= (1.0 + d) / d.sqrt());
        }
        Ok(self.room.get(..count).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::solved;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Both spaces give what elimination gives, and the contributions add up.
        #[test]
        fn rows_are_solved(
            cells in prop::collection::vec(prop::collection::vec(-1.0f64..1.0, 8), 20),
            weights in prop::collection::vec(0.01f64..50.0, 0..20),
        ) {
            let mut z = Table::new(20, 8).unwrap();
            z.rows_mut().zip(&cells).for_each(|(row, cells)| row.copy_from_slice(cells));
            let held: Vec<(u32, f64)> = (0..).zip(weights).collect();
            let entry = |a: usize, b: usize| f64::from(u8::from(a == b)) + held.iter().map(|(i, d)| d * z.row(*i)[a] * z.row(*i)[b]).sum::<f64>();
            let matrix = (0..8).map(|a| (0..8).map(|b| entry(a, b)).collect()).collect();
            let right = (0..8).map(|a| held.iter().map(|(i, d)| (1.0 + d) * z.row(*i)[a]).sum()).collect();
            let wanted = solved(matrix, right);
            let (mut system, mut x) = (System::default(), [9.0; 8]);
            let mut meter = Meter::default();
            prop_assert!(system.take(&z, held.iter().copied(), &mut meter).unwrap());
            system.solve(&z, &mut x);
            for (x, wanted) in x.iter().zip(&wanted) {
                prop_assert!((x - wanted).abs() <= 1e-9 * (1.0 + wanted.abs()), "{x} {wanted}");
            }
            let of = z.row(19).to_vec();
            let sum: f64 = system.contributions(&z, &of).unwrap().iter().sum();
            prop_assert!((sum - dot(&of, &x)).abs() <= 1e-9 * (1.0 + sum.abs()));
        }
    }
}
