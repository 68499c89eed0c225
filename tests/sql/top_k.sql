-- top_k: every object of the surface, against the same question put in plain SQL over the same rows.
set client_min_messages = warning;
create schema top_k_test;
set search_path = top_k_test, crm;
\pset null NULL
\pset format unaligned

create table offer as
select i % 97 as client, case when i % 5 = 0 then '产品' else 'P' end || i % 61 as item, ((i * 7919) % 41 - 20) / 8.0::float8 as score
from generate_series(1, 30000) i;

-- The best of each client, as a window function finds them: an item once, with its highest score; equal scores by bytes.
create view best as
select client, item, max(score) as score, row_number() over (partition by client order by max(score) desc, item collate "C") as rank from offer group by client, item;
select k, count(*) as rows, count(*) filter (where t.item is distinct from b.item or t.score is distinct from b.score) as different
from (values (1), (3), (10), (100)) s (k)
cross join lateral (select client, top_k_agg(item, score, k) as top from offer group by client) a
cross join lateral top_k_items(top) t
full join best b on b.client = a.client and b.rank = t.rank
where k is null or b.rank <= k
group by k order by k;
select sum(n) as of_all, count(*) filter (where n <> least(100, (select count(distinct item) from offer o where o.client = a.client))) as wrong_number
from (select client, (select count(*) from top_k_items(top)) as n from (select client, top_k_agg(item, score, 100) as top from offer group by client) a) a;

-- In any order, in parts, through text and binary: the same bytes.
select bool_and(forward::text = backward::text) as any_order, bool_and(forward::text = merged::text) as in_parts, bool_and(forward::text::top_k::text = forward::text) as as_text,
  bool_and(top_k_send(forward) = top_k_send(merged)) as as_binary
from (select client, top_k_agg(item, score, 7 order by score) as forward, top_k_agg(item, score, 7 order by item desc, score) as backward from offer group by client) a
join (select client, top_k_merge(part) as merged from (select client, item < 'P3' as half, top_k_agg(item, score, 7) as part from offer group by 1, 2) p group by client) m using (client);

-- NULLs and nothing.
select top_k_agg(item, score, 2) as top from (values ('a', 1.5), (null, 9), ('b', null), ('c', -2), ('a', 0)) v (item, score);
select top_k_agg('a', 1, null) as no_k, top_k_agg('a', 1, 3) filter (where false) as no_rows, (select count(*) from top_k_items(null)) as of_null;
select top_k_agg('a', '-0'::float8, 1)::text as zero, top_k_agg(i::text, 1e308 * (i % 3 - 1), 2)::text as extreme from generate_series(1, 9) i;

-- Errors.
select e.* from (values
  ($$select top_k_agg('a', 1, 0)$$), ($$select top_k_agg('a', 1, 10001)$$), ($$select top_k_agg('a', 'nan', 1)$$), ($$select top_k_agg('a', 'infinity', 1)$$),
  ($$select top_k_agg('', 1, 1)$$), ($$select top_k_agg(repeat('x', 1001), 1, 1)$$), ($$select top_k_agg('a', 1, k) from generate_series(1, 2) k$$),
  ($$select top_k_merge(t) from (select top_k_agg('a', 1, k) as t from generate_series(1, 2) k group by k) s$$),
  ($$select '{"k": 1, "items": []}'::top_k$$), ($$select '{"k": 1, "items": [["a", 1], ["b", 1]]}'::top_k$$), ($$select 'x'::top_k$$)) v (sql)
cross join lateral (select test.error_of(sql) as error) e;
