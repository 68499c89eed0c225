//! Balances that hold from their day until the next entry, and movements.

use crate::host::{Rows, State, cells, function, growing_type, transition};
use crm_core::balance::{DailyBalance, DailyMovement, Days, Reading, SameDay, from_movements};
use crm_core::{Amount, Day, Instant, Result};

growing_type!(DailyBalance, daily_balance);
growing_type!(DailyMovement, daily_movement);

function! { daily_balance_final(state: State<DailyBalance>) -> State<DailyBalance> { Ok(state) } }
function! { daily_movement_final(state: State<DailyMovement>) -> State<DailyMovement> { Ok(state) } }

// A balance is compared with thresholds that were typed as decimals, so a float8 is the decimal it prints as.

transition! { daily_balance_push_on_numeric(balances: DailyBalance; day: Day, balance: Amount) via push_growing { balances.push(day, 0, balance) } }
transition! {
    daily_balance_push_on_float8(balances: DailyBalance; day: Day, balance: f64) via push_growing {
        balances.push(day, 0, Amount::from_f64_as_printed(balance)?)
    }
}
transition! {
    daily_balance_push_on_bigint(balances: DailyBalance; day: Day, balance: i64) via push_growing {
        balances.push(day, 0, Amount::from_i64(balance))
    }
}
transition! { daily_balance_push_at_numeric(balances: DailyBalance; at: Instant, balance: Amount) via push_growing { balances.push_at(at, balance) } }
transition! {
    daily_balance_push_at_float8(balances: DailyBalance; at: Instant, balance: f64) via push_growing {
        balances.push_at(at, Amount::from_f64_as_printed(balance)?)
    }
}
transition! {
    daily_balance_push_at_bigint(balances: DailyBalance; at: Instant, balance: i64) via push_growing {
        balances.push_at(at, Amount::from_i64(balance))
    }
}
transition! {
    daily_balance_push_in_turn_numeric(balances: DailyBalance; day: Day, sequence: i64, balance: Amount) via push_growing {
        balances.push(day, sequence, balance)
    }
}
transition! {
    daily_balance_push_in_turn_float8(balances: DailyBalance; day: Day, sequence: i64, balance: f64) via push_growing {
        balances.push(day, sequence, Amount::from_f64_as_printed(balance)?)
    }
}
transition! {
    daily_balance_push_in_turn_bigint(balances: DailyBalance; day: Day, sequence: i64, balance: i64) via push_growing {
        balances.push(day, sequence, Amount::from_i64(balance))
    }
}

fn reading(first_day: Day, last_day: Day, opening: Option<Amount>, same_day: Option<&str>) -> Result<Reading> {
    Ok(Reading { period: Days::new(first_day, last_day)?, opening, same_day: SameDay::named(same_day.unwrap_or("last"))? })
}

function! {
    average_daily_balance(
        balances: &DailyBalance, first_day: Day, last_day: Day, opening: Option<Amount>, divisor: Option<i32>, same_day: Option<&str>
    ) -> Amount {
        balances.average(&reading(first_day, last_day, opening, same_day)?, divisor)
    }
}

function! {
    balance_on(balances: &DailyBalance, day: Day, opening: Option<Amount>, same_day: Option<&str>) -> Amount {
        balances.on(&reading(day, day, opening, same_day)?)
    }
}

function! {
    lowest_balance(balances: &DailyBalance, first_day: Day, last_day: Day, opening: Option<Amount>, same_day: Option<&str>) -> Amount {
        balances.lowest(&reading(first_day, last_day, opening, same_day)?)
    }
}

function! {
    highest_balance(balances: &DailyBalance, first_day: Day, last_day: Day, opening: Option<Amount>, same_day: Option<&str>) -> Amount {
        balances.highest(&reading(first_day, last_day, opening, same_day)?)
    }
}

function! {
    days_below(balances: &DailyBalance, level: Amount, first_day: Day, last_day: Day, opening: Option<Amount>, same_day: Option<&str>) -> i32 {
        balances.days_below(level, &reading(first_day, last_day, opening, same_day)?)
    }
}

function! {
    monthly_balances(
        balances: &DailyBalance, first_day: Day, last_day: Day, opening: Option<Amount>, divisor: Option<i32>, same_day: Option<&str>
    ) -> Rows {
        let mut rows = Rows::default();
        for m in balances.months(&reading(first_day, last_day, opening, same_day)?, divisor)? {
            rows.push(cells![m.month, m.first, m.last, m.days, m.average, m.lowest, m.highest, m.closing]);
        }
        Ok(rows)
    }
}

function! {
    daily_balance_entries(balances: &DailyBalance, same_day: Option<&str>) -> Rows {
        let mut rows = Rows::default();
        for entry in balances.entries(SameDay::named(same_day.unwrap_or("last"))?) {
            let (day, balance) = entry?;
            rows.push(cells![day, balance]);
        }
        Ok(rows)
    }
}

transition! { daily_movement_push_numeric(movements: DailyMovement; day: Day, amount: Amount) via push_growing { movements.push(day, amount) } }
transition! {
    daily_movement_push_float8(movements: DailyMovement; day: Day, amount: f64) via push_growing {
        movements.push(day, Amount::from_f64_as_printed(amount)?)
    }
}
transition! {
    daily_movement_push_bigint(movements: DailyMovement; day: Day, amount: i64) via push_growing { movements.push(day, Amount::from_i64(amount)) }
}

function! {
    balance_from_movements(movements: Option<&DailyMovement>, opening: Option<Amount>, opening_day: Day) -> DailyBalance {
        from_movements(movements, opening, opening_day)
    }
}

function! {
    movement_rows(movements: &DailyMovement) -> Rows {
        let mut rows = Rows::default();
        movements.iter().for_each(|(day, amount)| rows.push(cells![day, amount]));
        Ok(rows)
    }
}
