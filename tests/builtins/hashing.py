# Hashes that are the same everywhere, and equal keys.
print(hash(0), hash(1), hash(-1), hash(-2), hash(2 ** 61 - 1), hash(2 ** 61), hash(2 ** 100), hash(-2 ** 100), hash(1.5), hash(-1.5), hash(0.1), hash(1e100), hash(float("inf")), hash(-float("inf")), hash(1j), hash(1 + 2j), hash(True), hash(0.5))
print(hash((1, 2)), hash(()), hash((1, (2, 3))), hash(frozenset([1, 2, 3])), hash(range(5)) == hash(range(5)), hash("") , hash(b""), hash(None) == hash(None), hash(...) == hash(Ellipsis))
class Fixed:
    def __hash__(self): return 2 ** 70
class Neg:
    def __hash__(self): return -1
class Bad:
    def __hash__(self): return "x"
class NoHash: __hash__ = None
print(hash(Fixed()), hash(Neg()))
for c in (Bad, NoHash):
    try: hash(c())
    except TypeError as e: print(e)
print({1: "a"}[1.0], {1.0: "b"}[True], {2 ** 53: 1}[float(2 ** 53)], {"a" + "b": 1}["ab"], {(1, "x"): 1}[(1.0, "x")], {b"x": 1}.get(bytearray(b"x") and b"x"), 1 + 0j in {1})
from fractions import Fraction
from decimal import Decimal
print(hash(Fraction(1, 2)) == hash(0.5), hash(Decimal("1.5")) == hash(1.5), {Fraction(3): 1}[3])
