# Instances that grow, shrink and change shape while attributes are read in a hot loop.
class A:
    def __init__(self, x): self.x = x
def total(objs):
    t = 0
    for o in objs: t += o.x
    return t
objs = [A(i) for i in range(100)]
print(total(objs))
for i, o in enumerate(objs):
    if i % 2: o.extra = i
    if i % 3 == 0: del o.x; o.y = 0; o.x = 1
print(total(objs))
objs[5].__dict__["x"] = 1000; print(total(objs))
objs[6].__dict__ = {"x": 5000}; print(total(objs), vars(objs[6]))
del objs[7].__dict__["x"]
try: total(objs)
except AttributeError as e: print(e)
A.x = -1; print(total(objs))
class B:
    __slots__ = ("x",)
b = B(); b.x = 3; objs[7] = b; print(total(objs))
class C:
    @property
    def x(self): return 77
objs.append(C()); print(total(objs))
class D:
    def __getattr__(self, n): return len(n)
objs.append(D()); print(total(objs))
class E:
    x = 0.5
objs.append(E()); print(total(objs))
o = A(1)
for i in range(60): setattr(o, f"a{i}", i)
print(len(o.__dict__), o.a59, list(o.__dict__)[:3]); del o.a0; o.a0 = "back"; print(list(o.__dict__)[-1])
def order(first, second):
    o = A(0)
    setattr(o, first, 1); setattr(o, second, 2)
    return list(vars(o))
print(order("p", "q"), order("q", "p"))
A.x = property(lambda s: 123, lambda s, v: None); print(o.x, A(5).x, o.__dict__["x"])
class F:
    def __setattr__(self, n, v): object.__setattr__(self, n, v * 2)
f = F(); f.x = 4; print(f.x); del F.__setattr__; f.x = 4; print(f.x)
