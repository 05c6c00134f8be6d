//! Where results go: standard output, and files that are written whole or not at all.

use crate::error::{Error, text_of};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Prints to standard output. A reader that has gone away ends the command quietly, as signals end others.
pub fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Error::Silent(141)),
        Err(error) => Err(Error::File { path: "standard output".into(), what: text_of(&error) }),
    }
}

/// The folder that a file lies in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a path names something that files must not be renamed over: a device, a pipe.
fn is_special(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir())
}

/// Refuses an output that cannot be written, before the work is done.
pub fn check_output(output: &Path, inputs: &[&Path]) -> Result<(), Error> {
    if output.file_name().is_none() || output.is_dir() {
        return Err(Error::file(output.to_path_buf(), "Is a directory; name another output with -o".to_string()));
    }
    let folder = folder_of(output);
    if let Err(error) = std::fs::metadata(folder) {
        return Err(Error::io(output, &error));
    }
    let same = |input: &&Path| match (std::fs::canonicalize(input), std::fs::canonicalize(output)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    };
    if inputs.iter().any(same) {
        let what = "the output would replace the program itself; name another with -o".to_string();
        return Err(Error::file(output.to_path_buf(), what));
    }
    Ok(())
}

/// A file that gets its final name when it is complete, and is removed if it never is.
pub struct Pending {
    temporary: PathBuf,
    output: PathBuf,
}

impl Pending {
    /// Makes an empty file beside `output`, or among the temporary files if that is a device.
    pub fn new(output: &Path) -> Result<Pending, Error> {
        let folder = if is_special(output) { std::env::temp_dir() } else { folder_of(output).to_path_buf() };
        let name = output.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
        std::fs::File::create(&temporary).map_err(|error| Error::io(output, &error))?;
        Ok(Pending { temporary, output: output.to_path_buf() })
    }

    /// Where to write meanwhile.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Gives the file its name.
    pub fn commit(self) -> Result<(), Error> {
        let result = if is_special(&self.output) {
            std::fs::read(&self.temporary).and_then(|bytes| std::fs::write(&self.output, bytes))
        } else {
            std::fs::rename(&self.temporary, &self.output)
        };
        result.map_err(|error| Error::io(&self.output, &error))
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        // After a commit it is gone already.
        let _ = std::fs::remove_file(&self.temporary);
    }
}

/// Writes a file whole or not at all.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let pending = Pending::new(path)?;
    std::fs::write(pending.path(), bytes).map_err(|error| Error::io(path, &error))?;
    pending.commit()
}
