#!/usr/bin/env bash
# Freezes the version of Cargo.toml, for good: its script as sql/install/pg_crm--VERSION.sql, and as tests/upgrade/VERSION.sql what
# it keeps (tests/upgrade/store.sql), for the upgrade test of every later version. See docs/releasing.md.
#   --again            replaces what is frozen: only before the version is out
#   --values DATABASE  writes only the values, of this database in which the extension is, to standard output
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh

values() {
  psql -qXAt -v ON_ERROR_STOP=1 -d "$1" -o /dev/null -f tests/upgrade/store.sql
  local table
  for table in value answer; do
    echo "copy kept.$table from stdin;"
    psql -qX -v ON_ERROR_STOP=1 -d "$1" -c "set client_encoding = 'UTF8'" -c "copy (select * from kept.$table t order by t::text collate \"C\") to stdout"
    echo '\.'
  done
}
if [ "${1:-}" = --values ]; then
  values "$2"
  exit
fi

script=sql/install/pg_crm--$VERSION.sql
kept=tests/upgrade/$VERSION.sql
if [ "${1:-}" != --again ]; then
  for file in "$script" "$kept"; do
    if [ -e "$file" ]; then echo "freeze.sh: $file is there: $VERSION is frozen. Raise the version, or say --again if it is not out yet" >&2 && exit 1; fi
  done
fi
pgrx-config/build.sh
work=$(mktemp -d /tmp/pg_crm-freeze.XXXXXX)
chmod 755 "$work"
trap 'pgrx-config/cluster.sh drop "$work/cluster"; rm -rf "$work"' EXIT
pgrx-config/cluster.sh start "$work/cluster"
. "$work/cluster/env"
psql -qX -v ON_ERROR_STOP=1 -c 'create extension pg_crm'
{ echo "-- What pg_crm $VERSION keeps, written by pgrx-config/freeze.sh. Never changed: it stands for what databases hold."; values postgres; } >"$work/kept"
mkdir -p sql/install
cp "$PACKAGE/usr/share/postgresql/$PG/extension/pg_crm--$VERSION.sql" "$script"
chmod 644 "$script"
mv "$work/kept" "$kept"
say "frozen: $script, $kept. Commit both"
