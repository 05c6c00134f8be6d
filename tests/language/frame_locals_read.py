# f_locals and locals() read variables, in compiled code too; names that are no variables can be added.
import sys
def f(a, b=2):
    c = a + b
    d = locals()
    p = sys._getframe().f_locals
    p["extra"] = 5
    print(sorted(d), d["c"], sorted(p), p["c"], p["extra"], "nope" in p, len(p), type(p).__name__)
    for attempt in (lambda: p.__delitem__("a"), lambda: p["nope"], lambda: p.pop("extra"), lambda: p.pop("a"), lambda: p[[]], lambda: p.update(3), lambda: p | 5, lambda: hash(p), lambda: p.keys() == list(p), lambda: p == sys._getframe(1).f_locals, lambda: p.clear):
        try: print(attempt())
        except Exception as e: print(type(e).__name__, e)
    return p
p = f(1)
print(p["c"], sorted(k for k in p if k != "attempt"))
def shared():
    def inner(): return cell
    cell = 1
    sys._getframe().f_locals["cell"] = 7
    return inner()
print(shared())
print(sys._getframe().f_locals is globals(), locals() is globals())
class K:
    q = 1
    sys._getframe().f_locals["q"] = 2
print(K.q)
def comprehension():
    x = 1
    return [sorted(locals()) for y in [2]]
print(comprehension())
