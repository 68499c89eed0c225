-- A schema public in which somebody has put a look-alike of everything that PostgreSQL has: functions and operators that fail
-- when they are called, domains that take no value.
set client_min_messages = warning;
do $$
declare
  f record;
  made int := 0;
begin
  for f in
    select proname, pg_catalog.pg_get_function_identity_arguments(p.oid) as arguments, pg_catalog.pg_get_function_result(p.oid) as result, prokind, provolatile, proretset
    from pg_catalog.pg_proc p
    where pronamespace = 'pg_catalog'::pg_catalog.regnamespace and prokind = 'f'
  loop
    begin
      execute pg_catalog.format('create function public.%I(%s) returns %s language plpgsql immutable as %L', f.proname, f.arguments, f.result,
        pg_catalog.format('begin raise exception ''hostile function %s''; end', f.proname));
      made := made + 1;
    exception when others then null; -- internal arguments, cstring: only C functions have them
    end;
  end loop;
  raise warning 'look-alike functions: %', made;
  made := 0;
  for f in select oprname, oprcode::pg_catalog.oid as code, p.proname, oprleft::pg_catalog.regtype as l, oprright::pg_catalog.regtype as r
    from pg_catalog.pg_operator o join pg_catalog.pg_proc p on p.oid = o.oprcode where oprnamespace = 'pg_catalog'::pg_catalog.regnamespace
  loop
    begin
      execute pg_catalog.format('create operator public.%s (%s rightarg = %s, function = public.%I)', f.oprname, case when f.l::pg_catalog.oid = 0 then '' else 'leftarg = ' || f.l || ',' end, f.r, f.proname);
      made := made + 1;
    exception when others then null;
    end;
  end loop;
  raise warning 'look-alike operators: %', made;
  made := 0;
  for f in select typname from pg_catalog.pg_type where typnamespace = 'pg_catalog'::pg_catalog.regnamespace and typtype = 'b' and typelem = 0 and typname not like E'\\_%' loop
    begin
      execute pg_catalog.format('create domain public.%I as pg_catalog.int4 check (false)', f.typname);
      made := made + 1;
    exception when others then null;
    end;
  end loop;
  raise warning 'look-alike types: %', made;
  -- Aggregates, and the names of the extension itself.
  execute 'create aggregate public.sum(pg_catalog.numeric) (sfunc = pg_catalog.numeric_add, stype = pg_catalog.numeric, initcond = ''666'')';
  execute 'create aggregate public.count(*) (sfunc = pg_catalog.int8inc, stype = pg_catalog.int8, initcond = ''666'')';
  execute 'create domain public.rfm as pg_catalog.int4 check (false)';
  execute 'create domain public.rfm_book as pg_catalog.int4 check (false)';
  execute 'create function public.recency(crm_rfm pg_catalog.text) returns pg_catalog.int4 language sql immutable as ''select 666''';
end $$;
