# mro() of a metaclass, its checks, and assignment to __bases__.
def attempt(f):
    try: print(f())
    except TypeError as e: print("TypeError:", e)
class Reversed(type):
    def mro(cls): return [cls] + [c for c in reversed(type.mro(cls)) if c is not cls]
class A: x = "A"
class B(A): x = "B"
class C(B, metaclass=Reversed): pass
print([c.__name__ for c in C.__mro__], C.x)
def returning(value):
    class Meta(type):
        def mro(cls): return value(cls)
    class Made(metaclass=Meta): pass
    return [c.__name__ for c in Made.__mro__]
attempt(lambda: returning(lambda cls: [cls, object]))
attempt(lambda: returning(lambda cls: [cls, dict, object]))
attempt(lambda: returning(lambda cls: [cls, 1]))
attempt(lambda: returning(lambda cls: 1))
attempt(lambda: returning(lambda cls: []))
attempt(lambda: returning(lambda cls: (object, cls)))
class P: v = "P"
class Q: v = "Q"
class R(P): pass
class S(R): pass
print(S.v); R.__bases__ = (Q,); print(S.v, R.__mro__[1:], P.__subclasses__(), Q.__subclasses__())
def assign(cls, bases): cls.__bases__ = bases
attempt(lambda: assign(R, (S,)))
attempt(lambda: assign(R, ()))
attempt(lambda: assign(R, [P]))
print(R.__bases__, S().v)
