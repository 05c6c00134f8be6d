//! From the document's bytes to text, as they come; line ends become `\n`.

use super::scan::Cursor;

/// How bytes are characters.
#[derive(Clone)]
pub enum Encoding {
    Utf8,
    Utf16 {
        little: bool,
    },
    Latin1,
    Ascii,
    /// Of the document's own choice: a character a byte; `None` is no character.
    Table(Box<[Option<char>; 256]>),
}

/// What stands for bytes that are no character: no XML character either.
pub const BAD: char = '\u{ffff}';

/// What is known of the encoding.
pub enum Sniffed {
    /// More bytes will tell.
    Later,
    Known(Encoding),
    /// One that Python may know.
    Named(String),
}

/// By name, one that the parser has itself.
pub fn builtin(name: &str, big: bool) -> Option<Encoding> {
    match name.to_ascii_lowercase().as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16 { little: !big }),
        "utf-16le" => Some(Encoding::Utf16 { little: true }),
        "utf-16be" => Some(Encoding::Utf16 { little: false }),
        "iso-8859-1" => Some(Encoding::Latin1),
        "us-ascii" => Some(Encoding::Ascii),
        _ => None,
    }
}

/// What the first bytes say.
pub fn sniff(bytes: &[u8], is_final: bool) -> Sniffed {
    match bytes {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => return Sniffed::Known(Encoding::Utf16 { little: true }),
        [0xfe, 0xff, ..] | [0, b'<', ..] => return Sniffed::Known(Encoding::Utf16 { little: false }),
        [] | [_] if !is_final => return Sniffed::Later,
        _ => {}
    }
    let start = b"<?xml";
    if !bytes.starts_with(&start[..start.len().min(bytes.len())]) {
        return Sniffed::Known(Encoding::Utf8);
    }
    let Some(end) = bytes.windows(2).position(|pair| pair == b"?>") else {
        return if is_final || bytes.len() > 4096 { Sniffed::Known(Encoding::Utf8) } else { Sniffed::Later };
    };
    let text = String::from_utf8_lossy(&bytes[..end]);
    let name = text.find("encoding").and_then(|at| {
        let mut cursor = Cursor::new(&text);
        cursor.at = at + "encoding".len();
        cursor.skip_space();
        cursor.expect("=").ok()?;
        cursor.skip_space();
        cursor.quoted().ok()
    });
    match name {
        None => Sniffed::Known(Encoding::Utf8),
        Some(name) => match builtin(name, false) {
            // Not what bytes that read as ASCII are in.
            Some(Encoding::Utf16 { .. }) => Sniffed::Known(Encoding::Utf8),
            Some(known) => Sniffed::Known(known),
            None => Sniffed::Named(name.to_string()),
        },
    }
}

impl Encoding {
    /// Takes the characters that are whole from the bytes.
    pub fn decode(&self, bytes: &mut Vec<u8>, is_final: bool) -> String {
        let mut made = String::with_capacity(bytes.len());
        let mut used = bytes.len();
        match self {
            Encoding::Utf8 => {
                let mut rest = &bytes[..];
                loop {
                    match std::str::from_utf8(rest) {
                        Ok(good) => {
                            made.push_str(good);
                            break;
                        }
                        Err(error) => {
                            let (good, bad) = rest.split_at(error.valid_up_to());
                            made.push_str(&String::from_utf8_lossy(good));
                            match error.error_len() {
                                Some(len) => {
                                    made.push(BAD);
                                    rest = &bad[len..];
                                }
                                None => {
                                    used -= bad.len();
                                    break;
                                }
                            }
                        }
                    }
                }
            }
            Encoding::Utf16 { little } => {
                let unit = |pair: &[u8]| match little {
                    true => u16::from_le_bytes([pair[0], pair[1]]),
                    false => u16::from_be_bytes([pair[0], pair[1]]),
                };
                let mut units: Vec<u16> = bytes.chunks_exact(2).map(unit).collect();
                if units.last().is_some_and(|last| (0xd800..0xdc00).contains(last)) && !is_final {
                    units.pop();
                }
                used = units.len() * 2;
                made.extend(char::decode_utf16(units).map(|c| c.unwrap_or(BAD)));
            }
            Encoding::Latin1 => made.extend(bytes.iter().map(|b| *b as char)),
            Encoding::Ascii => made.extend(bytes.iter().map(|b| if b.is_ascii() { *b as char } else { BAD })),
            Encoding::Table(table) => made.extend(bytes.iter().map(|b| table[*b as usize].unwrap_or(BAD))),
        }
        bytes.drain(..used);
        made
    }
}

/// Makes line ends `\n`. A `\r` at the end may be half of one: it is held until more text comes.
pub fn normalize(made: String, held: &mut bool, is_final: bool) -> String {
    let mut made = if std::mem::take(held) { format!("\r{made}") } else { made };
    if made.contains('\r') {
        *held = !is_final && made.ends_with('\r');
        if *held {
            made.pop();
        }
        made = made.replace("\r\n", "\n").replace('\r', "\n");
    }
    made
}
