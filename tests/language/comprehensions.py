# List, set, dict comprehensions and generator expressions.
print([x * x for x in range(8) if x % 2])
print([(x, y) for x in range(3) for y in range(x)])
print([[x * y for y in range(3)] for x in range(3)])
print(sorted({x % 3 for x in range(10)}), {x: x * x for x in range(4)})
print(sum(x for x in range(100)), list(x for x in "abc"), max((len(w), w) for w in ["a", "bcd", "ef"]))
matrix = [[1, 2, 3], [4, 5, 6]]
print([list(row) for row in zip(*matrix)], [v for row in matrix for v in row if v > 2 if v < 6])
print({k: [v for v in range(k)] for k in range(3)}, {v: k for k, v in {"a": 1, "b": 2}.items()})
n = 10
print([n + i for i in range(3)], [n for n in range(2)], n)
fs = [lambda: i for i in range(3)]
print([f() for f in fs])
def scope():
    k = 5
    return [k * i for i in range(3)], [(lambda: k + i)() for i in range(2)]
print(scope())
print([y for x in range(5) if (y := x * 2) > 4], y)
print([a for a, *b in [(1, 2), (3,)]], [b for a, *b in [(1, 2), (3,)]])
gen = (print("lazy", i) or i for i in range(3))
print("made"); print(next(gen)); print(list(gen))
class C:
    items = [1, 2]
    doubled = [i * 2 for i in items]
print(C.doubled, [*(i for i in range(2))], *(c for c in "xy"))
try: [x for x in 5]
except TypeError as e: print(e)
print(any(x > 3 for x in range(5)), all(x > 3 for x in range(5)))
#: stress
