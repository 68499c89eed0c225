#!/usr/bin/env bash
# `make test-all`: everything that `make test` runs, and then what takes long, each on clusters of its own.
# NAMES of tests/long without .sh run only those: tests/long.sh fuzz clients
set -uo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh

passed=0
failed=0
names=("$@")
if [ $# = 0 ]; then
  tests/run.sh || failed=1
  for script in tests/long/*.sh; do names+=("$(basename "$script" .sh)"); done
fi
pgrx-config/build.sh || exit 1

for name in "${names[@]}"; do
  work=$(mktemp -d /tmp/pg_crm-long.XXXXXX)
  chmod 755 "$work"
  if bash "tests/long/$name.sh" "$work" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    outcome=ok
  else
    failed=$((failed + 1))
    outcome=failed
  fi
  cat "$work/log"
  printf '%-6s %s\n' "$outcome" "$name"
  rm -rf "$work"
done

echo "long: $passed passed, $failed failed"
[ "$failed" = 0 ]
