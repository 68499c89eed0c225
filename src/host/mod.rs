//! The seam to PostgreSQL, and the only place with `unsafe`.
//!
//! A feature's binding declares SQL-callable functions with [`function!`] and [`transition!`], in terms of Rust types; how
//! they are laid out in PostgreSQL's memory, what NULL means, where a compiled policy is kept and how an error is
//! reported is decided here, once.

mod argument;
mod call;
pub(crate) mod expanded;
pub(crate) mod flat;
mod jsonb;
mod list;
mod memory;
mod numeric;
mod planner;
mod report;
mod reserve;
mod returned;
mod rows;
mod site;
mod text;

pub use argument::{Argument, Floats, Measure, Present, Value};
pub use call::{Call, enter, prepare, run};
pub use expanded::{Growing, State, Unordered, push_growing};
pub use flat::{Fixed, push_fixed};
pub use list::{Elements, Items, Listing, TextArray};
pub use memory::Machine;
pub use planner::{Answer, Request};
pub use reserve::spared;
pub use returned::{JsonText, Returned};
pub use rows::{Cell, Column, Rows, Sink};
pub use site::{Compiled, Form, Listed, Policy, Read, Texts};
pub use text::{Cstring, Message, Wire};

/// Declares a function that SQL can call under the symbol `crm_<name>`; a name may be given in parts.
///
/// Arguments are any [`Argument`]: a plain type makes the function return NULL (or no rows) when that argument is NULL, an
/// `Option` sees the NULL. The body may use `?` on [`crm_core::Result`]. With `call;` in front of the arguments the body
/// also gets the [`Call`].
macro_rules! function {
    ($(#[$doc:meta])* $($name:ident)+ ($($arg:ident: $type:ty),* $(,)?) -> $returned:ty $body:block) => {
        $crate::host::function! { $(#[$doc])* $($name)+ (_call; $($arg: $type),*) -> $returned $body }
    };
    ($(#[$doc:meta])* $($name:ident)+ ($call:ident; $($arg:ident: $type:ty),* $(,)?) -> $returned:ty $body:block) => {
        const _: () = {
            $crate::host::finfo!($($name)+);

            $(#[$doc])*
            #[unsafe(export_name = concat!("crm_", $(stringify!($name)),+))]
            unsafe extern "C-unwind" fn entry(fcinfo: pgrx::pg_sys::FunctionCallInfo) -> pgrx::pg_sys::Datum {
                // SAFETY: PostgreSQL calls this with a valid fcinfo, under the declaration of the same name in sql/.
                unsafe {
                    $crate::host::enter(fcinfo, <[&str]>::len(&[$(stringify!($arg)),*]), |$call| $crate::host::spared(|| {
                        let mut _position = 0;
                        $(
                            let Some($arg) = <$type as $crate::host::Argument>::take($call, _position)? else {
                                return Ok(<$returned as $crate::host::Returned>::null($call));
                            };
                            _position += 1;
                        )*
                        let result: crm_core::Result<$returned> = $crate::host::run(|| $body);
                        $crate::host::Returned::give(result?, $call)
                    }))
                }
            }
        };
    };
}

/// Declares the transition function of an aggregate under the symbol `crm_<name>`: the body adds a row to the state.
///
/// A row with a NULL in any argument is skipped; no rows leave the state NULL.
macro_rules! transition {
    ($(#[$doc:meta])* $($name:ident)+ ($state:ident: $summary:ty; $($arg:ident: $type:ty),* $(,)?) via $push:ident $body:block) => {
        const _: () = {
            $crate::host::finfo!($($name)+);

            $(#[$doc])*
            #[unsafe(export_name = concat!("crm_", $(stringify!($name)),+))]
            unsafe extern "C-unwind" fn entry(fcinfo: pgrx::pg_sys::FunctionCallInfo) -> pgrx::pg_sys::Datum {
                // SAFETY: PostgreSQL calls this with a valid fcinfo, under the declaration of the same name in sql/.
                unsafe {
                    $crate::host::enter(fcinfo, 1 + <[&str]>::len(&[$(stringify!($arg)),*]), |call| {
                        let mut _position = 1;
                        $(
                            let Some($arg) = <$type as $crate::host::Argument>::take(call, _position)? else {
                                return Ok(call.unchanged());
                            };
                            _position += 1;
                        )*
                        $crate::host::$push(call, |$state: &mut $summary| $body)
                    })
                }
            }
        };
    };
}

/// PostgreSQL's version-1 calling convention marker of a function.
macro_rules! finfo {
    ($($name:ident)+) => {
        #[unsafe(export_name = concat!("pg_finfo_crm_", $(stringify!($name)),+))]
        extern "C" fn finfo() -> &'static pgrx::pg_sys::Pg_finfo_record {
            const V1: pgrx::pg_sys::Pg_finfo_record = pgrx::pg_sys::Pg_finfo_record { api_version: 1 };
            &V1
        }
    };
}

/// Declares the functions every type has — text and binary input and output, and `<type>_combine`, which is the combine
/// function of its aggregates and the transition function of its merge aggregate — and how its values are kept.
macro_rules! summary_type {
    ($summary:ty, $how:ident($($identity:expr)?), $push:ident, $name:ident) => {
        $crate::host::$how!($summary $(, $identity)?);
        $crate::host::function! { $name _in(text: $crate::host::Cstring<'_>) -> $summary { crm_core::codec::from_text(text.0.as_ref()) } }
        $crate::host::function! { $name _out(value: &$summary) -> $crate::host::Cstring<'static> {
            Ok($crate::host::Cstring(crm_core::codec::to_text(value)?.into()))
        } }
        $crate::host::function! { $name _recv(message: $crate::host::Message<'_>) -> $summary { crm_core::codec::from_wire(message.0) } }
        $crate::host::function! { $name _send(value: &$summary) -> $crate::host::Wire {
            Ok($crate::host::Wire(crm_core::codec::to_wire(value)?))
        } }
        $crate::host::transition! { $name _combine(state: $summary; other: &$summary) via $push {
            crm_core::codec::Summary::merge(state, other)
        } }
    };
}

/// [`summary_type!`] for a summary of a fixed size, kept as it lies in memory and updated in place.
macro_rules! fixed_type {
    ($summary:ty, $name:ident) => {
        $crate::host::summary_type!($summary, fixed(), push_fixed, $name);
    };
}

/// [`summary_type!`] for a summary that grows, kept as an expanded object while it does. `, identity n`: the first n bytes
/// of its binary form tell a value from every other.
macro_rules! growing_type {
    ($summary:ty, $name:ident $(, identity $identity:expr)?) => {
        $crate::host::summary_type!($summary, growing($($identity)?), push_growing, $name);
    };
}

pub(crate) use {expanded::growing, flat::fixed, rows::cells};
pub(crate) use {finfo, fixed_type, function, growing_type, summary_type, transition};
