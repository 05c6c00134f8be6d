# Deeply nested and very wide objects survive and die.
import gc
l = []
for i in range(100000): l = [l]
d = 0
while l: l = l[0]; d += 1
print(d)
t = ()
for i in range(50000): t = (t,)
del t; gc.collect()
class N: pass
h = None
for i in range(50000): n = N(); n.next = h; h = n
c = 0
while h: h = h.next; c += 1
print(c)
w = [[i] for i in range(100000)]; print(sum(x[0] for x in w)); w = None; gc.collect()
dd = {i: {i: i} for i in range(20000)}; print(sum(v[k] for k, v in dd.items()))
ring = [N() for _ in range(1000)]
for a, b in zip(ring, ring[1:] + ring[:1]): a.next = b
x = ring[0]; ring = None; gc.collect()
for _ in range(1000): x = x.next
print(type(x).__name__); e = None
for i in range(2000):
    try:
        try: raise ValueError(i)
        finally: pass
    except ValueError as v: v.__context__ = e; e = v
n = 0
while e: e = e.__context__; n += 1
print(n)
s = "x" * 1000000; print(len(s + s)); b = bytearray(10 ** 6); print(len(b)); z = [0] * 10 ** 6; print(len(z), sum(z))
