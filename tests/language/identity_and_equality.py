# is, ==, in, and comparisons of containers.
a = [1, 2]; b = [1, 2]; c = a
print(a == b, a is b, a is c, a is not b, None is None, () == (), [] != ())
print([1, 2] < [1, 3], [1] < [1, 0], (2,) > (1, 5), "abc" < "abd", "Z" < "a", [] < [0])
print(1 in [1, 2], 3 not in [1, 2], "b" in "abc", "" in "abc", "k" in {"k": 1}, 1 in {1}, 2 in range(5), 1.0 in [1])
nan = float("nan")
print(nan == nan, nan in [nan], [nan] == [nan], nan is nan)
class E:
    def __eq__(self, o): return "not a bool"
print(E() == 1, E() != 1, 1 == E(), E() in [1])
class N: pass
n = N()
print(n == n, n == N(), n != n)
class H:
    def __eq__(self, o): return True
try: hash(H())
except TypeError as e: print(e)
print({1: "a", 1.0: "b", True: "c"}, {0, False, 0.0}, hash(1) == hash(1.0) == hash(True))
for bad in (lambda: 1 < "a", lambda: [] < 5, lambda: None < None, lambda: {} < {}, lambda: 1 in 5, lambda: 1 in "abc", lambda: object() < object()):
    try: bad()
    except TypeError as e: print(e)
print(frozenset([1]) == {1}, b"a" == bytearray(b"a"), b"a" == "a", range(3) == range(0, 3, 1), {1: 2} == {1: 2.0})
