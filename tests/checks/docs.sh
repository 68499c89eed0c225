#!/usr/bin/env bash
# Every SQL block of the documentation runs and prints what its page says.
set -euo pipefail
if [ "${UPDATE:-}" = 1 ]; then set -- --update; else set --; fi
exec python3 tests/docs.py "$@"
