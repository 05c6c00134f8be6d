# A pipeline of generators, yield from and send.
# small: 1000
import sys

def numbers(n):
    for i in range(n):
        yield i

def evens(it):
    for x in it:
        if x % 2 == 0:
            yield x

def scaled(it, k):
    for x in it:
        yield x * k

def pairs(it):
    for x in it:
        yield x, next(it, 0)

def both(n):
    yield from numbers(n)
    yield from evens(numbers(n))

def walk(tree):
    if tree:
        left, value, right = tree
        yield from walk(left)
        yield value
        yield from walk(right)

def build(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return build(low, middle), middle, build(middle + 1, high)

def averager():
    total = count = 0
    while True:
        x = yield total // count if count else 0
        total += x
        count += 1

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 4000000
    print(sum(a - b for a, b in pairs(scaled(evens(numbers(n)), 3))))
    print(sum(1 for _ in both(n)))
    print(sum(walk(build(0, n // 8))))
    mean = averager()
    next(mean)
    result = 0
    for i in range(n):
        result = mean.send(i)
    print(result)

main()
