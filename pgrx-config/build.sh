#!/usr/bin/env bash
# Builds the extension into target/release/pg_crm-pg$PG, from where it is installed, packaged or tested.
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh
# cargo pgrx compiles the last crate anew every time: nothing to do when no source, nor a folder of them (one was deleted), is newer than what was built.
library=$PACKAGE/usr/lib/postgresql/$PG/lib/pg_crm.so
sources=(build.rs src sql crates Cargo.toml Cargo.lock pg_crm.control pgrx-config/{build,script}.sh)
if [ -f "$library" ] && [ -z "$(find "${sources[@]}" -newer "$library" -print -quit)" ]; then
  exit
fi
say "building pg_crm for PostgreSQL $PG (a first build takes two minutes)"
# What is edited while it builds is newer than the library.
started=$(date +%s.%N)
# For crm.build_info(): of which commit, when it is exactly one.
if [ -z "${PG_CRM_REVISION+set}" ] && [ -z "$(git status --porcelain -- "${sources[@]}" 2>/dev/null || echo none)" ]; then
  PG_CRM_REVISION=$(git rev-parse HEAD)
  export PG_CRM_REVISION
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cargo pgrx package --pg-config "$PGRX_PG_CONFIG_PATH" --no-default-features --features "pg$PG" >"$log" 2>&1 || {
  tail -n 80 "$log" >&2
  exit 1
}
# The same paths for every PostgreSQL, also for one in a root of its own (root.sh).
if [ -n "$PG_ROOT" ]; then
  rm -rf "$PACKAGE.usr"
  mv "$PACKAGE$PG_ROOT/usr" "$PACKAGE.usr"
  rm -rf "$PACKAGE"
  mkdir "$PACKAGE"
  mv "$PACKAGE.usr" "$PACKAGE/usr"
fi
pgrx-config/script.sh "$PACKAGE"/usr/share/postgresql/"$PG"/extension/pg_crm--*.sql
touch -d "@$started" "$library"
