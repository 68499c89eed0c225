-- What a version keeps for those after it: a value of every public type, of every kind of policy and of every kind of model, as text, in
-- binary form and as it lies on disk, and what each answers. Run by pgrx-config/freeze.sh in a new database, as a superuser; the
-- tables it fills are the data of tests/upgrade/VERSION.sql. It fails when a type, a fit, an example or an accessor is left out.
\set ON_ERROR_STOP on
\ir kept.sql

-- A value: its name, its type, and how it is made, of nothing but what is said here and earlier values.
insert into kept.value (name, type, made)
values
  ('rfm', 'crm.rfm', $$select crm.rfm_agg(timestamptz '2026-01-01 00:00+00' + i * interval '37 hours', (i % 97) / 8.0) from generate_series(1, 60) i$$),
  ('rfm_sample', 'crm.rfm_sample', $$select crm.rfm_sample_agg(r) from (select crm.rfm_agg(date '2026-01-01' + (c * 37 + i * i * 11) % 240, 5 + (c * i) % 40) as r
    from generate_series(1, 60) c, generate_series(0, c % 6) i group by c) s$$),
  ('rfm_sample_monthly', 'crm.rfm_sample', $$select crm.rfm_sample_agg(crm.rfm_of(1 + c % 4, 10 * (1 + c % 4), date '2026-01-01', (date '2026-01-01' + c % 4 * interval '1 month')::date, 10)) from generate_series(1, 40) c$$),
  ('distribution', 'crm.distribution', $$select crm.distribution_agg(sqrt(i)) from generate_series(1, 60) i$$),
  ('sketch', 'crm.distribution', $$select crm.distribution_agg(sqrt(i) * i, 0.05) from generate_series(1, 3000) i$$),
  ('concentration', 'crm.concentration', $$select crm.concentration_agg((i * i * i - 2000) / 100.0) from generate_series(1, 40) i$$),
  ('catalogue', 'crm.catalogue', $$select crm.catalogue_agg('产品' || i, jsonb_build_object('open', i <> 3, 'professional_only', false, 'risk_grade', 'R' || i, 'min_amount', 1000.50 * i, 'tags', array['growth', '"', 'tag' || i % 3]))
    from generate_series(1, 5) i$$),
  ('pnl', 'crm.pnl', $$select crm.pnl_agg(line, amount) from (values ('commission', 1200.25), ('trail_fee', 0.1), ('cost_to_serve', 310.333333333333), ('expected_loss', 12), ('turnover', 1e6)) v(line, amount)$$),
  ('tier_history', 'crm.tier_history', $$select crm.tier_history_agg((date '2026-01-31' + i * interval '1 month')::date, (array[40000, 60000, 55000.5, 210000, 190000, 30000])[1 + i]) from generate_series(0, 5) i$$),
  ('tier_history_named', 'crm.tier_history', $$select crm.tier_history_agg(date '2026-01-31' + i * 31, (array['资产', '"'])[1 + i % 2], i / 7.0) from generate_series(0, 9) i$$),
  ('daily_balance', 'crm.daily_balance', $$select crm.daily_balance_agg(date '2026-01-01' + i * i % 90, i::bigint, (i * 977 % 5000 - 300) / 100.0) from generate_series(1, 40) i$$),
  ('daily_movement', 'crm.daily_movement', $$select crm.daily_movement_agg(date '2026-01-01' + i * i % 90, (i * 977 % 5000 - 300) / 100.0) from generate_series(1, 40) i$$),
  ('migration', 'crm.migration', $$select crm.migration_agg((array['mass', 'silver', 'gold'])[1 + i % 3], (array['mass', 'silver', 'gold', 'platinum'])[1 + (i * i + i / 7) % 4]) from generate_series(1, 60) i$$),
  ('contribution', 'crm.contribution', $$select crm.contribution_agg((array['重点', '"', E'\\'])[1 + i % 3], i / 3.0, (i % 17 - 5) / 10.0) from generate_series(1, 30) i$$),
  ('revenue_bridge', 'crm.revenue_bridge', $$select crm.revenue_bridge_agg(i * 1000.5, i / 7.0, (i % 9 - 5) / 100.0, 2) from generate_series(1, 30) i$$),
  ('cost_to_serve', 'crm.cost_to_serve', $$select crm.cost_to_serve_agg((array['call', 'order', 'account review'])[1 + i % 3], (array['phone', 'app', null])[1 + i / 3 % 3], i % 7) from generate_series(1, 30) i$$),
  ('standardize', 'crm.standardize', $$select crm.standardize_agg(array['contribution', 'average_assets', 'frequency', 'recency', 'tenure', 'products'],
    array[i * i + 50, 1000 * i, i % 9, i % 400, case when i % 3 > 0 then i % 20 end, i % 5]::float8[]) from generate_series(1, 50) i$$),
  ('tag_frequency', 'crm.tag_frequency', $$select crm.tag_frequency_agg(array['growth', '"', '标签 ' || i % 5, repeat('é', i % 4 + 1)]) from generate_series(1, 30) i$$),
  ('basket', 'crm.basket', $$select crm.basket_agg((array['面包', '"', E'\\', 'milk'])[1 + i % 4] || i % 3) from generate_series(1, 20) i$$),
  ('itemset', 'crm.itemset', $$select crm.itemset_agg(array[(array['面包', '"', 'milk'])[1 + i % 3], 'item ' || i % 4, 'x' || i % 2]) from generate_series(1, 40) i$$),
  ('affinity', 'crm.affinity', $$select crm.affinity_agg('c' || i % 13, (array['基金', '"', E'\t'])[1 + i % 3] || i * i % 5, (1 + i % 7) / 2.0) from generate_series(1, 80) i$$),
  ('top_k', 'crm.top_k', $$select crm.top_k_agg((array['产品', '"', E'\\'])[1 + i % 3] || i % 9, (i * 31 % 97) / 7.0, 5) from generate_series(1, 40) i$$),
  ('rfm_book', 'crm.rfm_book', $$select crm.rfm_book_agg((i % 9 - 4) * 60000000000000000, timestamptz '2026-01-01 00:00+00' + i * interval '37 hours', i / 8.0) from generate_series(1, 40) i$$),
  ('rfm_book_uuid', 'crm.rfm_book_uuid', $$select crm.rfm_book_agg(md5((i % 9)::text)::uuid, date '2026-01-01' + i, i) from generate_series(1, 40) i$$),
  ('rfm_book_text', 'crm.rfm_book_text', $$select crm.rfm_book_agg((array['客户 ', '', E'\\\t"'])[1 + i % 3] || i % 2, date '2026-01-01' + i, i) from generate_series(1, 40) i$$),
  ('rfm_daily_book', 'crm.rfm_daily_book', $$select crm.rfm_daily_book_agg((i % 5)::bigint, date '2026-01-01' + i * i % 20, i / 3.0) from generate_series(1, 40) i$$),
  ('rfm_daily_book_uuid', 'crm.rfm_daily_book_uuid', $$select crm.rfm_daily_book_agg(md5((i % 5)::text)::uuid, date '2026-01-01' + i * i % 20, i) from generate_series(1, 40) i$$),
  ('rfm_daily_book_text', 'crm.rfm_daily_book_text', $$select crm.rfm_daily_book_agg((array['客户', '"'])[1 + i % 2], date '2026-01-01' + i * i % 20, i) from generate_series(1, 40) i$$),
  ('pnl_book', 'crm.pnl_book', $$select crm.pnl_book_agg((i % 5)::bigint, (array['commission', '利息'])[1 + i % 2], i / 3.0) from generate_series(1, 40) i$$),
  ('pnl_book_uuid', 'crm.pnl_book_uuid', $$select crm.pnl_book_agg(md5((i % 5)::text)::uuid, (array['commission', '利息'])[1 + i % 2], i / 3.0) from generate_series(1, 40) i$$),
  ('pnl_book_text', 'crm.pnl_book_text', $$select crm.pnl_book_agg((array['客户', '"', ''])[1 + i % 3], (array['commission', '利息'])[1 + i % 2], i / 3.0) from generate_series(1, 40) i$$);
insert into kept.value (name, type, made)
values
  ('tier_policy', 'jsonb', 'crm.tier_policy_example()'),
  ('tier_policy_watch', 'jsonb', $$crm.tier_policy_example('watch_list')$$),
  ('matching_policy', 'jsonb', 'crm.matching_policy_example()'),
  ('pnl_chart', 'jsonb', 'crm.pnl_chart_example()'),
  ('cost_model', 'jsonb', 'crm.cost_model_example()'),
  ('fee_schedule', 'jsonb', 'crm.fee_schedule_example()'),
  ('score_card', 'jsonb', 'crm.score_card_example()'),
  ('rfm_segment_policy', 'jsonb', 'crm.rfm_segment_policy_example()'),
  ('suitability_rules', 'jsonb', 'crm.suitability_rules_example()'),
  ('target_market', 'jsonb', 'crm.target_market_example()'),
  ('rfm_breaks', 'jsonb', $$crm.rfm_breaks_fit(kept.text('rfm_sample')::crm.rfm_sample, as_of => '2026-09-30')$$),
  ('bgnbd', 'jsonb', $$crm.bgnbd_fit(kept.text('rfm_sample')::crm.rfm_sample, as_of => '2026-09-30')$$),
  ('mbgnbd', 'jsonb', $$crm.mbgnbd_fit(kept.text('rfm_sample')::crm.rfm_sample, as_of => '2026-09-30')$$),
  ('pareto_nbd', 'jsonb', $$crm.pareto_nbd_fit(kept.text('rfm_sample')::crm.rfm_sample, as_of => '2026-09-30')$$),
  ('bgbb', 'jsonb', $$crm.bgbb_fit(kept.text('rfm_sample_monthly')::crm.rfm_sample, as_of => '2026-09-30', unit => 'month')$$),
  ('gamma_gamma', 'jsonb', $$crm.gamma_gamma_fit(kept.text('rfm_sample')::crm.rfm_sample, as_of => '2026-09-30')$$),
  ('sbg', 'jsonb', 'crm.sbg_fit(array[1000, 869, 743, 653, 593, 551, 517, 491])'),
  ('affinity_model', 'jsonb', $$crm.affinity_fit(kept.text('affinity')::crm.affinity)$$),
  ('als_model', 'jsonb', $$crm.als_fit(kept.text('affinity')::crm.affinity, factors => 3, iterations => 4)$$),
  ('tag_weights', 'jsonb', $$crm.tag_weights(kept.text('tag_frequency')::crm.tag_frequency)$$),
  ('tier_state', 'jsonb', $$crm.tier_state(kept.text('tier_history')::crm.tier_history, kept.text('tier_policy_watch')::jsonb)$$);
select kept.make();

-- What is asked of them: first, of every value all that needs no other argument.
insert into kept.answer (name, question)
select v.name, case when p.proretset or p.proargmodes is not null then format('(select array_agg(x::text) from crm.%I(v) x)', p.proname) else format('crm.%I(v)', p.proname) end
from kept.value v
join pg_proc p on p.pronamespace = 'crm'::regnamespace and p.prokind = 'f' and p.pronargs - p.pronargdefaults = 1 and p.proargtypes[0] = v.type::regtype
where v.type <> 'jsonb' and p.proname !~ '_(out|send|fit|final)$';
insert into kept.answer (name, question) select name, call from kept.value, unnest(array['crm.policy_valid(v)', 'crm.policy_digest(v)']) call
where type = 'jsonb' and name not in ('tag_weights', 'tier_state');
-- Added up with one that is made of the same rows, later perhaps by a later version.
insert into kept.answer (name, question)
select v.name, format('(select crm.%I(x) from (select v as x union all select (%s)) u)', p.proname, v.made)
from kept.value v
join pg_proc p on p.pronamespace = 'crm'::regnamespace and p.prokind = 'a' and p.proname ~ '_merge$' and p.proargtypes[0] = v.type::regtype;
-- Then all that needs some. What is fitted is asked to a few digits: a later version may converge closer.
insert into kept.answer (name, question)
select name, q
from (values
  ('rfm', array[$$crm.recency(v, '2026-09-30')$$, $$crm.tenure(v, '2026-09-30')$$]),
  ('distribution', array['crm.breaks(v, 4)', 'crm.quantile(v, 0.3)', 'crm.quantiles(v, array[0, 0.5, 1])', 'crm.rank(v, 3)', '(select array_agg(x::text) from crm.cuts_by_customers(v, array[0.2, 0.5]) x)',
    '(select array_agg(x::text) from crm.cuts_by_quantile(v, array[0.5]) x)', '(select array_agg(x::text) from crm.cuts_natural(v, 3) x)']),
  ('sketch', array['crm.quantiles(v, array[0, 0.1, 0.5, 0.9, 1])', 'crm.rank(v, 1000)']),
  ('concentration', array['crm.customers_for_share(v, 0.5)', 'crm.top_share(v, 0.1)', 'crm.value_for_share(v, 0.5)', '(select array_agg(x::text) from crm.cuts_by_customers(v, array[0.2, 0.5]) x)',
    '(select array_agg(x::text) from crm.cuts_by_quantile(v, array[0.5]) x)', '(select array_agg(x::text) from crm.cuts_by_value(v, array[0.5]) x)', '(select array_agg(x::text) from crm.cuts_natural(v, 3) x)']),
  ('catalogue', array[$$(select array_agg(x::text) from crm.match_products(v, '{"risk_class": "C4", "interests": ["growth", "tag1"], "assets": 10000, "professional": false, "minimum_class": false}', kept.text('matching_policy')::jsonb) x)$$,
    $$(select array_agg(x::text) from crm.match_explain(v, '{"risk_class": "C2", "interests": ["growth"]}', kept.text('matching_policy')::jsonb) x)$$]),
  ('pnl', array[$$crm.line_amount(v, 'cost_to_serve')$$] || array(select format($$crm.%s(v, kept.text('pnl_chart')::jsonb)$$, f) from unnest('{revenue,cost,credit_cost,contribution,margin}'::text[]) f)
    || array[$$(select array_agg(x::text) from crm.pnl_result(v, kept.text('pnl_chart')::jsonb) x)$$, $$(select array_agg(x::text) from crm.contribution_explain(v, kept.text('pnl_chart')::jsonb) x)$$]),
  ('tier_history', array[$$crm.tier_of(v, kept.text('tier_policy_watch')::jsonb, '2026-07-15')$$, $$crm.tier_state(v, kept.text('tier_policy')::jsonb)$$]
    || array[$$(select array_agg(x::text) from crm.tier_path(v, kept.text('tier_policy_watch')::jsonb) x)$$, $$(select array_agg(x::text) from crm.tier_distance(v, kept.text('tier_policy_watch')::jsonb, '2026-07-15') x)$$,
      $$(select array_agg(x::text) from crm.tier_explain(v, kept.text('tier_policy')::jsonb, '2026-07-15') x)$$]),
  ('daily_balance', array[$$crm.balance_on(v, '2026-02-03')$$, $$crm.average_daily_balance(v, '2026-02-01', '2026-02-28')$$, $$crm.highest_balance(v, '2026-02-01', '2026-02-28')$$, $$crm.lowest_balance(v, '2026-02-01', '2026-02-28')$$,
    $$crm.days_below(v, 10, '2026-02-01', '2026-02-28')$$, $$(select array_agg(x::text) from crm.monthly_balances(v, '2026-02-01', '2026-03-31') x)$$]),
  ('daily_movement', array[$$crm.balance_from_movements(v, 100, '2025-12-31')$$]),
  ('migration', array['(select array_agg(x::text) from crm.migration_forecast(v, 3) x)', $$(select array_agg(x::text) from crm.migration_rates(v, kept.text('tier_policy')::jsonb) x)$$]),
  ('contribution', array['(select array_agg(x::text) from crm.contribution_shift(v, v) x)']),
  ('revenue_bridge', array['(select array_agg(x::text) from crm.revenue_bridge(v, v) x)']),
  ('cost_to_serve', array[$$crm.cost_to_serve(v, kept.text('cost_model')::jsonb)$$, $$(select array_agg(x::text) from crm.cost_to_serve_explain(v, kept.text('cost_model')::jsonb) x)$$, $$(select array_agg(x::text) from crm.cost_reconciliation(v, kept.text('cost_model')::jsonb) x)$$]),
  ('standardize', array[$$crm.value_score(kept.text('score_card')::jsonb, v, '{"contribution": 900, "average_assets": 20000, "frequency": 3}'::jsonb)$$,
    $$(select array_agg(x::text) from crm.value_score_explain(kept.text('score_card')::jsonb, v, '{"contribution": 900, "average_assets": 20000, "frequency": 3}'::jsonb) x)$$]),
  ('itemset', array['(select array_agg(x::text) from crm.frequent_itemsets(v, 0.1) x)', '(select array_agg(x::text) from crm.association_rules(v, 0.1, 0.5) x)']),
  ('rfm_book', array['crm.rfm_book_get(v, 60000000000000000)']),
  ('rfm_book_uuid', array[$$crm.rfm_book_get(v, md5('3')::uuid)$$]),
  ('rfm_book_text', array[$$crm.rfm_book_get(v, '客户 1')$$]),
  ('rfm_daily_book', array['crm.rfm_daily_book_get(v, 3)']),
  ('rfm_daily_book_uuid', array[$$crm.rfm_daily_book_get(v, md5('3')::uuid)$$]),
  ('rfm_daily_book_text', array[$$crm.rfm_daily_book_get(v, '客户')$$]),
  ('pnl_book', array['crm.pnl_book_get(v, 3)']),
  ('pnl_book_uuid', array[$$crm.pnl_book_get(v, md5('3')::uuid)$$]),
  ('pnl_book_text', array[$$crm.pnl_book_get(v, '客户')$$]),
  ('rfm_sample', array(select format($$round((crm.%s(v, as_of => '2026-09-30') ->> 'log_likelihood')::numeric, 3)$$, f) from unnest('{bgnbd_fit,mbgnbd_fit,pareto_nbd_fit,gamma_gamma_fit}'::text[]) f)
    || array[$$crm.rfm_breaks_fit(v, as_of => '2026-09-30')$$]),
  ('rfm_sample_monthly', array[$$round((crm.bgbb_fit(v, as_of => '2026-09-30', unit => 'month') ->> 'log_likelihood')::numeric, 3)$$, $$round((crm.sbg_fit(v, as_of => '2026-09-30', unit => 'month') ->> 'log_likelihood')::numeric, 3)$$]),
  ('affinity', array[$$jsonb_array_length(crm.affinity_fit(v) -> 'items')$$, $$round((crm.als_fit(v, factors => 2, iterations => 3) #>> '{loss,2}')::numeric, 3)$$]),
  ('tier_policy', array['crm.tier_of(75092.48, v)', $$crm.tier_of(75092.48, v, 'zh')$$, '(select array_agg(x::text) from crm.tier_explain(75092.48, v) x)', '(select array_agg(x::text) from crm.tier_policy_tiers(v) x)']),
  ('tier_state', array[$$crm.tier_next(v, 250000, kept.text('tier_policy_watch')::jsonb, '2026-07-31')$$]),
  ('matching_policy', array[$$(select array_agg(x::text) from crm.match_products(kept.text('catalogue')::crm.catalogue, '{"risk_class": "C4", "assets": 10000, "professional": false, "minimum_class": false}', v) x)$$]),
  ('pnl_chart', array[$$crm.contribution(kept.text('pnl')::crm.pnl, v)$$]),
  ('cost_model', array[$$crm.activity_cost(v, 'call', 3, 'phone')$$, $$crm.capacity_cost_rate(v, 'branches')$$, '(select array_agg(x::text) from crm.unit_costs(v) x)']),
  ('fee_schedule', array[$$crm.net_commission(100000, 'sell', '2026-01-05', v)$$, $$(select array_agg(x::text) from crm.net_commission_explain(100000, 'buy', '2023-01-05', v) x)$$]),
  ('score_card', array['(select array_agg(x::text) from crm.score_card_measures(v) x)', $$crm.value_score(v, kept.text('standardize')::crm.standardize, '{"contribution": 900, "average_assets": 20000, "frequency": 3}'::jsonb)$$]),
  ('rfm_segment_policy', array[$$crm.rfm_segment('355', v)$$, $$(select array_agg(x::text) from crm.rfm_segment_explain('511', v, 'zh') x)$$]),
  ('suitability_rules', array[$$crm.suitability_verdict('{"risk_class": "C2"}', '{"risk_grade": "R4"}', v, '2026-09-30')$$, $$crm.suitability_offer('{"risk_class": "C4"}', '{"risk_grade": "R2"}', v, '2026-09-30')$$, '(select array_agg(x::text) from crm.suitability_rule_list(v) x)']),
  ('target_market', array[$$crm.target_market_verdict('{"client_type": "retail", "knowledge": "informed", "risk_class": "C4", "loss_capacity": "full", "objectives": ["growth"], "horizon_months": 72}', v)$$,
    $$(select array_agg(x::text) from crm.target_market_explain('{"client_type": "retail", "age": 80}', v) x)$$]),
  ('rfm_breaks', array[$$crm.rfm_cell(v, kept.text('rfm')::crm.rfm, '2026-09-30')$$, $$(select array_agg(x::text) from crm.rfm_score(v, kept.text('rfm')::crm.rfm, '2026-09-30') x)$$]),
  ('gamma_gamma', array[$$crm.expected_value(v, kept.text('rfm')::crm.rfm)$$]),
  ('sbg', array['(select array_agg(x::text) from crm.retention_curve(v, 12) x)', 'crm.residual_lifetime(v, 2, 0.1)']),
  ('affinity_model', array[$$(select array_agg(x::text) from crm.recommend(v, array['基金0']) x)$$]),
  ('als_model', array[$$(select array_agg(x::text) from crm.recommend(v, array['基金0', '基金1']) x)$$]),
  ('tag_weights', array[$$crm.tag_overlap(array['growth', '"'], array['growth'], 'cosine', v)$$])
) a(name, questions), unnest(questions) q
union all
select name, q from unnest('{bgnbd,mbgnbd,pareto_nbd}'::text[]) name, unnest(array[$$crm.p_alive(v, kept.text('rfm')::crm.rfm, '2026-09-30')$$, $$crm.expected_purchases(v, kept.text('rfm')::crm.rfm, '2026-09-30', 26)$$, 'crm.expected_purchases_new(v, 26)',
  $$crm.clv(v, kept.text('gamma_gamma')::jsonb, kept.text('rfm')::crm.rfm, '2026-09-30', 26, 0.1)$$, $$(select array_agg(x::text) from crm.purchase_histogram(v, kept.text('rfm_sample')::crm.rfm_sample, '2026-09-30') x)$$,
  $$(select array_agg(x::text) from crm.clv_explain(v, kept.text('gamma_gamma')::jsonb, kept.text('rfm')::crm.rfm, '2026-09-30', 26, 0.1) x)$$, $$(select array_agg(x::text) from crm.clv_interval(v, kept.text('gamma_gamma')::jsonb, kept.text('rfm')::crm.rfm, '2026-09-30', 26, 0.1) x)$$]) q;
update kept.answer a set answer = kept.answer_of(format('%L::%s', v.text, v.type), a.question) from kept.value v where v.name = a.name;

-- Nothing is left out.
do $$
declare
  missing text;
begin
  select string_agg(format('%s %s', what, of), ', ' order by what, of) into missing
  from (
    select 'a value of the type' as what, t.oid::regtype::text as of from pg_type t
    where t.typnamespace = 'crm'::regnamespace and t.typtype = 'b' and t.typelem = 0 and t.oid not in (select type::regtype from kept.value)
    union all
    select 'a policy or model of', p.proname from pg_proc p
    where p.pronamespace = 'crm'::regnamespace and p.proname ~ '_(fit|example)$' and not exists (select from kept.value where made ~ ('crm\.' || p.proname || '\M'))
    union all
    select distinct 'a question to', p.proname from pg_proc p
    where p.pronamespace = 'crm'::regnamespace and p.prokind = 'f' and p.proname !~ '_(in|out|recv|send|combine|push|final|support)$' and p.prorettype <> 'internal'::regtype
      and exists (select from unnest(p.proargtypes) a join pg_type t on t.oid = a and t.typnamespace = 'crm'::regnamespace)
      and not exists (select from kept.answer where question ~ ('crm\.' || p.proname || '\M'))
    union all
    select 'adding up', v.type from kept.value v where v.type <> 'jsonb' and not exists (select from kept.answer a where a.name = v.name and a.question ~ '_merge')
    union all
    select 'an answer of', name || ' to ' || question from kept.answer where answer is null
  ) m;
  if missing is not null then
    raise exception 'tests/upgrade/store.sql leaves out %', missing;
  end if;
end $$;
