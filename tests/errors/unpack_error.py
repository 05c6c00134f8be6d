#: stderr
#: exit 1
def f():
    a, b = 1, 2, 3
    return a
f()
