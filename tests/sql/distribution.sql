-- distribution: every object of the surface, against the same question put in plain SQL over the same rows.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema distribution_test;
set search_path = distribution_test, crm;
\pset null NULL
\pset format unaligned

-- What a query fails with, without the line and file noise: SQLSTATE, message, hint.
create function pg_temp.error_of(query text) returns text language plpgsql as $$
declare
  result text;
  state text;
  message text;
  hint text;
begin
  execute query into result;
  return 'no error: ' || coalesce(result, 'NULL');
exception when others then
  get stacked diagnostics state = returned_sqlstate, message = message_text, hint = pg_exception_hint;
  return concat_ws(' | ', state, message, nullif(hint, ''));
end $$;

-- Samples. u runs through a permutation of 1 to 10006, so that no sample comes sorted; only operations that every machine
-- rounds alike are used, no logarithm and no power.
create table observation (sample text, id int, x float8);
create temp view permutation as select i, i * 7919 % 10007 as u from generate_series(1, 10006) i;
-- At most 1024 distinct values: exact.
insert into observation select 'one', 1, 42.5;
insert into observation select 'few', i, x from unnest(array[3.5, -2, 0, 10, 3.5, 0, 3.5]) with ordinality v(x, i);
insert into observation select 'all alike', i, 7.25 from generate_series(1, 1000) i;
insert into observation select 'ages', i, 18 + u * u % 73 from permutation;
insert into observation select '1024 values', i, (u % 1024 - 300) / 7.0 from permutation;
insert into observation select 'extremes', i, x::float8
from unnest('{1e300,1e-300,-1e300,-1e-300,0,-5e300,5e300,2.2250738585072014e-308,1,-1,1e150}'::text[]) with ordinality v(x, i);
-- More: a sketch.
insert into observation select '1025 values', i, (u % 1025 - 300) / 7.0 from permutation;
insert into observation select 'even', i, u / 100.0 from permutation;
insert into observation select 'heavy tail', i, 10007.0 * 10007.0 * 5 / (u::float8 * u) from permutation;
insert into observation select 'losses', i, -10007.0 * 10007.0 * 5 / (u::float8 * u) from permutation;
insert into observation select 'profit and loss', i, case when u % 10 = 0 then 0 else (5000 - u)::float8 * (5000 - u) * (5000 - u) / 1000 end from permutation;
insert into observation select 'tiny', i, u * 1e-300 from permutation;
insert into observation select 'huge', i, (u - 5003) * 1e300 from permutation;
insert into observation select 'every size', i, ('1e' || u % 601 - 300)::float8 * (1 + u / 10007.0) * (2 * (i % 2) - 1) from permutation;

create table summary as select sample, distribution_agg(x) as d from observation group by sample;
create table sorted as
select sample, x, row_number() over w as position, count(*) over (partition by sample) as n, cume_dist() over w as share
from observation window w as (partition by sample order by x);
alter table sorted add primary key (sample, position);
analyze sorted;

-- Count, extremes and the promise itself.
select sample, observations(d), accuracy(d), observations(d) = count(*) as counted, minimum(d) = min(x) as minimum, maximum(d) = max(x) as maximum,
  count(distinct x) <= 1024 = (accuracy(d) = 0) as exact_up_to_1024
from summary join observation using (sample) group by sample, d::text, observations(d), accuracy(d), minimum(d), maximum(d) order by accuracy(d), sample;

-- Quantiles: percentile_cont bit for bit while exact; after that each of its two neighbours within the accuracy, so the
-- quantile within it too where the neighbours have one sign. (1e-9 of slack: interpolating rounds.)
create table q as
select i / 400.0::float8 as q from generate_series(0, 400) i union select unnest(array[1e-9, 1e-4, 0.0499, 1.0 / 3, 2.0 / 3, 0.95, 0.9999, 1 - 1e-9]);
create table quantiled as
select sample, q, accuracy(d) as accuracy, quantile(d, q) as got, expected
from summary join (select sample, array_agg(q order by q) as qs, percentile_cont(array_agg(q order by q)) within group (order by x) as expected
  from (select sample, x from observation offset 0) o, (select array_agg(q order by q) as all_q from q) a, lateral unnest(null::float8[]) q group by sample) unused using (sample),
  lateral unnest(null::float8[], null::float8[]) u(q, expected) where false;
