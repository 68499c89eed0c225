//! How the number of repeat purchases goes with their mean amount: the gamma-gamma model assumes that it does not.
//!
//! Over the customers that the model is fitted to: those who bought again, for a positive amount.

use super::gamma_gamma::{nearest, repeat};
use super::histories::triple;
use super::maximize::Sum;
use crate::amount::{Amount, DECIMALS};
use crate::error::{Error, Result};
use crate::pause;
use crate::rfm::RfmSample;

/// The 0.975 quantile of the normal distribution.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// What is known of the correlation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Correlation {
    /// Customers who bought again, for a positive amount.
    pub customers: u64,
    /// Pearson's coefficient: none for fewer than two customers, or where one of the two has no spread.
    pub pearson: Option<f64>,
    /// Its 95 % interval, by Fisher's z = artanh r with the standard error 1/√(n-3): none for fewer than four customers.
    pub interval: Option<(f64, f64)>,
    /// Spearman's coefficient, that of the ranks, ties with their mean rank: none where Pearson's is none.
    pub spearman: Option<f64>,
}

impl Correlation {
    /// Of a sample, in whatever order.
    ///
    /// Errors: a summary with more events than days, or whose first total is not known (22023).
    pub fn new(sample: &RfmSample) -> Result<Self> {
        // (x, mean in units): the same mean of different numbers of purchases is a tie, exactly.
        let mut seen: Vec<(i64, i128)> = Vec::new();
        for rfm in sample.iter() {
            pause::step();
            triple(rfm, rfm.last_at().day(), None)?;
            let (x, spend) = repeat(rfm)?;
            if x > 0 && spend.units > 0 {
                let mean = spend.divided_by(x);
                reserve(&mut seen, 1)?;
                seen.push((x, mean.units));
            }
        }
        pause::now();
        pause::sort(&mut seen);
        let mut points: Vec<(f64, f64)> = Vec::new();
        reserve(&mut points, seen.len())?;
        points.extend(seen.iter().map(|(x, mean)| (*x as f64, nearest(Amount::new(*mean, DECIMALS)))));
        let pearson = pearson(&points);
        ranks(&seen, |(x, _)| *x, points.iter_mut().map(|point| &mut point.0))?;
        pause::now();
        ranks(&seen, |(_, mean)| *mean, points.iter_mut().map(|point| &mut point.1))?;
        Ok(Correlation {
            customers: seen.len() as u64,
            pearson,
            interval: pearson.and_then(|r| interval(r, seen.len())),
            spearman: pearson.and(self::pearson(&points)),
        })
    }
}

fn reserve<T>(items: &mut Vec<T>, more: usize) -> Result<()> {
    items.try_reserve(more).map_err(|_| Error::out_of_memory("the mean values of customers"))
}

/// Pearson's coefficient, from sums about the means, in the order of the points.
fn pearson(points: &[(f64, f64)]) -> Option<f64> {
    let spread = |of: fn(&(f64, f64)) -> f64| points.windows(2).any(|pair| of(&pair[0]) != of(&pair[1]));
    if !spread(|point| point.0) || !spread(|point| point.1) {
        return None;
    }
    let total = |term: &dyn Fn(f64, f64) -> f64| {
        let mut sum = Sum::default();
        points.iter().for_each(|(x, y)| sum.add(term(*x, *y)));
        sum.total()
    };
    let n = points.len() as f64;
    let (mx, my) = (total(&|x, _| x) / n, total(&|_, y| y) / n);
    // The means are rounded: what is left of the sums about them is taken off again.
    let (rx, ry) = (total(&|x, _| x - mx), total(&|_, y| y - my));
    let xy = total(&|x, y| (x - mx) * (y - my)) - rx * ry / n;
    let xx = total(&|x, _| (x - mx) * (x - mx)) - rx * rx / n;
    let yy = total(&|_, y| (y - my) * (y - my)) - ry * ry / n;
    Some((xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

fn interval(r: f64, customers: usize) -> Option<(f64, f64)> {
    let (z, error) = (libm::atanh(r), NORMAL_975 / (customers as f64 - 3.0).sqrt());
    (customers > 3).then(|| (libm::tanh(z - error), libm::tanh(z + error)))
}

/// Writes each item's rank by a key, from 1, into its place: equal items have the mean of the ranks they take up.
fn ranks<'r, T, K: Ord>(items: &[T], key: impl Fn(&T) -> K, places: impl Iterator<Item = &'r mut f64>) -> Result<()> {
    let mut order: Vec<usize> = Vec::new();
    reserve(&mut order, items.len())?;
    order.extend(0..items.len());
    pause::sort_by_key(&mut order, |i| key(&items[*i]));
    let mut rank: Vec<f64> = Vec::new();
    reserve(&mut rank, items.len())?;
    rank.resize(items.len(), 0.0);
    let mut before = 0;
    for tied in order.chunk_by(|i, j| key(&items[*i]) == key(&items[*j])) {
        let mean = before as f64 + (tied.len() as f64 + 1.0) / 2.0;
        tied.iter().for_each(|i| rank[*i] = mean);
        before += tied.len();
    }
    places.zip(rank).for_each(|(place, rank)| *place = rank);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_mean_rank() {
        let mut got = [0.0; 6];
        ranks(&[30, 10, 20, 10, 20, 10], |x| *x, got.iter_mut()).unwrap();
        assert_eq!(got, [6.0, 2.0, 4.5, 2.0, 4.5, 2.0]);
    }

    #[test]
    fn known_correlations() {
        // About the means 2 and 3, Σxy = 9, Σxx = 10, Σyy = 22.
        let points = [(0.0, 1.0), (1.0, 2.0), (3.0, 1.0), (4.0, 6.0), (2.0, 5.0), (2.0, 3.0)];
        assert!((pearson(&points).unwrap() - 9.0 / 220f64.sqrt()).abs() < 1e-15);
        assert_eq!(pearson(&[(1.0, 5.0), (2.0, 5.0)]), None);
        assert_eq!(pearson(&[(1.0, 5.0)]), None);
        assert_eq!(pearson(&[]), None);
        assert_eq!(pearson(&[(1.0, 5.0), (2.0, 4.0)]), Some(-1.0));
        // One against the rest: the mean is far from all, and nothing cancels.
        let far = [(1e9, 1e15), (1e9 + 1.0, 1e15 + 1.0), (1e9 + 2.0, 1e15 + 4.0)];
        assert!((pearson(&far).unwrap() - 0.9607689228305228).abs() < 1e-12);
    }

    #[test]
    fn fisher_s_interval() {
        // 28 customers: artanh 0.5 = 0.549306 ± 1.959964 / 5.
        let (low, high) = interval(0.5, 28).unwrap();
        assert!((low - 0.15602836252908603).abs() < 1e-15 && (high - 0.7358184794439376).abs() < 1e-15, "{low} {high}");
        assert_eq!(interval(0.5, 3), None);
        assert_eq!(interval(1.0, 4), Some((1.0, 1.0)));
        assert_eq!(interval(-1.0, 5), Some((-1.0, -1.0)));
    }
}
