#!/usr/bin/env bash
# Makes the scripts that pgrx generated (FILE…) plain and the same wherever they are built: without pgrx's own comments, which
# name the folder of the build. Fails when the order of the objects is left to chance; what is plain already stays as it is.
set -euo pipefail
for file; do
  awk '
    /^\/\* <begin connected objects> \*\/$/ { head = 1; blocks++; bound = 0; next }
    /^\/\* <\/end connected objects> \*\/$/ { next }
    head && /^\/\*$/ { about = 1; blocks--; next }                 # not a block: what pgrx tells of the script
    about { if (/^\*\/$/) about = head = 0; next }
    head && /^-- .*\.rs:[0-9]+$/ { next }
    head && /^-- requires:$/ { bound = 1; next }
    head && (/^$/ || bound && /^--   /) { next }
    head { head = 0; unbound += !bound }
    printed || !/^$/ { print; printed = 1 }
    END { if (unbound > 1) { print FILENAME ": " unbound " blocks name none that they come after" > "/dev/stderr"; exit 1 } }
  ' "$file" >"$file.plain" || { rm "$file.plain"; exit 1; }
  mv "$file.plain" "$file"
done
