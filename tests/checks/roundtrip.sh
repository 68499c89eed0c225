#!/usr/bin/env bash
# Stored summaries of every type survive COPY in each form, and pg_dump in each format into another database: the same bytes
# come back. A new cluster, replication and pg_upgrade: tests/long/replication.sh.
set -euo pipefail
work=$1
run() { psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner "$@"; }
for database in copy plain custom directory parts; do
  psql -qX -v ON_ERROR_STOP=1 -c 'set client_min_messages = warning' -c "drop database if exists crm_$database" -c "create database crm_$database owner bank_owner"
done
run -d crm_copy -f tests/checks/roundtrip/kept.sql
# Every type is there with a value that is not NULL.
empty=$(run -d crm_copy -c "select string_agg(key, ' ') from (select key from kept, jsonb_each_text(to_jsonb(kept)) group by key having count(value) = 0) c")
[ -z "$empty" ] || { echo "only NULL in the columns $empty"; exit 1; }
same() { # same DATABASE TABLE HOW
  [ "$(run -d "$1" -c "select state_of('$2') || (select md5(string_agg(top::text, '|' order by id)) from top)")" = "$before" ] || { echo "$3 changed values"; exit 1; }
}
before=$(run -d crm_copy -c "select state_of('kept') || (select md5(string_agg(top::text, '|' order by id)) from top)")

for format in text csv binary; do
  run -d crm_copy -c "create table copied_$format (like kept)" \
    -c "\\copy kept to '$work/kept.$format' (format $format)" -c "\\copy copied_$format from '$work/kept.$format' (format $format)"
  same crm_copy copied_$format "COPY $format"
done
# Can it fail? One value changed, one type without a column.
run -d crm_copy -c "update copied_text set tk = (select crm.top_k_agg('x', 1, 25)) where id = 3"
[ "$(run -d crm_copy -c "select state_of('copied_text') = state_of('kept')")" = f ] || { echo 'a changed value is not noticed'; exit 1; }
run -d crm_copy -c 'create table fewer as select * from kept' -c 'alter table fewer drop column tk'
grep -q 'no column of type crm.top_k' < <(run -d crm_copy -c "select state_of('fewer')" 2>&1) || { echo 'a type without a column is not noticed'; exit 1; }
run -d crm_copy -c 'drop table fewer, copied_text, copied_csv, copied_binary'

pg_dump -U bank_owner -d crm_copy -f "$work/plain.sql"
psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner -d crm_plain -f "$work/plain.sql" >/dev/null
same crm_plain kept 'a plain dump'
pg_dump -U bank_owner -d crm_copy -Fc -f "$work/custom.dump"
pg_restore -U bank_owner -d crm_custom --exit-on-error "$work/custom.dump"
same crm_custom kept 'a custom dump'
rm -rf "$work/directory"
pg_dump -U bank_owner -d crm_copy -Fd -j 2 -f "$work/directory"
pg_restore -U bank_owner -d crm_directory --exit-on-error -j 2 "$work/directory"
same crm_directory kept 'a dump in a directory by two jobs'
# In parts: the schema of a dump names the extension and nothing of what is in it.
pg_dump -U bank_owner -d crm_copy --schema-only -f "$work/schema.sql"
pg_dump -U bank_owner -d crm_copy --data-only -f "$work/data.sql"
if grep -E 'CREATE (FUNCTION|AGGREGATE|TYPE) crm\.' "$work/schema.sql"; then echo 'a dump has what belongs to the extension'; exit 1; fi
psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner -d crm_parts -f "$work/schema.sql" -f "$work/data.sql" -c 'refresh materialized view public.top' >/dev/null
same crm_parts kept 'a dump in parts'

# Dropped, nothing of it stays behind (tests/checks/ownership.sh looks at all catalogues).
run -d crm_custom -c 'drop materialized view top' -c 'drop table kept' -c 'drop extension pg_crm'
left=$(run -d crm_custom -c "select count(*) from pg_proc where pronamespace = (select oid from pg_namespace where nspname = 'crm')")
[ "$left" = 0 ] || { echo "$left functions are left after drop extension"; exit 1; }
for database in copy plain custom directory parts; do psql -qX -c "drop database crm_$database"; done
