# Closures, higher-order functions, decorators and memo tables.
# small: 500
import sys

def counter():
    n = 0

    def step(by):
        nonlocal n
        n += by
        return n

    return step

def compose(*functions):
    def run(x):
        for f in functions:
            x = f(x)
        return x

    return run

def memo(f):
    cache = {}

    def inner(*args):
        if args not in cache:
            cache[args] = f(*args)
        return cache[args]

    return inner

@memo
def paths(a, b):
    return 1 if a == 0 or b == 0 else paths(a - 1, b) + paths(a, b - 1)

def curry(f):
    return lambda a: lambda b: lambda c: f(a, b, c)

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 2600000
    step = counter()
    for i in range(n):
        step(i & 3)
    print(step(0))
    run = compose(lambda x: x + 1, lambda x: x * 2, lambda x: x % 1009, abs)
    x = 1
    for _ in range(n):
        x = run(x)
    print(x, paths(60, 60))
    add = curry(lambda a, b, c: a + b * c)
    print(sum(add(i)(2)(3) for i in range(n)))
    total = 0
    for i in range(n // 10):
        total += (lambda *args, **kw: len(args) + kw["k"])(i, i, k=i & 1)
    print(total, sum(map(lambda p: p[0] * p[1], zip(range(n), range(n, 0, -1)))))

main()
