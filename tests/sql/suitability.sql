-- suitability: whether a client may be offered a product, under the rules of a law, with reasons.
set client_min_messages = warning;
create schema suitability_test;
set search_path = suitability_test, crm;
\pset null NULL
\pset format unaligned

-- The truth table of the Chinese rules, every cell: an ordinary investor of each class (with and without the flag of the minimum class), a
-- professional whose status is valid or has ended; every grade; solicited or asked for; every state of the warning, the assessment, the access
-- conditions and the objectives. Against an expression written from the table.
create table cell as
select row_number() over () as no, class, minimum, status, grade, initiative, ack, assessment, access, term, kind,
  jsonb_build_object('client', 'A', 'risk_class', 'C' || class, 'minimum_class', minimum, 'initiative', initiative, 'horizon_months', 12, 'preferred_types', '["bond", "fund"]'::jsonb,
    'professional', status <> 'ordinary', 'professional_until', case status when 'valid' then '2026-03-15' when 'ended' then '2026-03-14' end,
    'acknowledged', case ack when 'this' then '["Q", "P"]'::jsonb when 'other' then '["Q"]' end, 'permissions', case access when 'has' then '["STAR", "HK"]'::jsonb when 'other' then '["HK"]' end,
    'assessed_on', case assessment when 'missing' then null when 'expired' then '2025-03-15' when 'future' then '2026-03-16' else '2025-03-16' end) || case assessment when 'changed' then '{"circumstances_changed": true}'::jsonb else '{}' end as client,
  jsonb_build_object('product', 'P', 'risk_grade', 'R' || grade, 'term_months', case when term then 12 else 13 end, 'type', case when kind then 'bond' else 'gold' end, 'requires', case access when 'free' then '[]'::jsonb else '["STAR"]' end) as product
from generate_series(1, 5) class, (values (true), (false)) m(minimum), unnest(array['ordinary', 'valid', 'ended']) status, generate_series(1, 5) grade, unnest(array['solicited', 'client', null]) initiative,
  unnest(array['this', 'other', null]) ack, unnest(array['valid', 'missing', 'expired', 'changed', 'future']) assessment, unnest(array['free', 'has', 'other', 'missing']) access, (values (true), (false)) t(term), (values (true), (false)) k(kind)
where class = 1 or not minimum;
create table judged as
select cell.*, suitability_verdict(client, product, rules, '2026-03-15') as verdict, case
  when access in ('other', 'missing') then 'prohibited'
  when status = 'valid' then 'match_professional'
  when assessment <> 'valid' then 'reassess'
  when minimum and grade > class then 'prohibited'
  when grade > class and initiative = 'client' and ack = 'this' then 'allowed_with_ack'
  when grade > class and initiative = 'client' then 'ack_required'
  when grade > class then 'prohibited_to_solicit'
  when not (term and kind) and initiative is distinct from 'client' then 'prohibited_to_solicit'
  else 'match' end as by_the_table
from cell, suitability_rules_example() rules;
select verdict, count(*), count(*) filter (where verdict = by_the_table) as as_in_the_table from judged group by verdict order by verdict;
select no, client, product, verdict, by_the_table from judged where verdict is distinct from by_the_table order by no limit 5;
-- Whether it may be offered goes with the verdict; the flags are what the table says of care and of objectives; what cannot be cured has no cure.
select verdict, bool_and(suitability_offer(client, product, rules, '2026-03-15')) as offer, bool_or(suitability_offer(client, product, rules, '2026-03-15')) as ever from judged, suitability_rules_example() rules where no % 7 = 0 group by verdict order by verdict;
create table explained as select j.no, j.class, j.grade, j.minimum, j.status, j.assessment, j.initiative, j.term, j.kind, j.verdict as judged, e.* from judged j, suitability_rules_example() rules, suitability_explain(client, product, rules, '2026-03-15', 'en') e where no % 11 = 0;
select count(*), bool_and(verdict = judged) as same_verdict, bool_and(cardinality(reasons) = cardinality(rule_ids) and cardinality(rule_ids) = cardinality(rule_references) and cardinality(rule_ids) = cardinality(cures)) as parallel,
  bool_and((verdict = 'match') = (rule_ids = '{}')) as without_reasons_match, bool_and(('special_care' = any (flags)) = (status <> 'valid' and grade = 5)) as care,
  bool_and(('objective_misfit' = any (flags)) = (status <> 'valid' and assessment = 'valid' and initiative is not distinct from 'client' and not (term and kind))) as misfit, bool_and(not 'objectives_unknown' = any (flags)) as known from explained;
select verdict, rule_ids[1] as rule, rule_references[1] as reference, cures[1] as cure, count(*) from explained group by 1, 2, 3, 4 order by 1, 2, 3, 4;
select verdict, rule_ids, flags, missing, count(*) from explained where missing <> '{}' and class = 1 and grade = 5 group by 1, 2, 3, 4 order by 1, 2, 3, 4 limit 12;

-- What is missing, of another type, or not on the scale: never the laxer.
create view case_of as select '{"risk_class": "C1", "minimum_class": false, "assessed_on": "2026-01-01", "horizon_months": 12, "preferred_types": ["bond"], "initiative": "client"}'::jsonb as client, '{"product": "P", "risk_grade": "R2", "term_months": 6, "type": "bond"}'::jsonb as product;
select more_client as client, more_product as product, verdict, offer, rule_ids as rules, flags, missing from case_of, (values ('{}', '{}'), ('{"acknowledged": ["P"]}', '{}'), ('{"acknowledged": ["P"]}', '{"product": null}'), ('{"acknowledged": "P"}', '{}'), ('{"initiative": null}', '{}'), ('{"initiative": "CLIENT"}', '{}'),
  ('{"minimum_class": null}', '{}'), ('{"minimum_class": null}', '{"risk_grade": "R1"}'), ('{"minimum_class": "yes"}', '{}'), ('{"risk_class": null}', '{"risk_grade": "R1"}'), ('{"risk_class": "c1"}', '{"risk_grade": "R1"}'), ('{"risk_class": 1}', '{}'),
  ('{"risk_class": null, "questionnaire_score": 20}', '{}'), ('{"risk_class": "C5", "questionnaire_score": 19.99}', '{}'), ('{"questionnaire_score": 100.01}', '{}'), ('{"questionnaire_score": "80"}', '{}'), ('{"assessed_on": "soon"}', '{"risk_grade": "R1"}'), ('{"assessed_on": 20260101}', '{}'),
  ('{}', '{"risk_grade": null}'), ('{}', '{"risk_grade": "R6"}'), ('{}', '{"risk_grade": ["R1"]}'), ('{}', '{"requires": ["STAR"]}'), ('{}', '{"requires": "STAR"}'), ('{"permissions": ["STAR"]}', '{"requires": ["STAR", "OPT"]}'), ('{}', '{"requires": [], "risk_grade": "R1"}'),
  ('{"professional": true}', '{"risk_grade": null}'), ('{"professional": true, "professional_until": "2026-02-30"}', '{}'), ('{"professional": "yes"}', '{"risk_grade": "R1"}'), ('{"horizon_months": null, "initiative": "solicited"}', '{"risk_grade": "R1"}'), ('{"horizon_months": "long", "initiative": null}', '{"risk_grade": "R1"}'))
  as v(more_client, more_product), suitability_explain(client || more_client::jsonb, product || more_product::jsonb, suitability_rules_example(), '2026-03-15');
select verdict, flags, missing, rule_ids, ruleset, ruleset_version, digest = policy_digest(suitability_rules_example()) as digest, judged_on from suitability_explain('{}', '{}', suitability_rules_example(), '2026-03-15');

-- NULLs, documents that are none, and the days of a rule set.
select suitability_verdict(null, '{}', suitability_rules_example(), '2026-03-15') as client, suitability_verdict('{}', null, suitability_rules_example(), '2026-03-15') as product, suitability_verdict('{}', '{}', null, '2026-03-15') as rules, suitability_verdict('{}', '{}', suitability_rules_example(), null) as day,
  suitability_offer('{}', '{}', null, '2026-03-15') as offer, (select count(*) from suitability_explain('{}', '{}', suitability_rules_example(), null)) as explained, (select count(*) from suitability_rule_list(null)) as rule_list, (select count(*) from suitability_values(null)) as listed, (select count(*) from suitability_verdict_list(null)) as verdicts, (select count(*) from suitability_rules_check(null)) as checked, suitability_rules_example(null) as example;
select call, test.error_of(format('select crm.suitability_verdict(%s)', call)) from unnest(array[$$'[]', '{}', crm.suitability_rules_example(), '2026-03-15'$$, $$'{}', 'null', crm.suitability_rules_example(), '2026-03-15'$$, $$'{}', '{}', '{}', '2026-03-15'$$, $$'{}', '{}', crm.tier_policy_example(), '2026-03-15'$$,
  $$'{}', '{}', crm.suitability_rules_example(), '2017-06-30'$$, $$'{}', '{}', crm.suitability_rules_example() || '{"effective_until": "2026-03-14"}', '2026-03-15'$$, $$'{}', '{}', crm.suitability_rules_example() || '{"effective_until": "2026-03-14"}', '2026-03-14'$$, $$'{}', '{}', crm.suitability_rules_example(), 'infinity'$$]) call;
select call, test.error_of(format('select %s', call)) from unnest(array[$$crm.suitability_rules_example('finra')$$, $$crm.suitability_rules_example('')$$, $$crm.suitability_explain('{}', '{}', crm.suitability_rules_example(), '2026-03-15', 'fr')$$, $$crm.suitability_values(crm.suitability_rules_example(), 'fr')$$,
  $$crm.suitability_rule_list(crm.suitability_rules_example(), 'fr')$$, $$crm.suitability_verdict_list(crm.suitability_rules_example(), 'fr')$$, $$crm.suitability_offer('{}', '5', crm.suitability_rules_example(), '2026-03-15')$$]) call;

-- The lists of a rule set.
select * from suitability_verdict_list(suitability_rules_example(), 'zh');
select * from suitability_values(suitability_rules_example(), 'en');
select * from suitability_rule_list(suitability_rules_example(), 'en');
select name, count(*) as rules, count(verdict) as verdicts, count(flag) as flags, count(cure) as cures, count(*) filter (where when_unknown = 'skip') as skipped, (select count(*) from suitability_rules_check(r)) as problems, policy_valid(r) as valid, (select count(*) from suitability_values(r, 'zh')) as listed
from unnest(array['csrc', 'nfra', 'mifid_suitability', 'mifid_appropriateness', 'csrc_investor']) name, suitability_rules_example(name) r, suitability_rule_list(r, 'zh') group by name, r order by name;

-- Two grades a product (NFRA): the higher one, and none is never the lower one. Flags of the sale.
select client_grade, product, verdict, flags, missing from unnest(array['C2', 'C4']) client_grade, (values ('{"issuer_grade": "R2", "distributor_grade": "R1"}'::jsonb), ('{"issuer_grade": "R2", "distributor_grade": "R3"}'), ('{"issuer_grade": "R2"}'), ('{"distributor_grade": "R1", "risk_grade": "R1"}'), ('{"risk_grade": "R2", "cooling_off": true, "recording": true}'), ('{"issuer_grade": "R1", "distributor_grade": "R9"}')) p(product),
  suitability_explain(jsonb_build_object('risk_class', client_grade, 'assessed_on', '2026-02-01', 'age', case client_grade when 'C2' then 64 else 65 end, 'horizon_months', 12, 'preferred_types', '[]'::jsonb), product, suitability_rules_example('nfra'), '2026-03-15') order by 1, product::text;

-- MiFID II: advice against execution, of the same clients and products.
create table mifid as select * from (values ('fits', '{}'::jsonb, '{}'::jsonb), ('knows too little', '{"knowledge": "basic"}', '{}'), ('knows too little, professional', '{"knowledge": "basic", "client_type": "professional"}', '{}'), ('cannot bear the loss', '{"loss_capacity": "limited"}', '{}'), ('risk tolerance', '{"risk_tolerance": 4}', '{}'), ('objectives', '{"objectives": ["income"]}', '{}'), ('horizon', '{"horizon_months": 59}', '{}'),
  ('negative market', '{}', '{"negative_knowledge": ["basic", "informed"]}'), ('negative objectives', '{}', '{"negative_objectives": ["growth"]}'), ('outside the market', '{}', '{"client_types": ["professional"]}'), ('nothing known', '{"knowledge": null, "experience": null}', '{}'), ('inconsistent', '{"information_inconsistent": true}', '{}'), ('switching', '{"switching": true}', '{}'), ('simple and asked for', '{"knowledge": "basic", "initiative": "client"}', '{"complex": false}'), ('experienced', '{"knowledge": "basic", "experience": ["fund"]}', '{}')) v(what, client, product);
select what, s.verdict as advice, s.offer, s.rule_ids as rules, s.flags, s.missing, a.verdict as execution, a.offer, a.missing
from mifid, lateral (select '{"client_type": "retail", "knowledge": "informed", "experience": [], "loss_capacity": "capital", "risk_tolerance": 5, "objectives": ["growth", "income"], "horizon_months": 60, "initiative": "client"}'::jsonb || client as c,
  '{"product": "F", "type": "fund", "complex": true, "knowledge": "informed", "possible_loss": "capital", "risk_indicator": 5, "objectives": ["growth"], "holding_months": 60, "client_types": ["retail", "professional"]}'::jsonb || product as p) d,
  suitability_explain(c, p, suitability_rules_example('mifid_suitability'), '2026-03-15') s, suitability_explain(c, p, suitability_rules_example('mifid_appropriateness'), '2026-03-15') a;

-- The class of an investor, of the client alone, against the thresholds written down again.
select count(*), count(*) filter (where class = expected) as as_expected, count(distinct class) as classes from (
  select suitability_verdict(jsonb_strip_nulls(jsonb_build_object('kind', kind, 'net_assets', net, 'financial_assets', financial, 'average_income', income, 'experience_years', years, 'position', position)), '{}', r, '2026-03-15') as class,
    case when kind = 'qfii' then 'professional'
      when kind = 'legal_person' and net >= 2e7 and financial >= 1e7 and years >= 2 then 'professional' when kind = 'legal_person' and net >= 1e7 and financial >= 5e6 and years >= 1 then 'convertible'
      when kind = 'natural_person' and (financial >= 5e6 or income >= 5e5) and (years >= 2 or position = 'cpa') then 'professional' when kind = 'natural_person' and (financial >= 3e6 or income >= 3e5) and years >= 1 then 'convertible' else 'ordinary' end as expected
  from suitability_rules_example('csrc_investor') r, unnest(array['qfii', 'legal_person', 'natural_person', 'other']) kind, unnest(array[null, 9999999.99, 10000000, 20000000]) net, unnest(array[null, 2999999.99, 3000000, 5000000, 10000000]) financial, unnest(array[null, 299999.99, 300000, 500000]) income, unnest(array[null, 0, 1, 2]) years, unnest(array[null, 'cpa', 'clerk']) position) x;
select client, verdict, rule_ids, missing from (values ('{"kind": "natural_person", "financial_assets": 9000000, "experience_years": 5}'::jsonb), ('{"kind": "natural_person", "financial_assets": 9000000, "experience_years": 5, "chooses_ordinary": true}'), ('{"kind": "qfii", "chooses_ordinary": true}'), ('{"kind": "natural_person", "financial_assets": 9000000}'), ('{}')) v(client), suitability_explain(client, '{}', suitability_rules_example('csrc_investor'), '2026-03-15');

-- Derived attributes against PostgreSQL's own calendar.
create function pg_temp.rule_set(more text) returns jsonb language sql as $$ select '{"kind": "suitability_rules", "version": 1, "name": "t", "ruleset_version": 1, "effective_from": "1990-01-01", "verdicts": [{"name": "yes", "offer": true}, {"name": "no", "offer": false}], "rules": [{"id": "r", "verdict": "no", "reference": "x", "when": {"client": "a", "is": "=", "value": 1}}]}'::jsonb || more::jsonb $$;
select count(*), bool_and((v = 'yes') = (months = extract(year from age(b, a)) * 12 + extract(month from age(b, a)) and days = b - a)) as agree from (
  select a::date as a, b::date as b, months, days, suitability_verdict(jsonb_build_object('d', a::date, 'months', months, 'days', days), jsonb_build_object('months', months, 'days', days), pg_temp.rule_set('{"derive": {"client": {"m": {"months_since": "d"}, "n": {"days_since": "d"}, "u": {"days_until": "d"}}}, "rules": [
    {"id": "m", "verdict": "no", "reference": "x", "when": {"product": "months", "is": "<>", "client": "m"}}, {"id": "n", "verdict": "no", "reference": "x", "when": {"product": "days", "is": "<>", "client": "n"}}, {"id": "u", "verdict": "no", "reference": "x", "unknown": "skip", "when": {"all": [{"product": "days", "is": "=", "value": 0}, {"client": "u", "is": "<>", "value": 0}]}}]}'), b::date) as v
  from generate_series(date '2023-12-28', date '2024-03-03', interval '1 day') a, generate_series(date '2024-03-03', date '2025-03-05', interval '37 days') b,
  lateral (select (extract(year from age(b, a)) * 12 + extract(month from age(b, a)))::int + extra as months, b::date - a::date as days from generate_series(0, 1) extra) x) y;

-- A stricter rule set: one rule more can only make a verdict stricter. Rules of the past and of the future do nothing.
create table stricter as select r, jsonb_set(r, '{rules,99}', '{"id": "old", "verdict": "prohibited_to_solicit", "reference": "house rule", "when": {"client": "horizon_months", "is": "<", "value": 24}, "effective_from": "2026-03-15", "effective_until": "2026-03-15"}', true) as s from suitability_rules_example() r;
select day, count(*), count(*) filter (where a <> b) as changed, bool_and(array_position(v, a) <= array_position(v, b)) as never_more_permissive, array_agg(distinct a || ' -> ' || b) filter (where a <> b) as changes from (
  select day, suitability_verdict(client, product, r, day) as a, suitability_verdict(client, product, s, day) as b
  from cell, stricter, unnest(array[date '2026-03-14', '2026-03-15', '2026-03-16']) day where no % 41 = 0) x, (select array_agg(verdict order by position) as v from stricter, suitability_verdict_list(r)) l group by day order by day;

-- Every problem of a rule set, each with its path.
select more, c.* from unnest(array['{"verdicts": [{"name": "yes", "offer": true}]}', '{"verdicts": [{"name": "skip", "offer": 1}, {"name": "a", "offer": true}, {"name": "a", "offer": true}]}', '{"rules": []}', '{"rules": [5, {"id": "r", "verdict": "maybe", "reference": "", "when": {"client": "a", "is": "~", "value": 1}, "sense": 1}]}',
  '{"rules": [{"id": "r", "verdict": "no", "flag": "f", "reference": "x", "when": {"client": "a", "is": "=", "value": 1}}, {"id": "r", "flag": "f", "unknown": "no", "reference": "x", "when": {"condition": "c"}}]}', '{"conditions": [{"name": "c", "when": {"condition": "c"}}]}', '{"effective_until": "1989-12-31"}', '{"effective_from": null, "ruleset_version": 1.5, "name": 5}',
  '{"derive": {"client": {"a": {"years_since": "b"}, "e": {"days_since": "b"}}, "firm": {}}}', '{"derive": {"client": {"a": {"highest": ["a", 5]}}}}', '{"scales": {"a": ["x", "y"], "b": ["x"]}, "derive": {"client": {"a": {"bands": "s", "from": {"x": 1, "z": 1}}}}}', '{"derive": {"client": {"a": {"bands": "s", "from": {"x": 1, "y": 5}, "to": 4, "until": 5}}}}',
  '{"values": {"v": {"value": null}, "w": {"value": 5, "source": "s", "confirmed": "yes"}, "x": 5}}', '{"values": {"v": {"value": 5, "source": "s"}}, "rules": [{"id": "r", "verdict": "no", "reference": "x", "when": {"client": "a", "is": ">=", "value_of": "u"}}]}', '{"law": {}, "rulez": 1}']) with ordinality m(more, o), suitability_rules_check(pg_temp.rule_set(more)) with ordinality c(path, problem, i) order by o, i;
-- Conditions that name each other must not grow without end; names and lists have limits.
select n, (select count(*) from suitability_rules_check(r)) as problems, (select min(path || ': ' || problem) from suitability_rules_check(r)) as the_first from unnest(array[4, 5, 200]) n,
  lateral (select pg_temp.rule_set(jsonb_build_object('conditions', (select jsonb_agg(jsonb_build_object('name', 'c' || i, 'when', case i when 0 then '{"client": "a", "is": "=", "value": 1}' else jsonb_build_object('all', (select jsonb_agg(c) from (select jsonb_build_object('condition', 'c' || i - 1) as c from generate_series(1, 10)) x)) end) order by i) from generate_series(0, n) i))::text) as r) x;
select what, (select string_agg(path || ': ' || problem, '; ') from suitability_rules_check(pg_temp.rule_set(more::text))) as problems from (values
  ('rules', jsonb_build_object('rules', (select jsonb_agg(jsonb_build_object('id', i, 'verdict', 'no')) from generate_series(1, 257) i))), ('verdicts', jsonb_build_object('verdicts', (select jsonb_agg(jsonb_build_object('name', i::text, 'offer', true)) from generate_series(1, 33) i))),
  ('conditions', jsonb_build_object('conditions', (select jsonb_agg(i) from generate_series(1, 257) i))), ('name', jsonb_build_object('verdicts', jsonb_build_array(jsonb_build_object('name', 'yes', 'offer', true), jsonb_build_object('name', 'no', 'offer', true), jsonb_build_object('name', repeat('n', 1001), 'offer', true))))) v(what, more);
select test.error_of(format('select crm.suitability_verdict(''{}'', ''{}'', %L, ''2026-03-15'')', pg_temp.rule_set('{"rules": [], "rulez": 1}'))) as first_problem, (select string_agg(path, ', ') from policy_check(pg_temp.rule_set('{"rules": [], "rulez": 1}'))) as checked;

-- The details have every rule, in its order, with what it compared; the explanation of every tenth cell agrees with them.
select jsonb_pretty(jsonb_path_query_first(details, '$[*] ? (@.id == "too_risky_solicited")')) as detail from case_of, suitability_explain(client || '{"initiative": "solicited"}', product, suitability_rules_example(), '2026-03-15');
select count(*), bool_and(jsonb_array_length(details) = 13) as all_rules, bool_and((select coalesce(array_agg(d ->> 'id' order by d ->> 'id'), '{}') from jsonb_array_elements(details) d where (d ->> 'applies')::bool and d ? 'verdict') = (select coalesce(array_agg(i order by i), '{}') from unnest(rule_ids) i)) as same_rules,
  bool_and((select coalesce(array_agg(d ->> 'flag'), '{}') from jsonb_array_elements(details) d where (d ->> 'applies')::bool and d ? 'flag') = flags) as same_flags from explained;
-- Reasons and cures in a language; text that is not ASCII.
select reasons, cures, rule_references from case_of, suitability_explain(client || '{"initiative": "solicited", "preferred_types": ["股票"]}', product || '{"type": "债券"}', suitability_rules_example(), '2026-03-15', 'zh');
select reasons, cures from case_of, suitability_explain(client || '{"initiative": "solicited"}', product, suitability_rules_example(), '2026-03-15');

-- How it is used: in a filter, a view and an index expression, with a rule set by the day.
create table ruleset (name text, version int, document jsonb, primary key (name, version));
insert into ruleset select r ->> 'name', (r ->> 'ruleset_version')::int, r from unnest(array[suitability_rules_example() || '{"effective_until": "2026-03-14"}', suitability_rules_example() || '{"ruleset_version": 2, "effective_from": "2026-03-15"}']) r;
create table few as select * from cell where no % 50 = 0;
create index on few (suitability_verdict(client, product, suitability_rules_example(), '2026-03-15'));
create view on_offer as select day, ruleset.version, count(*) filter (where suitability_offer(client, product, document, day)) as offered from (values (date '2026-03-14'), ('2026-03-15')) d(day) join ruleset on daterange((document ->> 'effective_from')::date, (document ->> 'effective_until')::date, '[]') @> day, few group by 1, 2;
select * from on_offer order by day;
drop schema suitability_test cascade;
