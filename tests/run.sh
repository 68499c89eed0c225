#!/usr/bin/env bash
# Everything: form, kernels, SQL surface, golden numbers, documentation. Ends with the counts; fails when anything failed.
# `tests/run.sh sql` passes over what does not run SQL, which is the same for every PostgreSQL (tests/matrix.sh).
set -uo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh

passed=0
failed=0
result() { # result ok|failed name
  if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  printf '%-6s %s\n' "$1" "$2"
}

if [ "${1:-}" != sql ]; then
  say "form: rustfmt, clippy, unsafe only in src/host"
  pgrx-config/lint.sh || exit 1
  say "kernels"
  cargo test --quiet --package crm-core --profile kernels || exit 1
  say "hostile input to the kernels (crates/fuzz; tests/long/fuzz.sh goes on with libFuzzer)"
  FUZZ_ROUNDS=${FUZZ_ROUNDS:-1000} cargo test --quiet --package crm-fuzz --profile kernels || exit 1
fi
pgrx-config/build.sh || exit 1

work=$(mktemp -d /tmp/pg_crm-test.XXXXXX)
trap 'pgrx-config/cluster.sh drop "$work/cluster"; rm -rf "$work"' EXIT
chmod 755 "$work"
say "starting a cluster in $work"
pgrx-config/cluster.sh start "$work/cluster" || exit 1
. "$work/cluster/env"
psql -qX -v ON_ERROR_STOP=1 -c 'create role bank_owner login' -c 'create role banker login' -c 'create database crm_test owner bank_owner' || exit 1

say "SQL surface (pg_regress)"
regress=$(dirname "$("$PG_BIN/pg_config" --pgxs)")/../test/regress/pg_regress
names=$(sed 's/#.*//' tests/schedule)
"$regress" --use-existing --bindir="$PG_BIN" --host="$PGHOST" --port="$PGPORT" --user=bank_owner --dbname=crm_test \
  --inputdir=tests --outputdir="$work" $names >"$work/regress.log" 2>&1
# "test NAME … ok" until PostgreSQL 15, "ok N - NAME" since.
awk '/^test .* ok / { print "ok", $2 } /^test .*FAILED/ { print "failed", $2 } /^ok / { print "ok", $4 } /^not ok / { print "failed", $5 }' \
  "$work/regress.log" >"$work/regress.results"
while read -r outcome name; do result "$outcome" "$name"; done <"$work/regress.results"
if [ -s "$work/regression.diffs" ]; then head -n 200 "$work/regression.diffs"; fi
[ -s "$work/regress.results" ] || { cat "$work/regress.log"; result failed pg_regress; }
if [ "${UPDATE:-}" = 1 ]; then cp "$work"/results/*.out tests/expected/; fi

for check in tests/checks/*.sh; do
  name=$(basename "$check" .sh)
  if bash "$check" "$work" >"$work/$name.log" 2>&1; then
    if [ -s "$work/$name.log" ]; then cat "$work/$name.log"; fi
    result ok "$name"
  else
    cat "$work/$name.log"
    result failed "$name"
  fi
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
