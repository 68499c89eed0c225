#!/usr/bin/env bash
# A schema public full of look-alikes of everything PostgreSQL has (functions, operators, types: over three thousand), before
# pg_catalog in everybody's search_path: the extension installs and answers as in a calm database, byte for byte.
set -euo pipefail
work=$1
here=tests/checks/hostile
mkdir -p "$work/hostile"
psql -qX -v ON_ERROR_STOP=1 -c 'set client_min_messages = error' -c 'drop database if exists crm_calm' -c 'drop database if exists crm_hostile' \
  -c 'create database crm_calm owner bank_owner' -c 'create database crm_hostile owner bank_owner'
ask() { psql -qX -U bank_owner -d "crm_$1" -f $here/ask.sql 2>&1 | grep -av '^LOCATION: ' >"$work/hostile/$1" || true; }

psql -qX -v ON_ERROR_STOP=1 -d crm_hostile -f $here/public.sql 2>"$work/hostile/made"
made=$(sed -n 's/.*look-alike [a-z]*: //p' "$work/hostile/made" | awk '{ sum += $1 } END { print sum }')
[ "$made" -gt 3000 ] || { cat "$work/hostile/made"; echo "only $made look-alikes"; exit 1; }
psql -qX -v ON_ERROR_STOP=1 -c 'alter database crm_hostile set search_path = public, pg_catalog'
# They are in the way of whoever does not write the schema: this test can fail.
for unqualified in 'select 1 + 1' "select lower('A')" "select '5'::int8"; do
  psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner -d crm_hostile -c "$unqualified" >/dev/null 2>&1 && { echo "not hostile: $unqualified"; exit 1; }
done
for database in calm hostile; do
  psql -qX -v ON_ERROR_STOP=1 -U bank_owner -d crm_$database -c 'create extension pg_crm'
  ask $database
done
cmp "$work/hostile/calm" "$work/hostile/hostile" || { LC_ALL=C diff -a "$work/hostile/calm" "$work/hostile/hostile" | tr -cd '[:print:]\n' | head -c 2000; exit 1; }
# The questions were answered: three errors at the end, none before.
[ "$(grep -aoc 'ERROR: ' "$work/hostile/calm")" = 3 ] && [ "$(grep -ac '' "$work/hostile/calm")" -gt 150 ] || { grep -ao 'ERROR: .*' "$work/hostile/calm"; exit 1; }
# The script is the same there: what every function, type and aggregate is made of.
made_of="select p.oid::pg_catalog.regprocedure::pg_catalog.text, pg_catalog.pg_get_function_arguments(p.oid), pg_catalog.pg_get_function_result(p.oid), prosrc, a.aggtransfn, a.aggcombinefn, a.aggfinalfn, a.aggtranstype::pg_catalog.regtype
  from pg_catalog.pg_proc p left join pg_catalog.pg_aggregate a on p.oid operator(pg_catalog.=) a.aggfnoid where pronamespace operator(pg_catalog.=) 'crm'::pg_catalog.regnamespace order by 1"
for database in calm hostile; do
  PGOPTIONS='-c search_path=' psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner -d crm_$database -c "$made_of" >"$work/hostile/made_of_$database"
done
cmp "$work/hostile/made_of_calm" "$work/hostile/made_of_hostile"
psql -qX -c 'drop database crm_calm' -c 'drop database crm_hostile'
echo "hostile: $made look-alikes change nothing"
