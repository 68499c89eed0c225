//! pg_crm: customer analytics inside PostgreSQL.
//!
//! One file a feature; its SQL declarations are in `sql/<feature>.sql`, its mathematics in `crm-core`. `host` is the seam
//! to PostgreSQL and the only place that leaves safe Rust.

mod host;

mod book;
mod distribution;
mod matching;
mod pnl;
mod policy;
mod rfm;
mod tier;

::pgrx::pg_module_magic!(name, version);

pgrx::extension_sql_file!("../sql/policy.sql", name = "policy");
pgrx::extension_sql_file!("../sql/rfm.sql", name = "rfm", requires = ["policy"]);
pgrx::extension_sql_file!("../sql/tier.sql", name = "tier", requires = ["rfm"]);
pgrx::extension_sql_file!("../sql/distribution.sql", name = "distribution", requires = ["tier"]);
pgrx::extension_sql_file!("../sql/matching.sql", name = "matching", requires = ["distribution"]);
pgrx::extension_sql_file!("../sql/pnl.sql", name = "pnl", requires = ["matching"]);
