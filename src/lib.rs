use pgrx::prelude::*;
::pgrx::pg_module_magic!(name, version);
#[pg_extern(immutable, parallel_safe, strict, sql = false)]
fn two(a: i32) -> i32 {
    a
}
