//! BG/BB: at every opportunity (a year, a month) a customer buys with probability p or not, and before each he leaves for good
//! with probability θ; p is beta distributed over customers with α and β, θ with γ and δ.
//!
//! Fader, Hardie and Shang, "Customer-Base Analysis in a Discrete-Time Noncontractual Setting", Marketing Science 29 (2010).
//! Opportunities 1 … n follow the first purchase; x of them were used, t_x is the last that was. The likelihood is a sum of
//! positive terms, one for the customer who is alive at n and one for each opportunity m+1, m = t_x … n-1, before which he
//! may have left. Who buys with p stays away with chances that depend on x and m only, as does staying until m: the sums of
//! all customers with the same x and n are partial sums of one, taken from its end, where the terms are least.

use super::histories::{Histories, PAUSE_EVERY, Pattern};
use super::maximize::{Derivatives, Likelihood, Sum};
use super::rising::BetaRatio;
use super::sbg::{MOST_PERIODS, Sbg, staying_once, too_many_periods};
use crate::error::{Error, Result};
use crate::pause;

/// Customers with the same x, n and t_x.
#[derive(Clone, Copy, Debug)]
struct Cell {
    x: usize,
    n: usize,
    t_x: usize,
    count: f64,
}

/// The log-likelihood of alpha, beta, gamma, delta.
///
/// An evaluation costs a table of n for each distinct x and a run over n - t_x for each distinct (x, n).
pub struct BgbbLikelihood {
    /// By x, n and falling t_x.
    cells: Vec<Cell>,
    /// The longest n.
    most: usize,
}

impl BgbbLikelihood {
    /// Of customers in whole units of the calendar (means of several are rounded). Errors: 54000 above
    /// [`MOST_PERIODS`](super::sbg::MOST_PERIODS) opportunities.
    pub fn new(histories: &Histories) -> Result<Self> {
        let mut cells = Vec::new();
        cells.try_reserve_exact(histories.patterns.len()).map_err(|_| Error::out_of_memory("the histories of customers"))?;
        for p in &histories.patterns {
            pause::step();
            if p.t > MOST_PERIODS {
                return Err(too_many_periods(p.t));
            }
            let [x, n, t_x] = [p.x, p.t, p.t_x].map(|figure| libm::round(figure) as usize);
            cells.push(Cell { x, n, t_x, count: p.count });
        }
        pause::sort_by_key(&mut cells, |cell| (cell.x, cell.n, std::cmp::Reverse(cell.t_x)));
        let most = cells.iter().map(|cell| cell.n).max().unwrap_or(0);
        Ok(BgbbLikelihood { cells, most })
    }
}

/// Sums of [`staying_once`] for the first 0, 1, … `most` opportunities.
fn table(sums: &mut Vec<BetaRatio>, a: f64, b: f64, most: usize) {
    sums.clear();
    let (mut all, mut value) = (BetaRatio::default(), Sum::default());
    sums.push(all);
    for j in 0..most {
        let one = staying_once(a, b, j as f64);
        value.add(one.value);
        all = BetaRatio { value: value.total(), a: all.a + one.a, b: all.b + one.b, aa: all.aa + one.aa, bb: all.bb + one.bb };
        sums.push(all);
    }
}

/// Sums over terms of the likelihood, in units of one of them: of the terms, times the gradients of their logarithms, and
/// times the Hessians plus the products of gradients.
#[derive(Clone, Copy, Default)]
struct Moments {
    weight: f64,
    first: [f64; 4],
    second: [[f64; 4]; 4],
}

impl Moments {
    /// In units of another term, that is larger by 1/`ratio`.
    #[inline(always)]
    fn scale(&mut self, ratio: f64) {
        self.weight *= ratio;
        for i in 0..4 {
            self.first[i] *= ratio;
            for j in i..4 {
                self.second[i][j] *= ratio;
            }
        }
    }

    /// One unit, with the derivatives of buying and of staying.
    #[inline(always)]
    fn add(&mut self, buy: &BetaRatio, stay: &Staying) {
        let g = [buy.a, buy.b, stay.g[0], stay.g[1]];
        self.weight += 1.0;
        for i in 0..4 {
            self.first[i] += g[i];
            for j in i..4 {
                self.second[i][j] += g[i] * g[j];
            }
        }
        self.second[0][0] += buy.aa;
        self.second[0][1] += buy.aa;
        self.second[1][1] += buy.bb;
        self.second[2][2] += stay.h[0];
        self.second[2][3] += stay.h[1];
        self.second[3][3] += stay.h[2];
    }
}

/// The logarithm of the probability to stay until m and then to leave, or not, with its derivatives by γ and δ.
#[derive(Clone, Copy, Default)]
struct Staying {
    value: f64,
    g: [f64; 2],
    h: [f64; 3],
}

impl Staying {
    /// To be there still.
    fn on(s: &BetaRatio) -> Self {
        Staying { value: s.value, g: [s.a, s.b], h: [s.aa, s.aa, s.bb] }
    }

    /// To leave next: times γ / (γ+δ+m).
    fn left(s: &BetaRatio, gamma: f64, late: f64) -> Self {
        let i = 1.0 / (gamma + late);
        let (ii, rest) = (i * i, late * i / gamma);
        Staying {
            value: s.value - libm::log1p(late / gamma),
            g: [s.a + rest, s.b - i],
            h: [s.aa - rest * (2.0 * gamma + late) * i / gamma, s.aa + ii, s.bb + ii],
        }
    }
}

impl Likelihood<4> for BgbbLikelihood {
    fn evaluate(&self, &[alpha, beta, gamma, delta]: &[f64; 4]) -> Derivatives<4> {
        let mut value = Sum::default();
        let (mut g, mut h) = ([0.0; 4], [[0.0; 4]; 4]);
        let mut worked = 0;
        let mut pause = |more: usize| {
            worked += more;
            if worked >= PAUSE_EVERY {
                worked = 0;
                pause::now();
            }
        };
        let (mut bought, mut away, mut stay) = (Vec::new(), Vec::new(), Vec::new());
        table(&mut bought, beta, alpha, self.cells.last().map_or(0, |cell| cell.x));
        table(&mut stay, gamma, delta, self.most);
        let left: Vec<Staying> = stay.iter().enumerate().map(|(m, s)| Staying::left(s, gamma, delta + m as f64)).collect();
        for of_x in self.cells.chunk_by(|one, next| one.x == next.x) {
            let (x, buy) = (of_x[0].x, bought[of_x[0].x]);
            let longest = of_x.last().map_or(x, |cell| cell.n);
            // Of who bought x times, to stay away at more opportunities.
            table(&mut away, alpha + x as f64, beta, longest - x);
            pause(longest - x);
            for of_n in of_x.chunk_by(|one, next| one.n == next.n) {
                let n = of_n[0].n;
                let mut moments = Moments::default();
                let (mut m, mut unit) = (n, Staying::on(&stay[n]));
                moments.add(&away[n - x], &unit);
                for cell in of_n {
                    pause(m - cell.t_x + 1);
                    while m > cell.t_x {
                        // The next term is larger; but the first that he left may be far smaller than that he is alive.
                        let from = m == n;
                        m -= 1;
                        let (k, f) = ((m - x) as f64, m as f64);
                        let buys = (beta + k) / (alpha + beta + f);
                        let stays = if from { (delta + f) / gamma } else { (delta + f) / (gamma + delta + f + 1.0) };
                        moments.scale(buys * stays);
                        unit = left[m];
                        moments.add(&away[m - x], &unit);
                    }
                    let count = cell.count;
                    value.add(count * (buy.value + away[m - x].value + unit.value + libm::log(moments.weight)));
                    let mean = moments.first.map(|sum| sum / moments.weight);
                    for i in 0..4 {
                        g[i] += count * mean[i];
                        for j in i..4 {
                            h[i][j] += count * (moments.second[i][j] / moments.weight - mean[i] * mean[j]);
                        }
                    }
                    g[0] += count * buy.b;
                    g[1] += count * buy.a;
                    h[0][0] += count * buy.bb;
                    h[0][1] += count * buy.aa;
                    h[1][1] += count * buy.aa;
                }
            }
        }
        Derivatives { value: value.total(), gradient: g, hessian: h }.mirrored()
    }
}

/// A model with parameters; times are opportunities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bgbb {
    /// Of buying at an opportunity.
    pub alpha: f64,
    /// Of not buying.
    pub beta: f64,
    /// Of leaving before an opportunity; 0 where nobody leaves.
    pub gamma: f64,
    /// Of staying.
    pub delta: f64,
}

impl Bgbb {
    /// Of leaving.
    #[inline]
    fn leaving(&self) -> Sbg {
        Sbg { alpha: self.gamma, beta: self.delta }
    }

    /// The terms of the likelihood, in units of the one that he left as early as can be (that he is alive, where he cannot have
    /// left): that of being alive, and the sum of all.
    #[inline]
    fn terms(&self, p: Pattern) -> (f64, f64) {
        let Bgbb { alpha, beta, gamma, delta } = *self;
        if gamma == 0.0 || p.t <= p.t_x {
            return (1.0, 1.0);
        }
        let last = p.t - 1.0;
        let mut alive = (beta + (last - p.x)) / (alpha + beta + last) * ((delta + last) / gamma);
        let (mut all, mut m) = (1.0 + alive, last);
        while m > p.t_x {
            m -= 1.0;
            let ratio = (beta + (m - p.x)) * (delta + m) / ((alpha + beta + m) * (gamma + delta + m + 1.0));
            alive *= ratio;
            all = 1.0 + all * ratio;
        }
        (alive, all)
    }

    /// The log-likelihood of one customer, of one order of his purchases.
    pub fn log_likelihood(&self, p: Pattern) -> f64 {
        let Bgbb { alpha, beta, gamma, delta } = *self;
        let (_, all) = self.terms(p);
        let gone = gamma != 0.0 && p.t > p.t_x;
        let m = if gone { p.t_x } else { p.t };
        let buy = Sbg { alpha: beta, beta: alpha }.ln_survival(p.x as u64);
        let away = Sbg { alpha: alpha + p.x, beta }.ln_survival((m - p.x) as u64);
        let stay = self.leaving().ln_survival(m as u64) - if gone { libm::log1p((delta + m) / gamma) } else { 0.0 };
        buy + away + stay + libm::log(all)
    }

    /// That he has not left by opportunity n.
    #[inline]
    fn there(&self, p: Pattern) -> f64 {
        let (alive, all) = self.terms(p);
        if all.is_finite() { alive / all } else { 1.0 }
    }

    /// P(alive), as the paper has it: that he is there at opportunity n+1.
    #[inline]
    pub fn alive(&self, p: Pattern) -> f64 {
        self.there(p) * self.leaving().after(p.t).retention(1)
    }

    /// Expected purchases at the next `horizon` opportunities.
    #[inline]
    pub fn purchases(&self, p: Pattern, horizon: u64) -> f64 {
        let rate = (self.alpha + p.x) / (self.alpha + self.beta + p.t);
        self.there(p) * rate * self.leaving().after(p.t).renewals(horizon)
    }

    /// The same, with the purchase at the jth of them times v^j. Without end for `u64::MAX` and v < 1.
    pub fn discounted(&self, p: Pattern, horizon: u64, v: f64) -> f64 {
        let rate = (self.alpha + p.x) / (self.alpha + self.beta + p.t);
        self.there(p) * rate * self.leaving().after(p.t).discounted(horizon, v)
    }

    /// Expected purchases of a new customer at the first `horizon` opportunities after the first purchase.
    pub fn purchases_new(&self, horizon: u64) -> f64 {
        self.alpha / (self.alpha + self.beta) * self.leaving().renewals(horizon)
    }

    /// The probability that a new customer uses x of the n opportunities after the first purchase; takes as long as n is.
    ///
    /// He uses x of those up to m and then leaves, or is there at n: each is the one before times a ratio.
    pub fn probability(&self, x: u64, n: u64) -> f64 {
        let Bgbb { alpha, beta, gamma, delta } = *self;
        if x > n {
            return 0.0;
        }
        let buy = Sbg { alpha: beta, beta: alpha }.ln_survival(x);
        let (mut unit, mut stays, mut sum) = (buy + self.leaving().ln_survival(x), 1.0, 0.0);
        let (x, n) = (x as f64, n as f64);
        let mut m = x;
        while m < n {
            sum += stays * (gamma / (gamma + delta + m));
            stays *= (m + 1.0) / (m + 1.0 - x) * ((beta + (m - x)) / (alpha + beta + m)) * ((delta + m) / (gamma + delta + m));
            m += 1.0;
            if stays > 1e250 {
                (unit, stays, sum) = (unit + libm::log(1e250), stays * 1e-250, sum * 1e-250);
            }
        }
        libm::exp(unit + libm::log(stays + sum))
    }
}
