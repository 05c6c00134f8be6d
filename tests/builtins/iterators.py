# The iterator protocol, of built-in and own iterables.
class Count:
    def __init__(self, n): self.i, self.n = 0, n
    def __iter__(self): return self
    def __next__(self):
        if self.i >= self.n: raise StopIteration
        self.i += 1
        return self.i
class Seq:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * 10
class Sized(Seq):
    def __len__(self): return 4
print(list(Count(3)), sum(Count(4)), [*Seq()], 20 in Seq(), 7 in Count(9), list(reversed(Sized())), tuple(Seq()), max(Count(5)), sorted(Seq(), reverse=True), dict(zip(Count(2), "ab")))
for x in Seq(): print(x, end=" ")
c = Count(5); print(next(c), next(c), list(c), list(c), next(c, "end"))
a, b, *rest = Count(5); print(a, b, rest, "".join(map(str, Count(4))), [x for x in zip(Count(9), "abc")], list(map(lambda *p: p, Count(2), Seq())))
for it in (iter([1]), iter((1,)), iter("a"), iter({1: 2}), iter({1}), iter(range(1)), iter(b"a"), iter({}.values()), iter({}.items()), reversed([1]), enumerate([]), zip(), map(int, []), filter(None, []), iter(int, 1), (x for x in ()), reversed({}), iter(range(10 ** 30)), iter(Seq())):
    print(type(it).__name__, iter(it) is it, end="; ")
print()
e = enumerate("ab"); print(next(e), next(e), next(e, None)); z = zip([1, 2], [3]); print(next(z), next(z, "short"))
i = iter([1, 2, 3]); print([(x, y) for x, y in zip(i, i)], next(i, "exhausted"))
class NotIter:
    def __iter__(self): return 5
class NoNext:
    def __iter__(self): return self
class Raises:
    def __iter__(self): return self
    def __next__(self): raise ValueError("inside")
for bad in (lambda: list(NotIter()), lambda: list(NoNext()), lambda: list(Raises()), lambda: iter(NotIter()), lambda: [*5], lambda: next([]), lambda: 1 in NotIter(), lambda: dict(Count(2)), lambda: reversed(Seq())):
    try: print(bad())
    except Exception as x: print(type(x).__name__, x)
class NoneIter:
    __iter__ = None
    __contains__ = None
for bad in (lambda: iter(NoneIter()), lambda: 1 in NoneIter()):
    try: bad()
    except TypeError as x: print(x)
import operator
class Hint:
    def __iter__(self): return iter([1])
    def __length_hint__(self): return 5
print(operator.length_hint(Hint()), list(Hint()))
l = [1, 2, 3]; it = iter(l); next(it); l.append(4); print(list(it)); l.append(5); print(list(it))
#: stress
