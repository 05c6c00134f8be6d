import ast
src = '''
"""doc"""
from __future__ import annotations
import os, sys as system
from os import path as p
class A(object, metaclass=type):
    """A doc"""
    x: int = 1
    def f(self, a, /, b=2, *c, d, e=5, **k):
        "f doc"
        return [i*a for i in range(b) if i % 2], {j for j in c}, {k: v for k, v in k.items()}, (self.x, d, e)
async def co():
    async with q() as w: pass
    async for z in y: await z
def gen(n):
    try:
        for i in range(n):
            if i == 3: continue
            elif i == 5: break
            elif i == 7: pass
            else: yield i
        else:
            yield -1
    except (ValueError, TypeError) as e:
        raise RuntimeError('x') from e
    finally:
        global G
        G = f"{n!r:>{10}} {n + 1:.2f} text \\ufffd"
print(A().f(3, 4, 5, d=6, zz=7), list(gen(10)), G, A.f.__doc__, __doc__)
def m(v):
    match v:
        case 1 | 2: return 'num'
        case [a, *rest]: return a, rest
        case {'k': x, **r}: return x, r
        case str(s) if s: return s
        case A(x=y): return y
        case None: return 'none'
        case _: return 'other'
print([m(v) for v in (1, [1,2,3], {'k':2,'z':3}, 'str', A(), None, 4.5)])
x = lambda a, *b, c=3: (a, b, c)
print(x(1, 2, c=4), (y := 5), -3 ** 2, not 1, 1 < 2 < 3, 'a' if y else 'b', b'bytes', 1j, ..., 10**30)
a, (b, *c) = 1, (2, 3, 4); print(a, b, c)
with open(os.devnull) as fh, open(os.devnull): pass
del a
x = [1, 2, 3]; x[0] += 5; x[1:2] = [9, 9]; print(x)
assert x, 'msg'
def t[T: int, *Ts, **P](a: T) -> T: return a
type Alias[T] = list[T]
print(t.__type_params__, Alias)
while x:
    x.pop()
else: print('done')
try:
    raise ExceptionGroup('g', [ValueError(1)])
except* ValueError as eg: print(eg)
@staticmethod
def deco(): 1/0
try: deco()
except ZeroDivisionError as e: print(e.__traceback__.tb_next.tb_lineno, e.__traceback__.tb_lineno)
tt = t'{y} and {y!r:>5}'
print(tt)
'''
tree = ast.parse(src)
code = compile(tree, '<tree>', 'exec')
ref = compile(src, '<tree>', 'exec')
def same(a, b, path='m'):
    for n in ('co_code','co_names','co_varnames','co_linetable','co_exceptiontable','co_flags','co_firstlineno','co_qualname','co_stacksize'):
        if getattr(a,n)!=getattr(b,n): print('differs', path, n, a.co_name) 
    for x, y in zip(a.co_consts, b.co_consts):
        if hasattr(x,'co_code'): same(x,y,path+'.'+x.co_name)
        elif repr(x)!=repr(y): print('const', path, x, y)
    if len(a.co_consts)!=len(b.co_consts): print('nconsts', path)
same(code, ref)
exec(code)
print(eval(compile(ast.parse('1+2*3', mode='eval'), 'x', 'eval')))
exec(compile(ast.parse('4*5', mode='single'), 'x', 'single'))
def bad(f):
    try: f()
    except Exception as e: print(type(e).__name__, e)
bad(lambda: compile(ast.parse('1'), 'x', 'eval'))
bad(lambda: compile(ast.Module(body=[ast.Expr(ast.Name('x', ast.Store(), lineno=1,col_offset=0),lineno=1,col_offset=0)], type_ignores=[]), 'x', 'exec'))
bad(lambda: compile(ast.Module(body=[ast.Expr(ast.Name('x'))], type_ignores=[]), 'x', 'exec'))
bad(lambda: compile(ast.Module(body=[3], type_ignores=[]), 'x', 'exec'))
bad(lambda: compile(ast.fix_missing_locations(ast.Expression(ast.Constant([1]))), 'x', 'eval'))
bad(lambda: print(eval(compile(ast.fix_missing_locations(ast.Expression(ast.Constant((1, 'a', frozenset({2}))))), 'x', 'eval'))))
bad(lambda: compile(ast.fix_missing_locations(ast.Module([ast.Pass(), ast.Return()], [])), 'x', 'exec'))
bad(lambda: compile(ast.fix_missing_locations(ast.Module([ast.For(ast.Name('x', ast.Store()), ast.Name('y'), [], [])], [])), 'x', 'exec'))
m = ast.fix_missing_locations(ast.Module([ast.Assign([ast.Name('@x', ast.Store())], ast.Constant(3)), ast.Expr(ast.Call(ast.Name('print'), [ast.Name('@x')], []))], []))
exec(compile(m, 'x', 'exec'))
n = ast.increment_lineno(ast.parse('def f():\n  1/0\n'), 100)
ns = {}; exec(compile(n, 'x', 'exec'), ns)
print(ns['f'].__code__.co_firstlineno)
bad(lambda: compile(ast.parse('x'), 'x', 'exec', 0x400))
print(compile(ast.parse('x=1'), 'x', 'exec', ast.PyCF_ONLY_AST))
