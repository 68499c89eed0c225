//! Gauss-Legendre quadrature on [0, 1].

use std::sync::LazyLock;

/// Nodes and weights on [0, 1], ascending.
#[derive(Debug)]
pub struct Rule {
    /// (node, weight, ln weight)
    pub points: Vec<(f64, f64, f64)>,
}

/// The sizes there are.
pub const SIZES: [usize; 11] = [6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96];

static RULES: LazyLock<[Rule; SIZES.len()]> = LazyLock::new(|| SIZES.map(Rule::new));

/// The smallest rule of at least so many nodes, or the largest.
pub fn rule(nodes: usize) -> &'static Rule {
    let at = SIZES.iter().position(|size| *size >= nodes).unwrap_or(SIZES.len() - 1);
    &RULES[at]
}

impl Rule {
    /// The roots of the Legendre polynomial of degree `n` by Newton's method, from the usual cosine guess (Abramowitz and
    /// Stegun 22.16.6, 25.4.29).
    fn new(n: usize) -> Self {
        let size = n as f64;
        let mut points = Vec::with_capacity(n);
        for i in 0..n {
            let mut z = -libm::cos(std::f64::consts::PI * (i as f64 + 0.75) / (size + 0.5));
            let mut slope = 1.0;
            for _ in 0..100 {
                let (mut p, mut before) = (1.0, 0.0);
                for j in 0..n {
                    let j = j as f64;
                    (p, before) = (((2.0 * j + 1.0) * z * p - j * before) / (j + 1.0), p);
                }
                slope = size * (z * p - before) / (z * z - 1.0);
                let step = p / slope;
                z -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            let weight = 1.0 / ((1.0 - z * z) * slope * slope);
            points.push((0.5 * (1.0 + z), weight, libm::log(weight)));
        }
        Rule { points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_exact() {
        for size in SIZES {
            assert_eq!(rule(size).points.len(), size);
            for power in [0, 1, 2, 2 * size as i32 - 1] {
                let sum: f64 = rule(size).points.iter().map(|(node, weight, _)| weight * node.powi(power)).sum();
                assert!((sum * f64::from(power + 1) - 1.0).abs() < 1e-12, "{size} {power}: {sum}");
            }
        }
        assert_eq!(rule(1000).points.len(), 96);
    }
}
