# The commands people type. Each sets up by itself what this machine lacks.
.PHONY: demo demo-stop test bench install build setup lint clean
SHELL := /bin/bash

# Value, tier and match customers on a sample bank (or on real data: make demo DATA=path/to/berka).
demo: build
	@sample/demo.sh start $(DATA)

demo-stop:
	@sample/demo.sh stop

# Everything, from kernels to SQL, on a throw-away cluster of its own.
test: setup
	@tests/run.sh

# Speed against plain SQL; writes bench/RESULTS.md, bench/VALUE.md, bench/TIER.md, bench/BOOK.md, bench/CLV.md and bench/BASKET.md.
bench: build
	@bench/run.sh

# Into the installed PostgreSQL (as root).
install: build
	@pgrx-config/install.sh

build: setup
	@pgrx-config/build.sh

setup:
	@pgrx-config/setup.sh

lint: setup
	@pgrx-config/lint.sh

clean:
	@cargo clean --quiet
