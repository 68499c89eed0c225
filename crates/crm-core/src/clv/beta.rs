//! `-ln B(a, b) = ln Γ(a+b) - ln Γ(a) - ln Γ(b)` with its derivatives, to the last digits also where a, b or both are large.

use super::rising::{LN_ROOT_TWO_PI, STIRLING, corrections, gamma_family};

/// `-ln B(a, b)` and its derivatives by a and b.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct InverseBeta {
    /// ln Γ(a+b) - ln Γ(a) - ln Γ(b)
    pub value: f64,
    /// ψ(a+b) - ψ(a)
    pub a: f64,
    /// ψ(a+b) - ψ(b)
    pub b: f64,
    /// ψ'(a+b) - ψ'(a)
    pub aa: f64,
    /// ψ'(a+b)
    pub ab: f64,
    /// ψ'(a+b) - ψ'(b)
    pub bb: f64,
}

/// Of positive a and b.
pub fn inverse_beta(a: f64, b: f64) -> InverseBeta {
    if a <= b {
        return ordered(a, b);
    }
    let InverseBeta { value, a, b, aa, ab, bb } = ordered(b, a);
    InverseBeta { value, a: b, b: a, aa: bb, ab, bb: aa }
}

/// Of a ≤ b. The leading terms of Stirling's series cancel where arguments are large: they are taken out by hand.
fn ordered(a: f64, b: f64) -> InverseBeta {
    let sum = a + b;
    if b < STIRLING {
        let (low, high, [l, d, t]) = (gamma_family(a), gamma_family(b), gamma_family(sum));
        let value = l - low[0] - high[0] - LN_ROOT_TWO_PI;
        return InverseBeta { value, a: d - low[1], b: d - high[1], aa: t - low[2], ab: t, bb: t - high[2] };
    }
    let (of_b, of_sum) = (corrections(b), corrections(sum));
    let ratio = libm::log1p(a / b);
    let tri = 1.0 / sum + 0.5 / (sum * sum) + of_sum[2];
    // ψ(a+b) - ψ(z), less the difference of the logarithms, and ψ'(a+b) - ψ'(z), where a+b = z + other.
    let psi_less = |z: f64, other: f64, of_z: [f64; 3]| 0.5 * other / (z * sum) + (of_z[1] - of_sum[1]);
    let tri_less = |z: f64, other: f64, of_z: [f64; 3]| -other / (z * sum) * (1.0 + 0.5 / z + 0.5 / sum) + (of_sum[2] - of_z[2]);
    let shared = (sum - 0.5) * ratio + (of_sum[0] - of_b[0]);
    let (value, by_a, aa) = if a < STIRLING {
        let [l, d, t] = gamma_family(a);
        let psi = libm::log(sum) - 0.5 / sum - of_sum[1];
        (shared + a * (libm::log(b) - 1.0) - l - LN_ROOT_TWO_PI, psi - d, tri - t)
    } else {
        let of_a = corrections(a);
        let value = shared + a * libm::log(b / a) + (0.5 * libm::log(a) - LN_ROOT_TWO_PI) - of_a[0];
        (value, libm::log1p(b / a) + psi_less(a, b, of_a), tri_less(a, b, of_a))
    };
    InverseBeta { value, a: by_a, b: ratio + psi_less(b, a, of_b), aa, ab: tri, bb: tri_less(b, a, of_b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// From 50 digits: a, b, value, ψ(a+b) - ψ(a), ψ(a+b) - ψ(b), ψ'(a+b) - ψ'(a), ψ'(a+b) - ψ'(b).
    const KNOWN: [[f64; 7]; 12] = [
        [0.375, 0.5, -1.3495802179700132, 1.9499819775974443, 1.159492954473728, -6.15603667483659, -2.929061242619761],
        [1e-06, 3.0, -13.8155090579649, 1000001.49999875, 3.949339897913431e-07, -1000000000001.2501, -1.5411374684951015e-07],
        [3.0, 15.5, 7.713254105201259, 1.967715954273074, 0.1822650467811758, -0.3393927848748919, -0.011100731609941442],
        [2.0, 16.0, 5.605802066295998, 2.4395525226407577, 0.1213235294117647, -0.5878067410574438, -0.0073664576124567475],
        [15.75, 16.25, 22.28964974968617, 0.725270998687848, 0.6930213150868918, -0.03380694238685643, -0.03172739764723414],
        [17.0, 40.0, 35.04917677243867, 1.2307403615542374, 0.35792631584685464, -0.04288888034178804, -0.007616450779839709],
        [6.25, 1000000.0, 81.12735340650504, 12.065062781064048, 6.24998359381289e-06, -0.17347823316468214, -6.249967187688671e-12],
        [3.75, 500000000.0, 73.62612939316833, 18.84758127427467, 7.499999979375e-09, -0.3053398506902531, -1.49999999175e-17],
        [500000000.0, 500000000.0, 693147189.3094925, 0.6931471810599453, 0.6931471810599453, -1.0000000015e-09, -1.0000000015e-09],
        [
            10000.0,
            500000000.0,
            118201.56905675572,
            10.819848284043639,
            1.9999800022666227e-05,
            -0.00010000300020666387,
            -3.999920009599728e-14,
        ],
        [
            0.001,
            1000000000000.0,
            -6.879547864267925,
            1028.2065930477384,
            1.0000000000004994e-15,
            -1000001.6425331958,
            -1.0000000000009991e-27,
        ],
        [
            20.0,
            1000000000000000.0,
            651.4356437110144,
            31.568252402668556,
            1.999999999999981e-14,
            -0.05127082293520212,
            -1.999999999999962e-29,
        ],
    ];

    #[test]
    fn known_values() {
        for [a, b, value, by_a, by_b, aa, bb] in KNOWN {
            for swapped in [false, true] {
                let got = if swapped { inverse_beta(b, a) } else { inverse_beta(a, b) };
                let got = if swapped { InverseBeta { a: got.b, b: got.a, aa: got.bb, bb: got.aa, ..got } } else { got };
                let all = [("value", got.value, value), ("a", got.a, by_a), ("b", got.b, by_b), ("aa", got.aa, aa), ("bb", got.bb, bb)];
                for (name, got, want) in all {
                    // Small arguments lose digits of small differences, never more than a few units of 1e-14.
                    let scale = if b < STIRLING || (name != "b" && a < STIRLING) { want.abs().max(1.0) } else { want.abs() };
                    assert!((got - want).abs() <= 2e-14 * scale, "{name} of {a} {b}: {got} instead of {want}");
                }
            }
        }
    }

    proptest! {
        // B(a, b) = B(a, b+1) (a+b) / b, across the change of method at 16.
        #[test]
        fn steps(a in 1e-3..40f64, b in 1e-3..40f64) {
            let (low, high) = (inverse_beta(a, b), inverse_beta(a, b + 1.0));
            prop_assert!((high.value - low.value - ((a + b) / b).ln()).abs() < 1e-12);
            prop_assert!((high.a - low.a - 1.0 / (a + b)).abs() < 1e-12 / a.min(1.0));
            prop_assert!((high.aa - low.aa + 1.0 / (a + b).powi(2)).abs() < 1e-12 / (a * a).min(1.0));
            prop_assert!((high.ab - low.ab + 1.0 / (a + b).powi(2)).abs() < 1e-12 / ((a + b) * (a + b)).min(1.0));
        }
    }
}
