//! A policy and a catalogue, joined: one client against all products.

use super::arbitration::{Arbiter, Given};
use super::catalogue::{Catalogue, boxed, no_room};
use super::diversity::{self, Choice, Diversifier};
use super::gate::{self, Compiled, Operands, Product};
use super::places::Places;
use super::policy::MatchingPolicy;
use super::reasons;
use super::scores::{Fits, ScoreComponent};
use super::standing::Standing;
use super::tags::{self, Component, Wanted, shares};
use super::top::{better, limit, top_k};
use crate::calendar::Day;
use crate::document::parse;
use crate::error::{Error, Result};
use crate::pause;
use serde_json::Value;

/// A matching policy compiled for a catalogue. Compile once, match many clients.
#[derive(Clone, Debug)]
pub struct CompiledMatch {
    /// By bytes.
    products: Vec<Box<str>>,
    places: Places,
    /// By product: whether it stands the gates that do not ask the client.
    open: Vec<bool>,
    pub(super) gates: Vec<Compiled>,
    pub(super) components: Vec<Component>,
    pub(super) scores: Vec<ScoreComponent>,
    pub(super) arbiter: Option<Arbiter>,
    pub(super) diversifier: Option<Diversifier>,
    pub(super) minimum_score: Option<f64>,
}

/// A product offered to a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<'a> {
    /// 1 for the best.
    pub rank: u32,
    /// The product's key.
    pub product: &'a str,
    /// How well it fits: 0 to 1.
    pub score: f64,
    /// What the ranking is by; without arbitration the score.
    pub priority: f64,
    /// The rank it would have without the firm's own interest; none where it would not be among the `k`.
    pub neutral_rank: Option<u32>,
    /// JSON, `{"passed": […], "score": […], …}`: the ids of the gates that apply, and the contributions, which add up to the
    /// score. [`CompiledMatch::explain`] has what the gates compared.
    pub reasons: String,
}

/// What becomes of a product for a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained<'a> {
    /// Offered or not.
    pub verdict: Verdict,
    /// 1 for the best of those that match.
    pub rank: Option<u32>,
    /// The product's key.
    pub product: &'a str,
    /// 0 to 1; of an excluded product, what it would have scored.
    pub score: f64,
    /// What the ranking is by; none where a figure for it is missing.
    pub priority: Option<f64>,
    /// The rank without the firm's own interest.
    pub neutral_rank: Option<u32>,
    /// JSON, `{"gates": […], "score": […], …}` with every gate and what it compared; of an excluded product `{"excluded_by": […], …}` with every gate that says no.
    pub reasons: String,
}

/// Offered or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passes all gates and scores enough.
    Match,
    /// It does not.
    Excluded,
}

impl Verdict {
    /// Its name in SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Match => "match",
            Verdict::Excluded => "excluded",
        }
    }
}

/// Room to work in. Keep it from one client to the next.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    standing: Standing,
    rulings: Vec<bool>,
    /// By gate.
    rooms: Vec<gate::Room>,
    /// By gate, by product: what those that judge say.
    codes: Vec<Vec<u8>>,
    room: tags::Room,
    by_need: Vec<f64>,
    // By product; of those that are not looked at they mean nothing.
    scores: Vec<f64>,
    priorities: Vec<f64>,
    neutral: Vec<f64>,
    best: Vec<(f64, u32)>,
    ranks: Ranks,
    diverse: diversity::Room,
}

/// The products that match, in their order, and in the one that leaves the firm's interest out.
#[derive(Clone, Debug, Default)]
struct Ranks {
    chosen: Vec<Choice>,
    neutral: Vec<Choice>,
    /// The neutral rank of those that have one, by product.
    by_product: Vec<(u32, u32)>,
}

/// A client, as the policy sees him.
pub(super) struct Asked<'a> {
    pub client: &'a Value,
    /// By gate.
    pub operands: Vec<Operands<'a>>,
    pub wanted: Vec<Wanted>,
    pub fits: Vec<Fits>,
    pub given: Given,
}

/// What was found for one client, for reasons.
pub(super) struct Judged<'a> {
    pub asked: &'a Asked<'a>,
    /// By gate.
    pub rooms: &'a [gate::Room],
    pub codes: &'a [Vec<u8>],
}

impl CompiledMatch {
    /// Joins a catalogue and a policy, as of a day: one is needed where the policy has suitability rules (22023).
    pub fn compile(catalogue: &Catalogue, policy: &MatchingPolicy, as_of: Option<Day>) -> Result<Self> {
        let listed = catalogue.products()?;
        let count = u32::try_from(listed.len()).map_err(no_room)?;
        let mut products = Vec::new();
        products.try_reserve_exact(listed.len()).map_err(no_room)?;
        let weights = policy.tags.iter().map(|rule| rule.weight).chain(policy.scores.iter().map(|rule| rule.weight));
        let shares = shares(&weights.collect::<Vec<_>>());
        let (of_tags, of_scores) = shares.split_at(policy.tags.len().min(shares.len()));
        let mut gates = policy.gates.iter().map(|rule| gate::Builder::new(rule, as_of)).collect::<Result<Vec<_>>>()?;
        let mut components: Vec<_> = policy.tags.iter().zip(of_tags).map(|(rule, share)| tags::Builder::new(rule, *share)).collect();
        let mut scores: Vec<_> = policy.scores.iter().zip(of_scores).map(|(rule, share)| ScoreComponent::new(rule, *share)).collect();
        let mut arbiter = policy.arbitration.as_ref().map(Arbiter::new);
        let mut diversity = policy.diversity.as_ref().map(diversity::Builder::new);
        for ((name, attributes), position) in listed.into_iter().zip(0..count) {
            pause::now();
            products.push(boxed(name)?);
            let (key, attributes) = (Value::from(name), parse(attributes)?);
            let product = Product { key: &key, attributes: &attributes };
            gates.iter_mut().try_for_each(|gate| gate.push(product))?;
            components.iter_mut().try_for_each(|component| component.push(position, &attributes))?;
            scores.iter_mut().try_for_each(|component| component.push(&product))?;
            arbiter.as_mut().map_or(Ok(()), |arbiter| arbiter.push(name, &product))?;
            diversity.as_mut().map_or(Ok(()), |diversity| diversity.push(position, &attributes))?;
        }
        scores.iter_mut().try_for_each(ScoreComponent::finish)?;
        let components: Result<Vec<_>> = components.into_iter().map(|component| component.finish(products.len())).collect();
        let mut compiled = CompiledMatch {
            places: Places::new(products.len(), name_of(&products))?,
            open: Vec::new(),
            gates: gates.into_iter().map(gate::Builder::finish).collect::<Result<_>>()?,
            components: components?,
            scores,
            arbiter,
            diversifier: diversity.map(|diversity| diversity.finish(products.len())).transpose()?,
            minimum_score: policy.minimum_score,
            products,
        };
        compiled.close()?;
        Ok(compiled)
    }

    /// Asks the gates that depend on no client, once.
    fn close(&mut self) -> Result<()> {
        let (nobody, mut rulings, mut standing) = (Value::Null, Vec::new(), Standing::default());
        self.open.try_reserve_exact(self.products.len()).map_err(no_room)?;
        self.open.resize(self.products.len(), true);
        standing.begin(&self.open, true)?;
        for gate in &self.gates {
            if let Compiled::Comparison(column) = gate
                && !column.asks_client()
            {
                column.rule(&column.gate.operands(&nobody)?, &mut rulings, &mut standing)?;
            }
        }
        self.open.iter_mut().zip(0..).for_each(|(open, product)| *open = standing.stands(product));
        Ok(())
    }

    /// The number of products.
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether there are no products.
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// The `k` best products for a client, best first; equal ones by the bytes of the product's key.
    ///
    /// `client` is an object of attributes and `k` is 1 to [`MAX_K`](super::MAX_K) (22023).
    pub fn matches(&self, client: &Value, k: i64, scratch: &mut Scratch) -> Result<Vec<Match<'_>>> {
        let k = limit(k)?;
        let asked = self.ask(client)?;
        self.judge(&asked, false, scratch)?;
        self.rank(k, scratch)?;
        let Scratch { rooms, codes, scores, priorities, ranks, .. } = scratch;
        let judged = Judged { asked: &asked, rooms, codes };
        let mut matches = Vec::new();
        matches.try_reserve_exact(ranks.chosen.len()).map_err(no_room)?;
        for (choice, rank) in ranks.chosen.iter().zip(1..) {
            let (product, score) = (choice.product, number(scores, choice.product));
            matches.push(Match {
                rank,
                product: self.product(product),
                score,
                priority: number(priorities, product),
                neutral_rank: ranks.neutral_rank(product),
                reasons: reasons::of_offer(self, &judged, choice, score),
            });
        }
        Ok(matches)
    }

    /// What becomes of every product for a client: the matches by rank, then the excluded, the highest score first.
    pub fn explain(&self, client: &Value, scratch: &mut Scratch) -> Result<Vec<Explained<'_>>> {
        let asked = self.ask(client)?;
        self.judge(&asked, true, scratch)?;
        self.rank(self.products.len(), scratch)?;
        let Scratch { standing, rooms, codes, scores, priorities, ranks, best, .. } = scratch;
        let judged = Judged { asked: &asked, rooms, codes };
        let mut explained = Vec::new();
        explained.try_reserve_exact(self.products.len()).map_err(no_room)?;
        for (choice, rank) in ranks.chosen.iter().zip(1..) {
            pause::now();
            let (product, score) = (choice.product, number(scores, choice.product));
            explained.push(Explained {
                verdict: Verdict::Match,
                rank: Some(rank),
                product: self.product(product),
                score,
                priority: Some(number(priorities, product)),
                neutral_rank: ranks.neutral_rank(product),
                reasons: reasons::of_match(self, &judged, choice, score)?,
            });
        }
        best.clear();
        best.try_reserve(self.products.len()).map_err(no_room)?;
        best.extend(scores.iter().zip(0..).filter(|(_, i)| !standing.stands(*i)).map(|(score, i)| (*score, i)));
        best.sort_unstable_by(better);
        for (score, product) in best.iter() {
            pause::now();
            let priority = Some(number(priorities, *product)).filter(|priority| !priority.is_nan());
            explained.push(Explained {
                verdict: Verdict::Excluded,
                rank: None,
                product: self.product(*product),
                score: *score,
                priority,
                neutral_rank: None,
                reasons: reasons::of_exclusion(self, &judged, *product, *score, priority)?,
            });
        }
        Ok(explained)
    }

    pub(super) fn product(&self, i: u32) -> &str {
        self.products.get(i as usize).map_or("", AsRef::as_ref)
    }

    fn position(&self, key: &str) -> Option<u32> {
        self.places.find(key, name_of(&self.products))
    }

    /// Reads what the policy asks of the client.
    fn ask<'a>(&self, client: &'a Value) -> Result<Asked<'a>> {
        if !client.is_object() {
            return Err(Error::parameter("client must be a JSON object").hint("Pass to_jsonb(row) or jsonb_build_object(…)."));
        }
        let operands = self.gates.iter().map(|gate| match gate {
            Compiled::Comparison(column) => column.gate.operands(client),
            Compiled::Judged(_) => Ok(Operands::default()),
        });
        let position = |key: &str| self.position(key);
        Ok(Asked {
            client,
            operands: operands.collect::<Result<_>>()?,
            wanted: self.components.iter().map(|component| component.wanted(client)).collect::<Result<_>>()?,
            fits: self.scores.iter().map(|component| component.read(client, position)).collect::<Result<_>>()?,
            given: self.arbiter.as_ref().map_or(Ok(Given::default()), |arbiter| arbiter.read(client, position))?,
        })
    }

    /// Leaves in `scratch` which products match, and the scores and the priorities of those; of all if the whole is asked for.
    fn judge(&self, asked: &Asked<'_>, whole: bool, scratch: &mut Scratch) -> Result<()> {
        let Scratch { standing, rulings, rooms, codes, room, by_need, scores, priorities, neutral, .. } = scratch;
        standing.begin(&self.open, whole)?;
        codes.resize_with(self.gates.len(), Vec::new);
        rooms.resize_with(self.gates.len(), gate::Room::default);
        let products = self.products.len();
        // Those first that cost little: the others have fewer products to judge.
        for (gate, operands) in self.gates.iter().zip(&asked.operands) {
            if let Compiled::Comparison(column) = gate
                && column.asks_client()
            {
                column.rule(operands, rulings, standing)?;
            }
        }
        for (gate, (codes, room)) in self.gates.iter().zip(codes.iter_mut().zip(rooms)) {
            if let Compiled::Judged(judged) = gate {
                judged.judge(asked.client, room, codes, products, standing)?;
            }
        }
        for numbers in [&mut *scores, &mut *priorities, &mut *neutral] {
            numbers.try_reserve(products.saturating_sub(numbers.len())).map_err(no_room)?;
            numbers.resize(products, 0.0);
        }
        for product in standing.listed() {
            if let Some(score) = scores.get_mut(*product as usize) {
                *score = 0.0;
            }
        }
        for (component, wanted) in self.components.iter().zip(&asked.wanted) {
            component.contribute(wanted, standing.listed(), room, scores)?;
        }
        for (component, fits) in self.scores.iter().zip(&asked.fits) {
            component.contribute(fits, standing.listed(), by_need, scores)?;
        }
        if let Some(minimum) = self.minimum_score {
            standing.keep(|product| scores.get(product).is_some_and(|score| *score >= minimum));
        }
        match &self.arbiter {
            None => priorities.copy_from_slice(scores),
            Some(arbiter) => {
                arbiter.prioritise(&asked.given, scores, standing.listed(), priorities, neutral);
                let minimum = arbiter.minimum().unwrap_or(f64::NEG_INFINITY);
                // What is not a number is not at least the minimum.
                standing.keep(|product| priorities.get(product).is_some_and(|priority| *priority >= minimum));
            }
        }
        Ok(())
    }

    /// Leaves in `scratch` the `k` that come first, of those that match, and those that would.
    fn rank(&self, k: usize, scratch: &mut Scratch) -> Result<()> {
        let Scratch { standing, priorities, neutral, best, ranks, diverse, .. } = scratch;
        let Ranks { chosen, neutral: others, by_product } = ranks;
        let firm = self.arbiter.as_ref().is_some_and(Arbiter::asks_firm);
        by_product.clear();
        others.clear();
        for (by, chosen, needed) in [(&*priorities, &mut *chosen, true), (&*neutral, &mut *others, firm)] {
            if !needed {
                continue;
            }
            let stream = standing.standing().map(|product| (number(by, product), product));
            match &self.diversifier {
                Some(diversifier) => diversifier.choose(k, stream, diverse, chosen)?,
                None => {
                    top_k(k, stream, best)?;
                    chosen.clear();
                    chosen.try_reserve(best.len()).map_err(no_room)?;
                    chosen.extend(best.iter().map(|(_, product)| Choice { product: *product, relevance: 0.0, nearest: None }));
                }
            }
        }
        let ranked = if firm { others } else { chosen };
        by_product.try_reserve(ranked.len()).map_err(no_room)?;
        by_product.extend(ranked.iter().zip(1..).map(|(choice, rank)| (choice.product, rank)));
        by_product.sort_unstable();
        Ok(())
    }
}

impl Ranks {
    fn neutral_rank(&self, product: u32) -> Option<u32> {
        let found = self.by_product.binary_search_by_key(&product, |(product, _)| *product).ok();
        found.and_then(|at| self.by_product.get(at)).map(|(_, rank)| *rank)
    }
}

fn number(numbers: &[f64], product: u32) -> f64 {
    numbers.get(product as usize).copied().unwrap_or(f64::NAN)
}

fn name_of<'a>(products: &'a [Box<str>]) -> impl Fn(u32) -> Option<&'a str> {
    |place| products.get(place as usize).map(AsRef::as_ref)
}
