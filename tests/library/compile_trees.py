"""compile() of syntax trees that are parsed, made and changed."""
import ast, textwrap, sys, linecache
src = textwrap.dedent('''
"""doc"""
from __future__ import annotations
import os.path as p, sys
from collections import OrderedDict as OD, namedtuple
@staticmethod
def deco(f): return f
X: int = 5
(Y): str = "a"
def f(a, b=2, /, c=3, *args, d, e: int = 5, **kw) -> str:
    "fdoc"
    global G
    G = a ** -b + (c if d else e)
    try:
        with open("/nope") as h, open("x") as (q): pass
    except (OSError, ValueError) as ex:
        r = f"{ex!r:>{10}} {{x}} {a=} {'q'}" + 'é\\n'
    else: r = 1
    finally: kw.update(z=1, **{"y": 2})
    x, *rest = [i for i in range(5) if i % 2 for j in (1,)]
    del rest
    return r, x, args, sorted(kw.items()), {**kw, 1: 2}, {1, 2}, {k: v for k, v in kw.items()}, (lambda q, *, w=1: q + w)(1), a[1:2, ::3] if False else not a, 1 < 2 <= 3, b"x\\xff", 1.5e300, 3j, ..., -1
class C(dict, metaclass=type):
    "cdoc"
    __slots__ = ()
    def m(self):
        nonlocal_ = 1
        def inner():
            nonlocal nonlocal_
            nonlocal_ += 1
            return nonlocal_, __class__
        return inner()
    async def co(self):
        async with self as s: pass
        async for i in self: await i
        return [x async for x in y]
def g():
    while True:
        if (n := (yield 1)) is None: break
        elif n == 2: continue
        else: yield from [n]
    assert n is None, "msg"
def m(v):
    match v:
        case 1 | -2: return "num"
        case "s": return "str"
        case [a, *b] if b: return a, b
        case {"k": w, **rest}: return w, rest
        case OD(x=1): return "od"
        case str() as q: return q
        case None | True: return "sing"
        case int(x): return x
        case p.sep: return 'sep'
        case _: return "other"
def tp[T: int, *Ts, **P](x: T) -> T: return x
type A[T] = list[T]
print(f(1, d=0), C().m(), list(zip(g(), range(1))), [m(v) for v in (1, -2, "s", "zz", [1, 2], {"k": 1, "j": 2}, None, 7, 2.5)], X, Y, __doc__, f.__doc__, C.__doc__, C.__qualname__, tp.__type_params__, A.__value__, f.__kwdefaults__, f.__annotations__)
''')
t = ast.parse(src)
c = compile(t, "<t>", "exec"); c2 = compile(src, "<t>", "exec")
exec(c, {"__name__": "x"})
def same(a, b):
    for k in ("co_varnames", "co_freevars", "co_cellvars", "co_name", "co_qualname", "co_firstlineno", "co_argcount"):
        if getattr(a, k) != getattr(b, k): print("differs", a.co_name, k)
    for x, y in zip([c for c in a.co_consts if hasattr(c, "co_code")], [c for c in b.co_consts if hasattr(c, "co_code")]): same(x, y)
same(c, c2)
tree = ast.parse("x = 1\n\ny = x / 0\n"); 
try: exec(compile(tree, "<zz>", "exec"))
except ZeroDivisionError as e: print(e.__traceback__.tb_next.tb_lineno)
fn = ast.parse("def f(): return 1").body[0]; fn.name = "<weird>"; fn.args.args.append(ast.arg("@a")); fn.body = [ast.Return(ast.BinOp(ast.Name("@a", ast.Load()), ast.Add(), ast.Constant(1)))]
ns = {}; exec(compile(ast.fix_missing_locations(ast.Module([fn], [])), "<w>", "exec"), ns); w = ns["<weird>"]; print(w.__name__, w.__code__.co_varnames, w(**{"@a": 4}), w.__code__.co_filename)
try: w()
except TypeError as e: print(e)
print(eval(compile(ast.Expression(ast.fix_missing_locations(ast.BinOp(ast.Constant(2), ast.Pow(), ast.Constant(10)))), "", "eval")))
exec(compile(ast.fix_missing_locations(ast.Interactive([ast.Expr(ast.Constant(42))])), "", "single"))
for bad in (lambda: compile(ast.Expression(ast.Constant(1)), "", "eval"), lambda: compile(ast.parse("1"), "", "eval"), lambda: compile(ast.Module([ast.Constant(1, lineno=1, col_offset=0)], []), "", "exec"),
    lambda: compile(ast.Expression(ast.Name(5, ast.Load(), lineno=1, col_offset=0)), "", "eval"), lambda: compile(ast.Expression(ast.Constant([1], lineno=1, col_offset=0)), "", "eval"), lambda: compile(ast.Module("x", []), "", "exec"), lambda: compile(ast.Expression(ast.UnaryOp(ast.Not(), None, lineno=1, col_offset=0)), "", "eval")):
    try: bad(); print("no error")
    except Exception as e: print(type(e).__name__, e)
print(eval(compile(ast.fix_missing_locations(ast.Expression(ast.Constant((1, "a", (2.5, None)), None))), "", "eval")), eval(compile(ast.fix_missing_locations(ast.Expression(ast.JoinedStr([ast.Constant("{a'\n"), ast.FormattedValue(ast.Constant("é\"'"), 114, ast.JoinedStr([ast.Constant(">"), ast.FormattedValue(ast.Constant(9), -1)]))]))), "", "eval")))
class Inc(ast.NodeTransformer):
    def visit_Constant(self, n): return ast.copy_location(ast.Constant(n.value + 1), n) if type(n.value) is int else n
exec(compile(Inc().visit(ast.parse("print(1, 'a', [2, 3])")), "<i>", "exec"))
