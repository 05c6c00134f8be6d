//! Mends the syntax tree where the code generator would make other code of it than CPython does.
//!
//! Each mend turns the tree into one of the same meaning that the generator gets right; sources that need
//! none, nearly all, are not parsed for it ([`may_need`]). A name of the tree may end in [`MARK`]s: it is
//! the same name to Python, and another to the generator. The converter takes them off.
//!
//! - `constants`: arithmetic with complex numbers, quotients of large ints, long displays that are only looked through.
//! - `places`: line tables of such displays, in the code that the generator made.
//! - `scopes`: variables of a module's comprehensions that a function declares `global`.
//! - `strings`: the text of t-strings' expressions, comments in what `f"{x=}"` shows.
//! - `dicts`: displays with functions in keys and in values.
//! - here: a `;` at the end of a block belongs to it, and `all(... async for ...)` is an ordinary call.

mod constants;
mod dicts;
pub mod places;
mod scopes;
mod strings;

use ruff_python_ast::visitor::transformer::{self, Transformer};
use ruff_python_ast::{self as ast, Expr, Mod, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::cell::Cell;

/// Ends names that the code generator should not know.
pub const MARK: char = '\0';

/// Whether a mend may apply to this source, judged from its text alone.
pub fn may_need(source: &str) -> bool {
    let has = |text| source.contains(text);
    let bytes = source.as_bytes();
    has(";")
        || has("global ") && has(" for ")
        || has("async for") && ["all", "any", "tuple"].into_iter().any(has)
        || has("await") && has(" for ")
        || ["t\"", "t'", "T\"", "T'", "tr", "rt", "tR", "Rt", "TR", "RT"].into_iter().any(has) && has("{")
        || has("=") && has("#") && ["f\"\"\"", "f'''", "F\"\"\"", "F'''"].into_iter().any(has)
        || bytes.windows(2).any(|pair| (pair[0].is_ascii_digit() || pair[0] == b'.') && matches!(pair[1], b'j' | b'J'))
        || has("/") && bytes.windows(16).any(|run| run.iter().all(|byte| byte.is_ascii_digit() || *byte == b'_'))
        || has(" in ") && bytes.iter().filter(|byte| **byte == b',').count() >= constants::LONG
}

/// Mends the tree of this source; whether there was anything to do.
pub fn mend(tree: &mut Mod, source: &str) -> bool {
    let mender = Mender { source, changed: Cell::new(false) };
    if let Mod::Module(module) = &mut *tree {
        mender.changed.set(scopes::mend(&mut module.body));
    }
    match tree {
        Mod::Module(module) => mender.visit_body(&mut module.body),
        Mod::Expression(expression) => mender.visit_expr(&mut expression.body),
    }
    mender.changed.get()
}

struct Mender<'a> {
    source: &'a str,
    changed: Cell<bool>,
}

impl Mender<'_> {
    fn note(&self, changed: bool) {
        self.changed.set(self.changed.get() | changed);
    }

    /// Lets a block end with the `;` that ends its last line.
    fn close(&self, range: &mut TextRange) {
        let rest = self.source.get(range.end().to_usize()..).unwrap_or("");
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\x0c']).len();
        if rest[blank..].starts_with(';') {
            *range = TextRange::new(range.start(), range.end() + TextSize::new(blank as u32 + 1));
            self.note(true);
        }
    }
}

impl Transformer for Mender<'_> {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        transformer::walk_stmt(self, stmt);
        match stmt {
            Stmt::FunctionDef(block) => self.close(&mut block.range),
            Stmt::ClassDef(block) => self.close(&mut block.range),
            Stmt::If(block) => self.close(&mut block.range),
            Stmt::While(block) => self.close(&mut block.range),
            Stmt::With(block) => self.close(&mut block.range),
            Stmt::Try(block) => self.close(&mut block.range),
            Stmt::Match(block) => self.close(&mut block.range),
            Stmt::For(block) => {
                self.close(&mut block.range);
                self.note(constants::mend_iterable(&mut block.iter));
            }
            _ => {}
        }
    }

    fn visit_except_handler(&self, handler: &mut ast::ExceptHandler) {
        transformer::walk_except_handler(self, handler);
        let ast::ExceptHandler::ExceptHandler(block) = handler;
        self.close(&mut block.range);
    }

    fn visit_comprehension(&self, comprehension: &mut ast::Comprehension) {
        transformer::walk_comprehension(self, comprehension);
        self.note(constants::mend_iterable(&mut comprehension.iter));
    }

    fn visit_expr(&self, expr: &mut Expr) {
        transformer::walk_expr(self, expr);
        match expr {
            Expr::BinOp(_) => self.note(constants::mend_operation(expr)),
            Expr::Compare(compare) => {
                if let ([ast::CmpOp::In | ast::CmpOp::NotIn], [display]) = (&*compare.ops, &mut *compare.comparators) {
                    self.note(constants::mend_display(display));
                }
            }
            Expr::Dict(dict) => self.note(dicts::mend(dict)),
            Expr::Call(call) => self.note(hide_builtin(call)),
            Expr::FString(literal) => self.note(strings::mend_format(literal, self.source)),
            Expr::TString(literal) => self.note(strings::mend_template(literal, self.source)),
            _ => {}
        }
    }
}

/// The generator makes loops of `all`, `any` and `tuple` of a generator, which an asynchronous one must not become.
fn hide_builtin(call: &mut ast::ExprCall) -> bool {
    let Expr::Name(function) = &mut *call.func else { return false };
    let [Expr::Generator(generator)] = &*call.arguments.args else { return false };
    let asynchronous = matches!(function.id.as_str(), "all" | "any" | "tuple") && is_asynchronous(generator);
    if asynchronous {
        function.id = marked(&function.id);
    }
    asynchronous
}

fn marked(name: &ast::name::Name) -> ast::name::Name {
    ast::name::Name::new(format!("{name}{MARK}"))
}

/// Whether the generator's own code awaits something.
fn is_asynchronous(generator: &ast::ExprGenerator) -> bool {
    use ast::visitor::{self, Visitor};

    struct Awaits(bool);

    impl<'a> Visitor<'a> for Awaits {
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Await(_) => self.0 = true,
                Expr::Lambda(_) => {}
                // Of another generator only the first iterable belongs here.
                Expr::Generator(inner) => {
                    if let Some(first) = inner.generators.first() {
                        self.visit_expr(&first.iter);
                    }
                }
                _ => visitor::walk_expr(self, expr),
            }
        }

        fn visit_comprehension(&mut self, comprehension: &'a ast::Comprehension) {
            self.0 |= comprehension.is_async;
            visitor::walk_comprehension(self, comprehension);
        }
    }

    let mut awaits = Awaits(false);
    awaits.visit_expr(&generator.elt);
    for (comprehension, index) in generator.generators.iter().zip(0..) {
        awaits.0 |= comprehension.is_async;
        comprehension.ifs.iter().for_each(|test| awaits.visit_expr(test));
        if index > 0 {
            awaits.visit_expr(&comprehension.iter);
        }
    }
    awaits.0
}

/// The text between two places.
fn slice(source: &str, range: TextRange) -> &str {
    source.get(range.start().to_usize()..range.end().to_usize()).unwrap_or("")
}

/// The range from the end of one node to another place.
fn after(node: &impl Ranged, end: TextSize) -> TextRange {
    TextRange::new(node.end().min(end), end)
}
