#!/usr/bin/env bash
# The Debian package in a clean Debian 12 of its own: no finding of lintian, installed with apt (no Rust, no superuser), the README in
# the server that Debian starts, and nothing left after apt remove. As root, or with sudo; needs a Debian mirror.
set -euo pipefail
work=$1
. pgrx-config/common.sh
[ "$PG" = 15 ] || { echo "package: Debian 12 has PostgreSQL 15, not $PG" && exit 1; }
name=postgresql-$PG-pg-crm
# Made by who has Rust; the rest is root's.
deb=${DEB:-}
if [ -z "$deb" ]; then
  pgrx-config/package.sh >"$work/made"
  deb=$(sed -n 's/^-- made //p' "$work/made")
fi
[ "$(id -u)" = 0 ] || exec sudo -n DEB="$deb" bash "$0" "$@"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
for tool in debootstrap lintian; do
  command -v $tool >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends $tool; } >"$work/tools.log" 2>&1 || { tail -n 20 "$work/tools.log" && exit 1; }
done
# It is no package of Debian's, so no bug asks for it; the second lib in the path is PostgreSQL's.
lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs,repeated-path-segment "$deb" 2>"$work/lintian.err" || { cat "$work/lintian.err" && exit 1; }

root=$work/debian
inside() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
logged() { "$@" >"$work/step.log" 2>&1 || { tail -n 30 "$work/step.log" && return 1; }; }
finish() {
  [ ! -x "$root/usr/bin/pg_ctlcluster" ] || inside pg_ctlcluster "$PG" bank stop -m fast >/dev/null 2>&1 || true
  if mountpoint -q "$root/proc"; then umount "$root/proc"; fi
  rm -rf --one-file-system "$root"
}
trap finish EXIT
logged debootstrap --variant=minbase bookworm "$root"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
# No daemon starts by itself, and no cluster is made on a port that the machine may use.
printf '#!/bin/sh\nexit 101\n' | install -m 755 /dev/stdin "$root/usr/sbin/policy-rc.d"
mkdir -p "$root/etc/postgresql-common/createcluster.d"
echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.d/none.conf"
for tool in cargo rustc gcc; do if inside which $tool; then echo "package: $tool is there" && exit 1; fi; done

# First the server, from Debian, so that what the package itself brings and leaves can be told; then the package.
logged inside apt-get update
logged inside apt-get install -y --no-install-recommends "postgresql-$PG"
files() { (cd "$root" && find usr etc var/lib opt -xdev | grep -v -E '^(etc/postgresql|var/lib/(dpkg|apt|postgresql|systemd))(/|$)' | LC_ALL=C sort); }
files >"$work/before"
cp "$deb" "$root/tmp/"
logged inside apt-get install -y --no-install-recommends "/tmp/$(basename "$deb")"
[ "$(inside dpkg-query -W -f '${Status} ${Version}' "$name")" = "install ok installed $VERSION-1" ] || { echo "package: not installed" && exit 1; }
inside dpkg --verify "$name" | grep . && { echo "package: dpkg --verify finds these" && exit 1; }

logged inside pg_createcluster "$PG" bank --port 54320 -o listen_addresses= -o fsync=off -- -A trust
logged inside pg_ctlcluster "$PG" bank start
export PGHOST=$root/run/postgresql PGPORT=54320 PGUSER=postgres PGDATABASE=postgres
psql -qX -v ON_ERROR_STOP=1 -c 'create role bank_owner login' -c 'create database kept owner bank_owner'
logged python3 tests/docs.py README.md docs/rfm.md docs/matching.md
readme=$(tail -n 1 "$work/step.log")
run() { psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner -d kept "$@"; }
run -c 'create extension pg_crm' -c "create table kept as select crm.rfm_of(3, 30, '2026-01-01', '2026-02-01') as r" -c 'select crm.frequency(r) from kept' >"$work/answer"
[ "$(cat "$work/answer")" = 3 ] || { echo "package: $(cat "$work/answer")" && exit 1; }

# Taken away, nothing of it is left; put back, what was stored is there.
logged inside apt-get remove -y "$name"
files >"$work/after"
diff "$work/before" "$work/after" || { echo "package: left behind (>) by apt remove" && exit 1; }
if run -c 'select crm.frequency(r) from kept' >"$work/gone" 2>&1; then echo "package: it still answers: $(cat "$work/gone")" && exit 1; fi
grep -q 'could not access file' "$work/gone" || { cat "$work/gone" && exit 1; }
logged inside apt-get install -y --no-install-recommends "/tmp/$(basename "$deb")"
[ "$(run -c 'select crm.frequency(r) from kept')" = 3 ]
# Without the files the extension can still be dropped.
logged inside apt-get purge -y "$name"
run -c 'drop table kept' -c 'drop extension pg_crm'
[ "$(run -c "select count(*) from pg_proc where pronamespace = 'crm'::regnamespace")" = 0 ]
echo "package: $(du -k "$deb" | cut -f 1) kB, installed, run ($readme), removed, put back and purged"
