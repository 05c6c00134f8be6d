# The gc module's functions.
import gc
print(gc.isenabled(), type(gc.get_threshold()).__name__, len(gc.get_count()), gc.collect() >= 0)
gc.disable(); print(gc.isenabled()); gc.enable(); print(gc.isenabled())
print(gc.is_tracked([]), gc.is_tracked(5), gc.is_tracked("a"))
class A: pass
a = A(); a.x = [1]
print(any(o is a for o in gc.get_objects()), any(o is a.x for o in gc.get_referents(a.__dict__)), gc.garbage)
h = []
def cb(phase, info): h.append(phase)
gc.callbacks.append(cb); gc.collect(); gc.callbacks.remove(cb); print(h)
for bad in (lambda: gc.collect(7), lambda: gc.set_threshold()):
    try: bad()
    except (ValueError, TypeError) as e: print(type(e).__name__)
gc.freeze(); gc.unfreeze(); print(gc.get_freeze_count() >= 0, [sorted(d) == ["collected", "collections", "uncollectable"] for d in gc.get_stats()])
#: stress
