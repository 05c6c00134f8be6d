# LOAD_ATTR (plain and method), STORE_ATTR, DELETE_ATTR, LOAD_SUPER_ATTR.
class B:
    k = "class"
    def __init__(self): self.i = 1
    def m(self): return "B.m"
    @property
    def p(self): return "B.p"
    @staticmethod
    def s(): return "B.s"
    @classmethod
    def c(cls): return cls.__name__
class D(B):
    def m(self): return "D." + super().m()
    @property
    def p(self): return "D." + super().p
    def t(self): return super().s(), super().c(), super().k, super(D, self).m(), super().__init__
    @classmethod
    def c(cls): return "D." + super().c()
def get(o): return o.i, o.k, o.m(), o.p, o.s(), o.c()
b, d = B(), D()
for _ in range(3): print(get(b), get(d))
print(d.t()[:4]); f = d.m; print(f(), f.__name__); d.m = lambda: "own"; print(d.m()); del d.m; print(d.m()); d.i += 5; d.new = d.i; print(d.new, vars(d)); del d.new
b.k = "instance"; print(b.k, B.k); del b.k; print(b.k); B.k = "changed"; print(b.k, d.k)
for bad in (lambda: b.nope, lambda: b.nope(), lambda: delattr(b, "nope"), lambda: setattr(b, "p", 1), lambda: delattr(b, "k"), lambda: None.x, lambda: (5).real.nope, lambda: B.nope, lambda: len.nope, lambda: setattr(None, "x", 1), lambda: "s".nope(), lambda: [].x, lambda: setattr([], "x", 1), lambda: delattr(5, "real"), lambda: D.i, lambda: super(D, d).nope, lambda: setattr((), "a", 1), lambda: delattr(B, "zzz")):
    try: print(bad())
    except (AttributeError, TypeError) as e: print(type(e).__name__, e)
print("abc".upper(), [3, 1].copy(), {}.get(1, 2), (1).bit_length(), (1.5).is_integer(), b"a".hex(), (1, 2).count(1), {1}.pop(), range(3).stop, slice(1).stop, (1j).imag, None.__class__, int.__name__, type.mro(int)[0], len.__name__, "x".join.__self__)
class Chain:
    def __init__(self): self.next = None
c = Chain(); c.next = Chain(); c.next.next = Chain(); c.next.next.v = 5; print(c.next.next.v); c.next.next.v += 1; print(c.next.next.v)
def poly(xs): return [x.v for x in xs]
kinds = [type(f"K{i}", (), {"v": i})() for i in range(6)]; print(poly(kinds), poly(kinds[::-1])); kinds[0].v = "own"; print(poly(kinds))
