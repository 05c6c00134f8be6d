# Much garbage of every kind; what is reachable stays intact.
#: stress
class Node:
    def __init__(self, v, nxt): self.v, self.nxt = v, nxt
def chain(n):
    head = None
    for i in range(n): head = Node(i, head)
    return head
def length(h):
    n = 0
    while h: n += h.v; h = h.nxt
    return n
keep = [chain(50) for _ in range(10)]
for r in range(20):
    chain(200)
    keep[r % 10] = chain(50 + r)
print(sum(map(length, keep)))
d = {}
for i in range(2000):
    d[f"key{i % 100}"] = [i, (i, str(i)), {i: float(i)}]
    if i % 7 == 0: d.pop(f"key{(i * 3) % 100}", None)
print(len(d), sum(v[0] for v in d.values()), d["key99"])
s = ""
for i in range(300): s = s[-50:] + str(i)
print(s)
big = 1
for i in range(100): big = big * 7 + i
print(big % 10 ** 20)
cyc = []
for i in range(300):
    a = {"self": None, "n": i}; a["self"] = a; b = [a]; b.append(b)
    if i % 50 == 0: cyc.append(b)
print([b[0]["self"]["n"] for b in cyc], all(b[1] is b for b in cyc))
fs = [(lambda k: lambda x: x + k)(i) for i in range(200)]
print(sum(f(1) for f in fs))
gens = [iter(range(i)) for i in range(50)]; print(sum(next(g, 0) + sum(g) for g in gens))
def exc(n):
    try: raise ValueError([n])
    except ValueError as e: return e.args[0][0]
print(sum(exc(i) for i in range(100)), len({(i, str(i)) for i in range(500)}), sum(len(x) for x in (list(range(i)) for i in range(60))))
