# Attributes of functions, methods, code objects, frames.
def f(a, b=2, *args, c=3, **kw):
    "Doc."
    local = a
    return lambda: local
print(f.__name__, f.__qualname__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__module__, f.__closure__, f.__dict__, f.__type_params__, f.__annotations__)
c = f.__code__
print(c.co_name, c.co_qualname, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_varnames, c.co_cellvars, c.co_freevars, c.co_consts[0], c.co_names, c.co_firstlineno, c.co_flags & 12, c.co_filename.split("/")[-1])
f.attr = 5; print(f.attr, f.__dict__); f.__defaults__ = (9,); f.__kwdefaults__ = {"c": 8}; f.__name__ = "g"; f.__doc__ = None; print(f.__name__, f.__doc__, f.__defaults__, f.__qualname__)
def g(x, y=1): return x, y
def h(x, y=10): return "h", x, y
g.__code__ = h.__code__; print(g(1)); g.__defaults__ = None
try: g(1)
except TypeError as e: print(e)
class C:
    def m(self, x): return self, x
    @classmethod
    def k(cls): return cls
    @staticmethod
    def s(): return "s"
o = C(); m = o.m
print(m.__func__ is C.m, m.__self__ is o, m.__name__, m == o.m, m is o.m, hash(m) == hash(o.m), C.k.__self__ is C, C.s(), type(C.__dict__["s"]).__name__, type(C.__dict__["k"]).__name__, m(5)[1])
C.m.tag = "t"; print(m.tag)
try: m.tag = 1
except AttributeError as e: print(e)
import types
made = types.FunctionType(h.__code__, globals(), "made", (7,)); print(made(1), made.__name__); bound = types.MethodType(lambda s, k: (s, k), "self"); print(bound("k"))
import sys
def frames():
    fr = sys._getframe(); return fr.f_code.co_name, fr.f_back.f_code.co_name, fr.f_lineno, sorted(fr.f_locals), fr.f_globals is globals()
def caller(): return frames()
print(caller()); print(c.replace(co_name="z").co_name, c == c.replace(), list(c.co_lines())[0][2], len(list(c.co_positions())) > 0, [x[0] for x in [(1,)]])
for bad in (lambda: setattr(f, "__code__", 5), lambda: setattr(f, "__defaults__", 5), lambda: setattr(f, "__name__", 5), lambda: setattr(f, "__dict__", 5), lambda: f.nope, lambda: len.x, lambda: setattr(len, "x", 1), lambda: setattr(f, "__closure__", ())):
    try: bad()
    except (TypeError, AttributeError) as e: print(e)
