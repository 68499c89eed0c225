#!/usr/bin/env bash
# libFuzzer over every target of crates/fuzz: readers of text, of binary forms and of documents, and fits. EACH=seconds for a
# target (3; about five minutes in all), TARGETS="…" only those. What fails is kept in target/fuzz/failed, for a test.
set -euo pipefail
work=$1
. pgrx-config/common.sh
version=0.13.2
if [ "$(cargo fuzz --version 2>/dev/null)" != "cargo-fuzz $version" ]; then
  say "building cargo-fuzz $version (a minute, once)"
  cargo install cargo-fuzz --version "$version" --locked --root "$TOOLS" --quiet
fi
# The kernel has no unsafe code for a sanitizer to watch, and without one the stable compiler does. Overflow is checked.
triple=$(rustc -vV | sed -n 's/^host: //p')
CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
  cargo fuzz build --fuzz-dir crates/fuzz --sanitizer none --debug-assertions --target-dir target/fuzz --features libfuzzer any >"$work/build.log" 2>&1 || {
  tail -n 40 "$work/build.log"
  exit 1
}
fuzz=$PWD/target/fuzz/$triple/release/any
failures=$PWD/target/fuzz/failed
mkdir -p "$failures"
executed=0
count=0
failed=0
for target in ${TARGETS:-$(TARGET=list "$fuzz")}; do
  corpus=$work/corpus/$target
  mkdir -p "$corpus"
  if TARGET=$target SEEDS=$corpus RUST_BACKTRACE=0 "$fuzz" -max_total_time="${EACH:-3}" -timeout=20 -rss_limit_mb=1500 -malloc_limit_mb=600 -max_len=20000 \
    -seed="${SEED:-1}" -print_final_stats=1 -artifact_prefix="$failures/$target-" "$corpus" >"$work/$target.log" 2>&1; then
    rm -rf "$corpus"
  else
    failed=$((failed + 1))
    echo "FAILED: $target"
    grep -aE 'panicked|^SUMMARY|ERROR|Test unit written' -A1 "$work/$target.log" | cut -c 1-600 | head -n 8
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$target.log")
  if [ -n "${VERBOSE:-}" ]; then echo "$target: ${runs:-0} executions"; fi
  executed=$((executed + ${runs:-0}))
  count=$((count + 1))
done
echo "fuzz: $count targets, $executed executions, $failed failed"
[ "$failed" = 0 ]
