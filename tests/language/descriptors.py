# Properties, descriptors, __get__/__set__/__delete__, __set_name__.
class Typed:
    def __init__(self, kind): self.kind = kind
    def __set_name__(self, owner, name):
        self.name = name
        print("set_name", owner.__name__, name)
    def __get__(self, obj, owner=None):
        return self if obj is None else obj.__dict__[self.name]
    def __set__(self, obj, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name} must be {self.kind.__name__}")
        obj.__dict__[self.name] = value
    def __delete__(self, obj):
        print("delete", self.name)
        del obj.__dict__[self.name]
class P:
    x = Typed(int)
    y = Typed(str)
    def __init__(self, x, y): self.x, self.y = x, y
    @property
    def both(self):
        "Both."
        return self.x, self.y
    @both.setter
    def both(self, value): self.x, self.y = value
    @both.deleter
    def both(self): print("del both")
    @property
    def only(self): return "read"
p = P(1, "a")
print(p.both, P.both.__doc__, type(P.x).__name__)
p.both = 2, "b"
print(p.x, p.y)
del p.both
try: p.x = "no"
except TypeError as e: print(e)
try: p.only = 1
except AttributeError as e: print(e)
try: del p.only
except AttributeError as e: print(e)
del p.x
try: p.x
except KeyError as e: print("KeyError", e)
class NonData:
    def __get__(self, obj, owner): return "from descriptor"
class Q: a = NonData()
q = Q()
print(q.a)
q.__dict__["a"] = "from instance"
print(q.a, Q.a)
def free(self, n): return self, n
print(free.__get__(7)(8), free.__get__(None, int) is free)
