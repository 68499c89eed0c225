#!/usr/bin/env bash
# The Debian package: what is in it and what it says of itself, the same bytes when made again, and the README's statements in
# a server whose files of the extension come from it. Installed with apt in a clean Debian: tests/long/package.sh.
set -euo pipefail
work=$1
. pgrx-config/common.sh
wrong() { echo "package: $*"; failed=1; }
failed=0

pgrx-config/package.sh >"$work/package.made"
deb=$(sed -n 's/^-- made //p' "$work/package.made")
name=postgresql-$PG-pg-crm
[ "$(basename "$deb")" = "${name}_$VERSION-1_$(dpkg --print-architecture).deb" ] || wrong "its name is $deb"
before=$(sha256sum <"$deb")
pgrx-config/package.sh >/dev/null
[ "$(sha256sum <"$deb")" = "$before" ] || wrong "made again it has other bytes"

field() { dpkg-deb -f "$deb" "$1"; }
[ "$(field Package)" = "$name" ] || wrong "it is called $(field Package)"
[ "$(field Version)" = "$VERSION-1" ] || wrong "its version is $(field Version), not $VERSION-1"
unpacked=$work/unpacked
rm -rf "$unpacked"
dpkg-deb -R "$deb" "$unpacked"
chmod -R go+rX "$unpacked"
library=$unpacked/usr/lib/postgresql/$PG/lib/pg_crm.so
# What it depends on: each library that is loaded, and the C library that has every symbol.
depends=$(field Depends)
grep -q "^postgresql-$PG, " <<<"$depends" || wrong "it does not depend on the server: $depends"
for needed in $(readelf -d "$library" | grep -oP 'NEEDED.*\[\K[^]]+'); do
  case $needed in
    libc.so.6 | libm.so.6 | ld-linux*) package='libc6' ;;
    libgcc_s.so.1) package='libgcc-s1' ;;
    *) package=$needed ;;
  esac
  grep -q ", $package (>= [0-9.]*)" <<<"$depends" || wrong "it needs $needed, and does not depend on it: $depends"
done
readelf -W -V "$library" | grep -oP 'Name: GLIBC_\K[0-9.]+' | while read -r symbols; do
  dpkg --compare-versions "$symbols" le "$(grep -oP 'libc6 \(>= \K[0-9.]+' <<<"$depends")" || echo "package: it needs symbols of glibc $symbols: $depends"
done >"$work/package.symbols"
if [ -s "$work/package.symbols" ]; then cat "$work/package.symbols" && failed=1; fi
if readelf -S "$library" | grep -q ' \.symtab'; then wrong "the library is not stripped"; fi

# What is in it: exactly the extension's files, and the documentation.
{
  echo "usr/lib/postgresql/$PG/lib/pg_crm.so"
  echo "usr/share/postgresql/$PG/extension/pg_crm.control"
  (cd sql && find . -maxdepth 1 -name 'pg_crm--*--*.sql' -printf "usr/share/postgresql/$PG/extension/%f\n")
  echo "usr/share/postgresql/$PG/extension/pg_crm--$VERSION.sql"
} | LC_ALL=C sort >"$work/package.expected"
(cd "$unpacked" && find . -type f -not -path './DEBIAN/*' -not -path "./usr/share/doc/$name/*" | cut -c 3- | LC_ALL=C sort) |
  diff "$work/package.expected" - || wrong "the files outside of the documentation are not those (< expected)"
doc=$unpacked/usr/share/doc/$name
for file in README.md CHANGELOG.md docs/*.md; do cmp -s "$file" "$doc/$file" || wrong "$file is not in the documentation"; done
grep -q 'Permission to use, copy, modify' "$doc/copyright" || wrong "the licence is not in copyright"
[ "$(grep -c '^==== .*: .' "$doc/crates.txt")" -ge 20 ] || wrong "crates.txt does not have the crates"
for page in "$doc"/*.md "$doc"/*/*.md; do
  { grep -oP '\]\(\K[^)#:]+(?=[)#])' "$page" || true; } | while read -r link; do
    [ -e "$(dirname "$page")/$link" ] || echo "package: ${page#"$doc/"} has a link to $link, which is not there"
  done
done >"$work/package.links"
if [ -s "$work/package.links" ]; then cat "$work/package.links" && failed=1; fi
[ "$(dpkg-deb -c "$deb" | awk '{ print $2 }' | sort -u)" = root/root ] || wrong "not everything belongs to root"
[ -z "$(dpkg-deb -c "$deb" | awk '$1 !~ /^(drwxr-xr-x|-rw-r--r--)$/')" ] || wrong "some modes are not 755 and 644"
(cd "$unpacked" && md5sum --quiet -c DEBIAN/md5sums) || wrong "the checksums are wrong"
[ "$(cd "$unpacked" && find usr -type f | wc -l)" = "$(wc -l <"$unpacked/DEBIAN/md5sums")" ] || wrong "not every file has a checksum"
# (The library does: pgrx and panics know their sources.)
if grep -rlF --exclude=pg_crm.so "$PWD" "$unpacked"; then wrong "these name the folder of the build"; fi
if grep -q 'connected objects' "$unpacked/usr/share/postgresql/$PG/extension/pg_crm--$VERSION.sql"; then wrong "the script is not plain (pgrx-config/script.sh)"; fi
[ $failed = 0 ] || exit 1

# A server with its files, and the README in it, as the owner of a database who is no superuser.
trap 'pgrx-config/cluster.sh drop "$work/package.cluster"' EXIT
PACKAGE=$unpacked pgrx-config/cluster.sh start "$work/package.cluster"
. "$work/package.cluster/env"
psql -qX -v ON_ERROR_STOP=1 -c 'create role bank_owner login'
[ "$(psql -qXAt -U bank_owner -c 'select rolsuper from pg_roles where rolname = current_user')" = f ]
python3 tests/docs.py README.md >"$work/package.readme" || { cat "$work/package.readme" && exit 1; }
