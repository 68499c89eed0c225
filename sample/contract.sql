-- The schema "job": what the demonstration reads, whichever data set was loaded. Included by broker.sql, berka.sql and
-- cdnow.sql; include it from your own loader and fill the tables (or put views with the same columns in their place).

drop schema if exists job cascade;
create schema job;
comment on schema job is 'What the demonstration reads, whichever data set was loaded';

create table job.info (title text not null, currency text not null, as_of date not null, source text not null);
comment on table job.info is 'One row: which data these are, and the day at whose end everything is looked at';

create table job.client (client_id bigint primary key, name text not null, profile jsonb not null);
comment on table job.client is 'Clients, with the attributes that matching uses; {} where nothing is known';

create table job.event (client_id bigint not null, at timestamptz not null, amount numeric not null);
comment on table job.event is 'What recency, frequency and value are built from: one row for each event that brings or could bring revenue';

create table job.money (client_id bigint primary key, assets numeric, profit numeric);
comment on table job.money is 'One row for each client: what he has and what he brings';
comment on column job.money.assets is 'average daily balance of the calendar month that ends on as_of; null where unknown';
comment on column job.money.profit is 'profit of the 12 months that end on as_of; null where unknown';

create table job.product (product_id text primary key, attributes jsonb not null);
comment on table job.product is 'What can be offered; may be empty';

create table job.policy (name text primary key, document jsonb not null);
comment on table job.policy is 'Policies by name: left empty by the loaders, filled by the demonstration';
