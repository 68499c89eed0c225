# What the scripts share: which PostgreSQL, where the tools are. Sourced from the checkout's root.
PG=${PG:-15}
# Empty: the installed one. Another major than Debian's is in a root of its own (root.sh).
PG_ROOT=${PG_ROOT:-}
PG_BIN=$PG_ROOT/usr/lib/postgresql/$PG/bin
TOOLS=$(realpath -m .tools)
# The programs of this PostgreSQL before those of any other: pg_dump refuses a server that is newer.
export PATH="$TOOLS/bin:$PG_BIN:$PATH" PGRX_HOME="$TOOLS/pgrx" PGRX_PG_CONFIG_PATH="$PG_BIN/pg_config"
# What `cargo pgrx package` makes: the extension's files below the paths they have on the system.
PACKAGE=${PACKAGE:-target/release/pg_crm-pg$PG}
# The one place where the version stands.
VERSION=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)

say() { printf -- '-- %s\n' "$*"; }
