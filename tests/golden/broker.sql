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
