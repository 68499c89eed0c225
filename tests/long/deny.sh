#!/usr/bin/env bash
# Licences, sources and versions of all dependencies (deny.toml), and known advisories where their database can be had.
set -euo pipefail
. pgrx-config/common.sh
version=0.20.2
if [ "$(cargo deny --version 2>/dev/null)" != "cargo-deny $version" ]; then
  say "building cargo-deny $version (about three minutes, once)"
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install cargo-deny --version "$version" --locked --root "$TOOLS" --quiet
fi
deny() { cargo deny --log-level error --workspace --all-features "$@"; }
if cargo deny --log-level off fetch db >/dev/null 2>&1; then
  deny check --hide-inclusion-graph --deny warnings
else
  echo 'advisories: their database cannot be fetched here, they are left out'
  deny check --hide-inclusion-graph --deny warnings licenses bans sources
fi
