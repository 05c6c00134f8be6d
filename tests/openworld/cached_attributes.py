# Attribute sites that have seen a property, __class__ or a class attribute, and then another world.
class P:
    @property
    def v(self): return "property"
def read(o): return o.v
o = P()
for _ in range(3): print(read(o), end=" ")
P.v = property(lambda self: "replaced"); print(read(o), end=" ")
P.v = "plain"; print(read(o), end=" ")
o.v = "own"; print(read(o), end=" ")
del o.v, P.v
try: read(o)
except AttributeError as e: print(e)
class Q(P):
    @property
    def v(self): raise AttributeError("inner")
    def __getattr__(self, name): return f"getattr {name}"
print(read(Q()), read(Q()))
class A: pass
class B: pass
def cls(o): return o.__class__.__name__
a = A()
print(cls(a), cls(a), cls(B()), cls(1), cls(A), cls(a), end=" ")
a.__class__ = B; print(cls(a))
class Liar:
    __class__ = property(lambda self: int)
print(cls(Liar()), cls(Liar()), isinstance(Liar(), int))
class Meta(type):
    def __setattr__(cls, name, value): type.__setattr__(cls, name, ("meta", value))
class C(metaclass=Meta): pass
def put(o, n, v): object.__setattr__(o, n, v); return getattr(o, n)
c = C()
print(put(c, "x", 1), put(c, "x", 2)); C.y = 3; print(C.y)
class D:
    def __setattr__(self, name, value): print("set", name); object.__setattr__(self, name, value)
    def __init__(self): self.k = 1; super().__setattr__("l", 2)
d = D(); print(d.k, d.l)
class Data:
    def __get__(self, o, t=None): return "data"
    def __set__(self, o, v): pass
class MD(type):
    z = Data()
class E(metaclass=MD):
    z = "own"
def z(c): return c.z
print(z(E), z(E), z(E()), z(E()))
