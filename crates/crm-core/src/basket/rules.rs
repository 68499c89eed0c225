//! What follows from what: association rules.

use super::Itemset;
use super::frequent::{Frequent, MOST_ITEMS, Places, size};
use super::itemset::out_of_memory;
use super::mine::NONE;
use crate::error::{Error, Result, SqlState};
use crate::normal;
use crate::pause;
use std::cmp::Ordering;

/// Rules that may be found.
const MAX_RULES: usize = 10_000_000;
/// Judgements between two pauses.
const JUDGED: u32 = 1 << 14;

/// What rules must reach.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Share of the baskets that hold the whole rule: above 0 and at most 1.
    pub min_support: f64,
    /// Share of those with the antecedent that hold the consequent too: from 0 to 1.
    pub min_confidence: f64,
    /// Items of a rule; none is no limit.
    pub max_size: Option<i32>,
    /// Items of its consequent; none is no limit.
    pub max_consequent: Option<i32>,
    /// Of the interval of the confidence: above 0 and below 1.
    pub level: f64,
}

/// All rules.
#[derive(Debug)]
pub struct Rules {
    frequent: Frequent,
    found: Vec<Found>,
    /// The normal quantile of the interval.
    z: f64,
}

/// A rule: a set of items and which of them are the consequent.
#[derive(Clone, Copy, Debug)]
struct Found {
    set: u32,
    /// A bit for each item, from the first that was added on.
    consequent: u32,
    antecedent_baskets: u64,
    consequent_baskets: u64,
    lift: f64,
    /// Of the antecedent, for sorting: see [`Places::head`].
    head: u64,
}

/// If the antecedent is in a basket, so is the consequent: how often.
#[derive(Debug, PartialEq)]
pub struct Rule<'r> {
    /// Places in [`Rules::items`], ascending.
    pub antecedent: &'r [u32],
    /// Places in [`Rules::items`], ascending.
    pub consequent: &'r [u32],
    /// Baskets that hold both.
    pub baskets: u64,
    /// Baskets that hold the antecedent.
    pub antecedent_baskets: u64,
    /// Baskets that hold the consequent.
    pub consequent_baskets: u64,
    /// Share of the baskets that hold both.
    pub support: f64,
    /// Share of those with the antecedent that hold the consequent too.
    pub confidence: f64,
    /// The lower end of its score interval.
    pub confidence_lower: f64,
    /// The upper end.
    pub confidence_upper: f64,
    /// Confidence by the share of the consequent in all baskets: how many times as often as if the two had nothing to do with each other.
    pub lift: f64,
    /// Support less what it would be if the two had nothing to do with each other.
    pub leverage: f64,
    /// How many times as often the rule would be wrong if the two had nothing to do with each other; none where it is never wrong.
    pub conviction: Option<f64>,
}

impl Rules {
    /// Finds them. Errors: bounds that are none (22023), more than ten million itemsets or rules (54000).
    pub fn find(itemset: &Itemset, bounds: Bounds) -> Result<Rules> {
        if !(0.0..=1.0).contains(&bounds.min_confidence) {
            return Err(Error::parameter(format!("min_confidence must be from 0 to 1, not {}", bounds.min_confidence))
                .hint("It is a share: 0.3 asks that three in ten of the baskets with the antecedent hold the consequent too."));
        }
        if !(bounds.level > 0.0 && bounds.level < 1.0) {
            return Err(Error::parameter(format!("level must be above 0 and below 1, not {}", bounds.level))
                .hint("0.95 gives intervals that hold the true rate in about 95 of 100 cases."));
        }
        let most = size("max_consequent", bounds.max_consequent)?;
        let frequent = Frequent::find(itemset, bounds.min_support, bounds.max_size)?;
        let mut search = Search { frequent: &frequent, min_confidence: bounds.min_confidence, most, judged: 0, found: Vec::new() };
        let single = (0u32..).zip(frequent.nodes()).take_while(|(_, node)| node.parent == NONE);
        for (set, _) in single {
            search.visit(set, &mut Path::default())?;
        }
        let mut found = search.found;
        for (at, rule) in found.iter_mut().enumerate() {
            if at % (1 << 16) == 0 {
                pause::now();
            }
            rule.head = sides(&frequent, rule).0.head();
        }
        // As numbers that are not negative, the bits of floats have their order.
        let key = |rule: &Found| (rule.lift.to_bits(), frequent.nodes()[rule.set as usize].baskets);
        pause::sort_by(&mut found, |l, r| key(r).cmp(&key(l)).then(l.head.cmp(&r.head)).then_with(|| by_items(&frequent, l, r)));
        let z = -normal::quantile((1.0 - bounds.level) / 2.0);
        Ok(Rules { frequent, found, z })
    }

    /// The frequent items, in the order of their bytes.
    pub fn items(&self) -> &[String] {
        self.frequent.items()
    }

    /// Hands on the rules: by lift from the highest on, then by support, then in the order of their items.
    pub fn for_each(&self, mut take: impl FnMut(Rule<'_>) -> Result<()>) -> Result<()> {
        let all = self.frequent.baskets();
        for rule in &self.found {
            let (antecedent, consequent) = sides(&self.frequent, rule);
            let baskets = self.frequent.nodes()[rule.set as usize].baskets;
            let Found { antecedent_baskets, consequent_baskets, lift, .. } = *rule;
            let (n, c, a, b) = (i128::from(all), i128::from(baskets), i128::from(antecedent_baskets), i128::from(consequent_baskets));
            let (lower, upper) = normal::wilson(baskets as i64, antecedent_baskets as i64, self.z);
            take(Rule {
                antecedent: &antecedent,
                consequent: &consequent,
                baskets,
                antecedent_baskets,
                consequent_baskets,
                support: self.frequent.support(baskets),
                confidence: baskets as f64 / antecedent_baskets as f64,
                confidence_lower: lower,
                confidence_upper: upper,
                lift,
                // c/n - (a/n)(b/n), and (1 - b/n) / (1 - c/a): the differences of whole numbers lose no digits.
                leverage: (c * n - a * b) as f64 / (n * n) as f64,
                conviction: (a > c).then(|| ((n - b) * a) as f64 / (n * (a - c)) as f64),
            })?;
        }
        Ok(())
    }
}

/// The places of the items of both sides.
fn sides(frequent: &Frequent, rule: &Found) -> (Places, Places) {
    // The last item that was added comes first.
    let last = frequent.ranks(rule.set).count() - 1;
    let side = |wanted: bool| {
        let items = frequent.ranks(rule.set).enumerate();
        Places::of(items.filter(|(i, _)| (rule.consequent >> (last - i) & 1 == 1) == wanted).map(|(_, rank)| frequent.place(rank)))
    };
    (side(false), side(true))
}

fn by_items(frequent: &Frequent, l: &Found, r: &Found) -> Ordering {
    let (left, right) = (sides(frequent, l), sides(frequent, r));
    left.0.cmp(&right.0).then_with(|| left.1.cmp(&right.1))
}

/// The set that is being looked at, and the sets that lack one item of it.
#[derive(Clone, Copy, Default)]
struct Path {
    ranks: [u32; MOST_ITEMS],
    without: [u32; MOST_ITEMS],
    length: usize,
}

struct Search<'f> {
    frequent: &'f Frequent,
    min_confidence: f64,
    /// Items of a consequent.
    most: usize,
    judged: u32,
    found: Vec<Found>,
}

impl Search<'_> {
    /// Finds the rules of a set, whose items less the last one are in the path, and of all sets that begin with it.
    fn visit(&mut self, set: u32, path: &mut Path) -> Result<()> {
        let node = self.frequent.nodes()[set as usize];
        let length = path.length;
        let mut here = Path { length: length + 1, ..*path };
        here.ranks[length] = node.item;
        for without in &mut here.without[..length] {
            *without = self.frequent.with(*without, node.item);
        }
        here.without[length] = node.parent;
        if length > 0 {
            for item in 0..here.length {
                let rest = here.without[item];
                self.judge(set, node.baskets, &here, 1 << item, item, rest)?;
            }
        }
        for child in node.first..node.first.saturating_add(node.children) {
            self.visit(child, &mut here)?;
        }
        Ok(())
    }

    /// Takes the rule if it is reliable enough, and looks at those that have more items of the antecedent, each after `last`, in the
    /// consequent: no other one can be, since an antecedent of fewer items is in more baskets.
    fn judge(&mut self, set: u32, baskets: u64, path: &Path, consequent: u32, last: usize, antecedent: u32) -> Result<()> {
        self.judged += 1;
        if self.judged.is_multiple_of(JUDGED) {
            pause::now();
        }
        let antecedent_baskets = self.frequent.nodes()[antecedent as usize].baskets;
        if (baskets as f64 / antecedent_baskets as f64) < self.min_confidence {
            return Ok(());
        }
        let chosen = self.part(path, consequent);
        let consequent_baskets = self.frequent.nodes()[chosen as usize].baskets;
        self.take(Found { set, consequent, antecedent_baskets, consequent_baskets, lift: 0.0, head: 0 }, baskets)?;
        let size = consequent.count_ones() as usize;
        if size < self.most && size + 2 <= path.length {
            for next in last + 1..path.length {
                let more = consequent | 1 << next;
                let rest = self.part(path, !more & ((1 << path.length) - 1));
                self.judge(set, baskets, path, more, next, rest)?;
            }
        }
        Ok(())
    }

    /// The set of some items of the path.
    fn part(&self, path: &Path, items: u32) -> u32 {
        let chosen = (0..path.length).filter(|item| items >> item & 1 == 1);
        chosen.fold(NONE, |set, item| self.frequent.with(set, path.ranks[item]))
    }

    fn take(&mut self, found: Found, baskets: u64) -> Result<()> {
        if self.found.len() == MAX_RULES {
            return Err(Error::new(SqlState::LimitExceeded, "there are more than 10000000 association rules")
                .hint("Raise min_support or min_confidence, or give max_size or max_consequent."));
        }
        if self.found.len() == self.found.capacity() {
            self.found.try_reserve(1).map_err(|_| out_of_memory())?;
        }
        // (c/n) / ((a/n) (b/n)); the products have at most 106 bits.
        let (both, apart) = (
            u128::from(baskets) * u128::from(self.frequent.baskets()),
            u128::from(found.antecedent_baskets) * u128::from(found.consequent_baskets),
        );
        self.found.push(Found { lift: both as f64 / apart as f64, ..found });
        Ok(())
    }
}
