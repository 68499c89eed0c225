-- Loader of real data: Groceries, a month of 9,835 baskets of a grocery store (Hahsler, Hornik and Reutterer 2006, R package arules).
--
--     psql -d mydb -v data=FOLDER -f sample/groceries.sql
--
-- FOLDER holds groceries.csv: a basket a line, its items between commas. Its name may not contain a quote. The file is read by psql, on
-- the client's side: an ordinary database owner is enough. Creates the schema "groceries", which is dropped first.

\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
\if :{?data}
\else
\echo 'groceries: call with  -v data=FOLDER'
do $$ begin raise exception 'psql variable "data" is not set'; end $$;
\endif

begin;
set local client_min_messages = warning;
set local jit = off;

\echo 'groceries: reading'
drop schema if exists groceries cascade;
create schema groceries;
comment on schema groceries is 'Real data: Groceries, 9,835 baskets (arules)';

create temp table raw (basket_id int generated always as identity, line text) on commit drop;
-- \copy takes no variables, so the command is put together first and then run. A line has no tab and no backslash.
\set run '\\copy raw (line) from ''' :data '/groceries.csv'''
:run
\unset run

\echo 'groceries: converting'
create table groceries.line (
    basket_id int not null,
    item      text not null,
    primary key (basket_id, item)
);
comment on table groceries.line is 'The 43,367 items of the baskets, one row each; two of the names end in a space';
insert into groceries.line (basket_id, item)
select basket_id, item
from raw
cross join lateral unnest(string_to_array(line, ',')) as item
order by basket_id, item;

analyze groceries.line;
commit;
\echo 'groceries: done'
