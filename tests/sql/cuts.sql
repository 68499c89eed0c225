-- cuts: every object of the surface, against the same question put in plain SQL over the same rows.
set client_min_messages = warning;
create schema cuts_test;
set search_path = cuts_test, crm;
\pset null NULL
\pset format unaligned

-- 5,003 customers in 7 branches: a few with very much, many with nothing, one in five with a loss, ties, decimals up to four.
-- x has few distinct values, so that the distribution is exact; y has many, so that it is a sketch.
create table customer (id int primary key, branch int, amount numeric, x float8, y float8);
insert into customer
select i, i % 7, case when u < 60 then round(u * u * 9137.77, u % 5) when u < 2000 then 0 else round((u - 3000) % 701 * 0.25, u % 3) end,
  u % 613 - 50, (u - 500) * 7.25 + 1e9 * (u % 9)
from (select i, i * 7919 % 5003 as u from generate_series(1, 5003) i) s;
create table summary as
select coalesce(branch, -1) as branch, concentration_agg(amount) as c, distribution_agg(x) as d, distribution_agg(y) as sketch from customer group by rollup (branch);
select branch, customers(c), total(c), accuracy(d) as d, accuracy(sketch) > 0 as sketch from summary order by branch;
create view member as select b.branch, c.amount, c.x, c.y from customer c, lateral (values (c.branch), (-1)) b(branch);

-- Every way of cutting, in one list; what is asked of a concentration and of a distribution.
create table asked as
select branch, 'quantile' as way, t.* from summary, lateral cuts_by_quantile(c, array[0.05, 0.5, 0.9, 0.98]) t
union all select branch, 'customers', t.* from summary, lateral cuts_by_customers(c, array[0.001, 0.02, 0.1, 0.3, 1]) t
union all select branch, 'value', t.* from summary, lateral cuts_by_value(c, array[0.5, 0.8, 0.95, 1]) t
union all select branch, 'natural ' || n, "position", "from", customers, customer_share, value, value_share from summary, generate_series(2, 7) n, lateral cuts_natural(c, n);
create table measured as
select branch, 'quantile' as way, t.* from summary, lateral cuts_by_quantile(d, array[0.05, 0.5, 0.9, 0.98]) t
union all select branch, 'customers', t.* from summary, lateral cuts_by_customers(d, array[0.001, 0.02, 0.1, 0.3, 1]) t
union all select branch, 'natural ' || n, "position", "from", customers, customer_share from summary, generate_series(2, 7) n, lateral cuts_natural(d, n)
union all select branch, 'sketch, quantile', t.* from summary, lateral cuts_by_quantile(sketch, array[0.05, 0.5, 0.9, 0.98]) t
union all select branch, 'sketch, customers', t.* from summary, lateral cuts_by_customers(sketch, array[0.001, 0.02, 0.1, 0.3, 1]) t
union all select branch, 'sketch, natural ' || n, "position", "from", customers, customer_share from summary, generate_series(2, 7) n, lateral cuts_natural(sketch, n);
select "position", "from", customers, round(customer_share::numeric, 4) as customer_share, value, round(value_share::numeric, 4) as value_share
from asked where branch = -1 and way = 'customers' order by 1;
select way, "position", "from", customers, value from asked where branch = 3 and way in ('quantile', 'value', 'natural 4') order by 1, 2;
select way, "position", "from", customers from measured where branch = 3 and way in ('quantile', 'natural 4', 'sketch, customers') order by 1, 2;

-- A class is value >= "from" and below the next: customers, their sum and the shares are those of the rows.
with class as (select *, lead("from") over (partition by branch, way order by "position") as until from asked where branch in (-1, 3)),
counted as (
  select k.*, r.* from class k cross join lateral (
    select count(*) as n, sum(amount) as s, count(*)::float8 / (select count(*) from member a where a.branch = k.branch) as part, sum(amount) / (select sum(amount) from member a where a.branch = k.branch) as held
    from member m where m.branch = k.branch and (k."from" is null or amount >= k."from") and (until is null or amount < until)) r)
select count(*), bool_and(customers = n) as customers, bool_and(value = s) as value, bool_and(customer_share = part) as share, bool_and(abs(value_share - held) <= 1e-15 * abs(held)) as value_share from counted;
with class as (select *, lead("from") over (partition by branch, way order by "position") as until from measured where branch in (-1, 3)),
counted as (
  select k.*, r.* from class k cross join lateral (
    select count(*) as n from member m cross join lateral (select case when way ~ 'sketch' then y else x end as v) u
    where m.branch = k.branch and (k."from" is null or v >= k."from") and (until is null or v < until)) r)
select count(*), bool_and(customers = n) as customers, bool_and(abs(customer_share - n::float8 / (select count(*) from member m where m.branch = counted.branch)) < 1e-15) as share from counted;
select bool_and(("from" is null) = ("position" = 1)) as lowest, bool_and("position" = i) as numbered, bool_and(customers > 0) as somebody
from (select *, row_number() over (partition by source, branch, way order by "from" nulls first) as i from (select 1 as source, branch, way, "position", "from", customers from asked union all select 2, branch, way, "position", "from"::numeric, customers from measured) a) s;

-- A threshold has the share of the customers at or above it: percentile_disc from the best down. (What nobody is below is none.)
with wanted as (
  select branch, s, percentile_disc(s) within group (order by amount desc) as "from", percentile_disc(s) within group (order by x desc) as x from member, unnest(array[0.001, 0.02, 0.1, 0.3, 0.5, 0.95]) s group by branch, s)
select count(*), bool_and(exists (select from summary, lateral cuts_by_customers(c, array[s]) t where summary.branch = w.branch and t."from" = w."from")) as amounts,
  bool_and(exists (select from summary, lateral cuts_by_quantile(c, array[1 - s]) t where summary.branch = w.branch and t."from" = w."from")) as by_quantile,
  bool_and(exists (select from summary, lateral cuts_by_customers(d, array[s]) t where summary.branch = w.branch and t."from" = w.x)) as measures
from wanted w;
-- Of a sketch it is the lower edge of the bucket.
select bool_and(t."from" <= p and p - t."from" <= 2 * accuracy(sketch) * abs(p)) as near
from summary join (select branch, s, percentile_disc(s) within group (order by y desc) as p from member, unnest(array[0.001, 0.02, 0.1, 0.3, 0.5]) s group by branch, s) w using (branch)
cross join lateral cuts_by_customers(sketch, array[s]) t where t."from" is not null;
-- Value: as customers_for_share, all who have as much.
select count(*), bool_and(t."from" = value_for_share(c, s)) as thresholds, bool_and(t.customers >= customers_for_share(c, s)) as enough, bool_and(t.value >= s::numeric * total(c)) as reached
from summary, unnest('{0.1,0.5,0.8,0.95}'::float8[]) s cross join lateral cuts_by_value(c, array[s]) t where t."from" is not null;

-- Natural breaks against all divisions into three, to twenty decimals: S1^2/N + S2^2/N + S3^2/N is largest. Ties: the last cut lowest, then the one before.
create table small (name text, v numeric);
insert into small select 'assets', unnest('{100,120,150,900,1000,1100,1150,9000,9500,40000}'::numeric[]);
insert into small select 'even', generate_series(1, 9);
insert into small select 'often', unnest('{1,1,1,1,1,1,1,2,3,3,3,8,8,9,20}'::numeric[]);
insert into small select 'far', 1000000000 + v / 100 from small where name = 'often';
insert into small select 'losses', unnest('{-500.5,-20.25,-20,0,0,0,3,10.75,11,300}'::numeric[]);
insert into small select 'random', i * 7919 % 1009 - i * 31 % 400 from generate_series(1, 25) i;
with cut as (select distinct a.name, a.v as a, b.v as b from small a join small b on a.name = b.name and a.v < b.v where exists (select from small c where c.name = a.name and c.v < a.v)),
split as (select c.name, a, b, (v >= a)::int + (v >= b)::int as class, sum(v - m) as s, count(*) as n
  from cut c join small using (name) join (select name, round(avg(v)) as m from small group by name) m using (name) group by 1, 2, 3, 4),
judged as (select name, a, b, sum((s * s)::numeric(60, 20) / n) as between_classes from split group by name, a, b),
best as (select distinct on (name) name, a, b from judged order by name, round(between_classes, 9) desc, b, a)
select name, a, b, array[a, b] = (select array_agg("from" order by "position") filter (where "from" is not null) from cuts_natural((select concentration_agg(v) from small where name = best.name), 3)) as amounts,
  array[a, b]::float8[] = (select array_agg("from" order by "position") filter (where "from" is not null) from cuts_natural((select distribution_agg(v) from small where name = best.name), 3)) as measures
from best order by name;
-- Goodness of variance fit: 1 - (squares within) / (squares).
with class as (select n, s.name, "from", lead("from") over (partition by s.name, n order by "position") as until, gvf from (select name, concentration_agg(v) as c from small group by name) s, generate_series(2, 8) n, lateral cuts_natural(c, n)),
fit as (select name, n, min(gvf) as gvf, max(gvf) as most, sum(within) as within from class cross join lateral (select var_pop(v) * count(*) as within from small where small.name = class.name and ("from" is null or v >= "from") and (until is null or v < until)) w group by 1, 2)
select bool_and(gvf = most) as the_same_in_each_row, bool_and(abs(gvf - (1 - within / whole)) < 1e-14) as as_defined
from fit join (select name, var_pop(v) * count(*) as whole from small group by name) w using (name);
select n, round(max(gvf)::numeric, 6) as gvf, count(*) as classes from generate_series(2, 10) n, lateral cuts_natural((select concentration_agg(v) from small where name = 'assets'), n) group by n order by n;
-- jenkspy 0.4.1: [-5, 2, 11, 30] are the highest of each class.
select "position", "from", customers, value, gvf::numeric(15, 14) from cuts_natural((select concentration_agg(v) from unnest('{-5,-4,0,1,2,10,11,30}'::int[]) v), 3);
-- Many distinct values, and many classes.
select count(*), sum(customers), max(gvf)::numeric(8, 7) as gvf from cuts_natural((select concentration_agg(i * 7919 % 100003 * 0.01) from generate_series(1, 100000) i), 10);
select count(*), sum(customers) from cuts_natural((select concentration_agg(i * i * 0.5) from generate_series(1, 5000) i), 100);
select count(*), sum(customers) from cuts_natural((select distribution_agg(i * i * 0.5) from generate_series(1, 5000) i), 100);

-- Parts: a third of three is one, five sixths of six are five. Tiny shares are somebody.
select n, array_agg((select customers from cuts_by_customers(concentration_agg, array[part]) where "from" is not null) order by part) as above
from (select n, concentration_agg(i) from unnest('{3,6,7}'::int[]) n, generate_series(1, n) i group by n) s, unnest(array[1e-300, 1e-13, 1 / 7.0, 1 / 6.0, 1 / 3.0, 2 / 3.0, 5 / 6.0, 6 / 7.0]::float8[]) part group by n order by n;

-- A proposal becomes a policy.
create table proposal as
select jsonb_build_object('kind', 'tier_policy', 'version', 1, 'tiers', jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', (array['mass', 'silver', 'gold'])["position"], 'from', "from")) order by "position")) as policy
from summary, lateral cuts_by_customers(c, array[0.02, 0.1]) where branch = -1;
select policy, (select count(*) from tier_policy_check(policy)) as problems from proposal;
select tier, n, "from", n = customers and held = value as as_proposed
from (select tier_of(amount, policy) as tier, count(*) as n, sum(amount) as held from customer, proposal group by 1) t
join (select k.* from summary, lateral cuts_by_customers(c, array[0.02, 0.1]) k where branch = -1) k on (array['mass', 'silver', 'gold'])[k."position"] = tier order by n desc;

-- Stored, merged and cut: branches are the whole.
select count(*) from (select * from cuts_by_value((select concentration_merge(c) from summary where branch >= 0), array[0.5, 0.8, 0.95, 1])
  except select "position", "from", customers, customer_share, value, value_share from asked where branch = -1 and way = 'value') different;
select count(*) from (select * from cuts_by_quantile((select distribution_merge(sketch) from summary where branch >= 0), array[0.05, 0.5, 0.9, 0.98])
  except select "position", "from", customers, customer_share from measured where branch = -1 and way = 'sketch, quantile') different;

-- One, all the same, nothing, losses only.
select name, ways.* from (select min(name) as name, no, concentration_agg(v) as c from (values (1, 'one', 12.50), (2, 'the same', 3), (2, 'the same', 3), (2, 'the same', 3.0), (3, 'nothing', 0), (3, 'nothing', 0),
  (4, 'losses', -1), (4, 'losses', -3), (5, 'even', -5), (5, 'even', 5), (6, 'one loser', -5), (6, 'one loser', 15), (7, 'ties', 1), (7, 'ties', 4), (7, 'ties', 4), (7, 'ties', 4), (7, 'ties', 9)) v(no, name, v) group by no) s
cross join lateral (select 'quantile' as way, t.*, null::float8 as gvf from cuts_by_quantile(c, array[0.5]) t union all select 'customers', t.*, null from cuts_by_customers(c, array[0.1, 0.3]) t union all select 'natural', * from cuts_natural(c, 3)) ways
order by no, way, "position";
select * from cuts_natural((select distribution_agg(v) from unnest(array[7, 7]) v), 2);
-- NULL gives no rows.
select (select count(*) from cuts_by_quantile(null::concentration, array[0.5])) + (select count(*) from cuts_by_quantile(null::distribution, array[0.5])) + (select count(*) from cuts_by_customers(null::concentration, array[0.5]))
  + (select count(*) from cuts_by_customers(null::distribution, array[0.5])) + (select count(*) from cuts_by_value(null, array[0.5])) + (select count(*) from cuts_natural(null::concentration, 3)) + (select count(*) from cuts_natural(null::distribution, 3)) as of_null,
  (select count(*) from summary, lateral cuts_by_quantile(c, null) t) + (select count(*) from summary, lateral cuts_by_quantile(d, null) t) + (select count(*) from summary, lateral cuts_by_customers(c, null) t)
  + (select count(*) from summary, lateral cuts_by_customers(d, null) t) + (select count(*) from summary, lateral cuts_by_value(c, null) t) + (select count(*) from summary, lateral cuts_natural(c, null) t) + (select count(*) from summary, lateral cuts_natural(d, null) t) as null_asked;

-- Errors.
select s, test.error_of(format('select * from crm.cuts_by_customers((select crm.concentration_agg(1)), %L)', s)) as customers, test.error_of(format('select * from crm.cuts_by_customers((select crm.distribution_agg(1)), %L)', s)) as of_distribution
from unnest(array['{}', '{0}', '{-0.1}', '{1.0001}', '{2, 10}', '{NaN}', '{Infinity}', '{0.1, NULL}', '{0.1, 0.02}', '{0.1, 0.1}']) s;
select s, test.error_of(format('select * from crm.cuts_by_value((select crm.concentration_agg(1)), %L)', s)) as value from unnest(array['{}', '{0}', '{80}', '{-Infinity}', '{0.5, NULL}', '{0.8, 0.5}']) s;
select s, test.error_of(format('select * from crm.cuts_by_quantile((select crm.concentration_agg(1)), %L)', s)) as quantile, test.error_of(format('select * from crm.cuts_by_quantile((select crm.distribution_agg(1)), %L)', s)) as of_distribution
from unnest(array['{}', '{1}', '{-0.1}', '{50, 90}', '{NaN}', '{NULL}', '{0.9, 0.5}']) s;
select n, test.error_of(format('select * from crm.cuts_natural((select crm.concentration_agg(1)), %s)', n)) as natural_breaks, test.error_of(format('select * from crm.cuts_natural((select crm.distribution_agg(1)), %s)', n)) as of_distribution from unnest('{1,0,-1,101,2147483647}'::int[]) n;
select test.error_of('select * from crm.cuts_by_customers((select crm.concentration_agg(1)), (select array_agg(i / 2000.0 order by i) from generate_series(1, 1001) i))') as too_many;
select v, test.error_of(format('select * from crm.cuts_by_value((select crm.concentration_agg(v) from unnest(%L::numeric[]) v), array[0.5])', v)) as value from unnest(array['{-1}', '{-5, 5}', '{0, 0}']) v;
select call, test.error_of(format('select * from crm.cuts_%s', replace(call, 'none', '(''{"bits":9,"count":0,"exact":true,"max":null,"min":null,"values":[]}''::crm.distribution)'))) from unnest(array['by_quantile(none, array[0.5])', 'by_customers(none, array[0.5])', 'natural(none, 2)']) call;
select test.error_of('select * from crm.cuts_by_quantile((select crm.concentration_agg(1.6e26::numeric) from generate_series(1, 2)), array[0.5])') as beyond_an_amount;
-- A long search heeds the timeout.
create table many as select concentration_agg(i * 7919::bigint % 1000003 + i * i % 7) as c from generate_series(1, 300000::bigint) i;
set statement_timeout = '100ms';
select count(*) from many, cuts_natural(c, 100);
reset statement_timeout;

-- A role that was granted nothing but the use of the schema (see install).
drop schema cuts_test cascade;
\connect - banker
\pset format unaligned
select * from crm.cuts_natural((select crm.concentration_agg(i * i) from generate_series(1, 9) i), 3);
select * from crm.cuts_by_customers((select crm.distribution_agg(i) from generate_series(1, 9) i), array[0.1, 0.5]);
