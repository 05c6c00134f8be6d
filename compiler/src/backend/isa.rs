//! The target and Cranelift's settings.

use crate::error::Error;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use std::str::FromStr;
use target_lexicon::Triple;

/// The target of programs that say nothing else.
pub fn host() -> String {
    format!("{}-unknown-linux-gnu", std::env::consts::ARCH)
}

/// Code generator for a target. `opt`: 0 to compile fast, 1 and 2 for fast code.
pub fn isa(target: &str, opt: u8) -> Result<OwnedTargetIsa, Error> {
    let triple = Triple::from_str(target).map_err(|e| Error::Usage(format!("unknown target '{target}': {e}")))?;
    let mut flags = settings::builder();
    let mut set = |name: &str, value: &str| {
        flags.set(name, value).map_err(|e| Error::Internal(format!("code generator setting {name}: {e}")))
    };
    set("opt_level", if opt == 0 { "none" } else { "speed" })?;
    if opt == 0 {
        set("regalloc_algorithm", "single_pass")?;
    }
    set("is_pic", "false")?;
    set("preserve_frame_pointers", "true")?;
    set("enable_probestack", "false")?;
    // The verifier says what is wrong with IR that later stages would stumble over.
    set("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" })?;
    set("log2_min_function_alignment", "4")?;
    let builder =
        cranelift_codegen::isa::lookup(triple).map_err(|e| Error::Usage(format!("unknown target '{target}': {e}")))?;
    builder.finish(settings::Flags::new(flags)).map_err(|e| Error::Internal(e.to_string()))
}
