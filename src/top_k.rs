//! The best few of many, by scores that the caller gives.

use crate::host::{Rows, cells, function, growing_type, transition};
use crm_core::top_k::TopK;

growing_type!(TopK, top_k);

transition! { top_k_push(top_k: TopK; item: &str, score: f64, k: i32) via push_growing { top_k.push(item, score, k) } }

function! {
    top_k_items(top_k: &TopK) -> Rows {
        let mut rows = Rows::default();
        for ((item, score), rank) in top_k.items().into_iter().zip(1i32..) {
            rows.push(cells![rank, item, score]);
        }
        Ok(rows)
    }
}
