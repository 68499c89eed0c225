# What the scripts share: which PostgreSQL, where the tools are. Sourced from the checkout's root.
PG=${PG:-15}
PG_BIN=/usr/lib/postgresql/$PG/bin
TOOLS=$PWD/.tools
export PATH="$TOOLS/bin:$PATH" PGRX_HOME="$TOOLS/pgrx" PGRX_PG_CONFIG_PATH="$PG_BIN/pg_config"
# What `cargo pgrx package` makes: the extension's files below the paths they have on the system.
PACKAGE=${PACKAGE:-target/release/pg_crm-pg$PG}
# The one place where the version stands.
VERSION=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)

say() { printf -- '-- %s\n' "$*"; }
