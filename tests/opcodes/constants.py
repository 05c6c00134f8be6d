# LOAD_CONST, LOAD_SMALL_INT, LOAD_COMMON_CONSTANT and folded constants.
def c(): return 0, 1, 255, 256, 257, -1, -5, -6, 1.5, 2j, "s", b"b", None, True, False, ..., (1, (2, "x")), 10 ** 20, 2 ** 100
print(c())
def f(): return 1 + 2 * 3, "a" * 3, (1, 2)[0], -(-5), ~0, not True, 2 ** 8, "ab"[1], 1 < 2
print(f())
def s(x): return x in {1, 2, 3}, x in [1, 2], x in ("a", "b"), x not in {"q"}
print(s(1), s("a"))
def big(): return 123456789012345678901234567890, -170141183460469231731687303715884105728, 0xFFFFFFFFFFFFFFFF, 1e308, 5e-324, 0.1
print(big())
def t(): return "é", "漢", "🐍", "\0", "a" "b", "long " * 3
print(t())
print([1, 2, 3, 4], (1, 2, 3), {1, 2, 3}, [None] * 2, {"a": 1, "b": 2, "c": 3})
def a(x):
    assert x, "message"
    return all(v for v in [x]), any(v for v in [x]), tuple(v for v in [x]), list(v for v in [x])
print(a(1))
try: a(0)
except AssertionError as e: print(e)
print(c() is not c(), f()[1] is f()[1], -0.0, 0.0 == -0.0, [0.0, -0.0], (0, 0.0, False))
#: stress
