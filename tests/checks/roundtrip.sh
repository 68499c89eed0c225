# Stored summaries survive COPY in text and binary form, and pg_dump in plain and custom form into another database: the
# same bytes come back.
set -euo pipefail
work=$1
run() { psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner "$@"; }
psql -qX -v ON_ERROR_STOP=1 -c 'create database crm_copy owner bank_owner' -c 'create database crm_plain owner bank_owner' -c 'create database crm_custom owner bank_owner'
run -d crm_copy <<'SQL'
create extension pg_crm;
create table kept (
  id int primary key,
  r crm.rfm,
  s crm.rfm_sample,
  d crm.distribution,
  c crm.catalogue,
  p crm.pnl,
  b crm.rfm_book,
  bd crm.rfm_daily_book_uuid,
  bp crm.pnl_book_text,
  ct crm.contribution,
  rb crm.revenue_bridge,
  w crm.cost_to_serve,
  st crm.standardize,
  cc crm.concentration,
  db crm.daily_balance,
  dm crm.daily_movement,
  mg crm.migration,
  th crm.tier_history,
  tf crm.tag_frequency,
  ba crm.basket,
  its crm.itemset,
  af crm.affinity
);
insert into kept
select g, crm.rfm_agg(timestamptz '2026-01-01 00:00+00' + i * interval '37 minutes', (i % 977) / 100.0), null, crm.distribution_agg(sqrt(i) * g),
  crm.catalogue_agg('产品' || i % 7, jsonb_build_object('grade', 'R' || i % 7, 'min_amount', 1000.50, 'tags', array['债券', '"', E'\\'])),
  crm.pnl_agg((array['利息', '"', E'\\', 'fee'])[1 + i % 4] || i % 9, (i % 977 - 500) / 100.0),
  crm.rfm_book_agg((i % 300 - 150) * 60000000000000000, timestamptz '2026-01-01 00:00+00' + i * interval '37 minutes', (i % 977) / 100.0),
  crm.rfm_daily_book_agg(md5((i % 50)::text)::uuid, date '2026-01-01' + i * i % 400, i),
  crm.pnl_book_agg((array['客户 ', '', E'\\\t', '"', '🏦'])[1 + i % 5] || repeat('é', i % 40), (array['利息', '"', 'fee'])[1 + i % 3], sqrt(i) - 10),
  crm.contribution_agg((array['重点', '"', E'\\', 'key'])[1 + i % 4] || i % 9, i / 3.0, (i % 977 - 500) / 100.0),
  crm.revenue_bridge_agg(i * 1000.5, i / 7.0, (i % 977 - 500) / 100.0, g),
  crm.cost_to_serve_agg((array['来电', '"', E'\\', 'order'])[1 + i % 4], (array['手机', '"', E'\t', null])[1 + i / 4 % 4] || i % 9, (i % 977 - 500) / 1000.0),
  crm.standardize_agg(array['贡献', '"', E'\\'], array[sqrt(i) * g, i % 7, case when i % 3 > 0 then 1e9 - i end]),
  crm.concentration_agg(case i % 5 when 0 then sqrt(i)::numeric when 1 then i * 1e12 else (i % 977 - 300) / 100.0 end),
  crm.daily_balance_agg(date '2026-01-01' + i * i % 400, i % 3, case i % 5 when 0 then i * 1e12 else (i % 977 - 300) / 100.0 end),
  crm.daily_movement_agg(date '2026-01-01' + i * i % 400, case i % 5 when 0 then sqrt(i)::numeric else (i % 977 - 300) / 100.0 end),
  crm.migration_agg((array['重点', '"', E'\\', 'gold'])[1 + i % 4] || i % 9, (array['大众', '"', E'\t', 'gold'])[1 + i / 4 % 4] || i % 11, i * g * 10000000000),
  crm.tier_history_agg(date '2024-01-01' + i * g, (array['资产', '"', E'\\', null])[1 + i % (3 + g % 2)], (i % 977 - 500) / 7.0),
  crm.tag_frequency_agg(array['债券 ', '"', E'\\', null, '标签 ' || i % 9, repeat('é', i % 40 + 1)]),
  crm.basket_agg((array['面包', '"', E'\\', 'milk '])[1 + i % 4] || i % 9),
  crm.itemset_agg(array[(array['面包', '"', E'\\', 'milk '])[1 + i % 4], 'item ' || i % (7 * g), E'\t' || i % 3]),
  crm.affinity_agg((array['重点', '"', E'\\', 'C'])[1 + i % 4] || i % 90, (array['基金', '"', E'\t', 'P '])[1 + i / 4 % 4] || i % 31, (i % 977 - 200) / 100.0)
from generate_series(0, 5) g, generate_series(1, 400 * g * g) i
group by g;
insert into kept (id) values (100);
update kept set s = (select crm.rfm_sample_agg(r) from kept) where id < 3;
create materialized view top as select id, crm.total(r) as total from kept;
SQL
# Every column as text and in binary form.
columns=$(run -d crm_copy -c "select string_agg(format('coalesce(%1\$I::text, \$\$-\$\$) || coalesce(crm.%2\$s_send(%1\$I)::text, \$\$-\$\$)', attname, typname), ' || ' order by attnum)
  from pg_attribute join pg_type t on t.oid = atttypid where attrelid = 'kept'::regclass and attnum > 1")
state="select md5(string_agg(id::text || $columns || coalesce(total::text, \$\$-\$\$), '|' order by id)) from"
before=$(run -d crm_copy -c "$state kept left join top using (id)")

for format in text csv binary; do
  run -d crm_copy -c "create table copied_$format (like kept)" \
    -c "\\copy kept to '$work/kept.$format' (format $format)" -c "\\copy copied_$format from '$work/kept.$format' (format $format)"
  [ "$(run -d crm_copy -c "$state copied_$format left join top using (id)")" = "$before" ] || { echo "COPY $format changed values"; exit 1; }
done

pg_dump -U bank_owner -d crm_copy -f "$work/plain.sql"
psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner -d crm_plain -f "$work/plain.sql" >/dev/null
[ "$(run -d crm_plain -c "$state kept left join top using (id)")" = "$before" ] || { echo "a plain dump changed values"; exit 1; }
pg_dump -U bank_owner -d crm_copy -Fc -f "$work/custom.dump"
pg_restore -U bank_owner -d crm_custom "$work/custom.dump"
[ "$(run -d crm_custom -c "$state kept left join top using (id)")" = "$before" ] || { echo "a custom dump changed values"; exit 1; }

# Dropped, nothing of it stays behind.
run -d crm_custom -c 'drop materialized view top' -c 'drop table kept, copied_text, copied_csv, copied_binary' -c 'drop extension pg_crm'
left=$(run -d crm_custom -c "select count(*) from pg_proc where pronamespace = (select oid from pg_namespace where nspname = 'crm')")
[ "$left" = 0 ] || { echo "$left functions are left after drop extension"; exit 1; }
