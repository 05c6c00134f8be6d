# Constructors turning one type into another.
print(int("7"), int(7.9), int(b"7"), float("7"), str(7), str(7.0), str(True), bool("False"), list("ab"), tuple([1]), set([1]), dict([(1, 2)]), bytes([65]), bytearray(b"a"), complex(7), frozenset("a"), list({1: 2}.items()), str([1, "2", None]), list(b"ab"))
class All:
    def __int__(self): return 1
    def __float__(self): return 2.0
    def __complex__(self): return 3j
    def __bool__(self): return False
    def __str__(self): return "str"
    def __repr__(self): return "repr"
    def __bytes__(self): return b"bytes"
    def __index__(self): return 4
    def __iter__(self): return iter([5])
    def __len__(self): return 6
    def __format__(self, s): return "fmt"
    def __hash__(self): return 7
    def __trunc__(self): return 8
    def __round__(self, n=None): return 9
    def __abs__(self): return 10
    def __length_hint__(self): return 3
a = All()
print(int(a), float(a), complex(a), bool(a), str(a), repr(a), bytes(a), bin(a), list(a), len(a), format(a), hash(a), round(a), abs(a), f"{a}", "%s %r %d" % (a, a, 5), [0, 1, 2, 3, 4][a], tuple(a), sum(a), ascii(a), chr(97 + a.__index__()))
class Wrong:
    def __int__(self): return "x"
    def __float__(self): return 1
    def __bool__(self): return 1
    def __str__(self): return 5
    def __repr__(self): return None
    def __len__(self): return -1
    def __index__(self): return 1.5
    def __bytes__(self): return "s"
    def __format__(self, s): return 1
    def __iter__(self): return 1
    def __hash__(self): return 1.5
w = Wrong()
for f in (int, float, bool, str, repr, len, bin, bytes, format, iter, hash, list):
    try: print(f(w))
    except Exception as e: print(f.__name__, type(e).__name__, e)
class BigLen:
    def __len__(self): return 2 ** 70
try: len(BigLen())
except OverflowError as e: print(e)
