-- The extension is installed by the owner of the database, who is no superuser.
select rolsuper from pg_roles where rolname = current_user;
create extension pg_crm;
select extversion = crm.version() as same_version, nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'pg_crm';
-- Another role uses it.
grant usage on schema crm to public;
