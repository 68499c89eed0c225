-- What bench/value.py reads: postings of customers to 12 lines, and customers with eight measures. Deterministic.
--   rows: postings, and values for concentration; customers: a twentieth of them, as in setup.sql.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set work_mem = '2GB';

create unlogged table posting as
select (hashint8(i) & 2147483647)::bigint % (:rows / 20) as customer,
  (array['commission', 'margin spread', 'cash spread', 'trail fee', 'product fee', 'lending income', 'other income', 'refund',
    'cost to serve', 'information cost', 'credit cost', 'exchange fee'])[1 + (hashint8(i * 5) & 2147483647) % 12] as line,
  ((hashint8(i * 3) & 2147483647) % 1000000 / 100.0)::numeric(18, 2) as amount,
  ((hashint8(i * 3) & 2147483647) % 1000000 / 100.0)::float8 as famount
from generate_series(1::bigint, :rows) i;

-- One value a customer: a few very good ones, many small ones, one in five loses money.
create unlogged table worth as
select v::numeric(18, 2) as value, v::numeric(18, 2)::float8 as fvalue
from (select exp(((hashint8(i * 7) & 65535) + (hashint8(i * 11) & 65535) + (hashint8(i * 13) & 65535)) / 16000.0)
    * case when (hashint8(i * 17) & 2147483647) % 5 = 0 then -0.2 else 1 end as v
  from generate_series(1::bigint, :rows) i) s;

create unlogged table measured as
select customer, measures,
  jsonb_build_object('contribution', measures[1], 'assets', measures[2], 'orders', measures[3], 'days since last order', measures[4], 'tenure', measures[5],
    'products', measures[6], 'logins', measures[7], 'complaints', measures[8]) as named
from (select i as customer, array[
    (hashint8(i * 3) % 1000000) / 100.0, exp((hashint8(i * 7) & 65535) / 5000.0), (hashint8(i * 11) & 2147483647) % 500,
    (hashint8(i * 13) & 2147483647) % 700, (hashint8(i * 17) & 2147483647) % 240, (hashint8(i * 19) & 2147483647) % 9,
    (hashint8(i * 23) & 2147483647) % 2000, (hashint8(i * 29) & 2147483647) % 4]::float8[] as measures
  from generate_series(1::bigint, :rows / 10) i) s;
vacuum analyze posting, worth, measured;
