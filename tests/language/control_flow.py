# if, while, for, break, continue, else clauses.
for i in range(10):
    if i == 2:
        continue
    elif i == 6:
        break
    else:
        print(i, end=" ")
else:
    print("not reached")
print()
for i in range(3):
    print(i, end=" ")
else:
    print("for else")
n = 0
while n < 5:
    n += 1
    if n % 2:
        continue
    print("even", n)
else:
    print("while else", n)
while True:
    n -= 1
    if n < 0:
        break
print(n)
for i in range(3):
    for j in range(3):
        if j == i:
            break
        print((i, j), end="")
print()
print("yes" if n else "no", "a" if n > 0 else "b" if n == 0 else "c")
for i in range(5, 0, -2):
    print(i)
print(i)
pass
if not None: print("one line")
assert True, "not shown"
