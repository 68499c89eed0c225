#!/usr/bin/env bash
# Installs what building and testing pg_crm needs and this machine lacks: Debian packages, and cargo-pgrx of the version
# that Cargo.lock names, in .tools below the checkout. Asks nothing, says what it does, does nothing when nothing lacks.
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh

packages=(
  "postgresql-$PG" "postgresql-server-dev-$PG" # the server, its headers and pg_regress
  gcc libc6-dev make clang libclang-dev        # pgrx reads the headers with libclang
  pkg-config libssl-dev ca-certificates        # to build cargo-pgrx
  python3-minimal                              # the documentation's SQL is run by a script
)
pgrx-config/debian.sh "${packages[@]}"

version=$(sed -n '/^name = "pgrx"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
if [ "$(cargo pgrx --version 2>/dev/null)" != "cargo-pgrx $version" ]; then
  say "building cargo-pgrx $version (about five minutes, once)"
  cargo install cargo-pgrx --version "$version" --locked --root "$TOOLS" --quiet
fi
mkdir -p "$PGRX_HOME"
