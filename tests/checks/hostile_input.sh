#!/usr/bin/env bash
# Every function and aggregate with hostile values (tests/hostile), in a database of each kind of encoding: documented errors
# only, no crash, nothing slow. Always the same calls; SEEDS="2 3 …" and CALLS=n make others, as many as wanted.
set -euo pipefail
work=$1
if [ "${UPDATE:-}" = 1 ]; then exit; fi
run() { psql -qX -v ON_ERROR_STOP=1 "$@"; }
databases="UTF8 SQL_ASCII LATIN1 EUC_CN"
for encoding in $databases; do
  name=hostile_${encoding,,}
  run -c "create database $name owner bank_owner template template0 encoding '$encoding' lc_collate 'C' lc_ctype 'C'"
  run -U bank_owner -d "$name" -c 'create extension pg_crm' -c 'grant usage on schema crm to banker'
done
logged=$(stat -c %s "$PGHOST/log")
failed=0
for seed in ${SEEDS:-1}; do
  for encoding in $databases; do
    # Most is tried where all of it can be said.
    calls=${CALLS:-$([ "$encoding" = UTF8 ] && echo 3500 || echo 900)}
    HOSTILE_UTF8=hostile_utf8 PGUSER=banker python3 tests/hostile/hostile.py --calls "$calls" --seed "$seed" "hostile_${encoding,,}" "$encoding" || failed=1
  done
done
# What a client does not see.
if tail -c +$((logged + 1)) "$PGHOST/log" | grep -aE 'PANIC|FATAL|terminated by signal|panicked|TRAP:|XX000|WARNING: '; then failed=1; fi
for encoding in $databases; do run -c "drop database hostile_${encoding,,} with (force)"; done
[ $failed = 0 ]
