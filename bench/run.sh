#!/usr/bin/env bash
# Speed against plain SQL, on a throw-away cluster; writes bench/RESULTS.md. ROWS=1000000 for a quick look, ROUNDS for more.
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh
work=$(mktemp -d /tmp/pg_crm-bench.XXXXXX)
chmod 755 "$work"
trap 'pgrx-config/cluster.sh drop "$work/cluster"; rm -rf "$work"' EXIT
# Large enough that the table is read from shared buffers: PostgreSQL reads what is larger than a quarter of them past them.
SHARED_BUFFERS=4GB pgrx-config/cluster.sh start "$work/cluster"
. "$work/cluster/env"
say "making the data"
psql -qX -c 'create database bench'
psql -qX -d bench -v "rows=${ROWS:-10000000}" -f bench/setup.sql
python3 bench/run.py "${ROUNDS:-5}" bench/RESULTS.md
