-- distribution: every object of the surface, against the same question put in plain SQL over the same rows.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema distribution_test;
set search_path = distribution_test, crm;
\pset null NULL
\pset format unaligned

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
insert into observation select 'extremes', i, x
from unnest('{1e300,1e-300,-1e300,-1e-300,0,-5e300,5e300,2.2250738585072014e-308,1,-1,1e150}'::float8[]) with ordinality v(x, i);
-- More: a sketch.
insert into observation select '1025 values', i, (u % 1025 - 300) / 7.0 from permutation;
insert into observation select 'even', i, u / 100.0 from permutation;
insert into observation select 'heavy tail', i, 10007.0 * 10007.0 * 5 / (u::float8 * u) from permutation;
insert into observation select 'losses', i, -10007.0 * 10007.0 * 5 / (u::float8 * u) from permutation;
insert into observation
select 'profit and loss', i, case when u % 10 = 0 then 0 else (5000 - u)::float8 * (5000 - u) * (5000 - u) / 1000 end from permutation;
insert into observation select 'tiny', i, u * 1e-300 from permutation;
insert into observation select 'huge', i, (u - 5003) * 1e300 from permutation;
insert into observation
select 'every size', i, ('1e' || u % 601 - 300)::float8 * (1 + u / 10007.0) * (2 * (i % 2) - 1) from permutation;

-- What is asked often of a summary is asked once and kept: every call reads the whole of it, and 'every size' is large.
create table summary as
select sample, d, observations(d) as n, accuracy(d) as accuracy from (select sample, distribution_agg(x) as d from observation group by sample) s;
create table sorted as
select sample, x, row_number() over w as position, count(*) over (partition by sample) as n, cume_dist() over w as share
from observation window w as (partition by sample order by x);
alter table sorted add primary key (sample, position);
create index on sorted (sample, x, position);
analyze sorted, observation, summary;

-- Count, extremes, and from how many distinct values on it is a sketch of what accuracy.
select sample, n, accuracy, n = counted as counted, minimum(d) = min as minimum, maximum(d) = max as maximum, (values <= 1024) = (accuracy = 0) as exact_up_to_1024
from summary join (select sample, count(*) as counted, min(x), max(x), count(distinct x) as values from observation group by sample) o using (sample)
order by accuracy, sample;

-- Quantiles: percentile_cont bit for bit while exact; after that each of the two neighbours is within the accuracy, so the
-- quantile is within it too where the neighbours have one sign. (1e-9 of slack: interpolating rounds.)
create table q as
select i / 400.0::float8 as q from generate_series(0, 400) i
union
select unnest(array[1e-9, 1e-4, 0.0499, 1.0 / 3, 2.0 / 3, 0.95, 0.9999, 1 - 1e-9]);
create table quantiled as
with asked as (select array_agg(q order by q) as qs from q),
  expected as (select sample, percentile_cont((select qs from asked)) within group (order by x) as expected from observation group by sample)
select sample, accuracy, q, got, percentile_cont, low.x as low, high.x as high
from summary
join expected using (sample)
cross join asked
cross join lateral unnest(qs, quantiles(d, qs), expected) u(q, got, percentile_cont)
join sorted low using (sample)
join sorted high using (sample)
where low.position = 1 + floor(q * (summary.n - 1))::bigint and high.position = 1 + ceil(q * (summary.n - 1))::bigint;
select sample, count(*), bool_and(float8send(got) = float8send(percentile_cont)) as same_bits
from quantiled where accuracy = 0 group by sample order by sample;
select sample, count(*),
  bool_and(abs(got - percentile_cont) <= accuracy * abs(percentile_cont) * (1 + 1e-9)) filter (where sign(low) = sign(high)) as within_accuracy,
  bool_and(abs(got - percentile_cont) <= accuracy * greatest(abs(low), abs(high))) as within_that_of_neighbours,
  bool_and(got = percentile_cont) filter (where q in (0, 1)) as ends_exact, bool_or(got <> percentile_cont) as is_a_sketch
from quantiled where accuracy > 0 group by sample order by sample;
-- A larger share is never a smaller value. Many at once are as one by one, in the order asked for, repeated or not.
select bool_and(got >= before) as ascending from (select got, lag(got, 1, got) over (partition by sample order by q) as before from quantiled) g;
select count(*), bool_and(quantiles(d, asked) = one_by_one) as as_one_by_one
from (select array_agg(q order by q * 7919 - floor(q * 7919)) || array[0.5, 0.5, 1, 0]::float8[] as asked from q where q * 20 = floor(q * 20)) a
cross join summary
cross join lateral (select array_agg(quantile(d, q) order by i) as one_by_one from unnest(asked) with ordinality u(q, i)) e;
select quantiles(d, '{}') as none, quantiles(d, array[0.5]) as one, quantiles(d, '{{0,0.5},{0.9,1}}') as flattened from summary where sample = 'few';
-- Where the difference of two neighbours overflows, percentile_cont has no answer; the summary has the middle.
select quantile(distribution_agg(x), 0.5), percentile_cont(0.5) within group (order by x)
from unnest('{-1.7976931348623157e308,1.7976931348623157e308}'::float8[]) x;

-- Ranks: the share of the observations at or below x. Exact is cume_dist; a sketch is never below that, and never above the
-- share of the observations at or below a value that is larger by twice the accuracy.
create function pg_temp.up_to(of text, value float8) returns bigint language plpgsql as $$
begin
  return coalesce((select position from distribution_test.sorted where sample = of and x <= value order by x desc, position desc limit 1), 0);
end $$;
create table asked as
select sample, x from sorted where position % 97 = 1 or position = n
union select sample, x * 1.0000001 from sorted where position % 211 = 1 and abs(x) < 1e307
union select sample, x * 1.3 from sorted where position % 499 = 1 and abs(x) < 1e307
union select sample, x from summary, unnest('{0,1e-307,-1e-307,1,-1}'::float8[]) x;
select sample, count(*), bool_and(rank = share) filter (where accuracy = 0) as exact, bool_and(rank between share and share_above) as within,
  bool_or(rank > share) as is_a_sketch
from (select sample, accuracy, rank(d, x), pg_temp.up_to(sample, x) / n::float8 as share, pg_temp.up_to(sample, x + 2 * accuracy * abs(x)) / n::float8 as share_above
  from asked join summary using (sample)) r
group by sample order by sample;
select bool_and(rank(d, x) = share) as cume_dist from sorted join summary using (sample) where accuracy = 0;
select distinct rank(d, 'infinity') as infinity, rank(d, '-infinity') as minus_infinity, rank(d, maximum(d)) as maximum from summary;

-- Breaks: the smallest value that at least j/bins of the observations do not exceed, counted in whole numbers. In a sketch
-- the upper edge of its bucket: above that value by at most twice the accuracy, never below.
create table break as
select sample, bins, j, got, expected
from summary
cross join unnest(array[2, 3, 4, 5, 7, 10, 100, 1000]) bins
cross join lateral unnest(breaks(d, bins)) with ordinality b(got, j)
cross join lateral (select x as expected from sorted s where s.sample = summary.sample and s.position = (j * summary.n + bins - 1) / bins) e;
select sample, count(*), bool_and(got = expected) filter (where accuracy = 0) as exact,
  bool_and(got between expected and expected + 2 * accuracy * abs(expected)) as within, bool_and(got <= maximum) as at_most_maximum
from break join (select *, maximum(d) from summary offset 0) s using (sample) group by sample order by sample;
select bool_and(cardinality(b) = bins - 1 and b = (select array_agg(x order by x) from unnest(b) x)) as ascending
from summary, generate_series(2, 1000, 111) bins, breaks(d, bins) b;
select count(*), bool_and(breaks(d, 8) = percentile_disc) as percentile_disc
from (select sample, percentile_disc((select array_agg(j / 8.0 order by j) from generate_series(1, 7) j)) within group (order by x)
  from observation group by sample) p
join summary using (sample)
where accuracy = 0;
-- Classes are of equal size where there are no ties. Up to break j there are at least j/bins of the observations, in a
-- sketch as well.
create table cut as select sample, bins, breaks(d, bins) as cuts from summary, unnest(array[2, 5, 10]) bins where sample in ('1024 values', 'even');
select sample, bins, min(size), max(size)
from (select sample, bins, class, count(*) as size
  from (select sample, bins, 1 + (select count(*) from unnest(cuts) b where b < x) as class from observation join cut using (sample)) c
  group by sample, bins, class) s
group by sample, bins order by sample, bins;
select bool_and(pg_temp.up_to(sample, got) * bins >= j * n) as enough
from break b join summary using (sample) where bins <= 10;
-- Ties are never split. Six of ten traded once: all are of class 1, and classes 2 and 3 are empty. ntile cuts them.
select x, count(*), 1 + (select count(*) from unnest(cuts) b where b < x) as class, min(ntile) as ntile_from, max(ntile) as ntile_to
from (select x, ntile(5) over (order by x) from unnest(array[1, 1, 1, 1, 1, 1, 2, 3, 8, 40]) x) t,
  (select breaks(distribution_agg(x), 5) as cuts from unnest(array[1, 1, 1, 1, 1, 1, 2, 3, 8, 40]) x) b
group by x, cuts order by x;

-- The accuracy: what is asked for or better; the default is that of 0.001.
create table asked_for as
select asked, distribution_agg(x, asked) as d
from observation, unnest(array[0.05, 0.03125, 0.031, 0.01, 0.001, 0.0001, 0.00005]) asked where sample = 'heavy tail' group by asked;
select asked, min(accuracy(d)) as accuracy, bool_and(accuracy(d) <= asked) as good_enough,
  bool_and(abs(quantile(d, q) - percentile_cont) <= accuracy(d) * abs(percentile_cont) * (1 + 1e-9)) as within, bool_or(quantile(d, q) <> percentile_cont) as is_a_sketch
from asked_for, quantiled where sample = 'heavy tail' and q * 20 = floor(q * 20) group by asked order by asked desc;
select array_agg(bytes order by bytes) = array_agg(bytes order by asked desc) as better_is_larger from (select asked, octet_length(distribution_send(d)) as bytes from asked_for) b;
select bool_and(summary.d::text = of.d::text) as default_accuracy
from summary join (select sample, distribution_agg(x, 0.001) as d from observation group by sample) of using (sample);
select accuracy(distribution_agg(x, 0.05)) as exact from observation where sample = 'ages';
select asked, test.error_of(format('select crm.distribution_agg(1, %L::float8)', asked))
from unnest('{0.051,0.05,0.00005,0.000049,0,-0.01,1,nan,infinity}'::text[]) asked;
-- It is the same for a whole group, in whatever order the rows come. Only what leads to another sketch is another.
select test.error_of('select crm.distribution_agg(x, accuracy) from (values (1.0, 0.01), (2.0, 0.001)) v(x, accuracy)'),
  test.error_of('select crm.distribution_agg(x, accuracy) from (values (1.0, 0.001), (2.0, 0.01)) v(x, accuracy)');
select distribution_agg(x, accuracy)::text = distribution_agg(x, 0.01)::text as same_sketch
from (values (1.0, 0.01), (2.0, 0.011), (null, 0.05)) v(x, accuracy);
select count(distinct accuracy(d)) as accuracies, count(*) as groups
from (select accuracy, distribution_agg(u, accuracy) as d from permutation, unnest(array[0.01, 0.001]) accuracy group by accuracy) g;
create table mixed as
select a.i, distribution_agg(u, accuracy) as d from permutation, (values (1, 0.01), (2, 0.001)) a(i, accuracy) group by a.i;
select test.error_of('select crm.distribution_merge(d) from distribution_test.mixed'),
  test.error_of('select crm.distribution_merge(d order by i desc) from distribution_test.mixed'),
  test.error_of('select crm.distribution_combine(a.d, b.d) from distribution_test.mixed a, distribution_test.mixed b where a.i < b.i');

-- NaN and infinities are errors, whatever came before them. Quantile, rank and bins have their domains.
select before || ',' || x as rows, test.error_of(format('select crm.distribution_agg(x) from unnest(%L::float8[]) x', '{' || before || ',' || x || '}'))
from unnest(array['1', '1,2,3']) before, unnest(array['nan', 'infinity', '-infinity']) x;
select test.error_of($$ select crm.distribution_agg('nan'::numeric) $$) as numeric_nan,
  test.error_of($$ select crm.distribution_agg(case i when 9999 then 'infinity' else u::float8 end) from pg_temp.permutation $$) as in_a_sketch,
  test.error_of($$ select crm.distribution_agg('nan', 0.01) $$) as with_accuracy;
select call, test.error_of(format($$ select crm.%s from distribution_test.summary, (values ('nan'::float8)) n(nan) where sample = 'even' $$, call))
from unnest(array['quantile(d, -0.01)', 'quantile(d, 1.01)', 'quantile(d, nan)', 'quantile(d, ''infinity'')', 'quantiles(d, ''{0.5,2}'')',
  'quantiles(d, array[0.5, null])', 'rank(d, nan)', 'breaks(d, 1)', 'breaks(d, 1001)', 'breaks(d, -2147483648)']) call;

-- NULL: rows are skipped; nothing but NULLs is NULL, and so is what is read from it.
select distribution_agg(x) as no_rows, distribution_agg(x, 0.01) as with_accuracy from observation where false;
select distribution_agg(x) as only_null, distribution_agg(1.5, x) as no_accuracy, distribution_merge(null) as nothing_merged from unnest(array[null, null]::float8[]) x;
select distribution_agg(x) as skipped, distribution_agg(x, 0.01) as with_accuracy from unnest(array[null, 3, null, 1.5]::float8[]) x;
select quantile(d, 0.5) as quantile, quantiles(d, '{0.5}') as quantiles, rank(d, 1) as rank, breaks(d, 2) as breaks, observations(d), minimum(d), maximum(d), accuracy(d)
from (values (null::distribution)) v(d);
select quantile(d, null) as quantile, quantiles(d, null) as quantiles, rank(d, null) as rank, breaks(d, null) as breaks from summary where sample = 'few';
select quantiles(d, '{0,0.5,1}') as quantiles, rank(d, 42.5) as rank, rank(d, 42.4) as below, breaks(d, 4) as breaks from summary where sample = 'one';
select distribution_agg(x) as minus_zero_is_zero from unnest('{-0,0}'::float8[]) x;

-- numeric is taken at the nearest float8, as the cast makes it: numbers of 1 to 38 digits of every size, long ones, and those between
-- two float8. Alone, with an accuracy, all together, and pushed.
create table number as
select i, (case when i % 3 = 0 then '-' else '' end || left(translate(md5(i::text) || md5(i::text || 'x'), 'abcdef', '135790'), 1 + i % 38) || 'e' || case when i % 2 = 0 then -(i % 41) else i * 13 % 340 - 320 end)::numeric as n
from generate_series(1, 4000) i
union all select -i, n::numeric from unnest(array['0', '0.000', '-0.0', '1', '-1.50', '100000000', '9999', '10000', '99999999.9999', '0.1', '0.0001', '0.00009', '0.000000000001', '0.0000000000005', '1234567.1234567890123', '1e-300', '-1.5e-300', '2.2250738585072014e-308', '4.9e-324', '-3e-324',
  '1e30', '-1e30', '1.7e26', '170141183460469231731687303715884105727', '170141183460469231731687303.715884105728', '1.7976931348623157e308', '9007199254740993', '9007199254740992.999999999999', '9007199254740993.000000000001', '-9007199254740995', '0.1000000000000000055511151231257827', '0.10000000000000001249',
  '4503599627370496.5', '4503599627370497.5', '4503599627370497.500000000000000001', '123456789012345678901234567890.123456789012', repeat('7', 300), '0.' || repeat('3', 3000), repeat('12', 100) || '.' || repeat('45', 400)]) with ordinality u(n, i);
select count(*), count(distinct n) as different, count(distinct scale(n)) > 100 as scales, bool_and(same and same_with_accuracy and pushed) as same,
  (select distribution_agg(n)::text = distribution_agg(n::float8)::text and accuracy(distribution_agg(n)) > 0 from number) as together,
  (select distribution_agg(n, 0.01)::text = distribution_agg(n::float8, 0.01)::text and accuracy(distribution_agg(n, 0.01)) > 0 from number) as with_accuracy
from (select i, n, distribution_send(distribution_agg(n)) = distribution_send(distribution_agg(n::float8)) as same,
    distribution_send(distribution_agg(n, 0.01)) = distribution_send(distribution_agg(n::float8, 0.01)) as same_with_accuracy,
    distribution_send(distribution_push(distribution_push(null, n), n, 0.001)) = distribution_send(distribution_push(distribution_push(null, n::float8), n::float8, 0.001)) as pushed from number group by i, n) s;
select pg_typeof(n) as type, minimum(distribution_agg(n)) as read_back from unnest(array[0.10, 1e-300, -1e30, 9007199254740993, 12345678901234567890.123456789012345678]) with ordinality u(n, i) group by i, n order by i;
-- What is no number, and what is beyond float8, fails as the cast does.
select n, left(alone, 90) as error, with_accuracy = alone as with_accuracy, of_cast = alone as of_cast
from unnest(array['NaN', 'Infinity', '-Infinity', '1e309', '-1e400', '1e-400']) with ordinality u(n, i), test.error_of(format('select crm.distribution_agg(%L::numeric)', n)) alone,
  test.error_of(format('select crm.distribution_agg(%L::numeric, 0.01)', n)) with_accuracy, test.error_of(format('select crm.distribution_agg(%L::numeric::float8)', n)) of_cast order by i;
-- real and whole numbers are taken by an implicit cast; text is not.
select sample, distribution_agg(x::real)::text = distribution_agg(x::real::float8)::text as "real",
  distribution_agg(x::numeric)::text = distribution_agg(x::numeric::float8)::text as "numeric"
from observation where sample in ('1024 values', 'even') group by sample order by sample;
select distribution_agg(u::bigint)::text = d as bigint, distribution_agg(u::int)::text = d as int, distribution_agg(u::smallint)::text = d as smallint,
  distribution_agg(u, 0.001)::text = d as int_with_accuracy, rank(distribution_agg(u), 10006) as rank_of_int
from permutation, (select distribution_agg(u::float8)::text as d from permutation) f group by d;
select test.error_of('select crm.distribution_agg(''5''::text)');

-- Windows: running, and a moving frame of ten rows, which starts anew for every row.
create table young as select id, x from observation where sample = 'ages' and id <= 300;
select bool_and(running = all_so_far) as running, bool_and(moving = last_ten) as moving
from (select id, quantile(distribution_agg(x) over (order by id), 0.3) as running, quantile(distribution_agg(x) over (order by id rows 9 preceding), 0.3) as moving
  from young) w
cross join lateral (select percentile_cont(0.3) within group (order by x) as all_so_far, percentile_cont(0.3) within group (order by x) filter (where o.id > w.id - 10) as last_ten
  from young o where o.id <= w.id) s;

-- Days are stored and merged into a month, at once, backwards or by weeks: the bytes are those of one scan.
create table day as select sample, id % 31 as day, distribution_agg(x) as d from observation group by 1, 2;
select sample, days, at_once = d::text as at_once, backwards = d::text as backwards, by_weeks = d::text as by_weeks
from (select sample, count(*) as days, distribution_merge(d)::text as at_once, distribution_merge(d order by day desc)::text as backwards from day group by sample) m
join (select sample, distribution_merge(d)::text as by_weeks from (select sample, distribution_merge(d) as d from day group by sample, day / 7) w group by sample) w using (sample)
join summary using (sample)
order by sample;
do $$
declare
  s record;
  merged crm.distribution;
  pushed crm.distribution;
  coarse crm.distribution;
begin
  for s in select d from distribution_test.day where sample = 'profit and loss' order by day loop
    merged := crm.distribution_combine(merged, s.d);
  end loop;
  for s in select x from distribution_test.observation where sample = 'profit and loss' and id <= 2000 order by id desc loop
    pushed := crm.distribution_push(pushed, s.x);
    coarse := crm.distribution_push(coarse, s.x, 0.05);
  end loop;
  if merged::text <> (select d::text from distribution_test.summary where sample = 'profit and loss')
    or pushed::text <> (select crm.distribution_agg(x)::text from distribution_test.observation where sample = 'profit and loss' and id <= 2000)
    or coarse::text <> (select crm.distribution_agg(x, 0.05)::text from distribution_test.observation where sample = 'profit and loss' and id <= 2000) then
    raise exception 'row by row is not the aggregate';
  end if;
end $$;
select distribution_combine(d, null)::text = d::text as beside_null, distribution_combine(null, d)::text = d::text as null_beside,
  distribution_push(d, null)::text = d::text as null_pushed, distribution_push(d, null, 0.05)::text = d::text as with_accuracy,
  observations(distribution_combine(d, d)) = 2 * observations(d) as with_itself
from summary where sample = 'even';
select distribution_combine(null, null) as nothing, distribution_push(null, null) as no_push, distribution_push(null, 5) as first;

-- Text and COPY. The text is JSON, and what jsonb makes of it is read as well.
select bool_and(d::text::distribution::text = d::text) as text, bool_and(d::text::jsonb::text::distribution::text = d::text) as jsonb,
  bool_and(distribution_send(d::text::distribution) = distribution_send(d)) as "binary", bool_and(quantiles(d::text::distribution, '{0,0.1,0.5,0.999,1}') = quantiles(d, '{0,0.1,0.5,0.999,1}')) as answers
from summary;
select d from summary where sample = 'few';
select left(d::text, 120) as text, right(d::text, 60) as "end" from summary where sample = 'profit and loss';
create table copied (d distribution);
copy copied from stdin;
{"bits": 9, "count": 3, "exact": true, "max": 2, "min": -1.5, "values": [[-1.5, 1], [2e0, 2]]}
{"bits":9,"count":0,"exact":true,"max":null,"min":null,"values":[]}
\N
\.
copy copied to stdout;
-- A summary without observations is made by no aggregate, but it is a value: it merges, and there is nothing to read in it.
select observations(d), minimum(d), maximum(d), accuracy(d), quantiles(d, '{}') as no_quantiles, distribution_combine(d, coarse)::text = coarse::text as merged
from copied, (select distribution_agg(x, 0.05) as coarse from unnest(array[1, 2]) x) a where observations(d) = 0;
select call, test.error_of(format('select crm.%s from distribution_test.copied where crm.observations(d) = 0', call))
from unnest(array['quantile(d, 0.5)', 'quantiles(d, ''{0.5}'')', 'rank(d, 1)', 'breaks(d, 2)']) call;
create function pg_temp.edited(edit jsonb) returns text language sql as $$
  select d::text::jsonb || edit from distribution_test.copied where crm.observations(d) = 3
$$;
select text, test.error_of(format('select %L::crm.distribution', text))
from unnest(array['', '5', '[]', '{}', '{"bits": 9', 'NaN']) text;
select edit, test.error_of(format('select %L::crm.distribution', pg_temp.edited(edit)))
from unnest(array['{"bits": 3}', '{"bits": 15}', '{"bits": "9"}', '{"count": 4}', '{"count": -3}', '{"exact": false}', '{"exact": null}', '{"min": 0}', '{"max": null}',
  '{"values": [[-1.5, 3]]}', '{"values": [[2, 1], [-1.5, 2]]}', '{"values": [[-1.5, 1], [2, 0]]}', '{"values": [[-1.5, 1], [2]]}', '{"values": [[-1.5, 1], ["2", 2]]}',
  '{"values": [[-1.5, 1.5], [2, 2]]}', '{"values": 5}', '{"more": 1}']::jsonb[]) edit;
select edit, test.error_of(format('select %L::crm.distribution', d::text::jsonb || edit))
from summary, unnest(array['{"min": 5}', '{"count": 10007}', '{"buckets": []}', '{"buckets": [[1, 10006]]}', '{"buckets": [[2147483648, 10006]]}', '{"exact": true}']::jsonb[]) edit
where sample = 'huge';
select test.error_of('select ''{"bits":9,"count":1025,"exact":true,"max":1025,"min":1,"values":[' || string_agg(format('[%s,1]', i), ',' order by i) || ']}''::crm.distribution') as too_many_values
from generate_series(1, 1025) i;
-- Counts go as far as bigint does.
create table most as select '{"bits":9,"count":9223372036854775807,"exact":true,"max":2,"min":1,"values":[[1,1],[2,9223372036854775806]]}'::distribution as d;
select observations(d), quantile(d, 0.9), breaks(d, 3), rank(d, 1) < 1e-18 as rank from most;
select test.error_of('select crm.distribution_push(d, 1) from distribution_test.most'), test.error_of('select crm.distribution_combine(d, d) from distribution_test.most');

-- A few kilobytes for amounts of every size in use, however many rows.
select pg_column_size(distribution_agg(u * u / 100.0)) between 1000 and 20000 as sketch, pg_column_size(distribution_agg(u % 1000)) between 8000 and 10000 as exact from permutation;

-- A role that was granted nothing but the use of the schema (see install).
drop schema distribution_test cascade;
\connect - banker
\pset format unaligned
select crm.quantile(crm.distribution_merge(d), 0.5), crm.breaks(crm.distribution_merge(d), 2), crm.rank(crm.distribution_merge(d), 2.5)
from (select i % 2, crm.distribution_agg(i) as d from generate_series(1, 9) i group by 1) s;
