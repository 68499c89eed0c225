#!/usr/bin/env bash
# Form: rustfmt, clippy without warnings, unsafe only in src/host.
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh
cargo fmt --all --check
cargo clippy --quiet --package crm-core --all-targets -- -D warnings
cargo clippy --quiet --package pg_crm --no-default-features --features "pg$PG" -- -D warnings
if grep -rnw unsafe src --include='*.rs' | grep -v '^src/host/'; then
  echo "unsafe outside src/host" >&2
  exit 1
fi
