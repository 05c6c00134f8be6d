# __getattr__, __getattribute__, __setattr__, __delattr__, __dir__.
class Hooked:
    def __init__(self): object.__setattr__(self, "store", {})
    def __getattr__(self, name):
        if name.startswith("dyn_"):
            return name[4:]
        raise AttributeError(f"no {name}")
    def __setattr__(self, name, value):
        print("set", name, value)
        object.__setattr__(self, name, value)
    def __delattr__(self, name):
        print("del", name)
        object.__delattr__(self, name)
    def __dir__(self): return ["z", "a"]
h = Hooked()
h.x = 1
print(h.x, h.dyn_hello, getattr(h, "other", "default"), hasattr(h, "dyn_"), hasattr(h, "nope"))
del h.x
try: h.x
except AttributeError as e: print(e)
print(dir(h))
class All:
    def __getattribute__(self, name):
        print("get", name)
        return object.__getattribute__(self, name)
    def method(self): return "called"
a = All()
a.v = 5
print(a.v, a.method())
class Proxy:
    def __init__(self, target): self.__dict__["target"] = target
    def __getattr__(self, name): return getattr(self.__dict__["target"], name)
    def __setattr__(self, name, value): setattr(self.__dict__["target"], name, value)
p = Proxy([3, 1, 2])
p.sort()
print(p.target, p.index(2))
class Meta(type):
    def __getattr__(cls, name): return f"{cls.__name__}.{name}"
class WithMeta(metaclass=Meta): real = 1
print(WithMeta.real, WithMeta.unreal)
