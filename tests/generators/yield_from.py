# Delegation: values, sends, throws, returns.
def inner():
    try:
        got = yield "a"
        print("inner got", got)
        got = yield "b"
        print("inner got", got)
    except ValueError as e:
        print("inner caught", e)
        yield "after"
    finally:
        print("inner done")
    return "result"
def outer():
    r = yield from inner()
    print("outer has", r)
    r2 = yield from [1, 2]
    print(r2)
    yield from "xy"
    return "end"
g = outer()
print(next(g)); print(g.gi_yieldfrom.__name__); print(g.send("one")); print(g.send("two")); print(list(g))
g = outer(); next(g); print(g.throw(ValueError("v"))); print(list(g))
g = outer(); next(g); g.close()
def tree(t):
    if t:
        yield from tree(t[0]); yield t[1]; yield from tree(t[2])
print(list(tree(((None, 1, None), 2, ((None, 3, None), 4, None)))))
def chain(*its):
    for it in its: yield from it
print(list(chain([1], (2,), {3}, "4", range(5, 7))), sum(chain([1, 2], [3])))
def bad(): yield from 5
try: list(bad())
except TypeError as e: print(e)
class It:
    def __iter__(self): return self
    def __init__(self): self.n = 0
    def __next__(self):
        self.n += 1
        if self.n > 2: raise StopIteration("class result")
        return self.n
    def send(self, v): print("send", v); return next(self)
    def throw(self, *a): print("throw", a); return "thrown"
    def close(self): print("close")
def over():
    print((yield from It()))
print(list(over()))
o = over(); next(o); print(o.send(5)); print(o.throw(KeyError("k"))); o.close()
def deep(n):
    if n == 0: yield "bottom"
    else: yield from deep(n - 1)
print(list(deep(200)))
def plain_send():
    x = yield from iter([1, 2])
p = plain_send(); next(p)
try: p.send(1)
except AttributeError as e: print(e)
