#!/usr/bin/env bash
# The reference is what the comments in the catalogue say: docs/reference.md and docs/reference/. UPDATE=1 writes it anew.
set -euo pipefail
work=$1
rm -rf "$work/reference"
python3 tests/reference.py bank_owner crm_test "$work/reference"
if [ "${UPDATE:-}" = 1 ]; then
  rm -rf docs/reference
  cp -r "$work/reference/." docs/
fi
diff -r "$work/reference/reference" docs/reference
diff "$work/reference/reference.md" docs/reference.md
