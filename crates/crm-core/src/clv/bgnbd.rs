//! BG/NBD and MBG/NBD: customers buy at a gamma distributed rate, and after each purchase leave with a beta distributed
//! probability; under MBG/NBD after the first one too.
//!
//! Fader, Hardie and Lee, "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD Model", Marketing Science
//! 24 (2005); Batislam, Denizel and Filiztekin, "Empirical validation and comparison of models for customer base analysis",
//! International Journal of Research in Marketing 24 (2007). Both papers write expectations with Gauss's hypergeometric
//! function; here they are sums of positive terms, which neither overflow nor cancel, nor are singular at a = 1.

#![allow(clippy::needless_range_loop, reason = "an index says which row and column of a matrix is meant")]

use super::beta::inverse_beta;
use super::histories::{Histories, PAUSE_EVERY, Pattern};
use super::maximize::{Derivatives, Likelihood, Sum};
use super::rising::{BetaRatio, Counts, gamma_family};
use crate::pause;

/// Which of the two models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropout {
    /// BG/NBD: chances to leave after repeat purchases.
    AfterRepeat,
    /// MBG/NBD: after the first purchase as well.
    AfterAny,
}

impl Dropout {
    /// Chances to leave of a customer with x repeat purchases, less x.
    fn more(self) -> u64 {
        match self {
            Dropout::AfterRepeat => 0,
            Dropout::AfterAny => 1,
        }
    }
}

/// ln(1 + eᵘ) and its derivative.
#[inline(always)]
pub fn softplus(u: f64) -> (f64, f64) {
    if u > 0.0 {
        let e = libm::exp(-u);
        (u + libm::log1p(e), 1.0 / (1.0 + e))
    } else {
        let e = libm::exp(u);
        (libm::log1p(e), e / (1.0 + e))
    }
}

/// The log-likelihood of r, alpha, a, b.
pub struct BgLikelihood<'h> {
    histories: &'h Histories,
    dropout: Dropout,
    rate: Counts,
    chances: Counts,
}

impl<'h> BgLikelihood<'h> {
    /// Of customers, in days.
    pub fn new(histories: &'h Histories, dropout: Dropout) -> Self {
        BgLikelihood { histories, dropout, rate: histories.counts(0), chances: histories.counts(dropout.more()) }
    }
}

/// What the purchases alone say, as of the NBD: `Σ ln (r)_x + r ln α - (r+x) ln(α+T)`, by r and α.
pub fn nbd(rate: &Counts, by_t: &[(f64, f64, f64)], r: f64, alpha: f64) -> Derivatives<2> {
    let [rising, by_r_rising, rr] = rate.ln_rising(r);
    let (mut value, mut by_r, mut by_alpha) = (Sum::default(), Sum::default(), Sum::default());
    let (mut ra, mut aa) = (0.0, 0.0);
    value.add(rising);
    by_r.add(by_r_rising);
    for (t, n, x) in by_t {
        let ratio = libm::log1p(t / alpha);
        let i = 1.0 / (alpha + t);
        value.add(-n * r * ratio);
        value.add(-x * libm::log(alpha + t));
        by_r.add(-n * ratio);
        // r/α - (r+x)/(α+T), without the difference of near numbers.
        by_alpha.add((n * r * t / alpha - x) * i);
        ra += n * t / alpha * i;
        aa += x * i * i - n * r * t / alpha * i * (1.0 / alpha + i);
    }
    Derivatives { value: value.total(), gradient: [by_r.total(), by_alpha.total()], hessian: [[rr, ra], [ra, aa]] }
}

impl Likelihood<4> for BgLikelihood<'_> {
    fn evaluate(&self, &[r, alpha, a, b]: &[f64; 4]) -> Derivatives<4> {
        let purchases = nbd(&self.rate, &self.histories.by_t, r, alpha);
        let beta: BetaRatio = self.chances.ln_beta_ratio(a, b);
        let more = self.dropout.more() as f64;
        let mut value = Sum::default();
        value.add(purchases.value);
        value.add(beta.value);
        // Sums over patterns: of σ·∂u, and of σ(1-σ)·∂u∂u + σ·∂²u, for u below.
        let (mut g, mut h) = ([0.0; 4], [[0.0; 4]; 4]);
        let ln_a = libm::log(a);
        for (i, p) in self.histories.patterns.iter().enumerate() {
            if i % PAUSE_EVERY == 0 {
                pause::now();
            }
            if p.x + more == 0.0 {
                continue;
            }
            let left = 1.0 / (b + (p.x + more - 1.0));
            let (ix, it) = (1.0 / (alpha + p.t_x), 1.0 / (alpha + p.t));
            let ratio = libm::log1p((p.t - p.t_x) * ix);
            // 1/(α+T) - 1/(α+t_x)
            let gap = -(p.t - p.t_x) * ix * it;
            let u = ln_a + libm::log(left) + (r + p.x) * ratio;
            let (term, sigma) = softplus(u);
            value.add(p.count * term);
            let w = p.count * sigma;
            let v = w * (1.0 - sigma);
            let du = [ratio, (r + p.x) * gap, 1.0 / a, -left];
            for k in 0..4 {
                g[k] += w * du[k];
                for l in k..4 {
                    h[k][l] += v * du[k] * du[l];
                }
            }
            h[0][1] += w * gap;
            h[1][1] -= w * (r + p.x) * gap * (ix + it);
            h[2][2] -= w / (a * a);
            h[3][3] += w * left * left;
        }
        for k in 0..2 {
            g[k] += purchases.gradient[k];
            for l in k..2 {
                h[k][l] += purchases.hessian[k][l];
            }
        }
        g[2] += beta.a;
        g[3] += beta.b;
        h[2][2] += beta.aa;
        h[2][3] += beta.aa;
        h[3][3] += beta.bb;
        Derivatives { value: value.total(), gradient: g, hessian: h }.mirrored()
    }
}

/// A model with parameters, times in any unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bg {
    pub dropout: Dropout,
    pub r: f64,
    pub alpha: f64,
    /// 0 where nobody leaves: the NBD.
    pub a: f64,
    pub b: f64,
}

impl Bg {
    /// The log-likelihood of one customer.
    pub fn log_likelihood(&self, p: Pattern) -> f64 {
        let Bg { dropout, r, alpha, a, b } = *self;
        let histogram = |more| Counts::new(&[(p.x as u64 + more, 1.0)]);
        let purchases = nbd(&histogram(0), &[(p.t, 1.0, p.x)], r, alpha).value;
        let term = match self.left(p) {
            Some(u) => softplus(u).0,
            None => 0.0,
        };
        purchases + histogram(dropout.more()).ln_beta_ratio(a, b).value + term
    }

    /// The log of the odds that he has left: none where he had no chance to.
    #[inline]
    fn left(&self, p: Pattern) -> Option<f64> {
        let chances = p.x + self.dropout.more() as f64;
        let odds = || libm::log(self.a / (self.b + (chances - 1.0))) + (self.r + p.x) * libm::log1p((p.t - p.t_x) / (self.alpha + p.t_x));
        (chances > 0.0 && self.a > 0.0).then(odds)
    }

    /// P(alive): that he still buys at T.
    #[inline]
    pub fn alive(&self, p: Pattern) -> f64 {
        self.left(p).map_or(1.0, |u| 1.0 / (1.0 + libm::exp(u)))
    }

    /// Expected purchases until `horizon` after T.
    #[inline]
    pub fn purchases(&self, p: Pattern, horizon: f64) -> f64 {
        let alive = self.alive(p);
        if alive == 0.0 { 0.0 } else { alive * self.purchases_if_alive(p, horizon) }
    }

    /// The same of someone who is alive at T.
    #[inline]
    pub fn purchases_if_alive(&self, p: Pattern, horizon: f64) -> f64 {
        staying(self.r + p.x, horizon / (self.alpha + p.t), self.a, self.b + p.x + self.dropout.more() as f64)
    }

    /// Chances to leave before the first repeat purchase.
    pub fn chances_before_the_first_repeat(&self) -> f64 {
        self.dropout.more() as f64
    }

    /// Expected purchases of a new customer until `horizon` after the first.
    pub fn purchases_new(&self, horizon: f64) -> f64 {
        let Bg { dropout, r, alpha, a, b } = *self;
        match dropout {
            Dropout::AfterRepeat => staying(r, horizon / alpha, a, b),
            Dropout::AfterAny => b / (a + b) * staying(r, horizon / alpha, a, b + 1.0),
        }
    }
}

/// Terms up to which the series is summed; beyond, the integral is cheaper.
const MOST_TERMS: f64 = 4000.0;

/// Expected purchases of someone who is there, buys at a gamma distributed rate of shape k, for τ in units of its scale, and
/// who leaves after each purchase with a probability p, beta distributed with a and c.
///
/// Without leaving, the number of purchases J would be negative binomial. The (i+1)th takes place if J > i and he survived i
/// chances to leave, which he does with probability (c)_i / (a+c)_i: the expectation is Σ_j P(J = j) Σ_{i<j} (c)_i / (a+c)_i.
#[inline]
pub fn staying(k: f64, tau: f64, a: f64, c: f64) -> f64 {
    if tau == 0.0 || a == 0.0 {
        return k * tau;
    }
    let mean = k * tau;
    if mean + 40.0 * (1.0 + tau) + 10.0 * (mean * (1.0 + tau)).sqrt() > MOST_TERMS {
        return staying_integral(k, tau, a, c);
    }
    let w = tau / (1.0 + tau);
    // Probabilities but for a factor, which the sum of all of them is.
    let (mut g, mut total, mut survived, mut made, mut sum, mut j) = (1.0, 1.0, 1.0, 0.0, 0.0, 0.0);
    loop {
        made += survived;
        survived *= (c + j) / (a + c + j);
        let ratio = w * (k + j) / (j + 1.0);
        g *= ratio;
        j += 1.0;
        total += g;
        sum += g * made;
        if ratio < 1.0 && g * made * ratio <= 1e-17 * sum * (1.0 - ratio) && j > 2.0 {
            return sum / total;
        }
        if total > 1e250 {
            (g, total, sum) = (g * 1e-250, total * 1e-250, sum * 1e-250);
        }
    }
}

/// The same as an integral over the probability p to leave, ∫ (1 - (1+pτ)^-k) / p Beta(p; a, c) dp, by the trapezoidal rule
/// over the logit of p, which converges geometrically.
pub fn staying_integral(k: f64, tau: f64, a: f64, c: f64) -> f64 {
    let all = k * tau;
    let made = |p: f64| if p * all < 1e-300 { all } else { -libm::expm1(-k * libm::log1p(p * tau)) / p };
    let deviation = (gamma_family(a)[2] + gamma_family(c)[2]).sqrt();
    let mean = a / (a + c);
    if deviation < 1e-7 {
        return made(mean);
    }
    // With a near 0 the density has its mass at p = 0, with c near 0 at p = 1. What is made there is taken out, and the rest
    // integrated: what is made is convex in p, so the rest has one sign.
    let least = made(1.0);
    let (near_0, near_1) = (a < 0.5, c < 0.5);
    let known = match (near_0, near_1) {
        (false, false) => 0.0,
        (true, false) => all,
        (false, true) => least,
        (true, true) => all * (c / (a + c)) + least * (a / (a + c)),
    };
    let step = f64::min(0.25, 0.5 * deviation);
    let middle = libm::log((a + f64::from(near_0)) / (c + f64::from(near_1)));
    // Densities over that in the middle, and that.
    let (p0, q0) = (softplus(middle).1, softplus(-middle).1);
    let height = |z: f64| match p0 <= 0.5 {
        true => a * z - (a + c) * libm::log1p(p0 * libm::expm1(z)),
        false => -c * z - (a + c) * libm::log1p(q0 * libm::expm1(-z)),
    };
    let term = |z: f64| {
        let (p, q) = (softplus(middle + z).1, softplus(-middle - z).1);
        let rest = match (near_0, near_1) {
            (false, false) => made(p),
            (true, false) => all - made(p),
            (false, true) => made(p) - least,
            (true, true) => (all * q + least * p) - made(p),
        };
        let weight = libm::exp(height(z));
        (weight, weight * rest.max(0.0))
    };
    let (mut weights, mut sum) = term(0.0);
    for direction in [-step, step] {
        let (mut i, mut idle) = (1.0, 0);
        while idle < 24 && i < 100_000.0 {
            let (weight, next) = term(direction * i);
            weights += weight;
            sum += next;
            idle = if next <= 1e-17 * sum { idle + 1 } else { 0 };
            i += 1.0;
        }
    }
    // Where the density falls off on both sides its own sum says what it adds up to, rounded alike.
    if !near_0 && !near_1 {
        return sum / weights;
    }
    // Each from whichever of p and 1 - p is the smaller, which is known exactly.
    let (ln_p0, ln_q0) = if p0 <= 0.5 { (libm::log(p0), libm::log1p(-p0)) } else { (libm::log1p(-q0), libm::log(q0)) };
    let peak = libm::exp(inverse_beta(a, c).value + a * ln_p0 + c * ln_q0);
    let sum = sum * step * peak;
    // Never less than what is made in any case.
    (if near_0 { known - sum } else { known + sum }).max(least)
}
