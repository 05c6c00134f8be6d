# __weakref__ and __dict__ of classes: which have them, where they stand among the names.
import weakref
def own(cls): return [n for n in cls.__dict__ if n not in ("__module__", "__firstlineno__", "__static_attributes__")]
class Plain: x = 1
class Slots: __slots__ = ("b", "a")
class Below(Slots): pass
class Weak: __slots__ = ("__weakref__", "z")
class BelowWeak(Weak): pass
class Meta(type): pass
class Number(int): pass
class Items(list): pass
class Pair(tuple): pass
for cls in (Plain, Slots, Below, Weak, BelowWeak, Meta, Number, Items, Pair): print(cls.__name__, own(cls))
p = Plain(); print(p.__weakref__, Plain.__weakref__); r = weakref.ref(p); print(p.__weakref__ is r)
try: p.__weakref__ = None
except AttributeError as e: print(e)
for cls in (Slots, Number, Pair):
    try: weakref.ref(cls())
    except TypeError as e: print(e)
for cls in (Below, Weak, Items, Meta):
    o = cls() if cls is not Meta else Meta("M", (), {})
    print(weakref.ref(o)() is o)
class G: __slots__ = ("a", "b")
class H: __slots__ = ("b", "a")
class J: __slots__ = ("c", "b")
g = G(); g.a = 1; g.__class__ = H; print(type(g).__name__, g.a)
for to in (J, Plain, Weak, int):
    try: g.__class__ = to
    except TypeError as e: print(e)
