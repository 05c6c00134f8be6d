//! Linking through the system's C compiler driver.

use crate::error::{Error, text_of};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines of the linker's complaint that are shown: the first errors tell, the rest follows from them.
const COMPLAINT_LINES: usize = 12;

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

/// The C compiler for a target and arguments that come first: `CC` may hold both, as for make.
fn driver(target: &str, host: &str) -> (OsString, Vec<String>) {
    if target != host {
        let arch = target.split('-').next().unwrap_or_default();
        return (format!("{arch}-linux-gnu-gcc").into(), Vec::new());
    }
    let Some(cc) = std::env::var_os("CC").filter(|cc| !cc.is_empty()) else { return ("cc".into(), Vec::new()) };
    match cc.to_str() {
        Some(text) if !Path::new(text).exists() => {
            let mut words = text.split_whitespace().map(str::to_string);
            (words.next().unwrap_or_default().into(), words.collect())
        }
        _ => (cc, Vec::new()),
    }
}

/// Links object files and the runtime into an executable.
pub fn link(objects: &[PathBuf], output: &Path, target: &str, host: &str, symbols: bool) -> Result<(), Error> {
    let runtime = runtime_library(target, host)?;
    let (driver, first) = driver(target, host);
    let mut command = Command::new(&driver);
    command.args(first).arg("-o").arg(output).args(objects).arg(&runtime);
    command.args(["-no-pie", "-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,--build-id=none"]);
    if !symbols {
        command.arg("-Wl,-s");
    }
    command.args(["-lpthread", "-ldl", "-lm", "-lgcc_s", "-lc"]);
    let name = driver.to_string_lossy();
    let result = command.output().map_err(|error| {
        Error::Link(format!("cannot run the C compiler '{name}' ({}); install one, or name it in CC", text_of(&error)))
    })?;
    if result.status.success() {
        return Ok(());
    }
    Err(Error::Link(complaint(&name, result.status, &result.stderr)))
}

/// What the driver said, shortened.
fn complaint(driver: &str, status: std::process::ExitStatus, stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.is_empty() {
        return format!("{driver} failed ({status})");
    }
    let mut shown = lines.iter().take(COMPLAINT_LINES).map(|line| format!("\n    {line}")).collect::<String>();
    if lines.len() > COMPLAINT_LINES {
        shown += &format!("\n    ... and {} lines more", lines.len() - COMPLAINT_LINES);
    }
    format!("{driver} said:{shown}")
}
