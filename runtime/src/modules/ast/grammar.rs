//! Python's abstract grammar, in ASDL (`Parser/Python.asdl` is its public definition): a sum and the names of
//! its attributes, then its constructors indented; a product stands alone with its fields.

pub(super) static GRAMMAR: &str = "\
mod: 
\x20   Module(stmt* body, type_ignore* type_ignores)
\x20   Interactive(stmt* body)
\x20   Expression(expr body)
\x20   FunctionType(expr* argtypes, expr returns)
stmt: lineno col_offset end_lineno end_col_offset
\x20   FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)
\x20   AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)
\x20   ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)
\x20   Return(expr? value)
\x20   Delete(expr* targets)
\x20   Assign(expr* targets, expr value, string? type_comment)
\x20   TypeAlias(expr name, type_param* type_params, expr value)
\x20   AugAssign(expr target, operator op, expr value)
\x20   AnnAssign(expr target, expr annotation, expr? value, int simple)
\x20   For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)
\x20   AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)
\x20   While(expr test, stmt* body, stmt* orelse)
\x20   If(expr test, stmt* body, stmt* orelse)
\x20   With(withitem* items, stmt* body, string? type_comment)
\x20   AsyncWith(withitem* items, stmt* body, string? type_comment)
\x20   Match(expr subject, match_case* cases)
\x20   Raise(expr? exc, expr? cause)
\x20   Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)
\x20   TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)
\x20   Assert(expr test, expr? msg)
\x20   Import(alias* names)
\x20   ImportFrom(identifier? module, alias* names, int? level)
\x20   Global(identifier* names)
\x20   Nonlocal(identifier* names)
\x20   Expr(expr value)
\x20   Pass
\x20   Break
\x20   Continue
expr: lineno col_offset end_lineno end_col_offset
\x20   BoolOp(boolop op, expr* values)
\x20   NamedExpr(expr target, expr value)
\x20   BinOp(expr left, operator op, expr right)
\x20   UnaryOp(unaryop op, expr operand)
\x20   Lambda(arguments args, expr body)
\x20   IfExp(expr test, expr body, expr orelse)
\x20   Dict(expr?* keys, expr* values)
\x20   Set(expr* elts)
\x20   ListComp(expr elt, comprehension* generators)
\x20   SetComp(expr elt, comprehension* generators)
\x20   DictComp(expr key, expr value, comprehension* generators)
\x20   GeneratorExp(expr elt, comprehension* generators)
\x20   Await(expr value)
\x20   Yield(expr? value)
\x20   YieldFrom(expr value)
\x20   Compare(expr left, cmpop* ops, expr* comparators)
\x20   Call(expr func, expr* args, keyword* keywords)
\x20   FormattedValue(expr value, int conversion, expr? format_spec)
\x20   Interpolation(expr value, constant str, int conversion, expr? format_spec)
\x20   JoinedStr(expr* values)
\x20   TemplateStr(expr* values)
\x20   Constant(constant value, string? kind)
\x20   Attribute(expr value, identifier attr, expr_context ctx)
\x20   Subscript(expr value, expr slice, expr_context ctx)
\x20   Starred(expr value, expr_context ctx)
\x20   Name(identifier id, expr_context ctx)
\x20   List(expr* elts, expr_context ctx)
\x20   Tuple(expr* elts, expr_context ctx)
\x20   Slice(expr? lower, expr? upper, expr? step)
expr_context: 
\x20   Load
\x20   Store
\x20   Del
boolop: 
\x20   And
\x20   Or
operator: 
\x20   Add
\x20   Sub
\x20   Mult
\x20   MatMult
\x20   Div
\x20   Mod
\x20   Pow
\x20   LShift
\x20   RShift
\x20   BitOr
\x20   BitXor
\x20   BitAnd
\x20   FloorDiv
unaryop: 
\x20   Invert
\x20   Not
\x20   UAdd
\x20   USub
cmpop: 
\x20   Eq
\x20   NotEq
\x20   Lt
\x20   LtE
\x20   Gt
\x20   GtE
\x20   Is
\x20   IsNot
\x20   In
\x20   NotIn
comprehension(expr target, expr iter, expr* ifs, int is_async): 
excepthandler: lineno col_offset end_lineno end_col_offset
\x20   ExceptHandler(expr? type, identifier? name, stmt* body)
arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults): 
arg(identifier arg, expr? annotation, string? type_comment): lineno col_offset end_lineno end_col_offset
keyword(identifier? arg, expr value): lineno col_offset end_lineno end_col_offset
alias(identifier name, identifier? asname): lineno col_offset end_lineno end_col_offset
withitem(expr context_expr, expr? optional_vars): 
match_case(pattern pattern, expr? guard, stmt* body): 
pattern: lineno col_offset end_lineno end_col_offset
\x20   MatchValue(expr value)
\x20   MatchSingleton(constant value)
\x20   MatchSequence(pattern* patterns)
\x20   MatchMapping(expr* keys, pattern* patterns, identifier? rest)
\x20   MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)
\x20   MatchStar(identifier? name)
\x20   MatchAs(pattern? pattern, identifier? name)
\x20   MatchOr(pattern* patterns)
type_ignore: 
\x20   TypeIgnore(int lineno, string tag)
type_param: lineno col_offset end_lineno end_col_offset
\x20   TypeVar(identifier name, expr? bound, expr? default_value)
\x20   ParamSpec(identifier name, expr? default_value)
\x20   TypeVarTuple(identifier name, expr? default_value)
";
