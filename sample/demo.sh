#!/usr/bin/env bash
# The demonstration: a cluster of its own, the extension installed by a database owner who is no superuser, a data set,
# the main job. The cluster keeps running, so that you can look around; `make demo-stop` stops and removes it.
#
#   demo.sh start [FOLDER]   the made-up broker, or the real data in FOLDER (Berka or CDNOW)
#   demo.sh stop
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh
dir=${PG_CRM_DEMO:-/var/tmp/pg_crm-demo-$(id -un)}

if [ "${1:-start}" = stop ]; then
  pgrx-config/cluster.sh drop "$dir"
  say "stopped, and removed $dir"
  exit
fi

data=${2:-}
case $data in
  '') database=broker ;;
  *) if [ -f "$data/account.asc" ]; then database=berka; elif [ -f "$data/CDNOW_master.txt" ]; then database=cdnow; else
       echo "demo: $data holds neither the Berka bank (account.asc) nor CDNOW (CDNOW_master.txt); see sample/README.md for your own data" >&2
       exit 2
     fi ;;
esac

say "starting a cluster in $dir"
pgrx-config/cluster.sh start "$dir"
. "$dir/env"
admin() { psql -qXAt -v ON_ERROR_STOP=1 "$@"; }
analyst() { psql -X -v ON_ERROR_STOP=1 -U analyst -d "$database" "$@"; }
[ "$(admin -c "select count(*) from pg_roles where rolname = 'analyst'")" = 1 ] || admin -c 'create role analyst login'
[ "$(admin -c "select count(*) from pg_database where datname = '$database'")" = 1 ] || admin -c "create database $database owner analyst"

# The extension anew whenever it was built anew; the main job makes its tables again in any case.
build=$(cat "$PACKAGE"/usr/lib/postgresql/"$PG"/lib/pg_crm.so "$PACKAGE"/usr/share/postgresql/"$PG"/extension/pg_crm* | sha256sum | cut -c 1-16)
if [ "$(admin -d "$database" -c "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()")" != "pg_crm $build" ]; then
  say "create extension pg_crm, as the database owner"
  analyst -q -c 'set client_min_messages = warning' -c 'drop extension if exists pg_crm cascade' -c 'create extension pg_crm'
  admin -d "$database" -c "comment on database $database is 'pg_crm $build'"
fi
if [ "$(analyst -qAt -c "select to_regclass('job.info')")" != job.info ]; then
  say "loading the data (half a minute for the broker)"
  analyst -q ${data:+-v "data=$data"} -f "sample/$database.sql"
fi

analyst -q -f sample/job.sql
cat <<END

-- To look around:    psql -h $dir -p $PGPORT -U analyst $database
                      \\dt  \\df crm.*  \\da+ crm.rfm_agg    (the pages in docs/ start from here)
-- To stop:           make demo-stop
END
