#!/usr/bin/env bash
# Installs the Debian packages named, those of them that lack (as root or through sudo).
set -euo pipefail
missing=()
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]} == 0)); then exit; fi
if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi
echo "-- installing Debian packages: ${missing[*]}"
# Without this, Debian creates and starts a cluster "main" when it installs a server.
no_cluster=/etc/postgresql-common/createcluster.d/pg_crm-setup.conf
log=$(mktemp)
trap '"${as_root[@]}" rm -f "$no_cluster"; rm -f "$log"' EXIT
"${as_root[@]}" mkdir -p "$(dirname "$no_cluster")"
echo 'create_main_cluster = false' | "${as_root[@]}" tee "$no_cluster" >/dev/null
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$log" 2>&1 || {
  tail -n 30 "$log" >&2
  exit 1
}
