# UNPACK_SEQUENCE, UNPACK_EX of every iterable; SWAP, COPY, POP_TOP.
def two(x): a, b = x; return b, a
def three(x): a, b, c = x; return c, b, a
def ex(x): a, *b, c = x; return a, b, c
def lead(x): *a, b = x; return a, b
class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return iter(range(self.n))
for x in ((1, 2), [1, 2], "ab", {1: 0, 2: 0}, range(2), It(2), (i for i in (1, 2)), b"ab", iter([1, 2]), zip("ab"), map(str, (1, 2))): print(two(x), end=" ")
print(); print(three("abc"), three([1, 2, 3]), ex([1, 2]), ex("abcd"), ex(It(5)), lead([1]), lead((1, 2, 3)))
for f, x in ((two, (1,)), (two, [1, 2, 3]), (two, ""), (two, 5), (two, None), (three, It(2)), (three, It(9)), (ex, [1]), (lead, []), (two, {1: 1}), (ex, 5), (two, It(10 ** 9)), (three, (i for i in range(2)))):
    try: print(f(x))
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
a = b = c = [1]; a.append(2); print(b is c, c); (a, b), c = (1, 2), 3; print(a, b, c); [a, [b, [c]]] = 1, (2, "3"); print(a, b, c)
a, b, c, d = 1, 2, 3, 4; a, b, c, d = d, a, b, c; print(a, b, c, d); a, a = 1, 2; print(a)
for (a, b), c in [((1, 2), 3), ("xy", "z")]: print(a, b, c)
for i, (j, *k) in enumerate([(1,), (2, 3, 4)]): print(i, j, k)
class O: pass
o = O(); l = [0, 0]; o.x, l[0], (o.y, l[1]) = 1, 2, (3, 4); print(o.x, o.y, l); 1; "expr"; [1, 2]; o.x; l[0]
