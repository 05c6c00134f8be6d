# weakref: refs, callbacks, proxies, weak containers.
import gc, weakref
class O:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"O({self.n})"
o = O(1); r = weakref.ref(o); print(r() is o, r() == o, weakref.getweakrefcount(o), weakref.ref(o) is r, o.__weakref__ is r)
del o; gc.collect(); print(r())
log = []
o = O(2); r = weakref.ref(o, lambda ref: log.append(ref is r)); del o; gc.collect(); print(log, r())
o = O(3); p = weakref.proxy(o); print(p.n, p); p.n = 33; print(o.n); del o; gc.collect()
try: p.n
except ReferenceError as e: print(e)
d = weakref.WeakValueDictionary(); a = O("a"); d["a"] = a; d["b"] = b = O("b"); print(sorted(d), len(d)); del b; gc.collect(); print(sorted(d), "b" in d, d.get("b"))
k = weakref.WeakKeyDictionary(); key = O("k"); k[key] = "v"; print(len(k), k[key]); del key; gc.collect(); print(len(k))
s = weakref.WeakSet(); x, y = O("x"), O("y"); s.add(x); s.add(y); print(len(s)); del y; gc.collect(); print(len(s), x in s)
class M:
    def m(self): return "method"
m = M(); wm = weakref.WeakMethod(m.m); print(wm()()); del m; gc.collect(); print(wm())
f = O("f"); fin = weakref.finalize(f, print, "finalised", 1); print(fin.alive); del f; gc.collect(); print(fin.alive)
c1, c2 = O(1), O(2); c1.o, c2.o = c2, c1; rs = [weakref.ref(c1), weakref.ref(c2)]; del c1, c2; gc.collect(); print([r() for r in rs])
for bad in (5, "s", [], (), {}, None):
    try: weakref.ref(bad)
    except TypeError as e: print(e)
for good in (set(), O, len, lambda: 0, (i for i in ())): print(weakref.ref(good)() is good, end=" ")
print()
class S: __slots__ = ("a",)
class SW: __slots__ = ("a", "__weakref__")
try: weakref.ref(S())
except TypeError as e: print(e)
sw = SW(); print(weakref.ref(sw)() is sw)
h = O("h"); print(hash(weakref.ref(h)) == hash(h), weakref.ref(h) == weakref.ref(h), weakref.getweakrefs(h) != [])
