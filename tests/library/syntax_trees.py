# compile(..., PyCF_ONLY_AST): every kind of node, with its place.
import sys
import _ast
def dump(n):
    if isinstance(n, _ast.AST):
        return type(n).__name__ + '(' + ', '.join([f'{f}={dump(getattr(n, f))}' for f in n._fields] + [f'{a}={getattr(n,a)}' for a in n._attributes]) + ')'
    if isinstance(n, list): return '[' + ', '.join(map(dump, n)) + ']'
    return repr(n)
SRC = r'''
import a.b as c, d
from . import x as y
from ..m import (p, q)
@dec(1)
# comment
class C[T: int, *Ts, **P](Base, metaclass=M):
    """doc"""
    x: int = 1
    (y): str
    @property
    async def f[T](self, a, /, b: int = 2, *args: int, c, d=3, **kw) -> None:
        async for i in z: await i
        async with a as b, c: pass
        return [k async for k in y if k if not k]
def g(): yield; x = yield 1; yield from y; global q; nonlocal_ = 1
if a: pass
elif b:
    x += 1
elif c: y
else:
    z
for i, (j, *k) in e: break
else: continue
while x: del a[1], b.c
try: 1/0
except (A, B) as e: raise X from Y
except: raise
else: pass
finally: assert x, 'm'
try: pass
except* A: pass
with (a as b, c): pass
match v:
    case 1 | 'a' | None | -2 | 1+2j: pass
    case [a, *_, b] if b: pass
    case {'k': v, **rest}: pass
    case C(x, y=1) as z: pass
    case (1, 2) | M.x: pass
    case _: pass
type X[T] = int
x = lambda a, *b, c=1: (a if b else c)
x = {1: 2, **d}; y = {1, *s}; z = {k: v for k, v in i}; w = {a for b in c}
v = a and b or not c; u = -1 + ~2 ** 3 @ 4 // 5 << 6 & 7 ^ 8 | 9
t = a < b <= c != d is e is not f in g not in h
s = x[1:2, ::3, ...]; r = f(a, *b, c=1, **d); q = (yield)
p = 0xFF + 1_000 + 1e5 + 2j + 0o17 + 0b11 + 10**30 + 123456789012345678901234567890
o = 'a' "b" u'c'; n = u'x' 'y'; m = b'a' b'b\x00'; l = r'\d'
k = f'a{b!r:>{w}}c' 'd' f'{x=}' f'{y=!s:3}{{}}'; kk = t'a{ b }c'
if (n := 10) > 5: print(f"{'nested'}")
(a, b), [c, d] = 1, 2
é = 'é'; é2 = é
x = (1,); () ; (a)
g2 = (i for i in j); f(i for i in j)
'''
for mode in ['exec', 'single', 'eval']:
    src = SRC if mode == 'exec' else ('x = 1\n' if mode == 'single' else '  a + b')
    try:
        tree = compile(src, 'f', mode, 0x400)
        for s in (tree.body if isinstance(tree.body, list) else [tree.body]): print(dump(s))
        print(type(tree))
    except SyntaxError as e: print(e)
for bad in ['a b', 'return', '(', 'x = = 1']:
    try: print(dump(compile(bad, 'f', 'exec', 0x400)))
    except SyntaxError as e: print(e, e.lineno, e.offset)
