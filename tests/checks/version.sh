#!/usr/bin/env bash
# The version stands in Cargo.toml; what else names it says the same. META.json is what PGXN asks for (its meta spec 1.0.0).
set -euo pipefail
work=$1
. pgrx-config/common.sh
failed=0
wrong() { echo "version: $*"; failed=1; }
[[ $VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || wrong "the version of Cargo.toml is \"$VERSION\""
grep -q "^## $VERSION\b" CHANGELOG.md || wrong "CHANGELOG.md has no \"## $VERSION\""
[ "$(sed -n '/^name = "pg_crm"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)" = "$VERSION" ] || wrong "Cargo.lock has another: cargo update --workspace"
awk '{ print $1 }' sql/surface.txt | sort -u | while read -r since; do
  [ "$(printf '%s\n' "$since" "$VERSION" | sort -V | tail -n 1)" = "$VERSION" ] || echo "version: sql/surface.txt has objects of $since, after $VERSION"
done >"$work/version.later"
if [ -s "$work/version.later" ]; then cat "$work/version.later" && failed=1; fi
# Names of files with a version in them.
grep -noE 'pg[-_]crm(--|_)[0-9]+\.[0-9]+\.[0-9]+' README.md docs/*.md | grep -v -F "$VERSION" && wrong "these name another version than $VERSION"

psql -qXAt -v ON_ERROR_STOP=1 -v meta="$(cat META.json)" -v version="$VERSION" >"$work/version.meta" <<'SQL' || wrong "META.json is no JSON"
select 'META.json: ' || problem
from (select :'meta'::jsonb) m(meta),
lateral (values
  ('no ' || (select string_agg(key, ', ') from unnest('{name,version,abstract,maintainer,license,provides,meta-spec}'::text[]) key where not meta ? key)),
  ('what is ' || (select string_agg(key, ', ') from jsonb_object_keys(meta) key where key <> all ('{name,version,abstract,maintainer,license,provides,meta-spec,description,generated_by,no_index,prereqs,release_status,resources,tags}') and key !~ '^[xX]_')),
  (case when meta ->> 'version' is distinct from :'version' then 'version is ' || (meta ->> 'version') end),
  (case when meta ->> 'name' is distinct from 'pg_crm' or meta ->> 'license' is distinct from 'postgresql' then 'name or license' end),
  (case when meta #>> '{meta-spec,version}' is distinct from '1.0.0' or meta #>> '{meta-spec,url}' is distinct from 'https://pgxn.org/meta/spec.txt' then 'meta-spec' end),
  (case when meta ->> 'release_status' <> all ('{stable,testing,unstable}') then 'release_status' end),
  (case when jsonb_typeof(meta -> 'maintainer') is distinct from 'string' or meta ->> 'maintainer' !~ '^\S.* <\S+@\S+>$' then 'maintainer' end),
  ('texts that are none or empty: ' || (select string_agg(key, ', ') from unnest('{abstract,description,generated_by}'::text[]) key where meta ? key and (jsonb_typeof(meta -> key) <> 'string' or meta ->> key !~ '\S'))),
  (case when (select string_agg(key, ',') from jsonb_object_keys(meta -> 'provides') key) is distinct from 'pg_crm' then 'provides' end),
  (case when meta #>> '{provides,pg_crm,version}' is distinct from :'version' then 'provides.pg_crm.version' end),
  (case when not (meta #> '{provides,pg_crm}' ?& '{file,version,abstract,docfile}') then 'provides.pg_crm: file, version, abstract, docfile' end),
  ('prereqs: ' || (select string_agg(phase || '.' || kind || '.' || name, ', ') from jsonb_each(meta -> 'prereqs') p(phase, kinds), jsonb_each(kinds) k(kind, names), jsonb_each_text(names) n(name, version)
    where phase <> all ('{configure,build,test,runtime,develop}') or kind <> all ('{requires,recommends,suggests,conflicts}') or version !~ '^(0|\d+\.\d+\.\d+)$')),
  ('tags: ' || (select string_agg(tag, ', ') from jsonb_array_elements_text(meta -> 'tags') tag where tag ~ '[/\\[:cntrl:]]' or length(tag) not between 2 and 255))
) p(problem)
where problem is not null;
SQL
if [ -s "$work/version.meta" ]; then cat "$work/version.meta" && failed=1; fi
for file in $(sed -n 's/^ *"\(file\|docfile\)": "\(.*\)",$/\2/p' META.json); do [ -f "$file" ] || wrong "META.json names $file, which is not there"; done
[ $failed = 0 ]
