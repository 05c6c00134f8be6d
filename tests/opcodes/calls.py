# CALL, CALL_KW, CALL_FUNCTION_EX, PUSH_NULL, KW_NAMES of every callable.
def f(*a, **k): return a, k
class C:
    def __init__(self, *a, **k): self.a = a, k
    def m(self, *a, **k): return a, k
    @classmethod
    def c(cls, *a): return cls.__name__, a
    @staticmethod
    def s(*a): return a
    def __call__(self, *a, **k): return "called", a, k
o = C(1, x=2)
print(f(), f(1), f(1, 2, 3), f(x=1), f(1, x=2, y=3), o.a, o.m(1, k=2), C.m(o, 1), C.c(1), o.c(2), C.s(1), o.s(2), o(1, z=2))
print(len("abc"), max(1, 2, key=lambda x: -x), int("ff", base=16), "a,b".split(",", maxsplit=1), sorted([2, 1], reverse=True), print.__name__, dict(a=1), str(5), type(5), list((1, 2)), tuple([1]), isinstance(1, int), [].append(1), "x".upper())
a = [1, 2]; k = {"p": 3}
print(f(*a), f(0, *a, 9), f(**k), f(*a, **k), f(1, *a, q=5, **k), f(*a, *a), f(**k, **{"r": 1}), C(*a).a, o.m(*a, **k), max(*a), "{}{}".format(*a), "{p}".format(**k), o(*a))
m = o.m; u = C.m; up = "abc".upper; ap = a.append; print(m(1), u(o, 2), up(), ap(3), a); part = (lambda *x: lambda *y: (x, y)); print(part(1)(2))
def many(a, b, c, d, e, f, g, h, i, j): return a + b + c + d + e + f + g + h + i + j
print(many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), many(*range(10)), many(1, 2, 3, 4, 5, j=6, i=7, h=8, g=9, f=10), f(*range(300))[0][299], len(f(**{f"k{i}": i for i in range(100)})[1]))
class D(C):
    def __new__(cls, *a): print("new", a); return super().__new__(cls)
    def __init__(self, *a): print("init", a)
D(1); D()
class N:
    def __new__(cls): return 5
    def __init__(self): print("never")
print(N()); class_ = type("Dyn", (), {"__init__": lambda s, v: setattr(s, "v", v)}); print(class_(3).v)
class I:
    def __init__(self): return 5
for bad in (lambda: I(), lambda: f(**{1: 2}), lambda: f(*None), lambda: o.nope(), lambda: "a".upper(1), lambda: [].append(), lambda: [].append(x=1), lambda: len(x=1), lambda: C.m(), lambda: many(1), lambda: many(*range(11)), lambda: object(1), lambda: (v := 1)(), lambda: o.a(), lambda: max(key=len), lambda: int("1", bas=2), lambda: print(x=1), lambda: isinstance(1), lambda: sorted(), lambda: f(1, **None), lambda: range(a=1), lambda: [].sort(1)):
    try: print(bad())
    except TypeError as e: print(e)
    except Exception as e: print(type(e).__name__, e)
