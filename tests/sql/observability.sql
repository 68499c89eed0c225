-- What is installed and what it has to offer. version() is tested by install.
select version = crm.version() as version, postgresql = current_setting('server_version_num')::int / 10000 as major, pgrx ~ '^[0-9.]+$' as pgrx,
  rustc ~ '^rustc [0-9.]+ [(][0-9a-f]+ [0-9-]+[)]$' as rustc, target ~ '^[a-z0-9_]+(-[a-z0-9_]+)+$' as target, profile,
  revision is null or revision ~ '^[0-9a-f]{40}$' as revision, script ~ '^[0-9a-f]{64}$' as script
from crm.build_info();
-- Nothing of it is a path.
select count(*) as paths from crm.build_info() as b where b::text ~ '/';

-- A function, an aggregate and a type.
select kind, signature, result, feature, unit, formula, since from crm.catalog() where name in ('recency', 'rfm_breaks_fit', 'rfm', 'migration_steady_state') order by name;
select signature, result from crm.catalog() where name in ('rfm_agg', 'whale_peak', 'cuts_by_value', 'build_info') order by signature;
select description from crm.catalog() where name = 'recency';

-- Everything is there that is not PostgreSQL's own business, and nothing twice.
select kind, count(*) > 20 as many, count(distinct signature) = count(*) as once from crm.catalog() group by kind order by kind;
select p.proname
from pg_proc p
where p.pronamespace = 'crm'::regnamespace
  and (p.proname ~ '_(in|out|recv|send|combine|push|final|support)$' or p.proname ~ '^(tier_history|standardize|top_k)_push') = exists (select from crm.catalog() c where c.name = p.proname)
order by 1;
select typname from pg_type where typnamespace = 'crm'::regnamespace and typcategory <> 'A' except select name from crm.catalog() where kind = 'type';

-- Every object says its feature, since when, and what it is; a feature is a script.
select name from crm.catalog() where (feature is null) or (since is null) or coalesce(length(description), 0) < 20;
select string_agg(distinct feature, ' ' order by feature) as features from crm.catalog();

-- What gives numbers has a unit, what gives none has none, and every number among several columns is named in it (but for keys).
create temp view given as
select p.proname as name, substring(obj_description(p.oid, 'pg_proc') from '\nUnit: ([^\n]*)') as unit, p.proretset,
  coalesce((select array_agg(column_name order by place)
    from unnest(p.proargnames, p.proargmodes::text[], p.proallargtypes::regtype[]) with ordinality as u (column_name, mode, type, place)
    where mode in ('o', 't') and column_name <> 'customer' and type in ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric')), '{}') as numbers,
  p.prorettype::regtype in ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'float8[]', 'numeric[]', 'int4[]', 'int8[]') as number
from pg_proc p
where p.pronamespace = 'crm'::regnamespace and p.prokind = 'f' and p.proname in (select name from crm.catalog());
select name, unit from given where not proretset and number <> (unit is not null) order by 1;
select name, numbers, unit
from given
where proretset and numbers::text[] <> '{}'
  and exists (select from unnest(numbers) as n (wanted)
    where not exists (select from regexp_split_to_table(unit, '; ') as part where wanted = any (string_to_array(split_part(part, ': ', 1), ', '))))
order by 1;
select name, unit from given where proretset and numbers::text[] = '{}' and unit is not null;

-- A fitted model, and what is read from one, says where its formula is from.
select name from crm.catalog() where kind = 'function' and formula is null and (name ~ '_fit$' or (unit is not null and signature ~ '[(](model|gamma_gamma) jsonb')) order by 1;

-- It shows the same under any search_path.
create temp table seen as select md5(string_agg(c::text, '|')) as once from crm.catalog() as c;
set search_path = crm;
select (select md5(string_agg(c::text, '|')) from crm.catalog() as c) = once as same from pg_temp.seen;
reset search_path;
-- Everybody who may use the schema may read it.
select has_function_privilege('banker', 'crm.catalog()', 'execute') as may;

-- Rows are estimated by the argument that says how many, where it is a constant; else as declared.
create function pg_temp.estimate(call text) returns text language plpgsql as $$
declare
  plan json;
begin
  execute 'explain (format json) select * from ' || call into plan;
  return plan->0->'Plan'->>'Plan Rows';
end $$;
create temp table asked as select 7 as k, '{}'::jsonb as document;
select call, pg_temp.estimate(call) as rows
from unnest(array[
  $$crm.lorenz(null, 20)$$, $$crm.lorenz((select crm.concentration_agg(1)), 20)$$, $$crm.whale_curve((select crm.concentration_agg(1)))$$,
  $$crm.recommend((select document from asked), array['a'])$$, $$crm.recommend((select document from asked), array['a'], k => 3)$$,
  $$crm.recommend((select document from asked), array['a'], k => (select k from asked))$$, $$crm.recommend((select document from asked), '{}'::jsonb, k => 0)$$,
  $$crm.match_products((select null::crm.catalogue), '{}', '{}')$$, $$crm.match_products((select null::crm.catalogue), '{}', '{}', 50)$$,
  $$crm.retention_curve((select document from asked), 36)$$, $$crm.purchase_histogram((select document from asked), null, '2026-01-01', 25)$$,
  $$crm.cuts_natural((select crm.concentration_agg(1)), 9)$$]) as call;

-- Calls with arguments of no type that fit more than one function (docs/clients.md says what to write): summaries are not among them, whose type is known.
create function pg_temp.prepared(call text) returns text language plpgsql as $$
begin
  execute 'prepare untyped as ' || call;
  deallocate untyped;
  return 'unique';
exception when others then return sqlstate; end $$;
select proname, string_agg(n::text, ' ' order by n) as arguments, state
from (
  select distinct proname, n, pg_temp.prepared(format('select crm.%I(%s)', proname, (select string_agg('$' || i, ', ') from generate_series(1, n) as i))) as state
  from pg_proc p
  cross join lateral generate_series(greatest(pronargs - pronargdefaults, 1), pronargs) as n
  where pronamespace = 'crm'::regnamespace and proname in (select name from crm.catalog())
    and proargtypes[0]::regtype::text !~ '^crm[.]') as tried
where state <> 'unique'
group by proname, state
order by proname;
