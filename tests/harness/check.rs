//! Comparing what a program printed with what it should, and renewing what it should.

use crate::case::{Case, Mode};
use crate::engine::Prepared;
use crate::process::{End, Output};
use similar::TextDiff;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a case runs: the program's own folder, or a scratch copy of what it needs.
struct Place {
    folder: PathBuf,
    file: PathBuf,
    /// Removed when the trial is over.
    _scratch: tempfile::TempDir,
}

impl Place {
    fn new(case: &Case) -> Result<Place, String> {
        let home = case.program.parent().ok_or("a program in no folder")?;
        let file = PathBuf::from(case.program.file_name().ok_or("a program with no name")?);
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        let folder = match &case.files {
            None => home.to_path_buf(),
            Some(files) => {
                let folder = scratch.path().join("run");
                copy(home, &folder, &file)?;
                for name in files {
                    copy(home, &folder, Path::new(name))?;
                }
                folder
            }
        };
        let folder = folder.canonicalize().map_err(|error| error.to_string())?;
        Ok(Place { folder, file, _scratch: scratch })
    }
}

fn copy(from: &Path, to: &Path, name: &Path) -> Result<(), String> {
    let target = to.join(name);
    let result = target.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(from.join(name), &target));
    result.map(drop).map_err(|error| format!("{}: {error}", name.display()))
}

/// Runs `case` in `mode` and says what is wrong, if anything is.
pub fn check(case: &Case, mode: Mode) -> Result<(), String> {
    let prepare = || {
        let place = Place::new(case)?;
        let prepared = Prepared::taipan(mode, &case.program, &place.folder, &place.file)?;
        Ok::<_, String>((place, prepared))
    };
    let (place, prepared) = prepare()?;
    compare(case, &place, &prepared.run(&case.args, &case.stdin, case.timeout, &[])?)?;
    if case.stress {
        // A fresh place where files may have been written; the same executable otherwise.
        let (place, prepared) = if case.files.is_some() { prepare()? } else { (place, prepared) };
        let output = prepared.run(&case.args, &case.stdin, case.timeout * 5, &[("TAIPAN_GC_STRESS", "1")])?;
        compare(case, &place, &output).map_err(|error| format!("with TAIPAN_GC_STRESS=1: {error}"))?;
    }
    Ok(())
}

fn compare(case: &Case, place: &Place, output: &Output) -> Result<(), String> {
    let stdout = normalise(&output.stdout, &place.folder);
    let stderr = normalise(&output.stderr, &place.folder);
    let mut faults = String::new();
    if output.end != End::Exit(case.exit) {
        faults.push_str(&format!("ended with {:?}, not {:?}\n", output.end, End::Exit(case.exit)));
        if !case.stderr {
            faults.push_str(&format!("--- stderr\n{}\n", tail(&stderr)));
        }
    }
    faults.push_str(&difference("stdout", &read(&case.out_path())?, &stdout));
    if case.stderr {
        faults.push_str(&difference("stderr", &read(&case.err_path())?, &stderr));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn read(path: &Path) -> Result<String, String> {
    let bytes =
        fs::read(path).map_err(|error| format!("{}: {error} (TAIPAN_TESTS_UPDATE=1 writes it)", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn difference(what: &str, expected: &str, got: &str) -> String {
    if expected == got {
        return String::new();
    }
    let diff = TextDiff::from_lines(expected, got);
    let text = diff.unified_diff().context_radius(2).header("expected", "got").to_string();
    let shown: Vec<&str> = text.lines().take(40).collect();
    format!("--- {what} differs\n{}\n", shown.join("\n"))
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

/// Makes output independent of where the program, the standard library and objects lie.
///
/// The folder of the program disappears from paths; what leads up to the standard library becomes `<lib>`, and a
/// traceback's line number in one of its files becomes `N`, since the library at hand may be of another patch
/// release; the address in ` at 0x7f...` becomes `0x...`.
pub fn normalise(bytes: &[u8], folder: &Path) -> String {
    let text = hide_addresses(&String::from_utf8_lossy(bytes).replace(&format!("{}/", folder.display()), ""));
    let mut result = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        // As a traceback and as an ImportError name a file.
        let library = [("File \"", '"'), ("' (", ')')].iter().find_map(|(before, after)| {
            let start = line.find(before)? + before.len();
            let end = start + line[start..].find(*after)?;
            ["/python3.14/", "/Lib/"].iter().find_map(|mark| {
                let at = line[start..end].rfind(mark)?;
                Some((start, start + at + mark.len()))
            })
        });
        match library {
            Some((start, end)) => {
                result.push_str(&line[..start]);
                result.push_str("<lib>/");
                result.push_str(&hide_line_number(&line[end..]));
            }
            None => result.push_str(line),
        }
    }
    result
}

/// `json/decoder.py", line 345, in decode` with `N` for the number.
fn hide_line_number(line: &str) -> String {
    const MARK: &str = "\", line ";
    let Some((file, rest)) = line.split_once(MARK) else { return line.to_owned() };
    format!("{file}{MARK}N{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
}

fn hide_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result.push_str(" at 0x...");
        result.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    result
}

/// Rewrites the expected files of `case` with what the reference Python prints.
///
/// The program runs under two hash seeds: a test whose output depends on them is refused.
pub fn update(case: &Case) -> Result<(), String> {
    let mut outputs = Vec::new();
    for seed in ["1", "2"] {
        let place = Place::new(case)?;
        let prepared = Prepared::reference(&place.folder, &place.file)?;
        let output = prepared.run(&case.args, &case.stdin, case.timeout, &[("PYTHONHASHSEED", seed)])?;
        let stdout = normalise(&output.stdout, &place.folder);
        let stderr = normalise(&output.stderr, &place.folder);
        if output.end != End::Exit(case.exit) {
            return Err(format!("ended with {:?}, not {:?}\n{}", output.end, End::Exit(case.exit), tail(&stderr)));
        }
        if !case.stderr && !stderr.is_empty() {
            return Err(format!("prints to stderr without saying so:\n{}", tail(&stderr)));
        }
        outputs.push((stdout, stderr));
    }
    let (stdout, stderr) = &outputs[0];
    if outputs[0] != outputs[1] {
        let stdout = difference("stdout", stdout, &outputs[1].0);
        let stderr = difference("stderr", stderr, &outputs[1].1);
        return Err(format!("not the same twice:\n{stdout}{stderr}"));
    }
    let write =
        |path: PathBuf, text: &str| fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()));
    write(case.out_path(), stdout)?;
    if case.stderr {
        write(case.err_path(), stderr)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_disappear_from_output() {
        assert_eq!(
            normalise(b"<C object at 0x7f20a>, <D at 0x1>", Path::new("/a")),
            "<C object at 0x...>, <D at 0x...>"
        );
    }

    #[test]
    fn places_disappear_from_output() {
        let text = b"  File \"/a/b/p.py\", line 1\n  File \"/usr/lib/python3.14/json/x.py\", line 2\nplain\n";
        let expected = "  File \"p.py\", line 1\n  File \"<lib>/json/x.py\", line N\nplain\n";
        assert_eq!(normalise(text, Path::new("/a/b")), expected);
    }
}
