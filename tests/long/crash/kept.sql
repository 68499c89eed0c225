-- Large summaries, for what takes long over them (long.sql). Made in about a minute.
set client_min_messages = warning;
set search_path = public, crm;

-- Customers with many different histories.
create table client_rfm as
select i as client, rfm_of(2 + (i::bigint * 7919 % 97), 10 + i::bigint * 104729 % 99991 / 100.0, timestamptz '2020-01-01 00:00+00' + i::bigint * 7907 % 1000003 * interval '40 seconds',
    timestamptz '2022-01-01 00:00+00' + i::bigint * 15485863 % 1000003 * interval '2 minutes', 1) as rfm
from generate_series(1, 2000000) i;
-- Events.
create table event as
select i::bigint * 2654435761 % 1500007 as client, date '2020-01-01' + (i::bigint * 48271 % 2000)::int as day, (i::bigint * 69621 % 100003) / 100.0 as amount,
  'product ' || (i::bigint * 1103515245 + 12345) % 2003 % (1 + i % 2003) as item
from generate_series(1, 3000000) i;

create table kept (
  sample rfm_sample, book rfm_book, text_book rfm_book_text, daily rfm_daily_book, lines pnl_book, held affinity, sets itemset, wide itemset, shelf catalogue, moved migration,
  skewed concentration, levels distribution, balances daily_balance, movements daily_movement, history tier_history
);
-- As large as they are: compressing them would take most of the time.
do $$ declare name text; begin
  for name in select attname from pg_attribute where attrelid = 'kept'::regclass and attnum > 0 loop
    execute format('alter table kept alter %I set storage external', name);
  end loop;
end $$;
insert into kept (sample) select rfm_sample_agg(rfm) from client_rfm;
update kept set book = (select rfm_book_agg(client, day, amount) from event),
  text_book = (select rfm_book_agg('customer ' || client, day, amount) from event),
  daily = (select rfm_daily_book_agg(client, day, amount) from event),
  lines = (select pnl_book_agg(client, item, amount) from event where client < 300000),
  held = (select affinity_agg(client % 300000, item, amount) from event),
  sets = (select itemset_agg(items) from (select array_agg('item ' || (2000 * ((hashint8extended(b, n) & 65535) / 65536.0) ^ 2)::int) as items
    from generate_series(1, 500000) b, generate_series(1, 8) n group by b) s),
  -- 40 items that nearly everybody has: more sets than anyone wants.
  wide = (select itemset_agg(items) from (select array_agg('i' || n) as items from generate_series(1, 3000) b, generate_series(1, 40) n where (b * 7 + n * 13) % 29 > 3 group by b) s),
  shelf = (select catalogue_agg('P' || i, jsonb_build_object('risk_grade', 'R' || 1 + i % 5, 'open', i % 17 > 0, 'min_amount', i * 7 % 100000, 'tags', jsonb_build_array('t' || i % 997, 't' || i % 991, 't' || i % 983, 't' || i % 7), 'channels', '["web"]'::jsonb))
    from generate_series(1, 200000) i),
  moved = (select migration_agg('tier ' || i, 'tier ' || j, 1 + (i * j) % 91) from generate_series(1, 1000) i, generate_series(1, 1000) j),
  skewed = (select concentration_agg((i * 15485863 % 10000019) / 100.0) from generate_series(1, 9000000::bigint) i),
  levels = (select distribution_agg(sqrt(i * 15485863 % 10000019)) from generate_series(1, 3000000::bigint) i),
  balances = (select daily_balance_agg(date '4713-01-01 BC' + i * 100, (i % 977) * 1.01) from generate_series(0, 3000000) i),
  movements = (select daily_movement_agg(date '4713-01-01 BC' + i * 100, (i % 977) * 1.01) from generate_series(0, 3000000) i),
  history = (select tier_history_agg(date '2000-01-01' + i * 3, (i % 977) * 1000.0) from generate_series(0, 1000000) i);
create table model as
select (select bgnbd_fit(rfm_sample_agg(rfm), '2026-06-30') from client_rfm where client % 40 = 0) as b, (select gamma_gamma_fit(rfm_sample_agg(rfm), '2026-06-30') from client_rfm where client % 40 = 0) as g,
  als_fit(held, 16, 1) as f from kept;
-- So many gates, the most that a policy may have.
create function match_policy(gates int) returns jsonb language sql immutable as $$
  select (matching_policy_example() - 'scales') || jsonb_build_object('gates', jsonb_agg(jsonb_build_object('id', 'g' || i, 'is', '>', 'product', 'min_amount', 'value', -i, 'reason', '{"en": "no"}'::jsonb)))
  from generate_series(1, gates) i
$$;
