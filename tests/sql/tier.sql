-- tier: which tier a measure reaches, and how it stands to every other.
set client_min_messages = warning;
create schema tier_test;
set search_path = tier_test, crm;
\pset null NULL
\pset format unaligned

create function pg_temp.policy(tiers jsonb) returns jsonb language sql as $$
  select jsonb_build_object('kind', 'tier_policy', 'version', 1, 'tiers', tiers)
$$;

-- The rule in plain SQL: the last tier in order whose threshold is reached; one without threshold always is.
create function pg_temp.expected(measure numeric, policy jsonb) returns jsonb language sql as $$
  select tier from jsonb_array_elements(policy -> 'tiers') with ordinality t(tier, i) where coalesce((tier ->> 'from')::numeric <= measure, true) order by i desc limit 1
$$;
create table policy (name text primary key, policy jsonb not null);
insert into policy values ('example', tier_policy_example()), ('no lowest', pg_temp.policy('[{"name": "gold", "from": 10.005}, {"name": "铂金", "from": "1e3"}]')), ('one', pg_temp.policy('[{"name": "all", "label": "全部"}]')),
  ('below zero', pg_temp.policy('[{"name": "debtor"}, {"name": "overdrawn", "from": -1000.50}, {"name": "in credit", "from": 0}]')),
  ('wide', pg_temp.policy('[{"name": "a", "from": -170000000000000000000000000}, {"name": "b", "from": 0.000000000001}, {"name": "c", "from": 170000000000000000000000000.000000000001}]'));
create table measure as select m from unnest(array[0, 0.000000000001, 0.0000000000005, -1000.5, -1000.51, 9.999999999999, 10.004999999999, 10.005, 10.0050, 999.99, 1000, 49999.99, 49999.999999999999, 50000, 50000.01, 199999.99, 200000, 1000000, 5999999.99, 6000000,
  1e20, 170000000000000000000000000, 170000000000000000000000000.000000000001, -170000000000000000000000000]) m;
select name, count(*), bool_and(tier_of(m, policy) is not distinct from pg_temp.expected(m, policy) ->> 'name') as as_numeric,
  bool_and(tier_of(m::float8, policy) is not distinct from pg_temp.expected(m::float8::numeric, policy) ->> 'name') filter (where abs(m) < 1e14) as as_float8,
  bool_and(tier_of(round(m)::bigint, policy) is not distinct from pg_temp.expected(round(m), policy) ->> 'name') filter (where abs(m) < 1e14) as as_bigint
from policy, measure group by name order by name;
select m, tier_of(m, tier_policy_example()), tier_of(m, tier_policy_example(), 'en') as en, tier_of(measure => m, policy => tier_policy_example(), language => 'zh') as zh
from unnest(array[-5, 49999.99, 50000, 199999.999999999999, 200000, 1e6, 6e6]) with ordinality u(m, i) order by i;
-- Labels that are not there: the name stands for a tier without labels, one text for every language.
select tier_of(500, policy, 'zh') as has_none, tier_of(5, policy, 'zh') as reaches_none, tier_of(500, (select policy from policy where name = 'one'), 'fr') as one_for_all from policy where name = 'no lowest';
select test.error_of(format('select crm.tier_of(60000, crm.tier_policy_example(), %L)', language)) from unnest(array['fr', '', 'ZH', repeat('x', 50)]) language;

-- NULL: no measure or no policy, no tier; no language, the name.
select tier_of(null::numeric, tier_policy_example()) as a, tier_of(null::float8, tier_policy_example()) as b, tier_of(1, null) as c, tier_of(1::numeric, null, 'zh') as d, tier_of(1::numeric, tier_policy_example(), null) as e,
  (select count(*) from tier_explain(null, tier_policy_example())) as f, (select count(*) from tier_explain(1, null)) as g, (select count(*) from tier_policy_check(null)) as h;
-- A float8 is taken as the decimal that PostgreSQL prints: a threshold typed as that decimal is reached.
select tier_of(0.1::float8, pg_temp.policy('[{"name": "below"}, {"name": "reached", "from": 0.1}]')) as a_tenth, tier_of(12345678.9::float8, pg_temp.policy('[{"name": "below"}, {"name": "reached", "from": 12345678.9}]')) as as_typed,
  tier_of(12345678.9::float8, pg_temp.policy('[{"name": "below"}, {"name": "reached", "from": 12345678.900000000001}]')) as above_it, tier_of('-0'::float8, pg_temp.policy('[{"name": "below"}, {"name": "reached", "from": 0}]')) as zero;
-- Amounts in minor units are bigint, and exact beyond 2^53.
select m, tier_of(m, pg_temp.policy('[{"name": "below"}, {"name": "reached", "from": 9007199254740993}]')) from unnest(array[9007199254740992, 9007199254740993, 9007199254740994]) m order by m;
select m, tier_of(m, policy) as tier, tier_of(m, policy, 'zh') as zh, tier_of(m::float8, policy) as as_float8, (select string_agg(coalesce(margin, -missing)::text, ' ' order by position) from tier_explain(m, policy)) as to_each
from unnest(array[-9223372036854775808, -9223372036854775807, -9007199254740993, 0, 9007199254740992, 9007199254740993, 9223372036854775806, 9223372036854775807]) m,
  pg_temp.policy('[{"name": "a", "label": "甲"}, {"name": "b", "from": -9223372036854775807}, {"name": "c", "from": 9007199254740993, "label": {"zh": "丙"}}, {"name": "d", "from": 9223372036854775807}]') policy order by m;
select bool_and(tier_of(m, policy) = tier_of(m::numeric, policy)) as as_numeric, count(distinct tier_of(m, policy)) as tiers, tier_of(7::smallint, tier_policy_example()) as smallint, tier_of(60000::int, tier_policy_example()) as int
from (select 9007199254740993 + i as m, pg_temp.policy('[{"name": "a"}, {"name": "b", "from": 9007199254740994}, {"name": "c", "from": 9007199254740995}]') as policy from generate_series(-9, 9) i) v;
-- More than twelve decimals round half to even, in the measure and in the policy.
select m, tier_of(m, pg_temp.policy('[{"name": "below"}, {"name": "reached", "from": 0.000000000002}]')), tier_of(0.000000000002, pg_temp.policy(format('[{"name": "below"}, {"name": "reached", "from": %s}]', m)::jsonb)) as as_threshold
from unnest(array[0.0000000000014999, 0.0000000000015, 0.0000000000025, 0.0000000000025001]) m order by m;
select call, test.error_of(format('select crm.tier_of(%s, crm.tier_policy_example())', call)) from unnest(array['''NaN''::numeric', '''Infinity''::numeric', '1e27', '-1e100', '''NaN''::float8', '''-Infinity''::float8', '1e300::float8']) call;
select test.error_of($$ select crm.tier_explain('NaN'::numeric, crm.tier_policy_example()) $$), test.error_of($$ select crm.tier_explain(1, crm.tier_policy_example(), 'fr') $$),
  test.error_of($$ select crm.tier_explain(1.7e26, crm.tier_policy_example() || '{"tiers": [{"name": "a", "from": -1.7e26}]}') $$);

-- The explanation adds up: reached means nothing is missing, the measure is threshold plus margin or minus what is missing, one tier at most is in effect.
select * from tier_explain(180000.50, tier_policy_example(), 'zh');
select * from tier_explain(-3, (select policy from policy where name = 'no lowest'));
select name, count(*), bool_and(reached = coalesce(m >= "from", true)) as reached, bool_and(case when reached then missing = 0 else m + missing = "from" end) as missing,
  bool_and(margin is not distinct from case when reached then m - "from" end) as margin, bool_and(in_effect = (tier is not distinct from tier_of(m, policy) and tier is not null)) as in_effect,
  bool_and("from" is not distinct from (policy #>> array['tiers', (position - 1)::text, 'from'])::numeric and tier = policy #>> array['tiers', (position - 1)::text, 'name']) as as_in_the_policy
from policy, measure, tier_explain(m, policy) where scale(m) <= 12 and (abs(m) < 1e20 or name <> 'wide') group by name order by name;
-- A measure is explained as it is judged, as numeric, as bigint and as float8.
select name, count(*), bool_and(as_float8 = as_numeric) as as_float8, bool_and(as_bigint = as_numeric) filter (where m = round(m)) as as_bigint, count(*) filter (where m = round(m)) as whole
from policy, unnest(array[0, -0.5, 0.25, -1000.5, 1000, 49999.9375, 50000, 200000, 1e14, 9007199254740991, -4503599627370497]) m
cross join lateral (select jsonb_agg(e) as as_numeric from tier_explain(m, policy) e) n cross join lateral (select jsonb_agg(e) as as_float8 from tier_explain(m::float8, policy) e) f
cross join lateral (select jsonb_agg(e) as as_bigint from tier_explain(round(m)::bigint, policy) e) b group by name order by name;
select position, label, reached, missing, margin from tier_explain(60000::bigint, tier_policy_example(), 'zh') where position < 4;
select in_effect, missing, margin from tier_explain(0.1::float8, pg_temp.policy('[{"name": "a", "from": 0.1}, {"name": "b", "from": 12345678.9}]'));
select count(*), bool_and(in_effect) as as_judged from measure, policy, tier_explain(m::float8 / 3, policy) where tier = tier_of(m::float8 / 3, policy) and abs(m) < 1e26;
select (select count(*) from tier_explain(null::float8, tier_policy_example())) as float8, (select count(*) from tier_explain(null::bigint, tier_policy_example())) as bigint, (select count(*) from tier_explain(1::bigint, null)) as no_policy;
select call, test.error_of(format('select crm.tier_explain(%s)', call)) from unnest(array['''NaN''::float8, crm.tier_policy_example()', '''Infinity''::float8, crm.tier_policy_example()', '1e300::float8, crm.tier_policy_example()', '60000::float8, crm.tier_policy_example(), ''fr''', '1::bigint, ''{}''']) call;
select tier, in_effect, margin from tier_explain(0.5::float8, pg_temp.policy('[{"name": "below"}, {"name": "reached", "from": 0.25}]'));

-- Every problem of a policy, each with its path.
select count(*) as problems from policy, tier_policy_check(policy);
select label, c.* from (values ('empty', '{}'::jsonb), ('no object', '[]'), ('null', 'null'), ('kind', pg_temp.policy('[{"name": "a"}]') || '{"kind": "rfm_segment_policy"}'), ('kind', pg_temp.policy('[{"name": "a"}]') || '{"kind": 5}'),
  ('version', pg_temp.policy('[{"name": "a"}]') || '{"version": 2}'), ('version', pg_temp.policy('[{"name": "a"}]') || '{"version": "1"}'), ('more', pg_temp.policy('[{"name": "a"}]') || '{"Tiers": [], "a b": 1, "额": 2}'), ('texts', pg_temp.policy('[{"name": "a"}]') || '{"name": "", "measure": 5, "note": []}'),
  ('no tiers', pg_temp.policy('[]')), ('tiers no list', pg_temp.policy('{"name": "a"}')), ('tier no object', pg_temp.policy('["a"]')), ('names', pg_temp.policy('[{"name": ""}, {"from": 1}, {"name": 5, "from": 2}]')),
  ('twice', pg_temp.policy('[{"name": "a"}, {"name": "b", "from": 4}, {"name": "a", "from": 5}]')),
  ('thresholds', pg_temp.policy('[{"name": "a", "from": "x"}, {"name": "b", "from": true}, {"name": "c", "from": "NaN"}, {"name": "d", "from": 1e30}, {"name": "e", "from": ""}]')),
  ('order', pg_temp.policy('[{"name": "a", "from": 5}, {"name": "b", "from": 5.0}, {"name": "c", "from": 4.99}, {"name": "d", "from": 6}]')), ('two lowest', pg_temp.policy('[{"name": "a"}, {"name": "b"}, {"name": "c", "from": null}]')),
  ('equal at twelve decimals', pg_temp.policy('[{"name": "a", "from": 1}, {"name": "b", "from": 1.0000000000001}]')), ('labels', pg_temp.policy('[{"name": "a", "label": ""}, {"name": "b", "from": 1, "label": 5}, {"name": "c", "from": 2, "label": {"en": "", "zh": null}}]')),
  ('tier keys', pg_temp.policy('[{"name": "a", "form": 1, "to": 2}]'))) p(label, policy), tier_policy_check(policy) c;
-- A label without a language, or in none, cannot be asked for.
select label, count(c.path) > 0 as a_problem from unnest(array['{}', '{"": "A"}', '{"": "A", "en": "B"}']) label left join lateral tier_policy_check(pg_temp.policy(format('[{"name": "a", "label": %s}]', label)::jsonb)) c on true group by label order by label collate "C";
-- What the functions say of such a policy is its first problem.
select call, test.error_of(format('select crm.%s', call)) from unnest(array['tier_of(1::numeric, ''{}'')', 'tier_of(1::float8, ''[]'')', 'tier_explain(1, ''{"kind": "tier_policy", "version": 1, "tiers": [{"name": "a", "from": "x"}]}'')', 'tier_of(1, crm.rfm_segment_policy_example())']) call;
-- The checker and the functions agree: what has no problem is read, what has one is not.
select count(*), count(distinct problems) as kinds, bool_and((problems = 0) = (read like 'no error%')) as agree
from (select pg_temp.policy(jsonb_build_array(a, b)) as policy from (values ('{"name": "a"}'::jsonb), ('{"name": "b", "from": 3}'), ('{"name": "c", "from": "2.5", "label": {"zh": "丙"}}'), ('{"from": 1}'), ('5'), ('{"name": "d", "from": -1e26}'), ('{"name": "e", "x": 1}')) x(a),
  (values ('{"name": "a"}'::jsonb), ('{"name": "f", "from": 2.75}'), ('{"name": "g", "from": 0, "label": "庚"}'), ('{"name": 1}')) y(b)) p,
  lateral (select count(*) as problems from tier_policy_check(policy)) c, lateral (select test.error_of(format('select crm.tier_of(1, %L)', policy)) as read) r;

-- The rules of a policy: every key with what it must not be, general and of a tier. What is absent and what is null is the same.
create function pg_temp.ruled(more text) returns jsonb language sql as $$ select '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "a"}, {"name": "b", "from": 10}, {"name": "c", "from": 20}]}'::jsonb || more::jsonb $$;
select more, c.* from unnest(array['{"measures": null, "period": null, "upgrade": null, "downgrade": null, "minimum_stay": null, "new_customer": null, "dormant": null, "gaps": null, "several_in_period": null, "overrides": null}', '{"measures": []}', '{"measures": "assets"}', '{"measures": ["a", "", 5, "a"]}', '{"measures": ["a", "b"]}', '{"period": "fortnight"}', '{"period": 5}',
  '{"upgrade": "next_period"}', '{"upgrade": {"takes_effect": "later", "periods": 0, "max_steps": 0, "watch": 1}}', '{"upgrade": {"periods": 10001}}', '{"upgrade": {"periods": 1.5}}', '{"upgrade": {"periods": 10000, "max_steps": 10000, "takes_effect": null}}', '{"downgrade": []}', '{"downgrade": {"grace": -1, "watch": "3", "landing": "first", "max_steps": -5, "periods": 1}}',
  '{"downgrade": {"grace": 10000, "watch": 10000, "landing": "mean", "max_steps": 1}}', '{"minimum_stay": -1}', '{"minimum_stay": {}}', '{"minimum_stay": 10001}', '{"new_customer": "highest"}', '{"new_customer": {}}', '{"new_customer": {"tier": "z"}}', '{"new_customer": {"tier": "b", "periods": -1, "more": 1}}', '{"new_customer": {"tier": "", "periods": 3}}', '{"new_customer": ["reached"]}',
  '{"dormant": {}}', '{"dormant": 12}', '{"dormant": {"periods": 0, "at_most": "x", "tier": "z", "measure": "m", "from": 1}}', '{"dormant": {"periods": 12, "at_most": -1e26, "tier": "c"}}', '{"gaps": "keep"}', '{"gaps": 0}', '{"several_in_period": "first"}', '{"overrides": {}}', '{"overrides": [{"tier": "z", "from": "2026-01-01", "reason": "r", "by": "b"}]}',
  '{"overrides": [{"tier": "a", "from": "x", "to": "2026-02-30", "rule": "most", "note": 1}, 5]}', '{"overrides": [{"tier": "a", "from": "2026-01-02", "to": "2026-01-01", "reason": "r", "by": "b"}]}', '{"Upgrade": {}, "min_stay": 1, "grace": 3}']) with ordinality m(more, o), tier_policy_check(pg_temp.ruled(more)) with ordinality c(path, problem, i) order by o, i;
select tiers, c.* from unnest(array['[{"name": "a", "keep": 5}]', '[{"name": "a", "from": 5, "keep": 6}]', '[{"name": "a", "from": 5, "keep": 5}, {"name": "b", "from": 9, "keep": -9}]', '[{"name": "a", "from": 5, "keep": "x"}]', '[{"name": "a", "from": {"": 5}}]', '[{"name": "a", "from": {}}]', '[{"name": "a", "from": []}]', '[{"name": "a", "from": [5]}]', '[{"name": "a", "from": [[5]]}]',
  '[{"name": "a", "upgrade": {"periods": "2"}, "downgrade": {"grace": null, "landing": 5}, "minimum_stay": false, "new_customer": "lowest"}]']) with ordinality m(tiers, o), tier_policy_check(pg_temp.policy(tiers::jsonb)) with ordinality c(path, problem, i) order by o, i;
-- Several measures: thresholds name them; dormancy names one. One that has a name need not.
select tiers, c.* from unnest(array['[{"name": "a", "from": 5}]', '[{"name": "a", "from": {"x": 5}}, {"name": "b", "from": {"x": 4}}]', '[{"name": "a", "from": {"x": 5, "客户": 1}}, {"name": "b", "from": {"x": 5, "客户": 1}}]', '[{"name": "a", "from": {"x": 5, "客户": 2}}, {"name": "b", "from": {"x": 6, "客户": 1}}]', '[{"name": "a", "from": {"x": 5}}, {"name": "b", "from": {"客户": 4}}, {"name": "c", "from": [{"x": 1}, {"客户": 1}]}]',
  '[{"name": "a", "from": [{"x": 5, "z": 1}, {}, 5, {"x": "y"}]}]', '[{"name": "a", "from": [{"x": 5}], "keep": {"x": 6, "z": null}}]', '[{"name": "a"}, {"name": "b", "from": {"x": 5}, "keep": [{"x": 4}, {"客户": 1e26}]}]']) with ordinality m(tiers, o), tier_policy_check(pg_temp.policy(tiers::jsonb) || '{"measures": ["x", "客户"]}') with ordinality c(path, problem, i) order by o, i;
select more, (select string_agg(path || ': ' || problem, '; ') from tier_policy_check(pg_temp.ruled(more))) as problems from unnest(array['{"measures": ["x"]}', '{"measures": ["x"], "dormant": {"periods": 1}}', '{"measures": ["x"], "tiers": [{"name": "a", "from": {"x": 5}}, {"name": "b", "from": [{"x": 9}, {"x": 7}]}]}', '{"measures": ["x"], "tiers": [{"name": "a", "from": {"x": 5}}, {"name": "b", "from": [{"x": 9}, {"x": 3}]}]}']) more;
select m, tier_of(m, p) as tier, tier_of(m::float8, p) as float8, (select string_agg(concat_ws(' ', tier, "from", missing, margin), ', ' order by position) from tier_explain(m, p)) as explained from unnest(array[4.99, 5, 7.5]) m, pg_temp.ruled('{"measures": ["x"], "tiers": [{"name": "a", "from": {"x": 5}}, {"name": "b", "from": [{"x": 9}, {"x": 7.5}]}]}') p;
select call, test.error_of(format('select %s', replace(call, '!', quote_literal(pg_temp.policy('[{"name": "a", "from": {"x": 5, "y": 1}}]') || '{"measures": ["x", "y"]}')))) from unnest(array['crm.tier_of(5, !)', 'crm.tier_of(5::bigint, !)', 'crm.tier_of(5::float8, !)', 'crm.tier_explain(5, !)', 'crm.tier_explain(5::float8, !)']) call;
-- Names that look like keys, or like what a JSON library keeps for itself; documents deep, long and wide.
select tier_of(15, pg_temp.policy('[{"name": "name"}, {"name": "tiers[0].from", "from": 10}, {"name": "\" || drop", "from": 20}]')) as key, (select string_agg(path || ': ' || problem, '; ') from tier_policy_check(pg_temp.policy('[{"name": "$serde_json::private::Number"}]') || '{"measures": ["$serde_json::private::RawValue"]}')) as reserved;
select more, left(test.error_of(format('select crm.tier_of(15, %L)', pg_temp.ruled(more))), 150) from unnest(array['{"$serde_json::private::Number": "5"}', '{"note": {"$serde_json::private::Number": "5"}}', '{"tiers": [{"name": "a", "from": {"$serde_json::private::Number": "5"}}]}', '{"tiers": [{"name": "a", "from": {"$serde_json::private::Number": "NaN"}}]}', '{"upgrade": {"$serde_json::private::Number": 1}}', '{"name": {"a": 1}}']) more;
select left(test.error_of(format('select crm.tier_of(15, %L)', pg_temp.ruled(format('{"tiers": %s1%s}', repeat('[', 500), repeat(']', 500))))), 100) as deep, left(test.error_of(format('select crm.tier_of(15, %L)', pg_temp.ruled(format('{"note": "%s"}', repeat('x', 1000000))))), 60) as long,
  tier_of(199.5, pg_temp.policy((select jsonb_agg(jsonb_build_object('name', 'tier ' || i, 'from', i) order by i) from generate_series(1, 200) i))) as many;
-- What is compared with each other, or stands in every row of a path, has a limit: tiers, measures, exceptions, and what they are called and why.
select what, n, (select string_agg(path || ': ' || problem, '; ') from tier_policy_check(policy)) as problems from unnest(array[200, 201, 100000]) n
cross join lateral (values ('tiers', pg_temp.policy((select jsonb_agg(jsonb_build_object('name', 'tier ' || i, 'from', i) order by i) from generate_series(1, n) i))), ('measures', pg_temp.policy('[{"name": "a", "from": {"m1": 5}}]') || jsonb_build_object('measures', (select jsonb_agg('m' || i) from generate_series(1, n) i))),
  ('alternatives', pg_temp.policy(jsonb_build_array(jsonb_build_object('name', 'a', 'from', (select jsonb_agg(jsonb_build_object('x', i)) from generate_series(1, n) i)))) || '{"measures": ["x", "y"]}'),
  ('overrides', pg_temp.ruled('{}') || jsonb_build_object('overrides', (select jsonb_agg('{"tier": "a", "from": "2026-01-01", "reason": "r", "by": "b"}'::jsonb) from generate_series(1, n) i)))) v(what, policy) order by what, n;
select what, n, (select string_agg(path || ': ' || problem, '; ') from tier_policy_check(policy)) as problems from unnest(array[1000, 1001]) n, lateral (select repeat('x', n) as t) t
cross join lateral (values ('tier', pg_temp.policy(jsonb_build_array(jsonb_build_object('name', t)))), ('measure', pg_temp.ruled('{}') || jsonb_build_object('measures', array[t])), ('override', pg_temp.ruled('{}') || jsonb_build_object('overrides', jsonb_build_array(jsonb_build_object('tier', 'a', 'from', '2026-01-01', 'reason', t, 'by', t))))) v(what, policy) order by what, n;
-- The worked policies.
select rule, p ->> 'name' as name, (select count(*) from tier_policy_check(p)) as problems, p -> 'upgrade' as upgrade, p -> 'downgrade' as downgrade, p -> 'new_customer' as new_customer, p #> '{tiers,4,downgrade}' as private from unnest(array['thresholds', 'next_month', 'watch_list']) rule, tier_policy_example(rule) p;
select tier_policy_example() = tier_policy_example('thresholds') as the_default, tier_policy_example(rule => null) as none, test.error_of('select crm.tier_policy_example(''thresholdz'')') as no_such, test.error_of('select crm.tier_policy_example(repeat(''客'', 1000))') as long, test.error_of('select crm.tier_policy_example('''')') as empty;

-- How it is used: over a join, in a filter, in a group, in a view, in an index expression (it is immutable).
create table client as select i as client, i * i * 7.25 - 1000 as assets from generate_series(1, 2000) i;
create index on client (tier_of(assets, tier_policy_example()));
create view tiers as select tier_of(assets, policy, 'zh') as tier, count(*) as clients, min(assets), max(assets) from client, policy where name = 'example' group by 1;
select *, sum(clients) over () as all_clients from tiers order by min;
select count(*) = (select count(*) from client where assets >= 200000 and assets < 1000000) as counted from client where tier_of(assets, tier_policy_example()) = 'gold';
drop schema tier_test cascade;
