# getattr with a default, hasattr: what a descriptor or __getattr__ raises.
class Get:
    def __init__(self, error): self.error = error
    def __get__(self, instance, owner): raise self.error
class C:
    missing = Get(AttributeError("from __get__"))
    broken = Get(ValueError("no attribute error"))
    prop = property(lambda self: self.nothing)
    __eq__ = property(lambda self: self.no_method)
c = C()
print(hasattr(c, "missing"), getattr(c, "missing", "default"), hasattr(c, "prop"), getattr(c, "prop", None))
for name in ("missing", "prop", "absent"):
    try: getattr(c, name)
    except AttributeError as e: print(e)
for f in (lambda: hasattr(c, "broken"), lambda: getattr(c, "broken", 1)):
    try: f()
    except ValueError as e: print(e)
print(c == c, c == C())
class D:
    def __getattr__(self, name):
        if name == "quiet": raise AttributeError(name)
        raise KeyError(name)
print(hasattr(D(), "quiet"))
try: hasattr(D(), "loud")
except KeyError as e: print(repr(e))
class Slots: __slots__ = ("a", "b")
s = Slots(); s.a = 1
print(hasattr(s, "a"), hasattr(s, "b"), getattr(s, "b", "unset"))
