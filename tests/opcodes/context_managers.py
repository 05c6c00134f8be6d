# LOAD_SPECIAL, WITH_EXCEPT_START: enter and exit looked up on the type, nested, in loops, with return.
class C:
    def __init__(self, n, sup=False): self.n, self.sup = n, sup
    def __enter__(self): print("+", self.n, end=" "); return self
    def __exit__(self, *a): print("-", self.n, a[0] and a[0].__name__, end=" "); return self.sup
def loop():
    r = 0
    for i in range(4):
        with C(i, True) as c:
            if i == 1: continue
            if i == 2: raise ValueError
            if i == 3: break
            r += 1
    return r, c.n
print(loop())
def ret():
    with C("a"), C("b"):
        return "value"
print(ret())
def nested(n):
    if n == 0: raise KeyError("x")
    with C(n, n == 2): nested(n - 1)
    return n
print(nested(3))
c = C("inst"); c.__enter__ = None
with c: pass
print()
def gen():
    with C("gen") as g: yield g.n; yield 2
print(list(gen())); it = gen(); next(it); it.close(); print()
class Falsy(C):
    def __exit__(self, *a): return []
try:
    with Falsy("f"): raise OSError("o")
except OSError as e: print(e)
def deep():
    with C(1) as a, C(2) as b, C(3) as d, C(4):
        return [x.n for x in (a, b, d)]
print(deep())
