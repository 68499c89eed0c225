#!/usr/bin/env bash
# All pages of the documentation in one HTML file, checked (tests/manual.py); installs cmark-gfm, which makes them, if it lacks.
#
#   manual.sh FILE.html
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v cmark-gfm >/dev/null; then
  if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi
  echo '-- installing Debian packages: cmark-gfm'
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  { "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends cmark-gfm; } >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    exit 1
  }
fi
mkdir -p "$(dirname "$1")"
python3 tests/manual.py "$1"
