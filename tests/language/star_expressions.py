# * and ** in displays, calls, returns, subscripts and assignments.
def f(*a, **k): return a, k
a, d = [1, 2], {"x": 1}
print(f(*a), f(0, *a, 3, *a), f(**d), f(*a, **d, y=2), f(*"ab", *range(2)))
print([*a, 0, *a], (*a,), {*a, *a}, {**d, "y": 2}, [*[], *[]])
def r(): return *a, 9
print(r())
def y(): yield *a, 8
print(list(y()))
for x in *a, 7: print(x, end=" ")
print()
class G:
    def __getitem__(self, k): return k
print(G()[*a], G()[1, *a, 2], G()[1:2, ::3], G()[..., None])
for bad in (lambda: f(*1), lambda: f(**[1]), lambda: [*None], lambda: {**5}, lambda: {*3}, lambda: f(**{"a": 1}, **{"a": 2})):
    try: bad()
    except TypeError as e: print(e)
class It:
    def __iter__(self): return iter([5, 6])
class Map:
    def keys(self): return ["p", "q"]
    def __getitem__(self, k): return k * 2
print(f(*It(), **Map()), {**Map()})
