-- What all policies share: the digest, and compiling once a call site, again as soon as the policy is another one.
set client_min_messages = warning;
create schema policy_test;
set search_path = policy_test, crm;
\pset null NULL
\pset format unaligned

select crm.version() = (select extversion from pg_extension where extname = 'pg_crm') as same_version, crm.version() ~ '^\d+\.\d+\.\d+$' as shape;

-- The digest: SHA-256 of the sorted document without blanks. Known answers first, then PostgreSQL's own sha256.
select policy_digest('{}') as empty, policy_digest('{}') = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' as known, policy_digest(null);
select document, policy_digest(document::jsonb) = encode(sha256(convert_to(canonical, 'UTF8')), 'hex') as "right"
from (values ('{"a":1,"b":2}', '{"a":1,"b":2}'), (' { "b" : 2 , "a" : 1 } ', '{"a":1,"b":2}'), ('{"b": 2, "a": 0, "a": 1}', '{"a":1,"b":2}'),
  -- jsonb itself sorts keys by length first; the digest by their text.
  ('{"c": 1, "bb": 2, "a": {"z": [], "yy": {}}}', '{"a":{"yy":{},"z":[]},"bb":2,"c":1}'), ('{"a": 1.0}', '{"a":1.0}'), ('{"a": 1e3}', '{"a":1000}'), ('{"a": 12345678901234567890.123456789012345678901}', '{"a":12345678901234567890.123456789012345678901}'),
  ('{"a": -0.0}', '{"a":0.0}'), ('{"名": "白金", "t": "\u4e2d\t\"\\\/\u001f"}', '{"t":"中\t\"\\/\u001f","名":"白金"}'), ('{"a": "😀"}', '{"a":"😀"}'), ('[true, false, null, ""]', '[true,false,null,""]'), ('5', '5'), ('"x"', '"x"')) v(document, canonical);
select policy_digest('{"a": 1}') = policy_digest('{"a": 1.0}') as one_is_one, policy_digest('{"a": [1, 2]}') = policy_digest('{"a": [2, 1]}') as order_in_lists, count(distinct policy_digest(jsonb_build_object('v', i))) as versions from generate_series(1, 1000) i;
select policy_digest(jsonb_object_agg(k, v)) = policy_digest((select jsonb_object_agg(k, v order by k desc) from unnest(array['zz', 'y', 'aaa']) with ordinality u(k, v))) as built_in_any_order from unnest(array['zz', 'y', 'aaa']) with ordinality u(k, v);

-- Eight policies of 200 tiers, of the same length and with the same beginning, larger than a row may be: stored compressed and out of line.
create function pg_temp.policy(version int) returns jsonb language sql as $$
  select jsonb_build_object('kind', 'tier_policy', 'version', 1, 'note', repeat('Same beginning. ', 20), 'tiers',
    jsonb_agg(jsonb_build_object('name', 'tier ' || to_char(i, 'fm000') || ' of policy ' || version, 'label', jsonb_build_object('en', 'T' || i || md5(i::text), 'zh', '等级' || i), 'from', i * (10 + version)) order by i))
  from generate_series(1, 200) i
$$;
create table stored (version int primary key, policy jsonb not null, compressed jsonb not null, plain text not null);
alter table stored alter policy set storage external, alter compressed set storage extended;
insert into stored select version, pg_temp.policy(version), pg_temp.policy(version), pg_temp.policy(version)::text from generate_series(1, 8) version;
select min(pg_column_size(policy)) > 20000 as large, max(pg_column_size(compressed)) < min(pg_column_size(policy)) as compressed, count(distinct pg_column_size(policy)) as sizes, pg_relation_size(c.reltoastrelid) > 100000 as out_of_line
from stored, pg_class c where c.oid = 'stored'::regclass group by c.reltoastrelid;
select count(*) as problems from stored, tier_policy_check(policy);

-- 1,000 measures, the policy another one from row to row, in turn and in blocks; every answer against plain SQL, and some of them against a literal policy of their own.
create table measure as select i as id, 1 + i % 8 as turn, 1 + i / 125 as block, (i * 7919 % 4100) + 0.5 as m from generate_series(0, 999) i;
create function pg_temp.expected(m numeric, version int) returns text language sql as $$
  select case when m >= 10 + version then 'tier ' || to_char(least(200, floor(m / (10 + version))), 'fm000') || ' of policy ' || version end
$$;
select 'in turn' as policies, count(*), count(distinct expected), bool_and(tier_of(m, policy) is not distinct from expected) as stored, bool_and(tier_of(m, compressed) is not distinct from expected) as compressed, bool_and(tier_of(m, plain::jsonb) is not distinct from expected) as in_memory,
  bool_and(tier_of(m::float8, policy) is not distinct from expected) as as_float8, bool_and(case when version % 2 = 0 then tier_of(m, policy) else tier_of(m, compressed) end is not distinct from expected) as two_call_sites
from (select *, pg_temp.expected(m, version) as expected from measure join stored on version = turn order by id offset 0) o;
select 'in blocks' as policies, bool_and(tier_of(m, policy) is not distinct from expected) as stored, bool_and(tier_of(m, compressed) is not distinct from expected) as compressed, bool_and(tier_of(m, plain::jsonb) is not distinct from expected) as in_memory
from (select *, pg_temp.expected(m, version) as expected from measure join stored on version = block order by id offset 0) o;
create function pg_temp.with_literal(m numeric, policy text) returns text language plpgsql as $$
declare
  tier text;
begin
  execute format('select crm.tier_of(%L::numeric, %L)', m, policy) into tier;
  return tier;
end $$;
select 'literal' as policies, count(*), bool_and(pg_temp.with_literal(m, plain) is not distinct from tier_of(m, policy)) as same from (select * from measure join stored on version = turn where id % 41 = 0 order by id offset 0) o;
select 'with NULL between' as policies, count(*) filter (where tier is null) = count(*) filter (where version = 3 or m < 10 + version) as same, bool_and(tier = pg_temp.expected(m, version)) as right
from (select m, version, tier_of(m, case when version <> 3 then policy end) as tier from measure join stored on version = turn order by id offset 0) o;
select 'explained' as policies, count(*), bool_and(e.tier = pg_temp.expected(m, version)) as right from (select * from measure join stored on version = turn where id < 80 order by id offset 0) o, tier_explain(m, policy) e where in_effect;
-- Two policies at one call of a function with labels: the language changes from row to row and the policy does not, and the other way round.
select count(*), bool_and(tier_of(m, policy, case when id % 2 = 0 then 'zh' end) = case when id % 2 = 0 then '等级' || i else pg_temp.expected(m, version) end) as right
from (select *, least(200, floor(m / (10 + version))) as i from measure join stored on version = turn where m >= 20 order by id offset 0) o;
-- A policy that is updated while it is used is the new one in the next statement.
begin;
prepare judged as select tier_of(500, policy) from stored where version = 1;
execute judged;
update stored set policy = jsonb_set(policy, '{tiers,44,name}', '"renamed"') where version = 1;
execute judged;
rollback;
execute judged;
deallocate judged;

-- Prepared statements with a generic plan: the policy is a parameter, and another one every time.
set plan_cache_mode = force_generic_plan;
prepare tier(numeric, jsonb, text) as select tier_of($1, $2, $3), (select count(*) from measure where tier_of(m, $2) = tier_of($1, $2)) as company;
execute tier(500, tier_policy_example(), null);
execute tier(60000, tier_policy_example(), 'zh');
execute tier(500, '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "low"}, {"name": "high", "from": 500}]}', null);
execute tier(500, '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "low"}, {"name": "high", "from": 501}]}', null);
execute tier(500, null, null);
execute tier(500, '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "low"}, {"name": "low", "from": 501}]}', null);
execute tier(500, '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "low"}, {"name": "high", "from": 500}]}', null);
deallocate tier;
prepare segment(text, jsonb) as select rfm_segment($1, $2);
execute segment('555', null);
execute segment('555', '{"kind": "rfm_segment_policy", "version": 1, "bins": 5, "segments": [{"name": "all of them"}]}');
execute segment('555', null);
deallocate segment;
reset plan_cache_mode;

-- One call site in a plpgsql loop: policies and policies that fail, in turn; what failed leaves nothing behind.
create function pg_temp.judge(policies jsonb[]) returns setof text language plpgsql as $$
declare
  policy jsonb;
begin
  foreach policy in array policies loop
    begin
      return next coalesce(crm.tier_of(500, policy), 'no tier');
    exception when invalid_parameter_value then
      return next sqlerrm;
    end;
  end loop;
end $$;
select pg_temp.judge(array[a, b, a, bad, a, null, b, bad, bad, b]) from (select '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "a"}]}'::jsonb as a, '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "b", "from": 501}]}'::jsonb as b,
  '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "a", "from": []}]}'::jsonb as bad) p;
select count(*), bool_and(judge = pg_temp.expected(500, 1 + (i - 1)::int % 8)) as right from (select array_agg(policy order by i) as policies from generate_series(0, 39) i join stored on version = 1 + i % 8) p, pg_temp.judge(policies) with ordinality j(judge, i);

-- Segment policies and break points change from row to row as well.
create table scale as select bins, rfm_breaks_fit((select rfm_sample_agg(rfm_of(2 + i, i, date '2024-01-01', date '2024-06-01' + i)) from generate_series(1, 200) i), '2025-01-01', bins) as breaks,
  jsonb_build_object('kind', 'rfm_segment_policy', 'version', 1, 'bins', bins, 'segments', jsonb_build_array(jsonb_build_object('name', 'best of ' || bins, 'r', jsonb_build_array(bins, bins)), jsonb_build_object('name', 'others'))) as policy from generate_series(2, 20) bins;
select count(*), bool_and(cell like case when bins > 9 then r || '-' || f || '-%' else r::text || f || '_' end) as cells, bool_and(segment = case when r = bins then 'best of ' || bins else 'others' end) as segments, bool_and(explained = segment) as explained
from (select bins, bins - bins * (200 - i) / 200 as r, 1 + bins * (i - 1) / 200 as f, rfm_cell(breaks, s, '2025-01-01') as cell, rfm_segment(rfm_cell(breaks, s, '2025-01-01'), policy) as segment,
    (select segment from rfm_segment_explain(rfm_cell(breaks, s, '2025-01-01'), policy) where in_effect) as explained
  from (select i, rfm_of(2 + i, i, date '2024-01-01', date '2024-06-01' + i) as s from generate_series(1, 200) i) c, scale order by i, bins) o;

-- policy_check and policy_valid take a document of any kind and say what the checker of the kind says.
create table document (kind text primary key, document jsonb check (policy_valid(document)));
insert into document select document ->> 'kind', document from unnest(array[tier_policy_example(), matching_policy_example(), rfm_segment_policy_example(), (select breaks from scale where bins = 5)]) document;
-- Models of lifetime value are policies as well.
insert into document select kind, jsonb_build_object('kind', kind, 'version', 1, 'unit', 'week', 'parameters', parameters) - case kind when 'gamma_gamma' then 'unit' else '' end
from (values ('bgnbd', '{"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}'::jsonb), ('mbgnbd', '{"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}'), ('pareto_nbd', '{"r": 0.553, "alpha": 10.58, "s": 0.606, "beta": 11.67}'),
  ('bgbb', '{"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}'), ('gamma_gamma', '{"p": 6.25, "q": 3.74, "v": 15.44}'), ('sbg', '{"alpha": 0.704, "beta": 1.182}')) model(kind, parameters);
insert into document values ('none yet', null);
select kind, damage, valid, valid = (problems = '[]') as agree, problems = own as as_its_own, jsonb_array_length(problems) as problems, problems #>> '{0,path}' as first
from document cross join unnest(array['{}', '{"note": "fine"}', '{"more": 1}', '{"version": 2}', '{"version": null}', '{"bins": 0, "tiers": [], "gates": {}}']::jsonb[]) with ordinality d(damage, i)
cross join lateral (select policy_valid(document || damage) as valid, (select coalesce(jsonb_agg(c), '[]') from policy_check(document || damage) c) as problems) p
cross join lateral (select coalesce(jsonb_agg(c), '[]') as own from (select * from tier_policy_check(document || damage) where kind = 'tier_policy' union all select * from matching_policy_check(document || damage) where kind = 'matching_policy'
  union all select * from rfm_segment_policy_check(document || damage) where kind = 'rfm_segment_policy' union all select * from rfm_breaks_check(document || damage) where kind = 'rfm_breaks'
  union all select * from clv_model_check(document || damage) where kind ~ 'nbd|bgbb|gamma|sbg') c) o
where document is not null order by kind, i;
select document, policy_valid(document), c.* from unnest(array['{}', '[]', '"tier_policy"', '5', 'null', 'true', '{"kind": "loan_policy"}', '{"kind": 5}', '{"kind": null}', '{"Kind": "tier_policy"}', '{"kind": "tier_policy"}']::jsonb[]) with ordinality u(document, i), policy_check(document) c order by i;
select policy_valid(null) as valid, (select count(*) from policy_check(null)) as problems;
-- A table that has the check refuses what no function would read, and only that.
insert into document values ('a slip', '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "a"}, {"name": "a", "from": 1}]}');
update document set document = document - 'version' where kind = 'rfm_breaks';
update document set document = jsonb_set(document, '{tiers,1,from}', '60000') where kind = 'tier_policy';
select count(*), bool_and(policy_valid(document)) as valid from document;

-- A role that was granted nothing but the schema's use (see install) calls everything and changes nothing.
drop schema policy_test cascade;
\connect - banker
\pset format unaligned
select current_user, crm.tier_of(60000, crm.tier_policy_example(), 'zh') as tier, crm.total(crm.rfm_agg(date '2024-01-01', 5.00)) as total, crm.rfm_segment('555') as segment,
  length(crm.policy_digest(crm.rfm_segment_policy_example())) as digest, (select count(*) from crm.rfm_segment_policy_check('{}')) > 0 as checked, (select count(*) from crm.policy_check('{}')) as problems, crm.policy_valid(crm.tier_policy_example()) as valid;
select has_schema_privilege('crm', 'usage') as usage, has_schema_privilege('crm', 'create') as create, (select bool_and(has_function_privilege(oid, 'execute')) from pg_proc where pronamespace = 'crm'::regnamespace) as functions,
  (select bool_and(has_type_privilege(oid, 'usage')) from pg_type where typnamespace = 'crm'::regnamespace) as types;
create temp table kept as select crm.rfm_agg(date '2024-01-01', 5.00) as summary;
select crm.recency(summary, '2024-01-31') from kept;
