-- What takes long, a statement a line: NAME: STATEMENT. The tables are those of kept.sql; each takes more than two seconds where
-- nobody stops it.
bgnbd_fit: select length(bgnbd_fit(sample, '2026-06-30')::text) from kept
mbgnbd_fit: select length(mbgnbd_fit(sample, '2026-06-30')::text) from kept
pareto_nbd_fit: select length(pareto_nbd_fit(sample, '2026-06-30')::text) from kept
bgbb_fit: select length(bgbb_fit(sample, '2026-06-30', 'day')::text) from kept
gamma_gamma_fit: select length(gamma_gamma_fit(sample, '2026-06-30')::text) from kept
sbg_fit: select count(sbg_fit(s.sample, '2026-06-30', 'day')) from kept s, generate_series(1, 8)
clv_interval: select count(i.lower) from model, client_rfm, clv_interval(b, g, rfm, '2026-06-30', 1000, 0.1, 0.9) i
purchase_histogram: select count(*) from kept, model, generate_series(1, 3), purchase_histogram(b, sample, '2026-06-30', 1000)
rfm_sample_agg: select customers(rfm_sample_agg(rfm)) from client_rfm, generate_series(1, 3)
rfm_sample_merge: select customers(rfm_sample_merge(sample)) from kept, generate_series(1, 5)
rfm_sample_text: select length(sample::text) from kept
rfm_sample_in: select rfm_sample_in(('[' || repeat('{"a":1},', 5000000) || '1]')::cstring)
frequent_itemsets: select count(*) from kept, frequent_itemsets(wide, 0.33, 9)
association_rules: select count(*) from kept, generate_series(1, 3), association_rules(wide, 0.5, 0.1, 5, null)
itemset_agg: select itemset_baskets(itemset_agg(array['a' || i % 977, 'b' || i % 499, 'c' || i % 401, 'd' || i % 97])) from generate_series(1, 4000000) i
itemset_merge: select itemset_baskets(itemset_merge(sets)) from kept, generate_series(1, 10)
basket_agg: select count(basket_agg(item)) from (select 'item ' || i % 60000 as item from generate_series(1, 20000000) i) s
affinity_agg: select affinity_customers(affinity_agg(client, item, amount)) from event, generate_series(1, 3)
affinity_merge: select affinity_customers(affinity_merge(held)) from kept, generate_series(1, 4)
affinity_neighbours: select count(*) from kept, generate_series(1, 6), affinity_neighbours(held, 'cosine', 1000)
affinity_fit: select sum(length(affinity_fit(held, 'cosine', 1000)::text)) from kept, generate_series(1, 6)
als_fit: select length(als_fit(held, 64, 100)::text) from kept
recommend: select count(*) from model, generate_series(1, 1000) i, recommend(f, (select array_agg('product ' || j) from generate_series(i, 1000 + i) j), 10000)
rfm_book_agg: select rfm_book_customers(rfm_book_agg(i, date '2020-01-01', 1)) from generate_series(1, 5000000::bigint) i
rfm_book_agg_text: select rfm_book_customers(rfm_book_agg('customer ' || client, day, amount)) from event, generate_series(1, 3)
rfm_daily_book_agg: select rfm_daily_book_customers(rfm_daily_book_agg(client, day, amount)) from event, generate_series(1, 3)
pnl_book_agg: select pnl_book_customers(pnl_book_agg(client, item, amount)) from event, generate_series(1, 3)
rfm_book_merge: select rfm_book_customers(rfm_book_merge(book)) from kept, generate_series(1, 8)
rfm_book_merge_text: select rfm_book_customers(rfm_book_merge(text_book)) from kept, generate_series(1, 4)
rfm_daily_book_merge: select rfm_daily_book_customers(rfm_daily_book_merge(daily)) from kept, generate_series(1, 4)
rfm_book_rows: select count(*) from kept, generate_series(1, 3), rfm_book_rows(book)
rfm_book_text: select length(book::text) from kept
rfm_book_send: select sum(length(rfm_book_send(book))) from kept, generate_series(1, 6)
concentration_agg: select gini(concentration_agg((i * 15485863 % 10000019) / 100.0)) from generate_series(1, 9000000::bigint) i
concentration_merge: select gini(concentration_merge(skewed)) from kept, generate_series(1, 5)
concentration_text: select length(skewed::text) from kept
lorenz: select count(*) from kept, lorenz(skewed, 1000000)
cuts_natural: select count(*) from kept, cuts_natural(skewed, 100)
distribution_agg: select quantile(distribution_agg(sqrt(i * 15485863 % 10000019)), 0.5) from generate_series(1, 9000000::bigint) i
quantiles: select cardinality(quantiles(levels, (select array_agg((i / 5e6)::float8) from generate_series(1, 4999999) i))) from kept
top_k_agg: select count(*) from (select top_k_items(top_k_agg('p' || i, i % 99991, 10000)) from generate_series(1, 5000000) i) s
catalogue_agg: select count(*) from (select catalogue_products(catalogue_agg('P' || i, jsonb_build_object('risk_grade', 'R' || 1 + i % 5, 'tags', jsonb_build_array('t' || i % 997)))) from generate_series(1, 400000) i) s
catalogue_merge: select count(*) from (select catalogue_products(catalogue_merge(shelf)) from kept, generate_series(1, 3)) s
match_products: select count(*) from kept, match_products(shelf, '{"interests":["t1","t2","t3"]}', match_policy(256), 10000)
match_products_diversity: select count(*) from kept, match_products(shelf, '{"interests":["t1","t2","t3"]}', match_policy(1) || '{"diversity":{"lambda":0.5,"product":"tags","measure":"jaccard"}}', 2000)
match_explain: select count(*) from kept, match_explain(shelf, '{"interests":["t1","t2","t3"]}', match_policy(20))
migration_text: select length(moved::text::migration::text) from kept
migration_forecast: select count(*) from kept, migration_forecast(moved, 1200)
migration_merge: select migration_customers(migration_merge(moved)) from kept, generate_series(1, 40)
daily_balance_agg: select balance_on(daily_balance_agg(date '4713-01-01 BC' + (i * 7919::bigint % 3000001)::int, i), '2000-01-01') from generate_series(0, 4000000) i
daily_balance_merge: select balance_on(daily_balance_merge(balances), '2000-01-01') from kept, generate_series(1, 5)
monthly_balances: select count(*) from kept, generate_series(1, 4), monthly_balances(balances, '4713-01-01 BC', '5200-12-31')
balance_from_movements: select balance_on(balance_from_movements(movements, 0, '4714-12-31 BC'), '2000-01-01') from kept, generate_series(1, 3)
daily_balance_text: select length(balances::text) from kept
tier_history_agg: select count(*) from (select tier_history_periods(tier_history_agg(date '2000-01-01' + (i * 7919::bigint % 3000001)::int, i)) from generate_series(1, 3000000) i) s
tier_path: select count(*) from kept, generate_series(1, 30), tier_path(history, tier_policy_example('next_month') || '{"several_in_period":"last"}')
tier_policy: select count(*) from policy_check((select jsonb_build_object('kind', 'tier_policy', 'version', 1, 'measure', 'x', 'tiers', jsonb_agg(jsonb_build_object('name', 't' || i, 'from', i))) from generate_series(1, 300000) i))
suitability_rules: select count(*) from suitability_rules_check((select jsonb_set(suitability_rules_example(), '{rules}', jsonb_agg(r)) from (select suitability_rules_example() -> 'rules' -> 0 r from generate_series(1, 20000)) s))
policy_digest: select policy_digest((select jsonb_object_agg('k' || i, i) from generate_series(1, 2000000) i))
average_precision_at: select average_precision_at(a, a, 1000000) from (select array_agg('i' || i) as a from generate_series(1, 2000000) i) s
suitability_verdict: select count(suitability_verdict(jsonb_build_object('risk_class', 'C' || i % 5), '{"risk_grade": "R3"}', suitability_rules_example(), '2026-01-01')) from generate_series(1, 3000000) i
