-- Row-level security: a banker who may see one branch sees it through a table, through a view with security_invoker, inside
-- aggregates, books and function calls, in any plan; and nothing else. Each line ends with |t.
set client_min_messages = warning;
create schema rls;
set search_path = rls, crm;
create table client (client_id bigint primary key, branch text not null, interests text[], assets numeric);
create table event (client_id bigint, branch text not null, day date, amount numeric, item text);
insert into client select i, (array['Harbour', 'Market'])[1 + i % 2], array['growth', 'income'], 1000 * i from generate_series(1, 40) i;
insert into event select 1 + i % 40, (array['Harbour', 'Market'])[1 + (1 + i % 40) % 2], date '2026-01-01' + i % 100, i, 'item ' || i % 9 from generate_series(1, 4000) i;
create table kept (branch text, rfm rfm, book rfm_book);
insert into kept select branch, rfm_agg(day, amount), rfm_book_agg(client_id, day, amount) from event group by branch;
create table policy (name text primary key, document jsonb);
insert into policy values ('tiers', tier_policy_example()), ('offers', matching_policy_example());
create table product (product_id text, risk_grade text, open boolean);
insert into product select 'P' || i, 'R1', true from generate_series(1, 5) i;
-- As the documentation writes views; PostgreSQL 14 has no such.
select current_setting('server_version_num')::int >= 150000 as invoker \gset
\if :invoker
create view client_rfm with (security_invoker = true) as select client_id, rfm_agg(day, amount) as rfm from event group by client_id;
create view whole with (security_invoker = true) as select rfm_book_agg(client_id, day, amount) as book, concentration_agg(amount) as amounts, count(*) as rows from event;
create view tier with (security_invoker = true) as select client_id, tier_of(assets, document) as tier from client, policy where name = 'tiers';
\else
\echo left out: views with security_invoker, which PostgreSQL 14 does not have
\endif
-- As it must not be written: it reads with its owner's eyes.
create view leak as select client_id, rfm_agg(day, amount) as rfm from event group by client_id;
alter table client enable row level security;
alter table event enable row level security;
alter table kept enable row level security;
create table may_see (banker name, branch text);
insert into may_see values ('banker', 'Harbour');
create policy branch on client using (branch in (select m.branch from may_see m where m.banker = current_user));
create policy branch on event using (branch in (select m.branch from may_see m where m.banker = current_user));
create policy branch on kept using (branch in (select m.branch from may_see m where m.banker = current_user));
grant usage on schema rls to banker;
grant select on all tables in schema rls to banker;
\pset format unaligned
\pset tuples_only on
-- What the banker's answers must be: those over one branch, asked by the owner.
create table expected as
select (select count(*) from event where branch = 'Harbour') as rows, (select rfm_agg(day, amount)::text from event where branch = 'Harbour') as rfm,
  (select rfm_book_agg(client_id, day, amount)::text from event where branch = 'Harbour') as book, (select gini(concentration_agg(amount)) from event where branch = 'Harbour') as gini,
  (select affinity_agg(client_id, item)::text from event where branch = 'Harbour') as held, (select count(*) from event) as all_rows;
grant select on expected to banker;
\if :invoker
select 'the owner sees all', (select count(*) from client_rfm) = 40 and (select rows from whole) = all_rows from expected;
\endif
\c - banker
set search_path = rls, crm;
\pset format unaligned
\pset tuples_only on
select 'rows', count(*) = (select rows from expected) from event;
select 'an aggregate', rfm_agg(day, amount)::text = (select rfm from expected) from event;
select 'a book', rfm_book_agg(client_id, day, amount)::text = (select book from expected) from event;
select 'customers of a book', rfm_book_customers(rfm_book_agg(client_id, day, amount)) = 20 from event;
select 'a concentration', gini(concentration_agg(amount)) = (select gini from expected) from event;
select 'an affinity', affinity_agg(client_id, item)::text = (select held from expected) from event;
\if :invoker
select 'a view', count(*) = 20 and count(distinct client_id % 2) = 1 from client_rfm;
select 'a view of one row', rows = (select rows from expected) and book::text = (select book from expected) and gini(amounts) = (select gini from expected) from whole;
select 'a function in a view', count(*) = 20 from tier;
\endif
select 'stored summaries', count(*) = 1 and min(branch) = 'Harbour' and rfm_book_customers(rfm_book_merge(book)) = 20 from kept;
select 'rows of stored books', count(*) = 20 from kept, rfm_book_rows(book);
-- A condition of the banker's own is not asked about rows that he may not see: an error in it would tell of them. None of the functions is leakproof.
select 'no function is leakproof', count(*) = 0 from pg_proc where pronamespace = 'crm'::regnamespace and proleakproof;
select 'a condition that fails for the others', count(*) = 20 from client where recency(rfm_of(1, 1, date '2026-01-01', date '2026-01-01'), case when branch = 'Market' then date '2020-01-01' else date '2026-01-02' end) = 1;
select 'a lateral call', count(*) = 20 * 5 from client c, (select catalogue_agg(product_id, to_jsonb(product) - 'product_id') as shelf from product) k, policy p,
  lateral match_explain(shelf, to_jsonb(c), document) where p.name = 'offers';
select 'a window', count(*) = 20 and max(n) = (select rows from expected) from (select distinct client_id, observations(distribution_agg(amount) over ()) as n from event) w;
set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0; set max_parallel_workers_per_gather = 2;
-- force_parallel_mode until PostgreSQL 15.
select name as forced from pg_settings where name in ('force_parallel_mode', 'debug_parallel_query') limit 1 \gset
set :forced = on;
select 'in parallel', rfm_book_agg(client_id, day, amount)::text = (select book from expected) from event;
reset :forced;
prepare asked as select count(*) = 20 from (select client_id, rfm_agg(day, amount) from event group by client_id) s;
select 'a view without security_invoker shows all, which is why none is recommended', count(*) = 40 from leak;
