#!/usr/bin/env bash
# Summaries that would pass 1 GB, and other limits, for real: each ends with 54000 and a hint, in bounded memory, and the
# session goes on.
set -euo pipefail
work=$1
. pgrx-config/common.sh
pgrx-config/cluster.sh start "$work/cluster"
trap 'pgrx-config/cluster.sh drop "$work/cluster"' EXIT
. "$work/cluster/env"
psql -qX -v ON_ERROR_STOP=1 -c 'create extension pg_crm' -c 'set client_min_messages = error'
cat >"$work/limits.sql" <<'SQL'
create procedure refused(what text, query text) language plpgsql as $$
declare state text; hint text;
begin
  execute query;
  raise warning 'FAILED: % is accepted', what;
exception when others then
  get stacked diagnostics state = returned_sqlstate, hint = pg_exception_hint;
  if state <> '54000' or hint = '' then raise warning 'FAILED: %: % % (%)', what, state, sqlerrm, hint; end if;
end $$;
call refused('a catalogue of 1.1 GB', $$select crm.catalogue_agg('P' || i, jsonb_build_object('t', repeat('x', 10000000))) from generate_series(1, 110) i$$);
call refused('a book of 1.2 GB', $$select crm.rfm_book_agg(repeat('x', 60000) || i, date '2026-01-01', i) from generate_series(1, 20000) i$$);
call refused('two books of 0.6 GB', $$with half as (select i % 2 as h, crm.rfm_book_agg(repeat('x', 60000) || i, date '2026-01-01', i) as b from generate_series(1, 20000) i group by 1)
  select crm.rfm_book_customers(crm.rfm_book_merge(b)) from half$$);
call refused('the text of a book', $$select crm.rfm_book_agg(repeat('"', 60000) || i, date '2026-01-01', i)::text from generate_series(1, 10000) i$$);
call refused('a basket of 70000 items', $$select crm.basket_agg('i' || i) from generate_series(1, 70000) i$$);
call refused('an affinity of 1050000 items', $$select crm.affinity_agg(1::bigint, 'i' || i) from generate_series(1, 1050000) i$$);
call refused('a pnl of 70000 lines', $$select crm.pnl_agg('l' || i, 1) from generate_series(1, 70000) i$$);
-- A distribution never comes near: it keeps buckets.
do $$begin
  if (select pg_column_size(crm.distribution_agg((i * 1.1)::float8)) from generate_series(1, 2000000) i) > 100000 then raise warning 'FAILED: a distribution grows'; end if;
end$$;
SQL
psql -qXAt >"$work/out" 2>&1 <<SQL
select pg_backend_pid() as pid \\gset
\\setenv BACKEND :pid
\\i $work/limits.sql
\\! grep VmHWM /proc/\$BACKEND/status
SQL
peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "$work/out")
echo "limits: at most $((${peak:-0} / 1024)) MB"
if grep -aE 'FAILED|ERROR|FATAL|server closed' "$work/out"; then exit 1; fi
[ "${peak:-9999999}" -lt 4000000 ]
