//! From the bytes of a source file to text: byte order mark, PEP 263 cookie, decoding, newlines.

use crate::error::{ErrorKind, Stage, SyntaxError};
use rustpython_wtf8::Wtf8;

/// Where source comes from.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    /// The name that errors tell.
    pub filename: &'a Wtf8,
    /// The bytes are UTF-8 made from a str: neither a byte order mark nor a cookie means anything in them.
    pub is_text: bool,
    /// CPython would read them from the file itself, line by line.
    pub is_file: bool,
}

/// Decodes source.
pub fn decode(source: &[u8], origin: Origin) -> Result<String, SyntaxError> {
    if let Some(at) = source.iter().position(|byte| *byte == 0) {
        let mut error = located("source code string cannot contain null bytes", origin, 0, 0, None);
        if origin.is_file {
            let (lineno, text) = line_at(source, at);
            error = located("source code cannot contain null bytes", origin, lineno, 0, text.split('\0').next());
        } else {
            error.filename = None;
        }
        return Err(error);
    }
    if origin.is_text {
        return utf8(source, origin, false).map(newlines);
    }
    let (body, bom) = match source.strip_prefix(b"\xef\xbb\xbf") {
        Some(body) => (body, true),
        None => (source, false),
    };
    let Some(cookie) = find_cookie(body) else {
        return utf8(body, origin, bom).map(newlines);
    };
    let name = normal_name(&cookie.name);
    if bom && name != "utf-8" {
        let line = String::from_utf8_lossy(cookie.line).into_owned();
        let width = line.chars().count() as i32;
        let mut error = located(&format!("encoding problem: {name} with BOM"), origin, 1, 0, Some(&line));
        error.end = Some((1, width));
        return Err(error);
    }
    let utf8 = |body| utf8(body, origin, true);
    let problem = |msg: String| located(&msg, origin, 0, -1, None);
    match name.as_str() {
        "utf-8" => return utf8(body).map(newlines),
        "iso-8859-1" => return Ok(newlines(body.iter().map(|byte| char::from(*byte)).collect())),
        "ascii" | "us-ascii" | "646" => {
            return match body.iter().position(|byte| !byte.is_ascii()) {
                None => utf8(body).map(newlines),
                Some(at) => Err(problem(format!(
                    "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                    body[at]
                ))),
            };
        }
        _ => {}
    }
    if NO_TEXT.contains(&name.to_ascii_lowercase().replace('-', "_").as_str()) {
        let advice = if origin.is_file { "" } else { "; use codecs.decode() to handle arbitrary codecs" };
        return Err(problem(format!("'{name}' is not a text encoding{advice}")));
    }
    let label = name.replace('_', "-");
    let label = label.strip_prefix("cp125").map_or(label.clone(), |digit| format!("windows-125{digit}"));
    if matches!(label.as_str(), "u8" | "utf" | "utf8" | "utf-8-sig" | "utf8-ucs2" | "utf8-ucs4" | "cp65001") {
        return utf8(body).map(newlines);
    }
    let encoding = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes())
        .filter(|encoding| encoding.is_ascii_compatible())
        .ok_or_else(|| problem(format!("unknown encoding: {name}")))?;
    match encoding.decode_without_bom_handling_and_without_replacement(body) {
        // Bytes without a meaning become control characters here, errors in CPython.
        Some(text) if label.starts_with("windows-") && text.contains(|c| matches!(c, '\u{80}'..='\u{9f}')) => {
            let before: String = text.chars().take_while(|c| !matches!(c, '\u{80}'..='\u{9f}')).collect();
            let (at, byte) = (before.chars().count(), text[before.len()..].chars().next().map_or(0, u32::from));
            let msg = format!(
                "'charmap' codec can't decode byte 0x{byte:02x} in position {at}: character maps to <undefined>"
            );
            Err(problem(msg))
        }
        Some(text) => Ok(newlines(text.into_owned())),
        None => Err(problem(format!("'{name}' codec can't decode bytes: character maps to <undefined>"))),
    }
}

/// Codecs that do not decode bytes to text.
const NO_TEXT: &[&str] = &[
    "base64",
    "base_64",
    "base64_codec",
    "bz2",
    "bz2_codec",
    "hex",
    "hex_codec",
    "quopri",
    "quopri_codec",
    "quoted_printable",
    "rot13",
    "rot_13",
    "uu",
    "uu_codec",
    "zip",
    "zlib",
    "zlib_codec",
];

/// An error with or without a place.
fn located(msg: &str, origin: Origin, lineno: i32, offset: i32, text: Option<&str>) -> SyntaxError {
    SyntaxError {
        kind: ErrorKind::Syntax,
        stage: Stage::Parse,
        msg: msg.to_owned(),
        filename: Some(origin.filename.to_wtf8_buf()),
        lineno,
        offset,
        end: None,
        text: text.map(str::to_owned),
        metadata: None,
    }
}

/// The line that a byte is in, and its number.
fn line_at(source: &[u8], at: usize) -> (i32, String) {
    let lineno = source[..at].iter().filter(|byte| **byte == b'\n').count() as i32 + 1;
    let line = source.split(|byte| *byte == b'\n').nth(lineno as usize - 1).unwrap_or(b"");
    (lineno, String::from_utf8_lossy(line).into_owned())
}

/// Decodes UTF-8, whether the source says that it is UTF-8 or not.
fn utf8(source: &[u8], origin: Origin, declared: bool) -> Result<String, SyntaxError> {
    let error = match std::str::from_utf8(source) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let start = source[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let (mut lineno, text) = line_at(source, at);
    if origin.is_file && declared {
        let reason = match (error.error_len(), source[at]) {
            (None, _) => "unexpected end of data",
            (_, 0xc2..=0xf4) => "invalid continuation byte",
            _ => "invalid start byte",
        };
        let (byte, position) = (source[at], at - start);
        let msg =
            format!("(unicode error) 'utf-8' codec can't decode byte 0x{byte:02x} in position {position}: {reason}");
        return Err(located(&msg, origin, lineno, 0, Some(&text)));
    }
    let mut file = String::new();
    if origin.is_file {
        file = format!(" in file {}", origin.filename);
        // The second line is looked into with the first, unless that can hold a cookie.
        let first = source.trim_ascii_start().first();
        if lineno == 2 && !matches!(first, None | Some(b'#')) {
            lineno = 1;
        }
    }
    let msg = format!(
        "Non-UTF-8 code starting with '\\x{:02x}'{file} on line {lineno}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        source[at]
    );
    let column = String::from_utf8_lossy(&source[start..at]).chars().count() as i32 + 1;
    let mut error = located(&msg, origin, lineno, column, Some(&text));
    error.end = Some((lineno, column));
    Err(error)
}

/// Universal newlines.
fn newlines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

struct Cookie<'a> {
    name: String,
    line: &'a [u8],
}

/// The cookie stands in a comment on the first line, or on the second if the first is blank or a
/// comment.
fn find_cookie(source: &[u8]) -> Option<Cookie<'_>> {
    for line in source.split(|byte| *byte == b'\n').take(2) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = line.trim_ascii_start();
        match text.first() {
            None => {}
            Some(b'#') => {
                if let Some(name) = cookie_in(text) {
                    return Some(Cookie { name, line });
                }
            }
            Some(_) => return None,
        }
    }
    None
}

fn cookie_in(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    while let Some(at) = rest.windows(6).position(|window| window == b"coding") {
        rest = &rest[at + 6..];
        let Some((b':' | b'=', after)) = rest.split_first() else { continue };
        let after = after.trim_ascii_start();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let length = after.iter().position(|byte| !is_part(byte)).unwrap_or(after.len());
        if length > 0 {
            return String::from_utf8(after[..length].to_vec()).ok();
        }
    }
    None
}

/// The two spellings that the tokenizer itself knows; others stay as written.
fn normal_name(name: &str) -> String {
    let short: String = name.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    let is = |known: &str| short == known || short.starts_with(&format!("{known}-"));
    if is("utf-8") && short != "utf-8-sig" {
        "utf-8".to_owned()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(source: &[u8]) -> Result<String, String> {
        let origin = Origin { filename: Wtf8::new("f"), is_text: false, is_file: false };
        decode(source, origin).map_err(|error| error.msg)
    }

    #[test]
    fn cookies_are_honoured() {
        assert_eq!(decoded(b"# coding: latin-1\n\xe9").unwrap(), "# coding: latin-1\n\u{e9}");
        assert_eq!(decoded(b"#!/x\n# vim: set fileencoding=cp1252 :\n\x80").unwrap().chars().last(), Some('\u{20ac}'));
        assert_eq!(decoded(b"\xef\xbb\xbfx\r\ny\rz").unwrap(), "x\ny\nz");
        assert!(decoded(b"x # coding: no\n# coding: latin-1\n\xff").unwrap_err().contains("on line 3"));
        assert_eq!(decoded(b"# coding: foo\nx").unwrap_err(), "unknown encoding: foo");
        assert_eq!(decoded(b"\xef\xbb\xbf# coding: latin-1\n").unwrap_err(), "encoding problem: iso-8859-1 with BOM");
    }
}
