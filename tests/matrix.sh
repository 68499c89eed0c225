#!/usr/bin/env bash
# `make test-matrix`: builds for each supported major of PostgreSQL and runs there everything that runs SQL. As root.
# Majors as arguments run only those: tests/matrix.sh 17 18
set -uo pipefail
cd "$(dirname "$0")/.."

majors=("$@")
[ $# != 0 ] || majors=(14 15 16 17 18)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
summary=()
passed=0
failed=0

for major in "${majors[@]}"; do
  if exports=$(pgrx-config/root.sh "$major"); then
    server=$(eval "$exports" && . pgrx-config/common.sh && "$PG_BIN/postgres" --version)
    printf '\n== %s\n' "$server"
    (eval "$exports" && tests/run.sh sql) 2>&1 | tee "$log"
    counts=$(tail -n 1 "$log" | grep -E '^[0-9]+ passed, [0-9]+ failed$')
  else
    server="PostgreSQL $major"
    counts=
  fi
  # Without counts it did not come to its end.
  read -r good _ bad _ <<<"${counts:-0 passed, 1 failed}"
  passed=$((passed + good))
  failed=$((failed + bad))
  summary+=("$server: ${counts:-not run to the end}")
done

printf '\n'
printf '%s\n' "${summary[@]}"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
