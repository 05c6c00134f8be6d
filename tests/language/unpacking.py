# Assignment targets of every shape.
a, b = 1, 2
a, b = b, a
print(a, b)
(a, [b, (c, *d)]), e = (1, [2, (3, 4, 5)]), 6
print(a, b, c, d, e)
first, *middle, last = range(6)
print(first, middle, last)
*init, end = "abc"
print(init, end)
x = y = z = []
x.append(1)
print(y, z is x)
items = [0, 0, 0]
i = 0
i, items[i] = 1, 9
print(i, items)
class O: pass
o = O()
o.a, o.b = "ab"
print(o.a, o.b)
for k, (v, w) in [(1, (2, 3)), (4, (5, 6))]:
    print(k, v, w)
print([*range(3), *"xy"], (*[1], 2), {*[3, 3]}, {**{"a": 1}, "b": 2, **{"a": 3}})
for bad in [lambda: [1], lambda: [1, 2, 3], lambda: 5, lambda: iter([1, 2, 3, 4])]:
    try:
        p, q = bad()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
try:
    p, q, *r = [1]
except ValueError as e:
    print(e)
def swap(t):
    t[0], t[1] = t[1], t[0]
    return t
print(swap([1, 2]))
del a, (b, c), items[0], o.a
print(items, hasattr(o, "a"))
def order(n, log=[]):
    log.append(n)
    return log
order(1)[0:0], order(2)[0:0] = [order(3)[0]], [order(4)[0]]
print(order(0))
#: stress
