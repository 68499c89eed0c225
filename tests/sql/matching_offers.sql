-- What decides the order of offers, and the gates that are more than a comparison: asked of plain SQL as well, for all pairs.
set client_min_messages = warning;
create schema matching_offers_test;
set search_path = matching_offers_test, crm;
\pset null NULL
\pset format unaligned

create function pg_temp.policy(more jsonb) returns jsonb language sql as $$ select '{"kind": "matching_policy", "version": 1}'::jsonb || more $$;
create function pg_temp.gate(gate jsonb, scales jsonb default '{}') returns jsonb language sql as $$
  select pg_temp.policy(jsonb_build_object('scales', scales, 'gates', jsonb_build_array('{"id": "g"}'::jsonb || gate)))
$$;

-- A product library and clients, with NULLs everywhere, grades that are on no scale and figures that are none.
create table product (product_id text primary key, type text, risk_grade text, term_months int, requires text[], issuer jsonb, price jsonb, serves jsonb, quality jsonb,
  margin numeric, minutes numeric, tags text[], market jsonb);
insert into product
select case when i % 9 = 0 then '产品' else 'P' end || i, (array['fund', 'note', null])[1 + i % 3], (array['R1', 'R2', 'R3', 'R4', 'R5', 'R9', null])[1 + i * 5 % 7], (array[3, 12, 36, null])[1 + i % 4], case when i % 10 = 0 then array['structured'] end,
  (array['"A"', '"B"', '"C"', '5', 'true', 'null', '""'])[1 + i % 7]::jsonb, (array['0', '100', '2500.50', '10000', '"x"', 'null'])[1 + i % 6]::jsonb,
  case i % 5 when 0 then null when 1 then '["pension", "saving"]' when 2 then '"cover"' else jsonb_build_object('pension', i % 4 / 3.0, '债券', 0.5, 'saving', 7, 'cover', 'x') end,
  (array['0.25', '0.5', '3', '-1', '"x"', 'null'])[1 + i % 6]::jsonb, nullif(i % 8, 7) * 0.5 - 1, nullif(i % 5, 4) * 10,
  case when i % 7 > 0 then (select array_agg(t) from unnest(array['债券', '股票', '黄金', 'ESG', 'income']) with ordinality u(t, j) where i * j % 4 in (1, 2)) end,
  case i % 6 when 0 then null when 1 then '{"kind": "target_market", "version": 1, "include": {"client": "age", "is": "<", "value": 60}}'
    when 2 then '{"kind": "target_market", "version": 1, "exclude": {"client": "objectives", "is": "contains", "value": "guarantee"}}'
    when 3 then '{"kind": "target_market", "version": 1, "include": {"client": "age", "is": "<", "value": 60}, "exclude": {"client": "objectives", "is": "contains", "value": "guarantee", "missing": "fails"}}'
    else 'null' end::jsonb
from generate_series(1, 40) i;
create table client (client_id int primary key, risk_class text, minimum_class bool, professional bool, assessed_on date, initiative text, acknowledged text[], horizon_months int, preferred_types text[],
  age int, objectives text[], exposures jsonb, cash jsonb, wealth jsonb, wants jsonb, propensity jsonb, worth numeric, interests text[]);
insert into client
select i, (array['C1', 'C2', 'C3', 'C4', 'C5', null, 'C9'])[1 + i % 7], (array[false, true, null])[1 + i % 3], (array[false, false, true, null])[1 + i % 4], (array['2025-03-01', '2026-05-31', null])[1 + i % 3]::date,
  (array['client', null, 'solicited'])[1 + i / 2 % 3], case when i % 2 = 0 then array['P1', 'P4', '产品9'] end, (array[6, 24, null])[1 + i % 3], case when i % 5 > 1 then array['fund'] end,
  (array[30, 59, 60, null])[1 + i % 4], (array['{guarantee,income}', '{growth}', null]::text[])[1 + i % 3]::text[],
  (array['{"A": 1000, "B": 9000.5, "5": 50}', '{"A": "x"}', '{}', 'null', '7'])[1 + i % 5]::jsonb, (array['100', '2500.5', 'null', '"x"'])[1 + i % 4]::jsonb, (array['20000', '10000.00', '0', '-1', 'null', '"x"'])[1 + i % 6]::jsonb,
  (array['{"pension": 2, "债券": 1, "x": 1}', '["saving", "cover", "saving"]', '"pension"', 'null', '{"saving": 0, "cover": -1}', '{"saving": "x", "pension": 0.1}'])[1 + i % 6]::jsonb,
  case when i % 7 > 0 then (select jsonb_object_agg(product_id, case when length(product_id) = 2 then 'null'::jsonb else to_jsonb((i * ascii(right(product_id, 1)) % 11) / 10.0) end) from product where (i + length(product_id)) % 3 > 0) end,
  nullif(i % 6, 5) - 1, case when i % 4 > 0 then (select array_agg(t) from unnest(array['债券', '股票', '黄金', 'ESG', 'growth']) with ordinality u(t, j) where i * j % 7 in (1, 3, 5)) end
from generate_series(1, 42) i;
create table library as select catalogue_agg(product_id, to_jsonb(product) - 'product_id') as catalogue from product;
create view pair as select c.client_id, p.product_id, to_jsonb(c) as client, to_jsonb(p) || jsonb_build_object('product', product_id) as product from client c cross join product p;
-- What is known of every pair under a policy; the gate is the first of those that are shown.
create function pg_temp.judged(policy jsonb, as_of date default null, out client_id int, out product_id text, out rank int, out verdict text, out score float8, out priority float8, out neutral_rank int, out reasons jsonb, out gate jsonb)
  returns setof record language sql as $$
  select c.client_id, e.product, e.rank, e.verdict, e.score, e.priority, e.neutral_rank, e.reasons, coalesce(e.reasons -> 'excluded_by', e.reasons -> 'gates') -> 0
  from matching_offers_test.library, matching_offers_test.client c, crm.match_explain(catalogue, to_jsonb(c), policy, as_of) e
$$;

-- Suitability: the verdicts are those of suitability_verdict, pair by pair, on a day before and after an assessment expires; and so are the rules.
select name, as_of, count(*), count(distinct gate ->> 'verdict') as verdicts, bool_and((verdict = 'match') = suitability_offer(client, product, rules, as_of)) as offers, bool_and(gate ->> 'verdict' = v.verdict_) as same_verdict,
  bool_and(gate -> 'rules' @> '[]' and (select coalesce(array_agg(r ->> 'id' order by i), '{}') from jsonb_array_elements(gate -> 'rules') with ordinality u(r, i)) = e.rule_ids) as same_rules,
  bool_and((select coalesce(array_agg(f order by i), '{}') from jsonb_array_elements_text(gate -> 'flags') with ordinality u(f, i)) = set_flags) as same_flags, bool_and(gate ->> 'digest' = of_rules) as digest
from unnest(array['csrc', 'nfra']) name, lateral (select suitability_rules_example(name) as rules) r, unnest(array['2026-02-28', '2026-06-30']::date[]) d(as_of),
  lateral (select j.* from pg_temp.judged(pg_temp.gate(jsonb_build_object('suitability', rules)), as_of) j) j join pair using (client_id, product_id),
  lateral (select suitability_verdict(client, product, rules, as_of) as verdict_) v, lateral (select rule_ids, x.flags as set_flags, x.digest as of_rules from suitability_explain(client, product, rules, d.as_of) x) e
group by 1, 2 order by 1, 2;
-- The short reasons have the verdict and the flags.
select count(*) > 100 as many, bool_and(m.reasons #>> '{verdicts,0,verdict}' = suitability_verdict(pair.client, pair.product, rules, date '2026-06-30') and m.reasons #>> '{verdicts,0,gate}' = 'g') as verdict, count(distinct m.reasons #> '{verdicts,0,flags}') > 1 as flags
from (select suitability_rules_example() as rules) r, library, client c, match_products(catalogue, to_jsonb(c), pg_temp.gate(jsonb_build_object('suitability', rules)), 40, '2026-06-30') m join pair on pair.product_id = m.product where pair.client_id = c.client_id;

-- Target market: the verdict of target_market_verdict, and what each key lets through.
select missing, unknown, outside, count(*), count(distinct gate ->> 'target_market') as verdicts, bool_and(gate ->> 'target_market' = coalesce(target_market_verdict(client, nullif(product -> 'market', 'null')), 'missing')) as same,
  bool_and((j.verdict = 'match') = case gate ->> 'target_market' when 'inside' then true when 'excluded' then false when 'missing' then missing = 'pass' when 'unknown' then unknown = 'pass' else outside = 'pass' and (unknown = 'pass' or not (product -> 'market') ? 'exclude' or target_market_verdict(client, (product -> 'market') - 'include'::text) <> 'unknown') end) as passes,
  bool_and((gate ->> 'ground') is not distinct from case when j.verdict = 'excluded' then case gate ->> 'target_market' when 'missing' then 'missing' else 'target_market' end end) as ground
from unnest(array['exclude', 'pass']) missing, unnest(array['exclude', 'pass']) unknown, unnest(array['exclude', 'pass']) outside,
  lateral (select * from pg_temp.judged(pg_temp.gate(jsonb_build_object('target_market', 'market', 'missing', missing, 'unknown', unknown, 'outside', outside)))) j join pair using (client_id, product_id)
group by 1, 2, 3 order by 1, 2, 3;

-- Limit: what the client would have after the trade, exactly; what does not compare never passes.
create function pg_temp.given(v jsonb) returns text language sql as $$ select case when coalesce(v, 'null') = 'null' then 'missing' when jsonb_typeof(v) = 'number' then 'number' else 'incomparable' end $$;
create function pg_temp.number(v jsonb) returns numeric language sql as $$ select case when jsonb_typeof(v) = 'number' then v::text::numeric end $$;
select bought, at_most, new_money, missing, count(*), count(distinct ground) as grounds, bool_and(gate ->> 'ground' is not distinct from nullif(case when ground = 'missing' and missing = 'pass' then 'within' else ground end, 'within')) as "right",
  bool_and(j.verdict = case when ground = 'within' or ground = 'missing' and missing = 'pass' then 'match' else 'excluded' end) as verdict,
  bool_and(ground not in ('within', 'limit') or (pg_temp.number(gate -> 'exposure'), pg_temp.number(gate -> 'bought'), pg_temp.number(gate -> 'whole'), gate -> 'at_most') = (exposure, buys, wealth, to_jsonb(at_most))) as shown
from unnest(array['{"client": "cash"}', '{"product": "price"}', '{"value": 1500.25}']::jsonb[]) bought, unnest(array[0.125, 1]) at_most, unnest(array[true, false]) new_money, unnest(array['exclude', 'pass']) missing,
  lateral (select * from pg_temp.judged(pg_temp.gate(jsonb_build_object('missing', missing, 'limit', jsonb_build_object('group', 'issuer', 'exposures', 'exposures', 'bought', bought, 'whole', 'wealth', 'at_most', at_most, 'new_money', new_money))))) j join pair using (client_id, product_id),
  lateral (select case jsonb_typeof(product -> 'issuer') when 'null' then 'missing' when 'boolean' then 'incomparable' end as no_group, case jsonb_typeof(client -> 'exposures') when 'null' then 'missing' when 'object' then null else 'incomparable' end as no_exposures,
    client -> 'exposures' -> (product ->> 'issuer') as of_group, case when bought ? 'client' then client -> 'cash' when bought ? 'product' then product -> 'price' else bought -> 'value' end as price) g,
  lateral (select coalesce(pg_temp.number(of_group), 0) as exposure, pg_temp.number(price) as buys, pg_temp.number(client -> 'wealth') as wealth,
    array[no_group, no_exposures, case when of_group is not null then pg_temp.given(of_group) end, pg_temp.given(price), pg_temp.given(client -> 'wealth')] as given) v,
  lateral (select case when 'incomparable' = any (given) then 'incomparable' when 'missing' = any (given) then 'missing'
    when wealth + case when new_money then buys else 0 end > 0 and exposure + buys <= at_most * (wealth + case when new_money then buys else 0 end) then 'within' else 'limit' end as ground) w
group by 1, 2, 3, 4 order by 1, 2, 3, 4;

-- Conditions: SQL's own logic of three values says the same, where NULL stands for unknown.
select unknown, count(*), count(distinct truth) as truths, bool_and(gate ->> 'ground' is not distinct from case when applies is not false then case when truth is false then 'condition' when truth is null and unknown = 'exclude' then 'unknown' end end) as "right",
  count(*) filter (where applies is false) as not_applied, bool_and((gate ? 'applies') = (applies is false and j.verdict = 'match')) as applies
from unnest(array['exclude', 'pass']) unknown,
  lateral (select * from pg_temp.judged(pg_temp.gate(jsonb_build_object('unknown', unknown, 'when', '{"not": {"client": "professional", "is": "=", "value": true}}'::jsonb,
    'condition', '{"any": [{"all": [{"product": "term_months", "is": "<=", "client": "horizon_months"}, {"client": "age", "is": "between", "value": [30, 59]}]}, {"product": "type", "is": "in", "client": "preferred_types", "missing": "fails"}]}'::jsonb)))) j
  join client using (client_id) join product using (product_id),
  lateral (select term_months <= horizon_months and age between 30 and 59 or coalesce(type = any (preferred_types), false) as truth, not professional as applies) t
group by 1 order by 1;

-- Scores: needs, figures for each product, figures of the product, beside tags; the parts add up to the bit.
create function pg_temp.needs(v jsonb) returns table (need text, counts float8) language sql as $$
  select distinct v #>> '{}', 1::float8 where jsonb_typeof(v) = 'string'
  union select distinct e #>> '{}', 1 from jsonb_array_elements(case jsonb_typeof(v) when 'array' then v else '[]' end) e where jsonb_typeof(e) = 'string'
  union select key, value::text::float8 from jsonb_each(case jsonb_typeof(v) when 'object' then v else '{}' end) where jsonb_typeof(value) = 'number' and value::text::numeric > 0
$$;
create table scored as
select j.client_id, j.product_id, j.score, reasons, need, given, own, t.tags
from pg_temp.judged(pg_temp.policy('{"tags": [{"id": "tags", "product": "tags", "client": "interests", "measure": "jaccard", "weight": 1}], "scores": [{"id": "need", "need": {"client": "wants", "product": "serves"}, "weight": 2},
    {"id": "likely", "by_product": {"client": "propensity", "from": 0.1, "to": 0.8, "default": 0.3}, "weight": 0.5}, {"id": "quality", "attribute": {"product": "quality", "from": 2, "to": -0.5}, "weight": 1.5, "label": {"en": "Quality", "zh": "品质"}}]}')) j
join client c using (client_id) join product p using (product_id),
lateral (select coalesce(sum(w.counts * least(s.counts, 1)) / nullif((select sum(counts) from pg_temp.needs(c.wants)), 0), 0) as need from pg_temp.needs(c.wants) w join pg_temp.needs(p.serves) s using (need)) n,
lateral (select case when pg_temp.number(propensity -> product_id) is null then 0.3 else least(greatest((pg_temp.number(propensity -> product_id)::float8 - 0.1) / 0.7, 0), 1) end as given, case when pg_temp.number(quality) is null then 0 else least(greatest((pg_temp.number(quality)::float8 - 2) / -2.5, 0), 1) end as own) f,
lateral (select coalesce(count(*) filter (where a = b) / nullif(count(distinct a) + count(distinct b) - count(*) filter (where a = b), 0)::float8, 0) as tags from unnest(coalesce(p.tags, '{}')) a full join unnest(coalesce(c.interests, '{}')) b on a = b) t;
select count(*), bool_and(abs(score - (tags + 2 * need + 0.5 * given + 1.5 * own) / 5) < 1e-12) as "right", count(distinct need) > 5 as needs, count(distinct given) > 5 as figures, count(distinct own) as own,
  bool_and(score = (select sum((part ->> 'contribution')::float8 order by i) from jsonb_array_elements(reasons -> 'score') with ordinality u(part, i))) as add_up,
  bool_and(abs((reasons #>> '{score,1,fit}')::float8 - need) + abs((reasons #>> '{score,2,fit}')::float8 - given) + abs((reasons #>> '{score,3,fit}')::float8 - own) < 1e-12) as fits from scored;
select jsonb_pretty(reasons -> 'score') as parts from scored where client_id = 6 and product_id = 'P8';

-- Arbitration: the factors multiply to the priority, what is missing excludes, and the rank without the firm's interest.
create table arbitrated as
select label, k.policy, j.*, figures.*
from (values ('attention', 'true'::jsonb, null::numeric), ('no attention', null, null), ('attention for all', 'false', null), ('minimum', 'true', 0.05)) v(label, firm, minimum),
lateral (select pg_temp.policy(jsonb_build_object('tags', '[{"id": "tags", "product": "tags", "client": "interests", "measure": "jaccard", "weight": 1}]'::jsonb, 'arbitration', jsonb_strip_nulls(jsonb_build_object('minimum', minimum,
  'terms', '[{"id": "fit", "score": true, "weight": 0.5}, {"id": "likely", "by_product": "propensity", "default": 0.05}, {"id": "margin", "product": "margin", "firm": true, "label": {"en": "Margin", "zh": "利润"}}, {"id": "worth", "client": "worth", "default": 1}]'::jsonb,
  'attention', case when firm is not null then jsonb_build_object('product', 'minutes', 'price', 0.002, 'default', 15, 'firm', firm) end)))) as policy) k,
lateral (select * from pg_temp.judged(k.policy)) j join client c using (client_id) join product p using (product_id),
lateral (select case when label <> 'no attention' then coalesce(minutes, 15) * 0.002 else 0 end::float8 as attention, coalesce(pg_temp.number(propensity -> product_id), 0.05)::float8 as likely, margin::float8 as margin, coalesce(worth, 1)::float8 as worth, firm = 'false' as counts) figures;
select label, count(*), count(rank) as matching, bool_and(priority is not distinct from sqrt(score) * likely * margin * worth - attention or abs(priority - (sqrt(score) * likely * margin * worth - attention)) < 1e-12) as "right",
  bool_and((rank is not null) = coalesce(priority >= case label when 'minimum' then 0.05 else '-infinity' end, false)) as matches,
  bool_and(priority is null or priority = (reasons #>> '{priority,0,factor}')::float8 * (reasons #>> '{priority,1,factor}')::float8 * (reasons #>> '{priority,2,factor}')::float8 * (reasons #>> '{priority,3,factor}')::float8 - coalesce((reasons ->> 'attention')::float8, 0)) as multiply,
  string_agg(distinct reasons #>> '{excluded_by,0,ground}', ' ') as grounds
from arbitrated group by 1 order by 1;
select label, count(*), bool_and(rank = place) as ranks, bool_and(neutral_rank = neutral_place) as neutral, count(*) filter (where rank <> neutral_rank) > 20 as they_differ
from (select *, row_number() over (partition by label, client_id order by priority desc, product_id collate "C") as place,
    row_number() over (partition by label, client_id order by (reasons #>> '{priority,0,factor}')::float8 * (reasons #>> '{priority,1,factor}')::float8 * (reasons #>> '{priority,3,factor}')::float8 - case when counts then (reasons ->> 'attention')::float8 else 0 end desc, product_id collate "C") as neutral_place from arbitrated where rank is not null) r
group by 1 order by 1;
-- The k best are the first of all, and their neutral ranks those that are among k.
select k, count(*), bool_and((m.rank, m.product, m.score, m.priority) = (a.rank, a.product_id, a.score, a.priority)) as head, bool_and(m.neutral_rank is not distinct from case when a.neutral_rank <= k then a.neutral_rank end) as neutral, count(*) filter (where m.neutral_rank is null) as not_among_k,
  bool_and(m.reasons -> 'priority' = a.reasons -> 'priority' and m.reasons -> 'attention' = a.reasons -> 'attention') as reasons
from unnest(array[1, 3, 40]) k, library, client c, (select distinct policy from arbitrated where label = 'attention') p, match_products(catalogue, to_jsonb(c), p.policy, k) m
join arbitrated a on a.label = 'attention' and a.product_id = m.product where a.client_id = c.client_id group by 1 order by 1;
select jsonb_pretty(reasons - 'score' - 'gates') as why from arbitrated where label = 'attention' and client_id = 8 and product_id = 'P11';
select reasons -> 'excluded_by' as excluded_by from arbitrated where label = 'minimum' and priority < 0.05 and product_id in ('P1', 'P2') order by client_id, product_id limit 2;
-- Zero has no sign: what is worth nothing, for whatever reason, is in the order of the keys.
select rank, product, priority from match_products('{"products": {"A": {"m": -1}, "B": {"m": 1}, "C": {"m": -2}, "D": {"m": 0}}}', '{"v": 0}', pg_temp.policy('{"arbitration": {"terms": [{"id": "m", "product": "m"}, {"id": "v", "client": "v"}]}}')) order by rank;
-- However great the figures, priorities are finite, and nothing times zero is zero; a figure that is none is missing.
select product, priority, reasons #>> '{excluded_by,0,ground}' as ground from match_explain('{"products": {"A": {"m": 1e15, "z": 0}, "B": {"m": 1e15, "z": 1}, "C": {"m": 1e15, "z": -1}, "D": {"z": 1}, "E": {"m": -1, "z": 1}}}', '{"huge": 1e16, "text": "5"}',
  pg_temp.policy(jsonb_build_object('arbitration', jsonb_build_object('terms', (select jsonb_agg(jsonb_build_object('id', 'm' || i, 'product', 'm', 'weight', 4)) from generate_series(1, 8) i) || '[{"id": "z", "product": "z"}, {"id": "huge", "client": "huge", "default": 1}, {"id": "text", "client": "text", "default": 1}]'::jsonb)))) order by product;

-- Diversity: maximal marginal relevance, step by step in plain SQL.
create function pg_temp.jaccard(a text[], b text[]) returns float8 language sql as $$
  select coalesce((select count(*) from (select unnest(a) intersect select unnest(b)) i) / nullif((select count(*) from (select unnest(a) union select unnest(b)) u), 0)::float8, 0)
$$;
create function pg_temp.diverse(lambda float8, keys text[], priorities float8[]) returns text[] language plpgsql as $$
declare chosen text[] := '{}'; next_key text;
begin
  while cardinality(chosen) < cardinality(keys) loop
    select key into next_key from unnest(keys, priorities) u(key, priority) join matching_offers_test.product p on p.product_id = key,
      lateral (select coalesce(max(pg_temp.jaccard(p.tags, q.tags)), 0) as likeness from matching_offers_test.product q where q.product_id = any (chosen)) s
    where key <> all (chosen) order by lambda * (priority / (select max(x) from unnest(priorities) x)) - (1 - lambda) * likeness desc, priority desc, key collate "C" limit 1;
    chosen := chosen || next_key;
  end loop;
  return chosen;
end $$;
create function pg_temp.diversity(lambda numeric) returns jsonb language sql as $$
  select pg_temp.policy(jsonb_build_object('scores', '[{"id": "likely", "by_product": {"client": "propensity", "default": 0.05}, "weight": 1}, {"id": "quality", "attribute": {"product": "quality", "to": 3, "default": 0.1}, "weight": 1}]'::jsonb, 'gates', '[{"id": "g", "product": "tags", "is": "lacks", "value": "none"}]'::jsonb,
    'diversity', jsonb_build_object('lambda', lambda, 'product', 'tags', 'measure', 'jaccard')))
$$;
select lambda, count(*), bool_and(found = pg_temp.diverse(lambda::float8, found, priorities)) as "right", sum(cardinality(found)) as products, count(*) filter (where not sorted) as not_by_priority
from unnest(array[0, 0.25, 0.6, 1]) lambda, lateral (select j.client_id, array_agg(j.product_id order by j.rank) as found, array_agg(j.priority order by j.rank) as priorities, array_agg(j.priority order by j.rank) = array_agg(j.priority order by j.priority desc) as sorted
  from pg_temp.judged(pg_temp.diversity(lambda)) j where j.rank is not null and j.client_id <= 3 group by 1) f group by 1 order by 1;
select bool_and((d ->> 'value')::float8 = 0.6::float8 * (d ->> 'relevance')::float8 - (1 - 0.6::float8) * (d ->> 'similarity')::float8) as value, bool_and((d ? 'nearest') = ((d ->> 'similarity')::float8 > 0)) as nearest,
  bool_and(not d ? 'nearest' or abs((d ->> 'similarity')::float8 - pg_temp.jaccard(p.tags, q.tags)) < 1e-12) as similarity
from (select product_id, reasons -> 'diversity' as d from pg_temp.judged(pg_temp.diversity(0.6)) where rank is not null) r join product p using (product_id) left join product q on q.product_id = d ->> 'nearest';
select lambda, string_agg(product, ' ' order by rank) as products from unnest(array[1, 0.5]) lambda, match_products('{"products": {"FUND-A": {"s": 0.9, "tags": ["fund", "stocks"]}, "FUND-B": {"s": 0.8, "tags": ["fund", "stocks"]}, "CALL": {"s": 0.4, "tags": ["service"]}}}', '{}',
  pg_temp.policy(jsonb_build_object('scores', '[{"id": "s", "attribute": {"product": "s"}, "weight": 1}]'::jsonb, 'diversity', jsonb_build_object('lambda', lambda, 'product', 'tags', 'measure', 'cosine')))) group by 1 order by 1 desc;

-- NULL: no rows; the day is asked for only where there are suitability rules.
select (select count(*) from match_products(catalogue, null, p)) as client, (select count(*) from match_products(catalogue, '{}', null, 5, '2026-06-30')) as policy, (select count(*) from match_products(catalogue, '{}', p, null)) as k,
  (select count(*) from match_products(catalogue, '{}', p, 5, null)) as no_day, (select count(*) from match_explain(null, '{}', p, '2026-06-30')) as catalogue, (select count(*) from match_explain(catalogue, '{}', p, '2026-06-30')) as explained
from library, pg_temp.diversity(0.5) p;
-- The day is part of what is compiled: another day, another answer at the same place.
select as_of, count(product) as products from library, client c, unnest(array['2026-02-28', '2026-06-30', '2026-02-28', '2027-06-01']::date[]) with ordinality d(as_of, i)
left join lateral match_products(catalogue, to_jsonb(c), pg_temp.gate(jsonb_build_object('suitability', suitability_rules_example())), 40, as_of) on true group by i, as_of order by i;

-- Errors.
select label, e.* from (values
  ('no day', $$select * from library, crm.match_products(catalogue, '{}', pg_temp.gate(jsonb_build_object('suitability', crm.suitability_rules_example())))$$),
  ('not in effect', $$select * from library, crm.match_explain(catalogue, '{}', pg_temp.gate(jsonb_build_object('suitability', crm.suitability_rules_example())), '2010-01-01')$$),
  ('a market that is none', $$select * from crm.match_products('{"products": {"P1": {"market": {"kind": "target_market", "version": 1, "include": {"client": "age", "is": "~", "value": 1}}}}}', '{}', pg_temp.gate('{"target_market": "market"}'))$$),
  ('a market that is a text', $$select * from crm.match_products('{"products": {"P1": {"market": "all"}}}', '{}', pg_temp.gate('{"target_market": "market"}'))$$),
  ('a margin that is no number', $$select * from crm.match_products('{"products": {"P1": {"m": "5"}}}', '{}', pg_temp.policy('{"arbitration": {"terms": [{"id": "m", "product": "m"}]}}'))$$),
  ('a margin out of range', $$select * from crm.match_products('{"products": {"P1": {"m": 1e16}}}', '{}', pg_temp.policy('{"arbitration": {"terms": [{"id": "m", "product": "m"}]}}'))$$),
  ('k', $$select * from library, crm.match_products(catalogue, '{}', pg_temp.diversity(0.5), 0)$$)) v(label, sql)
cross join lateral (select test.error_of(replace(sql, 'library,', 'matching_offers_test.library,')) as error) e;
-- Every problem of the new parts of a policy, with its path.
select label, c.* from (values
  ('nothing', pg_temp.policy('{"diversity": {"lambda": 0.5, "product": "tags", "measure": "jaccard"}}')),
  ('two kinds', pg_temp.gate('{"condition": {"client": "age", "is": ">", "value": 1}, "target_market": "market"}')), ('condition', pg_temp.gate('{"condition": {"all": []}, "unknown": "maybe", "when": {"not": 5}}')),
  ('deep', pg_temp.gate('{"condition": {"any": [{"all": [{"client": "age", "is": "<", "value": "x"}]}]}}')), ('no text', pg_temp.gate('{"target_market": 5, "outside": "sometimes"}')),
  ('rules', pg_temp.gate(jsonb_build_object('suitability', suitability_rules_example() || '{"version": 2, "ruleset_version": 0}'))), ('no rules', pg_temp.gate('{"suitability": {}}')),
  ('limit', pg_temp.gate('{"limit": {"group": "", "bought": {"value": "x"}, "at_most": 1.5, "new_money": 1}}')), ('bought', pg_temp.gate('{"limit": {"group": "g", "exposures": "e", "whole": "w", "bought": {"client": "c", "product": "p"}, "at_most": -0.1}, "missing": "unknown"}')),
  ('scores', pg_temp.policy('{"scores": [{"id": "a", "weight": 1}, {"id": "a", "weight": 0, "need": {"client": "c", "product": "p"}, "attribute": {"product": "p"}}, {"id": "b", "weight": 1, "by_product": {"client": "c", "from": 1, "default": 2}}, {"id": "c", "weight": 1, "need": {"client": 1}}]}')),
  ('the id of a tag', pg_temp.policy('{"tags": [{"id": "a", "product": "p", "client": "c", "measure": "jaccard", "weight": 1}], "scores": [{"id": "a", "weight": 1, "attribute": {"product": "p"}}]}')),
  ('arbitration', pg_temp.policy('{"arbitration": {"terms": [{"id": "a"}, {"id": "a", "score": false}, {"id": "b", "product": "m", "client": "c"}, {"id": "c", "product": "m", "weight": 5, "firm": 1, "default": 1e16}], "attention": {"price": -1}, "minimum": "x"}}')), ('no terms', pg_temp.policy('{"arbitration": {}}')),
  ('diversity', pg_temp.policy('{"gates": [{"id": "g", "client": "c", "is": "=", "value": 1}], "diversity": {"lambda": 1.5, "measure": "share_of_client"}}'))) p(label, policy), matching_policy_check(policy) c;
drop schema matching_offers_test cascade;
