# Bytes of subclasses, and what may not change while somebody uses the bytes.
import array
class B(bytes): pass
class BA(bytearray): pass
class AR(array.array): pass
print(bytes(memoryview(B(b"xy"))), bytes(memoryview(BA(b"xy"))), memoryview(AR("h", [1, 2])).tolist(), int(BA(b"12")), float(B(b"1.5")))
def attempt(f, *args):
    try: print(f(*args))
    except (BufferError, TypeError) as e: print(type(e).__name__, e)
class Clears:
    def __init__(self, target): self.target = target
    def __index__(self): self.target.clear(); return 65
    def __iter__(self): self.target.clear(); return iter([b"a", b"b"])
    def __repr__(self): self.target.clear(); return "R"
for name in ("find", "rfind", "count", "index"):
    ba = bytearray(b"A"); attempt(getattr(ba, name), Clears(ba))
ba = bytearray(b", "); attempt(ba.join, Clears(ba))
ba = bytearray(b"%a end"); attempt(ba.__mod__, Clears(ba)); print(ba)
ba = bytearray(b"abc"); view = memoryview(ba); attempt(ba.append, 1); view.release(); ba.append(100); print(ba)
class Sep(bytes):
    def __len__(self): view.release(); return 1
ba = bytearray(b"abc"); view = memoryview(ba); attempt(view.hex, Sep(b":"))
m = memoryview(b"abc")
print(m == b"abc", b"abc" == m, bytearray(b"abd") > b"abc")
for f in (lambda: m < b"abd", lambda: b"abc" <= m, lambda: b"a" < "a"): attempt(f)
items = [1, 2, 3]
class Shrinks:
    def __index__(self): items.clear(); return 7
items[:] = [Shrinks(), 2, 3]; print(bytes(items))
#: stress
