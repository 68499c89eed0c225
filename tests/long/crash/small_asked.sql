-- Statements that run while there is less memory than they need, a little more each time (memory.py); the tables are those of
-- small.sql. NAME: STATEMENT.
rfm_sample_agg: select customers(rfm_sample_agg(rfm)) from small_rfm
sample_text: select length(sample::text::rfm_sample::text) from small
sample_send: select length(rfm_sample_send(sample)) from small
sample_merge: select customers(rfm_sample_merge(sample)) from small, generate_series(1, 4)
bgnbd_fit: select length(bgnbd_fit(sample, '2026-06-30')::text) from small
pareto_nbd_fit: select length(pareto_nbd_fit(sample, '2026-06-30')::text) from small
bgbb_fit: select length(bgbb_fit(sample, '2026-06-30', 'day')::text) from small
gamma_gamma_fit: select length(gamma_gamma_fit(sample, '2026-06-30')::text) from small
sbg_fit: select length(sbg_fit(sample, '2026-06-30', 'day')::text) from small
frequency_value_correlation: select frequency_value_correlation(sample) from small
rfm_breaks_fit: select rfm_breaks_fit(sample, '2026-06-30') from small
purchase_histogram: select count(*) from small, small_model, purchase_histogram(b, sample, '2026-06-30', 1000)
clv_interval: select count(i) from small_model, small_rfm, clv_interval(b, g, rfm, '2026-06-30', 100, 0.1, 0.9) i where client < 1000
rfm_book_agg: select rfm_book_customers(rfm_book_agg(i, date '2020-01-01' + (i % 1000)::int, i)) from generate_series(1, 100000::bigint) i
rfm_book_agg_text: select rfm_book_customers(rfm_book_agg('customer ' || i, date '2020-01-01' + (i % 1000)::int, i)) from generate_series(1, 100000::bigint) i
rfm_book_store: create temp table x as select rfm_book_agg('customer ' || i, date '2020-01-01' + (i % 1000)::int, i) from generate_series(1, 100000::bigint) i
book_text: select rfm_book_customers(book::text::rfm_book) from small
text_book_text: select rfm_book_customers(text_book::text::rfm_book_text) from small
daily_text: select rfm_daily_book_customers(daily::text::rfm_daily_book) from small
lines_text: select pnl_book_customers(lines::text::pnl_book) from small
book_rows: select count(*) from small, rfm_book_rows(book)
text_book_rows: select count(*) from small, rfm_book_rows(text_book)
daily_rows: select count(*) from small, rfm_daily_book_rows(daily)
lines_rows: select count(*) from small, pnl_book_rows(lines)
book_get: select rfm_book_get(text_book, 'customer 7'), pnl_book_get(lines, 5) from small
book_merge: select rfm_book_customers(rfm_book_merge(text_book)) from small, generate_series(1, 3)
daily_merge: select rfm_daily_book_customers(rfm_daily_book_merge(daily)) from small, generate_series(1, 3)
lines_merge: select pnl_book_customers(pnl_book_merge(lines)) from small, generate_series(1, 3)
line_text: select total(line::text::pnl) from small
pnl_lines: select count(*) from small, pnl_lines(line)
pnl_explain: select count(*) from small, contribution_explain(line, pnl_chart_example() || '{"unknown_lines":{"name":"other","role":"cost"}}')
affinity_agg: select affinity_customers(affinity_agg(i / 20, 'p' || (hashint8extended(i, 1) & 4095), i)) from generate_series(1, 100000::bigint) i
affinity_text: select affinity_customers(held::text::affinity) from small
affinity_merge: select affinity_customers(affinity_merge(held)) from small, generate_series(1, 3)
affinity_neighbours: select count(*) from small, affinity_neighbours(held, 'cosine', 1000)
affinity_neighbours_bm25: select count(*) from small, affinity_neighbours(held, 'dot', 1000, 'bm25')
affinity_fit: select length(affinity_fit(held, 'cosine', 100)::text) from small
affinity_items: select count(*) from small, affinity_items(held)
affinity_entries: select count(*) from small, affinity_entries(held)
als_fit: select length(als_fit(held, 32, 1)::text) from small
recommend: select count(*) from small_model, recommend(a, array['p1', 'p2'], 10000)
recommend_als: select count(*) from small_model, recommend(f, array['p1', 'p2'], 10000)
recommend_explain: select count(*) from small_model, recommend_explain(f, (select array_agg('p' || i) from generate_series(1, 4000) i), 'p1')
model_check: select count(*) from small_model, affinity_model_check(a), als_model_check(f)
itemset_agg: select itemset_baskets(itemset_agg(items)) from (select array_agg('item ' || (2000 * ((hashint8extended(b, n) & 65535) / 65536.0) ^ 2)::int) as items from generate_series(1, 20000) b, generate_series(1, 8) n group by b) s
itemset_text: select itemset_baskets(sets::text::itemset) from small
itemset_merge: select itemset_baskets(itemset_merge(sets)) from small, generate_series(1, 3)
itemset_items: select count(*) from small, itemset_items(sets)
frequent_itemsets: select count(*) from small, frequent_itemsets(sets, 0.0005)
frequent_itemsets_wide: select count(*) from small, frequent_itemsets(wide, 0.5, 6)
association_rules: select count(*) from small, association_rules(wide, 0.7, 0.1, 5)
basket: select length(basket::text::basket::text), cardinality(basket_items(basket)) from small
catalogue_agg: select count(*) from (select catalogue_products(catalogue_agg('P' || i, jsonb_build_object('risk_grade', 'R' || 1 + i % 5, 'tags', jsonb_build_array('t' || i % 997, 't' || i % 991)))) from generate_series(1, 20000) i) s
catalogue_text: select length(shelf::text::catalogue::text) from small
catalogue_merge: select count(*) from (select catalogue_products(catalogue_merge(shelf)) from small, generate_series(1, 3)) s
match_products: select count(*) from small, match_products(shelf, '{"risk_class":"C5","assets":1000000,"interests":["t1","t2","t3"],"preferred_channels":["web"],"horizon_months":12,"professional":false,"minimum_class":false}', jsonb_set(matching_policy_example(), '{gates}', '[]') - 'scales', 10000)
match_products_diversity: select count(*) from small, match_products(shelf, '{"risk_class":"C5","assets":1000000,"interests":["t1","t2","t3"],"preferred_channels":["web"],"horizon_months":12,"professional":false,"minimum_class":false}', jsonb_set(matching_policy_example(), '{gates}', '[]') - 'scales' || '{"diversity":{"lambda":0.5,"product":"tags","measure":"jaccard"}}', 100)
match_explain: select count(*) from small, match_explain(shelf, '{"risk_class":"C5"}', matching_policy_example())
migration_agg: select migration_customers(migration_agg('t' || i, 't' || j, 1)) from generate_series(1, 300) i, generate_series(1, 300) j
migration_text: select length(moved::text::migration::text) from small
migration_matrix: select count(*) from small, migration_matrix(moved)
migration_steady_state: select count(*) from small, migration_steady_state(moved)
migration_forecast: select count(*) from small, migration_forecast(moved, 1200)
concentration_agg: select gini(concentration_agg((i * 15485863 % 10000019) / 100.0)) from generate_series(1, 500000::bigint) i
concentration_text: select length(skewed::text::concentration::text) from small
concentration_merge: select gini(concentration_merge(skewed)) from small, generate_series(1, 4)
gini: select gini(skewed), top_share(skewed, 0.1), customers_for_share(skewed, 0.5) from small
lorenz: select count(*) from small, lorenz(skewed, 100000)
cuts_natural: select count(*) from small, cuts_natural(skewed, 100)
cuts_by_value: select count(*) from small, cuts_by_value(skewed, array[0.5, 0.8])
distribution: select length(distribution_agg(sqrt(i))::text) from generate_series(1, 100000) i
quantiles: select cardinality(quantiles(levels, (select array_agg(i / 5e5) from generate_series(1, 499999) i))) from small
daily_balance_agg: select balance_on(daily_balance_agg(date '2000-01-01' + (i * 7919::bigint % 300001)::int, i), '2100-01-01') from generate_series(0, 300000) i
balance_text: select length(balances::text::daily_balance::text) from small
balance_merge: select balance_on(daily_balance_merge(balances), '2100-01-01') from small, generate_series(1, 4)
balances: select average_daily_balance(balances, '2000-01-01', '2100-01-01'), days_below(balances, 5, '2000-01-01', '2100-01-01') from small
monthly_balances: select count(*) from small, monthly_balances(balances, '2000-01-01', '9000-01-01')
balance_entries: select count(*) from small, daily_balance_entries(balances)
balance_from_movements: select balance_on(balance_from_movements(movements, 0, '1999-12-31'), '2100-01-01') from small
movements_text: select length(movements::text::daily_movement::text) from small
tier_history_agg: select count(*) from (select tier_history_periods(tier_history_agg(date '2000-01-01' + (i * 7919::bigint % 300001)::int, i)) from generate_series(1, 300000) i) s
tier_text: select length(history::text::tier_history::text) from small
tier_path: select count(*) from small, tier_path(history, tier_policy_example())
tier_state: select length(tier_state(history, tier_policy_example())::text) from small
tags: select length(tags::text::tag_frequency::text), length(tag_weights(tags)::text) from small
tag_overlap: select tag_overlap(a, a, 'jaccard'), count(*) over () from (select array_agg('i' || i) as a from generate_series(1, 60000) i) s
tag_overlap_explain: select count(*) from (select array_agg('i' || i) as a from generate_series(1, 60000) i) s, tag_overlap_explain(a, a, 'jaccard')
top_k: select length(best::text::top_k::text) from small
top_k_items: select count(*) from small, top_k_items(best)
served: select length(served::text::cost_to_serve::text) from small
activity_quantities: select count(*) from small, activity_quantities(served)
shares: select length(shares::text::contribution::text) from small
contribution_shift: select count(*) from small, contribution_shift(shares, shares)
standardize: select length(measures::text::standardize::text) from small
average_precision_at: select average_precision_at(a, a, 1000000), ndcg_at(a, a, 1000) from (select array_agg('i' || i) as a from generate_series(1, 100000) i) s
perceived_value: select perceived_value(a, a) from (select array_agg(i::float8) as a from generate_series(1, 500000) i) s
policy_check_keys: select count(*) from policy_check((select jsonb_build_object('kind', 'tier_policy', 'version', 1) || jsonb_object_agg('k' || i, i) from generate_series(1, 30000) i))
policy_check_list: select count(*) from policy_check((select jsonb_build_object('kind', 'tier_policy', 'version', 1, 'x', jsonb_agg(i)) from generate_series(1, 100000) i))
policy_digest: select policy_digest((select jsonb_object_agg('k' || i, i) from generate_series(1, 50000) i))
tier_policy_check: select count(*) from policy_check((select jsonb_build_object('kind', 'tier_policy', 'version', 1, 'measure', 'x', 'tiers', jsonb_agg(jsonb_build_object('name', 't' || i, 'from', i))) from generate_series(1, 20000) i))
suitability_check: select count(*) from suitability_rules_check((select jsonb_set(suitability_rules_example(), '{rules}', jsonb_agg(r)) from (select suitability_rules_example() -> 'rules' -> 0 r from generate_series(1, 10000)) s))
garbage: select catalogue_in(('{"a":[' || repeat('1,', 100000) || '1]}')::cstring)
