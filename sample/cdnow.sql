-- Loader of real data: CDNOW, the customers who first bought in the first quarter of 1997 (Fader and Hardie).
--
--     psql -d mydb -v data=FOLDER -f sample/cdnow.sql
--
-- FOLDER holds CDNOW_master.txt and CDNOW_sample.txt; its name may not contain a quote. Files are read by psql, on the client's
-- side: an ordinary database owner is enough. Creates the schemas "cdnow" and "job"; both are dropped first.

\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
\if :{?data}
\else
\echo 'cdnow: call with  -v data=FOLDER'
do $$ begin raise exception 'psql variable "data" is not set'; end $$;
\endif

begin;
set local client_min_messages = warning;
set local jit = off;

\echo 'cdnow: reading'
drop schema if exists job cascade;
drop schema if exists cdnow cascade;
create schema cdnow;
comment on schema cdnow is 'Real data: CDNOW cohort of 1997-01 to 1997-03, purchases until 1998-06-30 (Fader and Hardie)';

create temp table raw_master (no int generated always as identity, line text) on commit drop;
create temp table raw_sample (no int generated always as identity, line text) on commit drop;

-- \copy takes no variables, so each command is put together first and then run.
\set run '\\copy raw_master (line) from ''' :data '/CDNOW_master.txt'''
:run
\set run '\\copy raw_sample (line) from ''' :data '/CDNOW_sample.txt'''
:run
\unset run

\echo 'cdnow: converting'
create table cdnow.purchase (
    purchase_id int primary key,
    client_id   int not null,
    day         date not null,
    cds         int not null,
    amount      numeric(10,2) not null
);
comment on table cdnow.purchase is 'All purchases of the 23,570 customers, one row for each line of the file; several on one day are several rows';
insert into cdnow.purchase (purchase_id, client_id, day, cds, amount)
select no - 1, f[1]::int, make_date(substr(f[2], 1, 4)::int, substr(f[2], 5, 2)::int, substr(f[2], 7, 2)::int), f[3]::int, f[4]::numeric
from raw_master
cross join lateral regexp_split_to_array(trim(line), '\s+') as f
where no > 1   -- the first line is the header
order by no;
create index purchase_client_id_day on cdnow.purchase (client_id, day);

create table cdnow.sample (
    client_id int primary key,
    sample_id int not null unique
);
comment on table cdnow.sample is 'The 2,357 customers (one in ten) on whom the published results rest, with their number in that sample';
insert into cdnow.sample (client_id, sample_id)
select distinct f[1]::int, f[2]::int
from raw_sample
cross join lateral regexp_split_to_array(trim(line), '\s+') as f
order by 1;

analyze cdnow.purchase, cdnow.sample;

\echo 'cdnow: schema job'
\ir contract.sql

insert into job.info values ('CDNOW, cohort of 1997 Q1', 'USD', '1998-06-30', 'Fader and Hardie, brucehardie.com/datasets');

insert into job.client (client_id, name, profile)
select distinct client_id, 'Customer ' || lpad(client_id::text, 5, '0'), '{}'::jsonb
from cdnow.purchase
order by client_id;

insert into job.event (client_id, at, amount)
select client_id, day::timestamp at time zone 'UTC', amount
from cdnow.purchase
order by day, purchase_id;
create index event_client_id_at on job.event (client_id, at);
comment on table job.event is 'Purchases with the dollars spent; the file has days, no time: each stands at 00:00 UTC of its day';

insert into job.money (client_id) select client_id from job.client order by client_id;
comment on column job.money.assets is 'unknown in these data: null';
comment on column job.money.profit is 'unknown in these data: null (spending is not profit)';

analyze job.client, job.event, job.money;
commit;
\echo 'cdnow: done'
