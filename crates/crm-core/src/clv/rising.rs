//! Sums over rising factorials, `(c)_x = c (c+1) … (c+x-1)`, of many customers at once, with their derivatives.
//!
//! `ln (c)_x = ln Γ(c+x) - ln Γ(c)` is what the models have of every customer's number of purchases `x`. The sum over the
//! customers is a sum over `j` of `ln(c+j)` times the customers with more than `j` purchases: it needs the histogram of `x`
//! only, subtracts no large numbers, and takes as long for a million customers as for a thousand.

/// A stretch of `j` from `from` below `to`, reached by `count` customers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    from: f64,
    to: f64,
    count: f64,
}

/// How many customers have how many purchases.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    runs: Vec<Run>,
}

/// Stretches up to this long are added up term by term; longer ones by Stirling's series, which is exact to rounding there.
const TERM_BY_TERM: f64 = 64.0;
/// From where Stirling's series below is exact to rounding.
pub(super) const STIRLING: f64 = 16.0;

impl Counts {
    /// From (number, customers), ascending by number, each there once.
    pub fn new(histogram: &[(u64, f64)]) -> Self {
        let mut left: f64 = histogram.iter().map(|(_, count)| count).sum();
        let (mut runs, mut from) = (Vec::new(), 0);
        for (number, count) in histogram {
            if *number > from {
                runs.push(Run { from: from as f64, to: *number as f64, count: left });
                from = *number;
            }
            left -= count;
        }
        Counts { runs }
    }

    /// The sum of `ln (c)_x`, its first and its second derivative by `c`.
    pub fn ln_rising(&self, c: f64) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for run in &self.runs {
            for (sum, term) in sums.iter_mut().zip(run_sums(c, run.from, run.to)) {
                *sum += run.count * term;
            }
        }
        sums
    }

    /// The sum of `ln (b)_x / (a+b)_x = ln B(a, b+x) - ln B(a, b)` with its derivatives by `a` and `b`.
    pub fn ln_beta_ratio(&self, a: f64, b: f64) -> BetaRatio {
        let mut sums = BetaRatio::default();
        for run in &self.runs {
            let n = run.count;
            if run.to - run.from <= TERM_BY_TERM {
                let mut j = run.from;
                while j < run.to {
                    let (ib, iab) = (1.0 / (b + j), 1.0 / (a + b + j));
                    let gap = a * ib * iab;
                    sums.value -= n * libm::log1p(a * ib);
                    sums.a -= n * iab;
                    sums.b += n * gap;
                    sums.aa += n * iab * iab;
                    sums.bb -= n * gap * (ib + iab);
                    j += 1.0;
                }
            } else {
                let (l, d, t) = into(run_sums(b, run.from, run.to));
                let (lab, dab, tab) = into(run_sums(a + b, run.from, run.to));
                sums.value += n * (l - lab);
                sums.a -= n * dab;
                sums.b += n * (d - dab);
                sums.aa -= n * tab;
                sums.bb += n * (t - tab);
            }
        }
        sums
    }
}

/// A sum of `ln (b)_x / (a+b)_x` and its derivatives; the one by `a` and `b` equals the second by `a`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BetaRatio {
    pub value: f64,
    pub a: f64,
    pub b: f64,
    pub aa: f64,
    pub bb: f64,
}

fn into([value, first, second]: [f64; 3]) -> (f64, f64, f64) {
    (value, first, second)
}

/// `ln (c+from)_(to-from)` and its first and second derivative by `c`: the sums of ln(c+j), 1/(c+j), -1/(c+j)².
fn run_sums(c: f64, from: f64, to: f64) -> [f64; 3] {
    let direct = |from: f64, to: f64| {
        let (mut j, mut sums) = (from, [0.0; 3]);
        while j < to {
            let inverse = 1.0 / (c + j);
            sums[0] += libm::log(c + j);
            sums[1] += inverse;
            sums[2] -= inverse * inverse;
            j += 1.0;
        }
        sums
    };
    if to - from <= TERM_BY_TERM {
        return direct(from, to);
    }
    // The first few, where Stirling's series is not good enough, one by one.
    let low = if c + from < STIRLING { from + STIRLING } else { from };
    let (head, tail) = (direct(from, low), stirling_difference(c + low, to - low));
    std::array::from_fn(|i| head[i] + tail[i])
}

/// ln √(2π), which [`gamma_family`] leaves out of `ln Γ`.
pub const LN_ROOT_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// `ln Γ(z)` less a constant, ψ(z) and ψ'(z) for z ≥ 16 (Abramowitz and Stegun 6.1.41, 6.3.18, 6.4.12).
fn stirling(z: f64) -> [f64; 3] {
    let (i, l) = (1.0 / z, libm::log(z));
    let [gamma, psi, tri] = corrections(z);
    [(z - 0.5) * l - z + gamma, l - 0.5 * i - psi, i + 0.5 * i * i + tri]
}

/// [`stirling`] at z + length less that at z: its leading terms are subtracted before they are computed, for large z.
fn stirling_difference(z: f64, length: f64) -> [f64; 3] {
    let top = z + length;
    let (ratio, gap) = (libm::log1p(length / z), length / (z * top));
    let (high, low) = (corrections(top), corrections(z));
    [
        (z - 0.5) * ratio + length * (libm::log(top) - 1.0) + (high[0] - low[0]),
        ratio + 0.5 * gap - (high[1] - low[1]),
        -gap - 0.5 * gap * (1.0 / z + 1.0 / top) + (high[2] - low[2]),
    ]
}

/// The series in [`stirling`] that follow the leading terms.
pub(super) fn corrections(z: f64) -> [f64; 3] {
    let i = 1.0 / z;
    let q = i * i;
    let gamma = i * (1.0 / 12.0 - q * (1.0 / 360.0 - q * (1.0 / 1260.0 - q * (1.0 / 1680.0 - q * (1.0 / 1188.0 - q * 691.0 / 360_360.0)))));
    let psi = q * (1.0 / 12.0 - q * (1.0 / 120.0 - q * (1.0 / 252.0 - q * (1.0 / 240.0 - q * (1.0 / 132.0 - q * 691.0 / 32_760.0)))));
    let tri = q * i * (1.0 / 6.0 - q * (1.0 / 30.0 - q * (1.0 / 42.0 - q * (1.0 / 30.0 - q * (5.0 / 66.0 - q * 691.0 / 2730.0)))));
    [gamma, psi, tri]
}

/// `ln Γ(z)` less a constant, ψ(z) and ψ'(z), for z > 0.
pub fn gamma_family(z: f64) -> [f64; 3] {
    let steps = if z < STIRLING { (STIRLING - z).ceil() } else { 0.0 };
    let (top, head) = (stirling(z + steps), short_sums(z, steps));
    std::array::from_fn(|i| top[i] - head[i])
}

/// As [`run_sums`] from 0 for a few terms, with one logarithm.
fn short_sums(z: f64, steps: f64) -> [f64; 3] {
    let (mut j, mut product, mut sums) = (0.0, 1.0, [0.0; 3]);
    while j < steps {
        let inverse = 1.0 / (z + j);
        product *= z + j;
        sums[1] += inverse;
        sums[2] -= inverse * inverse;
        j += 1.0;
    }
    if steps > 0.0 {
        sums[0] = libm::log(product);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: f64, b: f64, tolerance: f64) -> bool {
        (a - b).abs() <= tolerance * b.abs().max(1e-300)
    }

    #[test]
    fn known_values() {
        // ψ(1) = -γ, ψ'(1) = π²/6; the constant of ln Γ is ln √(2π).
        let [l, p, t] = gamma_family(1.0);
        assert!((l + 0.918_938_533_204_672_8).abs() < 1e-14, "{l}");
        assert!(near(p, -0.577_215_664_901_532_9, 1e-14), "{p}");
        assert!(near(t, std::f64::consts::PI.powi(2) / 6.0, 1e-14), "{t}");
        let sums = Counts::new(&[(0, 5.0), (3, 2.0)]).ln_rising(0.5);
        assert!(near(sums[0], 2.0 * (0.5f64 * 1.5 * 2.5).ln(), 1e-15));
        assert_eq!(Counts::new(&[(0, 5.0)]).ln_rising(0.5), [0.0; 3]);
        assert_eq!(Counts::new(&[]).ln_rising(0.5), [0.0; 3]);
    }

    proptest! {
        // Long runs, by Stirling's series, are the sums of their terms.
        #[test]
        fn long_runs_are_sums(c in 1e-6..50f64, from in 0u64..100, length in 65u64..3000, a in 1e-3..30f64) {
            let histogram = [(from, 3.0), (from + length, 2.0)];
            let whole = Counts::new(&histogram).ln_rising(c);
            let ratio = Counts::new(&histogram).ln_beta_ratio(a, c);
            let mut terms = [0.0; 3];
            let mut of_ratio = BetaRatio::default();
            for j in 0..from + length {
                let n = if j < from { 5.0 } else { 2.0 };
                let z = c + j as f64;
                let y = a + z;
                for (sum, term) in terms.iter_mut().zip([z.ln(), 1.0 / z, -1.0 / (z * z)]) {
                    *sum += n * term;
                }
                of_ratio.value += n * (z.ln() - y.ln());
                of_ratio.b += n * (1.0 / z - 1.0 / y);
                of_ratio.aa += n / (y * y);
                of_ratio.bb -= n * (1.0 / (z * z) - 1.0 / (y * y));
            }
            for (i, (left, right)) in whole.iter().zip(terms).enumerate() {
                prop_assert!((left - right).abs() <= 1e-11 * right.abs().max(1.0), "{i}: {left} {right}");
            }
            for (left, right) in [(ratio.value, of_ratio.value), (ratio.b, of_ratio.b), (ratio.aa, of_ratio.aa), (ratio.bb, of_ratio.bb)] {
                prop_assert!((left - right).abs() <= 1e-11 * right.abs().max(10.0), "{left} {right}");
            }
        }

        #[test]
        fn gamma_steps(z in 1e-3..100f64) {
            let (low, high) = (gamma_family(z), gamma_family(z + 1.0));
            prop_assert!((high[0] - low[0] - z.ln()).abs() < 3e-14 * high[0].abs().max(10.0));
            prop_assert!((high[1] - low[1] - 1.0 / z).abs() < 1e-14 * (1.0 / z).max(1.0) * 8.0);
            prop_assert!((low[2] - high[2] - 1.0 / (z * z)).abs() < 1e-14 * (1.0 / (z * z)).max(1.0));
        }
    }
}
