//! Profit and loss by line.

use crate::host::{Rows, cells, function, growing_type, transition};
use crm_core::Amount;
use crm_core::pnl::Pnl;

growing_type!(Pnl, pnl);

transition! { pnl_push_numeric(pnl: Pnl; line: &str, amount: Amount) via push_growing { pnl.push(line, amount) } }
transition! { pnl_push_float8(pnl: Pnl; line: &str, amount: f64) via push_growing { pnl.push(line, Amount::from_f64(amount)?) } }
transition! { pnl_push_bigint(pnl: Pnl; line: &str, amount: i64) via push_growing { pnl.push(line, Amount::from_i64(amount)) } }

function! { line_amount(pnl: &Pnl, line: &str) -> Option<Amount> { Ok(pnl.line_amount(line)) } }
function! { pnl_total(pnl: &Pnl) -> Amount { pnl.total() } }

function! {
    pnl_lines(pnl: &Pnl) -> Rows {
        let mut rows = Rows::default();
        pnl.iter().for_each(|(line, amount)| rows.push(cells![&*line, amount]));
        Ok(rows)
    }
}
