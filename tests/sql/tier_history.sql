-- tier after a history: what a history keeps, the rules against the same rules in plpgsql, states, distances, explanations.
set client_min_messages = warning;
create schema tier_history_test;
set search_path = tier_history_test, crm;
\pset null NULL
\pset format unaligned

-- A history is the set of its entries: by name and date, of equal ones one, of more than two different ones of a date the outer two.
create table measured (customer int, period date, name text, measure numeric);
insert into measured
select c, date '2024-01-01' + (m * 30 + c % 11), case when c % 3 = 0 then null else (array['assets', 'products', '资产'])[1 + m % 3] end, round((c * 7919 + m * 104729) % 10007 / 7.0, m % 4)
from generate_series(0, 99) c, generate_series(0, 23) m;
insert into measured select customer, period, name, measure + i from measured, generate_series(0, 3) i where customer % 10 = 5 and i * customer % 3 = 0;
create table history as select customer, case when bool_and(name is null) then tier_history_agg(period, measure) else tier_history_agg(period, name, measure) end as h from measured group by customer;
select count(*), bool_and(p.measure is not distinct from e.measure and p.measure::text = e.measure::text) as as_group_by
from (select customer, p.* from history, tier_history_periods(h) p) p
full join (select distinct customer, period, name, m as measure from (select customer, period, name, array[min(measure), max(measure)] as pair from measured group by customer, period, name) g, unnest(pair) m) e
  on p.customer = e.customer and p.period = e.period and p.name is not distinct from e.name and p.measure = e.measure;
select bool_and(n = ordinality) as in_order from (select *, row_number() over (partition by customer order by name collate "C" nulls first, period, measure) as n from history, tier_history_periods(h) with ordinality p) o;
select tier_history_agg(d, m) as of_one from (values (date '2026-01-31', 100.50), (date '2025-12-31', 7), ('2026-01-31', 100.500), ('2026-01-31', 100.5)) v(d, m);
select tier_history_agg(d, n, m) as named from (values (date '2026-01-31', 'b', 1.5), ('2026-01-31', 'a', 2), ('2026-01-31', '客户', -0.0), ('2026-01-30', 'b', 0), ('2026-01-31', 'b', 1), ('2026-01-31', 'b', 1.2), ('2026-01-31', 'b', 1.9)) v(d, n, m);
select (p).* from (select tier_history_periods(tier_history_merge(h)) as p from (select tier_history_agg(date '2026-01-31', 'b', 2) as h union all select null union all select tier_history_agg(date '2026-01-31', 5) union all select tier_history_agg(date '2026-02-28', 'a', 3)) v) p;
-- NULL in any argument skips the row; nothing is NULL.
select tier_history_agg(d, m) as numeric, tier_history_agg(d, m::bigint) as bigint, tier_history_agg(d, m::float8) as float8 from (values (date '2026-01-31', 1), (null, 2), ('2026-02-28', null)) v(d, m);
select tier_history_agg(d, n, m) as numeric, tier_history_agg(d, n, m::bigint) as bigint, tier_history_agg(d, n, m::float8) as float8 from (values (date '2026-01-31', 'a', 1), (null, 'a', 2), ('2026-02-28', null, 3), ('2026-02-28', 'a', null)) v(d, n, m);
select tier_history_agg(d, m) as a, tier_history_agg(d, m::bigint) as b, tier_history_agg(d, m::float8) as c, tier_history_agg(d, n, m) as d, tier_history_agg(d, n, m::bigint) as e, tier_history_agg(d, n, m::float8) as f,
  tier_history_merge(null) as g, (select count(*) from tier_history_periods(null)) as h from (values (date '2026-01-31', null::text, null::numeric)) v(d, n, m);
select tier_history_agg(period, measure) as a, tier_history_agg(period, name, measure) as b, tier_history_merge(null) as c from measured where false;
select tier_history_combine(tier_history_agg(date '2026-01-31', 1), null) as one, tier_history_combine(null, tier_history_agg(date '2026-01-31', 1)) as other, tier_history_combine(null, null) as none;
-- Each kind of number is the same amount; a float8 is the decimal that it prints as.
select bool_and(h::text = f and h::text = b) as same from (select tier_history_agg(period, round(measure)) as h, tier_history_agg(period, round(measure)::float8)::text as f, tier_history_agg(period, round(measure)::bigint)::text as b from measured where customer % 10 <> 5 group by customer) s;
select tier_history_agg(date '2026-01-31', 75092.48::float8) as float8, tier_history_agg(date '2026-01-31', 'a', '-0'::float8) as minus_zero, tier_history_agg(date '2026-01-31', 9223372036854775807) as bigint, tier_history_agg(date '2026-01-31', 'a', '-9223372036854775808'::bigint) as least, tier_history_agg(date '2026-01-31', 7::smallint) as smallint;
select tier_history_agg(d, m) as extremes from (values (date '4713-01-01 BC', 1.7e26), ('5874897-12-31', -1.7e26), ('4714-11-24 BC', 0.0000000000005), ('2000-01-01', 0.0000000000015), ('2000-02-29', 1e-12), ('1999-12-31', 1.5)) v(d, m);
select call, test.error_of(format('select crm.tier_history_agg(%s)', call)) from unnest(array['''infinity''::date, 1', '''-infinity''::date, ''a'', 1', 'date ''2026-01-31'', ''NaN''::numeric', 'date ''2026-01-31'', ''Infinity''::numeric', 'date ''2026-01-31'', 1.8e26', 'date ''2026-01-31'', ''NaN''::float8',
  'date ''2026-01-31'', ''-Infinity''::float8', 'date ''2026-01-31'', 1e300::float8', 'date ''2026-01-31'', ''a'', ''NaN''::float8', 'date ''2026-01-31'', '''', 1', 'date ''2026-01-31'', repeat(''x'', 1001), 1', 'date ''2026-01-31'', ''$serde_json::private::Number'', 1', 'timestamp ''2026-01-31'', 1']) call;
select length(tier_history_agg(date '2026-01-31', repeat('x', 1000), 1)::text) as longest_name, test.error_of('select crm.tier_history_agg(date ''2026-01-31'', ''m'' || i, i) from generate_series(1, 1001) i') as names,
  (select count(*) from tier_history_periods((select tier_history_agg(date '2026-01-31', 'm' || i % 1000, i) from generate_series(1, 3000) i))) as most_names,
  test.error_of('select crm.tier_history_combine((select crm.tier_history_agg(date ''2026-01-31'', ''m'' || i, i) from generate_series(1, 600) i), (select crm.tier_history_agg(date ''2026-01-31'', ''n'' || i, i) from generate_series(1, 600) i))') as merged;

-- Two names out of order, and more entries than there is room for at first: the names are numbered anew, and each entry stays with its own.
select name, count(*), bool_and((name = 'z') = (measure::int % 2 = 1)) as its_own from tier_history_periods((select tier_history_agg(date '2024-01-01' + i, case when i % 2 = 1 then 'z' else 'a' end, i) from generate_series(1, 1000) i)) group by name order by name;
-- Parts of a history merge into it, with what they share, in any order; sets of sets are sets.
select count(*), bool_and(h::text = m) as merged from history join (select customer, tier_history_merge(h order by part desc)::text as m
  from (select customer, part, tier_history_agg(period, name, measure) as h from measured, generate_series(0, 4) part where name is not null and (hashtext(measure::text || part) % 2 = 0 or part = 0) group by customer, part) p group by customer) m using (customer);
select bool_and(tier_history_combine(h, h)::text = h::text) as idempotent from history;
select tier_history_agg(d, m)::text = (select tier_history_merge(h)::text from (select tier_history_agg(d, m) as h from unnest(array[4, 1, 3, 2]::numeric[]) m group by m) s) as contradictions from (values (date '2026-01-31')) v(d), unnest(array[2, 3, 1, 4]::numeric[]) m group by d;
-- Whatever the plan: a window, DISTINCT, a table made of it, groups that do not fit into memory, workers.
select customer, period, tier_history_agg(period, measure) over (partition by customer order by period rows 1 preceding) as last_two from measured where customer = 3 and period < '2024-04-01' order by period;
select count(*), bool_and(w::text = h::text) as running from history join (select distinct on (customer) customer, tier_history_agg(period, measure) over (partition by customer order by measure, period) as w from measured where name is null order by customer, measure desc, period desc) w using (customer);
select bool_and(h::text = d) as of_distinct from history join (select customer, tier_history_agg(distinct period, name, measure)::text as d from measured where name is not null group by customer) d using (customer);
select count(*) as rows, count(distinct h::text) as distinct from (select distinct h::text from (select h from history union all select tier_history_merge(h) from history group by customer) u) h(h);
set work_mem = '64kB';
set enable_sort = off;
create table spilled as select g, tier_history_agg(date '2024-01-01' + i * 31, (g * 31 + i) % 1000) as h from generate_series(1, 100000) g, generate_series(1, 3) i group by g;
reset work_mem;
reset enable_sort;
select count(*), bool_and((select string_agg(measure::text, ' ' order by period) from tier_history_periods(h)) = format('%s %s %s', (g * 31 + 1) % 1000, (g * 31 + 2) % 1000, (g * 31 + 3) % 1000)) as right, max(pg_column_size(h)) as bytes from spilled;
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;
analyze measured;
explain (costs off) select tier_history_agg(period, coalesce(name, 'none'), measure) from measured;
select md5(string_agg(customer || h::text, '' order by customer)) = (select md5(string_agg(customer || h::text, '' order by customer)) from history) as parallel
from (select customer, tier_history_merge(h) as h from (select customer, case when customer % 3 = 0 then tier_history_agg(period, measure) else tier_history_agg(period, name, measure) end as h from measured group by customer) p group by customer) q;
reset parallel_setup_cost;
reset parallel_tuple_cost;
reset min_parallel_table_scan_size;

-- Text and binary forms.
select bool_and(h::text::tier_history::text = h::text) as lossless, min(length(tier_history_send(h))) as least, max(length(tier_history_send(h))) as most from history;
select encode(tier_history_send('{"history": [{"period": "2026-02-28", "measure": "1.50"}, {"period": "2026-01-31", "measure": "-2", "name": "a"}, {"period": "2026-01-31", "measure": 3}]}'), 'hex');
select t, '' || t::tier_history as read from unnest(array['{"history": [{"period": "2026-02-28", "measure": 1.50}, {"period": "2026-02-28", "measure": "1.5"}, {"measure": "1e3", "period": "-4713-11-24"}]}', '{"history": [{"period": "+5874897-12-31", "name": "", "measure": "0"}]}', '{"history": [{"period": "2026-02-28", "name": null, "measure": "0.0000000000015"}]}']) t where t !~ '""';
select t, test.error_of(format('select %L::crm.tier_history', t))
from unnest(array['', '1', '[]', '{}', '{"history": []}', '{"history": {}}', '{"history": [1]}', '{"history": [{}]}', '{"history": [{"period": "2026-02-28"}]}', '{"history": [{"measure": "1"}]}', '{"history": [{"period": "2026-02-30", "measure": "1"}]}',
  '{"history": [{"period": "infinity", "measure": "1"}]}', '{"history": [{"period": "2026-02-28", "measure": "NaN"}]}', '{"history": [{"period": "2026-02-28", "measure": null}]}', '{"history": [{"period": "2026-02-28", "measure": "1e30"}]}',
  '{"history": [{"period": "2026-02-28", "measure": "1", "name": ""}]}', '{"history": [{"period": "2026-02-28", "measure": "1", "name": 5}]}', '{"history": [{"period": "2026-02-28", "measure": "1", "name": "$serde_json::private::Number"}]}',
  '{"history": [{"period": "2026-02-28", "measure": {"$serde_json::private::Number": "1"}}]}', '{"history": [{"period": "2026-02-28", "measure": "1", "more": 1}]}', '{"history": [{"period": "2026-02-28", "measure": "1", "measure": "2"}]}',
  '{"history": [{"period": "2026-02-28", "measure": "1"}], "version": 1}', '{"history": [{"period": "+5874898-01-01", "measure": "1"}]}', '{"history": [{"period": "-4713-11-23", "measure": "1"}]}']) t;
select left(test.error_of(format('select %L::crm.tier_history', repeat('[', 100000))), 60) as deep, left(test.error_of(format('select %L::crm.tier_history', '{"history": [{"period": "2026-02-28", "measure": "1", "name": "' || repeat('x', 1001) || '"}]}')), 100) as name;
-- Through COPY, as text and in binary form; then bytes that no client should send, each in a COPY of its own: 22P03.
\setenv scratch `mktemp -d`
\setenv PGDATABASE :DBNAME
\setenv PGUSER :USER
create table received (customer int, h tier_history);
\copy history to program 'cat >"$scratch/copy"'
\copy received from program 'cat "$scratch/copy"'
\copy history to program 'cat >"$scratch/copy"' (format binary)
\copy received from program 'cat "$scratch/copy"' (format binary)
select count(*), bool_and(r.h::text = h.h::text) as same from received r join history h using (customer);
truncate received;
create table hostile (n serial, bytes bytea);
create view sent as select tier_history_send('{"history": [{"period": "2026-02-28", "measure": "1.50"}, {"period": "2026-01-31", "measure": "-2", "name": "a"}]}') as s;
insert into hostile (bytes) select substr(s, 1, length(s) - i) || case i when 0 then '\x00' else '' end::bytea from sent, generate_series(0, length(s)) i;
-- Version, number of names, name, number of entries, an entry's name, date and amount.
insert into hostile (bytes) select set_byte(s, i, (get_byte(s, i) + d) % 256) from sent, (values (0, 1), (1, 1), (2, 1), (2, 200), (3, 0), (3, 1), (4, 159), (5, 1), (5, 126), (6, 1), (6, 2)) v(i, d) where d > 0;
insert into hostile (bytes) select unnest(array['\x00010000', '\x0001000100', '\x0002000100020100', '\x000100ffffffff0f', '\x000100ffffffffffffffffff01', '\x0001ffffffffffffffffff01', '\x000100808080808080808080808001', '\x0001000100ffffffffffffffffff010200']::bytea[]);
select count(*) as hostile from hostile;
\pset tuples_only on
\o |cat >"$scratch/script"
select format('\copy (select bytes from tier_history_test.hostile where n = %s) to program ''cat >"$scratch/copy"'' (format binary)%s\copy tier_history_test.received (h) from program ''cat "$scratch/copy"'' (format binary)', n, E'\n') from hostile order by n;
\o
\pset tuples_only off
\! psql -qX -v VERBOSITY=sqlstate -f "$scratch/script" 2>&1 | grep -o 'ERROR:.*' | sort | uniq -c
\! rm -r "$scratch"
select count(*) as received from received;

-- A level is the place of a tier.
create function place(policy jsonb, name text) returns int language sql immutable as $$
  select i::int from jsonb_array_elements(policy -> 'tiers') with ordinality t(tier, i) where tier ->> 'name' = name
$$;
-- Eighty policies: every rule in two values or more, general or of one tier; one measure or three, thresholds with alternatives.
create function pick(seed text, choices anyarray) returns anyelement language sql immutable as $$
  select choices[1 + (hashtext(seed) & 65535) % array_length(choices, 1)]
$$;
create table ruled as
select p, case when p % 4 = 3 then '{"measures": ["assets", "产品", "fees"]}' when p % 8 = 1 then '{"measures": ["assets"]}' else '{}' end::jsonb
  || jsonb_build_object('kind', 'tier_policy', 'version', 1, 'name', 'policy ' || p,
    'upgrade', pick('u' || p, array['{}', '{"periods": 2}', '{"takes_effect": "next_period"}', '{"max_steps": 1}', '{"periods": 3, "takes_effect": "next_period", "max_steps": 2}']::jsonb[]),
    'downgrade', pick('d' || p, array['{}', '{"grace": 2}', '{"watch": 2, "landing": "max"}', '{"grace": 1, "watch": 2, "landing": "mean"}', '{"watch": 3, "max_steps": 1}', '{"grace": 1, "watch": 1}']::jsonb[]),
    'gaps', pick('g' || p, array['carry_forward', 'zero', 'skip']), 'tiers', jsonb_strip_nulls(jsonb_build_array(
      case when p % 4 < 3 then jsonb_build_object('name', 'a', 'from', case when p % 3 = 0 then 10 end) when p % 3 = 0 then '{"name": "a", "from": {"assets": 10}}' else '{"name": "a"}' end,
      case when p % 4 < 3 then jsonb_build_object('name', 'b', 'from', 20, 'keep', case when p % 5 < 2 then 15 end) else '{"name": "b", "from": {"assets": 20, "产品": 1}, "keep": {"assets": 15}}' end,
      case when p % 4 < 3 then jsonb_build_object('name', 'c', 'from', 40, 'upgrade', pick('cu' || p, array['null', '{"periods": 1}', '{"takes_effect": "next_period", "periods": 3}']::jsonb[]), 'downgrade', pick('cd' || p, array['null', '{"watch": 4}', '{"grace": 0, "watch": 0}']::jsonb[]))
        else '{"name": "c", "from": [{"assets": 40, "产品": 2}, {"fees": 30}], "minimum_stay": 3}' end,
      case when p % 4 < 3 then jsonb_build_object('name', '丁', 'from', 80.000000000001, 'keep', 60, 'minimum_stay', case when p % 7 = 1 then 5 end) else '{"name": "丁", "from": [{"assets": 80}, {"assets": 60, "fees": 25}], "keep": {"assets": 50, "fees": 5}, "downgrade": {"landing": "mean"}}' end)))
  || pick('n' || p, array['{}', '{"new_customer": "reached"}', '{"new_customer": "lowest"}', '{"new_customer": {"tier": "c", "periods": 4}}', '{"new_customer": {"tier": "丁"}}']::jsonb[])
  || pick('s' || p, array['{}', '{"minimum_stay": 2}', '{"minimum_stay": 4}']::jsonb[])
  || case when p % 3 = 2 then jsonb_build_object('dormant', jsonb_strip_nulls(jsonb_build_object('measure', case when p % 4 = 3 then 'fees' end, 'at_most', pick('da' || p, array[0, 12, 25]), 'periods', pick('dp' || p, array[1, 2, 3]), 'tier', pick('dt' || p, array[null, 'b'])))) else '{}' end as policy
from generate_series(1, 80) p;
select count(*) as policies, count(c.path) as problems from ruled left join lateral tier_policy_check(policy) c on true;
-- A history each, of thirty months, a tenth of them gaps.
create table walked as
select p, h, policy, names, x, history from ruled cross join (values (1)) h(h)
cross join lateral (select case when policy ? 'measures' then array(select jsonb_array_elements_text(policy -> 'measures')) else '{""}' end as names) n
cross join lateral (select jsonb_agg(o order by i) as x from (
  select i, coalesce(jsonb_object_agg(name, round((pick(format('%s %s %s %s', p, h, i / 3, name), array[5, 12, 18, 25, 45, 90]) + pick(format('+%s %s %s %s', p, h, i, name), array[0, 0, -4, 3, 20, -90, 0.5]))::numeric / case name when '产品' then 20 else 1 end, 2))
    filter (where i in (1, 30) or hashtext(format('?%s %s %s %s', p, h, i, name)) % 10 <> 0), '{}') as o from generate_series(1, 30) i, unnest(names) name group by i) o) x
cross join lateral (select tier_history_merge(case name when '' then tier_history_agg else named end) as history from (
  select name, tier_history_agg(day, measure), tier_history_agg(day, nullif(name, ''), measure) as named
  from (select (date '2024-01-01' + (i - 1) * interval '1 month')::date + (i * 7 % 28)::int as day, name, value::numeric as measure from jsonb_array_elements(x) with ordinality e(o, i), jsonb_each_text(o) v(name, value)) v group by name) a) k;
create table judged as
select p, h, s.*, row_number() over (partition by p, h order by s.period) as i from walked cross join lateral tier_path(history, policy) s;
select event, count(*) > 20 as often, count(distinct p) > 3 as under_many from judged group by event order by event;

-- Month by month, from nothing or from any state on, leads to the state of the whole history.
create table chained as
with recursive chain as (
  select p, h, policy, names, x, 1 as i, case when cardinality(names) = 1 then tier_next(null, (x -> 0 ->> names[1])::numeric, policy, date '2024-01-07') else tier_next_measures(null, x -> 0, policy, '2024-01-31') end as state from walked
  union all
  select p, h, policy, names, x, i + 1, case when cardinality(names) = 1 then case i % 3 when 0 then tier_next(state, (x -> i ->> names[1])::numeric, policy, day) when 1 then tier_next(state, (x -> i ->> names[1])::float8, policy, day)
    else tier_next(state, (x -> i ->> names[1])::numeric, policy, day, '[]') end else tier_next_measures(state, x -> i, policy, day) end
  from chain, lateral (select (date '2024-01-01' + i * interval '1 month')::date + i * 5 % 28 as day) d where i < 30
)
select p, h, i, state from chain;
select count(*), bool_and(state = tier_state(history, policy)) as as_the_history from chained join walked using (p, h) where i = 30;
select count(*), bool_and((state ->> 'tier', state ->> 'next_tier', state ->> 'event', state ->> 'misses', state ->> 'why', (state ->> 'measure')::numeric, state ->> 'natural_tier') is not distinct from (tier, next_tier, event, misses::text, why, measure, natural_tier)) as as_the_path
from (select *, date (state ->> 'period') as period from chained) c join judged j using (p, h, period);
-- On a day: the tier of its period, and the next one's first day. A later day judges the periods between as gaps.
select count(*), bool_and(t = tier or t is null and tier is null) as at_the_end, bool_and(f = next_tier or f is null and next_tier is null) as the_next_day from walked join (select p, h, period, tier, next_tier from judged) j using (p, h),
  lateral (select tier_of(history, policy, '2026-06-30') as t, tier_of(history, policy, '2026-07-01') as f) o where period = '2026-06-01';
select policy ->> 'gaps' as gaps, count(*), bool_and(tier_of(history, policy, '2026-12-15') is not distinct from state ->> 'next_tier') as judged_as_gaps, count(*) filter (where state ->> 'event' <> 'gap') > 0 as judged
from walked, lateral (select case when cardinality(names) = 1 then tier_next(tier_state(history, policy), null::numeric, policy, '2026-11-30') else tier_next_measures(tier_state(history, policy), null, policy, '2026-11-01') end as state) s group by 1 order by 1;
-- A distance is kept: what is said to lead to a downgrade leads to it in so many periods and not before, and so does what is said to lead up.
create table told as select p, h, policy, names, d.*, tier_state(history, policy) as state from walked cross join lateral tier_distance(history, policy, '2026-06-30') d where cardinality(names) = 1 and not policy ? 'dormant';
create table followed as
with recursive way as (
  select p, h, kind, tier, policy, names, threshold, periods, by, state, 0 as i, false as done, null::date as day, null::date as effect from told
  union all
  select p, h, kind, w.tier, policy, names, threshold, periods, by, n.state, i + 1, case kind when 'keep' then n.state ->> 'event' = 'down' else coalesce(place(policy, n.state #>> '{memory,tier}'), 0) >= place(policy, w.tier) end,
    d.day, case when coalesce(place(policy, n.state ->> 'tier'), 0) >= place(policy, w.tier) then d.day else first end
  from way w, lateral (select (date '2026-06-30' + interval '1 day' + (i + 1) * interval '1 month')::date - 1 as day, (date '2026-07-01' + (i + 1) * interval '1 month')::date as first) d, lateral (select tier_next(w.state, threshold - case kind when 'keep' then 0.01 else 0 end, policy, d.day) as state) n
  where not done and i < 40
)
select * from way where done;
select kind, count(*), bool_and(periods = i) as periods, bool_and(by = case kind when 'keep' then day else effect end) as by from followed group by kind order by kind;
-- An explanation says what the others say: the tier of tier_of, the conditions and what is missing of tier_distance, the day from which the tier is in effect.
select count(*), bool_and(e.tier is not distinct from tier_of(history, policy, d)) as tier, bool_and(e.tier is not distinct from tier_of(history, policy, d, null, null)) as by_rules
from walked, unnest(array[date '2026-06-30', '2026-07-01', '2026-09-15']) d, tier_explain(history, policy, d) e where part = 'tier';
select bool_and(d is not distinct from e) as conditions, bool_and(m is not distinct from missing) as missing, count(d) as rows
from walked cross join lateral (select string_agg(concat_ws(' ', kind, tier, measure_name, threshold), ', ' order by o) as d, string_agg(concat_ws(' ', kind, tier, measure_name, missing, periods, by), ', ' order by o) filter (where missing > 0) as m
    from tier_distance(history, policy, '2026-06-30') with ordinality t(kind, tier, label, alternative, measure_name, threshold, measure, missing, margin, misses, status, periods, by, o) where kind <> 'higher') d
  cross join lateral (select string_agg(concat_ws(' ', part, tier, note, amount), ', ' order by o) filter (where part in ('keep', 'next')) as e, string_agg(concat_ws(' ', substr(part, 12), tier, note, amount, periods, day), ', ' order by o) filter (where part like 'missing_to_%') as missing
    from tier_explain(history, policy, '2026-06-30') with ordinality t(part, tier, label, alternative, amount, periods, day, note, o)) e;

-- Small histories, told in full. month(...) is a history with one measure a month from January 2026 on; NULL for none.
create function month(variadic m numeric[]) returns tier_history language sql immutable as $$
  select crm.tier_history_agg((date '2026-01-01' + i * interval '1 month' - interval '1 day')::date, m) from unnest(m) with ordinality u(m, i)
$$;
create function rules(more text) returns jsonb language sql immutable as $$ select crm.tier_policy_example() || more::jsonb $$;
select period, measure, natural_tier, tier, next_tier, event, misses, why from tier_path(month(180000, 250000, 190000, 150000, 60000, 40000, 250000, 8000000), tier_policy_example('next_month'));
select period_end, tier, next_tier, event, misses, why from tier_path(month(1200000, 900000, 900000, 250000, 60000, 40000, 300000, 1000), tier_policy_example('watch_list'), language => 'zh');
select tier_of(month(250000), policy, '2026-01-31') as names, tier_of(month(250000), policy, '2026-01-31', null, 'en') as en, tier_of(month(250000), policy, '2026-01-31', language => 'zh') as zh, (select label from tier_distance(month(250000), policy, '2026-01-31', 'zh') where kind = 'keep') as distance,
  (select label from tier_explain(month(250000), policy, '2026-01-31', null, 'zh') where part = 'tier') as explained, (select natural_tier from tier_path(month(250000), policy, null, 'zh')) as path from tier_policy_example() policy;
select call, test.error_of('select ' || call) from unnest(array['crm.tier_of(tier_history_test.month(1), crm.tier_policy_example(), ''2026-01-31'', null, ''fr'')', 'crm.tier_path(tier_history_test.month(1), crm.tier_policy_example(), null, '''')', 'crm.tier_distance(tier_history_test.month(1), crm.tier_policy_example(), ''2026-01-31'', ''ZH'')', 'crm.tier_explain(tier_history_test.month(1), crm.tier_policy_example(), ''2026-01-31'', null, repeat(''x'', 50))']) call;
-- NULL in every argument: no tier, no rows, no state; no overrides and no language where those are NULL.
select tier_of(null::tier_history, p, d) as a, tier_of(h, null, d) as b, tier_of(h, p, null::date) as c, tier_of(h, p, d, null, null) as d, (select count(*) from tier_path(null, p)) as e, (select count(*) from tier_path(h, null)) as f, (select count(*) from tier_path(h, p, null, null)) as g,
  (select count(*) from tier_distance(null, p, d)) as h, (select count(*) from tier_distance(h, null, d)) as i, (select count(*) from tier_distance(h, p, null)) as j, (select count(*) from tier_distance(h, p, d, null)) as k,
  (select count(*) from tier_explain(null::tier_history, p, d)) as l, (select count(*) from tier_explain(h, null, d)) as m, (select count(*) from tier_explain(h, p, null::date)) as n, (select count(*) from tier_explain(h, p, d, null, null)) as o,
  tier_state(null, p) as p, tier_state(h, null) as q, tier_state(h, p, null) ->> 'tier' as r, tier_policy_example(null) as s from (values (month(60000), tier_policy_example(), date '2026-01-31')) v(h, p, d);
select tier_next(null, 1::numeric, null, d) as a, tier_next(null, 1::numeric, p, null) as b, tier_next(null, 1::bigint, null, d) as c, tier_next(null, 1::bigint, p, null) as d, tier_next(null, 1::float8, null, d) as e, tier_next(null, 1::float8, p, null) as f, tier_next_measures(null, '{}', null, d) as g, tier_next_measures(null, '{}', p, null) as h,
  tier_next(null, 60000::numeric, p, d, null) ->> 'tier' as i, tier_next(null, 60000, p, d) ->> 'tier' as j, tier_next(null, 60000::float8, p, d) ->> 'tier' as k from (values (tier_policy_example(), date '2026-01-31')) v(p, d);
-- Periods without a measure, as each rule of gaps judges them: at the beginning, in the middle, before the day asked for.
select gaps, period, measure, tier, next_tier, event, misses, why from unnest(array['carry_forward', 'zero', 'skip']) with ordinality g(gaps, o), tier_path(month(250000, null, null, 60000), rules(format('{"gaps": %s, "downgrade": {"watch": 2}}', to_json(gaps)))) order by o, period;
select gaps, tier_of(month(250000), rules(format('{"gaps": "%s", "downgrade": {"watch": 2}}', gaps)), '2026-01-31') as january, tier_of(month(250000), rules(format('{"gaps": "%s", "downgrade": {"watch": 2}}', gaps)), '2026-02-28') as february, tier_of(month(250000), rules(format('{"gaps": "%s", "downgrade": {"watch": 2}}', gaps)), '2026-05-01') as may from unnest(array['carry_forward', 'zero', 'skip']) gaps;
select test.error_of('select * from crm.tier_path(tier_history_test.month(1, null, 2), crm.tier_policy_example())') as gap, test.error_of('select crm.tier_of(tier_history_test.month(1), crm.tier_policy_example(), ''2026-02-28'')') as next_month, test.error_of('select crm.tier_of(tier_history_test.month(1), crm.tier_policy_example(), ''2026-03-01'')') as later,
  test.error_of('select crm.tier_state(tier_history_test.month(1, null, 2), crm.tier_policy_example())') as state, test.error_of('select crm.tier_next(null, null::numeric, crm.tier_policy_example(), ''2026-01-31'')') as new, test.error_of('select crm.tier_next(null, null::numeric, tier_history_test.rules(''{"gaps": "carry_forward"}''), ''2026-01-31'')') as nothing_to_carry;
select tier_next(null, null::numeric, rules('{"gaps": "skip"}'), '2026-01-31') as skipped, tier_next(null, null::bigint, rules('{"gaps": "zero"}'), '2026-01-31') ->> 'why' as zero, tier_next(tier_state(month(250000), rules('{"gaps": "skip"}')), null::float8, rules('{"gaps": "skip"}'), '2026-04-30') as three_skipped;
-- A day before the last entry, in its period, after it; entries of one period.
select d, test.error_of(format('select crm.tier_of(tier_history_test.month(60000, 250000), crm.tier_policy_example(''next_month''), %L)', d)) from unnest(array['2026-02-27', '-infinity', '4714-11-24 BC', '2026-02-28', '2026-03-01', '2026-03-31', '2026-04-01', '5874897-12-31', 'infinity']) d;
create function days(policy text, variadic m text[]) returns text language sql as $$
  select test.error_of(format('select string_agg(concat_ws('' '', period, period_end, measure, tier, event), '', '') from crm.tier_path((select crm.tier_history_agg(split_part(e, '' '', 1)::date, split_part(e, '' '', 2)::numeric) from unnest(%L::text[]) e), tier_history_test.rules(%L))', m, policy))
$$;
select days('{}', '2026-01-30 1', '2026-01-31 2') as several, days('{"several_in_period": "last"}', '2026-01-30 60000', '2026-01-31 2') as last, days('{"several_in_period": "last"}', '2026-01-30 1', '2026-01-30 3', '2026-01-31 2') as contradiction_before, days('{"several_in_period": "last"}', '2026-01-30 1', '2026-01-31 3', '2026-01-31 2') as contradiction,
  days('{}', '2026-01-31 2', '2026-01-31 2.00') as twice, days('{}', '2026-01-31 2', '2026-01-31 2.01') as contradiction_alone;
-- Every kind of period, across the years.
select p, days(format('{"period": "%s", "gaps": "skip", "several_in_period": "last"}', p), '2023-12-31 60000', '2024-01-01 2', '2024-02-29 250000', '2024-03-01 250000', '2024-03-04 300000') from unnest(array['week', 'month', 'quarter', 'year']) p;
select days('{"period": "day", "gaps": "zero"}', '2024-02-28 60000', '2024-03-01 2') as day, days('{"period": "week", "gaps": "zero"}', '1999-12-26 60000', '2000-01-10 2') as week, days('{"period": "fortnight"}', '2024-01-01 2') as no_such;
-- The first and the last days there are.
select p, days(format('{"period": "%s", "gaps": "skip"}', p), '4714-11-24BC 60000') as first, days(format('{"period": "%s", "gaps": "skip"}', p), '5874897-12-31 60000') as last, days(format('{"period": "%s"}', p), '5874897-12-30 60000') as before_last, days(format('{"period": "%s", "gaps": "skip"}', p), '4713-01-01BC 1', '5874897-12-31 60000') as both from unnest(array['day', 'week', 'month', 'quarter', 'year']) p;
select tier_of(h, p, '5874897-12-31') as last, (select string_agg(concat_ws(' ', kind, tier, missing, margin, periods, by), ', ') from tier_distance(h, p, '5874897-12-31')) as distance, (select string_agg(concat_ws(' ', part, tier, amount, periods, day), ', ') from tier_explain(h, p, '5874897-12-31')) as explained, tier_state(h, p) ->> 'period' as period,
  test.error_of(format('select crm.tier_next(%L, 1, %L, ''5874897-12-31'')', tier_state(h, p), p)) as next from (select tier_history_agg(date '5874897-12-31', 60000) as h) h, tier_policy_example('next_month') p;
-- Years of days: 100,000 periods, and no more.
create function years(until date) returns tier_history language sql as $$ select crm.tier_history_agg(d, m) from (values (date '1900-01-01', 60000), (until, 250000)) v(d, m) $$;
select count(*), max(period_end), count(*) filter (where event = 'gap') as gaps from tier_path(years(date '1900-01-01' + 99999), rules('{"period": "day", "gaps": "skip"}'));
select test.error_of(format('select %s', call)) from unnest(array['crm.tier_of(tier_history_test.years(''2200-01-01''), tier_history_test.rules(''{"period": "day", "gaps": "skip"}''), ''2200-01-01'')', 'crm.tier_state(tier_history_test.years(''2200-01-01''), tier_history_test.rules(''{"period": "day", "gaps": "skip"}''))',
  'crm.tier_of(tier_history_test.month(1), tier_history_test.rules(''{"period": "day", "gaps": "skip"}''), ''2299-11-16'')', 'crm.tier_of(tier_history_test.month(1), tier_history_test.rules(''{"period": "day", "gaps": "skip"}''), ''2299-11-17'')',
  'crm.tier_next(crm.tier_state(tier_history_test.month(1), p), 1, p, ''2300-01-01'') from tier_history_test.rules(''{"period": "day", "gaps": "skip"}'') p', 'crm.tier_of(tier_history_test.month(1), tier_history_test.rules(''{"period": "year", "gaps": "skip"}''), ''5874897-12-31'')']) call;
-- The largest amounts and the smallest differences; differences out of range are said to be.
select measure, natural_tier, why from tier_path(month(170000000000000000000000000, -170000000000000000000000000, 0.000000000001), '{"kind": "tier_policy", "version": 1, "downgrade": {"watch": 2, "landing": "mean"}, "tiers": [{"name": "a"}, {"name": "b", "from": 0.000000000001}, {"name": "c", "from": 170000000000000000000000000}]}');
select tier, next_tier, event, why from tier_path(month(5, 0.000000000001, 0.000000000001, 0.000000000002), '{"kind": "tier_policy", "version": 1, "downgrade": {"watch": 3, "landing": "mean"}, "tiers": [{"name": "a"}, {"name": "b", "from": 0.000000000001}, {"name": "c", "from": 0.000000000002}, {"name": "d", "from": 5}]}');
select test.error_of(format('select crm.%s(tier_history_test.month(-1.7e26), ''{"kind": "tier_policy", "version": 1, "tiers": [{"name": "a"}, {"name": "b", "from": 1.7e26}]}'', ''2026-01-31'')', f)) from unnest(array['tier_distance', 'tier_explain', 'tier_of']) f;

-- Several measures: all of an alternative, any of the alternatives; each may be missing, and has its name in what is told.
create function named(variadic m jsonb[]) returns tier_history language sql immutable as $$
  select crm.tier_history_agg((date '2026-01-01' + i * interval '1 month' - interval '1 day')::date, key, value::numeric) from unnest(m) with ordinality u(m, i), jsonb_each_text(m)
$$;
create table several as select '{"kind": "tier_policy", "version": 1, "measures": ["资产", "products"], "gaps": "carry_forward", "downgrade": {"watch": 2}, "tiers": [{"name": "mass", "label": {"zh": "大众"}}, {"name": "gold", "label": {"zh": "黄金"}, "from": {"资产": 100, "products": 2}, "keep": {"资产": 80}},
  {"name": "top", "label": {"zh": "顶级"}, "from": [{"资产": 500}, {"资产": 300, "products": 5}]}]}'::jsonb as policy;
select period, measure, natural_tier, tier, next_tier, event, misses, why from several, tier_path(named('{"资产": 100, "products": 1, "other": 3}', '{"资产": 100, "products": 2}', '{"products": 1}', '{"资产": 79.99}', '{"products": 7}', '{"资产": 300}'), policy);
select d.* from several, tier_distance(named('{"资产": 120.50, "products": 2}'), policy, '2026-01-31', 'zh') d;
select d.* from several, tier_explain(named('{"资产": 120.50, "products": 2}', '{"资产": 50}'), policy, '2026-02-28', null, 'zh') d;
select test.error_of(format('select %s from tier_history_test.several', call)) from unnest(array['crm.tier_of(1, policy)', 'crm.tier_explain(1.5, policy)', 'crm.tier_next(null, 1, policy, ''2026-01-31'')', 'crm.tier_next_measures(null, ''{"资产": 1}'', policy, ''2026-01-31'')', 'crm.tier_next_measures(null, ''{"资产": 1, "products": 1, "fees": 2}'', policy, ''2026-01-31'')',
  'crm.tier_next_measures(null, ''[1, 2]'', policy, ''2026-01-31'')', 'crm.tier_next_measures(null, ''{"资产": "x", "products": true}'', policy, ''2026-01-31'')', 'crm.tier_path(tier_history_test.month(1), policy)', 'crm.tier_path(tier_history_test.named(''{"assets": 1}''), policy)', 'crm.tier_path(tier_history_test.named(''{"assets": 1}''), crm.tier_policy_example())',
  'crm.tier_path(tier_history_test.month(1), crm.tier_policy_example() || ''{"measures": ["assets"]}'')', 'crm.tier_path(tier_history_test.named(''{"products": 1}''), policy)', 'crm.tier_next_measures(null, ''{"资产": 1, "products": 1, "$serde_json::private::Number": 1}'', policy, ''2026-01-31'')', 'crm.tier_next_measures(null, ''{"": 60000}'', crm.tier_policy_example(), ''2026-01-31'')']) call;
select tier_next_measures(null, '{"资产": "100.5", "products": 2}', policy, '2026-01-31') as first, tier_next_measures(tier_next_measures(null, '{"资产": 100.5, "products": 2}', policy, '2026-01-31'), '{"资产": null}', policy, '2026-02-28') ->> 'why' as carried, tier_next_measures(tier_next_measures(null, '{"资产": 100.5, "products": 2}', policy, '2026-01-31'), null, policy, '2026-02-28') ->> 'why' as none from several;

-- A state that was not returned by these functions: wrong types, counts, tiers and measures are refused with their path; what can be is gone on with.
create table stated as select p as policy, tier_state(month(250000, 190000, 150000), p) as state from (select rules('{"downgrade": {"grace": 2, "watch": 2, "landing": "mean"}, "upgrade": {"periods": 3}, "new_customer": "reached"}') as p) p;
select state from stated;
create function altered(path text, value text) returns text language sql as $$ select test.error_of(format('select crm.tier_next(%L, 1, %L, ''2026-04-30'') -> ''memory''', case when value is null then state #- path::text[] else jsonb_set(state, path::text[], value::jsonb) end, policy)) from tier_history_test.stated $$;
select path, value, altered(path, value) from (values ('{kind}', '"tier_policy"'), ('{kind}', null), ('{version}', '2'), ('{period}', '"2026-13-01"'), ('{period}', '"infinity"'), ('{period}', '"+5874897-12-31"'), ('{period}', '"-4713-11-24"'), ('{period}', '20260301'), ('{period}', null), ('{memory}', null), ('{memory}', '[]'), ('{memory}', '5'), ('{more}', '1'),
  ('{why}', '["anything"]'), ('{tier}', '"private"'), ('{misses}', '-1'), ('{measure}', 'null'), ('{event}', null), ('{memory,more}', '1'), ('{memory,tier}', '"gone"'), ('{memory,tier}', 'null'), ('{memory,tier}', '5'), ('{memory,tier}', '"mass"'), ('{memory,stay}', '-1'), ('{memory,stay}', '4294967295'), ('{memory,stay}', '4294967296'), ('{memory,stay}', '1.5'), ('{memory,stay}', null),
  ('{memory,misses}', '4294967295'), ('{memory,misses}', '"2"'), ('{memory,misses}', '3'), ('{memory,idle}', '1e100'), ('{memory,watching}', 'null'), ('{memory,watching}', 'true'), ('{memory,first}', '0'), ('{memory,reached}', '[]'), ('{memory,reached}', '{"gone": 7}'), ('{memory,reached}', '{"silver": -7}'), ('{memory,reached}', '{"silver": 4294967295}'),
  ('{memory,below}', '{}'), ('{memory,below}', '["x"]'), ('{memory,below}', '[1e300]'), ('{memory,below}', '[]'), ('{memory,below}', '[1, 2, 3, 4, 5, 6, 7, 8, 9]'), ('{memory,below}', '[170000000000000000000000000, 170000000000000000000000000]'), ('{memory,known}', '[]'), ('{memory,known}', '[1, 2]'), ('{memory,known}', '[null]'), ('{memory,known}', '[true]'),
  ('{memory,known}', '{"$serde_json::private::Number": "5"}'), ('{memory,below,0}', '{"$serde_json::private::Number": "5"}')) v(path, value);
select s, test.error_of(format('select crm.tier_next(%L, 1, %L, ''2026-04-30'')', s, policy)) from stated, unnest(array['{}', '[]', '5', 'null', '"tier_state"', '{"kind": "tier_state", "version": 1}']::jsonb[]) s;
-- So many measures below that nobody measured, and so deep that nobody meant it.
select jsonb_array_length(tier_next(jsonb_set(state, '{memory,below}', (select jsonb_agg(i % 1000) from generate_series(1, 100000) i)), 1, policy, '2026-04-30') #> '{memory,below}') as below, tier_next(jsonb_set(jsonb_set(state, '{memory,below}', (select jsonb_agg(60000) from generate_series(1, 100000) i)), '{memory,misses}', '3'), 60000, policy, '2026-04-30') ->> 'next_tier' as landed,
  left(test.error_of(format('select crm.tier_next(%L, 1, %L, ''2026-04-30'')', jsonb_set(state, '{why}', (repeat('[', 200) || repeat(']', 200))::jsonb), policy)), 80) as deep from stated;
-- Under another policy: its tiers count, a tier that it does not have is refused, so are other measures. A period that is not after the state's is, too.
select tier_next(state, 190000, tier_policy_example(), '2026-04-30') ->> 'why' as thresholds, test.error_of(format('select crm.tier_next(%L, 1, %L, ''2026-04-30'')', state, policy #- '{tiers,2}')) as without_gold, test.error_of(format('select crm.tier_next_measures(%L, ''{"资产": 1, "products": 1}'', %L, ''2026-04-30'')', state, (select policy from several))) as of_two from stated;
select d, test.error_of(format('select crm.tier_next(%L, 1, %L, %L) ->> ''period''', state, policy || p, d)) from stated, (values ('2026-03-01', '{}'::jsonb), ('2026-03-31', '{}'), ('2020-01-01', '{}'), ('4714-11-24 BC', '{}'), ('infinity', '{}'), ('2026-05-01', '{}'), ('2026-05-01', '{"gaps": "skip"}'), ('2026-03-02', '{"period": "day"}'), ('5874897-12-31', '{"gaps": "zero"}'), ('2026-12-31', '{"period": "year"}'), ('2027-12-31', '{"period": "year"}')) v(d, p);
select test.error_of(format('select crm.tier_next(null, %s, crm.tier_policy_example(), ''2026-01-31'')', m)) from unnest(array['''NaN''::numeric', '''-Infinity''::float8', '1e30', '''NaN''::float8', '1e300::float8']) m;

-- Overrides: those of the policy, then those of the customer; each on its days.
select period, tier, next_tier, event, misses, why from tier_path(month(60000, 60000, 60000, 60000, 60000), rules('{"overrides": [{"tier": "gold", "from": "2026-01-15", "to": "2026-03-31", "reason": "campaign", "by": "marketing"}, {"tier": "mass", "from": "2026-03-01", "to": "2026-03-31", "rule": "at_most", "reason": "审查", "by": "合规"}]}'),
  '[{"tier": "platinum", "from": "2026-02-01", "to": "2026-02-28", "rule": "at_least", "reason": "promised", "by": "branch 7"}, {"tier": "private", "from": "2026-05-31", "reason": "for good", "by": "board"}]', 'en');
select d, tier_of(h, p, d, o) as forced, tier_of(h, p, d) as by_rules from (values (month(60000), rules('{"gaps": "skip"}'), '[{"tier": "gold", "from": "2026-02-10", "to": "2026-02-20", "reason": "r", "by": "b"}]'::jsonb)) v(h, p, o), unnest(array['2026-01-31', '2026-02-09', '2026-02-10', '2026-02-20', '2026-02-21', '2026-12-31']::date[]) d;
select r, tier_of(month(250000), tier_policy_example(), '2026-01-31', jsonb_build_array(jsonb_build_object('tier', t, 'from', '2026-01-31', 'to', '2026-01-31', 'rule', r, 'reason', 'r', 'by', 'b'))) as tier, t from unnest(array['exactly', 'at_least', 'at_most', null]) r, unnest(array['silver', 'private']) t;
select part, tier, label, alternative, amount, periods, day, note from tier_explain(month(60000), tier_policy_example(), '2026-01-31', '[{"tier": "gold", "from": "2025-11-05", "to": "2026-06-30", "reason": "承诺", "by": "王"}]', 'zh');
select tier_state(month(60000), p, o) ->> 'tier' as state, tier_state(month(60000), p, o) #>> '{memory,tier}' as by_rules, tier_next(tier_state(month(60000), p, o), 1, p, '2026-02-28', o) ->> 'why' as why, tier_next(tier_state(month(60000), p, o), 1, p, '2026-02-28') ->> 'tier' as without
from tier_policy_example() p, (values ('[{"tier": "gold", "from": "-infinity", "reason": "r", "by": "b"}]'::jsonb), ('[{"tier": "gold", "from": "2026-01-01", "reason": "r", "by": "b"}]')) v(o) where o #>> '{0,from}' <> '-infinity';
select o, test.error_of(format('select crm.tier_of(tier_history_test.month(60000), crm.tier_policy_example(), ''2026-01-31'', %L)', o)) from unnest(array['[]', 'null', '{}', '5', '"gold"', '[5]', '[null]', '[[]]', '[{}]', '[{"tier": "gold"}]', '[{"tier": "gone", "from": "2026-01-01", "reason": "r", "by": "b"}]', '[{"tier": "", "from": "2026-01-01", "reason": "r", "by": "b"}]',
  '[{"tier": "gold", "from": "2026-02-01", "to": "2026-01-31", "reason": "r", "by": "b"}]', '[{"tier": "gold", "from": "infinity", "reason": "r", "by": "b"}]', '[{"tier": "gold", "from": "2026-01-01", "to": null, "rule": null, "reason": "r", "by": "b"}]', '[{"tier": "gold", "from": "2026-01-01", "reason": "", "by": null}]', '[{"tier": "gold", "from": "2026-01-01", "reason": "r"}]',
  '[{"tier": "gold", "from": "2026-01-01", "rule": "never", "reason": "r", "by": "b"}]', '[{"tier": "gold", "from": "2026-01-01", "reason": "r", "by": "b", "note": "n"}]', '[{"tier": 5, "from": 5, "to": 5, "rule": 5, "reason": 5, "by": 5}]', '[{"tier": "gold", "from": "+5874897-12-31", "reason": "r", "by": "b"}]', '[{"tier": "gold", "from": "-4713-11-24", "reason": "r", "by": "b"}]', '[{"tier": "gold", "from": "2026-1-1", "reason": "r", "by": "b"}]']::jsonb[]) o;
select f, test.error_of(format('select crm.%s', replace(f, '!', '''[{"tier": "gone", "from": "2026-01-01", "reason": "r", "by": "b"}]'''))) from unnest(array['tier_path(tier_history_test.month(1), crm.tier_policy_example(), !)', 'tier_explain(tier_history_test.month(1), crm.tier_policy_example(), ''2026-01-31'', !)', 'tier_state(tier_history_test.month(1), crm.tier_policy_example(), !)', 'tier_next(null, 1, crm.tier_policy_example(), ''2026-01-31'', !)']) f;

-- How it is used: a policy of another table, a join, a view, an index on the tier that one has; stored histories go on with later months.
create table client as select customer, tier_history_agg((date '2026-01-01' + m * interval '1 month' - interval '1 day')::date, case when customer % 10 < m then 70000 else 300000 end + customer) as h from generate_series(1, 500) customer, generate_series(1, 9) m group by customer;
create table policies as select 'retail' as name, tier_policy_example('watch_list') as policy;
create view clients as select tier_of(h, policy, '2026-09-30', language => 'zh') as tier, count(*) from client, policies where name = 'retail' group by 1;
select * from clients order by tier;
create index on client (tier_of(h, tier_policy_example('watch_list'), '2026-09-30'));
select count(*) = (select count from clients where tier = '黄金') as counted from client where tier_of(h, tier_policy_example('watch_list'), '2026-09-30') = 'gold';
drop index client_tier_of_idx;
update client set h = tier_history_combine(h, tier_history_agg) from (select customer as c, tier_history_agg(date '2026-10-31', 1000 + customer) from client group by customer) n where c = customer;
select event, count(*), min(misses), max(misses) from client, policies, tier_path(h, policy) where period = '2026-10-01' group by event order by event;
select count(*) from (select tier_explain(h, policy, '2026-10-31') from client, policies) e;
-- A policy or a period that is NULL does not take a state away; without a state there is nothing to lose.
select test.error_of(format('select crm.tier_next(%L, 1, (select policy from tier_history_test.stated where false), ''2026-04-30'')', state)) as no_policy, test.error_of(format('select crm.tier_next(%L, 1::bigint, %L, null)', state, policy)) as no_period,
  test.error_of(format('select crm.tier_next_measures(%L, null, null, ''2026-04-30'')', state)) as measures, tier_next(null, 1, null, '2026-04-30') as new, tier_next(null, 1, policy, null) as new_without_period from stated;
select state ->> 'policy' = policy_digest(policy) as stamped, state ->> 'period' as period, state ->> 'period_end' as period_end from stated;
-- The tiers of a policy, and exceptions checked against them.
select * from tier_policy_tiers(tier_policy_example(), 'zh');
select * from tier_policy_tiers('{"kind": "tier_policy", "version": 1, "tiers": [{"name": "a", "from": 1.50, "keep": 1}, {"name": "b", "from": "2"}]}');
select t.* from several, tier_policy_tiers(policy) t;
select count(*) as of_null from tier_policy_tiers(null);
select * from tier_overrides_check('[{"tier": "Gold", "from": "2026-01-01", "reason": "r", "by": "b"}, {"tier": "gold", "from": "2026-01-02", "to": "2026-01-01", "reason": "", "bye": "b"}, 5]', tier_policy_example());
select (select count(*) from tier_overrides_check('[{"tier": "gold", "from": "2026-01-01", "reason": "r", "by": "b"}]', tier_policy_example())) as valid, (select count(*) from tier_overrides_check(null, tier_policy_example())) as of_null, (select string_agg(path || ' ' || problem, '; ') from tier_overrides_check('{}', tier_policy_example())) as no_list;
select test.error_of($$ select crm.tier_of(tier_history_test.month(60000), crm.tier_policy_example(), '2026-01-31', '[{"tier": "Gold", "from": "2026-01-01", "reason": "r", "by": "b"}]') $$);
drop schema tier_history_test cascade;
