//! What a model recommends to a customer, why, and how good recommendations were.

use crate::host::{Compiled, Policy, Rows, TextArray, cells, function};
use crm_core::recommend::{Held, Metric, Recommender, Scratch, Wish};
use crm_core::{Result, pause};
use serde_json::Value;
use std::cell::RefCell;

/// A model ready at a call site, with the room its answers need.
struct Asked {
    by: Recommender,
    scratch: RefCell<Scratch>,
}

impl Policy for Asked {
    fn compile(model: &Value) -> Result<Self> {
        Ok(Asked { by: Recommender::compile(model)?, scratch: RefCell::default() })
    }
}

impl Asked {
    fn listed(&self, holdings: Option<TextArray<'_>>) -> Result<Held> {
        let held = pause::collect(holdings.into_iter().flat_map(TextArray::texts))?;
        Ok(self.by.listed(held))
    }

    fn weighted(&self, holdings: Option<Value>) -> Result<Held> {
        holdings.map_or_else(|| Ok(Held::default()), |holdings| self.by.weighted(&holdings))
    }

    fn recommend(&self, held: &Held, wish: Wish) -> Result<Rows> {
        let mut rows = Rows::default();
        for (found, rank) in self.by.recommend(held, wish, &mut self.scratch.borrow_mut())?.into_iter().zip(1i32..) {
            rows.push(cells![rank, found.item, found.score, found.source.name()]);
        }
        Ok(rows)
    }

    fn explain(&self, held: &Held, item: &str) -> Result<Rows> {
        let mut rows = Rows::default();
        for part in self.by.explain(held, item, &mut self.scratch.borrow_mut())? {
            rows.push(cells![part.held, part.weight, part.contribution]);
        }
        Ok(rows)
    }
}

function! {
    recommend_list(model: Compiled<Asked>, holdings: Option<TextArray<'_>>, k: i32, include_held: bool, fallback: bool) -> Rows {
        model.recommend(&model.listed(holdings)?, Wish::new(k.into(), include_held, fallback)?)
    }
}

function! {
    recommend_weighted(model: Compiled<Asked>, holdings: Option<Value>, k: i32, include_held: bool, fallback: bool) -> Rows {
        model.recommend(&model.weighted(holdings)?, Wish::new(k.into(), include_held, fallback)?)
    }
}

function! {
    recommend_explain_list(model: Compiled<Asked>, holdings: Option<TextArray<'_>>, item: &str) -> Rows {
        model.explain(&model.listed(holdings)?, item)
    }
}

function! {
    recommend_explain_weighted(model: Compiled<Asked>, holdings: Option<Value>, item: &str) -> Rows {
        model.explain(&model.weighted(holdings)?, item)
    }
}

/// One figure of a list of recommendations. A list that is NULL is empty.
macro_rules! metrics {
    ($($name:ident $metric:ident;)*) => {$(
        function! {
            $name(recommended: Option<TextArray<'_>>, relevant: TextArray<'_>, k: i32) -> Option<f64> {
                let recommended = recommended.map_or_else(|| Ok(Vec::new()), TextArray::elements)?;
                Metric::$metric.at(&recommended, &relevant.elements()?, k.into())
            }
        }
    )*};
}

metrics! {
    hit_rate_at HitRate;
    precision_at Precision;
    recall_at Recall;
    average_precision_at AveragePrecision;
    reciprocal_rank_at ReciprocalRank;
    ndcg_at Ndcg;
}
