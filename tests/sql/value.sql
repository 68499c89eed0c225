-- value: statistics of several measures, scores under a card and what they are made of, weights; against plain SQL over the same rows.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema value_test;
set search_path = value_test, crm;
\pset null NULL
\pset format unaligned

-- 5,000 customers of three branches: four measures, each missing now and then, ties and negative values.
create table customer as
select u as id, u % 3 as branch,
  case when u % 11 <> 0 then (u * 7919 % 10007 - 2000) / 4.0 end::float8 as profit,
  case when u % 7 <> 0 then sqrt(u) * 1000 end::float8 as assets,
  case when u % 5 <> 0 then u % 13 end::float8 as orders,
  (u * 31 % 365)::float8 as days
from (select i * 4801 % 5003 as u from generate_series(1, 5000) i) p;
create table measured as select id, branch, array[profit, assets, orders, days] as m, to_jsonb(c) - 'id' - 'branch' as j from customer c;
create table stats as select standardize_agg(array['profit', 'assets', 'orders', 'days'], m) as s from measured;

-- Statistics are those of SQL. The sums are exact; avg and stddev_samp of float8 are not, those of numeric are.
create table long as select id, branch, name, value from customer, lateral (values ('profit', profit), ('assets', assets), ('orders', orders), ('days', days)) v(name, value);
select measure, count = n and missing = 5000 - n as counts, abs(mean - average) <= 1e-15 * abs(average) as mean, abs(deviation / stddev - 1) < 1e-15 as deviation, minimum = low and maximum = high as range,
  case when accuracy = 0 then p25 = q[1] and median = q[2] and p75 = q[3] else abs(p25 / q[1] - 1) <= accuracy and abs(median / q[2] - 1) <= accuracy and abs(p75 / q[3] - 1) <= accuracy end as quartiles, accuracy
from stats cross join lateral standardize_measures(s)
join (select name, count(value) as n, avg(value::numeric)::float8 as average, stddev_samp(value::numeric)::float8 as stddev, min(value) as low, max(value) as high, percentile_cont(array[0.25, 0.5, 0.75]) within group (order by value) as q
  from long group by name) g on name = measure;
-- By name: the order of names does not matter, objects are as good as arrays, and numbers of another type.
select (select standardize_agg(array['days', 'orders', 'assets', 'profit'], array[days, orders, assets, profit]) from customer)::text = s::text as other_order,
  (select standardize_agg(j) from measured)::text = s::text as objects, (select standardize_agg(jsonb_strip_nulls(j)) from measured)::text = s::text as without_nulls,
  (select standardize_merge(b) from (select standardize_agg(array['profit', 'assets', 'orders', 'days'], m) as b from measured group by branch) g)::text = s::text as merged,
  (select standardize_agg(case when id % 2 = 0 then array['days', 'profit'] else array['profit', 'days'] end, case when id % 2 = 0 then array[days, profit] else array[profit, days] end) from customer)::text
    = (select standardize_agg(array['profit', 'days'], array[profit, days]) from customer)::text as from_row_to_row
from stats;
select standardize_agg(array['a', 'b'], array[i, i / 4.0]) as numerics, standardize_agg(array['a'], array[i]) as ints from generate_series(1, 2) i;
-- A large mean does not eat the deviation.
select mean, deviation, stddev_samp(x) as of_float8 from (select standardize_agg(array['x'], array[x]) as s from (select 1e9 + i % 2 * 0.125 as x from generate_series(1, 1000) i) v(x)) a, standardize_measures(s), (select 1e9 + i % 2 * 0.125 as x from generate_series(1, 1000) i) v(x) group by mean, deviation;
-- Missing: NULL elements, measures that a row does not name; NULL arrays are no rows.
select m.* from (select standardize_agg(n, v) as s from (values (array['a', 'b'], array[1.5, null]::float8[]), (array['b'], array[2]), (array['c'], array[null]::float8[]), ('{}', '{}'), (null, array[1]), (array['a'], null)) r(n, v)) x, standardize_measures(s) m;
select standardize_agg(n, v) as nulls, standardize_agg(j) as null_objects, standardize_agg('{}'::jsonb) as empty from (values (null::text[], array[1]::float8[], null::jsonb)) r(n, v, j);
select standardize_agg('{}'::jsonb) filter (where false) as none, (select count(*) from standardize_measures(null)) as rows, standardize_combine(null, null) as nothing;

-- Cards.
create function pg_temp.card(missing jsonb, transform jsonb default '{"type": "min_max"}', more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('kind', 'score_card', 'version', 1, 'missing', missing, 'measures', jsonb_build_array(
    jsonb_build_object('name', 'profit', 'weight', 4, 'direction', 'higher', 'transform', transform), jsonb_build_object('name', 'assets', 'weight', 3, 'direction', 'higher', 'transform', transform),
    jsonb_build_object('name', 'orders', 'weight', 2, 'direction', 'higher', 'transform', transform), jsonb_build_object('name', 'days', 'weight', 1, 'direction', 'lower', 'transform', transform))) || more
$$;
-- Every transform against plain SQL, customers without a missing measure; a contribution is rounded to 2^-30 of a point, and
-- the ranks of two of the measures are those of a sketch (0.1 percent of a value).
create table expected as
select id, name, value, case when name = 'days' then 1 - min_max else min_max end as min_max, case when name = 'days' then 1 - z else z end as z, case when name = 'days' then 1 - log else log end as log, case when name = 'days' then 1 - percentile else percentile end as percentile
from (select id, name, value, (value - min(value) over w) / (max(value) over w - min(value) over w) as min_max, least(greatest((value - avg(value) over w) / stddev_samp(value) over w, -3), 3) / 6 + 0.5 as z,
    (l - min(l) over w) / (max(l) over w - min(l) over w) as log,
    (cume_dist() over (partition by name order by value) + (rank() over (partition by name order by value) - 1.0) / count(*) over w) / 2 as percentile
  from (select *, sign(value) * ln(1 + abs(value)) as l from long where value is not null) v window w as (partition by name)) t;
select transform, count(*), max(abs(score - expected)) < case transform when 'percentile' then 0.1 else 4 / 2.0 ^ 30 end as right, round(min(score)) as lowest, round(max(score)) as highest
from (select transform, id, value_score(pg_temp.card('"error"', jsonb_build_object('type', transform)), s, m) as score,
    (select sum(case name when 'profit' then 40 when 'assets' then 30 when 'orders' then 20 else 10 end * case transform when 'min_max' then min_max when 'z' then z when 'log' then log else percentile end) from expected e where e.id = c.id) as expected
  from unnest(array['min_max', 'z', 'log', 'percentile']) transform, stats, (select * from measured where not m && array[null]::float8[] and array_position(m, null) is null and id % 20 = 1) c) t
group by transform order by transform;
select x, round(value_score(pg_temp.card('"skip"', '{"type": "percentile"}'), s, array[null, null, x, null]::float8[])::numeric, 9) as exact, (select round(100 * (avg((value < x)::int) + avg((value = x)::int) / 2), 9) from long where name = 'orders' and value is not null) as expected
from stats, unnest(array[-1, 0, 0.5, 6, 12, 13]) x;

-- Additivity: the scale and the contributions are the score, to the last bit, in any order, under every rule; objects score as arrays.
select rule, count(*), count(score) as scored, bool_and(score is not distinct from -50 + (select sum(contribution order by random()) from value_score_explain(card, s, m))) as adds_up,
  bool_and(score is not distinct from -50 + (select sum(contribution order by influence) from value_score_explain(card, s, j))) as objects_add_up, bool_and(score is not distinct from value_score(card, s, j)) as objects,
  bool_and(score between -50 and 450) as on_the_scale
from (select rule, card, s, m, j, value_score(card, s, m) as score from (select rule, pg_temp.card(rule, '{"type": "z"}', '{"scale": {"from": -50, "to": 450}}') as card from unnest(array['"skip"', '"worst"', '"neutral"', '3.5']::jsonb[]) rule) r, stats, measured) t
group by rule order by rule::text;
select e.measure, e.label, e.raw, round(e.transformed::numeric, 6) as transformed, e.weight, round(e.contribution::numeric, 6) as contribution, round(e.against_median::numeric, 6) as against_median, e.influence
from stats, value_score_explain(pg_temp.card('"skip"', '{"type": "min_max", "from": 0, "to": 365}', '{"name": "linear"}'), s, array[73, null, 3.65, 100]) e;
select abs(score - 100 * (0.4 * 0.2 + 0.2 * 0.01 + 0.1 * (1 - 100 / 365.0)) / 0.7) < 1e-8 as by_hand, score from stats, value_score(pg_temp.card('"skip"', '{"type": "min_max", "from": 0, "to": 365}'), s, array[73, null, 3.65, 100]) score;
select label, contribution is null as skipped from stats, value_score_explain(jsonb_set(score_card_example(), '{measures,0,transform}', '{"type": "min_max", "from": 0, "to": 10}') #- '{measures,1}' #- '{measures,1}' #- '{measures,2}', null, '{"contribution": 1}'::jsonb, 'zh');

-- Missing.
select rule, value_score(card, s, array[null, null, null, null]::float8[]) as nothing, value_score(card, s, '{}'::jsonb) as empty, (select count(contribution) from value_score_explain(card, s, '{}'::jsonb)) as contributions
from (select rule, pg_temp.card(rule, '{"type": "min_max", "from": 0, "to": 10}') as card from unnest(array['"skip"', '"worst"', '"neutral"', '10']::jsonb[]) rule) r, stats;
select value_score(pg_temp.card('"skip"'), s, null::float8[]) as no_measures, value_score(pg_temp.card('"skip"'), s, null::jsonb) as no_object, value_score(null, s, array[1]) as no_card, (select count(*) from value_score_explain(null, s, array[1])) as rows from stats;
select value_score(pg_temp.card('"skip"', '{"type": "min_max", "from": 0, "to": 10}'), null, array[5, 5, 5, 5]) as without_statistics;

-- Arrays of every make: short, long, of expressions, from PL/pgSQL, of numbers that are cast, of two dimensions, not from 1.
create function pg_temp.grown(x float8) returns float8[] language plpgsql as $$
declare
  a float8[];
begin
  for i in 1 .. 4 loop
    a[i] := x * i;
  end loop;
  a[2] := null;
  return a;
end $$;
select value_score(card, s, array[10, null, 30, 40]::float8[]) as plain, value_score(card, s, pg_temp.grown(10)) as grown, value_score(card, s, array[10, null, 30, 40]) as ints, value_score(card, s, array[10.0, null, 30, 40]) as numerics,
  value_score(card, s, '[0:3]={10,NULL,30,40}'::float8[]) as from_zero, value_score(card, s, '{{10,NULL},{30,40}}'::float8[]) as square
from stats, pg_temp.card('"skip"', '{"type": "min_max", "from": 0, "to": 365}') card;
create table stored (id int, short float8[], long float8[]);
alter table stored alter long set storage external;
insert into stored select i, array[i, null, 2 * i, 3 * i], array_fill(i::float8, array[1000]) from generate_series(1, 50) i;
create table wide as select jsonb_build_object('kind', 'score_card', 'version', 1, 'missing', 'skip', 'measures', jsonb_agg(jsonb_build_object('name', 'm' || i, 'weight', 1, 'direction', 'higher', 'transform', '{"type": "min_max", "from": 0, "to": 100}'::jsonb))) as card from generate_series(1, 1000) i;
select bool_and(abs(value_score(card, null, long) - id) < 1000 / 2.0 ^ 31) as long, bool_and(value_score(pg_temp.card('"skip"', '{"type": "min_max", "from": 0, "to": 365}'), null, short) = value_score(pg_temp.card('"skip"', '{"type": "min_max", "from": 0, "to": 365}'), null, array[id, null, 2 * id, 3 * id])) as short
from stored, wide;

-- Compiled once a call site, and again when card or statistics change: in turn, stored, in memory, out of line, alone.
create table by_branch as select branch, standardize_agg(array['profit', 'assets', 'orders', 'days'], m) as s from measured group by branch;
create table out_of_line as select branch, s from by_branch;
alter table out_of_line alter s set storage external;
truncate out_of_line;
insert into out_of_line select * from by_branch;
create table alone as select m.id, case when m.id % 2 = 0 then value_score(pg_temp.card('"skip"', '{"type": "z"}'), s, m) else value_score(pg_temp.card('"worst"', '{"type": "percentile"}'), s, m) end as score
from by_branch b cross join lateral (select id, m from measured where measured.branch = b.branch limit 40) m;
create function pg_temp.kind_of(id int) returns jsonb language sql as $$ select case when id % 2 = 0 then pg_temp.card('"skip"', '{"type": "z"}') else pg_temp.card('"worst"', '{"type": "percentile"}') end $$;
select count(*), bool_and(a.score is not distinct from value_score(pg_temp.kind_of(id), b.s, m)) as in_turn, bool_and(a.score is not distinct from value_score(pg_temp.kind_of(id), o.s, m)) as out_of_line,
  bool_and(a.score is not distinct from value_score(pg_temp.kind_of(id), l.s, m)) as in_memory, bool_and(a.score is not distinct from value_score(pg_temp.kind_of(id), case when id % 3 >= 0 then o.s end, m)) as mixed
from alone a join measured using (id) join by_branch b using (branch) join out_of_line o using (branch) join (select branch, standardize_agg(array['profit', 'assets', 'orders', 'days'], m) as s from measured group by branch) l using (branch);
select count(distinct value_score(pg_temp.card('"skip"', '{"type": "z"}'), s, array[100, 20000, 5, 30])) as branches from by_branch;

-- What is wrong with cards.
select (score_card_check(card)).* from (values (score_card_example()), ('[]'), ('{"kind": "score_card", "version": 1}'), ('{"kind": "tier_policy", "version": 1}'), ('{"kind": "score_card", "version": 2, "measures": 3}'),
  ('{"kind": "score_card", "version": 1, "missing": "zero", "scale": {"from": 1, "to": 1.5}, "measures": [{"name": "a", "weight": 0, "direction": "up", "transform": {"type": "rank"}}, {"name": "", "weight": 1, "transform": {"type": "breaks", "breaks": [2, 1], "points": [1]}, "wight": 1}]}')) c(card);
select m.* from score_card_measures(score_card_example(), 'zh') m;
select sum(weight) = 1 as whole, array_agg(measure order by position) as in_order, (select count(*) from score_card_measures(null)) as of_null from score_card_measures(score_card_example() || '{"scale": {"from": -1, "to": 1}}');
select test.error_of(format('select * from crm.score_card_measures(%s)', card)) from (values ('crm.score_card_example(), ''de'''), ('''{}'''), ('crm.score_card_example() - ''missing''')) v(card);
select policy_valid(score_card_example()) as valid, (select count(*) from policy_check(score_card_example() - 'missing')) as problems, jsonb_array_length(score_card_example() -> 'measures') as measures;
select test.error_of(format('select crm.value_score(%L, null, array[1])', c)) from unnest(array['1', '{}', '{"kind": "score_card", "version": 1, "missing": "skip", "measures": []}', '{"kind": "score_card", "version": 1, "missing": "skip", "measures": [{"name": "a", "weight": 1, "direction": "higher", "transform": {"type": "z"}}]}']) c;

-- Errors.
select test.error_of(format('select crm.value_score(%L, s, %L::float8[]) from value_test.stats', pg_temp.card('"error"'), m)) from unnest(array['{1,2,3}', '{}', '{1,2,3,4,5}', '{1,NULL,3,4}', '{1,NaN,3,4}', '{1,2,-Infinity,4}']) m;
select test.error_of(format('select crm.value_score(%L, s, %L::jsonb) from value_test.stats', pg_temp.card('"error"'), m)) from unnest(array['{"profit": "1"}', '[1]', '{"profit": 1e400}', '{"profit": 1, "Assets": 3}']) m;
select test.error_of(format('select crm.value_score(%L, s, array[1]) from value_test.stats', jsonb_set(pg_temp.card('"skip"'), '{measures}', jsonb_build_array(m)))) from unnest(array['{"name": "wealth", "weight": 1, "direction": "higher", "transform": {"type": "z"}}', '{"name": "days", "weight": 1, "direction": "higher", "transform": {"type": "min_max", "from": 400}}',
  '{"name": "days", "weight": 1, "direction": "higher", "transform": {"type": "z"}, "cap": {"from": 400, "to": {"quantile": 0.5}}}']::jsonb[]) m;
select test.error_of(format('select * from crm.value_score_explain(crm.score_card_example(), %L, ''{"contribution": 1}''::jsonb, ''de'')', (select standardize_agg('{"contribution": 1, "average_assets": 2, "frequency": 3, "recency": 4, "tenure": 5, "products": 6}'))));
select test.error_of(format('select crm.standardize_agg(%L::text[], %L::float8[])', n, m)) from (values ('{a,b}', '{1}'), ('{a,a}', '{1,2}'), ('{a,NULL}', '{1,2}'), ('{""}', '{1}'), ('{a}', '{NaN}'), ('{a}', '{Infinity}'), ('{a}', '{1.1e130}'), ('{$serde_json::x}', '{1}')) v(n, m);
select test.error_of('select crm.standardize_agg(array[repeat(''x'', 1001)], array[1])') as long, test.error_of('select crm.standardize_agg(array[i::text], array[1]) from generate_series(1, 1001) i') as many;
select test.error_of('select crm.standardize_agg((select array_agg(i::text) from generate_series(1, 100000) i), array[1])') as many_at_once;
select test.error_of(format('select crm.standardize_agg(%L::jsonb)', j)) from unnest(array['1', '[1]', '{"a": "1"}', '{"a": true}', '{"a": [1]}', '{"": 1}', '{"a": 1e200}']) j;

-- Text and binary form.
select s::text::standardize::text = s::text as lossless, length(s::text) > 10000 as sketch from stats;
select encode(standardize_send('{"rows": 3, "measures": {"a": {"distribution": {"bits": 9, "count": 2, "exact": true, "min": 1, "max": 2, "values": [[1, 1], [2, 1]]}}}}'), 'hex');
select t, test.error_of(format('select %L::crm.standardize', t)) from unnest(array['', '{}', '{"rows": 0, "measures": {}}', '{"rows": 1, "measures": []}', '{"rows": 1, "measures": {"a": {}}}',
  '{"rows": 1, "measures": {"a": {"distribution": {"bits": 9, "count": 2, "exact": true, "min": 1, "max": 2, "values": [[1, 1], [2, 1]]}}}}', '{"rows": 1, "measures": {"a": {"distribution": {"bits": 9, "count": 0, "exact": true, "values": []}, "sum": "0"}}}']) t;

-- Weights by comparison. Saaty's drinks (International Journal of Services Sciences 1(1), 2008): .177 .019 .042 .116 .190 .129 .327, ratio .022.
select (select array_agg(round(w::numeric, 3)) from unnest(ahp_weights(m)) w) as weights, round(c.consistency_ratio::numeric, 3) as ratio, (select sum(w) from unnest(ahp_weights(m)) w) as total
from (values ('{{1,9,5,2,1,1,0.5},{NULL,1,0.3333333333333333,0.1111111111111111,0.1111111111111111,0.1111111111111111,0.1111111111111111},{NULL,NULL,1,0.3333333333333333,0.25,0.3333333333333333,0.1111111111111111},{NULL,NULL,NULL,1,0.5,1,0.3333333333333333},{NULL,NULL,NULL,NULL,1,2,0.5},{NULL,NULL,NULL,NULL,NULL,1,0.3333333333333333},{NULL,NULL,NULL,NULL,NULL,NULL,1}}'::float8[])) v(m), ahp_consistency(m) c;
select ahp_weights('{{1}}') as one, ahp_weights('{{1,3},{NULL,1}}') as two, ahp_weights(array[[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]]) as agreed, ahp_weights(null) as none, ahp_weights('{{1}}', null) as unknown;
select * from ahp_consistency('{{1}}');
select random_index from generate_series(1, 15) n, ahp_consistency((select array_agg(r) from (select array_fill(1::float8, array[n]) as r from generate_series(1, n)) x));
select test.error_of('select crm.ahp_weights(''{{1,9,0.2},{NULL,1,9},{NULL,NULL,1}}'')') as contradiction, (select array_agg(round(w::numeric, 3)) from unnest(ahp_weights('{{1,9,0.2},{NULL,1,9},{NULL,NULL,1}}', tolerate_inconsistency => true)) w) as tolerated;
-- Three comparisons in a circle: for three items the weights are the geometric means of the rows.
select abs(a.w / (g.w / sum(g.w) over ()) - 1) < 1e-12 as geometric, round(a.w::numeric, 3) as weight, round(c.lambda_max) as lambda_max
from unnest(ahp_weights('{{1,1e6,NULL},{NULL,1,3e5},{9e5,NULL,1}}', true), array[cbrt(1 * 1e6 / 9e5), cbrt(1e-6 * 3e5), cbrt(9e5 / 3e5)]) with ordinality u(a, g, i), lateral (select a as w) a, lateral (select g as w) g,
  ahp_consistency('{{1,1e6,NULL},{NULL,1,3e5},{9e5,NULL,1}}') c
order by i;
select test.error_of('select crm.ahp_weights(array_fill(1::float8, array[1000, 1000]))') as large;
select m, test.error_of(format('select crm.ahp_weights(%L)', m)) from unnest(array['{}', '{1}', '{1,2}', '{{1,2}}', '{{1,2,3},{NULL,1,2}}', '{{1,3},{0.333,1}}', '{{1,NULL},{NULL,1}}', '{{2,3},{NULL,1}}', '{{1,-3},{NULL,1}}', '{{1,NaN},{NULL,1}}', '{{{1}}}']) m;

-- Weights by entropy, against the formula in SQL over numeric.
select measure, abs(entropy - expected) < 1e-12 as entropy, abs(divergence - (1 - expected)) < 1e-12 as divergence, abs(weight - (1 - expected) / sum(1 - expected) over ()) < 1e-9 as weight
from (select standardize_agg(array['assets', 'orders', 'days'], array[assets, orders, days]) as s from customer) a cross join lateral entropy_weights(s)
join (select name, (-sum(p * ln(nullif(p, 0))) / ln(count(*)))::float8 as expected from (select name, value::numeric / sum(value::numeric) over (partition by name) as p from long where value is not null and name <> 'profit') x group by name) e on name = measure;
select e.* from (select standardize_agg(array['one has all', 'two share', 'same', 'none'], array[(i = 1)::int, (i <= 2)::int, 5, null]) as s from generate_series(1, 4) i) a, entropy_weights(s) e;
-- Small differences between large values.
select measure, round(weight::numeric, 6) as weight, divergence > 0 as apart from (select standardize_agg(array['one', 'other'], array[1e9 + 100 * i, 1e9 + 300 * i]) as s from generate_series(0, 1) i) a, entropy_weights(s);
select test.error_of('select crm.entropy_weights(crm.standardize_agg(array[''profit''], array[i])) from generate_series(-1, 3) i') as negative, test.error_of('select crm.entropy_weights(crm.standardize_agg(array[''a''], array[1])) from generate_series(1, 3) i') as same, (select count(*) from entropy_weights(null)) as rows;

-- Perceived value.
select perceived_value(array[4, 5, 3], array[2, 6]) as ratio, perceived_value(array[4, null], array[2]) as unanswered, perceived_value('{}', array[2]) as no_utility, perceived_value(array[1], '{}') as no_cost, perceived_value(array[1], array[2, -2]) as free, perceived_value(array[1], array[-2]) as negative, perceived_value(null, array[1]) as none,
  perceived_value(array[0.1, 0.2, -0.3], array[1]) = perceived_value(array[-0.3, 0.2, 0.1], array[1]) as in_any_order;
-- Sums beyond float8.
select perceived_value('{1.7e308,1.7e308}', '{1.7e308,1.7e308}') as one, perceived_value('{1.7e308,1.7e308}', '{1e308,1e308}') as ratio, perceived_value('{1}', '{1.7e308,1.7e308}') > 0 as little;
select test.error_of(format('select crm.perceived_value(%L, ''{1}'')', u)) from unnest(array['{NaN}', '{Infinity,1}', '{1e308,1e308}']) u;

-- Names from an array that was put together row by row.
select measure, count from standardize_measures((select standardize_agg(array_append(array['a'], k), array[1, 2]) from unnest(array['b', 'c', 'b', 'c']) k)) order by measure;
select measure, count from standardize_measures((select standardize_agg(array['a'] || k, array[1, 2]) from unnest(array['b', 'c', 'c']) k)) order by measure;
