# Generators with try/finally, with, exceptions in flight, and contextlib.
from contextlib import contextmanager, suppress, ExitStack
@contextmanager
def managed(name):
    print("enter", name)
    try: yield name.upper()
    except ValueError as e: print("handled", e)
    finally: print("exit", name)
with managed("a") as a: print(a)
with managed("b"): raise ValueError("in body")
try:
    with managed("c"): raise KeyError("k")
except KeyError as e: print("out", e)
with suppress(ZeroDivisionError): 1 / 0
with ExitStack() as stack:
    for n in "xy": stack.enter_context(managed(n))
    stack.callback(print, "callback")
    print("body")
def looped():
    for i in range(3):
        try: yield i
        finally: print("fin", i)
for x in looped():
    if x == 1: break
print("after break")
def handling():
    try: raise ValueError("outer")
    except ValueError:
        yield 1
        try: raise
        except ValueError as e: yield str(e)
g = handling(); print(next(g))
try: raise KeyError("other")
except KeyError: print(next(g))
import sys
def seen():
    yield sys.exception()
    try: 1 / 0
    except ZeroDivisionError: yield repr(sys.exception())
    yield sys.exception()
try: raise OSError("caller")
except OSError: s = seen(); print(repr(next(s)), next(s), repr(next(s)))
@managed("deco")
def decorated(): print("inside")
decorated()
