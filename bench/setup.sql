-- 10 million events of 500,000 customers (in no order), and 20,000 clients with 1,000 products. Deterministic.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create extension pg_crm;

create unlogged table event as
select (hashint8(i) & 2147483647)::bigint % 500000 as customer,
  timestamptz '2025-01-01 00:00+00' + (i % 31536000) * interval '1 second' as at,
  ((hashint8(i * 3) & 2147483647) % 1000000 / 100.0)::numeric(18, 2) as amount,
  exp(((hashint8(i * 7) & 65535) + (hashint8(i * 11) & 65535) + (hashint8(i * 13) & 65535)) / 20000.0)::float8 as famount
from generate_series(1, :rows) i;

create unlogged table word as
select i, 'tag ' || i as tag from generate_series(0, 39) i;

create unlogged table product as
select 'P' || lpad(i::text, 4, '0') as product_id, 'R' || 1 + abs(hashint8(i)) % 5 as risk_grade, abs(hashint8(i * 3)) % 20 > 0 as open,
  (abs(hashint8(i * 5)) % 60)::int as term_months, (abs(hashint8(i * 7)) % 1000) * 100 as min_amount, abs(hashint8(i * 9)) % 10 = 0 as professional_only,
  (select array_agg(tag order by word.i) from word where abs(hashint8(i * 1000 + word.i)) % 5 = 0) as tags,
  array['app', 'branch', 'phone'] as channels
from generate_series(1, 1000) i;

create unlogged table client as
select i as client_id, 'C' || 1 + abs(hashint8(i * 17)) % 5 as risk_class, false as minimum_class, abs(hashint8(i * 19)) % 10 = 0 as professional,
  (abs(hashint8(i * 21)) % 80)::int as horizon_months, (abs(hashint8(i * 23)) % 100000) * 10 as assets,
  (select array_agg(tag order by word.i) from word where abs(hashint8(i * 999 + word.i)) % 5 = 1) as interests, array['app'] as preferred_channels
from generate_series(1, 20000) i;

create table policy as
select crm.tier_policy_example() as tiers, crm.matching_policy_example() as offers;
vacuum analyze;
