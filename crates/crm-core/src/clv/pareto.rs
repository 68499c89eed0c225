//! Pareto/NBD: customers buy at a gamma distributed rate and leave at an exponential time whose rate is gamma distributed.
//!
//! Schmittlein, Morrison and Colombo, "Counting Your Customers: Who Are They and What Will They Do Next?", Management Science
//! 33 (1987); Fader and Hardie, "A Note on Deriving the Pareto/NBD Model and Related Expressions" (2005). Its likelihood is
//! usually written as a difference of Gauss hypergeometric functions, which overflow and cancel. Here it is what they stand
//! for, an integral over the time of leaving u, of (α+u)^-(r+x) (β+u)^-(s+1) from t_x to T, all positive, by Gauss-Legendre
//! quadrature in z = ln((m+u) / (m+t_x)), m = min(α, β), where the logarithm of the integrand is nearly a straight line.

#![allow(clippy::needless_range_loop, reason = "an index says which row and column of a matrix is meant")]

use super::bgnbd::softplus;
use super::histories::{Histories, PAUSE_EVERY, Pattern};
use super::maximize::{Derivatives, Likelihood, Sum};
use super::quadrature::{Rule, rule};
use super::rising::Counts;
use crate::pause;

/// The log-likelihood of r, alpha, s, beta.
pub struct ParetoLikelihood<'h> {
    histories: &'h Histories,
    rate: Counts,
}

impl<'h> ParetoLikelihood<'h> {
    /// Of customers, in days.
    pub fn new(histories: &'h Histories) -> Self {
        ParetoLikelihood { histories, rate: histories.counts(0) }
    }
}

/// A model with parameters, times in any unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pareto {
    pub r: f64,
    pub alpha: f64,
    /// 0 where nobody leaves: the NBD.
    pub s: f64,
    pub beta: f64,
}

/// The integral over the time of leaving, set up: z from 0 to `width`.
struct Leaving {
    /// min(α, β) + t_x
    low: f64,
    /// α + t_x and β + t_x
    alpha: f64,
    beta: f64,
    /// ln (α+T)/(α+t_x) and ln (β+T)/(β+t_x)
    ln_alpha: f64,
    ln_beta: f64,
    width: f64,
    rule: &'static Rule,
    alpha_is_least: bool,
}

/// A point of the integral: ln (α+u)/(α+t_x), ln (β+u)/(β+t_x), u - t_x, α+u and β+u.
struct At {
    ln_alpha: f64,
    ln_beta: f64,
    grown: f64,
    alpha: f64,
    beta: f64,
}

/// A width from which on the integral is taken in panels: something may happen near its end, which is a small part of it.
const WIDE: f64 = 15.0;
/// Where the panels of a wide integral end, from its end.
const PANELS: [f64; 2] = [48.0, 12.0];
/// What the logarithm of the integrand may fall before the rest is left out: a part below 1e-18.
const FALL: f64 = 42.0;

impl Pareto {
    #[inline(always)]
    fn leaving(&self, p: Pattern) -> Leaving {
        let Pareto { r, alpha, s, beta } = *self;
        let alpha_is_least = alpha <= beta;
        let (a, b) = (alpha + p.t_x, beta + p.t_x);
        let low = if alpha_is_least { a } else { b };
        let (ln_alpha, ln_beta) = (libm::log1p((p.t - p.t_x) / a), libm::log1p((p.t - p.t_x) / b));
        let whole = if alpha_is_least { ln_alpha } else { ln_beta };
        let mut leaving = Leaving { low, alpha: a, beta: b, ln_alpha, ln_beta, width: whole, rule: rule(6), alpha_is_least };
        // The slope of the logarithm of the integrand by z is the steeper, the larger z: r+x and s+1 times what each grows by,
        // less 1 for dz. So it falls at least as the slope at 0 says.
        let slope = |z: f64| {
            let grown = low * libm::expm1(z);
            let e = low + grown;
            (r + p.x) * e / (a + grown) + (s + 1.0) * e / (b + grown) - 1.0
        };
        let (first, last) = (slope(0.0), slope(whole));
        let mut fall = 0.5 * (first.abs() + last.abs()) * whole;
        if first * whole > FALL || last * whole > FALL {
            let height = |z: f64| {
                let at = leaving.at(z);
                z - (r + p.x) * at.ln_alpha - (s + 1.0) * at.ln_beta
            };
            // The highest point, then how far it has to go down: both by bisection of a function that is concave.
            let peak = if first >= 0.0 { 0.0 } else { bisect(0.0, whole, |z| slope(z) >= 0.0) };
            let top = height(peak);
            if top - height(whole) > FALL {
                leaving.width = bisect(peak, whole, |z| top - height(z) > FALL);
                fall = FALL;
            }
        }
        // Nodes by how much there is to follow; tried against 96 nodes on all kinds of parameters in the tests.
        leaving.rule = match leaving.width <= WIDE {
            true => rule((3.5 + 3.2 * fall.sqrt() + 3.0 * leaving.width) as usize),
            false => rule(48),
        };
        leaving
    }

    /// The log-likelihood of one customer.
    pub fn log_likelihood(&self, p: Pattern) -> f64 {
        let Pareto { r, alpha, s, beta } = *self;
        let rising = Counts::new(&[(p.x as u64, 1.0)]).ln_rising(r)[0];
        let alive = -r * libm::log1p(p.t / alpha) - p.x * libm::log(alpha + p.t) - s * libm::log1p(p.t / beta);
        rising + alive + softplus(self.ln_odds(p)).0
    }

    /// The logarithm of the odds that he has left by T.
    #[inline]
    fn ln_odds(&self, p: Pattern) -> f64 {
        let Pareto { r, s, .. } = *self;
        if p.t <= p.t_x || s == 0.0 {
            return f64::NEG_INFINITY;
        }
        let leaving = self.leaving(p);
        let mut sum = 0.0;
        leaving.points(|z, weight| {
            let at = leaving.at(z);
            sum += weight * libm::exp(z - (r + p.x) * at.ln_alpha - (s + 1.0) * at.ln_beta);
        });
        leaving.against_alive(r + p.x, s) + libm::log(s * sum)
    }

    /// P(alive): that he still buys at T.
    #[inline]
    pub fn alive(&self, p: Pattern) -> f64 {
        1.0 / (1.0 + libm::exp(self.ln_odds(p)))
    }

    /// Expected purchases until `horizon` after T.
    #[inline]
    pub fn purchases(&self, p: Pattern, horizon: f64) -> f64 {
        self.alive(p) * self.purchases_if_alive(p, horizon)
    }

    /// The same of someone who is alive at T.
    #[inline]
    pub fn purchases_if_alive(&self, p: Pattern, horizon: f64) -> f64 {
        (self.r + p.x) / (self.alpha + p.t) * self.staying(self.beta + p.t, horizon)
    }

    /// Expected purchases of a new customer until `horizon` after the first.
    pub fn purchases_new(&self, horizon: f64) -> f64 {
        self.r / self.alpha * self.staying(self.beta, horizon)
    }

    /// The expected time there of someone who is there, at most `horizon`: ∫ (β/(β+t))^s dt, without a singularity at s = 1.
    fn staying(&self, beta: f64, horizon: f64) -> f64 {
        let (l, e) = (libm::log1p(horizon / beta), self.s - 1.0);
        beta * if (e * l).abs() < 1e-290 { l } else { -libm::expm1(-e * l) / e }
    }
}

/// Where a condition that holds from some point on begins to, or ends, between two points.
fn bisect(mut low: f64, mut high: f64, beyond: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..12 {
        let middle = 0.5 * (low + high);
        if beyond(middle) { high = middle } else { low = middle }
    }
    high
}

impl Leaving {
    #[inline(always)]
    fn at(&self, z: f64) -> At {
        let grown = self.low * libm::expm1(z);
        let (alpha, beta) = (self.alpha + grown, self.beta + grown);
        if self.alpha_is_least {
            At { ln_alpha: z, ln_beta: libm::log1p(grown / self.beta), grown, alpha, beta }
        } else {
            At { ln_alpha: libm::log1p(grown / self.alpha), ln_beta: z, grown, alpha, beta }
        }
    }

    /// Calls with every point of the integral and its weight.
    #[inline(always)]
    fn points(&self, mut each: impl FnMut(f64, f64)) {
        let mut panel = |from: f64, to: f64| {
            for (node, weight, _) in &self.rule.points {
                each(from + node * (to - from), weight * (to - from));
            }
        };
        let mut from = 0.0;
        if self.width > WIDE {
            for before_end in PANELS {
                let to = self.width - before_end;
                if to > from {
                    panel(from, to);
                    from = to;
                }
            }
        }
        panel(from, self.width);
    }

    /// The logarithm of the integrand at t_x, over the likelihood of being alive at T.
    #[inline(always)]
    fn against_alive(&self, k: f64, s: f64) -> f64 {
        k * self.ln_alpha + s * self.ln_beta + libm::log(self.low / self.beta)
    }
}

impl Likelihood<4> for ParetoLikelihood<'_> {
    /// Each customer's likelihood is a sum: he is alive at T, or left at one of the points of the integral. The gradient of its
    /// logarithm is the mean of the components' gradients, the Hessian the mean of their Hessians and the covariance of their
    /// gradients. All is taken relative to the component that is alive, so that nothing cancels where parameters are large.
    fn evaluate(&self, &[r, alpha, s, beta]: &[f64; 4]) -> Derivatives<4> {
        let model = Pareto { r, alpha, s, beta };
        let [rising, by_r, rr] = self.rate.ln_rising(r);
        let mut value = Sum::default();
        value.add(rising);
        let (mut g, mut h) = ([by_r, 0.0, 0.0, 0.0], [[0.0; 4]; 4]);
        h[0][0] = rr;
        let (inv_alpha, inv_beta, inv_s) = (1.0 / alpha, 1.0 / beta, 1.0 / s);
        for (i, p) in self.histories.patterns.iter().enumerate() {
            if i % PAUSE_EVERY == 0 {
                pause::now();
            }
            let (k, n) = (r + p.x, p.count);
            let (ia, ib) = (1.0 / (alpha + p.t), 1.0 / (beta + p.t));
            let (ln_alpha, ln_beta) = (libm::log1p(p.t * inv_alpha), libm::log1p(p.t * inv_beta));
            // 1/α - 1/(α+T), 1/β - 1/(β+T)
            let (gap_alpha, gap_beta) = (p.t * inv_alpha * ia, p.t * inv_beta * ib);
            value.add(n * (-r * ln_alpha + p.x * libm::log(ia) - s * ln_beta));
            g[0] -= n * ln_alpha;
            g[1] += n * (r * gap_alpha - p.x * ia);
            g[2] -= n * ln_beta;
            g[3] += n * s * gap_beta;
            h[0][1] += n * gap_alpha;
            h[1][1] += n * (p.x * ia * ia - r * gap_alpha * (inv_alpha + ia));
            h[2][3] += n * gap_beta;
            h[3][3] -= n * s * gap_beta * (inv_beta + ib);
            if p.t <= p.t_x {
                continue;
            }
            let leaving = model.leaving(*p);
            let left = leaving.moments(k, s, inv_s, [ia, ib], p.t - p.t_x);
            // Odds of having left, from its logarithm: nothing overflows.
            let ln_odds = leaving.against_alive(k, s) + libm::log(s * left.weight);
            let (term, share) = softplus(ln_odds);
            value.add(n * term);
            let w = n * share / left.weight;
            let mean = left.first.map(|sum| share * sum / left.weight);
            for i in 0..4 {
                g[i] += n * mean[i];
                for j in i..4 {
                    h[i][j] += w * left.second[i][j] - n * mean[i] * mean[j];
                }
            }
            h[0][1] += n * mean[1] / k;
            h[1][1] += w * k * left.alpha_squares;
            h[2][2] -= n * share * inv_s * inv_s;
            h[2][3] -= w * left.beta_gaps;
            h[3][3] += w * left.beta_squares;
        }
        Derivatives { value: value.total(), gradient: g, hessian: h }.mirrored()
    }
}

/// Sums over the points of the integral, each with its weight.
#[derive(Default)]
struct Moments {
    weight: f64,
    /// Of the gradients, and of their products.
    first: [f64; 4],
    second: [[f64; 4]; 4],
    /// Of 1/(α+u)² - 1/(α+T)², of 1/(β+u) - 1/(β+T), and of (s+1)/(β+u)² - s/(β+T)².
    alpha_squares: f64,
    beta_gaps: f64,
    beta_squares: f64,
}

impl Leaving {
    /// `span` is T - t_x; `inverses` are 1/(α+T) and 1/(β+T).
    #[inline(always)]
    fn moments(&self, k: f64, s: f64, inv_s: f64, [ia, ib]: [f64; 2], span: f64) -> Moments {
        let mut sums = Moments::default();
        self.points(|z, weight| {
            let at = self.at(z);
            let w = weight * libm::exp(z - k * at.ln_alpha - (s + 1.0) * at.ln_beta);
            let (iau, ibu, rest) = (1.0 / at.alpha, 1.0 / at.beta, span - at.grown);
            let (gap_alpha, gap_beta) = (rest * iau * ia, rest * ibu * ib);
            let y = [self.ln_alpha - at.ln_alpha, -k * gap_alpha, self.ln_beta - at.ln_beta + inv_s, -(s * gap_beta + ibu)];
            sums.weight += w;
            for i in 0..4 {
                let wy = w * y[i];
                sums.first[i] += wy;
                for j in i..4 {
                    sums.second[i][j] += wy * y[j];
                }
            }
            sums.alpha_squares += w * gap_alpha * (iau + ia);
            sums.beta_gaps += w * gap_beta;
            sums.beta_squares += w * (s * gap_beta * (ibu + ib) + ibu * ibu);
        });
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The integral by many panels of 96 nodes each.
    fn slowly(model: &Pareto, p: Pattern) -> f64 {
        let mut leaving = model.leaving(p);
        let whole = if leaving.alpha_is_least { leaving.ln_alpha } else { leaving.ln_beta };
        leaving.width = whole;
        let panels = 256.0;
        let mut sum = 0.0;
        for panel in 0..256 {
            for (node, weight, _) in &rule(96).points {
                let z = (f64::from(panel) + node) / panels * whole;
                let at = leaving.at(z);
                sum += weight / panels * libm::exp(z - (model.r + p.x) * at.ln_alpha - (model.s + 1.0) * at.ln_beta);
            }
        }
        leaving.against_alive(model.r + p.x, model.s) + libm::log(model.s * whole * sum)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn few_nodes_are_enough(mut logs in prop::array::uniform4(-7.0..8f64), tiny in prop::option::weighted(0.2, -250.0..-7f64), x in 0u32..400, t_x in 0.0..3000f64, more in 1e-3..3000f64, small in any::<bool>()) {
            if let Some(tiny) = tiny {
                (logs[2], logs[3]) = (-(-tiny).ln() + 0.1 * logs[2], tiny);
            }
            let [r, alpha, s, beta] = logs.map(f64::exp);
            let model = Pareto { r, alpha, s, beta };
            let x = if small { f64::from(x % 6) } else { f64::from(x) };
            let p = Pattern { x, t_x: if x == 0.0 { 0.0 } else { t_x }, t: t_x + more, count: 1.0 };
            let (few, many) = (model.ln_odds(p), slowly(&model, p));
            prop_assert!((few - many).abs() < 3e-12 * many.abs().max(1.0), "{} {}: {:?} {:?}", few, many, model, p);
        }
    }
}
