"""Subclasses of module keep attributes in one dict; a module may be replaced by such a one."""
import sys, types
class A(types.ModuleType): pass
for C in types.ModuleType, A:
    m = C("x")
    m.__dict__.update({'q':1,'r':2})
    print(m.q)
    try:
        del m.q
        print("ok")
    except AttributeError as e: print(e)
    m.z=1
    del m.z
    try: del m.z
    except AttributeError as e: print(e)
    del m.__dict__['r']

class Lazy(types.ModuleType):
    def __getattr__(self, name):
        value = f"made {name}"
        setattr(self, name, value)
        return value
old = sys.modules[__name__]
new = Lazy(__name__)
new.__dict__.update(old.__dict__)
sys.modules[__name__] = new
del new.old, new.new, new.Lazy
print(new.thing, "thing" in vars(new), hasattr(old, "thing"))
import platform
print(platform.python_implementation(), platform.python_version_tuple()[:2])
