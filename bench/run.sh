#!/usr/bin/env bash
# Speed against plain SQL, on a throw-away cluster; writes bench/RESULTS.md, bench/VALUE.md, bench/TIER.md, bench/MATCH.md, and bench/BOOK.md,
# bench/CLV.md, bench/BASKET.md and bench/AFFINITY.md, for which it installs DuckDB and the Python libraries lifetimes, mlxtend and implicit below .tools
# if it can (MLXTEND_PYTHON and IMPLICIT_PYTHON name a Python that has them). ROWS=1000000 for a quick look, ROUNDS for more,
# PARTS=run, value, tier, book, clv, basket, affinity, match or cost for one. cost measures what calls cost the planner's unit, for bench/COST.md.
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh
parts=${PARTS:-run value tier book clv basket affinity match cost}
work=$(mktemp -d /tmp/pg_crm-bench.XXXXXX)
chmod 755 "$work"
trap 'pgrx-config/cluster.sh drop "$work/cluster"; rm -rf "$work"' EXIT

# A Python of its own below .tools. Debian's makes such a folder only with one more package.
make_python() {
  rm -rf "$1"
  python3 -m venv "$1" >/dev/null 2>&1 || {
    if [ "$(id -u)" = 0 ]; then { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv; } >/dev/null 2>&1 || true; fi
    /usr/bin/python3 -m venv --clear "$1" >/dev/null 2>&1 || true
  }
}

# ADBC moves data to DuckDB as Arrow columns. Without either the rest still runs.
install_duckdb() {
  local folder=$TOOLS/duckdb
  if "$folder/bin/python" -c 'import duckdb' 2>/dev/null; then return; fi
  say "installing DuckDB"
  make_python "$folder"
  if "$folder/bin/python" -m pip install --quiet --disable-pip-version-check duckdb 2>/dev/null; then
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check adbc-driver-postgresql pyarrow 2>/dev/null || say "no ADBC"
  else
    say "no DuckDB"
    rm -rf "$folder"
  fi
}

# lifetimes is no longer developed: with versions of what it needs that it works with, and that are there for Python 3.10 to 3.13.
install_lifetimes() {
  local folder=$TOOLS/lifetimes
  if "$folder/bin/python" -c 'import lifetimes' 2>/dev/null; then return; fi
  say "installing lifetimes"
  make_python "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
    lifetimes==0.11.3 numpy==2.2.6 scipy==1.15.3 pandas==2.3.3 autograd==1.8.0 dill==0.4.0 2>/dev/null || {
    say "no lifetimes"
    rm -rf "$folder"
  }
}

install_mlxtend() {
  local folder=$TOOLS/mlxtend
  if [ -n "${MLXTEND_PYTHON:-}" ] || "$folder/bin/python" -c 'import mlxtend' 2>/dev/null; then return; fi
  say "installing mlxtend"
  make_python "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: mlxtend==0.25.0 2>/dev/null || {
    say "no mlxtend"
    rm -rf "$folder"
  }
}

install_implicit() {
  local folder=$TOOLS/implicit
  if [ -n "${IMPLICIT_PYTHON:-}" ] || "$folder/bin/python" -c 'import scipy, implicit' 2>/dev/null; then return; fi
  say "installing implicit"
  make_python "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: implicit scipy numpy pandas 2>/dev/null || {
    say "no implicit"
    rm -rf "$folder"
  }
}

# Large enough that the table is read from shared buffers: PostgreSQL reads what is larger than a quarter of them past them.
SHARED_BUFFERS=6GB pgrx-config/cluster.sh start "$work/cluster"
. "$work/cluster/env"
psql -qX -c 'create database bench'
if [[ " $parts " == *" run "* ]]; then
  say "making the data"
  psql -qX -d bench -v "rows=${ROWS:-10000000}" -f bench/setup.sql
  python3 -B bench/run.py "${ROUNDS:-5}" bench/RESULTS.md
fi
psql -qX -d bench -c 'set client_min_messages = warning; create extension if not exists pg_crm'
if [[ " $parts " == *" value "* ]]; then
  python3 -B bench/value.py "${ROUNDS:-5}" bench/VALUE.md "${ROWS:-10000000}"
fi
if [[ " $parts " == *" tier "* ]]; then
  python3 -B bench/tier.py "${ROUNDS:-5}" bench/TIER.md "$((${ROWS:-10000000} / 10))"
fi
if [[ " $parts " == *" book "* ]]; then
  install_duckdb
  python3 -B bench/book.py "${ROUNDS:-5}" bench/BOOK.md "$work" "${ROWS:-10000000}"
fi
if [[ " $parts " == *" clv "* ]]; then
  install_lifetimes
  python3 -B bench/clv.py "${ROUNDS:-5}" bench/CLV.md "$work" "$((${ROWS:-10000000} / 10))"
fi
if [[ " $parts " == *" basket "* ]]; then
  install_mlxtend
  python3 -B bench/basket.py "${ROUNDS:-5}" bench/BASKET.md "$work" "$((${ROWS:-10000000} / 10))"
fi
if [[ " $parts " == *" affinity "* ]]; then
  install_implicit
  python3 -B bench/affinity.py "${ROUNDS:-5}" bench/AFFINITY.md "$work" "$((${ROWS:-10000000} / 10))"
fi
if [[ " $parts " == *" match "* ]]; then
  python3 -B bench/match.py "${ROUNDS:-5}" bench/MATCH.md "$((${ROWS:-10000000} / 100))"
fi
if [[ " $parts " == *" cost "* ]]; then
  python3 -B bench/cost.py bench/COST.md
fi
