-- What bench/basket.py reads: the items of the simulated orders of bench/basket_orders.py, which come as CSV on standard input, of the first tenth and hundredth of
-- them; and an itemset of each, stored.
--   orders: how many there are.
\set ON_ERROR_STOP on
set client_min_messages = warning;

create unlogged table line (basket_id int, item text);
\copy line from pstdin (format csv)

create unlogged table line_tenth as
select * from line where basket_id <= :orders / 10;

create unlogged table line_hundredth as
select * from line where basket_id <= :orders / 100;

create unlogged table stored as
select 'line' as name, crm.itemset_agg(basket) as itemset from (select crm.basket_agg(item) as basket from line group by basket_id) b
union all
select 'line_tenth', crm.itemset_agg(basket) from (select crm.basket_agg(item) as basket from line_tenth group by basket_id) b
union all
select 'line_hundredth', crm.itemset_agg(basket) from (select crm.basket_agg(item) as basket from line_hundredth group by basket_id) b;
vacuum analyze;
