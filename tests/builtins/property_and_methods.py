# property, classmethod, staticmethod, super as objects.
class C:
    def __init__(self): self._x = 1
    x = property(lambda s: s._x, lambda s, v: setattr(s, "_x", v), lambda s: delattr(s, "_x"), "the x")
    y = property(doc="no getter")
    @property
    def z(self):
        "z doc"
        return self._x * 2
    z2 = z.setter(lambda s, v: None)
    @classmethod
    def cm(cls, *a): return cls.__name__, a
    @staticmethod
    def sm(*a): return a
class D(C):
    @property
    def z(self): return super().z + 100
    @classmethod
    def cm(cls, *a): return "D", super().cm(*a)
    def sup(self): return super().x, super().__init__.__name__
c, d = C(), D()
c.x = 5; print(c.x, C.x.__doc__, c.z, C.z.__doc__, d.z, D.cm(1), C.cm(2), d.cm(3), d.sm(4), d.sup())
print(C.x.fget(c), C.x.fset is not None, C.y.fget, type(C.x), C.x.__get__(None, C) is C.x, C.__dict__["cm"].__func__(int), C.__dict__["sm"].__func__(1), C.__dict__["sm"](2), C.z.__name__)
for bad in (lambda: c.y, lambda: setattr(c, "z", 1), lambda: delattr(c, "z"), lambda: setattr(c, "y", 1), lambda: super(C), lambda: super(C, 5), lambda: super(5, c), lambda: super(D, d).nope, lambda: super().x, lambda: C.__dict__["cm"]()):
    try: print("ok" if bad() else "none")
    except Exception as e: print(type(e).__name__, e)
print(super(D, d).z, super(D, D).cm(9), super(D, d).__thisclass__, super(D, d).__self__ is d, super(D, d).__self_class__)
del c.x
try: c.x
except AttributeError as e: print(e)
class Cell:
    def f(self): return __class__
    @staticmethod
    def g(): return __class__
print(Cell().f(), Cell.g())
class Abs:
    @classmethod
    @property
    def p(cls): return 1
print(type(Abs.__dict__["p"]).__name__)
