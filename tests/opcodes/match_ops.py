# MATCH_SEQUENCE, MATCH_MAPPING, MATCH_KEYS, MATCH_CLASS, GET_LEN.
class A:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class B(A): pass
class NoArgs: z = 1
def seq(v):
    match v:
        case []: return "[]"
        case [a]: return f"[{a}]"
        case [1, *r]: return f"1+{r}"
        case [a, b, *_, z]: return f"{a}{b}..{z}"
        case [_, _]: return "two"
    return "not"
for v in ([], (), [5], [1, 2, 3], (2, 3), [2, 3, 4], "ab", b"ab", {1: 2}, range(4), {1, 2}, iter([1]), bytearray(b"a"), 5): print(seq(v), end=" ")
print()
def mp(v):
    match v:
        case {"a": 1, "b": x, **rest}: return x, rest
        case {"a": int(n)}: return n
        case {"k": None} | {"k": True}: return "k"
        case {}: return "map"
    return "not"
class M(dict): pass
for v in ({"a": 1, "b": 2, "c": 3}, {"a": 9}, {"a": "s"}, {"k": None}, {"k": 1}, {}, M(a=5), [("a", 1)], None): print(mp(v), end=" ")
print()
def cl(v):
    match v:
        case B(1, y): return f"B1{y}"
        case A(x=0): return "A0"
        case A(int() as i, [p, *_]): return i, p
        case A(): return "A"
        case NoArgs(z=1): return "z"
        case int(5) | str("five"): return "five"
        case bool() | float(): return "bf"
        case tuple((a, b)): return a
        case dict(d) | list(d): return len(d)
    return "none"
for v in (A(0, 1), B(1, 2), B(0, 2), A(3, [4, 5]), A("q", 1), NoArgs(), 5, "five", True, 1.5, (1, 2), {1: 2}, [1], 6, None): print(cl(v), end=" ")
print()
for bad in ("NoArgs(1)", "A(1, 2, 3)", "A(1, x=1)", "int(1, 2)", "notaclass()"):
    try: exec(f"notaclass = 5\nmatch v:\n    case {bad}: pass\n", {"A": A, "NoArgs": NoArgs, "v": NoArgs() if "No" in bad else A(1, 2) if "A" in bad else 1})
    except TypeError as e: print(e)
def guard(v):
    match v:
        case int(n) if n > 10: return "big"
        case int(n) if n < 0: return "neg"
        case (1 | 2) as small: return small
        case -0.5 | 1j: return "lit"
        case _ if v == "x": return "guarded"
        case other: return other
print(guard(11), guard(-1), guard(2), guard(-0.5), guard(1j), guard("x"), guard([1]))
