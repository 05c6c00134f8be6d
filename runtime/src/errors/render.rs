//! Printing exceptions as CPython does: tracebacks with source lines and carets, causes and contexts,
//! notes, syntax errors, exception groups.
//!
//! Nothing here raises: what fails while printing is shown as CPython shows it, or left out.

use super::carets;
pub use super::suggest::closest;
use crate::dynamic::{Printed, Typo};
use crate::errors;
use crate::names;
use crate::object::singletons::none;
use crate::object::{Ref, attr, call};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::code::Code;
use crate::types::code_lines::{Position, position_at};
use crate::types::exceptions::{self as exc, Exception};
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::value::{R, Value};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// Repetitions of one line that are shown in full.
const RECURSIVE_CUTOFF: usize = 3;
const MAX_GROUP_WIDTH: usize = 15;
const MAX_GROUP_DEPTH: usize = 10;
const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// Set when the program ends: tracebacks have no source lines then, as CPython has no files to read them from.
pub static FINALIZING: AtomicBool = AtomicBool::new(false);

/// What `sys.excepthook` prints.
pub fn print_exception(exception: Value) -> String {
    let pending = errors::is_pending().then(errors::take);
    let mut printer =
        Printer { nodes: Vec::new(), files: HashMap::new(), depth: 0, need_close: false, out: String::new() };
    let root = printer.collect(exception);
    printer.format(root);
    if let Some(pending) = pending {
        errors::restore(pending);
    }
    printer.out
}

/// The value of an operation that may fail without consequence.
fn quietly<T>(result: R<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(_) => {
            errors::clear();
            None
        }
    }
}

/// The text with lone surrogates as escapes, as standard error would encode it.
fn escaped(text: Ref<Str>) -> String {
    text.to_utf8().unwrap_or_else(|| {
        let mut out = String::new();
        for point in text.code_points() {
            match char::from_u32(point) {
                Some(c) => out.push(c),
                None => out += &format!("\\u{point:04x}"),
            }
        }
        out
    })
}

/// `str(v)`, or what stands for it.
fn safe_str(v: Value, what: &str) -> String {
    quietly(ops::str_of(v)).map_or_else(|| format!("<{what} str() failed>"), escaped)
}

fn safe_repr(v: Value, what: &str) -> String {
    quietly(ops::repr_text(v)).unwrap_or_else(|| format!("<{what} repr() failed>"))
}

/// The class as the last line names it.
fn class_name(v: Value) -> String {
    let class = v.class();
    let qualname = class.qualname.object::<Str>().to_string_lossy();
    let module = quietly(attr::find(class.value(), names::get(names::__module__))).flatten();
    match module.and_then(|m| m.cast::<Str>()) {
        Some(module) if module.is_str("__main__") || module.is_str("builtins") => qualname,
        Some(module) => format!("{}.{qualname}", module.display()),
        None => format!("<unknown>.{qualname}"),
    }
}

/// An exception in the tree of causes, contexts and group members.
struct Node {
    exception: Ref<Exception>,
    cause: Option<usize>,
    context: Option<usize>,
    members: Option<Vec<usize>>,
}

struct Printer {
    nodes: Vec<Node>,
    /// Lines of the files looked into.
    files: HashMap<String, Option<Vec<String>>>,
    /// Nesting of exception groups.
    depth: usize,
    need_close: bool,
    out: String,
}

impl Printer {
    /// Finds everything that is to be shown, each cause and context once.
    fn collect(&mut self, exception: Value) -> usize {
        let mut seen = vec![exception];
        let root = self.add(exception);
        let mut queue = vec![root];
        while let Some(at) = queue.pop() {
            let e = self.nodes[at].exception;
            let unseen = |v: Option<Value>, seen: &mut Vec<Value>| {
                let v = v.filter(|v| !v.is_none() && !seen.iter().any(|s| s.is(*v)))?;
                seen.push(v);
                Some(v)
            };
            let cause = unseen(e.cause.get(), &mut seen);
            let cause = cause.map(|c| self.add(c));
            let wants_context = cause.is_none() && e.suppress.get() == 0;
            let context = if wants_context { unseen(e.context.get(), &mut seen) } else { None };
            let context = context.map(|c| self.add(c));
            let is_group = e.value().class().is_subtype(exc::BASE_EXCEPTION_GROUP.class());
            let members = is_group.then(|| {
                let members: Vec<Value> = crate::types::exception_group::members(e).to_vec();
                seen.extend(&members);
                members.into_iter().map(|m| self.add(m)).collect::<Vec<_>>()
            });
            queue.extend(cause);
            queue.extend(context);
            queue.extend(members.iter().flatten());
            let node = &mut self.nodes[at];
            node.cause = cause;
            node.context = context;
            node.members = members;
        }
        root
    }

    fn add(&mut self, v: Value) -> usize {
        self.nodes.push(Node { exception: v.expect::<Exception>(), cause: None, context: None, members: None });
        self.nodes.len() - 1
    }

    fn indent(&self) -> String {
        " ".repeat(self.depth * 2)
    }

    /// Adds text with the margin of the groups around it.
    fn emit(&mut self, text: &str, margin: char) {
        if self.depth == 0 {
            self.out += text;
            return;
        }
        let prefix = format!("{}{margin} ", self.indent());
        for line in text.split_inclusive('\n') {
            self.out += &prefix;
            self.out += line;
        }
    }

    /// One exception with the chain that led to it, oldest first.
    fn format(&mut self, root: usize) {
        let mut chain = Vec::new();
        let mut at = Some(root);
        while let Some(index) = at {
            let node = &self.nodes[index];
            let (message, next) = match (node.cause, node.context) {
                (Some(cause), _) => (Some(CAUSE), Some(cause)),
                (None, Some(context)) => (Some(CONTEXT), Some(context)),
                (None, None) => (None, None),
            };
            chain.push((message, index));
            at = next;
        }
        for (message, index) in chain.into_iter().rev() {
            if let Some(message) = message {
                self.emit(message, '|');
            }
            self.format_one(index);
        }
    }

    fn format_one(&mut self, index: usize) {
        let exception = self.nodes[index].exception;
        let Some(members) = self.nodes[index].members.clone() else {
            let stack = self.stack(exception);
            if !stack.is_empty() {
                self.emit("Traceback (most recent call last):\n", '|');
                self.emit(&stack, '|');
            }
            let text = self.exception_only(exception);
            self.emit(&text, '|');
            return;
        };
        if self.depth > MAX_GROUP_DEPTH {
            self.emit(&format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"), '|');
            return;
        }
        let top = self.depth == 0;
        if top {
            self.depth = 1;
        }
        let stack = self.stack(exception);
        if !stack.is_empty() {
            self.emit("Exception Group Traceback (most recent call last):\n", if top { '+' } else { '|' });
            self.emit(&stack, '|');
        }
        let text = self.exception_only(exception);
        self.emit(&text, '|');
        let n = members.len().min(MAX_GROUP_WIDTH + 1);
        self.need_close = false;
        for (i, member) in members.iter().enumerate().take(n) {
            let last = i == n - 1;
            if last {
                // The line that closes the frame may come from a group inside.
                self.need_close = true;
            }
            let truncated = i >= MAX_GROUP_WIDTH;
            let title = if truncated { "...".to_string() } else { (i + 1).to_string() };
            let corner = if i == 0 { "+-" } else { "  " };
            self.out += &format!("{}{corner}+---------------- {title} ----------------\n", self.indent());
            self.depth += 1;
            if truncated {
                let rest = members.len() - MAX_GROUP_WIDTH;
                let s = if rest > 1 { "s" } else { "" };
                self.emit(&format!("and {rest} more exception{s}\n"), '|');
            } else {
                self.format(*member);
            }
            if last && self.need_close {
                self.out += &format!("{}+------------------------------------\n", self.indent());
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if top {
            self.depth = 0;
        }
    }

    /// The frames of a traceback, without the header line.
    fn stack(&mut self, exception: Ref<Exception>) -> String {
        let mut entries = Vec::new();
        let mut at = exception.traceback.get().and_then(|t| t.exact::<Traceback>());
        while let Some(entry) = at {
            entries.push(entry);
            at = entry.next.get().and_then(|t| t.exact::<Traceback>());
        }
        let limit = crate::modules::sys::get("tracebacklimit").filter(|l| ops::is_int(*l));
        if let Some(limit) = limit.and_then(|l| quietly(ops::clamp_index(l))) {
            let (len, limit) = (entries.len() as isize, limit.max(0));
            // The slice `frames[len - limit:]`, whose start counts from the end when negative.
            let start = match len - limit {
                start if start < 0 => (len + start).max(0),
                start => start,
            };
            entries.drain(..start as usize);
        }
        let mut out = String::new();
        let mut last: Option<(String, Option<u32>, String)> = None;
        let mut count = 0;
        for entry in entries {
            let code = entry.code();
            let key = (
                code.filename.object::<Str>().to_string_lossy(),
                entry.line(),
                code.name.object::<Str>().to_string_lossy(),
            );
            if last.as_ref() != Some(&key) {
                repeated(&mut out, count);
                count = 0;
            }
            count += 1;
            if count <= RECURSIVE_CUTOFF {
                self.frame(&mut out, &key.0, key.1, &key.2, code, entry.lasti.get());
            }
            last = Some(key);
        }
        repeated(&mut out, count);
        out
    }

    /// `File "x", line n, in f` and the source with carets.
    fn frame(&mut self, out: &mut String, file: &str, line: Option<u32>, name: &str, code: Ref<Code>, lasti: u32) {
        let mut position = position_at(&code, lasti as usize).unwrap_or_default();
        if position.line.is_none() {
            position = Position { line, ..Position::default() };
        }
        let line = line.or(position.line);
        let shown_file = if file.starts_with("<stdin-") && file.ends_with('>') { "<stdin>" } else { file };
        let shown_line = line.map_or_else(|| "None".to_string(), |l| l.to_string());
        *out += &format!("  File \"{shown_file}\", line {shown_line}, in {name}\n");
        let Some(first) = line.or(position.line) else { return };
        let end = position.end_line.unwrap_or(first).max(first);
        let original: Vec<String> = (first..=end).map(|n| self.source_line(file, n)).collect();
        if original.iter().all(|l| l.trim().is_empty()) {
            return;
        }
        match (position.col, position.end_col) {
            (Some(col), Some(end_col)) => source_with_carets(out, &original, col as usize, end_col as usize),
            _ => *out += &format!("    {}\n", original[0].trim()),
        }
    }

    /// A line of a file, without what trails; empty if it cannot be had.
    fn source_line(&mut self, file: &str, line: u32) -> String {
        if FINALIZING.load(Ordering::Relaxed) {
            return String::new();
        }
        let lines = self.files.entry(file.to_string()).or_insert_with(|| read_lines(file));
        let found = lines.as_ref().and_then(|lines| lines.get(line as usize - 1));
        found.map_or_else(String::new, |l| l.trim_end().to_string())
    }

    /// `Class: message`, with the layout of syntax errors, and the notes.
    fn exception_only(&mut self, exception: Ref<Exception>) -> String {
        let v = exception.value();
        let name = class_name(v);
        let mut out = String::new();
        if v.class().is_subtype(exc::SYNTAX_ERROR.class()) {
            syntax_error(&mut out, exception, &name);
        } else {
            let text = safe_str(v, "exception") + &super::suggest::addition(v);
            if text.is_empty() {
                out += &format!("{name}\n");
            } else {
                out += &format!("{name}: {text}\n");
            }
        }
        notes(&mut out, v);
        out
    }
}

/// The line that stands for further repetitions.
fn repeated(out: &mut String, count: usize) {
    if count > RECURSIVE_CUTOFF {
        let more = count - RECURSIVE_CUTOFF;
        let s = if more > 1 { "s" } else { "" };
        *out += &format!("  [Previous line repeated {more} more time{s}]\n");
    }
}

fn notes(out: &mut String, v: Value) {
    let found = match attr::find(v, names::get(names::__notes__)) {
        Ok(Some(found)) => found,
        Ok(None) => return,
        Err(_) => {
            let error = errors::take();
            let shown = safe_repr(error, "__notes__");
            *out += &format!("Ignored error getting __notes__: {shown}\n");
            return;
        }
    };
    if found.is_none() {
        return;
    }
    let is_sequence = found.cast::<List>().is_some()
        || found.cast::<Tuple>().is_some()
        || (crate::object::class::slots_of(found).len.is_some()
            && found.class().has_flag(crate::object::define::SEQUENCE));
    if !is_sequence || found.cast::<Str>().is_some() || found.cast::<Bytes>().is_some() {
        *out += &format!("{}\n", safe_repr(found, "__notes__"));
        return;
    }
    for note in quietly(ops::iter::to_vec(found)).unwrap_or_default() {
        *out += &safe_str(note, "note");
        out.push('\n');
    }
}

/// The lines of a source file, looked for as `linecache` does.
fn read_lines(file: &str) -> Option<Vec<String>> {
    if file.is_empty() || (file.starts_with('<') && file.ends_with('>')) {
        return None;
    }
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(_) if file.starts_with('/') => return None,
        Err(_) => {
            let folders = quietly(crate::modules::sys::path())?;
            folders
                .into_iter()
                .filter_map(|f| f.cast::<Str>())
                .find_map(|f| std::fs::read(std::path::Path::new(&f.to_string_lossy()).join(file)).ok())?
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n").replace('\r', "\n");
    Some(text.split('\n').map(str::to_string).collect())
}

/// Removes the indentation that all lines with text have in common; lines of blanks become empty.
fn dedent(lines: &[String]) -> Vec<String> {
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|l| !l.trim().is_empty()) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => indent,
            Some(margin) => {
                let n = margin.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
                &margin[..n]
            }
        });
    }
    let n = margin.map_or(0, str::len);
    lines.iter().map(|l| if l.trim().is_empty() { String::new() } else { l[n..].to_string() }).collect()
}

/// Characters in the first `offset` bytes.
fn character_offset(line: &str, offset: usize) -> usize {
    let bytes = &line.as_bytes()[..offset.min(line.len())];
    String::from_utf8_lossy(bytes).chars().count()
}

fn is_wide(c: char) -> bool {
    matches!(c as u32,
        0x1100..=0x115f | 0x231a..=0x231b | 0x2329..=0x232a | 0x23e9..=0x23ec | 0x23f0 | 0x23f3 | 0x25fd..=0x25fe
        | 0x2614..=0x2615 | 0x2648..=0x2653 | 0x267f | 0x2693 | 0x26a1 | 0x26aa..=0x26ab | 0x26bd..=0x26be
        | 0x26c4..=0x26c5 | 0x26ce | 0x26d4 | 0x26ea | 0x26f2..=0x26f3 | 0x26f5 | 0x26fa | 0x26fd | 0x2705
        | 0x270a..=0x270b | 0x2728 | 0x274c | 0x274e | 0x2753..=0x2755 | 0x2757 | 0x2795..=0x2797 | 0x27b0 | 0x27bf
        | 0x2b1b..=0x2b1c | 0x2b50 | 0x2b55 | 0x2e80..=0x303e | 0x3041..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0xa4cf
        | 0xa960..=0xa97c | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe10..=0xfe19 | 0xfe30..=0xfe6b | 0xff01..=0xff60
        | 0xffe0..=0xffe6 | 0x16fe0..=0x18d08 | 0x1b000..=0x1b2fb | 0x1f004 | 0x1f0cf | 0x1f18e | 0x1f191..=0x1f19a
        | 0x1f200..=0x1f320 | 0x1f32d..=0x1f335 | 0x1f337..=0x1f37c | 0x1f37e..=0x1f393 | 0x1f3a0..=0x1f3ca
        | 0x1f3cf..=0x1f3d3 | 0x1f3e0..=0x1f3f0 | 0x1f3f4 | 0x1f3f8..=0x1f43e | 0x1f440 | 0x1f442..=0x1f4fc
        | 0x1f4ff..=0x1f53d | 0x1f54b..=0x1f54e | 0x1f550..=0x1f567 | 0x1f57a | 0x1f595..=0x1f596 | 0x1f5a4
        | 0x1f5fb..=0x1f64f | 0x1f680..=0x1f6c5 | 0x1f6cc | 0x1f6d0..=0x1f6d2 | 0x1f6d5..=0x1f6d7 | 0x1f6dc..=0x1f6df
        | 0x1f6eb..=0x1f6ec | 0x1f6f4..=0x1f6fc | 0x1f7e0..=0x1f7eb | 0x1f7f0 | 0x1f90c..=0x1f93a | 0x1f93c..=0x1f945
        | 0x1f947..=0x1f9ff | 0x1fa70..=0x1faf8 | 0x20000..=0x3fffd)
}

/// Columns that the first `n` characters take on a terminal.
fn width(line: &str, n: usize) -> usize {
    if line.is_ascii() {
        return n;
    }
    line.chars().take(n).map(|c| 1 + is_wide(c) as usize).sum()
}

/// The lines of a statement, with carets below if they say more than the lines do.
fn source_with_carets(out: &mut String, original: &[String], col: usize, end_col: usize) {
    let lines = dedent(original);
    let last = lines.len() - 1;
    let length = |line: &String| line.chars().count();
    let removed = length(&original[0]).saturating_sub(length(&lines[0]));
    let start = character_offset(&original[0], col).saturating_sub(removed);
    let end = character_offset(&original[last], end_col).saturating_sub(removed);
    let (shown_start, shown_end) = (width(&lines[0], start), width(&lines[last], end));
    let joined: Vec<char> = lines.join("\n").chars().collect();
    let tail = length(&lines[last]).saturating_sub(end);
    let stop = joined.len().saturating_sub(tail);
    let segment: String = joined.get(start.min(stop)..stop).unwrap_or_default().iter().collect();
    let anchors = carets::anchors(&segment);
    let show = should_show_carets(&lines, start, end, anchors);
    let mut wanted = vec![0, last];
    let mut marks = None;
    if let Some(found) = anchors {
        let place = |(line, col): (usize, usize)| {
            let col = if line == 0 { col + start } else { col };
            (line, width(lines.get(line).map_or("", |l| l), col))
        };
        marks = Some((place(found.left), place(found.right)));
        for line in [found.left.0, found.right.0] {
            wanted.extend([line.wrapping_sub(1), line, line + 1]);
        }
    }
    wanted.retain(|line| *line <= last);
    wanted.sort_unstable();
    wanted.dedup();
    let mut result: Vec<String> = Vec::new();
    let put = |result: &mut Vec<String>, at: usize| {
        result.push(lines[at].clone());
        if !show {
            return;
        }
        let indent = lines[at].chars().take_while(|c| c.is_whitespace()).count();
        let n = if at == last { shown_end } else { width(&lines[at], length(&lines[at])) };
        let carets: String = (0..n)
            .map(|col| {
                if col < indent || (at == 0 && col < shown_start) {
                    return ' ';
                }
                match marks {
                    None => '^',
                    Some((left, right)) if (at, col) >= left && (at, col) < right => '^',
                    Some(_) => '~',
                }
            })
            .collect();
        result.push(carets);
    };
    for (i, &at) in wanted.iter().enumerate() {
        if i > 0 {
            match at - wanted[i - 1] {
                2 => put(&mut result, at - 1),
                n if n > 2 => result.push(format!("...<{} lines>...", n - 1)),
                _ => {}
            }
        }
        put(&mut result, at);
    }
    for line in dedent(&result) {
        *out += &format!("    {line}\n");
    }
}

/// Carets are left out where they would underline all of the line, or all of `x = f()`'s and `return f()`'s value.
fn should_show_carets(lines: &[String], start: usize, end: usize, anchors: Option<carets::Anchors>) -> bool {
    let before: String = lines[0].chars().take(start).collect();
    let after: String = lines[lines.len() - 1].chars().skip(end).collect();
    if anchors.is_some_and(|a| is_value_of_statement(&before, &after, a)) {
        return false;
    }
    anchors.is_some() || !before.trim_start().is_empty() || !after.trim_end().is_empty()
}

/// Whether what stands between is a call, and all that an assignment to one name has at its right; or that a `return`
/// has, if it calls a plain name.
fn is_value_of_statement(before: &str, after: &str, anchors: carets::Anchors) -> bool {
    if !anchors.call {
        return false;
    }
    let (mut before, mut after) = (before.trim_end(), after.trim_start());
    while let (Some(b), Some(a)) = (before.strip_suffix('('), after.strip_prefix(')')) {
        (before, after) = (b.trim_end(), a.trim_start());
    }
    if !(after.is_empty() || after.starts_with('#') || after.starts_with(';')) {
        return false;
    }
    if before == "return" {
        return anchors.plain_call;
    }
    match before.strip_suffix('=') {
        Some(target) => {
            let target = target.trim_end();
            let is_name = |c: char| c == '_' || c.is_alphanumeric();
            !target.is_empty() && target.chars().all(is_name) && !target.starts_with(|c: char| c.is_ascii_digit())
        }
        None => false,
    }
}

/// The file, the line, a caret below it, and the message.
fn syntax_error(out: &mut String, exception: Ref<Exception>, name: &str) {
    let field = |name: &str| exc::get_field(exception, name).filter(|v| !v.is_none());
    let number = |v: Option<Value>| v.filter(|v| ops::is_int(*v)).and_then(|v| quietly(ops::as_i64(v)));
    let file = field("filename").map(|f| safe_str(f, "filename"));
    let lineno = field("lineno").map(|l| safe_str(l, "lineno"));
    let end_lineno = field("end_lineno").map(|l| safe_str(l, "lineno"));
    let mut suffix = String::new();
    match (&lineno, &file) {
        (Some(line), _) => {
            let shown = file.clone().filter(|f| !f.is_empty()).unwrap_or_else(|| "<string>".to_string());
            *out += &format!("  File \"{shown}\", line {line}\n");
        }
        (None, Some(file)) => suffix = format!(" ({file})"),
        (None, None) => {}
    }
    let typo = keyword_typo(exception);
    if let Some(text) = field("text").and_then(|t| t.cast::<Str>()).map(|t| t.to_string_lossy()) {
        let text = typo.as_ref().map_or(text, |typo| typo.text.clone());
        let right_stripped = text.trim_end_matches('\n');
        let shown = right_stripped.trim_start_matches([' ', '\n', '\u{c}']);
        let length = |s: &str| s.chars().count() as i64;
        let spaces = length(right_stripped) - length(shown);
        match field("offset") {
            None => *out += &format!("    {shown}\n"),
            Some(offset) if ops::is_int(offset) => {
                let mut offset = number(Some(offset)).unwrap_or(0);
                let mut given_end = number(field("end_offset")).filter(|end| *end != 0);
                if let Some(typo) = &typo {
                    (offset, given_end) = (i64::from(typo.columns.0), Some(i64::from(typo.columns.1)));
                }
                let past = length(right_stripped) + 1;
                let mut end = if typo.is_some() || lineno == end_lineno { given_end.unwrap_or(offset) } else { past };
                let mut start = offset;
                if !text.is_empty() && start > length(&text) {
                    start = past;
                }
                if !text.is_empty() && end > length(&text) {
                    end = past;
                }
                if start >= end || end < 0 {
                    end = start + 1;
                }
                let (col, end_col) = (start - 1 - spaces, end - 1 - spaces);
                *out += &format!("    {shown}\n");
                if col >= 0 {
                    // Tabs are kept, so that the caret stands below its place.
                    let blank = |c: char| if c.is_whitespace() { c } else { ' ' };
                    let lead: String = shown.chars().take(col as usize).map(blank).collect();
                    *out += &format!("    {lead}{}\n", "^".repeat((end_col - col) as usize));
                }
            }
            Some(_) => {}
        }
    }
    let message = match exc::get_field(exception, "msg") {
        _ if typo.is_some() => typo.map_or_else(String::new, |typo| typo.msg),
        Some(message) if quietly(ops::truth(message)).unwrap_or(false) => safe_str(message, "msg"),
        _ => "<no detail available>".to_string(),
    };
    *out += &format!("{name}: {message}{suffix}\n");
}

/// The keyword that a syntax error's misspelt name stands for.
fn keyword_typo(exception: Ref<Exception>) -> Option<Typo> {
    let field = |name: &str| exc::get_field(exception, name).filter(|v| !v.is_none());
    let text = |v: Option<Value>| v.and_then(|v| v.cast::<Str>()).map(|t| t.to_string_lossy());
    let number = |v: Value| quietly(ops::as_i64(v)).and_then(|n| i32::try_from(n).ok());
    let metadata = field("_metadata").and_then(|m| m.cast::<Tuple>())?;
    let [statement, _, source] = metadata.as_slice() else { return None };
    let (mut lineno, mut statement) = (field("lineno").and_then(number).unwrap_or(0), number(*statement)?);
    let mut from_file = false;
    let source = match text(Some(*source)) {
        Some(source) => source,
        None => match text(field("filename")).and_then(|file| std::fs::read_to_string(file).ok()) {
            Some(source) => {
                from_file = true;
                source
            }
            None => {
                (statement, lineno) = (0, 1);
                text(field("text"))?
            }
        },
    };
    let msg = text(field("msg"))?;
    crate::dynamic::find_typo(&Printed { msg: &msg, lineno, statement, source: &source, from_file })
}

/// Reports an exception that has nowhere to go: by `sys.unraisablehook`, or to stderr.
pub fn unraisable(what: &str, object: Option<Value>, exception: Value) {
    let pending = errors::is_pending().then(errors::take);
    let deleter = || object.and_then(|o| o.class().lookup(names::get(names::__del__)));
    // A deallocator is named by its function, not by the object.
    let object = if what.ends_with("deallocator") { deleter().or(object) } else { object };
    let message = match object {
        Some(object) => format!("{what} {}", safe_repr(object, "object")),
        None => what.to_string(),
    };
    let hook = crate::modules::sys::get("unraisablehook").filter(|hook| !hook.is_none());
    let custom = hook.filter(|h| {
        h.exact::<crate::types::native::NativeFunction>().is_none_or(|f| f.method().name != "unraisablehook")
    });
    match custom {
        Some(hook) => {
            let traceback = exception.cast::<Exception>().and_then(|e| e.traceback.get()).unwrap_or_else(none);
            let args = crate::types::simple_namespace::SimpleNamespace::new(&[
                ("exc_type", exception.class().value()),
                ("exc_value", exception),
                ("exc_traceback", traceback),
                ("err_msg", Str::new(&message).value()),
                ("object", none()),
            ]);
            if call::call(hook, &[args.value()]).is_err() {
                let second = errors::take();
                let shown = safe_repr(hook, "object");
                let text = format!("Exception ignored in sys.unraisablehook {shown}:\n{}", print_exception(second));
                crate::modules::sys::write_stderr(&text);
            }
        }
        None => crate::modules::sys::write_stderr(&format!("{message}:\n{}", print_exception(exception))),
    }
    if let Some(pending) = pending {
        errors::restore(pending);
    }
}

/// What `sys.unraisablehook(args)` prints.
pub fn unraisable_text(args: Value) -> R<String> {
    let get = |name: &str| -> R<Option<Value>> { Ok(attr::find(args, Str::intern(name))?.filter(|v| !v.is_none())) };
    let mut text = match (get("object")?, get("err_msg")?) {
        (Some(object), Some(message)) => format!("{}: {}\n", safe_str(message, "object"), safe_repr(object, "object")),
        (Some(object), None) => format!("Exception ignored in: {}\n", safe_repr(object, "object")),
        (None, Some(message)) => format!("{}:\n", safe_str(message, "object")),
        (None, None) => String::new(),
    };
    if let Some(exception) = get("exc_value")?.filter(|e| e.cast::<Exception>().is_some()) {
        text += &print_exception(exception);
    } else if let Some(class) = get("exc_type")?.and_then(|c| c.exact_type()) {
        text += &format!("{}\n", class.display_name());
    }
    Ok(text)
}
