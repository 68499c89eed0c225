#!/usr/bin/env bash
# What a DBA asks: a database owner who is no superuser installs, uses, dumps, restores and drops the extension; another role
# can do nothing before it is granted the schema, and nothing more after; nothing runs as its owner; dropped, nothing is left.
set -euo pipefail
. pgrx-config/common.sh
work=$1
here=tests/checks/ownership
fail() { echo "$*"; exit 1; }
owner() { psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner -d crm_own "$@"; }
# expect STATE ROLE STATEMENT: the statement ends with this SQLSTATE.
expect() {
  local said
  said=$(psql -qXAt -v VERBOSITY=sqlstate -U "$2" -d crm_own -c "$3" 2>&1) && fail "$2 could: $3"
  grep -q "ERROR:  $1" <<<"$said" || fail "$2: $3: expected $1, got $said"
}
none() { # none WHAT QUERY: the query finds nothing
  local found
  found=$(owner -c "$2")
  [ -z "$found" ] || fail "$1: $found"
}
psql -qX -v ON_ERROR_STOP=1 -c 'set client_min_messages = warning' -c 'drop database if exists crm_own' -c 'drop database if exists crm_own_copy' \
  -c 'create database crm_own owner bank_owner' -c 'create database crm_own_copy owner bank_owner'
[ "$(owner -c 'select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls from pg_roles where rolname = current_user')" = f ] || fail 'bank_owner is too mighty'

# Every catalogue that creating something may leave a row in.
rows="select c.relname || ' ' || (xpath('//n/text()', query_to_xml('select count(*) as n from pg_catalog.' || c.relname
    || case c.relname when 'pg_shdepend' then ' where dbid = (select oid from pg_database where datname = current_database())' else '' end, false, true, '')))[1]
  from pg_class c where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r' and (not c.relisshared or c.relname = 'pg_shdepend') and c.relname not in ('pg_statistic', 'pg_largeobject') order by 1"
before=$(psql -qXAt -v ON_ERROR_STOP=1 -d crm_own -c "$rows")
owner -c 'create extension pg_crm'

# Who owns what, and what is granted: nothing beyond what PostgreSQL gives to every new object.
[ "$(owner -c "select extowner::regrole || ' ' || nspowner::regrole from pg_extension, pg_namespace where extname = 'pg_crm' and nspname = 'crm'")" = 'bank_owner bank_owner' ] ||
  fail 'the extension or its schema does not belong to who created it'
none 'granted' "select nspname from pg_namespace where nspname = 'crm' and nspacl is not null
  union all select oid::regprocedure::text from pg_proc where pronamespace = 'crm'::regnamespace and proacl is not null
  union all select oid::regtype::text from pg_type where typnamespace = 'crm'::regnamespace and typacl is not null
  union all select c.oid::regclass::text from pg_class c where relnamespace = 'crm'::regnamespace and relkind <> 'c'
  union all select 'initial privileges of ' || objoid from pg_init_privs i join pg_depend d on d.objid = i.objoid and d.classid = i.classoid join pg_extension e on e.oid = d.refobjid and extname = 'pg_crm'"
# catalog() reads the catalogue in SQL: stable, with a search_path of its own (the test "catalogue" looks at it).
none 'runs as its owner, with settings of its own, by superusers only to be trusted or in another language' "select oid::regprocedure from pg_proc p where pronamespace = 'crm'::regnamespace
  and proname <> 'catalog' and (prosecdef or proconfig is not null or proowner <> 10 or prokind = 'f' and (select lanname from pg_language l where l.oid = prolang) <> 'c')"
none 'not immutable or not parallel safe' "select oid::regprocedure from pg_proc where pronamespace = 'crm'::regnamespace and proname <> 'catalog' and (provolatile <> 'i' or proparallel <> 's')"
none 'no part of the extension' "select p.oid::regprocedure::text from pg_proc p where pronamespace = 'crm'::regnamespace and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')
  union all select t.oid::regtype::text from pg_type t where typnamespace = 'crm'::regnamespace and typelem = 0 and not exists (select from pg_depend where classid = 'pg_type'::regclass and objid = t.oid and deptype = 'e')"
none 'is of a kind that acts by itself' "select classid::regclass || ' ' || objid from pg_depend join pg_extension e on e.oid = refobjid and extname = 'pg_crm'
  where deptype = 'e' and classid not in ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_namespace'::regclass)"

# Another role: nothing before the grant, use after it, and no more than that.
for statement in 'select crm.version()' "select '{}'::crm.rfm" 'create temp table t (r crm.rfm)' "select crm.rfm_agg(current_date, 1.0)"; do expect 42501 banker "$statement"; done
owner -c 'create table event (client int, day date, amount numeric)' -c "insert into event values (1, '2026-01-01', 10), (2, '2026-02-01', 20)" \
  -c 'create table kept as select client, crm.rfm_agg(day, amount) as rfm from event group by client' -c 'grant usage on schema crm to banker' -c 'grant select on kept to banker'
[ "$(psql -qXAt -U banker -d crm_own -c 'select crm.total(crm.rfm_merge(rfm)) from kept')" = 30 ] || fail 'a role with usage on the schema cannot use it'
expect 42501 banker 'select crm.rfm_agg(day, amount) from event'
expect 42501 banker "create function crm.recency(crm.rfm) returns int language sql as 'select 1'"
expect 42501 banker "create or replace function crm.version() returns text immutable parallel safe language sql as 'select 1::text'"
expect 42501 banker 'drop extension pg_crm'
expect 42501 banker "alter extension pg_crm update"
expect 42501 banker 'alter schema crm owner to banker'
expect 42501 banker 'create cast (crm.rfm as text) with inout as implicit'
psql -qXAt -U banker -d crm_own -c 'set client_min_messages = error' -c 'grant usage on schema crm to public'
[ "$(owner -c "select nspacl from pg_namespace where nspname = 'crm'")" = '{bank_owner=UC/bank_owner,banker=U/bank_owner}' ] || fail 'the schema is granted otherwise than its owner said'
# The owner of the database is not the owner of the functions either.
expect 42501 bank_owner "create or replace function crm.version() returns text immutable parallel safe language sql as 'select 1::text'"
expect 42501 bank_owner 'alter function crm.version() security definer'
expect 42501 bank_owner "alter function crm.version() set search_path = public"
expect 42501 bank_owner "create function public.mine() returns text language c as 'pg_crm', 'crm_version'"
expect 0A000 bank_owner 'alter extension pg_crm set schema public'
owner -c 'set client_min_messages = warning' -c 'alter extension pg_crm update'

# Row-level security.
psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner -d crm_own -f "$here/rls.sql" >"$work/rls.out" 2>&1 || { cat "$work/rls.out"; exit 1; }
grep '^left out: ' "$work/rls.out" || true
if grep -E '\|f$' "$work/rls.out"; then fail 'row-level security: see above'; fi
truths=18
[ "$PG" != 14 ] || truths=14 # without those of views with security_invoker
[ "$(grep -c '|t$' "$work/rls.out")" = $truths ] || { cat "$work/rls.out"; fail 'row-level security: truths are missing'; }

# Dumped and restored by the owner, with what he granted.
pg_dump -U bank_owner -d crm_own -Fc -f "$work/own.dump"
pg_restore -U bank_owner -d crm_own_copy --exit-on-error "$work/own.dump"
[ "$(psql -qXAt -U banker -d crm_own_copy -c 'select crm.total(crm.rfm_merge(rfm)) from kept')" = 30 ] || fail 'a restored database does not serve who was granted the schema'
expect_copy=$(psql -qXAt -U bank_owner -d crm_own_copy -c "select extowner::regrole from pg_extension where extname = 'pg_crm'")
[ "$expect_copy" = bank_owner ] || fail "restored by bank_owner, the extension belongs to $expect_copy"

# Dropped: refused while something depends on it; then nothing is left.
expect 2BP01 bank_owner 'drop extension pg_crm'
expect 2BP01 bank_owner 'drop schema crm'
owner -c 'set client_min_messages = warning' -c 'drop schema rls cascade' -c 'drop table event, kept' -c 'drop extension pg_crm'
# PostgreSQL makes the schema of an extension but does not count it among its objects: it stays, empty, for its owner to drop.
owner -c 'drop schema crm'
after=$(psql -qXAt -v ON_ERROR_STOP=1 -d crm_own -c "$rows")
[ "$before" = "$after" ] || { diff <(echo "$before") <(echo "$after") || true; fail 'drop extension leaves rows in the catalogues (see above)'; }

# Somebody was there first: what the script would create it never takes over.
psql -qX -v ON_ERROR_STOP=1 -d crm_own -c 'grant create on database crm_own to banker'
first() { # first STATE STATEMENT: the banker made the schema, and this in it
  psql -qXAt -v ON_ERROR_STOP=1 -U banker -d crm_own -c 'create schema crm' -c "$2" -c 'grant usage, create on schema crm to bank_owner'
  expect "$1" bank_owner 'create extension pg_crm'
  psql -qXAt -v ON_ERROR_STOP=1 -U banker -d crm_own -c 'set client_min_messages = warning' -c 'drop schema crm cascade'
}
first 42723 "create function crm.version() returns text immutable language sql as 'select ''0''::text'"
first 42723 'create type crm.t as (a int); create function crm.recency(crm.t) returns int language sql as $$ select 1 $$; create function crm.policy_digest(jsonb) returns text language sql as $$ select $1::text $$'
first 42710 'create type crm.rfm as (a int)'
first 42710 'create domain crm.affinity as text'
script=$(echo "$PACKAGE"/usr/share/postgresql/"$PG"/extension/pg_crm--*.sql)
if grep -niE '\bor replace\b|\bif not exists\b|security definer|\bexecute (format|immediate)' $script sql/*--*.sql 2>/dev/null; then fail 'a script takes over what it finds'; fi

psql -qX -v ON_ERROR_STOP=1 -c 'drop database crm_own' -c 'drop database crm_own_copy'
