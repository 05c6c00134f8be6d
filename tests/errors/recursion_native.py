# Recursion without Python frames ends in RecursionError, not in a crash.
def attempt(what, f):
    try: f(); print(what, "no error")
    except RecursionError as e: print(what, "RecursionError")
def nest(wrap, n=100_000):
    x = wrap(None)
    for _ in range(n): x = wrap(x)
    return x
attempt("list", lambda: repr(nest(lambda x: [x])))
attempt("dict", lambda: repr(nest(lambda x: {1: x})))
attempt("tuple hash", lambda: hash(nest(lambda x: (x,), 500_000)))
attempt("group", lambda: nest(lambda x: ExceptionGroup("g", [x or TypeError(1)])).split(TypeError))
class A: pass
A.__call__ = A()
attempt("call", lambda: A()())
x = None
for _ in range(500): x = [x]
print(len(repr(x)), x == x)
