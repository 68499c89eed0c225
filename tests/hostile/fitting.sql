-- Values with which the functions of the extension work: one row each, of a type and under a name, as text. What is sent to
-- the functions is made of these, and of what hostile.py makes of them.
with event as (
  select 1 + i % 37 as customer, date '2026-01-01' + i * i % 300 as day, (i % 977) / 100.0 as amount, (array['deposit', 'fund', '债券', 'card'])[1 + i % 4] as item, i
  from generate_series(1, 400) as i
), histories as (
  select customer, crm.rfm_agg(day, amount) as rfm, crm.basket_agg(item) as basket from event group by customer
), sample as (
  select crm.rfm_sample_agg(rfm) as sample from histories
), contracts as (
  select crm.rfm_sample_agg(crm.rfm_of(1 + i % 5, 120, date '2020-01-01', (date '2020-01-01' + i % 5 * interval '1 year')::date)) as sample from generate_series(1, 60) as i
), purchases as (
  select crm.rfm_sample_agg(crm.rfm_of(1 + i % 7, 10.5 + (9 + i % 3) * (i % 7), date '2026-01-01' + i % 90, date '2026-01-01' + i % 90 + i % 7 * 13, 10.5)) as sample
  from generate_series(1, 60) as i
), of_event as (
  select crm.distribution_agg(amount::float8) as distribution, crm.distribution_agg(amount::float8, 0.05) as coarse, crm.concentration_agg(amount) as concentration,
    crm.pnl_agg((array['commission', 'cost_to_serve', 'expected_loss'])[1 + i % 3], amount) as pnl, crm.affinity_agg(customer, item, amount) as affinity,
    crm.affinity_agg('c' || customer, item) as affinity_text, crm.contribution_agg(item, amount, amount) as contribution, crm.contribution_agg(item, amount) as flat,
    crm.revenue_bridge_agg(amount * 1000, amount, 1, 0.5) as bridge, crm.cost_to_serve_agg('call', amount) as served,
    crm.standardize_agg(array['contribution', 'average_assets', 'frequency', 'recency', 'tenure', 'products'], array[amount, amount * 100, i, i % 300, i % 20, i % 5]::float8[]) as standard,
    crm.daily_balance_agg(day, i, amount) as balance, crm.daily_balance_agg(day, amount) as unordered, crm.daily_movement_agg(day, amount) as movement,
    crm.migration_agg((array['mass', 'silver', 'gold'])[1 + i % 3], (array['mass', 'gold', 'silver'])[1 + i / 3 % 3]) as migration,
    crm.tag_frequency_agg(array['income', 'growth', item]) as frequency, crm.top_k_agg(item || i % 9, i::float8, 5) as top,
    crm.rfm_book_agg(customer, day, amount) as b1, crm.rfm_book_agg(md5(customer::text)::uuid, day, amount) as b2, crm.rfm_book_agg('c' || customer, day, amount) as b3,
    crm.rfm_daily_book_agg(customer, day, amount) as d1, crm.rfm_daily_book_agg(md5(customer::text)::uuid, day, amount) as d2, crm.rfm_daily_book_agg('c' || customer, day, amount) as d3,
    crm.pnl_book_agg(customer, item, amount) as p1, crm.pnl_book_agg(md5(customer::text)::uuid, item, amount) as p2, crm.pnl_book_agg('c' || customer, item, amount) as p3
  from event
), tiers as (
  select crm.tier_history_agg(date '2025-01-15' + m * 30, 30000.0 + m * 9000) as history, crm.tier_history_agg(date '2025-01-15' + m * 30, (array['assets', 'orders'])[1 + m % 2], m * 100.5) as named
  from generate_series(0, 11) as m
), product as (
  select crm.catalogue_agg(product, attributes) as catalogue
  from (values ('BOND01', '{"risk_grade": "R1", "open": true, "min_amount": 1000, "tags": ["income"], "product": "BOND01"}'::jsonb),
    ('ETF02', '{"risk_grade": "R4", "open": true, "min_amount": 100, "tags": ["growth", "technology"]}'), ('STRU05', '{"risk_grade": "R2", "open": false}')) as p (product, attributes)
)
select type, name, value
from (select jsonb '{"kind": "tier_policy", "version": 1, "measures": ["assets", "orders"], "gaps": "zero",
    "tiers": [{"name": "mass"}, {"name": "gold", "from": [{"assets": 500}, {"orders": 300}]}]}' as policy) as several, of_event, sample, contracts, purchases, tiers, product,
  (select crm.itemset_agg(basket) as itemset, (array_agg(basket order by customer))[1] as basket, (array_agg(rfm order by customer))[1] as rfm from histories) as h
cross join lateral (values
  ('crm.rfm', '', rfm::text), ('crm.rfm', 'one', crm.rfm_of(1, 5, date '2026-03-01', date '2026-03-01')::text),
  ('crm.rfm', 'old', crm.rfm_of(3, 5, date '1999-03-01', date '2001-03-01', 1)::text),
  ('crm.rfm_sample', '', purchases.sample::text), ('crm.rfm_sample', 'contracts', contracts.sample::text), ('crm.rfm_sample', 'events', sample.sample::text),
  ('crm.distribution', '', distribution::text), ('crm.distribution', 'coarse', coarse::text), ('crm.concentration', '', concentration::text),
  ('crm.pnl', '', pnl::text), ('crm.affinity', '', affinity::text), ('crm.affinity', 'text', affinity_text::text),
  ('crm.contribution', '', contribution::text), ('crm.contribution', 'flat', flat::text), ('crm.revenue_bridge', '', bridge::text), ('crm.cost_to_serve', '', served::text),
  ('crm.standardize', '', standard::text), ('crm.daily_balance', '', balance::text), ('crm.daily_balance', 'unordered', unordered::text), ('crm.daily_movement', '', movement::text),
  ('crm.migration', '', migration::text), ('crm.tag_frequency', '', frequency::text), ('crm.top_k', '', top::text), ('crm.basket', '', basket::text), ('crm.itemset', '', itemset::text),
  ('crm.rfm_book', '', b1::text), ('crm.rfm_book_uuid', '', b2::text), ('crm.rfm_book_text', '', b3::text),
  ('crm.rfm_daily_book', '', d1::text), ('crm.rfm_daily_book_uuid', '', d2::text), ('crm.rfm_daily_book_text', '', d3::text),
  ('crm.pnl_book', '', p1::text), ('crm.pnl_book_uuid', '', p2::text), ('crm.pnl_book_text', '', p3::text),
  ('crm.tier_history', '', history::text), ('crm.tier_history', 'named', named::text), ('crm.catalogue', '', catalogue::text),
  ('jsonb', 'tier_policy', crm.tier_policy_example()::text), ('jsonb', 'tier_policy_next_month', crm.tier_policy_example('next_month')::text),
  ('jsonb', 'tier_policy_watch_list', crm.tier_policy_example('watch_list')::text),
  ('jsonb', 'tier_policy_measures', policy::text), ('jsonb', 'state_measures', crm.tier_state(named, policy)::text),
  ('jsonb', 'state', crm.tier_state(history, crm.tier_policy_example())::text), ('jsonb', 'matching_policy', crm.matching_policy_example()::text),
  ('jsonb', 'rfm_segment_policy', crm.rfm_segment_policy_example()::text), ('jsonb', 'pnl_chart', crm.pnl_chart_example()::text),
  ('jsonb', 'fee_schedule', crm.fee_schedule_example()::text), ('jsonb', 'cost_model', crm.cost_model_example()::text), ('jsonb', 'score_card', crm.score_card_example()::text),
  ('jsonb', 'suitability_rules', crm.suitability_rules_example()::text), ('jsonb', 'suitability_mifid', crm.suitability_rules_example('mifid_suitability')::text),
  ('jsonb', 'suitability_investor', crm.suitability_rules_example('csrc_investor')::text), ('jsonb', 'target_market', crm.target_market_example()::text),
  ('jsonb', 'rfm_breaks', crm.rfm_breaks_fit(sample.sample, '2026-12-31')::text), ('jsonb', 'affinity_model', crm.affinity_fit(affinity)::text),
  ('jsonb', 'als_model', crm.als_fit(affinity, 3, 4)::text), ('jsonb', 'bgnbd', crm.bgnbd_fit(purchases.sample, '2026-12-31', regularisation => 0.1)::text),
  ('jsonb', 'mbgnbd', crm.mbgnbd_fit(purchases.sample, '2026-12-31', regularisation => 0.1)::text),
  ('jsonb', 'pareto_nbd', crm.pareto_nbd_fit(purchases.sample, '2026-12-31', regularisation => 0.1)::text),
  ('jsonb', 'bgbb', crm.bgbb_fit(contracts.sample, '2025-12-31', 'year', regularisation => 0.1)::text),
  ('jsonb', 'gamma_gamma', crm.gamma_gamma_fit(purchases.sample, '2026-12-31', regularisation => 0.1)::text),
  ('jsonb', 'sbg', crm.sbg_fit(array[1000, 869, 743, 653, 593, 551, 517, 491], 0)::text),
  ('jsonb', 'client', '{"risk_class": "C4", "professional": false, "minimum_class": false, "interests": ["growth", "technology"], "assets": 392173.18, "age": 44, "loss_capacity": "full", "objectives": ["growth"], "client_type": "retail", "knowledge": "advanced", "horizon_months": 96}'),
  ('jsonb', 'product', '{"risk_grade": "R2", "product": "BOND01", "min_amount": 1000, "open": true}'), ('jsonb', 'weights', '{"income": 2, "growth": 0.5}'), ('jsonb', 'tags', '{"income": 1, "growth": 2.5}'),
  ('jsonb', 'measures', '{"contribution": 1280, "average_assets": 120000, "frequency": 8, "recency": 108, "tenure": 1.2, "products": 1}'),
  ('jsonb', 'assets', '{"assets": 5000}'), ('jsonb', 'mix', '{"mass": 10, "gold": 2.5}'), ('jsonb', 'overrides', '[]'), ('jsonb', 'holdings', '{"deposit": 1, "fund": 20.5}')
) as v (type, name, value);
