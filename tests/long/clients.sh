#!/usr/bin/env bash
# Programs that use the extension: psycopg 3 and psycopg2, SQLAlchemy with pandas, dbt-postgres, JDBC and ODBC. The Python blocks of
# docs/clients.md run as they stand; a call of every feature with bound parameters gives base types; a dbt project runs, runs again with new
# days, and is the same byte for byte as a full refresh. Installs what it needs below .tools (Python) and from Debian (JDBC, ODBC).
set -euo pipefail
cd "$(dirname "$0")/../.."
. pgrx-config/common.sh
work=$1
here=tests/long/clients
trap 'pgrx-config/cluster.sh drop "$work/cluster"' EXIT

# Python, with the versions that were tried.
python=$TOOLS/clients/bin/python
if ! "$python" -c 'import psycopg, psycopg2, sqlalchemy, pandas, pyodbc, dbt.adapters.postgres' 2>/dev/null; then
  say "installing psycopg, psycopg2, SQLAlchemy, pandas, dbt-postgres and pyodbc"
  rm -rf "$TOOLS/clients"
  python3 -m venv "$TOOLS/clients" >/dev/null 2>&1 || {
    if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    /usr/bin/python3 -m venv --clear "$TOOLS/clients"
  }
  "$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: -r $here/requirements.txt
fi
# JDBC and ODBC, and a Java that compiles.
missing=()
for package in libpostgresql-jdbc-java odbc-postgresql unixodbc; do
  dpkg-query -W -f '${Status}' $package 2>/dev/null | grep -q 'ok installed' || missing+=($package)
done
command -v javac >/dev/null || missing+=(default-jdk-headless)
if ((${#missing[@]})); then
  say "installing Debian packages: ${missing[*]}"
  if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

pgrx-config/cluster.sh start "$work/cluster"
. "$work/cluster/env"
psql -qX -v ON_ERROR_STOP=1 -c 'create role bank_owner login' -c 'create role analyst login' -c 'create database clients owner bank_owner'
export PGDATABASE=clients PGUSER=bank_owner
psql -qX -v ON_ERROR_STOP=1 -c 'create extension pg_crm' -c 'grant usage on schema crm to analyst' -c 'grant create on database clients to analyst' -c 'grant create on schema public to analyst'
# Programs connect as somebody who owns nothing of the extension.
export PGUSER=analyst

"$python" -B $here/page.py
"$python" -B $here/features.py
bash $here/dbt.sh "$work" "$python"
bash $here/drivers.sh "$work" "$python"
