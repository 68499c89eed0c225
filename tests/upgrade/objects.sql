-- What a bank builds on a version: run by the owner of the database, who is no superuser, where kept.value has what that version kept.
-- kept.later has the routines of the present version.
set client_min_messages = warning;
create schema bank;

-- A column of each type; row 1 is read from text; the binary form and what lay on disk are upgrade.sh's.
select format('create table bank.kept (id int primary key, %s)', string_agg(format('%I %s', name, type), ', ' order by name collate "C")) from kept.value \gexec
select format('insert into bank.kept select 1, %s', string_agg(format('(select v.text::%s from kept.value v where v.name = %L)', type, name), ', ' order by name collate "C")) from kept.value \gexec

-- Generated columns, indexes, constraints, arrays, domains, functions.
alter table bank.kept add column events bigint generated always as (crm.frequency(rfm)) stored, add column whole numeric generated always as (crm.total(rfm)) stored;
select format('create index on bank.kept (md5(%I::text))', name) from kept.value where type <> 'jsonb' \gexec
create index on bank.kept (crm.total(rfm)) where crm.frequency(rfm) > 1;
create table bank.policy (name text primary key, document jsonb not null check (crm.policy_valid(document)), digest text generated always as (crm.policy_digest(document)) stored);
insert into bank.policy (name, document) select name, text::jsonb from kept.value where type = 'jsonb' and crm.policy_valid(text::jsonb);
create domain bank.active as crm.rfm check (crm.frequency(value) > 0);
create table bank.client (id int primary key, now bank.active, months crm.rfm[]);
insert into bank.client select 1, rfm, array[rfm, rfm] from bank.kept;
create function bank.worth(r crm.rfm) returns numeric language sql immutable begin atomic select crm.total(r) + 1; end;
create materialized view bank.totals as select id, crm.total(rfm) as total, bank.worth(rfm) as worth, crm.quantile(distribution, 0.5) as median from bank.kept;
create unique index on bank.totals (id);

-- A view on every function and every aggregate that is still there.
select format('create view bank.%I as select %s as result', 'view_' || row_number() over (order by p.oid::regprocedure::text collate "C"), format(case when p.proretset then '(select count(*) from %s)' else '%s' end,
  format('crm.%I(%s)', p.proname, (select string_agg('null::' || format_type(a, null), ', ' order by n) from unnest(p.proargtypes) with ordinality as u(a, n)))))
from pg_proc p
join kept.later l on l.routine = p.oid::regprocedure::text
where p.pronamespace = 'crm'::regnamespace and p.prorettype not in ('internal'::regtype, 'cstring'::regtype)
  and not p.proargtypes::oid[] && array['internal'::regtype, 'cstring'::regtype]::oid[] \gexec

-- What is granted stays granted.
grant usage on schema crm, bank to banker;
grant select on all tables in schema bank to banker;
