# tuple.
t = (1, 2, 3, 2)
print(t, t[0], t[-1], t[1:3], t[::-1], len(t), t.count(2), t.index(3), t + (4,), t * 2, 2 in t, t == (1, 2, 3, 2), t < (1, 3), hash(t) == hash((1, 2, 3, 2)))
print((), (1,), tuple(), tuple("ab"), tuple([1, 2]), tuple(t) is t, ((1, 2), (3,)), sorted((3, 1)), max(t), sum(t), t[:] is t)
print({(1, 2): "x"}[(1, 2)], (1, [2]) == (1, [2]), (1, 2) != (1, 2.0), ("a", 1) < ("a", 2), (1, "a") < (2, 5), tuple(i * i for i in range(4)), list(reversed(t)), tuple({"a": 1}.items()))
a, (b, c), *d = 1, (2, 3), 4, 5
print(a, b, c, d)
l = ([],); l[0].append(1); print(l)
try: l[0] += [2]
except TypeError as e: print(e, l)
def setitem(): t[0] = 5
def delitem(): del t[0]
for bad in (lambda: t[9], lambda: t["x"], setitem, delitem, lambda: t.index(9), lambda: t + [1], lambda: t * 1.5, lambda: hash(([],)), lambda: t.append(1), lambda: tuple(5), lambda: (1,) < ("a",), lambda: t.index(2, 4)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
class T(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
    @property
    def first(self): return self[0]
x = T(1, 2); print(x, x.first, type(x + (3,)).__name__, x == (1, 2), isinstance(x, tuple), {x: 1}[(1, 2)])
