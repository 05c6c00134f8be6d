# sort and sorted: stability, keys, comparisons, mutation, many sizes.
state = 12345
def rand(n):
    global state
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state % n
for size in (0, 1, 2, 3, 10, 63, 64, 65, 500):
    l = [rand(100) for _ in range(size)]
    s = sorted(l)
    print(size, all(a <= b for a, b in zip(s, s[1:])), len(s), sum(s) == sum(l), sorted(l, reverse=True) == s[::-1], s[:3])
pairs = [(rand(5), i) for i in range(100)]
by = sorted(pairs, key=lambda p: p[0]); print(by == sorted(pairs), by[:4]); rv = sorted(pairs, key=lambda p: p[0], reverse=True); print(rv[:4])
print(sorted(["10", "9", "2", "33"]), sorted(["10", "9", "2"], key=int), sorted("bBaA"), sorted("bBaA", key=str.lower), sorted([[2], [1, 5], [1]]), sorted([(1, "z"), (0, "a")]), sorted([2.5, 1, True, 0.0]), sorted({3: 1, 1: 2}), sorted([b"b", b"a"]))
class P:
    compared = 0
    def __init__(self, n): self.n = n
    def __lt__(self, o): P.compared += 1; return self.n < o.n
    def __repr__(self): return f"P{self.n}"
print(sorted([P(3), P(1), P(2)]), P.compared > 0, max([P(1)], key=lambda p: p.n), sorted([P(2), P(1)], reverse=True))
from functools import cmp_to_key
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)), sorted(range(10), key=lambda x: (x % 3, -x)))
l = [3, 2, 1]
def evil(x): l.append(x); return x
try: l.sort(key=evil)
except ValueError as e: print(e)
print(l)
m = [1, 2, 3, "a"]
try: m.sort()
except TypeError as e: print(e, len(m))
print(sorted(range(200), reverse=True)[:3], sorted(list(range(100)) + list(range(50)))[:6], sorted([0.1, float("inf"), -1.0]), sorted([10 ** 20, 5, -10 ** 20]))
