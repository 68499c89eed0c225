-- What the tests on real data assert with. Every assertion is one line: "ok: …", or "FAILED: …" with what was got and what was
-- expected. Temporary functions: nothing stays behind in the database.
\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;
set jit = off;

create function pg_temp.expect(what text, got anycompatible, expected anycompatible) returns text language sql
as $$
  select case when got is not distinct from expected then 'ok: ' || what
    else 'FAILED: ' || what || ': got ' || coalesce(got::text, 'null') || ', expected ' || coalesce(expected::text, 'null') end
$$;

create function pg_temp.near(what text, got float8, expected float8, tolerance float8) returns text language sql
as $$
  select case when abs(got - expected) <= tolerance then 'ok: ' || what
    else 'FAILED: ' || what || ': got ' || coalesce(got::text, 'null') || ', expected ' || coalesce(expected::text, 'null') || ' within ' || tolerance end
$$;

-- Two queries return the same rows, duplicates counted, and as many of them as the test believes there are: a comparison of
-- nothing with nothing proves nothing.
create function pg_temp.same_rows(what text, expected_rows bigint, got text, expected text) returns text language plpgsql
as $$
declare
  n bigint; surplus bigint; missing bigint; a_surplus text; a_missing text;
begin
  execute format('with got as materialized (%s), expected as materialized (%s),
    surplus as materialized (table got except all table expected), missing as materialized (table expected except all table got)
    select (select count(*) from got), (select count(*) from surplus), (select count(*) from missing),
      (select min(s::text) from surplus s), (select min(m::text) from missing m)', got, expected)
  into n, surplus, missing, a_surplus, a_missing;
  if n = expected_rows and surplus = 0 and missing = 0 then
    return 'ok: ' || what;
  end if;
  return format('FAILED: %s: %s rows (expected %s), %s not expected, for example %s; %s missing, for example %s',
    what, n, expected_rows, surplus, coalesce(a_surplus, '-'), missing, coalesce(a_missing, '-'));
end
$$;
