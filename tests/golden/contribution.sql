-- The sample broker: what moved commission and profit between its two years (October to September), against plain SQL.

create temp table client_year as
select client_id, coalesce(p.year, t.year) as year, branch_id::text as branch, case when professional then 'professional' when minimum_class then 'minimum class' else 'other' end as kind,
  coalesce(turnover, 0) as turnover, coalesce(commission, 0) as commission, coalesce(cash_spread, 0) as cash_spread, coalesce(cost, 0) as cost
from (select client_id, (day >= '2025-10-01')::int as year, sum(amount) filter (where line = 'commission') as commission,
    sum(amount) filter (where line = 'cash_spread') as cash_spread, sum(amount) filter (where line = 'cost_to_serve') as cost
  from broker.posting group by 1, 2) as p
full join (select client_id, (traded_at >= '2025-10-01 00:00+08')::int as year, sum(amount) as turnover from broker.trade group by 1, 2) as t using (client_id, year)
join broker.client using (client_id);
analyze client_year;
select pg_temp.expect('broker: nothing is lost by year', sum(commission + cash_spread - cost), 17943942.59 + 5637083.40 - 5051400.15) from client_year;

-- The formula of contribution_shift in plain SQL, over any table (year, segment, volume, amount).
create function pg_temp.formula(source text) returns table (segment text, n0 bigint, n1 bigint, a0 numeric, a1 numeric, volume numeric, mix numeric, rate numeric) language plpgsql
as $$
begin
  return query execute format('
    with side as (
      select segment, count(*) filter (where year = 0) as n0, count(*) filter (where year = 1) as n1,
        coalesce(sum(volume) filter (where year = 0), 0) as v0, coalesce(sum(volume) filter (where year = 1), 0) as v1,
        coalesce(sum(amount) filter (where year = 0), 0) as a0, coalesce(sum(amount) filter (where year = 1), 0) as a1
      from (%s) as s group by segment
    ), stop as (
      select *, round((a0 * sum(v1) over ())::numeric(90, 40) / sum(v0) over (), 12) as grown,
        round(case when v0 = 0 then v1 * (sum(a0) over ())::numeric(90, 40) / sum(v0) over () else (v1 * a0)::numeric(90, 40) / v0 end, 12) as mixed
      from side
    )
    select segment, n0, n1, a0, a1, grown - a0, mixed - grown, a1 - mixed from stop', source);
end
$$;
create function pg_temp.shift(source text) returns table (segment text, n0 bigint, n1 bigint, a0 numeric, a1 numeric, volume numeric, mix numeric, rate numeric) language plpgsql
as $$
begin
  return query execute format('
    select segment, customers_before, customers_after, amount_before, amount_after, volume_effect, mix_effect, rate_effect
    from (select crm.contribution_agg(segment, volume, amount) filter (where year = 0) as before, crm.contribution_agg(segment, volume, amount) filter (where year = 1) as after
      from (%s) as s) as p, crm.contribution_shift(before, after)', source);
end
$$;

-- Commission on turnover, by branch.
create temp view by_branch as select year, branch as segment, turnover as volume, commission as amount from client_year;
select pg_temp.same_rows('broker: commission by branch, volume, mix and rate', (select count(*) from broker.branch),
  $$select * from pg_temp.shift('table by_branch')$$, $$select * from pg_temp.formula('table by_branch')$$);
select pg_temp.expect('broker: the effects by branch add up to the change', sum(volume + mix + rate), (select sum((2 * year - 1) * commission) from client_year))
from pg_temp.shift('table by_branch');
select pg_temp.expect('broker: the rate falls in every branch', count(*) filter (where rate < 0), count(*)) from pg_temp.shift('table by_branch');
-- Notional profit by kind of client, the clients being the volume.
create temp view by_kind as select year, kind as segment, 1 as volume, commission + cash_spread - cost as amount from client_year;
select pg_temp.same_rows('broker: profit by kind of client', 3, $$select * from pg_temp.shift('table by_kind')$$, $$select * from pg_temp.formula('table by_kind')$$);
select pg_temp.same_rows('broker: shares of kinds of client', 6,
  $$select year, s.segment, s.customers, s.amount, round(s.amount_share::numeric, 12)
    from (select year, crm.contribution_agg(kind, commission + cash_spread - cost) as c from client_year group by year) y, crm.contribution_share(c) s$$,
  $$select year, segment, count(*), sum(amount), round(sum(amount) / sum(sum(amount)) over (partition by year), 12) from by_kind group by year, segment$$);

-- The commission rate of large orders falls from 2.05 to 1.27 in 10,000 between the first and the last quarter.
create temp table quarter as
select (traded_at >= '2026-07-01 00:00+08')::int as year, case when amount > 50000 then 'large' else 'small' end as segment, amount as volume, commission as amount
from broker.trade where traded_at < '2025-01-01 00:00+08' or traded_at >= '2026-07-01 00:00+08';
select pg_temp.same_rows('broker: commission by size of the order, first and last quarter', 2, $$select * from pg_temp.shift('table quarter')$$, $$select * from pg_temp.formula('table quarter')$$);
select pg_temp.expect('broker: the rate of large orders in 10,000, and its effect', (round(10000 * rate_before, 2), round(10000 * rate_after, 2), rate_effect < 0)::text, '(2.05,1.27,t)')
from (select crm.contribution_agg(segment, volume, amount) filter (where year = 0) as before, crm.contribution_agg(segment, volume, amount) filter (where year = 1) as after from quarter) as q,
  crm.contribution_shift(before, after) where segment = 'large';

-- Key accounts: those who brought 2,000 or more in the year. Each client has one of five histories, and the profit is complete.
create temp table history as
select client_id, year, amount, case when key0 and key1 then 'stayed' when key0 and has1 then 'no longer key' when key1 and has0 then 'became key' when key0 or key1 then 'key, came or left' else 'other' end as segment
from (select client_id, year, commission + cash_spread - cost as amount, bool_or(year = 0) over c as has0, bool_or(year = 1) over c as has1,
    coalesce(bool_or(commission + cash_spread - cost >= 2000) filter (where year = 0) over c, false) as key0,
    coalesce(bool_or(commission + cash_spread - cost >= 2000) filter (where year = 1) over c, false) as key1
  from client_year window c as (partition by client_id)) as s;
create temp view by_history as select year, segment, 1 as volume, amount from history;
select pg_temp.same_rows('broker: key accounts by what became of them', (select count(distinct segment) from history), $$select * from pg_temp.shift('table by_history')$$,
  $$select * from pg_temp.formula('table by_history')$$);

-- The bridge: turnover and commission of orders, the spread on cash as other business, the cost to serve.
create temp table bridged as
select year, crm.revenue_bridge_agg(turnover, commission, cash_spread, cost) as r from client_year group by year;
create temp view plain_bridge as
with s as (select year, count(*)::numeric as n, sum(turnover) as t, sum(commission) as c, sum(cash_spread) as o, sum(cost) as k from client_year group by year),
  b as (select *, round((c * n1)::numeric(90, 40) / n, 12) as cn, round((o * n1)::numeric(90, 40) / n, 12) as "on", round((c * t1)::numeric(90, 40) / t, 12) as ct
    from (select * from s where year = 0) as before, (select n as n1, t as t1, c as c1, o as o1, k as k1 from s where year = 1) as after),
  e as (select step, lever, effect, c + o - k as start
    from b, lateral (values (1, 'customers', cn - c + "on" - o), (2, 'turnover', ct - cn), (3, 'commission rate', c1 - ct), (4, 'other business', o1 - "on"), (5, 'cost', k - k1)) as l (step, lever, effect))
select step, lever, effect, start + sum(effect) over (order by step) as running from e
union all select 0, 'before', null, start from e where step = 1;
select pg_temp.same_rows('broker: the bridge over five levers', 6,
  'select b.step, b.lever, b.effect, b.running from bridged x, bridged y, crm.revenue_bridge(x.r, y.r) b where x.year = 0 and y.year = 1', 'table plain_bridge');
select pg_temp.expect('broker: the bridge ends at the profit after', running, (select sum(commission + cash_spread - cost) from client_year where year = 1))
from bridged x, bridged y, crm.revenue_bridge(x.r, y.r) where x.year = 0 and y.year = 1 and step = 5;
select pg_temp.expect('broker: lower rates cost profit', effect < 0, true)
from bridged x, bridged y, crm.revenue_bridge(x.r, y.r) where x.year = 0 and y.year = 1 and lever = 'commission rate';
select pg_temp.expect('broker: a bridge a branch, all together', sum(effect), (select sum((2 * year - 1) * (commission + cash_spread - cost)) from client_year))
from (select branch, crm.revenue_bridge_agg(turnover, commission, cash_spread, cost) filter (where year = 0) as before,
    crm.revenue_bridge_agg(turnover, commission, cash_spread, cost) filter (where year = 1) as after from client_year group by branch) as b, crm.revenue_bridge(before, after);
