# __del__, and how promptly an unreachable object is finalised after gc.collect.
import gc
log = []
class D:
    def __init__(self, n): self.n = n
    def __del__(self): log.append(self.n)
def make(n):
    D(n)
make("temp"); gc.collect(); print(log)
d = D("named"); del d; gc.collect(); print(log)
d = D("rebound"); d = None; gc.collect(); print(log)
a, b = D("cycle a"), D("cycle b"); a.o, b.o = b, a; del a, b; gc.collect(); print(sorted(log[3:])); log.clear()
l = [D(i) for i in range(5)]; del l; gc.collect(); print(sorted(log)); log.clear()
class Phoenix:
    saved = []
    def __del__(self): log.append("phoenix"); Phoenix.saved.append(self)
Phoenix(); gc.collect(); print(log, len(Phoenix.saved)); Phoenix.saved.clear(); gc.collect(); print(log); log.clear()
def local():
    x = D("local")
    return 5
local(); gc.collect(); print(log); log.clear()
class Child(D):
    def __del__(self): super().__del__(); log.append("child")
c = Child("c"); del c; gc.collect(); print(log); log.clear()
def g():
    try: yield 1
    finally: log.append("gen finally")
it = g(); next(it); del it; gc.collect(); print(log)
print(gc.isenabled(), gc.disable(), gc.isenabled(), gc.enable(), isinstance(gc.collect(), int))
#: stress
