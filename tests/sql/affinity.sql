-- affinity: every object of the surface, against the same question put in plain SQL over the same rows.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema affinity_test;
set search_path = affinity_test, crm;
\pset null NULL
\pset format unaligned

-- 613 customers and 115 items: a few items with very many holders, most with few; cells that come up to five times, weights of up to two
-- decimals, what was given back in whole or in part, items that nobody holds any more.
create table trade (branch int, customer bigint, item text, weight numeric, pieces bigint);
insert into trade
select i % 4, u % 613 * 1000003 - 300000, 'P' || (v * v * 57 / 1000000) || case when v % 3 = 0 then ' ' else '' end,
  case when w < 120 then -round(w / 7.0, 1) when w < 140 then 0 else round(w * 0.01 * (1 + v % 3), 2) end, w % 5 - 1
from (select i, i * 7919 % 100003 as u, i * 104729 % 1000 as v, i * 15485863::bigint % 1009 as w from generate_series(1, 9000) i) s;
insert into trade select 1, 700000000 + i, 'returned', -1, -1 from generate_series(1, 3) i;

create table summary as select affinity_agg(customer, item, weight) as a, affinity_agg(customer::text, item, weight) as t from trade;
create table cell as select customer, item, sum(weight) as weight from trade group by 1, 2;
create table held as select * from cell where weight > 0;
analyze cell;
analyze held;

-- What was seen, exactly.
select count(*), count(*) filter (where weight = 0) as zero, count(*) filter (where weight < 0) as negative from cell;
select (select count(*) from (select customer, item, weight from summary, affinity_entries(a) except select customer::text, item, weight from cell) x) as surplus,
  (select count(*) from (select customer::text, item, weight from cell except select customer, item, weight from summary, affinity_entries(a)) x) as missing,
  (select count(*) from summary, affinity_entries(a)) as rows;
-- In the order of the keys: of numbers, and of bytes.
select bool_and(customer::bigint >= before) as by_number from (select customer, lag(customer) over (order by i)::bigint as before from summary, affinity_entries(a) with ordinality e(customer, item, weight, i)) x;
select bool_and((customer, item) > (c, p)) as by_bytes from (select customer collate "C", item collate "C", lag(customer collate "C") over (order by i) as c, lag(item collate "C") over (order by i) as p
  from summary, affinity_entries(t) with ordinality e(customer, item, weight, i)) x;
select affinity_customers(a) = (select count(distinct customer) from held) as customers, affinity_customers(t) = affinity_customers(a) as text, affinity_customers(a) from summary;
select count(*), bool_and(i.customers = coalesce(p.customers, 0)) as customers, bool_and(i.weight = p.weight) as weights,
  bool_and(i.share = p.customers / (select count(distinct customer)::float8 from held)) as shares, bool_and(i.item = p.item) as items
from summary, affinity_items(a) i full join (select item, count(*) filter (where weight > 0) as customers, sum(weight) as weight from cell group by item) p using (item);
select i.* from summary, affinity_items(a) i order by customers desc, item limit 3;
select i.* from summary, affinity_items(a) i where item = 'returned';

-- Every weighting, and every measure of it, pair by pair.
create table weighed as
with totals as (select item, sum(weight)::float8 as s from held group by item),
  counts as (select customer, count(*)::float8 as m from held group by customer),
  n as (select count(*)::float8 as items, avg(s) as mean from totals)
select customer, item, weighting, w from held join totals using (item) join counts using (customer), n, lateral (values
  ('binary', 1.0::float8), ('weight', weight::float8), ('log', ln(1 + weight::float8)),
  ('bm25', weight::float8 * 101 / (100 * (0.2 + 0.8 * s / mean) + weight::float8) * ln(items::float8 / (1 + m)))) f(weighting, w);
create table pair as
select weighting, l.item, r.item as neighbour, sum(l.w * r.w) as dot, count(*) as customers
from weighed l join weighed r using (weighting, customer) where l.item <> r.item group by 1, 2, 3;
create table size as select weighting, item, count(*) as n, sqrt(sum(w * w)) as length from weighed group by 1, 2;
create table plain as
select p.weighting, measure, p.item, p.neighbour, score, p.customers
from pair p join size l using (weighting, item) join size r on r.weighting = p.weighting and r.item = p.neighbour
  cross join (select count(distinct customer)::float8 as all_customers from held) n,
  lateral (values ('cosine', p.dot / (l.length * r.length)), ('dot', p.dot),
    ('jaccard', case when p.weighting = 'binary' then p.customers / (l.n + r.n - p.customers)::float8 end),
    ('lift', case when p.weighting = 'binary' then p.customers * all_customers / (l.n * r.n) end)) m(measure, score)
where score > 0;
analyze plain;
create table read as
select measure, weighting, n.* from (select distinct measure, weighting from plain) m, summary, affinity_neighbours(a, measure, 1000, weighting) n;
analyze read;
select measure, weighting, count(*), count(*) filter (where r.score is null) as missing, count(*) filter (where p.score is null) as surplus,
  bool_and(abs(r.score - p.score) <= 1e-12 * greatest(1, p.score)) as scores, bool_and(r.customers = p.customers) as customers
from read r full join plain p using (measure, weighting, item, neighbour) group by 1, 2 order by 1, 2;
-- Ranks run from 1 without a gap, by score and then by name; so do fewer neighbours, which are the first of them.
select bool_and(rank = place) as ranks from (select rank, row_number() over (partition by measure, weighting, item order by score desc, neighbour collate "C") as place from read) x;
select m.measure, m.weighting, count(*), bool_and((n.neighbour, n.score) = (r.neighbour, r.score)) as first
from (select distinct measure, weighting from plain) m, summary, affinity_neighbours(a, measure, 3, weighting) n join read r using (item, rank)
where r.measure = m.measure and r.weighting = m.weighting group by 1, 2 order by 1, 2;
-- A score is that of the pair, whichever of the two is asked for.
select bool_and(l.score = r.score and l.customers = r.customers) as symmetric from read l join read r on (l.measure, l.weighting, l.item, l.neighbour) = (r.measure, r.weighting, r.neighbour, r.item);
-- The keys' type, and what is stored, change nothing; items of few holders are left out without a change for the others.
create table twin as
select 'text' as source, n.* from summary, affinity_neighbours(t) n union all
select 'stored', n.* from summary, affinity_neighbours(a) n union all
select 'in memory', n.* from (select affinity_agg(customer, item, weight) as a from trade) s, affinity_neighbours(a) n union all
select 'merged', n.* from (select affinity_merge(a) as a from (select affinity_agg(customer, item, weight) as a from trade group by branch) b) s, affinity_neighbours(a) n;
select source, count(*), count(*) filter (where r.score = t.score and r.neighbour = t.neighbour and r.customers = t.customers) as same
from twin t join read r using (item, rank) where measure = 'cosine' and weighting = 'binary' group by source order by source;
select count(*), bool_and(n.score = r.score and n.customers = r.customers) as same, min(i.customers) as least,
  count(*) = (select count(*) from summary, affinity_neighbours(a, 'cosine', 1000) n, lateral (select min(customers) as m from affinity_items(a) i where i.item in (n.item, n.neighbour)) i where m >= 40) as all_of_them
from summary, affinity_neighbours(a, 'cosine', 1000, min_customers => 40) n join affinity_items(a) i using (item)
join read r on (r.measure, r.weighting, r.item, r.neighbour) = ('cosine', 'binary', n.item, n.neighbour);

-- The eight aggregates agree.
create table kinds as
select affinity_agg(customer, item) as n1, affinity_agg(customer::text, item) as t1,
  affinity_agg(customer, item, pieces) as nb, affinity_agg(customer, item, pieces::numeric) as nn, affinity_agg(customer, item, pieces::float8) as nf,
  affinity_agg(customer::text, item, pieces) as tb, affinity_agg(customer::text, item, pieces::numeric) as tn, affinity_agg(customer::text, item, pieces::float8) as tf,
  affinity_agg(customer, item, weight::float8) as wf, affinity_agg(customer, item, weight) as wn, affinity_agg(customer, item, 1::bigint) as ones,
  affinity_agg(customer::text, item, 1::bigint) as text_ones
from trade;
select affinity_send(n1) = affinity_send(ones) as ones, affinity_send(t1) = affinity_send(text_ones) as text_ones, affinity_send(nb) = affinity_send(nn) and affinity_send(nn) = affinity_send(nf) as pieces,
  affinity_send(tb) = affinity_send(tn) and affinity_send(tn) = affinity_send(tf) as text_pieces from kinds;
select count(*), bool_and(n.weight = f.weight) as as_printed from kinds, affinity_entries(wn) n join affinity_entries(wf) f using (customer, item) group by ();
select sum(weight) = (select count(*) from trade) as rows from kinds, affinity_entries(n1);
select e.* from (select affinity_agg('客户 1', '基金 "A"', w) as a from unnest(array[0.1, 0.2, 1e-12, -0.05]::float8[]) w) s, affinity_entries(a) e;

-- A model is the neighbours, and nothing of the customers.
create table model as select affinity_fit(a, 'cosine', 5, 'log', 2) as m from summary;
select jsonb_object_keys(m) as key from model order by 1;
select m -> 'kind' as kind, m -> 'version' as version, m -> 'method' as method, (m ->> 'customers')::bigint = affinity_customers(a) as customers from model, summary;
select count(*), bool_and(m -> 'items' ->> (place::int) = n.neighbour) as places, bool_and(p.score = n.score) as scores
from model, summary, affinity_neighbours(a, 'cosine', 5, 'log', 2) n,
  lateral (select ordinality - 1 as i from jsonb_array_elements_text(m -> 'items') with ordinality x(name, ordinality) where name = n.item) i,
  lateral (select m -> 'neighbours' -> i::int -> (rank - 1) ->> 0 as place, (m -> 'neighbours' -> i::int -> (rank - 1) ->> 1)::float8 as score) p;
select (select sum(jsonb_array_length(x)) from model, jsonb_array_elements(m -> 'neighbours') x) = (select count(*) from summary, affinity_neighbours(a, 'cosine', 5, 'log', 2)) as as_many,
  (select bool_and(popularity::bigint = customers) from model, summary, jsonb_array_elements_text(m -> 'items') with ordinality x(item, i) join jsonb_array_elements_text(m -> 'popularity') with ordinality y(popularity, i) using (i) join affinity_items(a) p using (item)) as popularity;
select count(*) as problems from model, affinity_model_check(m);
select count(*) as problems from model, policy_check(m);
select policy_valid(m) from model;
select p.* from model, affinity_model_check(jsonb_set(m, '{neighbours,0,0}', '[0, 1]')) p;
select p.* from model, policy_check(jsonb_set(m, '{items,1}', '"A"') - 'popularity') p;
select p.* from affinity_model_check('{"kind": "affinity_model", "version": 2}') p;
select p.* from affinity_model_check('{"kind": "affinity_model", "version": 1, "method": {"measure": "lift", "weighting": "log", "neighbours": 0, "min_customers": 1}, "customers": 1, "items": [1], "popularity": [2], "neighbours": [[[0, 1]]], "more": 1}') p;

-- Nothing, one row, nothing held.
select affinity_agg(customer, item) as no_rows, affinity_merge(null::affinity) as nothing from trade where false;
select affinity_agg(c, i, w)::text as nulls_skipped from (values (1::bigint, 'A', null::numeric), (null, 'A', 1), (2, null, 1), (3, 'B', 1.50)) v(c, i, w);
select affinity_customers(null) as customers, affinity_fit(null) as model, (select count(*) from affinity_items(null)) as items, (select count(*) from affinity_entries(null)) as entries, (select count(*) from affinity_neighbours(null)) as neighbours,
  (select count(*) from affinity_model_check(null)) as problems;
select affinity_customers(a), (select count(*) from affinity_neighbours(a)) as neighbours, affinity_fit(a) as model from (select affinity_agg(1, 'A') as a) s;
select affinity_customers(a), i.*, affinity_fit(a) as model from (select affinity_agg(1, 'A', -1) as a) s, affinity_items(a) i;
select affinity_fit(a, null) as measure, affinity_fit(a, neighbours => null) as neighbours, (select count(*) from affinity_neighbours(a, weighting => null)) as weighting from summary;

-- The text form, and what is not one.
select affinity_agg(c, i, w)::text from (values (2, 'B', 1), (-1, 'A', 2.5), (2, 'A', -1)) v(c, i, w);
select ('{"customers":[{"customer":"b","items":[["Y",1],["X","2.0"]]},{"customer":"a","items":[["X",1]]}]}'::affinity)::text;
select test.error_of(format('select %L::crm.affinity', t)) from unnest(array['', '[]', '{}', '{"customers":[]}', '{"customers":[{"customer":1,"items":[]}]}', '{"customers":[{"customer":1,"items":[["A","x"]]}]}',
  '{"customers":[{"customer":1,"items":[["A",1],["A",1]]}]}', '{"customers":[{"customer":1,"items":[["A",1]]},{"customer":"2","items":[["A",1]]}]}', '{"customers":[{"customer":1,"customer":2,"items":[["A",1]]}]}',
  '{"customers":[{"customer":1,"items":[["A",1]]}],"version":1}']) t;

-- Wrong rows and wrong options.
select test.error_of(q) from unnest(array[
  $$select crm.affinity_agg(1, '')$$, $$select crm.affinity_agg('', 'A')$$, $$select crm.affinity_agg(1, repeat('x', 1001))$$, $$select crm.affinity_agg(repeat('x', 1001), 'A')$$,
  $$select crm.affinity_agg(1, 'A', 'NaN'::numeric)$$, $$select crm.affinity_agg(1, 'A', 'NaN'::float8)$$, $$select crm.affinity_agg(1, 'A', 'infinity'::float8)$$, $$select crm.affinity_agg(1, 'A', 1e27)$$,
  $$select crm.affinity_agg(1, 'A', 1.5e26)::text from generate_series(1, 2)$$,
  $$select crm.affinity_merge(a) from (select crm.affinity_agg(1, 'A') as a union all select crm.affinity_agg('1', 'A')) s$$,
  $$select crm.affinity_fit(a, 'Cosine') from affinity_test.summary$$, $$select crm.affinity_fit(a, weighting => 'tfidf') from affinity_test.summary$$,
  $$select crm.affinity_fit(a, 'lift', weighting => 'log') from affinity_test.summary$$, $$select crm.affinity_fit(a, neighbours => 0) from affinity_test.summary$$,
  $$select crm.affinity_fit(a, neighbours => 1001) from affinity_test.summary$$, $$select crm.affinity_fit(a, min_customers => 0) from affinity_test.summary$$,
  $$select count(*) from affinity_test.summary, crm.affinity_neighbours(a, 'near')$$,
  $$select count(*) from crm.affinity_items((select crm.affinity_agg(i, 'A', 1.5e26) from generate_series(1, 2) i))$$]) q;

-- Groups of their own, and in a window.
select branch, affinity_customers(affinity_agg(customer, item, weight)) = count(distinct customer) filter (where h) as customers
from (select *, sum(weight) over (partition by branch, customer, item) > 0 as h from trade) t group by branch order by branch;
select max(customers), bool_and(customers >= before) as growing from (select customers, lag(customers) over (order by i) as before
  from (select i, affinity_customers(affinity_agg(i % 50, 'P' || i % 7) over (order by i)) as customers from generate_series(1, 200) i) w) x;
drop schema affinity_test cascade;
