# POP_JUMP_IF_*, JUMP_BACKWARD, FOR_ITER over each iterable, END_FOR, POP_ITER, TO_BOOL, UNARY_NOT.
def run(it):
    n = []
    for x in it:
        if x == "skip": continue
        if x == "stop": break
        n.append(x)
    else: n.append("else")
    return n
for it in ([1, "skip", 2], ("a", "stop", "b"), {"k": 1}, {5}, range(3), "xy", (i for i in range(2)), iter([]), enumerate("a"), zip([1], [2]), reversed([1, 2]), map(str, [1]), filter(None, [0, 1]), b"ab", {}.items(), {1: 2}.values(), range(10 ** 20, 10 ** 20 + 2), range(5, 0, -2), bytearray(b"z"), memoryview(b"q"), frozenset([1])): print(run(it), end=" ")
print()
def nested(n):
    t = 0
    for i in range(n):
        for j in range(n):
            if j > i: break
            if (i + j) % 3 == 0: continue
            k = j
            while k > 0:
                k -= 1
                if k == 2: break
                t += 1
            else: t += 100
    return t
print(nested(10))
def cond(x, y):
    if x and y: return "both"
    if x or y: return "one" if not (x and y) else "?"
    return "none"
print(cond(1, 1), cond(0, 1), cond([], {}), cond("a", None))
def truth(v): return not v, bool(v), 1 if v else 0, not not v
class T:
    def __bool__(self): return True
class L:
    def __len__(self): return 0
for v in (0, 1, -1, 0.0, -0.0, 0.1, "", "0", b"", (), (0,), [], [[]], {}, {0: 0}, set(), None, T(), L(), object, 0j, 2 ** 70, range(0), range(1), ..., float("nan")): print(truth(v)[0], end=" ")
print()
def w():
    i = 10
    while i:
        i -= 1
        try:
            if i == 7: continue
            if i == 3: break
        finally: print(i, end=" ")
    return i
print(w())
def early(l):
    for i, x in enumerate(l):
        if x < 0: return i
    return -1
print(early([1, -1]), early([]), early(range(5)))
def grow():
    l = [1]
    for x in l:
        if len(l) < 5: l.append(x * 2)
    return l
print(grow())
def range_vars(a, b, s): return [i for i in range(a, b, s)], len(range(a, b, s))
print(range_vars(0, 10, 3), range_vars(5, -5, -4), range_vars(2 ** 62 - 1, 2 ** 62 + 2, 1))
for i in range(3): i = 10
print(i)
