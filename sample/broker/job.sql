-- Postings, and the schema "job": what a demonstration reads, whichever data set was loaded. Included by ../broker.sql.
-- The same relations can be filled from anybody's own data: see ../README.md.

-- Interest accrues on every calendar day; a day without a balance has the last one before it. An observation reaches until
-- the next one, at most one month end further, so it is cut into the part within its month and the part within the next.
create view broker.posting as
with reach as (
    select client_id, day, cash, (date_trunc('month', day::timestamp) + interval '1 month')::date as next_month,
           coalesce(lead(day) over (partition by client_id order by day), date '2026-10-01') as until
    from broker.balance
), accrual as (
    select client_id, part.month_end, part.days, cash
    from reach
    cross join lateral (values (next_month - 1, least(until, next_month) - day),
                               ((next_month + interval '1 month - 1 day')::date, until - next_month)) as part(month_end, days)
    where part.days > 0 and cash > 0
)
select client_id, (traded_at at time zone interval '08:00')::date as day, 'commission' as line, commission as amount
from broker.trade
union all
select a.client_id, a.month_end, 'cash_spread', round(sum(a.cash * a.days) * (r.rate_earned - r.rate_paid) / 365, 2)
from accrual as a
join (select *, coalesce(lead(valid_from) over (order by valid_from), date '9999-12-31') as valid_until from broker.cash_rate) as r
  on a.month_end >= r.valid_from and a.month_end < r.valid_until
where a.month_end >= date '2024-10-01'
group by a.client_id, a.month_end, r.rate_earned, r.rate_paid
union all
select c.client_id, (c.at at time zone interval '08:00')::date, 'cost_to_serve', round(c.minutes * r.rate_per_minute, 2)
from broker.contact as c
join broker.cost_rate as r using (channel);

-- It reads with the rights of who asks: not on PostgreSQL 14, which has no such views.
select current_setting('server_version_num')::int >= 150000 as invoker \gset
\if :invoker
  alter view broker.posting set (security_invoker = true);
\endif
comment on view broker.posting is
    'Profit and loss of every client, line by line: commission and cash_spread are revenue, cost_to_serve is a cost; all amounts '
    'are positive. Cash spread is posted at month end: sum over calendar days of cash x (earned - paid) / 365, rounded to cents.';

\ir ../contract.sql

insert into job.info values ('Sample broker', 'CNY', '2026-09-30', 'made up by sample/broker.sql');

insert into job.client (client_id, name, profile)
select c.client_id, c.name,
       jsonb_strip_nulls(jsonb_build_object(
           'risk_class', c.risk_class, 'minimum_class', c.minimum_class, 'assessed_on', c.assessed_on,
           'professional', c.professional, 'horizon_months', c.investment_horizon_months, 'experience_years', c.experience_years,
           'interests', to_jsonb(c.interests),
           'age', extract(year from age(date '2026-09-30', c.birth_date))::int,
           'branch_id', c.branch_id, 'manager_id', c.manager_id,
           'opened_on', c.opened_on, 'closed_on', c.closed_on,
           'holdings', coalesce(h.holdings, '[]')))
from broker.client as c
left join (select client_id, jsonb_agg(product_id order by product_id collate "C") as holdings from broker.holding group by client_id) as h
  using (client_id)
order by c.client_id;

-- A view, so that a million and a half trades are not stored twice.
drop table job.event;
create view job.event as
select client_id, traded_at as at, commission as amount from broker.trade;
-- It reads with the rights of who asks: not on PostgreSQL 14, which has no such views.
select current_setting('server_version_num')::int >= 150000 as invoker \gset
\if :invoker
  alter view job.event set (security_invoker = true);
\endif
comment on view job.event is 'Revenue events: here the commission of every order';

comment on column job.money.assets is
    'average daily balance of the calendar month that ends on as_of (2026-09): calendar days, last observation carried forward; 0 for a closed account';
comment on column job.money.profit is
    'profit of the 12 months that end on as_of (broker.posting): commission + cash spread - cost to serve; 0 without any posting';
insert into job.money (client_id, assets, profit)
with held as (
    select client_id, assets, greatest(day, date '2026-09-01') as from_day,
           coalesce(lead(day) over (partition by client_id order by day), date '2026-10-01') as until
    from broker.balance
), average as (
    -- Accounts opened during the month count from their first day.
    select client_id, round(sum(assets * (until - from_day)) / sum(until - from_day), 2) as assets
    from held
    where until > from_day
    group by client_id
), profit as (
    select client_id, sum(case line when 'cost_to_serve' then -amount else amount end) as profit
    from broker.posting
    where day > date '2025-09-30' and day <= date '2026-09-30'
    group by client_id
)
select c.client_id, coalesce(a.assets, 0), coalesce(p.profit, 0)
from broker.client as c
left join average as a using (client_id)
left join profit as p using (client_id)
order by c.client_id;

insert into job.product (product_id, attributes)
select product_id, to_jsonb(p) - 'product_id' from broker.product as p order by product_id collate "C";

analyze job.client, job.money, job.product;
