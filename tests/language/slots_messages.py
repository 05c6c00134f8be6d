"""Attributes that cannot be set or deleted; objects that cannot be keys or have no weak references."""
class P:
    __slots__=('x',)
    def __setattr__(self,n,v): object.__setattr__(self,n,v)
class Q: __slots__=('x',)
for C in P,Q,object:
    try: C().y=1
    except AttributeError as e: print(e)
    try: del C().y
    except AttributeError as e: print(e)
    try: del C().x
    except AttributeError as e: print(e)

class Key:
    __hash__ = None
for make in (lambda: {Key()}, lambda: {Key(): 1}, lambda: {}[Key()]):
    try: make()
    except TypeError as e: print(e)
import weakref
class Plain(Exception): pass
class Slotted(Exception): __slots__ = ()
class Weak(Exception): __slots__ = ("__weakref__",)
for made in Exception(), OSError(), Plain(), Slotted(), Weak():
    try: print(type(made).__name__, weakref.ref(made)() is made)
    except TypeError as e: print(e)
