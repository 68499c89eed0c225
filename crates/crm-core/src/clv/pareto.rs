//! Pareto/NBD: customers buy at a gamma distributed rate and leave at an exponential time whose rate is gamma distributed.
//!
//! Schmittlein, Morrison and Colombo, "Counting Your Customers: Who Are They and What Will They Do Next?", Management Science
//! 33 (1987); Fader and Hardie, "A Note on Deriving the Pareto/NBD Model and Related Expressions" (2005). Its likelihood is
//! usually written as a difference of Gauss hypergeometric functions, which overflow and cancel. Here it is what they stand
//! for, an integral over the time of leaving u, of (α+u)^-(r+x) (β+u)^-(s+1) from t_x to T, all positive, by Gauss-Legendre
//! quadrature in z = ln((m+u) / (m+t_x)), m = min(α, β), where the logarithm of the integrand is nearly a straight line.

use super::bgnbd::softplus;
use super::histories::{Histories, PAUSE_EVERY, Pattern};
use super::maximize::{Derivatives, Likelihood, Sum};
use super::quadrature::{Rule, rule};
use super::rising::Counts;

/// The log-likelihood of r, alpha, s, beta.
pub struct ParetoLikelihood<'h, 'a> {
    histories: &'h Histories<'a>,
    rate: Counts,
}

impl<'h, 'a> ParetoLikelihood<'h, 'a> {
    /// Of customers, in days.
    pub fn new(histories: &'h Histories<'a>) -> Self {
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

/// A point of the integral: ln (α+u)/(α+t_x), ln (β+u)/(β+t_x), and α+u, β+u.
struct At {
    ln_alpha: f64,
    ln_beta: f64,
    alpha: f64,
    beta: f64,
}

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
        leaving.rule = rule((5.0 + 0.55 * fall + 3.0 * leaving.width) as usize);
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
        for (node, weight, _) in &leaving.rule.points {
            let z = node * leaving.width;
            let at = leaving.at(z);
            sum += weight * libm::exp(z - (r + p.x) * at.ln_alpha - (s + 1.0) * at.ln_beta);
        }
        leaving.against_alive(r + p.x, s) + libm::log(s * leaving.width * sum)
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
            At { ln_alpha: z, ln_beta: libm::log1p(grown / self.beta), alpha, beta }
        } else {
            At { ln_alpha: libm::log1p(grown / self.alpha), ln_beta: z, alpha, beta }
        }
    }

    /// The logarithm of the integrand at t_x, over the likelihood of being alive at T.
    #[inline(always)]
    fn against_alive(&self, k: f64, s: f64) -> f64 {
        k * self.ln_alpha + s * self.ln_beta + libm::log(self.low / self.beta)
    }
}

impl Likelihood<4> for ParetoLikelihood<'_, '_> {
    fn evaluate(&self, &[r, alpha, s, beta]: &[f64; 4]) -> Derivatives<4> {
        let model = Pareto { r, alpha, s, beta };
        let [rising, by_r, rr] = self.rate.ln_rising(r);
        let mut value = Sum::default();
        value.add(rising);
        let (mut g, mut h) = ([by_r, 0.0, 0.0, 0.0], [[0.0; 4]; 4]);
        h[0][0] = rr;
        let (inv_alpha, inv_beta) = (1.0 / alpha, 1.0 / beta);
        for (i, p) in self.histories.patterns.iter().enumerate() {
            if i % PAUSE_EVERY == 0 {
                (self.histories.pause)();
            }
            // Components of the likelihood, each with its weight and the derivatives of its logarithm; those by r and s are
            // the logarithms below, by alpha and beta the inverses times factors that are the same for all components.
            let (k, m) = (r + p.x, s + 1.0);
            let (ln_alpha, ln_beta) = (libm::log1p(p.t * inv_alpha), libm::log1p(p.t * inv_beta));
            let mut base = -r * ln_alpha - p.x * libm::log(alpha + p.t) - s * ln_beta;
            let (mut parts, mut left) = (Moments::default(), Moments::default());
            let mut alive = 1.0;
            if p.t > p.t_x {
                let leaving = model.leaving(*p);
                let against = leaving.against_alive(k, s);
                // Whichever is larger is 1: nothing overflows.
                let most = against.max(0.0);
                base += most;
                alive = libm::exp(-most);
                let scale = s * leaving.width * libm::exp(against - most);
                let (shift_a, shift_b) = (libm::log1p(p.t_x * inv_alpha), libm::log1p(p.t_x * inv_beta));
                for (node, weight, _) in &leaving.rule.points {
                    let z = node * leaving.width;
                    let at = leaving.at(z);
                    let w = scale * weight * libm::exp(z - k * at.ln_alpha - m * at.ln_beta);
                    left.add(w, [shift_a + at.ln_alpha, 1.0 / at.alpha, shift_b + at.ln_beta, 1.0 / at.beta]);
                }
            }
            parts.add(alive, [ln_alpha, 1.0 / (alpha + p.t), ln_beta, s / ((beta + p.t) * m)]);
            let total = parts.weight + left.weight;
            value.add(p.count * (base + libm::log(total)));
            // Per customer: mean of the gradients, mean of the Hessians plus covariance of the gradients. The gradient of a
            // component: by r -la + 0, by alpha r/α - k/(α+u), by s -lb (+ 1/s for those who left), by beta s/β - m/(β+u).
            let share = left.weight / total;
            let mean: [f64; 4] = std::array::from_fn(|j| (parts.first[j] + left.first[j]) / total);
            let covariance = |i: usize, j: usize| {
                let (i, j) = (i.min(j), i.max(j));
                (parts.second[i][j] + left.second[i][j]) / total - mean[i] * mean[j]
            };
            // Of the mark "left" with each of the others.
            let mark: [f64; 4] = std::array::from_fn(|j| left.first[j] / total - share * mean[j]);
            let n = p.count;
            let factor = [1.0, k, 1.0, m];
            let by = [-mean[0], r * inv_alpha - k * mean[1], -mean[2] + share / s, s * inv_beta - m * mean[3]];
            for i in 0..4 {
                g[i] += n * by[i];
                for j in i..4 {
                    h[i][j] += n * factor[i] * factor[j] * covariance(i, j);
                }
            }
            // 1/s on those who left: covariance with -1 times the others, and with itself.
            h[0][2] -= n * mark[0] / s;
            h[1][2] -= n * k * mark[1] / s;
            h[2][2] += n * (-2.0 * mark[2] / s + share * (1.0 - share) / (s * s) - share / (s * s));
            h[2][3] -= n * m * mark[3] / s;
            // Means of the Hessians of the components.
            h[0][1] += n * (inv_alpha - mean[1]);
            h[1][1] += n * (-r * inv_alpha * inv_alpha + k * (parts.second[1][1] + left.second[1][1]) / total);
            let late = 1.0 / (beta + p.t);
            h[2][3] += n * (inv_beta - (parts.weight * late + left.first[3]) / total);
            h[3][3] += n * (-s * inv_beta * inv_beta + (parts.weight * s * late * late + m * left.second[3][3]) / total);
        }
        Derivatives { value: value.total(), gradient: g, hessian: h }.mirrored()
    }
}

/// Sums of weights, of weights times four figures, and of weights times their products.
#[derive(Default)]
struct Moments {
    weight: f64,
    first: [f64; 4],
    second: [[f64; 4]; 4],
}

impl Moments {
    #[inline(always)]
    fn add(&mut self, w: f64, x: [f64; 4]) {
        self.weight += w;
        for i in 0..4 {
            let wx = w * x[i];
            self.first[i] += wx;
            for j in i..4 {
                self.second[i][j] += wx * x[j];
            }
        }
    }
}
