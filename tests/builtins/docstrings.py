# Docstrings and text signatures of built-in things.
import collections, functools, inspect, itertools, math
for thing in (object, str.join, len, [].append, int.__add__, (5).__add__, int.real, int.from_bytes, dict.get, {}.get, collections.deque.append, math.sin, ValueError, ValueError(), type(None), NotImplemented, print, functools.partial):
    print(thing.__doc__.split("\n")[0])
class S(int): pass
class T(int): "doc of T"
class M(type): pass
class C(metaclass=M): pass
print(S.__doc__, S().__doc__, T.__doc__, T().__doc__, M.__doc__, C.__doc__)
e = ValueError()
e.__doc__ = "mine"
print(e.__doc__)
for thing in (len, dict.get, {}.get, print, sorted, str.join, [].append, open, int.from_bytes, list.sort, isinstance, math.sin, bool):
    print(getattr(thing, "__name__"), inspect.signature(thing), thing.__text_signature__)
print(int.__text_signature__, object.__text_signature__, dict.__text_signature__, max.__text_signature__, dict.update.__text_signature__)
try: len.__doc__ = "x"
except Exception as e: print(type(e).__name__)
