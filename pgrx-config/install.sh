#!/usr/bin/env bash
# Copies the built extension into the installed PostgreSQL. Each file is replaced as a whole, so that sessions that have
# the old library loaded go on with it.
set -euo pipefail
cd "$(dirname "$0")/.."
. pgrx-config/common.sh
(cd "$PACKAGE" && find . -type f) | while read -r file; do
  target=${DESTDIR:-}/${file#./}
  install -D -m 644 "$PACKAGE/$file" "$target.new"
  mv "$target.new" "$target"
  say "installed $target"
done
