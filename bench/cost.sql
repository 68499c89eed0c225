-- What the calls of bench/cost.py read: 5,000 customers with a summary of each kind, and the summaries and models of all. Deterministic.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create extension if not exists pg_crm;
drop schema if exists cost cascade;
create schema cost;
set search_path = cost;

-- A number from 0 to n - 1, by chance.
create function dice(seed bigint, n bigint) returns bigint language sql immutable as 'select abs(hashint8(seed)::bigint) % n';

create table event as
select i, i % 5000 as customer, (i % 5000)::text as customer_text, date '2025-01-01' + dice(i, 400)::int as day,
  timestamptz '2025-01-01 00:00+00' + dice(i, 400) * interval '1 day' as at, (dice(i * 3, 100000) / 100.0)::numeric(12, 2) as amount,
  dice(i * 3, 100000) / 100.0::float8 as famount, dice(i * 3, 100000) as cents,
  (array['commission', 'margin_interest', 'cash_spread', 'trail_fee', 'product_fee', 'cost_of_funds', 'cost_to_serve', 'expected_loss', 'stamp_duty', 'turnover'])[1 + dice(i * 5, 10)] as line,
  'product ' || dice(i * 7, 100) as item, (array['mass', 'silver', 'gold', 'platinum', 'private'])[1 + dice(i * 11, 5)] as tier,
  (array['mass', 'silver', 'gold', 'platinum', 'private'])[1 + dice(i * 13, 5)] as tier_after,
  (select a->>'name' from jsonb_array_elements(crm.cost_model_example()->'activities') with ordinality as e (a, place)
   where place = 1 + i % jsonb_array_length(crm.cost_model_example()->'activities')) as activity
from generate_series(1, 150000) as i;

create table customer as
select customer as id, crm.rfm_agg(day, amount) as rfm, crm.pnl_agg(line, amount) as pnl, crm.cost_to_serve_agg(activity, amount) as served,
  crm.daily_balance_agg(day, i, amount) as balances, crm.daily_movement_agg(day, amount) as movements,
  crm.basket_agg(item) as basket, crm.distribution_agg(famount) as amounts,
  array_agg(distinct item) as items, array_agg(distinct 'tag ' || dice(i * 17, 40)) filter (where i % 4 = 0) as tags,
  sum(amount) as assets, crm.top_k_agg(item, famount, 10) as best
from event
group by customer;
alter table customer add measures float8[], add named jsonb, add client jsonb, add product jsonb, add state jsonb, add tags_json jsonb, add held jsonb, add cell text, add history crm.tier_history;
-- 24 months of each.
update customer set history = h.history
from (select id, crm.tier_history_agg((date '2024-06-01' + m * interval '1 month')::date, 1000 * dice(id * 100 + m, 700)) as history
  from customer, generate_series(0, 23) as m group by id) as h
where h.id = customer.id;
update customer set
  measures = array[id, assets, 3 + id % 50, id % 365, id % 20, id % 6],
  named = jsonb_build_object('contribution', id, 'average_assets', assets, 'frequency', 3 + id % 50, 'recency', id % 365, 'tenure', id % 20, 'products', id % 6),
  client = jsonb_build_object('client_id', id, 'name', 'client ' || id, 'risk_class', 'C' || 1 + id % 5, 'minimum_class', false, 'professional', id % 10 = 0,
    'horizon_months', id % 80, 'assets', assets, 'interests', tags, 'preferred_channels', array['app'], 'age', 20 + id % 60, 'client_type', 'retail',
    'knowledge', 'informed', 'experience_years', id % 9, 'loss_capacity', 'limited', 'objectives', array['growth'], 'assessed_on', '2025-10-01'),
  product = jsonb_build_object('product', 'P' || id, 'risk_grade', 'R' || 1 + id % 5, 'requires', array[]::text[], 'term_months', id % 60),
  tags_json = to_jsonb(tags), held = (select jsonb_object_agg(item, 1) from unnest(items) as item),
  state = crm.tier_state(history, crm.tier_policy_example('next_month')), cell = 1 + id % 5 || '' || 1 + id / 5 % 5 || 1 + id / 25 % 5;

create table shelf as
select crm.catalogue_agg('P' || i, jsonb_build_object('risk_grade', 'R' || 1 + i % 5, 'open', i % 20 > 0, 'term_months', i % 60, 'min_amount', i % 1000 * 100,
  'professional_only', i % 10 = 0, 'tags', array['tag ' || i % 40, 'tag ' || i * 7 % 40, 'tag ' || i * 3 % 40], 'channels', array['app', 'branch'])) as catalogue
from generate_series(1, 100) as i;

create table everybody as
select crm.rfm_sample_agg(rfm) as sample, crm.distribution_agg(assets) as distribution, crm.concentration_agg(assets - 10000) as concentration, crm.concentration_agg(assets) as positive,
  crm.cost_to_serve_merge(served) as served_all, crm.standardize_agg(array['contribution', 'average_assets', 'frequency', 'recency', 'tenure', 'products'], measures) as standard,
  crm.tag_frequency_agg(tags) as tag_frequency, crm.itemset_agg(basket) as itemset
from customer;
alter table everybody add migration crm.migration, add before crm.contribution, add after crm.contribution, add bridge crm.revenue_bridge,
  add affinity crm.affinity, add rfm_book crm.rfm_book, add daily_book crm.rfm_daily_book, add pnl_book crm.pnl_book, add days_sample crm.rfm_sample, add years_sample crm.rfm_sample, add renewals crm.rfm_sample, add catalogue crm.catalogue;
update everybody set
  migration = (select crm.migration_agg(tier, tier_after) from event where i <= 5000),
  before = (select crm.contribution_agg(tier, amount, amount / 2) from event where i % 2 = 0),
  after = (select crm.contribution_agg(tier, amount, amount / 3) from event where i % 2 = 1),
  bridge = (select crm.revenue_bridge_agg(amount * 100, amount, amount / 9, amount / 3) from event),
  affinity = (select crm.affinity_agg(customer, item) from event where dice(i, 3) = 0),
  rfm_book = (select crm.rfm_book_agg(customer, day, amount) from event),
  daily_book = (select crm.rfm_daily_book_agg(customer, day, amount) from event),
  pnl_book = (select crm.pnl_book_agg(customer, line, amount) from event),
  -- Who bought when, as models of purchases expect it: the first customers stop early.
  days_sample = (select crm.rfm_sample_agg(r.rfm) from (select crm.rfm_daily_book_agg(customer, date '2025-01-01' + dice(i, 30 + dice(customer, 370))::int, amount) as book from event where i <= 50000 and dice(i * 23, 12) <= dice(customer * 3, 12)) as b
    cross join lateral crm.rfm_daily_book_rows(b.book) as r),
  -- Of donations and of contracts, by the year.
  years_sample = (select crm.rfm_sample_agg(crm.rfm_of(case when id % 3 = 0 then 1 + id % 6 else least(1 + id % 6, 2) end, 10.00, '2020-01-01'::date, make_date(2020 + id::int % 6, 1, 1))) from customer),
  renewals = (select crm.rfm_sample_agg(crm.rfm_of(1 + id % 6, 10.00, '2020-06-01'::date, make_date(2020 + id::int % 6, 6, 1))) from customer),
  catalogue = (select catalogue from shelf);

--  The parameters that are published of CDNOW, so that what is read from a model costs what it usually does.
create table model as
select jsonb_set(crm.bgnbd_fit(days_sample, '2026-06-01'), '{parameters}', '{"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}') as bgnbd,
  jsonb_set(crm.gamma_gamma_fit(days_sample, '2026-06-01'), '{parameters}', '{"p": 6.25, "q": 3.74, "v": 15.44}') as spend, crm.sbg_fit(array[1000, 869, 743, 653, 593]) as sbg,
  crm.affinity_fit(affinity) as neighbours, crm.als_fit(affinity, factors => 16, iterations => 5) as factors, crm.rfm_breaks_fit(sample, '2026-06-01') as breaks,
  crm.tier_policy_example() as tiers, crm.tier_policy_example('next_month') as months, crm.matching_policy_example() as offers, crm.pnl_chart_example() as chart, crm.cost_model_example() as costs,
  crm.score_card_example() as card, crm.suitability_rules_example() as rules, crm.target_market_example() as market, crm.fee_schedule_example() as fees,
  crm.rfm_segment_policy_example() as segments, crm.tag_weights(tag_frequency) as tag_weights, '[{"tier": "gold", "from": "2025-03-01", "to": "2025-05-31", "rule": "at_least", "reason": "x", "by": "y"}]'::jsonb as overrides
from everybody;
vacuum analyze;
