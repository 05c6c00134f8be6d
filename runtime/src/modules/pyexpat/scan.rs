//! Characters, names and tags of XML.

/// Why a token could not be read: more text is needed, or the text at an offset is wrong.
pub enum Stop {
    Incomplete,
    Invalid(usize),
}

pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

pub fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

pub fn is_name_start(c: char) -> bool {
    matches!(c, ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}' | '\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}')
}

pub fn is_name_char(c: char) -> bool {
    is_name_start(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}')
}

/// Offset of the first character that is no XML character.
pub fn bad_char(text: &str) -> Option<usize> {
    text.char_indices().find(|(_, c)| !is_char(*c)).map(|(at, _)| at)
}

/// A place in a text that is read forward.
pub struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Cursor<'a> {
        Cursor { text, at: 0 }
    }

    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn need(&self) -> Result<char, Stop> {
        self.peek().ok_or(Stop::Incomplete)
    }

    pub fn bad<T>(&self) -> Result<T, Stop> {
        Err(Stop::Invalid(self.at))
    }

    /// Whether there was any space.
    pub fn skip_space(&mut self) -> bool {
        let start = self.at;
        self.at = self.text.len() - self.rest().trim_start_matches(is_space).len();
        self.at > start
    }

    /// Takes these characters; what is there may be a beginning of them.
    pub fn eat(&mut self, wanted: &str) -> Result<bool, Stop> {
        let rest = self.rest();
        if rest.starts_with(wanted) {
            self.at += wanted.len();
            return Ok(true);
        }
        if rest.len() < wanted.len() && wanted.starts_with(rest) { Err(Stop::Incomplete) } else { Ok(false) }
    }

    pub fn expect(&mut self, wanted: &str) -> Result<(), Stop> {
        if self.eat(wanted)? { Ok(()) } else { self.bad() }
    }

    /// A name that something follows.
    pub fn name(&mut self) -> Result<&'a str, Stop> {
        if !is_name_start(self.need()?) {
            return self.bad();
        }
        self.token()
    }

    /// Name characters, at least one.
    pub fn token(&mut self) -> Result<&'a str, Stop> {
        let rest = self.rest();
        let end = rest.find(|c| !is_name_char(c)).ok_or(Stop::Incomplete)?;
        if end == 0 {
            return self.bad();
        }
        self.at += end;
        Ok(&rest[..end])
    }

    /// What is between here and `end`, which is taken too.
    pub fn until(&mut self, end: &str) -> Result<&'a str, Stop> {
        let rest = self.rest();
        let found = rest.find(end).ok_or(Stop::Incomplete);
        let text = found.as_ref().map_or(rest, |end| &rest[..*end]);
        if let Some(bad) = bad_char(text) {
            return Err(Stop::Invalid(self.at + bad));
        }
        self.at += found? + end.len();
        Ok(text)
    }

    /// A literal in quotes.
    pub fn quoted(&mut self) -> Result<&'a str, Stop> {
        match self.need()? {
            '"' => {
                self.at += 1;
                self.until("\"")
            }
            '\'' => {
                self.at += 1;
                self.until("'")
            }
            _ => self.bad(),
        }
    }
}

/// An attribute as it stands in a tag: the offset of its name, its name, its value as written.
pub struct RawAttribute<'a> {
    pub at: usize,
    pub name: &'a str,
    pub value_at: usize,
    pub value: &'a str,
}

pub struct Tag<'a> {
    pub name: &'a str,
    pub attributes: Vec<RawAttribute<'a>>,
    pub is_empty: bool,
    pub len: usize,
}

/// With namespaces, a name has at most one colon, inside.
fn checked(at: usize, name: &str, namespaces: bool) -> Result<&str, Stop> {
    if namespaces && let Some((prefix, local)) = name.split_once(':') {
        if prefix.is_empty() {
            return Err(Stop::Invalid(at));
        }
        if !local.starts_with(is_name_start) || local.contains(':') {
            return Err(Stop::Invalid(at + prefix.len() + 1 + local.find(':').unwrap_or(0)));
        }
    }
    Ok(name)
}

/// A start tag at the beginning of the text.
pub fn tag(text: &str, namespaces: bool) -> Result<Tag<'_>, Stop> {
    let mut cursor = Cursor::new(text);
    cursor.at = 1;
    let name = checked(1, cursor.name()?, namespaces)?;
    let mut attributes = Vec::new();
    loop {
        let space = cursor.skip_space();
        match cursor.need()? {
            '>' => {
                cursor.at += 1;
                return Ok(Tag { name, attributes, is_empty: false, len: cursor.at });
            }
            '/' => {
                cursor.at += 1;
                cursor.expect(">")?;
                return Ok(Tag { name, attributes, is_empty: true, len: cursor.at });
            }
            _ if !space => return cursor.bad(),
            _ => {}
        }
        let at = cursor.at;
        let name = checked(at, cursor.name()?, namespaces)?;
        cursor.skip_space();
        cursor.need()?;
        cursor.expect("=")?;
        cursor.skip_space();
        cursor.need()?;
        let value_at = cursor.at + 1;
        let rest = cursor.rest();
        let value = match cursor.quoted() {
            Err(Stop::Incomplete) if rest.contains('<') => {
                return Err(Stop::Invalid(value_at - 1 + rest.find('<').unwrap_or(0)));
            }
            other => other?,
        };
        if let Some(bad) = value.find('<') {
            return Err(Stop::Invalid(value_at + bad));
        }
        attributes.push(RawAttribute { at, name, value_at, value });
    }
}

/// The character of `#10` or `#xA`, without `&` and `;`.
pub fn char_of(reference: &str) -> Option<char> {
    let number = match reference.strip_prefix("#x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => reference.strip_prefix('#')?.parse().ok()?,
    };
    char::from_u32(number).filter(|c| is_char(*c))
}

/// One of the five entities that every document has.
pub fn predefined(name: &str) -> Option<char> {
    [("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"'), ("apos", '\'')]
        .into_iter()
        .find_map(|(known, c)| (known == name).then_some(c))
}
