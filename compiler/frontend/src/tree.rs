//! The syntax tree of source text in the terms of Python's own abstract grammar, for the `ast` module.
//!
//! The parser's tree has the same content in another arrangement (`elif` clauses, parameters with their
//! defaults, literals by type); here each node names its class and has that class's fields in order.
//! Columns are in bytes of UTF-8, lines count from 1, as in `ast`.

use crate::compile::{Mode, Options, SyntaxWarning, compile};
use crate::error::{ErrorKind, Stage, SyntaxError};
use crate::{diagnose, escapes, source};
use ruff_python_ast as ast;
use ruff_python_ast::{Expr, InterpolatedStringElement, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustpython_wtf8::Wtf8;

/// A value in a syntax tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `None`.
    None,
    /// A truth value.
    Bool(bool),
    /// `...`.
    Ellipsis,
    /// An int in decimal digits, or with the prefix of its base.
    Int(String),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// Text.
    Str(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A tuple, in constants that a program made.
    Tuple(Vec<Tree>),
    /// A frozenset, likewise.
    FrozenSet(Vec<Tree>),
    /// A list.
    List(Vec<Tree>),
    /// A node.
    Node(Node),
}

/// A node: an instance of a class of `ast`.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The class's name.
    pub class: &'static str,
    /// In the order of the class's `_fields`.
    pub fields: Vec<Tree>,
    /// First and last line and column; nodes such as `Load` have none.
    pub span: Option<[u32; 4]>,
}

/// Parses source, and gives the warnings along with the tree.
pub fn parse(
    source: &[u8],
    filename: &Wtf8,
    mode: Mode,
    options: &Options,
) -> Result<(Tree, Vec<SyntaxWarning>), SyntaxError> {
    let text = source::decode(source, options.origin(filename))?;
    let stack = (1 << 20) + text.len().min(48_000) * 2048;
    let parsed = stacker::maybe_grow(stack, stack + (64 << 10), || {
        let suspect = diagnose::is_suspect(&text, mode);
        if suspect && diagnose::diagnose(&text, filename, mode, options).is_some() {
            return None;
        }
        parse_text(&text, mode)
    });
    match parsed {
        Some(tree) => Ok((tree, escapes::warnings(&text))),
        // The compiler knows CPython's words for what is wrong.
        None => Err(match compile(source, filename, mode, options) {
            Err(error) => error,
            Ok(_) => SyntaxError {
                kind: ErrorKind::Syntax,
                stage: Stage::Parse,
                msg: "invalid syntax".into(),
                filename: Some(filename.to_wtf8_buf()),
                lineno: 0,
                offset: 0,
                text: None,
                end: None,
                metadata: None,
            },
        }),
    }
}

fn parse_text(text: &str, mode: Mode) -> Option<Tree> {
    let maker = Maker {
        text,
        lines: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1)).collect(),
    };
    if mode == Mode::Eval {
        let tree = ruff_python_parser::parse_expression(text).ok()?;
        return Some(node("Expression", vec![maker.expr(&tree.syntax().body)]));
    }
    let tree = ruff_python_parser::parse_module(text).ok()?;
    let body = maker.body(&tree.syntax().body);
    Some(match mode {
        Mode::Single => node("Interactive", vec![body]),
        _ => node("Module", vec![body, Tree::List(Vec::new())]),
    })
}

fn node(class: &'static str, fields: Vec<Tree>) -> Tree {
    Tree::Node(Node { class, fields, span: None })
}

fn name(id: &ast::Identifier) -> Tree {
    Tree::Str(id.id.to_string())
}

fn optional_name(id: Option<&ast::Identifier>) -> Tree {
    id.map_or(Tree::None, name)
}

fn int(n: i64) -> Tree {
    Tree::Int(n.to_string())
}

fn context(ctx: ast::ExprContext) -> Tree {
    let class = match ctx {
        ast::ExprContext::Store => "Store",
        ast::ExprContext::Del => "Del",
        _ => "Load",
    };
    node(class, Vec::new())
}

fn operator(op: ast::Operator) -> Tree {
    use ast::Operator::*;
    let class = match op {
        Add => "Add",
        Sub => "Sub",
        Mult => "Mult",
        MatMult => "MatMult",
        Div => "Div",
        Mod => "Mod",
        Pow => "Pow",
        LShift => "LShift",
        RShift => "RShift",
        BitOr => "BitOr",
        BitXor => "BitXor",
        BitAnd => "BitAnd",
        FloorDiv => "FloorDiv",
    };
    node(class, Vec::new())
}

fn comparison(op: &ast::CmpOp) -> Tree {
    use ast::CmpOp::*;
    let class = match op {
        Eq => "Eq",
        NotEq => "NotEq",
        Lt => "Lt",
        LtE => "LtE",
        Gt => "Gt",
        GtE => "GtE",
        Is => "Is",
        IsNot => "IsNot",
        In => "In",
        NotIn => "NotIn",
    };
    node(class, Vec::new())
}

struct Maker<'a> {
    text: &'a str,
    /// Where each line begins.
    lines: Vec<u32>,
}

impl Maker<'_> {
    fn place(&self, at: u32) -> [u32; 2] {
        let line = self.lines.partition_point(|start| *start <= at).max(1);
        [line as u32, at - self.lines[line - 1]]
    }

    fn at(&self, class: &'static str, range: TextRange, fields: Vec<Tree>) -> Tree {
        let ([line, col], [end_line, end_col]) = (self.place(range.start().to_u32()), self.place(range.end().to_u32()));
        Tree::Node(Node { class, fields, span: Some([line, col, end_line, end_col]) })
    }

    fn list<'t, T: 't>(&self, items: impl IntoIterator<Item = &'t T>, make: impl Fn(&'t T) -> Tree) -> Tree {
        Tree::List(items.into_iter().map(make).collect())
    }

    fn body(&self, body: &[Stmt]) -> Tree {
        self.list(body, |s| self.stmt(s))
    }

    fn exprs<'t>(&self, all: impl IntoIterator<Item = &'t Expr>) -> Tree {
        self.list(all, |e| self.expr(e))
    }

    fn optional(&self, e: Option<&Expr>) -> Tree {
        e.map_or(Tree::None, |e| self.expr(e))
    }

    /// A definition's range without its decorators.
    fn undecorated(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        let mut at = last.range().end().to_usize();
        let bytes = self.text.as_bytes();
        while let Some(c) = bytes.get(at) {
            match c {
                b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b'\\' => at += 1,
                b'#' => at += bytes[at..].iter().take_while(|c| **c != b'\n').count(),
                _ => break,
            }
        }
        TextRange::new((at as u32).into(), range.end())
    }

    fn type_params(&self, params: Option<&ast::TypeParams>) -> Tree {
        let Some(params) = params else { return Tree::List(Vec::new()) };
        self.list(&params.type_params, |param| {
            let range = param.range();
            match param {
                ast::TypeParam::TypeVar(p) => {
                    let fields =
                        vec![name(&p.name), self.optional(p.bound.as_deref()), self.optional(p.default.as_deref())];
                    self.at("TypeVar", range, fields)
                }
                ast::TypeParam::ParamSpec(p) => {
                    self.at("ParamSpec", range, vec![name(&p.name), self.optional(p.default.as_deref())])
                }
                ast::TypeParam::TypeVarTuple(p) => {
                    self.at("TypeVarTuple", range, vec![name(&p.name), self.optional(p.default.as_deref())])
                }
            }
        })
    }

    fn keyword(&self, k: &ast::Keyword) -> Tree {
        self.at("keyword", k.range(), vec![optional_name(k.arg.as_ref()), self.expr(&k.value)])
    }

    fn parameter(&self, p: &ast::Parameter) -> Tree {
        // Without the stars.
        let range = TextRange::new(p.name.range().start(), p.range().end());
        self.at("arg", range, vec![name(&p.name), self.optional(p.annotation.as_deref()), Tree::None])
    }

    fn parameters(&self, p: Option<&ast::Parameters>) -> Tree {
        let empty = || Tree::List(Vec::new());
        let Some(p) = p else {
            return node("arguments", vec![empty(), empty(), Tree::None, empty(), empty(), Tree::None, empty()]);
        };
        let one = |p: Option<&ast::Parameter>| p.map_or(Tree::None, |p| self.parameter(p));
        let defaults = p.posonlyargs.iter().chain(&p.args).filter_map(|a| a.default.as_deref());
        node(
            "arguments",
            vec![
                self.list(&p.posonlyargs, |a| self.parameter(&a.parameter)),
                self.list(&p.args, |a| self.parameter(&a.parameter)),
                one(p.vararg.as_deref()),
                self.list(&p.kwonlyargs, |a| self.parameter(&a.parameter)),
                self.list(&p.kwonlyargs, |a| self.optional(a.default.as_deref())),
                one(p.kwarg.as_deref()),
                self.exprs(defaults),
            ],
        )
    }

    fn aliases(&self, names: &[ast::Alias]) -> Tree {
        self.list(names, |a| self.at("alias", a.range(), vec![name(&a.name), optional_name(a.asname.as_ref())]))
    }

    /// What follows an `if`: the next `elif` holds the rest.
    fn orelse(&self, clauses: &[ast::ElifElseClause]) -> Tree {
        let [clause, rest @ ..] = clauses else { return Tree::List(Vec::new()) };
        let Some(test) = &clause.test else { return self.body(&clause.body) };
        let end = rest.last().unwrap_or(clause).range().end();
        let fields = vec![self.expr(test), self.body(&clause.body), self.orelse(rest)];
        Tree::List(vec![self.at("If", TextRange::new(clause.range().start(), end), fields)])
    }

    fn stmt(&self, s: &Stmt) -> Tree {
        let range = s.range();
        let none = || Tree::None;
        let (class, fields) = match s {
            Stmt::FunctionDef(s) => {
                let class = if s.is_async { "AsyncFunctionDef" } else { "FunctionDef" };
                let fields = vec![
                    name(&s.name),
                    self.parameters(Some(&s.parameters)),
                    self.body(&s.body),
                    self.list(&s.decorator_list, |d| self.expr(&d.expression)),
                    self.optional(s.returns.as_deref()),
                    none(),
                    self.type_params(s.type_params.as_deref()),
                ];
                return self.at(class, self.undecorated(range, &s.decorator_list), fields);
            }
            Stmt::ClassDef(s) => {
                let args = s.arguments.as_deref();
                let fields = vec![
                    name(&s.name),
                    self.exprs(args.map_or(&[][..], |a| &a.args)),
                    self.list(args.map_or(&[][..], |a| &a.keywords), |k| self.keyword(k)),
                    self.body(&s.body),
                    self.list(&s.decorator_list, |d| self.expr(&d.expression)),
                    self.type_params(s.type_params.as_deref()),
                ];
                return self.at("ClassDef", self.undecorated(range, &s.decorator_list), fields);
            }
            Stmt::Return(s) => ("Return", vec![self.optional(s.value.as_deref())]),
            Stmt::Delete(s) => ("Delete", vec![self.exprs(&s.targets)]),
            Stmt::Assign(s) => ("Assign", vec![self.exprs(&s.targets), self.expr(&s.value), none()]),
            Stmt::TypeAlias(s) => {
                ("TypeAlias", vec![self.expr(&s.name), self.type_params(s.type_params.as_deref()), self.expr(&s.value)])
            }
            Stmt::AugAssign(s) => ("AugAssign", vec![self.expr(&s.target), operator(s.op), self.expr(&s.value)]),
            Stmt::AnnAssign(s) => (
                "AnnAssign",
                vec![
                    self.expr(&s.target),
                    self.expr(&s.annotation),
                    self.optional(s.value.as_deref()),
                    int(s.simple as i64),
                ],
            ),
            Stmt::For(s) => (
                if s.is_async { "AsyncFor" } else { "For" },
                vec![self.expr(&s.target), self.expr(&s.iter), self.body(&s.body), self.body(&s.orelse), none()],
            ),
            Stmt::While(s) => ("While", vec![self.expr(&s.test), self.body(&s.body), self.body(&s.orelse)]),
            Stmt::If(s) => ("If", vec![self.expr(&s.test), self.body(&s.body), self.orelse(&s.elif_else_clauses)]),
            Stmt::With(s) => {
                let items = self.list(&s.items, |i| {
                    node("withitem", vec![self.expr(&i.context_expr), self.optional(i.optional_vars.as_deref())])
                });
                (if s.is_async { "AsyncWith" } else { "With" }, vec![items, self.body(&s.body), none()])
            }
            Stmt::Match(s) => {
                let cases = self.list(&s.cases, |c| {
                    let guard = self.optional(c.guard.as_deref());
                    node("match_case", vec![self.pattern(&c.pattern), guard, self.body(&c.body)])
                });
                ("Match", vec![self.expr(&s.subject), cases])
            }
            Stmt::Raise(s) => ("Raise", vec![self.optional(s.exc.as_deref()), self.optional(s.cause.as_deref())]),
            Stmt::Try(s) => {
                let handlers = self.list(&s.handlers, |h| {
                    let ast::ExceptHandler::ExceptHandler(h) = h;
                    let class = self.optional(h.type_.as_deref());
                    self.at("ExceptHandler", h.range(), vec![class, optional_name(h.name.as_ref()), self.body(&h.body)])
                });
                let class = if s.is_star { "TryStar" } else { "Try" };
                (class, vec![self.body(&s.body), handlers, self.body(&s.orelse), self.body(&s.finalbody)])
            }
            Stmt::Assert(s) => ("Assert", vec![self.expr(&s.test), self.optional(s.msg.as_deref())]),
            Stmt::Import(s) => ("Import", vec![self.aliases(&s.names)]),
            Stmt::ImportFrom(s) => {
                ("ImportFrom", vec![optional_name(s.module.as_ref()), self.aliases(&s.names), int(s.level as i64)])
            }
            Stmt::Global(s) => ("Global", vec![self.list(&s.names, name)]),
            Stmt::Nonlocal(s) => ("Nonlocal", vec![self.list(&s.names, name)]),
            Stmt::Expr(s) => ("Expr", vec![self.expr(&s.value)]),
            Stmt::Pass(_) => ("Pass", vec![]),
            Stmt::Break(_) => ("Break", vec![]),
            Stmt::Continue(_) => ("Continue", vec![]),
            Stmt::IpyEscapeCommand(_) => ("Pass", vec![]), // not in Python source
        };
        self.at(class, range, fields)
    }

    fn generators(&self, all: &[ast::Comprehension]) -> Tree {
        self.list(all, |c| {
            let is_async = int(c.is_async as i64);
            node("comprehension", vec![self.expr(&c.target), self.expr(&c.iter), self.exprs(&c.ifs), is_async])
        })
    }

    fn constant(&self, range: TextRange, value: Tree) -> Tree {
        self.at("Constant", range, vec![value, Tree::None])
    }

    fn expr(&self, e: &Expr) -> Tree {
        let range = e.range();
        let (class, fields) = match e {
            Expr::BoolOp(e) => {
                let op = if e.op == ast::BoolOp::And { "And" } else { "Or" };
                ("BoolOp", vec![node(op, vec![]), self.exprs(&e.values)])
            }
            Expr::Named(e) => ("NamedExpr", vec![self.expr(&e.target), self.expr(&e.value)]),
            Expr::BinOp(e) => ("BinOp", vec![self.expr(&e.left), operator(e.op), self.expr(&e.right)]),
            Expr::UnaryOp(e) => {
                let op = match e.op {
                    ast::UnaryOp::Invert => "Invert",
                    ast::UnaryOp::Not => "Not",
                    ast::UnaryOp::UAdd => "UAdd",
                    ast::UnaryOp::USub => "USub",
                };
                ("UnaryOp", vec![node(op, vec![]), self.expr(&e.operand)])
            }
            Expr::Lambda(e) => ("Lambda", vec![self.parameters(e.parameters.as_deref()), self.expr(&e.body)]),
            Expr::If(e) => ("IfExp", vec![self.expr(&e.test), self.expr(&e.body), self.expr(&e.orelse)]),
            Expr::Dict(e) => (
                "Dict",
                vec![
                    self.list(&e.items, |i| self.optional(i.key.as_ref())),
                    self.list(&e.items, |i| self.expr(&i.value)),
                ],
            ),
            Expr::Set(e) => ("Set", vec![self.exprs(&e.elts)]),
            Expr::ListComp(e) => ("ListComp", vec![self.expr(&e.elt), self.generators(&e.generators)]),
            Expr::SetComp(e) => ("SetComp", vec![self.expr(&e.elt), self.generators(&e.generators)]),
            Expr::DictComp(e) => {
                ("DictComp", vec![self.optional(e.key.as_deref()), self.expr(&e.value), self.generators(&e.generators)])
            }
            Expr::Generator(e) => ("GeneratorExp", vec![self.expr(&e.elt), self.generators(&e.generators)]),
            Expr::Await(e) => ("Await", vec![self.expr(&e.value)]),
            Expr::Yield(e) => ("Yield", vec![self.optional(e.value.as_deref())]),
            Expr::YieldFrom(e) => ("YieldFrom", vec![self.expr(&e.value)]),
            Expr::Compare(e) => {
                ("Compare", vec![self.expr(&e.left), self.list(&e.ops, comparison), self.exprs(&e.comparators)])
            }
            Expr::Call(e) => (
                "Call",
                vec![
                    self.expr(&e.func),
                    self.list(&e.arguments.args, |arg| match arg {
                        // It has the call's parentheses.
                        Expr::Generator(g) if !g.parenthesized => {
                            let fields = vec![self.expr(&g.elt), self.generators(&g.generators)];
                            self.at("GeneratorExp", e.arguments.range(), fields)
                        }
                        arg => self.expr(arg),
                    }),
                    self.list(&e.arguments.keywords, |k| self.keyword(k)),
                ],
            ),
            Expr::FString(e) => {
                let mut parts = Vec::new();
                for part in e.value.iter() {
                    match part {
                        ast::FStringPart::Literal(s) => self.literal(&mut parts, s.range(), &s.value),
                        ast::FStringPart::FString(f) => self.interpolated(&mut parts, &f.elements, false),
                    }
                }
                ("JoinedStr", vec![Tree::List(parts)])
            }
            Expr::TString(e) => {
                let mut parts = Vec::new();
                for part in e.value.iter() {
                    self.interpolated(&mut parts, &part.elements, true);
                }
                ("TemplateStr", vec![Tree::List(parts)])
            }
            Expr::StringLiteral(e) => {
                let kind = if e.value.is_unicode() { Tree::Str("u".into()) } else { Tree::None };
                ("Constant", vec![Tree::Str(e.value.to_str().to_string()), kind])
            }
            Expr::BytesLiteral(e) => {
                let bytes = e.value.iter().flat_map(|part| part.value.iter().copied()).collect();
                return self.constant(range, Tree::Bytes(bytes));
            }
            Expr::NumberLiteral(e) => {
                let value = match &e.value {
                    ast::Number::Int(n) => Tree::Int(n.to_string()),
                    ast::Number::Float(x) => Tree::Float(*x),
                    ast::Number::Complex { real, imag } => Tree::Complex(*real, *imag),
                };
                return self.constant(range, value);
            }
            Expr::BooleanLiteral(e) => return self.constant(range, Tree::Bool(e.value)),
            Expr::NoneLiteral(_) => return self.constant(range, Tree::None),
            Expr::EllipsisLiteral(_) => return self.constant(range, Tree::Ellipsis),
            // Not from source text.
            Expr::Constant(_) | Expr::IpyEscapeCommand(_) => return self.constant(range, Tree::None),
            Expr::Attribute(e) => ("Attribute", vec![self.expr(&e.value), name(&e.attr), context(e.ctx)]),
            Expr::Subscript(e) => ("Subscript", vec![self.expr(&e.value), self.expr(&e.slice), context(e.ctx)]),
            Expr::Starred(e) => ("Starred", vec![self.expr(&e.value), context(e.ctx)]),
            Expr::Name(e) => ("Name", vec![Tree::Str(e.id.to_string()), context(e.ctx)]),
            Expr::List(e) => ("List", vec![self.exprs(&e.elts), context(e.ctx)]),
            Expr::Tuple(e) => ("Tuple", vec![self.exprs(&e.elts), context(e.ctx)]),
            Expr::Slice(e) => (
                "Slice",
                vec![
                    self.optional(e.lower.as_deref()),
                    self.optional(e.upper.as_deref()),
                    self.optional(e.step.as_deref()),
                ],
            ),
        };
        self.at(class, range, fields)
    }

    /// Text among the parts of an f-string, made one with text before it.
    fn literal(&self, parts: &mut Vec<Tree>, range: TextRange, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Tree::Node(Node { class: "Constant", fields, span: Some(span) })) = parts.last_mut() {
            if let Some(Tree::Str(before)) = fields.first_mut() {
                before.push_str(text);
                let [line, col] = self.place(range.end().to_u32());
                (span[2], span[3]) = (line, col);
                return;
            }
        }
        parts.push(self.constant(range, Tree::Str(text.to_string())));
    }

    fn interpolated<'t>(
        &self,
        parts: &mut Vec<Tree>,
        elements: impl IntoIterator<Item = &'t InterpolatedStringElement>,
        template: bool,
    ) {
        for element in elements {
            let e = match element {
                InterpolatedStringElement::Literal(s) => {
                    self.literal(parts, s.range(), &s.value);
                    continue;
                }
                InterpolatedStringElement::Interpolation(e) => e,
            };
            if let Some(debug) = &e.debug_text {
                let text = format!("{}{}{}", debug.leading(), debug.expression(), debug.trailing());
                let start = e.range().start().to_u32() + 1;
                let end = start + text.len() as u32;
                self.literal(parts, TextRange::new(start.into(), end.into()), &text);
            }
            let conversion = match e.conversion {
                ast::ConversionFlag::None if e.debug_text.is_some() && e.format_spec.is_none() => 'r' as i64,
                flag => flag as i8 as i64,
            };
            let spec = match &e.format_spec {
                Some(spec) => {
                    let mut parts = Vec::new();
                    self.interpolated(&mut parts, &spec.elements, template);
                    // With the colon.
                    let start = u32::from(spec.range().start()).saturating_sub(1);
                    let range = TextRange::new(start.into(), spec.range().end());
                    self.at("JoinedStr", range, vec![Tree::List(parts)])
                }
                None => Tree::None,
            };
            let value = self.expr(&e.expression);
            parts.push(if template {
                let source = self.interpolation_source(e);
                self.at("Interpolation", e.range(), vec![value, Tree::Str(source), int(conversion), spec])
            } else {
                self.at("FormattedValue", e.range(), vec![value, int(conversion), spec])
            });
        }
    }

    /// The text of a replacement field's expression, with the blanks and parentheses around it.
    fn interpolation_source(&self, e: &ast::InterpolatedElement) -> String {
        let start = e.range().start().to_usize() + 1;
        let mut end = e.expression.range().end().to_usize();
        end += self.text[end..].find(['!', ':', '=', '}']).unwrap_or(0);
        self.text.get(start..end).unwrap_or_default().to_string()
    }

    fn patterns<'t>(&self, all: impl IntoIterator<Item = &'t Pattern>) -> Tree {
        self.list(all, |p| self.pattern(p))
    }

    fn pattern(&self, p: &Pattern) -> Tree {
        let (class, fields) = match p {
            Pattern::MatchValue(p) => ("MatchValue", vec![self.expr(&p.value)]),
            Pattern::MatchSingleton(p) => {
                let value = match p.value {
                    ast::Singleton::None => Tree::None,
                    ast::Singleton::True => Tree::Bool(true),
                    ast::Singleton::False => Tree::Bool(false),
                };
                ("MatchSingleton", vec![value])
            }
            Pattern::MatchSequence(p) => ("MatchSequence", vec![self.patterns(&p.patterns)]),
            Pattern::MatchMapping(p) => {
                ("MatchMapping", vec![self.exprs(&p.keys), self.patterns(&p.patterns), optional_name(p.rest.as_ref())])
            }
            Pattern::MatchClass(p) => (
                "MatchClass",
                vec![
                    self.expr(&p.cls),
                    self.patterns(&p.arguments.patterns),
                    self.list(&p.arguments.keywords, |k| name(&k.attr)),
                    self.list(&p.arguments.keywords, |k| self.pattern(&k.pattern)),
                ],
            ),
            Pattern::MatchStar(p) => ("MatchStar", vec![optional_name(p.name.as_ref())]),
            Pattern::MatchAs(p) => {
                let inner = p.pattern.as_deref().map_or(Tree::None, |p| self.pattern(p));
                ("MatchAs", vec![inner, optional_name(p.name.as_ref())])
            }
            Pattern::MatchOr(p) => ("MatchOr", vec![self.patterns(&p.patterns)]),
        };
        self.at(class, p.range(), fields)
    }
}
