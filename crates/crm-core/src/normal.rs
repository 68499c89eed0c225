//! Quantiles of the normal distribution, and the intervals of rates that rest on them.

/// The quantile of the standard normal distribution at a probability strictly between 0 and 1, by Newton's method on erfc.
pub fn quantile(probability: f64) -> f64 {
    if probability < 0.5 {
        return -quantile_of_tail(probability);
    }
    quantile_of_tail(1.0 - probability)
}

/// Where the upper tail has a probability of at most one half.
fn quantile_of_tail(tail: f64) -> f64 {
    let (ln_tail, mut z) = (libm::log(tail), (-2.0 * libm::log(2.0 * tail)).max(0.0).sqrt());
    for _ in 0..50 {
        let q = 0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2);
        // On the logarithm of the tail, which is concave: from beyond the root it converges without overshooting.
        let density = libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
        let step = (libm::log(q) - ln_tail) * q / density;
        z += step;
        if step.abs() < 1e-15 * z.abs().max(1.0) {
            break;
        }
    }
    z
}

/// The score interval of a proportion `x / n` for the normal quantile `z` (Edwin B. Wilson, "Probable inference, the law of succession, and
/// statistical inference", Journal of the American Statistical Association 22, 1927, pp. 209-212): the rates p with
/// |x - n p| at most z √(n p (1 - p)).
pub fn wilson(x: i64, n: i64, z: f64) -> (f64, f64) {
    let (part, rest, whole, zz) = (x as f64, (n - x) as f64, n as f64, z * z);
    let middle = part + zz / 2.0;
    let spread = z * (part * (rest / whole) + zz / 4.0).sqrt();
    // The lower end by the product of both, x² / (n (n + z²)), and not as the difference, which loses digits: 0 for none. The
    // upper end is 1 for all.
    let lower = if x == 0 { 0.0 } else { (part / whole) * (part / (middle + spread)) };
    let upper = if rest == 0.0 { 1.0 } else { ((middle + spread) / (whole + zz)).min(1.0) };
    (lower, upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_quantiles() {
        for (p, z) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.995, 2.575_829_303_548_901),
            (0.841_344_746_068_542_9, 1.0),
            (1e-10, -6.361_340_902_404_056),
        ] {
            assert!((quantile(p) - z).abs() < 1e-12, "{p}: {}", quantile(p));
        }
    }
}
