-- Aggregates and fits that want more than the server may have (ulimit -v, see crash.sh): each is an error 53200, or goes through.
-- NAME: STATEMENT, as in long.sql.
rfm_sample_agg: select customers(rfm_sample_agg(rfm_of(2, i, timestamptz '2020-01-01 00:00+00', timestamptz '2021-01-01 00:00+00' + i * interval '1 second', 1))) from generate_series(1, 20000000::bigint) i
rfm_book_agg: select rfm_book_customers(rfm_book_agg(i, date '2020-01-01', 1)) from generate_series(1, 9000000::bigint) i
rfm_book_agg_text: select rfm_book_customers(rfm_book_agg('customer ' || i, date '2020-01-01', 1)) from generate_series(1, 9000000::bigint) i
rfm_daily_book_agg: select rfm_daily_book_customers(rfm_daily_book_agg(i, date '2020-01-01', 1)) from generate_series(1, 9000000::bigint) i
pnl_book_agg: select pnl_book_customers(pnl_book_agg(i, 'line ' || i % 100, 1)) from generate_series(1, 9000000::bigint) i
pnl_book_agg_uuid: select pnl_book_customers(pnl_book_agg(md5(i::text)::uuid, 'line ' || i % 100, 1)) from generate_series(1, 9000000::bigint) i
concentration_agg_whole: select gini(concentration_agg(i * 1000003 % 100000007)) from generate_series(1, 90000000::bigint) i
affinity_agg: select affinity_customers(affinity_agg(i, 'p' || i % 1000, 1)) from generate_series(1, 60000000::bigint) i
affinity_agg_text: select affinity_customers(affinity_agg('customer ' || i, 'p' || i % 1000, 1)) from generate_series(1, 60000000::bigint) i
itemset_agg: select itemset_baskets(itemset_agg(array['a' || i % 60000, 'b' || i % 5000, 'c' || i % 401, 'd' || i % 97, 'e' || i % 89, 'f' || i % 83])) from generate_series(1, 15000000::bigint) i
catalogue_agg: select count(*) from (select catalogue_products(catalogue_agg('P' || i, jsonb_build_object('risk_grade', 'R' || 1 + i % 5, 'tags', jsonb_build_array('t' || i % 997, 't' || i % 991)))) from generate_series(1, 4000000) i) s
daily_balance_agg: select average_daily_balance(daily_balance_agg(date '2000-01-01' + i, i), '2000-01-01', '2000-12-31') from generate_series(0, 60000000) i
daily_movement_agg: select count(*) from (select movement_rows(daily_movement_agg(date '2000-01-01' + i, i)) from generate_series(0, 60000000) i) s
tier_history_agg: select count(*) from (select tier_history_periods(tier_history_agg(date '2000-01-01' + i, i)) from generate_series(1, 60000000) i) s
top_k_agg_wide: select count(*) from (select top_k_items(top_k_agg(repeat('p', 900) || i, i, 10000)) from generate_series(1, 1000000) i group by i % 100) s
rfm_sample_merge: select customers(rfm_sample_merge(s)) from (select rfm_sample_agg(rfm_of(2, i, timestamptz '2020-01-01 00:00+00', timestamptz '2021-01-01 00:00+00' + i * interval '1 second', 1)) s from generate_series(1, 1000000::bigint) i) t, generate_series(1, 30)
rfm_book_merge: select rfm_book_customers(rfm_book_merge(s)) from (select rfm_book_agg(i, date '2020-01-01', 1) s from generate_series(1, 9000000::bigint) i group by i % 9) t
concentration_merge: select gini(concentration_merge(s)) from (select concentration_agg(sqrt(i)) s from generate_series(1, 1000000::bigint) i) t, generate_series(1, 100)
daily_balance_merge: select balance_on(daily_balance_merge(s), '2000-01-01') from (select daily_balance_agg(date '2000-01-01' + i, i) s from generate_series(0, 30000000) i group by i % 30) t
rfm_book_groups: select count(*) from (select rfm_book_agg(i, date '2020-01-01', 1) s from generate_series(1, 5000000::bigint) i group by i % 1000000) t
rfm_book_text: select length((rfm_book_agg(i, date '2020-01-01', 1))::text) from generate_series(1, 1500000::bigint) i
frequent_itemsets: select count(*) from (select frequent_itemsets(itemset_agg(items), 0.2) from (select array_agg('i' || n) as items from generate_series(1, 3000) b, generate_series(1, 40) n where (b * 7 + n * 13) % 29 > 3 group by b) s) t
association_rules: select count(*) from (select association_rules(itemset_agg(items), 0.45, 0.1, null, null) from (select array_agg('i' || n) as items from generate_series(1, 3000) b, generate_series(1, 40) n where (b * 7 + n * 13) % 29 > 3 group by b) s) t
als_fit: select length(als_fit(affinity_agg(i, 'p' || i % 30000, 1), 256, 1)::text) from generate_series(1, 2000000::bigint) i
bgnbd_fit: select length(bgnbd_fit(rfm_sample_agg(rfm_of(2 + i % 97, i, timestamptz '2020-01-01 00:00+00' + i * interval '7 seconds', timestamptz '2023-01-01 00:00+00' + i * interval '1 second', 1)), '2026-06-30')::text) from generate_series(1, 2800000::bigint) i
bgbb_fit: select length(bgbb_fit(rfm_sample_agg(rfm_of(2 + i % 97, i, timestamptz '2020-01-01 00:00+00' + i * interval '7 seconds', timestamptz '2023-01-01 00:00+00' + i * interval '1 second', 1)), '2026-06-30', 'day')::text) from generate_series(1, 2800000::bigint) i
gamma_gamma_fit: select length(gamma_gamma_fit(rfm_sample_agg(rfm_of(2 + i % 97, i, timestamptz '2020-01-01 00:00+00' + i * interval '7 seconds', timestamptz '2023-01-01 00:00+00' + i * interval '1 second', 1)), '2026-06-30')::text) from generate_series(1, 2800000::bigint) i
cuts_natural: select count(*) from (select cuts_natural(concentration_agg(i * 1000003 % 100000007), 5) from generate_series(1, 9900000::bigint) i) t
monthly_balances: select count(*) from monthly_balances((select daily_balance_agg(date '2000-01-01' + i, i) from generate_series(0, 10000000) i), '2000-01-01', '9000-12-31')
