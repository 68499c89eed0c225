-- Online Retail: invoices as events. Totals, figures and break points against golden numbers and against plain SQL.
-- Days are UTC days whatever the session thinks: a time zone far from it must change nothing.
set timezone = 'Pacific/Auckland';

create temp table sale (invoice text, stock_code text, description text, quantity int, at timestamp, price numeric, customer int, country text);
\copy sale from program 'gzip -dc ../shared/data/online_retail/sales_2010_2011.csv.gz' with (format csv, header true)

create temp table golden_text (no int generated always as identity, line text);
\copy golden_text (line) from '../shared/golden/scoring.json' with (format csv, delimiter e'\x02', quote e'\x01')
create temp table golden as
select string_agg(line, e'\n' order by no)::jsonb -> 'online_retail_rfm' as figures from golden_text;

create temp table golden_cbs (cust int, first date, last date, n int, v bigint, x int, tx int, t int, rep bigint, x_star int);
\copy golden_cbs from '../shared/golden/online_retail_cbs_cal20110909.csv' with (format csv, header true)

create temp table line as
select invoice, at, quantity * price as amount, customer from sale where customer is not null and quantity > 0 and price > 0;
create temp table event as
select customer, invoice, max(at) as at, sum(amount) as amount from line group by customer, invoice;
create temp table summary as
select customer, crm.rfm_agg(at at time zone 'UTC', amount) as rfm from event group by customer;

select pg_temp.expect('retail: lines of the file, without customer', array[count(*), count(*) filter (where customer is null)], array[531282, 133358]) from sale;
select pg_temp.expect('retail: lines with customer, quantity and price', crm.frequency(rfm), 397884) from (select crm.rfm_agg(at at time zone 'UTC', amount) as rfm from line) as s;
select pg_temp.expect('retail: customers', (select count(*) from summary), (figures ->> 'customers')::bigint) from golden;
select pg_temp.expect('retail: invoices and revenue of all, merged',
  (select array[crm.frequency(crm.rfm_merge(rfm))::numeric, crm.total(crm.rfm_merge(rfm))] from summary),
  array[(figures ->> 'invoices')::numeric, (figures ->> 'revenue')::numeric]) from golden;
select pg_temp.expect('retail: the revenue is 8,911,407.904', (figures ->> 'revenue')::numeric, 8911407.904) from golden;
select pg_temp.near('retail: revenue summed line by line as float8', crm.total(crm.rfm_agg(at at time zone 'UTC', amount::float8))::float8, 8911407.904, 1e-8) from line;

-- The golden snapshot: 2011-12-10.
create temp table figure as
select customer, crm.recency(rfm, '2011-12-10') as recency, crm.frequency(rfm) as frequency, crm.total(rfm) as total, crm.monetary(rfm) as mean from summary;
create temp table measure as
select crm.distribution_agg(recency) as recency, crm.distribution_agg(frequency) as frequency, crm.distribution_agg(total) as total, crm.distribution_agg(mean) as mean
from figure;

select pg_temp.near('retail: mean recency', avg(recency)::float8, (figures ->> 'recency_mean')::float8, 1e-9) from figure, golden group by figures;
select pg_temp.near('retail: mean frequency', avg(frequency)::float8, (figures ->> 'freq_mean')::float8, 1e-9) from figure, golden group by figures;
select pg_temp.near('retail: mean revenue of a customer', avg(total)::float8, (figures ->> 'monetary_mean')::float8, 1e-9) from figure, golden group by figures;
select pg_temp.expect('retail: median recency, exact', crm.quantile(recency, 0.5), (figures ->> 'recency_median')::float8) from measure, golden;
select pg_temp.near('retail: median revenue within 0.1 percent', crm.quantile(total, 0.5), (figures ->> 'monetary_median')::float8, 0.001 * (figures ->> 'monetary_median')::float8) from measure, golden;
select pg_temp.expect('retail: largest frequency, exact', crm.maximum(frequency), (figures ->> 'freq_max')::float8) from measure, golden;
select pg_temp.expect('retail: largest revenue, exact', crm.maximum(total), (figures ->> 'monetary_max')::float8) from measure, golden;
select pg_temp.expect('retail: few distinct values are kept exactly, many are not', array[crm.accuracy(recency), crm.accuracy(frequency), crm.accuracy(total)] ,
  array[0, 0, crm.accuracy(mean)]) from measure;
select pg_temp.expect('retail: the accuracy is 0.1 percent or better', crm.accuracy(total) <= 0.001 and crm.accuracy(total) > 0, true) from measure;

create temp table fraction as
select array_agg(i / 1000.0::float8 order by i) as q from generate_series(0, 1000) as i;
select pg_temp.expect('retail: 1,001 quantiles of recency, bit for bit those of percentile_cont',
  (select crm.quantiles(recency, q) from measure), (select percentile_cont(q) within group (order by recency) from figure)) from fraction;
select pg_temp.expect('retail: 1,001 quantiles of frequency, bit for bit those of percentile_cont',
  (select crm.quantiles(frequency, q) from measure), (select percentile_cont(q) within group (order by frequency) from figure)) from fraction;
select pg_temp.expect('retail: quantiles of revenue out of 1,001 that are off by more than the accuracy', count(*) filter (where abs(got - exact) > accuracy * exact), 0)
from fraction, lateral (select crm.quantiles(total, q) as gots, crm.accuracy(total) as accuracy from measure) as g,
  lateral (select percentile_cont(q) within group (order by total) as exacts from figure) as e, unnest(gots, exacts) as u (got, exact);

-- RFM without the extension: from the lines, days by the calendar, percentile_disc for break points, class = 1 + number of breaks below.
create temp table plain as
select customer, date '2011-12-10' - max(at)::date as recency, count(distinct invoice) as frequency, sum(amount) as total,
  round(sum(amount)::numeric(38, 20) / count(distinct invoice), 12) as mean
from line group by customer;
select pg_temp.same_rows('retail: recency, frequency, total, mean of all customers', 4338, 'table figure', 'table plain');

create temp table fit as
select bins, by, crm.rfm_breaks_fit(sample, as_of => '2011-12-10', bins => bins, monetary_by => by) as breaks
from (select crm.rfm_sample_agg(rfm) as sample from summary) as s, (values (3), (5), (10), (20)) as b (bins), (values ('mean'), ('total')) as m (by);
create temp table plain_fit as
select bins, by, r, f, m
from (values (3), (5), (10), (20)) as b (bins), (values ('mean'), ('total')) as x (by),
  lateral (select array_agg(j / bins::float8 order by j) as q from generate_series(1, bins - 1) as j) as s,
  lateral (select percentile_disc(q) within group (order by recency) as r, percentile_disc(q) within group (order by frequency) as f,
    percentile_disc(q) within group (order by case by when 'mean' then mean else total end) as m from plain) as p;
select pg_temp.same_rows('retail: break points', 8,
  $$select bins, by, breaks -> 'recency', breaks -> 'frequency', breaks -> 'monetary', (breaks -> 'customers')::int from fit$$,
  'select bins, by, to_jsonb(r), to_jsonb(f), to_jsonb(m), 4338 from plain_fit');

create temp table score as
select bins, by, customer, s.* from fit, summary, lateral crm.rfm_score(breaks, rfm, '2011-12-10') as s;
create temp table plain_score as
select bins, by, customer,
  bins - (select count(*) from unnest(r) as b where b < p.recency) as recency,
  1 + (select count(*) from unnest(f) as b where b < p.frequency) as frequency,
  1 + (select count(*) from unnest(m) as b where b < case by when 'mean' then mean else total end) as monetary
from plain_fit, plain as p;
select pg_temp.same_rows('retail: scores and cells of all customers', 8 * 4338, 'table score',
  $$select *, concat_ws(case when bins > 9 then '-' else '' end, recency, frequency, monetary), recency + frequency + monetary from plain_score$$);
select pg_temp.expect('retail: rfm_cell is the cell of rfm_score', count(*) filter (where crm.rfm_cell(breaks, rfm, '2011-12-10') = cell), 8 * 4338)
from score join fit using (bins, by) join summary using (customer);

-- Segments: the first of the policy whose ranges hold the cell.
create temp table segment_count as
select crm.rfm_segment(cell) as segment, count(*) as customers from score where bins = 5 and by = 'total' group by 1;
select pg_temp.same_rows('retail: customers by segment', (select count(*) from segment_count), 'table segment_count',
  $$select segment, count(*) from (select distinct on (customer) customer, s ->> 'name' as segment
      from plain_score, jsonb_array_elements(crm.rfm_segment_policy_example() -> 'segments') with ordinality as t (s, position)
      where bins = 5 and by = 'total' and recency between (s #>> '{r,0}')::int and (s #>> '{r,1}')::int
        and frequency between (s #>> '{f,0}')::int and (s #>> '{f,1}')::int and monetary between (s #>> '{m,0}')::int and (s #>> '{m,1}')::int
      order by customer, position) as x group by segment$$);
select pg_temp.expect('retail: the segments hold every customer', sum(customers), 4338) from segment_count;
select pg_temp.expect('retail: the label in Chinese names the same segments', count(distinct crm.rfm_segment(cell, language => 'zh')), (select count(*) from segment_count))
from score where bins = 5 and by = 'total';

-- The summary of 40 weeks on which the boundary case of the lifetime-value models rests; v and rep in thousandths.
create temp table day as
select customer, at::date as day, sum(amount) as amount from line group by 1, 2;
create temp table cbs as
select customer, crm.rfm_agg(day, amount) filter (where day <= '2011-09-09') as rfm, crm.rfm_agg(day, amount) filter (where day > '2011-09-09') as later
from day group by customer;
select pg_temp.same_rows('retail: calibration and holdout of 3,370 customers', 3370,
  $$select customer, crm.first_at(rfm) at time zone 'UTC', crm.last_at(rfm) at time zone 'UTC', crm.frequency(rfm), crm.total(rfm) * 1000, crm.frequency(rfm) - 1,
      crm.tenure(rfm, '2011-09-09') - crm.recency(rfm, '2011-09-09'), crm.tenure(rfm, '2011-09-09'), (crm.total(rfm) - crm.first_total(rfm)) * 1000,
      coalesce(crm.frequency(later), 0)
    from cbs where rfm is not null$$,
  'table golden_cbs');
select pg_temp.same_rows('retail: before and after, merged, is the whole', 4338,
  'select customer, crm.rfm_merge(part)::text from cbs, lateral (values (rfm), (later)) as p (part) group by customer',
  'select customer, crm.rfm_agg(day, amount)::text from day group by customer');
