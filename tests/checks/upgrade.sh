#!/usr/bin/env bash
# Every frozen version (sql/install) is installed by an owner who is no superuser, filled with what it kept and what a bank builds on
# it, and updated: then the catalogue and pg_dump are those of a fresh install, and every kept value answers as it did. The frozen
# script of the present version is what is built. A made-up version shows that the test notices what is wrong.
set -euo pipefail
work=$1
. pgrx-config/common.sh
failed=0
wrong() { echo "upgrade: $*"; failed=1; }
built=$PACKAGE/usr/share/postgresql/$PG/extension/pg_crm--$VERSION.sql
mapfile -t frozen < <(find sql/install -name 'pg_crm--*.sql' 2>/dev/null | sed 's/.*pg_crm--\(.*\)\.sql/\1/' | sort -V)

# The rules of versions.
newest=${frozen[*]: -1}
if [ -n "$newest" ] && [ "$(printf '%s\n' "$newest" "$VERSION" | sort -V | tail -n 1)" != "$VERSION" ]; then
  wrong "the version of Cargo.toml is $VERSION, and $newest is frozen: it must not go back"
fi
if [ "$newest" = "$VERSION" ] && ! diff "sql/install/pg_crm--$VERSION.sql" "$built" >"$work/upgrade.diff"; then
  head -n 40 "$work/upgrade.diff"
  wrong "the script that is built (>) is not the frozen script of $VERSION (<). Raise the version in Cargo.toml and write
  sql/pg_crm--$VERSION--NEW.sql, which leads from one to the other: docs/releasing.md says how"
fi
for version in "${frozen[@]}"; do
  [ -f "tests/upgrade/$version.sql" ] || wrong "tests/upgrade/$version.sql, what $version kept, is missing"
done
[ $failed = 0 ] || exit 1

trap 'pgrx-config/cluster.sh drop "$work/upgrade"' EXIT
pgrx-config/cluster.sh start "$work/upgrade"
. "$work/upgrade/env"
extension=$work/upgrade/tree$PG_ROOT/usr/share/postgresql/$PG/extension
find sql -name 'pg_crm--*.sql' ! -name "pg_crm--$VERSION.sql" -exec cp {} "$extension/" \;
superuser() { psql -qXAt -v ON_ERROR_STOP=1 "$@"; }
owner() { superuser -U bank_owner "$@"; }
catalogue() { superuser -f tests/upgrade/catalogue.sql -d "$1"; }
dump() { pg_dump -U bank_owner -d "$1" | grep -v -E '^\\(un)?restrict '; }
create() { superuser -c 'set client_min_messages = warning' -c "drop database if exists $1" -c "create database $1 owner bank_owner"; }
superuser -c 'set client_min_messages = warning' -c 'create role bank_owner login' -c 'create role banker login'
create fresh
owner -d fresh -c 'create extension pg_crm'
catalogue fresh >"$work/upgrade.fresh"
superuser -d fresh -c "select p.oid::regprocedure from pg_proc p where pronamespace = 'crm'::regnamespace" >"$work/upgrade.later"

# fill DATABASE VERSION FILE: the version is installed, and what it kept and what a bank builds on it is there.
fill() {
  create "$1" &&
    owner -d "$1" -c "create extension pg_crm version '$2'" &&
    superuser -d "$1" -o /dev/null -f tests/upgrade/kept.sql -f "$3" -c 'select kept.allow_bytes()' -c 'create table kept.later (routine text)' \
      -c "\\copy kept.later from '$work/upgrade.later'" -c 'grant usage on schema kept to bank_owner' -c 'grant select on all tables in schema kept to bank_owner' &&
    owner -d "$1" -f tests/upgrade/objects.sql &&
    # A binary COPY of one row, and a row of the bytes that lay on disk.
    superuser -d "$1" -c "select encode('\\x5047434f50590aff0d0a000000000000000000'::bytea || int2send((count(*) + 1)::int2) || int4send(4) || int4send(2)
      || string_agg(int4send(length(wire) / 2) || decode(wire, 'hex'), '' order by name collate \"C\") || '\\xffff', 'base64') from kept.value" | base64 -d >"$work/upgrade.wire" &&
    columns=$(superuser -d "$1" -c "select string_agg(quote_ident(name), ', ' order by name collate \"C\") from kept.value") &&
    owner -d "$1" -c "\\copy bank.kept (id, $columns) from '$work/upgrade.wire' (format binary)" &&
    superuser -d "$1" -c "select format('insert into bank.kept (id, $columns) select 3, %s', string_agg(case when type = 'jsonb' then quote_literal(text) || '::jsonb'
      else quote_literal('\\x' || disk) || '::kept.bytes::' || type end, ', ' order by name collate \"C\")) from kept.value" >"$work/upgrade.insert" &&
    superuser -d "$1" -f "$work/upgrade.insert"
}

# answers DATABASE: what stored values do not answer as they did; "N answers" when all do.
answers() {
  superuser -d "$1" -F ': ' -c "refresh materialized view bank.totals" -c "
    select 'row ' || r.id || ', ' || v.name, a.question || E'\n  was ' || left(a.answer, 300) || E'\n  is  ' || left(coalesce(n.answer, 'NULL'), 300)
    from bank.kept r cross join kept.value v join kept.answer a using (name)
    cross join kept.answer_of(format('(select %I from bank.kept where id = %s)', v.name, r.id), a.question) as n(answer)
    where n.answer is distinct from a.answer order by 1" || return 1
  superuser -d "$1" -c "select count(*) || ' answers' from kept.answer cross join bank.kept"
}

# update VERSION FILE: from that version to the present one, compared in every respect.
update() {
  local version=$1 kept=$2 path
  if [ "$version" = "$VERSION" ]; then path=$VERSION; else path=$(superuser -c "select path from pg_extension_update_paths('pg_crm') where source = '$version' and target = '$VERSION'"); fi
  if [ -z "$path" ]; then
    wrong "nothing leads from $version to $VERSION: write sql/pg_crm--$version--$VERSION.sql (docs/releasing.md)"
    return
  fi
  fill old "$version" "$kept" || { wrong "$version cannot be installed beside the present library: each symbol of its script must stay"; return; }
  owner -d old -c 'set client_min_messages = warning' -c 'alter extension pg_crm update' || { wrong "$version does not update"; return; }
  catalogue old >"$work/upgrade.updated"
  diff "$work/upgrade.fresh" "$work/upgrade.updated" >"$work/upgrade.diff" || { head -n 40 "$work/upgrade.diff"; wrong "$version updated (>) is not as a fresh install (<) is"; }
  answers old >"$work/upgrade.answers" || { wrong "a value kept by $version is not read"; return; }
  if [ "$(wc -l <"$work/upgrade.answers")" != 1 ]; then head -n 60 "$work/upgrade.answers"; wrong "values kept by $version answer differently"; fi
  superuser -d old -c 'set client_min_messages = warning' -c 'drop schema kept cascade'
  dump old >"$work/upgrade.dump"
  create restored
  owner -d restored -o /dev/null -f "$work/upgrade.dump"
  dump restored | diff "$work/upgrade.dump" - >"$work/upgrade.diff" || { head -n 40 "$work/upgrade.diff"; wrong "what was built on $version (<) does not restore (>) into a fresh install"; }
  [ $failed = 1 ] || echo "upgrade: $path, $(tail -n 1 "$work/upgrade.answers"), $(grep -c '^CREATE VIEW' "$work/upgrade.dump") views"
}

for version in "${frozen[@]}"; do update "$version" "tests/upgrade/$version.sql"; done
if [ ${#frozen[@]} = 0 ]; then echo 'upgrade: no version is frozen yet'; fi

# Does it notice? A made-up version before all others: two objects fewer, one with another cost, one with another comment.
picked() { awk -v wanted="$1" 'BEGIN { RS = ";\n"; ORS = ";\n" } match($0, "(^|\n)" wanted)' "$built" | grep . || { echo "upgrade: the script has no $1" >&2 && return 1; }; }
without() { awk -v unwanted="$1" 'BEGIN { RS = ";\n"; ORS = ";\n" } !match($0, "(^|\n)(" unwanted ")")'; }
at='(function|aggregate) @extschema@[.]'
without "(create|comment on) $at(ndcg_at|top_k_merge)[(]" <"$built" | sed "/^create function @extschema@.policy_digest(/,/;$/s/ cost [0-9]*/ cost 8642/
  /^comment on function @extschema@.policy_valid(/{n;s/'/'Old. /}" >"$extension/pg_crm--0.0.9.sql"
right=$extension/pg_crm--0.0.9--$VERSION.sql
{
  picked "(create|comment on) $at(ndcg_at|top_k_merge)[(]"
  picked "create function @extschema@[.]policy_digest[(]" | sed 's/create function/create or replace function/'
  picked "comment on function @extschema@[.]policy_valid[(]"
} >"$right"
create keeper
owner -d keeper -c 'create extension pg_crm'
pgrx-config/freeze.sh --values keeper >"$work/upgrade.kept"
update 0.0.9 "$work/upgrade.kept" >"$work/upgrade.made_up"
cat "$work/upgrade.made_up"
[ $failed = 0 ] || exit 1

# A bad script, in every way; each is found in what differs.
cp "$right" "$work/upgrade.right"
{
  without "comment on $at(ndcg_at)[(]|create or replace function|comment on function @extschema@[.]policy_valid" <"$work/upgrade.right" |
    sed 's/ combinefunc = [^,]*,//; s/crm_ndcg_at/crm_hit_rate_at/; s/ parallel safe//; s/cost [0-9]*/cost 8643/'
  echo "create function @extschema@.too_many() returns pg_catalog.text language c as 'MODULE_PATHNAME', 'crm_version';"
  echo 'revoke execute on function @extschema@.tenure(@extschema@.rfm, pg_catalog.date) from public;'
  echo 'alter function @extschema@.tenure(@extschema@.rfm, pg_catalog.date) called on null input;'
  echo 'alter function @extschema@.recency(@extschema@.rfm, pg_catalog.date) owner to banker;'
  echo 'alter function @extschema@.monetary(@extschema@.rfm) volatile security definer set work_mem = 64;'
  echo 'alter type @extschema@.rfm set (storage = extended);'
  echo 'create operator @extschema@.+ (function = @extschema@.rfm_combine, leftarg = @extschema@.rfm, rightarg = @extschema@.rfm);'
  echo 'create cast (@extschema@.pnl as pg_catalog.numeric) with function @extschema@.total(@extschema@.pnl);'
  echo 'alter extension pg_crm drop function @extschema@.version();'
} >"$right"
create old
owner -d old -c "create extension pg_crm version '0.0.9'" -c 'alter extension pg_crm update'
catalogue old | diff "$work/upgrade.fresh" - >"$work/upgrade.diff" || true
noticed=0
while read -r line; do
  if grep -q -E "$line" "$work/upgrade.diff"; then noticed=$((noticed + 1)); else wrong "it did not notice: $line"; fi
done <<'EXPECTED'
^< function crm.policy_digest.*procost [|] [0-9.]+$
^> function crm.policy_digest.*procost [|] 8642$
^< function crm.ndcg_at.*comment 0
^> function crm.policy_valid.*Old[.]
^< aggregate crm.top_k_merge.*aggcombinefn
^> function crm.ndcg_at.*prosrc [|] crm_hit_rate_at
^> function crm.ndcg_at.*proparallel [|] u
^> function crm.tenure.*proisstrict [|] false
^> function crm.ndcg_at.*procost [|] 8643$
^> function crm.too_many
^> function crm.tenure.*proacl
^> function crm.recency.*proowner [|] banker
^> function crm.monetary.*provolatile [|] v
^> function crm.monetary.*prosecdef [|] true
^> function crm.monetary.*proconfig
^> type crm.rfm .*typstorage [|] x
^> operator crm.\+.*oprcode
^> cast .*numeric
^< function crm.version.*needs e
EXPECTED
cp "$work/upgrade.right" "$right"

# A value that changed in one of its forms, an answer that was another, a symbol that went.
sed -E '/^pnl\tcrm/s/"commission":"1200/"commission":"1300/; /^basket\tcrm/s/32(\t[0-9a-f]*)$/33\1/; /^rfm\tcrm/s/\t01000c003c/\t01000c003d/
  s/^(rfm\tcrm.last_at.v.\t2026-04-03 1)2/\13/' "$work/upgrade.kept" >"$work/upgrade.lost"
fill old 0.0.9 "$work/upgrade.lost"
owner -d old -c 'alter extension pg_crm update'
answers old >"$work/upgrade.answers"
for line in '^row 1, pnl: crm.revenue' '^row 2, basket: crm.basket_items' '^row 3, rfm: crm.frequency' '^row 2, rfm: crm.last_at'; do
  if grep -q -E "$line" "$work/upgrade.answers"; then noticed=$((noticed + 1)); else wrong "it did not notice: $line"; fi
done
sed -i "s/'crm_recency'/'crm_recency_of_old'/" "$extension/pg_crm--0.0.9.sql"
if fill old 0.0.9 "$work/upgrade.kept" >"$work/upgrade.gone" 2>&1; then wrong 'it did not notice a symbol that is gone'; else noticed=$((noticed + 1)); fi
echo "upgrade: $noticed of 24 faults noticed"
[ $failed = 0 ]
