-- recommend: every object of the surface, and what plain SQL says of the same models.
set client_min_messages = warning;
create schema recommend_test;
set search_path = recommend_test, crm;
\pset null NULL
\pset format unaligned

create table holding as
select c as customer, case when i % 7 = 0 then '基金' else 'P' end || i as item, 1 + draw / 100 % 4 as weight
from generate_series(1, 60) c cross join generate_series(1, 20) i
cross join lateral (select ('x' || substr(md5(c || ' ' || i), 1, 7))::bit(28)::int as draw) d
where draw % 100 < case when i % 4 = c % 4 then 60 else 12 end;
create table model as
select 'affinity' as name, affinity_fit(a, 'cosine', neighbours => 6) as model from (select affinity_agg(customer, item) as a from holding) a
union all
select 'als', als_fit(a, 4, 5, alpha => 2) from (select affinity_agg(customer, item, weight) as a from holding) a;
create table client as
select customer, array_agg(item order by weight, item) as list, jsonb_object_agg(item, weight) as weighted from holding group by customer
union all select 0, '{}', '{}' union all select -1, '{unknown}', '{"unknown": 1}' union all select -2, null, null;

-- Scores by neighbours, in plain SQL: of each held item the weight times its similarity.
create table near as
select m.model -> 'items' ->> (i::int - 1) as held, m.model -> 'items' ->> (pair ->> 0)::int as item, (pair ->> 1)::float8 as similarity
from model m, jsonb_array_elements(model -> 'neighbours') with ordinality n(list, i), jsonb_array_elements(list) pair where name = 'affinity';
create table scored as
select customer, near.item, sum(similarity order by held collate "C") as score, sum(weight * similarity order by held collate "C") as weighted
from holding join near on near.held = holding.item group by customer, near.item;
select count(*) > 300 as enough,
  bool_and(r.score = s.score) as list, bool_and(w.score = s.weighted) as weighted
from scored s join client c using (customer) cross join model m
join lateral (select * from recommend(model, list, 100, include_held => true, fallback => false)) r on r.item = s.item
join lateral (select * from recommend(model, c.weighted, 100, include_held => true, fallback => false)) w on w.item = s.item
where name = 'affinity';
-- The same rows in the same order, what is held left out.
select count(*), bool_and(recommended is not distinct from expected) as the_same
from client c cross join model m
cross join lateral (select array_agg(item order by rank) as recommended from recommend(model, list, 5, fallback => false)) r
cross join lateral (select array_agg(item order by rank) as expected
  from (select item, row_number() over (order by score desc, item collate "C") as rank from scored s
    where s.customer = c.customer and s.item <> all (c.list)) e where rank <= 5) e
where name = 'affinity';

-- Under both models: the parts add up to the last bit, nothing held and nothing twice, popular items last and by their share.
create table recommended as
select name, customer, r.*, list from model, client, recommend(model, list, 12) r
union all
select name || ' weighted', customer, r.*, list from model, client, recommend(model, weighted, 12) r;
select name, source, count(*) > 30 as enough,
  bool_and(score = (select sum(contribution order by held collate "C")
    from model m cross join client c
    cross join lateral (select * from recommend_explain(model, list, item) where r.name not like '% %' union all select * from recommend_explain(model, weighted, item) where r.name like '% %') e
    where m.name = split_part(r.name, ' ', 1) and c.customer = r.customer)) as adds_up,
  bool_and(score = (select count(*) from holding h where h.item = r.item)::float8 / (select count(distinct customer) from holding)) as share
from recommended r group by 1, 2 order by 1, 2;
select bool_and(item <> all (list)) filter (where list is not null) as nothing_held,
  count(*) = count(distinct (name, customer, item)) as nothing_twice,
  bool_and(rank = place) as by_source_and_score,
  bool_and(number = least(12, (select count(distinct item) from holding) - cardinality(held))) as filled_up
from (select name, customer, item, rank, list, array(select unnest(list) intersect select h.item from holding h) as held,
    row_number() over (partition by name, customer order by source, score desc, item collate "C") as place,
    count(*) over (partition by name, customer) as number
  from recommended) r;
-- Nobody's holdings: the popular ones, as for holdings that no model knows.
select name, customer, array_agg(item || ' ' || round(score::numeric, 4) order by rank) as items, array_agg(distinct source) as sources
from (select m.name, customer, r.* from model m, client, recommend(model, list, 3) r where customer <= 0) r group by 1, 2 order by 1, 2;
select count(*) from model, client, recommend(model, list, 3, fallback => false) where customer <= 0;
-- A list may have NULLs and doubles; a weight of 0 or less is not held; items that the model does not know change nothing.
select name, array(select r from recommend(model, array['P1', null, 'P1', 'unknown', 'P3']) r) = array(select r from recommend(model, '{P3,P1}'::text[]) r) as list,
  array(select r from recommend(model, '{"P1": "2.50", "P3": 1, "P4": 0, "P5": -1, "unknown": 7}'::jsonb) r) = array(select r from recommend(model, '{"P3": 1.0, "P1": 2.5}'::jsonb) r) as weighted,
  array(select r from recommend(model, '{"P1": 1, "P3": 1}'::jsonb) r) = array(select r from recommend(model, '{P1,P3}'::text[]) r) as weights_of_one
from model;
-- Fewer are the head of more; as many as there are.
select name, bool_and(array(select f from recommend(model, list, 3) f) = array(select f from recommend(model, list, 9) f where rank <= 3)) as head,
  max((select count(*) from recommend(model, list, 10000, include_held => true))) as all_items
from model, client group by name order by name;

-- What explains itself.
select name, held, weight, round(contribution::numeric, 6) as contribution
from model, recommend_explain(model, '{"P1": 2, "P3": 1, "nothing": 1}'::jsonb, 'P18') order by name, held;
select count(*) from model, recommend_explain(model, '{P1}'::text[], 'unknown');
select count(*) from model, recommend_explain(model, null::text[], 'P1');

-- NULLs.
select (select count(*) from recommend(null, '{P1}'::text[])) as no_model, (select count(*) from recommend(model, '{P1}'::text[], null)) as no_k,
  (select count(*) from recommend(model, '{P1}'::text[], include_held => null)) as no_option, (select count(*) from recommend_explain(model, '{P1}'::text[], null)) as no_item
from model where name = 'als';
-- Wrong arguments.
select test.error_of(format('select count(*) from recommend_test.model, crm.recommend(model, %s)', arguments))
from unnest(array['''{P1}''::text[], 0', '''{P1}''::text[], 10001', '''["P1"]''::jsonb', '''"P1"''::jsonb', '''{"P1": null}''::jsonb', '''{"P1": "x"}''::jsonb',
  '''{"P1": 1e30}''::jsonb']) arguments;
select name, test.error_of(format('select count(*) from recommend_test.model, crm.recommend(model, ''{"P1": 1e20}''::jsonb) where name = %L', name)) from model;
select test.error_of('select * from crm.recommend(''{"kind": "tier_policy"}'', ''{P1}''::text[])');
select test.error_of('select * from crm.recommend(''[]'', ''{P1}''::text[])');
select test.error_of('select * from crm.recommend(''{"kind": "als_model", "version": 2}'', ''{P1}''::text[])');
select test.error_of('select * from recommend_test.model, crm.recommend(model - ''items'', ''{P1}''::text[]) where name = ''affinity''');
-- A model without items recommends nothing.
select count(*) from recommend((select als_fit(affinity_agg(1, 'a', 0), 2, 2)), '{a}'::text[]);

-- Figures of lists: relevant are b and d, at the ranks 2 and 4, and x, which is not there.
select k, hit_rate_at(list, relevant, k), precision_at(list, relevant, k), recall_at(list, relevant, k), average_precision_at(list, relevant, k),
  reciprocal_rank_at(list, relevant, k), ndcg_at(list, relevant, k)
from (values ('{a,b,c,d,e}'::text[], '{x,d,b}'::text[])) l(list, relevant), unnest(array[1, 2, 4, 5, 100]) k;
-- For random lists, in plain SQL.
create table listed as
select n, array(select 'P' || (n * 7 + i * i * 3) % 17 from generate_series(1, 8) i) as list,
  array(select 'P' || i from generate_series(0, 16) i where (n * i) % 4 = 1) as relevant
from generate_series(1, 200) n;
select count(*), bool_and(abs(p - precision_at(list, relevant, k)) < 1e-12) as precision_at, bool_and(abs(r - recall_at(list, relevant, k)) < 1e-12) as recall_at,
  bool_and(abs(m - average_precision_at(list, relevant, k)) < 1e-12) as average_precision_at, bool_and(abs(g - ndcg_at(list, relevant, k)) < 1e-12) as ndcg_at,
  bool_and(abs(f - reciprocal_rank_at(list, relevant, k)) < 1e-12) as reciprocal_rank_at, bool_and(h = hit_rate_at(list, relevant, k)) as hit_rate_at,
  bool_or(p > 0 and p < 1) as not_trivial
from listed cross join generate_series(1, 10) k
cross join lateral (select coalesce(sum(good), 0)::float8 / k as p, coalesce(sum(good), 0)::float8 / cardinality(relevant) as r,
    coalesce(sum(good * found::float8 / rank), 0) / least(k, cardinality(relevant)) as m,
    coalesce(sum(good * ln(2) / ln(1 + rank)), 0) / (select sum(ln(2) / ln(1 + i)) from generate_series(1, least(k, cardinality(relevant))) i) as g,
    coalesce(1.0 / min(rank) filter (where good = 1), 0)::float8 as f, coalesce(max(good), 0) as h
  from (select rank, good, sum(good) over (order by rank) as found
    from (select rank, (item = any (relevant) and item <> all (list[:rank - 1]))::int as good from unnest(list[:k]) with ordinality l(item, rank)) g) g) s
where cardinality(relevant) > 0;
-- NULLs, doubles, nothing.
select hit_rate_at(null, '{a}', 1), precision_at('{}', '{a}', 2), recall_at('{NULL,a,a}', '{a,a,NULL,b}', 3), ndcg_at('{a}', '{}', 1), average_precision_at('{a}', null, 1),
  reciprocal_rank_at('{NULL,a}', '{a}', 2), reciprocal_rank_at('{a}', '{NULL}', 2), hit_rate_at('{a}', '{a}', null);
select test.error_of(format('select crm.%s(''{a}'', ''{a}'', 0)', f))
from unnest(array['hit_rate_at', 'precision_at', 'recall_at', 'average_precision_at', 'reciprocal_rank_at', 'ndcg_at']) f;
