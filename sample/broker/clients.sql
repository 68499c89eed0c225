-- Clients. Included by ../broker.sql.
--
-- The temporary table "seed" holds the hidden nature of every client, from which all later steps draw. It does not outlive
-- the load: analytics have to find these groups in the data.
--   whale       active traders who make the profit        quiet_rich  large assets, rare trades, much of the managers' time
--   swing       assets swing about a tier threshold       elder       old, cautious, served at the counter
--   ordinary    everyone else; three in ten never trade
-- Leaving is independent of the kind, except that the swing clients and the named ones stay.

create temp table seed on commit drop as
with born as (
    select k, 1000 + k as client_id,
           case when k = 1 then 'whale' when k = 2 then 'quiet_rich' when k = 3 then 'elder'
                when broker.dice(k, 100, 1000) < 25 then 'whale'
                when broker.dice(k, 100, 1000) < 36 then 'quiet_rich'
                when broker.dice(k, 100, 1000) < 51 then 'swing'
                when broker.dice(k, 100, 1000) < 86 then 'elder'
                else 'ordinary' end as kind
    from generate_series(1, 20000) as k
), aged as (
    select b.*,
           case when k = 1 then 38 when k = 2 then 61 when k = 3 then 79
                when kind = 'elder' then 66 + (broker.dice(k, 101, 14) + broker.dice(k, 102, 14))::int
                when kind = 'whale' then 28 + (broker.dice(k, 101, 18) + broker.dice(k, 102, 18))::int
                when kind = 'quiet_rich' then 40 + (broker.dice(k, 101, 17) + broker.dice(k, 102, 17))::int
                else 20 + (broker.dice(k, 101, 25) + broker.dice(k, 102, 28))::int end as age,
           -- Three in ten came during the period, most of them in the two booms.
           case when k <= 3 or kind in ('quiet_rich', 'swing') or broker.dice(k, 103, 100) < 70
                     then date '2005-01-04' + (7200 - greatest(broker.dice(k, 104, 7200), broker.dice(k, 105, 7200)))::int
                when broker.dice(k, 106, 100) < 45 then date '2024-10-08' + broker.dice(k, 104, 140)::int
                when broker.dice(k, 106, 100) < 75 then date '2025-06-03' + broker.dice(k, 104, 140)::int
                else date '2024-10-08' + broker.dice(k, 104, 690)::int end as wanted_on
    from born as b
), dated as (
    select a.*, date '2026-09-30' - age * 365 - age / 4 - broker.dice(k, 107, 365)::int as birth_date
    from aged as a
), opened as (
    -- Nobody opens an account on a weekend or before turning eighteen.
    select d.*, o.day + case extract(isodow from o.day) when 6 then 2 when 7 then 1 else 0 end as opened_on,
           date '2025-01-15' + greatest(broker.dice(k, 108, 510), broker.dice(k, 109, 510))::int as leave_day
    from dated as d
    cross join lateral (select greatest(wanted_on, birth_date + 6600) as day) as o
), leaving as (
    select o.*,
           case when k > 3 and kind <> 'swing' and opened_on < leave_day - 90 and broker.dice(k, 110, 1000) < 85
                then leave_day end as leaves_from
    from opened as o
), wealth as (
    select l.*,
           leaves_from + 40 + broker.dice(k, 111, 60)::int as leaves_to,
           case when k = 1 then 380000 when k = 2 then 42000000 when k = 3 then 86000
                when kind = 'whale' then least(6000000, 1800000000 / (1 + broker.dice(k, 112, 10000)) + 50000)
                when kind = 'quiet_rich' then least(60000000, 65000000000 / (1 + broker.dice(k, 112, 10000)))
                when kind = 'swing' then (array[50000, 200000, 1000000, 6000000])[
                     1 + (array[0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3])[1 + broker.dice(k, 112, 16)]]
                when kind = 'elder' then least(900000, 300000000 / (1 + broker.dice(k, 112, 10000)))
                else least(2400000, 200000000 / (1 + broker.dice(k, 112, 10000))) end as base
    from leaving as l
)
select w.k::bigint as k, w.client_id::bigint as client_id, kind, birth_date, opened_on, leaves_from, leaves_to, base::bigint as base,
       broker.dice(k, 113, 10) < 6 as closes,
       -- trades a month in thousandths; the ratio of two dice and the inverse of one have heavy tails: few clients trade most
       case when k = 1 then 80000 when k = 2 then 250 when k = 3 then 120
            when kind = 'whale' then least(110000, 25000 * 100 / (1 + floor(sqrt((broker.dice(k, 120, 10000) + 1)::float8))::bigint))
            when kind = 'quiet_rich' then 100 + broker.dice(k, 120, 700)
            when kind = 'elder' then broker.dice(k, 120, 400)
            when broker.dice(k, 121, 10) < 3 then 0
            else least(30000, 1600 * (1 + broker.dice(k, 119, 1000)) / (1 + broker.dice(k, 120, 1000))) end::bigint as trade_rate,
       -- usual order in yuan
       case when k = 1 then 118000 when k = 2 then 60000 when k = 3 then 6000
            when kind = 'whale' then least(300000, greatest(40000, base * (12 + broker.dice(k, 122, 20)) / 100))
            when kind = 'quiet_rich' then 20000 + broker.dice(k, 122, 60000)
            else least(60000, greatest(3000, base * (4 + broker.dice(k, 122, 14)) / 100)) end::bigint as ticket,
       -- negotiated commission rate at the start, in millionths of the amount
       case when k = 1 then 240 when kind = 'whale' then 150 + broker.dice(k, 123, 120) else 180 + broker.dice(k, 123, 150) end::bigint as rate_ppm,
       -- cash in ten-thousandths of the assets
       case when k = 1 then 900 when k = 2 then 25 when k = 3 then 1500
            when kind = 'whale' then 500 + broker.dice(k, 124, 1000) when kind = 'quiet_rich' then 8 + broker.dice(k, 124, 40)
            when kind = 'elder' then 800 + broker.dice(k, 124, 1600) else 120 + broker.dice(k, 124, 500) end::bigint as cash_bp,
       -- how far the assets follow the index, in per cent; net saving or spending a month, in ten-thousandths
       case when kind = 'elder' then 5 + broker.dice(k, 125, 15) when kind = 'quiet_rich' then 20 + broker.dice(k, 125, 40)
            else 30 + broker.dice(k, 125, 70) end::bigint as beta,
       case when k <= 3 then 0 when kind = 'quiet_rich' then broker.dice(k, 126, 100) - 30 else broker.dice(k, 126, 320) - 120 end::bigint as growth_bp,
       -- contacts a month in thousandths
       case when k = 1 then 900 when k = 2 then 13000 when k = 3 then 1400
            when kind = 'whale' then 800 + broker.dice(k, 127, 1600) when kind = 'quiet_rich' then 2500 + broker.dice(k, 127, 3500)
            when kind = 'elder' then 300 + broker.dice(k, 127, 900)
            else 100 + least(2000, 1000000 / (1 + broker.dice(k, 127, 10000))) end::bigint as contact_rate,
       case broker.dice(k, 128, 20) when 0 then 1 when 1 then 1 when 2 then 1 when 3 then 2 when 4 then 2 when 5 then 2 when 6 then 3 when 7 then 3
            when 8 then 3 when 9 then 4 when 10 then 4 when 11 then 5 when 12 then 5 when 13 then 6 when 14 then 7 when 15 then 8 when 16 then 9
            when 17 then 10 when 18 then 11 else 12 end as branch_id
from wealth as w
order by k;

create temp table interest (tag_no int, tag text, likely int[]) on commit drop;   -- per mille by risk class C1 … C5
insert into interest values
    ( 1, 'capital-safety', '{800,420,120, 30, 10}'), ( 2, 'fixed-income', '{420,430,250, 90, 50}'), ( 3, 'income',     '{350,330,240,110, 80}'),
    ( 4, 'retirement',     '{330,250,180,100, 70}'), ( 5, 'growth',       '{ 20,110,300,430,500}'), ( 6, 'technology', '{ 20, 80,220,380,450}'),
    ( 7, 'healthcare',     '{120,130,150,170,140}'), ( 8, 'consumer',     '{ 60, 90,130,140,110}'), ( 9, 'green',      '{ 20, 60,120,170,180}'),
    (10, 'gold',           '{170,160,140,120, 90}'), (11, 'global',       '{ 10, 40,120,210,240}'), (12, 'index',      '{ 40,120,220,200,160}'),
    (13, 'dividend',       '{180,190,180,110, 60}'), (14, 'ipo',          '{ 20, 70,170,260,280}'), (15, 'options',    '{  0,  5, 30,100,240}'),
    (16, 'research',       '{ 40, 80,150,240,300}'), (17, 'short-term',   '{160,150,150,200,260}'), (18, 'family',     '{170,150,120, 90, 60}'),
    (19, 'tax',            '{ 40, 80,100,100, 80}'), (20, 'education',    '{ 60,100,110, 70, 40}'), (21, 'property',   '{ 40, 60, 80, 70, 60}');

insert into broker.client
    (client_id, name, branch_id, manager_id, birth_date, opened_on, closed_on, risk_class, minimum_class, assessed_on,
     investment_horizon_months, interests, experience_years, professional)
with classed as (
    select s.*,
           case when k = 1 then 4 when k = 2 then 3 when k = 3 then 1
                when kind = 'elder' then case when broker.dice(k, 130, 100) < 88 then 1 else 2 end
                when kind = 'whale' then (array[3, 4, 4, 4, 5, 5, 5])[1 + broker.dice(k, 130, 7)]
                when kind = 'quiet_rich' then (array[2, 3, 3, 4])[1 + broker.dice(k, 130, 4)]
                when broker.dice(k, 130, 100) < 8 then 1 when broker.dice(k, 130, 100) < 32 then 2
                when broker.dice(k, 130, 100) < 68 then 3 when broker.dice(k, 130, 100) < 91 then 4 else 5 end as class
    from seed as s
), settled as (
    select c.*,
           least((date '2026-09-30' - birth_date) / 365 - 18, (date '2026-09-30' - opened_on) / 365 + broker.dice(k, 131, 5)::int) as experience,
           greatest(opened_on, date '2026-09-30' - case when k <= 3 then 120 else broker.dice(k, 132, 900)::int end) as last_assessed
    from classed as c
)
select client_id,
       case when k = 1 then '陈思远' when k = 2 then '郑国栋' when k = 3 then '周秀英'
            when broker.dice(k, 140, 100) < 5
                then n.english_given[1 + broker.dice(k, 141, 34)] || ' ' || n.english_surname[1 + broker.dice(k, 142, 20)]
            else n.surname[1 + least(broker.dice(k, 141, 60), broker.dice(k, 142, 60))]
                 || case when broker.dice(k, 143, 10) < 8 then n.first_char[1 + broker.dice(k, 144, 40)] else '' end
                 || n.second_char[1 + broker.dice(k, 145, 40)] end,
       s.branch_id,
       m.manager_ids[1 + broker.dice(k, 133, array_length(m.manager_ids, 1))],
       birth_date, opened_on,
       case when closes then leaves_to end,
       'C' || class,
       class = 1 and case when k = 3 then true when kind = 'elder' then broker.dice(k, 134, 100) < 90 else broker.dice(k, 134, 100) < 4 end,
       case when k <= 3 or broker.dice(k, 135, 1000) >= 15 then last_assessed end,
       case when k = 1 then 12 when k = 2 then 36 when k = 3 then 6
            else (array[3, 6, 12, 24, 36, 60, 120])[1 + least(6, greatest(0, class - 2 + broker.dice(k, 136, 5)::int))] end,
       case when k = 1 then '{growth,technology,short-term,research}'::text[] when k = 2 then '{income,family,fixed-income,tax}'
            when k = 3 then '{capital-safety,income,retirement}'
            else (select coalesce(array_agg(i.tag order by i.tag_no), '{}') from interest as i
                  where broker.dice(k * 32 + i.tag_no, 137, 1000) < i.likely[class]) end,
       experience,
       k > 3 and class > 1 and base >= 5000000 and experience >= 2 and broker.dice(k, 138, 100) < 60
from settled as s
join (select branch_id, array_agg(manager_id order by manager_id) as manager_ids from broker.manager group by branch_id) as m using (branch_id)
cross join name_part as n
order by k;
