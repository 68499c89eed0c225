-- A made-up retail broker: 20,000 clients, 24 months, about 1.5 million trades.
--
--     psql -d mydb -f sample/broker.sql
--
-- Needs: a UTF-8 database, the right to create schemas in it (its owner has that), PostgreSQL 13 or later. No extension.
-- Creates the schemas "broker" (the data) and "job" (what a demonstration reads); both are dropped first.
--
-- The same rows come out on every run and every server: nothing here reads the clock, the time zone, the locale or
-- random(). Chance is an integer hash of a key, all arithmetic on money is integer or numeric, and every table is
-- written in a declared order.
--
-- Nobody in these tables exists. Products, securities and prices are invented.

\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8

-- All or nothing; the settings and the temporary tables end with the transaction.
begin;
set local client_min_messages = warning;
set local work_mem = '128MB';
set local maintenance_work_mem = '256MB';
set local jit = off;

\echo 'broker: schema'
\ir broker/schema.sql
\echo 'broker: branches, managers, market, products'
\ir broker/catalogue.sql
\ir broker/products.sql
\echo 'broker: 20,000 clients'
\ir broker/clients.sql
\echo 'broker: holdings and contacts'
\ir broker/service.sql
\echo 'broker: trades (the long step)'
\ir broker/trades.sql
\echo 'broker: balances'
\ir broker/balances.sql

drop function broker.dice(bigint, bigint, bigint);

analyze broker.branch, broker.manager, broker.market, broker.security, broker.cash_rate, broker.cost_rate,
        broker.product, broker.client, broker.holding, broker.trade, broker.balance, broker.contact;

\echo 'broker: schema job'
\ir broker/job.sql

commit;

\echo 'broker: done'
