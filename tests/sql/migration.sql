-- migration: counts, matrix, rates, time, steady state and forecast against plain SQL over the same rows, closed forms and published chains.
set client_min_messages = warning;
create schema migration_test;
set search_path = migration_test, crm;
\pset null NULL
\pset format unaligned

-- 5,000 customers who move between five tiers, come and go; names with everything in them.
create table moved as
select i, (array['mass', '白银', 'gold "g"', 'a\b', 'private', null])[1 + b] as from_tier, (array['mass', '白银', 'gold "g"', 'a\b', 'private', null])[1 + case when u % 10 < 7 then b else u % 6 end] as to_tier
from (select i, i * 7919 % 10007 % 6 as b, i * 104729 % 10007 as u from generate_series(1, 5000) i) c;
create table m as select migration_agg(from_tier, to_tier) as m, migration_agg(coalesce(from_tier, 'none'), coalesce(to_tier, 'none')) as with_none from moved;
create table pair as
select f.tier as from_tier, t.tier as to_tier, count(i) as n, sum(count(i)) over (partition by f.tier) as n0
from (select distinct from_tier from moved where from_tier is not null) f(tier) cross join (select distinct to_tier from moved where to_tier is not null) t(tier)
left join moved on from_tier = f.tier and to_tier = t.tier group by f.tier, t.tier;
select migration_customers(m) = (select count(*) from moved where from_tier is not null and to_tier is not null) as counted, migration_customers(with_none) from m;

-- The matrix is GROUP BY with a share; intervals by Wilson's formula; in the order of the names' bytes.
select count(*), bool_and(c.customers = n) as counts, bool_and(probability = n::float8 / n0::float8) as shares, bool_and(place = ordinality) as in_order,
  bool_and(abs(lower - (x + zz / 2 - z * sqrt(x * (n0 - x) / n0 + zz / 4)) / (n0 + zz)) < 1e-15 and abs(upper - (x + zz / 2 + z * sqrt(x * (n0 - x) / n0 + zz / 4)) / (n0 + zz)) < 1e-15) as intervals
from (select c.* from m cross join lateral migration_matrix(m.m) with ordinality c) c
full join (select from_tier, to_tier, n, n0::float8, n::float8 as x, 1.959963984540054::float8 as z, 1.959963984540054 ^ 2 as zz, row_number() over (order by from_tier collate "C", to_tier collate "C") as place from pair) p
  using (from_tier, to_tier);
-- Newcombe, Statistics in Medicine 17, 1998, table I, method 3: 81 of 263: 0.2553 to 0.3662; 0 of 20: 0 to 0.1611.
select to_tier, customers, round(lower::numeric, 4) as lower, round(upper::numeric, 4) as upper from migration_matrix('{"flows": {"a": {"a": 81, "b": 182}, "b": {"b": 20}}}') where to_tier = 'a';
select from_tier, to_tier, customers, probability, lower, upper from migration_matrix('{"flows": {"a": {"a": 1, "b": 3}}}', 0.5);

-- Rates under a policy that does not have all tiers, and has one that nobody is in.
create table policy as select jsonb_build_object('kind', 'tier_policy', 'version', 1, 'tiers',
  (select jsonb_agg(jsonb_build_object('name', name, 'from', "from") order by "from") from (values ('mass', 0), ('白银', 1), ('empty', 2), ('a\b', 3), ('private', 4)) t(name, "from"))) as p;
create table rate as select r.* from m, policy, migration_rates(with_none, p) with ordinality r;
with o as (select name, "from" as o from policy, jsonb_to_recordset(p->'tiers') as t(name text, "from" int)),
  plain as (select b.name as tier, count(*) filter (where a.o > b.o) as up, count(*) filter (where a.o = b.o) as stayed, count(*) filter (where a.o < b.o) as down, count(*) filter (where moved.i is not null and a.o is null) as outside,
    count(moved.i) as n from o b left join moved on coalesce(from_tier, 'none') = b.name left join o a on a.name = coalesce(to_tier, 'none') group by b.name),
  joined as (select o.name as tier, count(*) as joined from moved join o on o.name = to_tier where not exists (select from o where name = coalesce(from_tier, 'none')) group by o.name)
select count(*), bool_and((r.customers, r.up, r.stayed, r.down, r.outside, r.joined) = (n, p.up, p.stayed, p.down, p.outside, coalesce(j.joined, 0))) as as_plain,
  bool_and(r.customers = r.up + r.stayed + r.down + r.outside) as adds_up, bool_and(ordinality = o + 1) as in_order,
  bool_and((up_rate, stay_rate, down_rate) is not distinct from (p.up / nullif(n, 0)::float8, p.stayed / nullif(n, 0)::float8, p.down / nullif(n, 0)::float8)) as rates
from (select * from rate where tier is not null) r full join plain p using (tier) left join joined j using (tier) join o on name = tier;
select (select (customers, up, stayed, down, outside, joined) from rate where tier is null) = (select (sum(customers)::bigint, sum(up)::bigint, sum(stayed)::bigint, sum(down)::bigint, sum(outside)::bigint, sum(joined)::bigint) from rate where tier is not null) as total,
  (select ordinality from rate where tier is null) as last, (select (up_rate, stay_rate, down_rate) from rate where tier = 'empty') as nobody;

-- Time in a tier.
select count(*), bool_and(e.stay_rate = n::float8 / n0::float8 and abs(expected_periods - 1 / (1 - n::float8 / n0::float8)) < 1e-12) as geometric
from m cross join lateral migration_expected_time(m.m) e full join pair on tier = from_tier and from_tier = to_tier where from_tier = to_tier;
select * from migration_expected_time('{"flows": {"a": {"a": 3, "b": 1}, "b": {"b": 7}, "c": {"a": 1}}}');

-- Steady state: pi P = pi, adds up, the limit of a long forecast; two tiers in closed form; the Land of Oz (Grinstead and Snell, 2nd ed., example 11.19: 0.4, 0.2, 0.4).
select count(*), abs(sum(share) - 1) < 1e-14 as one, bool_and(abs(share - next) < 1e-14) as steady, bool_and(abs(share - limit_share) < 1e-12) as the_limit, bool_and(share > 0) as positive
from m cross join lateral migration_steady_state(m.m) s
join (select to_tier as tier, sum(share * probability) as next from m cross join lateral migration_steady_state(m.m) join migration_matrix(m.m) on from_tier = tier group by to_tier) n using (tier)
join (select tier, share as limit_share from m cross join lateral migration_forecast(m.m, 400) where period = 400) f using (tier);
select * from migration_steady_state('{"flows": {"high": {"high": 3, "low": 1}, "low": {"high": 1, "low": 1}}}');
select * from migration_steady_state('{"flows": {"rain": {"rain": 2, "nice": 1, "snow": 1}, "nice": {"rain": 1, "snow": 1}, "snow": {"rain": 1, "nice": 1, "snow": 2}}}');
select * from migration_steady_state('{"flows": {"a": {"a": 8, "left": 1, "b": 1}, "b": {"a": 1}}}');

-- Forecast: each period is the one before times the matrix; the first is the tiers after, or a mix.
select count(*), bool_and(abs(f.customers - p.customers) < 1e-9) as times_matrix, bool_and(abs(f.share - f.customers / migration_customers(m.m)) < 1e-15) as shares
from m cross join lateral migration_forecast(m.m, 36) f
join lateral (select f1.period + 1 as period, to_tier as tier, sum(f1.customers * probability) as customers from migration_forecast(m.m, 36) f1 join migration_matrix(m.m) on from_tier = f1.tier group by f1.period, to_tier) p using (period, tier);
select bool_and(f.customers = n) as now from m cross join lateral migration_forecast(m.m, 1) f join (select to_tier as tier, sum(n) as n from pair group by to_tier) p using (tier) where period = 0;
select * from migration_forecast('{"flows": {"a": {"a": 1, "left": 1}}}', 3, '{"a": 8, "left": 0.5}');
select count(*), max(period) from migration_forecast('{"flows": {"a": {"b": 1}, "b": {"a": 1}}}', 1200);

-- Counted before, merged, of nothing.
select bool_and(x.c::text = with_none::text) as counted
from m, (select migration_agg(f, t, n) as c from (select coalesce(from_tier, 'none') f, coalesce(to_tier, 'none') t, count(*) n from moved group by 1, 2 union all select 'nobody', 'not seen', 0) p) x;
select bool_and(h.h::text = with_none::text) as halves from m, (select migration_merge(h) as h from (select migration_agg(coalesce(from_tier, 'none'), coalesce(to_tier, 'none')) as h from moved group by i % 3) h) h;
select migration_agg(f, t) as nulls, migration_agg(f, t, 1) as counted, migration_agg('a', 'b', null) as no_count, migration_agg('a', 'b') filter (where false) as none, migration_merge(null) as merged from (values ('a', null), (null, 'a'), (null, null)) v(f, t);
select migration_customers(null) as customers, (select count(*) from migration_matrix(null)) as matrix, (select count(*) from migration_matrix((select m from m), null)) as no_confidence, (select count(*) from migration_rates(null, tier_policy_example())) as rates,
  (select count(*) from migration_rates((select m from m), null)) as no_policy, (select count(*) from migration_expected_time(null)) as time, (select count(*) from migration_steady_state(null)) as steady,
  (select count(*) from migration_forecast(null, 3)) as forecast, (select count(*) from migration_forecast((select m from m), null)) as no_periods;
select migration_agg('a', 'b', 0) as zero, migration_customers(migration_agg('a', 'b', 0)), (select count(*) from migration_matrix('{"flows": {}}')) as matrix, (select count(*) from migration_steady_state('{"flows": {}}')) as steady, (select count(*) from migration_forecast('{"flows": {}}', 1)) as forecast;
select migration_combine('{"flows": {"a": {"a": 1}}}', '{"flows": {"b": {"a": 2}, "a": {"a": 1}}}'), migration_combine('{"flows": {"a": {"a": 1}}}', null), migration_combine(null, null);
select x.*, e.*, s.* from (select migration_agg('only', 'only') as m) o, migration_matrix(m) x, migration_expected_time(m) e, migration_steady_state(m) s;

-- Text, binary, the largest, errors.
select bool_and(with_none::text::migration::text = with_none::text) as lossless, max(pg_column_size(with_none)) as bytes from m;
select encode(migration_send('{"flows": {"a": {"a": 1, "b": 300}}}'), 'hex');
select migration_agg('a', 'b', 9223372036854775807), (select expected_periods from migration_expected_time('{"flows": {"a": {"a": 9223372036854775806, "b": 1}}}')) as longest;
select count(*), bool_and(abs(share - 0.001) < 1e-15) as a_thousandth from (select migration_agg('t' || i, 't' || (i + 1) % 1000) as m from generate_series(0, 999) i) x, migration_steady_state(m);
select t, test.error_of(format('select %L::crm.migration', t))
from unnest(array['', '{}', '{"flows": {"a": {}}}', '{"flows": {"a": {"b": 0}}}', '{"flows": {"a": {"b": 1.5}}}', '{"flows": {"": {"b": 1}}}', '{"flows": {"a": 1}}', '{"flows": {}, "more": 1}', '{"flows": {"a": {"b": 1, "b": 1}}}']) t;
select c, test.error_of(c) from unnest(array[$$select crm.migration_agg('', 'a')$$, $$select crm.migration_agg('a', repeat('x', 1001))$$, $$select crm.migration_agg('$serde_json::x', 'a')$$,
  $$select crm.migration_agg('t' || i, 'a') from generate_series(1, 1000) i$$, $$select crm.migration_agg('a', 'b', -1)$$, $$select crm.migration_agg('a', 'b', 9223372036854775807) from generate_series(1, 2)$$,
  $$select count(*) from crm.migration_matrix('{"flows": {"a": {"a": 1}}}', 1)$$, $$select count(*) from crm.migration_matrix('{"flows": {"a": {"a": 1}}}', 'NaN')$$,
  $$select count(*) from crm.migration_rates('{"flows": {"a": {"a": 1}}}', '{"kind": "tier_policy", "version": 1, "tiers": []}')$$,
  $$select count(*) from crm.migration_rates('{"flows": {"a": {"a": 1}}}', crm.pnl_chart_example())$$,
  $$select count(*) from crm.migration_steady_state('{"flows": {"a": {"a": 1, "b": 1, "c": 1}, "b": {"b": 1}}}')$$,
  $$select count(*) from crm.migration_forecast('{"flows": {"a": {"a": 1}}}', 0)$$, $$select count(*) from crm.migration_forecast('{"flows": {"a": {"a": 1}}}', 1201)$$,
  $$select count(*) from crm.migration_forecast('{"flows": {"a": {"a": 1}}}', 1, '{"b": 1}')$$, $$select count(*) from crm.migration_forecast('{"flows": {"a": {"a": 1}}}', 1, '{"a": -1}')$$,
  $$select count(*) from crm.migration_forecast('{"flows": {"a": {"a": 1}}}', 1, '{"a": 1e16}')$$, $$select count(*) from crm.migration_forecast('{"flows": {"a": {"a": 1}}}', 1, '{}')$$,
  $$select count(*) from crm.migration_forecast('{"flows": {"a": {"a": 1}}}', 1, '[]')$$]) c;
