# MAKE_FUNCTION, SET_FUNCTION_ATTRIBUTE, MAKE_CELL, COPY_FREE_VARS, LOAD_BUILD_CLASS, RETURN_VALUE.
def f(a, b=1, *, c=2, d): return a, b, c, d
print(f(0, d=3), f.__defaults__, f.__kwdefaults__)
fs = []
for i in range(3):
    def g(x, i=i): return x + i
    fs.append(g)
print([g(10) for g in fs], fs[0] is fs[1], fs[0].__code__ is fs[1].__code__)
def outer(a, b):
    c = a + b
    def inner(d=c, *, e=b):
        def innermost(): return a, b, c, d, e
        return innermost
    return inner
print(outer(1, 2)()(), outer(1, 2)(9, e=8)()); print(outer(1, 2).__closure__ is not None, outer.__closure__, outer(1, 2).__code__.co_freevars, outer.__code__.co_cellvars)
h = lambda *a, k=5, **kw: (a, k, kw); print(h(), h(1, k=2, z=3), h.__name__, h.__qualname__, (lambda: 1).__qualname__)
class C:
    y = 1
    def m(self, v=y): return v
    n = lambda self: __class__
    class Inner:
        def q(self): return self.__class__.__qualname__
print(C().m(), C().n(), C.Inner().q(), C.m.__qualname__, C.Inner.q.__qualname__)
def ann(a: int, *args: str, k: "kw" = 1, **kwargs: float) -> None: pass
print(ann.__annotations__)
def gen[T](x: T) -> T: return x
print(gen(1), gen.__type_params__)
def rec(n): return 1 if n <= 1 else n * rec(n - 1)
print(rec(20)); fact = lambda n: 1 if n < 2 else n * fact(n - 1); print(fact(25))
def cellparam(x, *args, **kw):
    def inner():
        nonlocal x
        x += 1
        return x, args, kw
    return inner
i = cellparam(1, 2, k=3); print(i(), i())
class Made(type("Base", (), {"v": 1}), metaclass=type): w = 2
print(Made.v, Made.w, Made.__mro__[1].__name__)
def noreturn(): 1
def bare(): return
print(noreturn(), bare(), (lambda: (yield))().__class__.__name__)
#: stress
