#!/usr/bin/env bash
# The library under valgrind's memcheck: every function with fitting and with hostile values, and the SQL tests of the host's
# parts. Debian's PostgreSQL does not tell valgrind about its own memory, so errors inside a palloc'd block are not seen; the
# Rust heap, the stack and everything else are. Only reports with a frame of pg_crm.so count.
set -euo pipefail
work=$1
. pgrx-config/common.sh
pgrx-config/debian.sh valgrind libc6-dbg
pgrx-config/cluster.sh start "$work/cluster"
cluster=$work/cluster
. "$cluster/env"
psql -qX -v ON_ERROR_STOP=1 -c 'create role bank_owner login' -c 'create role banker login' -c 'create database crm_test owner bank_owner'
pgrx-config/cluster.sh stop "$cluster"
mkdir "$cluster/valgrind"
if [ "$(id -u)" = 0 ]; then chown postgres "$cluster/valgrind"; as_server=(runuser -u postgres --); else as_server=(); fi
cp tests/hostile/valgrind.supp "$cluster/"
(cd "$cluster" && TMPDIR=$cluster/valgrind exec "${as_server[@]}" valgrind --quiet --trace-children=yes --error-limit=no --num-callers=24 \
  --suppressions="$cluster/valgrind.supp" --log-file="$cluster/valgrind/%p.log" "$cluster/tree$PG_BIN/postgres" -D "$cluster/data") >"$work/server.log" 2>&1 &
finish() {
  kill -INT "$(head -n 1 "$cluster/data/postmaster.pid")" 2>/dev/null || true
  wait
  pgrx-config/cluster.sh drop "$cluster"
}
trap finish EXIT
for _ in $(seq 60); do psql -qXAt -c 'select 1' >/dev/null 2>&1 && break; sleep 1; done

failed=0
psql -qX -v ON_ERROR_STOP=1 -U bank_owner -d crm_test -c 'create extension pg_crm' -c 'grant usage on schema crm to banker'
SECONDS_A_CALL=120 PGUSER=banker python3 tests/hostile/hostile.py --calls "${CALLS:-900}" crm_test UTF8 || failed=1
# What they print is compared elsewhere; here they only run.
psql -qX -U bank_owner -d crm_test -c 'drop extension pg_crm' >/dev/null
for name in install ${FILES:-rfm tag top_k}; do
  psql -qX -U bank_owner -d crm_test -f "tests/sql/$name.sql" >"$work/$name.out" 2>&1 || { echo "FAILED: $name lost its connection"; failed=1; }
done

# A report is what stands between two lines without text.
reports=$(cat "$cluster"/valgrind/*.log | sed -E 's/^==[0-9]+== ?//' | awk -v RS= '/pg_crm\.so/ { n++; if (n <= 5) print $0 "\n" > "/dev/stderr" } END { print n + 0 }')
echo "valgrind: $(ls "$cluster"/valgrind/*.log | wc -l) processes, $reports reports in pg_crm.so"
[ "$reports" = 0 ] && [ $failed = 0 ]
