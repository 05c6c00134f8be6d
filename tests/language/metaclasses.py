# Metaclasses, __prepare__, __init_subclass__, __class_getitem__, type().
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"prepared": True}
    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")))
        return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)
    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)
    def __len__(cls): return 42
    def __iter__(cls): return iter("abc")
    def __contains__(cls, x): return x == 7
    def __instancecheck__(cls, x): return x == "magic"
class A(metaclass=Meta, flag=1):
    x = 1
    def __init__(self, v): self.v = v
class B(A): pass
print(A.prepared, B(5).v, len(A), list(B), 7 in A, isinstance("magic", A), type(B).__name__)
class Plugin:
    registry = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.registry.append((cls.__name__, tag))
class One(Plugin, tag="first"): pass
class Two(One): pass
print(Plugin.registry)
class Generic:
    def __class_getitem__(cls, item): return f"{cls.__name__}[{item}]"
print(Generic[int], Generic["x", 1])
T = type("T", (A,), {"y": lambda self: self.v * 2})
print(T(4).y(), T.__name__, T.__mro__[1] is A)
try:
    class Bad(A, metaclass=type("Other", (type,), {})): pass
except TypeError as e:
    print(e)
class Shape(metaclass=lambda n, b, d: (n, b, sorted(k for k in d if k[0] != "_"))):
    z = 1; a = 2
print(Shape)
#: stress
