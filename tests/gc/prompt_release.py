# Finalisers that CPython runs at once: programs that rely on it, with a collection asked for only at the end.
#: stress
import gc
class Resource:
    open = 0
    def __init__(self): Resource.open += 1
    def __del__(self): Resource.open -= 1
def use(n):
    for _ in range(n): r = Resource()
use(1000); gc.collect(); print(Resource.open)
pool = [Resource() for _ in range(10)]; print(Resource.open); pool = pool[:3]; gc.collect(); print(Resource.open); pool.clear(); gc.collect(); print(Resource.open)
def f():
    r = Resource()
    raise ValueError
try: f()
except ValueError: pass
gc.collect(); print(Resource.open)
d = {"r": Resource()}; d["r"] = None; gc.collect(); print(Resource.open)
class Holder:
    def __init__(self): self.r = Resource()
h = Holder(); h.r = Resource(); gc.collect(); print(Resource.open); del h; gc.collect(); print(Resource.open)
def gen():
    r = Resource()
    yield 1
    yield 2
g = gen(); next(g); print(Resource.open); g.close(); gc.collect(); print(Resource.open)
fn = (lambda r: lambda: r)(Resource()); print(Resource.open); fn = None; gc.collect(); print(Resource.open)
