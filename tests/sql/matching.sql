-- matching: every object of the surface. What is allowed and what it scores is asked of plain SQL as well, for all pairs.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema matching_test;
set search_path = matching_test, crm;
\pset null NULL
\pset format unaligned

create function pg_temp.policy(gates jsonb, tags jsonb default '[]', scales jsonb default '{}', more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('kind', 'matching_policy', 'version', 1, 'gates', gates, 'tags', tags, 'scales', scales) || more
$$;

-- A product library and clients, with NULLs everywhere and a grade that is on no scale.
create table product (product_id text primary key, open bool, risk_grade text, professional_only bool, min_experience_years numeric, min_amount numeric,
  term_months int, tags text[], channels text[]);
insert into product
select case when i % 9 = 0 then '产品' else 'P' end || i, i % 11 > 0, (array['R1', 'R2', 'R3', 'R4', 'R5', 'R9', null])[1 + i * 5 % 7], (array[true, false, false, false, null])[1 + i % 5],
  nullif(i % 4, 3) * 2.5, nullif(i % 6, 5) * 250000.00, (array[3, 12, 36, 60, null])[1 + i * 3 % 5],
  case when i % 13 > 0 then (select array_agg(t)
    from unnest(array['债券', '股票', '黄金', 'ESG', 'income', 'growth', 'tax']) with ordinality u(t, j) where i * j % 5 in (1, 2)) end,
  (array['{app,branch}', '{branch}', '{phone,app}', '{}', null]::text[])[1 + i % 5]::text[]
from generate_series(1, 60) i;
create table client (client_id int primary key, risk_class text, professional bool, minimum_class bool, experience_years numeric, assets numeric,
  horizon_months int, holdings text[], interests text[], preferred_channels text[]);
insert into client
select i, (array['C1', 'C2', 'C3', 'C4', 'C5', null, 'C9', 'C3'])[1 + i % 8], (array[false, true, null])[1 + i * 7 % 3], (array[false, true, false, false, null])[1 + i * 3 % 5],
  nullif(i % 7, 6), nullif(i % 10, 9) * 150000, (array[6, 24, 36, null, 120])[1 + i % 5],
  case when i % 4 > 0 then (select array_agg(product_id) from product where length(product_id) * i % 7 < 2 and right(product_id, 1)::int < i % 4) end,
  case when i % 17 > 0 then (select array_agg(t)
    from unnest(array['债券', '股票', '黄金', 'ESG', 'income', 'growth', 'art', 'wine']) with ordinality u(t, j) where i * j % 7 in (1, 3, 5)) end,
  (array['{app}', '{app,branch,video}', '{phone}', null]::text[])[1 + i % 4]::text[]
from generate_series(1, 80) i;
create table library as select catalogue_agg(product_id, to_jsonb(product) - 'product_id') as catalogue from product;

-- The catalogue is what went in, sorted by the bytes of the key; its text is JSON and is read back.
select count(*), bool_and(attributes = to_jsonb(p) - 'product_id') as same,
  array_agg(product order by i) = array_agg(product order by product collate "C") as by_bytes
from library, rows from (catalogue_products(catalogue)) with ordinality c(product, attributes, i) join product p on p.product_id = c.product;
select catalogue::text::catalogue::text = catalogue::text as text, catalogue::text::jsonb::text::catalogue::text = catalogue::text as through_jsonb,
  catalogue::text::jsonb = (select jsonb_build_object('products', jsonb_object_agg(product_id, to_jsonb(p) - 'product_id')) from product p) as documented,
  catalogue_send(catalogue::text::catalogue) = catalogue_send(catalogue) as "binary",
  (select catalogue_agg(product_id, to_jsonb(p) - 'product_id' order by product_id desc)::text from product p) = catalogue::text as in_any_order
from library;

-- Every pair of a client and a product under the example policy: which gates say no, in SQL.
create table grade as select 'R' || i as risk_grade, 'C' || i as risk_class, i as position from generate_series(1, 5) i;
create table judged as
select client_id, product_id, array_remove(array[
    case when open is not true then 'open' end,
    case when professional is not true and not coalesce(r.position <= c.position, false) then 'risk' end,
    case when minimum_class is null or minimum_class and product.risk_grade is distinct from 'R1' then 'minimum_class' end,
    case when professional_only is null or professional_only and professional is not true then 'professional' end,
    case when min_experience_years > experience_years then 'experience' end,
    case when min_amount > assets then 'amount' end,
    case when term_months > horizon_months then 'term' end,
    case when product_id = any (holdings) then 'held' end], null) as excluded_by
from client cross join product left join grade r on r.risk_grade = product.risk_grade left join grade c on c.risk_class = client.risk_class;
-- Its score: 0.8 of the Jaccard index of the interests, where a tag that d of the n products have weighs ln((1 + n) / (1 + d)) + 1,
-- and 0.2 of the share of the preferred channels that the product has.
create table rarity as
select t, ln((1 + 60) / (1 + count(product_id))::float8) + 1 as w
from (select unnest(interests) as t from client union select unnest(tags) from product) tag left join product on t = any (tags) group by t;
create table scored as
select client_id, product_id, 0.8 * coalesce(shared / nullif(whole, 0), 0) + 0.2 * coalesce(share, 0) as score
from client
cross join product
cross join lateral (select sum(w) filter (where t = any (tags) and t = any (interests)) as shared, sum(w) as whole
  from rarity where t = any (tags) or t = any (interests)) j
cross join lateral (select count(*) filter (where t = any (channels)) / nullif(count(*), 0)::float8 as share from unnest(preferred_channels) t) c;

create table explained as
select client_id, e.*
from client, library, rows from (match_explain(catalogue, to_jsonb(client) - 'client_id', matching_policy_example())) with ordinality e(rank, product, verdict, score, priority, neutral_rank, reasons, i);
select count(*) as pairs, count(*) filter (where verdict = 'match') as matches, count(distinct e.client_id) filter (where verdict = 'match') as clients,
  bool_and((verdict = 'match') = (j.excluded_by = '{}')) as same_verdicts,
  bool_and(j.excluded_by = array(select g ->> 'gate' from jsonb_array_elements(reasons -> 'excluded_by') with ordinality u(g, i) order by i))
    filter (where verdict = 'excluded') as same_gates,
  bool_and(abs(e.score - s.score) < 1e-12) as same_scores, count(distinct round(e.score::numeric, 6)) > 20 as many_scores
from explained e join judged j on (j.client_id, j.product_id) = (e.client_id, e.product) join scored s on (s.client_id, s.product_id) = (e.client_id, e.product);
-- Every gate says no to somebody.
select g ->> 'gate' as gate, count(*), string_agg(distinct g ->> 'ground', ' ' order by g ->> 'ground') as grounds
from explained, jsonb_array_elements(reasons -> 'excluded_by') g group by 1 order by 1;
-- match_explain covers every product once: the matches by rank, then the excluded by the score they would have had; equal
-- scores by the bytes of the key.
select bool_and(products = 60) as each_once, bool_and(i = position) as "order", bool_and(rank is not distinct from case verdict when 'match' then position end) as rank,
  count(*) - count(distinct (client_id, score)) > 1000 as ties
from (select *, count(*) over (partition by client_id) as products,
    row_number() over (partition by client_id order by verdict desc, score desc, product collate "C") as position from explained) e;
select count(*) from (select client_id, product from explained except select client_id, product_id from judged) strange;
-- match_products is the head of it, for every k: row by row, and of the reasons the score; of the gates it has the ids of those that apply.
select k, count(*), bool_and(m = e) as same
from unnest(array[1, 2, 5, 31, 32, 33, 59, 60, 61, 10000]) k, client, library
cross join lateral (select jsonb_agg(m order by rank) as m from match_products(catalogue, to_jsonb(client) - 'client_id', matching_policy_example(), k) m) m
cross join lateral (select jsonb_agg(jsonb_build_object('rank', rank, 'product', product, 'score', score, 'priority', priority, 'neutral_rank', neutral_rank, 'reasons', jsonb_build_object('score', reasons -> 'score', 'passed',
    array(select g -> 'gate' from jsonb_array_elements(reasons -> 'gates') with ordinality u(g, j) where g -> 'applies' is distinct from 'false' order by j))) order by rank) as e
  from explained e where e.client_id = client.client_id and rank <= k) e
where m is not null or e is not null
group by k order by k;
select count(*) as at_most_five, bool_and(matches = least(5, all_matches)) as default_k
from (select client_id, (select count(*) from match_products(catalogue, to_jsonb(client) - 'client_id', policy => matching_policy_example())) as matches,
  (select count(*) from explained e where verdict = 'match' and e.client_id = client.client_id) as all_matches from client, library) m;
-- The contributions add up to the score to the last bit; all eight gates of a match are told, and so is which did not apply.
select bool_and(score = sum) as add_up, bool_and(parts = 2 and gates is not distinct from case verdict when 'match' then 8 end) as all_parts,
  bool_and(not_applying > 0) filter (where verdict = 'match') as not_applying
from (select verdict, score, (select sum((c ->> 'contribution')::float8 order by i) from jsonb_array_elements(reasons -> 'score') with ordinality u(c, i)),
    jsonb_array_length(reasons -> 'score') as parts, jsonb_array_length(reasons -> 'gates') as gates,
    (select count(*) from jsonb_array_elements(reasons -> 'gates') g where g ->> 'applies' = 'false') as not_applying
  from explained) e;
select bool_and(array(select jsonb_array_elements_text(c -> 'matched')) = array(select t from unnest(tags) t where t = any (interests) order by t collate "C")) as matched_tags
from explained join product on product = product_id join client using (client_id), jsonb_array_elements(reasons -> 'score') c where c ->> 'component' = 'interests';

-- Every operator on every pair of values: between product and client, with a constant, in a condition; on a scale and
-- without one. NULL stands for an attribute that is not there at all.
create table value as
select row_number() over () as id, v
from unnest(array[null, 'null', '1', '2', '1.0', '-3', '1e27', 'true', 'false', '"a"', '"b"', '"1"', '""', '"low"', '"high"', '"middle"',
  '"2026-01-31"', '"2026-02-28"', '"2026-02-30"', '"2026-2-3"', '[]', '[1]', '[1, 2, 2]', '[2.00, 3]', '["a"]', '["b", "a", "c"]', '["c"]', '["1"]', '[true]',
  '["low", "high"]', '["high"]', '[1, "a"]', '[null]', '["a", null]', '[[1]]', '{}', '{"a": 1}', '"债券"', '["债券", "黄金"]']::jsonb[]) v;
create table operator as
select o, o in ('<', '<=', '>', '>=') as ordering, o in ('contains', 'lacks', 'overlaps', 'disjoint', 'within', 'covers') as of_list,
  o in ('in', 'not_in', 'overlaps', 'disjoint', 'within', 'covers') as takes_list
from unnest(array['=', '<>', '<', '<=', '>', '>=', 'in', 'not_in', 'contains', 'lacks', 'overlaps', 'disjoint', 'within', 'covers']) o;
-- How a text is read: by its position on a scale, as a date by the operators that order, or as it is.
create table reading as
select on_scale, ordering, array['low', 'middle', 'high'] as scale from unnest(array[true, false]) on_scale, unnest(array[true, false]) ordering;
create function pg_temp.day(value text) returns date language plpgsql as $$
begin
  return case when value ~ '^\d{4}-\d{2}-\d{2}$' then value::date end;
exception when datetime_field_overflow then
  return null;
end $$;
create function pg_temp.type_of(v jsonb, r reading) returns text language plpgsql as $$
begin
  return case jsonb_typeof(v)
    when 'null' then 'missing'
    when 'number' then case when abs(v::text::numeric) < 1.7e26 then 'number' else 'odd' end
    when 'boolean' then 'boolean'
    when 'string' then case when r.on_scale then case when v #>> '{}' = any (r.scale) then 'position' else 'odd' end
      when not r.ordering then 'text' when pg_temp.day(v #>> '{}') is null then 'odd' else 'date' end
    when 'array' then (select case when count(distinct type) > 1 or min(type) in ('odd', 'missing') then 'odd' else coalesce(min(type), 'any') end
      from jsonb_array_elements(v) item, lateral (select case when jsonb_typeof(item) = 'array' then 'odd' else pg_temp.type_of(item, r) end as type) t)
    when 'object' then 'odd'
    else 'missing' end;
end $$;
create table operand as
select id, v, on_scale, ordering, type, coalesce(jsonb_typeof(v) = 'array', false) as list, case when jsonb_typeof(v) = 'array' then v else '[]' end as items,
  case type when 'number' then case when jsonb_typeof(v) = 'number' then v::text::numeric end when 'position' then array_position(scale, v #>> '{}')
    when 'date' then pg_temp.day(v #>> '{}') - date '2000-01-01' end as place
from value, reading r, pg_temp.type_of(v, r) type;
create table outcome as
select o, on_scale, l.id as l, r.id as r, case
    when 'odd' in (l.type, r.type) then 'incomparable'
    when 'missing' in (l.type, r.type) then 'missing'
    when l.type <> r.type and 'any' not in (l.type, r.type) or l.list <> of_list or r.list <> takes_list then 'incomparable'
    when ordering and l.type not in ('number', 'date', 'position') then 'incomparable'
    when case o
      when '=' then l.v = r.v when '<>' then l.v <> r.v
      when '<' then l.place < r.place when '<=' then l.place <= r.place when '>' then l.place > r.place when '>=' then l.place >= r.place
      when 'in' then r.v @> l.v when 'not_in' then not r.v @> l.v when 'contains' then l.v @> r.v when 'lacks' then not l.v @> r.v
      when 'overlaps' then common when 'disjoint' then not common when 'within' then r.v @> l.v when 'covers' then l.v @> r.v end then 'holds'
    else 'fails' end as outcome
from operator join operand l using (ordering) join operand r using (ordering, on_scale)
cross join lateral (select exists (select from jsonb_array_elements(l.items) a join jsonb_array_elements(r.items) b on a = b) as common) c;

create table shelf as select catalogue_agg(id::text, case when v is null then '{}' else jsonb_build_object('x', v) end) as catalogue from value;
create table asker as select id as r, case when v is null then '{}' else jsonb_build_object('y', v) end as client from value;
create function pg_temp.said(reasons jsonb) returns text language sql as $$
  select coalesce(reasons #>> '{excluded_by,0,ground}', case reasons #>> '{gates,0,applies}' when 'false' then 'does not apply' else 'passes' end)
$$;
create function pg_temp.of_gate(gate jsonb, on_scale bool) returns jsonb language sql as $$
  select pg_temp.policy(jsonb_build_array('{"id": "g"}' || gate), scales => case when on_scale then '{"x": ["low", "middle", "high"]}'::jsonb else '{}' end)
$$;
-- Product with client; what is missing excludes, or passes if the gate says so.
create table said as
select o, on_scale, missing, product::bigint as l, r, verdict, pg_temp.said(reasons) as said
from (select o, on_scale, missing, pg_temp.of_gate(jsonb_build_object('product', 'x', 'is', o, 'client', 'y', 'missing', missing), on_scale) as policy
  from operator, unnest(array[true, false]) on_scale, unnest(array[null, 'exclude', 'pass']) missing) p,
  shelf, asker, match_explain(catalogue, client, policy);
select on_scale, missing, count(*), count(distinct said) as kinds, bool_and((verdict = 'match') = (said = 'passes')) as verdicts,
  bool_and(said = case outcome when 'holds' then 'passes' when 'fails' then 'comparison'
    when 'missing' then case missing when 'pass' then 'passes' else 'missing' end else outcome end) as "right"
from said join outcome using (o, on_scale, l, r) group by 1, 2 order by 1, 2;
-- In a condition: the gate (which nobody passes) applies when it holds, or when something is missing and that is to apply.
create table conditional as
select o, on_scale, missing, product::bigint as l, r, pg_temp.said(reasons) as said
from (select o, on_scale, missing, pg_temp.of_gate(jsonb_build_object('product', 'product', 'is', '=', 'value', 'none',
    'when', jsonb_build_object('product', 'x', 'is', o, 'client', 'y', 'missing', missing)), on_scale) as policy
  from operator, unnest(array[true, false]) on_scale, unnest(array[null, 'exclude', 'pass', 'apply']) missing) p,
  shelf, asker, match_explain(catalogue, client, policy) where r % 2 = 0;
select on_scale, missing, count(*), bool_and(said = case outcome when 'holds' then 'comparison' when 'fails' then 'does not apply'
    when 'missing' then case missing when 'apply' then 'comparison' when 'pass' then 'does not apply' else 'missing' end else outcome end) as "right"
from conditional join outcome using (o, on_scale, l, r) group by 1, 2 order by 1, 2;
-- With a constant: as with a client who has that value; and a client with a constant as a product with it. What no value
-- could be compared with is a problem of the policy.
create table constant as
select o, on_scale, r, refused, pg_temp.of_gate(jsonb_build_object('product', 'x', 'is', o, 'value', v), on_scale) as of_product,
  pg_temp.of_gate(jsonb_build_object('client', 'x', 'is', o, 'value', v), on_scale) as of_client
from operator join (select id as r, * from operand) r using (ordering)
cross join lateral (select type in ('missing', 'odd') or list <> takes_list or ordering and type = 'boolean' as refused) c;
select count(*), count(*) filter (where refused) as refused, bool_and(refused = exists (select from matching_policy_check(of_product) where path like 'gates[0].%')) as of_product,
  bool_and(refused = exists (select from matching_policy_check(of_client) where path like 'gates[0].%')) as of_client from constant;
create table compared as
select o, on_scale, product::bigint as l, r, pg_temp.said(reasons) as said, (select pg_temp.said(c.reasons) from match_explain('{"products": {"P": {}}}', attributes, of_client) c) as of_client
from constant, shelf, match_explain(catalogue, '{}', of_product) join catalogue_products(catalogue) p using (product) where not refused;
select on_scale, count(*), bool_and(said = case outcome when 'holds' then 'passes' when 'fails' then 'comparison' else outcome end) as of_product, bool_and(of_client = said) as of_client
from compared join outcome using (o, on_scale, l, r) group by 1 order by 1;

-- The measures, with weights and idf: a tag is a text or a number by its text; the same twice counts once; the rest is no tag.
create table taste as
select i, v
from unnest(array['["债券", "tax"]', '["债券", "债券", "growth"]', '"债券"', '[]', '["x", "y", "zero"]', '[7, "债券", "tax", "growth"]', '["7"]', '[7.0, null, true, {}, ["tax"]]',
  '7', 'true', '{}', 'null', '["zero"]']::jsonb[]) with ordinality u(v, i);
create table tag as
select i, t, case t when '债券' then 2.5 when 'tax' then 0.25 when 'zero' then 0 else 1.5 end as given, ln((1 + 13) / (1 + count(*) over (partition by t))::float8) + 1 as rarity
from (select distinct i, case jsonb_typeof(item) when 'number' then trim_scale((item #>> '{}')::numeric)::text else item #>> '{}' end as t
  from taste, jsonb_array_elements(case jsonb_typeof(v) when 'array' then v else jsonb_build_array(v) end) item where jsonb_typeof(item) in ('string', 'number')) d;
create table measured as
select measure, idf, weighted, product::int as p, c.i as c, score
from unnest(array['jaccard', 'share_of_product', 'share_of_client', 'cosine']) measure, unnest(array[true, false]) idf, unnest(array[true, false]) weighted, taste c,
  (select catalogue_agg(i::text, jsonb_build_object('tags', v)) as catalogue from taste) k,
  match_explain(catalogue, jsonb_build_object('wants', c.v), pg_temp.policy('[]', jsonb_build_array(jsonb_build_object('id', 't', 'product', 'tags', 'client', 'wants',
    'measure', measure, 'weight', 3, 'idf', idf, 'weights', case when weighted then '{"债券": 2.5, "tax": 0.25, "zero": 0}'::jsonb end, 'default_weight', case when weighted then 1.5 end))));
create table mass as
select measure, idf, weighted, i, t, case measure when 'cosine' then w * w else w end as w
from (select distinct measure, idf, weighted from measured) m, tag, lateral (select case when weighted then given else 1 end * case when idf then rarity else 1 end as w) w;
select measure, idf, weighted, count(*), bool_and(abs(score - coalesce(expected, 0)) < 1e-12) as "right", bool_and(score between 0 and 1) as in_range, count(*) filter (where score = 1) as perfect, count(*) filter (where score > 0) as overlaps
from measured m
cross join lateral (select coalesce(sum(w) filter (where i = p), 0) as of_p, coalesce(sum(w) filter (where i = c), 0) as of_c,
  coalesce(sum(w) filter (where i = p and t in (select t from tag where i = c)), 0) as of_both from mass where (mass.measure, mass.idf, mass.weighted) = (m.measure, m.idf, m.weighted)) s
cross join lateral (select case measure when 'jaccard' then of_both / nullif(of_p + of_c - of_both, 0) when 'share_of_product' then of_both / nullif(of_p, 0)
  when 'share_of_client' then of_both / nullif(of_c, 0) else of_both / nullif(sqrt(of_p * of_c), 0) end as expected) e
group by 1, 2, 3 order by 1, 2, 3;
-- Plain numbers, to the bit: 2 of 3 product tags, 2 of 4 client tags, 2 of 5 in all.
select measure, score, case measure when 'jaccard' then 2 / 5.0::float8 when 'share_of_product' then 2 / 3.0::float8 when 'share_of_client' then 2 / 4.0 else 2 / sqrt(12.0::float8) end = score as exact
from unnest(array['jaccard', 'share_of_product', 'share_of_client', 'cosine']) measure, match_products('{"products": {"P": {"t": ["a", "b", "c"]}}}', '{"t": ["a", "b", "x", "y"]}',
  pg_temp.policy('[]', jsonb_build_array(jsonb_build_object('id', 't', 'product', 't', 'client', 't', 'measure', measure, 'weight', 0.001)))) order by measure;
-- Weights share the score out; sixty-four parts still make one. What fits perfectly scores 1.
select n, score, score = (select sum((c ->> 'contribution')::float8 order by i) from jsonb_array_elements(reasons -> 'score') with ordinality u(c, i)) as add_up,
  bool_and(abs((c ->> 'contribution')::float8 - (c ->> 'weight')::float8 / total) < 1e-12) as by_weight
from unnest(array[1, 2, 3, 7, 64]) n
cross join lateral (select jsonb_agg(jsonb_build_object('id', 't' || i, 'product', 'x', 'client', 'x', 'measure', 'cosine', 'weight', 1 + i * 7 % 5 / 10.0, 'idf', i % 2 = 0)) as tags, sum(1 + i * 7 % 5 / 10.0)::float8 as total from generate_series(1, n) i) t
cross join lateral match_products('{"products": {"P": {"x": ["a", "债券", 7]}, "Q": {"x": "b"}}}', '{"x": [7, "a", "债券"]}', pg_temp.policy('[]', tags), 1) m
cross join lateral jsonb_array_elements(reasons -> 'score') c
group by n, score, reasons order by n;
-- The minimum score is reached when the score equals it. What misses it says so, beside the gates that say no.
select minimum, product, verdict, score, reasons -> 'excluded_by' as excluded_by
from unnest(array[0, 0.5, 0.51, 1]) minimum, match_explain('{"products": {"half": {"t": ["a", "b"], "open": true}, "none": {"open": false}}}', '{"t": ["a"]}',
  pg_temp.policy('[{"id": "open", "product": "open", "is": "=", "value": true}]', '[{"id": "t", "product": "t", "client": "t", "measure": "jaccard", "weight": 1}]', more => jsonb_build_object('minimum_score', minimum)))
order by minimum, product;

-- Equal scores: by the bytes of the key, which no collation changes; so k cuts them in the same place everywhere.
select k, string_agg(product, ' ' order by rank) as products
from unnest(array[1, 3, 10]) k, (select catalogue_agg(key, '{}') as catalogue from unnest(array['b', 'B', 'a', 'é', 'Z', '债', 'aa', '10', '9']) key) c,
  match_products(catalogue, '{}', pg_temp.policy('[{"id": "any", "product": "product", "is": "<>", "value": ""}]'), k) group by k order by k;
-- No gates: everything passes; no tags: every score is 0.
select 'no gates' as policy, m.* from match_products('{"products": {"A": {"t": 1}, "B": {"t": 2}}}', '{"t": [2]}', pg_temp.policy('[]', '[{"id": "t", "product": "t", "client": "t", "measure": "jaccard", "weight": 1}]')) m
union all select 'no tags', m.* from match_products('{"products": {"A": {"t": 1}, "B": {"t": 2}}}', '{"t": [2]}', pg_temp.policy('[{"id": "t", "product": "t", "is": "in", "client": "t"}]')) m order by 1, 2;

-- What a client is told, in both languages; lists longer than twenty by their length and what they have in common.
select rank, product, verdict, score, jsonb_pretty(reasons) as reasons
from match_explain('{"products": {"稳健债券": {"grade": "R2", "tags": ["债券", "固收"], "sold_in": ["上海", "北京"]}, "科技股票": {"grade": "R5", "tags": ["股票"], "sold_in": ["上海"]}}}',
  '{"class": "C3", "interests": ["债券"], "city": "北京"}',
  pg_temp.policy('[{"id": "risk", "product": "grade", "is": "<=", "client": "class", "reason": {"en": "Too risky", "zh": "产品风险等级高于客户"}},
      {"id": "city", "product": "sold_in", "is": "contains", "client": "city", "missing": "pass", "reason": "本地不销售"},
      {"id": "adult", "client": "age", "is": ">=", "value": 18, "when": {"product": "adults_only", "is": "=", "value": true, "missing": "pass"}}]',
    '[{"id": "interests", "label": {"en": "Interests", "zh": "兴趣标签"}, "product": "tags", "client": "interests", "measure": "jaccard", "weight": 1}]',
    '{"grade": ["R1", "R2", "R3", "R4", "R5"], "class": ["C1", "C2", "C3", "C4", "C5"]}')) order by product;
select n, product, verdict, coalesce(reasons #> '{excluded_by,0}', reasons #> '{gates,0}') as gate
from unnest(array[20, 21, 3000]) n, lateral (select jsonb_build_object('holdings', jsonb_agg('P' || i)) as client from generate_series(1, n) i) c,
  match_explain('{"products": {"P7": {}, "Q": {}}}', client, pg_temp.policy('[{"id": "held", "product": "product", "is": "not_in", "client": "holdings"}]')) where n > 20 or product = 'Q';
-- Keys are texts: a holding that is a number compares with none of them, and is told so rather than let through.
select holdings, verdict, reasons #>> '{excluded_by,0,ground}' as ground
from unnest(array['["7"]', '[7]', '["8"]', '[]', '"7"']::jsonb[]) holdings, match_explain('{"products": {"7": {}}}', jsonb_build_object('holdings', holdings), pg_temp.policy('[{"id": "held", "product": "product", "is": "not_in", "client": "holdings"}]'));

-- The catalogue stored: plain, compressed, out of line; as text; in two and sixty parts; of 60 products and of 3000.
create table large_product as
select 'P' || i as product_id, true as open, 'R' || 1 + i % 5 as risk_grade, false as professional_only, (array[3, 12, 36])[1 + i % 3] as term_months,
  array[md5((i % 97)::text), (array['债券', '股票', '黄金', 'income', 'growth'])[1 + i * 7 % 5], 'tag' || i % 200] as tags
from generate_series(1, 3000) i;
create table stored (size text, form text, catalogue catalogue, primary key (size, form));
insert into stored select 'small', 'as made', catalogue from library union all
select 'large', 'as made', catalogue_agg(product_id, to_jsonb(l) - 'product_id') from large_product l;
alter table stored alter catalogue set storage external;
insert into stored select size, 'not compressed', catalogue::text::catalogue from stored;
insert into stored select 'small', 'merged of two', catalogue_merge(c) from (select catalogue_agg(product_id, to_jsonb(p) - 'product_id') as c from product p group by length(tags[1])) parts
union all select 'large', 'merged of sixty', catalogue_merge(c order by part desc) from (select length(product_id) * 20 + right(product_id, 1)::int as part, catalogue_agg(product_id, to_jsonb(l) - 'product_id') as c from large_product l group by 1) parts
union all select 'small', 'merged with itself', catalogue_merge(catalogue) from library, generate_series(1, 3);
select size, form, pg_column_size(catalogue) > 2000 as large, catalogue::text = (select catalogue::text from stored a where a.size = s.size and form = 'as made') as same from stored s order by 1, 2;
select bool_and(pg_column_size(a.catalogue) < pg_column_size(b.catalogue)) as compressed, count(*) from stored a join stored b using (size) where a.form = 'as made' and b.form = 'not compressed';
create table asking as select client_id, to_jsonb(client) || '{"minimum_class": false, "professional": null}' as client from client where client_id % 5 = 1;
create table kept as
select size, form, client_id, m.* from (select * from stored, asking order by size, form offset 0) s, match_products(catalogue, client, matching_policy_example(), k => 7) m;
select size, form, count(*), bool_and(kept = made) as same
from (select size, form, client_id, jsonb_agg(jsonb_build_array(rank, product, score, reasons) order by rank) as kept from kept group by 1, 2, 3) k
join (select size, client_id, jsonb_agg(jsonb_build_array(rank, product, score, reasons) order by rank) as made from kept where form = 'as made' group by 1, 2) m using (size, client_id)
group by 1, 2 order by 1, 2;
-- 3000 products: how many the gates let through, and the best, for every client.
select count(*), bool_and(products = 3000) as each_once, bool_and(matches = expected) as matches, sum(matches) > 5000 as many,
  bool_and(best = array(select product from kept where (size, form) = ('large', 'as made') and kept.client_id = e.client_id order by rank)) as best
from (select client_id, count(*) as products, count(rank) as matches, coalesce(array_agg(product order by rank) filter (where rank <= 7), '{}') as best
  from asking, stored, match_explain(catalogue, client, matching_policy_example()) where (size, form) = ('large', 'as made') group by 1) e
join (select client_id, count(*) filter (where r.position <= c.position and term_months <= coalesce(horizon_months, 999) and product_id <> all (coalesce(holdings, '{}'))) as expected
  from client cross join large_product l join grade r on r.risk_grade = l.risk_grade left join grade c on c.risk_class = client.risk_class group by 1) s using (client_id);
-- More products than are asked for, and more asked for than there are.
select k, count(*), max(rank), count(distinct rank) from unnest(array[1, 2999, 3000, 10000]) k, stored,
  match_products(catalogue, '{}', pg_temp.policy('[{"id": "open", "product": "open", "is": "=", "value": true}]'), k) where (size, form) = ('large', 'as made') group by k order by k;

-- What is compiled at a call site is not used for another policy or another catalogue: twenty of each, of the same length
-- and different in one place, more than a call site remembers, in turn, in blocks, with NULLs between.
create table version (v int, catalogue catalogue, policy jsonb, in_line catalogue);
alter table version alter catalogue set storage external, alter policy set storage external;
insert into version
select v, catalogue_agg(product_id, jsonb_build_object('grade', case when i = v then 2 else 1 end, 'text', repeat('same ', 100))),
  pg_temp.policy(jsonb_build_array(jsonb_build_object('id', 'g', 'product', 'grade', 'is', '=', 'value', 2), jsonb_build_object('id', 'n', 'product', 'product', 'is', '<>', 'value', 'P' || v + 10)),
    more => jsonb_build_object('note', repeat('same ', 500)))
from generate_series(1, 20) v, lateral (select i, 'P' || i + 10 as product_id from generate_series(1, 20) i) p group by v;
update version set in_line = catalogue::text::catalogue;
select count(distinct catalogue::text) as catalogues, count(distinct policy) as policies, count(distinct octet_length(catalogue::text)) as lengths, min(pg_column_size(catalogue)) > 2000 and min(pg_column_size(policy)) > 2000 as out_of_line,
  max(pg_column_size(in_line)) < 1500 as compressed_in_line from version;
select turn, count(*), bool_and(found is not distinct from case when c.v <> p.v then 'P' || c.v + 10 end) as "right", bool_and(m2.in_line is not distinct from found) as in_line, bool_and(in_memory is not distinct from found) as in_memory
from (values ('both in turn', 7, 9), ('catalogue in turn', 1, 0), ('policy in turn', 0, 1), ('blocks', 0, 0)) t(turn, of_catalogue, of_policy)
cross join generate_series(0, 799) i
join version c on c.v = 1 + case turn when 'blocks' then i / 40 else i * of_catalogue % 20 end
join version p on p.v = 1 + case turn when 'blocks' then i / 2 % 20 else i * of_policy % 20 end
cross join lateral (select string_agg(product, ' ' order by rank) as found from match_products(c.catalogue, '{}', p.policy)) m
cross join lateral (select string_agg(product, ' ' order by rank) as in_line from match_products(c.in_line, '{}', p.policy || '{"name": "x"}')) m2
cross join lateral (select string_agg(product, ' ' order by rank) as in_memory from match_products(catalogue_combine(c.in_line, null), '{}', p.policy)) m3
group by turn order by turn;
select count(*), bool_and(found is not distinct from case when v % 3 = 0 or v % 4 = 0 then null else 'P' || v + 10 end) as with_null_between
from version v cross join generate_series(1, 20) i cross join lateral (select string_agg(product, ' ' order by rank) as found
  from match_products(case when v % 3 > 0 then catalogue end, '{}', case when v % 4 > 0 then (select policy from version w where w.v = v.v % 20 + 1) end)) m;
set plan_cache_mode = force_generic_plan;
prepare asked(catalogue, jsonb, jsonb, int) as select string_agg(product, ' ' order by rank) from match_products($1, $2, $3, $4);
execute asked('{"products": {"A": {"t": 1}, "B": {"t": 2}}}', '{"t": 1}', '{"kind": "matching_policy", "version": 1, "gates": [{"id": "g", "product": "t", "is": "=", "client": "t"}]}', 5);
execute asked('{"products": {"A": {"t": 2}, "B": {"t": 1}}}', '{"t": 1}', '{"kind": "matching_policy", "version": 1, "gates": [{"id": "g", "product": "t", "is": "=", "client": "t"}]}', 5);
execute asked('{"products": {"A": {"t": 2}, "B": {"t": 1}}}', '{"t": 1}', '{"kind": "matching_policy", "version": 1, "gates": [{"id": "g", "product": "t", "is": ">", "client": "t"}]}', 5);
deallocate asked;
reset plan_cache_mode;

-- NULL arguments: no rows. What is no object, and k out of bounds, are errors.
select (select count(*) from match_products(null, '{}', matching_policy_example())) as catalogue, (select count(*) from match_products(catalogue, null, matching_policy_example())) as client,
  (select count(*) from match_products(catalogue, '{}', null)) as policy, (select count(*) from match_products(catalogue, '{}', matching_policy_example(), null)) as k,
  (select count(*) from match_explain(null, '{}', matching_policy_example())) as explain, (select count(*) from match_explain(catalogue, null, matching_policy_example())) as explain_client,
  (select count(*) from match_explain(catalogue, '{}', null)) as explain_policy, (select count(*) from catalogue_products(null)) as products, (select count(*) from matching_policy_check(null)) as problems from library;
select client, k, test.error_of(format('select count(*) from matching_test.library, crm.match_products(catalogue, %L, crm.matching_policy_example(), %s)', client, k))
from unnest(array['{}', '[]', '"x"', '5', 'null', 'true']) with ordinality c(client, i) cross join unnest(array[0, -1, 1, 10000, 10001, -2147483648, 2147483647]) with ordinality k(k, j) where client = '{}' or k = 1 order by i, j;
select client, test.error_of(format('select count(*) from matching_test.library, crm.match_explain(catalogue, %L, crm.matching_policy_example())', client)) from unnest(array['{}', '[]', 'null']) client;
-- What jsonb holds and the JSON library does not read: its own key for numbers, and more than 127 levels.
select left(client, 50) as client, test.error_of(format('select count(*) from matching_test.library, crm.match_products(catalogue, %L, crm.matching_policy_example())', client)) as products, test.error_of(format('select count(*) from matching_test.library, crm.match_explain(catalogue, %L, crm.matching_policy_example())', client)) as explain
from unnest(array['{"$serde_json::private::Number": "1"}', '{"$serde_json::private::Number": "x"}', '{"a": ' || repeat('[', 126) || repeat(']', 126) || '}', '{"b": ' || repeat('[', 127) || repeat(']', 127) || '}']) client;

-- Building a catalogue: rows with a NULL are skipped, twice the same is once, a contradiction names the key but no content.
select catalogue_agg(p, a) as catalogue from (values ('P1', '{"b": 1, "a": [true, null]}'::jsonb), ('P1', '{"a": [true, null], "b": 1}'), (null, '{}'), ('P2', null), ('产品', '{"product": "产品", "n": 1.50}')) v(p, a);
select catalogue_agg(p, null) as only_null, catalogue_merge(null) as nothing_merged, catalogue_combine(null, null) as combined, catalogue_push(null, null, '{}') as pushed, catalogue_push(null, 'A', '{}') as first from (values ('P'), (null)) v(p);
select catalogue_combine(c, null)::text = c::text as beside_null, catalogue_combine(null, c)::text = c::text as null_beside, catalogue_push(c, 'P', null)::text = c::text as null_pushed, catalogue_combine(c, c)::text = c::text as with_itself,
  catalogue_combine('{"products": {"A": {}}}', '{"products": {"B": {}}}')::text as two from (select catalogue as c from library) l;
select p, left(a, 60) as attributes, test.error_of(format('select crm.catalogue_agg(p, a) from (values (%L, %L::jsonb), (%L, %L)) v(p, a)', 'P', '{"price": 5, "note": "x"}', p, a))
from (values ('P', '{"note": "x", "price": 5}'), ('P', '{"price": 6, "note": "x"}'), ('P', '{"price": 5}'), ('P', '{"price": 5.0, "note": "x"}'), ('', '{}'), ('Q', '[]'), ('Q', '"text"'), ('Q', 'null'), ('Q', '{"product": "P"}'), ('Q', '{"product": 7}'),
  ('Q', '{"$serde_json::private::Number": "1"}'), ('Q', repeat('{"a":', 101) || '1' || repeat('}', 101)), (repeat('长', 100), '5')) v(p, a);
select test.error_of($$ select crm.catalogue_merge(c) from unnest(array['{"products": {"A": {"x": 1}}}', '{"products": {"B": {}}}', '{"products": {"A": {"x": 2}}}']::crm.catalogue[]) c $$) as merge,
  test.error_of($$ select crm.catalogue_combine('{"products": {"A": {"x": 1}}}', '{"products": {"A": {}}}') $$) as combine, test.error_of($$ select crm.catalogue_push('{"products": {"A": {"x": 1}}}', 'A', '{"x": 2}') $$) as push;
select text, test.error_of(format('select %L::crm.catalogue', text))
from unnest(array['', '{}', '[]', '{"products": []}', '{"products": {}}', '{"products": {"": {}}}', '{"products": {"A": 5}}', '{"products": {"A": {"product": "B"}}}', '{"products": {"A": {}}, "digest": "x"}', '{"products": {"A": {"x": 1}', '{"products": {"A": {"x": 1}, "B": {"t": ["债券"]}}}']) text;
create table copied (c catalogue);
copy copied from stdin;
{"products": {"B": {}, "A": {"z": 1.50, "a": "\\""}}}
\N
\.
copy copied to stdout;

-- Every problem of a policy with its path; a policy with one is not used, and the error names the first.
select count(*) as problems_of_the_example from matching_policy_check(matching_policy_example());
select label, c.* from (values ('empty', '{}'::jsonb), ('no object', '[]'), ('says nothing', pg_temp.policy('[]')), ('other kind', tier_policy_example() - 'name'), ('version', pg_temp.policy('[]', more => '{"version": 2}')), ('more', pg_temp.policy('[{"id": "a", "product": "x", "is": "=", "value": 1}]', more => '{"gate": [], "minimum_score": 2}')),
  ('excludes all', pg_temp.policy('[{"id": "a", "product": "x", "is": "=", "value": 1}]', more => '{"minimum_score": 0.1}')), ('no lists', pg_temp.policy('{}', '5', '[]')), ('null is left out', pg_temp.policy('null', '[{"id": "t", "product": "x", "client": "x", "measure": "cosine", "weight": 1, "idf": null}]', 'null')),
  ('scales', pg_temp.policy('[{"id": "a", "product": "x", "is": "<", "client": "y"}]', scales => '{"x": ["a"], "y": ["a", "a"], "w": "a"}')), ('scale of nothing', pg_temp.policy('[{"id": "a", "product": "x", "is": "<", "client": "y"}]', scales => '{"x": ["a", "b"], "z": ["a", "b"]}')), ('members', pg_temp.policy('[5, {"id": ""}, {"is": "<", "value": 1}]', '["x", {}]')),
  ('gates', pg_temp.policy('[{"id": "a", "product": "x", "is": "==", "value": 1}, {"id": "a", "product": "x", "is": "=", "client": "y", "value": 1, "missing": "apply", "reason": {"en": 1}}, {"id": "c", "client": "x", "is": "=", "product": 5, "value": 1},
    {"id": "d", "product": "x", "is": "<", "value": "R1"}, {"id": "e", "product": "x", "is": "in", "value": "a"}, {"id": "f", "product": "x", "is": "=", "value": 1, "when": {"product": "y", "is": "=", "value": {}, "missing": "maybe", "reason": "x"}}]')),
  ('tags', pg_temp.policy('[]', '[{"id": "t", "product": "x", "client": "x", "measure": "dice", "weight": 0, "weights": {"债券": -1}, "idf": 1}, {"id": "t", "client": "", "weight": 1e9, "measure": "jaccard", "default_weight": "x"}]')),
  ('257 gates', pg_temp.policy((select jsonb_agg(jsonb_build_object('id', i::text, 'product', 'x', 'is', '=', 'value', 1)) from generate_series(1, 257) i))),
  ('65 tags', pg_temp.policy('[]', (select jsonb_agg(jsonb_build_object('id', i::text, 'product', 'x', 'client', 'x', 'measure', 'jaccard', 'weight', 1)) from generate_series(1, 65) i)))) p(label, policy), matching_policy_check(policy) c;
select test.error_of($$ select crm.match_products(catalogue, '{}', '{}') from matching_test.library $$) as empty, test.error_of($$ select crm.match_explain(catalogue, '{}', jsonb_set(crm.matching_policy_example(), '{gates,1,is}', '"=<"')) from matching_test.library $$) as edited;

-- A role that was granted nothing but the use of the schema (see install).
drop schema matching_test cascade;
\connect - banker
\pset format unaligned
select m.rank, m.product, e.verdict, (select count(*) from crm.matching_policy_check('{}')) > 0 as checked
from (select crm.catalogue_merge(c) as catalogue from (select crm.catalogue_agg(p, '{"open": true}') as c from unnest(array['A', 'B']) p group by p) c) c,
  crm.match_products(catalogue, '{}', '{"kind": "matching_policy", "version": 1, "gates": [{"id": "open", "product": "open", "is": "=", "value": true}]}') m join crm.match_explain(catalogue, '{}', '{"kind": "matching_policy", "version": 1, "gates": [{"id": "open", "product": "open", "is": "=", "value": true}]}') e using (product) order by 1;
