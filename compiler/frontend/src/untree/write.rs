//! Writes a syntax tree as source: every operation in parentheses, every statement on a line of its own.

use crate::tree::{Node, Tree};
use std::collections::HashMap;
use std::fmt::Write;

/// The source, and the names in it that stand for others.
pub fn source(tree: &Tree) -> (String, HashMap<String, String>) {
    let mut writer = Writer { out: String::new(), indent: 0, names: HashMap::new(), own: HashMap::new() };
    match tree {
        Tree::Node(node) if node.class == "Expression" => writer.expr(&node.fields[0]),
        Tree::Node(node) => writer.lines(node.fields.first()),
        _ => {}
    }
    writer.out.push('\n');
    (writer.out, writer.own)
}

struct Writer {
    out: String,
    indent: usize,
    /// Names that cannot be written, with what is written for them; and the reverse.
    names: HashMap<String, String>,
    own: HashMap<String, String>,
}

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Operators by the names of their classes.
const OPERATORS: [(&str, &str); 29] = [
    ("Add", "+"),
    ("Sub", "-"),
    ("Mult", "*"),
    ("MatMult", "@"),
    ("Div", "/"),
    ("Mod", "%"),
    ("Pow", "**"),
    ("LShift", "<<"),
    ("RShift", ">>"),
    ("BitOr", "|"),
    ("BitXor", "^"),
    ("BitAnd", "&"),
    ("FloorDiv", "//"),
    ("Invert", "~"),
    ("Not", "not "),
    ("UAdd", "+"),
    ("USub", "-"),
    ("Eq", "=="),
    ("NotEq", "!="),
    ("Lt", "<"),
    ("LtE", "<="),
    ("Gt", ">"),
    ("GtE", ">="),
    ("Is", "is"),
    ("IsNot", "is not"),
    ("In", "in"),
    ("NotIn", "not in"),
    ("And", " and "),
    ("Or", " or "),
];

fn operator(tree: &Tree) -> &'static str {
    let Tree::Node(node) = tree else { return "" };
    OPERATORS.iter().find(|(class, _)| *class == node.class).map_or("", |(_, symbol)| symbol)
}

fn items(tree: &Tree) -> &[Tree] {
    match tree {
        Tree::List(items) => items,
        _ => &[],
    }
}

fn text(tree: &Tree) -> &str {
    match tree {
        Tree::Str(text) => text,
        _ => "",
    }
}

fn is_true(tree: &Tree) -> bool {
    matches!(tree, Tree::Int(n) if n != "0")
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// A name as source can have it.
    fn name(&mut self, tree: &Tree) {
        let name = text(tree);
        let is_plain = name.split('.').all(|part| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
                && !KEYWORDS.contains(&part)
        });
        if is_plain || name.is_empty() || name == "*" {
            self.out.push_str(name);
            return;
        }
        let next = self.names.len();
        let made = self.names.entry(name.to_string()).or_insert_with(|| format!("taipan_name_{next}_"));
        self.out.push_str(made);
        self.own.insert(made.clone(), name.to_string());
    }

    fn list(&mut self, trees: &[Tree], separator: &str, mut write: impl FnMut(&mut Writer, &Tree)) {
        for (i, tree) in trees.iter().enumerate() {
            if i > 0 {
                self.put(separator);
            }
            write(self, tree);
        }
    }

    /// What begins with a word, if it is there.
    fn optional(&mut self, word: &str, tree: &Tree) {
        if !matches!(tree, Tree::None) {
            self.put(word);
            self.expr(tree);
        }
    }

    fn start(&mut self) {
        self.out.push('\n');
        (0..self.indent).for_each(|_| self.out.push(' '));
    }

    fn lines(&mut self, body: Option<&Tree>) {
        for statement in body.map_or(&[][..], items) {
            self.start();
            self.stmt(statement);
        }
    }

    fn block(&mut self, body: &Tree) {
        self.put(":");
        self.indent += 1;
        self.lines(Some(body));
        self.indent -= 1;
    }

    /// `else:` and the like, if there is anything in it.
    fn clause(&mut self, word: &str, body: &Tree) {
        if !items(body).is_empty() {
            self.start();
            self.put(word);
            self.block(body);
        }
    }

    fn stmt(&mut self, tree: &Tree) {
        let Tree::Node(Node { class, fields: f, .. }) = tree else { return };
        match *class {
            "FunctionDef" | "AsyncFunctionDef" => {
                self.decorators(&f[3]);
                self.put(if *class == "FunctionDef" { "def " } else { "async def " });
                self.name(&f[0]);
                self.type_params(&f[6]);
                self.put("(");
                self.arguments(&f[1]);
                self.put(")");
                self.optional(" -> ", &f[4]);
                self.block(&f[2]);
            }
            "ClassDef" => {
                self.decorators(&f[4]);
                self.put("class ");
                self.name(&f[0]);
                self.type_params(&f[5]);
                self.put("(");
                self.call_arguments(&f[1], &f[2]);
                self.put(")");
                self.block(&f[3]);
            }
            "Return" => {
                self.put("return");
                self.optional(" ", &f[0]);
            }
            "Delete" => {
                self.put("del ");
                self.list(items(&f[0]), ", ", Self::expr);
            }
            "Assign" => {
                for target in items(&f[0]) {
                    self.expr(target);
                    self.put(" = ");
                }
                self.expr(&f[1]);
            }
            "TypeAlias" => {
                self.put("type ");
                self.expr(&f[0]);
                self.type_params(&f[1]);
                self.put(" = ");
                self.expr(&f[2]);
            }
            "AugAssign" => {
                self.expr(&f[0]);
                self.put(&format!(" {}= ", operator(&f[1])));
                self.expr(&f[2]);
            }
            "AnnAssign" => {
                let is_name = matches!(&f[0], Tree::Node(node) if node.class == "Name");
                let bare = !is_name || is_true(&f[3]);
                self.put(if bare { "" } else { "(" });
                self.expr(&f[0]);
                self.put(if bare { ": " } else { "): " });
                self.expr(&f[1]);
                self.optional(" = ", &f[2]);
            }
            "For" | "AsyncFor" => {
                self.put(if *class == "For" { "for " } else { "async for " });
                self.expr(&f[0]);
                self.put(" in ");
                self.expr(&f[1]);
                self.block(&f[2]);
                self.clause("else", &f[3]);
            }
            "While" | "If" => {
                self.put(if *class == "If" { "if " } else { "while " });
                self.expr(&f[0]);
                self.block(&f[1]);
                self.clause("else", &f[2]);
            }
            "With" | "AsyncWith" => {
                self.put(if *class == "With" { "with " } else { "async with " });
                self.list(items(&f[0]), ", ", |w, item| {
                    if let Tree::Node(item) = item {
                        w.expr(&item.fields[0]);
                        w.optional(" as ", &item.fields[1]);
                    }
                });
                self.block(&f[1]);
            }
            "Match" => {
                self.put("match ");
                self.expr(&f[0]);
                self.put(":");
                self.indent += 1;
                for case in items(&f[1]) {
                    let Tree::Node(case) = case else { continue };
                    self.start();
                    self.put("case ");
                    self.pattern(&case.fields[0]);
                    self.optional(" if ", &case.fields[1]);
                    self.block(&case.fields[2]);
                }
                self.indent -= 1;
            }
            "Raise" => {
                self.put("raise");
                self.optional(" ", &f[0]);
                self.optional(" from ", &f[1]);
            }
            "Try" | "TryStar" => {
                self.put("try");
                self.block(&f[0]);
                for handler in items(&f[1]) {
                    let Tree::Node(handler) = handler else { continue };
                    self.start();
                    self.put(if *class == "Try" { "except" } else { "except*" });
                    self.optional(" ", &handler.fields[0]);
                    if !matches!(handler.fields[1], Tree::None) {
                        self.put(" as ");
                        self.name(&handler.fields[1]);
                    }
                    self.block(&handler.fields[2]);
                }
                self.clause("else", &f[2]);
                self.clause("finally", &f[3]);
            }
            "Assert" => {
                self.put("assert ");
                self.expr(&f[0]);
                self.optional(", ", &f[1]);
            }
            "Import" => {
                self.put("import ");
                self.list(items(&f[0]), ", ", Self::alias);
            }
            "ImportFrom" => {
                self.put("from ");
                let level = if let Tree::Int(level) = &f[2] { level.parse().unwrap_or(0) } else { 0 };
                self.put(&".".repeat(level));
                self.name(&f[0]);
                self.put(" import ");
                self.list(items(&f[1]), ", ", Self::alias);
            }
            "Global" | "Nonlocal" => {
                self.put(if *class == "Global" { "global " } else { "nonlocal " });
                self.list(items(&f[0]), ", ", Self::name);
            }
            "Expr" => self.expr(&f[0]),
            "Pass" => self.put("pass"),
            "Break" => self.put("break"),
            "Continue" => self.put("continue"),
            _ => {}
        }
    }

    fn decorators(&mut self, decorators: &Tree) {
        for decorator in items(decorators) {
            self.put("@");
            self.expr(decorator);
            self.start();
        }
    }

    fn alias(&mut self, tree: &Tree) {
        let Tree::Node(Node { fields, .. }) = tree else { return };
        self.name(&fields[0]);
        if !matches!(fields[1], Tree::None) {
            self.put(" as ");
            self.name(&fields[1]);
        }
    }

    fn type_params(&mut self, params: &Tree) {
        if items(params).is_empty() {
            return;
        }
        self.put("[");
        self.list(items(params), ", ", |w, param| {
            let Tree::Node(Node { class, fields, .. }) = param else { return };
            w.put(match *class {
                "ParamSpec" => "**",
                "TypeVarTuple" => "*",
                _ => "",
            });
            w.name(&fields[0]);
            if *class == "TypeVar" {
                w.optional(": ", &fields[1]);
            }
            if let Some(default) = fields.last() {
                w.optional(" = ", default);
            }
        });
        self.put("]");
    }

    fn argument(&mut self, tree: &Tree, default: Option<&Tree>) {
        let Tree::Node(Node { fields, .. }) = tree else { return };
        self.name(&fields[0]);
        self.optional(": ", &fields[1]);
        if let Some(default) = default {
            self.optional(" = ", default);
        }
        self.put(", ");
    }

    fn arguments(&mut self, tree: &Tree) {
        let Tree::Node(Node { fields: f, .. }) = tree else { return };
        let (posonly, args, defaults) = (items(&f[0]), items(&f[1]), items(&f[6]));
        let bare = (posonly.len() + args.len()).saturating_sub(defaults.len());
        for (i, arg) in posonly.iter().chain(args).enumerate() {
            self.argument(arg, i.checked_sub(bare).and_then(|i| defaults.get(i)));
            if i + 1 == posonly.len() {
                self.put("/, ");
            }
        }
        match &f[2] {
            Tree::None if items(&f[3]).is_empty() => {}
            Tree::None => self.put("*, "),
            vararg => {
                self.put("*");
                self.argument(vararg, None);
            }
        }
        for (i, arg) in items(&f[3]).iter().enumerate() {
            self.argument(arg, items(&f[4]).get(i));
        }
        if !matches!(f[5], Tree::None) {
            self.put("**");
            self.argument(&f[5], None);
        }
    }

    fn call_arguments(&mut self, args: &Tree, keywords: &Tree) {
        for arg in items(args) {
            self.expr(arg);
            self.put(", ");
        }
        for keyword in items(keywords) {
            let Tree::Node(Node { fields, .. }) = keyword else { continue };
            if matches!(fields[0], Tree::None) {
                self.put("**");
            } else {
                self.name(&fields[0]);
                self.put("=");
            }
            self.expr(&fields[1]);
            self.put(", ");
        }
    }

    fn generators(&mut self, generators: &Tree) {
        for generator in items(generators) {
            let Tree::Node(Node { fields: f, .. }) = generator else { continue };
            self.put(if is_true(&f[3]) { " async for " } else { " for " });
            self.expr(&f[0]);
            self.put(" in ");
            self.expr(&f[1]);
            for test in items(&f[2]) {
                self.put(" if ");
                self.expr(test);
            }
        }
    }

    fn comprehension(&mut self, open: &str, element: &Tree, generators: &Tree, close: &str) {
        self.put(open);
        self.expr(element);
        self.generators(generators);
        self.put(close);
    }

    fn expr(&mut self, tree: &Tree) {
        let Tree::Node(Node { class, fields: f, .. }) = tree else { return };
        match *class {
            "Name" => return self.name(&f[0]),
            "Constant" => return self.constant(&f[0]),
            "Attribute" => {
                self.expr(&f[0]);
                self.put(".");
                return self.name(&f[1]);
            }
            "Subscript" => {
                self.expr(&f[0]);
                self.put("[");
                match &f[1] {
                    // Slices stand in no parentheses.
                    Tree::Node(index) if index.class == "Tuple" && !items(&index.fields[0]).is_empty() => {
                        for item in items(&index.fields[0]) {
                            self.expr(item);
                            self.put(", ");
                        }
                    }
                    index => self.expr(index),
                }
                return self.put("]");
            }
            "Call" => {
                self.expr(&f[0]);
                self.put("(");
                self.call_arguments(&f[1], &f[2]);
                return self.put(")");
            }
            "Starred" => {
                self.put("*");
                return self.expr(&f[0]);
            }
            "Slice" => {
                self.optional("", &f[0]);
                self.put(":");
                self.optional("", &f[1]);
                return self.optional(":", &f[2]);
            }
            "List" => {
                self.put("[");
                self.list(items(&f[0]), ", ", Self::expr);
                return self.put("]");
            }
            "Set" if items(&f[0]).is_empty() => return self.put("{*()}"),
            "Set" => {
                self.put("{");
                self.list(items(&f[0]), ", ", Self::expr);
                return self.put("}");
            }
            "Dict" => {
                self.put("{");
                for (key, value) in items(&f[0]).iter().zip(items(&f[1])) {
                    match key {
                        Tree::None => self.put("**"),
                        key => {
                            self.expr(key);
                            self.put(": ");
                        }
                    }
                    self.expr(value);
                    self.put(", ");
                }
                return self.put("}");
            }
            "ListComp" => return self.comprehension("[", &f[0], &f[1], "]"),
            "SetComp" => return self.comprehension("{", &f[0], &f[1], "}"),
            "GeneratorExp" => return self.comprehension("(", &f[0], &f[1], ")"),
            "DictComp" => {
                self.put("{");
                self.expr(&f[0]);
                self.put(": ");
                return self.comprehension("", &f[1], &f[2], "}");
            }
            "JoinedStr" | "TemplateStr" => {
                self.put(if *class == "JoinedStr" { "f'" } else { "t'" });
                self.interpolated(&f[0]);
                return self.put("'");
            }
            _ => {}
        }
        self.put("(");
        match *class {
            "Tuple" => {
                for item in items(&f[0]) {
                    self.expr(item);
                    self.put(", ");
                }
            }
            "BoolOp" => self.list(items(&f[1]), operator(&f[0]), Self::expr),
            "NamedExpr" => {
                self.expr(&f[0]);
                self.put(" := ");
                self.expr(&f[1]);
            }
            "BinOp" => {
                self.expr(&f[0]);
                self.put(operator(&f[1]));
                self.expr(&f[2]);
            }
            "UnaryOp" => {
                self.put(operator(&f[0]));
                self.expr(&f[1]);
            }
            "Lambda" => {
                self.put("lambda ");
                self.arguments(&f[0]);
                self.put(": ");
                self.expr(&f[1]);
            }
            "IfExp" => {
                self.expr(&f[1]);
                self.put(" if ");
                self.expr(&f[0]);
                self.put(" else ");
                self.expr(&f[2]);
            }
            "Await" => self.optional("await ", &f[0]),
            "Yield" => {
                self.put("yield");
                self.optional(" ", &f[0]);
            }
            "YieldFrom" => self.optional("yield from ", &f[0]),
            "Compare" => {
                self.expr(&f[0]);
                for (op, operand) in items(&f[1]).iter().zip(items(&f[2])) {
                    self.put(&format!(" {} ", operator(op)));
                    self.expr(operand);
                }
            }
            _ => {}
        }
        self.put(")");
    }

    /// The parts of an f-string between its quotes.
    fn interpolated(&mut self, parts: &Tree) {
        for part in items(parts) {
            let Tree::Node(Node { class, fields: f, .. }) = part else { continue };
            if *class == "Constant" {
                self.escaped(text(&f[0]));
                continue;
            }
            // The blank keeps braces apart.
            self.put("{ ");
            let (conversion, spec) = match *class {
                "Interpolation" => (&f[2], &f[3]),
                "FormattedValue" => (&f[1], &f[2]),
                // Any expression that is a text may be a part.
                _ => {
                    self.expr(part);
                    self.put("}");
                    continue;
                }
            };
            self.expr(&f[0]);
            if let Tree::Int(code) = conversion
                && let Some(flag) = code.parse::<u8>().ok().map(char::from).filter(|c| matches!(c, 's' | 'r' | 'a'))
            {
                self.out.push('!');
                self.out.push(flag);
            }
            if let Tree::Node(spec) = spec {
                self.put(":");
                self.interpolated(&spec.fields[0]);
            }
            self.put("}");
        }
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                c if c.is_ascii_alphanumeric() || " _.,;()+*/<>=-".contains(c) => self.out.push(c),
                c => {
                    let _ = write!(self.out, "\\U{:08x}", c as u32);
                }
            }
        }
    }

    fn constant(&mut self, value: &Tree) {
        match value {
            Tree::None => self.put("None"),
            Tree::Bool(true) => self.put("True"),
            Tree::Bool(false) => self.put("False"),
            Tree::Ellipsis => self.put("..."),
            Tree::Int(digits) => self.put(&format!("({digits})")),
            Tree::Float(x) => self.float(*x),
            Tree::Complex(real, imag) => {
                self.put("(");
                self.float(*real);
                self.put("+");
                self.float(*imag);
                self.put("*1j)");
            }
            Tree::Str(text) => {
                self.put("'");
                self.escaped(text);
                self.put("'");
            }
            Tree::Bytes(bytes) => {
                self.put("b'");
                for byte in bytes {
                    let _ = write!(self.out, "\\x{byte:02x}");
                }
                self.put("'");
            }
            Tree::List(values) => {
                self.put("(");
                for value in values {
                    self.constant(value);
                    self.put(", ");
                }
                self.put(")");
            }
            Tree::Node(_) => self.expr(value),
        }
    }

    fn float(&mut self, x: f64) {
        if x.is_nan() {
            self.put("(1e999-1e999)");
        } else if x.is_infinite() {
            self.put(if x > 0.0 { "1e999" } else { "(-1e999)" });
        } else {
            self.put(&format!("({x:e})"));
        }
    }

    fn pattern(&mut self, tree: &Tree) {
        let Tree::Node(Node { class, fields: f, .. }) = tree else { return };
        match *class {
            "MatchValue" => self.match_value(&f[0]),
            "MatchSingleton" => self.constant(&f[0]),
            "MatchSequence" => {
                self.put("[");
                self.list(items(&f[0]), ", ", Self::pattern);
                self.put("]");
            }
            "MatchMapping" => {
                self.put("{");
                for (key, pattern) in items(&f[0]).iter().zip(items(&f[1])) {
                    self.match_value(key);
                    self.put(": ");
                    self.pattern(pattern);
                    self.put(", ");
                }
                if !matches!(f[2], Tree::None) {
                    self.put("**");
                    self.name(&f[2]);
                }
                self.put("}");
            }
            "MatchClass" => {
                self.expr(&f[0]);
                self.put("(");
                for pattern in items(&f[1]) {
                    self.pattern(pattern);
                    self.put(", ");
                }
                for (name, pattern) in items(&f[2]).iter().zip(items(&f[3])) {
                    self.name(name);
                    self.put("=");
                    self.pattern(pattern);
                    self.put(", ");
                }
                self.put(")");
            }
            "MatchStar" => {
                self.put("*");
                self.capture(&f[0]);
            }
            "MatchAs" if matches!(f[0], Tree::None) => self.capture(&f[1]),
            "MatchAs" => {
                self.put("(");
                self.pattern(&f[0]);
                self.put(" as ");
                self.name(&f[1]);
                self.put(")");
            }
            "MatchOr" => {
                self.put("(");
                self.list(items(&f[0]), " | ", Self::pattern);
                self.put(")");
            }
            _ => {}
        }
    }

    fn capture(&mut self, name: &Tree) {
        match name {
            Tree::None => self.put("_"),
            name => self.name(name),
        }
    }

    /// Values of patterns stand in no parentheses: literals, perhaps negative or complex, and attributes.
    fn match_value(&mut self, tree: &Tree) {
        match tree {
            Tree::Node(Node { class: "Constant", fields, .. }) => match &fields[0] {
                Tree::Int(digits) => self.put(digits),
                Tree::Float(x) => self.put(&format!("{x:e}")),
                Tree::Complex(_, imag) => self.put(&format!("{imag:e}j")),
                value => self.constant(value),
            },
            Tree::Node(Node { class: "UnaryOp", fields, .. }) => {
                self.put("-");
                self.match_value(&fields[1]);
            }
            Tree::Node(Node { class: "BinOp", fields, .. }) => {
                self.match_value(&fields[0]);
                self.put(operator(&fields[1]));
                self.match_value(&fields[2]);
            }
            value => self.expr(value),
        }
    }
}
