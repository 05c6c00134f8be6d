//! Harness of the benches: the same programs under Taipan and under other Pythons, in one interleaved run.
//!
//! * [`engine`] finds the engines and makes a program ready to run under each;
//! * [`measure`] runs one command once and reads what it cost from the kernel;
//! * [`report`] summarises the samples and writes them as Markdown, JSON and SVG.
//!
//! `benches/README.md` says why it is done this way.

pub mod engine;
pub mod measure;
pub mod report;
