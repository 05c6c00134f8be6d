# The built-in functions, one by one.
print(abs(-3), all([]), all([1, 0]), any([]), any([0, 2]), ascii("é"), bin(5), bool([]), callable(len), callable(5), chr(97), divmod(17, 5), hex(255), oct(8), ord("a"), pow(2, 5), round(2.567, 2))
print(list(enumerate("ab", 1)), list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x > 1, [1, 2, 3])), list(map(str, [1, 2])), list(map(lambda a, b: a * b, [1, 2], [3, 4, 5])), list(zip("ab", [1, 2, 3])), list(zip()), list(reversed([1, 2])))
print(max(1, 5, 3), max([1, 2], key=lambda x: -x), max([], default="d"), min("b", "a"), min([3, 1], default=0), max("abc", "abd"), sum([1, 2]), sum([[1], [2]], []), sorted([3, 1, 2], reverse=True), len("abc"), hash(()) == hash(()))
print(isinstance(1, int), isinstance(1, (str, int)), issubclass(bool, int), type(1), type("s"), type(None), type(len), type(lambda: 0), type(print), type([].append), type(type), type(...), type(NotImplemented))
class O:
    a = 1
    def __init__(self): self.b = 2
o = O()
print(getattr(o, "a"), getattr(o, "z", "def"), hasattr(o, "b"), vars(o), setattr(o, "c", 3), o.c, delattr(o, "c"), dir(o)[-2:], [n for n in dir(o) if n[0] != "_"])
print(repr("a"), str(1), format(3.14159, ".2f"), eval("1+1"), id(o) == id(o), input.__name__, list(iter([1, 2])), next(iter([5])), next(iter([]), "none"), list(iter(lambda c=[0]: c.append(1) or len(c), 5)))
print(len(dict(globals())) > 1, "o" in globals(), (lambda x: locals())(5), slice(1, 2), list(zip([1, 2], "ab", strict=True)), bytes(2), bytearray(1), memoryview(b"x")[0], frozenset([1]), complex(1, 2), object is type(object()), __import__("sys").__name__)
for bad in (lambda: max([]), lambda: min(), lambda: sum(["a"]), lambda: sum("ab", ""), lambda: next(iter([])), lambda: iter(5), lambda: len(5), lambda: abs("x"), lambda: ord("ab"), lambda: chr("a"), lambda: list(zip([1], [1, 2], strict=True)), lambda: isinstance(1, "int"), lambda: issubclass(1, int), lambda: hash({}), lambda: round("x"), lambda: reversed({1}), lambda: sorted(5), lambda: map(), lambda: enumerate(), lambda: divmod(1), lambda: getattr(o, "zz"), lambda: getattr(o, 5), lambda: vars(5), lambda: pow(2, -1, 4), lambda: int.nope, lambda: next(5), lambda: max(1, "a"), lambda: callable(), lambda: bool(1, 2), lambda: type(1, 2), lambda: object(1), lambda: eval("1 1"), lambda: compile("x", "f", "bad"), lambda: format(o, "x"), lambda: list(map(len, [5])), lambda: print(1, end=2), lambda: iter(1, 2), lambda: sum([], "")):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
