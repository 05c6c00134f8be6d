# Function and class decorators, stacked and parametrised.
def trace(f):
    def wrapper(*a, **k):
        print("call", f.__name__, a, k)
        result = f(*a, **k)
        print("result", result)
        return result
    wrapper.__name__ = f.__name__
    return wrapper
def times(n):
    def deco(f):
        return lambda *a: [f(*a) for _ in range(n)]
    return deco
@trace
def add(a, b=1): return a + b
add(2); add(2, b=3)
@times(3)
@trace
def hi(x): return x
print(hi("x"))
def register(cls):
    cls.tag = cls.__name__.lower()
    return cls
@register
class Thing: pass
print(Thing.tag)
class Counted:
    def __init__(self, f): self.f, self.n = f, 0
    def __call__(self, *a):
        self.n += 1
        return self.f(*a)
@Counted
def square(x): return x * x
print(square(3), square(4), square.n)
def memo(f):
    cache = {}
    def inner(n):
        if n not in cache: cache[n] = f(n)
        return cache[n]
    inner.cache = cache
    return inner
@memo
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(80), len(fib.cache))
def order(tag):
    print("make", tag)
    return lambda f: print("apply", tag) or f
@order("a")
@order("b")
def f(): pass
decos = [lambda f: f() ]
@decos[0]
def value(): return "now a value"
print(value)
class C:
    def __repr__(self): return "C()"
    @property
    @trace
    def p(self): return "prop"
    @staticmethod
    @times(2)
    def s(): return 1
print(C().p, C.s())
