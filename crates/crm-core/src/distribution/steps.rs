//! What a distribution counts together, for those who look up many ranks.

use super::{Contents, Distribution, buckets};
use crate::error::{Error, Result};

/// A value while the distribution is exact, a bucket of a sketch after that; ascending steps do not overlap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The lowest number that is counted here.
    pub low: f64,
    /// The highest.
    pub high: f64,
    /// How many observations are.
    pub count: u64,
}

impl Distribution {
    /// The steps that have observations, ascending.
    pub fn steps(&self) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        let mut put = |step| {
            steps.try_reserve(1).map_err(|_| Error::out_of_memory("the steps of a distribution"))?;
            steps.push(step);
            Ok(())
        };
        match &self.contents {
            Contents::Exact(exact) => exact.entries().iter().try_for_each(|(x, count)| put(Step { low: *x, high: *x, count: *count }))?,
            Contents::Buckets(all) => all.iter().try_for_each(|(index, count)| {
                let (low, high) = (-buckets::upper_edge(-index, self.bits), buckets::upper_edge(index, self.bits));
                put(Step { low, high, count })
            })?,
        }
        Ok(steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_the_distinct_values_and_then_the_buckets() {
        let mut d = Distribution::default();
        [2.0, -1.0, 2.0, 0.0].iter().for_each(|x| d.push(*x).unwrap());
        let step = |x: f64, count| Step { low: x, high: x, count };
        assert_eq!(d.steps().unwrap(), [step(-1.0, 1), step(0.0, 1), step(2.0, 2)]);
        let values: Vec<f64> = (0..5000).map(|i| (f64::from(i) - 2000.0) * 0.37).collect();
        values.iter().for_each(|x| d.push(*x).unwrap());
        assert!(!d.is_exact());
        let steps = d.steps().unwrap();
        assert!(steps.windows(2).all(|pair| pair[0].high < pair[1].low));
        for step in &steps {
            let inside = values.iter().chain(&[2.0, -1.0, 2.0, 0.0]).filter(|x| step.low <= **x && **x <= step.high).count();
            assert_eq!(inside as u64, step.count, "{step:?}");
        }
        assert_eq!(steps.iter().map(|step| step.count).sum::<u64>(), d.count());
    }
}
