# COMPARE_OP, CONTAINS_OP, IS_OP, in conditions and as values.
vals = [0, 1, -1, 2 ** 62, 2 ** 70, 1.0, 0.5, float("inf"), True]
for a in vals: print(["<=>"[(a > b) - (a < b) + 1] + "E" * (a == b) for b in vals], [a <= b for b in vals][:3], [a != b for b in vals][:3], [a >= b for b in vals][:3])
def branch(a, b):
    r = ""
    if a < b: r += "lt "
    if a <= b: r += "le "
    if a == b: r += "eq "
    if a != b: r += "ne "
    if a > b: r += "gt "
    if a >= b: r += "ge "
    if not a == b: r += "not-eq "
    while a < b and not r.endswith("!"): r += "!"
    return r
print(branch(1, 2), branch(2, 1), branch(1, 1.0), branch("a", "b"), branch((1,), (1,)), branch(float("nan"), 1), branch(2 ** 70, 2 ** 71))
def has(x, c): return (x in c, x not in c) if x in c else "no"
print(has(1, [1]), has(2, (1,)), has("a", "abc"), has("k", {"k": 1}), has(3, {1, 2}), has(5, range(10)), has(b"a", b"abc"), has(97, b"abc"), has(None, [None]))
def ident(a, b): return "same" if a is b else "different" if a is not b else "?"
x = []; print(ident(x, x), ident(x, []), ident(None, None), ident(True, True), ident(5, 5), ident(x, None))
def none(x): return 1 if x is None else 2, 1 if x is not None else 2, x is None or "other"
print(none(None), none(0))
class B:
    def __init__(self, n): self.n = n
    def __bool__(self): print("bool", self.n, end=" "); return self.n > 1
class C:
    def __init__(self, n): self.n = n
    def __lt__(self, o): return B(self.n)
    __gt__ = __le__ = __ge__ = __eq__ = __ne__ = __lt__
    def __contains__(self, x): return "truthy"
print("T" if C(1) < C(2) else "F", "T" if C(2) == 1 else "F", 5 in C(1), 5 not in C(1), C(2) < C(3) < C(4), not C(1) > 1)
print(1 < 2 < 3 < 4, 1 < 3 < 2 < undefined_is_never_read, 3 in [3] == [3], 1 == 1.0 == True is True)
