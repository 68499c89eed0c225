#!/usr/bin/env bash
# Makes target/package/postgresql-$PG-pg-crm_VERSION-1_ARCH.deb of what build.sh built: the extension's files, the documentation and
# the licence. The same files make the same bytes: every time in it is SOURCE_DATE_EPOCH, or that of the last commit.
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh
maintainer=${PACKAGE_MAINTAINER:-$(sed -n 's|^  "maintainer": "\(.*\)",$|\1|p' META.json)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
umask 022

name=postgresql-$PG-pg-crm
arch=$(dpkg --print-architecture)
deb=target/package/${name}_$VERSION-1_$arch.deb
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
share=usr/share/postgresql/$PG/extension
lib=usr/lib/postgresql/$PG/lib
doc=usr/share/doc/$name
mkdir -p "$root"/{DEBIAN,"$share","$lib","$doc"} target/package

[ -f "$PACKAGE/$share/pg_crm--$VERSION.sql" ] || { echo "package.sh: $PACKAGE is not version $VERSION: make build" >&2 && exit 1; }
cp "$PACKAGE/$share"/pg_crm.control "$PACKAGE/$share/pg_crm--$VERSION.sql" "$root/$share/"
cp sql/pg_crm--*--*.sql "$root/$share/" 2>/dev/null || true
cp "$PACKAGE/$lib/pg_crm.so" "$root/$lib/"
strip --strip-unneeded --remove-section=.comment "$root/$lib/pg_crm.so"

# The pages as they lie in the source, so that their links hold; what runs only in a checkout stays there.
tracked() { git ls-files -co --exclude-standard "$@" 2>/dev/null | grep . || find "$@" -type f; }
tracked README.md CHANGELOG.md docs bench sample | grep -E '\.md$|^sample/.*\.sql$' | while read -r file; do
  install -D -m 644 "$file" "$root/$doc/$file"
done
when=$(date -u -R -d "@$SOURCE_DATE_EPOCH")
gzip -9n <CHANGELOG.md >"$root/$doc/changelog.gz"
gzip -9n >"$root/$doc/changelog.Debian.gz" <<CHANGES
pg-crm ($VERSION-1) unstable; urgency=medium

  * Version $VERSION; what is new in it is in changelog.gz.

 -- $maintainer  $when
CHANGES
# What is compiled in, with the licence of each: where there is a choice, the MIT licence.
sources=$(cargo metadata --locked --offline --format-version 1 | grep -oP '"manifest_path":"\K[^"]+(?=/Cargo.toml")')
crates() { cargo tree --locked --offline -e normal,no-proc-macro --no-default-features --features "pg$PG" --prefix none --no-dedupe -f '{p} | {l}'; }
crates | grep -v ' (/' | LC_ALL=C sort -u | while read -r crate version _ licence; do
  printf '==== %s %s: %s\n\n' "$crate" "${version#v}" "$licence"
  source=$(grep -x ".*/$crate-${version#v}" <<<"$sources")
  licences=$(find "$source" -maxdepth 2 -type f -ipath "$source/licen[cs]e*mit*" | LC_ALL=C sort)
  [ -n "$licences" ] || licences=$(find "$source" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' \) | LC_ALL=C sort)
  if [ -n "$licences" ]; then tr '\n' '\0' <<<"$licences" | xargs -0 cat; else echo '(no file with it in the crate)'; fi
  echo
done >"$root/$doc/crates.txt"
{
  cat <<'COPYRIGHT'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: pg_crm
Comment: The library contains the crates of crates.txt, which has their licences.

Files: *
COPYRIGHT
  sed -n 's/^Copyright (c) /Copyright: /p' LICENSE
  echo 'License: PostgreSQL'
  sed '1,/^Copyright/d' LICENSE | sed '1{/^$/d}; s/^$/./; s/^/ /'
} >"$root/$doc/copyright"

# The oldest C library and the oldest libgcc that have every symbol which the library asks for.
needs() { readelf -W -V "$root/$lib/pg_crm.so" | grep -oP "Name: $1_\K[0-9.]+" | sort -V | tail -n 1; }
cat >"$root/DEBIAN/control" <<CONTROL
Package: $name
Source: pg-crm
Version: $VERSION-1
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $(($(find "$root/usr" -type f -printf '%k+')0))
Depends: postgresql-$PG, libc6 (>= $(needs GLIBC)), libgcc-s1 (>= $(needs GCC))
Section: database
Priority: optional
Description: customer analytics inside PostgreSQL $PG
 pg_crm computes the customer analytics of banks and brokers where the data
 lies, in SQL: recency, frequency and value of customers, tiers with their
 rules and history, profit and cost to serve, lifetime value, suitability and
 matching of products, and the reasons for each answer.
 .
 Aggregates read rows once and return small values that can be stored, merged
 and dumped; thresholds and rules are jsonb documents in your own tables. The
 same rows give the same bytes under any plan, and money is summed exactly.
 .
 The extension is trusted: the owner of a database installs it with "create
 extension pg_crm". It needs no superuser, no preloading and no restart, and
 reaches neither files nor the network.
CONTROL
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -type f -exec chmod 644 {} +
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
# One thread: how many there are would change the bytes.
dpkg-deb --root-owner-group -Zxz -z1 --threads-max=1 --build "$root" "$deb" >/dev/null
say "made $deb"
