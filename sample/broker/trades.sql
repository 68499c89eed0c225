-- Trades. Included by ../broker.sql.
--
-- Each client has a usual rate; each month multiplies it by how busy the market is and by the client's mood, which is
-- "not at all" one month in six: people trade in bursts. Commission rates fall step by step, as they did everywhere.

create temp table trading_month on commit drop as
select month_no, first_day, m.activity_percent,
       array_agg((m.day + interval '09:30') at time zone interval '08:00' order by m.day) as opening
from (select m as month_no, (date '2024-10-01' + make_interval(months => m))::date as first_day from generate_series(0, 23) as m) as c
join broker.market as m on m.is_trading and m.day >= c.first_day and m.day < c.first_day + interval '1 month'
group by month_no, first_day, m.activity_percent;

insert into broker.trade (trade_id, client_id, traded_at, symbol, side, amount, commission, exchange_fee, stamp_duty)
with plan as (
    -- offset 0 keeps the number of orders from being worked out again for every order
    select s.k, s.client_id, s.ticket, s.trade_rate, t.month_no, t.opening, array_length(t.opening, 1) as days,
           s.opened_on, coalesce(s.leaves_from + 20, date '2026-09-30') as last_on,
           s.rate_ppm * (1000 - 18 * t.month_no) / 1000 as ppm,
           case when t.activity_percent > 140 then 58 when t.activity_percent < 70 then 45 else 51 end as buys,
           ((s.trade_rate * t.activity_percent / 100 * (broker.dice(s.k * 24 + t.month_no, 300, 6) * 40) / 100
             + broker.dice(s.k * 24 + t.month_no, 301, 1000)) / 1000)::int as orders
    from seed as s
    join trading_month as t
      on s.trade_rate > 0 and s.opened_on < t.first_day + 31 and (s.leaves_from is null or s.leaves_from + 20 >= t.first_day)
    offset 0
), raw as (
    -- One key below 2^32 for every order: client, month, number.
    select p.*, key,
           opening[1 + broker.dice(key, 310, days)] as opens_at,
           broker.dice(key, 311, 14400000) as session_ms,
           broker.dice(key, 312, 100) < buys as buys_now,
           ticket * (array[20, 35, 50, 70, 85, 100, 100, 120, 150, 200, 300])[1 + broker.dice(key, 313, 11)]
               * (80 + broker.dice(key, 314, 41)) / 100 + broker.dice(key, 315, 100) as cents
    from plan as p
    cross join lateral generate_series(1, orders) as i
    cross join lateral (select (p.k * 24 + p.month_no) * 1024 + i as key) as o
), priced as (
    select client_id, key, buys_now, cents,
           -- two hours in the morning, two after the break from 11:30 to 13:00
           opens_at + case when session_ms < 7200000 then session_ms else session_ms + 5400000 end * interval '1 millisecond' as traded_at,
           -- half of the orders go to the client's five favourites, the rest where the crowd goes
           1 + case when broker.dice(key, 316, 2) = 0 then broker.dice(k * 8 + broker.dice(key, 317, 5), 318, 120)
                    else least(broker.dice(key, 318, 120), broker.dice(key, 319, 120)) end as security_no,
           greatest(500, (cents * ppm + 500000) / 1000000) as commission_cents
    from raw
    where opens_at >= (opened_on::timestamp at time zone interval '08:00')
      and opens_at < ((last_on + 1)::timestamp at time zone interval '08:00')
)
select row_number() over (order by traded_at, client_id, key), client_id, traded_at, 'X' || lpad(security_no::text, 3, '0'),
       case when buys_now then 'buy' else 'sell' end,
       cents * 0.01, commission_cents * 0.01, (cents * 641 + 5000000) / 10000000 * 0.01,
       case when buys_now then 0 else (cents * 5 + 5000) / 10000 * 0.01 end
from priced
order by 1;

alter table broker.trade
    add primary key (trade_id),
    add check (side in ('buy', 'sell')),
    add check (amount > 0 and commission >= 5),
    add foreign key (client_id) references broker.client,
    add foreign key (symbol) references broker.security;
create index trade_client_id_traded_at on broker.trade (client_id, traded_at);
