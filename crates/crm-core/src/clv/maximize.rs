//! Maximum likelihood by Newton's method in the logarithms of the parameters, which are all positive.
//!
//! A step goes along the eigenvectors of the Hessian, uphill also where it is not concave, no farther along each than a
//! radius that adapts (a trust region; Nocedal and Wright, "Numerical Optimization", 2006, ch. 4). Parameters stay in a box;
//! one that pushes against it is held there: a likelihood that rises for ever towards zero or infinity ends at the edge, and
//! that is reported. At the end the gradient must vanish in all directions that are free, and the Hessian must be negative.

#![allow(clippy::needless_range_loop, reason = "an index says which row and column of a matrix is meant")]

/// A function, its gradient and its Hessian at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Derivatives<const N: usize> {
    pub value: f64,
    pub gradient: [f64; N],
    pub hessian: [[f64; N]; N],
}

impl<const N: usize> Default for Derivatives<N> {
    fn default() -> Self {
        Derivatives { value: 0.0, gradient: [0.0; N], hessian: [[0.0; N]; N] }
    }
}

impl<const N: usize> Derivatives<N> {
    /// Of the same function, by the logarithms of the (positive) variables.
    fn by_logarithms(mut self, theta: &[f64; N]) -> Self {
        for i in 0..N {
            for j in 0..N {
                self.hessian[i][j] *= theta[i] * theta[j];
            }
            self.hessian[i][i] += theta[i] * self.gradient[i];
        }
        for i in 0..N {
            self.gradient[i] *= theta[i];
        }
        self
    }

    fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().chain(self.hessian.iter().flatten()).all(|x| x.is_finite())
    }

    /// Fills the lower triangle of the Hessian from the upper.
    pub fn mirrored(mut self) -> Self {
        for i in 1..N {
            for j in 0..i {
                self.hessian[i][j] = self.hessian[j][i];
            }
        }
        self
    }
}

/// A log-likelihood of `N` positive parameters.
pub trait Likelihood<const N: usize> {
    /// Its value, gradient and Hessian (all of it), by the parameters themselves.
    fn evaluate(&self, theta: &[f64; N]) -> Derivatives<N>;
}

/// What to maximise over, and how.
#[derive(Clone, Copy, Debug)]
pub struct Region<const N: usize> {
    /// Bounds of the logarithms.
    pub low: [f64; N],
    pub high: [f64; N],
    /// Log-normal priors: their centres (logarithms) and their common precision, 0 for none.
    pub centre: [f64; N],
    pub precision: f64,
}

/// Where a maximisation ended.
#[derive(Clone, Copy, Debug)]
pub struct Maximum<const N: usize> {
    /// The parameters.
    pub theta: [f64; N],
    /// Log-likelihood, without the prior.
    pub log_likelihood: f64,
    /// What was maximised: with the prior.
    pub objective: f64,
    /// Whether the gradient vanished where it must, at a maximum.
    pub converged: bool,
    /// Evaluations.
    pub iterations: usize,
    /// Euclidean norm of the gradient by the logarithms of the parameters that are not at a bound.
    pub gradient_norm: f64,
    /// Which parameters are at a bound: -1 at the lower, 1 at the upper.
    pub bounds: [i8; N],
    /// Covariance of the logarithms; none for what the data do not determine.
    pub covariance: [[Option<f64>; N]; N],
}

/// Most evaluations of one maximisation.
const MOST_EVALUATIONS: usize = 200;
/// The longest step along an eigenvector, at first and ever, in logarithms.
const FIRST_RADIUS: f64 = 1.0;
const MOST_RADIUS: f64 = 8.0;
/// Below this Newton decrement (twice the likelihood still to gain) rounding hides whether the likelihood rises.
const NEARLY: f64 = 1e-7;
/// A decrement with which parameters are right to the last digits that rounding leaves.
const ENOUGH: f64 = 1e-20;
/// What may be left to gain in the end.
const DONE: f64 = 1e-7;
/// What is nearer than this to the edge of the box is at it: rounding must not leave a rest of the way to go.
const AT_THE_EDGE: f64 = 1e-9;
/// A curvature, per unit of a logarithm squared, below which a direction is not determined: standard error above 300.
const FLAT: f64 = 1e-5;

/// Maximises from one start (parameters themselves, moved into the box).
pub fn maximize<const N: usize>(likelihood: &impl Likelihood<N>, frame: &Region<N>, start: &[f64; N]) -> Maximum<N> {
    let mut at: [f64; N] = std::array::from_fn(|i| libm::log(start[i]).clamp(frame.low[i], frame.high[i]));
    let mut here = frame.evaluate(likelihood, &at);
    let (mut iterations, mut radius) = (1, FIRST_RADIUS);
    let mut newton = frame.newton(&at, &here.1);
    while iterations < MOST_EVALUATIONS {
        if newton.decrement < ENOUGH || !here.1.is_finite() {
            break;
        }
        let (step, whole) = newton.step(radius);
        let to = frame.reach(&at, &step);
        let there = frame.evaluate(likelihood, &to);
        iterations += 1;
        let next = frame.newton(&to, &there.1);
        if newton.decrement < NEARLY && whole {
            // The value hardly tells any more; the gradient does, to the last digits.
            if there.1.is_finite() && (next.decrement < newton.decrement || there.1.value > here.1.value) {
                (at, here, newton) = (to, there, next);
                continue;
            }
            break;
        }
        if there.1.is_finite() && there.1.value >= here.1.value {
            radius = (2.0 * radius).min(MOST_RADIUS);
            (at, here, newton) = (to, there, next);
        } else {
            let length = (0..N).fold(0.0f64, |most, i| most.max((to[i] - at[i]).abs()));
            radius = 0.25 * length.min(radius);
            if radius < 1e-12 {
                break;
            }
        }
    }
    frame.report(at, here, &newton, iterations)
}

/// A Newton step in the coordinates of the eigenvectors of the free part of the Hessian.
struct Newton<const N: usize> {
    free: [bool; N],
    /// Of the negative Hessian: eigenvalues and eigenvectors (columns).
    curvature: [f64; N],
    vectors: [[f64; N]; N],
    /// The step along each eigenvector.
    lengths: [f64; N],
    decrement: f64,
    /// How much may still be gained.
    shortfall: f64,
}

impl<const N: usize> Newton<N> {
    fn new(free: [bool; N], here: &Derivatives<N>) -> Self {
        let negative: [[f64; N]; N] = std::array::from_fn(|i| {
            std::array::from_fn(|j| match free[i] && free[j] {
                true => -here.hessian[i][j],
                false => f64::from(i == j),
            })
        });
        let (curvature, vectors) = eigen(negative);
        let most = curvature.iter().fold(0.0f64, |most, c| most.max(c.abs()));
        let mut newton = Newton { free, curvature, vectors, lengths: [0.0; N], decrement: 0.0, shortfall: 0.0 };
        for k in 0..N {
            let along: f64 = (0..N).filter(|i| free[*i]).map(|i| vectors[i][k] * here.gradient[i]).sum();
            newton.lengths[k] = along / curvature[k].abs().max(1e-13 * most).max(1e-290);
            newton.decrement += along * newton.lengths[k];
            if curvature[k].abs() > FLAT {
                newton.shortfall += 0.5 * along * newton.lengths[k];
            } else {
                // It may go on like e^-u: what is left to gain is the slope.
                newton.shortfall += along.abs();
            }
        }
        newton
    }

    /// The step, and whether nothing of it was cut.
    fn step(&self, radius: f64) -> ([f64; N], bool) {
        let whole = self.lengths.iter().all(|length| length.abs() <= radius);
        let step = std::array::from_fn(|i| (0..N).map(|k| self.vectors[i][k] * self.lengths[k].clamp(-radius, radius)).sum());
        (step, whole)
    }
}

impl<const N: usize> Region<N> {
    /// The log-likelihood alone, and with the prior and its derivatives by logarithms.
    fn evaluate(&self, likelihood: &impl Likelihood<N>, at: &[f64; N]) -> (f64, Derivatives<N>) {
        let theta: [f64; N] = at.map(libm::exp);
        let mut all = likelihood.evaluate(&theta).by_logarithms(&theta);
        let alone = all.value;
        if self.precision > 0.0 {
            for i in 0..N {
                let off = at[i] - self.centre[i];
                all.value -= 0.5 * self.precision * off * off;
                all.gradient[i] -= self.precision * off;
                all.hessian[i][i] -= self.precision;
            }
        }
        (alone, all)
    }

    /// Where a step leads. It ends where it first meets the box, and keeps its direction: along a ridge on which two parameters
    /// grow together, one alone must not be held back. What is at the edge already slides along it.
    fn reach(&self, at: &[f64; N], step: &[f64; N]) -> [f64; N] {
        let edge: [f64; N] = std::array::from_fn(|i| if step[i] > 0.0 { self.high[i] } else { self.low[i] });
        let moved = (0..N).filter(|i| step[*i] != 0.0 && edge[*i] != at[*i]);
        let part = moved.map(|i| (edge[i] - at[i]) / step[i]).fold(1.0, f64::min);
        std::array::from_fn(|i| {
            let to = (at[i] + part * step[i]).clamp(self.low[i], self.high[i]);
            if (edge[i] - to).abs() < AT_THE_EDGE { edge[i] } else { to }
        })
    }

    /// -1 and 1 for a parameter at its lower or upper bound that the gradient pushes further.
    fn bounds(&self, at: &[f64; N], gradient: &[f64; N]) -> [i8; N] {
        std::array::from_fn(|i| {
            let (low, high) = (at[i] <= self.low[i], at[i] >= self.high[i]);
            i8::from(high && gradient[i] >= 0.0) - i8::from(low && gradient[i] <= 0.0)
        })
    }

    /// A parameter at the edge is held there if the gradient pushes it out, or if the step would take it out: the rest of the
    /// step would be wrong without it.
    fn newton(&self, at: &[f64; N], here: &Derivatives<N>) -> Newton<N> {
        let mut free = self.bounds(at, &here.gradient).map(|bound| bound == 0);
        loop {
            let newton = Newton::new(free, here);
            let (step, _) = newton.step(f64::INFINITY);
            let leaves = |i: usize| (step[i] > 0.0 && at[i] >= self.high[i]) || (step[i] < 0.0 && at[i] <= self.low[i]);
            match (0..N).find(|i| free[*i] && leaves(*i)) {
                Some(i) => free[i] = false,
                None => return newton,
            }
        }
    }

    fn report(&self, at: [f64; N], here: (f64, Derivatives<N>), newton: &Newton<N>, iterations: usize) -> Maximum<N> {
        let theta = at.map(libm::exp);
        let squares = (0..N).filter(|i| newton.free[*i]).map(|i| here.1.gradient[i] * here.1.gradient[i]);
        let directions = |flat: bool| (0..N).filter(move |k| (newton.curvature[*k] <= FLAT) == flat);
        let lost: [bool; N] = std::array::from_fn(|i| !newton.free[i] || directions(true).any(|k| newton.vectors[i][k].abs() > 1e-3));
        // A covariance at a maximum: second derivatives by the parameters and by their logarithms agree there.
        let covariance = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let sum = || directions(false).map(|k| newton.vectors[i][k] * newton.vectors[j][k] / newton.curvature[k]).sum();
                (!lost[i] && !lost[j]).then(sum)
            })
        });
        Maximum {
            theta,
            log_likelihood: here.0,
            objective: here.1.value,
            converged: here.1.is_finite() && newton.shortfall < DONE && newton.curvature.iter().all(|c| *c > -FLAT),
            iterations,
            gradient_norm: squares.sum::<f64>().sqrt(),
            bounds: self.bounds(&at, &here.1.gradient),
            covariance,
        }
    }
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations (Golub and Van Loan, "Matrix
/// Computations", 8.5).
fn eigen<const N: usize>(mut a: [[f64; N]; N]) -> ([f64; N], [[f64; N]; N]) {
    let mut v: [[f64; N]; N] = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(i == j)));
    for _sweep in 0..60 {
        let mut rotated = false;
        for p in 0..N {
            for q in p + 1..N {
                if a[p][q] == 0.0 || a[p][q].abs() <= 1e-18 * (a[p][p].abs() * a[q][q].abs()).sqrt() || !a[p][q].is_finite() {
                    continue;
                }
                rotated = true;
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let t = if theta == 0.0 { 1.0 } else { t };
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..N {
                    (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]);
                }
                for k in 0..N {
                    (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]);
                }
                (a[p][q], a[q][p]) = (0.0, 0.0);
                for row in &mut v {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
            }
        }
        if !rotated {
            break;
        }
    }
    (std::array::from_fn(|i| a[i][i]), v)
}

/// A sum that keeps what rounding would lose (Neumaier 1974).
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    #[inline(always)]
    pub fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() { (self.sum - sum) + term } else { (term - sum) + self.sum };
        self.sum = sum;
    }

    pub fn total(self) -> f64 {
        self.sum + self.lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Region<2> = Region { low: [-30.0; 2], high: [30.0; 2], centre: [0.0; 2], precision: 0.0 };

    /// Rosenbrock's valley in the logarithms, upside down.
    struct Valley;
    impl Likelihood<2> for Valley {
        fn evaluate(&self, theta: &[f64; 2]) -> Derivatives<2> {
            let [x, y] = theta.map(f64::ln);
            let u = y - x * x;
            let value = -((1.0 - x).powi(2) + 100.0 * u * u);
            let (gx, gy) = (2.0 * (1.0 - x) + 400.0 * u * x, -200.0 * u);
            let (hxx, hxy, hyy) = (-2.0 + 400.0 * u - 800.0 * x * x, 400.0 * x, -200.0);
            let [p, q] = *theta;
            Derivatives {
                value,
                gradient: [gx / p, gy / q],
                hessian: [[(hxx - gx) / (p * p), hxy / (p * q)], [hxy / (p * q), (hyy - gy) / (q * q)]],
            }
        }
    }

    #[test]
    fn a_curved_valley() {
        let found = maximize(&Valley, &FRAME, &[(-1.2f64).exp(), 1f64.exp()]);
        assert!(found.converged && found.iterations < 60, "{found:?}");
        assert!(found.theta.iter().all(|t| (t.ln() - 1.0).abs() < 1e-12), "{found:?}");
        assert_eq!(found.bounds, [0, 0]);
        // The inverse of the negative Hessian there, [[802, -400], [-400, 200]].
        assert!((found.covariance[0][0].unwrap() - 0.5).abs() < 1e-9 && (found.covariance[1][1].unwrap() - 2.005).abs() < 1e-9);
    }

    /// Rises for ever towards a small first parameter; the second has its maximum at 3, the more flatly the nearer that is.
    struct Slope;
    impl Likelihood<2> for Slope {
        fn evaluate(&self, [a, b]: &[f64; 2]) -> Derivatives<2> {
            let (d, k) = (b.ln() - 3f64.ln(), 2.0 / b);
            let curve = -2.0 / (b * b) + k * d / b;
            Derivatives { value: -a - d * d, gradient: [-1.0, -k * d], hessian: [[0.0, 0.0], [0.0, curve]] }
        }
    }

    #[test]
    fn a_maximum_at_a_bound() {
        let found = maximize(&Slope, &FRAME, &[1.0, 1.0]);
        assert!(found.converged, "{found:?}");
        assert!((found.theta[1] - 3.0).abs() < 1e-9 && found.bounds == [-1, 0], "{found:?}");
        assert!(found.covariance[0][0].is_none() && (found.covariance[1][1].unwrap() - 0.5).abs() < 1e-9);
    }

    /// A narrow ridge, along which both parameters grow and the function ever less.
    struct Ridge;
    impl Likelihood<2> for Ridge {
        fn evaluate(&self, [a, b]: &[f64; 2]) -> Derivatives<2> {
            let off = a.ln() - b.ln();
            let (k, c) = (2e4 * off, 2e4);
            Derivatives {
                value: -1.0 / a - 1e4 * off * off,
                gradient: [(1.0 / a - k) / a, k / b],
                hessian: [[(-2.0 / a - c + k) / (a * a), c / (a * b)], [c / (a * b), (-c - k) / (b * b)]],
            }
        }
    }

    #[test]
    fn a_ridge_that_meets_the_edge() {
        let region = Region { low: [-9.0; 2], high: [9.0, 12.0], ..FRAME };
        let found = maximize(&Ridge, &region, &[1.0, 1.0]);
        assert!(found.converged && found.bounds == [1, 0] && found.iterations < 25, "{found:?}");
        assert!((found.theta[1].ln() - 9.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn eigenvectors_rebuild_the_matrix() {
        let a = [[4.0, 1.0, -2.0], [1.0, 3.0, 0.5], [-2.0, 0.5, -1.0]];
        let (values, vectors) = eigen(a);
        for i in 0..3 {
            for j in 0..3 {
                let sum: f64 = (0..3).map(|k| vectors[i][k] * values[k] * vectors[j][k]).sum();
                assert!((sum - a[i][j]).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn sums_keep_what_rounding_loses() {
        let mut sum = Sum::default();
        [1.0, 1e100, 1.0, -1e100].into_iter().for_each(|x| sum.add(x));
        assert_eq!(sum.total(), 2.0);
    }
}
