#!/usr/bin/env bash
# sample/dbt: a build, a second one after more days came in, and a full refresh of the same rows give the same bytes; the second reads only the new days,
# does the last day again, and its tests find what is wrong.
set -euo pipefail
work=$1 python=$2
cp -r sample/dbt "$work/dbt"
cd "$work/dbt"
export DBT_PROFILES_DIR=$PWD DO_NOT_TRACK=1 DBT_SEND_ANONYMOUS_USAGE_STATS=false
run() { psql -qXAt -v ON_ERROR_STOP=1 "$@"; }
# dbt SCHEMA COMMAND…
dbt() {
  local schema=$1
  shift
  DBT_SCHEMA=$schema "$python" -m dbt.cli.main --no-use-colors --quiet --log-path "$work/dbt/logs/$schema" "$@" >"$work/dbt.log" 2>&1 || { cat "$work/dbt.log"; return 1; }
}
# The trades of the first days, with some that come late on the last of them.
trades() {
  run -c "insert into raw.trade select mod(i * i, 500), date '2026-01-01' + i % $2, (i % 977)::numeric / 100 from generate_series(1, 40000) as i where i % $2 >= $1"
}
bytes() {
  run -c "select md5(string_agg(client_id || ' ' || day || crm.rfm_send(rfm)::text, '|' order by client_id, day)) from $1.daily_rfm" \
    -c "select md5(string_agg(client_id || crm.rfm_send(rfm)::text, '|' order by client_id)) from $1.client_rfm" \
    -c "select md5(string_agg(v::text, '|' order by client_id)) from $1.client_value as v"
}

run -c 'create schema raw' -c 'create table raw.trade (client_id bigint, day date, commission numeric(12, 2))'
trades 0 60
dbt value build
first=$(run -c 'select count(*), max(day) from value.daily_rfm')
# More days, and one more trade on the last.
run -c "insert into raw.trade values (7, '2026-03-01', 12.34)"
trades 60 90
# A row of an earlier day is changed behind dbt's back: the second build does not read it.
run -c "insert into raw.trade values (7, '2026-01-05', 987654.32)"
dbt value build
run -c "delete from raw.trade where commission = 987654.32"
second=$(run -c 'select count(*), max(day) from value.daily_rfm')
dbt fresh build --full-refresh
[ "$first" != "$second" ] || { echo "dbt: the second build added nothing: $second"; exit 1; }
[ "$(bytes value)" = "$(bytes fresh)" ] || { echo "dbt: two builds and a full refresh differ"; exit 1; }
[ "$(run -c 'select count(*) from value.daily_rfm where crm.total(rfm) >= 987654')" = 0 ] || { echo 'dbt: the second build read an old day'; exit 1; }
[ "$(run -c "select crm.total(crm.rfm_merge(rfm)) from value.daily_rfm")" = "$(run -c 'select sum(commission) from raw.trade')" ] || { echo 'dbt: the totals are not those of the trades'; exit 1; }
kept=$(run -c 'select count(*) > count(distinct client_id) and count(dbt_valid_to) > 0 from value.client_tier')
[ "$kept" = t ] || { echo 'dbt: the snapshot has no history of tiers'; exit 1; }

# The tests of the project can fail.
run -c "insert into value.client_value select * from value.client_value limit 1"
if dbt value test >/dev/null; then echo 'dbt: its tests did not see a client who is there twice'; exit 1; fi
echo "dbt: $first, then $second summaries of clients and days; two builds and a full refresh are the same bytes"
