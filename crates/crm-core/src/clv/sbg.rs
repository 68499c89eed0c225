//! Shifted beta-geometric: a contract is renewed at the end of each period or not; everyone has his own probability p to
//! leave, the same at every renewal date, beta distributed over customers with α and β.
//!
//! Fader and Hardie, "How to Project Customer Retention", Journal of Interactive Marketing 21 (2007), and "Customer-Base
//! Valuation in a Contractual Setting: The Perils of Ignoring Heterogeneity", Marketing Science 29 (2010). Who has renewed x
//! times has done so with probability S(x) = (β)_x / (α+β)_x, and leaves at the next date with α / (α+β+x). Everything here
//! is a product of such factors or a sum of positive terms, in logarithms of what is near 1, so that limits are reached
//! smoothly: α → 0 (nobody leaves), β → 0 (everyone leaves or nobody ever), both → ∞ (everyone leaves with the same
//! probability).

use super::histories::{Histories, PAUSE_EVERY};
use super::maximize::{Derivatives, Likelihood, Sum};
use super::quadrature::rule;
use super::rising::{BetaRatio, gamma_family};
use crate::error::{Error, Result, SqlState};
use crate::pause;

/// Most periods of one customer: 54000 above, since tables and sums over periods are made.
pub const MOST_PERIODS: f64 = 100_000.0;

/// 54000.
#[cold]
pub(super) fn too_many_periods(periods: f64) -> Error {
    Error::new(SqlState::LimitExceeded, format!("a customer has been there for {periods} units, more than {MOST_PERIODS}"))
        .hint("Choose a longer unit: the model is one of opportunities that are few.")
}

/// How many renewed how often, and how many of them then left: all that the model sees of contracts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Renewals {
    /// By the number x of renewals, from 0: customers who renewed that often and no more, or not yet.
    renewed: Vec<f64>,
    /// And those of them who left at date x+1.
    lost: Vec<f64>,
}

impl Renewals {
    /// From customers in whole units of the calendar, each with T renewal dates so far. Who renewed x < T times left at date
    /// x+1, whenever the renewals were; who renewed T times is still there. Errors: 54000 above [`MOST_PERIODS`].
    pub fn of_histories(histories: &Histories) -> Result<Self> {
        let mut renewals = Renewals::default();
        for (i, p) in histories.patterns.iter().enumerate() {
            if i % PAUSE_EVERY == 0 {
                pause::now();
            }
            if p.t > MOST_PERIODS {
                return Err(too_many_periods(p.t));
            }
            renewals.add(libm::round(p.x) as usize, p.count, p.x < p.t);
        }
        Ok(renewals)
    }

    /// From one cohort: how many there were at the start, after the first renewal date, and so on. Who is left in the end
    /// may still renew.
    ///
    /// Errors (22023): fewer than two values; one that is negative, not finite, above 2^53 or more than the one before; none
    /// at the start. 54000 above [`MOST_PERIODS`].
    pub fn of_cohort(surviving: &[f64]) -> Result<Self> {
        let (&[first, _, ..], Some(&last)) = (surviving, surviving.last()) else {
            return Err(Error::parameter("surviving must have at least two values")
                .hint("The customers at the start, after the first renewal date, after the second, and so on."));
        };
        let periods = surviving.len() - 1;
        if periods as f64 > MOST_PERIODS {
            return Err(too_many_periods(periods as f64));
        }
        for (i, n) in surviving.iter().enumerate() {
            if !(0.0..=MOST_CUSTOMERS).contains(n) || n.fract() != 0.0 {
                return Err(Error::parameter(format!("surviving[{}] is {n}", i + 1))
                    .hint("Give numbers of customers, whole and from 0 to 2^53; percentages do not tell how sure an estimate is."));
            }
        }
        if first == 0.0 {
            return Err(Error::parameter("surviving[1] is 0").hint("It is the number of customers at the start."));
        }
        let mut renewals = Renewals::default();
        for (t, pair) in surviving.windows(2).enumerate() {
            let (before, after) = (pair[0], pair[1]);
            if after > before {
                return Err(Error::parameter(format!("surviving[{}] is {after}, more than {before} before it", t + 2))
                    .hint("Customers of one cohort only become fewer: count those who joined later in a cohort of their own."));
            }
            renewals.add(t, before - after, true);
        }
        renewals.add(periods, last, false);
        Ok(renewals)
    }

    fn add(&mut self, x: usize, customers: f64, lost: bool) {
        if self.renewed.len() <= x {
            self.renewed.resize(x + 1, 0.0);
            self.lost.resize(x + 1, 0.0);
        }
        self.renewed[x] += customers;
        self.lost[x] += if lost { customers } else { 0.0 };
    }

    /// All customers.
    pub fn customers(&self) -> f64 {
        self.renewed.iter().sum()
    }

    /// Those who left.
    pub fn lost(&self) -> f64 {
        self.lost.iter().sum()
    }

    /// Those who left at the first renewal date.
    pub fn lost_at_once(&self) -> f64 {
        self.lost.first().copied().unwrap_or(0.0)
    }

    /// Renewals of all.
    pub fn renewals(&self) -> f64 {
        self.renewed.iter().enumerate().map(|(x, n)| x as f64 * n).sum()
    }

    /// Numbers of renewals that there are: what the likelihood is a sum over.
    pub fn distinct(&self) -> usize {
        let (all, lost) = (&self.renewed, &self.lost);
        all.iter().zip(lost).map(|(n, l)| usize::from(*l > 0.0) + usize::from(n > l)).sum()
    }
}

/// Above this not every number of customers is a float8.
const MOST_CUSTOMERS: f64 = 9_007_199_254_740_992.0;

/// The log-likelihood of alpha, beta.
pub struct SbgLikelihood<'h> {
    renewals: &'h Renewals,
}

impl<'h> SbgLikelihood<'h> {
    /// Of customers.
    pub fn new(renewals: &'h Renewals) -> Self {
        SbgLikelihood { renewals }
    }
}

/// `ln (b+j)/(a+b+j)`, the logarithm of staying at date j+1, and its derivatives.
#[inline(always)]
pub(super) fn staying_once(a: f64, b: f64, j: f64) -> BetaRatio {
    let (ib, iab) = (1.0 / (b + j), 1.0 / (a + b + j));
    let gap = a * ib * iab;
    BetaRatio { value: -libm::log1p(a * ib), a: -iab, b: gap, aa: iab * iab, bb: -gap * (ib + iab) }
}

impl Likelihood<2> for SbgLikelihood<'_> {
    fn evaluate(&self, &[alpha, beta]: &[f64; 2]) -> Derivatives<2> {
        let mut value = Sum::default();
        let (mut g, mut h) = ([0.0; 2], [[0.0; 2]; 2]);
        // Customers who renewed more than j times.
        let mut more = self.renewals.customers();
        for (j, (renewed, lost)) in self.renewals.renewed.iter().zip(&self.renewals.lost).enumerate() {
            if j % PAUSE_EVERY == 0 {
                pause::now();
            }
            more = if j + 1 == self.renewals.renewed.len() { 0.0 } else { more - renewed };
            let (n, j) = (*lost, j as f64);
            if more > 0.0 {
                let stay = staying_once(alpha, beta, j);
                value.add(more * stay.value);
                g[0] += more * stay.a;
                g[1] += more * stay.b;
                h[0][0] += more * stay.aa;
                h[0][1] += more * stay.aa;
                h[1][1] += more * stay.bb;
            }
            if n > 0.0 {
                let (rest, all) = (beta + j, 1.0 / (alpha + beta + j));
                value.add(-n * libm::log1p(rest / alpha));
                g[0] += n * rest * all / alpha;
                g[1] -= n * all;
                h[0][0] -= n * (rest * all / alpha) * ((2.0 * alpha + rest) * all / alpha);
                h[0][1] += n * all * all;
                h[1][1] += n * all * all;
            }
        }
        Derivatives { value: value.total(), gradient: g, hessian: h }.mirrored()
    }
}

/// A model with parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sbg {
    /// Of leaving at a date; 0 where nobody leaves.
    pub alpha: f64,
    /// Of renewing; 0 where everyone leaves at the first date.
    pub beta: f64,
}

impl Sbg {
    /// The model of those who have renewed that often.
    #[inline]
    pub fn after(&self, renewals: f64) -> Sbg {
        Sbg { alpha: self.alpha, beta: self.beta + renewals }
    }

    /// ln S(t).
    #[inline]
    pub fn ln_survival(&self, t: u64) -> f64 {
        if self.alpha == 0.0 || t == 0 {
            return 0.0;
        }
        -self.alpha * ln_steps(self.alpha, self.beta, self.alpha + self.beta, t as f64)
    }

    /// S(t), the share of the customers of the start who are still there after t renewal dates.
    pub fn survival(&self, t: u64) -> f64 {
        libm::exp(self.ln_survival(t))
    }

    /// The retention rate S(t) / S(t-1) at renewal date t, from 1; 1 at 0.
    pub fn retention(&self, t: u64) -> f64 {
        if t == 0 {
            return 1.0;
        }
        let stay = self.beta + (t - 1) as f64;
        // Both may be infinitely many: then it is the same for all.
        stay / (self.alpha + stay)
    }

    /// Expected renewals at the next `horizon` dates: S(1) + ... + S(horizon).
    ///
    /// The sum telescopes: with (b+h) S(h) = b + (1-a) (S(1) + ... + S(h)), whose singularity at a = 1 is one of writing only.
    #[inline]
    pub fn renewals(&self, horizon: u64) -> f64 {
        let (Sbg { alpha, beta }, h) = (*self, horizon as f64);
        if alpha == 0.0 {
            return h;
        }
        if horizon <= FEW {
            let (mut left, mut sum, mut j) = (1.0, 0.0, 0.0);
            while j < h {
                left *= (beta + j) / (alpha + beta + j);
                sum += left;
                j += 1.0;
            }
            return sum;
        }
        let (d, steps) = (alpha - 1.0, ln_steps(alpha - 1.0, beta + 1.0, alpha + beta, h));
        beta * if (d * steps).abs() < 1e-290 { steps } else { -libm::expm1(-d * steps) / d }
    }

    /// Expected renewals at the next `horizon` dates, the one at date t times v^t: v S(1) + ... + v^h S(h), for 0 < v ≤ 1. Without
    /// end for `u64::MAX` and v < 1.
    pub fn discounted(&self, horizon: u64, v: f64) -> f64 {
        /// Dates that are added up one by one.
        const ONE_BY_ONE: u64 = 100_000;
        if v == 1.0 {
            return self.renewals(horizon);
        }
        if horizon > ONE_BY_ONE {
            // All there ever are, less those after the horizon.
            let discount = (1.0 - v) / v;
            let ever = v * self.residual(0, discount);
            if horizon == u64::MAX {
                return ever;
            }
            let reached = libm::exp(horizon as f64 * libm::log(v) + self.ln_survival(horizon));
            return ever - reached * v * self.residual(horizon, discount);
        }
        let (mut left, mut sum) = (1.0, 0.0);
        for j in 0..horizon {
            let stay = self.beta + j as f64;
            left *= v * stay / (self.alpha + stay);
            sum += left;
            if left < 1e-20 * sum {
                break;
            }
        }
        sum
    }

    /// Discounted expected residual lifetime, in periods, of a customer just before his next renewal date, who has renewed so
    /// often: the sum over t from 1 of (1+discount)^-(t-1) S(t), of the model after these renewals. Fader and Hardie (2010)
    /// write it for the customer in period n = renewals + 1, with Gauss's hypergeometric function. `discount` > 0, for one period.
    ///
    /// By p it is the mean of (1-p) (1+d) / (d+p), by the trapezoidal rule over its logit, which converges geometrically for
    /// any discount: the poles, at p = -d, are π off. Far out on either side all terms are a geometric series.
    pub fn residual(&self, renewals: u64, discount: f64) -> f64 {
        let (a, b) = (self.alpha, self.beta + renewals as f64);
        let of = |p: f64, q: f64| q * (1.0 + discount) / (discount + p);
        if a == 0.0 {
            return of(0.0, 1.0);
        }
        if b == 0.0 {
            return 0.0;
        }
        let (odds, p0, q0) = (a / b, a / (a + b), b / (a + b));
        let deviation = (gamma_family(a)[2] + gamma_family(b)[2]).sqrt();
        if deviation < 1e-8 {
            return of(p0, q0);
        }
        let step = f64::min(0.25, 0.5 * deviation);
        let (mut weights, mut sum) = (1.0, of(p0, q0));
        for direction in [-step, step] {
            let mut i = 1.0;
            loop {
                // The logit, less that of the mean; the density by it, over that at the mean.
                let z = direction * i;
                let grown = odds * libm::exp(z);
                let (p, q) = (grown / (1.0 + grown), 1.0 / (1.0 + grown));
                let height = if p0 <= 0.5 {
                    a * z - (a + b) * libm::log1p(p0 * libm::expm1(z))
                } else {
                    -b * z - (a + b) * libm::log1p(q0 * libm::expm1(-z))
                };
                let weight = libm::exp(height);
                let term = weight * of(p, q);
                // From where on each weight is the one before times e^(-a step), or e^(-b step), and what it is a weight of
                // does not change (or vanishes): they are added up to the end of the line.
                let (far, rate) = match direction < 0.0 {
                    true => (p <= 1e-18 / (1.0 / discount + a + b + 1.0), a * step),
                    false => (q <= 1e-18 / ((1.0 + discount) * (1.0 + 1.0 / discount) * (a + b + 1.0)), b * step),
                };
                let rest = if far { 1.0 / -libm::expm1(-rate) } else { 1.0 };
                weights += weight * rest;
                sum += if direction < 0.0 { term * rest } else { term };
                // At the ends of what a float8 can be a sum may be none: that ends it too.
                let small = |part: f64, whole: f64| part < 1e-18 * whole || whole.is_nan();
                if far || (small(weight, weights) && small(term, sum) && (-height > 45.0 || height.is_nan())) {
                    break;
                }
                i += 1.0;
            }
        }
        // No more than of who renews for ever, also where the sum is beyond float8.
        let (lifetime, most) = (sum / weights, 1.0 + 1.0 / discount);
        if lifetime > most { most } else { lifetime }
    }
}

/// Up to so many dates are gone through one by one.
const FEW: u64 = 48;
/// From where the asymptotic series below is exact to rounding.
const FAR: f64 = 32.0;

/// Σ ln((w+d+j) / (w+j)) / d for j from 0 below `h`, a sum of positive terms that has a limit at d = 0. `c` = w + d, without rounding
/// where that is near 0; d ≥ -1 or so.
///
/// Long sums by the series of Euler and Maclaurin, at the middles of the steps (Abramowitz and Stegun 23.1.30 and 25.4.7),
/// and its integral by quadrature over the logarithm: a closed form subtracts large numbers.
fn ln_steps(d: f64, w: f64, c: f64, h: f64) -> f64 {
    let one = |z: f64, more: f64| {
        let ratio = d / z;
        if d.abs() < 1e-290 {
            1.0 / z
        } else if ratio < -0.5 {
            (libm::log(more) - libm::log(z)) / d
        } else {
            libm::log1p(ratio) / d
        }
    };
    let low = if h <= FEW as f64 { h } else { (FAR - w.min(c)).ceil().clamp(0.0, h) };
    let (mut sum, mut j) = (Sum::default(), 0.0);
    while j < low {
        sum.add(one(w + j, c + j));
        j += 1.0;
    }
    if low < h {
        let (from, to) = (w + low - 0.5, w + h - 0.5);
        let panels = libm::ceil(libm::log1p((h - low) / from) / std::f64::consts::LN_2).max(1.0);
        let width = libm::log1p((h - low) / from) / panels;
        let mut i = 0.0;
        while i < panels {
            for (node, weight, _) in &rule(12).points {
                let z = from * libm::exp((i + node) * width);
                sum.add(width * weight * z * one(z, z + d));
            }
            i += 1.0;
        }
        for (z, sign) in [(to, 1.0), (from, -1.0)] {
            // Derivatives of odd order of ln(1+d/z)/d: differences of powers of q and p, over d.
            let (p, q) = (1.0 / z, 1.0 / (z + d));
            let orders =
                -1.0 / 24.0 + mixed(p, q, 2) * 7.0 / 2880.0 - mixed(p, q, 4) * 31.0 / 40_320.0 + mixed(p, q, 6) * 127.0 / 215_040.0;
            sum.add(-sign * p * q * orders);
        }
    }
    sum.total()
}

/// Σ p^i q^(n-i) for i from 0 to n.
fn mixed(p: f64, q: f64, n: u32) -> f64 {
    let (mut sum, mut power) = (1.0, 1.0);
    for _ in 0..n {
        power *= p;
        sum = sum * q + power;
    }
    sum
}
