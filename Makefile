# The project's usual commands.
.PHONY: test bench expected

# Everything cargo tests, the programs included: they need the binary first.
test:
	cargo build --release -p taipan
	cargo test --workspace

# Compares Taipan with the Pythons on the path; see benches/README.md.
bench:
	cargo build --release -p taipan
	cargo run --release -p taipan-benches -- $(BENCH)

# Rewrites the expected output of test programs with CPython 3.14.
expected:
	TAIPAN_TESTS_UPDATE=1 cargo test -p taipan-tests --test programs -- $(TESTS)
