//! From the bytes of a source file to text: byte order mark, PEP 263 cookie, decoding, newlines.

use crate::error::{ErrorKind, Stage, SyntaxError};
use rustpython_wtf8::{Wtf8, Wtf8Buf};

/// Decodes source. With `ignore_cookie` the bytes are UTF-8 made from a str: neither a byte order
/// mark nor a cookie means anything in them.
pub fn decode(source: &[u8], filename: &Wtf8, ignore_cookie: bool) -> Result<String, SyntaxError> {
    if source.contains(&0) {
        return Err(located("source code string cannot contain null bytes".to_owned(), None, 0, 0, None));
    }
    if ignore_cookie {
        return utf8(source).map(newlines);
    }
    let (body, bom) = match source.strip_prefix(b"\xef\xbb\xbf") {
        Some(body) => (body, true),
        None => (source, false),
    };
    let Some(cookie) = find_cookie(body) else {
        return utf8(body).map(newlines);
    };
    let name = normal_name(&cookie.name);
    if bom && name != "utf-8" {
        let line = String::from_utf8_lossy(cookie.line).into_owned();
        let width = line.chars().count() as i32;
        let mut error = located(format!("encoding problem: {name} with BOM"), None, 1, 0, Some(line));
        error.end = Some((1, width));
        return Err(error);
    }
    let problem = |msg: String| located(msg, Some(filename.to_wtf8_buf()), 0, -1, None);
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
        return Err(problem(format!(
            "'{name}' is not a text encoding; use codecs.decode() to handle arbitrary codecs"
        )));
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
fn located(msg: String, filename: Option<Wtf8Buf>, lineno: i32, offset: i32, text: Option<String>) -> SyntaxError {
    SyntaxError {
        kind: ErrorKind::Syntax,
        stage: Stage::Parse,
        msg,
        filename,
        lineno,
        offset,
        end: None,
        text,
        metadata: None,
    }
}

fn utf8(source: &[u8]) -> Result<String, SyntaxError> {
    let valid = match std::str::from_utf8(source) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error.valid_up_to(),
    };
    let before = String::from_utf8_lossy(&source[..valid]);
    let lineno = before.matches('\n').count() as i32 + 1;
    let start = source[..valid].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let end = source[valid..].iter().position(|byte| *byte == b'\n').map_or(source.len(), |at| valid + at);
    let column = String::from_utf8_lossy(&source[start..valid]).chars().count() as i32 + 1;
    let text = String::from_utf8_lossy(&source[start..end]).into_owned();
    let msg = format!(
        "Non-UTF-8 code starting with '\\x{:02x}' on line {lineno}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        source[valid]
    );
    let mut error = located(msg, None, lineno, column, Some(text));
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
        decode(source, Wtf8::new("f"), false).map_err(|error| error.msg)
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
