//! `taipan`: compiles Python programs ahead of time, or interprets them.

fn main() {
    std::process::exit(taipan::cli::main());
}
