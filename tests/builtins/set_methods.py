# set and frozenset (sorted where order would show).
s = {3, 1, 2}
s.add(5); s.add(1); s.discard(9); s.remove(3); s.update([7, 8], (9,)); print(sorted(s), len(s), 5 in s, 4 not in s)
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(a | b, a & b, a - b, a ^ b, a.union([9]), a.intersection([1, 2], [2]), a.difference([1]), a.symmetric_difference([1, 9]), a <= b, {3} < b, a >= {1}, a > a, a.issubset(range(9)), a.issuperset([1]), a.isdisjoint([8]), a == {4, 3, 2, 1}, a != b)
a |= {10}; a &= {1, 2, 10, 11}; a -= {2}; a ^= {1, 12}; print(sorted(a)); a.intersection_update([10]); a.difference_update([]); a.symmetric_difference_update([4]); print(sorted(a), a.pop() in (4, 10), len(a)); a.clear(); print(a, set(), set("a"), frozenset(), frozenset([1]), {1}.copy(), bool(set()))
f = frozenset([1, 2]); print(f, f | {3}, type(f | {3}).__name__, type({3} | f).__name__, hash(f) == hash(frozenset([2, 1])), {f: 1}[frozenset([1, 2])], f == {1, 2}, f in {f}, {1, 2} in {f}, f.copy() is f, frozenset(f) is f)
print({1, 1.0, True}, len({"a", "b", "a"}), sorted({"x", "y"}), {*range(3)}, {i % 3 for i in range(10)}, set([(1, 2)]), sum({1, 2, 3}), max({4, 9}), sorted({3, 1} | {2}), set(range(10)) - set(range(5)))
for bad in (lambda: s.remove(99), lambda: set().pop(), lambda: {[]}, lambda: s.add({}), lambda: hash(set()), lambda: s | [1], lambda: s < 5, lambda: set(5), lambda: f.add(1), lambda: s + s, lambda: s[0], lambda: s & "a"):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
try:
    for x in s: s.add(x + 100)
except RuntimeError as e: print(e)
big = set(range(1000)); big -= set(range(0, 1000, 2)); print(len(big), sum(big), 501 in big, 500 in big)
class S(set): pass
print(S([1]), type(S([1]) | {2}).__name__, S([1]) == {1}); t = {0}; t.add(t.pop() + 1); print(t)
class H:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 2
    def __eq__(self, o): return self.n == o.n
print(sorted(h.n for h in {H(1), H(3), H(1), H(2)}), H(3) in {H(3)}, len({H(i) for i in range(20)} & {H(i) for i in range(10, 30)}))
#: stress
