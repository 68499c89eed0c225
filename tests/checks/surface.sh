# The surface equals the stability list, sql/surface.txt: one line an object, with the version that introduced it.
# UPDATE=1 adds what is new under the current version.
set -euo pipefail
work=$1
list=sql/surface.txt
psql -qXAt -d crm_test -U bank_owner >"$work/surface" <<'SQL'
set search_path = pg_catalog;
select case p.prokind when 'a' then 'aggregate' else 'function' end || ' ' || p.oid::regprocedure
  || ' returns ' || pg_get_function_result(p.oid)
from pg_depend d join pg_extension e on d.refobjid = e.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
join pg_proc p on p.oid = d.objid and d.classid = 'pg_proc'::regclass
where e.extname = 'pg_crm'
union all
select 'type ' || t.oid::regtype
from pg_depend d join pg_extension e on d.refobjid = e.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
join pg_type t on t.oid = d.objid and d.classid = 'pg_type'::regclass and t.typelem = 0
where e.extname = 'pg_crm';
SQL
LC_ALL=C sort -o "$work/surface" "$work/surface"
if [ "${UPDATE:-}" = 1 ]; then
  version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
  touch "$list"
  { cat "$list"; cut -d ' ' -f 2- "$list" | LC_ALL=C sort | LC_ALL=C comm -13 - "$work/surface" | sed "s/^/$version /"; } >"$work/list"
  # What is no longer there is dropped by hand, with an upgrade script.
  LC_ALL=C sort -k 2 "$work/list" >"$list"
fi
[ -s "$work/surface" ]
diff <(cut -d ' ' -f 2- "$list" | LC_ALL=C sort) "$work/surface"
