# Code, defaults and cells of functions replaced while they are called.
def f(a, b=1): return a + b
def caller(n):
    t = 0
    for i in range(n): t += f(i)
    return t
print(caller(100)); f.__defaults__ = (100,); print(caller(100)); f.__code__ = (lambda a, b=0: a * 2).__code__; print(caller(100))
f.__kwdefaults__ = {}; f.__defaults__ = None
try: caller(1)
except TypeError as e: print(e)
def outer():
    x = 1
    def inner(): return x
    return inner
g = outer(); print(g()); g.__closure__[0].cell_contents = 50; print(g()); del g.__closure__[0].cell_contents
try: g()
except NameError as e: print(e)
try: g.__code__ = f.__code__
except ValueError as e: print(e)
class C:
    def m(self): return 1
def hot(o): return [o.m() for _ in range(3)]
print(hot(C())); C.m.__code__ = (lambda self: 2).__code__; print(hot(C()))
def rec(n): return n if n == 0 else rec(n - 1)
old = rec; print(old(5))
def rec(n): return "new"
print(old(5), old(0))
def kw(*, k=1): return k
print(kw()); kw.__kwdefaults__["k"] = 2; print(kw()); kw.__kwdefaults__ = None
try: kw()
except TypeError as e: print(e)
print((lambda: __name__)()); h = type(f)((lambda: y).__code__, {"y": "other globals"}); print(h())
