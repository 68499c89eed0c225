-- What bench/clv.py reads: rfm summaries of the simulated customers of bench/clv_customers.py, which come as CSV on standard input, and of the first tenth and hundredth of
-- them; and a sample of each, stored.
--   customers: how many there are.
\set ON_ERROR_STOP on
set client_min_messages = warning;

create unlogged table figures (customer bigint, first_day date, last_day date, frequency bigint, total numeric, first_total numeric);
\copy figures from pstdin (format csv)

create unlogged table customer as
select crm.rfm_of(frequency, total, first_day, last_day, first_total) as rfm
from figures
order by customer;

create unlogged table customer_tenth as
select crm.rfm_of(frequency, total, first_day, last_day, first_total) as rfm
from figures
where customer <= :customers / 10
order by customer;

create unlogged table customer_hundredth as
select crm.rfm_of(frequency, total, first_day, last_day, first_total) as rfm
from figures
where customer <= :customers / 100
order by customer;

drop table figures;

create unlogged table sample as
select 'customer' as name, crm.rfm_sample_agg(rfm) as sample
from customer
union all
select 'customer_tenth', crm.rfm_sample_agg(rfm)
from customer_tenth
union all
select 'customer_hundredth', crm.rfm_sample_agg(rfm)
from customer_hundredth;
vacuum analyze;
