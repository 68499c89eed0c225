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
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi
  say "installing Debian packages: ${missing[*]}"
  # Without this, Debian creates and starts a cluster "main" when it installs a server.
  no_cluster=/etc/postgresql-common/createcluster.d/pg_crm-setup.conf
  "${as_root[@]}" mkdir -p "$(dirname "$no_cluster")"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee "$no_cluster" >/dev/null
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$TOOLS.log" 2>&1 || {
    tail -n 30 "$TOOLS.log" >&2
    exit 1
  }
  "${as_root[@]}" rm -f "$no_cluster" "$TOOLS.log"
fi

version=$(sed -n '/^name = "pgrx"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
if [ "$(cargo pgrx --version 2>/dev/null)" != "cargo-pgrx $version" ]; then
  say "building cargo-pgrx $version (about five minutes, once)"
  cargo install cargo-pgrx --version "$version" --locked --root "$TOOLS" --quiet
fi
mkdir -p "$PGRX_HOME"
