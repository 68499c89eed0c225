#!/usr/bin/env bash
# JDBC and ODBC, as BI tools use them: the types of columns as a tool's metadata shows them, parameters, arrays, a view. JDBC needs TCP, which the cluster
# does not have: a forwarder in Python gives it one.
set -euo pipefail
work=$1 python=$2
here=tests/long/clients
psql -qX -v ON_ERROR_STOP=1 <<'SQL'
create table if not exists client_rfm as select 1::bigint as client_id, crm.rfm_agg(date '2026-09-28', 1.25) as rfm;
create or replace view bi_value as
select client_id, crm.recency(rfm, '2026-09-30') as days_quiet, crm.frequency(rfm) as events, crm.total(rfm) as total, crm.last_at(rfm) as last_at,
  crm.last_at(rfm)::date as last_day, (crm.total(rfm) / 3)::float8 as ratio, crm.tier_of(crm.total(rfm), crm.tier_policy_example()) as tier, rfm,
  crm.tier_policy_example() as policy, array['a', 'b'] as tags, crm.total(rfm) > 1 as active
from client_rfm;
SQL
"$python" -B $here/forward.py "$PGHOST/.s.PGSQL.$PGPORT" "$work/port" &
forwarder=$!
trap 'kill $forwarder' EXIT
for _ in $(seq 100); do [ -s "$work/port" ] && break || sleep 0.1; done

java -cp /usr/share/java/postgresql.jar $here/Jdbc.java "jdbc:postgresql://127.0.0.1:$(cat "$work/port")/$PGDATABASE" "$PGUSER"
"$python" -B $here/odbc.py
