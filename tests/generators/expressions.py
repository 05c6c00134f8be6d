# Generator expressions: laziness, scope, first iterable evaluated at once.
log = []
def src(n):
    for i in range(n):
        log.append(i)
        yield i
g = (x * 2 for x in src(5) if x % 2)
print(log); print(next(g), log); print(list(g), log)
try: (x for x in undefined_name)
except NameError as e: print(e)
h = (undefined_name for x in [1])
try: next(h)
except NameError as e: print(e)
n = 2
k = (n * x for x in range(3)); n = 10; print(list(k))
print(sum(i * j for i in range(4) for j in range(i)), any(x > 2 for x in range(5)), ",".join(str(i) for i in range(3)), max((x for x in [3, 9, 2]), default=0), sorted(c for c in "hello"), dict((c, i) for i, c in enumerate("ab")), set(x % 2 for x in range(9)), tuple(x for x in ()))
print(g.__name__, g.gi_code.co_name, type(g).__name__)
pipe = (line.strip() for line in [" a ", " b"]); pipe = (p.upper() for p in pipe); pipe = ((i, p) for i, p in enumerate(pipe)); print(list(pipe))
def f():
    y = 5
    return (y + x for x in range(2))
print(list(f()))
class C:
    v = [1, 2]
    g = list(x for x in v)
print(C.g)
nested = ((i, list(j for j in range(i))) for i in range(3)); print(list(nested))
def first(p, it): return next((x for x in it if p(x)), None)
print(first(lambda x: x > 3, range(10)), first(lambda x: x > 99, range(10)))
#: stress
