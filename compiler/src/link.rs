//! Linking through the system's C compiler driver.

use crate::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The runtime library for a target: beside the tool, or in `target/` of a checkout.
pub fn runtime_library(target: &str, host: &str) -> Result<PathBuf, Error> {
    let exe = std::env::current_exe().unwrap_or_default();
    let folder = exe.parent().unwrap_or(Path::new("."));
    let mut places = vec![folder.join("lib").join(target).join("libtaipan_runtime.a")];
    if target == host {
        places.push(folder.join("libtaipan_runtime.a"));
    }
    places.push(folder.join("..").join(target).join("release").join("libtaipan_runtime.a"));
    places.push(folder.join("..").join("lib").join("taipan").join(target).join("libtaipan_runtime.a"));
    match places.iter().find(|p| p.is_file()) {
        Some(found) => Ok(found.clone()),
        None => Err(Error::NoRuntime(target.to_string(), places[0].display().to_string())),
    }
}

/// Links an object file and the runtime into an executable.
pub fn link(object: &Path, output: &Path, target: &str, host: &str, symbols: bool) -> Result<(), Error> {
    let runtime = runtime_library(target, host)?;
    let arch = target.split('-').next().unwrap_or_default();
    let driver = match std::env::var("CC") {
        Ok(cc) if target == host && !cc.is_empty() => cc,
        _ if target == host => "cc".to_string(),
        _ => format!("{arch}-linux-gnu-gcc"),
    };
    let mut command = Command::new(&driver);
    command.arg("-o").arg(output).arg(object).arg(&runtime);
    command.args(["-no-pie", "-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,--build-id=none"]);
    if !symbols {
        command.arg("-Wl,-s");
    }
    command.args(["-lpthread", "-ldl", "-lm", "-lgcc_s", "-lc"]);
    let result = command.output().map_err(|error| {
        Error::Link(format!("cannot run the C compiler '{driver}' ({error}); install one, or name it in CC"))
    })?;
    if result.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&result.stderr);
    Err(Error::Link(format!("{driver} said:\n{}", text.trim_end())))
}
