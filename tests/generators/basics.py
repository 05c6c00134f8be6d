# Generators: yield, return, exhaustion.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
    return "done"
g = count(3)
print(type(g).__name__, next(g), next(g), next(g))
try: next(g)
except StopIteration as e: print(e.value, e.args)
try: next(g)
except StopIteration as e: print(e.value)
print(list(count(4)), sum(count(5)), max(count(3)), [*count(2)], 2 in count(5), dict(zip("abc", count(3))))
def empty():
    return
    yield
print(list(empty()), next(empty(), "default"))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
for f in fib():
    if f > 50: break
    print(f, end=" ")
print()
def many():
    yield 1; yield "a"; yield None; x = yield; yield x
print(list(many()))
def squares(it):
    for x in it: yield x * x
def evens(it):
    for x in it:
        if x % 2 == 0: yield x
print(list(evens(squares(count(10)))))
print(g.gi_frame, g.gi_running, g.gi_yieldfrom, g.gi_code.co_name, g.__name__, g.__qualname__)
h = count(1)
print(h.gi_frame is not None, h is iter(h), h.gi_suspended); next(h); print(h.gi_suspended)
#: stress
