-- Holdings for the bench: who bought what at Online Retail, if the file is there (psql variable file), and simulated customers
-- (customers) who hold 1 to 15 of 1,000 items, the first far oftener than the last. In the order of the customers, and shuffled.
set client_min_messages = warning;
drop table if exists retail, sorted, shuffled;
create table retail (customer bigint, item text);
\if :{?file}
create temp table sale (invoice text, stock_code text, description text, quantity int, at timestamp, price numeric, customer bigint, country text);
\set command 'gzip -dc ' :file
copy sale from program :'command' with (format csv, header true);
insert into retail select customer, stock_code from sale where customer is not null and quantity > 0 and price > 0;
\endif
select setseed(0.25);
create table sorted as
select c::bigint as customer, 'P' || lpad((1000 * u * u)::int::text, 4, '0') as item
from generate_series(1, :customers) c, lateral (select random() as u from generate_series(1, 1 + c * 7919 % 15)) d;
create table shuffled as
select customer, item from sorted order by md5(customer::text || item);
vacuum analyze retail;
vacuum analyze sorted;
vacuum analyze shuffled;
