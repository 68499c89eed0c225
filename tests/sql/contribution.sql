-- contribution: shares and shifts of segments, and the bridge over a broker's levers, against plain SQL over the same rows.
set client_min_messages = warning;
create schema contribution_test;
set search_path = contribution_test, crm;
\pset null NULL
\pset format unaligned

-- 3,000 clients in two years; some change their segment, one segment ends and one begins, some clients lose money.
create table client_year (client int, year int, segment text, volume numeric, amount numeric);
insert into client_year
select i, y, (array['重点客户', 'other "rest"', 'a\b', 'private', 'ended'])[1 + (u + y * (u % 3)) % (5 - y)] || case when y = 1 and u % 10 = 0 then ' new' else '' end,
  round((u * 31 % 20011) / 7.0 * (1 + y), u % 4), round((u * 17 % 5003 - 1200) / 11.0, u % 5)
from generate_series(0, 1) y, lateral (select i, (i * 7919 + y * 104729) % 10007 as u from generate_series(1, 3000 + 77 * y) i) c;
create table year as
select year, contribution_agg(segment, volume, amount) as c, contribution_agg(segment, amount) as each from client_year group by year;
create table plain as
select year, segment, count(*) as n, sum(volume) as v, sum(amount) as a from client_year group by year, segment;

-- One period: figures are those of GROUP BY, to the decimals that sum prints, in the order of the names' bytes.
select count(*), bool_and(s.customers = n and s.volume::text = v::text and s.amount::text = a::text) as as_group_by, bool_and(place = ordinality) as in_order,
  bool_and(rate = round(a::numeric(60, 40) / v, 12)) as rates,
  bool_and(abs(customer_share - n / tn) < 1e-15 and abs(volume_share - (v / tv)::float8) < 1e-15 and abs(amount_share - (a / ta)::float8) < 1e-15) as shares
from (select year, s.* from year cross join lateral contribution_share(c) with ordinality s) s
full join (select *, row_number() over (partition by year order by segment collate "C") as place, sum(n) over w::float8 as tn, sum(v) over w as tv, sum(a) over w as ta
  from plain window w as (partition by year)) p using (year, segment);
-- The volume of customers is their number.
select bool_and(volume = customers and volume_share = customer_share and abs(rate - amount / customers) < 1e-12) as each from year, contribution_share(each);
select bool_and(y.each::text = replace(o.c::text, '"volume":"given"', '"volume":"customers"')) as ones from year y join (select year, contribution_agg(segment, 1, amount) as c from client_year group by year) o using (year);

-- Two periods: the formula in plain SQL, digit for digit, and it adds up.
create table shifted as
select s.* from (select c from year where year = 0) b, (select c from year where year = 1) a, contribution_shift(b.c, a.c) with ordinality s;
create table formula as
with side as (
  select segment, coalesce(b.n, 0) as n0, coalesce(a.n, 0) as n1, coalesce(b.v, 0) as v0, coalesce(a.v, 0) as v1, coalesce(b.a, 0) as a0, coalesce(a.a, 0) as a1
  from (select * from plain where year = 0) b full join (select * from plain where year = 1) a using (segment)
), whole as (
  select *, sum(v0) over () as tv0, sum(v1) over () as tv1, sum(a0) over () as ta0, sum(a1) over () as ta1 from side
), stop as (
  select *, round((a0 * tv1)::numeric(90, 40) / tv0, 12) as grown, round(case when v0 = 0 then (v1 * ta0)::numeric(90, 40) / tv0 else (v1 * a0)::numeric(90, 40) / v0 end, 12) as mixed from whole
)
select segment, n0, n1, a0, a1, a0 / ta0 as s0, a1 / ta1 as s1, a1 - a0 as change, grown - a0 as volume, mixed - grown as mix, a1 - mixed as rate from stop;
select count(*), bool_and((customers_before, customers_after, amount_before, amount_after, s.change, volume_effect, mix_effect, rate_effect)
    is not distinct from (n0, n1, a0, a1, f.change, volume, mix, rate)) as as_the_formula,
  bool_and(abs(share_before - s0::float8) < 1e-15 and abs(share_after - s1::float8) < 1e-15 and share_change = share_after - share_before) as shares,
  bool_and(volume_effect + mix_effect + rate_effect = s.change) as adds_up
from shifted s full join formula f using (segment);
select count(*) filter (where customers_before = 0) as new, count(*) filter (where customers_after = 0) as gone, count(*) filter (where rate_effect < 0) as falling from shifted;
select sum(change) = sum(volume_effect + mix_effect + rate_effect) as adds_up, sum(change) = sum(amount_after) - sum(amount_before) as is_the_change,
  bool_and(ordinality = place) as in_order
from (select *, row_number() over (order by segment collate "C") as place from shifted) s;

-- Small cases by hand. New, gone, without volume: the volume doubles, the rate of the whole was 128 / 40.
select segment, change, volume_effect as volume, mix_effect as mix, rate_effect as rate, share_before, rate_before, rate_after
from contribution_shift(
  (select contribution_agg(s, v, a) from (values ('gone', 10, 50), ('stays', 30, 70), ('without', 0, 8)) t(s, v, a)),
  (select contribution_agg(s, v, a) from (values ('new', 20, 90), ('stays', 60, 150), ('without', 0, 5)) t(s, v, a)));
-- The first period: nothing before. And the last.
select segment, customers_before, customers_after, amount_before, amount_after, share_before, share_after, share_change, volume_effect as volume, mix_effect as mix, rate_effect as rate
from contribution_shift(null, '{"segments": {"a": {"customers": 2, "volume": 0, "amount": "1.50"}, "b": {"customers": 1, "volume": "4.5", "amount": 3}}}');
select segment, customers_before, customers_after, change, volume_effect as volume, mix_effect as mix, rate_effect as rate
from contribution_shift('{"segments": {"a": {"customers": 2, "volume": 0, "amount": "1.50"}, "b": {"customers": 1, "volume": "4.5", "amount": 3}}}', null);
select count(*) from contribution_shift(null, null);
-- A total of 0 or below has no shares, volume of 0 no rate.
select * from contribution_share((select contribution_agg(s, v, a) from (values ('a', 0, -3.5), ('b', 0, 1)) t(s, v, a)));
select segment, amount_share from contribution_share((select contribution_agg(s, a) from (values ('earns', 30), ('loses', -10)) t(s, a)));

-- Merged, and what is not there.
select bool_and(y.c::text = m.c::text) as halves
from year y join (select year, contribution_merge(c) as c from (select year, contribution_agg(segment, volume, amount) as c from client_year group by year, client % 3) h group by year) m using (year);
select contribution_combine('{"segments": {"b": {"customers": 1, "volume": 1, "amount": "1.50"}}}', contribution_agg('a', 2, 3)), contribution_combine(null, null);
select contribution_agg(s, v, a) from (values ('a', 1, 2), (null, 1, 2), ('b', null, 2), ('c', 1, null)) t(s, v, a);
select contribution_agg(s, a) as nulls, contribution_agg(s, a) filter (where false) as none from (values (null, 2), ('b', null)) t(s, a);
select count(*) from contribution_share(null);
select i, contribution_agg(s, a) over (order by i) from (values (1, 'b', 1.5), (2, 'a', 2), (3, 'b', -0.25)) t(i, s, a) order by i;
select count(*), min(segment), max(segment), sum(customers) from contribution_share((select contribution_agg('segment ' || i % 5000, i) from generate_series(1, 15000) i));

-- Text and binary forms.
select bool_and(c::text::contribution::text = c::text) as lossless from year;
select encode(contribution_send('{"segments": {"b": {"customers": 2, "volume": "1.5", "amount": "-2"}}}'), 'hex');
select t, test.error_of(format('select %L::crm.contribution', t))
from unnest(array['', '1', '{}', '{"segments": {}}', '{"segments": {"a": {"customers": 0, "volume": 1, "amount": 1}}}', '{"segments": {"a": {"customers": 1, "amount": 1}}}',
  '{"segments": {"": {"customers": 1, "volume": 1, "amount": 1}}}', '{"segments": {"a": {"customers": 1, "volume": 1, "amount": "x"}}}', '{"segments": {"a": 1}}']) t;

-- Errors.
select test.error_of('select crm.contribution_agg('''', 1)') as empty, test.error_of('select crm.contribution_agg(repeat(''x'', 1001), 1)') as long,
  test.error_of('select crm.contribution_agg(''s'' || i, 1) from generate_series(1, 65537) i') as many,
  test.error_of('select crm.contribution_agg(''$serde_json::private::Number'', 1)') as reserved;
select x, test.error_of(format('select crm.contribution_agg(''a'', %L::numeric)', x)) as amount, test.error_of(format('select crm.contribution_agg(''a'', %L::numeric, 1)', x)) as volume
from unnest('{NaN,Infinity,1.8e26}'::text[]) x;
select test.error_of('select crm.contribution_agg(''a'', 1.6e26::numeric) from generate_series(1, 2)') as sum,
  test.error_of('select count(*) from crm.contribution_share((select crm.contribution_agg(i::text, 1.6e26::numeric) from generate_series(1, 2) i))') as total,
  test.error_of('select count(*) from crm.contribution_share((select crm.contribution_agg(''a'', 1e-12, 1e20)))') as rate;

-- The bridge. Customers of two years; nobody trades below 0, some have nothing else.
create table trader as
select c as client, y as year, c % 5 as branch, round((u % 997) * 1013.37, 2) as turnover, round((u % 997) * 1013.37 * (25 - 9 * y) / 10000, 2) as commission,
  round((u % 89 - 11) * 3.7, 2) as other, round((u % 53) * 2.9 + 4, 2) as cost
from generate_series(0, 1) y, lateral (select c, (c * 7919 + y * 104729) % 10007 as u from generate_series(1, 2000 + 300 * y) c) s;
create table sums as select year, revenue_bridge_agg(turnover, commission, other, cost) as r from trader group by year;
select year, l.*, l.profit = p.profit and l.customers = n and l.turnover::text = t::text and l.commission::text = c::text and l.other::text = o::text and l.cost::text = k::text as as_sum
from sums cross join lateral revenue_levers(r) l
join (select year, count(*) as n, sum(turnover) as t, sum(commission) as c, sum(other) as o, sum(cost) as k, sum(commission + other - cost) as profit from trader group by year) p using (year)
order by year;
create table crossed as
select b.* from (select r from sums where year = 0) x, (select r from sums where year = 1) y, revenue_bridge(x.r, y.r) with ordinality b;
select * from crossed;
-- The same in plain SQL, digit for digit.
with s as (select year, count(*)::numeric as n, sum(turnover) as t, sum(commission) as c, sum(other) as o, sum(cost) as k from trader group by year),
  f as (select b.*, a.n as n1, a.t as t1, a.c as c1, a.o as o1, a.k as k1,
    round((b.c * a.n)::numeric(90, 40) / b.n, 12) as cn, round((b.o * a.n)::numeric(90, 40) / b.n, 12) as "on", round((b.c * a.t)::numeric(90, 40) / b.t, 12) as ct
    from s b, s a where b.year = 0 and a.year = 1),
  e as (select step, effect from f, lateral (values (1, cn - c + "on" - o), (2, ct - cn), (3, c1 - ct), (4, o1 - "on"), (5, k - k1)) l(step, effect))
select count(*), bool_and(c.effect = e.effect) as as_the_formula, bool_and(c.running = f.c + f.o - f.k + sum) as running
from f, (select *, sum(effect) over (order by step) as sum from e) e full join (select * from crossed where step > 0) c using (step);
select sum(effect) = (select sum((2 * year - 1) * (commission + other - cost)) from trader) as adds_up from crossed;
-- Merged, and what is not there.
select bool_and(s.r::text = m.r::text) as halves
from sums s join (select year, revenue_bridge_merge(r) as r from (select year, revenue_bridge_agg(turnover, commission, other, cost) as r from trader group by year, client % 3) h group by year) m using (year);
select revenue_bridge_agg(t, c, o, k) from (values (1, 2, 3, 4), (null, 2, 3, 4), (1, null, 3, 4), (1, 2, null, 4), (1, 2, 3, null)) v(t, c, o, k);
select revenue_bridge_agg(t, 1, 1, 1) as nulls, revenue_bridge_agg(1, 1, 1, 1) filter (where false) as none, (select count(*) from revenue_levers(null)) as levers,
  (select count(*) from revenue_bridge(null, null)) as bridge from (values (null::numeric)) v(t);
select revenue_bridge_combine('{"customers": 1, "turnover": "1.0", "commission": 1, "other": "1.50", "cost": 0}', null), revenue_bridge_combine(null, null);
-- From nothing, to nothing, without turnover.
select step, lever, level_before, level_after, effect, running from revenue_bridge(null, (select revenue_bridge_agg(100, 5, 3, 4) from generate_series(1, 2)));
select step, lever, effect, running from revenue_bridge((select revenue_bridge_agg(100, 5, 3, 4)), null);
select step, lever, level_before, level_after, effect, running
from revenue_bridge((select revenue_bridge_agg(0, 0, 3, 4) from generate_series(1, 2)), (select revenue_bridge_agg(100, 5, 3, 4)));
-- Text, binary, errors.
select bool_and(r::text::revenue_bridge::text = r::text) as lossless, min(pg_column_size(r)) as bytes from sums;
select encode(revenue_bridge_send('{"customers": 1, "turnover": "1.0", "commission": 1, "other": "1.50", "cost": -1}'), 'hex');
select t, test.error_of(format('select %L::crm.revenue_bridge', t))
from unnest(array['', '{}', '{"customers": 0, "turnover": 1, "commission": 1, "other": 1, "cost": 1}', '{"customers": 1, "turnover": 1, "commission": 1, "other": 1}',
  '{"customers": 1, "turnover": 1, "commission": 1, "other": 1, "cost": "NaN"}', '{"customers": 1, "turnover": 1, "commission": 1, "other": 1, "cost": 1, "more": 1}']) t;
select test.error_of('select crm.revenue_bridge_agg(1, ''NaN'', 1, 1)') as nan, test.error_of('select crm.revenue_bridge_agg(1, 1, 1.6e26, 1) from generate_series(1, 2)') as sum,
  test.error_of('select count(*) from crm.revenue_levers((select crm.revenue_bridge_agg(1, 1.6e26, 1.6e26, 1)))') as profit;

-- Volumes of one kind; costs as positive amounts.
select contribution_agg('a', 2.50), contribution_agg('a', 1, 2.50);
select test.error_of(c) from unnest(array[$$select crm.contribution_shift(crm.contribution_agg('a', 1), crm.contribution_agg('a', 7, 1))$$,
  $$select crm.contribution_combine(crm.contribution_agg('a', 1), crm.contribution_agg('b', 1, 1))$$, $$select crm.revenue_levers(crm.revenue_bridge_agg(1, 2, 3, -4))$$,
  $$select '{"segments": {"a": {"customers": 2, "volume": 3, "amount": 1}}, "volume": "customers"}'::crm.contribution$$,
  $$select '{"segments": {"a": {"customers": 2, "volume": 3, "amount": 1}, "a": {"customers": 2, "volume": 3, "amount": 1}}}'::crm.contribution$$]) c;
