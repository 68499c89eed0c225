-- CDNOW (loaded by sample/cdnow.sql): the customer summaries on which the published lifetime-value results rest, from rfm.
-- Calibration to 1997-09-30, holdout to 1998-06-30. x counts days with a purchase, less one; purchases of a day are one; the
-- first day's spend is left out of the repeat spend.

create temp table golden_sample (cust int, x int, tx_days int, t_days int, repeat_cents bigint, x_star int, holdout_cents bigint, cal_cents bigint);
\copy golden_sample from '../shared/golden/cdnow_cbs_exact.csv' with (format csv, header true)
-- n: days with a purchase, v: spend, rep: repeat spend (cents); x_star: days with a purchase in the holdout.
create temp table golden_all (cust int, first date, last date, n int, v bigint, x int, tx int, t int, rep bigint, x_star int);
\copy golden_all from '../shared/golden/cdnow_master_cbs.csv' with (format csv, header true)

create temp table daily as
select client_id, day, sum(amount) as amount
from cdnow.purchase
group by client_id, day;

create temp table monthly as
select client_id, date_trunc('month', day::timestamp) as month, crm.rfm_agg(day, amount) as rfm
from daily
where day <= '1997-09-30'
group by 1, 2;

create temp table summary (way text, client_id int, rfm crm.rfm);
insert into summary
select 'days, numeric', client_id, crm.rfm_agg(day, amount) from daily where day <= '1997-09-30' group by client_id
union all
select 'days, float8', client_id, crm.rfm_agg(day, amount::float8) from daily where day <= '1997-09-30' group by client_id
union all
select 'days, cents', client_id, crm.rfm_agg(day, (amount * 100)::bigint) from daily where day <= '1997-09-30' group by client_id
union all
select 'instants, numeric', client_id, crm.rfm_agg(day::timestamp at time zone 'UTC', amount) from daily where day <= '1997-09-30' group by client_id
union all
select 'months merged', client_id, crm.rfm_merge(rfm) from monthly group by client_id
union all
select 'rfm_of', client_id, crm.rfm_of(count(*), sum(amount), min(day), max(day), (array_agg(amount order by day))[1])
from daily where day <= '1997-09-30' group by client_id;

create temp table figures as
select way, client_id, crm.first_at(rfm) at time zone 'UTC' as first, crm.last_at(rfm) at time zone 'UTC' as last, crm.frequency(rfm) as n,
  crm.frequency(rfm) - 1 as x, crm.tenure(rfm, '1997-09-30') - crm.recency(rfm, '1997-09-30') as tx, crm.tenure(rfm, '1997-09-30') as t,
  crm.total(rfm) * unit as spend, (crm.total(rfm) - crm.first_total(rfm)) * unit as repeat_spend
from summary
-- float8 dollars are no whole cents in binary: they are rounded at the end, and how near they came is a test of its own.
cross join lateral (select case way when 'days, cents' then 1 else 100 end as unit) as u;

create temp table holdout as
select client_id, crm.rfm_agg(day, amount) as rfm from daily where day > '1997-09-30' group by client_id;

select pg_temp.same_rows('CDNOW sample, ' || way, 2357,
  format('select sample_id, x, tx, t, round(repeat_spend), round(spend) from figures join cdnow.sample using (client_id) where way = %L', way),
  'select cust, x, tx_days, t_days, repeat_cents, cal_cents from golden_sample')
from (select distinct way from summary) as w
order by way;

select pg_temp.same_rows('CDNOW cohort, ' || way, 23570,
  format('select client_id, first, last, n, round(spend), x, tx, t, round(repeat_spend) from figures where way = %L', way),
  'select cust, first, last, n, v, x, tx, t, rep from golden_all')
from (select distinct way from summary) as w
order by way;

select pg_temp.expect('CDNOW: the sums of numeric amounts are whole cents, exactly', count(*) filter (where spend <> round(spend) or repeat_spend <> round(repeat_spend)), 0)
from figures where way <> 'days, float8';

-- Half a unit of the twelfth decimal for each of 81 days at most, and what each float8 is off by itself (2e-13 at 1,000 dollars).
select pg_temp.expect('CDNOW: sums of float8 dollars are within rounding of the cents',
  count(*) filter (where abs(spend - round(spend)) > 1e-9 or abs(repeat_spend - round(repeat_spend)) > 1e-9), 0)
from figures where way = 'days, float8';

select pg_temp.same_rows('CDNOW: ' || way || ' has the bytes of the direct way', 23570,
  format('select client_id, rfm::text, crm.rfm_send(rfm) from summary where way = %L', way),
  $$select client_id, rfm::text, crm.rfm_send(rfm) from summary where way = 'days, numeric'$$)
from (values ('instants, numeric'), ('months merged'), ('rfm_of')) as w (way);

select pg_temp.same_rows('CDNOW sample, holdout', 2357,
  'select sample_id, coalesce(crm.frequency(rfm), 0), coalesce(crm.total(rfm) * 100, 0) from cdnow.sample left join holdout using (client_id)',
  'select cust, x_star, holdout_cents from golden_sample');
select pg_temp.same_rows('CDNOW cohort, holdout', 23570,
  'select cust, coalesce(crm.frequency(rfm), 0) from golden_all left join holdout on client_id = cust', 'select cust, x_star from golden_all');
select pg_temp.expect('CDNOW sample: purchases in the holdout', sum(crm.frequency(rfm)), 1882) from holdout join cdnow.sample using (client_id);

-- What btyd_other_datasets.json says of the cohort.
select pg_temp.expect('CDNOW cohort: customers, distinct summaries, repeaters, repeat purchases, most of them',
  array[count(*), count(distinct (x, tx, t)), count(*) filter (where x > 0), sum(x), max(x)], array[23570, 8685, 9451, 24337, 80])
from figures where way = 'months merged';

-- Lines rather than days: a line is an event, the first instant is the first day with all its lines.
create temp table line_summary as
select client_id, crm.rfm_agg(at, amount) as rfm from job.event group by client_id;
select pg_temp.same_rows('CDNOW: the first day''s spend from single lines', 23570,
  'select client_id, crm.first_total(rfm) * 100 from line_summary', 'select cust, v - rep from golden_all');
select pg_temp.expect('CDNOW: lines and dollars of all, merged', array[crm.frequency(rfm)::numeric, crm.total(rfm)], array[69659, 2500315.63])
from (select crm.rfm_merge(rfm) as rfm from line_summary) as m;
