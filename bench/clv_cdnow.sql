-- The 2,357 customers of CDNOW in the literature, until 1997-09-30: their purchases come as CSV (customer, day, amount) on standard input. Purchases of one day are one.
\set ON_ERROR_STOP on
set client_min_messages = warning;

create temporary table purchase (customer bigint, day date, amount numeric);
\copy purchase from pstdin (format csv)

create unlogged table cdnow as
select crm.rfm_agg(day, amount) as rfm
from (
  select customer, day, sum(amount) as amount
  from purchase
  where day <= date '1997-09-30'
  group by customer, day
) d
group by customer
order by customer;

insert into sample
select 'cdnow', crm.rfm_sample_agg(rfm)
from cdnow;
vacuum analyze cdnow, sample;
