-- The extension is installed by the owner of the database, who is no superuser.
select rolsuper from pg_roles where rolname = current_user;
create extension pg_crm;
select extversion = crm.version() as same_version, nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'pg_crm';
-- Another role uses it.
grant usage on schema crm to public;

-- What a query fails with, without the line and file noise: SQLSTATE, message, detail, hint. The other tests use it.
create schema test;
create function test.error_of(query text) returns text language plpgsql as $$
declare
  result text;
  state text;
  message text;
  detail text;
  hint text;
begin
  execute query into result;
  return 'no error: ' || coalesce(result, 'NULL');
exception when others then
  get stacked diagnostics state = returned_sqlstate, message = message_text, detail = pg_exception_detail, hint = pg_exception_hint;
  return concat_ws(' | ', state, message, nullif(detail, ''), nullif(hint, ''));
end $$;
