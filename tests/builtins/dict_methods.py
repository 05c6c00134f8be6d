# dict.
d = {"a": 1, "b": 2}
d["c"] = 3; d.update({"d": 4}); d.update(e=5); d.update([("f", 6)]); d |= {"g": 7}; print(d, len(d), "a" in d, "z" in d, d["a"], d.get("z"), d.get("z", 0), d.get("a"))
print(d.pop("a"), d.pop("zz", None), d.popitem(), d.setdefault("b", 9), d.setdefault("n", []), d, list(d), list(d.keys()), list(d.values()), list(d.items()))
print({**d, "x": 1} == {"x": 1, **d}, {"a": 1} | {"b": 2}, {"a": 1} == {"a": 1.0}, {"a": 1} != {"a": 2}, dict(a=1), dict([(1, 2)]), dict({"k": 1}, z=2), dict(zip("ab", [1, 2])), dict.fromkeys("ab"), dict.fromkeys([1, 2], 0), {}.copy(), dict())
k = d.keys(); v = d.values(); i = d.items(); print(k, v, i, "b" in k, ("b", 2) in i, len(k), k & {"b", "q"}, sorted(k | {"q"}), k - {"b"} == set(k) - {"b"}, k == set(d), k.isdisjoint({"q"}), list(reversed(d)), list(reversed(i)), k.mapping == d)
d["late"] = 1; print(k, len(v)); del d["late"]; d["b"] = "again"; print(d); x = d.pop("b"); d["b"] = x; print(d)
print({1: "i", 1.0: "f", True: "b"}, {(1, 2): "t", None: "n", frozenset(): "f"}, {i: i * i for i in range(5)}, sorted({"b": 1, "a": 2}), max({"b": 1, "a": 2}), [*{"x": 1}], {"n": {"m": {}}})
big = {i: str(i) for i in range(1000)}
for i in range(0, 1000, 3): del big[i]
for i in range(2000, 2050): big[i] = i
print(len(big), list(big)[:5], list(big)[-2:], 999 in big, 998 in big, sum(big.keys()))
def mutate():
    for k in d: d[k + "x"] = 1
def shrink():
    for k in d: del d[k]
for bad in (lambda: d["nope"], lambda: {}.popitem(), lambda: d.pop("nope"), lambda: {[]: 1}, lambda: dict(5), lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: d.update(5), lambda: d < d, lambda: d + d, lambda: d.get(), lambda: hash(d), lambda: d[[]], lambda: {} | [], mutate, shrink, lambda: dict(1, 2), lambda: d.fromkeys(5)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
class D(dict):
    def __missing__(self, k): self[k] = k * 2; return self[k]
m = D(a=1); print(m["a"], m["zz"], m, m.get("q"), "q" in m, type(m.copy()).__name__, isinstance(m, dict), m | {"y": 1})
class K:
    def __init__(self, v): self.v = v
    def __hash__(self): return 1
    def __eq__(self, o): return isinstance(o, K) and self.v == o.v
    def __repr__(self): return f"K{self.v}"
c = {K(n): n for n in range(8)}; print(c, c[K(5)], K(9) in c, c.pop(K(0)), len(c)); d.clear(); print(d, bool(d), dict(a=1, **{"b": 2}))
#: stress
