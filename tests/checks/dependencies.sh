#!/usr/bin/env bash
# Every direct dependency stands in docs/dependencies.md with its reason, and nothing else does.
set -euo pipefail
python3 - <<'PYTHON'
import glob, re, sys, tomllib
used = set()
for path in ["Cargo.toml", *glob.glob("crates/*/Cargo.toml")]:
    with open(path, "rb") as file:
        manifest = tomllib.load(file)
    for section in ["dependencies", "dev-dependencies", "build-dependencies"]:
        used |= {name for name, what in manifest.get(section, {}).items() if not (isinstance(what, dict) and "path" in what)}
rows = re.findall(r"^\| `([\w-]+)` \| (.*) \|$", open("docs/dependencies.md", encoding="utf-8").read(), re.M)
listed = {name for name, why in rows if why.strip()}
for name in sorted(used ^ listed):
    print(f"docs/dependencies.md: {name} is", "missing" if name in used else "not a dependency any more")
sys.exit(used != listed)
PYTHON
