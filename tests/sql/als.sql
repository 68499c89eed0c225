-- als: every object of the surface. With two factors the whole algorithm is asked of plain SQL as well.
set client_min_messages = warning;
create schema als_test;
set search_path = als_test, crm;
\pset null NULL
\pset format unaligned

create table holding as
select c as customer, case when i % 6 = 0 then '基金' else 'P' end || i as item, 1 + draw / 100 % 4 as weight
from generate_series(1, 40) c cross join generate_series(1, 15) i
cross join lateral (select ('x' || substr(md5(c || ' ' || i), 1, 7))::bit(28)::int as draw) d
where draw % 100 < case when i % 3 = c % 3 then 60 else 12 end;
create table affinities as select affinity_agg(customer, item, weight) as affinity from holding;

-- What a model holds.
create table models as
select n, als_fit(affinity, factors => 2, iterations => n, regularization => 0.3, alpha => 1.5, seed => 42) as model
from affinities, generate_series(1, 6) n;
select jsonb_object_agg(key, case when jsonb_typeof(value) in ('array') then to_jsonb('list of ' || jsonb_array_length(value)) else value end)
from models, jsonb_each(model) where n = 6;
select (select jsonb_agg(item order by item collate "C") from (select distinct item from holding) i) = model -> 'items' as items,
  (select jsonb_agg(n order by item collate "C") from (select item, count(*) as n from holding group by item) i) = model -> 'popularity' as popularity
from models where n = 1;
-- More iterations go on where fewer ended, and the loss falls in each.
select bool_and(later.model -> 'loss' -> (earlier.n - 1) = earlier.model -> 'loss' -> (earlier.n - 1)) as the_same
from models earlier join models later on later.n > earlier.n;
select bool_and(loss < before) as falls
from (select loss::text::float8 as loss, lag(loss::text::float8) over (order by i) as before
  from models, jsonb_array_elements(model -> 'loss') with ordinality l(loss, i) where n = 6) l
where before is not null;

-- The customers' factors from the items' after five iterations, the items' from them, and the loss: as the formulas have it.
create table y as
select n, items ->> (i::int - 1) as item, (f ->> 0)::float8 as y1, (f ->> 1)::float8 as y2
from models, jsonb_array_elements(model -> 'item_factors') with ordinality t(f, i), lateral (select model -> 'items') m(items);
create function pg_temp.first(a float8, b float8, c float8, p float8, q float8) returns float8 language sql as 'select (p * c - q * b) / (a * c - b * b)';
create function pg_temp.second(a float8, b float8, c float8, p float8, q float8) returns float8 language sql as 'select (a * q - b * p) / (a * c - b * b)';
create table pair as
select customer, item, coalesce(weight, 0) as r, (weight is not null)::int as p
from (select distinct customer from holding) c cross join (select distinct item from holding) i left join holding using (customer, item);
create table x as
select customer, pg_temp.first(a, b, c, p, q) as x1, pg_temp.second(a, b, c, p, q) as x2
from (select customer, 0.3 + sum((1 + 1.5 * r) * y1 * y1) as a, sum((1 + 1.5 * r) * y1 * y2) as b, 0.3 + sum((1 + 1.5 * r) * y2 * y2) as c,
    sum((1 + 1.5 * r) * p * y1) as p, sum((1 + 1.5 * r) * p * y2) as q
  from pair join y using (item) where n = 5 group by customer) s;
create table next_y as
select item, pg_temp.first(a, b, c, p, q) as y1, pg_temp.second(a, b, c, p, q) as y2
from (select item, 0.3 + sum((1 + 1.5 * r) * x1 * x1) as a, sum((1 + 1.5 * r) * x1 * x2) as b, 0.3 + sum((1 + 1.5 * r) * x2 * x2) as c,
    sum((1 + 1.5 * r) * p * x1) as p, sum((1 + 1.5 * r) * p * x2) as q
  from pair join x using (customer) group by item) s;
select count(*), max(abs(next_y.y1 - y.y1) + abs(next_y.y2 - y.y2)) < 1e-9 as the_same from next_y join y using (item) where n = 6;
select abs(loss / (model -> 'loss' ->> 5)::float8 - 1) < 1e-9 as the_same
from models, (select (select sum((1 + 1.5 * r) * (p - x1 * y1 - x2 * y2) ^ 2) from pair join x using (customer) join next_y using (item))
  + 0.3 * ((select sum(x1 * x1 + x2 * x2) from x) + (select sum(y1 * y1 + y2 * y2) from next_y)) as loss) l
where n = 6;
-- What is recommended for a customer's holdings is his factors times those of the items, for every pair.
select count(*), max(abs(score - (x1 * y1 + x2 * y2))) < 1e-9 as the_same
from x join y on n = 5 join (
  select customer, pair.item, (select sum(contribution) from models, recommend_explain(model, held, pair.item) where n = 5) as score
  from pair join (select customer, jsonb_object_agg(item, weight) as held from holding group by customer) h using (customer)) s using (customer, item);

-- The order of rows and how they were put together change no byte; the seed does.
select (select als_fit(affinity_agg(customer, item, weight order by weight desc, item), 3, 2) from holding)
  = (select als_fit(affinity_merge(part), 3, 2) from (select affinity_agg(customer, item, weight) as part from holding group by customer % 7) p) as the_same,
  als_fit(affinity, 3, 2) = als_fit(affinity::text::affinity, 3, 2) as stored,
  als_fit(affinity, 3, 2, seed => -1) <> als_fit(affinity, 3, 2) as another_seed,
  als_fit(affinity, 3, 2) -> 'seed' as seed
from affinities;
-- What a holding counts for.
select weighting, round((als_fit(affinity, 2, 3, weighting => weighting) -> 'loss' ->> 2)::numeric, 3) as loss
from affinities, unnest(array['weight', 'log', 'binary']) weighting;
select als_fit(affinity, 2, 3, weighting => 'binary') -> 'item_factors'
  = (select als_fit(affinity_agg(customer, item), 2, 3) -> 'item_factors' from holding) as weights_of_one
from affinities;

-- Nothing held; one row; NULLs.
select als_fit(affinity_agg(1, 'a', -1), 2, 2) from generate_series(1, 1);
select (model -> 'items')::text as items, jsonb_array_length(model -> 'item_factors' -> 0) as factors, model -> 'loss' -> 0 > model -> 'loss' -> 4 as falls
from (select als_fit(affinity_agg('客户', '产品'), 256, 5) as model) m;
select als_fit(null) is null as no_affinity, als_fit(affinity, factors => null) is null as no_factors, als_fit(affinity, seed => null) is null as no_seed from affinities;

-- Wrong arguments.
select test.error_of(format('select crm.als_fit(affinity, %s) from als_test.affinities', arguments))
from unnest(array['0', '257', 'iterations => 0', 'iterations => 1001', 'regularization => 0', 'regularization => ''NaN''', 'alpha => -1', 'alpha => ''inf''',
  'weighting => ''bm25''', 'weighting => ''''']) arguments;
select test.error_of('select crm.als_fit(crm.affinity_agg(1, ''a'', 1e13))');
select test.error_of('select crm.als_fit(crm.affinity_agg(i % 9, i::text), 256) from generate_series(1, 31251) i');

-- Models are read strictly.
select path, problem from als_model_check('{"kind": "als_model", "version": 1}');
select path, problem from models, als_model_check(model) where n = 6;
select path, problem
from models, als_model_check(model || '{"popularity": [1], "more": true}' || jsonb_build_object('item_factors', jsonb_set(model -> 'item_factors', '{1,0}', '"x"')))
where n = 6;
select policy_valid(model) as valid, (select count(*) from policy_check(model - 'alpha')) as problems from models where n = 6;
select count(*) from als_model_check(null);
