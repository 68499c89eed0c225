#!/usr/bin/env bash
# A throw-away cluster in a directory of its own, without touching a PostgreSQL that is installed or runs here.
#
#   cluster.sh start DIR   make it if need be, start it, and write DIR/env (to be sourced: PGHOST, PGPORT, PGUSER)
#   cluster.sh stop DIR    stop it
#   cluster.sh drop DIR    stop it and remove the directory
#
# The server runs from a tree in DIR that links to the installed one and adds the extension's files: PostgreSQL finds its
# files relative to its binary. It listens on a socket in DIR only. Started by root, it belongs to the user postgres.
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh

action=${1:?start, stop or drop}
dir=${2:?directory}
data=$dir/data
tree=$dir/tree
server=$tree$PG_BIN
if [ "$(id -u)" = 0 ]; then as_server=(runuser -u postgres --); else as_server=(); fi
# The server's user may not be able to read the directory we stand in.
server_run() { (cd "$dir" && "${as_server[@]}" "$@"); }
running() { [ -f "$data/postmaster.pid" ] && server_run "$server/pg_ctl" -D "$data" status >/dev/null 2>&1; }

plant_tree() {
  local ours=$PACKAGE/usr share=$PG_ROOT/usr/share/postgresql/$PG lib=$PG_ROOT/usr/lib/postgresql/$PG/lib file
  mkdir -p "$server" "$tree$share/extension" "$tree$lib"
  cp -u "$PG_BIN"/{postgres,initdb,pg_ctl} "$server/"
  for file in "$share"/*; do [ "$(basename "$file")" = extension ] || ln -sfn "$file" "$tree$share/"; done
  for file in "$share"/extension/* "$lib"/*; do
    case $(basename "$file") in pg_crm*) ;; *) ln -sfn "$file" "$tree$file" ;; esac
  done
  rm -f "$tree$share"/extension/pg_crm*
  cp "$ours/share/postgresql/$PG"/extension/pg_crm* "$tree$share/extension/"
  # A new file, not new bytes in the old one: a running backend has the old one mapped.
  cp "$ours/lib/postgresql/$PG/lib/pg_crm.so" "$tree$lib/pg_crm.so.new"
  mv "$tree$lib/pg_crm.so.new" "$tree$lib/pg_crm.so"
}

start() {
  mkdir -p "$dir"
  plant_tree
  if [ ! -f "$data/PG_VERSION" ]; then
    rm -rf "$data"
    mkdir -p "$data"
    [ "$(id -u)" != 0 ] || chown postgres "$dir" "$data"
    chmod 700 "$dir"
    server_run "$server/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    # Room for many workers: on a busy machine those of the query before may still be there when the next one asks for its own.
    cat >>"$data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
port = 54320
fsync = off
max_worker_processes = 64
max_parallel_workers = 64
shared_buffers = ${SHARED_BUFFERS:-256MB}
log_min_messages = warning
CONF
  fi
  running || server_run env -u RUST_BACKTRACE "$server/pg_ctl" -D "$data" -l "$dir/log" -w start >/dev/null
  printf 'export PGHOST=%q PGPORT=54320 PGUSER=postgres PGDATABASE=postgres\n' "$dir" >"$dir/env"
}

stop() { if running; then server_run "$server/pg_ctl" -D "$data" -m fast -w stop >/dev/null; fi; }

case $action in
  start) start ;;
  stop) stop ;;
  drop) stop && rm -rf "$dir" ;;
  *) echo "cluster.sh: $action is not known" >&2 && exit 2 ;;
esac
