-- A table with a column of every type of the extension, for tests that move it: roundtrip.sh, tests/long/replication.sh.
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
  af crm.affinity,
  tk crm.top_k,
  bt crm.rfm_book_text,
  bu crm.rfm_book_uuid,
  di crm.rfm_daily_book,
  dt crm.rfm_daily_book_text,
  pb crm.pnl_book,
  pu crm.pnl_book_uuid
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
  crm.affinity_agg((array['重点', '"', E'\\', 'C'])[1 + i % 4] || i % 90, (array['基金', '"', E'\t', 'P '])[1 + i / 4 % 4] || i % 31, (i % 977 - 200) / 100.0),
  crm.top_k_agg((array['产品 ', '"', E'\\', E'\t', '🏦'])[1 + i % 5] || i % 9, (i % 977 - 500) / 7.0, 25 * g),
  crm.rfm_book_agg((array['客户 ', '', E'\\\t', '"', '🏦'])[1 + i % 5] || i % 60, date '2026-01-01' + i * i % 400, (i % 977 - 500) / 100.0),
  crm.rfm_book_agg(md5((i % 50)::text)::uuid, timestamptz '2026-01-01 00:00+00' + i * interval '37 minutes', sqrt(i) - 10),
  crm.rfm_daily_book_agg((i % 300 - 150) * 60000000000000000, date '2026-01-01' + i * i % 400, i),
  crm.rfm_daily_book_agg((array['客户 ', '', E'\\\t', '"', '🏦'])[1 + i % 5] || i % 60, date '2026-01-01' + i * i % 400, i),
  crm.pnl_book_agg((i % 300 - 150) * 60000000000000000, (array['利息', '"', 'fee'])[1 + i % 3], i),
  crm.pnl_book_agg(md5((i % 50)::text)::uuid, (array['利息', '"', 'fee'])[1 + i % 3], i / 7.0)
from generate_series(0, 5) g, generate_series(1, 400 * g * g) i
group by g;
insert into kept (id) values (100);
update kept set s = (select crm.rfm_sample_agg(r) from kept) where id < 3;
create materialized view top as select id, crm.total(r) as total from kept;

-- The bytes of every column, as text and in binary form. A type that was added and is not in the table is an error.
create function state_of(what regclass) returns text language plpgsql as $$
declare
  missing text;
  columns text;
  result text;
begin
  select string_agg(t.oid::regtype::text, ', ') into missing from pg_type t
  where typnamespace = 'crm'::regnamespace and typtype = 'b' and typelem = 0 and not exists (select from pg_attribute a where attrelid = what and atttypid = t.oid);
  if missing is not null then
    raise 'no column of type %', missing;
  end if;
  select string_agg(format('coalesce(%1$I::text, ''-'') || coalesce(crm.%2$s_send(%1$I)::text, ''-'')', attname, typname), ' || ' order by attnum) into columns
  from pg_attribute join pg_type t on t.oid = atttypid where attrelid = what and attnum > 1;
  execute format('select md5(string_agg(id::text || %s, ''|'' order by id)) from %s', columns, what) into result;
  return result;
end $$;
