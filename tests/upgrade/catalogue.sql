-- Everything the catalogue says of the extension's objects, one line each: object, attribute, value, with names for OIDs. Two
-- databases in which the extension is the same print the same.
\pset format unaligned
\pset tuples_only
\pset fieldsep ' | '
set search_path = pg_catalog;
set client_min_messages = warning;

create function pg_temp.name_of(class regclass, object oid) returns text language sql as
$$ select (pg_identify_object(class, object, 0)).identity where object <> 0 $$;
create temp table member as
with recursive member as (
  select d.classid, d.objid
  from pg_depend d
  join pg_extension e on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
  where e.extname = 'pg_crm'
  union
  -- What belongs to them: array types, rules, constraints. Not the columns of somebody's table: on PostgreSQL 14 a generated one hangs on its function so.
  select d.classid, d.objid
  from pg_depend d
  join member m on d.refclassid = m.classid and d.refobjid = m.objid and d.deptype in ('i', 'a') and d.objsubid = 0
)
select classid::regclass as class, objid as id, n.type || ' ' || n.identity as object
from (select classid, objid from member union select 'pg_extension'::regclass, oid from pg_extension where extname = 'pg_crm') m
cross join pg_identify_object(classid, objid, 0) n;

create temp table line (object text, attribute text, value text);
do $$
declare
  part record;
begin
  for part in
    select c.*,
      -- Columns that hold OIDs, by PostgreSQL's own list of them.
      (select string_agg(format(case when k.is_array
          then ' || jsonb_build_object(%1$L, (select jsonb_agg(pg_temp.name_of(%2$L, x) order by n) from unnest(t.%1$I::oid[]) with ordinality as u(x, n)))'
          else ' || jsonb_build_object(%1$L, pg_temp.name_of(%2$L, t.%1$I::oid))' end, k.fkcols[1], k.pktable), '')
        from pg_get_catalog_foreign_keys() k where k.fktable = c.catalogue and cardinality(k.fkcols) = 1) as named,
      -- What differs from one database to the next, or is a parse tree.
      array(select a.attname::text from pg_attribute a where a.attrelid = c.catalogue and a.attnum > 0
        and (a.atttypid = 'pg_node_tree'::regtype or a.attname ~ '^(oid|relfilenode|relpages|reltuples|relallvisible|relallfrozen|relfrozenxid|relminmxid)$')) as without
    from (
      select distinct class as catalogue, 'oid' as key, class as of, '' as part from member
      union values ('pg_aggregate'::regclass, 'aggfnoid', 'pg_proc'::regclass, ''), ('pg_attribute', 'attrelid', 'pg_class', 'attname'),
        ('pg_enum', 'enumtypid', 'pg_type', 'enumlabel'), ('pg_range', 'rngtypid', 'pg_type', '')
    ) c
  loop
    execute format('insert into line select m.object, concat_ws(''.'', %L, to_jsonb(t) ->> %L, e.key), e.value
      from member m join %s t on t.%I::oid = m.id cross join jsonb_each_text((to_jsonb(t) - %L::text[]) %s) e where m.class = %L::regclass',
      part.catalogue, part.part, part.catalogue, part.key, part.without, part.named, part.of);
  end loop;
end $$;
insert into line
select object, 'definition', case class
  when 'pg_proc'::regclass then concat_ws(' ', pg_get_function_arguments(id), 'returns', pg_get_function_result(id), pg_get_function_sqlbody(id))
  when 'pg_class'::regclass then pg_get_viewdef(id)
  when 'pg_constraint'::regclass then pg_get_constraintdef(id)
  when 'pg_attrdef'::regclass then (select pg_get_expr(adbin, adrelid) from pg_attrdef where oid = id)
end from member
union all
select object, 'comment ' || objsubid, description from member join pg_description on classoid = class and objoid = id
union all
select object, 'granted at first ' || objsubid, initprivs::text from member join pg_init_privs on classoid = class and objoid = id
union all
select object, 'label ' || provider, label from member join pg_seclabel on classoid = class and objoid = id
union all
select object, 'needs ' || deptype::text, n.type || ' ' || n.identity
from member join pg_depend d on d.classid = class and d.objid = id cross join pg_identify_object(refclassid, refobjid, refobjsubid) n;

select object, attribute, value from line where value is not null order by object collate "C", attribute collate "C", value collate "C";
