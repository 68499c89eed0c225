//! The policy: tiers from the lowest to the highest, and the rules by which customers rise and fall.

use super::overrides::{Override, Overrides};
use super::rules::{Dormant, Gaps, NewCustomer, Rules, Several};
use super::threshold::{Condition, Threshold};
use crate::amount::Amount;
use crate::document::{Node, Object, Problem, check_kind, digest, read, read_kind, shorten};
use crate::error::{Error, Result};
use crate::label::{Label, labelled};
use crate::period::Period;
use crate::pnl::RESERVED;
use serde_json::{Value, json};

pub(super) const KIND: &str = "tier_policy";
/// Tiers of a policy, and measures, at most.
const MOST_TIERS: usize = 200;
/// Conditions of all thresholds of a policy at most: a period may look at each of them.
const MOST_CONDITIONS: usize = 2_000;
/// Bytes of a name, in UTF-8.
pub(super) const MOST_BYTES: usize = 1_000;

/// Reads a text that stands in results: not empty, not too long, and nothing that a document cannot have as a key.
pub(super) fn short_text(node: &Node<'_>) -> String {
    let text = node.text();
    if text.len() > MOST_BYTES {
        node.problem(format!("must not have more than {MOST_BYTES} bytes"));
    }
    if text.starts_with(RESERVED) {
        node.problem(format!("must not begin with \"{RESERVED}\""));
    }
    text
}

/// Reports a list that is too long and cuts it: what is compared with each other must not be many.
pub(super) fn at_most<T>(node: &Node<'_>, list: &mut Vec<T>, most: usize) {
    if list.len() > most {
        node.problem(format!("must not have more than {most} entries"));
        list.truncate(most);
    }
}

/// One tier. The lowest may have no threshold and take everyone else.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    name: String,
    label: Option<Label>,
    from: Option<Threshold>,
    keep: Option<Threshold>,
    /// `from` of a policy with one measure.
    amount: Option<Amount>,
    /// The float8 nearest to it.
    float: f64,
    rules: Rules,
}

impl Tier {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its label in a language; its name when no language is asked for or it has no labels.
    pub fn label(&self, language: Option<&str>) -> Result<&str> {
        labelled(&self.name, self.label.as_ref(), language)
    }

    /// Its threshold, in a policy with one measure.
    pub fn from(&self) -> Option<Amount> {
        self.amount
    }

    /// What reaches it; none takes everyone.
    pub fn threshold(&self) -> Option<&Threshold> {
        self.from.as_ref()
    }

    /// What keeps it.
    pub fn keep(&self) -> Option<&Threshold> {
        self.keep.as_ref().or(self.from.as_ref())
    }

    /// The alternatives of which one has to hold: what reaches it, or what keeps it, which is that and what `keep` says.
    pub fn alternatives(&self, keep: bool) -> impl Iterator<Item = &Vec<Condition>> {
        let own = self.keep.as_ref().filter(|_| keep);
        // What reaches the tier and is as much as keeps it anyway says nothing new.
        let kept = move |reached: &[Condition]| own.is_some_and(|own| own.follows_from(reached));
        let from = self.from.iter().flat_map(Threshold::alternatives).filter(move |reached| !kept(reached));
        own.into_iter().flat_map(Threshold::alternatives).chain(from)
    }

    /// How it is reached and lost.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(super) fn float(&self) -> f64 {
        self.float
    }

    pub(super) fn reached(&self, measure: Amount) -> bool {
        self.amount.is_none_or(|from| measure >= from)
    }

    fn read(node: &Node<'_>, measures: &[String], base: &Rules) -> Self {
        node.object(|t| {
            let threshold = |key| t.optional(key).map(|node| Threshold::read(&node, measures).least(measures.len()));
            let (name, label, from, keep) =
                (t.node("name").map(|name| short_text(&name)).unwrap_or_default(), t.label("label"), threshold("from"), threshold("keep"));
            let amount = from.as_ref().and_then(Threshold::amount).filter(|_| measures.len() <= 1);
            let float = amount.map_or(f64::NEG_INFINITY, |amount| amount.to_string().parse().unwrap_or(f64::NAN));
            if from.is_none() && keep.is_some() {
                t.problem("keep", "has no meaning without \"from\": everyone keeps this tier");
            }
            Tier { name, label, from, keep, amount, float, rules: Rules::read(t, base) }
        })
    }
}

/// Tiers from the lowest to the highest, and the rules. A *level* is 0 for no tier, 1 for the lowest, and so on.
#[derive(Clone, Debug, PartialEq)]
pub struct TierPolicy {
    measures: Vec<String>,
    period: Period,
    tiers: Vec<Tier>,
    new_customer: NewCustomer,
    dormant: Option<Dormant>,
    gaps: Gaps,
    several: Several,
    overrides: Overrides,
    /// The levels of their tiers.
    forced: Vec<usize>,
    digest: String,
    /// Whether an upgrade asks for several periods in a row.
    pub(super) counts_runs: bool,
    /// Whether a landing asks for more than the last measure.
    pub(super) keeps_window: bool,
}

impl TierPolicy {
    /// Reads a policy (22023 with the path of what is wrong).
    pub fn read(policy: &Value) -> Result<Self> {
        let digest = digest(policy);
        read_kind(KIND, 1..=1, policy, Self::from_object)
            .map(|read| TierPolicy { digest, ..read })
            .map_err(|e| e.hint("select * from crm.tier_policy_check(policy) lists every problem."))
    }

    /// Every problem of a policy.
    pub fn problems(policy: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, policy, Self::from_object).err().unwrap_or_default()
    }

    /// The tiers, from the lowest to the highest.
    pub fn tiers(&self) -> &[Tier] {
        &self.tiers
    }

    /// The tier of a level; none for 0.
    #[inline]
    pub fn tier_at(&self, level: usize) -> Option<&Tier> {
        self.tiers.get(level.checked_sub(1)?)
    }

    /// The name of the tier of a level.
    pub fn name_at(&self, level: usize) -> Option<&str> {
        self.tier_at(level).map(Tier::name)
    }

    /// The names of its tiers, for a hint.
    pub(super) fn names(&self) -> String {
        let names: Vec<_> = self.tiers.iter().take(10).map(|tier| shorten(&tier.name)).collect();
        let more = if self.tiers.len() > names.len() { ", …" } else { "" };
        format!("The tiers of the policy are {}{more}.", names.join(", "))
    }

    /// The SHA-256 of the document it was read from.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The level of the tier of a name.
    pub fn level(&self, name: &str) -> Option<usize> {
        self.tiers.iter().position(|tier| tier.name == name).map(|place| place + 1)
    }

    /// The lowest level: 0 where the first tier has a threshold.
    pub fn lowest(&self) -> usize {
        usize::from(self.tiers.first().is_some_and(|tier| tier.from.is_none()))
    }

    /// The names of the measures; none stands for one measure without a name.
    pub fn measures(&self) -> &[String] {
        &self.measures
    }

    /// How many measures it looks at.
    pub fn measure_count(&self) -> usize {
        self.measures.len().max(1)
    }

    /// The policy, if it looks at one measure (22023 otherwise).
    pub fn of_one_measure(&self) -> Result<&Self> {
        if self.measures.len() <= 1 {
            return Ok(self);
        }
        Err(Error::parameter(format!("the policy has {} measures, and one was given", self.measures.len()))
            .hint("Collect the measures with tier_history_agg(period, name, measure), and ask for the tier of that history."))
    }

    /// The measures of an object by name, in the order of the policy's; what is null or not there was not measured. A name that
    /// the policy does not have, or something that is no number, is 22023.
    pub fn measures_of(&self, given: Option<&Value>) -> Result<Vec<Option<Amount>>> {
        let mut found = vec![None; self.measure_count()];
        let Some(given) = given else { return Ok(found) };
        let names = read(&json!({ "measures": given }), |object| {
            let list = object.node("measures").map(|node| node.entries(|_, amount| (!amount.value().is_null()).then(|| amount.amount())));
            for (name, amount) in list.unwrap_or_default() {
                match self.measures.iter().position(|known| *known == name) {
                    Some(measure) => found[measure] = amount,
                    None => object.problem_at(&format!("measures.{}", shorten(&name)), "is not one of the measures of the policy"),
                }
            }
        });
        names.map_err(|e| e.hint("Give an object of numbers by name, as in {\"assets\": 50000, \"products\": 3}."))?;
        Ok(found)
    }

    /// How long its periods are.
    pub fn period(&self) -> Period {
        self.period
    }

    /// With which tier a customer starts.
    pub fn new_customer(&self) -> &NewCustomer {
        &self.new_customer
    }

    /// Who is dormant.
    pub fn dormant(&self) -> Option<&Dormant> {
        self.dormant.as_ref()
    }

    /// What a period without a measure counts as.
    pub fn gaps(&self) -> Gaps {
        self.gaps
    }

    /// Which of several measures of a period counts.
    pub fn several(&self) -> Several {
        self.several
    }

    /// The exceptions for everyone, with the levels of their tiers.
    pub fn overrides(&self) -> impl Iterator<Item = (usize, &Override)> {
        self.forced.iter().copied().zip(self.overrides.iter())
    }

    /// The highest level that the measures reach.
    #[inline]
    pub fn natural(&self, measures: &[Amount]) -> usize {
        match measures {
            [measure] => self.tiers.partition_point(|tier| tier.reached(*measure)),
            all => self.tiers.iter().rposition(|tier| tier.from.as_ref().is_none_or(|from| from.holds(all))).map_or(0, |place| place + 1),
        }
    }

    fn from_object(object: &Object<'_>) -> Self {
        object.optional_text("measure");
        let measures = object.optional("measures").map_or_else(Vec::new, |node| {
            let mut names = node.list(short_text);
            if node.value().as_array().is_some_and(Vec::is_empty) {
                node.problem("must not be empty");
            }
            at_most(&node, &mut names, MOST_TIERS);
            for (i, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
                if names.iter().take(i).any(|before| before == name) {
                    object.problem_at(&format!("measures[{i}]"), "stands twice");
                }
            }
            names
        });
        let period = object.optional("period").and_then(|node| node.choice(&Period::NAMES)).unwrap_or_default();
        let base = Rules::read(object, &Rules::default());
        let tiers = object.node("tiers").map_or_else(Vec::new, |node| {
            let mut tiers = node.list(|tier| Tier::read(tier, &measures, &base));
            at_most(&node, &mut tiers, MOST_TIERS);
            tiers
        });
        let level = |node: &Node<'_>| {
            let name = node.text();
            let found = tiers.iter().position(|tier| tier.name == name);
            if found.is_none() && !name.is_empty() {
                node.problem("is not one of the tiers of the policy");
            }
            found.map_or(0, |place| place + 1)
        };
        let lowest = usize::from(tiers.first().is_some_and(|tier| tier.from.is_none()));
        let new_customer = NewCustomer::read(object, level);
        let dormant = Dormant::read(object, &measures, lowest, level);
        let (gaps, several, overrides) = (Gaps::read(object), Several::read(object), Overrides::from_object(object));
        let place = |one: &Override| tiers.iter().position(|tier| tier.name == one.tier).map_or(0, |place| place + 1);
        let forced = overrides.iter().map(place).collect();
        let rules = || tiers.iter().map(|tier| tier.rules);
        let counts_runs = rules().any(|rules| rules.upgrade.periods > 1);
        let keeps_window = rules().any(|rules| rules.downgrade.landing != super::rules::Landing::Last);
        let policy = TierPolicy {
            measures,
            period,
            tiers,
            new_customer,
            dormant,
            gaps,
            several,
            overrides,
            forced,
            digest: String::new(),
            counts_runs,
            keeps_window,
        };
        if object.is_clean() {
            policy.check(object);
        }
        policy
    }

    /// What has to hold across fields.
    fn check(&self, object: &Object<'_>) {
        let tiers = &self.tiers;
        if tiers.is_empty() {
            object.problem("tiers", "must not be empty");
        }
        for (i, tier) in tiers.iter().enumerate() {
            let lower = i.checked_sub(1).and_then(|below| tiers.get(below));
            match (&tier.from, lower) {
                (None, Some(_)) => object.problem_at(&format!("tiers[{i}].from"), "is missing: only the first tier may have no threshold"),
                (Some(from), Some(below)) => match (tier.amount, below.amount) {
                    (Some(amount), Some(below)) if amount <= below => {
                        object
                            .problem_at(&format!("tiers[{i}].from"), format!("must be above {below}, the threshold of the tier before it"));
                    }
                    _ if below.from.as_ref().is_some_and(|below| from.is_below(below)) => {
                        object.problem_at(&format!("tiers[{i}].from"), "must not ask for less than the tier before it");
                    }
                    _ => {}
                },
                _ => {}
            }
            if let (Some(from), Some(keep)) = (tier.amount, tier.keep.as_ref().and_then(Threshold::amount))
                && keep > from
            {
                object.problem_at(&format!("tiers[{i}].keep"), format!("must not be above {from}, the threshold of the tier itself"));
            }
        }
        for (i, tier) in tiers.iter().enumerate() {
            if let (Some(from), Some(keep), None) = (&tier.from, &tier.keep, tier.amount)
                && keep.is_above(from)
            {
                object.problem_at(&format!("tiers[{i}].keep"), "must not ask for more than the threshold of the tier itself");
            }
        }
        let conditions = |threshold: &Option<Threshold>| threshold.iter().flat_map(Threshold::alternatives).map(Vec::len).sum::<usize>();
        if tiers.iter().map(|tier| conditions(&tier.from) + conditions(&tier.keep)).sum::<usize>() > MOST_CONDITIONS {
            object.problem("tiers", format!("must not have more than {MOST_CONDITIONS} conditions in all"));
        }
        object.unique("tiers", "name", tiers.iter().map(|tier| tier.name.as_str()));
        for (i, one) in self.overrides.iter().enumerate() {
            if self.level(&one.tier).is_none() {
                object.problem_at(&format!("overrides[{i}].tier"), "is not one of the tiers of the policy");
            }
        }
    }
}
