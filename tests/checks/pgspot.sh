#!/usr/bin/env bash
# pgspot finds nothing in the script that is installed, nor in any upgrade script. No code is ignored.
set -euo pipefail
. pgrx-config/common.sh
PGSPOT=0.9.4
if [ "$("$TOOLS/pgspot/bin/pgspot" --version 2>/dev/null | awk '{print $NF}')" != "$PGSPOT" ]; then
  rm -rf "$TOOLS/pgspot"
  /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || {
    if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi
    say 'installing the Debian package python3-venv'
    { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv; } >/dev/null
  }
  /usr/bin/python3 -m venv "$TOOLS/pgspot"
  "$TOOLS/pgspot/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "pgspot==$PGSPOT" pglast==7.21
fi
shopt -s nullglob
scripts=("$PACKAGE"/usr/share/postgresql/"$PG"/extension/pg_crm--*.sql sql/pg_crm--*.sql sql/install/pg_crm--*.sql)
((${#scripts[@]})) || { echo 'no script to look at'; exit 1; }
clean='Errors: 0 Warnings: 0 Unknown: 0'
for script in "${scripts[@]}"; do
  said=$("$TOOLS/pgspot/bin/pgspot" "$script") || true
  # PostgreSQL replaces these names before it runs the script; with a schema that is not crm the finding would be the same.
  replaced=$(sed 's/@extschema@/crm/g' "$script" | "$TOOLS/pgspot/bin/pgspot") || true
  grep -qF "$clean" <<<"$said" && grep -qF "$clean" <<<"$replaced" || { printf '%s:\n%s\n%s\n' "$script" "$said" "$replaced"; exit 1; }
done
# Can it fail? What it is to find, it finds.
for wrong in "create or replace function crm.a() returns int language sql as 'select 1';" 'create table if not exists crm.t (a int);' 'create function crm.a() returns int language plpgsql as $$ begin return 1; end $$;' \
  'select 1 = 1;' 'select now();'; do
  if grep -qF "$clean" < <("$TOOLS/pgspot/bin/pgspot" <<<"$wrong" || true); then echo "not found: $wrong"; exit 1; fi
done
