#!/usr/bin/env bash
# A table with a column of every type of the extension reaches other clusters with the same bytes: dumped and restored with the
# roles, by pg_upgrade (copied and linked), by logical replication (text and binary), and on a physical standby before and after
# it is promoted.
set -euo pipefail
work=$1
. pgrx-config/common.sh
as_server=()
if [ "$(id -u)" = 0 ]; then as_server=(runuser -u postgres --); fi
server_run() { (cd "$work/run" && "${as_server[@]}" "$@"); }
fail() { echo "$*"; exit 1; }
on() { # on CLUSTER psql's arguments
  (. "$work/$1/env" && shift && psql -qXAt -v ON_ERROR_STOP=1 "$@")
}
state() { on "$1" -d "$2" -U bank_owner -c "select state_of('kept')"; }
same() { # same CLUSTER DATABASE HOW
  [ "$(state "$1" "$2")" = "$before" ] || fail "$3 changed values"
  echo "$3: the same bytes"
}
started=()
trap 'for name in "${started[@]}"; do pgrx-config/cluster.sh drop "$work/$name" || true; done' EXIT
start() {
  [[ " ${started[*]-} " == *" $1 "* ]] || started+=("$1")
  pgrx-config/cluster.sh start "$work/$1"
}
export PGOPTIONS='-c client_min_messages=warning'
mkdir -p "$work/run"
[ "$(id -u)" != 0 ] || chown postgres "$work/run"

start source
pgrx-config/cluster.sh stop "$work/source"
cat >>"$work/source/data/postgresql.conf" <<CONF
wal_level = logical
max_wal_senders = 8
CONF
start source
on source -c 'create role bank_owner login' -c 'create role banker login' -c 'create database crm owner bank_owner'
on source -d crm -U bank_owner -f tests/checks/roundtrip/kept.sql
on source -d crm -U bank_owner -c 'grant usage on schema crm to banker' -c 'grant select on kept to banker'
before=$(state source crm)

# Into a new cluster, as one moves to another machine or version: the roles, then the databases.
start target
(. "$work/source/env" && pg_dumpall --globals-only -f "$work/globals.sql" && pg_dump -d crm -Fc -f "$work/crm.dump" && pg_dump -d crm --schema-only -f "$work/schema.sql")
on target -f "$work/globals.sql" 2>/dev/null || true # postgres is there already
(. "$work/target/env" && psql -qX -v ON_ERROR_STOP=1 -c 'create role bank_owner login' -c 'create role banker login' >/dev/null 2>&1 || true
  pg_restore --create --exit-on-error -d postgres "$work/crm.dump")
same target crm 'restored into a new cluster'
[ "$(on target -d crm -U banker -c 'select crm.rfm_merge(r) is not null from kept')" = t ] || fail 'the grants are lost'

# Logical replication: what is there is copied, what comes later is applied; values as text, and in binary form.
on source -d crm -c 'create publication kept for table kept'
for how in as_text as_binary; do
  on target -c "create database $how owner bank_owner"
  on target -d $how -f "$work/schema.sql" >/dev/null
  on target -d $how -c "create subscription $how connection 'host=$work/source port=54320 user=postgres dbname=crm' publication kept with (binary = $([ $how = as_text ] && echo false || echo true))"
done
wait_for() { # wait_for CLUSTER DATABASE HOW
  local i
  for i in $(seq 600); do
    if [ "$(state "$1" "$2")" = "$before" ]; then echo "$3: the same bytes"; return; fi
    sleep 0.1
  done
  fail "$3: not the same after a minute: $(on "$1" -d "$2" -c 'select count(*) from kept')"
}
wait_for target as_text 'logical replication, copied'
wait_for target as_binary 'logical replication in binary form, copied'
on source -d crm -U bank_owner -c 'insert into kept select (jsonb_populate_record(kept, jsonb_build_object($$id$$, id + 1000))).* from kept' -c 'delete from kept where id = 4' \
  -c 'update kept set b = (select crm.rfm_book_merge(b) from kept where id in (3, 5)) where id = 3'
new=$(state source crm)
[ "$new" != "$before" ] || fail 'the changes changed nothing'
before=$new
wait_for target as_text 'logical replication, applied'
wait_for target as_binary 'logical replication in binary form, applied'
for how in as_text as_binary; do on target -d $how -c "drop subscription $how"; done

# A physical standby.
mkdir -p "$work/standby"
[ "$(id -u)" != 0 ] || chown postgres "$work/standby"
started+=(standby)
server_run "$PG_BIN/pg_basebackup" -h "$work/source" -p 54320 -U postgres -D "$work/standby/data" -R -X stream
echo "unix_socket_directories = '$work/standby'" >>"$work/standby/data/postgresql.conf"
start standby
on source -d crm -U bank_owner -c 'update kept set id = 2000 where id = 1003'
before=$(state source crm)
wait_for standby crm 'on a standby'
[ "$(on standby -d crm -c 'select pg_is_in_recovery()')" = t ] || fail 'the standby is none'
[ "$(on standby -d crm -U banker -c 'select crm.rfm_book_customers(crm.rfm_book_merge(b)) > 0 from kept')" = t ] || fail 'a standby cannot compute'
on standby -d crm -c 'select pg_promote()' >/dev/null
on standby -d crm -U bank_owner -c 'update kept set id = 2001 where id = 2000' -c 'update kept set id = 2000 where id = 2001'
same standby crm 'on a standby, promoted and written to'
pgrx-config/cluster.sh drop "$work/standby"

# pg_upgrade. To the same version, which it allows: what differs between versions is not ours. Its tools join the server's in the tree.
on source -d crm -c 'drop publication kept'
pgrx-config/cluster.sh stop "$work/source"
upgrade() { # upgrade MODE OPTION...
  start "$1"
  pgrx-config/cluster.sh stop "$work/$1"
  local tool cluster
  for cluster in source "$1"; do
    for tool in "$PG_BIN"/{pg_controldata,pg_resetwal,pg_dump,pg_dumpall,pg_restore,psql,vacuumdb}; do ln -sf "$tool" "$work/$cluster/tree$PG_BIN/"; done
  done
  server_run "$PG_BIN/pg_upgrade" -b "$work/source/tree$PG_BIN" -B "$work/$1/tree$PG_BIN" -d "$work/source/data" -D "$work/$1/data" -s "$work/run" -U postgres "${@:2}" >"$work/upgrade.log" 2>&1 ||
    { tail -n 30 "$work/upgrade.log"; fail "pg_upgrade, $1, fails"; }
  start "$1"
  same "$1" crm "pg_upgrade, $1"
  [ "$(on "$1" -d crm -U banker -c 'select crm.rfm_merge(r) is not null from kept')" = t ] || fail 'pg_upgrade loses grants'
  # A dump does not name the owner of an extension, so it belongs to whoever ran pg_upgrade now (of any extension): he updates and drops it (docs/for-dbas.md).
  [ "$(on "$1" -d crm -c "select extowner::regrole || ' ' || nspowner::regrole from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'pg_crm'")" = 'postgres bank_owner' ] ||
    fail 'after pg_upgrade the extension or its schema belongs to somebody else than the documentation says'
  for statement in 'alter extension pg_crm update' 'drop extension pg_crm cascade'; do
    if on "$1" -d crm -U bank_owner -c "$statement" 2>"$work/refused"; then fail "after pg_upgrade bank_owner can: $statement"; fi
    grep -q 'must be owner of extension pg_crm' "$work/refused" || fail "$statement: $(cat "$work/refused")"
  done
  on "$1" -d crm -c 'alter extension pg_crm update' -c 'drop materialized view top' -c 'drop table kept' -c 'drop extension pg_crm'
  pgrx-config/cluster.sh drop "$work/$1"
}
upgrade copy
upgrade link --link
