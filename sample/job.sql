-- The main job, on whichever data set the schema "job" holds: value, segments, tiers, matches. Run as an ordinary user;
-- every step is a table of his that he can look at.
\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
set client_min_messages = warning;
set jit = off;
\pset footer off
\pset null ''
\pset linestyle unicode
\pset border 1

select title, currency, as_of, (select count(*) from job.product) > 0 as has_products,
  exists (select from job.money where profit is not null) as has_profit, exists (select from job.money where assets is not null) as has_assets
from job.info \gset

\echo
\echo :title', as of' :as_of
\echo
\echo '1. What did every client do? One pass without GROUP BY, one summary of 64 bytes a client; a scale of break points that stays put.'
drop table if exists client_rfm, scale, client_value, product_library;
\timing on
create table client_rfm as
select r.customer as client_id, r.rfm
from (
  select crm.rfm_book_agg(client_id, at, amount) as book
  from job.event
  where at < (:'as_of'::date + 1)::timestamp at time zone 'UTC') s
cross join lateral crm.rfm_book_rows(s.book) as r;

create table scale as
select crm.rfm_breaks_fit(crm.rfm_sample_agg(rfm), as_of => :'as_of', bins => 5, monetary_by => 'total') as breaks
from client_rfm;

create table client_value as
select c.client_id, c.name, m.assets, m.profit, r.rfm, crm.rfm_cell(s.breaks, r.rfm, :'as_of') as cell
from job.client c
join job.money m using (client_id)
left join client_rfm r using (client_id)
cross join scale s;
\timing off
analyze client_value;

\echo
\echo 'RFM segments'
select crm.rfm_segment(cell) as segment, crm.rfm_segment(cell, language => 'zh') as "分群", count(*) as clients,
  round(avg(crm.recency(rfm, :'as_of'))) as "days since", round(avg(crm.frequency(rfm)), 1) as events,
  round(sum(crm.total(rfm))) as total, round(100 * sum(crm.total(rfm)) / sum(sum(crm.total(rfm))) over (), 1) as "% of total"
from client_value
where rfm is not null
group by 1, 2
order by total desc;

\if :has_profit
\echo '2. Who is worth what? The pyramid: clients by profit.'
\timing on
with ranked as (
  select profit, row_number() over (order by profit desc, client_id) as place, count(*) over () as n, sum(profit) over () as whole
  from client_value
  where profit is not null)
select band, count(*) as clients, round(min(profit), 2) as "least profit", round(sum(profit), 2) as profit,
  case when min(whole) > 0 then round(100 * sum(profit) / min(whole), 1) end as "% of profit"
from ranked
cross join lateral (select case when place <= n * 0.01 then '1  best 1 %' when place <= n * 0.03 then '2  next 2 %'
  when place <= n * 0.05 then '3  next 2 %' when place <= n * 0.20 then '4  next 15 %' else '5  the other 80 %' end as band) b
group by band
order by band;
\timing off

\echo 'The top of the pyramid'
select client_id, name, round(profit, 2) as profit, round(assets) as assets, crm.frequency(rfm) as events, cell, crm.rfm_segment(cell) as segment
from client_value
where profit is not null
order by profit desc, client_id
limit 10;

\echo 'How few make how much: the whale curve'
select round(crm.gini(c, normalized => true)::numeric, 3) as gini, crm.customers_for_share(c, 0.8) as "clients for 80 %", peak.customers as "in profit",
  round(100 * peak.value_share::numeric, 1) as "% at the peak", peak.losing_customers as losing, round(peak.losses) as losses
from (select crm.concentration_agg(profit) as c from client_value) as s
cross join lateral crm.whale_peak(c) as peak;

\echo 'Who only seemed valuable: among the largest 2 % by assets, the least profit'
select client_id, name, round(assets) as assets, round(profit, 2) as profit, coalesce(crm.frequency(rfm), 0) as events
from client_value
where assets >= (select crm.quantile(crm.distribution_agg(assets), 0.98) from client_value)
order by profit, client_id
limit 10;
\endif

\if :has_assets
\if :has_profit
\echo 'One score of four measures, under a card in a table: the largest by assets, and where the score puts them'
insert into job.policy values ('score', '{"kind": "score_card", "version": 1, "name": "client value", "missing": "worst", "measures": [
    {"name": "profit", "label": {"en": "Profit of 12 months", "zh": "近十二个月利润"}, "weight": 0.5, "direction": "higher", "transform": {"type": "percentile"}},
    {"name": "assets", "label": {"en": "Average assets", "zh": "日均资产"}, "weight": 0.2, "direction": "higher", "transform": {"type": "log"}, "cap": {"from": 0}},
    {"name": "frequency", "label": {"en": "Events", "zh": "交易次数"}, "weight": 0.15, "direction": "higher", "transform": {"type": "log"}},
    {"name": "recency", "label": {"en": "Days since the last", "zh": "距上次交易天数"}, "weight": 0.15, "direction": "lower", "transform": {"type": "min_max", "from": 0, "to": 365}}]}')
on conflict (name) do update set document = excluded.document;
drop table if exists client_score;
\timing on
create table client_score as
with measured as (
  select client_id, array[profit, assets, crm.frequency(rfm), crm.recency(rfm, :'as_of')]::float8[] as measures
  from client_value)
select client_id, measures, crm.value_score(document, stats, measures) as score
from measured
cross join (select crm.standardize_agg(array['profit', 'assets', 'frequency', 'recency'], measures) as stats from measured) as s
cross join (select document from job.policy where name = 'score') as card;
\timing off
select "by assets", client_id, name, round(assets) as assets, round(profit, 2) as profit, round(score::numeric, 1) as score, "by score"
from (
  select *, rank() over (order by assets desc, client_id) as "by assets", rank() over (order by score desc, client_id) as "by score"
  from client_value
  join client_score using (client_id)) as ranked
order by "by assets"
limit 5;
\endif

\echo '3. Which tier? A policy in a table; this one is edited, checked, and then in force.'
-- The example's thresholds suit the broker; elsewhere they are cut from the data, so that ties are never split.
insert into job.policy
select 'tiers', case when :'currency' = 'CNY' then crm.tier_policy_example() else jsonb_set(crm.tier_policy_example()
      || jsonb_build_object('name', 'by average assets', 'measure', 'average daily assets of the month, ' || :'currency'), '{tiers}', (
    select jsonb_agg(case when n = 1 then tier else tier || jsonb_build_object('from', round(q[n]::numeric, 2)) end order by n)
    from jsonb_array_elements(crm.tier_policy_example() -> 'tiers') with ordinality t(tier, n),
      (select array[0] || crm.quantiles(crm.distribution_agg(assets), array[0.5, 0.8, 0.95, 0.99]) as q from job.money) d)) end
on conflict (name) do update set document = excluded.document;
select * from crm.tier_policy_check((select document from job.policy where name = 'tiers'));
\timing on
select t."position", t.tier, t.label as "等级", t."from", v.clients, v.assets, v.profit
from (select document from job.policy where name = 'tiers') p
cross join lateral crm.tier_explain(0, p.document, 'zh') as t
left join (
  select crm.tier_of(assets, document) as tier, count(*) as clients, round(sum(assets)) as assets, round(sum(profit)) as profit
  from client_value
  cross join (select document from job.policy where name = 'tiers') q
  group by 1) v using (tier)
order by 1 desc;
\timing off
\endif

\if :has_products
\echo '4. What do we offer, and why not the rest?'
-- The broker: the example policy, but for channels, which are not known of these clients. The bank knows no risk classes
-- and no interests: only what its files allow to be said, and no score.
insert into job.policy
select 'offers', case when exists (select from job.product where attributes ? 'risk_grade') then crm.matching_policy_example() #- '{tags,1}' else
  '{"kind": "matching_policy", "version": 1, "name": "what the files of the bank allow",
    "gates": [
      {"id": "held", "product": "product", "is": "not_in", "client": "holdings", "missing": "pass", "reason": {"en": "The client has it", "zh": "客户已持有"}},
      {"id": "one_loan", "product": "category", "is": "<>", "value": "loan", "when": {"client": "has_loan", "is": "=", "value": true},
       "reason": {"en": "The client has a loan", "zh": "客户已有贷款"}},
      {"id": "of_age", "client": "age", "is": ">=", "value": 18, "when": {"product": "category", "is": "=", "value": "loan"},
       "reason": {"en": "Loans are for adults", "zh": "贷款仅限成年人"}},
      {"id": "one_card", "product": "category", "is": "<>", "value": "card", "when": {"client": "has_card", "is": "=", "value": true},
       "reason": {"en": "The client has a card", "zh": "客户已有银行卡"}},
      {"id": "junior", "client": "age", "is": "<=", "value": 21, "when": {"product": "product", "is": "=", "value": "card-junior"},
       "reason": {"en": "For the young", "zh": "仅限青少年"}}],
    "tags": []}' end
on conflict (name) do update set document = excluded.document;
select * from crm.matching_policy_check((select document from job.policy where name = 'offers'));
create table product_library as
select crm.catalogue_agg(product_id, attributes) as catalogue from job.product;

-- Three clients by name: the data set's own, or the three with the largest assets.
create temp table chosen as
select client_id, name, profile || jsonb_build_object('assets', assets) as client
from job.client
join job.money using (client_id)
order by client_id not in (1001, 1002, 1003) or :'currency' <> 'CNY', assets desc nulls last, client_id
limit 3;
\timing on
select c.client_id, c.name, coalesce(c.client ->> 'risk_class', '') as class, m.rank, m.product, coalesce(a.attributes ->> 'name_zh', a.attributes ->> 'name', '') as name,
  a.attributes ->> 'risk_grade' as grade, round(m.score::numeric, 3) as score,
  (select string_agg(s ->> 'component' || ': ' || (s ->> 'matched'), '; ') from jsonb_array_elements(m.reasons -> 'score') s) as because
from chosen c
cross join product_library l
cross join (select document from job.policy where name = 'offers') p
cross join lateral crm.match_products(l.catalogue, c.client, p.document, k => 5) as m
join job.product a on a.product_id = m.product
order by c.client_id, m.rank;
\timing off

\echo 'Why not? What the third of them would have liked most, and the rules that say no'
select c.name, m.product, a.attributes ->> 'risk_grade' as grade, round(m.score::numeric, 3) as "would score",
  (select string_agg(coalesce(e -> 'reason' ->> 'zh', e ->> 'gate') || ' (' || (e ->> 'gate') || ')', '; ') from jsonb_array_elements(m.reasons -> 'excluded_by') e) as "why not"
from (select * from chosen order by client_id desc limit 1) c
cross join product_library l
cross join (select document from job.policy where name = 'offers') p
cross join lateral crm.match_explain(l.catalogue, c.client, p.document) as m
join job.product a on a.product_id = m.product
where m.verdict = 'excluded'
order by m.score desc, m.product
limit 5;

\echo 'Everyone: five offers for each client'
\timing on
create temp table offer as
select c.client_id, m.rank, m.product, m.score
from job.client c
join job.money v using (client_id)
cross join product_library l
cross join (select document from job.policy where name = 'offers') p
cross join lateral crm.match_products(l.catalogue, c.profile || jsonb_build_object('assets', v.assets), p.document, k => 5) as m;
\timing off
select count(distinct client_id) as "clients with offers", count(*) as offers, (select count(*) from job.client) as clients from offer;
\endif
