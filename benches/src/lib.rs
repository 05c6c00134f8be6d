//! Harness of the benches.
