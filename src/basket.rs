//! What is bought together: baskets, frequent itemsets, association rules.

use crate::host::{Column, Elements, Items, Listing, Returned, Rows, Sink, State, Unordered, cells, function, growing_type, transition};
use crm_core::basket::{Basket, Bounds, Frequent, Itemset, Rules};

growing_type!(Basket, basket);
growing_type!(Itemset, itemset);

function! { basket_final(state: State<Basket>) -> State<Basket> { Ok(state) } }
function! { itemset_final(state: State<Itemset>) -> State<Itemset> { Ok(state) } }

transition! { basket_push(basket: Basket; item: &str) via push_growing { basket.push(item) } }
transition! { itemset_push(itemset: Itemset; basket: &Basket) via push_growing { itemset.push(basket) } }
transition! { itemset_push_items(itemset: Itemset; items: Items<'_>) via push_growing { itemset.push_list(items) } }

function! { basket_of(items: Items<'_>) -> Option<Basket> { Basket::of(items) } }
function! { basket_items(basket: &Basket) -> Listing { basket.items(Listing::new) } }
function! { basket_size(basket: &Basket) -> i32 { Ok(basket.len() as i32) } }

function! { itemset_baskets(itemset: Unordered<'_, Itemset>) -> i64 { Ok(itemset.baskets() as i64) } }

function! {
    itemset_items(itemset: Unordered<'_, Itemset>) -> Rows {
        let mut rows = Rows::default();
        itemset.shares()?.into_iter().for_each(|share| rows.push(cells![share.item, share.baskets as i64, share.support]));
        Ok(rows)
    }
}

/// The types of columns.
const ITEMS: Column = Column::Type(pgrx::pg_sys::TEXTARRAYOID);
const INT: Column = Column::Type(pgrx::pg_sys::INT4OID);
const BIGINT: Column = Column::Type(pgrx::pg_sys::INT8OID);
const FLOAT8: Column = Column::Type(pgrx::pg_sys::FLOAT8OID);

function! {
    /// As many rows as sets: given one by one.
    frequent_itemsets(call; itemset: Unordered<'_, Itemset>, min_support: f64, max_size: Option<i32>) -> Sink {
        let frequent = Frequent::find(&itemset, min_support, max_size)?;
        let elements = Elements::new(frequent.items())?;
        let mut sink = Sink::open(call, &[ITEMS, INT, BIGINT, FLOAT8])?;
        frequent.for_each(|set| {
            let (size, baskets) = (set.items.len() as i32, set.baskets as i64);
            sink.row([elements.array(set.items)?, size.give(call)?, baskets.give(call)?, set.support.give(call)?])
        })?;
        Ok(sink)
    }
}

function! {
    /// As many rows as rules: given one by one.
    association_rules(
        call; itemset: Unordered<'_, Itemset>, min_support: f64, min_confidence: f64, max_size: Option<i32>, max_consequent: Option<i32>, level: f64
    ) -> Sink {
        let rules = Rules::find(&itemset, Bounds { min_support, min_confidence, max_size, max_consequent, level })?;
        let elements = Elements::new(rules.items())?;
        const COLUMNS: [Column; 12] =
            [ITEMS, ITEMS, BIGINT, BIGINT, BIGINT, FLOAT8, FLOAT8, FLOAT8, FLOAT8, FLOAT8, FLOAT8, FLOAT8];
        let mut sink = Sink::open(call, &COLUMNS)?;
        let long = |count: u64| (count as i64).give(call).map(Some);
        let float = |x: f64| x.give(call).map(Some);
        rules.for_each(|rule| {
            sink.optional([
                Some(elements.array(rule.antecedent)?),
                Some(elements.array(rule.consequent)?),
                long(rule.baskets)?,
                long(rule.antecedent_baskets)?,
                long(rule.consequent_baskets)?,
                float(rule.support)?,
                float(rule.confidence)?,
                float(rule.confidence_lower)?,
                float(rule.confidence_upper)?,
                float(rule.lift)?,
                float(rule.leverage)?,
                rule.conviction.map_or(Ok(None), float)?,
            ])
        })?;
        Ok(sink)
    }
}
