# `make help` lists the targets.
CARGO ?= cargo
FLAGS = --ignore-rust-version --locked
TAIPAN = target/release/taipan

.PHONY: help build demo test unit cli snapshots programs pyperformance bench runtime licences expected fmt lint

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## Build the tool and the runtime library (target/release)
	$(CARGO) build $(FLAGS) --release -p taipan -p taipan-runtime

demo: build ## Compile a program, run it, show interpreted against compiled
	@echo '--- interpreted'
	@time -p $(TAIPAN) run examples/nbody.py
	$(TAIPAN) build examples/nbody.py -o target/nbody
	@echo '--- compiled'
	@time -p target/nbody

test: build unit cli programs ## All tests

unit: ## Unit tests of the crates
	$(CARGO) test $(FLAGS) -p taipan-abi -p taipan-frontend -p taipan-runtime
	$(CARGO) test $(FLAGS) --release -p taipan --lib

cli: build ## Tests of the command line and snapshots of the IR
	$(CARGO) test $(FLAGS) --release -p taipan-tests --test cli

snapshots: build ## Renew the snapshots of the IR (tests/ir)
	TAIPAN_TESTS_UPDATE=1 $(CARGO) test $(FLAGS) --release -p taipan-tests --test cli -- ir::

programs: build ## Test programs, interpreted and compiled, against CPython's output
	$(CARGO) test $(FLAGS) --release -p taipan-tests --test programs

pyperformance: build ## Benchmarks of pyperformance, interpreted and compiled (fetches its wheel)
	tests/pyperformance.sh

bench: build ## Benchmarks: interpreted, compiled and any Python found, in turn
	$(CARGO) run $(FLAGS) --release -p taipan-benches -- $(BENCH)

# A compiler of another version than the project's (RUSTC) needs a target directory of its own.
runtime: ## Build the runtime library for TARGET=... (RUSTC=... if the usual compiler lacks the target)
	CARGO_TARGET_DIR=target/cross $(if $(RUSTC),RUSTC=$(RUSTC)) $(CARGO) build $(FLAGS) --release -p taipan-runtime --target $(TARGET)
	mkdir -p target/release/lib/$(TARGET)
	cp target/cross/$(TARGET)/release/libtaipan_runtime.a target/release/lib/$(TARGET)/

expected: ## Renew expected outputs with py314 (ONLY=name to choose)
	TAIPAN_TESTS_UPDATE=1 $(CARGO) test $(FLAGS) --release -p taipan-tests --test programs -- $(ONLY)

licences: ## Check that no dependency is (L)GPL only
	@$(CARGO) metadata --locked --format-version 1 | python3 docs/licences.py

fmt: ## Format
	$(CARGO) fmt --all

lint: ## Lints as CI runs them
	$(CARGO) clippy --ignore-rust-version --workspace --all-targets -- -D warnings
