#!/usr/bin/env bash
# The documentation makes one manual: no dead link, every page in the index, every function on a page that people wrote.
set -euo pipefail
exec tests/manual.sh "$1/manual.html"
