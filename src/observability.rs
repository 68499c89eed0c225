//! What is installed: the version of the library and how it was built. The catalogue of the surface is SQL alone.

use crate::host::{Rows, cells, function};

function! {
    version() -> &'static str { Ok(env!("CARGO_PKG_VERSION")) }
}

function! {
    build_info() -> Rows {
        let revision = Some(env!("CRM_BUILD_REVISION")).filter(|revision| !revision.is_empty());
        let mut rows = Rows::default();
        rows.push(cells![
            env!("CARGO_PKG_VERSION"), pgrx::pg_sys::PG_MAJORVERSION_NUM as i32, env!("CRM_BUILD_PGRX_VERSION"),
            env!("CRM_BUILD_RUSTC_VERSION"), env!("CRM_BUILD_TARGET"), env!("CRM_BUILD_PROFILE"), revision, env!("CRM_BUILD_SCRIPT"),
        ]);
        Ok(rows)
    }
}
