//! The rules at work: what one period's measures do to the tier.

use super::policy::TierPolicy;
use super::rules::{Landing, NewCustomer};
use crate::amount::Amount;
use std::collections::VecDeque;

/// What a period leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The customer's first period.
    New,
    /// To a higher tier.
    Up,
    /// To a lower tier.
    Down,
    /// Below the tier, and nothing happens yet.
    Grace,
    /// Below the tier, and on watch.
    Watch,
    /// No longer on watch: the tier is kept.
    Clear,
    /// The tier is kept.
    Keep,
    /// There is no measure, and the period is skipped.
    Gap,
    /// Somebody decided.
    Override,
}

impl Event {
    /// Names, in the order of the variants.
    pub(super) const NAMES: [(&'static str, Event); 9] = [
        ("new", Event::New),
        ("up", Event::Up),
        ("down", Event::Down),
        ("grace", Event::Grace),
        ("watch", Event::Watch),
        ("clear", Event::Clear),
        ("keep", Event::Keep),
        ("gap", Event::Gap),
        ("override", Event::Override),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// The rule that a period's outcome follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The start of a new customer.
    Start,
    /// A tier was reached.
    Reached,
    /// A higher tier is reached, but not yet for long enough.
    Climbing {
        /// Its level.
        level: usize,
        /// Periods in a row, and how many it takes.
        periods: (u32, u32),
    },
    /// The tier is kept by its own threshold, or by what keeps it.
    Kept,
    /// Below the tier.
    Below,
    /// Below for long enough to fall, but the tier is not held for long enough.
    Held {
        /// Periods it is in effect, and how many it has to be.
        periods: (u32, u32),
    },
    /// Dormant for so many periods.
    Dormant(u32),
    /// No measure.
    Gap,
}

/// What became of a period. Levels are those of the rules, before any override.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The level that the measures reach; none without measures.
    pub natural: Option<usize>,
    /// The level in effect at the end of the period.
    pub level: usize,
    /// The level in effect from the next period on.
    pub next: usize,
    /// What happened.
    pub event: Event,
    /// Periods below in a row, this one included; at a downgrade those that led to it.
    pub misses: u32,
    /// Why.
    pub cause: Cause,
}

/// What has to be remembered from period to period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The level in effect from the next period on, by the rules.
    pub level: usize,
    /// Periods that it has been in effect.
    pub stay: u32,
    /// Periods below in a row.
    pub misses: u32,
    /// Whether he is on watch.
    pub watching: bool,
    /// Whether it still is the level he started with.
    pub first: bool,
    /// Dormant periods in a row.
    pub idle: u32,
    /// By tier, the periods in a row that reached it; empty where no rule asks for several.
    pub reached: Vec<u32>,
    /// The measures of the last periods below, the first period's first; empty where no landing asks for them.
    pub below: VecDeque<Amount>,
}

/// A customer under a policy.
#[derive(Clone, Debug)]
pub struct Machine<'p> {
    policy: &'p TierPolicy,
    /// None before the first period.
    memory: Option<Memory>,
}

impl<'p> Machine<'p> {
    /// Before the first period, or after the one that left a memory.
    pub fn new(policy: &'p TierPolicy, memory: Option<Memory>) -> Self {
        let fit = |mut memory: Memory| {
            memory.reached.resize(if policy.counts_runs { policy.tiers().len() } else { 0 }, 0);
            memory
        };
        Machine { policy, memory: memory.map(fit) }
    }

    /// What it remembers; none before the first period.
    pub fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }

    /// The level from the next period on; 0 before the first period.
    pub fn level(&self) -> usize {
        self.memory.as_ref().map_or(0, |memory| memory.level)
    }

    /// Periods that the tier is in effect at least.
    pub fn minimum_stay(&self) -> u32 {
        self.memory.as_ref().map_or(0, |memory| memory.minimum_stay(self.policy))
    }

    /// The level with which a new customer starts whose first measures reach `natural`.
    pub fn start_level(&self, natural: usize) -> usize {
        match self.policy.new_customer() {
            NewCustomer::Reached => natural,
            NewCustomer::Lowest => self.policy.lowest(),
            NewCustomer::Given { level, .. } => *level,
        }
    }

    fn start(&self, natural: usize) -> Memory {
        let level = self.start_level(natural);
        let reached = if self.policy.counts_runs { vec![0; self.policy.tiers().len()] } else { Vec::new() };
        Memory { level, first: true, reached, ..Memory::default() }
    }

    /// A period without measures, which counts neither way. Before the first period there is nothing to tell.
    pub fn skip(&mut self) -> Option<Outcome> {
        let memory = self.memory.as_mut()?;
        memory.stay = memory.stay.saturating_add(1);
        let Memory { level, misses, .. } = *memory;
        Some(Outcome { natural: None, level, next: level, event: Event::Gap, misses, cause: Cause::Gap })
    }

    /// A period with its measures, in the order of the policy's.
    pub fn step(&mut self, measures: &[Amount]) -> Outcome {
        let policy = self.policy;
        let natural = policy.natural(measures);
        let begins = self.memory.is_none();
        let start = if begins { Some(self.start(natural)) } else { None };
        let memory = self.memory.get_or_insert_with(|| start.unwrap_or_default());
        memory.stay = memory.stay.saturating_add(1);
        for (run, level) in memory.reached.iter_mut().zip(1..) {
            *run = if natural >= level { run.saturating_add(1) } else { 0 };
        }
        let level = memory.level;
        let outcome = |event, next, misses, cause| Outcome { natural: Some(natural), level, next, event, misses, cause };

        if let Some(dormant) = policy.dormant() {
            let idle = measures.get(dormant.measure).is_some_and(|measure| *measure <= dormant.at_most);
            memory.idle = if idle { memory.idle.saturating_add(1) } else { 0 };
            if memory.idle >= dormant.periods {
                let cause = Cause::Dormant(memory.idle);
                memory.forget();
                if level > dormant.level {
                    memory.move_to(dormant.level, 0);
                    return outcome(Event::Down, dormant.level, 0, cause);
                }
                return outcome(Event::Keep, level, 0, cause);
            }
        }

        if let Some(up) = (level + 1..=natural).rev().find(|up| memory.may_rise(policy, *up)) {
            memory.forget();
            let immediately = policy.tier_at(up).is_some_and(|tier| tier.rules().upgrade.immediately);
            memory.move_to(up, immediately.into());
            let level = if immediately { up } else { level };
            return Outcome { level, ..outcome(Event::Up, up, 0, Cause::Reached) };
        }

        let tier = policy.tier_at(level);
        if natural >= level || tier.and_then(|tier| tier.keep()).is_some_and(|keep| keep.holds(measures)) {
            let event = match (memory.watching, begins) {
                (true, _) => Event::Clear,
                (false, true) => Event::New,
                (false, false) => Event::Keep,
            };
            let cause = match memory.climbing(policy, natural) {
                _ if begins => Cause::Start,
                Some(climbing) => climbing,
                None => Cause::Kept,
            };
            memory.forget();
            return outcome(event, level, 0, cause);
        }

        // Below: the level is one of the tiers, because the lowest level is never missed.
        let rules = tier.map(|tier| *tier.rules()).unwrap_or_default();
        let downgrade = rules.downgrade;
        memory.misses = memory.misses.saturating_add(1);
        let misses = memory.misses;
        if policy.keeps_window {
            memory.below.extend(measures);
            let most = downgrade.misses() as usize * measures.len();
            memory.below.drain(..memory.below.len().saturating_sub(most));
        }
        let minimum = memory.minimum_stay(policy);
        let at_once = downgrade.waits() == 0;
        let served = if at_once { memory.stay - 1 } else { memory.stay };
        if misses < downgrade.misses() || served < minimum {
            memory.watching = misses > downgrade.grace;
            let event = if memory.watching { Event::Watch } else { Event::Grace };
            let cause = if misses >= downgrade.misses() { Cause::Held { periods: (served, minimum) } } else { Cause::Below };
            return outcome(event, level, misses, cause);
        }
        let landing = match downgrade.landing {
            _ if at_once => natural,
            Landing::Last => natural,
            Landing::Max => memory.windows(measures.len()).map(|measures| policy.natural(&measures)).max().unwrap_or(natural),
            Landing::Mean => policy.natural(&memory.mean(measures.len())),
        };
        let next = landing.min(level - 1).max(level.saturating_sub(downgrade.max_steps)).max(policy.lowest());
        memory.forget();
        memory.move_to(next, at_once.into());
        Outcome { level: if at_once { next } else { level }, ..outcome(Event::Down, next, misses, Cause::Below) }
    }
}

impl Memory {
    /// Whether the rules let him rise to a level above his.
    fn may_rise(&self, policy: &TierPolicy, up: usize) -> bool {
        policy.tier_at(up).is_some_and(|tier| {
            let rule = tier.rules().upgrade;
            (rule.periods <= 1 || self.run(up) >= rule.periods) && up - self.level <= rule.max_steps
        })
    }

    /// Periods that the tier is in effect at least.
    fn minimum_stay(&self, policy: &TierPolicy) -> u32 {
        let of_tier = policy.tier_at(self.level).map_or(0, |tier| tier.rules().minimum_stay);
        match policy.new_customer() {
            NewCustomer::Given { periods, .. } if self.first => of_tier.max(*periods),
            _ => of_tier,
        }
    }

    /// The lowest tier above that is reached, but not for long enough.
    fn climbing(&self, policy: &TierPolicy, natural: usize) -> Option<Cause> {
        let level = (self.level + 1..=natural).next()?;
        let needed = policy.tier_at(level)?.rules().upgrade.periods;
        Some(Cause::Climbing { level, periods: (self.run(level), needed) })
    }

    /// Periods in a row that reached a level, as far as they are counted.
    pub fn run(&self, level: usize) -> u32 {
        level.checked_sub(1).and_then(|place| self.reached.get(place)).copied().unwrap_or(0)
    }

    /// Forgets what was below.
    fn forget(&mut self) {
        (self.watching, self.misses) = (false, 0);
        self.below.clear();
    }

    fn move_to(&mut self, level: usize, stay: u32) {
        (self.level, self.stay, self.first) = (level, stay, false);
    }

    /// The measures of each period below.
    fn windows(&self, measures: usize) -> impl Iterator<Item = Vec<Amount>> {
        (0..self.below.len() / measures).map(move |period| self.below.iter().skip(period * measures).take(measures).copied().collect())
    }

    /// The mean of each measure over the periods below, rounded down: it reaches a threshold exactly where the mean does.
    fn mean(&self, measures: usize) -> Vec<Amount> {
        let periods = (self.below.len() / measures).max(1) as i128;
        let mean = |measure: usize| {
            let units = || self.below.iter().skip(measure).step_by(measures).map(|amount| amount.units);
            // The whole parts and the rests apart: the mean is in range, and so is what wraps on the way to it.
            let rests: i128 = units().map(|units| units.rem_euclid(periods)).sum();
            let wholes = units().map(|units| units.div_euclid(periods)).fold(0, i128::wrapping_add);
            Amount::new(wholes.wrapping_add(rests.div_euclid(periods)), 0)
        };
        (0..measures).map(mean).collect()
    }
}
