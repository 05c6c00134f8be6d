# list.
l = [3, 1, 2]
l.append(5); l.extend([7, 8]); l.extend("ab"); l += (9,); l.insert(0, "first"); l.insert(100, "last"); l.insert(-1, "x"); print(l)
print(l.pop(), l.pop(0), l.pop(-2), l.index(5), l.count(7), l.index("a"), l.copy() == l, len(l)); l.remove("a"); l.reverse(); print(l); l.clear(); print(l)
l = [5, 2, 8, 1]; l.sort(); print(l); l.sort(reverse=True); print(l); l.sort(key=lambda x: -x % 3); print(l); print(sorted(["b", "A", "c"], key=str.lower), sorted([(1, "b"), (1, "a"), (0, "z")]), sorted("hello", reverse=True), sorted([3, 1.5, True]), sorted([]))
print(sorted([("a", 2), ("b", 1), ("c", 2), ("d", 1)], key=lambda p: p[1]), sorted([("a", 2), ("b", 1), ("c", 2), ("d", 1)], key=lambda p: p[1], reverse=True))
l = list(range(10)); print(l[2:5], l[::3], l[::-1], l[-3:], l[:-7], l[8:2:-2], l[100:], l[-100:2]); l[2:5] = ["a"]; print(l); l[1:1] = [True, None]; print(l); l[::2] = list("ZZZZZ"); print(l); l[3:] = []; print(l); l[:] = (i for i in range(4)); print(l); l *= 2; print(l, l * 0, [0] * 3, 2 * [1, 2])
print([1, 2] + [3], [1] == [1], [1, 2] < [1, 2, 0], [[1], [2]] > [[1], [1, 5]], 2 in [1, 2], list("abc"), list({"k": 1}), list((1, 2)), list(), bool([]), [1, [2, [3]]], [None, True, ...])
a = [[0] * 2] * 2; a[0][0] = 1; print(a); b = [x[:] for x in a]; b[0][1] = 9; print(a, b)
l = [1, 2, 3, 4, 5, 6]
for x in l:
    if x % 2 == 0: l.remove(x)
print(l); it = iter(l); print(next(it), it.__length_hint__(), list(it), next(it, "done")); print(list(reversed(l)), list(enumerate(l, 5)))
def setitem(): l[10] = 0
def setslice(): l[::2] = [1]
def assign(): l[0:1] = 5
class Bad:
    def __lt__(self, o): raise RuntimeError("no order")
for bad in (lambda: l[10], lambda: l["a"], lambda: l.pop(99), lambda: [].pop(), lambda: l.remove(99), lambda: l.index(99), lambda: l + (1,), lambda: l * "x", lambda: l * l, lambda: sorted([1, "a"]), lambda: [Bad(), Bad()].sort(), lambda: list(5), lambda: l.sort(1), lambda: hash([]), lambda: l.insert("a", 1), setitem, setslice, assign, lambda: l[1.0], lambda: [3, None].sort()):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
class L(list):
    def __getitem__(self, i): return ("item", list.__getitem__(self, i))
    def append(self, x): super().append(x * 2)
k = L([1, 2]); k.append(3); print(k, k[0], k[-1], len(k), type(k + [1]).__name__, [*k])
s = []; s.append(s); print(s, s == s, repr([s])); l.sort(key=None); print(l); x = [1, 2, 3]; x += x; x[len(x):] = [4]; print(x); del x[1:5:2]; print(x)
#: stress
