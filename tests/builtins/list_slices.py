# Slices of lists, read and written, with all kinds of steps, and lists that are given parts of themselves.
items = list(range(10))
BOUNDS = (None, 0, 1, 4, 9, 10, 15, -1, -4, -10, -11)
total = []
for start in BOUNDS:
    for stop in BOUNDS:
        for step in (None, 1, 2, 3, -1, -2, -7, 100, -100):
            total.append(items[start:stop:step])
        x = items[:]
        x[start:stop] = "ab"
        total.append(x)
        y = items[:]
        y[start:stop] = y
        total.append(y)
        z = items[:]
        del z[start:stop]
        total.append(z)
        w = items[:]
        w[start:stop] = (i * i for i in range(12))
        total.append(w)
        v = items[:]
        n = len(v[start:stop:-1])
        v[start:stop:-1] = range(n)
        total.append(v)
print(len(total), sum(map(len, total)), sum(sum(i * (n + 1) for i, n in enumerate(t) if type(n) is int) for t in total))
x = items[:]
x[:5] = x[4::-1]
print(x, x[::-1], x[2:2], x[5:1:-1], x[::3])
x[2:4] = []
x[1:1] = [100, 200, 300]
x[len(x):] = (7, 8)
print(x)
x[::2] = x[1::2] + [0] * (len(x[::2]) - len(x[1::2]))
print(x)
try:
    x[::2] = [1]
except ValueError as e:
    print(e)
try:
    x[1:2] = 5
except TypeError as e:
    print(e)
long = list(range(3000))
print(long[::-1][:3], long[2990::-1][:2], long[::-500], sum(long[::7]), len(long[100:2900]))
long[10:2990] = [1]
print(len(long), long[8:13])
counts = {}
for key in [(1, 2), (1, 2.0), ("a", 1), (True, 2), (1,), ("a", 1.0), ((1, 2), 3), ((1, 2), 3.0), (-1, -2), (-2, -1), 1, 1.0, "a", None, (None, 1)]:
    counts[key] = counts.get(key, 0) + 1
print(counts, (1.0, 2) in counts, ("a", True) in counts, ("b", 1) in counts, ((1.0, 2), 3) in counts)
nan = float("nan")
print(len({(nan, 1), (nan, 1)}), (nan,) in {(nan,): 1}, {(1, "x"), (1.0, "x"), ("x", 1)} == {(1, "x"), ("x", 1)})
