# Assignment expressions.
if (n := len("hello")) > 3:
    print(n)
data = iter([3, 5, 0, 7])
while (item := next(data)):
    print(item)
print([last := i for i in range(3)], last)
print((x := 1, x + 1), x)
def f(): return (y := 5) + y
print(f())
print(any((hit := v) > 2 for v in [1, 2, 3, 4]), hit)
z = (w := 3) * w
print(z, w)
print(f"{(k := 7)} {k}", [k := 1, k := 2][-1], k)
