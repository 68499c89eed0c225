-- One table of events, as in setup.sql but with the keys, the order and the times that are asked for:
--   name, rows, customers; key: the customer's key from his number c; second: the event's time from its number i;
--   order: nothing (customers come in no order) or an "order by". Deterministic.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set work_mem = '2GB';

create temporary table key as
select c, :key as customer from generate_series(0::bigint, :customers - 1) c;
analyze key;

drop table if exists :name;
create unlogged table :name as
select customer, at, amount, famount
from (
  select (hashint8(i) & 2147483647)::bigint % :customers as c,
    timestamptz '2025-01-01 00:00+00' + (:second) % 31536000 * interval '1 second' as at,
    ((hashint8(i * 3) & 2147483647) % 1000000 / 100.0)::numeric(18, 2) as amount,
    exp(((hashint8(i * 7) & 65535) + (hashint8(i * 11) & 65535) + (hashint8(i * 13) & 65535)) / 20000.0)::float8 as famount
  from generate_series(1, :rows) i
) e
join key using (c)
:order;
vacuum analyze :name;
