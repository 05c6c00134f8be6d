# Hot functions whose argument types change after many calls.
def add(a, b): return a + b
def mul(a, b): return a * b
def loop(f, a, b, n=300):
    for _ in range(n): r = f(a, b)
    return r
print(loop(add, 1, 2), loop(add, 1.5, 2), loop(add, "a", "b"), loop(add, [1], [2]), loop(add, (1,), (2,)), loop(add, 2 ** 62, 2 ** 62), loop(add, True, 1), loop(add, 1j, 1), loop(add, b"a", b"b"))
print(loop(mul, 3, 4), loop(mul, "ab", 2), loop(mul, 2, [1]), loop(mul, 2.0, 3), loop(mul, 2 ** 40, 2 ** 40), loop(mul, -1, -4611686018427387904))
def idx(c, i): return c[i]
class G:
    def __getitem__(self, i): return f"G{i}"
print(loop(idx, [1, 2], 0), loop(idx, "xy", -1), loop(idx, {"k": "v"}, "k"), loop(idx, (1, 2), 1), loop(idx, G(), 5), loop(idx, b"a", 0), loop(idx, [1, 2, 3], slice(1, None)), loop(idx, range(5), 2))
try: loop(idx, [1], 5)
except IndexError as e: print(e)
def call(f, x): return f(x)
class K:
    def __init__(self, v): self.v = v
    def __call__(self, x): return ("call", x)
    def m(self, x): return ("m", x)
print(loop(call, len, "abc"), loop(call, lambda x: x, 1), loop(call, K(1), 2), loop(call, K(1).m, 3), loop(call, str, 5), loop(call, [].count, 1), type(loop(call, K, 1)).__name__)
def cmp(a, b): return a < b
print(loop(cmp, 1, 2), loop(cmp, 1.0, 2), loop(cmp, "a", "b"), loop(cmp, [1], [2]), loop(cmp, 10 ** 30, 1))
def truth(a, b): return 1 if a else 2
print(loop(truth, [], 0), loop(truth, 5, 0), loop(truth, K(0), 0), loop(truth, "", 0), loop(truth, 0.0, 0))
def it(a, b):
    t = b
    for x in a: t = t + x
    return t
print(loop(it, [1, 2], 0), loop(it, (1, 2), 0), loop(it, range(3), 0), loop(it, "ab", ""), loop(it, {1: 2}, 0), loop(it, (i for i in range(0)), 0), loop(it, iter([1]), 0))
def attr(o, _): return o.real
print(loop(attr, 5, 0), loop(attr, 1.5, 0), loop(attr, 2j, 0), loop(attr, True, 0))
def unpack(p, _):
    a, b = p
    return b
print(loop(unpack, (1, 2), 0), loop(unpack, [1, 2], 0), loop(unpack, "xy", 0), loop(unpack, {1: 0, 2: 0}, 0))
def count(n):
    i = 0
    while i < n: i += 1
    return i
print(count(1000), count(10.5), count(True))
