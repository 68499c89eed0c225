-- Balances at the end of a day. Included by ../broker.sql.

-- The days on which a client is observed: every day for the 800 largest (the three named clients among them), month ends for
-- the others, and for everybody the opening balance and the day of closing.
create temp table observed on commit drop as
with client as (
    select s.*, greatest(s.opened_on, date '2024-09-30') as first_day,
           least(c.closed_on, date '2026-09-30') as last_day, c.closed_on,
           row_number() over (order by s.k > 3, s.base desc, s.k) <= 800 as daily
    from seed as s
    join broker.client as c using (client_id)
)
select c.*, m.day, m.index_level,
       (extract(year from m.day)::int - 2024) * 12 + extract(month from m.day)::int as month_no
from client as c
join broker.market as m
  on m.day between c.first_day and c.last_day
 and (c.daily or m.day = c.first_day or m.day = c.closed_on
      or m.day = (date_trunc('month', m.day::timestamp) + interval '1 month - 1 day')::date);

-- Everything in whole cents and ten-thousandths. Assets follow the index as far as the client is invested, grow by his saving,
-- shake a little, and run off when he leaves. Swing clients stand above a tier threshold for one to three months, then below it.
insert into broker.balance (client_id, day, cash, assets)
with factor as (
    select o.*,
           10000 + beta * ((index_level * 10)::bigint - 10000) / 100 as market,
           10000 + growth_bp * (day - date '2024-09-30') / 30 as saving,
           9930 + broker.dice(k * 1024 + (day - date '2024-09-30'), 400, 141) as noise,
           case when leaves_from is null or day <= leaves_from then 10000
                when day >= leaves_to then broker.dice(k, 401, 260)
                else 10000 - (10000 - broker.dice(k, 401, 260)) * (day - leaves_from) / (leaves_to - leaves_from) end as staying,
           1 + broker.dice(k, 402, 3) as stretch
    from observed as o
), worth as (
    select f.*,
           case when day = closed_on then 0
                when kind = 'swing'
                    then base * (case when (month_no + broker.dice(k, 403, 3)) / stretch % 2 = 0 then 10300 + broker.dice(k * 32 + month_no, 404, 1500)
                                      else 9700 - broker.dice(k * 32 + month_no, 404, 1700) end
                                 + broker.dice(k * 1024 + (day - date '2024-09-30'), 405, 41) - 20) / 100
                         + broker.dice(k * 1024 + (day - date '2024-09-30'), 406, 100)
                else base * market / 10000 * saving / 10000 * noise / 10000 * staying / 100
                     + broker.dice(k * 1024 + (day - date '2024-09-30'), 406, 100) end as cents
    from factor as f
)
select client_id, day,
       -- a leaving client has sold: what is left is cash
       (case when staying < 3000 then cents else cents * cash_bp / 10000
             * (60 + broker.dice(k * 1024 + (day - date '2024-09-30'), 407, 81)) / 100 end) * 0.01,
       cents * 0.01
from worth
order by client_id, day;

alter table broker.balance
    add primary key (client_id, day),
    add check (cash >= 0 and cash <= assets),
    add foreign key (client_id) references broker.client;
