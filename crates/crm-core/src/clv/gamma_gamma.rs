//! Gamma-gamma: how much customers spend per purchase. Amounts of one customer are gamma distributed with shape p and a rate
//! that differs between customers, gamma distributed with shape q and rate v (which others write γ).
//!
//! Fader and Hardie, "The Gamma-Gamma Model of Monetary Value" (2013). The likelihood of a customer with the mean m of x
//! repeat purchases is taken as the whole density of m,
//! `ln Γ(px+q) - ln Γ(px) - ln Γ(q) + q ln v + (px-1) ln m + px ln x - (px+q) ln(xm+v)`, in the unit of the amounts: in cents
//! in place of euros it is less by the number of customers times ln 100, and the estimates are the same.
//!
//! With the spend s = xm that is `-ln B(px, q) - q ln(1+s/v) - px ln(1+v/s) - ln m`, in which no large numbers cancel. The
//! first term is the same for all with the same x; what is left of a customer are two sums that depend on v alone.

use super::beta::inverse_beta;
use super::histories::{PAUSE_EVERY, triple};
use super::maximize::{Derivatives, Likelihood, Sum};
use crate::amount::{Amount, UNIT};
use crate::calendar::Day;
use crate::error::{Error, Result, SqlState};
use crate::exact;
use crate::pause;
use crate::rfm::{Rfm, RfmSample};
use ethnum::I256;

/// The float8 nearest to an amount.
pub(super) fn nearest(amount: Amount) -> f64 {
    const EXACT: i128 = 1 << f64::MANTISSA_DIGITS;
    const MILLION: i128 = 1_000_000;
    let units = amount.units;
    if units.abs() <= EXACT {
        units as f64 / UNIT as f64
    } else if units % MILLION == 0 && (units / MILLION).abs() <= EXACT {
        (units / MILLION) as f64 / (UNIT / MILLION) as f64
    } else {
        exact::ratio(I256::from(units), I256::from(UNIT))
    }
}

/// The number of a customer's repeat purchases and their exact total.
///
/// Errors: the first total is not known, and he bought again (22023); the difference is out of range (22003).
#[inline]
pub fn repeat(rfm: &Rfm) -> Result<(i64, Amount)> {
    let x = rfm.frequency() - 1;
    if x == 0 {
        return Ok((0, Amount::ZERO));
    }
    let first = rfm.first_total().ok_or_else(first_unknown)?;
    Ok((x, rfm.total().checked_sub(first)?))
}

#[cold]
fn first_unknown() -> Error {
    Error::parameter("a summary does not know the total of its first day")
        .detail("The value of a purchase is the mean of the repeat purchases: the first one is left out of it.")
        .hint("Aggregate the events with crm.rfm_agg, or give first_total where the summary is made from figures.")
}

/// Customers with the same number and the same total of repeat purchases.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spend {
    x: f64,
    spend: f64,
    ln_spend: f64,
    count: f64,
}

/// What the gamma-gamma model knows of customers.
#[derive(Clone)]
pub struct Spends {
    /// In order of x and spend.
    spends: Vec<Spend>,
    /// Customers by x, ascending.
    by_x: Vec<(f64, f64)>,
    /// The sum of ln m.
    ln_means: f64,
    mean: f64,
    left_out: u64,
}

impl Spends {
    /// The customers of a sample who bought again.
    ///
    /// Errors: of [`triple`] for whomever, of [`repeat`].
    pub fn new(sample: &RfmSample, as_of: Day) -> Result<Self> {
        let mut seen: Vec<(i64, f64)> = Vec::new();
        let mut left_out = 0;
        for rfm in sample.iter() {
            pause::step();
            triple(rfm, as_of, None)?;
            let (x, spend) = repeat(rfm)?;
            if x == 0 {
                continue;
            }
            if spend.units <= 0 {
                left_out += 1;
                continue;
            }
            seen.try_reserve(1).map_err(|_| Error::out_of_memory("the spends of customers"))?;
            seen.push((x, nearest(spend)));
        }
        Self::of(seen, left_out)
    }

    /// From (repeat purchases, their total), all positive, and the number of customers whose total is not.
    pub fn of(mut seen: Vec<(i64, f64)>, left_out: u64) -> Result<Self> {
        pause::sort_by_key(&mut seen, |(x, spend)| (*x, spend.to_bits()));
        let distinct = seen.chunk_by(|l, r| l == r).count();
        let mut spends: Vec<Spend> = Vec::new();
        spends.try_reserve_exact(distinct).map_err(|_| Error::out_of_memory("the spends of customers"))?;
        let mut by_x: Vec<(f64, f64)> = Vec::new();
        let (mut ln_means, mut means) = (Sum::default(), Sum::default());
        for (x, spend) in seen.into_iter() {
            pause::step();
            let x = x as f64;
            match by_x.last_mut() {
                Some(last) if last.0 == x => last.1 += 1.0,
                _ => by_x.push((x, 1.0)),
            }
            means.add(spend / x);
            match spends.last_mut() {
                Some(last) if last.x == x && last.spend == spend => last.count += 1.0,
                _ => spends.push(Spend { x, spend, ln_spend: libm::log(spend), count: 1.0 }),
            }
        }
        for spend in &spends {
            ln_means.add(spend.count * spend.ln_spend);
        }
        for (x, count) in &by_x {
            ln_means.add(-count * libm::log(*x));
        }
        let mut spends = Spends { spends, by_x, ln_means: ln_means.total(), mean: 0.0, left_out };
        if spends.customers() > 0.0 {
            spends.mean = means.total() / spends.customers();
        }
        Ok(spends)
    }

    /// Pearson's correlation of x and mean spend: none where one of the two has no spread.
    pub fn pearson(&self) -> Option<f64> {
        let n = self.customers();
        let total = |term: &dyn Fn(f64, f64) -> f64| {
            let mut sum = Sum::default();
            self.spends.iter().for_each(|s| sum.add(s.count * term(s.x, s.spend / s.x)));
            sum.total()
        };
        let (mx, my) = (total(&|x, _| x) / n, total(&|_, y| y) / n);
        let (xx, yy) = (total(&|x, _| (x - mx) * (x - mx)), total(&|_, y| (y - my) * (y - my)));
        // Means that differ by rounding only are the same.
        (xx > 0.0 && yy > n * (1e-12 * my) * (1e-12 * my)).then(|| total(&|x, y| (x - mx) * (y - my)) / (xx * yy).sqrt())
    }

    /// A few hundred mean rows in place of all: enough to see from which starts a fit gets where.
    pub fn thinned(&self) -> Self {
        const ROWS: usize = 512;
        let group = |rows: &[Spend]| {
            let count: f64 = rows.iter().map(|row| row.count).sum();
            let mean = |of: fn(&Spend) -> f64| rows.iter().map(|row| row.count * of(row)).sum::<f64>() / count;
            let ln_spend = mean(|row| row.ln_spend);
            Spend { x: mean(|row| row.x), spend: libm::exp(ln_spend), ln_spend, count }
        };
        let spends = self.spends.chunks(self.spends.len().div_ceil(ROWS).max(1)).map(group).collect();
        Spends { spends, by_x: self.by_x.clone(), ..*self }
    }

    /// Customers to fit to.
    pub fn customers(&self) -> f64 {
        self.by_x.iter().map(|(_, count)| count).sum()
    }

    /// Customers who bought again, but whose mean repeat spend is not positive.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Distinct rows: of a number and a total of repeat purchases.
    pub fn patterns(&self) -> usize {
        self.spends.len()
    }

    /// The mean over the customers of their mean repeat spend; 0 without customers.
    pub fn mean(&self) -> f64 {
        self.mean
    }
}

/// The log-likelihood of p, q, v.
pub struct GammaGammaLikelihood<'h> {
    spends: &'h Spends,
}

impl<'h> GammaGammaLikelihood<'h> {
    /// Of customers.
    pub fn new(spends: &'h Spends) -> Self {
        GammaGammaLikelihood { spends }
    }
}

/// Customers whose terms are added up as they are; the sums of such groups are compensated.
const GROUP: usize = 64;

/// Sums over customers, with w = s/(s+v) and u = v/(s+v).
#[derive(Default)]
struct Sums {
    /// ln(1+s/v)
    up: f64,
    /// x ln(1+v/s)
    down: f64,
    /// w
    w: f64,
    /// x u
    xu: f64,
    /// w (1+u)
    w_more: f64,
    /// x u²
    xuu: f64,
}

impl Sums {
    #[inline(always)]
    fn add(&mut self, of: &Spend, v: f64, ln_v: f64) {
        let Spend { x, spend, ln_spend, count } = *of;
        let apart = ln_spend - ln_v;
        let inverse = 1.0 / (spend + v);
        let (w, u) = (spend * inverse, v * inverse);
        // The smaller of the two logarithms is that of 1 + smaller / larger = 1 / larger share.
        let least = -libm::log1p(-w.min(u));
        let nx = count * x;
        self.up += count * (least + apart.max(0.0));
        self.down += nx * (least + (-apart).max(0.0));
        self.w += count * w;
        self.xu += nx * u;
        self.w_more += count * w * (1.0 + u);
        self.xuu += nx * u * u;
    }
}

impl Likelihood<3> for GammaGammaLikelihood<'_> {
    fn evaluate(&self, &[p, q, v]: &[f64; 3]) -> Derivatives<3> {
        let ln_v = libm::log(v);
        let mut totals = [Sum::default(); 6];
        for page in self.spends.spends.chunks(PAUSE_EVERY) {
            pause::now();
            for group in page.chunks(GROUP) {
                let mut sums = Sums::default();
                group.iter().for_each(|spend| sums.add(spend, v, ln_v));
                let Sums { up, down, w, xu, w_more, xuu } = sums;
                totals.iter_mut().zip([up, down, w, xu, w_more, xuu]).for_each(|(total, sum)| total.add(sum));
            }
        }
        let [up, down, w, xu, w_more, xuu] = totals.map(Sum::total);
        let (mut value, mut by_p, mut by_q) = (Sum::default(), Sum::default(), Sum::default());
        let (mut pp, mut pq, mut qq) = (0.0, 0.0, 0.0);
        for (x, count) in &self.spends.by_x {
            let beta = inverse_beta(p * x, q);
            let nx = count * x;
            value.add(count * beta.value);
            by_p.add(nx * beta.a);
            by_q.add(count * beta.b);
            pp += nx * x * beta.aa;
            pq += nx * beta.ab;
            qq += count * beta.bb;
        }
        [-q * up, -p * down, -self.spends.ln_means].into_iter().for_each(|term| value.add(term));
        by_p.add(-down);
        by_q.add(-up);
        let inverse = 1.0 / v;
        Derivatives {
            value: value.total(),
            gradient: [by_p.total(), by_q.total(), (q * w - p * xu) * inverse],
            hessian: [
                [pp, pq, -xu * inverse],
                [pq, qq, w * inverse],
                [-xu * inverse, w * inverse, (p * xuu - q * w_more) * inverse * inverse],
            ],
        }
    }
}

/// A model with parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GammaGamma {
    /// Shape of the amounts of one customer.
    pub p: f64,
    /// Shape of the rates of all customers.
    pub q: f64,
    /// Rate of the rates: in the unit of the amounts.
    pub v: f64,
}

impl GammaGamma {
    /// The expected amount of a purchase of a customer of whom nothing is known: p v / (q - 1).
    ///
    /// 55000 for q ≤ 1: the mean is infinite.
    pub fn mean(&self) -> Result<f64> {
        self.expected_value(0.0, 0.0)
    }

    /// The expected amount of a future purchase of a customer with x repeat purchases of this total:
    /// p (v + spend) / (p x + q - 1).
    ///
    /// A total below zero is outside the model and counts as 0, the least that there is. 55000 for q ≤ 1: the mean is infinite.
    #[inline]
    pub fn expected_value(&self, x: f64, repeat_spend: f64) -> Result<f64> {
        match self.q > 1.0 {
            true => Ok(self.p * (self.v + repeat_spend.max(0.0)) / (self.p * x + (self.q - 1.0))),
            // NaN too.
            false => Err(self.no_mean()),
        }
    }

    #[cold]
    fn no_mean(&self) -> Error {
        Error::new(SqlState::NotReady, format!("the gamma-gamma model has no finite mean: q is {}, not above 1", self.q))
            .detail("The mean spend of all customers is p v / (q - 1): with q at most 1 a few very large spenders make it infinite.")
            .hint("Look for a few extreme amounts and set them aside, or fit with more regularisation.")
    }

    /// The log-likelihood of one customer who bought again: x and the total of the repeat purchases, both positive.
    pub fn log_likelihood(&self, x: f64, repeat_spend: f64) -> f64 {
        let mut sums = Sums::default();
        sums.add(&Spend { x, spend: repeat_spend, ln_spend: libm::log(repeat_spend), count: 1.0 }, self.v, libm::log(self.v));
        let ln_mean = libm::log(repeat_spend / x);
        inverse_beta(self.p * x, self.q).value - self.q * sums.up - self.p * sums.down - ln_mean
    }
}
