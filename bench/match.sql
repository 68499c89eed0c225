-- 1,000 products and 100,000 clients with every attribute that the policy below asks for. Deterministic.
set client_min_messages = warning;
drop schema if exists offers cascade;
create schema offers;
set search_path = offers;

-- A whole number below `sides`, the same on every run.
create function dice(key bigint, purpose int, sides int) returns int immutable parallel safe language sql
  return abs(hashint8extended(key, purpose) % sides)::int;
create function words(key bigint, purpose int, of int, prefix text) returns text[] immutable parallel safe language sql
  return (select array_agg(prefix || dice(key, purpose + i, of)) from generate_series(0, 7) i);

-- One of sixty target markets.
create table market as
select m, jsonb_build_object('kind', 'target_market', 'version', 1, 'scales', '{"knowledge": ["basic", "informed", "advanced"]}'::jsonb,
  'include', jsonb_build_object('all', jsonb_build_array(
    jsonb_build_object('client', 'age', 'is', 'between', 'value', jsonb_build_array(18 + m % 10, 90)),
    jsonb_build_object('any', jsonb_build_array(
      '{"client": "knowledge", "is": ">=", "value": "informed"}'::jsonb,
      jsonb_build_object('client', 'experience_years', 'is', '>=', 'value', m % 4))))),
  'exclude', jsonb_build_object('client', 'objectives', 'is', 'contains', 'value', 'objective-' || m % 6, 'missing', 'fails')) as market
from generate_series(0, 59) m;

create table product as
select 'P' || lpad(i::text, 5, '0') as product_id, 'R' || 1 + dice(i, 1, 5) as risk_grade, (1 + dice(i, 2, 50)) * 1000 as min_amount, dice(i, 3, 61) as term_months,
  dice(i, 4, 4) as min_experience_years, dice(i, 5, 10) > 0 as open, dice(i, 6, 10) = 0 as professional_only, words(i, 10, 40, 'tag-') as tags,
  words(i, 20, 12, 'channel-') as channels, 'type-' || dice(i, 30, 6) as type, 'issuer-' || dice(i, 31, 40) as issuer,
  jsonb_build_object('retirement', dice(i, 32, 3), 'education', dice(i, 33, 3), 'liquidity', dice(i, 34, 3)) as serves, 1 + dice(i, 35, 50) as margin,
  5 + dice(i, 36, 30) as minutes, market as target_market
from generate_series(1, 1000) i join market on m = dice(i, 37, 60);

create table client as
select i as client_id, 'C' || 1 + dice(i, 101, 5) as risk_class, dice(i, 102, 50) = 0 as minimum_class, dice(i, 103, 20) = 0 as professional, dice(i, 104, 120) as horizon_months,
  dice(i, 105, 20) as experience_years, dice(i, 106, 2000000) as assets, (select array_agg('P' || lpad((1 + dice(i, 107 + j, 1000))::text, 5, '0')) from generate_series(0, 4) j) as holdings,
  words(i, 120, 40, 'tag-') as interests, words(i, 130, 12, 'channel-') as preferred_channels, (words(i, 140, 6, 'type-'))[1:4] as preferred_types,
  date '2026-03-01' as assessed_on, 18 + dice(i, 150, 70) as age, (array['basic', 'informed'])[1 + dice(i, 151, 2)] as knowledge,
  array['objective-' || dice(i, 152, 12)] as objectives,
  jsonb_build_object('issuer-' || dice(i, 153, 20), dice(i, 154, 500000), 'issuer-' || 20 + dice(i, 155, 20), dice(i, 156, 500000)) as exposures,
  jsonb_build_object('retirement', dice(i, 157, 3), 'education', 1, 'liquidity', dice(i, 158, 3)) as needs,
  (select jsonb_object_agg('P' || lpad((1 + (dice(i, 160, 50) + 50 * j) % 1000)::text, 5, '0'), dice(i, 180 + j, 100) / 100.0) from generate_series(0, 19) j) as propensity
from generate_series(1, :clients) i;

-- The example with every kind of gate and of score, arbitration with the firm's margin, and diversity.
create table policy as
select crm.matching_policy_example() as example, jsonb_set(crm.matching_policy_example(), '{gates}', crm.matching_policy_example()->'gates' || jsonb_build_array(
    jsonb_build_object('id', 'law', 'suitability', crm.suitability_rules_example('csrc')),
    '{"id": "market", "target_market": "target_market"}'::jsonb,
    '{"id": "concentration", "limit": {"group": "issuer", "exposures": "exposures", "bought": {"product": "min_amount"}, "whole": "assets", "at_most": 0.4}}'::jsonb,
    '{"id": "types", "condition": {"any": [{"client": "assets", "is": ">=", "value": 10000}, {"product": "type", "is": "=", "value": "type-1"}]}}'::jsonb))
  || '{"scores": [{"id": "needs", "weight": 0.5, "need": {"client": "needs", "product": "serves"}},
      {"id": "propensity", "weight": 0.5, "by_product": {"client": "propensity", "default": 0.1}}],
    "arbitration": {"terms": [{"id": "fit", "score": true}, {"id": "margin", "product": "margin", "firm": true}], "attention": {"product": "minutes", "price": 0.01}},
    "diversity": {"lambda": 0.7, "product": "tags", "measure": "jaccard"}}' as everything;
analyze;
