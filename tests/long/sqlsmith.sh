#!/usr/bin/env bash
# SQLsmith: queries made at random from the catalogue, over the made-up broker and a table with a summary of every type.
# MINUTES=2 unless said otherwise. No crash, and no internal error that comes from the extension.
set -euo pipefail
work=$1
. pgrx-config/common.sh
pgrx-config/debian.sh sqlsmith
pgrx-config/cluster.sh start "$work/cluster"
trap 'pgrx-config/cluster.sh drop "$work/cluster"' EXIT
. "$work/cluster/env"
run() { psql -qX -v ON_ERROR_STOP=1 "$@"; }
run -c 'create role bank_owner login' -c 'create role banker login' -c 'create database smith owner bank_owner' \
  -c "alter system set log_error_verbosity = verbose" \
  -c "alter system set log_min_messages = error" -c "alter system set log_min_error_statement = panic" -c "alter system set temp_file_limit = '1GB'" -c 'select pg_reload_conf()' >/dev/null
run -U bank_owner -d smith -c 'create extension pg_crm' -c 'grant usage on schema crm to banker' -c 'grant create on database smith to banker' -c 'grant create on schema public to banker'
run -U banker -d smith -f sample/broker.sql >/dev/null
# One column for each value that functions work with, in three tables, one of them empty but for NULLs.
values() { psql -qXAtF $'\t' -U banker -d smith -f tests/hostile/fitting.sql -R $'\n'; }
values >"$work/values"
python3 - "$work/values" >"$work/tables.sql" <<'PYTHON'
import sys
rows = [line.rstrip("\n").split("\t", 2) for line in open(sys.argv[1], encoding="utf-8")]
columns = [(f"{kind.removeprefix('crm.')}_{name}".rstrip("_"), kind, value) for kind, name, value in rows]
for at in range(0, len(columns), 16):
    part = columns[at:at + 16]
    print(f"create table public.kept{at // 16} (id bigint, day date, amount numeric, x float8, tags text[], {', '.join(f'{c} {kind}' for c, kind, _ in part)});")
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for _, _, value in part)
    print(f"insert into public.kept{at // 16} values (1, '2026-12-31', 12.5, 0.5, '{{deposit,fund}}', {quoted});")
    print(f"insert into public.kept{at // 16} (id) values (2);")
PYTHON
run -U banker -d smith -f "$work/tables.sql"
run -c "alter role banker set statement_timeout = '3s'" -c "alter role banker set lock_timeout = '1s'"

logged=$(stat -c %s "$PGHOST/log")
seed=${SEED:-1}
until=$(($(date +%s) + ${MINUTES:-2} * 60))
: >"$work/queries"
while [ "$(date +%s)" -lt "$until" ]; do
  timeout $((until - $(date +%s) + 1)) sqlsmith --target="host=$PGHOST port=$PGPORT dbname=smith user=banker" --exclude-catalog --seed="$seed" --dump-all-queries \
    >>"$work/queries" 2>"$work/sqlsmith.err" || true
  seed=$((seed + 1))
  psql -qXAt -c 'select 1' >/dev/null || { echo 'FAILED: the server is gone'; break; }
done
made=$(grep -c '^select\|^with\|^insert\|^update\|^delete\|^merge\|;$' "$work/queries" || true)
calls=$(grep -o 'crm\.[a-z_0-9]*(' "$work/queries" | wc -l)
functions=$(grep -o 'crm\.[a-z_0-9]*(' "$work/queries" | sort -u | wc -l)
echo "sqlsmith: $made statements, $calls calls of $functions functions of crm"
tail -c +$((logged + 1)) "$PGHOST/log" >"$work/log.new"
failed=0
if grep -aE 'PANIC|terminated by signal|panicked|TRAP:' "$work/log.new" | head; then failed=1; fi
# PostgreSQL's own functions raise XX000 too; the place tells whose it is.
if grep -aA4 'ERROR:  XX' "$work/log.new" | grep -aB4 'LOCATION:.*\.rs\|LOCATION:.*pg_crm' | head -n 20; then failed=1; fi
grep -aoE 'ERROR:  [0-9A-Z]{5}' "$work/log.new" | sort | uniq -c | sort -rn | head -n 12 | awk '{ printf "%s %s, ", $3, $1 } END { print "" }'
[ "$functions" -gt 50 ] || { echo "FAILED: SQLsmith hardly calls the extension"; failed=1; }
[ $failed = 0 ]
