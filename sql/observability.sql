-- observability: what is installed, and what it has to offer.

-- @unit build_info: postgresql: major version

create function @extschema@.version() returns pg_catalog.text
  immutable parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_version';
comment on function @extschema@.version() is
'Version of the pg_crm library that is loaded.';

create function @extschema@.build_info(
    out version pg_catalog.text, out postgresql pg_catalog.int4, out pgrx pg_catalog.text, out rustc pg_catalog.text,
    out target pg_catalog.text, out profile pg_catalog.text, out revision pg_catalog.text, out script pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_build_info';
comment on function @extschema@.build_info() is
'How the library that is loaded was built, one row: its version, the major version of PostgreSQL it is for, the versions of pgrx and of the compiler, the target, the profile (release), the revision of the sources (NULL when they were not a checkout), and the SHA-256 of the SQL script that belongs to it. No paths, no time: the same sources give the same row.';

create function @extschema@.catalog(
    out name pg_catalog.text, out kind pg_catalog.text, out signature pg_catalog.text, out result pg_catalog.text,
    out feature pg_catalog.text, out unit pg_catalog.text, out formula pg_catalog.text, out since pg_catalog.text,
    out description pg_catalog.text)
  returns setof pg_catalog.record
  stable parallel safe cost 1000000 rows 400
  -- Its text names types and operators as PostgreSQL's own, whatever the caller's search_path; it is not called per row.
  set search_path = pg_catalog, pg_temp
  language sql as $$
  with own as (
    select d.classid, d.objid,
      pg_catalog.regexp_match(
        pg_catalog.obj_description(d.objid, case d.classid when 'pg_catalog.pg_proc'::pg_catalog.regclass then 'pg_proc' else 'pg_type' end),
        '^(.*?)(?:\nUnit: ([^\n]*))?(?:\nFormula: ([^\n]*))?\nFeature: ([a-z_]+), since ([^\n]+)$') as facts
    from pg_catalog.pg_extension as e
    join pg_catalog.pg_depend as d
      on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.refobjid = e.oid and d.deptype = 'e'
    where e.extname = 'pg_crm'
  ), internal as (
    -- What PostgreSQL calls by itself.
    select pg_catalog.unnest(array[a.aggtransfn, a.aggcombinefn, a.aggfinalfn])::pg_catalog.oid as oid from pg_catalog.pg_aggregate as a
    union all
    select pg_catalog.unnest(array[t.typinput, t.typoutput, t.typreceive, t.typsend])::pg_catalog.oid from pg_catalog.pg_type as t
    union all
    select p.prosupport::pg_catalog.oid from pg_catalog.pg_proc as p
  ), called as (
    select p.proname, p.prokind, o.facts, 'o' = any (p.proargmodes) as columns,
      -- PostgreSQL names the schema of a type or not, as the search_path is: here never.
      pg_catalog.regexp_replace(pg_catalog.pg_get_function_arguments(p.oid), '\m(@extschema@|pg_catalog)[.]', '', 'g') as arguments,
      pg_catalog.regexp_replace(pg_catalog.pg_get_function_result(p.oid), '\m(@extschema@|pg_catalog)[.]', '', 'g') as result
    from own as o
    join pg_catalog.pg_proc as p on p.oid = o.objid
    where o.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid not in (select i.oid from internal as i)
  ), object as (
    select c.proname as name, case c.prokind when 'a' then 'aggregate' else 'function' end as kind,
      -- Columns are shown alike, whichever way they are declared.
      c.proname || '(' || i.inputs || ')' as signature,
      case when c.columns
        then 'TABLE(' || pg_catalog.ltrim(pg_catalog.regexp_replace(pg_catalog.substr(c.arguments, pg_catalog.length(i.inputs) + 1), '\mOUT ', '', 'g'), ', ') || ')'
        else c.result end as result,
      c.facts
    from called as c
    cross join lateral (select pg_catalog.regexp_replace(c.arguments, '(^|, )OUT .*$', '') as inputs) as i
    union all
    select t.typname, 'type', t.typname, null, o.facts
    from own as o
    join pg_catalog.pg_type as t on t.oid = o.objid
    where o.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.typcategory <> 'A'
  )
  select object.name::pg_catalog.text, object.kind, object.signature, object.result,
    object.facts[4], object.facts[2], object.facts[3], object.facts[5], object.facts[1]
  from object
  order by object.facts[4] collate pg_catalog."C", object.kind collate pg_catalog."C", object.name, object.signature collate pg_catalog."C";
$$;
comment on function @extschema@.catalog() is
'Everything of the extension that a user can call or store: functions, aggregates and types, with the arguments and the result, the feature (its page in docs has that name), the unit of what is returned (of each column where there are several; NULL for what is no number), the formula or where it is from (NULL for plain figures), the version that introduced it, and what it does. It reads the system catalogue, so it shows what is installed in this database.';
