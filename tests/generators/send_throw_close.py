# send, throw and close.
def echo():
    received = None
    while True:
        try:
            received = yield received
        except ValueError as e:
            received = f"caught {e}"
        except GeneratorExit:
            print("closing")
            raise
g = echo()
print(next(g), g.send(1), g.send("two"), g.throw(ValueError("x")), g.throw(ValueError, "old style") if False else "-", g.send(3))
g.close(); g.close()
try: g.send(1)
except StopIteration as e: print("stopped", e.value)
def avg():
    total, n = 0, 0
    while True:
        x = yield (total / n if n else None)
        if x is None: return total
        total += x; n += 1
a = avg(); next(a); print(a.send(10), a.send(20), a.send(60))
try: a.send(None)
except StopIteration as e: print("total", e.value)
try: avg().send(5)
except TypeError as e: print(e)
def stubborn():
    try: yield 1
    except GeneratorExit: yield 2
s = stubborn(); next(s)
try: s.close()
except RuntimeError as e: print(e)
def returns_on_close():
    try: yield 1
    except GeneratorExit: return "closed value"
r = returns_on_close(); next(r); print(r.close(), returns_on_close().close())
def fin():
    try: yield 1
    finally: print("finally")
f = fin(); next(f)
try: f.throw(KeyError("k"))
except KeyError as e: print("out", e)
f = fin()
try: f.throw(KeyError("before start"))
except KeyError as e: print(e)
print(list(f))
def stop():
    yield 1
    raise StopIteration("inside")
try: list(stop())
except RuntimeError as e: print(e, repr(e.__cause__))
def again():
    yield next(me)
me = again()
try: next(me)
except ValueError as e: print(e)
for bad in (lambda: echo().throw(5), lambda: echo().throw(int)):
    try: bad()
    except TypeError as e: print(e)
#: stress
