-- A summary of every kind, of some megabytes at most: for memory.py.
set search_path = public, crm;
create table small_rfm as select i as client, rfm_of(2 + (i::bigint * 7919 % 97), 10 + i::bigint * 104729 % 99991 / 100.0, timestamptz '2020-01-01 00:00+00' + i::bigint * 7907 % 1000003 * interval '40 seconds',
    timestamptz '2022-01-01 00:00+00' + i::bigint * 15485863 % 1000003 * interval '2 minutes', 1) as rfm from generate_series(1, 40000) i;
create table small as select
  (select rfm_sample_agg(rfm) from small_rfm) as sample,
  (select rfm_book_agg(i, date '2020-01-01' + (i % 1000)::int, i) from generate_series(1, 40000::bigint) i) as book,
  (select rfm_book_agg('customer ' || i, date '2020-01-01' + (i % 1000)::int, i) from generate_series(1, 40000::bigint) i) as text_book,
  (select rfm_daily_book_agg(i % 10000, date '2020-01-01' + (i % 1000)::int, i) from generate_series(1, 80000::bigint) i) as daily,
  (select pnl_book_agg(i % 10000, 'line ' || i % 101, i) from generate_series(1, 80000::bigint) i) as lines,
  (select pnl_agg('line ' || i, i) from generate_series(1, 60000) i) as line,
  (select affinity_agg(i / 20, 'p' || (hashint8extended(i, 1) & 4095), i) from generate_series(1, 100000::bigint) i) as held,
  (select itemset_agg(items) from (select array_agg('item ' || (2000 * ((hashint8extended(b, n) & 65535) / 65536.0) ^ 2)::int) as items from generate_series(1, 20000) b, generate_series(1, 8) n group by b) s) as sets,
  (select itemset_agg(items) from (select array_agg('i' || n) as items from generate_series(1, 300) b, generate_series(1, 40) n where (b * 7 + n * 13) % 29 > 3 group by b) s) as wide,
  (select basket_agg('item ' || i) from generate_series(1, 60000) i) as basket,
  (select catalogue_agg('P' || i, jsonb_build_object('risk_grade', 'R' || 1 + i % 5, 'open', i % 17 > 0, 'min_amount', i * 7 % 100000, 'tags', jsonb_build_array('t' || i % 997, 't' || i % 991), 'channels', '["web"]'::jsonb)) from generate_series(1, 10000) i) as shelf,
  (select migration_agg('tier ' || i, 'tier ' || j, 1 + (i * j) % 91) from generate_series(1, 200) i, generate_series(1, 200) j) as moved,
  (select concentration_agg((i * 15485863 % 10000019) / 100.0) from generate_series(1, 200000::bigint) i) as skewed,
  (select distribution_agg(sqrt(i * 15485863 % 10000019)) from generate_series(1, 100000::bigint) i) as levels,
  (select daily_balance_agg(date '2000-01-01' + i, (i % 977) * 1.01) from generate_series(0, 100000) i) as balances,
  (select daily_movement_agg(date '2000-01-01' + i, (i % 977) * 1.01) from generate_series(0, 100000) i) as movements,
  (select tier_history_agg((date '2000-01-01' + i * interval '1 month')::date, (i % 977) * 1000.0) from generate_series(0, 50000) i) as history,
  (select tag_frequency_agg(array['t' || i % 5000]) from generate_series(1, 50000) i) as tags,
  (select top_k_agg('p' || i, i, 10000) from generate_series(1, 20000) i) as best,
  (select cost_to_serve_agg('a' || i % 100, 'c' || i % 700, i) from generate_series(1, 60000) i) as served,
  (select contribution_agg('s' || i % 1000, i) from generate_series(1, 60000) i) as shares,
  (select standardize_agg(a, v) from (select array_agg('m' || i) a, array_agg(i::float8) v from generate_series(1, 1000) i) s, generate_series(1, 3)) as measures;
create table small_model as select bgnbd_fit(sample, '2026-06-30') as b, gamma_gamma_fit(sample, '2026-06-30') as g, affinity_fit(held, 'cosine', 20) as a, als_fit(held, 16, 1) as f from small;
