# BUILD_LIST, _TUPLE, _SET, _MAP, _STRING, _SLICE; LIST_APPEND, LIST_EXTEND, SET_ADD, SET_UPDATE, MAP_ADD, DICT_UPDATE, DICT_MERGE.
a, b, c = 1, "b", [3]
print([], [a], [a, b, c], (), (a,), (a, b, c), {a}, {}, {a: b}, {a: b, b: c}, {a: {b: [c]}}, [[], ()], [a] * 3)
print([*c, a], (*c, *c), {*c}, {**{a: b}, b: 1}, [*"ab", *range(2)], {**{}, **{}}, {a: 1, **{a: 2}}, {**{a: 2}, a: 1})
print(f"{a}", f"{a}{b}", f"{a}-{b!r}-{c}", f"", f"x", "".join([f"{i}" for i in range(20)]), f"{a:>{3}}{b:^5}")
x = list(range(20)); s, e, st = 2, 15, 3; print(x[s:e], x[s:e:st], x[:e], x[s:], x[::st], x[::-1], x[e:s:-st])
print([i for i in c], {i for i in c}, {i: i for i in c}, [i + j for i in range(3) for j in range(2)], {k: v for k, v in zip("ab", c * 2)}, [[j for j in range(i)] for i in range(4)])
big = [a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b]; print(len(big), big[37])
d = {"k0": 0, "k1": 1, "k2": 2, "k3": 3, "k4": 4, "k5": 5, "k6": 6, "k7": 7, "k8": 8, "k9": 9, "k10": 10, "k11": 11, "k12": 12, "k13": 13, "k14": 14, "k15": 15, "k16": 16, "k17": a}; print(len(d), d["k17"])
for bad in (lambda: {[]}, lambda: {[]: 1}, lambda: [*1], lambda: {**1}, lambda: {*1}, lambda: {x: 1 for x in [[]]}, lambda: {x for x in [{}]}):
    try: print(bad())
    except TypeError as e: print(e)
def order():
    def v(n): print(n, end=" "); return n
    return {v(1): v(2), v(3): v(4)}, [v(5), *[v(6)], v(7)], {v(8), v(8)}, (v(9), v(10))
print(order())
