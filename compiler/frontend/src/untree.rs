//! Code of a syntax tree that a program made or changed: the way back from [`crate::tree`] to the parser's nodes.
//!
//! The code generator knows places as ranges of a source text, and there is none: a text of blanks stands in for it,
//! with lines long enough for all columns that the tree names. What `ast` objects must fulfil beyond the types of
//! their fields is checked here, with CPython's words.

use crate::code::CodeObject;
use crate::compile::{Mode, Options, SyntaxWarning, generate};
use crate::error::SyntaxError;
use crate::tree::{Node, Tree};
use ruff_python_ast as ast;
use ruff_python_ast::{Expr, Identifier, Mod, Pattern, Stmt};
use ruff_text_size::TextRange;
use rustpython_wtf8::Wtf8;

/// Why a tree has no code.
#[derive(Debug)]
pub enum TreeError {
    /// It is no tree of a program: a ValueError, or a TypeError.
    Invalid(String),
    /// The type of something in it is wrong.
    Type(String),
    /// The program that it describes is wrong.
    Syntax(SyntaxError),
}

type Made<T> = Result<T, TreeError>;

fn invalid<T>(message: impl Into<String>) -> Made<T> {
    Err(TreeError::Invalid(message.into()))
}

/// Lines and columns beyond these are taken for these: no program has them.
const LAST_LINE: u32 = 1 << 22;
const LAST_COLUMN: u32 = 1 << 14;

/// Compiles a tree; its root says which mode it is for.
pub fn compile_tree(
    tree: &Tree,
    filename: &Wtf8,
    mode: Mode,
    options: &Options,
) -> Made<(CodeObject, Vec<SyntaxWarning>)> {
    let stack = 8 << 20;
    stacker::maybe_grow(stack, stack + (64 << 10), || {
        let mut widths = Vec::new();
        measure(tree, &mut widths);
        let mut text = String::new();
        let mut starts = Vec::with_capacity(widths.len());
        for width in &widths {
            starts.push(text.len() as u32);
            text.extend(std::iter::repeat_n(' ', *width as usize));
            text.push('\n');
        }
        let root = Planter { starts, widths }.root(tree)?;
        generate(root, &text, filename, mode, options).map_err(TreeError::Syntax)
    })
}

/// Notes how long the lines are that a tree names.
fn measure(tree: &Tree, widths: &mut Vec<u32>) {
    match tree {
        Tree::List(items) => items.iter().for_each(|item| measure(item, widths)),
        Tree::Node(node) => {
            if let Some([line, column, end_line, end_column]) = node.span {
                for (line, column) in [(line, column), (end_line, end_column)] {
                    let line = line.clamp(1, LAST_LINE) as usize;
                    if widths.len() < line {
                        widths.resize(line, 0);
                    }
                    widths[line - 1] = widths[line - 1].max(column.min(LAST_COLUMN) + 1);
                }
            }
            node.fields.iter().for_each(|field| measure(field, widths));
        }
        _ => {}
    }
}

struct Planter {
    /// Where each line of the text begins, and how long it is.
    starts: Vec<u32>,
    widths: Vec<u32>,
}

fn node(tree: &Tree) -> Made<&Node> {
    match tree {
        Tree::Node(node) => Ok(node),
        _ => invalid("field is required"),
    }
}

fn list(tree: &Tree) -> &[Tree] {
    match tree {
        Tree::List(items) => items,
        _ => &[],
    }
}

fn class_of(tree: &Tree) -> &'static str {
    match tree {
        Tree::Node(node) => node.class,
        _ => "",
    }
}

fn number(tree: &Tree) -> i64 {
    match tree {
        Tree::Int(digits) => digits.parse().unwrap_or(0),
        Tree::Bool(flag) => *flag as i64,
        _ => 0,
    }
}

fn operator(tree: &Tree) -> ast::Operator {
    use ast::Operator::*;
    match class_of(tree) {
        "Sub" => Sub,
        "Mult" => Mult,
        "MatMult" => MatMult,
        "Div" => Div,
        "Mod" => Mod,
        "Pow" => Pow,
        "LShift" => LShift,
        "RShift" => RShift,
        "BitOr" => BitOr,
        "BitXor" => BitXor,
        "BitAnd" => BitAnd,
        "FloorDiv" => FloorDiv,
        _ => Add,
    }
}

fn comparison(tree: &Tree) -> ast::CmpOp {
    use ast::CmpOp::*;
    match class_of(tree) {
        "NotEq" => NotEq,
        "Lt" => Lt,
        "LtE" => LtE,
        "Gt" => Gt,
        "GtE" => GtE,
        "Is" => Is,
        "IsNot" => IsNot,
        "In" => In,
        "NotIn" => NotIn,
        _ => Eq,
    }
}

fn context(tree: &Tree) -> ast::ExprContext {
    match class_of(tree) {
        "Store" => ast::ExprContext::Store,
        "Del" => ast::ExprContext::Del,
        _ => ast::ExprContext::Load,
    }
}

fn constant(tree: &Tree) -> ast::ConstantValue {
    use ast::ConstantValue::*;
    match tree {
        Tree::Bool(flag) => Boolean(*flag),
        Tree::Ellipsis => Ellipsis,
        Tree::Int(digits) => Integer(digits.as_str().into()),
        Tree::Float(x) => Float(*x),
        Tree::Complex(real, imag) => Complex { real: *real, imag: *imag },
        Tree::Str(text) => Str(text.as_str().into()),
        Tree::Bytes(bytes) => Bytes(bytes.as_slice().into()),
        Tree::Tuple(items) => Tuple(items.iter().map(constant).collect()),
        Tree::FrozenSet(items) => Frozenset(items.iter().map(constant).collect()),
        Tree::None | Tree::List(_) | Tree::Node(_) => None,
    }
}

/// A context's name for messages.
fn context_name(ctx: ast::ExprContext) -> &'static str {
    match ctx {
        ast::ExprContext::Store => "Store",
        ast::ExprContext::Del => "Del",
        _ => "Load",
    }
}

/// Nodes of the parser's tree, with the fields that only its own passes need left empty.
macro_rules! made {
    ($kind:ident::$variant:ident($type:ident) $range:expr, { $($body:tt)* }) => {
        $kind::$variant(ast::$type { node_index: Default::default(), range: $range, $($body)* })
    };
}

impl Planter {
    fn offset(&self, line: u32, column: u32) -> u32 {
        let line = (line.max(1) as usize).min(self.starts.len()) - 1;
        self.starts[line] + column.min(self.widths[line])
    }

    fn range(&self, node: &Node) -> TextRange {
        let Some([line, column, end_line, end_column]) = node.span.filter(|_| !self.starts.is_empty()) else {
            return TextRange::default();
        };
        let start = self.offset(line, column);
        TextRange::new(start.into(), self.offset(end_line, end_column).max(start).into())
    }

    fn root(&self, tree: &Tree) -> Made<Mod> {
        let node = node(tree)?;
        let end = self.starts.last().zip(self.widths.last()).map_or(0, |(start, width)| start + width);
        let range = TextRange::new(0.into(), end.into());
        let body = node.fields.first().unwrap_or(&Tree::None);
        Ok(match node.class {
            "Expression" => made!(Mod::Expression(ModExpression) range, { body: Box::new(self.load(body)?) }),
            _ => {
                made!(Mod::Module(ModModule) range, { body: self.stmts(body)?.into_iter().collect(), runtime_body: None })
            }
        })
    }

    fn stmts(&self, tree: &Tree) -> Made<Vec<Stmt>> {
        list(tree).iter().map(|s| self.stmt(s)).collect()
    }

    /// The statements of a block, which must be some.
    fn block<T: FromIterator<Stmt>>(&self, tree: &Tree, owner: &str) -> Made<T> {
        if list(tree).is_empty() {
            return invalid(format!("empty body on {owner}"));
        }
        Ok(self.stmts(tree)?.into_iter().collect())
    }

    fn load(&self, tree: &Tree) -> Made<Expr> {
        self.expr(tree, ast::ExprContext::Load)
    }

    fn boxed(&self, tree: &Tree) -> Made<Box<Expr>> {
        self.load(tree).map(Box::new)
    }

    fn stored(&self, tree: &Tree) -> Made<Box<Expr>> {
        self.expr(tree, ast::ExprContext::Store).map(Box::new)
    }

    fn optional(&self, tree: &Tree) -> Made<Option<Box<Expr>>> {
        match tree {
            Tree::None => Ok(None),
            tree => self.boxed(tree).map(Some),
        }
    }

    fn exprs(&self, tree: &Tree, ctx: ast::ExprContext) -> Made<Vec<Expr>> {
        let one = |e: &Tree| match e {
            Tree::None => invalid("None disallowed in expression list"),
            e => self.expr(e, ctx),
        };
        list(tree).iter().map(one).collect()
    }

    fn loads<T: FromIterator<Expr>>(&self, tree: &Tree) -> Made<T> {
        Ok(self.exprs(tree, ast::ExprContext::Load)?.into_iter().collect())
    }

    /// At least one target.
    fn targets(&self, tree: &Tree, owner: &str, ctx: ast::ExprContext) -> Made<Vec<Expr>> {
        if list(tree).is_empty() {
            return invalid(format!("empty targets on {owner}"));
        }
        self.exprs(tree, ctx)
    }

    fn name(&self, tree: &Tree, range: TextRange) -> Made<Identifier> {
        match tree {
            Tree::Str(text) => Ok(Identifier::new(text.as_str(), range)),
            _ => invalid("identifier is required"),
        }
    }

    fn optional_name(&self, tree: &Tree, range: TextRange) -> Made<Option<Identifier>> {
        match tree {
            Tree::None => Ok(None),
            tree => self.name(tree, range).map(Some),
        }
    }

    fn names(&self, tree: &Tree, owner: &str, range: TextRange) -> Made<Vec<Identifier>> {
        if list(tree).is_empty() {
            return invalid(format!("empty names on {owner}"));
        }
        list(tree).iter().map(|n| self.name(n, range)).collect()
    }

    fn parameter(&self, tree: &Tree) -> Made<ast::Parameter> {
        let node = node(tree)?;
        let range = self.range(node);
        Ok(ast::Parameter {
            node_index: Default::default(),
            range,
            name: self.name(&node.fields[0], range)?,
            annotation: self.optional(&node.fields[1])?,
            runtime_type_comment: None,
            runtime_type_comment_bytes: None,
        })
    }

    fn parameters(&self, tree: &Tree, range: TextRange) -> Made<ast::Parameters> {
        let [posonly, args, vararg, kwonly, kw_defaults, kwarg, defaults] = &*node(tree)?.fields else {
            return invalid("field 'args' is required");
        };
        let (posonly, args, kwonly) = (list(posonly), list(args), list(kwonly));
        let (defaults, kw_defaults) = (list(defaults), list(kw_defaults));
        let positional = posonly.len() + args.len();
        if defaults.len() > positional {
            return invalid("more positional defaults than args on arguments");
        }
        if kwonly.len() != kw_defaults.len() {
            return invalid("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        let with_default = |parameter: &Tree, default: Option<&Tree>| -> Made<ast::ParameterWithDefault> {
            let parameter = self.parameter(parameter)?;
            Ok(ast::ParameterWithDefault {
                node_index: Default::default(),
                range: parameter.range,
                parameter,
                default: default.map_or(Ok(None), |default| self.optional(default))?,
            })
        };
        let first = positional - defaults.len();
        let default_of = |i: usize| i.checked_sub(first).map(|i| &defaults[i]);
        let star = |p: &Tree| match p {
            Tree::None => Ok(None),
            p => self.parameter(p).map(|p| Some(Box::new(p))),
        };
        let numbered = |all: &[Tree], from: usize| -> Made<Vec<ast::ParameterWithDefault>> {
            all.iter().enumerate().map(|(i, p)| with_default(p, default_of(from + i))).collect()
        };
        let named = kwonly.iter().zip(kw_defaults).map(|(p, default)| with_default(p, Some(default)));
        Ok(ast::Parameters {
            node_index: Default::default(),
            range,
            posonlyargs: numbered(posonly, 0)?.into_iter().collect(),
            args: numbered(args, posonly.len())?.into_iter().collect(),
            vararg: star(vararg)?,
            kwonlyargs: named.collect::<Made<Vec<_>>>()?.into_iter().collect(),
            kwarg: star(kwarg)?,
            runtime_defaults: None,
        })
    }

    fn arguments(&self, args: &Tree, keywords: &Tree, range: TextRange) -> Made<ast::Arguments> {
        let keyword = |tree: &Tree| -> Made<ast::Keyword> {
            let node = node(tree)?;
            let range = self.range(node);
            let arg = self.optional_name(&node.fields[0], range)?;
            Ok(ast::Keyword { node_index: Default::default(), range, arg, value: self.load(&node.fields[1])? })
        };
        Ok(ast::Arguments {
            node_index: Default::default(),
            range,
            args: self.loads(args)?,
            keywords: list(keywords).iter().map(keyword).collect::<Made<Vec<_>>>()?.into_iter().collect(),
            runtime_args: None,
            runtime_bases: None,
        })
    }

    fn decorators(&self, tree: &Tree) -> Made<Vec<ast::Decorator>> {
        let one = |expression: Expr| {
            use ruff_text_size::Ranged;
            ast::Decorator { node_index: Default::default(), range: expression.range(), expression }
        };
        Ok(self.loads::<Vec<Expr>>(tree)?.into_iter().map(one).collect())
    }

    fn type_params(&self, tree: &Tree, range: TextRange) -> Made<Option<Box<ast::TypeParams>>> {
        let params = list(tree);
        if params.is_empty() {
            return Ok(None);
        }
        let one = |tree: &Tree| -> Made<ast::TypeParam> {
            use ast::TypeParam;
            let node = node(tree)?;
            let (range, f) = (self.range(node), &node.fields);
            let name = self.name(&f[0], range)?;
            Ok(match node.class {
                "TypeVar" => made!(TypeParam::TypeVar(TypeParamTypeVar) range, {
                    name, bound: self.optional(&f[1])?, default: self.optional(&f[2])?
                }),
                "ParamSpec" => {
                    made!(TypeParam::ParamSpec(TypeParamParamSpec) range, { name, default: self.optional(&f[1])? })
                }
                _ => made!(TypeParam::TypeVarTuple(TypeParamTypeVarTuple) range, {
                    name, default: self.optional(&f[1])?
                }),
            })
        };
        let type_params = params.iter().map(one).collect::<Made<Vec<_>>>()?;
        Ok(Some(Box::new(ast::TypeParams {
            node_index: Default::default(),
            range,
            type_params,
            runtime_type_params: None,
        })))
    }

    fn aliases(&self, tree: &Tree, owner: &str) -> Made<Vec<ast::Alias>> {
        if list(tree).is_empty() {
            return invalid(format!("empty names on {owner}"));
        }
        let one = |tree: &Tree| -> Made<ast::Alias> {
            let node = node(tree)?;
            let range = self.range(node);
            let (name, asname) = (self.name(&node.fields[0], range)?, self.optional_name(&node.fields[1], range)?);
            Ok(ast::Alias { node_index: Default::default(), range, name, asname })
        };
        list(tree).iter().map(one).collect()
    }

    /// What follows an `if`.
    fn orelse(&self, tree: &Tree) -> Made<Vec<ast::ElifElseClause>> {
        use ruff_text_size::Ranged;
        let body: Vec<Stmt> = self.stmts(tree)?;
        let (Some(first), Some(last)) = (body.first(), body.last()) else { return Ok(Vec::new()) };
        Ok(vec![ast::ElifElseClause {
            node_index: Default::default(),
            range: TextRange::new(first.start(), last.end().max(first.start())),
            test: None,
            body: body.into_iter().collect(),
            runtime_body: None,
            runtime_orelse: None,
        }])
    }

    fn handlers(&self, tree: &Tree) -> Made<Vec<ast::ExceptHandler>> {
        let one = |tree: &Tree| -> Made<ast::ExceptHandler> {
            let node = node(tree)?;
            let (range, f) = (self.range(node), &node.fields);
            Ok(made!(ExceptHandler::ExceptHandler(ExceptHandlerExceptHandler) range, {
                type_: self.optional(&f[0])?,
                name: self.optional_name(&f[1], range)?,
                body: self.block(&f[2], "ExceptHandler")?,
                runtime_body: None
            }))
        };
        use ast::ExceptHandler;
        list(tree).iter().map(one).collect()
    }

    fn stmt(&self, tree: &Tree) -> Made<Stmt> {
        let Tree::Node(node) = tree else { return invalid("None disallowed in statement list") };
        let (range, f, class) = (self.range(node), &node.fields, node.class);
        Ok(match class {
            "FunctionDef" | "AsyncFunctionDef" => made!(Stmt::FunctionDef(StmtFunctionDef) range, {
                is_async: class == "AsyncFunctionDef",
                body: self.block(&f[2], class)?,
                decorator_list: self.decorators(&f[3])?.into_iter().collect(),
                name: self.name(&f[0], range)?,
                type_params: self.type_params(&f[6], range)?,
                parameters: Box::new(self.parameters(&f[1], range)?),
                returns: self.optional(&f[4])?,
                runtime_decorator_list: None,
                runtime_type_comment: None,
                runtime_type_comment_bytes: None,
                runtime_body: None
            }),
            "ClassDef" => made!(Stmt::ClassDef(StmtClassDef) range, {
                body: self.block(&f[3], class)?,
                decorator_list: self.decorators(&f[4])?.into_iter().collect(),
                name: self.name(&f[0], range)?,
                type_params: self.type_params(&f[5], range)?,
                arguments: if list(&f[1]).is_empty() && list(&f[2]).is_empty() {
                    None
                } else {
                    Some(Box::new(self.arguments(&f[1], &f[2], range)?))
                },
                runtime_decorator_list: None,
                runtime_body: None
            }),
            "Return" => made!(Stmt::Return(StmtReturn) range, { value: self.optional(&f[0])? }),
            "Delete" => made!(Stmt::Delete(StmtDelete) range, {
                targets: self.targets(&f[0], class, ast::ExprContext::Del)?, runtime_targets: None
            }),
            "Assign" => made!(Stmt::Assign(StmtAssign) range, {
                targets: self.targets(&f[0], class, ast::ExprContext::Store)?,
                value: self.boxed(&f[1])?,
                runtime_targets: None,
                runtime_type_comment: None,
                runtime_type_comment_bytes: None
            }),
            "TypeAlias" => {
                if class_of(&f[0]) != "Name" {
                    return Err(TreeError::Type("TypeAlias with non-Name name".into()));
                }
                made!(Stmt::TypeAlias(StmtTypeAlias) range, {
                    name: self.stored(&f[0])?,
                    type_params: self.type_params(&f[1], range)?,
                    value: self.boxed(&f[2])?
                })
            }
            "AugAssign" => made!(Stmt::AugAssign(StmtAugAssign) range, {
                target: self.stored(&f[0])?, op: operator(&f[1]), value: self.boxed(&f[2])?
            }),
            "AnnAssign" => {
                let simple = number(&f[3]) != 0;
                if simple && class_of(&f[0]) != "Name" {
                    return Err(TreeError::Type("AnnAssign with simple non-Name target".into()));
                }
                made!(Stmt::AnnAssign(StmtAnnAssign) range, {
                    target: self.stored(&f[0])?,
                    annotation: self.boxed(&f[1])?,
                    value: self.optional(&f[2])?,
                    simple,
                    runtime_simple: None
                })
            }
            "For" | "AsyncFor" => made!(Stmt::For(StmtFor) range, {
                is_async: class == "AsyncFor",
                target: self.stored(&f[0])?,
                iter: self.boxed(&f[1])?,
                body: self.block(&f[2], class)?,
                orelse: self.stmts(&f[3])?.into_iter().collect(),
                runtime_type_comment: None,
                runtime_type_comment_bytes: None,
                runtime_body: None,
                runtime_orelse: None
            }),
            "While" => made!(Stmt::While(StmtWhile) range, {
                test: self.boxed(&f[0])?,
                body: self.block(&f[1], class)?,
                orelse: self.stmts(&f[2])?.into_iter().collect(),
                runtime_body: None,
                runtime_orelse: None
            }),
            "If" => made!(Stmt::If(StmtIf) range, {
                test: self.boxed(&f[0])?,
                body: self.block(&f[1], class)?,
                elif_else_clauses: self.orelse(&f[2])?,
                runtime_body: None
            }),
            "With" | "AsyncWith" => {
                if list(&f[0]).is_empty() {
                    return invalid(format!("empty items on {class}"));
                }
                let item = |tree: &Tree| -> Made<ast::WithItem> {
                    use ruff_text_size::Ranged;
                    let f = &self::node(tree)?.fields;
                    let context_expr = self.load(&f[0])?;
                    let optional_vars = match &f[1] {
                        Tree::None => None,
                        target => Some(self.stored(target)?),
                    };
                    let range = context_expr.range();
                    Ok(ast::WithItem { node_index: Default::default(), range, context_expr, optional_vars })
                };
                made!(Stmt::With(StmtWith) range, {
                    is_async: class == "AsyncWith",
                    items: list(&f[0]).iter().map(item).collect::<Made<_>>()?,
                    body: self.block(&f[1], class)?,
                    runtime_type_comment: None,
                    runtime_type_comment_bytes: None,
                    runtime_body: None
                })
            }
            "Match" => {
                if list(&f[1]).is_empty() {
                    return invalid("empty cases on Match");
                }
                let case = |tree: &Tree| -> Made<ast::MatchCase> {
                    use ruff_text_size::Ranged;
                    let f = &self::node(tree)?.fields;
                    let pattern = self.pattern(&f[0])?;
                    Ok(ast::MatchCase {
                        node_index: Default::default(),
                        range: pattern.range(),
                        pattern,
                        guard: self.optional(&f[1])?,
                        body: self.block(&f[2], "match_case")?,
                        runtime_body: None,
                    })
                };
                made!(Stmt::Match(StmtMatch) range, {
                    subject: self.boxed(&f[0])?, cases: list(&f[1]).iter().map(case).collect::<Made<_>>()?
                })
            }
            "Raise" => {
                let (exc, cause) = (self.optional(&f[0])?, self.optional(&f[1])?);
                if exc.is_none() && cause.is_some() {
                    return invalid("Raise with cause but no exception");
                }
                made!(Stmt::Raise(StmtRaise) range, { exc, cause })
            }
            "Try" | "TryStar" => {
                let body = self.block(&f[0], class)?;
                if list(&f[1]).is_empty() && list(&f[3]).is_empty() {
                    return invalid(format!("{class} has neither handlers nor finalbody"));
                }
                if list(&f[1]).is_empty() && !list(&f[2]).is_empty() {
                    return invalid(format!("{class} has orelse but no except handlers"));
                }
                made!(Stmt::Try(StmtTry) range, {
                    body,
                    handlers: self.handlers(&f[1])?,
                    orelse: self.stmts(&f[2])?.into_iter().collect(),
                    finalbody: self.stmts(&f[3])?.into_iter().collect(),
                    is_star: class == "TryStar",
                    runtime_body: None,
                    runtime_handlers: None,
                    runtime_orelse: None,
                    runtime_finalbody: None
                })
            }
            "Assert" => made!(Stmt::Assert(StmtAssert) range, { test: self.boxed(&f[0])?, msg: self.optional(&f[1])? }),
            "Import" => made!(Stmt::Import(StmtImport) range, { names: self.aliases(&f[0], class)?, is_lazy: false }),
            "ImportFrom" => {
                let level = number(&f[2]);
                if level < 0 {
                    return invalid("Negative ImportFrom level");
                }
                made!(Stmt::ImportFrom(StmtImportFrom) range, {
                    module: self.optional_name(&f[0], range)?,
                    names: self.aliases(&f[1], class)?,
                    level: level as u32,
                    is_lazy: false,
                    runtime_level: None
                })
            }
            "Global" => made!(Stmt::Global(StmtGlobal) range, { names: self.names(&f[0], class, range)? }),
            "Nonlocal" => made!(Stmt::Nonlocal(StmtNonlocal) range, { names: self.names(&f[0], class, range)? }),
            "Expr" => made!(Stmt::Expr(StmtExpr) range, { value: self.boxed(&f[0])? }),
            "Break" => made!(Stmt::Break(StmtBreak) range, {}),
            "Continue" => made!(Stmt::Continue(StmtContinue) range, {}),
            _ => made!(Stmt::Pass(StmtPass) range, {}),
        })
    }

    fn generators(&self, tree: &Tree) -> Made<Vec<ast::Comprehension>> {
        if list(tree).is_empty() {
            return invalid("comprehension with no generators");
        }
        let one = |tree: &Tree| -> Made<ast::Comprehension> {
            use ruff_text_size::Ranged;
            let f = &node(tree)?.fields;
            let target = *self.stored(&f[0])?;
            Ok(ast::Comprehension {
                node_index: Default::default(),
                range: target.range(),
                target,
                iter: self.load(&f[1])?,
                ifs: self.loads(&f[2])?,
                is_async: number(&f[3]) != 0,
                runtime_ifs: None,
                runtime_is_async: None,
            })
        };
        list(tree).iter().map(one).collect()
    }

    /// A node that says in which context it stands: it must be this one.
    fn in_context(&self, field: &Tree, wanted: ast::ExprContext) -> Made<ast::ExprContext> {
        let ctx = context(field);
        if ctx == wanted {
            return Ok(ctx);
        }
        let (wanted, ctx) = (context_name(wanted), context_name(ctx));
        invalid(format!("expression must have {wanted} context but has {ctx} instead"))
    }

    fn expr(&self, tree: &Tree, ctx: ast::ExprContext) -> Made<Expr> {
        let node = node(tree)?;
        let (range, f, class) = (self.range(node), &node.fields, node.class);
        let assignable = matches!(class, "Attribute" | "Subscript" | "Starred" | "Name" | "List" | "Tuple");
        if ctx != ast::ExprContext::Load && !assignable {
            return invalid(format!("expression which can't be assigned to in {} context", context_name(ctx)));
        }
        Ok(match class {
            "BoolOp" => {
                if list(&f[1]).len() < 2 {
                    return invalid("BoolOp with less than 2 values");
                }
                let op = if class_of(&f[0]) == "And" { ast::BoolOp::And } else { ast::BoolOp::Or };
                made!(Expr::BoolOp(ExprBoolOp) range, { op, values: self.loads(&f[1])?, runtime_values: None })
            }
            "NamedExpr" => {
                if class_of(&f[0]) != "Name" {
                    return Err(TreeError::Type("NamedExpr target must be a Name".into()));
                }
                made!(Expr::Named(ExprNamed) range, { target: self.stored(&f[0])?, value: self.boxed(&f[1])? })
            }
            "BinOp" => made!(Expr::BinOp(ExprBinOp) range, {
                left: self.boxed(&f[0])?, op: operator(&f[1]), right: self.boxed(&f[2])?
            }),
            "UnaryOp" => {
                let op = match class_of(&f[0]) {
                    "Invert" => ast::UnaryOp::Invert,
                    "Not" => ast::UnaryOp::Not,
                    "UAdd" => ast::UnaryOp::UAdd,
                    _ => ast::UnaryOp::USub,
                };
                made!(Expr::UnaryOp(ExprUnaryOp) range, { op, operand: self.boxed(&f[1])? })
            }
            "Lambda" => made!(Expr::Lambda(ExprLambda) range, {
                parameters: Some(Box::new(self.parameters(&f[0], range)?)), body: self.boxed(&f[1])?
            }),
            "IfExp" => made!(Expr::If(ExprIf) range, {
                test: self.boxed(&f[0])?, body: self.boxed(&f[1])?, orelse: self.boxed(&f[2])?
            }),
            "Dict" => {
                let (keys, values) = (list(&f[0]), list(&f[1]));
                if keys.len() != values.len() {
                    return invalid("Dict doesn't have the same number of keys as values");
                }
                let item = |(key, value): (&Tree, &Tree)| -> Made<ast::DictItem> {
                    Ok(ast::DictItem { key: self.optional(key)?.map(|key| *key), value: self.load(value)? })
                };
                let items = keys.iter().zip(values).map(item).collect::<Made<_>>()?;
                made!(Expr::Dict(ExprDict) range, { items, runtime_values: None })
            }
            "Set" => made!(Expr::Set(ExprSet) range, { elts: self.loads(&f[0])?, runtime_elts: None }),
            "ListComp" => made!(Expr::ListComp(ExprListComp) range, {
                generators: self.generators(&f[1])?, elt: self.boxed(&f[0])?
            }),
            "SetComp" => made!(Expr::SetComp(ExprSetComp) range, {
                generators: self.generators(&f[1])?, elt: self.boxed(&f[0])?
            }),
            "DictComp" => made!(Expr::DictComp(ExprDictComp) range, {
                generators: self.generators(&f[2])?, key: self.optional(&f[0])?, value: self.boxed(&f[1])?
            }),
            "GeneratorExp" => made!(Expr::Generator(ExprGenerator) range, {
                generators: self.generators(&f[1])?, elt: self.boxed(&f[0])?, parenthesized: true
            }),
            "Await" => made!(Expr::Await(ExprAwait) range, { value: self.boxed(&f[0])? }),
            "Yield" => made!(Expr::Yield(ExprYield) range, { value: self.optional(&f[0])? }),
            "YieldFrom" => made!(Expr::YieldFrom(ExprYieldFrom) range, { value: self.boxed(&f[0])? }),
            "Compare" => {
                let (ops, comparators) = (list(&f[1]), list(&f[2]));
                if comparators.is_empty() {
                    return invalid("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    return invalid("Compare has a different number of comparators and operands");
                }
                made!(Expr::Compare(ExprCompare) range, {
                    left: self.boxed(&f[0])?,
                    ops: ops.iter().map(comparison).collect(),
                    comparators: self.loads(&f[2])?,
                    runtime_comparators: None
                })
            }
            "Call" => Expr::Call(ast::ExprCall {
                node_index: Default::default(),
                range_start: range.start(),
                func: self.boxed(&f[0])?,
                arguments: self.arguments(&f[1], &f[2], range)?,
            }),
            "FormattedValue" => {
                let element = self.element(range, &f[0], None, &f[1], &f[2])?;
                self.formatted(range, vec![element], None)
            }
            "JoinedStr" => self.formatted(range, Vec::new(), Some(self.loads(&f[0])?)),
            "Interpolation" => {
                let element = self.element(range, &f[0], Some(constant(&f[1])), &f[2], &f[3])?;
                self.template(range, vec![element], None)
            }
            "TemplateStr" => self.template(range, Vec::new(), Some(self.loads(&f[0])?)),
            "Constant" => {
                let kind = match &f[1] {
                    Tree::Str(kind) => Some(kind.as_str().into()),
                    _ => None,
                };
                made!(Expr::Constant(ExprConstant) range, { value: constant(&f[0]), kind, invalid_type: None })
            }
            "Attribute" => made!(Expr::Attribute(ExprAttribute) range, {
                ctx: self.in_context(&f[2], ctx)?, value: self.boxed(&f[0])?, attr: self.name(&f[1], range)?
            }),
            "Subscript" => made!(Expr::Subscript(ExprSubscript) range, {
                ctx: self.in_context(&f[2], ctx)?, value: self.boxed(&f[0])?, slice: self.boxed(&f[1])?
            }),
            "Starred" => made!(Expr::Starred(ExprStarred) range, {
                ctx: self.in_context(&f[1], ctx)?, value: Box::new(self.expr(&f[0], ctx)?)
            }),
            "Name" => {
                let id = self.name(&f[0], range)?.id;
                if matches!(id.as_str(), "None" | "True" | "False") {
                    return invalid(format!("identifier field can't represent '{id}' constant"));
                }
                made!(Expr::Name(ExprName) range, { id, ctx: self.in_context(&f[1], ctx)? })
            }
            "List" => made!(Expr::List(ExprList) range, {
                ctx: self.in_context(&f[1], ctx)?, elts: self.exprs(&f[0], ctx)?, runtime_elts: None
            }),
            "Tuple" => made!(Expr::Tuple(ExprTuple) range, {
                ctx: self.in_context(&f[1], ctx)?,
                elts: self.exprs(&f[0], ctx)?,
                parenthesized: true,
                runtime_elts: None
            }),
            _ => made!(Expr::Slice(ExprSlice) range, {
                lower: self.optional(&f[0])?, upper: self.optional(&f[1])?, step: self.optional(&f[2])?
            }),
        })
    }

    /// A replacement field.
    fn element(
        &self,
        range: TextRange,
        value: &Tree,
        source: Option<ast::ConstantValue>,
        conversion: &Tree,
        spec: &Tree,
    ) -> Made<ast::InterpolatedStringElement> {
        let (spec, template) = (self.optional(spec)?, source.is_some());
        let conversion = match u8::try_from(number(conversion)) {
            Ok(b's') => ast::ConversionFlag::Str,
            Ok(b'r') => ast::ConversionFlag::Repr,
            Ok(b'a') => ast::ConversionFlag::Ascii,
            _ => ast::ConversionFlag::None,
        };
        let (of_template, of_format) = if template { (spec, None) } else { (None, spec) };
        Ok(ast::InterpolatedStringElement::Interpolation(ast::InterpolatedElement {
            node_index: Default::default(),
            range,
            expression: self.boxed(value)?,
            debug_text: None,
            conversion,
            format_spec: None,
            runtime_str: source,
            runtime_interpolation_format_spec: of_template,
            runtime_formatted_value_format_spec: of_format,
        }))
    }

    fn formatted(
        &self,
        range: TextRange,
        elements: Vec<ast::InterpolatedStringElement>,
        joined: Option<Vec<Expr>>,
    ) -> Expr {
        let part = ast::FString {
            node_index: Default::default(),
            range,
            elements: elements.into(),
            flags: ast::FStringFlags::empty(),
        };
        made!(Expr::FString(ExprFString) range, {
            value: ast::FStringValue::single(part), runtime_joined_str: joined, runtime_values: None
        })
    }

    fn template(
        &self,
        range: TextRange,
        elements: Vec<ast::InterpolatedStringElement>,
        values: Option<Vec<Expr>>,
    ) -> Expr {
        let part = ast::TString {
            node_index: Default::default(),
            range,
            elements: elements.into(),
            flags: ast::TStringFlags::empty(),
        };
        made!(Expr::TString(ExprTString) range, {
            value: ast::TStringValue::single(part), runtime_template_str: values, runtime_values: None
        })
    }

    fn patterns<T: FromIterator<Pattern>>(&self, tree: &Tree) -> Made<T> {
        list(tree).iter().map(|p| self.pattern(p)).collect()
    }

    fn pattern(&self, tree: &Tree) -> Made<Pattern> {
        let node = node(tree)?;
        let (range, f, class) = (self.range(node), &node.fields, node.class);
        Ok(match class {
            "MatchValue" => made!(Pattern::MatchValue(PatternMatchValue) range, { value: self.boxed(&f[0])? }),
            "MatchSingleton" => {
                let value = match &f[0] {
                    Tree::None => ast::Singleton::None,
                    Tree::Bool(true) => ast::Singleton::True,
                    Tree::Bool(false) => ast::Singleton::False,
                    _ => return invalid("MatchSingleton can only contain True, False and None"),
                };
                made!(Pattern::MatchSingleton(PatternMatchSingleton) range, { value })
            }
            "MatchSequence" => made!(Pattern::MatchSequence(PatternMatchSequence) range, {
                patterns: self.patterns(&f[0])?, runtime_patterns: None
            }),
            "MatchMapping" => {
                if list(&f[0]).len() != list(&f[1]).len() {
                    return invalid("MatchMapping doesn't have the same number of keys as patterns");
                }
                made!(Pattern::MatchMapping(PatternMatchMapping) range, {
                    keys: self.loads(&f[0])?,
                    patterns: self.patterns(&f[1])?,
                    rest: self.optional_name(&f[2], range)?,
                    runtime_keys: None,
                    runtime_patterns: None
                })
            }
            "MatchClass" => {
                let (attrs, patterns) = (list(&f[2]), list(&f[3]));
                if attrs.len() != patterns.len() {
                    return invalid("MatchClass doesn't have the same number of keyword attributes as patterns");
                }
                let keyword = |(attr, pattern): (&Tree, &Tree)| -> Made<ast::PatternKeyword> {
                    let (attr, pattern) = (self.name(attr, range)?, self.pattern(pattern)?);
                    Ok(ast::PatternKeyword { node_index: Default::default(), range, attr, pattern })
                };
                let arguments = ast::PatternArguments {
                    node_index: Default::default(),
                    range,
                    patterns: self.patterns(&f[1])?,
                    keywords: attrs.iter().zip(patterns).map(keyword).collect::<Made<_>>()?,
                };
                made!(Pattern::MatchClass(PatternMatchClass) range, {
                    cls: self.boxed(&f[0])?,
                    arguments,
                    runtime_patterns: None,
                    runtime_kwd_attrs: None,
                    runtime_kwd_patterns: None
                })
            }
            "MatchStar" => {
                made!(Pattern::MatchStar(PatternMatchStar) range, { name: self.optional_name(&f[0], range)? })
            }
            "MatchAs" => {
                let pattern = match &f[0] {
                    Tree::None => None,
                    pattern => Some(Box::new(self.pattern(pattern)?)),
                };
                let name = self.optional_name(&f[1], range)?;
                if pattern.is_some() && name.is_none() {
                    return invalid("MatchAs must specify a target name if a pattern is given");
                }
                made!(Pattern::MatchAs(PatternMatchAs) range, { pattern, name })
            }
            _ => {
                if list(&f[0]).len() < 2 {
                    return invalid("MatchOr requires at least 2 patterns");
                }
                made!(Pattern::MatchOr(PatternMatchOr) range, { patterns: self.patterns(&f[0])?, runtime_patterns: None })
            }
        })
    }
}
