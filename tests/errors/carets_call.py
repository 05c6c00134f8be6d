#: stderr
#: exit 1
def f(x, *, y):
    return x
def g():
    return f(1) + f(2, y=3)
g()
