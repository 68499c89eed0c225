//! The tiers as the states of a Markov chain: time in a tier, steady state, forecast.
//!
//! A tier that nobody was in before has no row of probabilities: whoever comes there stays.

use super::{Migration, share};
use crate::document::{self, shorten};
use crate::error::{Error, Result};
use serde_json::{Value, json};

/// Periods of a forecast.
pub const MAX_PERIODS: i32 = 1_200;
/// Customers that a tier of a mix can have.
const MOST_CUSTOMERS: f64 = 1e15;
const MIX: &str =
    "A mix is the number of customers by tier, such as {\"gold\": 1000, \"silver\": 5000}, with the names of the migration's tiers.";
/// Closed groups of tiers, and tiers of each, that an error names.
const NAMED: usize = 5;

/// How long customers stay in a tier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sojourn<'m> {
    /// The tier.
    pub tier: &'m str,
    /// The share of its customers who stayed.
    pub stay_rate: f64,
    /// The periods that a customer spends in it on average, that in which he is seen there counted; none where nobody left.
    pub expected_periods: Option<f64>,
}

/// A mix of tiers, period after period.
#[derive(Clone, Debug)]
pub struct Forecast<'m> {
    migration: &'m Migration,
    /// From each tier, to which with which probability.
    rows: Vec<Vec<(usize, f64)>>,
    /// Customers by tier in the period.
    customers: Vec<f64>,
    /// All of them, in the first.
    total: f64,
}

impl Migration {
    /// How long customers stay in each tier that somebody was in before: a customer who stays with probability p each period
    /// does so for 1 / (1 - p) periods on average.
    pub fn expected_time(&self) -> impl Iterator<Item = Sojourn<'_>> {
        self.tiers().enumerate().filter_map(|(from, tier)| {
            let before = self.before(from);
            let stayed = self.row(from).nth(from).unwrap_or(0);
            let expected_periods = (stayed < before).then(|| share(before, before - stayed));
            (before > 0).then(|| Sojourn { tier, stay_rate: share(stayed, before), expected_periods })
        })
    }

    /// The probabilities of a tier that are not 0.
    fn probabilities(&self, from: usize) -> Vec<(usize, f64)> {
        match self.before(from) {
            0 => vec![(from, 1.0)],
            before => self.flows(from).map(|(to, customers)| (to, share(customers, before))).collect(),
        }
    }

    /// The shares of the tiers that stay as they are from period to period, by tier. Not unique (22023) where several groups of tiers are
    /// never left; 0 in a tier that is left for ever.
    pub fn steady_state(&self) -> Result<Vec<(&str, f64)>> {
        let mut shares: Vec<(&str, f64)> = self.tiers().map(|tier| (tier, 0.0)).collect();
        let closed = self.closed_groups();
        if closed.len() > 1 {
            return Err(self.not_unique(&closed));
        }
        let group = closed.first().map(Vec::as_slice).unwrap_or_default();
        let mut places = vec![usize::MAX; shares.len()];
        group.iter().enumerate().for_each(|(place, tier)| places[*tier] = place);
        let mut matrix = vec![vec![0.0; group.len()]; group.len()];
        for (row, from) in matrix.iter_mut().zip(group) {
            self.probabilities(*from).into_iter().for_each(|(to, probability)| row[places[to]] = probability);
        }
        let found = stationary(matrix).ok_or_else(|| {
            Error::range("the shares of the tiers are too far apart to be computed")
                .hint("Leave out the tiers that hardly anybody enters or leaves.")
        })?;
        group.iter().zip(found).for_each(|(tier, share)| shares[*tier].1 = share);
        Ok(shares)
    }

    /// The groups of tiers in which everyone can come from each tier to each and that nobody leaves, each in the order of its tiers.
    fn closed_groups(&self) -> Vec<Vec<usize>> {
        let tiers = self.names.len();
        let words = tiers.div_ceil(64);
        let has = |set: &[u64], tier: usize| set[tier / 64] >> (tier % 64) & 1 == 1;
        // What can be reached from each tier, in any number of periods (Warshall 1962): a bit a tier.
        let mut reached = vec![vec![0u64; words]; tiers];
        for (from, set) in reached.iter_mut().enumerate() {
            set[from / 64] |= 1 << (from % 64);
            self.flows(from).for_each(|(to, _)| set[to / 64] |= 1 << (to % 64));
        }
        for by in 0..tiers {
            let through = reached[by].clone();
            for set in reached.iter_mut().filter(|set| has(set, by)) {
                set.iter_mut().zip(&through).for_each(|(word, more)| *word |= more);
            }
        }
        let members = |tier: usize| (0..tiers).filter(|to| has(&reached[tier], *to)).collect::<Vec<_>>();
        // Each group once, by its first tier.
        let first = |tier: usize| !(0..tier).any(|to| has(&reached[tier], to));
        let closed = |tier: usize| (0..tiers).all(|to| !has(&reached[tier], to) || has(&reached[to], tier));
        (0..tiers).filter(|tier| first(*tier) && closed(*tier)).map(members).collect()
    }

    #[cold]
    fn not_unique(&self, groups: &[Vec<usize>]) -> Error {
        let listed = |names: Vec<String>, all: usize, between: &str| match all - names.len() {
            0 => names.join(between),
            more => format!("{}{between}… ({more} more)", names.join(between)),
        };
        let named = |group: &Vec<usize>| {
            let names = group.iter().take(NAMED).filter_map(|tier| self.names.name(*tier as u32)).map(shorten).collect();
            format!("({})", listed(names, group.len(), ", "))
        };
        let shown = listed(groups.iter().take(NAMED).map(named).collect(), groups.len(), " ");
        Error::parameter(format!("the steady state is not unique: {} groups of tiers are never left: {shown}", groups.len())).hint(
            "How many end in each depends on where they begin: see migration_forecast. Or take one group alone, or add the rows that lead from one to the other.",
        )
    }

    /// The mix of tiers over the next periods, 1 to [`MAX_PERIODS`] (22023). It begins with the customers of each tier after, or with a `mix`:
    /// an object with the customers of each tier, 0 or more (22023 for tiers that are not here, and if they are none at all). None of none.
    pub fn forecast(&self, periods: i32, mix: Option<&Value>) -> Result<Option<Forecast<'_>>> {
        if !(1..=MAX_PERIODS).contains(&periods) {
            return Err(Error::parameter(format!("periods must be from 1 to {MAX_PERIODS}, not {periods}"))
                .hint("A period is the time between the two tiers of the migration: a month, if these are those of two month ends."));
        }
        let customers = match mix {
            Some(mix) => self.read_mix(mix)?,
            None => self.after(),
        };
        let total: f64 = customers.iter().sum();
        if total == 0.0 {
            return if mix.is_none() { Ok(None) } else { Err(Error::parameter("mix: must have at least one customer").hint(MIX)) };
        }
        let rows = (0..self.names.len()).map(|from| self.probabilities(from)).collect();
        Ok(Some(Forecast { migration: self, rows, customers, total }))
    }

    /// How many are in each tier after.
    fn after(&self) -> Vec<f64> {
        let mut counts = vec![0i64; self.names.len()];
        for from in 0..self.names.len() {
            self.flows(from).for_each(|(to, customers)| counts[to] += customers);
        }
        counts.into_iter().map(|customers| customers as f64).collect()
    }

    fn read_mix(&self, mix: &Value) -> Result<Vec<f64>> {
        let mut customers = vec![0.0; self.names.len()];
        document::read(&json!({ "mix": mix }), |object| {
            let Some(node) = object.node("mix") else { return };
            node.entries(|tier, node| match self.names.find(tier) {
                Some(tier) => customers[tier as usize] = node.number(0.0..=MOST_CUSTOMERS),
                None => node.problem("is not a tier of the migration: nobody was in it, before or after"),
            });
        })
        .map_err(|e| e.hint(MIX))?;
        Ok(customers)
    }
}

impl Forecast<'_> {
    /// Each tier with its expected number of customers and their share in all, in the order of the names.
    pub fn tiers(&self) -> impl Iterator<Item = (&str, f64, f64)> {
        self.migration.tiers().zip(&self.customers).map(|(tier, customers)| (tier, *customers, customers / self.total))
    }

    /// Goes on to the next period.
    pub fn step(&mut self) {
        let mut next = vec![0.0; self.customers.len()];
        // In the order of the tiers, so that sums are always the same.
        for (customers, row) in self.customers.iter().zip(&self.rows) {
            row.iter().for_each(|(to, probability)| next[*to] += customers * probability);
        }
        self.customers = next;
    }
}

/// The stationary distribution of a matrix of probabilities in which each state can be reached from each, by elimination without
/// subtractions: every share keeps nearly all its digits, however small it is (Grassmann, Taksar & Heyman, "Regenerative analysis
/// and steady state distributions for Markov chains", Operations Research 33, 1985, pp. 1107-1116). None where a number leaves the range
/// of float8.
pub(super) fn stationary(mut p: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    // From the last state to the second: the chain is watched only while it is in an earlier one.
    for last in (1..p.len()).rev() {
        let (earlier, row) = p.split_at_mut(last);
        let row = row.first()?.get(..last)?;
        let leaves: f64 = row.iter().sum();
        if leaves <= 0.0 || leaves.is_nan() {
            return None;
        }
        for from in earlier {
            let visits = from[last] / leaves;
            from[last] = visits;
            if visits > 0.0 {
                from.iter_mut().zip(row).for_each(|(to, probability)| *to += visits * probability);
            }
        }
    }
    let mut shares: Vec<f64> = Vec::with_capacity(p.len());
    for state in 0..p.len() {
        let share = shares.iter().zip(&p).map(|(share, row)| share * row[state]).sum();
        shares.push(if state == 0 { 1.0 } else { share });
    }
    let total: f64 = shares.iter().sum();
    total.is_finite().then(|| shares.into_iter().map(|share| share / total).collect())
}
