-- Are the truths that were built into the sample broker in the data? One row for each; every "ok" must be true.
--
--     psql -d mydb -f sample/check.sql
--
-- Reads the schemas broker and job, writes nothing that stays.

\set ON_ERROR_STOP on
\set QUIET on
begin;
set local work_mem = '128MB';
set local jit = off;

create temp table ranked on commit drop as
select client_id, assets, profit,
       row_number() over (order by profit desc, client_id) as profit_rank,
       row_number() over (order by assets desc, client_id) as asset_rank
from job.money;

create temp table trading on commit drop as
select client_id, count(*) as orders, sum(commission) as commission, min(commission) as least_commission, max(traded_at) as last_at
from broker.trade
group by client_id;

-- Every calendar month's average daily balance: each observation counts until the next, cut at the ends of the month.
create temp table month_average on commit drop as
with reach as (
    select client_id, day, assets,
           coalesce(lead(day) over (partition by client_id order by day), date '2026-10-01') as until
    from broker.balance
)
select client_id, month, sum(assets * (least(until, next_month) - greatest(day, month))) / sum(least(until, next_month) - greatest(day, month)) as average
from reach
cross join lateral generate_series(date_trunc('month', day::timestamp), (until - 1)::timestamp, interval '1 month') as m(start)
cross join lateral (select start::date as month, (start + interval '1 month')::date as next_month) as bounds
where month >= date '2024-10-01'
group by client_id, month;

create temp table crossing on commit drop as
select client_id, threshold, count(*) filter (where above <> above_before) as crossings
from (select client_id, threshold, average >= threshold as above,
             lag(average >= threshold) over (partition by client_id, threshold order by month) as above_before
      from month_average
      cross join (values (50000), (200000), (1000000), (6000000)) as t(threshold)) as x
group by client_id, threshold;

create temp table peak on commit drop as
select client_id, max(assets) as most, (array_agg(assets order by day desc))[1] as last
from broker.balance
group by client_id;

\pset footer off
select truth, expected, found, ok
from (
    select 1 as no, 'clients' as truth, '20000' as expected, count(*)::text as found, count(*) = 20000 as ok from broker.client
    union all
    select 2, 'trades', '1.4 to 1.6 million', count(*)::text, count(*) between 1400000 and 1600000 from broker.trade
    union all
    select 3, 'products, of which some closed and some for professionals only', '60, >= 3, >= 3',
           concat_ws(', ', count(*), count(*) filter (where not open), count(*) filter (where professional_only)),
           count(*) = 60 and count(*) filter (where not open) >= 3 and count(*) filter (where professional_only) >= 3
    from broker.product
    union all
    select 4, 'profit of 12 months made by the best 2 % / 3 % / 5 % of clients', '> 60 %, 70 to 85 %, > 80 %',
           concat_ws(' / ', two, three, five), two > 60 and three between 70 and 85 and five > 80
    from (select round(100 * sum(profit) filter (where profit_rank <= 400) / sum(profit), 1) as two,
                 round(100 * sum(profit) filter (where profit_rank <= 600) / sum(profit), 1) as three,
                 round(100 * sum(profit) filter (where profit_rank <= 1000) / sum(profit), 1) as five from ranked) as s
    union all
    select 5, 'clients whose profit is negative', '15 to 35 %', round(100.0 * count(*) filter (where profit < 0) / count(*), 1) || ' %',
           count(*) filter (where profit < 0) between 3000 and 7000
    from ranked
    union all
    select 6, 'unprofitable among the 400 clients with the largest assets', '>= 100', count(*)::text, count(*) >= 100
    from ranked where asset_rank <= 400 and profit < 0
    union all
    select 7, 'those trade rarely and take time: orders and contact minutes in 24 months, median', '< 30 orders, > 1000 minutes',
           concat_ws(', ', orders, minutes), orders < 30 and minutes > 1000
    from (select percentile_disc(0.5) within group (order by coalesce(t.orders, 0)) as orders,
                 percentile_disc(0.5) within group (order by coalesce(c.minutes, 0)) as minutes
          from ranked as r
          left join trading as t using (client_id)
          left join (select client_id, sum(minutes) as minutes from broker.contact group by client_id) as c using (client_id)
          where r.asset_rank <= 400 and r.profit < 0) as s
    union all
    select 8, 'share of all trades made by the busiest 3 % of clients', '30 to 60 %', round(share, 1) || ' %', share between 30 and 60
    from (select 100 * sum(orders) filter (where r <= 600) / sum(orders) as share
          from (select orders, row_number() over (order by orders desc, client_id) as r from trading) as t) as s
    union all
    select 9, 'clients who left: assets below 5 % of their peak', '7 to 9 %', round(100.0 * count(*) / 20000, 2) || ' %', count(*) between 1400 and 1800
    from peak where last < most * 0.05
    union all
    select 10, 'of them: closed / open but dormant (no order since 2026-08)', 'all are one or the other',
           concat_ws(' / ', count(*) filter (where closed_on is not null), count(*) filter (where closed_on is null and dormant)),
           bool_and(closed_on is not null or dormant)
    from (select c.closed_on, coalesce(t.last_at, '-infinity') < timestamptz '2026-08-01 00:00:00+08' as dormant
          from peak as p join broker.client as c using (client_id) left join trading as t using (client_id)
          where p.last < p.most * 0.05) as s
    union all
    select 11, 'nobody trades, holds or is contacted outside his time as a client', '0 rows', sum(n)::text, sum(n) = 0
    from (select count(*) as n from broker.trade as t join broker.client as c using (client_id)
          where t.traded_at < c.opened_on::timestamp at time zone interval '08:00'
             or t.traded_at >= (c.closed_on + 1)::timestamp at time zone interval '08:00'
          union all
          select count(*) from broker.contact as t join broker.client as c using (client_id)
          where t.at < c.opened_on::timestamp at time zone interval '08:00' or t.at >= (c.closed_on + 1)::timestamp at time zone interval '08:00'
          union all
          select count(*) from broker.holding as h join broker.client as c using (client_id) where h.since < c.opened_on or h.since > '2026-09-30') as s
    union all
    select 12, 'trades outside the exchange''s hours', '0', count(*)::text, count(*) = 0
    from (select traded_at at time zone interval '08:00' as t from broker.trade) as x
    left join broker.market as m on m.day = x.t::date
    where m.is_trading is not true
       or not (x.t::time >= '09:30' and x.t::time < '11:30' or x.t::time >= '13:00' and x.t::time < '15:00')
    union all
    select 13, 'clients whose monthly average crosses one threshold six times or more', '250 to 330', count(*)::text, count(*) between 250 and 330
    from (select client_id from crossing group by client_id having max(crossings) >= 6) as s
    union all
    select 14, '… by threshold (50,000 / 200,000 / 1,000,000 / 6,000,000)', 'at least 30 at each',
           string_agg(n::text, ' / ' order by threshold), min(n) >= 30 and count(*) = 4
    from (select threshold, count(*) as n from crossing where crossings >= 6 group by threshold) as s
    union all
    select 15, 'minimum-class clients; age at their 10th percentile', '2.5 to 3.5 %, > 60',
           round(100.0 * count(*) / 20000, 2) || ' %, ' || percentile_disc(0.1) within group (order by (date '2026-09-30' - birth_date) / 365),
           count(*) between 500 and 700 and percentile_disc(0.1) within group (order by (date '2026-09-30' - birth_date) / 365) > 60
    from broker.client where minimum_class
    union all
    select 16, 'minimum-class clients who hold anything above R1', '0', count(*)::text, count(*) = 0
    from broker.holding join broker.client using (client_id) join broker.product using (product_id)
    where minimum_class and risk_grade > 'R1'
    union all
    select 17, 'holdings above the client''s risk class', '0.1 to 5 %', round(100.0 * count(*) filter (where above) / count(*), 2) || ' %',
           100.0 * count(*) filter (where above) / count(*) between 0.1 and 5
    from (select substr(p.risk_grade, 2) > substr(c.risk_class, 2) as above
          from broker.holding join broker.client as c using (client_id) join broker.product as p using (product_id)) as s
    union all
    select 18, 'trades a month: boom (2024-10 to 2025-02, 2025-07 to 2025-09) against bust (2026-04 to 2026-09)', '> 2 times',
           round(boom / bust, 2) || ' times', boom / bust > 2
    from (select count(*) filter (where m < '2025-03-01' or m between '2025-07-01' and '2025-09-30') / 8.0 as boom,
                 count(*) filter (where m >= '2026-04-01') / 6.0 as bust
          from (select (traded_at at time zone interval '08:00')::date as m from broker.trade) as t) as s
    union all
    select 19, 'commission rate of orders above 50,000 (1/10,000): first quarter, last quarter', 'falls by 20 % or more',
           concat_ws(', ', round(first, 2), round(last, 2)), last < first * 0.8
    from (select 10000 * sum(commission) filter (where traded_at < '2025-01-01 00:00:00+08')
                       / sum(amount) filter (where traded_at < '2025-01-01 00:00:00+08') as first,
                 10000 * sum(commission) filter (where traded_at >= '2026-07-01 00:00:00+08')
                       / sum(amount) filter (where traded_at >= '2026-07-01 00:00:00+08') as last
          from broker.trade where amount > 50000) as s
    union all
    select 20, 'smallest commission of an order', '5.00', min(least_commission)::text, min(least_commission) = 5 from trading
    union all
    select 21, '1001: modest assets, among the best 100 by profit', '< 500,000; rank <= 100', concat_ws('; ', assets, 'rank ' || profit_rank),
           assets < 500000 and profit_rank <= 100 from ranked where client_id = 1001
    union all
    select 22, '1002: among the 50 largest, negative profit', 'rank <= 50; < 0', concat_ws('; ', 'rank ' || asset_rank, profit),
           asset_rank <= 50 and profit < 0 from ranked where client_id = 1002
    union all
    select 23, '1003: elderly, C1, minimum class', '79, C1, t', concat_ws(', ', profile ->> 'age', profile ->> 'risk_class', (profile ->> 'minimum_class')::boolean),
           profile @> '{"age": 79, "risk_class": "C1", "minimum_class": true}' from job.client where client_id = 1003
    union all
    select 24, 'clients observed every day', '780 to 800', count(*)::text, count(*) between 780 and 800
    from (select client_id from broker.balance group by client_id having count(*) > 60) as s
    union all
    select 25, 'every client of job.client is in job.money, and the other way round', '20000', count(*)::text, count(*) = 20000
    from job.client join job.money using (client_id)
    union all
    select 26, 'profit in job.money is the sum of the postings, to the cent', '0.00 difference', (a.total - b.total)::text, a.total = b.total
    from (select sum(profit) as total from job.money) as a,
         (select sum(case line when 'cost_to_serve' then -amount else amount end) as total from broker.posting where day > '2025-09-30') as b
    union all
    select 27, 'assets in job.money are the average daily balances of 2026-09', '0.00 difference', max(abs(j.assets - round(a.average, 2)))::text,
           max(abs(j.assets - round(a.average, 2))) = 0 and count(*) = 20000
    from job.money as j join month_average as a on a.client_id = j.client_id and a.month = '2026-09-01'
    union all
    select 28, 'people differ: median and 99th percentile of orders per trading client', '< 60, > 600',
           concat_ws(', ', half, most), half < 60 and most > 600
    from (select percentile_disc(0.5) within group (order by orders) as half, percentile_disc(0.99) within group (order by orders) as most from trading) as s
) as checks
order by no;
rollback;
