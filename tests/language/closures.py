# Cells: shared, rebound, deleted, late-bound.
def counter():
    n = 0
    def step(by=1):
        nonlocal n
        n += by
        return n
    def peek():
        return n
    return step, peek
step, peek = counter()
print(step(), step(), step(10), peek())
other, _ = counter()
print(other(), peek())
print([f() for f in [lambda: i for i in range(3)]])
print([f() for f in [lambda i=i: i for i in range(3)]])
def three():
    x = 1
    def two():
        def one():
            nonlocal x
            x *= 2
            return x
        return one
    return two()
one = three()
print(one(), one(), one.__closure__[0].cell_contents, one.__code__.co_freevars)
def unbound():
    def inner():
        return later
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, e)
    later = 1
    print(inner())
    del later
    try:
        inner()
    except NameError as e:
        print(e)
unbound()
def compose(*fs):
    def run(x):
        for f in fs:
            x = f(x)
        return x
    return run
print(compose(lambda x: x + 1, lambda x: x * 2, str)(4))
def local_before():
    try:
        print(y)
    except UnboundLocalError as e:
        print(e)
    y = 1
local_before()
#: stress
