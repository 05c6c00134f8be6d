# Classes changed while their methods are hot.
class P:
    kind = "P"
    def __init__(self, v): self.v = v
    def get(self): return self.v
    def __add__(self, o): return self.v + o.v
    def __len__(self): return 3
def hot(objs, n):
    t = 0
    for i in range(n):
        for o in objs: t += o.get()
    return t
objs = [P(1), P(2), P(3)]
print(hot(objs, 500))
P.get = lambda self: self.v * 10
print(hot(objs, 500))
objs[1].get = lambda: 1000
print(hot(objs, 10))
del objs[1].get
print(hot(objs, 10))
class Q(P):
    def get(self): return -1
objs[0].__class__ = Q
print(hot(objs, 10), type(objs[0]).__name__)
del Q.get; print(hot(objs, 10))
P.get = property(lambda self: lambda: self.v + 0.5); print(hot(objs, 2))
del P.get
try: hot(objs, 1)
except AttributeError as e: print(e)
P.__getattr__ = lambda self, n: (lambda: 5); print(hot(objs, 2)); del P.__getattr__
def add(n):
    r = 0
    for i in range(n): r = objs[1] + objs[2]
    return r
print(add(100)); P.__add__ = lambda s, o: "patched"; print(add(100)); del P.__add__
try: add(1)
except TypeError as e: print(e)
def ln(): return [len(o) for o in objs]
print(ln()); P.__len__ = lambda s: 9; print(ln()); Q.__len__ = lambda s: 1; print(ln()); del P.__len__
try: ln()
except TypeError as e: print(e)
def kinds(): return [o.kind for o in objs]
print(kinds()); P.kind = "patched"; print(kinds()); objs[2].kind = "own"; print(kinds()); Q.kind = "Q"; print(kinds())
class R:
    kind = "R"
Q.__bases__ = (R,) if False else Q.__bases__; P.kind = property(lambda s: "prop"); print(objs[1].kind, objs[0].kind)
class Base1:
    def who(self): return 1
class Base2:
    def who(self): return 2
class S(Base1): pass
s = S(); print(s.who()); S.__bases__ = (Base2,); print(s.who(), S.__mro__)
#: stress
