-- Berka's bank (loaded by sample/berka.sql, after golden/job.sql in the same session): balances, tiers, rfm, and matching on
-- real gaps in the data.

-- Every client's balance at the end of every day from his first transaction on: another way than sample/berka/job.sql, which
-- reckons with intervals.
create temp table daily as
select client_id, day, sum(change) over (partition by client_id order by day) as balance
from (
  select client_id, d::date as day,
    coalesce((select sum(case type when 'credit' then amount else -amount end) from berka.trans t where t.account_id = o.account_id and t.day = d::date), 0) as change
  from berka.owner o,
    lateral (select min(day) as first from berka.trans t where t.account_id = o.account_id) as f,
    generate_series(first::timestamp, timestamp '1994-03-31', interval '1 day') as d) as s;
create temp table average as
select client_id, date_trunc('month', day::timestamp)::date as month, round(avg(balance), 2) as balance
from daily group by 1, 2;

select pg_temp.same_rows('Berka: average daily balances of 1994-03', (select count(*) from job.money),
  'select client_id, assets from job.money',
  $$select client_id, balance from job.client left join (select * from average where month = '1994-03-01') as a using (client_id)$$);

-- Thresholds that are somebody's balance to the heller: he has reached them.
select (percentile_disc(array[0.05, 0.2, 0.5, 0.8, 0.95]) within group (order by balance))[1] as t1,
  (percentile_disc(array[0.05, 0.2, 0.5, 0.8, 0.95]) within group (order by balance))[2] as t2,
  (percentile_disc(array[0.05, 0.2, 0.5, 0.8, 0.95]) within group (order by balance))[3] as t3,
  (percentile_disc(array[0.05, 0.2, 0.5, 0.8, 0.95]) within group (order by balance))[4] as t4,
  (percentile_disc(array[0.05, 0.2, 0.5, 0.8, 0.95]) within group (order by balance))[5] as t5 from average \gset
create temp table tiers as
select jsonb_build_object('kind', 'tier_policy', 'version', 1, 'name', 'Berka', 'tiers', jsonb_build_array(
  jsonb_build_object('name', 'small', 'from', :t1), jsonb_build_object('name', 'bronze', 'from', :t2), jsonb_build_object('name', 'silver', 'from', :t3),
  jsonb_build_object('name', 'gold', 'from', :t4), jsonb_build_object('name', 'private', 'from', :t5))) as document;
create temp table plain_tier as
select client_id, month, balance, case when balance >= :t5 then 'private' when balance >= :t4 then 'gold' when balance >= :t3 then 'silver'
  when balance >= :t2 then 'bronze' when balance >= :t1 then 'small' end as tier
from average;
select pg_temp.expect('Berka: problems of the tier policy', (select count(*) from tiers, lateral crm.tier_policy_check(document)), 0);
select pg_temp.expect('Berka: each threshold is somebody''s balance', count(distinct balance), 5) from average where balance in (:t1, :t2, :t3, :t4, :t5);
select pg_temp.same_rows('Berka: tiers by average daily balance of every month', (select count(*) from average),
  'select client_id, month, crm.tier_of(balance, document) from average, tiers', 'select client_id, month, tier from plain_tier');
select pg_temp.same_rows('Berka: what tier_explain says of every client and month', (select count(*) * 5 from average),
  'select client_id, month, e.tier, reached, in_effect, missing, margin from average, tiers, lateral crm.tier_explain(balance, document) as e',
  format('select client_id, month, t.tier, balance >= t."from", t.tier is not distinct from p.tier, greatest(t."from" - balance, 0), case when balance >= t."from" then balance - t."from" end
    from plain_tier as p, (values (''small'', %s), (''bronze'', %s), (''silver'', %s), (''gold'', %s), (''private'', %s)) as t (tier, "from")', :t1, :t2, :t3, :t4, :t5));

-- A quarter of a million balances, overdrawn ones among them, in one summary.
create temp table balances as
select crm.distribution_agg(balance) as d, count(*) as n, min(balance)::float8 as least, max(balance)::float8 as most from daily;
select pg_temp.expect('Berka: number, least and largest of the balances are exact', array[crm.observations(d), crm.minimum(d), crm.maximum(d)], array[n, least, most]) from balances;
select pg_temp.expect('Berka: some balances are negative, and the summary is a sketch of 0.1 percent or better', least < 0 and crm.accuracy(d) > 0 and crm.accuracy(d) <= 0.001, true) from balances;
-- Between two observations of different sign the error is relative to the larger of them.
select pg_temp.expect('Berka: quantiles of the balances out of 10,001 that are off by more than the accuracy', count(*) filter (where abs(got - exact) > accuracy * greatest(abs(low), abs(high))), 0)
from (select array_agg(i / 10000.0::float8 order by i) as q from generate_series(0, 10000) as i) as f,
  lateral (select crm.quantiles(d, q) as gots, crm.accuracy(d) as accuracy from balances) as g,
  lateral (select percentile_cont(q) within group (order by balance) as exacts, array_agg(balance::float8 order by balance) as sorted, count(*) as n from daily) as e,
  unnest(q, gots, exacts) as u (part, got, exact),
  lateral (select sorted[1 + floor(part * (n - 1))::int] as low, sorted[1 + ceil(part * (n - 1))::int] as high) as neighbour;

-- The share of the observations that are at most x, never too low, and as if x were larger by at most twice the accuracy.
create temp table probe as
select x, x + 2 * accuracy * abs(x) as high, crm.rank(d, x) as got
from (select d, crm.accuracy(d) as accuracy from balances offset 0) as b,
  (select unnest(percentile_disc((select array_agg(i / 1000.0::float8) from generate_series(1, 999) as i)) within group (order by balance::float8)) as x from daily) as x;
-- Break points lie above the exact ones by at most twice the accuracy, never below; how many are up to them is counted exactly.
create temp table cut as
select got, exact, exact + 2 * crm.accuracy(d) * abs(exact) as high, crm.rank(d, got) as rank
from balances,
  lateral (select crm.breaks(d, 100) as gots) as g,
  lateral (select percentile_disc((select array_agg(i / 100.0::float8) from generate_series(1, 99) as i)) within group (order by balance::float8) as exacts from daily) as e,
  unnest(gots, exacts) as u (got, exact);
create temp table up_to as
select x, max(share) as share
from (select x, (count(*) filter (where observed) over (order by x))::float8 / count(*) filter (where observed) over () as share
      from (select balance::float8 as x, true as observed from daily
            union all select v.x, false from probe, lateral (values (probe.x), (high)) as v (x)
            union all select got, false from cut) as s) as c
group by x;
select pg_temp.expect('Berka: ranks out of 999 outside their bounds', count(*) filter (where got < l.share or got > h.share), 0)
from probe join up_to as l on l.x = probe.x join up_to as h on h.x = high;
select pg_temp.expect('Berka: break points out of 99 outside their bounds', count(*) filter (where got < exact or got > high), 0) from cut;
select pg_temp.expect('Berka: break points out of 99 whose rank is not counted exactly', count(*) filter (where rank <> share), 0) from cut join up_to on x = got;

-- By month and merged: the bytes of the whole.
select pg_temp.expect('Berka: balances by month, merged', crm.distribution_merge(part)::text, (select d::text from balances))
from (select crm.distribution_agg(balance) as part from daily group by date_trunc('month', day::timestamp)) as m;

-- Few distinct values are kept exactly: days since the last event, number of events, ages.
select pg_temp.expect('Berka: 1,001 quantiles of ' || what || ', bit for bit those of percentile_cont',
  crm.quantiles(crm.distribution_agg(x), q), percentile_cont(q) within group (order by x))
from (select array_agg(i / 1000.0::float8 order by i) as q from generate_series(0, 1000) as i) as f,
  (select v.* from client_value, job.info, job.client,
     lateral (values ('recency', crm.recency(rfm, as_of)::float8), ('frequency', crm.frequency(rfm)::float8), ('age', (profile ->> 'age')::float8)) as v (what, x)
   where client.client_id = client_value.client_id) as s
group by what, q;

-- rfm of all transactions by account, from both ways of writing a day, against plain SQL.
select pg_temp.same_rows('Berka: rfm of all accounts and years', (select count(distinct account_id) from berka.trans),
  $$select account_id, crm.frequency(r), crm.first_at(r), crm.last_at(r), crm.total(r), crm.first_total(r), crm.recency(r, '1998-12-31'), crm.tenure(r, '1998-12-31'), r::text
    from (select account_id, crm.rfm_agg(day, amount) as r from berka.trans group by account_id) as s$$,
  $$select account_id, count(*), min(day)::timestamp at time zone 'UTC', max(day)::timestamp at time zone 'UTC', sum(amount),
      sum(amount) filter (where day = first), date '1998-12-31' - max(day), date '1998-12-31' - min(day), crm.rfm_agg(day::timestamp at time zone 'UTC', amount)::text
    from (select *, min(day) over (partition by account_id) as first from berka.trans) as s group by account_id$$);
select pg_temp.expect('Berka: no amount of any account is lost', crm.total(crm.rfm_merge(r)), (select sum(amount) from berka.trans))
from (select crm.rfm_agg(day, amount) as r from berka.trans group by account_id) as s;

-- Matching by a policy for this bank. Most products lack most attributes, and the assets of every seventh client are withheld
-- (null, or not there at all): a gap passes where the gate says so and excludes where it does not.
create temp table person as
select client_id, profile, case when client_id % 7 <> 0 then assets end as assets,
  profile || case when client_id % 7 <> 0 then jsonb_build_object('assets', assets) when client_id % 2 = 0 then '{"assets": null}' else '{}' end as attributes
from job.client join job.money using (client_id);
create temp table library as
select product_id, attributes || case when term_months is null then '{}'::jsonb else jsonb_build_object('min_assets', term_months * 1000) end
    || case product_id when 'card-junior' then '{"max_age": 25}' when 'card-gold' then '{"min_assets": 50000, "open": true}'::jsonb else '{}' end as attributes
from (select *, (attributes ->> 'term_months')::int as term_months from job.product) as p;
create temp table rules as
select '{"kind": "matching_policy", "version": 1, "gates": [
  {"id": "held", "product": "product", "is": "not_in", "client": "holdings"},
  {"id": "loan", "client": "has_loan", "is": "=", "value": false, "when": {"product": "category", "is": "=", "value": "loan"}},
  {"id": "assets", "product": "min_assets", "is": "<=", "client": "assets", "missing": "pass"},
  {"id": "age", "product": "max_age", "is": ">=", "client": "age", "missing": "pass"},
  {"id": "order", "client": "assets", "is": ">=", "value": 20000, "when": {"product": "category", "is": "=", "value": "standing order"}}
]}'::jsonb as document;
create temp table match as
select client_id, m.*
from person,
  (select crm.catalogue_agg(product_id, attributes) as catalogue from library) as l, rules,
  lateral crm.match_products(catalogue, person.attributes, document, k => 100) as m;
select pg_temp.expect('Berka: problems of the matching policy', (select count(*) from rules, lateral crm.matching_policy_check(document)), 0);
select pg_temp.same_rows('Berka: what all clients may be offered', (select count(*) from match), 'select client_id, product from match',
  $$select client_id, product_id from person, library
    where not profile -> 'holdings' ? product_id
      and (library.attributes ->> 'category' <> 'loan' or not (profile ->> 'has_loan')::boolean)
      and coalesce((library.attributes ->> 'min_assets')::numeric <= assets, true)
      and coalesce((library.attributes ->> 'max_age')::numeric >= (profile ->> 'age')::numeric, true)
      and (library.attributes ->> 'category' <> 'standing order' or coalesce(assets >= 20000, false))$$);

-- Profit and loss. Every line of every client, month by month, reckoned day by day from the transactions; berka.posting reckons with intervals
-- and keeps its rates in tables.
create temp table posted as select * from berka.posting where day > date '1993-03-31';
create temp table own as select t.*, client_id from berka.trans as t join berka.owner using (account_id) where day > date '1993-03-31' and day <= date '1994-03-31';
create temp table repaid as select client_id, day, amount from own where purpose = 'loan payment';
create temp table owed as
select client_id, d::date as day, l.amount - coalesce((select sum(r.amount) from repaid as r where r.client_id = o.client_id and r.day <= d), 0) as loan
from berka.owner as o join berka.loan as l using (account_id), generate_series(granted_on::timestamp, timestamp '1994-03-31', interval '1 day') as d;
create temp table plain_line as
select client_id, line, sum(amount) as amount
from (
  select client_id, 'funding_credit' as line, round(sum(greatest(balance, 0)) * 0.08 / 365, 2) as amount from daily where day > date '1993-03-31' group by client_id, date_trunc('month', day) having max(balance) > 0
  union all select client_id, 'funding_charge', round(sum(least(balance, 0)) * 0.08 / 365, 2) from daily where day > date '1993-03-31' group by client_id, date_trunc('month', day) having min(balance) < 0
  union all select client_id, 'loan_margin', round(sum(loan) * 0.04 / 365, 2) from owed group by client_id, date_trunc('month', day)
  union all select client_id, 'expected_loss', -round(sum(loan) * 0.0135 / 365, 2) from owed group by client_id, date_trunc('month', day)
  union all select client_id, 'cost_to_serve', -25 from daily where day > date '1993-03-31' group by client_id, date_trunc('month', day)
  union all select client_id, 'interest_paid', -amount from own where purpose = 'interest'
  union all select client_id, 'statement_fee', amount from own where purpose = 'statement fee'
  union all select client_id, 'sanction_interest', amount from own where purpose = 'sanction interest'
  union all select client_id, 'turnover', amount from own where coalesce(purpose, '') not in ('interest', 'statement fee', 'sanction interest', 'loan payment')
  union all select client_id, 'cost_to_serve', case operation when 'transfer in' then -2 when 'transfer out' then -3 when 'card withdrawal' then -4 else -9 end
    from own where coalesce(purpose, '') not in ('interest', 'statement fee', 'sanction interest', 'loan payment')) as l
group by client_id, line;
create temp table client_pnl as select client_id, crm.pnl_agg(line, amount) as pnl from posted group by client_id;
create temp table chart as
select jsonb_build_object('kind', 'pnl_chart', 'version', 1, 'costs', 'negative', 'lines', jsonb_agg(jsonb_build_object('name', name, 'role', role))) as chart
from (values ('funding_credit', 'revenue'), ('interest_paid', 'cost'), ('funding_charge', 'cost'), ('loan_margin', 'revenue'), ('expected_loss', 'credit_cost'),
  ('statement_fee', 'revenue'), ('sanction_interest', 'revenue'), ('cost_to_serve', 'cost'), ('turnover', 'memo')) as l (name, role);
create temp table plain_result as
select client_id, coalesce(sum(amount) filter (where line in ('funding_credit', 'loan_margin', 'statement_fee', 'sanction_interest')), 0) as revenue,
  -coalesce(sum(amount) filter (where line in ('interest_paid', 'funding_charge', 'cost_to_serve')), 0) as cost, -coalesce(sum(amount) filter (where line = 'expected_loss'), 0) as credit_cost
from plain_line group by client_id;
select pg_temp.same_rows('Berka: profit and loss of all clients, line by line', (select count(*) from plain_line),
  'select client_id, line, amount from client_pnl, lateral crm.pnl_lines(pnl)', 'table plain_line');
select pg_temp.same_rows('Berka: revenue, cost, credit cost and contribution of all clients', 1229,
  'select client_id, crm.revenue(pnl, chart), crm.cost(pnl, chart), crm.credit_cost(pnl, chart), crm.contribution(pnl, chart) from client_pnl, chart',
  'select client_id, revenue, cost, credit_cost, revenue - cost - credit_cost from plain_result');
select pg_temp.expect('Berka: what the clients add up to is what the bank has', crm.contribution(crm.pnl_merge(pnl), chart), (select sum(revenue - cost - credit_cost) from plain_result)) from client_pnl, chart group by chart;
select pg_temp.expect('Berka: contributions that are not the sum of all effects', count(*) filter (where contribution <> effects), 0)
from (select crm.contribution(pnl, chart) as contribution, (select sum(effect) from crm.contribution_explain(pnl, chart)) as effects from client_pnl, chart) as s;
-- Without the assumptions it is the profit of job.money: fees and sanction interest less interest paid.
select pg_temp.same_rows('Berka: what the files have of it is the profit of job.money', 1229,
  $$select client_id, crm.total(crm.pnl_agg(line, amount)) from posted where line in ('statement_fee', 'sanction_interest', 'interest_paid') group by client_id
    union all select client_id, 0 from client_pnl where client_id not in (select client_id from posted where line in ('statement_fee', 'sanction_interest', 'interest_paid'))$$,
  'select client_id, profit from job.money');
-- The tenth with the highest balances is not the tenth that brings most.
create temp table ranked as
select client_id, contribution, row_number() over (order by assets desc, client_id) as by_assets, row_number() over (order by contribution desc, client_id) as by_contribution
from job.money join (select client_id, crm.contribution(pnl, chart) as contribution from client_pnl, chart) as c using (client_id);
select pg_temp.expect('Berka: of the 123 with the highest balances: among the best 123, unprofitable', array[count(*) filter (where by_contribution <= 123), count(*) filter (where contribution < 0)], '{38,7}') from ranked where by_assets <= 123;
select pg_temp.expect('Berka: unprofitable clients, and the sum of all contributions', array[count(*) filter (where contribution < 0), sum(contribution)], '{115,462789.65}') from ranked;
-- Who makes the profit (what sample/README.md says of it holds: it ranks). Clients without one are skipped.
create temp table concentration as
select crm.concentration_agg(profit) as c, crm.concentration_agg(assets) as a from job.money;
select pg_temp.same_rows('Berka: the whale curve, a row for each client', (select count(profit) from job.money),
  'select w.customers, w.value, w.customer_value from concentration, lateral crm.whale_curve(c, 100000) as w where w.customers > 0',
  'select row_number() over w, sum(profit) over w, profit from job.money where profit is not null window w as (order by profit desc, client_id rows unbounded preceding)');
select pg_temp.same_rows('Berka: the Lorenz curve of the assets, a row for each client', (select count(assets) from job.money),
  'select l.customers, l.value, l.customer_value, round(l.value_share::numeric, 12) from concentration, lateral crm.lorenz(a, 100000) as l where l.customers > 0',
  'select row_number() over w, sum(assets) over w, assets, round(sum(assets) over w / sum(assets) over (), 12) from job.money where assets is not null window w as (order by assets, client_id rows unbounded preceding)');
select pg_temp.near('Berka: Gini coefficient of the assets', crm.gini(a), (select (sum((2 * r - n - 1) * assets) / (max(n) * sum(assets)))::float8
  from (select assets, row_number() over (order by assets) as r, count(*) over () as n from job.money where assets is not null) as s), 1e-15) from concentration;
select pg_temp.same_rows('Berka: key accounts by assets', (select crm.customers_for_share(a, 0.5) from concentration),
  'select client_id from job.money, concentration where assets >= crm.value_for_share(a, 0.5)',
  'select client_id from (select client_id, assets, sum(assets) over w as running, sum(assets) over () as total from job.money where assets is not null window w as (order by assets desc)) as s where running - assets < 0.5 * total');
