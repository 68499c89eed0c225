#!/usr/bin/env bash
# Form: rustfmt, clippy without warnings, unsafe only in src/host.
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh
cargo fmt --all --check
cargo clippy --quiet --package crm-core --package crm-fuzz --all-targets -- -D warnings
cargo clippy --quiet --package pg_crm --no-default-features --features "pg$PG" -- -D warnings
if grep -rnw unsafe src --include='*.rs' | grep -v '^src/host/'; then
  echo "unsafe outside src/host" >&2
  exit 1
fi
# The script is read in the encoding of any database.
if LC_ALL=C grep -nP '[^\x00-\x7F]' sql/*.sql; then
  echo "the SQL scripts must be ASCII" >&2
  exit 1
fi
