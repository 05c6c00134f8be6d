# range and slice objects.
print(range(5), range(2, 5), range(5, 0, -2), list(range(5)), list(range(2, 10, 3)), list(range(5, 0, -2)), list(range(0)), list(range(3, 1)))
r = range(10, 50, 5)
print(len(r), r[0], r[-1], r[2:4], r[::-1], r[100:], 20 in r, 21 in r, 20.0 in r, "x" in r, r.index(25), r.count(30), r.start, r.stop, r.step, r == range(10, 46, 5), hash(range(3)) == hash(range(0, 3)), bool(range(0)), min(r), max(r), sum(r), list(reversed(r)))
big = range(10 ** 20, 10 ** 20 + 5); print(list(big), len(big), big[2], 10 ** 20 + 1 in big, range(-3, 3)[::2], range(0, 2 ** 64, 2 ** 62)[3])
for bad in (lambda: range(), lambda: range(1, 2, 0), lambda: range("a"), lambda: range(1.5), lambda: r[99], lambda: r.index(1), lambda: r + r, lambda: len(range(10 ** 20)), lambda: slice(), lambda: [1][::0], lambda: [1]["a":], lambda: setattr(r, "start", 1)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
s = slice(1, 10, 2); print(s, s.start, s.stop, s.step, s.indices(5), slice(None).indices(3), slice(-3, None).indices(5), slice(None, None, -1).indices(4), s == slice(1, 10, 2), slice(3), [0, 1, 2, 3][s], "abcdef"[slice(1, 4)], hash(slice(1)) == hash(slice(1)))
class G:
    def __getitem__(self, k): return k
print(G()[1:2], G()[:], G()[::2], G()[1:2, 3], G()[...], G()[()], G()[-1:], G()["a":"b"])
it = iter(range(3)); print(next(it), it.__length_hint__(), list(it), next(it, None))
