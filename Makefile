# The commands people type. Each sets up by itself what this machine lacks.
.PHONY: all demo demo-stop test test-all test-matrix bench manual package install build setup lint clean
SHELL := /bin/bash

# Value, tier and match customers on a sample bank (or on real data: make demo DATA=path/to/berka).
demo: build
	@sample/demo.sh start $(DATA)

demo-stop:
	@sample/demo.sh stop

# Everything, from kernels to SQL, on a throw-away cluster of its own.
test: setup
	@tests/run.sh

# The same, and what takes long: fuzzing, SQLsmith, clients (tests/long).
test-all: setup
	@tests/long.sh

# The SQL tests on the other supported majors of PostgreSQL, each in a root of its own (as root).
test-matrix: setup
	@tests/matrix.sh

# Speed against plain SQL; writes the pages of bench/.
bench: build
	@bench/run.sh

# All pages of the documentation in one file, target/manual.html.
manual:
	@tests/manual.sh target/manual.html

# A Debian package in target/package.
package: build
	@pgrx-config/package.sh

# Into the installed PostgreSQL (as root).
install: build
	@pgrx-config/install.sh

# What the client of PGXN calls before install.
all: build

build: setup
	@pgrx-config/build.sh

setup:
	@pgrx-config/setup.sh

lint: setup
	@pgrx-config/lint.sh

clean:
	@cargo clean --quiet
