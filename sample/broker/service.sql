-- What clients hold and what service they consume. Included by ../broker.sql.

-- A product is held more often when the client's class allows it and when its tags meet his interests; who trades a lot
-- takes research and margin. A few hold more risk than their class bears, as happens in every real book.
create temp table demand (category text primary key, likely int, whale int, elder int) on commit drop;
insert into demand values
    ('cash', 90, 60, 150), ('bond fund', 55, 20, 60), ('equity fund', 42, 25, 8), ('index fund', 45, 25, 6), ('ETF', 45, 120, 6),
    ('REIT', 20, 15, 5), ('structured', 45, 25, 40), ('private fund', 300, 300, 20), ('margin', 60, 420, 0), ('options', 25, 160, 0),
    ('IPO service', 90, 220, 5), ('advisory', 35, 60, 20), ('research', 30, 330, 5), ('pension', 40, 20, 60), ('insurance', 25, 10, 60);

insert into broker.holding (client_id, product_id, since, amount)
with product as (
    select p.*, row_number() over (order by product_id collate "C") as product_no, substr(risk_grade, 2)::int as grade
    from broker.product as p
), wish as (
    select s.k, s.client_id, s.kind, s.base, p.product_id, p.product_no, p.grade, p.min_amount, p.category, c.opened_on,
           substr(c.risk_class, 2)::int as class,
           case s.kind when 'whale' then d.whale when 'elder' then d.elder else d.likely end
           * case when p.tags && c.interests then 3 else 1 end as likely
    from seed as s
    join broker.client as c using (client_id)
    cross join product as p
    join demand as d using (category)
    where s.k > 3
      and c.closed_on is null
      and s.base >= 2 * p.min_amount
      and (c.professional or not p.professional_only)
      and (c.minimum_class is false or p.grade = 1)
)
select client_id, product_id,
       greatest(opened_on, date '2026-09-30' - broker.dice(k * 64 + product_no, 202, 1500)::int),
       case when category in ('research', 'options', 'IPO service') or product_id in ('ADVS01', 'PENS03') then 0
            else greatest(min_amount, base * (2 + broker.dice(k * 64 + product_no, 201, 9)) / 100 / 100 * 100) end
from wish
where broker.dice(k * 64 + product_no, 200, 1000)
      < case when grade <= class then likely when grade = class + 1 then likely / 12 else 0 end
order by client_id, product_no;

-- The named clients hold what their stories say.
insert into broker.holding (client_id, product_id, since, amount) values
    (1001, 'ETF01',  '2024-10-14',   40000), (1001, 'IPO01',  '2023-02-06',      0), (1001, 'RSCH02', '2024-11-01',     0),
    (1002, 'BOND03', '2021-03-15', 6000000), (1002, 'EQTY02', '2019-07-22', 9000000), (1002, 'INSR01', '2022-05-09', 2000000),
    (1003, 'CASH01', '2018-09-17',   30000), (1003, 'BOND01', '2023-04-10',   20000);

-- Contacts: channel by kind of client, minutes by channel. Per cent, running totals.
create temp table channel_mix (kind text, channel text, from_pc int, to_pc int, least_minutes int, spread_minutes int) on commit drop;
insert into channel_mix values
    ('ordinary',   'app',     0, 45,  2,  6), ('ordinary',   'phone',  45, 62,  3,  9), ('ordinary',   'wechat', 62, 82, 2,  6),
    ('ordinary',   'branch', 82, 88,  8, 18), ('ordinary',   'email',  88, 99,  3,  6), ('ordinary',   'visit',  99, 100, 40, 40),
    ('whale',      'app',     0, 50,  2,  8), ('whale',      'phone',  50, 68,  3, 10), ('whale',      'wechat', 68, 90, 2,  8),
    ('whale',      'branch', 90, 92, 10, 20), ('whale',      'email',  92, 99,  3,  6), ('whale',      'visit',  99, 100, 40, 40),
    ('quiet_rich', 'app',     0,  5,  2,  6), ('quiet_rich', 'phone',   5, 45, 12, 25), ('quiet_rich', 'wechat', 45, 58, 4, 12),
    ('quiet_rich', 'branch', 58, 80, 30, 40), ('quiet_rich', 'email',  80, 85,  5, 10), ('quiet_rich', 'visit',  85, 100, 60, 60),
    ('elder',      'app',     0,  4,  3,  8), ('elder',      'phone',   4, 46,  5, 12), ('elder',      'wechat', 46, 54, 2,  6),
    ('elder',      'branch', 54, 98, 10, 25), ('elder',      'email',  98, 99,  3,  6), ('elder',      'visit',  99, 100, 40, 40);

insert into broker.contact (contact_id, client_id, at, channel, minutes)
with month as (
    select m as month_no, (date '2024-10-01' + make_interval(months => m))::date as first_day,
           (date '2024-11-01' + make_interval(months => m))::date as next_month
    from generate_series(0, 23) as m
), touch as (
    select s.k, s.client_id, s.kind, s.opened_on, s.leaves_to, (s.k * 24 + month.month_no) * 32 + i as key,
           first_day + broker.dice((s.k * 24 + month_no) * 32 + i, 210, next_month - first_day)::int as day
    from seed as s
    cross join month
    cross join lateral generate_series(1, ((s.contact_rate * (50 + broker.dice(s.k * 24 + month_no, 211, 101)) / 100
                                            + broker.dice(s.k * 24 + month_no, 212, 1000)) / 1000)::int) as i
), timed as (
    -- The app is open until nine in the evening, people from Monday to Friday until half past five.
    select t.*, x.channel,
           x.least_minutes + broker.dice(key, 213, x.spread_minutes)::int as minutes,
           t.day + case when x.channel = 'app' then 0 else case extract(isodow from t.day) when 6 then 2 when 7 then 1 else 0 end end as work_day,
           interval '08:30' + make_interval(secs => broker.dice(key, 214, case when x.channel = 'app' then 45000 else 32400 end)) as clock
    from touch as t
    join channel_mix as x
      on x.kind = case when t.kind = 'swing' then 'ordinary' else t.kind end
     and broker.dice(key, 215, 100) >= x.from_pc and broker.dice(key, 215, 100) < x.to_pc
)
select row_number() over (order by work_day, clock, client_id, key), client_id,
       (work_day + clock) at time zone interval '08:00', channel, minutes
from timed
where work_day >= opened_on and work_day <= coalesce(leaves_to, date '2026-09-30') and work_day <= date '2026-09-30'
order by 1;

alter table broker.contact
    add primary key (contact_id),
    add check (channel in ('branch', 'phone', 'app', 'wechat', 'email', 'visit')),
    add foreign key (client_id) references broker.client,
    add foreign key (channel) references broker.cost_rate;
create index contact_client_id_at on broker.contact (client_id, at);
