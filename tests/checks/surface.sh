# The surface equals the stability list, sql/surface.txt: one line an object, with the version that introduced it, which is also
# the last thing in its comment.
# UPDATE=1 adds what is new under the current version.
set -euo pipefail
work=$1
list=sql/surface.txt
psql -qXAt -d crm_test -U bank_owner >"$work/surface" <<'SQL'
set search_path = pg_catalog;
select substring(obj_description(p.oid, 'pg_proc') from 'since ([^ \n]+)$') || ' ' || case p.prokind when 'a' then 'aggregate' else 'function' end || ' ' || p.oid::regprocedure
  || ' returns ' || pg_get_function_result(p.oid)
from pg_depend d join pg_extension e on d.refobjid = e.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
join pg_proc p on p.oid = d.objid and d.classid = 'pg_proc'::regclass
where e.extname = 'pg_crm'
union all
select substring(obj_description(t.oid, 'pg_type') from 'since ([^ \n]+)$') || ' type ' || t.oid::regtype
from pg_depend d join pg_extension e on d.refobjid = e.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
join pg_type t on t.oid = d.objid and d.classid = 'pg_type'::regclass and t.typelem = 0
where e.extname = 'pg_crm';
SQL
LC_ALL=C sort -k 2 -o "$work/surface" "$work/surface"
if [ "${UPDATE:-}" = 1 ]; then
  touch "$list"
  # What is there stays as it is; what is no longer there is dropped by hand, with an upgrade script.
  LC_ALL=C sort -s -u -k 2 "$list" "$work/surface" >"$work/list"
  cp "$work/list" "$list"
fi
[ -s "$work/surface" ]
diff "$list" "$work/surface"
