-- What holds for every object of the extension. Each query shows the objects that break a rule: none.
create temp view mine as
select d.classid, d.objid, d.classid::regclass as class, pg_describe_object(d.classid, d.objid, 0) as object
from pg_depend d
join pg_extension e on d.refobjid = e.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
where e.extname = 'pg_crm';

create temp view routine as
select m.object, p.*
from mine m
join pg_proc p on p.oid = m.objid and m.classid = 'pg_proc'::regclass;

-- There is something to look at.
select count(*) > 60 as many from mine;

-- Every object is documented, in more than a word. (An array type and its element share a comment.)
select object
from mine
where length(coalesce(obj_description(objid, class::text), '')) < 20
  and object not like 'type %[]'
order by 1;

-- Everything is parallel safe and immutable: no function reads a table, the clock or a setting. (catalog() reads the system
-- catalogue, and is the only one in SQL, under a search_path of its own.)
select object from routine where proparallel <> 's' or provolatile <> 'i' and proname <> 'catalog' order by 1;
select object from routine where proname = 'catalog' and (provolatile <> 's' or proconfig <> '{"search_path=pg_catalog, pg_temp"}');

-- Nothing runs as its owner, nothing carries settings (they cost on every call), nothing is sql or dynamic.
select object from routine where prosecdef or proname <> 'catalog' and (proconfig is not null or prokind = 'f' and prolang <> (select oid from pg_language where lanname = 'c')) order by 1;

-- Costs and rows are set on purpose: no function has the default of a set.
select object, prorows from routine where proretset and prorows in (0, 1000) order by 1;
-- (What reads a summary of many customers costs what one of thousands does; catalog() reads the system catalogue. bench/COST.md has the measurements.)
select object, procost
from routine
where prokind = 'f' and procost not between 1 and
  case
    when object ~ '_fit[(]' then 100000000
    when object ~ '(rfm_sample|_book(_text|_uuid)?|itemset|affinity|concentration|standardize|catalogue)[,)]|catalog[(]|_book(_text|_uuid)?_(in|out|recv|send)|_model_check|suitability_explain' then 10000000
    else 10000 end
order by 1;

-- Functions that are called on NULL say why in their comment: a NULL option, or an aggregate's state.
select object
from routine
where prokind = 'f' and not proisstrict and pronargs > 0 and obj_description(oid, 'pg_proc') !~ 'NULL|Transition|Combine'
order by 1;

-- Every argument has a name, but for those PostgreSQL calls itself.
select object
from routine
where prokind = 'f' and pronargs > 0 and proargnames is null
  and object !~ '_(in|out|recv|send|combine|push|final|support)\('
order by 1;

-- Aggregates: the state is a public type of this extension, the combine function is there, and nothing needs a final function.
-- A growing state may have one, …_final, that gives the state as it is and does not change it: without one, PostgreSQL 14 and 15
-- would flatten and copy the whole state at the end. The aggregate means the same without it.
select r.object
from routine r
join pg_aggregate a on a.aggfnoid = r.oid
join pg_type t on t.oid = a.aggtranstype
left join routine f on f.oid = a.aggfinalfn
where not (a.aggcombinefn <> 0 and a.aggserialfn = 0
  and exists (select from mine m where m.classid = 'pg_type'::regclass and m.objid = a.aggtranstype)
  and (a.aggfinalfn = 0
    or coalesce(f.proname ~ '_final$' and f.proargtypes = array[t.oid]::oidvector and f.prorettype = t.oid and f.proisstrict
      and a.aggfinalmodify = 'r' and not a.aggfinalextra and t.typstorage in ('x', 'e'), false)))
order by 1;

-- Types: text and binary input and output, aligned to 8, and an array.
select m.object
from mine m
join pg_type t on t.oid = m.objid and m.classid = 'pg_type'::regclass and t.typelem = 0
where t.typreceive = 0 or t.typsend = 0 or t.typalign <> 'd' or t.typarray = 0 or t.typlen <> -1
order by 1;

-- Names: lower snake case; none of those that distributed planners rewrite; nothing outside the schema crm.
select proname from routine where proname !~ '^[a-z][a-z0-9_]*$' or proname ~ '^(sum|avg|min|max|count|any_value|array_agg|rollup|topn_.*|hll_.*|tdigest.*)$' order by 1;
select object from routine where pronamespace <> 'crm'::regnamespace order by 1;

-- Nothing is granted beyond what PostgreSQL grants by default.
select object from routine where proacl is not null order by 1;
