# Special methods that give numbers of subclasses, the modulus of __pow__, kinds of descriptors, deprecated forms.
import copy
import operator
import pickle
import warnings


def attempt(f, *args, **kwargs):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            print(repr(f(*args, **kwargs)), *[f"{w.category.__name__}: {w.message}" for w in caught])
        except BaseException as e:
            print(type(e).__name__, e, *[f"{w.category.__name__}: {w.message}" for w in caught])


class SubInt(int):
    pass


class SubFloat(float):
    pass


class Number:
    def __index__(self):
        return SubInt(3)

    def __float__(self):
        return SubFloat(2.5)


class Flag:
    def __index__(self):
        return True


attempt(operator.index, Number())
attempt(operator.index, Flag())
attempt(float, Number())
attempt([0, 1, 2, 3].__getitem__, Number())
attempt(lambda: range(10)[Number()])

attempt(int().__pow__)
attempt(int().__pow__, 1, 2, 3)
attempt(int().__rpow__)
attempt((2).__pow__, 5, 3)
attempt((2).__rpow__, 5, 3)
attempt((2).__pow__, 5, None)
attempt((1.5).__pow__, 2, 3)


class Power(int):
    def __pow__(self, other, modulus=None):
        return Power(super().__pow__(other, modulus))

    def __repr__(self):
        return f"Power({int(self)})"


attempt(pow, Power(2), 5, 3)
attempt(lambda: Power(2) ** 5)

for descriptor in (str.lower, complex.real, float.real, int.__add__, slice.start, type(lambda: 0).__globals__):
    print(type(descriptor).__name__, descriptor.__qualname__, descriptor)
attempt(setattr, 1j, "real", 2)


def gen():
    try:
        yield
    except ValueError as e:
        yield repr(e)


g = gen()
next(g)
attempt(g.throw, ValueError, "a")
attempt(g.throw, ValueError, ValueError("b"), None)


class Wrong(Exception):
    def __new__(cls, *args):
        return cls


def catcher():
    try:
        yield
    except TypeError as e:
        print("inside:", e)


g = catcher()
next(g)
attempt(g.throw, Wrong)


async def agen():
    yield


a = agen()
attempt(lambda: a.athrow(ValueError, "x").send(None))


def plain():
    pass


def generator():
    yield


attempt(setattr, plain, "__code__", generator.__code__)


class Empty:
    pass


attempt(Empty().__init__, 42)
attempt(Empty, 42)


class SlottedSet(set):
    __slots__ = ("x", "__dict__")


class SlottedBytes(bytearray):
    __slots__ = ("x",)


for thing in (SlottedSet([1]), SlottedBytes(b"ab")):
    thing.x = 5
    print(pickle.loads(pickle.dumps(thing)).x, copy.copy(thing).x, thing.__reduce__()[2])


class Counted(int):
    hashed = 0

    def __hash__(self):
        Counted.hashed += 1
        return int(self)


d = dict.fromkeys(map(Counted, range(10)))
s = set(d)
s.difference(d), s.symmetric_difference_update(d), dict.fromkeys(set(d)), dict.fromkeys(frozenset(d), 1)
print(Counted.hashed)


class Generic[T]:
    pass


attempt(delattr, Generic, "__type_params__")
attempt(type, "A", (), {"__slots__": ("__weakref__", "__weakref__")})


def local():
    class Local:
        pass

    for form in ("%c", b"%c"):
        attempt(form.__mod__, Local())


local()


class OwnFloat(float):
    def __float__(self):
        return 42.0


class OwnInt:
    def __int__(self):
        return SubInt(4)


class OwnComplex:
    def __complex__(self):
        return SubComplex(1)


class SubComplex(complex):
    pass


attempt(float, OwnFloat(1))
attempt(int, OwnInt())
attempt(complex, OwnComplex())
attempt(complex, 1j)
attempt(complex, real=1j)
attempt(complex, 1j, 2)
attempt(complex, 1, 2j)
print(staticmethod[int], classmethod[str], type.__type_params__)


class NoItems(tuple):
    __class_getitem__ = None


class Leaves:
    async def __aenter__(self):
        pass

    async def __aexit__(self, *args):
        pass


def enter(manager):
    with manager:
        pass


attempt(lambda: NoItems[int])
attempt(enter, Leaves())
b = bytearray(b"abc")
attempt(b.__init__, b"x", 1)
print(b)
attempt(b.__init__, [256] * 3)
print(b, type(frozenset("ab") & {"a": 1}.keys()))
