-- concentration: every object of the surface, against the same question put in plain SQL over the same rows.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema concentration_test;
set search_path = concentration_test, crm;
\pset null NULL
\pset format unaligned

-- 5,003 customers in 7 branches: a few with very much, many with nothing, one in five with a loss, ties, decimals up to four.
create table customer (id int primary key, branch int, amount numeric, x float8, n bigint);
insert into customer
select i, i % 7, case when u < 60 then round(u * u * 9137.77, u % 5) when u < 2000 then 0 else round((u - 3000) % 701 * 0.25, u % 3) end,
  sqrt(u) * 1e6 - 2e7, u * 7001 - 3000000
from (select i, i * 7919 % 5003 as u from generate_series(1, 5003) i) s;
create table summary as
select branch, concentration_agg(amount) as c, concentration_agg(x) as cx, concentration_agg(n) as cn from customer group by rollup (branch);

-- Each branch and the whole, as plain SQL has it: exact sums, ranks from the best down and from the least up.
create view long as
select branch, what, v, row_number() over (w order by v desc) as rank, row_number() over (w order by v) as place, count(*) over w as customers, sum(v) over w as total,
  sum(v) over (w order by v desc rows unbounded preceding) as best, sum(v) over (w order by v rows unbounded preceding) as least
from (select b.branch, f.what, f.v from customer c, lateral (values (c.branch), (-1)) b(branch),
  lateral (values ('c', amount), ('cx', round(x::numeric, 12)), ('cn', n)) f(what, v)) s
window w as (partition by branch, what);
create materialized view plain as table long;
analyze plain;
create view read as select coalesce(branch, -1) as branch, f.what, f.c from summary, lateral (values ('c', c), ('cx', cx), ('cn', cn)) f(what, c);
-- float8 is taken at its binary value, which the cast to numeric shortens to 15 digits: numeric and bigint only where it must be exact.
select count(*), bool_and(customers(r.c) = p.customers) as customers, bool_and(total(r.c) = p.total and total(r.c)::text = p.total::text) filter (where what <> 'cx') as totals,
  bool_and(abs(total(r.c) - p.total) < 1e-6 * abs(p.total)) as near
from read r join (select distinct branch, what, customers, total from plain) p using (what, branch);

-- The Gini coefficient against its definition, the mean difference of any two over twice the mean.
select branch, abs(gini(c) - d / (2 * n * t)) < 1e-15 as as_defined, abs(gini(c, normalized => true) - d / (2 * n * a)) < 1e-15 as normalized, gini(c) > 1 as above_1
from summary s
join (select x.branch, sum(abs(x.amount - y.amount)) as d from customer x join customer y on x.branch = y.branch group by 1) d using (branch)
join (select branch, count(*) as n, sum(amount) as t, sum(abs(amount)) as a from customer group by 1) t using (branch)
order by branch;
-- R: ineq(x, type = "Gini") of its example, incomes of the USA in 1968; the corrected coefficient is n / (n - 1) of it (0.5134346 there).
select gini(c)::numeric(16, 15), (gini(c) * customers(c) / (customers(c) - 1))::numeric(8, 7) as corrected
from (select concentration_agg(x) as c from unnest(array[541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]) x) s;
-- R: phylotools::gini.
select gini(concentration_agg(x))::numeric(8, 7) from unnest(array[1, 3, 2, 1, 1, 1, 4]) x;

-- Curves are running sums, to the last digit; with a row for each customer they are the window.
select what, count(*), bool_and(w.value = p.best and w.customer_value = p.v and w.customer_share = p.rank / p.customers::float8) as running,
  bool_and(case when p.total > 0 then abs(w.value_share - p.best / p.total) <= 1e-15 * greatest(1, abs(p.best / p.total)) else w.value_share is null end) as shares
from (select branch, what, w.* from read r cross join lateral whale_curve(c, 2000000000) w) w
join plain p using (what, branch) where p.rank = w.customers and what <> 'cx' group by what order by what;
select what, count(*), bool_and(l.value = p.least and l.customer_value = p.v and l.customer_share = p.place / p.customers::float8) as running,
  bool_and(case when p.total > 0 then abs(l.value_share - p.least / p.total) <= 1e-15 * greatest(1, abs(p.least / p.total)) else l.value_share is null end) as shares
from (select branch, what, l.* from read r cross join lateral lorenz(c, 2000000000) l) l
join plain p using (what, branch) where p.place = l.customers and what <> 'cx' group by what order by what;
select w.* from summary cross join lateral whale_curve(c, 10) w where branch is null;
select l.* from summary cross join lateral lorenz(c, 4) l where branch is null;
select branch, count(*), max(w.customers), bool_and(w.customers = (customers(c) * (i - 1) + 99) / 100) as places
from summary cross join lateral whale_curve(c) with ordinality w(customers, customer_share, value, value_share, customer_value, i) group by branch order by branch;
select branch, whale.*, whale.value = (select sum(v) from plain p where p.branch = coalesce(s.branch, -1) and what = 'c' and v > 0) as highest,
  whale.losses = (select sum(v) from plain p where p.branch = coalesce(s.branch, -1) and what = 'c' and v < 0) as lowest
from summary s cross join lateral whale_peak(c) whale order by branch;

-- What the best hold, and who they are: found in the running sums.
select count(*), bool_and(customers_for_share(c, s) = k) as customers, bool_and(value_for_share(c, s) = p.v) as threshold,
  bool_and(top_share(c, s) is not null) as top
from (select r.c, s, (select min(rank) from plain p where p.what = r.what and p.branch = r.branch and p.best >= s::numeric * p.total) as k, r.what, r.branch
  from read r, unnest('{0.01,0.05,0.2,0.5,0.8,0.95,0.999,1}'::float8[]) s where what <> 'cx' and total(c) > 0) f
join plain p using (what, branch) where p.rank = f.k;
select s, top_share(c, s) as top, customers_for_share(c, s) as customers, value_for_share(c, s) as threshold from summary, unnest('{0,0.001,0.02,0.03,0.05,0.5,1}'::float8[]) s where branch is null;
-- A part of a customer: 0.0003 of 5,003 customers are the best one and 0.5009 of the second.
select abs(top_share(c, 0.0003) - (select (sum(v) filter (where rank = 1) + 0.5009 * sum(v) filter (where rank = 2)) / max(total) from plain where branch = -1 and what = 'c')) < 1e-15 as interpolated
from summary where branch is null;
-- The threshold takes everybody who reaches it: with ties more customers than are needed.
select value_for_share(c, 0.5), customers_for_share(c, 0.5), (select count(*) from unnest('{10,4,4,4,2}'::int[]) x where x >= value_for_share(c, 0.5)) as reach_it
from (select concentration_agg(x) as c from unnest('{10,4,4,4,2}'::int[]) x) s;
-- Four fifths are four fifths, whatever 0.8 is in binary.
select customers_for_share(c, 0.8), customers_for_share(c, 0.80000001), top_share(c, 0.3) from (select concentration_agg(1.5) as c from generate_series(1, 10)) s;

-- Merged: branches are the whole, byte for byte.
select concentration_merge(c)::text = (select c::text from summary where branch is null) as numerics, concentration_merge(cx)::text = (select cx::text from summary where branch is null) as floats,
  gini(concentration_merge(cn)) = (select gini(cn) from summary where branch is null) as ginis
from summary where branch is not null;
select concentration_merge(c) from (values ('{"scale": 2, "values": [["1.50", 1]]}'::concentration), (null), ('{"scale": 0, "values": [["-2", 2], ["1.5", 1]]}')) v(c);
-- A customer more, in SQL.
select concentration_combine(concentration_agg(1), concentration_agg(2.5)), concentration_combine(null, concentration_agg(2.5)), concentration_combine(null, null);
-- Windows: the state is read, and goes on.
select id, concentration_agg(x) over w, total(concentration_agg(x) over w), gini(concentration_agg(x) over w)
from (values (1, 3), (2, -1), (3, 3), (4, 0.5)) v(id, x) window w as (order by id) order by id;
-- One result is read many times, also from a table and for many rows.
create table stored as select c from summary where branch is null;
select count(*) from customer, stored where amount >= value_for_share(c, 0.8);
select count(*) from customer where amount >= (select value_for_share(concentration_agg(amount), 0.8) from customer);

-- Nobody, one, all the same, nothing, losses only.
select concentration_agg(x) as nulls, concentration_agg(x) filter (where false) as none from (values (null::numeric), (null)) v(x);
select customers(c), total(c), gini(c), gini(c, true), top_share(c, 0.5), customers_for_share(c, 0.5), value_for_share(c, 0.5), (select count(*) from whale_curve(c)) as whale,
  (select count(*) from lorenz(c)) as lorenz, (select count(*) from whale_peak(c)) as peak from (values (null::concentration)) v(c);
select gini(c, null), top_share(c, null), customers_for_share(c, null), value_for_share(c, null), (select count(*) from whale_curve(c, null)) as whale from (select concentration_agg(1) as c) s;
select name, customers(c), total(c), gini(c), gini(c, normalized => true) as normalized, top_share(c, 0.5) as top, customers_for_share(c, 0.5) as customers, value_for_share(c, 0.5) as threshold,
  (select array_agg(value_share order by w.customers) from whale_curve(c, 4) w) as whale, p.customers as peak, p.value_share, p.losing_customers as losing, p.losses
from (select min(name) as name, concentration_agg(x) as c from (values (1, 'one', 12.50), (2, 'the same', 3), (2, 'the same', 3), (2, 'the same', 3), (2, 'the same', 3.0), (3, 'nothing', 0), (3, 'nothing', 0),
  (4, 'losses', -1), (4, 'losses', -3), (5, 'even', -5), (5, 'even', 5), (6, 'one loser', -5), (6, 'one loser', 15)) v(no, name, x) group by no order by no) s cross join lateral whale_peak(c) p;
select concentration_agg(1::int), concentration_agg(1::smallint), concentration_agg(0.5::real), concentration_agg(-0.0::float8), concentration_agg(0.1::float8);

-- The text form, and back.
select bool_and(c::text::concentration::text = c::text and cx::text::concentration::text = cx::text and cn::text::concentration::text = cn::text) as lossless from summary;
select '{"values": [["-1e2", 1], ["1.25", 3], ["100000000000000.000000000001", 1]], "scale": 1}'::concentration;
select t, test.error_of(format('select %L::crm.concentration', t))
from unnest(array['', '1', '{}', '{"scale": 0, "values": []}', '{"scale": 0, "values": [1]}', '{"scale": 0, "values": [["1", 1, 1]]}', '{"scale": 0, "values": [["x", 1]]}', '{"scale": 0, "values": [["1", -1]]}',
  '{"scale": 0, "values": [["1", 0]]}', '{"scale": 0, "values": [["2", 1], ["1", 1]]}', '{"scale": 0, "values": [["1", 1], ["1.0", 1]]}', '{"scale": 13, "values": [["1", 1]]}', '{"scale": 0, "values": [["1e30", 1]]}',
  '{"scale": 0, "values": [["1", 1]], "customers": 1}', '{"scale": 0, "values": {"1": 1}}', '{"scale": 0, "values": [["1", 999999999999]]}']) t;
-- The binary form: decimals to print and decimals needed, how many customers, then the steps from one to the next.
select encode(concentration_send('{"scale": 2, "values": [["-1.50", 1], ["0", 3], ["2.25", 1]]}'), 'hex');

-- Errors.
select x, test.error_of(format('select crm.concentration_agg(%L::float8)', x)) as float8, test.error_of(format('select crm.concentration_agg(%L::numeric)', x)) as "numeric"
from unnest('{NaN,Infinity,-Infinity,1.8e26}'::text[]) x;
select s, test.error_of(format('select crm.top_share(crm.concentration_agg(1), %L)', s)) as top, test.error_of(format('select crm.customers_for_share(crm.concentration_agg(1), %L)', s)) as customers,
  test.error_of(format('select crm.value_for_share(crm.concentration_agg(1), %L)', s)) as threshold
from unnest('{-0.1,1.000001,NaN,Infinity}'::float8[]) s;
select p, test.error_of(format('select * from crm.lorenz((select crm.concentration_agg(1)), %s)', p)) as lorenz, test.error_of(format('select * from crm.whale_curve((select crm.concentration_agg(1)), %s)', p)) as whale from unnest('{0,-1}'::int[]) p;
-- A total beyond an amount is an error only where it is shown.
select test.error_of('select crm.total(crm.concentration_agg(1.6e26::numeric)) from generate_series(1, 2)') as total,
  test.error_of('select crm.gini(crm.concentration_agg(1.6e26::numeric)) from generate_series(1, 2)') as gini,
  test.error_of('select count(*) from crm.whale_curve((select crm.concentration_agg(1.6e26::numeric) from generate_series(1, 2)))') as whale,
  test.error_of('select count(*) from crm.whale_peak((select crm.concentration_agg(1.6e26::numeric) from generate_series(1, 2)))') as peak;

-- Several summaries at one call site, from row to row, are each what they are.
create table part as select g, concentration_agg((g * i)::numeric) as c from generate_series(1, 20) g, generate_series(1, 50) i group by g;
select bool_and(value_for_share(c, 0.5) = g * 36) as own, count(*) from part, generate_series(1, 3) turn;
