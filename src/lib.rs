//! pg_crm: customer analytics inside PostgreSQL.
//!
//! One file a feature; its SQL declarations are in `sql/<feature>.sql`, its mathematics in `crm-core`. `host` is the seam
//! to PostgreSQL and the only place that leaves safe Rust.

mod host;

mod affinity;
mod als;
mod balance;
mod basket;
mod book;
mod clv;
mod concentration;
mod contribution;
mod cost;
mod cuts;
mod distribution;
mod earnings;
mod matching;
mod migration;
mod observability;
mod pnl;
mod policy;
mod recommend;
mod rfm;
mod suitability;
mod tag;
mod tier;
mod top_k;
mod value;

::pgrx::pg_module_magic!(name, version);

/// PostgreSQL calls this when it loads the library.
#[pgrx::pg_guard]
pub extern "C-unwind" fn _PG_init() {
    host::prepare();
}

// The script, put together by build.rs from sql/.
include!(concat!(env!("OUT_DIR"), "/sql.rs"));
