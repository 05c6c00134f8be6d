# Operators, containers and calls by special methods.
class V:
    def __init__(self, x, y): self.x, self.y = x, y
    def __repr__(self): return f"V({self.x}, {self.y})"
    def __add__(self, o): return V(self.x + o.x, self.y + o.y) if isinstance(o, V) else NotImplemented
    def __radd__(self, o): return self if o == 0 else NotImplemented
    def __sub__(self, o): return V(self.x - o.x, self.y - o.y)
    def __mul__(self, k): return V(self.x * k, self.y * k)
    __rmul__ = __mul__
    def __neg__(self): return V(-self.x, -self.y)
    def __abs__(self): return self.x + self.y
    def __eq__(self, o): return isinstance(o, V) and (self.x, self.y) == (o.x, o.y)
    def __lt__(self, o): return abs(self) < abs(o)
    def __hash__(self): return hash((self.x, self.y))
    def __bool__(self): return bool(self.x or self.y)
    def __getitem__(self, i): return (self.x, self.y)[i]
    def __len__(self): return 2
    def __contains__(self, v): return v in (self.x, self.y)
    def __call__(self, *a, **k): return a, k
    def __matmul__(self, o): return self.x * o.x + self.y * o.y
    def __iadd__(self, o): self.x += o.x; self.y += o.y; return self
    def __divmod__(self, o): return "divmod", o
    def __pow__(self, e, m=None): return "pow", e, m
    def __index__(self): return self.x
    def __round__(self, n=None): return "round", n
    def __format__(self, spec): return f"<{spec}>"
a, b = V(1, 2), V(3, 4)
print(a + b, a - b, a * 3, 3 * a, -a, abs(b), a @ b, sum([a, b]))
print(a == V(1, 2), a != b, a < b, b > a, hash(a) == hash(V(1, 2)), a in {V(1, 2)})
print(bool(V(0, 0)), a[0], a[-1], list(a), len(a), 2 in a, 9 in a, a(1, k=2))
c = a
a += b
print(a, c is a, divmod(a, 5), a ** 2, pow(a, 2, 3), [10, 20, 30, 40, 50][a], round(a), round(a, 2))
print(f"{a:spec} {a}", format(a, "z"))
for attempt in (lambda: a + 5, lambda: 5 + a, lambda: a <= b, lambda: a / 2, lambda: ~a, lambda: a & b, lambda: [] < {}):
    try:
        print(attempt())
    except TypeError as e:
        print(e)
