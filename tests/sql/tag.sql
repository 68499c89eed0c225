-- tag: every object of the surface, against the same question put in plain SQL.
set client_min_messages = warning;
create schema tag_test;
set search_path = tag_test, crm;
\pset null NULL
\pset format unaligned

-- Every client that differs in what the example asks: SQL's own three-valued logic says where he stands.
create table client as
select row_number() over () as id, client_type, knowledge, experience_years, loss_capacity, risk_class, objectives, horizon_months, age
from unnest(array['retail', 'professional', 'eligible_counterparty', null]) client_type, unnest(array['basic', 'informed', 'advanced', null]) knowledge,
  unnest(array[2.5, 3, null]) experience_years, unnest(array['none', 'limited', 'full', null]) loss_capacity, unnest(array['C2', 'C3', 'C5', null]) risk_class,
  (values ('{growth}'::text[]), ('{capital_guarantee,income}'), ('{speculation}'), ('{}'), (null)) o(objectives), unnest(array[59, 60, null]) horizon_months,
  unnest(array[74, 75, null]) age;
create table judged as
select id, case when excluded then 'excluded' when not included then 'outside' when included and not excluded then 'inside' else 'unknown' end as expected
from client, lateral (select
  client_type in ('retail', 'professional') and (array_position('{basic,informed,advanced}', knowledge) >= 2 or experience_years >= 3)
    and array_position('{none,limited,full}', loss_capacity) >= 2 and risk_class >= 'C3' and objectives && '{income,growth}' and horizon_months >= 60 as included,
  loss_capacity = 'none' or coalesce('capital_guarantee' = any (objectives), false) or coalesce(age >= 75, false) and knowledge <> 'advanced' as excluded) s;
select expected, count(*), bool_and(target_market_verdict(to_jsonb(client) - 'id', target_market_example()) = expected) as the_same
from client join judged using (id) group by expected order by expected;
-- The explanation says the same, and shows what it looked at.
select count(*), bool_and(case when excluded = 'holds' then 'excluded' when included = 'fails' then 'outside' when 'unknown' in (included, excluded) then 'unknown' else 'inside' end = expected) as the_same,
  bool_and(seen) as seen, min(steps), max(steps)
from client join judged using (id) cross join lateral (
  select max(truth) filter (where path = 'include') as included, max(truth) filter (where path = 'exclude') as excluded, count(*) as steps,
    bool_and(actual is not distinct from nullif(to_jsonb(client)->attribute, 'null')) as seen
  from target_market_explain(to_jsonb(client) - 'id', target_market_example())) e
where id % 7 = 0;
select * from target_market_explain('{"client_type": "retail", "knowledge": "basic", "loss_capacity": "some", "objectives": ["income"], "horizon_months": 84, "age": 80}', target_market_example());

-- One comparison at a time, what is missing, and what does not compare.
create function pg_temp.market(include jsonb, exclude jsonb default null, scales jsonb default '{}') returns jsonb language sql as $$
  select jsonb_strip_nulls(jsonb_build_object('kind', 'target_market', 'version', 1, 'include', include, 'exclude', exclude, 'scales', scales))
$$;
select "is", value, string_agg(coalesce(target_market_verdict(client, pg_temp.market(jsonb_build_object('client', 'a', 'is', "is", 'value', value), null, '{}')), 'NULL'), ' ' order by i)
from (values ('=', '5'::jsonb), ('between', '[1, 5]'), ('in', '["x", "y"]'), ('not_in', '["x"]'), ('overlaps', '["x", "y"]'), ('within', '["x"]'), ('contains', '"x"'), ('<', '"2026-01-01"'), ('=', 'true')) o("is", value),
  unnest(array['{"a": 5}', '{"a": "x"}', '{"a": ["x"]}', '{"a": "2025-12-31"}', '{"a": true}', '{"a": null}', '{}', '{"a": {}}']::jsonb[]) with ordinality c(client, i)
group by "is", value order by 1, 2;
select missing, target_market_verdict('{}', pg_temp.market(jsonb_build_object('client', 'a', 'is', '=', 'value', 1, 'missing', missing))) as included,
  target_market_verdict('{}', pg_temp.market(null, jsonb_build_object('client', 'a', 'is', '=', 'value', 1, 'missing', missing))) as excluded
from unnest(array['unknown', 'holds', 'fails']) missing;

-- NULL gives NULL and no rows; what is wrong is said with its path.
select target_market_verdict(null, target_market_example()) as no_client, target_market_verdict('{}', null) as no_market, (select count(*) from target_market_explain(null, target_market_example())) as rows,
  (select count(*) from target_market_check(null)) as problems;
select (select count(*) from target_market_check(target_market_example())) as problems, policy_valid(target_market_example()) as valid, (select count(*) from policy_check(target_market_example() || '{"include": 3}')) as of_any_kind;
select p.* from (values (1, '{"kind": "target_market", "version": 1}'::jsonb), (2, pg_temp.market('{"client": "a", "is": "~", "value": 1}', '{"any": []}', '{"b": ["x"]}')), (3, pg_temp.market('{"product": "a", "is": "=", "value": 1}')),
  (4, pg_temp.market('{"client": "a", "is": "between", "value": [5, 1]}')), (5, '[]'), (6, tier_policy_example()), (7, target_market_example() || '{"version": 2}'), (8, target_market_example() || '{"includes": {}}')) d(i, document), target_market_check(document) p order by i, path;
select test.error_of($$select crm.target_market_verdict('{}', '{"kind": "target_market", "version": 1, "include": {"all": [{"client": "a", "is": "="}]}}')$$);
select test.error_of(format('select crm.target_market_verdict(%L, crm.target_market_example())', client)) from unnest(array['[]', '"x"', 'null', '5']) client;
select test.error_of($$select * from crm.target_market_explain('[]', crm.target_market_example())$$);
select test.error_of(format('select crm.target_market_verdict(''{}'', %L)', pg_temp.market((repeat('{"not":', 17) || '{"client":"a","is":"=","value":1}' || repeat('}', 17))::jsonb)));

-- Overlaps of lists at random, with and without weights, as plain SQL counts them.
create table pair as
select i, (select coalesce(array_agg((array['债券', 'bond', 'bond ', 'a', 'b', 'c', '', '7'])[1 + (i * j * 31 + j * j) % 8]), '{}') from generate_series(1, i % 9) j) as a,
  (select coalesce(array_agg((array['债券', 'bond', 'bond ', 'a', 'b', 'c', '', '7'])[1 + (i * 17 + j * i) % 8]), '{}') from generate_series(1, i * 7 % 10) j) as b
from generate_series(0, 499) i;
create table weight as select '{"债券": 2.5, "bond": 0, "a": 0.125, "": 3, "7": 1000000, "nobody": 5}'::jsonb as weights;
create table expected as
select i, w.given, m.measure, case when under > 0 then over / under else 0 end as overlap
from pair cross join (values (null::jsonb, 1::float8), ((select weights from weight), 0.75)) w(given, other)
cross join lateral (
  select sum(w1) filter (where of_a and of_b) as shared, sum(w1) filter (where of_a) as a1, sum(w1) filter (where of_b) as b1, sum(w1) as either,
    sum(w1 * w1) filter (where of_a and of_b) as both2, sum(w1 * w1) filter (where of_a) as a2, sum(w1 * w1) filter (where of_b) as b2
  from (select coalesce((given->>tag)::float8, other) as w1, tag = any (a) as of_a, tag = any (b) as of_b
    from (select unnest(a) union select unnest(b)) u(tag)) t) s
cross join lateral (values ('jaccard', coalesce(shared, 0), coalesce(either, 0)), ('cosine', coalesce(both2, 0), coalesce(sqrt(a2) * sqrt(b2), 0)),
  ('share_of_first', coalesce(shared, 0), coalesce(a1, 0)), ('share_of_second', coalesce(shared, 0), coalesce(b1, 0))) m(measure, over, under);
create table found as
select i, given, measure, tag_overlap(a, b, measure, given, case when given is null then 1 else 0.75 end) as overlap, tag_overlap(to_jsonb(a), to_jsonb(b), measure, given, case when given is null then 1 else 0.75 end) as of_jsonb
from pair, (select null::jsonb as given union all select weights from weight) w, unnest(array['jaccard', 'cosine', 'share_of_first', 'share_of_second']) measure;
select measure, f.given is null as unweighted, count(*), bool_and(abs(f.overlap - e.overlap) <= 1e-15) as the_same, bool_and(f.overlap = f.of_jsonb) as jsonb, count(*) filter (where f.overlap = 1) as whole, count(*) filter (where f.overlap = 0) as nothing
from found f join expected e using (i, measure) where f.given is not distinct from e.given group by 1, 2 order by 1, 2;
select bool_and(tag_overlap(a, b) = f.overlap) as by_default, bool_and(tag_overlap(a, b) = tag_overlap(b, a)) as symmetric, bool_and(tag_overlap(a, a) = case when a = '{}' then 0 else 1 end) as of_itself
from pair join found f using (i) where f.given is null and measure = 'jaccard';
-- Contributions add up to the overlap to the last bit, in any order; the rows are the tags of both lists.
select measure, given is null as unweighted, bool_and(overlap = up and overlap = down and overlap = mixed) as exactly, bool_and(tags = plain) as every_tag, bool_and(positive) as positive
from found join pair using (i) cross join lateral (
  select coalesce(sum(contribution order by e.tag collate "C"), 0) as up, coalesce(sum(contribution order by e.tag collate "C" desc), 0) as down, coalesce(sum(contribution order by md5(e.tag)), 0) as mixed,
    coalesce(bool_and(contribution >= 0 and (contribution > 0) <= (in_first and in_second)), true) as positive,
    coalesce(array_agg(e.tag), '{}') as tags
  from tag_overlap_explain(a, b, measure, given, case when given is null then 1 else 0.75 end) e) x
cross join lateral (select coalesce(array_agg(t order by t collate "C"), '{}') as plain from (select unnest(a) union select unnest(b)) u(t)) p
group by 1, 2 order by 1, 2;
select * from tag_overlap_explain(array['债券', 'income', 'tax'], array['tax', '债券', 'growth', '债券', null], weights => '{"债券": 2}');
select * from tag_overlap_explain('["esg", 7, null, {}, true, ["x"], 7.0]'::jsonb, '"7"'::jsonb, 'cosine', default_weight => 0.5);

-- NULL, nothing, lists of lists, a list that is stored out of line.
select tag_overlap(null, array['a']) as "null", tag_overlap(array['a'], array['a'], null) as measure, tag_overlap(array['a'], array['a'], weights => null) as weights, tag_overlap(array['a'], array['a'], default_weight => null) as default_weight,
  tag_overlap('{}'::text[], '{}'::text[]) as empty, tag_overlap('{null}'::text[], '{null}'::text[]) as nulls, tag_overlap('{{a,b},{c,d}}'::text[], '{b,c}'::text[]) as matrix, tag_overlap('null'::jsonb, '{"a": 1}'::jsonb) as no_list,
  tag_overlap(array['a'], array['a'], default_weight => 0) as weightless;
create table stored (tags text[]);
alter table stored alter tags set storage external;
insert into stored select array_agg('tag ' || i) from generate_series(1, 60000) i;
select tag_overlap(tags, array['tag 1', 'tag 60000', 'other'], 'share_of_second') as out_of_line, pg_relation_size(reltoastrelid) > 500000 as toasted from stored, pg_class c where c.oid = 'stored'::regclass;
select test.error_of($$select crm.tag_overlap(array['a'], array['a'], 'dice')$$);
select test.error_of(format($$select crm.tag_overlap(array['a'], array['a'], weights => %L)$$, weights)) from unnest(array['{"a": -1}', '{"a": "x"}', '[1]', '{"a": null}', '{"a": 1000001}']) weights;
select test.error_of(format($$select crm.tag_overlap(array['a'], array['a'], default_weight => %L)$$, weight)) from unnest(array['-0.1', 'NaN', 'Infinity', '1e7']) weight;
select test.error_of($$select crm.tag_overlap(array_agg(i::text), '{}') from generate_series(1, 65537) i$$);
select test.error_of($$select * from crm.tag_overlap_explain(array['a'], array['a'], 'dice')$$);

-- Frequencies are plain counts; the inverse document frequency is its formula.
create table product as
select i as id, case when i % 13 > 0 then (select array_agg(t) from unnest(array['债券', '股票', '黄金', 'ESG', 'income', 'income', 'growth', null, 'tax ']) with ordinality u(t, j) where i % (j + 1) = 0) end as tags
from generate_series(1, 400) i;
update product set tags = '{}' where tags is null and id % 2 = 0;
create table frequency as select tag_frequency_agg(tags) as f, tag_frequency_agg(to_jsonb(tags)) as of_jsonb from product;
select t.* from frequency, tag_frequencies(f) t;
select tag_frequency_documents(f) = (select count(tags) from product) as documents, f::text = of_jsonb::text as jsonb, f::text::tag_frequency::text = f::text as text, tag_frequency_send(f::text::tag_frequency) = tag_frequency_send(f) as "binary",
  (select bool_and(documents = n and share = n::float8 / (select count(tags) from product) and abs(idf - (ln((1 + (select count(tags) from product))::float8 / (1 + n)) + 1)) < 1e-15)
    from tag_frequencies(f) full join (select t as tag, count(distinct id) as n from product, unnest(tags) t where t is not null group by t) s using (tag)) as counts,
  tag_weights(f) = (select jsonb_object_agg(tag, idf) from tag_frequencies(f)) as weights, tag_default_weight(f) = ln((1 + (select count(tags) from product))::float8) + 1 as default_weight,
  (select tag_frequency_merge(g)::text = f::text from (select tag_frequency_agg(tags order by id desc) as g from product group by id % 7) s) as merged
from frequency;
select f from (select tag_frequency_agg(tags) as f from product where id < 4) s;

-- With these weights an overlap is what matching scores with idf, bit for bit.
select count(*), bool_and(e.score = tag_overlap(p.tags, interests, measure, tag_weights(f), tag_default_weight(f))) as the_same, count(distinct e.score) > 20 as various
from (select tag_frequency_agg(coalesce(tags, '{}')) as f, catalogue_agg(id::text, jsonb_build_object('tags', tags)) as catalogue from product) s
cross join (values (array['债券', 'ESG', 'income', 'wine']), (array['growth', '黄金', '股票', 'tax ', 'tax']), ('{}'), (array['income'])) c(interests)
cross join unnest(array['jaccard', 'cosine']) measure
cross join lateral match_explain(catalogue, jsonb_build_object('interests', interests),
  jsonb_build_object('kind', 'matching_policy', 'version', 1, 'tags', jsonb_build_array(jsonb_build_object('id', 't', 'product', 'tags', 'client', 'interests', 'measure', measure, 'weight', 1, 'idf', true)))) e
join (select id::text as product, coalesce(tags, '{}') as tags from product) p using (product);

-- Nothing, little, and too much.
select tag_frequency_agg(tags) as no_rows from product where false;
select tag_frequency_agg(null::text[]) as nulls, tag_frequency_agg('{}'::text[]) as empty, tag_frequency_agg('{null}'::text[]) as without_tags, tag_frequency_agg('"a"'::jsonb) as one, tag_frequency_agg('{"a": 1}'::jsonb) as object;
select tag_frequency_documents(null), tag_weights(null), tag_default_weight(null), (select count(*) from tag_frequencies(null)) as rows, tag_weights('{"documents": 3, "tags": {}}'), tag_default_weight('{"documents": 9223372036854775807, "tags": {}}') as largest;
select test.error_of(format('select crm.tag_frequency_agg(%s)', tags)) from (values (1, 'array[''a'', '''']'), (2, '''["a", ""]''::jsonb'), (3, 'array[repeat(''x'', 1001)]'), (4, 'array[''$serde_json::private::Number'']')) v(i, tags) order by i;
select test.error_of('select crm.tag_frequency_agg(array[i::text]) from generate_series(1, 65537) i');
select test.error_of(format('select %L::crm.tag_frequency', t)) from unnest(array['{}', '{"documents": 0, "tags": {}}', '{"documents": 1, "tags": {"a": 2}}', '{"documents": 1, "tags": {"": 1}}', '{"documents": 1, "tags": {"a": 1, "a": 1}}', '[]', 'x']) t;
select test.error_of($$select crm.tag_frequency_merge(f) from (values ('{"documents": 9223372036854775807, "tags": {}}'::crm.tag_frequency), ('{"documents": 1, "tags": {}}')) v(f)$$);

-- An index over the tags finds whom an overlap can be above 0 for.
create table shelf as select i as id, array['tag ' || i % 997, 'tag ' || i * 7 % 991] as tags from generate_series(1, 20000) i;
create index on shelf using gin (tags);
analyze shelf;
explain (costs off) select id from shelf where tags && array['tag 5', 'tag 960'] and tag_overlap(tags, array['tag 5', 'tag 960']) > 0.4;
select (select count(*) from shelf where tag_overlap(tags, array['tag 5', 'tag 960']) > 0) = (select count(*) from shelf where tags && array['tag 5', 'tag 960']) as all_of_them;
