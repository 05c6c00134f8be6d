# Attributes of modules replaced while functions use them.
import math, sys, types, json
def area(n):
    t = 0
    for i in range(n): t += math.floor(math.pi * i)
    return t
print(area(100)); saved = math.pi; math.pi = 3; print(area(100)); math.pi = saved; print(area(100))
floor = math.floor; math.floor = lambda x: 1; print(area(100)); math.floor = floor
m = types.ModuleType("virtual", "doc"); m.x = 1; m.f = lambda: "f of virtual"; sys.modules["virtual"] = m
import virtual
from virtual import f
print(virtual.x, f(), virtual.__doc__, virtual is m); m.x = 2; print(virtual.x); del m.x
try: virtual.x
except AttributeError as e: print(e)
exec("def __getattr__(name): return 'dyn ' + name", m.__dict__); print(virtual.anything)
from virtual import other
print(other)
del sys.modules["virtual"]
try: import virtual
except ImportError as e: print(e)
class Sub(types.ModuleType):
    @property
    def prop(self): return "computed"
m.__class__ = Sub; print(m.prop)
print(type(math), repr(math).split(" ")[1], math.__name__); sys.modules["fake_none"] = None
try: import fake_none
except ModuleNotFoundError as e: print(e)
dumps = json.dumps; json.dumps = lambda o: "patched"; print(json.dumps(1)); json.dumps = dumps; print(json.dumps({"a": [1, None, True, 1.5]}))
def g(): return helper()
def helper(): return "original"
print(g()); setattr(sys.modules[__name__], "helper", lambda: "patched"); print(g()); vars(sys.modules[__name__])["helper"] = lambda: "again"; print(g())
print("helper" in dir(sys.modules["__main__"]), getattr(m, "__file__", "no file"))
