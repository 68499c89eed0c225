-- Holdings for the bench: a table for what was bought at Online Retail, and simulated customers (psql variable customers) who hold 1 to 15
-- of 1,000 items, the first far oftener than the last: in the order of the customers, and shuffled.
set client_min_messages = warning;
drop table if exists sale, retail, sorted, shuffled;
create table sale (invoice text, stock_code text, description text, quantity int, at timestamp, price numeric, customer bigint, country text);
select setseed(0.25);
create table sorted as
select c as customer, 'P' || lpad(floor(1000 * u * u)::int::text, 4, '0') as item
from generate_series(1, :customers::bigint) c, lateral (select random() as u from generate_series(1, 1 + c * 7919 % 15)) d;
create table shuffled as
select customer, item from sorted order by md5(customer::text || item);
vacuum analyze sorted;
vacuum analyze shuffled;
