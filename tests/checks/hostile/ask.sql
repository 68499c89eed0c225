-- What must be the same in a calm and in a hostile database. Every name that is not the extension's is written out.
\pset null NULL
\pset format unaligned
\set ON_ERROR_STOP on
set client_min_messages = error;
create schema data;
create table data.event as select pg_catalog.int8(pg_catalog.int4mod(i, 40)) as client, pg_catalog.date_pli(pg_catalog.date('2026-01-01'), pg_catalog.int4mod(pg_catalog.int4mul(i, 7919), 180)) as day,
  pg_catalog.numeric_div(pg_catalog."numeric"(pg_catalog.int4mod(pg_catalog.int4mul(i, 104729), 9973)), pg_catalog."numeric"(100)) as amount,
  pg_catalog.textcat('item ', pg_catalog.int4out(pg_catalog.int4mod(i, 11))::pg_catalog.text) as item, (pg_catalog.array_append(array['gold', 'silver', 'mass'], 'mass'))[pg_catalog.int4pl(1, pg_catalog.int4mod(i, 4))] as tier
from pg_catalog.generate_series(1, 4000) as g(i);
select crm.version();
select crm.rfm_agg(day, amount) from data.event;
select crm.recency(r, '2026-07-01'::pg_catalog.date), crm.total(r), crm.monetary(r), crm.rfm_cell(b, r, '2026-07-01'::pg_catalog.date)
from (select crm.rfm_agg(day, amount) as r from data.event) as a,
  (select crm.rfm_breaks_fit(crm.rfm_sample_agg(r), '2026-07-01'::pg_catalog.date) as b from (select crm.rfm_agg(day, amount) as r from data.event group by client) as c) as d;
select crm.rfm_segment('555', null, 'zh'), crm.rfm_segment_policy_example();
select crm.rfm_book_agg(client, day, amount) from data.event;
select customer, rfm from (select crm.rfm_book_agg(client, day, amount) as b from data.event) as a, crm.rfm_book_rows(b);
select crm.rfm_daily_book_agg(item, day, amount), crm.pnl_book_agg(client, item, amount) from data.event;
select l.line, l.amount from (select crm.pnl_agg(item, amount) as p from data.event) as a, crm.pnl_lines(p) as l;
select crm.distribution_agg(amount), crm.quantiles(crm.distribution_agg(amount), array[0.1, 0.5]::pg_catalog.float8[]) from data.event;
select crm.concentration_agg(amount), crm.gini(crm.concentration_agg(amount)) from data.event;
select n."from", n.customers from (select crm.concentration_agg(amount) as c from data.event) as a, crm.cuts_natural(c, 4) as n;
select crm.daily_balance_agg(day, amount), crm.daily_movement_agg(day, amount) from (select day, pg_catalog.max(amount) as amount from data.event group by day) as e;
select m.average from (select crm.daily_balance_agg(day, amount) as b from (select day, pg_catalog.max(amount) as amount from data.event group by day) as e) as a, crm.monthly_balances(b, '2026-01-01'::pg_catalog.date, '2026-06-30'::pg_catalog.date) as m;
select crm.tier_of(250000::pg_catalog."numeric", crm.tier_policy_example(), 'zh'), crm.tier_history_agg(day, amount) from data.event;
select t.tier, t.position, t."from" from crm.tier_policy_tiers(crm.tier_policy_example()) as t;
select crm.migration_agg(tier, item), crm.top_k_agg(item, 5, 3), crm.tag_frequency_agg(array[tier, item]) from data.event;
select crm.basket_agg(item), crm.itemset_agg(array[item, tier]), crm.contribution_agg(tier, amount), crm.cost_to_serve_agg(item, tier, amount) from data.event;
select f.items, f.support from (select crm.itemset_agg(array[item, tier]) as s from data.event) as a, crm.frequent_itemsets(s, 0.01) as f;
select crm.affinity_agg(client, item, amount), crm.affinity_fit(crm.affinity_agg(client, item, amount)), crm.als_fit(crm.affinity_agg(client, item, amount), 4, 3) from data.event;
select r.item, r.score from (select crm.affinity_fit(crm.affinity_agg(client, item, amount)) as m from data.event where pg_catalog.int4ne(pg_catalog.int4mod(client::pg_catalog.int4, 3), 1)) as a, crm.recommend(m, array['item 1']) as r;
select crm.catalogue_agg(item, '{"risk_grade": "R1", "open": true, "tags": ["a"]}') from data.event;
select m.rank, m.product, m.reasons from (select crm.catalogue_agg(item, '{"risk_grade": "R1", "open": true, "tags": ["a"], "min_amount": 10.5}') as k from data.event) as a,
  crm.match_explain(k, '{"risk_class": "C2", "assets": 11, "interests": ["a"], "professional": false}', crm.matching_policy_example()) as m;
select crm.suitability_verdict('{"risk_class": "C2"}', '{"risk_grade": "R3"}', crm.suitability_rules_example(), '2026-01-01'::pg_catalog.date);
select crm.policy_digest(crm.cost_model_example()), crm.policy_valid(crm.fee_schedule_example()), c.path, c.problem from crm.policy_check('{"kind": "tier_policy", "version": 1, "tiers": 5}') as c;
select crm.bgnbd_fit(crm.rfm_sample_agg(r), '2026-07-01'::pg_catalog.date), crm.sbg_fit(array[1000, 700, 550]::pg_catalog.float8[]) from (select crm.rfm_agg(day, amount) as r from data.event group by client) as c;
select crm.standardize_agg(array['a', 'b'], array[client, 5]::pg_catalog.float8[]), crm.day_count_fraction('2026-01-01'::pg_catalog.date, '2026-03-01'::pg_catalog.date, 'act/365') from data.event;
select crm.tag_overlap(array['a', 'b'], array['b', 'c'], 'jaccard'), crm.target_market_verdict('{}', crm.target_market_example());
select crm.net_commission_explain(100000, 'buy', '2026-01-01'::pg_catalog.date, crm.fee_schedule_example());
-- Text and binary forms, and errors.
select crm.rfm_merge(r::pg_catalog.text::crm.rfm) from (select crm.rfm_agg(day, amount) as r from data.event group by client) as c;
copy (select crm.rfm_agg(day, amount), crm.affinity_agg(client, item, amount), crm.pnl_book_agg(client, item, amount) from data.event) to stdout (format binary);
\set ON_ERROR_STOP off
\set VERBOSITY verbose
\set SHOW_CONTEXT never
select '{"a":1}'::crm.rfm;
select crm.recency(crm.rfm_agg(day, amount), '2020-01-01'::pg_catalog.date) from data.event;
select crm.tier_of(1::pg_catalog."numeric", '{}');
