#!/usr/bin/env bash
# A PostgreSQL of another major than is installed, with its headers, in .tools/pgMAJOR: the packages of a release that has
# it, unpacked with all that they need, C library included. Prints `export PG=… PG_ROOT=…`, with which the other scripts use it:
#
#   exports=$(pgrx-config/root.sh 17) && eval "$exports" && tests/run.sh sql
#
# Nothing is installed: each program is started by the dynamic loader of its root, and PostgreSQL finds its files relative to
# its program. The server runs as any other, so the tests need not know of it.
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh

major=${1:?major of PostgreSQL}
# What is installed needs no root.
if [ -x "/usr/lib/postgresql/$major/bin/postgres" ] && [ -f "/usr/include/postgresql/$major/server/postgres.h" ]; then
  printf 'export PG=%q PG_ROOT=\n' "$major"
  exit
fi
case $major in
  14) suite=jammy ;;
  16) suite=noble ;;
  17) suite=trixie ;;
  18) suite=forky ;;
  *) echo "root.sh: no release is known for PostgreSQL $major" >&2 && exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "root.sh: only root can unpack PostgreSQL $major and start its server" >&2; exit 1; }
root=$TOOLS/pg$major
say() { printf -- '-- %s\n' "$*" >&2; }

# unpack DIR SUITE PACKAGES [OPTION…]: packages of a release and what they depend on, unpacked, none of their scripts run.
unpack() {
  local dir=$1 release=$2 packages=$3
  shift 3
  # A mirror may keep a release for longer than it is said to be valid.
  mmdebstrap --variant=extract --components=main,universe --aptopt='Acquire::Check-Valid-Until "false"' "$@" \
    --include="$packages" "$release" "$dir" >"$TOOLS/root.log" 2>&1 || {
    tail -n 20 "$TOOLS/root.log" >&2
    return 1
  }
}

make_root() {
  local options=() program loader libraries
  if ! command -v mmdebstrap >/dev/null; then
    say "installing Debian package: mmdebstrap"
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null
  fi
  mkdir -p "$TOOLS"
  rm -rf "$root" "$root.keys"
  say "unpacking PostgreSQL $major of $suite (a minute, once)"
  case $suite in
    jammy | noble) # of Ubuntu, whose keys a release of Debian has
      unpack "$root.keys" trixie ubuntu-keyring
      options=(--keyring="$root.keys/usr/share/keyrings/ubuntu-archive-keyring.gpg")
      ;;
  esac
  unpack "$root" "$suite" "postgresql-$major,postgresql-server-dev-$major" "${options[@]}"
  rm -rf "$root.keys" "$TOOLS/root.log"
  # The compilers that come with the headers are not used.
  rm -rf "$root"/usr/lib/{llvm-*,gcc,python*} "$root"/usr/include/{llvm*,c++} "$root"/usr/share/{doc,man,locale,i18n,perl}

  loader=$(find "$root" -path '*-linux-gnu/ld-linux-*' -type f)
  libraries=$root/usr/lib/$(uname -m)-linux-gnu:$root/lib/$(uname -m)-linux-gnu
  find "$root/usr/lib/postgresql/$major/bin" "$root/usr/lib/postgresql/$major/lib/pgxs" -type f -perm -u+x | while read -r program; do
    [ "$(head -c 4 "$program" | tail -c 3)" = ELF ] || continue
    mv "$program" "$program.elf"
    printf '#!/bin/sh\nexec "%s" --argv0 "$0" --library-path "%s" "%s" "$@"\n' "$loader" "$libraries" "$program.elf" >"$program"
    chmod 755 "$program"
  done
  # Some print the paths that they were built for.
  sed -i "\$s|\$| \| sed 's,^/usr/,$root/usr/,'|; \$s|^exec ||" "$root/usr/lib/postgresql/$major/bin/pg_config"
  touch "$root/ready"
}

[ -f "$root/ready" ] || make_root
runuser -u postgres -- test -r "$root/ready" || { echo "root.sh: the server's user postgres cannot read $root: use a checkout that others may read" >&2; exit 1; }
printf 'export PG=%q PG_ROOT=%q\n' "$major" "$root"
