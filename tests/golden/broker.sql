-- The sample broker (sample/broker.sql, after golden/job.sql in the same session): tiers and offers against plain SQL on the
-- broker's own typed tables, which know nothing of policies and jsonb.

select pg_temp.same_rows('broker: tiers', 20000,
  $$select client_id, crm.tier_of(assets, document) from client_value, job.policy where policy.name = 'tiers'$$,
  $$select client_id, case when assets >= 6000000 then 'private' when assets >= 1000000 then 'platinum' when assets >= 200000 then 'gold'
      when assets >= 50000 then 'silver' else 'mass' end from job.money$$);

create temp table allowed as
select client_id, product_id, c.minimum_class, p.risk_grade
from broker.client as c join job.money as m using (client_id) cross join broker.product as p
where p.open
  and (c.professional or substr(p.risk_grade, 2) <= substr(c.risk_class, 2))
  and (not c.minimum_class or p.risk_grade = 'R1')
  and (c.professional or not p.professional_only)
  and p.min_experience_years <= c.experience_years
  and p.min_amount <= m.assets
  and p.term_months <= c.investment_horizon_months
  and not exists (select from broker.holding as h where h.client_id = c.client_id and h.product_id = p.product_id);
create index on allowed (client_id);
analyze allowed;

-- Everything, not the five best: one client in ten, and everyone of the minimum class.
create temp table one_in_ten as
select client_id from broker.client where client_id % 10 = 3 or minimum_class;
select pg_temp.same_rows('broker: what ' || (select count(*) from one_in_ten) || ' clients may be offered', (select count(*) from allowed join one_in_ten using (client_id)),
  $$select client_id, m.product
    from one_in_ten join job.client using (client_id) join job.money v using (client_id), product_library l, (select document from job.policy where name = 'offers') p,
      lateral crm.match_products(l.catalogue, profile || jsonb_build_object('assets', v.assets), p.document, k => 60) as m$$,
  'select client_id, product_id from allowed join one_in_ten using (client_id)');
select pg_temp.expect('broker: clients of the minimum class among them', count(*) > 500, true) from one_in_ten join broker.client using (client_id) where minimum_class;

-- The score: of the tags that client or product has, the share that both have, rare tags counting more.
create temp table weight as
select tag, ln(61.0::float8 / (1 + count(product_id))) + 1 as weight
from (select distinct unnest(interests) as tag from broker.client union select unnest(tags) from broker.product) as t
left join broker.product on tag = any (tags)
group by tag;
create temp table liked as
select client_id, tag, weight, sum(weight) over (partition by client_id) as whole
from (select distinct client_id, unnest(interests) as tag from broker.client) as i join weight using (tag);
create temp table tagged as
select product_id, tag, weight, sum(weight) over (partition by product_id) as whole
from (select distinct product_id, unnest(tags) as tag from broker.product) as t join weight using (tag);
create temp table share as
select client_id, product_id, sum(t.weight) / (l.whole + t.whole - sum(t.weight)) as share
from liked as l join tagged as t using (tag) join allowed using (client_id, product_id)
group by client_id, product_id, l.whole, t.whole;
create temp table plain_score as
select client_id, product_id, coalesce(share, 0) as score
from allowed left join share using (client_id, product_id);
create temp table plain_offer as
select *
from (select client_id, product_id, score, row_number() over (partition by client_id order by round(score::numeric, 12) desc, product_id collate "C") as rank from plain_score) as s
where rank <= 5;
select pg_temp.same_rows('broker: the five best offers of all clients', (select count(*) from plain_offer), 'select client_id, rank, product from offer',
  'select client_id, rank, product_id from plain_offer');
select pg_temp.expect('broker: scores of offers that are off', count(*) filter (where abs(o.score - p.score) > 1e-12), 0)
from offer as o join plain_offer as p on p.client_id = o.client_id and p.product_id = o.product;

-- Said once more without any policy: the rule that must never break.
select pg_temp.expect('broker: clients of the minimum class with offers', count(distinct client_id) > 500, true) from offer join broker.client using (client_id) where minimum_class;
select pg_temp.expect('broker: offers above R1 to clients of the minimum class', count(*), 0)
from offer join broker.client using (client_id) join broker.product on product_id = product
where minimum_class and risk_grade > 'R1';
select pg_temp.expect('broker: offers above the class of clients who are no professionals', count(*), 0)
from offer join broker.client using (client_id) join broker.product on product_id = product
where not professional and substr(risk_grade, 2) > substr(risk_class, 2);

-- match_explain tells the same of every product of a client, and a reason for every one it excludes.
create temp table explained as
select client_id, e.* from (select client_id from one_in_ten order by client_id limit 200) as few join job.client using (client_id) join job.money v using (client_id),
  product_library l, (select document from job.policy where name = 'offers') p,
  lateral crm.match_explain(l.catalogue, profile || jsonb_build_object('assets', v.assets), p.document) as e;
select pg_temp.same_rows('broker: verdicts on 60 products for 200 clients', 12000,
  'select client_id, product, verdict, rank is not null, coalesce(jsonb_array_length(reasons -> ''excluded_by''), 0) > 0 from explained',
  $$select client_id, product_id, case when a.client_id is null then 'excluded' else 'match' end, a.client_id is not null, a.client_id is null
    from (select distinct client_id from explained) as e cross join broker.product left join allowed as a using (client_id, product_id)$$);

-- Profit and loss under a chart against sums in plain SQL, to the last digit.
create temp table posted as select * from broker.posting;
create temp table chart as select crm.pnl_chart_example() as chart;
create temp table year_pnl as
select client_id, crm.pnl_agg(line, amount) as pnl from posted where day > date '2025-09-30' and day <= date '2026-09-30' group by client_id;
create temp table plain_pnl as
select client_id, coalesce(sum(amount) filter (where line <> 'cost_to_serve'), 0) as revenue, coalesce(sum(amount) filter (where line = 'cost_to_serve'), 0) as cost
from posted where day > date '2025-09-30' and day <= date '2026-09-30' group by client_id;
select pg_temp.same_rows('broker: revenue, cost and contribution of all clients with postings', (select count(*) from plain_pnl),
  'select client_id, crm.revenue(pnl, chart), crm.cost(pnl, chart), crm.credit_cost(pnl, chart), crm.contribution(pnl, chart) from year_pnl, chart',
  'select client_id, revenue, cost, 0::numeric, revenue - cost from plain_pnl');
select pg_temp.same_rows('broker: contribution is the profit of job.money', 20000,
  'select client_id, coalesce(crm.contribution(pnl, chart), 0) from job.money left join year_pnl using (client_id) cross join chart', 'select client_id, profit from job.money');
select pg_temp.expect('broker: margins that are off', count(*) filter (where (revenue > 0) is distinct from (margin is not null) or abs(margin - (revenue - cost) / nullif(revenue, 0)) > 1e-12 * abs(margin)), 0)
from plain_pnl join (select client_id, crm.margin(pnl, chart) as margin from year_pnl, chart) as m using (client_id);
select pg_temp.same_rows('broker: what each line adds, of all clients', (select count(*) from (select distinct client_id, line from posted where day > date '2025-09-30' and day <= date '2026-09-30') as l),
  'select client_id, line, amount, effect from year_pnl, chart, lateral crm.contribution_explain(pnl, chart) where amount is not null',
  $$select client_id, line, sum(amount), sum(case line when 'cost_to_serve' then -amount else amount end) from posted where day > date '2025-09-30' and day <= date '2026-09-30' group by client_id, line$$);
select pg_temp.expect('broker: contributions that are not the sum of all effects', count(*) filter (where contribution <> effects), 0)
from (select crm.contribution(pnl, chart) as contribution, (select sum(effect) from crm.contribution_explain(pnl, chart)) as effects from year_pnl, chart) as s;
-- All 24 months, in one pass without GROUP BY, merged, and in months: the figures of sample/README.md.
select pg_temp.expect('broker: 24 months, ' || way, array[crm.revenue(pnl, chart), crm.cost(pnl, chart), crm.contribution(pnl, chart)], '{23581025.99,5051400.15,18529625.84}'::numeric[])
from chart, (select 'customers of a book' as way, crm.pnl_merge(r.pnl) as pnl from (select crm.pnl_book_agg(client_id, line, amount) as book from posted) as b, lateral crm.pnl_book_rows(book) as r
  union all select 'months', crm.pnl_merge(pnl) from (select crm.pnl_agg(line, amount) as pnl from posted group by date_trunc('month', day)) as m
  union all select 'at once', crm.pnl_agg(line, amount) from posted) as s;
-- The client with the most money is often not the most valuable one.
create temp table ranked as
select client_id, assets, contribution, row_number() over (order by assets desc, client_id) as by_assets, row_number() over (order by contribution desc, client_id) as by_contribution
from job.money left join year_pnl using (client_id), chart, lateral (select coalesce(crm.contribution(pnl, chart), 0) as contribution) as c;
select pg_temp.expect('broker: unprofitable among the 400 with the largest assets, among the 10', array[count(*) filter (where by_assets <= 400), count(*) filter (where by_assets <= 10)], '{206,9}') from ranked where contribution < 0;
select pg_temp.expect('broker: percent of the result that the best 2, 3 and 5 percent of clients make', array[round(100 * sum(contribution) filter (where by_contribution <= 400) / sum(contribution), 1),
  round(100 * sum(contribution) filter (where by_contribution <= 600) / sum(contribution), 1), round(100 * sum(contribution) filter (where by_contribution <= 1000) / sum(contribution), 1)], '{70.6,79.6,89.5}') from ranked;
select pg_temp.expect('broker: percent of the assets, and of the result, of the 400 with the largest assets', array[round(100 * sum(assets) filter (where by_assets <= 400) / sum(assets), 1),
  round(100 * sum(contribution) filter (where by_assets <= 400) / sum(contribution), 1)], '{67.5,10.1}') from ranked;
-- What the service of two years costs: each channel a pool whose minute costs what broker.cost_rate says, and half as much again
-- as was used of it, so that a third stays unused. The posting view multiplies minutes by rates.
create temp table service_model as
select jsonb_build_object('kind', 'cost_model', 'version', 1, 'unit_cost_decimals', 4,
    'pools', jsonb_agg(jsonb_build_object('name', channel, 'ledger', rate_per_minute * capacity, 'practical_capacity', capacity)),
    'activities', jsonb_agg(jsonb_build_object('name', channel, 'driver', 'minutes', 'uses', jsonb_build_array(jsonb_build_object('pool', channel, 'minutes', 1))))) as by_pool,
  -- The same from one pool at 1.00 a minute: the rate of a channel is its factor.
  jsonb_build_object('kind', 'cost_model', 'version', 1, 'unit_cost_decimals', 2,
    'pools', jsonb_build_array(jsonb_build_object('name', 'service', 'ledger', 6000000, 'practical_capacity', 6000000)),
    'activities', jsonb_build_array(jsonb_build_object('name', 'contact', 'driver', 'minutes', 'uses', jsonb_build_array(jsonb_build_object('pool', 'service', 'minutes', 1)))),
    'channels', jsonb_agg(jsonb_build_object('name', channel, 'factor', rate_per_minute))) as by_channel
from broker.cost_rate join (select channel, sum(minutes) * 3 / 2 as capacity from broker.contact group by channel) as c using (channel);
create temp table served as
select client_id, crm.cost_to_serve_agg(channel, minutes) as by_pool, crm.cost_to_serve_agg('contact', channel, minutes) as by_channel
from broker.contact group by client_id;
create temp table posted_cost as
select client_id, sum(amount) as amount from broker.posting where line = 'cost_to_serve' group by client_id;
select pg_temp.same_rows('broker: cost to serve of every client, a pool each channel', (select count(distinct client_id) from broker.contact),
  'select client_id, crm.cost_to_serve(s.by_pool, m.by_pool) from served s, service_model m', 'select client_id, amount from posted_cost');
select pg_temp.same_rows('broker: cost to serve of every client, channels of one pool', (select count(*) from posted_cost),
  'select client_id, crm.cost_to_serve(s.by_channel, m.by_channel) from served s, service_model m', 'select client_id, amount from posted_cost');
create temp table service_pool as
select r.* from (select crm.cost_to_serve_merge(by_pool) as everything from served) as s, service_model as m, lateral crm.cost_reconciliation(everything, m.by_pool) as r;
select pg_temp.expect('broker: cost to serve in total', sum(used), 5051400.15) from service_pool;
select pg_temp.same_rows('broker: pools against minutes and rates', 6,
  'select pool, rate, used_minutes, used, used + unused - overused = supplied, used_minutes + unused_minutes - overused_minutes = supplied_minutes, overused, rounding from service_pool',
  $$select channel, rate_per_minute, sum(minutes), sum(minutes) * rate_per_minute, true, true, 0, 0 from broker.contact join broker.cost_rate using (channel) group by channel, rate_per_minute$$);
select pg_temp.expect('broker: a third of the capacity is unused, to the minute', bool_and(unused_minutes = ceil(supplied_minutes / 3) or unused_minutes = floor(supplied_minutes / 3)), true) from service_pool;
select pg_temp.expect('broker: one pool is over- or under-used by what is missing to the ledger', used + unused - overused, 6000000)
from (select crm.cost_to_serve_merge(by_channel) as everything from served) as s, service_model as m, lateral crm.cost_reconciliation(everything, m.by_channel);
-- Who makes the profit: what the sample says of itself, and the whale curve and the key accounts of plain SQL.
create temp table profits as
select crm.concentration_agg(profit) as c from job.money;
select pg_temp.expect('broker: the best 2, 3 and 5 percent make 70.6, 79.6 and 89.5 percent of the profit', array_agg(round(100 * crm.top_share(c, share)::numeric, 1) order by share), '{70.6,79.6,89.5}'::numeric[])
from profits, unnest('{0.02,0.03,0.05}'::float8[]) as share;
create temp table plain_whale as
select rank, profit, sum(profit) over (order by profit desc, client_id rows unbounded preceding) as running, sum(profit) over () as total
from (select client_id, profit, row_number() over (order by profit desc, client_id) as rank from job.money) as r;
select pg_temp.same_rows('broker: the whale curve, a row for each client', 20000, 'select w.customers, w.value, w.customer_value from profits, lateral crm.whale_curve(c, 20000) as w where w.customers > 0',
  'select rank, running, profit from plain_whale');
select pg_temp.same_rows('broker: the whale curve in percent', 100,
  'select w.customers, w.customer_share, w.value, round(w.value_share::numeric, 12), w.customer_value from profits, lateral crm.whale_curve(c) as w where w.customers > 0',
  'select rank, rank / 20000.0::float8, running, round(running / total, 12), profit from plain_whale where rank % 200 = 0');
select pg_temp.same_rows('broker: how many clients make a share of the profit, and the least of them', 7,
  'select share, crm.customers_for_share(c, share), crm.value_for_share(c, share) from profits, unnest(''{0.1,0.3,0.5,0.706,0.8,0.95,1}''::float8[]) as share',
  $$select share, rank, profit from unnest('{0.1,0.3,0.5,0.706,0.8,0.95,1}'::float8[]) as share,
    lateral (select rank, profit from plain_whale where running >= share::numeric * total order by rank limit 1) as first$$);
select pg_temp.same_rows('broker: profits and losses', 1, 'select p.customers, p.value, p.losing_customers, p.losses from profits, lateral crm.whale_peak(c) as p',
  'select count(*) filter (where profit > 0), sum(profit) filter (where profit > 0), count(*) filter (where profit < 0), sum(profit) filter (where profit < 0) from job.money');
-- Sum over ranks, exactly, and rounded once.
select pg_temp.near('broker: Gini coefficient', crm.gini(c), (sum((20001 - 2 * rank) * profit) / (20000 * max(total)))::float8, 1e-15) from profits, plain_whale group by c::text, crm.gini(c);
