-- Loader of real data: the Czech bank of the PKDD'99 Discovery Challenge ("Berka").
--
--     psql -d mydb -v data=FOLDER -f sample/berka.sql
--
-- FOLDER holds account.asc, client.asc, disp.asc, card.asc, loan.asc, order.asc, district.asc, trans_1993_01_to_1994_03.asc
-- and feup_trans_test.csv; its name may not contain a quote. Files are read by psql, on the client's side: an ordinary
-- database owner is enough. Creates the schemas "berka" and "job"; both are dropped first.

\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
\if :{?data}
\else
\echo 'berka: call with  -v data=FOLDER'
do $$ begin raise exception 'psql variable "data" is not set'; end $$;
\endif

begin;
set local client_min_messages = warning;
set local jit = off;

\echo 'berka: reading'
drop schema if exists job cascade;
drop schema if exists berka cascade;
create schema berka;
comment on schema berka is 'Real data: a Czech bank, PKDD''99 Discovery Challenge (Petr Berka, Prague)';

create temp table raw_account  (account_id int, district_id int, frequency text, day text) on commit drop;
create temp table raw_client   (client_id int, birth_number text, district_id int) on commit drop;
create temp table raw_disp     (disp_id int, client_id int, account_id int, type text) on commit drop;
create temp table raw_card     (card_id int, disp_id int, type text, issued text) on commit drop;
create temp table raw_loan     (loan_id int, account_id int, day text, amount numeric, duration int, payments numeric, status text) on commit drop;
create temp table raw_order    (order_id int, account_id int, bank_to text, account_to text, amount numeric, k_symbol text) on commit drop;
create temp table raw_district (a1 int, a2 text, a3 text, a4 int, a5 int, a6 int, a7 int, a8 int, a9 int, a10 numeric, a11 int,
                                a12 text, a13 text, a14 int, a15 text, a16 text) on commit drop;
create temp table raw_trans    (trans_id int, account_id int, day text, type text, operation text, amount numeric, balance numeric,
                                k_symbol text, bank text, account text) on commit drop;

-- \copy takes no variables, so each command is put together first and then run.
\set options ' with (format csv, delimiter '';'', header true)'
\set run '\\copy raw_account from ''' :data '/account.asc''' :options
:run
\set run '\\copy raw_client from ''' :data '/client.asc''' :options
:run
\set run '\\copy raw_disp from ''' :data '/disp.asc''' :options
:run
\set run '\\copy raw_card from ''' :data '/card.asc''' :options
:run
\set run '\\copy raw_loan from ''' :data '/loan.asc''' :options
:run
\set run '\\copy raw_order from ''' :data '/order.asc''' :options
:run
\set run '\\copy raw_district from ''' :data '/district.asc''' :options
:run
\set run '\\copy raw_trans from ''' :data '/trans_1993_01_to_1994_03.asc''' :options
:run
\set run '\\copy raw_trans from ''' :data '/feup_trans_test.csv''' :options
:run
\unset run
\unset options

\echo 'berka: converting'
\ir berka/tables.sql
\echo 'berka: schema job'
\ir berka/job.sql
\ir berka/posting.sql

commit;
\echo 'berka: done'
